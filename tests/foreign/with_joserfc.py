"""Answers questions about JOSE tokens with the Python package joserfc. Questions come as a JSON list on standard input."""

import base64
import json
import sys

from joserfc import jwe, jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

SIGNING = ["Ed25519"]
SEALING = ["ECDH-ES", "A256GCM"]


def base64url(text):
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def thumbprint(question):
    return {"thumbprint": OKPKey.import_key(question["jwk"]).thumbprint()}


def verify(question):
    token = jws.deserialize_compact(question["token"], OKPKey.import_key(question["jwk"]), algorithms=SIGNING)
    return {"payload": token.payload.decode(), "header": token.headers()}


def sign(question):
    key = OKPKey.import_key(question["jwk"])
    return {"token": jws.serialize_compact(question["header"], question["payload"], key, algorithms=SIGNING)}


def open_parcel(question):
    token = jwe.decrypt_compact(question["token"], OKPKey.import_key(question["jwk"]), algorithms=SEALING)
    return {"plaintext": token.plaintext.decode(), "header": token.headers()}


def seal(question):
    header = {**question["header"], "apu": base64url(question["apu"]), "apv": base64url(question["apv"])}
    key = OKPKey.import_key(question["jwk"])
    return {"token": jwe.encrypt_compact(header, question["plaintext"], key, algorithms=SEALING)}


ANSWERS = {"thumbprint": thumbprint, "verify": verify, "sign": sign, "open": open_parcel, "seal": seal}


def answer(question):
    try:
        return ANSWERS[question["ask"]](question)
    except JoseError as error:
        return {"refused": error.error}


json.dump([answer(question) for question in json.load(sys.stdin)], sys.stdout)

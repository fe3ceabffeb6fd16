#!/usr/bin/env python3
"""Checks a proof of a share (`.dgproof`) without any of Holdall's code: Python's own library, and joserfc for signatures.

    pip install joserfc
    python3 verify.py FILE.dgproof

Ends with 0 if everything is genuine and nothing is missing, 2 if everything is genuine and something is missing, and 1
if something is not genuine. What each check means is in `VERIFY.md` inside the file.
"""

import base64
import hashlib
import json
import sys
import zipfile

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

LIMIT = 16 * 1024 * 1024
URN = "urn:ietf:params:oauth:jwk-thumbprint:sha-256:"


class Forged(Exception):
    """Something in the file is not genuine."""


def require(holds, text):
    if not holds:
        raise Forged(text)
    print(f"  ok  {text}")


def base64url(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def digest(data):
    return base64url(hashlib.sha256(data).digest())


def unique(pairs):
    if len({name for name, _ in pairs}) != len(pairs):
        raise Forged("a statement names the same thing twice")
    return dict(pairs)


def parts(token):
    """Header and payload of a message, not yet believed."""
    header, payload, _ = token.decode("ascii").split(".")
    return [json.loads(base64.urlsafe_b64decode(p + "=" * (-len(p) % 4)), object_pairs_hook=unique) for p in (header, payload)]


def public(jwk):
    return OKPKey.import_key({name: jwk[name] for name in ("kty", "crv", "x")})


def signed_by(token, keys, typ):
    """The payload of a message, if one of `keys` signed it and it is of the type `typ`."""
    header, payload = parts(token)
    if header["typ"] != typ or header["kid"] not in keys:
        raise Forged(f"a message of type {header['typ']} is signed by an unexpected key")
    jws.deserialize_compact(token.decode("ascii"), keys[header["kid"]], algorithms=["Ed25519"])
    return payload


def unpack(path):
    with zipfile.ZipFile(path) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > LIMIT:
            raise Forged("the file is larger than any proof is")
        files = {entry.filename: archive.read(entry) for entry in archive.infolist()}
    bundle = json.loads(files.pop("bundle.json"), object_pairs_hook=unique)
    listed = {entry["name"]: entry for entry in bundle["files"]}
    require(bundle["format"] == "dgproof" and bundle["version"] == 1, "a proof of a version that is known here")
    require(listed.keys() == files.keys(), "every file is listed, every listed file is there")
    require(all(hashlib.sha256(files[n]).hexdigest() == e["sha256"] for n, e in listed.items()), "every file has its hash")
    return bundle, files


def partner_keys(bundle, files):
    """Every signing key that the descriptors in the file list; each descriptor must be signed by one of its own."""
    keys = {}
    for entry in (e for e in bundle["files"] if e["role"] == "descriptor"):
        token = files[entry["name"]]
        listed = [public(key) for key in parts(token)[1]["keys"] if key["use"] == "sig"]
        own = {key.thumbprint(): key for key in listed}
        descriptor = signed_by(token, own, "dgp-descriptor+jwt")
        require(descriptor["iss"] == bundle["partner"], f"{entry['name']} is signed by its own key, for {bundle['partner']}")
        keys.update(own)
    return keys


def own_messages(bundle, files):
    token = files["grant.jws"]
    key = public(parts(token)[0]["jwk"])
    keys = {key.thumbprint(): key}
    grant = signed_by(token, keys, "dgp-grant+jwt")
    require(grant["iss"] == URN + key.thumbprint() and grant["jti"] == bundle["grant"], "the grant is signed by the key it names")
    manifest = signed_by(files["manifest.jws"], keys, "dgp-manifest+jwt")
    require(manifest["grant"] == grant["jti"] and manifest["aud"] == grant["aud"], "the list of parcels belongs to the grant")
    require(digest(files["descriptor-1.jws"]) == grant["descriptor"], "the grant was made from the descriptor")
    require(digest(files["notice.txt"]) == grant["notice_sha256"], "the consent text is the one agreed to")
    revocation = None
    if "revocation.jws" in files:
        revocation = signed_by(files["revocation.jws"], keys, "dgp-revocation+jwt")
        require(revocation["grant"] == grant["jti"], "the withdrawal belongs to the grant")
    return grant, manifest, revocation


def fits_receipt(receipt, files, grant, manifest):
    sent = [(p["n"], p["commit"], p["rows"]) for p in manifest["parcels"]]
    got = [(p["n"], p["commit"], p["accepted"] + len(p.get("rejected", []))) for p in receipt["parcels"]]
    hashes = receipt["grant_sha256"] == digest(files["grant.jws"]) and receipt["manifest_sha256"] == digest(files["manifest.jws"])
    allowed = all(set(receipt[member]) <= set(grant[member]) for member in ("recipients", "storage_locations"))
    record = receipt["iso27560"]
    told = all(record[member] for member in ("record_id", "receipt_id", "processing", "parties", "events"))
    same = record["pii_principal_id"] == grant["iss"] and {p["purpose"] for p in record["processing"]} == set(grant["purposes"])
    return hashes and sent == got and allowed and receipt["delete_by"] <= grant["exp"] and told and same


def fits_deletion(receipt, files, manifest):
    cause = {"revocation": "revocation.jws", "expiry": "grant.jws"}[receipt["trigger"]["kind"]]
    if cause not in files or receipt["trigger"]["sha256"] != digest(files[cause]) or not receipt["final"]:
        return False
    covered = {c for e in receipt["covers"] if e["manifest_sha256"] == digest(files["manifest.jws"]) for c in e["commits"]}
    return {p["commit"] for p in manifest["parcels"]} <= covered and all(r["until"] for r in receipt.get("retained", []))


def check(path):
    bundle, files = unpack(path)
    keys = partner_keys(bundle, files)
    grant, manifest, revocation = own_messages(bundle, files)
    found = set()
    for name in (e["name"] for e in bundle["files"] if e["role"] == "answer"):
        typ = parts(files[name])[0]["typ"]
        answer = signed_by(files[name], keys, typ)
        print(f"  ok  {name} is signed by the partner")
        if (answer["iss"], answer["aud"], answer["grant"]) != (grant["aud"], grant["iss"], grant["jti"]):
            continue
        if typ == "dgp-receipt+jwt" and fits_receipt(answer, files, grant, manifest):
            found.add("a receipt for exactly what was sent")
        if typ == "dgp-deletion-receipt+jwt" and fits_deletion(answer, files, manifest):
            found.add("a final statement that everything sent is erased")
    wanted = ["a receipt for exactly what was sent"]
    if revocation or bundle["made"] >= grant["exp"]:
        wanted.append("a final statement that everything sent is erased")
    return [thing for thing in wanted if thing not in found]


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: verify.py FILE.dgproof")
    try:
        missing = check(sys.argv[1])
    except (Forged, JoseError, zipfile.BadZipFile, KeyError, TypeError, ValueError) as error:
        print(f"NOT GENUINE: {error!r}")
        return 1
    for thing in missing:
        print(f"  --  missing: {thing}")
    print("INCOMPLETE" if missing else "COMPLETE")
    return 2 if missing else 0


sys.exit(main())

//! Every promise about the bytes of a message, asked of two foreign libraries, in both directions.

use base64ct::{Base64UrlUnpadded, Encoding};
use holdall_foreign::LIBRARIES;
use holdall_protocol::key::{OpeningKey, SigningKey};
use holdall_protocol::message::{Have, Sync, Version};
use holdall_protocol::{Place, Signed, SystemEntropy, Uuid, jose, names};
use serde_json::{Value, json};

const PLAINTEXT: &str = "{\"iata\":\"LHR\"}\nzweite Zeile: äöü €";

fn signing_key() -> SigningKey {
    SigningKey::from_seed(&[7; 32])
}

fn opening_key() -> OpeningKey {
    OpeningKey::from_bytes(&[9; 32])
}

fn private(public: impl serde::Serialize, secret: &[u8; 32]) -> Value {
    let mut jwk = serde_json::to_value(public).expect("a key is JSON");
    jwk["d"] = Base64UrlUnpadded::encode_string(secret).into();
    jwk
}

fn place() -> Place {
    Place { grant: Uuid::from_u128(0x1234_5678), seq: 3, n: 1 }
}

/// What goes into the key derivation beside the key: where the parcel belongs, and whom it is for.
fn parties() -> (String, String) {
    (format!("{}.3.1", place().grant), opening_key().sealing_key().thumbprint().to_string())
}

fn message() -> Sync {
    Sync {
        dgp: Version,
        iss: signing_key().verifying_key().thumbprint().urn(),
        aud: "https://air.example".into(),
        jti: Uuid::from_u128(1),
        iat: 1_795_262_400,
        grant: place().grant,
        cursor: Some("ü".into()),
        ack: Vec::new(),
        have: Have::default(),
    }
}

/// The token with one character of its `part` changed, so that it stays well-formed.
fn bent(token: &str, part: usize) -> String {
    let mut parts: Vec<String> = token.split('.').map(str::to_owned).collect();
    let other = if parts[part].starts_with('A') { "B" } else { "A" };
    parts[part].replace_range(0..1, other);
    parts.join(".")
}

#[test]
fn they_name_keys_as_we_do() {
    let (signing, sealing) = (signing_key().verifying_key(), opening_key().sealing_key());
    for library in &LIBRARIES {
        let answers =
            library.ask(&[json!({ "ask": "thumbprint", "jwk": signing.jwk() }), json!({ "ask": "thumbprint", "jwk": sealing.jwk() })]);
        assert_eq!(answers[0]["thumbprint"], signing.thumbprint().to_string(), "{}", library.name);
        assert_eq!(answers[1]["thumbprint"], sealing.thumbprint().to_string(), "{}", library.name);
    }
}

#[test]
fn they_verify_what_we_sign_and_refuse_what_was_changed() {
    let signed = Signed::sign(message(), &signing_key()).expect("it is small");
    let jwk = signed.signer().jwk();
    let stranger = SigningKey::from_seed(&[8; 32]).verifying_key().jwk();
    for library in &LIBRARIES {
        let answers = library.ask(&[
            json!({ "ask": "verify", "token": signed.token(), "jwk": jwk }),
            json!({ "ask": "verify", "token": bent(signed.token(), 1), "jwk": jwk }),
            json!({ "ask": "verify", "token": bent(signed.token(), 2), "jwk": jwk }),
            json!({ "ask": "verify", "token": signed.token(), "jwk": stranger }),
        ]);
        let payload: Value = serde_json::from_str(answers[0]["payload"].as_str().unwrap_or_default()).expect("the payload is JSON");
        assert_eq!(payload, serde_json::to_value(message()).expect("claims are JSON"), "{}", library.name);
        assert_eq!(answers[0]["header"]["typ"], names::typ::SYNC, "{}", library.name);
        for answer in &answers[1..] {
            assert!(answer["refused"].is_string(), "{} took {answer}", library.name);
        }
    }
}

#[test]
fn we_verify_what_they_sign_and_refuse_what_was_changed() {
    let key = signing_key();
    let public = key.verifying_key();
    let header = json!({ "alg": names::alg::ED25519, "typ": names::typ::SYNC, "kid": public.thumbprint().to_string() });
    let payload = serde_json::to_string(&message()).expect("claims are JSON");
    let question = json!({ "ask": "sign", "header": header, "payload": payload, "jwk": private(public.jwk(), &key.seed()) });
    for library in &LIBRARIES {
        let answers = library.ask(std::slice::from_ref(&question));
        let token = answers[0]["token"].as_str().unwrap_or_else(|| panic!("{} signed nothing: {}", library.name, answers[0]));
        let read = Signed::<Sync>::verify(token, std::slice::from_ref(&public)).unwrap_or_else(|error| panic!("{}: {error}", library.name));
        assert_eq!(read.claims(), &message());
        assert!(Signed::<Sync>::verify(&bent(token, 1), std::slice::from_ref(&public)).is_err(), "{}", library.name);
        assert!(Signed::<Sync>::verify(&bent(token, 2), std::slice::from_ref(&public)).is_err(), "{}", library.name);
    }
}

#[test]
fn they_open_what_we_seal_and_refuse_what_was_changed() {
    let key = opening_key();
    let parcel = jose::seal(PLAINTEXT.as_bytes(), &place(), &key.sealing_key(), &SystemEntropy).expect("it is small");
    let jwk = private(key.sealing_key().jwk(), &key.to_bytes());
    let stranger = OpeningKey::from_bytes(&[10; 32]);
    for library in &LIBRARIES {
        let answers = library.ask(&[
            json!({ "ask": "open", "token": parcel, "jwk": jwk }),
            json!({ "ask": "open", "token": bent(&parcel, 3), "jwk": jwk }),
            json!({ "ask": "open", "token": bent(&parcel, 4), "jwk": jwk }),
            json!({ "ask": "open", "token": parcel, "jwk": private(stranger.sealing_key().jwk(), &stranger.to_bytes()) }),
        ]);
        assert_eq!(answers[0]["plaintext"], PLAINTEXT, "{}", library.name);
        assert_eq!(answers[0]["header"]["typ"], names::typ::PARCEL, "{}", library.name);
        for answer in &answers[1..] {
            assert!(answer["refused"].is_string(), "{} took {answer}", library.name);
        }
    }
}

#[test]
fn we_open_what_they_seal_in_its_own_place_only() {
    let key = opening_key();
    let (apu, apv) = parties();
    let header = json!({ "alg": names::alg::ECDH_ES, "enc": names::alg::A256GCM, "typ": names::typ::PARCEL, "kid": apv });
    let question =
        json!({ "ask": "seal", "header": header, "apu": apu, "apv": apv, "plaintext": PLAINTEXT, "jwk": key.sealing_key().jwk() });
    for library in &LIBRARIES {
        let answers = library.ask(std::slice::from_ref(&question));
        let token = answers[0]["token"].as_str().unwrap_or_else(|| panic!("{} sealed nothing: {}", library.name, answers[0]));
        let opened = jose::open(token, &place(), &key).unwrap_or_else(|error| panic!("{}: {error}", library.name));
        assert_eq!(opened.as_slice(), PLAINTEXT.as_bytes());
        let elsewhere = Place { n: 2, ..place() };
        assert!(jose::open(token, &elsewhere, &key).is_err(), "{}", library.name);
        assert!(jose::open(&bent(token, 3), &place(), &key).is_err(), "{}", library.name);
    }
}

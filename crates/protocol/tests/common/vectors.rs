//! Messages with one defect each. The files in `vectors/` are written from here and read by whoever implements the protocol.
//!
//! A file's name is its defect. Its first line is the outcome, its second says how to read it, and the rest is the text.

use holdall_protocol::{Message, Signed, jose};

use super::*;

pub struct Vector {
    pub name: String,
    /// `accepted`, or `refused` and the error's name.
    pub outcome: &'static str,
    /// `grant`, `receipt`, `parcel` or `payload`.
    pub kind: &'static str,
    pub text: String,
}

impl Vector {
    pub fn file(&self) -> String {
        format!("{}\n{}\n{}", self.outcome, self.kind, self.text)
    }

    pub fn parse(name: &str, file: &str) -> Option<(String, String, String)> {
        let mut lines = file.splitn(3, '\n');
        let (outcome, kind, text) = (lines.next()?, lines.next()?, lines.next()?);
        (!name.is_empty()).then(|| (outcome.to_owned(), kind.to_owned(), text.to_owned()))
    }
}

pub fn all() -> Vec<Vector> {
    let mut all = signed();
    all.extend(sealed());
    all.extend(payloads());
    all
}

fn b64(bytes: &[u8]) -> String {
    use base64ct::Encoding as _;
    base64ct::Base64UrlUnpadded::encode_string(bytes)
}

/// Signs any header and payload with the person's or the partner's key, however wrong they are.
fn sign(header: &str, payload: &[u8], seed: [u8; 32]) -> String {
    use ed25519_dalek::Signer as _;
    let signed = format!("{}.{}", b64(header.as_bytes()), b64(payload));
    let signature = ed25519_dalek::SigningKey::from_bytes(&seed).sign(signed.as_bytes());
    format!("{signed}.{}", b64(&signature.to_bytes()))
}

const PARTNER: [u8; 32] = [11; 32];
const PERSON: [u8; 32] = [21; 32];

fn partner_header(alg: &str, typ: &str, more: &str) -> String {
    format!(r#"{{"alg":"{alg}","typ":"{typ}","kid":"{}"{more}}}"#, partner().signing.verifying_key().thumbprint())
}

fn payload_of(token: &str) -> Vec<u8> {
    use base64ct::Encoding as _;
    base64ct::Base64UrlUnpadded::decode_vec(token.split('.').nth(1).expect("three parts")).expect("base64url")
}

fn signed() -> Vec<Vector> {
    let share = share();
    let receipt: Signed<Receipt> = Signed::sign(receipt(&share), &partner().signing).expect("signs");
    let claims = payload_of(receipt.token());
    let text = String::from_utf8(claims.clone()).expect("text");
    let typ = Receipt::TYP;
    let header = |alg: &str, more: &str| partner_header(alg, typ, more);
    let good = |h: String| sign(&h, &claims, PARTNER);
    let with = |payload: String| sign(&header("Ed25519", ""), payload.as_bytes(), PARTNER);
    let mut all = Vec::new();
    let mut add = |name: &str, outcome, text| all.push(Vector { name: name.into(), outcome, kind: "receipt", text });

    add("signed-well", "accepted", receipt.token().into());
    add("alg-old-name-of-ed25519", "accepted", good(header("EdDSA", "")));
    add("payload-with-a-member-nobody-knows", "accepted", with(text.replacen('{', r#"{"later":{"x":[1]},"#, 1)));
    for alg in ["none", "None", "HS256", "RS256", "PS256", "ES256", "ES256K", "Ed448", ""] {
        let name = format!("alg-{}", if alg.is_empty() { "empty".into() } else { alg.replace("None", "none-in-capitals").to_lowercase() });
        add(&name, "refused AlgorithmNotAllowed", good(header(alg, "")));
    }
    let unsigned = good(header("none", ""));
    add("alg-none-without-signature", "refused AlgorithmNotAllowed", unsigned[..=unsigned.rfind('.').expect("dots")].into());
    let jwk = serde_json::to_string(&partner().signing.verifying_key().jwk()).expect("serialises");
    for (name, more) in [
        ("jku", r#","jku":"https://evil.example/keys""#.to_owned()),
        ("x5u", r#","x5u":"https://evil.example/cert""#.to_owned()),
        ("x5c", r#","x5c":["MIIB"]"#.to_owned()),
        ("crit", r#","crit":["exp"],"exp":1"#.to_owned()),
        ("b64", r#","b64":false,"crit":["b64"]"#.to_owned()),
        ("zip", r#","zip":"DEF""#.to_owned()),
        ("cty", r#","cty":"JWT""#.to_owned()),
        ("jwk-where-none-belongs", format!(r#","jwk":{jwk}"#)),
        ("enc-in-a-signature", r#","enc":"A256GCM""#.to_owned()),
    ] {
        add(&format!("header-{name}"), "refused HeaderNotAllowed", good(header("Ed25519", &more)));
    }
    add("header-repeats-alg", "refused Malformed", good(header("Ed25519", r#","alg":"none""#)));
    add("header-repeats-alg-escaped", "refused Malformed", good(header("Ed25519", r#","\u0061lg":"none""#)));
    add("header-not-json", "refused Malformed", good("alg=Ed25519".into()));
    add("header-without-alg", "refused HeaderNotAllowed", good(header("Ed25519", "").replace(r#""alg":"Ed25519","#, "")));
    add("kid-missing", "refused UnknownKey", good(format!(r#"{{"alg":"Ed25519","typ":"{typ}"}}"#)));
    add("kid-of-another-key", "refused UnknownKey", sign(&header("Ed25519", "").replace(&partner_kid(), &person_kid()), &claims, PARTNER));
    add("typ-missing", "refused WrongType", good(header("Ed25519", "").replace(&format!(r#""typ":"{typ}","#), "")));
    add("typ-of-another-message", "refused WrongType", good(partner_header("Ed25519", "dgp-deletion-receipt+jwt", "")));
    add("typ-with-application-prefix", "refused WrongType", good(partner_header("Ed25519", "application/dgp-receipt+jwt", "")));
    add("typ-in-capitals", "refused WrongType", good(partner_header("Ed25519", "DGP-RECEIPT+JWT", "")));
    add("signed-by-another-key", "refused BadSignature", sign(&header("Ed25519", ""), &claims, PERSON));
    envelopes(receipt.token(), &mut add);
    add("payload-repeats-a-member", "refused Malformed", with(text.replacen('{', r#"{"dgp":"1","#, 1)));
    add("payload-repeats-a-member-deep", "refused Malformed", with(text.replacen(r#""n":0"#, r#""n":0,"n":0"#, 1)));
    add(
        "payload-nested-too-deeply",
        "refused Malformed",
        with(text.replacen('{', &format!(r#"{{"x":{}{},"#, "[".repeat(40), "]".repeat(40)), 1)),
    );
    add("payload-not-json", "refused Malformed", with("receipt".into()));
    add("payload-a-list", "refused Malformed", with("[]".into()));
    add("payload-with-trailing-text", "refused Malformed", with(format!("{text} {{}}")));
    add("version-2", "refused Version", with(text.replacen(r#""dgp":"1""#, r#""dgp":"2""#, 1)));
    add("version-missing", "refused Version", with(text.replacen(r#""dgp":"1","#, "", 1)));
    add("claim-missing", "refused Claims", with(text.replacen(r#""kind":"grant","#, "", 1)));
    add("claim-of-another-type", "refused Claims", with(text.replacen(r#""kind":"grant""#, r#""kind":7"#, 1)));
    all.extend(grants(&share));
    all
}

fn partner_kid() -> String {
    partner().signing.verifying_key().thumbprint().to_string()
}

fn person_kid() -> String {
    person().verifying_key().thumbprint().to_string()
}

/// Defects of the compact form itself.
fn envelopes(token: &str, add: &mut impl FnMut(&str, &'static str, String)) {
    let parts: Vec<&str> = token.split('.').collect();
    let (signed, signature) = token.rsplit_once('.').expect("three parts");
    let mut other = signature.to_owned();
    other.replace_range(10..11, if &signature[10..11] == "A" { "B" } else { "A" });
    add("signature-with-one-bit-changed", "refused BadSignature", format!("{signed}.{other}"));
    add("signature-truncated", "refused BadSignature", format!("{signed}.{}", &signature[..84]));
    add("signature-empty", "refused BadSignature", format!("{signed}."));
    // 64 bytes leave four bits over in the last character: setting one spells the same bytes in another way.
    let last = signature.chars().last().expect("not empty");
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let spelled = alphabet.chars().nth(alphabet.find(last).expect("base64url") + 1).expect("the last four bits are free");
    add("base64-with-bits-left-over", "refused Malformed", format!("{signed}.{}{spelled}", &signature[..signature.len() - 1]));
    add("base64-with-padding", "refused Malformed", format!("{token}=="));
    add("base64-of-the-other-alphabet", "refused Malformed", token.replace('-', "+").replace('_', "/"));
    add("blank-at-the-end", "refused Malformed", format!("{token} "));
    add("blank-at-the-beginning", "refused Malformed", format!(" {token}"));
    add("parts-two", "refused Malformed", parts[..2].join("."));
    add("parts-one", "refused Malformed", parts[0].into());
    add("parts-four", "refused Malformed", format!("{token}.AAAA"));
    add("form-json-instead-of-compact", "refused Malformed", format!(r#"{{"payload":"{}","signature":"{}"}}"#, parts[1], parts[2]));
    add("payload-with-one-bit-changed", "refused BadSignature", format!("{}.A{}.{}", parts[0], &parts[1][1..], parts[2]));
}

/// A grant carries its key, which brings defects of its own.
fn grants(share: &Share) -> Vec<Vector> {
    let token = share.grant.token();
    let claims = payload_of(token);
    let jwk = serde_json::to_string(&person().verifying_key().jwk()).expect("serialises");
    let header = |jwk: &str| format!(r#"{{"alg":"Ed25519","typ":"dgp-grant+jwt","kid":"{}","jwk":{jwk}}}"#, person_kid());
    let x_of = |bytes: [u8; 32]| jwk.replace(&person().verifying_key().jwk().x, &b64(&bytes));
    let mut one = [0; 32];
    one[0] = 1;
    let cases: Vec<(&str, &str, String)> = vec![
        ("grant-signed-well", "accepted", token.into()),
        ("grant-without-its-key", "refused KeyMissing", sign(&header(&jwk).replace(&format!(r#","jwk":{jwk}"#), ""), &claims, PERSON)),
        ("grant-with-the-key-of-another", "refused BadSignature", sign(&header(&jwk), &claims, PARTNER)),
        (
            "grant-with-a-kid-of-another",
            "refused IssuerMismatch",
            sign(&header(&jwk).replace(&person_kid(), &partner_kid()), &claims, PERSON),
        ),
        (
            "grant-with-a-private-key",
            "refused HeaderNotAllowed",
            sign(&header(&jwk.replacen('{', r#"{"d":"FRUVFRUVFRUVFRUVFRUVFRUVFRUVFRUVFRUVFRUVFRU","#, 1)), &claims, PERSON),
        ),
        ("grant-with-a-key-of-small-order", "refused AlgorithmNotAllowed", sign(&header(&x_of(one)), &claims, PERSON)),
        ("grant-with-a-key-that-is-no-point", "refused AlgorithmNotAllowed", sign(&header(&x_of([2; 32])), &claims, PERSON)),
        ("grant-with-a-key-for-sealing", "refused AlgorithmNotAllowed", sign(&header(&jwk.replace("Ed25519", "X25519")), &claims, PERSON)),
        (
            "grant-with-alg-none",
            "refused AlgorithmNotAllowed",
            sign(&header(&jwk).replace(r#""Ed25519","typ""#, r#""none","typ""#), &claims, PERSON),
        ),
        (
            "grant-with-jku",
            "refused HeaderNotAllowed",
            sign(&header(&jwk).replacen('{', r#"{"jku":"https://evil.example","#, 1), &claims, PERSON),
        ),
        ("grant-with-typ-of-a-manifest", "refused WrongType", sign(&header(&jwk).replace("dgp-grant", "dgp-manifest"), &claims, PERSON)),
    ];
    cases.into_iter().map(|(name, outcome, text)| Vector { name: name.into(), outcome, kind: "grant", text }).collect()
}

fn sealed() -> Vec<Vector> {
    let share = share();
    let token = share.parcel.clone();
    let place = share.payload.place();
    let parts: Vec<String> = token.split('.').map(str::to_owned).collect();
    let header = String::from_utf8({
        use base64ct::Encoding as _;
        base64ct::Base64UrlUnpadded::decode_vec(&parts[0]).expect("base64url")
    })
    .expect("text");
    let with_header = |h: String| format!("{}.{}", b64(h.as_bytes()), parts[1..].join("."));
    let with_part = |n: usize, part: &str| {
        let mut parts = parts.clone();
        parts[n] = part.into();
        parts.join(".")
    };
    let flipped = |n: usize| with_part(n, &format!("{}{}", if parts[n].starts_with('A') { "B" } else { "A" }, &parts[n][1..]));
    let epk_x = header.split(r#""x":""#).nth(1).and_then(|rest| rest.split('"').next()).expect("an epk").to_owned();
    let sealed_to =
        |to: &OpeningKey, place: Place| jose::seal(share.payload.bytes(), &place, &to.sealing_key(), &entropy()).expect("seals");
    let mut one = [0; 32];
    one[0] = 1;
    let cases: Vec<(&str, &str, String)> = vec![
        ("parcel-sealed-well", "accepted", token.clone()),
        ("parcel-sealed-to-another", "refused UnknownKey", sealed_to(&OpeningKey::from_bytes(&[13; 32]), place)),
        ("parcel-for-another-delivery", "refused DoesNotOpen", sealed_to(&partner().opening, Place { seq: 2, ..place })),
        ("parcel-for-another-grant", "refused DoesNotOpen", sealed_to(&partner().opening, Place { grant: Uuid::from_u128(1), ..place })),
        ("parcel-with-a-changed-tag", "refused DoesNotOpen", flipped(4)),
        ("parcel-with-a-changed-text", "refused DoesNotOpen", flipped(3)),
        ("parcel-with-a-changed-nonce", "refused DoesNotOpen", flipped(2)),
        ("parcel-with-a-nonce-of-sixteen-bytes", "refused Malformed", with_part(2, &b64(&[0; 16]))),
        ("parcel-with-a-tag-of-twelve-bytes", "refused Malformed", with_part(4, &b64(&[0; 12]))),
        ("parcel-with-an-encrypted-key", "refused Malformed", with_part(1, "AAAA")),
        ("parcel-with-six-parts", "refused Malformed", format!("{token}.AAAA")),
        ("parcel-with-four-parts", "refused Malformed", parts[..4].join(".")),
        ("parcel-with-key-wrap", "refused AlgorithmNotAllowed", with_header(header.replace("ECDH-ES", "ECDH-ES+A256KW"))),
        ("parcel-with-rsa", "refused AlgorithmNotAllowed", with_header(header.replace("ECDH-ES", "RSA-OAEP"))),
        ("parcel-with-a-shorter-cipher", "refused AlgorithmNotAllowed", with_header(header.replace("A256GCM", "A128GCM"))),
        ("parcel-with-cbc", "refused AlgorithmNotAllowed", with_header(header.replace("A256GCM", "A256CBC-HS512"))),
        ("parcel-with-zip", "refused HeaderNotAllowed", with_header(header.replacen('{', r#"{"zip":"DEF","#, 1))),
        ("parcel-with-crit", "refused HeaderNotAllowed", with_header(header.replacen('{', r#"{"crit":["zip"],"#, 1))),
        ("parcel-without-epk", "refused KeyMissing", with_header(without(&header, "epk"))),
        ("parcel-with-an-epk-on-another-curve", "refused AlgorithmNotAllowed", with_header(header.replace("X25519", "X448"))),
        ("parcel-with-an-epk-of-small-order", "refused DoesNotOpen", with_header(header.replace(&epk_x, &b64(&one)))),
        ("parcel-with-an-epk-of-zero", "refused DoesNotOpen", with_header(header.replace(&epk_x, &b64(&[0; 32])))),
        ("parcel-without-apu", "refused DoesNotOpen", with_header(without(&header, "apu"))),
        ("parcel-without-apv", "refused DoesNotOpen", with_header(without(&header, "apv"))),
        ("parcel-without-kid", "refused UnknownKey", with_header(without(&header, "kid"))),
        ("parcel-without-typ", "refused WrongType", with_header(without(&header, "typ"))),
    ];
    cases.into_iter().map(|(name, outcome, text)| Vector { name: name.into(), outcome, kind: "parcel", text }).collect()
}

fn without(header: &str, member: &str) -> String {
    let mut value: serde_json::Map<String, serde_json::Value> = serde_json::from_str(header).expect("an object");
    value.remove(member).expect("was there");
    serde_json::to_string(&value).expect("serialises")
}

fn payloads() -> Vec<Vector> {
    let share = share();
    let text = String::from_utf8(share.payload.bytes().to_vec()).expect("text").trim_end().to_owned() + "\n";
    let lines: Vec<&str> = text.lines().collect();
    let id = lines[1].split("urn:uuid:").nth(1).map(|rest| &rest[..36]).expect("an id").to_owned();
    let cases: Vec<(&str, &str, String)> = vec![
        ("payload-well-formed", "accepted", text.clone()),
        ("payload-with-blank-lines-between", "accepted", text.replace('\n', "\n\n\n")),
        ("payload-without-a-last-newline", "accepted", text.trim_end().into()),
        ("payload-empty", "refused NoHead", String::new()),
        ("payload-without-a-head", "refused NoHead", lines[1..].join("\n")),
        ("payload-with-an-unknown-member-in-the-head", "refused NoHead", text.replacen('{', r#"{"x":1,"#, 1)),
        ("payload-with-a-short-salt", "refused NoHead", text.replacen(r#""salt":""#, r#""salt":"AA"#, 1)),
        ("payload-of-an-unknown-strand", "refused UnknownStrand", text.replacen(r#""strand":"flights""#, r#""strand":"thoughts""#, 1)),
        ("payload-of-another-schema", "refused UnknownStrand", text.replacen("schema/flights/1", "schema/flights/2", 1)),
        ("payload-with-too-few-rows", "refused RowCount", format!("{}\n{}\n", lines[0], lines[1])),
        ("payload-with-a-row-twice", "refused RepeatedId", format!("{text}{}\n", lines[1])),
        ("payload-with-a-number", "refused BadLine", text.replacen(r#""FJ 100""#, "100", 1)),
        ("payload-with-a-nested-value", "refused BadLine", text.replacen(r#""FJ 100""#, r#"{"x":"y"}"#, 1)),
        ("payload-with-a-member-twice", "refused BadLine", text.replacen(r#""flightNumber":"#, r#""flightNumber":"X","flightNumber":"#, 1)),
        ("payload-with-an-unknown-operation", "refused BadLine", text.replacen(r#"{"@type""#, r#"{"dgp:op":"merge","@type""#, 1)),
        ("payload-with-a-field-in-another-name-space", "refused BadLine", text.replacen(r#""flightNumber""#, r#""evil:flightNumber""#, 1)),
        ("payload-with-an-id-in-capitals", "refused BadLine", text.replace(&id, &id.to_uppercase())),
        ("payload-with-carriage-returns", "refused BadLine", text.replace('\n', "\r\n\r\n")),
        ("payload-with-an-unknown-class-of-provenance", "refused BadLine", text.replacen("vendor_export", "certified", 1)),
    ];
    cases.into_iter().map(|(name, outcome, text)| Vector { name: name.into(), outcome, kind: "payload", text }).collect()
}

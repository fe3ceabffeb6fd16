//! Writes the vectors, and exchanges messages with libraries nobody here wrote.
//!
//! - `vectors write` writes `crates/protocol/vectors/`;
//! - `vectors emit` prints a signed and a sealed message as JSON, with the keys to read them;
//! - `vectors accept` reads the same from standard input, made by another library, and says whether we take it.

#[path = "../tests/common/mod.rs"]
mod common;

use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::ExitCode;

use common::*;
use holdall_protocol::key::Jwk;
use holdall_protocol::message::{Grant, Receipt};
use holdall_protocol::{Digest, Signed, jose};
use serde::{Deserialize, Serialize};

/// What goes to and comes from the other library.
#[derive(Serialize, Deserialize)]
struct Exchange {
    /// Signed by the partner.
    receipt: String,
    /// Signed by the person, whose key is in the header.
    grant: String,
    /// Sealed to the partner.
    parcel: String,
    /// What must be in the parcel.
    parcel_sha256: Digest,
    signing_key: PrivateJwk,
    person_key: PrivateJwk,
    opening_key: PrivateJwk,
    /// `apu` and `apv` of the parcel, base64url.
    apu: String,
    apv: String,
}

#[derive(Serialize, Deserialize)]
struct PrivateJwk {
    kty: String,
    crv: String,
    x: String,
    d: String,
    kid: String,
}

fn b64(bytes: &[u8]) -> String {
    use base64ct::Encoding as _;
    base64ct::Base64UrlUnpadded::encode_string(bytes)
}

fn private(jwk: Jwk, secret: &[u8; 32], kid: String) -> PrivateJwk {
    PrivateJwk { kty: jwk.kty, crv: jwk.crv, x: jwk.x, d: b64(secret), kid }
}

fn emit() -> Exchange {
    let (share, partner, person) = (share(), partner(), person());
    let receipt = Signed::sign(receipt(&share), &partner.signing).expect("signs");
    let sealing = partner.opening.sealing_key();
    let place = share.payload.place();
    let (signer, author) = (partner.signing.verifying_key(), person.verifying_key());
    Exchange {
        receipt: receipt.token().into(),
        grant: share.grant.token().into(),
        parcel: share.parcel,
        parcel_sha256: share.payload.commit(),
        signing_key: private(signer.jwk(), &partner.signing.seed(), signer.thumbprint().to_string()),
        person_key: private(author.jwk(), &person.seed(), author.thumbprint().to_string()),
        opening_key: private(sealing.jwk(), &partner.opening.to_bytes(), sealing.thumbprint().to_string()),
        apu: b64(format!("{}.{}.{}", place.grant, place.seq, place.n).as_bytes()),
        apv: b64(sealing.thumbprint().to_string().as_bytes()),
    }
}

fn accept(exchange: &Exchange) -> Result<(), String> {
    let place = share().payload.place();
    Signed::<Receipt>::verify(&exchange.receipt, &[partner().signing.verifying_key()]).map_err(|e| format!("receipt: {e}"))?;
    let grant = Signed::<Grant>::verify_by_own_key(&exchange.grant).map_err(|e| format!("grant: {e}"))?;
    if grant.claims() != share().grant.claims() {
        return Err("grant: other claims than were sent".into());
    }
    let text = jose::open(&exchange.parcel, &place, &partner().opening).map_err(|e| format!("parcel: {e}"))?;
    if Digest::of(&text) == exchange.parcel_sha256 { Ok(()) } else { Err("parcel: other content than was sent".into()) }
}

fn write(folder: &Path) -> std::io::Result<usize> {
    std::fs::create_dir_all(folder)?;
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|e| e == "txt") {
            std::fs::remove_file(path)?;
        }
    }
    let all = common::vectors::all();
    for vector in &all {
        std::fs::write(folder.join(format!("{}.txt", vector.name)), vector.file())?;
    }
    Ok(all.len())
}

fn run(command: Option<&str>) -> Result<String, String> {
    match command {
        Some("write") => {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors");
            write(&folder).map(|n| format!("wrote {n} vectors")).map_err(|e| e.to_string())
        }
        Some("emit") => serde_json::to_string(&emit()).map_err(|e| e.to_string()),
        Some("accept") => {
            let mut text = String::new();
            std::io::stdin().read_to_string(&mut text).map_err(|e| e.to_string())?;
            accept(&serde_json::from_str(&text).map_err(|e| e.to_string())?).map(|()| "accepted".into())
        }
        _ => Err("say write, emit or accept".into()),
    }
}

fn main() -> ExitCode {
    match run(std::env::args().nth(1).as_deref()) {
        Ok(text) => match writeln!(std::io::stdout(), "{text}") {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::FAILURE,
        },
        Err(reason) => {
            eprintln!("vectors: {reason}");
            ExitCode::FAILURE
        }
    }
}

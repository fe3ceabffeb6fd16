//! The room `protocol`'s vectors, posted to a real partner: every defect is refused with its own code, over HTTP as in a test.

mod common;

use common::*;
use holdall_protocol::message::GrantSubmission;
use holdall_protocol::{Code, JoseError};

fn code_of(error: &str) -> Code {
    let all = [
        JoseError::TooLarge,
        JoseError::Malformed,
        JoseError::WrongType,
        JoseError::HeaderNotAllowed,
        JoseError::AlgorithmNotAllowed,
        JoseError::KeyMissing,
        JoseError::UnknownKey,
        JoseError::IssuerMismatch,
        JoseError::BadSignature,
        JoseError::Version,
        JoseError::Claims,
    ];
    all.into_iter().find(|e| format!("{e:?}") == error).map(JoseError::code).expect("a known error")
}

#[test]
fn each_bad_grant_is_refused_with_its_code() {
    let stage = Stage::open(0, None);
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../protocol/vectors");
    let mut posted = 0;
    for entry in std::fs::read_dir(folder).expect("the vectors are there") {
        let path = entry.expect("an entry").path();
        let file = std::fs::read_to_string(&path).expect("text");
        let lines: Vec<&str> = file.splitn(3, '\n').collect();
        let [outcome, "grant", token] = lines[..] else { continue };
        let submission = GrantSubmission { grant: token.into(), manifest: None, parcels: vec![] };
        // The good one is from another partner's test: nothing is wrong with its envelope, only with where it arrived.
        let expected = outcome.strip_prefix("refused ").map_or(Code::WrongAudience, code_of);
        assert_eq!(stage.post("/dgp/v1/grants", &submission).refusal(), expected, "{}", path.display());
        posted += 1;
    }
    assert!(posted >= 11, "{posted}");
}

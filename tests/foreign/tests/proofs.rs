//! Every kept proof, checked by `docs/verify.py`, which shares no line with us: the verdicts must agree.

use std::path::Path;
use std::process::Command;

/// Exit codes of `verify.py` by the verdict a proof's name begins with.
const CODES: [(&str, i32); 3] = [("complete", 0), ("invalid", 1), ("incomplete", 2)];

#[test]
fn an_independent_checker_comes_to_the_same_verdicts() {
    let python = std::env::var_os("HOLDALL_FOREIGN_PYTHON").expect("Python is not set up: run `cargo xtask test foreign`");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut seen = 0;
    for entry in std::fs::read_dir(root.join("crates/sharing/tests/proofs")).expect("kept proofs") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let verdict = name.split('-').next().unwrap_or_default();
        let (_, code) = CODES.into_iter().find(|(word, _)| *word == verdict).expect("a verdict");
        let output = Command::new(&python).arg(root.join("docs/verify.py")).arg(&path).output().expect("Python starts");
        assert_eq!(output.status.code(), Some(code), "{name}: {}", String::from_utf8_lossy(&output.stdout));
        seen += 1;
    }
    assert_eq!(seen, 7);
}

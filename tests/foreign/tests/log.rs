//! The log of a real vault, checked by `docs/verify_log.py`, which shares no line with us.

use std::path::Path;
use std::process::Command;

use holdall_journeys::{Desk, exports};

/// Whether the script calls the copy whole, and what it says.
fn check(copy: &Path, head: Option<&str>) -> (bool, String) {
    let python = std::env::var_os("HOLDALL_FOREIGN_PYTHON").expect("Python is not set up: run `cargo xtask test foreign`");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/verify_log.py");
    let output = Command::new(&python).arg(script).arg(copy).args(head).output().expect("Python starts");
    (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
fn i10_a_copy_of_the_log_is_checked_without_us() {
    let desk = Desk::with_passphrase();
    desk.holdall(["vault", "create"]).ok();
    desk.holdall(["import", "--yes", &exports::flights(desk.home()).to_string_lossy()]).ok();
    let copy = desk.home().join("log.jsonl");
    let saved = desk.holdall(["audit", "export", &copy.to_string_lossy()]).ok().json();
    let head = saved["check"]["head"].as_str().expect("a hash");
    let (whole, said) = check(&copy, Some(head));
    assert!(whole && said.contains(head), "{said}");

    let text = std::fs::read_to_string(&copy).expect("the copy");
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines.len() >= 2 && saved["entries"] == lines.len(), "{saved}");
    let changed = text.replace("imported", "im-ported");
    let (gone, swapped, short) = (lines[1..].join("\n"), [lines[1], lines[0]].join("\n"), lines[..1].join("\n"));
    for (what, bent) in [("changed", &changed), ("an entry gone", &gone), ("out of order", &swapped), ("the end gone", &short)] {
        assert_ne!(bent, &text);
        let file = desk.home().join("bent.jsonl");
        std::fs::write(&file, bent).expect("our own folder");
        assert!(!check(&file, Some(head)).0, "{what}");
    }
}

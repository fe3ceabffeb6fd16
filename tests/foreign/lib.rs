//! Asks JOSE libraries of other people, in other languages, to read and write the envelopes of the Data Grant Protocol.
//!
//! If one of them disagrees with us, a partner who uses it will, too. `cargo xtask test foreign` sets both up.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::Value;

/// A foreign library behind a small script that answers a list of questions as JSON.
pub struct Library {
    pub name: &'static str,
    variable: &'static str,
    script: &'static str,
}

/// `jose` from npm, and `joserfc` from PyPI.
pub const LIBRARIES: [Library; 2] = [
    Library { name: "jose", variable: "HOLDALL_FOREIGN_NODE", script: "jose.mjs" },
    Library { name: "joserfc", variable: "HOLDALL_FOREIGN_PYTHON", script: "with_joserfc.py" },
];

impl Library {
    /// Asks all questions at once; the answers come in the same order.
    pub fn ask(&self, questions: &[Value]) -> Vec<Value> {
        let program =
            std::env::var_os(self.variable).unwrap_or_else(|| panic!("{} is not set up: run `cargo xtask test foreign`", self.name));
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/").to_owned() + self.script;
        let mut child = Command::new(program)
            .arg(script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{} cannot be started: {error}", self.name));
        let text = serde_json::to_vec(questions).expect("questions are JSON");
        child.stdin.take().expect("its input is piped").write_all(&text).expect("it reads the questions");
        let output = child.wait_with_output().expect("it answers");
        assert!(output.status.success(), "{} stumbled; its message is above", self.name);
        let answers: Vec<Value> = serde_json::from_slice(&output.stdout).expect("answers are a list");
        assert_eq!(answers.len(), questions.len(), "{} left a question open", self.name);
        answers
    }
}

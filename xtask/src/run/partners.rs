//! The two demo partners, on this computer alone, for as long as the demo runs.

use crate::{shell, workspace};
use anyhow::{Context, Result};
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// Running partners; they end when this is dropped.
pub struct Partners {
    child: Child,
    /// Answers a status match from flown segments.
    pub airline: String,
    /// Answers from the books you have bought.
    pub bookseller: String,
}

impl Partners {
    /// Starts them and returns when both are listening: then they print one line with their addresses.
    pub fn start(folder: &Path) -> Result<Partners> {
        let mut command = Command::new(workspace::program("debug", "holdall-partner")?);
        command
            .args(["demo", "--json", "--port", "0", "--dir", "partners"])
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped());
        println!("$ {} &", shell::shown(&command));
        let child = command.spawn().context("the demo partners cannot be started")?;
        let mut partners = Partners { child, airline: String::new(), bookseller: String::new() };
        let output = partners.child.stdout.take().context("the demo partners have no standard output")?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        let ready: Value = serde_json::from_str(&line).context("the demo partners ended before they were ready; their message is above")?;
        let address = |number: usize| {
            ready["partners"][number]["origin"]
                .as_str()
                .map(str::to_owned)
                .with_context(|| format!("the demo partners tell no address: {line}"))
        };
        partners.airline = address(0)?;
        partners.bookseller = address(1)?;
        Ok(partners)
    }
}

impl Drop for Partners {
    fn drop(&mut self) {
        // Gone already, or not ours any more: nothing is left to do in either case.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

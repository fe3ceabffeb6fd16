//! The two demo partners, on this computer alone, for as long as the demo runs.

use crate::{shell, workspace};
use anyhow::{Context, Result, bail};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// How many partners `holdall-partner demo` starts.
const COUNT: usize = 2;

/// Running partners; they end when this is dropped.
pub struct Partners {
    child: Child,
    addresses: Vec<String>,
}

impl Partners {
    /// Starts them and returns when both are listening. What they print later goes to `partners.log` in `folder`.
    pub fn start(folder: &Path) -> Result<Partners> {
        let mut command = Command::new(workspace::program("debug", "holdall-partner")?);
        command.arg("demo").current_dir(folder).stdin(Stdio::null()).stdout(Stdio::piped());
        println!("$ {} &", shell::shown(&command));
        let mut child = command.spawn().context("the demo partners cannot be started")?;
        let output = child.stdout.take().context("the demo partners have no standard output")?;
        let mut partners = Partners { child, addresses: Vec::new() };
        let mut lines = BufReader::new(output).lines();
        while partners.addresses.len() < COUNT {
            let Some(line) = lines.next() else { bail!("the demo partners ended before they were ready; their message is above") };
            let line = line?;
            println!("{line}");
            partners.addresses.extend(address(&line));
        }
        let mut log = std::fs::File::create(folder.join("partners.log"))?;
        // Ends by itself when the partners do. A log that cannot be written must not stop them.
        std::thread::spawn(move || lines.map_while(Result::ok).try_for_each(|line| writeln!(log, "{line}")));
        Ok(partners)
    }

    pub fn addresses(&self) -> &[String] {
        &self.addresses
    }
}

impl Drop for Partners {
    fn drop(&mut self) {
        // Gone already, or not ours any more: nothing is left to do in either case.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// The loopback address in a line, if it names one.
fn address(line: &str) -> Option<String> {
    let start = line.find("http://127.0.0.1:").or_else(|| line.find("http://localhost:"))?;
    let rest = &line[start..];
    let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || ":/.".contains(c))).unwrap_or(rest.len());
    Some(rest[..end].trim_end_matches(['/', '.']).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_found_in_a_sentence() {
        assert_eq!(address("Skyward listens on http://127.0.0.1:8301/.").as_deref(), Some("http://127.0.0.1:8301"));
        assert_eq!(address("nothing here"), None);
    }
}

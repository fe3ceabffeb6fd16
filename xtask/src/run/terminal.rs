//! The main job in the terminal: every step is a real command, shown before it runs, with its real output.

use super::demo::{self, Demo};
use super::partners::Partners;
use crate::{shell, workspace};
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::process::Command;
use std::time::Instant;

/// The demo's own; whoever clones the project knows it.
const PASSPHRASE: &str = "a demo needs no secret";

struct Stage {
    demo: Demo,
}

/// Plays all steps with programs that are built already.
pub fn play() -> Result<()> {
    let start = Instant::now();
    let demo = Demo::fresh()?;
    std::fs::write(demo.folder.join("passphrase"), PASSPHRASE)?;
    let partners = Partners::start(&demo.folder)?;
    println!("\n$ cd '{}'\n$ export HOLDALL_VAULT=vault HOLDALL_DEVELOPMENT=1", demo.folder.display());
    let stage = Stage { demo };
    stage.keep()?;
    stage.see()?;
    for address in [&partners.airline, &partners.bookseller] {
        stage.share(address)?;
    }
    stage.revoke_and_prove()?;
    println!("\nImported, seen, shared, revoked and proved in {:.0} s.", start.elapsed().as_secs_f64());
    Ok(())
}

impl Stage {
    fn keep(&self) -> Result<()> {
        say("A vault is one encrypted folder. Here a passphrase opens it; the window uses the computer's key ring.");
        self.create()?;
        say("Exports go in as the vendors gave them. A preview comes first; --yes stores it.");
        let files: Vec<String> = demo::contents().map(|(name, _)| format!("exports/{name}")).collect();
        let mut words = vec!["import", "--yes"];
        words.extend(files.iter().map(String::as_str));
        self.run(&words)?;
        say("The same files again bring nothing new.");
        self.run(&words)
    }

    /// Makes the vault, and types back the groups of the recovery code that it asks for.
    fn create(&self) -> Result<()> {
        let mut printed = String::new();
        let succeeded = shell::watch(&mut self.command(&["vault", "create"])?, |line| {
            printed.push_str(line);
            printed.push('\n');
        })?;
        ensure!(succeeded, "the vault could not be made; the reason is above");
        let groups = groups_to_prove(&printed);
        let mut words = vec!["vault", "prove"];
        words.extend(groups.iter().map(String::as_str));
        self.run(&words)
    }

    fn see(&self) -> Result<()> {
        say("Everything is in one place.");
        self.run(&["vendors"])?;
        self.run(&["find", "--limit", "5"])
    }

    fn share(&self, address: &str) -> Result<()> {
        say("A partner signs who it is, what it asks for, and what it gives back. Nothing leaves yet.");
        self.run(&["partner", "add", address])?;
        self.run(&["offers", address])?;
        let offers = self.ask(&["offers", address])?;
        let purpose = offers[0]["purpose"].as_str().context("the partner offers nothing")?;
        say("The preview is, byte for byte, what would leave.");
        self.run(&["share", address, purpose, "--preview"])?;
        self.run(&["share", address, purpose, "--yes"])
    }

    fn revoke_and_prove(&self) -> Result<()> {
        say("Partners answer with signed receipts, and with what they promised.");
        self.run(&["sync"])?;
        self.run(&["grants"])?;
        let grants = self.ask(&["grants"])?;
        let grant = grants[0]["grant_id"].as_str().context("there is no share")?;
        self.run(&["grants", grant])?;
        say("Revoking stops it here at once; the partner must confirm, delete, and sign that it did.");
        self.run(&["revoke", grant, "--yes"])?;
        self.run(&["sync"])?;
        self.run(&["grants", grant])?;
        say("The proof of it all is one file. It is checked without the vault.");
        self.run(&["proof", grant, "share.dgproof"])?;
        self.run(&["verify", "share.dgproof"])
    }

    fn command(&self, words: &[&str]) -> Result<Command> {
        let mut command = Command::new(workspace::program("debug", "holdall")?);
        command.args(words).current_dir(&self.demo.folder).env("HOLDALL_VAULT", "vault").env("HOLDALL_DEVELOPMENT", "1");
        if words[0] != "verify" {
            command.args(["--passphrase-file", "passphrase"]);
        }
        Ok(command)
    }

    fn run(&self, words: &[&str]) -> Result<()> {
        shell::run(&mut self.command(words)?)
    }

    /// The same as JSON, without showing it: to learn the names that the next step needs.
    fn ask(&self, words: &[&str]) -> Result<Value> {
        let text = shell::capture(self.command(words)?.arg("--json"))?;
        serde_json::from_str(&text).with_context(|| format!("`holdall {} --json` did not print JSON", words[0]))
    }
}

/// From what `vault create` printed: the groups it asks for (`3=… 7=…`), each with the text that stands beside its number (`3: ABCD`).
fn groups_to_prove(printed: &str) -> Vec<String> {
    let asked = printed.split_whitespace().filter_map(|word| word.strip_suffix("=…"));
    let text_of = |number: &str| printed.lines().find_map(|line| line.trim().strip_prefix(&format!("{number}: ")));
    asked.filter_map(|number| Some(format!("{number}={}", text_of(number)?.trim()))).collect()
}

fn say(text: &str) {
    println!("\n# {text}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_groups_that_are_asked_for_are_typed_back() {
        let printed = "Recovery code:\n\n  1: AAAA\n  2: BBBB\n  3: CCCC\nThen prove it: holdall vault prove 3=… 1=…\n";
        assert_eq!(groups_to_prove(printed), ["3=CCCC", "1=AAAA"]);
    }
}

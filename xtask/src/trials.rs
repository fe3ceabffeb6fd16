//! `cargo xtask trials`: runs the tests that carry the number of a trial (docs/trials.md), and prints trial, test and result.

use crate::{shell, workspace};
use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

pub struct Trial {
    pub id: String,
    what: String,
    /// Why no test tries it.
    reason: String,
}

/// A test and whether it passed.
pub type Outcome = (String, bool);

pub fn command(args: &[String]) -> Result<()> {
    if !args.is_empty() {
        bail!("type: cargo xtask trials");
    }
    let trials = listed()?;
    let mut tests = by_trial(rust_tests(&trials)?.into_iter().chain(stories()?));
    let (mut passed, mut failed, mut untried) = (0, 0, 0);
    for trial in &trials {
        let outcomes = tests.remove(&trial.id).unwrap_or_default();
        match print(trial, &outcomes) {
            OK => passed += 1,
            FAILED => failed += 1,
            _ => untried += 1,
        }
    }
    for id in tests.keys() {
        println!("{id}: tests carry this number, and docs/trials.md does not list it");
    }
    println!("\n{passed} trials passed, {failed} failed, {untried} without a test");
    if failed > 0 || !tests.is_empty() {
        bail!("not every trial went well; see the table above");
    }
    Ok(())
}

/// The trials of docs/trials.md, in its order.
pub fn listed() -> Result<Vec<Trial>> {
    let page = fs::read_to_string(workspace::root().join("docs/trials.md")).context("docs/trials.md")?;
    Ok(page.lines().filter_map(row).collect())
}

pub fn by_trial(outcomes: impl IntoIterator<Item = (String, Outcome)>) -> BTreeMap<String, Vec<Outcome>> {
    let mut tests: BTreeMap<String, Vec<Outcome>> = BTreeMap::new();
    for (id, outcome) in outcomes {
        tests.entry(id).or_default().push(outcome);
    }
    tests
}

const OK: &str = "ok";
const FAILED: &str = "FAILED";

/// Prints a trial with what became of its tests, and returns that.
pub fn print(trial: &Trial, outcomes: &[Outcome]) -> &'static str {
    let result = match outcomes.iter().find(|(_, ok)| !ok) {
        Some(_) => FAILED,
        None if !outcomes.is_empty() => OK,
        None => "–",
    };
    let names: Vec<&str> = outcomes.iter().map(|(name, _)| name.as_str()).collect();
    let names = if names.is_empty() && trial.reason.is_empty() { "no test yet".to_owned() } else { names.join(", ") };
    println!("{:<4} {result:<7} {}\n             {names}{}", trial.id, trial.what, trial.reason);
    result
}

/// `| A1 | what is tried | what must happen | why not |`
fn row(line: &str) -> Option<Trial> {
    let cells: Vec<&str> = line.strip_prefix('|')?.strip_suffix('|')?.split('|').map(str::trim).collect();
    let [id, what, _, reason] = cells[..] else { return None };
    let number = id.strip_prefix(|c: char| c.is_ascii_uppercase())?;
    number.parse::<u32>().ok()?;
    Some(Trial { id: id.to_owned(), what: what.to_owned(), reason: reason.to_owned() })
}

fn rust_tests(trials: &[Trial]) -> Result<Vec<(String, Outcome)>> {
    let filters = trials.iter().filter_map(|t| Some(format!("{}{:02}_", t.id[..1].to_lowercase(), t.id[1..].parse::<u32>().ok()?)));
    shell::run(workspace::cargo().args(["build", "--workspace", "--exclude", "xtask"]))?;
    let mut command = workspace::cargo();
    command.args(["test", "--workspace", "--exclude", "xtask", "--exclude", "holdall-foreign", "--no-fail-fast", "--"]).args(filters);
    println!("$ cargo test --workspace -- (every trial's number)");
    let output = command.output().context("cargo test")?;
    let text = String::from_utf8_lossy(&output.stdout);
    let outcomes: Vec<_> = text.lines().flat_map(rust_outcomes).collect();
    if outcomes.is_empty() {
        bail!("the tests did not run:\n{}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(outcomes)
}

/// `test keys::tests::e11_a_code_is_read ... ok`; a test may try several trials: `e02_e03_…`.
pub fn rust_outcomes(line: &str) -> Vec<(String, Outcome)> {
    let Some((path, result)) = line.strip_prefix("test ").and_then(|test| test.split_once(" ... ")) else { return Vec::new() };
    let name = path.rsplit("::").next().unwrap_or(path);
    name.split('_').map_while(number).map(|id| (id, (name.to_owned(), result == "ok"))).collect()
}

/// `e02` is E2.
fn number(word: &str) -> Option<String> {
    let (group, digits) = word.split_at_checked(1)?;
    let is_number = digits.len() == 2 && group.bytes().all(|b| b.is_ascii_lowercase());
    is_number.then(|| digits.parse::<u32>().ok().map(|n| format!("{}{n}", group.to_uppercase())))?
}

/// The window's stories, where this system can tell them.
fn stories() -> Result<Vec<(String, Outcome)>> {
    if !cfg!(target_os = "linux") {
        return Ok(Vec::new());
    }
    let mut command = Command::new(std::env::current_exe().context("this program")?);
    println!("$ cargo xtask test window");
    let output = command.args(["test", "window"]).output().context("cargo xtask test window")?;
    let text = String::from_utf8_lossy(&output.stdout);
    Ok(text.lines().filter_map(story_outcome).collect())
}

/// `✔ K1: the vault locks (5563 ms)`
fn story_outcome(line: &str) -> Option<(String, Outcome)> {
    let (mark, rest) = line.trim().split_once(' ')?;
    let (id, name) = rest.split_once(": ")?;
    let number = id.strip_prefix(|c: char| c.is_ascii_uppercase())?;
    number.parse::<u32>().ok()?;
    let name = name.rsplit_once(" (").map_or(name, |(name, _)| name);
    matches!(mark, "✔" | "✖").then(|| (id.to_owned(), (name.to_owned(), mark == "✔")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_tells_its_trial() {
        let ids = |line| rust_outcomes(line).into_iter().map(|(id, (_, ok))| (id, ok)).collect::<Vec<_>>();
        assert_eq!(ids("test keys::recovery::tests::e11_typed_in_any_case ... ok"), [("E11".to_owned(), true)]);
        assert_eq!(ids("test a05_a06_names ... FAILED"), [("A5".to_owned(), false), ("A6".to_owned(), false)]);
        assert_eq!(ids("test row_of_two ... ok"), []);
    }

    #[test]
    fn a_story_tells_its_trial() {
        let outcome = story_outcome("✔ K1: the screen locks, the vault too (5563.03ms)");
        assert_eq!(outcome, Some(("K1".into(), ("the screen locks, the vault too".into(), true))));
        assert_eq!(story_outcome("✔ import, search, share, revoke, prove (14828ms)"), None);
    }
}

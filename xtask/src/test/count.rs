//! How many tests passed: read from what cargo, vitest and node print.

use crate::shell;
use anyhow::{Result, bail};
use std::process::Command;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    pub passed: u32,
    pub failed: u32,
}

impl Count {
    /// A check that either holds or not, counted as one.
    pub const ONE: Count = Count { passed: 1, failed: 0 };

    /// Adds what one line of a test runner's report says, if it says anything.
    fn read(&mut self, line: &str) {
        let line = &without_colours(line);
        let line = line.trim();
        if let Some(result) = line.strip_prefix("test result: ") {
            self.add(result, " passed", " failed");
        } else if let Some(result) = line.strip_prefix("Tests ") {
            self.add(result, " passed", " failed");
        } else if let Some(count) = node_count(line, "pass") {
            self.passed += count;
        } else if let Some(count) = node_count(line, "fail").or_else(|| node_count(line, "cancelled")) {
            self.failed += count;
        }
    }

    fn add(&mut self, text: &str, passed: &str, failed: &str) {
        self.passed += number_before(text, passed).unwrap_or(0);
        self.failed += number_before(text, failed).unwrap_or(0);
    }
}

/// Runs a test runner, shows its output, and counts. A run that reports no test at all is a failure: it would hide anything.
pub fn run(command: &mut Command) -> Result<Count> {
    watch(command, |_| ())
}

/// [`run`] that hands every line on.
pub fn watch(command: &mut Command, mut line: impl FnMut(&str)) -> Result<Count> {
    let mut count = Count::default();
    let succeeded = shell::watch(command, |text| {
        count.read(text);
        line(text);
    })?;
    if succeeded && count.passed == 0 {
        bail!("`{}` succeeded without running a single test", shell::shown(command));
    }
    if !succeeded && count.failed == 0 {
        count.failed = 1;
    }
    Ok(count)
}

/// The text without the escape sequences that colour it; some runners colour even into a pipe.
fn without_colours(line: &str) -> String {
    let mut pieces = line.split('\u{1b}');
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(first, |text, piece| text + piece.split_once('m').map_or("", |(_, rest)| rest))
}

fn number_before(text: &str, word: &str) -> Option<u32> {
    let end = text.find(word)?;
    let digits = text[..end].rsplit(|c: char| !c.is_ascii_digit()).next()?;
    digits.parse().ok()
}

/// `ℹ pass 3` and `# pass 3` are node's two spellings.
fn node_count(line: &str, word: &str) -> Option<u32> {
    line.strip_prefix(['ℹ', '#'])?.trim_start().strip_prefix(word)?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(lines: &[&str]) -> (u32, u32) {
        let mut count = Count::default();
        lines.iter().for_each(|line| count.read(line));
        (count.passed, count.failed)
    }

    #[test]
    fn cargo_prints_one_line_per_program() {
        let lines =
            ["test a::b ... ok", "test result: ok. 12 passed; 0 failed; 0 ignored", "test result: FAILED. 3 passed; 2 failed; 0 ignored"];
        assert_eq!(count(&lines), (15, 2));
    }

    #[test]
    fn vitest_prints_failures_first() {
        assert_eq!(count(&[" Test Files  1 failed | 3 passed (4)", "      Tests  1 failed | 11 passed (12)"]), (11, 1));
        assert_eq!(count(&["      Tests  7 passed (7)"]), (7, 0));
        assert_eq!(
            count(&["\u{1b}[2m      Tests \u{1b}[22m \u{1b}[1m\u{1b}[32m7 passed\u{1b}[39m\u{1b}[22m\u{1b}[90m (7)\u{1b}[39m"]),
            (7, 0)
        );
    }

    #[test]
    fn node_prints_a_line_per_kind() {
        assert_eq!(count(&["ℹ tests 5", "ℹ pass 4", "ℹ fail 1", "ℹ cancelled 0"]), (4, 1));
        assert_eq!(count(&["# pass 2", "# fail 0"]), (2, 0));
    }
}

//! Every test that SECURITY.md names is there.

use super::{Problem, Tree};
use anyhow::Result;

const PAGE: &str = "SECURITY.md";

pub fn check(tree: &Tree) -> Result<Vec<Problem>> {
    let Some(page) = tree.sources.iter().find(|source| source.path == PAGE) else { return Ok(Vec::new()) };
    let rust: Vec<&str> = tree.sources.iter().filter(|source| source.has_ending(&["rs"])).map(|source| source.text.as_str()).collect();
    let is_there = |name: &str| rust.iter().any(|text| text.contains(&format!("fn {name}(")));
    let missing = named(&page.text).into_iter().filter(|(_, name)| !is_there(name));
    Ok(missing.map(|(line, name)| Problem::new(PAGE, line, format!("there is no test called {name}"))).collect())
}

/// Line and name of everything in backticks that looks like a test: words with underscores between them, three at least.
fn named(text: &str) -> Vec<(usize, &str)> {
    let is_test =
        |name: &&str| name.matches('_').count() >= 2 && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    let lines = text.lines().zip(1..);
    lines.flat_map(|(line, number)| line.split('`').skip(1).step_by(2).filter(is_test).map(move |name| (number, name))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_are_told_from_other_code() {
        let text = "a `f04_damage_is_reported` b `keys.json`\n`holdall audit`, `vault_id`, `every_kill_is_survived`";
        assert_eq!(named(text), [(1, "f04_damage_is_reported"), (2, "every_kill_is_survived")]);
    }
}

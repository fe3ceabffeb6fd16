//! The table in ARCHITECTURE.md against what cargo says the rooms really use.

use super::{Problem, Tree};
use crate::workspace;
use anyhow::{Context, Result};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

const PAGE: &str = "ARCHITECTURE.md";

/// One line of the code map.
#[derive(Debug, PartialEq, Eq)]
struct Row {
    line: usize,
    package: String,
    may_use: BTreeSet<String>,
    /// A foreign crate, and the other rooms that share it.
    alone: Vec<(String, BTreeSet<String>)>,
}

/// For each package of the workspace: the names of what it depends on, tests left aside.
type Uses = BTreeMap<String, BTreeSet<String>>;

pub fn check(tree: &Tree) -> Result<Vec<Problem>> {
    let page = tree.sources.iter().find(|source| source.path == PAGE).context("ARCHITECTURE.md is missing")?;
    Ok(compare(&rows(&page.text), &uses(&workspace::metadata()?)?))
}

fn rows(page: &str) -> Vec<Row> {
    let table = page.lines().enumerate().skip_while(|(_, line)| !line.starts_with("| room |")).skip(2);
    table.take_while(|(_, line)| line.starts_with('|')).filter_map(|(index, line)| row(index + 1, line)).collect()
}

/// `None` for rooms that are not packages: `ui/`, `vendors/`.
fn row(line: usize, text: &str) -> Option<Row> {
    let cells: Vec<&str> = text.trim_matches('|').split('|').map(str::trim).collect();
    let [room, _what, may_use, alone] = cells.as_slice() else { return None };
    let alone = outside_brackets(alone).into_iter().filter(|name| !matches!(*name, "–" | "-" | "")).map(exclusive).collect();
    let may_use = may_use.split(',').map(str::trim).map(|name| format!("holdall-{name}")).collect();
    Some(Row { line, package: package_of(room)?, may_use, alone })
}

fn package_of(room: &str) -> Option<String> {
    let name = room.trim_matches('`');
    if let Some(crate_name) = name.strip_prefix("crates/") {
        Some(format!("holdall-{crate_name}"))
    } else if room.starts_with("root package") {
        Some("holdall-desktop".to_owned())
    } else {
        (name == "xtask").then(|| name.to_owned())
    }
}

/// Splits at commas, but not at those inside brackets.
fn outside_brackets(cell: &str) -> Vec<&str> {
    let mut depth = 0;
    cell.split(|c| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        c == ',' && depth == 0
    })
    .map(str::trim)
    .collect()
}

/// `clap (with partner, xtask)` → clap, shared with these two.
fn exclusive(cell: &str) -> (String, BTreeSet<String>) {
    let (name, others) = cell.split_once(" (with ").unwrap_or((cell, ""));
    let others = others.trim_end_matches(')').split(',').map(str::trim).filter(|other| !other.is_empty());
    (name.to_owned(), others.map(|other| if other == "xtask" { other.to_owned() } else { format!("holdall-{other}") }).collect())
}

fn uses(metadata: &Value) -> Result<Uses> {
    let members: BTreeSet<&str> =
        metadata["workspace_members"].as_array().context("no workspace members")?.iter().filter_map(Value::as_str).collect();
    let packages = metadata["packages"].as_array().context("no packages")?;
    let ours = packages.iter().filter(|package| package["id"].as_str().is_some_and(|id| members.contains(id)) && !is_story(package));
    Ok(ours.map(|package| (name(package), shipped_dependencies(package))).collect())
}

/// Stories under `tests/` stand outside the house and look at all of it.
fn is_story(package: &Value) -> bool {
    let manifest = package["manifest_path"].as_str().unwrap_or_default();
    std::path::Path::new(manifest).starts_with(workspace::root().join("tests"))
}

fn name(value: &Value) -> String {
    value["name"].as_str().unwrap_or_default().to_owned()
}

fn shipped_dependencies(package: &Value) -> BTreeSet<String> {
    let all = package["dependencies"].as_array().map(Vec::as_slice).unwrap_or_default();
    all.iter().filter(|dependency| dependency["kind"].as_str() != Some("dev")).map(name).collect()
}

fn compare(rows: &[Row], uses: &Uses) -> Vec<Problem> {
    let mut problems = Vec::new();
    for package in uses.keys().filter(|package| !rows.iter().any(|row| row.package == **package)) {
        problems.push(Problem::new(PAGE, 0, format!("the package {package} is not in the code map; add a row for it")));
    }
    for row in rows {
        match uses.get(&row.package) {
            Some(used) => check_arrows(row, used, uses, &mut problems),
            None => problems.push(Problem::new(PAGE, row.line, format!("there is no package {}", row.package))),
        }
        check_exclusive(row, rows, uses, &mut problems);
    }
    problems
}

fn check_arrows(row: &Row, used: &BTreeSet<String>, uses: &Uses, problems: &mut Vec<Problem>) {
    for room in used.iter().filter(|name| uses.contains_key(*name) && !row.may_use.contains(*name)) {
        let text = format!("{} uses {room}, which its row does not allow; arrows point downward only", row.package);
        problems.push(Problem::new(PAGE, row.line, text));
    }
}

fn check_exclusive(row: &Row, rows: &[Row], uses: &Uses, problems: &mut Vec<Problem>) {
    for (dependency, shared) in &row.alone {
        let listed =
            |package: &str| rows.iter().any(|other| other.package == package && other.alone.iter().any(|(name, _)| name == dependency));
        let users: Vec<&String> = uses.iter().filter(|(_, used)| used.contains(dependency)).map(|(package, _)| package).collect();
        for user in users.iter().filter(|user| **user != &row.package && !shared.contains(**user) && !listed(user)) {
            problems.push(Problem::new(PAGE, row.line, format!("{user} uses {dependency}, which belongs to {} alone", row.package)));
        }
        if !users.contains(&&row.package) {
            problems.push(Problem::new(PAGE, row.line, format!("{} does not use {dependency}; take it out of its row", row.package)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "text\n| room | what it is | may use | alone uses |\n|---|---|---|---|\n\
        | `crates/model` | nouns | – | – |\n\
        | `crates/vault` | disk | model | rusqlite (with partner), zstd |\n\
        | `crates/partner` | server | – | axum |\n\
        | `ui/` | window | generated types of app | – |\n\nafter | the | table | x |\n";

    fn problems(uses: &[(&str, &[&str])]) -> Vec<String> {
        let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let uses = uses.iter().map(|(package, used)| ((*package).to_owned(), set(used))).collect();
        compare(&rows(TABLE), &uses).iter().map(Problem::shown).collect()
    }

    #[test]
    fn what_the_table_allows_passes() {
        let uses: &[(&str, &[&str])] = &[
            ("holdall-model", &["serde"]),
            ("holdall-vault", &["holdall-model", "rusqlite", "zstd"]),
            ("holdall-partner", &["axum", "rusqlite"]),
        ];
        assert_eq!(problems(uses), Vec::<String>::new());
    }

    #[test]
    fn every_breach_is_named() {
        let uses: &[(&str, &[&str])] = &[
            ("holdall-model", &["holdall-vault"]),
            ("holdall-vault", &["rusqlite", "axum"]),
            ("holdall-partner", &["axum"]),
            ("holdall-extra", &[]),
        ];
        assert_eq!(
            problems(uses),
            [
                "ARCHITECTURE.md: the package holdall-extra is not in the code map; add a row for it",
                "ARCHITECTURE.md:4: holdall-model uses holdall-vault, which its row does not allow; arrows point downward only",
                "ARCHITECTURE.md:5: holdall-vault does not use zstd; take it out of its row",
                "ARCHITECTURE.md:6: holdall-vault uses axum, which belongs to holdall-partner alone",
            ]
        );
    }
}

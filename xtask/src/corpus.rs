//! `cargo xtask corpus DIR`: reads a folder of export files whose results are known, and says how many are read exactly.
//!
//! `DIR/MANIFEST.tsv` has a header with at least the columns `file`, `expected_count` and `expected_sum` (empty: no meaningful sum).

use crate::{shell, workspace};
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Exit code of a question that only a person can decide (docs/errors.md).
const ASKED: i32 = 3;

struct Expected {
    file: String,
    count: Option<u64>,
    sum: Option<i128>,
}

#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    Exact,
    Asked(String),
    Wrong(String),
}

/// What a dry run said of one file, over all its entries.
#[derive(Default)]
struct Found {
    records: u64,
    totals: BTreeMap<String, i128>,
}

pub fn command(args: &[String]) -> Result<()> {
    let release = args.iter().any(|arg| arg == "--release");
    let Some(folder) = args.iter().find(|arg| !arg.starts_with("--")) else {
        bail!("name the folder: cargo xtask corpus DIR [--release]");
    };
    let folder = PathBuf::from(folder);
    let manifest = folder.join("MANIFEST.tsv");
    let text = std::fs::read_to_string(&manifest).with_context(|| format!("cannot read {}", manifest.display()))?;
    let expected = read_manifest(&text)?;
    let holdall = build(release)?;
    let mut tally = BTreeMap::from([("exact", 0_usize), ("asked", 0), ("wrong", 0)]);
    for one in &expected {
        let verdict = judge(&holdall, &folder, one)?;
        let (word, note) = match &verdict {
            Verdict::Exact => ("exact", String::new()),
            Verdict::Asked(text) => ("asked", format!(": {text}")),
            Verdict::Wrong(text) => ("wrong", format!(": {text}")),
        };
        println!("{word}  {}{note}", one.file);
        *tally.entry(word).or_default() += 1;
    }
    println!("{} files: {} exact, {} asked, {} wrong", expected.len(), tally["exact"], tally["asked"], tally["wrong"]);
    Ok(())
}

fn build(release: bool) -> Result<PathBuf> {
    let mut command = workspace::cargo();
    command.args(["build", "--package", "holdall-cli"]);
    if release {
        command.arg("--release");
    }
    shell::run(&mut command)?;
    workspace::program(if release { "release" } else { "debug" }, "holdall")
}

fn read_manifest(text: &str) -> Result<Vec<Expected>> {
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().context("MANIFEST.tsv is empty")?.split('\t').collect();
    let column = |name: &str| header.iter().position(|known| *known == name).with_context(|| format!("MANIFEST.tsv has no column {name}"));
    let (file, count, sum) = (column("file")?, column("expected_count")?, column("expected_sum")?);
    let mut expected = Vec::new();
    for line in lines.filter(|line| !line.trim().is_empty()) {
        let cells: Vec<&str> = line.split('\t').collect();
        let cell = |index: usize| cells.get(index).copied().unwrap_or_default().trim();
        expected.push(Expected { file: cell(file).to_owned(), count: cell(count).parse().ok(), sum: parse_decimal(cell(sum)) });
    }
    Ok(expected)
}

fn judge(holdall: &Path, folder: &Path, expected: &Expected) -> Result<Verdict> {
    let mut command = Command::new(holdall);
    command.args(["import", "--dry-run", "--json"]).arg(folder.join(&expected.file)).env("HOLDALL_VAULT", folder.join("no-vault"));
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("cannot start {}", holdall.display()))?;
    let Some(code) = output.status.code().filter(|code| *code != 101) else {
        return Ok(Verdict::Wrong(format!("it crashed ({})", output.status)));
    };
    let Ok(answer) = serde_json::from_slice::<Value>(&output.stdout) else {
        return Ok(Verdict::Wrong(format!("exit {code}, and no JSON")));
    };
    if code == ASKED {
        let question = &answer["question"];
        return Ok(Verdict::Asked(question["id"].as_str().unwrap_or("a question without an id").to_owned()));
    }
    if code != 0 && expected.count != Some(0) {
        let error = &answer["error"];
        return Ok(Verdict::Wrong(format!("{} ({})", error["title"].as_str().unwrap_or("an error without a title"), error["code"])));
    }
    Ok(compare(expected, &found(&answer)))
}

fn found(answer: &Value) -> Found {
    let mut found = Found::default();
    for file in answer["files"].as_array().map(Vec::as_slice).unwrap_or_default() {
        found.records += file["records"].as_u64().unwrap_or(0);
        for sum in file["sums"].as_array().map(Vec::as_slice).unwrap_or_default() {
            let unit = sum["unit"].as_str().unwrap_or_default().to_owned();
            *found.totals.entry(unit).or_default() += sum["total"].as_str().and_then(parse_decimal).unwrap_or(0);
        }
    }
    found
}

/// A sum is right if one unit has it, or all units together: manifests give one plain number for a file.
fn compare(expected: &Expected, found: &Found) -> Verdict {
    let mut faults = Vec::new();
    if let Some(count) = expected.count
        && count != found.records
    {
        faults.push(format!("{} records instead of {count}", found.records));
    }
    if let Some(sum) = expected.sum {
        let all: i128 = found.totals.values().sum();
        if all != sum && !found.totals.values().any(|total| *total == sum) {
            let seen: Vec<String> = found.totals.iter().map(|(unit, total)| format!("{unit} {}", show_decimal(*total))).collect();
            faults.push(format!(
                "sums {} instead of {}",
                if seen.is_empty() { "none".to_owned() } else { seen.join(", ") },
                show_decimal(sum)
            ));
        }
    }
    if faults.is_empty() { Verdict::Exact } else { Verdict::Wrong(faults.join("; ")) }
}

/// Digits after the point that are compared.
const PLACES: usize = 9;

fn parse_decimal(text: &str) -> Option<i128> {
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.is_empty() || fraction.len() > PLACES {
        return None;
    }
    let value: i128 = format!("{whole}{fraction:0<PLACES$}").parse().ok()?;
    Some(if negative { -value } else { value })
}

fn show_decimal(value: i128) -> String {
    let digits = format!("{:0>width$}", value.unsigned_abs(), width = PLACES + 1);
    let (whole, fraction) = digits.split_at(digits.len() - PLACES);
    let fraction = fraction.trim_end_matches('0');
    format!("{}{whole}.{fraction:0<2}", if value < 0 { "-" } else { "" })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expected(count: u64, sum: &str) -> Expected {
        Expected { file: String::new(), count: Some(count), sum: parse_decimal(sum) }
    }

    fn answer(records: u64, sums: &[(&str, &str)]) -> Found {
        let sums: Vec<Value> = sums.iter().map(|(unit, total)| serde_json::json!({ "unit": unit, "total": total })).collect();
        found(&serde_json::json!({ "files": [{ "records": records, "sums": sums }] }))
    }

    #[test]
    fn decimals_compare_by_value() {
        assert_eq!(parse_decimal("-12.3"), parse_decimal("-12.300"));
        assert_eq!(parse_decimal("").or(parse_decimal("n/a")), None);
        assert_eq!(
            ["-12.30", "0.001", "5.00"].map(|text| show_decimal(parse_decimal(text).unwrap_or_default())),
            ["-12.30", "0.001", "5.00"]
        );
    }

    #[test]
    fn a_wrong_count_or_sum_is_wrong() {
        assert_eq!(compare(&expected(2, "-12.30"), &answer(2, &[("EUR", "-12.3")])), Verdict::Exact);
        assert_eq!(compare(&expected(2, ""), &answer(2, &[])), Verdict::Exact);
        assert_eq!(
            compare(&expected(2, "1.00"), &answer(3, &[("EUR", "2")])),
            Verdict::Wrong("3 records instead of 2; sums EUR 2.00 instead of 1.00".to_owned())
        );
    }
}

//! Looking: the newest rows, searches, sums.

use super::super::{exports, measure};
use super::Group;
use super::stage::{DATABASE, Stage};
use crate::shell;
use anyhow::Result;
use std::process::Command;

const OURS: [&str; 2] = ["holdall, encrypted vault", "holdall, pages in the clear"];
const NEWEST: &str = "SELECT id, moment, vendor, title, cents FROM rows ORDER BY id DESC LIMIT 50";
const FIND_NEWEST: &str = r#"record.find {"limit":50}"#;
const MONTHS: &str =
    "SELECT vendor, substr(moment, 1, 7) AS month, count(*), sum(cents) FROM rows GROUP BY vendor, month ORDER BY vendor, month";
const VENDORS: [&str; 2] = [r#"vendor.get {"slug":"monzo"}"#, r#"vendor.get {"slug":"amazon"}"#];
/// How often one process answers the same thing; the median counts.
const AGAIN: usize = 21;

const IN_DUCKDB: &str = "import duckdb, time, sys
rows = duckdb.connect('rows.duckdb', read_only=True)
for _ in range(21):
    start = time.perf_counter()
    rows.execute(sys.argv[1]).fetchall()
    print(f'{(time.perf_counter() - start) * 1000}\\t')";

pub fn groups(stage: &Stage) -> Vec<Group> {
    let ours = &OURS[..stage.built.len()];
    let group = |title, others: &[&'static str], round| Group { title, lines: [ours, others].concat(), round, bytes: None };
    let sums = if stage.duckdb {
        &["SQLite, plain table, GROUP BY", "DuckDB, plain table, GROUP BY"][..]
    } else {
        &["SQLite, plain table, GROUP BY"]
    };
    let words = &["SQLite FTS5, plain, newest first", "SQLite FTS5, plain, by rank"];
    vec![
        group("Unlock and show the newest 50: a new process, files not in memory", &["sqlite3, plain database"], cold),
        group("Unlock and show the newest 50: a new process, files in memory", &["sqlite3, plain database"], process),
        group("Unlock and show the newest 50: in a running program", &["SQLite, plain database"], unlock),
        group("The newest 50 in an open vault", &["SQLite, plain database"], newest),
        group("Search, half of all words are faster than", words, |stage| search(stage, 50)),
        group("Search, 95 of 100 words are faster than", words, |stage| search(stage, 95)),
        group("Search with files not in memory, 95 of 100 words are faster than", words, search_cold),
        group("Monthly sums of each vendor", sums, sums_by_month),
    ]
}

fn cold(stage: &Stage) -> Result<Vec<f64>> {
    stage.vaults().iter().chain([&DATABASE]).try_for_each(|name| stage.forget(name))?;
    process(stage)
}

fn process(stage: &Stage) -> Result<Vec<f64>> {
    let find = ["find", "--limit", "50"];
    let mut commands: Vec<Command> =
        stage.built.iter().zip(stage.vaults()).map(|(programs, vault)| programs.holdall(&stage.folder, vault, &find)).collect();
    let mut sqlite = Command::new("sqlite3");
    sqlite.current_dir(&stage.folder).args(["-readonly", DATABASE, NEWEST]);
    commands.push(sqlite);
    commands.iter_mut().map(measure::clock).collect()
}

fn unlock(stage: &Stage) -> Result<Vec<f64>> {
    let first = |answers: Vec<(f64, String)>| answers.iter().take(2).map(|(took, _)| took).sum();
    let mut took = stage.each(|build| stage.bridge(build, &[FIND_NEWEST.to_owned()]).map(first))?;
    took.push(first(stage.sql(&[NEWEST.to_owned()])?));
    Ok(took)
}

fn newest(stage: &Stage) -> Result<Vec<f64>> {
    let mut took = stage.each(|build| Ok(middle(&stage.bridge(build, &vec![FIND_NEWEST.to_owned(); AGAIN])?[1..])))?;
    took.push(middle(&stage.sql(&vec![NEWEST.to_owned(); AGAIN])?[1..]));
    Ok(took)
}

fn middle(answers: &[(f64, String)]) -> f64 {
    measure::percentile(answers.iter().map(|(took, _)| *took), 50)
}

/// All words once, and then again with what they need in memory.
fn search(stage: &Stage, of_hundred: usize) -> Result<Vec<f64>> {
    asked(stage, |once| measure::percentile(once[once.len() / 2..].iter().map(|(took, _)| *took), of_hundred))
}

fn search_cold(stage: &Stage) -> Result<Vec<f64>> {
    stage.vaults().iter().chain([&DATABASE]).try_for_each(|name| stage.forget(name))?;
    asked(stage, |once| measure::percentile(once[..once.len() / 2].iter().map(|(took, _)| *took), 95))
}

fn asked(stage: &Stage, of: impl Fn(&[(f64, String)]) -> f64) -> Result<Vec<f64>> {
    let words = exports::searches(stage.rows);
    let twice = |write: &dyn Fn(&String) -> String| words.iter().chain(&words).map(write).collect::<Vec<_>>();
    let ours = twice(&|words| format!("record.find {}", serde_json::json!({ "query": words, "limit": 50 })));
    let sql = |order| {
        twice(&|words| {
            let wanted = expression(words);
            format!(
                "SELECT id, moment, vendor, r.title, cents FROM words w JOIN rows r ON r.id = w.rowid WHERE words MATCH '{wanted}' ORDER BY {order} LIMIT 50"
            )
        })
    };
    let mut took = stage.each(|build| Ok(of(&stage.bridge(build, &ours)?[1..])))?;
    for order in ["w.rowid DESC", "rank"] {
        took.push(of(&stage.sql(&sql(order))?[1..]));
    }
    Ok(took)
}

/// The same question for FTS5: all words, and the last one may go on unless a space ends it.
fn expression(words: &str) -> String {
    let quoted: Vec<String> = words.split_whitespace().map(|word| format!("\"{word}\"")).collect();
    quoted.join(" ") + if words.ends_with(' ') { "" } else { "*" }
}

fn sums_by_month(stage: &Stage) -> Result<Vec<f64>> {
    let both: Vec<String> = std::iter::repeat_n(VENDORS, AGAIN).flatten().map(str::to_owned).collect();
    let mut took = stage.each(|build| {
        let answers = stage.bridge(build, &both)?;
        Ok(measure::percentile(answers[1..].chunks(2).map(|pair| pair.iter().map(|(took, _)| took).sum()), 50))
    })?;
    took.push(middle(&stage.sql(&vec![MONTHS.to_owned(); AGAIN])?[1..]));
    if stage.duckdb {
        let mut duckdb = Command::new("python3");
        let text = shell::capture(duckdb.current_dir(&stage.folder).args(["-c", IN_DUCKDB, MONTHS]))?;
        took.push(measure::percentile(text.lines().filter_map(|line| line.trim().parse().ok()), 50));
    }
    Ok(took)
}

#[cfg(test)]
mod tests {
    use super::expression;

    #[test]
    fn what_is_typed_becomes_a_question_for_fts5() {
        assert_eq!(expression("harbour books "), r#""harbour" "books""#);
        assert_eq!(expression("harbour bo"), r#""harbour" "bo"*"#);
    }
}

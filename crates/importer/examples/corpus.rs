//! Measures the importer against a folder of real exports: `corpus MANIFEST.tsv [part of a file name]`.
//!
//! The manifest has one line per file: path, source, licence, format, expected number of records, expected sum, then notes.
//! A file is exact if number and sum are those expected, asked if the importer asks or says that it does not know, wrong
//! if it reads something else without a word, and an error if it fails. Wrong must be zero.
//!
//! `FORCE=generic/table` reads every file as a table of no known vendor; `SHOW=1` prints what is read.
#![allow(clippy::print_stdout)]

use std::path::Path;
use std::process::ExitCode;

use holdall_importer::{ImportError, Options, Outcome, Question, Sink, SinkError, Source, inspect, read};
use holdall_model::{Diagnostic, Quarantined, Record, Task};
use rust_decimal::Decimal;

#[derive(Default)]
struct Totals {
    records: u64,
    counting: u64,
    quarantined: Vec<String>,
    sum: Decimal,
}

impl Sink for Totals {
    fn record(&mut self, record: &Record, _: &holdall_importer::Identity) -> Result<(), SinkError> {
        self.records += 1;
        if record.status.counts() {
            self.counting += 1;
            self.sum += record.amount.map_or(Decimal::ZERO, |a| a.value);
        }
        if std::env::var_os("SHOW").is_some() {
            println!("    {record:?}");
        }
        Ok(())
    }

    fn quarantined(&mut self, row: Quarantined) -> Result<(), SinkError> {
        self.quarantined.push(format!("{} row {:?}: {}", row.reason.id, row.reason.place.row, row.reason.text));
        Ok(())
    }

    fn diagnostic(&mut self, diagnostic: Diagnostic) -> Result<(), SinkError> {
        if std::env::var_os("SHOW").is_some() {
            println!("    {diagnostic:?}");
        }
        Ok(())
    }
}

enum Verdict {
    Read(Totals, String),
    Asked(String),
}

fn try_file(path: &Path) -> Result<Verdict, ImportError> {
    let source = Source::from_path(path)?;
    let force = std::env::var("FORCE").ok().and_then(|f| f.split_once('/').map(|(v, e)| (v.to_owned(), e.to_owned())));
    let (options, task) = (Options { force, ..Options::default() }, Task::silent());
    let inspection = inspect(&source, &options, &task)?;
    let mut totals = Totals::default();
    let mut layouts = Vec::new();
    for file in &inspection.files {
        match &file.outcome {
            Outcome::Recognised { plan, .. } => {
                read(&source, plan, &options, &task, &mut totals)?;
                layouts.push(format!("{}/{}", plan.vendor, plan.export));
            }
            Outcome::NeedsAnswer { question } => return Ok(Verdict::Asked(asked(question))),
            Outcome::Unknown { reasons } if inspection.files.len() == 1 => return Ok(Verdict::Asked(reasons.join(" "))),
            Outcome::Unknown { .. } | Outcome::Ignored { .. } => {}
            Outcome::Failed { text, .. } => return Ok(Verdict::Asked(text.clone())),
        }
    }
    Ok(Verdict::Read(totals, layouts.join(" ")))
}

fn asked(question: &Question) -> String {
    let choices: Vec<String> = question.choices.iter().map(|c| format!("{} ({})", c.id, c.label)).collect();
    format!("question {}: {}", question.id, choices.join(", "))
}

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let Some(manifest) = arguments.next() else {
        println!("usage: corpus MANIFEST.tsv [part of a file name]");
        return ExitCode::from(2);
    };
    let filter = arguments.next().unwrap_or_default();
    let Ok(text) = std::fs::read_to_string(&manifest) else {
        println!("{manifest} cannot be read");
        return ExitCode::from(2);
    };
    let folder = Path::new(&manifest).parent().unwrap_or(Path::new("."));
    let (mut exact, mut asked, mut wrong, mut errors) = (0, 0, 0, 0);
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let (Some(file), Some(count), Some(sum)) = (cells.first(), cells.get(4), cells.get(5)) else { continue };
        if !file.contains(&filter) {
            continue;
        }
        let count: u64 = count.parse().unwrap_or(0);
        match try_file(&folder.join(file)) {
            Err(e) => {
                errors += 1;
                println!("error  {file}: {} {e}", e.code());
            }
            Ok(Verdict::Asked(why)) => {
                asked += 1;
                println!("asked  {file}: {why}");
            }
            Ok(Verdict::Read(totals, layouts)) => {
                let sum_fits = sum.parse::<Decimal>().map_or(sum.is_empty(), |s| s == totals.sum);
                let fits = sum_fits && (totals.records == count || totals.counting == count);
                let note = if totals.quarantined.is_empty() { String::new() } else { format!(" quarantined {:?}", totals.quarantined) };
                if fits {
                    exact += 1;
                    println!("exact  {file}: {layouts}{note}");
                } else {
                    wrong += 1;
                    let Totals { records, counting, sum: read, .. } = totals;
                    println!("WRONG  {file}: {layouts} {records} records ({counting} counting) {read}, expected {count} {sum}{note}");
                }
            }
        }
    }
    println!("{exact} exact, {asked} asked, {wrong} wrong, {errors} errors");
    if wrong == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

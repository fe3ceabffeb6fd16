//! An import into the encrypted vault, with everything on, against what a careful person would do with the `sqlite3` program and, where they are
//! asked for, other people's programs.

use super::contenders::{Contender, EXPORTS, Export, Kind, Part, Stage};
use super::measure::{self, Sample, Spread};
use super::peers::Peers;
use super::programs::{self, remove};
use crate::{packages, shell, workspace};
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::fs;
use std::io::{self, Write};
use std::path::Path;

pub struct Wanted<'a> {
    pub rows: u64,
    pub rounds: usize,
    /// The name of the only export.
    pub export: Option<&'a str>,
    /// Whether the program with its pages in the clear takes part, which takes a long build of its own.
    pub clear: bool,
    pub peers: bool,
}

/// What a contender used in every round, or why it has no figures.
struct Used {
    contender: Contender,
    samples: Result<Vec<Sample>>,
}

pub fn run(wanted: &Wanted<'_>) -> Result<()> {
    let chosen: Vec<&Export> = EXPORTS.iter().filter(|export| wanted.export.is_none_or(|name| name == export.name)).collect();
    if chosen.is_empty() {
        bail!("there is no such export; type one of: {}", EXPORTS.iter().map(|export| export.name).collect::<Vec<_>>().join(", "));
    }
    packages::ensure(&[packages::BENCH])?;
    let folder = workspace::target()?.join("bench");
    let stage = Stage {
        encrypted: programs::build(false)?,
        clear: if wanted.clear { Some(programs::build_clear(false)?) } else { None },
        peers: if wanted.peers { Some(Peers::bring(&folder)?) } else { None },
        folder,
    };
    for export in chosen {
        bench(&stage, export, wanted)?;
    }
    Ok(())
}

fn bench(stage: &Stage, export: &Export, wanted: &Wanted<'_>) -> Result<()> {
    for part in [Part::Whole, Part::Tenth] {
        write(export, part.of(wanted.rows), &stage.folder.join(export.path(part)))?;
    }
    let size = fs::metadata(stage.folder.join(export.path(Part::Whole)))?.len();
    println!("\n{}: {} rows, {} MiB, {} rounds", export.shown, wanted.rows, size >> 20, wanted.rounds);
    let mut used: Vec<Used> =
        export.contenders(stage, size).into_iter().map(|contender| Used { contender, samples: Ok(Vec::new()) }).collect();
    for _ in 0..wanted.rounds {
        round(stage, export, wanted.rows, &mut used)?;
    }
    print(&used);
    let vault = weight(stage, export)?;
    println!("  the vault, with the original and the word index, takes {:.2} × the export", vault as f64 / size as f64);
    for left in ["vault", "plain.db", "peer", Part::Whole.folder(), Part::Tenth.folder()] {
        remove(&stage.folder.join(left))?;
    }
    Ok(())
}

fn write(export: &Export, rows: u64, to: &Path) -> Result<()> {
    fs::create_dir_all(to.parent().context("an export lies in a folder")?)?;
    let mut out = io::BufWriter::new(fs::File::create(to)?);
    (export.write)(rows, &mut out)?;
    Ok(out.flush()?)
}

/// Bytes of a vault that holds the export.
fn weight(stage: &Stage, export: &Export) -> Result<u64> {
    let [first, ..] = export.contenders(stage, 0)[..] else { bail!("nobody takes part") };
    shell::capture(&mut (first.prepare)(stage, export, Part::Whole)?)?;
    bytes_below(&stage.folder.join("vault"))
}

fn bytes_below(folder: &Path) -> Result<u64> {
    let mut sum = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        sum += if entry.file_type()?.is_dir() { bytes_below(&entry.path())? } else { entry.metadata()?.len() };
    }
    Ok(sum)
}

/// One sample of every contender, so that a busy minute is shared by all. Other people's program that failed once does not run again.
fn round(stage: &Stage, export: &Export, rows: u64, used: &mut [Used]) -> Result<()> {
    for Used { contender, samples } in used {
        let Ok(taken) = samples else { continue };
        match once(stage, export, rows, contender) {
            Ok(sample) => taken.push(sample),
            Err(error) if contender.kind == Kind::Peer => *samples = Err(error),
            Err(error) => return Err(error.context(contender.name)),
        }
    }
    Ok(())
}

fn once(stage: &Stage, export: &Export, rows: u64, contender: &Contender) -> Result<Sample> {
    let mut command = (contender.prepare)(stage, export, contender.part)?;
    if contender.again {
        shell::capture(&mut command)?;
    }
    let (sample, output) = measure::once(&command)?;
    let (held, rows) = (held(contender.kind, export.vendor, &output)?, contender.part.of(rows));
    if held != rows {
        bail!("{held} rows are there in the end, where the export has {rows}");
    }
    Ok(sample)
}

/// How many rows a contender has in the end, by what it printed: ours as JSON, all others as the last word.
fn held(kind: Kind, vendor: &str, output: &str) -> Result<u64> {
    if matches!(kind, Kind::ByHand | Kind::Peer) {
        return output
            .split_whitespace()
            .last()
            .and_then(|word| word.parse().ok())
            .context("it does not say how many rows there are in the end");
    }
    let told: Value = serde_json::from_str(output).context("holdall printed no JSON")?;
    let file = &told["files"][0];
    if file["vendor"].as_str() != Some(vendor) || file["import_id"].is_null() != (kind == Kind::Shown) {
        bail!("it is no longer imported without a question as an export of {vendor}: {} {}", file["vendor"], file["outcome"]);
    }
    let count = |verdict: &str| file["verdicts"][verdict].as_u64().unwrap_or_default();
    Ok(count("new") + count("already_here"))
}

fn print(used: &[Used]) {
    println!("  {:<32} {:>9} {:>17} {:>9} {:>9}   {:>10} {:>12}", "", "CPU s", "range", "wall s", "MiB", "holdall is", "in memory");
    for one in used {
        let name = one.contender.name;
        match &one.samples {
            Ok(samples) => {
                let (Some(figures), Some(own)) = (Figures::of(samples), counterpart(used, &one.contender)) else { continue };
                let range = format!("{:.2}–{:.2}", figures.cpu.least, figures.cpu.greatest);
                println!(
                    "  {name:<32} {:>9.2} {range:>17} {:>9.2} {:>9.0}   {:>10} {:>12}",
                    figures.cpu.median,
                    figures.wall.median,
                    figures.memory.greatest,
                    times(own.cpu.median / figures.cpu.median),
                    times(own.memory.greatest / figures.memory.greatest)
                );
            }
            Err(error) => println!("  {name:<32} FAILED: {}", reason(&format!("{error:#}"))),
        }
    }
}

struct Figures {
    cpu: Spread,
    wall: Spread,
    memory: Spread,
}

impl Figures {
    fn of(samples: &[Sample]) -> Option<Figures> {
        let of = |figure: fn(&Sample) -> f64| Spread::of(samples.iter().map(figure));
        Some(Figures { cpu: of(|s| s.cpu)?, wall: of(|s| s.wall)?, memory: of(|s| s.memory)? })
    }
}

/// What a contender is compared with: ours for the first time on the whole export; other people's program with ours on the same part.
fn counterpart(used: &[Used], contender: &Contender) -> Option<Figures> {
    let alike = |own: &&Used| (own.contender.part, own.contender.again) == (contender.part, contender.again);
    let own = if contender.kind == Kind::Peer { used.iter().find(alike) } else { used.first() };
    Figures::of(own?.samples.as_ref().ok()?)
}

/// A ratio with at least two figures that say something. What takes less time than can be told has none.
fn times(ratio: f64) -> String {
    if !ratio.is_finite() {
        return "–".to_owned();
    }
    let decimals = if ratio >= 0.1 { 2 } else { 4 };
    format!("{ratio:.decimals$} ×")
}

/// The line of an error that names the fault: programs tell where first, and what last.
fn reason(error: &str) -> &str {
    error.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("it does not say why").trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn used(kind: Kind, part: Part, again: bool, cpu: f64) -> Used {
        let contender = Contender { name: "", kind, part, again, prepare: |_, _, _| bail!("not measured here") };
        Used { contender, samples: Ok(vec![Sample { wall: cpu, cpu, memory: 1.0 }]) }
    }

    #[test]
    fn peers_are_compared_with_ours_on_the_same_rows() {
        let own = |part, again, cpu| used(Kind::Holdall, part, again, cpu);
        let all = [own(Part::Whole, false, 1.0), own(Part::Whole, true, 2.0), own(Part::Tenth, false, 3.0), own(Part::Tenth, true, 4.0)];
        let beside = |one: Used| counterpart(&all, &one.contender).map(|figures| figures.cpu.median);
        assert_eq!(beside(used(Kind::Peer, Part::Tenth, true, 9.0)), Some(4.0));
        assert_eq!(beside(used(Kind::Peer, Part::Whole, false, 9.0)), Some(1.0));
        assert_eq!(beside(own(Part::Tenth, false, 9.0)), Some(1.0));
    }

    #[test]
    fn rows_are_counted_from_what_is_printed() {
        let of = |kind: Kind, output: &str| held(kind, "monzo", output).ok();
        assert_eq!(of(Kind::Peer, "Converting... 100%\n200\n"), Some(200));
        assert_eq!(of(Kind::Peer, ""), None);
        let told = |vendor: &str, id: &str| {
            format!(r#"{{"files":[{{"vendor":"{vendor}","import_id":{id},"verdicts":{{"new":3,"already_here":4,"not_understood":5}}}}]}}"#)
        };
        assert_eq!(of(Kind::Holdall, &told("monzo", "1")), Some(7));
        assert_eq!([of(Kind::Holdall, &told("generic", "1")), of(Kind::Holdall, &told("monzo", "null"))], [None, None]);
        assert_eq!([of(Kind::Shown, &told("monzo", "null")), of(Kind::Shown, &told("monzo", "1"))], [Some(7), None]);
    }

    #[test]
    fn a_failure_is_told_in_its_last_line() {
        assert_eq!(
            reason("`python x.py` failed:\nTraceback:\n  File x\nModuleNotFoundError: No module named 'x'\n"),
            "ModuleNotFoundError: No module named 'x'"
        );
        assert_eq!([12.345, 0.123, 0.0031, 1.0 / 0.0].map(times), ["12.35 ×", "0.12 ×", "0.0031 ×", "–"]);
    }
}

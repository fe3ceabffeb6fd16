//! A full vault against plain SQLite and plain files: opening it, finding in it, adding it up, and backing it up.

mod keep;
mod look;
mod stage;

use super::measure::Spread;
use anyhow::Result;
use stage::Stage;

/// One thing that a person waits for, done by several contenders; the first one is ours.
struct Group {
    title: &'static str,
    lines: Vec<&'static str>,
    /// One round: milliseconds of each line.
    round: fn(&Stage) -> Result<Vec<f64>>,
    /// Bytes that each of them goes through, where that is what it is about.
    bytes: Option<u64>,
}

/// Without `clear`, the same code with its pages in the clear, which takes a long build of its own, stays out.
pub fn run(rows: u64, rounds: usize, clear: bool) -> Result<()> {
    let stage = Stage::set(rows, clear)?;
    println!("\n{rows} rows, {rounds} rounds; milliseconds on the clock, median and range");
    println!("  vault {:.1} MB, plain SQLite {:.1} MB", megabytes(stage.vault_bytes()?), megabytes(stage.sqlite_bytes()?));
    for group in look::groups(&stage).into_iter().chain(keep::groups(&stage)?) {
        print(&group, &measure(&group, &stage, rounds)?);
    }
    Ok(())
}

fn measure(group: &Group, stage: &Stage, rounds: usize) -> Result<Vec<Vec<f64>>> {
    let mut samples = vec![Vec::new(); group.lines.len()];
    for _ in 0..rounds {
        for (line, took) in samples.iter_mut().zip((group.round)(stage)?) {
            line.push(took);
        }
    }
    Ok(samples)
}

fn print(group: &Group, samples: &[Vec<f64>]) {
    let spreads: Vec<Option<Spread>> = samples.iter().map(|line| Spread::of(line.iter().copied())).collect();
    let Some(Some(own)) = spreads.first() else { return };
    println!("\n{}", group.title);
    let speed = if group.bytes.is_some() { "MB/s" } else { "" };
    println!("  {:<46} {:>9} {:>19} {speed:>7}   {:>8}", "", "ms", "range", "holdall is");
    for (name, spread) in group.lines.iter().zip(&spreads) {
        let Some(spread) = spread else { continue };
        let range = format!("{:.2}–{:.2}", spread.least, spread.greatest);
        let speed = group.bytes.map_or_else(String::new, |bytes| format!("{:.0}", megabytes(bytes) / (spread.median / 1000.0)));
        println!("  {name:<46} {:>9.2} {range:>19} {speed:>7}   {:>6.2} ×", spread.median, own.median / spread.median);
    }
}

fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

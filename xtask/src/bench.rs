//! `cargo xtask bench import` and `cargo xtask bench vault`: what an import, and what a full vault costs, as ratios against named baselines
//! that are measured in the same minutes.
//!
//! Absolute times mean little on a shared machine, so every contender runs in every round, and each figure is a median with its range. Of
//! an import, CPU time is compared; of what a person waits for, the time on the clock.

mod contenders;
mod exports;
mod import;
mod measure;
mod peers;
mod programs;
mod vault;

use anyhow::{Result, bail};

const ROWS: u64 = 100_000;
const ROUNDS: usize = 5;
/// Some of other people's programs take minutes.
const ROUNDS_OF_PEERS: usize = 3;

pub fn command(args: &[String]) -> Result<()> {
    let usage = "type: cargo xtask bench import [--rows N] [--rounds N] [--export NAME] [--no-clear] [--peers], or cargo xtask bench vault [--rows N] [--rounds N] [--no-clear]";
    let number = |name: &str| -> Result<Option<u64>> {
        let Some(at) = args.iter().position(|arg| arg == name) else { return Ok(None) };
        match args.get(at + 1).and_then(|text| text.parse().ok()) {
            Some(number) if number > 0 => Ok(Some(number)),
            _ => bail!("{name} wants a number; {usage}"),
        }
    };
    let is_given = |flag: &str| args.iter().any(|arg| arg == flag);
    let (peers, clear) = (is_given("--peers"), !is_given("--no-clear"));
    let rows = number("--rows")?.unwrap_or(ROWS);
    let rounds = number("--rounds")?.map_or(Ok(if peers { ROUNDS_OF_PEERS } else { ROUNDS }), usize::try_from)?;
    let export = args.iter().position(|arg| arg == "--export").and_then(|at| args.get(at + 1)).map(String::as_str);
    match args.first().map(String::as_str) {
        Some("import") => import::run(&import::Wanted { rows, rounds, export, clear, peers }),
        Some("vault") => vault::run(rows, rounds, clear),
        _ => bail!("{usage}"),
    }
}

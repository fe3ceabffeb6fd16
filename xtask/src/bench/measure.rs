//! Times and memory of a command, and their median.

use crate::shell;
use anyhow::{Context, Result, bail};
use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

#[derive(Clone, Copy)]
pub struct Sample {
    /// Seconds.
    pub wall: f64,
    /// Seconds on all cores, user and system together.
    pub cpu: f64,
    /// The most memory it held at one time, in MiB.
    pub memory: f64,
}

/// Runs a command once, quietly; what it used, and what it printed. GNU time counts what children used as well.
pub fn once(command: &Command) -> Result<(Sample, String)> {
    let mut timed = Command::new("/usr/bin/time");
    timed.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    timed.args(["--format", "%e %U %S %M"]).arg(command.get_program()).args(command.get_args());
    if let Some(folder) = command.get_current_dir() {
        timed.current_dir(folder);
    }
    let output = timed.stdin(Stdio::null()).output().context("GNU time measures; install it")?;
    let text = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        // After what the command said, time adds that it failed, and its figures.
        let said: Vec<&str> = text.lines().collect();
        bail!("`{}` failed:\n{}", shell::shown(command), said[..said.len().saturating_sub(2)].join("\n"));
    }
    let figures: Vec<f64> = text.lines().last().unwrap_or_default().split(' ').filter_map(|word| word.parse().ok()).collect();
    let [wall, user, system, kib] = figures[..] else { bail!("GNU time printed no figures:\n{text}") };
    let sample = Sample { wall, cpu: user + system, memory: kib / 1024.0 };
    Ok((sample, String::from_utf8_lossy(&output.stdout).into_owned()))
}

/// Milliseconds on the clock that a command takes from its start to its end.
pub fn clock(command: &mut Command) -> Result<f64> {
    let start = Instant::now();
    shell::capture(command)?;
    Ok(start.elapsed().as_secs_f64() * 1000.0)
}

/// Runs a program that reads lines and answers each with its own milliseconds, a tab, and what came out.
pub fn lines(command: &mut Command, folder: &Path, input: &[String]) -> Result<Vec<(f64, String)>> {
    let file = folder.join("input");
    std::fs::write(&file, input.join("\n") + "\n")?;
    let output = command.stdin(File::open(&file)?).output().with_context(|| shell::shown(command))?;
    if !output.status.success() {
        bail!("`{}` failed:\n{}", shell::shown(command), String::from_utf8_lossy(&output.stderr).trim_end());
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let line = |line: &str| line.split_once('\t').and_then(|(took, answer)| Some((took.parse().ok()?, answer.to_owned())));
    text.lines().map(|text| line(text).with_context(|| format!("no time in: {text}"))).collect()
}

/// The value below which so many of a hundred lie.
pub fn percentile(values: impl Iterator<Item = f64>, of_hundred: usize) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    let at = (values.len() * of_hundred).div_ceil(100).max(1) - 1;
    values.get(at).copied().unwrap_or(f64::NAN)
}

/// Median, least and greatest.
pub struct Spread {
    pub median: f64,
    pub least: f64,
    pub greatest: f64,
}

impl Spread {
    pub fn of(values: impl Iterator<Item = f64>) -> Option<Spread> {
        let mut values: Vec<f64> = values.collect();
        values.sort_by(f64::total_cmp);
        let (least, greatest) = (*values.first()?, *values.last()?);
        let middle = values.len() / 2;
        let median = if values.len() % 2 == 1 { values[middle] } else { f64::midpoint(values[middle - 1], values[middle]) };
        Some(Spread { median, least, greatest })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_one_of_the_values() {
        let values = || (1..=40).map(f64::from);
        assert_eq!([50, 95, 100].map(|p| percentile(values(), p)), [20.0, 38.0, 40.0]);
        assert_eq!(percentile([7.0].into_iter(), 95), 7.0);
    }

    #[test]
    fn the_median_is_the_middle() {
        let spread = |values: &[f64]| Spread::of(values.iter().copied()).map(|s| (s.median, s.least, s.greatest));
        assert_eq!(spread(&[3.0, 1.0, 2.0]), Some((2.0, 1.0, 3.0)));
        assert_eq!(spread(&[4.0, 1.0]), Some((2.5, 1.0, 4.0)));
        assert_eq!(spread(&[]), None);
    }
}

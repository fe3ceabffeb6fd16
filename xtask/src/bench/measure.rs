//! Times and memory of a command, and their median.

use crate::shell;
use anyhow::{Context, Result, bail};
use std::process::{Command, Stdio};

#[derive(Clone, Copy)]
pub struct Sample {
    /// Seconds.
    pub wall: f64,
    /// Seconds on all cores, user and system together.
    pub cpu: f64,
    /// The most memory it held at one time, in MiB.
    pub memory: f64,
}

/// Runs a command once, quietly. GNU time counts what children used as well.
pub fn once(command: &Command) -> Result<Sample> {
    let mut timed = Command::new("/usr/bin/time");
    timed.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    timed.args(["--format", "%e %U %S %M"]).arg(command.get_program()).args(command.get_args());
    if let Some(folder) = command.get_current_dir() {
        timed.current_dir(folder);
    }
    let output = timed.stdin(Stdio::null()).stdout(Stdio::null()).output().context("GNU time measures; install it")?;
    let text = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        bail!("`{}` failed:\n{}", shell::shown(command), text.trim_end());
    }
    let figures: Vec<f64> = text.lines().last().unwrap_or_default().split(' ').filter_map(|word| word.parse().ok()).collect();
    let [wall, user, system, kib] = figures[..] else { bail!("GNU time printed no figures:\n{text}") };
    Ok(Sample { wall, cpu: user + system, memory: kib / 1024.0 })
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
    fn the_median_is_the_middle() {
        let spread = |values: &[f64]| Spread::of(values.iter().copied()).map(|s| (s.median, s.least, s.greatest));
        assert_eq!(spread(&[3.0, 1.0, 2.0]), Some((2.0, 1.0, 3.0)));
        assert_eq!(spread(&[4.0, 1.0]), Some((2.5, 1.0, 4.0)));
        assert_eq!(spread(&[]), None);
    }
}

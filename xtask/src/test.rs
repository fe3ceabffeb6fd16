//! `cargo xtask test`: every test of the project, in tiers, cheapest first. All tiers run even when one fails.

pub mod count;
mod deny;
mod foreign;
mod keyring;
mod rust;
mod window;

use crate::{look, packages, run, tidy, ui};
use anyhow::{Result, bail};
use count::Count;
use std::time::{Duration, Instant};

/// One group of tests that is worth running alone.
struct Tier {
    name: &'static str,
    what: &'static str,
    /// What to do when it fails.
    advice: &'static str,
    run: fn() -> Result<Count>,
    /// Why this system cannot run it, if so.
    skip: fn() -> Option<&'static str>,
}

fn everywhere() -> Option<&'static str> {
    None
}

const TIERS: &[Tier] = &[
    Tier { name: "format", what: "Rust sources are formatted", advice: "Run `cargo fmt --all`.", run: rust::format, skip: everywhere },
    Tier {
        name: "tidy",
        what: "the rules of the house hold",
        advice: "Each line above names a file and what to change.",
        run: tidy_tier,
        skip: everywhere,
    },
    Tier {
        name: "deny",
        what: "dependencies: licences, sources, who may use what, advisories",
        advice: "Read deny.toml: each rule says why it is there.",
        run: deny::run,
        skip: everywhere,
    },
    Tier {
        name: "ui-check",
        what: "types of the window's code",
        advice: "Run `npm run check -w ui` while you mend it.",
        run: ui::check,
        skip: everywhere,
    },
    Tier {
        name: "ui-test",
        what: "unit tests of the window's code",
        advice: "Run `npm test -w ui` while you mend it.",
        run: ui::test,
        skip: everywhere,
    },
    Tier {
        name: "ui-look",
        what: "every view in a browser, light and dark: accessibility and content policy",
        advice: "Run `cargo xtask screens` and look at the pictures in docs/screens.",
        run: look::check,
        skip: everywhere,
    },
    Tier {
        name: "clippy",
        what: "Rust sources pass the lints, warnings count",
        advice: "Run `cargo clippy --workspace --all-targets` while you mend it.",
        run: rust::clippy,
        skip: everywhere,
    },
    Tier {
        name: "build",
        what: "every program builds, the window with its UI inside",
        advice: "The compiler's message above says where.",
        run: rust::build,
        skip: everywhere,
    },
    Tier {
        name: "rust",
        what: "unit, property, integration and documentation tests of all rooms",
        advice: "Run `cargo test -p PACKAGE NAME` for the test named above.",
        run: rust::test,
        skip: everywhere,
    },
    Tier {
        name: "foreign",
        what: "our envelopes, read and written by JOSE libraries in JavaScript and Python",
        advice: "Whoever is wrong, partners with that library would disagree with us: find out who before you change anything.",
        run: foreign::run,
        skip: everywhere,
    },
    Tier {
        name: "journeys",
        what: "whole stories with the real programs, key ring and partners",
        advice: "Run `cargo test -p holdall-journeys NAME` for the story named above.",
        run: rust::journeys,
        skip: everywhere,
    },
    Tier {
        name: "terminal",
        what: "what `cargo xtask run --terminal` shows",
        advice: "The command that failed is the last one shown above.",
        run: terminal_tier,
        skip: everywhere,
    },
    Tier {
        name: "window",
        what: "the real window, driven like a person would, with a real key ring",
        advice: "The failing step is named above; a picture of the window at that moment is in the target folder, under e2e.",
        run: window::run,
        skip: window::skip,
    },
];

/// How a tier ended.
enum End {
    Ran(Count),
    Broke(anyhow::Error),
    Skipped(&'static str),
}

struct Outcome {
    tier: &'static Tier,
    end: End,
    took: Duration,
}

pub fn command(args: &[String]) -> Result<()> {
    if args.iter().any(|arg| arg == "--list") {
        for tier in TIERS {
            println!("{:<10} {}", tier.name, tier.what);
        }
        return Ok(());
    }
    let tiers = chosen(args)?;
    prepare(&tiers)?;
    let outcomes: Vec<Outcome> = tiers.into_iter().map(run_tier).collect();
    report(&outcomes)
}

fn chosen(names: &[String]) -> Result<Vec<&'static Tier>> {
    if names.is_empty() {
        return Ok(TIERS.iter().collect());
    }
    names
        .iter()
        .map(|name| match TIERS.iter().find(|tier| tier.name == name) {
            Some(tier) => Ok(tier),
            None => bail!("there is no tier `{name}`. `cargo xtask test --list` shows them."),
        })
        .collect()
}

/// Everything the chosen tiers need from the system, in one installation.
fn prepare(tiers: &[&Tier]) -> Result<()> {
    let uses = |names: &[&str]| tiers.iter().any(|tier| names.contains(&tier.name));
    let mut needs = Vec::new();
    if uses(&["clippy", "build", "rust", "journeys", "terminal", "window"]) {
        needs.push(packages::WINDOW);
    }
    if uses(&["rust", "journeys", "window"]) {
        needs.push(packages::KEYRING);
    }
    if uses(&["window"]) {
        needs.push(packages::SCREEN);
    }
    packages::ensure(&needs)
}

fn run_tier(tier: &'static Tier) -> Outcome {
    println!("\n== {}: {}", tier.name, tier.what);
    let start = Instant::now();
    let end = match (tier.skip)() {
        Some(reason) => End::Skipped(reason),
        None => match (tier.run)() {
            Ok(count) => End::Ran(count),
            Err(error) => End::Broke(error),
        },
    };
    let outcome = Outcome { tier, end, took: start.elapsed() };
    if let End::Broke(error) = &outcome.end {
        println!("{error:#}");
    }
    if outcome.failed() > 0 {
        println!("\n{} failed. {}", tier.name, tier.advice);
    }
    println!("-- {}", outcome.line());
    outcome
}

impl Outcome {
    fn passed(&self) -> u32 {
        if let End::Ran(count) = &self.end { count.passed } else { 0 }
    }

    fn failed(&self) -> u32 {
        match &self.end {
            End::Ran(count) => count.failed,
            End::Broke(_) => 1,
            End::Skipped(_) => 0,
        }
    }

    fn line(&self) -> String {
        let seconds = self.took.as_secs_f64();
        match &self.end {
            End::Skipped(reason) => format!("{:<10} not run: {reason}", self.tier.name),
            _ => format!("{:<10} {:>5} passed {:>3} failed {seconds:>8.1} s", self.tier.name, self.passed(), self.failed()),
        }
    }
}

fn report(outcomes: &[Outcome]) -> Result<()> {
    println!("\n== result");
    for outcome in outcomes {
        println!("{}", outcome.line());
    }
    let passed: u32 = outcomes.iter().map(Outcome::passed).sum();
    let failed: u32 = outcomes.iter().map(Outcome::failed).sum();
    println!("{passed} passed, {failed} failed");
    if failed > 0 {
        let names: Vec<&str> = outcomes.iter().filter(|outcome| outcome.failed() > 0).map(|outcome| outcome.tier.name).collect();
        bail!("not everything passed: {}. One tier runs alone with `cargo xtask test {}`.", names.join(", "), names.first().unwrap_or(&""));
    }
    Ok(())
}

fn tidy_tier() -> Result<Count> {
    let (checks, problems) = tidy::check_all()?;
    Ok(Count { passed: checks.saturating_sub(problems), failed: problems })
}

fn terminal_tier() -> Result<Count> {
    rust::build()?;
    run::terminal::play()?;
    Ok(Count::ONE)
}

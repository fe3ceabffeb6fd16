//! The project's own tools. `cargo xtask run` and `cargo xtask test` are the two that a newcomer needs; the others are the parts they are made of.
//!
//! Nothing here is shipped. These tools may start other programs; the rooms of the house may not.
#![allow(clippy::print_stdout, reason = "a tool for the terminal: printing is what it does")]

mod bench;
mod codegen;
mod corpus;
mod dist;
mod drill;
mod look;
mod node;
mod packages;
mod python;
mod run;
mod shell;
mod systems;
mod test;
mod tidy;
mod trials;
mod ui;
mod vendor;
mod workspace;

use anyhow::{Result, bail};
use std::process::ExitCode;

/// How it is typed, what it does, and what does it.
type Command = (&'static str, &'static str, fn(&[String]) -> Result<()>);

const COMMANDS: &[Command] = &[
    ("run [--terminal]", "set up, build, and do the main job in the window or the terminal", run::command),
    ("test [--list | TIER…]", "set up and run every test, or the named tiers", test::command),
    ("tidy", "check the rules of the house that a compiler cannot see", tidy::command),
    ("codegen", "write the window's TypeScript types from crates/app", codegen::command),
    ("vendor new VENDOR EXPORT", "begin a new export's definition", vendor::command),
    ("vendor bless", "write the expected results of the samples anew", vendor::command),
    ("corpus DIR [--release]", "read a folder of exports whose results are known", corpus::command),
    (
        "bench import [--rows N] [--export NAME] [--peers]",
        "what an import costs, against named baselines and other programs",
        bench::command,
    ),
    ("trials", "run the tests of docs/trials.md and print what became of each", trials::command),
    ("drill", "lose a computer, and get everything back from the backup and the code alone", drill::command),
    ("systems [windows [PACKAGE…]|macos]", "compile for both from Linux, and run the tests for Windows under Wine", systems::command),
    ("screens", "take the pictures of every view in docs/screens anew", look::command),
    ("dist", "build what a person installs on this system", dist::command),
];

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\ncargo xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(args: &[String]) -> Result<()> {
    let Some((name, rest)) = args.split_first() else {
        print_usage();
        return Ok(());
    };
    if matches!(name.as_str(), "help" | "--help" | "-h") {
        print_usage();
        return Ok(());
    }
    match COMMANDS.iter().find(|(usage, ..)| usage.split(' ').next() == Some(name)) {
        Some((.., run)) => run(rest),
        None => bail!("there is no command `{name}`. Run `cargo xtask` to see them all."),
    }
}

fn print_usage() {
    println!("Usage: cargo xtask COMMAND\n");
    for (usage, what, _) in COMMANDS {
        println!("  {usage:<26} {what}");
    }
}

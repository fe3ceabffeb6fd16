//! `holdall`, the command line: types what the window clicks, through the same `holdall-app` API.
//!
//! It parses words, asks for confirmation, and prints views. It must not know anything else: no files of the vault, no wire, no formats.

mod args;
mod command;
mod output;
mod session;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    holdall_app::harden(holdall_app::Face::CommandLine);
    let args = match args::Args::try_parse() {
        Ok(args) => args,
        Err(unclear) => return output::misread(&unclear),
    };
    let output = output::Output::new(args.global.json);
    let session = match session::Session::open(&args.global) {
        Ok(session) => session,
        Err(error) => return output.error(&error),
    };
    let ended = command::run(&args.command, &session, &output);
    session.close();
    match ended {
        Ok(code) => code,
        Err(error) => output.error(&error),
    }
}

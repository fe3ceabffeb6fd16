//! One file per noun: parse the words, run the app's command, print its view.

mod audit;
mod backup;
mod data;
mod definition;
mod import;
mod keys;
mod partner;
mod reread;
mod share;
mod vault;
mod watch;

use std::process::ExitCode;

use holdall_app::AppError;

use crate::args::Command;
use crate::output::Output;
use crate::session::Session;

/// The exit code of `vault-damaged`: what a check found is its answer, not a failure of it.
const DAMAGED: u8 = 13;

pub type Ended = Result<ExitCode, AppError>;

pub fn run(command: &Command, session: &Session, output: &Output) -> Ended {
    match command {
        Command::Vault(command) => vault::run(command, session, output),
        Command::Keys(command) => keys::run(command, session, output),
        Command::Backup(command) => backup::run(command, session, output),
        Command::Restore { file } => backup::restore(file, session, output),
        Command::Import(args) => match &args.kept {
            Some(command) => reread::run(command, session, output),
            None => import::import(args, session, output),
        },
        Command::Watch { folder, once } => watch::run(folder, *once, session, output),
        Command::Imports => import::list(session, output),
        Command::Undo { import_id, yes } => import::undo(*import_id, *yes, session, output),
        Command::Quarantine { import_id } => import::quarantine(*import_id, session, output),
        Command::Similar => import::similar(session, output),
        Command::Decide { record_ids, answer } => import::decide(record_ids, answer == "same", session, output),
        Command::Definition(command) => definition::run(command, session, output),
        Command::Find(args) => data::find(args, session, output),
        Command::Show { record_id } => data::show(*record_id, session, output),
        Command::Vendors { slug } => data::vendors(slug.as_deref(), session, output),
        Command::Directory => data::directory(session, output),
        Command::Export { dir, yes, into_cloud } => data::export(dir, *yes, *into_cloud, session, output),
        Command::Support { file } => data::support(file.as_deref(), session, output),
        Command::Audit { command } => audit::run(command.as_ref(), session, output),
        Command::Partner(command) => partner::run(command, session, output),
        Command::Offers { partner } => partner::offers(partner.clone(), session, output),
        Command::Share(args) => share::share(args, session, output),
        Command::Grants { grant_id } => share::grants(grant_id.clone(), session, output),
        Command::Revoke { grant_id, yes } => share::revoke(grant_id, *yes, session, output),
        Command::Sync => share::sync(session, output),
        Command::Proof { grant_id, file } => share::proof(grant_id, file, session, output),
        Command::Verify { file } => share::verify(file, session, output),
    }
}

fn not_confirmed() -> AppError {
    AppError::new("cancelled", "Nothing was done.", "Say yes at the question, or add --yes.")
}

use std::path::Path;
use std::process::ExitCode;

use holdall_app::view::audit::{AuditCheck, AuditView, ListAudit, SaveAudit, VerifyAudit};

use super::{DAMAGED, Ended};
use crate::args::AuditCommand;
use crate::output::{Output, table};
use crate::session::Session;

pub fn run(command: Option<&AuditCommand>, session: &Session, output: &Output) -> Ended {
    match command {
        None | Some(AuditCommand::List) => {
            let view = session.run(ListAudit {})?;
            output.show(&view, list_text)?;
            Ok(code(view.intact))
        }
        Some(AuditCommand::Verify) => {
            let check = session.run_watched(VerifyAudit {})?;
            output.show(&check, check_text)?;
            Ok(code(check.whole))
        }
        Some(AuditCommand::Export { file }) => export(file, session, output),
    }
}

fn export(file: &Path, session: &Session, output: &Output) -> Ended {
    let saved = session.run_watched(SaveAudit { file: file.display().to_string() })?;
    output.show(&saved, |saved| {
        format!(
            "{} saved in {}: acts, counts, hashes and partners' addresses; no data.\n{}",
            entries(saved.entries),
            saved.file,
            check_text(&saved.check)
        )
    })?;
    Ok(code(saved.check.whole))
}

fn code(whole: bool) -> ExitCode {
    if whole { ExitCode::SUCCESS } else { ExitCode::from(DAMAGED) }
}

fn list_text(view: &AuditView) -> String {
    let mut text = table(&view.entries.iter().rev().map(|e| vec![e.number.to_string(), e.at.clone(), e.text.clone()]).collect::<Vec<_>>());
    match &view.damage {
        None => text.push_str("The log is whole."),
        Some(damage) => text.push_str(&broken(damage)),
    }
    text
}

fn check_text(check: &AuditCheck) -> String {
    match &check.damage {
        None => {
            format!("The log is whole: {}, none missing, none changed.\nThe last one has the hash {}.", entries(check.entries), check.head)
        }
        Some(damage) => format!("Whole so far: {}.\n{}", entries(check.entries), broken(damage)),
    }
}

fn entries(number: u64) -> String {
    if number == 1 { "1 entry".to_owned() } else { format!("{number} entries") }
}

fn broken(damage: &str) -> String {
    format!(
        "The log is broken. {damage} Somebody or something changed it.\n\
         Make a copy of the vault's folder before you go on, then see what else is damaged: holdall vault check"
    )
}

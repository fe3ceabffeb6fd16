//! Kept files that are read anew.

use std::path::Path;
use std::process::ExitCode;

use holdall_app::AppError;
use holdall_app::view::import::Answer;
use holdall_app::view::record::RecordRow;
use holdall_app::view::reread::{ListOutdated, LookAgain, RereadImport, RereadView};
use serde::Serialize;

use super::import::{counted, parse_answer};
use super::{Ended, not_confirmed};
use crate::args::KeptCommand;
use crate::output::{Output, clean, table};
use crate::session::{Session, read_secret};

/// What `import reread --json` prints (docs/json.md).
#[derive(Serialize)]
struct RereadsJson<'a> {
    rereads: &'a [RereadView],
}

pub fn run(command: &KeptCommand, session: &Session, output: &Output) -> Ended {
    let KeptCommand::Reread { import_id, dry_run, yes, answers, archive_password_file } = command;
    let answers: Vec<Answer> = answers.iter().map(|a| parse_answer(a)).collect::<Result<_, _>>()?;
    let password = password(archive_password_file.as_deref())?;
    let looked = match import_id {
        Some(import_id) => {
            let request = LookAgain { import_id: *import_id, answers: answers.clone(), password: password.clone() };
            vec![session.run_watched(request)?]
        }
        None => session.run_watched(ListOutdated {})?,
    };
    if import_id.is_some()
        && let Some(question) = looked.iter().find_map(|view| view.question.clone())
    {
        return Err(AppError::question(question));
    }
    let changing: Vec<&RereadView> = looked.iter().filter(|view| changes(view)).collect();
    if *dry_run || changing.is_empty() {
        output.show(&RereadsJson { rereads: &looked }, |json| looked_text(json.rereads))?;
        return Ok(ExitCode::SUCCESS);
    }
    if !*yes {
        eprintln!("{}", looked_text(&looked));
        if !output.confirm("Read them anew so?") {
            return Err(not_confirmed());
        }
    }
    let mut done = Vec::new();
    for view in changing {
        let request = RereadImport { import_id: view.import_id, answers: answers.clone(), password: password.clone(), seen: view.counts };
        match session.run_watched(request) {
            Ok(view) => done.push(view),
            // What was mended before it may have mended some of it too. What would go beyond what was shown is not done.
            Err(error) if error.code == "vault-changed" => {
                let request = LookAgain { import_id: view.import_id, answers: answers.clone(), password: password.clone() };
                let seen = session.run_watched(request)?.counts;
                if seen.gone > view.counts.gone || seen.changed > view.counts.changed {
                    return Err(error);
                }
                let request = RereadImport { import_id: view.import_id, answers: answers.clone(), password: password.clone(), seen };
                done.push(session.run_watched(request)?);
            }
            Err(error) => return Err(error),
        }
    }
    output.show(&RereadsJson { rereads: &done }, |json| {
        json.rereads.iter().map(|view| format!("Import {} mended: {}", view.import_id, clean(&view.summary))).collect::<Vec<_>>().join("\n")
    })?;
    Ok(ExitCode::SUCCESS)
}

fn password(file: Option<&Path>) -> Result<Option<String>, AppError> {
    Ok(file.map(read_secret).transpose()?.map(|p| p.to_string()))
}

/// Whether there is anything that can be done now.
fn changes(view: &RereadView) -> bool {
    let c = &view.counts;
    let told = [c.changed, c.added, c.already_here, c.gone, c.stays, c.history, c.understood, c.in_new_files];
    view.question.is_none() && !view.password_needed && told.iter().any(|n| *n > 0)
}

fn looked_text(views: &[RereadView]) -> String {
    if views.is_empty() {
        return "Every kept file is read as well as Holdall can.".to_owned();
    }
    views.iter().map(looked_at).collect::<Vec<_>>().join("\n")
}

fn looked_at(view: &RereadView) -> String {
    let mut text =
        format!("Import {}: {} ({})\n  {}\n", view.import_id, clean(&view.file_name), clean(&view.vendor.name), clean(&view.summary));
    for file in &view.new_files {
        text.push_str(&format!("  new: {}, {} of {}\n", clean(&file.entry), counted(file.records, "record"), clean(&file.vendor.name)));
    }
    for example in &view.examples {
        match (&example.before, &example.after) {
            (Some(before), Some(_)) => {
                text.push_str(&format!("  changes {}\n", line(before)));
                for change in &example.changes {
                    text.push_str(&format!("    {}: {} → {}\n", clean(&change.label), value(&change.before), value(&change.after)));
                }
            }
            (None, Some(row)) => text.push_str(&format!("  comes   {}\n", line(row))),
            (Some(row), None) => text.push_str(&format!("  goes    {}\n", line(row))),
            (None, None) => {}
        }
    }
    if let Some(question) = &view.question {
        text.push_str(&format!(
            "  question: {}\n  holdall import reread {} --answer {}=…\n",
            clean(&question.text),
            view.import_id,
            question.id
        ));
    }
    if view.password_needed {
        text.push_str(&format!("  holdall import reread {} --archive-password-file FILE\n", view.import_id));
    }
    text
}

fn line(row: &RecordRow) -> String {
    table(&[super::data::row_cells(row)]).trim_end().to_owned()
}

fn value(text: &str) -> String {
    if text.is_empty() { "nothing".to_owned() } else { format!("“{}”", clean(text)) }
}

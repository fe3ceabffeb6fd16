use std::path::Path;
use std::process::ExitCode;

use holdall_app::AppError;
use holdall_app::view::SeverityView;
use holdall_app::view::import::{
    Answer, CommitImport, DecideSimilar, DescribeLayout, DiscardPreview, DriftView, FileOutcome, FilePreview, ImportAtOnce, Imported,
    ListImports, ListQuarantine, ListSimilar, Preview, PreviewImport, SimilarPairs, UndoImport, Undone,
};
use holdall_app::view::support::SaveSupport;
use serde::Serialize;

use super::{Ended, not_confirmed};
use crate::args::ImportArgs;
use crate::output::{Output, clean, table};
use crate::session::{Session, read_secret};

/// What `import --json` prints (docs/json.md).
#[derive(Serialize)]
struct FilesJson<'a> {
    files: &'a [FilePreview],
    drift: Option<&'a DriftView>,
}

impl<'a> FilesJson<'a> {
    fn of(preview: &'a Preview) -> Self {
        Self { files: &preview.files, drift: preview.drift.as_ref() }
    }
}

pub fn import(args: &ImportArgs, session: &Session, output: &Output) -> Ended {
    let paths = args.files.iter().map(|f| f.to_string_lossy().into_owned()).collect();
    let typed = args.answers.iter().map(|a| parse_answer(a));
    let answers = typed.chain(args.columns.iter().map(|c| parse_role(c))).collect::<Result<_, _>>()?;
    let password = args.archive_password_file.as_deref().map(read_secret).transpose()?.map(|p| p.to_string());
    if args.yes && !args.dry_run && args.layout.is_none() {
        // Nobody waits to see it first.
        return stored(&session.run_watched(ImportAtOnce { paths, answers, password })?, output);
    }
    if args.dry_run {
        session.unlock_if_possible();
    } else {
        session.unlock()?;
    }
    let preview = session.run_watched(PreviewImport { paths, answers, password })?;
    if let Some(file) = &args.layout {
        save_layout(&preview, file, session)?;
    }
    if let Some(question) = question(&preview.files) {
        session.run(DiscardPreview { preview_id: preview.preview_id })?;
        return Err(question);
    }
    if args.dry_run || !ready(&preview.files) {
        output.show(&FilesJson::of(&preview), preview_text)?;
        return Ok(outcome_code(&preview.files));
    }
    if !args.yes {
        Output::aside(&preview_text(&FilesJson::of(&preview)));
        if !output.confirm("Store this in your vault?") {
            session.run(DiscardPreview { preview_id: preview.preview_id })?;
            return Err(not_confirmed());
        }
    }
    let Preview { preview_id, .. } = preview;
    stored(&session.run_watched(CommitImport { preview_id })?, output)
}

fn question(files: &[FilePreview]) -> Option<AppError> {
    files.iter().find_map(|file| file.question.clone()).map(AppError::question)
}

fn stored(imported: &Imported, output: &Output) -> Ended {
    if let Some(question) = question(&imported.files) {
        return Err(question);
    }
    output.show(&FilesJson { files: &imported.files, drift: imported.drift.as_ref() }, |_| imported_text(imported))?;
    Ok(outcome_code(&imported.files))
}

/// Saves the description that the person reads first: it is what they may send.
fn save_layout(preview: &Preview, file: &Path, session: &Session) -> Result<(), AppError> {
    let shown = session.run_watched(DescribeLayout { preview_id: Some(preview.preview_id.clone()), import_ids: Vec::new() })?;
    Output::aside(&shown.text);
    session.run(SaveSupport { file: file.display().to_string(), text: shown.text })?;
    Ok(())
}

fn preview_text(shown: &FilesJson<'_>) -> String {
    format!("{}{}", files_text(shown.files), drift_text(shown.drift))
}

fn drift_text(drift: Option<&DriftView>) -> String {
    let hint = "To tell those who write definitions, without any of your data: holdall import --dry-run --layout NEW-FILE FILE";
    drift.map(|d| format!("{}.\n{hint}\n", d.text)).unwrap_or_default()
}

pub fn parse_answer(text: &str) -> Result<Answer, AppError> {
    let (id, value) = text.split_once('=').ok_or_else(|| AppError::bad_request("an answer is written like date-order=dmy"))?;
    Ok(Answer { id: id.to_owned(), value: value.to_owned() })
}

fn parse_role(text: &str) -> Result<Answer, AppError> {
    // A heading may hold the sign itself; a role does not.
    let (column, role) = text.rsplit_once('=').ok_or_else(|| AppError::bad_request("a column's role is written like Betrag=amount"))?;
    Ok(Answer { id: format!("column:{}", column.trim()), value: role.trim().to_lowercase() })
}

fn ready(files: &[FilePreview]) -> bool {
    files.iter().any(|f| f.outcome == FileOutcome::Ready)
}

/// One file that could not be used makes the whole call say so; the others are not held back.
fn outcome_code(files: &[FilePreview]) -> ExitCode {
    let code = |wanted: &str| holdall_app::CODES.iter().find(|(c, _)| *c == wanted).map(|(_, exit)| *exit);
    let exit = if let Some(failed) = files.iter().find(|f| f.outcome == FileOutcome::Failed) {
        // What ended the import, such as a full disk, has a code of its own; what is wrong with a file has none.
        let why = failed.diagnostics.iter().filter(|d| d.severity == SeverityView::Error).find_map(|d| code(&d.id));
        why.or(code("file-unreadable"))
    } else if !ready(files) && files.iter().any(|f| f.outcome == FileOutcome::Unknown) {
        code("file-unknown")
    } else {
        Some(0)
    };
    ExitCode::from(exit.unwrap_or(1))
}

fn files_text(files: &[FilePreview]) -> String {
    let mut text = String::new();
    for file in files {
        let name = if file.entry.is_empty() { file.path.clone() } else { format!("{} › {}", file.path, file.entry) };
        text.push_str(&format!("{}\n", clean(&name)));
        match file.outcome {
            FileOutcome::Ready => text.push_str(&ready_text(file)),
            FileOutcome::Question => text.push_str("  A question must be answered first.\n"),
            FileOutcome::Unknown => text.push_str("  Not recognised. Nothing was read.\n"),
            FileOutcome::Ignored => text.push_str("  Nothing to import in it.\n"),
            FileOutcome::Failed => text.push_str("  Nothing of it was imported.\n"),
        }
        for diagnostic in &file.diagnostics {
            let mark = match diagnostic.severity {
                SeverityView::Note => "note",
                SeverityView::Warning => "look",
                SeverityView::Error => "error",
            };
            let row = diagnostic.row.map(|r| format!(" (row {r})")).unwrap_or_default();
            text.push_str(&format!("  {mark}: {}{row}\n", clean(&diagnostic.text)));
        }
    }
    text
}

fn ready_text(file: &FilePreview) -> String {
    let mut text = format!(
        "  {}{}\n",
        file.vendor_name.as_deref().unwrap_or("Unknown vendor"),
        file.export_title.as_deref().map(|t| format!(": {t}")).unwrap_or_default()
    );
    let period = file.period.as_ref().map(|p| format!(", {} to {}", p.from, p.to)).unwrap_or_default();
    text.push_str(&format!("  {}{period}\n", counted(file.records, "record")));
    let v = &file.verdicts;
    let counts = [
        (v.new, "new"),
        (v.already_here, "already here"),
        (v.changed, "changed"),
        (v.similar, "similar"),
        (v.not_understood, "not understood"),
    ];
    let counts: Vec<String> = counts.iter().filter(|(n, _)| *n > 0).map(|(n, word)| format!("{n} {word}")).collect();
    if !counts.is_empty() {
        text.push_str(&format!("  {}\n", counts.join(", ")));
    }
    if !file.sums.is_empty() {
        let sums: Vec<String> = file.sums.iter().map(|s| format!("{} {}", s.total, s.unit)).collect();
        text.push_str(&format!("  Total {}\n", sums.join(", ")));
    }
    text
}

fn imported_text(imported: &Imported) -> String {
    let mut text = files_text(&imported.files);
    text.push_str(&drift_text(imported.drift.as_ref()));
    for import in &imported.imports {
        let id = import.import_id;
        text.push_str(&format!("Stored as import {id}. Take it back any time: holdall undo {id}\n"));
        if import.verdicts.similar > 0 {
            let pairs = counted(import.verdicts.similar, "record");
            text.push_str(&format!("{pairs} may be the same thing told twice. Decide when you like: holdall similar\n"));
        }
        if import.verdicts.not_understood > 0 {
            let rows = counted(import.verdicts.not_understood, "row");
            text.push_str(&format!("{rows} could not be read, kept aside with the reason: holdall quarantine {id}\n"));
        }
    }
    text
}

pub fn list(session: &Session, output: &Output) -> Ended {
    let imports = session.run(ListImports {})?;
    output.show(&imports, |imports| {
        if imports.is_empty() {
            return "Nothing is imported yet. Start with: holdall import FILE".to_owned();
        }
        let rows: Vec<Vec<String>> = imports
            .iter()
            .map(|i| {
                let vendors: Vec<&str> = i.vendors.iter().map(|v| v.name.as_str()).collect();
                vec![i.import_id.to_string(), i.at.clone(), i.file_name.clone(), vendors.join(", "), counted(i.records, "record")]
            })
            .collect();
        table(&rows)
    })?;
    Ok(ExitCode::SUCCESS)
}

pub fn undo(import_id: i64, yes: bool, session: &Session, output: &Output) -> Ended {
    if !yes && !output.confirm("Take this import back whole?") {
        return Err(not_confirmed());
    }
    let undone = session.run_watched(UndoImport { import_id })?;
    output.show(&undone, undone_text)?;
    Ok(ExitCode::SUCCESS)
}

fn undone_text(undone: &Undone) -> String {
    let mut text = format!("Taken back: {} removed", counted(undone.removed, "record"));
    if undone.restored > 0 {
        text.push_str(&format!(", {} put back as before", counted(undone.restored, "record")));
    }
    if undone.handed_over > 0 {
        text.push_str(&format!(", {} kept because a later import tells the same", counted(undone.handed_over, "record")));
    }
    text.push('.');
    if undone.shares > 0 {
        let n = counted(undone.shares, "share");
        text.push_str(&format!("\n{n} with data of this vendor stay as they are, with their receipts. To demand deletion: holdall revoke"));
    }
    text
}

pub fn counted(n: u64, word: &str) -> String {
    format!("{n} {word}{}", if n == 1 { "" } else { "s" })
}

pub fn quarantine(import_id: Option<i64>, session: &Session, output: &Output) -> Ended {
    let rows = session.run(ListQuarantine { import_id })?;
    output.show(&rows, |rows| {
        if rows.is_empty() {
            return "Every row was understood.".to_owned();
        }
        table(
            &rows.iter().map(|r| vec![r.file_name.clone(), format!("row {}", r.row), r.reason.clone(), r.text.clone()]).collect::<Vec<_>>(),
        )
    })?;
    Ok(ExitCode::SUCCESS)
}

pub fn similar(session: &Session, output: &Output) -> Ended {
    let waiting = session.run(ListSimilar {})?;
    output.show(&waiting, |SimilarPairs { pairs, total }| {
        if pairs.is_empty() {
            return "No pair waits for a decision.".to_owned();
        }
        let mut text = String::new();
        if pairs.len() as u64 != *total {
            text.push_str(&format!("The newest {} of {} that wait for a decision:\n", pairs.len(), counted(*total, "pair")));
        }
        for pair in pairs {
            text.push_str(&table(&[super::data::row_cells(&pair.kept), super::data::row_cells(&pair.other)]));
            text.push_str(&format!("  holdall decide {} same|different\n", pair.other.id));
        }
        text
    })?;
    Ok(ExitCode::SUCCESS)
}

pub fn decide(others: &[i64], same: bool, session: &Session, output: &Output) -> Ended {
    let done = session.run(DecideSimilar { other_ids: others.to_vec(), same })?;
    output.show(&done, |_| format!("{}: kept {}.", counted(others.len() as u64, "pair"), if same { "as one" } else { "as two" }))?;
    Ok(ExitCode::SUCCESS)
}

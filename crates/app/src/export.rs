//! Everything out, in open formats: JSON Lines and CSV of all records, and the original files as they came.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use holdall_vault::{Act, AuditEvent, Query, StoredRecord};
use serde::Serialize;

use crate::view::settings::{ExportAll, Exported};
use crate::{App, AppError, Run, Task, new_file};

/// One record as one line of `records.jsonl`. docs/json.md documents it; it is read by people's own scripts.
#[derive(Serialize)]
struct Line<'a> {
    id: i64,
    kind: &'static str,
    #[serde(rename = "@type")]
    schema_type: &'static str,
    vendor: &'a str,
    import: i64,
    row: u64,
    moment: Option<String>,
    title: &'a str,
    party: &'a str,
    account: &'a str,
    external_id: &'a str,
    status: crate::view::record::StatusView,
    amount: Option<crate::view::AmountView>,
    fields: std::collections::BTreeMap<&'static str, &'a str>,
}

impl Run for ExportAll {
    fn run(self, app: &App, task: &Task) -> Result<Exported, AppError> {
        let vault = app.vault()?;
        let dir = PathBuf::from(&self.dir);
        std::fs::create_dir_all(dir.join("originals")).map_err(|e| AppError::cannot_write(&dir, &e))?;
        let records = write_records(app, &dir, task)?;
        let mut originals = 0;
        for import in vault.imports()? {
            task.step(1)?;
            let path = dir.join("originals").join(format!("{}-{}", import.id.0, file_name(&import.file_name)));
            let mut from = vault.open_original(import.id)?;
            let mut to = create(&path)?;
            std::io::copy(&mut from, &mut to).and_then(|_| to.flush()).map_err(|e| AppError::cannot_write(&path, &e))?;
            originals += 1;
        }
        vault.write(AuditEvent::new(Act::DataExported, "").count("records", records).count("originals", originals), |_| {
            Ok::<_, AppError>(())
        })?;
        Ok(Exported { dir: self.dir, records, originals, files: originals + 2 })
    }
}

fn write_records(app: &App, dir: &Path, task: &Task) -> Result<u64, AppError> {
    let (json_path, csv_path) = (dir.join("records.jsonl"), dir.join("records.csv"));
    let (mut json, mut csv) = (create(&json_path)?, create(&csv_path)?);
    let mut failed: Option<AppError> = None;
    let header = "id,kind,vendor,moment,title,party,amount,unit,status,account,external_id\n";
    csv.write_all(header.as_bytes()).map_err(|e| AppError::cannot_write(&csv_path, &e))?;
    let written = app.vault()?.visit(&Query::default(), task, |stored| {
        let line = json_line(&stored).and_then(|l| json.write_all(l.as_bytes())).map_err(|e| AppError::cannot_write(&json_path, &e));
        let row = csv.write_all(csv_line(&stored).as_bytes()).map_err(|e| AppError::cannot_write(&csv_path, &e));
        match line.and(row) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                failed = Some(error);
                ControlFlow::Break(())
            }
        }
    })?;
    if let Some(error) = failed {
        return Err(error);
    }
    json.flush().map_err(|e| AppError::cannot_write(&json_path, &e))?;
    csv.flush().map_err(|e| AppError::cannot_write(&csv_path, &e))?;
    Ok(written)
}

/// Never over an existing file, never through a link.
fn create(path: &Path) -> Result<BufWriter<File>, AppError> {
    Ok(BufWriter::new(new_file::create(path)?))
}

fn json_line(stored: &StoredRecord) -> std::io::Result<String> {
    let record = &stored.record;
    let line = Line {
        id: stored.id.0,
        kind: record.kind.slug(),
        schema_type: record.kind.schema_type(),
        vendor: &stored.vendor,
        import: stored.import.0,
        row: record.locator.row,
        moment: record.moment.map(|m| m.to_string()),
        title: &record.title,
        party: &record.party,
        account: &record.account,
        external_id: &record.external_id,
        status: record.status.into(),
        amount: record.amount.map(Into::into),
        fields: record.fields.iter().map(|(p, v)| (p.name(), v)).collect(),
    };
    let mut text = serde_json::to_string(&line).map_err(std::io::Error::other)?;
    text.push('\n');
    Ok(text)
}

fn csv_line(stored: &StoredRecord) -> String {
    let record = &stored.record;
    let (amount, unit) = record.amount.map_or_else(Default::default, |a| (a.value.to_string(), a.unit.to_string()));
    let status = match record.status {
        holdall_model::Status::Booked => "booked",
        holdall_model::Status::Pending => "pending",
        holdall_model::Status::Void => "void",
        holdall_model::Status::Info => "info",
    };
    let moment = record.moment.map(|m| m.to_string()).unwrap_or_default();
    let id = stored.id.0.to_string();
    let texts = [&*moment, &record.title, &record.party].map(quoted);
    let [account, external_id] = [&*record.account, &*record.external_id].map(quoted);
    let [moment, title, party] = texts;
    format!(
        "{id},{},{},{moment},{title},{party},{amount},{unit},{status},{account},{external_id}\n",
        record.kind.slug(),
        quoted(&stored.vendor)
    )
}

/// RFC 4180; and a text that a spreadsheet would take for a formula gets an apostrophe in front.
fn quoted(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']);
    let text = if formula { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

/// The file's own name, made safe for every system.
fn file_name(name: &str) -> String {
    let safe: String = name
        .chars()
        .map(|c| if c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ' ' | '(' | ')') { c } else { '_' })
        .take(120)
        .collect();
    safe.trim_matches(['.', ' ']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn l01_cells_are_safe_for_spreadsheets_and_parsers() {
        assert_eq!(quoted("=1+1"), "'=1+1");
        assert_eq!(quoted("a \"b\", c"), "\"a \"\"b\"\", c\"");
        assert_eq!(quoted("plain"), "plain");
    }

    #[test]
    fn a_file_name_is_never_a_path() {
        assert_eq!(file_name("../../etc/passwd"), "_.._etc_passwd");
        assert_eq!(file_name("Your Orders.zip"), "Your Orders.zip");
    }
}

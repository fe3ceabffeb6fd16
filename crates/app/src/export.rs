//! Everything out, in open formats: JSON Lines and CSV of all records, and the original files as they came.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::ops::ControlFlow;
use std::path::Path;

use holdall_vault::{Act, AuditEvent, Query, StoredRecord, Vault};
use serde::Serialize;

use crate::view::settings::{ExportAll, Exported};
use crate::{App, AppError, Run, Task, new_file, place};

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
        let dir = std::path::absolute(&self.dir).map_err(|e| AppError::cannot_write(Path::new(&self.dir), &e))?;
        if !self.into_cloud
            && let Some(cloud) = place::cloud(&dir)
        {
            return Err(AppError::cloud_folder(cloud));
        }
        let place = NewFolder::make(&dir)?;
        let records = write_records(app, &dir, task)?;
        let originals = write_originals(&vault, &dir, task)?;
        place.keep();
        vault.write(AuditEvent::new(Act::DataExported, "").count("records", records).count("originals", originals), |_| {
            Ok::<_, AppError>(())
        })?;
        Ok(Exported { dir: self.dir, records, originals, files: originals + 2 })
    }
}

/// A folder that holds nothing but the export; without a whole one, it is emptied again.
struct NewFolder<'a> {
    dir: &'a Path,
    was_there: bool,
    kept: bool,
}

impl<'a> NewFolder<'a> {
    fn make(dir: &'a Path) -> Result<Self, AppError> {
        let cannot = |e: std::io::Error| AppError::cannot_write(dir, &e);
        let was_there = match std::fs::symlink_metadata(dir) {
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => false,
            Err(e) => return Err(cannot(e)),
            Ok(found) if found.is_symlink() => return Err(AppError::not_a_folder(dir, "is a link to another place")),
            Ok(found) if !found.is_dir() => return Err(AppError::not_a_folder(dir, "is a file")),
            Ok(_) if std::fs::read_dir(dir).map_err(cannot)?.next().is_some() => {
                return Err(AppError::not_a_folder(dir, "is not empty"));
            }
            Ok(_) => true,
        };
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        let place = Self { dir, was_there, kept: false };
        builder.create(dir.join("originals")).map_err(cannot)?;
        Ok(place)
    }

    fn keep(mut self) {
        self.kept = true;
    }
}

impl Drop for NewFolder<'_> {
    fn drop(&mut self) {
        if self.kept {
            return;
        }
        // All in it is ours, as it was empty before. What cannot be removed is on a disk that is gone.
        let _ = std::fs::remove_dir_all(self.dir);
        if self.was_there {
            let _ = std::fs::create_dir(self.dir);
        }
    }
}

fn write_originals(vault: &Vault, dir: &Path, task: &Task) -> Result<u64, AppError> {
    let mut originals = 0;
    for import in vault.imports()? {
        task.step(1)?;
        let path = dir.join("originals").join(format!("{}-{}", import.id.0, file_name(&import.file_name)));
        let mut from = vault.open_original(import.id)?;
        let mut to = create(&path)?;
        std::io::copy(&mut from, &mut to).and_then(|_| to.flush()).map_err(|e| AppError::cannot_write(&path, &e))?;
        originals += 1;
    }
    Ok(originals)
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

/// Bytes of a name that every system takes, with a number before it.
const LONGEST_NAME: usize = 200;

/// The file's own name, made safe for every system.
fn file_name(name: &str) -> String {
    let safe: String =
        name.chars().map(|c| if c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ' ' | '(' | ')') { c } else { '_' }).collect();
    safe[..safe.floor_char_boundary(LONGEST_NAME)].trim_matches(['.', ' ']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Desk, as_text};

    #[test]
    fn l01_cells_are_safe_for_spreadsheets_and_parsers() {
        assert_eq!(quoted("=1+1"), "'=1+1");
        assert_eq!(quoted("a \"b\", c"), "\"a \"\"b\"\", c\"");
        assert_eq!(quoted("plain"), "plain");
    }

    fn export(desk: &Desk, dir: &Path) -> Result<Exported, AppError> {
        desk.app.run(ExportAll { dir: as_text(dir), into_cloud: false }, &Task::silent())
    }

    fn is_empty(dir: &Path) -> bool {
        std::fs::read_dir(dir).expect("a folder").next().is_none()
    }

    #[test]
    fn l02_an_export_goes_into_a_new_or_an_empty_folder_and_over_nothing() {
        let desk = Desk::new();
        desk.import(&desk.flights(3), &[]);
        let full = desk.home().join("full");
        std::fs::create_dir(&full).expect("our own folder");
        std::fs::write(full.join("records.csv"), "mine").expect("our own folder");
        for there in [full.clone(), full.join("records.csv"), full.join("records.csv/below a file")] {
            assert_eq!(export(&desk, &there).expect_err("it is there").code, "cannot-write", "{}", there.display());
        }
        assert_eq!(std::fs::read_to_string(full.join("records.csv")).expect("still there"), "mine");
        let empty = desk.home().join("empty");
        std::fs::create_dir(&empty).expect("our own folder");
        assert_eq!(export(&desk, &empty).expect("an export").records, 3);
        export(&desk, &desk.home().join("new/and below")).expect("an export");
    }

    #[test]
    fn l02_an_export_that_is_stopped_leaves_nothing_in_clear() {
        let desk = Desk::new();
        desk.import(&desk.flights(3), &[]);
        let (empty, new) = (desk.home().join("empty"), desk.home().join("new"));
        std::fs::create_dir(&empty).expect("our own folder");
        let stopped = Task::silent();
        stopped.cancel();
        for dir in [&empty, &new] {
            let error = desk.app.run(ExportAll { dir: as_text(dir), into_cloud: false }, &stopped).expect_err("it was stopped");
            assert_eq!(error.code, "cancelled");
        }
        assert!(is_empty(&empty) && !new.exists());
    }

    #[cfg(unix)]
    #[test]
    fn l02_no_link_is_followed_and_the_folder_is_private() {
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        let desk = Desk::new();
        let (target, link) = (desk.home().join("target"), desk.home().join("link"));
        std::fs::create_dir(&target).expect("our own folder");
        symlink(&target, &link).expect("our own folder");
        assert_eq!(export(&desk, &link).expect_err("it is a link").code, "cannot-write");
        symlink(desk.home().join("nowhere"), desk.home().join("dangling")).expect("our own folder");
        assert_eq!(export(&desk, &desk.home().join("dangling")).expect_err("it is a link").code, "cannot-write");
        assert!(is_empty(&target) && !desk.home().join("nowhere").exists());
        let new = desk.home().join("new");
        export(&desk, &new).expect("an export");
        let mode = |path: &Path| path.metadata().expect("it is there").permissions().mode() & 0o777;
        assert_eq!((mode(&new), mode(&new.join("records.csv"))), (0o700, 0o600));
    }

    #[test]
    fn l02_a_folder_that_a_cloud_copies_is_asked_about() {
        let desk = Desk::new();
        let dir = desk.home().join("Dropbox/mine");
        let refused = export(&desk, &dir).expect_err("a cloud");
        assert!(refused.code == "cloud-folder" && refused.title.contains("Dropbox"), "{refused}");
        assert!(!dir.exists());
        desk.run(ExportAll { dir: as_text(&dir), into_cloud: true });
    }

    #[test]
    fn a_file_name_is_never_a_path() {
        assert_eq!(file_name("../../etc/passwd"), "_.._etc_passwd");
        assert_eq!(file_name("Your Orders.zip"), "Your Orders.zip");
        assert_eq!(file_name(&"銀".repeat(200)).len(), 198, "whole letters, and no more bytes than a name may have");
    }
}

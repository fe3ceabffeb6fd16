//! Files that are not as they are known: counted for the person, and described for those who write definitions.

use std::fmt::Write as _;
use std::iter::Sum;

use holdall_importer::{EntryOutline, FileReport, Options, Outcome, Outline, Source, outline};
use holdall_vault::ImportId;

use crate::view::import::{DescribeLayout, DriftView};
use crate::view::support::SupportText;
use crate::{App, AppError, Run, Task, lock};

/// What of some files was not understood, new or missing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Drift {
    files: u64,
    not_understood: u64,
    pub new_columns: u64,
    missing_columns: u64,
}

impl Drift {
    pub fn of_files(reports: &[FileReport]) -> Self {
        let with_data = || reports.iter().filter(|r| !matches!(r.outcome, Outcome::Ignored { .. }));
        Self {
            files: with_data().count() as u64,
            not_understood: with_data().filter(|r| matches!(r.outcome, Outcome::Unknown { .. })).count() as u64,
            new_columns: 0,
            missing_columns: reports.iter().map(|r| r.missing_columns as u64).sum(),
        }
    }

    /// None where everything is as it is known.
    pub fn view(self) -> Option<DriftView> {
        let Self { files, not_understood, new_columns, missing_columns } = self;
        (not_understood + new_columns + missing_columns > 0).then(|| DriftView {
            files,
            not_understood,
            new_columns,
            missing_columns,
            text: self.text(),
        })
    }

    fn text(self) -> String {
        let columns = |n: u64| if n == 1 { "column" } else { "columns" };
        let mut parts = Vec::new();
        if self.not_understood > 0 {
            let files = if self.files == 1 { "file" } else { "files" };
            parts.push(format!("{} of {} {files} not understood", self.not_understood, self.files));
        }
        if self.new_columns > 0 {
            parts.push(format!("{} new {} kept", self.new_columns, columns(self.new_columns)));
        }
        if self.missing_columns > 0 {
            parts.push(format!("{} known {} missing", self.missing_columns, columns(self.missing_columns)));
        }
        parts.push("nothing dropped".to_owned());
        parts.join(", ")
    }
}

impl Sum for Drift {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), |a, b| Self {
            files: a.files + b.files,
            not_understood: a.not_understood + b.not_understood,
            new_columns: a.new_columns + b.new_columns,
            missing_columns: a.missing_columns + b.missing_columns,
        })
    }
}

impl Run for DescribeLayout {
    fn run(self, app: &App, task: &Task) -> Result<SupportText, AppError> {
        let mut sources = Vec::new();
        if let Some(id) = &self.preview_id {
            let opened = lock(&app.previews).opened(id);
            let opened = opened.ok_or_else(|| AppError::new("not-found", "This preview is no longer here.", "Choose the files again."))?;
            for (path, options) in opened {
                sources.push((Source::from_path(&path)?, options));
            }
        }
        if !self.import_ids.is_empty() {
            let vault = app.vault()?;
            let imports = vault.imports()?;
            for id in &self.import_ids {
                let import = imports.iter().find(|i| i.id == ImportId(*id)).ok_or_else(|| AppError::not_found("import"))?;
                sources.push((super::original(&vault, import), Options::default()));
            }
        }
        let mut text = format!(
            "Holdall {}, {} {}\nThe layout of {} that Holdall does not fully know: headings and the shapes of values, and no value.\n",
            env!("CARGO_PKG_VERSION"),
            std::env::consts::OS,
            std::env::consts::ARCH,
            if sources.len() == 1 { "a file" } else { "files" },
        );
        for (source, options) in &sources {
            write(&mut text, &outline(source, options, task)?);
        }
        Ok(SupportText { text })
    }
}

fn write(text: &mut String, outline: &Outline) {
    let entries = if outline.entries == 1 { "1 file".to_owned() } else { format!("{} files in it", outline.entries) };
    let _ = writeln!(text, "\n{} ({entries})", outline.name);
    if outline.described.is_empty() {
        let _ = writeln!(text, "  Everything in it is as it is known.");
    }
    for entry in &outline.described {
        write_entry(text, entry);
    }
}

fn write_entry(text: &mut String, entry: &EntryOutline) {
    let table = |c: char| {
        let between = match c {
            '\t' => "tabs".to_owned(),
            ',' => "commas".to_owned(),
            ';' => "semicolons".to_owned(),
            other => other.to_string(),
        };
        format!(", {between} between columns, headings in row {}, {} columns", entry.header_row, entry.columns.len())
    };
    let delimiter = entry.delimiter.map(table).unwrap_or_default();
    let _ = writeln!(text, "  {}: {}, {}{delimiter}", entry.name, entry.form, entry.charset);
    if let Some(layout) = &entry.read_as {
        let _ = writeln!(text, "    read as {layout}");
    }
    if let Some((layout, missing)) = &entry.nearly {
        let _ = writeln!(text, "    nearly {layout}, without: {}", missing.join(", "));
    }
    for (i, column) in entry.columns.iter().enumerate() {
        let mark = match (column.new, column.masked) {
            (true, true) => " (new, heading masked)",
            (true, false) => " (new)",
            (false, true) => " (heading masked)",
            (false, false) => "",
        };
        let shapes = if column.shapes.is_empty() { "always empty".to_owned() } else { column.shapes.join("  |  ") };
        let _ = writeln!(text, "    {} {}{mark}: {shapes}", i + 1, column.heading);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drift_is_one_sentence_and_silent_where_there_is_none() {
        let told = |files, not_understood, new_columns, missing_columns| {
            Drift { files, not_understood, new_columns, missing_columns }.view().map(|view| view.text)
        };
        assert_eq!(told(7, 3, 2, 0).as_deref(), Some("3 of 7 files not understood, 2 new columns kept, nothing dropped"));
        assert_eq!(told(1, 0, 1, 1).as_deref(), Some("1 new column kept, 1 known column missing, nothing dropped"));
        assert_eq!(told(7, 0, 0, 0), None);
    }
}

use serde::{Deserialize, Serialize};

use crate::Redacted;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth knowing; nothing is missing (a preamble was skipped, a new column was kept).
    Note,
    /// Something needs a look: a row was set aside.
    Warning,
    /// The file or entry could not be read.
    Error,
}

/// Where in a file something was found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Name of the entry inside an archive; empty for a plain file.
    pub entry: String,
    /// 1-based line or record number, as a person would count it in an editor or spreadsheet.
    pub row: Option<u64>,
    /// Header text of the column.
    pub column: Option<String>,
}

/// A finding about foreign content. Content problems are values: they never stop the import of the other rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostic {
    /// Stable, kebab-case: programs may act on it.
    pub id: String,
    pub severity: Severity,
    pub place: Place,
    /// One plain sentence with what to do. Holds column names and formats, never a value of the person's data.
    pub text: String,
}

impl Diagnostic {
    pub fn new(id: &str, severity: Severity, text: impl Into<String>) -> Self {
        Self { id: id.to_owned(), severity, place: Place::default(), text: text.into() }
    }

    pub fn at_row(mut self, row: u64) -> Self {
        self.place.row = Some(row);
        self
    }

    pub fn at_column(mut self, column: impl Into<String>) -> Self {
        self.place.column = Some(column.into());
        self
    }

    pub fn in_entry(mut self, entry: impl Into<String>) -> Self {
        self.place.entry = entry.into();
        self
    }
}

/// A row that was not understood. Its text is kept so that a better definition can read it later.
#[derive(Debug, Clone)]
pub struct Quarantined {
    pub locator: crate::Locator,
    pub reason: Diagnostic,
    pub raw: Redacted<String>,
}

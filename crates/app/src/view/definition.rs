use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::import::Answer;

/// Layouts that the person explained by answering questions about a table of no known vendor.
#[derive(Debug, Default, Serialize, Deserialize, TS)]
pub struct ListDefinitions {}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DefinitionView {
    /// The same for every file with these headings.
    pub definition_id: String,
    /// The file that was imported with these answers last, and when (RFC 3339, UTC).
    pub file_name: String,
    pub at: String,
    /// Imports that were read by it.
    pub imports: u64,
    pub columns: Vec<DefinitionColumn>,
    /// What the person answered, without what is told by the columns.
    pub answers: Vec<Answer>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DefinitionColumn {
    pub heading: String,
    /// `date`, `amount`, `text`, `unknown`…
    pub role: String,
}

/// Asks anew about the next file with these headings. What was imported stays.
#[derive(Debug, Serialize, Deserialize, TS)]
pub struct ForgetDefinition {
    pub definition_id: String,
}

/// Writes down a layout for everybody, without storing it: the definition, a skeleton of its vendor, and a sample whose rows are invented.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PreviewDefinition {
    pub definition_id: String,
    /// The vendor's name for people.
    pub vendor_name: String,
    /// Its permanent name; made of the name for people where it is left out.
    #[serde(default)]
    pub vendor: Option<String>,
    /// How the vendor calls the file, with `*` for what changes: `Umsatz_*.csv`.
    #[serde(default)]
    pub file_name: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DefinitionFile {
    /// Below `vendors/`, with `/`.
    pub path: String,
    pub text: String,
}

/// Everything that would be written. None of it is from the person's rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DefinitionFiles {
    pub files: Vec<DefinitionFile>,
    /// Columns, from 1, that are left out, because their headings may hold something of the person's.
    pub left_out: Vec<u32>,
}

/// Writes exactly what was shown, as new files below a folder.
#[derive(Debug, Serialize, Deserialize, TS)]
pub struct SaveDefinition {
    pub dir: String,
    pub definition: PreviewDefinition,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DefinitionSaved {
    /// The vendor's folder.
    pub dir: String,
    pub files: Vec<String>,
}

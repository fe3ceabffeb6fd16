use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{AmountView, Kind, VendorRef};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum StatusView {
    Booked,
    Pending,
    Void,
    Info,
}

impl From<holdall_model::Status> for StatusView {
    fn from(s: holdall_model::Status) -> Self {
        match s {
            holdall_model::Status::Booked => Self::Booked,
            holdall_model::Status::Pending => Self::Pending,
            holdall_model::Status::Void => Self::Void,
            holdall_model::Status::Info => Self::Info,
        }
    }
}

/// One line of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RecordRow {
    /// 0 in a preview, where nothing is stored yet.
    pub id: i64,
    pub kind: Kind,
    /// ISO 8601 of possibly reduced precision.
    pub moment: Option<String>,
    pub title: String,
    pub party: String,
    pub amount: Option<AmountView>,
    pub status: StatusView,
    pub vendor: VendorRef,
}

/// Searches and lists, newest first. Every filter left out means "all".
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct FindRecords {
    /// Words; the last one may be unfinished.
    pub query: String,
    pub kinds: Vec<Kind>,
    pub vendors: Vec<String>,
    /// First and last day, both included: `2025-01-31`.
    pub from: Option<String>,
    pub to: Option<String>,
    pub import_id: Option<i64>,
    /// Where the last page ended; left out for the first page.
    pub cursor: Option<String>,
    /// At most 1000.
    pub limit: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Found {
    pub rows: Vec<RecordRow>,
    pub total: u64,
    /// `false`: there are more than `total`.
    pub total_is_exact: bool,
    pub next: Option<String>,
}

#[derive(Debug, Serialize, Deserialize, TS)]
pub struct GetRecord {
    pub id: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ValueForm {
    Text,
    Number,
    Quantity,
    Moment,
    Duration,
    Truth,
    Url,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FieldView {
    /// schema.org property.
    pub name: String,
    pub label: String,
    pub value: String,
    pub form: ValueForm,
}

/// One cell of the source row, as the vendor wrote it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SourceCell {
    pub header: String,
    pub text: String,
}

/// Where a record came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SourceView {
    pub import_id: i64,
    pub file_name: String,
    pub entry: String,
    pub row: u64,
    pub imported_at: String,
    /// Read back from the kept original; empty if the format has no cells.
    pub cells: Vec<SourceCell>,
    /// The row's own text, where the format has no cells.
    pub raw: Option<String>,
    /// Why the row itself cannot be shown; none where it can.
    pub note: Option<String>,
}

/// An earlier form of a record that a later export changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct EarlierForm {
    pub until: String,
    pub row: RecordRow,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RecordDetail {
    pub row: RecordRow,
    pub account: String,
    pub external_id: String,
    pub fields: Vec<FieldView>,
    pub source: SourceView,
    pub history: Vec<EarlierForm>,
}

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::record::RecordRow;
use super::{DiagnosticView, PeriodView, SumView, VendorRef, VerdictsView};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Choice {
    pub value: String,
    pub label: String,
}

/// Something only the person can decide. The answer is `id=value`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct QuestionView {
    pub id: String,
    pub text: String,
    pub choices: Vec<Choice>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Answer {
    pub id: String,
    pub value: String,
}

/// Reads files without storing anything. Works without a vault (then every record is new).
#[derive(Serialize, Deserialize, TS)]
pub struct PreviewImport {
    pub paths: Vec<String>,
    #[serde(default)]
    pub answers: Vec<Answer>,
    #[serde(default)]
    pub password: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum FileOutcome {
    /// Understood; can be imported.
    Ready,
    /// Can be imported once its question is answered.
    Question,
    /// No definition reads it.
    Unknown,
    /// Known and holds nothing to import (a description file, a picture).
    Ignored,
    /// Could not be read.
    Failed,
}

/// One file, or one file inside an archive.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct FilePreview {
    pub path: String,
    /// Name inside the archive; empty for a plain file.
    pub entry: String,
    pub outcome: FileOutcome,
    /// Permanent slug of the vendor (`amazon`), and its name for people.
    pub vendor: Option<String>,
    pub vendor_name: Option<String>,
    /// Slug of the export layout (`order-history`), and its name for people.
    pub export: Option<String>,
    pub export_title: Option<String>,
    /// 0 to 1.
    pub confidence: f64,
    /// Records that count (see docs/json.md), void and information rows excluded.
    pub records: u64,
    pub sums: Vec<SumView>,
    pub period: Option<PeriodView>,
    pub verdicts: VerdictsView,
    pub diagnostics: Vec<DiagnosticView>,
    pub first_rows: Vec<RecordRow>,
    pub question: Option<QuestionView>,
    /// Set once stored.
    pub import_id: Option<i64>,
}

/// What a vendor has changed since its definitions were written, or what was never known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DriftView {
    /// Files, and files inside archives, that may hold data.
    pub files: u64,
    /// Of these, the ones that no definition reads.
    pub not_understood: u64,
    /// Columns that a known layout does not have; their cells are kept for search.
    pub new_columns: u64,
    /// Columns of a known layout that are not there.
    pub missing_columns: u64,
    /// All of it in one sentence.
    pub text: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Preview {
    /// Names this preview in [`CommitImport`].
    pub preview_id: String,
    pub files: Vec<FilePreview>,
    /// None where everything is as it is known.
    pub drift: Option<DriftView>,
}

/// Describes the layout of files that are not as they are known: headings and shapes of values, never a value. The text may be sent to those
/// who write definitions; `support.save` saves it as it was shown.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
pub struct DescribeLayout {
    /// The files of a preview.
    #[serde(default)]
    pub preview_id: Option<String>,
    /// The kept originals of imports.
    #[serde(default)]
    pub import_ids: Vec<i64>,
}

/// Stores what a preview showed: one transaction per file given.
#[derive(Debug, Serialize, Deserialize, TS)]
pub struct CommitImport {
    pub preview_id: String,
}

/// Stores files that nobody wants to see first, in one transaction per file. Where one of them asks something, nothing is stored of any, and
/// the answer tells the question.
#[derive(Serialize, Deserialize, TS)]
pub struct ImportAtOnce {
    pub paths: Vec<String>,
    #[serde(default)]
    pub answers: Vec<Answer>,
    #[serde(default)]
    pub password: Option<String>,
}

#[derive(Debug, Serialize, Deserialize, TS)]
pub struct DiscardPreview {
    pub preview_id: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Imported {
    pub imports: Vec<ImportView>,
    pub files: Vec<FilePreview>,
    /// As in the preview.
    pub drift: Option<DriftView>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ImportView {
    pub import_id: i64,
    pub file_name: String,
    pub vendors: Vec<VendorRef>,
    /// RFC 3339, UTC.
    pub at: String,
    pub records: u64,
    pub sums: Vec<SumView>,
    pub period: Option<PeriodView>,
    pub verdicts: VerdictsView,
    /// Bytes of the original.
    pub size: u64,
}

#[derive(Debug, Default, Serialize, Deserialize, TS)]
pub struct ListImports {}

/// Takes one import back whole: its records, its original, and what it changed.
#[derive(Debug, Serialize, Deserialize, TS)]
pub struct UndoImport {
    pub import_id: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Undone {
    pub removed: u64,
    /// Records that stay, because a later import holds the same rows.
    pub handed_over: u64,
    /// Records an update had changed and that are back in their earlier form.
    pub restored: u64,
    /// Shares that hold data of this vendor. They stay, with their receipts; what left can only be demanded back by revoking them.
    pub shares: u64,
}

#[derive(Debug, Default, Serialize, Deserialize, TS)]
pub struct ListQuarantine {
    #[serde(default)]
    pub import_id: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct QuarantineRow {
    pub import_id: i64,
    pub file_name: String,
    pub row: u64,
    pub reason: String,
    pub text: String,
}

#[derive(Debug, Default, Serialize, Deserialize, TS)]
pub struct ListSimilar {}

/// The newest pairs that wait for a decision, and how many there are in all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SimilarPairs {
    pub pairs: Vec<SimilarPair>,
    pub total: u64,
}

/// Two records that may be the same thing told twice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SimilarPair {
    pub kept: RecordRow,
    pub other: RecordRow,
}

/// The person's decision on similar pairs; it is remembered.
#[derive(Debug, Serialize, Deserialize, TS)]
pub struct DecideSimilar {
    /// Of each pair the record that came later.
    pub other_ids: Vec<i64>,
    /// `true`: the same thing, keep only the first. `false`: two things, keep both.
    pub same: bool,
}

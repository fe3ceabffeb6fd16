use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct StrandChoice {
    pub strand: String,
    /// Property names to give. Left empty: only what is required.
    #[serde(default)]
    pub fields: Vec<String>,
    #[serde(default)]
    pub since: Option<String>,
    #[serde(default)]
    pub until: Option<String>,
    /// Records to leave out.
    #[serde(default)]
    pub exclude: Vec<i64>,
}

/// Builds the exact bytes that would leave, and sends nothing.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PreviewShare {
    pub partner: String,
    pub purpose: String,
    /// Left empty: the least the partner requires.
    #[serde(default)]
    pub strands: Vec<StrandChoice>,
    /// Days until it ends. Left out: the shortest choice.
    #[serde(default)]
    pub days: Option<u32>,
}

/// A table made from the very bytes that will be sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PreviewTable {
    pub strand: String,
    pub label: String,
    pub columns: Vec<String>,
    pub rows: Vec<Vec<String>>,
    /// Record ids of the rows, in the same order, to leave single ones out.
    pub record_ids: Vec<i64>,
    /// All rows of this strand; `rows` holds at most the first 500.
    pub total_rows: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SharePreview {
    pub preview_id: String,
    /// SHA-256 over the bytes, in hex: [`ConfirmShare`] must name it.
    pub sha256: String,
    pub bytes: u64,
    pub rows: u64,
    pub tables: Vec<PreviewTable>,
    /// The first 64 KiB of the bytes themselves.
    pub text: String,
    pub partner: String,
    pub partner_name: String,
    pub purpose: String,
    pub title: String,
    pub gives_back: String,
    /// The consent text the person agrees to; its hash goes into the grant.
    pub notice: String,
    /// Last day, `2026-02-19`.
    pub ends: String,
    /// `Who is who` in these data: sentences about other people who appear in it.
    pub others: Vec<String>,
    /// Records that do not go along, one sentence per reason.
    pub left_out: Vec<String>,
    /// Why it cannot be shared yet; empty when it can.
    pub problems: Vec<String>,
}

/// The one click. Signs the grant, seals the previewed bytes, and sends them (or queues them while offline).
#[derive(Debug, Serialize, Deserialize, TS)]
pub struct ConfirmShare {
    pub preview_id: String,
    pub sha256: String,
}

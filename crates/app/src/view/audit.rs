use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// One act of the tamper-evident log. Holds acts, hashes and counts, never shared values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AuditEntry {
    pub number: i64,
    pub at: String,
    pub text: String,
}

#[derive(Debug, Default, Serialize, Deserialize, TS)]
pub struct ListAudit {}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AuditView {
    /// Newest first, at most 500.
    pub entries: Vec<AuditEntry>,
    /// Whether the chain is whole.
    pub intact: bool,
    /// What is wrong, and where, if it is not.
    pub damage: Option<String>,
}

/// Walks the whole log, from its first entry to its last.
#[derive(Debug, Default, Serialize, Deserialize, TS)]
pub struct VerifyAudit {}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AuditCheck {
    pub whole: bool,
    /// Entries that fit, from the first on.
    pub entries: u64,
    /// The hash of the last of them, in hexadecimal. A copy of the log ends with it.
    pub head: String,
    /// What is wrong with the entry after them.
    pub damage: Option<String>,
}

/// Saves the whole log as lines of JSON that anybody can check without a key (docs/json.md).
#[derive(Debug, Serialize, Deserialize, TS)]
pub struct SaveAudit {
    /// A new file.
    pub file: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AuditSaved {
    pub file: String,
    /// Lines of the file.
    pub entries: u64,
    /// The log as it was when it was saved.
    pub check: AuditCheck,
}

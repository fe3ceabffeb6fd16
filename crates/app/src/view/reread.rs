//! Kept files that are read anew with what is known of their layouts today.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::VendorRef;
use super::import::{Answer, QuestionView};
use super::record::RecordRow;

/// Looks which kept files today's definitions read otherwise than those by which they were imported. A file that only tells the same is
/// noted as looked at, and not read again for this.
#[derive(Debug, Default, Serialize, Deserialize, TS)]
pub struct ListOutdated {}

/// Reads one kept file anew and says what would change. Stores nothing.
#[derive(Serialize, Deserialize, TS)]
pub struct LookAgain {
    pub import_id: i64,
    /// To questions that the file raises today. What was answered at the import is remembered.
    #[serde(default)]
    pub answers: Vec<Answer>,
    /// Of an archive that needs one: passwords are not kept.
    #[serde(default)]
    pub password: Option<String>,
}

/// Mends the records of one import by its kept file, in one transaction.
#[derive(Serialize, Deserialize, TS)]
pub struct RereadImport {
    pub import_id: i64,
    #[serde(default)]
    pub answers: Vec<Answer>,
    #[serde(default)]
    pub password: Option<String>,
    /// What the person was shown. If it would come out otherwise by now, nothing is stored.
    pub seen: RereadCounts,
}

/// What reading a file anew makes of its import.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RereadCounts {
    /// Rows that tell what they told.
    pub unchanged: u64,
    /// Records that are told otherwise; how they were told stays in their history.
    pub changed: u64,
    /// Records that were not there.
    pub added: u64,
    /// Rows that turn out to tell records which are here already; each is kept once.
    pub already_here: u64,
    /// Records among the changed and added that look like another one: decided later.
    pub similar: u64,
    /// Records that the file tells no more, and that leave the vault.
    pub gone: u64,
    /// Records that this file tells no more, and that stay because another import tells them.
    pub stays: u64,
    /// Earlier wordings in the history of records that are told otherwise.
    pub history: u64,
    /// Rows kept aside until now that are understood.
    pub understood: u64,
    /// Rows kept aside from then on.
    pub not_understood: u64,
    /// Records in files of the archive that nothing could read before.
    pub in_new_files: u64,
}

/// In how many records something is told for the first time, no more, or otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DifferenceView {
    /// Stable: `amount`, `moment`, or the name of a field.
    pub name: String,
    /// For people.
    pub label: String,
    pub gained: u64,
    pub lost: u64,
    pub changed: u64,
}

/// A value of one record before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ValueChange {
    pub label: String,
    /// Empty for none.
    pub before: String,
    pub after: String,
}

/// One record as an example; without `before` it comes, without `after` it goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RereadExample {
    pub before: Option<RecordRow>,
    pub after: Option<RecordRow>,
    pub changes: Vec<ValueChange>,
}

/// A file of the archive that nothing could read before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NewFile {
    pub entry: String,
    pub vendor: VendorRef,
    pub records: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RereadView {
    pub import_id: i64,
    pub file_name: String,
    /// As whose export the file is read today.
    pub vendor: VendorRef,
    pub counts: RereadCounts,
    /// The same in words, such as "3 rows kept aside are understood, 120 records gain Memo."
    pub summary: String,
    pub differences: Vec<DifferenceView>,
    pub examples: Vec<RereadExample>,
    pub new_files: Vec<NewFile>,
    /// Must be answered first; then all counts are 0.
    pub question: Option<QuestionView>,
    /// The archive's password is needed first.
    pub password_needed: bool,
}

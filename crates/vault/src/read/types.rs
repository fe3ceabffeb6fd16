use holdall_model::{Kind, Moment, Period, Quantity, Record, Status, Sums, Unit, VerdictCounts};

use crate::ImportId;

/// Number of a record. Numbers grow with the day on which the record happened. When a vendor later moves a record to another
/// day, it gets a new number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RecordId(pub i64);

/// A record with everything the vault knows of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRecord {
    pub id: RecordId,
    pub vendor: String,
    pub import: ImportId,
    /// As the importer made it; `record.locator` points into the original of `import`.
    pub record: Record,
    /// Another record that may describe the same event; nobody has decided yet.
    pub similar_to: Option<RecordId>,
    /// How many earlier wordings of it are kept; see [`crate::Vault::earlier_versions`].
    pub earlier_versions: u32,
}

/// An earlier wording of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EarlierVersion {
    pub record: Record,
    /// The import that brought it.
    pub import: ImportId,
    /// The import that replaced it.
    pub replaced_by: ImportId,
}

/// What a list shows of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    pub id: RecordId,
    pub kind: Kind,
    pub vendor: String,
    pub import: ImportId,
    pub moment: Option<Moment>,
    pub amount: Option<Quantity>,
    pub status: Status,
    pub title: String,
    pub party: String,
    pub account: String,
    /// A person has to say whether it is the same thing as another record.
    pub similar: bool,
}

/// Which records to list. Empty lists and `None` leave a side open. All sides must hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// Words that must all occur, in any order; the last one may be unfinished if it has three letters. Empty lists everything.
    pub text: String,
    pub kinds: Vec<Kind>,
    pub vendors: Vec<String>,
    /// Days, both included. Records without a day are in no period.
    pub period: Option<Period>,
    pub amount: Option<AmountRange>,
    pub import: Option<ImportId>,
    pub statuses: Vec<Status>,
    /// At most this many, capped at 1000.
    pub limit: u32,
    /// Where the last page ended.
    pub after: Option<Cursor>,
}

impl Default for Query {
    fn default() -> Self {
        Self {
            text: String::new(),
            kinds: Vec::new(),
            vendors: Vec::new(),
            period: None,
            amount: None,
            import: None,
            statuses: Vec::new(),
            limit: 50,
            after: None,
        }
    }
}

/// Amounts between two bounds, both included. Signs count: money out is negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AmountRange {
    pub unit: Option<Unit>,
    pub least: Option<rust_decimal::Decimal>,
    pub most: Option<rust_decimal::Decimal>,
}

/// Where a page ended. Give it back to get the next one; it stays valid while records come and go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor(pub i64);

/// How many records fit a query in all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Total {
    Exactly(u64),
    MoreThan(u64),
}

/// Newest first; records without a day come last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    pub hits: Vec<Hit>,
    /// `None` when nothing is left. A page may hold fewer hits than asked for and still have a next one: the search
    /// stops after a bounded amount of work.
    pub next: Option<Cursor>,
    pub total: Total,
}

/// One vendor at a glance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VendorSummary {
    pub vendor: String,
    pub records: u64,
    pub kinds: Vec<KindCount>,
    /// From the first to the last day; `None` if no record tells one.
    pub period: Option<Period>,
    /// Exact totals of what counts ([`Status::counts`]), money in and money out apart.
    pub money_in: Sums,
    pub money_out: Sums,
    pub imports: u64,
    pub last_import_at: Option<i64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KindCount {
    pub kind: Kind,
    pub records: u64,
}

/// Sums of one vendor, kind and unit in one month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonthSum {
    pub vendor: String,
    pub kind: Kind,
    /// `None` for records without a day.
    pub month: Option<Moment>,
    /// `None` for records without an amount.
    pub unit: Option<Unit>,
    pub records: u64,
    pub incoming: rust_decimal::Decimal,
    pub outgoing: rust_decimal::Decimal,
}

/// One import as the list of imports shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportSummary {
    pub id: ImportId,
    pub vendor: String,
    pub export: String,
    pub file_name: String,
    /// Milliseconds since 1970 UTC.
    pub at: i64,
    pub counts: VerdictCounts,
    /// Size of the original in bytes.
    pub original_bytes: u64,
    /// BLAKE3 of the original.
    pub original_hash: [u8; 32],
    pub diagnostics: Vec<holdall_model::Diagnostic>,
    /// As [`crate::ImportTx::note`] was given it.
    pub note: String,
}

/// A row that was set aside, with its text.
#[derive(Debug, Clone)]
pub struct QuarantinedRow {
    pub number: i64,
    pub import: ImportId,
    pub row: holdall_model::Quarantined,
}

/// What the first screen shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home {
    pub records: u64,
    pub vendors: u64,
    pub imports: u64,
    pub quarantined: u64,
    /// Records that wait for a person's decision.
    pub undecided: u64,
    pub period: Option<Period>,
    pub partners: u64,
    /// Grants by state, in the words of `sharing`.
    pub grants: std::collections::BTreeMap<String, u64>,
    /// Size of the vault's files in bytes.
    pub disk_bytes: u64,
}

use holdall_model::VerdictCounts;

/// Number of an import. Never used twice, not even after an undo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ImportId(pub i64);

/// What is known of an import before its first row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportMeta {
    /// Slug of the vendor, as in `vendors/`.
    pub vendor: String,
    /// Slug of the export's layout.
    pub export: String,
    /// Name of the file as the person knows it, without its folder.
    pub file_name: String,
}

/// What became of an import, or what would become of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Judged {
    /// Final: a row that looked similar to one which the same file also holds is counted as new.
    pub counts: VerdictCounts,
}

/// What an undo did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Undone {
    /// Records taken out.
    pub removed: u64,
    /// Records kept, because a later import holds the same rows; they belong to that one now.
    pub handed_over: u64,
    /// Records that are again as they were before this import changed them.
    pub restored: u64,
}

/// A person's answer about a record that looks like another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Both describe one event: the newer one is set aside. It can be taken back.
    SameThing,
    /// Two events: both stay.
    TwoThings,
}

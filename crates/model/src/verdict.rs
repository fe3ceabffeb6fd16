use serde::{Deserialize, Serialize};

/// What an incoming record is, compared with what is already kept. Nothing is dropped without one of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Never seen before.
    New,
    /// The same row was imported earlier.
    AlreadyHere,
    /// The vendor's own id is known, and its content now differs (pending became booked, wording changed).
    Changed,
    /// Same day and amount as a kept record from another file, with another wording: a person decides.
    Similar,
    /// The row could not be read; its text is kept in quarantine.
    NotUnderstood,
}

/// How many records of an import got each verdict.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerdictCounts {
    pub new: u64,
    pub already_here: u64,
    pub changed: u64,
    pub similar: u64,
    pub not_understood: u64,
}

impl VerdictCounts {
    pub fn count(&mut self, verdict: Verdict) {
        let slot = match verdict {
            Verdict::New => &mut self.new,
            Verdict::AlreadyHere => &mut self.already_here,
            Verdict::Changed => &mut self.changed,
            Verdict::Similar => &mut self.similar,
            Verdict::NotUnderstood => &mut self.not_understood,
        };
        *slot += 1;
    }

    /// What was counted since it stood at `earlier`.
    pub fn since(self, earlier: Self) -> Self {
        Self {
            new: self.new - earlier.new,
            already_here: self.already_here - earlier.already_here,
            changed: self.changed - earlier.changed,
            similar: self.similar - earlier.similar,
            not_understood: self.not_understood - earlier.not_understood,
        }
    }
}

/// A keyed hash of what a record is or tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Fingerprint(pub [u8; 16]);

/// What makes a record the same record. No two records of one entry have the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Identity {
    /// The same in every export that holds this row, twins in one file apart. From the vendor's own id where that is proven
    /// unique in the file, else from what the row tells and how often it was told before in the same file.
    pub row: Fingerprint,
    /// Everything the record tells, its status included. Same `row` and another `content`: the vendor changed the row.
    pub content: Fingerprint,
    /// Whether `row` comes from the vendor's own id.
    pub from_vendor_id: bool,
}

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
}

/// What makes two rows the same row: a keyed hash of a record's identity (the vendor's own id where it is unique in the
/// file, else its content) and of how often that content occurred before in the same file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Fingerprint(pub [u8; 16]);

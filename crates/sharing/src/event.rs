use holdall_protocol::limits;
use jiff::{Timestamp, tz::TimeZone};
use serde::{Deserialize, Serialize};

/// What happened to a share, as a stable word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    Shared,
    Delivered,
    Receipt,
    ReceiptInvalid,
    Refused,
    Benefit,
    Notice,
    Revoked,
    Cancelled,
    Stopped,
    Erased,
    Partial,
    Ended,
    Overdue,
    Waiting,
    /// Something came that proves nothing, and was set aside.
    Ignored,
}

impl EventKind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Shared => "shared",
            Self::Delivered => "delivered",
            Self::Receipt => "receipt",
            Self::ReceiptInvalid => "receipt_invalid",
            Self::Refused => "refused",
            Self::Benefit => "benefit",
            Self::Notice => "notice",
            Self::Revoked => "revoked",
            Self::Cancelled => "cancelled",
            Self::Stopped => "stopped",
            Self::Erased => "erased",
            Self::Partial => "partial",
            Self::Ended => "ended",
            Self::Overdue => "overdue",
            Self::Waiting => "waiting",
            Self::Ignored => "ignored",
        }
    }
}

/// One line of a share's history. Acts, dates and counts; never a shared value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Seconds since 1970, by this computer's clock.
    pub at: i64,
    pub kind: EventKind,
    /// A plain sentence.
    pub text: String,
    /// Whether a verified message of the partner says so.
    pub signed_by_partner: bool,
}

/// `21 November 2026`, by UTC.
pub(crate) fn day(seconds: i64) -> String {
    Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH).to_zoned(TimeZone::UTC).strftime("%-d %B %Y").to_string()
}

/// `1 record`, `37 records`.
pub(crate) fn records(n: u64) -> String {
    if n == 1 { "1 record".into() } else { format!("{n} records") }
}

/// The time of a partner's statement, kept from running ahead of this computer's clock.
pub(crate) fn stated(at: i64, now: i64) -> i64 {
    at.min(now + limits::CLOCK_SKEW)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_written_out() {
        assert_eq!(day(1_795_262_400), "21 November 2026");
        assert_eq!(day(0), "1 January 1970");
    }

    #[test]
    fn the_stored_word_is_the_shown_one() {
        for kind in [EventKind::Shared, EventKind::ReceiptInvalid, EventKind::Overdue, EventKind::Ignored] {
            assert_eq!(serde_json::to_value(kind).expect("serialises"), kind.as_str());
        }
    }
}

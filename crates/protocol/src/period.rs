use std::fmt;

use jiff::{Span, Timestamp, tz::TimeZone};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An ISO 8601 length of time as partners state it: `P180D`, `P2Y`, `PT24H`. Never negative.
#[derive(Clone, PartialEq, Eq)]
pub struct Period {
    text: String,
    span: Span2,
}

/// `Span` has no equality of its own because lengths depend on where they start; here it is the text that counts.
#[derive(Clone)]
struct Span2(Span);

impl PartialEq for Span2 {
    fn eq(&self, other: &Self) -> bool {
        self.0.fieldwise() == other.0.fieldwise()
    }
}

impl Eq for Span2 {}

impl Period {
    /// `None` unless it is ISO 8601, positive and below a thousand years.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > 32 || !text.starts_with('P') {
            return None;
        }
        let span = jiff::fmt::temporal::SpanParser::new().parse_span(text).ok()?;
        let period = Self { text: text.to_owned(), span: Span2(span) };
        let length = period.after(0)?;
        (!span.is_negative() && (0..=31_600_000_000).contains(&length)).then_some(period)
    }

    pub fn days(days: u32) -> Self {
        let text = format!("P{days}D");
        Self { span: Span2(Span::new().days(i64::from(days))), text }
    }

    /// The moment this long after `start`, both in seconds since 1970; months and years by the UTC calendar.
    pub fn after(&self, start: i64) -> Option<i64> {
        let start = Timestamp::from_second(start).ok()?.to_zoned(TimeZone::UTC);
        Some(start.checked_add(self.span.0).ok()?.timestamp().as_second())
    }

    /// The moment this long before `end`.
    pub fn before(&self, end: i64) -> Option<i64> {
        let end = Timestamp::from_second(end).ok()?.to_zoned(TimeZone::UTC);
        Some(end.checked_sub(self.span.0).ok()?.timestamp().as_second())
    }

    /// Whether this is no longer than `limit` when both start at `start`.
    pub fn within(&self, limit: &Period, start: i64) -> bool {
        matches!((self.after(start), limit.after(start)), (Some(own), Some(limit)) if own <= limit)
    }

    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Serialize for Period {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for Period {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("no ISO 8601 period"))
    }
}

/// Writes seconds since 1970 as RFC 3339 in UTC, for the members that ISO 27560 wants readable.
pub fn rfc3339(seconds: i64) -> String {
    Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH).to_string()
}

/// The UTC date `YYYY-MM-DD` of a moment in seconds since 1970.
pub fn utc_date(seconds: i64) -> String {
    Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH).to_zoned(TimeZone::UTC).date().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: i64 = 1_795_262_400;

    #[test]
    fn months_follow_the_calendar() {
        let year = Period::parse("P1Y").expect("a period");
        assert_eq!(utc_date(year.after(NOON).expect("in range")), "2027-11-21");
        assert_eq!(utc_date(Period::parse("P2Y").expect("a period").before(NOON).expect("in range")), "2024-11-21");
        assert!(Period::parse("P12M").expect("a period").within(&year, NOON));
        assert!(!Period::parse("P366D").expect("a period").within(&year, NOON));
    }

    #[test]
    fn what_is_no_period_is_refused() {
        for bad in ["", "P", "-P1D", "P-1D", "180 days", "1d", "P1D ", "P99999Y", "PT"] {
            assert_eq!(Period::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn text_is_kept_as_written() {
        let period: Period = serde_json::from_str(r#""PT72H""#).expect("a period");
        assert_eq!(serde_json::to_string(&period).expect("serialises"), r#""PT72H""#);
        assert_eq!(period.after(0), Some(72 * 3600));
        assert_eq!(rfc3339(NOON), "2026-11-21T12:00:00Z");
    }
}

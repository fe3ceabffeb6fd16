//! Times as views show them.

use holdall_model::Moment;

/// Milliseconds since 1970 as RFC 3339 in UTC, whole seconds.
pub fn rfc3339_ms(ms: i64) -> String {
    rfc3339(ms.div_euclid(1000))
}

/// Seconds since 1970 as RFC 3339 in UTC.
pub fn rfc3339(seconds: i64) -> String {
    Moment::from_unix(seconds).map(|m| m.to_string()).unwrap_or_default()
}

/// The UTC day of a moment in seconds since 1970.
pub fn day(seconds: i64) -> String {
    rfc3339(seconds).chars().take(10).collect()
}

/// A day a person typed: `2025-01-31`, or a month or year.
pub fn parse_day(text: &str) -> Result<Moment, crate::AppError> {
    text.trim().parse().map_err(|_| crate::AppError::bad_request("a day is written like 2025-01-31"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_utc_and_whole() {
        assert_eq!(rfc3339_ms(1_795_270_003_999), "2026-11-21T14:06:43Z");
        assert_eq!(day(1_795_270_003), "2026-11-21");
        assert!(parse_day("31.1.2025").is_err());
    }
}

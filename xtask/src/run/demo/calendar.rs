//! Days, counted back from today: offers look back a year, so a demo with fixed dates would wither.

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

const SECONDS_PER_DAY: u64 = 86_400;

/// A day of the calendar. Shown as `2025-01-31`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day {
    pub year: i64,
    pub month: i64,
    pub day: i64,
}

/// Days since 1970 began, in UTC.
pub fn today() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs() / SECONDS_PER_DAY).unwrap_or(0)
}

impl Day {
    /// The day that is `number` days after 1 January 1970, by the usual count of whole 400-year cycles from 1 March.
    pub fn of(number: i64) -> Day {
        let shifted = number + 719_468;
        let cycle = shifted.div_euclid(146_097);
        let of_cycle = shifted.rem_euclid(146_097);
        let year_of_cycle = (of_cycle - of_cycle / 1460 + of_cycle / 36_524 - of_cycle / 146_096) / 365;
        let of_year = of_cycle - (365 * year_of_cycle + year_of_cycle / 4 - year_of_cycle / 100);
        let march_month = (5 * of_year + 2) / 153;
        let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
        Day { year: year_of_cycle + cycle * 400 + i64::from(month <= 2), month, day: of_year - (153 * march_month + 2) / 5 + 1 }
    }

    pub fn ago(days: i64) -> Day {
        Day::of(today() - days)
    }

    /// `31/01/2025`
    pub fn british(self) -> String {
        format!("{:02}/{:02}/{}", self.day, self.month, self.year)
    }

    /// `20250131`
    pub fn packed(self) -> String {
        format!("{}{:02}{:02}", self.year, self.month, self.day)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_the_calendar() {
        let shown = |number| Day::of(number).to_string();
        assert_eq!([0, 59, 11_016, 19_782, 20_088].map(shown), ["1970-01-01", "1970-03-01", "2000-02-29", "2024-02-29", "2024-12-31"]);
        assert_eq!((Day::of(20_088).british(), Day::of(20_088).packed()), ("31/12/2024".to_owned(), "20241231".to_owned()));
    }
}

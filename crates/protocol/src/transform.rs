//! How values are made coarser before they travel, as text in a grant: `coarsen:orderDate:month`.

use std::str::FromStr as _;

use jiff::{Timestamp, civil};

/// How exactly a date is given, from coarse to fine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Precision {
    Year,
    Month,
    Day,
    /// As it is.
    Full,
}

impl Precision {
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "year" => Self::Year,
            "month" => Self::Month,
            "day" => Self::Day,
            _ => return None,
        })
    }

    /// Characters of an ISO 8601 date that are left.
    fn characters(self) -> usize {
        match self {
            Self::Year => 4,
            Self::Month => 7,
            Self::Day => 10,
            Self::Full => usize::MAX,
        }
    }
}

/// One entry of a grant's `transforms`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Transform {
    /// Dates lose their finer part.
    Coarsen { field: String, to: Precision },
    /// Fields about other people have been emptied.
    DropCounterparty,
}

impl Transform {
    pub fn parse(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.split(':').collect();
        match parts[..] {
            ["coarsen", field, to] if !field.is_empty() => Some(Self::Coarsen { field: field.into(), to: Precision::parse(to)? }),
            ["drop_counterparty"] => Some(Self::DropCounterparty),
            _ => None,
        }
    }

    /// How finely a field is given after this transform; `None` if it does not touch the field.
    pub fn precision_of(&self, field: &str) -> Option<Precision> {
        match self {
            Self::Coarsen { field: own, to } if own == field => Some(*to),
            _ => None,
        }
    }

    /// The value as it may travel.
    pub fn apply<'v>(&self, field: &str, value: &'v str) -> &'v str {
        match self.precision_of(field) {
            Some(to) => value.get(..to.characters().min(value.len())).unwrap_or(""),
            None => value,
        }
    }
}

/// Whether a text is an ISO 8601 date or date-time of any precision from year on.
pub fn is_moment(text: &str) -> bool {
    let (date, time) = text.split_once('T').map_or((text, None), |(date, time)| (date, Some(time)));
    let whole_date = match date.len() {
        4 => format!("{date}-01-01"),
        7 => format!("{date}-01"),
        _ => date.to_owned(),
    };
    let plain = text.len() <= 64 && date.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    if !plain || whole_date.len() != 10 || civil::Date::from_str(&whole_date).is_err() {
        return false;
    }
    match time {
        None => true,
        Some(_) if date.len() < 10 => false,
        Some(time) if time.ends_with('Z') || time.contains(['+', '-']) => Timestamp::from_str(text).is_ok(),
        Some(_) => civil::DateTime::from_str(text).is_ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coarsening_keeps_the_leading_part() {
        let month = Transform::parse("coarsen:orderDate:month").expect("known");
        assert_eq!(month.apply("orderDate", "2026-03-14T08:00:00+01:00"), "2026-03");
        assert_eq!(month.apply("orderDate", "2026"), "2026");
        assert_eq!(month.apply("shipDate", "2026-03-14"), "2026-03-14");
        for unknown in ["coarsen:orderDate:hour", "coarsen::month", "coarsen", "fuzz:orderDate", ""] {
            assert_eq!(Transform::parse(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn moments_of_every_precision_are_known() {
        for good in ["2026", "2026-03", "2026-03-14", "2026-03-14T08:00:00", "2026-03-14T08:00:00Z", "2026-03-14T08:00:00+01:00"] {
            assert!(is_moment(good), "{good}");
        }
        for bad in ["", "26", "2026-13", "2026-02-30", "14.03.2026", "2026-03-14Tnoon", "<b>26", "2026T08:00", "20260314", "-002026-03-14"]
        {
            assert!(!is_moment(bad), "{bad}");
        }
    }
}

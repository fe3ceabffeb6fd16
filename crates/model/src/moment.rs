use std::fmt;
use std::str::FromStr;

use jiff::civil;
use serde::{Deserialize, Serialize};

/// How exactly a moment is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Precision {
    Year = 0,
    Month = 1,
    Day = 2,
    Minute = 3,
    Second = 4,
}

/// How a moment's clock relates to UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Offset {
    /// A local clock; the file does not say where.
    Local,
    /// Minutes east of UTC; 0 is `Z`.
    Utc(i16),
}

/// When something happened, exactly as the vendor tells it: never more precise, never moved to another clock.
///
/// Its text is ISO 8601, possibly of reduced precision: `2025`, `2025-03`, `2025-03-04`, `2025-03-04T05:06`,
/// `2025-03-04T05:06:07`, the last two optionally with `Z` or `+01:00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Moment {
    at: civil::DateTime,
    precision: Precision,
    offset: Offset,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MomentError {
    #[error("this day does not exist in the calendar")]
    NoSuchDay,
    #[error("this is not a date in ISO 8601 form")]
    Form,
}

impl Moment {
    pub fn from_date(date: civil::Date) -> Self {
        Self { at: date.to_datetime(civil::Time::midnight()), precision: Precision::Day, offset: Offset::Local }
    }

    pub fn from_year(year: i16) -> Result<Self, MomentError> {
        Self::from_year_month(year, 1).map(|m| Self { precision: Precision::Year, ..m })
    }

    pub fn from_year_month(year: i16, month: i8) -> Result<Self, MomentError> {
        let date = civil::Date::new(year, month, 1).map_err(|_| MomentError::NoSuchDay)?;
        Ok(Self { precision: Precision::Month, ..Self::from_date(date) })
    }

    /// A date with a clock time. Fractions of a second are cut off: no vendor's export distinguishes rows by them.
    pub fn from_datetime(at: civil::DateTime, precision: Precision, offset: Offset) -> Self {
        let at = at.date().to_datetime(civil::Time::constant(at.hour(), at.minute(), at.second(), 0));
        Self { at, precision, offset }
    }

    /// Seconds since 1970 to a moment in UTC.
    pub fn from_unix(seconds: i64) -> Result<Self, MomentError> {
        let timestamp = jiff::Timestamp::from_second(seconds).map_err(|_| MomentError::NoSuchDay)?;
        let at = timestamp.to_zoned(jiff::tz::TimeZone::UTC).datetime();
        Ok(Self { at, precision: Precision::Second, offset: Offset::Utc(0) })
    }

    /// The day on the vendor's own clock.
    pub fn date(&self) -> civil::Date {
        self.at.date()
    }

    pub fn datetime(&self) -> civil::DateTime {
        self.at
    }

    pub fn precision(&self) -> Precision {
        self.precision
    }

    pub fn offset(&self) -> Offset {
        self.offset
    }

    /// Orders moments by their own clocks: seconds from 1970-01-01T00:00 local. Missing parts count as the start.
    pub fn sort_key(&self) -> i64 {
        let days = self.at.date().duration_since(civil::date(1970, 1, 1)).as_secs() / 86_400;
        days * 86_400 + i64::from(self.at.hour()) * 3600 + i64::from(self.at.minute()) * 60 + i64::from(self.at.second())
    }

    /// Precision and offset in one number, for storage beside [`Self::sort_key`].
    pub fn form_code(&self) -> i32 {
        let offset = match self.offset {
            Offset::Local => 0,
            Offset::Utc(minutes) => 1 + 2000 + i32::from(minutes),
        };
        offset * 8 + self.precision as i32
    }

    /// The inverse of [`Self::sort_key`] and [`Self::form_code`].
    pub fn from_stored(sort_key: i64, form_code: i32) -> Result<Self, MomentError> {
        let precision = match form_code.rem_euclid(8) {
            0 => Precision::Year,
            1 => Precision::Month,
            2 => Precision::Day,
            3 => Precision::Minute,
            4 => Precision::Second,
            _ => return Err(MomentError::Form),
        };
        let offset = match form_code.div_euclid(8) {
            0 => Offset::Local,
            minutes => Offset::Utc(i16::try_from(minutes - 2001).map_err(|_| MomentError::Form)?),
        };
        let utc = Self::from_unix(sort_key)?;
        Ok(Self { at: utc.at, precision, offset })
    }

    /// The same moment told less exactly; one that is already coarser stays as it is.
    pub fn coarsened(&self, to: Precision) -> Self {
        if self.precision <= to {
            return *self;
        }
        let date = self.at.date();
        match to {
            Precision::Year => Self { precision: to, ..Self::from_date(date.first_of_year()) },
            Precision::Month => Self { precision: to, ..Self::from_date(date.first_of_month()) },
            Precision::Day => Self::from_date(date),
            Precision::Minute | Precision::Second => Self { precision: to, ..*self },
        }
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (d, t) = (self.at.date(), self.at.time());
        match self.precision {
            Precision::Year => return write!(f, "{:04}", d.year()),
            Precision::Month => return write!(f, "{:04}-{:02}", d.year(), d.month()),
            Precision::Day => return write!(f, "{:04}-{:02}-{:02}", d.year(), d.month(), d.day()),
            Precision::Minute | Precision::Second => {}
        }
        write!(f, "{:04}-{:02}-{:02}T{:02}:{:02}", d.year(), d.month(), d.day(), t.hour(), t.minute())?;
        if self.precision == Precision::Second {
            write!(f, ":{:02}", t.second())?;
        }
        match self.offset {
            Offset::Local => Ok(()),
            Offset::Utc(0) => f.write_str("Z"),
            Offset::Utc(m) => write!(f, "{}{:02}:{:02}", if m < 0 { '-' } else { '+' }, m.abs() / 60, m.abs() % 60),
        }
    }
}

impl FromStr for Moment {
    type Err = MomentError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let number = |s: &str, digits: usize| -> Result<i16, MomentError> {
            if s.len() == digits && s.bytes().all(|b| b.is_ascii_digit()) {
                s.parse().map_err(|_| MomentError::Form)
            } else {
                Err(MomentError::Form)
            }
        };
        let small = |s: &str| -> Result<i8, MomentError> { number(s, 2).and_then(|n| i8::try_from(n).map_err(|_| MomentError::Form)) };
        let (date, time) = text.split_once('T').map_or((text, None), |(d, t)| (d, Some(t)));
        let parts: Vec<&str> = date.split('-').collect();
        let day = match parts.as_slice() {
            [y] => return Self::from_year(number(y, 4)?),
            [y, m] => return Self::from_year_month(number(y, 4)?, small(m)?),
            [y, m, d] => civil::Date::new(number(y, 4)?, small(m)?, small(d)?).map_err(|_| MomentError::NoSuchDay)?,
            _ => return Err(MomentError::Form),
        };
        let Some(time) = time else { return Ok(Self::from_date(day)) };
        let split = time.find(['Z', '+', '-']).unwrap_or(time.len());
        let (clock, zone) = time.split_at(split);
        let offset = match zone {
            "" => Offset::Local,
            "Z" => Offset::Utc(0),
            _ => {
                let (h, m) = zone[1..].split_once(':').ok_or(MomentError::Form)?;
                let minutes = number(h, 2)? * 60 + number(m, 2)?;
                if minutes > 18 * 60 {
                    return Err(MomentError::Form);
                }
                Offset::Utc(if zone.starts_with('-') { -minutes } else { minutes })
            }
        };
        let parts: Vec<&str> = clock.split(':').collect();
        let (h, m, s, precision) = match parts.as_slice() {
            [h, m] => (small(h)?, small(m)?, 0, Precision::Minute),
            [h, m, s] => (small(h)?, small(m)?, small(s)?, Precision::Second),
            _ => return Err(MomentError::Form),
        };
        let time = civil::Time::new(h, m, s, 0).map_err(|_| MomentError::NoSuchDay)?;
        Ok(Self { at: day.to_datetime(time), precision, offset })
    }
}

impl Serialize for Moment {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORMS: [&str; 9] = [
        "2025",
        "2025-03",
        "2025-03-04",
        "2025-03-04T05:06",
        "2025-03-04T05:06:07",
        "2025-03-04T05:06:07Z",
        "2025-03-04T05:06+01:00",
        "1899-12-31T23:59:59-03:30",
        "2024-02-29",
    ];

    #[test]
    fn text_and_stored_forms_round_trip() {
        for text in FORMS {
            let moment: Moment = text.parse().expect(text);
            assert_eq!(moment.to_string(), text);
            assert_eq!(Moment::from_stored(moment.sort_key(), moment.form_code()), Ok(moment), "{text}");
        }
    }

    #[test]
    fn impossible_dates_are_refused() {
        for text in ["2025-02-30", "2025-13-01", "2025-00-10", "25-01-01", "2025-1-1", "2025-01-01T24:00", "2025-01-01T10:00+99:00", ""] {
            assert!(text.parse::<Moment>().is_err(), "{text}");
        }
    }

    #[test]
    fn coarsening_only_takes_away() {
        let moment: Moment = "2025-03-04T05:06:07Z".parse().expect("a moment");
        assert_eq!(moment.coarsened(Precision::Month).to_string(), "2025-03");
        assert_eq!(moment.coarsened(Precision::Year).to_string(), "2025");
        let year: Moment = "2025".parse().expect("a moment");
        assert_eq!(year.coarsened(Precision::Day), year);
    }
}

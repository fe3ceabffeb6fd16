//! The period that a statement says it is of: where its rows tell day and month alone, it tells their year.

use jiff::civil::Date;

use super::date::{self, Order};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Period {
    first: Date,
    last: Date,
}

impl Period {
    /// The year in which every day exists, to try a layout out.
    pub const LEAP_YEAR: Self = Self { first: Date::constant(2000, 1, 1), last: Date::constant(2000, 12, 31) };

    /// `01/09/2025 - 30/09/2025`
    pub fn of(text: &str, order: Order) -> Option<Self> {
        let (first, last) = text.split_once(" - ")?;
        let day = |text: &str| date::parse(text.trim(), order).ok().map(|moment| moment.date());
        let period = Self { first: day(first)?, last: day(last)? };
        (period.first <= period.last).then_some(period)
    }

    /// The one day of the period that is written so: `05/09`. `None` where there is none, or more than one.
    pub fn day(self, text: &str, order: Order) -> Option<Date> {
        let (first, second) = text.split_once('/')?;
        let number = |text: &str| text.parse::<i8>().ok().filter(|_| (1..=2).contains(&text.len()));
        let (day, month) = if order == Order::Mdy { (number(second)?, number(first)?) } else { (number(first)?, number(second)?) };
        let years = self.first.year()..=self.last.year();
        let mut days = years.filter_map(|year| Date::new(year, month, day).ok()).filter(|d| (self.first..=self.last).contains(d));
        days.next().filter(|_| days.next().is_none())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_without_its_year_is_the_one_in_the_period() {
        let told = |period: &str, text: &str| Period::of(period, Order::Dmy).and_then(|p| p.day(text, Order::Dmy)).map(|d| d.to_string());
        let winter = "15/12/2024 - 14/01/2025";
        assert_eq!(told(winter, "31/12").as_deref(), Some("2024-12-31"));
        assert_eq!(told(winter, "02/01").as_deref(), Some("2025-01-02"));
        for none in ["20/06", "31/02", "02/01/2025", "PEND", "1/", "002/01"] {
            assert_eq!(told(winter, none), None, "{none}");
        }
        assert_eq!(told("01/01/2024 - 31/01/2025", "05/01"), None, "it could be either year");
        assert_eq!(told("01/02/2024 - 28/02/2024", "29/02"), None);
        assert_eq!(told("14/01/2025 - 15/12/2024", "20/12"), None);
    }
}

//! The dates of QIF: `12/31/05`, `6/ 4'18`, `3/11' 2`, `31.12.2005`, `2005-12-31`, `20051231`, `31 Dec 2005`.

use jiff::civil::Date;

use crate::table::date;

/// Which part of a date is which.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    DayFirst,
    MonthFirst,
}

impl Order {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::DayFirst => "dmy",
            Self::MonthFirst => "mdy",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        [Self::DayFirst, Self::MonthFirst].into_iter().find(|o| o.name() == name)
    }
}

enum Parts {
    /// Year, month and day told by the form itself.
    Plain(i16, i8, i8),
    /// Two small numbers in an order that the form does not tell, and the year.
    Open(i8, i8, i16),
}

fn parts(text: &str) -> Option<Parts> {
    let text = text.trim();
    if text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit()) {
        return Some(Parts::Plain(text[..4].parse().ok()?, text[4..6].parse().ok()?, text[6..].parse().ok()?));
    }
    if text.contains(char::is_alphabetic) {
        return named(text);
    }
    let mut numbers: Vec<&str> = Vec::with_capacity(3);
    let mut marks = Vec::with_capacity(2);
    let mut rest = text;
    while let Some(i) = rest.find(['/', '.', '-', '\'']) {
        numbers.push(rest[..i].trim());
        marks.push(rest.as_bytes()[i]);
        rest = &rest[i + 1..];
    }
    // A time may follow the year.
    let mut words = rest.split_whitespace();
    numbers.push(words.next().unwrap_or_default());
    let [first, second, third] = numbers.as_slice() else { return None };
    if [first, second, third].iter().any(|n| n.is_empty() || n.len() > 4 || !n.bytes().all(|b| b.is_ascii_digit())) {
        return None;
    }
    if first.len() == 4 {
        return Some(Parts::Plain(first.parse().ok()?, second.parse().ok()?, third.parse().ok()?));
    }
    if first.len() > 2 || second.len() > 2 {
        return None;
    }
    let year: i16 = third.parse().ok()?;
    let year = match third.len() {
        4 => year,
        // The apostrophe is Quicken's sign for this century.
        1 | 2 if marks[1] == b'\'' => 2000 + year,
        1 | 2 if year < 70 => 2000 + year,
        1 | 2 => 1900 + year,
        _ => return None,
    };
    Some(Parts::Open(first.parse().ok()?, second.parse().ok()?, year))
}

/// A date with the month's name, where it is the same day in every order.
fn named(text: &str) -> Option<Parts> {
    let day = |order| date::parse(text, order).ok().map(|moment| moment.date());
    let first = day(date::Order::Dmy)?;
    let same = [date::Order::Mdy, date::Order::Ymd].into_iter().all(|order| day(order) == Some(first));
    same.then(|| Parts::Plain(first.year(), first.month(), first.day()))
}

/// What one date tells about the order: `Ok` proves it, `Err` could be either, `None` says nothing.
pub(crate) fn evidence(text: &str) -> Option<Result<Order, ()>> {
    match parts(text)? {
        Parts::Plain(..) => None,
        Parts::Open(first, second, _) if first == second => None,
        Parts::Open(first, second, year) => match (Date::new(year, second, first).is_ok(), Date::new(year, first, second).is_ok()) {
            (true, false) => Some(Ok(Order::DayFirst)),
            (false, true) => Some(Ok(Order::MonthFirst)),
            (true, true) => Some(Err(())),
            (false, false) => None,
        },
    }
}

/// The day, where the file's order makes one of it. Without an order only dates that need none can be read.
pub(crate) fn read(text: &str, order: Option<Order>) -> Option<Date> {
    match parts(text)? {
        Parts::Plain(year, month, day) => Date::new(year, month, day).ok(),
        Parts::Open(first, second, year) => match order {
            Some(Order::DayFirst) => Date::new(year, second, first).ok(),
            Some(Order::MonthFirst) => Date::new(year, first, second).ok(),
            None if first == second => Date::new(year, first, second).ok(),
            None => None,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_dialect_is_read() {
        let us = Some(Order::MonthFirst);
        for (text, order, told) in [
            ("6/ 4'18", us, "2018-06-04"),
            ("12/31/05", us, "2005-12-31"),
            ("3/11' 2", us, "2002-03-11"),
            (" 1/ 5/97", us, "1997-01-05"),
            ("02/08/2015", us, "2015-02-08"),
            ("31.12.05", Some(Order::DayFirst), "2005-12-31"),
            ("31-12-2005 10:30", Some(Order::DayFirst), "2005-12-31"),
            ("2005-12-31", None, "2005-12-31"),
            ("20051231", None, "2005-12-31"),
            ("5/5/5", None, "2005-05-05"),
            ("26 Jan 2026", None, "2026-01-26"),
            ("Jan 26, 2026", us, "2026-01-26"),
        ] {
            assert_eq!(read(text, order).map(|d| d.to_string()).as_deref(), Some(told), "{text}");
        }
        for text in ["", "x", "1/2", "1/2/3/4", "1/2/345", "13/13/2020", "1/2/", "123/1/20", "1/2/20201", "26 Foo 2026", "31 Feb 2026"] {
            assert_eq!(read(text, us), None, "{text}");
        }
        assert_eq!(read("1/2/2020", None), None);
    }

    #[test]
    fn a_date_proves_an_order_only_if_the_other_is_impossible() {
        assert_eq!(evidence("13/1/2020"), Some(Ok(Order::DayFirst)));
        assert_eq!(evidence("1/13/2020"), Some(Ok(Order::MonthFirst)));
        assert_eq!(evidence("2/29'21"), None);
        assert_eq!(evidence("1/2/2020"), Some(Err(())));
        assert_eq!(evidence("2/2/2020"), None);
    }
}

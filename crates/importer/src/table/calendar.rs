//! Years of other calendars: 2568 is 2025 in Thailand, and 1403 began in March 2024 in Iran. Which calendar a file counts by is decided for all
//! of its dates together.

use std::borrow::Cow;

use jiff::civil;

use super::number::{unwrap, western};
use crate::decide::Question;
use crate::format::Answers;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Calendar {
    Gregorian,
    /// The months and days of ours; years from 543 before our era on.
    Buddhist,
    /// The Solar Hijri calendar: six months of 31 days from the spring equinox on, five of 30, one of 29 or 30.
    Persian,
}

/// Years that are 1900 to 2199 here.
const BUDDHIST: std::ops::Range<u32> = 2443..2743;
const PERSIAN: std::ops::Range<u32> = 1279..1579;

impl Calendar {
    pub fn name(self) -> &'static str {
        match self {
            Self::Gregorian => "gregorian",
            Self::Buddhist => "buddhist",
            Self::Persian => "persian",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        [Self::Gregorian, Self::Buddhist, Self::Persian].into_iter().find(|calendar| calendar.name() == name)
    }

    /// The same date as we write it. What is no date of this calendar is left as it is.
    pub fn ours<'t>(self, text: &'t str) -> Cow<'t, str> {
        if self == Self::Gregorian {
            return Cow::Borrowed(text);
        }
        let told = unwrap(text);
        let digits = western(told);
        let told = digits.as_deref().unwrap_or(told);
        let changed = match self {
            Self::Gregorian => None,
            Self::Buddhist => year(told)
                .filter(|(_, year)| BUDDHIST.contains(year))
                .map(|(place, year)| format!("{}{}{}", &told[..place], year - 543, &told[place + 4..])),
            Self::Persian => Numbers::of(told).and_then(|numbers| numbers.persian(told)),
        };
        changed.map_or(Cow::Borrowed(text), Cow::Owned)
    }
}

/// Bytes of a text within which its year stands.
const YEAR_WITHIN: usize = 24;

/// The first number of just four digits, and where it stands.
fn year(text: &str) -> Option<(usize, u32)> {
    let mut rest = 0;
    while let Some(found) = text[rest..].find(|c: char| c.is_ascii_digit()).map(|i| rest + i).filter(|i| *i < YEAR_WITHIN) {
        rest = text[found..].find(|c: char| !c.is_ascii_digit()).map_or(text.len(), |i| found + i);
        if rest - found == 4 {
            return Some((found, text[found..rest].parse().ok()?));
        }
    }
    None
}

/// The three numbers with which a date begins, with one mark between them: where each begins and ends.
struct Numbers([(usize, usize); 3]);

impl Numbers {
    fn of(text: &str) -> Option<Self> {
        let mut found = [(0, 0); 3];
        let mut start = 0;
        for (nth, place) in found.iter_mut().enumerate() {
            let end = text[start..].find(|c: char| !c.is_ascii_digit()).map_or(text.len(), |i| start + i);
            if end == start {
                return None;
            }
            *place = (start, end);
            if nth < 2 {
                start = end + text[end..].chars().next().filter(|c| matches!(c, '/' | '-' | '.'))?.len_utf8();
            }
        }
        Some(Self(found))
    }

    fn number(&self, text: &str, nth: usize) -> Option<u32> {
        let (start, end) = self.0[nth];
        text[start..end].parse().ok()
    }

    fn length(&self, nth: usize) -> usize {
        self.0[nth].1 - self.0[nth].0
    }

    fn persian(&self, text: &str) -> Option<String> {
        let first = self.length(0) == 4;
        let [year, month, day] = if first { [0, 1, 2] } else { [2, 1, 0] }.map(|nth| self.number(text, nth));
        let date = from_persian(year.filter(|year| PERSIAN.contains(year))?, month?, day?)?;
        Some(format!("{date}{}", &text[self.0[2].1..]))
    }
}

fn is_leap(year: u32) -> bool {
    (8 * year + 29) % 33 < 8
}

/// The day of a Persian date. `None` where the calendar has no such day.
fn from_persian(year: u32, month: u32, day: u32) -> Option<civil::Date> {
    let length = match month {
        1..=6 => 31,
        7..=11 => 30,
        12 => 29 + u32::from(is_leap(year)),
        _ => return None,
    };
    if !(1..=length).contains(&day) {
        return None;
    }
    // Eight years of 33 are leap years: as many before this one as multiples of 33 were passed.
    let days = |year: u32| i64::from(365 * year) + i64::from((8 * (year - 1) + 29) / 33);
    let in_year = if month < 8 { (month - 1) * 31 } else { (month - 1) * 30 + 6 } + day - 1;
    let since = days(year) - days(1403) + i64::from(in_year);
    civil::date(2024, 3, 20).checked_add(jiff::Span::new().days(since)).ok()
}

/// What the dates of a file tell of its calendar.
#[derive(Debug, Clone, Default)]
pub(crate) struct Calendars {
    gregorian: u64,
    buddhist: u64,
    persian: u64,
    /// Of these, days that only the Persian calendar has, or that are written in its digits.
    persian_only: u64,
    example: Option<String>,
}

impl Calendars {
    pub fn look(&mut self, text: &str) {
        let told = unwrap(text);
        let persian_digits = told.chars().any(|c| ('۰'..='۹').contains(&c));
        let digits = western(told);
        let told = digits.as_deref().unwrap_or(told);
        let Some((_, year)) = year(told) else { return };
        if BUDDHIST.contains(&year) {
            self.buddhist += 1;
        } else if (1900..2200).contains(&year) {
            self.gregorian += 1;
        } else if PERSIAN.contains(&year)
            && let Some(numbers) = Numbers::of(told)
            && numbers.persian(told).is_some()
        {
            self.persian += 1;
            let early = (1..=6).contains(&numbers.number(told, 1).unwrap_or(0));
            let day = if numbers.length(0) == 4 { numbers.number(told, 2) } else { numbers.number(told, 0) };
            self.persian_only += u64::from(persian_digits || early && day == Some(31));
            self.example.get_or_insert_with(|| told.chars().take(40).collect());
        }
    }

    pub fn add(&mut self, of: &Self) {
        self.gregorian += of.gregorian;
        self.buddhist += of.buddhist;
        self.persian += of.persian;
        self.persian_only += of.persian_only;
        self.example = self.example.take().or_else(|| of.example.clone());
    }

    /// Whether all years seen are ours.
    pub fn is_ours(&self) -> bool {
        self.buddhist + self.persian == 0
    }

    /// The calendar of all dates, where it is another one, or the question about it. Dates of several calendars are set aside row by row.
    pub fn decide(&self, answers: &Answers) -> Result<Option<Calendar>, Question> {
        match (self.gregorian, self.buddhist, self.persian) {
            (0, 1.., 0) => Ok(Some(Calendar::Buddhist)),
            (0, 0, 1..) if self.persian_only > 0 => Ok(Some(Calendar::Persian)),
            (0, 0, 1..) => {
                let example = self.example.as_deref().unwrap_or("1403/12/15");
                let ours = Calendar::Persian.ours(example);
                let text = format!("The years in this file are of another calendar, for example {example}. Which one is it?");
                let question = Question::new("calendar", text)
                    .choice("persian", format!("The Persian one: this day is {ours}"))
                    .choice("gregorian", "Another one: these rows are set aside");
                match question.answered(answers).and_then(Calendar::named) {
                    Some(calendar) => Ok(Some(calendar).filter(|c| *c != Calendar::Gregorian)),
                    None => Err(question),
                }
            }
            _ => Ok(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_other_calendars_are_the_same_days_in_ours() {
        for (told, ours) in [
            ("1403/12/15", "2025-03-05"),
            ("1399/12/30", "2021-03-20"),
            ("1403/12/30", "2025-03-20"),
            ("1404/01/01", "2025-03-21"),
            ("1357/11/22", "1979-02-11"),
            ("1403-02-31 10:20", "2024-05-20 10:20"),
            ("15/12/1403", "2025-03-05"),
            ("۱۴۰۳/۱۲/۱۵", "2025-03-05"),
            ("1404/12/30", "1404/12/30"),
            ("2025-03-05", "2025-03-05"),
        ] {
            assert_eq!(Calendar::Persian.ours(told), ours, "{told}");
        }
        for (told, ours) in [
            ("05/03/2568", "05/03/2025"),
            ("29/02/2567", "29/02/2024"),
            ("2568-03-05 10:20", "2025-03-05 10:20"),
            ("5 Mar 2568", "5 Mar 2025"),
            ("05/03/68", "05/03/68"),
        ] {
            assert_eq!(Calendar::Buddhist.ours(told), ours, "{told}");
        }
    }

    #[test]
    fn every_persian_day_of_two_centuries_follows_the_day_before() {
        let mut last = from_persian(1279, 1, 1).expect("a day");
        for (year, month, day) in (1279..1479).flat_map(|y| (1..=12).flat_map(move |m| (1..=31).map(move |d| (y, m, d)))).skip(1) {
            if let Some(date) = from_persian(year, month, day) {
                assert_eq!(Some(date), last.tomorrow().ok(), "{year}/{month}/{day}");
                last = date;
            }
        }
    }

    #[test]
    fn a_calendar_is_certain_only_where_nothing_else_could_be_meant() {
        let decided = |dates: &[&str]| {
            let mut seen = Calendars::default();
            dates.iter().for_each(|date| seen.look(date));
            seen.decide(&Answers::new()).map_err(|question| question.id)
        };
        assert_eq!(decided(&["05/03/2568", "29/02/2567"]), Ok(Some(Calendar::Buddhist)));
        assert_eq!(decided(&["05/03/2568", "05/03/2025"]), Ok(None), "one of them is a mistake");
        assert_eq!(decided(&["1403/12/15"]), Err("calendar".to_owned()), "it could be a year of the moon");
        assert_eq!(decided(&["1403/12/15", "1403/02/31"]), Ok(Some(Calendar::Persian)), "no month of the moon has 31 days");
        assert_eq!(decided(&["2025-03-05", "5 March 2025"]), Ok(None));
        assert_eq!(decided(&["05/03/68"]), Ok(None));
    }
}

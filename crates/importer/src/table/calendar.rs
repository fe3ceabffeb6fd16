//! Years of other calendars: 2568 is 2025 in Thailand, and 1403 began in March 2024 in Iran. Which calendar a file counts by is decided for all
//! of its dates together.

use std::borrow::Cow;

use jiff::civil;

use super::date::{self, Order};
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

    /// The same date as we write it. What is no date of this calendar is left as it is; of two digits, `order` says which ones are the year.
    pub fn ours<'t>(self, text: &'t str, order: Order) -> Cow<'t, str> {
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
                .map(|(place, year)| format!("{}{}{}", &told[..place], year - 543, &told[place + 4..]))
                .or_else(|| {
                    let (place, year) = Short::of(told)?.year(order);
                    Some(format!("{}{}{}", &told[..place], 2500 + year - 543, &told[place + 2..]))
                }),
            Self::Persian => Numbers::of(told).and_then(|numbers| numbers.persian(told, order)),
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

    fn persian(&self, text: &str, order: Order) -> Option<String> {
        let first = self.length(0) == 4 || order == Order::Ymd && self.length(2) < 4;
        let [year, month, day] = if first { [0, 1, 2] } else { [2, 1, 0] }.map(|nth| self.number(text, nth));
        // `04/05/25` is of 1404, and `99/05/25` of 1399.
        let year = year.map(|year| {
            if year < 50 {
                1400 + year
            } else if year < 100 {
                1300 + year
            } else {
                year
            }
        });
        let date = from_persian(year.filter(|year| PERSIAN.contains(year))?, month?, day?)?;
        Some(format!("{date}{}", &text[self.0[2].1..]))
    }
}

/// The two digits that may be the year of a date without four: where its first and its last number begin. With the month's name, it is the last.
struct Short([(usize, u32); 2]);

impl Short {
    fn of(text: &str) -> Option<Self> {
        let (mut places, mut rest) = (Vec::new(), 0);
        let worded = text.chars().any(char::is_alphabetic);
        let wanted = if worded { 2 } else { 3 };
        while places.len() < wanted {
            let start = text[rest..].find(|c: char| c.is_ascii_digit()).map(|i| rest + i).filter(|i| *i < YEAR_WITHIN)?;
            rest = text[start..].find(|c: char| !c.is_ascii_digit()).map_or(text.len(), |i| start + i);
            places.push((start, rest - start, text[start..rest].parse().ok()?));
        }
        let (first, last) = (*places.first()?, *places.last()?);
        let first = if worded { last } else { first };
        (last.1 == 2 && (first.1 == 2 || first.1 == 1)).then_some(Self([(first.0, first.2), (last.0, last.2)]))
    }

    fn year(&self, order: Order) -> (usize, u32) {
        self.0[usize::from(order != Order::Ymd)]
    }
}

/// Years of two digits that would be 1950 to 1989, or 2050 to 2089: of then, nobody has files like these. In Thailand they are 2007 to 2046.
const UNHEARD: std::ops::Range<u32> = 50..90;
/// Of these, the ones that would be yet to come.
const TO_COME: std::ops::Range<u32> = 50..70;

/// What years of two digits at one end of the dates are.
#[derive(Debug, Clone, Copy, Default)]
struct ShortYears {
    all: u64,
    unheard: u64,
    to_come: u64,
}

impl ShortYears {
    fn add(&mut self, of: Self) {
        self.all += of.all;
        self.unheard += of.unheard;
        self.to_come += of.to_come;
    }

    fn look(&mut self, year: u32) {
        self.all += 1;
        self.unheard += u64::from(UNHEARD.contains(&year));
        self.to_come += u64::from(TO_COME.contains(&year));
    }

    fn are_odd(&self) -> bool {
        self.to_come > 0 || self.all > 0 && self.unheard == self.all
    }
}

fn is_thai(c: char) -> bool {
    ('\u{e00}'..='\u{e7f}').contains(&c)
}

/// Letters and digits of Persian that Arabic has not.
fn is_persian(c: char) -> bool {
    matches!(c, 'پ' | 'چ' | 'ژ' | 'گ' | 'ک' | 'ی' | '۰'..='۹')
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
    /// Years of two digits, where the first number of a date is the year, and where the last one is.
    short: [ShortYears; 2],
    short_example: Option<String>,
    thai_letters: bool,
    persian_letters: bool,
}

impl Calendars {
    pub fn look(&mut self, text: &str) {
        let told = unwrap(text);
        let persian_digits = told.chars().any(|c| ('۰'..='۹').contains(&c));
        let digits = western(told);
        let told = digits.as_deref().unwrap_or(told);
        self.persian_letters |= persian_digits;
        let Some((_, year)) = year(told) else { return self.look_at_short(told) };
        if BUDDHIST.contains(&year) {
            self.buddhist += 1;
        } else if (1900..2200).contains(&year) {
            self.gregorian += 1;
        } else if PERSIAN.contains(&year)
            && let Some(numbers) = Numbers::of(told)
            && numbers.persian(told, Order::Dmy).is_some()
        {
            self.persian += 1;
            let early = (1..=6).contains(&numbers.number(told, 1).unwrap_or(0));
            let day = if numbers.length(0) == 4 { numbers.number(told, 2) } else { numbers.number(told, 0) };
            self.persian_only += u64::from(persian_digits || early && day == Some(31));
            self.example.get_or_insert_with(|| told.chars().take(40).collect());
        }
    }

    fn look_at_short(&mut self, told: &str) {
        let Some(short) = Short::of(told) else { return };
        for (years, (_, year)) in self.short.iter_mut().zip(short.0) {
            years.look(year);
        }
        self.short_example.get_or_insert_with(|| told.chars().take(40).collect());
    }

    /// Looks at headings: a script tells whose years may be meant.
    pub fn script(&mut self, heading: &str) {
        self.thai_letters |= heading.chars().any(is_thai);
        self.persian_letters |= heading.chars().any(is_persian);
    }

    pub fn add(&mut self, of: &Self) {
        self.short.iter_mut().zip(of.short).for_each(|(years, more)| years.add(more));
        self.short_example = self.short_example.take().or_else(|| of.short_example.clone());
        self.thai_letters |= of.thai_letters;
        self.persian_letters |= of.persian_letters;
        self.gregorian += of.gregorian;
        self.buddhist += of.buddhist;
        self.persian += of.persian;
        self.persian_only += of.persian_only;
        self.example = self.example.take().or_else(|| of.example.clone());
    }

    /// Whether all years seen are ours.
    pub fn is_ours(&self) -> bool {
        self.buddhist + self.persian == 0 && !self.short.iter().any(ShortYears::are_odd)
    }

    /// The calendar of all dates, where it is another one, or the question about it. Dates of several calendars are set aside row by row.
    pub fn decide(&self, order: Order, answers: &Answers) -> Result<Option<Calendar>, Question> {
        match (self.gregorian, self.buddhist, self.persian) {
            (0, 0, 0) => self.decide_short(order, answers),
            (0, 1.., 0) => Ok(Some(Calendar::Buddhist)),
            (0, 0, 1..) if self.persian_only > 0 => Ok(Some(Calendar::Persian)),
            (0, 0, 1..) => {
                let example = self.example.as_deref().unwrap_or("1403/12/15");
                let ours = Calendar::Persian.ours(example, Order::Dmy);
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

    /// The same where no year has four digits: whose year 68 is, only other things in the file can tell.
    fn decide_short(&self, order: Order, answers: &Answers) -> Result<Option<Calendar>, Question> {
        let years = &self.short[usize::from(order != Order::Ymd)];
        let other = match (years.are_odd(), self.persian_letters) {
            (true, _) if self.thai_letters => return Ok(Some(Calendar::Buddhist)),
            (_, true) if years.all > 0 => Calendar::Persian,
            (true, _) => Calendar::Buddhist,
            _ => return Ok(None),
        };
        let example = self.short_example.as_deref().unwrap_or("05/03/68");
        let day = |text: &str| date::parse(text, order).map(|moment| moment.date().strftime("%-d %B %Y").to_string()).unwrap_or_default();
        let whose = if other == Calendar::Persian { "The Persian one" } else { "The Thai one" };
        let text = format!("The years in this file have two digits, for example {example}. Which calendar are they of?");
        let question = Question::new("calendar", text)
            .choice(other.name(), format!("{whose}: this day is {}", day(&other.ours(example, order))))
            .choice("gregorian", format!("The Western one: this day is {}", day(example)));
        match question.answered(answers).and_then(Calendar::named) {
            Some(calendar) => Ok(Some(calendar).filter(|c| *c != Calendar::Gregorian)),
            None => Err(question),
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
            assert_eq!(Calendar::Persian.ours(told, Order::Dmy), ours, "{told}");
        }
        for (told, ours) in [
            ("05/03/2568", "05/03/2025"),
            ("29/02/2567", "29/02/2024"),
            ("2568-03-05 10:20", "2025-03-05 10:20"),
            ("5 Mar 2568", "5 Mar 2025"),
            ("05/03/68", "05/03/2025"),
            ("5-Mar-68 10:20", "5-Mar-2025 10:20"),
            ("2025-03-05 10:20:30", "2025-03-05 10:20:30"),
        ] {
            assert_eq!(Calendar::Buddhist.ours(told, Order::Dmy), ours, "{told}");
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
            seen.decide(Order::Dmy, &Answers::new()).map_err(|question| question.id)
        };
        assert_eq!(decided(&["05/03/2568", "29/02/2567"]), Ok(Some(Calendar::Buddhist)));
        assert_eq!(decided(&["05/03/2568", "05/03/2025"]), Ok(None), "one of them is a mistake");
        assert_eq!(decided(&["1403/12/15"]), Err("calendar".to_owned()), "it could be a year of the moon");
        assert_eq!(decided(&["1403/12/15", "1403/02/31"]), Ok(Some(Calendar::Persian)), "no month of the moon has 31 days");
        assert_eq!(decided(&["2025-03-05", "5 March 2025"]), Ok(None));
        assert_eq!(decided(&["05/03/68", "06/03/68"]), Err("calendar".to_owned()), "a year that is yet to come");
        assert_eq!(decided(&["05/03/69", "06/03/70"]), Err("calendar".to_owned()));
        assert_eq!(decided(&["05/03/78", "06/03/79"]), Err("calendar".to_owned()), "nobody has files of then");
        assert_eq!(decided(&["05/03/88", "06/03/25"]), Ok(None), "somebody may have kept books that long");
        assert_eq!(decided(&["05/03/25", "06/03/26"]), Ok(None));
        assert_eq!(decided(&["5 Mar 68 10:20"]), Err("calendar".to_owned()));
    }
}

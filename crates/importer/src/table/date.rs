//! Dates and times as vendors write them. Which of day and month comes first is decided for the file, never for a row.

use std::collections::HashMap;
use std::sync::OnceLock;

use holdall_model::{Moment, MomentError, Offset, Precision};
use jiff::civil;

use super::era;
use super::number::{is_blank, unwrap, western};

/// The order of the parts of a numeric date. A four-digit year that comes first is always year, month, day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    Dmy,
    Mdy,
    Ymd,
}

impl Order {
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "dmy" => Some(Self::Dmy),
            "mdy" => Some(Self::Mdy),
            "ymd" => Some(Self::Ymd),
            _ => None,
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Dmy => "dmy",
            Self::Mdy => "mdy",
            Self::Ymd => "ymd",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateError {
    /// It has no form of a date.
    Form,
    /// It has, but the calendar has no such day, or the day no such time.
    Impossible,
}

impl From<MomentError> for DateError {
    fn from(_: MomentError) -> Self {
        Self::Impossible
    }
}

/// Which orders a numeric date allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderHint {
    /// The form itself tells: a month's name, or the year first.
    Told,
    Only(Order),
    /// Day and month could change places.
    DayOrMonth,
    /// Two-digit years: even the year could come first.
    Any,
    NotADate,
}

#[derive(Debug, Clone, Copy, Default)]
struct Parts {
    numbers: [(u32, u8); 3],
    count: usize,
    /// Month by name, and before which number it stood.
    month: Option<(i8, usize)>,
}

/// Reads a date, with its time where one is there.
pub fn parse(text: &str, order: Order) -> Result<Moment, DateError> {
    let text = bare(text);
    let bytes = text.as_bytes();
    if bytes.len() == 10
        && !bytes[0].is_ascii_whitespace()
        && let Some(moment) = ten(bytes, order)
    {
        return moment;
    }
    if let Some(moment) = iso_with_time(bytes) {
        return moment;
    }
    if let Some(text) = western(text).or_else(|| era::ours(text)) {
        return parse(&text, order);
    }
    let (parts, rest) = split(text).ok_or(DateError::Form)?;
    let date = parts.date(order)?;
    // `24 lug 2024. 02:59:45`
    let rest = rest.trim_matches(|c: char| is_blank(c) || matches!(c, ',' | '.'));
    if rest.is_empty() {
        return Ok(Moment::from_date(date));
    }
    // `04/17/2023 as of 04/15/2023`: booked on the first day, for the second.
    if let Some(earlier) = rest.strip_prefix("as of ") {
        return parse(earlier, order).map(|_| Moment::from_date(date));
    }
    let rest = rest.strip_prefix(['T', 't', '-']).unwrap_or(rest);
    let (time, precision, offset) = time(rest.trim_start_matches(is_blank))?;
    Ok(Moment::from_datetime(date.to_datetime(time), precision, offset))
}

/// A cell's text without what spreadsheets wrap around it, and without brackets: `[2025-03-04]`.
fn bare(text: &str) -> &str {
    let text = unwrap(text);
    text.strip_prefix('[').and_then(|inside| inside.strip_suffix(']')).unwrap_or(text)
}

/// `2025-03-04`, `04.03.2025`, `03/04/2025` without any search.
fn ten(b: &[u8], order: Order) -> Option<Result<Moment, DateError>> {
    let number = |range: std::ops::Range<usize>| -> Option<i16> {
        b[range].iter().try_fold(0i16, |n, d| d.is_ascii_digit().then(|| n * 10 + i16::from(d - b'0')))
    };
    let is_mark = |c: u8| matches!(c, b'-' | b'.' | b'/');
    let (y, m, d) = if is_mark(b[4]) && b[4] == b[7] {
        (number(0..4)?, number(5..7)?, number(8..10)?)
    } else if is_mark(b[2]) && b[2] == b[5] {
        let (first, second, year) = (number(0..2)?, number(3..5)?, number(6..10)?);
        match order {
            Order::Mdy => (year, first, second),
            Order::Dmy => (year, second, first),
            Order::Ymd => return None,
        }
    } else {
        return None;
    };
    Some(day(y.into(), m.into(), d.into()).map(Moment::from_date))
}

/// `2024-03-19T02:16:07Z`, `2024-03-19 02:16:07`, with or without a fraction, without any search.
fn iso_with_time(b: &[u8]) -> Option<Result<Moment, DateError>> {
    if b.len() < 19 || !matches!(b[10], b'T' | b' ') || b[13] != b':' || b[16] != b':' || b[4] != b'-' || b[7] != b'-' {
        return None;
    }
    let offset = match &b[19..] {
        [] => Offset::Local,
        [b'Z'] => Offset::Utc(0),
        [b'.', fraction @ .., b'Z'] if fraction.iter().all(u8::is_ascii_digit) => Offset::Utc(0),
        [b'.', fraction @ ..] if fraction.iter().all(u8::is_ascii_digit) => Offset::Local,
        _ => return None,
    };
    let two = |i: usize| (b[i].is_ascii_digit() && b[i + 1].is_ascii_digit()).then(|| (b[i] - b'0') as i8 * 10 + (b[i + 1] - b'0') as i8);
    let (year, month, date) = (i32::from(two(0)?) * 100 + i32::from(two(2)?), two(5)?, two(8)?);
    let (hour, minute, second) = (two(11)?, two(14)?, two(17)?);
    let time = civil::Time::new(hour, minute, second, 0).map_err(|_| DateError::Impossible);
    let date = day(year, month.into(), date.into());
    Some(date.and_then(|d| time.map(|t| Moment::from_datetime(d.to_datetime(t), Precision::Second, offset))))
}

/// A day as spreadsheets count them, from 1899-12-30 on: `45719`, `45719.5` with a time of day.
pub fn serial(text: &str) -> Result<Moment, DateError> {
    let text = unwrap(text);
    let (days, part) = text.split_once(['.', ',']).unwrap_or((text, ""));
    let count: i32 = days.parse().map_err(|_| DateError::Form)?;
    if !(0..3_000_000).contains(&count) {
        return Err(DateError::Impossible);
    }
    let date = civil::date(1899, 12, 30).checked_add(jiff::Span::new().days(count)).map_err(|_| DateError::Impossible)?;
    if part.bytes().all(|b| b == b'0') {
        return Ok(Moment::from_date(date));
    }
    let scale = 10u64.checked_pow(u32::try_from(part.len()).unwrap_or(u32::MAX)).ok_or(DateError::Form)?;
    let seconds = part.parse::<u64>().map_err(|_| DateError::Form)?.checked_mul(86_400).ok_or(DateError::Form)?;
    // The nearest second: a third of a day has no end in decimals.
    let seconds = i64::try_from((seconds + scale / 2) / scale).map_err(|_| DateError::Form)?;
    let at = date.at(0, 0, 0, 0).checked_add(jiff::Span::new().seconds(seconds)).map_err(|_| DateError::Impossible)?;
    Ok(Moment::from_datetime(at, Precision::Second, Offset::Local))
}

fn day(year: i32, month: i32, day: i32) -> Result<civil::Date, DateError> {
    let year = i16::try_from(year).ok().filter(|y| (1000..=9999).contains(y)).ok_or(DateError::Impossible)?;
    let (month, day) = (i8::try_from(month).map_err(|_| DateError::Impossible)?, i8::try_from(day).map_err(|_| DateError::Impossible)?);
    civil::Date::new(year, month, day).map_err(|_| DateError::Impossible)
}

/// Two digits mean 1970 to 2069.
fn full_year(year: u32, digits: u8) -> Result<i32, DateError> {
    match digits {
        4 => Ok(year as i32),
        1 | 2 if year < 70 => Ok(2000 + year as i32),
        1 | 2 => Ok(1900 + year as i32),
        _ => Err(DateError::Form),
    }
}

impl Parts {
    fn date(&self, order: Order) -> Result<civil::Date, DateError> {
        let n = &self.numbers;
        if let Some((month, before)) = self.month {
            let (d, y) = match (before, n[0].1) {
                (_, 4) => (n[1], n[0]),
                _ => (n[0], n[1]),
            };
            return day(full_year(y.0, y.1)?, month.into(), d.0 as i32);
        }
        let (y, m, d) = match (order, n[0].1) {
            (_, 4) | (Order::Ymd, _) => (n[0], n[1], n[2]),
            (Order::Dmy, _) => (n[2], n[1], n[0]),
            (Order::Mdy, _) => (n[2], n[0], n[1]),
        };
        if m.1 > 2 || d.1 > 2 {
            return Err(DateError::Form);
        }
        day(full_year(y.0, y.1)?, m.0 as i32, d.0 as i32)
    }

    fn complete(&self) -> bool {
        self.count == if self.month.is_some() { 2 } else { 3 }
    }
}

/// Takes the date's parts from the front; gives what follows them.
fn split(text: &str) -> Option<(Parts, &str)> {
    let mut parts = Parts::default();
    let mut rest = text;
    if let Some(compact) = compact(text) {
        return Some(compact);
    }
    while !parts.complete() {
        rest =
            rest.trim_start_matches(|c: char| is_blank(c) || matches!(c, '.' | '/' | '-' | ',' | '\'' | '\\' | '年' | '月' | '년' | '월'));
        let first = rest.chars().next()?;
        if first.is_ascii_digit() {
            let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
            if end > 4 || parts.count == 3 {
                return None;
            }
            parts.numbers[parts.count] = (rest[..end].parse().ok()?, end as u8);
            parts.count += 1;
            rest = &rest[end..];
            // `1st`, `2nd`, `3º`, `4. März`, `5 de marzo`.
            let tail = rest.trim_start_matches(|c: char| is_blank(c) || c == '.');
            for suffix in ["st", "nd", "rd", "th", "º", "er", "de ", "of "] {
                if let Some(cut) = tail.strip_prefix(suffix).filter(|_| parts.count == 1 && parts.month.is_none()) {
                    rest = cut;
                }
            }
        } else if first.is_alphabetic() {
            let end = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
            let (word, tail) = rest.split_at(end);
            match month(word) {
                Some(month) if parts.month.is_none() => parts.month = Some((month, parts.count)),
                None if weekday(word) || (matches!(word, "de" | "of") && parts.month.is_some()) => {}
                _ => return None,
            }
            rest = tail;
        } else {
            return None;
        }
    }
    rest = rest.strip_prefix(['日', '일']).unwrap_or(rest);
    // A number may not go on: `01.02.20255`, `1.2.3.4`.
    let more = rest.trim_start_matches('.');
    if more.starts_with(|c: char| c.is_ascii_digit())
        || (rest.starts_with(['.', '/'])
            && !more.trim_matches(is_blank).is_empty()
            && more.len() + 1 == rest.len()
            && more.starts_with(|c: char| c.is_ascii_digit()))
    {
        return None;
    }
    Some((parts, rest))
}

/// `20250304`, optionally followed by a time, also without anything between: `20250304180512`.
fn compact(text: &str) -> Option<(Parts, &str)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if digits != 8 && digits != 14 {
        return None;
    }
    let number = |range: std::ops::Range<usize>| text[range].parse().ok();
    let year: u32 = number(0..4)?;
    if !(1900..2200).contains(&year) {
        return None;
    }
    let parts = Parts { numbers: [(year, 4), (number(4..6)?, 2), (number(6..8)?, 2)], count: 3, month: None };
    Some((parts, &text[8..]))
}

/// A time of day with its zone: `18:05`, `6:30:00 AM`, `12:00:00.123+01:00`, `20:15:00 EDT`.
pub fn time(text: &str) -> Result<(civil::Time, Precision, Offset), DateError> {
    if let Ok([a, b, c, d, e, f]) = <[u8; 6]>::try_from(text.as_bytes()) {
        let digits = [a, b, c, d, e, f].iter().all(u8::is_ascii_digit);
        if digits {
            let two = |x: u8, y: u8| ((x - b'0') * 10 + y - b'0') as i8;
            let time = civil::Time::new(two(a, b), two(c, d), two(e, f), 0).map_err(|_| DateError::Impossible)?;
            return Ok((time, Precision::Second, Offset::Local));
        }
    }
    let clock_end = text.find(|c: char| !(c.is_ascii_digit() || c == ':')).unwrap_or(text.len());
    let (clock, mut rest) = text.split_at(clock_end);
    let mut numbers = [0i8; 3];
    let mut count = 0;
    for part in clock.split(':') {
        if count == 3 || part.is_empty() || part.len() > 2 {
            return Err(DateError::Form);
        }
        numbers[count] = part.parse().map_err(|_| DateError::Form)?;
        count += 1;
    }
    if count < 2 {
        return Err(DateError::Form);
    }
    if let Some(fraction) = rest.strip_prefix(['.', ',']).filter(|_| count == 3) {
        rest = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
    }
    let mut hour = numbers[0];
    rest = rest.trim_matches(is_blank);
    for (words, noon) in [(["AM", "am", "a.m.", "A.M."], false), (["PM", "pm", "p.m.", "P.M."], true)] {
        if let Some(after) = words.iter().find_map(|w| rest.strip_prefix(w)) {
            if !(1..=12).contains(&hour) {
                return Err(DateError::Impossible);
            }
            hour = hour % 12 + if noon { 12 } else { 0 };
            rest = after.trim_start_matches(is_blank);
            break;
        }
    }
    let offset = zone(rest)?;
    let time = civil::Time::new(hour, numbers[1], numbers[2], 0).map_err(|_| DateError::Impossible)?;
    Ok((time, if count == 3 { Precision::Second } else { Precision::Minute }, offset))
}

fn zone(text: &str) -> Result<Offset, DateError> {
    let text = text.strip_prefix('(').and_then(|t| t.strip_suffix(')')).unwrap_or(text);
    let (first, second) = text.split_once(' ').unwrap_or((text, ""));
    let offset = match first {
        "" => return Ok(Offset::Local),
        "Z" | "z" | "UTC" | "GMT" | "WET" => 0,
        "BST" | "CET" | "MEZ" | "WEST" => 60,
        "CEST" | "MESZ" | "EET" => 120,
        "EEST" => 180,
        "EDT" => -240,
        "EST" | "CDT" => -300,
        "CST" | "MDT" => -360,
        "MST" | "PDT" => -420,
        "PST" => -480,
        _ => {
            let digits = first.strip_prefix("GMT").or_else(|| first.strip_prefix("UTC")).unwrap_or(first);
            let (sign, digits) = match digits.split_at_checked(1) {
                Some(("+", d)) => (1, d),
                Some(("-", d)) => (-1, d),
                _ => return Err(DateError::Form),
            };
            let (h, m) = match digits.split_once(':') {
                Some(parts) => parts,
                None if digits.len() == 4 => digits.split_at(2),
                None => (digits, "0"),
            };
            let read = |s: &str| s.parse::<i16>().ok().filter(|n| (0..60).contains(n)).ok_or(DateError::Form);
            sign * (read(h)? * 60 + read(m)?)
        }
    };
    // `+0000 UTC` says it twice.
    if !second.is_empty() && zone(second)? != Offset::Utc(offset) {
        return Err(DateError::Form);
    }
    if offset.abs() > 18 * 60 { Err(DateError::Impossible) } else { Ok(Offset::Utc(offset)) }
}

/// Most cells are no dates: those are seen from their letters and digits at once.
fn may_be_date(text: &str) -> bool {
    let (mut digits, mut numbers, mut before) = (0, 0, false);
    let mut worded = false;
    for b in text.bytes() {
        let digit = b.is_ascii_digit();
        digits += u32::from(digit);
        numbers += u32::from(digit && !before);
        worded |= b.is_ascii_alphabetic() || !b.is_ascii();
        before = digit;
    }
    if digits < 3 || text.len() > 24 && text.starts_with(char::is_alphabetic) {
        return false;
    }
    // Day, month and year; a month by its name beside two of them; or all in one, as `20250304`.
    numbers >= if worded { 2 } else { 3 } || text.bytes().take_while(u8::is_ascii_digit).count() >= 8
}

/// What a date tells about the file's order.
pub fn hint(text: &str) -> OrderHint {
    let text = bare(text);
    if let Some(text) = western(text).or_else(|| era::ours(text)) {
        return hint(&text);
    }
    if text.len() > 40 || !may_be_date(text) {
        return OrderHint::NotADate;
    }
    let Some((parts, rest)) = split(text) else { return OrderHint::NotADate };
    let rest = rest.trim_matches(|c: char| is_blank(c) || matches!(c, ',' | '.'));
    if let Some(earlier) = rest.strip_prefix("as of ") {
        return hint(earlier);
    }
    let rest = rest.strip_prefix(['T', 't', '-']).unwrap_or(rest);
    if !rest.is_empty() && time(rest.trim_start_matches(is_blank)).is_err() {
        return OrderHint::NotADate;
    }
    let fits = |order| parts.date(order).is_ok();
    if parts.month.is_some() || parts.numbers[0].1 == 4 {
        return if fits(Order::Ymd) { OrderHint::Told } else { OrderHint::NotADate };
    }
    let year_first = parts.numbers[0].1 == 2 && parts.numbers[2].1 <= 2 && fits(Order::Ymd);
    match (fits(Order::Dmy), fits(Order::Mdy), year_first) {
        (true, false, false) => OrderHint::Only(Order::Dmy),
        (false, true, false) => OrderHint::Only(Order::Mdy),
        (false, false, true) => OrderHint::Only(Order::Ymd),
        (true, true, false) => OrderHint::DayOrMonth,
        (false, false, false) => OrderHint::NotADate,
        _ => OrderHint::Any,
    }
}

/// Names and abbreviations of the months in the languages vendors export in.
const NAMES: [&str; 12] = [
    "jan january januar jänner janvier janv gennaio gen enero ene januari janeiro leden ledna styczeń stycznia tammikuu gener sty január januára siječnja siječanj ian ianuarie ιανουαρίου ιαν янв января январь січ січня ocak oca tam tammi led",
    "feb february februar feber février févr fevr febbraio febrero februari fevereiro fev helmikuu luty lutego lut únor února úno február februára veljače veljača februarie φεβρουαρίου φεβ фев февраля февраль лют лютого şubat şub hel helmi febbr",
    "mar march märz mär mrz mars marzo maart mrt março maaliskuu marzec marca března březen bře március ožujka ožujak martie μαρτίου μαρ мар марта март бер березня mart maalis",
    "apr april avril avr aprile abril abr huhtikuu kwiecień kwietnia kwi dubna duben dub április ápr travnja travanj aprilie απριλίου απρ апр апреля апрель кві квітня nisan nis huhti",
    "may mai maggio mag mayo mei maio maj toukokuu maja května květen kvě május máj svibnja svibanj μαΐου μαΐ μαι мая май тра травня mayıs touko magg",
    "jun june juni juin giugno giu junio junho kesäkuu czerwiec czerwca cze června červen čvn június jún lipnja lipanj iunie iun ιουνίου ιουν июн июня июнь чер червня haziran haz kesä giugn",
    "jul july juli juillet juil luglio lug julio julho heinäkuu lipiec lipca července červenec čvc július júl srpnja srpanj iulie iul ιουλίου ιουλ июл июля июль лип липня temmuz tem heinä lugl",
    "aug august août aout agosto ago augustus augusti elokuu sierpień sierpnia sie srpna srpen augusztus kolovoza kolovoz αυγούστου αυγ авг августа август сер серпня ağustos ağu elo aoû",
    "sep sept september septembre settembre set septiembre setembro syyskuu wrzesień września wrz září zář szeptember szept rujna rujan septembrie σεπτεμβρίου σεπ сен сент сентября сентябрь вер вересня eylül eyl syys sett",
    "oct october oktober okt octobre ottobre ott octubre outubro out lokakuu październik października paź října říjen říj október octombrie οκτωβρίου οκτ окт октября октябрь жов жовтня ekim eki loka",
    "nov november novembre noviembre novembro marraskuu studenoga studeni noiembrie noi νοεμβρίου νοε ноя нояб ноября ноябрь лис листопада kasım kas marras",
    "dec december dezember dez décembre déc decembre dicembre dic diciembre dezembro joulukuu grudzień grudnia gru prosince prosinec pro prosinca prosinac decembrie δεκεμβρίου δεκ дек декабря декабрь гру грудня aralık ara joulu",
];

/// Bytes of the longest of them.
const LONGEST_NAME: usize = 24;

fn month(word: &str) -> Option<i8> {
    static BY_NAME: OnceLock<HashMap<&str, i8>> = OnceLock::new();
    if !(3..=LONGEST_NAME).contains(&word.len()) {
        return None;
    }
    let months =
        BY_NAME.get_or_init(|| (1..).zip(NAMES).flat_map(|(month, names)| names.split(' ').map(move |name| (name, month))).collect());
    months.get(word.to_lowercase().as_str()).copied()
}

fn weekday(word: &str) -> bool {
    let lower = word.to_lowercase();
    [
        "mon",
        "tue",
        "wed",
        "thu",
        "fri",
        "sat",
        "sun",
        "mo",
        "di",
        "mi",
        "do",
        "fr",
        "sa",
        "so",
        "montag",
        "dienstag",
        "mittwoch",
        "donnerstag",
        "freitag",
        "samstag",
        "sonntag",
    ]
    .iter()
    .any(|day| *day == lower || (lower.ends_with("day") && lower.starts_with(day) && day.len() == 3))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str, order: Order) -> String {
        parse(text, order).map_or_else(|e| format!("{e:?}"), |m| m.to_string())
    }

    #[test]
    fn every_way_vendors_write_dates() {
        for (text, iso) in [
            ("04.03.2025", "2025-03-04"),
            ("04.03.2025 as of 02.03.2025", "2025-03-04"),
            ("4.3.25", "2025-03-04"),
            ("2025-03-04", "2025-03-04"),
            ("2019.04.19.", "2019-04-19"),
            ("20250304", "2025-03-04"),
            ("20250304180512", "2025-03-04T18:05:12"),
            ("2025年3月4日", "2025-03-04"),
            ("2025년 3월 4일 18:05", "2025-03-04T18:05"),
            ("2025. 3. 4.", "2025-03-04"),
            ("04 Mar 2025", "2025-03-04"),
            ("31-Aug-2025", "2025-08-31"),
            ("05 Sep 25", "2025-09-05"),
            ("Sep 5, 2025", "2025-09-05"),
            ("Aug 1, 2026, 6:30:00\u{202f}AM", "2026-08-01T06:30:00"),
            ("Nov 23, 2025, 3:13 PM", "2025-11-23T15:13"),
            ("12:05", "Form"),
            ("4. März 2025", "2025-03-04"),
            ("5 de marzo de 2025", "2025-03-05"),
            ("2018-08-17 03:50:18 +0000 UTC", "2018-08-17T03:50:18Z"),
            ("2026-09-10 20:15:00 EDT", "2026-09-10T20:15:00-04:00"),
            ("2024-03-20T02:16:07.799Z", "2024-03-20T02:16:07Z"),
            ("2025-03-01T19:55:00.000+0000", "2025-03-01T19:55:00Z"),
            ("2026-09-30 00:00:00.0", "2026-09-30T00:00:00"),
            ("2024-10-27T00:00:00+01:00", "2024-10-27T00:00:00+01:00"),
            ("=\"01.09.2026\"", "2026-09-01"),
            ("[2026-09-01]", "2026-09-01"),
            ("02-07-2025 10:11:12.000", "2025-07-02T10:11:12"),
        ] {
            assert_eq!(read(text, Order::Dmy), iso, "{text}");
        }
        assert_eq!(read("9/12/2025", Order::Mdy), "2025-09-12");
        assert_eq!(read("12/31/69", Order::Mdy), "2069-12-31");
        assert_eq!(read("25/09/03", Order::Ymd), "2025-09-03");
    }

    #[test]
    fn spreadsheets_count_days() {
        for (text, iso) in [
            ("45719", "2025-03-03"),
            ("45719.5", "2025-03-03T12:00:00"),
            ("45719,333333333", "2025-03-03T08:00:00"),
            ("45719.00", "2025-03-03"),
        ] {
            assert_eq!(serial(text).map_or_else(|e| format!("{e:?}"), |m| m.to_string()), iso, "{text}");
        }
        assert_eq!(serial("12-3"), Err(DateError::Form));
        assert_eq!(serial("99999999"), Err(DateError::Impossible));
    }

    #[test]
    fn what_is_no_day_is_refused() {
        for text in ["30.02.2024", "0000-00-00", "2024-01-01 24:00", "2024-01-01 10:00:60", "13/13/2024", "31.04.25"] {
            assert_eq!(read(text, Order::Dmy), "Impossible", "{text}");
        }
        for text in ["", "45321", "yesterday", "1.2.3.4", "01.02.20255", "2024", "12.50", "Total 1 2 2024", "2024-01-01 10:00 foo"] {
            assert_eq!(read(text, Order::Dmy), "Form", "{text}");
        }
    }

    #[test]
    fn hints_tell_only_what_is_certain() {
        for (text, hinted) in [
            ("13/02/2024", OrderHint::Only(Order::Dmy)),
            ("02/13/2024", OrderHint::Only(Order::Mdy)),
            ("02/03/2024", OrderHint::DayOrMonth),
            ("2024-02-03", OrderHint::Told),
            ("3 Feb 2024", OrderHint::Told),
            ("10/11/12", OrderHint::Any),
            ("31/12/24", OrderHint::Any),
            ("1/31/24", OrderHint::Only(Order::Mdy)),
            ("12/31/49", OrderHint::Only(Order::Mdy)),
            ("72/12/31", OrderHint::Only(Order::Ymd)),
            ("1.234,56", OrderHint::NotADate),
        ] {
            assert_eq!(hint(text), hinted, "{text}");
        }
    }

    #[test]
    fn no_month_of_one_language_is_another_month_of_another() {
        // `listopada` is November in Polish and October in Croatian: no month at all.
        assert_eq!(month("listopada"), None);
        for (text, day) in [
            ("11 grudnia 2024", "2024-12-11"),
            ("3 июня 2025", "2025-06-03"),
            ("5 Ağustos 2025", "2025-08-05"),
            ("2 října 2025", "2025-10-02"),
        ] {
            assert_eq!(read(text, Order::Dmy), day);
        }
    }

    proptest! {
        #[test]
        fn written_and_read_back(days in 0i32..40_000) {
            let date = civil::date(1970, 1, 1).checked_add(jiff::Span::new().days(days)).expect("in range");
            let (y, m, d) = (date.year(), date.month(), date.day());
            prop_assert_eq!(parse(&format!("{d}.{m}.{y}"), Order::Dmy), Ok(Moment::from_date(date)));
            prop_assert_eq!(parse(&format!("{m:02}/{d:02}/{y}"), Order::Mdy), Ok(Moment::from_date(date)));
            prop_assert_eq!(parse(&format!("{y}{m:02}{d:02}"), Order::Ymd), Ok(Moment::from_date(date)));
        }

        #[test]
        fn never_panics(text in "[0-9./: TZ+\\-A-Za-zäé']{0,24}") {
            let _ = (parse(&text, Order::Dmy), hint(&text), time(&text));
        }
    }
}

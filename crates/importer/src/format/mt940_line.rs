//! The statement line, field `:61:` of MT940 and MT942.

use holdall_model::{Moment, Precision};
use jiff::ToSpan;
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::amount::{self, Mark, Refused};

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Line61 {
    /// Month only, where the value date is none of the calendar's days (30 February of a 30/360 year).
    pub value: Moment,
    pub booked: Option<Moment>,
    /// Signed for the account: a reversed credit takes away, a reversed debit gives back.
    pub amount: Decimal,
    pub reversal: bool,
    /// `EC`, `ED`: announced in an interim report.
    pub expected: bool,
    /// `NTRF`, `FCHG`…
    pub code: String,
    pub customer_reference: String,
    pub bank_reference: String,
    /// What some banks write behind the sixteen letters of the reference.
    pub rest: String,
}

/// Why a statement line could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    Date,
    Mark,
    Amount(Refused),
}

impl Fault {
    pub(crate) fn text(self) -> String {
        match self {
            Self::Date => "its value date is missing or does not exist".to_owned(),
            Self::Mark => "it does not say whether money came in or went out".to_owned(),
            Self::Amount(refused) => refused.text().to_owned(),
        }
    }
}

/// Two digits of a year: 80 to 99 are the last century.
fn year(two: i16) -> i16 {
    if two >= 80 { 1900 + two } else { 2000 + two }
}

fn two(text: &str, from: usize) -> Option<i8> {
    text.get(from..from + 2).filter(|t| t.bytes().all(|b| b.is_ascii_digit()))?.parse().ok()
}

/// `YYMMDD`, as balances and statement lines write it.
pub(crate) fn date6(text: &str) -> Option<Moment> {
    let (y, month, day) = (year(i16::from(two(text, 0)?)), two(text, 2)?, two(text, 4)?);
    match Date::new(y, month, day) {
        Ok(date) => Some(Moment::from_date(date)),
        // A day that only the bank's 360-day year has: the month is still certain.
        Err(_) if (29..=31).contains(&day) => Moment::from_year_month(y, month).ok(),
        Err(_) => None,
    }
}

/// `MMDD` of the year that brings it nearest to the value date: booked on 2 January what was valued on 30 December.
fn entry_date(text: &str, value: Moment) -> Option<Moment> {
    let (month, day) = (two(text, 0)?, two(text, 2)?);
    let near = if value.precision() == Precision::Month { value.date().checked_add(29.days()).ok()? } else { value.date() };
    (-1i16..=1)
        .filter_map(|shift| Date::new(near.year() + shift, month, day).ok())
        .min_by_key(|date| date.duration_since(near).as_secs().abs())
        .map(Moment::from_date)
}

pub(crate) fn parse(text: &str) -> Result<Line61, Fault> {
    let text = text.trim_start();
    let value = date6(text).ok_or(Fault::Date)?;
    let mut rest = &text[6..];
    let mut booked = None;
    if rest.len() >= 4 && rest.as_bytes()[..4].iter().all(u8::is_ascii_digit) {
        // An entry date that does not exist is left out; the value date stands.
        booked = entry_date(rest, value);
        rest = &rest[4..];
    }
    // Some banks leave the entry date's place blank.
    rest = rest.trim_start();
    let (credit, reversal, expected, length) = match rest.as_bytes() {
        [b'R', b'C', ..] => (false, true, false, 2),
        [b'R', b'D', ..] => (true, true, false, 2),
        [b'E', b'C', ..] => (true, false, true, 2),
        [b'E', b'D', ..] => (false, false, true, 2),
        [b'C', ..] => (true, false, false, 1),
        [b'D', ..] => (false, false, false, 1),
        _ => return Err(Fault::Mark),
    };
    rest = &rest[length..];
    // Third letter of the currency.
    if rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
        rest = &rest[1..];
    }
    let end = rest.find(|c: char| !c.is_ascii_digit() && c != ',' && c != '.').unwrap_or(rest.len());
    let amount = read_amount(&rest[..end]).map_err(Fault::Amount)?;
    let amount = if credit { amount } else { -amount };
    let (code, customer_reference, bank_reference, behind) = references(&rest[end..]);
    Ok(Line61 { value, booked, amount, reversal, expected, code, customer_reference, bank_reference, rest: behind })
}

/// Digits with a comma as mark. A point is taken for one where it cannot be anything else.
pub(crate) fn read_amount(text: &str) -> Result<Decimal, Refused> {
    match (text.contains(','), text.contains('.')) {
        (_, false) => amount::number(text, Mark::Comma),
        (true, true) => amount::number(text, amount::evidence(text).ok_or(Refused::Ambiguous)?),
        (false, true) => match amount::evidence(text) {
            Some(mark) => amount::number(text, mark),
            None => Err(Refused::Ambiguous),
        },
    }
}

/// `NTRFcustomer-reference//bank-reference`, and what old Dutch files put behind it.
fn references(text: &str) -> (String, String, String, String) {
    let text = text.trim_end();
    let code_end = text.char_indices().nth(4).map_or(text.len(), |(i, _)| i);
    let typed = text.starts_with(['N', 'F', 'S']);
    let (code, rest) = if typed { text.split_at(code_end) } else { ("", text) };
    let (customer, bank) = rest.split_once("//").unwrap_or((rest, ""));
    let cut = customer.char_indices().nth(16).map_or(customer.len(), |(i, _)| i);
    // Whoever writes more than sixteen letters in one word wrote a longer reference; after blanks a name begins.
    let padded = customer[..cut].ends_with(' ') || customer[cut..].starts_with(' ');
    let (reference, behind) = if padded { customer.split_at(cut) } else { (customer, "") };
    let known = |r: &str| if matches!(r, "NONREF" | "NOREF" | "NOTPROVIDED" | "KREF+" | "EREF+") { String::new() } else { r.to_owned() };
    (code.trim().to_owned(), known(reference.trim()), known(bank.trim()), behind.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> String {
        match parse(text) {
            Ok(l) => format!(
                "{} {} {} {} {}|{}|{}",
                l.value,
                l.booked.map_or("-".to_owned(), |b| b.to_string()),
                l.amount,
                l.code,
                l.customer_reference,
                l.bank_reference,
                l.rest
            ),
            Err(fault) => format!("{fault:?}"),
        }
    }

    #[test]
    fn the_forms_banks_write() {
        for (text, expected) in [
            ("1105240524D9,N192NONREF", "2011-05-24 2011-05-24 -9 N192 ||"),
            ("170914D233,15NMSC", "2017-09-14 - -233.15 NMSC ||"),
            ("1701190119CN0,01NTRFNONREF//MB1701", "2017-01-19 2017-01-19 0.01 NTRF |MB1701|"),
            ("0709040904RCR204,88NRTINONREF", "2007-09-04 2007-09-04 -204.88 NRTI ||"),
            ("0709040904RD5,00NTRFA//B", "2007-09-04 2007-09-04 5.00 NTRF A|B|"),
            ("1710111011DF2402,00S   X", "2017-10-11 2017-10-11 -2402.00 S X||"),
            ("1407290729C500NTRF29-07-2014 10:05//B4", "2014-07-29 2014-07-29 500 NTRF 29-07-2014 10:05|B4|"),
            ("110527D000000001213,28N0440121470966      W.P. Jansen", "2011-05-27 - -1213.28 N044 0121470966||W.P. Jansen"),
            ("2001010101D65,00NOVBNL47INGB9999999999", "2020-01-01 2020-01-01 -65.00 NOVB NL47INGB9999999999||"),
            ("1602300301DR6,00N024NONREF", "2016-02 2016-03-01 -6.00 N024 ||"),
            ("1902290301C1,N024", "2019-02 2019-03-01 1 N024 ||"),
            ("2301020102EC7,50NTRF", "2023-01-02 2023-01-02 7.50 NTRF ||"),
            ("200101    D65,00NOVB", "2020-01-01 - -65.00 NOVB ||"),
            ("2313010102C1,NTRF", "Date"),
            ("230102X1,NTRF", "Mark"),
            ("2301020102C1,2,3NTRF", "Amount(Form)"),
            ("2301020102C1.234NTRF", "Amount(Ambiguous)"),
            ("2301020102C1.234,50NTRF", "2023-01-02 2023-01-02 1234.50 NTRF ||"),
            ("", "Date"),
        ] {
            assert_eq!(told(text), expected, "{text}");
        }
    }

    #[test]
    fn the_year_of_the_booking_is_the_one_nearest_to_the_value_date() {
        for (text, value, booked) in [
            ("2212300102C1,", "2022-12-30", "2023-01-02"),
            ("2301021230C1,", "2023-01-02", "2022-12-30"),
            ("2402280229C1,", "2024-02-28", "2024-02-29"),
            ("9912310101C1,", "1999-12-31", "2000-01-01"),
        ] {
            let line = parse(text).expect(text);
            assert_eq!((line.value.to_string().as_str(), line.booked.map(|b| b.to_string()).as_deref()), (value, Some(booked)));
        }
    }
}

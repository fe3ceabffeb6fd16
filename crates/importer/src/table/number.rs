//! Amounts as people and vendors write them, read exactly or not at all.
//!
//! Which of `.` and `,` is the decimal mark is never judged from one number: the caller passes what was decided for the file.

use holdall_model::Unit;
use rust_decimal::Decimal;

/// The decimal mark of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    Dot,
    Comma,
}

impl Mark {
    pub(crate) fn letter(self) -> char {
        match self {
            Self::Dot => '.',
            Self::Comma => ',',
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Dot => "dot",
            Self::Comma => "comma",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        match name {
            // What imports of OFX and QIF kept before both kinds of files said it in one word.
            "dot" | "point" => Some(Self::Dot),
            "comma" => Some(Self::Comma),
            _ => None,
        }
    }
}

/// A number with what stood around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Amount {
    pub value: Decimal,
    /// The currency, where one is written beside the number.
    pub unit: Option<Unit>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotANumber;

/// What one number tells about the decimal mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MarkHint {
    /// No mark at all: `1234`.
    Silent,
    /// It can only be read with this mark: `12,5`, `1.234,56`.
    Only(Mark),
    /// Either a decimal or a grouping mark: `1.234`.
    Either,
    NotANumber,
}

struct Parts<'t> {
    negative: bool,
    /// Digits with their marks, no blanks at the ends.
    core: &'t str,
    unit: Option<Unit>,
}

/// Blanks of every width, and marks of direction that vendors leave in.
pub(crate) fn is_blank(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '\u{a0}' | '\u{202f}' | '\u{2007}' | '\u{2009}' | '\u{200b}'..='\u{200f}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Without blanks of any kind around it.
pub(crate) fn trimmed(text: &str) -> &str {
    let plain = |b: &u8| (0x21..0x7f).contains(b);
    match text.as_bytes() {
        [] => text,
        [first, .., last] if plain(first) && plain(last) => text,
        _ => text.trim_matches(is_blank),
    }
}

/// Takes away what spreadsheets wrap around a text to keep it a text: `="0012"`, `'0012'`.
pub(crate) fn unwrap(text: &str) -> &str {
    let text = trimmed(text);
    if !text.starts_with(['=', '\'', '"']) {
        return text;
    }
    if let Some(inner) = text.strip_prefix("=\"").and_then(|t| t.strip_suffix('"')) {
        return inner.trim_matches(is_blank);
    }
    let inner = text.trim_matches('"');
    match inner.strip_prefix('\'') {
        Some(inner) if inner.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+')) => {
            inner.strip_suffix('\'').unwrap_or(inner)
        }
        _ => text,
    }
}

/// The same text with Western digits, where it is written in Arabic, Persian or full-width ones.
pub(crate) fn western(text: &str) -> Option<String> {
    let digit = |c: char| {
        let zero = match c {
            '٠'..='٩' => '٠',
            '۰'..='۹' => '۰',
            '０'..='９' => '０',
            _ => return None,
        };
        char::from_digit(c as u32 - zero as u32, 10)
    };
    if text.is_ascii() || !text.chars().any(|c| digit(c).is_some()) {
        return None;
    }
    let letter = |c: char| match c {
        '٫' | '．' => '.',
        '٬' | '，' => ',',
        '－' => '-',
        '／' => '/',
        '：' => ':',
        other => digit(other).unwrap_or(other),
    };
    Some(text.chars().map(letter).collect())
}

/// Whether a cell is empty, or holds the dash that stands for no number.
pub(crate) fn is_nothing(text: &str) -> bool {
    text.chars().all(|c| matches!(c, '-' | '\u{2013}' | '\u{2014}' | '\u{2212}'))
}

fn parts(text: &str) -> Option<Parts<'_>> {
    let mut rest = unwrap(text);
    let mut negative = false;
    let mut signs = 0;
    let mut unit = None;
    if let Some((before, inner)) = rest.strip_suffix(')').and_then(|t| t.split_once('(')) {
        (negative, signs, rest) = (true, 1, inner);
        let word = before.trim_matches(is_blank);
        if !word.is_empty() {
            unit = Some(currency(word)?);
        }
    }
    let first = rest.find(|c: char| c.is_ascii_digit())?;
    // A mark may stand before the first digit: `.50`.
    let start = rest[..first].char_indices().next_back().filter(|(_, c)| matches!(c, '.' | ',')).map_or(first, |(i, _)| i);
    let last = rest.rfind(|c: char| c.is_ascii_digit())?;
    for around in [&rest[..start], &rest[last + 1..]] {
        let mut word = around.trim_matches(is_blank);
        for (c, minus) in [('-', true), ('\u{2212}', true), ('\u{2013}', true), ('+', false)] {
            if let Some(bare) = word.strip_prefix(c).or_else(|| word.strip_suffix(c)) {
                word = bare.trim_matches(is_blank);
                negative |= minus;
                signs += 1;
                break;
            }
        }
        // `12.00 EUR DR`
        if let Some((before, side)) =
            word.rsplit_once(is_blank).filter(|(_, side)| matches!(*side, "CR" | "Cr" | "cr" | "DR" | "Dr" | "dr" | "DB"))
        {
            signs += 1;
            negative |= !side.to_ascii_uppercase().starts_with('C');
            word = before.trim_matches(is_blank);
        }
        match word {
            "" => {}
            "CR" | "Cr" | "cr" => signs += 1,
            "DR" | "Dr" | "dr" | "DB" => {
                signs += 1;
                negative = true;
            }
            _ => {
                if unit.is_some() {
                    return None;
                }
                unit = Some(currency(word)?);
            }
        }
    }
    (signs <= 1).then_some(Parts { negative, core: &rest[start..=last], unit: unit.flatten() })
}

/// The currency a sign or code means; `Some(None)` for a sign that several countries use.
fn currency(word: &str) -> Option<Option<Unit>> {
    let code = match word {
        "€" => "EUR",
        "£" => "GBP",
        "US$" => "USD",
        "C$" | "CA$" => "CAD",
        "A$" | "AU$" => "AUD",
        "R$" => "BRL",
        "₹" | "Rs" | "Rs." => "INR",
        "zł" => "PLN",
        "Kč" => "CZK",
        "Ft" => "HUF",
        "₺" => "TRY",
        "₽" => "RUB",
        "₪" => "ILS",
        "₩" => "KRW",
        "Fr." | "SFr." => "CHF",
        "TL" => "TRY",
        "Rp" | "Rp." => "IDR",
        "RM" => "MYR",
        "円" => "JPY",
        "元" => "CNY",
        "원" => "KRW",
        "฿" => "THB",
        "₫" => "VND",
        "₱" => "PHP",
        "₴" | "грн" | "грн." => "UAH",
        "руб" | "руб." | "р." => "RUB",
        "лв" | "лв." => "BGN",
        "HK$" => "HKD",
        "S$" => "SGD",
        "NT$" => "TWD",
        "NZ$" => "NZD",
        "S/" | "S/." => "PEN",
        "₦" => "NGN",
        "₵" | "GH₵" => "GHS",
        "₸" => "KZT",
        "₾" => "GEL",
        "₼" => "AZN",
        "֏" => "AMD",
        "৳" | "Tk" | "Tk." => "BDT",
        "₲" => "PYG",
        "₡" => "CRC",
        "₮" => "MNT",
        "₭" => "LAK",
        "៛" => "KHR",
        "đ" => "VND",
        "KSh" | "Ksh" => "KES",
        "lei" => "RON",
        "$" | "¥" | "￥" | "kr" | "kr." => return Some(None),
        code => code,
    };
    code_of(code).map(Some)
}

/// A currency code by its form, in capitals or not.
pub(crate) fn code_of(text: &str) -> Option<Unit> {
    let code: [u8; 3] = trimmed(text).as_bytes().try_into().ok()?;
    let upper = code.map(|b| b.to_ascii_uppercase());
    let letters = upper.iter().all(u8::is_ascii_uppercase);
    letters.then(|| std::str::from_utf8(&upper).ok().and_then(|code| code.parse().ok())).flatten()
}

/// Reads a number with the file's decimal mark. Grouping marks must stand where they belong.
pub fn parse(text: &str, mark: Mark) -> Result<Amount, NotANumber> {
    if let Some(value) = plain(text.as_bytes(), mark) {
        return Ok(Amount { value, unit: None });
    }
    if is_zero(text) {
        return Ok(Amount { value: Decimal::ZERO, unit: None });
    }
    if let Some(text) = western(text) {
        return parse(&text, mark);
    }
    let parts = parts(text).ok_or(NotANumber)?;
    let value = read_core(parts.core, mark).ok_or(NotANumber)?;
    Ok(Amount { value: if parts.negative { -value } else { value }, unit: parts.unit })
}

/// The currency that is written beside a number, whatever its decimal mark.
pub(crate) fn unit(text: &str) -> Option<Unit> {
    parts(text)?.unit
}

/// The side that is written behind a number: `Some(true)` for `12.00 DR`.
pub(crate) fn side(text: &str) -> Option<bool> {
    if !text.bytes().any(|b| b.is_ascii_alphabetic()) {
        return None;
    }
    let word = unwrap(text).trim_start_matches(|c: char| !c.is_ascii_digit()).trim_start_matches(|c: char| !c.is_alphabetic());
    let words = word.trim_end_matches(|c: char| !c.is_alphabetic());
    match words.rsplit(is_blank).next().unwrap_or(words) {
        "CR" | "Cr" | "cr" => Some(false),
        "DR" | "Dr" | "dr" | "DB" => Some(true),
        _ => None,
    }
}

/// The common case without any search: an optional minus, digits, at most one decimal mark.
fn plain(bytes: &[u8], mark: Mark) -> Option<Decimal> {
    let decimal = if mark == Mark::Dot { b'.' } else { b',' };
    let (negative, digits) = match bytes {
        [b'-', rest @ ..] => (true, rest),
        _ => (false, bytes),
    };
    if digits.is_empty() || digits.len() > 18 || !digits[0].is_ascii_digit() || !digits[digits.len() - 1].is_ascii_digit() {
        return None;
    }
    let mut value = 0i64;
    let mut scale = None;
    for b in digits {
        match b {
            b'0'..=b'9' => {
                value = value * 10 + i64::from(b - b'0');
                scale = scale.map(|s| s + 1);
            }
            _ if *b == decimal && scale.is_none() => scale = Some(0),
            _ => return None,
        }
    }
    Some(Decimal::new(if negative { -value } else { value }, scale.unwrap_or(0)))
}

/// Whether a text is a number in the form it is kept in: an optional minus, digits, at most one point.
pub(crate) fn is_plain(text: &str) -> bool {
    plain(text.as_bytes(), Mark::Dot).is_some()
}

/// Some programs write nothing as `0E-20`, and accountants as `$ -`.
fn is_zero(text: &str) -> bool {
    let text = trimmed(text);
    let sign = text.strip_suffix(['-', '\u{2013}', '\u{2014}']).map(|sign| sign.trim_end_matches(is_blank));
    let tiny = |n: &str| !n.is_empty() && n.len() <= 2 && n.bytes().all(|b| b.is_ascii_digit());
    matches!(sign, Some("$" | "€" | "£")) || text.strip_prefix("0E-").is_some_and(tiny)
}

fn is_group_mark(c: char, decimal: char) -> bool {
    (matches!(c, '.' | ',') && c != decimal) || matches!(c, '\'' | '’' | '‘' | '`' | '\u{fffd}') || is_blank(c)
}

fn read_core(core: &str, mark: Mark) -> Option<Decimal> {
    let decimal = if mark == Mark::Dot { '.' } else { ',' };
    let (whole, fraction) = match core.split_once(decimal) {
        Some((whole, fraction)) if !fraction.is_empty() && fraction.bytes().all(|b| b.is_ascii_digit()) => (whole, fraction),
        Some(_) => return None,
        None => (core, ""),
    };
    let mut mantissa = 0i128;
    let mut digits = 0u32;
    let mut push = |b: u8| -> Option<()> {
        mantissa = mantissa.checked_mul(10)?.checked_add(i128::from(b - b'0'))?;
        digits += 1;
        (digits <= 28).then_some(())
    };
    let group_mark = whole.chars().find(|c| !c.is_ascii_digit());
    match group_mark {
        None => whole.bytes().try_for_each(&mut push)?,
        Some(mark) if is_group_mark(mark, decimal) => {
            let groups: Vec<&str> = whole.split(mark).collect();
            if !well_grouped(&groups) {
                return None;
            }
            groups.iter().flat_map(|g| g.bytes()).try_for_each(&mut push)?;
        }
        Some(_) => return None,
    }
    fraction.bytes().try_for_each(&mut push)?;
    Decimal::try_from_i128_with_scale(mantissa, fraction.len() as u32).ok()
}

/// `1 234 567` in threes, or `12 34 567` as in India.
fn well_grouped(groups: &[&str]) -> bool {
    let (Some(first), Some(last)) = (groups.first(), groups.last()) else { return false };
    let inner = &groups[1..groups.len() - 1];
    let threes = inner.iter().all(|g| g.len() == 3) && (1..=3).contains(&first.len());
    let lakhs = !inner.is_empty() && inner.iter().all(|g| g.len() == 2) && (1..=2).contains(&first.len());
    last.len() == 3 && (threes || lakhs) && groups.iter().all(|g| g.bytes().all(|b| b.is_ascii_digit()))
}

/// The same for a plain number, unless three digits stand behind its mark.
fn plain_hint(bytes: &[u8]) -> Option<MarkHint> {
    let mark = if bytes.contains(&b',') { Mark::Comma } else { Mark::Dot };
    match plain(bytes, mark)?.scale() {
        0 => Some(MarkHint::Silent),
        3 => None,
        _ => Some(MarkHint::Only(mark)),
    }
}

/// What this number tells about the file's decimal mark.
pub fn hint(text: &str) -> MarkHint {
    if let Some(text) = western(text) {
        return hint(&text);
    }
    if is_zero(text) {
        return MarkHint::Silent;
    }
    // Most cells are words: those are seen from their letters at once.
    if text.len() > 40 || !text.bytes().any(|b| b.is_ascii_digit()) || text.bytes().filter(u8::is_ascii_alphabetic).count() > 8 {
        return MarkHint::NotANumber;
    }
    if let Some(hint) = plain_hint(text.as_bytes()) {
        return hint;
    }
    let Some(parts) = parts(text) else { return MarkHint::NotANumber };
    let with = |mark| read_core(parts.core, mark).is_some();
    if !parts.core.contains(['.', ',']) {
        return if with(Mark::Dot) { MarkHint::Silent } else { MarkHint::NotANumber };
    }
    // `0.123` is no thousand, whatever the grouping rules allow.
    let leading_zero = parts.core.starts_with('0');
    match (with(Mark::Dot), with(Mark::Comma)) {
        (true, true) if leading_zero => MarkHint::Only(if parts.core.contains('.') { Mark::Dot } else { Mark::Comma }),
        (true, true) => MarkHint::Either,
        (true, false) => MarkHint::Only(Mark::Dot),
        (false, true) => MarkHint::Only(Mark::Comma),
        (false, false) => MarkHint::NotANumber,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn dot(text: &str) -> Option<String> {
        parse(text, Mark::Dot).ok().map(|a| a.value.to_string())
    }

    fn comma(text: &str) -> Option<String> {
        parse(text, Mark::Comma).ok().map(|a| a.value.to_string())
    }

    #[test]
    fn a_side_may_stand_behind_the_currency() {
        for (text, value, out) in [("12.00 EUR DR", "-12.00", true), ("12.00 EUR CR", "12.00", false), ("12.00 DR", "-12.00", true)] {
            assert_eq!(parse(text, Mark::Dot).map(|a| a.value.to_string()).as_deref(), Ok(value), "{text}");
            assert_eq!(side(text), Some(out), "{text}");
        }
        assert_eq!(parse("12.00 EUR DR", Mark::Dot).ok().and_then(|a| a.unit).map(|u| u.to_string()).as_deref(), Some("EUR"));
        assert!(parse("-12.00 EUR DR", Mark::Dot).is_err(), "two signs");
    }

    #[test]
    fn every_way_vendors_write_money() {
        for (text, value) in [
            ("1,234.56", "1234.56"),
            ("1'234.50", "1234.50"),
            ("60’908.02", "60908.02"),
            ("(12.00)", "-12.00"),
            ("12-", "-12"),
            ("\u{2212}5", "-5"),
            ("- $1,493.17", "-1493.17"),
            ("-$602.99", "-602.99"),
            ("+ £1,100.00", "1100.00"),
            ("$-3.20", "-3.20"),
            ("'-0.68'", "-0.68"),
            ("=\"0012\"", "12"),
            ("USD 15.87", "15.87"),
            ("12.00 CR", "12.00"),
            ("12.00 DR", "-12.00"),
            ("1,23,456.78", "123456.78"),
            ("0E-20", "0"),
            (".50", "0.50"),
            ("-1778.3952", "-1778.3952"),
        ] {
            assert_eq!(dot(text).as_deref(), Some(value), "{text}");
        }
        for (text, value) in [
            ("1.234,56", "1234.56"),
            ("5\u{a0}000,00", "5000.00"),
            ("5\u{202f}000,00", "5000.00"),
            ("1.000", "1000"),
            ("-12,5", "-12.5"),
            ("€ 5", "5"),
        ] {
            assert_eq!(comma(text).as_deref(), Some(value), "{text}");
        }
        assert_eq!(parse("-12,30 €", Mark::Comma).map(|a| a.unit), Ok("EUR".parse().ok()));
    }

    #[test]
    fn what_is_not_certain_is_no_number() {
        for text in [
            "",
            "-",
            "1_000",
            "1e3",
            "12,5",
            "1,23",
            "1.2.3",
            "--5",
            "-5-",
            "(-5)",
            "5 EUR USD",
            "12.",
            "1'23",
            "abc",
            "1 2",
            "12345678901234567890123456789",
        ] {
            assert_eq!(dot(text), None, "{text}");
        }
        for text in ["12.5", "1,234.56", "1.23"] {
            assert_eq!(comma(text), None, "{text}");
        }
    }

    #[test]
    fn hints_tell_only_what_is_certain() {
        use MarkHint::{Either, NotANumber as No, Only, Silent};
        for (text, hinted) in [
            ("12", Silent),
            ("1.234", Either),
            ("1,234", Either),
            ("0.410", Only(Mark::Dot)),
            ("12,5", Only(Mark::Comma)),
            ("1.234,5", Only(Mark::Comma)),
            ("1,234,567", Only(Mark::Dot)),
            ("1234.567", Only(Mark::Dot)),
            ("n/a", No),
            ("01.02.2025", No),
        ] {
            assert_eq!(hint(text), hinted, "{text}");
        }
    }

    proptest! {
        #[test]
        fn written_and_read_back(units in -10_000_000_000i64..10_000_000_000, scale in 0u32..5) {
            let value = Decimal::new(units, scale);
            let text = value.to_string();
            prop_assert_eq!(parse(&text, Mark::Dot).map(|a| a.value), Ok(value));
            prop_assert_eq!(parse(&text.replace('.', ","), Mark::Comma).map(|a| a.value), Ok(value));
        }

        #[test]
        fn never_panics(text in "\\PC{0,24}") {
            let _ = (parse(&text, Mark::Dot), parse(&text, Mark::Comma), hint(&text));
        }
    }
}

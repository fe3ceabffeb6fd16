//! Exact numbers of the bank languages. Their grammar is ours: nothing is rounded, cut off or guessed.

use holdall_model::{Quantity, Unit};
use rust_decimal::Decimal;

pub(crate) use crate::table::number::Mark;

/// Why a text is no exact number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refused {
    /// Letters or an order of signs that no number has.
    Form,
    /// `1,234` where nothing tells whether the comma groups or divides.
    Ambiguous,
    /// More digits than can be kept exactly.
    TooLong,
}

impl Refused {
    /// For a diagnostic: what is wrong, without the value.
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::Form => "the amount is missing or not a number",
            Self::Ambiguous => "the amount could be read in two ways: its comma or point may group thousands or divide cents",
            Self::TooLong => "the amount has more digits than can be kept exactly",
        }
    }
}

/// What one text tells about the decimal mark of its file.
pub(crate) fn evidence(text: &str) -> Option<Mark> {
    let digits = text.trim().trim_start_matches(['+', '-', '\u{2212}']);
    let last = digits.rfind(['.', ','])?;
    let mark = if digits[last..].starts_with('.') { Mark::Dot } else { Mark::Comma };
    let other = if mark == Mark::Dot { ',' } else { '.' };
    let times = digits.matches(mark.letter()).count();
    if times > 1 {
        // Groups repeat, the mark does not.
        return Some(if mark == Mark::Dot { Mark::Comma } else { Mark::Dot });
    }
    if digits.contains(other) {
        return Some(mark);
    }
    let whole = &digits[..last];
    let three = digits.len() - last - 1 == 3;
    // `1,234` and `12.345` may be groups; `0.123` and `1234.567` cannot.
    let may_group = three && (1..=3).contains(&whole.len()) && !whole.starts_with('0');
    (!may_group).then_some(mark)
}

/// Reads a number whose file writes `mark`. The other sign, blanks and apostrophes may group thousands.
pub(crate) fn number(text: &str, mark: Mark) -> Result<Decimal, Refused> {
    let text = text.trim();
    let (negative, digits) = signed(text)?;
    let (whole, fraction) = match digits.split_once(mark.letter()) {
        Some((whole, fraction)) => (whole, fraction),
        None => (digits, ""),
    };
    if !fraction.bytes().all(|b| b.is_ascii_digit()) || (whole.is_empty() && fraction.is_empty()) {
        return Err(Refused::Form);
    }
    let mut plain = String::with_capacity(text.len() + 2);
    if negative {
        plain.push('-');
    }
    ungrouped(whole, mark, &mut plain)?;
    if !fraction.is_empty() {
        plain.push('.');
        plain.push_str(fraction);
    }
    exact(&plain)
}

/// A leading or trailing sign, or none.
fn signed(text: &str) -> Result<(bool, &str), Refused> {
    let minus = ['-', '\u{2212}'];
    let (negative, digits) = if let Some(rest) = text.strip_prefix(minus) {
        (true, rest)
    } else if let Some(rest) = text.strip_prefix('+') {
        (false, rest)
    } else if let Some(rest) = text.strip_suffix(minus) {
        (true, rest)
    } else {
        (false, text)
    };
    let digits = digits.trim();
    if digits.is_empty() || !digits.starts_with(|c: char| c.is_ascii_digit() || c == '.' || c == ',') {
        return Err(Refused::Form);
    }
    Ok((negative, digits))
}

fn ungrouped(whole: &str, mark: Mark, plain: &mut String) -> Result<(), Refused> {
    if whole.is_empty() {
        plain.push('0');
        return Ok(());
    }
    let is_group = |c: char| match c {
        '.' => mark == Mark::Comma,
        ',' => mark == Mark::Dot,
        _ => matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\'' | '\u{2019}'),
    };
    for (i, group) in whole.split(is_group).enumerate() {
        let grouped = whole.len() != group.len();
        let sound = if i == 0 { !group.is_empty() && (!grouped || group.len() <= 3) } else { group.len() == 3 };
        if !sound || !group.bytes().all(|b| b.is_ascii_digit()) {
            return Err(Refused::Form);
        }
        plain.push_str(group);
    }
    Ok(())
}

/// Digits with `.` as mark and an optional leading sign, and nothing else (XML Schema's decimal).
pub(crate) fn plain(text: &str) -> Result<Decimal, Refused> {
    let text = text.trim();
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let number = whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit());
    if !number || (whole.is_empty() && fraction.is_empty()) {
        return Err(Refused::Form);
    }
    let sign = if text.starts_with('-') { "-" } else { "" };
    let whole = if whole.is_empty() { "0" } else { whole };
    let point = if fraction.is_empty() { "" } else { "." };
    exact(&format!("{sign}{whole}{point}{fraction}"))
}

fn exact(plain: &str) -> Result<Decimal, Refused> {
    let value = Decimal::from_str_exact(plain).map_err(|_| Refused::TooLong)?;
    // What is kept is a 64-bit number of the smallest units.
    i64::try_from(value.mantissa()).map_err(|_| Refused::TooLong)?;
    Ok(value)
}

/// A currency code as files write it (`eur`, `EUR `), or ISO 4217's "no currency".
pub(crate) fn currency(text: &str) -> Unit {
    let code = text.trim().to_ascii_uppercase();
    code.parse().ok().filter(Unit::is_currency).unwrap_or(Unit::UNKNOWN)
}

/// `12.30 EUR`, as a quantity property is written.
pub(crate) fn quantity_text(quantity: Quantity) -> String {
    format!("{} {}", quantity.value, quantity.unit)
}

/// Digits behind the mark that the currency's smallest unit has (ISO 4217).
pub(crate) fn minor_digits(currency: Unit) -> u32 {
    match currency.as_str() {
        "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX" | "UYI" | "VND" | "VUV" | "XAF" | "XOF"
        | "XPF" => 0,
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
        "CLF" | "UYW" => 4,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_by_the_mark_of_their_file_and_nothing_is_guessed() {
        for (text, mark, value) in [
            ("-6.60", Mark::Dot, "-6.60"),
            ("+00000000000115.8331", Mark::Dot, "115.8331"),
            ("1,234.56", Mark::Dot, "1234.56"),
            ("1.234,56", Mark::Comma, "1234.56"),
            ("500,", Mark::Comma, "500"),
            (",5", Mark::Comma, "0.5"),
            ("1'234.50", Mark::Dot, "1234.50"),
            ("5\u{a0}000,00", Mark::Comma, "5000.00"),
            ("\u{2212}5", Mark::Dot, "-5"),
            ("12-", Mark::Dot, "-12"),
            (" - 3", Mark::Dot, "-3"),
        ] {
            assert_eq!(number(text, mark).map(|d| d.to_string()).as_deref(), Ok(value), "{text}");
        }
        for text in ["", "-", ".", "1_000", "1e3", "1,23.4", "1..2", "--1", "(12.00)", "1,2345.00", "0x1", "1 2", "٣", "NaN"] {
            assert_eq!(number(text, Mark::Dot), Err(Refused::Form), "{text}");
        }
        assert_eq!(number("92233720368547758.08", Mark::Dot), Err(Refused::TooLong));
        assert_eq!(number("0.00000000000000000000000000001", Mark::Dot), Err(Refused::TooLong));
    }

    #[test]
    fn one_amount_tells_the_mark_only_if_it_can() {
        use Mark::{Comma, Dot};
        for (text, mark) in [
            ("12.50", Some(Dot)),
            ("12,50", Some(Comma)),
            ("1.234,5", Some(Comma)),
            ("1,234,567", Some(Dot)),
            ("1,234", None),
            ("-12.345", None),
            ("0,123", Some(Comma)),
            ("1234.567", Some(Dot)),
            ("115.8331", Some(Dot)),
            ("100", None),
        ] {
            assert_eq!(evidence(text), mark, "{text}");
        }
    }

    #[test]
    fn plain_numbers_take_nothing_but_digits_sign_and_point() {
        assert_eq!(plain("-8.850").map(|d| d.to_string()).as_deref(), Ok("-8.850"));
        assert_eq!(plain(".5").map(|d| d.to_string()).as_deref(), Ok("0.5"));
        for text in ["", "-", "1,5", "1 5", "1.5.", "+-1", "INF", "1E2"] {
            assert_eq!(plain(text), Err(Refused::Form), "{text}");
        }
    }
}

//! A BAI2 record with its continuations, and the transaction detail (16) made of one.

use holdall_model::{Quantity, Record, Status, Unit};
use rust_decimal::Decimal;

use super::{amount, bai2, props};

/// A record's pieces: the line itself and the 88 lines behind it.
pub(crate) struct Row {
    pub raw: String,
    pub offset: u64,
    pub end: u64,
    pub continuations: u64,
    pieces: Vec<String>,
}

impl Row {
    /// `rest` is the piece behind its code.
    pub(crate) fn new(raw: &str, rest: &str, offset: u64, end: u64) -> Self {
        Self { raw: raw.to_owned(), offset, end, continuations: 0, pieces: vec![unslashed(rest)] }
    }

    pub(crate) fn extend(&mut self, raw: &str, rest: &str, end: u64, cap: usize, continuation: bool) {
        self.end = end;
        self.continuations += u64::from(continuation);
        if self.raw.len() + raw.len() > cap {
            return;
        }
        self.raw.push('\n');
        self.raw.push_str(raw);
        self.pieces.push(unslashed(rest));
    }

    pub(crate) fn fields(&self) -> Fields<'_> {
        Fields { pieces: &self.pieces, piece: 0, at: Some(0) }
    }

    /// Makes a bank record of a transaction detail, or tells why not.
    pub(crate) fn fill(&self, record: &mut Record, currency: Unit) -> Result<(), &'static str> {
        let mut fields = self.fields();
        let code: u16 = fields.next().trim().parse().map_err(|_| "its type code is no number")?;
        let told = fields.next();
        let digits = told.trim().trim_start_matches('+');
        record.status = if code == 890 { Status::Info } else { Status::Booked };
        if code != 890 || !digits.is_empty() {
            let sign =
                direction(code).or((code == 890).then_some(1)).ok_or("its type code does not say whether money came in or went out")?;
            let units = if digits.bytes().all(|b| b.is_ascii_digit()) { digits.parse::<i64>().ok() } else { None };
            let units = units.ok_or("its amount is missing or no whole number of the smallest unit")?;
            record.amount = Some(Quantity::new(Decimal::new(units * sign, amount::minor_digits(currency)), currency));
        }
        let value = funds(&mut fields)?;
        let (bank, customer) = (fields.next(), fields.next());
        let text = fields.rest();
        record.title = if text.is_empty() { name(code).to_owned() } else { text };
        if let Some(value) = value.and_then(|v| bai2::date(&v)) {
            record.fields.set(props::value_date(), &value.to_string());
        }
        let name = name(code);
        record.fields.set(props::transaction_type(), &if name.is_empty() { code.to_string() } else { format!("{code} {name}") });
        for reference in [bank.trim(), customer.trim()] {
            if !reference.is_empty() && reference.bytes().any(|b| b != b'0') {
                record.fields.set(props::reference(), reference);
            }
        }
        Ok(())
    }
}

/// A record ends with a slash; text may hold others.
fn unslashed(text: &str) -> String {
    let text = text.trim_end();
    text.strip_suffix('/').unwrap_or(text).to_owned()
}

/// How much of the money is there when: fields that depend on their first. Gives the value date where it is told.
fn funds(fields: &mut Fields<'_>) -> Result<Option<String>, &'static str> {
    match fields.next().trim() {
        "S" => {
            (0..3).for_each(|_| drop(fields.next()));
            Ok(None)
        }
        "V" => {
            let date = fields.next();
            fields.next();
            Ok(Some(date))
        }
        "D" => {
            let parts: u8 = fields.next().trim().parse().map_err(|_| "its list of availabilities has no length")?;
            (0..2 * u16::from(parts)).for_each(|_| drop(fields.next()));
            Ok(None)
        }
        _ => Ok(None),
    }
}

/// +1 for money in, -1 for money out.
fn direction(code: u16) -> Option<i64> {
    match code {
        100..=399 | 920..=959 => Some(1),
        400..=699 | 960..=999 => Some(-1),
        _ => None,
    }
}

/// Names of the common detail types.
fn name(code: u16) -> &'static str {
    match code {
        108 => "Credit",
        115 => "Lockbox deposit",
        142 => "ACH credit",
        165 => "Preauthorised ACH credit",
        169 => "Miscellaneous ACH credit",
        174 => "Other deposit",
        175 => "Cheque deposit",
        191 => "Incoming internal transfer",
        195 => "Incoming money transfer",
        201 => "Individual automatic transfer credit",
        206 => "Book transfer credit",
        208 => "International money transfer credit",
        214 => "Foreign exchange credit",
        252 => "Debit reversal",
        255 => "Returned cheque credit",
        275 => "ZBA credit",
        301 => "Commercial deposit",
        354 => "Interest credit",
        399 => "Miscellaneous credit",
        409 => "Debit",
        451 => "ACH debit",
        455 => "Preauthorised ACH debit",
        469 => "Miscellaneous ACH debit",
        475 => "Cheque paid",
        491 => "Outgoing internal transfer",
        495 => "Outgoing money transfer",
        501 => "Individual automatic transfer debit",
        506 => "Book transfer debit",
        508 => "International money transfer debit",
        555 => "Deposited item returned",
        557 => "Individual ACH return",
        575 => "ZBA debit",
        654 => "Interest debit",
        661 => "Account analysis fee",
        698 => "Miscellaneous fee",
        699 => "Miscellaneous debit",
        890 => "Information",
        _ => "",
    }
}

/// Walks the fields of a record across its continuations.
pub(crate) struct Fields<'r> {
    pieces: &'r [String],
    piece: usize,
    /// Where the next field starts; `None` where the piece is used up.
    at: Option<usize>,
}

impl Fields<'_> {
    /// The next field; empty where the record has no more.
    pub(crate) fn next(&mut self) -> String {
        loop {
            let Some(piece) = self.pieces.get(self.piece) else { return String::new() };
            let Some(at) = self.at else {
                self.piece += 1;
                self.at = Some(0);
                continue;
            };
            let rest = &piece[at..];
            return match rest.find(',') {
                Some(i) => {
                    self.at = Some(at + i + 1);
                    rest[..i].to_owned()
                }
                // A comma right before a continuation only ends its field.
                None if rest.is_empty() && at > 0 && self.piece + 1 < self.pieces.len() => {
                    self.at = None;
                    continue;
                }
                None => {
                    self.at = None;
                    rest.to_owned()
                }
            };
        }
    }

    /// All that is left, as text.
    pub(crate) fn rest(&mut self) -> String {
        let first = self.pieces.get(self.piece).zip(self.at).map(|(piece, at)| piece[at..].to_owned());
        let more = self.pieces.iter().skip(self.piece + 1).cloned();
        let text = first.into_iter().chain(more).collect::<Vec<_>>().join(" ");
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

pub(crate) fn cells(raw: &str) -> Vec<(String, String)> {
    let mut lines = super::lines::of(raw);
    let Some(first) = lines.next().and_then(|l| l.trim_start().split_once(',')) else { return Vec::new() };
    let mut row = Row::new("", first.1, 0, 0);
    for line in lines {
        let rest = line.trim_start().strip_prefix("88,").unwrap_or(line);
        row.extend("", rest, 0, usize::MAX, false);
    }
    let mut fields = row.fields();
    let mut cells = vec![("Type code".to_owned(), fields.next()), ("Amount".to_owned(), fields.next())];
    let before = Fields { pieces: fields.pieces, piece: fields.piece, at: fields.at };
    let mut peek = Fields { ..before };
    cells.push(("Funds type".to_owned(), peek.next()));
    if let Ok(Some(date)) = funds(&mut fields) {
        cells.push(("Value date".to_owned(), date));
    }
    cells.push(("Bank reference".to_owned(), fields.next()));
    cells.push(("Customer reference".to_owned(), fields.next()));
    cells.push(("Text".to_owned(), fields.rest()));
    cells.retain(|(_, value)| !value.trim().is_empty());
    cells
}

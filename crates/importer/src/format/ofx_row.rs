//! One transaction of an OFX file: its tags gathered, then made a record.

use holdall_model::{Moment, Offset, Precision, Quantity, Record, Status};
use jiff::civil;
use rust_decimal::Decimal;

use super::amount::{self, Mark, Refused};
use super::props;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RowKind {
    Bank,
    Pending,
    Investment,
    /// The answer to an order, not a line of a statement.
    Order,
}

const INVESTMENTS: [&str; 19] = [
    "BUYDEBT",
    "BUYMF",
    "BUYOPT",
    "BUYOTHER",
    "BUYSTOCK",
    "CLOSUREOPT",
    "INCOME",
    "INVEXPENSE",
    "JRNLFUND",
    "JRNLSEC",
    "MARGININTEREST",
    "REINVEST",
    "RETOFCAP",
    "SELLDEBT",
    "SELLMF",
    "SELLOPT",
    "SELLOTHER",
    "SELLSTOCK",
    "TRANSFER",
];

/// What kind of row an aggregate is, if it is one.
pub(crate) fn kind_of(name: &str) -> Option<RowKind> {
    match name {
        "STMTTRN" => Some(RowKind::Bank),
        "STMTTRNP" => Some(RowKind::Pending),
        "SPLIT" => Some(RowKind::Investment),
        "INTRARS" | "INTERRS" | "PMTRS" | "WIRERS" => Some(RowKind::Order),
        _ => INVESTMENTS.contains(&name).then_some(RowKind::Investment),
    }
}

/// The tags of one row as they came. The first text of a tag counts; repeated notes are joined.
pub(crate) struct Row {
    kind: RowKind,
    aggregate: String,
    pub number: u64,
    pub offset: u64,
    /// How many levels were open where it began.
    pub level: usize,
    pub closed: bool,
    leaves: Vec<(String, String)>,
    bytes: usize,
}

/// A row's texts together; what is beyond is left to the raw text.
const ROW_BYTES: usize = 256 << 10;

impl Row {
    pub(crate) fn new(kind: RowKind, aggregate: &str, number: u64, offset: u64, level: usize) -> Self {
        Self { kind, aggregate: aggregate.to_owned(), number, offset, level, closed: false, leaves: Vec::new(), bytes: 0 }
    }

    pub(crate) fn is_investment(&self) -> bool {
        self.kind == RowKind::Investment
    }

    pub(crate) fn is_order(&self) -> bool {
        self.kind == RowKind::Order
    }

    pub(crate) fn ends_with(&self, name: &str) -> bool {
        self.aggregate == name
    }

    /// `level` is the innermost known aggregate: a payee's name is not the row's.
    pub(crate) fn set(&mut self, level: &str, name: &str, value: &str) {
        if value.is_empty() || self.bytes + value.len() > ROW_BYTES {
            return;
        }
        self.bytes += value.len();
        let key = match level {
            "PAYEE" | "CURRENCY" | "ORIGCURRENCY" | "BANKACCTTO" | "CCACCTTO" => format!("{level}/{name}"),
            _ => name.to_owned(),
        };
        self.leaves.push((key, value.to_owned()));
    }

    pub(crate) fn set_currency(&mut self, level: &str, code: &str) {
        self.leaves.push((format!("{level}/CURSYM"), code.to_owned()));
    }

    fn get(&self, name: &str) -> &str {
        self.leaves.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    fn first_of(&self, names: &[&str]) -> &str {
        names.iter().map(|name| self.get(name)).find(|value| !value.is_empty()).unwrap_or_default()
    }

    pub(crate) fn fill(&self, record: &mut Record, mark: Option<Mark>, currency: &str) -> Result<(), Refused> {
        match self.kind {
            RowKind::Bank | RowKind::Pending | RowKind::Order => self.fill_bank(record, mark, currency),
            RowKind::Investment => self.fill_investment(record, mark, currency),
        }
    }

    fn amount(&self, name: &str, mark: Option<Mark>) -> Result<Decimal, Refused> {
        let mut found = self.leaves.iter().filter(|(key, _)| key == name).map(|(_, value)| read(value, mark));
        let first = found.next().ok_or(Refused::Form)??;
        // Two different amounts in one row: one of them belongs to a row whose tags were lost.
        if found.all(|other| other == Ok(first)) { Ok(first) } else { Err(Refused::Form) }
    }

    fn fill_bank(&self, record: &mut Record, mark: Option<Mark>, currency: &str) -> Result<(), Refused> {
        // A CURRENCY aggregate says what the amount is in; an ORIGCURRENCY only what it was before.
        let unit = amount::currency(self.first_of(&["CURRENCY/CURSYM"]));
        let unit = if unit.is_currency() && unit != holdall_model::Unit::UNKNOWN { unit } else { amount::currency(currency) };
        record.amount = Some(Quantity::new(self.amount("TRNAMT", mark)?, unit));
        record.moment = ["DTPOSTED", "DTTRAN", "DTUSER"]
            .iter()
            .filter(|n| **n != "DTUSER" || self.kind == RowKind::Pending)
            .find_map(|n| moment(self.get(n)));
        if self.kind == RowKind::Pending {
            record.status = Status::Pending;
        }
        let name = self.first_of(&["NAME", "PAYEE/NAME", "EXTDNAME", "PAYEE"]);
        let memo = self.get("MEMO");
        let kind = self.get("TRNTYPE");
        record.title.push_str([name, memo, kind].into_iter().find(|text| !text.is_empty()).unwrap_or_default());
        record.party.push_str(name);
        record.external_id.push_str(self.own_id());
        let fields = &mut record.fields;
        if let Some(value) = moment(self.first_of(&["DTAVAIL", "VALUEDATE"])) {
            fields.set(props::value_date(), &value.to_string());
        }
        fields.set(props::transaction_type(), kind);
        if memo != record.title {
            fields.set(props::memo(), memo);
        }
        let check = self.get("CHECKNUM");
        if !check.bytes().all(|b| b == b'0') {
            fields.set(props::check_number(), check);
        }
        fields.set(props::reference(), self.get("REFNUM"));
        fields.set(props::category(), self.get("CATEGORY"));
        fields.set(props::counterparty_account(), self.first_of(&["BANKACCTTO/ACCTID", "CCACCTTO/ACCTID"]));
        let rate = self.first_of(&["CURRENCY/CURRATE", "ORIGCURRENCY/CURRATE"]);
        if let Ok(rate) = read(rate, mark)
            && rate.normalize() != Decimal::ONE
        {
            fields.set(props::exchange_rate(), &rate.to_string());
        }
        if let Ok(balance) = read(self.get("ACCTBAL"), mark) {
            fields.set(props::balance(), &amount::quantity_text(Quantity::new(balance, unit)));
        }
        self.rest(
            record,
            &[
                "TRNAMT",
                "DTPOSTED",
                "DTTRAN",
                "NAME",
                "PAYEE/NAME",
                "EXTDNAME",
                "MEMO",
                "TRNTYPE",
                "FITID",
                "DTAVAIL",
                "VALUEDATE",
                "CHECKNUM",
                "REFNUM",
                "CATEGORY",
                "BANKACCTTO/ACCTID",
                "CCACCTTO/ACCTID",
                "CURRENCY/CURRATE",
                "CURRENCY/CURSYM",
                "ACCTBAL",
            ],
        );
        Ok(())
    }

    /// An investment row moves securities: it is kept for information and counts for no sum of money.
    fn fill_investment(&self, record: &mut Record, mark: Option<Mark>, currency: &str) -> Result<(), Refused> {
        record.status = Status::Info;
        record.amount = match self.get("TOTAL") {
            "" => None,
            text => Some(Quantity::new(read(text, mark)?, amount::currency(currency))),
        };
        record.moment = ["DTTRADE", "DTSETTLE"].iter().find_map(|n| moment(self.get(n)));
        record.external_id.push_str(self.own_id());
        let (security, units, price) = (self.get("UNIQUEID"), self.get("UNITS"), self.get("UNITPRICE"));
        record.title = [self.aggregate.as_str(), units, security].iter().filter(|t| !t.is_empty()).copied().collect::<Vec<_>>().join(" ");
        let fields = &mut record.fields;
        fields.set(props::category(), &self.aggregate);
        fields.set(props::reference(), security);
        fields.set(props::memo(), self.get("MEMO"));
        if !units.is_empty() && !price.is_empty() {
            fields.set(props::memo(), &format!("{units} at {price}"));
        }
        self.rest(record, &["TOTAL", "DTTRADE", "FITID", "UNIQUEID", "UNITS", "UNITPRICE", "MEMO"]);
        Ok(())
    }

    /// The bank's id of the row, unless it looks like a number that starts anew with each file: two files would then
    /// have the same id for different rows.
    fn own_id(&self) -> &str {
        let id = self.get("FITID");
        let running = id.parse::<u64>().is_ok_and(|n| n < 1_000_000);
        if id.len() < 6 || running { "" } else { id }
    }

    /// Everything that no property holds stays findable.
    fn rest(&self, record: &mut Record, used: &[&str]) {
        for (key, value) in self.leaves.iter().filter(|(key, _)| !used.contains(&key.as_str())) {
            if !record.unmapped.is_empty() {
                record.unmapped.push(' ');
            }
            record.unmapped.push_str(key.rsplit('/').next().unwrap_or(key));
            record.unmapped.push(' ');
            record.unmapped.push_str(value);
        }
    }
}

/// `None`: the file writes both marks, so each amount must tell its own.
fn read(text: &str, mark: Option<Mark>) -> Result<Decimal, Refused> {
    match mark.or_else(|| amount::evidence(text)) {
        Some(mark) => amount::number(text, mark),
        None if text.contains([',', '.']) => Err(Refused::Ambiguous),
        None => amount::number(text, Mark::Dot),
    }
}

/// `20250901`, `20250901120000`, `20250901120000.000[-5:EST]`. A midnight is no time of day, as files fill it in.
pub(crate) fn moment(text: &str) -> Option<Moment> {
    let text = text.trim();
    let digits = |from: usize, to: usize| text.get(from..to).filter(|t| t.bytes().all(|b| b.is_ascii_digit()))?.parse::<i16>().ok();
    let small = |from: usize, to: usize| digits(from, to).and_then(|n| i8::try_from(n).ok());
    let date = match text.get(4..5) {
        // Some banks write ISO dates.
        Some("-" | "/") => civil::Date::new(digits(0, 4)?, small(5, 7)?, small(8, 10)?).ok()?,
        _ => civil::Date::new(digits(0, 4)?, small(4, 6)?, small(6, 8)?).ok()?,
    };
    if text.get(4..5).is_some_and(|c| c == "-" || c == "/") {
        return Some(Moment::from_date(date));
    }
    let after = &text[8..];
    let clock = &after[..after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len())];
    let (hour, minute, second, precision) = match clock.len() {
        4 => (small(8, 10)?, small(10, 12)?, 0, Precision::Minute),
        6 => (small(8, 10)?, small(10, 12)?, small(12, 14)?, Precision::Second),
        0 => (0, 0, 0, Precision::Day),
        // An odd number of digits after the day: only the day is certain.
        _ => return Some(Moment::from_date(date)),
    };
    // A leap second has no place on this clock.
    let second = if second == 60 { 59 } else { second };
    let Ok(time) = civil::Time::new(hour, minute, second, 0) else { return Some(Moment::from_date(date)) };
    if time == civil::Time::midnight() {
        return Some(Moment::from_date(date));
    }
    Some(Moment::from_datetime(date.to_datetime(time), precision, zone(after)))
}

/// `[-5:EST]`, `[5.30:IST]`, `[-3.5:NST]`, `[+0530]`.
fn zone(after: &str) -> Offset {
    let Some(inside) = after.split_once('[').map(|(_, z)| z.split([']', ':']).next().unwrap_or(z)) else { return Offset::Local };
    let (sign, number) = match inside.trim() {
        z if z.starts_with('-') => (-1, &z[1..]),
        z => (1, z.trim_start_matches('+')),
    };
    let (hours, rest) = number.split_once('.').unwrap_or((number, ""));
    let minutes = match rest {
        "" | "0" | "00" => Some(0),
        // Decimal hours as the standard says, or minutes as some banks think.
        "5" | "50" => Some(30),
        "25" => Some(15),
        "75" => Some(45),
        "15" | "30" | "45" => rest.parse().ok(),
        _ => None,
    };
    match (hours.parse::<i16>(), minutes) {
        (Ok(hours), Some(minutes)) if hours <= 14 => Offset::Utc(sign * (hours * 60 + minutes)),
        _ => Offset::Local,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_as_exact_as_they_are_told() {
        for (text, told) in [
            ("20250901", Some("2025-09-01")),
            ("20250901000000", Some("2025-09-01")),
            ("20120720000000.000[-4:EDT]", Some("2012-07-20")),
            ("20090401122017.000[-5:EST]", Some("2009-04-01T12:20:17-05:00")),
            ("202509011230", Some("2025-09-01T12:30")),
            ("20250901123000[+5.30:IST]", Some("2025-09-01T12:30:00+05:30")),
            ("20250901123000[-3.5:NST]", Some("2025-09-01T12:30:00-03:30")),
            ("20250901123000[0:GMT]", Some("2025-09-01T12:30:00Z")),
            ("20250901123000[GMT]", Some("2025-09-01T12:30:00")),
            ("20180804093914:014", Some("2018-08-04T09:39:14")),
            ("2025-09-01", Some("2025-09-01")),
            ("20250901990000", Some("2025-09-01")),
            ("20120231", None),
            ("", None),
            ("2025", None),
            ("Ünknown", None),
        ] {
            assert_eq!(moment(text).map(|m| m.to_string()).as_deref(), told, "{text}");
        }
    }
}

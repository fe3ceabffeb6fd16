//! SWIFT MT940 and MT942 statements, as banks hand them to people: with and without envelopes, with missing and extra fields.

use holdall_model::{Kind, Locator, Quantity, Record, Status, Unit};
use rust_decimal::Decimal;

use super::findings::{Repeated, nothing_found};
use super::lines::{self, Line, Lines};
use super::mt940_line::{self, Line61};
use super::{Confidence, Language, amount, mt940_text, props};
use crate::decide::Decisions;
use crate::error::ImportError;
use crate::input::{Head, Input};
use crate::sink::Output;

pub(crate) struct Mt940;

impl Language for Mt940 {
    fn id(&self) -> &'static str {
        "mt940"
    }

    fn recognise(&self, head: &Head<'_>) -> Option<Confidence> {
        let has = |tags: &[&str]| lines::of(head.text).any(|line| tag_of(line).is_some_and(|(tag, _)| tags.contains(&tag)));
        let account = has(&["25", "25P"]);
        let statement = has(&["60F", "60M", "61", "62F", "62M", "34F"]);
        match (has(&["20"]), account, statement) {
            (true, true, true) => Some(Confidence::Certain),
            (_, true, true) | (true, _, true) => Some(Confidence::Likely),
            _ => None,
        }
    }

    fn read(&self, input: &Input<'_>, _decisions: &Decisions, out: &mut Output<'_>) -> Result<(), ImportError> {
        let mut text = input.text()?;
        let mut lines = Lines::new(&mut text, input.at(), input.limits().record_bytes, lines::base_offset(input));
        let mut reader = Reader::new(input.limits().record_bytes);
        while let Some(line) = lines.next()? {
            reader.take(&line, out)?;
        }
        reader.end(input, out)
    }

    fn cells(&self, raw: &str, _locator: &Locator) -> Vec<(String, String)> {
        let mut cells: Vec<(String, String)> = Vec::new();
        for line in lines::of(raw) {
            match (tag_of(line), cells.last_mut()) {
                (Some((tag, value)), _) => cells.push((format!(":{tag}:"), value.to_owned())),
                (None, Some(last)) => {
                    last.1.push('\n');
                    last.1.push_str(line);
                }
                (None, None) => {}
            }
        }
        cells
    }
}

/// `:61:2509…` → `("61", "2509…")`. Also where the envelope's `{4:` stands before it.
fn tag_of(line: &str) -> Option<(&str, &str)> {
    let line = line.trim_start_matches(|c: char| c.is_control() || c == '\u{feff}');
    let line = match line.find("{4:") {
        Some(i) if line.starts_with('{') => &line[i + 3..],
        _ => line,
    };
    let (tag, value) = line.strip_prefix(':')?.split_once(':')?;
    let bytes = tag.as_bytes();
    let numbered =
        (2..=3).contains(&bytes.len()) && bytes[..2].iter().all(u8::is_ascii_digit) && bytes[2..].iter().all(u8::is_ascii_alphabetic);
    (numbered || tag == "NS").then_some((tag, value))
}

/// A booking whose following lines are still coming.
struct Row {
    number: u64,
    offset: u64,
    end: u64,
    raw: String,
    first: String,
    /// Lines between `:61:` and `:86:`.
    supplement: Vec<String>,
    details: Vec<String>,
    /// Of a bank's own fields.
    extra: Vec<String>,
}

#[derive(Clone, Copy, PartialEq)]
enum Field {
    Line61,
    Info,
    Extra,
    Other,
}

struct Reader {
    cap: usize,
    account: String,
    currency: Unit,
    opening: Option<Decimal>,
    closed: bool,
    ended_in_line: bool,
    booked: Option<Decimal>,
    row: Option<Row>,
    field: Field,
    rows: u64,
    messages: u64,
    last_line: u64,
    unbalanced: Repeated,
    unclosed: Repeated,
}

impl Reader {
    fn new(cap: usize) -> Self {
        Self {
            cap,
            account: String::new(),
            currency: Unit::UNKNOWN,
            opening: None,
            closed: true,
            ended_in_line: false,
            booked: Some(Decimal::ZERO),
            row: None,
            field: Field::Other,
            rows: 0,
            messages: 0,
            last_line: 0,
            unbalanced: Repeated::new(
                "mt940-balance",
                "The bookings of a statement do not add up to the balance it ends with. Compare it with the bank's own list.",
            ),
            unclosed: Repeated::new(
                "mt940-no-closing-balance",
                "A statement has no closing balance, so the file may be cut off. Compare it with the bank's own list.",
            ),
        }
    }

    fn take(&mut self, line: &Line<'_>, out: &mut Output<'_>) -> Result<(), ImportError> {
        self.last_line = line.number;
        self.ended_in_line = !line.terminated;
        let text = line.text;
        if let Some((tag, value)) = tag_of(text) {
            return self.tag(tag, value, line, out);
        }
        if matches!(text.trim_end(), "-" | "-}") || text.starts_with("-}") || text.trim_matches(|c: char| c.is_control()) == "-" {
            self.hand_over(out)?;
            self.field = Field::Other;
            return Ok(());
        }
        match &mut self.row {
            Some(row) if self.field != Field::Other => {
                row.extend(text, line.end, self.cap);
                match self.field {
                    Field::Line61 => row.supplement.push(text.to_owned()),
                    Field::Info => row.details.push(text.to_owned()),
                    Field::Extra => row.extra.push(text.to_owned()),
                    Field::Other => {}
                }
            }
            _ if text.trim().is_empty() => {}
            _ => out.skipped(
                "mt940-outside",
                line.number,
                "A line outside of any booking was left out (sender, envelope or statement text).",
            ),
        }
        Ok(())
    }

    fn tag(&mut self, tag: &str, value: &str, line: &Line<'_>, out: &mut Output<'_>) -> Result<(), ImportError> {
        match tag {
            "86" | "NS" if self.row.is_some() => {
                self.field = if tag == "86" { Field::Info } else { Field::Extra };
                if let Some(row) = &mut self.row {
                    row.extend(line.text, line.end, self.cap);
                    if tag == "86" { &mut row.details } else { &mut row.extra }.push(value.to_owned());
                }
                return Ok(());
            }
            _ => self.hand_over(out)?,
        }
        self.field = Field::Other;
        match tag {
            "20" => self.begin_message(),
            "25" | "25P" => value.trim().clone_into(&mut self.account),
            "60F" | "60M" => self.open_balance(value, line, out),
            "62F" | "62M" => self.close_balance(value, line, out),
            "34F" => {
                self.messages += 1;
                if self.currency == Unit::UNKNOWN {
                    self.currency = amount::currency(value.get(..3).unwrap_or_default());
                }
            }
            "64" | "65" | "90C" | "90D" => {
                out.skipped("mt940-balance-line", line.number, "A balance or total was left out: it is no booking.")
            }
            "61" => {
                self.rows += 1;
                self.field = Field::Line61;
                let raw = line.text.to_owned();
                let (supplement, details, extra) = (Vec::new(), Vec::new(), Vec::new());
                self.row = Some(Row {
                    number: self.rows,
                    offset: line.offset,
                    end: line.end,
                    raw,
                    first: value.to_owned(),
                    supplement,
                    details,
                    extra,
                });
            }
            "86" => out.skipped("mt940-statement-text", line.number, "A text about a whole statement was left out: it is no booking."),
            _ => {}
        }
        Ok(())
    }

    fn begin_message(&mut self) {
        self.check_closed();
        self.account.clear();
        self.currency = Unit::UNKNOWN;
        self.opening = None;
        self.booked = Some(Decimal::ZERO);
    }

    fn check_closed(&mut self) {
        if !std::mem::replace(&mut self.closed, true) {
            self.unclosed.count(self.rows);
        }
    }

    fn open_balance(&mut self, value: &str, line: &Line<'_>, out: &mut Output<'_>) {
        self.check_closed();
        self.messages += 1;
        self.closed = false;
        self.booked = Some(Decimal::ZERO);
        self.opening = None;
        if let Some((currency, balance)) = balance(value) {
            self.currency = currency;
            self.opening = balance;
        }
        out.skipped("mt940-balance-line", line.number, "A balance or total was left out: it is no booking.");
    }

    fn close_balance(&mut self, value: &str, line: &Line<'_>, out: &mut Output<'_>) {
        self.closed = true;
        if let (Some(opening), Some(booked), Some((currency, Some(closing)))) = (self.opening, self.booked, balance(value))
            && currency == self.currency
            && opening.checked_add(booked) != Some(closing)
        {
            self.unbalanced.count(self.rows);
        }
        out.skipped("mt940-balance-line", line.number, "A balance or total was left out: it is no booking.");
    }

    fn hand_over(&mut self, out: &mut Output<'_>) -> Result<(), ImportError> {
        let Some(row) = self.row.take() else { return Ok(()) };
        let length = u32::try_from(row.end - row.offset).unwrap_or(u32::MAX);
        let locator = Locator { entry: 0, row: row.number, offset: row.offset, length };
        match mt940_line::parse(&row.first) {
            Err(fault) => {
                self.booked = None;
                out.quarantine(locator, "mt940-line", format!("The booking was set aside: {}.", fault.text()), &row.raw)
            }
            Ok(line) => {
                self.booked = self.booked.and_then(|sum| sum.checked_add(line.amount));
                let mut record = Record::new(Kind::BankTransaction);
                record.locator = locator;
                record.account.push_str(&self.account);
                record.amount = Some(Quantity::new(line.amount, self.currency));
                fill(&mut record, &line, &row, out);
                out.record(&mut record)
            }
        }
    }

    fn end(&mut self, input: &Input<'_>, out: &mut Output<'_>) -> Result<(), ImportError> {
        if !self.closed && self.ended_in_line {
            let at = input.at().row(self.rows);
            return Err(ImportError::damaged(at, "the file ends inside a statement, before its closing balance"));
        }
        self.hand_over(out)?;
        self.check_closed();
        self.unbalanced.tell(out)?;
        self.unclosed.tell(out)?;
        if self.messages == 0 && self.rows == 0 {
            return Err(ImportError::damaged(input.at(), "there is no statement in it"));
        }
        if self.rows == 0 {
            nothing_found(out, "bookings")?;
        }
        Ok(())
    }
}

impl Row {
    fn extend(&mut self, text: &str, end: u64, cap: usize) {
        self.end = end;
        if self.raw.len() + text.len() < cap {
            self.raw.push('\n');
            self.raw.push_str(text);
        }
    }
}

/// `C250901EUR1234,56`: signed. The currency counts even where the number does not.
fn balance(value: &str) -> Option<(Unit, Option<Decimal>)> {
    let value = value.trim();
    let credit = match value.as_bytes().first()? {
        b'C' => true,
        b'D' => false,
        _ => return None,
    };
    let currency = amount::currency(value.get(7..10)?);
    let number = mt940_line::read_amount(value.get(10..)?.trim()).ok();
    Some((currency, number.map(|n| if credit { n } else { -n })))
}

fn fill(record: &mut Record, line: &Line61, row: &Row, out: &mut Output<'_>) {
    record.moment = Some(line.booked.unwrap_or(line.value));
    if line.value.precision() != holdall_model::Precision::Day {
        out.noted("mt940-value-date", row.number, "A value date is a day that no calendar has (30 February); only its month was kept.");
    }
    if line.expected {
        record.status = Status::Pending;
    }
    let details = mt940_text::parse(&row.details);
    let supplement = row.supplement.iter().map(|l| l.trim()).filter(|l| !l.is_empty()).collect::<Vec<_>>().join(" ");
    let extra = row.extra.iter().map(|l| l.trim()).filter(|l| !l.is_empty()).collect::<Vec<_>>().join(" ");
    let candidates = [&details.text, &details.kind, &extra, &supplement, &line.rest, &line.customer_reference, &line.code];
    record.title.push_str(candidates.into_iter().find(|t| !t.is_empty()).map_or("", String::as_str));
    record.party.push_str(if details.party.is_empty() { &line.rest } else { &details.party });
    let fields = &mut record.fields;
    fields.set(props::value_date(), &line.value.to_string());
    fields.set(props::transaction_type(), if details.kind.is_empty() { &line.code } else { &details.kind });
    let references = [&details.end_to_end, &line.customer_reference, &line.bank_reference];
    for (i, reference) in references.iter().enumerate() {
        if !references[..i].contains(reference) {
            fields.set(props::reference(), reference);
        }
    }
    for memo in [&supplement, &extra] {
        if *memo != record.title {
            fields.set(props::memo(), memo);
        }
    }
    if line.reversal {
        fields.set(props::memo(), "Reversal");
    }
    fields.set(props::counterparty_account(), &details.account);
    fields.set(props::mandate_reference(), &details.mandate);
    fields.set(props::creditor_id(), &details.creditor);
    record.unmapped.push_str(&details.rest);
}

#[cfg(test)]
mod tests {
    use holdall_model::Severity;

    use super::*;
    use crate::testing::{Kept, read, recognise};

    const ROW: &str = ":61:2509010902DR12,50NTRFNONREF//B-1\n:86:177?00Transfer?20SVWZ+Rent?32Jane Roe\n";

    fn statement(opening: &str, rows: &str, closing: &str) -> String {
        format!(":20:START\n:25:DE00/1\n:28C:1/1\n:60F:C250831EUR{opening}\n{rows}:62F:C250902EUR{closing}\n-\n")
    }

    fn kept(text: &str) -> Kept {
        read(&Mt940, text.as_bytes(), &[]).expect("reads")
    }

    fn warnings(kept: &Kept) -> Vec<&str> {
        kept.diagnostics.iter().filter(|d| d.severity == Severity::Warning).map(|d| d.id.as_str()).collect()
    }

    #[test]
    fn a_booking_has_its_dates_sign_texts_and_place() {
        let text = statement("100,00", ROW, "87,50");
        let kept = kept(&text);
        let record = &kept.records[0];
        assert_eq!(record.moment.map(|m| m.to_string()).as_deref(), Some("2025-09-02"));
        assert_eq!(record.fields.get(props::value_date()), Some("2025-09-01"));
        assert_eq!((record.title.as_str(), record.party.as_str(), record.account.as_str()), ("Rent", "Jane Roe", "DE00/1"));
        assert_eq!((kept.sums().as_str(), warnings(&kept).len()), ("-12.50 EUR", 0));
        let (from, length) = (record.locator.offset as usize, record.locator.length as usize);
        assert_eq!(&text[from..from + length], ROW);
        assert_eq!(Mt940.cells(ROW, &record.locator).len(), 2);
        assert_eq!(recognise(&Mt940, text.as_bytes(), "x.sta"), Some(Confidence::Certain));
        assert_eq!(recognise(&Mt940, b"a,b\n:20:x\n", "x"), None);
    }

    #[test]
    fn envelopes_blank_lines_and_crlf_change_nothing() {
        let plain = statement("100,00", ROW, "87,50");
        let dressed =
            format!("{{1:F01X}}{{2:O940X}}{{4:{}", plain.replace("-\n", "-}{5:}\n").replace(":62F", "\n:62F")).replace('\n', "\r\n");
        assert_eq!(kept(&plain).identities, kept(&dressed).identities);
    }

    #[test]
    fn a_damaged_line_is_set_aside_and_balances_are_checked() {
        let rows = format!(":61:2509010902XX1,00NTRF\n:86:lost\n{ROW}");
        let damaged = kept(&statement("100,00", &rows, "87,50"));
        assert_eq!((damaged.records.len(), damaged.quarantined.len()), (1, 1));
        assert!(damaged.quarantined[0].raw.reveal().ends_with(":86:lost"));
        assert!(warnings(&damaged).is_empty(), "what cannot be read cannot be added up");
        assert_eq!(warnings(&kept(&statement("100,00", ROW, "87,00"))), ["mt940-balance"]);
    }

    #[test]
    fn a_reversed_credit_takes_away_and_a_reversed_debit_gives_back_as_the_balances_prove() {
        let lines = ":61:2509010902CR300,00NTRFA\n:86:in\n:61:2509010902RCR204,88NTRFB\n:86:in, taken back\n\
                     :61:2509010902DR50,00NTRFC\n:86:out\n:61:2509010902RDR12,00NTRFD\n:86:out, given back\n";
        let kept = kept(&statement("100,00", lines, "157,12"));
        let amounts: Vec<String> = kept.records.iter().filter_map(|r| r.amount).map(|a| a.value.to_string()).collect();
        assert_eq!((amounts, warnings(&kept)), (["300.00", "-204.88", "-50.00", "12.00"].map(str::to_owned).to_vec(), Vec::<&str>::new()));
    }

    #[test]
    fn a_cut_file_is_refused_or_told() {
        let text = statement("100,00", ROW, "87,50");
        let row = text.find(":86:").expect("is there");
        assert!(matches!(read(&Mt940, &text.as_bytes()[..row + 9], &[]), Err(Err(ImportError::Damaged { .. }))));
        assert_eq!(warnings(&kept(&text[..row])), ["mt940-no-closing-balance"]);
    }

    #[test]
    fn an_interim_report_gives_pending_rows_and_its_currency() {
        let text =
            ":20:X\n:25:1\n:28C:1\n:34F:EURD0,\n:13D:2509021200+0200\n:61:2509020902EC7,50NTRF\n:86:soon\n:90D:0EUR0,\n:90C:1EUR7,50\n-\n";
        let kept = kept(text);
        assert_eq!((kept.records[0].status, kept.sums().as_str()), (Status::Pending, "7.50 EUR"));
    }
}

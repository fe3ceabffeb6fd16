//! ISO 20022 bank reports: camt.052, camt.053 and camt.054 in every version, with any namespace prefix.
//!
//! One entry (`Ntry`) is one record, also where it is a batch; the batch's single payments are listed in its note.

use encoding_rs::Encoding;
use holdall_model::{Kind, Locator, Quantity, Record, Status, Unit};
use rust_decimal::Decimal;

use super::camt_entry::{self, Entry};
use super::findings::{Repeated, nothing_found};
use super::xml::{Step, Xml};
use super::{Confidence, Language, amount};
use crate::decide::Decisions;
use crate::error::ImportError;
use crate::input::{Head, Input};
use crate::sink::Output;

pub(crate) struct Camt;

const MESSAGES: [&str; 3] = ["BkToCstmrStmt", "BkToCstmrAcctRpt", "BkToCstmrDbtCdtNtfctn"];

impl Language for Camt {
    fn id(&self) -> &'static str {
        "camt"
    }

    fn recognise(&self, head: &Head<'_>) -> Option<Confidence> {
        let names = head.text.contains(":camt.05") || MESSAGES.iter().any(|m| head.text.contains(m));
        (names && head.text.contains('<')).then_some(Confidence::Certain)
    }

    fn charset(&self, head: &Head<'_>) -> Option<&'static Encoding> {
        super::xml::declared(head)
    }

    fn has_ids(&self) -> bool {
        true
    }

    fn read(&self, input: &Input<'_>, _decisions: &Decisions, out: &mut Output<'_>) -> Result<(), ImportError> {
        let mut xml = Xml::new(input)?;
        let mut reader = Reader::new();
        let mut seen = false;
        loop {
            match xml.next()? {
                Step::End => break,
                Step::Open => {
                    seen |= MESSAGES.iter().any(|m| xml.name().starts_with(m));
                    reader.opened(&mut xml);
                }
                Step::Close => reader.closed(&mut xml, out)?,
            }
        }
        if !seen {
            return Err(ImportError::damaged(
                input.at(),
                "there is no bank statement, report or notification (camt.052, camt.053, camt.054) in it",
            ));
        }
        reader.end(out)
    }

    fn cells(&self, raw: &str, _locator: &Locator) -> Vec<(String, String)> {
        super::xml::leaves(raw)
    }
}

/// A balance as far as it has been read.
#[derive(Default)]
struct Balance {
    code: String,
    amount: String,
    currency: String,
    credit: String,
}

struct Reader {
    account: String,
    account_currency: String,
    /// Depth of the statement, report or notification that is open.
    statement: Option<usize>,
    entry: Option<Entry>,
    balance: Option<Balance>,
    opening: Option<Quantity>,
    closing: Option<Quantity>,
    /// Sum of the booked entries; `None` once one could not be read or had another currency.
    booked: Option<Decimal>,
    told_entries: Option<u64>,
    in_statement: u64,
    currency: Option<Unit>,
    rows: u64,
    unbalanced: Repeated,
    miscounted: Repeated,
    undated: Repeated,
}

impl Reader {
    fn new() -> Self {
        Self {
            account: String::new(),
            account_currency: String::new(),
            statement: None,
            entry: None,
            balance: None,
            opening: None,
            closing: None,
            booked: Some(Decimal::ZERO),
            told_entries: None,
            in_statement: 0,
            currency: None,
            rows: 0,
            unbalanced: Repeated::new(
                "camt-balance",
                "The entries of a statement do not add up to the balance it ends with. Compare it with the bank's own list.",
            ),
            miscounted: Repeated::new(
                "camt-count",
                "A statement says it holds another number of entries than it does. Compare it with the bank's own list.",
            ),
            undated: Repeated::new(
                "camt-date-missing",
                "A booked entry has no date, or one that does not exist. It was kept without a date.",
            ),
        }
    }

    fn opened(&mut self, xml: &mut Xml<'_>) {
        if let Some(entry) = &mut self.entry {
            entry.opened(xml);
            return;
        }
        match xml.name() {
            "Stmt" | "Rpt" | "Ntfctn" if self.statement.is_none() => {
                self.statement = Some(xml.depth());
                self.account.clear();
                self.account_currency.clear();
                (self.opening, self.closing, self.told_entries, self.currency) = (None, None, None, None);
                self.booked = Some(Decimal::ZERO);
                self.in_statement = 0;
            }
            "Ntry" if self.statement.is_some() => {
                self.rows += 1;
                self.in_statement += 1;
                self.entry = Some(Entry::new(self.rows, xml.depth(), xml.offset()));
                xml.keep();
            }
            "Bal" if self.statement.is_some_and(|d| d + 1 == xml.depth()) => self.balance = Some(Balance::default()),
            "Amt" => {
                if let Some(balance) = &mut self.balance {
                    balance.currency = xml.attr("Ccy").unwrap_or_default();
                }
            }
            _ => {}
        }
    }

    fn closed(&mut self, xml: &mut Xml<'_>, out: &mut Output<'_>) -> Result<(), ImportError> {
        if let Some(entry) = &mut self.entry {
            if entry.closed(xml)
                && let Some(entry) = self.entry.take()
            {
                let raw = xml.kept();
                xml.release();
                return self.hand_over(&entry, xml.end(), &raw, out);
            }
            return Ok(());
        }
        let Some(depth) = self.statement else { return Ok(()) };
        if xml.depth() == depth {
            self.close_statement();
            return Ok(());
        }
        let below: Vec<&str> = xml.path().split('/').skip(depth).collect();
        let text = xml.text();
        match below.as_slice() {
            ["Acct", "Id", "IBAN"] | ["Acct", "Id", _, "Id"] if self.account.is_empty() => text.clone_into(&mut self.account),
            ["Acct", "Ccy"] => text.clone_into(&mut self.account_currency),
            ["TxsSummry", "TtlNtries", "NbOfNtries"] => self.told_entries = text.parse().ok(),
            ["Bal"] => {
                self.close_balance();
                out.skipped("camt-balance-line", self.rows, "A balance was left out: it is no booking.");
            }
            ["Bal", rest @ ..] => {
                if let Some(balance) = &mut self.balance {
                    match rest {
                        ["Tp", "CdOrPrtry", "Cd"] | ["Tp", "Cd"] => text.clone_into(&mut balance.code),
                        ["Amt"] => text.clone_into(&mut balance.amount),
                        ["CdtDbtInd"] => text.clone_into(&mut balance.credit),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn close_balance(&mut self) {
        let Some(balance) = self.balance.take() else { return };
        let value = match (amount::plain(&balance.amount), balance.credit.as_str()) {
            (Ok(value), "CRDT") => value,
            (Ok(value), "DBIT") => -value,
            _ => return,
        };
        let quantity = Quantity::new(value, amount::currency(&balance.currency));
        match balance.code.as_str() {
            "OPBD" | "PRCD" => self.opening = Some(quantity),
            "CLBD" => self.closing = Some(quantity),
            _ => {}
        }
    }

    fn close_statement(&mut self) {
        self.statement = None;
        if self.told_entries.is_some_and(|told| told != self.in_statement) {
            self.miscounted.count(self.rows);
        }
        if let (Some(opening), Some(closing), Some(booked)) = (self.opening, self.closing, self.booked)
            && opening.unit == closing.unit
            && self.currency.is_none_or(|c| c == opening.unit)
            && opening.value.checked_add(booked) != Some(closing.value)
        {
            self.unbalanced.count(self.rows);
        }
    }

    fn hand_over(&mut self, entry: &Entry, end: u64, raw: &str, out: &mut Output<'_>) -> Result<(), ImportError> {
        let length = u32::try_from(end - entry.offset).unwrap_or(u32::MAX);
        let locator = Locator { entry: 0, row: entry.number, offset: entry.offset, length };
        let mut record = Record::new(Kind::BankTransaction);
        record.locator = locator;
        record.account.push_str(&self.account);
        if let Err(fault) = camt_entry::fill(entry, &mut record, &self.account_currency, out) {
            self.booked = None;
            return out.quarantine(locator, fault.id, format!("The entry was set aside: {}.", fault.text), raw);
        }
        if let Some(amount) = record.amount.filter(|_| record.status == Status::Booked) {
            let same = self.currency.is_none_or(|c| c == amount.unit);
            self.currency = Some(amount.unit);
            self.booked = self.booked.filter(|_| same).and_then(|sum| sum.checked_add(amount.value));
        }
        if record.moment.is_none() && record.status == Status::Booked {
            self.undated.count(entry.number);
        }
        out.record(&mut record)
    }

    fn end(&self, out: &mut Output<'_>) -> Result<(), ImportError> {
        self.undated.tell(out)?;
        self.unbalanced.tell(out)?;
        self.miscounted.tell(out)?;
        if self.rows == 0 {
            nothing_found(out, "bookings")?;
        }
        Ok(())
    }
}

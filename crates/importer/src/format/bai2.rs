//! BAI2 cash management reports: records 01 to 99, comma-separated, with 88 continuing what stands before it.
//!
//! Amounts are whole cents (or the currency's smallest unit), unsigned; the type code says the direction.

use holdall_model::{Diagnostic, Kind, Locator, Moment, Record, Severity, Unit};

use super::bai2_row::{self, Row};
use super::findings::{Repeated, nothing_found};
use super::lines::{self, Lines};
use super::{Confidence, Language, amount, mt940_line};
use crate::decide::Decisions;
use crate::error::{At, ImportError};
use crate::input::{Head, Input};
use crate::sink::Output;

pub(crate) struct Bai2;

impl Language for Bai2 {
    fn id(&self) -> &'static str {
        "bai2"
    }

    fn recognise(&self, head: &Head<'_>) -> Option<Confidence> {
        let text = head.text.trim_start_matches('\u{feff}').trim_start();
        let header = text.starts_with("01,") && lines::of(text).next().is_some_and(|l| l.matches(',').count() >= 7);
        let group = code_positions(text.get(..text.len().min(4096)).unwrap_or(text)).any(|i| text[i..].starts_with("02,"))
            || text.contains("\n02,");
        (header && group).then_some(Confidence::Certain)
    }

    fn read(&self, input: &Input<'_>, _decisions: &Decisions, out: &mut Output<'_>) -> Result<(), ImportError> {
        let mut text = input.text()?;
        let mut lines = Lines::new(&mut text, input.at(), input.limits().record_bytes, lines::base_offset(input));
        let mut reader = Reader::new(input);
        while let Some(line) = lines.next()? {
            let mut from = 0;
            for at in code_positions(line.text).chain([line.text.len()]) {
                let end = if at == line.text.len() { line.end } else { line.offset + at as u64 };
                reader.piece(&line.text[from..at], line.offset + from as u64, end, out)?;
                from = at;
            }
        }
        reader.end(out)
    }

    fn cells(&self, raw: &str, _locator: &Locator) -> Vec<(String, String)> {
        bai2_row::cells(raw)
    }
}

const CODES: [&str; 8] = ["01", "02", "03", "16", "49", "88", "98", "99"];

/// The record code a piece begins with, and what stands behind its comma.
fn code_of(piece: &str) -> Option<(&'static str, &str)> {
    let piece = piece.trim_start_matches('\u{feff}').trim_start();
    let code = CODES.iter().find(|code| piece.starts_with(**code))?;
    let rest = &piece[2..];
    match rest.as_bytes().first() {
        Some(b',') => Some((code, &rest[1..])),
        Some(b'/') => Some((code, rest)),
        _ => None,
    }
}

/// Where further records begin in a line: behind a slash, and only where what follows has the whole form of its record,
/// because free text may hold slashes and commas too.
fn code_positions(line: &str) -> impl Iterator<Item = usize> + '_ {
    line.match_indices('/').filter_map(move |(i, _)| {
        let rest = &line[i + 1..];
        let next = rest.trim_start();
        let start = i + 1 + (rest.len() - next.len());
        let fields: Vec<&str> = next.splitn(8, ',').collect();
        let digits = |t: &str| t.trim().trim_start_matches(['+', '-']).trim_end_matches('/').bytes().all(|b| b.is_ascii_digit());
        let begins = match fields.as_slice() {
            ["16", kind, amount, _, ..] => kind.len() == 3 && digits(kind) && digits(amount),
            ["88", ..] => fields.len() > 1 && (rest.len() != next.len() || fields.len() > 3),
            ["03", _, currency, kind, _, ..] => {
                (currency.is_empty() || currency.len() == 3 && currency.bytes().all(|b| b.is_ascii_uppercase()))
                    && (kind.is_empty() || kind.len() == 3 && digits(kind))
            }
            ["49", total, count] => digits(total) && count.trim_start().starts_with(|c: char| c.is_ascii_digit()) && count.contains('/'),
            ["49" | "98" | "99", a, b, ..] => digits(a) && b.trim_start().starts_with(|c: char| c.is_ascii_digit()),
            ["02", _, _, status, date, ..] => status.len() == 1 && digits(status) && date.len() >= 6 && digits(date),
            _ => false,
        };
        begins.then_some(start)
    })
}

/// One logical record with its continuations.
struct Pending {
    code: &'static str,
    row: Row,
}

struct Reader {
    at: At,
    cap: usize,
    pending: Option<Pending>,
    group_date: Option<Moment>,
    group_currency: Unit,
    account: String,
    currency: Unit,
    /// Physical records of the open account so far.
    in_account: Option<u64>,
    rows: u64,
    records: u64,
    seen_header: bool,
    seen_trailer: bool,
    last_position: u64,
    miscounted: Repeated,
}

impl Reader {
    fn new(input: &Input<'_>) -> Self {
        Self {
            at: input.at(),
            cap: input.limits().record_bytes,
            pending: None,
            group_date: None,
            group_currency: Unit::UNKNOWN,
            account: String::new(),
            currency: Unit::UNKNOWN,
            in_account: None,
            rows: 0,
            records: 0,
            seen_header: false,
            seen_trailer: false,
            last_position: 0,
            miscounted: Repeated::new(
                "bai2-count",
                "An account says it holds another number of records than it does. Compare it with the bank's own list.",
            ),
        }
    }

    fn piece(&mut self, piece: &str, offset: u64, end: u64, out: &mut Output<'_>) -> Result<(), ImportError> {
        self.last_position = end;
        if piece.trim().is_empty() {
            return Ok(());
        }
        let coded = code_of(piece);
        match (coded, &mut self.pending) {
            (Some(("88", rest)), Some(pending)) => {
                pending.row.extend(piece, rest, end, self.cap, true);
                self.count();
            }
            (Some((code, rest)), _) => {
                self.finish(out)?;
                self.pending = Some(Pending { code, row: Row::new(piece, rest, offset, end) });
            }
            // A line without a code goes on with the line before it.
            (None, Some(pending)) => pending.row.extend(piece, piece, end, self.cap, false),
            (None, None) => out.skipped("bai2-outside", self.rows, "A line before the first record was left out."),
        }
        Ok(())
    }

    fn count(&mut self) {
        if let Some(count) = &mut self.in_account {
            *count += 1;
        }
    }

    fn finish(&mut self, out: &mut Output<'_>) -> Result<(), ImportError> {
        let Some(Pending { code, row }) = self.pending.take() else { return Ok(()) };
        let mut fields = row.fields();
        match code {
            "01" => self.seen_header = true,
            "02" => {
                let told: Vec<String> = (0..6).map(|_| fields.next()).collect();
                self.group_date = date(&told[3]);
                self.group_currency = amount::currency(&told[5]);
            }
            "03" => {
                self.check_open();
                self.account = fields.next().trim().to_owned();
                let told = amount::currency(&fields.next());
                let group = if self.group_currency == Unit::UNKNOWN { amount::currency("USD") } else { self.group_currency };
                // The standard's default is the group's currency, and US dollars where the group has none.
                self.currency = if told == Unit::UNKNOWN { group } else { told };
                self.in_account = Some(1 + row.continuations);
                out.skipped("bai2-summary", self.rows, "An account's balances and totals were left out: they are no bookings.");
            }
            "16" => {
                self.count();
                self.hand_over(&row, out)?;
            }
            "49" => {
                let told: Option<u64> = {
                    fields.next();
                    fields.next().trim().parse().ok()
                };
                let counted = self.in_account.take().map(|n| n + 1);
                if told.zip(counted).is_some_and(|(told, counted)| told != counted) {
                    self.miscounted.count(self.rows);
                }
            }
            "99" => self.seen_trailer = true,
            _ => {}
        }
        Ok(())
    }

    /// An account that another one follows without its own end.
    fn check_open(&mut self) {
        if self.in_account.take().is_some() {
            self.miscounted.count(self.rows);
        }
    }

    fn hand_over(&mut self, row: &Row, out: &mut Output<'_>) -> Result<(), ImportError> {
        self.rows += 1;
        let length = u32::try_from(row.end - row.offset).unwrap_or(u32::MAX);
        let locator = Locator { entry: 0, row: self.rows, offset: row.offset, length };
        let mut record = Record::new(Kind::BankTransaction);
        record.locator = locator;
        record.account.push_str(&self.account);
        record.moment = self.group_date;
        match row.fill(&mut record, self.currency) {
            Err(reason) => out.quarantine(locator, "bai2-detail", format!("The detail record was set aside: {reason}."), &row.raw),
            Ok(()) => {
                self.records += 1;
                if record.moment.is_none() {
                    out.noted(
                        "bai2-date-missing",
                        self.rows,
                        "A group has no date, or one that does not exist. Its bookings were kept without a date.",
                    );
                }
                out.record(&mut record)
            }
        }
    }

    fn end(&mut self, out: &mut Output<'_>) -> Result<(), ImportError> {
        self.finish(out)?;
        if !self.seen_header {
            return Err(ImportError::damaged(self.at.clone(), "it has no file header (01), so it is no BAI2 file"));
        }
        if self.in_account.is_some() {
            let at = self.at.clone().row(self.rows).offset(self.last_position);
            return Err(ImportError::damaged(at, "the file ends inside an account, before its trailer (49)"));
        }
        if !self.seen_trailer {
            let text = "The file has no trailer (99), so it may be cut off. If accounts are missing, download it again.";
            out.diagnostic(Diagnostic::new("bai2-cut-off", Severity::Warning, text).at_row(self.rows))?;
        }
        self.miscounted.tell(out)?;
        if self.records == 0 {
            nothing_found(out, "bookings")?;
        }
        Ok(())
    }
}

/// `YYMMDD` or `YYYYMMDD`.
pub(crate) fn date(text: &str) -> Option<Moment> {
    let text = text.trim();
    match text.len() {
        6 => mt940_line::date6(text).filter(|m| m.precision() == holdall_model::Precision::Day),
        8 if text.is_ascii() => format!("{}-{}-{}", &text[..4], &text[4..6], &text[6..]).parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::props;
    use crate::testing::{Kept, read, recognise};

    const ROWS: &str = "16,475,1050,V,250901,,B1,C1,CHEQUE 12/25, paid/\n88,more text/\n16,165,200000,S,1,2,3,,,/\n";

    fn file(rows: &str, currency: &str, count: usize) -> String {
        format!(
            "01,BANK,ME,250902,0800,1,,,2/\n02,ME,BANK,1,250902,,{currency},/\n03,ACC-1,,010,5,,/\n{rows}49,1,{count}/\n98,1,1,1/\n99,1,1,1/\n"
        )
    }

    fn kept(text: &str) -> Kept {
        read(&Bai2, text.as_bytes(), &[]).expect("reads")
    }

    #[test]
    fn a_detail_has_its_direction_dates_text_and_place() {
        let text = file(ROWS, "EUR", 5);
        let kept = kept(&text);
        let record = &kept.records[0];
        assert_eq!((record.title.as_str(), record.account.as_str()), ("CHEQUE 12/25, paid more text", "ACC-1"));
        assert_eq!(record.moment.map(|m| m.to_string()).as_deref(), Some("2025-09-02"));
        assert_eq!((record.fields.get(props::value_date()), record.fields.get(props::reference())), (Some("2025-09-01"), Some("B1; C1")));
        assert_eq!(kept.sums(), "1989.50 EUR");
        let (from, length) = (record.locator.offset as usize, record.locator.length as usize);
        assert_eq!(&text[from..from + length], &ROWS[..ROWS.find("16,165").expect("is there")]);
        assert!(!kept.diagnostics.iter().any(|d| d.severity == Severity::Warning));
        assert_eq!(recognise(&Bai2, text.as_bytes(), ""), Some(Confidence::Certain));
        assert_eq!(recognise(&Bai2, b"01,02\n", ""), None);
    }

    #[test]
    fn records_in_one_line_are_told_from_slashes_in_text() {
        let text = file(ROWS, "", 5);
        let joined = text.replace("/\n", "/ ");
        assert_eq!(kept(&text).sums(), "1989.50 USD");
        assert_eq!(kept(&joined).identities, kept(&text).identities);
        let broken = text.replace("12/25, paid", "12/16,25 or 3/03,ab\npaid");
        assert_eq!(kept(&broken).records.len(), 2);
        assert_eq!(kept(&broken).records[0].title, "CHEQUE 12/16,25 or 3/03,ab paid more text");
    }

    #[test]
    fn the_smallest_unit_is_the_currency_s_own() {
        assert_eq!(kept(&file(ROWS, "JPY", 5)).sums(), "198950 JPY");
        assert_eq!(kept(&file(ROWS, "KWD", 5)).sums(), "198.950 KWD");
    }

    #[test]
    fn what_is_not_certain_is_set_aside_or_told() {
        for row in ["16,475,10.50,,,,x/\n", "16,700,1050,,,,x/\n", "16,475,,,,,x/\n", "16,x,1,,,,/\n"] {
            let kept = kept(&file(row, "EUR", 3));
            assert_eq!((kept.records.len(), kept.quarantined.len()), (0, 1), "{row}");
        }
        assert_eq!(kept(&file("16,890,,,,,note/\n", "EUR", 3)).summary.not_counting, 1);
        let miscounted = kept(&file(ROWS, "EUR", 6));
        assert!(miscounted.diagnostics.iter().any(|d| d.id == "bai2-count"));
        let text = file(ROWS, "EUR", 5);
        let cut = text.find("S,1,2").expect("is there");
        assert!(matches!(read(&Bai2, &text.as_bytes()[..cut], &[]), Err(Err(ImportError::Damaged { .. }))));
    }
}

//! OFX and QFX: 1.x as tag soup, 2.x as XML, both as banks really write them.
//!
//! One reader serves both, because files that call themselves XML leave tags open and files that call themselves SGML
//! close them. Only known aggregates are nested; every other tag is a leaf, whatever it pretends to be.

use encoding_rs::Encoding;
use holdall_model::{Diagnostic, Kind, Locator, Record, Severity, Status};

use super::amount::{self, Mark, Refused};
use super::findings::{Repeated, nothing_found};
use super::ofx_row::{self, Row, RowKind};
use super::sgml::{Tag, Tags};
use super::{Answers, Confidence, Language, lines};
use crate::decide::{Decided, Decisions, Question};
use crate::error::ImportError;
use crate::input::{Head, Input};
use crate::sink::Output;

pub(crate) struct Ofx;

impl Language for Ofx {
    fn id(&self) -> &'static str {
        "ofx"
    }

    fn recognise(&self, head: &Head<'_>) -> Option<Confidence> {
        let text = head.text.to_ascii_uppercase();
        let root = text.find("<OFX>");
        let named = text.trim_start_matches('\u{feff}').trim_start().starts_with("OFXHEADER")
            || text.contains("<?OFX")
            || text.contains("DATA:OFXSGML");
        match root {
            Some(_) if named => Some(Confidence::Certain),
            Some(i) if text[..i].matches('<').count() <= 2 => Some(Confidence::Certain),
            _ if named => Some(Confidence::Likely),
            _ => None,
        }
    }

    fn charset(&self, head: &Head<'_>) -> Option<&'static Encoding> {
        super::xml::declared(head).or_else(|| header_charset(head.text))
    }

    fn decide(&self, input: &Input<'_>, answers: &Answers) -> Result<Decided, ImportError> {
        decide_mark(input, answers)
    }

    fn has_ids(&self) -> bool {
        true
    }

    fn read(&self, input: &Input<'_>, decisions: &Decisions, out: &mut Output<'_>) -> Result<(), ImportError> {
        let mut text = input.text()?;
        let mut tags = Tags::new(&mut text, input.at(), input.limits(), lines::base_offset(input));
        let mut reader = Reader::new(decisions);
        while let Some(tag) = tags.next()? {
            let tag = tag.clone();
            if reader.take(&tag, out)? {
                tags.keep();
            }
            if let Some((from, to)) = reader.finished.take() {
                let raw = tags.take_kept(from, to);
                reader.hand_over(&raw, out)?;
                // A new row may have begun with the tag that ended the last one.
                if reader.row.is_some() {
                    tags.keep();
                }
            }
        }
        reader.end(input, tags.position(), out)
    }

    fn cells(&self, raw: &str, _locator: &Locator) -> Vec<(String, String)> {
        let mut input = raw.as_bytes();
        let limits = crate::Limits::default();
        let mut tags = Tags::new(&mut input, crate::At::default(), &limits, 0);
        let mut cells = Vec::new();
        while let Ok(Some(tag)) = tags.next() {
            if !tag.closing && !tag.value.is_empty() {
                cells.push((tag.name.clone(), tag.value.clone()));
            }
        }
        cells
    }
}

/// The 1.x header's `CHARSET:1252`; it often lies, so it is only asked where the text is no UTF-8.
fn header_charset(text: &str) -> Option<&'static Encoding> {
    let header = &text[..text.find("<OFX").or_else(|| text.find("<ofx"))?];
    let value = header.split_once("CHARSET:")?.1.trim_start();
    let end = value.find(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_').unwrap_or(value.len());
    let value = value[..end].trim_end_matches("COMPRESSION");
    let label = match value {
        v if v.len() == 4 && v.bytes().all(|b| b.is_ascii_digit()) => format!("windows-{v}"),
        v if v.starts_with("8859-") => format!("iso-{v}"),
        v => v.to_owned(),
    };
    Encoding::for_label(label.as_bytes()).filter(|e| *e != encoding_rs::UTF_8)
}

/// One mark for the whole file: from amounts that can be read in one way only, else the standard's point, else asked.
fn decide_mark(input: &Input<'_>, answers: &Answers) -> Result<Decided, ImportError> {
    let (mut points, mut commas, mut open) = (false, false, None);
    let mut text = input.text()?;
    let mut tags = Tags::new(&mut text, input.at(), input.limits(), 0);
    while let Some(tag) = tags.next()? {
        if tag.closing || !matches!(tag.name.as_str(), "TRNAMT" | "TOTAL" | "BALAMT") {
            continue;
        }
        match amount::evidence(&tag.value) {
            Some(Mark::Dot) => points = true,
            Some(Mark::Comma) => commas = true,
            None if tag.value.contains(',') && tag.name == "TRNAMT" => open = Some(tag.value.clone()),
            None => {}
        }
        if points && commas {
            break;
        }
    }
    let mut decisions = Decisions::default();
    match (points, commas, open) {
        (true, true, _) => decisions.set("decimal-mark", "mixed"),
        (_, true, _) => decisions.set("decimal-mark", Mark::Comma.name()),
        (true, _, _) | (_, _, None) => decisions.set("decimal-mark", Mark::Dot.name()),
        (false, false, Some(example)) => {
            let question = Question::decimal_mark(&example);
            match question.answered(answers) {
                Some(answer) => decisions.set("decimal-mark", answer),
                None => return Ok(Decided::Ask(question)),
            }
        }
    }
    Ok(Decided::Ready(decisions))
}

/// Aggregates that give their leaves a meaning. All others are ignored as levels.
const LEVELS: [&str; 27] = [
    "OFX",
    "SONRS",
    "STATUS",
    "FI",
    "STMTTRNRS",
    "CCSTMTTRNRS",
    "INVSTMTTRNRS",
    "STMTRS",
    "CCSTMTRS",
    "INVSTMTRS",
    "BANKACCTFROM",
    "CCACCTFROM",
    "INVACCTFROM",
    "BANKTRANLIST",
    "BANKTRANLISTP",
    "INVTRANLIST",
    "LEDGERBAL",
    "AVAILBAL",
    "INVBAL",
    "BALLIST",
    "INVPOSLIST",
    "SECLIST",
    "PAYEE",
    "CURRENCY",
    "ORIGCURRENCY",
    "BANKACCTTO",
    "CCACCTTO",
];

struct Reader {
    mark: Option<Mark>,
    levels: Vec<&'static str>,
    currency: String,
    account: String,
    status_code: String,
    status_severity: String,
    row: Option<Row>,
    rows: u64,
    bank_rows: u64,
    seen_root: bool,
    closed_root: bool,
    finished: Option<(u64, u64)>,
    done: Option<Row>,
    undated: Repeated,
    refused: Repeated,
}

impl Reader {
    fn new(decisions: &Decisions) -> Self {
        Self {
            mark: decisions.fact("decimal-mark").and_then(Mark::named),
            levels: Vec::new(),
            currency: String::new(),
            account: String::new(),
            status_code: String::new(),
            status_severity: String::new(),
            row: None,
            rows: 0,
            bank_rows: 0,
            seen_root: false,
            closed_root: false,
            finished: None,
            done: None,
            undated: Repeated::new(
                "ofx-date-missing",
                "A transaction has no date, or one that does not exist. It was kept without a date.",
            ),
            refused: Repeated::new(
                "ofx-bank-error",
                "The bank answered one of the requests in this file with an error, so an account may be missing. Ask the bank for the file again.",
            ),
        }
    }

    /// Whether a row starts with this tag.
    fn take(&mut self, tag: &Tag, out: &mut Output<'_>) -> Result<bool, ImportError> {
        let name = tag.name.as_str();
        let level = LEVELS.iter().find(|l| **l == name).copied();
        if tag.closing {
            self.close(tag, level);
            return Ok(false);
        }
        if let Some(kind) = ofx_row::kind_of(name).filter(|kind| self.may_begin(*kind)) {
            self.finish(tag.offset, false);
            self.rows += 1;
            self.row = Some(Row::new(kind, name, self.rows, tag.offset, self.levels.len()));
            return Ok(true);
        }
        match level {
            Some(level) if !tag.empty => self.open(level, tag, out),
            Some(_) => {}
            None => self.leaf(tag),
        }
        Ok(false)
    }

    /// Investment rows stand in their list only. A second bank row inside a first means that the first one's end tag is missing.
    fn may_begin(&self, kind: RowKind) -> bool {
        match kind {
            RowKind::Investment => self.row.is_none() && self.levels.contains(&"INVTRANLIST"),
            RowKind::Order => self.row.is_none(),
            RowKind::Bank | RowKind::Pending => self.row.as_ref().is_none_or(|row| !row.is_investment()),
        }
    }

    fn open(&mut self, level: &'static str, tag: &Tag, out: &mut Output<'_>) {
        self.seen_root |= level == "OFX";
        match level {
            "STMTRS" | "CCSTMTRS" | "INVSTMTRS" => {
                self.currency.clear();
                self.account.clear();
            }
            "STATUS" => {
                self.status_code.clear();
                self.status_severity.clear();
            }
            "LEDGERBAL" | "AVAILBAL" | "INVBAL" => out.skipped("ofx-balance", self.rows, "A balance was left out: it is no transaction."),
            "INVPOSLIST" => out.skipped("ofx-positions", self.rows, "A list of securities held was left out: it holds no transactions."),
            "SECLIST" => out.skipped("ofx-securities", self.rows, "A list of security names was left out: it holds no transactions."),
            // Some files write a currency code as `<CURRENCY>EUR`.
            "CURRENCY" | "ORIGCURRENCY" if !tag.value.is_empty() => {
                if let Some(row) = &mut self.row {
                    row.set_currency(level, &tag.value);
                }
                return;
            }
            _ => {}
        }
        if self.levels.len() < 64 {
            self.levels.push(level);
        }
    }

    fn close(&mut self, tag: &Tag, level: Option<&'static str>) {
        if self.row.as_ref().is_some_and(|row| row.ends_with(&tag.name)) {
            self.finish(tag.tag_end, true);
        }
        let Some(level) = level else { return };
        if level == "STATUS" && self.status_severity.eq_ignore_ascii_case("ERROR") && !self.status_code.trim_start_matches('0').is_empty() {
            self.refused.count(self.rows);
        }
        if matches!(level, "BANKTRANLIST" | "BANKTRANLISTP" | "INVTRANLIST") {
            self.finish(tag.offset, false);
        }
        self.closed_root |= level == "OFX";
        if let Some(i) = self.levels.iter().rposition(|l| *l == level) {
            self.levels.truncate(i);
        }
    }

    fn leaf(&mut self, tag: &Tag) {
        let level = self.levels.last().copied().unwrap_or_default();
        if let Some(row) = &mut self.row {
            row.set(level, &tag.name, &tag.value);
            return;
        }
        match (level, tag.name.as_str()) {
            (_, "CURDEF") => tag.value.clone_into(&mut self.currency),
            ("BANKACCTFROM" | "CCACCTFROM" | "INVACCTFROM", "ACCTID") => tag.value.clone_into(&mut self.account),
            ("STATUS", "CODE") => tag.value.clone_into(&mut self.status_code),
            ("STATUS", "SEVERITY") => tag.value.clone_into(&mut self.status_severity),
            _ => {}
        }
    }

    fn finish(&mut self, end: u64, closed: bool) {
        if let Some(mut row) = self.row.take() {
            row.closed = closed;
            self.levels.truncate(row.level);
            self.finished = Some((row.offset, end));
            self.done = Some(row);
        }
    }

    fn hand_over(&mut self, raw: &str, out: &mut Output<'_>) -> Result<(), ImportError> {
        let Some(row) = self.done.take() else { return Ok(()) };
        let length = u32::try_from(raw.len()).unwrap_or(u32::MAX);
        let locator = Locator { entry: 0, row: row.number, offset: row.offset, length };
        if row.is_order() {
            return out.quarantine(locator, "ofx-order", ORDER.to_owned(), raw);
        }
        let mut record = Record::new(if row.is_investment() { Kind::Other } else { Kind::BankTransaction });
        record.locator = locator;
        record.account.push_str(&self.account);
        match row.fill(&mut record, self.mark, &self.currency) {
            Err(refused) => out.quarantine(locator, "ofx-amount", refusal(refused), raw),
            Ok(()) => {
                if !row.closed {
                    out.noted("ofx-not-closed", row.number, "A transaction has no end tag; it ends where the next one starts.");
                }
                if record.moment.is_none() {
                    self.undated.count(row.number);
                }
                self.bank_rows += u64::from(record.status != Status::Info);
                out.record(&mut record)
            }
        }
    }

    fn end(&mut self, input: &Input<'_>, position: u64, out: &mut Output<'_>) -> Result<(), ImportError> {
        if !self.seen_root {
            return Err(ImportError::damaged(input.at(), "there is no <OFX> in it, so it is no OFX file"));
        }
        let inside = self.row.is_some() || self.levels.iter().any(|l| matches!(*l, "BANKTRANLIST" | "BANKTRANLISTP" | "INVTRANLIST"));
        if !self.closed_root && inside {
            let at = input.at().row(self.rows).offset(position);
            return Err(ImportError::damaged(at, "the file ends inside a list of transactions, so some are missing"));
        }
        if !self.closed_root {
            let text = "The file has no </OFX> at its end. If transactions are missing, download it again.";
            out.diagnostic(Diagnostic::new("ofx-cut-off", Severity::Warning, text).at_row(self.rows))?;
        }
        self.undated.tell(out)?;
        self.refused.tell(out)?;
        if self.bank_rows == 0 {
            nothing_found(out, "bank transactions")?;
        }
        Ok(())
    }
}

const ORDER: &str = "This is a bank's answer to a transfer or payment that was ordered, not a line of a statement. It was set aside: whether the money moved, and in which direction, stands in the account's statement.";

fn refusal(refused: Refused) -> String {
    format!("The transaction was set aside: {}.", refused.text())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Kept, read, recognise};

    const HEADER: &str = "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nENCODING:USASCII\nCHARSET:1252\n\n";

    fn statement(rows: &str) -> String {
        let account = "<BANKACCTFROM><BANKID>1<ACCTID>AC-1<ACCTTYPE>CHECKING</BANKACCTFROM>";
        format!(
            "{HEADER}<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>EUR{account}<BANKTRANLIST>{rows}</BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>"
        )
    }

    fn kept(text: &str) -> Kept {
        read(&Ofx, text.as_bytes(), &[]).expect("reads")
    }

    const ROW: &str =
        "<STMTTRN><TRNTYPE>POS<DTPOSTED>20250901120000[-5:EST]<TRNAMT>-6.60<FITID>F-0001<NAME>Tea &amp; Co<MEMO>card 12</STMTTRN>";

    #[test]
    fn open_and_closed_tags_give_the_same_row_and_its_text_can_be_found() {
        let open = statement(ROW);
        let closed = statement("<STMTTRN>\n <TRNTYPE>POS</TRNTYPE><DTPOSTED>20250901120000[-5:EST]</DTPOSTED><TRNAMT>-6.60</TRNAMT><FITID>F-0001</FITID><NAME>Tea &amp; Co</NAME><MEMO>card 12</MEMO></STMTTRN>")
            .replace(HEADER, "<?xml version=\"1.0\"?><?OFX OFXHEADER=\"200\" VERSION=\"211\"?>");
        let (a, b) = (kept(&open), kept(&closed));
        assert_eq!(a.identities, b.identities);
        let record = &a.records[0];
        assert_eq!((record.title.as_str(), record.account.as_str(), record.external_id.as_str()), ("Tea & Co", "AC-1", "F-0001"));
        assert_eq!(record.moment.map(|m| m.to_string()).as_deref(), Some("2025-09-01T12:00:00-05:00"));
        let (from, length) = (record.locator.offset as usize, record.locator.length as usize);
        assert_eq!(&open[from..from + length], ROW);
        assert_eq!(Ofx.cells(ROW, &record.locator)[2], ("TRNAMT".to_owned(), "-6.60".to_owned()));
        for text in [&open, &closed] {
            assert_eq!(recognise(&Ofx, text.as_bytes(), "x"), Some(Confidence::Certain));
        }
        assert_eq!(kept(&open.replace("F-0001", "000012")).records[0].external_id, "", "a running number is no id");
        assert_eq!(recognise(&Ofx, b"<html><p>about <b>OFX</b> <ofx></html>", "x.ofx"), None);
    }

    #[test]
    fn a_damaged_amount_is_set_aside_with_its_text_and_the_rest_is_read() {
        let rows =
            format!("<STMTTRN><DTPOSTED>20250901<TRNAMT>12,34.5<NAME>x</STMTTRN>{ROW}<STMTTRN><DTPOSTED>20250901<NAME>none</STMTTRN>");
        let kept = kept(&statement(&rows));
        assert_eq!((kept.records.len(), kept.quarantined.len()), (1, 2));
        assert!(kept.quarantined[0].raw.reveal().ends_with("</STMTTRN>"));
        assert_eq!(kept.quarantined[1].locator.row, 3);
    }

    #[test]
    fn the_mark_is_decided_for_the_file_or_asked() {
        let row = |amount: &str| format!("<STMTTRN><DTPOSTED>20250901<TRNAMT>{amount}</STMTTRN>");
        let comma = statement(&(row("1,234") + &row("-12,50")));
        assert_eq!(kept(&comma).sums(), "-11.266 EUR");
        let group = statement(&(row("1,234") + &row("-12.50")));
        assert_eq!(kept(&group).sums(), "1221.50 EUR");
        let open = statement(&row("1,234"));
        let question = read(&Ofx, open.as_bytes(), &[]).map(|_| ()).expect_err("must ask").expect("a question");
        assert_eq!(question.id, "decimal-mark");
        let kept = read(&Ofx, open.as_bytes(), &[("decimal-mark", "dot")]).expect("answered");
        assert_eq!(kept.sums(), "1234 EUR");
    }

    #[test]
    fn each_statement_has_its_account_and_currency() {
        let second = "<CCSTMTTRNRS><CCSTMTRS><CURDEF>usd<CCACCTFROM><ACCTID>4111</CCACCTFROM><BANKTRANLIST><STMTTRN><DTPOSTED>20250902<TRNAMT>+ 5,00<CURRENCY><CURRATE>1<CURSYM>GBP</CURRENCY></STMTTRN></BANKTRANLIST></CCSTMTRS></CCSTMTTRNRS></OFX>";
        let kept = kept(&statement(&ROW.replace("-6.60", "-6,60")).replace("</OFX>", second));
        assert_eq!(kept.records.iter().map(|r| r.account.as_str()).collect::<Vec<_>>(), ["AC-1", "4111"]);
        assert_eq!(kept.sums(), "-6.60 EUR, 5.00 GBP");
    }

    #[test]
    fn a_cut_file_is_refused_and_a_missing_end_tag_is_not() {
        let whole = statement(ROW);
        let cut = &whole[..whole.find("<MEMO>").expect("is there")];
        assert!(matches!(read(&Ofx, cut.as_bytes(), &[]), Err(Err(ImportError::Damaged { .. }))));
        let lost = statement(&format!("{}{ROW}", ROW.replace("</STMTTRN>", "")));
        assert_eq!(kept(&lost).records.len(), 2);
        assert!(matches!(read(&Ofx, HEADER.as_bytes(), &[]), Err(Err(ImportError::Damaged { .. }))));
    }

    #[test]
    fn a_header_that_lies_about_its_charset_is_not_believed() {
        let utf8 = statement(&ROW.replace("Tea", "Té"));
        assert_eq!(kept(&utf8).records[0].party, "Té & Co");
        let bytes = encoding_rs::WINDOWS_1252.encode(&utf8).0.into_owned();
        assert_eq!(read(&Ofx, &bytes, &[]).expect("reads").records[0].party, "Té & Co");
        let polish = encoding_rs::WINDOWS_1250.encode(&utf8.replace("CHARSET:1252", "CHARSET:1250").replace("Té", "Łąka")).0.into_owned();
        assert_eq!(read(&Ofx, &polish, &[]).expect("reads").records[0].party, "Łąka & Co");
    }

    #[test]
    fn the_answer_to_an_order_is_set_aside_and_never_left_out() {
        let order = |amount: &str| {
            format!(
                "<INTRATRNRS><TRNUID>1<STATUS><CODE>0<SEVERITY>INFO</STATUS><INTRARS><CURDEF>USD<SRVRTID>S1<XFERINFO><BANKACCTFROM><ACCTID>A</BANKACCTFROM><BANKACCTTO><ACCTID>B</BANKACCTTO><TRNAMT>{amount}</XFERINFO><DTPOSTED>20250901</INTRARS></INTRATRNRS>"
            )
        };
        let kept = kept(&statement(ROW).replace("</BANKMSGSRSV1>", &format!("{}{}</BANKMSGSRSV1>", order("10.00"), order("-3.00"))));
        assert_eq!((kept.records.len(), kept.sums().as_str(), kept.quarantined.len()), (1, "-6.60 EUR", 2));
        assert!(kept.quarantined[1].raw.reveal().contains("<TRNAMT>-3.00"));
    }

    #[test]
    fn pending_and_investment_rows_keep_their_standing() {
        let pending = "<BANKTRANLISTP><STMTTRNP><TRNTYPE>POS<DTTRAN>20250903<TRNAMT>-1.00<NAME>Bar</STMTTRNP></BANKTRANLISTP>";
        let invested = "<INVSTMTRS><CURDEF>EUR<INVTRANLIST><BUYMF><INVBUY><INVTRAN><FITID>I1<DTTRADE>20250904</INVTRAN><SECID><UNIQUEID>ISIN</SECID><UNITS>2<UNITPRICE>3<TOTAL>-6</INVBUY></BUYMF></INVTRANLIST></INVSTMTRS>";
        let kept =
            kept(&statement(ROW).replace("</STMTRS>", &format!("{pending}</STMTRS>")).replace("</OFX>", &format!("{invested}</OFX>")));
        assert_eq!(kept.records.iter().map(|r| r.status).collect::<Vec<_>>(), [Status::Booked, Status::Pending, Status::Info]);
        assert_eq!((kept.sums().as_str(), kept.summary.not_counting), ("-7.60 EUR", 1));
        assert_eq!(kept.records[2].kind, Kind::Other);
    }
}

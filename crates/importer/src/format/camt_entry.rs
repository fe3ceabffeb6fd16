//! One entry of an ISO 20022 bank report: its elements gathered, then made a record.

use holdall_model::{Quantity, Record, Status, Unit};

use super::xml::{Xml, moment};
use super::{amount, props};
use crate::sink::Output;

/// Why an entry was set aside.
pub(crate) struct Fault {
    pub id: &'static str,
    pub text: &'static str,
}

struct Leaf {
    /// 0: of the entry itself; else the n-th single payment in it.
    payment: u32,
    /// Below the entry or the payment: `RltdPties/Cdtr/Nm`.
    path: String,
    text: String,
}

/// The elements of one entry as they came.
pub(crate) struct Entry {
    pub number: u64,
    pub offset: u64,
    depth: usize,
    payments: u32,
    /// Depth of the payment that is open.
    payment: Option<usize>,
    leaves: Vec<Leaf>,
    bytes: usize,
    /// Texts of payments that were too many to keep.
    left_out: bool,
    attribute: Option<String>,
}

/// Texts of an entry's payments together; a salary run of thousands keeps its sum, and its text in the file.
const DETAIL_BYTES: usize = 256 << 10;

impl Entry {
    pub(crate) fn new(number: u64, depth: usize, offset: u64) -> Self {
        Self { number, offset, depth, payments: 0, payment: None, leaves: Vec::new(), bytes: 0, left_out: false, attribute: None }
    }

    pub(crate) fn opened(&mut self, xml: &Xml<'_>) {
        self.attribute = None;
        match xml.name() {
            "TxDtls" if self.payment.is_none() => {
                self.payment = Some(xml.depth());
                self.payments = self.payments.saturating_add(1);
            }
            "Amt" | "TtlChrgsAndTaxAmt" | "InstdAmt" => self.attribute = xml.attr("Ccy"),
            _ => {}
        }
    }

    /// Whether the entry itself ended.
    pub(crate) fn closed(&mut self, xml: &Xml<'_>) -> bool {
        if xml.depth() == self.depth {
            return true;
        }
        if self.payment == Some(xml.depth()) {
            self.payment = None;
            return false;
        }
        let text = xml.text();
        if text.is_empty() {
            return false;
        }
        let payment = if self.payment.is_some() { self.payments } else { 0 };
        if payment > 0 && self.bytes + text.len() > DETAIL_BYTES || self.bytes > 4 * DETAIL_BYTES {
            self.left_out = true;
            return false;
        }
        let below = self.payment.unwrap_or(self.depth);
        let mut path = xml.path().split('/').skip(below).filter(|name| *name != "Pty").collect::<Vec<_>>().join("/");
        if let Some(currency) = self.attribute.take() {
            self.leaves.push(Leaf { payment, path: format!("{path}@Ccy"), text: currency });
        }
        // A batch in version 1 has its payments right below the entry, later ones below NtryDtls.
        if let Some(inner) = path.strip_prefix("NtryDtls/") {
            path = inner.to_owned();
        }
        self.bytes += path.len() + text.len();
        self.leaves.push(Leaf { payment, path, text: text.to_owned() });
        false
    }

    fn all<'e>(&'e self, payment: u32, path: &'e str) -> impl Iterator<Item = &'e str> {
        self.leaves.iter().filter(move |l| l.payment == payment && l.path == path).map(|l| l.text.as_str())
    }

    fn get<'e>(&'e self, payment: u32, path: &'e str) -> &'e str {
        self.all(payment, path).next().unwrap_or_default()
    }

    fn first_of<'e>(&'e self, payment: u32, paths: &[&'e str]) -> &'e str {
        paths.iter().map(|path| self.get(payment, path)).find(|text| !text.is_empty()).unwrap_or_default()
    }

    fn quantity(&self, payment: u32, path: &str) -> Option<Quantity> {
        let value = amount::plain(self.get(payment, path)).ok()?;
        Some(Quantity::new(value, amount::currency(self.get(payment, &format!("{path}@Ccy")))))
    }
}

pub(crate) fn fill(entry: &Entry, record: &mut Record, account_currency: &str, out: &mut Output<'_>) -> Result<(), Fault> {
    let value = amount::plain(entry.get(0, "Amt")).map_err(|refused| Fault { id: "camt-amount", text: refused.text() })?;
    if value.is_sign_negative() && !value.is_zero() {
        return Err(Fault { id: "camt-amount", text: "its amount has a minus sign beside its direction, so its direction is not certain" });
    }
    // The direction is the account's own; a reversal indicator only says that the opposite happened before.
    let credit = match entry.get(0, "CdtDbtInd") {
        "CRDT" => true,
        "DBIT" => false,
        _ => return Err(Fault { id: "camt-direction", text: "it does not say whether money came in or went out" }),
    };
    let told = amount::currency(entry.get(0, "Amt@Ccy"));
    let unit = if told == Unit::UNKNOWN { amount::currency(account_currency) } else { told };
    record.amount = Some(Quantity::new(if credit { value } else { -value }, unit));
    record.status = match entry.first_of(0, &["Sts", "Sts/Cd", "Sts/Prtry"]) {
        "PDNG" | "FUTR" => Status::Pending,
        "INFO" => Status::Info,
        "BOOK" | "" => Status::Booked,
        _ => {
            out.noted("camt-status", entry.number, "An entry has a status of the bank's own; it was taken as booked.");
            Status::Booked
        }
    };
    let value_date = moment(entry.first_of(0, &["ValDt/Dt", "ValDt/DtTm"]));
    record.moment = moment(entry.first_of(0, &["BookgDt/Dt", "BookgDt/DtTm"])).or(value_date);
    if let Some(value_date) = value_date {
        record.fields.set(props::value_date(), &value_date.to_string());
    }
    let reversal = matches!(entry.get(0, "RvslInd"), "true" | "1");
    if reversal {
        record.fields.set(props::memo(), "Reversal");
    }
    record.fields.set(props::transaction_type(), &bank_code(entry));
    record.external_id.push_str(own_id(entry));
    let other_side = if credit != reversal { "Dbtr" } else { "Cdtr" };
    match entry.payments {
        0 | 1 => single(entry, entry.payments, other_side, unit, record),
        _ => batch(entry, other_side, record),
    }
    if entry.left_out {
        out.noted("camt-batch-long", entry.number, "A batch holds more single payments than can be listed; its total is complete.");
    }
    rest(entry, record);
    Ok(())
}

/// The bank's reference of the entry, unless it is a filler or a mere running number.
fn own_id(entry: &Entry) -> &str {
    let of_payment = if entry.payments == 1 { entry.get(1, "Refs/AcctSvcrRef") } else { "" };
    [entry.get(0, "AcctSvcrRef"), of_payment].into_iter().find(|id| id.len() >= 6 && real(id)).unwrap_or_default()
}

fn real(reference: &str) -> bool {
    !reference.is_empty() && !matches!(reference.to_ascii_uppercase().as_str(), "NOTPROVIDED" | "NONREF" | "NOT PROVIDED" | "NOREF")
}

fn bank_code(entry: &Entry) -> String {
    let code = |payment| {
        let domain = [
            entry.get(payment, "BkTxCd/Domn/Cd"),
            entry.get(payment, "BkTxCd/Domn/Fmly/Cd"),
            entry.get(payment, "BkTxCd/Domn/Fmly/SubFmlyCd"),
        ];
        if domain[0].is_empty() { entry.get(payment, "BkTxCd/Prtry/Cd").to_owned() } else { domain.join("-") }
    };
    let own = code(0);
    if own.is_empty() && entry.payments == 1 { code(1) } else { own }
}

/// Name and account of the other side of a payment.
fn party<'e>(entry: &'e Entry, payment: u32, side: &str) -> (&'e str, &'e str) {
    let of = |side: &str| match side {
        "Dbtr" => (
            entry.first_of(payment, &["RltdPties/Dbtr/Nm", "RltdPties/UltmtDbtr/Nm"]),
            entry.first_of(payment, &["RltdPties/DbtrAcct/Id/IBAN", "RltdPties/DbtrAcct/Id/Othr/Id", "RltdPties/DbtrAcct/Id/PrtryAcct/Id"]),
        ),
        _ => (
            entry.first_of(payment, &["RltdPties/Cdtr/Nm", "RltdPties/UltmtCdtr/Nm"]),
            entry.first_of(payment, &["RltdPties/CdtrAcct/Id/IBAN", "RltdPties/CdtrAcct/Id/Othr/Id", "RltdPties/CdtrAcct/Id/PrtryAcct/Id"]),
        ),
    };
    match of(side) {
        ("", "") => (entry.first_of(payment, &["RltdPties/TradgPty/Nm", "RltdPties/Prtry/Pty/Nm", "RltdPties/Prtry/Nm"]), ""),
        found => found,
    }
}

/// What the payment is for, as one line.
fn purpose(entry: &Entry, payment: u32) -> String {
    let free: Vec<&str> = entry.all(payment, "RmtInf/Ustrd").collect();
    let structured: Vec<&str> = entry.all(payment, "RmtInf/Strd/AddtlRmtInf").collect();
    let lines = if free.is_empty() { structured } else { free };
    lines.join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
}

fn single(entry: &Entry, payment: u32, side: &str, unit: Unit, record: &mut Record) {
    let (name, account) = party(entry, payment, side);
    record.party.push_str(name);
    let purpose = purpose(entry, payment);
    let (about, about_payment) = (entry.get(0, "AddtlNtryInf"), entry.get(payment, "AddtlTxInf"));
    let candidates = [purpose.as_str(), about_payment, about, name];
    record.title.push_str(candidates.into_iter().find(|t| !t.is_empty()).unwrap_or_default());
    if record.title.is_empty() {
        record.title = bank_code(entry);
    }
    let fields = &mut record.fields;
    for text in [about_payment, about] {
        if text != record.title {
            fields.set(props::memo(), text);
        }
    }
    fields.set(props::counterparty_account(), account);
    references(entry, payment, record);
    let fields = &mut record.fields;
    fields.set(props::mandate_reference(), entry.get(payment, "Refs/MndtId"));
    if side == "Cdtr" {
        fields.set(
            props::creditor_id(),
            entry.first_of(payment, &["RltdPties/Cdtr/Id/PrvtId/Othr/Id", "RltdPties/Cdtr/Id/PrvtId/OthrId/Id"]),
        );
    }
    fields.set(props::check_number(), entry.get(payment, "Refs/ChqNb"));
    let fee = ["Chrgs/TtlChrgsAndTaxAmt", "Chrgs/Rcrd/Amt", "Chrgs/Amt"].into_iter();
    let fee = fee.flat_map(|path| [(0, path), (payment, path)]).find_map(|(of, path)| entry.quantity(of, path));
    if let Some(fee) = fee.filter(|fee| !fee.value.is_zero()) {
        fields.set(props::fee(), &amount::quantity_text(fee));
    }
    let original =
        [(payment, "AmtDtls/InstdAmt/Amt"), (0, "AmtDtls/InstdAmt/Amt")].into_iter().find_map(|(of, path)| entry.quantity(of, path));
    if let Some(original) = original.filter(|original| original.unit != unit) {
        fields.set(props::original_amount(), &amount::quantity_text(original));
        let rates = ["AmtDtls/InstdAmt/CcyXchg/XchgRate", "AmtDtls/TxAmt/CcyXchg/XchgRate", "AmtDtls/CntrValAmt/CcyXchg/XchgRate"];
        let rate = [payment, 0].into_iter().map(|of| entry.first_of(of, &rates)).find(|r| !r.is_empty()).unwrap_or_default();
        fields.set(props::exchange_rate(), rate);
    }
}

fn references(entry: &Entry, payment: u32, record: &mut Record) {
    let told = ["Refs/EndToEndId", "RmtInf/Strd/CdtrRefInf/Ref", "RmtInf/Strd/CdtrRefInf/CdtrRef", "Refs/UETR", "Refs/TxId"];
    let mut seen: Vec<&str> = Vec::new();
    let entry_reference = entry.get(0, "NtryRef");
    for reference in told.into_iter().flat_map(|path| entry.all(payment, path)).chain([entry_reference]) {
        if real(reference) && !seen.contains(&reference) {
            seen.push(reference);
            record.fields.set(props::reference(), reference);
        }
    }
}

fn batch(entry: &Entry, side: &str, record: &mut Record) {
    let about = entry.get(0, "AddtlNtryInf");
    let told = entry.get(0, "Btch/NbOfTxs");
    let number = if told.is_empty() { entry.payments.to_string() } else { told.to_owned() };
    record.title = if about.is_empty() { format!("{number} payments in one") } else { about.to_owned() };
    let mut list = String::new();
    for payment in 1..=entry.payments {
        let amount = entry.quantity(payment, "Amt").or_else(|| entry.quantity(payment, "AmtDtls/TxAmt/Amt")).map(amount::quantity_text);
        let (name, account) = party(entry, payment, side);
        let parts = [
            amount.unwrap_or_default(),
            name.to_owned(),
            account.to_owned(),
            purpose(entry, payment),
            entry.get(payment, "Refs/EndToEndId").to_owned(),
        ];
        let line = parts.iter().filter(|p| real(p)).map(String::as_str).collect::<Vec<_>>().join(", ");
        if line.is_empty() {
            continue;
        }
        if !list.is_empty() {
            list.push_str(" | ");
        }
        list.push_str(&line);
        if list.len() > DETAIL_BYTES {
            break;
        }
    }
    record.fields.set(props::memo(), &list);
    record.fields.set(props::count(), &number);
    if real(entry.get(0, "NtryRef")) {
        record.fields.set(props::reference(), entry.get(0, "NtryRef"));
    }
}

/// Everything that no property holds stays findable.
fn rest(entry: &Entry, record: &mut Record) {
    const USED: [&str; 14] = [
        "Amt",
        "Amt@Ccy",
        "CdtDbtInd",
        "Sts",
        "Sts/Cd",
        "RvslInd",
        "AddtlNtryInf",
        "AcctSvcrRef",
        "RmtInf/Ustrd",
        "RltdPties/Cdtr/Nm",
        "RltdPties/Dbtr/Nm",
        "Refs/EndToEndId",
        "AddtlTxInf",
        "NtryRef",
    ];
    for leaf in &entry.leaves {
        let date = leaf.path.ends_with("/Dt") || leaf.path.ends_with("/DtTm");
        let code = leaf.path.starts_with("BkTxCd/")
            || leaf.path.ends_with("@Ccy")
            || leaf.path.ends_with("CdtDbtInd")
            || leaf.path.ends_with("/Cd");
        if date || code || USED.contains(&leaf.path.as_str()) || record.unmapped.len() > DETAIL_BYTES {
            continue;
        }
        if !record.unmapped.is_empty() {
            record.unmapped.push(' ');
        }
        record.unmapped.push_str(&leaf.text);
    }
}

#[cfg(test)]
mod tests {
    use holdall_model::Severity;

    use super::super::camt::Camt;
    use crate::error::ImportError;
    use crate::format::props;
    use crate::testing::{Kept, read};
    use holdall_model::{Locator, Status};

    use crate::format::Language;

    const NTRY: &str = "<Ntry><Amt Ccy=\"EUR\">10.50</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2025-09-30+02:00</Dt></BookgDt><ValDt><Dt>2025-10-01</Dt></ValDt><AcctSvcrRef>REF-0001</AcctSvcrRef><NtryDtls><TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId><MndtId>M1</MndtId></Refs><AmtDtls><InstdAmt><Amt Ccy=\"USD\">12</Amt><CcyXchg><XchgRate>1.14</XchgRate></CcyXchg></InstdAmt></AmtDtls><RltdPties><Dbtr><Nm>Me</Nm></Dbtr><Cdtr><Nm>Gas &amp; Co</Nm></Cdtr><CdtrAcct><Id><IBAN>NL1</IBAN></Id></CdtrAcct></RltdPties><RmtInf><Ustrd>Bill</Ustrd><Ustrd>  7</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>";

    fn document(prefix: &str, entries: &str) -> String {
        let bal = |code: &str, amount: &str| {
            format!("<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy=\"EUR\">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>")
        };
        let body = format!(
            "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.02\"><BkToCstmrStmt><Stmt><Id>1</Id><Acct><Id><IBAN>DE1</IBAN></Id><Ccy>EUR</Ccy></Acct>{}{}{entries}</Stmt></BkToCstmrStmt></Document>",
            bal("OPBD", "100"),
            bal("CLBD", "89.50")
        );
        if prefix.is_empty() {
            body
        } else {
            body.replace("</", &format!("\u{1}{prefix}"))
                .replace('<', &format!("<{prefix}"))
                .replace('\u{1}', "</")
                .replace("xmlns=", "xmlns:n=")
        }
    }

    fn kept(text: &str) -> Kept {
        read(&Camt, text.as_bytes(), &[]).expect("reads")
    }

    fn warnings(kept: &Kept) -> Vec<&str> {
        kept.diagnostics.iter().filter(|d| d.severity == Severity::Warning).map(|d| d.id.as_str()).collect()
    }

    #[test]
    fn an_entry_has_its_facts_and_its_place_with_any_prefix() {
        let plain = document("", NTRY);
        let kept_plain = kept(&plain);
        let record = &kept_plain.records[0];
        assert_eq!((record.title.as_str(), record.party.as_str(), record.account.as_str()), ("Bill 7", "Gas & Co", "DE1"));
        assert_eq!(record.moment.map(|m| m.to_string()).as_deref(), Some("2025-09-30"));
        let field = |p| record.fields.get(p);
        assert_eq!((field(props::original_amount()), field(props::exchange_rate())), (Some("12 USD"), Some("1.14")));
        assert_eq!(
            (field(props::mandate_reference()), field(props::reference()), field(props::counterparty_account())),
            (Some("M1"), None, Some("NL1"))
        );
        assert_eq!((kept_plain.sums().as_str(), warnings(&kept_plain).len()), ("-10.50 EUR", 0));
        let (from, length) = (record.locator.offset as usize, record.locator.length as usize);
        assert_eq!(&plain[from..from + length], NTRY);
        assert!(Camt.cells(NTRY, &Locator::default()).contains(&("Ntry/Amt@Ccy".to_owned(), "EUR".to_owned())));
        assert_eq!(kept(&document("n:", NTRY)).identities, kept_plain.identities);
        let v8 = NTRY.replace("<Sts>BOOK</Sts>", "<Sts><Cd>BOOK</Cd></Sts>").replace("<Nm>", "<Pty><Nm>").replace("</Nm>", "</Nm></Pty>");
        assert_eq!(kept(&document("", &v8)).identities, kept_plain.identities);
    }

    #[test]
    fn pending_counts_information_does_not_and_a_reversal_has_its_own_direction() {
        let with = |status: &str| NTRY.replace("BOOK", status);
        let reversal = NTRY.replace("DBIT", "CRDT").replace("<Sts>", "<RvslInd>true</RvslInd><Sts>");
        let kept = kept(&document("", &(with("PDNG") + &with("INFO") + &reversal)));
        assert_eq!(kept.records.iter().map(|r| r.status).collect::<Vec<_>>(), [Status::Pending, Status::Info, Status::Booked]);
        assert_eq!(kept.sums(), "0.00 EUR");
        assert_eq!(kept.records[2].party, "Gas & Co", "a debit that came back is still with its creditor");
        assert_eq!(warnings(&kept), ["camt-balance"]);
    }

    #[test]
    fn a_batch_is_one_record_that_lists_its_payments() {
        let one = |n: &str| format!("<TxDtls><Amt Ccy=\"EUR\">{n}</Amt><RltdPties><Cdtr><Nm>P{n}</Nm></Cdtr></RltdPties></TxDtls>");
        let batch = format!(
            "{}<NtryDtls><Btch><NbOfTxs>2</NbOfTxs></Btch>{}{}</NtryDtls></Ntry>",
            &NTRY[..NTRY.find("<NtryDtls>").expect("is there")],
            one("4"),
            one("6.50")
        );
        let kept = kept(&document("", &batch));
        assert_eq!((kept.records.len(), kept.sums().as_str()), (1, "-10.50 EUR"));
        assert_eq!(kept.records[0].fields.get(props::memo()), Some("4 EUR, P4 | 6.50 EUR, P6.50"));
    }

    #[test]
    fn what_is_not_certain_is_set_aside() {
        for (from, to) in [("10.50", "10,50"), ("10.50", "-10.50"), ("DBIT", "DEBIT"), ("10.50", "")] {
            let kept = kept(&document("", &(NTRY.replacen(from, to, 1) + NTRY)));
            assert_eq!((kept.records.len(), kept.quarantined.len()), (1, 1), "{to}");
            assert!(kept.quarantined[0].raw.reveal().starts_with("<Ntry>") && kept.quarantined[0].raw.reveal().ends_with("</Ntry>"));
        }
    }

    #[test]
    fn the_declared_charset_is_believed_only_where_the_text_is_not_utf_8() {
        let text = format!("<?xml version=\"1.0\" encoding=\"ISO-8859-2\"?>\n{}", document("", &NTRY.replace("Gas", "Łąka")));
        let latin2 = encoding_rs::ISO_8859_2.encode(&text).0.into_owned();
        for bytes in [text.as_bytes(), &latin2] {
            let kept = read(&Camt, bytes, &[]).expect("reads");
            assert_eq!(kept.records[0].party, "Łąka & Co");
            let (from, length) = (kept.records[0].locator.offset as usize, kept.records[0].locator.length as usize);
            assert!(text[from..from + length].starts_with("<Ntry>") && text[from..from + length].ends_with("</Ntry>"));
        }
        let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        assert_eq!(read(&Camt, &utf16, &[]).expect("reads").records[0].party, "Łąka & Co");
    }

    #[test]
    fn a_cut_file_and_a_hostile_one_are_refused() {
        let text = document("", NTRY);
        for cut in [text.len() - 5, text.find("<RmtInf>").expect("is there") + 20] {
            assert!(matches!(read(&Camt, &text.as_bytes()[..cut], &[]), Err(Err(ImportError::Damaged { .. }))), "{cut}");
        }
        let laughs = format!("<!DOCTYPE x [<!ENTITY a \"ha\">]>{text}");
        assert!(matches!(read(&Camt, laughs.as_bytes(), &[]), Err(Err(ImportError::Damaged { .. }))));
        let deep = format!("{}{}", &text[..text.find("<Ntry>").expect("is there")], "<a>".repeat(1_000_000));
        assert!(matches!(read(&Camt, deep.as_bytes(), &[]), Err(Err(ImportError::TooLarge { limit: 128, .. }))));
        let long = format!("{}<Ntry a=\"{}", &text[..text.find("<Ntry>").expect("is there")], "x".repeat(8 << 20));
        assert!(matches!(read(&Camt, long.as_bytes(), &[]), Err(Err(ImportError::TooLarge { .. }))));
    }
}

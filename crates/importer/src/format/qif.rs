//! QIF, the Quicken interchange format: lines of one letter and a value, entries ended by `^`.
//!
//! The file says neither the order of its dates nor its currency. The order is proven by the whole file or asked; the
//! currency stays unknown.

use std::collections::BTreeMap;

use holdall_model::{Diagnostic, Kind, Locator, Moment, Quantity, Record, Severity, Status, Unit};
use rust_decimal::Decimal;

use super::amount::{self, Mark, Refused};
use super::findings::nothing_found;
use super::lines::{self, Line, Lines};
use super::qif_date::{self, Order};
use super::{Answers, Confidence, Language, props};
use crate::decide::{Decided, Decisions, Question};
use crate::error::{At, ImportError};
use crate::input::{Head, Input};
use crate::sink::Output;

pub(crate) struct Qif;

impl Language for Qif {
    fn id(&self) -> &'static str {
        "qif"
    }

    fn recognise(&self, head: &Head<'_>) -> Option<Confidence> {
        let mut lines = lines::of(head.text).map(str::trim).filter(|l| !l.is_empty());
        let first = lines.next()?.trim_start_matches('\u{feff}').to_ascii_lowercase();
        if first.starts_with("!type:") || first == "!account" || first.starts_with("!option:") || first.starts_with("!clear:") {
            return Some(Confidence::Certain);
        }
        // Without a header: one-letter lines, some of them ends of entries.
        let seen: Vec<&str> = std::iter::once(first.as_str()).chain(lines).take(200).collect();
        let entry = |l: &&str| is_end(l) || l.starts_with(['D', 'd', 'T', 'P', 'M', 'N', 'L', 'C', 'U', 'S', 'E', '$', 'A']);
        let ends = seen.iter().filter(|l| is_end(l)).count();
        (ends > 0 && first.starts_with('d') && seen.iter().all(entry)).then_some(Confidence::Likely)
    }

    fn decide(&self, input: &Input<'_>, answers: &Answers) -> Result<Decided, ImportError> {
        decide(input, answers)
    }

    fn read(&self, input: &Input<'_>, decisions: &Decisions, out: &mut Output<'_>) -> Result<(), ImportError> {
        let mut text = input.text()?;
        let mut lines = Lines::new(&mut text, input.at(), input.limits().record_bytes, lines::base_offset(input));
        let mut reader = Reader {
            at: input.at(),
            order: decisions.fact("date-order").and_then(Order::named),
            mark: decisions.fact("decimal-mark").and_then(Mark::named),
            ..Reader::default()
        };
        let cap = input.limits().record_bytes;
        while let Some(line) = lines.next()? {
            reader.take(&line, cap, out)?;
        }
        reader.end(input, out)
    }

    fn cells(&self, raw: &str, _locator: &Locator) -> Vec<(String, String)> {
        let named = |letter| match letter {
            'D' => "Date",
            'T' | 'U' => "Amount",
            'P' => "Payee",
            'M' => "Memo",
            'N' => "Number",
            'L' => "Category",
            'C' => "Cleared",
            'A' => "Address",
            'S' => "Split category",
            'E' => "Split memo",
            '$' => "Split amount",
            _ => "",
        };
        let lines = lines::of(raw).filter_map(|l| l.chars().next().map(|letter| (letter, &l[letter.len_utf8()..])));
        lines
            .filter(|(letter, _)| *letter != '^')
            .map(|(c, v)| (if named(c).is_empty() { c.to_string() } else { named(c).to_owned() }, v.trim().to_owned()))
            .collect()
    }
}

/// What a section's entries are.
#[derive(Clone, Copy, Default, PartialEq)]
enum Section {
    /// Before any header: a bank account, as everybody reads it.
    #[default]
    Cash,
    Investment,
    Account,
    /// Categories, securities, prices, memorised entries: no transactions.
    List,
}

fn section(header: &str) -> Option<Section> {
    let header = header.trim().to_ascii_lowercase();
    if header == "!account" {
        return Some(Section::Account);
    }
    let kind = header.strip_prefix("!type:")?.trim();
    Some(match kind {
        "bank" | "cash" | "ccard" | "oth a" | "oth l" | "otha" | "othl" | "asset" | "liability" => Section::Cash,
        "invst" | "invest" | "port" => Section::Investment,
        "cat" | "class" | "tag" | "memorized" | "memorised" | "security" | "prices" | "budget" | "invitem" | "template" => Section::List,
        // Programs write types of their own. Nobody's bookings are passed over for their name.
        _ => Section::Cash,
    })
}

/// Looks through all dates and amounts for those that can be read in one way only.
fn decide(input: &Input<'_>, answers: &Answers) -> Result<Decided, ImportError> {
    let mut text = input.text()?;
    let mut lines = Lines::new(&mut text, input.at(), input.limits().record_bytes, 0);
    let mut at = Section::default();
    let (mut orders, mut open_date) = (Vec::new(), None);
    let (mut marks, mut open_amount) = (Vec::new(), None);
    while let Some(line) = lines.next()? {
        let text = line.text.trim_start_matches('\u{feff}');
        if text.starts_with('!') {
            at = section(text).unwrap_or(at);
            continue;
        }
        if !matches!(at, Section::Cash | Section::Investment) {
            continue;
        }
        let Some(value) = text.get(1..) else { continue };
        match text.as_bytes()[0] {
            b'D' => match qif_date::evidence(value) {
                Some(Ok(order)) if !orders.contains(&order) => orders.push(order),
                Some(Err(())) if open_date.is_none() => open_date = Some(value.trim().to_owned()),
                _ => {}
            },
            b'T' | b'U' | b'$' => match amount::evidence(&without_symbol(value)) {
                Some(mark) if !marks.contains(&mark) => marks.push(mark),
                None if value.contains([',', '.']) && open_amount.is_none() => open_amount = Some(value.trim().to_owned()),
                _ => {}
            },
            _ => {}
        }
    }
    let mut decisions = Decisions::default();
    match (orders.as_slice(), open_date) {
        ([only], _) => decisions.set("date-order", only.name()),
        ([], None) => {}
        (_, example) => {
            let question = Question::date_order(example.as_deref().unwrap_or("13/01 beside 01/13"));
            match question.answered(answers) {
                Some(answer) => decisions.set("date-order", answer),
                None => return Ok(Decided::Ask(question)),
            }
        }
    }
    match (marks.as_slice(), open_amount) {
        ([only], _) => decisions.set("decimal-mark", only.name()),
        ([], Some(example)) => {
            let question = Question::decimal_mark(&example);
            match question.answered(answers) {
                Some(answer) => decisions.set("decimal-mark", answer),
                None => return Ok(Decided::Ask(question)),
            }
        }
        ([], None) => decisions.set("decimal-mark", Mark::Dot.name()),
        _ => decisions.set("decimal-mark", "mixed"),
    }
    Ok(Decided::Ready(decisions))
}

/// The lines of an entry as they come.
#[derive(Default)]
struct Entry {
    offset: u64,
    end: u64,
    raw: String,
    /// Values by letter; repeated ones stay apart.
    values: BTreeMap<char, Vec<String>>,
    /// Category, memo and amount of each part.
    splits: Vec<[String; 3]>,
}

#[derive(Default)]
struct Reader {
    at: At,
    order: Option<Order>,
    mark: Option<Mark>,
    section: Section,
    account: String,
    entry: Entry,
    rows: u64,
    records: u64,
    last_terminated: bool,
}

impl Reader {
    fn take(&mut self, line: &Line<'_>, cap: usize, out: &mut Output<'_>) -> Result<(), ImportError> {
        let text = line.text.trim_start_matches('\u{feff}').trim_end();
        self.last_terminated = line.terminated;
        if text.starts_with('!') {
            // An entry that a header cuts off is an entry all the same.
            self.finish(false, out)?;
            match section(text) {
                Some(section) => self.section = section,
                None => out.skipped("qif-option", line.number, "An option line was left out: it is no entry."),
            }
            return Ok(());
        }
        let Some(letter) = text.chars().next() else { return Ok(()) };
        if self.entry.raw.is_empty() {
            self.entry.offset = line.offset;
        } else {
            self.entry.raw.push('\n');
        }
        self.entry.end = line.end;
        if self.entry.raw.len() + text.len() > cap {
            let at = self.at.clone().row(self.rows + 1).offset(self.entry.offset);
            return Err(ImportError::TooLarge { at, what: "an entry", limit: cap as u64 });
        }
        self.entry.raw.push_str(text);
        if is_end(text) {
            return self.finish(true, out);
        }
        self.entry.set(letter, text[letter.len_utf8()..].trim());
        Ok(())
    }

    fn finish(&mut self, ended: bool, out: &mut Output<'_>) -> Result<(), ImportError> {
        let entry = std::mem::take(&mut self.entry);
        if entry.values.is_empty() && entry.splits.is_empty() {
            return Ok(());
        }
        match self.section {
            Section::Account => {
                entry.get('N').clone_into(&mut self.account);
                Ok(())
            }
            Section::List => {
                out.skipped("qif-list", self.rows, "A category, security, price or memorised entry was left out: it is no transaction.");
                Ok(())
            }
            Section::Cash | Section::Investment => self.hand_over(&entry, ended, out),
        }
    }

    fn hand_over(&mut self, entry: &Entry, ended: bool, out: &mut Output<'_>) -> Result<(), ImportError> {
        self.rows += 1;
        let length = u32::try_from(entry.end - entry.offset).unwrap_or(u32::MAX);
        let locator = Locator { entry: 0, row: self.rows, offset: entry.offset, length };
        if ['D', 'T'].iter().any(|letter| entry.values.get(letter).is_some_and(|values| values.len() > 1)) {
            let text = "The entries were set aside: the ^ between them is missing, so there are several dates or amounts.";
            return out.quarantine(locator, "qif-several", text, &entry.raw);
        }
        let invested = self.section == Section::Investment;
        let mut record = Record::new(if invested { Kind::Other } else { Kind::BankTransaction });
        record.locator = locator;
        record.account.push_str(&self.account);
        let Some(moment) = self.moment(entry) else {
            return out.quarantine(
                locator,
                "qif-date",
                "The entry was set aside: its date is missing, does not exist or is not in this file's order.",
                &entry.raw,
            );
        };
        record.moment = Some(moment);
        let told = [entry.get('T'), entry.get('U'), if invested { entry.get('$') } else { "" }]
            .into_iter()
            .find(|t| !t.is_empty())
            .unwrap_or_default();
        match read_amount(told, self.mark) {
            Ok(value) => record.amount = Some(Quantity::new(value, Unit::UNKNOWN)),
            Err(_) if invested && told.is_empty() => {}
            Err(refused) => {
                return out.quarantine(locator, "qif-amount", format!("The entry was set aside: {}.", refused.text()), &entry.raw);
            }
        }
        if !ended {
            out.noted("qif-not-ended", self.rows, "An entry is not ended by ^; it ends where the next one starts.");
        }
        if invested {
            entry.fill_investment(&mut record);
        } else {
            self.records += 1;
            if !entry.fill(&mut record, self.mark) {
                out.noted(
                    "qif-split",
                    self.rows,
                    "The parts of a split entry do not add up to its amount; the entry's own amount was kept.",
                );
            }
        }
        out.record(&mut record)
    }

    fn moment(&self, entry: &Entry) -> Option<Moment> {
        qif_date::read(entry.get('D'), self.order).map(Moment::from_date)
    }

    fn end(&mut self, input: &Input<'_>, out: &mut Output<'_>) -> Result<(), ImportError> {
        let open = !self.entry.values.is_empty() && matches!(self.section, Section::Cash | Section::Investment);
        if open && !self.last_terminated {
            let at = input.at().row(self.rows + 1).offset(self.entry.offset);
            return Err(ImportError::damaged(at, "the file ends inside an entry, so something is missing"));
        }
        if open {
            let text = "The last entry is not ended by ^, so the file may be cut off. Compare its end with your account.";
            out.diagnostic(Diagnostic::new("qif-cut-off", Severity::Warning, text).at_row(self.rows + 1))?;
        }
        self.finish(!open, out)?;
        if self.records == 0 {
            nothing_found(out, "cash entries")?;
        }
        Ok(())
    }
}

/// Some programs write more than the one mark: `^^`.
fn is_end(line: &str) -> bool {
    line.trim_start().starts_with('^')
}

/// `-£1.50`, `£-1.50` and `1,50 €` without the symbol.
fn without_symbol(amount: &str) -> String {
    let symbol = ['$', '€', '£', '¥', '₹'];
    let digits = amount.trim().trim_start_matches(['+', '-', '\u{2212}']);
    let sign = &amount.trim()[..amount.trim().len() - digits.len()];
    let plain = digits.strip_prefix(symbol).or_else(|| digits.strip_suffix(symbol)).unwrap_or(digits);
    format!("{sign}{}", plain.trim())
}

fn read_amount(text: &str, mark: Option<Mark>) -> Result<Decimal, Refused> {
    let text = &without_symbol(text);
    match mark.or_else(|| amount::evidence(text)) {
        Some(mark) => amount::number(text, mark),
        None if text.contains([',', '.']) => Err(Refused::Ambiguous),
        None => amount::number(text, Mark::Dot),
    }
}

impl Entry {
    fn set(&mut self, letter: char, value: &str) {
        match letter {
            'S' => self.splits.push([value.to_owned(), String::new(), String::new()]),
            'E' | '$' if !self.splits.is_empty() => {
                let part = if letter == 'E' { 1 } else { 2 };
                if let Some(split) = self.splits.last_mut() {
                    value.clone_into(&mut split[part]);
                }
            }
            _ => self.values.entry(letter).or_default().push(value.to_owned()),
        }
    }

    fn get(&self, letter: char) -> &str {
        self.values.get(&letter).and_then(|v| v.iter().find(|t| !t.is_empty())).map_or("", String::as_str)
    }

    /// Whether the parts add up.
    fn fill(&self, record: &mut Record, mark: Option<Mark>) -> bool {
        let (payee, memo, category, number) = (self.get('P'), self.get('M'), self.get('L'), self.get('N'));
        record.title.push_str([payee, memo, category].into_iter().find(|t| !t.is_empty()).unwrap_or_default());
        record.party.push_str(payee);
        let fields = &mut record.fields;
        if memo != record.title {
            fields.set(props::memo(), memo);
        }
        match category.strip_prefix('[').and_then(|c| c.split_once(']')) {
            Some((account, class)) => {
                fields.set(props::counterparty_account(), account);
                fields.set(props::tags(), class.trim_start_matches('/'));
            }
            None => fields.set(props::category(), category),
        }
        let is_check = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
        fields.set(if is_check { props::check_number() } else { props::reference() }, number);
        let mut sum = Some(Decimal::ZERO);
        for [category, memo, told] in &self.splits {
            let parts: Vec<&str> = [category, memo, told].into_iter().map(String::as_str).filter(|t| !t.is_empty()).collect();
            record.fields.set(props::memo(), &parts.join(" "));
            sum = sum.and_then(|sum| sum.checked_add(read_amount(told, mark).ok()?));
        }
        record.unmapped = self.values.get(&'A').map(|lines| lines.join(" ")).unwrap_or_default();
        self.splits.is_empty() || sum == record.amount.map(|a| a.value)
    }

    /// Investment entries move securities: they are kept for information and count for no sum of money.
    fn fill_investment(&self, record: &mut Record) {
        record.status = Status::Info;
        let (action, security, quantity, price) = (self.get('N'), self.get('Y'), self.get('Q'), self.get('I'));
        record.title = [action, quantity, security].iter().filter(|t| !t.is_empty()).copied().collect::<Vec<_>>().join(" ");
        let fields = &mut record.fields;
        fields.set(props::category(), action);
        fields.set(props::reference(), security);
        fields.set(props::memo(), self.get('M'));
        if !price.is_empty() {
            fields.set(props::memo(), &format!("{quantity} at {price}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Kept, read, recognise};

    fn kept(text: &str, answers: &[(&str, &str)]) -> Kept {
        read(&Qif, text.as_bytes(), answers).expect("reads")
    }

    const GROCER: &str = "D6/ 4'18\nT-1,234.56\nPGrocer\nLFood:Fruit\nN12\n^\n";

    #[test]
    fn an_entry_has_its_facts_and_its_place() {
        let text = format!("!Account\nNChecking\nTBank\n^\n!Type:Bank \n{GROCER}D12/31/05\nT5\nMgift\nL[Savings]/fun\n^\n");
        let kept = kept(&text, &[]);
        let record = &kept.records[0];
        assert_eq!(record.moment.map(|m| m.to_string()).as_deref(), Some("2018-06-04"));
        assert_eq!(
            (record.party.as_str(), record.account.as_str(), record.fields.get(props::check_number())),
            ("Grocer", "Checking", Some("12"))
        );
        let (from, length) = (record.locator.offset as usize, record.locator.length as usize);
        assert_eq!(&text[from..from + length], GROCER);
        let second = &kept.records[1];
        assert_eq!((second.title.as_str(), second.fields.get(props::counterparty_account())), ("gift", Some("Savings")));
        assert_eq!(kept.sums(), "-1229.56 XXX");
        assert_eq!(recognise(&Qif, text.as_bytes(), ""), Some(Confidence::Certain));
        assert_eq!(recognise(&Qif, GROCER.as_bytes(), ""), Some(Confidence::Likely));
        assert_eq!(recognise(&Qif, b"Date,Text\n", ""), None);
        assert_eq!(Qif.cells(GROCER, &Locator::default())[1], ("Amount".to_owned(), "-1,234.56".to_owned()));
    }

    #[test]
    fn the_order_of_dates_is_proven_by_the_file_or_asked() {
        let entry = |date: &str| format!("D{date}\nT1.00\n^\n");
        let first = |kept: Kept| kept.records[0].moment.map(|m| m.to_string()).unwrap_or_default();
        for (proof, told) in [("13/01/2025", "2025-04-03"), ("01/13/2025", "2025-03-04"), ("13.1.25", "2025-04-03")] {
            assert_eq!(first(kept(&format!("!Type:Bank\n{}{}", entry("03/04/2025"), entry(proof)), &[])), told);
        }
        let open = format!("!Type:Bank\n{}", entry("03/04/2025"));
        let question = read(&Qif, open.as_bytes(), &[]).map(|_| ()).expect_err("asks").expect("a question");
        assert_eq!(question.id, "date-order");
        assert_eq!(first(kept(&open, &[("date-order", "dmy")])), "2025-04-03");
        assert_eq!(first(kept(&format!("!Type:Bank\n{}", entry("05/05/2025")), &[])), "2025-05-05");
        // Both proofs in one file: nothing is decided for the person, and what does not fit the answer is set aside.
        let mixed = format!("!Type:Bank\n{}{}", entry("13/01/2025"), entry("01/13/2025"));
        assert!(matches!(read(&Qif, mixed.as_bytes(), &[]), Err(Ok(_))));
        let answered = kept(&mixed, &[("date-order", "mdy")]);
        assert_eq!((answered.records.len(), answered.quarantined.len()), (1, 1));
    }

    #[test]
    fn the_decimal_mark_is_proven_by_the_file_or_asked() {
        let entry = |amount: &str| format!("D2025-01-02\nT{amount}\n^\n");
        assert_eq!(kept(&(entry("1.234") + &entry("5,50")), &[]).sums(), "1239.50 XXX");
        assert_eq!(kept(&(entry("1,234") + &entry("5.50")), &[]).sums(), "1239.50 XXX");
        assert!(matches!(read(&Qif, entry("1.234").as_bytes(), &[]), Err(Ok(question)) if question.id == "decimal-mark"));
        assert_eq!(kept(&entry("1.234"), &[("decimal-mark", "comma")]).sums(), "1234 XXX");
    }

    #[test]
    fn amounts_may_have_a_currency_symbol_and_sections_a_name_of_their_own() {
        let text = "!Type:Foo\nD2025-01-02\nT-£1,039.00\n^\nD2025-01-02\nT$-2.00\n^\nD2025-01-02\nT3.50 €\n^\n";
        assert_eq!(kept(text, &[]).sums(), "-1037.50 XXX");
        let refused = kept("D2025-01-02\nT--£1.00\n^\nD2025-01-02\nT-£-1.00\n^\nD2025-01-02\nT$£1.00\n^\n", &[]);
        assert_eq!((refused.records.len(), refused.quarantined.len()), (0, 3));
    }

    #[test]
    fn splits_and_lists_are_no_entries_of_their_own() {
        let text = "!Type:Cat\nNFood\nE\n^\n!Type:Bank\nD2025-01-02\nT-3.00\nSFood\nEapples\n$-1.00\nSHome\n$-2.00\n^\n!Type:Invst\nD2025-01-03\nNBuy\nYACME\nI2\nQ3\nT-6.00\n^\n";
        let kept = kept(text, &[]);
        assert_eq!(kept.records[0].fields.get(props::memo()), Some("Food apples -1.00; Home -2.00"));
        assert_eq!((kept.records[1].status, kept.records[1].title.as_str()), (Status::Info, "Buy 3 ACME"));
        assert_eq!((kept.sums().as_str(), kept.summary.skipped), ("-3.00 XXX", 1));
        assert!(!kept.diagnostics.iter().any(|d| d.id == "qif-split"));
    }

    #[test]
    fn entries_are_parted_by_more_marks_than_one_and_never_taken_together() {
        let kept = read(&Qif, b"!Type:Bank\nD2025-01-02\nT2.00\n^^\nD2025-01-03\nT3.00\n^ \n!Type:Bank\nD2025-01-04\nT4.00\n^^\n", &[])
            .expect("reads");
        assert_eq!(kept.records.len(), 3);
        let kept = read(&Qif, b"!Type:Bank\nD2025-01-02\nT2.00\nD2025-01-03\nT3.00\n^\nD2025-01-04\nT4.00\n^\n", &[]).expect("reads");
        assert_eq!((kept.records.len(), kept.quarantined.len()), (1, 1));
    }

    #[test]
    fn damage_is_told() {
        let text = "!Type:Bank\nD2025-02-30\nT1.00\n^\nD2025-02-01\nTten\n^\nD2025-02-01\nT2.00\n";
        let read_on = kept(text, &[]);
        assert_eq!((read_on.records.len(), read_on.quarantined.len()), (1, 2));
        assert!(read_on.diagnostics.iter().any(|d| d.id == "qif-cut-off"));
        assert!(matches!(read(&Qif, &text.as_bytes()[..text.len() - 3], &[]), Err(Err(ImportError::Damaged { .. }))));
        assert_eq!(kept("!Type:Bank\n", &[]).records.len(), 0);
    }
}

//! What the person says about a table of no known vendor: roles of columns, answers, and answers given before.

use holdall_importer::{Decisions, Identity, Inspection, Options, Outcome, Sink, SinkError, Source, inspect, read};
use holdall_model::{Diagnostic, Quarantined, Record, Task};

#[derive(Default)]
struct Amounts(Vec<String>);

impl Sink for Amounts {
    fn record(&mut self, record: &Record, _: &Identity) -> Result<(), SinkError> {
        self.0.push(record.amount.map(|a| a.value.to_string()).unwrap_or_default());
        Ok(())
    }

    fn quarantined(&mut self, _: Quarantined) -> Result<(), SinkError> {
        Ok(())
    }

    fn diagnostic(&mut self, _: Diagnostic) -> Result<(), SinkError> {
        Ok(())
    }
}

fn options(answers: &[(&str, &str)], remembered: &[Decisions]) -> Options {
    let answers = answers.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    Options { answers, remembered: remembered.to_vec(), ..Options::default() }
}

fn look(text: &str, options: &Options) -> Inspection {
    inspect(&Source::from_bytes("x.csv", text.as_bytes().to_vec()), options, &Task::silent()).expect("inspected")
}

fn amounts(text: &str, options: &Options) -> (Decisions, Vec<String>) {
    let inspection = look(text, options);
    let Outcome::Recognised { plan, .. } = &inspection.files[0].outcome else { panic!("{:?}", inspection.files[0].outcome) };
    let mut kept = Amounts::default();
    read(&Source::from_bytes("x.csv", text.as_bytes().to_vec()), plan, options, &Task::silent(), &mut kept).expect("read");
    (plan.decisions.clone(), kept.0)
}

fn asked(text: &str, options: &Options) -> Option<String> {
    match &look(text, options).files[0].outcome {
        Outcome::NeedsAnswer { question } => Some(question.id.clone()),
        _ => None,
    }
}

const TWO: &str = "When,Shop,In/out money,Other\n2025-01-02,A,-3.50,-4.00\n2025-01-13,B,-1.00,-1.20\n";

#[test]
fn a_column_is_what_the_person_says_by_heading_or_by_number() {
    assert_eq!(asked(TWO, &options(&[], &[])).as_deref(), Some("amount"));
    for (column, read) in
        [("In/OUT  money", ["-3.50", "-1.00"]), ("3", ["-3.50", "-1.00"]), ("other", ["-4.00", "-1.20"]), ("4", ["-4.00", "-1.20"])]
    {
        let mapped = options(&[(&format!("column:{column}"), "amount")], &[]);
        assert_eq!(amounts(TWO, &mapped).1, read, "{column}");
    }
}

#[test]
fn a_role_or_a_column_that_is_none_is_told_and_nothing_is_read() {
    for (column, role, told) in
        [("Betrag", "amount", "no column Betrag"), ("7", "amount", "no column 7"), ("3", "money", "money is nothing")]
    {
        let outcome = look(TWO, &options(&[(&format!("column:{column}"), role)], &[])).files.remove(0).outcome;
        assert!(matches!(&outcome, Outcome::Unknown { reasons } if reasons[0].contains(told)), "{outcome:?}");
    }
}

#[test]
fn a_mapping_counts_more_than_a_known_layout() {
    let text = "Details,Posting Date,Description,Amount,Type,Balance,Check or Slip #\nDEBIT,09/25/2025,COFFEE,-3.00,DEBIT_CARD,7.00,\n";
    let (_, read) = amounts(text, &options(&[("column:balance", "amount"), ("column:amount", "other"), ("sign", "account")], &[]));
    assert_eq!(read, ["7.00"]);
}

#[test]
fn answers_are_remembered_for_the_same_headings_alone() {
    let january = "Date,Shop,Amount\n02/01/2025,A,3.50\n03/01/2025,B,1.00\n";
    let february = "Date,Shop,Amount\n02/02/2025,C,9.00\n04/02/2025,D,2.00\n";
    let first = options(&[("date-order", "dmy"), ("sign", "inverted"), ("rows", "aside")], &[]);
    let (decisions, read) = amounts(january, &first);
    assert_eq!(read, ["-3.50", "-1.00"]);
    assert_eq!(decisions.fact("answer:rows"), None, "rows of one file are not the next one's");
    let again = options(&[], std::slice::from_ref(&decisions));
    let (second, read) = amounts(february, &again);
    assert_eq!((read, second.fact("date-order")), (vec!["-9.00".to_owned(), "-2.00".to_owned()], Some("dmy")));
    assert!(look(february, &again).diagnostics.iter().any(|d| d.id == "answers-again" && d.text.contains("sign=inverted")));
    assert_eq!(
        amounts(february, &options(&[("sign", "account")], std::slice::from_ref(&decisions))).1,
        ["9.00", "2.00"],
        "a new answer counts more"
    );
    let other = february.replace("Shop", "Store");
    assert_eq!(asked(&other, &again).as_deref(), Some("date-order"), "another layout");
    let headless = "02/02/2025,C,9.00\n04/02/2025,D,2.00\n";
    assert!(asked(headless, &again).is_some(), "without headings nothing is remembered");
}

#[test]
fn a_table_of_anything_is_read_once_its_kind_is_told() {
    let orders =
        "Order number,Order date,Product,Unit price,Quantity,Total\nA1,2025-01-02,Cup,4.00,2,8.00\nA2,2025-01-13,Pan,30.00,1,30.00\n";
    assert_eq!(amounts(orders, &options(&[], &[])).1, ["8.00", "30.00"], "no sign is asked of a price");
    let shares = orders.replace("Product", "ISIN");
    assert_eq!(asked(&shares, &options(&[], &[])).as_deref(), Some("kind"));
    assert_eq!(amounts(&shares, &options(&[("kind", "order_line")], &[])).1, ["8.00", "30.00"]);
    let energy = "Date,Import (kWh),Export (kWh)\n2025-01-02,1.25,0.5\n2025-01-13,2.5,0\n";
    let told = [("kind", "energy_reading")];
    assert_eq!(asked(energy, &options(&told, &[])).as_deref(), Some("amount"));
    assert_eq!(amounts(energy, &options(&[told[0], ("amount", "2")], &[])).1, ["1.25", "2.5"]);
    assert_eq!(amounts(energy, &options(&[told[0], ("amount", "0")], &[])).1, ["", ""], "none of them");
    assert_eq!(amounts("A,B\nsome,words\nand,more\n", &options(&[("kind", "other")], &[])).1, ["", ""]);
}

/// A booking a day, each with its status.
fn with_statuses(statuses: impl Iterator<Item = String>) -> String {
    let rows = statuses.enumerate().map(|(n, status)| format!("2025-01-{:02},Shop {n},-{n}.50,{status}\n", n % 28 + 1));
    rows.fold("Date,Shop,Amount,Status\n".to_owned(), |text, row| text + &row)
}

#[test]
fn a_status_that_may_say_that_nothing_was_paid_is_seen_in_the_last_row_too() {
    let many = |last: &str| with_statuses((0..4000).map(|n| format!("Settled by clerk {n}")).chain([last.to_owned()]));
    let voided = many("Voided by branch");
    assert_eq!(asked(&voided, &options(&[], &[])).as_deref(), Some("status:voided by branch"));
    assert_eq!(asked(&many("Settled by branch"), &options(&[], &[])), None);
}

#[test]
fn many_statuses_are_asked_about_in_one_question() {
    let text = with_statuses((0..40).map(|n| format!("Clerk {n} voided")));
    assert_eq!(asked(&text, &options(&[], &[])).as_deref(), Some("statuses"));
    assert_eq!(asked(&text, &options(&[("statuses", "each")], &[])).as_deref(), Some("status:clerk 0 voided"));
    assert_eq!(amounts(&text, &options(&[("statuses", "booked")], &[])).1.len(), 40);
    let few = with_statuses(["Zonked", "Blue", "Zonked", "Red", "Green"].map(str::to_owned).into_iter());
    assert_eq!(asked(&few, &options(&[], &[])).as_deref(), Some("statuses"));
    let one = with_statuses(["Zonked", "Completed"].map(str::to_owned).into_iter());
    assert_eq!(asked(&one, &options(&[], &[])).as_deref(), Some("status:zonked"));
}

#[test]
fn what_a_person_says_of_a_word_counts_more_than_what_it_usually_says() {
    let text =
        "Date,Description,Amount,Type\n2025-01-13,Shop,-10.00,Purchase\n2025-01-14,Shop,20.00,Reversed\n2025-01-15,Salary,200.00,Deposit\n";
    let counting = |answer: &str| {
        let options = options(&[("status:reversed", answer), ("sign", "account")], &[]);
        let inspection = look(text, &options);
        let Outcome::Recognised { plan, .. } = &inspection.files[0].outcome else { panic!("{:?}", inspection.files[0].outcome) };
        let source = Source::from_bytes("x.csv", text.as_bytes().to_vec());
        let summary = read(&source, plan, &options, &Task::silent(), &mut Amounts::default()).expect("read");
        summary.records - summary.not_counting
    };
    assert_eq!((counting("booked"), counting("pending"), counting("void")), (3, 3, 2));
}

#[test]
fn the_currency_in_the_heading_of_the_amounts_is_theirs() {
    let text =
        "Date,Description,Amount (EUR),Currency\n2025-01-13,Shop,-10.00,USD\n2025-01-14,Shop,-20.00,EUR\n2025-01-15,Salary,200.00,EUR\n";
    let inspection = look(text, &options(&[], &[]));
    let Outcome::Recognised { plan, .. } = &inspection.files[0].outcome else { panic!("{:?}", inspection.files[0].outcome) };
    let source = Source::from_bytes("x.csv", text.as_bytes().to_vec());
    let summary = read(&source, plan, &options(&[], &[]), &Task::silent(), &mut ()).expect("read");
    let sums: Vec<String> = summary.sums.iter().map(|sum| format!("{} {}", sum.value, sum.unit)).collect();
    assert_eq!(sums, ["170.00 EUR"]);
}

#[test]
fn a_known_layout_that_lost_its_day_asks_which_other_one_counts() {
    let head = "Transaction ID,Kind of date,Cleared on,Statement date,Description,Amount,Balance\n";
    let unknown = head.replace("Kind of date", "Date").replace("Cleared on", "Value date");
    let rows = "1,2025-09-13,2025-09-14,2025-09-30,Tea,-1.00,9.00\n2,2025-09-15,2025-09-16,2025-09-30,Jam,-2.00,7.00\n";
    assert_eq!(asked(&format!("{unknown}{rows}"), &options(&[], &[])), None, "a layout of nobody's own");
    let viseca = "TransactionId,CardId,ValutaDate,Abschluss,Amount,Currency,OriginalAmount,OriginalCurrency,MerchantName,MerchantPlace,MerchantCountry,StateType,Details,Type\n";
    let row = |n: u32| format!("T{n},C,2025-09-2{n},2025-09-30,1{n}.00,CHF,1{n}.00,CHF,Shop,Bern,CHE,booked,Shop,merchant\n");
    let lost = format!("{viseca}{}", (1..5).map(row).collect::<String>());
    assert_eq!(asked(&lost, &options(&[("sign", "inverted")], &[])).as_deref(), Some("date"));
    assert_eq!(amounts(&lost, &options(&[("sign", "inverted"), ("date", "3")], &[])).1.len(), 4);
}

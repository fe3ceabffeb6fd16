//! Files in layouts that no definition knows: each is read exactly, or asked about, and never anything else.

mod banks;
mod lists;
mod make;
mod others;
mod payments;
mod sheets;
mod world;

use holdall_importer::{Identity, Options, Outcome, Sink, SinkError, Source, inspect, read};
use holdall_model::{Diagnostic, Quarantined, Record, Task};
use make::{Expect, Layout};
use rust_decimal::Decimal;

#[derive(Default)]
struct Kept(Vec<Record>);

impl Sink for Kept {
    fn record(&mut self, record: &Record, _: &Identity) -> Result<(), SinkError> {
        self.0.push(record.clone());
        Ok(())
    }

    fn quarantined(&mut self, _: Quarantined) -> Result<(), SinkError> {
        Ok(())
    }

    fn diagnostic(&mut self, _: Diagnostic) -> Result<(), SinkError> {
        Ok(())
    }
}

/// What the importer says to a file with these answers.
enum Said {
    Records(Vec<Record>, String),
    Asks(String, Vec<String>),
    Refuses(String),
}

fn say(source: &Source, answers: &[(&str, &str)]) -> Said {
    let answers = answers.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    let (options, task) = (Options { answers, ..Options::default() }, Task::silent());
    let inspection = match inspect(source, &options, &task) {
        Ok(inspection) => inspection,
        Err(error) => return Said::Refuses(error.to_string()),
    };
    let mut kept = Kept::default();
    let mut by = String::new();
    for file in &inspection.files {
        match &file.outcome {
            Outcome::Recognised { plan, .. } => {
                by = format!("{}/{} {:?}", plan.vendor, plan.export, plan.decisions.facts);
                if let Err(error) = read(source, plan, &options, &task, &mut kept) {
                    return Said::Refuses(error.to_string());
                }
            }
            Outcome::NeedsAnswer { question } => {
                return Said::Asks(question.id.clone(), question.choices.iter().map(|c| c.id.clone()).collect());
            }
            Outcome::Unknown { reasons } => return Said::Refuses(reasons.join(" ")),
            Outcome::Failed { text, .. } => return Said::Refuses(text.clone()),
            Outcome::Ignored { why } => return Said::Refuses(why.clone()),
        }
    }
    Said::Records(kept.0, by)
}

/// What is wrong with the records, if anything.
fn differs(layout: &Layout, records: &[Record], wanted: &[(jiff::civil::Date, i64)]) -> Option<String> {
    let counting: Vec<&Record> = records.iter().filter(|r| r.status.counts()).collect();
    if counting.len() != wanted.len() {
        return Some(format!("{} records instead of {}", counting.len(), wanted.len()));
    }
    for (record, (day, cents)) in counting.iter().zip(wanted) {
        let value = record.amount.map(|a| a.value.normalize());
        if value != Some(Decimal::new(*cents, 2).normalize()) {
            return Some(format!("{value:?} instead of {cents} cents on {day}"));
        }
        if record.moment.map(|m| m.date()) != Some(*day) {
            return Some(format!("{:?} instead of {day}", record.moment));
        }
        if !layout.unit.is_empty() && record.amount.map(|a| a.unit.to_string()).as_deref() != Some(layout.unit) {
            return Some(format!("{:?} instead of {}", record.amount, layout.unit));
        }
    }
    None
}

fn judge(layout: &Layout) -> Result<(), String> {
    let (bytes, wanted) = layout.write();
    let source = Source::from_bytes(layout.file, bytes);
    let steps: &[(&str, &str)] = match layout.expect {
        Expect::Exact => &[],
        Expect::Asks(steps) => steps,
        Expect::Stops(id) => {
            return match say(&source, &[]) {
                Said::Asks(asked, _) if asked == id => Ok(()),
                Said::Asks(asked, _) => Err(format!("asks {asked} instead of {id}")),
                Said::Refuses(why) => Err(format!("refuses instead of asking {id}: {why}")),
                Said::Records(_, by) => Err(format!("WRONG, where it had to ask {id} ({by})")),
            };
        }
    };
    for (i, (id, answer)) in steps.iter().enumerate() {
        match say(&source, &steps[..i]) {
            Said::Asks(asked, choices) if asked == *id && choices.iter().any(|c| c == answer) => {}
            Said::Asks(asked, choices) => return Err(format!("asks {asked} {choices:?} instead of {id}")),
            Said::Refuses(why) => return Err(format!("refuses instead of asking {id}: {why}")),
            Said::Records(records, by) => {
                let word = if differs(layout, &records, &wanted).is_some() { "WRONG" } else { "exact" };
                return Err(format!("{word}, where it had to ask {id} ({by})"));
            }
        }
    }
    match say(&source, steps) {
        Said::Asks(asked, choices) => Err(format!("asks {asked} {choices:?} instead of being exact")),
        Said::Refuses(why) => Err(format!("refuses: {why}")),
        Said::Records(records, by) => match differs(layout, &records, &wanted) {
            Some(why) => Err(format!("WRONG: {why} ({by})")),
            None => Ok(()),
        },
    }
}

#[test]
fn payments_in_texts_count_as_they_are_meant_or_are_asked_about() {
    let mut faults = Vec::new();
    for (name, text, comes) in payments::TEXTS {
        match (say(&Source::from_bytes("file.csv", text.as_bytes().to_vec()), &[]), comes) {
            (Said::Asks(id, _), payments::Comes::Asks(wanted)) if id == *wanted => {}
            (Said::Records(records, by), payments::Comes::To(count, sum)) => {
                let counting: Vec<&Record> = records.iter().filter(|r| r.status.counts()).collect();
                let total: Decimal = counting.iter().filter_map(|r| r.amount).map(|a| a.value).sum();
                if counting.len() != *count || total.to_string() != *sum {
                    faults.push(format!("WRONG {name}: {} records, {total} ({by})", counting.len()));
                }
            }
            (Said::Records(_, by), _) => faults.push(format!("WRONG {name}: read without a question ({by})")),
            (Said::Asks(id, choices), _) => faults.push(format!("{name} asks {id} {choices:?}")),
            (Said::Refuses(why), _) => faults.push(format!("{name} is refused: {why}")),
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn unknown_layouts_are_read_exactly_or_asked_about() {
    let all = banks::layouts();
    let mut faults = Vec::new();
    let mut exact = 0;
    for layout in &all {
        if let Ok(folder) = std::env::var("HOLDALL_WRITE") {
            std::fs::write(format!("{folder}/{}.csv", layout.name.replace(['/', ' '], "_")), layout.write().0).expect("written");
        }
        match judge(layout) {
            Ok(()) => exact += usize::from(matches!(layout.expect, Expect::Exact)),
            Err(why) => faults.push(format!("{}: {why}", layout.name)),
        }
    }
    let wrong = faults.iter().filter(|f| f.contains("WRONG")).count();
    assert!(faults.is_empty(), "{} of {} differ, {wrong} WRONG:\n{}", faults.len(), all.len(), faults.join("\n"));
    assert!(all.len() > 100 && exact * 10 > all.len() * 6, "{exact} of {} exact: too few layouts to mean anything", all.len());
}

#[test]
fn other_tables_are_never_taken_for_payments() {
    let mut faults = Vec::new();
    for (name, text, wanted) in others::OTHERS {
        let source = Source::from_bytes("export.csv", text.as_bytes().to_vec());
        match (say(&source, &[]), wanted) {
            (Said::Asks(id, _), others::Comes::Asks(wanted)) if id == *wanted => {}
            (Said::Records(records, _), others::Comes::To(count, sum)) if records.len() == *count => {
                let units: std::collections::BTreeSet<String> =
                    records.iter().filter_map(|r| r.amount).map(|a| a.unit.to_string()).collect();
                let counting = records.iter().filter(|r| r.status.counts());
                let total: Decimal = counting.filter_map(|r| r.amount).map(|a| a.value).sum();
                let told = units.iter().map(|unit| format!("{total} {unit}")).collect::<Vec<_>>().join(", ");
                let payments = records.iter().any(|r| r.kind == holdall_model::Kind::BankTransaction);
                if told != *sum || payments {
                    faults.push(format!("WRONG {name}: {told:?}, {:?}", records[0].kind));
                }
            }
            (Said::Asks(id, choices), _) => faults.push(format!("{name} asks {id} {choices:?}")),
            (Said::Refuses(why), _) => faults.push(format!("{name} is refused: {why}")),
            (Said::Records(records, by), _) => faults.push(format!("WRONG {name}: {} records by {by}", records.len())),
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(others::OTHERS.len() > 10);
}

#[test]
fn headings_without_a_row_are_nothing_to_ask_about() {
    let said = |text: &str| say(&Source::from_bytes("file.csv", text.as_bytes().to_vec()), &[]);
    for text in ["Booking date;Payee;Amount\n", "Booking date;Payee;Amount", "My bank\n\nDate,Description,Debit,Credit\n\n"] {
        assert!(matches!(said(text), Said::Refuses(why) if why == "It has headings, but no rows."), "{text}");
    }
    for text in ["Date,Payee,Amount\n2025-01-02|A|-3\n", "Date,Payee,Amount\n2025-01-02,\"A\"x,-3\n2025-01-03,\"B\"x,-4\n"] {
        assert!(!matches!(said(text), Said::Refuses(why) if why == "It has headings, but no rows."), "{text}");
    }
}

#[test]
fn every_fee_that_comes_on_top_is_taken_off() {
    let text = "date,type,isin,shares,amount,fee,tax\n2025-01-03,BUY,DE000A0DEMO1,2,-50.00,-1.00,\n2025-01-05,DIVIDEND,DE000A0DEMO1,,30.00,,-7.50\n";
    let source = Source::from_bytes("export.csv", text.as_bytes().to_vec());
    assert!(matches!(say(&source, &[]), Said::Asks(id, _) if id == "fee"));
    for (answer, wanted) in [("subtract", "-28.50"), ("apart", "-20.00")] {
        let Said::Records(records, by) = say(&source, &[("fee", answer)]) else { panic!("reads") };
        let sum: Decimal = records.iter().filter_map(|r| r.amount).map(|a| a.value).sum();
        assert_eq!(sum.to_string(), wanted, "{by}");
    }
}

#[test]
fn a_row_of_words_with_a_day_in_them_is_not_taken_for_headings() {
    let text = "2025-05-28 18:41 Eat Pizza;food\n2025-05-29 09:00 Slept well;sleep\n2025-05-30 09:00 Headaches;body\n";
    assert!(
        !matches!(say(&Source::from_bytes("diary.txt", text.as_bytes().to_vec()), &[]), Said::Records(records, _) if records.len() != 3)
    );
}

#[test]
fn numbers_of_any_length_are_no_reason_to_crash() {
    let huge = "7922816251426433759354395033";
    let rows = |cells: &str| format!("Date,Text,Amount,Debit,Credit,Fee,Balance\n{}", format!("2025-01-02,A,{cells}\n").repeat(5));
    let all = [format!("{huge},{huge},{huge},{huge},{huge}"), format!("-{huge},,{huge},,-{huge}"), format!("{huge}.5,1,,{huge},-{huge}")];
    for cells in &all {
        let text = rows(cells);
        for answers in
            [&[][..], &[("amount", "3"), ("fee", "subtract"), ("sign", "account"), ("hundredths", "hundredths"), ("rows", "aside")]]
        {
            if let Said::Records(records, by) = say(&Source::from_bytes("x.csv", text.clone().into_bytes()), answers) {
                assert!(records.len() <= 5, "{by}");
            }
        }
    }
}

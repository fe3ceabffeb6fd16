//! JSON of no known vendor: lists of objects, read as unknown tables are.

use holdall_importer::Source;
use holdall_model::Record;

use crate::{Said, say};

/// What must come of a text with these answers.
enum Comes {
    /// Moment, amount and title of each record.
    To(&'static [&'static str]),
    Asks(&'static str),
    Refuses(&'static str),
}

use Comes::{Asks, Refuses, To};

/// A name, a text, answers, and what comes of it.
type Case = (&'static str, &'static str, &'static [(&'static str, &'static str)], Comes);

const ISO: &str = r#"[{"bookingDate":"2025-01-03","amount":-54.23,"currency":"EUR","description":"Grocer"},
 {"bookingDate":"2025-01-05","amount":3210.0,"currency":"EUR","description":"Salary"},
 {"bookingDate":"2025-01-19","amount":-3.8,"currency":"EUR","description":"Bakery"}]"#;
const ISO_READ: Comes = To(&["2025-01-03 -54.23 EUR Grocer", "2025-01-05 3210.0 EUR Salary", "2025-01-19 -3.8 EUR Bakery"]);

const CENTS: &str = r#"{"transactions":[{"date":"2025-01-03","amount":-5423,"currency":"EUR","description":"Grocer"},
 {"date":"2025-01-05","amount":321000,"currency":"EUR","description":"Salary"},{"date":"2025-01-19","amount":-380,"currency":"EUR","description":"Bakery"}]}"#;

const NESTED: &str = r#"{"data":{"transactions":[
 {"transactionAmount":{"amount":"-54.23","currency":"EUR"},"bookingDate":"2025-01-03","creditorName":"Grocer"},
 {"transactionAmount":{"amount":"3210.00","currency":"CHF"},"bookingDate":"2025-01-05","debtorName":"ACME"},
 {"transactionAmount":{"amount":"-1234.56","currency":"EUR"},"bookingDate":"2025-01-19","creditorName":"Rent"}]}}"#;

const TWO: &str = r#"{"accounts":[{"id":"A1","opened on":"2020-01-13"},{"id":"A2","opened on":"2021-01-14"}],
 "transactions":[{"date":"2025-01-13","amount":-1.5,"description":"Tea"},{"date":"2025-01-14","amount":-2.25,"description":"Cake"}]}"#;

const CASES: &[Case] = &[
    ("a list at the top", ISO, &[], ISO_READ),
    (
        "lines",
        "{\"date\":\"2025-01-13\",\"amount\":-1.5,\"description\":\"Tea\"}\n{\"date\":\"2025-01-14\",\"amount\":-2.25,\"description\":\"Cake\"}\n",
        &[],
        To(&["2025-01-13 -1.5 XXX Tea", "2025-01-14 -2.25 XXX Cake"]),
    ),
    ("amounts without decimals", CENTS, &[], Asks("hundredths")),
    (
        "amounts in hundredths",
        CENTS,
        &[("hundredths", "hundredths")],
        To(&["2025-01-03 -54.23 EUR Grocer", "2025-01-05 3210.00 EUR Salary", "2025-01-19 -3.80 EUR Bakery"]),
    ),
    (
        "amounts that are whole",
        CENTS,
        &[("hundredths", "whole")],
        To(&["2025-01-03 -5423 EUR Grocer", "2025-01-05 321000 EUR Salary", "2025-01-19 -380 EUR Bakery"]),
    ),
    (
        "objects within objects",
        NESTED,
        &[],
        To(&["2025-01-03 -54.23 EUR Grocer", "2025-01-05 3210.00 CHF ACME", "2025-01-19 -1234.56 EUR Rent"]),
    ),
    ("two lists", TWO, &[], Asks("list")),
    (
        "a list of messages beside the names of those who write",
        r#"{"people":[{"name":"A"},{"name":"B"}],"messages":[{"sent_at":"2025-01-13T10:00:00Z","body":"Tea"},{"sent_at":"2025-01-14T10:00:00Z","body":"Cup","marks":[{"kind":"bold","part":"Cup"}]}]}"#,
        &[],
        To(&["2025-01-13T10:00:00Z - Tea", "2025-01-14T10:00:00Z - Cup"]),
    ),
    (
        "entries of which one has no day",
        r#"[{"at":"2025-01-13","name":"Tea"},{"at":null,"name":"Cup"},{"at":"2025-01-14","name":"Pan","new":true}]"#,
        &[],
        To(&["2025-01-13 - Tea", "- - Cup", "2025-01-14 - Pan"]),
    ),
    (
        "bookings beside the names of accounts",
        r#"{"accounts":[{"id":"A1","name":"Main"}],"transactions":[{"date":"2025-01-13","amount":-1.5,"text":"Tea"},{"date":"2025-01-14","amount":-2.25,"text":"Cake"}]}"#,
        &[],
        To(&["2025-01-13 -1.5 XXX Tea", "2025-01-14 -2.25 XXX Cake"]),
    ),
    (
        "orders and the things in them",
        r#"{"orders":[{"date":"2025-01-13","total":8.5,"items":[{"name":"Tea","qty":2}]},{"date":"2025-01-14","total":9,"items":[{"name":"Cup","qty":1}]}]}"#,
        &[],
        Asks("list"),
    ),
    ("two lists, one told", TWO, &[("list", "transactions")], To(&["2025-01-13 -1.5 XXX Tea", "2025-01-14 -2.25 XXX Cake"])),
    (
        "a list in each entry of a list",
        r#"{"accounts":[{"iban":"X1","transactions":[{"date":"2025-01-13","amount":-1.5,"text":"Tea"}]},{"iban":"X2","transactions":[{"date":"2025-01-14","amount":-2.5,"text":"Tea"}]}]}"#,
        &[],
        Asks("list"),
    ),
    (
        "seconds",
        r#"[{"timestamp":1735894800,"amount":-5.25,"text":"a"},{"timestamp":1736154000,"amount":-7.5,"text":"b"}]"#,
        &[],
        To(&["2025-01-03T09:00:00Z -5.25 XXX a", "2025-01-06T09:00:00Z -7.5 XXX b"]),
    ),
    (
        "milliseconds as text",
        r#"[{"createdAt":"1735894800000","amount":-5.25,"text":"a"},{"createdAt":"1736154000000","amount":-7.5,"text":"b"}]"#,
        &[],
        To(&["2025-01-03T09:00:00Z -5.25 XXX a", "2025-01-06T09:00:00Z -7.5 XXX b"]),
    ),
    (
        "moments with their zone",
        r#"[{"created_at":"2025-01-03T10:00:00+01:00","amount":-5.25,"text":"a"},{"created_at":"2025-01-06T10:00:00+01:00","amount":-7.5,"text":"b"}]"#,
        &[],
        To(&["2025-01-03T10:00:00+01:00 -5.25 XXX a", "2025-01-06T10:00:00+01:00 -7.5 XXX b"]),
    ),
    (
        "texts with a decimal comma",
        r#"[{"datum":"03.01.2025","betrag":"-1.054,23","text":"a"},{"datum":"19.01.2025","betrag":"-2,50","text":"b"}]"#,
        &[],
        To(&["2025-01-03 -1054.23 XXX a", "2025-01-19 -2.50 XXX b"]),
    ),
    (
        "numbers with three decimals are no thousands",
        r#"[{"date":"2025-01-03","amount":-1.234,"text":"a"},{"date":"2025-01-19","amount":-2.345,"text":"b"}]"#,
        &[],
        To(&["2025-01-03 -1.234 XXX a", "2025-01-19 -2.345 XXX b"]),
    ),
    (
        "texts that could be thousands",
        r#"[{"date":"2025-01-03","amount":"-1.234","text":"a"},{"date":"2025-01-19","amount":"-2.345","text":"b"}]"#,
        &[],
        Asks("decimal-mark"),
    ),
    (
        "dates that can be read both ways",
        r#"[{"date":"02/03/2025","amount":-1.5,"text":"a"},{"date":"03/04/2025","amount":-2.5,"text":"b"}]"#,
        &[],
        Asks("date-order"),
    ),
    (
        "purchases without a minus",
        r#"[{"date":"2025-01-03","amount":1.5,"merchant":"a"},{"date":"2025-01-19","amount":2.5,"merchant":"b"}]"#,
        &[],
        Asks("sign"),
    ),
    (
        "amounts in fields of no known name",
        r#"[{"when":"2025-01-03","x":-1.5,"y":-1.75},{"when":"2025-01-19","x":-2.5,"y":-2.75}]"#,
        &[],
        Asks("amount"),
    ),
    (
        "a field mapped by its own name",
        r#"[{"when":"2025-01-03","deltaX":-1.5,"y":-1.75},{"when":"2025-01-19","deltaX":-2.5,"y":-2.75}]"#,
        &[("column:deltaX", "amount")],
        To(&["2025-01-03 -1.5 XXX ", "2025-01-19 -2.5 XXX "]),
    ),
    (
        "one entry with a word for its amount",
        r#"[{"date":"2025-01-03","amount":-1.5,"text":"a"},{"date":"2025-01-19","amount":"free","text":"b"}]"#,
        &[],
        Asks("rows"),
    ),
    (
        "an entry with several amounts",
        r#"[{"date":"2025-01-03","amount":[-1.5],"text":"a"},{"date":"2025-01-04","amount":[-2.5,-3.5],"text":"b"}]"#,
        &[],
        Asks("rows"),
    ),
    ("one object and no list", r#"{"date":"2025-01-03","amount":-1.5}"#, &[], Refuses("no list of entries")),
    ("a list of numbers", "[1,2,3]", &[], Refuses("no list of entries")),
    ("rows without names", r#"[["date","amount"],["2025-01-03",-1.5]]"#, &[], Refuses("no list of entries")),
    ("a list that is cut off", r#"[{"date":"2025-01-03","amount":-1.5,"text":"a"},{"date":"2025-0"#, &[], Refuses("ends too early")),
    ("a column that is none", ISO, &[("column:betrag", "amount")], Refuses("no column betrag")),
];

fn told(record: &Record) -> String {
    let amount = record.amount.map_or("-".to_owned(), |a| format!("{} {}", a.value, a.unit));
    format!("{} {amount} {}", record.moment.map_or("-".to_owned(), |m| m.to_string()), record.title)
}

#[test]
fn unknown_json_is_read_exactly_or_asked_about() {
    let mut faults = Vec::new();
    for (name, text, answers, wanted) in CASES {
        let source = Source::from_bytes("export.json", text.as_bytes().to_vec());
        let fault = match (say(&source, answers), wanted) {
            (Said::Records(records, by), To(lines)) => {
                let read: Vec<String> = records.iter().map(told).collect();
                (read != *lines).then(|| format!("WRONG: {read:?} by {by}"))
            }
            (Said::Asks(id, _), Asks(wanted)) if id == *wanted => None,
            (Said::Refuses(why), Refuses(part)) if why.contains(part) => None,
            (Said::Records(records, by), _) => Some(format!("WRONG: reads {:?} by {by}", records.iter().map(told).collect::<Vec<_>>())),
            (Said::Asks(id, choices), _) => Some(format!("asks {id} {choices:?}")),
            (Said::Refuses(why), _) => Some(format!("refuses: {why}")),
        };
        faults.extend(fault.map(|fault| format!("{name}: {fault}")));
    }
    assert!(faults.is_empty(), "{} of {} differ:\n{}", faults.len(), CASES.len(), faults.join("\n"));
}

#[test]
fn a_row_of_an_unknown_list_leads_back_to_its_entry_and_what_stands_beside_the_list_is_told() {
    use holdall_importer::{Options, Outcome, inspect, source_row};
    use holdall_model::Task;
    let text = format!("{{\"owner\":\"Ann\",\"transactions\":{ISO}}}");
    let source = Source::from_bytes("export.json", text.into_bytes());
    let (options, task) = (Options::default(), Task::silent());
    let inspection = inspect(&source, &options, &task).expect("looked at");
    assert!(inspection.diagnostics.iter().any(|d| d.id == "outside-list" && d.text.contains("(owner)")), "{:?}", inspection.diagnostics);
    let Outcome::Recognised { plan, .. } = &inspection.files[0].outcome else { panic!("{:?}", inspection.files[0].outcome) };
    let Said::Records(records, _) = say(&source, &[]) else { panic!("it is read") };
    let row = source_row(&source, plan, &options, &records[1].locator).expect("is there");
    assert!(row.raw.starts_with("{\"bookingDate\":\"2025-01-05\"") && row.raw.ends_with("\"Salary\"}"), "{}", row.raw);
    assert!(row.cells.contains(&("description".to_owned(), "Salary".to_owned())), "{:?}", row.cells);
}

#[test]
fn which_list_was_meant_is_remembered_for_the_next_file() {
    use holdall_importer::{Options, Outcome, inspect};
    use holdall_model::Task;
    let first = Options { answers: [("list".to_owned(), "transactions".to_owned())].into(), ..Options::default() };
    let look = |text: &str, options: &Options| {
        let source = Source::from_bytes("export.json", text.as_bytes().to_vec());
        inspect(&source, options, &Task::silent()).expect("looked at").files.remove(0).outcome
    };
    let Outcome::Recognised { plan, .. } = look(TWO, &first) else { panic!("it is read") };
    let again = Options { remembered: vec![plan.decisions], ..Options::default() };
    assert!(matches!(look(&TWO.replace("Tea", "Milk"), &again), Outcome::Recognised { .. }));
    assert!(matches!(look(&TWO.replace("\"description\"", "\"text\""), &again), Outcome::NeedsAnswer { .. }), "another layout");
}

#[test]
fn a_list_among_other_files_of_an_archive_asks_nothing() {
    use holdall_importer::{Options, Outcome, inspect};
    use std::io::Write;
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in [("devices.json", "[{\"name\":\"phone\",\"seen\":\"x\"}]"), ("bookings.json", ISO), ("both.json", TWO)] {
        archive.start_file(name, zip::write::SimpleFileOptions::default()).expect("starts");
        archive.write_all(text.as_bytes()).expect("writes");
    }
    let source = Source::from_bytes("all.zip", archive.finish().expect("finishes").into_inner());
    let files = inspect(&source, &Options::default(), &holdall_model::Task::silent()).expect("looked at").files;
    assert!(matches!(&files[0].outcome, Outcome::Unknown { reasons } if reasons[0].contains("by itself")), "{:?}", files[0].outcome);
    assert!(matches!(&files[1].outcome, Outcome::Recognised { .. }), "{:?}", files[1].outcome);
    assert!(matches!(&files[2].outcome, Outcome::Unknown { .. }), "{:?}", files[2].outcome);
}

#[test]
fn a_layout_of_json_is_written_down_with_an_invented_list_that_it_reads() {
    use holdall_importer::{Naming, NotContributed, Options, Outcome, contribution, explained, inspect};
    let decisions = |text: &str, answers: &[(&str, &str)]| {
        let source = Source::from_bytes("export.json", text.as_bytes().to_vec());
        let answers = answers.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let outcome = inspect(&source, &Options { answers, ..Options::default() }, &holdall_model::Task::silent());
        let outcome = outcome.expect("looked at").files.remove(0).outcome;
        let Outcome::Recognised { plan, .. } = outcome else { panic!("{outcome:?}") };
        plan.decisions
    };
    let name = |text: &str| text.to_owned();
    let naming = |file_name: Option<&str>| Naming {
        vendor: name("bank"),
        vendor_name: name("Bank"),
        export: name("account"),
        export_name: name("Account"),
        file_name: file_name.map(name),
    };
    let cents = decisions(CENTS, &[("hundredths", "hundredths")]);
    let columns: Vec<String> = explained(&cents).expect("explained").columns.into_iter().map(|c| c.heading).collect();
    assert_eq!(columns, ["date", "amount", "currency", "description"], "it can be seen and forgotten");
    assert!(matches!(contribution(&cents, &naming(None)), Err(NotContributed::NeedsFileName)), "anybody's words");
    let nested = r#"{"data":{"bookings":[{"when":{"day":"2025-01-02"},"wofuer":"Secret Shop","zusatz":[{"a":"x"}],"betrag":"-3,50","waehrung":"EUR"},{"when":{"day":"2025-01-13"},"wofuer":"Secret Pay","betrag":"1.200,00","waehrung":"EUR"}]}}"#;
    let nested = decisions(nested, &[("amount", "4"), ("date", "1"), ("column:betrag", "amount")]);
    for (told, file_name) in [(&cents, Some("export_*.json")), (&nested, None)] {
        let written = contribution(told, &naming(file_name)).unwrap_or_else(|e| panic!("{e}"));
        let paths: Vec<&str> = written.files.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(
            paths,
            ["bank/vendor.toml", "bank/account/export.toml", "bank/account/sample.json", "bank/account/sample.json.expected"]
        );
        assert!(written.files[1].1.contains("format = \"json\""), "{}", written.files[1].1);
        assert!(written.files[3].1.contains("1177.51") && written.files[3].1.contains("Corner Bakery"), "{}", written.files[3].1);
        assert!(written.files.iter().all(|(_, text)| !text.contains("Secret") && !text.contains("2025-01-13")), "{written:?}");
    }
    let written = contribution(&nested, &naming(None)).expect("a folder");
    assert!(written.files[1].1.contains("records = \"/data/bookings/*\""), "{}", written.files[1].1);
    assert!(written.files[2].1.contains("\"bookings\": ["), "{}", written.files[2].1);
}

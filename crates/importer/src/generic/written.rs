//! What was found about an unknown table as the text of a definition.

use std::fmt::Write;

use super::columns::{Clock, DASHES};
use super::contribute::Naming;
use super::layout::Found;
use super::words::{self, Meaning};
use crate::decide::Decisions;
use crate::definition::Side;

/// The text of an `export.toml` with these columns of the layout. `general`: its headings say nothing of their vendor.
pub(super) fn definition(
    found: &Found,
    decisions: &Decisions,
    columns: &[usize],
    naming: &Naming,
    general: bool,
) -> Result<String, std::fmt::Error> {
    let mut text = String::new();
    writeln!(text, "name = {}", quoted(&naming.export_name))?;
    if let Some(pattern) = &naming.file_name {
        writeln!(text, "files = [{}]", quoted(pattern))?;
    }
    if general {
        writeln!(text, "needs-name = true")?;
    }
    if let Some((records, _)) = &found.list {
        writeln!(text, "format = \"json\"\nrecords = {}", quoted(records))?;
    }
    write(&mut text, found, decisions, columns)?;
    Ok(text)
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn write(text: &mut String, found: &Found, decisions: &Decisions, columns: &[usize]) -> std::fmt::Result {
    let roles = &found.roles;
    if !roles.is_bank() {
        writeln!(text, "kind = {}\namountless = true", quoted(roles.kind.slug()))?;
    }
    if roles.at(Meaning::Date).is_none() {
        writeln!(text, "dateless = true")?;
    }
    for (key, fact, usual) in [("order", "date-order", "ymd"), ("decimal", "decimal-mark", "dot"), ("sign", "sign", "account")] {
        if let Some(value) = decisions.fact(fact).filter(|value| *value != usual) {
            writeln!(text, "{key} = {}", quoted(value))?;
        }
    }
    for (key, side) in [("debit", found.debit), ("credit", found.credit)] {
        if side == Side::Negative {
            writeln!(text, "{key} = \"negative\"")?;
        }
    }
    let flags = [("headerless", !found.headed), ("short-rows", found.short_rows), ("statement", true)];
    for (key, _) in flags.into_iter().filter(|(_, set)| *set) {
        writeln!(text, "{key} = true")?;
    }
    if found.dashes {
        let dashes = DASHES.iter().map(|d| quoted(d)).collect::<Vec<_>>().join(", ");
        writeln!(text, "empty = [{dashes}]")?;
    }
    if roles.fee_in_sum {
        writeln!(text, "fee = \"subtract\"")?;
    }
    if let Some(unit) = found.unit() {
        writeln!(text, "unit = {}", quoted(unit.as_str()))?;
    }
    words(text, found)?;
    if found.continued {
        let beside = found.beside_texts();
        let position = |i: &usize| columns.iter().position(|c| c == i).map(|p| format!("[\"#{}\", \"empty\"]", p + 1));
        writeln!(text, "continuation = [{}]", beside.iter().filter_map(position).collect::<Vec<_>>().join(", "))?;
    }
    writeln!(text, "columns = [")?;
    for i in columns.iter().copied() {
        // An element of a list may leave out whatever its layout is not told by.
        let optional = if found.list.is_some() && role(found, i) == "-" { "?" } else { "" };
        writeln!(text, "    [{}, {}],", quoted(&format!("{optional}{}", role(found, i))), quoted(heading(found, i)))?;
    }
    writeln!(text, "]")
}

/// Words of a direction and a status, where there is a column of them.
fn words(text: &mut String, found: &Found) -> std::fmt::Result {
    let lists = [
        ("out", "out", Meaning::Indicator, "direction:"),
        ("into", "in", Meaning::Indicator, "direction:"),
        ("pending", "pending", Meaning::Status, "status:"),
        ("void", "void", Meaning::Status, "status:"),
    ];
    for (key, list, _, prefix) in lists.into_iter().filter(|(_, _, column, _)| found.roles.at(*column).is_some()) {
        let told = found.roles.told.iter().filter(|(_, meaning)| *meaning == list).filter_map(|(word, _)| word.strip_prefix(prefix));
        let all: Vec<String> = told.chain(words::list(list).iter().copied()).map(quoted).collect();
        writeln!(text, "{key} = [{}]", all.join(", "))?;
    }
    Ok(())
}

/// The heading; in a layout without headings, the shape of its cells.
fn heading(found: &Found, column: usize) -> &str {
    if found.headed {
        return found.heading(column);
    }
    match found.roles.meanings[column] {
        Meaning::Date if found.roles.clock.is_none() => "date",
        Meaning::Amount => "money",
        Meaning::Debit | Meaning::Credit => "money?",
        Meaning::Currency => "currency",
        _ => "any",
    }
}

fn role(found: &Found, column: usize) -> String {
    let meaning = found.roles.meanings[column];
    let role = match meaning {
        Meaning::Date => "moment",
        Meaning::ValueDate => "valueDate",
        Meaning::Time => "time-of-day",
        Meaning::Amount => "amount",
        Meaning::Debit => "debit",
        Meaning::Credit => "credit",
        Meaning::Balance => "balance",
        Meaning::Currency => "unit",
        Meaning::Party => "party",
        Meaning::Account => "account",
        Meaning::Category => "category",
        Meaning::Reference => "reference",
        Meaning::Status => "status",
        Meaning::Indicator => "indicator",
        Meaning::Fee => "fee",
        Meaning::Text | Meaning::Unknown if found.title() == Some(column) => "title",
        Meaning::Text | Meaning::Unknown | Meaning::OtherMoney => "-",
    };
    let transform = match found.roles.clock.filter(|_| meaning == Meaning::Date).map(Clock::name) {
        Some(clock) => format!("|{clock}"),
        None if found.roles.fee_negative && meaning == Meaning::Fee => "|negated".to_owned(),
        None if found.roles.cents && (meaning.is_money() || meaning == Meaning::Balance) => "|cents".to_owned(),
        None => String::new(),
    };
    format!("{role}{transform}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definition::{Layout, parse_export};
    use crate::generic::{NotContributed, contribution};
    use crate::testing::Kept;
    use crate::{Options, Outcome, Source, inspect, read};
    use holdall_model::Task;

    /// The decisions about a table, and what is read by them.
    fn decided(text: &str, answers: &[(&str, &str)]) -> (Decisions, Vec<holdall_model::Record>) {
        let source = Source::from_bytes("x.csv", text.as_bytes().to_vec());
        let answers = answers.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let (options, task) = (Options { answers, ..Options::default() }, Task::silent());
        let inspection = inspect(&source, &options, &task).expect("inspected");
        let Outcome::Recognised { plan, .. } = &inspection.files[0].outcome else { panic!("{:?}", inspection.files[0].outcome) };
        let mut kept = Kept::default();
        read(&source, plan, &options, &task, &mut kept).expect("read");
        (plan.decisions.clone(), kept.records)
    }

    fn naming(file_name: Option<&str>) -> Naming {
        Naming {
            vendor: "my-bank".to_owned(),
            vendor_name: "My \"Bank\"".to_owned(),
            export: "account".to_owned(),
            export_name: "Account \"mine\"".to_owned(),
            file_name: file_name.map(str::to_owned),
        }
    }

    /// Tables, the answers about them, and how many records are in them.
    type Given = &'static [(&'static str, &'static str)];

    const TABLES: &[(&str, Given, usize)] = &[
        ("Tag;Wofür;Zusatz;Soviel\n03.04.2025;Brot \"gut\";1;-3,50\n17.04.2025;Lohn;2;1.200,00\n", &[("amount", "4"), ("date", "1")], 2),
        (
            "Date,Card,Shop,Amount,Fee\n04/05/2025,x,A,12.50,1.00\n03/05/2025,x,B,-4.00,0\n",
            &[("date-order", "dmy"), ("sign", "inverted"), ("fee", "subtract")],
            2,
        ),
        (
            "Date,Text,Amount,Type\n2025-01-02,A,350,raus\n2025-01-03,B,1200,rein\n",
            &[("column:4", "indicator"), ("direction:raus", "out"), ("direction:rein", "in"), ("hundredths", "hundredths")],
            2,
        ),
        ("Timestamp,Text,Amount\n1735776000,A,-3.50\n1735862400,B,12.00\n", &[("sign", "account")], 2),
        // Lines before and after the bookings, words that go on in a row of their own, and a column named by an account.
        (
            "IBAN;DE89370400440532013000\nDatum;Text;Wieviel CHF;Saldo;Konto 532013000\n;Anfangssaldo;;10,00;\n03.04.2025;Brot;-3,50;6,50;x\n;und Butter;;;\n17.04.2025;Lohn;1.200,00;1.206,50;y\nSumme;;1.196,50;;\n",
            &[("column:3", "amount"), ("rows", "skip")],
            2,
        ),
    ];

    #[test]
    fn a_layout_that_was_answered_is_a_definition_that_reads_the_same() {
        for (text, answers, count) in TABLES {
            let (decisions, records) = decided(text, answers);
            assert_eq!(records.len(), *count, "{records:?}");
            let written = contribution(&decisions, &naming(Some("Umsatz_*.csv"))).unwrap_or_else(|e| panic!("{e}: {text}"));
            let (_, definition) = written.files.iter().find(|(path, _)| path == "my-bank/account/export.toml").expect("a definition");
            let export = parse_export("account", definition).unwrap_or_else(|e| panic!("{e}:\n{definition}"));
            let Layout::Table(table) = &export.layout else { panic!("{definition}") };
            let again = read_by(table, &decisions, text);
            let told = |r: &holdall_model::Record| {
                let fields: Vec<String> = r.fields.iter().map(|(p, v)| format!("{} {v}", p.name())).collect();
                (r.moment, r.amount.map(|a| (a.value.normalize(), a.unit)), r.title.clone(), r.party.clone(), r.account.clone(), fields)
            };
            assert_eq!(again.iter().map(told).collect::<Vec<_>>(), records.iter().map(told).collect::<Vec<_>>(), "{definition}");
        }
    }

    #[test]
    fn a_definition_that_leaves_holds_a_sample_of_invented_rows_and_nothing_of_the_file() {
        let (text, answers, _) = TABLES[4];
        let (decisions, _) = decided(text, answers);
        let written = contribution(&decisions, &naming(None)).expect("a folder");
        assert_eq!(written.left_out, [5]);
        let paths: Vec<&str> = written.files.iter().map(|(path, _)| path.as_str()).collect();
        let files =
            ["my-bank/vendor.toml", "my-bank/account/export.toml", "my-bank/account/sample.csv", "my-bank/account/sample.csv.expected"];
        assert_eq!(paths, files);
        for (path, text) in &written.files {
            for canary in ["532013000", "Brot", "Butter", "Lohn", "03.04.2025", "3,50", "1.196"] {
                assert!(!text.contains(canary), "{canary} is in {path}:\n{text}");
            }
        }
        assert!(written.files[3].1.contains("title: Corner Bakery"), "{}", written.files[3].1);
        assert!(written.files[3].1.ends_with("4 records, sums: 1177.51 CHF\n"), "{}", written.files[3].1);
    }

    #[test]
    fn a_layout_of_general_words_is_told_by_its_files_name_alone() {
        let (decisions, _) = decided("Date,Text,Amount\n04/05/2025,A,-12.50\n03/05/2025,B,4.00\n", &[("date-order", "dmy")]);
        assert!(matches!(contribution(&decisions, &naming(None)), Err(NotContributed::NeedsFileName)));
        assert!(matches!(contribution(&decisions, &naming(Some("Umsatz_DE8937*.csv"))), Err(NotContributed::FileName)));
        let written = contribution(&decisions, &naming(Some("Umsatz_*.csv"))).expect("a folder");
        assert!(written.files[1].1.contains("needs-name = true\n"), "{}", written.files[1].1);
        assert!(matches!(contribution(&Decisions::default(), &naming(None)), Err(NotContributed::NoLayout)));
        let wrong = Naming { vendor: "../up".to_owned(), ..naming(None) };
        assert!(matches!(contribution(&decisions, &wrong), Err(NotContributed::Slug)));
    }

    /// Reads a text by a layout alone; only the place of the table comes from the decisions.
    fn read_by(table: &crate::definition::Table, decisions: &Decisions, text: &str) -> Vec<holdall_model::Record> {
        let mut plan = crate::table::read::Plan::from_decisions(decisions);
        (plan.order, plan.mark, plan.inverted) = (None, None, None);
        let (task, opener) = (Task::silent(), crate::testing::Memory(text.as_bytes()));
        let input = crate::testing::input(&opener, &task);
        let mut kept = Kept::default();
        let mut out = crate::sink::Output::new(&mut kept, crate::fingerprint::Identifier::new([0; 32], false), input.at(), 0);
        crate::table::read::read(table, &plan, &input, &mut out).expect("read");
        kept.records
    }
}

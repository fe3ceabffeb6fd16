//! What was found about an unknown table as the text of a definition, to be kept under `vendors/` and read by everybody.

use std::fmt::Write;

use holdall_model::Kind;

use super::columns::Clock;
use super::layout::Found;
use super::words::{self, Meaning};
use crate::decide::Decisions;
use crate::definition::Side;

/// The text of an `export.toml`. `None` for decisions that are not about an unknown table.
pub fn definition_text(decisions: &Decisions, name: &str) -> Option<String> {
    let found = Found::stored(decisions)?;
    let mut text = String::new();
    write(&mut text, &found, decisions, name).ok()?;
    Some(text)
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn write(text: &mut String, found: &Found, decisions: &Decisions, name: &str) -> std::fmt::Result {
    let roles = &found.roles;
    writeln!(text, "name = {}", quoted(name))?;
    if roles.kind != Kind::BankTransaction {
        writeln!(text, "kind = {}\namountless = true", quoted(roles.kind.slug()))?;
        if roles.at(Meaning::Date).is_none() {
            writeln!(text, "dateless = true")?;
        }
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
    let flags = [("headerless", !found.headed), ("short-rows", found.short_rows)];
    for (key, _) in flags.into_iter().filter(|(_, set)| *set) {
        writeln!(text, "{key} = true")?;
    }
    if roles.fee_in_sum {
        writeln!(text, "fee = \"subtract\"")?;
    }
    if let Some(unit) = found.unit() {
        writeln!(text, "unit = {}", quoted(unit.as_str()))?;
    }
    words(text, found)?;
    writeln!(text, "columns = [")?;
    for i in 0..roles.meanings.len() {
        writeln!(text, "    [{}, {}],", quoted(&role(found, i)), quoted(heading(found, i)))?;
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
        return &found.headings[column];
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
        None if found.roles.cents && (meaning.is_money() || meaning == Meaning::Balance) => "|cents".to_owned(),
        None => String::new(),
    };
    format!("{role}{transform}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definition::{Layout, parse_export};
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

    #[test]
    fn a_layout_that_was_answered_is_a_definition_that_reads_the_same() {
        let tables = [
            (
                "Tag;Wofür;Zusatz;Soviel\n03.04.2025;Brot \"gut\";1;-3,50\n17.04.2025;Lohn;2;1.200,00\n",
                &[("amount", "4"), ("date", "1")][..],
            ),
            (
                "Date,Card,Shop,Amount,Fee\n04/05/2025,x,A,12.50,1.00\n03/05/2025,x,B,-4.00,0\n",
                &[("date-order", "dmy"), ("sign", "inverted"), ("fee", "subtract")],
            ),
            (
                "Date,Text,Amount,Type\n2025-01-02,A,350,raus\n2025-01-03,B,1200,rein\n",
                &[("column:4", "indicator"), ("direction:raus", "out"), ("direction:rein", "in"), ("hundredths", "hundredths")],
            ),
            ("2025-01-02,A,3.50,\n2025-01-03,B,,12.00\n", &[("debit", "3")]),
            ("Timestamp,Text,Amount\n1735776000,A,-3.50\n1735862400,B,12.00\n", &[("sign", "account")]),
        ];
        for (text, answers) in tables {
            let (decisions, records) = decided(text, answers);
            assert_eq!(records.len(), 2);
            let written = definition_text(&decisions, "Account \"mine\"").expect("a definition");
            let export = parse_export("account", &written).unwrap_or_else(|e| panic!("{e}:\n{written}"));
            let Layout::Table(table) = &export.layout else { panic!("{written}") };
            let again = read_by(table, &decisions, text);
            let told = |r: &holdall_model::Record| (r.moment, r.amount.map(|a| a.value.normalize()), r.title.clone());
            assert_eq!(again.iter().map(told).collect::<Vec<_>>(), records.iter().map(told).collect::<Vec<_>>(), "{written}");
        }
        assert_eq!(definition_text(&Decisions::default(), "x"), None);
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

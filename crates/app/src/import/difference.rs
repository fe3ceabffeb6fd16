//! What a kept file tells otherwise today, as a person is shown it.

use holdall_model::Record;
use holdall_vault::{Difference, Differs, ImportSummary, RereadReport};

use super::anew::Anew;
use crate::view::reread::{DifferenceView, NewFile, RereadCounts, RereadExample, RereadView, ValueChange};

pub fn view(import: &ImportSummary, anew: &Anew, report: &RereadReport, new_files: Vec<NewFile>) -> RereadView {
    let counts = RereadCounts {
        unchanged: report.unchanged,
        changed: report.changed,
        added: report.added,
        already_here: report.already_here,
        similar: report.similar,
        gone: report.gone,
        stays: report.stays,
        history: report.history,
        understood: report.understood,
        not_understood: report.not_understood,
        in_new_files: new_files.iter().map(|file| file.records).sum(),
    };
    let differences: Vec<DifferenceView> = report.differences.iter().map(|(what, differs)| difference(*what, *differs)).collect();
    let example = |e: &holdall_vault::RereadExample| RereadExample {
        before: e.before.as_ref().map(|r| crate::record::row(e.id.map_or(0, |id| id.0), &import.vendor, r)),
        after: e.after.as_ref().map(|r| crate::record::row(e.id.map_or(0, |id| id.0), &anew.vendor, r)),
        changes: e.before.as_ref().zip(e.after.as_ref()).map(|(before, after)| changes(before, after)).unwrap_or_default(),
    };
    RereadView {
        import_id: import.id.0,
        file_name: import.file_name.clone(),
        vendor: crate::vendor::reference(&anew.vendor),
        summary: summary(&counts, &differences, anew),
        counts,
        differences,
        examples: report.examples.iter().map(example).collect(),
        new_files,
        question: anew.question.as_ref().map(super::looked::question_view),
        password_needed: false,
    }
}

/// An archive that cannot be looked into without its password.
pub fn locked(import: &ImportSummary) -> RereadView {
    RereadView {
        import_id: import.id.0,
        file_name: import.file_name.clone(),
        vendor: crate::vendor::reference(&import.vendor),
        counts: RereadCounts::default(),
        summary: "Its password is needed to look into it again.".to_owned(),
        differences: Vec::new(),
        examples: Vec::new(),
        new_files: Vec::new(),
        question: None,
        password_needed: true,
    }
}

fn difference(what: Difference, differs: Differs) -> DifferenceView {
    let (name, label) = name_and_label(what);
    DifferenceView { name: name.to_owned(), label: label.to_owned(), gained: differs.gained, lost: differs.lost, changed: differs.changed }
}

fn name_and_label(what: Difference) -> (&'static str, &'static str) {
    match what {
        Difference::Vendor => ("vendor", "Vendor"),
        Difference::Kind => ("kind", "Kind"),
        Difference::Moment => ("moment", "Date"),
        Difference::Amount => ("amount", "Amount"),
        Difference::Status => ("status", "Status"),
        Difference::Title => ("title", "Title"),
        Difference::Party => ("party", "Other side"),
        Difference::Account => ("account", "Account"),
        Difference::ExternalId => ("external_id", "Vendor's id"),
        Difference::Property(property) => (property.name(), property.label()),
        Difference::Words => ("words", "Words for the search"),
    }
}

/// The values of one record that differ.
fn changes(before: &Record, after: &Record) -> Vec<ValueChange> {
    let mut found = Vec::new();
    let mut add = |label: &str, before: String, after: String| {
        if before != after {
            found.push(ValueChange { label: label.to_owned(), before, after });
        }
    };
    let moment = |r: &Record| r.moment.map_or_else(String::new, |m| m.to_string());
    let amount = |r: &Record| r.amount.map_or_else(String::new, |a| format!("{} {}", a.value, a.unit));
    let status = |r: &Record| format!("{:?}", r.status).to_lowercase();
    add("Kind", before.kind.slug().replace('_', " "), after.kind.slug().replace('_', " "));
    add("Date", moment(before), moment(after));
    add("Amount", amount(before), amount(after));
    add("Status", status(before), status(after));
    for (label, a, b) in [
        ("Title", &before.title, &after.title),
        ("Other side", &before.party, &after.party),
        ("Account", &before.account, &after.account),
        ("Vendor's id", &before.external_id, &after.external_id),
    ] {
        add(label, a.clone(), b.clone());
    }
    let mut properties: Vec<_> = before.fields.iter().chain(after.fields.iter()).map(|(property, _)| property).collect();
    properties.sort();
    properties.dedup();
    for property in properties {
        let text = |r: &Record| r.fields.get(property).unwrap_or_default().to_owned();
        add(property.label(), text(before), text(after));
    }
    found
}

/// What is told first of how a file's records change; the rest is a number.
const NAMED: usize = 3;

fn summary(counts: &RereadCounts, differences: &[DifferenceView], anew: &Anew) -> String {
    if anew.question.is_some() {
        return "A question must be answered first.".to_owned();
    }
    let mut parts = Vec::new();
    let mut say = |n: u64, one: &str, more: &str| {
        if n > 0 {
            parts.push(format!("{n} {}", if n == 1 { one } else { more }));
        }
    };
    say(counts.understood, "row it could not read", "rows it could not read");
    // What is only searched is no news where something else is.
    let told: Vec<&DifferenceView> = differences.iter().filter(|d| d.name != "words").collect();
    let named = crate::vendor::reference(&anew.vendor).name;
    let moved = differences.iter().find(|d| d.name == "vendor").map_or(0, |d| d.changed);
    say(moved, &format!("record is known to come from {named}"), &format!("records are known to come from {named}"));
    let mut turns: Vec<(u64, String)> = Vec::new();
    for d in told.iter().filter(|d| d.name != "vendor") {
        let turn = |n: u64, one: &str, more: &str| {
            (n, format!("record{} “{}”", if n == 1 { format!(" {one}") } else { format!("s {more}") }, d.label))
        };
        turns.extend([turn(d.gained, "gains", "gain"), turn(d.changed, "gets another", "get another"), turn(d.lost, "loses", "lose")]);
    }
    turns.retain(|(n, _)| *n > 0);
    turns.sort_by_key(|(n, _)| std::cmp::Reverse(*n));
    let more = turns.len().saturating_sub(NAMED);
    for (n, words) in turns.into_iter().take(NAMED) {
        say(n, &words, &words);
    }
    say(more as u64, "other difference", "other differences");
    if told.is_empty() {
        say(counts.changed, "record is read otherwise", "records are read otherwise");
    }
    // Rows that are understood by now come in as records: told once.
    say(counts.added.saturating_sub(counts.understood), "new record", "new records");
    say(counts.already_here, "row turns out to be here already", "rows turn out to be here already");
    say(counts.in_new_files, "record in files it could not read", "records in files it could not read");
    say(counts.history, "earlier wording is read otherwise", "earlier wordings are read otherwise");
    say(counts.stays, "record is left to another import", "records are left to other imports");
    say(counts.gone, "record disappears", "records disappear");
    if parts.is_empty() { "Nothing would change.".to_owned() } else { format!("{}.", parts.join(", ")) }
}

//! Reads a whole delimited text by a layout.

use std::collections::HashMap;

use holdall_model::{Diagnostic, Property, Record, Severity};

use super::calendar::Calendar;
use super::csv::{Dialect, Joined, Row, Rows};
use super::date::Order;
use super::ending::Ending;
use super::json;
use super::layout::{headings, in_order, match_headings};
use super::number::{Mark, code_of, is_blank, unwrap};
use super::period::Period;
use super::section::{Place, Sections, booked};
use crate::decide::Decisions;
use crate::definition::{Side, Table, normal};
use crate::error::ImportError;
use crate::input::{Input, Text};
use crate::normalise::{Bad, Cells, Facts, Normaliser, Outcome, Positions, exact_sum, skipped_text};
use crate::sink::Output;

/// Groups of rows that are held until the end of the file.
const MAX_GROUPS: usize = 1_000_000;

/// What was decided for one delimited text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Plan {
    pub delimiter: u8,
    /// Number of the row of headings; 0 where there is none.
    pub header_row: u64,
    pub order: Option<Order>,
    pub mark: Option<Mark>,
    pub inverted: Option<bool>,
    /// How the file writes money out and money in, where it does otherwise than its layout says.
    pub debit: Option<Side>,
    pub credit: Option<Side>,
    /// Of a table of people: their cells, and the one whose amounts count.
    pub people: Vec<usize>,
    pub person: Option<usize>,
    /// Where it is not ours.
    pub calendar: Option<Calendar>,
}

impl Plan {
    /// With nothing decided.
    pub fn new(delimiter: u8, header_row: u64) -> Self {
        Self {
            delimiter,
            header_row,
            order: None,
            mark: None,
            inverted: None,
            debit: None,
            credit: None,
            people: Vec::new(),
            person: None,
            calendar: None,
        }
    }

    pub fn to_decisions(&self, decisions: &mut Decisions) {
        decisions.set("delimiter", if self.delimiter == b'\t' { "tab".to_owned() } else { char::from(self.delimiter).to_string() });
        decisions.set("header-row", self.header_row.to_string());
        if let Some(order) = self.order {
            decisions.set("date-order", order.name());
        }
        if let Some(mark) = self.mark {
            decisions.set("decimal-mark", mark.name());
        }
        if let Some(inverted) = self.inverted {
            decisions.set("sign", if inverted { "inverted" } else { "account" });
        }
        if let Some(person) = self.person {
            decisions.set("person", person.to_string());
            decisions.set("people", self.people.iter().map(usize::to_string).collect::<Vec<_>>().join(" "));
        }
        if let Some(calendar) = self.calendar {
            decisions.set("calendar", calendar.name());
        }
        for (name, side) in [("debit-side", self.debit), ("credit-side", self.credit)] {
            if let Some(side) = side {
                decisions.set(name, side.name());
            }
        }
    }

    pub fn from_decisions(decisions: &Decisions) -> Self {
        let delimiter = match decisions.fact("delimiter") {
            Some("tab") => b'\t',
            Some(text) => text.bytes().next().unwrap_or(b','),
            None => b',',
        };
        Self {
            delimiter,
            header_row: decisions.fact("header-row").and_then(|n| n.parse().ok()).unwrap_or(0),
            order: decisions.fact("date-order").and_then(Order::named),
            mark: decisions.fact("decimal-mark").and_then(Mark::named),
            inverted: decisions.fact("sign").map(|s| s == "inverted"),
            debit: decisions.fact("debit-side").and_then(Side::named),
            credit: decisions.fact("credit-side").and_then(Side::named),
            people: decisions.fact("people").into_iter().flat_map(str::split_whitespace).filter_map(|n| n.parse().ok()).collect(),
            person: decisions.fact("person").and_then(|n| n.parse().ok()),
            calendar: decisions.fact("calendar").and_then(Calendar::named),
        }
    }

    pub fn rows<'i>(&self, input: &'i Input<'_>) -> Result<Rows<Text<'i>>, ImportError> {
        Ok(Rows::new(input.text()?, Dialect { delimiter: self.delimiter }, input.limits()))
    }
}

/// What the lines before the table tell.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Preamble {
    pub account: String,
    pub unit: Option<holdall_model::Unit>,
    pub period: Option<Period>,
    account_told: bool,
    unit_told: bool,
    /// A table stood below these lines already: what comes next is said of the next one.
    seen: bool,
}

impl Preamble {
    fn look(&mut self, table: &Table, row: &Row<'_>) {
        let account = beside(&table.account_labels, row);
        let unit = || beside(&table.unit_labels, row).and_then(|text| text.split(is_blank).find_map(code_of));
        let order = table.order.unwrap_or(Order::Dmy);
        if let Some(period) = beside(&table.period_labels, row).and_then(|text| Period::of(&text, order)) {
            self.period = Some(period);
        }
        if std::mem::take(&mut self.seen) {
            (self.account_told, self.unit_told) = (false, false);
        }
        if let Some(found) = account.filter(|_| !self.account_told) {
            (self.account, self.account_told) = (found, true);
        }
        if !self.unit_told
            && let Some(found) = unit()
        {
            (self.unit, self.unit_told) = (Some(found), true);
        }
    }
}

/// The text that stands beside one of the labels: in the same cell, or in the next that is filled.
fn beside(labels: &[String], row: &Row<'_>) -> Option<String> {
    if labels.is_empty() {
        return None;
    }
    for i in 0..row.len() {
        let cell = unwrap(row.cell(i));
        let start = normal(cell);
        let Some(label) = labels.iter().find(|l| start.starts_with(l.as_str())) else { continue };
        let rest: String = cell.chars().skip(label.chars().count()).collect();
        let rest = rest.trim_start_matches(|c: char| is_blank(c) || matches!(c, ':' | '：')).trim();
        if !rest.is_empty() {
            return Some(rest.to_owned());
        }
        return (i + 1..row.len()).map(|n| unwrap(row.cell(n))).find(|t| !t.is_empty()).map(str::to_owned);
    }
    None
}

/// What a walk over the text meets.
pub(crate) enum Met<'r, 'b> {
    /// A row before the headings.
    Before(&'r Row<'b>),
    /// The headings: where a table begins, and once where there are none. The row they stand in, unless they are none.
    Headings(Positions, Option<u64>),
    Row(&'r Row<'b>),
    /// A row of a table that stands in the same text under headings of another layout, and those headings.
    Foreign(&'r Row<'b>),
}

type Visit<'v> = &'v mut dyn FnMut(Met<'_, '_>) -> Result<(), ImportError>;

/// Goes over the whole text, row by row.
pub(crate) fn walk(
    table: &Table,
    plan: &Plan,
    input: &Input<'_>,
    mut visit: impl FnMut(Met<'_, '_>) -> Result<(), ImportError>,
) -> Result<(), ImportError> {
    if table.records.is_some() {
        return walk_list(table, input, &mut visit);
    }
    let mut rows = plan.rows(input)?;
    let mut sections = Sections::new(table);
    let mut open = plan.header_row > 0;
    if !open {
        visit(Met::Headings(in_order(table), None))?;
    }
    let mut count = 0;
    while let Some(row) = rows.next(input)? {
        if open && row.number < plan.header_row {
            visit(Met::Before(&row))?;
        } else if open {
            open = false;
            let found = (row.number == plan.header_row).then(|| match_headings(table, &headings(row.iter()))).flatten();
            let mismatch = || ImportError::Mismatch { at: input.at().row(plan.header_row), export: "chosen".to_owned() };
            sections.begin(row.len(), row.number);
            visit(Met::Headings(found.ok_or_else(mismatch)?.of_person(table, plan), Some(row.number)))?;
        } else {
            count += 1;
            if count > input.limits().rows {
                let at = input.at().row(row.number);
                return Err(ImportError::TooLarge { at, what: "the number of rows", limit: input.limits().rows });
            }
            let mut visit = |met: Met<'_, '_>| match met {
                Met::Headings(positions, row) => visit(Met::Headings(positions.of_person(table, plan), row)),
                met => visit(met),
            };
            placed(&mut sections, &row, &mut visit)?;
        }
    }
    let_go(&mut sections, &mut visit)?;
    if open { Err(ImportError::Mismatch { at: input.at(), export: "chosen".to_owned() }) } else { Ok(()) }
}

/// A row below the headings, with the rows that were held until it came.
fn placed(sections: &mut Sections<'_>, row: &Row<'_>, visit: Visit<'_>) -> Result<(), ImportError> {
    match sections.place(row) {
        Place::Hold => sections.held.push(row.kept()),
        Place::Headings(positions) => {
            before(sections, visit)?;
            sections.begin(row.len(), row.number);
            visit(Met::Headings(positions, Some(row.number)))?;
        }
        Place::Foreign => {
            before(sections, visit)?;
            visit(Met::Foreign(row))?;
        }
        Place::In => {
            let_go(sections, visit)?;
            visit(Met::Row(row))?;
        }
    }
    Ok(())
}

/// Rows that were held, and stand before the next table.
fn before(sections: &mut Sections<'_>, visit: Visit<'_>) -> Result<(), ImportError> {
    std::mem::take(&mut sections.held).iter().try_for_each(|kept| visit(Met::Before(&kept.row())))
}

/// Rows that were held, and stand before no table.
fn let_go(sections: &mut Sections<'_>, visit: Visit<'_>) -> Result<(), ImportError> {
    std::mem::take(&mut sections.held).iter().try_for_each(|kept| visit(Met::Row(&kept.row())))
}

/// The same over the elements of a JSON list.
fn walk_list(table: &Table, input: &Input<'_>, visit: &mut dyn FnMut(Met<'_, '_>) -> Result<(), ImportError>) -> Result<(), ImportError> {
    visit(Met::Headings(json::positions(table), None))?;
    let mut joined = Joined::default();
    let path = table.records.as_deref().unwrap_or_default();
    json::Elements::new(table, input.text()?, input)
        .each(path, &mut |element| visit(Met::Row(&joined.row(element.cells().chain([""]), element.locator()))))
}

/// Says where a file writes days or amounts otherwise than its layout does.
pub(crate) fn tell_unlike(table: &Table, plan: &Plan, out: &mut Output<'_>) -> Result<(), ImportError> {
    if let (Some(_), Some(order)) = (table.order, plan.order.filter(|order| table.order != Some(*order))) {
        let first = match order {
            Order::Dmy => "the day",
            Order::Mdy => "the month",
            Order::Ymd => "the year",
        };
        let text =
            format!("The dates in this file begin with {first}, which is unusual for this kind of export. Holdall read them that way.");
        out.diagnostic(Diagnostic::new("order-unlike", Severity::Note, text))?;
    }
    if let (Some(_), Some(mark)) = (table.decimal, plan.mark.filter(|mark| table.decimal != Some(*mark))) {
        let mark = if mark == Mark::Dot { "point" } else { "comma" };
        let text = format!(
            "The decimal mark in this file is a {mark}, which is unusual for this kind of export. Holdall read the amounts that way."
        );
        out.diagnostic(Diagnostic::new("mark-unlike", Severity::Note, text))?;
    }
    Ok(())
}

/// Says where the years of a file are counted otherwise than ours.
pub(crate) fn tell_calendar(plan: &Plan, out: &mut Output<'_>) -> Result<(), ImportError> {
    let name = match plan.calendar {
        Some(Calendar::Buddhist) => "Buddhist (2568 is 2025)",
        Some(Calendar::Persian) => "Persian (1403 began in March 2024)",
        _ => return Ok(()),
    };
    let text = format!("The calendar of this file is the {name}. Its days were kept as the same days of ours.");
    out.diagnostic(Diagnostic::new("calendar-other", Severity::Note, text))
}

/// Reads everything.
pub(crate) fn read(table: &Table, plan: &Plan, input: &Input<'_>, out: &mut Output<'_>) -> Result<(), ImportError> {
    let mut preamble = Preamble::default();
    let mut reading: Option<Reading<'_>> = None;
    walk(table, plan, input, |met| match (met, &mut reading) {
        (Met::Before(row), reading) => {
            if let Some(reading) = reading
                && reading.takes(row, out)?
            {
                return Ok(());
            }
            preamble.look(table, row);
            if booked(row) && row.filled_len() > 3 {
                return out.quarantine(row.locator(), OTHER_TABLE.0, OTHER_TABLE.1, row.raw);
            }
            out.skipped("preamble", row.number, skipped_text("preamble"));
            Ok(())
        }
        (Met::Headings(positions, _), None) => {
            new_columns(&positions, plan, out)?;
            let facts = facts(table, plan, preamble.clone());
            reading = Some(Reading::new(Normaliser::new(table, positions, facts)));
            Ok(())
        }
        (Met::Headings(positions, row), Some(reading)) => {
            out.skipped("header-again", row.unwrap_or(0), skipped_text("header-again"));
            // The lines since the last table tell of this one; what they do not tell is as before.
            let facts = facts(table, plan, preamble.clone());
            reading.section(Normaliser::new(table, positions, facts), out)
        }
        (Met::Foreign(row), _) => {
            preamble.seen = true;
            out.quarantine(row.locator(), OTHER_TABLE.0, OTHER_TABLE.1, row.raw)
        }
        (Met::Row(row), Some(reading)) => {
            // From here on, a line before a table stands before the next one.
            preamble.seen = true;
            reading.row(row, out)
        }
        (Met::Row(_), None) => Ok(()),
    })?;
    match reading {
        Some(reading) => reading.finish(input, out),
        None => Ok(()),
    }
}

/// A last row that is not whole: id and text.
const CUT: (&str, &str) = ("row-cut", "The file ends within this row: it was cut short. Download it again.");

/// Rows of another table in the same text: id and text.
const OTHER_TABLE: (&str, &str) =
    ("other-table", "This row belongs to another table in the same file, whose headings are not those of this layout.");

/// Headings that are named in a finding; a vendor who adds more has made another layout.
const NAMED: usize = 5;

/// Says which columns the layout does not know: the first sign that a vendor has changed it.
fn new_columns(positions: &Positions, plan: &Plan, out: &mut Output<'_>) -> Result<(), ImportError> {
    let extra = positions.extra.iter().filter(|i| !plan.people.contains(i));
    let named: Vec<&str> = extra.filter_map(|i| positions.headings.get(*i)).map(String::as_str).filter(|h| !h.is_empty()).collect();
    let (count, list) = match named.len() {
        0 => return Ok(()),
        1 => ("1 column is".to_owned(), named[0].to_owned()),
        n => (format!("{n} columns are"), named[..n.min(NAMED)].join(", ")),
    };
    out.new_columns(named.len());
    let text = format!("{count} new in this layout ({list}). The cells were kept for search, and nothing was dropped.");
    out.diagnostic(Diagnostic::new("columns-new", Severity::Note, text))
}

pub(crate) fn facts(table: &Table, plan: &Plan, preamble: Preamble) -> Facts {
    Facts {
        order: plan.order.or(table.order).unwrap_or(Order::Ymd),
        mark: plan.mark.or(table.decimal).unwrap_or(Mark::Dot),
        calendar: plan.calendar.unwrap_or(Calendar::Gregorian),
        inverted: plan.inverted.or(table.inverted).unwrap_or(false),
        debit: plan.debit.unwrap_or(table.debit),
        credit: plan.credit.unwrap_or(table.credit),
        account: preamble.account,
        unit: preamble.unit,
        period: preamble.period,
    }
}

/// The state between rows: what is held back because the next rows may belong to it.
pub(crate) struct Reading<'d> {
    normaliser: Normaliser<'d>,
    holds: bool,
    held: Option<Record>,
    group_column: Option<usize>,
    groups: HashMap<String, usize>,
    grouped: Vec<Record>,
    memo: Option<Property>,
    ending: Ending,
}

impl<'d> Reading<'d> {
    pub fn new(normaliser: Normaliser<'d>) -> Self {
        let table = normaliser.table();
        let by_name =
            |name: &String| table.columns.iter().position(|c| c.names.iter().any(|n| n.text() == normal(name) || n.text() == *name));
        let group_column = table.group_by.as_ref().and_then(by_name).and_then(|column| normaliser.cell_of(column));
        Self {
            holds: !table.continuation.is_empty(),
            normaliser,
            held: None,
            group_column,
            groups: HashMap::new(),
            grouped: Vec::new(),
            memo: Property::named("memo"),
            ending: Ending::default(),
        }
    }

    /// The next table of the same layout.
    pub fn section(&mut self, normaliser: Normaliser<'d>, out: &mut Output<'_>) -> Result<(), ImportError> {
        let next = Self::new(normaliser);
        (self.normaliser, self.group_column) = (next.normaliser, next.group_column);
        match self.held.take() {
            Some(mut before) => out.record(&mut before),
            None => Ok(()),
        }
    }

    pub fn row(&mut self, row: &Row<'_>, out: &mut Output<'_>) -> Result<(), ImportError> {
        if let Some(damage) = row.damage {
            return out.quarantine(row.locator(), damage.id(), damage.text(), row.raw);
        }
        if self.ending.cuts(row, |i| self.normaliser.is_money(i)) && self.normaliser.row(row, row.locator()) == Outcome::Record {
            return out.quarantine(row.locator(), CUT.0, CUT.1, row.raw);
        }
        self.ending.look(row);
        self.cells(row, row.locator(), || row.raw.to_owned(), out)
    }

    /// Whether a row right before headings belongs to the table above them nevertheless: then it is read.
    fn takes(&mut self, row: &Row<'_>, out: &mut Output<'_>) -> Result<bool, ImportError> {
        let known = !matches!(self.normaliser.row(row, row.locator()), Outcome::Bad(_));
        if known {
            self.row(row, out)?;
        }
        Ok(known)
    }

    /// One row, or one element of a list.
    pub fn cells(
        &mut self,
        cells: &impl Cells,
        locator: holdall_model::Locator,
        raw: impl FnOnce() -> String,
        out: &mut Output<'_>,
    ) -> Result<(), ImportError> {
        let mut outcome = self.normaliser.row(cells, locator);
        if outcome == Outcome::Record
            && let Err(bad) = out.complete(&mut self.normaliser.record)
        {
            outcome = Outcome::Bad(bad);
        }
        match outcome {
            Outcome::Record if self.group_column.is_some() => self.group(cells, locator, raw, out),
            Outcome::Record if self.holds => {
                let fresh = Record::new(self.normaliser.record.kind);
                let record = std::mem::replace(&mut self.normaliser.record, fresh);
                match self.held.replace(record) {
                    Some(mut before) => out.record(&mut before),
                    None => Ok(()),
                }
            }
            Outcome::Record => out.record(&mut self.normaliser.record),
            Outcome::Continuation => {
                let text = self.normaliser.continued(cells);
                match (&mut self.held, self.memo) {
                    (Some(held), Some(memo)) => {
                        held.fields.set(memo, &text);
                        out.noted("continued-row", locator.row, "Rows that only go on with the row before were joined with it.");
                        Ok(())
                    }
                    _ => out.quarantine(locator, "continues-nothing", "This row goes on with a row that is not there.", &raw()),
                }
            }
            Outcome::Skip(why) => {
                out.skipped(why, locator.row, skipped_text(why));
                Ok(())
            }
            Outcome::Bad(bad) => self.bad(&bad, locator, raw, out),
        }
    }

    fn bad(
        &self,
        bad: &Bad,
        locator: holdall_model::Locator,
        raw: impl FnOnce() -> String,
        out: &mut Output<'_>,
    ) -> Result<(), ImportError> {
        let text = match bad.column.and_then(|c| self.normaliser.heading(c)) {
            Some(heading) => format!("{} (column {heading})", bad.text.trim_end_matches('.')),
            None => bad.text.to_owned(),
        };
        out.quarantine(locator, bad.id, text, &raw())
    }

    fn group(
        &mut self,
        cells: &impl Cells,
        locator: holdall_model::Locator,
        raw: impl FnOnce() -> String,
        out: &mut Output<'_>,
    ) -> Result<(), ImportError> {
        let key = self.group_column.map_or("", |i| unwrap(cells.cell(i))).to_owned();
        let record = &self.normaliser.record;
        let Some(index) = self.groups.get(&key) else {
            if self.grouped.len() == MAX_GROUPS {
                return out.quarantine(
                    locator,
                    "too-many-groups",
                    "The file holds more records of several rows than can be joined.",
                    &raw(),
                );
            }
            self.groups.insert(key, self.grouped.len());
            self.grouped.push(record.clone());
            return Ok(());
        };
        let first = &mut self.grouped[*index];
        out.noted("joined-rows", locator.row, "Rows that tell parts of one record were joined, and their amounts added.");
        match (&mut first.amount, record.amount) {
            (Some(sum), Some(more)) if sum.unit == more.unit => match exact_sum(sum.value, more.value) {
                Some(value) => sum.value = value,
                None => {
                    return out.quarantine(locator, "amount-too-long", "The sum of these rows has more digits than can be kept.", &raw());
                }
            },
            (None, Some(more)) => first.amount = Some(more),
            (_, None) => {}
            (Some(_), Some(_)) => {
                return out.quarantine(
                    locator,
                    "mixed-currencies",
                    "This row belongs to a record that is told in another currency.",
                    &raw(),
                );
            }
        }
        Ok(())
    }

    pub fn finish(mut self, input: &Input<'_>, out: &mut Output<'_>) -> Result<(), ImportError> {
        if let Some(mut record) = self.held.take() {
            out.record(&mut record)?;
        }
        for mut record in std::mem::take(&mut self.grouped) {
            input.task().step(0)?;
            out.record(&mut record)?;
        }
        Ok(())
    }
}

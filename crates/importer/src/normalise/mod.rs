//! One row's cells to one record, by a definition and what was decided for the file. Pure: no reading, no guessing.

mod money;
mod text;

use holdall_model::{Kind, Locator, Moment, Offset, Property, Record, Status, Unit};

use crate::definition::{Condition, Role, Side, Table, Target, Test, Transform, Use, is_word, normal};
use crate::generic;
use crate::table::calendar::Calendar;
use crate::table::date::{self, DateError, Order};
use crate::table::number::{self, Mark, code_of, unwrap};
use crate::table::period::Period;

/// Why rows are left out, and what a person reads about it.
pub(crate) const SKIPPED: &[(&str, &str)] = &[
    ("blank-row", "Empty rows were left out."),
    ("preamble", "The lines before the table were left out."),
    ("header-again", "A repeated heading was left out."),
    ("balance", "Rows that only tell a balance were left out."),
    ("total", "Rows that only tell a total were left out."),
    ("detail", "Rows that repeat parts of another row were left out."),
    ("footer", "The lines after the table were left out."),
    ("no-data", "Rows that are no data of their own were left out."),
];

/// The text for a reason to skip a row.
pub(crate) fn skipped_text(id: &str) -> &'static str {
    SKIPPED.iter().find(|(i, _)| *i == id).map_or("Rows were left out.", |(_, text)| text)
}

/// A row's cells, by position.
pub(crate) trait Cells {
    fn cell(&self, index: usize) -> &str;
    fn count(&self) -> usize;
}

impl Cells for crate::table::csv::Row<'_> {
    fn cell(&self, index: usize) -> &str {
        crate::table::csv::Row::cell(self, index)
    }

    fn count(&self) -> usize {
        self.len()
    }
}

/// Why a row is not understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bad {
    pub id: &'static str,
    pub column: Option<usize>,
    pub text: &'static str,
}

/// Years in which something a person keeps can have happened. 2568 is this century in Thailand, and 1447 in Mecca.
const YEARS: std::ops::Range<i16> = 1900..2200;

/// What became of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The record is in [`Normaliser::record`].
    Record,
    /// It only adds text to the row before it.
    Continuation,
    Skip(&'static str),
    Bad(Bad),
}

/// Where the columns of a layout stand in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Positions {
    /// For each column of the layout, the cell's index.
    pub at: Vec<Option<usize>>,
    /// For each column of the layout, the currency its heading names.
    pub units: Vec<Option<Unit>>,
    /// Cells that no column of the layout claims.
    pub extra: Vec<usize>,
    /// Headings as they stand in the file, normalised; empty without headings.
    pub headings: Vec<String>,
}

/// What was decided for a file and a normaliser must know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Facts {
    pub order: Order,
    pub mark: Mark,
    pub calendar: Calendar,
    /// Amounts with a minus are money in.
    pub inverted: bool,
    pub debit: Side,
    pub credit: Side,
    /// From the lines before the table.
    pub account: String,
    pub unit: Option<Unit>,
    pub period: Option<Period>,
}

/// One cell and what to do with it.
#[derive(Clone, Copy)]
struct Step {
    cell: usize,
    column: usize,
    usage: Use,
}

/// What is replaced in a column's texts.
#[derive(Default)]
struct Replaced<'d> {
    cut: Option<&'d [String]>,
    words: Option<&'d std::collections::BTreeMap<String, String>>,
}

pub(crate) struct Normaliser<'d> {
    table: &'d Table,
    /// By column of the layout; empty where nothing is replaced in any.
    replaced: Vec<Replaced<'d>>,
    /// What is shown as title where no column is one.
    title_instead: Vec<Property>,
    /// First bytes of footers, so that most rows are passed at once.
    footer_starts: Vec<u8>,
    positions: Positions,
    facts: Facts,
    by_role: Roles,
    texts: Vec<Step>,
    properties: Vec<(Step, Property)>,
    words: Vec<usize>,
    pub record: Record,
    buffer: String,
}

#[derive(Default)]
struct Roles {
    moment: Vec<Step>,
    time: Option<Step>,
    amount: Vec<Step>,
    amount_out: Option<Step>,
    amount_in: Option<Step>,
    debit: Vec<Step>,
    credit: Vec<Step>,
    unit: Option<Step>,
    unit_out: Option<Step>,
    unit_in: Option<Step>,
    status: Vec<Step>,
    indicator: Option<Step>,
}

use money::too_long;
pub(crate) use money::{exact_product, exact_sum};

type Checked<T> = Result<T, Bad>;

impl<'d> Normaliser<'d> {
    pub fn new(table: &'d Table, positions: Positions, facts: Facts) -> Self {
        let mut roles = Roles::default();
        let (mut texts, mut properties, mut words) = (Vec::new(), Vec::new(), positions.extra.clone());
        for (column, definition) in table.columns.iter().enumerate() {
            let Some(cell) = positions.at[column] else { continue };
            for usage in &definition.uses {
                let step = Step { cell, column, usage: *usage };
                match usage.role {
                    Role::Moment => roles.moment.push(step),
                    Role::Time => roles.time = Some(step),
                    Role::Amount => roles.amount.push(step),
                    Role::AmountOut => roles.amount_out = Some(step),
                    Role::AmountIn => roles.amount_in = Some(step),
                    Role::Debit => roles.debit.push(step),
                    Role::Credit => roles.credit.push(step),
                    Role::Unit => roles.unit = Some(step),
                    Role::UnitOut => roles.unit_out = Some(step),
                    Role::UnitIn => roles.unit_in = Some(step),
                    Role::Status => roles.status.push(step),
                    Role::Indicator => roles.indicator = Some(step),
                    Role::Title | Role::Party | Role::Account | Role::Id => texts.push(step),
                    Role::Property(property) => properties.push((step, property)),
                    Role::Words => words.push(cell),
                }
            }
        }
        words.sort_unstable();
        words.dedup();
        let record = Record::new(table.kind);
        let replaced = if table.words.is_empty() && table.cut.is_empty() {
            Vec::new()
        } else {
            let of_column = |column: &crate::definition::Column| {
                let name = column.names.first().map(|n| normal(&n.text())).unwrap_or_default();
                Replaced { cut: table.cut.get(&name).map(Vec::as_slice), words: table.words.get(&name) }
            };
            table.columns.iter().map(of_column).collect()
        };
        let footer_starts = table.footers.iter().filter_map(|f| f.bytes().next()).collect();
        let title_instead = ["memo", "transactionType", "reference", "category"].into_iter().filter_map(Property::named).collect();
        Self {
            table,
            replaced,
            title_instead,
            footer_starts,
            positions,
            facts,
            by_role: roles,
            texts,
            properties,
            words,
            record,
            buffer: String::new(),
        }
    }

    pub fn table(&self) -> &'d Table {
        self.table
    }

    /// Reads one row into [`Self::record`].
    pub fn row(&mut self, cells: &impl Cells, locator: Locator) -> Outcome {
        if let Some(why) = self.skipped(cells) {
            return Outcome::Skip(why);
        }
        if !self.table.continuation.is_empty() && self.all(&self.table.continuation, cells) {
            return Outcome::Continuation;
        }
        if let Some(bad) = self.wrong_width(cells) {
            return Outcome::Bad(bad);
        }
        let mut record = std::mem::replace(&mut self.record, Record::new(self.table.kind));
        let mut buffer = std::mem::take(&mut self.buffer);
        record.clear(self.table.kind);
        record.locator = locator;
        let filled = self.fill(cells, &mut record, &mut buffer);
        self.record = record;
        self.buffer = buffer;
        match filled {
            Ok(()) => Outcome::Record,
            Err(bad) => Outcome::Bad(bad),
        }
    }

    /// Whether a cell holds a part of the amount.
    pub fn is_money(&self, cell: usize) -> bool {
        let roles = &self.by_role;
        let one = [roles.amount_in, roles.amount_out];
        let steps = roles.amount.iter().chain(&roles.debit).chain(&roles.credit).chain(one.iter().flatten());
        steps.into_iter().any(|step| step.cell == cell)
    }

    /// Whether a file's first row is one of this layout.
    pub fn begins(&self, cells: &impl Cells) -> bool {
        let excluded = !self.table.excludes.is_empty() && self.all(&self.table.excludes, cells);
        !excluded && self.all(&self.table.requires, cells)
    }

    fn skipped(&self, cells: &impl Cells) -> Option<&'static str> {
        let Some(first) = (0..cells.count()).find(|i| !number::trimmed(cells.cell(*i)).is_empty()) else { return Some("blank-row") };
        let start = number::trimmed(cells.cell(first)).trim_start_matches('"');
        let begins = |b: &u8| start.as_bytes().first().is_some_and(|f| f.eq_ignore_ascii_case(b));
        if self.footer_starts.iter().any(begins) {
            let start = normal(start);
            if self.table.footers.iter().any(|f| start.starts_with(f.as_str())) {
                return Some("footer");
            }
        }
        if self.is_header(cells) {
            return Some("header-again");
        }
        self.table.skip.iter().find(|rule| self.all(&rule.when, cells)).map(|rule| rule.why)
    }

    fn is_header(&self, cells: &impl Cells) -> bool {
        let headings = &self.positions.headings;
        let same = |i: usize| is_word(cells.cell(i), &headings[i]);
        !headings.is_empty() && cells.count() >= headings.len() && (0..headings.len()).all(same)
    }

    fn wrong_width(&self, cells: &impl Cells) -> Option<Bad> {
        let width = self.width();
        let filled = |i: usize| !number::trimmed(cells.cell(i)).is_empty();
        if (width..cells.count()).any(filled) {
            return Some(Bad { id: "too-many-cells", column: None, text: "This row has more cells than the heading has columns." });
        }
        if cells.count() < self.least_width() && !self.table.short_rows {
            return Some(Bad { id: "too-few-cells", column: None, text: "This row has fewer cells than the heading has columns." });
        }
        None
    }

    /// Cells behind the last heading that says something may be missing: spreadsheets drop them from some rows.
    fn least_width(&self) -> usize {
        let named = self.positions.headings.iter().rposition(|h| !h.is_empty());
        named.map_or_else(|| self.width(), |last| last + 1)
    }

    fn width(&self) -> usize {
        if self.positions.headings.is_empty() { self.table.columns.len() } else { self.positions.headings.len() }
    }

    fn all(&self, conditions: &[Condition], cells: &impl Cells) -> bool {
        let text = |c: &Condition| unwrap(self.positions.at[c.column].map_or("", |i| cells.cell(i)));
        // What costs next to nothing decides most rows.
        let empty = |c: &Condition| match c.test {
            Test::Empty => text(c).is_empty(),
            Test::Filled => !text(c).is_empty(),
            Test::Is | Test::IsNot | Test::Starts | Test::Contains => true,
        };
        let worded = |c: &Condition| {
            let text = text(c);
            match c.test {
                Test::Empty | Test::Filled => true,
                Test::Is => c.words.has(text),
                Test::IsNot => !c.words.has(text),
                Test::Starts => c.words.begins(text),
                Test::Contains => c.words.is_in(text),
            }
        };
        conditions.iter().all(empty) && conditions.iter().all(worded)
    }

    /// A cell's text, without what spreadsheets wrap around it, and with the definition's replacements.
    fn text<'c>(&'c self, cells: &'c impl Cells, step: &Step) -> &'c str {
        self.replaced(unwrap(cells.cell(step.cell)), step.column)
    }

    fn replaced<'c>(&'c self, mut text: &'c str, column: usize) -> &'c str {
        if self.table.empty.iter().any(|e| e == text) {
            return "";
        }
        let Some(replaced) = self.replaced.get(column) else { return text };
        if let Some(cut) = replaced.cut {
            text = cut.iter().find_map(|c| text.strip_prefix(c.as_str())).unwrap_or(text).trim();
        }
        replaced.words.and_then(|map| map.get(text)).map_or(text, String::as_str)
    }

    fn fill(&self, cells: &impl Cells, record: &mut Record, buffer: &mut String) -> Checked<()> {
        record.status = self.status(cells);
        let unit = self.row_unit(cells, self.by_role.unit)?;
        record.moment = self.moment(cells, record.status)?;
        record.amount = self.amount(cells, unit, record.status)?;
        for step in &self.texts {
            self.put_text(cells, step, record);
        }
        for (step, property) in &self.properties {
            self.put_property(cells, step, *property, unit, record, buffer);
        }
        self.templates(cells, unit, record, buffer)?;
        self.finish(cells, record)
    }

    fn status(&self, cells: &impl Cells) -> Status {
        let mut status = Status::Booked;
        let moments = self.by_role.moment.iter().filter(|_| !self.table.pending.is_empty());
        for step in self.by_role.status.iter().chain(moments) {
            let word = unwrap(cells.cell(step.cell));
            let told = match () {
                () if self.table.void.has(word) => Status::Void,
                () if self.table.info.has(word) => Status::Info,
                () if self.table.pending.has(word) => Status::Pending,
                () => match self.known_status(step, word) {
                    Some(told) => told,
                    None => continue,
                },
            };
            status = if status.counts() { told } else { status };
        }
        let informs = status.counts() && !self.table.info_when.is_empty() && self.all(&self.table.info_when, cells);
        if informs { Status::Info } else { status }
    }

    /// What a word says of a payment that its layout does not list: vendors translate their words, and add new ones.
    fn known_status(&self, step: &Step, word: &str) -> Option<Status> {
        // An unknown table's layout lists them all, but for those of which the person says otherwise.
        if self.table.kind != Kind::BankTransaction || step.usage.role != Role::Status || word.is_empty() || self.table.by_place {
            return None;
        }
        let word = normal(word);
        match () {
            () if generic::is_void(&word) => Some(Status::Void),
            () if generic::is_pending(&word) => Some(if self.table.info.has("pending") { Status::Info } else { Status::Pending }),
            () => None,
        }
    }

    fn row_unit(&self, cells: &impl Cells, step: Option<Step>) -> Checked<Option<Unit>> {
        let otherwise = self.facts.unit.or(self.table.unit);
        let Some(step) = step else { return Ok(otherwise) };
        let text = self.text(cells, &step);
        match self.unit(text) {
            None if text.chars().any(char::is_alphanumeric) || text.contains('?') => {
                Err(Bad { id: "unit-unreadable", column: Some(step.column), text: "The currency or unit cannot be read." })
            }
            told => Ok(told.or(otherwise)),
        }
    }

    /// A currency code in whatever case; a physical unit as it is written.
    fn unit(&self, text: &str) -> Option<Unit> {
        if matches!(self.table.kind, Kind::EnergyReading | Kind::HealthSample) { text.parse().ok() } else { code_of(text) }
    }

    fn moment(&self, cells: &impl Cells, status: Status) -> Checked<Option<Moment>> {
        for step in &self.by_role.moment {
            let text = self.text(cells, step);
            if text.is_empty() || self.table.pending.has(text) {
                continue;
            }
            let moment = self.read_moment(text, step.usage.transform).map_err(|e| bad_date(e, step.column))?;
            if !YEARS.contains(&moment.date().year()) {
                let text = "The year of this day cannot be right; it may be one of another calendar.";
                return Err(Bad { id: "year-implausible", column: Some(step.column), text });
            }
            return self.with_time(cells, moment).map(Some);
        }
        let pending = status == Status::Pending;
        if pending || self.table.dateless || self.table.templates.iter().any(|t| t.target == Target::Moment) {
            return Ok(None);
        }
        let column = self.by_role.moment.first().map(|s| s.column);
        Err(Bad { id: "date-missing", column, text: "This row has no date." })
    }

    fn with_time(&self, cells: &impl Cells, moment: Moment) -> Checked<Moment> {
        let Some(step) = self.by_role.time else { return Ok(moment) };
        let text = self.text(cells, &step);
        if text.is_empty() || moment.precision() != holdall_model::Precision::Day {
            return Ok(moment);
        }
        let (time, precision, offset) = date::time(text).map_err(|e| bad_date(e, step.column))?;
        Ok(self.placed(Moment::from_datetime(moment.date().to_datetime(time), precision, offset)))
    }

    fn read_moment(&self, text: &str, transform: Transform) -> Result<Moment, DateError> {
        let unix = |per_second: i64| {
            let number: i64 = text.parse().map_err(|_| DateError::Form)?;
            Ok(Moment::from_unix(number.div_euclid(per_second))?)
        };
        match transform {
            Transform::Unix => return unix(1),
            Transform::UnixMilliseconds => return unix(1000),
            Transform::UnixMicroseconds => return unix(1_000_000),
            Transform::Serial => return date::serial(text),
            _ => {}
        }
        if let Some(day) = self.facts.period.and_then(|period| period.day(text, self.facts.order)) {
            return Ok(Moment::from_date(day));
        }
        let ours = self.facts.calendar.ours(text, self.facts.order);
        let moment = match date::parse(&ours, self.facts.order) {
            Err(DateError::Form) if self.table.reduced => text.parse::<Moment>().map_err(|_| DateError::Form)?,
            other => other?,
        };
        Ok(if transform == Transform::Date { Moment::from_date(moment.date()) } else { self.placed(moment) })
    }

    /// Without the zone, where the vendor writes one that is not true.
    fn placed(&self, moment: Moment) -> Moment {
        if self.table.zone_untrue && moment.offset() != Offset::Local {
            Moment::from_datetime(moment.datetime(), moment.precision(), Offset::Local)
        } else {
            moment
        }
    }

    fn finish(&self, cells: &impl Cells, record: &mut Record) -> Checked<()> {
        for i in &self.words {
            append(&mut record.unmapped, unwrap(cells.cell(*i)));
        }
        if record.account.is_empty() {
            record.account.push_str(&self.facts.account);
        }
        if record.title.is_empty() {
            record.title.push_str(&record.party);
        }
        if record.title.is_empty() {
            let told = self.title_instead.iter().find_map(|p| record.fields.get(*p));
            record.title.push_str(told.unwrap_or_default());
        }
        match record.amount.map(|a| a.to_scaled()) {
            Some(Err(_)) => Err(too_long(0)),
            _ => Ok(()),
        }
    }

    /// The words of a row that only goes on with the one before it.
    pub fn continued(&self, cells: &impl Cells) -> String {
        let mut text = String::new();
        (0..cells.count()).for_each(|i| append(&mut text, unwrap(cells.cell(i))));
        text
    }

    /// Where a column of the layout stands in this file.
    pub fn cell_of(&self, column: usize) -> Option<usize> {
        self.positions.at.get(column).copied().flatten()
    }

    /// The heading of a column, for a diagnostic.
    pub fn heading(&self, column: usize) -> Option<String> {
        let cell = self.positions.at.get(column).copied().flatten()?;
        Some(self.positions.headings.get(cell).cloned().unwrap_or_else(|| format!("{}", cell + 1)))
    }
}

fn bad_date(error: DateError, column: usize) -> Bad {
    let (id, text) = match error {
        DateError::Form => ("date-unreadable", "The date in this row has another form than the file's other dates."),
        DateError::Impossible => ("date-impossible", "The calendar has no such day or time."),
    };
    Bad { id, column: Some(column), text }
}

/// Adds a text after a blank, unless it is there already.
fn append(place: &mut String, text: &str) {
    let text = number::trimmed(text);
    if text.is_empty() || place == text {
        return;
    }
    if !place.is_empty() {
        place.push(' ');
    }
    place.push_str(text);
}

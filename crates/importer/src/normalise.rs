//! One row's cells to one record, by a definition and what was decided for the file. Pure: no reading, no guessing.

use holdall_model::{Kind, Locator, Moment, Offset, Property, Quantity, Record, Status, Unit, ValueType};
use rust_decimal::Decimal;

use crate::definition::{Condition, Role, Side, Table, Target, TemplatePart, Test, Transform, Use, normal};
use crate::table::date::{self, DateError, Order};
use crate::table::number::{self, Mark, code_of, unwrap};

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
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bad {
    pub id: &'static str,
    pub column: Option<usize>,
    pub text: &'static str,
}

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
    /// Amounts with a minus are money in.
    pub inverted: bool,
    /// From the lines before the table.
    pub account: String,
    pub unit: Option<Unit>,
}

/// One cell and what to do with it.
#[derive(Clone, Copy)]
struct Step {
    cell: usize,
    column: usize,
    usage: Use,
}

pub(crate) struct Normaliser<'d> {
    table: &'d Table,
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
        Self { table, positions, facts, by_role: roles, texts, properties, words, record, buffer: String::new() }
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
        self.record.clear(self.table.kind);
        self.record.locator = locator;
        match self.fill(cells) {
            Ok(()) => Outcome::Record,
            Err(bad) => Outcome::Bad(bad),
        }
    }

    /// Whether a file's first row is one of this layout.
    pub fn begins(&self, cells: &impl Cells) -> bool {
        let excluded = !self.table.excludes.is_empty() && self.all(&self.table.excludes, cells);
        !excluded && self.all(&self.table.requires, cells)
    }

    fn skipped(&self, cells: &impl Cells) -> Option<&'static str> {
        let filled = |i: &usize| !cells.cell(*i).trim_matches(number::is_blank).is_empty();
        let Some(first) = (0..cells.count()).find(filled) else { return Some("blank-row") };
        if !self.table.footers.is_empty() {
            let start = normal(cells.cell(first));
            if self.table.footers.iter().any(|f| start.starts_with(f.as_str())) {
                return Some("footer");
            }
        }
        if !self.positions.headings.is_empty() && self.is_header(cells) {
            return Some("header-again");
        }
        self.table.skip.iter().find(|rule| self.all(&rule.when, cells)).map(|rule| rule.why)
    }

    fn is_header(&self, cells: &impl Cells) -> bool {
        let headings = &self.positions.headings;
        // Cheap first: the first cell differs in nearly every row.
        let same = |i: usize| normal(cells.cell(i)) == headings[i];
        cells.count() >= headings.len() && !headings.is_empty() && same(0) && (1..headings.len()).all(same)
    }

    fn wrong_width(&self, cells: &impl Cells) -> Option<Bad> {
        let width = self.width();
        let filled = |i: usize| !cells.cell(i).trim_matches(number::is_blank).is_empty();
        if (width..cells.count()).any(filled) {
            return Some(Bad { id: "too-many-cells", column: None, text: "This row has more cells than the heading has columns." });
        }
        if cells.count() < width && !self.table.short_rows {
            return Some(Bad { id: "too-few-cells", column: None, text: "This row has fewer cells than the heading has columns." });
        }
        None
    }

    fn width(&self) -> usize {
        if self.positions.headings.is_empty() { self.table.columns.len() } else { self.positions.headings.len() }
    }

    fn all(&self, conditions: &[Condition], cells: &impl Cells) -> bool {
        conditions.iter().all(|c| {
            let text = self.positions.at[c.column].map_or("", |i| cells.cell(i));
            let text = normal(unwrap(text));
            match c.test {
                Test::Empty => text.is_empty(),
                Test::Filled => !text.is_empty(),
                Test::Is => c.words.contains(&text),
                Test::Starts => c.words.iter().any(|w| text.starts_with(w.as_str())),
                Test::Contains => c.words.iter().any(|w| text.contains(w.as_str())),
            }
        })
    }

    /// A cell's text, without what spreadsheets wrap around it, and with the definition's replacements.
    fn text<'c>(&'c self, cells: &'c impl Cells, step: &Step) -> &'c str {
        self.replaced(unwrap(cells.cell(step.cell)), step.column)
    }

    fn replaced<'c>(&'c self, mut text: &'c str, column: usize) -> &'c str {
        if self.table.empty.iter().any(|e| e == text) {
            return "";
        }
        if self.table.words.is_empty() && self.table.cut.is_empty() {
            return text;
        }
        let Some(name) = self.table.columns[column].names.first().map(|n| normal(&n.text())) else { return text };
        if let Some(cut) = self.table.cut.get(&name) {
            text = cut.iter().find_map(|c| text.strip_prefix(c.as_str())).unwrap_or(text).trim();
        }
        self.table.words.get(&name).and_then(|map| map.get(text)).map_or(text, String::as_str)
    }

    fn fill(&mut self, cells: &impl Cells) -> Checked<()> {
        self.record.status = self.status(cells);
        let unit = self.row_unit(cells, self.by_role.unit);
        self.record.moment = self.moment(cells)?;
        self.record.amount = self.amount(cells, unit)?;
        let steps = std::mem::take(&mut self.texts);
        for step in &steps {
            self.put_text(cells, step);
        }
        self.texts = steps;
        let steps = std::mem::take(&mut self.properties);
        for (step, property) in &steps {
            self.put_property(cells, step, *property, unit);
        }
        self.properties = steps;
        self.templates(cells, unit)?;
        self.finish(cells)
    }

    fn status(&self, cells: &impl Cells) -> Status {
        let mut status = Status::Booked;
        let moments = self.by_role.moment.iter().filter(|_| !self.table.pending.is_empty());
        for step in self.by_role.status.iter().chain(moments) {
            let word = normal(unwrap(cells.cell(step.cell)));
            let told = match () {
                () if self.table.void.contains(&word) => Status::Void,
                () if self.table.info.contains(&word) => Status::Info,
                () if self.table.pending.contains(&word) => Status::Pending,
                () => continue,
            };
            status = if status.counts() { told } else { status };
        }
        status
    }

    fn row_unit(&self, cells: &impl Cells, step: Option<Step>) -> Option<Unit> {
        let told = step.and_then(|s| self.unit(self.text(cells, &s)));
        told.or(self.table.unit).or(self.facts.unit)
    }

    /// A currency code in whatever case; a physical unit as it is written.
    fn unit(&self, text: &str) -> Option<Unit> {
        if matches!(self.table.kind, Kind::EnergyReading | Kind::HealthSample) { text.parse().ok() } else { code_of(text) }
    }

    fn moment(&self, cells: &impl Cells) -> Checked<Option<Moment>> {
        for step in &self.by_role.moment {
            let text = self.text(cells, step);
            if text.is_empty() || (!self.table.pending.is_empty() && self.table.pending.contains(&normal(text))) {
                continue;
            }
            let moment = self.read_moment(text, step.usage.transform).map_err(|e| bad_date(e, step.column))?;
            return self.with_time(cells, moment).map(Some);
        }
        let pending = self.record.status == Status::Pending;
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
            _ => {}
        }
        let moment = match date::parse(text, self.facts.order) {
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

    /// A number in a cell: `None` for an empty one.
    fn number(&self, cells: &impl Cells, step: &Step) -> Checked<Option<(Decimal, Option<Unit>)>> {
        let text = self.text(cells, step);
        if text.is_empty() || text == "-" {
            return Ok(None);
        }
        let Ok(amount) = number::parse(text, self.facts.mark) else {
            return Err(Bad {
                id: "amount-unreadable",
                column: Some(step.column),
                text: "The amount in this row cannot be read with certainty.",
            });
        };
        let value = match step.usage.transform {
            Transform::Cents => exact_product(amount.value, Decimal::new(1, 2)),
            Transform::Negated => Some(-amount.value),
            _ => Some(amount.value),
        };
        let value = value.ok_or(Bad {
            id: "amount-too-long",
            column: Some(step.column),
            text: "The amount in this row has more digits than can be kept.",
        })?;
        Ok(Some((value, step.usage.unit.or(self.positions.units[step.column]).or(amount.unit))))
    }

    fn amount(&self, cells: &impl Cells, row_unit: Option<Unit>) -> Checked<Option<Quantity>> {
        let roles = &self.by_role;
        let missing = |step: Option<&Step>| {
            if self.table.amountless || !self.record.status.counts() {
                Ok(None)
            } else {
                Err(Bad { id: "amount-missing", column: step.map(|s| s.column), text: "This row has no amount." })
            }
        };
        let found = if !roles.amount.is_empty() {
            let mut found = None;
            for step in &roles.amount {
                found = self.number(cells, step)?;
                if found.is_some() {
                    break;
                }
            }
            let Some(found) = found else { return missing(roles.amount.first()) };
            self.indicated(cells, found)?
        } else if roles.amount_out.is_some() || roles.amount_in.is_some() {
            match self.by_direction(cells)? {
                Some(found) => found,
                None => return missing(roles.amount_out.as_ref()),
            }
        } else if !roles.debit.is_empty() || !roles.credit.is_empty() {
            match self.two_sided(cells)? {
                Some(found) => found,
                None => return missing(roles.debit.first().or(roles.credit.first())),
            }
        } else {
            return Ok(None);
        };
        let (mut value, unit) = found;
        if self.table.fee_in_sum {
            value = self.without_fee(cells, value)?;
        }
        if self.facts.inverted {
            value = -value;
        }
        let unit = if roles.unit.is_some() { row_unit.or(unit) } else { unit.or(row_unit) };
        Ok(Some(Quantity::new(positive_zero(value), unit.unwrap_or(Unit::UNKNOWN))))
    }

    fn without_fee(&self, cells: &impl Cells, value: Decimal) -> Checked<Decimal> {
        let Some((step, _)) = self.properties.iter().find(|(_, p)| p.name() == "fee") else { return Ok(value) };
        let fee = self.number(cells, step)?.map_or(Decimal::ZERO, |(fee, _)| fee);
        exact_sum(value, -fee).ok_or(too_long(step.column))
    }

    /// Whether the indicator says that money went out.
    fn goes_out(&self, cells: &impl Cells, step: &Step) -> Checked<bool> {
        let word = normal(self.text(cells, step));
        if self.table.out_words.contains(&word) {
            Ok(true)
        } else if self.table.in_words.contains(&word) {
            Ok(false)
        } else {
            Err(Bad {
                id: "direction-unknown",
                column: Some(step.column),
                text: "This row does not say in known words whether money came in or went out.",
            })
        }
    }

    fn indicated(&self, cells: &impl Cells, found: (Decimal, Option<Unit>)) -> Checked<(Decimal, Option<Unit>)> {
        let Some(step) = self.by_role.indicator else { return Ok(found) };
        let value = found.0.abs();
        Ok((if self.goes_out(cells, &step)? { -value } else { value }, found.1))
    }

    fn by_direction(&self, cells: &impl Cells) -> Checked<Option<(Decimal, Option<Unit>)>> {
        let Some(indicator) = self.by_role.indicator else { return Ok(None) };
        let out = self.goes_out(cells, &indicator)?;
        let (amount, unit) =
            if out { (self.by_role.amount_out, self.by_role.unit_out) } else { (self.by_role.amount_in, self.by_role.unit_in) };
        let Some(step) = amount else { return Ok(None) };
        let Some((value, told)) = self.number(cells, &step)? else { return Ok(None) };
        let unit = unit.and_then(|s| code_of(self.text(cells, &s))).or(told);
        Ok(Some((if out { -value.abs() } else { value.abs() }, unit)))
    }

    fn two_sided(&self, cells: &impl Cells) -> Checked<Option<(Decimal, Option<Unit>)>> {
        let mut total: Option<(Decimal, Option<Unit>)> = None;
        let sides = [(&self.by_role.debit, self.table.debit, true), (&self.by_role.credit, self.table.credit, false)];
        for (steps, side, out) in sides {
            for step in steps {
                let Some((value, unit)) = self.number(cells, step)? else { continue };
                let value = match (side, out) {
                    (Side::Positive, true) | (Side::Negative, false) => -value,
                    (Side::Positive, false) | (Side::Negative, true) => value,
                    (Side::Any, true) => -value.abs(),
                    (Side::Any, false) => value.abs(),
                };
                total = match total {
                    None => Some((value, unit)),
                    Some((sum, told)) => Some((exact_sum(sum, value).ok_or(too_long(step.column))?, told.or(unit))),
                };
            }
        }
        Ok(total)
    }

    fn put_text(&mut self, cells: &impl Cells, step: &Step) {
        let text = step.usage.transform.text(self.text(cells, step)).into_owned();
        let record = &mut self.record;
        let place = match step.usage.role {
            Role::Title => &mut record.title,
            Role::Party => &mut record.party,
            Role::Account => &mut record.account,
            _ => &mut record.external_id,
        };
        append(place, &text);
    }

    fn put_property(&mut self, cells: &impl Cells, step: &Step, property: Property, unit: Option<Unit>) {
        let text = self.text(cells, step);
        if text.is_empty() {
            return;
        }
        let unit = step.usage.unit.or(self.positions.units[step.column]).or(unit);
        match self.value(text, property, step.usage.transform, unit) {
            Some(value) => self.record.fields.set(property, &value),
            // It says something, if not in the form the property has: it stays findable.
            None => {
                let text = text.to_owned();
                append(&mut self.record.unmapped, &text);
            }
        }
    }

    /// A text in the form its property has.
    fn value(&self, text: &str, property: Property, transform: Transform, unit: Option<Unit>) -> Option<String> {
        match property.value_type() {
            ValueType::Text | ValueType::Url => Some(transform.text(text).into_owned()),
            ValueType::Number => number::parse(text, self.facts.mark).ok().map(|a| a.value.to_string()),
            ValueType::Quantity => {
                let amount = number::parse(text, self.facts.mark).ok()?;
                let value = if transform == Transform::Cents { exact_product(amount.value, Decimal::new(1, 2))? } else { amount.value };
                Some(format!("{value} {}", unit.or(amount.unit).unwrap_or(Unit::UNKNOWN)))
            }
            ValueType::Moment => self.read_moment(text, transform).ok().map(|m| m.to_string()),
            ValueType::Duration => duration(text, transform),
            ValueType::Truth => truth(text).map(str::to_owned),
        }
    }

    fn templates(&mut self, cells: &impl Cells, unit: Option<Unit>) -> Checked<()> {
        let table = self.table;
        for template in &table.templates {
            let mut buffer = std::mem::take(&mut self.buffer);
            buffer.clear();
            let mut filled = false;
            for part in &template.parts {
                match part {
                    TemplatePart::Literal(text) => buffer.push_str(text),
                    TemplatePart::Column(column, transform) => {
                        let text = self.positions.at[*column].map_or("", |i| self.replaced(unwrap(cells.cell(i)), *column));
                        let text = transform.text(text);
                        filled |= !text.is_empty();
                        buffer.push_str(&text);
                    }
                }
            }
            if filled {
                self.put_target(template.target, buffer.trim(), unit)?;
            }
            self.buffer = buffer;
        }
        for (target, text) in &table.fixed {
            self.put_target(*target, text, unit)?;
        }
        Ok(())
    }

    fn put_target(&mut self, target: Target, text: &str, unit: Option<Unit>) -> Checked<()> {
        match target {
            Target::Title => append(&mut self.record.title, text),
            Target::Party => append(&mut self.record.party, text),
            Target::Account => append(&mut self.record.account, text),
            Target::Id => append(&mut self.record.external_id, text),
            Target::Moment => self.record.moment = Some(self.read_moment(text, Transform::None).map_err(|e| bad_date(e, 0))?),
            Target::Property(property) => match self.value(text, property, Transform::None, unit) {
                Some(value) => self.record.fields.set(property, &value),
                None => append(&mut self.record.unmapped, text),
            },
        }
        Ok(())
    }

    fn finish(&mut self, cells: &impl Cells) -> Checked<()> {
        for i in &self.words {
            append(&mut self.record.unmapped, unwrap(cells.cell(*i)));
        }
        let record = &mut self.record;
        if record.account.is_empty() {
            record.account.push_str(&self.facts.account);
        }
        if record.title.is_empty() {
            record.title.push_str(&record.party);
        }
        if record.title.is_empty() {
            for name in ["memo", "transactionType", "reference", "category"] {
                if let Some(text) = Property::named(name).and_then(|p| record.fields.get(p)) {
                    record.title.push_str(text);
                    break;
                }
            }
        }
        if let Some(amount) = record.amount {
            amount.to_scaled().map_err(|_| too_long(0))?;
        }
        Ok(())
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

fn too_long(column: usize) -> Bad {
    Bad { id: "amount-too-long", column: Some(column), text: "The amount in this row has more digits than can be kept." }
}

/// `-0.00` is a way to write nothing, not a direction.
fn positive_zero(value: Decimal) -> Decimal {
    if value.is_zero() { value.abs() } else { value }
}

pub(crate) fn exact_sum(a: Decimal, b: Decimal) -> Option<Decimal> {
    a.checked_add(b).filter(|sum| sum.scale() >= a.scale().max(b.scale()))
}

fn exact_product(a: Decimal, b: Decimal) -> Option<Decimal> {
    a.checked_mul(b).filter(|product| product.scale() == a.scale() + b.scale())
}

/// Adds a text after a blank, unless it is there already.
fn append(place: &mut String, text: &str) {
    let text = text.trim_matches(number::is_blank);
    if text.is_empty() || place == text {
        return;
    }
    if !place.is_empty() {
        place.push(' ');
    }
    place.push_str(text);
}

/// Whole seconds of `01:50:00`, `07:30`, or a number with its unit.
fn duration(text: &str, transform: Transform) -> Option<String> {
    if text.contains(':') {
        let parts: Vec<i64> = text.split(':').map(|p| p.trim().parse().ok().filter(|n| (0..100_000).contains(n))).collect::<Option<_>>()?;
        let seconds = match parts.as_slice() {
            [h, m] => h * 3600 + m * 60,
            [h, m, s] => h * 3600 + m * 60 + s,
            _ => return None,
        };
        return Some(seconds.to_string());
    }
    let number = number::parse(text, Mark::Dot).ok()?.value;
    let seconds = match transform {
        Transform::Milliseconds => number / Decimal::ONE_THOUSAND,
        Transform::Minutes => number * Decimal::from(60),
        _ => number,
    };
    Some(seconds.trunc().to_string())
}

fn truth(text: &str) -> Option<&'static str> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "1" | "y" => Some("true"),
        "false" | "no" | "0" | "n" => Some("false"),
        _ => None,
    }
}

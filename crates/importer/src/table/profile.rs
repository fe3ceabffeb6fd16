//! Goes over a whole file once, where its layout leaves open what only the whole file can tell.

mod order;
mod unlike;

use std::collections::{BTreeSet, HashSet};

use holdall_model::ValueType;

use super::calendar::{Calendar, Calendars};
use super::date::{self, Order, OrderHint};
use super::json::{self, Elements};
use super::number::{self, Mark, MarkHint, unwrap};
use super::people;
use super::read::{Met, Plan, walk};
use super::sides::Signs;
use crate::decide::{Booking, Decided, Decisions, Question};
use crate::definition::{Role, Table, Transform, normal};
use crate::error::ImportError;
use crate::format::Answers;
use crate::hashes::Hashes;
use crate::input::Input;
use crate::normalise::{Cells, Positions};
use order::{Run, parts, pointed, remember_ends};

/// Ids that are remembered to prove them unique; a file with more is told apart by content.
const MAX_IDS: usize = 8_000_000;

/// What the cells of a file tell about its order of dates and its decimal mark.
#[derive(Debug, Default)]
pub(crate) struct Evidence {
    dmy: u64,
    mdy: u64,
    either_date: Option<String>,
    /// How the dates of one column run when they are read with the day first, and with the month first.
    runs: [Run; 2],
    /// The same with the year first, of years of two digits.
    run_year_first: Run,
    /// First and last parts of such dates with points, whose year nearly always comes last.
    pointed_ends: [BTreeSet<String>; 2],
    /// First and last parts of dates whose year has two digits, and may stand at either end.
    ends: [BTreeSet<String>; 2],
    year_first: u64,
    told: HashSet<&'static str>,
    dot: u64,
    comma: u64,
    either_number: Option<String>,
    whole: Whole,
    /// Its currency has no decimals, so that what looks like three of them is a group.
    told_whole: bool,
    /// The same of numbers that are no amounts: asked only where the amounts are silent.
    dot_beside: u64,
    comma_beside: u64,
    ids: Hashes,
    rows_with_id: u64,
    rows_without_id: u64,
    repeated_id: bool,
    booking: Option<Booking>,
    debit: Signs,
    credit: Signs,
    rows: u64,
    calendars: Calendars,
    /// Dates whose form tells their order: with the month's name, or a year of four digits first.
    plain_dates: u64,
}

/// Whole numbers, of which those from a thousand on are grouped: `950`, `1,234`, `54,300`.
#[derive(Debug, Clone, Copy, Default)]
struct Whole {
    /// Numbers with one point or comma before their last three digits.
    points: u64,
    commas: u64,
    /// Numbers without any mark that are below a thousand, and above.
    small: u64,
    large: u64,
}

impl Whole {
    /// Numbers of each sort that must be there.
    const LEAST: u64 = 2;

    fn add(&mut self, of: Self) {
        self.points += of.points;
        self.commas += of.commas;
        self.small += of.small;
        self.large += of.large;
    }

    fn in_threes(&mut self, text: &str) {
        *(if text.contains(',') { &mut self.commas } else { &mut self.points }) += 1;
    }

    fn bare(&mut self, text: &str) {
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        let nothing = text.bytes().all(|b| !b.is_ascii_digit() || b == b'0');
        if !nothing {
            *(if digits <= 3 { &mut self.small } else { &mut self.large }) += 1;
        }
    }

    /// The mark that these groups leave for decimals.
    fn groups(&self) -> Option<Mark> {
        match (self.points, self.commas) {
            (1.., 0) => Some(Mark::Comma),
            (0, 1..) => Some(Mark::Dot),
            _ => None,
        }
    }

    /// Amounts that have either three decimals or none, and reach a thousand only with decimals, are not written by anybody.
    fn mark(&self) -> Option<Mark> {
        if self.small < Self::LEAST || self.large > 0 {
            return None;
        }
        match (self.points, self.commas) {
            (Self::LEAST.., 0) => Some(Mark::Comma),
            (0, Self::LEAST..) => Some(Mark::Dot),
            _ => None,
        }
    }
}

impl Evidence {
    /// Looks at a date; texts that are none tell nothing.
    pub fn date(&mut self, text: &str) {
        let text = unwrap(text);
        if !text.is_empty() {
            self.hinted(text, date::hint(text));
        }
    }

    /// The same of a bare text whose hint is known.
    fn hinted(&mut self, text: &str, hint: OrderHint) {
        self.calendars.look(text);
        if hint == OrderHint::Any && !pointed(text) {
            return self.short_year(text);
        }
        if hint == OrderHint::Any {
            remember_ends(&mut self.pointed_ends, &parts(text));
        }
        self.year_first += u64::from(hint == OrderHint::Only(Order::Ymd));
        match (date::parse(text, Order::Dmy), date::parse(text, Order::Mdy)) {
            (Ok(a), Ok(b)) if a == b => {}
            // Nobody who writes dates with points puts the month first.
            (Ok(_), Ok(_)) if pointed(text) => self.dmy += 1,
            (Ok(_), Ok(_)) => {
                self.either_date.get_or_insert_with(|| text.to_owned());
            }
            (Ok(_), Err(_)) => self.dmy += 1,
            (Err(_), Ok(_)) => self.mdy += 1,
            (Err(_), Err(_)) => {}
        }
    }

    /// Looks at a date of the column that tells when rows happened: a file is written in the order of time, or against it.
    pub fn date_in_order(&mut self, text: &str) {
        let text = unwrap(text);
        if !text.is_empty() {
            self.date_hinted(text, date::hint(text));
        }
    }

    /// The same of a bare text whose hint is known.
    pub fn date_hinted(&mut self, text: &str, hint: OrderHint) {
        self.hinted(text, hint);
        for (run, order) in self.runs.iter_mut().zip([Order::Dmy, Order::Mdy]) {
            if let Ok(moment) = date::parse(text, order) {
                run.look(moment.sort_key());
            }
        }
        if hint == OrderHint::Any
            && let Ok(moment) = date::parse(text, Order::Ymd)
        {
            self.run_year_first.look(moment.sort_key());
        }
    }

    /// Looks at a heading: a script tells whose years may be meant.
    pub fn heading(&mut self, text: &str) {
        self.calendars.script(text);
    }

    /// A reason from outside the dates themselves, for where they leave it open.
    pub fn tell(&mut self, order: Order) {
        self.told.insert(order.name());
    }

    /// The amounts are known to have no decimals.
    pub fn tell_whole(&mut self) {
        self.told_whole = true;
    }

    /// Looks at a number; texts that are none tell nothing.
    pub fn number(&mut self, text: &str) {
        self.number_hinted(text, number::hint(text));
    }

    /// The same of a text whose hint is known.
    pub fn number_hinted(&mut self, text: &str, hint: MarkHint) {
        match hint {
            MarkHint::Only(Mark::Dot) => self.dot += 1,
            MarkHint::Only(Mark::Comma) => self.comma += 1,
            MarkHint::Either => {
                self.either_number.get_or_insert_with(|| unwrap(text).to_owned());
                self.whole.in_threes(text);
            }
            MarkHint::Silent => self.whole.bare(text),
            MarkHint::NotANumber => {}
        }
    }

    /// Looks at a number that is no amount, such as a rate.
    pub fn number_beside(&mut self, text: &str) {
        match number::hint(text) {
            MarkHint::Only(Mark::Dot) => self.dot_beside += 1,
            MarkHint::Only(Mark::Comma) => self.comma_beside += 1,
            _ => {}
        }
    }

    /// Adds what another column's dates tell; how they run, where it is the column that tells when rows happened.
    pub fn add_dates(&mut self, of: &Self, in_order: bool) {
        self.dmy += of.dmy;
        self.mdy += of.mdy;
        self.year_first += of.year_first;
        self.calendars.add(&of.calendars);
        self.either_date = self.either_date.take().or_else(|| of.either_date.clone());
        for (parts, more) in self.ends.iter_mut().zip(&of.ends).chain(self.pointed_ends.iter_mut().zip(&of.pointed_ends)) {
            parts.extend(more.iter().cloned());
        }
        if in_order {
            (self.runs, self.run_year_first) = (of.runs, of.run_year_first);
        }
    }

    /// Adds what another column's amounts tell.
    pub fn add_numbers(&mut self, of: &Self) {
        self.dot += of.dot;
        self.comma += of.comma;
        self.either_number = self.either_number.take().or_else(|| of.either_number.clone());
        self.whole.add(of.whole);
    }

    /// Adds what another column's numbers tell, which are no amounts.
    pub fn add_numbers_beside(&mut self, of: &Self) {
        self.dot_beside += of.dot;
        self.comma_beside += of.comma;
    }

    fn id(&mut self, hash: Option<u64>) {
        match hash {
            None => self.rows_without_id += 1,
            Some(hash) => {
                self.rows_with_id += 1;
                self.repeated_id |= self.ids.len() >= MAX_IDS || !self.ids.insert(hash);
            }
        }
    }

    /// The calendar, where it is another one than ours, or the question about it.
    pub fn calendar(&self, order: Order, answers: &Answers) -> Result<Option<Calendar>, Question> {
        self.calendars.decide(order, answers)
    }

    /// The decimal mark, or the question about it.
    pub fn mark(&self, answers: &Answers) -> Result<Mark, Question> {
        match (self.dot, self.comma, &self.either_number) {
            (_, 0, None) => return Ok(Mark::Dot),
            (1.., 0, _) => return Ok(Mark::Dot),
            (0, 1.., _) => return Ok(Mark::Comma),
            _ => {}
        }
        match (self.dot, self.comma, self.dot_beside, self.comma_beside) {
            (0, 0, 1.., 0) => return Ok(Mark::Dot),
            (0, 0, 0, 1..) => return Ok(Mark::Comma),
            _ => {}
        }
        let grouped = self.told_whole.then(|| self.whole.groups()).flatten();
        if let (0, 0, Some(mark)) = (self.dot, self.comma, grouped.or_else(|| self.whole.mark())) {
            return Ok(mark);
        }
        let question = Question::decimal_mark(self.either_number.as_deref().unwrap_or("1.234"));
        question.answered(answers).and_then(Mark::named).ok_or(question)
    }

    fn ids_unique(&self) -> bool {
        self.rows_with_id > 0 && !self.repeated_id
    }
}

/// Which cells are looked at.
#[derive(Default)]
struct Looked {
    dates: Vec<usize>,
    numbers: Vec<usize>,
    debits: Vec<usize>,
    credits: Vec<usize>,
    ids: Vec<usize>,
    tellers: Vec<(usize, usize)>,
    /// The amount whose sign is open, and what a person knows its row by.
    amount: Option<usize>,
    told: Vec<usize>,
    /// Whether the file writes its days and its amounts as the layout says.
    vouched: unlike::Vouched,
}

impl Looked {
    fn new(table: &Table, positions: &Positions) -> Self {
        let mut looked = Self { vouched: unlike::Vouched::new(table, positions), ..Self::default() };
        for (column, cell) in table.columns.iter().zip(&positions.at) {
            let Some(cell) = *cell else { continue };
            for usage in &column.uses {
                match usage.role {
                    Role::Debit if usage.transform != Transform::Negated => looked.debits.push(cell),
                    Role::Credit if usage.transform != Transform::Negated => looked.credits.push(cell),
                    _ => {}
                }
                match usage.role {
                    Role::Moment => looked.dates.push(cell),
                    Role::Amount | Role::AmountIn | Role::AmountOut | Role::Debit | Role::Credit => looked.numbers.push(cell),
                    Role::Id | Role::Account => looked.ids.push(cell),
                    Role::Property(p) if p.value_type() == ValueType::Moment => looked.dates.push(cell),
                    Role::Property(p) if p.value_type() == ValueType::Quantity => looked.numbers.push(cell),
                    _ => {}
                }
            }
        }
        if !has_ids(table) {
            looked.ids.clear();
        }
        let with = |roles: &'static [Role]| {
            let columns = table.columns.iter().zip(&positions.at).filter(|(c, _)| c.uses.iter().any(|u| roles.contains(&u.role)));
            columns.filter_map(|(_, cell)| *cell)
        };
        looked.amount = with(&[Role::Amount]).next();
        looked.told = with(&[Role::Moment, Role::Party, Role::Title]).collect();
        for (i, (name, _, _)) in table.order_when.iter().enumerate() {
            let column = table.columns.iter().position(|c| c.names.iter().any(|n| n.text() == normal(name)));
            if let Some(cell) = column.and_then(|c| positions.at[c]) {
                looked.tellers.push((i, cell));
            }
        }
        looked
    }

    fn look(&self, table: &Table, cells: &impl Cells, evidence: &mut Evidence) {
        evidence.rows += 1;
        self.vouched.look(table, cells, evidence);
        if table.order.is_none() {
            self.dates.iter().for_each(|i| evidence.date(cells.cell(*i)));
            for (rule, cell) in &self.tellers {
                let (_, words, order) = &table.order_when[*rule];
                if words.iter().any(|w| w == unwrap(cells.cell(*cell))) {
                    evidence.told.insert(order.name());
                }
            }
        }
        if table.decimal.is_none() {
            self.numbers.iter().for_each(|i| evidence.number(cells.cell(*i)));
        }
        if table.inverted.is_none() && evidence.booking.is_none() {
            let told = self.told.iter().map(|i| unwrap(cells.cell(*i)));
            evidence.booking = self.amount.and_then(|i| Booking::of(unwrap(cells.cell(i)), told));
        }
        self.debits.iter().for_each(|i| evidence.debit.look(cells.cell(*i)));
        self.credits.iter().for_each(|i| evidence.credit.look(cells.cell(*i)));
        if !self.ids.is_empty() {
            let mut hasher = blake3::Hasher::new();
            let mut any = false;
            for cell in &self.ids {
                let text = unwrap(cells.cell(*cell));
                any |= !text.is_empty();
                hasher.update(text.as_bytes());
                hasher.update(&[0]);
            }
            let bytes = hasher.finalize();
            let mut short = [0; 8];
            short.copy_from_slice(&bytes.as_bytes()[..8]);
            evidence.id(any.then(|| u64::from_le_bytes(short)));
        }
    }
}

fn has_ids(table: &Table) -> bool {
    // Rows of one group share their id.
    table.group_by.is_none() && table.columns.iter().any(|c| c.uses.iter().any(|u| u.role == Role::Id))
}

fn has_sides(table: &Table) -> bool {
    table.columns.iter().any(|c| c.uses.iter().any(|u| matches!(u.role, Role::Debit | Role::Credit)))
}

/// Decides what the layout leaves open, and where the file does otherwise than its layout says. A file is read no further than it takes to
/// be certain.
pub(crate) fn decide(table: &Table, mut plan: Plan, input: &Input<'_>, answers: &Answers) -> Result<Decided, ImportError> {
    if table.people {
        match people::person(table, &plan, input, answers)? {
            Ok(person) => plan.person = Some(person),
            Err(question) => return Ok(Decided::Ask(question)),
        }
    }
    let mut evidence = Evidence::default();
    gather(table, &plan, input, &mut evidence)?;
    (plan.debit, plan.credit) = (evidence.debit.unlike(table.debit), evidence.credit.unlike(table.credit));
    let order = table.order.map_or_else(|| evidence.order(answers).map(Some), |defined| evidence.order_unlike(defined, answers));
    let mark = table.decimal.map_or_else(|| evidence.mark(answers).map(Some), |_| evidence.mark_unlike(table, answers));
    let told = order.as_ref().ok().copied().flatten().or(table.order).unwrap_or(Order::Dmy);
    match (order, mark, evidence.calendar(told, answers)) {
        (Ok(order), Ok(mark), Ok(calendar)) => (plan.order, plan.mark, plan.calendar) = (order, mark, calendar),
        (Err(question), ..) | (_, Err(question), _) | (.., Err(question)) => return Ok(Decided::Ask(question)),
    }
    if table.inverted.is_none() {
        let question = Question::sign(evidence.booking.as_ref());
        match question.answered(answers) {
            Some(answer) => plan.inverted = Some(answer == "inverted"),
            None => return Ok(Decided::Ask(question)),
        }
    }
    let mut decisions = Decisions { ids_unique: evidence.ids_unique(), ..Decisions::default() };
    plan.to_decisions(&mut decisions);
    Ok(Decided::Ready(decisions))
}

fn gather(table: &Table, plan: &Plan, input: &Input<'_>, evidence: &mut Evidence) -> Result<(), ImportError> {
    let open = table.order.is_none() || table.decimal.is_none() || table.inverted.is_none();
    let to_its_end = open || has_ids(table) || has_sides(table);
    let mut enough = false;
    // What ends the walk early is no error.
    let mut certain = |evidence: &Evidence, looked: &Looked| {
        enough = !to_its_end && looked.vouched.is_settled(table, evidence);
        if enough { Err(ImportError::Cancelled) } else { Ok(()) }
    };
    let gathered = if let Some(path) = &table.records {
        let looked = Looked::new(table, &json::positions(table));
        Elements::new(table, input.text()?, input).each(path, &mut |element| {
            looked.look(table, element, evidence);
            certain(evidence, &looked)
        })
    } else {
        let mut looked: Option<Looked> = None;
        walk(table, plan, input, |met| match (met, &looked) {
            (Met::Headings(positions, _), _) => {
                positions.headings.iter().for_each(|heading| evidence.heading(heading));
                looked = Some(Looked::new(table, &positions));
                Ok(())
            }
            (Met::Row(row), Some(looked)) if row.damage.is_none() => {
                looked.look(table, row, evidence);
                certain(evidence, looked)
            }
            _ => Ok(()),
        })
    };
    gathered.or_else(|error| if enough { Ok(()) } else { Err(error) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(numbers: &[&str]) -> Option<Mark> {
        let mut evidence = Evidence::default();
        numbers.iter().for_each(|n| evidence.number(n));
        evidence.mark(&Answers::new()).ok()
    }

    #[test]
    fn whole_numbers_that_are_grouped_from_a_thousand_on_tell_their_mark() {
        assert_eq!(mark(&["540", "321,000", "380", "112,550"]), Some(Mark::Dot));
        assert_eq!(mark(&["540", "321.000", "380", "112.550"]), Some(Mark::Comma));
        for open in [
            &["540", "1.234", "5.678"][..],
            &["540", "380", "1.234"],
            &["540", "380", "1200", "1.234", "5.678"],
            &["0", "0", "1.234", "5.678"],
        ] {
            assert_eq!(mark(open), None, "{open:?}");
        }
    }
}

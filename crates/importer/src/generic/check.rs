//! Reads an unknown table as it was decided, and looks for rows that were not understood and may be bookings nevertheless.

use rust_decimal::Decimal;

use super::ends::Ends;
use super::layout::Found;
use super::words::{self, Meaning};
use crate::decide::Question;
use crate::error::ImportError;
use crate::format::Answers;
use crate::input::Input;
use crate::normalise::{Normaliser, Outcome};
use crate::table::csv::Row;
use crate::table::date::{self, OrderHint};
use crate::table::ending::Ending;
use crate::table::number::{self, Mark, MarkHint, unwrap};
use crate::table::read::{Met, Plan, Preamble, facts, walk};
use crate::table::section::booked;

/// What a reading gave.
#[derive(Debug, Default)]
pub(super) struct Checked {
    pub records: u64,
    /// Rows that were not understood and hold a date or an amount, and the first of them.
    pub doubtful: u64,
    pub first: u64,
    /// Rows that hold nothing but words, between rows that are records.
    pub continued: u64,
    /// Rows that are called a total and look like a booking.
    pub totals: u64,
    pub first_total: u64,
    sums: Vec<Decimal>,
    ends: Ends,
    /// Rows without a date, and their numbers by column: they may be sums of the others.
    undated: Vec<(u64, Vec<Option<Decimal>>)>,
}

/// Rows without a date that are remembered to compare them with the sums.
const UNDATED: usize = 20;

pub(super) fn check(found: &Found, plan: &Plan, input: &Input<'_>) -> Result<Checked, ImportError> {
    let table = found.table();
    let columns = Columns::of(found);
    let mut checked = Checked::default();
    let mut normaliser: Option<Normaliser<'_>> = None;
    let mut words_since = 0;
    let mut ending = Ending::default();
    walk(&table, plan, input, |met| {
        match (met, &mut normaliser) {
            (Met::Headings(positions, _), _) => {
                normaliser = Some(Normaliser::new(&table, positions, facts(&table, plan, Preamble::default())))
            }
            (Met::Row(row), Some(_)) if row.damage.is_some() => checked.doubt(row.number),
            (Met::Foreign(row), _) => checked.doubt(row.number),
            (Met::Before(row), normaliser) => {
                let read = normaliser.as_mut().is_some_and(|n| n.row(row, row.locator()) == Outcome::Record);
                if read {
                    checked.records += 1;
                    checked.add(columns.numbers(plan, row));
                } else if booked(row) && row.filled_len() > 3 {
                    checked.doubt(row.number);
                }
            }
            (Met::Row(row), Some(normaliser)) => match normaliser.row(row, row.locator()) {
                Outcome::Record if ending.cuts(row, |i| normaliser.is_money(i)) => checked.doubt(row.number),
                Outcome::Record => {
                    ending.look(row);
                    checked.records += 1;
                    checked.add(columns.numbers(plan, row));
                    if let Some(amount) = normaliser.record.amount.filter(|_| columns.bank) {
                        let month = normaliser.record.moment.map(|m| (m.date().year(), m.date().month()));
                        let called = || columns.texts.iter().any(|i| words::begins_as_total(row.cell(*i)));
                        let texts = columns.texts.iter().map(|i| row.cell(*i));
                        checked.ends.look(row.number, amount.value, month, called, columns.shape(row), texts);
                    }
                    checked.continued += std::mem::take(&mut words_since);
                    if columns.texts.iter().any(|i| words::is_total(row.cell(*i))) || is_lone(found, row) {
                        checked.total(row.number);
                    }
                }
                Outcome::Skip(_) | Outcome::Continuation => {}
                Outcome::Bad(_) if undated(found, row) && checked.undated.len() < UNDATED => {
                    checked.undated.push((row.number, columns.numbers(plan, row).collect()));
                }
                Outcome::Bad(_) if may_be_booking(found, row) => checked.doubt(row.number),
                Outcome::Bad(_) => words_since += u64::from(checked.records > 0 && only_words(found, row)),
            },
            _ => {}
        }
        Ok(())
    })?;
    for (row, numbers) in std::mem::take(&mut checked.undated) {
        if !checked.is_sum(&numbers) {
            checked.doubt(row);
        }
    }
    for row in checked.ends.suspects(found.headed) {
        checked.total(row);
    }
    Ok(checked)
}

impl Checked {
    fn total(&mut self, row: u64) {
        self.totals += 1;
        self.first_total = if self.totals == 1 { row } else { self.first_total.min(row) };
    }

    fn doubt(&mut self, row: u64) {
        self.doubtful += 1;
        self.first = if self.doubtful == 1 { row } else { self.first.min(row) };
    }

    fn add(&mut self, numbers: impl ExactSizeIterator<Item = Option<Decimal>>) {
        self.sums.resize(numbers.len(), Decimal::ZERO);
        for (sum, number) in self.sums.iter_mut().zip(numbers) {
            *sum = sum.checked_add(number.unwrap_or_default()).unwrap_or_default();
        }
    }

    /// Whether every number of a row is the sum of its column.
    fn is_sum(&self, numbers: &[Option<Decimal>]) -> bool {
        let told = numbers.iter().any(Option::is_some);
        told && self.sums.len() == numbers.len() && numbers.iter().zip(&self.sums).all(|(n, sum)| n.is_none_or(|n| n.abs() == sum.abs()))
    }

    /// What must be asked before such a file is read.
    pub fn question(&self, answers: &Answers) -> Option<Question> {
        if self.doubtful > 0 {
            let text = format!(
                "{} of the rows cannot be read with certainty, the first is row {}. Holdall can set them aside, where you find them again. Go on?",
                self.doubtful, self.first
            );
            let question = Question::new("rows", text).choice("aside", "Set them aside and read the others");
            if question.answered(answers).is_none() {
                return Some(question);
            }
        }
        if self.totals > 0 {
            let text = format!("Row {} looks like a total or a balance. Is it a booking?", self.first_total);
            let question = Question::new("totals", text).choice("count", "Yes: it is a booking like the others");
            if question.answered(answers).is_none() {
                return Some(question);
            }
        }
        None
    }
}

/// Which columns are asked of every row.
struct Columns {
    bank: bool,
    /// Those that make the amount.
    money: Vec<usize>,
    texts: Vec<usize>,
    /// All but those of money, which bookings fill by their side.
    beside_money: Vec<usize>,
}

impl Columns {
    fn of(found: &Found) -> Self {
        let beside = |m: &Meaning| !m.is_money() && !matches!(m, Meaning::Balance | Meaning::Fee | Meaning::OtherMoney);
        let meanings = &found.roles.meanings;
        Self {
            bank: found.roles.is_bank(),
            money: found.roles.money(),
            texts: texts(found).collect(),
            beside_money: (0..meanings.len()).filter(|i| beside(&meanings[*i])).collect(),
        }
    }

    fn numbers(&self, plan: &Plan, row: &Row<'_>) -> impl ExactSizeIterator<Item = Option<Decimal>> {
        let mark = plan.mark.unwrap_or(Mark::Dot);
        self.money.iter().map(move |i| number::parse(row.cell(*i), mark).ok().map(|a| a.value))
    }

    /// Which columns beside those of money are filled.
    fn shape(&self, row: &Row<'_>) -> impl Iterator<Item = bool> {
        self.beside_money.iter().map(|i| !unwrap(row.cell(*i)).is_empty())
    }
}

fn texts(found: &Found) -> impl Iterator<Item = usize> + '_ {
    let text = |m: &Meaning| matches!(m, Meaning::Text | Meaning::Party | Meaning::Category | Meaning::Unknown);
    (0..found.roles.meanings.len()).filter(move |i| text(&found.roles.meanings[*i]))
}

/// Whether one cell alone is filled where nothing else tells a row from a line below the table: `Total: 2`.
fn is_lone(found: &Found, row: &Row<'_>) -> bool {
    let filled = (0..row.len()).filter(|i| !unwrap(row.cell(*i)).is_empty()).count();
    found.list.is_none() && found.roles.at(Meaning::Date).is_none() && found.headings.len() > 2 && filled < 2
}

/// Whether a row has amounts, and not one date.
fn undated(found: &Found, row: &Row<'_>) -> bool {
    let is_date = |i: usize| date::hint(row.cell(i)) != OrderHint::NotADate;
    may_be_booking(found, row) && row.filled_len() <= found.headings.len() && !(0..row.len()).any(is_date)
}

/// Whether a row that was not understood holds a date or an amount where bookings have them.
fn may_be_booking(found: &Found, row: &Row<'_>) -> bool {
    if !found.roles.is_bank() {
        return (0..row.len()).filter(|i| !unwrap(row.cell(*i)).is_empty()).count() > 1;
    }
    let is_date = |text: &str| date::hint(text) != OrderHint::NotADate;
    let dated =
        found.roles.at(Meaning::Date).is_some_and(|i| is_date(row.cell(i)) || found.roles.clock.is_some() && !row.cell(i).is_empty());
    let digits = |text: &str| number::hint(text) != MarkHint::NotANumber;
    let paid = found.roles.money().into_iter().any(|i| digits(row.cell(i)) && !is_date(row.cell(i)));
    let beyond = (found.headings.len()..row.len()).any(|i| !unwrap(row.cell(i)).is_empty());
    dated || paid || (beyond && (0..row.len()).any(|i| is_date(row.cell(i))))
}

fn only_words(found: &Found, row: &Row<'_>) -> bool {
    let texts: Vec<usize> = texts(found).collect();
    (0..row.len()).all(|i| texts.contains(&i) || unwrap(row.cell(i)).is_empty()) && row.len() <= found.headings.len()
}

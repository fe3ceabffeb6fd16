//! What a file tells against its layout: a vendor, or a spreadsheet in between, writes days and amounts as the person's country does.

use holdall_model::{Kind, ValueType};

use super::Evidence;
use crate::decide::Question;
use crate::definition::{Role, Table, Transform};
use crate::format::Answers;
use crate::normalise::{Cells, Positions};
use crate::table::date::{self, Order, OrderHint};
use crate::table::number::{Mark, unwrap};

/// Rows after which a file that wrote as its layout says, and never otherwise, is believed to go on so. A row that does not is set aside.
const ENOUGH: u64 = 100;

/// The cells of what the layout says the form of.
#[derive(Default)]
pub(super) struct Vouched {
    moments: Vec<usize>,
    numbers: Vec<usize>,
}

impl Vouched {
    pub fn new(table: &Table, positions: &Positions) -> Self {
        let cells = |wanted: &dyn Fn(&Role, Transform) -> bool| -> Vec<usize> {
            let uses = table.columns.iter().zip(&positions.at).filter(|(c, _)| c.uses.iter().any(|u| wanted(&u.role, u.transform)));
            uses.filter_map(|(_, cell)| *cell).collect()
        };
        let counted = |t| matches!(t, Transform::Unix | Transform::UnixMilliseconds | Transform::UnixMicroseconds | Transform::Serial);
        let moments = cells(&|role, transform| matches!(role, Role::Moment) && !counted(transform));
        let money = cells(&|role, _| matches!(role, Role::Amount | Role::AmountIn | Role::AmountOut | Role::Debit | Role::Credit));
        let quantity = |role: &Role| matches!(role, Role::Property(p) if p.value_type() == ValueType::Quantity);
        // Beside an amount, another column may well be written by another program.
        let numbers = if money.is_empty() { cells(&|role, _| quantity(role)) } else { money };
        Self { moments, numbers }
    }

    pub fn look(&self, table: &Table, cells: &impl Cells, evidence: &mut Evidence) {
        if self.is_settled(table, evidence) {
            return;
        }
        if table.order.is_some()
            && let Some(text) = self.moments.iter().map(|i| unwrap(cells.cell(*i))).find(|text| !text.is_empty())
        {
            let hint = date::hint(text);
            evidence.plain_dates += u64::from(hint == OrderHint::Told);
            evidence.date_hinted(text, hint);
        }
        if table.decimal.is_some() {
            self.numbers.iter().for_each(|i| evidence.number(cells.cell(*i)));
        }
    }

    /// Whether the file was seen to write days and amounts as its layout says, and never otherwise.
    pub fn is_settled(&self, table: &Table, evidence: &Evidence) -> bool {
        let (dmy, mdy, plain) = (evidence.dmy, evidence.mdy, evidence.plain_dates);
        let dated = match table.order {
            Some(Order::Dmy) => mdy == 0 && dmy + plain > 0,
            Some(Order::Mdy) => dmy == 0 && mdy + plain > 0,
            Some(Order::Ymd) => plain > 0 && !evidence.has_short_or_numeric(),
            None => true,
        } && evidence.calendars.is_ours();
        let counted = match table.decimal {
            Some(Mark::Dot) => evidence.comma == 0 && evidence.dot > 0,
            Some(Mark::Comma) => evidence.dot == 0 && evidence.comma > 0,
            None => true,
        };
        evidence.rows >= ENOUGH && (dated || self.moments.is_empty()) && (counted || self.numbers.is_empty())
    }
}

impl Evidence {
    /// Whether there are dates that the order of year, month and day leaves open or does not read.
    fn has_short_or_numeric(&self) -> bool {
        self.dmy + self.mdy + self.year_first > 0 || self.either_date.is_some()
    }

    /// The order of dates, where it is not what the layout says. A question where the file speaks against its layout and leaves it open.
    pub(super) fn order_unlike(&self, defined: Order, answers: &Answers) -> Result<Option<Order>, Question> {
        let (with, against, other) = match defined {
            // A year of four digits is seen by itself; without one, the layout says nothing that is true of this file.
            Order::Ymd if !self.has_short_or_numeric() || self.plain_dates > 0 && self.ends[0].is_empty() => return Ok(None),
            Order::Ymd => return self.order(answers).map(|order| Some(order).filter(|o| *o != defined)),
            Order::Dmy => (self.dmy, self.mdy, Order::Mdy),
            Order::Mdy => (self.mdy, self.dmy, Order::Dmy),
        };
        let runs = if defined == Order::Dmy { self.runs } else { [self.runs[1], self.runs[0]] };
        let open = match (with, against) {
            (0, 1..) if self.year_first == 0 => return Ok(Some(other)),
            // No day proves anything, but only the other reading gives an order of time.
            (0, 0) => self.year_first > 0 || runs[1].sorted_against(&runs[0]),
            (_, 0) => self.year_first > 0,
            _ => self.either_date.is_some(),
        };
        if !open {
            return Ok(None);
        }
        let example = self.either_date.as_deref().unwrap_or("01/02/2025");
        let mut question = Question::date_order(example);
        if self.year_first > 0 {
            question = question.reading(example, Order::Ymd);
        }
        match question.answered(answers).and_then(Order::named) {
            Some(order) => Ok(Some(order).filter(|o| *o != defined)),
            None => Err(question),
        }
    }

    /// The decimal mark, where it is not what the layout says. A question where the file speaks against its layout and leaves it open.
    pub(super) fn mark_unlike(&self, table: &Table, answers: &Answers) -> Result<Option<Mark>, Question> {
        let defined = table.decimal.unwrap_or(Mark::Dot);
        let (with, against, other, in_threes) = match defined {
            Mark::Dot => (self.dot, self.comma, Mark::Comma, self.whole.points),
            Mark::Comma => (self.comma, self.dot, Mark::Dot, self.whole.commas),
        };
        // In JSON a number is no text that a country writes in its own way.
        let money = table.records.is_none() && !matches!(table.kind, Kind::EnergyReading | Kind::HealthSample);
        let open = match (with, against) {
            (0, 1..) => return Ok(Some(other)),
            // Some write every amount with three decimals, but nobody `1.234` beside `12`, unless it is more than a thousand.
            (0, 0) => money && in_threes > 0 && self.whole.small > 0,
            (_, 0) => false,
            _ => self.either_number.is_some(),
        };
        if !open {
            return Ok(None);
        }
        if let (0, Some(mark)) = (with + against, self.whole.mark()) {
            return Ok(Some(mark).filter(|m| *m != defined));
        }
        let question = Question::decimal_mark(self.either_number.as_deref().unwrap_or("1.234"));
        match question.answered(answers).and_then(Mark::named) {
            Some(mark) => Ok(Some(mark).filter(|m| *m != defined)),
            None => Err(question),
        }
    }
}

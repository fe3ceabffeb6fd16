//! Where one table of a delimited text ends and the next begins: several accounts in one file, each under headings of its own.

use super::csv::{Kept, Row};
use super::date::{self, OrderHint};
use super::layout::{headings, match_headings};
use super::number::{self, MarkHint, unwrap};
use crate::definition::{Table, WordList};
use crate::normalise::{Cells, Positions};

/// Lines that are held because headings may follow; the lines before a table are fewer.
const HELD: usize = 20;

/// Filled cells from which on a row is no line before a table.
const LONG: usize = 4;

/// What a row is to the tables of a file.
pub(crate) enum Place {
    /// A row of the table at hand.
    In,
    /// It may be a line before the next table: hold it until that is known.
    Hold,
    /// Headings of the same layout: a table begins.
    Headings(Positions),
    /// Headings of another layout: its rows are none of this one's.
    Foreign,
}

/// Watches the rows below the first headings go by.
pub(crate) struct Sections<'t> {
    table: &'t Table,
    /// How the layout’s headings begin, so that nearly every row is passed at once.
    beginnings: WordList,
    width: usize,
    last: u64,
    pub held: Vec<Kept>,
    /// Inside a table of another layout.
    pub foreign: bool,
}

impl<'t> Sections<'t> {
    pub fn new(table: &'t Table) -> Self {
        let beginnings = table.columns.iter().flat_map(|c| &c.names).map(|n| n.before()).collect();
        Self { table, beginnings, width: 0, last: 0, held: Vec::new(), foreign: false }
    }

    /// Begins below headings of this width in this row.
    pub fn begin(&mut self, width: usize, row: u64) {
        (self.width, self.last, self.foreign) = (width, row, false);
    }

    pub fn place(&mut self, row: &Row<'_>) -> Place {
        let apart = row.number > self.last + 1 || !self.held.is_empty();
        self.last = row.number;
        if self.table.headerless || row.damage.is_some() {
            return Place::In;
        }
        // No more than must be known: this is done for every row of a file.
        let filled = (0..row.len()).filter(|i| !unwrap(row.cell(*i)).is_empty()).take(LONG).count();
        if filled > 1
            && self.may_be_headings(row)
            && let Some(positions) = match_headings(self.table, &headings(row.iter()))
            && (!self.table.by_place || positions.at.iter().enumerate().all(|(i, at)| *at == Some(i)))
        {
            return Place::Headings(positions);
        }
        if filled < LONG && filled * 2 < self.width && !booked(row) && self.held.len() < HELD {
            return Place::Hold;
        }
        if apart && !self.table.dateless && only_words(row) {
            self.foreign = true;
            return Place::Foreign;
        }
        if self.foreign { Place::Foreign } else { Place::In }
    }

    fn may_be_headings(&self, row: &Row<'_>) -> bool {
        let first = (0..row.len()).map(|i| unwrap(row.cell(i))).find(|c| !c.is_empty());
        // A heading may have lost letters on the way.
        first.is_some_and(|cell| self.beginnings.begins(cell) || cell.contains('\u{fffd}'))
    }
}

fn is_date(cell: &str) -> bool {
    date::hint(cell) != OrderHint::NotADate
}

fn is_number(cell: &str) -> bool {
    number::hint(cell) != MarkHint::NotANumber
}

/// A date and an amount: what every booking has, and hardly a line before a table.
pub(crate) fn booked(row: &Row<'_>) -> bool {
    row.iter().any(is_date) && row.iter().any(|c| is_number(c) && !is_date(c))
}

/// At least three short words that differ, as headings are; no booking is without a date and an amount.
pub(crate) fn only_words(row: &impl Cells) -> bool {
    let cells: Vec<&str> = (0..row.count()).map(|i| unwrap(row.cell(i))).filter(|c| !c.is_empty()).collect();
    let short = |c: &&str| c.chars().count() <= 40 && !is_date(c) && !is_number(c) && !c.contains(|c: char| c.is_ascii_digit());
    let distinct: std::collections::BTreeSet<&&str> = cells.iter().collect();
    cells.len() >= 3 && cells.iter().all(short) && distinct.len() == cells.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definition::{self, Layout};
    use crate::table::csv::{Dialect, Rows};

    /// To look closer costs more than everything else that is done to a row.
    #[test]
    fn only_what_begins_like_a_heading_is_looked_at_closer() {
        let (_, export) = definition::export("monzo", "account").expect("a known layout");
        let Layout::Table(table) = &export.layout else { panic!("it is a table") };
        let sections = Sections::new(table);
        let (text, task) = ("Transaction ID,Date\n,Date\n\u{fffd}ate,x\ntx_00001,04/03/2025\nTea,x\n,\n", holdall_model::Task::silent());
        let opener = crate::testing::Memory(text.as_bytes());
        let input = crate::testing::input(&opener, &task);
        let mut rows = Rows::new(text.as_bytes(), Dialect { delimiter: b',' }, input.limits());
        let mut closer = Vec::new();
        while let Some(row) = rows.next(&input).expect("reads") {
            closer.push(sections.may_be_headings(&row));
        }
        assert_eq!(closer, [true, true, true, false, false, false]);
    }
}

//! The layout that a table nearly has: what a vendor's file looks like after the vendor changed it.

use crate::definition::{Column, Export, Role, Table, Vendor, vendors};
use crate::detect::{Grid, grids};
use crate::input::{Head, Input};
use crate::table::layout::headings;

/// Headings that must be there at least, before a table is told to be a changed layout.
const FEWEST: usize = 5;
/// Rows in which headings are looked for.
const WITHIN: usize = 40;

/// A known layout of which some columns are missing.
pub(crate) struct Near {
    pub vendor: &'static Vendor,
    pub export: &'static Export,
    /// Its headings that are not there, as the definition writes them.
    pub missing: Vec<String>,
    pub delimiter: u8,
    pub header_row: u64,
    there: usize,
}

impl Near {
    /// What a person is told.
    pub fn text(&self) -> String {
        let name = format!("{}: {}", self.vendor.name, self.export.name);
        let list = self.missing.iter().take(5).map(String::as_str).collect::<Vec<_>>().join(", ");
        let count = if self.missing.len() == 1 { "1 column is".to_owned() } else { format!("{} columns are", self.missing.len()) };
        format!("This looks like {name}, but {count} missing ({list}). The vendor may have changed it.")
    }
}

impl Near {
    /// Whether none of the columns is there that tell when something happened.
    pub fn has_lost_its_day(&self, headings: &[String]) -> bool {
        let tells = |column: &&Column| column.uses.iter().any(|usage| usage.role == Role::Moment);
        let mut days = self.export.table().into_iter().flat_map(|table| &table.columns).filter(tells).peekable();
        days.peek().is_some() && days.all(|column| !headings.iter().any(|h| is_named(column, h)))
    }

    /// Whether a column of this heading is one of the layout.
    pub fn knows(&self, heading: &str) -> bool {
        self.export.table().is_some_and(|table| table.columns.iter().any(|column| is_named(column, heading)))
    }
}

fn is_named(column: &Column, heading: &str) -> bool {
    column.names.iter().any(|name| name.matches(heading).is_some())
}

/// The layout of which most columns are there, if there is one.
pub(crate) fn nearest(head: &Head<'_>, input: &Input<'_>) -> Option<Near> {
    let all = grids(head, input);
    let found = all.iter().flat_map(|grid| grid.rows.iter().take(WITHIN).flat_map(move |row| in_row(grid, row)));
    found.max_by_key(|near| (near.there, std::cmp::Reverse(near.missing.len())))
}

fn in_row(grid: &Grid, (number, cells): &(u64, Vec<String>)) -> Vec<Near> {
    let named = headings(cells.iter().map(String::as_str));
    if named.iter().filter(|h| !h.is_empty()).count() < FEWEST {
        return Vec::new();
    }
    let exports = vendors().flat_map(|v| v.exports().iter().filter_map(move |e| e.table().map(|t| (v, e, t))));
    exports
        .filter(|(_, _, table)| table.records.is_none() && !table.headerless)
        .filter_map(|(vendor, export, table)| {
            let (there, missing) = compared(table, &named);
            let most = there >= FEWEST && there * 3 >= (there + missing.len()) * 2 && !missing.is_empty();
            most.then_some(Near { vendor, export, missing, delimiter: grid.delimiter, header_row: *number, there })
        })
        .collect()
}

/// How many of the columns that must be there are, and the names of the others.
fn compared(table: &Table, named: &[String]) -> (usize, Vec<String>) {
    let required = table.columns.iter().filter(|c| !c.optional);
    let is_there = |column: &&Column| named.iter().any(|h| is_named(column, h));
    let (there, missing): (Vec<_>, Vec<_>) = required.partition(is_there);
    (there.len(), missing.iter().filter_map(|c| c.names.first()).map(|n| n.text().to_owned()).collect())
}

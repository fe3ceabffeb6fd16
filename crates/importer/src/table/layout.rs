//! Finds a layout's columns in a row of headings.

use crate::definition::{Column, Table, normal};
use crate::normalise::Positions;

/// Headings as they are compared.
pub(crate) fn headings<'c>(cells: impl Iterator<Item = &'c str>) -> Vec<String> {
    cells.map(normal).collect()
}

/// Where each column of the layout stands, if all that must be there are there.
pub(crate) fn match_headings(table: &Table, headings: &[String]) -> Option<Positions> {
    // Most rows of a file share not one heading with a layout.
    let first = table.columns.iter().find(|c| !c.optional)?;
    headings.iter().find_map(|h| named(first, h))?;
    let mut used = vec![false; headings.len()];
    let mut at = Vec::with_capacity(table.columns.len());
    let mut units = Vec::with_capacity(table.columns.len());
    for column in &table.columns {
        let left = |i: usize| i.checked_sub(1).and_then(|i| headings.get(i));
        let at_place = |i: usize| column.names.iter().filter(|n| n.fits_behind(left(i))).find_map(|n| n.matches(&headings[i]));
        let found = (0..headings.len()).filter(|i| !used[*i]).find_map(|i| at_place(i).map(|unit| (i, unit)));
        match found {
            Some((i, unit)) => {
                used[i] = true;
                at.push(Some(i));
                units.push(unit);
            }
            None if column.optional => {
                at.push(None);
                units.push(None);
            }
            None => return None,
        }
    }
    let extra = (0..headings.len()).filter(|i| !used[*i]).collect();
    Some(Positions { at, units, extra, headings: headings.to_vec() })
}

fn named(column: &Column, heading: &str) -> Option<Option<holdall_model::Unit>> {
    column.names.iter().find_map(|name| name.matches(heading))
}

/// Positions in a layout without headings: column by column.
pub(crate) fn in_order(table: &Table) -> Positions {
    let count = table.columns.len();
    Positions { at: (0..count).map(Some).collect(), units: vec![None; count], extra: Vec::new(), headings: Vec::new() }
}

impl Positions {
    pub fn matched(&self) -> usize {
        self.at.iter().flatten().count()
    }

    /// Headings that the layout does not know. An empty one is only a delimiter too many.
    pub fn unknown(&self) -> usize {
        self.extra.iter().filter(|i| self.headings.get(**i).is_some_and(|h| !h.is_empty())).count()
    }
}

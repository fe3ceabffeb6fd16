//! Tells a last row that was cut off: a download that broke leaves half a number, which reads like a whole one.

use super::csv::Row;
use super::number::{self, MarkHint};

/// Rows that must be made alike before one with fewer cells means anything, and before one with fewer decimals does.
const AS_WIDE: u64 = 2;
const ALIKE: u64 = 3;

/// How the rows of a text end.
#[derive(Debug, Default)]
pub(crate) struct Ending {
    rows: u64,
    narrowest: usize,
    /// The fewest decimals of a number in the last cell.
    decimals: usize,
    /// Rows whose last cell is a number with letters behind it, such as `12.00 CR`.
    lettered: u64,
}

impl Ending {
    /// Whether the text ends within this row: nothing stands behind it, and it has fewer cells than every row before it, or fewer decimals
    /// in its last cell, where that `is_money`, or no letters behind its last number, where all others have.
    pub fn cuts(&self, row: &Row<'_>, is_money: impl Fn(usize) -> bool) -> bool {
        if row.ended || self.rows < AS_WIDE || row.len() == 0 {
            return false;
        }
        let last = row.len() - 1;
        let bare = || self.lettered == self.rows && row.cell(last).ends_with(|c: char| c.is_ascii_digit());
        let half = || bare() || decimals(row.cell(last)).is_some_and(|n| n < self.decimals);
        let shortened = || !row.raw.ends_with('"') && is_money(last) && half();
        row.len() < self.narrowest || row.len() == self.narrowest && self.rows >= ALIKE && shortened()
    }

    pub fn look(&mut self, row: &Row<'_>) {
        let Some(last) = row.len().checked_sub(1) else { return };
        let first = self.rows == 0;
        self.narrowest = if first { row.len() } else { self.narrowest.min(row.len()) };
        // Most files have a last column that tells nothing any more after its first row.
        if first || self.decimals > 0 || self.lettered == self.rows {
            let cell = row.cell(last);
            let found = decimals(cell);
            let fewest = found.unwrap_or(if cell.is_empty() { usize::MAX } else { 0 });
            self.decimals = if first { fewest } else { self.decimals.min(fewest) };
            self.lettered += u64::from(found.is_some() && cell.ends_with(|c: char| c.is_ascii_alphabetic()));
        }
        self.rows += 1;
    }
}

/// Digits behind the mark of a number; `None` for what is none.
fn decimals(cell: &str) -> Option<usize> {
    let behind = || cell.rsplit_once(['.', ',']).map_or(0, |(_, behind)| behind.bytes().filter(u8::is_ascii_digit).count());
    let half = cell.ends_with(['.', ',']);
    (half || number::hint(cell) != MarkHint::NotANumber).then(behind)
}

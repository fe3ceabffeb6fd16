//! Where the table stands in a text: by headings that are known, else by rows that are made alike.

use super::listed::Listing;
use super::words::{self, Meaning};
use crate::decode::Charset;
use crate::definition::normal;
use crate::detect::{Grid, grids};
use crate::input::{Head, Input};
use crate::table::date::{self, OrderHint};
use crate::table::layout::headings;
use crate::table::number::{self, MarkHint, unwrap};

/// Rows in which headings are looked for.
const HEADER_WITHIN: usize = 60;
/// Lines between the headings and the first row, such as an opening balance.
const GAP: usize = 5;

/// An unknown table's place and headings.
pub(crate) struct Candidate {
    pub delimiter: u8,
    /// 0 where there are no headings.
    pub header_row: u64,
    /// As headings are compared; empty texts where there are none.
    pub headings: Vec<String>,
    pub preamble: String,
    /// Its rows have a date.
    pub dated: bool,
    /// Nothing stands below its headings.
    pub bare: bool,
    /// Every row names its own table, as Interactive Brokers writes them: `Trades,Header,…`, `Trades,Data,…`.
    pub several: bool,
    /// Where the table is a list in a JSON text.
    pub listing: Option<Listing>,
    /// How many headings are known, how many rows are alike, and how many of their cells are numbers.
    known: usize,
    alike: usize,
    numbers: usize,
}

impl Candidate {
    /// A list whose fields have these headings.
    pub fn listed(headings: Vec<String>, preamble: String, listing: Listing) -> Self {
        Self {
            delimiter: b',',
            header_row: 1,
            headings,
            preamble,
            dated: true,
            bare: false,
            several: false,
            listing: Some(listing),
            known: 0,
            alike: 0,
            numbers: 0,
        }
    }
}

/// Finds a table in the head, and the charset in which it makes most sense: the given one, unless headings or numbers speak against it.
pub(crate) fn candidate(head: &Head<'_>, input: &Input<'_>) -> Option<(Candidate, Charset)> {
    let mut best: Option<(Candidate, Charset)> = None;
    for charset in charsets(input.charset) {
        let text = charset.encoding.decode_without_bom_handling(&head.bytes[charset.bom.min(head.bytes.len())..]).0;
        let found = in_text(&Head { bytes: head.bytes, text: &text, name: head.name, complete: head.complete }, input);
        if let Some(found) = found
            && best.as_ref().is_none_or(|(before, _)| (found.known, found.numbers) > (before.known, before.numbers))
        {
            best = Some((found, charset));
        }
    }
    best
}

/// The guess first, and after it what a text that is not Unicode may be just as well.
fn charsets(guess: Charset) -> Vec<Charset> {
    use encoding_rs::{
        BIG5, EUC_KR, GBK, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252, WINDOWS_1253, WINDOWS_1254,
    };
    let mut all = vec![guess];
    if guess.bom == 0 && ![UTF_8, UTF_16LE, UTF_16BE].contains(&guess.encoding) {
        let older = [WINDOWS_1252, WINDOWS_1250, WINDOWS_1251, WINDOWS_1253, WINDOWS_1254, SHIFT_JIS, GBK, BIG5, EUC_KR];
        all.extend(older.into_iter().filter(|e| *e != guess.encoding).map(|encoding| Charset { encoding, bom: 0 }));
    }
    all
}

fn in_text(head: &Head<'_>, input: &Input<'_>) -> Option<Candidate> {
    let found = grids(head, input).into_iter().filter_map(|grid| by_words(&grid).or_else(|| by_shape(&grid)).or_else(|| plain(&grid)));
    found.max_by_key(|c| (c.known, c.alike.min(20), c.headings.len()))
}

fn filled(cells: &[String]) -> usize {
    cells.iter().filter(|c| !unwrap(c).is_empty()).count()
}

fn is_date(cell: &str) -> bool {
    date::hint(cell) != OrderHint::NotADate
}

fn is_money(cell: &str) -> bool {
    number::hint(cell) != MarkHint::NotANumber && !is_date(cell)
}

/// Known headings that are enough where the row below has a date and a number in their places.
const ENOUGH: usize = 4;

/// A row of which half and more are known headings, with a date and money among them; or a few, that fit the row below.
fn by_words(grid: &Grid) -> Option<Candidate> {
    for (index, (number, cells)) in grid.rows.iter().take(HEADER_WITHIN).enumerate() {
        let names = headings(cells.iter().map(String::as_str));
        let meanings: Vec<Meaning> = names.iter().filter_map(|n| words::meaning(n)).collect();
        let dated = meanings.iter().any(|m| matches!(m, Meaning::Date | Meaning::ValueDate));
        let money = meanings.iter().any(|m| matches!(m, Meaning::Amount | Meaning::Debit | Meaning::Credit));
        let named = names.iter().filter(|n| !n.is_empty()).count();
        let written = cells.iter().any(|c| is_date(c) || is_money(c));
        let known = meanings.len() * 2 >= named || meanings.len() >= ENOUGH && fits_below(grid, index, &names);
        if dated && money && !written && known {
            let alike = grid.rows[index + 1..].iter().filter(|(_, c)| filled(c) > 1).count();
            return Some(made(grid, *number, names, index, meanings.len(), alike));
        }
    }
    None
}

/// Whether the next row with several cells has a date and money below headings that mean so.
fn fits_below(grid: &Grid, index: usize, names: &[String]) -> bool {
    let Some((_, row)) = grid.rows[index + 1..].iter().find(|(_, cells)| filled(cells) > 1) else { return false };
    let holds = |fits: fn(&str) -> bool, means: fn(Meaning) -> bool| {
        names.iter().zip(row).any(|(name, cell)| fits(cell) && words::meaning(name).is_some_and(means))
    };
    holds(is_date, |m| matches!(m, Meaning::Date | Meaning::ValueDate)) && holds(is_money, Meaning::is_money)
}

fn made(grid: &Grid, header_row: u64, headings: Vec<String>, before: usize, known: usize, alike: usize) -> Candidate {
    let mut preamble = String::new();
    for cell in grid.rows[..before].iter().flat_map(|(_, cells)| cells) {
        preamble.push_str(cell);
        preamble.push(' ');
    }
    let numbers = grid.rows[before..].iter().flat_map(|(_, cells)| cells).filter(|c| is_money(c)).count();
    Candidate {
        delimiter: grid.delimiter,
        header_row,
        headings,
        preamble,
        dated: true,
        bare: !grid.damaged && grid.rows[before..].iter().skip(1).all(|(_, cells)| filled(cells) == 0),
        several: several(grid),
        listing: None,
        known,
        alike,
        numbers,
    }
}

/// Whether the rows tell which of several tables they belong to: by the first cell, where the second one tells headings
/// from data; or as `!TRNS` and `TRNS` do, the headings and the rows of one kind.
fn several(grid: &Grid) -> bool {
    let tags: std::collections::BTreeSet<&str> = grid.rows.iter().filter_map(|(_, c)| c.first().map(|c| c.trim())).collect();
    if tags.iter().filter(|t| t.strip_prefix('!').is_some_and(|kind| tags.contains(kind))).count() > 1 {
        return true;
    }
    let cell = |cells: &[String], i: usize| cells.get(i).map(|c| normal(c)).unwrap_or_default();
    let tables = grid.rows.iter().filter(|(_, cells)| cell(cells, 1) == "header").map(|(_, cells)| cell(cells, 0));
    let distinct: std::collections::BTreeSet<String> = tables.collect();
    distinct.len() > 1 && grid.rows.iter().any(|(_, cells)| cell(cells, 1) == "data")
}

/// Rows with a date in the same place and something beside it; the words right before them are their headings.
fn by_shape(grid: &Grid) -> Option<Candidate> {
    let width = grid.rows.iter().map(|(_, c)| c.len()).max()?;
    let dates = |column: usize| grid.rows.iter().filter(|(_, c)| c.get(column).is_some_and(|cell| is_date(cell))).count();
    let column = (0..width).rev().max_by_key(|i| dates(*i))?;
    let dated = |cells: &[String]| filled(cells) > 1 && cells.get(column).is_some_and(|c| is_date(c));
    let fullest = grid.rows.iter().filter(|(_, c)| dated(c)).map(|(_, c)| filled(c)).max()?;
    // `Date of the balance;27/05/2025` before the table is none of its rows.
    let is_row = |cells: &[String]| dated(cells) && filled(cells) * 3 >= fullest;
    let alike = grid.rows.iter().filter(|(_, c)| is_row(c)).count();
    let first = grid.rows.iter().position(|(_, c)| is_row(c))?;
    let rows = grid.rows.len() - first;
    if alike * 2 < rows || (alike < 2 && rows > 1) {
        return None;
    }
    let data = &grid.rows[first].1;
    let header = (first.saturating_sub(GAP)..first).rev().find(|i| is_header(&grid.rows[*i].1, data));
    Some(match header {
        Some(i) => {
            let names = headings(grid.rows[i].1.iter().map(String::as_str));
            let known = names.iter().filter(|n| words::meaning(n).is_some()).count();
            made(grid, grid.rows[i].0, names, i, known, alike)
        }
        None => {
            let width = grid.rows[first..].iter().filter(|(_, c)| is_row(c)).map(|(_, c)| c.len()).max().unwrap_or(width);
            made(grid, 0, vec![String::new(); width], first, 0, alike)
        }
    })
}

/// Words of nearly as many columns as the row below has, none of them a date or an amount.
fn is_header(cells: &[String], row: &[String]) -> bool {
    let words = filled(cells);
    words >= 2 && words * 3 >= filled(row) * 2 && cells.len() * 3 >= row.len() * 2 && !cells.iter().any(|c| is_date(c) || is_money(c))
}

/// Headings above rows of the same width, without any date.
fn plain(grid: &Grid) -> Option<Candidate> {
    let (index, (number, cells)) = grid.rows.iter().enumerate().find(|(_, (_, c))| filled(c) > 1)?;
    let names: Vec<String> = cells.iter().map(|c| normal(c)).collect();
    let distinct: std::collections::BTreeSet<&String> = names.iter().filter(|n| !n.is_empty()).collect();
    let below = &grid.rows[index + 1..];
    let alike = below.iter().filter(|(_, c)| c.len() == cells.len()).count();
    let short = names.iter().all(|n| n.chars().count() <= 40 && !n.chars().all(|c| c.is_ascii_digit() || c.is_ascii_punctuation()));
    // A day or a number within words is what rows have.
    let wordy = names.iter().all(|n| n.bytes().filter(u8::is_ascii_digit).count() < 6);
    let headed = short && wordy && distinct.len() == names.len() && alike > 0 && alike * 10 >= below.len() * 9;
    headed.then(|| {
        let known = names.iter().filter(|n| words::meaning(n).is_some()).count();
        Candidate { dated: false, ..made(grid, *number, names, index, known, alike) }
    })
}

//! Which layout an entry has, judged by its content. The name only breaks ties, and a tie that is left is shown, never guessed.

use crate::definition::{Export, Layout, Role, Table, Vendor, normal, vendors};
use crate::error::ImportError;
use crate::format::{Confidence, LANGUAGES};
use crate::input::{Head, Input};
use crate::normalise::{Normaliser, Outcome, Positions};
use crate::table::csv::{DELIMITERS, Dialect, Rows};
use crate::table::date::Order;
use crate::table::json;
use crate::table::layout::{headings, in_order, match_headings};
use crate::table::number::Mark;
use crate::table::people;
use crate::table::period::Period;
use crate::table::read::{Plan, Preamble, facts};
use crate::table::section;

/// Rows in which headings are looked for.
const HEADER_WITHIN: usize = 40;
/// Rows on which a layout is tried out.
const TRIED_ROWS: usize = 60;
/// Columns that must be there, from which on headings are a vendor's own: where the file tells its currency, and where the layout does.
const OWN_WITH_UNIT: usize = 5;
const OWN: usize = 7;
/// Bytes of a JSON text in which a list is looked for.
const JSON_SEARCHED: u64 = 16 << 20;

/// A layout that fits a head.
#[derive(Debug, Clone)]
pub(crate) struct Candidate {
    pub vendor: &'static Vendor,
    pub export: &'static Export,
    pub confidence: Confidence,
    /// Columns it explains; more is better.
    matched: usize,
    unknown: usize,
    named: bool,
    /// Its days and amounts are written as the layout says.
    as_defined: bool,
    /// For delimited text.
    pub plan: Option<Plan>,
}

impl Candidate {
    fn rank(&self) -> (bool, Confidence, usize, bool, std::cmp::Reverse<usize>) {
        (self.as_defined, self.confidence, self.matched, self.named, std::cmp::Reverse(self.unknown))
    }

    pub fn reference(&self) -> String {
        format!("{}/{}", self.vendor.slug, self.export.slug)
    }
}

/// Every layout that fits, the best first.
pub(crate) fn candidates(head: &Head<'_>, input: &Input<'_>) -> Vec<Candidate> {
    let mut found = languages(head);
    if json::looks_like(head.text) {
        found.extend(json_layouts(head, input));
    }
    if found.is_empty() {
        found.extend(csv_layouts(head, input));
    }
    found.sort_by_key(|c| std::cmp::Reverse(c.rank()));
    // Where a layout fits as it is written down, nothing else is thought of.
    let as_defined = found.first().is_some_and(|c| c.as_defined);
    found.retain(|c| c.as_defined == as_defined);
    found
}

/// The candidates that nothing tells from the best one.
pub(crate) fn tied(found: &[Candidate]) -> &[Candidate] {
    let Some(best) = found.first() else { return found };
    let count = found.iter().take_while(|c| c.rank() == best.rank()).count();
    &found[..count]
}

/// One layout, chosen by the person. `None` if it does not fit.
pub(crate) fn forced(vendor: &'static Vendor, export: &'static Export, head: &Head<'_>, input: &Input<'_>) -> Option<Candidate> {
    match &export.layout {
        Layout::Language(id) => {
            let language = LANGUAGES.iter().find(|l| l.id() == id)?;
            let confidence = language.recognise(head)?;
            Some(Candidate { vendor, export, confidence, matched: 0, unknown: 0, named: false, as_defined: true, plan: None })
        }
        Layout::Table(table) if table.records.is_some() => {
            json_candidate(vendor, export, table, head, input, false).or_else(|| json_candidate(vendor, export, table, head, input, true))
        }
        Layout::Table(_) => csv_search(head, input, &[(vendor, export)], true).into_iter().max_by_key(Candidate::rank),
    }
}

fn languages(head: &Head<'_>) -> Vec<Candidate> {
    let recognised = LANGUAGES.iter().filter_map(|l| l.recognise(head).map(|confidence| (l.id(), confidence)));
    recognised
        .filter_map(|(id, confidence)| {
            let is_it = |e: &&'static Export| matches!(&e.layout, Layout::Language(l) if l == id);
            let (vendor, export) = vendors().find_map(|v| v.exports().iter().find(is_it).map(|e| (v, e)))?;
            Some(Candidate { vendor, export, confidence, matched: 0, unknown: 0, named: false, as_defined: true, plan: None })
        })
        .collect()
}

fn tables() -> impl Iterator<Item = (&'static Vendor, &'static Export, &'static Table)> {
    vendors().flat_map(|v| v.exports().iter().filter_map(move |e| e.table().map(|t| (v, e, t))))
}

fn json_layouts(head: &Head<'_>, input: &Input<'_>) -> Vec<Candidate> {
    let layouts = |beyond: bool| -> Vec<Candidate> {
        let json = tables().filter(|(_, _, t)| t.records.is_some());
        json.filter_map(|(v, e, t)| json_candidate(v, e, t, head, input, beyond)).collect()
    };
    let found = layouts(false);
    if found.is_empty() && !head.complete { layouts(true) } else { found }
}

/// `beyond`: a list may begin behind the head, after a profile or settings.
fn json_candidate(
    vendor: &'static Vendor,
    export: &'static Export,
    table: &Table,
    head: &Head<'_>,
    input: &Input<'_>,
    beyond: bool,
) -> Option<Candidate> {
    let matched = if beyond {
        json::recognise(table, std::io::Read::take(input.text().ok()?, JSON_SEARCHED), input)?
    } else {
        json::recognise(table, head.text.as_bytes(), input)?
    };
    let named = table.files.iter().any(|p| name_fits(p, head.name));
    if table.needs_name && !named {
        return None;
    }
    Some(Candidate { vendor, export, confidence: Confidence::Certain, matched, unknown: 0, named, as_defined: true, plan: None })
}

fn csv_layouts(head: &Head<'_>, input: &Input<'_>) -> Vec<Candidate> {
    let all: Vec<_> = tables().filter(|(_, _, t)| t.records.is_none()).map(|(v, e, _)| (v, e)).collect();
    csv_search(head, input, &all, false)
}

/// The head as rows of cells, for one delimiter.
pub(crate) struct Grid {
    pub delimiter: u8,
    /// Row number and cells; damaged rows, and one that the head cuts off, are left out.
    pub rows: Vec<(u64, Vec<String>)>,
    pub damaged: bool,
}

/// Reads the head with each delimiter that gives more than one column.
pub(crate) fn grids(head: &Head<'_>, input: &Input<'_>) -> Vec<Grid> {
    let told = head.text.trim_start_matches('"').to_ascii_lowercase();
    let told = told.strip_prefix("sep=").and_then(|rest| rest.bytes().next());
    let delimiters: Vec<u8> = told.map_or(DELIMITERS.to_vec(), |d| vec![d]);
    delimiters.into_iter().filter_map(|delimiter| grid(delimiter, head, input)).collect()
}

fn grid(delimiter: u8, head: &Head<'_>, input: &Input<'_>) -> Option<Grid> {
    if !head.text.as_bytes().contains(&delimiter) {
        return None;
    }
    let mut reader = Rows::new(head.text.as_bytes(), Dialect { delimiter }, input.limits());
    let mut rows: Vec<(u64, Vec<String>)> = Vec::new();
    let mut damaged = false;
    while let Ok(Some(row)) = reader.next(input) {
        let cut = !head.complete && row.offset as usize + row.raw.len() >= head.text.len();
        if rows.len() == HEADER_WITHIN + TRIED_ROWS || cut {
            break;
        }
        if row.damage.is_none() {
            rows.push((row.number, row.iter().map(str::to_owned).collect()));
        }
        damaged |= row.damage.is_some();
    }
    Some(Grid { delimiter, rows, damaged })
}

impl crate::normalise::Cells for Vec<String> {
    fn cell(&self, index: usize) -> &str {
        self.get(index).map_or("", String::as_str)
    }

    fn count(&self) -> usize {
        self.len()
    }
}

fn csv_search(head: &Head<'_>, input: &Input<'_>, exports: &[(&'static Vendor, &'static Export)], forced: bool) -> Vec<Candidate> {
    let mut found: Vec<Candidate> = Vec::new();
    for grid in grids(head, input) {
        let headed = |found: &mut Vec<Candidate>| {
            for (index, (number, cells)) in grid.rows.iter().take(HEADER_WITHIN).enumerate() {
                let headings = headings(cells.iter().map(String::as_str));
                for (vendor, export) in exports {
                    let Some(table) = export.table().filter(|t| !t.headerless) else { continue };
                    let Some(positions) = match_headings(table, &headings) else { continue };
                    if !preceded(table, &grid.rows[..index]) {
                        continue;
                    }
                    let plan = Plan::new(grid.delimiter, *number);
                    found.extend(candidate(vendor, export, table, head, positions, plan, &grid.rows[index + 1..], forced));
                }
            }
        };
        headed(&mut found);
        for (vendor, export) in exports {
            let Some(table) = export.table().filter(|t| t.headerless) else { continue };
            if !shaped(table, &grid) {
                continue;
            }
            let plan = Plan::new(grid.delimiter, 0);
            found.extend(candidate(vendor, export, table, head, in_order(table), plan, &grid.rows, forced));
        }
    }
    // One layout may fit several delimiters: the one that fits best counts. It may also fit several rows, where each account has its own
    // headings: the first of them begins the file.
    found.sort_by_key(|c| std::cmp::Reverse(c.rank()));
    let places: Vec<(String, Option<Plan>)> = found.iter().map(|c| (c.reference(), c.plan.clone())).collect();
    let mut seen = std::collections::HashSet::new();
    found.retain(|c| seen.insert(c.reference()));
    for one in &mut found {
        let Some(plan) = &mut one.plan else { continue };
        let reference = format!("{}/{}", one.vendor.slug, one.export.slug);
        let same = |p: &&Plan| p.delimiter == plan.delimiter;
        let rows = places.iter().filter(|(r, _)| *r == reference).filter_map(|(_, p)| p.as_ref()).filter(same).map(|p| p.header_row);
        plan.header_row = rows.min().unwrap_or(plan.header_row);
    }
    found
}

#[expect(clippy::too_many_arguments, reason = "all of it is one candidate's evidence")]
fn candidate(
    vendor: &'static Vendor,
    export: &'static Export,
    table: &'static Table,
    head: &Head<'_>,
    positions: Positions,
    mut plan: Plan,
    rows: &[(u64, Vec<String>)],
    forced: bool,
) -> Option<Candidate> {
    let named = table.files.iter().any(|p| name_fits(p, head.name));
    if table.people {
        plan.people = people::columns(&positions, rows)?;
    }
    let (matched, unknown) = (positions.matched(), positions.unknown() - plan.people.len());
    let required = table.columns.iter().filter(|c| !c.optional).count();
    // A few plain words among many unknown ones are no sign of a vendor.
    let drowned = unknown > matched && required < 6;
    if !forced && ((table.needs_name && !named) || drowned) {
        return None;
    }
    let as_defined = fits(table, &positions, &plan, rows, false);
    // Headings that many banks have are no sign of this one if it never writes so: its currency would be a guess.
    let own = unknown == 0 && !table.headerless && (named || required >= if table.unit.is_some() { OWN } else { OWN_WITH_UNIT });
    if !as_defined && !((forced || own) && fits(table, &positions, &plan, rows, true)) {
        return None;
    }
    let confidence = if unknown == 0 && !table.headerless && as_defined { Confidence::Certain } else { Confidence::Likely };
    Some(Candidate { vendor, export, confidence, matched, unknown, named, as_defined, plan: Some(plan) })
}

/// Whether the layout reads most of the rows it is tried on. Orders and marks that are decided per file are tried in all ways; `otherwise`,
/// those that the layout tells are too.
fn fits(table: &'static Table, positions: &Positions, plan: &Plan, rows: &[(u64, Vec<String>)], otherwise: bool) -> bool {
    let both = [Order::Dmy, Order::Mdy];
    let orders = table.order.filter(|_| !otherwise).map_or(both.to_vec(), |order| vec![order]);
    let marks = table.decimal.filter(|_| !otherwise).map_or(vec![Mark::Dot, Mark::Comma], |mark| vec![mark]);
    let ways = orders.iter().flat_map(|o| marks.iter().map(move |m| (*o, *m)));
    ways.into_iter().any(|(order, mark)| {
        let mut tried = facts(table, plan, Preamble::default());
        (tried.order, tried.mark) = (order, mark);
        tried.period = (!table.period_labels.is_empty()).then_some(Period::LEAP_YEAR);
        let mut normaliser = Normaliser::new(table, positions.clone(), tried);
        if rows.first().is_some_and(|(_, first)| !normaliser.begins(first)) {
            return false;
        }
        let (mut good, mut bad) = (0, 0);
        for (_, cells) in rows.iter().take(TRIED_ROWS) {
            // Behind the headings of another table, nothing speaks for this layout or against it.
            if good > 0 && section::only_words(cells) {
                break;
            }
            match normaliser.row(cells, holdall_model::Locator::default()) {
                Outcome::Record | Outcome::Continuation => good += 1,
                // Where no headings speak for a layout, its dates must: another bank may put the month first.
                Outcome::Bad(bad) if table.headerless && bad.id == "date-impossible" => return false,
                Outcome::Bad(_) => bad += 1,
                Outcome::Skip(_) => {}
            }
        }
        good > bad || (good == bad && good > 0) || (good == 0 && bad == 0)
    })
}

/// Whether the lines before the headings hold one of the words they must.
fn preceded(table: &Table, rows: &[(u64, Vec<String>)]) -> bool {
    let holds = |cell: &String| table.preamble.iter().any(|word| normal(cell).contains(word.as_str()));
    table.preamble.is_empty() || rows.iter().any(|(_, cells)| cells.iter().any(holds))
}

/// Whether every row looks like a layout without headings: each cell by its shape, and only one side of a booking filled.
fn shaped(table: &Table, grid: &Grid) -> bool {
    let side = |role: Role, cells: &[String]| {
        let mut columns = table.columns.iter().zip(cells).filter(|(column, _)| column.uses.iter().any(|u| u.role == role));
        columns.any(|(_, cell)| cell.bytes().any(|b| matches!(b, b'1'..=b'9')))
    };
    if grid.rows.iter().take(TRIED_ROWS).any(|(_, cells)| side(Role::Debit, cells) && side(Role::Credit, cells)) {
        return false;
    }
    let fits = |cells: &Vec<String>| {
        let required = table.columns.iter().filter(|c| !c.optional).count();
        let in_width = (required..=table.columns.len()).contains(&cells.len());
        in_width && table.columns.iter().zip(cells).all(|(column, cell)| column.shape.fits(cell))
    };
    let tried = grid.rows.len().min(TRIED_ROWS);
    let good = grid.rows.iter().take(tried).filter(|(_, cells)| fits(cells)).count();
    // A line of words after the data is no reason to give up.
    good > 0 && grid.rows.first().is_some_and(|(_, cells)| fits(cells)) && good * 10 >= tried * 9 - 9
}

/// Whether a file's name fits a pattern with `*`, whatever its case.
pub(crate) fn name_fits(pattern: &str, name: &str) -> bool {
    let (pattern, name) = (pattern.to_lowercase(), name.to_lowercase());
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| name.strip_prefix(first)) else { return false };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else { return rest.is_empty() };
    for part in middle {
        match rest.find(part) {
            Some(i) => rest = &rest[i + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

/// Fails as [`ImportError::Mismatch`] where a chosen layout does not fit.
pub(crate) fn mismatch(input: &Input<'_>, export: String) -> ImportError {
    ImportError::Mismatch { at: input.at(), export }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fit_patterns() {
        for (pattern, name, fits) in [
            ("Chase*_Activity_*.CSV", "Chase1011_Activity_20250901.csv", true),
            ("Chase*_Activity_*.CSV", "Chase1011_20250901.csv", false),
            ("activity*.csv", "activity (1).csv", true),
            ("activity*.csv", "my activity.csv", false),
            ("data.csv", "data.csv", true),
            ("data.csv", "data.csv2", false),
        ] {
            assert_eq!(name_fits(pattern, name), fits, "{pattern} {name}");
        }
    }
}

//! The outline of a file: its headings and the shapes of its values, never a value. A person may show it to those who write definitions.

use std::collections::BTreeMap;

use holdall_model::Task;

use crate::container::{Container, Entry, Opener};
use crate::decode::Charset;
use crate::definition;
use crate::detect::{Grid, grids};
use crate::error::{ImportError, printable};
use crate::generic;
use crate::input::{Head, Input};
use crate::inspect::{FileReport, Options, Outcome, inspect};
use crate::nearest::{Near, nearest};
use crate::shape::{looks_like_a_value, shape};
use crate::source::Source;
use crate::table::layout::{headings, match_headings};
use crate::table::read::Plan;

/// Entries of an archive that are described.
const ENTRIES: usize = 40;
/// Rows whose values' shapes are looked at.
const ROWS: usize = 100;
/// Shapes that are told of one column.
const SHAPES: usize = 3;
/// Columns that are told.
const COLUMNS: usize = 200;
/// A name of a field in JSON is told if it comes back as often as this: others may be somebody's own words.
const RETURNS: usize = 3;

/// One file, without anything that is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outline {
    /// The shape of its name, and its ending where that is a usual one.
    pub name: String,
    /// Entries of the archive, or 1.
    pub entries: usize,
    /// Those that were not understood, or have columns that are new or missing.
    pub described: Vec<EntryOutline>,
}

/// One entry of an archive, or the plain file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryOutline {
    pub name: String,
    /// `amazon/order-history`, where it was recognised.
    pub read_as: Option<String>,
    /// The known layout it nearly has, and the columns that are missing.
    pub nearly: Option<(String, Vec<String>)>,
    /// WHATWG name of the charset.
    pub charset: String,
    /// `table`, `json`, `xml`, `text` or `binary`.
    pub form: &'static str,
    pub delimiter: Option<char>,
    /// 0 where there are no headings.
    pub header_row: u64,
    pub columns: Vec<ColumnOutline>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnOutline {
    /// The heading, or its shape where it may be a value.
    pub heading: String,
    pub masked: bool,
    /// The layout does not know it.
    pub new: bool,
    /// The most frequent shapes of its values.
    pub shapes: Vec<String>,
}

/// Describes what of a file was not understood, or is new.
pub fn outline(source: &Source, options: &Options, task: &Task) -> Result<Outline, ImportError> {
    let inspection = inspect(source, options, task)?;
    let container = Container::open(source, options.limits, options.password.as_ref(), task)?;
    let mut described = Vec::new();
    for report in inspection.files.iter().filter(|r| !matches!(r.outcome, Outcome::Ignored { .. })) {
        task.step(0)?;
        let Some(entry) = container.entries.iter().find(|e| e.index == report.entry) else { continue };
        let one = describe(&container, entry, report, source, options, task)?;
        let understood = matches!(&report.outcome, Outcome::Recognised { plan, .. } if plan.vendor != generic::VENDOR);
        if described.len() < ENTRIES && (!understood || one.columns.iter().any(|c| c.new)) {
            described.push(one);
        }
    }
    Ok(Outline { name: file_name(source.label()), entries: inspection.files.len(), described })
}

/// The shape of a name, with its ending if that is one of the usual ones.
fn file_name(name: &str) -> String {
    const USUAL: &[&str] = &[
        "csv", "tsv", "txt", "json", "xml", "zip", "gz", "xls", "xlsx", "ods", "ofx", "qfx", "qif", "sta", "ics", "html", "pdf", "pkpass",
        "pkpasses",
    ];
    let parts = |part: &str| part.split(['/', '\\']).map(shape).collect::<Vec<_>>().join("/");
    match name.rsplit_once('.') {
        Some((stem, ending)) if USUAL.contains(&ending.to_ascii_lowercase().as_str()) => format!("{}.{ending}", parts(stem)),
        _ => parts(name),
    }
}

fn describe(
    container: &Container<'_>,
    entry: &Entry,
    report: &FileReport,
    source: &Source,
    options: &Options,
    task: &Task,
) -> Result<EntryOutline, ImportError> {
    let (bytes, complete) = container.head(entry)?;
    let plan = match &report.outcome {
        Outcome::Recognised { plan, .. } => Some(plan),
        _ => None,
    };
    let known = plan.and_then(|p| Charset::named(&p.charset, p.byte_order_mark));
    let charset = known.unwrap_or_else(|| crate::inspect::guess_charset(&bytes, complete));
    let opener = Opener { container, entry };
    let input = Input { opener: &opener, at: container.entry_at(entry), charset, limits: options.limits, task };
    let text = charset.encoding.decode_without_bom_handling(&bytes[charset.bom.min(bytes.len())..]).0;
    let name = if container.is_archive() { entry.label.as_str() } else { source.label() };
    let head = Head { bytes: &bytes, text: &text, name, complete };
    let near = if plan.is_some_and(|p| p.vendor != generic::VENDOR) { None } else { nearest(&head, &input) };
    let mut one = EntryOutline {
        name: file_name(name),
        read_as: plan.map(|p| format!("{}/{}", p.vendor, p.export)),
        nearly: near.as_ref().map(|n| (format!("{}/{}", n.vendor.slug, n.export.slug), n.missing.clone())),
        charset: charset.encoding.name().to_owned(),
        form: form(&text),
        delimiter: None,
        header_row: 0,
        columns: Vec::new(),
    };
    if one.form == "json" {
        one.columns = fields(&text);
    } else if one.form != "binary" && one.form != "xml" {
        let place = plan.map(|p| Plan::from_decisions(&p.decisions)).map(|p| (p.delimiter, p.header_row));
        let place = place.or_else(|| near.as_ref().map(|n| (n.delimiter, n.header_row)));
        let place = place.or_else(|| generic::candidate(&head, &input).map(|(c, _)| (c.delimiter, c.header_row)));
        if let Some((delimiter, header_row)) = place
            && let Some(grid) = grids(&head, &input).into_iter().find(|g| g.delimiter == delimiter)
        {
            (one.form, one.delimiter, one.header_row) = ("table", Some(char::from(delimiter)), header_row);
            one.columns = columns(&grid, header_row, plan.map(|p| (p.vendor.as_str(), p.export.as_str())), near.as_ref());
        }
    }
    Ok(one)
}

fn form(text: &str) -> &'static str {
    let start = text.trim_start_matches('\u{feff}').trim_start();
    let controls = text.chars().take(4096).filter(|c| c.is_control() && !c.is_whitespace()).count();
    match start.chars().next() {
        _ if controls > 4 => "binary",
        Some('{' | '[') => "json",
        Some('<') => "xml",
        _ => "text",
    }
}

fn columns(grid: &Grid, header_row: u64, read_as: Option<(&str, &str)>, near: Option<&Near>) -> Vec<ColumnOutline> {
    let row = grid.rows.iter().find(|(number, _)| *number == header_row).map(|(_, cells)| cells.as_slice()).unwrap_or_default();
    let compared = headings(row.iter().map(String::as_str));
    let export = read_as.and_then(|(v, e)| definition::export(v, e)).map(|(_, export)| export).or(near.map(|n| n.export));
    let table = export.and_then(|export| export.table());
    let known = |i: usize| table.is_some_and(|t| t.columns.iter().any(|c| c.names.iter().any(|n| n.matches(&compared[i]).is_some())));
    let extra = table.and_then(|t| match_headings(t, &compared)).map(|positions| positions.extra).unwrap_or_default();
    // A row of which not one word is a known heading may be anything.
    let headed = (0..row.len()).any(|i| known(i) || generic::is_heading(&compared[i]));
    let data: Vec<&[String]> =
        grid.rows.iter().filter(|(number, _)| *number > header_row).take(ROWS).map(|(_, cells)| cells.as_slice()).collect();
    let width = row.len().max(data.iter().map(|cells| cells.len()).max().unwrap_or(0)).min(COLUMNS);
    (0..width)
        .map(|i| {
            let heading = row.get(i).map_or("", |h| h.trim());
            let masked = !heading.is_empty() && (!headed || looks_like_a_value(heading));
            ColumnOutline {
                heading: if masked { shape(heading) } else { printable(heading) },
                masked,
                new: extra.contains(&i) && !heading.is_empty(),
                shapes: most_frequent(data.iter().filter_map(|cells| cells.get(i)).map(String::as_str)),
            }
        })
        .collect()
}

fn most_frequent<'v>(values: impl Iterator<Item = &'v str>) -> Vec<String> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for value in values.map(str::trim).filter(|v| !v.is_empty()) {
        *counts.entry(shape(value)).or_default() += 1;
    }
    let mut sorted: Vec<(String, usize)> = counts.into_iter().collect();
    sorted.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    sorted.into_iter().take(SHAPES).map(|(shape, _)| shape).collect()
}

/// Names of fields that come back, in the order in which they come first, with the shapes of their plain values.
fn fields(text: &str) -> Vec<ColumnOutline> {
    let mut found: Vec<(String, usize, Vec<String>)> = Vec::new();
    for (name, value) in pairs(text) {
        let room = found.len() < 10 * COLUMNS;
        match found.iter_mut().find(|(known, _, _)| *known == name) {
            Some((_, count, values)) => {
                *count += 1;
                values.extend(value);
            }
            None if room => found.push((name, 1, value.into_iter().collect())),
            None => {}
        }
    }
    let told = found.into_iter().filter(|(name, count, _)| *count >= RETURNS && !looks_like_a_value(name));
    let column = |(name, _, values): (String, usize, Vec<String>)| ColumnOutline {
        heading: printable(&name),
        masked: false,
        new: false,
        shapes: most_frequent(values.iter().map(String::as_str)),
    };
    told.take(COLUMNS).map(column).collect()
}

/// Every `"name": value` of a text that may be cut off; the value where it is a plain one.
fn pairs(text: &str) -> Vec<(String, Option<String>)> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((string, after)) = string(rest) {
        rest = after;
        let Some(value) = after.trim_start().strip_prefix(':') else { continue };
        let value = value.trim_start();
        let plain = match value.chars().next() {
            Some('"') => self::string(value).map(|(text, _)| text.to_owned()),
            Some('{' | '[') | None => None,
            Some(_) => Some(value.split([',', '}', ']', '\n']).next().unwrap_or("").trim().to_owned()),
        };
        // A value that looks like a name is passed over with its own pair.
        rest = if value.starts_with('"') { self::string(value).map_or(value, |(_, after)| after) } else { value };
        found.push((string.to_owned(), plain));
    }
    found
}

/// The first string of a text, and what stands behind it.
fn string(text: &str) -> Option<(&str, &str)> {
    let start = text.find('"')? + 1;
    let mut escaped = false;
    for (i, c) in text[start..].char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return Some((&text[start..start + i], &text[start + i + 1..])),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outlined(name: &str, text: &str) -> Outline {
        let source = Source::from_bytes(name, text.as_bytes().to_vec());
        outline(&source, &Options::default(), &Task::silent()).expect("an outline")
    }

    const ORDERS: &str = "Transaction ID,Date,Time,Type,Name,Emoji,Category,Amount,Currency,Local amount,Local currency,Notes and #tags";
    const ROW: &str = "tx_0000Kanarie,04/03/2025,07:15:00,Kanarienzahlung,Vogelhaus Kanarie,🐤,Haustier,-12.57,GBP,-12.57,GBP,Für Hansi";

    #[test]
    fn new_columns_of_a_known_layout_are_told_with_shapes_and_without_a_value() {
        let text = format!("{ORDERS},Loyalty tier,Konto 12345678\n{ROW},Goldkanarie,DE89370400440532013000\n");
        let outline = outlined("MonzoDataExport_Hansi_2025.csv", &text);
        assert_eq!(outline.name, "Aaaa_Aaaa_9999.csv");
        let [one] = &outline.described[..] else { panic!("{outline:?}") };
        assert_eq!(one.read_as.as_deref(), Some("monzo/account"));
        let new: Vec<(&str, bool)> = one.columns.iter().filter(|c| c.new).map(|c| (c.heading.as_str(), c.masked)).collect();
        assert_eq!(new, [("Loyalty tier", false), ("Aaaa 99999999", true)]);
        assert_eq!(one.columns[1].shapes, ["99/99/9999"]);
        assert_eq!(one.columns[7].shapes, ["-99.99"]);
        nothing_of(&outline, &["anarie", "Hansi", "12345678", "3704004", "12.57", "04/03", "Haustier", "🐤", "tx_0000"]);
    }

    #[test]
    fn a_layout_that_lost_a_column_is_told_by_what_is_left() {
        let text = format!("{}\n{}\n", ORDERS.replace("Category,", "Kind,"), ROW);
        let outline = outlined("x.csv", &text);
        assert_eq!(outline.described[0].nearly, Some(("monzo/account".to_owned(), vec!["category".to_owned()])));
        nothing_of(&outline, &["anarie", "Hansi", "12.57"]);
    }

    #[test]
    fn rows_without_headings_and_names_that_do_not_return_are_shapes_or_nothing() {
        let outline = outlined("x.csv", "Hansi,Kanarie,Vogelhausen\nNora,Amsel,Vogelheim\n");
        assert!(outline.described[0].columns.iter().all(|c| c.masked), "{outline:?}");
        nothing_of(&outline, &["Hansi", "Kanarie", "Nora", "Amsel", "Vogel"]);
        let json = r#"{"friends":{"Hansi Kanarie":{"since":"2025-03-04","note":"a \"Kanarie\": tweets","n":1},"Nora Amsel":{"since":"2025-03-05","n":2},"Uhu":{"since":"2025-03-06","n":33}}}"#;
        let outline = outlined("friends.json", json);
        let told: Vec<(&str, &[String])> = outline.described[0].columns.iter().map(|c| (c.heading.as_str(), c.shapes.as_slice())).collect();
        assert_eq!(told, [("since", &["9999-99-99".to_owned()][..]), ("n", &["9".to_owned(), "99".to_owned()][..])]);
        nothing_of(&outline, &["Hansi", "Kanarie", "Nora", "Amsel", "2025"]);
    }

    fn nothing_of(outline: &Outline, canaries: &[&str]) {
        let text = format!("{outline:?}");
        for canary in canaries {
            assert!(!text.contains(canary), "{canary} is in {text}");
        }
    }
}

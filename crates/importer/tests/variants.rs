//! Every known layout, changed the way vendors change theirs: it is read as before or asked about, and never read as something else.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use holdall_importer::{Export, FilePlan, Identity, Options, Outcome, Sink, SinkError, Source, inspect, read, vendors};
use holdall_model::{Diagnostic, Quarantined, Record, Task};

#[derive(Default)]
struct Kept {
    records: Vec<String>,
    diagnostics: Vec<Diagnostic>,
}

impl Sink for Kept {
    fn record(&mut self, record: &Record, _: &Identity) -> Result<(), SinkError> {
        let amount = record.amount.map(|a| format!("{} {}", a.value.normalize(), a.unit));
        self.records.push(format!("{:?} {amount:?}", record.moment.map(|m| m.date())));
        Ok(())
    }

    fn quarantined(&mut self, _: Quarantined) -> Result<(), SinkError> {
        Ok(())
    }

    fn diagnostic(&mut self, diagnostic: Diagnostic) -> Result<(), SinkError> {
        self.diagnostics.push(diagnostic);
        Ok(())
    }
}

/// A table as cells, and how it was written.
#[derive(Clone)]
struct Grid {
    name: String,
    /// What the file as it is must be answered.
    answers: BTreeMap<String, String>,
    before: Vec<String>,
    headings: Vec<String>,
    rows: Vec<Vec<String>>,
    delimiter: u8,
}

impl Grid {
    fn write(&self, delimiter: u8, quoted: bool) -> String {
        let mut text: String = self.before.iter().map(|line| format!("{line}\n")).collect();
        for row in std::iter::once(&self.headings).chain(&self.rows) {
            let cell = |c: &String| {
                let special = c.contains([char::from(delimiter), '"', '\n', '\r']);
                if quoted || special { format!("\"{}\"", c.replace('"', "\"\"")) } else { c.clone() }
            };
            text.push_str(&row.iter().map(cell).collect::<Vec<_>>().join(&char::from(delimiter).to_string()));
            text.push('\n');
        }
        text
    }

    /// The columns in another order. Columns of one heading keep theirs, where that is all that tells them apart.
    fn ordered(&self, order: &[usize], by_order: bool) -> Self {
        let mut order = order.to_vec();
        for i in 0..if by_order { order.len() } else { 0 } {
            for j in i + 1..order.len() {
                if self.headings[order[i]] == self.headings[order[j]] && order[i] > order[j] {
                    order.swap(i, j);
                }
            }
        }
        let take = |row: &Vec<String>| order.iter().map(|i| row.get(*i).cloned().unwrap_or_default()).collect();
        Self { headings: take(&self.headings), rows: self.rows.iter().map(take).collect(), ..self.clone() }
    }

    fn with(&self, at: usize, heading: &str) -> Self {
        let mut grid = self.clone();
        grid.headings.insert(at, heading.to_owned());
        for row in &mut grid.rows {
            if row.len() >= at {
                row.insert(at, "new".to_owned());
            }
        }
        grid
    }

    fn without(&self, column: usize) -> Self {
        let order: Vec<usize> = (0..self.headings.len()).filter(|i| *i != column).collect();
        self.ordered(&order, true)
    }

    fn renamed(&self, change: impl Fn(&str) -> String) -> Self {
        Self { headings: self.headings.iter().map(|h| change(h)).collect(), ..self.clone() }
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vendors")
}

/// The definition's own words.
fn definition(vendor: &str, export: &str) -> toml::Table {
    let text = fs::read_to_string(root().join(vendor).join(export).join("export.toml")).expect("a definition");
    text.parse().expect("TOML")
}

/// A layout that must ask is answered as most files of it are.
fn answered() -> BTreeMap<String, String> {
    [("sign", "inverted"), ("date-order", "dmy"), ("person", "Anna")].map(|(k, v)| (k.to_owned(), v.to_owned())).into()
}

fn look(name: &str, bytes: &[u8], answers: BTreeMap<String, String>) -> Result<(FilePlan, Kept), String> {
    let source = Source::from_bytes(name, bytes.to_vec());
    let (options, task) = (Options { answers, ..Options::default() }, Task::silent());
    let inspection = inspect(&source, &options, &task).map_err(|e| e.to_string())?;
    let Outcome::Recognised { plan, .. } = &inspection.files[0].outcome else { return Err(format!("{:?}", inspection.files[0].outcome)) };
    let mut kept = Kept::default();
    read(&source, plan, &options, &task, &mut kept).map_err(|e| e.to_string())?;
    Ok((plan.clone(), kept))
}

fn sample(vendor: &str, export: &Export) -> Option<(Grid, toml::Table, Vec<String>)> {
    let folder = root().join(vendor).join(&export.slug);
    let bytes = fs::read(folder.join("sample.csv")).ok()?;
    let definition = definition(vendor, &export.slug);
    if definition.get("headerless").is_some() {
        return None;
    }
    let pattern = definition.get("files").and_then(|f| f.as_array()).and_then(|f| f.first()).and_then(|f| f.as_str());
    let name = pattern.map_or("sample.csv".to_owned(), |p| p.replace('*', "1"));
    let unasked = look(&name, &bytes, BTreeMap::new());
    let answers = if unasked.is_ok() { BTreeMap::new() } else { answered() };
    let (plan, kept) = unasked.or_else(|_| look(&name, &bytes, answered())).ok()?;
    let charset = encoding_rs::Encoding::for_label(plan.charset.as_bytes())?;
    let text = charset.decode_without_bom_handling(&bytes[plan.byte_order_mark..]).0.into_owned();
    let header: usize = plan.decisions.fact("header-row")?.parse().ok()?;
    let delimiter = plan.decisions.fact("delimiter").map_or(b',', |d| if d == "tab" { b'\t' } else { d.as_bytes()[0] });
    // Lines before the headings are kept as they are; none of ours holds a line end in a cell.
    let mut lines = text.lines();
    let mut before = Vec::new();
    let mut seen = 0;
    for line in lines.by_ref() {
        seen += 1;
        if seen == header {
            let rest = std::iter::once(line).chain(lines.by_ref()).collect::<Vec<_>>().join("\n");
            let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(rest.as_bytes());
            let mut rows: Vec<Vec<String>> = reader.records().flatten().map(|r| r.iter().map(str::to_owned).collect()).collect();
            let headings = rows.remove(0);
            return Some((Grid { name, answers, before, headings, rows, delimiter }, definition, kept.records));
        }
        before.push(line.to_owned());
    }
    None
}

/// The columns of a definition, as its words.
fn columns(definition: &toml::Table) -> Vec<Vec<&str>> {
    let columns = definition.get("columns").and_then(|c| c.as_array());
    columns.into_iter().flatten().filter_map(|c| c.as_array()).map(|c| c.iter().filter_map(|w| w.as_str()).collect()).collect()
}

/// Headings of columns that the definition says may be missing, and that take no part in the amount or the day.
fn droppable(definition: &toml::Table) -> Vec<String> {
    let columns = definition.get("columns").and_then(|c| c.as_array()).cloned().unwrap_or_default();
    let words = |c: &toml::Value| c.as_array().map(|a| a.iter().filter_map(|w| w.as_str().map(str::to_lowercase)).collect::<Vec<_>>());
    let plain = ["?memo", "?category", "?-", "?title", "?party", "?reference", "?transactionType", "?tags", "?country"];
    let dropped = columns.iter().filter_map(words).filter(|c| c.first().is_some_and(|role| plain.contains(&role.as_str())));
    dropped.flat_map(|c| c[1..].to_vec()).collect()
}

/// What a change must come to.
#[derive(PartialEq)]
enum Must {
    /// The same records.
    Same,
    /// The same, or a question, or a plain refusal.
    SameOrAsk,
}

fn changes(grid: &Grid, definition: &toml::Table) -> Vec<(String, Vec<u8>, Must)> {
    let d = grid.delimiter;
    let width = grid.headings.len();
    let plain = grid.write(d, false);
    let mut all: Vec<(String, Vec<u8>, Must)> = Vec::new();
    let mut add = |what: String, text: String, must: Must| all.push((what, text.into_bytes(), must));
    add("as it is".into(), plain.clone(), Must::Same);
    // A column may be known by the one it stands behind.
    let by_order = !columns(definition).iter().flatten().any(|word| word.contains(" > "));
    if by_order {
        add("reversed".into(), grid.ordered(&(0..width).rev().collect::<Vec<_>>(), true).write(d, false), Must::Same);
    }
    let turned: Vec<usize> = (0..width).map(|i| (i + width / 2) % width).collect();
    add("turned".into(), grid.ordered(&turned, by_order).write(d, false), Must::Same);
    add("a new column last".into(), grid.with(width, "Zusatz 2027").write(d, false), Must::Same);
    add("a new column within".into(), grid.with(width / 2, "Zusatz 2027").write(d, false), Must::Same);
    add("upper".into(), grid.renamed(str::to_uppercase).write(d, false), Must::Same);
    add("blanks".into(), grid.renamed(|h| format!(" {} ", h.replace(' ', "\u{a0}"))).write(d, false), Must::Same);
    add("quoted".into(), grid.write(d, true), Must::Same);
    for other in *b",;\t|" {
        // What stands before the headings is no table of its own.
        if grid.before.is_empty() {
            add(format!("cut by {:?}", char::from(other)), grid.write(other, false), Must::Same);
        }
    }
    add("BOM".into(), format!("\u{feff}{plain}"), Must::Same);
    add("CRLF".into(), plain.replace('\n', "\r\n"), Must::Same);
    add("blank lines".into(), format!("\n\n{plain}\n\n\n"), Must::SameOrAsk);
    let trailing = |text: &str| text.lines().map(|l| format!("{l}{}\n", char::from(d))).collect::<String>();
    add("a delimiter more".into(), trailing(&plain), Must::Same);
    let (head, body) = plain.split_at(plain.len() - grid_body(grid, d).len());
    add("a delimiter more in rows".into(), format!("{head}{}", trailing(body)), Must::Same);
    let droppable = droppable(definition);
    for (i, heading) in grid.headings.iter().enumerate() {
        let must = if droppable.contains(&heading.to_lowercase()) { Must::Same } else { Must::SameOrAsk };
        let only = grid.headings.iter().filter(|h| *h == heading).count() == 1;
        let takes_part = takes_part(definition, heading);
        if only && !heading.is_empty() && !takes_part {
            add(format!("without {heading}"), grid.without(i).write(d, false), must);
        }
        let renamed = |n: &str| if n == heading { format!("{n} 2027 zz") } else { n.to_owned() };
        add(format!("{heading} renamed"), grid.renamed(renamed).write(d, false), Must::SameOrAsk);
    }
    let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(plain.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    all.push(("UTF-16".into(), utf16, Must::Same));
    all
}

/// The rows below the headings, as they are written.
fn grid_body(grid: &Grid, delimiter: u8) -> String {
    let head = Grid { rows: Vec::new(), ..grid.clone() }.write(delimiter, false);
    grid.write(delimiter, false)[head.len()..].to_owned()
}

/// Whether nobody could tell, without this column, that the rows mean something else.
fn takes_part(definition: &toml::Table, heading: &str) -> bool {
    let columns = definition.get("columns").and_then(|c| c.as_array()).cloned().unwrap_or_default();
    let named = |c: &&toml::Value| c.as_array().is_some_and(|a| a[1..].iter().any(|n| n.as_str().is_some_and(|n| same(n, heading))));
    let told = columns.iter().find(named).and_then(|c| c.as_array()).and_then(|a| a[0].as_str()).unwrap_or("");
    let role = told.trim_start_matches('?');
    let words = ["moment", "time-of-day", "amount", "debit", "credit", "unit", "status", "indicator", "fee", "originalAmount"];
    let ruled = ["skip", "continuation", "group-by", "requires", "excludes", "text"].iter().any(|k| definition.contains_key(*k));
    role.split('+').any(|r| words.iter().any(|w| r.starts_with(w))) || ruled
}

fn same(name: &str, heading: &str) -> bool {
    let plain = |t: &str| t.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let (name, heading) = (plain(name), plain(heading));
    match name.split_once("{unit}") {
        Some((before, after)) => heading.starts_with(before) && heading.ends_with(after),
        None => name == heading,
    }
}

/// Whether the same was read. Where the vendor is not known any more, its currency may not be known either.
fn alike(grid: &Grid, plan: &FilePlan, records: &[String], wanted: &[String]) -> bool {
    let bare = |text: &String| text.rsplit_once(' ').map(|(value, _)| value.to_owned());
    // The answers were given about the vendor's layout.
    let unsigned = |text: &String| if grid.answers.is_empty() || plan.vendor != "generic" { text.clone() } else { text.replace('-', "") };
    let unknown = |a: &String, b: &String| {
        let (a, b) = (&unsigned(a), &unsigned(b));
        a == b || (a.contains(" XXX") && bare(a) == bare(b))
    };
    records.len() == wanted.len() && records.iter().zip(wanted).all(|(a, b)| a == b || unknown(a, b))
}

#[test]
fn a_known_layout_that_its_vendor_changes_is_never_read_as_something_else() {
    let (mut layouts, mut tried, mut exact) = (0, 0, 0);
    let mut faults = Vec::new();
    for vendor in vendors() {
        for export in vendor.exports() {
            let Some((grid, definition, wanted)) = sample(vendor.slug, export) else { continue };
            layouts += 1;
            for (what, bytes, must) in changes(&grid, &definition) {
                tried += 1;
                let place = format!("{}/{}, {what}", vendor.slug, export.slug);
                let seen = look(&grid.name, &bytes, grid.answers.clone());
                if let Ok((plan, kept)) = &seen
                    && what.starts_with("a new column")
                    && plan.vendor == vendor.slug
                    && !kept.diagnostics.iter().any(|d| d.id == "columns-new" && d.text.contains("zusatz 2027"))
                {
                    faults.push(format!("WRONG {place}: nobody says that a column is new"));
                }
                match seen {
                    Ok((plan, kept)) if alike(&grid, &plan, &kept.records, &wanted) => exact += 1,
                    Ok((plan, kept)) => {
                        let first = kept.records.iter().zip(&wanted).find(|(a, b)| a != b);
                        let (n, m) = (kept.records.len(), wanted.len());
                        faults.push(format!("WRONG {place}: {n} of {m} records by {}/{}, {first:?}", plan.vendor, plan.export));
                    }
                    Err(why) if must == Must::Same => {
                        faults.push(format!("refused {place}: {}", why.chars().take(300).collect::<String>()))
                    }
                    Err(_) => {}
                }
            }
        }
    }
    let wrong = faults.iter().filter(|f| f.starts_with("WRONG")).count();
    assert!(faults.is_empty(), "{wrong} wrong and {} refused of {tried}:\n{}", faults.len() - wrong, faults.join("\n"));
    assert!(layouts > 130 && exact * 10 > tried * 6, "{layouts} layouts, {exact} of {tried} exact: too few to mean anything");
}

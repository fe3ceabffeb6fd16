//! The tables of an OpenDocument spreadsheet, cell by cell. Read here because a cell and a row may say that they stand there a
//! million times, and only who writes them out can stop in time.

use std::collections::HashSet;

use super::spreadsheet::{Sheet, Sheets, Writer, number, pointed};
use super::xml::{Step, Xml};
use crate::error::ImportError;
use crate::input::Input;

/// Every table of `content.xml` that holds anything.
pub(crate) fn sheets(input: &Input<'_>) -> Result<Vec<Sheet>, ImportError> {
    let at = input.at();
    let mut xml = Xml::new(input)?;
    let mut sheets = Sheets::new(&at, input.limits());
    let (mut style, mut hiding) = (String::new(), HashSet::new());
    loop {
        match xml.next()? {
            Step::End => return Ok(sheets.all),
            Step::Open if xml.name() == "style" => style = xml.attr("name").unwrap_or_default(),
            Step::Open if xml.name() == "table-properties" && xml.attr("display").as_deref() == Some("false") => {
                hiding.insert(std::mem::take(&mut style));
            }
            Step::Open if xml.name() == "table" => {
                let name = xml.attr("name").unwrap_or_default();
                let hidden = xml.attr("style-name").is_some_and(|style| hiding.contains(&style));
                sheets.add(name, hidden, |writer| Table { writer, row: 0, cells: Vec::new(), column: 0 }.read(&mut xml))?;
            }
            _ => {}
        }
    }
}

struct Table<'w, 'a> {
    writer: &'w mut Writer<'a>,
    row: u32,
    /// The filled cells of the row at hand: column, how many times, text.
    cells: Vec<(u32, u32, String)>,
    column: u32,
}

impl Table<'_, '_> {
    fn read(&mut self, xml: &mut Xml<'_>) -> Result<(), ImportError> {
        let depth = xml.depth();
        let mut rows = 1;
        loop {
            let step = xml.next()?;
            match (step, xml.name()) {
                (Step::Open, "table-row") => {
                    rows = times(xml, "number-rows-repeated");
                    self.column = 0;
                    self.cells.clear();
                }
                (Step::Close, "table-row") => self.end_row(rows)?,
                (Step::Open, "table-cell") => self.cell(xml)?,
                (Step::Open, "covered-table-cell") => {
                    self.column = self.column.saturating_add(times(xml, "number-columns-repeated"));
                    skip(xml)?;
                }
                // A note, a picture or a table inside a table is no row of this one.
                (Step::Open, "table" | "shapes" | "annotation") => skip(xml)?,
                (Step::Close, _) if xml.depth() == depth => return Ok(()),
                _ => {}
            }
        }
    }

    fn cell(&mut self, xml: &mut Xml<'_>) -> Result<(), ImportError> {
        let repeated = times(xml, "number-columns-repeated");
        let value = match xml.attr("value-type").as_deref() {
            Some("float" | "currency" | "percentage") => xml.attr("value").map(|v| plain(&v)),
            Some("date") => xml.attr("date-value"),
            Some("time") => xml.attr("time-value").map(|v| clock(&v).unwrap_or(v)),
            Some("boolean") => xml.attr("boolean-value"),
            _ => xml.attr("string-value"),
        };
        let shown = paragraphs(xml)?;
        let text = value.unwrap_or(shown);
        if !text.is_empty() {
            self.cells.push((self.column, repeated, text));
        }
        self.column = self.column.saturating_add(repeated);
        Ok(())
    }

    fn end_row(&mut self, rows: u32) -> Result<(), ImportError> {
        if !self.cells.is_empty() {
            for row in 0..rows {
                for (column, repeated, text) in &self.cells {
                    for n in 0..*repeated {
                        self.writer.cell((self.row.saturating_add(row), column.saturating_add(n)), text)?;
                    }
                }
            }
        }
        self.row = self.row.saturating_add(rows);
        Ok(())
    }
}

fn times(xml: &Xml<'_>, attribute: &str) -> u32 {
    xml.attr(attribute).and_then(|n| n.parse().ok()).unwrap_or(1)
}

/// A number as it stands, unless it has an exponent or the noise behind the fifteenth digit.
pub(super) fn plain(value: &str) -> String {
    let noisy = value.contains(['e', 'E']) || value.bytes().filter(u8::is_ascii_digit).count() > 15;
    match value.parse::<f64>() {
        Ok(n) if noisy => number(n),
        _ => pointed(value.to_owned()),
    }
}

/// `PT09H15M00S` as `09:15:00`.
fn clock(value: &str) -> Option<String> {
    let (hours, rest) = value.strip_prefix("PT")?.split_once('H')?;
    let (minutes, rest) = rest.split_once('M')?;
    let seconds = rest.strip_suffix('S')?.split(['.', ',']).next()?;
    let [h, m, s] = [hours, minutes, seconds].map(|part| part.parse::<u64>().ok());
    Some(format!("{:02}:{:02}:{:02}", h?, m?, s?))
}

/// The text of a cell that was just opened, up to its end.
fn paragraphs(xml: &mut Xml<'_>) -> Result<String, ImportError> {
    let depth = xml.depth();
    let mut text = String::new();
    let mut inside = 0_u32;
    loop {
        let step = xml.next()?;
        if inside > 0 {
            text.push_str(xml.untrimmed());
        }
        match (step, xml.name()) {
            (Step::Open, "annotation" | "table" | "frame") => skip(xml)?,
            (Step::Open, "p") => {
                if !text.is_empty() {
                    text.push('\n');
                }
                inside += 1;
            }
            (Step::Close, "p") => inside = inside.saturating_sub(1),
            (Step::Open, "s") => text.extend(std::iter::repeat_n(' ', times(xml, "c").min(1024) as usize)),
            (Step::Open, "tab" | "line-break") => text.push(' '),
            (Step::Close, _) if xml.depth() == depth => return Ok(text.trim().to_owned()),
            _ => {}
        }
        xml.check_length(&text)?;
    }
}

/// Passes over the element that was just opened.
pub(super) fn skip(xml: &mut Xml<'_>) -> Result<(), ImportError> {
    let depth = xml.depth();
    while xml.next()? != Step::Close || xml.depth() != depth {}
    Ok(())
}

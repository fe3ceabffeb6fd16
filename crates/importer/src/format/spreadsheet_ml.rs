//! Excel's XML of 2003 (SpreadsheetML), which many programs write under the name `.xls`.

use super::open_document::{plain, skip};
use super::sgml::first_tag;
use super::spreadsheet::{Sheet, Sheets, Writer};
use super::xml::{Step, Xml};
use crate::error::ImportError;
use crate::input::Input;

/// Whether a text is a workbook of this form, by its first element.
pub(super) fn is_one(text: &str) -> bool {
    let name = first_tag(text).map(|name| name.rsplit(':').next().unwrap_or(name));
    name == Some("Workbook") && text.contains("urn:schemas-microsoft-com:office:spreadsheet")
}

/// Every sheet that holds anything.
pub(super) fn sheets(input: &Input<'_>) -> Result<Vec<Sheet>, ImportError> {
    let at = input.at();
    let mut xml = Xml::new(input)?;
    let mut sheets = Sheets::new(&at, input.limits());
    loop {
        match xml.next()? {
            Step::End => return Ok(sheets.all),
            Step::Open if xml.name() == "Worksheet" => {
                let name = xml.attr("Name").unwrap_or_default();
                let before = sheets.all.len();
                let mut hidden = false;
                sheets.add(name, false, |writer| {
                    hidden = worksheet(&mut xml, writer)?;
                    Ok(())
                })?;
                // Only behind the cells it is told whether they are shown.
                sheets.all[before..].iter_mut().for_each(|sheet| sheet.hidden = hidden);
            }
            _ => {}
        }
    }
}

/// Writes the cells, and says whether the sheet is hidden.
fn worksheet(xml: &mut Xml<'_>, writer: &mut Writer<'_>) -> Result<bool, ImportError> {
    let depth = xml.depth();
    let mut hidden = false;
    // Row and column that come next.
    let (mut next, mut after, mut column) = (0_u32, 0_u32, 0_u32);
    loop {
        let step = xml.next()?;
        match (step, xml.name()) {
            (Step::Open, "Row") => {
                let row = index(xml).unwrap_or(next);
                // A row may stand for several that hold nothing.
                after = row.saturating_add(1).saturating_add(number(xml, "Span"));
                (next, column) = (row, 0);
            }
            (Step::Close, "Row") => next = after,
            (Step::Open, "Cell") => {
                column = index(xml).unwrap_or(column);
                let wide = number(xml, "MergeAcross");
                let text = cell(xml)?;
                writer.cell((next, column), &text)?;
                column = column.saturating_add(1).saturating_add(wide);
            }
            (Step::Close, "Visible") if xml.path().ends_with("WorksheetOptions/Visible") => hidden |= xml.text() != "SheetVisible",
            (Step::Close, _) if xml.depth() == depth => return Ok(hidden),
            _ => {}
        }
    }
}

/// Places are counted from 1.
fn index(xml: &Xml<'_>) -> Option<u32> {
    xml.attr("Index").and_then(|n| n.trim().parse::<u32>().ok()).map(|n| n.saturating_sub(1))
}

fn number(xml: &Xml<'_>, attribute: &str) -> u32 {
    xml.attr(attribute).and_then(|n| n.trim().parse().ok()).unwrap_or(0)
}

/// What the cell that was just opened shows.
fn cell(xml: &mut Xml<'_>) -> Result<String, ImportError> {
    let depth = xml.depth();
    let mut shown = String::new();
    loop {
        let step = xml.next()?;
        match (step, xml.name()) {
            (Step::Open, "Data") => {
                let kind = xml.attr("Type").unwrap_or_default();
                let text = data(xml)?;
                shown = match kind.as_str() {
                    "Number" => plain(&text),
                    "DateTime" => moment(&text),
                    "Boolean" => (text == "1" || text.eq_ignore_ascii_case("true")).to_string(),
                    _ => text,
                };
            }
            // A note and the sound of a name are not what the cell holds.
            (Step::Open, "Comment" | "PhoneticText") => skip(xml)?,
            (Step::Close, _) if xml.depth() == depth => return Ok(shown),
            _ => {}
        }
    }
}

/// The text of the element that was just opened, with that of those inside it, which only set it in bold and the like.
fn data(xml: &mut Xml<'_>) -> Result<String, ImportError> {
    let depth = xml.depth();
    let mut text = String::new();
    loop {
        let step = xml.next()?;
        text.push_str(xml.untrimmed());
        xml.check_length(&text)?;
        if step == Step::Close && xml.depth() == depth {
            return Ok(text.trim().to_owned());
        }
    }
}

/// `2025-09-01T09:15:00.000` as the day and the time; a day alone, or a time of no day, where it is one.
fn moment(text: &str) -> String {
    let Some((day, time)) = text.split_once('T') else { return text.to_owned() };
    let time = time.trim_end_matches('0').strip_suffix('.').filter(|_| time.contains('.')).unwrap_or(time);
    match (day, time) {
        ("1899-12-31" | "1899-12-30", time) => time.to_owned(),
        (day, "00:00:00") => day.to_owned(),
        (day, time) => format!("{day} {time}"),
    }
}

#[cfg(test)]
mod tests {
    use holdall_model::Task;

    use super::*;
    use crate::testing::{Memory, input};

    fn book(sheets: &str) -> String {
        format!(
            "<?xml version=\"1.0\"?>\n<?mso-application progid=\"Excel.Sheet\"?>\n<Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\" xmlns:ss=\"urn:schemas-microsoft-com:office:spreadsheet\" xmlns:x=\"urn:schemas-microsoft-com:office:excel\">{sheets}</Workbook>"
        )
    }

    fn read(text: &str) -> Result<Vec<(String, bool, String)>, ImportError> {
        let found = sheets(&input(&Memory(text.as_bytes()), &Task::silent()))?;
        Ok(found.into_iter().map(|s| (s.name, s.hidden, String::from_utf8(s.text).expect("is text"))).collect())
    }

    #[test]
    fn cells_keep_their_places_and_kinds() {
        let data = |kind: &str, text: &str| format!("<Data ss:Type=\"{kind}\">{text}</Data>");
        let rows = [
            format!(
                "<Row><Cell ss:MergeAcross=\"1\">{}</Cell><Cell>{}</Cell></Row>",
                data("String", "A &quot;b&quot;&#10;c"),
                data("String", "x")
            ),
            format!("<Row ss:Index=\"3\" ss:Span=\"1\"><Cell ss:Index=\"2\">{}</Cell></Row>", data("Number", "1.234")),
            format!("<Row><Cell>{}</Cell><Cell>{}</Cell><Cell/>", data("DateTime", "2025-09-01T00:00:00.000"), data("Boolean", "1")),
            format!("<Cell>{}</Cell>", data("DateTime", "2025-09-01T09:15:30.000")),
            format!("<Cell>{}<Comment><Data>no</Data></Comment></Cell></Row>", data("DateTime", "1899-12-31T09:15:00.000")),
            format!("<Row><Cell>{}</Cell><Cell>{}</Cell>", data("Error", "#N/A"), data("Number", "-1.5E-3")),
            "<Cell><ss:Data ss:Type=\"String\" xmlns=\"http://www.w3.org/TR/REC-html40\"><B>bold</B> text</ss:Data></Cell></Row>"
                .to_owned(),
        ]
        .concat();
        let hidden = "<x:WorksheetOptions><x:Visible>SheetHidden</x:Visible></x:WorksheetOptions>";
        let second = format!("<Worksheet ss:Name=\"H\"><Table><Row><Cell>{}</Cell></Row></Table>{hidden}</Worksheet>", data("String", "h"));
        let text = book(&format!("<Worksheet ss:Name=\"S\"><Table>{rows}</Table></Worksheet>{second}<Worksheet ss:Name=\"Empty\"/>"));
        let shown = "\"A \"\"b\"\"\nc\",,\"x\"\n\n,\"1.2340\",\n\n\"2025-09-01\",\"true\",,\"2025-09-01 09:15:30\",\"09:15:00\"\n\"#N/A\",\"-0.0015\",\"bold text\",,\n";
        assert_eq!(read(&text).expect("reads"), [("S".to_owned(), false, shown.to_owned()), ("H".to_owned(), true, "\"h\"\n".to_owned())]);
        assert!(is_one(&text) && !is_one("<Workbook/>"));
        for cut in (0..text.len()).filter(|i| text.is_char_boundary(*i)) {
            assert!(read(&text[..cut]).is_err() || cut <= text.find("<Workbook").expect("is there"), "cut at {cut}");
        }
    }

    #[test]
    fn places_that_go_back_or_beyond_are_refused() {
        let row = |at: u64| format!("<Row ss:Index=\"{at}\"><Cell><Data ss:Type=\"Number\">1</Data></Cell></Row>");
        for (rows, code) in [(row(3) + &row(3), "file-damaged"), (row(3) + &row(2), "file-damaged"), (row(4_000_000_000), "too-large")] {
            let told = read(&book(&format!("<Worksheet ss:Name=\"S\"><Table>{rows}</Table></Worksheet>")));
            assert_eq!(told.map_err(|e| e.code()), Err(code));
        }
    }
}

//! Workbooks as delimited text, one text per sheet, so that they take the same way as CSV: Excel in four forms, OpenDocument, and web
//! pages that hold a table.
//!
//! Numbers are written with a point and at most the fifteen digits a spreadsheet shows; dates as ISO 8601.

use std::io::{Cursor, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{DataRef, ExcelDateTime, ExcelDateTimeType, Reader, SheetVisible, Xlsx, XlsxError};
use encoding_rs::Encoding;
use holdall_model::Task;
use zip::ZipArchive;

use super::{LANGUAGES, biff, html_table, open_document, spreadsheet_ml, xml};
use crate::decode::Charset;
use crate::error::{At, ImportError};
use crate::input::{Head, Input, Open};
use crate::limits::Limits;
use crate::source::ReadSeek;

/// One sheet of a workbook.
pub(crate) struct Sheet {
    pub name: String,
    /// Whoever made the workbook keeps it out of sight.
    pub hidden: bool,
    /// Comma-separated, every text in quotes.
    pub text: Vec<u8>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Workbook {
    Excel,
    OpenDocument,
}

impl Workbook {
    /// What an archive is, by the names of its entries.
    pub(crate) fn of<'n>(names: impl Iterator<Item = &'n str> + Clone) -> Option<Self> {
        let has = |wanted: &str| names.clone().any(|name| name == wanted);
        if has("xl/workbook.xml") {
            Some(Self::Excel)
        } else if has("META-INF/manifest.xml") && has("content.xml") {
            Some(Self::OpenDocument)
        } else {
            None
        }
    }
}

/// A workbook is built in memory, so it gets a smaller budget than what can be streamed.
const MOST_UNPACKED: u64 = 256 << 20;
/// Of all its sheets together.
pub(super) const MOST_TEXT: usize = 128 << 20;

/// A workbook that is no archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Plain {
    BinaryExcel,
    SpreadsheetMl,
    Page,
}

/// How the containers of Microsoft's old programs begin, and locked ones of the new.
pub(crate) const OLE: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

impl Plain {
    /// What a file is, by its first bytes. A page that some language knows is left to it.
    pub(crate) fn of(head: &Head<'_>) -> Option<Self> {
        if head.bytes.starts_with(OLE) {
            Some(Self::BinaryExcel)
        } else if spreadsheet_ml::is_one(head.text) {
            Some(Self::SpreadsheetMl)
        } else if html_table::is_page(head.text) && LANGUAGES.iter().all(|language| language.recognise(head).is_none()) {
            Some(Self::Page)
        } else {
            None
        }
    }

    /// The charset that a text names as its own. `None` for the binary form, which is no text.
    pub(crate) fn charset(self, head: &Head<'_>) -> Option<Option<&'static Encoding>> {
        match self {
            Self::BinaryExcel => None,
            Self::SpreadsheetMl => Some(xml::declared(head)),
            Self::Page => Some(html_table::charset(head.text)),
        }
    }

    /// Every sheet that holds anything; none where a page has no table of data.
    pub(crate) fn sheets(self, file: Box<dyn ReadSeek>, input: &Input<'_>) -> Result<Vec<Sheet>, ImportError> {
        match self {
            Self::BinaryExcel => biff::sheets(file, input),
            Self::SpreadsheetMl => spreadsheet_ml::sheets(input),
            Self::Page => html_table::sheets(input),
        }
    }
}

/// Every sheet that holds anything.
pub(crate) fn sheets(file: Box<dyn ReadSeek>, kind: Workbook, at: &At, limits: &Limits, task: &Task) -> Result<Vec<Sheet>, ImportError> {
    let mut bytes = Vec::new();
    file.take(MOST_UNPACKED + 1).read_to_end(&mut bytes).map_err(|source| ImportError::Read { at: at.clone(), source })?;
    check_size(bytes.len() as u64, at)?;
    check_budget(&bytes, at, limits)?;
    match kind {
        // The library that reads Excel's own form may trip over a part that was made to harm.
        Workbook::Excel => catch_unwind(AssertUnwindSafe(|| excel(bytes, at, limits, task))).unwrap_or_else(|_| Err(unreadable(at))),
        Workbook::OpenDocument => open_document(&bytes, at, limits, task),
    }
}

/// Fails for a workbook that is larger than any that could be shown.
pub(crate) fn check_size(bytes: u64, at: &At) -> Result<(), ImportError> {
    if bytes > MOST_UNPACKED { Err(too_large(at, "the workbook's size in bytes", MOST_UNPACKED)) } else { Ok(()) }
}

/// Unpacks everything once into nothing, because the sizes an archive names may lie.
fn check_budget(bytes: &[u8], at: &At, limits: &Limits) -> Result<(), ImportError> {
    let broken = || ImportError::Archive { at: at.clone(), reason: "one of the parts of the workbook cannot be unpacked" };
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| broken())?;
    let mut left = MOST_UNPACKED.min(limits.inflated_bytes);
    for i in 0..archive.len() {
        let mut entry = archive.by_index(i).map_err(|_| broken())?;
        let packed = entry.compressed_size();
        let most = packed.saturating_mul(limits.ratio).max(limits.ratio_free_bytes);
        let read = std::io::copy(&mut (&mut entry).take(left.min(most) + 1), &mut std::io::sink());
        let read = read.map_err(|_| broken())?;
        if read > most {
            return Err(ImportError::Bomb { at: at.clone() });
        }
        left = left.checked_sub(read).ok_or_else(|| too_large(at, "the unpacked workbook", MOST_UNPACKED))?;
    }
    Ok(())
}

pub(super) fn too_large(at: &At, what: &'static str, limit: u64) -> ImportError {
    ImportError::TooLarge { at: at.clone(), what, limit }
}

pub(super) fn unreadable(at: &At) -> ImportError {
    ImportError::damaged(at.clone(), "the workbook cannot be read")
}

fn excel(bytes: Vec<u8>, at: &At, limits: &Limits, task: &Task) -> Result<Vec<Sheet>, ImportError> {
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|_| unreadable(at))?;
    let mut sheets = Sheets::new(at, limits);
    let names: Vec<(String, bool)> =
        workbook.sheets_metadata().iter().map(|sheet| (sheet.name.clone(), sheet.visible != SheetVisible::Visible)).collect();
    for (name, hidden) in names {
        let mut cells = match workbook.worksheet_cells_reader(&name) {
            Ok(cells) => cells,
            // A chart's sheet has no cells.
            Err(XlsxError::NotAWorksheet(_)) => continue,
            Err(_) => return Err(unreadable(at)),
        };
        sheets.add(name, hidden, |writer| {
            let mut last = None;
            while let Some(cell) = cells.next_cell().map_err(|_| unreadable(at))? {
                let row = cell.get_position().0;
                if last.replace(row) != Some(row) {
                    task.step(0)?;
                }
                writer.cell(cell.get_position(), &text_of(cell.get_value()))?;
            }
            Ok(())
        })?;
    }
    Ok(sheets.all)
}

fn open_document(bytes: &[u8], at: &At, limits: &Limits, task: &Task) -> Result<Vec<Sheet>, ImportError> {
    let mut content = Vec::new();
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| unreadable(at))?;
    let entry = archive.by_name("content.xml").map_err(|_| unreadable(at))?;
    entry.take(MOST_UNPACKED).read_to_end(&mut content).map_err(|_| unreadable(at))?;
    let opener = Part(content);
    let charset = Charset::from_head(&opener.0).unwrap_or(Charset::UTF_8);
    open_document::sheets(&Input { opener: &opener, at: at.clone(), charset, limits: *limits, task })
}

/// One unpacked part of a workbook.
struct Part(Vec<u8>);

impl Open for Part {
    fn open<'a>(&'a self) -> Result<Box<dyn Read + 'a>, ImportError> {
        Ok(Box::new(self.0.as_slice()))
    }
}

/// The sheets of one workbook, which share a budget.
pub(super) struct Sheets<'a> {
    at: &'a At,
    limits: &'a Limits,
    seen: usize,
    /// Bytes of text that may still come.
    room: usize,
    /// Those that hold anything.
    pub all: Vec<Sheet>,
}

impl<'a> Sheets<'a> {
    pub(super) fn new(at: &'a At, limits: &'a Limits) -> Self {
        Self { at, limits, seen: 0, room: MOST_TEXT, all: Vec::new() }
    }

    /// Adds the sheet that `write` writes.
    pub(super) fn add(
        &mut self,
        name: String,
        hidden: bool,
        write: impl FnOnce(&mut Writer<'a>) -> Result<(), ImportError>,
    ) -> Result<(), ImportError> {
        self.seen += 1;
        if self.seen > self.limits.entries {
            return Err(too_large(self.at, "the number of sheets", self.limits.entries as u64));
        }
        let mut writer = Writer { at: self.at, limits: self.limits, room: self.room, text: Vec::new(), row: 0, column: 0, widest: 0 };
        write(&mut writer)?;
        let missing = writer.missing();
        let mut text = writer.text;
        if !text.is_empty() {
            text.extend(std::iter::repeat_n(b',', missing));
            text.push(b'\n');
            self.room = self.room.saturating_sub(text.len());
            self.all.push(Sheet { name, hidden, text });
        }
        Ok(())
    }
}

/// Writes cells that come in reading order as rows.
pub(super) struct Writer<'a> {
    at: &'a At,
    limits: &'a Limits,
    room: usize,
    text: Vec<u8>,
    row: u32,
    column: u32,
    /// The last column of the widest row so far.
    widest: u32,
}

impl Writer<'_> {
    pub(super) fn damaged(&self) -> ImportError {
        unreadable(self.at)
    }

    pub(super) fn cell(&mut self, (row, column): (u32, u32), text: &str) -> Result<(), ImportError> {
        if text.is_empty() {
            return Ok(());
        }
        if u64::from(row) > self.limits.rows {
            return Err(too_large(self.at, "the number of rows", self.limits.rows));
        }
        if column as usize >= self.limits.fields {
            return Err(too_large(self.at, "the number of columns", self.limits.fields as u64));
        }
        // Out of order, a row could be read as another one; twice in one place, two texts as one.
        if (row, column) < (self.row, self.column) || ((row, column) == (self.row, self.column) && !self.text.is_empty()) {
            return Err(unreadable(self.at));
        }
        let breaks = (row - self.row) as usize;
        let missing = if breaks > 0 { self.missing() } else { 0 };
        if breaks > 0 {
            self.column = 0;
        }
        let commas = (column - self.column) as usize;
        if self.text.len() + missing + breaks + commas + text.len() + 2 > self.room {
            return Err(too_large(self.at, "the text of the sheets", MOST_TEXT as u64));
        }
        self.text.extend(std::iter::repeat_n(b',', missing));
        self.text.extend(std::iter::repeat_n(b'\n', breaks));
        self.text.extend(std::iter::repeat_n(b',', commas));
        self.text.push(b'"');
        self.text.extend_from_slice(text.replace('"', "\"\"").as_bytes());
        self.text.push(b'"');
        (self.row, self.column) = (row, column);
        self.widest = self.widest.max(column);
        Ok(())
    }

    /// Empty cells at the end of the row at hand. A workbook keeps none of them; in delimited text, a row without them looks cut.
    fn missing(&self) -> usize {
        if self.text.is_empty() { 0 } else { (self.widest - self.column) as usize }
    }
}

fn text_of(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Empty => String::new(),
        DataRef::Int(n) => n.to_string(),
        DataRef::Float(n) => number(*n),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(truth) => truth.to_string(),
        DataRef::DateTime(moment) => date(moment),
        DataRef::Error(error) => error.to_string(),
    }
}

/// The number as a spreadsheet shows it at most: fifteen digits, no exponent.
pub(super) fn number(value: f64) -> String {
    if !value.is_finite() {
        return String::new();
    }
    let rounded: f64 = format!("{value:.14e}").parse().unwrap_or(value);
    pointed(format!("{rounded}"))
}

/// Three digits behind a point could be thousands to whoever reads the text; a cell's number leaves no such doubt.
pub(super) fn pointed(mut number: String) -> String {
    if number.rsplit_once('.').is_some_and(|(_, decimals)| decimals.len() == 3) {
        number.push('0');
    }
    number
}

fn date(moment: &ExcelDateTime) -> String {
    // No day that a spreadsheet could show.
    if !(0.0..2_958_466.0).contains(&moment.as_f64()) {
        return number(moment.as_f64());
    }
    if moment.is_duration() {
        let seconds = (moment.as_f64() * 86_400.0).round();
        return format!("{}:{:02}:{:02}", (seconds / 3600.0).trunc(), ((seconds / 60.0) % 60.0).trunc(), seconds % 60.0);
    }
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    if (0.0..1.0).contains(&moment.as_f64()) {
        // A time of no day.
        format!("{hour:02}:{minute:02}:{second:02}")
    } else if (hour, minute, second) == (0, 0, 0) {
        format!("{year:04}-{month:02}-{day:02}")
    } else {
        format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
    }
}

/// How a spreadsheet counts days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Counted {
    Days,
    /// Longer than a day, where it is.
    Duration,
}

/// What a number of days since 1900, or 1904, is shown as.
pub(super) fn moment(days: f64, counted: Counted, from_1904: bool) -> String {
    let kind = match counted {
        Counted::Days => ExcelDateTimeType::DateTime,
        Counted::Duration => ExcelDateTimeType::TimeDelta,
    };
    date(&ExcelDateTime::new(days, kind, from_1904))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    fn packed(files: &[(&str, &str)]) -> Vec<u8> {
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in files {
            archive.start_file(*name, SimpleFileOptions::default()).expect("starts");
            archive.write_all(text.as_bytes()).expect("writes");
        }
        archive.finish().expect("finishes").into_inner()
    }

    fn excel_file(rows: &str) -> Vec<u8> {
        let ns = "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"";
        let rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
        packed(&[
            ("[Content_Types].xml", "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>"),
            (
                "_rels/.rels",
                &format!(
                    "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"{rel}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
                ),
            ),
            (
                "xl/workbook.xml",
                &format!(
                    "<workbook {ns} xmlns:r=\"{rel}\"><sheets><sheet name=\"Account\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
                ),
            ),
            (
                "xl/_rels/workbook.xml.rels",
                &format!(
                    "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"{rel}/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"
                ),
            ),
            (
                "xl/styles.xml",
                &format!("<styleSheet {ns}><cellXfs count=\"2\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>"),
            ),
            ("xl/worksheets/sheet1.xml", &format!("<worksheet {ns}><sheetData>{rows}</sheetData></worksheet>")),
        ])
    }

    fn read(bytes: Vec<u8>, kind: Workbook) -> Result<Vec<(String, String)>, ImportError> {
        let found = sheets(Box::new(Cursor::new(bytes)), kind, &At::default(), &Limits::default(), &Task::silent())?;
        Ok(found.into_iter().map(|s| (s.name, String::from_utf8(s.text).expect("is text"))).collect())
    }

    #[test]
    fn cells_keep_their_places_numbers_their_digits_and_dates_their_days() {
        let rows = "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>Date</t></is></c><c r=\"C1\" t=\"inlineStr\"><is><t>A \"b\", c</t></is></c></row><row r=\"3\"><c r=\"A3\" s=\"1\"><v>45901</v></c><c r=\"C3\"><v>-0.30000000000000004</v></c><c r=\"D3\"><v>1234567.89</v></c></row>";
        let told = read(excel_file(rows), Workbook::Excel).expect("reads");
        assert_eq!(told, [("Account".to_owned(), "\"Date\",,\"A \"\"b\"\", c\"\n\n\"2025-09-01\",,\"-0.3\",\"1234567.89\"\n".to_owned())]);
    }

    #[test]
    fn a_sheet_takes_the_way_of_a_table() {
        let text = |cell: &str, text: &str| format!("<c r=\"{cell}\" t=\"inlineStr\"><is><t>{text}</t></is></c>");
        let headings = ["Date", "Description", "Original Description", "Category", "Amount", "Status"];
        let first: String = headings.iter().zip('A'..).map(|(h, column)| text(&format!("{column}1"), h)).collect();
        let row = format!(
            "<c r=\"A2\" s=\"1\"><v>45901</v></c>{}{}{}<c r=\"E2\"><v>-12.3</v></c>{}",
            text("B2", "Tea"),
            text("C2", "TEA SHOP"),
            text("D2", "Food"),
            text("F2", "Posted")
        );
        let file = excel_file(&format!("<row r=\"1\">{first}</row><row r=\"2\">{row}</row>"));
        let source = crate::Source::from_bytes("account.xlsx", file);
        let (options, task) = (crate::Options::default(), holdall_model::Task::silent());
        let inspection = crate::inspect(&source, &options, &task).expect("looks");
        let crate::Outcome::Recognised { plan, .. } = &inspection.files[0].outcome else { panic!("{:?}", inspection.files[0].outcome) };
        let mut kept = crate::testing::Kept::default();
        let summary = crate::read(&source, plan, &options, &task, &mut kept).expect("reads");
        let sums: Vec<String> = summary.sums.iter().map(|q| q.value.to_string()).collect();
        assert_eq!((kept.records.len(), sums.as_slice()), (1, ["-12.3".to_owned()].as_slice()));
        assert_eq!(kept.records[0].moment.map(|m| m.to_string()).as_deref(), Some("2025-09-01"));
        let row = crate::source_row(&source, plan, &options, &kept.records[0].locator).expect("is there");
        assert!(row.raw.contains("TEA SHOP"), "{}", row.raw);
    }

    #[test]
    fn a_cell_that_stands_there_twice_or_behind_a_later_one_is_refused() {
        let cell = |at: &str| format!("<c r=\"{at}\"><v>1</v></c>");
        for (first, second) in [("A1", "A1"), ("B1", "A1"), ("C1", "C1")] {
            let rows = format!("<row r=\"1\">{}{}</row>", cell(first), cell(second));
            assert!(matches!(read(excel_file(&rows), Workbook::Excel), Err(ImportError::Damaged { .. })), "{first} {second}");
        }
    }

    #[test]
    fn a_number_that_is_no_day_is_shown_as_the_number() {
        for (days, told) in [(45901.0, "2025-09-01"), (0.385_416_666_666_667, "09:15:00"), (-1.0, "-1"), (4e7, "40000000")] {
            assert_eq!(moment(days, Counted::Days, false), told);
        }
        assert_eq!((moment(1.5, Counted::Duration, false), moment(0.0, Counted::Days, true)), ("36:00:00".into(), "00:00:00".into()));
        assert_eq!(moment(44439.0, Counted::Days, true), "2025-09-01");
    }

    #[test]
    fn numbers_have_no_exponent_and_no_noise() {
        for (value, told) in [(0.1 + 0.2, "0.3"), (1e15, "1000000000000000"), (-12.0, "-12"), (1e-7, "0.0000001"), (f64::NAN, "")] {
            assert_eq!(number(value), told);
        }
    }

    #[test]
    fn a_bomb_and_a_damaged_workbook_are_refused() {
        let bomb = packed(&[("xl/workbook.xml", &" ".repeat(40 << 20))]);
        assert!(matches!(read(bomb, Workbook::Excel), Err(ImportError::Bomb { .. })));
        assert!(matches!(read(packed(&[("xl/workbook.xml", "<x")]), Workbook::Excel), Err(ImportError::Damaged { .. })));
        assert!(matches!(read(b"PK".to_vec(), Workbook::Excel), Err(ImportError::Archive { .. })));
    }

    fn open_document_file(rows: &str) -> Vec<u8> {
        let ns = "xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\"";
        let content = format!(
            "<office:document-content {ns}><office:body><office:spreadsheet><table:table table:name=\"S\">{rows}</table:table></office:spreadsheet></office:body></office:document-content>"
        );
        let manifest = "<manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\"/>";
        packed(&[
            ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
            ("META-INF/manifest.xml", manifest),
            ("content.xml", &content),
        ])
    }

    #[test]
    fn an_open_document_is_read_too() {
        let rows = "<table:table-row table:number-rows-repeated=\"2\"><table:table-cell table:number-columns-repeated=\"3\"/></table:table-row><table:table-row table:number-rows-repeated=\"2\"><table:table-cell office:value-type=\"string\"><office:annotation><text:p>note</text:p></office:annotation><text:p>A<text:s text:c=\"2\"/><text:span>day</text:span></text:p><text:p>off</text:p></table:table-cell><table:covered-table-cell/><table:table-cell office:value-type=\"float\" office:value=\"12.5\" table:number-columns-repeated=\"2\"><text:p>12,50</text:p></table:table-cell></table:table-row><table:table-row><table:table-cell office:value-type=\"date\" office:date-value=\"2025-09-01\"/><table:table-cell office:value-type=\"float\" office:value=\"1.30000000000000004\"/><table:table-cell office:value-type=\"float\" office:value=\"1.5E-3\"/></table:table-row>";
        let row = "\"A  day\noff\",,\"12.5\",\"12.5\"\n";
        let expected = format!("\n\n{row}{row}\"2025-09-01\",\"1.3\",\"0.0015\",\n");
        assert_eq!(read(open_document_file(rows), Workbook::OpenDocument).expect("reads"), [("S".to_owned(), expected)]);
    }

    #[test]
    fn a_cell_that_stands_there_a_million_times_is_refused_before_it_is_written_out() {
        let cell = "<table:table-cell table:number-columns-repeated=\"1000\" office:value-type=\"float\" office:value=\"1\"/>";
        let wide = cell.replace("1000", "1000000000");
        let rows = [1, 1_000_000].map(|n| {
            format!("<table:table-row table:number-rows-repeated=\"{n}\">{}</table:table-row>", if n == 1 { &wide } else { cell })
        });
        for rows in rows {
            assert!(matches!(read(open_document_file(&rows), Workbook::OpenDocument), Err(ImportError::TooLarge { .. })));
        }
        let far = "<table:table-row table:number-rows-repeated=\"4294967295\"><table:table-cell/></table:table-row>".repeat(2);
        let file = open_document_file(&format!("{far}<table:table-row>{}</table:table-row>", cell.replace("1000", "1")));
        assert!(matches!(read(file, Workbook::OpenDocument), Err(ImportError::TooLarge { .. })));
    }
}

//! Workbooks of no known vendor: their sheets are read as unknown tables are, whatever the cells are in.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use holdall_importer::{Options, Outcome, Source, inspect};
use holdall_model::{Record, Task};
use jiff::civil::Date;
use zip::write::SimpleFileOptions;

use crate::{Said, say};

/// What stands in a cell.
#[derive(Clone, Copy)]
enum Cell {
    Text(&'static str),
    Number(&'static str),
    Day(&'static str),
    /// A time of day, as hour and minute.
    Time(i64, i64),
    /// What a formula came to when the file was saved.
    Formula(&'static str),
    Error(&'static str),
    None,
}

use Cell::{Day, Error, Formula, None as Empty, Number, Text, Time};

struct Sheet {
    name: &'static str,
    hidden: bool,
    rows: Vec<Vec<Cell>>,
}

fn sheet(name: &'static str, rows: &[&[Cell]]) -> Sheet {
    Sheet { name, hidden: false, rows: rows.iter().map(|row| row.to_vec()).collect() }
}

fn packed(files: &[(&str, String)]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in files {
        archive.start_file(*name, SimpleFileOptions::default()).expect("starts");
        archive.write_all(text.as_bytes()).expect("writes");
    }
    archive.finish().expect("finishes").into_inner()
}

/// Days as Excel counts them.
fn serial(day: &str, from_1904: bool) -> i64 {
    let epoch: Date = if from_1904 { "1904-01-01" } else { "1899-12-30" }.parse().expect("a date");
    let day: Date = day.parse().expect("a date");
    (day - epoch).get_days().into()
}

fn excel(sheets: &[Sheet], from_1904: bool) -> Vec<u8> {
    const MAIN: &str = "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"";
    const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
    let (mut list, mut links, mut files) = (String::new(), String::new(), Vec::new());
    for (i, sheet) in (1..).zip(sheets) {
        let state = if sheet.hidden { " state=\"hidden\"" } else { "" };
        let _ = write!(list, "<sheet name=\"{}\" sheetId=\"{i}\"{state} r:id=\"rId{i}\"/>", sheet.name);
        let _ = write!(links, "<Relationship Id=\"rId{i}\" Type=\"{OFFICE}/worksheet\" Target=\"worksheets/sheet{i}.xml\"/>");
        let mut rows = String::new();
        for (r, row) in (1..).zip(&sheet.rows) {
            let _ = write!(rows, "<row r=\"{r}\">");
            for (column, cell) in ('A'..).zip(row) {
                let at = format!("r=\"{column}{r}\"");
                let _ = match cell {
                    Text(text) => write!(rows, "<c {at} t=\"inlineStr\"><is><t>{text}</t></is></c>"),
                    Number(number) => write!(rows, "<c {at}><v>{number}</v></c>"),
                    Day(day) => write!(rows, "<c {at} s=\"1\"><v>{}</v></c>", serial(day, from_1904)),
                    Time(hour, minute) => write!(rows, "<c {at} s=\"2\"><v>{}</v></c>", (hour * 60 + minute) as f64 / 1440.0),
                    Formula(value) => write!(rows, "<c {at}><f>SUM(A1:A2)</f><v>{value}</v></c>"),
                    Error(error) => write!(rows, "<c {at} t=\"e\"><v>{error}</v></c>"),
                    Empty => Ok(()),
                };
            }
            rows.push_str("</row>");
        }
        files.push((format!("xl/worksheets/sheet{i}.xml"), format!("<worksheet {MAIN}><sheetData>{rows}</sheetData></worksheet>")));
    }
    let of_1904 = if from_1904 { "<workbookPr date1904=\"1\"/>" } else { "" };
    let styles = "<cellXfs count=\"3\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"20\"/></cellXfs>";
    let mut all = vec![
        ("[Content_Types].xml", "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>".to_owned()),
        (
            "_rels/.rels",
            format!(
                "<Relationships xmlns=\"{PACKAGE}\"><Relationship Id=\"rId1\" Type=\"{OFFICE}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        ("xl/workbook.xml", format!("<workbook {MAIN} xmlns:r=\"{OFFICE}\">{of_1904}<sheets>{list}</sheets></workbook>")),
        ("xl/_rels/workbook.xml.rels", format!("<Relationships xmlns=\"{PACKAGE}\">{links}</Relationships>")),
        ("xl/styles.xml", format!("<styleSheet {MAIN}>{styles}</styleSheet>")),
    ];
    all.extend(files.iter().map(|(name, text)| (name.as_str(), text.clone())));
    packed(&all)
}

fn open_document(sheets: &[Sheet]) -> Vec<u8> {
    let urn = |name: &str| format!("xmlns:{name}=\"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0\"");
    let names = ["office", "table", "text", "style"].map(urn).join(" ");
    let mut tables = String::new();
    for sheet in sheets {
        let style = if sheet.hidden { "ta2" } else { "ta1" };
        let _ = write!(tables, "<table:table table:name=\"{}\" table:style-name=\"{style}\">", sheet.name);
        for row in &sheet.rows {
            tables.push_str("<table:table-row>");
            for cell in row {
                let value = |kind: &str, attribute: &str, value: &str| {
                    format!("<table:table-cell office:value-type=\"{kind}\" office:{attribute}=\"{value}\"/>")
                };
                let cell = match cell {
                    Text(text) => format!("<table:table-cell office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>"),
                    Number(number) | Formula(number) => value("float", "value", number),
                    Day(day) => value("date", "date-value", day),
                    Time(hour, minute) => value("time", "time-value", &format!("PT{hour:02}H{minute:02}M00S")),
                    Error(error) => format!("<table:table-cell office:value-type=\"string\"><text:p>{error}</text:p></table:table-cell>"),
                    Empty => "<table:table-cell/>".to_owned(),
                };
                tables.push_str(&cell);
            }
            tables.push_str("</table:table-row>");
        }
        tables.push_str("</table:table>");
    }
    let style = |name: &str, shown: bool| {
        format!(
            "<style:style style:name=\"{name}\" style:family=\"table\"><style:table-properties table:display=\"{shown}\"/></style:style>"
        )
    };
    let styles = style("ta1", true) + &style("ta2", false);
    let content = format!(
        "<office:document-content {names}><office:automatic-styles>{styles}</office:automatic-styles><office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    );
    let manifest = "<manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\"/>";
    packed(&[
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet".to_owned()),
        ("META-INF/manifest.xml", manifest.to_owned()),
        ("content.xml", content),
    ])
}

/// Excel's XML of 2003.
fn spreadsheet_ml(sheets: &[Sheet]) -> Vec<u8> {
    let mut all = String::new();
    for sheet in sheets {
        let _ = write!(all, "<Worksheet ss:Name=\"{}\"><Table>", sheet.name);
        for row in &sheet.rows {
            all.push_str("<Row>");
            for cell in row {
                let data = |kind: &str, text: &str| format!("<Cell><Data ss:Type=\"{kind}\">{text}</Data></Cell>");
                all.push_str(&match cell {
                    Text(text) => data("String", text),
                    Number(number) => data("Number", number),
                    Day(day) => data("DateTime", &format!("{day}T00:00:00.000")),
                    Time(hour, minute) => data("DateTime", &format!("1899-12-31T{hour:02}:{minute:02}:00.000")),
                    Formula(value) => data("Number", value).replace("<Cell>", "<Cell ss:Formula=\"=SUM(R1C1:R2C1)\">"),
                    Error(error) => data("Error", error),
                    Empty => "<Cell/>".to_owned(),
                });
            }
            all.push_str("</Row>");
        }
        let visible = if sheet.hidden { "<Visible>SheetHidden</Visible>" } else { "" };
        let options = format!("<WorksheetOptions xmlns=\"urn:schemas-microsoft-com:office:excel\">{visible}</WorksheetOptions>");
        let _ = write!(all, "</Table>{options}</Worksheet>");
    }
    let space = "urn:schemas-microsoft-com:office:spreadsheet";
    format!(
        "<?xml version=\"1.0\"?><?mso-application progid=\"Excel.Sheet\"?><Workbook xmlns=\"{space}\" xmlns:ss=\"{space}\">{all}</Workbook>"
    )
    .into_bytes()
}

/// The same sheets in every form they may come in.
fn forms(sheets: &[Sheet]) -> [(&'static str, Source); 4] {
    [
        ("Excel", Source::from_bytes("book.xlsx", excel(sheets, false))),
        ("Excel of 1904", Source::from_bytes("book.xlsx", excel(sheets, true))),
        ("OpenDocument", Source::from_bytes("book.ods", open_document(sheets))),
        ("Excel of 2003", Source::from_bytes("book.xls", spreadsheet_ml(sheets))),
    ]
}

fn told(record: &Record) -> String {
    let amount = record.amount.map_or("-".to_owned(), |a| format!("{} {}", a.value.normalize(), a.unit));
    format!("{} {amount} {}", record.moment.map_or("-".to_owned(), |m| m.to_string()), record.title)
}

const HEADINGS: &[Cell] = &[Text("Date"), Text("Description"), Text("Amount")];
const TEA: &[Cell] = &[Day("2025-01-03"), Text("Tea"), Number("-54.23")];
const PAY: &[Cell] = &[Day("2025-01-19"), Text("Salary"), Number("1210.5")];
const CAKE: &[Cell] = &[Day("2025-02-02"), Text("Cake"), Number("-3.8")];
const ALL: [&str; 3] = ["2025-01-03 -54.23 XXX Tea", "2025-01-19 1210.5 XXX Salary", "2025-02-02 -3.8 XXX Cake"];

fn expect(name: &str, rows: &[&[Cell]], answers: &[(&str, &str)], wanted: &[&str]) {
    for (form, source) in forms(&[sheet("Account", rows)]) {
        match say(&source, answers) {
            Said::Records(records, by) => assert_eq!(records.iter().map(told).collect::<Vec<_>>(), wanted, "{name}, {form}, {by}"),
            Said::Asks(id, choices) => panic!("{name}, {form}: asks {id} {choices:?}"),
            Said::Refuses(why) => panic!("{name}, {form}: {why}"),
        }
    }
}

fn expect_question(name: &str, rows: &[&[Cell]], answers: &[(&str, &str)], wanted: &str) {
    for (form, source) in forms(&[sheet("Account", rows)]) {
        match say(&source, answers) {
            Said::Asks(id, _) if id == wanted => {}
            Said::Asks(id, choices) => panic!("{name}, {form}: asks {id} {choices:?}"),
            Said::Refuses(why) => panic!("{name}, {form}: {why}"),
            Said::Records(records, by) => panic!("WRONG {name}, {form}: {:?} by {by}", records.iter().map(told).collect::<Vec<_>>()),
        }
    }
}

#[test]
fn cells_that_are_dates_and_numbers_need_no_guess() {
    expect("plain", &[HEADINGS, TEA, PAY, CAKE], &[], &ALL);
    let thousandths: &[Cell] = &[Day("2025-01-03"), Text("Fuel"), Number("-1.234")];
    expect("three decimals", &[HEADINGS, thousandths, thousandths], &[], &["2025-01-03 -1.234 XXX Fuel"; 2]);
    let timed: &[&[Cell]] = &[
        &[Text("Date"), Text("Time"), Text("Description"), Text("Amount")],
        &[Day("2025-01-03"), Time(9, 15), Text("Tea"), Number("-54.23")],
        &[Day("2025-01-19"), Time(0, 0), Text("Cake"), Number("-3.8")],
    ];
    expect("times", timed, &[], &["2025-01-03T09:15:00 -54.23 XXX Tea", "2025-01-19T00:00:00 -3.8 XXX Cake"]);
}

#[test]
fn texts_in_the_place_of_dates_and_numbers_are_read_as_in_delimited_text() {
    let row = |day: &'static str, amount: &'static str| [Text(day), Text("Tea"), Text(amount)];
    let (a, b) = (row("03.01.2025", "-1.054,23"), row("19.01.2025", "-2,50"));
    expect("texts", &[HEADINGS, &a, &b], &[], &["2025-01-03 -1054.23 XXX Tea", "2025-01-19 -2.5 XXX Tea"]);
    expect_question("numbers and texts", &[HEADINGS, TEA, PAY, &b], &[], "decimal-mark");
    let either = row("02/03/2025", "-2.50");
    expect_question("dates", &[HEADINGS, &either, &row("03/04/2025", "-1.50")], &[], "date-order");
}

#[test]
fn lines_around_the_table_and_formulas_in_it() {
    let rows: &[&[Cell]] = &[
        &[Text("Account statement")],
        &[Text("IBAN"), Text("DE00 0000")],
        &[],
        HEADINGS,
        TEA,
        PAY,
        &[Day("2025-02-02"), Text("Cake"), Formula("-3.8")],
        &[Text("Total"), Empty, Formula("1152.47")],
    ];
    expect("a statement", rows, &[], &ALL);
}

#[test]
fn a_row_without_its_last_cell_is_a_row() {
    let noted: &[Cell] = &[Day("2025-01-03"), Text("Tea"), Number("-54.23"), Text("With cake")];
    let plain: &[Cell] = &[Day("2025-01-19"), Text("Salary"), Number("1210.5")];
    let mut rows = vec![&[Text("Date"), Text("Description"), Text("Amount"), Text("Note")][..]];
    rows.extend([noted; 12]);
    rows.insert(5, plain);
    rows.push(plain);
    let mut wanted = vec![ALL[0]; 12];
    wanted.insert(4, ALL[1]);
    wanted.push(ALL[1]);
    expect("notes", &rows, &[], &wanted);
}

#[test]
fn a_cell_that_came_to_nothing_is_told_before_the_rest_is_read() {
    let broken: &[Cell] = &[Day("2025-01-20"), Text("Broken"), Error("#N/A")];
    let rows = [HEADINGS, TEA, broken, PAY, CAKE];
    expect_question("an error", &rows, &[], "rows");
    expect("an error, set aside", &rows, &[("rows", "aside")], &ALL);
}

#[test]
fn every_sheet_is_told_and_a_hidden_one_is_not_read() {
    let words: &[Cell] = &[Text("Written by hand"), Empty];
    let mut sheets = [sheet("Notes", &[words]), sheet("Account", &[HEADINGS, TEA, PAY, CAKE]), sheet("Old", &[HEADINGS, TEA, TEA, TEA])];
    sheets[2].hidden = true;
    for (form, source) in forms(&sheets) {
        let inspection = inspect(&source, &Options::default(), &Task::silent()).expect("looked at");
        let said: Vec<String> = inspection
            .files
            .iter()
            .map(|file| match &file.outcome {
                Outcome::Recognised { .. } => format!("{} read", file.label),
                Outcome::Ignored { why } => format!("{} {}", file.label, if why.contains("hidden") { "hidden" } else { why }),
                Outcome::Unknown { .. } => format!("{} unknown", file.label),
                other => panic!("{form}: {other:?}"),
            })
            .collect();
        assert_eq!(said, ["Notes unknown", "Account read", "Old hidden"], "{form}");
    }
}

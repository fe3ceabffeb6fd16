//! Web pages that hold tables of data, which many banks hand out under the name of an Excel workbook.
//!
//! A table stands inside others that only arrange the page, and may hold small ones in its cells. The one with the most cells of its
//! own is the table of data: those around it are the page's frame, and what is inside it belongs to its cells.

use encoding_rs::Encoding;

use super::lines;
use super::sgml::{Tag, Tags, first_tag};
use super::spreadsheet::{MOST_TEXT, Sheet, Sheets, too_large};
use crate::error::{At, ImportError};
use crate::input::Input;

/// Tags that pages begin with.
const FIRST: &[&str] = &[
    "!doctype", "html", "head", "body", "meta", "title", "style", "link", "script", "base", "table", "div", "p", "span", "center", "font",
    "form", "b", "br", "hr", "h1", "h2", "h3", "h4", "pre",
];
/// What sets words apart though no blank stands between them.
const BREAKS: &[&str] =
    &["BR", "P", "DIV", "LI", "UL", "OL", "DL", "DT", "DD", "HR", "TABLE", "TR", "TD", "TH", "H1", "H2", "H3", "H4", "H5", "H6", "OPTION"];
/// Tables inside tables that no page has.
const DEEPEST: usize = 64;
/// Widest and longest cells, as browsers take them.
const WIDEST: u32 = 1000;
const LONGEST: u32 = 65_534;
/// What a cell takes in memory beside its text.
const CELL_BYTES: usize = size_of::<Cell>();

/// Whether a text is a web page, by its first tag.
pub(super) fn is_page(text: &str) -> bool {
    let doctype =
        |name: &str| !name.eq_ignore_ascii_case("!doctype") || text.get(..1024).unwrap_or(text).to_ascii_lowercase().contains("html");
    first_tag(text).is_some_and(|name| FIRST.iter().any(|first| first.eq_ignore_ascii_case(name)) && doctype(name))
}

/// The charset that a page names, if it is none that the bytes tell by themselves.
pub(super) fn charset(head: &str) -> Option<&'static Encoding> {
    let told = head.as_bytes().windows(8).position(|w| w.eq_ignore_ascii_case(b"charset="))?;
    let label = head[told + 8..].trim_start_matches(['"', '\'', ' ']);
    let end = label.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_' | ':' | '.')).unwrap_or(label.len());
    Encoding::for_label(&label.as_bytes()[..end]).filter(|e| e.is_ascii_compatible() && *e != encoding_rs::UTF_8)
}

/// Every table of data, in the order in which they end.
pub(super) fn sheets(input: &Input<'_>) -> Result<Vec<Sheet>, ImportError> {
    let at = input.at();
    let mut text = input.text()?;
    let mut tags = Tags::of_page(&mut text, input.at(), input.limits(), lines::base_offset(input));
    let mut page = Page { input, open: Vec::new(), found: Vec::new(), bytes: 0, began: false, ended: false };
    while let Some(tag) = tags.next()? {
        page.take(tag)?;
    }
    let offset = tags.position();
    page.end(offset)?;
    let mut sheets = Sheets::new(&at, input.limits());
    for (n, grid) in (1..).zip(page.found) {
        if grid.cut {
            return Err(too_large(&at, "the text of a cell", input.limits().record_bytes as u64));
        }
        let name = if grid.name.is_empty() { format!("Table {n}") } else { grid.name.clone() };
        sheets.add(name, grid.hidden, |writer| grid.cells.iter().try_for_each(|cell| writer.cell(cell.place, grid.text_of(cell))))?;
    }
    Ok(sheets.all)
}

struct Cell {
    /// Row and column.
    place: (u32, u32),
    /// Where its text stands in that of the table.
    start: usize,
    end: usize,
}

/// The filled cells of a table.
#[derive(Default)]
struct Grid {
    name: String,
    text: String,
    cells: Vec<Cell>,
    /// Cells with words of their own, that do not only hold another table.
    own: usize,
    /// Rows with at least two of them.
    rows: usize,
    /// A cell holds more than is kept.
    cut: bool,
    /// The page does not show it.
    hidden: bool,
}

impl Grid {
    fn text_of(&self, cell: &Cell) -> &str {
        &self.text[cell.start..cell.end]
    }

    fn bytes(&self) -> usize {
        self.text.len() + self.cells.len() * CELL_BYTES
    }

    /// A heading and something below it, side by side with something else.
    fn is_data(&self) -> bool {
        self.rows >= 2
    }
}

/// A table whose end has not come yet.
#[derive(Default)]
struct Table {
    grid: Grid,
    /// The tables of data inside it.
    inner: Vec<Grid>,
    /// The row at hand, counted from 1; 0 before the first.
    row: u32,
    in_row: bool,
    column: u32,
    /// Cells of the row at hand with words of their own.
    own_in_row: usize,
    /// The first row of each column that no longer cell from above covers.
    free_from: Vec<u32>,
    cell: Option<OpenCell>,
    in_caption: bool,
}

#[derive(Default)]
struct OpenCell {
    column: u32,
    text: String,
    own: bool,
    cut: bool,
}

impl Table {
    fn start_row(&mut self) {
        self.end_row();
        self.row += 1;
        self.in_row = true;
    }

    fn end_row(&mut self) {
        self.end_cell();
        if std::mem::take(&mut self.in_row) {
            self.grid.rows += usize::from(self.own_in_row >= 2);
        }
        (self.own_in_row, self.column) = (0, 0);
    }

    /// A longer cell ends with the group of rows it stands in.
    fn end_group(&mut self) {
        self.end_row();
        self.free_from.clear();
    }

    fn start_cell(&mut self, tag: &Tag, most: usize, at: &At) -> Result<(), ImportError> {
        self.end_cell();
        if !self.in_row {
            self.start_row();
        }
        let covered = |column: u32, row: u32| self.free_from.get(column as usize).is_some_and(|free| *free > row);
        let mut column = self.column;
        while covered(column, self.row) {
            column += 1;
        }
        if column as usize >= most {
            return Err(too_large(at, "the number of columns", most as u64));
        }
        let span = |name: &str| tag.attribute(name).and_then(|n| n.trim().parse::<u32>().ok());
        let wide = span("colspan").unwrap_or(1).clamp(1, WIDEST);
        self.column = column + wide;
        match span("rowspan").unwrap_or(1) {
            1 => {}
            long => {
                // None means: down to the end of the group.
                let free = if long == 0 { u32::MAX } else { self.row + long.min(LONGEST) };
                let end = (self.column as usize).min(most);
                self.free_from.resize(self.free_from.len().max(end), 0);
                self.free_from[column as usize..end].fill(free);
            }
        }
        self.cell = Some(OpenCell { column, ..OpenCell::default() });
        Ok(())
    }

    fn end_cell(&mut self) {
        let Some(cell) = self.cell.take() else { return };
        let text = cell.text.trim_end();
        if text.is_empty() {
            return;
        }
        self.own_in_row += usize::from(cell.own);
        let grid = &mut self.grid;
        grid.own += usize::from(cell.own);
        grid.cut |= cell.cut;
        let start = grid.text.len();
        grid.text.push_str(text);
        grid.cells.push(Cell { place: (self.row - 1, cell.column), start, end: grid.text.len() });
    }

    /// Adds words to the cell or caption at hand.
    fn words(&mut self, text: &str, own: bool, most: usize) {
        if let Some(cell) = &mut self.cell {
            cell.own |= own && text.contains(|c: char| !c.is_whitespace());
            cell.cut |= cell.text.len() + text.len() > most;
            if !cell.cut {
                append(&mut cell.text, text);
            }
        } else if self.in_caption && self.grid.name.len() + text.len() <= 256 {
            append(&mut self.grid.name, text);
        }
    }
}

/// Adds words with one blank for however many.
fn append(to: &mut String, text: &str) {
    for c in text.chars() {
        if !c.is_whitespace() {
            to.push(c);
        } else if !to.is_empty() && !to.ends_with(' ') {
            to.push(' ');
        }
    }
}

struct Page<'a> {
    input: &'a Input<'a>,
    /// The innermost last.
    open: Vec<Table>,
    found: Vec<Grid>,
    /// What all of this takes in memory.
    bytes: usize,
    /// Whether the page says where it begins and ends.
    began: bool,
    ended: bool,
}

impl Page<'_> {
    fn take(&mut self, tag: &Tag) -> Result<(), ImportError> {
        let limits = *self.input.limits();
        if !tag.closing
            && BREAKS.contains(&tag.name.as_str())
            && let Some(table) = self.open.last_mut()
        {
            table.words(" ", false, limits.record_bytes);
        }
        match (tag.name.as_str(), tag.closing) {
            ("HTML" | "BODY", false) => self.began = true,
            ("HTML" | "BODY", true) => self.ended = true,
            ("TABLE", false) => self.start_table(tag)?,
            ("TABLE", true) => self.end_table()?,
            (name, closing) => {
                let before = self.open.last().map_or(0, |table| table.grid.bytes());
                let Some(table) = self.open.last_mut() else { return Ok(()) };
                match (name, closing) {
                    ("TR", false) => table.start_row(),
                    ("TR", true) => table.end_row(),
                    ("THEAD" | "TBODY" | "TFOOT", _) => table.end_group(),
                    ("TD" | "TH", false) => table.start_cell(tag, limits.fields, &self.input.at())?,
                    ("TD" | "TH", true) => table.end_cell(),
                    ("CAPTION", closing) => table.in_caption = !closing,
                    _ => {}
                }
                self.bytes += table.grid.bytes() - before;
            }
        }
        // What may be chosen stands in no cell.
        if tag.name != "OPTION"
            && let Some(table) = self.open.last_mut()
        {
            table.words(&tag.value, true, limits.record_bytes);
        }
        if self.bytes > MOST_TEXT {
            return Err(too_large(&self.input.at(), "the text of the tables", MOST_TEXT as u64));
        }
        Ok(())
    }

    fn start_table(&mut self, tag: &Tag) -> Result<(), ImportError> {
        // Between the cells of another, it can only follow one that was never closed.
        if self.open.last().is_some_and(|table| table.cell.is_none()) {
            self.end_table()?;
        }
        if self.open.len() >= DEEPEST {
            return Err(too_large(&self.input.at(), "the nesting of tables", DEEPEST as u64));
        }
        let style = tag.attribute("style").unwrap_or_default().replace(' ', "").to_ascii_lowercase();
        let hidden = tag.attribute("hidden").is_some() || style.contains("display:none");
        self.open.push(Table { grid: Grid { hidden, ..Grid::default() }, ..Table::default() });
        Ok(())
    }

    fn end_table(&mut self) -> Result<(), ImportError> {
        let Some(mut table) = self.open.pop() else { return Ok(()) };
        let before = table.grid.bytes();
        table.end_row();
        self.bytes += table.grid.bytes() - before;
        let Table { grid, inner, .. } = table;
        if let Some(outer) = self.open.last_mut() {
            for cell in &grid.cells {
                outer.words(" ", false, self.input.limits().record_bytes);
                outer.words(grid.text_of(cell), false, self.input.limits().record_bytes);
            }
            outer.words(" ", false, self.input.limits().record_bytes);
        }
        let most = inner.iter().map(|grid| grid.own).max().unwrap_or(0);
        let (kept, let_go) = if grid.is_data() && grid.own > most { (vec![grid], inner) } else { (inner, vec![grid]) };
        self.bytes -= let_go.iter().map(Grid::bytes).sum::<usize>();
        self.open.last_mut().map_or(&mut self.found, |outer| &mut outer.inner).extend(kept);
        if self.found.len() > self.input.limits().entries {
            return Err(too_large(&self.input.at(), "the number of tables", self.input.limits().entries as u64));
        }
        Ok(())
    }

    fn end(&mut self, offset: u64) -> Result<(), ImportError> {
        let begun = self.open.iter().any(|table| table.own_in_row + table.grid.rows > 0 || !table.inner.is_empty());
        // A page that says where it ends may leave its tables open, as browsers let it.
        if !self.ended && (begun || self.began && !self.found.is_empty()) {
            return Err(ImportError::damaged(
                self.input.at().offset(offset),
                "the page ends before it is complete, so rows may be missing",
            ));
        }
        while !self.open.is_empty() {
            self.end_table()?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use holdall_model::Task;

    use super::*;
    use crate::testing::{Memory, input};

    fn read(page: &str) -> Result<Vec<(String, String)>, ImportError> {
        let found = sheets(&input(&Memory(page.as_bytes()), &Task::silent()))?;
        Ok(found.into_iter().map(|s| (s.name, String::from_utf8(s.text).expect("is text"))).collect())
    }

    fn table(rows: &[&[&str]]) -> String {
        let row = |cells: &&[&str]| format!("<tr>{}</tr>", cells.iter().map(|cell| format!("<td>{cell}</td>")).collect::<String>());
        format!("<table>{}</table>", rows.iter().map(row).collect::<String>())
    }

    const ROWS: &[&[&str]] =
        &[&["Fecha", "Concepto", "Importe"], &["03/01/2025", "T\u{e9}", "-54,23"], &["19/01/2025", "Sueldo", "1.210,50"]];
    const TOLD: &str =
        "\"Fecha\",\"Concepto\",\"Importe\"\n\"03/01/2025\",\"T\u{e9}\",\"-54,23\"\n\"19/01/2025\",\"Sueldo\",\"1.210,50\"\n";

    fn one(page: &str) -> String {
        let found = read(page).expect("reads");
        assert_eq!(found.len(), 1, "{found:?}");
        found.into_iter().next().map(|(_, text)| text).unwrap_or_default()
    }

    #[test]
    fn cells_are_their_text_and_keep_their_places() {
        let page = "<html><body><table><caption>My <b>account</b></caption><thead><tr><th colspan=2>A&ccedil;&atilde;o<br>do dia<th rowspan='2'>R &amp; D<th>x</thead>
            <tbody><tr><td>1&nbsp;234,<sup>56</sup><td rowspan=2><p>one</p><p>two</p><select><option>no</select><td title='a>b'>y
            <tr><td>z</td><td></td><td>w<script>document.write('<td>no')</script></td></tr>
            <!-- <tr><td>no</td><td>no</td></tr> --></tbody></table></body></html>";
        let told = "\"A\u{e7}\u{e3}o do dia\",,\"R & D\",\"x\"\n\"1 234,56\",\"one two\",\"y\",\n\"z\",,,\"w\"\n";
        assert_eq!(read(page).expect("reads"), [("My account".to_owned(), told.to_owned())]);
        let low = one("<table><tr><td rowspan=0>a<td>b<tr><td>c<td>d<tbody><tr><td>e<td>f</table>");
        assert_eq!(low, "\"a\",\"b\"\n,\"c\",\"d\"\n\"e\",\"f\",\n", "down to the end of the group");
    }

    #[test]
    fn the_frame_of_a_page_is_no_sheet() {
        let menu = table(&[&["Home"], &["Log out"]]);
        let account = table(&[&["Account", "ES00"], &["Period", "2025"]]);
        let data = table(ROWS);
        let framed =
            format!("<table><tr><td>{menu}</td><td><table><tr><td>{account}</td></tr><tr><td>{data}</td></tr></table></td></tr></table>");
        let found = read(&framed).expect("reads");
        assert_eq!(found.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["Table 1", "Table 2"]);
        assert_eq!((found[0].1.as_str(), found[1].1.as_str()), ("\"Account\",\"ES00\"\n\"Period\",\"2025\"\n", TOLD));
        let one_only =
            format!("<body>{menu}<table><tr><td>Logo</td><td>{menu}</td></tr><tr><td colspan=2>{data}</td></tr></table>{menu}</body>");
        assert_eq!(one(&one_only), TOLD);
        assert!(read(&menu.repeat(3)).expect("reads").is_empty() && read("<p>Hello</p>").expect("reads").is_empty());
    }

    #[test]
    fn a_table_that_is_not_shown_is_named_and_not_read() {
        for hidden in ["<table hidden>", "<table style=\"color: red; display: none\">"] {
            let page = table(ROWS).replace("<table>", hidden) + &table(ROWS);
            let found = sheets(&input(&Memory(page.as_bytes()), &Task::silent())).expect("reads");
            assert_eq!(found.iter().map(|sheet| sheet.hidden).collect::<Vec<_>>(), [true, false], "{hidden}");
        }
    }

    #[test]
    fn a_small_table_in_a_cell_belongs_to_the_cell() {
        let miles = table(&[&["322", "mi"], &["1:10", "h"]]);
        let rows: Vec<[&str; 4]> = (0..3).map(|_| ["02-09-2025", "OSL", "CPH", miles.as_str()]).collect();
        let rows: Vec<&[&str]> = rows.iter().map(<[&str; 4]>::as_slice).collect();
        assert_eq!(one(&table(&rows)), "\"02-09-2025\",\"OSL\",\"CPH\",\"322 mi 1:10 h\"\n".repeat(3));
    }

    #[test]
    fn a_page_that_was_cut_says_so_and_soup_is_read() {
        let page = format!("<html><body>{}<p>End</p></body></html>", table(ROWS).replace("</td>", "").replace("</tr>", ""));
        assert_eq!(one(&page), TOLD);
        let end = page.find("</body>").expect("is there");
        for cut in (0..end).filter(|cut| page.is_char_boundary(*cut)) {
            // Before its first row is whole there is nothing to lose.
            let told = read(&page[..cut]);
            assert!(told.is_err() || (cut < page.find("Concepto").expect("is there") && told.is_ok_and(|t| t.is_empty())), "cut at {cut}");
        }
        assert_eq!(one(&format!("{}</html>", table(ROWS).replace("</table>", ""))), TOLD, "never closed");
        let twice = format!("{0}{0}", table(ROWS).replace("</td></tr></table>", "</td></tr>"));
        assert_eq!(read(&format!("{twice}</body>")).expect("reads").len(), 2, "the second begins between the rows of the first");
    }

    #[test]
    fn a_page_names_itself_and_its_charset() {
        for page in
            ["<html>", "\u{feff}\n<!-- x --><!DOCTYPE html PUBLIC>", "<?xml version=\"1.0\"?><!doctype HTML><html>", "<TABLE border=1>"]
        {
            assert!(is_page(page), "{page}");
        }
        for other in ["<?xml version=\"1.0\"?><Document>", "<OFX>", "<!DOCTYPE note SYSTEM \"n.dtd\"><note/>", "Date,Amount\n", "<svg>", ""]
        {
            assert!(!is_page(other), "{other}");
        }
        let named = |page| charset(page).map(Encoding::name);
        assert_eq!(named("<meta http-equiv=x content=\"text/html; charset=ISO-8859-9\">"), Some("windows-1254"));
        assert_eq!(
            (named("<meta Charset='windows-1255'>"), named("<meta charset=utf-8>"), named("<p>")),
            (Some("windows-1255"), None, None)
        );
    }

    #[test]
    fn what_no_page_holds_is_refused() {
        let deep = "<table><tr><td>".repeat(100);
        let wide = format!("<table><tr>{}</table>", "<td colspan=1000>".repeat(6));
        let long = format!("<table><tr><td>{}<td>b<tr><td>c<td>d</table>", "x<b>".repeat(1_200_000));
        for page in [deep, wide, long] {
            assert!(matches!(read(&page), Err(ImportError::TooLarge { .. })), "{}", &page[..60]);
        }
    }
}

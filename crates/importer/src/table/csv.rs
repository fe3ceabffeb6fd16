//! Rows of a delimited text, one at a time, each with its place, its own text, and whether it is damaged.
//!
//! Written here instead of taken from a library because a damaged row must not swallow its neighbours: a quote that is never closed costs
//! the line it stands in, and the lines after it are read on.

use std::io::Read;

use crate::error::ImportError;
use crate::input::Input;

/// How cells and rows are set apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dialect {
    pub delimiter: u8,
}

/// Delimiters that are tried, the likeliest first.
pub const DELIMITERS: [u8; 4] = *b",;\t|";

const QUOTE: u8 = b'"';
const CHUNK: usize = 256 << 10;

/// What is wrong with a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Damage {
    UnclosedQuote,
    TextAfterQuote,
    Nul,
    NotText,
    TooManyCells,
}

impl Damage {
    pub fn id(self) -> &'static str {
        match self {
            Self::UnclosedQuote => "quote-unclosed",
            Self::TextAfterQuote => "quote-misplaced",
            Self::Nul => "nul-byte",
            Self::NotText => "not-text",
            Self::TooManyCells => "too-many-cells",
        }
    }

    pub fn text(self) -> &'static str {
        match self {
            Self::UnclosedQuote => "A quotation mark is opened in this row and never closed.",
            Self::TextAfterQuote => "A quotation mark stands in the middle of a cell of this row.",
            Self::Nul => "This row holds NUL bytes.",
            Self::NotText => "This row holds bytes that are no text in the file's charset.",
            Self::TooManyCells => "This row has more cells than any real export.",
        }
    }
}

#[derive(Clone, Copy)]
struct Cell {
    start: u32,
    end: u32,
    unescaped: bool,
}

/// One row. Borrowed until the next is read.
pub struct Row<'r> {
    /// 1-based, as a spreadsheet numbers it: blank lines count, a cell with line breaks does not break the row.
    pub number: u64,
    /// Byte offset in the text.
    pub offset: u64,
    /// The row's own text, without its line end.
    pub raw: &'r str,
    pub damage: Option<Damage>,
    /// A line end stands behind it.
    pub ended: bool,
    /// Bytes it takes in the text.
    length: usize,
    cells: &'r [Cell],
    unescaped: &'r str,
}

/// A row that is kept beyond the next one.
pub struct Kept {
    number: u64,
    offset: u64,
    damage: Option<Damage>,
    ended: bool,
    length: usize,
    raw: String,
    cells: Vec<Cell>,
    unescaped: String,
}

impl Kept {
    pub fn row(&self) -> Row<'_> {
        let Self { number, offset, damage, ended, length, .. } = *self;
        Row { number, offset, raw: &self.raw, damage, ended, length, cells: &self.cells, unescaped: &self.unescaped }
    }
}

impl Row<'_> {
    pub fn kept(&self) -> Kept {
        let Self { number, offset, damage, ended, length, .. } = *self;
        Kept {
            number,
            offset,
            damage,
            ended,
            length,
            raw: self.raw.to_owned(),
            cells: self.cells.to_vec(),
            unescaped: self.unescaped.to_owned(),
        }
    }
}

/// Cells that come from elsewhere than delimited text, as a row.
#[derive(Default)]
pub struct Joined {
    text: String,
    cells: Vec<Cell>,
}

impl Joined {
    pub fn row<'c>(&mut self, cells: impl Iterator<Item = &'c str>, at: holdall_model::Locator) -> Row<'_> {
        self.text.clear();
        self.cells.clear();
        for cell in cells {
            let start = self.text.len() as u32;
            self.text.push_str(cell);
            self.cells.push(Cell { start, end: self.text.len() as u32, unescaped: false });
        }
        Row {
            number: at.row,
            offset: at.offset,
            raw: &self.text,
            damage: None,
            ended: true,
            length: at.length as usize,
            cells: &self.cells,
            unescaped: "",
        }
    }
}

impl<'r> Row<'r> {
    pub fn len(&self) -> usize {
        self.cells.len()
    }

    /// The text of a cell; empty where the row has no such cell.
    pub fn cell(&self, index: usize) -> &'r str {
        let Some(cell) = self.cells.get(index) else { return "" };
        let text = if cell.unescaped { self.unescaped } else { self.raw };
        text.get(cell.start as usize..cell.end as usize).unwrap_or("")
    }

    pub fn iter(&self) -> impl Iterator<Item = &'r str> + '_ {
        (0..self.cells.len()).map(|i| self.cell(i))
    }

    /// Number of cells up to the last that is not blank.
    pub fn filled_len(&self) -> usize {
        (0..self.cells.len()).rev().find(|i| !self.cell(*i).trim().is_empty()).map_or(0, |i| i + 1)
    }

    pub fn locator(&self) -> holdall_model::Locator {
        let length = u32::try_from(self.length).unwrap_or(u32::MAX);
        holdall_model::Locator { entry: 0, row: self.number, offset: self.offset, length }
    }
}

/// Reads rows from UTF-8 text.
pub struct Rows<R> {
    reader: R,
    delimiter: u8,
    max_record: usize,
    max_fields: usize,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    /// Offset in the text of `buffer[0]`.
    base: u64,
    eof: bool,
    number: u64,
    after_cr: bool,
    cells: Vec<Cell>,
    unescaped: Vec<u8>,
}

enum Parsed {
    /// The row's end without its line end.
    Complete {
        end: usize,
        damage: Option<Damage>,
    },
    NeedsMore,
}

impl<R: Read> Rows<R> {
    pub fn new(reader: R, dialect: Dialect, limits: &crate::Limits) -> Self {
        Self {
            reader,
            delimiter: dialect.delimiter,
            max_record: limits.record_bytes,
            max_fields: limits.fields,
            buffer: vec![0; CHUNK],
            start: 0,
            end: 0,
            base: 0,
            eof: false,
            number: 0,
            after_cr: false,
            cells: Vec::with_capacity(64),
            unescaped: Vec::new(),
        }
    }

    /// The next row that is not an empty line.
    pub fn next(&mut self, input: &Input<'_>) -> Result<Option<Row<'_>>, ImportError> {
        loop {
            if !self.skip_line_ends(input)? {
                return Ok(None);
            }
            match self.parse() {
                Parsed::Complete { end, damage } => return Ok(Some(self.take(end, damage))),
                Parsed::NeedsMore if self.end - self.start > self.max_record => {
                    let end = self.first_line_end(input)?;
                    return Ok(Some(self.take(end, Some(Damage::UnclosedQuote))));
                }
                Parsed::NeedsMore => self.fill(input)?,
            }
        }
    }

    /// Goes to the start of the next row, counting the empty lines on the way. False at the end.
    fn skip_line_ends(&mut self, input: &Input<'_>) -> Result<bool, ImportError> {
        loop {
            while self.start < self.end {
                match self.buffer[self.start] {
                    b'\n' if self.after_cr => self.after_cr = false,
                    b'\n' => self.number += 1,
                    b'\r' => {
                        self.number += 1;
                        self.after_cr = true;
                    }
                    _ => {
                        self.after_cr = false;
                        return Ok(true);
                    }
                }
                self.start += 1;
            }
            if self.eof {
                return Ok(false);
            }
            self.fill(input)?;
        }
    }

    fn fill(&mut self, input: &Input<'_>) -> Result<(), ImportError> {
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.end, 0);
            self.base += self.start as u64;
            self.end -= self.start;
            self.start = 0;
        }
        if self.end == self.buffer.len() {
            self.buffer.resize(self.buffer.len() * 2, 0);
        }
        let n = self.reader.read(&mut self.buffer[self.end..]).map_err(|e| input.failed(e))?;
        self.eof = n == 0;
        self.end += n;
        Ok(())
    }

    fn parse(&mut self) -> Parsed {
        self.cells.clear();
        self.unescaped.clear();
        let bytes = &self.buffer[self.start..self.end];
        let mut damage = None;
        let mut at = 0;
        let mut lines = false;
        loop {
            let opening = quote_after_blanks(bytes, at, self.delimiter);
            let (end, cell) = match opening {
                Some(open) => match quoted(bytes, open, self.delimiter, self.eof, &mut self.unescaped, &mut damage, &mut lines) {
                    Some(found) => found,
                    None if self.eof => {
                        damage = Some(Damage::UnclosedQuote);
                        break self.damaged_end(damage, true);
                    }
                    None => return Parsed::NeedsMore,
                },
                None => {
                    let end =
                        bytes[at..].iter().position(|b| *b == self.delimiter || *b == b'\n' || *b == b'\r').map_or(bytes.len(), |n| at + n);
                    (end, Cell { start: at as u32, end: end as u32, unescaped: false })
                }
            };
            if end == bytes.len() && !self.eof {
                return Parsed::NeedsMore;
            }
            if self.cells.len() < self.max_fields {
                self.cells.push(cell);
            } else {
                damage = Some(Damage::TooManyCells);
            }
            if end == bytes.len() || bytes[end] != self.delimiter {
                break match damage {
                    Some(Damage::TextAfterQuote) => self.damaged_end(damage, lines),
                    _ => Parsed::Complete { end: self.start + end, damage },
                };
            }
            at = end + 1;
            if at == bytes.len() && !self.eof {
                return Parsed::NeedsMore;
            }
        }
    }

    /// A row that went wrong over several lines is cut back to its first line, so that the lines after it are read on.
    fn damaged_end(&self, damage: Option<Damage>, lines: bool) -> Parsed {
        let bytes = &self.buffer[self.start..self.end];
        let line = bytes.iter().position(|b| *b == b'\n' || *b == b'\r').unwrap_or(bytes.len());
        let damage = if lines { Some(Damage::UnclosedQuote) } else { damage };
        Parsed::Complete { end: self.start + line, damage }
    }

    fn first_line_end(&mut self, input: &Input<'_>) -> Result<usize, ImportError> {
        let line = self.buffer[self.start..self.end].iter().position(|b| *b == b'\n' || *b == b'\r');
        self.cells.clear();
        match line {
            Some(n) => Ok(self.start + n),
            None => {
                let at = input.at().row(self.number + 1).offset(self.base + self.start as u64);
                Err(ImportError::TooLarge { at, what: "a row's length in bytes", limit: self.max_record as u64 })
            }
        }
    }

    fn take(&mut self, end: usize, mut damage: Option<Damage>) -> Row<'_> {
        let start = std::mem::replace(&mut self.start, end);
        self.number += 1;
        let offset = self.base + start as u64;
        let ended = end < self.end;
        // The line end that ends this row is not an empty line.
        if ended {
            self.after_cr = self.buffer[end] == b'\r';
            self.start += 1;
        }
        let bytes = &self.buffer[start..end];
        if memchr::memchr(0, bytes).is_some() {
            damage = Some(Damage::Nul);
        }
        let raw = std::str::from_utf8(bytes).unwrap_or_else(|e| {
            damage = Some(Damage::NotText);
            std::str::from_utf8(&bytes[..e.valid_up_to()]).unwrap_or("")
        });
        let unescaped = std::str::from_utf8(&self.unescaped).unwrap_or("");
        Row { number: self.number, offset, raw, damage, ended, length: raw.len(), cells: &self.cells, unescaped }
    }
}

/// Some banks pad their cells with tabs, inside and outside the quotes.
fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// Position of a quote that opens a cell: at its very start, or after blanks.
fn quote_after_blanks(bytes: &[u8], at: usize, delimiter: u8) -> Option<usize> {
    let blanks = bytes[at..].iter().take_while(|b| is_blank(**b) && **b != delimiter).count();
    (bytes.get(at + blanks) == Some(&QUOTE)).then_some(at + blanks)
}

/// Reads a quoted cell from its opening quote. `None`: its end is not there.
fn quoted(
    bytes: &[u8],
    open: usize,
    delimiter: u8,
    eof: bool,
    unescaped: &mut Vec<u8>,
    damage: &mut Option<Damage>,
    lines: &mut bool,
) -> Option<(usize, Cell)> {
    let start = open + 1;
    let mut at = start;
    let mut copied: Option<(usize, usize)> = None;
    let close = loop {
        let quote = at + memchr::memchr(QUOTE, &bytes[at..])?;
        match bytes.get(quote + 1) {
            Some(&QUOTE) => {
                let (begin, from) = copied.unwrap_or((unescaped.len(), start));
                unescaped.extend_from_slice(&bytes[from..=quote]);
                copied = Some((begin, quote + 2));
                at = quote + 2;
            }
            None if !eof => return None,
            _ => break quote,
        }
    };
    *lines |= memchr::memchr2(b'\n', b'\r', &bytes[open..close]).is_some();
    let cell = match copied {
        Some((begin, from)) => {
            unescaped.extend_from_slice(&bytes[from..close]);
            Cell { start: begin as u32, end: unescaped.len() as u32, unescaped: true }
        }
        None => Cell { start: start as u32, end: close as u32, unescaped: false },
    };
    let rest = &bytes[close + 1..];
    let after = rest.iter().position(|b| *b == delimiter || *b == b'\n' || *b == b'\r').unwrap_or(rest.len());
    if !rest[..after].iter().all(|b| is_blank(*b)) {
        *damage = Some(Damage::TextAfterQuote);
    }
    Some((close + 1 + after, cell))
}

#[cfg(test)]
mod tests {
    use holdall_model::Task;

    use super::*;
    use crate::testing::Memory;

    /// Row number, cells, damage.
    type Seen = (u64, Vec<String>, Option<Damage>);

    fn rows_in_pieces(text: &[u8], piece: usize) -> Vec<Seen> {
        struct Pieces<'a>(&'a [u8], usize);
        impl Read for Pieces<'_> {
            fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
                let n = self.1.min(self.0.len()).min(out.len());
                out[..n].copy_from_slice(&self.0[..n]);
                self.0 = &self.0[n..];
                Ok(n)
            }
        }
        let (task, opener) = (Task::silent(), Memory(text));
        let input = crate::testing::input(&opener, &task);
        let mut rows = Rows::new(Pieces(text, piece), Dialect { delimiter: b',' }, input.limits());
        let mut seen = Vec::new();
        while let Some(row) = rows.next(&input).expect("no failure") {
            let place = row.offset as usize..row.offset as usize + row.raw.len();
            assert_eq!(&text[place], row.raw.as_bytes(), "the locator leads back to the row");
            seen.push((row.number, row.iter().map(str::to_owned).collect(), row.damage));
        }
        seen
    }

    fn rows(text: &[u8]) -> Vec<Seen> {
        let whole = rows_in_pieces(text, usize::MAX);
        for piece in [1, 2, 3, 5] {
            assert_eq!(rows_in_pieces(text, piece), whole, "read in pieces of {piece}");
        }
        whole
    }

    fn row(number: u64, cells: &[&str], damage: Option<Damage>) -> Seen {
        (number, cells.iter().map(|c| (*c).to_owned()).collect(), damage)
    }

    #[test]
    fn quotes_line_breaks_blank_lines_and_every_line_end() {
        for end in ["\n", "\r\n", "\r"] {
            let text = format!("a,\"b \"\"x\"\"\",c{end}{end}\"1{end}2\", \"q\" ,{end}last");
            let line = format!("1{end}2");
            let expected = [row(1, &["a", "b \"x\"", "c"], None), row(3, &[&line, "q", ""], None), row(4, &["last"], None)];
            assert_eq!(rows(text.as_bytes()), expected, "{end:?}");
        }
    }

    #[test]
    fn tabs_outside_the_quotes_are_blanks_like_any_other() {
        assert_eq!(rows(b"a,\t\"-1.00\"\t,\"q\" \t\r\nb\n"), [row(1, &["a", "-1.00", "q"], None), row(2, &["b"], None)]);
    }

    #[test]
    fn a_quote_inside_an_unquoted_cell_is_text() {
        assert_eq!(rows(b"5 \" pipe,PHARMACY \"CITY\"\n"), [row(1, &["5 \" pipe", "PHARMACY \"CITY\""], None)]);
    }

    #[test]
    fn an_unclosed_quote_costs_its_line_only() {
        for text in ["a,b\n1,\"x\n2,y\n3,z\n", "a,b\n1,\"x\n2,y\n3,\"z\"\n"] {
            let seen = rows(text.as_bytes());
            let damaged: Vec<u64> = seen.iter().filter(|r| r.2.is_some()).map(|r| r.0).collect();
            assert_eq!((seen.len(), damaged), (4, vec![2]), "{text:?}: {seen:?}");
            assert_eq!(seen[3].1[1], "z");
        }
    }

    #[test]
    fn text_after_a_quote_and_nul_bytes_are_damage() {
        assert_eq!(rows(b"\"q\"z,1\nb,\0\n").iter().map(|r| r.2).collect::<Vec<_>>(), [Some(Damage::TextAfterQuote), Some(Damage::Nul)]);
    }

    #[test]
    fn a_line_without_end_is_refused() {
        let text = [b"a,".as_slice(), &vec![b'x'; 3 << 20]].concat();
        let (task, opener) = (Task::silent(), Memory(&text));
        let input = crate::testing::input(&opener, &task);
        let mut rows = Rows::new(text.as_slice(), Dialect { delimiter: b',' }, input.limits());
        assert_eq!(rows.next(&input).err().map(|e| e.code()), Some("too-large"));
    }

    #[test]
    fn a_quote_that_stays_open_beyond_the_longest_row_costs_its_line_only() {
        let text = format!("a,\"\n{}", "1,2\n".repeat(600_000));
        let (task, opener) = (Task::silent(), Memory(text.as_bytes()));
        let input = crate::testing::input(&opener, &task);
        let mut rows = Rows::new(text.as_bytes(), Dialect { delimiter: b',' }, input.limits());
        let (mut good, mut damaged) = (0, 0);
        while let Some(row) = rows.next(&input).expect("no failure") {
            if row.damage.is_some() { damaged += 1 } else { good += 1 }
        }
        assert_eq!((good, damaged), (600_000, 1));
    }
}

//! Binary Excel workbooks: BIFF8 of Excel 97 to 2003, and BIFF5 of the two versions before. The container is opened by a library, held
//! to the bytes the file has; the records are read here.

use std::cell::Cell as Shared;
use std::collections::HashSet;
use std::io::{self, Read, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use super::biff_book::Book;
use super::biff_record::{Records, kind};
use super::spreadsheet::{Sheet, Sheets, Writer, moment, number, too_large, unreadable};
use crate::container::{LOCKED_EXCEL, NO_WORKBOOK};
use crate::error::{At, ImportError};
use crate::input::{Input, from_io};
use crate::source::ReadSeek;

const HOLDS_CELLS: [u16; 8] =
    [kind::NUMBER, kind::RK, kind::MUL_RK, kind::LABEL_SST, kind::LABEL, kind::R_STRING, kind::FORMULA, kind::BOOL_ERR];
/// Cells of one sheet: more than any export, and what fits into memory.
const MOST_CELLS: usize = 4 << 20;
/// What the library that opens the container may hold of a stream.
const BUFFER: usize = 64 << 10;

/// Every sheet that holds anything.
pub(super) fn sheets(mut file: Box<dyn ReadSeek>, input: &Input<'_>) -> Result<Vec<Sheet>, ImportError> {
    let at = input.at();
    let size = file.seek(SeekFrom::End(0)).map_err(|e| from_io(e, at.clone()))?;
    let left = Rc::new(Shared::new(size.saturating_mul(2)));
    let metered = Metered { inner: file, left: left.clone() };
    let options = cfb::OpenOptions::new().max_buffer_size(BUFFER);
    // The library may trip over a container that was made to harm.
    let opened = catch_unwind(AssertUnwindSafe(|| options.open_with(metered))).map_err(|_| unreadable(&at))?;
    let mut container = opened.map_err(|e| broken(e, &at))?;
    left.set(u64::MAX);
    if container.is_stream("/EncryptedPackage") {
        return Err(LOCKED_EXCEL.error(at));
    }
    let Some(name) = ["/Workbook", "/Book"].into_iter().find(|name| container.is_stream(name)) else {
        return Err(NO_WORKBOOK.error(at));
    };
    let stream = container.open_stream(name).map_err(|e| broken(e, &at))?;
    let length = stream.len();
    let mut records = Records::new(stream, length, &at);
    let book = Book::read(&mut records, &at)?;
    let mut sheets = Sheets::new(&at, input.limits());
    let mut seen = HashSet::new();
    for place in &book.places {
        if !seen.insert(place.offset) {
            return Err(unreadable(&at));
        }
        records.seek(place.offset)?;
        let cells = Cells::read(&mut records, &book, input)?;
        sheets.add(place.name.clone(), place.hidden, |writer| cells.write(&book, writer))?;
    }
    Ok(sheets.all)
}

/// Lets a library read a file about once while it opens it: a list in there may name one place a million times.
struct Metered<R> {
    inner: R,
    left: Rc<Shared<u64>>,
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(out)?;
        self.left.set(self.left.get().checked_sub(n as u64).ok_or(io::ErrorKind::InvalidData)?);
        Ok(n)
    }
}

impl<R: Seek> Seek for Metered<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.inner.seek(to)
    }
}

fn broken(error: io::Error, at: &At) -> ImportError {
    match error.kind() {
        io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidInput | io::ErrorKind::NotFound => unreadable(at),
        _ => from_io(error, at.clone()),
    }
}

enum Value {
    /// With the style of its cell.
    Number(f64, u16),
    Shared(u32),
    /// Where it stands among the texts of the sheet.
    Text(usize, usize),
    Truth(bool),
    Error(u8),
}

/// The filled cells of a sheet.
#[derive(Default)]
struct Cells {
    /// Row and column, and what stands there.
    all: Vec<((u16, u16), Value)>,
    text: String,
    /// A formula whose text follows.
    waiting: Option<(u16, u16)>,
}

impl Cells {
    fn read<R: Read + Seek>(records: &mut Records<'_, R>, book: &Book, input: &Input<'_>) -> Result<Self, ImportError> {
        let mut cells = Self::default();
        // A chart that lies on the sheet has records of its own.
        let mut depth = 0_u32;
        loop {
            input.task().step(0)?;
            match (records.next()?, depth) {
                (kind::BOF, _) => depth += 1,
                // Each sheet begins where the list says.
                (_, 0) => return Err(records.damaged()),
                (kind::EOF, 1) if cells.waiting.is_none() => break,
                (kind::EOF, _) => depth -= 1,
                (kind::STRING, 1) => {
                    if let Some(place) = cells.waiting.take() {
                        cells.label(place, records, book)?;
                    }
                }
                (kind, 1) => cells.take(kind, records, book)?,
                _ => {}
            }
            if cells.all.len() > MOST_CELLS {
                return Err(too_large(&input.at(), "the number of cells", MOST_CELLS as u64));
            }
        }
        // Some programs write cells in the order in which they came to think of them.
        if !cells.all.is_sorted_by_key(|(place, _)| *place) {
            cells.all.sort_by_key(|(place, _)| *place);
        }
        Ok(cells)
    }

    fn take<R: Read + Seek>(&mut self, kind: u16, records: &mut Records<'_, R>, book: &Book) -> Result<(), ImportError> {
        let kind = if matches!(kind, kind::FORMULA_3 | kind::FORMULA_4) { kind::FORMULA } else { kind };
        if !HOLDS_CELLS.contains(&kind) {
            return Ok(());
        }
        if self.waiting.is_some() {
            return Err(records.damaged());
        }
        let place = (records.u16()?, records.u16()?);
        if kind == kind::MUL_RK {
            return self.row_of_numbers(place, records);
        }
        let style = records.u16()?;
        let value = match kind {
            kind::NUMBER => Value::Number(records.f64()?, style),
            kind::RK => Value::Number(records.rk()?, style),
            kind::LABEL_SST => Value::Shared(records.u32()?),
            kind::BOOL_ERR => {
                let [value, is_error] = records.array()?;
                if is_error == 1 { Value::Error(value) } else { Value::Truth(value == 1) }
            }
            kind::FORMULA => match records.array::<8>()? {
                [0, .., 0xff, 0xff] => {
                    self.waiting = Some(place);
                    return Ok(());
                }
                [1, _, truth, .., 0xff, 0xff] => Value::Truth(truth == 1),
                [2, _, error, .., 0xff, 0xff] => Value::Error(error),
                // An empty text.
                [_, .., 0xff, 0xff] => return Ok(()),
                number => Value::Number(f64::from_le_bytes(number), style),
            },
            _ => return self.label(place, records, book),
        };
        self.all.push((place, value));
        Ok(())
    }

    fn row_of_numbers<R: Read + Seek>(&mut self, (row, first): (u16, u16), records: &mut Records<'_, R>) -> Result<(), ImportError> {
        let mut column = first;
        while records.rest() > 2 {
            let style = records.u16()?;
            self.all.push(((row, column), Value::Number(records.rk()?, style)));
            column = column.checked_add(1).ok_or_else(|| records.damaged())?;
        }
        // It says where it ends.
        if u32::from(records.u16()?) + 1 == u32::from(column) { Ok(()) } else { Err(records.damaged()) }
    }

    fn label<R: Read + Seek>(&mut self, place: (u16, u16), records: &mut Records<'_, R>, book: &Book) -> Result<(), ImportError> {
        let start = self.text.len();
        // Some programs write two bytes for no text at all.
        if book.unicode && records.rest() > 2 {
            records.text(&mut self.text)?;
        } else {
            let count = records.u16()?;
            records.bytes(count.into(), book.charset, &mut self.text)?;
        }
        self.all.push((place, Value::Text(start, self.text.len())));
        Ok(())
    }

    fn write(&self, book: &Book, writer: &mut Writer<'_>) -> Result<(), ImportError> {
        for ((row, column), value) in &self.all {
            let place = (u32::from(*row), u32::from(*column));
            match value {
                Value::Number(value, style) => match book.counted(*style) {
                    Some(counted) => writer.cell(place, &moment(*value, counted, book.from_1904))?,
                    None => writer.cell(place, &number(*value))?,
                },
                Value::Shared(index) => writer.cell(place, book.string(*index).ok_or_else(|| writer.damaged())?)?,
                Value::Text(start, end) => writer.cell(place, &self.text[*start..*end])?,
                Value::Truth(truth) => writer.cell(place, &truth.to_string())?,
                Value::Error(code) => writer.cell(place, error(*code))?,
            }
        }
        Ok(())
    }
}

fn error(code: u8) -> &'static str {
    match code {
        0x00 => "#NULL!",
        0x07 => "#DIV/0!",
        0x0f => "#VALUE!",
        0x17 => "#REF!",
        0x1d => "#NAME?",
        0x24 => "#NUM!",
        0x2b => "#DATA!",
        _ => "#N/A",
    }
}

#[cfg(test)]
mod tests {
    use holdall_model::Task;

    use super::*;
    use crate::testing::{Memory, input};

    /// Offset, state and sort of the one sheet stand before its name.
    const SHEET: [u8; 2] = [0, 0];

    fn record(kind: u16, data: &[u8]) -> Vec<u8> {
        let length = u16::try_from(data.len()).expect("a record");
        [&kind.to_le_bytes()[..], &length.to_le_bytes(), data].concat()
    }

    fn text(letters: &str) -> Vec<u8> {
        [&u16::try_from(letters.len()).expect("short").to_le_bytes()[..], &[0], letters.as_bytes()].concat()
    }

    fn cell(kind: u16, (row, column): (u16, u16), style: u16, value: &[u8]) -> Vec<u8> {
        record(kind, &[&row.to_le_bytes()[..], &column.to_le_bytes(), &style.to_le_bytes(), value].concat())
    }

    fn formula(place: (u16, u16), value: [u8; 8]) -> Vec<u8> {
        cell(kind::FORMULA, place, 0, &[&value[..], &[0; 8]].concat())
    }

    /// A workbook of one sheet: what stands before the list of sheets, its name as it is written, and its cells.
    fn stream(version: u16, globals: &[u8], name: &[u8], cells: &[u8]) -> Vec<u8> {
        let bof = |sort: u16| record(kind::BOF, &[version.to_le_bytes(), sort.to_le_bytes()].concat());
        let end = record(kind::EOF, &[]);
        let offset = bof(5).len() + globals.len() + 4 + 6 + name.len() + end.len();
        let list = record(kind::BOUND_SHEET, &[&u32::try_from(offset).expect("small").to_le_bytes()[..], &SHEET, name].concat());
        [&bof(5)[..], globals, &list, &end, &bof(16), cells, &end].concat()
    }

    fn contained(name: &str, stream: &[u8]) -> Vec<u8> {
        let mut container = cfb::CompoundFile::create(io::Cursor::new(Vec::new())).expect("creates");
        io::Write::write_all(&mut container.create_stream(name).expect("creates"), stream).expect("writes");
        container.flush().expect("writes");
        container.into_inner().into_inner()
    }

    fn read(file: Vec<u8>) -> Result<Vec<String>, &'static str> {
        let (memory, task) = (Memory(&[]), Task::silent());
        let found = sheets(Box::new(io::Cursor::new(file)), &input(&memory, &task)).map_err(|e| e.code())?;
        Ok(found.into_iter().map(|s| format!("{}: {}", s.name, String::from_utf8(s.text).expect("is text"))).collect())
    }

    fn told(globals: &[u8], cells: &[u8]) -> Result<String, &'static str> {
        let stream = stream(0x0600, globals, &[1, 0, b'S'], cells);
        read(contained("Workbook", &stream)).map(|sheets| sheets.concat())
    }

    #[test]
    fn texts_go_on_in_further_records_and_change_their_form_there() {
        let uses = [9, 0, 0, 0, 3, 0, 0, 0];
        // Four letters, in one byte each, of which the last two come in two; form and sound are passed over.
        let first = [&uses[..], &[4, 0, 0], b"ab"].concat();
        let second = [&[1][..], &[0xa9, 0x03, 0xe5, 0x65], &[2, 0, 0x0c, 2, 0, 6, 0, 0, 0], b"xy", &[7; 5]].concat();
        let third = [&[7; 9][..], &[1, 0, 1, 0x3d]].concat();
        let table = [record(kind::SST, &first), record(0x3c, &second), record(0x3c, &third), record(0x3c, &[0xd8])].concat();
        let cells: Vec<u8> = (0..3_u16).flat_map(|n| cell(kind::LABEL_SST, (0, n), 0, &u32::from(n).to_le_bytes())).collect();
        assert_eq!(told(&table, &cells), Err("file-damaged"), "a letter cut in two");
        let third = [&[7; 9][..], &[1, 0, 1]].concat();
        let table = [record(kind::SST, &first), record(0x3c, &second), record(0x3c, &third), record(0x3c, &[1, 0xac, 0x20])].concat();
        assert_eq!(told(&table, &cells).as_deref(), Ok("S: \"ab\u{3a9}\u{65e5}\",\"xy\",\"\u{20ac}\"\n"));
        let none = cell(kind::LABEL_SST, (0, 0), 0, &3_u32.to_le_bytes());
        assert_eq!(told(&table, &none), Err("file-damaged"), "a text that is not there");
        let many = record(kind::SST, &[&[9, 0, 0, 0, 0xff, 0xff, 0xff, 0xff][..], &text("a")].concat());
        assert_eq!(told(&many, &cells[..14]).as_deref(), Ok("S: \"a\"\n"), "a count that is not true");
    }

    #[test]
    fn values_of_every_kind() {
        let day = record(kind::FORMAT, &[&[164, 0][..], &text("dd/mm/yy")].concat());
        let styles = [record(kind::XF, &[0; 20]), record(kind::XF, &[&[0, 0, 164, 0][..], &[0; 16]].concat()), day].concat();
        let numbers =
            [&[0, 0, 0, 0][..], &[0, 0], &((12_345_u32 << 2) | 3).to_le_bytes(), &[1, 0], &((45_901_u32 << 2) | 2).to_le_bytes(), &[1, 0]];
        let chart = [record(kind::BOF, &[0, 6, 0x20, 0]), cell(kind::NUMBER, (0, 0), 0, &[0; 8]), record(kind::EOF, &[])].concat();
        let cells = [
            formula((1, 1), [0, 0, 0, 0, 0, 0, 0xff, 0xff]),
            record(0x0221, &[0; 12]),
            record(kind::STRING, &text("tea")),
            formula((1, 2), [1, 0, 1, 0, 0, 0, 0xff, 0xff]),
            formula((1, 3), [2, 0, 0x2a, 0, 0, 0, 0xff, 0xff]),
            formula((1, 4), [3, 0, 0, 0, 0, 0, 0xff, 0xff]),
            cell(kind::FORMULA_4, (1, 5), 0, &[&(-0.5_f64).to_le_bytes()[..], &[0; 8]].concat()),
            cell(kind::BOOL_ERR, (1, 6), 0, &[0x07, 1]),
            cell(kind::LABEL, (1, 7), 0, &[0, 0]),
            chart,
            cell(kind::NUMBER, (1, 0), 1, &45_901.385_416_666_664_f64.to_le_bytes()),
            record(kind::MUL_RK, &numbers.concat()),
        ]
        .concat();
        let rows = "S: \"123.45\",\"2025-09-01\"\n\"2025-09-01 09:15:00\",\"tea\",\"true\",\"#N/A\",,\"-0.5\",\"#DIV/0!\"\n";
        assert_eq!(told(&styles, &cells).as_deref(), Ok(rows), "sorted, as they were written out of order");
        let since_1904 = [styles, record(kind::DATE_1904, &[1, 0])].concat();
        let one = cell(kind::NUMBER, (0, 0), 1, &44_439_f64.to_le_bytes());
        assert_eq!(told(&since_1904, &one).as_deref(), Ok("S: \"2025-09-01\"\n"));
        let uneven = record(kind::MUL_RK, &[&numbers[..5].concat()[..], &[2, 0]].concat());
        let early = [formula((0, 0), [0, 0, 0, 0, 0, 0, 0xff, 0xff]), one.clone()].concat();
        for (what, cells) in
            [("twice", [one.clone(), one].concat()), ("uneven", uneven), ("no text", early.clone()), ("end", early[..26].to_vec())]
        {
            assert_eq!(told(&since_1904, &cells), Err("file-damaged"), "{what}");
        }
    }

    #[test]
    fn the_form_before_is_read_in_its_charset() {
        let name = [&[4][..], b"Ay\xfe\xfe"].concat();
        let cells = [
            cell(kind::LABEL, (0, 0), 0, &[4, 0, 0xfd, 0xfe, 0xfd, b'k']),
            cell(kind::R_STRING, (0, 1), 0, &[2, 0, b'a', b'b', 1, 0, 0]),
            formula((0, 2), [0, 0, 0, 0, 0, 0, 0xff, 0xff]),
            record(kind::STRING, &[1, 0, 0x80]),
        ]
        .concat();
        let page = record(kind::CODE_PAGE, &1254_u16.to_le_bytes());
        let told = read(contained("Book", &stream(0x0500, &page, &name, &cells)));
        assert_eq!(told.as_deref(), Ok(&["Ay\u{15f}\u{15f}: \"\u{131}\u{15f}\u{131}k\",\"ab\",\"\u{20ac}\"\n".to_owned()][..]));
        assert_eq!(read(contained("Book", &stream(0x0500, &[], &name, &cells))), Err("container-unsupported"), "no charset");
        assert_eq!(
            read(contained("Book", &stream(0x0500, &[], b"\x01a", &cells[16..33]))).map(|s| s.concat()).as_deref(),
            Ok("a: ,\"ab\"\n")
        );
    }

    #[test]
    fn what_is_no_open_workbook_is_told() {
        let good = stream(0x0600, &[], &[1, 0, b'S'], &cell(kind::NUMBER, (0, 0), 0, &[0; 8]));
        assert_eq!(read(contained("WORKBOOK", &good)).map(|s| s.len()), Ok(1));
        let locked = stream(0x0600, &record(kind::FILE_PASS, &[0; 6]), &[1, 0, b'S'], &[]);
        for (name, stream) in
            [("Workbook", &locked), ("EncryptedPackage", &good), ("WordDocument", &good), ("Book", &stream(0x0400, &[], &[], &[]))]
        {
            assert_eq!(read(contained(name, stream)), Err("container-unsupported"), "{name}");
        }
        for cut in 0..good.len() {
            assert!(read(contained("Workbook", &good[..cut])).is_err(), "cut at {cut}");
        }
        // A sheet that begins where none does.
        let list = record(kind::BOUND_SHEET, &[8, 0, 0, 0, 0, 0, 1, 0, b'T']);
        assert_eq!(read(contained("Workbook", &stream(0x0600, &list, &[1, 0, b'S'], &[]))), Err("file-damaged"));
    }

    #[test]
    fn a_library_reads_a_file_about_once() {
        let mut metered = Metered { inner: io::Cursor::new([0; 10]), left: Rc::new(Shared::new(20)) };
        for _ in 0..2 {
            assert!(metered.read_exact(&mut [0; 10]).is_ok() && metered.rewind().is_ok());
        }
        assert_eq!(metered.read(&mut [0; 1]).map_err(|e| e.kind()), Err(io::ErrorKind::InvalidData));
    }
}

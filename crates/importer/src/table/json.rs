//! Elements of a JSON list, one at a time, seen as rows of cells. Numbers stay the text they are.

use std::cell::Cell;
use std::collections::HashMap;
use std::io::{self, Read};
use std::rc::Rc;

use holdall_model::{Diagnostic, Locator, Severity};
use struson::reader::{JsonReader, JsonStreamReader, JsonSyntaxError, ReaderError, ReaderSettings, SyntaxErrorKind, ValueType};

use super::letters::{self, Halves, Mended};
use crate::definition::Table;
use crate::error::ImportError;
use crate::input::{Input, from_io, into_io};
use crate::limits::Limits;
use crate::normalise::{Cells, Positions};

/// One element. Cells are in the order of the layout's columns; the last holds the words of all other fields.
pub(crate) struct Element {
    cells: Vec<String>,
    present: Vec<bool>,
    number: u64,
    offset: u64,
    length: u64,
    repeated: bool,
    /// Texts that were put together from letters that stood for bytes.
    repaired: bool,
    /// Halves of letters that stand alone, and were replaced.
    halves: u64,
}

impl Element {
    pub fn locator(&self) -> Locator {
        Locator { entry: 0, row: self.number, offset: self.offset, length: u32::try_from(self.length).unwrap_or(u32::MAX) }
    }

    /// Its cells without the words of other fields.
    pub fn cells(&self) -> impl Iterator<Item = &str> {
        self.cells[..self.present.len()].iter().map(String::as_str)
    }

    pub fn has(&self, column: usize) -> bool {
        self.present[column]
    }

    fn clear(&mut self) {
        self.cells.iter_mut().for_each(String::clear);
        self.present.fill(false);
        (self.repeated, self.repaired) = (false, false);
    }
}

impl Cells for Element {
    fn cell(&self, index: usize) -> &str {
        self.cells.get(index).map_or("", String::as_str)
    }

    fn count(&self) -> usize {
        self.cells.len()
    }
}

/// Where the columns of a JSON layout stand: in their own order, with the other fields' words behind them.
pub(crate) fn positions(table: &Table) -> Positions {
    let count = table.columns.len();
    let names = table.columns.iter().map(|c| c.names.first().map(|n| n.text()).unwrap_or_default());
    Positions {
        at: (0..count).map(Some).collect(),
        units: vec![None; count],
        extra: vec![count],
        headings: names.chain([String::new()]).collect(),
    }
}

/// Stops a text that is longer than any real value, and blanks out the assignment that makes a list a script.
pub(crate) struct Guard<R> {
    inner: R,
    begun: bool,
    since: Rc<Cell<u64>>,
    limit: u64,
    at: crate::error::At,
}

impl<R: Read> Read for Guard<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(out)?;
        if !std::mem::replace(&mut self.begun, n > 0)
            && let Some(assignment) = assignment(&out[..n])
        {
            // Blanks keep every place in the file what it is.
            out[..assignment].fill(b' ');
        }
        self.since.set(self.since.get() + n as u64);
        if self.since.get() > self.limit {
            return Err(into_io(ImportError::TooLarge {
                at: self.at.clone(),
                what: "the length of one value in bytes",
                limit: self.limit,
            }));
        }
        Ok(n)
    }
}

/// Bytes of `window.YTD.tweets.part0 =` in front of a list, as archives made to be opened in a browser have it.
pub(crate) fn assignment(head: &[u8]) -> Option<usize> {
    let end = head.iter().take(256).position(|b| *b == b'=')?;
    let sound = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'$' | b' ');
    (head.starts_with(b"window.") && head[..end].iter().all(sound)).then_some(end + 1)
}

/// Whether a text begins as JSON does.
pub(crate) fn looks_like(head: &str) -> bool {
    let rest = &head[assignment(head.as_bytes()).unwrap_or(0)..];
    rest.trim_start().starts_with(['{', '['])
}

/// The text under its guards, as the parser reads it.
pub(crate) type Checked<R> = Guard<Mended<R>>;

/// A parser whose every value is held against its budget.
pub(crate) struct Guarded<R: Read> {
    pub reader: JsonStreamReader<Checked<R>>,
    /// Bytes since the last value began: set back wherever one does.
    pub since: Rc<Cell<u64>>,
    halves: Halves,
    at: crate::error::At,
}

pub(crate) fn reader<R: Read>(text: R, input: &Input<'_>) -> Guarded<R> {
    let limits = input.limits();
    let (since, halves) = (Rc::new(Cell::new(0)), Halves::default());
    let guard = Guard {
        inner: Mended::new(text, halves.clone()),
        begun: false,
        since: since.clone(),
        limit: limits.record_bytes as u64 + (64 << 10),
        at: input.at(),
    };
    let settings = ReaderSettings {
        allow_comments: false,
        allow_trailing_comma: false,
        allow_multiple_top_level: true,
        track_path: false,
        max_nesting_depth: u32::try_from(limits.json_depth).ok(),
        restrict_number_values: false,
    };
    Guarded { reader: JsonStreamReader::new_custom(guard, settings), since, halves, at: input.at() }
}

/// Reads elements where a layout says they are.
pub(crate) struct Elements<'t, R: Read> {
    json: JsonStreamReader<Checked<R>>,
    halves: Halves,
    /// The vendor tells UTF-8 byte by byte.
    mojibake: bool,
    since: Rc<Cell<u64>>,
    columns: HashMap<&'t str, usize>,
    element: Element,
    path: String,
    /// What the objects around the list tell, by column.
    around: Vec<(usize, String)>,
    /// Lists beside the one that is read.
    beside: Vec<String>,
    limits: Limits,
    at: crate::error::At,
}

/// A column that tells the name of the list in which an element stands, where there are several.
const LIST: &str = "..";
/// What stands before the name of a field of the objects around the list.
const AROUND: &str = "../";
/// Names of lists beside the one that is read, and letters of each, that are told.
const TOLD: usize = 5;
const TOLD_LETTERS: usize = 60;

impl<'t, R: Read> Elements<'t, R> {
    pub fn new(table: &'t Table, text: R, input: &Input<'_>) -> Self {
        let Guarded { reader: json, since, halves, at } = reader(text, input);
        let count = table.columns.len();
        let columns = table.columns.iter().enumerate().flat_map(|(i, c)| c.names.iter().map(move |n| (n.before(), i))).collect();
        let element = Element {
            cells: vec![String::new(); count + 1],
            present: vec![false; count],
            number: 0,
            offset: 0,
            length: 0,
            repeated: false,
            repaired: false,
            halves: 0,
        };
        let (mojibake, limits) = (table.mojibake, *input.limits());
        let (path, around, beside) = (String::new(), Vec::new(), Vec::new());
        Self { json, halves, mojibake, since, columns, element, path, around, beside, limits, at }
    }

    /// Visits every element the path leads to. Whole files may also be a line of elements without a list around them.
    pub fn each(&mut self, path: &[String], visit: &mut dyn FnMut(&Element) -> Result<(), ImportError>) -> Result<(), ImportError> {
        loop {
            let lines = path == ["*"] && self.peek()? == ValueType::Object;
            self.descend(if lines { &[] } else { path }, visit)?;
            match self.json.has_next() {
                Ok(true) => {}
                Ok(false) => return Ok(()),
                Err(e) => return Err(self.failed(e)),
            }
        }
    }

    fn peek(&mut self) -> Result<ValueType, ImportError> {
        self.since.set(0);
        self.json.peek().map_err(|e| self.failed(e))
    }

    fn descend(&mut self, path: &[String], visit: &mut dyn FnMut(&Element) -> Result<(), ImportError>) -> Result<(), ImportError> {
        let Some((first, rest)) = path.split_first() else { return self.element(visit) };
        match (self.peek()?, first.as_str()) {
            (ValueType::Array, "*") => {
                self.json.begin_array().map_err(|e| self.failed(e))?;
                while self.more()? {
                    self.descend(rest, visit)?;
                }
                self.json.end_array().map_err(|e| self.failed(e))
            }
            (ValueType::Object, name) => {
                let known = self.around.len();
                let list = self.columns.get(LIST).copied().filter(|_| rest == ["*"]);
                self.json.begin_object().map_err(|e| self.failed(e))?;
                while self.more()? {
                    let told = self.json.next_name_owned().map_err(|e| self.failed(e))?;
                    if let (Some(column), ValueType::Array) = (list, self.peek()?) {
                        self.around.retain(|(known, _)| *known != column);
                        self.around.push((column, told.clone()));
                    } else if list.is_some() {
                        self.pass(&told)?;
                        continue;
                    }
                    let column = self.columns.get(format!("{AROUND}{told}").as_str()).copied();
                    match (self.peek()?, column) {
                        (ValueType::String, Some(column)) => {
                            let text = self.json.next_str().map_err(|e| failed(e, &self.at, 0))?;
                            let text = if self.mojibake { letters::from_bytes(text) } else { text.into() };
                            self.around.push((column, text.into_owned()));
                        }
                        _ if told == name || name == "*" => self.descend(rest, visit)?,
                        _ => self.pass(&told)?,
                    }
                }
                self.around.truncate(known);
                self.json.end_object().map_err(|e| self.failed(e))
            }
            _ => self.skip(),
        }
    }

    /// Passes over what stands beside the way to the list. Another list with anything in it is told.
    fn pass(&mut self, name: &str) -> Result<(), ImportError> {
        if self.peek()? != ValueType::Array {
            return self.skip();
        }
        self.json.begin_array().map_err(|e| self.failed(e))?;
        let told = || self.beside.iter().any(|known| known.as_str() == name);
        if self.beside.len() < TOLD && !told() && self.json.has_next().map_err(|e| failed(e, &self.at, 0))? {
            self.beside.push(name.chars().take(TOLD_LETTERS).collect());
        }
        while self.more()? {
            self.skip()?;
        }
        self.json.end_array().map_err(|e| self.failed(e))
    }

    fn more(&mut self) -> Result<bool, ImportError> {
        self.since.set(0);
        self.json.has_next().map_err(|e| self.failed(e))
    }

    /// Passes over a value piece by piece, so that one long list is no long value.
    fn skip(&mut self) -> Result<(), ImportError> {
        match self.peek()? {
            ValueType::Array => {
                self.json.begin_array().map_err(|e| self.failed(e))?;
                while self.more()? {
                    self.skip()?;
                }
                self.json.end_array()
            }
            ValueType::Object => {
                self.json.begin_object().map_err(|e| self.failed(e))?;
                while self.more()? {
                    self.json.skip_name().map_err(|e| self.failed(e))?;
                    self.skip()?;
                }
                self.json.end_object()
            }
            _ => self.json.skip_value(),
        }
        .map_err(|e| self.failed(e))
    }

    fn element(&mut self, visit: &mut dyn FnMut(&Element) -> Result<(), ImportError>) -> Result<(), ImportError> {
        self.peek()?;
        self.element.clear();
        for (column, text) in &self.around {
            self.element.present[*column] = true;
            self.element.cells[*column].clone_from(text);
        }
        self.element.number += 1;
        self.element.offset = self.offset();
        if self.element.number > self.limits.rows {
            return Err(ImportError::TooLarge { at: self.at.clone(), what: "the number of elements", limit: self.limits.rows });
        }
        self.path.clear();
        self.value()?;
        let end = self.offset();
        self.element.length = end - self.element.offset;
        self.element.halves = self.halves.between(self.element.offset, end);
        if self.element.cells.iter().map(String::len).sum::<usize>() > self.limits.record_bytes {
            let at = self.at.clone().row(self.element.number).offset(self.element.offset);
            return Err(ImportError::TooLarge { at, what: "the length of one element in bytes", limit: self.limits.record_bytes as u64 });
        }
        visit(&self.element)
    }

    fn offset(&self) -> u64 {
        self.json.current_position(false).data_pos.unwrap_or(0)
    }

    fn value(&mut self) -> Result<(), ImportError> {
        let column = self.columns.get(self.path.as_str()).copied();
        if let Some(column) = column {
            let again = std::mem::replace(&mut self.element.present[column], true);
            self.element.repeated |= again && !self.path.contains('*') && !self.shares(column);
        }
        let cell = column.unwrap_or(self.element.cells.len() - 1);
        let depth = self.path.len();
        match self.peek()? {
            ValueType::Array => {
                self.json.begin_array().map_err(|e| self.failed(e))?;
                self.path.push_str("/*");
                while self.more()? {
                    self.value()?;
                }
                self.path.truncate(depth);
                self.json.end_array().map_err(|e| self.failed(e))
            }
            ValueType::Object => {
                self.json.begin_object().map_err(|e| self.failed(e))?;
                while self.more()? {
                    self.path.push('/');
                    match self.json.next_name() {
                        Ok(name) => self.path.push_str(name),
                        Err(e) => return Err(self.failed(e)),
                    }
                    self.value()?;
                    self.path.truncate(depth);
                }
                self.json.end_object().map_err(|e| self.failed(e))
            }
            ValueType::String => {
                let text = match self.json.next_str() {
                    Ok(text) if self.mojibake => letters::from_bytes(text),
                    Ok(text) => text.into(),
                    Err(e) => return Err(self.failed(e)),
                };
                self.element.repaired |= matches!(text, std::borrow::Cow::Owned(_));
                put(&mut self.element.cells[cell], column.is_some(), &text);
                Ok(())
            }
            ValueType::Number => {
                match self.json.next_number_as_str() {
                    Ok(text) => put(&mut self.element.cells[cell], column.is_some(), text),
                    Err(e) => return Err(self.failed(e)),
                }
                Ok(())
            }
            ValueType::Boolean => {
                let truth = self.json.next_bool().map_err(|e| self.failed(e))?;
                if column.is_some() {
                    self.element.cells[cell].push_str(if truth { "true" } else { "false" });
                }
                Ok(())
            }
            ValueType::Null => self.json.next_null().map_err(|e| self.failed(e)),
        }
    }

    /// Whether several fields are told to go into this column.
    fn shares(&self, column: usize) -> bool {
        self.columns.values().filter(|c| **c == column).count() > 1
    }

    fn failed(&self, error: ReaderError) -> ImportError {
        failed(error, &self.at, self.offset())
    }
}

impl<R: Read> Guarded<R> {
    pub fn failed(&self, error: ReaderError) -> ImportError {
        failed(error, &self.at, self.reader.current_position(false).data_pos.unwrap_or(0))
    }
}

fn failed(error: ReaderError, at: &crate::error::At, offset: u64) -> ImportError {
    let here = || at.clone().offset(offset);
    match error {
        ReaderError::IoError { error, .. } => from_io(error, here()),
        ReaderError::MaxNestingDepthExceeded { max_nesting_depth, .. } => {
            ImportError::TooLarge { at: here(), what: "the depth of nested values", limit: max_nesting_depth.into() }
        }
        ReaderError::SyntaxError(JsonSyntaxError { kind, location }) => {
            let at = at.clone().offset(location.data_pos.unwrap_or(0));
            ImportError::damaged(at, format!("the text is no valid JSON here: {}", kind_of_damage(kind)))
        }
        other => ImportError::damaged(here(), format!("the text is no valid JSON here: {}", kind_of(&other))),
    }
}

fn kind_of_damage(kind: SyntaxErrorKind) -> &'static str {
    use SyntaxErrorKind as K;
    match kind {
        K::IncompleteDocument => "it ends too early, so something is missing",
        K::MissingComma | K::UnexpectedComma | K::TrailingCommaNotEnabled => "a comma is missing or stands where none may be",
        K::MissingColon | K::UnexpectedColon => "a colon is missing or stands where none may be",
        K::MalformedNumber | K::TrailingDataAfterNumber => "a number is not written as one",
        K::InvalidLiteral | K::TrailingDataAfterLiteral => "a word stands where a value must be",
        K::NotEscapedControlCharacter => "a text is never closed, or holds a letter that it must not",
        K::UnknownEscapeSequence | K::MalformedEscapeSequence | K::UnpairedSurrogatePairEscapeSequence => {
            "a text holds a letter that is told only in part"
        }
        _ => "something stands where it must not be",
    }
}

fn kind_of(error: &ReaderError) -> &'static str {
    match error {
        ReaderError::UnexpectedValueType { .. } => "another type of value was expected",
        ReaderError::UnexpectedStructure { .. } => "it ends too early",
        _ => "it cannot be read",
    }
}

fn put(cell: &mut String, mapped: bool, text: &str) {
    let text = text.trim();
    if !text.is_empty() {
        if !cell.is_empty() {
            cell.push_str(if mapped { "; " } else { " " });
        }
        cell.push_str(text);
    }
}

/// Reads everything.
pub(crate) fn read(
    table: &Table,
    plan: &super::read::Plan,
    input: &Input<'_>,
    out: &mut crate::sink::Output<'_>,
) -> Result<(), ImportError> {
    use super::read::{Preamble, Reading, facts};
    let path = table.records.clone().unwrap_or_default();
    let normaliser = crate::normalise::Normaliser::new(table, positions(table), facts(table, plan, Preamble::default()));
    let mut reading = Reading::new(normaliser);
    let mut elements = Elements::new(table, input.text()?, input);
    elements.each(&path, &mut |element| {
        let raw = || element.cells.iter().filter(|c| !c.is_empty()).map(String::as_str).collect::<Vec<_>>().join(" ");
        if element.repeated {
            out.noted("field-repeated", element.number, "A field is told twice in one element. Both values are kept.");
        }
        if element.halves > 0 {
            out.noted(
                "letter-halved",
                element.number,
                "Half of a letter stands alone in a text. A � was put in its place, and the rest was read.",
            );
        }
        if element.repaired {
            out.noted("letters-put-together", element.number, "Letters that this vendor tells byte by byte were put together.");
        }
        reading.cells(element, element.locator(), raw, out)
    })?;
    if !elements.beside.is_empty() {
        let words =
            format!("The file holds other lists beside the one that was read ({}). They were left out.", elements.beside.join(", "));
        out.diagnostic(Diagnostic::new("lists-beside", Severity::Note, words))?;
    }
    reading.finish(input, out)
}

/// Whether the elements are there and have what the layout needs, as far as the head tells: the number of columns found.
pub(crate) fn recognise(table: &Table, head: impl Read, input: &Input<'_>) -> Option<usize> {
    const LOOKED_AT: u64 = 20;
    let path = table.records.as_ref()?;
    let mut seen = vec![false; table.columns.len()];
    let mut elements = Elements::new(table, head, input);
    let plan = super::read::Plan::new(b',', 0);
    let facts = super::read::facts(table, &plan, super::read::Preamble::default());
    let normaliser = crate::normalise::Normaliser::new(table, positions(table), facts);
    let mut begins = true;
    // The head ends in the middle of an element: that is no error here.
    let _ = elements.each(path, &mut |element| {
        (0..seen.len()).for_each(|i| seen[i] |= element.has(i));
        begins &= element.number > 1 || normaliser.begins(element);
        if element.number < LOOKED_AT { Ok(()) } else { Err(ImportError::Cancelled) }
    });
    let complete = table.columns.iter().zip(&seen).all(|(c, seen)| c.optional || *seen);
    (begins && complete && seen.iter().any(|s| *s)).then(|| seen.iter().filter(|s| **s).count())
}

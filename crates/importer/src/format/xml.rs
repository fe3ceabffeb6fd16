//! A capped walk over XML: no entity expansion, no DTD, bounded depth and event size, and the raw text of the element at hand.

use std::io::{self, BufRead, Read};

use encoding_rs::Encoding;
use holdall_model::Moment;
use quick_xml::Reader;
use quick_xml::events::Event;
use quick_xml::events::attributes::Attributes;

use super::sgml::resolve_references;
use crate::error::{At, ImportError};
use crate::input::{Head, Input, Text, from_io, into_io};
use crate::limits::Limits;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// An element starts: [`Xml::name`], [`Xml::attr`].
    Open,
    /// It ends: [`Xml::name`], and for a leaf [`Xml::text`].
    Close,
    /// The document ended with all its elements closed.
    End,
}

/// Walks the elements of a document. Names come without their prefix.
pub(crate) struct Xml<'a> {
    reader: Reader<Tee<Undeclared<'a>>>,
    at: At,
    limits: Limits,
    base: u64,
    buf: Vec<u8>,
    /// The last opening tag's content: name and attributes.
    tag: String,
    name_len: usize,
    text: String,
    /// Local names of the open elements, joined by `/`.
    path: String,
    ends: Vec<usize>,
    close_pending: bool,
    started: u64,
    /// Entity references without meaning, kept as they stand.
    pub(crate) unknown_entities: u64,
}

impl<'a> Xml<'a> {
    pub(crate) fn new(input: &'a Input<'_>) -> Result<Self, ImportError> {
        let limits = *input.limits();
        let (text, skipped) = undeclared(input)?;
        let mut reader = Reader::from_reader(Tee::new(text, input.at(), limits));
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.allow_dangling_amp = true;
        let (buf, tag, text, path) = (Vec::with_capacity(1024), String::new(), String::new(), String::new());
        let (at, base) = (input.at(), super::lines::base_offset(input) + skipped);
        let ends = Vec::new();
        Ok(Self {
            reader,
            at,
            limits,
            base,
            buf,
            tag,
            name_len: 0,
            text,
            path,
            ends,
            close_pending: false,
            started: 0,
            unknown_entities: 0,
        })
    }

    /// The element that was just opened or closed, without prefix.
    pub(crate) fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }

    /// Local names from the root to the current element, joined by `/`.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    pub(crate) fn depth(&self) -> usize {
        self.ends.len()
    }

    /// The text directly before this step; for the end of a leaf element its whole text.
    pub(crate) fn text(&self) -> &str {
        self.text.trim()
    }

    /// The same with its blanks, for texts that go on around other elements.
    pub(crate) fn untrimmed(&self) -> &str {
        &self.text
    }

    /// Fails where a text put together from several pieces grows beyond the cap of one.
    pub(crate) fn check_length(&self, text: &str) -> Result<(), ImportError> {
        let limit = self.limits.xml_event_bytes;
        if text.len() > limit { Err(ImportError::TooLarge { at: self.here(), what: "a text", limit: limit as u64 }) } else { Ok(()) }
    }

    /// An attribute of the element that was just opened, by local name.
    pub(crate) fn attr(&self, name: &str) -> Option<String> {
        self.attrs().find(|(key, _)| *key == name).map(|(_, value)| value)
    }

    /// All attributes of the element that was just opened.
    pub(crate) fn attrs(&self) -> impl Iterator<Item = (&str, String)> {
        let mut attributes = Attributes::new(&self.tag, self.name_len);
        attributes.with_checks(false);
        attributes.flatten().map(|attribute| {
            let mut value = String::with_capacity(attribute.value.len());
            resolve_references(&attribute.value, &mut value);
            (local(attribute.key.0), value)
        })
    }

    /// Byte offset of the last step's tag.
    pub(crate) fn offset(&self) -> u64 {
        self.base + self.started
    }

    /// Byte offset behind the last step's tag.
    pub(crate) fn end(&self) -> u64 {
        self.base + self.reader.buffer_position()
    }

    /// Keeps the raw text from the last step's tag on, until [`Self::release`].
    pub(crate) fn keep(&mut self) {
        self.reader.get_mut().keeping = true;
    }

    /// The raw text from [`Self::keep`] to the end of the last step, at most the cap of one record.
    pub(crate) fn kept(&self) -> String {
        String::from_utf8_lossy(&self.reader.get_ref().kept).into_owned()
    }

    pub(crate) fn release(&mut self) {
        self.reader.get_mut().keeping = false;
    }

    pub(crate) fn next(&mut self) -> Result<Step, ImportError> {
        if std::mem::take(&mut self.close_pending) {
            let end = self.ends.pop().unwrap_or(0);
            self.path.truncate(end);
        }
        self.text.clear();
        loop {
            self.buf.clear();
            self.reader.get_mut().event_starts();
            self.started = self.reader.buffer_position();
            let event = match self.reader.read_event_into(&mut self.buf) {
                Ok(event) => event,
                Err(error) => return Err(self.failed(error)),
            };
            match event {
                Event::Start(tag) => {
                    self.tag.clear();
                    self.tag.push_str(&tag);
                    self.name_len = tag.name().0.len();
                    return self.opened();
                }
                Event::End(_) => {
                    self.close_pending = true;
                    return Ok(Step::Close);
                }
                Event::Text(text) => self.text.push_str(&text.xml10_content()),
                Event::CData(text) => self.text.push_str(&text.xml10_content()),
                Event::GeneralRef(name) => match resolve(&name) {
                    Some(letter) => self.text.push(letter),
                    None => {
                        self.unknown_entities += 1;
                        self.text.push('&');
                        self.text.push_str(&name);
                        self.text.push(';');
                    }
                },
                Event::DocType(text) if text.contains("<!ENTITY") => {
                    return Err(ImportError::damaged(self.here(), "the file defines XML entities of its own, which are never expanded"));
                }
                Event::Eof if self.ends.is_empty() => return Ok(Step::End),
                Event::Eof => return Err(self.cut_off()),
                Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
            }
            if self.text.len() > self.limits.xml_event_bytes {
                return Err(ImportError::TooLarge { at: self.here(), what: "a text", limit: self.limits.xml_event_bytes as u64 });
            }
        }
    }

    fn opened(&mut self) -> Result<Step, ImportError> {
        if self.ends.len() >= self.limits.xml_depth {
            return Err(ImportError::TooLarge { at: self.here(), what: "the nesting of elements", limit: self.limits.xml_depth as u64 });
        }
        self.ends.push(self.path.len());
        if !self.path.is_empty() {
            self.path.push('/');
        }
        self.path.push_str(local(&self.tag[..self.name_len]));
        Ok(Step::Open)
    }

    pub(crate) fn here(&self) -> At {
        self.at.clone().offset(self.end())
    }

    fn cut_off(&self) -> ImportError {
        ImportError::damaged(self.here(), format!("the file ends inside the element {}, so something is missing", self.name()))
    }

    fn failed(&self, error: quick_xml::Error) -> ImportError {
        let at = self.at.clone().offset(self.base + self.reader.error_position());
        match error {
            quick_xml::Error::Io(shared) => match std::sync::Arc::try_unwrap(shared) {
                Ok(error) => match from_io(error, at) {
                    ImportError::TooLarge { at, what, limit } => ImportError::TooLarge { at: at.offset(self.offset()), what, limit },
                    other => other,
                },
                Err(shared) => ImportError::Read { at, source: io::Error::new(shared.kind(), shared.to_string()) },
            },
            quick_xml::Error::Syntax(_) => ImportError::damaged(at, "the file ends inside a tag, so something is missing"),
            quick_xml::Error::IllFormed(_) => ImportError::damaged(at, "an element is closed that was not open, so this is no sound XML"),
            _ => ImportError::damaged(at, "this is no sound XML"),
        }
    }
}

type Undeclared<'a> = io::Chain<io::Cursor<Vec<u8>>, Text<'a>>;

/// The text without its XML declaration, and how many bytes that took away. The text is UTF-8 already, so whoever
/// reads it must not see the charset the file once had.
fn undeclared<'a>(input: &'a Input<'_>) -> Result<(Undeclared<'a>, u64), ImportError> {
    const LONGEST: usize = 1024;
    let mut text = input.text()?;
    let mut head = Vec::with_capacity(LONGEST);
    (&mut text).take(LONGEST as u64).read_to_end(&mut head).map_err(|e| input.failed(e))?;
    let start = head.iter().position(|b| !b.is_ascii_whitespace()).unwrap_or(0);
    let end = memchr::memmem::find(&head, b"?>").map(|i| i + 2);
    let skipped = end.filter(|_| head[start..].starts_with(b"<?xml")).unwrap_or(0);
    head.drain(..skipped);
    Ok((io::Cursor::new(head).chain(text), skipped as u64))
}

fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

fn resolve(name: &quick_xml::events::BytesRef<'_>) -> Option<char> {
    if let Ok(Some(letter)) = name.resolve_char_ref() {
        return Some(letter);
    }
    match &**name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => None,
    }
}

/// Passes bytes through, keeps a copy of what was marked, and stops an event that grows beyond its cap.
struct Tee<R> {
    inner: R,
    at: At,
    limits: Limits,
    event_bytes: usize,
    keeping: bool,
    kept: Vec<u8>,
}

impl<R: BufRead> Tee<R> {
    fn new(inner: R, at: At, limits: Limits) -> Self {
        Self { inner, at, limits, event_bytes: 0, keeping: false, kept: Vec::new() }
    }

    fn event_starts(&mut self) {
        self.event_bytes = 0;
        if !self.keeping {
            self.kept.clear();
        }
    }
}

impl<R: BufRead> Read for Tee<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let chunk = self.fill_buf()?;
        let n = chunk.len().min(out.len());
        out[..n].copy_from_slice(&chunk[..n]);
        self.consume(n);
        Ok(n)
    }
}

impl<R: BufRead> BufRead for Tee<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.event_bytes > self.limits.xml_event_bytes {
            let limit = self.limits.xml_event_bytes as u64;
            return Err(into_io(ImportError::TooLarge { at: self.at.clone(), what: "a tag or text", limit }));
        }
        self.inner.fill_buf()
    }

    fn consume(&mut self, n: usize) {
        if let Ok(chunk) = self.inner.fill_buf() {
            let room = self.limits.record_bytes.saturating_sub(self.kept.len());
            self.kept.extend_from_slice(&chunk[..n.min(chunk.len()).min(room)]);
        }
        self.event_bytes += n;
        self.inner.consume(n);
    }
}

/// The charset that an XML declaration names.
pub(crate) fn declared(head: &Head<'_>) -> Option<&'static Encoding> {
    let start = head.text.trim_start_matches('\u{feff}').trim_start();
    let declaration = start.strip_prefix("<?xml")?.split_once("?>")?.0;
    let value = declaration.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    Encoding::for_label(value[1..].split(quote).next()?.as_bytes()).filter(|e| *e != encoding_rs::UTF_8)
}

/// XML Schema's `date` and `dateTime`: `2025-09-30`, `2025-09-30+02:00`, `2025-09-30T13:15:00.123Z`.
pub(crate) fn moment(text: &str) -> Option<Moment> {
    let text = text.trim();
    let Some((date, time)) = text.split_once('T') else {
        // A day's zone says nothing about the day.
        return text.get(..10)?.parse().ok();
    };
    let zone = time.find(['Z', '+', '-']).unwrap_or(time.len());
    let (clock, zone) = time.split_at(zone);
    let clock = clock.split('.').next().unwrap_or(clock);
    // The whole day, as some banks fill the time in.
    if clock == "24:00:00" {
        return date.parse().ok();
    }
    format!("{date}T{clock}{zone}").parse().ok()
}

/// Path and text of each leaf and attribute in a piece of XML, for a person to look at.
pub(crate) fn leaves(raw: &str) -> Vec<(String, String)> {
    let mut reader = Reader::from_str(raw);
    let config = reader.config_mut();
    (config.check_end_names, config.allow_unmatched_ends, config.allow_dangling_amp) = (false, true, true);
    let (mut cells, mut path, mut text) = (Vec::new(), Vec::new(), String::new());
    while let Ok(event) = reader.read_event() {
        match event {
            Event::Eof => break,
            Event::Start(tag) | Event::Empty(tag) => {
                let empty = raw.as_bytes().get(usize::try_from(reader.buffer_position()).unwrap_or(0).wrapping_sub(2)) == Some(&b'/');
                path.push(local(tag.name().0).to_owned());
                for attribute in tag.attributes().with_checks(false).flatten().filter(|a| !a.key.0.starts_with("xmlns")) {
                    let mut value = String::new();
                    resolve_references(&attribute.value, &mut value);
                    cells.push((format!("{}@{}", path.join("/"), local(attribute.key.0)), value));
                }
                text.clear();
                if empty {
                    path.pop();
                }
            }
            Event::Text(part) => text.push_str(&part),
            Event::CData(part) => text.push_str(&part),
            Event::GeneralRef(name) => text.extend(resolve(&name)),
            Event::End(_) => {
                if !text.trim().is_empty() {
                    cells.push((path.join("/"), text.trim().to_owned()));
                }
                text.clear();
                path.pop();
            }
            _ => {}
        }
        if cells.len() > 4096 || path.len() > 128 {
            break;
        }
    }
    cells
}

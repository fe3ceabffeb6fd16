//! Tag soup as OFX and web pages write it: opening tags whose value follows up to the next tag, closing tags that may be missing.

use std::io::BufRead;

use super::entities::resolve_named;
use crate::error::{At, ImportError};
use crate::input::from_io;
use crate::limits::Limits;

/// One tag and the text between it and the next one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Tag {
    /// In capitals, without prefix.
    pub name: String,
    pub closing: bool,
    /// `<NAME/>`: no value may follow.
    pub empty: bool,
    /// The text up to the next tag, with references resolved; trimmed in OFX, where a blank has no meaning.
    pub value: String,
    /// Of a page's tag: what stands behind its name.
    attributes: String,
    /// Byte offset of its `<`.
    pub offset: u64,
    /// Byte offset behind the tag itself, before its value.
    pub tag_end: u64,
}

impl Tag {
    /// An attribute of a page's tag, as it stands; empty where it has no value.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        let mut rest = self.attributes.as_str();
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
            if rest.is_empty() {
                return None;
            }
            let end = rest.find(|c: char| c.is_ascii_whitespace() || matches!(c, '=' | '/')).unwrap_or(rest.len());
            let (key, behind) = rest.split_at(end.max(1));
            let (value, next) = match behind.trim_start().strip_prefix('=').map(str::trim_start) {
                None => ("", behind),
                Some(value) => match value.chars().next() {
                    Some(quote @ ('"' | '\'')) => value[1..].split_once(quote).unwrap_or((&value[1..], "")),
                    _ => value.split_at(value.find(|c: char| c.is_ascii_whitespace()).unwrap_or(value.len())),
                },
            };
            if key.eq_ignore_ascii_case(name) {
                return Some(value);
            }
            rest = next;
        }
    }
}

/// Longest tag of OFX that is taken for one; a `<` without such a tag behind it is a letter of the text.
const LONGEST_TAG: usize = 1024;

pub(crate) struct Tags<'r> {
    input: &'r mut dyn BufRead,
    at: At,
    limits: Limits,
    /// A web page: comments and tags of any length, quotes around attributes, scripts, and blanks that count.
    page: bool,
    window: Vec<u8>,
    pos: usize,
    /// Offset of `window[0]`.
    base: u64,
    eof: bool,
    raw_value: Vec<u8>,
    keeping: bool,
    kept: Vec<u8>,
    tag: Tag,
}

enum Markup {
    Element {
        length: usize,
    },
    Skip {
        length: usize,
    },
    /// Of a page; its end may be far.
    Comment,
    CData,
    Letter,
}

impl<'r> Tags<'r> {
    pub(crate) fn new(input: &'r mut dyn BufRead, at: At, limits: &Limits, base: u64) -> Self {
        let (window, raw_value, kept) = (Vec::with_capacity(128 << 10), Vec::new(), Vec::new());
        let tag = Tag::default();
        Self { input, at, limits: *limits, page: false, window, pos: 0, base, eof: false, raw_value, keeping: false, kept, tag }
    }

    /// The tags of a web page.
    pub(crate) fn of_page(input: &'r mut dyn BufRead, at: At, limits: &Limits, base: u64) -> Self {
        Self { page: true, ..Self::new(input, at, limits, base) }
    }

    /// Byte offset behind everything read so far.
    pub(crate) fn position(&self) -> u64 {
        self.base + self.pos as u64
    }

    /// Keeps the raw text from the last tag on; it starts with that tag.
    pub(crate) fn keep(&mut self) {
        self.keeping = true;
    }

    /// The raw text up to behind the last tag, at most the cap of one record, and stops keeping.
    pub(crate) fn take_kept(&mut self, from: u64, to: u64) -> String {
        self.keeping = false;
        let length = usize::try_from(to.saturating_sub(from)).unwrap_or(usize::MAX).min(self.kept.len());
        String::from_utf8_lossy(&self.kept[..length]).into_owned()
    }

    /// The next tag with its value, or `None` at the end of the text.
    pub(crate) fn next(&mut self) -> Result<Option<&Tag>, ImportError> {
        self.raw_value.clear();
        // Before the first tag there may be a header or nothing; both are nobody's value.
        loop {
            if !self.ensure(1)? {
                return Ok(None);
            }
            match self.markup()? {
                Markup::Element { length } => {
                    self.read_element(length);
                    break;
                }
                Markup::Skip { length } => self.advance(length),
                Markup::Comment => self.skip_comment()?,
                Markup::CData | Markup::Letter => self.advance(1),
            }
            let to_next = memchr::memchr(b'<', &self.window[self.pos..]).unwrap_or(self.window.len() - self.pos);
            self.advance(to_next);
        }
        if self.page && !self.tag.closing && !self.tag.empty && matches!(self.tag.name.as_str(), "SCRIPT" | "STYLE") {
            let end = format!("</{}", self.tag.name);
            self.skip_until(end.as_bytes())?;
        }
        self.read_value()?;
        self.tag.value.clear();
        let text = String::from_utf8_lossy(&self.raw_value);
        match self.page {
            true => resolve_named(&text, &mut self.tag.value),
            false => resolve_references(text.trim(), &mut self.tag.value),
        }
        Ok(Some(&self.tag))
    }

    fn read_element(&mut self, length: usize) {
        if !self.keeping {
            self.kept.clear();
        }
        let inside = &self.window[self.pos + 1..self.pos + length - 1];
        self.tag.offset = self.base + self.pos as u64;
        self.tag.closing = inside.first() == Some(&b'/');
        self.tag.empty = inside.last() == Some(&b'/');
        let name = inside.strip_prefix(b"/").unwrap_or(inside);
        let end = name.iter().position(|b| !is_name(*b)).unwrap_or(name.len());
        let (name, behind) = name.split_at(end);
        let name = name.rsplit(|b| *b == b':').next().unwrap_or_default();
        self.tag.name.clear();
        self.tag.name.extend(name.iter().map(|b| b.to_ascii_uppercase() as char));
        self.tag.attributes.clear();
        if self.page {
            self.tag.attributes.push_str(&String::from_utf8_lossy(behind));
        }
        self.advance(length);
        self.tag.tag_end = self.position();
    }

    fn read_value(&mut self) -> Result<(), ImportError> {
        loop {
            if !self.ensure(1)? {
                return Ok(());
            }
            let rest = &self.window[self.pos..];
            if rest[0] != b'<' {
                let n = memchr::memchr(b'<', rest).unwrap_or(rest.len());
                self.take_value(n)?;
                continue;
            }
            match self.markup()? {
                Markup::Element { .. } => return Ok(()),
                Markup::Skip { length } => self.advance(length),
                Markup::Comment => self.skip_comment()?,
                Markup::Letter => self.take_value(1)?,
                Markup::CData => self.read_cdata()?,
            }
        }
    }

    fn skip_comment(&mut self) -> Result<(), ImportError> {
        // The shortest one is `<!-->`.
        self.advance(2);
        self.skip_until(b"-->")?;
        self.advance(3);
        Ok(())
    }

    /// Goes on to where `end` begins, in capitals or not.
    fn skip_until(&mut self, end: &[u8]) -> Result<(), ImportError> {
        loop {
            self.ensure(end.len())?;
            let rest = &self.window[self.pos..];
            if rest.len() < end.len() {
                let at = self.at.clone().offset(self.position());
                return Err(ImportError::damaged(at, "the page ends inside a comment or a script, so something is missing"));
            }
            if let Some(found) = memchr::memchr_iter(end[0], rest).find(|i| {
                let piece = rest.get(*i..*i + end.len());
                piece.is_some_and(|piece| piece.eq_ignore_ascii_case(end))
            }) {
                self.advance(found);
                return Ok(());
            }
            self.advance(rest.len() + 1 - end.len());
        }
    }

    fn read_cdata(&mut self) -> Result<(), ImportError> {
        self.advance(9);
        let from = self.raw_value.len();
        while self.ensure(3)? {
            if self.window[self.pos..].starts_with(b"]]>") {
                self.advance(3);
                break;
            }
            self.take_value(1)?;
        }
        // What stands in there is meant literally: keep it from being resolved as a reference.
        let literal = String::from_utf8_lossy(&self.raw_value[from..]).replace('&', "&amp;");
        self.raw_value.truncate(from);
        self.raw_value.extend_from_slice(literal.as_bytes());
        Ok(())
    }

    fn take_value(&mut self, n: usize) -> Result<(), ImportError> {
        if self.raw_value.len() + n > self.limits.record_bytes {
            let at = self.at.clone().offset(self.position());
            return Err(ImportError::TooLarge { at, what: "a value", limit: self.limits.record_bytes as u64 });
        }
        self.raw_value.extend_from_slice(&self.window[self.pos..self.pos + n]);
        self.advance(n);
        Ok(())
    }

    /// What the `<` at the current position begins.
    fn markup(&mut self) -> Result<Markup, ImportError> {
        let longest = if self.page { self.limits.record_bytes } else { LONGEST_TAG };
        self.ensure(longest)?;
        let rest = &self.window[self.pos..];
        if rest.first() != Some(&b'<') {
            return Ok(Markup::Letter);
        }
        if rest.starts_with(b"<![CDATA[") {
            return Ok(Markup::CData);
        }
        let limit = rest.len().min(longest);
        let until = |end: &[u8]| memchr::memmem::find(&rest[..limit], end).map(|i| i + end.len());
        match rest.get(1) {
            Some(b'?') => Ok(until(b"?>").or_else(|| until(b">")).map_or(Markup::Letter, |length| Markup::Skip { length })),
            Some(b'!') if rest.starts_with(b"<!--") && self.page => Ok(Markup::Comment),
            Some(b'!') if rest.starts_with(b"<!--") => Ok(until(b"-->").map_or(Markup::Letter, |length| Markup::Skip { length })),
            Some(b'!') => Ok(until(b">").map_or(Markup::Letter, |length| Markup::Skip { length })),
            Some(first) => {
                let name = if *first == b'/' { &rest[2..] } else { &rest[1..] };
                let sound = name.first().is_some_and(u8::is_ascii_alphabetic);
                let end = name.iter().take(limit).position(|b| !is_name(*b));
                let closes = end.is_some_and(|i| matches!(name[i], b'>' | b'/' | b' ' | b'\t' | b'\r' | b'\n'));
                let length = match self.page {
                    _ if !sound || !closes => None,
                    true => tag_length(&rest[..limit]),
                    false => until(b">").filter(|length| !rest[1..*length].contains(&b'<')),
                };
                Ok(length.map_or(Markup::Letter, |length| Markup::Element { length }))
            }
            None => Ok(Markup::Letter),
        }
    }

    fn advance(&mut self, n: usize) {
        let n = n.min(self.window.len() - self.pos);
        let room = self.limits.record_bytes.saturating_sub(self.kept.len());
        self.kept.extend_from_slice(&self.window[self.pos..self.pos + n.min(room)]);
        self.pos += n;
    }

    /// Whether at least one byte is there; tries to have `n`.
    fn ensure(&mut self, n: usize) -> Result<bool, ImportError> {
        while self.window.len() - self.pos < n && !self.eof {
            if self.pos > 64 << 10 {
                self.window.drain(..self.pos);
                self.base += self.pos as u64;
                self.pos = 0;
            }
            match self.input.fill_buf() {
                Ok([]) => self.eof = true,
                Ok(chunk) => {
                    let used = chunk.len();
                    self.window.extend_from_slice(chunk);
                    self.input.consume(used);
                }
                Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
                Err(e) => return Err(from_io(e, self.at.clone().offset(self.position()))),
            }
        }
        Ok(self.pos < self.window.len())
    }
}

/// Bytes up to behind the `>` that ends a page's tag; those between quotes end nothing.
fn tag_length(text: &[u8]) -> Option<usize> {
    let mut at = 1;
    loop {
        at += memchr::memchr3(b'<', b'>', b'=', text.get(at..)?)?;
        match text[at] {
            b'>' => return Some(at + 1),
            b'<' => return None,
            _ => at += 1,
        }
        let value = at + text[at..].iter().take_while(|b| b.is_ascii_whitespace()).count();
        if let Some(quote @ (b'"' | b'\'')) = text.get(value) {
            // A quote that is never closed is a letter.
            at = memchr::memchr(*quote, &text[value + 1..]).map_or(value, |i| value + i + 2);
        }
    }
}

/// The name of the first tag of a text, behind whatever declarations and comments stand before it. `!DOCTYPE` is one, too.
pub(crate) fn first_tag(text: &str) -> Option<&str> {
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    loop {
        let end = match rest.strip_prefix('<')? {
            inner if inner.starts_with('?') => "?>",
            inner if inner.starts_with("!--") => "-->",
            inner => return inner.split(|c: char| c.is_whitespace() || matches!(c, '>' | '/')).next(),
        };
        rest = rest.split_once(end)?.1.trim_start();
    }
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b':')
}

/// Resolves the references every SGML and XML file may use; anything else stays as it stands.
pub(crate) fn resolve_references(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(i) = rest.find('&') {
        out.push_str(&rest[..i]);
        rest = &rest[i..];
        let reference = rest[1..].split_once(';').map(|(name, _)| name).filter(|name| name.len() <= 10);
        match reference.and_then(|name| Some((name, reference_letter(name)?))) {
            Some((name, letter)) => {
                out.push(letter);
                rest = &rest[name.len() + 2..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
}

pub(super) fn reference_letter(name: &str) -> Option<char> {
    let code = match name {
        "amp" => return Some('&'),
        "lt" => return Some('<'),
        "gt" => return Some('>'),
        "quot" => return Some('"'),
        "apos" => return Some('\''),
        "nbsp" => return Some(' '),
        _ => name.strip_prefix('#')?,
    };
    let number = match code.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => code.parse().ok()?,
    };
    char::from_u32(number).filter(|c| *c != '\0')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(text: &str, capacity: usize) -> Vec<String> {
        let mut input = std::io::BufReader::with_capacity(capacity, text.as_bytes());
        let mut tags = Tags::new(&mut input, At::default(), &Limits::default(), 0);
        let mut seen = Vec::new();
        while let Some(tag) = tags.next().expect("reads") {
            assert!(text[tag.offset as usize..].starts_with('<'));
            seen.push(format!("{}{}={}", if tag.closing { "/" } else { "" }, tag.name, tag.value));
        }
        seen
    }

    #[test]
    fn values_end_at_the_next_tag_closed_or_not() {
        let text = "OFXHEADER:100\n\n<OFX><A>1<b> x &amp; y </b>\n<N/><x:C a='1'>a < b<c<!-- no -->\n<D><![CDATA[<&amp;>]]></D></OFX>";
        for capacity in [1, 7, 1024] {
            assert_eq!(tags(text, capacity), ["OFX=", "A=1", "B=x & y", "/B=", "N=", "C=a < b<c", "D=<&amp;>", "/D=", "/OFX="]);
        }
    }

    fn page(text: &str, capacity: usize) -> Result<Vec<String>, ImportError> {
        let mut input = std::io::BufReader::with_capacity(capacity, text.as_bytes());
        let mut tags = Tags::of_page(&mut input, At::default(), &Limits::default(), 0);
        let mut seen = Vec::new();
        while let Some(tag) = tags.next()? {
            let (slash, name, value) = (if tag.closing { "/" } else { "" }, &tag.name, &tag.value);
            seen.push(format!("{slash}{name}{}={value}", tag.attribute("colspan").map_or(String::new(), |n| format!(" {n}"))));
        }
        Ok(seen)
    }

    #[test]
    fn a_page_has_comments_scripts_and_quotes() {
        let long = format!("<!-- {} <td>no</td> -->", "x".repeat(5000));
        let script = "<script>if (a<b) document.write('<td>no</td>')</SCRIPT>";
        let text = format!(
            "<!DOCTYPE html><p title='a > b' class=c colspan = \"2\">A &eacute;&nbsp;b {long}<b>c</b> <3 d{script}<!-->e<td colspan=3/ x>f"
        );
        for capacity in [1, 7, 8192] {
            let seen = page(&text, capacity).expect("reads");
            assert_eq!(seen, ["P 2=A \u{e9} b ", "B=c", "/B= <3 d", "SCRIPT=", "/SCRIPT=e", "TD 3/=f"]);
        }
        for cut in ["<p>a<!-- <td>", "<style>a"] {
            assert!(matches!(page(cut, 7), Err(ImportError::Damaged { .. })), "{cut}");
        }
        assert_eq!(page("<td x=\"a>b", 7).expect("reads"), ["TD=b"], "a quote that is never closed");
        assert_eq!(first_tag("\u{feff}\n<?xml version='1.0'?>\n<!-- <a> -->\n<ss:Workbook x>"), Some("ss:Workbook"));
        assert_eq!((first_tag("<!doctype HTML>"), first_tag("a<b>"), first_tag("<!-- ")), (Some("!doctype"), None, None));
    }

    #[test]
    fn references_that_mean_nothing_stay() {
        let mut out = String::new();
        resolve_references("R&D &nbsp;&#65;&#x42;&foo; &#0; &", &mut out);
        assert_eq!(out, "R&D  AB&foo; &#0; &");
    }

    #[test]
    fn a_value_beyond_the_cap_is_refused() {
        let text = format!("<A>{}", "x".repeat(2 << 20));
        let mut input = text.as_bytes();
        let mut tags = Tags::new(&mut input, At::default(), &Limits::default(), 0);
        assert!(matches!(tags.next(), Err(ImportError::TooLarge { .. })));
    }
}

//! Text lines with their places, under a cap: the ground of QIF, MT940, BAI2 and the other line languages.

use std::io::BufRead;
use std::iter::Map;
use std::str::SplitTerminator;

use crate::error::{At, ImportError};
use crate::input::{Input, from_io};

/// What to add to an offset in the text to get a [`holdall_model::Locator`]'s: a byte order mark counts in UTF-8 only.
pub(crate) fn base_offset(input: &Input<'_>) -> u64 {
    let charset = input.charset();
    if charset.encoding == encoding_rs::UTF_8 { charset.bom as u64 } else { 0 }
}

/// The lines of a text that is at hand: they end as those of [`Lines`] do, with CR alone where there is no LF.
pub(crate) fn of(text: &str) -> Map<SplitTerminator<'_, char>, fn(&str) -> &str> {
    let end = if text.contains('\n') { '\n' } else { '\r' };
    text.split_terminator(end).map(|line| line.strip_suffix('\r').unwrap_or(line))
}

/// One physical line without its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Line<'a> {
    pub text: &'a str,
    /// 1-based, as an editor counts.
    pub number: u64,
    /// Byte offset of the first letter in the text.
    pub offset: u64,
    /// Offset behind the line end.
    pub end: u64,
    /// Whether a line end was there; only the last line of a file can lack it.
    pub terminated: bool,
}

/// Reads lines that end with LF, CRLF or CR alone. Bytes that are no UTF-8 become U+FFFD.
pub(crate) struct Lines<'r> {
    input: &'r mut dyn BufRead,
    at: At,
    cap: usize,
    bytes: Vec<u8>,
    text: String,
    number: u64,
    position: u64,
    /// The line ended with CR; a LF right behind it belongs to that end.
    after_cr: bool,
}

impl<'r> Lines<'r> {
    /// `base`: what the first byte's offset is, see [`base_offset`].
    pub(crate) fn new(input: &'r mut dyn BufRead, at: At, cap: usize, base: u64) -> Self {
        let (bytes, text) = (Vec::with_capacity(256), String::with_capacity(256));
        Self { input, at, cap, bytes, text, number: 0, position: base, after_cr: false }
    }

    pub(crate) fn next(&mut self) -> Result<Option<Line<'_>>, ImportError> {
        self.bytes.clear();
        let offset = self.position;
        let mut terminated = false;
        while !terminated {
            let chunk = match self.input.fill_buf() {
                Ok(chunk) => chunk,
                Err(e) if e.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(source) => return Err(from_io(source, self.at.clone().row(self.number + 1).offset(self.position))),
            };
            if chunk.is_empty() {
                break;
            }
            let (taken, used) = match memchr::memchr2(b'\n', b'\r', chunk) {
                Some(i) => {
                    terminated = true;
                    self.after_cr = chunk[i] == b'\r';
                    (i, i + 1)
                }
                None => (chunk.len(), chunk.len()),
            };
            if self.bytes.len() + taken > self.cap {
                let at = self.at.clone().row(self.number + 1).offset(offset);
                return Err(ImportError::TooLarge { at, what: "a line", limit: self.cap as u64 });
            }
            self.bytes.extend_from_slice(&chunk[..taken]);
            self.input.consume(used);
            self.position += used as u64;
        }
        if self.bytes.is_empty() && !terminated {
            return Ok(None);
        }
        self.skip_lf()?;
        self.number += 1;
        self.text.clear();
        match std::str::from_utf8(&self.bytes) {
            Ok(text) => self.text.push_str(text),
            // The charset was decided for the whole file; only a letter that the file's end cuts in half comes here.
            Err(_) => self.text.push_str(&String::from_utf8_lossy(&self.bytes)),
        }
        Ok(Some(Line { text: &self.text, number: self.number, offset, end: self.position, terminated }))
    }

    fn skip_lf(&mut self) -> Result<(), ImportError> {
        if !std::mem::take(&mut self.after_cr) {
            return Ok(());
        }
        let chunk = self.input.fill_buf().map_err(|source| from_io(source, self.at.clone().offset(self.position)))?;
        if chunk.first() == Some(&b'\n') {
            self.input.consume(1);
            self.position += 1;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &[u8], capacity: usize) -> Vec<(String, u64, u64, bool)> {
        let mut input = std::io::BufReader::with_capacity(capacity, text);
        let mut lines = Lines::new(&mut input, At::default(), 10, 0);
        let mut seen = Vec::new();
        while let Some(line) = lines.next().expect("reads") {
            seen.push((line.text.to_owned(), line.number, line.offset, line.terminated));
        }
        seen
    }

    #[test]
    fn every_line_end_counts_once_wherever_the_buffer_is_cut() {
        for capacity in [1, 2, 3, 64] {
            let seen = lines(b"a\r\nb\rc\n\nd", capacity);
            let texts: Vec<&str> = seen.iter().map(|l| l.0.as_str()).collect();
            assert_eq!(texts, ["a", "b", "c", "", "d"], "{capacity}");
            assert_eq!(seen.iter().map(|l| l.2).collect::<Vec<_>>(), [0, 3, 5, 7, 8]);
            assert!(!seen[4].3 && seen[3].3);
        }
    }

    #[test]
    fn a_text_at_hand_has_the_same_lines() {
        for (text, all) in [("a\r\nb\n", &["a", "b"][..]), ("a\rb\r", &["a", "b"]), ("a\n\nb", &["a", "", "b"]), ("", &[])] {
            assert_eq!(of(text).collect::<Vec<_>>(), all, "{text:?}");
        }
    }

    #[test]
    fn a_line_beyond_the_cap_is_refused_with_its_place() {
        let mut input: &[u8] = b"short\n12345678901\n";
        let mut lines = Lines::new(&mut input, At::default(), 10, 0);
        lines.next().expect("reads").expect("a line");
        match lines.next() {
            Err(ImportError::TooLarge { at, limit: 10, .. }) => assert_eq!((at.row, at.offset), (Some(2), Some(6))),
            other => panic!("{other:?}"),
        }
    }
}

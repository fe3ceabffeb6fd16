//! What programs do to letters in JSON: half of a letter told alone, and UTF-8 told byte by byte.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::io::{self, Read};
use std::rc::Rc;

/// `\ud83d`, and what takes its place where the other half is missing. Both are of one length, so that every place stays what it is.
const ESCAPE: usize = 6;
const REPLACED: &[u8; ESCAPE] = b"\\ufffd";
const CHUNK: usize = 32 << 10;

/// Places of the halves that were replaced, in the text's own bytes, until somebody asks for them.
#[derive(Clone, Default)]
pub(crate) struct Halves(Rc<RefCell<VecDeque<u64>>>);

impl Halves {
    /// How many stand from one place up to another. What stands before is forgotten.
    pub fn between(&self, from: u64, to: u64) -> u64 {
        let mut places = self.0.borrow_mut();
        let mut count = 0;
        while let Some(place) = places.front().copied().filter(|place| *place < to) {
            places.pop_front();
            count += u64::from(place >= from);
        }
        count
    }
}

/// JSON in which no half of a letter stands alone: for one of them, a strict reader would give up the whole file.
pub(crate) struct Mended<R> {
    inner: R,
    buffer: Vec<u8>,
    /// In the buffer: what is handed out next, up to where it is mended, up to where it is filled.
    next: usize,
    ready: usize,
    end: usize,
    /// Place of the buffer's first byte in the text.
    base: u64,
    eof: bool,
    halves: Halves,
}

impl<R: Read> Mended<R> {
    pub fn new(inner: R, halves: Halves) -> Self {
        Self { inner, buffer: vec![0; CHUNK], next: 0, ready: 0, end: 0, base: 0, eof: false, halves }
    }

    fn fill(&mut self) -> io::Result<()> {
        self.buffer.copy_within(self.next..self.end, 0);
        self.base += self.next as u64;
        (self.ready, self.end, self.next) = (self.ready - self.next, self.end - self.next, 0);
        let n = self.inner.read(&mut self.buffer[self.end..])?;
        self.eof = n == 0;
        self.end += n;
        let from = self.ready;
        let (mended, places) = mend(&mut self.buffer[from..self.end], self.eof);
        self.halves.0.borrow_mut().extend(places.into_iter().map(|place| self.base + (from + place) as u64));
        self.ready += mended;
        Ok(())
    }
}

impl<R: Read> Read for Mended<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.next == self.ready && !(self.eof && self.ready == self.end) {
            self.fill()?;
        }
        let n = out.len().min(self.ready - self.next);
        out[..n].copy_from_slice(&self.buffer[self.next..self.next + n]);
        self.next += n;
        Ok(n)
    }
}

/// Replaces halves that stand alone; tells up to where all is sound, and where they stood. An escape that is cut off waits for its rest.
fn mend(text: &mut [u8], whole: bool) -> (usize, Vec<usize>) {
    let (mut at, mut places) = (0, Vec::new());
    while let Some(found) = memchr::memchr(b'\\', &text[at..]) {
        at += found;
        let rest = &text[at..];
        let pair = matches!((unit(rest), rest.get(ESCAPE..).and_then(unit)), (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)));
        match unit(rest) {
            _ if pair => at += 2 * ESCAPE,
            // Longer than any escape that is still to be judged.
            _ if !whole && rest.len() < 2 * ESCAPE => return (at, places),
            Some(0xd800..=0xdfff) => {
                text[at..at + ESCAPE].copy_from_slice(REPLACED);
                places.push(at);
                at += ESCAPE;
            }
            Some(_) => at += ESCAPE,
            None => at = text.len().min(at + 2),
        }
    }
    (text.len(), places)
}

/// The number in `\u1234`, if the text begins with one.
fn unit(text: &[u8]) -> Option<u32> {
    let digits = text.strip_prefix(b"\\u")?.get(..4)?;
    digits.iter().try_fold(0, |number, digit| char::from(*digit).to_digit(16).map(|d| number * 16 + d))
}

/// The text of one element, with halves replaced as [`Mended`] does.
pub(crate) fn mended(text: &str) -> String {
    let mut bytes = text.as_bytes().to_vec();
    mend(&mut bytes, true);
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

/// The text that was meant where a vendor told each byte of its UTF-8 as a letter: `Ã©` for `é`. Any other text stays what it is.
pub(crate) fn from_bytes(text: &str) -> Cow<'_, str> {
    let bytes = || text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect::<Option<Vec<u8>>>();
    if text.is_ascii() {
        return text.into();
    }
    bytes().and_then(|bytes| String::from_utf8(bytes).ok()).map_or(Cow::Borrowed(text), Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Pieces<'a>(&'a [u8], usize);

    impl Read for Pieces<'_> {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            let n = self.1.min(self.0.len()).min(out.len());
            out[..n].copy_from_slice(&self.0[..n]);
            self.0 = &self.0[n..];
            Ok(n)
        }
    }

    #[test]
    fn halves_alone_are_replaced_where_they_stand_however_the_text_comes() {
        for (text, mended, places) in [
            (r#""\ud83d""#, r#""\ufffd""#, vec![1]),
            (r#""\ud83d\ude00""#, r#""\ud83d\ude00""#, vec![]),
            (r#""\ude00\ud83d x""#, r#""\ufffd\ufffd x""#, vec![1, 7]),
            (r#""\ud83d\ud83d\ude00""#, r#""\ufffd\ud83d\ude00""#, vec![1]),
            (r#""\\ud83d\n\u00e9\"""#, r#""\\ud83d\n\u00e9\"""#, vec![]),
            (r#""\\\ud83d\u12"#, r#""\\\ufffd\u12"#, vec![3]),
            (r"\", r"\", vec![]),
            (r"\ud83", r"\ud83", vec![]),
        ] {
            for piece in [1, 2, 5, 7, 64] {
                let halves = Halves::default();
                let mut out = String::new();
                Mended::new(Pieces(text.as_bytes(), piece), halves.clone()).read_to_string(&mut out).expect("read");
                assert_eq!(out, mended, "in pieces of {piece}");
                assert_eq!(*halves.0.borrow(), places, "{text} in pieces of {piece}");
            }
            assert_eq!(super::mended(text), mended);
        }
    }

    #[test]
    fn halves_are_counted_once_and_those_before_are_forgotten() {
        let halves = Halves(Rc::new(RefCell::new([1, 7, 20, 30].into())));
        assert_eq!((halves.between(5, 25), halves.between(0, 25), halves.between(0, 99)), (2, 0, 1));
    }

    #[test]
    fn bytes_told_as_letters_become_the_text_that_was_meant_and_no_other_text_changes() {
        for (told, meant) in [
            ("Caf\u{c3}\u{a9}", "Café"),
            ("\u{f0}\u{9f}\u{98}\u{80}", "😀"),
            ("Café", "Café"),
            ("Caf\u{c3}\u{a9} und Café", "Caf\u{c3}\u{a9} und Café"),
            ("Ã© → é", "Ã© → é"),
            ("plain", "plain"),
        ] {
            assert_eq!(from_bytes(told), meant);
        }
    }
}

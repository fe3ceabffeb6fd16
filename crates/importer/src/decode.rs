//! Bytes to UTF-8 text: byte order mark, strict UTF-8, UTF-16 by its NULs, then what the layout says, then a guess by content.

use std::io::{self, Read};

use encoding_rs::{Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// How an entry's bytes become text. The name is the WHATWG one (`UTF-8`, `windows-1252`, `UTF-16LE`…).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Charset {
    pub encoding: &'static Encoding,
    /// Bytes of the byte order mark to leave out.
    pub bom: usize,
}

impl Charset {
    pub const UTF_8: Charset = Charset { encoding: UTF_8, bom: 0 };

    pub fn named(name: &str, bom: usize) -> Option<Self> {
        Encoding::for_label(name.as_bytes()).map(|encoding| Self { encoding, bom })
    }

    /// What the first bytes alone tell; `None` where only the whole text can decide between UTF-8 and an older charset.
    pub fn from_head(head: &[u8]) -> Option<Self> {
        if let Some((encoding, bom)) = Encoding::for_bom(head) {
            return Some(Self { encoding, bom });
        }
        utf16_without_bom(head).map(|encoding| Self { encoding, bom: 0 })
    }
}

/// UTF-16 of western text has a NUL in nearly every second byte; that of other scripts has some there, of digits and line ends, and no other.
fn utf16_without_bom(head: &[u8]) -> Option<&'static Encoding> {
    let sample = &head[..head.len().min(4096) & !1];
    if sample.len() < 8 {
        return None;
    }
    let nuls = |odd: usize| sample.iter().skip(odd).step_by(2).filter(|b| **b == 0).count();
    let (even, odd, pairs) = (nuls(0), nuls(1), sample.len() / 2);
    let mostly = |here: usize, there: usize| here * 10 > pairs * 7 && there * 10 < pairs || here * 8 > pairs && there == 0;
    if mostly(odd, even) {
        Some(UTF_16LE)
    } else if mostly(even, odd) {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// Watches a whole text go by and says at its end which charset it is.
pub(crate) struct CharsetWatch {
    fixed: Option<Charset>,
    utf8: Utf8Check,
    detector: chardetng::EncodingDetector,
    fed: usize,
    hint: Option<&'static Encoding>,
    ascii: bool,
    /// Letters of western languages that stand there as UTF-8, in a text that as a whole is not.
    utf8_letters: u64,
}

impl CharsetWatch {
    /// `hint`: what the layout says about texts that are not UTF-8.
    pub(crate) fn new(head: &[u8], hint: Option<&'static Encoding>) -> Self {
        let detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
        Self { fixed: Charset::from_head(head), utf8: Utf8Check::default(), detector, fed: 0, hint, ascii: true, utf8_letters: 0 }
    }

    /// Whether the first bytes told everything.
    pub(crate) fn is_fixed(&self) -> bool {
        self.fixed.is_some()
    }

    /// Whether only ASCII went by, and no byte order mark.
    pub(crate) fn is_plain(&self) -> bool {
        self.ascii && self.fixed.is_none()
    }

    pub(crate) fn feed(&mut self, bytes: &[u8]) {
        if self.fixed.is_some() {
            return;
        }
        let was_sound_and_foreign = self.utf8.valid() && !self.ascii;
        self.ascii = self.ascii && bytes.is_ascii();
        self.utf8.feed(bytes);
        if !self.utf8.valid() {
            self.utf8_letters += u64::from(was_sound_and_foreign);
            let letters = |text: &str| text.chars().filter(|c| matches!(c, '\u{a0}'..='\u{ff}')).count() as u64;
            self.utf8_letters += bytes.utf8_chunks().map(|chunk| letters(chunk.valid())).sum::<u64>();
        }
        // Only a text that is not UTF-8 needs a guess, and a megabyte is plenty for one.
        if !self.utf8.valid() && self.fed < 1 << 20 {
            self.detector.feed(bytes, false);
            self.fed += bytes.len();
        }
    }

    /// How many letters look as if they were written in another charset than the rest. UTF-8 writes `ä` as two letters of
    /// windows-1252, such as `Ã¤`, which no western text has side by side.
    pub(crate) fn mixed(&self, charset: Charset) -> u64 {
        let western = [encoding_rs::WINDOWS_1252, encoding_rs::WINDOWS_1250, encoding_rs::WINDOWS_1254, encoding_rs::ISO_8859_15];
        if western.contains(&charset.encoding) { self.utf8_letters } else { 0 }
    }

    pub(crate) fn finish(&mut self) -> Charset {
        if let Some(fixed) = self.fixed {
            return fixed;
        }
        if self.utf8.valid() {
            return Charset::UTF_8;
        }
        self.detector.feed(&[], true);
        let guess = || self.detector.guess(None, chardetng::Utf8Detection::Deny);
        Charset { encoding: self.hint.unwrap_or_else(guess), bom: 0 }
    }
}

/// Strict UTF-8 over a text that comes in pieces.
#[derive(Default)]
struct Utf8Check {
    broken: bool,
    tail: Vec<u8>,
}

impl Utf8Check {
    fn feed(&mut self, mut bytes: &[u8]) {
        if self.broken {
            return;
        }
        while !self.tail.is_empty() && !bytes.is_empty() {
            self.tail.push(bytes[0]);
            bytes = &bytes[1..];
            match std::str::from_utf8(&self.tail) {
                Ok(_) => self.tail.clear(),
                Err(e) if e.error_len().is_some() => {
                    self.broken = true;
                    return;
                }
                Err(_) => {}
            }
        }
        if let Err(e) = std::str::from_utf8(bytes) {
            match e.error_len() {
                Some(_) => self.broken = true,
                None => self.tail = bytes[e.valid_up_to()..].to_vec(),
            }
        }
    }

    fn valid(&self) -> bool {
        // A last letter cut in half is a cut file, not another charset.
        !self.broken
    }
}

/// Reads any charset as UTF-8. Counts letters that the charset could not explain.
pub struct TextReader<R> {
    inner: R,
    bom_left: usize,
    /// `None`: the bytes are UTF-8 and pass through.
    decoder: Option<Decoder>,
    raw: Vec<u8>,
    text: Vec<u8>,
    at: usize,
    eof: bool,
    replaced: u64,
}

const CHUNK: usize = 64 << 10;

impl<R: Read> TextReader<R> {
    pub fn new(inner: R, charset: Charset) -> Self {
        let decoder = (charset.encoding != UTF_8).then(|| charset.encoding.new_decoder_without_bom_handling());
        let raw = vec![0; if decoder.is_some() { CHUNK } else { 0 }];
        Self { inner, bom_left: charset.bom, decoder, raw, text: Vec::new(), at: 0, eof: false, replaced: 0 }
    }

    /// Letters that could not be explained so far. UTF-8 passes through unlooked at: whoever makes text of it counts there.
    pub fn replaced(&self) -> u64 {
        self.replaced
    }

    fn skip_bom(&mut self) -> io::Result<()> {
        let mut bom = [0; 4];
        while self.bom_left > 0 {
            let n = self.inner.read(&mut bom[..self.bom_left.min(4)])?;
            self.bom_left = if n == 0 { 0 } else { self.bom_left - n };
        }
        Ok(())
    }

    fn refill(&mut self, decoder: &mut Decoder) -> io::Result<()> {
        self.text.clear();
        self.at = 0;
        while self.text.is_empty() && !self.eof {
            let n = self.inner.read(&mut self.raw)?;
            self.eof = n == 0;
            let room = decoder.max_utf8_buffer_length(n).unwrap_or(4 * CHUNK);
            self.text.resize(room, 0);
            let (_, _, written, had_errors) = decoder.decode_to_utf8(&self.raw[..n], &mut self.text, self.eof);
            self.text.truncate(written);
            if had_errors {
                self.replaced += memchr::memmem::find_iter(&self.text, "\u{fffd}").count() as u64;
            }
        }
        Ok(())
    }
}

impl<R: Read> Read for TextReader<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.bom_left > 0 {
            self.skip_bom()?;
        }
        let Some(mut decoder) = self.decoder.take() else { return self.inner.read(out) };
        let filled = if self.at == self.text.len() { self.refill(&mut decoder) } else { Ok(()) };
        self.decoder = Some(decoder);
        filled?;
        let n = out.len().min(self.text.len() - self.at);
        out[..n].copy_from_slice(&self.text[self.at..self.at + n]);
        self.at += n;
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use encoding_rs::WINDOWS_1252;

    use super::*;

    fn charset_of(bytes: &[u8], piece: usize, hint: Option<&'static Encoding>) -> Charset {
        let mut watch = CharsetWatch::new(bytes, hint);
        bytes.chunks(piece).for_each(|c| watch.feed(c));
        watch.finish()
    }

    fn text_of(bytes: &[u8], charset: Charset) -> (String, u64) {
        let mut reader = TextReader::new(bytes, charset);
        let mut text = String::new();
        reader.read_to_string(&mut text).expect("decoded text is UTF-8");
        (text, reader.replaced())
    }

    #[test]
    fn utf8_is_recognised_in_pieces_of_any_size_and_one_bad_byte_ends_it() {
        let text = "Größe;€;日付\n".repeat(50);
        for piece in [1, 2, 3, 7, 4096] {
            assert_eq!(charset_of(text.as_bytes(), piece, None), Charset::UTF_8, "{piece}");
            let mut bad = text.clone().into_bytes();
            bad.push(0xfc);
            bad.push(b';');
            assert_eq!(charset_of(&bad, piece, Some(WINDOWS_1252)).encoding, WINDOWS_1252, "{piece}");
        }
    }

    #[test]
    fn utf16_is_read_with_and_without_its_mark() {
        let (western, cyrillic) = ("Datum;Betrag\n2025-03-04;1,00\n", "Дата операции;Сумма\n04.03.2025;Покупка продуктов питания;1,00\n");
        for text in [western, cyrillic] {
            for (big, mark) in [(false, true), (false, false), (true, true), (true, false)] {
                let units = mark.then_some(0xfeff).into_iter().chain(text.encode_utf16());
                let bytes: Vec<u8> = units.flat_map(|u: u16| if big { u.to_be_bytes() } else { u.to_le_bytes() }).collect();
                let charset = charset_of(&bytes, 5, None);
                assert_eq!(text_of(&bytes, charset), (text.to_owned(), 0), "big {big}, mark {mark}");
            }
        }
    }

    #[test]
    fn letters_outside_the_charset_are_counted() {
        let (text, replaced) = text_of(b"a\x81\x30b", Charset { encoding: encoding_rs::SHIFT_JIS, bom: 0 });
        assert!(replaced >= 1 && text.contains('\u{fffd}'), "{text}");
    }
}

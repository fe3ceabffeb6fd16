//! Words that cells are held against: hundreds of them in many languages, and every row of a file asked.

use super::normal;
use crate::table::number::{is_blank, trimmed};

/// Bytes of a cell that are folded without allocating; words are rarely longer.
const FOLDED: usize = 64;

/// What is written around a word to make it seen.
const AROUND: [char; 6] = ['|', '*', ':', '=', '#', ' '];

/// Normalised words, each found by halving.
#[derive(Debug, Clone, Default)]
pub(crate) struct WordList {
    /// In order, each once.
    words: Vec<String>,
    /// Those that begin with none of the others, in order: at most one of them can begin a text.
    beginnings: Vec<String>,
    /// Bits by [`pair`] of the first two letters: most texts begin as no word does. None where there are no words.
    pairs: Vec<u64>,
    longest: usize,
}

/// Bits of [`WordList::pairs`].
const PAIRS: usize = 1024;

impl<S: AsRef<str>> FromIterator<S> for WordList {
    fn from_iter<I: IntoIterator<Item = S>>(words: I) -> Self {
        let mut words: Vec<String> = words.into_iter().map(|w| normal(w.as_ref())).collect();
        words.sort_unstable();
        words.dedup();
        let mut beginnings: Vec<String> = Vec::new();
        for word in &words {
            // What a word begins comes right behind it.
            if beginnings.last().is_none_or(|last| !word.starts_with(last.as_str())) {
                beginnings.push(word.clone());
            }
        }
        let mut pairs = vec![0; if words.is_empty() { 0 } else { PAIRS / 64 }];
        for word in &words {
            let mut bits = |of: &mut dyn Iterator<Item = usize>| of.for_each(|bit| pairs[bit / 64] |= 1 << (bit % 64));
            match word.as_bytes() {
                [] => bits(&mut (0..PAIRS)),
                // Whatever stands behind it.
                [only] => bits(&mut (0..128).map(|second| pair_of(*only, second))),
                // Another alphabet's word begins no text that begins with two letters of ASCII.
                _ => bits(&mut pair(word).into_iter()),
            }
        }
        Self { longest: words.iter().map(String::len).max().unwrap_or(0), words, beginnings, pairs }
    }
}

impl WordList {
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Whether a text is one of the words, but for case and what stands around it: `|SALDO FINALE`, `* Total *`.
    pub fn has(&self, text: &str) -> bool {
        let text = trimmed(text);
        let bare = match text.as_bytes() {
            [b'|' | b'*' | b':' | b'=' | b'#', ..] | [.., b'|' | b'*' | b':' | b'=' | b'#'] => text.trim_matches(AROUND),
            _ => "",
        };
        let is = |text: &str| self.asks(text, |text, whole| whole && self.words.binary_search_by(|w| w.as_str().cmp(text)).is_ok());
        is(text) || !bare.is_empty() && is(bare)
    }

    /// Whether a text begins with one of the words.
    pub fn begins(&self, text: &str) -> bool {
        self.asks(text, |text, _| {
            let after = self.beginnings.partition_point(|w| w.as_str() <= text);
            after.checked_sub(1).is_some_and(|i| text.starts_with(self.beginnings[i].as_str()))
        })
    }

    /// Whether one of the words stands somewhere in a text.
    pub fn is_in(&self, text: &str) -> bool {
        let text = normal(text);
        self.words.iter().any(|w| text.contains(w.as_str()))
    }

    /// Asks about the normalised text, of which the end may be left out where it is longer than every word.
    fn asks(&self, text: &str, answer: impl Fn(&str, bool) -> bool) -> bool {
        let text = bare(text);
        if self.words.is_empty() || pair(text).is_some_and(|bit| self.pairs[bit / 64] >> (bit % 64) & 1 == 0) {
            return false;
        }
        let mut folded = [0; FOLDED];
        let start = folded.get_mut(..=self.longest).and_then(|room| folded_start(text, room));
        match start {
            Some((start, whole)) => answer(start, whole),
            None => answer(&normal(text), true),
        }
    }
}

/// Whether a text is this one normalised word.
pub(crate) fn is_word(text: &str, word: &str) -> bool {
    let text = bare(text);
    match (text.bytes().next(), word.bytes().next()) {
        (Some(a), Some(b)) if a.is_ascii() && b.is_ascii() && fold(a) != b => return false,
        (None, None) => return true,
        (None, _) | (_, None) => return false,
        _ => {}
    }
    let mut folded = [0; FOLDED];
    match folded_start(text, &mut folded) {
        Some((start, true)) => start == word,
        _ => normal(text) == word,
    }
}

/// A number below [`PAIRS`] for the first two letters. `None` where they are not two of ASCII's: such a text may begin as any other.
fn pair(bare: &str) -> Option<usize> {
    match bare.as_bytes() {
        [first, second, ..] if first.is_ascii() && second.is_ascii() => {
            let second = if is_blank(char::from(*second)) { b' ' } else { fold(*second) };
            Some(pair_of(fold(*first), second))
        }
        _ => None,
    }
}

fn pair_of(first: u8, second: u8) -> usize {
    (usize::from(first) * 32 + usize::from(second)) % PAIRS
}

/// Without what [`normal`] takes away around a text.
fn bare(text: &str) -> &str {
    let text = trimmed(text);
    match text.as_bytes() {
        [b'"', ..] | [.., b'"'] => text.trim_matches(|c: char| is_blank(c) || c == '"'),
        _ => text,
    }
}

fn fold(b: u8) -> u8 {
    if b == b'`' { b'\'' } else { b.to_ascii_lowercase() }
}

/// The beginning of a [`bare`] text as [`normal`] writes it, as far as there is room, and whether that is all of it. `None` where other
/// letters stand in it.
fn folded_start<'b>(text: &str, out: &'b mut [u8]) -> Option<(&'b str, bool)> {
    let (mut length, mut whole) = (0, true);
    for b in text.bytes() {
        if !b.is_ascii() {
            return None;
        }
        let blank = is_blank(char::from(b));
        if blank && length > 0 && out[length - 1] == b' ' {
            continue;
        }
        if length == out.len() {
            whole = false;
            break;
        }
        out[length] = if blank { b' ' } else { fold(b) };
        length += 1;
    }
    std::str::from_utf8(&out[..length]).ok().map(|start| (start, whole))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const WORDS: &[&str] = &["Total", "total amount", "Summe", "saldo", "Übertrag", "l’an", "до", "a  b"];

    #[test]
    fn words_are_found_whole_at_the_beginning_and_inside() {
        let list: WordList = WordList::from_iter(WORDS);
        assert!(list.has(" TOTAL ") && list.has("\"Saldo\"") && list.has("l'an") && list.has("A\u{a0}\tb") && list.has("ÜBERTRAG"));
        assert!(list.has("|TOTAL") && list.has("* Summe *") && !list.has("*") && !list.has("* sums *"));
        assert!(!list.has("totals") && !list.has("") && !list.has("tot") && !list.has("über"));
        assert!(list.begins("Totals of March") && list.begins("Total Amount") && list.begins("übertrag 12") && !list.begins("subtotal"));
        assert!(list.is_in("the TOTAL") && !list.is_in("the sum"));
        assert!(!WordList::default().has("x") && !WordList::default().begins("x") && !WordList::default().has(""));
    }

    proptest! {
        #[test]
        fn it_says_what_normalised_texts_say(text in "[\"` a-dA-D\t’İü|*]{0,6}(total|Summe|saldo| amount|.{0,80})", word in "[\"` a-dA-D’İü]{0,5}") {
            let words: Vec<String> = WORDS.iter().map(|w| normal(w)).chain([normal(&word)]).collect();
            let list = WordList::from_iter(&words);
            let plain = normal(&text);
            let framed = normal(trimmed(&text).trim_matches(AROUND));
            prop_assert_eq!(list.has(&text), words.contains(&plain) || !framed.is_empty() && words.contains(&framed));
            prop_assert_eq!(list.begins(&text), words.iter().any(|w| plain.starts_with(w.as_str())));
            prop_assert_eq!(is_word(&text, &words[8]), plain == words[8]);
        }
    }
}

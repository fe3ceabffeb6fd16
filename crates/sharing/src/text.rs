//! Partner's words, made harmless before anybody reads them. Markup needs no care here: every face shows text as text.

use holdall_protocol::message::LocalText;

/// Combining marks on one letter beyond this are decoration that runs over other lines.
const MARKS_IN_A_ROW: usize = 3;

/// One line of plain text of at most `max` characters: no control characters, no direction overrides, no invisible
/// characters, no heaps of accents. A clipped text ends with `…`.
pub fn plain(text: &str, max: usize) -> String {
    let (mut out, mut length, mut marks, mut blank) = (String::new(), 0usize, 0usize, false);
    for c in text.chars() {
        if c.is_whitespace() || c.is_control() {
            blank = length > 0;
            continue;
        }
        marks = if is_combining(c) { marks + 1 } else { 0 };
        if is_invisible(c) || marks > MARKS_IN_A_ROW {
            continue;
        }
        let needed = if blank { 2 } else { 1 };
        if length + needed > max {
            while length + 1 > max {
                out.pop();
                length -= 1;
            }
            out.push('…');
            return out;
        }
        if blank {
            out.push(' ');
        }
        out.push(c);
        length += needed;
        blank = false;
    }
    out
}

/// The text in the first of these languages that the partner wrote (`de` also finds `de-AT`), else in English, else in any.
pub fn localised<'a>(text: &'a LocalText, languages: &[String]) -> Option<&'a str> {
    let primary = |tag: &str| tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
    languages
        .iter()
        .map(String::as_str)
        .chain(["en"])
        .find_map(|wanted| {
            let exact = text.iter().find(|(tag, _)| tag.eq_ignore_ascii_case(wanted));
            exact.or_else(|| text.iter().find(|(tag, _)| primary(tag) == primary(wanted)))
        })
        .or_else(|| text.iter().next())
        .map(|(_, words)| words.as_str())
}

/// A text of the descriptor as a person reads it; empty if the partner wrote none.
pub(crate) fn shown(text: &LocalText, languages: &[String], max: usize) -> String {
    localised(text, languages).map(|t| plain(t, max)).unwrap_or_default()
}

fn is_combining(c: char) -> bool {
    matches!(u32::from(c), 0x300..=0x36f | 0x483..=0x489 | 0x1ab0..=0x1aff | 0x1dc0..=0x1dff | 0x20d0..=0x20ff | 0xfe20..=0xfe2f)
}

/// Direction marks and overrides, zero-width blanks, tags. Joiners stay: some scripts cannot be written without them.
fn is_invisible(c: char) -> bool {
    matches!(u32::from(c),
        0xad | 0x61c | 0x180e | 0x200b | 0x200e | 0x200f | 0x202a..=0x202e | 0x2060..=0x206f | 0xfeff | 0xfff9..=0xfffc | 0xe0000..=0xe0fff)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controls_and_overrides_disappear() {
        assert_eq!(plain(" a\u{202e}b\u{200b}\r\n\tc\u{0}d \u{2028}e\u{e0041} ", 100), "ab c d e");
        assert_eq!(plain("<b>5 €</b>", 100), "<b>5 €</b>");
        assert_eq!(plain("می\u{200c}خواهم", 100), "می\u{200c}خواهم");
    }

    #[test]
    fn long_texts_are_clipped_by_characters() {
        assert_eq!(plain(&"é".repeat(10_000), 5), "éééé…");
        assert_eq!(plain("ab cd", 5), "ab cd");
        assert_eq!(plain("ab cde", 5), "ab c…");
        assert_eq!(plain("abcd e", 5), "abcd…");
        let heap: String = std::iter::once('z').chain(std::iter::repeat_n('\u{300}', 500)).collect();
        assert_eq!(plain(&heap, 100).chars().count(), 1 + MARKS_IN_A_ROW);
    }

    #[test]
    fn languages_fall_back_to_english_then_to_any() {
        let text = LocalText::from([("de-AT".into(), "Servus".into()), ("en".into(), "Hello".into()), ("fr".into(), "Salut".into())]);
        let pick = |languages: &[&str]| localised(&text, &languages.iter().map(|l| (*l).to_owned()).collect::<Vec<_>>()).map(str::to_owned);
        assert_eq!(pick(&["de"]).as_deref(), Some("Servus"));
        assert_eq!(pick(&["it", "fr-CA"]).as_deref(), Some("Salut"));
        assert_eq!(pick(&[]).as_deref(), Some("Hello"));
        assert_eq!(localised(&LocalText::from([("es".into(), "Hola".into())]), &[]), Some("Hola"));
        assert_eq!(localised(&LocalText::new(), &[]), None);
    }
}

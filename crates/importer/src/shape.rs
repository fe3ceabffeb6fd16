//! What a text looks like, without saying it: `31.12.2025` is `99.99.9999`, `Max Meyer` is `Aaaa Aaaa`.

/// Letters of one word that a shape shows. What is longer looks the same: the length of a name is nobody's business.
const WORD: usize = 4;
/// Digits of one number that a shape shows.
const NUMBER: usize = 12;
/// Characters of a shape at most.
const LONGEST: usize = 40;

/// The shape of a value: digits are `9`, letters `A` or `a`, signs stay as they are, and anything rare is `?`.
pub(crate) fn shape(text: &str) -> String {
    let mut shape = String::new();
    let (mut letters, mut digits) = (0, 0);
    for c in text.trim().chars() {
        let (drawn, run) = match c {
            c if c.is_alphabetic() => (if c.is_uppercase() { 'A' } else { 'a' }, &mut letters),
            c if c.is_numeric() => ('9', &mut digits),
            c => {
                (letters, digits) = (0, 0);
                shape.push(sign(c));
                continue;
            }
        };
        *run += 1;
        let shown = if drawn == '9' { *run <= NUMBER } else { *run <= WORD };
        if drawn == '9' {
            letters = 0;
        } else {
            digits = 0;
        }
        if shown {
            shape.push(drawn);
        }
    }
    match shape.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &shape[..end]),
        None => shape,
    }
}

fn sign(c: char) -> char {
    match c {
        c if c.is_ascii_punctuation() => c,
        '€' | '£' | '¥' | '₹' | '\u{2212}' | '’' => c,
        c if c.is_whitespace() => ' ',
        _ => '?',
    }
}

/// Whether a heading may be something of the person's, and no name of a column: an account, an address, a date, an amount.
pub(crate) fn looks_like_a_value(heading: &str) -> bool {
    const LONGEST_HEADING: usize = 60;
    let digits = heading.chars().filter(|c| c.is_numeric()).count();
    digits >= 2 || heading.contains('@') || heading.chars().count() > LONGEST_HEADING
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shape_shows_how_a_value_is_written_and_nothing_of_it() {
        for (value, drawn) in [
            ("31.12.2025", "99.99.9999"),
            ("-1.234,50 €", "-9.999,99 €"),
            ("Maximiliana Ångström", "Aaaa Aaaa"),
            ("DE89370400440532013000", "AA999999999999"),
            ("nora@example.org", "aaaa@aaaa.aaa"),
            ("日本語のとても長い名前", "aaaa"),
            ("٣٫٥ \u{202e}", "9?9 ?"),
            ("", ""),
        ] {
            assert_eq!(shape(value), drawn, "{value}");
        }
        assert_eq!(shape(&"a-".repeat(60)).chars().count(), LONGEST + 1);
    }

    #[test]
    fn a_heading_with_something_of_the_person_is_told_from_a_name() {
        for heading in ["DE89 3704 0044", "nora@example.org", "31.12.2025", "Saldo 2025", &"word ".repeat(20)] {
            assert!(looks_like_a_value(heading), "{heading}");
        }
        for heading in ["Booking date", "Amount (EUR)", "Address 2", "日付", "E-Mail"] {
            assert!(!looks_like_a_value(heading), "{heading}");
        }
    }
}

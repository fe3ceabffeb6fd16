//! The names that web pages give to letters.

use super::sgml::reference_letter;

/// Of the letters from U+00A0 on, in order.
const LATIN: &str = "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro \
    para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc \
    Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig \
    agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc \
    otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml";

const OTHERS: &[(&str, char)] = &[
    ("OElig", 'Œ'),
    ("oelig", 'œ'),
    ("Scaron", 'Š'),
    ("scaron", 'š'),
    ("Yuml", 'Ÿ'),
    ("Gbreve", 'Ğ'),
    ("gbreve", 'ğ'),
    ("Idot", 'İ'),
    ("imath", 'ı'),
    ("inodot", 'ı'),
    ("Scedil", 'Ş'),
    ("scedil", 'ş'),
    ("fnof", 'ƒ'),
    ("circ", 'ˆ'),
    ("tilde", '˜'),
    ("ensp", '\u{2002}'),
    ("emsp", '\u{2003}'),
    ("thinsp", '\u{2009}'),
    ("zwnj", '\u{200c}'),
    ("zwj", '\u{200d}'),
    ("lrm", '\u{200e}'),
    ("rlm", '\u{200f}'),
    ("ndash", '–'),
    ("mdash", '—'),
    ("lsquo", '‘'),
    ("rsquo", '’'),
    ("sbquo", '‚'),
    ("ldquo", '“'),
    ("rdquo", '”'),
    ("bdquo", '„'),
    ("dagger", '†'),
    ("bull", '•'),
    ("hellip", '…'),
    ("permil", '‰'),
    ("lsaquo", '‹'),
    ("rsaquo", '›'),
    ("euro", '€'),
    ("trade", '™'),
    ("larr", '←'),
    ("rarr", '→'),
    ("uarr", '↑'),
    ("darr", '↓'),
    ("minus", '−'),
    ("le", '≤'),
    ("ge", '≥'),
    ("ne", '≠'),
    ("colon", ':'),
    ("comma", ','),
    ("period", '.'),
    ("sol", '/'),
    ("lpar", '('),
    ("rpar", ')'),
    ("plus", '+'),
    ("num", '#'),
    ("dollar", '$'),
    ("percnt", '%'),
];

/// Names that pages write without the `;` behind them.
const BARE: [&str; 5] = ["nbsp", "amp", "lt", "gt", "quot"];

/// Resolves the references of a page; what means nothing stays as it stands.
pub(super) fn resolve_named(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(i) = rest.find('&') {
        out.push_str(&rest[..i]);
        rest = &rest[i + 1..];
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '#').unwrap_or(rest.len());
        let (name, behind) = rest.split_at(end);
        let (closed, behind) = behind.strip_prefix(';').map_or((false, behind), |behind| (true, behind));
        match letter(name).filter(|_| closed || BARE.contains(&name)) {
            Some(letter) => {
                out.push(letter);
                rest = behind;
            }
            None => out.push('&'),
        }
    }
    out.push_str(rest);
}

fn letter(name: &str) -> Option<char> {
    if let Some(letter) = reference_letter(name) {
        return Some(from_windows(letter));
    }
    let latin = (0xa0..=0xff_u8).zip(LATIN.split_ascii_whitespace()).find(|(_, known)| *known == name).map(|(code, _)| char::from(code));
    latin.or_else(|| OTHERS.iter().find(|(known, _)| *known == name).map(|(_, letter)| *letter))
}

/// Pages number letters that no text holds (U+0080 to U+009F) as Windows does.
fn from_windows(letter: char) -> char {
    match u8::try_from(letter) {
        Ok(byte @ 0x80..=0x9f) => encoding_rs::WINDOWS_1252.decode_without_bom_handling(&[byte]).0.chars().next().unwrap_or(letter),
        _ => letter,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_become_letters_and_the_rest_stays() {
        let mut out = String::new();
        resolve_named("A&ccedil;&atilde;o&nbsp;&nbsp-&yuml;&#128;&euro;&#x20AC; R&D AT&T &copy 2 &foo; &", &mut out);
        assert_eq!(out, "Ação  -ÿ€€€ R&D AT&T &copy 2 &foo; &");
    }
}

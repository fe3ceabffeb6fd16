use std::fmt;

use sha2::{Digest, Sha256};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::encoding::{CROCKFORD, crockford, crockford_digit, uncrockford};

const VERSION: u8 = 1;
const DIGITS: usize = 32;
const GROUP: usize = 4;

/// The printed way in: 16 random bytes with a version and a checksum, as eight groups of four characters.
///
/// It has no readable `Debug`; [`Self::groups`] is for the one screen and the one page that show it.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct RecoveryCode([u8; 16]);

/// Why a typed text is no recovery code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecoveryCodeError {
    #[error("A recovery code has 8 groups of 4 characters; this has {found} characters in all.")]
    Length { found: usize },
    #[error("Group {group} holds a character that no recovery code has.")]
    Character { group: usize },
    #[error("There is a typing mistake in group {group}.")]
    Typo { group: usize },
    #[error("There is a typing mistake in the code. Compare every group with the page.")]
    Checksum,
    #[error("This recovery code was made by a newer version of Holdall. Update Holdall to use it.")]
    Newer,
}

impl RecoveryCode {
    pub(crate) fn from_secret(secret: [u8; 16]) -> Self {
        Self(secret)
    }

    pub(crate) fn secret(&self) -> &[u8; 16] {
        &self.0
    }

    /// The eight groups, in the order in which they are printed.
    pub fn groups(&self) -> [String; 8] {
        let mut bytes = Zeroizing::new([0; 20]);
        bytes[0] = VERSION;
        bytes[1..17].copy_from_slice(&self.0);
        let sum = checksum(VERSION, &self.0);
        bytes[17..].copy_from_slice(&sum);
        let text = Zeroizing::new(crockford(bytes.as_ref()));
        std::array::from_fn(|i| text[i * GROUP..(i + 1) * GROUP].to_owned())
    }

    /// The groups with a dash between them: what the QR code holds.
    pub fn text(&self) -> Zeroizing<String> {
        Zeroizing::new(self.groups().join("-"))
    }

    /// Reads a code as people type it: any case, spaces, dashes and line breaks anywhere, `o` for 0, `i` and `l` for 1.
    pub fn parse(typed: &str) -> Result<Self, RecoveryCodeError> {
        let mut digits = Zeroizing::new(Vec::with_capacity(DIGITS));
        for c in typed.chars().filter(|c| !is_separator(*c)) {
            if digits.len() == DIGITS {
                let found = typed.chars().filter(|c| !is_separator(*c)).count();
                return Err(RecoveryCodeError::Length { found });
            }
            let group = digits.len() / GROUP + 1;
            digits.push(crockford_digit(c).ok_or(RecoveryCodeError::Character { group })?);
        }
        if digits.len() != DIGITS {
            return Err(RecoveryCodeError::Length { found: digits.len() });
        }
        match decode(&digits) {
            Decoded::Right(secret) => Ok(Self(secret)),
            Decoded::Newer => Err(RecoveryCodeError::Newer),
            Decoded::Wrong => Err(match mistaken_group(&mut digits) {
                Some(group) => RecoveryCodeError::Typo { group },
                None => RecoveryCodeError::Checksum,
            }),
        }
    }
}

impl fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryCode(redacted)")
    }
}

fn is_separator(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | '\u{2010}'..='\u{2015}' | '_' | '.' | '\u{FEFF}' | '\u{200B}' | '\u{FF0D}')
}

fn checksum(version: u8, secret: &[u8; 16]) -> [u8; 3] {
    let hash = Sha256::new().chain_update(b"holdall recovery code\0").chain_update([version]).chain_update(secret).finalize();
    [hash[0], hash[1], hash[2]]
}

enum Decoded {
    Right([u8; 16]),
    Newer,
    Wrong,
}

fn decode(digits: &[u8]) -> Decoded {
    let Some(bytes) = uncrockford::<20>(digits).map(Zeroizing::new) else { return Decoded::Wrong };
    let mut secret = [0; 16];
    secret.copy_from_slice(&bytes[1..17]);
    match (checksum(bytes[0], &secret) == bytes[17..], bytes[0] == VERSION) {
        (true, true) => Decoded::Right(secret),
        (true, false) => Decoded::Newer,
        (false, _) => Decoded::Wrong,
    }
}

/// Looks for the one group in which a single wrong character, or two swapped neighbours, would explain the checksum. The
/// mistake is named, never corrected: the person compares that group with the page.
fn mistaken_group(digits: &mut [u8]) -> Option<usize> {
    let mut found = None;
    let mut note = |group: usize| match found {
        None => {
            found = Some(group);
            true
        }
        Some(earlier) => earlier == group,
    };
    for at in 0..DIGITS {
        let typed = digits[at];
        for other in 0..CROCKFORD.len() as u8 {
            digits[at] = other;
            if other != typed && !matches!(decode(digits), Decoded::Wrong) && !note(at / GROUP + 1) {
                return None;
            }
        }
        digits[at] = typed;
        if at > 0 && digits[at - 1] != typed {
            digits.swap(at - 1, at);
            if !matches!(decode(digits), Decoded::Wrong) && !note((at - 1) / GROUP + 1) {
                return None;
            }
            digits.swap(at - 1, at);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code() -> RecoveryCode {
        RecoveryCode(std::array::from_fn(|i| (i * 17 + 3) as u8))
    }

    #[test]
    fn e18_the_printed_form_never_changes() {
        // Vectors, computed apart from this code: printed pages must be readable for ever.
        for (secret, text) in [
            ([0; 16], "0400-0000-0000-0000-0000-0000-0007-2BKV"),
            ([0xff; 16], "07ZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZS-9FJ7"),
            (*code().secret(), "041H-899P-8XC6-JYMB-KJPV-XKZ0-Y418-TYFB"),
        ] {
            let code = RecoveryCode(secret);
            assert_eq!(*code.text(), text);
            assert_eq!(RecoveryCode::parse(text), Ok(code));
        }
    }

    #[test]
    fn e11_it_is_read_as_people_type_it() {
        let text = code().text();
        let sloppy = format!(" {}\r\n", text.to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l"));
        assert_eq!(RecoveryCode::parse(&sloppy), Ok(code()));
        assert_eq!(RecoveryCode::parse(&text.replace('-', "")), Ok(code()));
        let wide: String =
            text.chars().map(|c| if c == '-' { c } else { char::from_u32(c as u32 + 0xFEE0).expect("a full-width form") }).collect();
        assert_eq!(RecoveryCode::parse(&wide), Ok(code()));
    }

    #[test]
    fn e12_every_single_typo_is_caught_and_its_group_named() {
        let text: Vec<u8> = code().text().bytes().filter(|b| *b != b'-').collect();
        let (mut caught, mut named) = (0, 0);
        for at in 0..DIGITS {
            for other in CROCKFORD.iter().filter(|c| **c != text[at]) {
                let mut typo = text.clone();
                typo[at] = *other;
                match RecoveryCode::parse(std::str::from_utf8(&typo).expect("ASCII")) {
                    Err(RecoveryCodeError::Typo { group }) if group == at / GROUP + 1 => named += 1,
                    Err(RecoveryCodeError::Checksum) => {}
                    other => panic!("position {at}: {other:?}"),
                }
                caught += 1;
            }
        }
        assert_eq!(caught, 992);
        assert!(named > 900, "only {named} of 992 typos were located");
    }

    #[test]
    fn e12_every_transposition_is_caught() {
        let text: Vec<u8> = code().text().bytes().filter(|b| *b != b'-').collect();
        let mut tried = 0;
        for a in 0..DIGITS {
            for b in a + 1..DIGITS {
                if text[a] == text[b] {
                    continue;
                }
                let mut swapped = text.clone();
                swapped.swap(a, b);
                assert!(RecoveryCode::parse(std::str::from_utf8(&swapped).expect("ASCII")).is_err(), "{a} and {b}");
                tried += 1;
            }
        }
        assert!(tried > 400);
    }

    #[test]
    fn wrong_lengths_and_characters_are_named() {
        assert_eq!(RecoveryCode::parse("0400"), Err(RecoveryCodeError::Length { found: 4 }));
        assert_eq!(RecoveryCode::parse(&"0".repeat(33)), Err(RecoveryCodeError::Length { found: 33 }));
        assert_eq!(RecoveryCode::parse("0400-00U0"), Err(RecoveryCodeError::Character { group: 2 }));
        assert_eq!(format!("{:?}", code()), "RecoveryCode(redacted)");
    }
}

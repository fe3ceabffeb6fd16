//! A key's fingerprint as six words, to be compared by telephone.

use holdall_protocol::key::Thumbprint;

/// Consonants and vowels of a proquint (A Proposal for Proquints, D. S. Wilkerson, 2009): sixteen bits are one word of
/// five letters that is spoken and written the same in most languages, and needs no list of words.
const CONSONANTS: &[u8; 16] = b"bdfghjklmnprstvz";
const VOWELS: &[u8; 4] = b"aiou";

/// The first 96 bits of the thumbprint as six words.
pub fn key_words(key: &Thumbprint) -> Vec<String> {
    key.as_bytes()[..12].chunks_exact(2).map(|pair| word(u16::from_be_bytes([pair[0], pair[1]]))).collect()
}

fn word(bits: u16) -> String {
    let consonant = |shift: u16| char::from(CONSONANTS[usize::from(bits >> shift & 15)]);
    let vowel = |shift: u16| char::from(VOWELS[usize::from(bits >> shift & 3)]);
    [consonant(12), vowel(10), consonant(6), vowel(4), consonant(0)].into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_those_of_the_proposal() {
        // 127.0.0.1 and 63.84.220.193 in the paper.
        assert_eq!((word(0x7f00), word(0x0001)), ("lusab".to_owned(), "babad".to_owned()));
        assert_eq!((word(0x3f54), word(0xdcc1)), ("gutih".to_owned(), "tugad".to_owned()));
    }
}

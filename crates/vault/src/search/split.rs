use rusqlite::Connection;

use crate::VaultError;

/// Splits text into words exactly as the index does, by asking the same tokenizer.
pub(super) struct Splitter(Connection);

/// Nobody types more words than this to find something.
const MOST_WORDS: u32 = 16;
const LONGEST_TEXT: usize = 1000;

impl Splitter {
    pub(super) fn new() -> Result<Self, VaultError> {
        let db = crate::db::open_in_memory()?;
        db.execute_batch(
            "CREATE VIRTUAL TABLE typed USING fts5 (text, tokenize = \"unicode61 remove_diacritics 2\");
             CREATE VIRTUAL TABLE typed_words USING fts5vocab (typed, instance);",
        )?;
        Ok(Self(db))
    }

    pub(super) fn words(&mut self, text: &str) -> Result<Vec<String>, VaultError> {
        // The private-use area is ours: it marks what is not a word of the record.
        let clean: String = text.chars().take(LONGEST_TEXT).filter(|c| !('\u{E000}'..='\u{F8FF}').contains(c)).collect();
        let tx = self.0.transaction()?;
        tx.prepare_cached("INSERT INTO typed (rowid, text) VALUES (1, ?1)")?.execute([clean])?;
        let words = {
            let mut statement = tx.prepare_cached("SELECT term FROM typed_words ORDER BY offset LIMIT ?1")?;
            statement.query_map([MOST_WORDS], |row| row.get(0))?.collect::<Result<_, _>>()?
        };
        // Rolled back: what was typed is kept nowhere.
        Ok(words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_folded_and_foreign_syntax_is_only_text() {
        let mut splitter = Splitter::new().expect("opens");
        let mut words = |text: &str| splitter.words(text).expect("splits");
        assert_eq!(words("Café AMAZON.co.uk"), ["cafe", "amazon", "co", "uk"]);
        assert_eq!(words("cafe\u{301}"), ["cafe"]);
        assert_eq!(words("\" OR 1=1 -- NEAR( *"), ["or", "1", "1", "near"]);
        assert_eq!(words("\u{E000}v1"), ["v1"]);
        assert_eq!(words("  "), Vec::<String>::new());
        assert_eq!(words(&"a ".repeat(5000)).len(), MOST_WORDS as usize);
    }
}

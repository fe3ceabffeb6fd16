use rusqlite::{Connection, OptionalExtension};

use crate::VaultError;

/// Shorter unfinished words would match half of the index: they must be whole.
const SHORTEST_PREFIX: usize = 3;
/// Words that an unfinished one is spelled out to. FTS5 gathers all records of all such words before it gives the first; asked for each
/// word by name it gives the newest at once.
const SPELLED_OUT: usize = 48;

/// What the index is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Question {
    /// All of them must occur, folded as the index folds them.
    pub words: Vec<String>,
    /// The last word may go on.
    pub unfinished: bool,
    /// Of each list one tag must be there.
    pub tags: Vec<Vec<String>>,
}

impl Question {
    pub(crate) fn is_empty(&self) -> bool {
        self.words.is_empty() && self.tags.iter().all(Vec::is_empty)
    }

    /// The question in FTS5's language. Every word stands in quotes, so nothing that was typed is syntax.
    pub(crate) fn expression(&self, index: &Connection) -> Result<String, VaultError> {
        let mut parts = Vec::new();
        for (i, word) in self.words.iter().enumerate() {
            let goes_on = self.unfinished && i + 1 == self.words.len() && word.len() >= SHORTEST_PREFIX;
            parts.push(if goes_on { continued(index, word)? } else { quoted(word) });
        }
        parts.extend(self.tags.iter().filter(|list| !list.is_empty()).map(|list| any_of(list)));
        Ok(parts.join(" AND "))
    }
}

/// An unfinished word: any of the words that begin with it, or FTS5's own prefix search where they are many (and then mostly rare).
fn continued(index: &Connection, prefix: &str) -> Result<String, VaultError> {
    let mut next = index.prepare_cached("SELECT term FROM known_word WHERE term >= ?1 LIMIT 1")?;
    let mut words: Vec<String> = Vec::new();
    let mut from = prefix.to_owned();
    loop {
        let word: Option<String> = next.query_row([&from], |row| row.get(0)).optional()?;
        match word.filter(|word| word.starts_with(prefix)) {
            None if words.is_empty() => return Ok(quoted(prefix)),
            None => return Ok(any_of(&words)),
            Some(_) if words.len() == SPELLED_OUT => return Ok(format!("{}*", quoted(prefix))),
            Some(word) => {
                // The least word after this one.
                from = format!("{word}\u{1}");
                words.push(word);
            }
        }
    }
}

fn any_of(words: &[String]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| quoted(word)).collect();
    format!("({})", quoted.join(" OR "))
}

fn quoted(word: &str) -> String {
    format!("\"{}\"", word.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index(texts: &[&str]) -> Connection {
        let mut db = crate::db::open_in_memory().expect("opens");
        crate::db::migrate(&mut db, crate::db::SEARCH).expect("migrates");
        for (n, text) in texts.iter().enumerate() {
            db.execute("INSERT INTO word (rowid, text) VALUES (?1, ?2)", rusqlite::params![n as i64 + 1, text]).expect("inserts");
        }
        db
    }

    fn ask(db: &Connection, words: &[&str], unfinished: bool, tags: &[&[&str]]) -> String {
        let own = |list: &[&str]| list.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>();
        let question = Question { words: own(words), unfinished, tags: tags.iter().map(|list| own(list)).collect() };
        question.expression(db).expect("asks")
    }

    #[test]
    fn words_are_quoted_joined_and_spelled_out() {
        let db = index(&["coffee", "coffer coffees", "tea"]);
        assert_eq!(ask(&db, &["a", "coff"], true, &[]), "\"a\" AND (\"coffee\" OR \"coffees\" OR \"coffer\")");
        assert_eq!(ask(&db, &["coffee"], true, &[]), "(\"coffee\" OR \"coffees\")");
        assert_eq!(ask(&db, &["coffee"], false, &[]), "\"coffee\"");
        assert_eq!(ask(&db, &["co"], true, &[]), "\"co\"");
        assert_eq!(ask(&db, &["unheard"], true, &[]), "\"unheard\"");
        assert_eq!(ask(&db, &[], true, &[&["x", "y"], &[]]), "(\"x\" OR \"y\")");
        assert_eq!(ask(&db, &["\""], false, &[]), "\"\"\"\"");
    }

    #[test]
    fn too_many_words_are_left_to_the_index() {
        let many: Vec<String> = (0..60).map(|n| format!("word{n:02}")).collect();
        let texts: Vec<&str> = many.iter().map(String::as_str).collect();
        let db = index(&texts);
        assert_eq!(ask(&db, &["word"], true, &[]), "\"word\"*");
        let found = |expression: &str| -> i64 {
            db.query_row("SELECT count(*) FROM word WHERE word MATCH ?1", [expression], |row| row.get(0)).expect("finds")
        };
        assert_eq!((found(&ask(&db, &["word"], true, &[])), found(&ask(&db, &["word1"], true, &[]))), (60, 10));
    }
}

/// Shorter unfinished words would match half of the index: they must be whole.
const SHORTEST_PREFIX: usize = 3;

/// The query in FTS5's language. Every word stands in quotes, so nothing that was typed is syntax.
///
/// All words must occur, and one of each list of alternatives. `None` if there is nothing to ask for.
pub(crate) fn expression(words: &[String], last_is_unfinished: bool, alternatives: &[Vec<String>]) -> Option<String> {
    let mut parts: Vec<String> = Vec::new();
    for (i, word) in words.iter().enumerate() {
        let unfinished = last_is_unfinished && i + 1 == words.len() && word.len() >= SHORTEST_PREFIX;
        parts.push(format!("{}{}", quoted(word), if unfinished { "*" } else { "" }));
    }
    for list in alternatives.iter().filter(|list| !list.is_empty()) {
        let any: Vec<String> = list.iter().map(|tag| quoted(tag)).collect();
        parts.push(format!("({})", any.join(" OR ")));
    }
    (!parts.is_empty()).then(|| parts.join(" AND "))
}

fn quoted(word: &str) -> String {
    format!("\"{}\"", word.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_and_joined() {
        let words = |w: &[&str]| w.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>();
        assert_eq!(expression(&words(&["a", "coff"]), true, &[]).as_deref(), Some("\"a\" AND \"coff\"*"));
        assert_eq!(expression(&words(&["co"]), true, &[]).as_deref(), Some("\"co\""));
        assert_eq!(expression(&words(&["coffee"]), false, &[]).as_deref(), Some("\"coffee\""));
        assert_eq!(expression(&[], true, &[words(&["x", "y"]), words(&[])]).as_deref(), Some("(\"x\" OR \"y\")"));
        assert_eq!(expression(&[], true, &[]), None);
        assert_eq!(expression(&words(&["\""]), false, &[]).as_deref(), Some("\"\"\"\""));
    }
}

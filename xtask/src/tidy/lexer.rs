//! Just enough of Rust's and TypeScript's lexical rules to tell code from comments and strings.

/// A source with comments and the insides of strings blanked out, line for line.
pub struct Code {
    pub blanked: String,
    /// Every string literal: the line it starts on (from 1) and its text as written.
    pub strings: Vec<(usize, String)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Language {
    Rust,
    TypeScript,
}

struct Lexer {
    chars: Vec<char>,
    at: usize,
    line: usize,
    out: String,
    strings: Vec<(usize, String)>,
}

pub fn read(text: &str, language: Language) -> Code {
    let mut lexer = Lexer { chars: text.chars().collect(), at: 0, line: 1, out: String::with_capacity(text.len()), strings: Vec::new() };
    while let Some(c) = lexer.peek(0) {
        match (c, lexer.peek(1)) {
            ('/', Some('/')) => lexer.blank_while(|rest| rest.first() != Some(&'\n')),
            ('/', Some('*')) => lexer.block_comment(language),
            ('"', _) => lexer.string('"'),
            ('\'' | '`', _) if language == Language::TypeScript => lexer.string(c),
            ('/', _) if language == Language::TypeScript && lexer.opens_pattern() => lexer.pattern(),
            ('\'', _) => lexer.character(),
            ('r', Some('"' | '#')) if lexer.starts_word() && lexer.raw_hashes().is_some() => lexer.raw_string(),
            _ => lexer.keep(),
        }
    }
    Code { blanked: lexer.out, strings: lexer.strings }
}

impl Lexer {
    fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at + ahead).copied()
    }

    fn keep(&mut self) {
        if let Some(c) = self.peek(0) {
            self.line += usize::from(c == '\n');
            self.out.push(c);
            self.at += 1;
        }
    }

    fn blank(&mut self) {
        if let Some(c) = self.peek(0) {
            self.line += usize::from(c == '\n');
            self.out.push(if c == '\n' { '\n' } else { ' ' });
            self.at += 1;
        }
    }

    fn blank_while(&mut self, goes_on: impl Fn(&[char]) -> bool) {
        while self.at < self.chars.len() && goes_on(&self.chars[self.at..]) {
            self.blank();
        }
    }

    /// Rust's block comments nest; TypeScript's do not.
    fn block_comment(&mut self, language: Language) {
        let mut depth = 0_usize;
        loop {
            match (self.peek(0), self.peek(1)) {
                (Some('/'), Some('*')) if depth == 0 || language == Language::Rust => depth += 1,
                (Some('*'), Some('/')) => depth = depth.saturating_sub(1),
                (None, _) => return,
                _ => {
                    self.blank();
                    continue;
                }
            }
            self.blank();
            self.blank();
            if depth == 0 {
                return;
            }
        }
    }

    fn string(&mut self, quote: char) {
        let (line, start) = (self.line, self.at + 1);
        self.keep();
        while let Some(c) = self.peek(0) {
            if c == quote {
                break;
            }
            if c == '\\' {
                self.blank();
            }
            self.blank();
        }
        self.finish_string(line, start);
        self.keep();
    }

    fn finish_string(&mut self, line: usize, start: usize) {
        let end = self.at.min(self.chars.len());
        self.strings.push((line, self.chars[start.min(end)..end].iter().collect()));
    }

    /// A character literal, or a lifetime, which is only a quote before a name.
    fn character(&mut self) {
        let is_escape = self.peek(1) == Some('\\');
        if !is_escape && self.peek(2) != Some('\'') {
            self.keep();
            return;
        }
        self.keep();
        if is_escape {
            self.blank();
        }
        self.blank();
        self.blank_while(|rest| !matches!(rest.first(), Some('\'' | '\n')));
        self.keep();
    }

    fn starts_word(&self) -> bool {
        let before = self.at.checked_sub(1).and_then(|at| self.chars.get(at));
        before.is_none_or(|c| !c.is_alphanumeric() && *c != '_') || (before == Some(&'b'))
    }

    /// How many hashes stand before the quote of a raw string; `None` where it is none (such as `r#type`).
    fn raw_hashes(&self) -> Option<usize> {
        let hashes = self.chars[self.at + 1..].iter().take_while(|c| **c == '#').count();
        (self.peek(1 + hashes) == Some('"')).then_some(hashes)
    }

    fn raw_string(&mut self) {
        let hashes = self.raw_hashes().unwrap_or(0);
        let line = self.line;
        (0..hashes + 2).for_each(|_| self.keep());
        let start = self.at;
        let closing: Vec<char> = std::iter::once('"').chain(std::iter::repeat_n('#', hashes)).collect();
        self.blank_while(|rest| !rest.starts_with(&closing));
        self.finish_string(line, start);
        (0..closing.len()).for_each(|_| self.keep());
    }

    /// Whether a slash here opens a regular expression: it does where a value cannot have just ended.
    fn opens_pattern(&self) -> bool {
        let before = self.out.trim_end();
        before.is_empty()
            || before.ends_with(['(', ',', '=', ':', '[', '!', '&', '|', '?', '{', '}', ';', '>'])
            || before.ends_with("return")
    }

    fn pattern(&mut self) {
        self.keep();
        let mut in_class = false;
        while let Some(c) = self.peek(0) {
            match c {
                '\n' => return,
                '/' if !in_class => break,
                '[' => in_class = true,
                ']' => in_class = false,
                '\\' => self.blank(),
                _ => {}
            }
            self.blank();
        }
        self.keep();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rust(text: &str) -> Code {
        read(text, Language::Rust)
    }

    #[test]
    fn comments_and_strings_are_blanked_and_lines_kept() {
        let code = rust("a // { x\n/* { /* } */\n{ */ b \"{\\\"\" c");
        assert_eq!(code.blanked.lines().map(str::trim).collect::<Vec<_>>(), ["a", "", "b \"   \" c"]);
        assert_eq!(code.strings, [(3, "{\\\"".to_owned())]);
    }

    #[test]
    fn lifetimes_are_not_characters() {
        assert_eq!(rust("fn f<'a>(x: &'a str) -> char { '{' }").blanked, "fn f<'a>(x: &'a str) -> char { ' ' }");
        assert_eq!(rust(r"('\'', '\u{7b}', b'}')").blanked.matches(['{', '}']).count(), 0);
    }

    #[test]
    fn raw_strings_end_at_their_own_hashes() {
        let code = rust("r#\"a \" {\"# r#type br\"}\"");
        assert_eq!(code.blanked.matches(['{', '}']).count(), 0);
        assert_eq!(code.strings.len(), 2);
        assert!(code.blanked.contains("r#type"));
    }

    #[test]
    fn a_slash_is_a_division_or_a_pattern() {
        let code = read("const a = b / c; const d = /[/{]\\/{/.test(x); `${y} {`", Language::TypeScript);
        assert_eq!(code.blanked.matches('{').count(), 0);
        assert!(code.blanked.contains("b / c"));
    }
}

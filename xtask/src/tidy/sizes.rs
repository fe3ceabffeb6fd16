//! Files of at most 600 lines, functions under 70.

use super::lexer::{self, Language};
use super::{Problem, Tree};
use anyhow::Result;

const FILE_LINES: usize = 600;
const FUNCTION_LINES: usize = 70;

pub fn check(tree: &Tree) -> Result<Vec<Problem>> {
    let mut problems = Vec::new();
    for source in &tree.sources {
        if source.is_generated()
            || source.is_foreign()
            || !source.has_ending(&["rs", "ts", "mjs", "js", "svelte", "css", "py", "sh", "sql"])
        {
            continue;
        }
        let lines = source.text.lines().count();
        if lines > FILE_LINES {
            problems.push(Problem::new(&source.path, 0, format!("{lines} lines; split it, {FILE_LINES} is the most")));
        }
        let language = if source.has_ending(&["rs"]) { Language::Rust } else { Language::TypeScript };
        let text = if source.has_ending(&["svelte"]) { script_of(&source.text) } else { source.text.clone() };
        if source.has_ending(&["css", "py", "sh", "sql"]) {
            continue;
        }
        for (line, name, length) in long_functions(&text, language) {
            problems.push(Problem::new(&source.path, line, format!("`{name}` has {length} lines; keep functions under {FUNCTION_LINES}")));
        }
    }
    Ok(problems)
}

/// A component with everything outside its scripts blanked, so that line numbers hold.
fn script_of(text: &str) -> String {
    let mut inside = false;
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        let opens = line.trim_start().starts_with("<script");
        let closes = line.trim_start().starts_with("</script");
        if inside && !closes {
            out.push_str(line);
        }
        inside = (inside || opens) && !closes;
        out.push('\n');
    }
    out
}

/// Functions that are too long: first line, name, number of lines.
fn long_functions(text: &str, language: Language) -> Vec<(usize, String, usize)> {
    let code = lexer::read(text, language).blanked;
    let lines: Vec<&str> = code.lines().collect();
    let mut found = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let Some(name) = function_name(line, language) else { continue };
        if let Some(length) = body_length(&lines[index..])
            && length >= FUNCTION_LINES
        {
            found.push((index + 1, name, length));
        }
    }
    found
}

/// The name of the function that starts on this line. In TypeScript: declarations and functions that are given a name; not callbacks.
fn function_name(line: &str, language: Language) -> Option<String> {
    let keyword = if language == Language::Rust { "fn" } else { "function" };
    if let Some(rest) = after_word(line, keyword) {
        return Some(identifier(rest)).filter(|name| !name.is_empty());
    }
    if language == Language::TypeScript && line.contains("=> {") {
        let rest = after_word(line, "const").or_else(|| after_word(line, "let"))?;
        let name = identifier(rest);
        return rest[name.len()..].trim_start().starts_with(['=', ':']).then_some(name);
    }
    None
}

fn after_word<'a>(line: &'a str, word: &str) -> Option<&'a str> {
    let at = line.find(&format!("{word} "))?;
    let alone = line[..at].chars().next_back().is_none_or(|c| !c.is_alphanumeric() && c != '_');
    alone.then(|| line[at + word.len()..].trim_start())
}

fn identifier(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_' || *c == '$').collect()
}

/// Lines from the first to the one that closes the body; `None` for a declaration without one.
fn body_length(lines: &[&str]) -> Option<usize> {
    let (mut depth, mut round) = (0_i32, 0_i32);
    for (index, line) in lines.iter().enumerate() {
        for c in line.chars() {
            match c {
                '(' | '[' => round += 1,
                ')' | ']' => round -= 1,
                ';' if depth == 0 && round == 0 => return None,
                '{' => depth += 1,
                '}' => {
                    depth -= 1;
                    if depth == 0 && round == 0 {
                        return Some(index + 1);
                    }
                }
                _ => {}
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn function(head: &str, body_lines: usize, tail: &str) -> String {
        format!("{head}\n{}{tail}\n", "    work();\n".repeat(body_lines))
    }

    #[test]
    fn a_function_of_seventy_lines_is_too_long_and_one_less_is_not() {
        assert_eq!(
            long_functions(&function("pub async fn long(x: [u8; 2]) -> u8 {", 68, "}"), Language::Rust),
            [(1, "long".to_owned(), 70)]
        );
        assert!(long_functions(&function("fn fits() {", 67, "}"), Language::Rust).is_empty());
    }

    #[test]
    fn named_functions_of_typescript_are_measured_and_callbacks_are_not() {
        assert_eq!(long_functions(&function("export const long = async (a: string) => {", 70, "};"), Language::TypeScript).len(), 1);
        assert_eq!(long_functions(&function("export function long({ a, b }: Props) {", 70, "}"), Language::TypeScript).len(), 1);
        assert!(long_functions(&function("describe('story', () => {", 70, "});"), Language::TypeScript).is_empty());
    }

    #[test]
    fn a_component_is_measured_in_its_script_alone() {
        let text = function("<script lang=\"ts\">\nfunction long() {", 70, "}\n</script>\n<p>function text {</p>");
        assert_eq!(long_functions(&script_of(&text), Language::TypeScript), [(2, "long".to_owned(), 72)]);
    }
}

//! Words that must not stand in a source, each with the reason.

use super::lexer::{self, Language};
use super::{Problem, Source, Tree};
use anyhow::Result;

struct Word {
    word: &'static str,
    why: &'static str,
}

const fn word(word: &'static str, why: &'static str) -> Word {
    Word { word, why }
}

/// In Rust code, comments and strings aside.
const RUST: &[Word] = &[
    word("todo!(", "write it, or leave it out"),
    word("unimplemented!(", "write it, or leave it out"),
    word("#[ignore", "a test that never runs proves nothing"),
    word("assert!(true", "this test cannot fail"),
    word("thread::sleep(", "wait for the event itself; a sleep is either too short or too long"),
];

/// In what the window ships: below `ui/src`, tests aside.
const WINDOW: &[Word] = &[
    word("{@html", "text from files must never become HTML"),
    word("innerHTML", "text from files must never become HTML"),
    word("outerHTML", "text from files must never become HTML"),
    word("insertAdjacentHTML", "text from files must never become HTML"),
    word("document.write", "text from files must never become HTML"),
    word("eval(", "the window runs no code that is made from text"),
    word("new Function(", "the window runs no code that is made from text"),
    word("localStorage", "nothing of the vault rests in clear in the web view"),
    word("sessionStorage", "nothing of the vault rests in clear in the web view"),
    word("indexedDB", "nothing of the vault rests in clear in the web view"),
];

/// In tests written in TypeScript or JavaScript.
const SCRIPT_TESTS: &[Word] = &[
    word("it.skip(", "a test that never runs proves nothing"),
    word("test.skip(", "a test that never runs proves nothing"),
    word("describe.skip(", "a test that never runs proves nothing"),
    word("it.only(", "it silences every other test"),
    word("test.only(", "it silences every other test"),
    word("describe.only(", "it silences every other test"),
    word("debugger;", "it stops the window"),
];

/// In every text. Written in two halves, so that this file is no breach itself.
const EVERYWHERE: &[Word] = &[
    word(concat!("/wo", "rk/"), "a path of one machine"),
    word(concat!("/ro", "ot/"), "a path of one machine"),
    word(concat!("/tm", "p/t/"), "a path of one machine"),
    word(concat!("coming ", "soon"), "say what is there; leave the rest out"),
];

pub fn check(tree: &Tree) -> Result<Vec<Problem>> {
    let mut problems = Vec::new();
    for source in tree.sources.iter().filter(|source| !source.is_foreign()) {
        search(source, &source.text, EVERYWHERE, &mut problems);
        if source.has_ending(&["rs"]) {
            search(source, &lexer::read(&source.text, Language::Rust).blanked, RUST, &mut problems);
        }
        if is_window(source) {
            search(source, &source.text, WINDOW, &mut problems);
        }
        if source.has_ending(&["ts", "mjs", "js", "svelte"]) {
            search(source, &source.text, SCRIPT_TESTS, &mut problems);
        }
        if source.path.ends_with("package-lock.json") {
            check_origins(source, &mut problems);
        }
    }
    check_bridge(tree, &mut problems);
    Ok(problems)
}

fn is_window(source: &Source) -> bool {
    source.path.starts_with("ui/src/") && !source.path.ends_with(".test.ts")
}

fn search(source: &Source, text: &str, words: &[Word], problems: &mut Vec<Problem>) {
    for (index, line) in text.lines().enumerate() {
        for Word { word, why } in words {
            if stands_alone(line, word) {
                problems.push(Problem::new(&source.path, index + 1, format!("`{word}` must not stand here: {why}")));
            }
        }
    }
}

/// Whether `word` occurs other than as the tail of a longer name: `retrieval(` is not `eval(`.
fn stands_alone(line: &str, word: &str) -> bool {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| !word.starts_with(is_name) || !line[..at].ends_with(is_name))
}

/// Packages come from the public npm registry, whatever mirror the person who locked them used.
fn check_origins(source: &Source, problems: &mut Vec<Problem>) {
    for (index, line) in source.text.lines().enumerate() {
        if line.contains("\"resolved\": \"http") && !line.contains("\"https://registry.npmjs.org/") {
            problems.push(Problem::new(&source.path, index + 1, "a package from somewhere else than the public npm registry"));
        }
    }
}

/// One file of the window may know that there is a shell around it.
fn check_bridge(tree: &Tree, problems: &mut Vec<Problem>) {
    let uses = |source: &&Source| is_window(source) && !source.is_generated() && source.text.contains("'@tauri-apps/");
    for source in tree.sources.iter().filter(uses).skip(1) {
        problems.push(Problem::new(&source.path, 0, "only one file of the window may import @tauri-apps; speak to its interface instead"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_one(path: &str, text: &str) -> Vec<String> {
        let tree = Tree { paths: vec![path.to_owned()], sources: vec![Source { path: path.to_owned(), text: text.to_owned() }] };
        check(&tree)
            .map(|problems| problems.iter().map(|problem| format!("{}:{}", problem.path, problem.line)).collect())
            .unwrap_or_default()
    }

    #[test]
    fn stubs_and_sleeping_tests_are_found_in_code_only() {
        assert_eq!(check_one("a.rs", "// todo!()\nlet x = \"todo!()\";\ntodo!();\nstd::thread::sleep(d);"), ["a.rs:3", "a.rs:4"]);
    }

    #[test]
    fn the_window_builds_no_html_and_runs_no_text() {
        assert_eq!(check_one("ui/src/a.svelte", "<p>{@html x}</p>\nretrieval(x)\neval(x)"), ["ui/src/a.svelte:1", "ui/src/a.svelte:3"]);
        assert!(check_one("tests/e2e/a.mjs", "el.innerHTML").is_empty());
        assert!(check_one("ui/src/rules.test.ts", "el.innerHTML").is_empty());
    }

    #[test]
    fn packages_of_a_mirror_are_found() {
        let lock = "\"resolved\": \"https://registry.npmjs.org/a\",\n\"resolved\": \"https://mirror.example/a\",";
        assert_eq!(check_one("package-lock.json", lock), ["package-lock.json:2"]);
    }
}

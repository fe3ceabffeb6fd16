//! Links in Markdown files lead to files, and to headings, that exist.

use super::{Problem, Source, Tree};
use anyhow::Result;

pub fn check(tree: &Tree) -> Result<Vec<Problem>> {
    let mut problems = Vec::new();
    for source in tree.sources.iter().filter(|source| source.has_ending(&["md"])) {
        for (line, target) in links(&source.text) {
            if let Some(text) = fault(tree, source, &target) {
                problems.push(Problem::new(&source.path, line, format!("the link to `{target}` is dead: {text}")));
            }
        }
    }
    Ok(problems)
}

fn fault(tree: &Tree, source: &Source, target: &str) -> Option<&'static str> {
    if target.contains("://") || target.starts_with("mailto:") {
        return None;
    }
    let (path, anchor) = target.split_once('#').unwrap_or((target, ""));
    let path = if path.is_empty() { source.path.clone() } else { resolve(&source.path, path) };
    if !path.is_empty() && !tree.has(&path) && !tree.has_folder(&path) {
        return Some("there is no such file");
    }
    let page = tree.sources.iter().find(|other| other.path == path && other.has_ending(&["md"]));
    let known = page.is_none_or(|page| anchor.is_empty() || headings(&page.text).any(|heading| heading == anchor));
    (!known).then_some("there is no such heading")
}

/// `target` as seen from the file `from`.
fn resolve(from: &str, target: &str) -> String {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    if target.starts_with('/') {
        parts.clear();
    }
    for part in target.trim_end_matches('/').split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            name => parts.push(name),
        }
    }
    parts.join("/")
}

/// Lines outside fenced code, counted from 1.
fn prose(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut fenced = false;
    text.lines().enumerate().filter_map(move |(index, line)| {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
            return None;
        }
        (!fenced).then_some((index + 1, line))
    })
}

fn links(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (number, line) in prose(text) {
        // Every second piece between backticks is code.
        for piece in line.split('`').step_by(2) {
            let targets = piece.split("](").skip(1).filter_map(|rest| rest.split_once(')'));
            found.extend(targets.map(|(target, _)| (number, target.split(' ').next().unwrap_or_default().to_owned())));
        }
    }
    found
}

/// The anchors of a page's headings, as code hosts make them.
fn headings(text: &str) -> impl Iterator<Item = String> {
    prose(text).filter(|(_, line)| line.starts_with('#')).map(|(_, line)| {
        let title = line.trim_start_matches('#').trim().to_lowercase();
        title.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_')).map(|c| if c == ' ' { '-' } else { c }).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(files: &[(&str, &str)]) -> Tree {
        let mut paths: Vec<String> = files.iter().map(|(path, _)| (*path).to_owned()).collect();
        paths.sort();
        let sources = files.iter().map(|(path, text)| Source { path: (*path).to_owned(), text: (*text).to_owned() }).collect();
        Tree { paths, sources }
    }

    #[test]
    fn dead_links_are_found_and_live_ones_are_not() {
        let readme = "[a](docs/a.md) [b](docs/a.md#the-way-in) [c](docs) [d](https://example.org/x)\n`[x](nowhere)`\n```\n[y](nowhere)\n```\n\
            [e](missing.md)\n[f](docs/a.md#lost)\n[g](docs/a.md \"title\")";
        let tree = tree(&[("README.md", readme), ("docs/a.md", "# Top\n## The way in!\n[up](../README.md) [here](#top)")]);
        let lines: Vec<usize> = check(&tree).map(|all| all.iter().map(|one| one.line).collect()).unwrap_or_default();
        assert_eq!(lines, [6, 7]);
    }
}

//! `cargo xtask tidy`: the rules of the house that a compiler cannot see. Quick, offline, and without a build.

mod arrows;
mod forbidden;
mod lexer;
mod links;
mod promises;
mod sizes;
mod sql;
mod vendors;

use crate::{shell, workspace};
use anyhow::{Context, Result, bail};
use std::path::Path;
use std::process::Command;

/// Where a rule is broken, and what to do about it.
pub struct Problem {
    path: String,
    line: usize,
    text: String,
}

impl Problem {
    /// `line` counts from 1; 0 stands for the file as a whole.
    fn new(path: &str, line: usize, text: impl Into<String>) -> Problem {
        Problem { path: path.to_owned(), line, text: text.into() }
    }

    fn shown(&self) -> String {
        if self.line == 0 { format!("{}: {}", self.path, self.text) } else { format!("{}:{}: {}", self.path, self.line, self.text) }
    }
}

/// A text file of the checkout. `path` is relative to the root and uses `/` on every system.
pub struct Source {
    path: String,
    text: String,
}

impl Source {
    fn has_ending(&self, endings: &[&str]) -> bool {
        self.path.rsplit_once('.').is_some_and(|(_, ending)| endings.contains(&ending))
    }

    /// Written by a program, so held to no rule of style.
    fn is_generated(&self) -> bool {
        self.path.contains("/generated/") || self.path.ends_with("package-lock.json") || self.path == "Cargo.lock"
    }

    fn is_foreign(&self) -> bool {
        self.path.split('/').any(|part| part == "third_party" || part == "third-party")
    }
}

/// The checkout: every file that is, or is about to be, under version control.
pub struct Tree {
    paths: Vec<String>,
    sources: Vec<Source>,
}

type Check = (&'static str, fn(&Tree) -> Result<Vec<Problem>>);

const CHECKS: &[Check] = &[
    ("rooms use only what ARCHITECTURE.md lets them", arrows::check),
    ("files are at most 600 lines, functions under 70", sizes::check),
    ("nothing forbidden in sources", forbidden::check),
    ("SQL only where the disk is", sql::check),
    ("every vendor is complete", vendors::check),
    ("links in documents lead somewhere", links::check),
    ("every test that SECURITY.md names is there", promises::check),
];

pub fn command(_args: &[String]) -> Result<()> {
    let (checks, failed) = check_all()?;
    if failed > 0 {
        bail!("{failed} of {checks} rules are broken; each line above names a file and what to change");
    }
    Ok(())
}

/// Runs every check and prints what is wrong. Returns how many rules were checked, and how many of them are broken.
pub fn check_all() -> Result<(u32, u32)> {
    let tree = Tree::read()?;
    let mut broken = 0;
    for (rule, check) in CHECKS {
        let problems = check(&tree)?;
        println!("{} {rule}", if problems.is_empty() { "ok  " } else { "FAIL" });
        for problem in &problems {
            println!("     {}", problem.shown());
        }
        broken += u32::from(!problems.is_empty());
    }
    Ok((u32::try_from(CHECKS.len())?, broken))
}

impl Tree {
    fn read() -> Result<Tree> {
        let root = workspace::root();
        let mut git = Command::new("git");
        git.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]).current_dir(root);
        let list = shell::capture(&mut git).context("tidy asks git which files belong to the project")?;
        let mut paths: Vec<String> =
            list.split('\0').filter(|path| !path.is_empty() && root.join(path).is_file()).map(str::to_owned).collect();
        paths.sort();
        paths.dedup();
        let sources = paths.iter().filter_map(|path| read_text(root, path)).collect();
        Ok(Tree { paths, sources })
    }

    fn has(&self, path: &str) -> bool {
        self.paths.binary_search_by(|known| known.as_str().cmp(path)).is_ok()
    }

    /// Whether any file lives below the folder `path`.
    fn has_folder(&self, path: &str) -> bool {
        let prefix = format!("{}/", path.trim_end_matches('/'));
        self.paths.iter().any(|known| known.starts_with(&prefix))
    }
}

/// `None` for what is not text: pictures, archives, samples in old encodings.
fn read_text(root: &Path, path: &str) -> Option<Source> {
    let bytes = std::fs::read(root.join(path)).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    (!text.contains('\0')).then(|| Source { path: path.to_owned(), text })
}

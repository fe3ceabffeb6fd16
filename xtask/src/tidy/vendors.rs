//! Each folder under `vendors/` is complete: what the vendor is, what each export looks like, and a sample with its blessed result.

use super::{Problem, Tree};
use anyhow::Result;
use std::collections::BTreeSet;

pub fn check(tree: &Tree) -> Result<Vec<Problem>> {
    let mut problems = Vec::new();
    for slug in folders(tree, "vendors/") {
        let vendor = format!("vendors/{slug}");
        if !slug.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-') {
            problems.push(Problem::new(&vendor, 0, "name the folder in lower case, with digits and hyphens only"));
        }
        if !tree.has(&format!("{vendor}/vendor.toml")) {
            problems.push(Problem::new(&vendor, 0, "vendor.toml is missing; `cargo xtask vendor new` writes one"));
        }
        for export in folders(tree, &format!("{vendor}/")) {
            check_export(tree, &format!("{vendor}/{export}"), &mut problems);
        }
    }
    Ok(problems)
}

fn check_export(tree: &Tree, export: &str, problems: &mut Vec<Problem>) {
    if !tree.has(&format!("{export}/export.toml")) {
        problems.push(Problem::new(export, 0, "export.toml is missing"));
    }
    let prefix = format!("{export}/sample");
    let samples: Vec<&String> = tree.paths.iter().filter(|path| path.starts_with(&prefix) && !path.ends_with(".expected")).collect();
    if samples.is_empty() {
        problems.push(Problem::new(export, 0, "a sample is missing; write one with invented rows in the export's own layout"));
    }
    for sample in samples {
        if !tree.has(&format!("{sample}.expected")) {
            problems.push(Problem::new(sample, 0, "it has no .expected file; run `cargo xtask vendor bless` and read the result"));
        }
    }
}

/// The folders directly below `prefix`.
fn folders<'a>(tree: &'a Tree, prefix: &str) -> BTreeSet<&'a str> {
    tree.paths.iter().filter_map(|path| path.strip_prefix(prefix)?.split_once('/')).map(|(folder, _)| folder).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vendor_without_its_sample_is_incomplete() {
        let mut paths: Vec<String> =
            ["vendors/a/vendor.toml", "vendors/a/bank/export.toml", "vendors/a/bank/sample.csv", "vendors/b/other/export.toml"]
                .map(str::to_owned)
                .into();
        paths.sort();
        let problems = check(&Tree { paths, sources: Vec::new() }).map(|all| all.iter().map(|one| one.path.clone()).collect::<Vec<_>>());
        assert_eq!(problems.unwrap_or_default(), ["vendors/a/bank/sample.csv", "vendors/b", "vendors/b/other"]);
    }
}

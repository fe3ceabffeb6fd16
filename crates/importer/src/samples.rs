//! Every sample under `vendors/` is claimed by its own layout alone, and says what its `.expected` beside it says.
//!
//! `HOLDALL_BLESS=1 cargo test -p holdall-importer samples` writes the `.expected` files anew: read their diff before it is committed.

use std::fs;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};

use holdall_model::Task;

use crate::definition::{self, Export, vendors};
use crate::told::Told;
use crate::{Options, Outcome, Source, inspect, read};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vendors")
}

/// The files called `sample.*` of an export, without their `.expected`.
fn samples(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let name = |p: &Path| p.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut found: Vec<PathBuf> = entries.filter_map(|e| e.ok().map(|e| e.path())).collect();
    found.retain(|p| name(p).starts_with("sample.") && !name(p).ends_with(".expected"));
    found.sort();
    found
}

/// The name the vendor would give the file, where only that name tells the layout.
fn vendors_name(export: &Export, sample: &Path) -> String {
    let pattern = export.table().and_then(|t| t.files.first()).map(|p| p.replace('*', "1"));
    pattern.unwrap_or_else(|| sample.file_name().unwrap_or_default().to_string_lossy().into_owned())
}

/// An archive of a table of parts and of the table whose rows they are parts of.
fn with_its_whole(whole: &Export, vendor: &str, part: (&str, &[u8])) -> Result<Source, String> {
    let sample = root().join(vendor).join(&whole.slug).join("sample.csv");
    let bytes = fs::read(&sample).map_err(|e| e.to_string())?;
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in [part, (&vendors_name(whole, &sample), &bytes)] {
        archive.start_file(name, zip::write::SimpleFileOptions::default()).map_err(|e| e.to_string())?;
        archive.write_all(bytes).map_err(|e| e.to_string())?;
    }
    Ok(Source::from_bytes("export.zip".to_owned(), archive.finish().map_err(|e| e.to_string())?.into_inner()))
}

/// What the importer makes of a sample, or why it does not.
fn reading(export: &Export, vendor: &str, sample: &Path) -> Result<String, String> {
    let bytes = fs::read(sample).map_err(|e| e.to_string())?;
    let whole = export.table().and_then(|t| t.part_of.as_deref()).and_then(|whole| definition::export(vendor, whole));
    let (source, export) = match whole {
        Some((_, whole)) => (with_its_whole(whole, vendor, (&vendors_name(export, sample), &bytes))?, whole),
        None => (Source::from_bytes(vendors_name(export, sample), bytes), export),
    };
    // A layout that must ask is answered as most files of it are.
    let answers = [("sign", "inverted"), ("date-order", "dmy"), ("person", "Anna")].map(|(k, v)| (k.to_owned(), v.to_owned())).into();
    let (options, task) = (Options { answers, ..Options::default() }, Task::silent());
    let inspection = inspect(&source, &options, &task).map_err(|e| e.to_string())?;
    let mut told = Told::default();
    for file in &inspection.files {
        match &file.outcome {
            Outcome::Recognised { plan, .. } if plan.vendor == vendor && plan.export == export.slug => {
                let summary = read(&source, plan, &options, &task, &mut told).map_err(|e| e.to_string())?;
                told.entry(&summary);
            }
            Outcome::Ignored { .. } | Outcome::Unknown { .. } if inspection.files.len() > 1 => {}
            other => return Err(format!("{} is {other:?}", file.label)),
        }
    }
    Ok(told.text())
}

#[test]
fn every_sample_is_read_as_it_was_blessed() {
    let bless = std::env::var_os("HOLDALL_BLESS").is_some();
    let mut broken = Vec::new();
    let mut count = 0;
    for vendor in vendors() {
        for export in vendor.exports() {
            let folder = root().join(vendor.slug).join(&export.slug);
            for sample in samples(&folder) {
                count += 1;
                let expected = sample.with_file_name(format!("{}.expected", sample.file_name().unwrap_or_default().to_string_lossy()));
                let place = format!("{}/{}", vendor.slug, export.slug);
                match reading(export, vendor.slug, &sample) {
                    Err(why) => broken.push(format!("{place}: {why}")),
                    Ok(text) if bless => fs::write(&expected, text).expect("the expected file can be written"),
                    Ok(text) if fs::read_to_string(&expected).unwrap_or_default() == text => {}
                    Ok(text) => broken.push(format!("{place} is not as blessed, but:\n{text}")),
                }
            }
        }
    }
    assert!(broken.is_empty(), "{} of {count} samples:\n{}", broken.len(), broken.join("\n"));
    assert!(count > 100, "the samples are missing");
}

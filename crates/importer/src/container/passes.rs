//! A bundle of Wallet passes (`.pkpasses`): an archive of archives, of which only the `pass.json` in each tells anything.

use std::io::{Cursor, Read};

use holdall_model::Task;
use zip::ZipArchive;

use super::{Container, Entry, Opener};
use crate::error::ImportError;
use crate::format::spreadsheet::Sheet;
use crate::input::Open;

/// Bytes of one pass with its pictures, and of the texts of all passes. Apple takes bundles of ten passes.
const PASS_BYTES: u64 = 32 << 20;
const TEXT_BYTES: usize = 64 << 20;

/// The text of each pass, if the archive holds nothing else.
pub(super) fn passes(container: &Container<'_>, task: &Task) -> Result<Vec<Sheet>, ImportError> {
    let is_pass = |entry: &Entry| entry.label.to_ascii_lowercase().ends_with(".pkpass");
    let files: Vec<&Entry> = container.entries.iter().filter(|e| e.ignored.is_none()).collect();
    if files.is_empty() || !files.iter().copied().all(is_pass) {
        return Ok(Vec::new());
    }
    let (mut found, mut bytes) = (Vec::with_capacity(files.len()), 0);
    for entry in files {
        task.step(0)?;
        let text = pass(container, entry)?;
        bytes += text.len();
        if bytes > TEXT_BYTES {
            let at = container.at();
            return Err(ImportError::TooLarge { at, what: "the passes of a bundle in bytes", limit: TEXT_BYTES as u64 });
        }
        found.push(Sheet { name: entry.label.clone(), hidden: false, text });
    }
    Ok(found)
}

/// The `pass.json` of one pass; the first bytes of a file that is none, by which it is told what it is.
fn pass(container: &Container<'_>, entry: &Entry) -> Result<Vec<u8>, ImportError> {
    let mut packed = Vec::new();
    let opener = Opener { container, entry };
    let at = || container.entry_at(entry);
    opener.open()?.take(PASS_BYTES + 1).read_to_end(&mut packed).map_err(|e| crate::input::from_io(e, at()))?;
    if packed.len() as u64 > PASS_BYTES {
        return Err(ImportError::TooLarge { at: at(), what: "a pass in bytes", limit: PASS_BYTES });
    }
    let most = container.limits.record_bytes as u64;
    let text = ZipArchive::new(Cursor::new(&packed)).ok().and_then(|mut inner| {
        let mut text = Vec::new();
        inner.by_name("pass.json").ok()?.take(most + 1).read_to_end(&mut text).ok()?;
        Some(text)
    });
    Ok(text.unwrap_or_else(|| {
        packed.truncate(crate::limits::HEAD_BYTES);
        packed
    }))
}

//! What stands in a backup, in this order: the database, the originals, and an end that tells what must have come before.
//!
//! An entry is its kind (one byte), the length of its name (one byte), its name, its size (u64, little endian), its bytes.

use std::io::{Read, Write};

use holdall_model::Task;
use serde::{Deserialize, Serialize};

use super::stream::{Opener, Sealer};
use crate::VaultError;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Database = 1,
    /// A sealed file, under its name in `blobs/`.
    Original = 2,
    End = 3,
}

/// What the end of a backup tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Summary {
    /// Sum of everything the database tells ([`crate::db::dump`]), hexadecimal.
    pub dump: String,
    pub rows: u64,
    pub originals: u64,
    /// Originals that the database names and that were not on the disk when the backup was made.
    pub originals_missing: u64,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub kind: Kind,
    pub name: String,
    pub size: u64,
}

/// No summary comes near this.
const LARGEST_END: u64 = 64 * 1024;

pub(super) fn put_head(to: &mut Sealer<impl Write>, kind: Kind, name: &str, size: u64) -> Result<(), VaultError> {
    let length = u8::try_from(name.len()).map_err(|_| VaultError::Engine { why: "a name in a backup" })?;
    to.put(&[kind as u8, length])?;
    to.put(name.as_bytes())?;
    to.put(&size.to_le_bytes())
}

/// Puts a whole file. It must have exactly the size that was told.
pub(super) fn put_file(to: &mut Sealer<impl Write>, from: &mut impl Read, size: u64, task: &Task) -> Result<(), VaultError> {
    let mut left = size;
    while left > 0 {
        let n = to.fill(&mut from.by_ref().take(left))? as u64;
        if n == 0 {
            return Err(VaultError::disk("the vault")(std::io::ErrorKind::UnexpectedEof.into()));
        }
        task.step(n)?;
        left -= n;
    }
    Ok(())
}

pub(super) fn put_end(to: &mut Sealer<impl Write>, summary: &Summary) -> Result<(), VaultError> {
    let text = serde_json::to_vec(summary).map_err(|_| VaultError::Engine { why: "a backup's end" })?;
    put_head(to, Kind::End, "", text.len() as u64)?;
    to.put(&text)
}

pub(super) fn take_head(from: &mut Opener<impl Read>) -> Result<Entry, VaultError> {
    let damaged = || VaultError::backup_damaged("its table of content");
    let mut start = [0; 2];
    from.take(&mut start)?;
    let kind = match start[0] {
        1 => Kind::Database,
        2 => Kind::Original,
        3 => Kind::End,
        _ => return Err(damaged()),
    };
    let (mut name, mut size) = (vec![0; usize::from(start[1])], [0; 8]);
    from.take(&mut name)?;
    from.take(&mut size)?;
    let name = String::from_utf8(name).map_err(|_| damaged())?;
    // Names become paths: nothing but the names that a vault gives its own files.
    let fits = match kind {
        Kind::Original => name.len() == 32 && name.bytes().all(|b| b.is_ascii_hexdigit()),
        Kind::Database | Kind::End => name.is_empty(),
    };
    if fits { Ok(Entry { kind, name, size: u64::from_le_bytes(size) }) } else { Err(damaged()) }
}

/// Hands the bytes of an entry to `to`, piece by piece.
pub(super) fn take_file(
    from: &mut Opener<impl Read>,
    size: u64,
    task: &Task,
    mut to: impl FnMut(&[u8]) -> Result<(), VaultError>,
) -> Result<(), VaultError> {
    let mut left = size;
    while left > 0 {
        let some = from.take_some(left)?;
        to(some)?;
        let n = some.len() as u64;
        task.step(n)?;
        left -= n;
    }
    Ok(())
}

pub(super) fn take_end(from: &mut Opener<impl Read>, size: u64) -> Result<Summary, VaultError> {
    let damaged = || VaultError::backup_damaged("its end");
    if size > LARGEST_END {
        return Err(damaged());
    }
    let mut text = vec![0; usize::try_from(size).map_err(|_| damaged())?];
    from.take(&mut text)?;
    if !from.at_end()? {
        return Err(damaged());
    }
    serde_json::from_slice(&text).map_err(|_| damaged())
}

//! Which files of a folder are new and stand still.

use std::collections::HashMap;
use std::fs::Metadata;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// How long a file must not have changed before it is read: a download writes more often.
const STILL_MS: i64 = 3_000;
/// Files of a folder that are looked at, the newest first. A folder of downloads may hold thousands.
const MOST: usize = 50;
/// Endings of what vendors give.
const KINDS: &[&str] =
    &["zip", "csv", "tsv", "json", "xml", "ofx", "qfx", "qif", "sta", "mt940", "xls", "xlsx", "ods", "ics", "txt", "pkpass", "pkpasses"];
/// Endings of what browsers and programs have not finished.
const UNFINISHED: &[&str] = &["crdownload", "part", "download", "partial", "opdownload", "tmp"];

/// One state of a file.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Stamp {
    pub path: PathBuf,
    size: u64,
    pub changed_ms: i64,
    modified: Option<SystemTime>,
}

/// What one look found.
#[derive(Debug, Default)]
pub struct Settled {
    /// Stood still since a look some seconds ago, the newest first.
    pub ready: Vec<Stamp>,
    /// May still be growing.
    pub waiting: u32,
}

/// What is recognised in a file: its vendor, and its hash.
pub type Found = Option<(String, [u8; 32])>;

/// What is known of the folder, in memory alone.
#[derive(Default)]
pub struct Watched {
    /// Each file as it was seen last, and since when it is so.
    seen: HashMap<PathBuf, (Stamp, i64)>,
    found: HashMap<Stamp, Found>,
}

impl Watched {
    /// Looks at the names, sizes and times in a folder; reads no file.
    pub fn look(&mut self, folder: &Path, since_ms: i64, now_ms: i64) -> io::Result<Settled> {
        let mut stamps: Vec<Stamp> = std::fs::read_dir(folder)?.flatten().filter_map(|entry| stamp(&entry.path())).collect();
        stamps.retain(|stamp| stamp.changed_ms >= since_ms);
        stamps.sort_by_key(|stamp| std::cmp::Reverse(stamp.changed_ms));
        stamps.truncate(MOST);
        let mut settled = Settled::default();
        let mut seen = HashMap::new();
        for stamp in stamps {
            let since = match self.seen.get(&stamp.path) {
                // A clock that was set back begins anew.
                Some((before, since)) if *before == stamp && *since <= now_ms => *since,
                _ => now_ms,
            };
            seen.insert(stamp.path.clone(), (stamp.clone(), since));
            if now_ms - since >= STILL_MS && stamp.size > 0 {
                settled.ready.push(stamp);
            } else {
                settled.waiting += 1;
            }
        }
        self.seen = seen;
        let present = &self.seen;
        self.found.retain(|stamp, _| present.get(&stamp.path).is_some_and(|(now, _)| now == stamp));
        Ok(settled)
    }

    pub fn found(&self, stamp: &Stamp) -> Option<Found> {
        self.found.get(stamp).cloned()
    }

    pub fn remember(&mut self, stamp: &Stamp, found: Found) {
        self.found.insert(stamp.clone(), found);
    }

    pub fn forget(&mut self) {
        *self = Self::default();
    }
}

/// A file that could be an export, by its name and kind.
fn stamp(path: &Path) -> Option<Stamp> {
    let name = path.file_name()?.to_str()?;
    let ending = path.extension()?.to_str()?.to_ascii_lowercase();
    if name.starts_with('.') || !KINDS.contains(&ending.as_str()) {
        return None;
    }
    // Some browsers keep the name, and write beside it.
    if UNFINISHED.iter().any(|ending| path.with_file_name(format!("{name}.{ending}")).exists()) {
        return None;
    }
    let metadata = std::fs::symlink_metadata(path).ok().filter(Metadata::is_file)?;
    // A file keeps the time that the vendor gave it when it is unpacked, and is new here all the same.
    let changed = metadata.modified().ok().max(metadata.created().ok())?;
    let changed_ms = changed.duration_since(UNIX_EPOCH).ok().and_then(|d| i64::try_from(d.as_millis()).ok())?;
    Some(Stamp { path: path.to_owned(), size: metadata.len(), changed_ms, modified: metadata.modified().ok() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::File;
    use std::io::Write as _;

    fn names(settled: &Settled) -> Vec<String> {
        let mut names: Vec<String> =
            settled.ready.iter().map(|s| s.path.file_name().unwrap_or_default().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    #[test]
    fn b15_a_file_that_still_grows_is_left_alone_until_it_stands_still() {
        let dir = tempfile::tempdir().expect("a folder");
        let mut watched = Watched::default();
        let mut look = |now| watched.look(dir.path(), i64::MIN, now).expect("readable");
        let mut file = File::create(dir.path().join("orders.csv")).expect("our own folder");
        assert_eq!((names(&look(0)).len(), look(10_000).waiting), (0, 1), "an empty file is not there yet");
        for step in 1..5 {
            file.write_all(b"more rows\n").and_then(|()| file.sync_all()).expect("our own file");
            assert!(names(&look(10_000 + step * 5_000)).is_empty(), "it grew since the last look");
        }
        assert!(names(&look(32_000)).is_empty(), "two seconds are too short");
        assert_eq!(names(&look(33_000)), ["orders.csv"]);
        assert!(names(&look(20_000)).is_empty(), "a clock that was set back proves nothing");
    }

    #[test]
    fn b15_unfinished_downloads_other_kinds_links_and_what_lay_there_before_are_no_news() {
        let dir = tempfile::tempdir().expect("a folder");
        let write = |name: &str| std::fs::write(dir.path().join(name), "x").expect("our own folder");
        for name in ["a.csv", "b.csv.part", "c.zip.crdownload", "d.download", "e.zip", "e.zip.part", ".f.csv", "g.jpg", "h", "I.ZIP"] {
            write(name);
        }
        std::fs::create_dir(dir.path().join("k.zip")).expect("our own folder");
        #[cfg(unix)]
        std::os::unix::fs::symlink("/etc/passwd", dir.path().join("l.csv")).expect("our own folder");
        let mut watched = Watched::default();
        watched.look(dir.path(), i64::MIN, 0).expect("readable");
        assert_eq!(names(&watched.look(dir.path(), i64::MIN, 5_000).expect("readable")), ["I.ZIP", "a.csv"]);
        let later = watched.look(dir.path(), i64::MAX, 10_000).expect("readable");
        assert_eq!((later.ready.len(), later.waiting), (0, 0), "it lay there before the folder was chosen");
    }
}

use std::fmt;
use std::path::{Path, PathBuf};

use super::network;
use super::{BLOBS, DATABASE, HEADER, HEADER_COPY, SEARCH};

/// Something about the place of a vault that a person should know. None of it keeps a vault shut.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Concern {
    /// The folder is on another computer's disk; the name of its file system.
    Network(String),
    /// A program keeps the folder in step with other computers; what it is called.
    Synced(&'static str),
    /// Such a program left copies of the vault's own files beside them; their names.
    Copies(Vec<String>),
}

impl fmt::Display for Concern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let elsewhere = "Keep the vault on this computer's own disk, and let backups go there instead.";
        match self {
            Self::Network(kind) => {
                write!(f, "The vault's folder is on a network disk ({kind}), where a broken connection can damage it. {elsewhere}")
            }
            Self::Synced(by) => {
                write!(f, "{by} keeps the vault's folder in step with other computers, and can mix two states of a vault. {elsewhere}")
            }
            Self::Copies(names) => write!(
                f,
                "The vault's folder holds copies that a program for keeping folders in step has made ({}). \
                 Holdall does not use them; keep them until you know that nothing is missing from the vault.",
                names.join(", ")
            ),
        }
    }
}

/// How the folders of such programs are called, or begin, in lower case.
const FOLDERS: &[(&str, &str)] = &[
    ("dropbox", "Dropbox"),
    ("onedrive", "OneDrive"),
    ("google drive", "Google Drive"),
    ("googledrive", "Google Drive"),
    ("my drive", "Google Drive"),
    ("icloud drive", "iCloud"),
    ("iclouddrive", "iCloud"),
    ("com~apple~clouddocs", "iCloud"),
    ("nextcloud", "Nextcloud"),
    ("owncloud", "ownCloud"),
    ("pcloud", "pCloud"),
    ("megasync", "MEGA"),
];

/// What they leave in the topmost folder that they look after: how it is called, or begins.
const MARKS: &[(&str, &str)] = &[
    (".dropbox.cache", "Dropbox"),
    (".stfolder", "Syncthing"),
    (".nextcloudsync.log", "Nextcloud"),
    (".owncloudsync.log", "ownCloud"),
    (".sync_", "Nextcloud"),
    ("._sync_", "Nextcloud"),
];

/// What there is to know about a folder that holds a vault, or will.
pub(crate) fn concerns(dir: &Path) -> Vec<Concern> {
    let place = existing(dir);
    let network = network::kind_of(&place).map(Concern::Network);
    let names = copies(dir);
    let copies = (!names.is_empty()).then_some(Concern::Copies(names));
    [network, synced_by(dir, &place).map(Concern::Synced), copies].into_iter().flatten().collect()
}

/// The folder itself, or the nearest one above it that is there, without links.
fn existing(dir: &Path) -> PathBuf {
    let dir = std::path::absolute(dir).unwrap_or_else(|_| dir.to_path_buf());
    dir.ancestors().find_map(|above| std::fs::canonicalize(above).ok()).unwrap_or(dir)
}

fn synced_by(dir: &Path, place: &Path) -> Option<&'static str> {
    let called = |name: &str, list: &[(&str, &'static str)]| {
        let name = name.to_lowercase();
        list.iter().find(|(start, _)| name.starts_with(start)).map(|(_, by)| *by)
    };
    let folders = dir.components().chain(place.components());
    let by_name = || folders.filter_map(|part| part.as_os_str().to_str()).find_map(|name| called(name, FOLDERS));
    let marked = |above: &Path| {
        let entries = std::fs::read_dir(above).ok()?;
        entries.flatten().find_map(|entry| called(entry.file_name().to_str()?, MARKS))
    };
    by_name().or_else(|| place.ancestors().find_map(marked))
}

/// Files in a vault's folder that are called like its own and are none of them, such as `keys (conflicted copy).json`.
fn copies(dir: &Path) -> Vec<String> {
    let stem = |name: &str| name.split(['.', ' ', '-', '_', '(']).next().unwrap_or_default().to_lowercase();
    let like_ours = |name: &str| [DATABASE, SEARCH, HEADER].iter().any(|own| stem(own) == stem(name));
    let entries = std::fs::read_dir(dir).into_iter().flatten().flatten();
    let mut found: Vec<String> =
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).filter(|name| like_ours(name) && !is_ours(name)).collect();
    found.sort();
    found
}

fn is_ours(name: &str) -> bool {
    let of_database = |rest: &str| {
        let before = rest.strip_prefix(".before-").is_some_and(|form| form.parse::<u32>().is_ok());
        matches!(rest, "" | "-wal" | "-shm" | ".being-made" | ".being-made-wal" | ".being-made-shm") || before
    };
    [DATABASE, SEARCH].iter().filter_map(|own| name.strip_prefix(own)).any(of_database) || matches!(name, HEADER | HEADER_COPY | BLOBS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f10_a_folder_that_is_kept_in_step_is_told_by_its_name_or_its_mark() {
        let dir = tempfile::tempdir().expect("a folder");
        let plain = dir.path().join("data").join("vault");
        assert_eq!(concerns(&plain), []);
        for (name, by) in [("Dropbox", "Dropbox"), ("OneDrive - Work", "OneDrive"), ("Nextcloud", "Nextcloud")] {
            assert_eq!(concerns(&dir.path().join(name).join("deep").join("vault")), [Concern::Synced(by)], "{name}");
        }
        std::fs::create_dir_all(&plain).expect("makes");
        std::fs::create_dir(dir.path().join("data").join(".stfolder")).expect("makes");
        assert_eq!(concerns(&plain), [Concern::Synced("Syncthing")]);
    }

    #[test]
    fn f10_copies_of_the_vaults_own_files_are_told() {
        let dir = tempfile::tempdir().expect("a folder");
        let own = ["vault.db", "vault.db-wal", "vault.db-shm", "vault.db.before-1", "search.db", "keys.json", "keys.json.bak", "lock"];
        let foreign = [
            "keys (Ann's conflicted copy 2026-01-01).json",
            "keys.sync-conflict-20260101-120000-ABCDEFG.json",
            "vault (1).db",
            "vault 2.db",
            "vault-ANNS-LAPTOP.db",
            "vault.db.before-x",
        ];
        for name in own.iter().chain(&["notes.txt", ".work-abc"]) {
            std::fs::write(dir.path().join(name), "x").expect("writes");
        }
        assert_eq!(concerns(dir.path()), []);
        for name in foreign {
            std::fs::write(dir.path().join(name), "x").expect("writes");
        }
        let told = concerns(dir.path());
        assert_eq!(told, [Concern::Copies(foreign.map(str::to_owned).to_vec())]);
        assert!(told[0].to_string().contains("keys (Ann's conflicted copy"), "{}", told[0]);
    }
}

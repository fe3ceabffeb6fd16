use std::ffi::{CStr, c_char, c_int, c_uchar, c_void};
use std::io::Read;
use std::path::Path;
use std::sync::OnceLock;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use zeroize::Zeroizing;

use crate::keys::DerivedKey;
use crate::{Obstacle, VaultError};

/// SQLite before this could corrupt a database in WAL mode when a checkpoint met a writer.
const OLDEST_SQLITE: i32 = 3_051_003;
pub(super) const PAGE_SIZE: u32 = 8192;
/// Bytes per page that hold nonce and tag. With any other value the pages would not be authenticated.
const RESERVED: u8 = 32;

unsafe extern "C" {
    fn sqlite3_key_v2(db: *mut rusqlite::ffi::sqlite3, name: *const c_char, key: *const c_void, length: c_int) -> c_int;
    fn sqlite3mc_cipher_index(name: *const c_char) -> c_int;
    fn sqlite3mc_config(db: *mut rusqlite::ffi::sqlite3, name: *const c_char, value: c_int) -> c_int;
    fn sqlite3mc_codec_data(db: *mut rusqlite::ffi::sqlite3, schema: *const c_char, name: *const c_char) -> *mut c_uchar;
}

/// Whether pages are left unencrypted: in a build with `--cfg holdall_plain_pages`, which `cargo xtask bench import` makes to measure
/// what encryption costs. Such a build opens nothing unless it is told that it measures.
const PLAIN_PAGES: bool = cfg!(holdall_plain_pages);

/// Refuses to work with a SQLite that is too old or cannot encrypt. Checked once per process.
pub(crate) fn check_engine() -> Result<(), VaultError> {
    static RESULT: OnceLock<Option<&'static str>> = OnceLock::new();
    let fault = RESULT.get_or_init(|| {
        // Only before anybody has used SQLite in this process. Where somebody has, as in tests with a partner's store beside, the vault
        // works all the same.
        crate::wiped::wipe_what_sqlite_frees();
        // SAFETY: takes no pointers but a NUL-terminated literal.
        let cipher = unsafe { sqlite3mc_cipher_index(c"chacha20".as_ptr()) };
        if PLAIN_PAGES && std::env::var_os("HOLDALL_BENCH").is_none() {
            return Some("this build is for measuring and does not encrypt");
        }
        fault_of(rusqlite::version_number(), cipher)
    });
    fault.map_or(Ok(()), |why| Err(VaultError::Engine { why }))
}

/// Why a SQLite of this version, with the cipher at this place of its list (from 1), cannot be used.
fn fault_of(version: i32, cipher: c_int) -> Option<&'static str> {
    if version < OLDEST_SQLITE {
        Some("SQLite is too old")
    } else if cipher <= 0 {
        Some("SQLite cannot encrypt pages")
    } else {
        None
    }
}

/// Which file to open, and how.
pub(crate) struct Place<'a> {
    pub path: &'a Path,
    pub key: &'a DerivedKey,
    pub salt: [u8; 16],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// Makes the file if it is not there.
    Writer {
        cache_kib: i64,
    },
    Reader,
    /// Makes a new file that is filled once and synced by whoever fills it; after a failure it is thrown away.
    Copy,
}

/// Opens a database that is encrypted, or nothing: a file that is not encrypted as expected is left alone.
pub(crate) fn open(place: &Place<'_>, role: Role) -> Result<Connection, VaultError> {
    check_engine()?;
    let existed = check_file(place.path)?;
    let mut flags = OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_EXRESCODE;
    if role != Role::Reader && !existed {
        // Made here, so that it never exists with wider rights for a moment.
        drop(crate::disk::create_private(place.path)?);
        flags |= OpenFlags::SQLITE_OPEN_CREATE;
    }
    let opened = Connection::open_with_flags(crate::disk::for_sqlite(place.path), flags).map_err(VaultError::from);
    opened.and_then(|db| prepare(&db, place, role).map(|()| db)).map_err(crate::disk::or_full(place.path))
}

fn prepare(db: &Connection, place: &Place<'_>, role: Role) -> Result<(), VaultError> {
    key(db, place)?;
    harden(db)?;
    match role {
        Role::Writer { cache_kib } => {
            db.pragma_update(None, "page_size", PAGE_SIZE)?;
            let mode: String = db.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
            if mode != "wal" {
                return Err(VaultError::Engine { why: "no write-ahead log" });
            }
            db.pragma_update(None, "synchronous", "FULL")?;
            // macOS calls a file synced that the disk still holds in its own memory; this asks for more there, and for nothing elsewhere.
            db.pragma_update(None, "fullfsync", true)?;
            db.pragma_update(None, "secure_delete", "FAST")?;
            db.pragma_update(None, "cache_size", -cache_kib)?;
            db.pragma_update(None, "journal_size_limit", 16 << 20)?;
            db.pragma_update(None, "foreign_keys", true)?;
            // Where SQLite cannot open the file or its log for writing, it takes up with reading, and this connection would stay so.
            if db.is_readonly(rusqlite::MAIN_DB)? {
                return Err(VaultError::disk(place.path)(std::io::ErrorKind::PermissionDenied.into()));
            }
            db.execute_batch("BEGIN IMMEDIATE; ROLLBACK")?;
        }
        Role::Copy => {
            db.pragma_update(None, "page_size", PAGE_SIZE)?;
            db.query_row("PRAGMA journal_mode = OFF", [], |_| Ok(()))?;
            db.pragma_update(None, "synchronous", "OFF")?;
            return Ok(());
        }
        Role::Reader => {
            db.pragma_update(None, "query_only", true)?;
            db.pragma_update(None, "cache_size", -8192)?;
        }
    }
    // Reads the first page: with a wrong key, or without a cipher, this cannot succeed.
    db.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    Ok(())
}

/// A database in memory, for comparing schemas and splitting words. Nothing of it reaches a disk.
pub(crate) fn open_in_memory() -> Result<Connection, VaultError> {
    check_engine()?;
    let db = Connection::open_in_memory()?;
    harden(&db)?;
    Ok(db)
}

/// Hands the raw key to the pager. It never stands in SQL text.
fn key(db: &Connection, place: &Place<'_>) -> Result<(), VaultError> {
    if PLAIN_PAGES {
        return Ok(());
    }
    let mut raw = Zeroizing::new([0u8; 4 + 32 + 16]);
    raw[..4].copy_from_slice(b"raw:");
    raw[4..36].copy_from_slice(place.key.as_ref());
    raw[36..].copy_from_slice(&place.salt);
    // SAFETY: the handle is open for the length of these calls, which keep none of the pointers; the names are NUL-terminated
    // literals, and the length is that of `raw`. `sqlite3mc_codec_data` returns memory that `sqlite3_free` takes back.
    let keyed = unsafe {
        let handle = db.handle();
        let set = |name: &CStr, value| sqlite3mc_config(handle, name.as_ptr(), value) == value;
        let configured = set(c"hmac_check", 1) && set(c"mc_legacy_wal", 0);
        let result = sqlite3_key_v2(handle, c"main".as_ptr(), raw.as_ptr().cast(), raw.len() as c_int);
        let salt = sqlite3mc_codec_data(handle, c"main".as_ptr(), c"cipher_salt".as_ptr());
        let encrypts = !salt.is_null();
        rusqlite::ffi::sqlite3_free(salt.cast());
        configured && result == 0 && encrypts
    };
    if keyed { Ok(()) } else { Err(VaultError::Engine { why: "the page cipher did not take the key" }) }
}

/// What a hostile or damaged database could use against us is off.
fn harden(db: &Connection) -> Result<(), VaultError> {
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false)?;
    db.pragma_update(None, "temp_store", "MEMORY")?;
    db.pragma_update(None, "cell_size_check", true)?;
    db.query_row("PRAGMA mmap_size = 0", [], |_| Ok(())).or_else(|e| match e {
        rusqlite::Error::QueryReturnedNoRows => Ok(()),
        other => Err(other),
    })?;
    db.busy_timeout(std::time::Duration::from_secs(10))?;
    db.set_prepared_statement_cache_capacity(64);
    Ok(())
}

/// Looks at the bytes that stay readable in an encrypted file. Returns whether there is a file with content.
pub(crate) fn check_file(path: &Path) -> Result<bool, VaultError> {
    let mut head = [0; 24];
    let read = match std::fs::File::open(path) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(false),
        Err(e) => return Err(VaultError::disk(path)(e)),
        Ok(mut file) => {
            let mut filled = 0;
            while filled < head.len() {
                match file.read(&mut head[filled..]).map_err(VaultError::disk(path))? {
                    0 => break,
                    n => filled += n,
                }
            }
            filled
        }
    };
    let name = || path.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
    if !PLAIN_PAGES && read > 0 && (head.starts_with(b"SQLite format 3\0") || (read == head.len() && head[20] != RESERVED)) {
        return Err(Obstacle::NotEncrypted { file: name() }.into());
    }
    Ok(read > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place<'a>(path: &'a Path, key: &'a DerivedKey) -> Place<'a> {
        Place { path, key, salt: [7; 16] }
    }

    #[test]
    fn pages_are_encrypted_and_authenticated() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("x.db");
        let key = Zeroizing::new([3; 32]);
        let db = open(&place(&path, &key), Role::Writer { cache_kib: 1024 }).expect("opens");
        db.execute_batch("CREATE TABLE t (a TEXT); INSERT INTO t VALUES ('canary-canary-canary');").expect("writes");
        db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).expect("checkpoints");
        drop(db);
        let bytes = std::fs::read(&path).expect("there");
        assert_eq!(bytes[20], RESERVED);
        assert_eq!(&bytes[..16], &[7; 16], "the salt from the header is the file's salt");
        assert_eq!(u16::from_be_bytes([bytes[16], bytes[17]]), 8192);
        assert!(!bytes.windows(6).any(|w| w == b"canary"));

        let wrong = Zeroizing::new([4; 32]);
        assert_eq!(open(&place(&path, &wrong), Role::Reader).expect_err("wrong key").code(), "DB_DAMAGED");
        let mut flipped = bytes.clone();
        flipped[8192 + 100] ^= 1;
        std::fs::write(&path, flipped).expect("writes");
        let db = open(&place(&path, &key), Role::Reader).expect("the first page is whole");
        let read: Result<String, _> = db.query_row("SELECT a FROM t", [], |row| row.get(0));
        assert_eq!(VaultError::from(read.expect_err("the second is not")).code(), "DB_DAMAGED");
    }

    #[test]
    fn f12_an_old_sqlite_or_one_without_the_cipher_is_refused() {
        assert_eq!(fault_of(3_051_002, 1), Some("SQLite is too old"));
        assert_eq!(fault_of(3_051_003, 0), Some("SQLite cannot encrypt pages"));
        assert_eq!(fault_of(3_051_003, -1), Some("SQLite cannot encrypt pages"));
        assert_eq!(fault_of(3_051_003, 1), None);
        // The one that is linked, as every opening asks it; a name that no cipher has is told apart.
        check_engine().expect("ours will do");
        // SAFETY: a NUL-terminated literal.
        assert!(unsafe { sqlite3mc_cipher_index(c"no such cipher".as_ptr()) } <= 0);
    }

    #[test]
    fn f05_a_file_without_encryption_is_left_alone() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("x.db");
        let key = Zeroizing::new([3; 32]);
        let plain = Connection::open(&path).expect("opens");
        plain.execute_batch("CREATE TABLE t (a)").expect("writes");
        drop(plain);
        let before = std::fs::read(&path).expect("there");
        assert_eq!(open(&place(&path, &key), Role::Writer { cache_kib: 64 }).expect_err("plain").code(), "NOT_ENCRYPTED");
        assert_eq!(std::fs::read(&path).expect("there"), before);

        let mut unauthenticated = before;
        unauthenticated[..16].fill(9);
        unauthenticated[20] = 0;
        std::fs::write(&path, unauthenticated).expect("writes");
        assert_eq!(open(&place(&path, &key), Role::Reader).expect_err("no MAC").code(), "NOT_ENCRYPTED");
    }
}

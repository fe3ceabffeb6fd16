use std::path::Path;
use std::sync::Arc;

use holdall_model::Task;
use rusqlite::Connection;

use super::dump::dump;
use super::pool::Database;
use crate::{Obstacle, VaultError, disk};

/// One step of the disk form. Released steps never change; a test holds their sums.
pub(crate) struct Migration {
    /// As its file is called; the list of released sums names it.
    #[cfg_attr(not(test), expect(dead_code, reason = "only the test of released sums reads it"))]
    pub name: &'static str,
    pub sql: &'static str,
}

pub(crate) const VAULT: &[Migration] = &[Migration { name: "0001_start", sql: include_str!("../schema/0001_start.sql") }];
pub(crate) const SEARCH: &[Migration] = &[Migration { name: "search_0001", sql: include_str!("../schema/search_0001.sql") }];

/// Brings a database to the newest form, each step in its own transaction. A newer database is not touched.
pub(crate) fn migrate(db: &mut Connection, steps: &[Migration]) -> Result<(), VaultError> {
    let done = version(db)?;
    if done > steps.len() {
        return Err(Obstacle::NewerThanApp { before: None }.into());
    }
    for (number, step) in steps.iter().enumerate().skip(done) {
        let tx = db.transaction()?;
        tx.execute_batch(step.sql)?;
        tx.pragma_update(None, "user_version", i64::try_from(number + 1).unwrap_or(i64::MAX))?;
        tx.commit()?;
    }
    Ok(())
}

/// Brings a vault's database to the newest form. Before the first step, what is there is copied beside it as `vault.db.before-N`, N
/// being its form, and compared; the copy of the form before that goes. Nothing is begun where the disk has no space for all of it.
pub(crate) fn upgrade(database: &Arc<Database>, steps: &[Migration]) -> Result<(), VaultError> {
    upgrade_with(database, steps, disk::free_space)
}

fn upgrade_with(database: &Arc<Database>, steps: &[Migration], free: impl Fn(&Path) -> Option<u64>) -> Result<(), VaultError> {
    let done = version(&*database.reader()?)?;
    if done == steps.len() {
        return Ok(());
    }
    if done > steps.len() {
        return Err(Obstacle::NewerThanApp { before: kept_before(database, steps.len()) }.into());
    }
    let mut writer = database.writer()?;
    if (1..steps.len()).contains(&done) {
        // The copy, and every page once more in the log while it changes.
        let needed = super::bytes(&writer)?.saturating_mul(2).saturating_add(SPARE);
        if free(database.path()).is_some_and(|free| free < needed) {
            return Err(VaultError::DiskFull);
        }
        keep_before(&writer, database, done)?;
    }
    migrate(&mut writer, steps)
}

/// Bytes that stay free when a form is changed.
const SPARE: u64 = 16 << 20;

/// Where the database of this form is kept.
fn place_of(database: &Database, form: usize) -> std::path::PathBuf {
    database.path().with_extension(format!("db.before-{form}"))
}

/// The name of the newest database from before a change of form that this program still reads.
fn kept_before(database: &Database, newest: usize) -> Option<String> {
    let kept = (1..=newest).rev().map(|form| place_of(database, form)).find(|path| path.exists())?;
    Some(kept.file_name()?.to_string_lossy().into_owned())
}

fn keep_before(writer: &Connection, database: &Database, form: usize) -> Result<(), VaultError> {
    let (kept, being_made) = (place_of(database, form), database.path().with_extension("db.being-made"));
    let task = Task::silent();
    // Left by a crash.
    let _ = std::fs::remove_file(&being_made);
    let copied = database.copy(writer, &being_made, &task).and_then(|()| {
        let same = dump(&database.open_copy(&being_made)?, &task)? == dump(writer, &task)?;
        if same { disk::sync_file(&being_made) } else { Err(VaultError::damaged("the copy before a change of form differs")) }
    });
    if let Err(error) = copied {
        // On a disk that became full meanwhile, half a copy would be in the way.
        let _ = std::fs::remove_file(&being_made);
        return Err(error);
    }
    std::fs::rename(&being_made, &kept).map_err(VaultError::disk(&kept))?;
    if form > 1 {
        let _ = std::fs::remove_file(place_of(database, form - 1));
    }
    kept.parent().map_or(Ok(()), disk::sync_dir)
}

pub(crate) fn version(db: &Connection) -> Result<usize, VaultError> {
    let version: i64 = db.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    usize::try_from(version).map_err(|_| VaultError::damaged("its version"))
}

/// Sums of the schemas that [`VAULT`] and [`SEARCH`] make: making them anew at each opening took most of its time. A test holds them.
pub(crate) const VAULT_SCHEMA: &str = "b74454b009127c7273faa83f71a4bf44";
pub(crate) const SEARCH_SCHEMA: &str = "262f7638b4ceab59d0a31a28233e49da";

/// Compares the schema with the one that is expected: a foreign table, trigger or view means that somebody else wrote here.
pub(crate) fn check_schema(db: &Connection, expected: &str) -> Result<(), VaultError> {
    if schema(db)? == expected { Ok(()) } else { Err(Obstacle::DatabaseDamaged { part: "its schema".to_owned() }.into()) }
}

/// The sum over everything that SQLite knows of the tables, in a fixed order.
fn schema(db: &Connection) -> Result<String, VaultError> {
    let mut statement = db.prepare("SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_stat%' ORDER BY type, name")?;
    let mut rows = statement.query([])?;
    let mut sum = blake3::Hasher::new();
    while let Some(row) = rows.next()? {
        for column in 0..3 {
            let text: Option<String> = row.get(column)?;
            sum.update(&[u8::from(text.is_some())]).update(&text.as_ref().map_or(0, String::len).to_le_bytes());
            sum.update(text.unwrap_or_default().as_bytes());
        }
    }
    Ok(sum.finalize().to_hex()[..32].to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A released step must never change: vaults out there were made by it.
    #[test]
    fn g06_released_steps_keep_their_sums() {
        let sums: Vec<(&str, String)> =
            VAULT.iter().chain(SEARCH).map(|m| (m.name, blake3::hash(m.sql.as_bytes()).to_hex()[..16].to_owned())).collect();
        let released = include_str!("../schema/released.txt");
        let held: Vec<(&str, String)> =
            released.lines().filter_map(|l| l.split_once(' ')).map(|(name, sum)| (name, sum.to_owned())).collect();
        assert_eq!(sums, held, "a released migration was changed, or a new one is not listed in released.txt");
    }

    /// Trial G3: a change of form keeps the form before beside it, and a failure in the middle leaves the old form whole.
    #[test]
    fn g03_the_form_before_is_kept_and_a_failed_step_changes_nothing() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("vault.db");
        let database = database_at(&path);
        let step = |sql| Migration { name: "", sql };
        let rows = "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); INSERT INTO t (a) VALUES ('x'), ('y');";
        upgrade(&database, &[step(rows)]).expect("the first form");
        assert!(!dir.path().join("vault.db.before-1").exists(), "nothing was before it");
        let before = dump(&database.writer().expect("opens"), &Task::silent()).expect("reads");

        let broken = [step(rows), step("UPDATE t SET a = 'changed'; INSERT INTO no_such_table VALUES (1);")];
        assert!(upgrade(&database, &broken).is_err());
        assert_eq!(version(&database.writer().expect("opens")).expect("reads"), 1);
        assert_eq!(dump(&database.writer().expect("opens"), &Task::silent()).expect("reads"), before);

        upgrade(&database, &[step(rows), step("UPDATE t SET a = 'changed'")]).expect("the second form");
        assert_ne!(dump(&database.writer().expect("opens"), &Task::silent()).expect("reads"), before);
        let kept = database.open_copy(&dir.path().join("vault.db.before-1")).expect("opens");
        assert_eq!(dump(&kept, &Task::silent()).expect("reads"), before);
        // A file that is open is not removed everywhere.
        drop(kept);
        upgrade(&database, &[step(rows), step("UPDATE t SET a = 'changed'"), step("DELETE FROM t")]).expect("the third form");
        let names = ["vault.db.before-1", "vault.db.before-2", "vault.db.being-made"].map(|name| dir.path().join(name).exists());
        assert_eq!(names, [false, true, false]);
    }

    const ROWS: &str = "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); INSERT INTO t (a) VALUES ('x'), ('y');";

    /// A database whose file is there.
    fn database_at(path: &Path) -> Arc<Database> {
        let database = Arc::new(Database::at(path.to_path_buf(), zeroize::Zeroizing::new([3; 32]), [7; 16], 1024));
        drop(database.writer().expect("makes it"));
        database
    }

    /// A database of the first form, and the path of it.
    fn first_form(dir: &Path) -> (Arc<Database>, std::path::PathBuf) {
        let path = dir.join("vault.db");
        let database = database_at(&path);
        upgrade(&database, &[Migration { name: "", sql: ROWS }]).expect("the first form");
        (database, path)
    }

    #[test]
    fn g04_a_disk_without_space_for_a_change_of_form_keeps_the_form_before() {
        let dir = tempfile::tempdir().expect("a folder");
        let (database, _) = first_form(dir.path());
        let before = dump(&database.writer().expect("opens"), &Task::silent()).expect("reads");
        let names =
            || std::fs::read_dir(dir.path()).expect("there").flatten().map(|e| e.file_name()).collect::<std::collections::BTreeSet<_>>();
        let files = names();
        let unchanged = |what: &str| {
            assert_eq!(version(&database.writer().expect("opens")).expect("reads"), 1, "{what}");
            assert_eq!(dump(&database.writer().expect("opens"), &Task::silent()).expect("reads"), before, "{what}");
        };
        let larger = "INSERT INTO t (a) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400)
                      SELECT hex(zeroblob(500)) FROM n";
        let steps = [Migration { name: "", sql: ROWS }, Migration { name: "", sql: larger }];
        let needed = 2 * super::super::bytes(&database.writer().expect("opens")).expect("reads") + SPARE;

        assert_eq!(upgrade_with(&database, &steps, |_| Some(needed - 1)).expect_err("too little").code(), "DISK_FULL");
        unchanged("too little space, known before");
        assert_eq!(names(), files, "nothing was begun");

        // It fills up all the same, in the middle of the step.
        let pages: i64 = database.writer().expect("opens").query_row("PRAGMA page_count", [], |row| row.get(0)).expect("reads");
        database.writer().expect("opens").query_row(&format!("PRAGMA max_page_count = {}", pages + 3), [], |_| Ok(())).expect("sets");
        assert_eq!(upgrade_with(&database, &steps, |_| Some(needed)).expect_err("full").code(), "DISK_FULL");
        unchanged("full in the middle");
        let kept = database.open_copy(&dir.path().join("vault.db.before-1")).expect("opens");
        assert_eq!(dump(&kept, &Task::silent()).expect("reads"), before);
        drop(kept);

        database.writer().expect("opens").query_row("PRAGMA max_page_count = 100000", [], |_| Ok(())).expect("sets");
        upgrade_with(&database, &steps, |_| None).expect("where the space is not known, it is tried");
        assert_eq!(version(&database.writer().expect("opens")).expect("reads"), 2);
    }

    #[test]
    fn g05_an_older_program_names_what_was_kept_and_takes_it_back() {
        let dir = tempfile::tempdir().expect("a folder");
        let (database, path) = first_form(dir.path());
        let before = dump(&database.writer().expect("opens"), &Task::silent()).expect("reads");
        let older = || [Migration { name: "", sql: ROWS }];
        let newer = [Migration { name: "", sql: ROWS }, Migration { name: "", sql: "UPDATE t SET a = 'changed'" }];
        upgrade(&database, &newer).expect("the second form");

        let refused = upgrade(&database, &older()).expect_err("newer");
        assert_eq!(refused.code(), "VAULT_NEWER_THAN_APP");
        assert!(refused.to_string().contains("put vault.db.before-1 in the place of vault.db"), "{refused}");
        assert_ne!(dump(&database.writer().expect("opens"), &Task::silent()).expect("reads"), before, "nothing was changed");
        drop(database);
        // As the message says.
        std::fs::rename(dir.path().join("vault.db.before-1"), &path).expect("moves");
        let database = database_at(&path);
        upgrade(&database, &older()).expect("its own form");
        assert_eq!(dump(&database.writer().expect("opens"), &Task::silent()).expect("reads"), before);
        // Where nothing was kept, nothing is promised.
        upgrade(&database, &newer).expect("the second form");
        std::fs::remove_file(dir.path().join("vault.db.before-1")).expect("removes");
        let refused = upgrade(&database, &older()).expect_err("newer").to_string();
        assert!(refused.ends_with("Update Holdall to open it."), "{refused}");
    }

    #[test]
    fn f14_a_foreign_table_is_noticed() {
        let mut db = super::super::open_in_memory().expect("opens");
        migrate(&mut db, VAULT).expect("migrates");
        check_schema(&db, VAULT_SCHEMA).expect("as expected");
        db.execute_batch("CREATE TABLE foreign_one (a)").expect("writes");
        assert_eq!(check_schema(&db, VAULT_SCHEMA).expect_err("foreign").code(), "DB_DAMAGED");
    }

    #[test]
    fn f14_the_sums_of_the_schemas_are_those_that_the_steps_make() {
        for (steps, held) in [(VAULT, VAULT_SCHEMA), (SEARCH, SEARCH_SCHEMA)] {
            let mut db = super::super::open_in_memory().expect("opens");
            migrate(&mut db, steps).expect("migrates");
            assert_eq!(schema(&db).expect("reads"), held);
        }
    }

    #[test]
    fn g01_a_newer_form_is_not_touched() {
        let mut db = super::super::open_in_memory().expect("opens");
        db.pragma_update(None, "user_version", 99).expect("sets");
        assert_eq!(migrate(&mut db, VAULT).expect_err("newer").code(), "VAULT_NEWER_THAN_APP");
    }
}

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
        return Err(Obstacle::NewerThanApp.into());
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
/// being its form, and compared; the copy of the form before that goes.
pub(crate) fn upgrade(database: &Arc<Database>, steps: &[Migration]) -> Result<(), VaultError> {
    let mut writer = database.writer();
    let done = version(&writer)?;
    if (1..steps.len()).contains(&done) {
        keep_before(&writer, database, done)?;
    }
    migrate(&mut writer, steps)
}

fn keep_before(writer: &Connection, database: &Database, form: usize) -> Result<(), VaultError> {
    let name = |ending: String| database.path().with_extension(ending);
    let (kept, being_made) = (name(format!("db.before-{form}")), name("db.being-made".to_owned()));
    let task = Task::silent();
    // Left by a crash.
    let _ = std::fs::remove_file(&being_made);
    database.copy(writer, &being_made, &task)?;
    let same = dump(&database.open_copy(&being_made)?, &task)? == dump(writer, &task)?;
    if !same {
        return Err(VaultError::damaged("the copy before a change of form differs"));
    }
    std::fs::rename(&being_made, &kept).map_err(VaultError::disk(&kept))?;
    if form > 1 {
        let _ = std::fs::remove_file(name(format!("db.before-{}", form - 1)));
    }
    kept.parent().map_or(Ok(()), disk::sync_dir)
}

pub(crate) fn version(db: &Connection) -> Result<usize, VaultError> {
    let version: i64 = db.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    usize::try_from(version).map_err(|_| VaultError::damaged("its version"))
}

/// Compares the schema with the one these steps make: a foreign table, trigger or view means that somebody else wrote here.
pub(crate) fn check_schema(db: &Connection, steps: &[Migration]) -> Result<(), VaultError> {
    let mut fresh = super::open_in_memory()?;
    migrate(&mut fresh, steps)?;
    if schema(db)? == schema(&fresh)? { Ok(()) } else { Err(Obstacle::DatabaseDamaged { part: "its schema".to_owned() }.into()) }
}

fn schema(db: &Connection) -> Result<Vec<(String, String, Option<String>)>, VaultError> {
    let mut statement = db.prepare("SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_stat%' ORDER BY type, name")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    rows.collect::<Result<_, _>>().map_err(Into::into)
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
        let key = zeroize::Zeroizing::new([3; 32]);
        let database = Arc::new(Database::open(path, key, [7; 16], 1024).expect("opens"));
        let step = |sql| Migration { name: "", sql };
        let rows = "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); INSERT INTO t (a) VALUES ('x'), ('y');";
        upgrade(&database, &[step(rows)]).expect("the first form");
        assert!(!dir.path().join("vault.db.before-1").exists(), "nothing was before it");
        let before = dump(&database.writer(), &Task::silent()).expect("reads");

        let broken = [step(rows), step("UPDATE t SET a = 'changed'; INSERT INTO no_such_table VALUES (1);")];
        assert!(upgrade(&database, &broken).is_err());
        assert_eq!(version(&database.writer()).expect("reads"), 1);
        assert_eq!(dump(&database.writer(), &Task::silent()).expect("reads"), before);

        upgrade(&database, &[step(rows), step("UPDATE t SET a = 'changed'")]).expect("the second form");
        assert_ne!(dump(&database.writer(), &Task::silent()).expect("reads"), before);
        let kept = database.open_copy(&dir.path().join("vault.db.before-1")).expect("opens");
        assert_eq!(dump(&kept, &Task::silent()).expect("reads"), before);
        upgrade(&database, &[step(rows), step("UPDATE t SET a = 'changed'"), step("DELETE FROM t")]).expect("the third form");
        let names = ["vault.db.before-1", "vault.db.before-2", "vault.db.being-made"].map(|name| dir.path().join(name).exists());
        assert_eq!(names, [false, true, false]);
    }

    #[test]
    fn f14_a_foreign_table_is_noticed() {
        let mut db = super::super::open_in_memory().expect("opens");
        migrate(&mut db, VAULT).expect("migrates");
        check_schema(&db, VAULT).expect("as expected");
        db.execute_batch("CREATE TABLE foreign_one (a)").expect("writes");
        assert_eq!(check_schema(&db, VAULT).expect_err("foreign").code(), "DB_DAMAGED");
    }

    #[test]
    fn g01_a_newer_form_is_not_touched() {
        let mut db = super::super::open_in_memory().expect("opens");
        db.pragma_update(None, "user_version", 99).expect("sets");
        assert_eq!(migrate(&mut db, VAULT).expect_err("newer").code(), "VAULT_NEWER_THAN_APP");
    }
}

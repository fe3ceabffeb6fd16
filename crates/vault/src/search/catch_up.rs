use rusqlite::{Connection, params};

use super::index::{Batch, Feeder, Words};
use crate::import::{IMPORTED, Row, index_of, read_block};
use crate::read::Shelf;
use crate::{Vault, VaultError};

/// Brings the index up to date after a crash or a failure, or builds it anew. Costs one small read when nothing is to do.
pub(crate) fn catch_up(vault: &Vault) -> Result<(), VaultError> {
    // What ends in the vault meanwhile feeds the index itself.
    while !caught_up(vault)? {}
    Ok(())
}

/// `false` where somebody else fed the index at the same time.
fn caught_up(vault: &Vault) -> Result<bool, VaultError> {
    let search = &vault.inner().search;
    let database = search.database()?;
    let main = vault.reader()?;
    let newest = newest_change(&main)?;
    if super::mark(&*database.reader()?)? == newest {
        return Ok(true);
    }
    // Only one thread catches up; another one finds the work done.
    let _busy = search.catching_up();
    let mark = super::mark(&*database.reader()?)?;
    main.execute_batch("BEGIN")?;
    let newest = newest_change(&main)?;
    if mark == newest {
        main.execute_batch("COMMIT")?;
        return Ok(true);
    }
    let result = (|| {
        let only_added = mark < newest && mark > 0 && adds_only(&main, mark)?;
        let mut feeder = Feeder::start(search, mark);
        let from = if only_added { mark } else { 0 };
        if !only_added {
            feeder.clear();
        }
        feed_blocks(&main, from, &mut feeder)?;
        feeder.keep(newest)
    })();
    main.execute_batch("COMMIT")?;
    result
}

pub(crate) fn newest_change(db: &Connection) -> Result<i64, VaultError> {
    Ok(db.prepare_cached("SELECT coalesce(max(seq), 0) FROM change")?.query_row([], |row| row.get(0))?)
}

/// Whether everything since a change is an import that changed no record.
fn adds_only(db: &Connection, since: i64) -> Result<bool, VaultError> {
    let sql = "SELECT count(*) FROM change c LEFT JOIN import i ON i.id = c.import
               WHERE c.seq > ?1 AND (c.what <> ?2 OR i.id IS NULL OR i.changed > 0)";
    let others: i64 = db.query_row(sql, params![since, IMPORTED], |row| row.get(0))?;
    Ok(others == 0)
}

fn feed_blocks(db: &Connection, since: i64, feeder: &mut Feeder) -> Result<(), VaultError> {
    let sql = "SELECT id FROM block WHERE ?1 = 0 OR import IN (SELECT import FROM change WHERE seq > ?1) ORDER BY id";
    let mut statement = db.prepare(sql)?;
    let mut blocks = statement.query([since])?;
    let mut shelf = Shelf::new(db);
    let mut batch = Batch::default();
    while let Some(block) = blocks.next()? {
        let number: i64 = block.get(0)?;
        let opened = read_block(db, number)?;
        for (index, id) in opened.ids.iter().enumerate() {
            // An earlier wording, or a record that was set aside, is not searched.
            let Some(row) = shelf.row(*id)?.filter(|row: &Row| row.place == number * 256 + index as i64) else { continue };
            let shape = shelf.shapes.shape(db, row.shape)?.clone();
            let account = shelf.shapes.account(db, shape.account)?.to_owned();
            let tags = Words::tags(shape.vendor, shape.kind, opened.import);
            batch.add(row.id, &Words::of(&opened.texts.body(index_of(row.place))?, &account, &tags));
            if batch.is_full() {
                feeder.feed(std::mem::take(&mut batch));
            }
        }
    }
    feeder.feed(batch);
    Ok(())
}

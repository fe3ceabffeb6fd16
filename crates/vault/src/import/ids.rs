//! Numbers of records: they grow with the day, so that newest first is the order of the table itself.
//!
//! A day has 2^21 numbers, sixteen for each second. Records without a day come before every day.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

use rusqlite::Connection;

use crate::VaultError;

const BITS: u32 = 21;
const PER_SECOND: i64 = 16;
/// Days from the year 0 to 1970, and room for records without a day before them.
const EPOCH: i64 = 719_528 + (1 << 18);
/// How many numbers are remembered before the book is begun anew.
const REMEMBERED: usize = 100_000;

/// Numbers below belong to records without a day.
pub(crate) const FIRST_DATED: i64 = 1 << (18 + BITS);

/// First number of a day, counted from 1970.
pub(crate) fn day_start(day: i64) -> i64 {
    (day + EPOCH + 1) << BITS
}

/// Last number of a day.
pub(crate) fn day_end(day: i64) -> i64 {
    day_start(day + 1) - 1
}

/// The day of a number that belongs to one.
pub(crate) fn day_of(id: i64) -> i64 {
    (id >> BITS) - EPOCH - 1
}

/// Splits [`holdall_model::Moment::sort_key`] into day and second of the day.
pub(crate) fn split(sort_key: i64) -> (i64, i64) {
    (sort_key.div_euclid(86_400), sort_key.rem_euclid(86_400))
}

/// Numbers spread well by themselves; one multiplication is enough of a hash.
#[derive(Default)]
pub(crate) struct NumberHasher(u64);

impl Hasher for NumberHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(self.0 ^ u64::from(*byte));
        }
    }

    fn write_i64(&mut self, n: i64) {
        self.write_u64(n as u64);
    }

    fn write_u64(&mut self, n: u64) {
        self.0 = (self.0 ^ n).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29);
    }
}

pub(crate) type ByNumber<K, V> = HashMap<K, V, BuildHasherDefault<NumberHasher>>;
pub(crate) type NumberSet<K> = HashSet<K, BuildHasherDefault<NumberHasher>>;

/// Gives out free numbers. What is on disk is read day by day, when a day is first met.
#[derive(Default)]
pub(crate) struct IdBook {
    taken: NumberSet<i64>,
    days: NumberSet<i64>,
    /// Where the last search from this number ended.
    hints: ByNumber<i64, i64>,
    undated: Option<i64>,
}

impl IdBook {
    /// Whether the book has grown so large that it should be begun anew, once everything is on disk.
    pub(crate) fn is_full(&self) -> bool {
        self.taken.len() > REMEMBERED
    }

    pub(crate) fn forget(&mut self) {
        *self = Self::default();
    }

    pub(crate) fn take(&mut self, db: &Connection, moment: Option<(i64, i64)>) -> Result<i64, VaultError> {
        // A day before the year 0 has no numbers of its own.
        let Some((day, second)) = moment.filter(|(day, _)| day_start(*day) >= FIRST_DATED) else { return self.take_undated(db) };
        let start = day_start(day) + second * PER_SECOND;
        let mut id = self.hints.get(&start).copied().unwrap_or(start);
        loop {
            self.read_day(db, day_of(id))?;
            if self.taken.insert(id) {
                break;
            }
            id += 1;
        }
        self.hints.insert(start, id + 1);
        Ok(id)
    }

    fn take_undated(&mut self, db: &Connection) -> Result<i64, VaultError> {
        let last = match self.undated {
            Some(last) => last,
            None => {
                let before = FIRST_DATED;
                let sql = "SELECT max(coalesce((SELECT max(id) FROM record WHERE id < ?1), 0),
                                      coalesce((SELECT max(was) FROM earlier_version WHERE was < ?1), 0),
                                      coalesce((SELECT max(record) FROM set_aside WHERE record < ?1), 0))";
                db.query_row(sql, [before], |row| row.get(0))?
            }
        };
        self.undated = Some(last + 1);
        Ok(last + 1)
    }

    fn read_day(&mut self, db: &Connection, day: i64) -> Result<(), VaultError> {
        if !self.days.insert(day) {
            return Ok(());
        }
        let sql = "SELECT id FROM record WHERE id BETWEEN ?1 AND ?2
                   UNION ALL SELECT was FROM earlier_version WHERE was BETWEEN ?1 AND ?2
                   UNION ALL SELECT record FROM set_aside WHERE record BETWEEN ?1 AND ?2";
        let mut statement = db.prepare_cached(sql)?;
        let mut rows = statement.query([day_start(day), day_end(day)])?;
        while let Some(row) = rows.next()? {
            self.taken.insert(row.get(0)?);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn empty() -> Connection {
        let mut db = crate::db::open_in_memory().expect("opens");
        crate::db::migrate(&mut db, crate::db::VAULT).expect("migrates");
        db
    }

    #[test]
    fn numbers_follow_time_and_never_repeat() {
        let db = empty();
        db.execute("INSERT INTO record VALUES (?1, 1, 0, 0, 256)", [day_start(20_000)]).expect("inserts");
        let mut book = IdBook::default();
        let mut taken = Vec::new();
        for moment in [Some((20_000, 0)), Some((20_000, 0)), Some((20_000, 60)), Some((19_999, 86_399)), None, None, Some((-700_000, 0))] {
            taken.push(book.take(&db, moment).expect("free"));
        }
        assert!(taken[0] > day_start(20_000) && taken[1] == taken[0] + 1 && taken[2] > taken[1] && taken[3] < taken[0]);
        assert_eq!(&taken[4..6], &[1, 2]);
        assert!(taken[6] > FIRST_DATED && taken[6] < taken[3]);
        assert_eq!(book.take(&db, Some((-800_000, 0))).expect("free"), 3);
        assert_eq!((day_of(taken[2]), day_of(taken[3])), (20_000, 19_999));
    }

    #[test]
    fn a_crowded_second_flows_over() {
        let db = empty();
        let mut book = IdBook::default();
        let ids: HashSet<i64> = (0..100_000).map(|_| book.take(&db, Some((0, 86_399))).expect("free")).collect();
        assert_eq!(ids.len(), 100_000);
        assert_eq!(split(-1), (-1, 86_399));
    }
}

//! What plain SQLite takes for the same questions, with the SQLite that the vault uses: `sql_times DATABASE < STATEMENTS`, one statement
//! to a line. Reads every row of each, and prints the milliseconds and how many rows there were; before that, how long it took to open.
#![allow(clippy::print_stdout)]

use std::io::BufRead;
use std::time::Instant;

use holdall_sqlite3mc as _;
use rusqlite::{Connection, OpenFlags};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let database = std::env::args().nth(1).ok_or("usage: sql_times DATABASE < STATEMENTS")?;
    let start = Instant::now();
    let db = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    println!("{:.4}\t0", start.elapsed().as_secs_f64() * 1000.0);
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let start = Instant::now();
        let mut statement = db.prepare_cached(&line)?;
        let columns = statement.column_count();
        let mut rows = statement.query([])?;
        let (mut count, mut values) = (0u64, Vec::new());
        while let Some(row) = rows.next()? {
            count += 1;
            values.clear();
            for column in 0..columns {
                values.push(row.get::<_, rusqlite::types::Value>(column)?);
            }
        }
        println!("{:.4}\t{count}", start.elapsed().as_secs_f64() * 1000.0);
    }
    Ok(())
}

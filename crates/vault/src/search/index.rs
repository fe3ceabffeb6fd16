use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use holdall_model::{Kind, Record, ValueType};
use rusqlite::params;

use super::Search;
use crate::VaultError;
use crate::db::Writer;
use crate::import::Body;

/// Marks a word that is no word of the record but a fact to filter by.
const TAG: char = '\u{E000}';

pub(crate) fn vendor_tag(vendor: i64) -> String {
    format!("{TAG}v{vendor}")
}

pub(crate) fn kind_tag(kind: Kind) -> String {
    format!("{TAG}k{}", kind.code())
}

pub(crate) fn import_tag(import: i64) -> String {
    format!("{TAG}i{import}")
}

/// What of a record is searchable: everything a person would type, and three facts to filter by.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Words<'a> {
    pub title: &'a str,
    pub party: &'a str,
    pub account: &'a str,
    pub external_id: &'a str,
    pub fields: &'a holdall_model::Fields,
    pub unmapped: &'a str,
    pub tags: &'a str,
}

impl<'a> Words<'a> {
    pub(crate) fn of(body: &'a Body, account: &'a str, tags: &'a str) -> Self {
        Self {
            title: &body.title,
            party: &body.party,
            account,
            external_id: &body.external_id,
            fields: &body.fields,
            unmapped: &body.unmapped,
            tags,
        }
    }

    pub(crate) fn of_record(record: &'a Record, account: &'a str, tags: &'a str) -> Self {
        Self {
            title: &record.title,
            party: &record.party,
            account,
            external_id: &record.external_id,
            fields: &record.fields,
            unmapped: &record.unmapped,
            tags,
        }
    }

    pub(crate) fn tags(vendor: i64, kind: Kind, import: i64) -> String {
        format!("{} {} {}", vendor_tag(vendor), kind_tag(kind), import_tag(import))
    }

    fn write(&self, out: &mut String) {
        // What a file brings must not pass for a tag.
        let mut add = |text: &str| {
            if text.contains(TAG) {
                out.extend(text.chars().filter(|c| *c != TAG));
            } else {
                out.push_str(text);
            }
            out.push(' ');
        };
        for text in [self.title, self.party, self.account, self.external_id] {
            add(text);
        }
        for (_, value) in self.fields.iter().filter(|(property, _)| property.value_type() == ValueType::Text) {
            add(value);
        }
        add(self.unmapped);
        out.push_str(self.tags);
    }
}

/// Records of one batch. The fewer, the more pieces a file makes that runs backwards.
const MOST_RECORDS: usize = 16 * 1024;
const MOST_BYTES: usize = 6 << 20;

/// Records whose words are to be added or taken out, in one buffer.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    text: String,
    added: Vec<(i64, usize, usize)>,
    removed: Vec<(i64, usize, usize)>,
}

impl Batch {
    pub(crate) fn add(&mut self, id: i64, words: &Words<'_>) {
        let range = self.write(words);
        self.added.push((id, range.0, range.1));
    }

    /// Takes words out again; they must be exactly those that were added.
    pub(crate) fn remove(&mut self, id: i64, words: &Words<'_>) {
        let range = self.write(words);
        self.removed.push((id, range.0, range.1));
    }

    fn write(&mut self, words: &Words<'_>) -> (usize, usize) {
        let start = self.text.len();
        words.write(&mut self.text);
        (start, self.text.len())
    }

    /// Whether it is time to feed it: enough records for one piece of the index in order, or enough memory taken.
    pub(crate) fn is_full(&self) -> bool {
        self.added.len() + self.removed.len() >= MOST_RECORDS || self.text.len() >= MOST_BYTES
    }

    /// In the order of the numbers, as FTS5 needs it.
    fn apply(&mut self, db: &Writer) -> Result<(), VaultError> {
        self.removed.sort_unstable();
        self.added.sort_unstable();
        let mut remove = db.prepare_cached("INSERT INTO word (word, rowid, text) VALUES ('delete', ?1, ?2)")?;
        for (id, start, end) in &self.removed {
            remove.execute(params![id, &self.text[*start..*end]])?;
        }
        let mut add = db.prepare_cached("INSERT INTO word (rowid, text) VALUES (?1, ?2)")?;
        for (id, start, end) in &self.added {
            add.execute(params![id, &self.text[*start..*end]])?;
        }
        Ok(())
    }
}

enum Order {
    /// Forget everything: the index is built anew.
    Clear,
    Batch(Batch),
    /// The change is in the vault: keep what was fed.
    Keep(i64),
}

/// Feeds the index on its own thread, beside the transaction that stores the records. What was fed is kept only after
/// [`Self::keep`]. The index may fail without harm: it is then behind, and is brought up to date later.
pub(crate) struct Feeder {
    orders: Option<SyncSender<Order>>,
    thread: Option<JoinHandle<Result<bool, VaultError>>>,
}

impl Feeder {
    /// `after` is the last change the index must hold already: one that is behind is not fed, so that no change is skipped.
    pub(crate) fn start(search: &Arc<Search>, after: i64) -> Self {
        // Two batches wait at most, so memory stays flat.
        let (send, receive) = sync_channel(1);
        let search = search.clone();
        let thread = std::thread::Builder::new().name("search-index".to_owned()).spawn(move || feed(&search, after, &receive)).ok();
        Self { orders: Some(send), thread }
    }

    pub(crate) fn feed(&mut self, batch: Batch) {
        self.send(Order::Batch(batch));
    }

    pub(crate) fn clear(&mut self) {
        self.send(Order::Clear);
    }

    /// Where the index does not follow any more, what is fed goes nowhere.
    fn send(&mut self, order: Order) {
        if self.orders.as_ref().is_some_and(|orders| orders.send(order).is_err()) {
            self.orders = None;
        }
    }

    /// Keeps what was fed and waits until it is on disk. `false` where the index did not stand where it was expected to, and nothing
    /// was fed.
    pub(crate) fn keep(mut self, change: i64) -> Result<bool, VaultError> {
        self.send(Order::Keep(change));
        self.orders = None;
        let thread = self.thread.take().ok_or(VaultError::Engine { why: "the system gave no thread" })?;
        thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }

    /// The same after a change that is in the vault already. Where the index cannot follow, it is brought up to date before the next search.
    pub(crate) fn follow(mut self, change: i64) {
        self.send(Order::Keep(change));
    }
}

impl Drop for Feeder {
    fn drop(&mut self) {
        self.orders = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn feed(search: &Search, after: i64, orders: &Receiver<Order>) -> Result<bool, VaultError> {
    // Dropping the writer rolls back what was not kept.
    let writer = search.database()?.writer()?;
    writer.execute_batch("BEGIN IMMEDIATE")?;
    if super::mark(&writer)? != after {
        return Ok(false);
    }
    for order in orders {
        match order {
            Order::Clear => writer.execute_batch("INSERT INTO word (word) VALUES ('delete-all')")?,
            Order::Batch(mut batch) => batch.apply(&writer)?,
            Order::Keep(change) => {
                let sql = "INSERT INTO mark (name, value) VALUES ('change', ?1) ON CONFLICT (name) DO UPDATE SET value = ?1";
                writer.execute(sql, [change])?;
                writer.execute_batch("COMMIT")?;
                return Ok(true);
            }
        }
    }
    Ok(false)
}

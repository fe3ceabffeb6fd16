use std::ops::ControlFlow;

use holdall_model::{Moment, Period, Precision, Task};
use rusqlite::params_from_iter;

use super::shelf::Shelf;
use super::types::{AmountRange, Cursor, Page, Query, StoredRecord, Total};
use crate::db::Reader;
use crate::import::{FIRST_DATED, Row, Shape, day_end, day_start, split, vendor_number};
use crate::search;
use crate::{Vault, VaultError};

const LONGEST_PAGE: u32 = 1000;
/// Hits of the index looked at for one page, when a filter has to look at each.
const MOST_HITS: u32 = 20_000;
/// Rows looked at for one page without the index.
const MOST_ROWS: u32 = 200_000;
/// A total beyond this is told as "more than", where counting means to walk over every hit.
const MOST_COUNTED: u64 = 2_000;

/// What a query means for the two files.
struct Plan {
    /// Numbers of records, both included.
    least: i64,
    most: i64,
    /// For the index; empty if it is not needed.
    question: search::Question,
    /// What has to be looked at in each row.
    statuses: Vec<holdall_model::Status>,
    amount: Option<AmountRange>,
    /// Nothing can fit, such as a vendor that is not there.
    nothing: bool,
}

/// The index, up to date, and what to ask it.
struct Index {
    reader: Reader,
    expression: String,
}

impl Plan {
    fn fits(&self, row: &Row, shape: &Shape) -> bool {
        let status = self.statuses.is_empty() || self.statuses.contains(&shape.status);
        let amount = self.amount.as_ref().is_none_or(|range| {
            row.amount(shape).is_some_and(|a| {
                range.unit.is_none_or(|u| u == a.unit)
                    && range.least.is_none_or(|least| a.value >= least)
                    && range.most.is_none_or(|most| a.value <= most)
            })
        });
        status && amount
    }

    fn looks_at_rows(&self) -> bool {
        !self.statuses.is_empty() || self.amount.is_some()
    }
}

impl Vault {
    /// Lists records, newest first, with or without words.
    pub fn find(&self, query: &Query) -> Result<Page, VaultError> {
        match self.page(query) {
            Err(VaultError::Damaged { .. }) if self.inner().search.forget_if_damaged()? => self.page(query),
            page => page,
        }
    }

    fn page(&self, query: &Query) -> Result<Page, VaultError> {
        let reader = self.reader()?;
        let plan = self.plan(query, &reader)?;
        let limit = query.limit.clamp(1, LONGEST_PAGE);
        let most = query.after.map_or(plan.most, |Cursor(after)| plan.most.min(after.saturating_sub(1)));
        if plan.nothing {
            return Ok(Page { hits: Vec::new(), next: None, total: Total::Exactly(0) });
        }
        let index = self.index_for(&plan)?;
        let budget = if index.is_some() { MOST_HITS } else { MOST_ROWS };
        // One state of the vault for all that the page tells, and SQLite's locks are taken once instead of for every row.
        let _state = reader.unchecked_transaction()?;
        let mut shelf = Shelf::new(&reader);
        let mut rows = Vec::new();
        let mut looked_at = 0;
        let mut next = None;
        let mut last = most;
        each_id(&reader, index.as_ref(), (plan.least, most), Newest, |id, row| {
            if rows.len() >= limit as usize || looked_at >= budget {
                next = Some(Cursor(last));
                return Ok(ControlFlow::Break(()));
            }
            looked_at += 1;
            last = id;
            let row = match row {
                Some(row) => row,
                None => match shelf.row(id)? {
                    Some(row) => row,
                    None => return Ok(ControlFlow::Continue(())),
                },
            };
            if !plan.looks_at_rows() || plan.fits(&row, shelf.shapes.shape(&reader, row.shape)?) {
                rows.push(row);
            }
            Ok(ControlFlow::Continue(()))
        })?;
        let hits = shelf.hits(&rows)?;
        let total = if !plan.looks_at_rows() {
            self.total(&plan, query, &reader, index.as_ref())?
        } else if next.is_none() && query.after.is_none() {
            Total::Exactly(hits.len() as u64)
        } else {
            Total::MoreThan(hits.len() as u64)
        };
        Ok(Page { hits, next, total })
    }

    /// Hands out every record that fits, oldest first, one at a time: for slices and exports. `limit` and `after` are not looked
    /// at. Returns how many there were.
    pub fn visit(&self, query: &Query, task: &Task, mut each: impl FnMut(StoredRecord) -> ControlFlow<()>) -> Result<u64, VaultError> {
        let reader = self.reader()?;
        // One state of the vault from the first record to the last.
        reader.execute_batch("BEGIN")?;
        let result = (|| {
            let plan = self.plan(query, &reader)?;
            if plan.nothing {
                return Ok(0);
            }
            let mut shelf = Shelf::new(&reader);
            let (mut count, mut least) = (0, plan.least);
            let mut walk = || {
                let index = self.index_for(&plan)?;
                each_id(&reader, index.as_ref(), (least, plan.most), Oldest, |id, row| {
                    task.step(1)?;
                    let Some(row) = row.map_or_else(|| shelf.row(id), |row| Ok(Some(row)))? else { return Ok(ControlFlow::Continue(())) };
                    if plan.looks_at_rows() && !plan.fits(&row, shelf.shapes.shape(&reader, row.shape)?) {
                        return Ok(ControlFlow::Continue(()));
                    }
                    let record = shelf.stored(&row)?;
                    (count, least) = (count + 1, id.saturating_add(1));
                    Ok(each(record))
                })
            };
            match walk() {
                // What was handed out already is not handed out again.
                Err(VaultError::Damaged { .. }) if self.inner().search.forget_if_damaged()? => walk()?,
                walked => walked?,
            }
            Ok(count)
        })();
        reader.execute_batch("COMMIT")?;
        result
    }

    fn index_for(&self, plan: &Plan) -> Result<Option<Index>, VaultError> {
        if plan.question.is_empty() {
            return Ok(None);
        }
        search::catch_up(self)?;
        let reader = self.inner().search.database()?.reader()?;
        let expression = plan.question.expression(&reader)?;
        Ok(Some(Index { reader, expression }))
    }

    fn plan(&self, query: &Query, reader: &Reader) -> Result<Plan, VaultError> {
        let (least, most) = query.period.map_or((i64::MIN, i64::MAX), numbers_of);
        let mut alternatives: Vec<Vec<String>> = Vec::new();
        let mut nothing = false;
        if !query.vendors.is_empty() {
            let mut tags = Vec::new();
            for slug in &query.vendors {
                tags.extend(vendor_number(reader, slug)?.map(search::vendor_tag));
            }
            nothing |= tags.is_empty();
            alternatives.push(tags);
        }
        if !query.kinds.is_empty() {
            alternatives.push(query.kinds.iter().map(|k| search::kind_tag(*k)).collect());
        }
        if let Some(import) = query.import {
            alternatives.push(vec![search::import_tag(import.0)]);
        }
        let words = if query.text.trim().is_empty() { Vec::new() } else { self.inner().search.words(&query.text)? };
        // Typed, but nothing that is a word: nothing can be found.
        nothing |= words.is_empty() && !query.text.trim().is_empty();
        let unfinished = !query.text.ends_with(char::is_whitespace);
        let question = search::Question { words, unfinished, tags: alternatives };
        Ok(Plan { least, most, question, statuses: query.statuses.clone(), amount: query.amount, nothing })
    }

    fn total(&self, plan: &Plan, query: &Query, reader: &Reader, index: Option<&Index>) -> Result<Total, VaultError> {
        // Without words and days the sums know it.
        if plan.question.words.is_empty() && query.period.is_none() && query.import.is_none() {
            return summed(query, reader);
        }
        let range = [plan.least, plan.most];
        let most = MOST_COUNTED + 1;
        let n: i64 = match index {
            Some(Index { reader: index, expression }) => {
                let sql = format!("SELECT count(*) FROM (SELECT 1 FROM word WHERE word MATCH ?1 AND rowid BETWEEN ?2 AND ?3 LIMIT {most})");
                index.prepare_cached(&sql)?.query_row(rusqlite::params![expression, range[0], range[1]], |row| row.get(0))?
            }
            None => {
                let sql = format!("SELECT count(*) FROM (SELECT 1 FROM record WHERE id BETWEEN ?1 AND ?2 LIMIT {most})");
                reader.prepare_cached(&sql)?.query_row(range, |row| row.get(0))?
            }
        };
        let n = u64::try_from(n).unwrap_or(0);
        Ok(if n > MOST_COUNTED { Total::MoreThan(MOST_COUNTED) } else { Total::Exactly(n) })
    }
}

fn summed(query: &Query, reader: &Reader) -> Result<Total, VaultError> {
    let mut sql = "SELECT coalesce(sum(records), 0) FROM month WHERE 1".to_owned();
    let mut values: Vec<rusqlite::types::Value> = Vec::new();
    if !query.vendors.is_empty() {
        sql += &format!(" AND vendor IN (SELECT id FROM vendor WHERE slug IN ({}))", marks(query.vendors.len()));
        values.extend(query.vendors.iter().map(|v| v.clone().into()));
    }
    if !query.kinds.is_empty() {
        sql += &format!(" AND kind IN ({})", marks(query.kinds.len()));
        values.extend(query.kinds.iter().map(|k| i64::from(k.code()).into()));
    }
    let n: i64 = reader.prepare_cached(&sql)?.query_row(params_from_iter(values), |row| row.get(0))?;
    Ok(Total::Exactly(u64::try_from(n).unwrap_or(0)))
}

fn marks(n: usize) -> String {
    vec!["?"; n].join(", ")
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    Newest,
    Oldest,
}
use Order::{Newest, Oldest};

/// Walks over the numbers that fit, from the index or from the table itself (which also gives the row).
fn each_id(
    reader: &Reader,
    index: Option<&Index>,
    (least, most): (i64, i64),
    order: Order,
    mut each: impl FnMut(i64, Option<Row>) -> Result<ControlFlow<()>, VaultError>,
) -> Result<(), VaultError> {
    let direction = if order == Newest { "DESC" } else { "ASC" };
    if let Some(Index { reader: index, expression }) = index {
        let sql = format!("SELECT rowid FROM word WHERE word MATCH ?1 AND rowid BETWEEN ?2 AND ?3 ORDER BY rowid {direction}");
        let mut statement = index.prepare_cached(&sql)?;
        let mut rows = statement.query(rusqlite::params![expression, least, most])?;
        while let Some(row) = rows.next()? {
            if each(row.get(0)?, None)?.is_break() {
                break;
            }
        }
    } else {
        let sql = format!("SELECT id, shape, units, clock, place FROM record WHERE id BETWEEN ?1 AND ?2 ORDER BY id {direction}");
        let mut statement = reader.prepare_cached(&sql)?;
        let mut rows = statement.query([least, most])?;
        while let Some(row) = rows.next()? {
            let row = Row::read(row)?;
            if each(row.id, Some(row))?.is_break() {
                break;
            }
        }
    }
    Ok(())
}

/// The numbers of a period's records.
fn numbers_of(period: Period) -> (i64, i64) {
    let first = day_start(split(period.from.sort_key()).0).max(FIRST_DATED);
    (first, day_end(last_day(&period.to)))
}

/// The last day that a moment of reduced precision means.
fn last_day(moment: &Moment) -> i64 {
    let date = match moment.precision() {
        Precision::Year => moment.date().last_of_year(),
        Precision::Month => moment.date().last_of_month(),
        Precision::Day | Precision::Minute | Precision::Second => moment.date(),
    };
    split(Moment::from_date(date).sort_key()).0
}

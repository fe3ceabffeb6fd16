use std::collections::BTreeMap;

use holdall_model::{Kind, Moment, Period, Quantity, Sums, Unit, VerdictCounts};
use rusqlite::{Connection, OptionalExtension, params};
use rust_decimal::Decimal;

use super::types::{Home, ImportSummary, KindCount, MonthSum, VendorSummary};
use crate::import::{FIRST_DATED, ImportId, NO_MONTH, Row, ShapeReader, day_end, day_start, split};
use crate::{Vault, VaultError, disk};

/// One row of the table of monthly sums.
struct Line {
    month: i64,
    kind: Kind,
    unit: Option<Unit>,
    records: u64,
    incoming: Decimal,
    outgoing: Decimal,
}

impl Vault {
    /// All vendors with their counts, period and sums; by slug.
    pub fn vendors(&self) -> Result<Vec<VendorSummary>, VaultError> {
        let reader = self.reader()?;
        let sql =
            "SELECT v.id, v.slug, count(i.id), max(i.at) FROM vendor v JOIN import i ON i.vendor = v.id GROUP BY v.id ORDER BY v.slug";
        let vendors: Vec<(i64, String, i64, Option<i64>)> = reader
            .prepare_cached(sql)?
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?
            .collect::<Result<_, _>>()?;
        vendors
            .into_iter()
            .map(|(id, vendor, imports, last_import_at)| {
                let lines = lines(&reader, id)?;
                let mut kinds: BTreeMap<u8, u64> = BTreeMap::new();
                let (mut money_in, mut money_out) = (Sums::default(), Sums::default());
                for line in &lines {
                    *kinds.entry(line.kind.code()).or_default() += line.records;
                    if let Some(unit) = line.unit.filter(Unit::is_currency) {
                        add(&mut money_in, line.incoming, unit)?;
                        add(&mut money_out, line.outgoing, unit)?;
                    }
                }
                let kinds = kinds.into_iter().filter_map(|(code, records)| Some(KindCount { kind: Kind::from_code(code)?, records }));
                Ok(VendorSummary {
                    vendor,
                    records: lines.iter().map(|l| l.records).sum(),
                    kinds: kinds.collect(),
                    period: period(&reader, id, &lines)?,
                    money_in,
                    money_out,
                    imports: u64::try_from(imports).unwrap_or(0),
                    last_import_at,
                })
            })
            .collect()
    }

    /// Sums per month, of one vendor or of all; oldest first.
    pub fn months(&self, vendor: Option<&str>) -> Result<Vec<MonthSum>, VaultError> {
        let reader = self.reader()?;
        let sql = "SELECT id, slug FROM vendor WHERE ?1 IS NULL OR slug = ?1 ORDER BY slug";
        let vendors: Vec<(i64, String)> =
            reader.prepare_cached(sql)?.query_map([vendor], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
        let mut sums = Vec::new();
        for (id, slug) in vendors {
            for line in lines(&reader, id)? {
                sums.push(MonthSum {
                    vendor: slug.clone(),
                    kind: line.kind,
                    month: month_moment(line.month),
                    unit: line.unit,
                    records: line.records,
                    incoming: line.incoming,
                    outgoing: line.outgoing,
                });
            }
        }
        Ok(sums)
    }

    /// All imports, the latest first.
    pub fn imports(&self) -> Result<Vec<ImportSummary>, VaultError> {
        let sql = "SELECT i.id, v.slug, i.export, i.file_name, i.at, i.new, i.already_here, i.changed, i.similar, i.not_understood,
                   o.bytes, o.hash, i.diagnostics, i.note
                   FROM import i JOIN vendor v ON v.id = i.vendor JOIN original o ON o.id = i.original ORDER BY i.id DESC";
        let reader = self.reader()?;
        let mut statement = reader.prepare_cached(sql)?;
        let mut rows = statement.query([])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let number = |i| row.get::<_, i64>(i).map(|n| u64::try_from(n).unwrap_or(0));
            let counts = VerdictCounts {
                new: number(5)?,
                already_here: number(6)?,
                changed: number(7)?,
                similar: number(8)?,
                not_understood: number(9)?,
            };
            let diagnostics: String = row.get(12)?;
            found.push(ImportSummary {
                id: ImportId(row.get(0)?),
                vendor: row.get(1)?,
                export: row.get(2)?,
                file_name: row.get(3)?,
                at: row.get(4)?,
                counts,
                original_bytes: number(10)?,
                original_hash: row.get(11)?,
                diagnostics: serde_json::from_str(&diagnostics).map_err(|_| VaultError::damaged("the findings of an import"))?,
                note: row.get(13)?,
            });
        }
        Ok(found)
    }

    /// The numbers of the first screen.
    pub fn home(&self) -> Result<Home, VaultError> {
        let reader = self.reader()?;
        let count = |sql: &str| -> Result<u64, VaultError> {
            let n: i64 = reader.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
            Ok(u64::try_from(n).unwrap_or(0))
        };
        let edge = |order: &str| -> Result<Option<Moment>, VaultError> {
            let sql = format!("SELECT id, shape, units, clock, place FROM record WHERE id >= {FIRST_DATED} ORDER BY id {order} LIMIT 1");
            let row = reader.prepare_cached(&sql)?.query_row([], Row::read).optional()?;
            moment_of(&reader, row)
        };
        Ok(Home {
            records: count("SELECT coalesce(sum(records), 0) FROM month")?,
            vendors: count("SELECT count(DISTINCT vendor) FROM import")?,
            imports: count("SELECT count(*) FROM import")?,
            quarantined: count("SELECT count(*) FROM quarantine")?,
            undecided: count("SELECT count(*) FROM similar WHERE decision = 0")?,
            period: edge("ASC")?.zip(edge("DESC")?).map(|(from, to)| Period { from, to }),
            partners: count("SELECT count(*) FROM partner")?,
            grants: self.grants()?.into_iter().fold(BTreeMap::new(), |mut states, grant| {
                *states.entry(grant.state).or_default() += 1;
                states
            }),
            disk_bytes: disk::size_of(self.dir()),
        })
    }
}

fn add(sums: &mut Sums, value: Decimal, unit: Unit) -> Result<(), VaultError> {
    if value.is_zero() {
        return Ok(());
    }
    sums.add(Quantity::new(value, unit))
        .map_err(|_| VaultError::Refused { what: "The sum", why: "it has more digits than can be kept exactly" })
}

fn lines(db: &Connection, vendor: i64) -> Result<Vec<Line>, VaultError> {
    let sql = "SELECT month, kind, unit, records, incoming, outgoing FROM month WHERE vendor = ?1 ORDER BY month, kind, unit";
    let mut statement = db.prepare_cached(sql)?;
    let mut rows = statement.query([vendor])?;
    let mut lines = Vec::new();
    let damaged = || VaultError::damaged("the monthly sums");
    while let Some(row) = rows.next()? {
        let unit: String = row.get(2)?;
        let decimal = |i| row.get::<_, String>(i).map_err(VaultError::from)?.parse().map_err(|_| damaged());
        lines.push(Line {
            month: row.get(0)?,
            kind: Kind::from_code(row.get(1)?).ok_or_else(damaged)?,
            unit: if unit.is_empty() { None } else { Some(unit.parse().map_err(|_| damaged())?) },
            records: u64::try_from(row.get::<_, i64>(3)?).map_err(|_| damaged())?,
            incoming: decimal(4)?,
            outgoing: decimal(5)?,
        });
    }
    Ok(lines)
}

/// First and last moment of a vendor: looked up in its first and last month only.
fn period(db: &Connection, vendor: i64, lines: &[Line]) -> Result<Option<Period>, VaultError> {
    let months = || lines.iter().map(|l| l.month).filter(|m| *m != NO_MONTH);
    let Some((first, last)) = months().min().zip(months().max()) else { return Ok(None) };
    let edge = |month: i64, order: &str| -> Result<Option<Moment>, VaultError> {
        let Some((from, to)) = days_of(month) else { return Ok(None) };
        let sql = format!(
            "SELECT r.id, r.shape, r.units, r.clock, r.place FROM record r JOIN shape s ON s.id = r.shape
             WHERE r.id BETWEEN ?1 AND ?2 AND s.vendor = ?3 ORDER BY r.id {order} LIMIT 1"
        );
        let row = db.prepare_cached(&sql)?.query_row(params![day_start(from), day_end(to), vendor], Row::read).optional()?;
        moment_of(db, row)
    };
    Ok(edge(first, "ASC")?.zip(edge(last, "DESC")?).map(|(from, to)| Period { from, to }))
}

fn moment_of(db: &Connection, row: Option<Row>) -> Result<Option<Moment>, VaultError> {
    let Some(row) = row else { return Ok(None) };
    let mut shapes = ShapeReader::default();
    let shape = shapes.shape(db, row.shape)?;
    row.moment(shape)
}

fn month_moment(month: i64) -> Option<Moment> {
    if month == NO_MONTH {
        return None;
    }
    let year = i16::try_from(month.div_euclid(12)).ok()?;
    Moment::from_year_month(year, i8::try_from(month.rem_euclid(12) + 1).ok()?).ok()
}

fn days_of(month: i64) -> Option<(i64, i64)> {
    let first = month_moment(month)?;
    let last = Moment::from_date(first.date().last_of_month());
    Some((split(first.sort_key()).0, split(last.sort_key()).0))
}

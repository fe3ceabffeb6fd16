use std::collections::HashMap;

use holdall_model::{Kind, Unit};
use rusqlite::{Connection, OptionalExtension, params};
use rust_decimal::Decimal;

use super::ids::day_of;
use super::shapes::{Row, Shape};
use crate::VaultError;

pub(crate) const NO_MONTH: i64 = -1;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    vendor: i64,
    month: i64,
    kind: Kind,
    unit: Option<Unit>,
    scale: u8,
}

#[derive(Debug, Default, Clone, Copy)]
struct Sum {
    records: i64,
    /// Whole units of the key's scale. 128 bits hold the sum of as many records as a vault can have.
    incoming: i128,
    outgoing: i128,
}

/// Sums per month, gathered in memory and added to the table at the end of a transaction.
#[derive(Default)]
pub(crate) struct Months {
    sums: HashMap<Key, Sum>,
    last_day: Option<(i64, i64)>,
}

impl Months {
    pub(crate) fn add(&mut self, row: &Row, shape: &Shape) {
        self.count(row, shape, 1);
    }

    pub(crate) fn remove(&mut self, row: &Row, shape: &Shape) {
        self.count(row, shape, -1);
    }

    fn count(&mut self, row: &Row, shape: &Shape, sign: i64) {
        let month = if shape.form.is_some() { self.month_of(day_of(row.id) + row.clock.div_euclid(86_400)) } else { NO_MONTH };
        let key = Key { vendor: shape.vendor, month, kind: shape.kind, unit: shape.unit, scale: shape.scale };
        let sum = self.sums.entry(key).or_default();
        sum.records += sign;
        if shape.status.counts() {
            let units = i128::from(row.units) * i128::from(sign);
            if row.units > 0 {
                sum.incoming += units;
            } else {
                sum.outgoing += units;
            }
        }
    }

    fn month_of(&mut self, day: i64) -> i64 {
        if let Some((last, month)) = self.last_day
            && last == day
        {
            return month;
        }
        let month = month_of_day(day);
        self.last_day = Some((day, month));
        month
    }

    pub(crate) fn write(&mut self, db: &Connection) -> Result<(), VaultError> {
        for (key, sum) in self.sums.drain() {
            let unit = key.unit.as_ref().map_or("", |u| u.as_str());
            let place = params![key.vendor, key.month, key.kind.code(), unit];
            let select = "SELECT records, incoming, outgoing FROM month WHERE vendor = ?1 AND month = ?2 AND kind = ?3 AND unit = ?4";
            let known: Option<(i64, String, String)> =
                db.prepare_cached(select)?.query_row(place, |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).optional()?;
            let (records, incoming, outgoing) = known.unwrap_or((0, "0".to_owned(), "0".to_owned()));
            let records = records + sum.records;
            if records == 0 {
                let delete = "DELETE FROM month WHERE vendor = ?1 AND month = ?2 AND kind = ?3 AND unit = ?4";
                db.prepare_cached(delete)?.execute(place)?;
                continue;
            }
            let add = |text: &str, units: i128| -> Result<String, VaultError> {
                let old: Decimal = text.parse().map_err(|_| VaultError::damaged("a monthly sum"))?;
                let more = Decimal::try_from_i128_with_scale(units, u32::from(key.scale)).map_err(|_| TOO_LARGE)?;
                exact_sum(old, more).map(|d| d.normalize().to_string())
            };
            let replace = "INSERT OR REPLACE INTO month (vendor, month, kind, unit, records, incoming, outgoing)
                           VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
            db.prepare_cached(replace)?.execute(params![
                key.vendor,
                key.month,
                key.kind.code(),
                unit,
                records,
                add(&incoming, sum.incoming)?,
                add(&outgoing, sum.outgoing)?
            ])?;
        }
        Ok(())
    }
}

const TOO_LARGE: VaultError = VaultError::Refused { what: "The import", why: "its sums have more digits than can be kept exactly" };

/// Adds whole numbers of the finer scale: `Decimal` itself rounds where both cannot be kept.
fn exact_sum(a: Decimal, b: Decimal) -> Result<Decimal, VaultError> {
    let scale = a.scale().max(b.scale());
    let units = |d: Decimal| 10i128.checked_pow(scale - d.scale()).and_then(|factor| d.mantissa().checked_mul(factor));
    let sum = units(a).zip(units(b)).and_then(|(a, b)| a.checked_add(b)).ok_or(TOO_LARGE)?;
    Decimal::try_from_i128_with_scale(sum, scale).map_err(|_| TOO_LARGE)
}

/// Year * 12 + month - 1 of a day counted from 1970, in the proleptic Gregorian calendar.
pub(crate) fn month_of_day(day: i64) -> i64 {
    let Ok(date) = i32::try_from(day)
        .map_err(|_| ())
        .and_then(|d| jiff::civil::date(1970, 1, 1).checked_add(jiff::Span::new().days(i64::from(d))).map_err(|_| ()))
    else {
        return NO_MONTH;
    };
    i64::from(date.year()) * 12 + i64::from(date.month()) - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_fall_into_their_months() {
        for (day, year, month) in [(0, 1970, 1), (-1, 1969, 12), (59, 1970, 3), (20_000, 2024, 10)] {
            assert_eq!(month_of_day(day), year * 12 + month - 1, "{day}");
        }
        assert_eq!(month_of_day(i64::MAX), NO_MONTH);
    }

    #[test]
    fn sums_are_exact_or_refused() {
        let big: Decimal = "79228162514264337593543950335".parse().expect("a number");
        assert!(exact_sum(big, Decimal::new(1, 2)).is_err());
        assert_eq!(exact_sum(Decimal::new(110, 2), Decimal::new(-5, 1)).expect("exact").to_string(), "0.60");
        assert_eq!(exact_sum(Decimal::ZERO, Decimal::new(0, 2)).expect("exact"), Decimal::ZERO);
    }
}

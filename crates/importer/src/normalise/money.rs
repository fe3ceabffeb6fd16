//! The amount of a row: one signed column, one with a direction beside it, or one column for each side.

use holdall_model::{Quantity, Status, Unit};
use rust_decimal::Decimal;

use super::{Bad, Cells, Checked, Normaliser, Step};
use crate::definition::{Side, Transform};
use crate::table::number::{self, code_of};

impl Normaliser<'_> {
    /// A number in a cell: `None` for an empty one.
    pub(super) fn number(&self, cells: &impl Cells, step: &Step) -> Checked<Option<(Decimal, Option<Unit>)>> {
        let text = self.text(cells, step);
        if number::is_nothing(text) {
            return Ok(None);
        }
        let Ok(amount) = number::parse(text, self.facts.mark) else {
            return Err(Bad {
                id: "amount-unreadable",
                column: Some(step.column),
                text: "The amount in this row cannot be read with certainty.",
            });
        };
        let value = match step.usage.transform {
            Transform::Cents => exact_product(amount.value, Decimal::new(1, 2)),
            Transform::Negated => Some(-amount.value),
            _ => Some(amount.value),
        };
        let value = value.ok_or(Bad {
            id: "amount-too-long",
            column: Some(step.column),
            text: "The amount in this row has more digits than can be kept.",
        })?;
        Ok(Some((value, step.usage.unit.or(self.positions.units[step.column]).or(amount.unit))))
    }

    pub(super) fn amount(&self, cells: &impl Cells, row_unit: Option<Unit>, status: Status) -> Checked<Option<Quantity>> {
        let roles = &self.by_role;
        let missing = |step: Option<&Step>| {
            if self.table.amountless || !status.counts() {
                Ok(None)
            } else {
                Err(Bad { id: "amount-missing", column: step.map(|s| s.column), text: "This row has no amount." })
            }
        };
        let found = if !roles.amount.is_empty() {
            let mut found = None;
            for step in &roles.amount {
                found = self.number(cells, step)?;
                if found.is_some() {
                    break;
                }
            }
            let Some(found) = found else { return missing(roles.amount.first()) };
            self.indicated(cells, found, status)?
        } else if roles.amount_out.is_some() || roles.amount_in.is_some() {
            match self.by_direction(cells)? {
                Some(found) => found,
                None => return missing(roles.amount_out.as_ref()),
            }
        } else if !roles.debit.is_empty() || !roles.credit.is_empty() {
            match self.two_sided(cells)? {
                Some(found) => found,
                None => return missing(roles.debit.first().or(roles.credit.first())),
            }
        } else {
            return Ok(None);
        };
        let (mut value, unit) = found;
        if self.table.fee_in_sum {
            value = self.without_fee(cells, value)?;
        }
        // A side that is written behind a number is true whatever a minus means.
        if self.facts.inverted && !roles.amount.iter().any(|step| number::side(self.text(cells, step)).is_some()) {
            value = -value;
        }
        let unit = if roles.unit.is_some() { row_unit.or(unit) } else { unit.or(row_unit) };
        Ok(Some(Quantity::new(positive_zero(value), unit.unwrap_or(Unit::UNKNOWN))))
    }

    pub(super) fn without_fee(&self, cells: &impl Cells, value: Decimal) -> Checked<Decimal> {
        let mut fees = self.properties.iter().filter(|(_, p)| p.name() == "fee");
        fees.try_fold(value, |value, (step, _)| {
            let fee = self.number(cells, step)?.map_or(Decimal::ZERO, |(fee, _)| fee);
            exact_sum(value, -fee).ok_or(too_long(step.column))
        })
    }

    /// Whether the indicator says that money went out.
    fn goes_out(&self, cells: &impl Cells, step: &Step) -> Checked<bool> {
        let word = self.text(cells, step);
        if self.table.out_words.has(word) {
            Ok(true)
        } else if self.table.in_words.has(word) {
            Ok(false)
        } else {
            Err(Bad {
                id: "direction-unknown",
                column: Some(step.column),
                text: "This row does not say in known words whether money came in or went out.",
            })
        }
    }

    fn indicated(&self, cells: &impl Cells, found: (Decimal, Option<Unit>), status: Status) -> Checked<(Decimal, Option<Unit>)> {
        let Some(step) = self.by_role.indicator else { return Ok(found) };
        let value = found.0.abs();
        match self.goes_out(cells, &step) {
            Ok(out) => Ok((if out { -value } else { value }, found.1)),
            // What counts for no sum needs no direction.
            Err(_) if !status.counts() => Ok(found),
            Err(bad) => Err(bad),
        }
    }

    fn by_direction(&self, cells: &impl Cells) -> Checked<Option<(Decimal, Option<Unit>)>> {
        let Some(indicator) = self.by_role.indicator else { return Ok(None) };
        let out = self.goes_out(cells, &indicator)?;
        let (amount, unit) =
            if out { (self.by_role.amount_out, self.by_role.unit_out) } else { (self.by_role.amount_in, self.by_role.unit_in) };
        let Some(step) = amount else { return Ok(None) };
        let Some((value, told)) = self.number(cells, &step)? else { return Ok(None) };
        let unit = unit.and_then(|s| code_of(self.text(cells, &s))).or(told);
        Ok(Some((if out { -value.abs() } else { value.abs() }, unit)))
    }

    fn two_sided(&self, cells: &impl Cells) -> Checked<Option<(Decimal, Option<Unit>)>> {
        let mut total: Option<(Decimal, Option<Unit>)> = None;
        let mut filled = [false; 2];
        let sides = [(&self.by_role.debit, self.facts.debit, true), (&self.by_role.credit, self.facts.credit, false)];
        for (steps, side, out) in sides {
            for step in steps {
                let Some((value, unit)) = self.number(cells, step)? else { continue };
                filled[usize::from(out)] |= !value.is_zero();
                if self.table.one_sided && filled == [true; 2] {
                    let text = "This row has money that went out and money that came in.";
                    return Err(Bad { id: "both-sides", column: Some(step.column), text });
                }
                let value = match (side, out) {
                    (Side::Positive, true) | (Side::Negative, false) => -value,
                    (Side::Positive, false) | (Side::Negative, true) => value,
                    (Side::Any, true) => -value.abs(),
                    (Side::Any, false) => value.abs(),
                };
                total = match total {
                    None => Some((value, unit)),
                    Some((sum, told)) => Some((exact_sum(sum, value).ok_or(too_long(step.column))?, told.or(unit))),
                };
            }
        }
        Ok(total)
    }
}

pub(super) fn too_long(column: usize) -> Bad {
    Bad { id: "amount-too-long", column: Some(column), text: "The amount in this row has more digits than can be kept." }
}

/// `-0.00` is a way to write nothing, not a direction.
fn positive_zero(value: Decimal) -> Decimal {
    if value.is_zero() { value.abs() } else { value }
}

pub(crate) fn exact_sum(a: Decimal, b: Decimal) -> Option<Decimal> {
    // A sum with zero has the other's decimals, however many the zero is written with.
    if a.is_zero() || b.is_zero() {
        return Some(if a.is_zero() { b } else { a });
    }
    a.checked_add(b).filter(|sum| sum.scale() >= a.scale().max(b.scale()))
}

pub(crate) fn exact_product(a: Decimal, b: Decimal) -> Option<Decimal> {
    // Nothing times anything loses its decimals, and is exact all the same.
    a.checked_mul(b).filter(|product| product.is_zero() && (a.is_zero() || b.is_zero()) || product.scale() == a.scale() + b.scale())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_is_exact_or_none_whatever_its_decimals() {
        let sum = |a: &str, b: &str| exact_sum(a.parse().ok()?, b.parse().ok()?).map(|sum| sum.to_string());
        assert_eq!(sum("0.2", "0.00").as_deref(), Some("0.2"), "import without export");
        assert_eq!(sum("0.000", "-12.5").as_deref(), Some("-12.5"));
        assert_eq!(sum("1.5", "-0.25").as_deref(), Some("1.25"));
        assert_eq!(sum("79228162514264337593543950335", "0.5"), None, "no digit is rounded away");
    }

    #[test]
    fn a_product_is_exact_or_none_and_nothing_stays_nothing() {
        let product = |a: &str, b: &str| exact_product(a.parse().ok()?, b.parse().ok()?).map(|product| product.normalize().to_string());
        assert_eq!(product("1250", "0.01").as_deref(), Some("12.5"));
        for (a, b) in [("0", "0.01"), ("0.00", "1.5"), ("3", "0")] {
            assert_eq!(product(a, b).as_deref(), Some("0"), "{a} times {b}");
        }
        assert_eq!(product("0.000000000000001", "0.000000000000001"), None, "not so little that it is rounded to nothing");
        assert_eq!(product("1.000001", "1.3333333333333333333333333333"), None);
    }
}

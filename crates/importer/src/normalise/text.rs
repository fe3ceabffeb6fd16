//! Texts of a row in the form their property has, and templates that join several of them.

use holdall_model::{Property, Record, Unit, ValueType};
use rust_decimal::Decimal;

use super::money::exact_product;
use super::{Cells, Checked, Normaliser, Step, append, bad_date};
use crate::definition::{Role, Target, TemplatePart, Transform};
use crate::table::number::{self, Mark, unwrap};

impl Normaliser<'_> {
    pub(super) fn put_text(&self, cells: &impl Cells, step: &Step, record: &mut Record) {
        let text = step.usage.transform.text(self.text(cells, step));
        let place = match step.usage.role {
            Role::Title => &mut record.title,
            Role::Party => &mut record.party,
            Role::Account => &mut record.account,
            _ => &mut record.external_id,
        };
        append(place, &text);
    }

    pub(super) fn put_property(
        &self,
        cells: &impl Cells,
        step: &Step,
        property: Property,
        unit: Option<Unit>,
        record: &mut Record,
        buffer: &mut String,
    ) {
        let text = self.text(cells, step);
        if text.is_empty() {
            return;
        }
        let unit = step.usage.unit.or(self.positions.units[step.column]).or(unit);
        match self.value(text, property, step.usage.transform, unit, buffer) {
            Some(value) => record.fields.set(property, value),
            // It says something, if not in the form the property has: it stays findable.
            None => append(&mut record.unmapped, text),
        }
    }

    /// A text in the form its property has; written into the buffer where it is not that text itself.
    fn value<'v>(
        &self,
        text: &'v str,
        property: Property,
        transform: Transform,
        unit: Option<Unit>,
        buffer: &'v mut String,
    ) -> Option<&'v str> {
        use std::fmt::Write;
        buffer.clear();
        let written = match property.value_type() {
            ValueType::Text | ValueType::Url => {
                if transform == Transform::None {
                    return Some(text);
                }
                buffer.push_str(&transform.text(text));
                Ok(())
            }
            ValueType::Number if self.facts.mark == Mark::Dot && number::is_plain(text) => return Some(text),
            ValueType::Number => write!(buffer, "{}", number::parse(text, self.facts.mark).ok()?.value),
            ValueType::Quantity => {
                let amount = number::parse(text, self.facts.mark).ok()?;
                // What stands beside a number is its own; the row's currency is that of the booked amount.
                let unit = amount.unit.or(unit).unwrap_or(Unit::UNKNOWN);
                if transform == Transform::Cents {
                    write!(buffer, "{} {unit}", exact_product(amount.value, Decimal::new(1, 2))?)
                } else if self.facts.mark == Mark::Dot && number::is_plain(text) {
                    write!(buffer, "{text} {unit}")
                } else {
                    write!(buffer, "{} {unit}", amount.value)
                }
            }
            ValueType::Moment => write!(buffer, "{}", self.read_moment(text, transform).ok()?),
            ValueType::Duration => write!(buffer, "{}", duration(text, transform)?),
            ValueType::Truth => return truth(text),
        };
        written.ok().map(|()| buffer.as_str())
    }

    pub(super) fn templates(&self, cells: &impl Cells, unit: Option<Unit>, record: &mut Record, buffer: &mut String) -> Checked<()> {
        let mut text = String::new();
        for template in &self.table.templates {
            text.clear();
            let mut filled = false;
            for part in &template.parts {
                match part {
                    TemplatePart::Literal(literal) => text.push_str(literal),
                    TemplatePart::Column(column, transform) => {
                        let cell = self.positions.at[*column].map_or("", |i| self.replaced(unwrap(cells.cell(i)), *column));
                        let cell = transform.text(cell);
                        filled |= !cell.is_empty();
                        text.push_str(&cell);
                    }
                }
            }
            if filled {
                self.put_target(template.target, text.trim(), unit, record, buffer)?;
            }
        }
        self.table.fixed.iter().try_for_each(|(target, text)| self.put_target(*target, text, unit, record, buffer))
    }

    fn put_target(&self, target: Target, text: &str, unit: Option<Unit>, record: &mut Record, buffer: &mut String) -> Checked<()> {
        match target {
            Target::Title => append(&mut record.title, text),
            Target::Party => append(&mut record.party, text),
            Target::Account => append(&mut record.account, text),
            Target::Id => append(&mut record.external_id, text),
            Target::Moment => record.moment = Some(self.read_moment(text, Transform::None).map_err(|e| bad_date(e, 0))?),
            // A currency whose number is missing; its cell stands among the words already.
            Target::Property(property) if property.value_type() == ValueType::Quantity && !text.contains(|c: char| c.is_ascii_digit()) => {}
            Target::Property(property) => match self.value(text, property, Transform::None, unit, buffer) {
                Some(value) => record.fields.set(property, value),
                None => append(&mut record.unmapped, text),
            },
        }
        Ok(())
    }
}

/// Whole seconds of `01:50:00`, `07:30`, or a number with its unit.
fn duration(text: &str, transform: Transform) -> Option<i64> {
    if text.contains(':') {
        let mut parts = [0i64; 3];
        let mut count = 0;
        for part in text.split(':') {
            let number = part.trim().parse().ok().filter(|n| (0..100_000).contains(n))?;
            *parts.get_mut(count)? = number;
            count += 1;
        }
        let [h, m, s] = parts;
        return (count > 1).then_some(h * 3600 + m * 60 + s);
    }
    if let (Ok(milliseconds), Transform::Milliseconds) = (text.parse::<i64>(), transform) {
        return Some(milliseconds / 1000);
    }
    let number = number::parse(text, Mark::Dot).ok()?.value;
    let seconds = match transform {
        Transform::Milliseconds => number / Decimal::ONE_THOUSAND,
        Transform::Minutes => number.checked_mul(Decimal::from(60))?,
        _ => number,
    };
    i64::try_from(seconds.trunc().mantissa()).ok()
}

fn truth(text: &str) -> Option<&'static str> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "1" | "y" => Some("true"),
        "false" | "no" | "0" | "n" => Some("false"),
        _ => None,
    }
}

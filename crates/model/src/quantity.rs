use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// What a quantity counts: an ISO 4217 code (`EUR`), or a physical unit (`kWh`, `min`, `count`).
///
/// At most eight ASCII letters, so it is copied like a number. `XXX` is ISO 4217's "no currency": an amount whose
/// currency the file does not tell.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Unit([u8; 8]);

impl Unit {
    pub const UNKNOWN: Unit = Unit(*b"XXX\0\0\0\0\0");
    pub const KWH: Unit = Unit(*b"kWh\0\0\0\0\0");
    pub const COUNT: Unit = Unit(*b"count\0\0\0");

    pub fn as_str(&self) -> &str {
        let len = self.0.iter().position(|b| *b == 0).unwrap_or(self.0.len());
        std::str::from_utf8(&self.0[..len]).unwrap_or("XXX")
    }

    /// Three capital letters: an ISO 4217 code by its form. Whether it exists is for the importer to say.
    pub fn is_currency(&self) -> bool {
        self.0[..3].iter().all(u8::is_ascii_uppercase) && self.0[3] == 0
    }
}

impl FromStr for Unit {
    type Err = QuantityError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.is_empty() || text.len() > 8 || !text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'/' || b == b'%') {
            return Err(QuantityError::Unit);
        }
        let mut bytes = [0; 8];
        bytes[..text.len()].copy_from_slice(text.as_bytes());
        Ok(Unit(bytes))
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Unit {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Unit {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// An exact amount of something. In the lines of an account, `+` is money in and `-` is money out; an order, a ticket or a refund holds its
/// price or sum as the vendor tells it, without regard to who pays whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Quantity {
    pub value: Decimal,
    pub unit: Unit,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum QuantityError {
    #[error("a unit is one to eight letters or digits")]
    Unit,
    #[error("the number has more digits than can be kept exactly")]
    TooLarge,
}

impl Quantity {
    pub fn new(value: Decimal, unit: Unit) -> Self {
        Self { value, unit }
    }

    /// The value as whole units of `10^-scale`, as it is stored.
    pub fn to_scaled(&self) -> Result<(i64, u8), QuantityError> {
        let units = i64::try_from(self.value.mantissa()).map_err(|_| QuantityError::TooLarge)?;
        let scale = u8::try_from(self.value.scale()).map_err(|_| QuantityError::TooLarge)?;
        Ok((units, scale))
    }

    pub fn from_scaled(units: i64, scale: u8, unit: Unit) -> Self {
        Self { value: Decimal::new(units, u32::from(scale)), unit }
    }
}

/// Exact totals, one per unit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sums(BTreeMap<Unit, Decimal>);

impl Sums {
    /// Adds exactly; a total beyond 28 digits is an error, never a rounding.
    pub fn add(&mut self, quantity: Quantity) -> Result<(), QuantityError> {
        let total = self.0.entry(quantity.unit).or_default();
        // On whole numbers of the finer scale: decimal addition would round where the digits of both cannot be kept.
        let scale = total.scale().max(quantity.value.scale());
        let whole = |d: &Decimal| 10_i128.checked_pow(scale - d.scale()).and_then(|factor| d.mantissa().checked_mul(factor));
        let sum = whole(total).zip(whole(&quantity.value)).and_then(|(a, b)| a.checked_add(b)).ok_or(QuantityError::TooLarge)?;
        let sum = Decimal::try_from_i128_with_scale(sum, scale).map_err(|_| QuantityError::TooLarge)?;
        *total = sum;
        Ok(())
    }

    pub fn iter(&self) -> impl Iterator<Item = Quantity> + '_ {
        self.0.iter().map(|(unit, value)| Quantity { value: *value, unit: *unit })
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn eur(text: &str) -> Quantity {
        Quantity::new(Decimal::from_str_exact(text).expect("a number"), "EUR".parse().expect("a unit"))
    }

    #[test]
    fn sums_are_exact_and_apart_by_unit() {
        let mut sums = Sums::default();
        for text in ["0.10", "0.20", "-1778.3952"] {
            sums.add(eur(text)).expect("fits");
        }
        sums.add(Quantity::new(Decimal::ONE, Unit::KWH)).expect("fits");
        let totals: Vec<String> = sums.iter().map(|q| format!("{} {}", q.value, q.unit)).collect();
        assert_eq!(totals, ["-1778.0952 EUR", "1 kWh"]);
    }

    #[test]
    fn a_sum_that_cannot_be_exact_is_refused() {
        let mut sums = Sums::default();
        sums.add(eur("79228162514264337593543950335")).expect("fits");
        assert_eq!(sums.add(eur("0.01")), Err(QuantityError::TooLarge));
    }

    #[test]
    fn nothing_can_be_added_to_nothing() {
        let mut sums = Sums::default();
        for text in ["0.00", "0", "0.000", "5.10", "-5.10", "0.00"] {
            sums.add(eur(text)).expect(text);
        }
        assert!(sums.iter().all(|total| total.value.is_zero()));
    }

    #[test]
    fn scaled_form_round_trips() {
        for text in ["0", "-12.30", "0.0000001", "92233720368547758.07"] {
            let (units, scale) = eur(text).to_scaled().expect("fits");
            assert_eq!(Quantity::from_scaled(units, scale, "EUR".parse().expect("a unit")), eur(text));
        }
        assert_eq!(eur("92233720368547758.08").to_scaled(), Err(QuantityError::TooLarge));
    }
}

//! How a file signs its columns of money out and money in: vendors change their mind about the minus and keep the headings.

use super::number::{self, Mark};
use crate::definition::Side;

/// Numbers against the layout for each one that agrees, before the file is believed.
const AGAINST: u64 = 4;

/// The signs of one side's numbers.
#[derive(Debug, Default)]
pub(crate) struct Signs {
    positive: u64,
    negative: u64,
}

impl Signs {
    pub fn look(&mut self, cell: &str) {
        let Some(amount) = [Mark::Dot, Mark::Comma].iter().find_map(|mark| number::parse(cell, *mark).ok()) else { return };
        if !amount.value.is_zero() {
            *(if amount.value.is_sign_negative() { &mut self.negative } else { &mut self.positive }) += 1;
        }
    }

    /// How the side is signed, where that is not what its layout says. A few numbers the other way round are reversals.
    pub fn unlike(&self, defined: Side) -> Option<Side> {
        let (with, against, other) = match defined {
            Side::Positive => (self.positive, self.negative, Side::Negative),
            Side::Negative => (self.negative, self.positive, Side::Positive),
            Side::Any => return None,
        };
        (against > with * AGAINST).then_some(other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(defined: Side, cells: &[&str]) -> Option<Side> {
        let mut signs = Signs::default();
        cells.iter().for_each(|cell| signs.look(cell));
        signs.unlike(defined)
    }

    #[test]
    fn a_side_is_signed_as_the_file_signs_it() {
        assert_eq!(told(Side::Positive, &["5.00", "", "1.234,50", "-3"]), None, "a reversal");
        assert_eq!(told(Side::Positive, &["-5.00", "", "0.00", "-1.234,50"]), Some(Side::Negative));
        assert_eq!(told(Side::Negative, &["5.00"]), Some(Side::Positive));
        assert_eq!(told(Side::Negative, &["-5.00", "7.00", "8.00"]), None, "nobody knows: as the layout says");
        assert_eq!(told(Side::Any, &["-5.00"]), None);
        assert_eq!(told(Side::Negative, &[]), None);
    }
}

//! What the cells of each column of an unknown table are, over the whole file.

use std::collections::BTreeSet;

use crate::table::date::{self, OrderHint};
use crate::table::number::{self, MarkHint, unwrap};

/// Distinct short texts that are remembered of a column.
const KEPT_WORDS: usize = 12;

/// Counts of one column.
#[derive(Debug, Clone, Default)]
pub(crate) struct Column {
    pub filled: u64,
    pub dates: u64,
    pub numbers: u64,
    pub negatives: u64,
    pub zeros: u64,
    /// Numbers that are written with a decimal or grouping mark.
    pub marked: u64,
    pub currencies: u64,
    /// The distinct texts, as long as they are few and short.
    pub words: Option<BTreeSet<String>>,
    /// The text seen last, which most often comes again.
    last: String,
}

impl Column {
    pub fn new() -> Self {
        Self { words: Some(BTreeSet::new()), ..Self::default() }
    }

    pub fn look(&mut self, cell: &str) {
        let text = unwrap(cell);
        if text.is_empty() {
            return;
        }
        self.filled += 1;
        if date::hint(text) != OrderHint::NotADate {
            self.dates += 1;
        } else {
            match number::hint(text) {
                MarkHint::NotANumber => {}
                hint => {
                    self.numbers += 1;
                    self.marked += u64::from(hint != MarkHint::Silent);
                    self.negatives += u64::from(text.contains(['-', '\u{2212}', '(']));
                    self.zeros += u64::from(text.chars().all(|c| !c.is_ascii_digit() || c == '0'));
                }
            }
        }
        if text.len() == 3 && super::words::CURRENCIES.contains(&text.to_ascii_uppercase().as_str()) {
            self.currencies += 1;
        }
        if let Some(words) = &mut self.words {
            if text.len() <= 24 && text != self.last {
                self.last.clear();
                self.last.push_str(text);
                words.insert(crate::definition::normal(text));
            }
            if text.len() > 24 || words.len() > KEPT_WORDS {
                self.words = None;
            }
        }
    }

    /// Whether nearly every filled cell is one of `count`: at most one in twenty is not, and at most one among the first few.
    pub fn all_but_few(&self, count: u64) -> bool {
        self.filled > 0 && (self.filled - count) * 20 <= self.filled.max(20)
    }

    pub fn is_dates(&self) -> bool {
        self.dates > 0 && self.all_but_few(self.dates)
    }

    pub fn is_numbers(&self) -> bool {
        self.numbers > 0 && self.all_but_few(self.numbers)
    }

    pub fn is_currencies(&self) -> bool {
        self.currencies > 0 && self.currencies == self.filled
    }
}

/// Proves from a balance column which sign means what: the balance must go on by each amount, from row to row, in one direction of time.
#[derive(Debug, Default)]
pub(crate) struct BalanceProof {
    last: Option<(rust_decimal::Decimal, rust_decimal::Decimal)>,
    pub pairs: u64,
    /// By (inverted, newest first).
    pub fits: [[u64; 2]; 2],
}

impl BalanceProof {
    pub fn look(&mut self, amount: rust_decimal::Decimal, balance: rust_decimal::Decimal) {
        if let Some((before_amount, before)) = self.last {
            self.pairs += 1;
            for (inverted, sign) in [(0, rust_decimal::Decimal::ONE), (1, rust_decimal::Decimal::NEGATIVE_ONE)] {
                self.fits[inverted][0] += u64::from(before + sign * amount == balance);
                self.fits[inverted][1] += u64::from(balance + sign * before_amount == before);
            }
        }
        self.last = Some((amount, balance));
    }

    /// A row without both numbers breaks the chain.
    pub fn skip(&mut self) {
        self.last = None;
    }

    /// `Some(inverted)` if it is proved.
    pub fn inverted(&self) -> Option<bool> {
        let best = |i: usize| self.fits[i][0].max(self.fits[i][1]);
        let proved = |i: usize| self.pairs > 0 && best(i) * 10 >= self.pairs * 9 && best(1 - i) * 2 < self.pairs.max(2);
        match (proved(0), proved(1)) {
            (true, false) => Some(false),
            (false, true) => Some(true),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use rust_decimal::Decimal;

    use super::*;

    fn proof(rows: &[(i64, i64)]) -> Option<bool> {
        let mut proof = BalanceProof::default();
        rows.iter().for_each(|(a, b)| proof.look(Decimal::from(*a), Decimal::from(*b)));
        proof.inverted()
    }

    #[test]
    fn a_balance_proves_the_sign_in_both_orders() {
        assert_eq!(proof(&[(-3, 97), (-5, 92), (10, 102)]), Some(false));
        assert_eq!(proof(&[(10, 102), (-5, 92), (-3, 97)]), Some(false), "newest first");
        assert_eq!(proof(&[(3, 97), (5, 92), (-10, 102)]), Some(true));
        assert_eq!(proof(&[(3, 97)]), None);
        assert_eq!(proof(&[(3, 97), (5, 11), (7, 12)]), None);
    }
}

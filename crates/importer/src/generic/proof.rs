//! What a balance proves: which column is the amount, and which sign is money out.

use rust_decimal::Decimal;

/// Where the amounts stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Amounts {
    One(usize),
    /// Less a fee beside it.
    LessFee(usize, usize),
    /// With a fee beside it that is written with a minus.
    PlusFee(usize, usize),
    /// A column for each side; their own signs mean nothing.
    Sides {
        debit: usize,
        credit: usize,
    },
}

impl Amounts {
    /// A row's amount as it is written; `None` where it has none.
    pub fn of(self, row: &[Option<Decimal>]) -> Option<Decimal> {
        match self {
            Self::One(i) => row[i],
            Self::LessFee(i, fee) => row[i]?.checked_sub(row[fee].unwrap_or_default()),
            Self::PlusFee(i, fee) => row[i]?.checked_add(row[fee].unwrap_or_default()),
            Self::Sides { debit, credit } => match (row[debit], row[credit]) {
                (None, None) => None,
                (out, into) => into.unwrap_or_default().abs().checked_sub(out.unwrap_or_default().abs()),
            },
        }
    }
}

/// Follows a balance from row to row: it must go on by each amount, in one direction of time.
#[derive(Debug, Default)]
pub(super) struct Chain {
    last: Option<Decimal>,
    /// Amounts since the last balance, with this row's and without the last one's; and the other way round.
    since: Decimal,
    from: Decimal,
    links: u64,
    /// By (inverted, newest first).
    fits: [[u64; 2]; 2],
}

impl Chain {
    pub fn look(&mut self, amount: Option<Decimal>, balance: Option<Decimal>) {
        let amount = amount.unwrap_or_default();
        self.since = self.since.checked_add(amount).unwrap_or_default();
        let Some(balance) = balance else {
            self.from = self.from.checked_add(amount).unwrap_or_default();
            return;
        };
        if let Some(last) = self.last
            && !(self.since.is_zero() && self.from.is_zero())
        {
            self.links += 1;
            for inverted in [0, 1] {
                let signed = |value: Decimal| if inverted == 1 { -value } else { value };
                self.fits[inverted][0] += u64::from(last.checked_add(signed(self.since)) == Some(balance));
                self.fits[inverted][1] += u64::from(balance.checked_add(signed(self.from)) == Some(last));
            }
        }
        (self.last, self.since, self.from) = (Some(balance), Decimal::ZERO, amount);
    }

    /// `Some(inverted)` if so many links prove it.
    pub fn inverted(&self, least: u64) -> Option<bool> {
        let best = |i: usize| self.fits[i][0].max(self.fits[i][1]);
        let proved = |i: usize| self.links >= least && best(i) * 10 >= self.links * 9 && best(1 - i) * 2 < self.links.max(2);
        match (proved(0), proved(1)) {
            (true, false) => Some(false),
            (false, true) => Some(true),
            _ => None,
        }
    }
}

/// Whether a balance column proves these amounts: `Some(inverted)`.
pub(super) fn holds(amounts: Amounts, balance: usize, numbers: &[Vec<Option<Decimal>>], least: u64) -> Option<bool> {
    let mut chain = Chain::default();
    numbers.iter().for_each(|row| chain.look(amounts.of(row), row[balance]));
    chain.inverted(least)
}

/// Whether two columns share the rows between them: hardly a row has a number other than zero in both, and nearly each in one.
pub(super) fn complementary(a: usize, b: usize, numbers: &[Vec<Option<Decimal>>]) -> bool {
    let there = |v: Option<Decimal>| v.is_some_and(|v| !v.is_zero());
    let both = numbers.iter().filter(|r| there(r[a]) && there(r[b])).count();
    let any = numbers.iter().filter(|r| there(r[a]) || there(r[b])).count();
    let each = |i: usize| numbers.iter().any(|r| there(r[i]));
    both == 0 && any * 10 >= numbers.len() * 7 && each(a) && each(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proof(rows: &[(i64, Option<i64>)]) -> Option<bool> {
        let mut chain = Chain::default();
        rows.iter().for_each(|(a, b)| chain.look(Some(Decimal::from(*a)), b.map(Decimal::from)));
        chain.inverted(1)
    }

    #[test]
    fn a_balance_proves_the_sign_in_both_orders() {
        assert_eq!(proof(&[(-3, Some(97)), (-5, Some(92)), (10, Some(102))]), Some(false));
        assert_eq!(proof(&[(10, Some(102)), (-5, Some(92)), (-3, Some(97))]), Some(false), "newest first");
        assert_eq!(proof(&[(3, Some(97)), (5, Some(92)), (-10, Some(102))]), Some(true));
        assert_eq!(proof(&[(3, Some(97))]), None);
        assert_eq!(proof(&[(3, Some(97)), (5, Some(11)), (7, Some(12))]), None);
    }

    #[test]
    fn a_balance_may_stand_at_the_end_of_each_day_only() {
        assert_eq!(proof(&[(-3, Some(97)), (-2, None), (-5, Some(90)), (1, None), (9, Some(100))]), Some(false));
    }

    #[test]
    fn two_sides_are_found_whichever_comes_first() {
        let row = |a: Option<i64>, b: Option<i64>, c: i64| vec![a.map(Decimal::from), b.map(Decimal::from), Some(Decimal::from(c))];
        let rows = [row(Some(3), None, 97), row(Some(5), None, 92), row(None, Some(10), 102), row(Some(2), None, 100)];
        assert!(complementary(0, 1, &rows));
        assert_eq!(holds(Amounts::Sides { debit: 0, credit: 1 }, 2, &rows, 3), Some(false));
        assert_eq!(holds(Amounts::Sides { debit: 1, credit: 0 }, 2, &rows, 3), Some(true));
    }
}

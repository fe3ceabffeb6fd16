//! Rows at either end of a table that are read like bookings and tell a total or a balance, in words that nobody knows.

use rust_decimal::Decimal;

use super::words;

/// Rows at each end that are looked at.
const KEPT: usize = 3;
/// Rows that must make a sum before a number equal to it is no accident.
const ADDED: u64 = 3;
/// The same for a row whose text begins with a word for a total.
const CALLED: u64 = 2;
/// Rows that must be made alike before another shape means something.
const ALIKE: u64 = 5;

/// Follows the rows of one month, to whose sum a row at its end may come.
#[derive(Debug, Default)]
struct Month {
    name: Option<(i16, i8)>,
    sums: Sums,
    /// The last row, if it is what the month came to before it.
    total: Option<u64>,
}

impl Month {
    /// The row before, if it told a total and the month is over.
    fn look(&mut self, row: u64, amount: Decimal, name: (i16, i8)) -> Option<u64> {
        let over = self.name.is_some_and(|before| before != name);
        let ended = self.total.take().filter(|_| over);
        if over || self.name.is_none() {
            *self = Self { name: Some(name), ..Self::default() };
        }
        self.total = self.sums.come_to(amount, ADDED).then_some(row);
        self.sums.add(amount);
        ended
    }
}

/// A row that was read as a booking.
#[derive(Debug, Clone)]
struct Seen {
    row: u64,
    amount: Decimal,
    filled: Vec<bool>,
    /// What its texts say, one after the other.
    texts: Vec<String>,
}

/// Amounts added up by their sides.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    outs: (Decimal, u64),
    ins: (Decimal, u64),
}

impl Sums {
    fn add(&mut self, amount: Decimal) {
        let side = if amount.is_sign_negative() { &mut self.outs } else { &mut self.ins };
        *side = (side.0.checked_add(amount).unwrap_or_default(), side.1 + 1);
    }

    fn less(mut self, amount: Decimal) -> Self {
        let side = if amount.is_sign_negative() { &mut self.outs } else { &mut self.ins };
        *side = (side.0.checked_sub(amount).unwrap_or_default(), side.1.saturating_sub(1));
        self
    }

    /// Whether an amount is what all these rows come to, or one side of them, and they are as many.
    fn come_to(&self, amount: Decimal, least: u64) -> bool {
        let both = self.outs.0.checked_add(self.ins.0).map(|sum| (sum, self.outs.1 + self.ins.1));
        let sums = [Some(self.outs), Some(self.ins), both];
        !amount.is_zero() && sums.into_iter().flatten().any(|(sum, count)| count >= least && sum == amount)
    }
}

/// What is remembered of the rows.
#[derive(Debug, Default)]
pub(super) struct Ends {
    first: Vec<Seen>,
    last: Vec<Seen>,
    sums: Sums,
    rows: u64,
    /// How many rows have something in each column.
    filled: Vec<u64>,
    month: Month,
    /// The rows since the last one that was called a total.
    since: Sums,
    /// Totals between the rows.
    between: Vec<u64>,
}

impl Ends {
    /// The month is the one of the row's day, where it has one; a row may begin with a word for a total.
    pub fn look<'c>(
        &mut self,
        row: u64,
        amount: Decimal,
        month: Option<(i16, i8)>,
        called: impl FnOnce() -> bool,
        filled: impl IntoIterator<Item = bool>,
        texts: impl IntoIterator<Item = &'c str>,
    ) {
        self.rows += 1;
        let monthly = month.and_then(|month| self.month.look(row, amount, month));
        let called = (self.since.come_to(amount, CALLED) && called()).then_some(row);
        for total in [monthly, called].into_iter().flatten().take(KEPT.saturating_sub(self.between.len())) {
            self.between.push(total);
        }
        self.sums.add(amount);
        if called.is_some() {
            self.since = Sums::default();
        } else {
            self.since.add(amount);
        }
        // The room of a row that is forgotten is that of the next one.
        let mut seen =
            if self.last.len() == KEPT { self.last.remove(0) } else { Seen { row, amount, filled: Vec::new(), texts: Vec::new() } };
        (seen.row, seen.amount) = (row, amount);
        seen.filled.clear();
        seen.filled.extend(filled);
        let mut kept = 0;
        for text in texts {
            match seen.texts.get_mut(kept) {
                Some(room) => {
                    room.clear();
                    room.push_str(text);
                }
                None => seen.texts.push(text.to_owned()),
            }
            kept += 1;
        }
        seen.texts.truncate(kept);
        self.filled.resize(self.filled.len().max(seen.filled.len()), 0);
        for (count, there) in self.filled.iter_mut().zip(&seen.filled) {
            *count += u64::from(*there);
        }
        if self.first.len() < KEPT {
            self.first.push(seen.clone());
        }
        self.last.push(seen);
    }

    /// The rows that look like no bookings; `headed` tables have columns that rows may leave empty for a reason.
    pub fn suspects(&self, headed: bool) -> Vec<u64> {
        let mut found: Vec<u64> = totals(self.last.iter().rev(), self.sums);
        found.extend(totals(self.first.iter(), self.sums));
        found.extend(&self.between);
        let ends = [self.first.first(), self.last.last()].into_iter().flatten();
        let speaks = |seen: &Seen| seen.texts.iter().any(|text| words::speaks_of_balance(text));
        found.extend(ends.filter(|seen| self.is_odd(seen, headed) || speaks(seen)).map(|seen| seen.row));
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Whether a row lacks what every other row has, and has what no other row has.
    fn is_odd(&self, seen: &Seen, headed: bool) -> bool {
        let there = |i: usize| seen.filled.get(i).copied().unwrap_or(false);
        let lacks = (0..self.filled.len()).any(|i| !there(i) && self.filled[i] + 1 == self.rows);
        let alone = (0..self.filled.len()).any(|i| there(i) && self.filled[i] == 1);
        self.rows > ALIKE && lacks && (alone || !headed)
    }
}

/// Rows from one end inwards whose amount is what all rows further in come to.
fn totals<'s>(inwards: impl Iterator<Item = &'s Seen>, all: Sums) -> Vec<u64> {
    let mut rest = all;
    let mut found = Vec::new();
    for seen in inwards {
        rest = rest.less(seen.amount);
        if rest.come_to(seen.amount, ADDED) {
            found.push(seen.row);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn suspects(amounts: &[i64]) -> Vec<u64> {
        let mut ends = Ends::default();
        for (row, amount) in (1..).zip(amounts) {
            ends.look(row, Decimal::from(*amount), None, || false, vec![true; 2], []);
        }
        ends.suspects(true)
    }

    #[test]
    fn a_number_that_all_other_rows_come_to_is_suspected_at_either_end() {
        assert_eq!(suspects(&[-3, -5, 20, -7, 5]), [5], "what all came to");
        assert_eq!(suspects(&[-3, -5, 20, -7, -15, 20]), [5], "one side; a single row is no sum");
        assert_eq!(suspects(&[5, -3, -5, 20, -7]), [1], "newest first");
        assert_eq!(suspects(&[-3, -5, 20, -7, 15]), [0_u64; 0], "a card that is paid in full is a booking");
        assert_eq!(suspects(&[-3, 3]), [0_u64; 0]);
    }

    #[test]
    fn a_number_that_a_month_came_to_is_suspected_where_the_next_one_begins() {
        let mut ends = Ends::default();
        for (row, (month, amount)) in (1..).zip([(1, -3), (1, -5), (1, 20), (1, 12), (2, -8), (2, -9), (2, -1), (2, -18), (2, -2), (2, -3)])
        {
            ends.look(row, Decimal::from(amount), Some((2025, month)), || false, vec![true; 2], []);
        }
        assert_eq!(ends.suspects(true), [4], "the month of the other one goes on");
    }

    #[test]
    fn a_row_that_is_called_a_total_needs_few_rows_to_be_one() {
        let mut ends = Ends::default();
        for (row, (amount, called)) in (1..).zip([(-3, false), (-5, false), (-8, true), (-4, false), (-9, true), (-2, false), (-15, true)])
        {
            ends.look(row, Decimal::from(amount), None, || called, vec![true; 2], []);
        }
        assert_eq!(ends.suspects(true), [3, 7], "a filling station may be called so");
    }

    #[test]
    fn a_row_whose_words_end_with_a_balance_is_suspected_at_either_end_alone() {
        let suspects = |texts: &[&str]| {
            let mut ends = Ends::default();
            for (row, text) in (1..).zip(texts) {
                ends.look(row, Decimal::from(row * row), None, || false, vec![true; 2], [*text]);
            }
            ends.suspects(true)
        };
        assert_eq!(suspects(&["Vorjahres-Saldo", "Rent", "Tea"]), [1]);
        assert_eq!(suspects(&["Rent", "Tea", "Jam", "Vorjahres-Saldo"]), [4]);
        assert_eq!(suspects(&["Rent", "New Balance", "Tea"]), [0_u64; 0], "a shop");
    }

    #[test]
    fn a_row_of_another_shape_is_suspected_at_either_end() {
        let mut ends = Ends::default();
        for row in 1..7 {
            ends.look(row, Decimal::from(row * row), None, || false, vec![true, true, false], []);
        }
        ends.look(7, Decimal::from(1000), None, || false, vec![true, false, true], []);
        assert_eq!(ends.suspects(true), [7]);
        ends.look(8, Decimal::from(1001), None, || false, vec![true, false, true], []);
        assert_eq!(ends.suspects(true), [0_u64; 0], "two of them are a sort of rows");
    }
}

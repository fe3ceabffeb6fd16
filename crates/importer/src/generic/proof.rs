//! What a balance proves: which column is the amount, and which sign is money out.

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::table::date::{self, Order};

pub(super) type Numbers = Vec<Vec<Option<Decimal>>>;

/// The kept rows' numbers by either decimal mark, and which way time goes in them.
pub(super) struct Readings {
    by_mark: [Numbers; 2],
    newest_first: Option<bool>,
}

impl Readings {
    pub fn new(by_mark: [Numbers; 2], newest_first: Option<bool>) -> Self {
        Self { by_mark, newest_first }
    }

    pub fn iter(&self) -> impl Iterator<Item = &Numbers> {
        self.by_mark.iter()
    }

    /// Whether a balance column proves these amounts, by one of the marks: `Some(inverted)`.
    pub fn proved(&self, amounts: Amounts, balance: usize, least: u64) -> Option<bool> {
        self.iter().find_map(|numbers| self.holds(amounts, balance, numbers, least))
    }

    /// The same for amounts less the fees beside them.
    pub fn proved_less(&self, amounts: Amounts, fee: impl Fn(&[Option<Decimal>]) -> Decimal, balance: usize) -> Option<bool> {
        let less = |row: &[Option<Decimal>]| amounts.of(row)?.checked_sub(fee(row));
        self.iter().find_map(|numbers| self.goes_on(amounts, less, balance, numbers, 1))
    }

    /// Whether a balance proves these amounts by one mark.
    pub fn holds(&self, amounts: Amounts, balance: usize, numbers: &Numbers, least: u64) -> Option<bool> {
        self.goes_on(amounts, |row| amounts.of(row), balance, numbers, least)
    }

    /// How many amounts of bookings are told beside a balance that did not change by them, where it goes on by all others.
    pub fn unmoved(&self, amounts: Amounts, balance: usize, is_booking: impl Fn(usize) -> bool) -> u64 {
        let by_mark = self.iter().map(|numbers| {
            let mut chain = Chain::default();
            let bookings = numbers.iter().enumerate().filter(|(nth, _)| is_booking(*nth));
            bookings.for_each(|(_, row)| chain.look(amounts.of(row), row[balance]));
            chain.unmoved()
        });
        by_mark.max().unwrap_or(0)
    }

    fn goes_on(
        &self,
        amounts: Amounts,
        amount: impl Fn(&[Option<Decimal>]) -> Option<Decimal>,
        balance: usize,
        numbers: &Numbers,
        least: u64,
    ) -> Option<bool> {
        let mut chain = Chain::default();
        numbers.iter().for_each(|row| chain.look(amount(row), row[balance]));
        let inverted = chain.inverted(least)?;
        if !inverted || matches!(amounts, Amounts::Sides { .. }) {
            return Some(inverted);
        }
        // Against their order, a balance that seems to go the other way is the one before each booking.
        (self.newest_first? == chain.is_newest_first(inverted)).then_some(true).or(Some(false))
    }
}

/// Whether these dates go back in time, where nearly all that differ say the same in every order that they allow.
pub(super) fn newest_first<'t>(dates: impl Iterator<Item = &'t str> + Clone) -> Option<bool> {
    let days = |order| dates.clone().filter_map(move |text| date::parse(text, order).ok()).map(|moment| moment.date());
    let told: Vec<bool> = [Order::Dmy, Order::Mdy, Order::Ymd].into_iter().filter_map(|order| backwards(days(order))).collect();
    told.first().copied().filter(|first| told.iter().all(|t| t == first))
}

fn backwards(days: impl Iterator<Item = Date>) -> Option<bool> {
    let (mut back, mut on, mut last) = (0_u64, 0_u64, None);
    for day in days {
        back += u64::from(last.is_some_and(|last| day < last));
        on += u64::from(last.is_some_and(|last| day > last));
        last = Some(day);
    }
    let mostly = |these: u64, others: u64| these > others * 4;
    mostly(back, on).then_some(true).or(mostly(on, back).then_some(false))
}

/// Amounts that must move a balance before one that does not means anything.
const MOVED: u64 = 3;

/// Where the amounts stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Amounts {
    One(usize),
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
    /// Links where the balance stayed as it was, though there is an amount.
    still: u64,
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
            self.still += u64::from(last == balance);
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
        let mostly = |i: usize| best(i) * 10 >= self.links * 9 && best(1 - i) * 2 < self.links.max(2);
        // Where amounts repeat, a chain half fits the other sign as well: then it must fit one in every link, and miss the other more than once.
        let wholly = |i: usize| best(i) == self.links && best(1 - i) + 2 <= self.links;
        let proved = |i: usize| self.links >= least && (mostly(i) || wholly(i));
        match (proved(0), proved(1)) {
            (true, false) => Some(false),
            (false, true) => Some(true),
            _ => None,
        }
    }

    /// How many amounts did not move a balance that goes on by all others.
    fn unmoved(&self) -> u64 {
        let best = self.fits.iter().flatten().copied().max().unwrap_or(0);
        if best >= MOVED && best + self.still == self.links { self.still } else { 0 }
    }

    fn is_newest_first(&self, inverted: bool) -> bool {
        let [oldest, newest] = self.fits[usize::from(inverted)];
        newest > oldest
    }
}

/// Whether two columns share the rows between them: no row has a number other than zero in both, and nearly each in one.
pub(super) fn complementary(a: usize, b: usize, numbers: &Numbers) -> bool {
    let each = |i: usize| numbers.iter().any(|r| r[i].is_some_and(|v| !v.is_zero()));
    apart(a, b, numbers) && each(a) && each(b)
}

/// The same, where one of them may have all the rows.
pub(super) fn apart(a: usize, b: usize, numbers: &Numbers) -> bool {
    let there = |v: Option<Decimal>| v.is_some_and(|v| !v.is_zero());
    let both = numbers.iter().filter(|r| there(r[a]) && there(r[b])).count();
    let any = numbers.iter().filter(|r| there(r[a]) || there(r[b])).count();
    both == 0 && any * 10 >= numbers.len() * 7
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
    fn amounts_that_repeat_are_proved_by_a_chain_without_a_gap() {
        let rent = [(500, 500), (-100, 400), (-100, 300), (-100, 200), (-100, 100), (-100, 0), (700, 700)];
        let rows: Vec<(i64, Option<i64>)> = rent.into_iter().map(|(amount, balance)| (amount, Some(balance))).collect();
        assert_eq!(proof(&rows), Some(false));
        assert_eq!(proof(&rows[..6]), None, "one way or the other");
        let gap: Vec<(i64, Option<i64>)> = rows.iter().map(|(a, b)| (*a, if *a > 600 { Some(9) } else { *b })).collect();
        assert_eq!(proof(&gap), None, "a link that fits neither");
    }

    #[test]
    fn a_balance_may_stand_at_the_end_of_each_day_only() {
        assert_eq!(proof(&[(-3, Some(97)), (-2, None), (-5, Some(90)), (1, None), (9, Some(100))]), Some(false));
    }

    #[test]
    fn an_amount_that_does_not_move_a_balance_is_counted_where_all_others_do() {
        let unmoved = |rows: &[(i64, i64)]| {
            let rows = rows.iter().map(|(a, b)| vec![Some(Decimal::from(*a)), Some(Decimal::from(*b))]).collect();
            Readings::new([rows, Vec::new()], None).unmoved(Amounts::One(0), 1, |_| true)
        };
        let hold = [(-3, 97), (-5, 92), (-40, 92), (10, 102), (-2, 100)];
        assert_eq!(unmoved(&hold), 1);
        assert_eq!(unmoved(&hold.into_iter().rev().collect::<Vec<_>>()), 1, "newest first");
        assert_eq!(unmoved(&[(-3, 97), (-5, 92), (0, 92), (10, 102), (-2, 100)]), 0, "nothing moves nothing");
        assert_eq!(unmoved(&[(-3, 97), (-5, 97), (-4, 88), (10, 98)]), 0, "a balance of each day");
    }

    #[test]
    fn two_sides_are_found_whichever_comes_first() {
        let row = |a: Option<i64>, b: Option<i64>, c: i64| vec![a.map(Decimal::from), b.map(Decimal::from), Some(Decimal::from(c))];
        let rows = vec![row(Some(3), None, 97), row(Some(5), None, 92), row(None, Some(10), 102), row(Some(2), None, 100)];
        assert!(complementary(0, 1, &rows));
        let readings = Readings::new([rows, Vec::new()], None);
        assert_eq!(readings.proved(Amounts::Sides { debit: 0, credit: 1 }, 2, 3), Some(false));
        assert_eq!(readings.proved(Amounts::Sides { debit: 1, credit: 0 }, 2, 3), Some(true));
    }

    #[test]
    fn time_tells_a_balance_before_each_booking_from_one_of_the_other_sign() {
        let proved = |rows: &[(i64, i64)], newest_first| {
            let rows = rows.iter().map(|(a, b)| vec![Some(Decimal::from(*a)), Some(Decimal::from(*b))]).collect();
            Readings::new([rows, Vec::new()], newest_first).proved(Amounts::One(0), 1, 3)
        };
        let before = [(-3, 100), (-5, 97), (10, 92), (-1, 102)];
        assert_eq!(proved(&before, Some(false)), Some(false), "each balance is the one before");
        assert_eq!(proved(&before, Some(true)), Some(true), "newest first, the same numbers have the other sign");
        assert_eq!(proved(&before, None), None, "who knows");
        let back: Vec<(i64, i64)> = before.into_iter().rev().collect();
        assert_eq!(proved(&back, Some(true)), Some(false));
        assert_eq!(proved(&back, Some(false)), Some(true));
    }

    #[test]
    fn dates_tell_which_way_time_goes_in_every_order_they_allow() {
        let told = |dates: &[&str]| newest_first(dates.iter().copied());
        assert_eq!(told(&["01.02.2025", "02.02.2025", "02.02.2025", "03.02.2025"]), Some(false));
        assert_eq!(told(&["2025-03-01", "2025-02-27", "2025-02-25"]), Some(true));
        assert_eq!(told(&["05/04/2025", "04/05/2025"]), None, "on or back, as the month stands");
        assert_eq!(told(&["2025-03-01", "2025-03-01"]), None);
    }
}

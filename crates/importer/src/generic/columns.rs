//! What the cells of each column of an unknown table are, over the whole file.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use crate::definition::Transform;
use crate::table::date::{self, OrderHint};
use crate::table::number::{self, Mark, MarkHint, unwrap};
use crate::table::profile::Evidence;

/// Distinct short texts that are remembered of a column.
const KEPT_WORDS: usize = 12;
/// Distinct texts of a status that are remembered because they may say that a payment did not happen.
const KEPT_STATUSES: usize = 1000;
/// Rows whose cells are kept to try out what columns mean.
const KEPT_ROWS: usize = 2000;

/// What stands in a column of numbers where there is none.
pub(super) const DASHES: &[&str] = &["-", "--", "–", "—"];

/// Counts of one column.
#[derive(Debug, Default)]
pub(crate) struct Column {
    pub filled: u64,
    pub dates: u64,
    pub numbers: u64,
    pub negatives: u64,
    pub zeros: u64,
    /// Numbers that are written with a decimal or grouping mark.
    pub marked: u64,
    /// Numbers with two decimals or a currency, as prices have.
    priced: u64,
    /// Dashes, as some write where there is nothing.
    pub dashes: u64,
    pub currencies: u64,
    /// Texts that have the form of a currency's code, known or not.
    codes: u64,
    /// Numbers with their side written behind them: money in, and money out.
    pub credits: u64,
    pub debits: u64,
    /// Times of day.
    times: u64,
    /// Whole numbers that may count seconds, milliseconds, or days: see [`Clock`].
    clocks: [u64; 3],
    /// The distinct texts, as long as they are few and short.
    pub words: Option<BTreeSet<String>>,
    /// Its heading says that it tells what became of a payment.
    pub is_status: bool,
    /// Of more or longer texts than those, the ones that may say that a payment did not happen, or not yet.
    pub unbooked: BTreeSet<String>,
    /// There are more of these than are remembered.
    pub more_unbooked: bool,
    /// What its dates tell of their order, and its numbers of their decimal mark.
    pub evidence: Evidence,
    /// The text seen last, which most often comes again.
    last: String,
}

impl Column {
    pub fn new() -> Self {
        Self { words: Some(BTreeSet::new()), ..Self::default() }
    }

    pub fn look(&mut self, cell: &str) {
        let western = number::western(cell);
        let text = unwrap(western.as_deref().unwrap_or(cell));
        if number::is_nothing(text) {
            // It is a word all the same: the opposite of a plus.
            if let Some(words) = self.words.as_mut().filter(|_| !text.is_empty()) {
                words.insert("-".to_owned());
            }
            return;
        }
        self.filled += 1;
        self.dashes += u64::from(DASHES.contains(&text));
        self.times += u64::from(text.contains(':') && date::time(text).is_ok());
        let date = date::hint(text);
        if date != OrderHint::NotADate {
            self.dates += 1;
            self.evidence.date_hinted(text, date);
        } else {
            match number::hint(text) {
                MarkHint::NotANumber => {}
                hint => {
                    self.numbers += 1;
                    self.evidence.number_hinted(text, hint);
                    self.marked += u64::from(hint != MarkHint::Silent);
                    self.priced += u64::from(is_price(text));
                    let signed = [Mark::Dot, Mark::Comma].iter().find_map(|m| number::parse(text, *m).ok());
                    self.negatives += u64::from(signed.is_some_and(|a| a.value.is_sign_negative() && !a.value.is_zero()));
                    match number::side(text) {
                        Some(true) => self.debits += 1,
                        Some(false) => self.credits += 1,
                        None => {}
                    }
                    for (count, clock) in self.clocks.iter_mut().zip(Clock::ALL) {
                        *count += u64::from(clock.may_be(text));
                    }
                    self.zeros += u64::from(!text.bytes().any(|b| matches!(b, b'1'..=b'9')));
                }
            }
        }
        if text.len() == 3 && super::words::CURRENCIES.iter().any(|code| code.eq_ignore_ascii_case(text)) {
            self.currencies += 1;
        }
        self.codes += u64::from(text.len() == 3 && text.bytes().all(|b| b.is_ascii_uppercase()));
        if let Some(words) = &mut self.words {
            if text.len() <= 24 && text != self.last {
                self.last.clear();
                self.last.push_str(text);
                words.insert(crate::definition::normal(text));
            }
            if text.len() > 24 || words.len() > KEPT_WORDS {
                let before = self.words.take().filter(|_| self.is_status);
                before.into_iter().flatten().for_each(|word| self.became(word));
                self.last.clear();
            }
        }
        if self.is_status && self.words.is_none() && text != self.last {
            self.last.clear();
            self.last.push_str(text);
            self.became(crate::definition::normal(text));
        }
    }

    /// Remembers a status, if it may be one of a payment that did not happen.
    fn became(&mut self, status: String) {
        if !self.unbooked.contains(&status) && super::words::may_be_unbooked(&status) {
            self.more_unbooked |= self.unbooked.len() == KEPT_STATUSES;
            if !self.more_unbooked {
                self.unbooked.insert(status);
            }
        }
    }

    /// Whether nearly every filled cell is one of `count`: at most one in twenty is not, and at most one among the first few.
    pub fn all_but_few(&self, count: u64) -> bool {
        self.filled > 0 && (self.filled - count) * 20 <= self.filled.max(20)
    }

    pub fn is_times(&self) -> bool {
        self.times > 0 && self.times == self.filled
    }

    /// Whether all its cells may be moments that are counted instead of written.
    pub fn clock(&self) -> Option<Clock> {
        Clock::ALL.into_iter().zip(self.clocks).find_map(|(clock, count)| (count > 0 && count == self.filled).then_some(clock))
    }

    pub fn is_dates(&self) -> bool {
        self.dates > 0 && self.all_but_few(self.dates)
    }

    pub fn is_numbers(&self) -> bool {
        self.numbers > 0 && self.all_but_few(self.numbers + self.dashes)
    }

    /// Numbers of which some show that they are no mere labels.
    pub fn is_money(&self) -> bool {
        self.is_numbers() && (self.marked > 0 || self.negatives > 0)
    }

    /// Whether all its numbers with decimals are written as prices are.
    pub fn is_priced(&self) -> bool {
        self.marked > 0 && self.priced >= self.marked
    }

    pub fn is_currencies(&self) -> bool {
        self.currencies > 0 && self.currencies == self.filled
    }

    /// Whether all its cells may be codes of currencies, where its heading says so.
    pub fn is_codes(&self) -> bool {
        self.codes > 0 && self.codes == self.filled
    }

    /// Numbers other than zero.
    pub fn counting(&self) -> u64 {
        self.numbers - self.zeros
    }
}

fn is_price(text: &str) -> bool {
    let decimals = text.rsplit_once(['.', ',']).map_or(0, |(_, after)| after.bytes().take_while(u8::is_ascii_digit).count());
    decimals == 2 || number::parse(text, Mark::Dot).or_else(|_| number::parse(text, Mark::Comma)).is_ok_and(|a| a.unit.is_some())
}

/// Ways to count moments, from 2000 to 2065 or so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Clock {
    Seconds,
    Milliseconds,
    /// As spreadsheets count.
    Days,
}

impl Clock {
    const ALL: [Self; 3] = [Self::Seconds, Self::Milliseconds, Self::Days];

    fn may_be(self, text: &str) -> bool {
        let days = text.split_once(['.', ',']).map_or(text, |(days, _)| days);
        let within = |text: &str, from: u64, to: u64| text.parse::<u64>().is_ok_and(|n| (from..to).contains(&n));
        match self {
            Self::Seconds => within(text, 946_684_800, 3_000_000_000),
            Self::Milliseconds => within(text, 946_684_800_000, 3_000_000_000_000),
            Self::Days => within(days, 36_526, 60_000),
        }
    }

    pub fn transform(self) -> Transform {
        match self {
            Self::Seconds => Transform::Unix,
            Self::Milliseconds => Transform::UnixMilliseconds,
            Self::Days => Transform::Serial,
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Seconds => "unix",
            Self::Milliseconds => "unix-ms",
            Self::Days => "serial",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|clock| clock.name() == name)
    }
}

/// A whole table looked at once.
#[derive(Debug, Default)]
pub(super) struct Look {
    pub columns: Vec<Column>,
    pub rows: u64,
    /// Rows that end before the last column, and are rows nevertheless.
    pub short: u64,
    /// The cells of the first rows.
    pub sample: Vec<Vec<String>>,
    /// It is a list in a JSON text, as programs write for programs.
    pub listed: bool,
}

impl Look {
    pub fn new(headings: &[String]) -> Self {
        let is_status = |heading: &String| super::words::meaning(heading) == Some(super::words::Meaning::Status);
        let columns = headings.iter().map(|heading| Column { is_status: is_status(heading), ..Column::new() });
        Self { columns: columns.collect(), ..Self::default() }
    }

    pub fn row<'c>(&mut self, count: usize, cell: impl Fn(usize) -> &'c str) {
        self.rows += 1;
        self.short += u64::from(count < self.columns.len());
        for (i, column) in self.columns.iter_mut().enumerate() {
            column.look(cell(i));
        }
        if self.sample.len() < KEPT_ROWS {
            self.sample.push((0..self.columns.len()).map(|i| unwrap(cell(i)).to_owned()).collect());
        }
    }

    /// The kept rows' numbers, read with one decimal mark.
    pub fn numbers(&self, mark: Mark) -> Vec<Vec<Option<Decimal>>> {
        let value = |cell: &String| number::parse(cell, mark).ok().map(|a| a.value);
        self.sample.iter().map(|row| row.iter().map(value).collect()).collect()
    }

    /// Whether two columns hold the same numbers in every kept row.
    pub fn same(&self, a: usize, b: usize) -> bool {
        self.sample.iter().all(|row| row[a] == row[b])
    }

    /// A filled cell to show for a column.
    pub fn example(&self, column: usize) -> &str {
        self.sample.iter().map(|row| row[column].as_str()).find(|cell| !cell.is_empty()).unwrap_or("")
    }
}

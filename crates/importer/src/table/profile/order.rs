//! In which order the parts of a file's dates stand.

use std::collections::BTreeSet;

use super::Evidence;
use crate::decide::Question;
use crate::format::Answers;
use crate::table::date::Order;

/// Distinct parts of dates that are remembered to tell a year from a day.
const MAX_PARTS: usize = 32;

impl Evidence {
    /// The order of dates, or the question about it.
    pub fn order(&self, answers: &Answers) -> Result<Order, Question> {
        let [first, last] = &self.ends;
        let short = !first.is_empty();
        let by_year = self.run_year_first;
        let speaks_against = self.runs.iter().any(|run| run.sorted_against(&by_year));
        let in_order = by_year.sorted_against(&self.runs[0]) && (self.dmy > 0 || by_year.sorted_against(&self.runs[1]));
        let year_first = years_not_days(first, last) && !speaks_against || in_order;
        // With a day in the middle, the month is first, and the year can only be last.
        let year_last =
            years_not_days(last, first) && !by_year.sorted_against(&self.runs[0]) || speaks_against || self.mdy > 0 && self.dmy == 0;
        if let Some(decided) = self.pointed_year(answers) {
            return decided;
        }
        if self.year_first > 0 || short && year_first {
            return Ok(Order::Ymd);
        }
        // Who puts the day first and writes strokes puts the year last.
        let day_first = self.told.len() == 1 && self.told.contains(Order::Dmy.name());
        let year_last = year_last || day_first && self.mdy == 0 && self.either_date.as_ref().is_some_and(|text| text.contains('/'));
        if !short || year_last {
            match (self.dmy, self.mdy, &self.either_date) {
                (0, 0, None) => return Ok(Order::Dmy),
                (1.., 0, _) => return Ok(Order::Dmy),
                (0, 1.., _) => return Ok(Order::Mdy),
                _ => {}
            }
            if let [order] = self.told.iter().collect::<Vec<_>>()[..] {
                return Ok(Order::named(order).unwrap_or(Order::Dmy));
            }
            match (self.runs[0].sorted_against(&self.runs[1]), self.runs[1].sorted_against(&self.runs[0])) {
                (true, false) => return Ok(Order::Dmy),
                (false, true) => return Ok(Order::Mdy),
                _ => {}
            }
        }
        let example = self.either_date.as_deref().unwrap_or("01/02/2025");
        let mut question = Question::date_order(example);
        if short && !year_last {
            question = question.reading(example, Order::Ymd);
        }
        match question.answered(answers).and_then(Order::named) {
            Some(order) => Ok(order),
            None => Err(question),
        }
    }

    /// `25.03.05` with the year first, as some write in the East and in Hungary: seen where the first part is one year and the last many days.
    fn pointed_year(&self, answers: &Answers) -> Option<Result<Order, Question>> {
        let [first, last] = &self.pointed_ends;
        let days_first = self.runs[0].sorted_against(&self.run_year_first);
        if self.year_first > 0 || !years_not_days(first, last) || days_first {
            return None;
        }
        if self.run_year_first.sorted_against(&self.runs[0]) {
            return Some(Ok(Order::Ymd));
        }
        let example = format!("{}.01.{}", first.first()?, last.first()?);
        let question = Question::date_order(&example).reading(&example, Order::Ymd);
        Some(question.answered(answers).and_then(Order::named).ok_or(question))
    }

    /// `25/09/03`: any part may be the year.
    pub(super) fn short_year(&mut self, text: &str) {
        self.either_date.get_or_insert_with(|| text.to_owned());
        let parts = parts(text);
        remember_ends(&mut self.ends, &parts);
        if let [first, second, _] = parts[..] {
            let over = |part: &str| part.parse::<u32>().is_ok_and(|n| n > 12);
            self.dmy += u64::from(over(first) && !over(second));
            self.mdy += u64::from(over(second));
        }
    }
}

/// Whether one end of short dates is the year and the other the day: a file spans few years and many days.
fn years_not_days(years: &BTreeSet<String>, days: &BTreeSet<String>) -> bool {
    let span = |parts: &BTreeSet<String>| {
        let numbers = || parts.iter().filter_map(|p| p.parse::<u32>().ok());
        numbers().max().unwrap_or(0) - numbers().min().unwrap_or(0)
    };
    let few = years.len() <= 2 && days.len() > 2 * years.len();
    few || span(years) <= 3 && span(days) > 6
}

/// How a column of dates goes up and down.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Run {
    last: Option<i64>,
    ups: u64,
    downs: u64,
}

impl Run {
    /// Changes of day from which on their order is no accident.
    const TELLING: u64 = 4;

    pub fn look(&mut self, moment: i64) {
        match self.last.replace(moment) {
            Some(last) if moment > last => self.ups += 1,
            Some(last) if moment < last => self.downs += 1,
            _ => {}
        }
    }

    /// Whether this reading gives an order of time, and the other one none.
    pub fn sorted_against(&self, other: &Self) -> bool {
        let (few, many) = (self.ups.min(self.downs), self.ups.max(self.downs));
        few == 0 && many >= Self::TELLING && other.ups.min(other.downs) >= 2
    }
}

/// The numbers of a date.
pub(super) fn parts(text: &str) -> Vec<&str> {
    let date = text.split([' ', 'T']).next().unwrap_or(text);
    date.split(|c: char| !c.is_ascii_digit()).filter(|p| !p.is_empty()).collect()
}

pub(super) fn remember_ends(ends: &mut [BTreeSet<String>; 2], parts: &[&str]) {
    for (seen, part) in ends.iter_mut().zip([parts.first(), parts.last()]) {
        if let Some(part) = part.filter(|_| seen.len() < MAX_PARTS) {
            seen.insert((*part).to_owned());
        }
    }
}

/// `01.09.2025`: points between all three parts.
pub(super) fn pointed(text: &str) -> bool {
    let date = text.split([' ', 'T']).next().unwrap_or(text);
    date.matches('.').count() >= 2 && !date.contains(['/', '-'])
}

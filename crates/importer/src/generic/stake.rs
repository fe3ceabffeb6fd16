//! Tables that are no statements, where nothing can be summed up wrongly: what their rows are, and which number counts.

use std::collections::HashSet;

use holdall_model::Kind;
use rust_decimal::Decimal;

use super::columns::Look;
use super::roles::Roles;
use super::words::{self, Meaning};
use crate::table::number::{self, Mark};

/// The kind of a table whose only doubt would be what to add up: it holds no number of that sort, or one alone, or says which.
pub(super) fn kind(roles: &Roles, headings: &[String], look: &Look, spoken: &[(Kind, usize)]) -> Option<Kind> {
    let most = spoken.iter().map(|(_, n)| *n).max().unwrap_or(0);
    let best = match spoken.iter().filter(|(_, n)| *n == most).collect::<Vec<_>>()[..] {
        [only] => Some(*only),
        _ => None,
    };
    if numbers(headings, look).is_empty() {
        if may_hide_money(headings, look) {
            return None;
        }
        let named = best.filter(|(kind, n)| *n > 1 && !counts(*kind)).map(|(kind, _)| kind);
        return (look.rows > 1 && (roles.at(Meaning::Date).is_some() || are_headings(headings, look)))
            .then_some(named.unwrap_or(Kind::Other));
    }
    let (kind, said) = best?;
    if kind == Kind::HealthSample && said > 1 && roles.at(Meaning::Date).is_some() && measures(headings, look) {
        return Some(kind);
    }
    let enough = match kind {
        Kind::OrderLine => said > 1,
        Kind::Ride | Kind::Stay => said > 1 && !traded(headings),
        _ => counts(kind),
    };
    let dated = roles.at(Meaning::Date).is_some();
    (enough && dated && amount(kind, headings, look).is_some()).then_some(kind)
}

/// Whether several numbers are there, each of which measures something else.
fn measures(headings: &[String], look: &Look) -> bool {
    let numbers = numbers(headings, look);
    numbers.len() > 1 && numbers.iter().all(|i| words::is_measure(&headings[*i])) && !headings.iter().any(|h| words::speaks_of_prices(h))
}

/// Whether the first row is none like the others: it is made of words that vendors use, or stands above numbers.
fn are_headings(headings: &[String], look: &Look) -> bool {
    let known = headings.iter().filter(|h| words::is_known(h)).count();
    let figures = |heading: &String| heading.chars().any(|c| c.is_ascii_digit());
    let above = headings.iter().zip(&look.columns).any(|(h, c)| !h.is_empty() && !figures(h) && c.filled > 1 && c.numbers == c.filled);
    known * 2 > headings.len() || above
}

/// Whether rows of this kind have a number that counts.
fn counts(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::OrderLine
            | Kind::Refund
            | Kind::Ride
            | Kind::Stay
            | Kind::Journey
            | Kind::EnergyReading
            | Kind::HealthSample
            | Kind::LoyaltyEntry
    )
}

/// The number that counts, where it is certain.
pub(super) fn amount(kind: Kind, headings: &[String], look: &Look) -> Option<usize> {
    let numbers = numbers(headings, look);
    match kind {
        Kind::OrderLine | Kind::Ride | Kind::Stay | Kind::Journey => paid(kind, &numbers, headings, look),
        Kind::EnergyReading | Kind::HealthSample | Kind::LoyaltyEntry => match without_balance(numbers, headings)[..] {
            [only] if words::speaks_of(kind, &headings[only]) && !comes_back(only, look) && !words::is_counter(&headings[only]) => {
                Some(only)
            }
            _ => None,
        },
        _ => None,
    }
}

/// Columns whose sum could matter to somebody: numbers that are no labels, ranks, places or lengths of time.
fn numbers(headings: &[String], look: &Look) -> Vec<usize> {
    let summed = |i: &usize| {
        let column = &look.columns[*i];
        let mostly = column.numbers > 0 && column.numbers * 2 > column.filled;
        mostly && column.clock().is_none() && (words::speaks_of_prices(&headings[*i]) || !words::is_label(&headings[*i]))
    };
    (0..headings.len()).filter(summed).collect()
}

/// Whether somebody's money may stand in a table without one column of numbers: in lines that were cut nowhere, or in figures unheard of.
fn may_hide_money(headings: &[String], look: &Look) -> bool {
    let named = headings.iter().filter_map(|h| words::meaning(h)).any(|m| m.is_money() || m == Meaning::Balance);
    let text = |i: &usize| !look.columns[*i].is_dates() && !words::is_label(&headings[*i]);
    let columns: Vec<usize> = (0..headings.len()).filter(text).collect();
    named || look.sample.iter().any(|row| columns.iter().any(|i| row[*i].split_whitespace().any(is_priced)))
}

/// `10000.00CR`, `KZT12,50`: two decimals, and not a date or a time.
fn is_priced(word: &str) -> bool {
    let figures = word.trim_matches(|c: char| !c.is_ascii_digit());
    let marks = figures.bytes().filter(|b| !b.is_ascii_digit()).count();
    marks == 1 && figures.rsplit_once(['.', ',']).is_some_and(|(_, decimals)| decimals.len() == 2)
}

/// Whether a word beside numbers without a sign says of some that they go the other way: a refund, points that were spent.
fn comes_back(number: usize, look: &Look) -> bool {
    let told = |word: &String| words::goes_back(word);
    look.columns[number].negatives == 0 && look.columns.iter().filter_map(|c| c.words.as_ref()).flatten().any(told)
}

/// What is left of points is no number of its own.
fn without_balance(mut numbers: Vec<usize>, headings: &[String]) -> Vec<usize> {
    numbers.retain(|i| words::meaning(&headings[*i]) != Some(Meaning::Balance));
    numbers
}

/// Orders of shares and coins are bought and sold, and some tables take a price apart: their sum may say something else.
pub(super) fn traded(headings: &[String]) -> bool {
    const WORDS: &[&str] = &[
        "component",
        "components",
        "symbol",
        "ticker",
        "isin",
        "pair",
        "side",
        "exchange",
        "security",
        "wertpapier",
        "shares",
        "market",
        "buy",
        "bought",
        "sell",
        "sold",
        "trade",
    ];
    headings.iter().any(|h| h.split(|c: char| !c.is_alphanumeric()).any(|word| WORDS.contains(&word)))
}

/// What was paid: the one total, or the one price of single things.
fn paid(kind: Kind, numbers: &[usize], headings: &[String], look: &Look) -> Option<usize> {
    let columns = || numbers.iter().copied().filter(|i| words::speaks_of_prices(&headings[*i]));
    let negative = columns().any(|i| look.columns[i].negatives > 0);
    let charged = headings.iter().any(|h| matches!(words::meaning(h), Some(Meaning::Fee | Meaning::Indicator)));
    if negative || charged || traded(headings) || numbers.iter().any(|i| comes_back(*i, look)) {
        return None;
    }
    let totals: Vec<usize> = columns().filter(|i| words::speaks_of_totals(&headings[*i])).collect();
    let prices: Vec<usize> = columns().collect();
    let single = numbers.iter().filter(|i| words::is_quantity(&headings[**i])).all(|i| look.sample.iter().all(|row| is_one(&row[*i])));
    // Beside a price, numbers of unknown meaning may be how much was bought, or what it came to.
    let counted = |i: &usize| words::is_quantity(&headings[*i]);
    let is_whole = |price: usize| {
        numbers.iter().all(|i| *i == price || counted(i)) && (!words::is_part(&headings[price]) || numbers.iter().any(counted))
    };
    let found = match (&totals[..], &prices[..]) {
        ([total], _) => *total,
        ([_, _, ..], _) => the_total(&totals, &prices, headings, look)?,
        ([], [price]) if single && is_whole(*price) => *price,
        _ => return None,
    };
    (!told_again(kind, found, headings, look)).then_some(found)
}

/// Of several columns that speak of what was paid, the only one that is called the total and is in every row the sum of the prices beside it.
fn the_total(totals: &[usize], prices: &[usize], headings: &[String], look: &Look) -> Option<usize> {
    let [total] = totals.iter().filter(|i| words::is_total(&headings[**i])).collect::<Vec<_>>()[..] else { return None };
    let parts: Vec<usize> = prices.iter().copied().filter(|i| i != total).collect();
    let adds_up = |numbers: &Vec<Option<Decimal>>| {
        let sum = parts.iter().filter_map(|i| numbers[*i]).try_fold(Decimal::ZERO, Decimal::checked_add);
        numbers[*total].is_some() && numbers[*total] == sum
    };
    [Mark::Dot, Mark::Comma].iter().any(|mark| look.numbers(*mark).iter().all(adds_up)).then_some(*total)
}

fn is_one(cell: &str) -> bool {
    cell.is_empty() || number::parse(cell, Mark::Dot).or_else(|_| number::parse(cell, Mark::Comma)).is_ok_and(|a| a.value == Decimal::ONE)
}

/// Whether several rows of one order may tell one thing: its amount again, or the parts of a price.
fn told_again(kind: Kind, amount: usize, headings: &[String], look: &Look) -> bool {
    let products: Vec<usize> = (0..headings.len()).filter(|i| words::is_product(&headings[*i]) && look.columns[*i].numbers == 0).collect();
    let mut orders: Vec<usize> =
        (0..headings.len()).filter(|i| words::is_order_number(&headings[*i]) && look.columns[*i].dates == 0).collect();
    if orders.is_empty() && kind == Kind::OrderLine {
        // What was bought at one time may be one order; nobody rides twice at one.
        orders = (0..headings.len()).filter(|i| look.columns[*i].is_dates()).take(1).collect();
    }
    orders.into_iter().any(|order| {
        let (mut seen, mut amounts, mut things) = (HashSet::new(), HashSet::new(), HashSet::new());
        let mut rows = look.sample.iter().filter(|row| !row[order].is_empty());
        rows.any(|row| {
            let again = !seen.insert(&row[order]);
            let one_thing = words::is_product(&headings[order]);
            let thing: Vec<&String> = products.iter().map(|i| &row[*i]).collect();
            let same_thing = !things.insert((&row[order], thing));
            let same_amount = !row[amount].is_empty() && !amounts.insert((&row[order], &row[amount]));
            again && (one_thing || products.is_empty() || same_thing || same_amount)
        })
    })
}

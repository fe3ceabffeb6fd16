//! Which sign is money out: proved by the balance, told by the rows' own words, or asked.

use super::columns::Look;
use super::roles::Roles;
use super::words::{self, Meaning};
use crate::decide::{Booking, Question};
use crate::format::Answers;
use crate::table::number::{self, Mark};

/// Texts that must agree before they are believed.
const AGREEING: u64 = 2;
/// The same on a card, where either sign may be what was spent.
const ON_CARDS: u64 = 3;
/// Rows of a card that may all be payments.
const FEW: u64 = 2;

/// How many rows say themselves which way their money went, by (in as written, against it).
#[derive(Debug, Default, PartialEq, Eq)]
struct Spoken {
    as_written: u64,
    inverted: u64,
    /// Rows with a minus and rows without one are among those that say so.
    both: bool,
}

impl Spoken {
    /// Whether rows of both signs speak against what is written, and none for it.
    fn against(&self) -> bool {
        self.both && self.as_written == 0 && self.inverted >= ON_CARDS
    }
}

/// What a file says of itself.
#[derive(Debug, Clone, Copy)]
pub(super) struct About {
    /// It has to do with a card, where purchases are often written without a minus.
    pub cards: bool,
    /// It calls itself the statement of an account.
    pub account: bool,
}

/// Whether a minus is money in, or the question about it.
pub(super) fn sign(roles: &Roles, look: &Look, mark: Mark, about: About, answers: &Answers) -> Result<bool, Question> {
    let About { cards, account } = about;
    if roles.at(Meaning::Indicator).is_some() {
        return Ok(false);
    }
    let ask = || {
        let question = Question::sign(example(roles, look).as_ref());
        question.answered(answers).map(|a| a == "inverted").ok_or(question)
    };
    let Some(amount) = roles.at(Meaning::Amount) else {
        // Two columns say themselves which is which, unless the balance disagrees: then it is what is owed on a card, or nobody knows.
        return if roles.inverted == Some(true) && !cards { ask() } else { Ok(false) };
    };
    let column = &look.columns[amount];
    // Where only money in has its side behind it, all the rest went out.
    if column.credits > 0 && column.debits == 0 && column.negatives == 0 && column.credits < column.counting() {
        return Ok(true);
    }
    // A card's payments and refunds may happen to be half of a few rows; few cards tell a balance after each.
    let (part, whole) = if cards && roles.inverted != Some(false) { (2, 3) } else { (1, 2) };
    let mostly_out = column.negatives > 0 && column.negatives * whole >= column.counting() * part && (!cards || column.counting() > FEW);
    let spoken = spoken(roles, look, amount, mark);
    let contradicted = spoken.inverted > spoken.as_written;
    match roles.inverted {
        // What is owed on a card grows with every purchase, so a balance alone proves nothing there, nor where all words speak against it.
        Some(false) if spoken.against() => {}
        Some(inverted) if !cards || (!inverted && mostly_out && !contradicted) => return Ok(inverted),
        Some(_) => {}
        // Most bookings of an account are expenses.
        None if mostly_out && !contradicted => return Ok(false),
        // On an account's own statement a minus is money out.
        None if account && !cards && column.negatives > 0 && !contradicted => return Ok(false),
        None => {}
    }
    // Income without a minus says nothing where expenses have none either.
    let told = column.negatives > 0 || spoken.as_written == column.counting();
    match spoken {
        Spoken { as_written: AGREEING.., inverted: 0, .. } if told && !cards => Ok(false),
        Spoken { as_written: ON_CARDS.., inverted: 0, both: true } if roles.inverted != Some(true) => Ok(false),
        // On a card that writes purchases without a minus, what has one is a payment now and then. Rent that comes in is no purchase.
        Spoken { as_written: 0, inverted: ON_CARDS.., both: true }
            if cards && roles.inverted != Some(false) && column.negatives * 2 < column.counting() =>
        {
            Ok(true)
        }
        _ => ask(),
    }
}

/// A row that a person remembers.
fn example(roles: &Roles, look: &Look) -> Option<Booking> {
    let amount = roles.at(Meaning::Amount)?;
    let told: Vec<usize> = [Meaning::Date, Meaning::Party, Meaning::Text].iter().flat_map(|m| roles.all(*m)).collect();
    look.sample.iter().find_map(|row| Booking::of(&row[amount], told.iter().map(|i| row[*i].as_ref())))
}

/// What the texts of the kept rows say, held against the signs beside them.
fn spoken(roles: &Roles, look: &Look, amount: usize, mark: Mark) -> Spoken {
    let texts: Vec<usize> =
        [Meaning::Text, Meaning::Party, Meaning::Category, Meaning::Unknown].iter().flat_map(|m| roles.all(*m)).collect();
    let (mut positive, mut negative) = (Spoken::default(), Spoken::default());
    for row in &look.sample {
        let Ok(value) = number::parse(&row[amount], mark).map(|a| a.value) else { continue };
        let sort = |i: &usize| roles.meanings[*i] == Meaning::Category;
        let says = |i: &usize| words::says_out(&row[*i]).or_else(|| words::sort_goes_out(&row[*i]).filter(|_| sort(i)));
        let told: Vec<bool> = texts.iter().filter_map(says).collect();
        let Some(out) = told.first().filter(|first| told.iter().all(|t| t == *first)) else { continue };
        if value.is_zero() {
            continue;
        }
        let side = if value.is_sign_negative() { &mut negative } else { &mut positive };
        let agrees = *out == value.is_sign_negative();
        side.as_written += u64::from(agrees);
        side.inverted += u64::from(!agrees);
    }
    // Words of both ways under one sign: the sign says nothing.
    if positive.as_written > 0 && positive.inverted > 0 || negative.as_written > 0 && negative.inverted > 0 {
        return Spoken { as_written: 1, inverted: 1, both: false };
    }
    Spoken {
        as_written: positive.as_written + negative.as_written,
        inverted: positive.inverted + negative.inverted,
        both: positive.inverted > 0 && negative.inverted > 0 || positive.as_written > 0 && negative.as_written > 0,
    }
}

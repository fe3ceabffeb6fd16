//! What the rows of an unknown table are, where they are no payments.

use holdall_model::Kind;

use super::columns::{Column, Look};
use super::roles::Roles;
use super::stake;
use super::words::{self, Meaning};
use crate::decide::Question;
use crate::format::Answers;

/// What the rows are: payments, unless headings speak of something else; asked where more than one thing is possible.
pub(super) fn kind(roles: &Roles, headings: &[String], look: &Look, answers: &Answers) -> Result<Kind, Question> {
    if let Some(told) = answers.get("kind").and_then(|slug| Kind::from_slug(slug)) {
        return Ok(told);
    }
    let mut spoken = words::kinds(headings);
    let directed = headings.iter().any(|h| words::meaning(h) == Some(Meaning::Indicator)) && roles.at(Meaning::Indicator).is_some();
    let sided = roles.at(Meaning::Debit).is_some() && roles.at(Meaning::Credit).is_some();
    let statement = roles.at(Meaning::Balance).is_some() || sided || directed;
    let booked = roles.at(Meaning::Date).is_some() && !roles.money().is_empty();
    // Whom a payment concerns is often told with it.
    spoken.retain(|(kind, _)| *kind != Kind::Contact || !booked);
    if (statement && booked) || is_signed(roles, headings, look, &spoken) || (spoken.is_empty() && (booked || holds_money(headings, look)))
    {
        return Ok(Kind::BankTransaction);
    }
    match certain(roles, headings, &spoken).or_else(|| stake::kind(roles, headings, look, &spoken)) {
        Some(kind) => Ok(kind),
        None => Err(question(&spoken)),
    }
}

/// Whether one column of prices that is called the amount has some with a minus and some without, and hardly anything speaks against payments.
fn is_signed(roles: &Roles, headings: &[String], look: &Look, spoken: &[(Kind, usize)]) -> bool {
    let [amount] = roles.money()[..] else { return false };
    let column = &look.columns[amount];
    let both = column.negatives > 0 && column.negatives < column.counting();
    let named = roles.meanings[amount] == Meaning::Amount && words::meaning(&headings[amount]) == Some(Meaning::Amount);
    let little = spoken.iter().all(|(kind, n)| *n == 1 && *kind != Kind::LoyaltyEntry);
    roles.at(Meaning::Date).is_some() && named && both && column.is_priced() && little
}

fn holds_money(headings: &[String], look: &Look) -> bool {
    let paid = |(heading, column): (&String, &Column)| column.is_money() && !words::is_label(heading);
    headings.iter().zip(&look.columns).any(paid) && look.columns.iter().any(|c| c.is_dates() || c.clock().is_some())
}

/// A kind of which every needed part is there, and nothing that speaks against it.
fn certain(roles: &Roles, headings: &[String], spoken: &[(Kind, usize)]) -> Option<Kind> {
    let holds = |parts: &[&str]| headings.iter().any(|h| parts.iter().any(|p| h.contains(p)));
    let count = |kind: Kind| spoken.iter().find(|(k, _)| *k == kind).map_or(0, |(_, n)| *n);
    let dated = roles.at(Meaning::Date).is_some();
    let paid = !roles.money().is_empty();
    let alone = |kind: Kind| spoken.iter().all(|(k, n)| *k == kind || *n < count(kind));
    let fits = |kind: &Kind| match kind {
        Kind::Listen => dated && holds(&["artist", "künstler"]) && holds(&["track", "song", "title", "titel", "played"]),
        Kind::Flight => dated && holds(&["flight", "flug"]) && count(Kind::Flight) >= 3,
        Kind::Contact => !dated && holds(&["mail", "phone", "mobil"]) && holds(&["name", "nom"]),
        Kind::EnergyReading => {
            let mut measured = headings.iter().filter(|h| h.contains("kwh"));
            dated && measured.next().is_some_and(|h| !words::is_counter(h)) && measured.next().is_none()
        }
        _ => false,
    };
    let energy = count(Kind::EnergyReading) > 0;
    words::OTHER_KINDS.iter().copied().find(|kind| fits(kind) && alone(*kind) && (!paid || energy && *kind == Kind::EnergyReading))
}

fn question(spoken: &[(Kind, usize)]) -> Question {
    let question = Question::new("kind", "What are the rows of this table?");
    let mut kinds: Vec<Kind> = spoken.iter().map(|(kind, _)| *kind).collect();
    kinds.sort_by_key(|kind| std::cmp::Reverse(spoken.iter().find(|(k, _)| k == kind).map_or(0, |(_, n)| *n)));
    kinds.push(Kind::BankTransaction);
    kinds.extend(words::OTHER_KINDS.iter().filter(|kind| spoken.iter().all(|(k, _)| k != *kind)));
    kinds.push(Kind::Other);
    kinds.into_iter().fold(question, |q, kind| q.choice(kind.slug(), kind.label()))
}

/// Which number counts in rows that are no payments: none, where none must.
pub(super) fn assign(roles: &mut Roles, headings: &[String], look: &Look, answers: &Answers) -> Result<(), Question> {
    let named = |i: usize| words::meaning(&headings[i]) == Some(Meaning::Amount) || headings[i].contains("total");
    let energy = |i: usize| headings[i].contains("kwh");
    let candidates: Vec<usize> = match roles.kind {
        Kind::EnergyReading => (0..headings.len()).filter(|i| look.columns[*i].is_numbers() && energy(*i)).collect(),
        Kind::OrderLine | Kind::Refund | Kind::Ride | Kind::Stay | Kind::Journey => {
            (0..headings.len()).filter(|i| look.columns[*i].is_numbers() && named(*i)).collect()
        }
        _ => Vec::new(),
    };
    let paid = matches!(roles.kind, Kind::OrderLine | Kind::Ride | Kind::Stay | Kind::Journey);
    for i in 0..headings.len() {
        let meaning = &mut roles.meanings[i];
        // Payments alone have a direction and sides, and what is paid for a status.
        let status = *meaning == Meaning::Status && !paid;
        if meaning.is_money() || status || matches!(meaning, Meaning::Indicator | Meaning::Fee | Meaning::Balance) {
            *meaning = Meaning::Unknown;
        }
    }
    let told = answers.get("amount").and_then(|n| n.parse::<usize>().ok()).filter(|n| *n <= headings.len());
    let candidates = stake::amount(roles.kind, headings, look).map_or(candidates, |certain| vec![certain]);
    match (told, &candidates[..]) {
        (Some(0), _) => {}
        (Some(number), _) => roles.meanings[number - 1] = Meaning::Amount,
        (None, [only]) => roles.meanings[*only] = Meaning::Amount,
        (None, []) => {}
        (None, _) => {
            let text = "More than one column of this table could be the amount that counts. Which one is it?";
            return Err(super::which("amount", text, &candidates, headings, look).choice("0", "None of them"));
        }
    }
    super::roles::currencies(roles, headings, look);
    Ok(())
}

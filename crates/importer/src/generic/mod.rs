//! Tables of no known vendor: imported only where every column's meaning is certain, else asked about.
//!
//! What is certain: which column is the date, in which order its parts stand, which column is the amount, its decimal mark, and which sign
//! is money out. What is found is written into the decisions, so that the file is read the same way again.

mod check;
mod columns;
mod contribute;
mod ends;
mod find;
mod headings;
mod kind;
mod layout;
mod listed;
mod money;
mod proof;
mod roles;
mod sample;
mod sign;
mod stake;
mod statement;
mod words;
mod written;

use crate::decide::{Decided, Decisions, Question};
use crate::definition::{Side, Table, is_word};
use crate::error::ImportError;
use crate::format::Answers;
use crate::input::Input;
use crate::nearest::Near;
use crate::table::csv::Row;
use crate::table::date::Order;
use crate::table::ending::Ending;
use crate::table::number;
use crate::table::profile::Evidence;
use crate::table::read::{Met, Plan, walk};
use columns::{Column, Look};
pub use contribute::{Contribution, Explained, ExplainedColumn, Naming, NotContributed, contribution, explained};
pub(crate) use find::{Candidate, candidate};
use layout::Found as Layout;
pub(crate) use listed::{Listed, listed};
use roles::Roles;
use sign::About;
pub(crate) use statement::read_as_statement;
use words::Meaning;
pub(crate) use words::{is_pending, is_void};

/// The names under which such tables stand in a plan.
pub(crate) const VENDOR: &str = "generic";
pub(crate) const EXPORT: &str = "table";

/// What came of looking at an unknown table.
pub(crate) enum Found {
    Decided(Decided),
    /// It has headings and nothing below them.
    Empty,
    /// Why it cannot be read with certainty.
    Not(Vec<String>),
}

/// Looks at the whole table and decides, asks, or says why not.
pub(crate) fn decide(
    candidate: &Candidate,
    input: &Input<'_>,
    name: &str,
    near: Option<&Near>,
    answers: &Answers,
) -> Result<Found, ImportError> {
    if candidate.several {
        let why = "It holds several tables in one, and no layout for it is known. Ask the vendor for a file with one table, or cut out the table you want and import that.";
        return Ok(Found::Not(vec![why.to_owned()]));
    }
    let plan = Plan::new(candidate.delimiter, candidate.header_row);
    let look = look(candidate, &plan, input)?;
    if look.rows == 0 {
        let why = "It has headings, but no rows that could be read.";
        return Ok(if candidate.bare { Found::Empty } else { Found::Not(vec![why.to_owned()]) });
    }
    if let Some(why) = roles::wrong_mapping(&candidate.headings, answers) {
        return Ok(Found::Not(vec![why]));
    }
    let roles = match roles::assign(&candidate.headings, &look, answers) {
        Ok(roles) => roles,
        Err(question) => return Ok(Found::Decided(Decided::Ask(question))),
    };
    if let Some(question) = missing(&roles, candidate, &look).or_else(|| another_day(&roles, candidate, &look, near, answers)) {
        return Ok(Found::Decided(Decided::Ask(question)));
    }
    settle(candidate, roles, &look, plan, input, name, answers).map(Found::Decided)
}

/// What stands before a question's id where its answer is kept among the decisions.
const ANSWER: &str = "answer:";
/// Questions about rows of one file, not about its layout.
const OF_ONE_FILE: &[&str] = &["rows", "totals", "unmoved", "layout"];

/// Whether the person gave columns their roles.
pub(crate) fn is_mapped(answers: &Answers) -> bool {
    answers.keys().any(|id| id.starts_with(roles::MAPPED))
}

/// Answers about an earlier file with the same headings that were not given anew.
pub(crate) fn remembered(candidate: &Candidate, earlier: &[Decisions], answers: &Answers) -> Answers {
    let headings = layout::joined(&candidate.headings);
    // Without headings, nothing tells two layouts of one width apart.
    let known = earlier.iter().filter(|d| candidate.header_row > 0 && d.fact("headings") == Some(headings.as_str()));
    let kept =
        known.take(1).flat_map(|d| &d.facts).filter_map(|(name, value)| name.strip_prefix(ANSWER).map(|id| (id.to_owned(), value.clone())));
    kept.filter(|(id, _)| !answers.contains_key(id)).collect()
}

/// Whether a normalised heading is one of the words that vendors use.
pub(crate) fn is_heading(text: &str) -> bool {
    words::meaning(text).is_some()
}

/// A layout in which every column is only words.
fn plain(candidate: &Candidate) -> Table {
    let width = candidate.headings.len();
    let layout = Layout {
        headings: candidate.headings.clone(),
        headed: candidate.header_row > 0,
        list: candidate.listing.as_ref().map(|l| (l.records.clone(), l.paths.clone())),
        roles: Roles::new(vec![Meaning::Unknown; width]),
        debit: Side::Positive,
        credit: Side::Positive,
        short_rows: true,
        continued: false,
        dashes: false,
    };
    Table { dateless: !candidate.dated, ..layout.table() }
}

fn look(candidate: &Candidate, plan: &Plan, input: &Input<'_>) -> Result<Look, ImportError> {
    let table = plain(candidate);
    let mut look = Look::new(&candidate.headings);
    look.listed = candidate.listing.is_some();
    let mut ending = Ending::default();
    walk(&table, plan, input, |met| {
        if let Met::Row(row) = met
            && counted(row, &candidate.headings)
            // Half a number tells nothing.
            && !ending.cuts(row, |_| true)
        {
            ending.look(row);
            look.row(row.len(), |i| row.cell(i));
        }
        Ok(())
    })?;
    Ok(look)
}

/// Whether a row belongs to the table by its width, does not repeat the headings, and is no closing balance.
fn counted(row: &Row<'_>, headings: &[String]) -> bool {
    let repeated = || (0..headings.len()).all(|i| is_word(row.cell(i), &headings[i]));
    let filled = (0..row.len()).filter(|i| !row.cell(*i).trim().is_empty()).count();
    let total = || filled * 2 <= headings.len() && (0..row.len()).any(|i| words::is_total(row.cell(i)) || words::is_balance(row.cell(i)));
    row.damage.is_none() && filled > 1 && row.filled_len() <= headings.len() && !repeated() && !total()
}

/// What a table of bookings must have and this one has not.
fn missing(roles: &Roles, candidate: &Candidate, look: &Look) -> Option<Question> {
    let columns: Vec<usize> = (0..candidate.headings.len()).filter(|i| look.columns[*i].filled > 0).collect();
    if !roles.is_bank() {
        return None;
    }
    if roles.at(Meaning::Date).is_none() {
        let text = "No column of this table is known to tell when something happened. Which one does?";
        return Some(which("date", text, &columns, &candidate.headings, look));
    }
    if roles.money().is_empty() {
        let text = "No column of this table is known to be an amount. Which one is it?";
        let numbers: Vec<usize> = columns.iter().copied().filter(|i| look.columns[*i].is_numbers()).collect();
        return Some(which("amount", text, if numbers.is_empty() { &columns } else { &numbers }, &candidate.headings, look));
    }
    None
}

/// The question which day counts, where a known layout has lost the column that told it and several others are left.
fn another_day(roles: &Roles, candidate: &Candidate, look: &Look, near: Option<&Near>, answers: &Answers) -> Option<Question> {
    let near = near.filter(|near| near.header_row == candidate.header_row && near.has_lost_its_day(&candidate.headings))?;
    // Its own name for the day may only have become another one of that meaning.
    let renamed = |heading: &String| words::meaning(heading) == Some(Meaning::Date) && !near.knows(heading);
    let chosen = roles.at(Meaning::Date).filter(|i| !renamed(&candidate.headings[*i]))?;
    let others = roles.all(Meaning::ValueDate).into_iter().filter(|i| look.columns[*i].is_dates());
    let mut days: Vec<usize> = others.chain([chosen]).collect();
    days.sort_unstable();
    if days.len() < 2 || answers.contains_key("date") || is_mapped(answers) {
        return None;
    }
    let text = format!("{} Which column tells the day that counts?", near.text());
    Some(which("date", &text, &days, &candidate.headings, look))
}

/// A question whose answer is one of the columns, by its number.
fn which(id: &str, text: &str, columns: &[usize], headings: &[String], look: &Look) -> Question {
    columns.iter().fold(Question::new(id, text), |question, i| {
        let heading = if headings[*i].is_empty() { format!("Column {}", i + 1) } else { headings[*i].clone() };
        question.choice(&(i + 1).to_string(), format!("{heading}, for example {}", look.example(*i)))
    })
}

fn settle(
    candidate: &Candidate,
    roles: Roles,
    look: &Look,
    mut plan: Plan,
    input: &Input<'_>,
    name: &str,
    answers: &Answers,
) -> Result<Decided, ImportError> {
    let evidence = evidence(candidate, &roles, look, &plan, input)?;
    let order = evidence.order(answers);
    let told = order.as_ref().copied().unwrap_or(Order::Dmy);
    let (order, mark) = match (order, evidence.mark(answers), evidence.calendar(told, answers)) {
        (Ok(order), Ok(mark), Ok(calendar)) => {
            plan.calendar = calendar;
            (order, mark)
        }
        (Err(question), ..) | (_, Err(question), _) | (.., Err(question)) => return Ok(Decided::Ask(question)),
    };
    (plan.order, plan.mark) = (Some(order), Some(mark));
    let sign = || sign::sign(&roles, look, mark, about(candidate, &roles, name), answers);
    match if roles.is_bank() { sign() } else { Ok(false) } {
        Ok(inverted) => plan.inverted = Some(inverted),
        Err(question) => return Ok(Decided::Ask(question)),
    }
    let side = |meaning| side(meaning, &roles, &candidate.headings, look, answers);
    let (debit, credit) = match (side(Meaning::Debit), side(Meaning::Credit)) {
        (Ok(debit), Ok(credit)) => (debit, credit),
        (Err(question), _) | (_, Err(question)) => return Ok(Decided::Ask(question)),
    };
    let mut layout = Layout {
        headings: candidate.headings.clone(),
        headed: candidate.header_row > 0,
        list: candidate.listing.as_ref().map(|l| (l.records.clone(), l.paths.clone())),
        debit,
        credit,
        short_rows: look.short * 10 >= look.rows,
        continued: false,
        dashes: dashes(&roles, look),
        roles,
    };
    let checked = check::check(&layout, &plan, input)?;
    layout.continued = checked.continued > 0;
    if let Some(question) = checked.question(answers) {
        return Ok(Decided::Ask(question));
    }
    let mut decisions = Decisions::default();
    plan.to_decisions(&mut decisions);
    layout.store(&mut decisions);
    // Kept for the next file of this layout, except what only this file asked for.
    for (id, value) in answers.iter().filter(|(id, _)| !OF_ONE_FILE.contains(&id.as_str())) {
        decisions.set(&format!("{ANSWER}{id}"), value.as_str());
    }
    Ok(Decided::Ready(decisions))
}

/// Whether headings tell a day of purchase and another one of posting.
fn dates_as_cards_do(headings: &[String]) -> bool {
    let some = |starts: &[&str]| headings.iter().any(|h| h.contains("date") && starts.iter().any(|word| h.starts_with(word)));
    some(&["trans", "purchase"]) && some(&["post"])
}

/// What the file's name, headings and first lines say of it.
fn about(candidate: &Candidate, roles: &Roles, name: &str) -> About {
    let heading = |h: &String| words::speaks_of_cards(h) && !words::meaning(h).is_some_and(Meaning::is_money);
    let headings = &candidate.headings;
    let of_an_account = headings.iter().any(|h| words::is_of_accounts(h));
    let of_a_card = headings.iter().any(heading) && !of_an_account || dates_as_cards_do(headings);
    About {
        cards: words::speaks_of_cards(name) || words::speaks_of_cards(&candidate.preamble) || of_a_card,
        account: roles.at(Meaning::Balance).is_some()
            || words::speaks_of_accounts(&candidate.preamble)
            || of_an_account
            || headings.iter().any(|h| words::is_of_the_account(h)),
    }
}

/// What all rows tell of the order of dates and the decimal mark.
fn evidence(candidate: &Candidate, roles: &Roles, look: &Look, plan: &Plan, input: &Input<'_>) -> Result<Evidence, ImportError> {
    let mut evidence = Evidence::default();
    candidate.headings.iter().for_each(|heading| evidence.heading(heading));
    let dates: Vec<usize> = [Meaning::Date, Meaning::ValueDate].iter().flat_map(|m| roles.all(*m)).collect();
    let numbers: Vec<usize> = roles.money().into_iter().chain(roles.all(Meaning::Balance)).chain(roles.all(Meaning::Fee)).collect();
    let beside = roles.all(Meaning::OtherMoney);
    let continental = || words::is_continental(&candidate.headings) && is_of_europe(roles, candidate, look);
    if dates.iter().any(|i| words::writes_day_first(&candidate.headings[*i])) || continental() {
        evidence.tell(Order::Dmy);
    }
    if roles::is_whole(roles, &candidate.headings, look) {
        evidence.tell_whole();
    }
    // What JSON calls a number is written with a point; a text beside it that is not is set aside.
    let written = candidate.listing.as_ref().is_some_and(|l| numbers.iter().any(|i| l.numbers[*i]));
    if written {
        evidence.number("0.5");
    }
    let whole = |columns: &[usize], seen: fn(&Column) -> u64| columns.iter().all(|i| seen(&look.columns[*i]) == look.columns[*i].filled);
    if whole(&dates, |c| c.dates) && whole(&numbers, |c| c.numbers) && whole(&beside, |c| c.numbers) {
        // Every cell was told apart when the table was looked at: there is nothing to read again.
        let seen = |i: &usize| &look.columns[*i].evidence;
        dates.iter().enumerate().for_each(|(nth, i)| evidence.add_dates(seen(i), nth == 0));
        numbers.iter().filter(|_| !written).for_each(|i| evidence.add_numbers(seen(i)));
        beside.iter().for_each(|i| evidence.add_numbers_beside(seen(i)));
        return Ok(evidence);
    }
    walk(&plain(candidate), plan, input, |met| {
        if let Met::Row(row) = met
            && counted(row, &candidate.headings)
        {
            dates.iter().take(1).for_each(|i| evidence.date_in_order(row.cell(*i)));
            dates.iter().skip(1).for_each(|i| evidence.date(row.cell(*i)));
            numbers.iter().filter(|_| !written).for_each(|i| evidence.number(row.cell(*i)));
            beside.iter().for_each(|i| evidence.number_beside(row.cell(*i)));
        }
        Ok(())
    })?;
    Ok(evidence)
}

/// Currencies that are spent where the day comes first.
const EUROPEAN: &[&str] = &["EUR", "CHF", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "RON", "BGN"];

/// Whether a column of currencies names only European ones, or the amounts and their headings do.
fn is_of_europe(roles: &Roles, candidate: &Candidate, look: &Look) -> bool {
    if let Some(column) = roles.at(Meaning::Currency) {
        let told = &look.columns[column];
        let european = |word: &String| EUROPEAN.contains(&word.to_uppercase().as_str());
        return told.filled > 0 && told.words.as_ref().is_some_and(|words| words.iter().all(european));
    }
    let written = |i: usize| look.sample.iter().filter_map(move |row| number::unit(&row[i]));
    let mut units =
        roles.money().into_iter().flat_map(|i| words::currency_in(&candidate.headings[i]).into_iter().chain(written(i))).peekable();
    units.peek().is_some() && units.all(|unit| EUROPEAN.contains(&unit.as_str()))
}

/// How a side's numbers are signed: as most of them are. Where nearly as many are signed otherwise and no balance proves it, it is asked.
fn side(meaning: Meaning, roles: &Roles, headings: &[String], look: &Look, answers: &Answers) -> Result<Side, Question> {
    let Some(i) = roles.at(meaning) else { return Ok(Side::Positive) };
    let (minus, all) = (look.columns[i].negatives, look.columns[i].counting());
    let (way, back) = if meaning == Meaning::Debit { ("went out", "came back") } else { ("came in", "went back") };
    if roles.at(Meaning::Balance).is_none() && minus.min(all.saturating_sub(minus)) * 3 > all {
        let text =
            format!("Some numbers in the column “{}” have a minus and others have none. Which ones say that money {way}?", headings[i]);
        let question = Question::new(&format!("side:{}", i + 1), text)
            .choice("plain", format!("Those without a minus; where there is one, money {back}"))
            .choice("minus", format!("Those with a minus; where there is none, money {back}"));
        return question.answered(answers).map(|a| if a == "minus" { Side::Negative } else { Side::Positive }).ok_or(question);
    }
    Ok(if minus * 2 > all { Side::Negative } else { Side::Positive })
}

/// Whether the rows of a table that was decided are payments, or have a price.
pub(crate) fn is_money(decisions: &Decisions) -> bool {
    Layout::stored(decisions).is_some_and(|layout| layout.roles.is_bank() || !layout.roles.money().is_empty())
}

/// Whether dashes stand among the numbers, and nowhere for money that went out.
fn dashes(roles: &Roles, look: &Look) -> bool {
    let written = |i: &usize| look.columns[*i].dashes > 0;
    let numbers = roles.money().into_iter().chain(roles.all(Meaning::Balance)).chain(roles.all(Meaning::Fee));
    numbers.into_iter().any(|i| written(&i)) && !roles.all(Meaning::Indicator).iter().any(written)
}

/// The layout that was found, from the decisions it was written into.
pub(crate) fn stored(decisions: &Decisions) -> Option<Table> {
    Layout::stored(decisions).map(|layout| layout.table())
}

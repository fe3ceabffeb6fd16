//! One meaning for each column of an unknown table: told by the person, by its heading, by its cells, or proved by the balance.

use std::collections::{BTreeMap, BTreeSet};

use holdall_model::Kind;

use super::columns::{Clock, Column, Look};
use super::kind;
use super::listed::spelled;
use super::money;
use super::words::{self, Meaning};
use crate::decide::Question;
use crate::definition::normal;
use crate::format::Answers;

/// What is known of the columns.
#[derive(Debug, Clone)]
pub(super) struct Roles {
    pub kind: Kind,
    pub meanings: Vec<Meaning>,
    pub fee_in_sum: bool,
    /// Fees are written with a minus.
    pub fee_negative: bool,
    /// Amounts are written in hundredths.
    pub cents: bool,
    /// The balance proved which sign is money out.
    pub inverted: Option<bool>,
    /// How the column of dates counts them, where it does not write them.
    pub clock: Option<Clock>,
    /// Words of a status or a direction, as the person explained them.
    pub told: BTreeMap<String, String>,
}

impl Roles {
    pub fn new(meanings: Vec<Meaning>) -> Self {
        Self {
            kind: Kind::BankTransaction,
            meanings,
            fee_in_sum: false,
            fee_negative: false,
            cents: false,
            inverted: None,
            clock: None,
            told: BTreeMap::new(),
        }
    }

    /// Whether its rows are payments, whose every one has a day and an amount.
    pub fn is_bank(&self) -> bool {
        self.kind == Kind::BankTransaction
    }

    pub fn at(&self, wanted: Meaning) -> Option<usize> {
        self.meanings.iter().position(|m| *m == wanted)
    }

    pub fn all(&self, wanted: Meaning) -> Vec<usize> {
        (0..self.meanings.len()).filter(|i| self.meanings[*i] == wanted).collect()
    }

    /// Columns whose numbers make the amount.
    pub fn money(&self) -> Vec<usize> {
        (0..self.meanings.len()).filter(|i| self.meanings[*i].is_money()).collect()
    }
}

/// The meaning of every column, or the question that decides it.
pub(super) fn assign(headings: &[String], look: &Look, answers: &Answers) -> Result<Roles, Question> {
    let told = |i: usize| told(i, &headings[i], answers);
    let told = (0..headings.len()).map(|i| told(i).unwrap_or_else(|| by_content(words::meaning(&headings[i]), &look.columns[i])));
    let mut roles = Roles::new(told.collect());
    dates(&mut roles, look, headings);
    roles.kind = kind::kind(&roles, headings, look, answers)?;
    if !roles.is_bank() {
        kind::assign(&mut roles, headings, look, answers)?;
        let measured = matches!(roles.kind, Kind::EnergyReading | Kind::HealthSample | Kind::LoyaltyEntry);
        if !measured && !roles.money().is_empty() {
            statuses(&mut roles, look, answers)?;
            flags(&mut roles, headings, look, answers)?;
            hundredths(&mut roles, headings, look, answers)?;
        }
        return Ok(roles);
    }
    money::assign(&mut roles, headings, look, answers)?;
    currencies(&mut roles, headings, look);
    directions(&mut roles, headings, look, answers)?;
    statuses(&mut roles, look, answers)?;
    flags(&mut roles, headings, look, answers)?;
    hundredths(&mut roles, headings, look, answers)?;
    Ok(roles)
}

/// What stands before a column's number or heading in an answer that gives it a role.
pub(super) const MAPPED: &str = "column:";

/// What is wrong with the roles that the person gave to columns.
pub(super) fn wrong_mapping(headings: &[String], answers: &Answers) -> Option<String> {
    let mapped = answers.iter().filter_map(|(id, role)| id.strip_prefix(MAPPED).map(|id| (id, role)));
    mapped.into_iter().find_map(|(id, role)| {
        let there = headings.contains(&normal(id))
            || headings.contains(&spelled(id))
            || id.parse::<usize>().is_ok_and(|n| (1..=headings.len()).contains(&n));
        if !there {
            let list = headings.iter().filter(|h| !h.is_empty()).map(String::as_str).collect::<Vec<_>>().join(", ");
            return Some(format!("This table has no column {id}. Its columns are: {list}. They may also be named by number, from 1 on."));
        }
        let roles = || Meaning::names().collect::<Vec<_>>().join(", ");
        Meaning::named(role).is_none().then(|| format!("{role} is nothing that a column can be. It can be: {}.", roles()))
    })
}

/// What the person said of a column, by its number or its heading.
fn told(column: usize, heading: &str, answers: &Answers) -> Option<Meaning> {
    if answers.get("date").is_some_and(|number| *number == (column + 1).to_string()) {
        return Some(Meaning::Date);
    }
    let by_number = (column + 1).to_string();
    let names = |id: &str| id == by_number || (!heading.is_empty() && (normal(id) == heading || spelled(id) == heading));
    let mapped = answers.iter().filter_map(|(id, role)| id.strip_prefix(MAPPED).map(|id| (id, role)));
    mapped.filter(|(id, _)| names(id)).find_map(|(_, role)| Meaning::named(role))
}

/// A heading's meaning, held against what the cells are.
fn by_content(told: Option<Meaning>, column: &Column) -> Meaning {
    match told {
        Some(Meaning::Time | Meaning::Date) if column.is_times() => Meaning::Time,
        Some(Meaning::Time) if column.is_dates() => Meaning::Date,
        Some(Meaning::Time) => by_content(None, column),
        Some(Meaning::Date | Meaning::ValueDate) if column.clock().is_some() => Meaning::Date,
        // Words where other rows have a date mean something: such rows are looked at one by one.
        Some(Meaning::Date) if column.dates * 2 > column.filled => Meaning::Date,
        Some(Meaning::Date | Meaning::ValueDate) if column.filled > 0 && !column.is_dates() => by_content(None, column),
        Some(Meaning::Amount | Meaning::Debit | Meaning::Credit) if column.is_dates() => Meaning::ValueDate,
        Some(Meaning::Debit | Meaning::Credit | Meaning::Fee) if column.filled == 0 => told.unwrap_or(Meaning::Text),
        Some(Meaning::Amount) if is_indicator(column) => Meaning::Indicator,
        Some(Meaning::Indicator) if column.is_numbers() => Meaning::Amount,
        Some(Meaning::Amount | Meaning::Debit | Meaning::Credit | Meaning::Balance | Meaning::Fee) if !column.is_numbers() => Meaning::Text,
        Some(Meaning::Currency) if !column.is_currencies() && !column.is_codes() => by_content(None, column),
        // A column of debit and credit words, whatever its heading.
        Some(Meaning::Category | Meaning::Text | Meaning::Reference) if is_indicator(column) => Meaning::Indicator,
        Some(meaning) => meaning,
        None if is_indicator(column) => Meaning::Indicator,
        None if column.is_currencies() => Meaning::Currency,
        None if column.is_dates() => Meaning::ValueDate,
        None if column.is_money() => Meaning::OtherMoney,
        None => Meaning::Unknown,
    }
}

fn is_indicator(column: &Column) -> bool {
    let Some(words) = &column.words else { return false };
    words.len() == 2 && column.numbers == 0 && words.iter().all(|w| words::goes_out(w).is_some())
}

/// One date that decides, the others beside it.
fn dates(roles: &mut Roles, look: &Look, headings: &[String]) {
    let filled = |i: &usize| (look.columns[*i].filled, std::cmp::Reverse(*i));
    let dates = roles.all(Meaning::Date).into_iter().max_by_key(filled);
    let named = |i: &usize| words::meaning(&headings[*i]) == Some(Meaning::ValueDate);
    let values = || roles.all(Meaning::ValueDate).into_iter().max_by_key(|i| (!named(i), filled(i)));
    let Some(best) = dates.or_else(values) else { return };
    for meaning in &mut roles.meanings {
        if *meaning == Meaning::Date {
            *meaning = Meaning::ValueDate;
        }
    }
    roles.meanings[best] = Meaning::Date;
    roles.clock = look.columns[best].clock();
}

/// One currency: of several columns the one that stands beside the amount.
pub(super) fn currencies(roles: &mut Roles, headings: &[String], look: &Look) {
    // The heading of the amounts names their currency: a column of another one tells that of something else.
    let mut named = roles.money().into_iter().map(|i| words::currency_in(&headings[i]));
    if let Some(Some(unit)) = named.next().filter(|first| named.all(|unit| unit == *first)) {
        let others = |words: &BTreeSet<String>| words.iter().any(|word| !word.eq_ignore_ascii_case(unit.as_str()));
        for i in roles.all(Meaning::Currency) {
            if look.columns[i].words.as_ref().is_none_or(others) {
                roles.meanings[i] = Meaning::Unknown;
            }
        }
    }
    let all = roles.all(Meaning::Currency);
    let foreign = |i: usize| words::is_foreign(&headings[i]);
    if let [only] = all[..] {
        // Beside one amount, the currency of another one says nothing of it.
        if foreign(only) {
            roles.meanings[only] = Meaning::Unknown;
        }
        return;
    }
    let money = roles.money();
    let distance = |i: usize| money.iter().map(|m| m.abs_diff(i) * 2 + usize::from(*m > i)).min().unwrap_or(usize::MAX);
    let same = all.iter().all(|i| look.same(*i, all[0]));
    let best = all.iter().copied().min_by_key(|i| (foreign(*i), !same && look.columns[*i].filled < look.rows, distance(*i)));
    for i in all {
        if Some(i) != best {
            roles.meanings[i] = Meaning::Unknown;
        }
    }
}

/// Amounts without a decimal mark anywhere may be whole, or counted in hundredths as programs do.
fn hundredths(roles: &mut Roles, headings: &[String], look: &Look, answers: &Answers) -> Result<(), Question> {
    let money = roles.money();
    if money.is_empty() {
        return Ok(());
    }
    let marked = |i: &usize| look.columns[*i].marked > 0;
    if money.iter().any(|i| words::of_hundredths(&headings[*i]).is_some()) {
        return told_hundredths(roles, &money, headings, look, answers);
    }
    if money.iter().chain(&roles.all(Meaning::Balance)).any(marked) || is_whole(roles, headings, look) {
        return Ok(());
    }
    if !look.listed && mostly_small(&money, look) {
        return Ok(());
    }
    let example = money.first().map_or("", |i| look.example(*i));
    roles.cents = are_hundredths(&format!("No amount of this table has decimals, for example {example}."), example, answers)?;
    Ok(())
}

fn are_hundredths(text: &str, example: &str, answers: &Answers) -> Result<bool, Question> {
    let question = Question::new("hundredths", format!("{text} How much is that?"))
        .choice("whole", format!("{example}, no less"))
        .choice("hundredths", format!("The hundredth part: {example} cents"));
    question.answered(answers).map(|a| a == "hundredths").ok_or(question)
}

/// Amounts below a heading that says that they are told in hundredths, which it may say of currencies that have none, or beside fees that are not.
fn told_hundredths(roles: &mut Roles, money: &[usize], headings: &[String], look: &Look, answers: &Answers) -> Result<(), Question> {
    let told = |i: &usize| look.columns[*i].marked == 0 && words::of_hundredths(&headings[*i]).is_some();
    let hundred = |row: &Vec<String>, i: usize| !words::WITHOUT_HUNDREDTHS.contains(&row[i].to_ascii_uppercase().as_str());
    let usual = roles.at(Meaning::Currency).is_none_or(|i| look.sample.iter().all(|row| hundred(row, i)));
    if money.iter().all(told) && usual && roles.at(Meaning::Fee).is_none() && !is_whole(roles, headings, look) {
        roles.cents = true;
        return Ok(());
    }
    let example = money.first().map_or("", |i| look.example(*i));
    roles.cents =
        are_hundredths(&format!("A heading of this table speaks of hundredths, for example beside {example}."), example, answers)?;
    Ok(())
}

/// Whether the amounts are of a currency that has no hundredths, or whose hundredths nobody writes.
pub(super) fn is_whole(roles: &Roles, headings: &[String], look: &Look) -> bool {
    let money = roles.money();
    let whole = |code: &str| words::WHOLE.contains(&code.to_ascii_uppercase().as_str());
    let told = roles.at(Meaning::Currency).map(|i| look.sample.iter().all(|row| whole(&row[i])));
    let named = money.iter().find_map(|i| words::currency_in(&headings[*i])).map(|unit| whole(unit.as_str()));
    let asian = money.iter().any(|i| headings[*i].chars().any(|c| c as u32 > 0x2e80));
    told.or(named).unwrap_or(asian)
}

/// Whether most amounts have one or two digits: nobody pays less than one most of the time.
fn mostly_small(money: &[usize], look: &Look) -> bool {
    let digits = |cell: &String| cell.trim_start_matches(|c: char| !matches!(c, '1'..='9')).bytes().filter(u8::is_ascii_digit).count();
    let amounts = || look.sample.iter().flat_map(|row| money.iter().map(|i| digits(&row[*i]))).filter(|n| *n > 0);
    amounts().count() >= SMALL && amounts().filter(|n| *n <= 2).count() * 2 > amounts().count()
}

/// Amounts that must be there before their size tells anything.
const SMALL: usize = 5;

/// Words beside an unsigned amount that say whether it went out or came in.
fn directions(roles: &mut Roles, headings: &[String], look: &Look, answers: &Answers) -> Result<(), Question> {
    let drop = |roles: &mut Roles| {
        for i in roles.all(Meaning::Indicator) {
            roles.meanings[i] = Meaning::Category;
        }
    };
    let Some(amount) = roles.at(Meaning::Amount) else {
        drop(roles);
        return Ok(());
    };
    let unsigned = look.columns[amount].negatives == 0;
    if roles.at(Meaning::Indicator).is_none() && unsigned {
        let says = |i: &usize| {
            let Some(words) = &look.columns[*i].words else { return false };
            let known: Vec<bool> = words.iter().filter_map(|w| words::goes_out(w)).collect();
            known.len() == words.len() && known.contains(&true) && known.contains(&false) && look.columns[*i].filled == look.rows
        };
        let texts = [Meaning::Category, Meaning::Unknown, Meaning::Text, Meaning::Status];
        if let Some(i) = texts.iter().flat_map(|m| roles.all(*m)).find(says) {
            roles.meanings[i] = Meaning::Indicator;
        }
    }
    if unsigned {
        marked_alone(roles, look);
    }
    let Some(indicator) = roles.at(Meaning::Indicator) else { return Ok(()) };
    for other in roles.all(Meaning::Indicator).into_iter().filter(|i| *i != indicator) {
        roles.meanings[other] = Meaning::Category;
    }
    // The signs say it already, or say otherwise than texts that were written for people.
    let told = words::meaning(&headings[indicator]);
    let text = told.filter(|m| matches!(m, Meaning::Text | Meaning::Party | Meaning::Reference));
    if !unsigned && (text.is_some() || agrees(look, amount, indicator)) {
        roles.meanings[indicator] = text.unwrap_or(Meaning::Category);
        return Ok(());
    }
    if let Some(word) = contradicted(look, amount, indicator) {
        let text = format!("Beside “{word}” some amounts have a minus and others have none. Does the minus mean anything?");
        let question = Question::new("direction-minus", text).choice("word", "No: the word alone says which way the money went");
        question.answered(answers).map(|_| ()).ok_or(question)?;
    }
    for word in look.columns[indicator].words.iter().flatten() {
        if let Some(out) = words::side_in(&headings[indicator], word) {
            roles.told.insert(format!("direction:{word}"), if out { "out" } else { "in" }.to_owned());
            continue;
        }
        if words::goes_out(word).is_some() {
            continue;
        }
        let question = Question::new(
            &format!("direction:{}", word.replace('/', " ")),
            format!("Some rows say “{word}”. Did money go out in these rows, or come in?"),
        )
        .choice("out", "It went out")
        .choice("in", "It came in");
        let answer = question.answered(answers).map(str::to_owned);
        roles.told.insert(format!("direction:{word}"), answer.ok_or(question)?);
    }
    Ok(())
}

/// A column that has `CR` beside some amounts and nothing beside the others: those are the other side.
fn marked_alone(roles: &mut Roles, look: &Look) {
    let free = [Meaning::Indicator, Meaning::Unknown, Meaning::Text, Meaning::Category];
    let mark = |i: usize| {
        let column = &look.columns[i];
        let word = column.words.as_ref().filter(|words| words.len() == 1 && column.filled < look.rows)?.first()?;
        [("cr", "out"), ("dr", "in")].into_iter().find_map(|(mark, others)| (word == mark).then_some(others))
    };
    let found = free.iter().flat_map(|m| roles.all(*m)).find_map(|i| mark(i).map(|others| (i, others)));
    if let Some((i, others)) = found.filter(|(i, _)| roles.at(Meaning::Indicator).is_none_or(|at| at == *i)) {
        roles.meanings[i] = Meaning::Indicator;
        roles.told.insert("direction:".to_owned(), others.to_owned());
    }
}

/// A word that stands beside amounts with a minus and without one, so that the minus may take the payment back.
fn contradicted(look: &Look, amount: usize, indicator: usize) -> Option<&str> {
    let minus = |row: &Vec<String>| row[amount].contains(['-', '\u{2212}', '(']);
    let counts = |row: &&Vec<String>| row[amount].bytes().any(|b| matches!(b, b'1'..=b'9'));
    let mut seen: BTreeMap<&str, [bool; 2]> = BTreeMap::new();
    for row in look.sample.iter().filter(counts) {
        seen.entry(&row[indicator]).or_default()[usize::from(minus(row))] = true;
    }
    seen.into_iter().find_map(|(word, signs)| (signs == [true; 2]).then_some(word))
}

/// Whether every amount has a minus where the words beside it say that money went out, and only there.
fn agrees(look: &Look, amount: usize, indicator: usize) -> bool {
    let told = |row: &Vec<String>| words::goes_out(&normal(&row[indicator]));
    let minus = |row: &Vec<String>| row[amount].contains(['-', '\u{2212}', '(']);
    look.sample.iter().filter(|row| !row[amount].is_empty()).all(|row| told(row) == Some(minus(row)))
}

/// A column that marks rows as reversed or deleted is a status, whose words are asked about.
fn flags(roles: &mut Roles, headings: &[String], look: &Look, answers: &Answers) -> Result<(), Question> {
    let free = |m: Meaning| matches!(m, Meaning::Unknown | Meaning::Text | Meaning::Category | Meaning::Indicator | Meaning::OtherMoney);
    for (i, heading) in headings.iter().enumerate() {
        let Some(words) = look.columns[i].words.as_ref().filter(|_| free(roles.meanings[i]) && words::marks_void(heading)) else {
            continue;
        };
        for word in words.iter().filter(|w| !words::is_unset(w)) {
            roles.meanings[i] = Meaning::Status;
            let text = format!("Some rows have “{word}” in the column “{heading}”. What became of these payments?");
            became(roles, word, &text, answers)?;
        }
    }
    results(roles, headings, look, answers)
}

/// A column of few words, of which one says that a payment did not happen, tells what became of the rows, whatever its heading. Where all of
/// its words are known, and the others say that payments did happen, that is certain. What was returned, or is beside `sent` and `received`,
/// may be a booking that takes another one back.
fn results(roles: &mut Roles, headings: &[String], look: &Look, answers: &Answers) -> Result<(), Question> {
    for (i, heading) in headings.iter().enumerate() {
        let free = matches!(roles.meanings[i], Meaning::Unknown | Meaning::Text | Meaning::Category);
        let Some(words) = look.columns[i].words.as_ref().filter(|words| free && words.len() > 1) else { continue };
        let void: Vec<&String> = words.iter().filter(|w| words::is_void(w)).collect();
        if void.is_empty() {
            continue;
        }
        roles.meanings[i] = Meaning::Status;
        let happened = |w: &String| words::is_booked(w) && words::goes_out(w).is_none();
        let may_be_booking = |w: &&String| words::goes_back(w) || matches!(w.as_str(), "reversed" | "reverted");
        if words.iter().all(|w| words::is_status(w)) && words.iter().any(happened) && !void.iter().any(may_be_booking) {
            continue;
        }
        for word in void {
            let text = format!("Some rows have “{word}” in the column “{heading}”. What became of these payments?");
            became(roles, word, &text, answers)?;
        }
    }
    Ok(())
}

/// The id of the question about a status.
fn of_status(word: &str) -> String {
    format!("status:{}", word.replace('/', " "))
}

/// What a word says of a payment, by the person's answer.
fn became(roles: &mut Roles, word: &str, text: &str, answers: &Answers) -> Result<(), Question> {
    let question = Question::new(&of_status(word), text)
        .choice("booked", "They happened")
        .choice("pending", "They are still waiting")
        .choice("void", "They did not happen");
    let answer = question.answered(answers).map(str::to_owned);
    roles.told.insert(format!("status:{word}"), answer.ok_or(question)?);
    Ok(())
}

/// Words of a status that must be known: a payment that was declined is none.
fn statuses(roles: &mut Roles, look: &Look, answers: &Answers) -> Result<(), Question> {
    for i in roles.all(Meaning::Status) {
        let column = &look.columns[i];
        let Some(words) = &column.words else {
            // Texts of people, or too many words to ask about: most of them say nothing of the payment.
            if column.unbooked.is_empty() {
                roles.meanings[i] = Meaning::Text;
            }
            became_all(roles, column.unbooked.iter().filter(|w| !words::is_status(w)).collect(), column.more_unbooked, answers)?;
            continue;
        };
        // One word in every row tells none apart.
        if words.len() == 1 && column.filled == look.rows && !words.iter().any(|w| words::is_void(w)) {
            roles.meanings[i] = Meaning::Category;
            continue;
        }
        became_all(roles, words.iter().filter(|w| !words::is_status(w)).collect(), false, answers)?;
    }
    Ok(())
}

/// Statuses that are asked about one by one; of more, all are asked about at once.
const EACH: usize = 3;

/// What these words say of payments, by the person's answers.
fn became_all(roles: &mut Roles, words: Vec<&String>, more: bool, answers: &Answers) -> Result<(), Question> {
    let shown: Vec<String> = words.iter().take(EACH * 2).map(|w| format!("“{w}”")).collect();
    let others = if words.len() > shown.len() || more { " and others" } else { "" };
    let text = format!("Some rows have the status {}{others}. What became of these payments?", shown.join(", "));
    let mut question = Question::new("statuses", text).choice("booked", "They all happened");
    if !more {
        question = question
            .choice("pending", "They are all still waiting")
            .choice("void", "None of them happened")
            .choice("each", "Some of this and some of that: ask about each");
    }
    let told = question.answered(answers).map(str::to_owned);
    match told.as_deref() {
        Some(all) if all != "each" => {
            roles.told.extend(words.iter().map(|word| (format!("status:{word}"), all.to_owned())));
            return Ok(());
        }
        None if words.len() > EACH && !words.iter().any(|word| answers.contains_key(&of_status(word))) => return Err(question),
        _ => {}
    }
    words
        .into_iter()
        .try_for_each(|word| became(roles, word, &format!("Some rows have the status “{word}”. What became of these payments?"), answers))
}

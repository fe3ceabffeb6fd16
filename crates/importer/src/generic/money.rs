//! Which columns of an unknown table make the amount.

use rust_decimal::Decimal;

use super::columns::{Column, Look};
use super::proof::{Amounts, Chain, Numbers, Readings, apart, complementary, newest_first};
use super::roles::Roles;
use super::stake;
use super::words::{self, Meaning};
use crate::decide::Question;
use crate::format::Answers;
use crate::table::number::Mark;

/// Asked where nothing says which of several columns counts.
const UNSURE: &str = "More than one column of this table could be the amount, or none. Which one changed your account?";
/// Links of a balance that decide against or without headings.
const LINKS: u64 = 3;

/// Gives the amount its columns, proved by the balance where there is one.
pub(super) fn assign(roles: &mut Roles, headings: &[String], look: &Look, answers: &Answers) -> Result<(), Question> {
    let date = roles.at(Meaning::Date);
    let time = date.and_then(|i| newest_first(look.sample.iter().map(|row| row[i].as_str())));
    let readings = Readings::new([look.numbers(Mark::Dot), look.numbers(Mark::Comma)], time);
    match answers.get("amount").and_then(|n| n.parse::<usize>().ok()).filter(|n| (1..=headings.len()).contains(n)) {
        Some(number) => set(roles, Amounts::One(number - 1)),
        None => by_evidence(roles, headings, look, &readings, answers)?,
    }
    let Some(amounts) = chosen(roles) else { return Ok(()) };
    let balances = balances(roles, look);
    roles.inverted = balances.iter().find_map(|b| readings.proved(amounts, *b, 1));
    unmoved(roles, amounts, look, &readings, answers)?;
    if stake::traded(headings) {
        taxes(roles, headings, look);
    }
    fees(roles, amounts, &balances, look, &readings, answers)
}

/// Asks about payments beside a balance that did not change by them: they may have been declined, or be held only.
fn unmoved(roles: &Roles, amounts: Amounts, look: &Look, readings: &Readings, answers: &Answers) -> Result<(), Question> {
    let is_booking = |nth: usize| !look.sample[nth].iter().any(|cell| words::is_balance(cell) || words::is_total(cell));
    let balances = roles.all(Meaning::Balance);
    let count = balances.into_iter().map(|balance| readings.unmoved(amounts, balance, is_booking)).max().unwrap_or(0);
    if count == 0 || !roles.all(Meaning::Status).is_empty() {
        return Ok(());
    }
    let text = format!("{count} of the amounts stand beside a balance that did not change by them. Did these payments happen?");
    let question = Question::new("unmoved", text).choice("count", "Yes: they are payments like the others");
    if question.answered(answers).is_some() { Ok(()) } else { Err(question) }
}

/// What shares brought is often told before the tax that was kept from it: such a tax is a fee like others.
fn taxes(roles: &mut Roles, headings: &[String], look: &Look) {
    for (i, heading) in headings.iter().enumerate() {
        let free = matches!(roles.meanings[i], Meaning::OtherMoney | Meaning::Unknown);
        if free && words::is_tax(heading) && look.columns[i].is_numbers() && look.columns[i].counting() > 0 {
            roles.meanings[i] = Meaning::Fee;
        }
    }
}

/// Columns that may be a balance: the named one, else any other number.
fn balances(roles: &Roles, look: &Look) -> Vec<usize> {
    let named = roles.all(Meaning::Balance);
    if !named.is_empty() {
        return named;
    }
    let money = roles.money();
    (0..look.columns.len()).filter(|i| look.columns[*i].is_money() && !money.contains(i)).collect()
}

fn chosen(roles: &Roles) -> Option<Amounts> {
    match (roles.at(Meaning::Amount), roles.at(Meaning::Debit), roles.at(Meaning::Credit)) {
        (Some(i), _, _) => Some(Amounts::One(i)),
        (None, Some(debit), Some(credit)) => Some(Amounts::Sides { debit, credit }),
        _ => None,
    }
}

/// Makes these the amount, and the others mere numbers.
fn set(roles: &mut Roles, amounts: Amounts) {
    for i in roles.money() {
        roles.meanings[i] = Meaning::OtherMoney;
    }
    match amounts {
        Amounts::One(i) => roles.meanings[i] = Meaning::Amount,
        Amounts::Sides { debit, credit } => {
            roles.meanings[debit] = Meaning::Debit;
            roles.meanings[credit] = Meaning::Credit;
        }
    }
}

fn by_evidence(roles: &mut Roles, headings: &[String], look: &Look, readings: &Readings, answers: &Answers) -> Result<(), Question> {
    let amounts = of_the_account(same_ones(roles.all(Meaning::Amount), look), headings, look);
    let filled = |columns: Vec<usize>| {
        let filled = columns.into_iter().filter(|i| look.columns[*i].filled > 0).collect::<Vec<_>>();
        same_ones(filled, look)
    };
    let (mut debits, mut credits) = (filled(roles.all(Meaning::Debit)), filled(roles.all(Meaning::Credit)));
    if amounts.is_empty() {
        // In a short file one side may have nothing yet.
        debits = if debits.is_empty() { roles.all(Meaning::Debit) } else { debits };
        credits = if credits.is_empty() { roles.all(Meaning::Credit) } else { credits };
    }
    let named = named(&amounts, &debits, &credits, roles, look, readings);
    let known = |i: usize| words::meaning(&headings[i]).is_some();
    let search = || search(roles, look, readings);
    if let Some(named) = named {
        let fails = |b: &usize| readings.proved(named, *b, 1).is_none();
        let doubtful = roles.all(Meaning::Balance).iter().any(fails);
        match doubtful.then(search).flatten() {
            Some((proved, _)) => set(roles, proved),
            None => {
                rivals(named, doubtful, roles, headings, look, readings)?;
                set(roles, named);
            }
        }
        return Ok(());
    }
    if let Some((proved, balance)) = search() {
        let proved = settled((proved, balance), roles, headings, look, readings, answers)?;
        set(roles, proved);
        if roles.at(Meaning::Balance).is_none() {
            roles.meanings[balance] = Meaning::Balance;
        }
        return Ok(());
    }
    let candidates: Vec<usize> =
        if amounts.is_empty() && debits.is_empty() && credits.is_empty() { unnamed(roles, headings) } else { roles.money() };
    match candidates[..] {
        [] => Ok(()),
        // One side alone tells its direction itself.
        [only] if amounts.is_empty() && debits.len() + credits.len() == 1 && look.columns[only].negatives == 0 => {
            one_side(only, debits.is_empty(), roles, headings, look, readings, answers)
        }
        [only] if !known(only) && !look.columns[only].is_priced() => {
            let text = "No column of this table is known to be an amount. Is it this one?";
            Err(super::which("amount", text, &candidates, headings, look))
        }
        [only] => {
            set(roles, Amounts::One(only));
            Ok(())
        }
        [a, b] if amounts.is_empty() && debits.is_empty() && readings.iter().any(|numbers| complementary(a, b, numbers)) => {
            set(roles, shared(a, b, headings, look, readings, answers)?);
            Ok(())
        }
        _ => {
            let text = "More than one column of this table could be the amount. Which one changed your account?";
            Err(super::which("amount", text, &candidates, headings, look))
        }
    }
}

/// What may be the amount where no heading says so: totals, and numbers that nobody knows, unless they count or measure something.
fn unnamed(roles: &Roles, headings: &[String]) -> Vec<usize> {
    let total = |i: usize| words::speaks_of_totals(&headings[i]);
    let free = |i: &usize| roles.meanings[*i] == Meaning::OtherMoney && (total(*i) || words::meaning(&headings[*i]).is_none());
    let all: Vec<usize> = (0..headings.len()).filter(free).collect();
    let counted = |i: &usize| !total(*i) && (words::is_label(&headings[*i]) || words::is_quantity(&headings[*i]));
    if all.iter().any(|i| !counted(i)) { all.into_iter().filter(|i| !counted(i)).collect() } else { all }
}

/// The only known side, with the other one beside it where nobody knows its heading.
fn one_side(
    only: usize,
    is_credit: bool,
    roles: &mut Roles,
    headings: &[String],
    look: &Look,
    readings: &Readings,
    answers: &Answers,
) -> Result<(), Question> {
    let mut others = other_sides(only, roles, headings, look, readings);
    match others[..] {
        [] => rivals(Amounts::One(only), true, roles, headings, look, readings),
        [other] if readings.iter().any(|numbers| apart(only, other, numbers)) => {
            set(roles, beside(only, other, is_credit, headings, look, answers)?);
            Ok(())
        }
        _ => {
            others.insert(0, only);
            Err(super::which("amount", UNSURE, &others, headings, look))
        }
    }
}

/// Columns of numbers that nobody knows and that have something only where the only known side has nothing.
fn other_sides(known: usize, roles: &Roles, headings: &[String], look: &Look, readings: &Readings) -> Vec<usize> {
    // Whole numbers are amounts where the known side has whole numbers too; elsewhere they may be labels.
    let whole = look.columns[known].marked == 0 && look.columns[known].counting() > 0;
    let number = |i: usize| roles.meanings[i] == Meaning::OtherMoney || whole && roles.meanings[i] == Meaning::Unknown;
    let unnamed = |i: usize| number(i) && words::meaning(&headings[i]).is_none();
    let free = |i: &usize| unnamed(*i) && look.columns[*i].is_numbers() && look.columns[*i].counting() > 0;
    let there = |v: Option<Decimal>| v.is_some_and(|v| !v.is_zero());
    let shares = |i: &usize| {
        let without = |row: &Vec<Option<Decimal>>| !there(row[*i]) || !there(row[known]);
        readings.iter().any(|numbers| numbers.iter().all(without) && numbers.iter().any(|row| there(row[*i])))
    };
    (0..look.columns.len()).filter(free).filter(shares).collect()
}

/// The sides where the heading of one is known that is used, unless the other one is written with a minus as money that went out is.
fn beside(known: usize, other: usize, is_credit: bool, headings: &[String], look: &Look, answers: &Answers) -> Result<Amounts, Question> {
    let sides = if is_credit { Amounts::Sides { debit: other, credit: known } } else { Amounts::Sides { debit: known, credit: other } };
    if look.columns[known].counting() > 0 && (is_credit || look.columns[other].negatives == 0) {
        return Ok(sides);
    }
    asked_for_debit(known, other, headings, look, answers)
}

fn asked_for_debit(a: usize, b: usize, headings: &[String], look: &Look, answers: &Answers) -> Result<Amounts, Question> {
    let text = "Two columns of this table share its amounts. Which one is money that went out?";
    let question = super::which("debit", text, &[a, b], headings, look);
    let out = question.answered(answers).and_then(|n| n.parse::<usize>().ok()).ok_or(question)?;
    Ok(if out == a + 1 { Amounts::Sides { debit: a, credit: b } } else { Amounts::Sides { debit: b, credit: a } })
}

/// Which side is which of two columns that share the amounts: told by the texts beside them, else by the person.
fn shared(a: usize, b: usize, headings: &[String], look: &Look, readings: &Readings, answers: &Answers) -> Result<Amounts, Question> {
    let minus = |i: usize| look.columns[i].negatives > 0 && look.columns[i].negatives == look.columns[i].counting();
    let plus = |i: usize| look.columns[i].negatives == 0 && look.columns[i].counting() > 0;
    let sides = |out: usize| if out == a { Amounts::Sides { debit: a, credit: b } } else { Amounts::Sides { debit: b, credit: a } };
    // Where one side has a minus in every row and the other one in none, that says it.
    if let Some(out) = [(a, b), (b, a)].into_iter().find_map(|(one, other)| (minus(one) && plus(other)).then_some(one)) {
        return Ok(sides(out));
    }
    if let Some(out) = readings.iter().find_map(|numbers| side_that_went_out(a, b, look, numbers)) {
        return Ok(sides(out));
    }
    asked_for_debit(a, b, headings, look, answers)
}

/// Asks where another column has as much right to be the amount: its heading says so, or the balance follows it as well.
fn rivals(named: Amounts, doubtful: bool, roles: &Roles, headings: &[String], look: &Look, readings: &Readings) -> Result<(), Question> {
    let Amounts::One(one) = named else { return Ok(()) };
    let balances = roles.all(Meaning::Balance);
    let proved = !balances.is_empty() && !doubtful;
    let free = |i: &usize| *i != one && matches!(roles.meanings[*i], Meaning::OtherMoney | Meaning::Unknown) && look.columns[*i].is_money();
    let called = |i: &usize| words::meaning(&headings[*i]).is_none() && words::speaks_of_amounts(&headings[*i]) && !look.same(*i, one);
    let more = |i: &usize| readings.iter().any(|numbers| adds_another(one, *i, roles, numbers));
    let moves = |i: &usize| doubtful && balances.iter().any(|b| readings.iter().any(|numbers| moves_with(one, *i, *b, numbers)));
    let mut found: Vec<usize> = (0..headings.len()).filter(free).filter(|i| !proved && (called(i) || more(i)) || moves(i)).collect();
    let weak = headings[one] == "value" && balances.is_empty() && !look.columns[one].is_priced();
    if found.is_empty() && !weak {
        return Ok(());
    }
    found.insert(0, one);
    Err(super::which("amount", UNSURE, &found, headings, look))
}

/// Whether one column is in every row what another one comes to with a third: an amount with its tax. Fees are asked about apart.
fn adds_another(amount: usize, total: usize, roles: &Roles, numbers: &Numbers) -> bool {
    let size = |row: &Vec<Option<Decimal>>, i: usize| row[i].unwrap_or_default().abs();
    let with = |part: usize| {
        let fits = |row: &Vec<Option<Decimal>>| size(row, amount).checked_add(size(row, part)) == Some(size(row, total));
        numbers.iter().all(fits) && numbers.iter().any(|row| !size(row, part).is_zero() && !size(row, amount).is_zero())
    };
    let free = |i: &usize| *i != amount && *i != total && roles.meanings[*i] != Meaning::Fee;
    (0..roles.meanings.len()).filter(free).any(with)
}

/// Whether a balance goes on by two columns together.
fn moves_with(one: usize, other: usize, balance: usize, numbers: &Numbers) -> bool {
    let both = |row: &[Option<Decimal>]| row[one].unwrap_or_default().checked_add(row[other].unwrap_or_default());
    let mut chain = Chain::default();
    numbers.iter().for_each(|row| chain.look(both(row), row[balance]));
    chain.inverted(LINKS).is_some()
}

/// What a balance proved without any heading, or the question where it is what somebody owes.
fn settled(
    (proved, balance): (Amounts, usize),
    roles: &Roles,
    headings: &[String],
    look: &Look,
    readings: &Readings,
    answers: &Answers,
) -> Result<Amounts, Question> {
    match proved {
        Amounts::One(one) if look.columns[one].negatives == 0 => {
            let owed = readings.iter().any(|numbers| readings.holds(proved, balance, numbers, LINKS) == Some(true));
            let mut others: Vec<usize> =
                (0..headings.len()).filter(|i| *i != one && *i != balance && look.columns[*i].is_money()).collect();
            if !owed || others.is_empty() {
                return Ok(proved);
            }
            others.insert(0, one);
            let text = "This looks like money that is owed. Which column changed your account?";
            Err(super::which("amount", text, &others, headings, look))
        }
        Amounts::Sides { debit, credit } if roles.meanings[debit] == Meaning::Credit || roles.meanings[credit] == Meaning::Debit => {
            shared(debit, credit, headings, look, readings, answers)
        }
        proved => Ok(proved),
    }
}

/// The columns that make the amount by their headings alone.
fn named(amounts: &[usize], debits: &[usize], credits: &[usize], roles: &Roles, look: &Look, readings: &Readings) -> Option<Amounts> {
    match (amounts, debits, credits) {
        ([one], [], []) => Some(Amounts::One(*one)),
        ([], [debit], [credit]) => Some(Amounts::Sides { debit: *debit, credit: *credit }),
        // The amount has no sign: the sides have.
        ([one], [debit], [credit]) if look.columns[*one].negatives == 0 && told_twice(*one, &[*debit], &[*credit], readings) => {
            Some(Amounts::Sides { debit: *debit, credit: *credit })
        }
        ([one], _, _) if told_twice(*one, &roles.all(Meaning::Debit), &roles.all(Meaning::Credit), readings) => Some(Amounts::One(*one)),
        _ => None,
    }
}

/// Texts that must say so before one of two columns is believed to be money that went out.
const SAYING: usize = 3;

/// Which of two columns that share the amounts is money out, where texts beside both of them say so and none says otherwise.
fn side_that_went_out(a: usize, b: usize, look: &Look, numbers: &Numbers) -> Option<usize> {
    let there = |row: &[Option<Decimal>], i: usize| row[i].is_some_and(|v| !v.is_zero());
    // The side a text speaks of, and which one that makes money out.
    let told = look.sample.iter().zip(numbers).filter_map(|(cells, row)| {
        let mut says = cells.iter().filter_map(|cell| words::says_out(cell));
        let out = says.next()?;
        let side = if there(row, a) { a } else { b };
        let other = if side == a { b } else { a };
        (says.all(|s| s == out) && there(row, side)).then_some((side, if out { side } else { other }))
    });
    let told: Vec<(usize, usize)> = told.collect();
    let (_, first) = *told.first()?;
    let both = [a, b].iter().all(|side| told.iter().any(|(spoken, _)| spoken == side));
    (both && told.len() >= SAYING && told.iter().all(|(_, out)| *out == first)).then_some(first)
}

/// Of several amounts the only one that is told in the account's currency; of several of one heading the one that every row has.
fn of_the_account(columns: Vec<usize>, headings: &[String], look: &Look) -> Vec<usize> {
    if let [only] = columns.iter().filter(|i| words::is_of_the_account(&headings[**i])).collect::<Vec<_>>()[..] {
        return vec![*only];
    }
    let filled = |i: &&usize| look.columns[**i].filled;
    match columns.iter().max_by_key(filled) {
        Some(fullest)
            if columns.iter().all(|i| i == fullest || headings[*i] == headings[*fullest] && filled(&i) < look.columns[*fullest].filled) =>
        {
            vec![*fullest]
        }
        _ => columns,
    }
}

/// One of several columns that hold the same.
fn same_ones(columns: Vec<usize>, look: &Look) -> Vec<usize> {
    match columns.first() {
        Some(first) if columns.iter().all(|i| look.same(*i, *first)) => vec![*first],
        _ => columns,
    }
}

/// Whether an amount is told again in a column for each side.
fn told_twice(amount: usize, debits: &[usize], credits: &[usize], readings: &Readings) -> bool {
    let there = |row: &&Vec<Option<Decimal>>| row[amount].is_some_and(|a| !a.is_zero());
    let same = |row: &Vec<Option<Decimal>>| {
        let mut values = debits.iter().chain(credits).filter_map(|i| row[*i]).map(|v| v.abs());
        let sides = values.try_fold(Decimal::ZERO, Decimal::checked_add);
        row[amount].is_some_and(|a| Some(a.abs()) == sides)
    };
    readings.iter().any(|numbers| numbers.iter().any(|row| there(&row)) && numbers.iter().filter(there).all(same))
}

/// The only columns whose numbers a balance follows.
fn search(roles: &Roles, look: &Look, readings: &Readings) -> Option<(Amounts, usize)> {
    let numeric: Vec<usize> = (0..look.columns.len()).filter(|i| look.columns[*i].is_numbers()).collect();
    let named = roles.all(Meaning::Balance);
    let balances = if named.is_empty() { &numeric } else { &named };
    let mut found: Vec<(Amounts, usize)> = Vec::new();
    for numbers in readings.iter() {
        for balance in balances {
            let free: Vec<usize> = numeric.iter().copied().filter(|i| i != balance && !named.contains(i)).collect();
            for (n, a) in free.iter().enumerate() {
                if readings.holds(Amounts::One(*a), *balance, numbers, LINKS).is_some() {
                    found.push((Amounts::One(*a), *balance));
                }
                for b in free[n + 1..].iter().filter(|b| complementary(*a, **b, numbers)) {
                    let sides = Amounts::Sides { debit: *a, credit: *b };
                    match readings.holds(sides, *balance, numbers, LINKS) {
                        Some(false) => found.push((sides, *balance)),
                        Some(true) => found.push((Amounts::Sides { debit: *b, credit: *a }, *balance)),
                        None => {}
                    }
                }
            }
        }
    }
    found.dedup();
    let same = |x: Amounts, y: Amounts| match (x, y) {
        (Amounts::One(a), Amounts::One(b)) => look.same(a, b),
        _ => x == y,
    };
    let (first, balance) = *found.first()?;
    found.iter().all(|(amounts, b)| same(*amounts, first) && *b == balance).then_some((first, balance))
}

/// Whether fees beside the amounts are part of them.
fn fees(
    roles: &mut Roles,
    amounts: Amounts,
    balances: &[usize],
    look: &Look,
    readings: &Readings,
    answers: &Answers,
) -> Result<(), Question> {
    let counting: Vec<usize> = roles.all(Meaning::Fee).into_iter().filter(|i| look.columns[*i].counting() > 0).collect();
    for i in roles.all(Meaning::Fee).into_iter().filter(|i| !counting.contains(i)) {
        roles.meanings[i] = Meaning::OtherMoney;
    }
    if counting.is_empty() || roles.inverted.is_some() {
        return Ok(());
    }
    let sum = |count: fn(&Column) -> u64| counting.iter().map(|i| count(&look.columns[*i])).sum::<u64>();
    roles.fee_negative = sum(|c| c.negatives) * 2 > sum(|c| c.counting());
    let negative = roles.fee_negative;
    let charge = |row: &[Option<Decimal>]| {
        let all = counting.iter().filter_map(|i| row[*i]).try_fold(Decimal::ZERO, Decimal::checked_add).unwrap_or_default();
        if negative { -all } else { all }
    };
    if let Some(inverted) = balances.iter().find_map(|b| readings.proved_less(amounts, charge, *b)) {
        (roles.fee_in_sum, roles.inverted) = (true, Some(inverted));
        return Ok(());
    }
    if let Amounts::One(amount) = amounts
        && let [fee] = counting[..]
        && let Some(total) = total_less_fee(amount, fee, look, readings)
    {
        set(roles, Amounts::One(total));
        return Ok(());
    }
    roles.fee_in_sum = fee_question(answers)?;
    Ok(())
}

/// Rows with a fee that must agree before a column is believed to be the amount less the fee.
const CHARGED: usize = 2;

/// The only column in which every row has its signed amount less its fee: that is what changed the account.
fn total_less_fee(amount: usize, fee: usize, look: &Look, readings: &Readings) -> Option<usize> {
    let charged = |row: &&Vec<Option<Decimal>>| row[fee].is_some_and(|f| !f.is_zero());
    let fits = |total: usize, numbers: &Numbers| {
        let less = |row: &Vec<Option<Decimal>>| row[amount]?.checked_sub(row[fee].unwrap_or_default().abs());
        numbers.iter().filter(charged).count() >= CHARGED && numbers.iter().all(|row| row[total] == less(row))
    };
    if look.columns[amount].negatives == 0 {
        return None;
    }
    let mut totals = (0..look.columns.len()).filter(|i| *i != amount && *i != fee && readings.iter().any(|numbers| fits(*i, numbers)));
    totals.next().filter(|_| totals.next().is_none())
}

fn fee_question(answers: &Answers) -> Result<bool, Question> {
    let question = Question::new("fee", "This table has fees in a column of their own. Are they part of the amounts?")
        .choice("apart", "Yes: the amount is what changed the account")
        .choice("subtract", "No: the fee comes on top of the amount");
    question.answered(answers).map(|a| a == "subtract").ok_or(question)
}

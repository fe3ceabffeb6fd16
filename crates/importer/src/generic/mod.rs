//! Tables of no known vendor: imported only where every column's meaning is certain, else asked about or left alone.
//!
//! What is certain: which column is the date, in which order its parts stand, which column is the amount, its decimal mark, and which sign
//! is money out. What is found is written into the decisions, so that the file is read the same way again.

mod columns;
mod words;

use holdall_model::{Kind, Property};

use crate::decide::{Decided, Decisions, Question};
use crate::definition::{Column as LayoutColumn, HeaderName, Role, Shape, Side, Table, Transform, Use};
use crate::detect::{Grid, grids};
use crate::error::ImportError;
use crate::format::Answers;
use crate::input::{Head, Input};
use crate::table::csv::Row;
use crate::table::layout::headings;
use crate::table::number::{self, unwrap};
use crate::table::profile::Evidence;
use crate::table::read::{Met, Plan, walk};
use columns::{BalanceProof, Column};
use words::Meaning;

/// The names under which such tables stand in a plan.
pub(crate) const VENDOR: &str = "generic";
pub(crate) const EXPORT: &str = "table";

/// Rows in which headings are looked for.
const HEADER_WITHIN: usize = 40;

/// What came of looking at an unknown table.
pub(crate) enum Found {
    Decided(Decided),
    /// Why it cannot be read with certainty.
    Not(Vec<String>),
}

/// An unknown table's headings and place.
pub(crate) struct Candidate {
    delimiter: u8,
    header_row: u64,
    headings: Vec<String>,
    preamble: String,
}

/// Finds a table with headings in the head.
pub(crate) fn candidate(head: &Head<'_>, input: &Input<'_>) -> Option<Candidate> {
    grids(head, input).iter().filter_map(in_grid).max_by_key(|c| c.headings.len())
}

fn in_grid(grid: &Grid) -> Option<Candidate> {
    let mut preamble = String::new();
    for (index, (number, cells)) in grid.rows.iter().take(HEADER_WITHIN).enumerate() {
        let names = headings(cells.iter().map(String::as_str));
        let meanings: Vec<Meaning> = names.iter().filter_map(|n| words::meaning(n)).collect();
        let dated = meanings.iter().any(|m| matches!(m, Meaning::Date | Meaning::ValueDate));
        let money = meanings.iter().any(|m| matches!(m, Meaning::Amount | Meaning::Debit | Meaning::Credit));
        if dated && money && meanings.len() * 2 >= names.iter().filter(|n| !n.is_empty()).count() && grid.rows.len() > index + 1 {
            return Some(Candidate { delimiter: grid.delimiter, header_row: *number, headings: names, preamble });
        }
        cells.iter().for_each(|c| {
            preamble.push_str(c);
            preamble.push(' ');
        });
    }
    None
}

/// Looks at the whole table and decides, asks, or says why not.
pub(crate) fn decide(candidate: &Candidate, input: &Input<'_>, name: &str, answers: &Answers) -> Result<Found, ImportError> {
    let plan = Plan { delimiter: candidate.delimiter, header_row: candidate.header_row, order: None, mark: None, inverted: None };
    let plain = table(&candidate.headings, &vec![Meaning::Text; candidate.headings.len()], Side::Positive, Side::Positive);
    let mut stats = vec![Column::new(); candidate.headings.len()];
    let mut rows = 0u64;
    walk(&plain, &plan, input, |met| {
        if let Met::Row(row) = met
            && counted(row, &stats)
        {
            rows += 1;
            (0..stats.len()).for_each(|i| stats[i].look(row.cell(i)));
        }
        Ok(())
    })?;
    if rows == 0 {
        return Ok(Found::Not(vec!["It has headings, but no rows.".to_owned()]));
    }
    let meanings = match meanings(&candidate.headings, &stats, rows) {
        Ok(meanings) => meanings,
        Err(reasons) => return Ok(Found::Not(reasons)),
    };
    settle(candidate, &meanings, &stats, plan, input, name, answers)
}

/// Whether a row belongs to the table by its width.
fn counted(row: &Row<'_>, stats: &[Column]) -> bool {
    row.damage.is_none() && row.filled_len() > 1 && row.filled_len() <= stats.len()
}

/// One meaning per column, or the reasons why they are not certain.
fn meanings(headings: &[String], stats: &[Column], rows: u64) -> Result<Vec<Meaning>, Vec<String>> {
    let mut found: Vec<Meaning> = headings.iter().zip(stats).map(|(heading, column)| by_content(words::meaning(heading), column)).collect();
    let mut reasons = Vec::new();
    let words_among_dates =
        |(heading, column): (&String, &Column)| words::meaning(heading) == Some(Meaning::Date) && column.dates > 0 && !column.is_dates();
    if headings.iter().zip(stats).any(words_among_dates) {
        reasons.push("Some of its rows have words where the others have a date.".to_owned());
    }
    let all = |found: &[Meaning], wanted: Meaning| (0..found.len()).filter(|i| found[*i] == wanted).collect::<Vec<_>>();
    if all(&found, Meaning::Date).is_empty()
        && let Some(first) = all(&found, Meaning::ValueDate).first()
    {
        found[*first] = Meaning::Date;
    }
    let dates = all(&found, Meaning::Date);
    dates.iter().skip(1).for_each(|i| found[*i] = Meaning::ValueDate);
    match dates.first() {
        None => reasons.push("No column of it holds dates.".to_owned()),
        Some(date) if stats[*date].filled * 10 < rows * 9 => reasons.push("Many of its rows have no date.".to_owned()),
        Some(_) => {}
    }
    let amounts = all(&found, Meaning::Amount);
    let sides = (all(&found, Meaning::Debit).len(), all(&found, Meaning::Credit).len());
    match (amounts.len(), sides) {
        (1, (0, 0)) if stats[amounts[0]].filled * 10 < rows * 9 => reasons.push("Many of its rows have no amount.".to_owned()),
        (1, (0, 0)) | (0, (1, 1)) => {}
        (0, (0, 0)) => reasons.push("No column of it holds amounts.".to_owned()),
        _ => reasons.push("More than one of its columns could be the amount.".to_owned()),
    }
    if (0..found.len()).any(|i| found[i] == Meaning::Fee && stats[i].numbers > stats[i].zeros) {
        reasons.push("It has fees, and does not say whether the amounts include them.".to_owned());
    }
    for i in all(&found, Meaning::Status) {
        let known = stats[i].words.as_ref().is_some_and(|words| words.iter().all(|w| words::is_status(w)));
        if stats[i].filled > 0 && !known {
            reasons.push("Its rows have a status in words that are not known.".to_owned());
        }
    }
    for i in all(&found, Meaning::Indicator) {
        let known = stats[i].words.as_ref().is_some_and(|words| words.iter().all(|w| words::goes_out(w).is_some()));
        if !known || stats[i].filled < rows || amounts.is_empty() {
            reasons.push("It says in words that are not known whether money came in or went out.".to_owned());
        }
    }
    if reasons.is_empty() { Ok(found) } else { Err(reasons) }
}

/// A heading's meaning, held against what the cells are.
fn by_content(told: Option<Meaning>, column: &Column) -> Meaning {
    match told {
        Some(Meaning::Date | Meaning::ValueDate) if column.filled > 0 && !column.is_dates() => {
            if column.is_currencies() {
                Meaning::Currency
            } else {
                Meaning::Text
            }
        }
        Some(Meaning::Amount) if column.is_dates() => Meaning::ValueDate,
        Some(Meaning::Debit | Meaning::Credit) if column.filled == 0 => told.unwrap_or(Meaning::Text),
        Some(Meaning::Amount | Meaning::Debit | Meaning::Credit | Meaning::Balance) if !column.is_numbers() => Meaning::Text,
        Some(Meaning::Currency) if !column.is_currencies() => Meaning::Text,
        // A column of debit and credit words, whatever its heading.
        Some(Meaning::Category | Meaning::Text) if is_indicator(column) => Meaning::Indicator,
        Some(meaning) => meaning,
        None if is_indicator(column) => Meaning::Indicator,
        // An unnamed column of numbers with decimals may be the true amount.
        None if column.is_numbers() && column.marked > 0 => Meaning::OtherMoney,
        None => Meaning::Text,
    }
}

fn is_indicator(column: &Column) -> bool {
    let Some(words) = &column.words else { return false };
    words.len() == 2 && column.numbers == 0 && words.iter().all(|w| words::goes_out(w).is_some())
}

fn settle(
    candidate: &Candidate,
    meanings: &[Meaning],
    stats: &[Column],
    mut plan: Plan,
    input: &Input<'_>,
    name: &str,
    answers: &Answers,
) -> Result<Found, ImportError> {
    let at = |wanted: Meaning| meanings.iter().position(|m| *m == wanted);
    let (side_debit, side_credit) = (side(at(Meaning::Debit).map(|i| &stats[i])), side(at(Meaning::Credit).map(|i| &stats[i])));
    let layout = table(&candidate.headings, meanings, side_debit, side_credit);
    let mut evidence = Evidence::default();
    let mut total_with_amount = false;
    walk(&layout, &plan, input, |met| {
        let Met::Row(row) = met else { return Ok(()) };
        if counted(row, stats) {
            for (i, meaning) in meanings.iter().enumerate() {
                match meaning {
                    Meaning::Date | Meaning::ValueDate => evidence.date(row.cell(i)),
                    Meaning::Amount | Meaning::Debit | Meaning::Credit | Meaning::Balance => evidence.number(row.cell(i)),
                    Meaning::Text | Meaning::Party | Meaning::Category => {
                        total_with_amount |= words::is_total(row.cell(i)) && booked(row, meanings)
                    }
                    _ => {}
                }
            }
        }
        Ok(())
    })?;
    if total_with_amount {
        return Ok(Found::Not(vec!["Some of its rows look like totals or balances and not like bookings.".to_owned()]));
    }
    match evidence.order(answers) {
        Ok(order) => plan.order = Some(order),
        Err(question) => return Ok(Found::Decided(Decided::Ask(question))),
    }
    match evidence.mark(answers) {
        Ok(mark) => plan.mark = Some(mark),
        Err(question) => return Ok(Found::Decided(Decided::Ask(question))),
    }
    let proved = prove(&layout, &plan, meanings, (side_debit, side_credit), input)?;
    let cards = words::speaks_of_cards(name)
        || words::speaks_of_cards(&candidate.preamble)
        || candidate.headings.iter().any(|h| words::speaks_of_cards(h) && words::meaning(h) != Some(Meaning::Credit));
    match sign(meanings, stats, proved, cards, answers) {
        Ok(inverted) => plan.inverted = Some(inverted),
        Err(question) => return Ok(Found::Decided(Decided::Ask(question))),
    }
    let mut decisions = Decisions::default();
    plan.to_decisions(&mut decisions);
    store(&mut decisions, candidate, meanings, side_debit, side_credit);
    Ok(Found::Decided(Decided::Ready(decisions)))
}

fn booked(row: &Row<'_>, meanings: &[Meaning]) -> bool {
    let filled = |wanted: &[Meaning]| (0..meanings.len()).any(|i| wanted.contains(&meanings[i]) && !unwrap(row.cell(i)).is_empty());
    filled(&[Meaning::Date]) && filled(&[Meaning::Amount, Meaning::Debit, Meaning::Credit])
}

/// How a side's numbers are signed: as most of them are.
fn side(column: Option<&Column>) -> Side {
    match column {
        Some(column) if column.negatives * 2 > column.numbers - column.zeros => Side::Negative,
        _ => Side::Positive,
    }
}

/// Holds amounts against the balance column, if there is one. `Some(inverted)` where that proves the sign.
fn prove(layout: &Table, plan: &Plan, meanings: &[Meaning], sides: (Side, Side), input: &Input<'_>) -> Result<Option<bool>, ImportError> {
    let at = |wanted: Meaning| meanings.iter().position(|m| *m == wanted);
    let Some(balance) = at(Meaning::Balance) else { return Ok(None) };
    if at(Meaning::Indicator).is_some() {
        return Ok(None);
    }
    let mark = plan.mark.unwrap_or(number::Mark::Dot);
    let value = |row: &Row<'_>, i: Option<usize>| i.and_then(|i| number::parse(unwrap(row.cell(i)), mark).ok()).map(|a| a.value);
    let signed = |value: rust_decimal::Decimal, side: Side| if side == Side::Negative { -value } else { value };
    let mut proof = BalanceProof::default();
    walk(layout, plan, input, |met| {
        let Met::Row(row) = met else { return Ok(()) };
        let amount = value(row, at(Meaning::Amount)).or_else(|| {
            let debit = value(row, at(Meaning::Debit)).map(|v| -signed(v, sides.0));
            let credit = value(row, at(Meaning::Credit)).map(|v| signed(v, sides.1));
            match (debit, credit) {
                (None, None) => None,
                (a, b) => Some(a.unwrap_or_default() + b.unwrap_or_default()),
            }
        });
        match (amount, value(row, Some(balance))) {
            (Some(amount), Some(balance)) => proof.look(amount, balance),
            _ => proof.skip(),
        }
        Ok(())
    })?;
    Ok(proof.inverted())
}

/// Whether a minus is money in, or the question about it.
fn sign(meanings: &[Meaning], stats: &[Column], proved: Option<bool>, cards: bool, answers: &Answers) -> Result<bool, Question> {
    let at = |wanted: Meaning| meanings.iter().position(|m| *m == wanted);
    if at(Meaning::Indicator).is_some() {
        return Ok(false);
    }
    let ask = || {
        let question = Question::sign();
        question.answered(answers).map(|a| a == "inverted").ok_or(question)
    };
    let Some(amount) = at(Meaning::Amount) else {
        // Two columns say themselves which is which, unless the balance disagrees.
        return if proved == Some(true) { ask() } else { Ok(false) };
    };
    let column = &stats[amount];
    match proved {
        // What is owed on a card grows with every purchase.
        Some(inverted) if !cards => Ok(inverted),
        // Most bookings of an account are expenses.
        None if !cards && column.negatives * 2 >= column.numbers - column.zeros && column.negatives > 0 => Ok(false),
        _ => ask(),
    }
}

fn store(decisions: &mut Decisions, candidate: &Candidate, meanings: &[Meaning], debit: Side, credit: Side) {
    decisions.set("columns", meanings.iter().map(|m| m.name()).collect::<Vec<_>>().join(","));
    decisions.set("headings", candidate.headings.join("\u{1f}"));
    decisions.set("debit-side", if debit == Side::Negative { "negative" } else { "positive" });
    decisions.set("credit-side", if credit == Side::Negative { "negative" } else { "positive" });
}

/// The layout that was found, from the decisions it was written into.
pub(crate) fn stored(decisions: &Decisions) -> Option<Table> {
    let meanings: Vec<Meaning> = decisions.fact("columns")?.split(',').map(Meaning::named).collect::<Option<_>>()?;
    let headings: Vec<String> = decisions.fact("headings")?.split('\u{1f}').map(str::to_owned).collect();
    let side = |name| if decisions.fact(name) == Some("negative") { Side::Negative } else { Side::Positive };
    (headings.len() == meanings.len()).then(|| table(&headings, &meanings, side("debit-side"), side("credit-side")))
}

/// A layout with these columns, in the file's own order.
fn table(headings: &[String], meanings: &[Meaning], debit: Side, credit: Side) -> Table {
    let mut titled = false;
    let columns = headings.iter().zip(meanings).map(|(heading, meaning)| column(heading, *meaning, &mut titled)).collect();
    let owned = |words: &[&str]| words.iter().map(|w| (*w).to_owned()).collect();
    let unit = meanings
        .iter()
        .zip(headings)
        .filter(|(m, _)| matches!(m, Meaning::Amount | Meaning::Debit | Meaning::Credit | Meaning::Balance))
        .find_map(|(_, h)| words::currency_in(h));
    Table {
        columns,
        unit,
        debit,
        credit,
        order: None,
        decimal: None,
        inverted: None,
        out_words: owned(words::OUT),
        in_words: owned(words::IN),
        pending: words::pending().map(str::to_owned).collect(),
        void: words::void().map(str::to_owned).collect(),
        ..Table::empty(Kind::BankTransaction)
    }
}

fn column(heading: &str, meaning: Meaning, titled: &mut bool) -> LayoutColumn {
    let property = |name: &str| Property::named(name).map_or(Role::Words, Role::Property);
    let role = match meaning {
        Meaning::Date => Role::Moment,
        Meaning::ValueDate => property("valueDate"),
        Meaning::Amount => Role::Amount,
        Meaning::Debit => Role::Debit,
        Meaning::Credit => Role::Credit,
        Meaning::Balance => property("balance"),
        Meaning::Currency => Role::Unit,
        Meaning::Text if words::meaning(heading) == Some(Meaning::Text) && !*titled => {
            *titled = true;
            Role::Title
        }
        Meaning::Party => Role::Party,
        Meaning::Account => Role::Account,
        Meaning::Category => property("category"),
        Meaning::Reference => property("reference"),
        Meaning::Status => Role::Status,
        Meaning::Indicator => Role::Indicator,
        Meaning::Text | Meaning::Fee | Meaning::OtherMoney => Role::Words,
    };
    LayoutColumn {
        uses: vec![Use { role, transform: Transform::None, unit: None }],
        optional: false,
        names: vec![HeaderName::exact(heading)],
        shape: Shape::Any,
    }
}

//! What banks write around the bookings of a statement: totals, balances, the account's number and its currency.

use std::sync::{Arc, OnceLock};

use holdall_model::{Kind, Property};

use super::words;
use crate::definition::{Condition, Role, SkipRule, Table, Test, WordList};

const ACCOUNT: &[&str] = &[
    "iban",
    "account number",
    "account no",
    "account",
    "kontonummer",
    "konto",
    "compte",
    "cuenta",
    "conto",
    "rekening",
    "konto nr",
    "rachunek",
];

const CURRENCY: &[&str] =
    &["currency", "account currency", "währung", "kontowährung", "devise", "moneda", "divisa", "moeda", "munt", "valuta", "waluta", "měna"];

/// Lets a layout leave out totals and balances, and read the account and its currency from the lines before the table, by the words
/// that banks use for them in many languages.
pub(crate) fn read_as_statement(table: &mut Table) {
    table.account_labels.extend(owned(ACCOUNT));
    table.unit_labels.extend(owned(CURRENCY));
    table.skip.extend(no_bookings(table));
}

/// Totals and balances are no bookings: told by their words, where a booking's date or amount is missing.
fn no_bookings(table: &Table) -> Vec<SkipRule> {
    let category = Property::named("category").map(Role::Property);
    let all = |wanted: &dyn Fn(Role) -> bool| -> Vec<usize> {
        (0..table.columns.len()).filter(|i| table.columns[*i].uses.iter().any(|usage| wanted(usage.role))).collect()
    };
    let dates = all(&|role| role == Role::Moment);
    let Some(date) = dates.first().copied().filter(|_| table.kind == Kind::BankTransaction) else { return Vec::new() };
    let money = all(&|role| matches!(role, Role::Amount | Role::Debit | Role::Credit));
    let texts = all(&|role| matches!(role, Role::Title | Role::Party | Role::Words) || Some(role) == category);
    let (totals, balances) = lists();
    let rule = |why, when| SkipRule { why, when };
    let none = &Arc::default();
    let mut rules = vec![rule("total", vec![condition(date, Test::Starts, totals)])];
    for i in texts {
        rules.push(rule("balance", vec![condition(i, Test::Is, balances)]));
        rules.push(rule("total", vec![condition(date, Test::Empty, none), condition(i, Test::Starts, totals)]));
        let unpaid = money.iter().map(|i| condition(*i, Test::Empty, none));
        rules.push(rule("balance", std::iter::once(condition(i, Test::Starts, totals)).chain(unpaid).collect()));
    }
    rules
}

/// Words of totals and balances, and those of balances alone: one copy for all layouts.
fn lists() -> (&'static Arc<WordList>, &'static Arc<WordList>) {
    static LISTS: OnceLock<(Arc<WordList>, Arc<WordList>)> = OnceLock::new();
    let (totals, balances) = LISTS.get_or_init(|| {
        let balances = words::list("balance");
        (Arc::new(words::list("total").iter().chain(balances).collect()), Arc::new(balances.iter().collect()))
    });
    (totals, balances)
}

pub(super) fn condition(column: usize, test: Test, words: &Arc<WordList>) -> Condition {
    Condition { column, test, words: words.clone() }
}

fn owned(words: &[&str]) -> Vec<String> {
    words.iter().map(|w| (*w).to_owned()).collect()
}

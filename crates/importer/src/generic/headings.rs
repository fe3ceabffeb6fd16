//! What a column's heading means.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::words::{Meaning, currency_word};

/// Headings by meaning; the file is data.
fn headings() -> &'static HashMap<&'static str, Meaning> {
    static HEADINGS: OnceLock<HashMap<&str, Meaning>> = OnceLock::new();
    HEADINGS.get_or_init(|| {
        let lines = include_str!("headings.tsv").lines().filter(|l| !l.starts_with('#')).filter_map(|l| l.split_once('\t'));
        let known = lines.filter_map(|(name, list)| Meaning::named(name).map(|meaning| (meaning, list)));
        known.flat_map(|(meaning, list)| list.split('|').map(move |heading| (heading, meaning))).collect()
    })
}

/// What a normalised heading means; `None` for an unknown one.
pub(crate) fn meaning(heading: &str) -> Option<Meaning> {
    if let Some((outer, inner)) =
        heading.rsplit_once('.').filter(|(outer, inner)| !outer.is_empty() && !inner.is_empty() && !inner.starts_with(' '))
    {
        return nested(meaning(outer), meaning(inner)).or_else(|| headings().get(heading).copied());
    }
    let exact = |text: &str| headings().get(text).copied();
    let fee = || heading.split(|c: char| !c.is_alphabetic()).any(|w| exact(w) == Some(Meaning::Fee)).then_some(Meaning::Fee);
    // Marks around a heading say nothing of its meaning: `#kwota`, `tutar*`.
    let heading = heading.trim_matches(['#', '*']).trim();
    let known = exact(heading).or_else(|| exact(without_currency(heading).as_str())).or_else(fee);
    known.or_else(|| run_together().get(heading).copied()).or_else(|| of_hundredths(heading).and_then(exact))
}

/// `amount_cents`, `amount (minor units)` without what says that hundredths are told.
pub(crate) fn of_hundredths(heading: &str) -> Option<&str> {
    const NAMES: &[&str] =
        &["cents", "cent", "minor units", "minor unit", "minor", "pence", "centimes", "centavos", "céntimos", "minor_units"];
    let bare = heading.strip_suffix(')').unwrap_or(heading);
    let before = NAMES.iter().find_map(|name| bare.strip_suffix(name)?.strip_suffix(['_', ' ', '(']))?;
    let before = before.trim_end_matches(['_', ' ', '(']);
    let before = before.strip_suffix("in").and_then(|rest| rest.strip_suffix(['_', ' ', '('])).unwrap_or(before);
    Some(before.trim_end_matches(['_', ' ', '('])).filter(|rest| !rest.is_empty())
}

/// Headings of several words as programs write them: `accountbalance`. What makes the amount is not guessed in this way.
fn run_together() -> &'static HashMap<String, Meaning> {
    static HEADINGS: OnceLock<HashMap<String, Meaning>> = OnceLock::new();
    HEADINGS.get_or_init(|| {
        let several = headings().iter().filter(|(heading, meaning)| heading.is_ascii() && heading.contains(' ') && !meaning.is_money());
        let mut joined: HashMap<String, Option<Meaning>> = HashMap::new();
        for (heading, meaning) in several {
            let known = joined.entry(heading.replace(' ', "")).or_insert(Some(*meaning));
            *known = known.filter(|m| m == meaning);
        }
        joined.into_iter().filter_map(|(heading, meaning)| meaning.map(|m| (heading, m))).collect()
    })
}

/// `balance.amount` is a balance, `merchant.name` a party, and `merchant.amount` nobody knows what.
fn nested(outer: Option<Meaning>, inner: Option<Meaning>) -> Option<Meaning> {
    match (outer, inner) {
        (Some(outer), Some(Meaning::Amount))
            if outer.is_money() || matches!(outer, Meaning::Balance | Meaning::Fee | Meaning::OtherMoney) =>
        {
            Some(outer)
        }
        (Some(Meaning::Balance | Meaning::Fee | Meaning::OtherMoney), Some(Meaning::Currency)) => None,
        (_, Some(Meaning::Amount | Meaning::Debit | Meaning::Credit)) if outer.is_none_or(|o| !matches!(o, Meaning::Text)) => None,
        (Some(Meaning::Party), Some(Meaning::Account | Meaning::Reference)) => None,
        (Some(Meaning::Category | Meaning::Account | Meaning::Status), Some(Meaning::Party)) => outer,
        (_, inner) => inner,
    }
}

/// `betrag (eur)`, `amount in chf`, `saldo chf`, `bedrag €` without their currency.
fn without_currency(heading: &str) -> String {
    let bare = heading.trim_end_matches([')', ']', '）']);
    if let Some((before, inside)) = bare.rsplit_once(['(', '[', '（']).filter(|_| bare.len() < heading.len()) {
        let inside = inside.trim();
        let inside = inside.strip_prefix("in ").unwrap_or(inside);
        if currency_word(inside) {
            return before.trim().to_owned();
        }
    }
    match heading.rsplit_once(' ') {
        Some((before, last)) if currency_word(last) => {
            let before = before.strip_suffix(" in").or_else(|| before.strip_suffix(" en")).unwrap_or(before);
            before.trim().to_owned()
        }
        _ => heading.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_heading_has_one_meaning_and_is_written_as_headings_are_compared() {
        let lines = include_str!("headings.tsv").lines().filter(|l| !l.starts_with('#'));
        let mut seen = HashMap::new();
        for (name, heading) in lines.filter_map(|l| l.split_once('\t')).flat_map(|(n, list)| list.split('|').map(move |h| (n, h))) {
            assert!(Meaning::named(name).is_some(), "{name} is no meaning");
            assert_eq!(crate::definition::normal(heading), heading);
            assert_eq!(seen.insert(heading, name), None, "{heading} stands twice");
        }
    }

    #[test]
    fn headings_of_hundredths_mean_what_they_mean_without_that() {
        for heading in ["amount_cents", "amount (cents)", "amount in cents", "amount (in pence)", "amount (minor units)", "amount_minor"] {
            assert_eq!((of_hundredths(heading), meaning(heading)), (Some("amount"), Some(Meaning::Amount)), "{heading}");
        }
        for heading in ["percents", "cents", "amount", "accents"] {
            assert_eq!(of_hundredths(heading), None, "{heading}");
        }
    }

    #[test]
    fn words_that_run_together_mean_what_they_mean_apart() {
        assert_eq!(meaning("accountbalance"), Some(Meaning::Balance));
        assert_eq!(meaning("transactiondate"), Some(Meaning::Date));
        assert_eq!(meaning("cheesebalance"), None);
        assert_eq!((meaning("net amount"), meaning("netamount")), (Some(Meaning::Amount), None), "a sum of a statement may be called so");
    }
}

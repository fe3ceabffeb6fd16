//! What headings and words of unknown tables mean, in the languages banks write them in.

use std::collections::HashMap;
use std::sync::OnceLock;

/// What a column of an unknown table may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Meaning {
    Date,
    /// A second date that does not decide when it happened.
    ValueDate,
    Amount,
    Debit,
    Credit,
    Balance,
    Currency,
    Text,
    Party,
    Account,
    Category,
    Reference,
    Status,
    Indicator,
    Fee,
    /// Money that is not the booked amount: foreign, original, tax.
    OtherMoney,
}

/// Their names in the data and in decisions.
const NAMES: [(Meaning, &str); 16] = [
    (Meaning::Date, "date"),
    (Meaning::ValueDate, "value-date"),
    (Meaning::Amount, "amount"),
    (Meaning::Debit, "debit"),
    (Meaning::Credit, "credit"),
    (Meaning::Balance, "balance"),
    (Meaning::Currency, "currency"),
    (Meaning::Text, "text"),
    (Meaning::Party, "party"),
    (Meaning::Account, "account"),
    (Meaning::Category, "category"),
    (Meaning::Reference, "reference"),
    (Meaning::Status, "status"),
    (Meaning::Indicator, "indicator"),
    (Meaning::Fee, "fee"),
    (Meaning::OtherMoney, "other"),
];

impl Meaning {
    pub fn named(name: &str) -> Option<Self> {
        NAMES.iter().find(|(_, n)| *n == name).map(|(meaning, _)| *meaning)
    }

    pub fn name(self) -> &'static str {
        NAMES.iter().find(|(meaning, _)| *meaning == self).map_or("text", |(_, name)| *name)
    }
}

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
    let exact = |text: &str| headings().get(text).copied();
    exact(heading).or_else(|| exact(without_currency(heading).as_str()))
}

/// `betrag (eur)`, `amount in chf`, `saldo chf`, `bedrag €` without their currency.
fn without_currency(heading: &str) -> String {
    let bare = heading.trim_end_matches([')', ']']);
    for (open, _) in [(" (", ')'), (" [", ']'), ("(", ')')] {
        if let Some((before, inside)) = bare.rsplit_once(open)
            && currency_word(inside)
        {
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

fn currency_word(word: &str) -> bool {
    matches!(word, "€" | "£" | "$") || CURRENCIES.contains(&word.to_ascii_uppercase().as_str())
}

/// The currency a heading names, if it does.
pub(crate) fn currency_in(heading: &str) -> Option<holdall_model::Unit> {
    heading.split(|c: char| !(c.is_alphabetic() || matches!(c, '€' | '£'))).filter(|w| !w.is_empty()).find_map(|word| match word {
        "€" => "EUR".parse().ok(),
        "£" => "GBP".parse().ok(),
        word if CURRENCIES.contains(&word.to_ascii_uppercase().as_str()) => word.to_ascii_uppercase().parse().ok(),
        _ => None,
    })
}

/// Codes that may stand in a heading. Words of three letters that are no currency must not be taken for one.
pub(crate) const CURRENCIES: &[&str] = &[
    "EUR", "USD", "GBP", "CHF", "CAD", "AUD", "NZD", "JPY", "CNY", "HKD", "SGD", "SEK", "NOK", "DKK", "ISK", "PLN", "CZK", "HUF", "RON",
    "BGN", "HRK", "RSD", "TRY", "RUB", "UAH", "ILS", "AED", "SAR", "INR", "IDR", "MYR", "THB", "PHP", "VND", "KRW", "TWD", "ZAR", "NGN",
    "KES", "EGP", "MAD", "BRL", "ARS", "CLP", "COP", "MXN", "PEN", "UYU", "MVR", "PKR", "BDT", "LKR", "QAR", "KWD", "BHD", "OMR",
];

/// Whether a text has to do with a card, where a purchase is often written without a minus.
pub(crate) fn speaks_of_cards(text: &str) -> bool {
    const WORDS: &[&str] = &[
        "card",
        "karte",
        "kreditkort",
        "kredit",
        "carte",
        "tarjeta",
        "carta",
        "cartão",
        "cartao",
        "credit",
        "visa",
        "mastercard",
        "amex",
        "merchant",
        "händler",
        "kort",
        "karta",
        "kaart",
        "cardholder",
        "karteninhaber",
    ];
    let lower = text.to_lowercase();
    lower.split(|c: char| !c.is_alphanumeric()).any(|word| WORDS.iter().any(|w| word.ends_with(w) || word.starts_with(w)))
}

/// Whether a whole cell names a total or a balance instead of a booking.
pub(crate) fn is_total(cell: &str) -> bool {
    const WORDS: &[&str] = &[
        "total",
        "totals",
        "grand total",
        "summe",
        "gesamt",
        "gesamtsumme",
        "umsatztotal",
        "somme",
        "totale",
        "suma",
        "totaal",
        "saldo",
        "balance",
        "opening balance",
        "closing balance",
        "beginning balance",
        "ending balance",
        "balance brought forward",
        "balance carried forward",
        "anfangssaldo",
        "endsaldo",
        "alter kontostand",
        "neuer kontostand",
        "kontostand",
        "saldovortrag",
        "solde",
        "solde initial",
        "solde final",
        "ancien solde",
        "nouveau solde",
        "saldo iniziale",
        "saldo finale",
        "saldo inicial",
        "saldo final",
        "beginsaldo",
        "eindsaldo",
        "start balance",
        "end balance",
        "brought forward",
        "carried forward",
        "previous balance",
    ];
    // Most cells are longer than any of these, or hold digits.
    if cell.len() > 40 || cell.bytes().any(|b| b.is_ascii_digit()) {
        return false;
    }
    let text = crate::definition::normal(cell);
    WORDS.contains(&text.trim_end_matches(':').trim())
}

/// Words of an indicator for money out, and for money in.
pub(crate) const OUT: &[&str] =
    &["debit", "dr", "d", "dbit", "s", "soll", "af", "out", "-", "debet", "débit", "debito", "db", "cargo", "outgoing", "withdrawal"];
pub(crate) const IN: &[&str] =
    &["credit", "cr", "c", "crdt", "h", "haben", "bij", "in", "+", "kredit", "crédit", "credito", "abono", "incoming", "deposit"];

/// `Some(true)` for money out; `None` for a word that is not known.
pub(crate) fn goes_out(word: &str) -> Option<bool> {
    if OUT.contains(&word) { Some(true) } else { IN.contains(&word).then_some(false) }
}

/// Words of a status, between bars.
const BOOKED: &str = "completed|complete|posted|booked|cleared|settled|success|successful|gebucht|done|comptabilisé|contabilizzato|effettuato|\
    reconciled|geboekt|bokført|utført|executed|accepted|paid|ok|finished";
const PENDING: &str = "pending|vorgemerkt|offen|en attente|pendiente|in sospeso|authorised|authorized|reserved|processing|ausstehend";
const VOID: &str =
    "declined|failed|cancelled|canceled|reversed|reverted|rejected|storniert|abgelehnt|annulé|void|voided|expired|returned|denied";

/// The words for what is not final, and for what did not happen.
pub(crate) fn pending() -> impl Iterator<Item = &'static str> {
    PENDING.split('|')
}

pub(crate) fn void() -> impl Iterator<Item = &'static str> {
    VOID.split('|')
}

/// Whether a status is one that is known.
pub(crate) fn is_status(word: &str) -> bool {
    word.is_empty() || BOOKED.split('|').chain(pending()).chain(void()).any(|w| w == word)
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
    fn a_currency_behind_a_heading_does_not_hide_its_meaning() {
        for heading in ["betrag (eur)", "amount in chf", "saldo chf", "betrag €", "withdrawals (sgd)"] {
            assert!(meaning(heading).is_some(), "{heading}");
            assert!(currency_in(heading).is_some(), "{heading}");
        }
        assert_eq!(meaning("amount of cheese"), None);
    }
}

//! What headings and words of unknown tables mean, in the languages banks write them in.

use std::collections::HashMap;
use std::sync::OnceLock;

use holdall_model::Kind;

pub(crate) use super::headings::{meaning, of_hundredths};

/// What a column of an unknown table may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Meaning {
    Date,
    /// A second date that does not decide when it happened.
    ValueDate,
    /// Time of day that belongs to the date beside it.
    Time,
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
    /// Nothing tells: kept for search.
    Unknown,
}

/// Their names in the data and in decisions.
const NAMES: [(Meaning, &str); 18] = [
    (Meaning::Date, "date"),
    (Meaning::ValueDate, "value-date"),
    (Meaning::Time, "time"),
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
    (Meaning::Unknown, "unknown"),
];

impl Meaning {
    pub fn named(name: &str) -> Option<Self> {
        NAMES.iter().find(|(_, n)| *n == name).map(|(meaning, _)| *meaning)
    }

    /// Every name, as a person may write it.
    pub fn names() -> impl Iterator<Item = &'static str> {
        NAMES.iter().map(|(_, name)| *name)
    }

    /// Whether its numbers make the amount.
    pub fn is_money(self) -> bool {
        matches!(self, Self::Amount | Self::Debit | Self::Credit)
    }

    pub fn name(self) -> &'static str {
        NAMES.iter().find(|(meaning, _)| *meaning == self).map_or("text", |(_, name)| *name)
    }
}

/// Whether a word is the sign, the name or the code of a currency.
pub(super) fn currency_word(word: &str) -> bool {
    list("currency").contains(&word) || CURRENCIES.contains(&word.to_ascii_uppercase().as_str())
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

/// Currencies that have no hundredths, or whose hundredths nobody writes.
pub(crate) const WHOLE: &[&str] =
    &["JPY", "KRW", "VND", "CLP", "ISK", "HUF", "IDR", "PYG", "UGX", "RWF", "XAF", "XOF", "XPF", "COP", "TWD"];

/// Currencies whose smallest coin is not the hundredth part, or that are counted in no coins at all.
pub(crate) const WITHOUT_HUNDREDTHS: &[&str] = &[
    "JPY", "KRW", "VND", "CLP", "ISK", "HUF", "IDR", "PYG", "UGX", "RWF", "XAF", "XOF", "XPF", "COP", "TWD", "KWD", "BHD", "OMR", "JOD",
    "TND", "IQD", "LYD", "BTC", "ETH", "XBT",
];

/// Codes that may stand in a heading. Words of three letters that are no currency must not be taken for one.
pub(crate) const CURRENCIES: &[&str] = &[
    "EUR", "USD", "GBP", "CHF", "CAD", "AUD", "NZD", "JPY", "CNY", "HKD", "SGD", "SEK", "NOK", "DKK", "ISK", "PLN", "CZK", "HUF", "RON",
    "BGN", "HRK", "RSD", "TRY", "RUB", "UAH", "ILS", "AED", "SAR", "INR", "IDR", "MYR", "THB", "PHP", "VND", "KRW", "TWD", "ZAR", "NGN",
    "KES", "EGP", "MAD", "BRL", "ARS", "CLP", "COP", "MXN", "PEN", "UYU", "MVR", "PKR", "BDT", "LKR", "QAR", "KWD", "BHD", "OMR",
];

/// Whether a heading that nobody knows has a word for an amount in it.
pub(crate) fn speaks_of_amounts(heading: &str) -> bool {
    const WORDS: &[&str] = &[
        "amount",
        "betrag",
        "montant",
        "importe",
        "importo",
        "valor",
        "bedrag",
        "belopp",
        "beløb",
        "beløp",
        "kwota",
        "částka",
        "suma",
        "summa",
        "сумма",
        "сума",
        "tutar",
        "ποσό",
        "iznos",
        "összeg",
        "金額",
        "金额",
        "금액",
        "סכום",
        "المبلغ",
    ];
    !is_foreign(heading) && WORDS.iter().any(|word| heading.contains(word))
}

/// Whether a heading of an amount says that it is told in the account's own currency.
pub(crate) fn is_of_the_account(heading: &str) -> bool {
    list("account-currency").iter().any(|part| heading.contains(part))
}

/// Whether a table names its amounts in a language of the European continent.
pub(crate) fn is_continental(headings: &[String]) -> bool {
    headings.iter().any(|h| list("continental").iter().any(|word| h.contains(word)))
}

/// Whether a text has to do with a card, where a purchase is often written without a minus.
pub(crate) fn speaks_of_cards(text: &str) -> bool {
    const WORDS: &[&str] = &[
        "card",
        "karte",
        "kreditkort",
        "carte",
        "tarjeta",
        "carta",
        "cartão",
        "cartao",
        "visa",
        "mastercard",
        "amex",
        "merchant",
        "händler",
        "kort",
        "karta",
        "kaart",
        "karty",
        "kártya",
        "kart",
        "карта",
        "карты",
        "κάρτα",
        "カード",
        "信用卡",
        "카드",
    ];
    let lower = text.to_lowercase();
    // Currency, in Italian, Spanish and Portuguese.
    let divisa = |word: &str| word.starts_with("divis");
    lower.split(|c: char| !c.is_alphanumeric()).any(|word| !divisa(word) && WORDS.iter().any(|w| word.ends_with(w) || word.starts_with(w)))
}

/// Whether lines before a table call it the statement of an account.
pub(crate) fn speaks_of_accounts(text: &str) -> bool {
    const WORDS: &[&str] = &[
        "iban",
        "kontoauszug",
        "girokonto",
        "privatkonto",
        "sparkonto",
        "geschäftskonto",
        "account statement",
        "statement of account",
        "bank statement",
        "current account",
        "checking",
        "savings",
        "sort code",
        "relevé de compte",
        "compte courant",
        "estratto conto",
        "conto corrente",
        "extracto",
        "cuenta corriente",
        "extrato",
        "conta corrente",
        "rekeningoverzicht",
        "betaalrekening",
        "kontoutdrag",
        "kontoutskrift",
        "kontoudtog",
        "tiliote",
        "wyciąg",
        "rachunek",
        "výpis",
        "bankszámla",
        "számlakivonat",
        "izvod",
        "extras de cont",
        "выписка",
        "виписка",
        "hesap özeti",
        "hesap hareketleri",
        "普通預金",
        "交易明细",
        "거래내역",
        "rekening koran",
        "ledger balance",
        "avail bal",
    ];
    let text = text.to_lowercase();
    WORDS.iter().any(|word| text.contains(word))
}

/// Whether a heading is about what accounts have and cards have not.
pub(crate) fn is_of_accounts(heading: &str) -> bool {
    list("of-accounts").iter().any(|word| holds(heading, word))
}

/// The lists of `words.tsv`, by their name.
fn lists() -> &'static HashMap<&'static str, Vec<&'static str>> {
    static LISTS: OnceLock<HashMap<&str, Vec<&str>>> = OnceLock::new();
    LISTS.get_or_init(|| {
        let mut lists: HashMap<&str, Vec<&str>> = HashMap::new();
        for (name, words) in include_str!("words.tsv").lines().filter(|l| !l.starts_with('#')).filter_map(|l| l.split_once('\t')) {
            lists.entry(name).or_default().extend(words.split('|'));
        }
        lists
    })
}

/// The words of one list: `out`, `in`, `booked`, `pending`, `void`, `balance`, `total`, `spends`, `earns`.
pub(crate) fn list(name: &str) -> &'static [&'static str] {
    lists().get(name).map_or(&[], Vec::as_slice)
}

/// Whether a whole cell is a word of a list.
fn is_one_of(cell: &str, name: &str) -> bool {
    // Most cells are longer than any of these, or hold digits.
    if cell.len() > 60 || cell.bytes().any(|b| b.is_ascii_digit()) {
        return false;
    }
    let text = crate::definition::normal(cell);
    list(name).contains(&text.trim_start_matches('#').trim_end_matches([':', '.']).trim())
}

/// Whether a cell names a total, or a shop that is called so, or says that other rows tell the parts of this one.
pub(crate) fn is_total(cell: &str) -> bool {
    is_one_of(cell, "total") || is_one_of(cell, "split")
}

/// Whether a few words without a number begin or end with one that means a balance: `Saldo vorige maand`, `Začetno stanje`.
pub(crate) fn speaks_of_balance(cell: &str) -> bool {
    if cell.is_empty() || cell.len() > 80 || cell.bytes().any(|b| b.is_ascii_digit()) {
        return false;
    }
    let text = crate::definition::normal(cell);
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
    // `Interest on balance` is a booking.
    let ends = [words.first(), words.last().filter(|_| words.len() <= 2)];
    words.len() <= 4 && ends.into_iter().flatten().any(|word| meaning(word) == Some(Meaning::Balance))
}

/// Whether a cell says that its row tells a balance.
pub(crate) fn is_balance(cell: &str) -> bool {
    is_one_of(cell, "balance")
}

/// Whether a heading says of the rows it marks that they did not happen: `Reversed`, `Is deleted?`.
pub(crate) fn marks_void(heading: &str) -> bool {
    let bare = heading.trim_end_matches('?').trim();
    is_void(bare.strip_prefix("is ").unwrap_or(bare))
}

/// Whether a flag's word, or its absence, says that it is not set.
pub(crate) fn is_unset(word: &str) -> bool {
    word.is_empty() || word == "-" || list("unset").contains(&word)
}

/// Whether a text begins with a word for a total: `Total March`.
pub(crate) fn begins_as_total(cell: &str) -> bool {
    let text = crate::definition::normal(cell);
    let goes_on = |rest: &str| !rest.starts_with(char::is_alphabetic);
    list("total").iter().any(|word| text.strip_prefix(word).is_some_and(goes_on))
}

/// `Some(true)` for a word that says money went out; `None` for a word that is not known.
pub(crate) fn goes_out(word: &str) -> Option<bool> {
    if list("out").contains(&word) { Some(true) } else { list("in").contains(&word).then_some(false) }
}

/// The same for the name of a sort of rows, `Income`, where a letter alone says too little.
pub(crate) fn sort_goes_out(cell: &str) -> Option<bool> {
    goes_out(&crate::definition::normal(cell)).filter(|_| cell.chars().count() > 2)
}

/// Which side a word or its first letter means below a heading that names both: the `C` of `Cargo/Abono` went out. `Some(true)` for out.
pub(crate) fn side_in(heading: &str, word: &str) -> Option<bool> {
    let (one, other) = heading.split_once('/').map(|(one, other)| (one.trim(), other.trim()))?;
    let outs = [goes_out(one)?, goes_out(other)?];
    let letter = |side: &str| side.chars().next();
    if outs[0] == outs[1] || letter(one) == letter(other) {
        return None;
    }
    let told = |side: &str| word == side || (word.chars().count() == 1 && word.chars().next() == letter(side));
    [one, other].into_iter().zip(outs).find_map(|(side, out)| told(side).then_some(out))
}

/// Whether a status is one that is known.
pub(crate) fn is_status(word: &str) -> bool {
    word.is_empty() || word == "-" || ["booked", "pending", "void"].iter().any(|name| list(name).contains(&word))
}

pub(crate) fn is_booked(word: &str) -> bool {
    list("booked").contains(&word)
}

pub(crate) fn is_void(word: &str) -> bool {
    list("void").contains(&word)
}

pub(crate) fn is_pending(word: &str) -> bool {
    list("pending").contains(&word)
}

/// Whether a text of several words has one that says that a payment did not happen, or not yet: `voided by user`.
pub(crate) fn may_be_unbooked(text: &str) -> bool {
    list("void").iter().chain(list("pending")).any(|word| word.chars().count() > 1 && has_word(text, word))
}

/// Whether a text, as [`crate::definition::normal`] writes it, has this as a word of its own.
fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(i, _)| {
        let before = text[..i].chars().next_back().is_none_or(|c| !c.is_alphabetic());
        let after = text[i + word.len()..].chars().next().is_none_or(|c| !c.is_alphabetic());
        // Some languages write no blanks between words.
        (before && after) || !word.chars().all(char::is_alphabetic) || word.chars().all(|c| c as u32 > 0x2e80)
    })
}

/// Which way the money of a row went, where its text says so: `Some(true)` for out.
pub(crate) fn says_out(text: &str) -> Option<bool> {
    let text = crate::definition::normal(text);
    let whole = |word: &&str| has_word(&text, word);
    match (list("spends").iter().any(whole), list("earns").iter().any(whole)) {
        (true, false) => Some(true),
        (false, true) => Some(false),
        _ => None,
    }
}

/// Whether a heading of dates is of a language in which nobody puts the month first.
pub(crate) fn writes_day_first(heading: &str) -> bool {
    const ENGLISH: &[&str] = &["date", "time", "day", "post", "book", "creat", "settle", "complete", "start", "end", "due"];
    // In the East the year comes first.
    let eastern = heading.chars().any(|c| c as u32 > 0x2e80);
    meaning(heading).is_some() && !eastern && !ENGLISH.iter().any(|word| heading.contains(word))
}

/// What else than an account a table is about, and how many of its headings say so.
pub(crate) fn kinds(headings: &[String]) -> Vec<(Kind, usize)> {
    let speaks = |name: &str| headings.iter().filter(|h| list(name).iter().any(|part| holds(h, part))).count();
    OTHER_KINDS.iter().map(|kind| (*kind, speaks(kind.slug()))).filter(|(_, count)| *count > 0).collect()
}

/// Whether a heading speaks of rows of this kind.
pub(crate) fn speaks_of(kind: Kind, heading: &str) -> bool {
    list(kind.slug()).iter().any(|part| holds(heading, part))
}

/// Whether a heading has one of a list's words in it, each as whole words.
fn has(heading: &str, name: &str) -> bool {
    let words: Vec<&str> = heading.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
    list(name).iter().any(|known| {
        let known: Vec<&str> = known.split(' ').collect();
        words.windows(known.len()).any(|part| part == known)
            || known.iter().any(|k| k.chars().any(|c| c as u32 > 0x2e80) && heading.contains(k))
    })
}

/// Numbers that nobody adds up: labels, ranks, places, lengths of time.
pub(crate) fn is_label(heading: &str) -> bool {
    has(heading, "label")
}

/// Whether a heading is made of words that vendors use.
pub(crate) fn is_known(heading: &str) -> bool {
    let parts = ["label", "paid", "price", "quantity", "product", "order-number"];
    meaning(heading).is_some() || OTHER_KINDS.iter().any(|kind| speaks_of(*kind, heading)) || parts.iter().any(|name| has(heading, name))
}

/// Whether a word of a row says that something was given back, or spent of what was earned.
pub(crate) fn goes_back(word: &str) -> bool {
    has(word, "back")
}

/// Whether the name of a field speaks of a day or a time.
pub(crate) fn speaks_of_time(name: &str) -> bool {
    has(name, "time") || matches!(meaning(name), Some(Meaning::Date | Meaning::ValueDate | Meaning::Time))
}

/// Numbers that measure a workout, which nobody adds up together.
pub(crate) fn is_measure(heading: &str) -> bool {
    has(heading, "measure")
}

/// Numbers that go on from row to row, as a meter shows them.
pub(crate) fn is_counter(heading: &str) -> bool {
    has(heading, "counter")
}

pub(crate) fn speaks_of_prices(heading: &str) -> bool {
    speaks_of_totals(heading) || has(heading, "price")
}

/// Whether a heading speaks of everything that was paid for a row, and not of a part of it.
pub(crate) fn speaks_of_totals(heading: &str) -> bool {
    has(heading, "paid") && !is_part(heading)
}

/// Whether a heading speaks of a single unit, or of a part of what was paid.
pub(crate) fn is_part(heading: &str) -> bool {
    has(heading, "part")
}

/// A tax, not a rate of one.
pub(crate) fn is_tax(heading: &str) -> bool {
    has(heading, "tax") && !is_label(heading)
}

pub(crate) fn is_quantity(heading: &str) -> bool {
    has(heading, "quantity")
}

pub(crate) fn is_product(heading: &str) -> bool {
    has(heading, "product")
}

pub(crate) fn is_order_number(heading: &str) -> bool {
    has(heading, "order-number")
}

/// What the rows of a table may be besides bookings.
pub(crate) const OTHER_KINDS: &[Kind] = &[
    Kind::OrderLine,
    Kind::Flight,
    Kind::Ride,
    Kind::Stay,
    Kind::Listen,
    Kind::Watch,
    Kind::Read,
    Kind::EnergyReading,
    Kind::HealthSample,
    Kind::Contact,
    Kind::LoyaltyEntry,
];

/// Whether a heading holds a part as whole words.
fn holds(heading: &str, part: &str) -> bool {
    heading.match_indices(part).any(|(i, _)| {
        let before = heading[..i].chars().next_back().is_none_or(|c| !c.is_alphabetic());
        let after = heading[i + part.len()..].chars().next().is_none_or(|c| !c.is_alphabetic());
        // Long parts are enough by themselves, and some languages write no blanks between words.
        before && (after || part.len() > 6) || part.chars().any(|c| c as u32 > 0x2e80)
    })
}

/// Whether a heading speaks of a foreign or original currency.
pub(crate) fn is_foreign(heading: &str) -> bool {
    const PARTS: &[&str] = &[
        "orig",
        "foreign",
        "fremd",
        "ursprung",
        "étrang",
        "extranj",
        "ester",
        "utländ",
        "utenlandsk",
        "cizí",
        "původ",
        "obc",
        "local",
        "fx",
        "from",
        "source",
    ];
    PARTS.iter().any(|p| heading.contains(p))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_stands_in_one_list_of_its_sort() {
        for sort in [&["out", "in"][..], &["booked", "pending", "void"], &["balance", "total"], &["spends", "earns"]] {
            let mut seen = HashMap::new();
            for (name, word) in sort.iter().flat_map(|name| list(name).iter().map(move |w| (name, w))) {
                assert_eq!(crate::definition::normal(word), *word);
                assert_eq!(seen.insert(word, name), None, "{word} stands twice");
            }
            assert!(seen.len() > 50);
        }
    }

    #[test]
    fn texts_say_which_way_money_went_only_by_whole_words() {
        assert_eq!(says_out("ATM withdrawal 12"), Some(true));
        assert_eq!(says_out("PAYMENT - THANK YOU"), Some(false));
        assert_eq!(says_out("Parent company"), None);
        assert_eq!(says_out("Refund of rent"), None, "both");
    }

    #[test]
    fn few_words_around_one_for_a_balance_speak_of_it() {
        for text in ["Vorjahres-Saldo", "Saldo vorige maand", "Začetno stanje", "Zůstatek minulý", "SALDO:"] {
            assert!(speaks_of_balance(text), "{text}");
        }
        for text in ["Interest on balance", "Saldo 2025", "Balanced Foods", "Rent", "", "Payment for the new balance of my account"] {
            assert!(!speaks_of_balance(text), "{text}");
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

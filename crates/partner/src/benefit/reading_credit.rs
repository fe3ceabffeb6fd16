use std::collections::{BTreeMap, BTreeSet};

use holdall_protocol::message::Benefit;
use holdall_protocol::payload::Record;
use holdall_protocol::{Period, utc_date};

use super::isbn::Isbn;
use super::{Given, count, field};

pub const STRAND: &str = "purchases";
pub const FIELDS: &[&str] = &["isbn", "name", "orderDate"];

/// Cents of credit for each book, and in all.
const CENTS_PER_BOOK: usize = 25;
const CENTS_AT_MOST: usize = 1_500;

/// Our shelf: title and the language it is in.
const SHELF: [(&str, &str); 9] = [
    ("The Lighthouse Ledger", "English"),
    ("A Field Guide to Small Harbours", "English"),
    ("Letters from a Slow Train", "English"),
    ("Das Haus am Deich", "German"),
    ("Kleine Geschichte der großen Karten", "German"),
    ("La Librairie du quai", "French"),
    ("Carnets d'hiver", "French"),
    ("El mapa de las mareas", "Spanish"),
    ("Il quaderno azzurro", "Italian"),
];

/// Counts the books among the purchases by ISBN, and answers with a credit and with titles in the languages read most.
pub fn answer(partner: &str, records: &[Record], now: i64) -> Given {
    let mut books: BTreeMap<Isbn, &Record> = BTreeMap::new();
    for record in records {
        if let Some(isbn) = Isbn::parse(field(record, "isbn")) {
            books.entry(isbn).or_insert(record);
        }
    }
    let mut languages: BTreeMap<&str, usize> = BTreeMap::new();
    for isbn in books.keys() {
        *languages.entry(isbn.group().unwrap_or("other")).or_default() += 1;
    }
    let mut by_count: Vec<_> = languages.iter().filter(|(name, _)| **name != "other").collect();
    by_count.sort_by_key(|(name, number)| (std::cmp::Reverse(**number), **name));
    let owned: BTreeSet<String> = books.values().map(|r| field(r, "name").to_lowercase()).collect();
    let titles: Vec<&str> = by_count
        .iter()
        .flat_map(|(language, _)| SHELF.iter().filter(|(_, own)| own == *language))
        .map(|(title, _)| *title)
        .filter(|title| !owned.contains(&title.to_lowercase()))
        .take(3)
        .collect();
    let cents = (books.len() * CENTS_PER_BOOK).min(CENTS_AT_MOST);
    let amount = format!("{}.{:02}", cents / 100, cents % 100);
    let counted = count(books.len(), "book", "books");
    let text = match (books.is_empty(), titles.is_empty()) {
        (true, _) => "We found no book with an ISBN among these purchases, so there is no credit this time.".to_owned(),
        (false, true) => format!("We counted {counted}. Your reading credit is {amount} EUR."),
        (false, false) => format!("We counted {counted}. Your reading credit is {amount} EUR. You may like: {}.", titles.join("; ")),
    };
    let mut details =
        BTreeMap::from([("books".to_owned(), books.len().to_string()), ("recommendations".to_owned(), titles.len().to_string())]);
    details.extend(languages.iter().map(|(name, number)| (format!("books_{}", name.to_lowercase()), number.to_string())));
    details.extend(titles.iter().zip(1..).map(|(title, i)| (format!("recommendation_{i}"), (*title).to_owned())));
    let newest = books.values().map(|r| field(r, "orderDate")).max().filter(|day| !day.is_empty());
    details.extend(newest.map(|day| ("newest_purchase".to_owned(), day.get(..7).unwrap_or(day).to_owned())));
    details.insert("counted_on".to_owned(), utc_date(now));
    let earned = cents > 0;
    Given {
        title: if earned { format!("{amount} EUR reading credit at {partner}") } else { "No reading credit this time".to_owned() },
        text,
        what: "reading_credit",
        code: earned.then(|| "PAGE".to_owned()),
        value: earned.then(|| Benefit { amount, currency: "EUR".into() }),
        valid_until: Period::parse("P1Y").and_then(|year| year.after(now)).filter(|_| earned),
        details,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use holdall_protocol::Uuid;

    fn bought(n: u128, isbn: &str) -> Record {
        let fields = BTreeMap::from([("isbn".to_owned(), isbn.to_owned()), ("orderDate".to_owned(), "2026-03".to_owned())]);
        Record { id: Uuid::from_u128(n), kind: "OrderItem".into(), fields, provenance: None }
    }

    #[test]
    fn one_book_counts_once_and_a_toaster_not_at_all() {
        let records = [
            bought(1, "9783161484100"),
            bought(2, "978-3-16-148410-0"),
            bought(3, "0306406152"),
            bought(4, ""),
            bought(5, "4006381333931"),
        ];
        let given = answer("Quill & Page", &records, 1_795_262_400);
        assert_eq!(given.details["books"], "2");
        assert_eq!((given.details["books_german"].as_str(), given.details["books_english"].as_str()), ("1", "1"));
        assert_eq!(given.value.map(|v| v.amount).as_deref(), Some("0.50"));
        assert_eq!(given.details["recommendation_1"], "The Lighthouse Ledger");
    }

    #[test]
    fn no_book_no_credit() {
        let given = answer("Quill & Page", &[bought(1, "")], 1_795_262_400);
        assert_eq!((given.code, given.valid_until), (None, None));
        assert!(given.value.is_none());
    }
}

//! Amazon's digital orders until 2025: one table tells the items, and another one what was paid for each, row by row.

mod trials_support;

use holdall_importer::{Options, Outcome};
use trials_support::*;

const ITEMS: &str = "Digital-Ordering.1/Digital Items.csv";
const MONEY: &str = "Digital-Ordering.1/Digital Orders Monetary.csv";

fn items(ids: &[&str]) -> String {
    let head = "OrderDate,OurPrice,OurPriceCurrencyCode,ProductName,OrderId,ASIN,DigitalOrderItemId,OurPriceTax\n";
    ids.iter().fold(head.to_owned(), |text, id| text + &format!("2025-03-04T10:15:00Z,10.00,EUR,Item {id},D01-1,B0,{id},0.70\n"))
}

fn money(rows: &[(&str, &str, &str)]) -> String {
    let head = "DigitalOrderItemId,DeliveryPacketId,AffectedItemQuantity,TransactionAmount,BaseCurrencyCode,MonetaryComponentTypeCode,OfferTypeCode\n";
    rows.iter().fold(head.to_owned(), |text, (id, amount, unit)| text + &format!("{id},P1,1,{amount},{unit},Price Amount,Not Applicable\n"))
}

fn archive(entries: &[(&str, &str)]) -> Vec<u8> {
    let entries: Vec<(&str, &[u8])> = entries.iter().map(|(name, text)| (*name, text.as_bytes())).collect();
    zipped(&entries, stored())
}

fn told(kept: &Kept, field: &str) -> Vec<String> {
    let property = holdall_model::Property::named(field).expect("a property");
    kept.records.iter().map(|(r, _)| r.fields.get(property).unwrap_or("-").to_owned()).collect()
}

#[test]
fn tax_and_discounts_are_added_to_the_item_that_they_belong_to() {
    let paid = money(&[("B", "3.50", "EUR"), ("A", "10.00", "EUR"), ("A", "0.70", "EUR"), ("A", "-2.25", "EUR"), ("Z", "1.00", "EUR")]);
    let list = items(&["A", "B", "C"]);
    for entries in [[(ITEMS, list.as_str()), (MONEY, paid.as_str())], [(MONEY, paid.as_str()), (ITEMS, list.as_str())]] {
        let source = source("Your Orders.zip", archive(&entries));
        let inspection = look(&source, &Options::default()).expect("looked at");
        let ignored = inspection.files.iter().find(|f| f.label == MONEY).map(|f| &f.outcome);
        assert!(matches!(ignored, Some(Outcome::Ignored { why }) if why.contains(ITEMS)), "{ignored:?}");
        let (kept, summaries) = run(&source, &Options::default()).expect("read");
        assert_eq!(kept.amounts(), ["8.45", "3.50", "10.00"], "an item without parts keeps its price");
        assert_eq!(told(&kept, "discount"), ["-2.25 EUR", "-", "-"]);
        assert_eq!(told(&kept, "price"), ["10.00 EUR"; 3], "what was in the place of the amount is not lost");
        assert_eq!(summaries.len(), 1);
        let notes: Vec<&str> = kept.diagnostics.iter().map(|d| d.id.as_str()).collect();
        assert!(["parts-added", "parts-missing", "parts-left"].iter().all(|id| notes.contains(id)), "{notes:?}");
        assert!(kept.diagnostics.iter().any(|d| d.id == "parts-left" && d.text.contains("table: 1.")));
    }
}

#[test]
fn an_amount_of_which_a_part_is_not_certain_is_set_aside() {
    let paid = money(&[("A", "1.00", "EUR"), ("A", "abc", "EUR"), ("B", "1.00", "EUR"), ("B", "1.00", "USD"), ("C", "5.00", "EUR")]);
    let source = source("x.zip", archive(&[(ITEMS, &items(&["A", "B", "C", "C"])), (MONEY, &paid)]));
    let (kept, _) = run(&source, &Options::default()).expect("read");
    assert_eq!(kept.amounts(), ["5.00"]);
    assert_eq!(kept.reasons(), ["part-unreadable", "mixed-currencies", "part-used"]);
}

#[test]
fn parts_of_another_folder_or_of_nothing_are_added_to_nothing() {
    let (list, paid) = (items(&["A"]), money(&[("A", "0.70", "EUR")]));
    let alone = outcome("Digital Orders Monetary.csv", &paid);
    assert!(matches!(&alone, Outcome::Unknown { reasons } if reasons[0].contains("Digital items")), "{alone:?}");
    let apart = source("x.zip", archive(&[(ITEMS, &list), ("Digital-Ordering.2/Digital Orders Monetary.csv", &paid)]));
    assert_eq!(run(&apart, &Options::default()).expect("read").0.amounts(), ["10.00"]);
    let two = source("x.zip", archive(&[(ITEMS, &list), (MONEY, &paid), ("Digital-Ordering.1/again.csv", &paid)]));
    assert_eq!(run(&two, &Options::default()).expect("read").0.amounts(), ["0.70"], "the second table of parts is added to nothing");
}

//! Records that look like one another, and rows that their vendor tells anew.

use crate::testing::Desk;
use crate::view::import::{DecideSimilar, ListSimilar, UndoImport};
use crate::view::record::{GetRecord, StatusView};

const HEAD: &str = "Transaction ID,Date,Time,Type,Name,Emoji,Category,Amount,Currency,Local amount,Local currency,Notes and #tags,Address,Receipt,Description,Category split,Money Out,Money In\n";
const CARD: &str = "TransactionId,CardId,Date,ValutaDate,Amount,Currency,OriginalAmount,OriginalCurrency,MerchantName,MerchantPlace,MerchantCountry,StateType,Details,Type,Exchange Rate\n";

fn account(rows: &[(&str, &str, &str)]) -> String {
    let line = |(day, name, amount): &(&str, &str, &str)| format!(",{day},07:15:00,Card payment,{name},,Food,{amount},EUR,,,,,,,,,\n");
    HEAD.to_owned() + &rows.iter().map(line).collect::<String>()
}

fn card(state: &str, merchant: &str) -> String {
    format!(
        "{CARD}ID-7,ACC-1,2025-04-30,2025-04-30,-40.00,EUR,,,{merchant},,PT,{state},Monthly,Direct debit,\nID-8,ACC-1,2025-05-02,2025-05-02,-3.99,EUR,,,Book,,GB,BOOKED,,Card payment,\n"
    )
}

#[test]
fn a_pair_is_shown_side_by_side_decided_once_and_never_asked_again() {
    for same in [true, false] {
        let desk = Desk::new();
        let first = desk.file("first.csv", account(&[("04/03/2025", "Corner Bakery", "-12.50"), ("05/03/2025", "Tram", "-2.00")]));
        let second = desk.file("second.csv", account(&[("04/03/2025", "CARD 4411 CRNR BKRY", "-12.50"), ("09/03/2025", "Tram", "-2.00")]));
        desk.import(&first, &[]);
        let stored = desk.import(&second, &[]);
        assert_eq!((stored.files[0].verdicts.similar, stored.files[0].verdicts.new), (1, 1));
        let pair = desk.run(ListSimilar {}).pairs.remove(0);
        assert_eq!((pair.kept.title.as_str(), pair.other.title.as_str()), ("Corner Bakery", "CARD 4411 CRNR BKRY"));
        assert_eq!(desk.find("").len(), 4, "both stay until a person decides");
        desk.run(DecideSimilar { other_ids: vec![pair.other.id], same });
        let left = if same { 3 } else { 4 };
        assert_eq!((desk.find("").len(), desk.run(ListSimilar {}).pairs.len()), (left, 0), "{same}");
        // A third export with the same row and one more, and the second one once again after an undo.
        let third = desk.file("third.csv", account(&[("04/03/2025", "CARD 4411 CRNR BKRY", "-12.50"), ("11/03/2025", "Tram", "-2.00")]));
        assert_eq!(desk.import(&third, &[]).files[0].verdicts.new, 1);
        for import in desk.run(crate::view::import::ListImports {}).iter().take(2) {
            desk.run(UndoImport { import_id: import.import_id });
        }
        assert_eq!(desk.find("").len(), 2);
        desk.import(&second, &[]);
        assert_eq!((desk.find("").len(), desk.run(ListSimilar {}).pairs.len()), (left, 0), "{same}");
        desk.import(&third, &[]);
        assert_eq!((desk.find("").len(), desk.run(ListSimilar {}).pairs.len()), (left + 1, 0), "{same}");
    }
}

#[test]
fn b03_what_was_pending_is_replaced_by_what_was_booked_and_keeps_its_history() {
    let desk = Desk::new();
    let sign = [("sign", "account")];
    let pending = desk.file("april.csv", card("PENDING", "Tram ticket"));
    desk.import(&pending, &sign);
    assert_eq!(desk.find("tram")[0].status, StatusView::Pending);
    let booked = desk.file("may.csv", card("BOOKED", "Tram ticket Lisbon"));
    let stored = desk.import(&booked, &sign);
    assert_eq!((stored.files[0].verdicts.changed, stored.files[0].verdicts.already_here, stored.files[0].verdicts.new), (1, 1, 0));
    let tram = desk.find("tram");
    assert_eq!(tram.iter().map(|r| (r.title.as_str(), r.status)).collect::<Vec<_>>(), [("Tram ticket Lisbon", StatusView::Booked)]);
    let history = desk.run(GetRecord { id: tram[0].id }).history;
    assert_eq!(history.iter().map(|h| (h.row.title.as_str(), h.row.status)).collect::<Vec<_>>(), [("Tram ticket", StatusView::Pending)]);
    // The older export once more changes nothing, and an undo brings the earlier wording back.
    assert_eq!(desk.look(&pending, &sign).files[0].verdicts.already_here, 2);
    desk.run(UndoImport { import_id: stored.imports[0].import_id });
    assert_eq!(desk.find("tram")[0].title, "Tram ticket");
}

#[test]
fn many_pairs_are_counted_in_all_and_decided_at_once_or_not_at_all() {
    let desk = Desk::new();
    let rows = |name: &str| {
        let row = |n: u32| (format!("{:02}/{:02}/2025", 1 + n % 28, 1 + n / 28), format!("{name} {n}"), format!("-{n}.50"));
        let rows: Vec<_> = (0..250).map(row).collect();
        account(&rows.iter().map(|(day, name, amount)| (day.as_str(), name.as_str(), amount.as_str())).collect::<Vec<_>>())
    };
    desk.import(&desk.file("first.csv", rows("Bakery")), &[]);
    desk.import(&desk.file("second.csv", rows("CARD 4411 BKRY")), &[]);
    let waiting = desk.run(ListSimilar {});
    assert_eq!((waiting.pairs.len(), waiting.total), (200, 250), "what is not shown is counted");
    let later: Vec<i64> = waiting.pairs.iter().map(|pair| pair.other.id).collect();
    let with_another = later.iter().copied().chain([waiting.pairs[0].kept.id]).collect();
    assert_eq!(desk.fails(DecideSimilar { other_ids: with_another, same: true }).code, "not-found");
    assert_eq!(desk.find("").len(), 500, "nothing was decided");
    desk.run(DecideSimilar { other_ids: later, same: true });
    let left = desk.run(ListSimilar {});
    assert_eq!((desk.find("").len(), left.pairs.len(), left.total), (300, 50, 50));
}

//! A known layout in a file that writes its days and amounts otherwise than the layout says: read as the file plainly writes, asked where
//! that is not certain, and never guessed.

mod trials_support;

use holdall_importer::{Options, Outcome};
use trials_support::*;

/// Each row a day and an amount, in Chase's layout: the month first, and a point.
fn chase(rows: &[(&str, &str)]) -> String {
    rows.iter().fold(CHASE.to_owned(), |text, (day, amount)| text + &format!("DEBIT,{day},COFFEE,\"{amount}\",DEBIT_CARD,,,\n"))
}

/// The same in comdirect's: the day first, and a comma.
fn comdirect(rows: &[(&str, &str)]) -> String {
    let head = "Buchungstag;Wertstellung (Valuta);Vorgang;Buchungstext;Umsatz in EUR;\n";
    rows.iter().fold(head.to_owned(), |text, (day, amount)| text + &format!("{day};{day};Card;Shop;{amount};\n"))
}

/// Days and amounts of a file that must be recognised as this vendor's, and what was told of it.
fn told(vendor: &str, text: &str, answers: &[(&str, &str)]) -> (Vec<String>, Vec<String>, Vec<String>) {
    let answers = answers.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    let (source, options) = (source("a.csv", text), Options { answers, ..Options::default() });
    let plans = plans(&look(&source, &options).expect("looked at"));
    assert_eq!(plans.first().map(|p| p.vendor.as_str()), Some(vendor), "{text}");
    let (kept, _) = run(&source, &options).expect("read");
    let notes = kept
        .diagnostics
        .iter()
        .map(|d| d.id.clone())
        .filter(|id| id.ends_with("-unlike"))
        .chain(kept.reasons().into_iter().map(str::to_owned));
    (kept.moments(), kept.amounts(), notes.collect())
}

fn asked(text: &str) -> String {
    match outcome("a.csv", text) {
        Outcome::NeedsAnswer { question } => question.id,
        other => panic!("it was guessed: {other:?}\n{text}"),
    }
}

#[test]
fn amounts_that_are_all_written_the_other_way_are_read_so_and_it_is_told() {
    let (_, amounts, notes) = told("chase", &chase(&[("09/25/2025", "-1.234,56"), ("09/26/2025", "-12"), ("09/27/2025", "1.000")]), &[]);
    assert_eq!((amounts, notes), (vec!["-1234.56".into(), "-12".into(), "1000".into()], vec!["mark-unlike".to_owned()]));
    let (_, amounts, notes) = told("chase", &chase(&[("09/25/2025", "-4,50"), ("09/26/2025", "-12,30")]), &[]);
    assert_eq!((amounts, notes), (vec!["-4.50".into(), "-12.30".into()], vec!["mark-unlike".to_owned()]), "no row fits as it is defined");
    let (_, amounts, notes) = told("comdirect", &comdirect(&[("04.03.2025", "-1,234.56"), ("05.03.2025", "-2.50")]), &[]);
    assert_eq!((amounts, notes), (vec!["-1234.56".into(), "-2.50".into()], vec!["mark-unlike".to_owned()]));
}

#[test]
fn amounts_that_only_could_be_the_other_way_are_asked_about() {
    let thousands = chase(&[("09/25/2025", "-1.234"), ("09/26/2025", "-2.500"), ("09/27/2025", "-12")]);
    assert_eq!(asked(&thousands), "decimal-mark");
    assert_eq!(told("chase", &thousands, &[("decimal-mark", "comma")]).1, ["-1234", "-2500", "-12"]);
    assert_eq!(
        told("chase", &thousands, &[("decimal-mark", "dot")]),
        (vec!["2025-09-25".into(), "2025-09-26".into(), "2025-09-27".into()], vec!["-1.234".into(), "-2.500".into(), "-12".into()], vec![])
    );
    let three = chase(&[("09/25/2025", "-1.230"), ("09/26/2025", "-2.500")]);
    assert_eq!(told("chase", &three, &[]).1, ["-1.230", "-2.500"], "some do write three decimals, if they always do");
    let mixed = chase(&[("09/25/2025", "-1.50"), ("09/26/2025", "-2,50"), ("09/27/2025", "-3.125")]);
    assert_eq!(asked(&mixed), "decimal-mark", "it contradicts itself, and one amount could be either");
    assert_eq!(told("chase", &mixed, &[("decimal-mark", "dot")]).2, ["amount-unreadable"]);
}

#[test]
fn amounts_as_the_layout_says_are_read_so_whatever_one_row_does() {
    let (_, amounts, notes) = told("chase", &chase(&[("09/25/2025", "-1.50"), ("09/26/2025", "-1,234"), ("09/27/2025", "-2.75")]), &[]);
    assert_eq!((amounts, notes), (vec!["-1.50".into(), "-1234".into(), "-2.75".into()], vec![]));
    let (_, amounts, notes) = told("chase", &chase(&[("09/25/2025", "-1.50"), ("09/26/2025", "-2.75"), ("09/27/2025", "-2,75")]), &[]);
    assert_eq!((amounts, notes), (vec!["-1.50".into(), "-2.75".into()], vec!["amount-unreadable".to_owned()]));
    let grouped = chase(&[("09/25/2025", "-1,234"), ("09/26/2025", "-2,500")]);
    assert_eq!(told("chase", &grouped, &[]).1, ["-1234", "-2500"], "groups as the layout writes them");
}

#[test]
fn days_that_are_all_written_the_other_way_are_read_so_and_it_is_told() {
    // Eleven of these days are also days with the month first, and were read as such once.
    let days: Vec<String> = (2..=13).map(|d| format!("{d:02}/04/2025")).collect();
    let rows: Vec<(&str, &str)> = days.iter().map(|d| (d.as_str(), "-1.50")).collect();
    let (moments, _, notes) = told("chase", &chase(&rows), &[]);
    assert_eq!(
        (moments[0].as_str(), moments[11].as_str(), moments.len(), notes),
        ("2025-04-02", "2025-04-13", 12, vec!["order-unlike".to_owned()])
    );
    let (moments, amounts, notes) = told("chase", &chase(&[("25.09.2025", "-1,50"), ("03.04.2025", "-2,50")]), &[]);
    assert_eq!((moments, amounts), (vec!["2025-09-25".into(), "2025-04-03".into()], vec!["-1.50".into(), "-2.50".into()]));
    assert_eq!(notes, ["order-unlike", "mark-unlike"]);
    let (moments, _, notes) = told("comdirect", &comdirect(&[("3/25/2025", "-1,00"), ("3/4/2025", "-2,00")]), &[]);
    assert_eq!((moments, notes), (vec!["2025-03-25".into(), "2025-03-04".into()], vec!["order-unlike".to_owned()]));
}

#[test]
fn days_that_contradict_each_other_are_asked_about() {
    let both = chase(&[("09/25/2025", "-1.50"), ("25/09/2025", "-1.50"), ("03/04/2025", "-2.50")]);
    assert_eq!(asked(&both), "date-order");
    let (moments, _, notes) = told("chase", &both, &[("date-order", "mdy")]);
    assert_eq!((moments, notes), (vec!["2025-09-25".into(), "2025-03-04".into()], vec!["date-impossible".to_owned()]));
    let in_time = ["05/01/2025", "01/02/2025", "07/02/2025", "02/03/2025", "09/03/2025", "01/04/2025"].map(|d| (d, "-1.50"));
    assert_eq!(asked(&chase(&in_time)), "date-order", "only with the day first is it in the order of time");
}

#[test]
fn days_as_the_layout_says_are_read_so() {
    let all_twofold = chase(&[("03/04/2025", "-1.50"), ("03/05/2025", "-2.50"), ("04/05/2025", "-2.50")]);
    assert_eq!(
        told("chase", &all_twofold, &[]),
        (vec!["2025-03-04".into(), "2025-03-05".into(), "2025-04-05".into()], vec!["-1.50".into(), "-2.50".into(), "-2.50".into()], vec![])
    );
    let one_off = chase(&[("09/25/2025", "-1.50"), ("09/26/2025", "-1.50"), ("26/09/2025", "-1.50")]);
    assert_eq!(told("chase", &one_off, &[]).2, ["date-impossible"], "no other day could be meant");
}

#[test]
fn headings_of_many_banks_are_no_sign_of_one_that_never_writes_so() {
    // Swiss banks have these headings, with a point and in francs; so have others, with a comma.
    let text = "Datum;Buchungstext;Belastung;Gutschrift;Saldo\n04.03.2025;Shop;12,50;;100,00\n25.03.2025;Lohn;;1.250,00;1350,00\n";
    let seen = plans(&look(&source("a.csv", text), &Options::default()).expect("looked at"));
    assert!(seen.iter().all(|plan| plan.vendor == "generic"), "{seen:?}");
}

#[test]
fn what_stands_behind_many_rows_as_the_layout_says_is_set_aside_row_by_row() {
    let mut rows = vec![("09/25/2025", "-1.50"); 300];
    rows.push(("09/25/2025", "-1.234,50"));
    let (_, amounts, notes) = told("chase", &chase(&rows), &[]);
    assert_eq!((amounts.len(), notes), (300, vec!["amount-unreadable".to_owned()]));
    let mut silent = vec![("09/25/2025", "-12"); 300];
    silent.push(("09/25/2025", "-1,50"));
    assert_eq!(told("chase", &chase(&silent), &[]).1[300], "-1.50", "the first amount that tells may be the last one");
}

//! Years of other calendars, in files of no known vendor and of a known one: read where nothing else could be meant, asked where it could.

mod trials_support;

use holdall_importer::{Options, Outcome};
use trials_support::*;

fn told(text: &str, answers: &[(&str, &str)]) -> (Vec<String>, Vec<String>, bool) {
    let answers = answers.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    let (kept, summaries) = run(&source("a.csv", text), &Options { answers, ..Options::default() }).expect("read");
    assert_eq!(summaries.len(), 1, "{text}");
    (kept.moments(), kept.reasons().iter().map(|r| (*r).to_owned()).collect(), kept.diagnostics.iter().any(|d| d.id == "calendar-other"))
}

fn table(days: &[&str]) -> String {
    days.iter().fold("Date,Description,Debit,Credit,Balance\n".to_owned(), |text, day| text + &format!("{day},Shop,10.00,,100.00\n"))
}

#[test]
fn thai_years_are_read_where_all_are_thai() {
    let (moments, reasons, noted) = told(&table(&["13/02/2567", "29/02/2567", "05/03/2568"]), &[]);
    assert_eq!((moments, reasons, noted), (vec!["2024-02-13".into(), "2024-02-29".into(), "2025-03-05".into()], vec![], true));
    let known = CHASE.to_owned() + "DEBIT,09/25/2568,COFFEE,-1.00,DEBIT_CARD,,,\nDEBIT,09/26/2568,COFFEE,-1.00,DEBIT_CARD,,,\n";
    let kept = import("a.csv", known);
    assert_eq!((kept.moments(), kept.quarantined.len()), (vec!["2025-09-25".to_owned(), "2025-09-26".to_owned()], 0));
}

#[test]
fn persian_days_are_read_where_no_other_calendar_has_them_and_else_asked() {
    let (moments, reasons, noted) = told(&table(&["1403/01/31", "1403/12/15", "1403/12/16", "1403/12/30"]), &[]);
    assert_eq!(
        (moments, reasons, noted),
        (vec!["2024-04-19".into(), "2025-03-05".into(), "2025-03-06".into(), "2025-03-20".into()], vec![], true)
    );
    let open = table(&["1403/12/15", "1403/12/16", "1403/12/17"]);
    let Outcome::NeedsAnswer { question } = outcome("a.csv", &open) else { panic!("it was guessed") };
    assert_eq!((question.id.as_str(), question.choices[0].label.as_str()), ("calendar", "The Persian one: this day is 2025-03-05"));
    assert_eq!(told(&open, &[("calendar", "persian")]).0, ["2025-03-05", "2025-03-06", "2025-03-07"]);
}

#[test]
fn one_year_of_another_calendar_among_ours_is_set_aside() {
    let rows = CHASE.to_owned() + "DEBIT,09/25/2025,COFFEE,-1.00,DEBIT_CARD,,,\nDEBIT,09/26/2568,COFFEE,-1.00,DEBIT_CARD,,,\n";
    let kept = import("a.csv", rows);
    assert_eq!((kept.moments(), kept.reasons()), (vec!["2025-09-25".to_owned()], vec!["year-implausible"]));
}

fn asked(text: &str) -> (String, Vec<String>) {
    match outcome("a.csv", text) {
        Outcome::NeedsAnswer { question } => (question.id, question.choices.into_iter().map(|c| c.label).collect()),
        other => panic!("it was guessed: {other:?}\n{text}"),
    }
}

#[test]
fn years_of_two_digits_that_are_yet_to_come_are_asked_about_unless_the_headings_are_thai() {
    let open = table(&["13/02/68", "28/02/68", "05/03/68"]);
    assert_eq!(
        asked(&open),
        (
            "calendar".to_owned(),
            vec!["The Thai one: this day is 13 February 2025".into(), "The Western one: this day is 13 February 2068".into()]
        )
    );
    assert_eq!(told(&open, &[("calendar", "buddhist")]).0, ["2025-02-13", "2025-02-28", "2025-03-05"]);
    assert_eq!(told(&open, &[("calendar", "gregorian")]).0, ["2068-02-13", "2068-02-28", "2068-03-05"]);
    let thai = open.replace("Date,Description", "วันที่,รายการ").replace("Debit,Credit,Balance", "ถอน,ฝาก,คงเหลือ");
    assert_eq!(told(&thai, &[]).0, ["2025-02-13", "2025-02-28", "2025-03-05"]);
    let western = thai.replace("/68", "/25");
    assert_eq!(told(&western, &[]).0, ["2025-02-13", "2025-02-28", "2025-03-05"], "the years of ours are written there too");
    let known = CHASE.to_owned() + "DEBIT,09/25/68,COFFEE,-1.00,DEBIT_CARD,,,\nDEBIT,09/26/68,COFFEE,-1.00,DEBIT_CARD,,,\n";
    assert_eq!(asked(&known).0, "calendar", "a known layout too");
}

#[test]
fn years_of_two_digits_below_persian_headings_are_asked_about() {
    let days: Vec<String> = (1..12).map(|n| format!("04/05/{:02}", n * 2)).collect();
    let text = table(&days.iter().map(String::as_str).collect::<Vec<_>>()).replace("Description", "شرح گردش");
    assert_eq!(asked(&text).0, "calendar");
    let days = told(&text, &[("calendar", "persian")]).0;
    assert_eq!(days.first().map(String::as_str), Some("2025-07-24"), "the second of Mordad 1404");
}

#[test]
fn days_of_many_years_with_two_digits_are_told_by_their_order() {
    let monthly = |form: fn(i32, i32) -> String| {
        let days: Vec<String> = (15..24).flat_map(|y| (1..=12).map(move |m| form(y, m))).collect();
        told(&table(&days.iter().map(String::as_str).collect::<Vec<_>>()), &[]).0
    };
    for form in [|y, m| format!("15/{m:02}/{y}"), |y, m| format!("01.{m:02}.{y}"), |y, m| format!("{y}/{m:02}/01")] {
        let days = monthly(form);
        let ends = (days.first().map(|d| &d[..7]), days.last().map(|d| &d[..7]));
        assert_eq!(ends, (Some("2015-01"), Some("2023-12")), "{}", form(15, 1));
    }
    let east: Vec<String> = (1..5).flat_map(|m| (1..6).map(move |d| format!("25.{m:02}.{:02}", d * 5))).collect();
    let days = told(&table(&east.iter().map(String::as_str).collect::<Vec<_>>()), &[]).0;
    assert_eq!(days.first().map(String::as_str), Some("2025-01-05"), "points, and the year first");
    let mixed: Vec<String> = (1..20).map(|d| format!("25.03.{:02}", d * 7 % 20)).collect();
    assert_eq!(asked(&table(&mixed.iter().map(String::as_str).collect::<Vec<_>>())).0, "date-order");
}

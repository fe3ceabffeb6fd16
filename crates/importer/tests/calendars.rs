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

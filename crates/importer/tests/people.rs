//! Splitwise's file of a group has a column for each person: the one who imports it is asked who they are, and what they are owed is right.

mod trials_support;

use holdall_importer::{Options, Outcome};
use trials_support::*;

const TRIP: &str = "Date,Description,Category,Cost,Currency,Anna Muster,Ben,Ben\n\n\
    2025-03-04,Groceries,Groceries,90.00,EUR,60.00,-30.00,-30.00\n\
    2025-03-09,Train,Bus/train,45.00,EUR,-15.00,30.00,-15.00\n\
    2025-03-10,Sushi,Dining out,3000,JPY,-1000,-1000,2000\n\
    2025-03-15,Anna M. paid Ben,Payment,20.00,EUR,20.00,-20.00,0.00\n\n\
    2025-03-31,Total balance, , ,EUR,65.00,-20.00,-45.00\n\
    2025-03-31,Total balance, , ,JPY,-1000,-1000,2000\n";

fn sums(text: &str, person: &str) -> Vec<String> {
    let answers = [("person".to_owned(), person.to_owned())].into();
    let (kept, summaries) = run(&source("trip.csv", text), &Options { answers, ..Options::default() }).expect("read");
    assert_eq!((kept.quarantined.len(), summaries.len()), (0, 1), "{:?}", kept.reasons());
    assert!(kept.diagnostics.iter().all(|d| d.id != "columns-new"), "people are no new columns");
    summaries[0].sums.iter().map(|q| format!("{} {}", q.value, q.unit)).collect()
}

#[test]
fn the_one_question_is_who_you_are_and_the_sums_are_what_you_are_owed() {
    let Outcome::NeedsAnswer { question } = outcome("trip.csv", TRIP) else { panic!("it was guessed") };
    assert_eq!(question.id, "person");
    assert!(question.text.starts_with("Which of these people are you?"));
    let choices: Vec<(&str, &str)> = question.choices.iter().map(|c| (c.id.as_str(), c.label.as_str())).collect();
    assert_eq!(
        choices,
        [
            ("Anna Muster", "Anna Muster, for example 60.00 (2025-03-04, Groceries)"),
            ("Ben (7)", "Ben (7), for example -30.00 (2025-03-04, Groceries)"),
            ("Ben (8)", "Ben (8), for example -30.00 (2025-03-04, Groceries)"),
        ]
    );
    assert_eq!(sums(TRIP, "Anna Muster"), ["65.00 EUR", "-1000 JPY"], "as the file's own balance says");
    assert_eq!(sums(TRIP, "anna muster"), sums(TRIP, "Anna Muster"), "however it is typed");
    assert_eq!(sums(TRIP, "Ben (7)"), ["-20.00 EUR", "-1000 JPY"]);
    assert_eq!(sums(TRIP, "Ben (8)"), ["-45.00 EUR", "2000 JPY"]);
    let nobody = Options { answers: [("person".to_owned(), "Zoe".to_owned())].into(), ..Options::default() };
    let outcome = look(&source("trip.csv", TRIP), &nobody).expect("looked at").files.remove(0).outcome;
    assert!(matches!(outcome, Outcome::NeedsAnswer { .. }), "who is not there is nobody");
}

#[test]
fn the_same_holds_in_other_languages_and_with_a_comma() {
    let german = "Datum,Beschreibung,Kategorie,Kosten,Währung,Ines,Lukas\n\n2026-07-02,Flug,Flugzeug,2362.00,EUR,-1181.00,1181.00\n\n2026-07-09,Gesamtbilanz, , ,EUR,-1181.00,1181.00\n";
    assert_eq!(sums(german, "Lukas"), ["1181.00 EUR"]);
    let spanish = "Fecha;Descripción;Categoría;Coste;Moneda;Ivan;Sofia\n2026-01-03;Cena;Comida;30,50;EUR;15,25;-15,25\n;Saldo total;;0,00;EUR;15,25;-15,25\n";
    assert_eq!(sums(spanish, "Ivan"), ["15.25 EUR"]);
}

#[test]
fn columns_that_are_no_people_make_it_another_file() {
    for other in [
        "Date,Description,Category,Cost,Currency,Notes\n2025-03-04,Groceries,Food,90.00,EUR,none\n",
        "Date,Description,Category,Cost,Currency,Tax,Total\n2025-03-04,Groceries,Food,90.00,EUR,5.00,95.00\n",
    ] {
        let seen = outcome("x.csv", other);
        assert!(!matches!(&seen, Outcome::NeedsAnswer { question } if question.id == "person"), "{seen:?}");
        assert!(!matches!(&seen, Outcome::Recognised { plan, .. } if plan.vendor == "splitwise"), "{seen:?}");
    }
}

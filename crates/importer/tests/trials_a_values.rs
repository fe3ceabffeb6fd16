//! Trials A30 to A34: days, moments, amounts and texts that can be read in two ways, in none, or not exactly. Every way of writing one
//! value is tried beside its reader (`table/date.rs`, `table/number.rs`); here whole files are.

mod trials_support;

use holdall_importer::{Options, Outcome};
use proptest::prelude::*;
use trials_support::*;

const AMEX: (&str, &str) = ("american-express", "card-short");

fn dated(dates: &[&str]) -> String {
    dates.iter().fold(CHASE.to_owned(), |text, d| text + &format!("DEBIT,{d},COFFEE,-1.00,DEBIT_CARD,,,\n"))
}

#[test]
fn a30_a_day_that_can_be_read_in_two_ways_is_asked_once_and_one_that_is_none_is_set_aside() {
    let two_ways = |days: &[&str]| {
        let rows: String = days.iter().map(|d| format!("{d},IKEA,5.00\n")).collect();
        outcome("activity.csv", format!("Date,Description,Amount\n{rows}"))
    };
    let Outcome::NeedsAnswer { question } = two_ways(&["02/06/2025", "03/07/2025", "04/08/2025"]) else { panic!("it was guessed") };
    assert_eq!((question.id.as_str(), question.choices.len()), ("date-order", 2));
    assert!(matches!(two_ways(&["02/06/2025", "13/07/2025"]), Outcome::Recognised { .. }), "one row proves the order of all");
    let kept = import_as(AMEX, "activity.csv", "Date,Description,Amount\n02/06/2025,A,5.00\n13/07/2025,B,5.00\n", &[]).expect("read");
    assert_eq!(kept.moments(), ["2025-06-02", "2025-07-13"]);
    for none in ["30/02/2024", "02/30/2024", "13/13/2024", "00/00/0000", "0000-00-00", "45321", "1709290800", "09/25/2567", "soon", ""] {
        let kept = import("a.csv", dated(&["09/25/2025", "09/26/2025", none]));
        assert_eq!(kept.moments(), ["2025-09-25", "2025-09-26"], "{none:?}");
        assert_eq!(kept.quarantined.len(), 1, "{none:?}");
        let reason = &kept.quarantined[0].reason;
        assert!(reason.place.row == Some(4) && reason.text.ends_with("(column posting date)"), "{none:?}: {reason:?}");
        assert!(none.is_empty() || !reason.text.contains(none), "no value in a reason");
    }
    let years = import("a.csv", dated(&["09/25/25", "12/31/68", "01/01/70", "02/29/2024"]));
    assert_eq!(years.records.len() + years.quarantined.len(), 4);
    assert!(years.moments().contains(&"2024-02-29".to_owned()) && years.moments().contains(&"2025-09-25".to_owned()));
}

#[test]
fn a31_a_clock_time_is_kept_as_it_was_written_and_never_moved() {
    // Half past two did not exist on this night in Zürich, and came twice in October: the record keeps the clock time without a zone.
    let row = |moment: &str| format!("{{\"endTime\":\"{moment}\",\"artistName\":\"a\",\"trackName\":\"b\",\"msPlayed\":1}}");
    let told = ["2025-03-30 02:30", "2025-10-26 02:30", "2025-10-26 02:30"];
    let list = told.map(row).join(",");
    let kept = import_as(("spotify", "account-data"), "x.json", format!("[{list}]"), &[]).expect("read");
    assert_eq!(kept.moments(), ["2025-03-30T02:30", "2025-10-26T02:30", "2025-10-26T02:30"]);
    let rows: std::collections::HashSet<_> = kept.records.iter().map(|(_, i)| i.row).collect();
    assert_eq!(rows.len(), 3, "the same clock time twice is two events");
    for none in ["2025-01-01 24:30", "2025-01-01 23:60", "2025-01-01T10:00+99:00", "2025-01-01 10:00 Mars/Olympus"] {
        let kept =
            import_as(("spotify", "account-data"), "x.json", format!("[{},{}]", row("2025-01-01 10:00"), row(none)), &[]).expect("read");
        assert_eq!((kept.records.len(), kept.quarantined.len()), (1, 1), "{none}: {:?}", kept.moments());
    }
}

#[test]
fn a32_an_amount_is_read_by_the_grammar_of_its_file_or_set_aside() {
    let dot = |amount: &str| import("a.csv", rows(&["-1.00", "-2.00"]) + &format!("DEBIT,09/25/2025,COFFEE,{amount},DEBIT_CARD,,,\n"));
    for (amount, value) in [
        ("\"1,234.56\"", "1234.56"),
        ("1'234.50", "1234.50"),
        ("(12.00)", "-12.00"),
        ("12.00-", "-12.00"),
        ("\u{2212}5.00", "-5.00"),
        ("$5.00", "5.00"),
        ("5\u{a0}000.00", "5000.00"),
        ("5\u{202f}000.00", "5000.00"),
        ("٣٫٥٠", "3.50"),
        ("\"$ (1,234.56)\"", "-1234.56"),
        ("$ -", "0"),
    ] {
        let kept = dot(amount);
        assert_eq!(kept.amounts(), ["-1.00", "-2.00", value], "{amount}: {:?}", kept.reasons());
    }
    for amount in ["1_000", "1e3", "1.2.3", "\"1.234,56\"", "--5", "5.00 pieces", "NaN", "inf", "0x10", "Ⅲ", "", "1,00,0.00"] {
        let amount = if amount.contains(',') && !amount.starts_with('"') { format!("\"{amount}\"") } else { amount.to_owned() };
        let kept = dot(&amount);
        assert_eq!((kept.amounts(), kept.quarantined.len()), (vec!["-1.00".to_owned(), "-2.00".to_owned()], 1), "{amount}");
    }
    let comma = |amount: &str| {
        let head = "Buchungstag;Wertstellung (Valuta);Vorgang;Buchungstext;Umsatz in EUR;\n";
        let row = |a: &str| format!("04.03.2025;04.03.2025;Card;Shop;{a};\n");
        import("a.csv", format!("{head}{}{}", row("-1,00"), row(amount))).amounts()
    };
    for (amount, value) in [("1.234,56", "1234.56"), ("5 000,00", "5000.00"), ("5\u{202f}000,00", "5000.00"), ("12,00-", "-12.00")] {
        assert_eq!(comma(amount), ["-1.00", value], "{amount}");
    }
    assert_eq!(comma("1,234.56"), ["-1.00"], "the other way round is no amount here");
}

#[test]
fn a33_amounts_are_exact_in_every_unit_or_refused() {
    let long = "12345678901234567890123456789.12";
    let kept = import("a.csv", rows(&["-1.00", long]));
    assert_eq!((kept.amounts(), kept.quarantined.len()), (vec!["-1.00".to_owned()], 1));
    let in_units = |unit: &str, amount: &str| {
        let head = "Buchungstag;Wertstellung;Umsatzart;Buchungstext;Betrag;Währung\n";
        let known = "02.03.2018;02.03.2018;Lastschrift;Shop;-2,00;EUR\n".repeat(2);
        let kept = import("a.csv", format!("{head}{known}02.03.2018;02.03.2018;Lastschrift;Shop;{amount};{unit}\n"));
        let told: Vec<_> = kept.records.iter().skip(2).filter_map(|(r, _)| r.amount).map(|a| format!("{} {}", a.value, a.unit)).collect();
        (told.join(", "), kept.quarantined.len())
    };
    for (unit, amount, told) in
        [("JPY", "-1500", "-1500 JPY"), ("KWD", "-1,505", "-1.505 KWD"), ("CLF", "-1,0005", "-1.0005 CLF"), ("DEM", "-3,00", "-3.00 DEM")]
    {
        assert_eq!(in_units(unit, amount), (told.to_owned(), 0));
    }
    for nothing in ["???", "E", "Bitcoin"] {
        assert_eq!(in_units(nothing, "-1,00"), (String::new(), 1), "{nothing}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn a33_the_sum_of_the_records_is_the_sum_of_the_file(cents in prop::collection::vec(-99_999_999i64..99_999_999, 1..40)) {
        let text: Vec<String> = cents.iter().map(|c| format!("{}{}.{:02}", if *c < 0 { "-" } else { "" }, c.abs() / 100, c.abs() % 100)).collect();
        let texts: Vec<&str> = text.iter().map(String::as_str).collect();
        let (kept, summaries) = run(&source("a.csv", rows(&texts)), &Options::default()).expect("read");
        prop_assert_eq!(kept.amounts(), text);
        let total: i64 = cents.iter().sum();
        let sum: Vec<String> = summaries[0].sums.iter().map(|q| q.value.to_string()).collect();
        let expected = format!("{}{}.{:02}", if total < 0 { "-" } else { "" }, total.abs() / 100, total.abs() % 100);
        prop_assert_eq!(sum, vec![expected]);
    }
}

#[test]
fn a34_texts_come_through_letter_for_letter() {
    let zalgo = format!("Z{}a", "\u{351}".repeat(200));
    let long = "x".repeat(900_000);
    for title in [
        "\u{202e}evil",
        "a\u{200b}b",
        &zalgo,
        "👨\u{200d}👩\u{200d}👧",
        "cafe\u{301} ≠ café",
        "<img src=x onerror=alert(1)>",
        "=1+1",
        &long,
    ] {
        let kept = import("a.csv", rows(&["-1.00"]).replace("COFFEE", title));
        assert_eq!(kept.titles(), [title]);
    }
    let nul = import("a.csv", rows(&["-1.00"]).replace("COFFEE", "COF\0FEE") + "DEBIT,09/25/2025,COFFEE,-2.00,DEBIT_CARD,,,\n");
    assert_eq!(
        (nul.amounts(), nul.reasons()),
        (vec!["-2.00".to_owned()], vec!["nul-byte"]),
        "a NUL is shown as damage with the row's text"
    );
}

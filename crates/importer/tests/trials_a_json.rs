//! Trials A18 to A22 and the escapes of A34: JSON that is deep, endless, doubled, inexact, or wrapped in a script.

mod trials_support;

use std::time::Duration;

use holdall_importer::{Options, Source};
use trials_support::*;

const SPOTIFY: (&str, &str) = ("spotify", "account-data");
const ROW: &str = "{\"endTime\":\"2025-01-01 10:00\",\"artistName\":\"a\",\"trackName\":\"b\",\"msPlayed\":61000}";
const PLAY: (&str, &str) = ("google", "play-purchases");

fn purchase(price: &str) -> String {
    format!(
        "{{\"purchaseHistory\":{{\"invoicePrice\":{price},\"doc\":{{\"title\":\"Book\",\"documentType\":\"Leisure\"}},\"purchaseTime\":\"2025-03-04\"}}}}"
    )
}

#[test]
fn a18_values_nested_a_hundred_thousand_deep_are_refused() {
    let test = "a18_values_nested_a_hundred_thousand_deep_are_refused";
    let prepare = || {
        let open = "[".repeat(100_000);
        let inside = |value: &str| source("x.json", format!("[{ROW},{}{value}", ROW.replace("\"b\"", &open)));
        [inside(""), source("x.json", &open), source("x.json", "{\"a\":".repeat(100_000)), inside(&"]".repeat(100_000))]
    };
    let cost = measured(test, prepare, |files| {
        let (code, words) = refusal(&files[0], &options(SPOTIFY, &[]));
        assert!(code == "too-large" && words.contains("the depth of nested values is beyond the limit of 64"), "{words}");
        assert!(words.contains(", byte "), "{words}");
        for file in files {
            let found = look(file, &Options::default()).map(|i| plans(&i).len());
            assert!(found.is_err() || run(file, &Options::default()).is_err() || found.is_ok_and(|n| n == 0), "{}", file.size());
        }
    });
    if let Some(cost) = cost {
        cost.check(Duration::from_millis(200), 32 * MIB);
    }
}

/// Records and rows set aside, with a sink that keeps neither.
fn count(file: &Source, options: &Options) -> (u64, u64) {
    let plan = plans(&look(file, options).expect("looked at")).remove(0);
    let summary = holdall_importer::read(file, &plan, options, &holdall_model::Task::silent(), &mut Counted::default()).expect("read");
    (summary.records, summary.quarantined)
}

#[test]
fn a19_long_lists_and_long_texts_take_no_more_memory_than_short_ones() {
    let test = "a19_long_lists_and_long_texts_take_no_more_memory_than_short_ones";
    let prepare = || {
        let names: String = (0..1_000_000).map(|n| format!(",\"k{n}\":1")).collect();
        (
            Long::source("small.json", &format!("[{ROW}"), ",{\"a\":1}", 2 << 20, "]"),
            Long::source("long.json", "[{\"endTime\":\"2025-01-01 10:00\",\"trackName\":\"", &"x".repeat(1024), 1 << 20, "\"}]"),
            source("names.json", format!("[{ROW},{}]", ROW.replace('}', &format!("{names}}}")))),
            Long::source("rows.json", &format!("[{ROW}"), &format!(",{ROW}"), 100_000, "]"),
        )
    };
    let cost = measured(test, prepare, |(small, long, names, rows)| {
        assert_eq!(count(small, &options(SPOTIFY, &[])), (1, 2 << 20));
        for (file, codes) in [(long, ["too-large", "layout-mismatch"]), (names, ["too-large", "file-damaged"])] {
            let (code, words) = refusal(file, &options(SPOTIFY, &[]));
            assert!(codes.contains(&code), "{words}");
        }
        assert_eq!(count(rows, &Options::default()), (100_001, 0));
    });
    if let Some(cost) = cost {
        cost.check(Duration::from_secs(5), 64 * MIB);
    }
}

#[test]
fn a20_a_field_told_twice_is_never_silently_one_of_the_two() {
    let twice = |field: &str, value: &str| {
        let text = format!("[{ROW},{}]", ROW.replace('}', &format!(",\"{field}\":{value}}}")));
        import_as(SPOTIFY, "x.json", text, &[]).expect("read")
    };
    let name = twice("trackName", "\"c\"");
    assert_eq!(name.titles(), ["b", "b; c"], "both are kept, in their order");
    assert!(name.diagnostics.iter().any(|d| d.id == "field-repeated" && d.place.row == Some(2)), "{:?}", name.diagnostics);
    let length = twice("msPlayed", "2");
    let (record, _) = &length.records[1];
    assert!(record.unmapped.contains("61000; 2") && !format!("{:?}", record.fields).contains("duration"), "{record:?}");
    let price = purchase("\"5.00\",\"invoicePrice\":\"6.00\"");
    let amount = import_as(PLAY, "a.json", format!("[{},{price}]", purchase("\"4.00\"")), &[("decimal-mark", "dot")]).expect("read");
    assert_eq!((amount.amounts(), amount.reasons().len()), (vec!["4.00".to_owned()], 1), "an amount told twice is none");
    let unknown = twice("new", "1");
    assert!(unknown.diagnostics.iter().all(|d| d.id != "field-repeated"));
}

#[test]
fn a21_numbers_keep_every_digit_or_are_set_aside() {
    let exact = ["12.50", "0.1234567890123456789", "12345678901234567.89", "1234567890123456789012.34", "-3", "1e2"];
    let list = |prices: &[&str]| format!("[{}]", prices.iter().map(|p| purchase(p)).collect::<Vec<_>>().join(","));
    for price in exact {
        // Beside a usual price, which tells how the others are written.
        let kept = import_as(PLAY, "a.json", list(&["7.25", price]), &[("decimal-mark", "dot")]);
        match kept {
            Ok(kept) if kept.quarantined.is_empty() => assert_eq!(kept.amounts(), ["7.25", price]),
            Ok(kept) => assert!(kept.amounts() == ["7.25"] && price.len() > 20 || price.contains('e'), "{price}"),
            Err(error) => panic!("{price}: {error}"),
        }
    }
    // Each is exact, and their sum would not be.
    let (code, words) =
        refusal(&source("a.json", list(&["0.1234567890123456789", "12345678901234567.89"])), &options(PLAY, &[("decimal-mark", "dot")]));
    assert!(code == "file-damaged" && words.contains("the total has more digits than can be kept exactly"), "{words}");
    let beyond = import_as(PLAY, "a.json", list(&["12.50", "1e999", "12345678901234567890123456789012.00"]), &[("decimal-mark", "dot")]);
    let beyond = beyond.expect("read");
    assert_eq!((beyond.amounts(), beyond.quarantined.len()), (vec!["12.50".to_owned()], 2));
}

#[test]
fn a22_marks_lines_and_scripts_around_json_are_read_and_other_damage_has_its_place() {
    for (what, text) in [
        ("byte order mark", format!("\u{feff}[{ROW},{ROW}]")),
        ("lines", format!("{ROW}\n{ROW}\n")),
        ("a script", format!("window.YTD.tweets.part0 = [ {ROW},\n{ROW} ]")),
        ("a script on one line", format!("window.YTD.tweets.part0=[{ROW},{ROW}]")),
    ] {
        let file = source("x.json", &text);
        let inspection = look(&file, &Options::default()).expect("looked at");
        let plan = plans(&inspection).pop().unwrap_or_else(|| panic!("{what}: {:?}", inspection.files));
        let (kept, _) = run(&file, &Options::default()).expect("read");
        assert_eq!(kept.titles(), ["b", "b"], "{what}");
        for (record, _) in &kept.records {
            let row = holdall_importer::source_row(&file, &plan, &Options::default(), &record.locator).expect("found");
            assert_eq!(row.raw, ROW, "{what}");
        }
    }
    for (damage, text) in [
        ("trailing comma", format!("[{ROW},{ROW},]")),
        ("NaN", format!("[{ROW},{}]", ROW.replace("61000", "NaN"))),
        ("a quote is missing", format!("[{ROW},{}]", ROW.replace("\"b\"", "\"b"))),
        ("cut", format!("[{ROW},{}", &ROW[..40])),
    ] {
        let (code, words) = refusal(&source("x.json", &text), &options(SPOTIFY, &[]));
        assert!(code == "file-damaged" && words.contains(", byte "), "{damage}: {words}");
        assert!(!words.contains(['(', '_']), "{damage}: in plain words: {words}");
    }
}

#[test]
fn a22_a_list_that_begins_behind_the_head_is_found() {
    let preface = format!("{{\"Customer Profile\":{{\"note\":\"{}\"}},\"Purchase\":[[", "x".repeat(200 << 10));
    let one = "{\"timeStamp\":\"2025-03-04T10:00:00\",\"basketValueNet\":\"5.00\",\"storeName\":\"Corner\"}";
    let file = source("purchases.json", format!("{preface}{one},{one}]]}}"));
    let (kept, _) = run(&file, &Options::default()).expect("read");
    assert_eq!(kept.amounts().len(), 2, "{:?}", look(&file, &Options::default()));
}

#[test]
fn a34_half_of_a_letter_costs_that_letter_alone() {
    let row = |title: &str| ROW.replace("\"b\"", &format!("\"{title}\""));
    let text = format!("[{ROW},{},{},{ROW}]", row("Tune \\ud83d end"), row("\\ude00\\ud83d\\ude00"));
    let file = source("x.json", &text);
    let plan = plans(&look(&file, &Options::default()).expect("looked at")).remove(0);
    let (kept, _) = run(&file, &Options::default()).expect("read");
    assert_eq!(kept.titles(), ["b", "Tune \u{fffd} end", "\u{fffd}😀", "b"]);
    assert!(kept.quarantined.is_empty());
    let note = kept.diagnostics.iter().find(|d| d.id == "letter-halved").expect("it is told");
    assert!(note.place.row == Some(2) && note.text.contains("2 times"), "{note:?}");
    let row = holdall_importer::source_row(&file, &plan, &Options::default(), &kept.records[1].0.locator).expect("found");
    assert!(row.raw.contains("Tune \\ud83d end"), "the row's own text stays what it is: {}", row.raw);
    assert!(row.cells.iter().any(|(_, cell)| cell == "Tune \u{fffd} end"), "{:?}", row.cells);
}

#[test]
fn a23_bytes_told_as_letters_are_put_together_only_for_vendors_who_do_that() {
    let friend = |name: &str| format!("{{\"friends_v2\":[{{\"name\":\"{name}\",\"timestamp\":1741072500}}]}}");
    let file = source("your_friends.json", friend("Andr\\u00c3\\u00a9"));
    let plan = plans(&look(&file, &Options::default()).expect("looked at")).remove(0);
    let (kept, _) = run(&file, &Options::default()).expect("read");
    assert_eq!((plan.vendor.as_str(), kept.titles()), ("facebook", vec!["André"]));
    assert!(kept.diagnostics.iter().any(|d| d.id == "letters-put-together"));
    let row = holdall_importer::source_row(&file, &plan, &Options::default(), &kept.records[0].0.locator).expect("found");
    assert!(row.cells.contains(&("name".to_owned(), "André".to_owned())), "{:?}", row.cells);
    // A text that is no UTF-8 when its letters are taken for bytes was meant as it stands.
    for name in ["Andr\\u00e9", "\\u00c3\\u00a9 and \\u00e9", "Zo\u{eb}", "\\u00c3\\u00a9 \\u2192"] {
        let kept = import("your_friends.json", friend(name));
        let told: String = serde_json::from_str(&format!("\"{name}\"")).expect("a text");
        assert_eq!(kept.titles(), [told]);
        assert!(kept.diagnostics.iter().all(|d| d.id != "letters-put-together"));
    }
    let other = import_as(SPOTIFY, "x.json", format!("[{}]", ROW.replace("\"b\"", "\"\\u00c3\\u00a9\"")), &[]).expect("read");
    assert_eq!(other.titles(), ["Ã©"], "what another vendor tells is never changed");
}

#[test]
fn a34_escapes_and_letters_of_every_kind_come_through_as_they_are() {
    for (escaped, letters) in [
        ("\\u202eevil", "\u{202e}evil"),
        ("a\\u200bb", "a\u{200b}b"),
        ("Z\\u0351\\u036b\\u0343a", "Z\u{351}\u{36b}\u{343}a"),
        ("\\ud83d\\udc68\\u200d\\ud83d\\udc69", "👨\u{200d}👩"),
        ("cafe\\u0301", "cafe\u{301}"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
    ] {
        let kept = import_as(SPOTIFY, "x.json", format!("[{}]", ROW.replace("\"b\"", &format!("\"{escaped}\""))), &[]).expect("read");
        assert_eq!(kept.titles(), [letters]);
    }
}

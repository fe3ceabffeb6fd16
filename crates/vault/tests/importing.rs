//! Imports: verdicts, history, undo. Each whole, or not at all.

mod support;

use holdall_model::{Diagnostic, Locator, Quarantined, Redacted, Severity, Task, Verdict};
use holdall_vault::*;
use support::*;

const JANUARY: &[Row] = &[
    Row("2025-01-02", -320, "Coffee", ""),
    Row("2025-01-02", -320, "Coffee", ""),
    Row("2025-01-03", -90000, "Rent January", ""),
    Row("2025-01-31", 250_000, "Salary", ""),
];
const FEBRUARY: &[Row] =
    &[Row("2025-01-31", 250_000, "Salary", ""), Row("2025-02-02", -320, "Coffee", ""), Row("2025-02-03", -90000, "Rent February", "")];

#[test]
fn the_same_file_again_brings_nothing_and_twins_stay_two() {
    let f = fixture();
    assert_eq!(counts(import(&f.vault, JANUARY).counts), [4, 0, 0, 0, 0]);
    assert_eq!(counts(preview(&f.vault, JANUARY)), [0, 4, 0, 0, 0]);
    assert_eq!(counts(import(&f.vault, JANUARY).counts), [0, 4, 0, 0, 0]);
    assert_eq!(titles(&f.vault, "coffee"), ["Coffee", "Coffee"]);
    let f = f.reopened();
    assert_eq!(counts(import(&f.vault, JANUARY).counts), [0, 4, 0, 0, 0]);
    assert_eq!(all(&f.vault).len(), 4);
}

#[test]
fn overlapping_files_unite() {
    let f = fixture();
    import(&f.vault, JANUARY);
    assert_eq!(counts(preview(&f.vault, FEBRUARY)), [2, 1, 0, 0, 0]);
    assert_eq!(counts(import(&f.vault, FEBRUARY).counts), [2, 1, 0, 0, 0]);
    assert_eq!(all(&f.vault).len(), 6);
    let months = f.vault.months(Some("bank")).expect("sums");
    let told: Vec<String> =
        months.iter().map(|m| format!("{:?} {} {} {}", m.month.map(|m| m.to_string()), m.records, m.incoming, m.outgoing)).collect();
    assert_eq!(told, [r#"Some("2025-01") 4 2500 -906.4"#, r#"Some("2025-02") 2 0 -903.2"#]);
}

#[test]
fn an_import_that_is_dropped_or_stopped_leaves_nothing() {
    let f = fixture();
    import(&f.vault, JANUARY);
    let before = content(&f.vault);
    let mut tx = f.vault.begin_import(meta("x.csv")).expect("begins");
    let mut identifier = Identifier::default();
    for (n, row) in FEBRUARY.iter().enumerate() {
        let record = record(row, n as u64);
        tx.judge_and_store(&record, &identifier.identify(&record)).expect("stores");
    }
    drop(tx);
    assert_eq!(content(&f.vault), before);

    let tx = f.vault.begin_import(meta("x.csv")).expect("begins");
    let original = f.vault.seal_original(&mut &b"bytes"[..], &Task::silent()).expect("seals");
    let task = Task::silent();
    task.cancel();
    assert_eq!(tx.finish(original, &task).expect_err("stopped").code(), "CANCELLED");
    assert_eq!(content(&f.vault), before);
    assert_eq!(files(&f.path().join("blobs")).len(), 1, "only the first import's original");
    assert_eq!(f.vault.imports().expect("reads").len(), 1);
}

#[test]
fn a_row_with_the_vendors_id_changes_in_place_and_keeps_its_history() {
    let f = fixture();
    import(&f.vault, &[Row("2025-03-01", -500, "Pending: Coffee", "A1"), Row("2025-03-01", -700, "Rent", "A2")]);
    let booked = &[Row("2025-03-01", -500, "Coffee", "A1"), Row("2025-03-01", -700, "Rent", "A2")];
    assert_eq!(counts(preview(&f.vault, booked)), [0, 1, 1, 0, 0]);
    assert_eq!(counts(import(&f.vault, booked).counts), [0, 1, 1, 0, 0]);
    assert_eq!(titles(&f.vault, "coffee"), ["Coffee"]);
    assert!(titles(&f.vault, "pending").is_empty());
    let records = all(&f.vault);
    let changed = records.iter().find(|r| r.record.title == "Coffee").expect("there");
    assert_eq!((changed.import, changed.earlier_versions), (ImportId(2), 1));
    let earlier = f.vault.earlier_versions(changed.id).expect("reads");
    assert_eq!(
        (earlier[0].record.title.as_str(), earlier[0].import, earlier[0].replaced_by),
        ("Pending: Coffee", ImportId(1), ImportId(2))
    );
    // The older export tells the earlier wording, which is known: it does not come back.
    let older = &[Row("2025-03-01", -500, "Pending: Coffee", "A1")];
    assert_eq!(counts(import(&f.vault, older).counts), [0, 1, 0, 0, 0]);
    assert_eq!(titles(&f.vault, "coffee"), ["Coffee"]);
}

#[test]
fn a_change_of_day_moves_the_record() {
    let f = fixture();
    import(&f.vault, &[Row("2025-03-30", -500, "Coffee", "A1")]);
    import(&f.vault, &[Row("2025-04-02", -500, "Coffee", "A1")]);
    import(&f.vault, &[Row("2025-04-03", -550, "Coffee", "A1")]);
    let records = all(&f.vault);
    assert_eq!(records.len(), 1);
    assert_eq!(f.vault.earlier_versions(records[0].id).expect("reads").len(), 2);
    let months = f.vault.months(None).expect("sums");
    assert_eq!(months.iter().map(|m| m.records).collect::<Vec<_>>(), [1]);
    f.vault.undo_import(ImportId(3), &Task::silent()).expect("undoes");
    f.vault.undo_import(ImportId(2), &Task::silent()).expect("undoes");
    let records = all(&f.vault);
    assert_eq!((records.len(), records[0].record.moment.expect("told").to_string()), (1, "2025-03-30".to_owned()));
}

#[test]
fn undo_leaves_the_vault_as_if_the_import_had_never_been() {
    let f = fixture();
    import(&f.vault, &[Row("2025-01-02", -320, "Coffee pending", "A1"), Row("2025-01-03", -90000, "Rent", "A2")]);
    let before = content(&f.vault);
    let second = import_named(&f.vault, "b.csv", &[Row("2025-01-02", -320, "Coffee", "A1"), Row("2025-01-05", 700, "Salary", "A3")]);
    let after = content(&f.vault);
    assert_ne!(before, after);
    let undone = f.vault.undo_import(second.id, &Task::silent()).expect("undoes");
    assert_eq!(undone, Undone { removed: 1, handed_over: 0, restored: 1 });
    assert_eq!(content(&f.vault), before);
    assert_eq!(files(&f.path().join("blobs")).len(), 1);
    // And again: everything is fresh.
    let again = import_named(&f.vault, "b.csv", &[Row("2025-01-02", -320, "Coffee", "A1"), Row("2025-01-05", 700, "Salary", "A3")]);
    assert_eq!(again.counts, second.counts);
    assert!(again.id > second.id);
    assert_eq!(content(&f.vault), after);
    let f = f.reopened();
    assert_eq!(content(&f.vault), after);
}

#[test]
fn undo_of_the_only_import_leaves_an_empty_vault() {
    let f = fixture();
    let empty = content(&f.vault);
    let stored = import(&f.vault, JANUARY);
    f.vault.undo_import(stored.id, &Task::silent()).expect("undoes");
    assert_eq!(content(&f.vault), empty);
    assert_eq!(counts(import(&f.vault, JANUARY).counts), [4, 0, 0, 0, 0]);
}

#[test]
fn undo_of_an_older_import_hands_rows_over_to_a_later_one_that_holds_them() {
    let only_february = {
        let f = fixture();
        import(&f.vault, FEBRUARY);
        content(&f.vault)
    };
    let f = fixture();
    let january = import_named(&f.vault, "a.csv", JANUARY);
    let february = import_named(&f.vault, "b.csv", FEBRUARY);
    let undone = f.vault.undo_import(january.id, &Task::silent()).expect("undoes");
    assert_eq!(undone, Undone { removed: 3, handed_over: 1, restored: 0 });
    // Its place in the later file included.
    assert_eq!(content(&f.vault), only_february);
    assert!(all(&f.vault).iter().all(|r| r.import == february.id));
    assert_eq!(counts(import_named(&f.vault, "b.csv", FEBRUARY).counts), [0, 3, 0, 0, 0]);
    assert_eq!(counts(import_named(&f.vault, "a.csv", JANUARY).counts), [3, 1, 0, 0, 0]);
}

#[test]
fn rows_are_handed_on_until_the_last_import_that_holds_them_goes() {
    let f = fixture();
    let ids: Vec<ImportId> = ["a.csv", "b.csv", "c.csv"].map(|file| import_named(&f.vault, file, JANUARY).id).to_vec();
    let four = content(&f.vault);
    f.vault.undo_import(ids[0], &Task::silent()).expect("undoes");
    assert_eq!(content(&f.vault), four);
    // Numbers of what is gone are not used again, so an old note cannot point at a new record.
    let other = import_named(&f.vault, "d.csv", &[Row("2024-05-05", -1, "Other", "")]);
    assert_eq!(f.vault.undo_import(other.id, &Task::silent()).expect("undoes"), Undone { removed: 1, handed_over: 0, restored: 0 });
    assert_eq!(f.vault.undo_import(ids[1], &Task::silent()).expect("undoes"), Undone { removed: 0, handed_over: 4, restored: 0 });
    assert_eq!(content(&f.vault), four);
    assert!(all(&f.vault).iter().all(|r| r.import == ids[2]));
    assert_eq!(f.vault.undo_import(ids[2], &Task::silent()).expect("undoes"), Undone { removed: 4, handed_over: 0, restored: 0 });
    assert!(all(&f.vault).is_empty());
}

#[test]
fn what_was_set_aside_is_handed_over_too() {
    let f = fixture();
    import(&f.vault, &[Row("2025-01-02", -320, "Coffee House Berlin", "")]);
    let second = import_named(&f.vault, "b.csv", &[Row("2025-01-02", -320, "CARD COFFEE", "")]);
    let pair = f.vault.undecided(1).expect("reads").remove(0);
    f.vault.decide(&[pair.1.id], Decision::SameThing).expect("decides");
    let decided = content(&f.vault);
    import_named(&f.vault, "c.csv", &[Row("2025-01-02", -320, "CARD COFFEE", "")]);
    f.vault.undo_import(second.id, &Task::silent()).expect("undoes");
    assert_eq!(content(&f.vault), decided, "it stays set aside");
    assert_eq!(counts(preview(&f.vault, &[Row("2025-01-02", -320, "CARD COFFEE", "")])), [0, 1, 0, 0, 0]);
}

#[test]
fn undo_in_the_middle_of_a_history_closes_the_gap() {
    let wordings = [
        Row("2025-03-01", -500, "One coffee", "A1"),
        Row("2025-03-01", -501, "Two coffee", "A1"),
        Row("2025-03-01", -502, "Three coffee", "A1"),
    ];
    for undone in 1..=3 {
        let f = fixture();
        for row in &wordings {
            import_named(&f.vault, row.2, &[*row]);
        }
        f.vault.undo_import(ImportId(undone), &Task::silent()).expect("undoes");
        let expected = fixture();
        for (n, row) in wordings.iter().enumerate() {
            if n as i64 + 1 != undone {
                import_named(&expected.vault, row.2, &[*row]);
            }
        }
        assert_eq!(content(&f.vault), content(&expected.vault), "without {undone}");
    }
}

#[test]
fn a_similar_row_from_another_file_waits_for_a_person() {
    let f = fixture();
    import(&f.vault, &[Row("2025-01-02", -320, "Coffee House Berlin", "")]);
    let other = &[Row("2025-01-02", -320, "CARD 44 COFFEE HSE", ""), Row("2025-01-02", -320, "CARD 44 BAKERY", "")];
    assert_eq!(counts(preview(&f.vault, other)), [1, 0, 0, 1, 0]);
    let stored = import_named(&f.vault, "b.csv", other);
    assert_eq!(counts(stored.counts), [1, 0, 0, 1, 0], "each kept record is matched once");
    let pairs = f.vault.undecided(10).expect("reads");
    assert_eq!(pairs.len(), 1);
    assert_eq!((pairs[0].0.title.as_str(), pairs[0].1.title.as_str()), ("Coffee House Berlin", "CARD 44 COFFEE HSE"));
    let waiting = content(&f.vault);

    f.vault.decide(&[pairs[0].1.id], Decision::SameThing).expect("decides");
    assert_eq!(titles(&f.vault, "hse"), Vec::<String>::new());
    assert_eq!(f.vault.home().expect("counts").records, 2);
    assert_eq!(counts(preview(&f.vault, other)), [0, 2, 0, 0, 0], "set aside, but known");
    f.vault.decide(&[pairs[0].1.id], Decision::TwoThings).expect("decides");
    assert_eq!(titles(&f.vault, "hse").len(), 1);
    assert!(f.vault.undecided(10).expect("reads").is_empty());
    f.vault.undo_import(stored.id, &Task::silent()).expect("undoes");
    assert_eq!(all(&f.vault).len(), 1);
    let fresh = fixture();
    import(&fresh.vault, &[Row("2025-01-02", -320, "Coffee House Berlin", "")]);
    import_named(&fresh.vault, "b.csv", other);
    assert_eq!(content(&fresh.vault), waiting);
}

#[test]
fn a_decision_is_remembered_across_an_undo_and_for_the_next_export() {
    let kept = &[Row("2025-01-02", -320, "Coffee House Berlin", "")];
    let other = &[Row("2025-01-02", -320, "CARD 44 COFFEE HSE", "")];
    for (decision, first_again, shown) in [(Decision::SameThing, [0, 1, 0, 0, 0], 0), (Decision::TwoThings, [1, 0, 0, 0, 0], 1)] {
        let f = fixture();
        let first = import(&f.vault, kept);
        let second = import_named(&f.vault, "b.csv", other);
        let pair = f.vault.undecided(5).expect("reads").remove(0);
        f.vault.decide(&[pair.1.id], decision).expect("decides");
        let decided = content(&f.vault);
        // The next export tells the row again, and nobody is asked.
        assert_eq!(counts(import_named(&f.vault, "c.csv", other).counts), [0, 1, 0, 0, 0], "{decision:?}");
        f.vault.undo_import(ImportId(3), &Task::silent()).expect("undoes");
        f.vault.undo_import(second.id, &Task::silent()).expect("undoes");
        assert_eq!(counts(preview(&f.vault, other)), first_again, "{decision:?}");
        let again = import_named(&f.vault, "b.csv", other);
        assert_eq!(counts(again.counts), first_again, "{decision:?}");
        assert!(f.vault.undecided(5).expect("reads").is_empty(), "{decision:?}");
        assert_eq!((content(&f.vault), titles(&f.vault, "hse").len()), (decided, shown), "{decision:?}");
        // Whichever of the two comes first.
        f.vault.undo_import(first.id, &Task::silent()).expect("undoes");
        f.vault.undo_import(again.id, &Task::silent()).expect("undoes");
        import_named(&f.vault, "b.csv", other);
        assert_eq!(counts(import(&f.vault, kept).counts), first_again, "{decision:?}");
        // And it can be decided again the other way, as long as both are there.
        if let Some(aside) = f.vault.undecided(5).expect("reads").first() {
            panic!("asked again about {}", aside.1.title);
        }
    }
}

#[test]
fn what_was_set_aside_stays_so_when_its_vendor_books_it() {
    let f = fixture();
    import(&f.vault, &[Row("2025-01-02", -320, "Coffee House Berlin", "")]);
    let before = content(&f.vault);
    let pending = import_named(&f.vault, "b.csv", &[Row("2025-01-02", -320, "CARD COFFEE pending", "A1")]);
    let pair = f.vault.undecided(5).expect("reads").remove(0);
    f.vault.decide(&[pair.1.id], Decision::SameThing).expect("decides");
    let aside = content(&f.vault);
    let booked = import_named(&f.vault, "c.csv", &[Row("2025-01-03", -320, "CARD COFFEE", "A1")]);
    assert_eq!(counts(booked.counts), [0, 0, 1, 0, 0]);
    assert_eq!(content(&f.vault), aside, "it is still the same thing");
    // The older export tells the earlier wording, which is known.
    assert_eq!(counts(preview(&f.vault, &[Row("2025-01-02", -320, "CARD COFFEE pending", "A1")])), [0, 1, 0, 0, 0]);
    f.vault.undo_import(booked.id, &Task::silent()).expect("undoes");
    assert_eq!(content(&f.vault), aside);
    import_named(&f.vault, "c.csv", &[Row("2025-01-03", -320, "CARD COFFEE", "A1")]);
    f.vault.undo_import(pending.id, &Task::silent()).expect("undoes");
    assert_eq!(content(&f.vault), aside, "the later export tells it too, and the decision goes with it");
    f.vault.undo_import(ImportId(4), &Task::silent()).expect("undoes");
    assert_eq!(content(&f.vault), before);
}

#[test]
fn b06_an_undo_leaves_shares_and_their_receipts_untouched() {
    let f = fixture();
    let stored = import(&f.vault, JANUARY);
    let grant = Grant {
        id: "0198".to_owned(),
        partner: "https://partner.example".to_owned(),
        state: "receipted".to_owned(),
        created_at: 1,
        body: "every signed message".to_owned(),
    };
    f.vault.write(AuditEvent::new(Act::GrantSigned, "0198"), |w| w.put_grant(&grant)).expect("shares");
    f.vault.undo_import(stored.id, &Task::silent()).expect("undoes");
    assert!(all(&f.vault).is_empty());
    assert_eq!(f.vault.grants().expect("reads"), [grant]);
    let acts: Vec<Act> = f.vault.audit(0, 100).expect("reads").iter().map(|e| e.act).collect();
    assert!(acts.ends_with(&[Act::Imported, Act::GrantSigned, Act::ImportUndone]), "{acts:?}");
}

#[test]
fn what_was_set_aside_comes_back_when_the_other_goes() {
    let f = fixture();
    let first = import(&f.vault, &[Row("2025-01-02", -320, "Coffee House Berlin", "")]);
    import_named(&f.vault, "b.csv", &[Row("2025-01-02", -320, "CARD COFFEE", "")]);
    let pair = f.vault.undecided(1).expect("reads").remove(0);
    f.vault.decide(&[pair.1.id], Decision::SameThing).expect("decides");
    f.vault.undo_import(first.id, &Task::silent()).expect("undoes");
    assert_eq!(titles(&f.vault, "coffee"), ["CARD COFFEE"]);
    assert_eq!(f.vault.home().expect("counts").records, 1);
}

#[test]
fn a_row_that_resembles_another_of_the_same_file_is_new() {
    let f = fixture();
    import(&f.vault, &[Row("2025-01-02", -320, "Coffee", "")]);
    // The file also holds the first coffee, so the tea cannot be another wording of it.
    for rows in [
        [Row("2025-01-02", -320, "Tea", ""), Row("2025-01-02", -320, "Coffee", "")],
        [Row("2025-01-02", -320, "Coffee", ""), Row("2025-01-02", -320, "Tea", "")],
    ] {
        assert_eq!(counts(preview(&f.vault, &rows)), [1, 1, 0, 0, 0]);
        let stored = import_named(&f.vault, "b.csv", &rows);
        assert_eq!(counts(stored.counts), [1, 1, 0, 0, 0]);
        assert!(f.vault.undecided(10).expect("reads").is_empty());
        f.vault.undo_import(stored.id, &Task::silent()).expect("undoes");
    }
}

#[test]
fn rows_that_were_not_understood_are_kept_with_their_text() {
    let f = fixture();
    let mut tx = f.vault.begin_import(meta("x.csv")).expect("begins");
    let reason = Diagnostic::new("bad-date", Severity::Warning, "This is no date.").at_row(3);
    let locator = Locator { entry: 0, row: 3, offset: 10, length: 20 };
    tx.quarantine(&Quarantined { locator, reason: reason.clone(), raw: Redacted::new("32.13.2025;…".to_owned()) }).expect("keeps");
    tx.diagnostics(std::slice::from_ref(&reason));
    let original = f.vault.seal_original(&mut &b"x"[..], &Task::silent()).expect("seals");
    let stored = tx.finish(original, &Task::silent()).expect("finishes");
    assert_eq!(counts(stored.counts), [0, 0, 0, 0, 1]);
    let rows = f.vault.quarantine(Some(stored.id), 0, 10).expect("reads");
    assert_eq!((rows[0].row.locator, &rows[0].row.reason, rows[0].row.raw.reveal().as_str()), (locator, &reason, "32.13.2025;…"));
    assert_eq!(f.vault.imports().expect("reads")[0].diagnostics, [reason]);
    f.vault.undo_import(stored.id, &Task::silent()).expect("undoes");
    assert!(f.vault.quarantine(None, 0, 10).expect("reads").is_empty());
}

#[test]
fn changes_within_one_file_are_followed() {
    let f = fixture();
    let rows = [
        Row("2025-03-01", -500, "Coffee announced", "A1"),
        Row("2025-03-01", -500, "Coffee pending", "A1"),
        Row("2025-03-02", -500, "Coffee", "A1"),
    ];
    // An entry tells each row once: they stand in three of them.
    let mut tx = f.vault.begin_import(meta("x.zip")).expect("begins");
    for (entry, row) in (0..).zip(&rows) {
        let mut record = record(row, 0);
        record.locator.entry = entry;
        tx.judge_and_store(&record, &Identifier::default().identify(&record)).expect("stores");
    }
    let original = f.vault.seal_original(&mut &b"bytes"[..], &Task::silent()).expect("seals");
    let stored = tx.finish(original, &Task::silent()).expect("finishes");
    assert_eq!(counts(stored.counts), [1, 0, 2, 0, 0]);
    assert_eq!(titles(&f.vault, "coffee"), ["Coffee"]);
    assert_eq!(f.vault.home().expect("counts").records, 1);
    f.vault.undo_import(stored.id, &Task::silent()).expect("undoes");
    assert!(all(&f.vault).is_empty() && titles(&f.vault, "coffee").is_empty());
    assert!(f.vault.months(None).expect("sums").is_empty());
}

#[test]
fn many_rows_in_any_order_are_listed_by_day() {
    let f = fixture();
    let mut tx = f.vault.begin_import(meta("x.csv")).expect("begins");
    let mut identifier = Identifier::default();
    let n = 40_000u64;
    for i in 0..n {
        // A file that runs backwards, with a jump.
        let day = 20_000 - (i / 10) as i64 + if i % 5 == 0 { 300 } else { 0 };
        let mut record = record(&Row("2025-01-01", 100, "x", ""), i);
        record.moment = Some(holdall_model::Moment::from_unix(day * 86_400 + (i % 10) as i64 * 3600).expect("a day"));
        record.title = format!("thing {i}");
        let verdict = tx.judge_and_store(&record, &identifier.identify(&record)).expect("stores");
        assert_eq!(verdict, Verdict::New);
    }
    let original = f.vault.seal_original(&mut &b"x"[..], &Task::silent()).expect("seals");
    tx.finish(original, &Task::silent()).expect("finishes");
    let records = all(&f.vault);
    assert_eq!(records.len() as u64, n);
    let keys: Vec<i64> = records.iter().map(|r| r.record.moment.expect("told").sort_key()).collect();
    assert!(keys.is_sorted());
    assert_eq!(titles(&f.vault, "thing 39999"), ["thing 39999"]);
    let undone = f.vault.undo_import(ImportId(1), &Task::silent()).expect("undoes");
    assert_eq!(undone.removed, n);
    assert!(titles(&f.vault, "thing 39999").is_empty() && all(&f.vault).is_empty());
}

#[test]
fn a_dry_run_needs_no_vault() {
    let mut judge = Judge::without_vault();
    let mut identifier = Identifier::default();
    for (n, row) in JANUARY.iter().chain(JANUARY).enumerate() {
        let record = record(row, n as u64);
        judge.judge(&record, &identifier.identify(&record)).expect("judges");
    }
    assert_eq!(counts(judge.end_entry().counts), [8, 0, 0, 0, 0]);
}

/// Each entry of an archive tells every row once; two of them may tell the same, in blocks that are written and in one that is not.
#[test]
fn what_another_entry_of_the_same_file_told_is_already_here() {
    let f = fixture();
    let mut tx = f.vault.begin_import(meta("x.zip")).expect("begins");
    for entry in 0..3 {
        let mut identifier = Identifier::default();
        let cents = if entry == 2 { 0..400 } else { 0..300 };
        for n in cents {
            let mut record = record(&Row("2025-01-02", n, "Coffee", ""), n as u64);
            record.locator.entry = entry;
            tx.judge_and_store(&record, &identifier.identify(&record)).expect("stores");
        }
    }
    let original = f.vault.seal_original(&mut &b"bytes"[..], &Task::silent()).expect("seals");
    let stored = tx.finish(original, &Task::silent()).expect("finishes");
    assert_eq!(counts(stored.counts), [400, 600, 0, 0, 0]);
    assert_eq!(all(&f.vault).len(), 400);
}

#[test]
fn a_file_of_which_everything_is_here_is_stored_without_its_records_until_the_vault_changes() {
    let f = fixture();
    let first = import(&f.vault, JANUARY);
    let known = |rows: &[Row]| {
        let mut judge = f.vault.judge_only("bank").expect("begins");
        let mut identifier = Identifier::default();
        for (number, row) in rows.iter().enumerate() {
            let record = record(row, number as u64);
            judge.judge(&record, &identifier.identify(&record)).expect("judges");
        }
        judge.end_file()
    };
    assert!(known(FEBRUARY).is_none(), "it tells something new");
    let (now, later) = (known(JANUARY).expect("all of it"), known(JANUARY).expect("all of it"));
    let tx = f.vault.begin_import_of_known(meta("again.csv"), now).expect("begins").expect("nothing happened since");
    let original = f.vault.seal_original(&mut &b"again"[..], &Task::silent()).expect("seals");
    let second = tx.finish(original, &Task::silent()).expect("finishes");
    assert_eq!(counts(second.counts), [0, JANUARY.len() as u64, 0, 0, 0]);
    assert!(f.vault.begin_import_of_known(meta("later.csv"), later).expect("looks").is_none(), "an import happened since");
    let undone = f.vault.undo_import(first.id, &Task::silent()).expect("undoes");
    assert_eq!((undone.removed, undone.handed_over), (0, JANUARY.len() as u64));
    assert_eq!(f.vault.undo_import(second.id, &Task::silent()).expect("undoes").removed, JANUARY.len() as u64);
}

#[test]
fn what_a_file_tells_itself_in_other_words_is_not_what_its_next_row_resembles() {
    let day = "2025-03-18";
    let (salary, again) = (Row(day, 123_400, "Salary", "a"), Row(day, 123_400, "Salary of ACME", "b"));
    let (changed, third) = (Row(day, 123_400, "Salary March", "a"), Row(day, 123_400, "ACME pays", "c"));
    // With another new row of the day before it, and without.
    for (later, new) in [(vec![changed, third], 0), (vec![Row(day, -500, "Tea", "d"), changed, third], 1)] {
        let f = fixture();
        import_named(&f.vault, "first.csv", &[salary]);
        import_named(&f.vault, "second.csv", &[again]);
        let shown = counts(preview(&f.vault, &later));
        let stored = import_named(&f.vault, "third.csv", &later);
        assert_eq!(counts(stored.counts), [new, 0, 1, 1, 0], "it resembles the second file's row alone");
        assert_eq!(shown, counts(stored.counts));
        let pairs = f.vault.undecided(10).expect("reads");
        let resembled: Vec<&str> =
            pairs.iter().filter(|(_, other)| other.title == "ACME pays").map(|(kept, _)| kept.title.as_str()).collect();
        assert_eq!(resembled, ["Salary of ACME"], "{pairs:?}");
    }
}

#[test]
fn a_row_that_resembles_one_which_its_file_tells_in_other_words_later_is_new_and_waits_for_nobody() {
    let day = "2025-03-18";
    for moved in [day, "2025-03-19"] {
        let f = fixture();
        import_named(&f.vault, "first.csv", &[Row(day, 123_400, "Salary", "a")]);
        let later = [Row(day, 123_400, "ACME pays", "c"), Row(moved, 123_400, "Salary March", "a")];
        let shown = counts(preview(&f.vault, &later));
        let stored = import_named(&f.vault, "second.csv", &later);
        assert_eq!((shown, counts(stored.counts)), ([1, 0, 1, 0, 0], [1, 0, 1, 0, 0]), "{moved}");
        assert_eq!(f.vault.undecided(10).expect("reads").len(), 0, "{moved}: counted as new, and yet it waits for a person");
    }
}

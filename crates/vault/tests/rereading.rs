//! Kept files that are read anew: records are mended in place, and nothing is lost on the way.

mod support;

use holdall_model::{Diagnostic, Locator, Property, Quarantined, Record, Redacted, Severity, Task};
use holdall_vault::*;
use support::*;

/// How a definition reads a row of the file: as a record, or not at all.
type Reading = fn(&Row, u64) -> Option<Record>;

/// Knows the columns, but not that a minus is money out, nor the category; and cannot read a row without an amount.
fn first(row: &Row, number: u64) -> Option<Record> {
    let mut told = record(&Row(row.0, -row.1, row.2, row.3), number);
    told.unmapped = category(row).to_owned();
    (row.1 != 0).then_some(told)
}

fn better(row: &Row, number: u64) -> Option<Record> {
    let mut told = record(row, number);
    told.fields.set(memo(), category(row));
    Some(told)
}

/// Reads the day and the month the other way round.
fn swapped(row: &Row, number: u64) -> Option<Record> {
    let (year, rest) = row.0.split_once('-').expect("a day");
    let (month, day) = rest.split_once('-').expect("a day");
    let mut told = record(row, number);
    told.moment = Some(format!("{year}-{day}-{month}").parse().expect("a day"));
    Some(told)
}

fn plain(row: &Row, number: u64) -> Option<Record> {
    Some(record(row, number))
}

/// Leaves out the line of sums that another definition takes for a record.
fn without_sums(row: &Row, number: u64) -> Option<Record> {
    (!row.2.starts_with("Sum")).then(|| record(row, number))
}

fn category(row: &Row) -> &'static str {
    if row.2.contains("Coffee") { "drinks" } else { "others" }
}

fn memo() -> Property {
    Property::named("memo").expect("known")
}

fn aside(number: u64) -> Quarantined {
    Quarantined {
        locator: Locator { entry: 0, row: number + 1, offset: number * 100, length: 99 },
        raw: Redacted::new(format!("row {number}")),
        reason: Diagnostic::new("no-amount", Severity::Error, "No amount."),
    }
}

fn import_by(vault: &Vault, file: &str, rows: &[Row], reading: Reading) -> Stored {
    let mut tx = vault.begin_import(meta(file)).expect("begins");
    let mut identifier = Identifier::default();
    for (number, row) in rows.iter().enumerate() {
        match reading(row, number as u64) {
            Some(record) => drop(tx.judge_and_store(&record, &identifier.identify(&record)).expect("stores")),
            None => tx.quarantine(&aside(number as u64)).expect("keeps"),
        }
    }
    let original = vault.seal_original(&mut format!("{file} {rows:?}").as_bytes(), &Task::silent()).expect("seals");
    tx.finish(original, &Task::silent()).expect("finishes")
}

fn read_into(reread: &mut Reread, rows: &[Row], reading: Reading) {
    let mut identifier = Identifier::default();
    for (number, row) in rows.iter().enumerate() {
        match reading(row, number as u64) {
            Some(record) => reread.record(&record, &identifier.identify(&record)).expect("reads"),
            None => reread.quarantine(&aside(number as u64)).expect("keeps"),
        }
    }
}

fn look(vault: &Vault, import: ImportId, rows: &[Row], reading: Reading) -> RereadReport {
    let mut reread = vault.look_again(import, "bank").expect("begins");
    read_into(&mut reread, rows, reading);
    reread.finish(&Task::silent()).expect("compares")
}

/// Looks, and then does it; both must tell the same.
fn reread(vault: &Vault, import: ImportId, rows: &[Row], reading: Reading) -> RereadReport {
    let before = content(vault);
    let told = look(vault, import, rows, reading);
    assert_eq!(content(vault), before, "a look changes nothing");
    let mut reread = vault.reread(import, "bank", "csv").expect("begins");
    read_into(&mut reread, rows, reading);
    let done = reread.finish(&Task::silent()).expect("stores");
    assert_eq!(told, done, "a look tells what is done");
    done
}

/// What the records are today, without how they were told before.
fn today(vault: &Vault) -> Vec<String> {
    let mut lines: Vec<String> = all(vault).iter().map(|r| format!("{:?} {}", r.record, r.similar_to.is_some())).collect();
    lines.sort();
    lines.push(format!("{:?}", vault.months(None).expect("sums")));
    for word in ["party", "coffee", "rent", "drinks", "others", "leftover"] {
        let mut found = titles(vault, word);
        found.sort();
        lines.push(format!("{word} {found:?}"));
    }
    lines
}

const JANUARY: &[Row] = &[
    Row("2025-01-02", -320, "Coffee", ""),
    Row("2025-01-02", -320, "Coffee", ""),
    Row("2025-01-03", 0, "Rent January", ""),
    Row("2025-01-11", 250_000, "Salary", ""),
];
const OVERLAPPING: &[Row] = &[
    Row("2025-01-02", -320, "Coffee", ""),
    Row("2025-01-11", 250_000, "Salary", ""),
    Row("2025-01-12", -320, "Coffee", ""),
    Row("2025-01-12", 0, "Rent February", ""),
];

#[test]
fn a_better_reading_mends_records_in_place_and_undo_takes_all_of_it_out() {
    let f = fixture();
    let empty = content(&f.vault);
    let stored = import_by(&f.vault, "a.csv", JANUARY, first);
    let numbers: Vec<RecordId> = all(&f.vault).iter().map(|r| r.id).collect();
    assert_eq!(f.vault.quarantine(None, 0, 10).expect("reads").len(), 1);
    let report = reread(&f.vault, stored.id, JANUARY, better);
    assert_eq!((report.changed, report.added, report.understood, report.unchanged, report.gone), (3, 1, 1, 0, 0));
    let differs = |what| report.differences.get(&what).copied().unwrap_or_default();
    assert_eq!(differs(Difference::Property(memo())), Differs { gained: 3, ..Differs::default() });
    assert_eq!(differs(Difference::Amount), Differs { changed: 3, ..Differs::default() });
    let changed = report.examples.iter().find(|e| e.before.is_some()).expect("an example");
    assert_eq!(changed.before.as_ref().and_then(|r| r.fields.get(memo())), None);
    assert_eq!(changed.after.as_ref().and_then(|r| r.fields.get(memo())), Some("drinks"));

    let fresh = fixture();
    import_by(&fresh.vault, "a.csv", JANUARY, better);
    assert_eq!(today(&f.vault), today(&fresh.vault), "as if it had been read so from the start");
    let now = all(&f.vault);
    assert!(numbers.iter().all(|number| now.iter().any(|r| r.id == *number && r.earlier_versions == 1)));
    assert!(f.vault.quarantine(None, 0, 10).expect("reads").is_empty());
    let import = &f.vault.imports().expect("reads")[0];
    assert_eq!((import.id, counts(import.counts)), (stored.id, [4, 0, 0, 0, 0]));
    assert_eq!(
        counts({
            let mut judge = f.vault.judge_only("bank").expect("begins");
            let mut identifier = Identifier::default();
            for (n, row) in JANUARY.iter().enumerate() {
                let record = better(row, n as u64).expect("read");
                judge.judge(&record, &identifier.identify(&record)).expect("judges");
            }
            judge.end_entry().counts
        }),
        [0, 4, 0, 0, 0],
        "the same file is known by its better reading"
    );

    let again = reread(&f.vault, stored.id, JANUARY, better);
    assert_eq!((again.unchanged, again.is_quiet()), (4, true));
    let f = f.reopened();
    assert_eq!(today(&f.vault), today(&fresh.vault));
    let undone = f.vault.undo_import(stored.id, &Task::silent()).expect("undoes");
    assert_eq!(undone, Undone { removed: 4, handed_over: 0, restored: 0 });
    assert_eq!(content(&f.vault), empty);
    assert!(files(&f.path().join("blobs")).is_empty());
}

#[test]
fn another_order_of_dates_moves_records_and_their_history() {
    let f = fixture();
    let stored = import_by(&f.vault, "a.csv", JANUARY, swapped);
    let report = reread(&f.vault, stored.id, JANUARY, plain);
    // The eleventh of January and the first of November are two days; so are the others.
    assert_eq!((report.changed, report.added, report.gone), (4, 0, 0));
    let fresh = fixture();
    import_by(&fresh.vault, "a.csv", JANUARY, plain);
    assert_eq!(today(&f.vault), today(&fresh.vault));
    assert!(all(&f.vault).iter().all(|r| r.earlier_versions == 1));
    let salary = all(&f.vault).into_iter().find(|r| r.record.title == "Salary").expect("there");
    let earlier = f.vault.earlier_versions(salary.id).expect("reads").remove(0);
    assert_eq!(earlier.record.moment.expect("told").to_string(), "2025-11-01");
    f.vault.undo_import(stored.id, &Task::silent()).expect("undoes");
    assert_eq!(content(&f.vault), content(&fixture().vault));
}

/// Two files that overlap, read anew in either order, come to what they would be if they were imported today.
#[test]
fn overlapping_files_read_anew_in_any_order_unite_as_if_imported_today() {
    for (worse, good) in [(first as Reading, better as Reading), (swapped, plain), (first, swapped)] {
        let fresh = fixture();
        import_by(&fresh.vault, "a.csv", JANUARY, good);
        import_by(&fresh.vault, "b.csv", OVERLAPPING, good);
        for (order, gone) in [([0, 1], 0), ([0, 1], 1), ([1, 0], 0), ([1, 0], 1)] {
            let f = fixture();
            let stored = [import_by(&f.vault, "a.csv", JANUARY, worse).id, import_by(&f.vault, "b.csv", OVERLAPPING, worse).id];
            let rows = [JANUARY, OVERLAPPING];
            for at in order {
                reread(&f.vault, stored[at], rows[at], good);
            }
            assert_eq!(today_without_places(&f.vault), today_without_places(&fresh.vault), "{order:?}");
            // A third file with the same rows brings nothing.
            let third = import_by(&f.vault, "c.csv", OVERLAPPING, good);
            assert_eq!(counts(third.counts), [0, 4, 0, 0, 0], "{order:?}");
            f.vault.undo_import(third.id, &Task::silent()).expect("undoes");
            // Without either of them, the vault holds what the other one tells.
            f.vault.undo_import(stored[gone], &Task::silent()).expect("undoes");
            let only = fixture();
            import_by(&only.vault, "x.csv", rows[1 - gone], good);
            assert_eq!(today_without_places(&f.vault), today_without_places(&only.vault), "{order:?} without {gone}");
            f.vault.undo_import(stored[1 - gone], &Task::silent()).expect("undoes");
            assert_eq!(content(&f.vault), content(&fixture().vault));
        }
    }
}

/// Which of two files a record is said to stand in depends on which was first; all else does not.
fn today_without_places(vault: &Vault) -> Vec<String> {
    let mut lines: Vec<String> = all(vault)
        .iter()
        .map(|r| format!("{:?} {}", Record { locator: Locator::default(), ..r.record.clone() }, r.similar_to.is_some()))
        .collect();
    lines.sort();
    lines.extend(today(vault).into_iter().skip(all(vault).len()));
    lines
}

#[test]
fn what_is_told_no_more_is_shown_and_leaves_unless_another_import_tells_it() {
    const WITH_SUM: &[Row] = &[Row("2025-01-02", -320, "Coffee", ""), Row("2025-01-31", -320, "Sum of January", "")];
    let f = fixture();
    let stored = import_by(&f.vault, "a.csv", WITH_SUM, plain);
    let report = reread(&f.vault, stored.id, WITH_SUM, without_sums);
    assert_eq!((report.gone, report.unchanged, report.changed), (1, 1, 0));
    let gone = report.examples.iter().find(|e| e.after.is_none()).expect("shown");
    assert_eq!(gone.before.as_ref().map(|r| r.title.as_str()), Some("Sum of January"));
    assert_eq!(titles(&f.vault, "sum"), Vec::<String>::new());
    let kept = content(&f.vault);
    // Nothing answers for the row that went: it can be told again.
    let again = reread(&f.vault, stored.id, WITH_SUM, plain);
    assert_eq!((again.added, again.unchanged), (1, 1));
    reread(&f.vault, stored.id, WITH_SUM, without_sums);
    assert_eq!(content(&f.vault), kept);
    assert_eq!(counts(import_by(&f.vault, "b.csv", WITH_SUM, plain).counts), [1, 1, 0, 0, 0]);

    let f = fixture();
    let first = import_by(&f.vault, "a.csv", WITH_SUM, plain);
    let second = import_by(&f.vault, "b.csv", WITH_SUM, plain);
    let report = reread(&f.vault, first.id, WITH_SUM, without_sums);
    assert_eq!((report.gone, report.stays), (0, 1));
    assert_eq!(titles(&f.vault, "sum"), ["Sum of January"]);
    let report = reread(&f.vault, second.id, WITH_SUM, without_sums);
    assert_eq!((report.gone, report.stays), (1, 0));
    assert_eq!(titles(&f.vault, "sum"), Vec::<String>::new());
    f.vault.undo_import(first.id, &Task::silent()).expect("undoes");
    assert_eq!(titles(&f.vault, "coffee"), ["Coffee"]);
}

#[test]
fn decisions_about_similar_records_outlive_a_better_reading() {
    for decision in [Decision::SameThing, Decision::TwoThings] {
        let f = fixture();
        import_by(&f.vault, "a.csv", &[Row("2025-01-12", 320, "Coffee House Berlin", "")], plain);
        let rows = &[Row("2025-01-12", -320, "CARD Coffee", "")];
        let stored = import_by(&f.vault, "b.csv", rows, first);
        let pair = f.vault.undecided(5).expect("reads").remove(0);
        f.vault.decide(&[pair.1.id], decision).expect("decides");
        let report = reread(&f.vault, stored.id, rows, better);
        assert_eq!((report.changed, report.added), (1, 0), "{decision:?}");
        assert!(f.vault.undecided(5).expect("reads").is_empty(), "{decision:?}");
        let seen = if decision == Decision::SameThing { 0 } else { 1 };
        assert_eq!(titles(&f.vault, "card").len(), seen, "{decision:?}");
        assert_eq!(titles(&f.vault, "drinks").len(), seen, "{decision:?}");
        // Decided the other way, the better reading is what comes back.
        f.vault.decide(&[pair.1.id], Decision::TwoThings).expect("decides");
        assert_eq!(titles(&f.vault, "drinks"), ["CARD Coffee"], "{decision:?}");
        f.vault.undo_import(stored.id, &Task::silent()).expect("undoes");
        let only = fixture();
        import_by(&only.vault, "a.csv", &[Row("2025-01-12", 320, "Coffee House Berlin", "")], plain);
        assert_eq!(content(&f.vault), content(&only.vault), "{decision:?}");
    }
}

#[test]
fn a_record_that_turns_out_to_be_another_imports_is_kept_once() {
    let rows = &[Row("2025-01-11", -320, "Coffee", "")];
    let f = fixture();
    import_by(&f.vault, "a.csv", rows, plain);
    let before = content(&f.vault);
    let wrong = import_by(&f.vault, "b.csv", rows, swapped);
    assert_eq!(all(&f.vault).len(), 2);
    let report = reread(&f.vault, wrong.id, rows, plain);
    assert_eq!((report.already_here, report.gone, report.changed), (1, 0, 0));
    assert_eq!(content(&f.vault), before);
    f.vault.undo_import(ImportId(1), &Task::silent()).expect("undoes");
    assert_eq!(titles(&f.vault, "coffee"), ["Coffee"], "the second file holds it too");
}

#[test]
fn a_wording_in_the_history_is_mended_where_it_stands() {
    let (pending, booked) = (&[Row("2025-03-01", -500, "Coffee pending", "A1")], &[Row("2025-03-01", -500, "Coffee", "A1")]);
    for order in [[0, 1], [1, 0]] {
        let f = fixture();
        let stored = [import_by(&f.vault, "a.csv", pending, first).id, import_by(&f.vault, "b.csv", booked, first).id];
        for at in order {
            let report = reread(&f.vault, stored[at], [pending, booked][at], better);
            assert_eq!((report.changed, report.history), if at == 0 { (0, 1) } else { (1, 0) });
        }
        let record = all(&f.vault).remove(0);
        let told: Vec<String> = f
            .vault
            .earlier_versions(record.id)
            .expect("reads")
            .iter()
            .map(|v| format!("{} {} {}", v.record.title, v.record.amount.expect("told").value, v.replaced_by.0))
            .collect();
        assert_eq!(told, ["Coffee 5.00 2", "Coffee pending -5.00 2", "Coffee pending 5.00 1"], "{order:?}, newest first");
        // The earlier export is still known by its better reading.
        assert_eq!(counts(import_by(&f.vault, "c.csv", pending, better).counts), [0, 1, 0, 0, 0]);
        f.vault.undo_import(ImportId(3), &Task::silent()).expect("undoes");
        let undone = f.vault.undo_import(stored[1], &Task::silent()).expect("undoes");
        assert_eq!(undone, Undone { removed: 0, handed_over: 0, restored: 1 });
        assert_eq!(titles(&f.vault, "drinks"), ["Coffee pending"]);
    }
}

#[test]
fn one_that_is_dropped_or_stopped_changes_nothing() {
    let f = fixture();
    let stored = import_by(&f.vault, "a.csv", JANUARY, first);
    let before = content(&f.vault);
    let mut dropped = f.vault.reread(stored.id, "bank", "csv").expect("begins");
    read_into(&mut dropped, JANUARY, better);
    drop(dropped);
    assert_eq!(content(&f.vault), before);
    let mut stopped = f.vault.reread(stored.id, "bank", "csv").expect("begins");
    read_into(&mut stopped, JANUARY, better);
    let task = Task::silent();
    task.cancel();
    assert_eq!(stopped.finish(&task).expect_err("stopped").code(), "CANCELLED");
    assert_eq!(content(&f.vault), before);
    assert_eq!(f.vault.look_again(ImportId(99), "bank").err().expect("no such import").code(), "NOT_FOUND");
}

#[test]
fn a_file_whose_vendor_is_known_by_now_moves_to_it() {
    let f = fixture();
    let rows: Vec<Row> = (0..600).map(|n| Row("2025-01-02", -100 - n, "Coffee", "")).collect();
    let stored = import_by(&f.vault, "a.csv", &rows, plain);
    let mut reread = f.vault.reread(stored.id, "newbank", "giro").expect("begins");
    read_into(&mut reread, &rows, plain);
    let report = reread.finish(&Task::silent()).expect("stores");
    assert_eq!((report.changed, report.differences[&Difference::Vendor].changed), (600, 600));
    let vendors = f.vault.vendors().expect("reads");
    assert_eq!(vendors.iter().map(|v| (v.vendor.as_str(), v.records)).collect::<Vec<_>>(), [("newbank", 600)]);
    let import = &f.vault.imports().expect("reads")[0];
    assert_eq!((import.vendor.as_str(), import.export.as_str()), ("newbank", "giro"));
    f.vault.undo_import(stored.id, &Task::silent()).expect("undoes");
    assert!(all(&f.vault).is_empty() && f.vault.vendors().expect("reads").is_empty());
}

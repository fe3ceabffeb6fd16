//! Search and lists.

mod support;

use holdall_model::{Kind, Period, Task};
use holdall_vault::*;
use support::*;

const ROWS: &[Row] = &[
    Row("2025-01-02", -320, "Café Müller", ""),
    Row("2025-01-03", -1999, "AMZN Mktp amazon.co.uk", ""),
    Row("2025-02-01", -90000, "Rent February", ""),
    Row("2025-02-28", 250_000, "Salary", ""),
];

fn find(vault: &Vault, query: Query) -> (Vec<String>, Total) {
    let page = vault.find(&query).expect("finds");
    (page.hits.into_iter().map(|h| h.title).collect(), page.total)
}

fn words(text: &str) -> Query {
    Query { text: text.to_owned(), ..Query::default() }
}

#[test]
fn words_find_records_in_every_text_and_nothing_typed_is_syntax() {
    let f = fixture();
    import(&f.vault, ROWS);
    let found = |text: &str| find(&f.vault, words(text)).0;
    assert_eq!(found("cafe"), ["Café Müller"]);
    assert_eq!(found("CAFE\u{301} muller"), ["Café Müller"]);
    assert_eq!(found("mul"), ["Café Müller"], "the last word may be unfinished");
    assert_eq!(found("mu"), Vec::<String>::new(), "but not so short that it is half of the index");
    assert_eq!(found("mul "), Vec::<String>::new(), "and not when a blank ends it");
    assert_eq!(found("amazon.co.uk"), ["AMZN Mktp amazon.co.uk"]);
    assert_eq!(found("uk amazon"), ["AMZN Mktp amazon.co.uk"]);
    for everywhere in ["party", "leftover", "77", "DE00"] {
        assert_eq!(found(everywhere).len(), 4, "{everywhere}");
    }
    for odd in ["\"", "\" OR 1", "NEAR(", "*", "AND", "'; DROP TABLE record; --", "^rent", "title:rent", "\u{E000}v1", "rent NOT february"]
    {
        let _ = found(odd);
    }
    assert_eq!(found("\u{E000}v1"), Vec::<String>::new(), "a tag cannot be typed");
    assert_eq!(found("?!"), Vec::<String>::new());
    assert_eq!(found(&"rent ".repeat(10_000)), ["Rent February"]);
}

#[test]
fn filters_narrow_and_totals_are_told() {
    let f = fixture();
    import(&f.vault, ROWS);
    let all = find(&f.vault, Query::default());
    assert_eq!(all.0, ["Salary", "Rent February", "AMZN Mktp amazon.co.uk", "Café Müller"]);
    assert_eq!(all.1, Total::Exactly(4));
    let day = |text: &str| text.parse().expect("a moment");
    let january = Query { period: Some(Period { from: day("2025-01-03"), to: day("2025-01") }), ..Query::default() };
    assert_eq!(find(&f.vault, january), (vec!["AMZN Mktp amazon.co.uk".to_owned()], Total::Exactly(1)));
    let vendor = |slug: &str| Query { vendors: vec![slug.to_owned()], ..Query::default() };
    assert_eq!(find(&f.vault, vendor("bank")).1, Total::Exactly(4));
    assert_eq!(find(&f.vault, vendor("nobody")), (vec![], Total::Exactly(0)));
    let kind = Query { kinds: vec![Kind::Flight], ..Query::default() };
    assert_eq!(find(&f.vault, kind), (vec![], Total::Exactly(0)));
    let range = AmountRange { unit: Some("EUR".parse().expect("a unit")), least: Some((-20).into()), most: Some(0.into()) };
    let amount = Query { amount: Some(range), ..Query::default() };
    assert_eq!(find(&f.vault, amount).0, ["AMZN Mktp amazon.co.uk", "Café Müller"]);
    let import = Query { import: Some(ImportId(1)), text: "rent".to_owned(), ..Query::default() };
    assert_eq!(find(&f.vault, import).0, ["Rent February"]);
}

#[test]
fn pages_follow_each_other_without_gap_or_repeat() {
    let f = fixture();
    let mut tx = f.vault.begin_import(meta("x.csv")).expect("begins");
    let mut identifier = Identifier::default();
    for i in 0..500u64 {
        let mut record = record(&Row("2025-01-01", 100, "x", ""), i);
        record.title = format!("Thing {i}");
        record.moment = (i % 9 != 0).then(|| holdall_model::Moment::from_unix(i as i64 * 40_000).expect("a moment"));
        tx.judge_and_store(&record, &identifier.identify(&record)).expect("stores");
    }
    let original = f.vault.seal_original(&mut &b"x"[..], &Task::silent()).expect("seals");
    tx.finish(original, &Task::silent()).expect("finishes");
    for text in ["", "thing", "party thing "] {
        let mut seen = Vec::new();
        let mut after = None;
        loop {
            let page = f.vault.find(&Query { text: text.to_owned(), limit: 37, after, ..Query::default() }).expect("finds");
            assert_eq!(page.total, Total::Exactly(500));
            seen.extend(page.hits.iter().map(|h| h.id));
            match page.next {
                Some(next) => after = Some(next),
                None => break,
            }
        }
        assert_eq!(seen.len(), 500, "{text}");
        assert!(seen.windows(2).all(|w| w[0] > w[1]), "newest first, each once");
    }
    let newest = f.vault.find(&Query { limit: 1, ..Query::default() }).expect("finds");
    assert_eq!(newest.hits[0].title, "Thing 499");
}

#[test]
fn the_index_is_rebuilt_when_it_is_gone_damaged_or_behind() {
    let f = fixture();
    import(&f.vault, ROWS);
    let path = f.path();
    let Fixture { dir: _dir, keyring, vault, .. } = f;
    drop(vault);
    let index = path.join("search.db");
    let behind = std::fs::read(&index).expect("there");
    let open = || Vault::open(&path, Key::Keyring, outside(&keyring)).expect("opens");

    std::fs::remove_file(&index).expect("removes");
    assert_eq!(titles(&open(), "salary"), ["Salary"]);

    let mut damaged = std::fs::read(&index).expect("there");
    damaged[100] ^= 1;
    std::fs::write(&index, &damaged).expect("writes");
    assert_eq!(titles(&open(), "salary"), ["Salary"]);

    std::fs::write(&index, b"SQLite format 3\0 and something else").expect("writes");
    assert_eq!(titles(&open(), "salary"), ["Salary"]);

    // The index of before an import, an undo and another import: as after a crash between the two files.
    let vault = open();
    let stored = import_named(&vault, "b.csv", &[Row("2025-03-01", 1, "Mistake", "")]);
    vault.undo_import(stored.id, &Task::silent()).expect("undoes");
    import_named(&vault, "c.csv", &[Row("2025-03-01", 2, "Right one", "")]);
    drop(vault);
    std::fs::write(&index, &behind).expect("writes");
    let vault = open();
    assert_eq!((titles(&vault, "mistake"), titles(&vault, "right")), (vec![], vec!["Right one".to_owned()]));
    assert_eq!(titles(&vault, "party").len(), 5);
    drop(vault);

    // Only behind by one plain import: it is added.
    let behind = std::fs::read(&index).expect("there");
    let vault = open();
    import_named(&vault, "d.csv", &[Row("2025-04-01", 2, "Late one", "")]);
    drop(vault);
    std::fs::write(&index, &behind).expect("writes");
    let vault = open();
    assert_eq!(titles(&vault, "late"), ["Late one"]);
    assert_eq!(titles(&vault, "party").len(), 6, "nothing twice");
}

#[test]
fn a_page_tells_one_state_while_imports_come_and_go() {
    let f = fixture();
    import(&f.vault, ROWS);
    let (vault, stop) = (f.vault.clone(), std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false)));
    let stopped = stop.clone();
    let busy = std::thread::spawn(move || {
        let others = [Row("2025-05-05", 1, "Comes", "x"), Row("2025-05-06", 2, "Goes", "y")];
        let mut rounds = 0;
        while !stopped.load(std::sync::atomic::Ordering::Relaxed) {
            let import = import_named(&vault, &format!("{rounds}.csv"), &others).id;
            vault.undo_import(import, &Task::silent()).expect("undoes");
            rounds += 1;
        }
        rounds
    });
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..3000 {
        let (found, total) = find(&f.vault, Query::default());
        assert_eq!(total, Total::Exactly(found.len() as u64), "{found:?}");
        seen.insert(found.len());
    }
    stop.store(true, std::sync::atomic::Ordering::Relaxed);
    assert!(busy.join().expect("ends") > 0);
    assert!(seen.iter().all(|n| [4, 6].contains(n)), "half an import: {seen:?}");
}

/// Damages every page of a file but the first.
fn damage(file: &std::path::Path) {
    let mut bytes = std::fs::read(file).expect("there");
    assert!(bytes.len() > 4 * 8192, "{}", bytes.len());
    bytes.iter_mut().skip(8192 + 100).step_by(8192).for_each(|byte| *byte ^= 1);
    std::fs::write(file, bytes).expect("writes");
}

#[test]
fn an_index_that_is_damaged_inside_is_built_anew_and_never_called_a_damaged_vault() {
    let f = fixture();
    let rows: Vec<Row> = (0..600).map(|n| Row("2025-01-02", n, format!("Thing {n}").leak(), "")).collect();
    import(&f.vault, &rows);
    let f = f.reopened();
    damage(&f.path().join("search.db"));
    assert_eq!(titles(&f.vault, "thing 417"), ["Thing 417"]);
    assert_eq!(titles(&f.vault, "thing").len(), 600);

    // In the middle of a slice, which goes on where it was.
    let f = f.reopened();
    damage(&f.path().join("search.db"));
    let mut seen = Vec::new();
    let all = f.vault.visit(&words("thing"), &Task::silent(), |r| {
        seen.push(r.id);
        std::ops::ControlFlow::Continue(())
    });
    assert_eq!((all.expect("visits"), seen.len()), (600, 600));
    assert!(seen.windows(2).all(|w| w[0] < w[1]), "each once");

    // An import finds it first: the index is behind, and says so to nobody but itself.
    let f = f.reopened();
    damage(&f.path().join("search.db"));
    import_named(&f.vault, "more.csv", &[Row("2025-02-02", 1, "Another thing", "")]);
    assert_eq!(titles(&f.vault, "thing").len(), 601);

    // Damage of the vault itself is told, and costs no index.
    drop(titles(&f.vault, "thing"));
    let f = f.reopened();
    let before = std::fs::read(f.path().join("search.db")).expect("there");
    damage(&f.path().join("vault.db"));
    assert_eq!(f.vault.find(&words("thing")).expect_err("damaged").code(), "DB_DAMAGED");
    assert_eq!(std::fs::read(f.path().join("search.db")).expect("there"), before);
}

#[test]
fn a_search_right_after_an_import_waits_for_the_words_and_never_fails() {
    let f = fixture();
    let done = std::sync::atomic::AtomicBool::new(false);
    let is_done = || done.load(std::sync::atomic::Ordering::Relaxed);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while !is_done() {
                    f.vault.find(&words("coffee")).expect("finds while others import");
                }
            });
        }
        for n in 0..60 {
            let rows: Vec<Row> = (0..400).map(|cents| Row("2025-01-01", n * 1000 + cents, "Coffee", "")).collect();
            import_named(&f.vault, &format!("{n}.csv"), &rows);
        }
        done.store(true, std::sync::atomic::Ordering::Relaxed);
    });
    assert_eq!(f.vault.visit(&words("coffee"), &Task::silent(), |_| std::ops::ControlFlow::Continue(())).expect("visits"), 24_000);
}

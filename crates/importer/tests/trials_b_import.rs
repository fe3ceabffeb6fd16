//! Trials of group B that the importer answers for: what is the same row, what stops an import, and what a vendor may add.

mod trials_support;

use std::collections::HashMap;
use std::time::Duration;

use holdall_importer::{Identity, Options, Outcome, Sink, SinkError, Source, read};
use holdall_model::{Diagnostic, Fingerprint, Quarantined, Record, Task};
use trials_support::{CHASE, Counted, Kept, Long, MIB, import, look, measured, plans, rows, source, stored, zipped};

#[test]
fn b01_a_file_imported_twice_gives_the_same_identities_and_twins_stay_apart() {
    let file = rows(&["-3.00", "-3.00", "-3.00"]);
    let identities = || import("a.csv", &file).records.iter().map(|(_, i)| i.row).collect::<Vec<_>>();
    let first = identities();
    assert_eq!(first, identities());
    assert_eq!(first.iter().collect::<std::collections::HashSet<_>>().len(), 3);
}

#[test]
fn b02_overlapping_exports_give_their_union() {
    let (a, b) = (rows(&["-1.00", "-3.00", "-3.00"]), rows(&["-3.00", "-3.00", "-3.00", "-9.00"]));
    let mut all: HashMap<Fingerprint, String> = HashMap::new();
    for content in [a, b] {
        for (record, identity) in import("a.csv", content).records {
            all.insert(identity.row, record.amount.map(|a| a.value.to_string()).unwrap_or_default());
        }
    }
    let mut amounts: Vec<_> = all.into_values().collect();
    amounts.sort();
    assert_eq!(amounts, ["-1.00", "-3.00", "-3.00", "-3.00", "-9.00"]);
}

#[test]
fn b03_a_vendors_id_is_identity_only_where_it_is_unique_in_the_file() {
    let header = "id,created,amount,currency,local_amount,local_currency,category,emoji,description,address,notes,receipt\n";
    let row = |id: &str, text: &str| format!("{id},2018-01-02 10:00:00,-250,GBP,-250,GBP,food,,{text},,,\n");
    let unique = import("a.csv", format!("{header}{}{}", row("t1", "Cafe"), row("t2", "Cafe")));
    let repeated = import("a.csv", format!("{header}{}{}", row("t1", "Cafe"), row("t1", "Shop")));
    assert!(unique.records.iter().all(|(_, i)| i.from_vendor_id));
    assert!(repeated.records.iter().all(|(_, i)| !i.from_vendor_id));
    assert_ne!(repeated.records[0].1.row, repeated.records[1].1.row);
    let reworded = import("a.csv", format!("{header}{}{}", row("t1", "Cafe Nero"), row("t2", "Cafe")));
    assert_eq!(reworded.records[0].1.row, unique.records[0].1.row, "the same row");
    assert_ne!(reworded.records[0].1.content, unique.records[0].1.content, "which the vendor changed");
}

#[test]
fn b08_b09_a_cancelled_task_stops_at_once_and_a_failing_sink_is_told_apart() {
    struct Full;
    impl Sink for Full {
        fn record(&mut self, _: &Record, _: &Identity) -> Result<(), SinkError> {
            Err("disk full".into())
        }
        fn quarantined(&mut self, _: Quarantined) -> Result<(), SinkError> {
            Ok(())
        }
        fn diagnostic(&mut self, _: Diagnostic) -> Result<(), SinkError> {
            Ok(())
        }
    }
    let file = source("a.csv", rows(&["-1.00"; 50]));
    let plan = plans(&look(&file, &Options::default()).expect("inspected")).remove(0);
    let task = Task::silent();
    task.cancel();
    let stopped = read(&file, &plan, &Options::default(), &task, &mut Kept::default());
    assert_eq!(stopped.map_err(|e| e.code()).err(), Some("cancelled"));
    let full = read(&file, &plan, &Options::default(), &Task::silent(), &mut Full);
    assert_eq!(full.map_err(|e| e.code()).err(), Some("not-kept"));
}

#[test]
fn b11_a_million_rows_take_no_more_memory_than_a_thousand() {
    let row = "DEBIT,09/25/2025,COFFEE,-1.00,DEBIT_CARD,,,\n";
    let test = "b11_a_million_rows_take_no_more_memory_than_a_thousand";
    let cost = measured(
        test,
        || Long::source("a.csv", CHASE, row, 1_000_000, ""),
        |file| {
            let plan = plans(&look(file, &Options::default()).expect("looked at")).remove(0);
            let mut counted = Counted::default();
            read(file, &plan, &Options::default(), &Task::silent(), &mut counted).expect("read");
            assert_eq!(counted.0, 1_000_000);
        },
    );
    if let Some(cost) = cost {
        cost.check(Duration::from_secs(6), 64 * MIB);
    }
}

#[test]
fn b13_a_chosen_layout_that_does_not_fit_is_refused() {
    let force = |v: &str, e: &str| Options { force: Some((v.to_owned(), e.to_owned())), ..Options::default() };
    let file = source("a.csv", rows(&["-1.00"]));
    assert_eq!(look(&file, &force("monzo", "account")).map_err(|e| e.code()).err(), Some("layout-mismatch"));
    assert_eq!(look(&file, &force("nobody", "nothing")).map_err(|e| e.code()).err(), Some("no-such-export"));
}

#[test]
fn b14_a_column_the_vendor_added_is_kept_and_costs_no_row() {
    let text = rows(&["-1.00", "-2.00"]).replace("Check or Slip #\n", "Check or Slip #,Loyalty Points\n").replace(",,,\n", ",,,42\n");
    let kept = import("a.csv", text);
    assert_eq!((kept.amounts(), kept.quarantined.len()), (vec!["-1.00".to_owned(), "-2.00".to_owned()], 0));
    assert!(kept.records.iter().all(|(r, _)| r.unmapped.contains("42")), "{:?}", kept.records[0].0);
}

/// A file on some of whose bytes a reader breaks, as if it held a mistake of ours.
struct Breaking {
    bytes: std::io::Cursor<Vec<u8>>,
    at: std::ops::Range<u64>,
}

impl std::io::Read for Breaking {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let from = self.bytes.position();
        let n = self.bytes.read(out)?;
        let read = from..from + n as u64;
        assert!(read.end <= self.at.start || read.start >= self.at.end, "a mistake of ours");
        Ok(n)
    }
}

impl std::io::Seek for Breaking {
    fn seek(&mut self, to: std::io::SeekFrom) -> std::io::Result<u64> {
        self.bytes.seek(to)
    }
}

fn breaking(name: &str, bytes: Vec<u8>, at: std::ops::Range<u64>) -> Source {
    let size = bytes.len() as u64;
    Source::from_opener(name, size, move || Ok(Box::new(Breaking { bytes: std::io::Cursor::new(bytes.clone()), at: at.clone() })))
}

#[test]
fn b10_a_reader_that_breaks_on_a_file_costs_that_file_alone() {
    let text = rows(&["-1.00"; 9000]);
    let far = text.len() as u64 - 4096;
    let sound = source("a.csv", &text);
    let plan = plans(&look(&sound, &Options::default()).expect("inspected")).remove(0);
    let broken = breaking("a.csv", text.clone().into_bytes(), far..far + 1);
    let looked = look(&broken, &Options::default()).map(|_| ()).expect_err("it breaks");
    let mut kept = Kept::default();
    let read = read(&broken, &plan, &Options::default(), &Task::silent(), &mut kept).expect_err("it breaks");
    for error in [looked, read] {
        assert_eq!(error.code(), "our-mistake");
        assert!(error.to_string().starts_with("a.csv: Holdall made a mistake"), "{error}");
    }
    // The thread lives on, and so does every other file.
    assert_eq!(import("b.csv", &text).records.len(), 9000);
}

#[test]
fn b10_an_entry_on_which_we_break_does_not_hold_back_the_others() {
    let (first, second) = (rows(&["-1.00"; 4000]), rows(&["-2.00"; 3]));
    let archive = zipped(&[("first.csv", first.as_bytes()), ("second.csv", second.as_bytes())], stored());
    // Behind the first look at the entry, and far before the archive's list of entries.
    let inspection = look(&breaking("all.zip", archive, 80_000..100_000), &Options::default()).expect("the archive is opened");
    let Outcome::Failed { code, text } = &inspection.files[0].outcome else { panic!("{:?}", inspection.files[0].outcome) };
    assert!(code == "our-mistake" && text.contains("entry \"first.csv\""), "{text}");
    assert_eq!(plans(&inspection).len(), 1, "{:?}", inspection.files[1].outcome);
}

#[test]
fn b10_a_damaged_entry_does_not_hold_back_the_others() {
    let list = "[{\"endTime\":\"2025-01-01 10:00\",\"artistName\":\"a\",\"trackName\":\"b\",\"msPlayed\":61000},";
    let damaged = list.to_owned() + &list[1..].repeat(2000) + "{\"endTime\": oops}]";
    let archive = zipped(&[("StreamingHistory0.json", damaged.as_bytes()), ("a.csv", rows(&["-2.00"]).as_bytes())], stored());
    let inspection = look(&source("all.zip", archive), &Options::default()).expect("looked at");
    assert_eq!(plans(&inspection).iter().filter(|p| p.vendor == "chase").count(), 1, "{:?}", inspection.files);
}

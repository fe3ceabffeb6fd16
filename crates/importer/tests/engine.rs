//! The importer as the app uses it: whole files in, records and honest refusals out.

use std::collections::HashMap;
use std::io::{Cursor, Write};

use holdall_importer::{
    FilePlan, Identity, ImportError, Inspection, Options, Outcome, Sink, SinkError, Source, Summary, inspect, read, source_row,
};
use holdall_model::{Diagnostic, Fingerprint, Quarantined, Record, Task};
use zip::write::SimpleFileOptions;

#[derive(Default)]
struct Kept {
    records: Vec<(Record, Identity)>,
    quarantined: Vec<Quarantined>,
    diagnostics: Vec<Diagnostic>,
}

impl Sink for Kept {
    fn record(&mut self, record: &Record, identity: &Identity) -> Result<(), SinkError> {
        self.records.push((record.clone(), *identity));
        Ok(())
    }

    fn quarantined(&mut self, row: Quarantined) -> Result<(), SinkError> {
        self.quarantined.push(row);
        Ok(())
    }

    fn diagnostic(&mut self, diagnostic: Diagnostic) -> Result<(), SinkError> {
        self.diagnostics.push(diagnostic);
        Ok(())
    }
}

const CHASE: &str = "Details,Posting Date,Description,Amount,Type,Balance,Check or Slip #\n";

fn source(name: &str, content: impl AsRef<[u8]>) -> Source {
    Source::from_bytes(name, content.as_ref().to_vec())
}

fn look(source: &Source, options: &Options) -> Result<Inspection, ImportError> {
    inspect(source, options, &Task::silent())
}

fn plans(inspection: &Inspection) -> Vec<FilePlan> {
    let plan = |outcome: &Outcome| if let Outcome::Recognised { plan, .. } = outcome { Some(plan.clone()) } else { None };
    inspection.files.iter().filter_map(|f| plan(&f.outcome)).collect()
}

fn import(source: &Source) -> (Kept, Vec<Summary>) {
    let options = Options::default();
    let inspection = look(source, &options).expect("inspected");
    let mut kept = Kept::default();
    let one = |plan: &FilePlan| read(source, plan, &options, &Task::silent(), &mut kept).expect("read");
    let summaries = plans(&inspection).iter().map(one).collect();
    (kept, summaries)
}

fn zipped(entries: &[(&str, &[u8])], options: SimpleFileOptions) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in entries {
        writer.start_file(*name, options).expect("started");
        writer.write_all(content).expect("written");
    }
    writer.finish().expect("finished").into_inner()
}

fn rows(amounts: &[&str]) -> String {
    let row = |a: &&str| format!("DEBIT,09/25/2025,COFFEE,{a},DEBIT_CARD,,,\n");
    format!("{CHASE}{}", amounts.iter().map(row).collect::<String>())
}

#[test]
fn a_file_imported_twice_gives_the_same_identities_and_twins_stay_apart() {
    let file = source("a.csv", rows(&["-3.00", "-3.00", "-3.00"]));
    let identities = || import(&file).0.records.iter().map(|(_, i)| i.row).collect::<Vec<_>>();
    let first = identities();
    assert_eq!(first, identities());
    assert_eq!(first.iter().collect::<std::collections::HashSet<_>>().len(), 3);
}

#[test]
fn overlapping_exports_give_their_union() {
    let (a, b) = (rows(&["-1.00", "-3.00", "-3.00"]), rows(&["-3.00", "-3.00", "-3.00", "-9.00"]));
    let mut all: HashMap<Fingerprint, String> = HashMap::new();
    for content in [a, b] {
        for (record, identity) in import(&source("a.csv", content)).0.records {
            all.insert(identity.row, record.amount.map(|a| a.value.to_string()).unwrap_or_default());
        }
    }
    let mut amounts: Vec<_> = all.into_values().collect();
    amounts.sort();
    assert_eq!(amounts, ["-1.00", "-3.00", "-3.00", "-3.00", "-9.00"]);
}

#[test]
fn a_vendors_id_is_identity_only_where_it_is_unique_in_the_file() {
    let header = "id,created,amount,currency,local_amount,local_currency,category,emoji,description,address,notes,receipt\n";
    let row = |id: &str, text: &str| format!("{id},2018-01-02 10:00:00,-250,GBP,-250,GBP,food,,{text},,,\n");
    let unique = import(&source("a.csv", format!("{header}{}{}", row("t1", "Cafe"), row("t2", "Cafe")))).0;
    let repeated = import(&source("a.csv", format!("{header}{}{}", row("t1", "Cafe"), row("t1", "Shop")))).0;
    assert!(unique.records.iter().all(|(_, i)| i.from_vendor_id));
    assert!(repeated.records.iter().all(|(_, i)| !i.from_vendor_id));
    assert_ne!(repeated.records[0].1.row, repeated.records[1].1.row);
    let reworded = import(&source("a.csv", format!("{header}{}{}", row("t1", "Cafe Nero"), row("t2", "Cafe")))).0;
    assert_eq!(reworded.records[0].1.row, unique.records[0].1.row, "the same row");
    assert_ne!(reworded.records[0].1.content, unique.records[0].1.content, "which the vendor changed");
}

#[test]
fn a_record_leads_back_to_its_row_also_in_an_archive_and_in_another_charset() {
    let text = "Buchungstag;Wertstellung;Umsatzart;Buchungstext;Betrag;Währung\n02.03.2018;02.03.2018;Lastschrift;\"Bäcker;\n2. Zeile\";-17,22;EUR\n";
    let (latin, _, _) = encoding_rs::WINDOWS_1252.encode(text);
    let archive = zipped(&[("a/b.csv", &latin)], SimpleFileOptions::default());
    for file in [source("a.csv", text), source("a.csv", &latin), source("a.zip", archive)] {
        let plan = plans(&look(&file, &Options::default()).expect("inspected")).remove(0);
        let (kept, _) = import(&file);
        let row = source_row(&file, &plan, &Options::default(), &kept.records[0].0.locator).expect("found");
        assert_eq!(row.cells[3], ("Buchungstext".to_owned(), "Bäcker;\n2. Zeile".to_owned()), "{}", file.label());
        assert!(row.raw.starts_with("02.03.2018;") && row.raw.ends_with(";EUR"), "{:?}", row.raw);
    }
}

#[test]
fn a_damaged_row_is_set_aside_with_its_text_and_the_rest_is_read() {
    let file = source("a.csv", rows(&["-1.00", "not a number", "-2.00"]) + "DEBIT,13/40/2025,X,-5,T,,\nDEBIT,\"09/25/2025,X,-5,T,,\n");
    let (kept, summaries) = import(&file);
    assert_eq!(kept.records.len(), 2);
    assert_eq!(summaries[0].quarantined, 3);
    let ids: Vec<&str> = kept.quarantined.iter().map(|q| q.reason.id.as_str()).collect();
    assert_eq!(ids, ["amount-unreadable", "date-impossible", "quote-unclosed"]);
    assert!(kept.quarantined[0].raw.reveal().contains("not a number"));
    assert!(kept.quarantined.iter().all(|q| !q.reason.text.contains("not a number")), "no value in a text");
}

#[test]
fn a_whole_archive_is_read_entry_by_entry_and_says_what_it_leaves_out() {
    let refunds = "Creation Date,Currency,Direct Debit,Disbursement Type,Order ID,Payment Status,Quantity,Refund Amount,Refund Date,Reversal Action,Reversal Reason,Reversal Status,Website\n2025-03-01T00:00:00Z,EUR,Not Available,Refund,1-2,Completed,1,4.00,2025-03-02T00:00:00Z,Refund,Return,Final,Amazon.de\n";
    let entries: [(&str, &[u8]); 5] = [
        ("../../Refund Details.csv", refunds.as_bytes()),
        ("/etc/a.csv", rows(&["-1.00"]).leak().as_bytes()),
        ("__MACOSX/._a.csv", b"x"),
        ("inner.zip", b"PK\x03\x04rest"),
        ("empty.csv", b""),
    ];
    let inspection = look(&source("all.zip", zipped(&entries, SimpleFileOptions::default())), &Options::default()).expect("inspected");
    let vendors: Vec<String> = plans(&inspection).into_iter().map(|p| p.vendor).collect();
    assert_eq!(vendors, ["amazon", "chase"]);
    let ignored = inspection.files.iter().filter(|f| matches!(f.outcome, Outcome::Ignored { .. })).count();
    assert_eq!((inspection.files.len(), ignored), (5, 3));
}

#[test]
fn what_only_a_person_can_know_is_asked_and_answered() {
    let file = source("activity.csv", "Date,Description,Amount\n02/06/2025,IKEA,5.00\n03/07/2025,Shop,6.00\n");
    let inspection = look(&file, &Options::default()).expect("inspected");
    let Outcome::NeedsAnswer { question } = &inspection.files[0].outcome else { panic!("{:?}", inspection.files[0].outcome) };
    assert_eq!(question.id, "date-order");
    for (answer, first) in [("dmy", "2025-06-02"), ("mdy", "2025-02-06")] {
        let options = Options { answers: [("date-order".to_owned(), answer.to_owned())].into(), ..Options::default() };
        let plan = plans(&look(&file, &options).expect("inspected")).remove(0);
        let mut kept = Kept::default();
        read(&file, &plan, &options, &Task::silent(), &mut kept).expect("read");
        assert_eq!(kept.records[0].0.moment.map(|m| m.to_string()).as_deref(), Some(first));
    }
    let nonsense = Options { answers: [("date-order".to_owned(), "ymd".to_owned())].into(), ..Options::default() };
    assert!(plans(&look(&file, &nonsense).expect("inspected")).is_empty(), "an answer that is no choice settles nothing");
}

#[test]
fn an_unknown_table_is_read_only_where_its_balance_or_its_words_prove_it() {
    let proved =
        "Date,Description,Amount,Balance\n2025-09-01,COFFEE,-3.00,97.00\n2025-09-02,PAY,10.00,107.00\n2025-09-03,SHOP,-7.00,100.00\n";
    let positive = "Date,Description,Amount\n2025-09-01,COFFEE,3.00\n2025-09-02,SHOP,7.00\n";
    let totals = "Date,Description,Amount,Balance\n2025-09-01,COFFEE,-3.00,97.00\n2025-09-02,Total,-3.00,94.00\n";
    let two = "Date,Description,Amount,Betrag\n2025-09-01,COFFEE,-3.00,-4.00\n";
    let outcome = |text: &str| look(&source("x.csv", text), &Options::default()).expect("inspected").files.remove(0).outcome;
    assert!(matches!(outcome(proved), Outcome::Recognised { .. }));
    assert!(matches!(outcome(positive), Outcome::NeedsAnswer { question } if question.id == "sign"));
    assert!(matches!(outcome(totals), Outcome::NeedsAnswer { question } if question.id == "totals"));
    assert!(matches!(outcome(two), Outcome::NeedsAnswer { question } if question.id == "amount"));
}

#[test]
fn a_chosen_layout_that_does_not_fit_is_refused() {
    let force = |v: &str, e: &str| Options { force: Some((v.to_owned(), e.to_owned())), ..Options::default() };
    let file = source("a.csv", rows(&["-1.00"]));
    assert_eq!(look(&file, &force("monzo", "account")).map_err(|e| e.code()).err(), Some("layout-mismatch"));
    assert_eq!(look(&file, &force("nobody", "nothing")).map_err(|e| e.code()).err(), Some("no-such-export"));
}

#[test]
fn a_cancelled_task_stops_at_once_and_a_failing_sink_is_told_apart() {
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
fn only_regular_files_are_opened_and_a_file_that_changes_is_refused() {
    let folder = std::env::temp_dir().join(format!("holdall-importer-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    assert_eq!(Source::from_path(&folder).map_err(|e| e.code()).err(), Some("not-a-file"));
    assert_eq!(Source::from_path(&folder.join("missing")).map_err(|e| e.code()).err(), Some("file-unreadable"));
    #[cfg(unix)]
    assert_eq!(Source::from_path("/dev/zero".as_ref()).map_err(|e| e.code()).err(), Some("not-a-file"));
    let path = folder.join("a.csv");
    std::fs::write(&path, rows(&["-1.00"])).expect("written");
    let file = Source::from_path(&path).expect("opened");
    std::fs::write(&path, rows(&["-1.00", "-2.00"])).expect("written");
    assert_eq!(look(&file, &Options::default()).map_err(|e| e.code()).err(), Some("file-changed"));
    std::fs::remove_dir_all(&folder).expect("removed");
}

#[test]
fn deep_endless_and_broken_json_is_refused_without_a_crash() {
    let deep = format!(
        "[{{\"endTime\":\"2025-01-01 10:00\",\"artistName\":\"a\",\"trackName\":\"b\",\"msPlayed\":1,\"x\":{}",
        "[".repeat(100_000)
    );
    let cut = "[{\"endTime\":\"2025-01-01 10:00\",\"artistName\":\"a\",\"trackName\":\"b\",\"msPlayed\":1},{\"endTime\":\"2025";
    let chosen = Options { force: Some(("spotify".to_owned(), "account-data".to_owned())), ..Options::default() };
    let whole = |text: &str| {
        let file = source("x.json", text);
        let inspection = look(&file, &chosen)?;
        plans(&inspection).iter().try_for_each(|p| read(&file, p, &chosen, &Task::silent(), &mut Kept::default()).map(drop))
    };
    assert_eq!(whole(cut).map_err(|e| e.code()).err(), Some("file-damaged"));
    // Its first element never ends, so it has not even the layout that was chosen.
    assert_eq!(whole(&deep).map_err(|e| e.code()).err(), Some("layout-mismatch"));
}

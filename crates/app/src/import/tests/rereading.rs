//! Files that an older Holdall has read, and that today's definitions read better.

use std::path::Path;

use holdall_importer::{FilePlan, Identity, Options, Outcome, Sink, SinkError, Source, inspect};
use holdall_model::{Diagnostic, Fingerprint, Quantity, Quarantined, Record, Redacted, Severity};
use holdall_vault::{ImportMeta, ImportTx};

use crate::Task;
use crate::import::kept::Note;
use crate::testing::Desk;
use crate::view::import::{Answer, ListImports, ListQuarantine, UndoImport};
use crate::view::record::GetRecord;
use crate::view::reread::{ListOutdated, LookAgain, RereadImport, RereadView};

const ACCOUNT: &str = "Transaction ID,Date,Time,Type,Name,Emoji,Category,Amount,Currency,Local amount,Local currency,Notes and #tags,Address,Receipt,Description,Category split,Money Out,Money In
,04/03/2025,07:15:00,Card payment,Corner Bakery,,Food,-12.50,EUR,,,Thank you,,,R-1001,,,
,04/03/2025,07:15:00,Card payment,Corner Bakery,,Food,-12.50,EUR,,,Thank you,,,R-1001,,,
,18/03/2025,08:15:00,Transfer,Salary ACME Ltd,,Income,1234.00,EUR,,,March,,,R-1002,,,
,30/04/2025,10:15:00,Direct debit,Tram ticket,,Transport,-40.00,EUR,,,Monthly,,,R-1004,,,
";
const ORDERS: &str = "OrderDate,OurPrice,OurPriceCurrencyCode,ProductName,OrderId,ASIN,DigitalOrderItemId
2025-01-02T10:00:00Z,4.99,EUR,Field recordings,D01-1,B01,1
";

/// An older Holdall: no categories, signs the wrong way round, and no idea of direct debits.
struct Older {
    tx: ImportTx,
}

impl Sink for Older {
    fn record(&mut self, record: &Record, identity: &Identity) -> Result<(), SinkError> {
        let mut told = record.clone();
        told.amount = told.amount.map(|a| Quantity::new(-a.value, a.unit));
        told.fields.clear();
        for (property, value) in record.fields.iter().filter(|(p, _)| p.name() != "category") {
            told.fields.set(property, value);
        }
        if record.title == "Tram ticket" {
            let reason = Diagnostic::new("no-amount", Severity::Error, "The row has no amount.");
            self.tx.quarantine(&Quarantined { locator: record.locator, raw: Redacted::new("its text".to_owned()), reason })?;
            return Ok(());
        }
        // Other amounts and fields give other prints.
        let other = |print: Fingerprint| Fingerprint(print.0.map(|byte| byte ^ 0x55));
        let identity = Identity { row: other(identity.row), content: other(identity.content), ..*identity };
        self.tx.judge_and_store(&told, &identity)?;
        Ok(())
    }

    fn quarantined(&mut self, _: Quarantined) -> Result<(), SinkError> {
        Ok(())
    }

    fn diagnostic(&mut self, _: Diagnostic) -> Result<(), SinkError> {
        Ok(())
    }
}

/// Stores a file as an older Holdall did, which knew only some of the entries' layouts.
fn import_by_older(desk: &Desk, path: &Path, known: impl Fn(&FilePlan) -> bool) -> i64 {
    let vault = desk.app.vault().expect("open");
    let source = Source::from_path(path).expect("a file");
    let options = Options { fingerprint_key: vault.fingerprint_key(), ..Options::default() };
    let files = inspect(&source, &options, &Task::silent()).expect("looks").files;
    let mut plans: Vec<FilePlan> = files
        .iter()
        .filter_map(|file| match &file.outcome {
            Outcome::Recognised { plan, .. } => Some(FilePlan { edition: "older".to_owned(), ..plan.clone() }),
            _ => None,
        })
        .filter(known)
        .collect();
    let meta = ImportMeta { vendor: plans[0].vendor.clone(), export: plans[0].export.clone(), file_name: source.label().to_owned() };
    let mut older = Older { tx: vault.begin_import(meta).expect("begins") };
    for plan in &plans {
        holdall_importer::read(&source, plan, &options, &Task::silent(), &mut older).expect("reads");
    }
    let unread = plans.len() < files.len();
    for plan in &mut plans {
        // Nor did it decide anything about them.
        plan.decisions.facts.remove("sign");
    }
    let note = Note { plans, catalogue: "older".to_owned(), unread, ..Note::default() };
    older.tx.note(note.to_text().expect("text"));
    let original = vault.seal_original(&mut std::fs::File::open(path).expect("opens"), &Task::silent()).expect("seals");
    older.tx.finish(original, &Task::silent()).expect("stores").id.0
}

fn look(desk: &Desk, import_id: i64) -> RereadView {
    desk.run(LookAgain { import_id, answers: Vec::new(), password: None })
}

fn reread(desk: &Desk, seen: &RereadView) -> RereadView {
    desk.run(RereadImport { import_id: seen.import_id, answers: Vec::new(), password: None, seen: seen.counts })
}

fn nothing_left(desk: &Desk) {
    for import in desk.run(ListImports {}) {
        desk.run(UndoImport { import_id: import.import_id });
    }
    assert!(desk.find("").is_empty());
    assert_eq!(std::fs::read_dir(desk.home().join("vault/blobs")).expect("a folder").count(), 0);
}

#[test]
fn an_import_of_an_older_holdall_is_offered_shown_and_mended() {
    let desk = Desk::new();
    let path = desk.file("account.csv", ACCOUNT);
    let id = import_by_older(&desk, &path, |_| true);
    assert_eq!(desk.find("bakery").iter().map(|r| r.amount.as_ref().expect("told").value.as_str()).collect::<Vec<_>>(), ["12.50", "12.50"]);
    let offered = desk.run(ListOutdated {});
    assert_eq!(offered.len(), 1);
    assert_eq!(offered[0].summary, "1 row it could not read, 3 records get another “Amount”, 3 records gain “Category”.");
    let example = offered[0].examples.iter().find(|e| e.before.is_some()).expect("an example");
    let category = example.changes.iter().find(|c| c.label == "Category").expect("shown");
    assert_eq!((category.before.as_str(), category.after.as_str()), ("", "Food"));

    let seen = look(&desk, id);
    assert_eq!((seen.counts.changed, seen.counts.added, seen.counts.understood, seen.counts.gone), (3, 1, 1, 0));
    assert_eq!(seen, offered[0]);
    let done = reread(&desk, &seen);
    assert_eq!(done.counts, seen.counts);
    assert!(desk.run(ListQuarantine::default()).is_empty());
    assert!(desk.run(ListOutdated {}).is_empty(), "offered once");
    let bakery = desk.find("bakery");
    assert_eq!(bakery.len(), 2, "twins stay two");
    let detail = desk.run(GetRecord { id: bakery[0].id });
    assert!(detail.fields.iter().any(|f| f.name == "category" && f.value == "Food"));
    assert_eq!(detail.history[0].row.amount.as_ref().expect("told").value, "12.50");
    assert_eq!(detail.history.len(), 1);
    assert_eq!(desk.find("food").len(), 2);
    // The same file, and one that overlaps, are known by the better reading.
    let again = desk.look(&path, &[]);
    assert_eq!((again.files[0].verdicts.already_here, again.files[0].verdicts.new), (4, 0));
    nothing_left(&desk);
}

#[test]
fn a_table_that_a_person_mapped_moves_to_its_vendor_once_that_is_known() {
    let desk = Desk::new();
    let path = desk.file("account.csv", ACCOUNT);
    // As it was before the vendor was known: the person said what the columns are, and got the dates and the sign wrong.
    let mapped = [
        ("column:Date", "date"),
        ("column:Amount", "amount"),
        ("column:Name", "text"),
        ("column:Currency", "currency"),
        ("sign", "inverted"),
    ];
    let stored = desk.import(&path, &mapped);
    assert_eq!(stored.files[0].vendor.as_deref(), Some("generic"), "{:?}", stored.files[0]);
    let id = stored.imports[0].import_id;
    let numbers: Vec<i64> = desk.find("bakery").iter().map(|r| r.id).collect();
    let seen = look(&desk, id);
    assert_eq!((seen.vendor.slug.as_str(), seen.counts.changed, seen.counts.added, seen.counts.gone), ("monzo", 4, 0, 0));
    assert!(seen.summary.starts_with("4 records are known to come from Monzo, "), "{}", seen.summary);
    reread(&desk, &seen);
    let import = desk.run(ListImports {}).remove(0);
    assert_eq!((import.import_id, import.vendors[0].slug.as_str()), (id, "monzo"));
    let bakery = desk.find("bakery");
    assert_eq!(
        bakery.iter().map(|r| (r.id, r.vendor.slug.as_str())).collect::<Vec<_>>(),
        numbers.iter().map(|n| (*n, "monzo")).collect::<Vec<_>>()
    );
    assert_eq!(bakery[0].amount.as_ref().expect("told").value, "-12.50");
    assert_eq!(desk.look(&path, &[]).files[0].verdicts.already_here, 4);
    nothing_left(&desk);
}

#[test]
fn files_of_an_archive_that_nothing_could_read_are_offered_once_something_can() {
    let desk = Desk::new();
    let second = ACCOUNT.replace("Corner Bakery", "Harbour Grill");
    let files = [("account.csv", ACCOUNT), ("older.csv", &second), ("Digital Items.csv", ORDERS), ("picture.txt", "no table")];
    let path = desk.archive("all.zip", None, &files.map(|(name, text)| (name, text.as_bytes())));
    let id = import_by_older(&desk, &path, |plan| plan.label == "account.csv");
    assert_eq!(desk.run(ListImports {}).len(), 1);
    let seen = desk.run(ListOutdated {}).remove(0);
    let told: Vec<(&str, &str, u64)> = seen.new_files.iter().map(|f| (f.entry.as_str(), f.vendor.slug.as_str(), f.records)).collect();
    assert_eq!(told, [("Digital Items.csv", "amazon", 1), ("older.csv", "monzo", 4)]);
    assert_eq!(seen.counts.in_new_files, 5);
    reread(&desk, &seen);
    let imports = desk.run(ListImports {});
    assert_eq!(imports.iter().map(|i| i.vendors[0].slug.as_str()).collect::<Vec<_>>(), ["amazon", "monzo"]);
    assert_eq!((desk.find("recordings").len(), desk.find("harbour").len(), desk.find("bakery").len()), (1, 2, 2));
    assert!(desk.run(ListOutdated {}).is_empty());
    // The original is kept once, and goes with the last import of it.
    desk.run(UndoImport { import_id: id });
    assert_eq!(desk.find("").len(), 1);
    let order = desk.find("recordings").remove(0);
    assert_eq!(desk.run(GetRecord { id: order.id }).source.entry, "Digital Items.csv");
    nothing_left(&desk);
}

#[test]
fn a_definition_that_asks_by_now_is_asked_before_anything_is_stored() {
    let desk = Desk::new();
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vendors/migros-bank/card/sample.csv"))
        .expect("the sample");
    let path = desk.file("activity.csv", text);
    let question = desk.look(&path, &[]).files[0].question.clone().expect("it asks");
    let vault_answers = [(question.id.as_str(), question.choices[0].value.as_str())];
    let id = desk.import(&path, &vault_answers).imports[0].import_id;
    // What was answered at the import is remembered.
    assert_eq!(look(&desk, id).question, None);
    let vault = desk.app.vault().expect("open");
    let import = vault.imports().expect("reads").remove(0);
    let mut note: Note = serde_json::from_str(&import.note).expect("a note");
    for plan in &mut note.plans {
        plan.decisions.facts.remove(&question.id);
        plan.edition = "older".to_owned();
    }
    note.catalogue = "older".to_owned();
    let mut reread = vault.reread(import.id, &import.vendor, &import.export).expect("begins");
    let mut sink = Again(&mut reread);
    let source = Source::from_path(&path).expect("a file");
    let options = Options { fingerprint_key: vault.fingerprint_key(), ..Options::default() };
    let plans: Note = serde_json::from_str(&import.note).expect("a note");
    holdall_importer::read(&source, &plans.plans[0], &options, &Task::silent(), &mut sink).expect("reads");
    reread.note(note.to_text().expect("text"));
    reread.finish(&Task::silent()).expect("stores");

    let offered = desk.run(ListOutdated {}).remove(0);
    assert_eq!(offered.question.as_ref().map(|q| &q.id), Some(&question.id));
    let refused = desk.fails(RereadImport { import_id: id, answers: Vec::new(), password: None, seen: offered.counts });
    assert_eq!((refused.code, refused.question.is_some()), ("question", true));
    let other = Answer { id: question.id.clone(), value: question.choices[1].value.clone() };
    let seen = desk.run(LookAgain { import_id: id, answers: vec![other.clone()], password: None });
    assert!(seen.counts.changed > 0 && seen.question.is_none(), "{seen:?}");
    // What was shown must be what is done.
    let refused = desk.fails(RereadImport { import_id: id, answers: vec![other.clone()], password: None, seen: offered.counts });
    assert_eq!(refused.code, "vault-changed");
    assert_eq!(desk.run(LookAgain { import_id: id, answers: vec![other.clone()], password: None }), seen, "nothing was stored");
    desk.run(RereadImport { import_id: id, answers: vec![other], password: None, seen: seen.counts });
    assert!(desk.run(ListOutdated {}).is_empty());
    nothing_left(&desk);
}

#[test]
fn a_file_that_only_tells_the_same_is_not_offered() {
    let desk = Desk::new();
    let path = desk.file("account.csv", ACCOUNT);
    let id = desk.import(&path, &[]).imports[0].import_id;
    let seen = look(&desk, id);
    assert_eq!((seen.counts.unchanged, seen.summary.as_str()), (4, "Nothing would change."));
    assert!(desk.run(ListOutdated {}).is_empty());
    assert_eq!(desk.fails(LookAgain { import_id: 99, answers: Vec::new(), password: None }).code, "not-found");
}

struct Again<'a>(&'a mut holdall_vault::Reread);

impl Sink for Again<'_> {
    fn record(&mut self, record: &Record, identity: &Identity) -> Result<(), SinkError> {
        Ok(self.0.record(record, identity)?)
    }

    fn quarantined(&mut self, row: Quarantined) -> Result<(), SinkError> {
        Ok(self.0.quarantine(&row)?)
    }

    fn diagnostic(&mut self, _: Diagnostic) -> Result<(), SinkError> {
        Ok(())
    }
}

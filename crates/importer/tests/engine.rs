//! The importer as the app uses it: whole files in, records and honest refusals out.

mod trials_support;

use std::io::{Cursor, Write};

use holdall_importer::{FilePlan, Options, Outcome, Source, Summary, read, source_row};
use holdall_model::Task;
use trials_support::{CHASE, Kept, look, plans, source};
use zip::write::SimpleFileOptions;

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
fn tables_beside_a_known_export_are_neither_read_nor_asked_about_unless_they_may_be_money() {
    let known = rows(&["-1.00"]);
    let people = "First name,Last name,E-mail,Phone\nAnn,Lee,ann@example.org,1\nBob,Ray,bob@example.org,2\n";
    let clicks = "Day,Screen,Taps\n2025-01-02,home,5\n2025-01-13,list,7\n";
    let money = "Date,Description,Amount\n2025-01-02,Bakery,3.50\n2025-01-13,Shop,12.00\n";
    let outcome = |entries: &[(&str, &str)], answers: &[(&str, &str)]| {
        let entries: Vec<(&str, &[u8])> = entries.iter().map(|(name, text)| (*name, text.as_bytes())).collect();
        let answers = answers.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let file = source("a.zip", zipped(&entries, SimpleFileOptions::default()));
        let inspection = look(&file, &Options { answers, ..Options::default() }).expect("inspected");
        inspection.files.into_iter().map(|file| file.outcome).collect::<Vec<_>>()
    };
    let all = [("b.csv", known.as_str()), ("people.csv", people), ("clicks.csv", clicks), ("money.csv", money)];
    let found = outcome(&all, &[]);
    assert!(matches!(&found[0], Outcome::Recognised { plan, .. } if plan.vendor == "chase"), "{:?}", found[0]);
    assert!(found[1..3].iter().all(|o| matches!(o, Outcome::Unknown { .. })), "{found:?}");
    assert!(matches!(&found[3], Outcome::NeedsAnswer { question } if question.id == "sign"), "{:?}", found[3]);
    let alone = outcome(&all[1..3], &[]);
    assert!(matches!(&alone[0], Outcome::Recognised { .. }) && matches!(&alone[1], Outcome::NeedsAnswer { .. }), "{alone:?}");
    let told = outcome(&all[..3], &[("2/kind", "other")]);
    assert!(matches!(&told[2], Outcome::Recognised { .. }), "what the person says of an entry counts: {:?}", told[2]);
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
fn a_currency_told_twice_belongs_to_the_number_it_stands_behind() {
    let ing = "IBAN;ACC-1\nBuchung;Valuta;Auftraggeber/Empfänger;Buchungstext;Verwendungszweck;Saldo;Währung;Betrag;Währung\n04.03.2025;04.03.2025;A;B;C;1.000,50;EUR;-12,50;CHF\n";
    let without_balance =
        "Buchung;Valuta;Auftraggeber/Empfänger;Buchungstext;Verwendungszweck;Betrag;Währung\n04.03.2025;04.03.2025;A;B;C;-12,50;CHF\n";
    let turned = "Betrag;Währung;Saldo;Währung;Buchung;Valuta;Auftraggeber/Empfänger;Buchungstext;Verwendungszweck\n-12,50;CHF;1.000,50;EUR;04.03.2025;04.03.2025;A;B;C\n";
    for (text, balance) in [(ing, Some("1000.50 EUR")), (without_balance, None), (turned, Some("1000.50 EUR"))] {
        let (kept, _) = import(&source("Umsatzanzeige.csv", text));
        let (record, _) = &kept.records[0];
        assert_eq!(record.amount.map(|a| format!("{} {}", a.value, a.unit)).as_deref(), Some("-12.50 CHF"), "{text}");
        let told = record.fields.iter().find(|(p, _)| p.name() == "balance").map(|(_, value)| value.to_owned());
        assert_eq!(told.as_deref(), balance, "{text}");
    }
}

#[test]
fn a_file_that_signs_money_out_otherwise_than_its_layout_says_is_believed() {
    let lloyds = |a: &str, b: &str| {
        let head = "Transaction Date,Transaction Type,Sort Code,Account Number,Transaction Description,Debit Amount,Credit Amount,Balance";
        format!(
            "{head}\n13/01/2025,DEB,'30-00-00,1,Shop,{a},,10.00\n14/01/2025,DEB,'30-00-00,1,Shop,{b},,5.00\n15/01/2025,FPI,'30-00-00,1,Pay,,7.00,12.00\n"
        )
    };
    let amounts = |text: String| import(&source("export.csv", text)).0.amounts();
    assert_eq!(amounts(lloyds("2.00", "5.00")), ["-2.00", "-5.00", "7.00"]);
    assert_eq!(amounts(lloyds("-2.00", "-5.00")), ["-2.00", "-5.00", "7.00"]);
    assert_eq!(amounts(lloyds("2.00", "-5.00")), ["-2.00", "5.00", "7.00"], "a reversal");
    let vz = |a: &str| {
        let head = "Buchungsdatum,Valutadatum,Auftragsnummer,Konto,IBAN,Buchungstext,Gutschrift,Belastung,Saldo";
        format!("{head}\n24.12.2025,24.12.2025,1,Konto,CH1,Laden,,{a},1.00\n23.12.2025,23.12.2025,2,Konto,CH1,Lohn,25.00,,10.00\n")
    };
    assert_eq!(amounts(vz("-9.00")), ["-9.00", "25.00"]);
    assert_eq!(amounts(vz("9.00")), ["-9.00", "25.00"]);
}

#[test]
fn what_did_not_happen_counts_for_nothing_in_whatever_language_it_says_so() {
    let head = "Art,Produkt,Datum des Beginns,Datum des Abschlusses,Beschreibung,Betrag,Gebühr,Währung,Status,Kontostand\n";
    let row = |done: &str, status: &str| format!("Kartenzahlung,Aktuell,2025-01-03 10:00:00,{done},Shop,-5.00,0.00,EUR,{status},\n");
    let done = "2025-01-04 10:00:00";
    let text = [head, &row(done, "ABGESCHLOSSEN"), &row("", "RÜCKGÄNGIG"), &row("", "Xyzzy"), &row(done, "Fehlgeschlagen")].concat();
    let (kept, _) = import(&source("account-statement.csv", text));
    let counting: Vec<bool> = kept.records.iter().map(|(r, _)| r.status.counts()).collect();
    assert_eq!(counting, [true, false, false, false]);
}

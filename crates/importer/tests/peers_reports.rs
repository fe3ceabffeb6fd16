//! Faults that other programs’ users reported, by the program and the number of the report: none of them may happen here. What a vault
//! makes of two files rests on the identities of their rows, which are what is looked at here; undoing is tried in `tests/journeys`.

mod trials_support;

use std::collections::BTreeMap;

use holdall_importer::{Options, Outcome};
use holdall_model::Status;
use trials_support::{CHASE, Kept, import, import_as, options, outcome, rows, run, source};

/// What a vault that has taken these files one after the other holds: each row once.
fn taken(files: &[&str], name: &str) -> Vec<String> {
    let mut all = BTreeMap::new();
    for file in files {
        for (record, identity) in import(name, file).records {
            let told = format!("{} {} {}", record.moment.map(|m| m.to_string()).unwrap_or_default(), amount(&record), record.title);
            all.insert(identity.row.0, told);
        }
    }
    let mut all: Vec<String> = all.into_values().collect();
    all.sort();
    all
}

fn amount(record: &holdall_model::Record) -> String {
    record.amount.map_or("-".to_owned(), |a| a.value.to_string())
}

fn ofx(rows: &[(&str, &str, &str, &str)]) -> String {
    let row = |(day, amount, id, name): &(&str, &str, &str, &str)| {
        format!("<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>{day}<TRNAMT>{amount}<FITID>{id}<NAME>{name}</STMTTRN>\n")
    };
    let list: String = rows.iter().map(row).collect();
    format!(
        "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nENCODING:USASCII\nCHARSET:1252\n\n<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>EUR\
         <BANKACCTFROM><BANKID>1<ACCTID>A1<ACCTTYPE>CHECKING</BANKACCTFROM><BANKTRANLIST><DTSTART>20250101<DTEND>20250131\n{list}\
         </BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>\n"
    )
}

#[test]
fn actual_2420_2562_similar_rows_of_close_days_replace_none_in_ofx() {
    let (first, second) = (ofx(&[("20250103", "-3.50", "A1", "Tram")]), ofx(&[("20250104", "-3.50", "A2", "Tram")]));
    assert_eq!(taken(&[&first, &second], "a.ofx"), ["2025-01-03 -3.50 Tram", "2025-01-04 -3.50 Tram"]);
}

#[test]
fn actual_608_2646_a_bank_id_that_begins_anew_in_each_file_makes_no_two_rows_one() {
    let (august, september) = (
        ofx(&[("20250830", "-1.50", "1", "Tea"), ("20250831", "-2.50", "1", "Cake")]),
        ofx(&[("20250901", "-1.50", "1", "Tea"), ("20250901", "-1.50", "1", "Tea")]),
    );
    assert_eq!(
        taken(&[&august, &september], "a.ofx"),
        ["2025-08-30 -1.50 Tea", "2025-08-31 -2.50 Cake", "2025-09-01 -1.50 Tea", "2025-09-01 -1.50 Tea"]
    );
}

/// Rows of one layout: day and month, text, amount.
fn chase(rows: &[(&str, &str, &str)]) -> String {
    let row = |(day, text, amount): &(&str, &str, &str)| format!("DEBIT,{day}/2025,{text},{amount},DEBIT_CARD,,,\n");
    format!("{CHASE}{}", rows.iter().map(row).collect::<String>())
}

#[test]
fn firefly_10914_an_id_that_two_accounts_share_makes_no_two_rows_one() {
    let one = ofx(&[("20250103", "-3.50", "A1", "Tram"), ("20250104", "-9.00", "A2", "Tea")]);
    let (first, second) = (import("a.ofx", &one), import("b.ofx", one.replace("<ACCTID>A1", "<ACCTID>A2")));
    let ids = |kept: &Kept| kept.records.iter().map(|(_, identity)| identity.row.0).collect::<Vec<_>>();
    assert!(ids(&first).iter().all(|id| !ids(&second).contains(id)), "the same rows of another account are other rows");
    assert_eq!(ids(&first), ids(&import("c.ofx", &one)), "and of the same account the same");
}

#[test]
fn actual_2668_a_new_row_is_not_merged_with_an_older_one_of_the_same_amount() {
    let (old, new) = (chase(&[("01/03", "BAKERY", "-12.50")]), chase(&[("01/08", "BOOK SHOP", "-12.50")]));
    assert_eq!(taken(&[&old, &new], "a.csv"), ["2025-01-03 -12.50 BAKERY", "2025-01-08 -12.50 BOOK SHOP"]);
}

#[test]
fn actual_2432_like_rows_of_several_days_bring_no_further_one_when_they_come_again() {
    let file = chase(&[("02/11", "A", "-1.00"), ("02/08", "A", "-1.00"), ("02/02", "A", "-1.00")]);
    assert_eq!(taken(&[&file, &file], "a.csv"), ["2025-02-02 -1.00 A", "2025-02-08 -1.00 A", "2025-02-11 -1.00 A"]);
}

#[test]
fn actual_5627_interest_of_every_day_is_kept_for_every_day() {
    let days: Vec<String> = (3..=9).map(|day| format!("01/{day:02}")).collect();
    let list: Vec<(&str, &str, &str)> = days.iter().map(|day| (day.as_str(), "INTEREST", "0.41")).collect();
    let (part, whole) = (chase(&list[..3]), chase(&list));
    assert_eq!(taken(&[&part, &whole], "a.csv").len(), 7);
}

#[test]
fn actual_8221_firefly_2353_2611_1556_two_like_purchases_of_one_day_are_two() {
    let both = chase(&[("01/03", "TRAM", "-6.76"), ("01/03", "TRAM", "-6.76"), ("01/04", "TRAM", "-6.76")]);
    assert_eq!(taken(&[&both], "a.csv").len(), 3);
    assert_eq!(taken(&[&both, &both], "a.csv").len(), 3, "and the same file again adds none");
}

#[test]
fn firefly_3650_4228_4816_12235_the_same_rows_in_another_file_are_the_same_rows() {
    let days: Vec<String> = (1..=28).map(|day| format!("01/{day:02}")).collect();
    let list: Vec<(&str, &str, &str)> = days.iter().map(|day| (day.as_str(), "SHOP", "-1.00")).collect();
    let (short, long) = (chase(&list[..10]), chase(&list));
    let (other_end, newest_first) = (short.replace('\n', "\r\n"), chase(&list.iter().rev().copied().collect::<Vec<_>>()));
    for second in [&long, &other_end, &newest_first] {
        assert_eq!(taken(&[&short, second], "a.csv").len(), second.lines().count() - 1, "the first and the last row too");
    }
}

#[test]
fn firefly_11882_statements_of_commerzbank_that_overlap_bring_each_row_once() {
    let head = "Buchungstag;Wertstellung;Umsatzart;Buchungstext;Betrag;Währung;Auftraggeberkonto;Bankleitzahl Auftraggeberkonto;\
                IBAN Auftraggeberkonto;Kategorie\n";
    let row = |(day, amount): (&str, &str)| format!("{day}.2026;{day}.2026;Lastschrift;MIETE REF 1;{amount};EUR;1;50040000;DE00;\n");
    let month = |rows: &[(&str, &str)]| head.to_owned() + &rows.iter().copied().map(row).collect::<String>();
    let january = month(&[("02.01", "-600,00"), ("15.01", "-9,99"), ("30.01", "-9,99"), ("30.01", "-9,99")]);
    let february = month(&[("30.01", "-9,99"), ("30.01", "-9,99"), ("02.02", "-600,00"), ("15.02", "-9,99")]);
    assert_eq!(taken(&[&january, &february, &january], "DE00_EUR.csv").len(), 6);
}

#[test]
fn mmex_6771_exports_that_overlap_give_their_union() {
    let (a, b) = (rows(&["-1.00", "-3.00", "-3.00"]), rows(&["-3.00", "-3.00", "-9.00"]));
    assert_eq!(taken(&[&a, &b], "a.csv").len(), 4);
}

#[test]
fn csv2ofx_60_actual_2310_securo_547_day_and_month_are_never_swapped_row_by_row() {
    let text = |second: &str| format!("Date,Description,Amount\n02/06/2025,A,-5.00\n{second}/2025,B,-6.00\n04/06/2025,C,-7.00\n");
    let days = |kept: &Kept| kept.moments();
    assert_eq!(days(&import("x.csv", text("13/06"))), ["2025-06-02", "2025-06-13", "2025-06-04"]);
    assert_eq!(days(&import("x.csv", text("02/13"))), ["2025-02-06", "2025-02-13", "2025-04-06"]);
    for second in ["03/06", "3/6"] {
        let outcome = outcome("x.csv", text(second));
        assert!(matches!(&outcome, Outcome::NeedsAnswer { question } if question.id == "date-order"), "{outcome:?}");
    }
}

#[test]
fn actual_6327_ynab_csv_19_33_wygiwyh_136_every_charset_gives_the_same_rows() {
    let text = "Buchungstag;Wertstellung;Umsatzart;Buchungstext;Betrag;Währung\n02.03.2018;02.03.2018;Lastschrift;Bäcker;-17,22;EUR\n";
    let utf16 = |bytes: fn(u16) -> [u8; 2], mark: [u8; 2]| [mark.to_vec(), text.encode_utf16().flat_map(bytes).collect()].concat();
    let files = [
        text.as_bytes().to_vec(),
        format!("\u{feff}{text}").into_bytes(),
        encoding_rs::WINDOWS_1252.encode(text).0.into_owned(),
        utf16(u16::to_le_bytes, [0xff, 0xfe]),
        utf16(u16::to_be_bytes, [0xfe, 0xff]),
    ];
    for (i, file) in files.into_iter().enumerate() {
        let kept = import("x.csv", file);
        assert_eq!((kept.titles(), kept.amounts()), (vec!["Bäcker"], vec!["-17.22".to_owned()]), "file {i}");
    }
}

#[test]
fn iped_2430_an_ofx_file_that_lies_about_its_charset_is_read_as_what_it_is() {
    let text = ofx(&[("20250103", "-3.50", "A1", "Café Zürich")]);
    for bytes in [text.clone().into_bytes(), encoding_rs::WINDOWS_1252.encode(&text).0.into_owned()] {
        assert_eq!(import("a.ofx", bytes).titles(), ["Café Zürich"]);
    }
}

#[test]
fn ofx_js_2_3_actual_5203_libofx_59_tags_closed_or_not_give_the_same_rows() {
    let open = ofx(&[("20250103120000[-5:EST]", "-3,50", "A1", "Tea &amp; Cake")]);
    let closed = open
        .replace("<TRNAMT>-3,50", "<TRNAMT>-3,50</TRNAMT>")
        .replace("<FITID>A1", "<FITID>A1</FITID>")
        .replace("<NAME>Tea &amp; Cake", "<NAME>Tea &amp; Cake</NAME>");
    let one_line = open.replacen("\n\n", "\u{0}", 1).replace(">\n", ">").replace('\u{0}', "\n\n");
    for text in [&open, &closed, &one_line] {
        let kept = import("a.ofx", text);
        assert_eq!((kept.titles(), kept.amounts()), (vec!["Tea & Cake"], vec!["-3.50".to_owned()]), "{text}");
    }
}

#[test]
fn ynab_csv_59_81_firefly_1263_actual_1953_a_cards_purchases_are_never_silently_money_in() {
    let card = "Date,Card,Merchant,Amount\n2025-01-03,1234,Bakery,12.50\n2025-01-19,1234,Book shop,7.25\n";
    let outcome = outcome("card.csv", card);
    assert!(matches!(&outcome, Outcome::NeedsAnswer { question } if question.id == "sign"), "{outcome:?}");
    let told = |answer: &str| {
        let options = Options { answers: [("sign".to_owned(), answer.to_owned())].into(), ..Options::default() };
        run(&source("card.csv", card), &options).expect("read").0.amounts()
    };
    assert_eq!((told("inverted")[0].as_str(), told("account")[0].as_str()), ("-12.50", "12.50"));
}

#[test]
fn firefly_9268_budget_tracker_643_a_pending_row_that_is_booked_is_the_same_row() {
    let row = |state: &str| {
        let head = "\"Buchungsdatum\";\"Wertstellung\";\"Status\";\"Zahlungspflichtige*r\";\"Zahlungsempfänger*in\";\"Verwendungszweck\";\"Umsatztyp\";\"IBAN\";\"Betrag (€)\";\"Gläubiger-ID\";\"Mandatsreferenz\";\"Kundenreferenz\"";
        format!("{head}\n03.01.25;03.01.25;{state};A;B;C;Ausgang;DE01;-12,5;;;\n")
    };
    let (pending, booked) = (import("a.csv", row("Vorgemerkt")), import("a.csv", row("Gebucht")));
    assert_eq!((pending.records[0].0.status, booked.records[0].0.status), (Status::Pending, Status::Booked));
    assert_eq!(pending.records[0].1.row, booked.records[0].1.row, "one row");
    assert_ne!(pending.records[0].1.content, booked.records[0].1.content, "which has changed");
}

#[test]
fn mmex_1718_7996_monize_246_sure_2498_dates_of_qif_are_read_by_the_whole_file() {
    let qif = |days: &[&str]| {
        let row = |day: &&str| format!("D{day}\nT-1.50\nPTea\n^\n");
        format!("!Type:Bank\n{}", days.iter().map(row).collect::<String>())
    };
    for (days, read) in [
        (["13/01/2025", "02/03/2025"], ["2025-01-13", "2025-03-02"]),
        (["1/13'25", "2/ 3'25"], ["2025-01-13", "2025-02-03"]),
        (["2025-01-13", "2025-02-03"], ["2025-01-13", "2025-02-03"]),
    ] {
        assert_eq!(import("a.qif", qif(&days)).moments(), read);
    }
    let outcome = outcome("a.qif", qif(&["02/03/2025", "03/04/2025"]));
    assert!(matches!(&outcome, Outcome::NeedsAnswer { question } if question.id == "date-order"), "{outcome:?}");
}

fn camt(entries: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.02\"><BkToCstmrStmt><Stmt><Id>1</Id>\
         <Acct><Id><IBAN>DE00</IBAN></Id><Ccy>EUR</Ccy></Acct>{entries}</Stmt></BkToCstmrStmt></Document>"
    )
}

#[test]
fn oca_157_375_a_batch_counts_once_and_a_reversal_keeps_its_own_direction() {
    let batch = "<Ntry><Amt Ccy=\"EUR\">30.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2025-01-03</Dt></BookgDt><NtryDtls>\
                 <TxDtls><AmtDtls><TxAmt><Amt Ccy=\"EUR\">10.00</Amt></TxAmt></AmtDtls></TxDtls>\
                 <TxDtls><AmtDtls><TxAmt><Amt Ccy=\"EUR\">20.00</Amt></TxAmt></AmtDtls></TxDtls></NtryDtls></Ntry>";
    let reversed = "<Ntry><Amt Ccy=\"EUR\">5.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><RvslInd>true</RvslInd><Sts>BOOK</Sts>\
                    <BookgDt><Dt>2025-01-04</Dt></BookgDt></Ntry>";
    assert_eq!(import("a.xml", camt(&format!("{batch}{reversed}"))).amounts(), ["30.00", "-5.00"]);
}

#[test]
fn mt940_17_121_php_mt940_48_66_mt940js_52_89_a_booking_over_new_year_has_the_year_it_was_made_in() {
    let statement =
        |line: &str| format!(":20:A\n:25:DE00/1\n:28C:1/1\n:60F:C241231EUR10,00\n:61:{line}\n:86:Tea\n:62F:C250102EUR8,50\n-\n");
    for (line, booked) in [("2412310102D1,50NTRFX", "2025-01-02"), ("2501021231D1,50NTRFX", "2024-12-31")] {
        assert_eq!(import("a.sta", statement(line)).moments(), [booked], "{line}");
    }
}

#[test]
fn files_that_excel_has_touched_keep_their_numbers_or_are_set_aside() {
    // Of the four forms: `sep=;`, `="…"`, a number with lost zeros, and one in the form 6,17E+025.
    let text = "sep=;\nDate;Description;Reference;Amount\n2025-01-03;Tea;=\"0012\";-1,50\n2025-01-19;Cake;6,17E+025;-2,5\n2025-01-20;Rent;7;-6,17E+025\n";
    let options = Options { answers: [("rows".to_owned(), "aside".to_owned())].into(), ..Options::default() };
    let (kept, _) = run(&source("x.csv", text), &options).expect("read");
    assert_eq!(kept.amounts(), ["-1.50", "-2.5"]);
    assert_eq!(kept.reasons(), ["amount-unreadable"], "no number is made of 6,17E+025");
    let references: Vec<&str> =
        kept.records.iter().filter_map(|(r, _)| r.fields.iter().find(|(p, _)| p.name() == "reference")).map(|f| f.1).collect();
    assert_eq!(references, ["0012", "6,17E+025"]);
}

#[test]
fn a_thousand_in_german_is_not_one_and_firefly_5440_nine_decimals_are_not_millions() {
    let dkb = "\"Girokonto\";\"DE00\"\n\n\"Buchungsdatum\";\"Wertstellung\";\"Status\";\"Zahlungspflichtige*r\";\"Zahlungsempfänger*in\";\"Verwendungszweck\";\"Umsatztyp\";\"IBAN\";\"Betrag (€)\";\"Gläubiger-ID\";\"Mandatsreferenz\";\"Kundenreferenz\"\n\
               \"03.01.25\";\"03.01.25\";\"Gebucht\";\"A\";\"B\";\"C\";\"Eingang\";\"DE01\";\"1.000\";\"\";\"\";\"\"\n\"04.01.25\";\"04.01.25\";\"Gebucht\";\"A\";\"B\";\"C\";\"Ausgang\";\"DE01\";\"-12,5\";\"\";\"\";\"\"\n";
    assert_eq!(import("dkb.csv", dkb).amounts(), ["1000", "-12.5"]);
    let many = "Fecha;Concepto;Importe\n13/01/2025;Intereses;-0,021385479\n14/01/2025;Intereses;-12,5\n";
    assert_eq!(import("x.csv", many).amounts(), ["-0.021385479", "-12.5"]);
}

#[test]
fn rows_that_are_no_event_of_their_own_are_in_no_sum() {
    // PayPal's holds and authorisations change no balance.
    let head = "Date,Time,TimeZone,Name,Type,Status,Currency,Gross,Fee,Net,From Email Address,To Email Address,Transaction ID,Shipping Address,Address Status,Item Title,Item ID,Reference Txn ID,Balance,Country,Subject,Note,Balance Impact\n";
    let row = |id: &str, gross: &str, impact: &str| {
        format!("13/01/2025,10:00:00,CET,Shop,Payment,Completed,EUR,{gross},0.00,{gross},,,{id},,,,,,0.00,,,,{impact}\n")
    };
    let text = format!("{head}{}{}", row("A", "-5.00", "Memo"), row("B", "-5.00", "Debit"));
    let (_, summaries) = run(&source("p.csv", text), &options(("paypal", "activity"), &[("date-order", "dmy")])).expect("read");
    let sums: Vec<String> = summaries[0].sums.iter().map(|q| format!("{} {}", q.value, q.unit)).collect();
    assert_eq!(sums, ["-5.00 EUR"]);
}

#[test]
fn netflix_to_trakt_4_30_dates_of_a_person_s_own_language_are_asked_about_where_they_can_be_read_both_ways() {
    let file = |rows: &str| format!("Title,Date\n{rows}");
    assert_eq!(import("NetflixViewingHistory.csv", file("A,13/01/2025\nB,02/03/2025\n")).moments(), ["2025-01-13", "2025-03-02"]);
    let both = file("A,02/03/2025\nB,03/04/2025\n");
    let kept = import_as(("netflix", "viewing-history"), "NetflixViewingHistory.csv", &both, &[("date-order", "dmy")]).expect("read");
    assert_eq!(kept.moments(), ["2025-03-02", "2025-04-03"]);
    let outcome = outcome("NetflixViewingHistory.csv", &both);
    assert!(matches!(outcome, Outcome::NeedsAnswer { .. }), "{outcome:?}");
}

#[test]
fn monize_a_status_in_words_of_ones_own_is_asked_about_where_it_may_say_that_nothing_was_paid() {
    let text = "Date,Amount,Status\n2026-01-15,-50.00,Payment reconciled on 2026-01-20\n2026-01-16,-30.00,Transaction posted to account\n2026-01-17,-20.00,Voided by user\n";
    let asked = outcome("x.csv", text);
    assert!(matches!(&asked, Outcome::NeedsAnswer { question } if question.id == "status:voided by user"), "{asked:?}");
    let kept = import_as(("generic", "table"), "x.csv", text, &[("status:voided by user", "void")]).expect("read");
    assert_eq!(kept.records.iter().map(|(r, _)| r.status).collect::<Vec<_>>(), [Status::Booked, Status::Booked, Status::Void]);
}

#[test]
fn ghostfolio_a_brokers_fee_beside_the_amount_is_asked_about_in_every_language() {
    for fee in ["Commission", "Courtage", "Kurtage", "Ordergebühr"] {
        let text = format!("Date,Description,Amount,{fee},Balance\n2025-01-13,Fund A,-50.00,1.00,\n2025-01-14,Fund B,-30.00,2.00,\n");
        assert!(matches!(outcome("x.csv", &text), Outcome::NeedsAnswer { question } if question.id == "fee"), "{fee}");
    }
}

#[test]
fn monize_numbers_of_one_side_with_and_without_a_minus_are_asked_about() {
    let text = "Date,Description,Debit,Credit\n2025-01-13,Shop,-50.00,\n2025-01-14,Refund,75.00,\n";
    assert!(matches!(outcome("x.csv", text), Outcome::NeedsAnswer { question } if question.id == "side:3"));
    for (answer, told) in [("plain", ["50.00", "-75.00"]), ("minus", ["-50.00", "75.00"])] {
        assert_eq!(import_as(("generic", "table"), "x.csv", text, &[("side:3", answer)]).expect("read").amounts(), told);
    }
    // A refund now and then is one.
    let more = "2025-01-15,Shop,-5.00,\n2025-01-16,Shop,-6.00,\n";
    assert_eq!(import("x.csv", format!("{text}{more}")).amounts(), ["-50.00", "75.00", "-5.00", "-6.00"]);
}

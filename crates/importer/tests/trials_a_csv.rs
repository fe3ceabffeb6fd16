//! Trials A23 to A29: delimited text in every charset and dialect, and with every kind of damage.

mod trials_support;

use std::time::Duration;

use encoding_rs::{Encoding, GBK, SHIFT_JIS, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252, WINDOWS_1253};
use holdall_importer::{Options, Outcome};
use holdall_model::Severity;
use trials_support::*;

const COMDIRECT: &str = "Umsätze;ACC-1\nBuchungstag;Wertstellung (Valuta);Vorgang;Buchungstext;Umsatz in EUR;\n";

fn titled(title: &str) -> String {
    format!("{CHASE}DEBIT,09/25/2025,{title},-1.00,DEBIT_CARD,,,\nDEBIT,09/26/2025,{title},-2.00,DEBIT_CARD,,,\n")
}

#[test]
fn a23_every_charset_is_found_and_letters_that_cannot_be_read_are_counted() {
    let old: [(&'static Encoding, &str); 6] = [
        (WINDOWS_1252, "Bäckerei Größe Café"),
        (WINDOWS_1250, "Příliš žluťoučký kůň"),
        (WINDOWS_1251, "Продукты Магазин у дома"),
        (WINDOWS_1253, "Φούρνος της γειτονιάς"),
        (SHIFT_JIS, "東京のコーヒー店でお買い物"),
        (GBK, "北京咖啡店购物消费记录"),
    ];
    for (encoding, title) in old {
        let text = titled(title);
        let (bytes, _, lost) = encoding.encode(&text);
        assert!(!lost);
        let kept = import("a.csv", bytes);
        assert_eq!(kept.titles(), [title, title], "{}", encoding.name());
        assert!(kept.diagnostics.iter().all(|d| d.severity == Severity::Note), "{}: {:?}", encoding.name(), kept.diagnostics);
    }
    let text = titled("Größe €");
    for bytes in [
        text.clone().into_bytes(),
        format!("\u{feff}{text}").into_bytes(),
        std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect(),
        std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_be_bytes).collect(),
        text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
    ] {
        assert_eq!(import("a.csv", bytes).titles(), ["Größe €"; 2]);
    }
    let mixed = [titled("Größe").as_bytes(), b"DEBIT,09/27/2025,Gr\xf6\xdfe,-3.00,DEBIT_CARD,,,\n"].concat();
    let kept = import("a.csv", mixed);
    let told = kept.diagnostics.iter().find(|d| d.id == "charsets-mixed").unwrap_or_else(|| panic!("{:?}", kept.titles()));
    assert!(told.severity == Severity::Warning && told.text.starts_with("4 letters"), "{}", told.text);
    assert_eq!(kept.records.len(), 3);
    let mut broken = std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let at = broken.len() - 60;
    broken[at..at + 2].copy_from_slice(&0xd83d_u16.to_le_bytes());
    let told = import("a.csv", broken).diagnostics.into_iter().find(|d| d.id == "letters-unreadable").expect("told");
    assert!(told.severity == Severity::Warning && told.text.starts_with("1 letters"), "{}", told.text);
}

#[test]
fn a24_a_quote_that_is_never_closed_costs_its_line_and_no_memory() {
    let open = "DEBIT,09/25/2025,\"COFFEE,-1.00,DEBIT_CARD,,,\n";
    let row = "DEBIT,09/25/2025,COFFEE,-1.00,DEBIT_CARD,,,\n";
    let prepare = || {
        let head = rows(&["-1.00"; 20]);
        (
            Long::source("lines.csv", &(head.clone() + open), row, 200_000, ""),
            Long::source("line.csv", &(head + "DEBIT,09/25/2025,\""), "xxxxxxxx", 32 << 20, ""),
        )
    };
    let cost = measured("a24_a_quote_that_is_never_closed_costs_its_line_and_no_memory", prepare, |(lines, line)| {
        let plan = plans(&look(lines, &Options::default()).expect("looked at")).remove(0);
        let mut kept = First::default();
        holdall_importer::read(lines, &plan, &Options::default(), &holdall_model::Task::silent(), &mut kept).expect("read");
        assert_eq!((kept.records, kept.aside), (200_020, vec![(Some(22), "quote-unclosed".to_owned())]));
        let (code, words) = refusal(line, &options(("chase", "checking"), &[]));
        assert!(code == "too-large" && words.contains(", row 22, byte "), "{words}");
        assert!(words.contains("a row's length in bytes is beyond the limit of 1048576"), "{words}");
    });
    if let Some(cost) = cost {
        cost.check(Duration::from_secs(5), 64 * MIB);
    }
}

/// Counts records and keeps the place and kind of what was set aside.
#[derive(Default)]
struct First {
    records: u64,
    aside: Vec<(Option<u64>, String)>,
}

impl holdall_importer::Sink for First {
    fn record(&mut self, _: &holdall_model::Record, _: &holdall_importer::Identity) -> Result<(), holdall_importer::SinkError> {
        self.records += 1;
        Ok(())
    }

    fn quarantined(&mut self, row: holdall_model::Quarantined) -> Result<(), holdall_importer::SinkError> {
        self.aside.push((row.reason.place.row, row.reason.id));
        Ok(())
    }

    fn diagnostic(&mut self, _: holdall_model::Diagnostic) -> Result<(), holdall_importer::SinkError> {
        Ok(())
    }
}

#[test]
fn a25_no_rows_too_many_columns_and_lines_without_end() {
    for empty in [b"".as_slice(), b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\n\n", b"   \n"] {
        assert!(matches!(outcome("a.csv", empty), Outcome::Ignored { why } if why == "It is empty."), "{empty:?}");
    }
    let header_only = import("a.csv", CHASE);
    assert_eq!((header_only.records.len(), header_only.quarantined.len()), (0, 0));
    let nul = import("a.csv", rows(&["-1.00", "-2.00"]).replace("COFFEE,-2", "COF\0FEE,-2"));
    assert_eq!((nul.amounts(), nul.reasons()), (vec!["-1.00".to_owned()], vec!["nul-byte"]));
    let prepare = || {
        (
            source("wide.csv", format!("{}{}\n", rows(&["-1.00"; 20]), "x,".repeat(400_000))),
            Long::source("wider.csv", "Date,Amount", ",x", 1 << 20, "\n2025-01-01,1.00\n"),
            Long::source("line.csv", &rows(&["-1.00"; 20]), "xxxxxxxx", (1 << 30) / 8, ""),
            Long::source("file.csv", "", "xxxxxxxx", (4 << 30) / 8, ""),
            Long::source("nul.csv", "", "\0\0\0\0\0\0\0\0", 32 << 20, ""),
        )
    };
    let cost = measured("a25_no_rows_too_many_columns_and_lines_without_end", prepare, |(wide, wider, line, file, nul)| {
        let (kept, _) = run(wide, &Options::default()).expect("read");
        assert_eq!((kept.records.len(), kept.reasons()), (20, vec!["too-many-cells"]));
        for unknown in [wider, nul] {
            match run(unknown, &Options::default()) {
                Ok((kept, _)) => assert!(kept.records.is_empty(), "{}", unknown.label()),
                Err(error) => assert_eq!(error.code(), "too-large", "{error}"),
            }
        }
        let (code, words) = refusal(line, &Options::default());
        assert!(code == "too-large" && words.contains(", row 22, byte "), "{words}");
        let (code, words) = refusal(file, &Options::default());
        assert!(code == "too-large" && words.contains("the file's size in bytes is beyond the limit of 2147483648"), "{words}");
    });
    if let Some(cost) = cost {
        cost.check(Duration::from_secs(5), 64 * MIB);
    }
}

#[test]
fn a26_what_stands_around_the_rows_is_never_a_row() {
    let german = "04.03.2025;04.03.2025;Card payment;Bäckerei;-12,50;\n";
    let full = format!("sep=;\n{COMDIRECT}{german}\n\n{german}Neuer Kontostand;\"1.234,56 EUR\"\n");
    let file = source("a.csv", &full);
    let (kept, summaries) = run(&file, &Options::default()).expect("read");
    assert_eq!((kept.amounts(), kept.quarantined.len()), (vec!["-12.50".to_owned(); 2], 0));
    assert_eq!(kept.records[0].0.account, "ACC-1");
    assert!(summaries[0].skipped >= 2, "what was left out is counted: {:?}", summaries[0]);
    assert_eq!(kept.records[1].0.locator.row, 7, "rows are counted as a spreadsheet shows them");
    let again = format!("{}{}", rows(&["-1.00"]), rows(&["-2.00"]));
    let (kept, summaries) = run(&source("a.csv", again), &Options::default()).expect("read");
    assert_eq!(kept.amounts(), ["-1.00", "-2.00"], "headings that come again are no row");
    assert_eq!(kept.quarantined.len() as u64 + summaries[0].skipped, 1);
    // A second part with other headings is set aside row by row, never read by the headings of the first.
    let sections = format!("{}\nSymbol,Quantity,Price\nABC,09/25/2025,12.00\nDEF,5,6.00\n", rows(&["-1.00"; 6]));
    let kept = import("a.csv", sections);
    assert_eq!((kept.amounts(), kept.quarantined.len()), (vec!["-1.00".to_owned(); 6], 3));
}

#[test]
fn a27_delimiters_and_decimal_commas_are_told_apart() {
    let header = ["Details", "Posting Date", "Description", "Amount", "Type", "Balance", "Check or Slip #"];
    let row = ["DEBIT", "09/25/2025", "\"COFFEE, TEA\"", "-1.50", "DEBIT_CARD", "", ""];
    for delimiter in [",", ";", "\t", "|"] {
        let kept = import("a.csv", format!("{}\n{}\n", header.join(delimiter), row.join(delimiter)));
        assert_eq!((kept.amounts(), kept.titles()), (vec!["-1.50".to_owned()], vec!["COFFEE, TEA"]), "{delimiter:?}");
    }
    let comma = "04.03.2025;04.03.2025;Card payment;\"Bäckerei; Café, Größe\";-1.234,50;\n";
    let kept = import("a.csv", format!("{COMDIRECT}{comma}"));
    assert_eq!((kept.amounts(), kept.titles()), (vec!["-1234.50".to_owned()], vec!["Bäckerei; Café, Größe"]));
    for one_column in ["Amount\n1,50\n2,50\n", "Notes\nbread, butter\nmilk\n"] {
        let found = outcome("a.csv", one_column);
        assert!(!matches!(found, Outcome::Recognised { .. }), "{found:?}");
    }
}

#[test]
fn a28_short_long_and_wrongly_quoted_rows_are_set_aside_with_their_text() {
    let bad = [
        "DEBIT,09/25/2025",
        "DEBIT,09/25/2025,\"A\" B,-4.00,T,,,",
        "DEBIT,09/25/2025,\"say \\\"hi\\\", you\",-5.00,T,,,",
        "DEBIT,09/25/2025,COFFEE, TEA,-6.00,T,,,",
    ];
    for line in bad {
        let kept = import("a.csv", format!("{}{line}\n{}", rows(&["-1.00"]), "DEBIT,09/26/2025,LAST,-9.00,DEBIT_CARD,,,\n"));
        assert_eq!(kept.amounts(), ["-1.00", "-9.00"], "{line}");
        assert_eq!(kept.quarantined.len(), 1, "{line}");
        assert_eq!(kept.quarantined[0].raw.reveal(), line);
        assert_eq!(kept.quarantined[0].reason.place.row, Some(3));
    }
    let quotes = import("a.csv", rows(&["-1.00"]).replace("COFFEE", "5\" PIPE"));
    assert_eq!(quotes.titles(), ["5\" PIPE"], "a quote inside a cell that has none around it is a letter");
}

#[test]
fn a29_headings_are_known_whatever_their_blanks_and_case_and_twins_keep_their_places() {
    for header in [
        "\u{feff}Details , posting date,DESCRIPTION,Amount\u{a0},Type,Balance,Check or Slip #\n",
        "Details,Posting Date\u{200b},Description,Amount,Type,Balance,Check or Slip #\r\n",
        "\"Details\",\"Posting Date\",\"Description\",\"Amount\",\"Type\",\"Balance\",\"Check or Slip #\"\n",
    ] {
        let kept = import("a.csv", rows(&["-1.00"]).replace(CHASE, header));
        assert_eq!(kept.amounts(), ["-1.00"], "{header:?}");
    }
    let ing = "IBAN;ACC-1\nBuchung;Wertstellungsdatum;Auftraggeber/Empfänger;Buchungstext;Notiz;Verwendungszweck;Saldo;Währung;Betrag;Währung\n04.03.2025;04.03.2025;Bakery;Card;Food;Bread;1,50;EUR;-12,50;second\n";
    let kept = import("a.csv", ing);
    let amounts: Vec<_> = kept.records.iter().filter_map(|(r, _)| r.amount).map(|a| format!("{} {}", a.value, a.unit)).collect();
    assert_eq!(amounts, ["-12.50 EUR"]);
    assert!(kept.records[0].0.unmapped.contains("second"), "the second of two like headings is kept too: {:?}", kept.records[0].0);
}

#[test]
fn a_last_row_that_was_cut_within_its_amount_is_set_aside_and_a_whole_one_is_read() {
    let text = |last: &str| {
        format!("Posted Date,Reference Number,Payee,Address,Amount\n{0}{0}{0}{0}01/05/2025,1,Shop,A,{last}", "01/04/2025,1,Shop,A,-12.50\n")
    };
    for (last, rows) in [("-7.25", 5), ("-7.25\n", 5), ("-7", 4), ("-7.", 4), ("-7.2", 4), ("-7\n", 5)] {
        let kept = import("export.csv", text(last));
        assert_eq!(kept.records.len(), rows, "{last:?}");
        assert_eq!(kept.quarantined.len(), 5 - rows, "{last:?}");
    }
    let sides = "Transaction Date,Posted Date,Card No.,Description,Category,Debit,Credit\n";
    let row = "2025-01-04,2025-01-05,1,Shop,Food,12.50,\n";
    let kept = import("export.csv", format!("{sides}{row}{row}{row}2025-01-05,2025-01-06,1,Shop,Food,1"));
    assert_eq!(kept.amounts(), ["-12.50", "-12.50", "-12.50"]);
}

/// A download that broke: what is left of the last number must not be taken for the number.
#[test]
fn a_last_amount_that_is_cut_anywhere_is_its_own_or_none_or_asked_about() {
    let forms: [fn(u32) -> String; 4] = [
        |n| format!("-{n}1.25"),
        |n| format!("{n}1.25 {}", if n % 2 == 0 { "DR" } else { "CR" }),
        |n| format!("\"-{n}.101,25 €\""),
        |n| format!("{n}1.50-"),
    ];
    for amount in forms {
        let row = |n| format!("2025-09-1{n},Tea {n},REF{n},{}\n", amount(n));
        let text = format!("Date,Description,Reference,Amount\n{}", (3..9).map(row).collect::<String>());
        let aside = Options { answers: [("rows".to_owned(), "aside".to_owned())].into(), ..Options::default() };
        let told = |text: &[u8]| {
            let file = source("a.csv", text);
            if let Outcome::NeedsAnswer { .. } = look(&file, &aside).expect("looks").files[0].outcome {
                return None;
            }
            let (kept, _) = run(&file, &aside).expect("reads");
            Some((kept.amounts(), kept.quarantined.len()))
        };
        let (whole, _) = told(text.as_bytes()).expect("nothing is in doubt");
        assert_eq!(whole.len(), 6, "{text}");
        for cut in 1..=amount(8).len() {
            let Some((amounts, aside)) = told(&text.as_bytes()[..text.len() - cut]) else { continue };
            assert_eq!((amounts.as_slice(), amounts.len() + aside), (&whole[..amounts.len()], 6), "{cut} bytes are missing from {text}");
        }
    }
}

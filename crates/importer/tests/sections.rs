//! Several tables in one text: each is read with its own account, or set aside, asked about or refused. None is read by halves.

mod trials_support;

use holdall_importer::{Options, Outcome};
use trials_support::{Kept, look, run, source};

const COMDIRECT: &str = concat!(
    ";\n\"Umsätze Girokonto\";\"Zeitraum: 30 Tage\";\n\"Neuer Kontostand\";\"1.000,00 EUR\";\n\n",
    "\"Buchungstag\";\"Wertstellung (Valuta)\";\"Vorgang\";\"Buchungstext\";\"Umsatz in EUR\";\n",
    "\"04.03.2025\";\"04.03.2025\";\"Lastschrift\";\"Corner Bakery\";\"-12,50\";\n",
    "\"05.03.2025\";\"05.03.2025\";\"Lastschrift\";\"Tram\";\"-2,50\";\n",
    "\"Alter Kontostand\";\"1.015,00 EUR\";\n\n",
    "\"Umsätze Visa-Karte (Kreditkarte)\";\"Zeitraum: 30 Tage\";\n\"Neuer Kontostand\";\"500,00 EUR\";\n\n",
    "\"Buchungstag\";\"Umsatztag\";\"Vorgang\";\"Referenz\";\"Buchungstext\";\"Umsatz in EUR\";\n",
    "\"06.03.2025\";\"05.03.2025\";\"Visa-Umsatz\";\"R1\";\"Book North\";\"-30,00\";\n",
    "\"Alter Kontostand\";\"530,00 EUR\";\n\n",
    "\"Umsätze Depot\";\"Zeitraum: 30 Tage\";\n\n",
    "\"Buchungstag\";\"Geschäftstag\";\"Stück / Nom.\";\"Bezeichnung\";\"WKN\";\"Währung\";\"Ausführungskurs\";\"Umsatz in EUR\";\n",
    "\"07.03.2025\";\"07.03.2025\";\"2\";\"Fund\";\"A0\";\"EUR\";\"10,00\";\"-20,00\";\n",
    "\n\"Umsätze Tagesgeld\";\"Zeitraum: 30 Tage\";\n\n",
    "\"Buchungstag\";\"Wertstellung (Valuta)\";\"Vorgang\";\"Buchungstext\";\"Umsatz in EUR\";\n",
    "\"08.03.2025\";\"08.03.2025\";\"Zinsen\";\"Interest\";\"1,25\";\n",
);

fn told(kept: &Kept) -> Vec<String> {
    let amount = |r: &holdall_model::Record| r.amount.map_or("-".to_owned(), |a| a.value.to_string());
    kept.records.iter().map(|(r, _)| format!("{} {} {}", r.account, amount(r), r.title)).collect()
}

fn options(answers: &[(&str, &str)]) -> Options {
    Options { answers: answers.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect(), ..Options::default() }
}

fn asked(text: &str) -> String {
    match look(&source("x.csv", text), &Options::default()).expect("looked at").files.remove(0).outcome {
        Outcome::NeedsAnswer { question } => question.id,
        other => format!("{other:?}"),
    }
}

#[test]
fn each_account_of_a_known_layout_has_its_own_rows_and_another_tables_rows_are_set_aside() {
    let (kept, summaries) = run(&source("umsaetze.csv", COMDIRECT), &Options::default()).expect("read");
    let rows =
        ["Girokonto -12.50 Corner Bakery", "Girokonto -2.50 Tram", "Visa-Karte (Kreditkarte) -30.00 Book North", "Tagesgeld 1.25 Interest"];
    assert_eq!(told(&kept), rows);
    assert_eq!(kept.reasons(), ["other-table", "other-table"], "the depot's headings and its one row");
    assert!(kept.quarantined[1].raw.reveal().contains("Fund"));
    // Every line of the file is accounted for, but for blank ones and the headings that begin it.
    let lines = COMDIRECT.lines().filter(|l| !l.is_empty()).count() as u64;
    assert_eq!(summaries[0].records + summaries[0].quarantined + summaries[0].skipped, lines - 1);
}

const HEADINGS: &str = "Date,Description,Amount,Balance\n";
const MAIN: &str = "2025-01-03,Tea,-3.00,97.00\n2025-01-14,Pay,10.00,107.00\n2025-01-15,Cake,-7.00,100.00\n";
const SAVINGS: &str = "2025-01-04,Interest,1.00,501.00\n2025-01-24,Transfer,-100.00,401.00\n";

#[test]
fn accounts_of_an_unknown_layout_are_told_apart_by_the_line_before_their_headings() {
    let text = format!("Account: Main\n\n{HEADINGS}{MAIN}\nAccount: Savings\n\n{HEADINGS}{SAVINGS}");
    let (kept, _) = run(&source("x.csv", text), &Options::default()).expect("read");
    let rows = ["Main -3.00 Tea", "Main 10.00 Pay", "Main -7.00 Cake", "Savings 1.00 Interest", "Savings -100.00 Transfer"];
    assert_eq!(told(&kept), rows);
    assert!(kept.quarantined.is_empty());
}

#[test]
fn headings_that_come_again_on_every_page_begin_no_other_account() {
    let text = format!("Account: Main\n{HEADINGS}{MAIN}Page 2\n{HEADINGS}2025-01-16,Book,-1.00,99.00\n");
    let (kept, _) = run(&source("x.csv", text), &Options::default()).expect("read");
    assert_eq!(told(&kept).last().map(String::as_str), Some("Main -1.00 Book"));
    assert!(kept.quarantined.is_empty());
}

#[test]
fn another_table_in_an_unknown_file_is_asked_about_and_set_aside_whole() {
    let other = "Trade date,Symbol,Quantity,Price\n2025-01-05,ABC,2.00,5.00\n2025-01-06,ABC,-1.00,6.00\n";
    for text in [format!("{HEADINGS}{MAIN}\n{other}"), format!("{other}\n{HEADINGS}{MAIN}"), format!("{HEADINGS}{MAIN}Trades\n{other}")] {
        assert_eq!(asked(&text), "rows", "{text}");
        let (kept, _) = run(&source("x.csv", &text), &options(&[("rows", "aside")])).expect("read");
        assert_eq!(kept.records.len(), 3, "{text}");
        let aside = kept.quarantined.iter().filter(|q| q.raw.reveal().contains("ABC")).count();
        assert_eq!(aside, 2, "{text}");
    }
}

#[test]
fn the_same_columns_in_another_order_are_no_part_of_an_unknown_table() {
    let turned = "Description,Date,Balance,Amount\nRent,2025-01-16,90.00,-10.00\nBook,2025-01-17,89.00,-1.00\n";
    assert_eq!(asked(&format!("{HEADINGS}{MAIN}\n{turned}")), "rows");
}

#[test]
fn rows_that_name_their_own_table_are_refused_where_no_layout_knows_them() {
    let text = "Statement,Header,Field Name,Field Value\nStatement,Data,Title,Activity\n\
                Dividends,Header,Currency,Date,Description,Amount\nDividends,Data,USD,2025-01-05,ABC,12.50\nDividends,Data,USD,2025-02-05,ABC,12.50\n\
                Withholding Tax,Header,Currency,Date,Description,Amount\nWithholding Tax,Data,USD,2025-01-05,ABC,-1.50\n";
    assert!(asked(text).contains("several tables in one"), "{}", asked(text));
    let text = "!TRNS\tTRNSID\tTRNSTYPE\tDATE\tACCNT\tAMOUNT\n!SPL\tSPLID\tTRNSTYPE\tDATE\tACCNT\tAMOUNT\n!ENDTRNS\n\
                TRNS\t1\tCHECK\t7/16/2025\tChecking\t-35.00\nSPL\t2\tCHECK\t7/16/2025\tFood\t35.00\nENDTRNS\n";
    assert!(asked(text).contains("several tables in one"), "{}", asked(text));
}

#[test]
fn a_short_row_right_before_headings_that_come_again_is_a_row_where_the_layout_understands_it() {
    let head = "order id,order url,items,to,date,total,shipping,shipping_refund,gift,tax,refund,payments\n";
    let text = format!(
        "{head}112-1,https://example.org/1,Pan,Ann,2025-01-03,4.22,0,0,0,0.24,0,Card\n112-2,https://example.org/2,,,2025-04-11,,,,,,,\n{head}112-3,https://example.org/3,Pot,Ann,2025-01-04,1.00,0,0,0,0.24,0,Card\n"
    );
    let (kept, _) = run(&source("orders.csv", text), &Options::default()).expect("read");
    assert_eq!(kept.amounts(), ["4.22", "-", "1.00"], "an order that was cancelled has no total");
}

//! Statements as they come from further banks and wallets, with the rows around them that are no bookings.

use holdall_importer::Source;
use rust_decimal::Decimal;

use super::{Said, say};

/// What must come of a table: so many records that count, with this sum, or this question.
enum Comes {
    To(usize, &'static str),
    Asks(&'static str),
}

use Comes::{Asks, To};

const TABLES: &[(&str, &str, Comes)] = &[
    (
        "Japanese, whole amounts, grouped from a thousand on",
        "日付,お支払金額,お預り金額,お取り扱い内容,残高\n2025/1/3,540,,スーパー,\"499,460\"\n2025/1/5,,\"321,000\",給与,\"820,460\"\n\
         2025/1/9,380,,パン,\"820,080\"\n2025/1/14,\"112,550\",,家賃,\"707,530\"\n",
        To(4, "207530"),
    ),
    (
        "a day's money in one column, whole and without any mark",
        "取引日,入出金(円),取引後残高(円),入出金内容\n20250103,-540,499460,スーパー\n20250105,321000,820460,給与\n20250114,-112550,707910,家賃\n",
        To(3, "207910"),
    ),
    (
        "Korean, newest first",
        "거래일자,거래시간,적요,출금(원),입금(원),내용,잔액(원),거래점\n2025-01-14,09:00:00,이체,\"112,550\",0,집세,\"707,910\",강남\n\
         2025-01-05,09:00:00,급여,0,\"321,000\",회사,\"820,460\",강남\n2025-01-04,09:00:00,체크,380,0,빵,\"499,460\",강남\n\
         2025-01-03,09:00:00,체크,540,0,마트,\"499,840\",강남\n",
        To(4, "207530"),
    ),
    (
        "Indian lakhs with a mark behind every amount",
        "Sl. No.,Transaction Date,Value Date,Description,Chq / Ref No.,Amount,Dr / Cr,Balance,Dr / Cr\n\
         1,03-01-2025 10:00:00,03-01-2025,House,UPI-1,\"12,34,567.50\",DR,\"87,65,432.50\",CR\n\
         2,18-01-2025 10:00:00,18-01-2025,Gift,UPI-2,\"1,00,000.00\",CR,\"88,65,432.50\",CR\n",
        To(2, "-1134567.50"),
    ),
    (
        "Polish, with marks before the headings and a balance behind",
        "mBank;\n\n#Waluta;\nPLN;\n\n#Data operacji;#Data księgowania;#Opis operacji;#Tytuł;#Kwota;#Saldo po operacji;\n\
         2025-01-03;2025-01-03;ZAKUP;Sklep;-54,23;2 445,77;\n2025-01-14;2025-01-14;PRZELEW;Czynsz;-1 125,50;1 320,27;\n\n;;;;#Saldo końcowe;1 320,27;\n",
        To(2, "-1179.73"),
    ),
    (
        "Brazilian, both sides with their currency in brackets and totals below",
        "Data;Histórico;Docto.;Crédito (R$);Débito (R$);Saldo (R$)\n03/01/25;Mercado;1;;-54,23;2.445,77\n05/01/25;Salário;2;3.210,00;;5.655,77\n\
         14/01/25;Aluguel;3;;-1.125,50;4.530,27\nTotal;;;3.210,00;-1.179,73;4.530,27\n",
        To(3, "2030.27"),
    ),
    (
        "Baltic: turnovers and balances have a day, too",
        "Kliendi konto;Reatüüp;Kuupäev;Saaja/Maksja;Selgitus;Summa;Valuuta;Deebet/Kreedit\nEE00;10;01.01.2025;;Algsaldo;2500,00;EUR;K\n\
         EE00;20;03.01.2025;Pood;Ost;54,23;EUR;D\nEE00;20;05.01.2025;ACME;Palk;3210,00;EUR;K\nEE00;82;31.01.2025;;Käive;54,23;EUR;D\n\
         EE00;86;31.01.2025;;Lõppsaldo;5655,77;EUR;K\n",
        Asks("totals"),
    ),
    (
        "turnovers on both sides in a word that nobody knows",
        "Date,Description,Debit,Credit\n03/01/2025,Grocer,54.23,\n05/01/2025,Salary,,3210.00\n14/01/2025,Rent,1125.50,\n17/01/2025,Books,19.99,\n\
         31/01/2025,Zzyzx,1199.72,3210.00\n",
        Asks("rows"),
    ),
    (
        "a closing balance above the newest booking, which all bookings come to",
        "Date,Description,Amount\n31/01/2025,Zzyzx,2010.28\n17/01/2025,Books,-19.99\n14/01/2025,Rent,-1125.50\n05/01/2025,Salary,3210.00\n03/01/2025,Grocer,-54.23\n",
        Asks("totals"),
    ),
    (
        "a balance without words below a table without headings",
        "03/01/2025;-54,23;Carte;;CB SHOP;\n05/01/2025;3210,00;Virement;;ACME;\n14/01/2025;-1125,50;Prlv;;LOYER;\n17/01/2025;-19,99;Carte;;CB LIVRE;\n\
         18/01/2025;-4,99;Carte;;CB CAFE;\n31/01/2025;4017,80;;;01234 123456A;\n",
        Asks("totals"),
    ),
    (
        "a card that was paid in full is a booking",
        "Date,Merchant,Amount\n03/01/2025,Grocer,-54.23\n14/01/2025,Shoes,-100.00\n17/01/2025,Books,-19.99\n31/01/2025,Payment received,174.22\n",
        To(4, "0"),
    ),
    (
        "an amount without its sign, told again on both sides",
        "Date,Description,Amount,Debit,Credit\n03/01/2025,Grocer,54.23,54.23,\n15/01/2025,Salary,3210.00,,3210.00\n",
        To(2, "3155.77"),
    ),
    (
        "amount, fee, and what both come to",
        "Date,Description,Amount,Fee,Total\n2025-01-03,Grocer,-54.23,1.00,-55.23\n2025-01-05,Salary,3210.00,0.00,3210.00\n2025-01-14,Rent,-1125.50,2.50,-1128.00\n",
        To(3, "2026.77"),
    ),
    (
        "fees with a minus, which the balance follows",
        "Date,Description,Amount,Fee,Balance\n2025-01-03,Grocer,-54.23,-0.22,945.55\n2025-01-05,Salary,3210.00,0.00,4155.55\n2025-01-14,Rent,-1125.50,-2.50,3027.55\n",
        To(3, "2027.55"),
    ),
    (
        "a currency column with codes that are on no list",
        "Date,Description,Amount,Currency\n2025-01-03,Grocer,-54.23,GEL\n2025-01-14,Rent,-1125.50,GEL\n",
        To(2, "-1179.73"),
    ),
    (
        "headings above columns that spreadsheets cut off in some rows",
        "Date,Description,Amount,,,\n2025-01-03,Grocer,-54.23,,,\n2025-01-14,Rent,-1125.50\n",
        To(2, "-1179.73"),
    ),
    (
        "a side behind what came in, and nothing behind what went out",
        "Date,Transaction Details,Amount (in Rs.)\n03/01/2025,Grocer,\"1,054.23\"\n15/01/2025,Payment,\"3,210.00 Cr\"\n18/01/2025,Books,19.99\n",
        To(3, "2135.78"),
    ),
    (
        "a month's total between the bookings, in a word that nobody knows",
        "Date,Description,Amount\n2025-01-03,Grocer,-54.23\n2025-01-05,Salary,3210.00\n2025-01-14,Rent,-1125.50\n2025-01-31,Zzyzx,2030.27\n\
         2025-02-02,Books,-19.99\n2025-02-13,Tram,-2.70\n",
        Asks("totals"),
    ),
    (
        "a loan, whose balance is what is owed",
        "Date,Payment,Principal,Interest,Balance\n2025-01-15,500.00,100.00,400.00,99900.00\n2025-02-15,500.00,100.40,399.60,99799.60\n\
         2025-03-15,500.00,100.80,399.20,99698.80\n2025-04-15,500.00,101.20,398.80,99597.60\n2025-05-15,500.00,101.61,398.39,99495.99\n",
        Asks("amount"),
    ),
    (
        "savings, whose balance grows by two columns",
        "Date,Deposit,Interest,Balance\n2025-01-15,0.00,1.23,1001.23\n2025-02-15,100.00,1.23,1102.46\n2025-03-15,0.00,1.24,1103.70\n\
         2025-04-15,100.00,1.24,1204.94\n2025-05-15,0.00,1.25,1206.19\n",
        Asks("amount"),
    ),
    (
        "charges and payments of which the balance is owed",
        "Date,Description,Charge,Payment,Balance\n2025-01-03,Grocer,54.23,,54.23\n2025-01-05,Thanks,,50.00,4.23\n2025-01-14,Shoes,100.00,,104.23\n\
         2025-01-17,Books,19.99,,124.22\n2025-01-20,Thanks,,124.22,0.00\n",
        Asks("debit"),
    ),
    (
        "a payment may be money out or what a card was paid",
        "Date,Description,Type,Amount\n2025-01-03,Grocer,Purchase,54.23\n2025-01-15,Thanks,Payment,54.23\n",
        Asks("sign"),
    ),
    (
        "two headings that speak of an amount, one of them unknown",
        "Date,Description,Amount,Amount as it was on the till\n2025-01-03,Grocer,-54.23,-58.99\n2025-01-14,Rent,-1125.50,-1300.00\n",
        Asks("amount"),
    ),
    (
        "values that are no prices",
        "Date,Location,Value\n2025-01-03,Roof,-5.1\n2025-01-13,Roof,-7.0\n2025-01-14,Cellar,1.0\n",
        Asks("amount"),
    ),
    ("numbers that are no prices", "Date,Course,Over par\n2025-01-03,North,8\n2025-01-13,South,-0.5\n", Asks("amount")),
    (
        "Arabic",
        "التاريخ,الوصف,مدين,دائن,الرصيد\n13/01/2025,متجر,54.23,,945.77\n15/01/2025,راتب,,\"3,210.00\",\"4,155.77\"\n",
        To(2, "3155.77"),
    ),
    (
        "Hebrew, with a quotation mark in a heading",
        "תאריך,הפעולה,פרטים,אסמכתא,חובה,זכות,\"יתרה בש\"\"ח\",תאריך ערך\n13/01/2025,הוראה,חנות,1,54.23,,945.77,13/01/2025\n\
         15/01/2025,העברה,שכר,2,,\"3,210.00\",\"4,155.77\",15/01/2025\n",
        To(2, "3155.77"),
    ),
];

#[test]
fn statements_of_the_world_are_read_exactly_or_asked_about() {
    let mut faults = Vec::new();
    for (name, text, wanted) in TABLES {
        let source = Source::from_bytes("export.csv", text.as_bytes().to_vec());
        match (say(&source, &[]), wanted) {
            (Said::Asks(id, _), Asks(wanted)) if id == *wanted => {}
            (Said::Records(records, by), To(count, sum)) => {
                let counting: Vec<_> = records.iter().filter(|r| r.status.counts()).collect();
                let total: Decimal = counting.iter().filter_map(|r| r.amount).map(|a| a.value).sum();
                if counting.len() != *count || total != sum.parse().expect("a number") {
                    faults.push(format!("WRONG {name}: {} records with {total} by {by}", counting.len()));
                }
            }
            (Said::Asks(id, choices), _) => faults.push(format!("{name} asks {id} {choices:?}")),
            (Said::Refuses(why), _) => faults.push(format!("{name} is refused: {why}")),
            (Said::Records(records, by), Asks(_)) => faults.push(format!("WRONG {name}: {} records by {by}", records.len())),
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

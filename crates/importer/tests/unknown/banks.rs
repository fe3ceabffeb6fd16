//! Statements of accounts and cards in layouts that no definition knows.

use crate::make::Col::{
    Always, Balance, BalanceBefore, BeforeFee, Date, DateAs, Fee, Foreign, In, InOrZero, Negated, Number, Of, Out, OutBeforeFee, OutOrZero,
    OutWithMinus, Signed, Text, Unsigned, Way,
};
use crate::make::{COMMA, Col, DOT, ENGLISH, FRENCH, GERMAN, Layout, SWISS, Style, layout};

const SLASHED: &str = "%d/%m/%Y";
const POINTED: &str = "%d.%m.%Y";
const AMERICAN: &str = "%m/%d/%Y";

pub fn layouts() -> Vec<Layout> {
    [
        english(),
        germanic_and_romance(),
        nordic_and_central(),
        other_scripts(),
        sides(),
        indicators(),
        numbers(),
        dates(),
        around(),
        proved(),
        haste(),
        several(),
        cards(),
        headless(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn english() -> Vec<Layout> {
    vec![
        layout("en plain", &[("Date", Date), ("Description", Text), ("Amount", Signed)]),
        layout("en balance", &[("Date", Date), ("Narrative", Text), ("Value", Signed), ("Running balance", Balance)]),
        layout("en newest first", &[("Posted", Date), ("What", Text), ("Amount", Signed), ("Balance after", Balance)]).newest(),
        layout("en tab", &[("Txn Date", Date), ("Payee", Text), ("Memo", Always("x")), ("Amount", Signed)]).cut("\t"),
        layout("en pipe", &[("Entry date", Date), ("Particulars", Text), ("Amt", Signed), ("Bal", Balance)]).cut("|"),
        layout("en quoted crlf", &[("Date", Date), ("Ref", Number), ("Description", Text), ("Amount", Signed)]).quoted().ends("\r\n"),
        layout("en cr", &[("Date", Date), ("Ref", Number), ("Description", Text), ("Amount", Signed)]).ends("\r"),
        layout("en utf16", &[("Date", Date), ("Details of entry", Text), ("Amount", Signed), ("Balance", Balance)]).in_charset("utf-16le"),
        layout("en american", &[("Date", Date), ("Description", Text), ("Amount", Signed)]).dated(AMERICAN).numbered(ENGLISH),
        layout("en british", &[("Date", Date), ("Description", Text), ("Amount", Signed)]).dated(SLASHED).numbered(ENGLISH),
        layout("en reordered", &[("Amount", Signed), ("Balance", Balance), ("Description", Text), ("Date", Date)]),
        layout("en two dates", &[("Date", Date), ("Value date", DateAs("%Y-%m-%d")), ("Description", Text), ("Amount", Signed)]),
        layout("en trailing comma", &[("Date", Date), ("Description", Text), ("Amount", Signed), ("", Always(""))]),
        layout("en currency", &[("Date", Date), ("Description", Text), ("Amount", Signed), ("Currency", Always("SEK"))]).in_unit("SEK"),
        layout("en amount with code", &[("Date", Date), ("Description", Text), ("Amount (NOK)", Signed), ("Balance (NOK)", Balance)])
            .in_unit("NOK"),
        layout("en upper", &[("DATE", Date), ("DESCRIPTION", Text), ("AMOUNT", Signed), ("BALANCE", Balance)]),
        layout("en category", &[("Date", Date), ("Category", Always("Misc")), ("Shop", Text), ("Amount", Signed), ("Notes", Always(""))]),
    ]
}

fn germanic_and_romance() -> Vec<Layout> {
    let de = |l: Layout| l.cut(";").dated(POINTED).numbered(GERMAN);
    let fr = |l: Layout| l.cut(";").dated(SLASHED).numbered(FRENCH);
    vec![
        de(layout("de", &[("Buchungsdatum", Date), ("Buchungsdetails", Text), ("Umsatz in EUR", Signed), ("Saldo", Balance)])),
        de(layout("de cp1252", &[("Datum", Date), ("Empfänger", Text), ("Währung", Always("EUR")), ("Betrag", Signed)]))
            .in_charset("windows-1252")
            .in_unit("EUR"),
        de(layout("de sides", &[("Tag", Date), ("Bemerkung", Text), ("Ausgaben", Out), ("Einnahmen", In), ("Kontostand", Balance)])),
        layout("de ch", &[("Datum", Date), ("Text", Text), ("Belastungen", Out), ("Gutschriften", In), ("Saldo CHF", Balance)])
            .cut(";")
            .dated("%d.%m.%y")
            .numbered(SWISS)
            .in_unit("CHF"),
        fr(layout("fr", &[("Date d'opération", Date), ("Libellé de l'opération", Text), ("Montant", Signed), ("Devise", Always("EUR"))]))
            .in_unit("EUR"),
        fr(layout(
            "fr sides",
            &[("Date", Date), ("Nature de l'opération", Text), ("Débit", OutWithMinus), ("Crédit", In), ("Solde", Balance)],
        ))
        .in_charset("windows-1252"),
        fr(layout("es", &[("Fecha operación", Date), ("Concepto", Text), ("Importe", Signed), ("Saldo", Balance)])).numbered(GERMAN),
        fr(layout("es sides", &[("Fecha", Date), ("Detalle", Text), ("Cargos", Out), ("Abonos", In), ("Saldo final", Balance)]))
            .numbered(ENGLISH),
        fr(layout("it", &[("Data contabile", Date), ("Data valuta", Date), ("Descrizione operazione", Text), ("Importo", Signed)]))
            .numbered(GERMAN),
        fr(layout("it sides", &[("Data", Date), ("Causale", Text), ("Dare", Out), ("Avere", In)])).numbered(GERMAN),
        fr(layout("nl", &[("Datum", Date), ("Omschrijving", Text), ("Bedrag", Signed), ("Saldo na boeking", Balance)]))
            .dated("%d-%m-%Y")
            .numbered(GERMAN),
        de(layout("pl", &[("Data operacji", Date), ("Opis operacji", Text), ("Kwota", Signed), ("Saldo po operacji", Balance)]))
            .dated("%Y-%m-%d")
            .in_charset("windows-1250"),
        fr(layout("pt", &[("Data mov.", Date), ("Descritivo", Text), ("Débito", Out), ("Crédito", In), ("Saldo contabilístico", Balance)]))
            .dated("%d-%m-%Y")
            .numbered(GERMAN),
        fr(layout("pt br", &[("Data", Date), ("Lançamento", Text), ("Valor", Signed)])).numbered(GERMAN),
    ]
}

fn nordic_and_central() -> Vec<Layout> {
    vec![
        layout("sv", &[("Bokföringsdag", Date), ("Meddelande", Text), ("Belopp", Signed), ("Saldo", Balance)]).cut(";").numbered(FRENCH),
        layout("da", &[("Bogføringsdato", Date), ("Posteringstekst", Text), ("Beløb", Signed), ("Saldo", Balance)])
            .cut(";")
            .dated("%d-%m-%Y")
            .numbered(GERMAN),
        layout("no", &[("Bokført dato", Date), ("Forklaring", Text), ("Ut fra konto", Out), ("Inn på konto", In)])
            .cut(";")
            .dated(POINTED)
            .numbered(COMMA),
        layout("fi", &[("Kirjauspäivä", Date), ("Saaja/Maksaja", Text), ("Määrä EUR", Signed)])
            .cut(";")
            .dated("%-d.%-m.%Y")
            .numbered(COMMA)
            .in_unit("EUR"),
        layout("cs", &[("Datum zaúčtování", Date), ("Popis operace", Text), ("Částka", Signed), ("Měna", Always("CZK"))])
            .cut(";")
            .dated(POINTED)
            .numbered(FRENCH)
            .in_charset("windows-1250")
            .in_unit("CZK"),
        layout("hu", &[("Könyvelés dátuma", Date), ("Közlemény", Text), ("Terhelés", Out), ("Jóváírás", In), ("Egyenleg", Balance)])
            .cut(";")
            .dated("%Y.%m.%d.")
            .numbered(FRENCH)
            .in_charset("windows-1250"),
        layout("tr", &[("Tarih", Date), ("Açıklama", Text), ("Tutar", Signed), ("Bakiye", Balance)])
            .cut(";")
            .dated(SLASHED)
            .numbered(GERMAN)
            .in_charset("windows-1254"),
    ]
}

fn other_scripts() -> Vec<Layout> {
    vec![
        layout("ru", &[("Дата операции", Date), ("Назначение платежа", Text), ("Сумма операции", Signed), ("Остаток", Balance)])
            .cut(";")
            .dated(POINTED)
            .numbered(FRENCH)
            .in_charset("windows-1251"),
        layout("ru sides", &[("Дата", Date), ("Описание", Text), ("Расход", Out), ("Приход", In)]).cut(";").dated(POINTED).numbered(COMMA),
        layout("el", &[("Ημερομηνία", Date), ("Περιγραφή", Text), ("Χρέωση", Out), ("Πίστωση", In), ("Υπόλοιπο", Balance)])
            .cut(";")
            .dated(SLASHED)
            .numbered(GERMAN)
            .in_charset("windows-1253"),
        layout("ja", &[("取引日", Date), ("お取引内容", Text), ("出金", Out), ("入金", In), ("残高", Balance)])
            .dated("%Y/%m/%d")
            .numbered(ENGLISH)
            .in_charset("shift_jis"),
        layout("ja kanji dates", &[("年月日", Date), ("摘要", Text), ("お引出し", Out), ("お預入れ", In), ("差引残高", Balance)])
            .dated("%Y年%-m月%-d日"),
        layout("zh", &[("交易日期", Date), ("摘要", Text), ("支出", Out), ("收入", In), ("余额", Balance)]).in_charset("gbk"),
        layout("zh one", &[("交易时间", DateAs("%Y-%m-%d %H:%M:%S")), ("交易对方", Text), ("金额", Signed), ("余额", Balance)]),
        layout(
            "ko",
            &[("거래일시", DateAs("%Y.%m.%d %H:%M:%S")), ("적요", Text), ("출금액", OutOrZero), ("입금액", InOrZero), ("잔액", Balance)],
        )
        .numbered(ENGLISH)
        .in_charset("euc-kr"),
        layout("id", &[("Tanggal", Date), ("Uraian", Text), ("Debet", OutOrZero), ("Kredit", InOrZero), ("Saldo", Balance)])
            .dated(SLASHED)
            .numbered(ENGLISH),
        layout("ro", &[("Data tranzacției", Date), ("Descriere", Text), ("Debitare", Out), ("Creditare", In), ("Sold", Balance)])
            .dated(POINTED)
            .numbered(ENGLISH),
        layout("hr", &[("Datum knjiženja", Date), ("Opis plaćanja", Text), ("Duguje", Out), ("Potražuje", In), ("Stanje", Balance)])
            .cut(";")
            .dated("%d.%m.%Y.")
            .numbered(GERMAN),
        layout("uk", &[("Дата операції", Date), ("Деталі операції", Text), ("Сума операції", Signed), ("Залишок", Balance)])
            .cut(";")
            .dated(POINTED)
            .numbered(FRENCH),
        layout("sk", &[("Dátum zaúčtovania", Date), ("Popis transakcie", Text), ("Suma", Signed), ("Mena", Always("EUR"))])
            .cut(";")
            .dated(POINTED)
            .numbered(COMMA)
            .in_unit("EUR"),
    ]
}

fn sides() -> Vec<Layout> {
    vec![
        layout("sides empty", &[("Date", Date), ("Description", Text), ("Money out", Out), ("Money in", In)]),
        layout(
            "sides zero",
            &[("Date", Date), ("Description", Text), ("Withdrawals", OutOrZero), ("Deposits", InOrZero), ("Balance", Balance)],
        ),
        layout("sides minus", &[("Date", Date), ("Description", Text), ("Debit", OutWithMinus), ("Credit", In), ("Balance", Balance)]),
        layout("sides swapped", &[("Date", Date), ("Credit Amount", In), ("Debit Amount", Out), ("Narrative", Text)]),
        layout(
            "sides newest",
            &[("Date", Date), ("Narration", Text), ("Withdrawal Amt.", Out), ("Deposit Amt.", In), ("Closing Balance", Balance)],
        )
        .newest()
        .dated("%d/%m/%y"),
        layout("sides and amount", &[("Date", Date), ("Description", Text), ("Amount", Signed), ("Debit", Out), ("Credit", In)]),
        layout("sides with currency", &[("Date", Date), ("Text", Text), ("Debit CHF", Out), ("Credit CHF", In)])
            .numbered(SWISS)
            .in_unit("CHF"),
    ]
}

fn indicators() -> Vec<Layout> {
    let with = |name, way| layout(name, &[("Date", Date), ("Description", Text), ("Amount", Unsigned), ("Type", way)]);
    vec![
        with("way dr cr", Way("DR", "CR")),
        with("way words", Way("Debit", "Credit")),
        with("way deposit", Way("Withdrawal", "Deposit")),
        with("way money", Way("Money Out", "Money In")),
        with("way expense", Way("Expense", "Income")),
        layout("way dc first", &[("D/C", Way("D", "C")), ("Date", Date), ("Amount", Unsigned), ("Text", Text)]),
        layout("way sh", &[("Datum", Date), ("Buchungstext", Text), ("Betrag", Unsigned), ("S/H", Way("S", "H"))])
            .cut(";")
            .dated(POINTED)
            .numbered(GERMAN),
        layout("way plus minus", &[("Date", Date), ("Details", Text), ("Sign", Way("-", "+")), ("Amount", Unsigned)]),
        layout("way agrees with sign", &[("Date", Date), ("Description", Text), ("Amount", Signed), ("Type", Way("Debit", "Credit"))]),
        layout("way af bij", &[("Datum", Date), ("Naam", Text), ("Bedrag", Unsigned), ("Richting", Way("Af", "Bij"))])
            .cut(";")
            .numbered(COMMA),
        layout("way japanese", &[("日付", Date), ("内容", Text), ("金額", Unsigned), ("区分", Way("支出", "収入"))]),
        layout("way chinese", &[("交易时间", Date), ("收/支", Way("支出", "收入")), ("金额", Unsigned), ("备注", Text)]),
        layout(
            "way unknown words",
            &[("Date", Date), ("Description", Text), ("Amount", Unsigned), ("Direction", Way("Ausgehend", "Rein"))],
        )
        .asks(&[("direction:ausgehend", "out"), ("direction:rein", "in")]),
        layout(
            "way proved by none",
            &[("Date", Date), ("Description", Text), ("Amount", Unsigned), ("Balance", Balance), ("Kind", Way("purchase", "refund"))],
        ),
    ]
}

fn numbers() -> Vec<Layout> {
    let with = |name, style| {
        layout(name, &[("Date", Date), ("Description", Text), ("Amount", Signed), ("Balance", Balance)]).cut(";").numbered(style)
    };
    let around = |plus, minus, style: Style| Style { plus, minus, ..style };
    vec![
        with("n trailing minus", around("{}", "{}-", GERMAN)),
        with("n parentheses", around("{}", "({})", ENGLISH)),
        with("n dollar", around("${}", "-${}", ENGLISH)),
        with("n dollar inside", around("${}", "$-{}", ENGLISH)),
        with("n dollar parentheses", around("${}", "($ {})", ENGLISH)),
        with("n euro behind", around("{} €", "-{} €", GERMAN)).in_unit("EUR"),
        with("n euro nbsp", around("{}\u{a0}€", "-{}\u{a0}€", FRENCH)).in_unit("EUR"),
        with("n pound", around("£{}", "-£{}", ENGLISH)).in_unit("GBP"),
        with("n code before", around("EUR {}", "EUR -{}", ENGLISH)).in_unit("EUR"),
        with("n code behind", around("{} PLN", "-{} PLN", FRENCH)).in_unit("PLN"),
        with("n kr", around("{} kr", "-{} kr", FRENCH)),
        with("n zloty", around("{} zł", "-{} zł", FRENCH)).in_unit("PLN"),
        with("n rupiah", around("Rp{}", "-Rp{}", GERMAN)).in_unit("IDR"),
        with("n lira", around("{} TL", "-{} TL", GERMAN)).in_unit("TRY"),
        with("n plus sign", around("+{}", "-{}", ENGLISH)),
        with("n unicode minus", around("{}", "\u{2212}{}", FRENCH)),
        with("n dr cr behind", around("{} CR", "{} DR", ENGLISH)),
        with("n swiss", SWISS),
        with("n swiss curly", Style { group: "’", ..DOT }),
        with("n narrow nbsp", Style { group: "\u{202f}", ..COMMA }),
        with("n space", Style { group: " ", ..COMMA }),
        with("n excel text", around("=\"{}\"", "=\"-{}\"", DOT)),
        with("n cents", Style { mark: "", ..DOT }).asks(&[("hundredths", "hundredths")]),
        with("n yen", around("¥{}", "-¥{}", ENGLISH)),
        with("n quoted minus space", around("{}", "- {}", ENGLISH)),
    ]
}

fn dates() -> Vec<Layout> {
    let with = |name, form| layout(name, &[("Date", Date), ("Description", Text), ("Amount", Signed)]).dated(form);
    vec![
        with("d month name", "%d %b %Y"),
        with("d month name us", "%b %d, %Y"),
        with("d full month", "%-d %B %Y"),
        with("d dashes", "%d-%b-%y"),
        with("d weekday", "%a, %d %b %Y"),
        with("d time", "%Y-%m-%d %H:%M"),
        with("d iso zone", "%Y-%m-%dT%H:%M:%SZ"),
        with("d iso offset", "%Y-%m-%dT%H:%M:%S+02:00"),
        with("d compact", "%Y%m%d"),
        with("d compact time", "%Y%m%d%H%M%S"),
        with("d american time", "%m/%d/%Y %I:%M %p"),
        with("d short american", "%-m/%-d/%y"),
        with("d short british", "%d/%m/%y"),
        with("d ymd slashes", "%Y/%m/%d"),
        with("d short ymd", "%y/%m/%d"),
        with("d korean", "%Y. %-m. %-d."),
        with("d dots short", "%d.%m.%y"),
        with("d close", SLASHED).close().asks(&[("date-order", "dmy")]),
        with("d close american", AMERICAN).close().asks(&[("date-order", "mdy")]),
        with("d close points", POINTED).close(),
        layout("d close italian", &[("Data operazione", Date), ("Causale", Text), ("Importo", Signed)]).dated(SLASHED).close(),
        layout("d close euros", &[("Date", Date), ("Libellé", Text), ("Montant (EUR)", Signed)]).dated(SLASHED).close(),
        layout("d close short italian", &[("Data operazione", Date), ("Causale", Text), ("Importo", Signed)]).dated("%d/%m/%y").close(),
        layout("d serials", &[("Date", Of(|_, b| serial(b))), ("Description", Text), ("Amount", Signed)]),
        layout("d german months", &[("Datum", Of(|_, b| german(b))), ("Text", Text), ("Betrag", Signed)]),
        layout("d french months", &[("Date", Of(|_, b| french(b))), ("Libellé", Text), ("Montant", Signed)]),
        layout("d apart", &[("Date", Date), ("Time", DateAs("%H:%M:%S")), ("Description", Text), ("Amount", Signed)]),
        layout("d unix", &[("Timestamp", Of(|_, b| unix(b))), ("Description", Text), ("Amount", Signed)]),
    ]
}

fn serial(b: &crate::make::Booking) -> String {
    (b.at.date() - jiff::civil::date(1899, 12, 30)).get_days().to_string()
}

fn unix(b: &crate::make::Booking) -> String {
    b.at.to_zoned(jiff::tz::TimeZone::UTC).expect("in range").timestamp().as_second().to_string()
}

fn month(b: &crate::make::Booking, names: [&str; 12]) -> String {
    let month = usize::try_from(b.at.month()).unwrap_or(1);
    names[month - 1].to_owned()
}

fn german(b: &crate::make::Booking) -> String {
    let name =
        month(b, ["Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"]);
    format!("{}. {name} {}", b.at.day(), b.at.year())
}

fn french(b: &crate::make::Booking) -> String {
    let name = month(b, ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."]);
    format!("{} {name} {}", b.at.day(), b.at.year())
}

fn around() -> Vec<Layout> {
    let columns = [("Date", Date), ("Description", Text), ("Amount", Signed), ("Balance", Balance)];
    let with = |name| layout(name, &columns).cut(";");
    vec![
        with("a preamble")
            .between("My Bank plc\nAccount;GB00 TEST 0000 0000 00\nPeriod;2025-01-01;2025-07-31\nOpening balance;;;2500.00\n\n", ""),
        with("a preamble currency").between("IBAN;CH00 0000\nCurrency;CHF\n\n", "").in_unit("CHF"),
        with("a footer").between("", "\nGenerated on 2025-08-01\nThis is no invoice; keep it\n"),
        with("a closing balance").between("", ";Closing balance;;4017.80\n"),
        with("a opening row").between("", "2025-07-31;Closing balance;;4017.80\n"),
        with("a opening amount").between("", "2025-07-31;Closing balance;4017.80;4017.80\n"),
        with("a total").between("", "Total;;1517.80;\n"),
        with("a total in text").between("", ";Total;1517.80;\n"),
        with("a german total").between("", ";Summe;1517.80;\n"),
        with("a headings again").again(5, ""),
        with("a pages").again(4, "\nPage 2 of 3;;;\n\n"),
        with("a blank lines").between("\n\n", "\n\n\n"),
        with("a total with date").between("", "2025-07-31;Total;1517.80;\n").stops("totals"),
        with("a sum without a word").between("", "Xyzzy;;1517.80;\n"),
        with("a sep line").between("sep=;\n", ""),
        with("a broken row").between("", "2025-08-01;Broken;12,5,0;1\n").asks(&[("rows", "aside")]),
        with("a broken date").between("", "2025-13-41;Broken;-12.50;1.00\n").asks(&[("rows", "aside")]),
        with("a too many cells").between("", "2025-08-01;Broken; text;-12.50;1.00\n").asks(&[("rows", "aside")]),
        layout("a tiny", &[("Date", Date), ("Amount", Signed)]),
    ]
}

fn proved() -> Vec<Layout> {
    vec![
        layout("p unknown language", &[("Tarikh urusniaga", Date), ("Butiran", Text), ("Jumlah urusniaga", Signed), ("Baki", Balance)]),
        layout("p unknown sides", &[("Siku", Date), ("Maelezo", Text), ("Imetoka", Out), ("Imeingia", In), ("Salio", Balance)]),
        layout("p unknown sides swapped", &[("Siku", Date), ("Maelezo", Text), ("Imeingia", In), ("Imetoka", Out), ("Salio", Balance)])
            .newest(),
        layout("p inverted", &[("Date", Date), ("Description", Text), ("Amount", Negated), ("Balance", Balance)]),
        layout("p before", &[("Date", Date), ("Text", Text), ("Balance", BalanceBefore), ("Amount", Signed)]),
        layout("p before newest first", &[("Date", Date), ("Text", Text), ("Balance", BalanceBefore), ("Amount", Signed)]).newest(),
        layout("p foreign beside", &[("Date", Date), ("Text", Text), ("Amount", Foreign), ("Amount 2", Signed), ("Balance", Balance)]),
        layout("p two amounts", &[("Date", Date), ("Text", Text), ("Amount", Foreign), ("Total amount", Signed), ("Balance", Balance)]),
        layout("p fee besides", &[("Date", Date), ("Text", Text), ("Amount", BeforeFee), ("Fee", Fee), ("Balance", Balance)]),
        layout("p fee inside", &[("Date", Date), ("Text", Text), ("Amount", Signed), ("Charges", Fee), ("Balance", Balance)]),
        layout("p balance before", &[("Date", Date), ("Text", Text), ("Balance", BalanceBefore), ("Amount", Signed)]),
        layout("p balance before, newest", &[("Date", Date), ("Text", Text), ("Balance", BalanceBefore), ("Amount", Signed)]).newest(),
        layout(
            "p sides with fee",
            &[("Date", Date), ("Text", Text), ("Money in", In), ("Money out", OutBeforeFee), ("Fee", Fee), ("Balance", Balance)],
        ),
        layout("p mark by balance", &[("Date", Date), ("Text", Text), ("Amount", Signed), ("Balance", Balance)]).cut(";").numbered(COMMA),
    ]
}

/// Rows and columns that a reader in haste would count, or not.
fn haste() -> Vec<Layout> {
    vec![
        layout("h marked balances", &[("Data", Date), ("Addebiti", Out), ("Accrediti", In), ("Descrizione operazioni", Text)])
            .cut(";")
            .dated(SLASHED)
            .numbered(COMMA)
            .between("", "30/12/2025;;1234,56;|SALDO FINALE\n"),
        layout("h booked in", &[("Date", Date), ("Text", Text), ("Amount", Foreign), ("Amount in account currency", Signed)]),
        layout("h continental", &[("Date", DateAs("%d/%m/%Y")), ("Montant", Signed), ("Devise", Always("EUR")), ("Tiers", Text)])
            .close()
            .in_unit("EUR"),
        layout(
            "h dated preamble",
            &[
                ("Blad", Number),
                ("Boekingsdatum", Date),
                ("Rang", Number),
                ("Straat", Always("Kerkstraat 1")),
                ("Plaats", Always("1000 Brussel")),
                ("Verrichting", Text),
                ("Bedrag", Signed),
                ("Landcode", Always("BE")),
            ],
        )
        .cut(";")
        .dated(POINTED)
        .between("Bedrag vanaf;\nLaatste saldo;1.617,97\nDatum van het laatste saldo;27.05.2025\n;\n", ""),
        layout(
            "h same heading",
            &[
                ("Belegdatum", Date),
                ("Verwendungszweck", Text),
                ("Fremdwährung", Always("")),
                ("Betrag", Of(|i, _| if i % 3 == 0 { "77.70".to_owned() } else { String::new() })),
                ("Kurs", Always("")),
                ("Betrag", Signed),
            ],
        ),
        layout("h empty side", &[("Date", Date), ("Text", Text), ("Credit", Always("0.00")), ("Kapunta", Unsigned)]).stops("debit"),
    ]
}

fn several() -> Vec<Layout> {
    vec![
        layout(
            "s original",
            &[
                ("Date", Date),
                ("Text", Text),
                ("Original amount", Foreign),
                ("Original currency", Always("USD")),
                ("Amount", Signed),
                ("Currency", Always("EUR")),
            ],
        )
        .in_unit("EUR"),
        layout(
            "s booked first",
            &[
                ("Date", Date),
                ("Text", Text),
                ("Amount", Signed),
                ("Currency", Always("EUR")),
                ("Foreign amount", Foreign),
                ("Foreign currency", Always("USD")),
            ],
        )
        .in_unit("EUR"),
        layout("s two amounts", &[("Date", Date), ("Text", Text), ("Transaction amount", Foreign), ("Settlement amount", Signed)])
            .asks(&[("amount", "4")]),
        layout("s fee unknown", &[("Date", Date), ("Text", Text), ("Amount", BeforeFee), ("Fee", Fee)]).asks(&[("fee", "subtract")]),
        layout("s fee apart", &[("Date", Date), ("Text", Text), ("Amount", Signed), ("Fee", Fee)]).asks(&[("fee", "apart")]),
        layout("s fee zero", &[("Date", Date), ("Text", Text), ("Amount", Signed), ("Fee", Always("0.00"))]),
        layout("s rate", &[("Date", Date), ("Text", Text), ("Amount", Signed), ("Exchange rate", Always("1.0873"))]),
        layout("s status booked", &[("Date", Date), ("Text", Text), ("Amount", Signed), ("Status", Always("Completed"))]),
        layout("s status unknown", &[("Date", Date), ("Text", Text), ("Amount", Signed), ("Status", Way("Zonked", "Completed"))])
            .asks(&[("status:zonked", "booked")]),
        layout("s accounts", &[("Account", Way("A1", "A2")), ("Date", Date), ("Text", Text), ("Amount", Signed)]),
        layout("s numbers unnamed", &[("Date", Date), ("Text", Text), ("Foo", Signed), ("Bar", Foreign)]).asks(&[("amount", "3")]),
        layout("s one number unnamed", &[("Date", Date), ("Text", Text), ("Foo", Signed)]),
        layout(
            "s dashes",
            &[("Date", Date), ("Text", Text), ("Fees", Always("-")), ("Money in", Of(dashed)), ("Money out", Of(dashed_out))],
        ),
        layout("s ids", &[("Reference number", Number), ("Date", Date), ("Text", Text), ("Amount", Signed), ("Batch", Number)]),
    ]
}

fn cards() -> Vec<Layout> {
    let file = |l: Layout, file| Layout { file, ..l };
    vec![
        file(layout("c positive", &[("Date", Date), ("Description", Text), ("Amount", Negated)]), "creditcard.csv"),
        file(layout("c negative", &[("Date", Date), ("Description", Text), ("Amount", Signed)]), "creditcard.csv"),
        layout("c by text", &[("Card number", Always("xx1")), ("Date", Date), ("Merchant name", Text), ("Amount", Negated)]),
        layout(
            "c by heading balance",
            &[("Card", Always("xx1")), ("Date", Date), ("Details", Text), ("Amount", Negated), ("Balance", Balance)],
        ),
        layout("c unsigned", &[("Date", Date), ("Description", Text), ("Amount", Unsigned)]).stops("sign"),
        layout("c unsigned card", &[("Date", Date), ("Card", Always("x1")), ("Description", Text), ("Amount", Unsigned)]).stops("sign"),
        layout("c positive mute", &[("Date", Date), ("Card", Always("x1")), ("Shop number", Number), ("Amount", Negated)])
            .asks(&[("sign", "inverted")]),
        layout("c unsigned, income told", &[("Date", Date), ("Description", Of(some_income)), ("Amount", Unsigned)]).stops("sign"),
        layout("c half payments", &[("Card", Always("x1")), ("Date", Date), ("Amount", Of(|i, _| ["-5.00", "7.50"][i % 2].to_owned()))])
            .stops("sign"),
        layout(
            "c payments told against most rows",
            &[("Card", Always("x1")), ("Date", Date), ("Text", Of(income_that_went_out)), ("Amount", Signed)],
        )
        .stops("sign"),
        layout(
            "c half payments, two days",
            &[("Transaction Date", Date), ("Posting Date", Date), ("Amount", Of(|i, _| ["-5.00", "7.50"][i % 2].to_owned()))],
        )
        .stops("sign"),
        layout(
            "c of an account",
            &[
                ("IBAN", Always("DE00")),
                ("Card used", Always("x1")),
                ("Date", Date),
                ("Text", Of(income_that_went_out)),
                ("Amount", Signed),
            ],
        )
        .stops("sign"),
        layout("c sides", &[("Date", Date), ("Card No.", Always("1234")), ("Description", Text), ("Debit", Out), ("Credit", In)]),
    ]
}

fn dashed(_: usize, b: &crate::make::Booking) -> String {
    if b.cents > 0 { format!("{}.{:02}", b.cents / 100, b.cents % 100) } else { "-".to_owned() }
}

fn dashed_out(i: usize, b: &crate::make::Booking) -> String {
    dashed(i, &crate::make::Booking { cents: -b.cents, ..*b })
}

fn some_income(i: usize, _: &crate::make::Booking) -> String {
    if i.is_multiple_of(4) { "Salary" } else { "Shop" }.to_owned()
}

fn income_that_went_out(_: usize, b: &crate::make::Booking) -> String {
    if b.cents < 0 { "Salary" } else { "Shop" }.to_owned()
}

fn headless() -> Vec<Layout> {
    let with = |name, columns: &[(&'static str, Col)]| Layout { headed: false, ..layout(name, columns) };
    vec![
        with("h date amount text", &[("", Date), ("", Signed), ("", Text)]),
        with("h date text amount balance", &[("", Date), ("", Text), ("", Signed), ("", Balance)]),
        with("h newest", &[("", Date), ("", Text), ("", Signed), ("", Balance)]).newest().cut(";").dated(POINTED).numbered(GERMAN),
        with("h sides", &[("", Date), ("", Text), ("", Out), ("", In), ("", Balance)]).dated(SLASHED),
        with("h sides by words", &[("", Date), ("", Text), ("", In), ("", Out)]),
        with("h sides unproved", &[("", Date), ("", Number), ("", Out), ("", In)]).asks(&[("debit", "3")]),
        with("h currency", &[("", Date), ("", Text), ("", Date), ("", Signed), ("", Always("EUR")), ("", Always(""))])
            .cut(";")
            .in_unit("EUR"),
        with("h way", &[("", Date), ("", Unsigned), ("", Way("D", "C")), ("", Text)]),
        with("h two numbers", &[("", Date), ("", Foreign), ("", Signed), ("", Text)]).asks(&[("amount", "3")]),
        with("h account first", &[("", Always("DE00123")), ("", Number), ("", Date), ("", Text), ("", Signed), ("", Balance)]),
        with(
            "h decimals that cut the rows",
            &[("", Date), ("", Always("fee")), ("", OutWithMinus), ("", In), ("", Always("")), ("", Always("")), ("", Always("'DE1'"))],
        )
        .cut(";")
        .dated(POINTED)
        .numbered(COMMA),
        with("h preamble", &[("", Date), ("", Text), ("", Signed), ("", Balance)]).between("My account\n\n", ""),
    ]
}

//! Half a year at two banks: one with a layout of its own, one with OFX, which many banks write.

use super::calendar::Day;

const MONZO_HEADER: &str = "Transaction ID,Date,Time,Type,Name,Emoji,Category,Amount,Currency,Local amount,Local currency,Notes and #tags,Address,Receipt,Description,Category split,Money Out,Money In\n";

/// What comes round every so many days: first days ago, every, who, category, amount.
const HABITS: &[(i64, i64, &str, &str, &str)] = &[
    (2, 3, "Corner Bakery", "Eating out", "-3.40"),
    (4, 7, "Green Grocer", "Groceries", "-41.25"),
    (6, 30, "Landlord & Daughters", "Bills", "-780.00"),
    (7, 30, "City Water", "Bills", "-24.10"),
    (8, 30, "Harbour Office Ltd", "Income", "2410.00"),
    (10, 14, "Tram Company", "Transport", "-18.00"),
    (12, 45, "Old Cinema", "Entertainment", "-12.50"),
];

const SPAN: i64 = 180;

pub fn monzo() -> String {
    let mut text = String::from(MONZO_HEADER);
    for (days, row) in (0..=SPAN).rev().flat_map(|days| due(days).map(move |row| (days, row))) {
        let (_, _, party, category, amount) = HABITS[row];
        push_monzo(&mut text, &format!("{days:03}{row}"), days, party, category, amount);
    }
    // Two coffees on one day, alike to the penny, are two coffees.
    push_monzo(&mut text, "coffee1", 1, "Café Métro", "Eating out", "-2.90");
    push_monzo(&mut text, "coffee2", 1, "Café Métro", "Eating out", "-2.90");
    text
}

/// Habits that fall on the day that was `days` ago.
fn due(days: i64) -> impl Iterator<Item = usize> {
    (0..HABITS.len()).filter(move |row| days >= HABITS[*row].0 && (days - HABITS[*row].0) % HABITS[*row].1 == 0)
}

fn push_monzo(text: &mut String, id: &str, days: i64, party: &str, category: &str, amount: &str) {
    let (kind, out, into) = if amount.starts_with('-') { ("Card payment", amount, "") } else { ("Faster payment", "", amount) };
    text.push_str(&format!(
        "tx_0000Demo{id},{},09:12:00,{kind},{party},,{category},{amount},GBP,{amount},GBP,,,,{party},,{out},{into}\n",
        Day::ago(days).british()
    ));
}

pub fn ofx() -> String {
    let bookings: &[(i64, &str, &str)] = &[
        (5, "-64.00", "NIGHT TRAIN"),
        (19, "-9.99", "PHONE AND NET"),
        (33, "250.00", "FROM MY OTHER ACCOUNT"),
        (48, "-120.45", "GARDEN MARKET"),
        (50, "-9.99", "PHONE AND NET"),
        (71, "-33.10", "HARBOUR BOOKS"),
    ];
    let mut text = format!(
        "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nSECURITY:NONE\nENCODING:USASCII\nCHARSET:1252\nCOMPRESSION:NONE\nOLDFILEUID:NONE\nNEWFILEUID:NONE\n\n\
         <OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS><DTSERVER>{today}<LANGUAGE>ENG<FI><ORG>Example Savings<FID>1</FI></SONRS></SIGNONMSGSRSV1>\n\
         <BANKMSGSRSV1><STMTTRNRS><TRNUID>1<STATUS><CODE>0<SEVERITY>INFO</STATUS><STMTRS><CURDEF>GBP\n\
         <BANKACCTFROM><BANKID>000000<ACCTID>00012345<ACCTTYPE>CHECKING</BANKACCTFROM>\n<BANKTRANLIST><DTSTART>{start}<DTEND>{today}\n",
        today = Day::ago(0).packed(),
        start = Day::ago(90).packed()
    );
    for (row, (days, amount, name)) in bookings.iter().enumerate() {
        let kind = if amount.starts_with('-') { "DEBIT" } else { "CREDIT" };
        text.push_str(&format!(
            "<STMTTRN><TRNTYPE>{kind}<DTPOSTED>{}<TRNAMT>{amount}<FITID>DEMO{row}<NAME>{name}</STMTTRN>\n",
            Day::ago(*days).packed()
        ));
    }
    text.push_str(&format!(
        "</BANKTRANLIST><LEDGERBAL><BALAMT>1012.47<DTASOF>{}</LEDGERBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>\n",
        Day::ago(0).packed()
    ));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_equal_coffees_have_two_numbers() {
        let coffees: Vec<String> =
            monzo().lines().filter(|line| line.contains("Café")).map(|line| line.split(',').next().unwrap_or("").to_owned()).collect();
        assert_eq!(coffees.len(), 2);
        assert_ne!(coffees[0], coffees[1]);
    }
}

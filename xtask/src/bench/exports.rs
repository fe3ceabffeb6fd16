//! Invented exports of any length, the same bytes for the same number of rows: ten years of a bank account (in a layout that is known, in one
//! that is not, and as OFX), of orders at Amazon, of listening to Spotify, of looking things up with Google.

use std::io::{self, Write};

const PARTIES: &[&str] = &[
    "Corner Bakery",
    "Tram Company",
    "Café Métro",
    "Harbour Books, Ltd",
    "City Water",
    "Green Grocer",
    "Night Train",
    "Phone & Net",
    "Old Cinema",
    "Garden Market",
];
const THINGS: &[&str] = &[
    "Desk Lamp",
    "Notebook, A5",
    "Water Bottle",
    "Kettle 1.7 l",
    "USB-C Cable",
    "Paperback",
    "Bike Light",
    "Frying Pan",
    "Tea Towels",
    "Memory Card",
];
const KINDS: &[&str] = &["Compact", "Foldable", "Heavy Duty", "Premium", "Reusable", "Quiet", "Bright", "Organic"];

/// What a person would look for in these exports: single words, two of one thing, unfinished ones, a number, and what is not there.
pub fn searches(rows: u64) -> Vec<String> {
    let mut found: Vec<String> = PARTIES.iter().chain(THINGS).map(|name| format!("{} ", first_word(name))).collect();
    found.extend(KINDS.iter().zip(THINGS).map(|(kind, thing)| format!("{} {} ", first_word(kind), first_word(thing))));
    found.extend(PARTIES.iter().zip(1..).map(|(party, n)| format!("{} {} ", first_word(party), n * rows / 25)));
    found.extend(["bak", "ket", "pre", "foldable la", "harbour bo", "zebra ", "desk zebra "].map(str::to_owned));
    found
}

fn first_word(name: &str) -> String {
    name.split([' ', ',', '-']).next().unwrap_or(name).to_lowercase()
}

/// A small generator of numbers that look random and never change.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }

    /// Pence of one booking: a salary now and then, and what it is spent on.
    fn booking(&mut self, row: u64) -> i64 {
        let pence = if row.is_multiple_of(16) { 150_000 + self.roll(100_000) } else { 1 + self.roll(29_999) };
        let pence = i64::try_from(pence).unwrap_or(1);
        if row.is_multiple_of(16) { pence } else { -pence }
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        let side = self.roll(from.len() as u64);
        from[usize::try_from(side).unwrap_or(0)]
    }
}

/// Year, month and day of row `row` of `rows`, spread over ten years.
fn day(row: u64, rows: u64) -> (u64, u64, u64) {
    let days = row * 3600 / rows.max(1);
    (2015 + days / 360, 1 + days % 360 / 30, 1 + days % 30 % 28)
}

fn money(pence: i64) -> String {
    let sign = if pence < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", pence.abs() / 100, pence.abs() % 100)
}

/// A bank's statement: Monzo's layout of 2025.
pub fn bank(rows: u64, out: &mut dyn Write) -> io::Result<()> {
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    writeln!(
        out,
        "Transaction ID,Date,Time,Type,Name,Emoji,Category,Amount,Currency,Local amount,Local currency,Notes and #tags,Address,Receipt,Description,Category split,Money Out,Money In"
    )?;
    for row in 0..rows {
        let (year, month, date) = day(row, rows);
        let (whole, cents) = (dice.roll(300), dice.roll(100));
        let party = dice.pick(PARTIES);
        let quote = if party.contains(',') { "\"" } else { "" };
        let amount = format!("-{whole}.{cents:02}");
        writeln!(
            out,
            "tx_{row:016x},{date:02}/{month:02}/{year},{:02}:{:02}:{:02},Card payment,{quote}{party}{quote},,Shopping,{amount},GBP,{amount},GBP,,,,{quote}{party} {row}{quote},,{amount},",
            dice.roll(24),
            dice.roll(60),
            dice.roll(60)
        )?;
    }
    Ok(())
}

/// A statement of a bank that no definition knows, in a layout that leaves nothing to ask: one date a row, a sign, a balance that adds up.
pub fn unknown(rows: u64, out: &mut dyn Write) -> io::Result<()> {
    let mut dice = Dice(0x6a09_e667_f3bc_c908);
    writeln!(out, "Date,Description,Amount,Balance,Currency,Reference")?;
    let mut balance = 0;
    for row in 0..rows {
        let (year, month, date) = day(row, rows);
        let pence = dice.booking(row);
        balance += pence;
        let party = if pence < 0 { dice.pick(PARTIES) } else { "Salary" };
        let quote = if party.contains(',') { "\"" } else { "" };
        let (amount, balance) = (money(pence), money(balance));
        writeln!(out, "{year}-{month:02}-{date:02},{quote}{party} {row}{quote},{amount},{balance},GBP,FP{row:012}")?;
    }
    Ok(())
}

/// A bank's statement as OFX 2.1.1, one booking a line.
pub fn ofx(rows: u64, out: &mut dyn Write) -> io::Result<()> {
    let mut dice = Dice(0xbb67_ae85_84ca_a73b);
    out.write_all(OFX_HEAD.as_bytes())?;
    let mut balance = 0;
    for row in 0..rows {
        let (year, month, date) = day(row, rows);
        let pence = dice.booking(row);
        balance += pence;
        let (kind, party) = if pence < 0 { ("DEBIT", dice.pick(PARTIES)) } else { ("CREDIT", "Salary") };
        let (amount, party) = (money(pence), party.replace('&', "&amp;"));
        writeln!(
            out,
            "<STMTTRN><TRNTYPE>{kind}</TRNTYPE><DTPOSTED>{year}{month:02}{date:02}120000</DTPOSTED><TRNAMT>{amount}</TRNAMT><FITID>FP{row:012}</FITID><NAME>{party}</NAME><MEMO>{party} {row}</MEMO></STMTTRN>"
        )?;
    }
    writeln!(
        out,
        "</BANKTRANLIST><LEDGERBAL><BALAMT>{}</BALAMT><DTASOF>20241231120000</DTASOF></LEDGERBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>",
        money(balance)
    )
}

const OFX_HEAD: &str = concat!(
    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?>\n",
    "<?OFX OFXHEADER=\"200\" VERSION=\"211\" SECURITY=\"NONE\" OLDFILEUID=\"NONE\" NEWFILEUID=\"NONE\"?>\n",
    "<OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>0</CODE><SEVERITY>INFO</SEVERITY></STATUS><DTSERVER>20241231120000</DTSERVER>",
    "<LANGUAGE>ENG</LANGUAGE></SONRS></SIGNONMSGSRSV1><BANKMSGSRSV1><STMTTRNRS><TRNUID>0</TRNUID><STATUS><CODE>0</CODE>",
    "<SEVERITY>INFO</SEVERITY></STATUS><STMTRS><CURDEF>GBP</CURDEF><BANKACCTFROM><BANKID>400000</BANKID><ACCTID>40000012345678</ACCTID>",
    "<ACCTTYPE>CHECKING</ACCTTYPE></BANKACCTFROM><BANKTRANLIST><DTSTART>20150101000000</DTSTART><DTEND>20241231000000</DTEND>\n",
);

/// Amazon's order history: the layout of 2020 to 2025, every cell quoted.
pub fn amazon(rows: u64, out: &mut dyn Write) -> io::Result<()> {
    let mut dice = Dice(0x2545_f491_4f6c_dd1d);
    out.write_all(AMAZON_HEADER.as_bytes())?;
    for row in 0..rows {
        let (year, month, date) = day(row, rows);
        let (whole, cents) = (1 + dice.roll(200), dice.roll(100));
        let thing = format!("{} {} no. {}", dice.pick(KINDS), dice.pick(THINGS), dice.roll(5000));
        writeln!(
            out,
            "\"Amazon.co.uk\",\"{:03}-{:07}-{row:07}\",\"{year}-{month:02}-{date:02}T{:02}:{:02}:{:02}Z\",\"Not Applicable\",\"GBP\",\"{whole}.{cents:02}\",\"0\",\"0\",\"0\",\"{whole}.{cents:02}\",\"{whole}.{cents:02}\",\"0\",\"B{row:09X}\",\"New\",\"1\",\"Visa - 0000\",\"Closed\",\"Shipped\",\"{year}-{month:02}-{date:02}T18:00:00Z\",\"standard\",\"1 Example Street, London\",\"1 Example Street, London\",\"Post(EX{row:09})\",\"{thing}\",\"Not Available\",\"Not Available\",\"Not Available\"\r",
            dice.roll(1000),
            dice.roll(10_000_000),
            dice.roll(24),
            dice.roll(60),
            dice.roll(60)
        )?;
    }
    Ok(())
}

const AMAZON_HEADER: &str = "\"Website\",\"Order ID\",\"Order Date\",\"Purchase Order Number\",\"Currency\",\"Unit Price\",\"Unit Price Tax\",\"Shipping Charge\",\"Total Discounts\",\"Total Owed\",\"Shipment Item Subtotal\",\"Shipment Item Subtotal Tax\",\"ASIN\",\"Product Condition\",\"Quantity\",\"Payment Instrument Type\",\"Order Status\",\"Shipment Status\",\"Ship Date\",\"Shipping Option\",\"Shipping Address\",\"Billing Address\",\"Carrier Name & Tracking Number\",\"Product Name\",\"Gift Message\",\"Gift Sender Name\",\"Gift Recipient Contact Details\"\r\n";

/// Spotify's extended streaming history, one play a line.
pub fn spotify(rows: u64, out: &mut dyn Write) -> io::Result<()> {
    let mut dice = Dice(0x9216_d5d9_8979_fb1b);
    out.write_all(b"[")?;
    for row in 0..rows {
        let (year, month, date) = day(row, rows);
        let comma = if row > 0 { "," } else { "" };
        let (artist, album, track) = (dice.pick(PARTIES), dice.pick(KINDS), dice.pick(THINGS));
        write!(
            out,
            "{comma}\n  {{\"ts\": \"{year}-{month:02}-{date:02}T{:02}:{:02}:{:02}Z\", \"platform\": \"Linux\", \"ms_played\": {}, \"conn_country\": \"GB\", \"ip_addr\": \"192.0.2.{}\", \"master_metadata_track_name\": \"{track} no. {}\", \"master_metadata_album_artist_name\": \"{artist}\", \"master_metadata_album_album_name\": \"{album}\", \"spotify_track_uri\": \"spotify:track:{row:022}\", \"episode_name\": null, \"episode_show_name\": null, \"spotify_episode_uri\": null, \"audiobook_title\": null, \"audiobook_uri\": null, \"audiobook_chapter_uri\": null, \"audiobook_chapter_title\": null, \"reason_start\": \"trackdone\", \"reason_end\": \"trackdone\", \"shuffle\": true, \"skipped\": false, \"offline\": false, \"offline_timestamp\": null, \"incognito_mode\": false}}",
            dice.roll(24),
            dice.roll(60),
            dice.roll(60),
            dice.roll(300_000),
            dice.roll(250),
            dice.roll(5000)
        )?;
    }
    out.write_all(b"\n]\n")
}

/// Google's My Activity, one search a line.
pub fn google(rows: u64, out: &mut dyn Write) -> io::Result<()> {
    let mut dice = Dice(0x3c6e_f372_fe94_f82b);
    out.write_all(b"[")?;
    for row in 0..rows {
        let (year, month, date) = day(row, rows);
        let comma = if row > 0 { "," } else { "" };
        let (kind, thing) = (dice.pick(KINDS), dice.pick(THINGS));
        write!(
            out,
            "{comma}\n  {{\"header\": \"Search\", \"title\": \"Searched for {kind} {thing} no. {}\", \"titleUrl\": \"https://www.google.com/search?q={}&ei={row:016x}\", \"time\": \"{year}-{month:02}-{date:02}T{:02}:{:02}:{:02}.{:03}Z\", \"products\": [\"Search\"], \"activityControls\": [\"Web & App Activity\"]}}",
            dice.roll(5000),
            first_word(thing),
            dice.roll(24),
            dice.roll(60),
            dice.roll(60),
            dice.roll(1000)
        )?;
    }
    out.write_all(b"\n]\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_number_of_rows_gives_the_same_bytes() -> io::Result<()> {
        for (write, around) in
            [(bank as fn(u64, &mut dyn Write) -> io::Result<()>, 1), (unknown, 1), (ofx, 4), (amazon, 1), (spotify, 2), (google, 2)]
        {
            let (mut once, mut again) = (Vec::new(), Vec::new());
            write(50, &mut once)?;
            write(50, &mut again)?;
            assert_eq!(once, again);
            assert_eq!(once.split(|byte| *byte == b'\n').count() - 1, 50 + around);
        }
        Ok(())
    }

    #[test]
    fn a_balance_is_the_sum_of_what_was_booked() -> io::Result<()> {
        let mut out = Vec::new();
        unknown(40, &mut out)?;
        let text = String::from_utf8_lossy(&out).replace("Books, Ltd", "Books Ltd");
        let pence = |cell: &str| cell.replace('.', "").parse::<i64>().unwrap_or(i64::MIN);
        let mut sum = 0;
        for cells in text.lines().skip(1).map(|line| line.split(',').collect::<Vec<_>>()) {
            sum += pence(cells[2]);
            assert_eq!(pence(cells[3]), sum, "{cells:?}");
        }
        assert_eq!([money(-5), money(123_456)], ["-0.05", "1234.56"]);
        Ok(())
    }

    #[test]
    fn dates_stay_in_the_calendar() {
        assert!((0..4000).map(|row| day(row, 4000)).all(|(year, month, date)| (2015..2025).contains(&year) && month <= 12 && date <= 28));
    }
}

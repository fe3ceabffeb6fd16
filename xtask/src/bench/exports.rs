//! Invented exports of any length, the same bytes for the same number of rows: ten years of a bank account, and of orders at Amazon.

use std::fmt::Write;

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

/// A small generator of numbers that look random and never change.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
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

/// A bank's statement: Monzo's layout of 2025.
pub fn bank(rows: u64) -> String {
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let mut text = String::from(
        "Transaction ID,Date,Time,Type,Name,Emoji,Category,Amount,Currency,Local amount,Local currency,Notes and #tags,Address,Receipt,Description,Category split,Money Out,Money In\n",
    );
    for row in 0..rows {
        let (year, month, date) = day(row, rows);
        let (whole, cents) = (dice.roll(300), dice.roll(100));
        let party = dice.pick(PARTIES);
        let quote = if party.contains(',') { "\"" } else { "" };
        let amount = format!("-{whole}.{cents:02}");
        writeln!(
            text,
            "tx_{row:016x},{date:02}/{month:02}/{year},{:02}:{:02}:{:02},Card payment,{quote}{party}{quote},,Shopping,{amount},GBP,{amount},GBP,,,,{quote}{party} {row}{quote},,{amount},",
            dice.roll(24), dice.roll(60), dice.roll(60)
        )
        .expect("a string takes all");
    }
    text
}

/// Amazon's order history: the layout of 2020 to 2025, every cell quoted.
pub fn amazon(rows: u64) -> String {
    let mut dice = Dice(0x2545_f491_4f6c_dd1d);
    let mut text = String::from(AMAZON_HEADER);
    for row in 0..rows {
        let (year, month, date) = day(row, rows);
        let (whole, cents) = (1 + dice.roll(200), dice.roll(100));
        let thing = format!("{} {} no. {}", dice.pick(KINDS), dice.pick(THINGS), dice.roll(5000));
        writeln!(
            text,
            "\"Amazon.co.uk\",\"{:03}-{:07}-{row:07}\",\"{year}-{month:02}-{date:02}T{:02}:{:02}:{:02}Z\",\"Not Applicable\",\"GBP\",\"{whole}.{cents:02}\",\"0\",\"0\",\"0\",\"{whole}.{cents:02}\",\"{whole}.{cents:02}\",\"0\",\"B{row:09X}\",\"New\",\"1\",\"Visa - 0000\",\"Closed\",\"Shipped\",\"{year}-{month:02}-{date:02}T18:00:00Z\",\"standard\",\"1 Example Street, London\",\"1 Example Street, London\",\"Post(EX{row:09})\",\"{thing}\",\"Not Available\",\"Not Available\",\"Not Available\"\r",
            dice.roll(1000), dice.roll(10_000_000), dice.roll(24), dice.roll(60), dice.roll(60)
        )
        .expect("a string takes all");
    }
    text
}

const AMAZON_HEADER: &str = "\"Website\",\"Order ID\",\"Order Date\",\"Purchase Order Number\",\"Currency\",\"Unit Price\",\"Unit Price Tax\",\"Shipping Charge\",\"Total Discounts\",\"Total Owed\",\"Shipment Item Subtotal\",\"Shipment Item Subtotal Tax\",\"ASIN\",\"Product Condition\",\"Quantity\",\"Payment Instrument Type\",\"Order Status\",\"Shipment Status\",\"Ship Date\",\"Shipping Option\",\"Shipping Address\",\"Billing Address\",\"Carrier Name & Tracking Number\",\"Product Name\",\"Gift Message\",\"Gift Sender Name\",\"Gift Recipient Contact Details\"\r\n";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_number_of_rows_gives_the_same_bytes() {
        for write in [bank, amazon] {
            assert_eq!(write(50), write(50));
            assert_eq!(write(50).lines().count(), 51);
        }
    }

    #[test]
    fn dates_stay_in_the_calendar() {
        assert!((0..4000).map(|row| day(row, 4000)).all(|(year, month, date)| (2015..2025).contains(&year) && month <= 12 && date <= 28));
    }
}

//! A year of orders at Amazon, as its archive tells them: books among other things.

use super::calendar::Day;

const HEADER: &[&str] = &[
    "Website",
    "Order ID",
    "Order Date",
    "Purchase Order Number",
    "Currency",
    "Unit Price",
    "Unit Price Tax",
    "Shipping Charge",
    "Total Discounts",
    "Total Owed",
    "Shipment Item Subtotal",
    "Shipment Item Subtotal Tax",
    "ASIN",
    "Product Condition",
    "Quantity",
    "Payment Instrument Type",
    "Order Status",
    "Shipment Status",
    "Ship Date",
    "Shipping Option",
    "Shipping Address",
    "Billing Address",
    "Carrier Name & Tracking Number",
    "Product Name",
    "Gift Message",
    "Gift Sender Name",
    "Gift Recipient Contact Details",
];

/// Days ago, what, its number at the shop, price. Books carry the first nine digits of an ISBN-10; the shop's number is the whole.
const ITEMS: &[(i64, &str, &str, &str)] = &[
    (9, "The Lamplighter's Almanac (Paperback)", "186197271", "11.99"),
    (9, "Reading Lamp, warm white", "B0DEMO0001", "34.50"),
    (23, "Rye Flour, 5 x 1 kg", "B0DEMO0002", "18.20"),
    (41, "A Short History of Ferries (Hardcover)", "190300012", "24.00"),
    (58, "USB-C Cable, 2 m", "B0DEMO0003", "9.99"),
    (58, "USB-C Cable, 2 m", "B0DEMO0003", "9.99"),
    (77, "Bicycle Light Set", "B0DEMO0004", "27.95"),
    (96, "Kartoffeln und andere Wunder (Taschenbuch)", "349900127", "12.00"),
    (118, "Kettle, 1.7 litres", "B0DEMO0005", "42.00"),
    (139, "Notes from a Quiet Harbour (Paperback)", "071488843", "9.49"),
    (160, "Rain Jacket, dark green, M", "B0DEMO0006", "89.00"),
    (182, "Coffee Beans, 1 kg", "B0DEMO0007", "21.50"),
    (203, "The Patient Gardener (Hardcover)", "184408003", "22.75"),
    (231, "Board Game: Trains of the Alps", "B0DEMO0008", "39.90"),
    (262, "Le Jardin d'hiver (Poche)", "207036002", "8.60"),
    (290, "Running Shoes, 42", "B0DEMO0009", "119.00"),
    (318, "Candles, box of 20", "B0DEMO0010", "14.00"),
    (341, "Letters Never Posted (Paperback)", "014303943", "10.25"),
    (402, "Desk Chair", "B0DEMO0011", "189.00"),
    (488, "Atlas of Small Islands (Hardcover)", "184614348", "31.00"),
];

/// `Retail.OrderHistory.1.csv`: every cell quoted.
pub fn orders() -> String {
    let mut text = line(HEADER);
    for (row, (days, name, number, price)) in ITEMS.iter().enumerate() {
        let (ordered, shipped) = (format!("{}T18:24:05Z", Day::ago(*days)), format!("{}T07:10:00Z", Day::ago(days - 1)));
        let (order, number) = (order_id(row), whole_number(number));
        let cells = [
            "Amazon.co.uk",
            &order,
            &ordered,
            "Not Applicable",
            "GBP",
            price,
            "0",
            "0",
            "0",
            price,
            price,
            "0",
            &number,
            "New",
            "1",
            "Visa - 0000",
            "Closed",
            "Shipped",
            &shipped,
            "standard",
            ADDRESS,
            ADDRESS,
            "Royal Post(DEMO)",
            name,
            "Not Available",
            "Not Available",
            "Not Available",
        ];
        text.push_str(&line(&cells));
    }
    text
}

/// `Refund Details.csv`: the jacket did not fit.
pub fn refunds() -> String {
    let returned = Day::ago(151);
    format!(
        "Creation Date,Currency,Direct Debit,Disbursement Type,Order ID,Payment Status,Quantity,Refund Amount,Refund Date,Reversal Action,Reversal Reason,Reversal Status,Website\n\
         {returned}T09:00:00Z,GBP,No,Refund,{},Completed,1,89.00,{returned}T09:30:00Z,Refund,Customer Return,Completed,Amazon.co.uk\n",
        order_id(10)
    )
}

const ADDRESS: &str = "1 Example Street, Bristol";

fn order_id(row: usize) -> String {
    // Both cables were one order of two.
    let order = if row == 5 { 4 } else { row };
    format!("203-{:07}-{:07}", 4_100_000 + order * 317, 9_000_000 + order * 91)
}

/// Nine digits of an ISBN-10 get their check digit; anything else is whole already.
fn whole_number(number: &str) -> String {
    if number.len() != 9 {
        return number.to_owned();
    }
    let sum: u32 = number.chars().filter_map(|c| c.to_digit(10)).zip((2..=10).rev()).map(|(digit, weight)| digit * weight).sum();
    match (11 - sum % 11) % 11 {
        10 => format!("{number}X"),
        digit => format!("{number}{digit}"),
    }
}

fn line(cells: &[&str]) -> String {
    let quoted: Vec<String> = cells.iter().map(|cell| format!("\"{cell}\"")).collect();
    format!("{}\r\n", quoted.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn books_get_the_check_digit_of_their_isbn() {
        assert_eq!(["030640615", "080442957", "B0DEMO0001"].map(whole_number), ["0306406152", "080442957X", "B0DEMO0001"]);
    }

    #[test]
    fn every_line_has_a_cell_for_every_heading() {
        assert!(orders().lines().all(|line| line.matches("\",\"").count() == HEADER.len() - 1));
    }
}

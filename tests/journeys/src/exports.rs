//! Exports of an invented person, dated back from today: offers ask for the last twelve months.

use std::path::{Path, PathBuf};

use jiff::{ToSpan, Zoned};

const FLIGHTS: &str = "Date,Flight number,From,To,Dep time,Arr time,Duration,Airline,Aircraft,Registration,Seat number,Seat type,Flight class,Flight reason,Note,Dep_id,Arr_id,Airline_id,Aircraft_id\n";
const ORDERS: &str = "ASIN,Billing Address,Carrier Name & Tracking Number,Currency,Gift Message,Gift Recipient Contact,Gift Sender Name,Item Serial Number,Order Date,Order ID,Order Status,Original Quantity,Payment Method Type,Product Condition,Product Name,Purchase Order Number,Ship Date,Shipment Item Subtotal,Shipment Item Subtotal Tax,Shipment Status,Shipping Address,Shipping Charge,Shipping Option,Total Amount,Total Discounts,Unit Price,Unit Price Tax,Website\n";

fn days_ago(days: i32) -> String {
    Zoned::now().date().checked_sub(days.days()).expect("a day of our times").to_string()
}

/// A flight diary with six flights of the last year.
pub fn flights(dir: &Path) -> PathBuf {
    let mut text = FLIGHTS.to_owned();
    for (i, days) in [20, 45, 90, 140, 200, 260].into_iter().enumerate() {
        let number = 100 + i;
        text.push_str(&format!(
            "{},LX{number},Zurich / Kloten (ZRH/LSZH),Lisbon / Portela (LIS/LPPT),07:15:00,09:20:00,02:50:00,Swiss (LX/SWR),Airbus A320 (A320),HB-IJ{i},12A,1,1,1,,1,2,3,4\n",
            days_ago(days)
        ));
    }
    write(dir, "flightdiary.csv", &text)
}

/// An order history with two printed books and a kettle.
pub fn orders(dir: &Path) -> PathBuf {
    let mut text = ORDERS.to_owned();
    for (i, (asin, name, days)) in
        [("0306406152", "Quantum Fieldbook", 30), ("0140449132", "Crimean Notebooks", 80), ("B00ZKETTLE", "Enamelled kettle", 120)]
            .into_iter()
            .enumerate()
    {
        let day = days_ago(days);
        text.push_str(&format!(
            "{asin},1 Elmtree Crossing,,GBP,,,,,{day}T09:30:00Z,026-1234567-000000{i},Closed,1,Visa,New,{name},,{day}T18:00:00Z,12.50,0,Shipped,1 Elmtree Crossing,0,Standard,12.50,0,12.50,0,Amazon.co.uk\n"
        ));
    }
    write(dir, "Order History.csv", &text)
}

fn write(dir: &Path, name: &str, text: &str) -> PathBuf {
    let path = dir.join(name);
    std::fs::write(&path, text).expect("a file in our own folder");
    path
}

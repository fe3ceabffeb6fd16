//! Invented rows in a layout, so that a definition stands beside a sample and no person's data does.

use rust_decimal::Decimal;
use serde_json::{Map, Value};

use super::columns::Clock;
use super::layout::Found;
use super::words::{self, Meaning};
use crate::decide::Decisions;
use crate::definition::Side;

/// A day, as it is written in each way, and what is paid on it, in hundredths.
struct Invented {
    day: [&'static str; 3],
    unix: i64,
    serial: i64,
    hundredths: i64,
    text: &'static str,
    category: &'static str,
}

const fn row(day: [&'static str; 3], days: i64, hundredths: i64, text: &'static str, category: &'static str) -> Invented {
    // 1970-01-01 is the day 25 569 of spreadsheets.
    Invented { day, unix: (days - 25_569) * 86_400, serial: days, hundredths, text, category }
}

const ROWS: [Invented; 4] = [
    row(["2025-03-04", "04.03.2025", "03/04/2025"], 45_720, -1250, "Corner Bakery", "Food"),
    row(["2025-03-18", "18.03.2025", "03/18/2025"], 45_734, 123_400, "Salary ACME Ltd", "Income"),
    row(["2025-03-18", "18.03.2025", "03/18/2025"], 45_734, -399, "Book \"North\", used", "Leisure"),
    row(["2025-04-30", "30.04.2025", "04/30/2025"], 45_777, -4000, "Tram ticket", "Transport"),
];

/// The text of a sample with these columns of the layout, and nothing that was ever in a file.
pub(super) fn sample(found: &Found, decisions: &Decisions, columns: &[usize]) -> Result<Vec<u8>, csv::Error> {
    let delimiter = crate::table::read::Plan::from_decisions(decisions).delimiter;
    let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
    writer.write_record(columns.iter().map(|i| found.headings[*i].as_str()))?;
    let mut balance = 50_000;
    for (number, row) in ROWS.iter().enumerate() {
        balance += row.hundredths;
        writer.write_record(columns.iter().map(|i| cell(found, decisions, *i, row, number, balance)))?;
    }
    writer.into_inner().map_err(|e| csv::Error::from(e.into_error()))
}

/// The same as a list in JSON, where the layout says that it is.
pub(super) fn listed(found: &Found, decisions: &Decisions, columns: &[usize], records: &str, paths: &[String]) -> String {
    let mut balance = 50_000;
    let elements = ROWS.iter().enumerate().map(|(number, row)| {
        balance += row.hundredths;
        let mut element = Value::Object(Map::new());
        for i in columns.iter().copied() {
            let text = cell(found, decisions, i, row, number, balance);
            if !text.is_empty() {
                put(&mut element, &paths[i], text);
            }
        }
        element
    });
    let list = Value::Array(elements.collect());
    let way: Vec<&str> = records.split('/').skip(1).collect();
    let whole = way[..way.len().saturating_sub(1)].iter().rev().fold(list, |inside, name| match *name {
        "*" => Value::Array(vec![inside]),
        name => Value::Object([(name.to_owned(), inside)].into_iter().collect()),
    });
    format!("{whole:#}\n")
}

/// Puts a text where a path leads, making the way to it.
fn put(element: &mut Value, path: &str, text: String) {
    let mut place = element;
    for name in path.split('/').skip(1) {
        place = match name {
            "*" => {
                if !place.is_array() {
                    *place = Value::Array(vec![Value::Null]);
                }
                &mut place[0]
            }
            name => {
                if !place.is_object() {
                    *place = Value::Object(Map::new());
                }
                &mut place[name]
            }
        };
    }
    *place = Value::String(text);
}

fn cell(found: &Found, decisions: &Decisions, column: usize, row: &Invented, number: usize, balance: i64) -> String {
    let roles = &found.roles;
    let money = |hundredths: i64| money(hundredths, roles.cents, decisions.fact("decimal-mark") == Some("comma"));
    let side = |is_its: bool, side: Side| match (is_its, side) {
        (false, _) => String::new(),
        (true, Side::Negative) => money(-row.hundredths.abs()),
        (true, _) => money(row.hundredths.abs()),
    };
    let inverted = decisions.fact("sign") == Some("inverted");
    let unsigned = !roles.is_bank() || roles.at(Meaning::Indicator).is_some();
    match roles.meanings[column] {
        Meaning::Date => match roles.clock {
            Some(Clock::Seconds) => row.unix.to_string(),
            Some(Clock::Milliseconds) => (row.unix * 1000).to_string(),
            Some(Clock::Days) => row.serial.to_string(),
            None => day(decisions, row),
        },
        Meaning::ValueDate => day(decisions, row),
        Meaning::Time => format!("{:02}:15:00", 7 + number),
        Meaning::Amount if unsigned => money(row.hundredths.abs()),
        Meaning::Amount => money(if inverted { -row.hundredths } else { row.hundredths }),
        Meaning::Debit => side(row.hundredths < 0, found.debit),
        Meaning::Credit => side(row.hundredths > 0, found.credit),
        Meaning::Balance => money(balance),
        Meaning::Currency => "EUR".to_owned(),
        Meaning::Text | Meaning::Unknown if found.title() == Some(column) => row.text.to_owned(),
        Meaning::Party => row.text.to_owned(),
        Meaning::Category => row.category.to_owned(),
        Meaning::Reference => format!("R-{}", 1001 + number),
        Meaning::Indicator => direction(found, row.hundredths < 0),
        Meaning::Account => "Account 1".to_owned(),
        Meaning::Status | Meaning::Fee | Meaning::OtherMoney => String::new(),
        Meaning::Text | Meaning::Unknown => format!("Note {}", number + 1),
    }
}

fn day(decisions: &Decisions, row: &Invented) -> String {
    let way = match decisions.fact("date-order") {
        Some("dmy") => 1,
        Some("mdy") => 2,
        _ => 0,
    };
    row.day[way].to_owned()
}

fn money(hundredths: i64, whole: bool, comma: bool) -> String {
    if whole {
        return hundredths.to_string();
    }
    let text = Decimal::new(hundredths, 2).to_string();
    if comma { text.replace('.', ",") } else { text }
}

/// A word that the person explained, or one that is known.
fn direction(found: &Found, out: bool) -> String {
    let wanted = if out { "out" } else { "in" };
    let told = found.roles.told.iter().filter(|(_, meaning)| *meaning == wanted).find_map(|(word, _)| word.strip_prefix("direction:"));
    told.or_else(|| words::list(wanted).first().copied()).unwrap_or_default().to_owned()
}

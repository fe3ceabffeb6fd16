//! An order in Google's takeout (`Purchases & Reservations`, `order_….json`): one file for each, with its lines, and what was added to them.

use std::io::Read;

use holdall_model::{Kind, Locator, Moment, Quantity, Record, Status, Unit};
use rust_decimal::Decimal;
use serde_json::Value;

use super::{Confidence, Language, props};
use crate::decide::Decisions;
use crate::error::ImportError;
use crate::input::{Head, Input};
use crate::normalise::{exact_product, exact_sum};
use crate::sink::Output;

pub(crate) struct GoogleOrder;

impl Language for GoogleOrder {
    fn id(&self) -> &'static str {
        "google-order"
    }

    fn recognise(&self, head: &Head<'_>) -> Option<Confidence> {
        let has = |key: &str| head.text.contains(key);
        let order = has("\"merchantOrderId\"") || has("\"transactionMerchant\"");
        let one = head.text.trim_start_matches('\u{feff}').trim_start().starts_with('{');
        (one && order && has("\"creationTime\"") && has("\"usecSinceEpochUtc\"") && has("\"lineItem\"")).then_some(Confidence::Certain)
    }

    fn read(&self, input: &Input<'_>, _decisions: &Decisions, out: &mut Output<'_>) -> Result<(), ImportError> {
        let limit = input.limits().record_bytes;
        let mut text = Vec::new();
        input.text()?.take(limit as u64 + 1).read_to_end(&mut text).map_err(|e| input.failed(e))?;
        if text.len() > limit {
            return Err(ImportError::TooLarge { at: input.at(), what: "an order", limit: limit as u64 });
        }
        let whole: Value = serde_json::from_slice(&text)
            .map_err(|e| ImportError::damaged(input.at().row(e.line() as u64), "the order is no sound JSON, or more than one"))?;
        let locator = Locator { entry: 0, row: 1, offset: 0, length: u32::try_from(text.len()).unwrap_or(u32::MAX) };
        let Some(order) = Order::new(&whole, locator) else {
            let raw = String::from_utf8_lossy(&text);
            return out.quarantine(locator, "order-unreadable", "The order tells no time, or an amount that cannot be read.", &raw);
        };
        order.hand_over(out)
    }
}

/// One of the amounts of an order: its tax, its sum.
struct Price<'v> {
    kind: &'v str,
    name: &'v str,
    amount: Quantity,
    /// It is in the prices already.
    included: bool,
}

struct Order<'v> {
    whole: &'v Value,
    locator: Locator,
    moment: Moment,
    lines: Vec<&'v Value>,
    prices: Vec<Price<'v>>,
}

impl<'v> Order<'v> {
    /// `None` where it tells no time, or an amount that is none.
    fn new(whole: &'v Value, locator: Locator) -> Option<Self> {
        let micros: i64 = number(whole.pointer("/creationTime/usecSinceEpochUtc")?)?;
        let moment = Moment::from_unix(micros.div_euclid(1_000_000)).ok()?;
        let list = |name: &str| whole.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let mut prices = Vec::new();
        for told in list("priceline") {
            let Some(amount) = told.get("amount").map_or(Some(None), money)? else { continue };
            let included = told.get("taxIncluded").and_then(Value::as_bool).unwrap_or(false);
            prices.push(Price { kind: text(told, "/type"), name: text(told, "/name"), amount, included });
        }
        Some(Self { whole, locator, moment, lines: list("lineItem").iter().collect(), prices })
    }

    fn hand_over(&self, out: &mut Output<'_>) -> Result<(), ImportError> {
        let mut records = Vec::with_capacity(self.lines.len() + 1);
        for line in &self.lines {
            match self.line(line) {
                Some(record) => records.push(record),
                None => {
                    let raw = line.to_string();
                    out.quarantine(
                        self.locator,
                        "order-line-unreadable",
                        "A line of this order tells an amount that cannot be read.",
                        &raw,
                    )?;
                }
            }
        }
        let whole = records.len() == self.lines.len();
        self.settle(&mut records, whole, out);
        if let Some(first) = records.first_mut() {
            let around = self.whole.as_object().into_iter().flatten().filter(|(name, _)| *name != "lineItem");
            around.for_each(|(_, value)| words(value, &mut first.unmapped));
        }
        records.iter_mut().try_for_each(|record| out.record(record))
    }

    fn record(&self, kind: Kind) -> Record {
        let mut record = Record::new(kind);
        record.locator = self.locator;
        record.moment = Some(self.moment);
        text(self.whole, "/transactionMerchant/name").clone_into(&mut record.party);
        record.fields.set(props::order_number(), text(self.whole, "/merchantOrderId"));
        let paid = ["/paymentInfo/displayName", "/paymentData/paymentInfo/displayName", "/paymentInfo/0/displayName"];
        record.fields.set(props::payment_method(), paid.iter().map(|p| text(self.whole, p)).find(|t| !t.is_empty()).unwrap_or_default());
        record.status = status(text(self.whole, "/orderStatus/status"));
        record
    }

    /// A line of the order with the amount that it tells itself. `None` where an amount is told and cannot be read.
    fn line(&self, line: &Value) -> Option<Record> {
        let purchase = line.get("purchase");
        let mut record = self.record(if purchase.is_some() { Kind::OrderLine } else { Kind::Other });
        words(line, &mut record.unmapped);
        let named = ["/purchase/productInfo/name", "/doc/title", "/name", "/description", "/provider/name"];
        named.iter().map(|p| text(line, p)).find(|t| !t.is_empty()).unwrap_or(&record.party).to_owned().clone_into(&mut record.title);
        if record.party.is_empty() {
            text(line, "/provider/name").clone_into(&mut record.party);
        }
        let Some(purchase) = purchase else { return Some(record) };
        if let Status::Void = status(text(purchase, "/status")) {
            record.status = Status::Void;
        }
        record.fields.set(props::delivery_status(), text(purchase, "/status"));
        record.fields.set(props::url(), text(purchase, "/landingPageUrl/link"));
        let quantity = match purchase.get("quantity") {
            Some(told) => Some(decimal(told)?),
            None => None,
        };
        let price = match purchase.get("unitPrice") {
            Some(told) => money(told)?,
            None => None,
        };
        if let Some(quantity) = quantity {
            record.fields.set(props::order_quantity(), &quantity.to_string());
        }
        if let Some(price) = price {
            record.fields.set(props::price(), &format!("{} {}", price.value, price.unit));
            let value = exact_product(price.value, quantity.unwrap_or(Decimal::ONE))?.normalize();
            record.amount = Some(Quantity::new(value, price.unit));
        }
        Some(record)
    }

    /// Adds what was paid beside the lines, so that all of it together is what the order says was paid.
    fn settle(&self, records: &mut Vec<Record>, whole: bool, out: &mut Output<'_>) {
        let total = self.prices.iter().find(|p| p.kind == "TOTAL").map(|p| p.amount);
        let beside = || self.prices.iter().filter(|p| !matches!(p.kind, "TOTAL" | "SUBTOTAL") && !p.included && !p.amount.value.is_zero());
        let lines = records.iter().filter(|r| r.kind == Kind::OrderLine).count();
        let priced = records.iter().filter(|r| r.amount.is_some()).count();
        let Some(unit) = total.or_else(|| records.iter().find_map(|r| r.amount)).map(|a| a.unit) else { return };
        let one_unit = records.iter().filter_map(|r| r.amount).chain(beside().map(|p| p.amount)).all(|a| a.unit == unit);
        let counting = records.iter().filter(|r| r.status.counts());
        let of_lines = counting.filter_map(|r| r.amount).try_fold(Decimal::ZERO, |sum, a| exact_sum(sum, a.value));
        let of_all = of_lines.and_then(|lines| beside().try_fold(lines, |sum, p| exact_sum(sum, p.amount.value)));
        match (total, &mut records[..]) {
            // A line that cannot be read is part of the total: the rest is left as it is told.
            _ if !whole => {}
            (Some(total), [only]) if lines == 1 && only.amount.is_none() => {
                only.amount = Some(total);
            }
            (Some(_), _) if !one_unit => {
                out.noted("order-currencies", 1, "An order tells amounts in several currencies; only its lines' prices were kept.")
            }
            (Some(total), _) if priced < lines || lines == 0 => {
                // What the lines cost is not known one by one.
                records.iter_mut().for_each(|record| record.amount = None);
                records.push(self.extra("Order total", total));
            }
            (Some(total), _) if of_all.is_some_and(|sum| sum != total.value) => {
                let Some(rest) = of_lines.and_then(|lines| exact_sum(total.value, -lines)) else { return };
                records.push(self.extra("Tax, fees and discounts", Quantity::new(rest.normalize(), unit)));
            }
            _ => records.extend(beside().map(|p| {
                let name = if p.name.is_empty() { p.kind.to_lowercase() } else { p.name.to_owned() };
                // Without a total to compare, a discount is what its name says.
                let off = total.is_none() && p.kind.contains("DISCOUNT");
                let value = if off { -p.amount.value.abs() } else { p.amount.value };
                self.extra(&name, Quantity::new(value, p.amount.unit))
            })),
        }
    }

    fn extra(&self, title: &str, amount: Quantity) -> Record {
        let mut record = self.record(Kind::OrderLine);
        title.clone_into(&mut record.title);
        record.amount = Some(amount);
        record
    }
}

fn status(word: &str) -> Status {
    if matches!(word, "CANCELLED" | "CANCELED" | "DECLINED" | "FAILED" | "REJECTED") { Status::Void } else { Status::Booked }
}

fn text<'v>(value: &'v Value, path: &str) -> &'v str {
    value.pointer(path).and_then(Value::as_str).unwrap_or_default().trim()
}

/// A whole number, told as a number or as a text.
fn number(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}

fn decimal(value: &Value) -> Option<Decimal> {
    match value {
        Value::Number(number) => number.to_string().parse().ok(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

/// `Some(None)` where no amount is told, `None` where one is and cannot be read.
fn money(value: &Value) -> Option<Option<Quantity>> {
    let Some(micros) = value.get("amountMicros") else { return Some(None) };
    let unit = match text(value, "/currencyCode/code") {
        "" => Unit::UNKNOWN,
        code => code.parse().ok()?,
    };
    Some(Some(Quantity::new(Decimal::new(number(micros)?, 6).normalize(), unit)))
}

/// All texts in a value, so that they can be found.
fn words(value: &Value, place: &mut String) {
    match value {
        Value::String(text) => {
            if !place.is_empty() {
                place.push(' ');
            }
            place.push_str(text.trim());
        }
        Value::Array(list) => list.iter().for_each(|value| words(value, place)),
        Value::Object(fields) => fields.values().for_each(|value| words(value, place)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Kept, read, recognise};

    fn order(lines: &str, prices: &str) -> String {
        format!(
            "{{\"merchantOrderId\":\"A-1\",\"creationTime\":{{\"usecSinceEpochUtc\":\"1508099580000000\"}},\"transactionMerchant\":{{\"name\":\"Parts Shop\"}},\"lineItem\":[{lines}],\"priceline\":[{prices}]}}"
        )
    }

    fn line(name: &str, quantity: u32, micros: i64) -> String {
        let price = format!("\"unitPrice\":{{\"amountMicros\":\"{micros}\",\"currencyCode\":{{\"code\":\"USD\"}}}}");
        format!("{{\"purchase\":{{\"quantity\":{quantity},{price},\"productInfo\":{{\"name\":\"{name}\"}}}}}}")
    }

    fn price(kind: &str, micros: i64) -> String {
        format!("{{\"type\":\"{kind}\",\"amount\":{{\"amountMicros\":{micros},\"currencyCode\":{{\"code\":\"USD\"}}}}}}")
    }

    fn kept(text: &str) -> Kept {
        read(&GoogleOrder, text.as_bytes(), &[]).expect("reads")
    }

    fn told(kept: &Kept) -> Vec<String> {
        let amount = |r: &Record| r.amount.map_or("-".to_owned(), |a| format!("{} {}", a.value, a.unit));
        kept.records.iter().map(|r| format!("{} {}", r.title, amount(r))).collect()
    }

    #[test]
    fn lines_and_what_was_added_to_them_come_to_what_was_paid() {
        let lines = [line("Fan", 2, 19_990_000), line("Belt", 1, 5_000_000)].join(",");
        let prices = [price("SUBTOTAL", 44_980_000), price("TAX", 1_850_000), price("TOTAL", 46_830_000)].join(",");
        let kept = kept(&order(&lines, &prices));
        assert_eq!(told(&kept), ["Fan 39.98 USD", "Belt 5 USD", "tax 1.85 USD"]);
        assert_eq!(kept.sums(), "46.83 USD");
        assert_eq!(kept.records[0].moment.map(|m| m.to_string()).as_deref(), Some("2017-10-15T20:33:00Z"));
        assert_eq!(recognise(&GoogleOrder, order(&lines, &prices).as_bytes(), "order_1.json"), Some(Confidence::Certain));
    }

    #[test]
    fn the_total_counts_where_its_parts_do_not_come_to_it() {
        let off = kept(&order(&line("Fan", 1, 20_000_000), &[price("DISCOUNT", 3_000_000), price("TOTAL", 17_000_000)].join(",")));
        assert_eq!(told(&off), ["Fan 20 USD", "Tax, fees and discounts -3 USD"]);
        let no_total = kept(&order(&line("Fan", 1, 20_000_000), &price("DISCOUNT", 3_000_000)));
        assert_eq!(no_total.sums(), "17 USD");
        let unpriced = "{\"name\":\"Pizza\",\"purchase\":{\"status\":\"DELIVERED\"}}";
        assert_eq!(told(&kept(&order(unpriced, &price("TOTAL", 12_500_000)))), ["Pizza 12.5 USD"]);
        let two = kept(&order(&[unpriced, &line("Tea", 1, 3_000_000)].join(","), &price("TOTAL", 12_500_000)));
        assert_eq!(told(&two), ["Pizza -", "Tea -", "Order total 12.5 USD"]);
        let mixed = price("TOTAL", 12_500_000).replace("USD", "EUR");
        let mixed = kept(&order(&line("Fan", 1, 20_000_000), &mixed));
        assert_eq!((told(&mixed), mixed.diagnostics[0].id.as_str()), (vec!["Fan 20 USD".to_owned()], "order-currencies"));
    }

    #[test]
    fn a_cancelled_order_counts_for_nothing_and_a_reservation_is_kept_as_it_stands() {
        let cancelled = line("Fan", 1, 20_000_000).replace("\"quantity\"", "\"status\":\"CANCELLED\",\"quantity\"");
        assert_eq!(kept(&order(&cancelled, "")).sums(), "");
        let one_of_two = [cancelled, line("Belt", 1, 5_000_000)].join(",");
        assert_eq!(kept(&order(&one_of_two, &price("TOTAL", 5_000_000))).sums(), "5 USD");
        let trip = kept(&order("{\"name\":\"Flight to Rome\",\"flightReservation\":{\"confirmationNumber\":\"XYZ789\"}}", ""));
        assert_eq!((trip.records[0].kind, trip.records[0].unmapped.contains("XYZ789")), (Kind::Other, true));
    }

    #[test]
    fn what_is_free_costs_nothing_and_no_price_is_rounded() {
        let half = line("Tea", 1, 0).replace("\"quantity\":1", "\"quantity\":1.5");
        assert_eq!(told(&kept(&order(&half, ""))), ["Tea 0 USD"]);
        let many = line("Tea", 1, 1_000_001).replace("\"quantity\":1", "\"quantity\":\"1.3333333333333333333333333333\"");
        assert_eq!((told(&kept(&order(&many, ""))).len(), kept(&order(&many, "")).quarantined.len()), (0, 1));
    }

    #[test]
    fn what_cannot_be_read_is_set_aside_or_refused() {
        let bad = line("Fan", 1, 1).replace("\"amountMicros\":\"1\"", "\"amountMicros\":\"1.5\"");
        let kept_bad = kept(&order(&[bad, line("Belt", 1, 5_000_000)].join(","), &price("TOTAL", 9_000_000)));
        assert_eq!((told(&kept_bad), kept_bad.quarantined.len()), (vec!["Belt 5 USD".to_owned()], 1));
        let timeless = order("", "").replace("usecSinceEpochUtc", "soon");
        assert_eq!(kept(&timeless).quarantined[0].reason.id, "order-unreadable");
        assert!(matches!(read(&GoogleOrder, b"{\"merchantOrderId\":", &[]), Err(Err(ImportError::Damaged { .. }))));
    }
}

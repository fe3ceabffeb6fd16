//! Green Button: an Atom feed of NAESB ESPI resources. Readings stand in interval blocks; what they count stands in a
//! reading type elsewhere in the feed, found through the links between the entries.

use std::collections::HashMap;

use encoding_rs::Encoding;
use holdall_model::{Kind, Locator, Moment, Quantity, Record, Status, Unit};
use rust_decimal::Decimal;

use super::findings::nothing_found;
use super::xml::{Step, Xml};
use super::{Confidence, Language, amount, props};
use crate::decide::Decisions;
use crate::error::ImportError;
use crate::input::{Head, Input};
use crate::sink::Output;

pub(crate) struct Espi;

impl Language for Espi {
    fn id(&self) -> &'static str {
        "green-button"
    }

    fn recognise(&self, head: &Head<'_>) -> Option<Confidence> {
        let espi = head.text.contains("naesb.org/espi") || head.text.contains("IntervalBlock") || head.text.contains("IntervalReading");
        (espi && head.text.contains('<')).then_some(Confidence::Certain)
    }

    fn charset(&self, head: &Head<'_>) -> Option<&'static Encoding> {
        super::xml::declared(head)
    }

    fn read(&self, input: &Input<'_>, _decisions: &Decisions, out: &mut Output<'_>) -> Result<(), ImportError> {
        let feed = Feed::look(input)?;
        read_blocks(input, &feed, out)
    }

    fn cells(&self, raw: &str, _locator: &Locator) -> Vec<(String, String)> {
        super::xml::leaves(raw)
    }
}

/// What a reading counts.
#[derive(Debug, Clone, Default, PartialEq)]
struct ReadingType {
    power: i32,
    unit: String,
    direction: String,
    commodity: String,
    accumulation: String,
    currency: String,
}

/// The links of the feed, and its reading types; a handful in any real feed.
#[derive(Default)]
struct Feed {
    /// By the address of the reading type.
    types: HashMap<String, ReadingType>,
    /// Address of a meter reading → addresses it is related to.
    related: HashMap<String, Vec<String>>,
    only: Option<ReadingType>,
}

/// Entries whose links are kept.
const MOST_LINKS: usize = 10_000;

/// The links of the Atom entry that is open.
#[derive(Default)]
struct Links {
    own: String,
    up: String,
    related: Vec<String>,
}

impl Links {
    fn take(&mut self, xml: &Xml<'_>) {
        let href = xml.attr("href").unwrap_or_default();
        match xml.attr("rel").as_deref() {
            Some("self") => self.own = href,
            Some("up") => self.up = href,
            Some("related") if self.related.len() < 100 => self.related.push(href),
            _ => {}
        }
    }
}

/// Addresses may be absolute or not; what counts is from the resource's own path on.
fn address(href: &str) -> String {
    let path = href.split_once("/resource/").map_or(href, |(_, p)| p);
    path.trim_matches('/').to_owned()
}

impl Feed {
    fn look(input: &Input<'_>) -> Result<Self, ImportError> {
        let mut xml = Xml::new(input)?;
        let mut feed = Feed::default();
        let mut links = Links::default();
        let mut open: Option<(usize, ReadingType)> = None;
        let mut seen = Vec::new();
        loop {
            match xml.next()? {
                Step::End => break,
                Step::Open => match xml.name() {
                    "entry" => links = Links::default(),
                    "link" => links.take(&xml),
                    "ReadingType" => open = Some((xml.depth(), ReadingType::default())),
                    _ => {}
                },
                Step::Close => match (xml.name(), &mut open) {
                    ("ReadingType", Some(_)) => {
                        let (_, kind) = open.take().unwrap_or_default();
                        if !seen.contains(&kind) && seen.len() < 100 {
                            seen.push(kind.clone());
                        }
                        if feed.types.len() < MOST_LINKS {
                            feed.types.insert(address(&links.own), kind);
                        }
                    }
                    (name, Some((depth, kind))) if xml.depth() == *depth + 1 => kind.set(name, xml.text()),
                    ("entry", _) if !links.related.is_empty() && feed.related.len() < MOST_LINKS => {
                        feed.related.insert(address(&links.own), links.related.iter().map(|href| address(href)).collect());
                    }
                    _ => {}
                },
            }
        }
        if let [only] = seen.as_slice() {
            feed.only = Some(only.clone());
        }
        Ok(feed)
    }

    /// The type of the readings in a block, through its meter reading; or the only one there is.
    fn kind_of(&self, links: &Links) -> Option<&ReadingType> {
        let up = address(&links.up);
        let meter_reading = up.strip_suffix("/IntervalBlock").unwrap_or(&up);
        let through = self.related.get(meter_reading).and_then(|related| related.iter().find_map(|address| self.types.get(address)));
        through.or(self.only.as_ref())
    }
}

impl ReadingType {
    fn set(&mut self, name: &str, text: &str) {
        match name {
            "powerOfTenMultiplier" => self.power = text.parse().unwrap_or(i32::MAX),
            "uom" => text.clone_into(&mut self.unit),
            "flowDirection" => text.clone_into(&mut self.direction),
            "commodity" => text.clone_into(&mut self.commodity),
            "accumulationBehaviour" => text.clone_into(&mut self.accumulation),
            "currency" => text.clone_into(&mut self.currency),
            _ => {}
        }
    }

    /// Watt hours become kilowatt hours; other units stay as they are.
    fn quantity(&self, text: &str) -> Option<Quantity> {
        let (shift, unit) = match self.unit.as_str() {
            "72" => (-3, Unit::KWH),
            code => (0, unit_of(code)?),
        };
        let value = shifted(amount::plain(text).ok()?, self.power.checked_add(shift)?)?;
        Some(Quantity::new(value, unit))
    }

    fn name(&self) -> &'static str {
        match self.commodity.as_str() {
            "0" | "1" => "Electricity",
            "7" => "Gas",
            "3" | "9" => "Water",
            _ => "Energy",
        }
    }
}

/// Units of the standard's list that meters of homes use.
fn unit_of(code: &str) -> Option<Unit> {
    let name = match code {
        "31" => "J",
        "38" => "W",
        "42" => "m3",
        "61" => "VA",
        "63" => "var",
        "71" => "VAh",
        "73" => "varh",
        "119" => "ft3",
        "128" => "USgal",
        "132" => "Btu",
        "134" => "l",
        "169" => "therm",
        _ => return None,
    };
    name.parse().ok()
}

/// `value` times ten to the power, exactly.
fn shifted(value: Decimal, power: i32) -> Option<Decimal> {
    let mantissa = i64::try_from(value.mantissa()).ok()?;
    let scale = i32::try_from(value.scale()).ok()?.checked_sub(power)?;
    match u32::try_from(scale) {
        Ok(scale) => (scale <= 28).then(|| Decimal::new(mantissa, scale)),
        Err(_) => mantissa.checked_mul(10i64.checked_pow(scale.unsigned_abs())?).map(|m| Decimal::new(m, 0)),
    }
}

/// ISO 4217 numbers of the currencies that utilities write.
fn currency_of(number: &str) -> Unit {
    let code = match number {
        "840" => "USD",
        "124" => "CAD",
        "978" => "EUR",
        "826" => "GBP",
        "36" | "036" => "AUD",
        "554" => "NZD",
        "392" => "JPY",
        "484" => "MXN",
        other => other,
    };
    amount::currency(code)
}

/// The reading that is open.
#[derive(Default)]
struct Reading {
    depth: usize,
    offset: u64,
    start: String,
    duration: String,
    value: String,
    cost: String,
}

fn read_blocks(input: &Input<'_>, feed: &Feed, out: &mut Output<'_>) -> Result<(), ImportError> {
    let mut xml = Xml::new(input)?;
    let mut links = Links::default();
    let mut reading: Option<Reading> = None;
    let mut record = Record::new(Kind::EnergyReading);
    let mut row = 0;
    loop {
        match xml.next()? {
            Step::End => break,
            Step::Open => match xml.name() {
                "entry" => links = Links::default(),
                "link" => links.take(&xml),
                "IntervalReading" if reading.is_none() => {
                    row += 1;
                    xml.keep();
                    reading = Some(Reading { depth: xml.depth(), offset: xml.offset(), ..Reading::default() });
                }
                "UsageSummary" | "ElectricPowerUsageSummary" => {
                    out.skipped("espi-summary", row, "A summary for a billing period was left out: it is no reading.")
                }
                _ => {}
            },
            Step::Close => {
                let Some(open) = &mut reading else { continue };
                if xml.depth() > open.depth {
                    open.set(xml.name(), xml.text());
                } else if let Some(open) = reading.take() {
                    hand_over(&open, feed, &links, row, &xml, &mut record, out)?;
                    xml.release();
                }
            }
        }
    }
    if row == 0 {
        nothing_found(out, "energy readings")?;
    }
    Ok(())
}

impl Reading {
    fn set(&mut self, name: &str, text: &str) {
        match name {
            "start" => text.clone_into(&mut self.start),
            "duration" => text.clone_into(&mut self.duration),
            "value" => text.clone_into(&mut self.value),
            "cost" => text.clone_into(&mut self.cost),
            _ => {}
        }
    }
}

fn hand_over(
    open: &Reading,
    feed: &Feed,
    links: &Links,
    row: u64,
    xml: &Xml<'_>,
    record: &mut Record,
    out: &mut Output<'_>,
) -> Result<(), ImportError> {
    record.clear(Kind::EnergyReading);
    let length = u32::try_from(xml.end() - open.offset).unwrap_or(u32::MAX);
    record.locator = Locator { entry: 0, row, offset: open.offset, length };
    let fault = match fill(open, feed.kind_of(links), record) {
        Ok(()) => {
            let meter = links.up.split_once("/UsagePoint/").map_or("", |(_, rest)| rest.split('/').next().unwrap_or_default());
            record.account.push_str(meter);
            record.fields.set(props::meter(), meter);
            return out.record(record);
        }
        Err(fault) => fault,
    };
    out.quarantine(record.locator, "espi-reading", format!("The reading was set aside: {fault}."), &xml.kept())
}

fn fill(open: &Reading, kind: Option<&ReadingType>, record: &mut Record) -> Result<(), &'static str> {
    let kind = kind.ok_or("the feed does not tell what it counts")?;
    let start: i64 = open.start.parse().map_err(|_| "its start is missing or no number of seconds")?;
    record.moment = Some(Moment::from_unix(start).map_err(|_| "its start is beyond any calendar")?);
    if let Ok(seconds) = open.duration.parse::<i64>()
        && let Some(end) = start.checked_add(seconds).and_then(|end| Moment::from_unix(end).ok())
    {
        record.fields.set(props::duration(), &seconds.to_string());
        record.fields.set(props::end_date(), &end.to_string());
    }
    // What goes to the grid counts against what comes from it.
    let export = kind.direction == "19";
    record.amount = match open.value.as_str() {
        "" if !open.cost.is_empty() => None,
        text => {
            let told = kind.quantity(text).ok_or("its value or unit is missing, unknown or cannot be kept exactly")?;
            Some(if export && told.value.is_sign_positive() { Quantity::new(-told.value, told.unit) } else { told })
        }
    };
    // A register's standing or a power is no amount of energy: adding it up would mean nothing.
    let amounts_add_up = matches!(kind.accumulation.as_str(), "" | "0" | "4") && !matches!(kind.unit.as_str(), "38" | "61" | "63");
    record.status = if amounts_add_up { Status::Booked } else { Status::Info };
    let direction = match kind.direction.as_str() {
        "1" => "import",
        "19" => "export",
        _ => "",
    };
    record.title = if direction == "export" { format!("{} fed in", kind.name()) } else { kind.name().to_owned() };
    record.fields.set(props::direction(), direction);
    // Hundred-thousandths of the currency.
    if let Some(cost) = amount::plain(&open.cost).ok().and_then(|cost| shifted(cost, -5)) {
        record.fields.set(props::cost(), &amount::quantity_text(Quantity::new(cost.normalize(), currency_of(&kind.currency))));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Kept, read, recognise};

    fn entry(links: &str, content: &str) -> String {
        format!("<entry>{links}<content>{content}</content></entry>")
    }

    fn kind(power: i32, uom: u32, flow: u32) -> String {
        format!(
            "<espi:ReadingType><espi:commodity>1</espi:commodity><espi:currency>840</espi:currency><espi:flowDirection>{flow}</espi:flowDirection><espi:powerOfTenMultiplier>{power}</espi:powerOfTenMultiplier><espi:uom>{uom}</espi:uom></espi:ReadingType>"
        )
    }

    fn block(values: &[&str]) -> String {
        let reading = |(i, v): (usize, &&str)| {
            let start = 1_704_067_200 + 3600 * i;
            format!(
                "<espi:IntervalReading><espi:cost>12345</espi:cost><espi:timePeriod><espi:duration>3600</espi:duration><espi:start>{start}</espi:start></espi:timePeriod><espi:value>{v}</espi:value></espi:IntervalReading>"
            )
        };
        let readings: String = values.iter().enumerate().map(reading).collect();
        format!(
            "<espi:IntervalBlock><espi:interval><espi:duration>7200</espi:duration><espi:start>1</espi:start></espi:interval>{readings}</espi:IntervalBlock>"
        )
    }

    fn feed(entries: &[String]) -> String {
        format!(
            "<?xml version=\"1.0\"?><feed xmlns=\"http://www.w3.org/2005/Atom\" xmlns:espi=\"http://naesb.org/espi\">{}</feed>",
            entries.concat()
        )
    }

    fn kept(text: &str) -> Kept {
        read(&Espi, text.as_bytes(), &[]).expect("reads")
    }

    #[test]
    fn a_reading_has_its_energy_cost_time_and_place() {
        let up = "<link rel=\"up\" href=\"/espi/1_1/resource/UsagePoint/77/MeterReading/1/IntervalBlock\"/>";
        let text = feed(&[entry(up, &block(&["450", "389"])), entry("", &kind(0, 72, 1))]);
        let kept = kept(&text);
        let record = &kept.records[0];
        assert_eq!(record.moment.map(|m| m.to_string()).as_deref(), Some("2024-01-01T00:00:00Z"));
        assert_eq!((record.fields.get(props::cost()), record.fields.get(props::meter())), (Some("0.12345 USD"), Some("77")));
        assert_eq!((kept.sums().as_str(), kept.records.len()), ("0.839 kWh", 2));
        let (from, length) = (record.locator.offset as usize, record.locator.length as usize);
        assert!(
            text[from..from + length].starts_with("<espi:IntervalReading>")
                && text[from..from + length].ends_with("</espi:IntervalReading>")
        );
        assert_eq!(recognise(&Espi, text.as_bytes(), ""), Some(Confidence::Certain));
    }

    #[test]
    fn each_block_has_the_type_its_links_lead_to() {
        let meter = |n: u32| {
            entry(
                &format!(
                    "<link rel=\"self\" href=\"x/resource/UsagePoint/7/MeterReading/{n}\"/><link rel=\"related\" href=\"x/resource/ReadingType/{n}\"/>"
                ),
                "<espi:MeterReading/>",
            )
        };
        let typed = |n: u32, kind: String| entry(&format!("<link rel=\"self\" href=\"x/resource/ReadingType/{n}\"/>"), &kind);
        let blocks = |n: u32, v: &str| {
            entry(&format!("<link rel=\"up\" href=\"x/resource/UsagePoint/7/MeterReading/{n}/IntervalBlock\"/>"), &block(&[v]))
        };
        let text = feed(&[
            meter(1),
            meter(2),
            blocks(1, "1500"),
            blocks(2, "2"),
            typed(1, kind(0, 72, 1)),
            typed(2, kind(3, 72, 19)),
            blocks(9, "5"),
        ]);
        let kept = kept(&text);
        assert_eq!(kept.sums(), "-0.500 kWh");
        assert_eq!(kept.records[1].fields.get(props::direction()), Some("export"));
        assert_eq!(kept.quarantined.len(), 1, "a block that leads nowhere is not guessed");
    }

    #[test]
    fn other_units_registers_and_damage() {
        assert_eq!(kept(&feed(&[entry("", &kind(-3, 169, 1)), entry("", &block(&["1500"]))])).sums(), "1.500 therm");
        let register =
            kind(0, 72, 1).replace("<espi:commodity>", "<espi:accumulationBehaviour>3</espi:accumulationBehaviour><espi:commodity>");
        assert_eq!(kept(&feed(&[entry("", &register), entry("", &block(&["1500"]))])).summary.not_counting, 1);
        let damaged = kept(&feed(&[entry("", &kind(0, 72, 1)), entry("", &block(&["x", "1000"]))]));
        assert_eq!((damaged.records.len(), damaged.quarantined.len()), (1, 1));
        let text = feed(&[entry("", &kind(0, 72, 1)), entry("", &block(&["1"]))]);
        assert!(matches!(read(&Espi, &text.as_bytes()[..text.len() - 30], &[]), Err(Err(ImportError::Damaged { .. }))));
    }
}

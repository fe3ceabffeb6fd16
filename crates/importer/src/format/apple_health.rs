//! Apple Health's `export.xml`: hundreds of megabytes of `Record` elements, read one at a time.

use holdall_model::{Kind, Locator, Moment, Offset, Precision, Quantity, Record, Status, Unit};
use jiff::civil;
use rust_decimal::Decimal;

use super::amount::Refused;
use super::findings::nothing_found;
use super::xml::{Step, Xml};
use super::{Confidence, Language, amount, props};
use crate::decide::Decisions;
use crate::error::ImportError;
use crate::input::{Head, Input};
use crate::sink::Output;

pub(crate) struct AppleHealth;

impl Language for AppleHealth {
    fn id(&self) -> &'static str {
        "apple-health"
    }

    fn recognise(&self, head: &Head<'_>) -> Option<Confidence> {
        let root = head.text.contains("<HealthData") || head.text.contains("<!DOCTYPE HealthData");
        (root && !head.text.contains("<ClinicalDocument")).then_some(Confidence::Certain)
    }

    fn read(&self, input: &Input<'_>, _decisions: &Decisions, out: &mut Output<'_>) -> Result<(), ImportError> {
        let mut xml = Xml::new(input)?;
        let mut row = 0;
        let mut record = Record::new(Kind::HealthSample);
        let mut pending = Pending::default();
        loop {
            match xml.next()? {
                Step::End => break,
                Step::Open if xml.depth() == 1 && xml.name() != "HealthData" => {
                    return Err(ImportError::damaged(
                        input.at(),
                        "its outermost element is not HealthData, so it is no Apple Health export",
                    ));
                }
                // What stands inside a correlation also stands beside it as a record of its own.
                Step::Open if xml.depth() == 2 => match xml.name() {
                    "Record" | "Workout" => {
                        row += 1;
                        xml.keep();
                        let workout = xml.name() == "Workout";
                        pending.begin(&xml, row, workout);
                    }
                    "ActivitySummary" => out.skipped(
                        "health-daily-summary",
                        row,
                        "A daily summary of activity was left out: it repeats what the records tell.",
                    ),
                    "ClinicalRecord" => {
                        out.skipped("health-clinical", row, "A pointer to a clinical record was left out: its content is in another file.")
                    }
                    "Correlation" => {
                        out.skipped("health-correlation", row, "A group of records was left out: its records stand beside it.")
                    }
                    _ => {}
                },
                Step::Open if xml.depth() == 3 && pending.open && xml.name() == "WorkoutStatistics" => pending.statistics(&xml),
                Step::Close if xml.depth() == 2 && pending.open => {
                    hand_over(&mut pending, &mut xml, &mut record, out)?;
                    xml.release();
                }
                Step::Open | Step::Close => {}
            }
        }
        if row == 0 {
            nothing_found(out, "health records")?;
        }
        Ok(())
    }

    fn cells(&self, raw: &str, _locator: &Locator) -> Vec<(String, String)> {
        super::xml::leaves(raw)
    }
}

/// The attributes of the element that is open.
#[derive(Default)]
struct Pending {
    open: bool,
    workout: bool,
    row: u64,
    offset: u64,
    kind: String,
    source: String,
    unit: String,
    value: String,
    start: String,
    end: String,
    distance: String,
}

impl Pending {
    fn begin(&mut self, xml: &Xml<'_>, row: u64, workout: bool) {
        self.open = true;
        self.workout = workout;
        self.row = row;
        self.offset = xml.offset();
        for text in [&mut self.kind, &mut self.source, &mut self.unit, &mut self.value, &mut self.start, &mut self.end, &mut self.distance]
        {
            text.clear();
        }
        let (mut total, mut total_unit) = (String::new(), String::new());
        for (name, value) in xml.attrs() {
            match name {
                "type" | "workoutActivityType" => self.kind = value,
                "sourceName" => self.source = value,
                "unit" | "durationUnit" => self.unit = value,
                "value" | "duration" => self.value = value,
                "startDate" => self.start = value,
                "endDate" => self.end = value,
                "totalDistance" => total = value,
                "totalDistanceUnit" => total_unit = value,
                _ => {}
            }
        }
        if !total.is_empty() {
            self.distance = format!("{total} {total_unit}");
        }
    }

    fn statistics(&mut self, xml: &Xml<'_>) {
        let of = |name| xml.attr(name).unwrap_or_default();
        if of("type").starts_with("HKQuantityTypeIdentifierDistance") {
            self.distance = format!("{} {}", of("sum"), of("unit"));
        }
    }
}

fn hand_over(pending: &mut Pending, xml: &mut Xml<'_>, record: &mut Record, out: &mut Output<'_>) -> Result<(), ImportError> {
    pending.open = false;
    record.clear(Kind::HealthSample);
    let length = u32::try_from(xml.end() - pending.offset).unwrap_or(u32::MAX);
    record.locator = Locator { entry: 0, row: pending.row, offset: pending.offset, length };
    let Some(start) = moment(&pending.start) else {
        return out.quarantine(record.locator, "health-date", "The record was set aside: its start is missing or no date.", &xml.kept());
    };
    record.moment = Some(start);
    if let Some(end) = moment(&pending.end).filter(|end| *end != start) {
        record.fields.set(props::end_date(), &end.to_string());
    }
    let name = short(&pending.kind);
    record.title = spaced(name);
    record.party.push_str(&pending.source);
    record.fields.set(props::measurement(), name);
    record.fields.set(props::device(), &pending.source);
    if pending.workout {
        // Its energy and distance also stand as records: it is kept, but must not be added to them.
        record.status = Status::Info;
        record.fields.set(props::category(), "Workout");
        record.fields.set(props::distance(), &pending.distance);
    }
    match value(&pending.value, &pending.unit, record) {
        Ok(()) => out.record(record),
        Err(refused) => {
            let text = format!("The record was set aside: {}.", refused.text().replace("amount", "value"));
            out.quarantine(record.locator, "health-value", text, &xml.kept())
        }
    }
}

/// A number with its unit, or the name of a category.
fn value(text: &str, unit: &str, record: &mut Record) -> Result<(), Refused> {
    if text.is_empty() {
        return Ok(());
    }
    if unit.is_empty() || text.starts_with("HK") {
        record.fields.set(props::category(), short(text));
        return Ok(());
    }
    let number = match text.find(['e', 'E']) {
        None => amount::plain(text)?,
        Some(i) => scientific(&text[..i], &text[i + 1..])?,
    };
    let (known, changed) = short_unit(unit);
    record.amount = Some(Quantity::new(number, known));
    if changed {
        record.fields.set(props::memo(), &format!("in {unit}"));
    }
    Ok(())
}

/// `6.1e-05`, as programs write small numbers.
fn scientific(digits: &str, exponent: &str) -> Result<Decimal, Refused> {
    let number = amount::plain(digits)?;
    let exponent: i32 = exponent.parse().map_err(|_| Refused::Form)?;
    let scale = i32::try_from(number.scale()).map_err(|_| Refused::TooLong)?.checked_sub(exponent).ok_or(Refused::TooLong)?;
    let mantissa = i64::try_from(number.mantissa()).map_err(|_| Refused::TooLong)?;
    match u32::try_from(scale) {
        Ok(scale) if scale <= 28 => Ok(Decimal::new(mantissa, scale)),
        Ok(_) => Err(Refused::TooLong),
        Err(_) => {
            let factor = 10i64.checked_pow(scale.unsigned_abs()).ok_or(Refused::TooLong)?;
            Ok(Decimal::new(mantissa.checked_mul(factor).ok_or(Refused::TooLong)?, 0))
        }
    }
}

/// At most eight letters, digits and slashes; the second says that it is not the text itself.
fn short_unit(text: &str) -> (Unit, bool) {
    if let Ok(unit) = text.parse() {
        return (unit, false);
    }
    // A count per minute is one per minute.
    if let Some(unit) = text.strip_prefix("count/").and_then(|per| format!("1/{per}").parse().ok()) {
        return (unit, false);
    }
    // `mmol<180.15588>/L`, `mL/min·kg`
    let mut inside = false;
    let mut plain = String::new();
    for c in text.chars() {
        match c {
            '<' => inside = true,
            '>' => inside = false,
            c if !inside && (c.is_ascii_alphanumeric() || c == '/' || c == '%') => plain.push(c),
            _ => {}
        }
    }
    // What cannot be told in eight letters is not told wrongly: the note has it.
    (plain.parse().or_else(|_| "other".parse()).unwrap_or(Unit::COUNT), true)
}

/// `HKQuantityTypeIdentifierStepCount` → `StepCount`.
fn short(name: &str) -> &str {
    const PREFIXES: [&str; 6] = [
        "HKQuantityTypeIdentifier",
        "HKCategoryTypeIdentifier",
        "HKWorkoutActivityType",
        "HKCategoryValue",
        "HKDataType",
        "HKCharacteristicTypeIdentifier",
    ];
    PREFIXES.iter().find_map(|prefix| name.strip_prefix(prefix)).filter(|rest| !rest.is_empty()).unwrap_or(name)
}

/// `StepCount` → `Step count`.
fn spaced(name: &str) -> String {
    let mut text = String::with_capacity(name.len() + 8);
    let mut before_lower = false;
    for c in name.chars() {
        if c.is_ascii_uppercase() && before_lower {
            text.push(' ');
            text.push(c.to_ascii_lowercase());
        } else {
            text.push(c);
        }
        before_lower = c.is_ascii_lowercase();
    }
    text
}

/// `2025-09-01 08:00:00 +0100`
pub(crate) fn moment(text: &str) -> Option<Moment> {
    let mut parts = text.split_whitespace();
    let (date, time, zone) = (parts.next()?, parts.next()?, parts.next());
    let date: civil::Date = date.parse().ok()?;
    let time: civil::Time = time.parse().ok()?;
    let offset = match zone {
        None => Offset::Local,
        Some(zone) if zone.len() == 5 && zone.is_ascii() => {
            let (hours, minutes): (i16, i16) = (zone[1..3].parse().ok()?, zone[3..].parse().ok()?);
            let total = hours * 60 + minutes;
            Offset::Utc(if zone.starts_with('-') { -total } else { total })
        }
        Some(_) => return None,
    };
    Some(Moment::from_datetime(date.to_datetime(time), Precision::Second, offset))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Kept, read, recognise};

    const DTD: &str = "<!DOCTYPE HealthData [\n<!-- HealthKit Export Version: 12, don't > mind -->\n<!ELEMENT HealthData (ExportDate,Me,(Record|Workout)*)>\n<!ATTLIST HealthData\n  locale CDATA #REQUIRED\n>\n]>\n";
    const STEPS: &str = "<Record type=\"HKQuantityTypeIdentifierStepCount\" sourceName=\"Jane’s &quot;Watch&quot;\" unit=\"count\" startDate=\"2025-09-01 08:00:00 +0100\" endDate=\"2025-09-01 08:05:00 +0100\" value=\"100\"/>";

    fn export(rows: &str) -> String {
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{DTD}<HealthData locale=\"en_GB\">\n <ExportDate value=\"2025-09-30 10:00:00 +0100\"/>\n {rows}\n</HealthData>\n"
        )
    }

    fn kept(rows: &str) -> Kept {
        read(&AppleHealth, export(rows).as_bytes(), &[]).expect("reads")
    }

    #[test]
    fn a_record_has_its_value_time_and_place() {
        let kept = kept(STEPS);
        let record = &kept.records[0];
        assert_eq!((record.title.as_str(), record.party.as_str()), ("Step count", "Jane’s \"Watch\""));
        assert_eq!(record.moment.map(|m| m.to_string()).as_deref(), Some("2025-09-01T08:00:00+01:00"));
        assert_eq!(kept.sums(), "100 count");
        let (from, length) = (record.locator.offset as usize, record.locator.length as usize);
        assert_eq!(&export(STEPS)[from..from + length], STEPS);
        assert_eq!(recognise(&AppleHealth, export(STEPS).as_bytes(), "export.xml"), Some(Confidence::Certain));
    }

    #[test]
    fn what_is_inside_a_correlation_counts_once_and_a_workout_counts_for_no_sum() {
        let rows = format!(
            "{STEPS}<Correlation type=\"HKCorrelationTypeIdentifierFood\">{STEPS}</Correlation><Workout workoutActivityType=\"HKWorkoutActivityTypeRunning\" duration=\"30.5\" durationUnit=\"min\" startDate=\"2025-09-05 07:00:00 +0100\" endDate=\"2025-09-05 07:30:30 +0100\"><WorkoutStatistics type=\"HKQuantityTypeIdentifierDistanceWalkingRunning\" sum=\"5.2\" unit=\"km\"/></Workout>"
        );
        let kept = kept(&rows);
        assert_eq!((kept.records.len(), kept.sums().as_str()), (2, "100 count"));
        assert_eq!((kept.records[1].status, kept.records[1].fields.get(props::distance())), (Status::Info, Some("5.2 km")));
    }

    #[test]
    fn numbers_stay_exact_and_units_short() {
        let with = |value: &str, unit: &str| STEPS.replace("\"100\"", &format!("\"{value}\"")).replace("\"count\"", &format!("\"{unit}\""));
        for (value, unit, told) in [
            ("0.0123456789012345", "km", "0.0123456789012345 km"),
            ("6.1e-05", "km", "0.000061 km"),
            ("1.5E+3", "kcal", "1500 kcal"),
            ("41.5", "mL/min·kg", "41.5 mL/minkg"),
            ("71.5", "count/min", "71.5 1/min"),
            ("0.9", "kcal/hr·kg·day", "0.9 other"),
            ("5.1", "mmol&lt;180.1558800000541&gt;/L", "5.1 mmol/L"),
        ] {
            assert_eq!(kept(&with(value, unit)).sums(), told);
        }
        let damaged =
            kept(&(with("1e999", "km") + &with("ten", "km") + &STEPS.replace("2025-09-01 08:00:00", "2025-13-01 08:00:00") + STEPS));
        assert_eq!((damaged.records.len(), damaged.quarantined.len()), (1, 3));
        let sleep = STEPS.replace("\"100\"", "\"HKCategoryValueSleepAnalysisAsleep\"").replace(" unit=\"count\"", "");
        assert_eq!(kept(&sleep).records[0].fields.get(props::category()), Some("SleepAnalysisAsleep"));
    }

    #[test]
    fn a_cut_file_is_refused() {
        let text = export(STEPS);
        for cut in [text.len() - 4, text.find("endDate").expect("is there")] {
            assert!(matches!(read(&AppleHealth, &text.as_bytes()[..cut], &[]), Err(Err(ImportError::Damaged { .. }))), "{cut}");
        }
    }
}

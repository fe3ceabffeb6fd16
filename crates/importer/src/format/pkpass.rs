//! Apple Wallet passes: the `pass.json` inside a `.pkpass`. The boarding pass's bar code is trusted before its texts,
//! because airlines name and fill the texts as they like.

use std::io::Read;

use holdall_model::{Kind, Locator, Moment, Precision, Record, Status};
use serde::Deserialize;

use super::bcbp::{self, Leg, Pass};
use super::{Confidence, Language, props};
use crate::decide::Decisions;
use crate::error::ImportError;
use crate::input::{Head, Input};
use crate::sink::Output;

pub(crate) struct Pkpass;

impl Language for Pkpass {
    fn id(&self) -> &'static str {
        "apple-wallet"
    }

    fn recognise(&self, head: &Head<'_>) -> Option<Confidence> {
        let has = |key: &str| head.text.contains(key);
        (has("\"passTypeIdentifier\"") && has("\"serialNumber\"") && has("\"formatVersion\"")).then_some(Confidence::Certain)
    }

    fn read(&self, input: &Input<'_>, _decisions: &Decisions, out: &mut Output<'_>) -> Result<(), ImportError> {
        let limit = input.limits().record_bytes;
        let mut text = Vec::new();
        input.text()?.take(limit as u64 + 1).read_to_end(&mut text).map_err(|e| input.failed(e))?;
        if text.len() > limit {
            return Err(ImportError::TooLarge { at: input.at(), what: "a pass", limit: limit as u64 });
        }
        let card: Card = serde_json::from_slice(&text).map_err(|e| {
            let at = input.at().row(e.line() as u64);
            ImportError::damaged(at, "its pass.json is no sound JSON, or not that of a pass")
        })?;
        let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
        card.hand_over(Locator { entry: 0, row: 1, offset: 0, length }, out)
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Card {
    #[serde(default)]
    organization_name: String,
    #[serde(default)]
    description: String,
    pass_type_identifier: String,
    serial_number: String,
    relevant_date: Option<String>,
    #[serde(default)]
    relevant_dates: Vec<RelevantDate>,
    #[serde(default)]
    voided: bool,
    boarding_pass: Option<Boarding>,
    barcode: Option<Barcode>,
    #[serde(default)]
    barcodes: Vec<Barcode>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct RelevantDate {
    date: Option<String>,
    start_date: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Barcode {
    #[serde(default)]
    message: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[derive(Default)]
struct Boarding {
    transit_type: String,
    header_fields: Vec<Field>,
    primary_fields: Vec<Field>,
    secondary_fields: Vec<Field>,
    auxiliary_fields: Vec<Field>,
    back_fields: Vec<Field>,
}

#[derive(Debug, Deserialize)]
struct Field {
    #[serde(default)]
    key: String,
    #[serde(default)]
    label: String,
    #[serde(default)]
    value: serde_json::Value,
}

impl Field {
    fn value(&self) -> String {
        match &self.value {
            serde_json::Value::String(text) => text.trim().to_owned(),
            serde_json::Value::Null => String::new(),
            other => other.to_string(),
        }
    }

    fn is_about(&self, words: &[&str]) -> bool {
        let (key, label) = (self.key.to_ascii_lowercase(), self.label.to_ascii_lowercase());
        words.iter().any(|word| key.contains(word) || label.contains(word))
    }
}

impl Card {
    fn hand_over(&self, locator: Locator, out: &mut Output<'_>) -> Result<(), ImportError> {
        let relevant = self.relevant();
        let Some(boarding) = &self.boarding_pass else {
            let mut record = self.record(Kind::Other, locator, 0);
            record.status = Status::Info;
            record.moment = relevant;
            record.title.clone_from(&self.description);
            out.noted("pkpass-other", 1, "A pass that is no boarding pass was kept for information.");
            return out.record(&mut record);
        };
        let air = boarding.transit_type.is_empty() || boarding.transit_type == "PKTransitTypeAir";
        let codes = self.barcodes.iter().chain(&self.barcode).map(|b| b.message.as_str());
        let pass = codes.filter_map(|message| bcbp::parse(message).ok()).next().filter(|_| air);
        match pass {
            Some(pass) => self.flights(boarding, &pass, relevant, locator, out),
            None => self.journey(boarding, air, relevant, locator, out),
        }
    }

    fn record(&self, kind: Kind, locator: Locator, leg: usize) -> Record {
        let mut record = Record::new(kind);
        record.locator = locator;
        record.party.clone_from(&self.organization_name);
        record.external_id = match leg {
            0 => format!("{}/{}", self.pass_type_identifier, self.serial_number),
            n => format!("{}/{}/{}", self.pass_type_identifier, self.serial_number, n + 1),
        };
        if self.voided {
            record.status = Status::Void;
        }
        record
    }

    fn relevant(&self) -> Option<Moment> {
        let from_list = self.relevant_dates.iter().filter_map(|d| d.date.as_deref().or(d.start_date.as_deref()));
        self.relevant_date.as_deref().into_iter().chain(from_list).find_map(super::xml::moment)
    }

    fn flights(
        &self,
        boarding: &Boarding,
        pass: &Pass,
        relevant: Option<Moment>,
        locator: Locator,
        out: &mut Output<'_>,
    ) -> Result<(), ImportError> {
        for (i, leg) in pass.legs.iter().enumerate() {
            let mut record = self.record(Kind::Flight, locator, i);
            let party = std::mem::take(&mut record.party);
            let date = relevant.and_then(|near| bcbp::resolve(leg, near.date()));
            bcbp::fill(&mut record, pass, leg, date);
            record.party = if party.is_empty() { leg.carrier.clone() } else { party };
            // The relevant date is when the pass should show itself; it is the departure only if a text says so.
            if let Some(relevant) = relevant
                && i == 0
                && Some(relevant.date()) == date
                && boarding.departs_at(relevant)
            {
                record.moment = Some(relevant);
            }
            if i == 0 {
                boarding.details(&mut record);
            }
            if record.moment.is_none() {
                out.noted("bcbp-no-year", 1, "A boarding pass does not tell its year; its flight was kept without a date.");
            }
            out.record(&mut record)?;
        }
        Ok(())
    }

    /// A pass without a readable bar code: only its texts tell where it leads.
    fn journey(
        &self,
        boarding: &Boarding,
        air: bool,
        relevant: Option<Moment>,
        locator: Locator,
        out: &mut Output<'_>,
    ) -> Result<(), ImportError> {
        let mut record = self.record(if air { Kind::Flight } else { Kind::Journey }, locator, 0);
        let (from, to) = boarding.ends(air);
        record.moment = relevant.map(|m| if boarding.departs_at(m) { m } else { m.coarsened(Precision::Day) });
        let fields = &mut record.fields;
        if air {
            let leg = Leg { from: from.clone(), to: to.clone(), ..Leg::default() };
            fields.set(props::departure_airport(), &leg.from);
            fields.set(props::arrival_airport(), &leg.to);
            fields.set(props::flight_number(), &boarding.flight_number());
            fields.set(props::seat_number(), &boarding.text(&["seat"]));
            fields.set(
                props::reservation_number(),
                &boarding.text(&["pnr", "booking", "confirmation", "record locator", "recordlocator", "reservation"]),
            );
            fields.set(props::passenger_name(), &boarding.text(&["passenger", "name"]));
        } else {
            fields.set(props::pickup_location(), &from);
            fields.set(props::dropoff_location(), &to);
        }
        let number = boarding.flight_number();
        let route = if from.is_empty() && to.is_empty() { self.description.clone() } else { format!("{from}\u{2013}{to}") };
        record.title = if number.is_empty() || !air { route } else { format!("{number} {route}") };
        boarding.details(&mut record);
        out.record(&mut record)
    }
}

impl Boarding {
    fn fields(&self) -> impl Iterator<Item = &Field> {
        [&self.header_fields, &self.primary_fields, &self.secondary_fields, &self.auxiliary_fields, &self.back_fields].into_iter().flatten()
    }

    fn text(&self, words: &[&str]) -> String {
        self.fields().find(|f| f.is_about(words)).map(Field::value).unwrap_or_default()
    }

    /// The first two primary fields; a three-letter code stands in the value or, with some airlines, in the label.
    fn ends(&self, air: bool) -> (String, String) {
        let code = |text: &str| text.len() == 3 && text.bytes().all(|b| b.is_ascii_uppercase());
        let end = |field: Option<&Field>| match field {
            Some(f) if air && !code(&f.value()) && code(f.label.trim()) => f.label.trim().to_owned(),
            // Where the value is a time, the station is the label.
            Some(f) if f.value().contains(':') => f.label.trim().to_owned(),
            Some(f) => f.value(),
            None => String::new(),
        };
        (end(self.primary_fields.first()), end(self.primary_fields.get(1)))
    }

    fn flight_number(&self) -> String {
        let looks = |text: &str| {
            let text: String = text.split_whitespace().collect();
            let digits = text.chars().rev().take_while(char::is_ascii_digit).count();
            let carrier = text.len() - digits;
            ((2..=3).contains(&carrier) && (1..=4).contains(&digits) && text.is_ascii()).then_some(text)
        };
        self.fields().filter(|f| f.is_about(&["flight", "flug", "vol", "train", "zug"])).find_map(|f| looks(&f.value())).unwrap_or_default()
    }

    /// Whether a field about the departure names this clock time.
    fn departs_at(&self, moment: Moment) -> bool {
        if moment.precision() < Precision::Minute {
            return false;
        }
        let (hour, minute) = (moment.datetime().hour(), moment.datetime().minute());
        let half = if hour >= 12 { "PM" } else { "AM" };
        let twelve = if hour % 12 == 0 { 12 } else { hour % 12 };
        let forms = [
            format!("{hour:02}:{minute:02}"),
            format!("{hour}:{minute:02}"),
            format!("{twelve}:{minute:02}{half}"),
            format!("{twelve:02}:{minute:02}{half}"),
        ];
        let words = |text: &str| -> Vec<String> {
            let joined = text.to_ascii_uppercase().replace(" AM", "AM").replace(" PM", "PM");
            joined.split(|c: char| !c.is_ascii_alphanumeric() && c != ':').map(str::to_owned).collect()
        };
        let about = self.fields().filter(|f| f.is_about(&["depart", "abflug", "std", "depart time"]) && !f.is_about(&["board"]));
        about.flat_map(|f| words(&f.value())).any(|word| forms.contains(&word))
    }

    fn details(&self, record: &mut Record) {
        record.fields.set(props::departure_gate(), &self.text(&["gate"]));
        record.unmapped = self.fields().map(|f| format!("{} {}", f.label, f.value())).collect::<Vec<_>>().join(" ");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Kept, read, recognise};

    fn pass(extra: &str, boarding: &str) -> String {
        format!(
            "{{\"formatVersion\":1,\"organizationName\":\"Air Test\",\"description\":\"Pass\",\"passTypeIdentifier\":\"pass.test\",\"serialNumber\":\"S1\",\"relevantDate\":\"2026-05-09T07:05+03:00\"{extra},\"boardingPass\":{{{boarding}}}}}"
        )
    }

    fn kept(text: &str) -> Kept {
        read(&Pkpass, text.as_bytes(), &[]).expect("reads")
    }

    const CODE: &str = ",\"barcodes\":[{\"message\":\"M1DOE/JANE            EXYZ789 OTPAMSDL 9685 129Y012A0005 100\"}]";
    const TEXTS: &str = "\"transitType\":\"PKTransitTypeAir\",\"headerFields\":[{\"key\":\"gate\",\"label\":\"GATE\",\"value\":7},{\"key\":\"flight\",\"label\":\"FLIGHT\",\"value\":\"DL 9685\"}],\"primaryFields\":[{\"key\":\"a\",\"label\":\"OTP\",\"value\":\"07:05\"},{\"key\":\"b\",\"label\":\"Amsterdam\",\"value\":\"AMS\"}]";

    #[test]
    fn the_bar_code_tells_the_flight_and_the_relevant_date_its_year() {
        let text = pass(CODE, TEXTS);
        let kept = kept(&text);
        let record = &kept.records[0];
        assert_eq!(record.moment.map(|m| m.to_string()).as_deref(), Some("2026-05-09"), "nothing says that 07:05 is the departure");
        assert_eq!((record.title.as_str(), record.party.as_str()), ("DL9685 OTP–AMS", "Air Test"));
        assert_eq!((record.fields.get(props::seat_number()), record.fields.get(props::departure_gate())), (Some("12A"), Some("7")));
        let departs = TEXTS.replace("\"key\":\"a\"", "\"key\":\"departureTime\"");
        assert_eq!(kept_moment(&pass(CODE, &departs)), "2026-05-09T07:05+03:00");
        assert_eq!(recognise(&Pkpass, text.as_bytes(), "pass.json"), Some(Confidence::Certain));
    }

    fn kept_moment(text: &str) -> String {
        kept(text).records[0].moment.map(|m| m.to_string()).unwrap_or_default()
    }

    #[test]
    fn without_a_bar_code_the_texts_tell_what_they_can() {
        let kept_air = kept(&pass("", TEXTS));
        let record = &kept_air.records[0];
        assert_eq!(record.title, "DL9685 OTP–AMS");
        assert_eq!(record.fields.get(props::departure_airport()), Some("OTP"));
        let train = kept(&pass("", &TEXTS.replace("PKTransitTypeAir", "PKTransitTypeTrain")));
        assert_eq!((train.records[0].kind, train.records[0].fields.get(props::pickup_location())), (Kind::Journey, Some("OTP")));
        let other = kept(&pass(",\"voided\":false", "").replace("boardingPass", "storeCard"));
        assert_eq!((other.records[0].kind, other.summary.not_counting), (Kind::Other, 1));
        assert!(matches!(read(&Pkpass, b"{\"formatVersion\":1", &[]), Err(Err(ImportError::Damaged { .. }))));
    }
}

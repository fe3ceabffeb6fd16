use holdall_model::{Kind, Property, Record, Status};

fn property(name: &str) -> Property {
    Property::named(name).expect("in the table")
}

pub fn flight(day: &str, from: &str, to: &str, number: &str) -> Record {
    let mut record = Record::new(Kind::Flight);
    record.moment = Some(day.parse().expect("a date"));
    record.title = format!("{from} – {to}");
    record.party = "Sky Air".into();
    record.fields.set(property("departureAirport"), from);
    record.fields.set(property("arrivalAirport"), to);
    record.fields.set(property("flightNumber"), number);
    record.fields.set(property("cabinClass"), "Business");
    record.fields.set(property("passengerName"), "CANARY PASSENGER");
    record
}

/// Five flights of which three fit: one is cancelled, one is older than the look-back.
pub fn flights() -> Vec<(i64, Record)> {
    let mut cancelled = flight("2026-04-02T09:15", "LHR", "JFK", "SA 100");
    cancelled.status = Status::Void;
    vec![
        (11, flight("2026-03-14T08:05:00+01:00", "MUC", "LHR", "SA 901")),
        (12, flight("2026-03-20", "LHR", "MUC", "SA 902")),
        (13, cancelled),
        (14, flight("2026-10-01T17:40", "LHR", "SFO", "SA 285")),
        (15, flight("2019-01-05", "LHR", "FRA", "SA 914")),
    ]
}

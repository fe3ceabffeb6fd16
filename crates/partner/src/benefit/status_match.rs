use std::collections::{BTreeMap, BTreeSet};

use holdall_protocol::payload::Record;
use holdall_protocol::{Period, utc_date};

use super::{Given, count, field};

pub const STRAND: &str = "flights";
pub const FIELDS: &[&str] = &["departureTime", "departureAirport", "arrivalAirport", "provider", "flightNumber", "cabinClass", "status"];

/// Tier and the points it takes, highest first.
const TIERS: [(&str, usize); 3] = [("Gold", 25), ("Silver", 10), ("Bronze", 4)];

/// Counts the segments flown in the last twelve months, twice where the cabin was a better one, and names the tier.
pub fn answer(partner: &str, records: &[Record], now: i64) -> Given {
    let year = Period::parse("P1Y").expect("a period by its spelling");
    let (since, today) = (utc_date(year.before(now).unwrap_or(0)), utc_date(now));
    let mut segments = BTreeSet::new();
    let mut airlines = BTreeSet::new();
    let mut premium = 0;
    for record in records.iter().filter(|r| matches!(field(r, "status"), "" | "booked")) {
        let day = field(record, "departureTime");
        let day = day.get(..10).unwrap_or(day);
        if day.is_empty() || day < &since[..day.len()] || day > &today[..day.len()] {
            continue;
        }
        let place = |name| field(record, name).to_uppercase();
        let segment = (day.to_owned(), place("flightNumber"), place("departureAirport"), place("arrivalAirport"));
        // A vendor's file and a booking site's file may both tell the same flight.
        if segments.insert(segment) {
            premium += usize::from(is_premium(field(record, "cabinClass")));
            airlines.extend(Some(field(record, "provider").to_owned()).filter(|name| !name.is_empty()));
        }
    }
    let points = segments.len() + premium;
    let tier = TIERS.iter().find(|(_, least)| points >= *least).map(|(name, _)| *name);
    let flown = count(segments.len(), "segment", "segments");
    let (title, text) = match tier {
        Some(tier) => (
            format!("{tier} status at {partner}"),
            format!("You flew {flown} in the last twelve months. That makes you {tier} with us for a year."),
        ),
        None => {
            let short = TIERS[TIERS.len() - 1].1 - points;
            let missing = count(short, "segment", "segments");
            ("No status match yet".to_owned(), format!("You flew {flown} in the last twelve months. Bronze is {missing} away."))
        }
    };
    let mut details = BTreeMap::from([
        ("flown_segments".to_owned(), segments.len().to_string()),
        ("premium_segments".to_owned(), premium.to_string()),
        ("points".to_owned(), points.to_string()),
        ("airlines".to_owned(), airlines.len().to_string()),
        ("since".to_owned(), since),
    ]);
    details.extend(tier.map(|tier| ("tier".to_owned(), tier.to_owned())));
    Given {
        title,
        text,
        what: "status_match",
        code: tier.map(|tier| format!("ALDER-{}", tier.to_uppercase())),
        value: None,
        valid_until: tier.and_then(|_| year.after(now)),
        details,
    }
}

fn is_premium(cabin: &str) -> bool {
    let cabin = cabin.to_lowercase();
    ["business", "first", "premium"].iter().any(|word| cabin.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use holdall_protocol::Uuid;

    /// 2026-11-21T12:00:00Z.
    const NOW: i64 = 1_795_262_400;

    fn flight(n: u128, fields: &[(&str, &str)]) -> Record {
        Record {
            id: Uuid::from_u128(n),
            kind: "Flight".into(),
            fields: fields.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect(),
            provenance: None,
        }
    }

    #[test]
    fn counts_only_what_was_flown_in_twelve_months() {
        let day = |day, number| [("departureTime", day), ("flightNumber", number), ("provider", "Fjord Air")];
        let mut records = vec![
            flight(1, &day("2026-03-14T08:00:00", "FJ 1")),
            flight(2, &day("2026-03-14T09:30:00", "fj 1")), // the same flight from another file
            flight(3, &day("2025-11-20", "FJ 2")),          // a day too early
            flight(4, &day("2026-11-22", "FJ 3")),          // tomorrow
            flight(5, &day("2026-04", "FJ 4")),             // only the month is known
            flight(6, &day("", "FJ 5")),
        ];
        let mut cancelled = flight(7, &day("2026-05-01", "FJ 6"));
        cancelled.fields.insert("status".into(), "void".into());
        records.push(cancelled);
        let given = answer("Alder Air", &records, NOW);
        assert_eq!(given.details["flown_segments"], "2");
        assert_eq!(given.code, None);
        assert_eq!(given.text, "You flew 2 segments in the last twelve months. Bronze is 2 segments away.");
    }

    #[test]
    fn a_better_cabin_counts_twice_and_the_tier_ends() {
        let number = |i: u128| i.to_string();
        let records: Vec<_> = (1..=5)
            .map(|i| flight(i, &[("departureTime", "2026-06-01"), ("flightNumber", &number(i)), ("cabinClass", "Business")]))
            .collect();
        let given = answer("Alder Air", &records, NOW);
        assert_eq!(given.details["points"], "10");
        assert_eq!(given.title, "Silver status at Alder Air");
        assert_eq!(given.valid_until.map(utc_date).as_deref(), Some("2027-11-21"));
    }
}

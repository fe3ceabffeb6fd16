//! iCalendar: TripIt's feed and other calendars. An event whose summary is a flight becomes one; every other event is kept
//! for information.

use holdall_model::{Kind, Locator, Moment, Offset, Precision, Record, Status};
use jiff::civil::{Date, Time};

use super::findings::nothing_found;
use super::lines::{self, Lines};
use super::{Confidence, Language, props};
use crate::decide::Decisions;
use crate::error::ImportError;
use crate::input::{Head, Input};
use crate::sink::Output;

pub(crate) struct Ics;

impl Language for Ics {
    fn id(&self) -> &'static str {
        "icalendar"
    }

    fn recognise(&self, head: &Head<'_>) -> Option<Confidence> {
        let first = head.text.trim_start_matches('\u{feff}').trim_start();
        first.get(..15).is_some_and(|s| s.eq_ignore_ascii_case("BEGIN:VCALENDAR")).then_some(Confidence::Certain)
    }

    fn has_ids(&self) -> bool {
        true
    }

    fn read(&self, input: &Input<'_>, _decisions: &Decisions, out: &mut Output<'_>) -> Result<(), ImportError> {
        let mut text = input.text()?;
        let cap = input.limits().record_bytes;
        let mut lines = Lines::new(&mut text, input.at(), cap, lines::base_offset(input));
        let mut reader = Reader::default();
        while let Some(line) = lines.next()? {
            // A line that starts with a blank goes on with the line before it.
            if line.text.starts_with([' ', '\t']) {
                if reader.property.len() + line.text.len() <= cap {
                    reader.property.push_str(&line.text[1..]);
                }
                reader.end = line.end;
                continue;
            }
            reader.flush(out)?;
            reader.property.push_str(line.text);
            reader.start = line.offset;
            reader.end = line.end;
        }
        reader.flush(out)?;
        if reader.event.is_some() {
            let at = input.at().row(reader.rows).offset(reader.end);
            return Err(ImportError::damaged(at, "the file ends inside an event, so something is missing"));
        }
        if reader.rows == 0 {
            nothing_found(out, "events")?;
        }
        Ok(())
    }

    fn cells(&self, raw: &str, _locator: &Locator) -> Vec<(String, String)> {
        let unfolded = raw.replace("\r\n", "\n").replace("\n ", "").replace("\n\t", "");
        unfolded
            .lines()
            .filter_map(property)
            .filter(|p| p.name != "BEGIN" && p.name != "END")
            .map(|p| (p.name, unescaped(p.value)))
            .collect()
    }
}

#[derive(Default)]
struct Event {
    offset: u64,
    /// Components inside it (alarms), whose properties are not its own.
    inner: u32,
    uid: String,
    recurrence: String,
    summary: String,
    description: String,
    location: String,
    url: String,
    status: String,
    start: Option<Result<Moment, ()>>,
    end: Option<Moment>,
    zone: String,
}

#[derive(Default)]
struct Reader {
    property: String,
    start: u64,
    end: u64,
    event: Option<Event>,
    rows: u64,
}

struct Property<'p> {
    name: String,
    zone: &'p str,
    value: &'p str,
}

/// `DTSTART;TZID=Europe/Oslo:20250901T103000`
fn property(line: &str) -> Option<Property<'_>> {
    let mut quoted = false;
    let colon = line.char_indices().find(|(_, c)| {
        quoted ^= *c == '"';
        *c == ':' && !quoted
    })?;
    let (left, value) = (&line[..colon.0], &line[colon.0 + 1..]);
    let mut parts = left.split(';');
    let name = parts.next()?.trim().to_ascii_uppercase();
    let zone = parts.find_map(|p| p.strip_prefix("TZID=").or_else(|| p.strip_prefix("tzid="))).unwrap_or_default();
    Some(Property { name, zone: zone.trim_matches('"'), value })
}

fn unescaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    let mut letters = value.chars();
    while let Some(c) = letters.next() {
        match c {
            '\\' => match letters.next() {
                Some('n' | 'N') => text.push('\n'),
                Some(other) => text.push(other),
                None => {}
            },
            c => text.push(c),
        }
    }
    text.trim().to_owned()
}

/// `20250901`, `20250901T103000`, `20250901T103000Z`
fn moment(value: &str) -> Option<Moment> {
    let value = value.trim();
    let digits = |from: usize, to: usize| value.get(from..to).filter(|t| t.bytes().all(|b| b.is_ascii_digit()))?.parse::<i16>().ok();
    let small = |from: usize, to: usize| digits(from, to).and_then(|n| i8::try_from(n).ok());
    let date = Date::new(digits(0, 4)?, small(4, 6)?, small(6, 8)?).ok()?;
    match value.len() {
        8 => Some(Moment::from_date(date)),
        15 | 16 if value.as_bytes()[8] == b'T' => {
            let offset = match value.get(15..) {
                Some("Z") => Offset::Utc(0),
                Some("") => Offset::Local,
                _ => return None,
            };
            let second = small(13, 15).map(|s| if s == 60 { 59 } else { s })?;
            let time = Time::new(small(9, 11)?, small(11, 13)?, second, 0).ok()?;
            Some(Moment::from_datetime(date.to_datetime(time), Precision::Second, offset))
        }
        _ => None,
    }
}

impl Reader {
    /// Takes the unfolded line that is complete now.
    fn flush(&mut self, out: &mut Output<'_>) -> Result<(), ImportError> {
        let line = std::mem::take(&mut self.property);
        let Some(p) = property(&line) else { return Ok(()) };
        let component = p.value.trim().to_ascii_uppercase();
        match (p.name.as_str(), &mut self.event) {
            ("BEGIN", Some(event)) => event.inner += 1,
            ("BEGIN", None) if component == "VEVENT" => {
                self.rows += 1;
                self.event = Some(Event { offset: self.start, ..Event::default() });
            }
            ("END", Some(event)) if event.inner > 0 => event.inner -= 1,
            ("END", Some(_)) if component == "VEVENT" => {
                if let Some(event) = self.event.take() {
                    return self.hand_over(&event, &line, out);
                }
            }
            (_, Some(event)) if event.inner == 0 => event.set(&p),
            _ => {}
        }
        Ok(())
    }

    fn hand_over(&self, event: &Event, last: &str, out: &mut Output<'_>) -> Result<(), ImportError> {
        let length = u32::try_from(self.end - event.offset).unwrap_or(u32::MAX);
        let locator = Locator { entry: 0, row: self.rows, offset: event.offset, length };
        let Some(Ok(start)) = event.start else {
            let raw = format!("{}\n{}\n{last}", event.summary, event.uid);
            return out.quarantine(locator, "ics-start", "The event was set aside: its start is missing or no date.", &raw);
        };
        let mut record = Record::new(Kind::Other);
        record.locator = locator;
        record.moment = Some(start);
        record.title.clone_from(&event.summary);
        record.external_id = if event.recurrence.is_empty() { event.uid.clone() } else { format!("{}/{}", event.uid, event.recurrence) };
        match flight(&event.summary).filter(|_| start.precision() > Precision::Day) {
            Some((carrier, number, from, to)) => {
                record.kind = Kind::Flight;
                record.party.push_str(carrier);
                let fields = &mut record.fields;
                fields.set(props::departure_airport(), from);
                fields.set(props::arrival_airport(), to);
                fields.set(props::flight_number(), &format!("{carrier}{number}"));
                if let Some(end) = event.end {
                    fields.set(props::arrival_time(), &end.to_string());
                }
                fields.set(props::memo(), &event.description);
            }
            None => {
                record.status = Status::Info;
                record.fields.set(props::memo(), &event.description);
                record.fields.set(props::url(), &event.url);
            }
        }
        match event.status.as_str() {
            "CANCELLED" => record.status = Status::Void,
            "TENTATIVE" if record.status == Status::Booked => record.status = Status::Pending,
            _ => {}
        }
        record.unmapped =
            [event.location.as_str(), event.zone.as_str()].iter().filter(|t| !t.is_empty()).copied().collect::<Vec<_>>().join(" ");
        out.record(&mut record)
    }
}

impl Event {
    fn set(&mut self, p: &Property<'_>) {
        match p.name.as_str() {
            "UID" => p.value.trim().clone_into(&mut self.uid),
            "RECURRENCE-ID" => p.value.trim().clone_into(&mut self.recurrence),
            "SUMMARY" => self.summary = unescaped(p.value),
            "DESCRIPTION" => self.description = unescaped(p.value),
            "LOCATION" => self.location = unescaped(p.value),
            "URL" => p.value.trim().clone_into(&mut self.url),
            "STATUS" => self.status = p.value.trim().to_ascii_uppercase(),
            "DTSTART" => {
                self.start = Some(moment(p.value).ok_or(()));
                p.zone.clone_into(&mut self.zone);
            }
            "DTEND" => self.end = moment(p.value),
            _ => {}
        }
    }
}

/// `LH400 FRA to JFK`, `LH 400 FRA-JFK`: carrier, number, from, to.
fn flight(summary: &str) -> Option<(&str, &str, &str, &str)> {
    let mut words = summary.split_whitespace();
    let first = words.next()?;
    let airline = |t: &str| {
        (2..=3).contains(&t.len())
            && t.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
            && t.bytes().any(|b| b.is_ascii_uppercase())
    };
    let digits = |t: &str| (1..=4).contains(&t.len()) && t.bytes().all(|b| b.is_ascii_digit());
    let (carrier, number) = if airline(first) && first.len() <= 2 {
        (first, words.next()?)
    } else {
        let cut = first.len() - first.bytes().rev().take_while(u8::is_ascii_digit).count();
        // A digit may end the carrier's own code: `U2123` is U2 123.
        let cut = if cut == 1 && first.len() > 3 { 2 } else { cut };
        (first.get(..cut)?, first.get(cut..)?)
    };
    if !airline(carrier) || !digits(number) {
        return None;
    }
    let airport = |t: &str| t.len() == 3 && t.bytes().all(|b| b.is_ascii_uppercase());
    let from = words.next()?;
    let (from, to) = match from.split_once(['-', '–', '→']) {
        Some(pair) => pair,
        None => {
            let joint = words.next()?;
            matches!(joint, "to" | "-" | "–" | "→" | ">").then_some(())?;
            (from, words.next()?)
        }
    };
    (airport(from) && airport(to)).then_some((carrier, number, from, to))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{read, recognise};

    const FEED: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:item-1@trips\r\nSUMMARY:LH400 FRA\r\n  to JFK\r\nDTSTART:20250901T083000Z\r\nDTEND:20250901T170500Z\r\nDESCRIPTION:Seat 12A\\, window\\nGate B\r\nBEGIN:VALARM\r\nDESCRIPTION:wake up\r\nEND:VALARM\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:trip-1@trips\r\nSUMMARY:New York\r\nDTSTART;VALUE=DATE:20250901\r\nDTEND;VALUE=DATE:20250905\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

    #[test]
    fn a_flight_is_told_from_other_events() {
        let kept = read(&Ics, FEED.as_bytes(), &[]).expect("reads");
        let record = &kept.records[0];
        assert_eq!((record.kind, record.party.as_str(), record.external_id.as_str()), (Kind::Flight, "LH", "item-1@trips"));
        assert_eq!(record.moment.map(|m| m.to_string()).as_deref(), Some("2025-09-01T08:30:00Z"));
        assert_eq!(record.fields.get(props::arrival_time()), Some("2025-09-01T17:05:00Z"));
        assert_eq!(record.fields.get(props::memo()), Some("Seat 12A, window\nGate B"));
        assert_eq!((kept.records[1].status, kept.summary.not_counting), (Status::Info, 1));
        let (from, length) = (record.locator.offset as usize, record.locator.length as usize);
        assert!(FEED[from..from + length].starts_with("BEGIN:VEVENT") && FEED[from..from + length].ends_with("END:VEVENT\r\n"));
        assert_eq!(recognise(&Ics, FEED.as_bytes(), ""), Some(Confidence::Certain));
        assert_eq!(Ics.cells(&FEED[from..from + length], &record.locator)[1], ("SUMMARY".to_owned(), "LH400 FRA to JFK".to_owned()));
    }

    #[test]
    fn summaries_of_flights() {
        for (summary, told) in [
            ("LH400 FRA to JFK", Some(("LH", "400", "FRA", "JFK"))),
            ("LH 400 FRA-JFK", Some(("LH", "400", "FRA", "JFK"))),
            ("U2123 LGW to BCN", Some(("U2", "123", "LGW", "BCN"))),
            ("EZY8001 LGW to BCN", Some(("EZY", "8001", "LGW", "BCN"))),
            ("Lunch with AMS to JFK", None),
            ("LH400 Frankfurt to JFK", None),
            ("", None),
        ] {
            assert_eq!(flight(summary), told, "{summary}");
        }
    }

    #[test]
    fn damage_is_told() {
        let bad = FEED.replace("20250901T083000Z", "20251301T083000Z").replace("SUMMARY:New York", "SUMMARY:New York\r\nSTATUS:CANCELLED");
        let kept = read(&Ics, bad.as_bytes(), &[]).expect("reads");
        assert_eq!((kept.quarantined.len(), kept.records[0].status), (1, Status::Void));
        assert!(matches!(read(&Ics, &FEED.as_bytes()[..FEED.len() - 40], &[]), Err(Err(ImportError::Damaged { .. }))));
    }
}

//! What Flighty writes where a flight is shared as text: the flight with its day, its towns, and a line for each end.

use holdall_model::{Kind, Locator, Moment, Offset, Precision, Record};
use jiff::civil::{Date, Time};

use super::findings::nothing_found;
use super::lines::{self, Lines};
use super::{Confidence, Language, props};
use crate::decide::Decisions;
use crate::error::ImportError;
use crate::input::{Head, Input};
use crate::sink::Output;
use crate::table::date::{self, Order};

pub(crate) struct FlightyShare;

impl Language for FlightyShare {
    fn id(&self) -> &'static str {
        "flighty-share"
    }

    fn recognise(&self, head: &Head<'_>) -> Option<Confidence> {
        let clean = clean(head.text);
        let mut lines = lines::of(&clean).take(200);
        let flight = lines.by_ref().any(|l| heading(l).is_some());
        (flight && lines.take(4).any(|l| end(l).is_some())).then_some(Confidence::Certain)
    }

    fn read(&self, input: &Input<'_>, _decisions: &Decisions, out: &mut Output<'_>) -> Result<(), ImportError> {
        let mut text = input.text()?;
        let mut lines = Lines::new(&mut text, input.at(), input.limits().record_bytes, lines::base_offset(input));
        let (mut flight, mut rows) = (None::<Flight>, 0);
        while let Some(line) = lines.next()? {
            let text = clean(line.text);
            if let Some((name, day)) = text.lines().find_map(heading) {
                if let Some(flight) = flight.take() {
                    flight.hand_over(out)?;
                }
                rows += 1;
                let locator = Locator { entry: 0, row: rows, offset: line.offset, length: 0 };
                flight = Some(Flight { locator, name: name.to_owned(), day, from: None, to: None, raw: String::new() });
            }
            match &mut flight {
                Some(flight) if flight.raw.len() < input.limits().record_bytes => flight.take(&text, line.end),
                _ if text.trim().is_empty() => {}
                _ => out.skipped("flighty-share-line", line.number, "A line that belongs to no flight was left out."),
            }
        }
        if let Some(flight) = flight {
            flight.hand_over(out)?;
        }
        if rows == 0 {
            nothing_found(out, "flights")?;
        }
        Ok(())
    }
}

/// One end of a flight: its airport, and the time on the clock there.
#[derive(Debug, Clone, PartialEq, Eq)]
struct End {
    departure: bool,
    airport: String,
    time: Time,
    precision: Precision,
    offset: Offset,
}

struct Flight {
    locator: Locator,
    name: String,
    day: Date,
    from: Option<End>,
    to: Option<End>,
    raw: String,
}

impl Flight {
    fn take(&mut self, text: &str, end_of_line: u64) {
        for end in text.lines().filter_map(end) {
            let place = if end.departure { &mut self.from } else { &mut self.to };
            place.get_or_insert(end);
        }
        self.raw.push_str(text);
        self.raw.push('\n');
        self.locator.length = u32::try_from(end_of_line - self.locator.offset).unwrap_or(u32::MAX);
    }

    fn hand_over(self, out: &mut Output<'_>) -> Result<(), ImportError> {
        let (Some(from), Some(to)) = (&self.from, &self.to) else {
            let text = "The flight was set aside: the times and airports of both ends are not there.";
            return out.quarantine(self.locator, "flighty-share-ends", text, &self.raw);
        };
        let mut record = Record::new(Kind::Flight);
        record.locator = self.locator;
        let departure = Moment::from_datetime(self.day.to_datetime(from.time), from.precision, from.offset);
        record.moment = Some(departure);
        record.title = format!("{} {}\u{2013}{}", self.name, from.airport, to.airport);
        let carrier = self.name.rsplit_once(' ').map_or("", |(carrier, _)| carrier);
        carrier.clone_into(&mut record.party);
        record.fields.set(props::flight_number(), &self.name);
        record.fields.set(props::departure_airport(), &from.airport);
        record.fields.set(props::arrival_airport(), &to.airport);
        record.fields.set(props::arrival_time(), &self.arrival(departure, to).map(|m| m.to_string()).unwrap_or_default());
        out.record(&mut record)
    }

    /// The arrival's day is not told: it is the first on which it comes after the departure, where the zones tell that.
    fn arrival(&self, departure: Moment, to: &End) -> Option<Moment> {
        let on = |day: Date| Moment::from_datetime(day.to_datetime(to.time), to.precision, to.offset);
        let zoned = departure.offset() != Offset::Local && to.offset != Offset::Local;
        let days = [self.day.yesterday().ok()?, self.day, self.day.tomorrow().ok()?];
        days.into_iter().map(on).find(|arrival| zoned && arrival.sort_key() > departure.sort_key())
    }
}

/// Without the invisible letters in which such texts abound.
fn clean(text: &str) -> String {
    let shown = |c: &char| !matches!(c, '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{fe0e}' | '\u{fe0f}' | '\u{feff}');
    let plain = |c: char| match c {
        '\u{202f}' | '\u{a0}' | '\u{2009}' => ' ',
        '\u{2028}' | '\u{2029}' => '\n',
        c => c,
    };
    text.chars().filter(shown).map(plain).collect()
}

/// `Air France 6634 on 17 May 2026`.
fn heading(line: &str) -> Option<(&str, Date)> {
    let (flight, day) = line.trim().rsplit_once(" on ")?;
    let numbered = flight.rsplit_once(' ').is_some_and(|(_, n)| n.len() < 6 && n.bytes().all(|b| b.is_ascii_digit()) && !n.is_empty());
    // Months are written in letters, so that no order of parts has to be known.
    let moment = date::parse(day, Order::Dmy).ok().filter(|_| day.chars().any(char::is_alphabetic))?;
    (numbered && moment.precision() == Precision::Day).then(|| (flight.trim(), moment.date()))
}

/// `↗ 12:03 GMT+2 CDG (3m Late)`: an arrow up for the departure, one down for the arrival.
fn end(line: &str) -> Option<End> {
    let line = line.trim();
    let departure = line.starts_with('\u{2197}');
    let rest = line.strip_prefix(['\u{2197}', '\u{2198}'])?;
    let rest = rest.split('(').next().unwrap_or(rest).trim();
    let (when, airport) = rest.rsplit_once(' ')?;
    // A line that was cut off behind its zone names no airport: `15:49 GMT`.
    if airport.len() != 3 || !airport.bytes().all(|b| b.is_ascii_uppercase()) || date::time(rest).is_ok() {
        return None;
    }
    let when = when.trim();
    // A zone that is known by no name is left open.
    let clock = || when.rsplit_once(' ').map_or(when, |(clock, _)| clock);
    let (time, precision, offset) =
        date::time(when).or_else(|_| date::time(clock()).map(|(time, precision, _)| (time, precision, Offset::Local))).ok()?;
    Some(End { departure, airport: airport.to_owned(), time, precision, offset })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{read, recognise};

    const TEXT: &str = "\u{2066}Air France 6634\u{2069} on 17 May 2026\nParis to Bucharest\n\n\u{2197}\u{fe0f} 12:03 GMT+2 CDG (3m Late)\n\u{2198}\u{fe0f} 15:49 GMT+3 OTP\u{2028}\n\nDelta 30 on Jun 3, 2026\nAtlanta to London\n\u{2197} 8:05\u{202f}PM EDT ATL (On Time)\n\u{2198} 9:20\u{202f}AM GMT+1 LHR (5m Early)\nSingapore Airlines 12 on 4 Jun 2026\n\u{2197} 09:00 XYT SIN\n\u{2198} 17:00 JST NRT\nLufthansa 7 on 5 Jun 2026\n\u{2197} 09:00 CEST FRA\n";

    #[test]
    fn flights_are_read_with_both_ends_and_the_day_of_arrival_where_the_zones_tell_it() {
        let kept = read(&FlightyShare, TEXT.as_bytes(), &[]).expect("reads");
        let told: Vec<_> = kept
            .records
            .iter()
            .map(|r| format!("{} {} {:?}", r.moment.expect("a time"), r.title, r.fields.get(props::arrival_time())))
            .collect();
        assert_eq!(
            told,
            [
                "2026-05-17T12:03+02:00 Air France 6634 CDG–OTP Some(\"2026-05-17T15:49+03:00\")",
                "2026-06-03T20:05-04:00 Delta 30 ATL–LHR Some(\"2026-06-04T09:20+01:00\")",
                "2026-06-04T09:00 Singapore Airlines 12 SIN–NRT None",
            ]
        );
        assert_eq!(kept.quarantined.len(), 1, "a flight without its arrival");
        assert_eq!(kept.records[1].party, "Delta");
        assert_eq!(recognise(&FlightyShare, TEXT.as_bytes(), ""), Some(Confidence::Certain));
        assert_eq!(recognise(&FlightyShare, b"Chapter 3 on 17 May 2026\nwords\n", ""), None);
        assert_eq!(recognise(&FlightyShare, "\u{2197} 12:03 CDG\n".as_bytes(), ""), None);
    }
}

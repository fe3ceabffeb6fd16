//! App in the Air's text export: sections of lines with semicolons, without headings.

use holdall_model::{Kind, Locator, Moment, Precision, Record, Status};

use super::findings::{Repeated, nothing_found};
use super::lines::{self, Lines};
use super::{Confidence, Language, props};
use crate::decide::Decisions;
use crate::error::ImportError;
use crate::input::{Head, Input};
use crate::sink::Output;

pub(crate) struct AppInTheAir;

impl Language for AppInTheAir {
    fn id(&self) -> &'static str {
        "app-in-the-air"
    }

    fn recognise(&self, head: &Head<'_>) -> Option<Confidence> {
        let mut lines = lines::of(head.text).map(str::trim);
        let section = lines.by_ref().take(400).any(|l| l == "flights:");
        let flight = lines.find(|l| !l.is_empty()).is_some_and(|l| l == "hotels:" || flight(l).is_some());
        (section && flight).then_some(Confidence::Certain)
    }

    fn read(&self, input: &Input<'_>, _decisions: &Decisions, out: &mut Output<'_>) -> Result<(), ImportError> {
        let mut text = input.text()?;
        let mut lines = Lines::new(&mut text, input.at(), input.limits().record_bytes, lines::base_offset(input));
        let (mut section, mut row) = (String::new(), 0);
        let mut cut_off = Repeated::new("aita-cut-off", "The last line has no end, so the file may be cut off.");
        while let Some(line) = lines.next()? {
            let text = line.text.trim();
            if text.is_empty() {
                continue;
            }
            if text.ends_with(':') && !text.contains(';') {
                text.trim_end_matches(':').clone_into(&mut section);
                continue;
            }
            // The head of a trip stands before its sections; some exports say of each flight whose it is.
            let owned = text.strip_prefix("Ownership.").and_then(|rest| rest.split_once(';')).map(|(_, rest)| rest);
            let text = owned.filter(|rest| section == "flights" && flight(rest).is_some()).unwrap_or(text);
            if section.is_empty() || text.starts_with("Ownership.") {
                section.clear();
                out.skipped("aita-trip", row, "The head of a trip was left out: its flights follow.");
                continue;
            }
            row += 1;
            let length = u32::try_from(line.text.len()).unwrap_or(u32::MAX);
            let locator = Locator { entry: 0, row, offset: line.offset, length };
            let mut record = Record::new(Kind::Other);
            record.locator = locator;
            if section == "flights" {
                match flight(text) {
                    // Cut inside its times, a flight would tell others than it did.
                    Some(flight) if line.terminated || flight.ends_behind_its_times() => flight.fill(&mut record),
                    _ => {
                        out.quarantine(
                            locator,
                            "aita-flight",
                            "The flight was set aside: its airports and times are not where they must be.",
                            line.text,
                        )?;
                        continue;
                    }
                }
            } else {
                if !line.terminated {
                    cut_off.count(row);
                }
                record.status = Status::Info;
                record.fields.set(props::category(), &section);
                text.clone_into(&mut record.unmapped);
                record.title = text.split(';').find(|t| !t.trim().is_empty()).unwrap_or_default().trim().to_owned();
            }
            out.record(&mut record)?;
        }
        cut_off.tell(out)?;
        if row == 0 {
            nothing_found(out, "flights")?;
        }
        Ok(())
    }

    fn cells(&self, raw: &str, _locator: &Locator) -> Vec<(String, String)> {
        raw.trim().split(';').map(|cell| (String::new(), cell.to_owned())).collect()
    }
}

/// A flight's cells around its two airports, which are found by their form.
struct Flight<'t> {
    cells: Vec<&'t str>,
    /// Index of the departure airport.
    at: usize,
    departure: Moment,
    arrival: Option<Moment>,
}

fn flight(line: &str) -> Option<Flight<'_>> {
    let cells: Vec<&str> = line.split(';').map(str::trim).collect();
    let airport = |t: &str| t.len() == 3 && t.bytes().all(|b| b.is_ascii_uppercase());
    let at = (3..cells.len().saturating_sub(3)).find(|i| airport(cells[*i]) && airport(cells[i + 1]) && utc(cells[i + 2]).is_some())?;
    let cell = |n: usize| cells.get(at + n).copied().unwrap_or_default();
    // First both times in UTC, then both on the clocks of the airports.
    let departure = local(cell(4)).or_else(|| utc(cell(2)))?;
    let arrival = local(cell(5)).or_else(|| utc(cell(3)));
    Some(Flight { at, departure, arrival, cells })
}

fn local(text: &str) -> Option<Moment> {
    text.parse().ok().filter(|m: &Moment| m.precision() >= Precision::Minute)
}

/// A time that stands in a place for UTC.
fn utc(text: &str) -> Option<Moment> {
    let zoned = text.get(10..).is_some_and(|t| t.contains(['Z', '+', '-']));
    let text = if zoned || text.is_empty() { text.to_owned() } else { format!("{text}Z") };
    local(&text)
}

impl Flight<'_> {
    fn ends_behind_its_times(&self) -> bool {
        self.cells.len() > self.at + 6
    }

    fn fill(&self, record: &mut Record) {
        let known = |text: &str| if text == "None" { String::new() } else { text.to_owned() };
        let cell = |n: usize| known(self.cells.get(n).copied().unwrap_or_default());
        let before = |n: usize| self.at.checked_sub(n).map(cell).unwrap_or_default();
        let (carrier, number) = (before(3), before(2));
        let (from, to) = (cell(self.at), cell(self.at + 1));
        record.kind = Kind::Flight;
        record.moment = Some(self.departure);
        record.title = format!("{carrier}{number} {from}\u{2013}{to}");
        record.party.push_str(&carrier);
        let fields = &mut record.fields;
        fields.set(props::departure_airport(), &from);
        fields.set(props::arrival_airport(), &to);
        fields.set(props::flight_number(), &format!("{carrier}{number}"));
        fields.set(props::arrival_time(), &self.arrival.map(|a| a.to_string()).unwrap_or_default());
        fields.set(props::aircraft(), &before(1));
        fields.set(props::cabin_class(), &cell(0));
        fields.set(props::seat_number(), &cell(1));
        fields.set(props::reservation_number(), &cell(2));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{read, recognise};

    const EXPORT: &str = "Ownership.MINE;Summer\n\nflights:\nEconomy;12A;ABC123;;flight;Y;manual;EI;105;A330;DUB;JFK;2024-06-01T10:30:00Z;2024-06-01T18:00:00Z;2024-06-01T11:30:00+01:00;2024-06-01T14:00:00-04:00;2024-05-20\nBusiness;None;DEF456;x;BA;709;A320;LHR;DUB;2024-03-15T07:30:00;2024-03-15T09:00:00;None;None;2024-03-01\nbroken;line\n\nhotels:\nInn;2 nights\n";

    #[test]
    fn flights_are_found_around_their_airports() {
        let kept = read(&AppInTheAir, EXPORT.as_bytes(), &[]).expect("reads");
        let moments: Vec<String> = kept.records.iter().filter_map(|r| r.moment).map(|m| m.to_string()).collect();
        assert_eq!(moments, ["2024-06-01T11:30:00+01:00", "2024-03-15T07:30:00Z"]);
        assert_eq!((kept.records[0].title.as_str(), kept.records[0].fields.get(props::seat_number())), ("EI105 DUB–JFK", Some("12A")));
        assert_eq!(kept.records[1].fields.get(props::seat_number()), None);
        assert_eq!((kept.quarantined.len(), kept.summary.not_counting), (1, 1));
        let owned = EXPORT.replace("Economy;12A", "Ownership.MINE;Economy;12A");
        let kept = read(&AppInTheAir, owned.as_bytes(), &[]).expect("reads");
        assert_eq!(kept.records[0].fields.get(props::cabin_class()), Some("Economy"), "a line that says whose flight it is");
        assert_eq!((kept.records.len(), kept.quarantined.len()), (3, 1));
        assert_eq!(recognise(&AppInTheAir, EXPORT.as_bytes(), ""), Some(Confidence::Certain));
        assert_eq!(recognise(&AppInTheAir, b"flights:\nnone\n", ""), None);
    }
}

//! IATA bar coded boarding passes (Resolution 792): one line per pass, fixed columns, one to nine legs.
//!
//! A pass tells the day of the year but not the year. Where nothing beside the pass tells it, the flight stays without
//! a date, and the day stands in its note.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use holdall_model::{Kind, Locator, Moment, Record};
use jiff::ToSpan;
use jiff::civil::Date;

use super::findings::{Repeated, nothing_found};
use super::lines::{self, Lines};
use super::{Confidence, Language, props};
use crate::decide::Decisions;
use crate::error::ImportError;
use crate::input::{Head, Input};
use crate::sink::Output;

pub(crate) struct Bcbp;

impl Language for Bcbp {
    fn id(&self) -> &'static str {
        "iata-bcbp"
    }

    fn recognise(&self, head: &Head<'_>) -> Option<Confidence> {
        let first = lines::of(head.text.trim_start_matches('\u{feff}')).find(|l| !l.trim().is_empty())?;
        parse(first).is_ok().then_some(Confidence::Certain)
    }

    fn read(&self, input: &Input<'_>, _decisions: &Decisions, out: &mut Output<'_>) -> Result<(), ImportError> {
        let mut text = input.text()?;
        let mut lines = Lines::new(&mut text, input.at(), input.limits().record_bytes, lines::base_offset(input));
        let mut seen = HashSet::new();
        let mut cut_off = Repeated::new("bcbp-cut-off", "The file ends inside a boarding pass; its seat or class may be missing.");
        let mut row = 0;
        while let Some(line) = lines.next()? {
            if line.text.trim().is_empty() {
                continue;
            }
            row += 1;
            let length = u32::try_from(line.text.len()).unwrap_or(u32::MAX);
            let locator = Locator { entry: 0, row, offset: line.offset, length };
            match parse(line.text) {
                Ok(pass) => {
                    if !line.terminated && pass.cut {
                        cut_off.count(row);
                    }
                    for leg in &pass.legs {
                        if !seen.insert(leg.key(&pass)) {
                            out.noted("bcbp-repeated", row, "A leg stands in two passes of this file; it was taken once.");
                            continue;
                        }
                        let mut record = Record::new(Kind::Flight);
                        record.locator = locator;
                        fill(&mut record, &pass, leg, None);
                        // Without a date, the day of the year is what tells two flights of one number apart.
                        record.external_id = format!("{}-{}-{}", leg.booking, leg.flight_number(), leg.day);
                        out.noted("bcbp-no-year", row, "A boarding pass does not tell its year; its flight was kept without a date.");
                        out.record(&mut record)?;
                    }
                }
                Err(fault) => out.quarantine(locator, "bcbp-pass", format!("The line was set aside: {fault}."), line.text)?,
            }
        }
        cut_off.tell(out)?;
        if row == 0 {
            return nothing_found(out, "boarding passes");
        }
        Ok(())
    }

    fn cells(&self, raw: &str, _locator: &Locator) -> Vec<(String, String)> {
        let Ok(pass) = parse(raw) else { return Vec::new() };
        let mut cells = vec![("Passenger".to_owned(), pass.name.clone())];
        for leg in &pass.legs {
            let told = [
                ("Booking code", &leg.booking),
                ("From", &leg.from),
                ("To", &leg.to),
                ("Carrier", &leg.carrier),
                ("Flight", &leg.number),
                ("Class", &leg.class),
                ("Seat", &leg.seat),
                ("Sequence", &leg.sequence),
            ];
            cells.extend(told.into_iter().map(|(name, value)| (name.to_owned(), value.clone())));
            cells.push(("Day of the year".to_owned(), leg.day.to_string()));
        }
        cells
    }
}

#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Pass {
    pub name: String,
    /// Last digit of the year in which the pass was issued, and the day of that year.
    pub issued: Option<(u8, u16)>,
    /// The line is shorter than what its last leg announces.
    pub cut: bool,
    pub legs: Vec<Leg>,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Leg {
    pub booking: String,
    pub from: String,
    pub to: String,
    pub carrier: String,
    pub number: String,
    /// 1 to 366.
    pub day: u16,
    pub class: String,
    pub seat: String,
    pub sequence: String,
    pub ticket: String,
    pub frequent_flyer: String,
}

impl Leg {
    fn key(&self, pass: &Pass) -> u64 {
        let mut hasher = DefaultHasher::new();
        (&pass.name, &self.booking, &self.from, &self.to, &self.carrier, &self.number, self.day, &self.seat, &self.sequence)
            .hash(&mut hasher);
        hasher.finish()
    }

    /// `AC834`
    pub(crate) fn flight_number(&self) -> String {
        format!("{}{}", self.carrier, self.number)
    }
}

/// Letters of a pass by column. Columns count letters, and a file may have lost trailing blanks.
struct Columns(Vec<char>);

impl Columns {
    fn text(&self, from: usize, length: usize) -> String {
        let end = (from + length).min(self.0.len());
        self.0.get(from.min(end)..end).unwrap_or_default().iter().collect::<String>().trim().to_owned()
    }

    fn hex(&self, from: usize) -> Option<usize> {
        let text = self.text(from, 2);
        if text.len() == 2 { usize::from_str_radix(&text, 16).ok() } else { None }
    }

    fn letters(&self, from: usize, length: usize) -> bool {
        self.0.get(from..from + length).is_some_and(|part| part.iter().all(char::is_ascii_uppercase))
    }

    /// Whether a leg's fixed columns start here: two airports and a day of the year stand where they must.
    fn leg_at(&self, at: usize) -> bool {
        let day = self.0.get(at + 21..at + 24).is_some_and(|d| d.iter().all(char::is_ascii_digit) && *d != ['0', '0', '0']);
        let number = self
            .0
            .get(at + 16..at + 20)
            .is_some_and(|n| n.iter().all(|c| c.is_ascii_digit() || *c == ' ') && n.iter().any(char::is_ascii_digit));
        self.letters(at + 7, 6) && number && day
    }
}

/// Fixed columns of one leg, its conditional part's size included.
const LEG: usize = 37;

pub(crate) fn parse(line: &str) -> Result<Pass, &'static str> {
    let columns = Columns(line.trim_end_matches(['\r', '\n']).chars().collect());
    let count = match columns.0.as_slice() {
        ['M', count @ '1'..='9', ..] => count.to_digit(10).unwrap_or(1),
        _ => return Err("it does not start with M and the number of legs, so it is no boarding pass"),
    };
    let mut pass = Pass { name: columns.text(2, 20), ..Pass::default() };
    // Some airlines pad the name by a blank more or less, and everything behind it moves.
    let mut at = [23, 22, 24, 21, 25]
        .into_iter()
        .find(|at| columns.leg_at(*at))
        .ok_or("its airports, flight number and day are not where they must be")?;
    for n in 0..count {
        if n > 0 && !columns.leg_at(at) {
            return Err("it announces more legs than it holds");
        }
        let mut leg = leg(&columns, at)?;
        let size = columns.hex(at + 35).unwrap_or(0);
        if size > 0 {
            conditional(&columns, at + LEG, size, n == 0, &mut pass, &mut leg);
        }
        pass.legs.push(leg);
        at += LEG + size;
    }
    pass.cut = columns.0.len() < at;
    Ok(pass)
}

fn leg(columns: &Columns, at: usize) -> Result<Leg, &'static str> {
    let day: u16 = columns.text(at + 21, 3).parse().map_err(|_| "its day of the year is no number")?;
    if day > 366 {
        return Err("its day of the year is beyond 366");
    }
    let unpadded = |text: String| text.trim_start_matches('0').to_owned();
    Ok(Leg {
        booking: columns.text(at, 7),
        from: columns.text(at + 7, 3),
        to: columns.text(at + 10, 3),
        carrier: columns.text(at + 13, 3),
        number: unpadded(columns.text(at + 16, 5)),
        day,
        class: columns.text(at + 24, 1),
        seat: unpadded(columns.text(at + 25, 4)),
        sequence: unpadded(columns.text(at + 29, 5)),
        ..Leg::default()
    })
}

/// The part whose size a leg tells: for the first leg `>`, a version and facts of the whole pass, then facts of the leg.
fn conditional(columns: &Columns, from: usize, size: usize, first: bool, pass: &mut Pass, leg: &mut Leg) {
    let end = from + size;
    let mut at = from;
    if first {
        if columns.0.get(at) != Some(&'>') {
            return;
        }
        let Some(unique) = columns.hex(at + 2) else { return };
        at += 4;
        if unique >= 7 {
            let issued = columns.text(at + 3, 4);
            pass.issued = (issued.len() == 4).then(|| Some((issued[..1].parse().ok()?, issued[1..].parse().ok()?))).flatten();
        }
        at += unique;
    }
    let Some(repeated) = columns.hex(at).filter(|size| at + 2 + size <= end) else { return };
    at += 2;
    if repeated >= 13 {
        let (airline, document) = (columns.text(at, 3), columns.text(at + 3, 10));
        if !document.is_empty() {
            leg.ticket = format!("{airline}{document}");
        }
    }
    if repeated >= 37 {
        leg.frequent_flyer = columns.text(at + 18, 19);
    }
}

/// The date of the leg, where something beside the pass tells a day near it: the same day of the year in the nearest year.
pub(crate) fn resolve(leg: &Leg, near: Date) -> Option<Date> {
    let in_year = |year: i16| {
        let day = Date::new(year, 1, 1).ok()?.checked_add(i64::from(leg.day - 1).days()).ok()?;
        (day.year() == year).then_some(day)
    };
    let nearest =
        (-1i16..=1).filter_map(|shift| in_year(near.year() + shift)).min_by_key(|day| day.duration_since(near).as_secs().abs())?;
    // Further away than a long connection, it is not evidence for this leg.
    (nearest.duration_since(near).as_secs().abs() <= 3 * 86_400).then_some(nearest)
}

/// Fills a flight from one leg; `date` where it is known.
pub(crate) fn fill(record: &mut Record, pass: &Pass, leg: &Leg, date: Option<Date>) {
    record.moment = date.map(Moment::from_date);
    let flight = leg.flight_number();
    record.title = format!("{flight} {}\u{2013}{}", leg.from, leg.to);
    record.party.push_str(&leg.carrier);
    let fields = &mut record.fields;
    fields.set(props::departure_airport(), &leg.from);
    fields.set(props::arrival_airport(), &leg.to);
    fields.set(props::flight_number(), &flight);
    fields.set(props::seat_number(), &leg.seat);
    fields.set(props::fare_class(), &leg.class);
    fields.set(props::reservation_number(), &leg.booking);
    fields.set(props::ticket_number(), &leg.ticket);
    fields.set(props::passenger_name(), &pass.name);
    if date.is_none() {
        let year = pass.issued.map_or(String::new(), |(digit, _)| format!(", pass issued in a year ending in {digit}"));
        fields.set(props::memo(), &format!("Day {} of the year{year}", leg.day));
    }
    record.unmapped.push_str(&leg.frequent_flyer);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{read, recognise};

    const PLAIN: &str = "M1DOE/JANE            EXYZ789 OSLBGOSK 0261 226F001A0025 100";
    const RICH: &str = "M2DOE/JANE            EAB12C3 OSLFRASK 0834 326J003A0027 167>5321WW1325BSK 0014123456002001412346700100141234789012A1171234567890 1SK SK 1234567890123    4PCYLX58ZDEF456 FRAGVALH 3664 327C012C0002 12E2A0140987654321 1SK SK 1234567890123    3PCNWQ^108ABC";

    #[test]
    fn legs_are_read_with_what_stands_in_their_conditional_parts() {
        let pass = parse(RICH).expect("a pass");
        assert_eq!((pass.name.as_str(), pass.issued, pass.legs.len()), ("DOE/JANE", Some((1, 325)), 2));
        assert_eq!(
            (pass.legs[0].flight_number().as_str(), pass.legs[0].seat.as_str(), pass.legs[0].ticket.as_str()),
            ("SK834", "3A", "1171234567890")
        );
        assert_eq!(
            (pass.legs[1].flight_number().as_str(), pass.legs[1].from.as_str(), pass.legs[1].booking.as_str()),
            ("LH3664", "FRA", "DEF456")
        );
    }

    #[test]
    fn padding_that_moved_and_blanks_that_were_lost_do_no_harm() {
        let expected = parse(PLAIN).expect("a pass").legs;
        for line in [
            PLAIN.replacen("            E", "           E", 1),
            PLAIN.replacen("  EXYZ", "   EXYZ", 1),
            PLAIN.replacen(" EXYZ", "  XYZ", 1),
        ] {
            assert_eq!(parse(&line).expect("a pass").legs, expected, "{line}");
        }
        assert_eq!(parse("M1DOE/JOHN            EXXX007 TXLBRUSN 2592 110Y").expect("a pass").legs[0].flight_number(), "SN2592");
        assert!(parse(&PLAIN.replace("226F", "000F")).is_err() && parse(&PLAIN.replace("226F", "399F")).is_err());
        assert!(parse(&PLAIN.replacen("M1", "M2", 1)).is_err() && parse("M1").is_err() && parse("").is_err());
    }

    #[test]
    fn a_leg_in_two_passes_is_one_flight_without_an_invented_year() {
        let text = format!("{PLAIN}\r\n{RICH}\n\nnot a pass\n{PLAIN}\n");
        let kept = read(&Bcbp, text.as_bytes(), &[]).expect("reads");
        assert_eq!((kept.records.len(), kept.quarantined.len()), (3, 1));
        assert!(kept.records.iter().all(|r| r.moment.is_none()));
        assert_eq!(kept.records[1].fields.get(props::memo()), Some("Day 326 of the year, pass issued in a year ending in 1"));
        assert_eq!(recognise(&Bcbp, text.as_bytes(), ""), Some(Confidence::Certain));
        assert_eq!(recognise(&Bcbp, b"M1 is a road\n", ""), None);
    }

    #[test]
    fn the_year_comes_from_a_day_nearby_only() {
        let leg = |day| Leg { day, ..Leg::default() };
        let date = |text: &str| text.parse::<Date>().expect("a date");
        assert_eq!(resolve(&leg(129), date("2026-05-09")), Some(date("2026-05-09")));
        assert_eq!(resolve(&leg(1), date("2025-12-31")), Some(date("2026-01-01")));
        assert_eq!(resolve(&leg(366), date("2025-01-01")), Some(date("2024-12-31")));
        assert_eq!(resolve(&leg(60), date("2026-05-09")), None);
    }
}

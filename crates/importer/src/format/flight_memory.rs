//! FlightMemory's FlightData page, saved as HTML: one table row per flight.

use encoding_rs::Encoding;
use holdall_model::{Diagnostic, Kind, Locator, Moment, Offset, Precision, Record, Severity};
use jiff::civil::{Date, Time};

use super::findings::nothing_found;
use super::lines;
use super::qif_date::{self, Order};
use super::sgml::Tags;
use super::{Answers, Confidence, Language, props};
use crate::decide::{Decided, Decisions, Question};
use crate::error::ImportError;
use crate::input::{Head, Input};
use crate::sink::Output;

pub(crate) struct FlightMemory;

impl Language for FlightMemory {
    fn id(&self) -> &'static str {
        "flightmemory"
    }

    fn recognise(&self, head: &Head<'_>) -> Option<Confidence> {
        head.text.contains("FlightMemory - FlightData").then_some(Confidence::Certain)
    }

    fn charset(&self, _head: &Head<'_>) -> Option<&'static Encoding> {
        Some(encoding_rs::WINDOWS_1252)
    }

    fn decide(&self, input: &Input<'_>, answers: &Answers) -> Result<Decided, ImportError> {
        let mut flights = Vec::new();
        walk(input, |row, _, _| {
            flights.push((row.line(0, 0).parse().unwrap_or_default(), row.line(1, 0).to_owned()));
            Ok(())
        })?;
        let mut decisions = Decisions::default();
        match order(&flights) {
            Ok(None) => {}
            Ok(Some(order)) => decisions.set("date-order", order.name()),
            Err(example) => {
                let question = Question::date_order(&example);
                match question.answered(answers) {
                    Some(answer) => decisions.set("date-order", answer),
                    None => return Ok(Decided::Ask(question)),
                }
            }
        }
        Ok(Decided::Ready(decisions))
    }

    fn read(&self, input: &Input<'_>, decisions: &Decisions, out: &mut Output<'_>) -> Result<(), ImportError> {
        // Pages that were read before their order was looked for had the day first.
        let order = decisions.fact("date-order").and_then(Order::named).unwrap_or(Order::DayFirst);
        let (rows, whole) = walk(input, |row, locator, raw| hand_over(row, order, locator, raw, out))?;
        if !whole {
            let text = "The page ends before its table does. If flights are missing, save it again.";
            out.diagnostic(Diagnostic::new("flightmemory-cut-off", Severity::Warning, text).at_row(rows))?;
        }
        if rows == 0 {
            nothing_found(out, "flights")?;
        }
        Ok(())
    }
}

/// Goes through the flights of a page: each with its place and its text. How many there are, and whether their table has an end.
fn walk(input: &Input<'_>, mut each: impl FnMut(&Row, Locator, &str) -> Result<(), ImportError>) -> Result<(u64, bool), ImportError> {
    let mut text = input.text()?;
    let mut tags = Tags::of_page(&mut text, input.at(), input.limits(), lines::base_offset(input));
    let mut table = Table::default();
    let (mut rows, mut seen) = (0, false);
    while let Some(tag) = tags.next()? {
        seen |= tag.name == "TABLE";
        let (name, closing) = (tag.name.clone(), tag.closing);
        let (offset, end) = (tag.offset, tag.tag_end);
        table.take(&name, closing, &tag.value.clone(), offset);
        if table.began(&name, closing) {
            tags.keep();
        } else if let Some(row) = table.ended(&name, closing) {
            let raw = tags.take_kept(row.offset, end);
            // Headings, footers and tables of the page's own frame have no flight in them.
            if row.cells.len() >= 7 && row.cells.iter().any(|c| c.iter().any(|t| airport(t))) {
                rows += 1;
                let length = u32::try_from(end - row.offset).unwrap_or(u32::MAX);
                each(&row, Locator { entry: 0, row: rows, offset: row.offset, length }, &raw)?;
            }
        }
    }
    if !seen {
        return Err(ImportError::damaged(input.at(), "there is no table in it"));
    }
    if table.open() {
        let at = input.at().row(rows).offset(tags.position());
        return Err(ImportError::damaged(at, "the page ends inside its table, so flights are missing"));
    }
    Ok((rows, table.depth == 0))
}

/// The order of a page's dates: with points the day comes first, with dashes it hangs on the person's settings. Told by a day beyond the
/// twelfth, else by the flights' numbers; `Err` with an example where both say nothing, and nothing where nothing hangs on it.
fn order(flights: &[(u32, String)]) -> Result<Option<Order>, String> {
    let told: Vec<(&String, Result<Order, ()>)> = flights.iter().filter_map(|(_, date)| Some((date, qif_date::evidence(date)?))).collect();
    let proved = |order: Order| told.iter().any(|(_, t)| *t == Ok(order));
    let example = || told.first().map(|(date, _)| (*date).clone()).unwrap_or_default();
    match (proved(Order::DayFirst), proved(Order::MonthFirst)) {
        (true, false) => return Ok(Some(Order::DayFirst)),
        (false, true) => return Ok(Some(Order::MonthFirst)),
        (true, true) => return Err(example()),
        (false, false) if told.is_empty() => return Ok(None),
        (false, false) if told.iter().all(|(date, _)| date.contains('.')) => return Ok(Some(Order::DayFirst)),
        (false, false) => {}
    }
    match [Order::DayFirst, Order::MonthFirst].map(|order| follows(flights, order)) {
        [true, false] => Ok(Some(Order::DayFirst)),
        [false, true] => Ok(Some(Order::MonthFirst)),
        _ => Err(example()),
    }
}

/// Whether the days go as the flights' numbers go: the newest flight has the highest.
fn follows(flights: &[(u32, String)], order: Order) -> bool {
    let numbered = flights.iter().filter_map(|(number, date)| Some((*number, qif_date::read(date, Some(order))?)));
    let mut sorted: Vec<(u32, Date)> = numbered.collect();
    sorted.sort_by_key(|(number, _)| *number);
    sorted.windows(2).all(|pair| pair[0].1 <= pair[1].1)
}

/// A row of the outer table: for each cell its lines of text.
#[derive(Default)]
struct Row {
    offset: u64,
    /// Tables open where the row began; nested ones belong to its cell.
    depth: usize,
    cells: Vec<Vec<String>>,
}

impl Row {
    fn line(&self, cell: usize, n: usize) -> &str {
        self.cells.get(cell).and_then(|c| c.get(n)).map_or("", String::as_str)
    }
}

#[derive(Default)]
struct Table {
    depth: usize,
    row: Option<Row>,
    began: bool,
    done: Option<Row>,
}

impl Table {
    fn take(&mut self, name: &str, closing: bool, value: &str, offset: u64) {
        self.began = false;
        match (name, closing) {
            ("TABLE", false) => self.depth += 1,
            ("TABLE", true) => {
                self.depth = self.depth.saturating_sub(1);
                if self.row.as_ref().is_some_and(|row| self.depth < row.depth) {
                    self.done = self.row.take();
                }
            }
            ("TR", false) if self.row.as_ref().is_none_or(|row| row.depth == self.depth) => {
                self.done = self.row.take();
                self.row = Some(Row { offset, depth: self.depth, cells: Vec::new() });
                self.began = true;
            }
            ("TR", true) if self.row.as_ref().is_some_and(|row| row.depth == self.depth) => self.done = self.row.take(),
            ("TD" | "TH", false) => {
                if let Some(row) = self.row.as_mut().filter(|row| row.depth == self.depth && row.cells.len() < 64) {
                    row.cells.push(Vec::new());
                }
            }
            _ => {}
        }
        if let Some(cell) = self.row.as_mut().and_then(|row| row.cells.last_mut()) {
            let text = value.split_whitespace().collect::<Vec<_>>().join(" ");
            if !text.is_empty() && cell.len() < 64 {
                cell.push(text);
            }
        }
    }

    fn began(&self, name: &str, closing: bool) -> bool {
        self.began && name == "TR" && !closing && self.done.is_none()
    }

    fn ended(&mut self, _name: &str, _closing: bool) -> Option<Row> {
        self.done.take()
    }

    fn open(&self) -> bool {
        self.depth > 0 && self.row.is_some()
    }
}

fn airport(text: &str) -> bool {
    text.len() == 3 && text.bytes().all(|b| b.is_ascii_uppercase())
}

/// Columns: number, date and times, from, city, to, city, distance and time, airline and number, plane, seat.
fn hand_over(row: &Row, order: Order, locator: Locator, raw: &str, out: &mut Output<'_>) -> Result<(), ImportError> {
    let mut record = Record::new(Kind::Flight);
    record.locator = locator;
    match fill(row, order, &mut record) {
        Some(()) => out.record(&mut record),
        None => {
            out.quarantine(locator, "flightmemory-row", "The flight was set aside: its date or airports are not where they must be.", raw)
        }
    }
}

fn fill(row: &Row, order: Order, record: &mut Record) -> Option<()> {
    let line = |cell: usize, n: usize| row.line(cell, n);
    let (from, to) = (line(2, 0), line(4, 0));
    if !airport(from) || !airport(to) {
        return None;
    }
    let departure = departure(line(1, 0), order, line(1, 1))?;
    record.moment = Some(departure);
    // The distance cell may hold a table of its own; what stands behind it counts from the end.
    let distance = row.cells.get(6)?;
    let (airline, number) = (line(7, 0), line(7, 1));
    record.party.push_str(airline);
    record.title = format!("{number} {from}\u{2013}{to}").trim().to_owned();
    let fields = &mut record.fields;
    fields.set(props::departure_airport(), from);
    fields.set(props::arrival_airport(), to);
    fields.set(props::flight_number(), &number.split_whitespace().collect::<String>());
    if let Some(arrival) = arrival(departure, line(1, 2)) {
        fields.set(props::arrival_time(), &arrival.to_string());
    }
    if let Some((value, unit)) = distance_of(distance) {
        fields.set(props::distance(), &format!("{value} {unit}"));
    }
    if let Some(seconds) = distance
        .iter()
        .find_map(|t| t.split_once(':').and_then(|(h, m)| Some(h.parse::<u32>().ok()?.checked_mul(3600)? + m.parse::<u32>().ok()? * 60)))
    {
        fields.set(props::duration(), &seconds.to_string());
    }
    fields.set(props::aircraft(), line(8, 0));
    fields.set(props::tail_number(), line(8, 1));
    let seat = row.cells.get(9).map(Vec::as_slice).unwrap_or_default();
    let (place, kind) = seat.first().map_or(("", ""), |s| s.split_once('/').unwrap_or((s, "")));
    if place.bytes().any(|b| b.is_ascii_digit()) {
        fields.set(props::seat_number(), place);
        fields.set(props::seat_type(), kind);
    }
    if let [_, class, _, reason] = seat {
        fields.set(props::cabin_class(), class);
        fields.set(props::reason(), reason);
    }
    record.unmapped = row.cells.iter().flatten().skip(1).cloned().collect::<Vec<_>>().join(" ");
    Some(())
}

/// `429 mi` or `429`, `mi`.
fn distance_of(cell: &[String]) -> Option<(String, &str)> {
    let words: Vec<&str> = cell.iter().flat_map(|t| t.split_whitespace()).collect();
    let at = words.iter().position(|w| matches!(*w, "mi" | "km"))?;
    let number: String = words.get(at.checked_sub(1)?)?.chars().filter(|c| !matches!(c, ',' | '.')).collect();
    (!number.is_empty() && number.bytes().all(|b| b.is_ascii_digit())).then_some((number, words[at]))
}

/// `10-05-2009` or `10.05.2009`, and `06:10`; older flights may tell the year or the month only.
fn departure(date: &str, order: Order, time: &str) -> Option<Moment> {
    let parts: Vec<i16> = date.split(['-', '.']).map(str::parse).collect::<Result<_, _>>().ok()?;
    let small = |n: i16| i8::try_from(n).ok();
    let date = match parts.as_slice() {
        [year] => return Moment::from_year(*year).ok(),
        [month, year] => return Moment::from_year_month(*year, small(*month)?).ok(),
        [_, _, _] => qif_date::read(date, Some(order))?,
        _ => return None,
    };
    Some(match clock(time) {
        Some(time) => Moment::from_datetime(date.to_datetime(time), Precision::Minute, Offset::Local),
        None => Moment::from_date(date),
    })
}

fn clock(text: &str) -> Option<Time> {
    let (hour, minute) = text.split_whitespace().next()?.split_once(':')?;
    Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()
}

/// `17:35 -1`: the clock at the other end, and days to add.
fn arrival(departure: Moment, text: &str) -> Option<Moment> {
    if departure.precision() < Precision::Day {
        return None;
    }
    let time = clock(text)?;
    let days: i64 = text.split_whitespace().nth(1).map_or(Ok(0), str::parse).ok().filter(|d| (-2..=2).contains(d))?;
    let date = departure.date().checked_add(jiff::Span::new().days(days)).ok()?;
    Some(Moment::from_datetime(date.to_datetime(time), Precision::Minute, Offset::Local))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{read, recognise};

    fn row(date: &str) -> String {
        numbered(1, date)
    }

    fn numbered(number: usize, date: &str) -> String {
        format!(
            "<tr valign=top><td class=\"liste\">{number}</td><td class=\"liste\"><nobr>{date}</nobr><br>23:10<br>06:35 +1</td><td><b>OSL</b></td><td><b>Oslo</b><br>Norway</td><td><b>JFK</b></td><td><b>New York</b><br>United States<br>Kennedy</td><th><table><tr><td>3,675&nbsp;</td><td>mi</td></tr><tr><td>8:25&nbsp;</td><td>h</td></tr></table></th><td>Test Air<br>TA 12</td><td>Boeing 737-600<br>LN-XYZ</td><td>12A/Window<br><small>Economy<br>Passenger<br>Business</small></td></tr>"
        )
    }

    fn page(rows: &str) -> String {
        format!(
            "<html><head><title>FlightMemory - FlightData</title></head><body><table><tr><td>Menu</td></tr></table><table cellspacing=2><tr><th>No</th><th>Date</th></tr>{rows}</table></body></html>"
        )
    }

    #[test]
    fn a_row_is_a_flight() {
        let text = page(&(row("10-05-2009") + &row("2001") + &row("31-02-2009")));
        let kept = read(&FlightMemory, text.as_bytes(), &[("date-order", "dmy")]).expect("reads");
        let record = &kept.records[0];
        assert_eq!(record.moment.map(|m| m.to_string()).as_deref(), Some("2009-05-10T23:10"));
        let field = |p| record.fields.get(p);
        assert_eq!(
            (field(props::arrival_time()), field(props::distance()), field(props::duration())),
            (Some("2009-05-11T06:35"), Some("3675 mi"), Some("30300"))
        );
        assert_eq!(
            (field(props::flight_number()), field(props::tail_number()), field(props::seat_number())),
            (Some("TA12"), Some("LN-XYZ"), Some("12A"))
        );
        assert_eq!((field(props::cabin_class()), field(props::reason())), (Some("Economy"), Some("Business")));
        assert_eq!(kept.records[1].moment.map(|m| m.to_string()).as_deref(), Some("2001"));
        assert_eq!((kept.records.len(), kept.quarantined.len()), (2, 1));
        assert!(kept.quarantined[0].raw.reveal().starts_with("<tr valign=top>") && kept.quarantined[0].raw.reveal().ends_with("</tr>"));
        assert_eq!(recognise(&FlightMemory, text.as_bytes(), ""), Some(Confidence::Certain));
        let cut = text.len() - 60;
        assert!(matches!(read(&FlightMemory, &text.as_bytes()[..cut], &[]), Err(Err(ImportError::Damaged { .. }))));
    }

    #[test]
    fn the_order_of_the_dates_hangs_on_the_page() {
        let days = |dates: &[&str]| {
            let text = page(&dates.iter().enumerate().map(|(i, date)| numbered(99 - i, date)).collect::<String>());
            let told = |record: &Record| record.moment.map(|m| m.date().to_string()).unwrap_or_default();
            read(&FlightMemory, text.as_bytes(), &[])
                .map(|kept| kept.records.iter().map(told).collect::<Vec<_>>())
                .map_err(|question| question.ok().map(|q| q.id))
        };
        let told = |days: &[&str]| Ok(days.iter().map(|d| (*d).to_owned()).collect::<Vec<_>>());
        assert_eq!(days(&["10-05-2009", "09-29-2009"]), told(&["2009-10-05", "2009-09-29"]));
        assert_eq!(days(&["10-05-2009", "29-04-2009"]), told(&["2009-05-10", "2009-04-29"]));
        assert_eq!(days(&["10.05.2009", "03.06.2008"]), told(&["2009-05-10", "2008-06-03"]));
        assert_eq!(days(&["10-05-2009", "09-11-2009"]), told(&["2009-10-05", "2009-09-11"]), "the newest flight has the highest number");
        assert_eq!(days(&["10-05-2009"]), Err(Some("date-order".to_owned())));
        assert_eq!(days(&["10-05-2009", "13-05-2008", "05-13-2008"]), Err(Some("date-order".to_owned())));
        assert_eq!(days(&["2001", "1999"]), told(&["2001-01-01", "1999-01-01"]));
    }
}

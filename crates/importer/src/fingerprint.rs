//! What makes two rows the same row, as keyed hashes that tell nothing to whoever has not the key.

use std::collections::HashSet;

use holdall_model::{Fingerprint, Property, Record};

use crate::hashes::{ByHash, Hashes, Ready};
use crate::sink::Identity;

/// Properties that tell rows apart and that neither the person nor the vendor edits later.
const TELLING: &[&str] = &[
    "orderNumber",
    "orderQuantity",
    "sku",
    "isbn",
    "trackingNumber",
    "valueDate",
    "reference",
    "balance",
    "originalAmount",
    "counterpartyAccount",
    "checkNumber",
    "cardNumber",
    "departureAirport",
    "arrivalAirport",
    "flightNumber",
    "seatNumber",
    "reservationNumber",
    "ticketNumber",
    "endDate",
    "pickupLocation",
    "dropoffLocation",
    "byArtist",
    "inAlbum",
    "partOfSeries",
    "author",
    "device",
    "profile",
    "direction",
    "meter",
    "measurement",
    "email",
    "statusMiles",
    "awardMiles",
    "duration",
    "url",
];

/// What came more than once in an entry, as hashes. Whoever reads the same bytes again by the same plan need remember nothing else.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Repeats(HashSet<u64, Ready>);

/// Gives each record of one entry its identity, no two of them the same. Holds eight bytes per row for telling twins apart, unless
/// it is known what comes again.
pub(crate) struct Identifier {
    key: [u8; 32],
    by_vendor_id: bool,
    telling: [bool; 256],
    seen: Seen,
    again: ByHash<u32>,
    buffer: Vec<u8>,
}

enum Seen {
    /// All hashes so far.
    All(Hashes),
    Known(Repeats),
}

impl Identifier {
    /// `by_vendor_id`: the vendor's own ids were found unique in this entry.
    pub(crate) fn new(key: [u8; 32], by_vendor_id: bool) -> Self {
        let mut telling = [false; 256];
        for property in TELLING.iter().filter_map(|name| Property::named(name)) {
            telling[usize::from(property.code())] = true;
        }
        let seen = Seen::All(Hashes::default());
        Self { key, by_vendor_id, telling, seen, again: ByHash::default(), buffer: Vec::with_capacity(512) }
    }

    /// For an entry that was read before.
    pub(crate) fn knowing(self, repeats: Repeats) -> Self {
        Self { seen: Seen::Known(repeats), ..self }
    }

    /// What came more than once.
    pub(crate) fn repeats(self) -> Repeats {
        Repeats(self.again.into_keys().collect())
    }

    pub(crate) fn identify(&mut self, record: &Record) -> Identity {
        let from_vendor_id = self.by_vendor_id && !record.external_id.is_empty();
        self.buffer.clear();
        self.buffer.extend_from_slice(&[1, record.kind.code(), u8::from(from_vendor_id)]);
        text(&mut self.buffer, &record.account);
        text(&mut self.buffer, &record.external_id);
        if !from_vendor_id {
            moment_and_amount(&mut self.buffer, record);
            folded(&mut self.buffer, &record.title);
            folded(&mut self.buffer, &record.party);
            for (property, value) in record.fields.iter().filter(|(p, _)| self.telling[usize::from(p.code())]) {
                self.buffer.push(property.code());
                folded(&mut self.buffer, value);
            }
        }
        let mut row = self.hash();
        let occurrence = self.occurrence(row);
        if occurrence > 0 {
            self.buffer.clear();
            self.buffer.push(2);
            self.buffer.extend_from_slice(&row);
            self.buffer.extend_from_slice(&occurrence.to_le_bytes());
            row = self.hash();
        }
        self.buffer.clear();
        self.buffer.extend_from_slice(&[3, record.status.code()]);
        self.buffer.extend_from_slice(&row);
        if from_vendor_id {
            moment_and_amount(&mut self.buffer, record);
            text(&mut self.buffer, &record.title);
            text(&mut self.buffer, &record.party);
        }
        // What the row's own hash covers already needs no second hashing.
        for (property, value) in record.fields.iter().filter(|(p, _)| from_vendor_id || !self.telling[usize::from(p.code())]) {
            self.buffer.push(property.code());
            text(&mut self.buffer, value);
        }
        // Not the unmapped cells: a vendor that adds a column has not changed every row.
        Identity { row: Fingerprint(row), content: Fingerprint(self.hash()), from_vendor_id }
    }

    fn hash(&self) -> [u8; 16] {
        let mut out = [0; 16];
        out.copy_from_slice(&blake3::keyed_hash(&self.key, &self.buffer).as_bytes()[..16]);
        out
    }

    /// How often this content came before in the entry.
    fn occurrence(&mut self, hash: [u8; 16]) -> u32 {
        let mut short = [0; 8];
        short.copy_from_slice(&hash[..8]);
        let short = u64::from_le_bytes(short);
        let (comes_again, counted) = match &mut self.seen {
            // What came once was not counted then.
            Seen::All(seen) => (!seen.insert(short), 1),
            Seen::Known(repeats) => (repeats.0.contains(&short), 0),
        };
        if !comes_again {
            return 0;
        }
        let next = self.again.entry(short).or_insert(counted);
        let occurrence = *next;
        *next = occurrence.saturating_add(1);
        occurrence
    }
}

fn text(buffer: &mut Vec<u8>, value: &str) {
    buffer.extend_from_slice(&(value.len() as u64).to_le_bytes());
    buffer.extend_from_slice(value.as_bytes());
}

/// The text without the differences that vendors introduce between two exports of one row: case and runs of blanks.
fn folded(buffer: &mut Vec<u8>, value: &str) {
    let start = buffer.len();
    if value.is_ascii() {
        buffer.reserve(value.len() + 8);
        for word in value.split_ascii_whitespace() {
            if buffer.len() > start {
                buffer.push(b' ');
            }
            let begin = buffer.len();
            buffer.extend_from_slice(word.as_bytes());
            buffer[begin..].make_ascii_lowercase();
        }
        let length = (buffer.len() - start) as u64;
        buffer.extend_from_slice(&length.to_le_bytes());
        return;
    }
    let mut blank = false;
    for c in value.trim().chars() {
        if c.is_whitespace() {
            blank = true;
            continue;
        }
        if std::mem::take(&mut blank) {
            buffer.push(b' ');
        }
        if c.is_ascii() {
            buffer.push(c.to_ascii_lowercase() as u8);
        } else {
            for lower in c.to_lowercase() {
                buffer.extend_from_slice(lower.encode_utf8(&mut [0; 4]).as_bytes());
            }
        }
    }
    let length = (buffer.len() - start) as u64;
    buffer.extend_from_slice(&length.to_le_bytes());
}

fn moment_and_amount(buffer: &mut Vec<u8>, record: &Record) {
    match record.moment {
        Some(moment) => {
            buffer.push(1);
            buffer.extend_from_slice(&moment.sort_key().to_le_bytes());
            buffer.extend_from_slice(&moment.form_code().to_le_bytes());
        }
        None => buffer.push(0),
    }
    match record.amount {
        Some(amount) => {
            buffer.push(1);
            // 5 and 5.00 are one amount.
            let value = amount.value.normalize();
            buffer.extend_from_slice(&value.mantissa().to_le_bytes());
            buffer.extend_from_slice(&value.scale().to_le_bytes());
            buffer.extend_from_slice(amount.unit.as_str().as_bytes());
            buffer.push(0);
        }
        None => buffer.push(0),
    }
}

#[cfg(test)]
mod tests {
    use holdall_model::Kind;

    use super::*;

    fn coffee(status: holdall_model::Status, id: &str) -> Record {
        let mut record = Record::new(Kind::BankTransaction);
        record.moment = "2025-03-04".parse().ok();
        record.title = "Coffee".into();
        record.status = status;
        record.external_id = id.into();
        record
    }

    #[test]
    fn twins_stay_apart_and_the_same_file_gives_the_same_identities() {
        use holdall_model::Status::Booked;
        let read = || {
            let mut identifier = Identifier::new([7; 32], false);
            [0, 1, 2].map(|_| identifier.identify(&coffee(Booked, "")))
        };
        let [a, b, c] = read();
        assert!(a.row != b.row && b.row != c.row && a.row != c.row);
        assert_eq!(read(), [a, b, c]);
        assert_ne!(Identifier::new([8; 32], false).identify(&coffee(Booked, "")).row, a.row, "another key, another hash");
    }

    #[test]
    fn an_entry_that_was_read_before_gives_the_same_identities_again() {
        use holdall_model::Status::Booked;
        let mut twins = [coffee(Booked, ""), coffee(Booked, ""), coffee(Booked, ""), coffee(Booked, "")];
        twins[2].title = "Tea".into();
        let all = |identifier: &mut Identifier| twins.each_ref().map(|record| identifier.identify(record));
        let mut first = Identifier::new([7; 32], false);
        let identities = all(&mut first);
        let repeats = first.repeats();
        assert_eq!(repeats.0.len(), 1, "tea came once");
        let mut second = Identifier::new([7; 32], false).knowing(repeats.clone());
        assert_eq!(all(&mut second), identities);
        assert_eq!(second.repeats(), repeats);
    }

    #[test]
    fn an_id_that_comes_again_nevertheless_makes_another_row() {
        let mut identifier = Identifier::new([7; 32], true);
        let [a, b] = [(); 2].map(|()| identifier.identify(&coffee(holdall_model::Status::Booked, "T1")));
        assert_ne!(a.row, b.row);
    }

    #[test]
    fn a_pending_row_that_is_booked_is_the_same_row_with_other_content() {
        use holdall_model::Status::{Booked, Pending};
        for (by_id, id) in [(true, "T1"), (false, "")] {
            let identify = |status| Identifier::new([7; 32], by_id).identify(&coffee(status, id));
            let (pending, booked) = (identify(Pending), identify(Booked));
            assert_eq!(pending.row, booked.row);
            assert_ne!(pending.content, booked.content);
            assert_eq!(pending.from_vendor_id, by_id);
        }
    }

    #[test]
    fn blanks_and_case_make_no_other_row() {
        let (a, mut b) = (coffee(holdall_model::Status::Booked, ""), coffee(holdall_model::Status::Booked, ""));
        b.title = "  COFFEE ".into();
        let row = |r: &Record| Identifier::new([7; 32], false).identify(r).row;
        assert_eq!(row(&a), row(&b));
        b.title = "Cof fee".into();
        assert_ne!(row(&a), row(&b));
    }
}

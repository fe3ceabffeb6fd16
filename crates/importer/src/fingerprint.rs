//! What makes two rows the same row, as keyed hashes that tell nothing to whoever has not the key.

use std::collections::{HashMap, HashSet};

use holdall_model::{Fingerprint, Property, Record};

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

/// Gives each record of one entry its identity. Holds eight bytes per row for telling twins apart.
pub(crate) struct Identifier {
    key: [u8; 32],
    by_vendor_id: bool,
    telling: [bool; 256],
    seen: HashSet<u64, Ready>,
    again: HashMap<u64, u32, Ready>,
    buffer: Vec<u8>,
}

type Ready = std::hash::BuildHasherDefault<AlreadyHashed>;

/// The keys are hashes themselves.
#[derive(Default)]
struct AlreadyHashed(u64);

impl std::hash::Hasher for AlreadyHashed {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }
    fn write_u64(&mut self, value: u64) {
        self.0 = value;
    }
}

impl Identifier {
    /// `by_vendor_id`: the vendor's own ids were found unique in this entry.
    pub(crate) fn new(key: [u8; 32], by_vendor_id: bool) -> Self {
        let mut telling = [false; 256];
        for property in TELLING.iter().filter_map(|name| Property::named(name)) {
            telling[usize::from(property.code())] = true;
        }
        Self { key, by_vendor_id, telling, seen: HashSet::default(), again: HashMap::default(), buffer: Vec::with_capacity(512) }
    }

    pub(crate) fn identify(&mut self, record: &Record) -> Identity {
        let from_vendor_id = self.by_vendor_id && !record.external_id.is_empty();
        self.buffer.clear();
        self.buffer.extend([1, record.kind.code(), u8::from(from_vendor_id)]);
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
        if !from_vendor_id {
            let occurrence = self.occurrence(row);
            if occurrence > 0 {
                self.buffer.clear();
                self.buffer.push(2);
                self.buffer.extend(row);
                self.buffer.extend(occurrence.to_le_bytes());
                row = self.hash();
            }
        }
        self.buffer.clear();
        self.buffer.extend([3, record.status.code()]);
        self.buffer.extend(row);
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
        if self.seen.insert(short) {
            return 0;
        }
        let times = self.again.entry(short).or_insert(0);
        *times = times.saturating_add(1);
        *times
    }
}

fn text(buffer: &mut Vec<u8>, value: &str) {
    buffer.extend((value.len() as u64).to_le_bytes());
    buffer.extend(value.as_bytes());
}

/// The text without the differences that vendors introduce between two exports of one row: case and runs of blanks.
fn folded(buffer: &mut Vec<u8>, value: &str) {
    let start = buffer.len();
    if value.is_ascii() {
        buffer.reserve(value.len());
        for word in value.split_ascii_whitespace() {
            if buffer.len() > start {
                buffer.push(b' ');
            }
            buffer.extend(word.bytes().map(|b| b.to_ascii_lowercase()));
        }
        let length = (buffer.len() - start) as u64;
        buffer.extend(length.to_le_bytes());
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
                buffer.extend(lower.encode_utf8(&mut [0; 4]).as_bytes());
            }
        }
    }
    let length = (buffer.len() - start) as u64;
    buffer.extend(length.to_le_bytes());
}

fn moment_and_amount(buffer: &mut Vec<u8>, record: &Record) {
    match record.moment {
        Some(moment) => {
            buffer.push(1);
            buffer.extend(moment.sort_key().to_le_bytes());
            buffer.extend(moment.form_code().to_le_bytes());
        }
        None => buffer.push(0),
    }
    match record.amount {
        Some(amount) => {
            buffer.push(1);
            // 5 and 5.00 are one amount.
            let value = amount.value.normalize();
            buffer.extend(value.mantissa().to_le_bytes());
            buffer.extend(value.scale().to_le_bytes());
            buffer.extend(amount.unit.as_str().as_bytes());
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

use serde::{Deserialize, Serialize};

use crate::{Fields, Kind, Moment, Quantity};

/// Whether a record moved money or happened at all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Status {
    /// It happened.
    #[default]
    Booked = 0,
    /// Announced, not final; a later export replaces it.
    Pending = 1,
    /// Cancelled, declined or reverted: kept, but counts for no sum.
    Void = 2,
    /// Told for information only (an authorisation, a memo line): kept, but counts for no sum.
    Info = 3,
}

impl Status {
    pub fn code(self) -> u8 {
        self as u8
    }

    pub fn from_code(code: u8) -> Option<Self> {
        [Self::Booked, Self::Pending, Self::Void, Self::Info].get(usize::from(code)).copied()
    }

    /// Whether the amount belongs into sums.
    pub fn counts(self) -> bool {
        matches!(self, Self::Booked | Self::Pending)
    }
}

/// Where a record's source row stands in its original file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Locator {
    /// Index of the entry in the archive; 0 for a plain file.
    pub entry: u32,
    /// 1-based number of the row: as a spreadsheet numbers it for a CSV (blank lines count), the element's for a JSON array.
    pub row: u64,
    /// Byte offset of the row in the (inflated) entry as UTF-8 text, and its length. Both 0 where the format has no such place.
    pub offset: u64,
    pub length: u32,
}

/// One thing that happened, as one row of a vendor's export tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    pub kind: Kind,
    /// When it happened; `None` only where the vendor does not tell (a contact, a pending booking).
    pub moment: Option<Moment>,
    pub amount: Option<Quantity>,
    pub status: Status,
    /// The line by which a person recognises it: product, booking text, route, track.
    pub title: String,
    /// The other side: shop, counterparty, airline, artist.
    pub party: String,
    /// Which of the person's accounts with this vendor (IBAN, card, profile); empty if the file does not tell.
    pub account: String,
    /// The vendor's own id of this row; empty if there is none.
    pub external_id: String,
    pub fields: Fields,
    /// Text of the cells that no definition maps, for the search index only: it is read back from the original.
    pub unmapped: String,
    pub locator: Locator,
}

impl Record {
    /// An empty record, to be filled and cleared once per row.
    pub fn new(kind: Kind) -> Self {
        Self {
            kind,
            moment: None,
            amount: None,
            status: Status::Booked,
            title: String::new(),
            party: String::new(),
            account: String::new(),
            external_id: String::new(),
            fields: Fields::default(),
            unmapped: String::new(),
            locator: Locator::default(),
        }
    }

    /// Makes it empty again without giving its buffers back.
    pub fn clear(&mut self, kind: Kind) {
        self.kind = kind;
        self.moment = None;
        self.amount = None;
        self.status = Status::Booked;
        self.title.clear();
        self.party.clear();
        self.account.clear();
        self.external_id.clear();
        self.fields.clear();
        self.unmapped.clear();
        self.locator = Locator::default();
    }
}

use serde::{Deserialize, Serialize};

/// What a record is about.
///
/// The number is the kind's form on disk: new kinds are added at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Kind {
    BankTransaction = 0,
    OrderLine = 1,
    Refund = 2,
    Flight = 3,
    Stay = 4,
    Ride = 5,
    Journey = 6,
    Listen = 7,
    Watch = 8,
    Read = 9,
    EnergyReading = 10,
    HealthSample = 11,
    Contact = 12,
    LoyaltyEntry = 13,
    /// A row whose meaning no definition tells; all its cells are kept.
    Other = 14,
}

struct Entry {
    slug: &'static str,
    schema_type: &'static str,
    label: &'static str,
    plural: &'static str,
    strand: &'static str,
    personal_data: &'static str,
    properties: &'static [&'static str],
}

const TRIP: &[&str] =
    &["pickupLocation", "dropoffLocation", "endDate", "vehicleType", "distance", "duration", "paymentMethod", "category", "memo"];
const MEDIA: &[&str] = &[
    "byArtist",
    "inAlbum",
    "partOfSeries",
    "author",
    "publisher",
    "isbn",
    "numberOfPages",
    "datePublished",
    "reviewRating",
    "reviewBody",
    "duration",
    "endDate",
    "device",
    "url",
    "profile",
    "skipped",
    "country",
    "category",
    "tags",
    "memo",
];

static TABLE: [Entry; 15] = [
    Entry {
        slug: "bank_transaction",
        schema_type: "dgp:BankTransaction",
        label: "Bank transaction",
        plural: "Bank transactions",
        strand: "bank-transactions",
        personal_data: "https://w3id.org/dpv/pd#Transaction",
        properties: &[
            "valueDate",
            "transactionType",
            "reference",
            "memo",
            "category",
            "fee",
            "originalAmount",
            "exchangeRate",
            "balance",
            "counterpartyAccount",
            "mandateReference",
            "creditorId",
            "checkNumber",
            "cardNumber",
            "tags",
            "country",
            "profile",
        ],
    },
    Entry {
        slug: "order_line",
        schema_type: "OrderItem",
        label: "Purchase",
        plural: "Purchases",
        strand: "purchases",
        personal_data: "https://w3id.org/dpv/pd#Purchase",
        properties: &[
            "orderNumber",
            "orderQuantity",
            "price",
            "tax",
            "shippingCharge",
            "discount",
            "sku",
            "isbn",
            "gtin",
            "category",
            "paymentMethod",
            "deliveryStatus",
            "shipDate",
            "itemCondition",
            "marketplace",
            "deliveryAddress",
            "billingAddress",
            "giftMessage",
            "giftRecipient",
            "trackingNumber",
            "storeLocation",
            "memo",
            "url",
        ],
    },
    Entry {
        slug: "refund",
        schema_type: "dgp:Refund",
        label: "Refund",
        plural: "Refunds",
        strand: "purchases",
        personal_data: "https://w3id.org/dpv/pd#Purchase",
        properties: &[
            "orderNumber",
            "orderQuantity",
            "reason",
            "paymentMethod",
            "marketplace",
            "sku",
            "reference",
            "deliveryStatus",
            "memo",
        ],
    },
    Entry {
        slug: "flight",
        schema_type: "Flight",
        label: "Flight",
        plural: "Flights",
        strand: "flights",
        personal_data: "https://w3id.org/dpv/pd#TravelHistory",
        properties: &[
            "departureAirport",
            "arrivalAirport",
            "flightNumber",
            "arrivalTime",
            "scheduledDeparture",
            "scheduledArrival",
            "seatNumber",
            "seatType",
            "cabinClass",
            "aircraft",
            "tailNumber",
            "reservationNumber",
            "ticketNumber",
            "fareClass",
            "distance",
            "duration",
            "awardMiles",
            "statusMiles",
            "statusPoints",
            "departureGate",
            "arrivalGate",
            "passengerName",
            "reason",
            "memo",
        ],
    },
    Entry {
        slug: "stay",
        schema_type: "LodgingReservation",
        label: "Stay",
        plural: "Stays",
        strand: "stays",
        personal_data: "https://w3id.org/dpv/pd#TravelHistory",
        properties: &[
            "checkinTime",
            "checkoutTime",
            "numberOfNights",
            "reservationNumber",
            "fee",
            "price",
            "passengerName",
            "transactionType",
            "reference",
            "memo",
        ],
    },
    Entry {
        slug: "ride",
        schema_type: "TaxiReservation",
        label: "Ride",
        plural: "Rides",
        strand: "rides",
        personal_data: "https://w3id.org/dpv/pd#TravelHistory",
        properties: TRIP,
    },
    Entry {
        slug: "journey",
        schema_type: "Trip",
        label: "Journey",
        plural: "Journeys",
        strand: "rides",
        personal_data: "https://w3id.org/dpv/pd#TravelHistory",
        properties: TRIP,
    },
    Entry {
        slug: "listen",
        schema_type: "ListenAction",
        label: "Listen",
        plural: "Listening",
        strand: "listens",
        personal_data: "https://w3id.org/dpv/pd#ServiceConsumptionBehavior",
        properties: MEDIA,
    },
    Entry {
        slug: "watch",
        schema_type: "WatchAction",
        label: "Watch",
        plural: "Watching",
        strand: "watches",
        personal_data: "https://w3id.org/dpv/pd#TVViewingBehavior",
        properties: MEDIA,
    },
    Entry {
        slug: "read",
        schema_type: "ReadAction",
        label: "Read",
        plural: "Reading",
        strand: "reads",
        personal_data: "https://w3id.org/dpv/pd#ServiceConsumptionBehavior",
        properties: MEDIA,
    },
    Entry {
        slug: "energy_reading",
        schema_type: "dgp:EnergyReading",
        label: "Energy reading",
        plural: "Energy readings",
        strand: "energy",
        personal_data: "https://w3id.org/dpv/pd#ServiceConsumptionBehavior",
        properties: &["endDate", "duration", "cost", "direction", "meter", "memo"],
    },
    Entry {
        slug: "health_sample",
        schema_type: "dgp:HealthSample",
        label: "Health measurement",
        plural: "Health measurements",
        strand: "health",
        personal_data: "https://w3id.org/dpv/pd#Health",
        properties: &["measurement", "endDate", "duration", "distance", "device", "category", "memo", "count"],
    },
    Entry {
        slug: "contact",
        schema_type: "Person",
        label: "Contact",
        plural: "Contacts",
        strand: "contacts",
        personal_data: "https://w3id.org/dpv/pd#Contact",
        properties: &["email", "telephone", "worksFor", "jobTitle", "url", "memo"],
    },
    Entry {
        slug: "loyalty_entry",
        schema_type: "ProgramMembership",
        label: "Loyalty entry",
        plural: "Loyalty entries",
        strand: "memberships",
        personal_data: "https://w3id.org/dpv/pd#AccountIdentifier",
        properties: &[
            "membershipNumber",
            "pointsEarned",
            "pointsSpent",
            "awardMiles",
            "statusMiles",
            "statusPoints",
            "reference",
            "storeLocation",
            "category",
            "memo",
        ],
    },
    Entry {
        slug: "other",
        schema_type: "Thing",
        label: "Other record",
        plural: "Other records",
        strand: "other",
        personal_data: "https://w3id.org/dpv/pd#PersonalData",
        properties: &["category", "reference", "memo", "url"],
    },
];

impl Kind {
    pub const ALL: [Kind; 15] = [
        Kind::BankTransaction,
        Kind::OrderLine,
        Kind::Refund,
        Kind::Flight,
        Kind::Stay,
        Kind::Ride,
        Kind::Journey,
        Kind::Listen,
        Kind::Watch,
        Kind::Read,
        Kind::EnergyReading,
        Kind::HealthSample,
        Kind::Contact,
        Kind::LoyaltyEntry,
        Kind::Other,
    ];

    /// The number this kind has on disk.
    pub fn code(self) -> u8 {
        self as u8
    }

    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.get(usize::from(code)).copied()
    }

    pub fn slug(self) -> &'static str {
        self.entry().slug
    }

    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.slug() == slug)
    }

    /// schema.org type, or `dgp:` where schema.org has none.
    pub fn schema_type(self) -> &'static str {
        self.entry().schema_type
    }

    pub fn label(self) -> &'static str {
        self.entry().label
    }

    pub fn plural(self) -> &'static str {
        self.entry().plural
    }

    /// The shareable strand this kind belongs to.
    pub fn strand(self) -> &'static str {
        self.entry().strand
    }

    /// The W3C DPV-PD category.
    pub fn personal_data(self) -> &'static str {
        self.entry().personal_data
    }

    /// Names of the properties a record of this kind may have.
    pub fn properties(self) -> &'static [&'static str] {
        self.entry().properties
    }

    fn entry(self) -> &'static Entry {
        &TABLE[usize::from(self.code())]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_slugs_and_properties_agree() {
        for (i, kind) in Kind::ALL.into_iter().enumerate() {
            assert_eq!(usize::from(kind.code()), i);
            assert_eq!(Kind::from_slug(kind.slug()), Some(kind));
            assert_eq!(serde_json::to_value(kind).expect("serialises"), kind.slug());
            for name in kind.properties() {
                assert!(crate::Property::named(name).is_some(), "{name} of {} is no property", kind.slug());
            }
        }
    }
}

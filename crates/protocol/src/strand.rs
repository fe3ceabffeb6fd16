//! The catalogue of strands: which fields a partner may ask for, by what names they travel, and in what form.
//!
//! Names are schema.org's where it has one. Every value is a JSON string, so that no number loses a digit on its way.

/// The form of a field's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Text,
    /// Exact decimal with `.` as mark.
    Number,
    /// Decimal, blank, unit: `12.30 EUR`.
    Quantity,
    /// ISO 8601, possibly of reduced precision: `2026-03`.
    Moment,
    /// Whole seconds.
    Duration,
    /// `true` or `false`.
    Truth,
}

/// One kind of data a person can share.
#[derive(Debug)]
pub struct Strand {
    pub name: &'static str,
    /// DPV-PD categories a descriptor may give for it; the first is the usual one.
    pub personal_data: &'static [&'static str],
    /// Whether law treats it as a special category.
    pub special: bool,
    /// The field that tells when it happened: the one a time constraint bounds.
    pub when: &'static str,
    /// The field by which a person recognises a record.
    pub what: &'static str,
    /// The field that names the other side.
    pub who: &'static str,
    /// The field with the amount.
    pub amount: &'static str,
    /// Fields beside these four.
    pub more: &'static [&'static str],
}

impl Strand {
    pub fn named(name: &str) -> Option<&'static Strand> {
        ALL.iter().find(|s| s.name == name)
    }

    /// Every field, the four common ones first.
    pub fn fields(&self) -> impl Iterator<Item = &'static str> {
        [self.when, self.what, self.who, self.amount, STATUS].into_iter().chain(self.more.iter().copied())
    }

    pub fn has(&self, field: &str) -> bool {
        self.fields().any(|f| f == field)
    }

    /// The form of one of its fields. `None` if it has no such field.
    pub fn form(&self, field: &str) -> Option<Form> {
        if !self.has(field) {
            return None;
        }
        Some(match field {
            f if f == self.when => Form::Moment,
            f if f == self.amount => Form::Quantity,
            f => FORMS.iter().find(|(name, _)| *name == f).map_or(Form::Text, |(_, form)| *form),
        })
    }

    /// The `schema` member of a parcel.
    pub fn schema(&self) -> String {
        format!("{}{}/1", crate::names::STRAND_SCHEMA_BASE, self.name)
    }
}

/// Whether a record happened: `booked`, `pending`, `void` or `info`. A field of every strand.
pub const STATUS: &str = "status";

/// Fields that are not plain text.
static FORMS: &[(&str, Form)] = &[
    ("orderQuantity", Form::Number),
    ("price", Form::Quantity),
    ("tax", Form::Quantity),
    ("shippingCharge", Form::Quantity),
    ("discount", Form::Quantity),
    ("shipDate", Form::Moment),
    ("valueDate", Form::Moment),
    ("fee", Form::Quantity),
    ("originalAmount", Form::Quantity),
    ("exchangeRate", Form::Number),
    ("balance", Form::Quantity),
    ("arrivalTime", Form::Moment),
    ("scheduledDeparture", Form::Moment),
    ("scheduledArrival", Form::Moment),
    ("distance", Form::Quantity),
    ("duration", Form::Duration),
    ("awardMiles", Form::Number),
    ("statusMiles", Form::Number),
    ("statusPoints", Form::Number),
    ("endDate", Form::Moment),
    ("checkinTime", Form::Moment),
    ("checkoutTime", Form::Moment),
    ("numberOfNights", Form::Number),
    ("numberOfPages", Form::Number),
    ("reviewRating", Form::Number),
    ("skipped", Form::Truth),
    ("cost", Form::Quantity),
    ("pointsEarned", Form::Number),
    ("pointsSpent", Form::Number),
    ("count", Form::Number),
];

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

/// Version 1 of the catalogue. Additive: a field is never renamed or given another meaning.
pub static ALL: &[Strand] = &[
    Strand {
        name: "bank-transactions",
        personal_data: &["https://w3id.org/dpv/pd#Transaction", "https://w3id.org/dpv/pd#BankAccount"],
        special: false,
        when: "postedDate",
        what: "description",
        who: "payee",
        amount: "amount",
        more: &[
            "accountId",
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
    Strand {
        name: "purchases",
        personal_data: &["https://w3id.org/dpv/pd#Purchase"],
        special: false,
        when: "orderDate",
        what: "name",
        who: "seller",
        amount: "totalPaymentDue",
        more: &[
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
            "reason",
            "reference",
            "memo",
            "url",
        ],
    },
    Strand {
        name: "flights",
        personal_data: &["https://w3id.org/dpv/pd#TravelHistory"],
        special: false,
        when: "departureTime",
        what: "name",
        who: "provider",
        amount: "totalPrice",
        more: &[
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
    Strand {
        name: "stays",
        personal_data: &["https://w3id.org/dpv/pd#TravelHistory"],
        special: false,
        when: "startDate",
        what: "name",
        who: "provider",
        amount: "totalPrice",
        more: &[
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
    Strand {
        name: "rides",
        personal_data: &["https://w3id.org/dpv/pd#TravelHistory"],
        special: false,
        when: "startDate",
        what: "name",
        who: "provider",
        amount: "totalPrice",
        more: &["pickupLocation", "dropoffLocation", "endDate", "vehicleType", "distance", "duration", "paymentMethod", "category", "memo"],
    },
    Strand {
        name: "listens",
        personal_data: &["https://w3id.org/dpv/pd#ServiceConsumptionBehavior"],
        special: false,
        when: "startDate",
        what: "name",
        who: "creator",
        amount: "totalPrice",
        more: MEDIA,
    },
    Strand {
        name: "watches",
        personal_data: &["https://w3id.org/dpv/pd#TVViewingBehavior"],
        special: false,
        when: "startDate",
        what: "name",
        who: "creator",
        amount: "totalPrice",
        more: MEDIA,
    },
    Strand {
        name: "reads",
        personal_data: &["https://w3id.org/dpv/pd#ServiceConsumptionBehavior"],
        special: false,
        when: "startDate",
        what: "name",
        who: "creator",
        amount: "totalPrice",
        more: MEDIA,
    },
    Strand {
        name: "energy",
        personal_data: &["https://w3id.org/dpv/pd#ServiceConsumptionBehavior"],
        special: false,
        when: "startDate",
        what: "name",
        who: "provider",
        amount: "amount",
        more: &["endDate", "duration", "cost", "direction", "meter", "memo"],
    },
    Strand {
        name: "health",
        personal_data: &["https://w3id.org/dpv/pd#Health"],
        special: true,
        when: "startDate",
        what: "name",
        who: "provider",
        amount: "amount",
        more: &["measurement", "endDate", "duration", "distance", "device", "category", "memo", "count"],
    },
    Strand {
        name: "contacts",
        personal_data: &["https://w3id.org/dpv/pd#Contact"],
        special: false,
        when: "startDate",
        what: "name",
        who: "affiliation",
        amount: "amount",
        more: &["email", "telephone", "worksFor", "jobTitle", "url", "memo"],
    },
    Strand {
        name: "memberships",
        personal_data: &["https://w3id.org/dpv/pd#AccountIdentifier"],
        special: false,
        when: "startDate",
        what: "name",
        who: "programName",
        amount: "points",
        more: &[
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
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_within_a_strand() {
        for strand in ALL {
            let mut fields: Vec<_> = strand.fields().collect();
            let count = fields.len();
            fields.sort_unstable();
            fields.dedup();
            assert_eq!(fields.len(), count, "{}", strand.name);
        }
    }

    #[test]
    fn forms_follow_the_field() {
        let flights = Strand::named("flights").expect("in the catalogue");
        assert_eq!(flights.form("departureTime"), Some(Form::Moment));
        assert_eq!(flights.form("distance"), Some(Form::Quantity));
        assert_eq!(flights.form("cabinClass"), Some(Form::Text));
        assert_eq!(flights.form("isbn"), None);
        assert_eq!(flights.schema(), "https://dgp.example/schema/flights/1");
    }
}

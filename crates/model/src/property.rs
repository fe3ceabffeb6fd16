use std::fmt;

use serde::{Deserialize, Serialize};

/// The form of a property's text, so that every face can show, sort and coarsen it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ValueType {
    Text,
    /// Exact decimal with `.` as mark.
    Number,
    /// Decimal, blank, unit: `12.30 EUR`.
    Quantity,
    /// ISO 8601, possibly of reduced precision, as in [`crate::Moment`].
    Moment,
    /// Whole seconds.
    Duration,
    /// `true` or `false`.
    Truth,
    Url,
}

/// A named fact about a record beside its common columns. Names are schema.org's where it has one.
///
/// The number is the property's form on disk: entries are only ever added at the end of [`TABLE`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Property(u8);

struct Entry {
    name: &'static str,
    label: &'static str,
    value: ValueType,
    /// Names or identifies somebody else than the person: left out of a share unless chosen.
    other_people: bool,
}

const fn entry(name: &'static str, label: &'static str, value: ValueType) -> Entry {
    Entry { name, label, value, other_people: false }
}

const fn about_others(name: &'static str, label: &'static str, value: ValueType) -> Entry {
    Entry { name, label, value, other_people: true }
}

use ValueType::{Duration, Moment as MomentType, Number, Quantity as QuantityType, Text, Truth, Url};

/// Append only: the index is stored.
static TABLE: &[Entry] = &[
    entry("orderNumber", "Order number", Text),
    entry("orderQuantity", "Quantity", Number),
    entry("price", "Unit price", QuantityType),
    entry("tax", "Tax", QuantityType),
    entry("shippingCharge", "Shipping", QuantityType),
    entry("discount", "Discount", QuantityType),
    entry("sku", "Article number", Text),
    entry("isbn", "ISBN", Text),
    entry("gtin", "Bar code number", Text),
    entry("category", "Category", Text),
    entry("paymentMethod", "Paid with", Text),
    entry("deliveryStatus", "Delivery", Text),
    entry("shipDate", "Sent on", MomentType),
    entry("itemCondition", "Condition", Text),
    entry("marketplace", "Shop", Text),
    about_others("deliveryAddress", "Delivery address", Text),
    about_others("billingAddress", "Billing address", Text),
    about_others("giftMessage", "Gift message", Text),
    about_others("giftRecipient", "Gift for", Text),
    entry("trackingNumber", "Tracking number", Text),
    entry("reason", "Reason", Text),
    entry("valueDate", "Value date", MomentType),
    entry("transactionType", "Type", Text),
    entry("reference", "Reference", Text),
    entry("memo", "Note", Text),
    entry("fee", "Fee", QuantityType),
    entry("originalAmount", "Original amount", QuantityType),
    entry("exchangeRate", "Exchange rate", Number),
    entry("balance", "Balance after", QuantityType),
    about_others("counterpartyAccount", "Other account", Text),
    entry("mandateReference", "Mandate", Text),
    entry("creditorId", "Creditor id", Text),
    entry("checkNumber", "Cheque number", Text),
    entry("cardNumber", "Card", Text),
    entry("departureAirport", "From", Text),
    entry("arrivalAirport", "To", Text),
    entry("flightNumber", "Flight", Text),
    entry("arrivalTime", "Arrives", MomentType),
    entry("scheduledDeparture", "Scheduled departure", MomentType),
    entry("scheduledArrival", "Scheduled arrival", MomentType),
    entry("seatNumber", "Seat", Text),
    entry("seatType", "Seat type", Text),
    entry("cabinClass", "Cabin", Text),
    entry("aircraft", "Aircraft", Text),
    entry("tailNumber", "Registration", Text),
    entry("reservationNumber", "Booking code", Text),
    entry("ticketNumber", "Ticket number", Text),
    entry("fareClass", "Fare class", Text),
    entry("distance", "Distance", QuantityType),
    entry("duration", "Duration", Duration),
    entry("awardMiles", "Award miles", Number),
    entry("statusMiles", "Status miles", Number),
    entry("statusPoints", "Points", Number),
    entry("departureGate", "Departure gate", Text),
    entry("arrivalGate", "Arrival gate", Text),
    about_others("passengerName", "Passenger", Text),
    entry("endDate", "Ends", MomentType),
    entry("checkinTime", "Check-in", MomentType),
    entry("checkoutTime", "Check-out", MomentType),
    entry("numberOfNights", "Nights", Number),
    entry("pickupLocation", "From", Text),
    entry("dropoffLocation", "To", Text),
    entry("vehicleType", "Vehicle", Text),
    entry("byArtist", "Artist", Text),
    entry("inAlbum", "Album", Text),
    entry("partOfSeries", "Series", Text),
    entry("author", "Author", Text),
    entry("publisher", "Publisher", Text),
    entry("numberOfPages", "Pages", Number),
    entry("datePublished", "Published", Text),
    entry("reviewRating", "Rating", Number),
    entry("reviewBody", "Review", Text),
    entry("device", "Device", Text),
    entry("url", "Link", Url),
    entry("profile", "Profile", Text),
    entry("skipped", "Skipped", Truth),
    entry("country", "Country", Text),
    entry("cost", "Cost", QuantityType),
    entry("direction", "Direction", Text),
    entry("meter", "Meter", Text),
    entry("measurement", "Measurement", Text),
    about_others("email", "E-mail", Text),
    about_others("telephone", "Telephone", Text),
    about_others("worksFor", "Works for", Text),
    about_others("jobTitle", "Job", Text),
    entry("membershipNumber", "Membership number", Text),
    entry("pointsEarned", "Points earned", Number),
    entry("pointsSpent", "Points spent", Number),
    entry("storeLocation", "Store", Text),
    entry("tags", "Tags", Text),
    entry("count", "Number", Number),
    entry("time", "Time zone", Text),
];

impl Property {
    /// Looks a property up by its schema.org name.
    pub fn named(name: &str) -> Option<Self> {
        let index = TABLE.iter().position(|e| e.name == name)?;
        u8::try_from(index).ok().map(Self)
    }

    pub fn all() -> impl Iterator<Item = Self> {
        (0u8..).take(TABLE.len()).map(Self)
    }

    /// The number this property has on disk.
    pub fn code(self) -> u8 {
        self.0
    }

    pub fn from_code(code: u8) -> Option<Self> {
        (usize::from(code) < TABLE.len()).then_some(Self(code))
    }

    pub fn name(self) -> &'static str {
        self.entry().name
    }

    /// What a person reads beside the value.
    pub fn label(self) -> &'static str {
        self.entry().label
    }

    pub fn value_type(self) -> ValueType {
        self.entry().value
    }

    pub fn about_others(self) -> bool {
        self.entry().other_people
    }

    fn entry(self) -> &'static Entry {
        &TABLE[usize::from(self.0)]
    }
}

impl fmt::Debug for Property {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for Property {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Property {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Self::named(&name).ok_or_else(|| serde::de::Error::custom(format!("no property is called {name}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_codes_stable() {
        let names: std::collections::HashSet<_> = TABLE.iter().map(|e| e.name).collect();
        assert_eq!(names.len(), TABLE.len());
        // Written to disk: these must never move.
        for (name, code) in [("orderNumber", 0), ("valueDate", 21), ("departureAirport", 34), ("byArtist", 63)] {
            assert_eq!(Property::named(name).map(Property::code), Some(code), "{name}");
        }
    }
}

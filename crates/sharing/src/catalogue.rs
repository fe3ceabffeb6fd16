//! Where each field of the protocol's catalogue comes from in a record, and how it is called in front of a person.

use holdall_model::{Kind, Property, Quantity, Record, Status};
use holdall_protocol::strand::{Form, STATUS, Strand};

/// The kinds of record that belong to a strand.
pub fn kinds(strand: &str) -> Vec<Kind> {
    Kind::ALL.into_iter().filter(|k| k.strand() == strand).collect()
}

/// What a person reads for a strand: the plural of its kinds.
pub fn strand_label(strand: &str) -> &'static str {
    match strand {
        "rides" => "Rides and journeys",
        _ => kinds(strand).first().map_or("Other records", |k| k.plural()),
    }
}

/// What a person reads for a field of a strand.
pub fn field_label(strand: &Strand, field: &str) -> String {
    let fixed = match field {
        "orderDate" => "Order date",
        "departureTime" => "Departs",
        "postedDate" => "Booked on",
        "startDate" => "Date",
        "description" => "Booking text",
        "payee" => "Other side",
        "seller" => "Seller",
        "programName" => "Programme",
        "affiliation" => "Belongs to",
        "creator" => match strand.name {
            "listens" => "Artist or show",
            "reads" => "Author",
            _ => "By",
        },
        "accountId" => "Account",
        "points" => "Points",
        STATUS => "Status",
        "name" => match strand.name {
            "purchases" => "Product",
            "flights" | "rides" => "Route",
            "stays" => "Place",
            "contacts" => "Name",
            _ => "Title",
        },
        "provider" => match strand.name {
            "flights" => "Airline",
            "energy" => "Supplier",
            "health" => "Source",
            _ => "Provider",
        },
        "totalPaymentDue" | "totalPrice" => "Price paid",
        f if f == strand.amount => "Amount",
        _ => return Property::named(field).map_or_else(|| field.to_owned(), |p| p.label().to_owned()),
    };
    fixed.to_owned()
}

/// Whether a field names or identifies somebody else than the person, or is free text that often does.
pub fn about_others(strand: &Strand, field: &str) -> bool {
    let whole_strand = strand.name == "contacts" && ![strand.when, STATUS].contains(&field);
    let booking = strand.name == "bank-transactions" && ["payee", "description", "memo", "reference", "mandateReference"].contains(&field);
    whole_strand || booking || Property::named(field).is_some_and(Property::about_others)
}

/// The value of a field as it travels, before any transform. `None` if the record does not tell it.
pub fn value(strand: &Strand, field: &str, record: &Record) -> Option<String> {
    if field == STATUS {
        return Some(status_word(record.status).to_owned());
    }
    // A property of this name says more than the common column, where a kind has both.
    if let Some(property) = Property::named(field).filter(|p| record.kind.properties().contains(&p.name())) {
        return record.fields.get(property).filter(|text| fits(strand, field, text)).map(str::to_owned);
    }
    let text = match field {
        f if f == strand.when => record.moment?.to_string(),
        f if f == strand.amount => quantity(record.amount?),
        f if f == strand.what => record.title.clone(),
        f if f == strand.who => record.party.clone(),
        "accountId" => record.account.clone(),
        _ => return None,
    };
    Some(text).filter(|t| !t.is_empty())
}

/// A date that the protocol would refuse stays here; every other form is taken as it is.
fn fits(strand: &Strand, field: &str, text: &str) -> bool {
    strand.form(field) != Some(Form::Moment) || holdall_protocol::transform::is_moment(text)
}

/// As the vendor's export has it: a price is positive there, and in a bank's list what was spent is negative.
fn quantity(amount: Quantity) -> String {
    format!("{} {}", amount.value, amount.unit)
}

fn status_word(status: Status) -> &'static str {
    match status {
        Status::Booked => "booked",
        Status::Pending => "pending",
        Status::Void => "void",
        Status::Info => "info",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_of_the_catalogue_has_a_source_and_a_label() {
        for strand in holdall_protocol::strand::ALL {
            assert!(!kinds(strand.name).is_empty(), "{}", strand.name);
            let common = [strand.when, strand.what, strand.who, strand.amount, STATUS, "accountId"];
            for field in strand.fields() {
                let property = Property::named(field).is_some() && kinds(strand.name).iter().any(|k| k.properties().contains(&field));
                assert!(common.contains(&field) || property, "{} of {} comes from nowhere", field, strand.name);
                assert_ne!(field_label(strand, field), field, "{} has no label", field);
            }
        }
    }

    #[test]
    fn every_kind_but_other_can_be_shared_with_all_its_properties() {
        for kind in Kind::ALL.into_iter().filter(|k| *k != Kind::Other) {
            let strand = Strand::named(kind.strand()).expect("in the catalogue");
            for property in kind.properties() {
                assert!(strand.has(property), "{property} of {} is not in {}", kind.slug(), strand.name);
            }
        }
    }

    #[test]
    fn values_are_exact_and_never_changed() {
        let strand = Strand::named("purchases").expect("in the catalogue");
        let mut record = Record::new(Kind::OrderLine);
        record.amount = Some(Quantity::from_scaled(1290, 2, "EUR".parse().expect("a unit")));
        record.party = "Paper Shop".into();
        assert_eq!(value(strand, "totalPaymentDue", &record).as_deref(), Some("12.90 EUR"));
        assert_eq!(value(strand, "seller", &record).as_deref(), Some("Paper Shop"));
        assert_eq!(value(strand, "name", &record), None);
        assert_eq!(value(strand, "status", &record).as_deref(), Some("booked"));
        let bank = Strand::named("bank-transactions").expect("in the catalogue");
        record.amount = Some(Quantity::from_scaled(-1290, 2, "EUR".parse().expect("a unit")));
        assert_eq!(value(bank, "amount", &record).as_deref(), Some("-12.90 EUR"));
    }

    #[test]
    fn names_of_others_are_known_as_such() {
        let bank = Strand::named("bank-transactions").expect("in the catalogue");
        assert!(about_others(bank, "payee") && about_others(bank, "counterpartyAccount") && !about_others(bank, "amount"));
        assert!(about_others(Strand::named("contacts").expect("in the catalogue"), "name"));
        assert!(about_others(Strand::named("purchases").expect("in the catalogue"), "giftRecipient"));
    }
}

//! The model's properties that languages fill, looked up once.

use std::sync::LazyLock;

use holdall_model::Property;

macro_rules! properties {
    ($($function:ident $name:literal),* $(,)?) => {
        $(pub(crate) fn $function() -> Property {
            static PROPERTY: LazyLock<Property> = LazyLock::new(|| Property::named($name).expect("a property of the model"));
            *PROPERTY
        })*

        #[cfg(test)]
        #[test]
        fn every_name_is_a_property_of_the_model() {
            $(assert_eq!($function().name(), $name);)*
        }
    };
}

properties! {
    aircraft "aircraft",
    arrival_airport "arrivalAirport",
    arrival_time "arrivalTime",
    balance "balance",
    cabin_class "cabinClass",
    category "category",
    check_number "checkNumber",
    cost "cost",
    counterparty_account "counterpartyAccount",
    count "count",
    creditor_id "creditorId",
    delivery_status "deliveryStatus",
    departure_airport "departureAirport",
    departure_gate "departureGate",
    device "device",
    direction "direction",
    distance "distance",
    duration "duration",
    end_date "endDate",
    exchange_rate "exchangeRate",
    fare_class "fareClass",
    fee "fee",
    flight_number "flightNumber",
    mandate_reference "mandateReference",
    measurement "measurement",
    memo "memo",
    meter "meter",
    order_number "orderNumber",
    order_quantity "orderQuantity",
    original_amount "originalAmount",
    passenger_name "passengerName",
    payment_method "paymentMethod",
    pickup_location "pickupLocation",
    price "price",
    dropoff_location "dropoffLocation",
    reason "reason",
    reference "reference",
    reservation_number "reservationNumber",
    seat_number "seatNumber",
    seat_type "seatType",
    tags "tags",
    tail_number "tailNumber",
    ticket_number "ticketNumber",
    transaction_type "transactionType",
    url "url",
    value_date "valueDate",
}

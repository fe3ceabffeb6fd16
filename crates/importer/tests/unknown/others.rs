//! Tables that are no statements: orders, points, plays, flights, readings, people.

/// What must come of a table: so many records with this total, or this question.
pub enum Comes {
    To(usize, &'static str),
    Asks(&'static str),
}

use Comes::{Asks, To};

pub const OTHERS: &[(&str, &str, Comes)] = &[
    (
        "orders with unit price, quantity and total",
        "Order number,Order date,Product,Unit price,Quantity,Total\nA1,2025-01-02,Cup,4.00,2,8.00\nA2,2025-01-13,Pan,30.00,1,30.00\n",
        To(2, "38.00 XXX"),
    ),
    (
        "lines that tell their order's total again",
        "Order number,Order date,Product,Quantity,Total\nA1,2025-01-02,Cup,1,38.00\nA1,2025-01-02,Pan,1,38.00\n",
        Asks("kind"),
    ),
    (
        "parts of one thing's price",
        "Order number,Order date,Product,Component,Total\nA1,2025-01-02,Cup,Price,38.00\nA1,2025-01-02,Cup,Tax,3.80\nA2,2025-01-14,Pan,Price,9.00\n",
        Asks("kind"),
    ),
    (
        "several things in one order",
        "Order number,Order date,Product,Total\nA1,2025-01-02,Cup,8.00\nA1,2025-01-02,Pan,30.00\n",
        To(2, "38.00 XXX"),
    ),
    (
        "orders of which some came to nothing",
        "Order number,Order date,Product,Quantity,Status,Total\nA1,2025-01-02,Cup,2,Delivered,8.00\nA2,2025-01-13,Pan,1,Cancelled,30.00\n",
        To(2, "8.00 XXX"),
    ),
    (
        "orders with a status that nobody knows",
        "Order number,Order date,Product,Status,Total\nA1,2025-01-02,Cup,Delivered,8.00\nA2,2025-01-13,Pan,Blue,30.00\n",
        Asks("status:blue"),
    ),
    (
        "prices of single things or of all of them",
        "Order number,Order date,Product,Quantity,Price\nA1,2025-01-02,Cup,2,8.00\nA2,2025-01-13,Pan,1,30.00\n",
        Asks("kind"),
    ),
    (
        "prices of single things",
        "Order number,Order date,Product,Quantity,Price\nA1,2025-01-02,Cup,1,8.00\nA2,2025-01-13,Pan,1,30.00\n",
        To(2, "38.00 XXX"),
    ),
    (
        "prices of a unit, of which nobody knows how many",
        "Card No;Date;Product;Litres;Unit price;Net;VAT;Gross\n7;14.03.2025;Diesel;40,00;1,50;50,42;9,58;60,00\n7;20.03.2025;Diesel;50,00;1,60;67,23;12,77;80,00\n",
        Asks("kind"),
    ),
    ("orders with money back", "Order number,Order date,Product,Total\nA1,2025-01-02,Cup,8.00\nA2,2025-01-13,Pan,-30.00\n", Asks("kind")),
    (
        "orders of shares",
        "Order number,Order date,Product,ISIN,Quantity,Total\nA1,2025-01-02,Fund,X,1,8.00\nA2,2025-01-13,Bond,Y,1,30.00\n",
        Asks("kind"),
    ),
    (
        "orders in German",
        "Bestellnummer;Bestelldatum;Artikel;Menge;Gesamtbetrag\n1;02.01.2025;Tasse;2;8,00\n2;13.01.2025;Topf;1;30,00\n",
        To(2, "38.00 XXX"),
    ),
    ("points", "Date,Activity,Points\n2025-01-02,Flight,500\n2025-01-13,Hotel,1200\n", To(2, "1700 XXX")),
    ("points with a balance", "Date,Partner,Miles earned,Miles spent\n2025-01-02,Hotel,500,\n2025-01-13,Shop,,1200\n", Asks("kind")),
    ("plays", "Played at,Artist,Track\n2025-01-02 10:00,Nena,99 Luftballons\n2025-01-02 10:05,Abba,Waterloo\n", To(2, "")),
    ("plays of long ago", "Artist,Song,Album,Date\nNena,Leuchtturm,Nena,2025-01-13\nAbba,SOS,ABBA,2025-01-14\n", To(2, "")),
    (
        "flights",
        "Date,Flight,From airport,To airport,Airline,Seat\n2025-01-02,LX14,ZRH,JFK,Swiss,12A\n2025-01-13,LX15,JFK,ZRH,Swiss,14C\n",
        To(2, ""),
    ),
    (
        "flights with a month alone",
        "Date,Flight,Airport,Airline,Seat\n2025-01-02,LX14,ZRH,Swiss,12A\n2025-01,LX15,JFK,Swiss,14C\n",
        Asks("rows"),
    ),
    (
        "energy",
        "Start,End,Consumption (kWh)\n2025-01-02 00:00,2025-01-02 00:30,0.125\n2025-01-02 00:30,2025-01-02 01:00,0.250\n",
        To(2, "0.375 kWh"),
    ),
    ("energy both ways", "Date,Import (kWh),Export (kWh)\n2025-01-02,1.25,0.5\n2025-01-13,2.5,0\n", Asks("kind")),
    (
        "workouts",
        "Date,Activity,Distance (km),Duration,Calories,Avg HR\n2025-01-02,Run,10.25,00:55:10,640,151\n2025-01-13,Ride,42.1,01:40:00,900,133\n",
        To(2, ""),
    ),
    (
        "workouts with what they cost",
        "Date,Activity,Distance (km),Calories,Entry fee\n2025-01-02,Run,10.25,640,25.00\n2025-01-13,Ride,42.1,900,40.00\n",
        Asks("kind"),
    ),
    ("steps", "Date,Steps,Heart rate\n2025-01-02,10234,61\n2025-01-13,8000,66\n", Asks("kind")),
    ("people", "First name,Last name,E-mail,Phone\nAnn,Lee,ann@example.org,1\nBob,Ray,bob@example.org,2\n", To(2, "")),
    (
        "rides",
        "Pickup time,Pickup,Dropoff,Fare\n2025-01-02 10:00,Home,Office,12.50\n2025-01-13 18:00,Office,Home,13.00\n",
        To(2, "25.50 XXX"),
    ),
    (
        "rides with a tip, of which two are of one day",
        "Trip date,Pickup,Dropoff,Distance (mi),Fare,Tip,Total\n01/13/2025,A,B,3.2,9.00,1.00,10.00\n01/13/2025,B,A,3.2,8.00,0.00,8.00\n",
        To(2, "18.00 XXX"),
    ),
    (
        "rides whose total is more than its parts",
        "Trip date,Pickup,Dropoff,Distance (mi),Fare,Tip,Total\n01/13/2025,A,B,3.2,9.00,1.00,12.00\n01/13/2025,B,A,3.2,8.00,0.00,8.00\n",
        Asks("kind"),
    ),
    (
        "orders in French",
        "N° de commande;Date de commande;Articles;Sous-total;Livraison;Total TTC\nF1;13/01/2025;2;6,00;2,00;8,00\nF2;14/01/2025;1;28,00;2,00;30,00\n",
        To(2, "38.00 XXX"),
    ),
    ("a meter's state", "Date,Meter reading\n2025-01-02,10234\n2025-01-13,10260\n", Asks("kind")),
    ("weights", "Date,Weight (kg)\n2025-01-02,80.1\n2025-01-13,79.9\n", To(2, "160.0 XXX")),
    (
        "orders of which some came back",
        "Order number,Order date,Product,Status,Total\nA1,2025-01-02,Cup,Delivered,8.00\nA2,2025-01-13,Pan,Returned,30.00\n",
        Asks("kind"),
    ),
    (
        "orders and refunds without a sign",
        "Order ID,Order date,Product,Type,Amount\nA1,2025-01-02,Cup,Purchase,8.00\nA2,2025-01-13,Cup,Refund,8.00\n",
        Asks("kind"),
    ),
    (
        "points earned and spent without a sign",
        "Date,Activity,Type,Points\n2025-01-02,Flight,Earned,500\n2025-01-13,Cup,Redeemed,300\n",
        Asks("kind"),
    ),
    (
        "people and a line below them",
        "First name,Last name,E-mail,Phone\nAnn,Lee,ann@example.org,1\nBob,Ray,bob@example.org,2\nTotal: 2,,,\n",
        Asks("totals"),
    ),
    (
        "orders in German of which some came to nothing",
        "Bestellnummer;Bestelldatum;Artikel;Status;Gesamtbetrag\n1;02.01.2025;Tasse;Geliefert;8,00\n2;13.01.2025;Topf;Storniert;30,00\n",
        To(2, "8.00 XXX"),
    ),
    ("words without a date, of which the first may be no headings", "A,B\nsome,words\nand,more\n", Asks("kind")),
    ("words under headings that are known", "Name,URL,Category\nSome,a,x\nMore,b,y\n", To(2, "")),
    (
        "points and what is left of them",
        "Date,Activity,Points,Balance\n2025-01-02,Flight,500,500\n2025-01-13,Hotel,1200,1700\n",
        To(2, "1700 XXX"),
    ),
    ("states of a meter in kWh", "Date,Meter reading (kWh)\n2025-01-02,10234\n2025-01-13,10260\n", Asks("kind")),
    (
        "things of one time with one amount, which may be all of theirs",
        "Order date,Product,Quantity,Total\n2025-01-02,Cup,1,38.00\n2025-01-02,Pan,1,38.00\n",
        Asks("kind"),
    ),
    ("places", "time,latitude,longitude,accuracy\n2025-01-02 10:00,47.1,8.2,20\n2025-01-13 10:00,47.2,8.3,10\n", To(2, "")),
    (
        "lines that were cut nowhere",
        "Report of the account|January|page 1\nMAESTRO 02 JAN 231670 ATM|RUR 10000.00|10000.00CR\nMAESTRO 13 JAN 231671 SHOP|RUR 4.50|4.50\n",
        Asks("kind"),
    ),
    ("figures unheard of", "Account,Payee,Outflow,Inflow,Cleared\nA,Shop,د.ا4٫750,د.ا0٫000,C\nA,Work,د.ا0٫000,د.ا9٫000,C\n", Asks("kind")),
    (
        "coins for coins",
        "Trade ID,Date,Buy Quantity,Buy Currency,Sold Quantity,Sold Currency,Rate Amount\nt1,2025-01-30,64.6,USD,0.42,LTC,151.62\n",
        Asks("kind"),
    ),
    ("words with a number that may be anything", "Day,Note,Kept\n2025-01-02,words,5\n2025-01-13,more,7\n", Asks("kind")),
];

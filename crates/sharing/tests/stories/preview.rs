use std::collections::BTreeSet;

use holdall_model::Clock;
use holdall_protocol::Period;
use holdall_protocol::message::Descriptor;
use holdall_sharing::{Choice, PreviewBuilder, SharingError, StrandChoice, SystemEntropy};

use crate::support::records::flight;
use crate::support::{Behaviour, DAY, NOON, meet, preview};

fn strand(fields: &[&str]) -> StrandChoice {
    StrandChoice { strand: "flights".into(), fields: fields.iter().map(|f| (*f).to_owned()).collect(), ..StrandChoice::default() }
}

#[tokio::test]
async fn the_least_is_the_default() {
    let met = meet(Behaviour::default()).await;
    let preview = preview(&met, &Choice::default());
    let [table] = &preview.tables(500)[..] else { panic!("one table") };
    assert_eq!(table.columns, ["Departs", "From", "To", "Source"]);
    assert_eq!(
        table.rows,
        [["2026-10", "LHR", "SFO", "sky-air"], ["2026-03", "LHR", "MUC", "sky-air"], ["2026-03", "MUC", "LHR", "sky-air"]]
    );
    assert_eq!((table.record_ids.as_slice(), table.total_rows), (&[14, 12, 11][..], 3));
    assert_eq!((preview.rows(), preview.ends().as_str()), (3, "2026-12-21"));
    assert_eq!(preview.left_out(), ["Flights: 1 left out because they were cancelled or are not final."]);
    assert_eq!(preview.others(), &[] as &[String]);
    assert_eq!(preview.bytes(), 4096, "padded to the smallest size");
}

#[tokio::test]
async fn a_choice_narrows_what_goes() {
    let met = meet(Behaviour::default()).await;
    let choice = Choice {
        strands: vec![StrandChoice {
            since: Some("2026-03-15".parse().expect("a day")),
            until: Some("2026-10-01".parse().expect("a day")),
            exclude: BTreeSet::from([14]),
            ..strand(&["departureTime", "departureAirport", "arrivalAirport", "passengerName"])
        }],
        days: Some(90),
    };
    let preview = preview(&met, &choice);
    assert_eq!(preview.problems(), &[] as &[String]);
    assert_eq!(preview.tables(500)[0].record_ids, [12]);
    assert_eq!(preview.others(), ["Flights: “Passenger” can name people other than you."]);
    let notice = preview.notice();
    for said in [
        "Blue Wings AG",
        "Status match",
        "Departs (month and year only)",
        "from 2026-03-15 to 2026-10-01",
        "1 record,",
        "2027-02-19",
        "Gold status",
        "Mailer Ltd",
        "sky-air",
        "24 hours",
        "14 days",
        "privacy@wings.example",
        "nobody can prove",
        "a machine decides",
    ] {
        assert!(notice.contains(said), "the notice does not say {said:?}:\n{notice}");
    }
    let share = preview.confirm(preview.sha256(), &met.partner, NOON, &SystemEntropy).expect("confirmed");
    assert_eq!(share.notice_text(), notice);
    assert_eq!(share.given().expect("readable")[0].since.as_deref(), Some("2026-03-15"));
}

#[tokio::test]
async fn what_cannot_be_shared_says_why() {
    let met = meet(Behaviour::default()).await;
    let problem = |choice: Choice| {
        let preview = preview(&met, &choice);
        let refused = preview.confirm(preview.sha256(), &met.partner, NOON, &SystemEntropy);
        assert_eq!(refused.err(), Some(SharingError::HasProblems));
        preview.problems().join(" ")
    };
    let one = |fields: &[&str]| Choice { strands: vec![strand(fields)], days: None };
    assert!(problem(one(&["departureTime"])).contains("The partner needs “From”: We compare it with our own table."));
    assert!(
        problem(one(&["departureTime", "departureAirport", "arrivalAirport", "ticketNumber"])).contains("“Ticket number” is not asked for")
    );
    assert!(problem(Choice { days: Some(91), ..Choice::default() }).contains("between 1 and 90 days"));
    assert!(problem(Choice { days: Some(0), ..Choice::default() }).contains("between 1 and 90 days"));
    let other = StrandChoice { strand: "purchases".into(), ..StrandChoice::default() };
    assert!(problem(Choice { strands: vec![other], days: None }).contains("cannot do this without: Flights"));
    assert!(problem(Choice { strands: vec![strand(&[]), strand(&[])], days: None }).contains("chosen twice"));
    let late = StrandChoice { since: Some("2026-11-20".parse().expect("a day")), ..strand(&[]) };
    assert_eq!(problem(Choice { strands: vec![late], days: None }), "None of your records fits what the partner asks for.");
}

#[tokio::test]
async fn only_what_was_shown_can_be_confirmed() {
    let met = meet(Behaviour::default()).await;
    let preview = preview(&met, &Choice::default());
    let at = |hash: &str, now| preview.confirm(hash, &met.partner, now, &SystemEntropy).err();
    assert_eq!(at("0".repeat(64).as_str(), NOON), Some(SharingError::NotWhatWasShown));
    assert_eq!(at(preview.sha256(), NOON + 2 * 3600), Some(SharingError::PreviewTooOld));
    assert_eq!(at(preview.sha256(), NOON - DAY), Some(SharingError::PreviewTooOld));
    assert_eq!(at(preview.sha256(), NOON + 600), None);
    let other = meet(Behaviour::default()).await;
    assert_eq!(preview.confirm(preview.sha256(), &other.partner, NOON, &SystemEntropy).err(), Some(SharingError::OfferChanged));
}

#[tokio::test]
async fn a_preview_just_before_midnight_can_be_confirmed_after_it() {
    let met = meet(Behaviour::default()).await;
    let midnight = NOON + DAY / 2;
    met.clock.move_to(midnight - 60);
    let preview = preview(&met, &Choice::default());
    assert!(preview.confirm(preview.sha256(), &met.partner, midnight + 60, &SystemEntropy).is_ok());
}

#[tokio::test]
async fn two_previews_of_one_choice_differ_in_their_secret_salt() {
    let met = meet(Behaviour::default()).await;
    assert_ne!(preview(&met, &Choice::default()).sha256(), preview(&met, &Choice::default()).sha256());
}

#[tokio::test]
async fn the_newest_go_first_when_the_partner_wants_few() {
    let few: fn(&mut Descriptor) = |d| d.purposes[0].strands[0].max_records = Some(10);
    let met = meet(Behaviour { descriptor: Some(few), ..Behaviour::default() }).await;
    let mut builder = PreviewBuilder::new(&met.partner, "status-match", &Choice::default(), &[], NOON, &SystemEntropy).expect("offered");
    assert_eq!(builder.slices()[0].since.map(|d| d.to_string()).as_deref(), Some("2025-11-22"));
    for id in 0..200i64 {
        builder.push(id, &flight(&format!("2026-{:02}-{:02}", 1 + id / 25, 1 + id % 25), "LHR", "MUC", "SA 1"), "sky-air");
    }
    let preview = builder.finish(&SystemEntropy).expect("builds");
    assert_eq!(preview.tables(5)[0].record_ids, [199, 198, 197, 196, 195]);
    assert_eq!(preview.tables(5)[0].total_rows, 10);
    assert_eq!(preview.left_out(), ["Flights: 190 older ones are left out, because the partner asks for 10 at most."]);
    let share = preview.confirm(preview.sha256(), &met.partner, met.clock.now(), &SystemEntropy).expect("confirmed");
    assert_eq!(share.rows(), 10);
}

#[tokio::test]
async fn a_large_share_is_split_and_one_that_is_too_large_is_refused() {
    let all: fn(&mut Descriptor) = |d| {
        d.purposes[0].strands[0].max_records = None;
        d.purposes[0].strands[0].lookback = Period::parse("P5Y");
    };
    let met = meet(Behaviour { descriptor: Some(all), ..Behaviour::default() }).await;
    let build = |count: i64| {
        let mut builder =
            PreviewBuilder::new(&met.partner, "status-match", &Choice::default(), &[], NOON, &SystemEntropy).expect("offered");
        let record = flight("2026-05-05", "LHR", "MUC", "SA 1");
        for id in 0..count {
            builder.push(id, &record, "sky-air");
        }
        builder.finish(&SystemEntropy).expect("builds")
    };
    let large = build(12_000);
    assert_eq!(large.problems(), &[] as &[String]);
    let mut share = large.confirm(large.sha256(), &met.partner, NOON, &SystemEntropy).expect("confirmed");
    met.exchange(&mut share).await;
    let opened = met.server.opened(share.id());
    assert!(opened.len() > 1, "more than one parcel");
    assert_eq!(opened.iter().map(|(_, p)| p.lines.len()).sum::<usize>(), 12_000);
    let huge = build(20_000);
    assert!(huge.problems()[0].contains("more records than one share can carry"));
    assert_eq!(huge.bytes(), 0);
}

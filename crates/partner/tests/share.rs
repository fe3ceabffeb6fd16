//! A share, its receipt, what comes back, its revocation and the proof, over a real socket.

mod common;

use common::*;
use holdall_partner::Use;
use holdall_protocol::message::*;
use holdall_protocol::rules::{Delivered, Erasure, Sent, check_ack, check_deletion, check_receipt};
use holdall_protocol::{Code, Signed};

const GRANTS: &str = "/dgp/v1/grants";

/// Shares with the airline and checks the receipt.
fn shared(stage: &Stage, person: &Person) -> Share {
    let share = Share::new(stage, person, FLIGHTS);
    let answer = stage.post(GRANTS, &share.submission(person)).answer();
    let messages = share.messages(stage, &answer);
    let [PartnerMessage::Receipt(receipt), PartnerMessage::Notice(_)] = &messages[..] else { panic!("{messages:?}") };
    let (grant, manifest) = (share.signed_grant(person), share.signed_manifest(person));
    assert_eq!(check_receipt(receipt.claims(), Sent { grant: &grant, manifest: Some(&manifest) }, stage.now()), []);
    share
}

#[test]
fn the_airline_matches_a_status_from_the_flights_it_was_given() {
    let (stage, person) = (Stage::open(0, None), Person::new(1));
    let share = Share::new(&stage, &person, FLIGHTS);
    let answer = stage.post(GRANTS, &share.submission(&person)).answer();
    let Some(PartnerMessage::Notice(notice)) = share.messages(&stage, &answer).pop() else { panic!("no notice") };
    let benefit = notice.claims().benefit.as_ref().expect("a benefit");
    assert_eq!((benefit.what.as_str(), benefit.details["tier"].as_str()), ("status_match", "Bronze"));
    assert_eq!((benefit.details["flown_segments"].as_str(), benefit.details["points"].as_str()), ("5", "6"));
    assert!(benefit.valid_until.is_some_and(|end| end > stage.now()));
}

#[test]
fn the_bookseller_counts_books_and_recommends() {
    let (stage, person) = (Stage::open(1, None), Person::new(2));
    let rows: &[&[(&str, &str)]] = &[
        &[("isbn", "9783161484100"), ("orderDate", "2026-03"), ("name", "Ein Buch")],
        &[("isbn", "0-306-40615-2"), ("orderDate", "2025-07"), ("name", "A book")],
        &[("isbn", ""), ("orderDate", "2026-04"), ("name", "A toaster")],
    ];
    let share = Share::new(&stage, &person, rows);
    let answer = stage.post(GRANTS, &share.submission(&person)).answer();
    let Some(PartnerMessage::Notice(notice)) = share.messages(&stage, &answer).pop() else { panic!("no notice") };
    let benefit = notice.claims().benefit.as_ref().expect("a benefit");
    assert_eq!(benefit.value, Some(Benefit { amount: "0.50".into(), currency: "EUR".into() }));
    assert_eq!((benefit.details["books"].as_str(), benefit.details["recommendations"].as_str()), ("2", "3"));
}

#[test]
fn the_same_bytes_get_the_same_answer_and_other_bytes_a_conflict() {
    let (mut stage, person) = (Stage::open(0, None), Person::new(3));
    let share = Share::new(&stage, &person, FLIGHTS);
    let submission = share.submission(&person);
    let first = stage.post(GRANTS, &submission);
    assert_eq!(stage.post(GRANTS, &submission).body, first.body);
    stage.restart(None);
    stage.advance(86_400);
    assert_eq!(stage.post(GRANTS, &submission).body, first.body);

    let mut other = share.grant.clone();
    other.legal.lang = "de".into();
    let other = GrantSubmission { grant: Signed::sign(other, person.key()).expect("signs").token().into(), ..submission };
    assert_eq!(stage.post(GRANTS, &other).refusal(), Code::IdConflict);
}

#[test]
fn a_revocation_is_answered_with_ack_and_final_proof() {
    let (stage, person) = (Stage::open(0, None), Person::new(4));
    let share = shared(&stage, &person);
    stage.advance(3600);
    let revocation = share.revocation(&person, stage.now());
    let body = RevocationSubmission { revocation: revocation.token().into() };
    let reply = stage.post(&share.path("revocation"), &body);
    let messages = share.messages(&stage, &reply.answer());
    let [PartnerMessage::RevocationAck(ack), PartnerMessage::DeletionReceipt(deletion)] = &messages[..] else { panic!("{messages:?}") };
    assert_eq!(check_ack(ack.claims(), &revocation, stage.now()), Ok(()));
    let sent = [Delivered { manifest: share.signed_manifest(&person).digest(), commits: vec![share.payload.commit()] }];
    let grant = share.signed_grant(&person);
    assert_eq!(check_deletion(deletion.claims(), &grant, Some(&revocation), &sent, stage.now()), Ok(Erasure::Complete));

    // Again: the same bytes, the same answer. Another revocation: another answer that fits it.
    assert_eq!(stage.post(&share.path("revocation"), &body).body, reply.body);
    let second = share.revocation(&person, stage.now());
    let answer = stage.post(&share.path("revocation"), &RevocationSubmission { revocation: second.token().into() }).answer();
    let Some(PartnerMessage::DeletionReceipt(again)) = share.messages(&stage, &answer).pop() else { panic!("no proof") };
    assert_eq!(check_deletion(again.claims(), &grant, Some(&second), &sent, stage.now()), Ok(Erasure::Complete));

    // Nothing is delivered or used any more, and sync still works.
    assert_eq!(stage.post(GRANTS, &share.submission(&person)).refusal(), Code::GrantNotActive);
    let answer = stage.post(&share.path("sync"), &share.sync(&person, stage.now(), vec![])).answer();
    assert!(share.messages(&stage, &answer).iter().any(|m| matches!(m, PartnerMessage::DeletionReceipt(_))));
    assert!(!share.messages(&stage, &answer).iter().any(|m| matches!(m, PartnerMessage::Notice(_))));
}

#[test]
fn after_erasure_nothing_on_the_disk_can_be_read() {
    let (mut stage, person) = (Stage::open(0, None), Person::new(5));
    let share = shared(&stage, &person);
    let key = stage.folder().join("keys/grants").join(format!("{}.key", share.grant.jti));
    assert!(key.exists());
    let body = RevocationSubmission { revocation: share.revocation(&person, stage.now()).token().into() };
    assert_eq!(stage.post(&share.path("revocation"), &body).status, 200);
    assert!(!key.exists());
    stage.stop();
    let mut folders = vec![stage.folder()];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("reads") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let bytes = std::fs::read(&path).expect("reads");
                assert!(!bytes.windows(CANARY.len()).any(|w| w == CANARY.as_bytes()), "{}", path.display());
                files += 1;
            }
        }
    }
    assert!(files >= 4);
}

#[test]
fn a_sync_hands_out_until_it_is_acknowledged() {
    let (stage, person) = (Stage::open(0, None), Person::new(6));
    let share = shared(&stage, &person);
    let sync = |ack| share.messages(&stage, &stage.post(&share.path("sync"), &share.sync(&person, stage.now(), ack)).answer());
    let first = sync(vec![]);
    assert_eq!(first.len(), 2);
    assert_eq!(sync(vec![]).len(), 2);
    assert_eq!(sync(vec![first[0].address().2]).len(), 1);
    assert_eq!(sync(vec![first[1].address().2]), []);

    let old = share.sync(&person, stage.now() - 301, vec![]);
    assert_eq!(stage.post(&share.path("sync"), &old).refusal(), Code::StaleTimestamp);
    let stranger = share.sync(&Person::new(99), stage.now(), vec![]);
    assert_eq!(stage.post(&share.path("sync"), &stranger).refusal(), Code::IssuerKeyMismatch);
}

#[test]
fn a_grant_that_ends_is_erased_unasked_and_still_takes_a_revocation() {
    let (stage, person) = (Stage::open(0, None), Person::new(7));
    let share = shared(&stage, &person);
    let partner = &stage.running().partner;
    assert_eq!(partner.end_what_is_due().expect("sweeps"), 0);
    stage.advance(share.grant.delete_limit() - stage.now());
    let wanted = Use { grant: share.grant.jti, purpose: "status-match", strand: "flights", fields: &["provider"], actor: "test" };
    assert!(partner.read_records(wanted).is_err(), "an ended grant is not read, even before the sweep");
    assert_eq!(partner.end_what_is_due().expect("sweeps"), 1);
    assert_eq!(partner.end_what_is_due().expect("sweeps"), 0);

    let answer = stage.post(&share.path("sync"), &share.sync(&person, stage.now(), vec![])).answer();
    let Some(PartnerMessage::DeletionReceipt(proof)) = share.messages(&stage, &answer).pop() else { panic!("no proof") };
    let sent = [Delivered { manifest: share.signed_manifest(&person).digest(), commits: vec![share.payload.commit()] }];
    assert_eq!(check_deletion(proof.claims(), &share.signed_grant(&person), None, &sent, stage.now()), Ok(Erasure::Complete));

    let revocation = share.revocation(&person, stage.now());
    let answer = stage.post(&share.path("revocation"), &RevocationSubmission { revocation: revocation.token().into() }).answer();
    let Some(PartnerMessage::RevocationAck(ack)) = share.messages(&stage, &answer).into_iter().next() else { panic!("no ack") };
    assert_eq!(check_ack(ack.claims(), &revocation, stage.now()), Ok(()));
}

#[test]
fn stop_only_stops_now_and_erases_at_the_end() {
    let (stage, person) = (Stage::open(0, None), Person::new(8));
    let share = shared(&stage, &person);
    let stop = Revocation {
        erase: EraseScope::StopOnly,
        erase_by: share.grant.delete_limit(),
        ..share.revocation(&person, stage.now()).into_claims()
    };
    let stop = Signed::sign(stop, person.key()).expect("signs");
    let answer = stage.post(&share.path("revocation"), &RevocationSubmission { revocation: stop.token().into() }).answer();
    let messages = share.messages(&stage, &answer);
    let [PartnerMessage::RevocationAck(ack)] = &messages[..] else { panic!("{messages:?}") };
    assert_eq!(check_ack(ack.claims(), &stop, stage.now()), Ok(()));
    stage.advance(40 * 86_400);
    assert_eq!(stage.running().partner.end_what_is_due().expect("sweeps"), 1);
}

#[test]
fn records_are_read_through_the_purpose_gate_only() {
    let (stage, person) = (Stage::open(0, None), Person::new(9));
    let share = shared(&stage, &person);
    let partner = &stage.running().partner;
    let grant = share.grant.jti;
    let wanted = Use { grant, purpose: "status-match", strand: "flights", fields: &["flightNumber"], actor: "loyalty desk" };
    let before = partner.usage_of(grant).expect("reads");
    assert_eq!(before.len(), 1, "the built-in answer has read once");
    let records = partner.read_records(wanted).expect("reads");
    assert_eq!(records.len(), 5);
    assert!(records.iter().all(|r| r.fields.keys().eq(["flightNumber"])), "only the field that was asked for");
    for refused in [
        Use { purpose: "advertising", ..wanted },
        Use { strand: "purchases", ..wanted },
        Use { fields: &["passengerName"], ..wanted },
        Use { grant: holdall_protocol::Uuid::from_u128(1), ..wanted },
    ] {
        assert!(partner.read_records(refused).is_err(), "{refused:?}");
    }
    let usage = partner.usage_of(grant).expect("reads");
    assert_eq!(usage.len(), 2, "refused readings are not uses");
    assert_eq!((usage[1].at, usage[1].purpose.as_str(), usage[1].records), (stage.now(), "status-match", 5));
    assert_eq!((usage[1].fields.as_slice(), usage[1].actor.as_str()), (&["flightNumber".to_owned()][..], "loyalty desk"));
}

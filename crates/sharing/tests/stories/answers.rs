use holdall_model::Clock;
use holdall_protocol::message::{Notice, Receipt, ReceiptState};
use holdall_protocol::{Code, Digest, Uuid};
use holdall_sharing::{EventKind, Standing, Verdict, verify_proof};

use crate::support::{Behaviour, DAY, NOON, confirm, meet};

#[tokio::test]
async fn a_receipt_that_breaks_any_rule_proves_nothing() {
    type Change = fn(&mut Receipt);
    let cases: [(&str, Change); 15] = [
        ("R3", |r| r.iss = "https://other.example".into()),
        ("R3", |r| r.aud = "urn:somebody-else".into()),
        ("R4", |r| r.grant_sha256 = Digest::of(b"another")),
        ("R4", |r| r.manifest_sha256 = None),
        ("R5", |r| r.parcels[0].commit = Digest::of(b"another")),
        ("R5", |r| r.parcels.clear()),
        ("R6", |r| r.parcels[0].accepted -= 1),
        ("R6", |r| r.parcels[0].rows = u64::MAX),
        ("R7", |r| r.recipients.push("broker".into())),
        ("R8", |r| r.storage_locations.push("US".into())),
        ("R8", |r| r.storage_locations.clear()),
        ("R9", |r| r.delete_by += 1),
        ("R9", |r| r.iat -= 10 * DAY),
        ("R10", |r| r.iso27560.processing[0].pii_information[0].pii_attribute_id.push("passengerName".into())),
        ("R10", |r| r.iso27560.parties.clear()),
    ];
    for (rule, change) in cases {
        let met = meet(Behaviour { receipt: Some(change), ..Behaviour::default() }).await;
        let mut share = confirm(&met);
        met.exchange(&mut share).await;
        assert_eq!(share.standing(), Standing::ReceiptInvalid, "{rule}");
        let failed: Vec<String> = share.receipt().expect("shown").checks.into_iter().filter(|c| !c.ok).map(|c| c.rule).collect();
        assert!(failed.iter().any(|f| f == rule), "{rule} is not among {failed:?}");
        assert!(share.can_revoke());
        met.revoke(&mut share);
        met.exchange(&mut share).await;
        assert_eq!(share.standing(), Standing::Erased, "{rule}");
        let report = verify_proof(&share.write_proof(NOON).expect("writes"));
        assert_eq!(report.verdict, Verdict::Incomplete, "{rule}: genuine, and no proof of what was sent");
    }
}

#[tokio::test]
async fn an_answer_without_a_signature_moves_nothing() {
    let met = meet(Behaviour { unsigned: true, ..Behaviour::default() }).await;
    let mut share = confirm(&met);
    met.exchange(&mut share).await;
    assert_eq!(share.standing(), Standing::Sent);
    assert!(share.waiting().expect("said").contains("without a signed statement"));

    // The same bytes go again, and the partner repeats what it said: one grant there, one receipt here.
    met.server.change(|b| b.unsigned = false);
    met.exchange(&mut share).await;
    assert_eq!(share.standing(), Standing::Active);
    let requests = met.server.requests.lock().expect("not poisoned").clone();
    assert_eq!(requests.len(), 2);
    assert_eq!(requests[0], requests[1]);

    met.server.change(|b| b.unsigned = true);
    met.revoke(&mut share);
    met.exchange(&mut share).await;
    assert_eq!(share.standing(), Standing::Revoking);
}

#[tokio::test]
async fn a_signature_by_another_key_moves_nothing() {
    let met = meet(Behaviour { other_key: true, ..Behaviour::default() }).await;
    let mut share = confirm(&met);
    met.exchange(&mut share).await;
    assert_eq!(share.standing(), Standing::ReceiptInvalid);
    assert!(share.events().last().expect("an event").text.contains("R1"));
    met.revoke(&mut share);
    met.exchange(&mut share).await;
    assert_eq!(share.standing(), Standing::Revoking, "neither ack nor deletion receipt count");
    assert!(share.deletion().is_none());
    met.server.change(|b| b.other_key = false);
    met.exchange(&mut share).await;
    assert_eq!(share.standing(), Standing::Erased);
}

#[tokio::test]
async fn what_belongs_to_another_share_is_set_aside() {
    type Change = fn(&mut Notice);
    let cases: [Change; 3] =
        [|n| n.grant = Uuid::from_u128(7), |n| n.aud = "urn:somebody-else".into(), |n| n.iss = "https://other.example".into()];
    for change in cases {
        let met = meet(Behaviour { notice: Some(change), ..Behaviour::default() }).await;
        let mut share = confirm(&met);
        met.exchange(&mut share).await;
        let done = met.exchange(&mut share).await;
        assert_eq!((done.answers, share.benefits().len()), (0, 0));
        assert_eq!(share.events().last().expect("an event").kind, EventKind::Ignored);
    }
}

#[tokio::test]
async fn a_partner_that_looks_first_is_waited_for() {
    let met = meet(Behaviour { receipt: Some(|r| r.state = ReceiptState::Pending), ..Behaviour::default() }).await;
    let mut share = confirm(&met);
    met.exchange(&mut share).await;
    assert_eq!(share.standing(), Standing::Sent);
    assert_eq!(share.events().last().expect("an event").kind, EventKind::Waiting);
}

#[tokio::test]
async fn a_refusal_ends_the_delivery_and_says_that_data_left() {
    let met = meet(Behaviour { refuse: Some(Code::DescriptorStale), ..Behaviour::default() }).await;
    let mut share = confirm(&met);
    let done = met.exchange(&mut share).await;
    assert!(done.failure.expect("said").contains("descriptor_stale"));
    assert_eq!(share.standing(), Standing::Rejected);
    assert!(share.can_revoke());
    assert_eq!(share.due(), None);
    assert!(share.events().last().expect("an event").text.contains("Choose Revoke"));
}

#[tokio::test]
async fn a_busy_partner_is_tried_again_at_its_own_pace() {
    let met = meet(Behaviour { refuse: Some(Code::TryLater), ..Behaviour::default() }).await;
    let mut share = confirm(&met);
    met.exchange(&mut share).await;
    assert_eq!(share.standing(), Standing::Queued);
    let due = share.due().expect("another try");
    assert!((NOON + 60..=NOON + 72).contains(&due));
    met.exchange(&mut share).await;
    assert!((NOON + 120..=NOON + 144).contains(&share.due().expect("another try")));

    met.clock.move_to(NOON + 8 * DAY);
    met.exchange(&mut share).await;
    assert_eq!(share.due(), None, "given up until asked");
    assert!(share.waiting().expect("said").contains("seven days"));
    met.server.change(|b| b.refuse = None);
    met.exchange(&mut share).await;
    assert_eq!(share.standing(), Standing::Active);
    assert_eq!(met.clock.now(), NOON + 8 * DAY);
}

use holdall_model::Clock;
use holdall_protocol::Digest;
use holdall_protocol::message::{DeletionReceipt, Retained, TriggerKind};
use holdall_sharing::{Outgoing, Share, Standing, SystemEntropy, Verdict, verify_proof};

use crate::support::{Behaviour, DAY, Met, NOON, confirm, meet};

#[tokio::test]
async fn stopped_before_anything_left_nobody_hears_of_it() {
    let met = meet(Behaviour::default()).await;
    let mut share = confirm(&met);
    assert_eq!(share.if_you_stop().expect("readable").len(), 1);
    met.revoke(&mut share);
    assert_eq!(share.standing(), Standing::Cancelled);
    assert!(!share.can_revoke());
    met.exchange(&mut share).await;
    assert!(met.server.requests.lock().expect("not poisoned").is_empty());
    assert!(!String::from_utf8(share.to_json().expect("serialises")).expect("JSON").contains("parcels\\\""), "the sealed parcels are gone");
}

/// The program ended in the middle of sending: the partner may have it all, so the withdrawal must go out.
#[tokio::test]
async fn stopped_after_a_cut_off_try_the_partner_is_told() {
    let met = meet(Behaviour::default()).await;
    let mut share = confirm(&met);
    let begun: Option<Outgoing> = share.next(&met.partner, true, NOON, &SystemEntropy).expect("readable");
    met.client.send(share.partner(), &begun.expect("the grant")).await.expect("arrives");
    let mut share = Share::from_json(&share.to_json().expect("serialises")).expect("reads");
    met.revoke(&mut share);
    assert_eq!(share.standing(), Standing::Revoking);
    met.exchange(&mut share).await;
    assert_eq!(share.standing(), Standing::Erased);
    let paths: Vec<String> = met.server.requests.lock().expect("not poisoned").iter().map(|r| r.0.clone()).collect();
    assert_eq!(paths.len(), 2, "the grant is not sent again: {paths:?}");
}

#[tokio::test]
async fn without_a_network_it_is_stopped_here_and_told_later() {
    let met = meet(Behaviour::default()).await;
    let mut share = confirm(&met);
    met.exchange(&mut share).await;
    let away = Met { partner: met.partner.clone(), client: met.client.clone(), clock: met.clock.clone(), server: met.server.clone() };
    away.revoke(&mut share);
    assert_eq!(share.standing(), Standing::Revoking, "at once, before any network");
    assert_eq!(share.waiting().as_deref(), Some("Your withdrawal waits to be sent."));
    met.exchange(&mut share).await;
    assert_eq!(share.standing(), Standing::Erased);
}

#[tokio::test]
async fn a_deletion_statement_counts_only_if_it_covers_everything() {
    type Change = fn(&mut DeletionReceipt);
    let cases: [(Change, Standing); 8] = [
        (|d| d.is_final = false, Standing::Partial),
        (|d| d.covers.clear(), Standing::Partial),
        (|d| d.covers[0].commits.clear(), Standing::Partial),
        (|d| d.covers[0].manifest_sha256 = Digest::of(b"another"), Standing::Partial),
        (|d| d.trigger.sha256 = Digest::of(b"another"), Standing::Stopped),
        (|d| d.trigger.kind = TriggerKind::Expiry, Standing::Stopped),
        (|d| d.stores.clear(), Standing::Stopped),
        (|d| d.recipients.clear(), Standing::Stopped),
    ];
    for (index, (change, standing)) in cases.into_iter().enumerate() {
        let met = meet(Behaviour { deletion: Some(change), ..Behaviour::default() }).await;
        let mut share = confirm(&met);
        met.exchange(&mut share).await;
        met.revoke(&mut share);
        met.exchange(&mut share).await;
        assert_eq!(share.standing(), standing, "case {index}");
    }
}

#[tokio::test]
async fn what_the_law_keeps_is_said() {
    let keep: fn(&mut DeletionReceipt) = |d| {
        d.retained.push(Retained {
            what: "invoice 2026-114".into(),
            fields: Vec::new(),
            legal_basis: "https://w3id.org/dpv/legal/eu/gdpr#A6-1-c".into(),
            law: "HGB §257".into(),
            until: "2037-01-01".into(),
        });
    };
    let met = meet(Behaviour { deletion: Some(keep), ..Behaviour::default() }).await;
    let mut share = confirm(&met);
    met.exchange(&mut share).await;
    met.revoke(&mut share);
    met.exchange(&mut share).await;
    assert_eq!(share.standing(), Standing::ErasedWithRetention);
    assert_eq!(share.deletion().expect("stored").retained, ["invoice 2026-114: kept until 2037-01-01 under HGB §257"]);
}

#[tokio::test]
async fn a_silent_partner_becomes_overdue_and_may_still_answer() {
    let met = meet(Behaviour { erase_later: true, ..Behaviour::default() }).await;
    let mut share = confirm(&met);
    met.exchange(&mut share).await;
    met.server.change(|b| b.unsigned = true);
    met.revoke(&mut share);
    met.exchange(&mut share).await;
    assert_eq!(share.deadline().expect("readable"), Some(NOON + DAY));

    share.tick(NOON + DAY).expect("readable");
    assert_eq!(share.standing(), Standing::Revoking, "the last second still counts");
    share.tick(NOON + DAY + 1).expect("readable");
    assert_eq!(share.standing(), Standing::Overdue);
    assert!(share.events().last().expect("an event").text.contains("22 November 2026"));
    let mail = share.second_route().expect("readable");
    assert!(mail.subject.starts_with("Reminder: ") && mail.body.contains("has run out"));
    assert_eq!(share.tick(NOON + 2 * DAY).expect("readable"), [], "said once");

    met.clock.move_to(NOON + 2 * DAY);
    met.server.change(|b| b.unsigned = false);
    met.exchange(&mut share).await;
    assert_eq!(share.standing(), Standing::Stopped, "a late answer is an answer");
    share.tick(NOON + 14 * DAY + 1).expect("readable");
    assert_eq!(share.standing(), Standing::Overdue, "and the next clock runs");
    met.exchange(&mut share).await;
    assert_eq!(share.standing(), Standing::Erased);
}

#[tokio::test]
async fn an_ack_that_takes_more_time_than_promised_does_not_count() {
    let met = meet(Behaviour { ack: Some(|a| a.erase_by += 1), erase_later: true, ..Behaviour::default() }).await;
    let mut share = confirm(&met);
    met.exchange(&mut share).await;
    met.revoke(&mut share);
    met.exchange(&mut share).await;
    assert_eq!(share.standing(), Standing::Revoking);
}

#[tokio::test]
async fn a_share_ends_by_its_date_and_the_partner_owes_a_statement() {
    let met = meet(Behaviour::default()).await;
    let mut share = confirm(&met);
    met.exchange(&mut share).await;
    let end = share.ends().expect("readable");
    assert_eq!(end, NOON + 30 * DAY);
    share.tick(end - 1).expect("readable");
    assert_eq!(share.standing(), Standing::Active);
    share.tick(end).expect("readable");
    assert_eq!(share.standing(), Standing::Expiring);
    share.tick(end + 3 * DAY + 1).expect("readable");
    assert_eq!(share.standing(), Standing::Overdue);
}

#[tokio::test]
async fn a_partner_that_erases_unasked_says_so_at_the_next_exchange() {
    let met = meet(Behaviour::default()).await;
    let mut share = confirm(&met);
    met.exchange(&mut share).await;
    met.clock.move_to(NOON + 31 * DAY);
    met.server.lapse(share.id());
    met.exchange(&mut share).await;
    assert_eq!(share.standing(), Standing::Erased);
    assert_eq!(share.deadline().expect("readable"), None);
    let report = verify_proof(&share.write_proof(NOON + 32 * DAY).expect("writes"));
    assert_eq!(report.verdict, Verdict::Complete, "{report:?}");
}

#[tokio::test]
async fn a_share_that_never_left_ends_without_a_word() {
    let met = meet(Behaviour::default()).await;
    let mut share = confirm(&met);
    share.tick(NOON + 31 * DAY).expect("readable");
    assert_eq!(share.standing(), Standing::Cancelled);
}

#[tokio::test]
async fn the_second_route_names_what_identifies_the_share() {
    let met = meet(Behaviour::default()).await;
    let mut share = confirm(&met);
    met.exchange(&mut share).await;
    met.revoke(&mut share);
    let mail = share.second_route().expect("readable");
    assert_eq!(mail.to, "privacy@wings.example");
    let id = share.id().to_string();
    for needed in ["Article 7(3)", "Article 17(1)(b)", "Article 19", "24 hours", "14 days", "21 November 2026", "signed withdrawal", &id] {
        assert!(mail.body.contains(needed), "{needed} is missing");
    }
    assert!(mail.subject.contains(&id));
    assert!(!mail.body.contains("LHR"), "no shared value");
    assert!(share.if_you_stop().expect("readable").iter().all(|s| s.ends_with('.')));
    assert_eq!(met.clock.now(), NOON);
}

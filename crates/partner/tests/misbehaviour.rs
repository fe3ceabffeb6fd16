//! Each way of misbehaving does what its name says, so that a client's test of it means something.

mod common;

use common::*;
use holdall_partner::Misbehaviour;
use holdall_protocol::message::*;
use holdall_protocol::rules::{DeletionFault, Delivered, Erasure, ReceiptFault, Sent, check_deletion, check_receipt};
use holdall_protocol::{Code, JoseError, Signed, limits};

const GRANTS: &str = "/dgp/v1/grants";

fn receipt_faults(how: Misbehaviour) -> Vec<ReceiptFault> {
    let (stage, person) = (Stage::open(0, Some(how)), Person::new(1));
    let share = Share::new(&stage, &person, FLIGHTS);
    let answer = stage.post(GRANTS, &share.submission(&person)).answer();
    let Some(PartnerMessage::Receipt(receipt)) = share.messages(&stage, &answer).into_iter().next() else { panic!("no receipt") };
    let (grant, manifest) = (share.signed_grant(&person), share.signed_manifest(&person));
    check_receipt(receipt.claims(), Sent { grant: &grant, manifest: Some(&manifest) }, stage.now())
}

#[test]
fn receipts_that_do_not_prove_what_was_sent() {
    assert_eq!(receipt_faults(Misbehaviour::WrongHash), [ReceiptFault::Hashes]);
    assert_eq!(receipt_faults(Misbehaviour::WrongCommit), [ReceiptFault::Commits]);
    assert_eq!(receipt_faults(Misbehaviour::WiderRecipients), [ReceiptFault::Recipients]);
    assert_eq!(receipt_faults(Misbehaviour::WiderStorage), [ReceiptFault::Storage]);
    assert_eq!(receipt_faults(Misbehaviour::LongerRetention), [ReceiptFault::Times]);
    assert_eq!(receipt_faults(Misbehaviour::ThinRecord), [ReceiptFault::ConsentRecord]);
    assert_eq!(receipt_faults(Misbehaviour::OtherPerson), [ReceiptFault::Address]);
}

#[test]
fn a_foreign_key_signs_nothing() {
    let (stage, person) = (Stage::open(0, Some(Misbehaviour::BadKey)), Person::new(1));
    let share = Share::new(&stage, &person, FLIGHTS);
    let answer = stage.post(GRANTS, &share.submission(&person)).answer();
    let keys = share.descriptor.claims().verifying_keys(stage.now());
    for token in &answer.messages {
        assert_eq!(PartnerMessage::verify(token, &keys), Err(JoseError::UnknownKey));
    }
    assert_eq!(answer.messages.len(), 2);
}

#[test]
fn an_unsigned_yes_is_no_message_at_all() {
    let (stage, person) = (Stage::open(0, Some(Misbehaviour::Unsigned)), Person::new(1));
    let share = Share::new(&stage, &person, FLIGHTS);
    assert!(stage.post(GRANTS, &share.submission(&person)).answer().messages.is_empty());
    assert!(stage.post(&share.path("sync"), &share.sync(&person, stage.now(), vec![])).answer().messages.is_empty());
}

/// What is left of a revocation under a misbehaviour that begins after the receipt.
fn deletion(how: Misbehaviour) -> Option<Result<Erasure, DeletionFault>> {
    let (stage, person) = (Stage::open(0, Some(how)), Person::new(1));
    let share = Share::new(&stage, &person, FLIGHTS);
    stage.post(GRANTS, &share.submission(&person)).answer();
    let revocation = share.revocation(&person, stage.now());
    let body = RevocationSubmission { revocation: revocation.token().into() };
    let answer = stage.post(&share.path("revocation"), &body).answer();
    let Some(PartnerMessage::DeletionReceipt(proof)) = share.messages(&stage, &answer).pop() else {
        assert!(answer.messages.is_empty());
        stage.advance(100 * 86_400);
        stage.running().partner.end_what_is_due().expect("sweeps");
        let later = stage.post(&share.path("sync"), &share.sync(&person, stage.now(), vec![])).answer();
        let silent = |m: &PartnerMessage| matches!(m, PartnerMessage::Receipt(_) | PartnerMessage::Notice(_));
        assert!(share.messages(&stage, &later).iter().all(silent), "stays silent");
        return None;
    };
    let sent = [Delivered { manifest: share.signed_manifest(&person).digest(), commits: vec![share.payload.commit()] }];
    let grant: Signed<Grant> = share.signed_grant(&person);
    Some(check_deletion(proof.claims(), &grant, Some(&revocation), &sent, stage.now()))
}

#[test]
fn deletion_receipts_that_prove_nothing() {
    assert!(matches!(deletion(Misbehaviour::PartialDeletion), Some(Ok(Erasure::Partial { missing })) if missing.len() == 1));
    assert!(matches!(deletion(Misbehaviour::NeverFinal), Some(Ok(Erasure::Partial { missing })) if missing.is_empty()));
    assert_eq!(deletion(Misbehaviour::OtherTrigger), Some(Err(DeletionFault::Trigger)));
    assert_eq!(deletion(Misbehaviour::Silent), None);
}

#[test]
fn answers_that_are_no_answers() {
    let post = |how| {
        let (stage, person) = (Stage::open(0, Some(how)), Person::new(1));
        let share = Share::new(&stage, &person, FLIGHTS);
        stage.post(GRANTS, &share.submission(&person))
    };
    assert_eq!(post(Misbehaviour::Unavailable).refusal(), Code::TryLater);
    assert!(post(Misbehaviour::WebPage).head.contains("text/html"));
    assert!(post(Misbehaviour::Huge).body.len() > limits::ANSWER_BODY);
}

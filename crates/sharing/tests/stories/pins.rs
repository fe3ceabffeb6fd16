use holdall_protocol::Signed;
use holdall_protocol::key::SigningKey;
use holdall_protocol::message::{Descriptor, KeyChange, PublishedKey, Version};
use holdall_protocol::rules::PinFault;
use holdall_protocol::{SystemEntropy as Entropy, fresh_id};
use holdall_sharing::{Followed, SharingError, Standing};

use crate::support::{Behaviour, Met, NOON, confirm, meet};

/// Publishes a changed descriptor, signed by `key`, and lets the person's side look at it.
async fn republish(
    met: &Met,
    key: &SigningKey,
    change: impl FnOnce(&mut Descriptor),
) -> Result<(holdall_sharing::Partner, Followed), SharingError> {
    let mut next = met.server.describe();
    let old = met.client.discover(&met.server.origin()).await?;
    let known = met.partner.follow(&old);
    assert!(matches!(known, Ok((_, Followed::Same))));
    next.seq = 2;
    next.prev = Some(digest(met).await);
    change(&mut next);
    met.server.publish(Signed::sign(next, key).expect("signs").token());
    met.partner.follow(&met.client.discover(&met.server.origin()).await?)
}

/// Of the descriptor that is published now.
async fn digest(met: &Met) -> holdall_protocol::Digest {
    let share = confirm(met);
    let proof = share.write_proof(NOON).expect("writes");
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(proof)).expect("a ZIP");
    let mut token = String::new();
    std::io::Read::read_to_string(&mut zip.by_name("descriptor-1.jws").expect("there"), &mut token).expect("text");
    holdall_protocol::Digest::of(token.as_bytes())
}

fn vouched(met: &Met, new: &SigningKey) -> impl FnOnce(&mut Descriptor) {
    let change = KeyChange {
        dgp: Version,
        iss: met.server.origin(),
        jti: fresh_id(&Entropy).expect("random bytes"),
        iat: NOON,
        old: met.server.signing.verifying_key().thumbprint(),
        new: new.verifying_key().thumbprint(),
    };
    let token = Signed::sign(change, &met.server.signing).expect("signs").token().to_owned();
    let key = PublishedKey::signing(&new.verifying_key());
    move |d| {
        d.keys[0] = key;
        d.key_transitions = vec![token];
    }
}

#[tokio::test]
async fn a_newer_descriptor_by_the_same_key_is_followed() {
    let met = meet(Behaviour::default()).await;
    let (next, followed) = republish(&met, &met.server.signing, |_| {}).await.expect("continues");
    assert_eq!(followed, Followed::Newer);
    assert_eq!(next.profile().expect("readable").pinned_since, NOON);
}

#[tokio::test]
async fn a_key_that_nobody_vouches_for_blocks_the_partner() {
    let met = meet(Behaviour::default()).await;
    let stranger = SigningKey::from_seed(&[4; 32]);
    let key = PublishedKey::signing(&stranger.verifying_key());
    let blocked = republish(&met, &stranger, |d| d.keys[0] = key).await;
    let Err(SharingError::KeyChanged { old, new }) = blocked else { panic!("not blocked") };
    assert_eq!(old, met.partner.profile().expect("readable").key_words.join(" "));
    let found = met.client.discover(&met.server.origin()).await.expect("in order by itself");
    assert_eq!(new, found.key_words().join(" "));
    let repinned = met.partner.repinned(&found).expect("by the person's will");
    assert_eq!(repinned.profile().expect("readable").key_words, found.key_words());
}

#[tokio::test]
async fn a_key_the_old_one_vouches_for_is_followed_and_its_receipts_count() {
    let met = meet(Behaviour::default()).await;
    let mut share = confirm(&met);
    met.exchange(&mut share).await;
    let new = SigningKey::from_seed(&[4; 32]);
    let change = vouched(&met, &new);
    let (partner, followed) = republish(&met, &new, change).await.expect("continues");
    assert_eq!(followed, Followed::KeyReplaced);
    share.learn(&partner);
    let report = holdall_sharing::verify_proof(&share.write_proof(NOON).expect("writes"));
    assert_eq!(report.verdict, holdall_sharing::Verdict::Complete, "{report:?}");
    assert!(report.checks.iter().any(|c| c.text.starts_with("descriptor-2.jws continues")));
    assert_eq!(share.standing(), Standing::Active);
}

#[tokio::test]
async fn going_back_is_refused() {
    let met = meet(Behaviour::default()).await;
    let key = met.server.signing.clone();
    let fault = |r: Result<_, SharingError>| match r {
        Err(SharingError::Pin(fault)) => fault,
        other => panic!("{other:?}"),
    };
    assert_eq!(fault(republish(&met, &key, |d| d.seq = 0).await.map(|_| ())), PinFault::Rollback);
    let met = meet(Behaviour::default()).await;
    let key = met.server.signing.clone();
    assert_eq!(fault(republish(&met, &key, |d| d.seq = 1).await.map(|_| ())), PinFault::Fork);
    let met = meet(Behaviour::default()).await;
    let key = met.server.signing.clone();
    assert_eq!(fault(republish(&met, &key, |d| d.prev = None).await.map(|_| ())), PinFault::BrokenChain);
    let met = meet(Behaviour::default()).await;
    let key = met.server.signing.clone();
    assert_eq!(fault(republish(&met, &key, |d| d.level = 0).await.map(|_| ())), PinFault::Downgrade);
}

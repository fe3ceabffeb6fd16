//! Every refusal of the protocol that level 1 can give: the request is bent in one place, and the code says which.

mod common;

use common::*;
use holdall_protocol::key::OpeningKey;
use holdall_protocol::message::*;
use holdall_protocol::{Code, Digest, Place, Signed, SystemEntropy, Uuid, fresh_id, jose, limits};

const GRANTS: &str = "/dgp/v1/grants";

/// Posts a grant that was bent before it was signed.
fn with_grant(bend: impl FnOnce(&mut Grant)) -> Code {
    let (stage, person) = (Stage::open(0, None), Person::new(1));
    let share = Share::bent(&stage, &person, FLIGHTS, bend);
    let code = stage.post(GRANTS, &share.submission(&person)).refusal();
    nothing_stored(&stage, &share, &person);
    code
}

/// Posts a submission that was bent after it was signed.
fn with_submission(bend: impl FnOnce(&Stage, &Person, &Share, &mut GrantSubmission)) -> Code {
    let (stage, person) = (Stage::open(0, None), Person::new(1));
    let share = Share::new(&stage, &person, FLIGHTS);
    let mut submission = share.submission(&person);
    bend(&stage, &person, &share, &mut submission);
    let code = stage.post(GRANTS, &submission).refusal();
    nothing_stored(&stage, &share, &person);
    code
}

/// A refused grant leaves no trace: it can be revoked as little as one that never came.
fn nothing_stored(stage: &Stage, share: &Share, person: &Person) {
    let body = RevocationSubmission { revocation: share.revocation(person, stage.now()).token().into() };
    assert_eq!(stage.post(&share.path("revocation"), &body).refusal(), Code::UnknownGrant);
    let keys = std::fs::read_dir(stage.folder().join("keys/grants")).expect("reads").count();
    assert_eq!(keys, 0);
}

#[test]
fn a_grant_that_does_not_fit_the_descriptor() {
    assert_eq!(with_grant(|g| g.aud = "https://other.example".into()), Code::WrongAudience);
    assert_eq!(with_grant(|g| g.descriptor = Digest::of(b"last year's")), Code::DescriptorStale);
    assert_eq!(with_grant(|g| g.must_understand.push("telepathy".into())), Code::MustUnderstand);
    assert_eq!(with_grant(|g| g.purposes = vec!["advertising".into()]), Code::PurposeNotOffered);
    assert_eq!(with_grant(|g| g.retention.max_duration = holdall_protocol::Period::days(400)), Code::OutsideDescriptor);
    assert_eq!(with_grant(|g| g.recipients.push("broker".into())), Code::OutsideDescriptor);
    assert_eq!(with_grant(|g| g.storage_locations.push("US".into())), Code::OutsideDescriptor);
    assert_eq!(with_grant(|g| g.strands[0].fields.push("passengerName".into())), Code::OutsideDescriptor);
}

#[test]
fn a_grant_whose_time_is_wrong() {
    assert_eq!(with_grant(|g| (g.iat, g.exp) = (g.iat - 86_400, g.iat)), Code::GrantExpired);
    assert_eq!(with_grant(|g| g.iat += 301), Code::StaleTimestamp);
    assert_eq!(with_grant(|g| (g.iat, g.nbf) = (g.iat - limits::OFFLINE_AGE - 1, g.nbf)), Code::StaleTimestamp);
}

#[test]
fn a_grant_whose_envelope_is_wrong() {
    assert_eq!(with_submission(|_, _, _, s| s.grant = "no token".into()), Code::Malformed);
    assert_eq!(with_submission(|_, person, share, s| s.grant = share.signed_manifest(person).token().into()), Code::WrongType);
    assert_eq!(with_submission(|_, _, _, s| tamper(&mut s.grant)), Code::BadSignature);
    // Signed by one key, in the name of another.
    let other = |_: &Stage, _: &Person, share: &Share, s: &mut GrantSubmission| {
        s.grant = Signed::sign(share.grant.clone(), Person::new(2).key()).expect("signs").token().into();
        s.manifest = Some(Signed::sign(share.manifest.clone(), Person::new(2).key()).expect("signs").token().into());
    };
    assert_eq!(with_submission(other), Code::IssuerKeyMismatch);
}

/// Changes one character in the middle of the payload.
fn tamper(token: &mut String) {
    let at = token.find('.').expect("two dots") + 40;
    let other = if token.as_bytes()[at] == b'A' { "B" } else { "A" };
    token.replace_range(at..=at, other);
}

#[test]
fn a_manifest_that_does_not_belong() {
    assert_eq!(with_submission(|_, _, _, s| s.manifest = None), Code::ManifestMismatch);
    assert_eq!(with_submission(|_, _, _, s| s.parcels.clear()), Code::ManifestMismatch);
    assert_eq!(with_submission(|_, _, _, s| s.parcels.push(s.parcels[0].clone())), Code::ManifestMismatch);
    assert_eq!(with_submission(|_, _, _, s| tamper(s.manifest.as_mut().expect("has one"))), Code::BadSignature);
    let bent = |bend: fn(&mut Manifest)| {
        with_submission(move |_, person, share, s| {
            let mut manifest = share.manifest.clone();
            bend(&mut manifest);
            s.manifest = Some(Signed::sign(manifest, person.key()).expect("signs").token().into());
        })
    };
    assert_eq!(bent(|m| m.grant = Uuid::from_u128(1)), Code::ManifestMismatch);
    assert_eq!(bent(|m| m.total_rows += 1), Code::ManifestMismatch);
    assert_eq!(bent(|m| m.parcels[0].rows -= 1), Code::ManifestMismatch);
    assert_eq!(bent(|m| m.parcels[0].n = 1), Code::ManifestMismatch);
    assert_eq!(bent(|m| m.kind = ManifestKind::Delta), Code::ManifestMismatch);
    assert_eq!(bent(|m| m.seq = 2), Code::SequenceGap);
    assert_eq!(bent(|m| m.aud = "https://other.example".into()), Code::WrongAudience);
    assert_eq!(bent(|m| m.parcels[0].jwe_sha256 = Digest::of(b"x")), Code::ParcelDigestMismatch);
    assert_eq!(bent(|m| m.parcels[0].commit = Digest::of(b"x")), Code::ParcelCommitMismatch);
    assert_eq!(bent(|m| m.parcels[0].bytes += 1), Code::ParcelCommitMismatch);
}

/// Replaces the parcel by one with other plaintext, place or key, and a manifest that fits it.
fn with_parcel(text: impl FnOnce(&Share) -> Vec<u8>, place: fn(Place) -> Place, key: Option<OpeningKey>) -> Code {
    with_submission(move |stage, person, share, s| {
        let text = text(share);
        let own = share.descriptor.claims().sealing_key(stage.now()).expect("has one");
        let key = key.map_or(own, |k| k.sealing_key());
        let parcel = jose::seal(&text, &place(share.payload.place()), &key, &SystemEntropy).expect("seals");
        let mut manifest = share.manifest.clone();
        manifest.parcels[0].jwe_sha256 = Digest::of(parcel.as_bytes());
        manifest.parcels[0].commit = Digest::of(&text);
        manifest.parcels[0].bytes = text.len() as u64;
        s.manifest = Some(Signed::sign(manifest, person.key()).expect("signs").token().into());
        s.parcels = vec![parcel];
    })
}

#[test]
fn a_parcel_that_does_not_belong() {
    let same = |p| p;
    let own = |share: &Share| share.payload.bytes().to_vec();
    let replaced = |from: &'static str, to: &'static str| {
        move |share: &Share| String::from_utf8(share.payload.bytes().to_vec()).expect("text").replace(from, to).into_bytes()
    };
    assert_eq!(with_parcel(own, |p| Place { n: 1, ..p }, None), Code::ParcelDecryptFailed);
    assert_eq!(with_parcel(own, same, Some(OpeningKey::generate(&SystemEntropy).expect("a key"))), Code::ParcelDecryptFailed);
    assert_eq!(with_parcel(|_| b"not JSON Lines".to_vec(), same, None), Code::SchemaInvalid);
    assert_eq!(with_parcel(replaced("2026-03-14", "14.03.2026"), same, None), Code::SchemaInvalid);
    assert_eq!(with_parcel(replaced("\"cabinClass\"", "\"seatNumber\""), same, None), Code::OutsideGrant);
    assert_eq!(with_parcel(replaced("2026-03-14", "2019-03-14"), same, None), Code::OutsideGrant);
    assert_eq!(with_parcel(replaced("2026-03-14", "2026-03-14T09:00:00"), same, None), Code::OutsideGrant);
    assert_eq!(with_parcel(replaced("coarsen:departureTime:day", "coarsen:departureTime:month"), same, None), Code::OutsideGrant);
}

#[test]
fn a_body_that_is_no_request() {
    let stage = Stage::open(0, None);
    for body in [&b""[..], b"{}", b"[]", b"\xff\xfe", br#"{"grant":"a","grant":"b"}"#, "[".repeat(100_000).as_bytes()] {
        assert_eq!(stage.request("POST", GRANTS, body).refusal(), Code::Malformed);
    }
    assert_eq!(stage.request("GET", "/dgp/v1/nothing", b"").refusal(), Code::NotFound);
    assert_eq!(stage.request("DELETE", GRANTS, b"").refusal(), Code::MethodNotAllowed);
    assert_eq!(stage.request("POST", "/dgp/v1/grants/no-id/sync", b"{}").refusal(), Code::UnknownGrant);
}

#[test]
fn a_body_that_is_too_large_is_refused_before_it_is_read() {
    let stage = Stage::open(0, None);
    let address = stage.running().address;
    let head = |path: &str, length: usize| {
        format!("POST {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n").into_bytes()
    };
    // The announced bytes never come: an answer at all means that nobody waited for them.
    assert_eq!(send(address, &head(GRANTS, limits::REQUEST_BODY + 1)).refusal(), Code::TooLarge);
    let sync = format!("{GRANTS}/{}/sync", Uuid::from_u128(1));
    assert_eq!(stage.request("POST", &sync, &vec![b' '; limits::MESSAGE * 2]).refusal(), Code::TooLarge);
    // Chunks do not announce their sum.
    let mut chunked =
        format!("POST {sync} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n").into_bytes();
    for _ in 0..3 {
        chunked.extend(format!("{:x}\r\n", limits::MESSAGE).into_bytes());
        chunked.extend(vec![b' '; limits::MESSAGE]);
        chunked.extend(b"\r\n");
    }
    chunked.extend(b"0\r\n\r\n");
    assert_eq!(send(address, &chunked).refusal(), Code::TooLarge);
}

#[test]
fn a_revocation_that_is_not_the_persons() {
    let (stage, person) = (Stage::open(0, None), Person::new(1));
    let share = Share::new(&stage, &person, FLIGHTS);
    stage.post(GRANTS, &share.submission(&person)).answer();
    let post = |revocation: &Signed<Revocation>| {
        stage.post(&share.path("revocation"), &RevocationSubmission { revocation: revocation.token().into() }).refusal()
    };
    let bent = |bend: fn(&mut Revocation), key: &Person| {
        let mut claims = share.revocation(&person, stage.now()).into_claims();
        bend(&mut claims);
        Signed::sign(claims, key.key()).expect("signs")
    };
    assert_eq!(post(&bent(|_| {}, &Person::new(2))), Code::IssuerKeyMismatch);
    assert_eq!(post(&bent(|r| r.aud = "https://other.example".into(), &person)), Code::WrongAudience);
    assert_eq!(post(&bent(|r| r.iss = "somebody".into(), &person)), Code::IssuerKeyMismatch);
    assert_eq!(post(&bent(|r| r.grant = Uuid::from_u128(1), &person)), Code::Malformed);
    assert_eq!(post(&bent(|r| r.iat += 86_400, &person)), Code::StaleTimestamp);
    // Still active: what came before has stopped nothing.
    assert_eq!(stage.post(GRANTS, &share.submission(&person)).status, 200);
}

#[test]
fn an_offer_is_used_once_and_by_its_purpose() {
    let (mut stage, person) = (Stage::open(0, None), Person::new(1));
    let origin = format!("http://{}", stage.running().address);
    let now = stage.now();
    let clock: holdall_partner::Clock = std::sync::Arc::new(move || now);
    let link = holdall_partner::issue_offer(&stage.folder(), "status-match", Some("cust-123".into()), &origin, &clock).expect("an offer");
    let id: Uuid = link.rsplit("%2F").next().and_then(|id| id.parse().ok()).expect("an id in the link");
    assert!(link.starts_with("datagrant://offer?u=http%3A%2F%2F127.0.0.1"));
    let path = format!("/dgp/v1/offers/{id}");
    let reply = stage.request("GET", &path, b"");
    let descriptor = stage.descriptor();
    let offer = Signed::<Offer>::verify(&reply.body, &[descriptor.signer().clone()]).expect("verifies");
    assert_eq!(holdall_protocol::rules::check_offer(&offer, &descriptor, stage.now()), Ok(()));

    let post = |bend: fn(&mut Grant)| {
        let share = Share::bent(&stage, &person, FLIGHTS, |g| {
            (g.offer, g.subject_ref) = (Some(id), Some("cust-123".into()));
            bend(g);
        });
        stage.post(GRANTS, &share.submission(&person))
    };
    assert_eq!(post(|g| g.subject_ref = Some("cust-124".into())).refusal(), Code::PurposeNotOffered);
    assert_eq!(post(|g| g.offer = Some(fresh_id(&SystemEntropy).expect("an id"))).refusal(), Code::UnknownOffer);
    assert_eq!(post(|_| {}).status, 200);
    assert_eq!(post(|_| {}).refusal(), Code::OfferUsed);
    assert_eq!(stage.request("GET", &path, b"").refusal(), Code::OfferUsed);
    stage.advance(15 * 86_400);
    stage.restart(None);
    assert_eq!(stage.request("GET", &path, b"").refusal(), Code::OfferExpired);
}

#[test]
fn a_renewed_descriptor_keeps_taking_grants_of_the_old_one_and_a_changed_one_does_not() {
    let (mut stage, person) = (Stage::open(0, None), Person::new(1));
    let (first, second) = (Share::new(&stage, &person, FLIGHTS), Share::new(&stage, &person, FLIGHTS));
    stage.advance(25 * 86_400);
    stage.restart(None);
    let renewed = stage.descriptor();
    assert_eq!((renewed.claims().seq, renewed.claims().prev), (2, Some(first.descriptor.digest())));
    assert_eq!(stage.post(GRANTS, &first.submission(&person)).status, 200);

    let path = stage.folder().join("partner.toml");
    let text = std::fs::read_to_string(&path).expect("reads").replace("P30D", "P29D");
    std::fs::write(&path, text).expect("writes");
    stage.restart(None);
    assert_eq!(stage.descriptor().claims().seq, 3);
    assert_eq!(stage.post(GRANTS, &second.submission(&person)).refusal(), Code::DescriptorStale);
}

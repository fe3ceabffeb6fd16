//! The rules both sides keep: each test bends one thing of a share that is fine, and names the rule that must notice.

mod common;

use common::*;
use holdall_protocol::key::SigningKey;
use holdall_protocol::message::*;
use holdall_protocol::payload::parse;
use holdall_protocol::rules::*;
use holdall_protocol::{Digest, JoseError, Place, Signed, Uuid, jose};

fn read_descriptor(d: Descriptor) -> Result<(), DescriptorFault> {
    let signed = Signed::sign(d, &partner().signing)?;
    check_descriptor(signed.token(), ORIGIN, NOW).map(drop)
}

#[test]
fn a_good_descriptor_is_read() {
    assert_eq!(read_descriptor(descriptor()), Ok(()));
    assert_eq!(purpose_fault(&descriptor(), &purpose()), None);
}

#[test]
fn each_rule_of_a_descriptor_is_noticed() {
    type Bend = fn(&mut Descriptor);
    let cases: &[(Bend, DescriptorFault)] = &[
        (|d| d.iss = "https://air.example.evil.example".into(), DescriptorFault::OtherIssuer),
        (|d| d.sub = "https://other.example".into(), DescriptorFault::OtherIssuer),
        (|d| d.iat = NOW + 400, DescriptorFault::NotYetValid),
        (|d| d.exp = NOW, DescriptorFault::Expired),
        (|d| d.exp = d.iat + 32 * 86_400, DescriptorFault::LivesTooLong),
        (|d| (d.iat, d.exp) = (i64::MIN, i64::MAX), DescriptorFault::LivesTooLong),
        (|d| d.versions = vec!["2".into()], DescriptorFault::Unsupported),
        (|d| d.suites.clear(), DescriptorFault::Unsupported),
        (|d| drop(d.keys.pop()), DescriptorFault::Keys),
        (|d| d.keys[1].x = "AAAA".into(), DescriptorFault::Keys),
        (|d| d.keys[1].kid = d.keys[0].kid, DescriptorFault::Keys),
        (|d| d.keys[0].exp = Some(NOW), DescriptorFault::Keys),
        (|d| d.api = "http://air.example/dgp".into(), DescriptorFault::Api),
        (|d| d.api = "https://user:word@air.example/dgp".into(), DescriptorFault::Api),
        (|d| d.api = "https://air.example/dgp?x=1".into(), DescriptorFault::Api),
        (|d| d.api = "javascript:alert(1)".into(), DescriptorFault::Api),
        (|d| d.entity.legal_name = "A".repeat(10_000), DescriptorFault::Text),
        (|d| d.entity.controller_contact = "  ".into(), DescriptorFault::Text),
        (|d| d.purposes.push(purpose()), DescriptorFault::RepeatedId),
        (
            |d| d.entity.logo = Some(Logo { media: "image/svg+xml".into(), sha256: Digest::of(b"<svg/>"), data: "PHN2Zy8+".into() }),
            DescriptorFault::Logo,
        ),
    ];
    for (bend, fault) in cases {
        let mut d = descriptor();
        bend(&mut d);
        assert_eq!(read_descriptor(d), Err(*fault));
    }
}

#[test]
fn a_descriptor_signed_by_a_key_it_does_not_list_is_refused() {
    let signed = Signed::sign(descriptor(), &SigningKey::from_seed(&[99; 32])).expect("signs");
    assert_eq!(check_descriptor(signed.token(), ORIGIN, NOW), Err(DescriptorFault::Envelope(JoseError::UnknownKey)));
}

#[test]
fn a_logo_is_a_small_png_with_the_hash_it_names() {
    use base64ct::{Base64, Encoding};
    let png = |side: u32| {
        let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
        bytes.extend(side.to_be_bytes());
        bytes.extend(side.to_be_bytes());
        bytes
    };
    let with = |bytes: &[u8], hash: Digest| {
        let mut d = descriptor();
        d.entity.logo = Some(Logo { media: "image/png".into(), sha256: hash, data: Base64::encode_string(bytes) });
        read_descriptor(d)
    };
    assert_eq!(with(&png(256), Digest::of(&png(256))), Ok(()));
    assert_eq!(with(&png(257), Digest::of(&png(257))), Err(DescriptorFault::Logo));
    assert_eq!(with(&png(64), Digest::of(&png(65))), Err(DescriptorFault::Logo));
    assert_eq!(with(b"GIF89a", Digest::of(b"GIF89a")), Err(DescriptorFault::Logo));
}

#[test]
fn a_purpose_that_does_not_explain_itself_cannot_be_granted() {
    type Bend = fn(&mut Purpose);
    let cases: &[(Bend, PurposeFault)] = &[
        (|p| p.title.clear(), PurposeFault::NoTitle),
        (|p| p.why = text(" "), PurposeFault::NoWhy),
        (|p| p.gives_back.text.clear(), PurposeFault::NoGivesBack),
        (|p| p.withhold_consequence.clear(), PurposeFault::NoConsequence),
        (|p| p.strands.clear(), PurposeFault::NoStrands),
        (|p| p.strands[0].strand = "thoughts".into(), PurposeFault::UnknownField),
        (|p| p.strands[0].fields[0].f = "isbn".into(), PurposeFault::UnknownField),
        (|p| p.strands[0].fields[0].why.clear(), PurposeFault::NoFieldReason),
        (|p| p.dpv = vec!["https://evil.example/#Marketing".into()], PurposeFault::UnknownTerm),
        (|p| p.retention.on_expiry = "keep".into(), PurposeFault::Retention),
        (|p| p.recipients.push("somebody".into()), PurposeFault::UnknownRecipient),
        (|p| p.modes.clear(), PurposeFault::Incomplete),
    ];
    for (bend, fault) in cases {
        let mut p = purpose();
        bend(&mut p);
        assert_eq!(purpose_fault(&descriptor(), &p), Some(*fault));
        let mut d = descriptor();
        d.purposes = vec![p];
        // The rest of the descriptor stands; only this purpose is out of reach.
        let d = Signed::sign(d, &partner().signing).expect("signs");
        let g = Signed::sign(grant(&d), &person()).expect("signs");
        assert_eq!(grant_within_descriptor(&g, d.claims(), d.digest()), Err(ScopeFault::Purpose));
    }
}

#[test]
fn a_grant_must_not_be_wider_than_its_descriptor() {
    type Bend = fn(&mut Grant);
    let cases: &[(Bend, ScopeFault)] = &[
        (|g| g.aud = "https://other.example".into(), ScopeFault::Audience),
        (|g| g.iss = partner().signing.verifying_key().thumbprint().urn(), ScopeFault::Issuer),
        (|g| g.descriptor = Digest::of(b"another"), ScopeFault::OtherDescriptor),
        (|g| g.must_understand.push("telepathy".into()), ScopeFault::MustUnderstand),
        (|g| g.exp = g.nbf, ScopeFault::Times),
        (|g| g.iat = i64::MIN, ScopeFault::Times),
        (|g| g.purposes.clear(), ScopeFault::Purpose),
        (|g| g.purposes.push("advertising".into()), ScopeFault::Purpose),
        (|g| g.access_mode = AccessMode::Continuous, ScopeFault::Mode),
        (|g| g.strands.clear(), ScopeFault::Field),
        (|g| g.strands[0].strand = "health".into(), ScopeFault::Field),
        (|g| g.strands[0].fields.push("passengerName".into()), ScopeFault::Field),
        (|g| g.strands.push(g.strands[0].clone()), ScopeFault::Field),
        (|g| drop(g.strands[0].fields.pop()), ScopeFault::RequiredMissing),
        (|g| g.strands[0].time_constraint = None, ScopeFault::Lookback),
        (|g| bound(g).since = Some("2025-11-20".into()), ScopeFault::Lookback),
        (|g| bound(g).since = Some("last year".into()), ScopeFault::Times),
        (|g| bound(g).field = "arrivalTime".into(), ScopeFault::Times),
        (|g| g.strands[0].max_records = None, ScopeFault::Records),
        (|g| g.strands[0].max_records = Some(501), ScopeFault::Records),
        (|g| g.strands[0].transforms.clear(), ScopeFault::Precision),
        (|g| g.strands[0].transforms.push("sharpen:flightNumber".into()), ScopeFault::Transform),
        (|g| g.retention.max_duration = period("P31D"), ScopeFault::Retention),
        (|g| g.retention.on_expiry = "anonymise".into(), ScopeFault::Retention),
        (|g| g.recipients.push("broker".into()), ScopeFault::Recipient),
        (|g| g.storage_locations.push("US".into()), ScopeFault::Storage),
        (|g| g.commit.erasure = period("P90D"), ScopeFault::Commitments),
        (|g| g.legal.basis = "https://w3id.org/dpv#LegitimateInterest".into(), ScopeFault::Legal),
    ];
    let d = Signed::sign(descriptor(), &partner().signing).expect("signs");
    let check = |g: Grant| grant_within_descriptor(&Signed::sign(g, &person()).expect("signs"), d.claims(), d.digest());
    assert_eq!(check(grant(&d)), Ok(()));
    for (index, (bend, fault)) in cases.iter().enumerate() {
        let mut g = grant(&d);
        bend(&mut g);
        assert_eq!(check(g), Err(*fault), "case {index}");
    }
    let narrower = |bend: Bend| {
        let mut g = grant(&d);
        bend(&mut g);
        check(g)
    };
    assert_eq!(narrower(|g| g.strands[0].transforms = vec!["coarsen:departureTime:month".into()]), Ok(()));
    assert_eq!(narrower(|g| g.recipients.clear()), Ok(()));
    assert_eq!(narrower(|g| bound(g).until = Some("2026-06-30".into())), Ok(()));
}

fn bound(g: &mut Grant) -> &mut TimeConstraint {
    g.strands[0].time_constraint.as_mut().expect("has one")
}

#[test]
fn a_parcel_must_not_hold_more_than_its_grant() {
    let s = share();
    let place = s.payload.place();
    let check = |bend: &dyn Fn(&mut Grant)| {
        let mut g = s.grant.claims().clone();
        bend(&mut g);
        payload_within_grant(&parse(s.payload.bytes()).expect("reads"), &g, &place, 0)
    };
    assert_eq!(check(&|_| {}), Ok(()));
    assert_eq!(check(&|g| g.jti = Uuid::from_u128(5)), Err(OutsideGrant::Place));
    assert_eq!(check(&|g| g.strands[0].strand = "stays".into()), Err(OutsideGrant::Strand));
    assert_eq!(check(&|g| drop(g.strands[0].fields.pop())), Err(OutsideGrant::Field));
    assert_eq!(check(&|g| g.strands[0].transforms.clear()), Err(OutsideGrant::Transforms));
    assert_eq!(check(&|g| g.strands[0].max_records = Some(1)), Err(OutsideGrant::Records));
    assert_eq!(check(&|g| bound(g).since = Some("2026-04-01".into())), Err(OutsideGrant::Time));
    assert_eq!(check(&|g| bound(g).until = Some("2026-04-01".into())), Err(OutsideGrant::Time));
    assert_eq!(check(&|g| bound(g).until = Some("2026-05-02".into())), Ok(()));
    let elsewhere = Place { seq: 2, ..place };
    assert_eq!(payload_within_grant(&parse(s.payload.bytes()).expect("reads"), s.grant.claims(), &elsewhere, 0), Err(OutsideGrant::Place));
    assert_eq!(payload_within_grant(&parse(s.payload.bytes()).expect("reads"), s.grant.claims(), &place, 99), Err(OutsideGrant::Records));
}

#[test]
fn a_good_receipt_breaks_no_rule() {
    let s = share();
    let sent = Sent { grant: &s.grant, manifest: Some(&s.manifest) };
    assert_eq!(check_receipt(&receipt(&s), sent, NOW + 5), []);
}

#[test]
fn each_rule_of_a_receipt_is_noticed() {
    type Bend = fn(&mut Receipt);
    let cases: &[(Bend, ReceiptFault)] = &[
        (|r| r.iss = "https://other.example".into(), ReceiptFault::Address),
        (|r| r.aud = partner().signing.verifying_key().thumbprint().urn(), ReceiptFault::Address),
        (|r| r.grant = Uuid::from_u128(9), ReceiptFault::Address),
        (|r| r.grant_sha256 = Digest::of(b"another"), ReceiptFault::Hashes),
        (|r| r.manifest_sha256 = None, ReceiptFault::Hashes),
        (|r| r.parcels[0].commit = Digest::of(b"another"), ReceiptFault::Commits),
        (|r| r.parcels[0].accepted = 1, ReceiptFault::Rows),
        (|r| (r.parcels[0].rows, r.parcels[0].accepted) = (1, 1), ReceiptFault::Rows),
        (|r| r.parcels[0].rejected = vec![rejected(7), rejected(7)], ReceiptFault::Rows),
        (|r| r.recipients.push("broker".into()), ReceiptFault::Recipients),
        (|r| r.storage_locations.push("US".into()), ReceiptFault::Storage),
        (|r| r.storage_locations.clear(), ReceiptFault::Storage),
        (|r| r.delete_by += 1, ReceiptFault::Times),
        (|r| r.iat = NOW - 86_400, ReceiptFault::Times),
        (|r| r.iat = NOW + 86_400, ReceiptFault::Times),
        (|r| r.iso27560.pii_principal_id = "somebody".into(), ReceiptFault::ConsentRecord),
        (|r| r.iso27560.processing[0].withdrawal_method = " ".into(), ReceiptFault::ConsentRecord),
        (|r| r.iso27560.processing[0].retention_period = period("P11D"), ReceiptFault::ConsentRecord),
        (|r| r.iso27560.processing[0].recipient_third_parties.push("broker".into()), ReceiptFault::ConsentRecord),
        (|r| r.iso27560.processing[0].pii_information[0].pii_attribute_id.push("cabinClass".into()), ReceiptFault::ConsentRecord),
        (|r| r.iso27560.processing[0].purpose = "advertising".into(), ReceiptFault::ConsentRecord),
        (|r| r.iso27560.parties.clear(), ReceiptFault::ConsentRecord),
        (|r| r.iso27560.events.clear(), ReceiptFault::ConsentRecord),
    ];
    let s = share();
    let sent = Sent { grant: &s.grant, manifest: Some(&s.manifest) };
    for (index, (bend, fault)) in cases.iter().enumerate() {
        let mut r = receipt(&s);
        bend(&mut r);
        assert!(check_receipt(&r, sent, NOW + 5).contains(fault), "case {index}");
    }
}

fn rejected(row: u64) -> RejectedRow {
    RejectedRow { row, code: "schema_invalid".into() }
}

#[test]
fn a_deletion_receipt_counts_only_if_it_covers_everything_sent() {
    let s = share();
    let r = revocation(&s);
    let sent = [Delivered { manifest: s.manifest.digest(), commits: vec![s.payload.commit()] }];
    let check = |bend: &dyn Fn(&mut DeletionReceipt)| {
        let mut d = deletion(&s, &r);
        bend(&mut d);
        check_deletion(&d, &s.grant, Some(&r), &sent, NOW + 100)
    };
    let missing = vec![s.manifest.digest()];
    assert_eq!(check(&|_| {}), Ok(Erasure::Complete));
    assert_eq!(check(&|d| d.covers.clear()), Ok(Erasure::Partial { missing: missing.clone() }));
    assert_eq!(check(&|d| d.covers[0].commits.clear()), Ok(Erasure::Partial { missing: missing.clone() }));
    assert_eq!(check(&|d| d.covers[0].manifest_sha256 = Digest::of(b"x")), Ok(Erasure::Partial { missing }));
    assert_eq!(check(&|d| d.is_final = false), Ok(Erasure::Partial { missing: vec![] }));
    assert_eq!(check(&|d| d.retained.push(retained("2037-01-01"))), Ok(Erasure::WithRetention));
    assert_eq!(check(&|d| d.retained.push(retained("when we like"))), Err(DeletionFault::Retained));
    assert_eq!(check(&|d| d.iss = "https://other.example".into()), Err(DeletionFault::Address));
    assert_eq!(check(&|d| d.grant = Uuid::from_u128(9)), Err(DeletionFault::Address));
    assert_eq!(check(&|d| d.trigger.sha256 = Digest::of(b"x")), Err(DeletionFault::Trigger));
    assert_eq!(check(&|d| d.trigger.kind = TriggerKind::Expiry), Err(DeletionFault::Trigger));
    assert_eq!(check(&|d| d.stores.clear()), Err(DeletionFault::Stores));
    assert_eq!(check(&|d| d.stores[0].at = Some(NOW + 10_000)), Err(DeletionFault::Stores));
    assert_eq!(check(&|d| d.recipients.clear()), Err(DeletionFault::Recipients));
    assert_eq!(check(&|d| d.iat = NOW + 10_000), Err(DeletionFault::Times));
}

fn retained(until: &str) -> Retained {
    Retained {
        what: "invoice".into(),
        fields: vec![],
        legal_basis: "https://w3id.org/dpv/legal/eu/gdpr#A6-1-c".into(),
        law: "HGB 257".into(),
        until: until.into(),
    }
}

#[test]
fn an_ack_answers_one_revocation() {
    let s = share();
    let r = revocation(&s);
    let ack = RevocationAck {
        dgp: Version,
        iss: ORIGIN.into(),
        aud: s.grant.claims().iss.clone(),
        jti: Uuid::from_u128(6),
        iat: NOW + 61,
        grant: s.grant.claims().jti,
        revocation_sha256: r.digest(),
        stopped_at: NOW + 61,
        erase_by: r.claims().erase_by,
        recipients: vec![],
    };
    assert_eq!(check_ack(&ack, &r, NOW + 62), Ok(()));
    assert_eq!(check_ack(&RevocationAck { revocation_sha256: s.grant.digest(), ..ack.clone() }, &r, NOW), Err(DeletionFault::Trigger));
    assert_eq!(check_ack(&RevocationAck { erase_by: ack.erase_by + 1, ..ack.clone() }, &r, NOW), Err(DeletionFault::Times));
    assert_eq!(check_ack(&RevocationAck { stopped_at: NOW + 86_400, ..ack.clone() }, &r, NOW), Err(DeletionFault::Times));
    assert_eq!(check_ack(&RevocationAck { aud: "somebody".into(), ..ack }, &r, NOW), Err(DeletionFault::Address));
}

#[test]
fn a_pin_follows_the_same_key_and_a_key_it_vouches_for() {
    let first = Signed::sign(descriptor(), &partner().signing).expect("signs");
    let pin = Pin::first(&first);
    assert_eq!(pin.follow(&first, NOW), Ok(Continuity::Same));

    let next = |bend: &dyn Fn(&mut Descriptor), key: &SigningKey| {
        let mut d = descriptor();
        (d.seq, d.prev) = (4, Some(first.digest()));
        bend(&mut d);
        pin.follow(&Signed::sign(d, key).expect("signs"), NOW)
    };
    let own = partner().signing;
    let new = SigningKey::from_seed(&[31; 32]);
    let (old_kid, new_kid) = (own.verifying_key().thumbprint(), new.verifying_key().thumbprint());
    let change = |signer: &SigningKey| {
        let claims = KeyChange { dgp: Version, iss: ORIGIN.into(), jti: Uuid::from_u128(8), iat: NOW, old: old_kid, new: new_kid };
        Signed::sign(claims, signer).expect("signs").token().to_owned()
    };
    assert_eq!(next(&|_| {}, &own), Ok(Continuity::Newer));
    assert_eq!(next(&|d| d.seq = 9, &own), Ok(Continuity::Newer));
    assert_eq!(next(&|d| d.seq = 2, &own), Err(PinFault::Rollback));
    assert_eq!(next(&|d| d.seq = 3, &own), Err(PinFault::Fork));
    assert_eq!(next(&|d| d.prev = None, &own), Err(PinFault::BrokenChain));
    assert_eq!(next(&|d| d.level = 0, &own), Err(PinFault::Downgrade));
    assert_eq!(next(&|d| d.iss = "https://other.example".into(), &own), Err(PinFault::OtherPartner));
    assert_eq!(next(&|_| {}, &new), Err(PinFault::KeyChanged { old: old_kid, new: new_kid }));
    assert_eq!(next(&|d| d.key_transitions = vec![change(&own)], &new), Ok(Continuity::KeyReplaced { old: old_kid }));
    // Signed by the new key: the new key vouches for itself, which proves nothing.
    assert_eq!(next(&|d| d.key_transitions = vec![change(&new)], &new), Err(PinFault::KeyChanged { old: old_kid, new: new_kid }));
}

#[test]
fn an_offer_fits_one_descriptor() {
    let d = Signed::sign(descriptor(), &partner().signing).expect("signs");
    let check = |bend: &dyn Fn(&mut Offer)| {
        let mut o = Offer {
            dgp: Version,
            iss: ORIGIN.into(),
            jti: Uuid::from_u128(7),
            iat: NOW,
            exp: NOW + 86_400,
            descriptor: d.digest(),
            purposes: vec!["status-match".into()],
            mode: AccessMode::SingleUse,
            subject_ref: Some("cust-1".into()),
            return_uri: None,
            single_use: true,
        };
        bend(&mut o);
        check_offer(&Signed::sign(o, &partner().signing).expect("signs"), &d, NOW)
    };
    assert_eq!(check(&|_| {}), Ok(()));
    assert_eq!(check(&|o| o.iss = "https://other.example".into()), Err(OfferFault::OtherPartner));
    assert_eq!(check(&|o| o.descriptor = Digest::of(b"x")), Err(OfferFault::OtherDescriptor));
    assert_eq!(check(&|o| o.exp = NOW), Err(OfferFault::Expired));
    assert_eq!(check(&|o| o.exp = NOW + 31 * 86_400), Err(OfferFault::Times));
    assert_eq!(check(&|o| o.purposes = vec!["advertising".into()]), Err(OfferFault::UnknownPurpose));
}

#[test]
fn a_parcel_opens_in_its_own_place_only() {
    let s = share();
    let place = s.payload.place();
    let key = partner().opening;
    assert_eq!(jose::open(&s.parcel, &place, &key).expect("opens").as_slice(), s.payload.bytes());
    for elsewhere in [Place { n: 1, ..place }, Place { seq: 2, ..place }, Place { grant: Uuid::from_u128(1), ..place }] {
        assert_eq!(jose::open(&s.parcel, &elsewhere, &key), Err(JoseError::DoesNotOpen));
    }
}

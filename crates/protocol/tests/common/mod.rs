//! A small partner, a person and one share between them, for tests to bend.
#![allow(dead_code)]

pub mod vectors;

use std::cell::Cell;
use std::collections::BTreeMap;

use holdall_protocol::key::{OpeningKey, SigningKey};
use holdall_protocol::message::*;
use holdall_protocol::payload::{Builder, Line, Payload, Provenance, ProvenanceClass, Record};
use holdall_protocol::strand::Strand;
use holdall_protocol::{Digest, Entropy, EntropyError, Period, Place, Signed, Uuid, fresh_id, jose, names, rfc3339};

pub const ORIGIN: &str = "https://air.example";
/// 2026-11-21T12:00:00Z.
pub const NOW: i64 = 1_795_262_400;

/// Counts up, so that every run of a test signs the same bytes.
pub struct Counting(Cell<u8>);

impl Entropy for Counting {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), EntropyError> {
        for byte in buffer {
            self.0.set(self.0.get().wrapping_add(41));
            *byte = self.0.get();
        }
        Ok(())
    }
}

pub fn entropy() -> Counting {
    Counting(Cell::new(7))
}

pub fn text(words: &str) -> LocalText {
    BTreeMap::from([("en".to_owned(), words.to_owned())])
}

pub fn period(text: &str) -> Period {
    Period::parse(text).expect("a period")
}

pub struct Partner {
    pub signing: SigningKey,
    pub opening: OpeningKey,
}

pub fn partner() -> Partner {
    Partner { signing: SigningKey::from_seed(&[11; 32]), opening: OpeningKey::from_bytes(&[12; 32]) }
}

pub fn person() -> SigningKey {
    SigningKey::from_seed(&[21; 32])
}

pub fn field(name: &str, need: Need) -> FieldRequest {
    FieldRequest { f: name.into(), need, why: text("It is needed for the answer."), max_precision: None }
}

pub fn purpose() -> Purpose {
    Purpose {
        id: "status-match".into(),
        dpv: vec!["https://w3id.org/dpv#ServicePersonalisation".into()],
        title: text("Status match"),
        why: text("We count the flights you took elsewhere."),
        gives_back: GivesBack { kind: vec!["status".into()], value: None, text: text("The same status with us for a year.") },
        legal_basis: names::dpv::CONSENT.into(),
        automated_decision: true,
        profiling: false,
        ai_training: false,
        strands: vec![StrandRequest {
            strand: "flights".into(),
            pd: vec!["https://w3id.org/dpv/pd#TravelHistory".into()],
            necessity: Need::Required,
            fields: vec![
                FieldRequest { max_precision: Some("day".into()), ..field("departureTime", Need::Required) },
                field("flightNumber", Need::Required),
                field("cabinClass", Need::Optional),
            ],
            lookback: Some(period("P1Y")),
            max_records: Some(500),
        }],
        modes: vec![AccessMode::SingleUse],
        min_interval: None,
        retention: RetentionRule { max_duration: period("P30D"), on_expiry: "delete".into() },
        storage_locations: vec!["IE".into()],
        recipients: vec!["mailer".into()],
        withhold_consequence: text("Nothing changes."),
    }
}

pub fn descriptor() -> Descriptor {
    let p = partner();
    Descriptor {
        dgp: Version,
        iss: ORIGIN.into(),
        sub: ORIGIN.into(),
        jti: Uuid::from_u128(1 << 70),
        iat: NOW - 86_400,
        exp: NOW + 86_400 * 20,
        seq: 3,
        prev: Some(Digest::of(b"the one before")),
        level: 1,
        versions: vec!["1".into()],
        suites: vec![names::SUITE.into()],
        api: format!("{ORIGIN}/dgp/v1"),
        entity: Entity {
            legal_name: "Air Example Ltd".into(),
            trade_names: vec![],
            address: "1 Runway Road, Shannon".into(),
            country: "IE".into(),
            registry: None,
            controller_contact: "privacy@air.example".into(),
            dpo: None,
            eu_rep: None,
            authority: None,
            web: None,
            privacy_policy: "https://air.example/privacy".into(),
            logo: None,
        },
        keys: vec![PublishedKey::signing(&p.signing.verifying_key()), PublishedKey::sealing(&p.opening.sealing_key())],
        key_transitions: vec![],
        recipients: vec![Recipient {
            id: "mailer".into(),
            name: "Mailer Ltd".into(),
            role: names::dpv::DATA_PROCESSOR.into(),
            country: "IE".into(),
            why: text("Sends the answer."),
        }],
        purposes: vec![purpose()],
        terms: None,
        commitments: Commitments {
            revocation_stop: period("PT24H"),
            erasure: period("P14D"),
            backups: Some("crypto_erase".into()),
            usage_report: None,
            breach_notice: None,
            onward_erasure: None,
        },
        fallback: None,
        webform: None,
    }
}

pub fn grant(descriptor: &Signed<Descriptor>) -> Grant {
    Grant {
        dgp: Version,
        iss: person().verifying_key().thumbprint().urn(),
        aud: ORIGIN.into(),
        jti: Uuid::from_u128(0x4000_8000_0000_0000_0001),
        iat: NOW,
        nbf: NOW,
        exp: NOW + 86_400 * 30,
        descriptor: descriptor.digest(),
        offer: None,
        subject_ref: None,
        purposes: vec!["status-match".into()],
        access_mode: AccessMode::SingleUse,
        strands: vec![StrandGrant {
            strand: "flights".into(),
            fields: vec!["departureTime".into(), "flightNumber".into()],
            time_constraint: Some(TimeConstraint { field: "departureTime".into(), since: Some("2025-11-21".into()), until: None }),
            transforms: vec!["coarsen:departureTime:day".into()],
            max_records: Some(100),
        }],
        update: None,
        retention: RetentionRule { max_duration: period("P10D"), on_expiry: "delete".into() },
        recipients: vec!["mailer".into()],
        storage_locations: vec!["IE".into()],
        prohibit: vec!["onward_sale".into()],
        terms: None,
        commit: GrantCommitments { revocation_stop: period("PT24H"), erasure: period("P14D"), usage_report: None, onward_erasure: None },
        legal: LegalGround { basis: names::dpv::CONSENT.into(), jurisdiction: "IE".into(), lang: "en".into() },
        notice_sha256: Digest::of(b"the text that was shown"),
        gives_back: Digest::of(b"the promise"),
        supersedes: None,
        must_understand: vec!["prohibit".into()],
    }
}

pub fn flight(day: &str, number: &str) -> Line {
    Line::Upsert(Record {
        id: fresh_id(&entropy())
            .map(|id| Uuid::from_u128(id.as_u128() ^ Digest::of(number.as_bytes()).as_bytes()[0] as u128))
            .expect("an id"),
        kind: "Flight".into(),
        fields: BTreeMap::from([("departureTime".into(), day.into()), ("flightNumber".into(), number.into())]),
        provenance: Some(Provenance {
            class: ProvenanceClass::VendorExport,
            vendor: Some("fjordair".into()),
            captured: Some("2026-11-01".into()),
        }),
    })
}

/// Everything of one share, as it would lie in an outbox.
pub struct Share {
    pub descriptor: Signed<Descriptor>,
    pub grant: Signed<Grant>,
    pub payload: Payload,
    pub parcel: String,
    pub manifest: Signed<Manifest>,
}

pub fn share() -> Share {
    let descriptor = Signed::sign(descriptor(), &partner().signing).expect("signs");
    let grant = Signed::sign(grant(&descriptor), &person()).expect("signs");
    let place = Place { grant: grant.claims().jti, seq: 1, n: 0 };
    let transforms = grant.claims().strands[0].transforms.clone();
    let mut builder =
        Builder::new(place, Strand::named("flights").expect("in the catalogue"), transforms, NOW, &entropy()).expect("has entropy");
    for line in [flight("2026-03-14", "FJ 100"), flight("2026-05-02", "FJ 207")] {
        builder.push(&line).expect("fits");
    }
    let payload = builder.finish().expect("fits");
    let parcel = jose::seal(payload.bytes(), &place, &partner().opening.sealing_key(), &entropy()).expect("seals");
    let manifest = Manifest {
        dgp: Version,
        iss: grant.claims().iss.clone(),
        aud: ORIGIN.into(),
        jti: Uuid::from_u128(0x4000_8000_0000_0000_0002),
        iat: NOW,
        grant: place.grant,
        seq: 1,
        kind: ManifestKind::Full,
        prev_manifest: None,
        total_rows: payload.rows(),
        parcels: vec![payload.entry(&parcel)],
    };
    let manifest = Signed::sign(manifest, &person()).expect("signs");
    Share { descriptor, grant, payload, parcel, manifest }
}

pub fn receipt(share: &Share) -> Receipt {
    let grant = share.grant.claims();
    let manifest = share.manifest.claims();
    Receipt {
        dgp: Version,
        iss: ORIGIN.into(),
        aud: grant.iss.clone(),
        jti: Uuid::from_u128(0x4000_8000_0000_0000_0003),
        iat: NOW + 3,
        kind: ReceiptKind::Grant,
        grant: grant.jti,
        grant_sha256: share.grant.digest(),
        manifest_sha256: Some(share.manifest.digest()),
        parcels: manifest
            .parcels
            .iter()
            .map(|p| ParcelReceipt { n: p.n, commit: p.commit, rows: p.rows, accepted: p.rows, rejected: vec![] })
            .collect(),
        state: ReceiptState::Active,
        delete_by: grant.delete_limit(),
        storage_locations: vec!["IE".into()],
        recipients: vec!["mailer".into()],
        iso27560: consent_record(grant),
    }
}

fn consent_record(grant: &Grant) -> ConsentRecord {
    ConsentRecord {
        schema_version: names::CONSENT_RECORD_VERSION.into(),
        record_id: grant.jti.to_string(),
        receipt_id: "r-1".into(),
        pii_principal_id: grant.iss.clone(),
        processing: vec![ConsentProcessing {
            privacy_notice: "https://air.example/privacy".into(),
            language: "en".into(),
            purpose: "status-match".into(),
            purpose_type: "dpv:ServicePersonalisation".into(),
            lawful_basis: names::dpv::LAWFUL_CONSENT.into(),
            pii_information: vec![PersonalInformation {
                pii_type: "https://w3id.org/dpv/pd#TravelHistory".into(),
                pii_attribute_id: grant.strands[0].fields.clone(),
                pii_optional: false,
                special_pii_category: false,
            }],
            pii_controllers: vec!["p0".into()],
            storage_locations: vec!["IE".into()],
            retention_period: period("P10D"),
            jurisdiction: "IE".into(),
            recipient_third_parties: vec!["mailer".into()],
            withdrawal_method: "POST the revocation, or write to privacy@air.example".into(),
            privacy_rights: "https://air.example/privacy".into(),
        }],
        parties: vec![ConsentParty {
            party_id: "p0".into(),
            party_name: "Air Example Ltd".into(),
            party_address: "1 Runway Road, Shannon".into(),
            party_contact: "privacy@air.example".into(),
            party_role: names::dpv::DATA_CONTROLLER.into(),
            party_type: names::dpv::RECIPIENT.into(),
        }],
        events: vec![ConsentEvent {
            event_time: rfc3339(NOW),
            validity_duration: period("P10D"),
            entity_id: grant.iss.clone(),
            event_type: names::dpv::EXPLICIT_CONSENT.into(),
            event_state: names::dpv::CONSENT_GIVEN.into(),
        }],
    }
}

pub fn revocation(share: &Share) -> Signed<Revocation> {
    let grant = share.grant.claims();
    let claims = Revocation {
        dgp: Version,
        iss: grant.iss.clone(),
        aud: ORIGIN.into(),
        jti: Uuid::from_u128(0x4000_8000_0000_0000_0004),
        iat: NOW + 60,
        grant: grant.jti,
        reason: RevocationReason::UserAction,
        initiator: Initiator::Individual,
        scope: Scope::All,
        erase: EraseScope::All,
        notify_recipients: true,
        legal: vec!["GDPR 7(3)".into()],
        stop_by: NOW + 60 + 86_400,
        erase_by: NOW + 60 + 14 * 86_400,
    };
    Signed::sign(claims, &person()).expect("signs")
}

pub fn deletion(share: &Share, revocation: &Signed<Revocation>) -> DeletionReceipt {
    DeletionReceipt {
        dgp: Version,
        iss: ORIGIN.into(),
        aud: share.grant.claims().iss.clone(),
        jti: Uuid::from_u128(0x4000_8000_0000_0000_0005),
        iat: NOW + 90,
        grant: share.grant.claims().jti,
        trigger: Trigger { kind: TriggerKind::Revocation, sha256: revocation.digest() },
        covers: vec![Covered { manifest_sha256: share.manifest.digest(), commits: vec![share.payload.commit()], rows: 2 }],
        stores: vec![StoreErasure {
            store: "primary".into(),
            method: "delete".into(),
            at: Some(NOW + 80),
            key_destroyed_at: None,
            gone_by: None,
        }],
        derived: vec![],
        recipients: vec![RecipientErasure { id: "mailer".into(), notified_at: Some(NOW + 70), status: "confirmed".into(), receipt: None }],
        retained: vec![],
        responsible: "privacy@air.example".into(),
        is_final: true,
    }
}

use holdall_protocol::message::{
    ConsentEvent, ConsentParty, ConsentProcessing, ConsentRecord, Grant, Manifest, ParcelReceipt, PersonalInformation, Receipt,
    ReceiptKind, ReceiptState, Version,
};
use holdall_protocol::strand::Strand;
use holdall_protocol::{Digest, Signed, Uuid, fresh_id, names, rfc3339};

use crate::Partner;
use crate::error::Refusal;
use crate::misbehave::Misbehaviour;

/// Signs the receipt for a grant and its delivery. Returns its id and its compact form.
pub fn make_receipt(partner: &Partner, grant: &Signed<Grant>, manifest: &Signed<Manifest>) -> Result<(Uuid, String), Refusal> {
    let claims = grant.claims();
    let jti = fresh_id(partner.entropy())?;
    let parcels = manifest.claims().parcels.iter();
    let mut receipt = Receipt {
        dgp: Version,
        iss: partner.origin().into(),
        aud: claims.iss.clone(),
        jti,
        iat: partner.now(),
        kind: ReceiptKind::Grant,
        grant: claims.jti,
        grant_sha256: grant.digest(),
        manifest_sha256: Some(manifest.digest()),
        parcels: parcels.map(|p| ParcelReceipt { n: p.n, commit: p.commit, rows: p.rows, accepted: p.rows, rejected: vec![] }).collect(),
        state: ReceiptState::Active,
        delete_by: claims.delete_limit(),
        storage_locations: claims.storage_locations.clone(),
        recipients: claims.recipients.clone(),
        iso27560: consent_record(partner, claims, jti),
    };
    if let Some(how) = partner.misbehaviour {
        bend(&mut receipt, how);
    }
    Ok((jti, Signed::sign(receipt, &partner.keys.signing)?.token().to_owned()))
}

/// The ISO/IEC TS 27560 record of what was agreed, in the partner's words.
fn consent_record(partner: &Partner, grant: &Grant, receipt: Uuid) -> ConsentRecord {
    let entity = &partner.config.entity;
    ConsentRecord {
        schema_version: names::CONSENT_RECORD_VERSION.into(),
        record_id: grant.jti.to_string(),
        receipt_id: receipt.to_string(),
        pii_principal_id: grant.iss.clone(),
        processing: grant.purposes.iter().map(|id| processing(partner, grant, id)).collect(),
        parties: vec![ConsentParty {
            party_id: "p0".into(),
            party_name: entity.legal_name.clone(),
            party_address: entity.address.clone(),
            party_contact: entity.controller_contact.clone(),
            party_role: names::dpv::DATA_CONTROLLER.into(),
            party_type: names::dpv::RECIPIENT.into(),
        }],
        events: vec![ConsentEvent {
            event_time: rfc3339(grant.iat),
            validity_duration: grant.retention.max_duration.clone(),
            entity_id: grant.iss.clone(),
            event_type: names::dpv::EXPLICIT_CONSENT.into(),
            event_state: names::dpv::CONSENT_GIVEN.into(),
        }],
    }
}

fn processing(partner: &Partner, grant: &Grant, purpose: &str) -> ConsentProcessing {
    let entity = &partner.config.entity;
    let described = partner.published.current.claims().purpose(purpose);
    let asked = |strand: &str| described.is_some_and(|p| p.strands.iter().any(|s| s.strand == strand));
    let information = grant.strands.iter().filter(|s| asked(&s.strand)).map(|s| {
        let strand = Strand::named(&s.strand);
        PersonalInformation {
            pii_type: strand.and_then(|s| s.personal_data.first()).copied().unwrap_or_default().into(),
            pii_attribute_id: s.fields.clone(),
            pii_optional: false,
            special_pii_category: strand.is_some_and(|s| s.special),
        }
    });
    ConsentProcessing {
        privacy_notice: entity.privacy_policy.clone(),
        language: grant.legal.lang.clone(),
        purpose: purpose.into(),
        purpose_type: described.and_then(|p| p.dpv.first()).cloned().unwrap_or_default(),
        lawful_basis: grant.legal.basis.clone(),
        pii_information: information.collect(),
        pii_controllers: vec!["p0".into()],
        storage_locations: grant.storage_locations.clone(),
        retention_period: grant.retention.max_duration.clone(),
        jurisdiction: grant.legal.jurisdiction.clone(),
        recipient_third_parties: grant.recipients.clone(),
        withdrawal_method: format!("POST {}/grants/{}/revocation, or write to {}", partner.api(), grant.jti, entity.controller_contact),
        privacy_rights: entity.privacy_policy.clone(),
    }
}

fn bend(receipt: &mut Receipt, how: Misbehaviour) {
    match how {
        Misbehaviour::WrongHash => receipt.grant_sha256 = Digest::of(b"another grant"),
        Misbehaviour::WrongCommit => receipt.parcels.iter_mut().for_each(|p| p.commit = Digest::of(b"other content")),
        Misbehaviour::WiderRecipients => receipt.recipients.push("data-broker".into()),
        Misbehaviour::WiderStorage => receipt.storage_locations.push("XX".into()),
        Misbehaviour::LongerRetention => receipt.delete_by += 365 * 86_400,
        Misbehaviour::ThinRecord => receipt.iso27560.parties.clear(),
        Misbehaviour::OtherPerson => receipt.aud = format!("{}{}", names::THUMBPRINT_URN, Digest::of(b"somebody else")),
        _ => {}
    }
}

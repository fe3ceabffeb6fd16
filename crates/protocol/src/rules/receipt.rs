use std::collections::BTreeSet;

use crate::jose::Signed;
use crate::limits;
use crate::message::{ConsentRecord, Grant, Manifest, Receipt, ReceiptKind};

/// What was sent, to compare a receipt with.
#[derive(Debug, Clone, Copy)]
pub struct Sent<'a> {
    pub grant: &'a Signed<Grant>,
    pub manifest: Option<&'a Signed<Manifest>>,
}

/// A rule that a receipt breaks. Rules R1 (signature) and R2 (`typ`) are kept by [`Signed::verify`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum ReceiptFault {
    #[error("R3: the receipt is from another partner or for another person or grant")]
    Address,
    #[error("R4: the receipt names another grant or manifest than was sent")]
    Hashes,
    #[error("R5: the receipt names other content than was sent")]
    Commits,
    #[error("R6: the receipt does not account for every record")]
    Rows,
    #[error("R7: the receipt names recipients that were not allowed")]
    Recipients,
    #[error("R8: the receipt names places of storage that were not allowed")]
    Storage,
    #[error("R9: the receipt keeps the data for longer than was allowed, or is dated wrongly")]
    Times,
    #[error("R10: the consent record in the receipt is incomplete or says something else than the grant")]
    ConsentRecord,
}

/// Every rule a verified receipt breaks; empty means it proves what was sent and under which terms.
pub fn check_receipt(receipt: &Receipt, sent: Sent<'_>, now: i64) -> Vec<ReceiptFault> {
    let grant = sent.grant.claims();
    let checks = [
        (receipt.iss == grant.aud && receipt.aud == grant.iss && receipt.grant == grant.jti, ReceiptFault::Address),
        (hashes_fit(receipt, sent), ReceiptFault::Hashes),
        (commits_fit(receipt, sent.manifest), ReceiptFault::Commits),
        (rows_fit(receipt, sent.manifest), ReceiptFault::Rows),
        (within(&receipt.recipients, &grant.recipients), ReceiptFault::Recipients),
        (within(&receipt.storage_locations, &grant.storage_locations) && !receipt.storage_locations.is_empty(), ReceiptFault::Storage),
        (times_fit(receipt, grant, now), ReceiptFault::Times),
        (record_fits(&receipt.iso27560, grant), ReceiptFault::ConsentRecord),
    ];
    checks.into_iter().filter(|(holds, _)| !holds).map(|(_, fault)| fault).collect()
}

fn hashes_fit(receipt: &Receipt, sent: Sent<'_>) -> bool {
    let kind = receipt.kind == ReceiptKind::Grant || sent.manifest.is_some();
    kind && receipt.grant_sha256 == sent.grant.digest() && receipt.manifest_sha256 == sent.manifest.map(Signed::digest)
}

fn commits_fit(receipt: &Receipt, manifest: Option<&Signed<Manifest>>) -> bool {
    let sent: Vec<_> = manifest.map(|m| m.claims().parcels.iter().map(|p| (p.n, p.commit)).collect()).unwrap_or_default();
    receipt.parcels.iter().map(|p| (p.n, p.commit)).eq(sent)
}

fn rows_fit(receipt: &Receipt, manifest: Option<&Signed<Manifest>>) -> bool {
    let sent: Vec<_> = manifest.map(|m| m.claims().parcels.iter().map(|p| p.rows).collect()).unwrap_or_default();
    let accounted = receipt.parcels.iter().all(|p| {
        let rejected: BTreeSet<_> = p.rejected.iter().map(|r| r.row).collect();
        rejected.len() == p.rejected.len()
            && rejected.iter().all(|row| *row < p.rows)
            && p.accepted.checked_add(rejected.len() as u64) == Some(p.rows)
    });
    accounted && receipt.parcels.iter().map(|p| p.rows).eq(sent)
}

fn times_fit(receipt: &Receipt, grant: &Grant, now: i64) -> bool {
    let dated = (grant.iat - limits::CLOCK_SKEW..=now + limits::CLOCK_SKEW).contains(&receipt.iat);
    dated && receipt.delete_by <= grant.delete_limit()
}

fn within(some: &[String], all: &[String]) -> bool {
    some.iter().all(|s| all.contains(s))
}

/// The members ISO/IEC TS 27560 makes mandatory are present by type; here they must say something, and the same as the grant.
fn record_fits(record: &ConsentRecord, grant: &Grant) -> bool {
    let filled = |texts: &[&String]| texts.iter().all(|t| !t.trim().is_empty());
    let head = filled(&[&record.schema_version, &record.record_id, &record.receipt_id]) && record.pii_principal_id == grant.iss;
    let purposes: BTreeSet<_> = record.processing.iter().map(|p| &p.purpose).collect();
    let processing = record.processing.iter().all(|p| {
        filled(&[&p.privacy_notice, &p.language, &p.purpose_type, &p.lawful_basis, &p.withdrawal_method, &p.privacy_rights])
            && within(&p.storage_locations, &grant.storage_locations)
            && within(&p.recipient_third_parties, &grant.recipients)
            && p.retention_period.within(&grant.retention.max_duration, grant.iat)
            && p.jurisdiction == grant.legal.jurisdiction
            && !p.pii_information.is_empty()
            && p.pii_information
                .iter()
                .flat_map(|i| &i.pii_attribute_id)
                .all(|field| grant.strands.iter().any(|s| s.fields.contains(field)))
            && !p.pii_controllers.is_empty()
            && p.pii_controllers.iter().all(|id| record.parties.iter().any(|party| party.party_id == *id))
    });
    let parties = !record.parties.is_empty()
        && record
            .parties
            .iter()
            .all(|p| filled(&[&p.party_id, &p.party_name, &p.party_address, &p.party_contact, &p.party_role, &p.party_type]));
    let events = !record.events.is_empty()
        && record.events.iter().all(|e| filled(&[&e.event_time, &e.entity_id, &e.event_type, &e.event_state]))
        && record.events.iter().any(|e| e.entity_id == grant.iss);
    head && purposes == grant.purposes.iter().collect() && processing && parties && events
}

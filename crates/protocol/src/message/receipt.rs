use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Version;
use crate::digest::Digest;
use crate::jose::Message;
use crate::names;
use crate::period::Period;

/// The partner's signed word that it holds exactly this, under exactly this grant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    pub dgp: Version,
    pub iss: String,
    /// The person's thumbprint URN.
    pub aud: String,
    pub jti: Uuid,
    pub iat: i64,
    pub kind: ReceiptKind,
    pub grant: Uuid,
    pub grant_sha256: Digest,
    #[serde(default)]
    pub manifest_sha256: Option<Digest>,
    #[serde(default)]
    pub parcels: Vec<ParcelReceipt>,
    pub state: ReceiptState,
    /// When everything will be erased without being asked.
    pub delete_by: i64,
    pub storage_locations: Vec<String>,
    pub recipients: Vec<String>,
    pub iso27560: ConsentRecord,
}

impl Message for Receipt {
    const TYP: &'static str = names::typ::RECEIPT;
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReceiptKind {
    Grant,
    Delivery,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReceiptState {
    Active,
    Pending,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParcelReceipt {
    pub n: u32,
    pub commit: Digest,
    pub rows: u64,
    pub accepted: u64,
    #[serde(default)]
    pub rejected: Vec<RejectedRow>,
}

/// A row the partner did not take, by its place in the parcel from 0.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RejectedRow {
    pub row: u64,
    pub code: String,
}

/// The fields of ISO/IEC TS 27560:2023, named as in the W3C DPV guide.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentRecord {
    pub schema_version: String,
    pub record_id: String,
    pub receipt_id: String,
    pub pii_principal_id: String,
    pub processing: Vec<ConsentProcessing>,
    pub parties: Vec<ConsentParty>,
    pub events: Vec<ConsentEvent>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentProcessing {
    pub privacy_notice: String,
    pub language: String,
    pub purpose: String,
    pub purpose_type: String,
    pub lawful_basis: String,
    pub pii_information: Vec<PersonalInformation>,
    /// Party ids.
    pub pii_controllers: Vec<String>,
    pub storage_locations: Vec<String>,
    pub retention_period: Period,
    pub jurisdiction: String,
    pub recipient_third_parties: Vec<String>,
    pub withdrawal_method: String,
    pub privacy_rights: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonalInformation {
    pub pii_type: String,
    pub pii_attribute_id: Vec<String>,
    pub pii_optional: bool,
    pub special_pii_category: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentParty {
    pub party_id: String,
    pub party_name: String,
    pub party_address: String,
    pub party_contact: String,
    pub party_role: String,
    pub party_type: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentEvent {
    /// RFC 3339.
    pub event_time: String,
    pub validity_duration: Period,
    pub entity_id: String,
    pub event_type: String,
    pub event_state: String,
}

//! What is inside a parcel: JSON Lines. A head with a secret salt, one record per line, blank lines up to a size that
//! tells little.

mod build;
mod padding;
mod parse;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use build::{Builder, Payload, Pushed};
pub use padding::padded_length;
pub use parse::{Parsed, parse};

use crate::digest::Digest;
use crate::message::Version;

/// The first line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    #[serde(rename = "@context")]
    pub context: Vec<String>,
    pub dgp: Version,
    pub grant: Uuid,
    pub seq: u64,
    pub n: u32,
    pub strand: String,
    pub schema: String,
    /// 32 random bytes: without them the hash of the content could be guessed. The form is that of a hash.
    pub salt: Digest,
    /// RFC 3339, UTC.
    pub generated: String,
    pub rows: u64,
    pub transforms: Vec<String>,
}

/// One record, or the word that a record is gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    Upsert(Record),
    Delete(Uuid),
}

/// A record as it travels: fields by their names in the strand's catalogue, every value a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Stable towards this partner, unknown to every other.
    pub id: Uuid,
    /// schema.org type.
    pub kind: String,
    pub fields: BTreeMap<String, String>,
    pub provenance: Option<Provenance>,
}

/// Where a record comes from. A partner must not treat a lower class as a higher one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provenance {
    pub class: ProvenanceClass,
    /// Slug of the vendor whose export it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vendor: Option<String>,
    /// Date of the export, `YYYY-MM-DD`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub captured: Option<String>,
}

/// From weakest to strongest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProvenanceClass {
    /// The person says so.
    #[serde(rename = "self")]
    Own,
    /// A vendor's export, as a file.
    VendorExport,
    /// A vendor's mail with a valid DKIM signature.
    VendorMailDkim,
    /// From the vendor's own interface.
    VendorApi,
    /// An arbiter's credential.
    ArbiterSdJwt,
}

/// Why a payload could not be built or read. Says nothing of its content but the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PayloadFault {
    #[error("the parcel is larger than the protocol allows")]
    TooLarge,
    #[error("the parcel is empty or does not begin with its head")]
    NoHead,
    #[error("the parcel's head names no strand of the catalogue, or another schema")]
    UnknownStrand,
    #[error("line {line} is longer than the protocol allows")]
    LineTooLong { line: usize },
    #[error("line {line} is not a record in the form of the protocol")]
    BadLine { line: usize },
    #[error("line {line} repeats the id of an earlier record")]
    RepeatedId { line: usize },
    #[error("the number of records is not the one in the head")]
    RowCount,
    #[error("the parcel has more records than the protocol allows")]
    TooManyRows,
}

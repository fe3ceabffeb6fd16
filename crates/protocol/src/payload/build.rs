use serde::Serialize;
use serde::ser::{SerializeMap as _, Serializer};

use super::{Head, Line, PayloadFault, padded_length};
use crate::digest::Digest;
use crate::entropy::{Entropy, EntropyError};
use crate::jose::Place;
use crate::message::{ParcelEntry, Version};
use crate::period::rfc3339;
use crate::strand::Strand;
use crate::{limits, names};

/// The exact bytes of one parcel before sealing. What a person is shown must be read from these.
#[derive(Clone, PartialEq, Eq)]
pub struct Payload {
    place: Place,
    strand: String,
    bytes: Vec<u8>,
    rows: u64,
}

impl Payload {
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub fn rows(&self) -> u64 {
        self.rows
    }

    pub fn place(&self) -> Place {
        self.place
    }

    pub fn strand(&self) -> &str {
        &self.strand
    }

    /// The hiding commitment: SHA-256 of the bytes, which begin with a secret salt.
    pub fn commit(&self) -> Digest {
        Digest::of(&self.bytes)
    }

    /// The manifest's line for this payload once it is sealed as `jwe`.
    pub fn entry(&self, jwe: &str) -> ParcelEntry {
        ParcelEntry {
            n: self.place.n,
            strand: self.strand.clone(),
            rows: self.rows,
            bytes: self.bytes.len() as u64,
            jwe_sha256: Digest::of(jwe.as_bytes()),
            commit: self.commit(),
        }
    }
}

impl std::fmt::Debug for Payload {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Payload").field("place", &self.place).field("rows", &self.rows).finish_non_exhaustive()
    }
}

/// Whether a record went into this parcel or must begin the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pushed {
    Taken,
    Full,
}

/// Collects records of one strand into one parcel.
pub struct Builder {
    head: Head,
    lines: Vec<u8>,
}

impl Builder {
    /// Draws the salt. `generated` in seconds since 1970.
    pub fn new(
        place: Place,
        strand: &Strand,
        transforms: Vec<String>,
        generated: i64,
        entropy: &dyn Entropy,
    ) -> Result<Self, EntropyError> {
        let mut salt = [0; 32];
        entropy.fill(&mut salt)?;
        let head = Head {
            context: names::CONTEXT.map(String::from).to_vec(),
            dgp: Version,
            grant: place.grant,
            seq: place.seq,
            n: place.n,
            strand: strand.name.into(),
            schema: strand.schema(),
            salt: Digest::from_bytes(salt),
            generated: rfc3339(generated),
            rows: 0,
            transforms,
        };
        Ok(Self { head, lines: Vec::new() })
    }

    /// Adds a record, unless the parcel has reached its target size. A first record is always taken.
    pub fn push(&mut self, line: &Line) -> Result<Pushed, PayloadFault> {
        let number = self.head.rows as usize + 2;
        let text = serde_json::to_vec(line).map_err(|_| PayloadFault::BadLine { line: number })?;
        if text.len() > limits::RECORD_LINE {
            return Err(PayloadFault::LineTooLong { line: number });
        }
        let full = self.lines.len() + text.len() > limits::PARCEL_TARGET - limits::PARCEL_MINIMUM
            || self.head.rows as usize >= limits::RECORDS_PER_PARCEL;
        if full && self.head.rows > 0 {
            return Ok(Pushed::Full);
        }
        self.lines.extend_from_slice(&text);
        self.lines.push(b'\n');
        self.head.rows += 1;
        Ok(Pushed::Taken)
    }

    pub fn rows(&self) -> u64 {
        self.head.rows
    }

    /// Writes the head, the records and the padding.
    pub fn finish(self) -> Result<Payload, PayloadFault> {
        let mut bytes = serde_json::to_vec(&self.head).map_err(|_| PayloadFault::NoHead)?;
        bytes.push(b'\n');
        bytes.extend_from_slice(&self.lines);
        bytes.resize(padded_length(bytes.len()), b'\n');
        if bytes.len() > limits::PARCEL_PLAINTEXT {
            return Err(PayloadFault::TooLarge);
        }
        let place = Place { grant: self.head.grant, seq: self.head.seq, n: self.head.n };
        Ok(Payload { place, strand: self.head.strand, bytes, rows: self.head.rows })
    }
}

impl Serialize for Line {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        match self {
            Self::Upsert(record) => {
                map.serialize_entry("@type", &record.kind)?;
                map.serialize_entry("@id", &record.id.urn().to_string())?;
                for (name, value) in &record.fields {
                    map.serialize_entry(name, value)?;
                }
                if let Some(provenance) = &record.provenance {
                    map.serialize_entry("dgp:prov", provenance)?;
                }
            }
            Self::Delete(id) => {
                map.serialize_entry("@id", &id.urn().to_string())?;
                map.serialize_entry("dgp:op", "delete")?;
            }
        }
        map.end()
    }
}

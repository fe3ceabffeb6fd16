use std::collections::{BTreeMap, HashSet};

use serde_json::Value;
use uuid::Uuid;

use super::{Head, Line, PayloadFault, Record};
use crate::strand::Strand;
use crate::{json, limits};

/// A payload that has been read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parsed {
    pub head: Head,
    pub lines: Vec<Line>,
}

/// Reads a payload strictly: every line is a record in the one allowed form, or blank.
pub fn parse(bytes: &[u8]) -> Result<Parsed, PayloadFault> {
    if bytes.len() > limits::PARCEL_PLAINTEXT {
        return Err(PayloadFault::TooLarge);
    }
    let mut lines = bytes.split(|b| *b == b'\n').enumerate();
    let (_, first) = lines.next().ok_or(PayloadFault::NoHead)?;
    if first.len() > limits::RECORD_LINE {
        return Err(PayloadFault::LineTooLong { line: 1 });
    }
    let head: Head = json::read(first).map_err(|_| PayloadFault::NoHead)?;
    if Strand::named(&head.strand).is_none_or(|s| s.schema() != head.schema) {
        return Err(PayloadFault::UnknownStrand);
    }
    let mut parsed = Vec::new();
    let mut ids = HashSet::new();
    for (index, text) in lines.filter(|(_, text)| !text.is_empty()) {
        let line = index + 1;
        if text.len() > limits::RECORD_LINE {
            return Err(PayloadFault::LineTooLong { line });
        }
        if parsed.len() >= limits::RECORDS_PER_PARCEL {
            return Err(PayloadFault::TooManyRows);
        }
        let record = read_line(text).ok_or(PayloadFault::BadLine { line })?;
        let id = match &record {
            Line::Upsert(record) => record.id,
            Line::Delete(id) => *id,
        };
        if !ids.insert(id) {
            return Err(PayloadFault::RepeatedId { line });
        }
        parsed.push(record);
    }
    if parsed.len() as u64 == head.rows { Ok(Parsed { head, lines: parsed }) } else { Err(PayloadFault::RowCount) }
}

fn read_line(text: &[u8]) -> Option<Line> {
    let members: BTreeMap<String, Value> = json::read(text).ok()?;
    let mut id = None;
    let mut kind = None;
    let mut delete = false;
    let mut provenance = None;
    let mut fields = BTreeMap::new();
    for (name, value) in members {
        match (name.as_str(), value) {
            ("@id", Value::String(urn)) => id = Some(read_urn(&urn)?),
            ("@type", Value::String(text)) if text.len() <= limits::NAME_CHARS => kind = Some(text),
            ("dgp:op", Value::String(op)) => delete = read_operation(&op)?,
            ("dgp:prov", value) => provenance = Some(serde_json::from_value(value).ok()?),
            (field, Value::String(text)) if is_field_name(field) => {
                fields.insert(name, text);
            }
            _ => return None,
        }
    }
    match (delete, kind) {
        (true, None) if fields.is_empty() && provenance.is_none() => Some(Line::Delete(id?)),
        (false, Some(kind)) => Some(Line::Upsert(Record { id: id?, kind, fields, provenance })),
        _ => None,
    }
}

/// Whether the record is gone.
fn read_operation(text: &str) -> Option<bool> {
    match text {
        "upsert" => Some(false),
        "delete" => Some(true),
        _ => None,
    }
}

fn is_field_name(name: &str) -> bool {
    !name.is_empty() && name.len() <= limits::NAME_CHARS && name.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// Only the spelling that RFC 9562 prefers, so that one id has one text.
fn read_urn(urn: &str) -> Option<Uuid> {
    let id = Uuid::parse_str(urn.strip_prefix("urn:uuid:")?).ok()?;
    (id.urn().to_string() == urn).then_some(id)
}

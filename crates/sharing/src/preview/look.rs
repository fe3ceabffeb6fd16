use std::collections::BTreeSet;

use holdall_protocol::payload::{Line, Payload, parse};
use holdall_protocol::strand::Strand;

use super::Preview;
use crate::catalogue::{field_label, strand_label};
use crate::share::GivenStrand;

/// A table read back from the very bytes that will be sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreviewTable {
    pub strand: String,
    pub label: String,
    /// Labels of the granted fields, and `Source` for the vendor that travels with each record.
    pub columns: Vec<String>,
    /// A field that a record does not have is empty.
    pub rows: Vec<Vec<String>>,
    /// Ids as they were pushed, in the order of the rows.
    pub record_ids: Vec<i64>,
    pub total_rows: u64,
}

impl Preview {
    /// One table per strand, with at most `max_rows` rows each.
    pub fn tables(&self, max_rows: usize) -> Vec<PreviewTable> {
        let mut tables: Vec<PreviewTable> = Vec::new();
        for granted in &self.grant.strands {
            let Some(strand) = Strand::named(&granted.strand) else { continue };
            let mut columns: Vec<String> = granted.fields.iter().map(|f| field_label(strand, f)).collect();
            columns.push("Source".into());
            let label = strand_label(strand.name).to_owned();
            let mut table =
                PreviewTable { strand: strand.name.into(), label, columns, rows: Vec::new(), record_ids: Vec::new(), total_rows: 0 };
            for payload in self.payloads.iter().filter(|p| p.strand() == granted.strand) {
                self.read_into(payload, &granted.fields, max_rows, &mut table);
            }
            tables.push(table);
        }
        tables
    }

    fn read_into(&self, payload: &Payload, fields: &[String], max_rows: usize, table: &mut PreviewTable) {
        // The reader is the partner's own: what it cannot read, the partner could not either.
        let Ok(parsed) = parse(payload.bytes()) else { return };
        for line in &parsed.lines {
            table.total_rows += 1;
            let Line::Upsert(record) = line else { continue };
            if table.rows.len() >= max_rows {
                continue;
            }
            let mut row: Vec<String> = fields.iter().map(|f| record.fields.get(f).cloned().unwrap_or_default()).collect();
            row.push(record.provenance.as_ref().and_then(|p| p.vendor.clone()).unwrap_or_default());
            table.rows.push(row);
            table.record_ids.push(self.ids.get(&record.id).copied().unwrap_or_default());
        }
    }

    /// The first `max` bytes of what would be sealed, parcel after parcel; less where a character would be cut.
    pub fn text(&self, max: usize) -> String {
        let mut bytes: Vec<u8> = Vec::new();
        for payload in &self.payloads {
            bytes.extend_from_slice(&payload.bytes()[..payload.bytes().len().min(max - bytes.len())]);
            if bytes.len() >= max {
                break;
            }
        }
        match std::str::from_utf8(&bytes) {
            Ok(text) => text.to_owned(),
            Err(cut) => String::from_utf8_lossy(&bytes[..cut.valid_up_to()]).into_owned(),
        }
    }

    /// Bytes of all parcels, padding included.
    pub fn bytes(&self) -> u64 {
        self.payloads.iter().map(|p| p.bytes().len() as u64).sum()
    }

    pub fn rows(&self) -> u64 {
        self.payloads.iter().map(Payload::rows).sum()
    }

    /// Vendors whose exports the records come from, by slug.
    pub fn vendors(&self) -> &[String] {
        &self.vendors
    }

    pub fn given(&self) -> Vec<GivenStrand> {
        self.grant.strands.iter().map(GivenStrand::of).collect()
    }

    /// Strands without a single record: they would be granted and stay empty.
    pub(crate) fn filled_strands(&self) -> BTreeSet<&str> {
        self.payloads.iter().map(Payload::strand).collect()
    }
}

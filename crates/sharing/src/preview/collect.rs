use std::cmp::Reverse;
use std::collections::BTreeMap;

use holdall_model::Record;
use holdall_protocol::Uuid;
use holdall_protocol::payload::{self, Provenance, ProvenanceClass};

use crate::catalogue::{about_others, field_label, strand_label};
use crate::slice::{LeftOut, StrandSlice};

/// Bytes of record lines that fit one request when sealed, padded and encoded.
pub(super) const SHARE_BYTES: usize = 5 * 1024 * 1024;

pub(super) struct Row {
    pub id: i64,
    pub name: Uuid,
    pub vendor: String,
    key: i64,
    kind: &'static str,
    fields: Vec<(String, String)>,
}

impl Row {
    pub fn record(&self) -> payload::Record {
        payload::Record {
            id: self.name,
            kind: self.kind.to_owned(),
            fields: self.fields.iter().cloned().collect(),
            provenance: Some(Provenance { class: ProvenanceClass::VendorExport, vendor: Some(self.vendor.clone()), captured: None }),
        }
    }

    fn bytes(&self) -> usize {
        200 + self.fields.iter().map(|(name, value)| name.len() + value.len() + 6).sum::<usize>()
    }
}

/// The rows of one strand, the newest first.
pub(super) struct Collected {
    rows: Vec<Row>,
    most: usize,
    bytes: usize,
    beyond: u64,
    left_out: BTreeMap<LeftOut, u64>,
}

impl Collected {
    pub fn new(max_records: Option<u64>) -> Self {
        let most = max_records.and_then(|m| usize::try_from(m).ok()).unwrap_or(usize::MAX);
        Self { rows: Vec::new(), most, bytes: 0, beyond: 0, left_out: BTreeMap::new() }
    }

    pub fn leave_out(&mut self, reason: LeftOut) {
        *self.left_out.entry(reason).or_default() += 1;
    }

    pub fn take(&mut self, id: i64, name: Uuid, record: &Record, fields: Vec<(String, String)>, vendor: &str) {
        // Without a bound on the records, a share that is too large already is counted and not kept.
        if self.most == usize::MAX && self.overflowed() {
            self.beyond += 1;
            return;
        }
        let key = record.moment.map_or(i64::MIN, |m| m.sort_key());
        let row = Row { id, name, vendor: vendor.to_owned(), key, kind: record.kind.schema_type(), fields };
        self.bytes += row.bytes();
        self.rows.push(row);
        if self.rows.len() / 2 > self.most {
            self.settle();
        }
    }

    /// Puts the newest first and drops what is beyond the partner's bound. The partner's own names decide between rows of
    /// one moment, because the order of the vault's ids would tell when each was imported.
    pub fn settle(&mut self) {
        self.rows.sort_by_key(|r| (Reverse(r.key), r.name));
        if self.rows.len() > self.most {
            self.beyond += (self.rows.len() - self.most) as u64;
            self.rows.truncate(self.most);
            self.bytes = self.rows.iter().map(Row::bytes).sum();
        }
    }

    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    pub fn len(&self) -> usize {
        self.rows.len()
    }

    pub fn bytes(&self) -> usize {
        self.bytes
    }

    pub fn overflowed(&self) -> bool {
        self.bytes > SHARE_BYTES
    }

    pub fn others(&self, slice: &StrandSlice) -> Vec<String> {
        let label = strand_label(slice.strand.name);
        let named = slice.fields.iter().filter(|f| about_others(slice.strand, f));
        let present = named.filter(|f| self.rows.iter().any(|r| r.fields.iter().any(|(name, _)| name == *f)));
        let mut out: Vec<String> =
            present.map(|f| format!("{label}: “{}” can name people other than you.", field_label(slice.strand, f))).collect();
        if slice.strand.special && !self.rows.is_empty() {
            out.push(format!("{label} are data that the law protects more than others."));
        }
        out
    }

    pub fn left_out(&self, slice: &StrandSlice) -> Vec<String> {
        let label = strand_label(slice.strand.name);
        let mut out: Vec<String> = self
            .left_out
            .iter()
            .filter_map(|(reason, n)| {
                let why = match reason {
                    // Nothing needs to be said about what was never asked for.
                    LeftOut::OutsidePeriod => return None,
                    LeftOut::Excluded => "left out as you chose",
                    LeftOut::NoDate => "left out because they have no date",
                    LeftOut::NotFinal => "left out because they were cancelled or are not final",
                    LeftOut::RequiredMissing => "left out because they lack something the partner needs",
                };
                Some(format!("{label}: {n} {why}."))
            })
            .collect();
        if self.beyond > 0 && self.most != usize::MAX {
            out.push(format!("{label}: {} older ones are left out, because the partner asks for {} at most.", self.beyond, self.most));
        }
        out
    }
}

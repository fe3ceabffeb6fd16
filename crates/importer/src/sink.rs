//! Where records go: the caller's [`Sink`], and [`Output`], through which every format speaks to it.

use std::collections::BTreeMap;

pub use holdall_model::Identity;
use holdall_model::{Diagnostic, Kind, Locator, Period, Place, Quarantined, Record, Redacted, Severity, Sums};

use crate::error::{At, ImportError};
use crate::fingerprint::{Identifier, Repeats};
use crate::normalise::Bad;
use crate::parts::Parts;

/// What a sink may fail with; it stops the import as [`ImportError::Sink`].
pub type SinkError = Box<dyn std::error::Error + Send + Sync>;

/// Receives what a file holds, in file order. The record is reused: copy what is to be kept.
pub trait Sink {
    fn record(&mut self, record: &Record, identity: &Identity) -> Result<(), SinkError>;

    /// A row that could not be read; the rows after it still come.
    fn quarantined(&mut self, row: Quarantined) -> Result<(), SinkError>;

    fn diagnostic(&mut self, diagnostic: Diagnostic) -> Result<(), SinkError>;
}

/// Keeps nothing: for who wants the [`Summary`] alone.
impl Sink for () {
    fn record(&mut self, _: &Record, _: &Identity) -> Result<(), SinkError> {
        Ok(())
    }

    fn quarantined(&mut self, _: Quarantined) -> Result<(), SinkError> {
        Ok(())
    }

    fn diagnostic(&mut self, _: Diagnostic) -> Result<(), SinkError> {
        Ok(())
    }
}

/// What was read from one entry.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    pub records: u64,
    /// Of these, the ones that are no event of their own (payments declined or taken back, rows told for information).
    pub not_counting: u64,
    pub quarantined: u64,
    /// Lines that are no data: preamble, totals, balances, blank lines, footers.
    pub skipped: u64,
    /// Columns that the layout does not know. Their cells are kept for search.
    pub new_columns: u64,
    /// Exact totals of the records that count, one per unit.
    pub sums: Sums,
    pub period: Option<Period>,
    /// For whoever reads the same bytes again.
    pub repeats: Repeats,
}

struct Counted {
    first: Place,
    times: u64,
    text: &'static str,
}

/// The only way a format hands over what it reads: it adds identities, counts, and turns repeated notes into one.
pub struct Output<'a> {
    sink: &'a mut dyn Sink,
    identifier: Identifier,
    at: At,
    entry: u32,
    notes: BTreeMap<&'static str, Counted>,
    earliest: i64,
    latest: i64,
    summary: Summary,
    parts: Option<Parts>,
}

impl<'a> Output<'a> {
    pub(crate) fn new(sink: &'a mut dyn Sink, identifier: Identifier, at: At, entry: u32) -> Self {
        let (notes, summary) = (BTreeMap::new(), Summary::default());
        Self { sink, identifier, at, entry, notes, earliest: i64::MAX, latest: i64::MIN, summary, parts: None }
    }

    /// With what another table of the same export tells of these rows.
    pub(crate) fn with(self, parts: Option<Parts>) -> Self {
        Self { parts, ..self }
    }

    /// Adds to a record what another table tells of it.
    pub(crate) fn complete(&mut self, record: &mut Record) -> Result<(), Bad> {
        let Some(parts) = &mut self.parts else { return Ok(()) };
        let (id, text) = parts.complete(record)?;
        self.noted(id, record.locator.row, text);
        Ok(())
    }

    /// Hands over one record. Fills in its `locator.entry`.
    pub fn record(&mut self, record: &mut Record) -> Result<(), ImportError> {
        record.locator.entry = self.entry;
        let identity = self.identifier.identify(record);
        self.summary.records += 1;
        if !record.status.counts() {
            // A cancelled order is still an order, a trailer was still watched; a declined payment is no payment, and a
            // workout, a meter's standing or a securities entry told for information repeats what other rows tell.
            let no_event = matches!(record.kind, Kind::BankTransaction | Kind::HealthSample | Kind::EnergyReading | Kind::Other);
            self.summary.not_counting += u64::from(no_event);
        } else if let Some(amount) = record.amount {
            let at = || self.at.clone().row(record.locator.row);
            self.summary.sums.add(amount).map_err(|_| ImportError::damaged(at(), "the total has more digits than can be kept exactly"))?;
        }
        if let Some(moment) = record.moment {
            let key = moment.sort_key();
            if key < self.earliest || key > self.latest {
                self.earliest = self.earliest.min(key);
                self.latest = self.latest.max(key);
                self.summary.period = Some(Period::widened(self.summary.period, moment));
            }
        }
        self.sink.record(record, &identity).map_err(ImportError::Sink)
    }

    /// Sets a row aside with its text. `id` is a stable kebab-case word; `text` names columns and forms, never a value.
    pub fn quarantine(&mut self, mut locator: Locator, id: &str, text: impl Into<String>, raw: &str) -> Result<(), ImportError> {
        locator.entry = self.entry;
        self.summary.quarantined += 1;
        let mut reason = Diagnostic::new(id, Severity::Warning, text).in_entry(self.at.entry.clone());
        reason.place.row = Some(locator.row);
        self.sink.quarantined(Quarantined { locator, reason, raw: Redacted::new(raw.to_owned()) }).map_err(ImportError::Sink)
    }

    /// Counts one line that is no data (preamble, total, balance, footer). All of one `id` become one note at the end.
    pub fn skipped(&mut self, id: &'static str, row: u64, text: &'static str) {
        self.summary.skipped += 1;
        self.noted(id, row, text);
    }

    /// Counts something worth knowing about a row that was read. All of one `id` become one note at the end.
    pub fn noted(&mut self, id: &'static str, row: u64, text: &'static str) {
        let counted = self.notes.entry(id).or_insert_with(|| Counted {
            first: Place { entry: self.at.entry.clone(), row: Some(row), column: None },
            times: 0,
            text,
        });
        counted.times += 1;
    }

    /// Counts columns that the layout does not know.
    pub fn new_columns(&mut self, count: usize) {
        self.summary.new_columns += count as u64;
    }

    /// Hands over a finding about the whole entry at once.
    pub fn diagnostic(&mut self, diagnostic: Diagnostic) -> Result<(), ImportError> {
        self.sink.diagnostic(diagnostic).map_err(ImportError::Sink)
    }

    pub(crate) fn finish(mut self) -> Result<Summary, ImportError> {
        if let Some(left) = self.parts.take().and_then(|parts| parts.left()) {
            self.diagnostic(left)?;
        }
        for (id, counted) in self.notes {
            let times = if counted.times == 1 { String::new() } else { format!(" ({} times, first here)", counted.times) };
            let mut diagnostic = Diagnostic::new(id, Severity::Note, format!("{}{times}", counted.text));
            diagnostic.place = counted.first;
            self.sink.diagnostic(diagnostic).map_err(ImportError::Sink)?;
        }
        Ok(Summary { repeats: self.identifier.repeats(), ..self.summary })
    }
}

//! What came of reading a sample, as text: the claim that stands beside it as `.expected`.

use std::fmt::Write;

use holdall_model::{Diagnostic, Quarantined, Record};

use crate::sink::{Identity, Sink, SinkError, Summary};

/// A sink that keeps what a sample holds. Samples are small.
#[derive(Default)]
pub(crate) struct Told {
    text: String,
    records: usize,
    quarantined: Vec<Quarantined>,
    diagnostics: Vec<Diagnostic>,
    sums: Vec<String>,
}

impl Told {
    /// Counts what one entry came to.
    pub fn entry(&mut self, summary: &Summary) {
        self.sums.extend(summary.sums.iter().map(|q| format!("{} {}", q.value, q.unit)));
    }

    pub fn text(mut self) -> String {
        for row in &self.quarantined {
            let _ = writeln!(self.text, "quarantined {} in row {:?}", row.reason.id, row.reason.place.row);
        }
        for found in &self.diagnostics {
            let _ = writeln!(self.text, "{:?} {}: {}", found.severity, found.id, found.text);
        }
        let _ = writeln!(self.text, "{} records, sums: {}", self.records, self.sums.join(", "));
        self.text
    }

    fn write(&mut self, record: &Record) -> std::fmt::Result {
        let moment = record.moment.map_or_else(|| "-".to_owned(), |m| m.to_string());
        let amount = record.amount.map_or_else(|| "-".to_owned(), |a| format!("{} {}", a.value, a.unit));
        writeln!(self.text, "{} {moment} {amount} {:?}", record.kind.slug(), record.status)?;
        let columns = [("title", &record.title), ("party", &record.party), ("account", &record.account), ("id", &record.external_id)];
        for (name, text) in columns.into_iter().filter(|(_, t)| !t.is_empty()) {
            writeln!(self.text, "    {name}: {text}")?;
        }
        for (property, value) in record.fields.iter() {
            writeln!(self.text, "    {}: {value}", property.name())?;
        }
        if !record.unmapped.is_empty() {
            writeln!(self.text, "    words: {}", record.unmapped)?;
        }
        Ok(())
    }
}

impl Sink for Told {
    fn record(&mut self, record: &Record, _: &Identity) -> Result<(), SinkError> {
        self.records += 1;
        Ok(self.write(record)?)
    }

    fn quarantined(&mut self, row: Quarantined) -> Result<(), SinkError> {
        self.quarantined.push(row);
        Ok(())
    }

    fn diagnostic(&mut self, diagnostic: Diagnostic) -> Result<(), SinkError> {
        self.diagnostics.push(diagnostic);
        Ok(())
    }
}

//! What every fuzz target does: reads any bytes as one layout, the way the app would, and keeps nothing.
//!
//! `cargo +nightly fuzz run ofx fuzz/corpus/ofx vendors/standards/ofx` starts from the sample. A find is kept as a unit test.

use holdall_importer::{Identity, Options, Outcome, Sink, SinkError, Source, inspect, read, source_row};
use holdall_model::{Diagnostic, Locator, Quarantined, Record, Task};

#[derive(Default)]
struct Seen {
    first: Option<Locator>,
    records: u64,
    quarantined: u64,
}

impl Sink for Seen {
    fn record(&mut self, record: &Record, _: &Identity) -> Result<(), SinkError> {
        self.first.get_or_insert(record.locator);
        self.records += 1;
        Ok(())
    }

    fn quarantined(&mut self, row: Quarantined) -> Result<(), SinkError> {
        assert!(!row.reason.text.is_empty(), "a row was set aside without a reason");
        self.quarantined += 1;
        Ok(())
    }

    fn diagnostic(&mut self, _: Diagnostic) -> Result<(), SinkError> {
        Ok(())
    }
}

/// Reads `data` as the layout `vendor/export`; without one, as whatever it is recognised to be.
pub fn read_as(layout: Option<(&str, &str)>, name: &str, data: &[u8]) {
    let source = Source::from_bytes(name, data);
    let task = Task::silent();
    let force = layout.map(|(vendor, export)| (vendor.to_owned(), export.to_owned()));
    let mut options = Options { force, ..Options::default() };
    // A file may ask for its date order, then for its decimal mark.
    for _ in 0..4 {
        let Ok(inspection) = inspect(&source, &options, &task) else { return };
        let mut asked = false;
        for file in &inspection.files {
            match &file.outcome {
                Outcome::NeedsAnswer { question } => {
                    let Some(choice) = question.choices.first() else { continue };
                    asked |= options.answers.insert(question.id.clone(), choice.id.clone()).is_none();
                }
                Outcome::Recognised { plan, .. } => {
                    let mut seen = Seen::default();
                    if let Ok(summary) = read(&source, plan, &options, &task, &mut seen) {
                        assert_eq!((summary.records, summary.quarantined), (seen.records, seen.quarantined));
                    }
                    if let Some(locator) = seen.first {
                        // It may fail, but it must come back.
                        let _ = source_row(&source, plan, &options, &locator);
                    }
                }
                _ => {}
            }
        }
        if !asked {
            return;
        }
    }
}

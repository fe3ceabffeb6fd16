//! Findings that many rows of one entry share, told once with their number and first place.

use holdall_model::{Diagnostic, Severity};

use crate::error::ImportError;
use crate::sink::Output;

/// Counts one kind of warning; [`Repeated::tell`] hands it over once.
pub(crate) struct Repeated {
    id: &'static str,
    text: &'static str,
    first: u64,
    times: u64,
}

impl Repeated {
    pub(crate) fn new(id: &'static str, text: &'static str) -> Self {
        Self { id, text, first: 0, times: 0 }
    }

    pub(crate) fn count(&mut self, row: u64) {
        if self.times == 0 {
            self.first = row;
        }
        self.times += 1;
    }

    pub(crate) fn tell(&self, out: &mut Output<'_>) -> Result<(), ImportError> {
        let again = match self.times {
            0 => return Ok(()),
            1 => String::new(),
            times => format!(" ({times} times, first here)"),
        };
        out.diagnostic(Diagnostic::new(self.id, Severity::Warning, format!("{}{again}", self.text)).at_row(self.first))
    }
}

/// Tells that an entry in a language held nothing of what the language is for.
pub(crate) fn nothing_found(out: &mut Output<'_>, what: &str) -> Result<(), ImportError> {
    let text = format!("The file is sound, but it holds no {what}. Nothing was imported from it.");
    out.diagnostic(Diagnostic::new("no-records", Severity::Note, text))
}

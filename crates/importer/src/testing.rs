//! For tests: reads bytes with one language and keeps everything that comes out.

use std::io::Read;

use holdall_model::{Diagnostic, Quarantined, Record, Task};

use crate::decide::{Decided, Question};
use crate::decode::{Charset, CharsetWatch};
use crate::error::{At, ImportError};
use crate::fingerprint::Identifier;
use crate::format::{Answers, Confidence, Language};
use crate::input::{Head, Input, Open};
use crate::limits::{HEAD_BYTES, Limits};
use crate::sink::{Identity, Output, Sink, SinkError, Summary};

/// A sink that keeps everything.
#[derive(Default)]
pub(crate) struct Kept {
    pub records: Vec<Record>,
    pub identities: Vec<Identity>,
    pub quarantined: Vec<Quarantined>,
    pub diagnostics: Vec<Diagnostic>,
    pub summary: Summary,
}

impl Sink for Kept {
    fn record(&mut self, record: &Record, identity: &Identity) -> Result<(), SinkError> {
        self.records.push(record.clone());
        self.identities.push(*identity);
        Ok(())
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

impl Kept {
    /// The exact totals as `1.00 EUR, 2 USD`.
    pub fn sums(&self) -> String {
        self.summary.sums.iter().map(|q| format!("{} {}", q.value, q.unit)).collect::<Vec<_>>().join(", ")
    }
}

/// Bytes as an entry.
pub(crate) struct Memory<'b>(pub &'b [u8]);

/// The entry as UTF-8 input.
pub(crate) fn input<'a>(opener: &'a Memory<'_>, task: &'a Task) -> Input<'a> {
    let at = At { file: "test".into(), ..At::default() };
    Input { opener, at, charset: Charset::UTF_8, limits: Limits::default(), task }
}

impl Open for Memory<'_> {
    fn open<'a>(&'a self) -> Result<Box<dyn Read + 'a>, ImportError> {
        Ok(Box::new(self.0))
    }
}

/// How sure `language` is of these bytes.
pub(crate) fn recognise(language: &dyn Language, bytes: &[u8], name: &str) -> Option<Confidence> {
    with_head(bytes, name, |head| language.recognise(head))
}

fn with_head<T>(bytes: &[u8], name: &str, look: impl FnOnce(&Head<'_>) -> T) -> T {
    let start = &bytes[..bytes.len().min(HEAD_BYTES)];
    let text = encoding_rs::Encoding::for_bom(start).map_or(encoding_rs::UTF_8, |(e, _)| e).decode(start).0;
    look(&Head { bytes: start, text: &text, name, complete: bytes.len() <= HEAD_BYTES })
}

/// Reads `bytes` as the engine would. `Err(Ok(question))` is a question that `answers` does not settle.
pub(crate) fn read(language: &dyn Language, bytes: &[u8], answers: &[(&str, &str)]) -> Result<Kept, Result<Question, ImportError>> {
    let answers: Answers = answers.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    let task = Task::silent();
    let hint = with_head(bytes, "", |head| language.charset(head));
    let mut watch = CharsetWatch::new(bytes, hint);
    watch.feed(bytes);
    let opener = Memory(bytes);
    let at = At { file: "test".into(), ..At::default() };
    let input = Input { opener: &opener, at: at.clone(), charset: watch.finish(), limits: Limits::default(), task: &task };
    let decisions = match language.decide(&input, &answers).map_err(Err)? {
        Decided::Ready(decisions) => decisions,
        Decided::Ask(question) => return Err(Ok(question)),
    };
    let mut kept = Kept::default();
    let mut out = Output::new(&mut kept, Identifier::new([0; 32], decisions.ids_unique), at, 0);
    language.read(&input, &decisions, &mut out).map_err(Err)?;
    let summary = out.finish().map_err(Err)?;
    kept.summary = summary;
    Ok(kept)
}

//! Reads one entry by its plan, and leads back from a record to its row.

use std::io::Read;

use holdall_model::{Diagnostic, Locator, Quarantined, Record, Task};

use crate::container::{Container, Opener};
use crate::decide::{Decided, Decisions};
use crate::decode::Charset;
use crate::definition::{self, Layout, Table};
use crate::error::{At, ImportError, guarded};
use crate::fingerprint::{Identifier, Repeats};
use crate::format::{Answers, LANGUAGES, Language, SourceRow};
use crate::generic;
use crate::hashes::Hashes;
use crate::input::Input;
use crate::inspect::{FilePlan, Options};
use crate::parts::Parts;
use crate::sink::{Identity, Output, Sink, SinkError, Summary};
use crate::source::Source;
use crate::table;
use crate::table::read::Plan;

/// Reads one entry as its plan says, and counts its unpacked bytes into `task`, whose phase the caller begins: it knows how many entries
/// it reads. On an error the caller keeps nothing of it.
pub fn read(source: &Source, plan: &FilePlan, options: &Options, task: &Task, sink: &mut dyn Sink) -> Result<Summary, ImportError> {
    read_as(source, plan, options, Identifier::new(options.fingerprint_key, plan.decisions.ids_unique), task, sink)
}

/// Reads an entry again whose file has not changed since: it is known what repeats in it, so that nothing is remembered row by row.
pub fn read_again(
    source: &Source,
    plan: &FilePlan,
    options: &Options,
    repeats: &Repeats,
    task: &Task,
    sink: &mut dyn Sink,
) -> Result<Summary, ImportError> {
    let identifier = Identifier::new(options.fingerprint_key, plan.decisions.ids_unique).knowing(repeats.clone());
    read_as(source, plan, options, identifier, task, sink)
}

fn read_as(
    source: &Source,
    plan: &FilePlan,
    options: &Options,
    identifier: Identifier,
    task: &Task,
    sink: &mut dyn Sink,
) -> Result<Summary, ImportError> {
    let at = At { entry: plan.label.clone(), ..source.at() };
    let summary = guarded(at, || {
        let parts = Parts::gather(source, plan, options, task)?;
        with_input(source, plan, options, task, |input| {
            let mut out = Output::new(sink, identifier, input.at(), plan.entry).with(parts);
            read_into(plan, input, &mut out)?;
            out.finish()
        })
    })?;
    source.check_unchanged()?;
    Ok(summary)
}

fn read_into(plan: &FilePlan, input: &Input<'_>, out: &mut Output<'_>) -> Result<(), ImportError> {
    let reference = || format!("{}/{}", plan.vendor, plan.export);
    if plan.vendor == generic::VENDOR {
        let layout = generic::stored(&plan.decisions).ok_or_else(|| ImportError::NoSuchExport { export: reference() })?;
        return read_table(&layout, &Plan::from_decisions(&plan.decisions), input, out);
    }
    let (_, export) = definition::export(&plan.vendor, &plan.export).ok_or_else(|| ImportError::NoSuchExport { export: reference() })?;
    match &export.layout {
        Layout::Table(layout) => {
            let plan = Plan::from_decisions(&plan.decisions);
            table::read::tell_unlike(layout, &plan, out)?;
            read_table(layout, &plan, input, out)
        }
        Layout::Language(id) => match LANGUAGES.iter().find(|l| l.id() == id) {
            Some(language) => language.read(input, &plan.decisions, out),
            None => Err(ImportError::NoSuchExport { export: reference() }),
        },
    }
}

fn read_table(layout: &Table, plan: &Plan, input: &Input<'_>, out: &mut Output<'_>) -> Result<(), ImportError> {
    table::read::tell_calendar(plan, out)?;
    if layout.records.is_some() { table::json::read(layout, plan, input, out) } else { table::read::read(layout, plan, input, out) }
}

pub(crate) fn with_input<T>(
    source: &Source,
    plan: &FilePlan,
    options: &Options,
    task: &Task,
    work: impl FnOnce(&Input<'_>) -> Result<T, ImportError>,
) -> Result<T, ImportError> {
    let container = Container::open(source, options.limits, options.password.as_ref(), task)?;
    let gone = || ImportError::NoSuchRow { at: source.at() };
    let entry = container.entries.iter().find(|e| e.index == plan.entry && e.label == plan.label).ok_or_else(gone)?;
    let charset = Charset::named(&plan.charset, plan.byte_order_mark).unwrap_or(Charset::UTF_8);
    let opener = Opener { container: &container, entry };
    work(&Input { opener: &opener, at: container.entry_at(entry), charset, limits: options.limits, task })
}

/// Asks a language for its decisions, and proves its ids unique where it has some.
pub(crate) fn decide_language(language: &dyn Language, input: &Input<'_>, answers: &Answers) -> Result<Decided, ImportError> {
    let mut decided = language.decide(input, answers)?;
    if let Decided::Ready(decisions) = &mut decided
        && language.has_ids()
    {
        decisions.ids_unique = ids_unique(language, input, decisions)?;
    }
    Ok(decided)
}

#[derive(Default)]
struct Ids {
    seen: Hashes,
    repeated: bool,
}

impl Sink for Ids {
    fn record(&mut self, record: &Record, _: &Identity) -> Result<(), SinkError> {
        if !record.external_id.is_empty() {
            let mut hasher = blake3::Hasher::new();
            hasher.update(record.account.as_bytes()).update(&[0]).update(record.external_id.as_bytes());
            let mut short = [0; 8];
            short.copy_from_slice(&hasher.finalize().as_bytes()[..8]);
            self.repeated |= !self.seen.insert(u64::from_le_bytes(short));
        }
        Ok(())
    }

    fn quarantined(&mut self, _: Quarantined) -> Result<(), SinkError> {
        Ok(())
    }

    fn diagnostic(&mut self, _: Diagnostic) -> Result<(), SinkError> {
        Ok(())
    }
}

fn ids_unique(language: &dyn Language, input: &Input<'_>, decisions: &Decisions) -> Result<bool, ImportError> {
    let mut ids = Ids::default();
    let mut out = Output::new(&mut ids, Identifier::new([0; 32], false), input.at(), 0);
    language.read(input, decisions, &mut out)?;
    out.finish()?;
    Ok(!ids.repeated && ids.seen.len() > 0)
}

/// The row a record came from, as it stands in the file.
pub fn source_row(source: &Source, plan: &FilePlan, options: &Options, locator: &Locator) -> Result<SourceRow, ImportError> {
    let task = Task::silent();
    with_input(source, plan, options, &task, |input| {
        let raw = slice(input, locator)?;
        if plan.vendor == generic::VENDOR {
            if generic::stored(&plan.decisions).is_some_and(|layout| layout.records.is_some()) {
                return Ok(SourceRow { cells: table::source::element(&raw, false), raw });
            }
            let cells = table::source::cells(&Plan::from_decisions(&plan.decisions), input, &raw)?;
            return Ok(SourceRow { cells, raw });
        }
        let Some((_, export)) = definition::export(&plan.vendor, &plan.export) else {
            return Ok(SourceRow { cells: Vec::new(), raw });
        };
        let cells = match &export.layout {
            Layout::Table(layout) if layout.records.is_some() => table::source::element(&raw, layout.mojibake),
            Layout::Table(_) => table::source::cells(&Plan::from_decisions(&plan.decisions), input, &raw)?,
            Layout::Language(id) => LANGUAGES.iter().find(|l| l.id() == id).map(|l| l.cells(&raw, locator)).unwrap_or_default(),
        };
        Ok(SourceRow { cells, raw })
    })
}

fn slice(input: &Input<'_>, locator: &Locator) -> Result<String, ImportError> {
    let gone = || ImportError::NoSuchRow { at: input.at().row(locator.row) };
    let mut text = input.text()?;
    let skipped = std::io::copy(&mut (&mut text).take(locator.offset), &mut std::io::sink()).map_err(|e| input.failed(e))?;
    if skipped < locator.offset {
        return Err(gone());
    }
    let mut raw = Vec::new();
    text.take(locator.length.into()).read_to_end(&mut raw).map_err(|e| input.failed(e))?;
    String::from_utf8(raw).map_err(|_| gone())
}

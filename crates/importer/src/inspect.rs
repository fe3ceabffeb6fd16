//! Looks at a file without keeping anything: what each of its entries is, and what must be asked before it can be read.

use std::collections::BTreeMap;
use std::io::Read;

use holdall_model::{Diagnostic, Severity, Task};
use serde::{Deserialize, Serialize};

use crate::container::{Container, Entry, Opener, Password, closed};
use crate::decide::{Decided, Decisions, Question};
use crate::decode::{Charset, CharsetWatch};
use crate::definition::{self, Layout};
use crate::detect::{self, Candidate};
use crate::error::{ImportError, guarded, printable};
use crate::format::{Answers, Confidence, LANGUAGES};
use crate::generic;
use crate::input::{Head, Input};
use crate::limits::Limits;
use crate::nearest::{Near, nearest};
use crate::parts;
use crate::source::Source;
use crate::table::{json, profile};

/// What the caller knows or wants.
#[derive(Debug, Clone, Default)]
pub struct Options {
    pub password: Option<Password>,
    /// Answers by question id; `3/date-order` answers for entry 3 alone.
    pub answers: Answers,
    /// What was decided about tables of no known vendor before, the latest first: their answers count for a table with the same headings.
    pub remembered: Vec<Decisions>,
    /// Vendor and export, where the person chose them; `generic` and `table` for a table of no known vendor.
    pub force: Option<(String, String)>,
    pub limits: Limits,
    /// Keys the fingerprints. The same key must be used for ever.
    pub fingerprint_key: [u8; 32],
}

/// Everything that must be known to read one entry again in the same way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilePlan {
    /// Position in the archive; 0 for a plain file.
    pub entry: u32,
    /// Name inside the archive; empty for a plain file.
    pub label: String,
    pub vendor: String,
    pub export: String,
    /// WHATWG name.
    pub charset: String,
    pub byte_order_mark: usize,
    /// Of the definition by which it was planned; empty where there is none. The entry may be read otherwise once it has another one.
    #[serde(default)]
    pub edition: String,
    pub decisions: Decisions,
}

/// A layout that would fit too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alternative {
    pub vendor: String,
    pub export: String,
    pub confidence: Confidence,
}

/// What an entry is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "is")]
pub enum Outcome {
    Recognised {
        plan: FilePlan,
        confidence: Confidence,
        alternatives: Vec<Alternative>,
    },
    NeedsAnswer {
        question: Question,
    },
    /// It may hold data, but no layout is known for it.
    Unknown {
        reasons: Vec<String>,
    },
    /// It holds no data of a kind that is kept.
    Ignored {
        why: String,
    },
    /// One entry of an archive that cannot be read; the others can.
    Failed {
        /// As [`ImportError::code`] tells it.
        code: String,
        text: String,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileReport {
    pub entry: u32,
    pub label: String,
    /// Bytes, unpacked.
    pub size: u64,
    /// Columns that are missing of the known layout it nearly has.
    pub missing_columns: usize,
    pub outcome: Outcome,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inspection {
    pub files: Vec<FileReport>,
    pub diagnostics: Vec<Diagnostic>,
}

/// Says what each entry of a file is. Reads everything that needs to be read for certainty, and keeps nothing.
pub fn inspect(source: &Source, options: &Options, task: &Task) -> Result<Inspection, ImportError> {
    // How often an entry is read until all is certain depends on what is in it.
    task.phase("looking", None)?;
    let container = guarded(source.at(), || Container::open(source, options.limits, options.password.as_ref(), task))?;
    let mut files = Vec::with_capacity(container.entries.len());
    let mut diagnostics = container.diagnostics.clone();
    for entry in &container.entries {
        task.step(0)?;
        let mut near = None;
        let outcome = match entry.ignored {
            Some(why) => Outcome::Ignored { why: why.to_owned() },
            None => guarded(container.entry_at(entry), || look(&container, entry, source, options, task, &mut diagnostics, &mut near))
                .or_else(|error| set_aside(error, &container))?,
        };
        if let Some(near) = &near {
            diagnostics.push(Diagnostic::new("layout-changed", Severity::Warning, near.text()).in_entry(entry.label.clone()));
        }
        let missing_columns = near.map_or(0, |near| near.missing.len());
        files.push(FileReport { entry: entry.index, label: entry.label.clone(), size: entry.size, missing_columns, outcome });
    }
    source.check_unchanged()?;
    leave_the_rest(&mut files, options);
    parts::find(&mut files);
    Ok(Inspection { files, diagnostics })
}

/// Beside a known export, a vendor's archive holds tables that nobody wants to be asked about, and that are no part of it: profiles,
/// devices, clicks. They are told as not understood, unless they may be money.
fn leave_the_rest(files: &mut [FileReport], options: &Options) {
    let known = |file: &FileReport| matches!(&file.outcome, Outcome::Recognised { plan, .. } if plan.vendor != generic::VENDOR);
    if options.force.is_some() || !files.iter().any(known) {
        return;
    }
    for file in files {
        let answers = answers_for(&options.answers, file.entry);
        let side = match &file.outcome {
            Outcome::NeedsAnswer { question } => question.id == "kind",
            Outcome::Recognised { plan, .. } => plan.vendor == generic::VENDOR && !generic::is_money(&plan.decisions),
            _ => false,
        };
        if side && !answers.contains_key("kind") && !generic::is_mapped(&answers) {
            file.outcome = Outcome::Unknown { reasons: vec![NOT_CERTAIN.to_owned()] };
        }
    }
}

/// One entry of an archive that is damaged, or on which we break, does not hold back the others.
fn set_aside(error: ImportError, container: &Container<'_>) -> Result<Outcome, ImportError> {
    match error {
        ImportError::Damaged { .. } | ImportError::OurMistake { .. } if container.is_archive() => {
            Ok(Outcome::Failed { code: error.code().to_owned(), text: error.to_string() })
        }
        error => Err(error),
    }
}

/// Why an entry's first bytes show that there is nothing to read in it.
fn no_data(bytes: &[u8], complete: bool, in_archive: bool) -> Option<String> {
    let mark = Charset::from_head(bytes).map_or(0, |c| c.bom);
    if bytes[mark..].iter().all(u8::is_ascii_whitespace) && complete {
        return Some("It is empty.".to_owned());
    }
    if bytes.starts_with(b"PK\x03\x04") && in_archive {
        return Some("It is an archive inside an archive. Unpack it first, then import what was inside.".to_owned());
    }
    closed(bytes).map(|closed| format!("It is a file of the kind {}, which cannot be read here. {}", closed.kind, closed.advice))
}

fn look(
    container: &Container<'_>,
    entry: &Entry,
    source: &Source,
    options: &Options,
    task: &Task,
    diagnostics: &mut Vec<Diagnostic>,
    near: &mut Option<Near>,
) -> Result<Outcome, ImportError> {
    let (bytes, complete) = container.head(entry)?;
    if let Some(why) = no_data(&bytes, complete, container.is_archive()) {
        return Ok(Outcome::Ignored { why });
    }
    let path = if container.is_archive() { &entry.label } else { source.label() };
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    let opener = Opener { container, entry };
    let mut input = Input { opener: &opener, at: container.entry_at(entry), charset: Charset::UTF_8, limits: options.limits, task };
    let answers = answers_for(&options.answers, entry.index);
    let chosen_generic = options.force.as_ref().is_some_and(|(vendor, export)| vendor == generic::VENDOR && export == generic::EXPORT);
    if chosen_generic || generic::is_mapped(&answers) {
        let head = Head { bytes: &bytes, text: "", name, complete };
        let told = Told { answers: &answers, options, near: None };
        return unknown_table(entry, &bytes, complete, &head, &mut input, &told, diagnostics);
    }
    let chosen = chosen(options, &answers)?;
    let mut text = String::new();
    let mut found = Vec::new();
    for guess in charsets(&bytes, complete) {
        input.charset = guess;
        text = guess.encoding.decode_without_bom_handling(&bytes[guess.bom.min(bytes.len())..]).0.into_owned();
        let head = Head { bytes: &bytes, text: &text, name, complete };
        found = match chosen {
            Some((vendor, export)) => detect::forced(vendor, export, &head, &input).into_iter().collect(),
            None => detect::candidates(&head, &input),
        };
        if !found.is_empty() {
            break;
        }
    }
    let head = Head { bytes: &bytes, text: &text, name, complete };
    let Some(best) = found.first() else {
        return match chosen {
            Some((vendor, export)) if !container.is_archive() => Err(detect::mismatch(&input, format!("{}/{}", vendor.slug, export.slug))),
            _ => {
                *near = nearest(&head, &input);
                let told = Told { answers: &answers, options, near: near.as_ref() };
                let found = unknown_table(entry, &bytes, complete, &head, &mut input, &told, diagnostics)?;
                Ok(if container.is_archive() && json::looks_like(&text) { not_asked(found) } else { found })
            }
        };
    };
    let tied = detect::tied(&found);
    if tied.len() > 1 {
        return Ok(Outcome::NeedsAnswer { question: which_layout(tied) });
    }
    input.charset = charset(&input, &head, best, diagnostics)?;
    count_unreadable(&input, diagnostics)?;
    match decide(best, &input, &answers)? {
        Decided::Ask(question) => Ok(Outcome::NeedsAnswer { question }),
        Decided::Ready(decisions) => {
            let plan = file_plan(entry, best.vendor.slug, &best.export.slug, input.charset, decisions);
            let alternatives = found[1..].iter().map(alternative).collect();
            Ok(Outcome::Recognised { plan, confidence: best.confidence, alternatives })
        }
    }
}

fn file_plan(entry: &Entry, vendor: &str, export: &str, charset: Charset, decisions: Decisions) -> FilePlan {
    FilePlan {
        entry: entry.index,
        label: entry.label.clone(),
        vendor: vendor.to_owned(),
        export: export.to_owned(),
        charset: charset.encoding.name().to_owned(),
        byte_order_mark: charset.bom,
        edition: definition::export(vendor, export).map_or_else(String::new, |(_, export)| export.edition.to_owned()),
        decisions,
    }
}

/// The answers, with those for this entry alone in the place of the general ones.
fn answers_for(answers: &Answers, entry: u32) -> Answers {
    let own = format!("{entry}/");
    let mut merged: BTreeMap<String, String> =
        answers.iter().filter(|(k, _)| !names_an_entry(k)).map(|(k, v)| (k.clone(), v.clone())).collect();
    merged.extend(answers.iter().filter_map(|(k, v)| k.strip_prefix(&own).map(|k| (k.to_owned(), v.clone()))));
    merged
}

/// Whether an answer is for one entry: `3/sign`, and not `column:in/out`.
fn names_an_entry(id: &str) -> bool {
    id.split_once('/').is_some_and(|(entry, _)| !entry.is_empty() && entry.bytes().all(|b| b.is_ascii_digit()))
}

type Choice = Option<(&'static definition::Vendor, &'static definition::Export)>;

/// The layout the person chose, in the options or as the answer to a tie.
fn chosen(options: &Options, answers: &Answers) -> Result<Choice, ImportError> {
    let answered = answers.get("layout").and_then(|a| a.split_once('/')).map(|(v, e)| (v.to_owned(), e.to_owned()));
    let Some((vendor, export)) = options.force.clone().or(answered) else { return Ok(None) };
    match definition::export(&vendor, &export) {
        Some(found) => Ok(Some(found)),
        None => Err(ImportError::NoSuchExport { export: printable(&format!("{vendor}/{export}")) }),
    }
}

fn which_layout(tied: &[Candidate]) -> Question {
    let question = Question::new("layout", "This file could come from more than one place. Where did you get it?");
    tied.iter().fold(question, |q, c| q.choice(&c.reference(), format!("{}: {}", c.vendor.name, c.export.name)))
}

fn alternative(candidate: &Candidate) -> Alternative {
    Alternative { vendor: candidate.vendor.slug.to_owned(), export: candidate.export.slug.clone(), confidence: candidate.confidence }
}

/// Charsets in which the head may make sense, the likeliest first.
fn charsets(bytes: &[u8], complete: bool) -> Vec<Charset> {
    let first = guess_charset(bytes, complete);
    let mut all = vec![first];
    if first.encoding != encoding_rs::UTF_8 && first.bom == 0 && Charset::from_head(bytes).is_none() {
        let old = [encoding_rs::WINDOWS_1252, encoding_rs::WINDOWS_1250].map(|encoding| Charset { encoding, bom: 0 });
        all.extend(old.into_iter().filter(|c| *c != first));
    }
    all
}

/// A charset for the head alone.
pub(crate) fn guess_charset(bytes: &[u8], complete: bool) -> Charset {
    // A letter cut in half by the end of the head is no wrong letter.
    let sure =
        if complete { bytes } else { &bytes[..bytes.iter().rposition(|b| *b == b'\n' || *b == b'\r').map_or(bytes.len(), |i| i + 1)] };
    let mut watch = CharsetWatch::new(bytes, None);
    watch.feed(sure);
    watch.finish()
}

/// The charset of the whole entry. Says so where the entry itself claims another.
fn charset(input: &Input<'_>, head: &Head<'_>, best: &Candidate, diagnostics: &mut Vec<Diagnostic>) -> Result<Charset, ImportError> {
    let claimed = match &best.export.layout {
        Layout::Table(_) => None,
        Layout::Language(id) => LANGUAGES.iter().find(|l| l.id() == id).and_then(|l| l.charset(head)),
    };
    let hint = match &best.export.layout {
        // A layout that says nothing was recognised in the charset of the head.
        Layout::Table(table) => table.charset.or((input.charset.encoding != encoding_rs::UTF_8).then_some(input.charset.encoding)),
        Layout::Language(_) => claimed,
    };
    let (found, plain) = whole_charset(input, head, hint, diagnostics)?;
    if let Some(claimed) = claimed.filter(|c| *c != found.encoding && !plain) {
        let words = format!(
            "The file says that it is written in {}, but it is written in {}. It was read as what it is.",
            claimed.name(),
            found.encoding.name()
        );
        diagnostics.push(Diagnostic::new("charset-differs", Severity::Note, words).in_entry(input.at.entry.clone()));
    }
    Ok(found)
}

/// The charset of a whole text, and whether it holds nothing but the letters that nearly all charsets share.
pub(crate) fn whole_charset(
    input: &Input<'_>,
    head: &Head<'_>,
    hint: Option<&'static encoding_rs::Encoding>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<(Charset, bool), ImportError> {
    let mut watch = CharsetWatch::new(head.bytes, hint);
    if !watch.is_fixed() {
        let mut reader = input.bytes()?;
        let mut chunk = vec![0; 128 << 10];
        loop {
            match reader.read(&mut chunk).map_err(|e| input.failed(e))? {
                0 => break,
                n => watch.feed(&chunk[..n]),
            }
        }
    }
    let plain = watch.is_plain();
    let found = watch.finish();
    let mixed = watch.mixed(found);
    if mixed > 0 {
        let words = format!(
            "{mixed} letters seem to be written in another charset than the rest of the file, and look wrong. Look at the texts before you keep them, or ask the vendor for the file again."
        );
        diagnostics.push(Diagnostic::new("charsets-mixed", Severity::Warning, words).in_entry(input.at.entry.clone()));
    }
    Ok((found, plain))
}

pub(crate) fn count_unreadable(input: &Input<'_>, diagnostics: &mut Vec<Diagnostic>) -> Result<(), ImportError> {
    if input.charset.encoding == encoding_rs::UTF_8 && input.charset.bom == 0 {
        return Ok(());
    }
    let mut text = crate::decode::TextReader::new(input.opener.open()?, input.charset);
    let mut chunk = vec![0; 128 << 10];
    while text.read(&mut chunk).map_err(|e| input.failed(e))? > 0 {
        input.task.step(0)?;
    }
    if text.replaced() > 0 {
        let words = format!(
            "{} letters cannot be read in the charset {}. Look at the texts before you keep them.",
            text.replaced(),
            input.charset.encoding.name()
        );
        diagnostics.push(Diagnostic::new("letters-unreadable", Severity::Warning, words).in_entry(input.at.entry.clone()));
    }
    Ok(())
}

fn decide(best: &Candidate, input: &Input<'_>, answers: &Answers) -> Result<Decided, ImportError> {
    match &best.export.layout {
        Layout::Table(table) => {
            let plan = best.plan.clone().unwrap_or(crate::table::read::Plan::new(b',', 0));
            profile::decide(table, plan, input, answers)
        }
        Layout::Language(id) => match LANGUAGES.iter().find(|l| l.id() == id) {
            Some(language) => crate::read::decide_language(*language, input, answers),
            None => Ok(Decided::Ready(Decisions::default())),
        },
    }
}

/// What the person says of one entry, now and before.
struct Told<'a> {
    answers: &'a Answers,
    options: &'a Options,
    /// The known layout that it resembles.
    near: Option<&'a Near>,
}

/// A table of no known vendor: read if it is certain in every respect.
fn unknown_table(
    entry: &Entry,
    bytes: &[u8],
    complete: bool,
    head: &Head<'_>,
    input: &mut Input<'_>,
    told: &Told<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<Outcome, ImportError> {
    let guess = guess_charset(bytes, complete);
    input.charset = guess;
    let text = guess.encoding.decode_without_bom_handling(&bytes[guess.bom.min(bytes.len())..]).0;
    let head = Head { bytes, text: &text, name: head.name, complete };
    let listed =
        if json::looks_like(&text) { generic::listed(input, told.answers, &told.options.remembered)? } else { generic::Listed::NoJson };
    let (candidate, charset) = match listed {
        generic::Listed::Candidate(candidate) => (candidate, guess),
        generic::Listed::Ask(question) => return Ok(Outcome::NeedsAnswer { question }),
        generic::Listed::Not(why) => return Ok(Outcome::Unknown { reasons: vec![why] }),
        generic::Listed::NoJson => match generic::candidate(&head, input) {
            Some(found) => found,
            None => return Ok(unknown(&head)),
        },
    };
    if let Some(outside) = candidate.listing.as_ref().map(|l| l.outside.join(", ")).filter(|o| !o.is_empty()) {
        let words = format!("The file tells other things beside its list ({outside}). They were left out.");
        diagnostics.push(Diagnostic::new("outside-list", Severity::Note, words).in_entry(input.at.entry.clone()));
    }
    input.charset = whole_charset(input, &head, (charset != guess).then_some(charset.encoding), diagnostics)?.0;
    count_unreadable(input, diagnostics)?;
    let remembered = generic::remembered(&candidate, &told.options.remembered, told.answers);
    if !remembered.is_empty() {
        let list = remembered.iter().map(|(id, value)| format!("{id}={value}")).collect::<Vec<_>>().join(", ");
        let words = format!("Your earlier answers about this layout were used again: {list}.");
        diagnostics.push(Diagnostic::new("answers-again", Severity::Note, words).in_entry(input.at.entry.clone()));
    }
    let answers = told.answers.iter().chain(&remembered).map(|(k, v)| (k.clone(), v.clone())).collect();
    match generic::decide(&candidate, input, head.name, told.near, &answers)? {
        generic::Found::Empty => Ok(Outcome::Ignored { why: "It has headings, but no rows.".to_owned() }),
        generic::Found::Not(reasons) => Ok(Outcome::Unknown { reasons }),
        generic::Found::Decided(Decided::Ask(question)) => Ok(Outcome::NeedsAnswer { question }),
        generic::Found::Decided(Decided::Ready(decisions)) => {
            let plan = file_plan(entry, generic::VENDOR, generic::EXPORT, input.charset, decisions);
            Ok(Outcome::Recognised { plan, confidence: Confidence::Possible, alternatives: Vec::new() })
        }
    }
}

const NOT_CERTAIN: &str =
    "It holds a list whose meaning is not certain. If you want it, unpack it and import it by itself: then you are asked.";

/// An archive holds many lists that nobody wants to be asked about, such as settings and devices.
fn not_asked(found: Outcome) -> Outcome {
    match found {
        Outcome::NeedsAnswer { .. } => Outcome::Unknown { reasons: vec![NOT_CERTAIN.to_owned()] },
        Outcome::Recognised { plan, .. } if plan.decisions.fact("kind") == Some("other") => {
            Outcome::Unknown { reasons: vec![NOT_CERTAIN.to_owned()] }
        }
        other => other,
    }
}

fn unknown(head: &Head<'_>) -> Outcome {
    let binary = head.text.chars().take(4096).filter(|c| c.is_control() && !c.is_whitespace()).count() > 4;
    let reason = if binary {
        "It is no text, and no kind of file that is known here."
    } else {
        "Its columns or fields belong to no layout that is known here."
    };
    Outcome::Unknown { reasons: vec![reason.to_owned()] }
}

//! What the person explained about an unknown table, as a folder under `vendors/` that everybody can use.

use super::layout::{self, Found};
use super::sample::{listed, sample};
use super::words::{self, Meaning};
use super::written::definition;
use super::{ANSWER, VENDOR};
use crate::decide::Decisions;
use crate::decode::Charset;
use crate::definition::{Layout, parse_export};
use crate::error::{At, ImportError};
use crate::fingerprint::Identifier;
use crate::input::{Input, Open};
use crate::limits::Limits;
use crate::shape::looks_like_a_value;
use crate::sink::Output;
use crate::table::json;
use crate::table::read::{Plan, read};
use crate::told::Told;

/// Headings that are all general words tell a layout only if there are this many.
const TELLING: usize = 6;

/// A table of no known vendor about which the person answered questions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explained {
    /// The same for every file with these headings.
    pub id: String,
    pub columns: Vec<ExplainedColumn>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExplainedColumn {
    pub heading: String,
    /// `date`, `amount`, `text`… as `--map` takes it.
    pub role: &'static str,
}

/// What the person answered about a table, as it is remembered for the next one with the same headings. `None` where nothing is.
pub fn explained(decisions: &Decisions) -> Option<Explained> {
    let found = Found::stored(decisions).filter(|found| found.headed)?;
    if !decisions.facts.keys().any(|name| name.starts_with(ANSWER)) {
        return None;
    }
    let print = blake3::hash(layout::joined(&found.headings).as_bytes());
    let columns = found.headings.iter().zip(&found.roles.meanings);
    Some(Explained {
        id: print.to_hex().chars().take(12).collect(),
        columns: columns.map(|(heading, meaning)| ExplainedColumn { heading: heading.clone(), role: meaning.name() }).collect(),
    })
}

/// What the folder is called.
#[derive(Debug, Clone)]
pub struct Naming {
    /// Permanent, such as `my-bank`.
    pub vendor: String,
    pub vendor_name: String,
    /// Permanent, such as `account`.
    pub export: String,
    pub export_name: String,
    /// How the vendor calls the file: `Umsatz_*.csv`.
    pub file_name: Option<String>,
}

/// Files of a folder under `vendors/`. Their rows are invented.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contribution {
    /// Path below `vendors/`, with `/`, and text.
    pub files: Vec<(String, String)>,
    /// Columns, from 1, that are left out because their headings may hold something of the person's.
    pub left_out: Vec<usize>,
}

/// Why no folder can be made.
#[derive(Debug, thiserror::Error)]
pub enum NotContributed {
    #[error("Nothing that was explained is left of this layout.")]
    NoLayout,
    #[error("A name for folders has small letters, digits and hyphens only.")]
    Slug,
    #[error("The heading of column {0} may hold something of yours, and the layout cannot be told without it.")]
    Heading(usize),
    #[error("These headings could be anybody's. Only the name of the file tells where it comes from.")]
    NeedsFileName,
    #[error("A file name's pattern must not hold a number of yours: write * in its place.")]
    FileName,
    #[error("The definition does not read its own sample: {0}")]
    Unsound(String),
}

/// Writes down a layout that was explained, with a sample whose rows are invented, and what is read from that sample.
pub fn contribution(decisions: &Decisions, naming: &Naming) -> Result<Contribution, NotContributed> {
    let found = Found::stored(decisions).filter(|found| found.headed).ok_or(NotContributed::NoLayout)?;
    let is_slug = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if !is_slug(&naming.vendor) || !is_slug(&naming.export) || naming.vendor == VENDOR {
        return Err(NotContributed::Slug);
    }
    if naming.file_name.as_deref().is_some_and(|name| name.chars().filter(char::is_ascii_digit).count() > 3 || name.contains('@')) {
        return Err(NotContributed::FileName);
    }
    let (columns, left_out) = columns(&found)?;
    let general = columns.len() < TELLING && columns.iter().all(|i| words::meaning(&found.headings[*i]).is_some());
    if general && naming.file_name.is_none() {
        return Err(NotContributed::NeedsFileName);
    }
    let unsound = |e: &dyn std::fmt::Display| NotContributed::Unsound(e.to_string());
    let export = definition(&found, decisions, &columns, naming, general).map_err(|e| unsound(&e))?;
    let sample = match &found.list {
        Some((records, paths)) => listed(&found, decisions, &columns, records, paths).into_bytes(),
        None => sample(&found, decisions, &columns).map_err(|e| unsound(&e))?,
    };
    let expected = told(&export, &sample, decisions).map_err(|e| unsound(&e))?;
    let sample = String::from_utf8(sample).map_err(|e| unsound(&e))?;
    let folder = format!("{}/{}", naming.vendor, naming.export);
    let mut files = Vec::new();
    if crate::definition::vendor(&naming.vendor).is_none() {
        files.push((format!("{}/vendor.toml", naming.vendor), vendor(naming)));
    }
    let kind = if found.list.is_some() { "json" } else { "csv" };
    for (name, text) in [("export.toml", export), (&format!("sample.{kind}"), sample), (&format!("sample.{kind}.expected"), expected)] {
        files.push((format!("{folder}/{name}"), text));
    }
    Ok(Contribution { files, left_out })
}

/// The columns that are written down, and those that are not, counted from 1.
fn columns(found: &Found) -> Result<(Vec<usize>, Vec<usize>), NotContributed> {
    let (mut kept, mut left_out) = (Vec::new(), Vec::new());
    // In JSON, names on the way to the list and to a field are written down too.
    let told = |i: usize| looks_like_a_value(found.heading(i)) || found.heading(i).split('/').any(looks_like_a_value);
    if found.list.as_ref().is_some_and(|(records, _)| records.split('/').any(looks_like_a_value)) {
        return Err(NotContributed::Heading(1));
    }
    for (i, heading) in found.headings.iter().enumerate() {
        if !looks_like_a_value(heading) && !heading.is_empty() && (found.list.is_none() || !told(i)) {
            kept.push(i);
        } else if matches!(found.roles.meanings[i], Meaning::Unknown | Meaning::Text | Meaning::OtherMoney) && found.title() != Some(i) {
            left_out.push(i + 1);
        } else {
            return Err(NotContributed::Heading(i + 1));
        }
    }
    Ok((kept, left_out))
}

fn vendor(naming: &Naming) -> String {
    let name = toml::Value::String(naming.vendor_name.clone());
    format!(
        "name = {name}\n# Still to be said: the countries (ISO 3166), the address, where to write about one's data, and how a person gets the export.\ncountries = []\nurl = \"\"\nprivacy = \"\"\n\n[how]\nsteps = []\nlink = \"\"\nwait = \"\"\nfiles = []\n"
    )
}

struct Memory<'b>(&'b [u8]);

impl Open for Memory<'_> {
    fn open<'a>(&'a self) -> Result<Box<dyn std::io::Read + 'a>, ImportError> {
        Ok(Box::new(self.0))
    }
}

/// What the written definition makes of the sample.
fn told(export: &str, sample: &[u8], decisions: &Decisions) -> Result<String, String> {
    let export = parse_export("export", export)?;
    let Layout::Table(table) = &export.layout else { return Err("it is no table".to_owned()) };
    let delimiter = Plan::from_decisions(decisions).delimiter;
    let plan = Plan::new(delimiter, 1);
    let (task, opener) = (holdall_model::Task::silent(), Memory(sample));
    let input = Input { opener: &opener, at: At::default(), charset: Charset::UTF_8, limits: Limits::default(), task: &task };
    let mut told = Told::default();
    let mut out = Output::new(&mut told, Identifier::new([0; 32], false), At::default(), 0);
    let read = if table.records.is_some() { json::read } else { read };
    read(table, &plan, &input, &mut out).map_err(|e| e.to_string())?;
    let summary = out.finish().map_err(|e| e.to_string())?;
    if summary.records != 4 || summary.quarantined > 0 {
        return Err(format!("{} of 4 rows were understood", summary.records));
    }
    told.entry(&summary);
    Ok(told.text())
}

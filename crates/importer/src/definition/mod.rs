//! What is known of vendors and their exports: the data under `vendors/`, read once.
//!
//! The language of these files is described in `vendors/README.md`; [`parse`] reads it, and the types here are its meaning.

mod column;
mod parse;
mod word_list;

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use encoding_rs::Encoding;
use holdall_model::{Kind, Property, Unit};

pub(crate) use column::{Column, HeaderName, Role, Shape, Transform, Use, normal};
pub(crate) use word_list::{WordList, is_word};

use crate::table::date::Order;
use crate::table::number::Mark;

/// A vendor's slug and file, and its exports' slugs, files and editions.
type VendorFiles = (&'static str, &'static str, ExportFiles);
type ExportFiles = &'static [(&'static str, &'static str, &'static str)];

mod files {
    include!(concat!(env!("OUT_DIR"), "/vendors.rs"));
}

/// A company whose exports are known.
#[derive(Debug)]
pub struct Vendor {
    /// Permanent, the folder's name.
    pub slug: &'static str,
    pub name: String,
    /// ISO 3166 codes; empty for one that is everywhere.
    pub countries: Vec<String>,
    pub url: String,
    pub how: How,
    /// Where to write about one's data, as the vendor publishes it.
    pub privacy: String,
    files: ExportFiles,
    read: OnceLock<Vec<Export>>,
}

/// How a person gets the export.
#[derive(Debug, Default)]
pub struct How {
    pub steps: Vec<String>,
    pub link: String,
    /// How long it takes, in plain words.
    pub wait: String,
    /// What the files are called.
    pub files: Vec<String>,
}

/// One layout of one vendor's exports.
#[derive(Debug)]
pub struct Export {
    /// Permanent, the folder's name.
    pub slug: String,
    pub name: String,
    pub kind: Kind,
    /// Another one after every change of the definition, or of what is made of its samples.
    pub edition: &'static str,
    pub(crate) layout: Layout,
}

/// How an export is written down.
#[derive(Debug)]
pub(crate) enum Layout {
    /// A language of `format/`, by its id.
    Language(String),
    Table(Box<Table>),
}

/// Rows of cells, or elements of a JSON list seen as such.
#[derive(Debug)]
pub(crate) struct Table {
    pub kind: Kind,
    /// Where the elements are, for JSON: `/*`, `/SegmentListResponses/*`. `None` for CSV.
    pub records: Option<Vec<String>>,
    pub columns: Vec<Column>,
    pub headerless: bool,
    /// Patterns of file names, to tell apart layouts that look alike.
    pub files: Vec<String>,
    /// Nothing but the file's name tells this layout from another.
    pub needs_name: bool,
    pub charset: Option<&'static Encoding>,
    /// `None`: decided for each file.
    pub order: Option<Order>,
    /// A cell that tells the order: column, words, order.
    pub order_when: Vec<(String, Vec<String>, Order)>,
    pub decimal: Option<Mark>,
    pub unit: Option<Unit>,
    /// Amounts with a minus are money in. `None`: not known of this layout, asked.
    pub inverted: Option<bool>,
    pub debit: Side,
    pub credit: Side,
    pub fee_in_sum: bool,
    pub out_words: WordList,
    pub in_words: WordList,
    pub pending: WordList,
    pub void: WordList,
    pub info: WordList,
    /// Rows that count for no sum whatever their status says.
    pub info_when: Vec<Condition>,
    /// Words that stand for an empty cell.
    pub empty: Vec<String>,
    pub templates: Vec<Template>,
    pub fixed: Vec<(Target, String)>,
    /// Words of a column to be written otherwise, by the column's first name.
    pub words: BTreeMap<String, BTreeMap<String, String>>,
    /// Beginnings to cut off, by the column's first name.
    pub cut: BTreeMap<String, Vec<String>>,
    pub skip: Vec<SkipRule>,
    /// Beginnings of a row's first filled cell that make it no data.
    pub footers: Vec<String>,
    /// Words of which one must stand in the lines before the headings.
    pub preamble: Vec<String>,
    /// What the first row must be, and must not be, to have this layout.
    pub requires: Vec<Condition>,
    pub excludes: Vec<Condition>,
    /// Labels in the lines before the header, beside which the account or the currency stands.
    pub account_labels: Vec<String>,
    pub unit_labels: Vec<String>,
    /// The same for the period, which tells the year of dates that lack theirs.
    pub period_labels: Vec<String>,
    /// A row that only adds text to the row before it.
    pub continuation: Vec<Condition>,
    /// Rows with the same text in this column are one record; their amounts are added.
    pub group_by: Option<String>,
    /// Rows may lack cells at their end.
    pub short_rows: bool,
    /// A row with money on both sides is not understood.
    pub one_sided: bool,
    /// Rows may lack a date, or an amount.
    pub dateless: bool,
    pub amountless: bool,
    /// `2008` and `2008-07` are dates.
    pub reduced: bool,
    /// The zone written beside times is not true.
    pub zone_untrue: bool,
    /// Its columns are those of one file, and known by their places in it.
    pub by_place: bool,
    /// In JSON: each byte of a text's UTF-8 is written as a letter.
    pub mojibake: bool,
    /// The vendor's layout of whose rows these are parts: their amounts are added to the row with the same id.
    pub part_of: Option<String>,
    /// The columns that no other one claims are people. The last column is the amount of the one who is asked for, and has no heading.
    pub people: bool,
}

/// What a number in a debit or credit column does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// Counts as written for this side; a minus is a reversal.
    Positive,
    /// Is written with a minus already.
    Negative,
    /// Its sign means nothing.
    Any,
}

impl Side {
    const NAMES: [(Self, &'static str); 3] = [(Self::Positive, "positive"), (Self::Negative, "negative"), (Self::Any, "any")];

    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(side, _)| *side == self).map_or("positive", |(_, name)| *name)
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(_, n)| *n == name).map(|(side, _)| *side)
    }
}

/// Where a text of a record goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    Title,
    Party,
    Account,
    Id,
    Moment,
    Property(Property),
}

#[derive(Debug)]
pub(crate) struct Template {
    pub target: Target,
    pub parts: Vec<TemplatePart>,
}

#[derive(Debug)]
pub(crate) enum TemplatePart {
    Literal(String),
    /// Index into [`Table::columns`].
    Column(usize, Transform),
}

/// Rows that are no data, and what they are.
#[derive(Debug)]
pub(crate) struct SkipRule {
    pub why: &'static str,
    pub when: Vec<Condition>,
}

#[derive(Debug)]
pub(crate) struct Condition {
    /// Index into [`Table::columns`].
    pub column: usize,
    pub test: Test,
    pub words: Arc<WordList>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Test {
    Empty,
    Filled,
    Is,
    IsNot,
    Starts,
    Contains,
}

impl Table {
    /// A layout that says nothing yet.
    pub fn empty(kind: Kind) -> Self {
        Self {
            kind,
            records: None,
            columns: Vec::new(),
            headerless: false,
            files: Vec::new(),
            needs_name: false,
            charset: None,
            order: Some(Order::Ymd),
            order_when: Vec::new(),
            decimal: Some(Mark::Dot),
            unit: None,
            inverted: Some(false),
            debit: Side::Positive,
            credit: Side::Positive,
            fee_in_sum: false,
            out_words: WordList::default(),
            in_words: WordList::default(),
            pending: WordList::default(),
            void: WordList::default(),
            info: WordList::default(),
            info_when: Vec::new(),
            empty: Vec::new(),
            templates: Vec::new(),
            fixed: Vec::new(),
            words: BTreeMap::new(),
            cut: BTreeMap::new(),
            skip: Vec::new(),
            footers: Vec::new(),
            preamble: Vec::new(),
            requires: Vec::new(),
            excludes: Vec::new(),
            account_labels: Vec::new(),
            unit_labels: Vec::new(),
            period_labels: Vec::new(),
            continuation: Vec::new(),
            group_by: None,
            short_rows: false,
            one_sided: false,
            dateless: false,
            amountless: false,
            reduced: false,
            zone_untrue: false,
            by_place: false,
            mojibake: false,
            part_of: None,
            people: false,
        }
    }
}

impl Vendor {
    /// Its exports by slug. They are read when they are first asked for: most of what is shown needs only the vendor's name, and to read
    /// all there is takes longer than opening a vault.
    pub fn exports(&self) -> &[Export] {
        self.read.get_or_init(|| self.files.iter().filter_map(|(slug, text, edition)| parse::export(slug, text, edition).ok()).collect())
    }
}

impl Export {
    pub(crate) fn table(&self) -> Option<&Table> {
        match &self.layout {
            Layout::Table(table) => Some(table),
            Layout::Language(_) => None,
        }
    }
}

/// Every vendor there is, by slug.
pub fn vendors() -> impl Iterator<Item = &'static Vendor> {
    (0..files::FILES.len()).filter_map(described)
}

/// The vendor of one of the [`files::FILES`], read when it is first asked for.
fn described(number: usize) -> Option<&'static Vendor> {
    static VENDORS: [OnceLock<Option<Vendor>>; files::FILES.len()] = [const { OnceLock::new() }; files::FILES.len()];
    let read = || files::FILES.get(number).and_then(|(slug, text, exports)| parse::vendor(slug, text, exports).ok());
    VENDORS.get(number)?.get_or_init(read).as_ref()
}

/// Reads the text of one `export.toml`.
pub(crate) fn parse_export(slug: &str, text: &str) -> Result<Export, String> {
    parse::export(slug, text, "")
}

/// The vendor with a slug.
pub fn vendor(slug: &str) -> Option<&'static Vendor> {
    described(files::FILES.iter().position(|(it, ..)| *it == slug)?)
}

/// The edition of all definitions together.
pub fn edition_of_all() -> &'static str {
    static EDITION: OnceLock<String> = OnceLock::new();
    EDITION.get_or_init(|| {
        let mut hasher = blake3::Hasher::new();
        for (vendor, _, exports) in files::FILES {
            for (export, _, edition) in *exports {
                hasher.update(format!("{vendor}/{export} {edition}\n").as_bytes());
            }
        }
        hasher.finalize().to_hex()[..16].to_owned()
    })
}

/// A vendor's export by slugs.
pub fn export(vendor: &str, export: &str) -> Option<(&'static Vendor, &'static Export)> {
    let vendor = self::vendor(vendor)?;
    vendor.exports().iter().find(|e| e.slug == export).map(|e| (vendor, e))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_definition_is_well_formed() {
        let mut broken = Vec::new();
        for (slug, text, exports) in files::FILES {
            broken.extend(parse::vendor(slug, text, exports).err().map(|e| format!("{slug}: {e}")));
            let each = exports.iter().filter_map(|(export, text, edition)| parse::export(export, text, edition).err().map(|e| (export, e)));
            broken.extend(each.map(|(export, e)| format!("{slug}/{export}: {e}")));
        }
        assert!(broken.is_empty(), "{}", broken.join("\n"));
    }
}

//! Languages: formats that many vendors speak alike and that say themselves what they hold (OFX, QIF, MT940, CAMT…).
//!
//! CSV and JSON are not here in this sense: they are written down per vendor as data under `vendors/`, and read by
//! `csv.rs` and `json.rs`.
//!
//! To add a language: one file with one unit struct that implements [`Language`], one line in [`LANGUAGES`], and a sample
//! under `vendors/standards/<id>/`.

mod amount;
mod app_in_the_air;
mod apple_health;
mod bai2;
mod bai2_row;
mod bcbp;
mod biff;
mod biff_book;
mod biff_record;
mod camt;
mod camt_entry;
mod entities;
mod espi;
mod findings;
mod flight_memory;
mod flighty_share;
mod google_order;
#[cfg(test)]
mod hostile;
mod html_table;
mod ics;
mod lines;
mod mt940;
mod mt940_line;
mod mt940_text;
mod ofx;
mod ofx_row;
mod open_document;
mod pkpass;
mod props;
mod qif;
mod qif_date;
mod santander_text;
mod sgml;
pub(crate) mod spreadsheet;
mod spreadsheet_ml;
mod whatsapp;
mod xml;

use std::collections::BTreeMap;

use encoding_rs::Encoding;
use holdall_model::Locator;
use serde::{Deserialize, Serialize};

use crate::decide::{Decided, Decisions};
use crate::error::ImportError;
use crate::input::{Head, Input};
use crate::sink::Output;

/// How sure a language is that a head is written in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// It could be: asked of the person if nothing else claims the entry.
    Possible,
    /// It has the form and nothing speaks against it.
    Likely,
    /// It names itself.
    Certain,
}

/// The person's answers by question id.
pub type Answers = BTreeMap<String, String>;

/// A row as it stands in the original file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SourceRow {
    /// Heading and text of each cell, in file order; the heading is the tag or field name where there are no columns.
    pub cells: Vec<(String, String)>,
    /// The row's own text.
    pub raw: String,
}

pub trait Language: Sync {
    /// Stable slug: `ofx`, `mt940`. Also the export's slug under `vendors/standards/`.
    fn id(&self) -> &'static str;

    /// Whether the head is in this language. Cheap; sees at most 64 KiB.
    fn recognise(&self, head: &Head<'_>) -> Option<Confidence>;

    /// The charset to try for entries that are neither UTF-8 nor UTF-16. `None` guesses by content.
    fn charset(&self, _head: &Head<'_>) -> Option<&'static Encoding> {
        None
    }

    /// Looks at the whole entry for what its rows alone cannot tell (date order, decimal mark). Most languages need nothing.
    /// An answer that is there and fits must be used; without it, and where the entry leaves it open, ask.
    fn decide(&self, _input: &Input<'_>, _answers: &Answers) -> Result<Decided, ImportError> {
        Ok(Decided::Ready(Decisions::default()))
    }

    /// Whether `Record::external_id` is meant to be unique. If so, the engine reads the entry once beforehand and proves it.
    fn has_ids(&self) -> bool {
        false
    }

    /// Reads everything in one pass with memory that does not grow with the entry. A damaged row is
    /// [`Output::quarantine`]d and the rest is read on; `Err` is for an entry that makes no sense as a whole.
    fn read(&self, input: &Input<'_>, decisions: &Decisions, out: &mut Output<'_>) -> Result<(), ImportError>;

    /// Splits the text a locator points to into named cells for a person to look at. Without this, only the raw text is shown.
    fn cells(&self, _raw: &str, _locator: &Locator) -> Vec<(String, String)> {
        Vec::new()
    }
}

/// One line per language. Order does not matter: two that claim one head are shown as a tie.
#[rustfmt::skip]
pub static LANGUAGES: &[&dyn Language] = &[
    &app_in_the_air::AppInTheAir,
    &apple_health::AppleHealth,
    &bai2::Bai2,
    &bcbp::Bcbp,
    &camt::Camt,
    &espi::Espi,
    &flight_memory::FlightMemory,
    &flighty_share::FlightyShare,
    &google_order::GoogleOrder,
    &ics::Ics,
    &mt940::Mt940,
    &ofx::Ofx,
    &pkpass::Pkpass,
    &qif::Qif,
    &santander_text::SantanderText,
    &whatsapp::WhatsApp,
];

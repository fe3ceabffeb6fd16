//! The shapes every face sees: requests and views. They are the stable contract behind the window and `--json`
//! (docs/json.md); TypeScript types are generated from them.

pub mod audit;
pub mod backup;
pub mod definition;
pub mod grant;
pub mod home;
pub mod import;
pub mod keys;
pub mod partner;
pub mod proof;
pub mod record;
pub mod reminder;
pub mod reread;
pub mod settings;
pub mod share;
pub mod support;
pub mod vault;
pub mod vendor;
pub mod watch;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

pub use holdall_model::Kind as ModelKind;

/// What a record is about, as a stable word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    BankTransaction,
    OrderLine,
    Refund,
    Flight,
    Stay,
    Ride,
    Journey,
    Listen,
    Watch,
    Read,
    EnergyReading,
    HealthSample,
    Contact,
    LoyaltyEntry,
    Other,
}

impl From<ModelKind> for Kind {
    fn from(kind: ModelKind) -> Self {
        match kind {
            ModelKind::BankTransaction => Self::BankTransaction,
            ModelKind::OrderLine => Self::OrderLine,
            ModelKind::Refund => Self::Refund,
            ModelKind::Flight => Self::Flight,
            ModelKind::Stay => Self::Stay,
            ModelKind::Ride => Self::Ride,
            ModelKind::Journey => Self::Journey,
            ModelKind::Listen => Self::Listen,
            ModelKind::Watch => Self::Watch,
            ModelKind::Read => Self::Read,
            ModelKind::EnergyReading => Self::EnergyReading,
            ModelKind::HealthSample => Self::HealthSample,
            ModelKind::Contact => Self::Contact,
            ModelKind::LoyaltyEntry => Self::LoyaltyEntry,
            ModelKind::Other => Self::Other,
        }
    }
}

impl From<Kind> for ModelKind {
    fn from(kind: Kind) -> Self {
        ModelKind::ALL.into_iter().find(|k| Kind::from(*k) == kind).unwrap_or(ModelKind::Other)
    }
}

/// An exact decimal with its unit. The value is text, because no number type of a face keeps it exactly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AmountView {
    /// `-12.30`: decimal point, no grouping.
    pub value: String,
    /// ISO 4217 code (`EUR`; `XXX` = the file does not tell) or a unit (`kWh`).
    pub unit: String,
}

impl From<holdall_model::Quantity> for AmountView {
    fn from(q: holdall_model::Quantity) -> Self {
        Self { value: q.value.to_string(), unit: q.unit.to_string() }
    }
}

/// One exact total per unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SumView {
    pub unit: String,
    pub total: String,
}

impl From<holdall_model::Quantity> for SumView {
    fn from(q: holdall_model::Quantity) -> Self {
        Self { unit: q.unit.to_string(), total: q.value.to_string() }
    }
}

/// First and last moment, both included, in ISO 8601 of possibly reduced precision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PeriodView {
    pub from: String,
    pub to: String,
}

impl From<holdall_model::Period> for PeriodView {
    fn from(p: holdall_model::Period) -> Self {
        Self { from: p.from.to_string(), to: p.to.to_string() }
    }
}

/// Records per verdict of one import or preview.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct VerdictsView {
    pub new: u64,
    pub already_here: u64,
    pub changed: u64,
    pub similar: u64,
    pub not_understood: u64,
}

impl From<holdall_model::VerdictCounts> for VerdictsView {
    fn from(c: holdall_model::VerdictCounts) -> Self {
        Self { new: c.new, already_here: c.already_here, changed: c.changed, similar: c.similar, not_understood: c.not_understood }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SeverityView {
    Note,
    Warning,
    Error,
}

/// A finding about a file's content: what, where, and what to do. Holds no value of the person's data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DiagnosticView {
    pub id: String,
    pub severity: SeverityView,
    pub row: Option<u64>,
    pub text: String,
}

impl From<holdall_model::Diagnostic> for DiagnosticView {
    fn from(d: holdall_model::Diagnostic) -> Self {
        let severity = match d.severity {
            holdall_model::Severity::Note => SeverityView::Note,
            holdall_model::Severity::Warning => SeverityView::Warning,
            holdall_model::Severity::Error => SeverityView::Error,
        };
        Self { id: d.id, severity, row: d.place.row, text: d.text }
    }
}

/// A vendor by its permanent slug.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct VendorRef {
    pub slug: String,
    pub name: String,
}

/// How far a long command has come. Sent at most ten times a second.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ProgressView {
    /// `reading`, `storing`, `indexing`, `sealing`, `sending`…
    pub phase: String,
    pub done: u64,
    pub total: Option<u64>,
    /// Seconds this phase still takes, where its pace and its end are known.
    pub seconds_left: Option<u64>,
    /// It stands still until it is continued.
    pub paused: bool,
}

impl From<holdall_model::Progress> for ProgressView {
    fn from(p: holdall_model::Progress) -> Self {
        Self { phase: p.phase.to_owned(), done: p.done, total: p.total, seconds_left: p.left.map(|left| left.as_secs()), paused: p.paused }
    }
}

/// An answer without content.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Done {}

/// A failure as every face gets it. Faces act on `code`, never on text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ErrorView {
    /// Stable, kebab-case (docs/errors.md).
    pub code: String,
    /// What happened, in one sentence.
    pub title: String,
    /// What to do now, in one sentence.
    pub what_to_do: String,
    /// A question whose answer lets the command go on.
    pub question: Option<import::QuestionView>,
}

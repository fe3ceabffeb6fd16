use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::AmountView;

/// Where a share stands (docs/protocol.md, state machine).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum GrantState {
    /// Signed here, not yet delivered.
    Queued,
    /// Delivered; the partner's receipt is not here yet.
    Sent,
    Active,
    Rejected,
    /// The partner answered with a receipt that does not fit what was sent.
    ReceiptInvalid,
    /// Ended by its date; waiting for the deletion statement.
    Expiring,
    /// Stopped here at once; the partner has not confirmed yet.
    Revoking,
    /// The partner confirmed that it stopped; deletion is still to come.
    Stopped,
    /// The deletion statement does not cover everything that was sent.
    Partial,
    Erased,
    /// Erased except for what the partner must keep by law.
    ErasedWithRetention,
    /// A deadline passed without an answer.
    Overdue,
    /// Stopped before anything left.
    Cancelled,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct GrantSummary {
    pub grant_id: String,
    pub partner: String,
    pub partner_name: String,
    pub purpose: String,
    pub title: String,
    pub state: GrantState,
    /// For people: `Active`, `Stopped here, waiting for the partner`.
    pub state_label: String,
    /// Still open (active or waiting), for sorting into "active" and "ended".
    pub live: bool,
    /// RFC 3339.
    pub created: String,
    pub ends: String,
    pub rows: u64,
    pub gives_back: String,
}

#[derive(Debug, Default, Serialize, Deserialize, TS)]
pub struct ListGrants {}

#[derive(Debug, Serialize, Deserialize, TS)]
pub struct GetGrant {
    pub grant_id: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct GrantEvent {
    /// RFC 3339.
    pub at: String,
    /// `shared`, `receipt`, `benefit`, `revoked`, `stopped`, `erased`, `refused`, `waiting`, …
    pub kind: String,
    pub text: String,
    /// Whether a signed message of the partner proves it.
    pub signed_by_partner: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ReceiptCheck {
    /// `R1` … `R9`.
    pub rule: String,
    pub text: String,
    pub ok: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ReceiptView {
    pub received: String,
    pub accepted_rows: u64,
    pub rejected_rows: u64,
    pub delete_by: String,
    pub storage_locations: Vec<String>,
    pub recipients: Vec<String>,
    pub checks: Vec<ReceiptCheck>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DeletionView {
    pub received: String,
    pub rows: u64,
    /// `primary: deleted 21 November 2026`.
    pub stores: Vec<String>,
    /// What is kept, by which law, until when.
    pub retained: Vec<String>,
    pub complete: bool,
}

/// Something the partner gave back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct BenefitView {
    pub at: String,
    pub text: String,
    pub code: Option<String>,
    pub value: Option<AmountView>,
}

/// A second, plain way to stop: a text to send by e-mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SecondRoute {
    pub to: String,
    pub subject: String,
    pub body: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct GivenStrand {
    pub strand: String,
    pub label: String,
    pub fields: Vec<String>,
    pub since: Option<String>,
    pub until: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct GrantDetail {
    pub summary: GrantSummary,
    pub why: String,
    pub given: Vec<GivenStrand>,
    /// Vendors the given records came from.
    pub sources: Vec<super::VendorRef>,
    /// Oldest first.
    pub events: Vec<GrantEvent>,
    pub receipt: Option<ReceiptView>,
    pub deletion: Option<DeletionView>,
    pub benefits: Vec<BenefitView>,
    /// What stopping means: one sentence each, before the person confirms.
    pub if_you_stop: Vec<String>,
    pub second_route: SecondRoute,
    /// A sentence about what still waits (network, answer), if anything does.
    pub waiting: Option<String>,
    pub can_revoke: bool,
}

/// Stops a share: here at once, and tells the partner to stop and delete.
#[derive(Debug, Serialize, Deserialize, TS)]
pub struct RevokeGrant {
    pub grant_id: String,
}

/// Delivers what waits and fetches what partners have to say. The only time anything is fetched.
#[derive(Debug, Default, Serialize, Deserialize, TS)]
pub struct Sync {}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SyncFailure {
    pub grant_id: String,
    pub partner_name: String,
    pub reason: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Synced {
    pub delivered: u64,
    pub answers: u64,
    pub failures: Vec<SyncFailure>,
    pub changed: Vec<GrantSummary>,
}

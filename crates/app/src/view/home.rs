use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::import::ImportView;
use super::reminder::ReminderView;
use super::{Kind, PeriodView, vendor::VendorSummary};

#[derive(Debug, Default, Serialize, Deserialize, TS)]
pub struct GetHome {}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct KindCount {
    pub kind: Kind,
    /// Plural, for people: `Purchases`.
    pub label: String,
    pub count: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct HomeView {
    pub records: u64,
    pub kinds: Vec<KindCount>,
    pub vendors: Vec<VendorSummary>,
    pub period: Option<PeriodView>,
    /// Newest first, at most five.
    pub imports: Vec<ImportView>,
    pub shares_active: u64,
    /// Shares and revocations still waiting for the network or for an answer.
    pub shares_waiting: u64,
    /// Pairs of similar records that wait for a decision.
    pub similar: u64,
    /// Rows that were not understood and are kept aside.
    pub quarantined: u64,
    /// What to remind of quietly; each can be put off (`reminder.put_off`).
    pub reminders: Vec<ReminderView>,
}

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::grant::GrantSummary;
use super::home::KindCount;
use super::import::ImportView;
use super::{PeriodView, SumView, VendorRef};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct VendorSummary {
    pub vendor: VendorRef,
    pub records: u64,
    pub kinds: Vec<KindCount>,
    pub period: Option<PeriodView>,
    /// RFC 3339.
    pub last_import: Option<String>,
}

/// Vendors the person has data from.
#[derive(Debug, Default, Serialize, Deserialize, TS)]
pub struct ListVendors {}

#[derive(Debug, Serialize, Deserialize, TS)]
pub struct GetVendor {
    pub slug: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MonthSum {
    /// `2025-03`.
    pub month: String,
    pub count: u64,
    pub sums: Vec<SumView>,
}

/// How a person gets an export out of a vendor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct HowToGet {
    pub vendor: VendorRef,
    pub countries: Vec<String>,
    pub steps: Vec<String>,
    pub link: Option<String>,
    pub wait: Option<String>,
    pub files: Vec<String>,
    pub privacy_contact: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct VendorDetail {
    pub summary: VendorSummary,
    pub sums: Vec<SumView>,
    /// Oldest first, without gaps.
    pub months: Vec<MonthSum>,
    pub imports: Vec<ImportView>,
    pub how_to_get: Option<HowToGet>,
    /// Shares that used data from this vendor.
    pub grants: Vec<GrantSummary>,
}

/// Every vendor Holdall knows a way to get data from.
#[derive(Debug, Default, Serialize, Deserialize, TS)]
pub struct ListDirectory {}

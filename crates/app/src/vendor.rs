//! Vendors: those the person has data from, and those Holdall knows a way to get data from.

use std::collections::BTreeMap;

use holdall_model::Sums;
use holdall_vault::Vault;

use crate::view::home::KindCount;
use crate::view::vendor::{GetVendor, HowToGet, ListDirectory, ListVendors, MonthSum, VendorDetail, VendorSummary};
use crate::view::{SumView, VendorRef};
use crate::{App, AppError, Run, Task, time};

/// A vendor's name for people. A slug that no definition knows any more stands for itself.
pub fn reference(slug: &str) -> VendorRef {
    let name = holdall_importer::vendor(slug).map_or(slug, |v| v.name.as_str());
    VendorRef { slug: slug.to_owned(), name: name.to_owned() }
}

pub fn summaries(vault: &Vault) -> Result<Vec<VendorSummary>, AppError> {
    Ok(vault.vendors()?.iter().map(summary).collect())
}

fn summary(stored: &holdall_vault::VendorSummary) -> VendorSummary {
    VendorSummary {
        vendor: reference(&stored.vendor),
        records: stored.records,
        kinds: stored
            .kinds
            .iter()
            .map(|k| KindCount { kind: k.kind.into(), label: k.kind.plural().to_owned(), count: k.records })
            .collect(),
        period: stored.period.map(Into::into),
        last_import: stored.last_import_at.map(time::rfc3339_ms),
    }
}

impl Run for ListVendors {
    fn run(self, app: &App, _: &Task) -> Result<Vec<VendorSummary>, AppError> {
        summaries(&*app.vault()?)
    }
}

impl Run for GetVendor {
    fn run(self, app: &App, _: &Task) -> Result<VendorDetail, AppError> {
        let vault = app.vault()?;
        let vendors = vault.vendors()?;
        let stored = vendors.iter().find(|v| v.vendor == self.slug).ok_or_else(|| AppError::not_found("vendor in your vault"))?;
        let mut sums = Sums::default();
        for total in stored.money_in.iter().chain(stored.money_out.iter()) {
            sums.add(total).map_err(|_| AppError::stopped_unexpectedly())?;
        }
        let imports = crate::import::views(&vault)?.into_iter().filter(|i| i.vendors.iter().any(|v| v.slug == self.slug)).collect();
        let grants = crate::share::summaries_using(app, &self.slug)?;
        Ok(VendorDetail {
            summary: summary(stored),
            sums: sums.iter().map(SumView::from).collect(),
            months: months(&vault, &self.slug)?,
            imports,
            how_to_get: holdall_importer::vendor(&self.slug).map(how_to_get),
            grants,
        })
    }
}

/// Sums per month, oldest first, with the empty months in between.
fn months(vault: &Vault, slug: &str) -> Result<Vec<MonthSum>, AppError> {
    let mut by_month: BTreeMap<String, (u64, Sums)> = BTreeMap::new();
    for part in vault.months(Some(slug))? {
        let Some(month) = part.month else { continue };
        let (count, sums) = by_month.entry(month.to_string()).or_default();
        *count += part.records;
        if let Some(unit) = part.unit {
            let total = holdall_model::Quantity::new(part.incoming + part.outgoing, unit);
            sums.add(total).map_err(|_| AppError::stopped_unexpectedly())?;
        }
    }
    let (Some(first), Some(last)) = (by_month.keys().next().cloned(), by_month.keys().next_back().cloned()) else { return Ok(Vec::new()) };
    let mut months = Vec::new();
    let mut month = first;
    while month <= last {
        let (count, sums) = by_month.get(&month).cloned().unwrap_or_default();
        months.push(MonthSum { month: month.clone(), count, sums: sums.iter().map(SumView::from).collect() });
        let Some(next) = month_after(&month) else { break };
        month = next;
    }
    Ok(months)
}

fn month_after(month: &str) -> Option<String> {
    let (year, number) = month.split_once('-')?;
    let (year, number): (u32, u32) = (year.parse().ok()?, number.parse().ok()?);
    Some(if number == 12 { format!("{:04}-01", year + 1) } else { format!("{year:04}-{:02}", number + 1) })
}

impl Run for ListDirectory {
    fn run(self, _: &App, _: &Task) -> Result<Vec<HowToGet>, AppError> {
        Ok(holdall_importer::vendors().filter(|v| !v.how.steps.is_empty()).map(how_to_get).collect())
    }
}

fn how_to_get(vendor: &holdall_importer::Vendor) -> HowToGet {
    let told = |text: &String| Some(text.clone()).filter(|t| !t.is_empty());
    HowToGet {
        vendor: VendorRef { slug: vendor.slug.to_owned(), name: vendor.name.clone() },
        countries: vendor.countries.clone(),
        steps: vendor.how.steps.clone(),
        link: told(&vendor.how.link),
        wait: told(&vendor.how.wait),
        files: vendor.how.files.clone(),
        privacy_contact: told(&vendor.privacy),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_follow_each_other() {
        assert_eq!(month_after("2025-12").as_deref(), Some("2026-01"));
        assert_eq!(month_after("2025-02").as_deref(), Some("2025-03"));
        assert_eq!(month_after("2025"), None);
    }
}

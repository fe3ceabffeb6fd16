use holdall_sharing::{Share, Standing};
use holdall_vault::Vault;

use super::keep;
use crate::view::AmountView;
use crate::view::grant::{
    BenefitView, DeletionView, GetGrant, GivenStrand, GrantDetail, GrantEvent, GrantState, GrantSummary, ListGrants, ReceiptCheck,
    ReceiptView, SecondRoute,
};
use crate::{App, AppError, Run, Task, time};

/// All shares, live ones first, each newest first. The clocks are run before they are shown.
pub fn summaries(app: &App) -> Result<Vec<GrantSummary>, AppError> {
    let vault = app.vault()?;
    let mut views = current(app, &vault)?.iter().map(summary).collect::<Result<Vec<_>, _>>()?;
    views.sort_by(|a, b| b.live.cmp(&a.live).then_with(|| b.created.cmp(&a.created)));
    Ok(views)
}

/// Shares that used records of one vendor.
pub fn summaries_using(app: &App, vendor: &str) -> Result<Vec<GrantSummary>, AppError> {
    let vault = app.vault()?;
    current(app, &vault)?.iter().filter(|s| s.vendors().iter().any(|v| v == vendor)).map(summary).collect()
}

fn current(app: &App, vault: &Vault) -> Result<Vec<Share>, AppError> {
    let mut shares = keep::kept(vault)?;
    for share in &mut shares {
        if !share.tick(app.clock().now())?.is_empty() {
            keep::store(vault, share)?;
        }
    }
    Ok(shares)
}

impl Run for ListGrants {
    fn run(self, app: &App, _: &Task) -> Result<Vec<GrantSummary>, AppError> {
        summaries(app)
    }
}

impl Run for GetGrant {
    fn run(self, app: &App, _: &Task) -> Result<GrantDetail, AppError> {
        let vault = app.vault()?;
        let mut share = keep::by_id(&vault, &self.grant_id)?;
        if !share.tick(app.clock().now())?.is_empty() {
            keep::store(&vault, &share)?;
        }
        detail(&share)
    }
}

pub fn summary(share: &Share) -> Result<GrantSummary, AppError> {
    let standing = share.standing();
    Ok(GrantSummary {
        grant_id: share.id().to_string(),
        partner: share.partner().to_owned(),
        partner_name: share.partner_display_name().to_owned(),
        purpose: share.purpose().to_owned(),
        title: share.title().to_owned(),
        state: state(standing),
        state_label: standing.label().to_owned(),
        live: standing.is_live(),
        created: time::rfc3339(share.created()),
        ends: time::day(share.ends()?),
        rows: share.rows(),
        gives_back: share.gives_back().to_owned(),
    })
}

fn state(standing: Standing) -> GrantState {
    match standing {
        Standing::Queued => GrantState::Queued,
        Standing::Sent => GrantState::Sent,
        Standing::Active => GrantState::Active,
        Standing::Rejected => GrantState::Rejected,
        Standing::ReceiptInvalid => GrantState::ReceiptInvalid,
        Standing::Expiring => GrantState::Expiring,
        Standing::Revoking => GrantState::Revoking,
        Standing::Stopped => GrantState::Stopped,
        Standing::Partial => GrantState::Partial,
        Standing::Erased => GrantState::Erased,
        Standing::ErasedWithRetention => GrantState::ErasedWithRetention,
        Standing::Overdue => GrantState::Overdue,
        Standing::Cancelled => GrantState::Cancelled,
    }
}

pub fn detail(share: &Share) -> Result<GrantDetail, AppError> {
    let given = share.given()?.into_iter().map(|g| GivenStrand {
        strand: g.strand,
        label: g.label,
        fields: g.field_labels,
        since: g.since,
        until: g.until,
    });
    let events = share.events().iter().map(|e| GrantEvent {
        at: time::rfc3339(e.at),
        kind: e.kind.as_str().to_owned(),
        text: e.text.clone(),
        signed_by_partner: e.signed_by_partner,
    });
    let benefits = share.benefits().into_iter().map(|b| BenefitView {
        at: time::rfc3339(b.at),
        text: b.text,
        code: b.code,
        value: b.value.map(|v| AmountView { value: v.amount, unit: v.currency }),
    });
    let route = share.second_route()?;
    Ok(GrantDetail {
        summary: summary(share)?,
        why: share.why().to_owned(),
        given: given.collect(),
        sources: share.vendors().iter().map(|slug| crate::vendor::reference(slug)).collect(),
        events: events.collect(),
        receipt: share.receipt().map(receipt),
        deletion: share.deletion().map(|d| DeletionView {
            received: time::rfc3339(d.received),
            rows: d.rows,
            stores: d.stores,
            retained: d.retained,
            complete: d.complete,
        }),
        benefits: benefits.collect(),
        if_you_stop: share.if_you_stop()?,
        second_route: SecondRoute { to: route.to, subject: route.subject, body: route.body },
        waiting: share.waiting(),
        can_revoke: share.can_revoke(),
    })
}

fn receipt(receipt: holdall_sharing::ReceiptSummary) -> ReceiptView {
    ReceiptView {
        received: time::rfc3339(receipt.received),
        accepted_rows: receipt.accepted_rows,
        rejected_rows: receipt.rejected_rows,
        delete_by: time::day(receipt.delete_by),
        storage_locations: receipt.storage_locations,
        recipients: receipt.recipients,
        checks: receipt.checks.into_iter().map(|c| ReceiptCheck { rule: c.rule, text: c.text, ok: c.ok }).collect(),
    }
}

//! Partners: meeting them, remembering their keys, and reading their offers.

use holdall_model::{Moment, Period};
use holdall_sharing::{Client, Offer, OfferField, OfferStrand, Partner, Policy, SystemEntropy};
use holdall_vault::{Act, AuditEvent, Query, Total, Vault};

use crate::view::AmountView;
use crate::view::partner::{AddPartner, ListOffers, ListPartners, OfferView, PartnerView, TrustKey};
use crate::{App, AppError, Run, Task, time, view};

/// The texts a person reads, in order of preference. The window speaks English so far.
pub fn languages() -> Vec<String> {
    vec!["en".to_owned()]
}

pub fn client(app: &App) -> Result<Client, AppError> {
    Ok(Client::new(Policy { development: app.config().development }, app.clock().clone())?)
}

/// Every partner as it is remembered.
pub fn known(vault: &Vault) -> Result<Vec<Partner>, AppError> {
    vault.partners()?.iter().map(|p| parse(&p.body)).collect()
}

pub fn by_origin(vault: &Vault, origin: &str) -> Result<Partner, AppError> {
    let wanted = origin.trim_end_matches('/');
    match vault.partner(wanted)? {
        Some(stored) => parse(&stored.body),
        None => Err(AppError::new("not-found", "This partner is not in your list.", "Add it by its address first.")),
    }
}

fn parse(body: &str) -> Result<Partner, AppError> {
    serde_json::from_str(body).map_err(|_| holdall_sharing::SharingError::Unreadable.into())
}

pub fn store(vault: &Vault, partner: &Partner, act: Act, now_ms: i64) -> Result<(), AppError> {
    let body = serde_json::to_string(partner).map_err(|_| AppError::stopped_unexpectedly())?;
    let row = holdall_vault::Partner { origin: partner.origin().to_owned(), added_at: now_ms, changed_at: now_ms, body };
    vault.write(AuditEvent::new(act, partner.origin()), |w| w.put_partner(&row).map_err(AppError::from))
}

impl Run for AddPartner {
    fn run(self, app: &App, _: &Task) -> Result<PartnerView, AppError> {
        let vault = app.vault()?;
        let client = client(app)?;
        let found = app.block_on(client.discover(&self.url))??;
        let (partner, act) = match vault.partner(&found.origin())? {
            Some(known) => (parse(&known.body)?.follow(&found)?.0, Act::PartnerChanged),
            None => (Partner::first(&found, &SystemEntropy)?, Act::PartnerAdded),
        };
        store(&vault, &partner, act, app.clock().now_ms())?;
        partner_view(app, &partner)
    }
}

impl Run for TrustKey {
    fn run(self, app: &App, _: &Task) -> Result<PartnerView, AppError> {
        let vault = app.vault()?;
        let known = by_origin(&vault, &self.partner)?;
        let found = app.block_on(client(app)?.discover(known.origin()))??;
        // The words the person compared, not whatever the server shows by now.
        if !self.key_words.split_whitespace().eq(found.key_words().iter().map(String::as_str)) {
            return Err(AppError::new(
                "partner-untrusted",
                "These are not the words of the key that the partner shows now.",
                "Type all its words as the partner tells them by telephone. If they differ again, do not trust the key.",
            ));
        }
        let trusted = known.repinned(&found)?;
        store(&vault, &trusted, Act::PartnerChanged, app.clock().now_ms())?;
        partner_view(app, &trusted)
    }
}

/// A partner whose description can be granted on: one that has ended is fetched anew, and must continue the one known.
pub fn refreshed(app: &App, vault: &Vault, origin: &str) -> Result<Partner, AppError> {
    let known = by_origin(vault, origin)?;
    if known.is_fresh(app.clock().now()) {
        return Ok(known);
    }
    let found = app.block_on(client(app)?.discover(known.origin()))??;
    let (partner, _) = known.follow(&found)?;
    store(vault, &partner, Act::PartnerChanged, app.clock().now_ms())?;
    Ok(partner)
}

impl Run for ListPartners {
    fn run(self, app: &App, _: &Task) -> Result<Vec<PartnerView>, AppError> {
        known(&*app.vault()?)?.iter().map(|p| partner_view(app, p)).collect()
    }
}

fn partner_view(app: &App, partner: &Partner) -> Result<PartnerView, AppError> {
    let profile = partner.profile()?;
    let (offers, _) = partner.offers(&languages(), app.clock().now())?;
    let active = crate::share::summaries(app)?.iter().filter(|g| g.partner == profile.origin && g.live).count();
    Ok(PartnerView {
        origin: profile.origin,
        host: profile.host,
        name: profile.name,
        country: profile.country,
        contact: profile.contact,
        privacy_policy: profile.privacy_policy,
        pinned_since: time::rfc3339(profile.pinned_since),
        key_words: profile.key_words,
        development: profile.development,
        offers: u32::try_from(offers.len()).unwrap_or(u32::MAX),
        active_shares: u32::try_from(active).unwrap_or(u32::MAX),
    })
}

impl Run for ListOffers {
    fn run(self, app: &App, _: &Task) -> Result<Vec<OfferView>, AppError> {
        let vault = app.vault()?;
        let partners = match &self.partner {
            Some(origin) => vec![by_origin(&vault, origin)?],
            None => known(&vault)?,
        };
        let grants = crate::share::summaries(app)?;
        let mut views = Vec::new();
        for partner in partners {
            let profile = partner.profile()?;
            let (offers, _) = partner.offers(&languages(), app.clock().now())?;
            for offer in offers {
                let active = grants.iter().find(|g| g.live && g.partner == profile.origin && g.purpose == offer.purpose);
                views.push(offer_view(&vault, &profile.origin, &profile.name, offer, active.map(|g| g.grant_id.clone()))?);
            }
        }
        Ok(views)
    }
}

fn offer_view(vault: &Vault, origin: &str, name: &str, offer: Offer, active_grant: Option<String>) -> Result<OfferView, AppError> {
    let strands = offer.strands.into_iter().map(|s| strand_view(vault, s)).collect::<Result<_, _>>()?;
    Ok(OfferView {
        partner: origin.to_owned(),
        partner_name: name.to_owned(),
        purpose: offer.purpose,
        title: offer.title,
        why: offer.why,
        gives_back: offer.gives_back,
        benefit: offer.benefit.map(|b| AmountView { value: b.amount, unit: b.currency }),
        strands,
        max_days: offer.max_days,
        day_choices: offer.day_choices,
        recipients: offer.recipients,
        storage_locations: offer.storage_locations,
        if_you_refuse: offer.if_you_refuse,
        automated_decision: offer.automated_decision,
        profiling: offer.profiling,
        ai_training: offer.ai_training,
        active_grant,
    })
}

fn strand_view(vault: &Vault, strand: OfferStrand) -> Result<view::partner::OfferStrand, AppError> {
    let since = strand.since.as_deref().map(time::parse_day).transpose()?;
    let page = vault.find(&Query { kinds: strand.kinds.clone(), period: since.map(open_ended), limit: 1, ..Query::default() })?;
    let have = match page.total {
        Total::Exactly(n) | Total::MoreThan(n) => n,
    };
    Ok(view::partner::OfferStrand {
        strand: strand.strand,
        label: strand.label,
        required: strand.required,
        fields: strand.fields.into_iter().map(field_view).collect(),
        since: strand.since,
        max_records: strand.max_records,
        have,
    })
}

/// From a day on, without an end.
pub fn open_ended(from: Moment) -> Period {
    Period { from, to: Moment::from_date(jiff::civil::Date::MAX) }
}

fn field_view(field: OfferField) -> view::partner::OfferField {
    view::partner::OfferField {
        name: field.name,
        label: field.label,
        required: field.required,
        why: field.why,
        precision: field.precision.map(|p| {
            match p {
                holdall_model::Precision::Year => "year",
                holdall_model::Precision::Month => "month",
                holdall_model::Precision::Day => "day",
                holdall_model::Precision::Minute => "minute",
                holdall_model::Precision::Second => "second",
            }
            .to_owned()
        }),
        about_others: field.about_others,
    }
}

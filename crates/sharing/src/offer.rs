//! A partner's purposes as offers a person can judge: complete, in plain words, the least first.

use holdall_model::{Kind, Precision};
use holdall_protocol::message::{AccessMode, Benefit, Descriptor, Need, Purpose, StrandRequest};
use holdall_protocol::rules::{PurposeFault, purpose_fault};
use holdall_protocol::strand::Strand;
use holdall_protocol::utc_date;

use crate::catalogue::{about_others, field_label, kinds, strand_label};
use crate::error::SharingError;
use crate::partner::Partner;
use crate::text::{plain, shown};
use crate::{NAME_MAX, TEXT_MAX};

/// No share runs longer without being asked for anew.
pub const MAX_DAYS: u32 = 365;
const CHOICES: [u32; 4] = [30, 90, 180, 365];
const DAY: i64 = 86_400;

/// One purpose: what is asked, why, for how long, and what comes back. All texts are plain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    pub purpose: String,
    pub title: String,
    pub why: String,
    pub gives_back: String,
    pub benefit: Option<Benefit>,
    pub strands: Vec<OfferStrand>,
    pub max_days: u32,
    /// Shortest first, none longer than `max_days` or a year.
    pub day_choices: Vec<u32>,
    /// `name (country): why`.
    pub recipients: Vec<String>,
    pub storage_locations: Vec<String>,
    pub if_you_refuse: String,
    pub automated_decision: bool,
    pub profiling: bool,
    pub ai_training: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferStrand {
    pub strand: String,
    pub label: String,
    /// Kinds of record that belong to it, to count what the person has.
    pub kinds: Vec<Kind>,
    pub required: bool,
    pub fields: Vec<OfferField>,
    /// First day asked for, `2024-11-22`.
    pub since: Option<String>,
    pub max_records: Option<u64>,
    /// Law treats it as a special category (health and the like).
    pub special: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferField {
    pub name: String,
    pub label: String,
    pub required: bool,
    pub why: String,
    /// How exactly a date is given; none: as it is.
    pub precision: Option<Precision>,
    pub about_others: bool,
}

/// A purpose that is not shown as an offer, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotGrantable {
    pub purpose: String,
    pub reason: NotGrantableReason,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotGrantableReason {
    #[error(transparent)]
    Purpose(#[from] PurposeFault),
    #[error("the purpose wants repeated deliveries, and this version shares once only")]
    OnlyContinuous,
    #[error("the purpose keeps data for less than a day, which cannot be chosen")]
    TooShort,
}

impl Partner {
    /// What this partner offers, and what it asks for without saying enough. `languages` are tags in order of preference.
    pub fn offers(&self, languages: &[String], now: i64) -> Result<(Vec<Offer>, Vec<NotGrantable>), SharingError> {
        let signed = self.descriptor()?;
        let (mut offers, mut refused) = (Vec::new(), Vec::new());
        for purpose in &signed.claims().purposes {
            match offer(signed.claims(), purpose, languages, now) {
                Ok(offer) => offers.push(offer),
                Err(reason) => refused.push(NotGrantable { purpose: plain(&purpose.id, NAME_MAX), reason }),
            }
        }
        Ok((offers, refused))
    }
}

pub(crate) fn offer(descriptor: &Descriptor, purpose: &Purpose, languages: &[String], now: i64) -> Result<Offer, NotGrantableReason> {
    if let Some(fault) = purpose_fault(descriptor, purpose) {
        return Err(fault.into());
    }
    if !purpose.modes.contains(&AccessMode::SingleUse) {
        return Err(NotGrantableReason::OnlyContinuous);
    }
    let text = |words, max| shown(words, languages, max);
    let (title, why, gives_back) = (text(&purpose.title, NAME_MAX), text(&purpose.why, TEXT_MAX), text(&purpose.gives_back.text, TEXT_MAX));
    // A text of nothing but invisible characters is no text.
    for (words, fault) in [(&title, PurposeFault::NoTitle), (&why, PurposeFault::NoWhy), (&gives_back, PurposeFault::NoGivesBack)] {
        if words.is_empty() {
            return Err(fault.into());
        }
    }
    let max_days = max_days(purpose, now);
    if max_days == 0 {
        return Err(NotGrantableReason::TooShort);
    }
    Ok(Offer {
        purpose: purpose.id.clone(),
        title,
        why,
        gives_back,
        benefit: purpose.gives_back.value.as_ref().map(|b| Benefit { amount: plain(&b.amount, 32), currency: plain(&b.currency, 3) }),
        strands: purpose.strands.iter().filter_map(|s| offer_strand(s, languages, now)).collect(),
        max_days,
        day_choices: day_choices(max_days),
        recipients: recipients(descriptor, purpose, languages),
        storage_locations: purpose.storage_locations.iter().map(|s| plain(s, NAME_MAX)).collect(),
        if_you_refuse: text(&purpose.withhold_consequence, TEXT_MAX),
        automated_decision: purpose.automated_decision,
        profiling: purpose.profiling,
        ai_training: purpose.ai_training,
    })
}

fn max_days(purpose: &Purpose, now: i64) -> u32 {
    let end = purpose.retention.max_duration.after(now).unwrap_or(now);
    u32::try_from((end - now) / DAY).unwrap_or(0).min(MAX_DAYS)
}

fn day_choices(max: u32) -> Vec<u32> {
    let mut choices: Vec<u32> = CHOICES.into_iter().filter(|c| *c < max).collect();
    choices.push(max);
    choices
}

fn recipients(descriptor: &Descriptor, purpose: &Purpose, languages: &[String]) -> Vec<String> {
    let listed = descriptor.recipients.iter().filter(|r| purpose.recipients.contains(&r.id));
    listed
        .map(|r| format!("{} ({}): {}", plain(&r.name, NAME_MAX), plain(&r.country, NAME_MAX), shown(&r.why, languages, TEXT_MAX)))
        .collect()
}

fn offer_strand(request: &StrandRequest, languages: &[String], now: i64) -> Option<OfferStrand> {
    let strand = Strand::named(&request.strand)?;
    let fields = request.fields.iter().map(|f| OfferField {
        name: f.f.clone(),
        label: field_label(strand, &f.f),
        required: f.need == Need::Required,
        why: shown(&f.why, languages, TEXT_MAX),
        precision: f.max_precision.as_deref().and_then(precision),
        about_others: about_others(strand, &f.f),
    });
    Some(OfferStrand {
        strand: strand.name.into(),
        label: strand_label(strand.name).into(),
        kinds: kinds(strand.name),
        required: request.necessity == Need::Required,
        fields: fields.collect(),
        since: earliest(request, now),
        max_records: request.max_records,
        special: strand.special,
    })
}

fn precision(word: &str) -> Option<Precision> {
    Some(match word {
        "year" => Precision::Year,
        "month" => Precision::Month,
        "day" => Precision::Day,
        _ => return None,
    })
}

/// The first day of the look-back. One day is left off, so that a preview made before midnight still fits after it.
pub(crate) fn earliest(request: &StrandRequest, now: i64) -> Option<String> {
    request.lookback.as_ref()?.before(now).map(|start| utc_date(start + DAY))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_few_short_first_and_never_over_the_limit() {
        assert_eq!(day_choices(365), [30, 90, 180, 365]);
        assert_eq!(day_choices(180), [30, 90, 180]);
        assert_eq!(day_choices(100), [30, 90, 100]);
        assert_eq!(day_choices(30), [30]);
        assert_eq!(day_choices(7), [7]);
    }
}

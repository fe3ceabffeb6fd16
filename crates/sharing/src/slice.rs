//! What a person chose out of an offer: strands, fields, days, period. The least by default.

use std::collections::{BTreeSet, HashSet};

use holdall_model::{Kind, Record, Status};
use holdall_protocol::message::{Need, Purpose, StrandGrant, StrandRequest, TimeConstraint};
use holdall_protocol::strand::{STATUS, Strand};
use holdall_protocol::transform::Transform;
use jiff::civil::Date;

use crate::TEXT_MAX;
use crate::catalogue::{field_label, kinds, strand_label, value};
use crate::offer::{Offer, earliest};
use crate::text::shown;

/// A person's choice. Left empty, it means the least the partner requires.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choice {
    pub strands: Vec<StrandChoice>,
    /// Days until it ends; none: the shortest that is offered.
    pub days: Option<u32>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StrandChoice {
    pub strand: String,
    /// Left empty: only what is required.
    pub fields: Vec<String>,
    pub since: Option<Date>,
    pub until: Option<Date>,
    /// Records to leave out, by the ids they are pushed with.
    pub exclude: BTreeSet<i64>,
}

/// One strand of a share, ready to take records.
#[derive(Debug, Clone)]
pub struct StrandSlice {
    pub(crate) strand: &'static Strand,
    pub(crate) fields: Vec<String>,
    required: Vec<String>,
    pub since: Option<Date>,
    pub until: Option<Date>,
    exclude: BTreeSet<i64>,
    pub(crate) max_records: Option<u64>,
    transforms: Vec<Transform>,
    pub(crate) transform_texts: Vec<String>,
    /// Kinds of record to read from the vault.
    pub kinds: Vec<Kind>,
}

/// Why a record of the right kind does not go along.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum LeftOut {
    Excluded,
    OutsidePeriod,
    NoDate,
    NotFinal,
    RequiredMissing,
}

/// Compares a choice with the offer. Every problem is a sentence for the person; with problems, nothing can be shared.
pub(crate) fn resolve(
    purpose: &Purpose,
    offer: &Offer,
    choice: &Choice,
    languages: &[String],
    now: i64,
) -> (Vec<StrandSlice>, u32, Vec<String>) {
    let mut problems = Vec::new();
    let days = choice.days.unwrap_or_else(|| offer.day_choices.first().copied().unwrap_or(1));
    if days == 0 || days > offer.max_days {
        problems.push(format!("Choose between 1 and {} days: the partner keeps the data no longer.", offer.max_days));
    }
    let least: Vec<StrandChoice> = purpose
        .strands
        .iter()
        .filter(|s| s.necessity == Need::Required)
        .map(|s| StrandChoice { strand: s.strand.clone(), ..StrandChoice::default() })
        .collect();
    let chosen = if choice.strands.is_empty() { &least } else { &choice.strands };
    if chosen.is_empty() {
        problems.push("Nothing here is required. Choose what you want to give.".into());
    }
    for missing in least.iter().filter(|l| !chosen.iter().any(|c| c.strand == l.strand)) {
        problems.push(format!("The partner cannot do this without: {}.", strand_label(&missing.strand)));
    }
    let mut seen = HashSet::new();
    let mut slices = Vec::new();
    for one in chosen {
        let request = purpose.strands.iter().find(|s| s.strand == one.strand);
        match (request, Strand::named(&one.strand)) {
            (Some(request), Some(strand)) if seen.insert(&one.strand) => {
                slices.push(resolve_strand(strand, request, one, languages, now, &mut problems));
            }
            _ => problems.push("A part of the choice is not asked for by this partner, or was chosen twice.".into()),
        }
    }
    (slices, days.clamp(1, offer.max_days.max(1)), problems)
}

fn resolve_strand(
    strand: &'static Strand,
    request: &StrandRequest,
    choice: &StrandChoice,
    languages: &[String],
    now: i64,
    problems: &mut Vec<String>,
) -> StrandSlice {
    let label = |field: &str| field_label(strand, field);
    let required: Vec<String> = request.fields.iter().filter(|f| f.need == Need::Required).map(|f| f.f.clone()).collect();
    let wanted = if choice.fields.is_empty() { &required } else { &choice.fields };
    for field in wanted.iter().filter(|w| !request.fields.iter().any(|f| f.f == **w)) {
        problems.push(format!("“{}” is not asked for by this partner, so it is not given.", label(field)));
    }
    for field in request.fields.iter().filter(|f| required.contains(&f.f) && !wanted.contains(&f.f)) {
        let why = shown(&field.why, languages, TEXT_MAX);
        problems.push(format!("The partner needs “{}”: {why} Without it this cannot be shared.", label(&field.f)));
    }
    // In the partner's order, so that the same choice always gives the same bytes but for salt and time.
    let fields: Vec<String> = request.fields.iter().filter(|f| wanted.contains(&f.f)).map(|f| f.f.clone()).collect();
    if fields.is_empty() {
        problems.push(format!("Choose at least one field of {}.", strand_label(strand.name)));
    }
    let transform_texts: Vec<String> = request
        .fields
        .iter()
        .filter(|f| fields.contains(&f.f))
        .filter_map(|f| f.max_precision.as_ref().map(|to| format!("coarsen:{}:{to}", f.f)))
        .collect();
    let first: Option<Date> = earliest(request, now).and_then(|d| d.parse().ok());
    let since = choice.since.max(first);
    if matches!((since, choice.until), (Some(since), Some(until)) if since > until) {
        problems.push(format!("The period of {} ends before it begins.", strand_label(strand.name)));
    }
    StrandSlice {
        strand,
        fields,
        required,
        since,
        until: choice.until,
        exclude: choice.exclude.clone(),
        max_records: request.max_records,
        transforms: transform_texts.iter().filter_map(|t| Transform::parse(t)).collect(),
        transform_texts,
        kinds: kinds(strand.name),
    }
}

impl StrandSlice {
    pub fn name(&self) -> &'static str {
        self.strand.name
    }

    pub(crate) fn grant(&self) -> StrandGrant {
        let bounded = self.since.is_some() || self.until.is_some();
        StrandGrant {
            strand: self.strand.name.into(),
            fields: self.fields.clone(),
            time_constraint: bounded.then(|| TimeConstraint {
                field: self.strand.when.into(),
                since: self.since.map(|d| d.to_string()),
                until: self.until.map(|d| d.to_string()),
            }),
            transforms: self.transform_texts.clone(),
            max_records: self.max_records,
        }
    }

    /// The fields of one record as they travel, or why it stays here.
    pub(crate) fn cut(&self, id: i64, record: &Record) -> Result<Vec<(String, String)>, LeftOut> {
        if self.exclude.contains(&id) {
            return Err(LeftOut::Excluded);
        }
        self.check_period(record)?;
        // Without its status a cancelled flight would look flown.
        if record.status != Status::Booked && !self.fields.iter().any(|f| f == STATUS) {
            return Err(LeftOut::NotFinal);
        }
        let mut cut = Vec::with_capacity(self.fields.len());
        for field in &self.fields {
            match value(self.strand, field, record) {
                Some(text) => {
                    cut.push((field.clone(), self.transforms.iter().fold(text, |t, transform| transform.apply(field, &t).to_owned())))
                }
                None if self.required.contains(field) => return Err(LeftOut::RequiredMissing),
                None => {}
            }
        }
        if cut.is_empty() { Err(LeftOut::RequiredMissing) } else { Ok(cut) }
    }

    fn check_period(&self, record: &Record) -> Result<(), LeftOut> {
        if self.since.is_none() && self.until.is_none() {
            return Ok(());
        }
        let day = record.moment.ok_or(LeftOut::NoDate)?.date();
        let inside = self.since.is_none_or(|since| day >= since) && self.until.is_none_or(|until| day <= until);
        if inside { Ok(()) } else { Err(LeftOut::OutsidePeriod) }
    }
}

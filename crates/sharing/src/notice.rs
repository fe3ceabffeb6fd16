//! The consent text: what a person reads before the click. Its hash goes into the grant, its words into the proof.

use holdall_protocol::message::{Descriptor, Grant};
use holdall_protocol::strand::Strand;
use holdall_protocol::utc_date;

use crate::catalogue::{field_label, strand_label};
use crate::offer::Offer;
use crate::text::plain;
use crate::{NAME_MAX, TEXT_MAX};

/// Everything the text is made from, so that it says the same as the grant.
pub(crate) struct Told<'a> {
    pub descriptor: &'a Descriptor,
    pub offer: &'a Offer,
    pub grant: &'a Grant,
    /// Records per strand, in the order of the grant.
    pub rows: &'a [u64],
    pub vendors: &'a [String],
}

/// Plain words, one subject per paragraph: who, what, why, how long, what comes back, how to stop, what stopping cannot do.
pub(crate) fn consent_text(told: &Told<'_>) -> String {
    let (entity, offer, grant) = (&told.descriptor.entity, told.offer, told.grant);
    let who = plain(&entity.legal_name, NAME_MAX);
    let mut parts = vec![
        format!("Who receives it: {who}, {} ({}).", plain(&entity.address, TEXT_MAX), grant.aud),
        format!("What it is for: {}. {}", offer.title, offer.why),
        what(told),
    ];
    if !told.vendors.is_empty() {
        parts.push(format!("Where it comes from: your own exports of {}.", told.vendors.join(", ")));
    }
    parts.push(format!(
        "How long: until {}. By then the data must be erased without being asked. It is given once; nothing follows by itself.",
        utc_date(grant.exp)
    ));
    parts.push(format!("What you get: {}", offer.gives_back));
    parts.push(format!("If you do not share: {}", offer.if_you_refuse));
    parts.push(match offer.recipients.as_slice() {
        [] => "Who else gets it: nobody.".to_owned(),
        others => format!("Who else gets it: {}", others.join("; ")),
    });
    parts.push(format!("Where it is kept: {}.", offer.storage_locations.join(", ")));
    parts.push(uses(offer));
    parts.push(format!(
        "How to stop: choose Revoke at any time, or write to {}. {who} has promised to stop within {} and to erase within {}.",
        plain(&entity.controller_contact, NAME_MAX),
        period_words(grant.commit.revocation_stop.as_str()),
        period_words(grant.commit.erasure.as_str()),
    ));
    parts.push(
        "What stopping cannot do: it cannot undo what was already done with the data, and nobody can prove that no copy is left. \
         What you get is a signed statement that it was erased, which counts as evidence."
            .to_owned(),
    );
    parts.push("If something goes wrong: you can complain to the data protection authority of your country.".to_owned());
    parts.join("\n\n")
}

fn what(told: &Told<'_>) -> String {
    let mut lines = Vec::new();
    for (granted, rows) in told.grant.strands.iter().zip(told.rows) {
        let Some(strand) = Strand::named(&granted.strand) else { continue };
        let fields: Vec<String> = granted.fields.iter().map(|f| with_precision(strand, f, &granted.transforms)).collect();
        let period = granted.time_constraint.as_ref().map_or_else(String::new, |t| match (&t.since, &t.until) {
            (Some(since), Some(until)) => format!(", from {since} to {until}"),
            (Some(since), None) => format!(", from {since} on"),
            (None, Some(until)) => format!(", up to {until}"),
            (None, None) => String::new(),
        });
        let noun = if *rows == 1 { "record" } else { "records" };
        lines.push(format!("{} ({rows} {noun}{period}): {}", strand_label(strand.name), fields.join(", ")));
    }
    format!("What you give: {}. With each record goes the name of the vendor whose export it is from.", lines.join(". "))
}

fn with_precision(strand: &Strand, field: &str, transforms: &[String]) -> String {
    let label = field_label(strand, field);
    let coarse = transforms.iter().filter_map(|t| t.strip_prefix("coarsen:")?.strip_prefix(field)?.strip_prefix(':')).next();
    match coarse {
        Some("year") => format!("{label} (year only)"),
        Some("month") => format!("{label} (month and year only)"),
        Some("day") => format!("{label} (day without the time)"),
        _ => label,
    }
}

fn uses(offer: &Offer) -> String {
    let said = |on: bool, yes: &'static str, no: &'static str| if on { yes } else { no };
    format!(
        "How it is used: {}; {}; {}. It must not be sold on.",
        said(offer.automated_decision, "a machine decides about you with it", "no decision about you is made by a machine alone"),
        said(offer.profiling, "a profile of you is made from it", "no profile of you is made from it"),
        said(offer.ai_training, "it is used to train AI", "it must not be used to train AI"),
    )
}

/// `P14D` → `14 days`. A period in a form that no partner should need stays as it is.
pub(crate) fn period_words(period: &str) -> String {
    let unit = |letter: char, time: bool| match (letter, time) {
        ('D', _) => Some("day"),
        ('W', _) => Some("week"),
        ('M', false) => Some("month"),
        ('Y', _) => Some("year"),
        ('H', _) => Some("hour"),
        ('M', true) => Some("minute"),
        _ => None,
    };
    let body = period.trim_start_matches('P');
    let (time, body) = (body.starts_with('T'), body.trim_start_matches('T'));
    let number: String = body.chars().take_while(char::is_ascii_digit).collect();
    let mut rest = body[number.len()..].chars();
    match (rest.next().and_then(|letter| unit(letter, time)), rest.next()) {
        (Some(word), None) if !number.is_empty() => format!("{number} {word}{}", if number == "1" { "" } else { "s" }),
        _ => period.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_words() {
        for (period, words) in
            [("P14D", "14 days"), ("PT24H", "24 hours"), ("P1M", "1 month"), ("PT1M", "1 minute"), ("P1Y2M", "P1Y2M"), ("P1W", "1 week")]
        {
            assert_eq!(period_words(period), words);
        }
    }
}

//! What the person gets back, computed from exactly the fields the purpose asks for.

mod isbn;
mod reading_credit;
mod status_match;

use std::collections::BTreeMap;

use holdall_protocol::message::{Benefit, Grant, LocalText, Notice, NoticeKind, ReceivedBenefit, Version};
use holdall_protocol::payload::Record;
use holdall_protocol::{Signed, fresh_id};

use crate::config::BenefitKind;
use crate::error::Error;
use crate::{Partner, Use};

/// An answer before it is signed.
struct Given {
    title: String,
    text: String,
    what: &'static str,
    code: Option<String>,
    value: Option<Benefit>,
    valid_until: Option<i64>,
    details: BTreeMap<String, String>,
}

/// Reads the grant's records through the gate, for each of its purposes that has a built-in answer, and signs what comes out.
pub fn answer(partner: &Partner, grant: &Grant) -> Result<Vec<Signed<Notice>>, Error> {
    let mut notices = Vec::new();
    for purpose in &grant.purposes {
        let Some(kind) = partner.config.benefit(purpose) else { continue };
        let (strand, wanted) = match kind {
            BenefitKind::StatusMatch => (status_match::STRAND, status_match::FIELDS),
            BenefitKind::ReadingCredit => (reading_credit::STRAND, reading_credit::FIELDS),
        };
        let Some(granted) = grant.strand(strand) else { continue };
        // Optional fields are used where they were given.
        let fields: Vec<&str> = wanted.iter().copied().filter(|f| granted.fields.iter().any(|g| g == f)).collect();
        let records = partner.read_records(Use { grant: grant.jti, purpose, strand, fields: &fields, actor: "built-in answer" })?;
        let given = match kind {
            BenefitKind::StatusMatch => status_match::answer(partner.name(), &records, partner.now()),
            BenefitKind::ReadingCredit => reading_credit::answer(partner.name(), &records, partner.now()),
        };
        notices.push(sign(partner, grant, purpose, given)?);
    }
    Ok(notices)
}

fn sign(partner: &Partner, grant: &Grant, purpose: &str, given: Given) -> Result<Signed<Notice>, Error> {
    let jti = fresh_id(partner.entropy())?;
    let english = |text: String| LocalText::from([("en".to_owned(), text)]);
    let notice = Notice {
        dgp: Version,
        iss: partner.origin().into(),
        aud: grant.iss.clone(),
        jti,
        iat: partner.now(),
        grant: grant.jti,
        kind: NoticeKind::Benefit,
        title: english(given.title),
        text: english(given.text),
        benefit: Some(ReceivedBenefit {
            purpose: purpose.into(),
            what: given.what.into(),
            code: given.code.map(|prefix| format!("{prefix}-{}", &jti.simple().to_string()[..8].to_uppercase())),
            value: given.value,
            valid_until: given.valid_until,
            details: given.details,
        }),
    };
    Ok(Signed::sign(notice, &partner.keys.signing)?)
}

/// A field's text, empty where it was not given.
fn field<'r>(record: &'r Record, name: &str) -> &'r str {
    record.fields.get(name).map_or("", |text| text.trim())
}

fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

//! What tells two readings of one row apart.

use holdall_model::{Property, Record};

/// One thing that two readings of a row tell otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Difference {
    Vendor,
    Kind,
    Moment,
    Amount,
    Status,
    Title,
    Party,
    Account,
    ExternalId,
    Property(Property),
    /// Words that are only searched.
    Words,
}

/// How a difference went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    Gained,
    Lost,
    Changed,
}

/// Everything that differs, but for the place in the file.
pub(super) fn between(before: &Record, after: &Record) -> Vec<(Difference, Turn)> {
    let mut found = Vec::new();
    let mut told = |what, had: bool, has: bool, same: bool| match (had, has) {
        (false, true) => found.push((what, Turn::Gained)),
        (true, false) => found.push((what, Turn::Lost)),
        _ if !same => found.push((what, Turn::Changed)),
        _ => {}
    };
    told(Difference::Kind, true, true, before.kind == after.kind);
    // As they are kept: to the second, and with the digits they were written with.
    let moment = |r: &Record| r.moment.map(|m| (m.sort_key(), m.form_code()));
    told(Difference::Moment, before.moment.is_some(), after.moment.is_some(), moment(before) == moment(after));
    let amount = |r: &Record| r.amount.and_then(|a| Some((a.to_scaled().ok()?, a.unit)));
    told(Difference::Amount, before.amount.is_some(), after.amount.is_some(), amount(before) == amount(after));
    told(Difference::Status, true, true, before.status == after.status);
    for (what, a, b) in [
        (Difference::Title, &before.title, &after.title),
        (Difference::Party, &before.party, &after.party),
        (Difference::Account, &before.account, &after.account),
        (Difference::ExternalId, &before.external_id, &after.external_id),
        (Difference::Words, &before.unmapped, &after.unmapped),
    ] {
        told(what, !a.is_empty(), !b.is_empty(), a == b);
    }
    if before.fields != after.fields {
        for (property, value) in before.fields.iter() {
            let now = after.fields.get(property);
            told(Difference::Property(property), true, now.is_some(), now == Some(value));
        }
        for (property, _) in after.fields.iter().filter(|(p, _)| before.fields.get(*p).is_none()) {
            told(Difference::Property(property), false, true, false);
        }
    }
    found
}

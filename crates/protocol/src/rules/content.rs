use crate::Code;
use crate::jose::Place;
use crate::message::{Grant, StrandGrant};
use crate::payload::{Line, Parsed, Record};
use crate::strand::{Form, Strand};
use crate::transform::{Transform, is_moment};

/// Why a parcel's content goes beyond its grant, or does not keep the catalogue's forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OutsideGrant {
    #[error("the parcel's head names another grant, delivery or number")]
    Place,
    #[error("the parcel holds a strand that the grant does not give")]
    Strand,
    #[error("the parcel's transforms are not those of the grant")]
    Transforms,
    #[error("a record has a field that the grant does not give")]
    Field,
    #[error("a record lies outside the time that the grant gives")]
    Time,
    #[error("a date is more precise than the grant gives")]
    Precision,
    #[error("a date is not in the form of the protocol")]
    Form,
    #[error("the parcel holds more records than the grant gives")]
    Records,
}

impl OutsideGrant {
    pub fn code(self) -> Code {
        match self {
            Self::Place => Code::ManifestMismatch,
            Self::Form => Code::SchemaInvalid,
            _ => Code::OutsideGrant,
        }
    }
}

/// Whether a parcel holds nothing but what the grant gives. `before` is the number of records of this strand in earlier
/// parcels of the same grant.
pub fn payload_within_grant(parsed: &Parsed, grant: &Grant, place: &Place, before: u64) -> Result<(), OutsideGrant> {
    let head = &parsed.head;
    if head.grant != place.grant || head.seq != place.seq || head.n != place.n || grant.jti != place.grant {
        return Err(OutsideGrant::Place);
    }
    let granted = grant.strand(&head.strand).ok_or(OutsideGrant::Strand)?;
    let strand = Strand::named(&head.strand).ok_or(OutsideGrant::Strand)?;
    if head.transforms != granted.transforms {
        return Err(OutsideGrant::Transforms);
    }
    let transforms: Vec<_> = granted.transforms.iter().filter_map(|t| Transform::parse(t)).collect();
    let mut records = before;
    for line in &parsed.lines {
        let Line::Upsert(record) = line else { continue };
        records += 1;
        if granted.max_records.is_some_and(|most| records > most) {
            return Err(OutsideGrant::Records);
        }
        check_record(record, granted, strand, &transforms)?;
    }
    Ok(())
}

fn check_record(record: &Record, granted: &StrandGrant, strand: &Strand, transforms: &[Transform]) -> Result<(), OutsideGrant> {
    for (name, value) in &record.fields {
        if !granted.fields.contains(name) {
            return Err(OutsideGrant::Field);
        }
        if strand.form(name) == Some(Form::Moment) && !is_moment(value) {
            return Err(OutsideGrant::Form);
        }
        if transforms.iter().any(|t| t.apply(name, value) != value) {
            return Err(OutsideGrant::Precision);
        }
    }
    match &granted.time_constraint {
        // A bound on a field that is not sent cannot be seen from here.
        Some(bound) if granted.fields.contains(&bound.field) => {
            let value = record.fields.get(&bound.field).ok_or(OutsideGrant::Time)?;
            let day = |text: &str| value.get(..value.len().min(10)).and_then(|v| Some((v.to_owned(), text.get(..v.len())?.to_owned())));
            let inside = |bound: Option<&String>, keeps: fn(&str, &str) -> bool| {
                bound.is_none_or(|b| day(b).is_some_and(|(value, bound)| keeps(&value, &bound)))
            };
            let since = inside(bound.since.as_ref(), |value, since| value >= since);
            let until = inside(bound.until.as_ref(), |value, until| value <= until);
            if since && until { Ok(()) } else { Err(OutsideGrant::Time) }
        }
        _ => Ok(()),
    }
}

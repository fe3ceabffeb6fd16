//! The exact bytes of a share, built once. What the screen shows is read back from them, and they are what is sealed.

mod collect;
mod look;

use std::collections::{BTreeMap, HashMap};

use holdall_model::Record;
use holdall_protocol::message::{AccessMode, Descriptor, Grant, GrantCommitments, LegalGround, Purpose, RetentionRule, Version};
use holdall_protocol::payload::{Builder, Line, Payload, PayloadFault, Pushed};
use holdall_protocol::{Digest, Entropy, Period, Place, Signed, Uuid, fresh_id, utc_date};

use crate::error::SharingError;
use crate::notice::{Told, consent_text};
use crate::offer::{Offer, offer};
use crate::partner::Partner;
use crate::secret::hex;
use crate::slice::{Choice, StrandSlice, resolve};
use collect::Collected;
pub use look::PreviewTable;

const DAY: i64 = 86_400;

/// Takes records and makes a [`Preview`] of them. Nothing is signed and nothing is sent.
pub struct PreviewBuilder {
    descriptor: Signed<Descriptor>,
    purpose: Purpose,
    offer: Offer,
    grant: Grant,
    slices: Vec<StrandSlice>,
    identity: holdall_protocol::key::Pairwise,
    collected: Vec<Collected>,
    problems: Vec<String>,
    now: i64,
}

/// What would leave, byte for byte, and every word the person agrees to. Confirm this very object with
/// [`Preview::confirm`](Preview::confirm).
#[derive(Debug, Clone)]
pub struct Preview {
    pub(crate) grant: Grant,
    pub(crate) descriptor: Signed<Descriptor>,
    pub(crate) payloads: Vec<Payload>,
    pub(crate) vendors: Vec<String>,
    pub(crate) offer: Offer,
    pub(crate) made: i64,
    ids: HashMap<Uuid, i64>,
    notice: String,
    sha256: String,
    others: Vec<String>,
    left_out: Vec<String>,
    problems: Vec<String>,
}

impl PreviewBuilder {
    /// Starts a share with a partner for one of its purposes. `now` in seconds since 1970.
    pub fn new(
        partner: &Partner,
        purpose: &str,
        choice: &Choice,
        languages: &[String],
        now: i64,
        entropy: &dyn Entropy,
    ) -> Result<Self, SharingError> {
        let descriptor = partner.descriptor()?;
        let purpose = descriptor.claims().purpose(purpose).ok_or(SharingError::NotOffered)?.clone();
        let offer = offer(descriptor.claims(), &purpose, languages, now).map_err(|_| SharingError::NotGrantable)?;
        let (slices, days, mut problems) = resolve(&purpose, &offer, choice, languages, now);
        if descriptor.claims().exp <= now {
            problems.push("The partner's description has ended. Fetch it again first.".into());
        }
        let identity = partner.identity();
        let issuer = identity.signing_key().verifying_key().thumbprint().urn();
        let grant = draft(&descriptor, &purpose, &slices, issuer, days, fresh_id(entropy)?, now);
        let collected = slices.iter().map(|s| Collected::new(s.max_records)).collect();
        Ok(Self { descriptor, purpose, offer, grant, slices, identity, collected, problems, now })
    }

    /// What to read: kinds of record and period of each strand. Records outside of it may be pushed and are left out.
    pub fn slices(&self) -> &[StrandSlice] {
        &self.slices
    }

    /// Takes a record, if its kind and content belong to the choice. `id` names it inside the vault; the partner sees
    /// another name.
    pub fn push(&mut self, id: i64, record: &Record, vendor: &str) {
        let Some(index) = self.slices.iter().position(|s| s.kinds.contains(&record.kind)) else { return };
        let (slice, collected) = (&self.slices[index], &mut self.collected[index]);
        match slice.cut(id, record) {
            Err(reason) => collected.leave_out(reason),
            Ok(fields) => {
                let name = self.identity.record_id(&id.to_be_bytes());
                collected.take(id, name, record, fields, vendor);
            }
        }
    }

    /// Builds the bytes, and the text the person agrees to.
    pub fn finish(mut self, entropy: &dyn Entropy) -> Result<Preview, SharingError> {
        let (mut payloads, mut ids, mut rows) = (Vec::new(), HashMap::new(), Vec::new());
        let mut vendors: BTreeMap<String, ()> = BTreeMap::new();
        let (mut others, mut left_out, mut bytes) = (Vec::new(), Vec::new(), 0usize);
        for (slice, mut collected) in self.slices.iter().zip(self.collected) {
            collected.settle();
            bytes += collected.bytes();
            others.extend(collected.others(slice));
            left_out.extend(collected.left_out(slice));
            rows.push(collected.len() as u64);
            for row in collected.rows() {
                ids.insert(row.name, row.id);
                vendors.insert(row.vendor.clone(), ());
            }
            if !collected.overflowed() {
                pack(slice, &collected, &self.grant, self.now, entropy, &mut payloads)?;
            }
        }
        if bytes > collect::SHARE_BYTES {
            payloads.clear();
            self.problems.push("These are more records than one share can carry. Choose a shorter period or leave some out.".into());
        } else if ids.is_empty() && self.problems.is_empty() {
            self.problems.push("None of your records fits what the partner asks for.".into());
        }
        let vendors: Vec<String> = vendors.into_keys().collect();
        let told = Told { descriptor: self.descriptor.claims(), offer: &self.offer, grant: &self.grant, rows: &rows, vendors: &vendors };
        let notice = consent_text(&told);
        self.grant.notice_sha256 = Digest::of(notice.as_bytes());
        self.grant.gives_back = Digest::of(self.offer.gives_back.as_bytes());
        let sha256 = hash(&payloads);
        debug_assert_eq!(self.purpose.id, self.offer.purpose);
        Ok(Preview {
            grant: self.grant,
            descriptor: self.descriptor,
            payloads,
            vendors,
            offer: self.offer,
            made: self.now,
            ids,
            notice,
            sha256,
            others,
            left_out,
            problems: self.problems,
        })
    }
}

fn draft(
    descriptor: &Signed<Descriptor>,
    purpose: &Purpose,
    slices: &[StrandSlice],
    issuer: String,
    days: u32,
    id: Uuid,
    now: i64,
) -> Grant {
    let d = descriptor.claims();
    let mut prohibit = vec!["onward_sale".to_owned()];
    if !purpose.ai_training {
        prohibit.push("ai_training".into());
    }
    Grant {
        dgp: Version,
        iss: issuer,
        aud: d.iss.clone(),
        jti: id,
        iat: now,
        nbf: now,
        exp: now + i64::from(days) * DAY,
        descriptor: descriptor.digest(),
        offer: None,
        subject_ref: None,
        purposes: vec![purpose.id.clone()],
        access_mode: AccessMode::SingleUse,
        strands: slices.iter().map(StrandSlice::grant).collect(),
        update: None,
        retention: RetentionRule { max_duration: Period::days(days), on_expiry: "delete".into() },
        recipients: purpose.recipients.clone(),
        storage_locations: purpose.storage_locations.clone(),
        prohibit,
        terms: None,
        commit: GrantCommitments {
            revocation_stop: d.commitments.revocation_stop.clone(),
            erasure: d.commitments.erasure.clone(),
            usage_report: d.commitments.usage_report.clone(),
            onward_erasure: d.commitments.onward_erasure.clone(),
        },
        legal: LegalGround { basis: purpose.legal_basis.clone(), jurisdiction: d.entity.country.clone(), lang: "en".into() },
        notice_sha256: Digest::of(&[]),
        gives_back: Digest::of(&[]),
        supersedes: None,
        must_understand: vec!["prohibit".into()],
    }
}

/// Fills parcels with the rows of one strand. The numbers go on where the strand before ended.
fn pack(
    slice: &StrandSlice,
    collected: &Collected,
    grant: &Grant,
    now: i64,
    entropy: &dyn Entropy,
    out: &mut Vec<Payload>,
) -> Result<(), SharingError> {
    let fault = |f| match f {
        PayloadFault::LineTooLong { .. } => SharingError::RecordTooLong,
        _ => SharingError::TooMuch,
    };
    let start = |n: usize| -> Result<Builder, SharingError> {
        let place = Place { grant: grant.jti, seq: 1, n: u32::try_from(n).map_err(|_| SharingError::TooMuch)? };
        Ok(Builder::new(place, slice.strand, slice.transform_texts.clone(), now, entropy)?)
    };
    let mut builder: Option<Builder> = None;
    for row in collected.rows() {
        let line = Line::Upsert(row.record());
        let mut open = match builder.take() {
            Some(open) => open,
            None => start(out.len())?,
        };
        if open.push(&line).map_err(fault)? == Pushed::Full {
            out.push(open.finish().map_err(fault)?);
            open = start(out.len())?;
            open.push(&line).map_err(fault)?;
        }
        builder = Some(open);
    }
    if let Some(open) = builder {
        out.push(open.finish().map_err(fault)?);
    }
    Ok(())
}

fn hash(payloads: &[Payload]) -> String {
    use sha2::{Digest as _, Sha256};
    let mut hash = Sha256::new();
    for payload in payloads {
        hash.update(payload.bytes());
    }
    hex(&hash.finalize())
}

impl Preview {
    /// SHA-256 over the bytes of all parcels in order, in hexadecimal digits.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// Whether the bytes still are the ones the hash was made of.
    pub(crate) fn is_whole(&self) -> bool {
        hash(&self.payloads) == self.sha256
    }

    pub fn offer(&self) -> &Offer {
        &self.offer
    }

    pub fn partner_name(&self) -> String {
        crate::text::plain(&self.descriptor.claims().entity.legal_name, crate::NAME_MAX)
    }

    pub fn origin(&self) -> &str {
        &self.grant.aud
    }

    /// The consent text.
    pub fn notice(&self) -> &str {
        &self.notice
    }

    /// Last day, `2026-02-19`, by UTC.
    pub fn ends(&self) -> String {
        utc_date(self.grant.exp)
    }

    /// Sentences about other people in these data, and about special categories.
    pub fn others(&self) -> &[String] {
        &self.others
    }

    /// Sentences about records that were read and do not go along.
    pub fn left_out(&self) -> &[String] {
        &self.left_out
    }

    /// Why it cannot be shared yet; empty when it can.
    pub fn problems(&self) -> &[String] {
        &self.problems
    }
}

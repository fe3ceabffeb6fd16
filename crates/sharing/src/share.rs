//! Everything about one share: what was promised, agreed, sent, answered; where it stands; what waits to be sent.

mod apply;
mod look;
mod outbox;

use holdall_protocol::key::{Jwk, VerifyingKey};
use holdall_protocol::message::{Descriptor, Grant, Manifest, Revocation, RevocationAck};
use holdall_protocol::rules::{Delivered as DeliveredParcels, Erasure, check_descriptor};
use holdall_protocol::state::{DeliveryState, GrantEvent, GrantState};
use holdall_protocol::{Signed, Uuid};
use serde::{Deserialize, Serialize};

pub use look::{BenefitReceived, DeletionSummary, GivenStrand, ReceiptCheck, ReceiptSummary, Standing};

use crate::NAME_MAX;
use crate::delivery::Outgoing;
use crate::error::SharingError;
use crate::event::{Event, EventKind, day, records};
use crate::partner::Partner;
use crate::preview::Preview;
use crate::text::plain;

/// One share. Serialise it after every change; it holds hashes, signed messages and dates, and until the receipt is here
/// the sealed parcels, but never a shared value in the clear.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Share {
    version: u8,
    id: Uuid,
    pub(crate) origin: String,
    pub(crate) about: About,
    /// The descriptor the grant was made from, then each newer one that brought a key.
    pub(crate) descriptors: Vec<Evidence>,
    pub(crate) keys: Vec<Jwk>,
    pub(crate) grant: String,
    pub(crate) manifest: String,
    pub(crate) revocation: Option<String>,
    pub(crate) answers: Vec<Answered>,
    pub(crate) events: Vec<Event>,
    pub(crate) created: i64,
    state: GrantState,
    delivery: DeliveryState,
    /// Whether a byte of it may have reached anybody.
    left: bool,
    outbox: Option<Queued>,
    sync: SyncState,
}

/// Texts as the person saw them at the click.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct About {
    pub partner_name: String,
    pub contact: String,
    pub purpose: String,
    pub title: String,
    pub why: String,
    pub gives_back: String,
    pub notice: String,
    pub vendors: Vec<String>,
    pub rows: u64,
}

/// A signed message and when it came, because it is judged by the clock of that moment.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Evidence {
    pub token: String,
    pub at: i64,
}

/// A verified message of the partner, with what it was found to be.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Answered {
    pub token: String,
    pub at: i64,
    pub outcome: Outcome,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Outcome {
    Receipt,
    /// Rules it breaks, such as `R5`.
    InvalidReceipt(Vec<String>),
    Ack,
    InvalidAck,
    Deletion(Deleted),
    InvalidDeletion,
    Notice,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Deleted {
    Complete,
    WithRetention,
    Partial,
}

impl From<&Erasure> for Deleted {
    fn from(erasure: &Erasure) -> Self {
        match erasure {
            Erasure::Complete => Self::Complete,
            Erasure::WithRetention => Self::WithRetention,
            Erasure::Partial { .. } => Self::Partial,
        }
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Queued {
    outgoing: Outgoing,
    attempts: u32,
    first_try: Option<i64>,
    /// Not before this.
    due: i64,
    last_failure: Option<String>,
    /// What [`Share::left`] was before the running attempt.
    left_before: bool,
    /// Given up: waits for the person to ask again.
    dormant: bool,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct SyncState {
    cursor: Option<String>,
    /// Messages that came and were stored since the last sync.
    unacked: Vec<Uuid>,
    due: i64,
    last_failure: Option<String>,
}

impl Share {
    pub(crate) fn new(
        preview: &Preview,
        partner: &Partner,
        grant: &Signed<Grant>,
        manifest: &Signed<Manifest>,
        outgoing: Outgoing,
        now: i64,
    ) -> Result<Self, SharingError> {
        let (descriptor, at) = partner.descriptor_evidence();
        let (offer, profile) = (preview.offer(), partner.profile()?);
        let mut share = Self {
            version: 1,
            id: grant.claims().jti,
            origin: partner.origin().to_owned(),
            about: About {
                partner_name: profile.name,
                contact: profile.contact,
                purpose: offer.purpose.clone(),
                title: offer.title.clone(),
                why: offer.why.clone(),
                gives_back: offer.gives_back.clone(),
                notice: preview.notice().to_owned(),
                vendors: preview.vendors().to_vec(),
                rows: preview.rows(),
            },
            descriptors: vec![Evidence { token: descriptor.to_owned(), at }],
            keys: partner.keys().iter().map(VerifyingKey::jwk).collect(),
            grant: grant.token().into(),
            manifest: manifest.token().into(),
            revocation: None,
            answers: Vec::new(),
            events: Vec::new(),
            created: now,
            state: GrantState::Draft,
            delivery: DeliveryState::Sealed,
            left: false,
            outbox: None,
            sync: SyncState::default(),
        };
        share.step(GrantEvent::Share);
        share.queue(outgoing, now);
        let text = format!(
            "You agreed to share {} with {} until {}.",
            records(share.about.rows),
            share.about.partner_name,
            day(grant.claims().exp)
        );
        share.note(now, EventKind::Shared, text, false);
        Ok(share)
    }

    pub fn id(&self) -> Uuid {
        self.id
    }

    /// Origin of the partner, `https://shop.example`.
    pub fn partner(&self) -> &str {
        &self.origin
    }

    pub fn state(&self) -> GrantState {
        self.state
    }

    /// Reads a stored share; refuses one that a newer version wrote.
    pub fn from_json(bytes: &[u8]) -> Result<Self, SharingError> {
        let share: Self = serde_json::from_slice(bytes).map_err(|_| SharingError::Unreadable)?;
        if share.version == 1 { Ok(share) } else { Err(SharingError::Unreadable) }
    }

    pub fn to_json(&self) -> Result<Vec<u8>, SharingError> {
        serde_json::to_vec(self).map_err(|_| SharingError::Unreadable)
    }

    /// Learns keys that the partner's own chain vouches for, so that answers signed with a newer key still count.
    pub fn learn(&mut self, partner: &Partner) {
        if partner.origin() != self.origin {
            return;
        }
        let new: Vec<Jwk> = partner.keys().iter().map(VerifyingKey::jwk).filter(|k| !self.keys.contains(k)).collect();
        if !new.is_empty() {
            let (token, at) = partner.descriptor_evidence();
            self.keys.extend(new);
            self.descriptors.push(Evidence { token: token.to_owned(), at });
        }
    }

    pub(crate) fn left(&self) -> bool {
        self.left
    }

    pub(crate) fn partner_keys(&self) -> Vec<VerifyingKey> {
        self.keys.iter().filter_map(|jwk| VerifyingKey::from_jwk(jwk).ok()).collect()
    }

    pub(crate) fn signed_grant(&self) -> Result<Signed<Grant>, SharingError> {
        Signed::verify_by_own_key(&self.grant).map_err(|_| SharingError::Unreadable)
    }

    pub(crate) fn signed_manifest(&self) -> Result<Signed<Manifest>, SharingError> {
        let signer = self.signed_grant()?.signer().clone();
        Signed::verify(&self.manifest, &[signer]).map_err(|_| SharingError::Unreadable)
    }

    pub(crate) fn signed_revocation(&self) -> Result<Option<Signed<Revocation>>, SharingError> {
        let Some(token) = &self.revocation else { return Ok(None) };
        let signer = self.signed_grant()?.signer().clone();
        Signed::verify(token, &[signer]).map(Some).map_err(|_| SharingError::Unreadable)
    }

    /// The descriptor the grant was made from.
    pub(crate) fn descriptor(&self) -> Result<Signed<Descriptor>, SharingError> {
        let first = self.descriptors.first().ok_or(SharingError::Unreadable)?;
        check_descriptor(&first.token, &self.origin, first.at).map_err(|_| SharingError::Unreadable)
    }

    pub(crate) fn valid_ack(&self) -> Option<Signed<RevocationAck>> {
        let found = self.answers.iter().rev().find(|a| a.outcome == Outcome::Ack)?;
        Signed::verify(&found.token, &self.partner_keys()).ok()
    }

    /// What a deletion receipt has to cover.
    pub(crate) fn delivered_parcels(&self) -> Result<Vec<DeliveredParcels>, SharingError> {
        let manifest = self.signed_manifest()?;
        let commits = manifest.claims().parcels.iter().map(|p| p.commit).collect();
        Ok(vec![DeliveredParcels { manifest: manifest.digest(), commits }])
    }

    /// Applies an event to the state if the state takes it; tells whether it did.
    pub(crate) fn step(&mut self, event: GrantEvent) -> bool {
        match self.state.after(event) {
            Ok(next) => {
                self.state = next;
                true
            }
            Err(_) => false,
        }
    }

    pub(crate) fn note(&mut self, at: i64, kind: EventKind, text: impl Into<String>, signed_by_partner: bool) -> Event {
        let event = Event { at, kind, text: text.into(), signed_by_partner };
        // The same thing said again, such as one more failed try, is no news.
        if self.events.last().is_none_or(|last| last.kind != event.kind || last.text != event.text) {
            self.events.push(event.clone());
        }
        event
    }

    pub(crate) fn partner_name(&self) -> String {
        plain(&self.about.partner_name, NAME_MAX)
    }
}

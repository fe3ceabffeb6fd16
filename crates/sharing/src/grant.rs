//! The one click: signs the grant, seals the very bytes that were shown, and queues them.

use holdall_protocol::jose::{Place, SealError, seal};
use holdall_protocol::message::{Grant, GrantSubmission, Manifest, ManifestKind, Version};
use holdall_protocol::payload::parse;
use holdall_protocol::rules::{grant_within_descriptor, payload_within_grant};
use holdall_protocol::{Entropy, Signed, fresh_id, limits};

use crate::delivery::{Message, Outgoing};
use crate::error::SharingError;
use crate::partner::Partner;
use crate::preview::Preview;
use crate::share::Share;

/// How long a preview may lie before the click. Longer ago, the person no longer knows what they saw.
const PREVIEW_LIFE: i64 = 3_600;

impl Preview {
    /// Signs and seals what was shown. `sha256` is the hash the person's screen named. Nothing is sent yet: the share that
    /// comes back holds the message in its outbox, so it also works offline. Store it before [`exchange`](crate::exchange).
    pub fn confirm(&self, sha256: &str, partner: &Partner, now: i64, entropy: &dyn Entropy) -> Result<Share, SharingError> {
        if !self.problems().is_empty() {
            return Err(SharingError::HasProblems);
        }
        if sha256 != self.sha256() || !self.is_whole() {
            return Err(SharingError::NotWhatWasShown);
        }
        if now - self.made > PREVIEW_LIFE || now < self.made - limits::CLOCK_SKEW {
            return Err(SharingError::PreviewTooOld);
        }
        if partner.origin() != self.origin() || partner.descriptor()?.digest() != self.descriptor.digest() {
            return Err(SharingError::OfferChanged);
        }
        if self.descriptor.claims().exp <= now {
            return Err(SharingError::DescriptorExpired);
        }
        let grant = self.sign_grant(partner, now)?;
        let (manifest, parcels) = self.seal_parcels(&grant, partner, now, entropy)?;
        let submission = GrantSubmission { grant: grant.token().into(), manifest: Some(manifest.token().into()), parcels };
        let body = serde_json::to_string(&submission).map_err(|_| SharingError::TooMuch)?;
        if body.len() > limits::REQUEST_BODY {
            return Err(SharingError::TooMuch);
        }
        let outgoing = Outgoing::new(Message::Grant, &self.descriptor.claims().api, "/grants".into(), body);
        Share::new(self, partner, &grant, &manifest, outgoing, now)
    }

    fn sign_grant(&self, partner: &Partner, now: i64) -> Result<Signed<Grant>, SharingError> {
        let mut claims = Grant { iat: now, nbf: now, ..self.grant.clone() };
        // A strand with no record would be a permission for nothing.
        let filled = self.filled_strands();
        let required = self.offer().strands.iter().filter(|s| s.required).map(|s| s.strand.as_str()).collect::<Vec<_>>();
        claims.strands.retain(|s| filled.contains(s.strand.as_str()) || required.contains(&s.strand.as_str()));
        let grant = Signed::sign(claims, partner.identity().signing_key())?;
        grant_within_descriptor(&grant, self.descriptor.claims(), self.descriptor.digest())?;
        Ok(grant)
    }

    fn seal_parcels(
        &self,
        grant: &Signed<Grant>,
        partner: &Partner,
        now: i64,
        entropy: &dyn Entropy,
    ) -> Result<(Signed<Manifest>, Vec<String>), SharingError> {
        let key = self.descriptor.claims().sealing_key(now).map_err(|_| SharingError::SealingKey)?;
        let (mut entries, mut parcels) = (Vec::new(), Vec::new());
        let mut before: std::collections::BTreeMap<&str, u64> = std::collections::BTreeMap::new();
        for payload in &self.payloads {
            let sent = before.entry(payload.strand()).or_default();
            check_own(payload.bytes(), grant.claims(), &payload.place(), *sent)?;
            *sent += payload.rows();
            let jwe = seal(payload.bytes(), &payload.place(), &key, entropy).map_err(|fault| match fault {
                SealError::TooLarge => SharingError::TooMuch,
                SealError::UnusableKey => SharingError::SealingKey,
                SealError::Entropy(e) => e.into(),
            })?;
            entries.push(payload.entry(&jwe));
            parcels.push(jwe);
        }
        let g = grant.claims();
        let manifest = Manifest {
            dgp: Version,
            iss: g.iss.clone(),
            aud: g.aud.clone(),
            jti: fresh_id(entropy)?,
            iat: now,
            grant: g.jti,
            seq: 1,
            kind: ManifestKind::Full,
            prev_manifest: None,
            total_rows: self.rows(),
            parcels: entries,
        };
        Ok((Signed::sign(manifest, partner.identity().signing_key())?, parcels))
    }
}

/// The partner will read the parcel by these rules; so does the sender, before anything leaves.
fn check_own(bytes: &[u8], grant: &Grant, place: &Place, before: u64) -> Result<(), SharingError> {
    let parsed = parse(bytes).map_err(|_| SharingError::NotWhatWasShown)?;
    payload_within_grant(&parsed, grant, place, before).map_err(|_| SharingError::NotWhatWasShown)
}

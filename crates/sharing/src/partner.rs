//! A partner as it is remembered: its descriptor, its key since the first meeting, and who the person is towards it.

use holdall_protocol::key::{Jwk, Pairwise, VerifyingKey};
use holdall_protocol::message::Descriptor;
use holdall_protocol::rules::{Continuity, Pin, check_descriptor};
use holdall_protocol::{Entropy, Signed, names};
use serde::{Deserialize, Serialize};

use crate::address::Origin;
use crate::error::SharingError;
use crate::network::Client;
use crate::secret::Relationship;
use crate::text::plain;
use crate::{NAME_MAX, TEXT_MAX, key_words};

/// A descriptor fresh from its domain: signature, origin and times are checked; whether it continues what was known
/// before is not yet.
#[derive(Debug, Clone)]
pub struct Discovered {
    origin: Origin,
    descriptor: Signed<Descriptor>,
    fetched: i64,
}

impl Discovered {
    pub fn origin(&self) -> String {
        self.origin.text()
    }

    /// Six words of its key, to compare by telephone.
    pub fn key_words(&self) -> Vec<String> {
        key_words(&self.descriptor.signer().thumbprint())
    }
}

impl Client {
    /// Fetches and checks the descriptor of the partner at `url`, which may be any address on its site.
    pub async fn discover(&self, url: &str) -> Result<Discovered, SharingError> {
        let origin = Origin::parse(url, self.policy().development)?;
        let address = origin.join(names::WELL_KNOWN_PATH)?;
        let reply = self.get(address, names::media::DESCRIPTOR, holdall_protocol::limits::DESCRIPTOR).await?;
        if reply.status != 200 {
            return Err(SharingError::NoDescriptor { status: reply.status });
        }
        let token = std::str::from_utf8(reply.body.trim_ascii()).map_err(|_| holdall_protocol::JoseError::Malformed)?;
        let fetched = self.now();
        let descriptor = check_descriptor(token, &origin.text(), fetched)?;
        origin.api(&descriptor.claims().api, "")?;
        Ok(Discovered { origin, descriptor, fetched })
    }
}

/// How a newly fetched descriptor relates to the one known before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Followed {
    Same,
    Newer,
    /// The old key vouches for the new one.
    KeyReplaced,
}

/// What is kept about a partner. Serialise it into the vault and nowhere else: it holds the relationship's secret.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Partner {
    version: u8,
    origin: String,
    development: bool,
    pin: Pin,
    /// Seconds since 1970, as everywhere here.
    pinned_since: i64,
    descriptor: String,
    fetched: i64,
    /// Every signing key this partner ever vouched for, newest last: old receipts stay verifiable.
    keys: Vec<Jwk>,
    relationship: Relationship,
}

/// A partner as a person sees it. All texts are plain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    pub origin: String,
    pub host: String,
    pub name: String,
    pub country: String,
    pub contact: String,
    pub privacy_policy: Option<String>,
    pub pinned_since: i64,
    pub key_words: Vec<String>,
    pub development: bool,
}

impl Partner {
    /// Remembers a partner met for the first time (trust on first use), with a fresh identity towards it.
    pub fn first(found: &Discovered, entropy: &dyn Entropy) -> Result<Self, SharingError> {
        Ok(Self {
            version: 1,
            origin: found.origin.text(),
            development: found.origin.development(),
            pin: Pin::first(&found.descriptor),
            pinned_since: found.fetched,
            descriptor: found.descriptor.token().to_owned(),
            fetched: found.fetched,
            keys: signing_keys(&found.descriptor, found.fetched).iter().map(VerifyingKey::jwk).collect(),
            relationship: Relationship::generate(entropy)?,
        })
    }

    /// Takes a newer descriptor in, if it continues the one known. [`SharingError::KeyChanged`] blocks the partner until
    /// the person calls for [`Partner::repinned`].
    pub fn follow(&self, found: &Discovered) -> Result<(Self, Followed), SharingError> {
        let followed = match self.pin.follow(&found.descriptor, found.fetched)? {
            Continuity::Same => Followed::Same,
            Continuity::Newer => Followed::Newer,
            Continuity::KeyReplaced { .. } => Followed::KeyReplaced,
        };
        Ok((self.with(found, self.pinned_since), followed))
    }

    /// Trusts a key that nothing vouches for, because the person compared its words with the partner.
    pub fn repinned(&self, found: &Discovered) -> Result<Self, SharingError> {
        if found.origin.text() != self.origin {
            return Err(holdall_protocol::rules::PinFault::OtherPartner.into());
        }
        Ok(self.with(found, found.fetched))
    }

    fn with(&self, found: &Discovered, pinned_since: i64) -> Self {
        let mut next = Self {
            pin: Pin::first(&found.descriptor),
            pinned_since,
            descriptor: found.descriptor.token().to_owned(),
            fetched: found.fetched,
            ..self.clone()
        };
        for key in signing_keys(&found.descriptor, found.fetched) {
            if !next.keys.contains(&key.jwk()) {
                next.keys.push(key.jwk());
            }
        }
        next
    }

    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Whether a share can be made from what is known now; if not, discover it again first.
    pub fn is_fresh(&self, now: i64) -> bool {
        self.descriptor().is_ok_and(|d| now < d.claims().exp)
    }

    pub fn profile(&self) -> Result<Profile, SharingError> {
        let signed = self.descriptor()?;
        let entity = &signed.claims().entity;
        let origin = Origin::parse(&self.origin, self.development)?;
        let name = entity.trade_names.first().filter(|n| !plain(n, NAME_MAX).is_empty()).unwrap_or(&entity.legal_name);
        Ok(Profile {
            origin: self.origin.clone(),
            host: if self.development { self.origin.split("//").last().unwrap_or_default().to_owned() } else { origin.host().to_owned() },
            name: plain(name, NAME_MAX),
            country: plain(&entity.country, NAME_MAX),
            contact: plain(&entity.controller_contact, NAME_MAX),
            privacy_policy: Some(plain(&entity.privacy_policy, TEXT_MAX)).filter(|p| p.starts_with("https://")),
            pinned_since: self.pinned_since,
            key_words: key_words(&self.pin.signer),
            development: self.development,
        })
    }

    /// The descriptor as last fetched. It may have ended since.
    pub(crate) fn descriptor(&self) -> Result<Signed<Descriptor>, SharingError> {
        if self.version != 1 {
            return Err(SharingError::Unreadable);
        }
        check_descriptor(&self.descriptor, &self.origin, self.fetched).map_err(|_| SharingError::Unreadable)
    }

    pub(crate) fn descriptor_evidence(&self) -> (&str, i64) {
        (&self.descriptor, self.fetched)
    }

    pub(crate) fn identity(&self) -> Pairwise {
        self.relationship.identity()
    }

    /// Every key whose signature counts as this partner's.
    pub(crate) fn keys(&self) -> Vec<VerifyingKey> {
        self.keys.iter().filter_map(|jwk| VerifyingKey::from_jwk(jwk).ok()).collect()
    }
}

fn signing_keys(descriptor: &Signed<Descriptor>, now: i64) -> Vec<VerifyingKey> {
    let mut keys = descriptor.claims().verifying_keys(now);
    if !keys.contains(descriptor.signer()) {
        keys.push(descriptor.signer().clone());
    }
    keys
}

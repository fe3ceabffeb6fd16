use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};
use uuid::Uuid;

use super::Version;
use crate::digest::Digest;
use crate::jose::Message;
use crate::key::{Jwk, KeyError, SealingKey, Thumbprint, VerifyingKey};
use crate::period::Period;
use crate::{limits, names};

/// Text in several languages, by BCP 47 tag. Partner's words: show them as plain text only.
pub type LocalText = BTreeMap<String, String>;

/// Who a partner is, what it asks for, why, and what it gives back. Signed by its own key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Descriptor {
    pub dgp: Version,
    /// The partner's origin, such as `https://shop.example`: equal to where it was fetched.
    pub iss: String,
    pub sub: String,
    pub jti: Uuid,
    pub iat: i64,
    pub exp: i64,
    /// Grows by one with each change; a reader never goes back.
    pub seq: u64,
    /// Hash of the descriptor before this one.
    #[serde(default)]
    pub prev: Option<Digest>,
    /// How much of the protocol the partner serves, 0 to 3.
    pub level: u8,
    pub versions: Vec<String>,
    pub suites: Vec<String>,
    /// Base address of the API, without a final slash.
    pub api: String,
    pub entity: Entity,
    pub keys: Vec<PublishedKey>,
    /// [`KeyChange`](super::KeyChange) messages, oldest first.
    #[serde(default)]
    pub key_transitions: Vec<String>,
    #[serde(default)]
    pub recipients: Vec<Recipient>,
    pub purposes: Vec<Purpose>,
    #[serde(default)]
    pub terms: Option<Terms>,
    pub commitments: Commitments,
    #[serde(default)]
    pub fallback: Option<Fallback>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub webform: Option<String>,
}

impl Message for Descriptor {
    const TYP: &'static str = names::typ::DESCRIPTOR;
    const MAX: usize = limits::DESCRIPTOR;
}

impl Descriptor {
    pub fn purpose(&self, id: &str) -> Option<&Purpose> {
        self.purposes.iter().find(|p| p.id == id)
    }

    /// The keys that may sign this partner's messages at `now`. Keys that are not usable are left out.
    pub fn verifying_keys(&self, now: i64) -> Vec<VerifyingKey> {
        self.keys
            .iter()
            .filter(|k| k.usage == KeyUse::Sig && k.valid_at(now))
            .filter_map(|k| VerifyingKey::from_jwk(&k.jwk()).ok())
            .collect()
    }

    /// The key to seal parcels to at `now`.
    pub fn sealing_key(&self, now: i64) -> Result<SealingKey, KeyError> {
        let key = self.keys.iter().find(|k| k.usage == KeyUse::Enc && k.valid_at(now)).ok_or(KeyError)?;
        SealingKey::from_jwk(&key.jwk())
    }
}

/// The company behind a partner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entity {
    pub legal_name: String,
    #[serde(default)]
    pub trade_names: Vec<String>,
    pub address: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    #[serde(default)]
    pub registry: Option<Registry>,
    /// E-mail address for questions and withdrawals.
    pub controller_contact: String,
    #[serde(default)]
    pub dpo: Option<String>,
    #[serde(default)]
    pub eu_rep: Option<String>,
    /// Slug of the supervisory authority.
    #[serde(default)]
    pub authority: Option<String>,
    #[serde(default)]
    pub web: Option<String>,
    pub privacy_policy: String,
    #[serde(default)]
    pub logo: Option<Logo>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registry {
    #[serde(default)]
    pub lei: Option<String>,
    #[serde(default)]
    pub vat: Option<String>,
    #[serde(default)]
    pub court: Option<String>,
}

/// A PNG picture, carried along and never fetched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Logo {
    pub media: String,
    pub sha256: Digest,
    /// Standard base64.
    pub data: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum KeyUse {
    Sig,
    Enc,
}

/// A key with its use and life.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishedKey {
    pub kty: String,
    pub crv: String,
    pub x: String,
    #[serde(rename = "use")]
    pub usage: KeyUse,
    /// Always the key's thumbprint.
    pub kid: Thumbprint,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nbf: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exp: Option<i64>,
}

impl PublishedKey {
    pub fn signing(key: &VerifyingKey) -> Self {
        Self::new(key.jwk(), KeyUse::Sig, key.thumbprint())
    }

    pub fn sealing(key: &SealingKey) -> Self {
        Self::new(key.jwk(), KeyUse::Enc, key.thumbprint())
    }

    fn new(jwk: Jwk, usage: KeyUse, kid: Thumbprint) -> Self {
        Self { kty: jwk.kty, crv: jwk.crv, x: jwk.x, usage, kid, nbf: None, exp: None }
    }

    pub fn jwk(&self) -> Jwk {
        Jwk { kty: self.kty.clone(), crv: self.crv.clone(), x: self.x.clone() }
    }

    pub fn valid_at(&self, now: i64) -> bool {
        self.nbf.is_none_or(|nbf| nbf <= now + limits::CLOCK_SKEW) && self.exp.is_none_or(|exp| now < exp)
    }
}

/// Somebody to whom the partner passes data on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipient {
    pub id: String,
    pub name: String,
    /// Such as `dpv:DataProcessor`.
    pub role: String,
    pub country: String,
    pub why: LocalText,
}

/// One thing a partner wants to do with data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Purpose {
    pub id: String,
    /// DPV purposes as IRIs.
    pub dpv: Vec<String>,
    pub title: LocalText,
    pub why: LocalText,
    pub gives_back: GivesBack,
    pub legal_basis: String,
    #[serde(default)]
    pub automated_decision: bool,
    #[serde(default)]
    pub profiling: bool,
    #[serde(default)]
    pub ai_training: bool,
    pub strands: Vec<StrandRequest>,
    pub modes: Vec<AccessMode>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_interval: Option<Period>,
    pub retention: RetentionRule,
    pub storage_locations: Vec<String>,
    #[serde(default)]
    pub recipients: Vec<String>,
    pub withhold_consequence: LocalText,
}

/// What the person gets. Texts by language beside two members with fixed names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GivesBack {
    #[serde(default)]
    pub kind: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Benefit>,
    #[serde(flatten, deserialize_with = "texts_only")]
    pub text: LocalText,
}

/// Languages are the members that hold a text; a member of a later version may hold something else.
fn texts_only<'de, D: Deserializer<'de>>(deserializer: D) -> Result<LocalText, D::Error> {
    let members = BTreeMap::<String, serde_json::Value>::deserialize(deserializer)?;
    let text = |value| match value {
        serde_json::Value::String(text) => Some(text),
        _ => None,
    };
    Ok(members.into_iter().filter_map(|(language, value)| Some((language, text(value)?))).collect())
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Benefit {
    /// Exact decimal with `.` as mark.
    pub amount: String,
    /// ISO 4217.
    pub currency: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccessMode {
    SingleUse,
    Continuous,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Need {
    Required,
    Optional,
}

/// The records a purpose asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StrandRequest {
    pub strand: String,
    /// DPV-PD categories as IRIs.
    pub pd: Vec<String>,
    pub necessity: Need,
    pub fields: Vec<FieldRequest>,
    /// How far back records may reach.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lookback: Option<Period>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_records: Option<u64>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldRequest {
    /// Name in the strand's catalogue.
    pub f: String,
    pub need: Need,
    pub why: LocalText,
    /// The finest form the partner may get, `month` or `year`. None: as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_precision: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetentionRule {
    pub max_duration: Period,
    /// `delete` is the only value of this version.
    pub on_expiry: String,
}

/// IEEE 7012 agreements.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    #[serde(default)]
    pub accepts: Vec<String>,
    #[serde(default)]
    pub offers: Option<String>,
}

/// How fast the partner promises to act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Commitments {
    pub revocation_stop: Period,
    pub erasure: Period,
    /// `crypto_erase` or `overwrite`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backups: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage_report: Option<Period>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub breach_notice: Option<Period>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub onward_erasure: Option<Period>,
}

/// How to reach the partner when its API is gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fallback {
    pub email: String,
    #[serde(default)]
    pub accepts: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_mb: Option<u32>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_later_member_beside_the_languages_is_left_aside() {
        let given: GivesBack = serde_json::from_str(r#"{"en":"a voucher","kind":["voucher"],"steps":[1,2]}"#).expect("reads");
        assert_eq!(given.text, LocalText::from([("en".to_owned(), "a voucher".to_owned())]));
        assert_eq!(given.kind, ["voucher"]);
    }
}

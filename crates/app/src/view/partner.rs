use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Fetches and checks a partner's signed descriptor, and remembers its key. The first network contact with that partner.
#[derive(Debug, Serialize, Deserialize, TS)]
pub struct AddPartner {
    /// `https://shop.example`; plain `http://127.0.0.1:PORT` only in development mode.
    pub url: String,
}

/// Trusts the key that a known partner shows now and its old key does not vouch for, because the person compared its words with the
/// partner by another way.
#[derive(Debug, Serialize, Deserialize, TS)]
pub struct TrustKey {
    /// Its origin.
    pub partner: String,
    /// The six words, with blanks between them.
    pub key_words: String,
}

#[derive(Debug, Default, Serialize, Deserialize, TS)]
pub struct ListPartners {}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PartnerView {
    /// `https://shop.example`: the partner's identity.
    pub origin: String,
    /// What is shown in large type; punycode where scripts are mixed.
    pub host: String,
    pub name: String,
    pub country: String,
    pub contact: String,
    pub privacy_policy: Option<String>,
    /// RFC 3339: since when its key is known here.
    pub pinned_since: String,
    /// Six words to compare by telephone.
    pub key_words: Vec<String>,
    /// Reached without TLS on this computer, in development mode.
    pub development: bool,
    pub offers: u32,
    pub active_shares: u32,
}

#[derive(Debug, Default, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct ListOffers {
    /// Origin of one partner; left out for all.
    pub partner: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OfferField {
    pub name: String,
    pub label: String,
    pub required: bool,
    /// The partner's reason, as plain text.
    pub why: String,
    /// `year`, `month`, `day`, or nothing for exact.
    pub precision: Option<String>,
    /// Names or identifies somebody else than the person.
    pub about_others: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OfferStrand {
    pub strand: String,
    pub label: String,
    pub required: bool,
    pub fields: Vec<OfferField>,
    /// First day the partner asks for, from its look-back.
    pub since: Option<String>,
    pub max_records: Option<u64>,
    /// How many of the person's records fit.
    pub have: u64,
}

/// One purpose of a partner: what it asks, why, and what it gives back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OfferView {
    pub partner: String,
    pub partner_name: String,
    pub purpose: String,
    pub title: String,
    pub why: String,
    pub gives_back: String,
    pub benefit: Option<super::AmountView>,
    pub strands: Vec<OfferStrand>,
    /// Days the partner keeps the data at most; the choices below are never longer.
    pub max_days: u32,
    /// Shortest first.
    pub day_choices: Vec<u32>,
    /// Others who receive it: `name (country): why`.
    pub recipients: Vec<String>,
    pub storage_locations: Vec<String>,
    pub if_you_refuse: String,
    pub automated_decision: bool,
    pub profiling: bool,
    pub ai_training: bool,
    /// An active share for this purpose, if there is one.
    pub active_grant: Option<String>,
}

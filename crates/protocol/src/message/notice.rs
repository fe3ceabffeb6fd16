use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{LocalText, Version};
use crate::jose::Message;
use crate::names;

/// A partner tells something about a grant: above all, what the person got for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    pub dgp: Version,
    pub iss: String,
    pub aud: String,
    pub jti: Uuid,
    pub iat: i64,
    pub grant: Uuid,
    pub kind: NoticeKind,
    pub title: LocalText,
    pub text: LocalText,
    /// With [`NoticeKind::Benefit`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub benefit: Option<ReceivedBenefit>,
}

impl Message for Notice {
    const TYP: &'static str = names::typ::NOTICE;
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    Benefit,
    Breach,
    TermsChange,
    Shutdown,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceivedBenefit {
    /// The purpose it comes from.
    pub purpose: String,
    /// Short name of the thing, such as `status_match`.
    pub what: String,
    /// A code to use at the partner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<super::Benefit>,
    /// Seconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<i64>,
    /// What the answer rests on, as label and value: `flown_segments` → `14`.
    #[serde(default)]
    pub details: BTreeMap<String, String>,
}

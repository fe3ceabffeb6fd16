use std::path::Path;

use holdall_protocol::message::{Commitments, Entity, Fallback, Purpose, Recipient, Terms};
use serde::{Deserialize, Serialize};

use crate::error::Error;

/// `partner.toml`: what a vendor writes by hand. The descriptor is made from it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// `https://shop.example`. Left out, the partner speaks for the loopback address it listens on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
    pub entity: Entity,
    pub commitments: Commitments,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fallback: Option<Fallback>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terms: Option<Terms>,
    #[serde(default)]
    pub recipients: Vec<Recipient>,
    pub purposes: Vec<PurposeConfig>,
}

/// A purpose as published, and how this server answers it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PurposeConfig {
    /// The built-in answer, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub benefit: Option<BenefitKind>,
    #[serde(flatten)]
    pub purpose: Purpose,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BenefitKind {
    /// Counts flown segments and answers with a status.
    StatusMatch,
    /// Counts books by ISBN and answers with a credit and recommendations.
    ReadingCredit,
}

impl Config {
    pub const FILE: &str = "partner.toml";

    pub fn parse(text: &str, path: &Path) -> Result<Self, Error> {
        toml::from_str(text).map_err(|e| Error::Config { path: path.into(), reason: e.message().to_owned() })
    }

    pub fn read(dir: &Path) -> Result<Self, Error> {
        let path = dir.join(Self::FILE);
        match std::fs::read_to_string(&path) {
            Ok(text) => Self::parse(&text, &path),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Err(Error::NotAPartner { path: dir.into() }),
            Err(e) => Err(Error::file(path)(e)),
        }
    }

    pub fn benefit(&self, purpose: &str) -> Option<BenefitKind> {
        self.purposes.iter().find(|p| p.purpose.id == purpose)?.benefit
    }
}

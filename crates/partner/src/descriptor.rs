use std::path::{Path, PathBuf};

use holdall_protocol::message::{Descriptor, PublishedKey, Version};
use holdall_protocol::rules::{check_descriptor, purpose_fault};
use holdall_protocol::{Digest, Entropy, Signed, fresh_id, limits, names};

use crate::config::Config;
use crate::error::Error;
use crate::keys::Keys;

/// Path of the API below the origin.
pub const API_PATH: &str = "/dgp/v1";
/// A descriptor is signed anew when less than this is left of its life.
const RENEW: i64 = 7 * 86_400;

/// The descriptor being served, and earlier ones that promise the same.
pub struct Published {
    pub current: Signed<Descriptor>,
    renewed: Vec<Signed<Descriptor>>,
}

impl Published {
    /// The descriptor a grant was made from, if it may still be granted.
    pub fn acceptable(&self, digest: Digest, now: i64) -> Option<&Signed<Descriptor>> {
        std::iter::once(&self.current).chain(&self.renewed).find(|d| d.digest() == digest && d.claims().exp > now)
    }
}

/// Reads what was published last, and signs a new descriptor if the configuration has changed or the old one runs out.
/// The history stays in `descriptors/`, one file per number, because grants name them by hash.
pub fn publish(dir: &Path, config: &Config, keys: &Keys, origin: &str, now: i64, entropy: &dyn Entropy) -> Result<Published, Error> {
    let folder = dir.join("descriptors");
    std::fs::create_dir_all(&folder).map_err(Error::file(&folder))?;
    let history = read_history(&folder, keys)?;
    let last = history.last();
    let wanted = draft(config, keys, origin);
    let same = |d: &Signed<Descriptor>| content(d.claims()) == content(&wanted);
    let current = match last {
        Some(last) if same(last) && last.claims().exp - now > RENEW => last.clone(),
        _ => {
            let claims = Descriptor {
                jti: fresh_id(entropy)?,
                iat: now,
                exp: now + limits::DESCRIPTOR_LIFE,
                seq: last.map_or(1, |d| d.claims().seq + 1),
                prev: last.map(Signed::digest),
                ..wanted.clone()
            };
            let signed = Signed::sign(claims, &keys.signing)?;
            check_ours(signed.token(), origin, now)?;
            let path = folder.join(format!("{:06}.jws", signed.claims().seq));
            std::fs::write(&path, signed.token()).map_err(Error::file(&path))?;
            signed
        }
    };
    let renewed = history.into_iter().filter(|d| same(d) && d.digest() != current.digest()).collect();
    Ok(Published { current, renewed })
}

/// A vendor should learn from us, not from its customers, that a purpose cannot be granted.
fn check_ours(token: &str, origin: &str, now: i64) -> Result<(), Error> {
    let checked = check_descriptor(token, origin, now).map_err(|e| Error::Descriptor(e.to_string()))?;
    let faulty = checked.claims().purposes.iter().find_map(|p| Some((p, purpose_fault(checked.claims(), p)?)));
    match faulty {
        Some((purpose, fault)) => Err(Error::Descriptor(format!("purpose {}: {fault}", purpose.id))),
        None => Ok(()),
    }
}

fn read_history(folder: &Path, keys: &Keys) -> Result<Vec<Signed<Descriptor>>, Error> {
    let entries = std::fs::read_dir(folder).map_err(Error::file(folder))?;
    let mut paths: Vec<PathBuf> =
        entries.filter_map(|e| Some(e.ok()?.path())).filter(|p| p.extension().is_some_and(|e| e == "jws")).collect();
    paths.sort();
    let mut history = Vec::new();
    for path in paths {
        let token = std::fs::read_to_string(&path).map_err(Error::file(&path))?;
        history.push(Signed::verify(&token, &[keys.signing.verifying_key()])?);
    }
    Ok(history)
}

fn draft(config: &Config, keys: &Keys, origin: &str) -> Descriptor {
    Descriptor {
        dgp: Version,
        iss: origin.into(),
        sub: origin.into(),
        jti: holdall_protocol::Uuid::nil(),
        iat: 0,
        exp: 0,
        seq: 0,
        prev: None,
        level: 1,
        versions: vec![names::VERSION.into()],
        suites: vec![names::SUITE.into()],
        api: format!("{origin}{API_PATH}"),
        entity: config.entity.clone(),
        keys: vec![PublishedKey::signing(&keys.signing.verifying_key()), PublishedKey::sealing(&keys.opening.sealing_key())],
        key_transitions: vec![],
        recipients: config.recipients.clone(),
        purposes: config.purposes.iter().map(|p| p.purpose.clone()).collect(),
        terms: config.terms.clone(),
        commitments: config.commitments.clone(),
        fallback: config.fallback.clone(),
        webform: None,
    }
}

/// A descriptor without what every signing changes.
fn content(d: &Descriptor) -> Descriptor {
    Descriptor { jti: holdall_protocol::Uuid::nil(), iat: 0, exp: 0, seq: 0, prev: None, ..d.clone() }
}

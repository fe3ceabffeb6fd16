use std::path::Path;

use holdall_protocol::message::{AccessMode, Offer, Version};
use holdall_protocol::{Signed, SystemEntropy, fresh_id};

use crate::Partner;
use crate::config::Config;
use crate::descriptor::API_PATH;
use crate::error::Error;
use crate::keys::Keys;
use crate::partner::{Clock, offer_path};

/// Makes a new partner's folder: keys and a configuration to edit. Refuses a folder that holds one already.
pub fn init(dir: &Path, config: &str, origin: Option<&str>) -> Result<(), Error> {
    let path = dir.join(Config::FILE);
    if path.exists() || dir.join("keys").exists() {
        return Err(Error::Exists { path: dir.into() });
    }
    std::fs::create_dir_all(dir).map_err(Error::file(dir))?;
    let text = match origin {
        Some(origin) => format!("origin = \"{origin}\"\n\n{config}"),
        None => config.to_owned(),
    };
    Config::parse(&text, &path)?;
    Keys::create(dir, &SystemEntropy)?;
    std::fs::write(&path, text).map_err(Error::file(path))
}

/// Signs an offer for one customer and keeps it where the server finds it. Returns the link to show.
pub fn issue_offer(dir: &Path, purpose: &str, subject_ref: Option<String>, origin: &str, clock: &Clock) -> Result<String, Error> {
    let config = Config::read(dir)?;
    let keys = Keys::read(dir)?;
    let now = clock();
    let origin = config.origin.clone().unwrap_or_else(|| origin.to_owned());
    let published = crate::descriptor::publish(dir, &config, &keys, &origin, now, &SystemEntropy)?;
    let described = published.current.claims().purpose(purpose).ok_or_else(|| Error::UnknownPurpose(purpose.into()))?;
    let offer = Offer {
        dgp: Version,
        iss: origin.clone(),
        jti: fresh_id(&SystemEntropy)?,
        iat: now,
        // Not beyond the descriptor it names, and not beyond what the protocol allows.
        exp: (now + 14 * 86_400).min(published.current.claims().exp),
        descriptor: published.current.digest(),
        purposes: vec![purpose.into()],
        mode: described.modes.first().copied().unwrap_or(AccessMode::SingleUse),
        subject_ref,
        return_uri: None,
        single_use: true,
    };
    let offer = Signed::sign(offer, &keys.signing)?;
    let path = offer_path(dir, offer.claims().jti);
    let folder = dir.join("offers");
    std::fs::create_dir_all(&folder).map_err(Error::file(folder))?;
    std::fs::write(&path, offer.token()).map_err(Error::file(path))?;
    Ok(offer_link(&format!("{origin}{API_PATH}/offers/{}", offer.claims().jti)))
}

/// `datagrant://offer?u=…`: opens the review screen, and does nothing else.
fn offer_link(address: &str) -> String {
    let query: String = url::form_urlencoded::byte_serialize(address.as_bytes()).collect();
    format!("{}://offer?u={query}", holdall_protocol::names::OFFER_SCHEME)
}

impl Partner {
    /// What `init` writes for a vendor to edit.
    pub const TEMPLATE: &str = include_str!("../demo/template.toml");
}

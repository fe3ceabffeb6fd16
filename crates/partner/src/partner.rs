use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use holdall_protocol::message::Offer;
use holdall_protocol::{Entropy, Signed, SystemEntropy, Uuid};

use crate::config::Config;
use crate::descriptor::{Published, publish};
use crate::error::Error;
use crate::keys::Keys;
use crate::misbehave::Misbehaviour;
use crate::store::Store;

/// Tells the time in seconds since 1970.
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// The machine's clock.
pub fn system_clock() -> Clock {
    Arc::new(|| jiff::Timestamp::now().as_second())
}

/// One partner: its folder, keys, descriptor and store. Everything a request needs.
pub struct Partner {
    pub(crate) dir: PathBuf,
    pub(crate) config: Config,
    pub(crate) keys: Keys,
    pub(crate) published: Published,
    pub(crate) store: Store,
    pub(crate) misbehaviour: Option<Misbehaviour>,
    clock: Clock,
    /// One change at a time: looking whether a message came before and storing it must be one step.
    changing: Mutex<()>,
}

impl Partner {
    /// Opens a partner's folder. `origin` is used where the configuration names none.
    pub fn open(dir: &Path, origin: &str, clock: Clock, misbehaviour: Option<Misbehaviour>) -> Result<Self, Error> {
        let config = Config::read(dir)?;
        let mut keys = Keys::read(dir)?;
        let origin = config.origin.clone().unwrap_or_else(|| origin.to_owned());
        let published = publish(dir, &config, &keys, &origin, clock(), &SystemEntropy)?;
        if misbehaviour == Some(Misbehaviour::BadKey) {
            keys.signing = holdall_protocol::key::SigningKey::generate(&SystemEntropy)?;
        }
        let store = Store::open(&dir.join("partner.db"))?;
        Ok(Self { dir: dir.into(), config, keys, published, store, misbehaviour, clock, changing: Mutex::new(()) })
    }

    pub fn now(&self) -> i64 {
        (self.clock)()
    }

    /// `https://shop.example`, as in the descriptor.
    pub fn origin(&self) -> &str {
        &self.published.current.claims().iss
    }

    /// Base address of the API.
    pub fn api(&self) -> &str {
        &self.published.current.claims().api
    }

    pub fn name(&self) -> &str {
        let entity = &self.config.entity;
        entity.trade_names.first().unwrap_or(&entity.legal_name)
    }

    pub(crate) fn entropy(&self) -> &dyn Entropy {
        &SystemEntropy
    }

    pub(crate) fn misbehaves(&self, how: Misbehaviour) -> bool {
        self.misbehaviour == Some(how)
    }

    pub(crate) fn change(&self) -> MutexGuard<'_, ()> {
        self.changing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// An offer issued by [`issue_offer`](crate::issue_offer).
    pub(crate) fn offer(&self, id: Uuid) -> Result<Option<Signed<Offer>>, Error> {
        let path = offer_path(&self.dir, id);
        match std::fs::read_to_string(&path) {
            Ok(token) => Ok(Some(Signed::verify(&token, &[self.published.current.signer().clone()])?)),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(Error::file(path)(e)),
        }
    }
}

pub(crate) fn offer_path(dir: &Path, id: Uuid) -> PathBuf {
    dir.join("offers").join(format!("{id}.jws"))
}

use std::sync::Arc;

use holdall_model::{Clock, SystemClock};

use crate::keys::{SecretStore, SystemKeyring};

/// Fills a buffer with random bytes fit for keys.
pub trait Entropy: Send + Sync {
    /// Fails only where the system has no source of randomness; nothing is created then.
    fn fill(&self, buffer: &mut [u8]) -> Result<(), std::io::Error>;
}

/// The operating system's source, the only one used outside tests.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), std::io::Error> {
        getrandom::fill(buffer).map_err(std::io::Error::other)
    }
}

/// Everything the vault takes from the world outside its folder.
#[derive(Clone)]
pub struct Outside {
    pub clock: Arc<dyn Clock>,
    pub entropy: Arc<dyn Entropy>,
    pub secrets: Arc<dyn SecretStore>,
}

impl Outside {
    /// The machine's clock, its randomness, and the person's own keyring.
    pub fn system() -> Self {
        Self { clock: Arc::new(SystemClock), entropy: Arc::new(SystemEntropy), secrets: Arc::new(SystemKeyring::default()) }
    }
}

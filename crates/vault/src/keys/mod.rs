//! From the ways in to the master key, and from the master key to every other key (docs/adr/0003-keys.md).

mod keyring;
mod recovery;
mod store;

pub use keyring::SystemKeyring;
pub use recovery::{RecoveryCode, RecoveryCodeError};
pub use store::{KeyringError, MemoryKeyring, SecretStore};

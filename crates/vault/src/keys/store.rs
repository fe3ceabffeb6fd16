use std::collections::HashMap;
use std::sync::Mutex;

use zeroize::Zeroizing;

/// What a keyring can answer beside a value. None of these ever leads to a new key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyringError {
    #[error("no keyring service answers")]
    Unavailable,
    #[error("the keyring is locked or refused access")]
    Locked,
    #[error("the keyring did not answer in time")]
    Silent,
    #[error("the keyring holds something that is no key of ours")]
    Unreadable,
}

/// A place outside the vault's folder where the system keeps secrets for this person.
///
/// Calls may block while the person answers a prompt; the vault never makes them on the caller's behalf more than it must.
pub trait SecretStore: Send + Sync {
    /// Name of the backend, kept beside the key so that a later failure can say where it was.
    fn backend(&self) -> String;

    /// `None` means: not here, now. It never means that there is no key anywhere.
    fn get(&self, account: &str) -> Result<Option<Zeroizing<String>>, KeyringError>;

    fn set(&self, account: &str, value: &str) -> Result<(), KeyringError>;

    fn remove(&self, account: &str) -> Result<(), KeyringError>;
}

/// A store that forgets everything with the process: for unit tests of the rooms above.
#[derive(Default)]
pub struct MemoryKeyring {
    entries: Mutex<HashMap<String, Zeroizing<String>>>,
    failure: Mutex<Option<KeyringError>>,
}

impl MemoryKeyring {
    /// From now on every call fails like this; `None` makes it work again.
    pub fn fail_with(&self, failure: Option<KeyringError>) {
        *lock(&self.failure) = failure;
    }

    /// Accounts that have an entry.
    pub fn accounts(&self) -> Vec<String> {
        let mut accounts: Vec<String> = lock(&self.entries).keys().cloned().collect();
        accounts.sort();
        accounts
    }

    fn check(&self) -> Result<(), KeyringError> {
        lock(&self.failure).map_or(Ok(()), Err)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

impl SecretStore for MemoryKeyring {
    fn backend(&self) -> String {
        "memory".to_owned()
    }

    fn get(&self, account: &str) -> Result<Option<Zeroizing<String>>, KeyringError> {
        self.check()?;
        Ok(lock(&self.entries).get(account).cloned())
    }

    fn set(&self, account: &str, value: &str) -> Result<(), KeyringError> {
        self.check()?;
        lock(&self.entries).insert(account.to_owned(), Zeroizing::new(value.to_owned()));
        Ok(())
    }

    fn remove(&self, account: &str) -> Result<(), KeyringError> {
        self.check()?;
        lock(&self.entries).remove(account);
        Ok(())
    }
}

use std::collections::HashMap;
use std::sync::{Arc, mpsc};
use std::time::Duration;

use keyring_core::api::CredentialStoreApi;
use keyring_core::{Entry, Error};
use zeroize::Zeroizing;

use super::store::{KeyringError, SecretStore};

/// The application's reverse-DNS name: the service under which keyrings list our entries.
const SERVICE: &str = "org.holdall.Holdall";

/// The person's own keyring: Secret Service on Linux, Keychain on macOS, Credential Manager on Windows.
///
/// Every call runs on its own thread and is given up after a time-out, because a keyring may wait for a person in front of
/// another screen. The store is connected anew each time, so that a keyring started meanwhile is found.
pub struct SystemKeyring {
    time_out: Duration,
}

impl Default for SystemKeyring {
    fn default() -> Self {
        // Long enough to type a keyring password into the system's prompt.
        Self { time_out: Duration::from_secs(60) }
    }
}

impl SystemKeyring {
    pub fn with_time_out(time_out: Duration) -> Self {
        Self { time_out }
    }

    fn ask<T: Send + 'static>(&self, account: &str, call: impl FnOnce(Entry) -> Result<T, Error> + Send + 'static) -> Result<T, Answer> {
        let (send, receive) = mpsc::channel();
        let account = account.to_owned();
        std::thread::Builder::new()
            .name("keyring".to_owned())
            .spawn(move || {
                let answer = connect().and_then(|store| store.build(SERVICE, &account, modifiers().as_ref())).and_then(call);
                // Nobody listens any more after a time-out; the late answer is dropped.
                let _ = send.send(answer.map_err(Answer::from));
            })
            .map_err(|_| Answer::Failed(KeyringError::Unavailable))?;
        receive.recv_timeout(self.time_out).unwrap_or(Err(Answer::Failed(KeyringError::Silent)))
    }
}

impl SecretStore for SystemKeyring {
    fn backend(&self) -> String {
        if cfg!(target_os = "macos") {
            "macOS Keychain"
        } else if cfg!(windows) {
            "Windows Credential Manager"
        } else {
            "Secret Service"
        }
        .to_owned()
    }

    fn get(&self, account: &str) -> Result<Option<Zeroizing<String>>, KeyringError> {
        match self.ask(account, |entry| entry.get_password().map(Zeroizing::new)) {
            Ok(value) => Ok(Some(value)),
            Err(Answer::NoEntry) => Ok(None),
            Err(Answer::Failed(error)) => Err(error),
        }
    }

    fn set(&self, account: &str, value: &str) -> Result<(), KeyringError> {
        let value = Zeroizing::new(value.to_owned());
        self.ask(account, move |entry| entry.set_password(&value)).map_err(|answer| match answer {
            Answer::NoEntry => KeyringError::Unavailable,
            Answer::Failed(error) => error,
        })
    }

    fn remove(&self, account: &str) -> Result<(), KeyringError> {
        match self.ask(account, |entry| entry.delete_credential()) {
            Ok(()) | Err(Answer::NoEntry) => Ok(()),
            Err(Answer::Failed(error)) => Err(error),
        }
    }
}

enum Answer {
    NoEntry,
    Failed(KeyringError),
}

impl From<Error> for Answer {
    fn from(error: Error) -> Self {
        match error {
            Error::NoEntry => Self::NoEntry,
            Error::NoStorageAccess(_) => Self::Failed(KeyringError::Locked),
            Error::BadEncoding(_) | Error::BadDataFormat(..) | Error::Ambiguous(_) | Error::TooLong(..) => {
                Self::Failed(KeyringError::Unreadable)
            }
            _ => Self::Failed(KeyringError::Unavailable),
        }
    }
}

/// Credential Manager would otherwise carry the entry to every computer that the person's profile roams to.
fn modifiers() -> Option<HashMap<&'static str, &'static str>> {
    cfg!(windows).then(|| HashMap::from([("persistence", "local")]))
}

#[cfg(all(unix, not(target_os = "macos")))]
fn connect() -> keyring_core::Result<Arc<impl CredentialStoreApi>> {
    zbus_secret_service_keyring_store::Store::new()
}

#[cfg(target_os = "macos")]
fn connect() -> keyring_core::Result<Arc<impl CredentialStoreApi>> {
    apple_native_keyring_store::keychain::Store::new()
}

#[cfg(windows)]
fn connect() -> keyring_core::Result<Arc<impl CredentialStoreApi>> {
    windows_native_keyring_store::Store::new()
}

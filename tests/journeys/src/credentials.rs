//! Windows' Credential Manager, as a person or another program changes it. There is one for each person, so every story takes its own
//! entries out again.

use std::collections::HashMap;
use std::path::Path;

use keyring_core::api::CredentialStoreApi as _;
use keyring_core::{Entry, Error};
use serde_json::Value;
use windows_native_keyring_store::Store;

const SERVICE: &str = "org.holdall.Holdall";

fn entry(account: &str) -> Entry {
    Store::new().and_then(|store| store.build(SERVICE, account, None)).expect("Credential Manager is there")
}

/// The names of the entries that open a vault, as its own key file tells them.
pub fn accounts(vault: &Path) -> Vec<String> {
    let text = std::fs::read(vault.join("keys.json")).unwrap_or_default();
    let header: Value = serde_json::from_slice(&text).unwrap_or_default();
    let slots = header["slots"].as_array().into_iter().flatten();
    slots.filter_map(|slot| slot["account"].as_str()).filter(|account| !account.is_empty()).map(str::to_owned).collect()
}

pub fn read(account: &str) -> Option<String> {
    match entry(account).get_password() {
        Ok(value) => Some(value),
        Err(Error::NoEntry) => None,
        Err(error) => panic!("Credential Manager: {error}"),
    }
}

/// Everything else that it says of an entry.
pub fn attributes(account: &str) -> HashMap<String, String> {
    entry(account).get_attributes().expect("an entry")
}

pub fn write(account: &str, value: &str) {
    entry(account).set_password(value).expect("takes it");
}

/// Takes an entry out, and says whether there was one.
pub fn remove(account: &str) -> bool {
    match entry(account).delete_credential() {
        Ok(()) => true,
        Err(Error::NoEntry) => false,
        Err(error) => panic!("Credential Manager: {error}"),
    }
}

/// Takes out what the vaults in the folders of `home` have put in.
pub fn sweep(home: &Path) {
    for dir in std::fs::read_dir(home).into_iter().flatten().flatten() {
        for account in accounts(&dir.path()) {
            remove(&account);
            remove(&account.replacen(":dev:", ":seen:", 1));
        }
    }
}

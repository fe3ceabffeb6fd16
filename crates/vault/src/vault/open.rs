use std::path::Path;
use std::sync::{Arc, Mutex};

use zeroize::Zeroizing;

use super::new_key::FINGERPRINT_KEY;
use super::ways_in::{device_secret, read_key_file, seen_account};
use super::{Inner, Vault};
use crate::audit::chain;
use crate::db::{self, Database};
use crate::disk::{self, Lock};
use crate::keys::{Header, KeyringError, MasterKey, Purpose, RecoveryCode, Secret, SlotKind};
use crate::originals::Keeper;
use crate::search::Search;
use crate::{Obstacle, Outside, VaultError, meta};

/// What the person opens the vault with.
#[derive(Debug, Clone, Copy)]
pub enum Key<'a> {
    /// The secret in this computer's keyring.
    Keyring,
    Passphrase(&'a str),
    RecoveryCode(&'a RecoveryCode),
    KeyFile(&'a Path),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Accept {
    NothingOlder,
    /// The person expects an older copy, such as one from a backup.
    Older,
}

/// Memory for pages that an import has changed but not yet written, in KiB.
const WRITER_CACHE: i64 = 16 * 1024;

impl Vault {
    /// Opens a vault, or says what stands in the way. Nothing on disk changes before the key has proved right.
    pub fn open(dir: &Path, key: Key<'_>, outside: Outside) -> Result<Self, VaultError> {
        open_with(dir, key, outside, Accept::NothingOlder)
    }

    /// Opens a vault although this computer has seen a newer state of it ([`Obstacle::OlderThanSeen`]).
    pub fn open_older(dir: &Path, key: Key<'_>, outside: Outside) -> Result<Self, VaultError> {
        open_with(dir, key, outside, Accept::Older)
    }
}

/// A vault that was found and unlocked, before its files are looked into.
struct Found {
    header: Header,
    /// `keys.json` is damaged and its copy stood in.
    from_copy: bool,
    master: MasterKey,
    lock: Lock,
    /// The keyring's entry that unlocked it, where one did.
    account: Option<String>,
}

pub(super) fn open_with(dir: &Path, key: Key<'_>, outside: Outside, accept: Accept) -> Result<Vault, VaultError> {
    super::swap::finish_interrupted(dir)?;
    let (header, from_copy) = Header::read(dir)?;
    let vault_id = header.vault_id()?;
    let lock = Lock::take(dir)?;
    let (master, account) = unlock(&header, &vault_id, key, &outside)?;
    header.verify_mac(&master)?;
    build(dir, Found { header, from_copy, master, lock, account }, outside, accept).map_err(disk::or_full(dir))
}

/// Opens a vault whose master key is known, as it is: nothing is compared with what this computer's keyring remembers.
pub(crate) fn assemble(dir: &Path, header: Header, master: MasterKey, outside: Outside) -> Result<Vault, VaultError> {
    let lock = Lock::take(dir)?;
    header.verify_mac(&master)?;
    build(dir, Found { header, from_copy: false, master, lock, account: None }, outside, Accept::Older).map_err(disk::or_full(dir))
}

fn build(dir: &Path, found: Found, outside: Outside, accept: Accept) -> Result<Vault, VaultError> {
    let Found { mut header, from_copy, master, lock, account } = found;
    crate::backup::sweep(dir, &header.vault_id);
    disk::sweep(dir)?;
    disk::sweep_beside(dir);
    tidy_rights(dir)?;
    let database_file = dir.join(disk::DATABASE);
    if !database_file.exists() {
        return Err(Obstacle::DatabaseDamaged { part: "vault.db is gone".to_owned() }.into());
    }
    let main = Arc::new(Database::at(database_file, master.derive(Purpose::Page), header.page_salt()?, WRITER_CACHE));
    db::upgrade(&main, db::VAULT).map_err(at_opening)?;
    let seen = prepare(&main, &header, accept).map_err(at_opening)?;
    if let Some(account) = &account {
        check_seen(&outside, account, &header, seen, accept)?;
    }
    if from_copy {
        header.seal_and_write(dir, &master)?;
    }
    let search = Arc::new(Search::of(dir, master.derive(Purpose::SearchPage), header.search_salt()?));
    let audit_key = master.derive(Purpose::AuditMac);
    let fingerprint_key = match meta::get::<[u8; 32]>(&*main.reader()?, FINGERPRINT_KEY)? {
        Some(key) => Zeroizing::new(key),
        None => master.derive(Purpose::Dedupe),
    };
    let audit_at_start = chain::report_on(&*main.reader()?, &audit_key)?;
    let inner = Inner {
        search,
        main,
        originals: Keeper::default(),
        header: Mutex::new(header),
        master,
        audit_key,
        fingerprint_key,
        audit_at_start,
        outside,
        dir: dir.to_path_buf(),
        _lock: lock,
    };
    let vault = Vault(Arc::new(inner));
    crate::originals::collect_orphans(&vault)?;
    super::new_key::clear_away(&vault)?;
    Ok(vault)
}

/// While opening, damage is an obstacle with its own screen.
fn at_opening(error: VaultError) -> VaultError {
    match error {
        VaultError::Damaged { part } => Obstacle::DatabaseDamaged { part }.into(),
        other => other,
    }
}

/// Compares the database with this form and with the header. Returns the number of the last act.
fn prepare(main: &Arc<Database>, header: &Header, accept: Accept) -> Result<u64, VaultError> {
    let reader = main.reader()?;
    db::check_schema(&reader, db::VAULT_SCHEMA)?;
    let vault_id: Option<String> = meta::get(&reader, "vault_id")?;
    if vault_id.as_deref() != Some(header.vault_id.as_str()) {
        return Err(Obstacle::DatabaseDamaged { part: "it belongs to another vault".to_owned() }.into());
    }
    let known = meta::get::<i64>(&reader, "generation")?.and_then(|g| u64::try_from(g).ok()).unwrap_or(0);
    if header.generation < known && accept == Accept::NothingOlder {
        return Err(Obstacle::OlderThanSeen.into());
    }
    chain::head(&reader)
}

/// Compares the vault with what this computer's keyring remembers of it, and lets it remember this state.
fn check_seen(outside: &Outside, device_account: &str, header: &Header, acts: u64, accept: Accept) -> Result<(), VaultError> {
    let account = seen_account(device_account);
    let now = format!("g{} a{acts}", header.generation);
    let remembered = match outside.secrets.get(&account) {
        Ok(remembered) => remembered,
        // The mark is a help, not a key: without it the vault still opens.
        Err(_) => return Ok(()),
    };
    if let Some(text) = &remembered
        && let Some((generation, seen_acts)) = parse_seen(text)
        && (header.generation < generation || acts < seen_acts)
        && accept == Accept::NothingOlder
    {
        return Err(Obstacle::OlderThanSeen.into());
    }
    if remembered.as_ref().is_none_or(|text| **text != now) {
        let _ = outside.secrets.set(&account, &now);
    }
    Ok(())
}

fn parse_seen(text: &str) -> Option<(u64, u64)> {
    let (generation, acts) = text.split_once(' ')?;
    Some((generation.strip_prefix('g')?.parse().ok()?, acts.strip_prefix('a')?.parse().ok()?))
}

/// Finds the slot that the key opens. The second value is the keyring account, where one was used.
pub(crate) fn unlock(
    header: &Header,
    vault_id: &[u8; 16],
    key: Key<'_>,
    outside: &Outside,
) -> Result<(MasterKey, Option<String>), VaultError> {
    match key {
        Key::Keyring => {
            let (secret, account) = device_secret(header, outside)?;
            let slot = header.slots.iter().find(|s| s.account == account).ok_or(Obstacle::NoSuchSlot)?;
            Ok((slot.unwrap(&Secret::Random(&secret), vault_id)?, Some(account)))
        }
        Key::RecoveryCode(code) => try_slots(header, vault_id, SlotKind::Recovery, &Secret::Code(code.secret())).map(|m| (m, None)),
        Key::KeyFile(path) => {
            let secret = read_key_file(path)?;
            try_slots(header, vault_id, SlotKind::KeyFile, &Secret::Random(&secret)).map(|m| (m, None))
        }
        Key::Passphrase(passphrase) => {
            let portable = try_slots(header, vault_id, SlotKind::Passphrase, &Secret::Passphrase(passphrase));
            let bound = header.slots.iter().any(|s| s.kind == SlotKind::PassphraseDevice);
            if portable.is_ok() || !bound {
                return portable.map(|m| (m, None));
            }
            let (secret, account) = device_secret(header, outside)?;
            let both = Secret::PassphraseAndDevice(passphrase, &secret);
            try_slots(header, vault_id, SlotKind::PassphraseDevice, &both).map(|m| (m, Some(account)))
        }
    }
}

fn try_slots(header: &Header, vault_id: &[u8; 16], kind: SlotKind, secret: &Secret<'_>) -> Result<MasterKey, VaultError> {
    let mut last: VaultError = Obstacle::NoSuchSlot.into();
    for slot in header.slots.iter().filter(|s| s.kind == kind) {
        match slot.unwrap(secret, vault_id) {
            Ok(master) => return Ok(master),
            Err(error) => last = error,
        }
    }
    Err(last)
}

/// Rights that others have on the vault's files are taken away; a copy or a restore may have given them.
fn tidy_rights(dir: &Path) -> Result<(), VaultError> {
    disk::make_private_dir(dir)?;
    disk::make_private_dir(&dir.join(disk::BLOBS))?;
    for entry in std::fs::read_dir(dir).map_err(VaultError::disk(dir))?.flatten() {
        // What a link leads to is not ours.
        if entry.file_type().is_ok_and(|kind| kind.is_file()) {
            disk::restrict(&entry.path(), 0o600)?;
        }
    }
    Ok(())
}

impl From<KeyringError> for Obstacle {
    fn from(error: KeyringError) -> Self {
        match error {
            KeyringError::Unavailable => Self::KeyringUnavailable,
            KeyringError::Locked => Self::KeyringLocked,
            KeyringError::Silent => Self::KeyringSilent,
            KeyringError::Unreadable => Self::KeyWrong,
        }
    }
}

/// A secret as it stands in a keyring or a key file.
pub(super) type DeviceSecret = Zeroizing<[u8; 32]>;

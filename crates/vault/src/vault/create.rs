use std::path::Path;

use rusqlite::TransactionBehavior;
use zeroize::Zeroizing;

use super::open::{Accept, open_with};
use super::ways_in::{device_slot, key_file_slot};
use super::{Key, Vault};
use crate::audit::{Act, AuditEvent, chain};
use crate::db::{self, Database};
use crate::keys::{Header, MasterKey, Purpose, RecoveryCode, Secret, Slot, SlotKind, SlotPlan};
use crate::{Outside, VaultError, disk, meta};

/// The first way into a new vault. The recovery code is always the second.
#[derive(Debug, Clone, Copy)]
pub enum FirstKey<'a> {
    /// A secret in the system keyring.
    Keyring,
    /// For machines without a keyring.
    Passphrase(&'a str),
    /// For servers: a secret in a file that the person guards. It is made if it does not exist.
    KeyFile(&'a Path),
}

/// A new vault, and the one time its recovery code is shown.
pub struct Created {
    pub vault: Vault,
    pub recovery_code: RecoveryCode,
}

/// Fewer characters are guessed in an afternoon.
pub(super) const SHORTEST_PASSPHRASE: usize = 8;

impl Vault {
    /// Makes a vault in a folder that does not exist yet or is empty.
    ///
    /// It appears whole or not at all: it is made beside its place and then moved there. Until
    /// [`Vault::confirm_recovery`] it is not [ready](Vault::is_ready).
    pub fn create(dir: &Path, name: &str, first_key: FirstKey<'_>, outside: Outside) -> Result<Created, VaultError> {
        super::swap::finish_interrupted(dir)?;
        check_place(dir)?;
        let random = |bytes: &mut [u8]| outside.entropy.fill(bytes).map_err(VaultError::disk("the system's random source"));
        let (mut vault_id, mut salts, mut secret, mut code) =
            ([0; 16], ([0; 16], [0; 16]), Zeroizing::new([0; 32]), Zeroizing::new([0; 16]));
        random(&mut vault_id)?;
        random(&mut salts.0)?;
        random(&mut salts.1)?;
        random(secret.as_mut())?;
        random(code.as_mut())?;
        let master = MasterKey::new(&secret, vault_id);
        let recovery_code = RecoveryCode::from_secret(*code);

        let mut header = Header::new(vault_id, name, outside.clock.now_ms(), salts);
        let first = first_slot(first_key, &master, &vault_id, &outside)?;
        let account = first.account.clone();
        header.slots.push(first);
        header.slots.push(Slot::wrap(
            SlotPlan::of(SlotKind::Recovery),
            &Secret::Code(recovery_code.secret()),
            &master,
            &vault_id,
            &outside,
        )?);
        let made = make_beside(dir, |making| {
            header.write(making, &master)?;
            fill(making, &header, &master, &recovery_code, &outside)
        });
        if let Err(error) = made {
            if !account.is_empty() {
                // The entry opens nothing any more; if it cannot be removed, it does no harm either.
                let _ = outside.secrets.remove(&account);
            }
            return Err(error);
        }
        let key = match first_key {
            FirstKey::Keyring => Key::Keyring,
            FirstKey::Passphrase(passphrase) => Key::Passphrase(passphrase),
            FirstKey::KeyFile(path) => Key::KeyFile(path),
        };
        let vault = open_with(dir, key, outside, Accept::NothingOlder)?;
        Ok(Created { vault, recovery_code })
    }
}

pub(crate) fn check_place(dir: &Path) -> Result<(), VaultError> {
    if dir.join(disk::HEADER).exists() || dir.join(disk::HEADER_COPY).exists() || dir.join(disk::DATABASE).exists() {
        return Err(VaultError::AlreadyExists);
    }
    match std::fs::read_dir(dir).map(|mut entries| entries.next().is_some()) {
        Ok(true) => Err(VaultError::Refused { what: "A vault in this folder", why: "the folder is not empty" }),
        Ok(false) => Ok(()),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(e) => Err(VaultError::disk(dir)(e)),
    }
}

fn first_slot(key: FirstKey<'_>, master: &MasterKey, vault_id: &[u8; 16], outside: &Outside) -> Result<Slot, VaultError> {
    match key {
        FirstKey::Keyring => device_slot(master, vault_id, outside),
        FirstKey::Passphrase(passphrase) => {
            if passphrase.chars().count() < SHORTEST_PASSPHRASE {
                return Err(VaultError::PassphraseTooShort { least: SHORTEST_PASSPHRASE });
            }
            Slot::wrap(SlotPlan::of(SlotKind::Passphrase), &Secret::Passphrase(passphrase), master, vault_id, outside)
        }
        FirstKey::KeyFile(path) => key_file_slot(path, master, vault_id, outside),
    }
}

/// Makes a folder beside its place, lets it be filled, and moves it there: it appears whole or not at all.
pub(crate) fn make_beside<T>(dir: &Path, fill: impl FnOnce(&Path) -> Result<T, VaultError>) -> Result<T, VaultError> {
    let parent = match dir.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    std::fs::create_dir_all(parent).map_err(VaultError::disk(parent))?;
    let making = tempfile::Builder::new().prefix(&disk::being_made(dir)).tempdir_in(parent).map_err(VaultError::disk(parent))?;
    disk::make_private_dir(making.path())?;
    disk::make_private_dir(&making.path().join(disk::BLOBS))?;
    let made = fill(making.path())?;
    disk::sync_dir(making.path())?;
    if dir.exists() {
        std::fs::remove_dir(dir).map_err(VaultError::disk(dir))?;
    }
    let place = making.keep();
    if let Err(error) = std::fs::rename(&place, dir) {
        // Nothing in it opens anything yet; leave no litter beside the person's folders.
        let _ = std::fs::remove_dir_all(&place);
        return Err(VaultError::disk(dir)(error));
    }
    disk::sync_dir(parent)?;
    Ok(made)
}

fn fill(dir: &Path, header: &Header, master: &MasterKey, code: &RecoveryCode, outside: &Outside) -> Result<(), VaultError> {
    let page_key = master.derive(Purpose::Page);
    let database = std::sync::Arc::new(Database::at(dir.join(disk::DATABASE), page_key, header.page_salt()?, 2048));
    let mut writer = database.writer()?;
    db::migrate(&mut writer, db::VAULT)?;
    let tx = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
    meta::set(&tx, "vault_id", &header.vault_id)?;
    meta::set(&tx, "generation", i64::try_from(header.generation).unwrap_or(i64::MAX))?;
    super::recovery::remember(&tx, &master.derive(Purpose::RecoveryProof), code)?;
    let event = AuditEvent::new(Act::VaultCreated, &header.vault_id).count("ways_in", header.slots.len() as u64);
    chain::append(&tx, &master.derive(Purpose::AuditMac), outside.clock.now_ms(), &event)?;
    tx.commit()?;
    // One file to move: no write-ahead log stays behind.
    writer.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    Ok(())
}

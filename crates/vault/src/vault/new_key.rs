//! A new master key: the whole vault is written anew under it, beside the old one, compared, and then taken in its place.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use holdall_model::Task;
use rusqlite::Connection;
use zeroize::Zeroizing;

use super::create::SHORTEST_PASSPHRASE;
use super::open::assemble;
use super::ways_in::{device_secret, device_slot, key_file_slot};
use super::{Binding, Expect, Vault, WayIn, make_beside, recovery, ways_in};
use crate::audit::{Act, AuditEvent, chain};
use crate::db::{self, Database};
use crate::keys::{Header, MasterKey, Purpose, RecoveryCode, Secret, Slot, SlotKind, SlotPlan};
use crate::{Obstacle, Outside, VaultError, disk, meta, originals};

/// The ways in that the new master key gets beside a new recovery code. At least one.
#[derive(Debug, Clone, Copy, Default)]
pub struct NewWays<'a> {
    /// A new secret in this computer's keyring.
    pub keyring: bool,
    pub passphrase: Option<(&'a str, Binding)>,
    /// For servers; made if it does not exist.
    pub key_file: Option<&'a Path>,
}

/// A vault under a new master key that waits beside the old one. Dropped, it is taken away and nothing has changed.
pub struct NewMasterKey {
    recovery_code: RecoveryCode,
    dropped: Vec<WayIn>,
    prepared: PathBuf,
    header: Header,
    master: MasterKey,
    outside: Outside,
    /// What the old vault had when it was copied: its ways in, and its last act.
    copied: (u64, u64),
    finished: bool,
}

/// Ending of the folder that waits.
const WAITING: &str = ".new-key";
/// Kept in the new vault until the old one is gone: the seal of the old `keys.json`.
const REPLACED: &str = "replaced_keys";
/// The importer's key outlives its master key: rows must still be known by their prints.
pub(super) const FINGERPRINT_KEY: &str = "fingerprint_key";

impl Vault {
    /// Writes the whole vault anew under a new master key, beside the live one, and compares both. For when a way in has fallen into
    /// other hands: removing a way in keeps nobody out who has seen the master key. Ways in that are not named are dropped.
    ///
    /// Show the new code, have it proved, and call [`NewMasterKey::finish`].
    pub fn prepare_new_master_key(&self, ways: NewWays<'_>, task: &Task) -> Result<NewMasterKey, VaultError> {
        self.prepare_anew(ways, task).map_err(disk::or_full(self.dir()))
    }

    fn prepare_anew(&self, ways: NewWays<'_>, task: &Task) -> Result<NewMasterKey, VaultError> {
        let (live, outside) = (self.header().clone(), self.inner().outside.clone());
        let random = |bytes: &mut [u8]| outside.entropy.fill(bytes).map_err(VaultError::disk("the system's random source"));
        let (mut secret, mut code, mut salts) = (Zeroizing::new([0; 32]), Zeroizing::new([0; 16]), ([0; 16], [0; 16]));
        random(secret.as_mut())?;
        random(code.as_mut())?;
        random(&mut salts.0)?;
        random(&mut salts.1)?;
        let vault_id = live.vault_id()?;
        let master = MasterKey::new(&secret, vault_id);
        let recovery_code = RecoveryCode::from_secret(*code);
        let mut header = Header::new(vault_id, &live.name, live.created_at, salts);
        header.generation = live.generation;

        let prepared = waiting_place(self.dir())?;
        if prepared.exists() {
            std::fs::remove_dir_all(&prepared).map_err(VaultError::disk(&prepared))?;
        }
        // From here on a failure takes the keyring's entry and the folder away again.
        let mut new = NewMasterKey {
            recovery_code,
            dropped: ways_in(&live),
            prepared,
            header,
            master,
            outside,
            copied: (live.generation, 0),
            finished: false,
        };
        new.add_ways(ways, &vault_id)?;
        let place = new.prepared.clone();
        let acts = make_beside(&place, |making| {
            new.header.write(making, &new.master)?;
            self.write_anew(making, &new, &live, task)
        })?;
        new.copied.1 = acts;
        Ok(new)
    }

    /// Returns the number of the last act that was copied.
    fn write_anew(&self, dir: &Path, new: &NewMasterKey, live: &Header, task: &Task) -> Result<u64, VaultError> {
        let _kept = self.inner().originals.keep();
        let path = dir.join(disk::DATABASE);
        let (key, salt) = (new.master.derive(Purpose::Page), new.header.page_salt()?);
        let reader = self.reader()?;
        reader.execute_batch("BEGIN")?;
        let copied = self.copy_and_compare(&reader, &path, new, task);
        reader.execute_batch("ROLLBACK")?;
        let acts = copied?;

        let database = Arc::new(Database::at(path, key, salt, 16 * 1024));
        let mut writer = database.writer()?;
        self.reseal_originals(&writer, dir, new, task)?;
        let tx = writer.transaction()?;
        chain::seal_anew(&tx, &new.master.derive(Purpose::AuditMac))?;
        meta::set(&tx, "generation", i64::try_from(new.header.generation).unwrap_or(i64::MAX))?;
        meta::set(&tx, FINGERPRINT_KEY, &self.fingerprint_key()[..])?;
        meta::set(&tx, REPLACED, &live.mac)?;
        recovery::replace(&tx, &new.master.derive(Purpose::RecoveryProof), &new.recovery_code)?;
        let event = AuditEvent::new(Act::MasterKeyChanged, &new.header.vault_id)
            .count("generation", new.header.generation)
            .count("ways_in", new.header.slots.len() as u64);
        chain::append(&tx, &new.master.derive(Purpose::AuditMac), new.outside.clock.now_ms(), &event)?;
        tx.commit()?;
        writer.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        Ok(acts)
    }

    fn copy_and_compare(&self, reader: &Connection, path: &Path, new: &NewMasterKey, task: &Task) -> Result<u64, VaultError> {
        let (key, salt) = (new.master.derive(Purpose::Page), new.header.page_salt()?);
        task.phase("copying", Some(db::bytes(reader)?))?;
        // A log that does not fit must not get a new seal.
        if let Some(damage) = chain::verify(reader, self.inner().audit_key(), task)?.damage {
            return Err(VaultError::Damaged { part: damage });
        }
        db::copy(reader, path, &key, salt, task)?;
        disk::sync_file(path)?;
        task.phase("comparing", None)?;
        if db::check_and_dump(path, &key, salt, task)? != db::dump(reader, task)? {
            return Err(VaultError::damaged("the copy differs"));
        }
        chain::head(reader)
    }

    fn reseal_originals(&self, db: &Connection, dir: &Path, new: &NewMasterKey, task: &Task) -> Result<(), VaultError> {
        let (old_key, new_key) = (self.inner().derive(Purpose::Blob), new.master.derive(Purpose::Blob));
        let mut statement = db.prepare("SELECT id, blob, bytes FROM original ORDER BY id")?;
        let rows: Vec<(i64, String, u64)> = statement
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get::<_, i64>(2)?.unsigned_abs())))?
            .collect::<Result<_, _>>()?;
        task.phase("originals", Some(rows.iter().map(|(_, _, bytes)| bytes).sum()))?;
        for (id, blob, _) in rows {
            let (from, to) = (self.dir().join(disk::BLOBS).join(&blob), dir.join(disk::BLOBS).join(&blob));
            // One that is missing in the vault stays missing; a check tells it.
            if from.exists() {
                let sealed = originals::reseal(&from, &old_key, &to, &new_key, &*new.outside.entropy, task)?;
                db.execute("UPDATE original SET sealed = ?1 WHERE id = ?2", (i64::try_from(sealed).unwrap_or(i64::MAX), id))?;
            }
        }
        disk::sync_dir(&dir.join(disk::BLOBS))
    }
}

impl NewMasterKey {
    /// The one time it is shown.
    pub fn recovery_code(&self) -> &RecoveryCode {
        &self.recovery_code
    }

    /// Whether these groups of the new code are right. Ask it before [`NewMasterKey::finish`], which a mistyped group ends.
    pub fn proves(&self, groups: &[(usize, &str)]) -> bool {
        recovery::holds(&self.recovery_code, groups)
    }

    /// The ways in that will no longer open the vault: all it had.
    pub fn dropped(&self) -> &[WayIn] {
        &self.dropped
    }

    /// Takes the new vault in the place of the old one, once two groups of the new code are proved, and opens it. `vault` must be
    /// the last handle, and nothing may have been written since the copy; otherwise nothing changes. The old one is kept until the
    /// new one has been opened, which this does. After an error `vault` is closed: open it again, and prepare anew.
    pub fn finish(mut self, vault: Vault, groups: &[(usize, &str)]) -> Result<Vault, VaultError> {
        if !recovery::holds(&self.recovery_code, groups) {
            return Err(VaultError::RecoveryNotProved);
        }
        let dir = vault.dir().to_path_buf();
        let now = (vault.header().generation, chain::head(&*vault.reader()?)?);
        if now != self.copied {
            return Err(VaultError::Refused { what: "The new key", why: "the vault was changed meanwhile; prepare it again" });
        }
        vault.close()?;
        // Opened once where it stands, so that what comes in is known to open.
        let new = assemble(&self.prepared, self.header.clone(), self.master.clone(), self.outside.clone())?;
        new.note_recovery_confirmed()?;
        new.close()?;
        Vault::swap(&dir, &self.prepared, Expect::SameVault)?;
        self.finished = true;
        assemble(&dir, self.header.clone(), self.master.clone(), self.outside.clone())
    }

    fn add_ways(&mut self, ways: NewWays<'_>, vault_id: &[u8; 16]) -> Result<(), VaultError> {
        let NewWays { keyring, passphrase, key_file } = ways;
        if !keyring && passphrase.is_none() && key_file.is_none() {
            return Err(VaultError::LastWayIn);
        }
        if let Some((text, _)) = passphrase
            && text.chars().count() < SHORTEST_PASSPHRASE
        {
            return Err(VaultError::PassphraseTooShort { least: SHORTEST_PASSPHRASE });
        }
        if keyring {
            self.header.slots.push(device_slot(&self.master, vault_id, &self.outside)?);
        }
        match passphrase {
            Some((text, Binding::Portable)) => self.wrap(SlotKind::Passphrase, &Secret::Passphrase(text), vault_id)?,
            Some((text, Binding::ThisComputer)) => {
                let (device, _) = device_secret(&self.header, &self.outside)?;
                self.wrap(SlotKind::PassphraseDevice, &Secret::PassphraseAndDevice(text, &device), vault_id)?;
            }
            None => {}
        }
        if let Some(path) = key_file {
            self.header.slots.push(key_file_slot(path, &self.master, vault_id, &self.outside)?);
        }
        let code = self.recovery_code.clone();
        self.wrap(SlotKind::Recovery, &Secret::Code(code.secret()), vault_id)
    }

    fn wrap(&mut self, kind: SlotKind, secret: &Secret<'_>, vault_id: &[u8; 16]) -> Result<(), VaultError> {
        let slot = Slot::wrap(SlotPlan::of(kind), secret, &self.master, vault_id, &self.outside)?;
        self.header.slots.push(slot);
        Ok(())
    }
}

impl Drop for NewMasterKey {
    fn drop(&mut self) {
        // Where it no longer stands, it has come in: its secrets are the vault's.
        if self.finished || !self.prepared.exists() && self.copied.1 > 0 {
            return;
        }
        // What cannot be taken away now is taken away at the next opening, or opens nothing.
        let _ = std::fs::remove_dir_all(&self.prepared);
        for slot in self.header.slots.iter().filter(|s| s.kind == SlotKind::Device) {
            let _ = self.outside.secrets.remove(&slot.account);
        }
    }
}

fn waiting_place(dir: &Path) -> Result<PathBuf, VaultError> {
    let dir = std::fs::canonicalize(dir).map_err(VaultError::disk(dir))?;
    let name = dir.file_name().and_then(|n| n.to_str()).ok_or(Obstacle::NoVault)?;
    Ok(dir.with_file_name(format!("{name}{WAITING}")))
}

/// At a good opening: a vault that waited for a proof which never came goes, and so does the one that this one has replaced,
/// with the secrets in the keyring that opened it.
pub(super) fn clear_away(vault: &Vault) -> Result<(), VaultError> {
    let Ok(waiting) = waiting_place(vault.dir()) else { return Ok(()) };
    disk::sweep_beside(&waiting);
    if waiting.exists() {
        std::fs::remove_dir_all(&waiting).map_err(VaultError::disk(waiting))?;
    }
    let Some(replaced) = meta::get::<String>(&*vault.reader()?, REPLACED)? else { return Ok(()) };
    for aside in Vault::set_aside(vault.dir())? {
        let Ok((old, _)) = Header::read(&aside) else { continue };
        if old.mac == replaced {
            Vault::discard(&aside)?;
            vault.inner().main.writer()?.execute("DELETE FROM meta WHERE name = ?1", [REPLACED])?;
            let kept: Vec<String> = vault.header().slots.iter().map(|s| s.account.clone()).collect();
            for slot in old.slots.iter().filter(|s| s.kind == SlotKind::Device && !kept.contains(&s.account)) {
                super::ways_in::forget_device(&vault.inner().outside, &slot.account);
            }
        }
    }
    Ok(())
}

use std::io::{Read, Write};
use std::path::Path;

use rusqlite::Transaction;
use zeroize::Zeroizing;

use super::Vault;
use super::create::SHORTEST_PASSPHRASE;
use super::open::DeviceSecret;
use super::recovery;
use crate::audit::{Act, AuditEvent};
use crate::encoding::{crockford, crockford_digit, hex, uncrockford};
use crate::keys::{Header, MasterKey, Purpose, RecoveryCode, Secret, Slot, SlotKind, SlotPlan};
use crate::{Obstacle, Outside, VaultError, disk, meta};

/// What a new passphrase is worth without this computer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Binding {
    /// It opens the vault, and any copy of it, anywhere.
    Portable,
    /// It needs the secret in this computer's keyring as well, so a stolen copy cannot be guessed.
    ThisComputer,
}

const PREFIX: &str = "mv1:";

/// The text form of a device secret: ASCII and short enough for every keyring, and movable by hand between them.
fn device_text(secret: &[u8; 32]) -> Zeroizing<String> {
    Zeroizing::new(format!("{PREFIX}{}", crockford(secret)))
}

fn parse_device_text(text: &str) -> Option<DeviceSecret> {
    let digits = text.trim().strip_prefix(PREFIX)?.chars().map(crockford_digit).collect::<Option<Vec<u8>>>().map(Zeroizing::new)?;
    uncrockford(&digits).map(Zeroizing::new)
}

/// Puts a new secret into the keyring, reads it back, and only then wraps the master key with it.
pub(super) fn device_slot(master: &MasterKey, vault_id: &[u8; 16], outside: &Outside) -> Result<Slot, VaultError> {
    let mut install = [0; 8];
    outside.entropy.fill(&mut install).map_err(VaultError::disk("the system's random source"))?;
    device_slot_at(format!("vault:{}:dev:{}:g1", hex(vault_id), hex(&install)), master, vault_id, outside).map(|(slot, _)| slot)
}

fn device_slot_at(account: String, master: &MasterKey, vault_id: &[u8; 16], outside: &Outside) -> Result<(Slot, DeviceSecret), VaultError> {
    let mut secret = Zeroizing::new([0; 32]);
    outside.entropy.fill(secret.as_mut()).map_err(VaultError::disk("the system's random source"))?;
    let text = device_text(&secret);
    outside.secrets.set(&account, &text).map_err(Obstacle::from)?;
    match outside.secrets.get(&account) {
        Ok(Some(back)) if *back == *text => {}
        _ => {
            // What was written cannot be trusted; take it away if that is possible at all.
            let _ = outside.secrets.remove(&account);
            return Err(VaultError::KeyringUnreliable);
        }
    }
    let plan = SlotPlan { kind: SlotKind::Device, backend: outside.secrets.backend(), account };
    let slot = Slot::wrap(plan, &Secret::Random(&secret), master, vault_id, outside)?;
    Ok((slot, secret))
}

/// The next generation of an entry: a new name, so that the old one stays good until the new one is proved.
fn next_account(account: &str) -> String {
    match account.rsplit_once(":g").and_then(|(start, n)| Some((start, n.parse::<u64>().ok()?))) {
        Some((start, n)) => format!("{start}:g{}", n + 1),
        None => format!("{account}:g2"),
    }
}

/// Takes a secret out of the keyring, with what the keyring remembers beside it. It may be in another computer's keyring; without
/// its slot it opens nothing.
pub(super) fn forget_device(outside: &Outside, account: &str) {
    if !account.is_empty() {
        let _ = outside.secrets.remove(account);
        let _ = outside.secrets.remove(&seen_account(account));
    }
}

/// The account under which a computer's keyring remembers the newest state it has seen.
pub(super) fn seen_account(device_account: &str) -> String {
    device_account.replacen(":dev:", ":seen:", 1)
}

/// Reads this computer's secret from its keyring. A failure to read never makes a new one.
pub(super) fn device_secret(header: &Header, outside: &Outside) -> Result<(DeviceSecret, String), VaultError> {
    let slots: Vec<&Slot> = header.slots.iter().filter(|s| s.kind == SlotKind::Device).collect();
    let Some(newest) = slots.last() else { return Err(Obstacle::NoSuchSlot.into()) };
    for slot in slots.iter().rev() {
        if let Some(text) = outside.secrets.get(&slot.account).map_err(Obstacle::from)? {
            let secret = parse_device_text(&text).ok_or(Obstacle::KeyWrong)?;
            return Ok((secret, slot.account.clone()));
        }
    }
    Err(Obstacle::KeyMissing { backend_then: newest.backend.clone(), backend_now: outside.secrets.backend() }.into())
}

/// Uses the key in a file, or makes the file with a new one.
pub(super) fn key_file_slot(path: &Path, master: &MasterKey, vault_id: &[u8; 16], outside: &Outside) -> Result<Slot, VaultError> {
    let secret = if path.exists() {
        read_key_file(path)?
    } else {
        let mut secret = Zeroizing::new([0; 32]);
        outside.entropy.fill(secret.as_mut()).map_err(VaultError::disk("the system's random source"))?;
        let mut file = disk::create_private(path)?;
        file.write_all(device_text(&secret).as_bytes()).and_then(|()| file.sync_all()).map_err(VaultError::disk(path))?;
        secret
    };
    Slot::wrap(SlotPlan::of(SlotKind::KeyFile), &Secret::Random(&secret), master, vault_id, outside)
}

pub(super) fn read_key_file(path: &Path) -> Result<DeviceSecret, VaultError> {
    let file = std::fs::File::open(path).map_err(VaultError::disk(path))?;
    // Of the very file that is read, whatever takes its name meanwhile.
    if disk::open_to_others(&file).map_err(VaultError::disk(path))? {
        return Err(VaultError::KeyFileOpenToOthers);
    }
    // As large as it gets: text that grows would leave copies behind.
    let mut text = Zeroizing::new(String::with_capacity(256));
    file.take(256).read_to_string(&mut text).map_err(|_| VaultError::KeyFileForm)?;
    parse_device_text(&text).ok_or(VaultError::KeyFileForm)
}

impl Vault {
    /// Adds a passphrase as a way in.
    pub fn add_passphrase(&self, passphrase: &str, binding: Binding) -> Result<(), VaultError> {
        let slot = self.passphrase_slot(passphrase, binding)?;
        self.change_ways_in(Act::WayInAdded, |slots| slots.push(slot), |_| Ok(()))
    }

    /// Puts a passphrase in the place of every one there is. The old ones open only copies of the vault made before.
    pub fn change_passphrase(&self, passphrase: &str, binding: Binding) -> Result<(), VaultError> {
        let slot = self.passphrase_slot(passphrase, binding)?;
        let change = |slots: &mut Vec<Slot>| {
            slots.retain(|s| !matches!(s.kind, SlotKind::Passphrase | SlotKind::PassphraseDevice));
            slots.push(slot);
        };
        self.change_ways_in(Act::WayInAdded, change, |_| Ok(()))
    }

    fn passphrase_slot(&self, passphrase: &str, binding: Binding) -> Result<Slot, VaultError> {
        if passphrase.chars().count() < SHORTEST_PASSPHRASE {
            return Err(VaultError::PassphraseTooShort { least: SHORTEST_PASSPHRASE });
        }
        match binding {
            Binding::Portable => self.wrap(SlotKind::Passphrase, &Secret::Passphrase(passphrase)),
            Binding::ThisComputer => {
                let (device, _) = device_secret(&self.header(), &self.0.outside)?;
                self.wrap(SlotKind::PassphraseDevice, &Secret::PassphraseAndDevice(passphrase, &device))
            }
        }
    }

    fn wrap(&self, kind: SlotKind, secret: &Secret<'_>) -> Result<Slot, VaultError> {
        let vault_id = self.header().vault_id()?;
        Slot::wrap(SlotPlan::of(kind), secret, &self.0.master, &vault_id, &self.0.outside)
    }

    /// Gives this computer's keyring a secret of its own, for a vault that was opened in another way: after the keyring was lost,
    /// or on a second computer.
    pub fn enrol_this_computer(&self) -> Result<(), VaultError> {
        let vault_id = self.header().vault_id()?;
        let slot = device_slot(&self.0.master, &vault_id, &self.0.outside)?;
        self.change_ways_in(Act::WayInAdded, |slots| slots.push(slot), |_| Ok(()))
    }

    /// Replaces this computer's secret in its keyring: written under a new name, read back, taken into `keys.json`, and only then
    /// is the old one removed. Killed anywhere, the vault opens with the one or the other.
    ///
    /// A passphrase that is bound to this computer is wrapped anew, for which it is needed; without one,
    /// [`VaultError::Refused`] where there is such a passphrase.
    pub fn renew_device_secret(&self, bound_passphrase: Option<&str>) -> Result<(), VaultError> {
        let (vault_id, outside) = (self.header().vault_id()?, &self.0.outside);
        let (old, account) = device_secret(&self.header(), outside)?;
        let bound = self.bound_here(bound_passphrase, &old, &vault_id)?;
        let (slot, new) = device_slot_at(next_account(&account), &self.0.master, &vault_id, outside)?;
        let rebound = match (bound_passphrase, &bound) {
            (Some(passphrase), Some(_)) => Some(self.wrap(SlotKind::PassphraseDevice, &Secret::PassphraseAndDevice(passphrase, &new))?),
            _ => None,
        };
        let change = |slots: &mut Vec<Slot>| {
            slots.retain(|s| s.account != account && Some(&s.id) != bound.as_ref());
            slots.push(slot);
            slots.extend(rebound);
        };
        self.change_ways_in(Act::WayInAdded, change, |_| Ok(()))?;
        forget_device(outside, &account);
        Ok(())
    }

    /// The slot of a passphrase that is bound to this computer's secret. Those of other computers do not open here.
    fn bound_here(&self, passphrase: Option<&str>, device: &[u8; 32], vault_id: &[u8; 16]) -> Result<Option<String>, VaultError> {
        let header = self.header().clone();
        let mut bound = header.slots.iter().filter(|s| s.kind == SlotKind::PassphraseDevice).peekable();
        if bound.peek().is_none() {
            return Ok(None);
        }
        let why = "a passphrase is bound to it; type that passphrase as well";
        let passphrase = passphrase.ok_or(VaultError::Refused { what: "The new secret of this computer", why })?;
        let found = bound.find(|s| s.unwrap(&Secret::PassphraseAndDevice(passphrase, device), vault_id).is_ok());
        Ok(Some(found.ok_or(Obstacle::KeyWrong)?.id.clone()))
    }

    /// Makes a new recovery code. Until it is proved with [`Vault::confirm_recovery`] the one before stays good, so that nothing is
    /// lost with a page that was never written; from then on the old one opens only copies of the vault made before.
    pub fn renew_recovery_code(&self) -> Result<RecoveryCode, VaultError> {
        let mut secret = Zeroizing::new([0; 16]);
        self.0.outside.entropy.fill(secret.as_mut()).map_err(VaultError::disk("the system's random source"))?;
        let code = RecoveryCode::from_secret(*secret);
        let slot = self.wrap(SlotKind::Recovery, &Secret::Code(code.secret()))?;
        let (id, key) = (slot.id.clone(), self.0.derive(Purpose::RecoveryProof));
        let change = |slots: &mut Vec<Slot>| {
            // The first one is good; any other was never proved.
            let good = slots.iter().find(|s| s.kind == SlotKind::Recovery).map(|s| s.id.clone());
            slots.retain(|s| s.kind != SlotKind::Recovery || Some(&s.id) == good.as_ref());
            slots.push(slot);
        };
        self.change_ways_in(Act::WayInAdded, change, |tx| recovery::remember_pending(tx, &key, &code, &id))?;
        Ok(code)
    }

    /// Removes a way in, for instance of a lost computer. The last one beside the recovery code can be removed, the recovery
    /// code itself only by being renewed. Who has used it before may know the master key: see [`Vault::prepare_new_master_key`].
    pub fn remove_way_in(&self, id: &str) -> Result<(), VaultError> {
        let account = {
            let header = self.header();
            let slot = header.slots.iter().find(|s| s.id == id).ok_or(VaultError::NotFound { what: "way in" })?;
            if slot.kind == SlotKind::Recovery || header.slots.len() < 2 {
                return Err(VaultError::LastWayIn);
            }
            slot.account.clone()
        };
        self.change_ways_in(Act::WayInRemoved, |slots| slots.retain(|s| s.id != id), |_| Ok(()))?;
        forget_device(&self.0.outside, &account);
        Ok(())
    }

    /// Writes the header first: a crash in between leaves a header that is one generation ahead, which is harmless.
    pub(super) fn change_ways_in(
        &self,
        act: Act,
        change: impl FnOnce(&mut Vec<Slot>),
        also: impl FnOnce(&Transaction<'_>) -> Result<(), VaultError>,
    ) -> Result<(), VaultError> {
        let mut header = self.header();
        let mut next = header.clone();
        change(&mut next.slots);
        next.write(&self.0.dir, &self.0.master)?;
        *header = next;
        let event =
            AuditEvent::new(act, &header.vault_id).count("generation", header.generation).count("ways_in", header.slots.len() as u64);
        let generation = i64::try_from(header.generation).unwrap_or(i64::MAX);
        self.transact(event, |tx, _| {
            also(tx)?;
            meta::set(tx, "generation", generation)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_secret_fits_every_keyring_and_reads_back() {
        let secret = [0xA5; 32];
        let text = device_text(&secret);
        assert_eq!(text.len(), 56);
        assert!(text.is_ascii());
        assert_eq!(parse_device_text(&text).as_deref(), Some(&secret));
        assert_eq!(parse_device_text(&format!(" {}\n", *text)).as_deref(), Some(&secret));
        for bad in ["", "mv1:", "mv2:0000", &text[..55], "not a key at all"] {
            assert!(parse_device_text(bad).is_none(), "{bad}");
        }
    }
}

//! Making, opening, proving and locking the vault.

use std::sync::atomic::Ordering;

use holdall_vault::{FirstKey, Key, Obstacle, RecoveryCode, SlotKind, Vault};

use crate::view::vault::{
    CreateVault, GetVaultStatus, LockVault, ProveRecovery, RecoveryGroup, UnlockVault, VaultCreated, VaultState, VaultStatus, WayIn,
};
use crate::{App, AppError, Run, Task, kit, lock, time};

/// Which two groups are asked back: drawn anew each time, so that nobody learns two of them by heart and loses the paper.
pub fn groups_to_ask(app: &App) -> Result<[u32; 2], AppError> {
    let mut drawn = [0; 2];
    let no_chance = |_| AppError::new("failed", "The system gave no random numbers.", "Restart the computer, then try again.");
    app.outside().entropy.fill(&mut drawn).map_err(no_chance)?;
    Ok(two_groups(drawn))
}

fn two_groups([one, other]: [u8; 2]) -> [u32; 2] {
    let first = u32::from(one) % 8;
    let second = (first + 1 + u32::from(other) % 7) % 8;
    [first.min(second) + 1, first.max(second) + 1]
}

impl Run for GetVaultStatus {
    fn run(self, app: &App, _: &Task) -> Result<VaultStatus, AppError> {
        status(app)
    }
}

pub fn status(app: &App) -> Result<VaultStatus, AppError> {
    let dir = app.config().vault_dir.display().to_string();
    let mut status = VaultStatus {
        state: VaultState::None,
        dir,
        vault_id: None,
        created: None,
        ways_in: Vec::new(),
        recovery_proved: false,
        was_locked: app.was_locked.load(Ordering::Relaxed) && app.vault_if_open().is_none(),
        keyring_usable: None,
        app_version: env!("CARGO_PKG_VERSION").to_owned(),
    };
    if let Some(vault) = app.vault_if_open() {
        let info = vault.info()?;
        status.state = VaultState::Open;
        status.vault_id = Some(info.status.vault_id);
        status.created = Some(time::rfc3339_ms(info.status.created_at));
        status.ways_in = info.status.ways_in.iter().map(|slot| way_in(slot.kind)).collect();
        status.recovery_proved = info.proved_at.is_some();
        return Ok(status);
    }
    match Vault::look(&app.config().vault_dir) {
        Ok(seen) => {
            status.state = VaultState::Locked;
            status.vault_id = Some(seen.vault_id);
            status.created = Some(time::rfc3339_ms(seen.created_at));
            status.ways_in = seen.ways_in.iter().map(|slot| way_in(slot.kind)).collect();
        }
        Err(Obstacle::NoVault) => status.keyring_usable = Some(Vault::keyring_usable(&app.outside())),
        Err(obstacle) => status.state = state_of(&obstacle),
    }
    Ok(status)
}

pub fn way_in(kind: SlotKind) -> WayIn {
    match kind {
        SlotKind::Device => WayIn::Keyring,
        SlotKind::Recovery => WayIn::RecoveryCode,
        SlotKind::Passphrase | SlotKind::PassphraseDevice => WayIn::Passphrase,
        SlotKind::KeyFile => WayIn::KeyFile,
    }
}

fn state_of(obstacle: &Obstacle) -> VaultState {
    match obstacle {
        Obstacle::NoVault => VaultState::None,
        Obstacle::KeyringUnavailable | Obstacle::KeyringSilent => VaultState::KeyringUnavailable,
        Obstacle::KeyringLocked => VaultState::KeyringLocked,
        Obstacle::KeyMissing { .. } | Obstacle::NoSuchSlot => VaultState::KeyMissing,
        Obstacle::KeyWrong => VaultState::KeyWrong,
        Obstacle::HeaderDamaged { .. } => VaultState::HeaderDamaged,
        Obstacle::DatabaseDamaged { .. } | Obstacle::NotEncrypted { .. } => VaultState::DatabaseDamaged,
        Obstacle::NewerThanApp { .. } => VaultState::NewerThanApp,
        Obstacle::InUse => VaultState::InUse,
        Obstacle::OlderThanSeen => VaultState::OlderThanSeen,
    }
}

impl Run for CreateVault {
    fn run(self, app: &App, _: &Task) -> Result<VaultCreated, AppError> {
        let first_key = match (&self.passphrase, &app.config().key_file) {
            (Some(passphrase), _) => FirstKey::Passphrase(passphrase),
            (None, Some(file)) => FirstKey::KeyFile(file),
            (None, None) => FirstKey::Keyring,
        };
        let created = Vault::create(&app.config().vault_dir, "Holdall", first_key, app.outside())?;
        let groups = created.recovery_code.groups();
        let qr = qr_rows(&created.recovery_code)?;
        app.set_vault(created.vault);
        *lock(&app.shown_code) = Some(created.recovery_code);
        let status = status(app)?;
        let ask_groups = groups_to_ask(app)?.to_vec();
        Ok(VaultCreated { status, recovery_code: groups.to_vec(), ask_groups, recovery_qr: qr })
    }
}

pub fn qr_rows(code: &RecoveryCode) -> Result<Vec<String>, AppError> {
    let rows = kit::qr(&code.text())?;
    Ok(rows.iter().map(|row| row.iter().map(|dark| if *dark { '1' } else { '0' }).collect()).collect())
}

impl Run for ProveRecovery {
    fn run(self, app: &App, _: &Task) -> Result<VaultStatus, AppError> {
        app.vault()?.confirm_recovery(&indexed(&self.groups)?)?;
        lock(&app.shown_code).take();
        status(app)
    }
}

/// Groups counted from 0, as the vault counts them.
pub fn indexed(groups: &[RecoveryGroup]) -> Result<Vec<(usize, &str)>, AppError> {
    let wrong = || AppError::bad_request("groups are numbered 1 to 8");
    let index = |number: u32| number.checked_sub(1).filter(|i| *i < 8).map(|i| i as usize).ok_or_else(wrong);
    groups.iter().map(|group| Ok((index(group.group)?, group.text.as_str()))).collect()
}

impl Run for UnlockVault {
    fn run(self, app: &App, task: &Task) -> Result<VaultStatus, AppError> {
        if app.vault_if_open().is_none() {
            app.wait_until_released(task)?;
            let key_file = app.config().key_file.as_deref();
            let typed_in = self.passphrase.is_some() || self.recovery_code.is_some();
            let vault = match (&self.passphrase, &self.recovery_code, key_file) {
                (Some(passphrase), _, _) => self.open(app, Key::Passphrase(passphrase)).map_err(wrong_passphrase),
                (None, Some(code), _) => self.open(app, Key::RecoveryCode(&typed(code)?)).map_err(wrong_code),
                (None, None, Some(file)) => self.open(app, Key::KeyFile(file)),
                (None, None, None) => self.open(app, Key::Keyring),
            }?;
            app.set_vault(vault);
            if typed_in {
                app.person_confirmed();
            }
        }
        status(app)
    }
}

pub fn typed(code: &str) -> Result<RecoveryCode, AppError> {
    RecoveryCode::parse(code).map_err(|e| AppError::new("wrong-key", e.to_string(), "Compare it with your printed page and type it again."))
}

impl UnlockVault {
    fn open(&self, app: &App, key: Key<'_>) -> Result<Vault, AppError> {
        let dir = &app.config().vault_dir;
        let open = if self.older { Vault::open_older } else { Vault::open };
        Ok(open(dir, key, app.outside())?)
    }
}

/// The same wrong key is told in the words of the way in that was tried.
pub fn wrong_passphrase(error: AppError) -> AppError {
    in_words(error, "This passphrase does not open the vault.", "Check for typing mistakes and capital letters, or use the recovery code.")
}

pub fn wrong_code(error: AppError) -> AppError {
    in_words(error, "This recovery code does not open the vault.", "Check that it is the newest one, and that it belongs to this vault.")
}

fn in_words(error: AppError, title: &str, what_to_do: &str) -> AppError {
    if error.code == "wrong-key" { AppError::new("wrong-key", title, what_to_do) } else { error }
}

impl Run for LockVault {
    fn run(self, app: &App, _: &Task) -> Result<VaultStatus, AppError> {
        app.close();
        status(app)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_two_different_groups_may_be_asked_back() {
        let mut seen = std::collections::HashSet::new();
        for (one, other) in (0..=255).flat_map(|one| (0..=255).map(move |other| (one, other))) {
            let [a, b] = two_groups([one, other]);
            assert!(a < b && (1..=8).contains(&a) && (1..=8).contains(&b), "{a} {b}");
            seen.insert((a, b));
        }
        assert_eq!(seen.len(), 8 * 7 / 2);
    }
}

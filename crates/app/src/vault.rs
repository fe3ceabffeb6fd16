//! Making, opening, proving and locking the vault.

use holdall_vault::{FirstKey, Key, Obstacle, RecoveryCode, SlotKind, Vault, VaultError};

use crate::view::vault::{
    CreateVault, GetVaultStatus, LockVault, ProveRecovery, UnlockVault, VaultCreated, VaultState, VaultStatus, WayIn,
};
use crate::{App, AppError, Run, Task, kit, lock, time};

/// Which two groups are asked back is drawn from the vault's own id: stable for one vault, different between vaults.
fn groups_to_ask(vault_id: &str) -> [u32; 2] {
    let sum: u32 = vault_id.bytes().map(u32::from).sum();
    let first = sum % 8;
    let second = (first + 1 + (sum / 8) % 7) % 8;
    [first.min(second) + 1, first.max(second) + 1]
}

impl Run for GetVaultStatus {
    fn run(self, app: &App, _: &Task) -> Result<VaultStatus, AppError> {
        status(app)
    }
}

fn status(app: &App) -> Result<VaultStatus, AppError> {
    let dir = app.config().vault_dir.display().to_string();
    let mut status = VaultStatus {
        state: VaultState::None,
        dir,
        vault_id: None,
        created: None,
        ways_in: Vec::new(),
        recovery_proved: false,
        was_locked: app.was_locked(),
        keyring_usable: None,
        app_version: env!("CARGO_PKG_VERSION").to_owned(),
    };
    if let Some(vault) = app.vault_if_open() {
        let info = vault.info()?;
        status.state = VaultState::Open;
        status.vault_id = Some(info.status.vault_id);
        status.created = Some(time::rfc3339_ms(info.status.created_at));
        status.ways_in = info.status.ways_in.iter().map(|slot| way_in(slot.kind)).collect();
        status.recovery_proved = info.ready;
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

fn way_in(kind: SlotKind) -> WayIn {
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
        Obstacle::NewerThanApp => VaultState::NewerThanApp,
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
        let ask_groups = groups_to_ask(status.vault_id.as_deref().unwrap_or_default()).to_vec();
        Ok(VaultCreated { status, recovery_code: groups.to_vec(), ask_groups, recovery_qr: qr })
    }
}

fn qr_rows(code: &RecoveryCode) -> Result<Vec<String>, AppError> {
    let rows = kit::qr(&code.text())?;
    Ok(rows.iter().map(|row| row.iter().map(|dark| if *dark { '1' } else { '0' }).collect()).collect())
}

impl Run for ProveRecovery {
    fn run(self, app: &App, _: &Task) -> Result<VaultStatus, AppError> {
        let mut groups = Vec::with_capacity(self.groups.len());
        for group in &self.groups {
            let index = group.group.checked_sub(1).filter(|i| *i < 8).ok_or_else(|| AppError::bad_request("groups are numbered 1 to 8"))?;
            groups.push((index as usize, group.text.as_str()));
        }
        app.vault()?.confirm_recovery(&groups)?;
        lock(&app.shown_code).take();
        status(app)
    }
}

impl Run for UnlockVault {
    fn run(self, app: &App, task: &Task) -> Result<VaultStatus, AppError> {
        if app.vault_if_open().is_none() {
            app.wait_until_released(task)?;
            let dir = &app.config().vault_dir;
            let vault = match (&self.passphrase, &self.recovery_code, &app.config().key_file) {
                (Some(passphrase), _, _) => Vault::open(dir, Key::Passphrase(passphrase), app.outside()),
                (None, Some(code), _) => Vault::open(dir, Key::RecoveryCode(&typed(code)?), app.outside()),
                (None, None, Some(file)) => Vault::open(dir, Key::KeyFile(file), app.outside()),
                (None, None, None) => Vault::open(dir, Key::Keyring, app.outside()),
            }
            .map_err(|error| at_opening(error, &self))?;
            app.set_vault(vault);
        }
        status(app)
    }
}

fn typed(code: &str) -> Result<RecoveryCode, AppError> {
    RecoveryCode::parse(code).map_err(|e| AppError::new("wrong-key", e.to_string(), "Compare it with your printed page and type it again."))
}

/// The same wrong key is told in the words of the way in that was tried.
fn at_opening(error: VaultError, request: &UnlockVault) -> AppError {
    let wrong = matches!(error, VaultError::NotOpened(Obstacle::KeyWrong));
    match (wrong, &request.passphrase, &request.recovery_code) {
        (true, Some(_), _) => AppError::new(
            "wrong-key",
            "This passphrase does not open the vault.",
            "Check for typing mistakes and capital letters, or use the recovery code.",
        ),
        (true, None, Some(_)) => AppError::new(
            "wrong-key",
            "This recovery code does not open the vault.",
            "Check that it is the newest one, and that it belongs to this vault.",
        ),
        _ => error.into(),
    }
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
    fn two_different_groups_are_asked_back() {
        for id in ["", "a", "0190b5e2", "ffffffff-ffff", "zz-top"] {
            let [a, b] = groups_to_ask(id);
            assert!(a < b && (1..=8).contains(&a) && (1..=8).contains(&b), "{id}: {a} {b}");
        }
    }
}

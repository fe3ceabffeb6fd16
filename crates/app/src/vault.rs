//! Making, opening, proving and locking the vault.

use std::sync::atomic::Ordering;

use holdall_vault::{Act, AuditEvent, FirstKey, Key, KeyringError, Obstacle, RecoveryCode, SlotKind, Vault};

use crate::view::vault::{
    CreateVault, GetVaultStatus, KeyringState, LockVault, ProveRecovery, RecoveryGroup, TryKeyring, UnlockVault, VaultCreated, VaultState,
    VaultStatus, WayIn,
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

impl Run for TryKeyring {
    fn run(self, app: &App, _: &Task) -> Result<KeyringState, AppError> {
        Ok(match Vault::try_keyring(&app.outside()) {
            Ok(()) => KeyringState::Usable,
            Err(KeyringError::Locked | KeyringError::Silent) => KeyringState::Locked,
            Err(KeyringError::Unavailable | KeyringError::Unreadable) => KeyringState::Unusable,
        })
    }
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
        concerns: Vault::concerns(&app.config().vault_dir).iter().map(ToString::to_string).collect(),
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
        Err(Obstacle::NoVault) => {}
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
            };
            if typed_in && vault.as_ref().is_err_and(|error| error.code == "wrong-key") {
                app.refused_keys.fetch_add(1, Ordering::Relaxed);
            }
            let vault = vault?;
            note_refused(app, &vault)?;
            app.set_vault(vault);
            if typed_in {
                app.person_confirmed();
            }
        }
        status(app)
    }
}

/// Writes into the log how many keys were refused before this one.
fn note_refused(app: &App, vault: &Vault) -> Result<(), AppError> {
    let refused = app.refused_keys.swap(0, Ordering::Relaxed);
    if refused > 0 {
        vault.write(AuditEvent::new(Act::KeysRefused, "").count("times", refused), |_| Ok::<_, AppError>(()))?;
    }
    Ok(())
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
    use crate::Config;
    use crate::view::audit::ListAudit;

    #[test]
    fn e07_wrong_passphrases_lock_nobody_out_and_are_counted_when_the_vault_opens() {
        let dir = tempfile::tempdir().expect("a folder");
        let (vault_dir, settings_file) = (dir.path().join("vault"), dir.path().join("settings.json"));
        let app = App::open(Config { vault_dir, settings_file, log_file: None, key_file: None, development: false }).expect("starts");
        let task = Task::silent();
        app.run(CreateVault { passphrase: Some("correct horse battery".to_owned()) }, &task).expect("makes");
        app.run(LockVault {}, &task).expect("locks");
        let unlock = |passphrase: &str| app.run(UnlockVault { passphrase: Some(passphrase.to_owned()), ..UnlockVault::default() }, &task);
        let refused: Vec<(&str, String)> = (0..10)
            .map(|n| unlock(&format!("wrong {n}")).map_err(|error| (error.code, format!("{} {}", error.title, error.what_to_do))))
            .map(|refused| refused.expect_err("wrong"))
            .collect();
        assert!(refused.iter().all(|told| *told == refused[0] && told.0 == "wrong-key"), "{refused:?}");
        unlock("correct horse battery").expect("the eleventh is right");
        let noted = || app.run(ListAudit {}, &task).expect("reads").entries.iter().filter(|e| e.text.contains("(times 10)")).count();
        assert_eq!(noted(), 1);
        app.run(LockVault {}, &task).expect("locks");
        unlock("correct horse battery").expect("opens");
        assert_eq!(noted(), 1, "nothing was refused since");
    }

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

//! The ways into the vault: seen, added, renewed, removed.

use std::sync::Arc;
use std::time::{Duration, Instant};

use holdall_vault::{Binding, Key, NewWays, RecoveryCode, SlotKind, Vault, VaultError};

use crate::view::Done;
use crate::view::keys::{
    AskForCode, CodeQuestion, ConfirmPerson, EnrolComputer, FinishNewKey, ListWaysIn, NewRecoveryCode, PrepareNewKey, RemoveWayIn,
    RenewComputer, RenewRecoveryCode, SetPassphrase, WayInView,
};
use crate::view::vault::VaultStatus;
use crate::{App, AppError, Run, Task, lock, reminder, time, vault};

/// How long a passphrase that was typed stands for the person.
const CONFIRMED_FOR: Duration = Duration::from_secs(5 * 60);

impl App {
    /// For acts that open the vault's content to others: where the vault has a passphrase, it must have been typed just now. A vault
    /// that the keyring alone opens has nothing to ask for.
    pub(crate) fn require_person(&self) -> Result<(), AppError> {
        let has_passphrase = self.vault()?.info()?.status.ways_in.iter().any(|slot| is_passphrase(slot.kind));
        let confirmed = lock(&self.confirmed).is_some_and(|at| at.elapsed() < CONFIRMED_FOR);
        if has_passphrase && !confirmed {
            return Err(AppError::new(
                "confirm-needed",
                "This needs your passphrase, although the vault is open.",
                "Type your passphrase.",
            ));
        }
        Ok(())
    }

    pub(crate) fn person_confirmed(&self) {
        *lock(&self.confirmed) = Some(Instant::now());
    }
}

fn is_passphrase(kind: SlotKind) -> bool {
    matches!(kind, SlotKind::Passphrase | SlotKind::PassphraseDevice)
}

impl Run for ConfirmPerson {
    fn run(self, app: &App, _: &Task) -> Result<Done, AppError> {
        app.vault()?.check_key(Key::Passphrase(&self.passphrase)).map_err(|e| vault::wrong_passphrase(e.into()))?;
        app.person_confirmed();
        Ok(Done {})
    }
}

impl Run for ListWaysIn {
    fn run(self, app: &App, _: &Task) -> Result<Vec<WayInView>, AppError> {
        listed(app, &*app.vault()?)
    }
}

fn listed(app: &App, vault: &Vault) -> Result<Vec<WayInView>, AppError> {
    let info = vault.info()?;
    let ways = info.status.ways_in;
    let now = app.clock().now_ms();
    // A renewed code that waits to be proved stands beside the one that was.
    let proved = |slot: &holdall_vault::WayIn| info.proved_at.filter(|at| slot.kind == SlotKind::Recovery && slot.created_at <= *at);
    let others = ways.iter().filter(|slot| slot.kind != SlotKind::Recovery).count();
    let view = |slot: &holdall_vault::WayIn| WayInView {
        id: slot.id.clone(),
        kind: vault::way_in(slot.kind),
        created: time::rfc3339_ms(slot.created_at),
        place: slot.backend.clone(),
        bound: slot.kind == SlotKind::PassphraseDevice,
        checked: proved(slot).map(time::rfc3339_ms),
        check_due: reminder::is_code_old(proved(slot), now),
        removable: slot.kind != SlotKind::Recovery && others > 1,
    };
    Ok(ways.iter().map(view).collect())
}

impl Run for SetPassphrase {
    fn run(self, app: &App, _: &Task) -> Result<Vec<WayInView>, AppError> {
        let vault = app.vault()?;
        let binding = if self.only_here { Binding::ThisComputer } else { Binding::Portable };
        vault.change_passphrase(&self.passphrase, binding)?;
        app.person_confirmed();
        listed(app, &vault)
    }
}

impl Run for RemoveWayIn {
    fn run(self, app: &App, _: &Task) -> Result<Vec<WayInView>, AppError> {
        let vault = app.vault()?;
        vault.remove_way_in(&self.id)?;
        listed(app, &vault)
    }
}

impl Run for EnrolComputer {
    fn run(self, app: &App, _: &Task) -> Result<Vec<WayInView>, AppError> {
        let vault = app.vault()?;
        vault.enrol_this_computer()?;
        listed(app, &vault)
    }
}

impl Run for RenewComputer {
    fn run(self, app: &App, _: &Task) -> Result<Vec<WayInView>, AppError> {
        let vault = app.vault()?;
        vault.renew_device_secret(self.passphrase.as_deref())?;
        listed(app, &vault)
    }
}

impl Run for RenewRecoveryCode {
    fn run(self, app: &App, _: &Task) -> Result<NewRecoveryCode, AppError> {
        let vault = app.vault()?;
        let code = vault.renew_recovery_code()?;
        let view = shown(app, &code)?;
        *lock(&app.shown_code) = Some(code);
        Ok(view)
    }
}

impl Run for AskForCode {
    fn run(self, app: &App, _: &Task) -> Result<CodeQuestion, AppError> {
        Ok(CodeQuestion { ask_groups: vault::groups_to_ask(app)?.to_vec() })
    }
}

fn shown(app: &App, code: &RecoveryCode) -> Result<NewRecoveryCode, AppError> {
    Ok(NewRecoveryCode {
        recovery_code: code.groups().to_vec(),
        ask_groups: vault::groups_to_ask(app)?.to_vec(),
        recovery_qr: vault::qr_rows(code)?,
    })
}

impl Run for PrepareNewKey {
    fn run(self, app: &App, task: &Task) -> Result<NewRecoveryCode, AppError> {
        let vault = app.vault()?;
        let key_file = app.config().key_file.as_ref().map(|file| file.with_extension("new"));
        let ways = NewWays {
            keyring: key_file.is_none() && Vault::try_keyring(&app.outside()).is_ok(),
            passphrase: self.passphrase.as_deref().map(|text| (text, Binding::Portable)),
            key_file: key_file.as_deref(),
        };
        let prepared = vault.prepare_new_master_key(ways, task)?;
        let view = shown(app, prepared.recovery_code())?;
        *lock(&app.shown_code) = Some(prepared.recovery_code().clone());
        *lock(&app.new_key) = Some(prepared);
        Ok(view)
    }
}

impl Run for FinishNewKey {
    fn run(self, app: &App, _: &Task) -> Result<VaultStatus, AppError> {
        let groups = vault::indexed(&self.groups)?;
        let none = || AppError::not_found("new key that waits to be proved");
        // A mistyped group costs nothing: neither the open vault nor the one that waits.
        if !lock(&app.new_key).as_ref().ok_or_else(none)?.proves(&groups) {
            return Err(VaultError::RecoveryNotProved.into());
        }
        let held = lock(&app.vault).take().ok_or_else(AppError::vault_locked)?;
        let vault = Arc::try_unwrap(held).map_err(|held| {
            *lock(&app.vault) = Some(held);
            AppError::new(
                "vault-in-use",
                "Something is still at work in the vault.",
                "Wait until it has ended, then make the new key again.",
            )
        })?;
        let prepared = lock(&app.new_key).take().ok_or_else(none)?;
        // Whatever happens below, what opens next is a whole vault: the old one or the new one.
        let opened = prepared.finish(vault.into_inner(), &groups)?;
        if let Some(file) = &app.config().key_file {
            std::fs::rename(file.with_extension("new"), file).map_err(|e| AppError::cannot_write(file, &e))?;
        }
        app.set_vault(opened);
        lock(&app.shown_code).take();
        vault::status(app)
    }
}

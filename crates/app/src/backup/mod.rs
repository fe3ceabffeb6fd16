//! Backups: made, checked, tried out, and taken back.

pub mod plan;
mod restore;

use std::path::Path;

use holdall_vault::{Backup, BackupKey, Key, Retention};

use crate::door::OpenVault;
use crate::view::backup::{
    BackupMade, BackupVerified, BackupView, CheckVault, Depth, DrillBackup, Drilled, LookAtBackup, MakeBackup, Secret, VaultCheck,
    VerifyBackup,
};
use crate::{App, AppError, Run, Task, time, vault};

/// What stays of older backups in the folder of the plan.
const KEPT: Retention = Retention { newest: 5, months: 12 };

impl Run for MakeBackup {
    fn run(self, app: &App, task: &Task) -> Result<BackupMade, AppError> {
        let vault = app.vault()?;
        let plan = plan::read(&vault)?;
        if self.only_if_due && !plan::is_due(&plan, &vault, app.clock().now_ms())? {
            plan::sample_if_due(&plan, &vault, app.clock().now_ms(), task)?;
            return Ok(BackupMade { backup: None, originals: 0, originals_missing: 0, removed: Vec::new() });
        }
        let planned = plan.folder.as_deref().filter(|_| self.folder.is_none());
        let folder = self.folder.as_deref().or(plan.folder.as_deref()).ok_or_else(no_folder)?;
        let made = vault.back_up(Path::new(folder), env!("CARGO_PKG_VERSION"), task)?;
        // A folder somebody named just once is theirs: nothing is removed there.
        let thinned = planned.map(|folder| vault.thin_backups(Path::new(folder), KEPT, task)).transpose()?;
        let removed = thinned.map(|t| t.removed.iter().map(|p| p.display().to_string()).collect()).unwrap_or_default();
        let backup = Some(view(&made.backup, Some(&vault))?);
        Ok(BackupMade { backup, originals: made.originals, originals_missing: made.originals_missing, removed })
    }
}

fn no_folder() -> AppError {
    AppError::new("bad-request", "No folder for backups is chosen yet.", "Choose one, best on another disk than the vault.")
}

impl Run for LookAtBackup {
    fn run(self, app: &App, _: &Task) -> Result<BackupView, AppError> {
        view(&Backup::look(Path::new(&self.file))?, app.vault_if_open().as_deref())
    }
}

impl Run for VerifyBackup {
    fn run(self, app: &App, task: &Task) -> Result<BackupVerified, AppError> {
        let backup = Backup::look(Path::new(&self.file))?;
        let depth = match self.depth {
            Depth::Head => holdall_vault::Depth::Head,
            Depth::Pieces => holdall_vault::Depth::Structure,
            Depth::Full => holdall_vault::Depth::Full,
        };
        let verified = with_key(app, &backup, &self.secret, |key| Ok(backup.verify(key, depth, task)?))?;
        Ok(BackupVerified {
            file: self.file,
            depth: self.depth,
            pieces: verified.pieces,
            originals: verified.originals,
            originals_missing: verified.originals_missing,
            rows: verified.rows,
        })
    }
}

impl Run for DrillBackup {
    fn run(self, app: &App, task: &Task) -> Result<Drilled, AppError> {
        let vault = app.vault()?;
        let backup = match self.file {
            Some(file) => Backup::look(Path::new(&file))?,
            None => {
                let folder = plan::read(&vault)?.folder.ok_or_else(no_folder)?;
                let id = vault.info()?.status.vault_id;
                let newest = Backup::list(Path::new(&folder))?.backups.into_iter().find(|b| b.vault_id == id);
                newest.ok_or_else(|| AppError::new("not-found", "There is no backup of this vault in its folder.", "Make one first."))?
            }
        };
        let report = vault.drill(&backup, task)?;
        let file = backup.file.display().to_string();
        Ok(Drilled { file, seconds: report.took.as_secs_f64(), rows: report.rows, originals: report.originals })
    }
}

impl Run for CheckVault {
    fn run(self, app: &App, task: &Task) -> Result<VaultCheck, AppError> {
        let report = app.vault()?.check(task)?;
        Ok(VaultCheck {
            whole: report.is_whole(),
            database: report.database,
            acts: report.audit.entries,
            log: report.audit.damage,
            originals: report.originals,
            broken_originals: report.broken.iter().flat_map(|o| o.imports.iter().map(|i| i.0)).collect(),
        })
    }
}

fn view(backup: &Backup, open: Option<&OpenVault>) -> Result<BackupView, AppError> {
    let this_vault = open.map(|vault| vault.info()).transpose()?.is_some_and(|info| info.status.vault_id == backup.vault_id);
    Ok(BackupView {
        file: backup.file.display().to_string(),
        vault_id: backup.vault_id.clone(),
        this_vault,
        number: backup.number,
        created: time::rfc3339_ms(backup.created_at),
        bytes: backup.bytes,
        ways_in: backup.ways_in.iter().map(|slot| vault::way_in(slot.kind)).collect(),
        app_version: backup.app_version.clone(),
    })
}

/// Opens a backup with what the person gave; else with the open vault, if it is one of its own; else with what is at hand here.
fn with_key<T>(
    app: &App,
    backup: &Backup,
    secret: &Secret,
    work: impl FnOnce(BackupKey<'_>) -> Result<T, AppError>,
) -> Result<T, AppError> {
    let outside = app.outside();
    if let Some(passphrase) = &secret.passphrase {
        return work(BackupKey::Way(Key::Passphrase(passphrase), &outside)).map_err(vault::wrong_passphrase);
    }
    if let Some(code) = &secret.recovery_code {
        return work(BackupKey::Way(Key::RecoveryCode(&vault::typed(code)?), &outside)).map_err(vault::wrong_code);
    }
    if let Some(open) = app.vault_if_open()
        && open.info()?.status.vault_id == backup.vault_id
    {
        return work(BackupKey::Vault(&open));
    }
    match &app.config().key_file {
        Some(file) => work(BackupKey::Way(Key::KeyFile(file), &outside)),
        None => work(BackupKey::Way(Key::Keyring, &outside)),
    }
}

//! Where backups go and how often. Kept in the vault: a folder's name is nobody else's business.

use std::path::Path;

use holdall_vault::{Act, AuditEvent, Backup, Vault};

use super::view;
use crate::view::backup::{BackupPlan, BackupsView, GetBackups, SetBackupPlan};
use crate::{App, AppError, Run, Task, place, time};

const SETTING: &str = "backup_plan";
const DAY_MS: i64 = 86_400_000;
/// After so long without a backup, the person is reminded.
const OVERDUE: i64 = 30 * DAY_MS;

pub fn read(vault: &Vault) -> Result<BackupPlan, AppError> {
    let text = vault.setting(SETTING)?.unwrap_or_default();
    // None yet, or one of a later version: no plan, which the screen shows.
    Ok(serde_json::from_str(&text).unwrap_or_default())
}

pub fn is_due(plan: &BackupPlan, vault: &Vault, now: i64) -> Result<bool, AppError> {
    if plan.folder.is_none() || plan.every_days == 0 {
        return Ok(false);
    }
    let wait = i64::from(plan.every_days) * DAY_MS;
    // A clock that was set back makes the last one lie in the future: then it is time as well.
    Ok(vault.last_backup()?.is_none_or(|(at, _)| now - at >= wait || at > now))
}

pub fn is_overdue(last: Option<i64>, now: i64) -> bool {
    last.is_none_or(|at| now - at > OVERDUE)
}

/// A part of each backup is looked at every week, so that bits that rot are found while other backups are still good.
pub fn sample_if_due(plan: &BackupPlan, vault: &Vault, now: i64, task: &Task) -> Result<(), AppError> {
    let Some(folder) = plan.folder.as_deref().map(Path::new).filter(|folder| folder.is_dir()) else { return Ok(()) };
    if vault.last_sample()?.is_none_or(|at| now - at >= 7 * DAY_MS || at > now) {
        vault.sample(folder, task)?;
    }
    Ok(())
}

impl Run for GetBackups {
    fn run(self, app: &App, _: &Task) -> Result<BackupsView, AppError> {
        shown(app)
    }
}

impl Run for SetBackupPlan {
    fn run(self, app: &App, _: &Task) -> Result<BackupsView, AppError> {
        let vault = app.vault()?;
        if let Some(folder) = &self.plan.folder {
            usable(app, Path::new(folder))?;
        }
        let text = serde_json::to_string(&self.plan).map_err(|_| AppError::stopped_unexpectedly())?;
        vault.write(AuditEvent::new(Act::SettingChanged, SETTING), |w| w.set_setting(SETTING, Some(&text)).map_err(AppError::from))?;
        shown(app)
    }
}

/// A folder that is there and can be written to, outside the vault's own.
fn usable(app: &App, folder: &Path) -> Result<(), AppError> {
    std::fs::create_dir_all(folder).map_err(|e| AppError::cannot_write(folder, &e))?;
    let inside = |of: &Path| folder.canonicalize().ok().zip(of.canonicalize().ok()).is_some_and(|(f, v)| f.starts_with(v));
    if inside(&app.config().vault_dir) {
        return Err(AppError::bad_request("a backup inside the vault's own folder would be lost with it"));
    }
    tempfile::tempfile_in(folder).map(drop).map_err(|e| AppError::cannot_write(folder, &e))
}

fn shown(app: &App) -> Result<BackupsView, AppError> {
    let vault = app.vault()?;
    let plan = read(&vault)?;
    let listing = plan.folder.as_deref().map(|folder| Backup::list(Path::new(folder)));
    let folder_missing = matches!(listing, Some(Err(_)));
    let listing = listing.and_then(Result::ok);
    let (backups, unreadable) = listing.map(|l| (l.backups, l.unreadable)).unwrap_or_default();
    let last = vault.last_backup()?.map(|(at, _)| at);
    let folder = plan.folder.clone();
    let set_aside = Vault::beside(&app.config().vault_dir)?;
    Ok(BackupsView {
        plan,
        last_made: last.map(time::rfc3339_ms),
        last_drill: vault.last_drill()?.map(time::rfc3339_ms),
        overdue: is_overdue(last, app.clock().now_ms()),
        same_disk: folder.is_some_and(|folder| place::same_disk(Path::new(&folder), &app.config().vault_dir)),
        backups: backups.iter().map(|b| view(b, Some(&vault))).collect::<Result<_, _>>()?,
        unreadable: unreadable.iter().map(|p| p.display().to_string()).collect(),
        folder_missing,
        set_aside: set_aside.iter().map(|p| p.display().to_string()).collect(),
    })
}

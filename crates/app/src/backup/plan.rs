//! Where backups go and how often. Kept in the vault: a folder's name is nobody else's business.

use std::path::Path;

use holdall_vault::{Act, AuditEvent, Backup, Vault};

use super::view;
use crate::view::backup::{BackupPlan, BackupsView, GetBackups, SetBackupPlan};
use crate::{App, AppError, Run, Task, place, time};

const SETTING: &str = "backup_plan";
const DAY_MS: i64 = 86_400_000;
/// After so long a backup is made of a vault in which nothing changed as well: before anybody is reminded that the last one is old.
const RENEWED: i64 = 28 * DAY_MS;
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
    let Some((at, _)) = vault.last_backup()?.filter(|(at, _)| *at <= now) else { return Ok(true) };
    // The same once more would only push older states out of the folder.
    Ok(now - at >= wait && (now - at >= RENEWED || !holds_all(plan, vault)?))
}

/// Whether the last backup still lies in the folder of the plan, and nothing was done in the vault since.
fn holds_all(plan: &BackupPlan, vault: &Vault) -> Result<bool, AppError> {
    let Some((folder, (at, _))) = plan.folder.as_deref().zip(vault.last_backup()?) else { return Ok(false) };
    if vault.changed_since_backup()? {
        return Ok(false);
    }
    let vault_id = vault.info()?.status.vault_id;
    // A folder on a disk that is not plugged in holds nothing now.
    let listed = Backup::list(Path::new(folder)).map(|listing| listing.backups).unwrap_or_default();
    Ok(listed.iter().any(|backup| backup.vault_id == vault_id && backup.created_at == at))
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
    let (folder, holds_all) = (plan.folder.clone(), holds_all(&plan, &vault)?);
    let set_aside = Vault::beside(&app.config().vault_dir)?;
    Ok(BackupsView {
        plan,
        last_made: last.map(time::rfc3339_ms),
        holds_all,
        last_drill: vault.last_drill()?.map(time::rfc3339_ms),
        overdue: is_overdue(last, app.clock().now_ms()),
        same_disk: folder.is_some_and(|folder| place::same_disk(Path::new(&folder), &app.config().vault_dir)),
        backups: backups.iter().map(|b| view(b, Some(&vault))).collect::<Result<_, _>>()?,
        unreadable: unreadable.iter().map(|p| p.display().to_string()).collect(),
        folder_missing,
        set_aside: set_aside.iter().map(|p| p.display().to_string()).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Desk, as_text};
    use crate::view::backup::MakeBackup;

    #[test]
    fn a_vault_in_which_nothing_was_done_is_backed_up_again_only_every_four_weeks() {
        let desk = Desk::new();
        desk.import(&desk.flights(3), &[]);
        let folder = desk.home().join("backups");
        desk.run(SetBackupPlan { plan: BackupPlan { folder: Some(as_text(&folder)), every_days: 1 } });
        let made_after = |days: i64| {
            desk.pass(days * DAY_MS);
            desk.run(MakeBackup { folder: None, only_if_due: true }).backup.map(|backup| backup.file)
        };
        assert!(!desk.run(GetBackups {}).holds_all);
        let first = made_after(0).expect("the first one");
        assert!(desk.run(GetBackups {}).holds_all);
        // The weekly look at a part of it is not worth a backup either.
        assert_eq!(made_after(8), None);
        assert_eq!(made_after(19), None);
        assert!(desk.run(GetBackups {}).holds_all);
        assert!(made_after(1).is_some(), "four weeks are over");
        assert_eq!(made_after(1), None);
        desk.import(&desk.flights(4), &[]);
        assert!(!desk.run(GetBackups {}).holds_all);
        let newest = made_after(1).expect("something was done");
        assert_eq!(made_after(1), None);
        std::fs::remove_file(newest).expect("our own file");
        assert!(made_after(1).is_some(), "the newest one is gone");
        assert!(std::path::Path::new(&first).exists());
    }
}

//! What a person is reminded of: quietly, and not again for a while once it was put off.

use std::collections::BTreeMap;
use std::path::Path;

use holdall_vault::{Act, AuditEvent, Vault};

use crate::backup::plan;
use crate::view::reminder::{PutOffReminder, ReminderKind, ReminderView};
use crate::{App, AppError, Run, Task, place, time};

/// When each was put off, in milliseconds since 1970.
const SETTING: &str = "reminders";
const DAY_MS: i64 = 86_400_000;
/// After so long without a look at the paper, nobody can be sure that it is still there.
const CODE_IS_OLD: i64 = 365 * DAY_MS;

fn silent_for(kind: ReminderKind) -> i64 {
    match kind {
        ReminderKind::RecoveryCode => 7 * DAY_MS,
        ReminderKind::NoBackup | ReminderKind::BackupOnSameDisk => 30 * DAY_MS,
    }
}

/// Whether the recovery code should be looked for again. One that was never proved is asked for in its own way.
pub fn is_code_old(proved: Option<i64>, now: i64) -> bool {
    // A clock that was set back makes the last time lie in the future: then it is not known, and asked again.
    proved.is_some_and(|at| now - at >= CODE_IS_OLD || at - now > DAY_MS)
}

impl Run for PutOffReminder {
    fn run(self, app: &App, _: &Task) -> Result<Vec<ReminderView>, AppError> {
        let vault = app.vault()?;
        let mut put_off = read(&vault)?;
        put_off.insert(self.kind, app.clock().now_ms());
        let text = serde_json::to_string(&put_off).map_err(|_| AppError::stopped_unexpectedly())?;
        vault.write(AuditEvent::new(Act::SettingChanged, SETTING), |w| w.set_setting(SETTING, Some(&text)).map_err(AppError::from))?;
        due(app, vault.home()?.records)
    }
}

fn read(vault: &Vault) -> Result<BTreeMap<ReminderKind, i64>, AppError> {
    // Those of a later version are not known here: then a reminder comes once too often, and none too few.
    Ok(vault.setting(SETTING)?.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
}

/// What to remind of now. An empty vault has nothing to lose.
pub fn due(app: &App, records: u64) -> Result<Vec<ReminderView>, AppError> {
    let vault = app.vault()?;
    let now = app.clock().now_ms();
    let put_off = read(&vault)?;
    let is_silent = |kind| put_off.get(&kind).is_some_and(|at| (0..silent_for(kind)).contains(&(now - at)));
    let proved = vault.info()?.proved_at;
    let code = is_code_old(proved, now).then_some((ReminderKind::RecoveryCode, proved));
    let backup = if records > 0 { of_backups(app, &vault, now)? } else { None };
    let all = code.into_iter().chain(backup).filter(|(kind, _)| !is_silent(*kind));
    Ok(all.map(|(kind, since)| ReminderView { kind, since: since.map(time::rfc3339_ms) }).collect())
}

fn of_backups(app: &App, vault: &Vault, now: i64) -> Result<Option<(ReminderKind, Option<i64>)>, AppError> {
    let last = vault.last_backup()?;
    let at = last.as_ref().map(|(at, _)| *at);
    if plan::is_overdue(at, now) {
        return Ok(Some((ReminderKind::NoBackup, at)));
    }
    let together = last.is_some_and(|(_, folder)| place::same_disk(&folder, Path::new(&app.config().vault_dir)));
    Ok(together.then_some((ReminderKind::BackupOnSameDisk, at)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{DAY, Desk, as_text};
    use crate::view::backup::{BackupPlan, MakeBackup, SetBackupPlan};
    use crate::view::home::GetHome;
    use crate::view::keys::{AskForCode, ListWaysIn};

    fn reminded(desk: &Desk) -> Vec<ReminderKind> {
        desk.run(GetHome {}).reminders.iter().map(|r| r.kind).collect()
    }

    fn put_off(desk: &Desk, kind: ReminderKind) {
        desk.run(PutOffReminder { kind });
    }

    fn back_up(desk: &Desk, folder: &Path) {
        std::fs::create_dir_all(folder).expect("a folder");
        desk.run(SetBackupPlan { plan: BackupPlan { folder: Some(as_text(folder)), every_days: 0 } });
        desk.run(MakeBackup::default());
    }

    #[test]
    fn the_recovery_code_is_asked_for_once_a_year_and_not_now_means_a_week() {
        let desk = Desk::new();
        assert_eq!(reminded(&desk), [], "a code that was never proved is asked for in its own way");
        desk.prove(&[2, 5]);
        desk.pass(364 * DAY);
        assert_eq!(reminded(&desk), []);
        desk.pass(DAY);
        assert_eq!(reminded(&desk), [ReminderKind::RecoveryCode]);
        let ways = desk.run(ListWaysIn {});
        assert!(ways.iter().any(|way| way.check_due && way.checked.as_deref() == Some("2026-11-21T00:00:00Z")), "{ways:?}");
        put_off(&desk, ReminderKind::RecoveryCode);
        desk.pass(7 * DAY - 1);
        assert_eq!(reminded(&desk), []);
        desk.pass(1);
        assert_eq!(reminded(&desk), [ReminderKind::RecoveryCode]);
        let asked = desk.run(AskForCode {}).ask_groups;
        desk.prove(&asked);
        assert_eq!(reminded(&desk), []);
        desk.pass(365 * DAY);
        assert_eq!(reminded(&desk), [ReminderKind::RecoveryCode]);
    }

    #[test]
    fn the_groups_asked_for_are_drawn_anew() {
        let desk = Desk::new();
        let drawn: std::collections::HashSet<Vec<u32>> = (0..40).map(|_| desk.run(AskForCode {}).ask_groups).collect();
        assert!(drawn.len() > 5, "{drawn:?}");
    }

    #[test]
    fn a_clock_that_was_set_back_asks_once_too_often_rather_than_never() {
        let desk = Desk::new();
        desk.pass(20 * 365 * DAY);
        desk.prove(&[1, 8]);
        put_off(&desk, ReminderKind::RecoveryCode);
        desk.pass(-20 * 365 * DAY);
        assert_eq!(reminded(&desk), [ReminderKind::RecoveryCode]);
    }

    #[test]
    fn h11_thirty_days_without_a_backup_are_told_once_and_can_be_put_off_for_a_month() {
        let desk = Desk::new();
        assert_eq!(reminded(&desk), [], "an empty vault has nothing to lose");
        desk.import(&desk.flights(3), &[]);
        assert_eq!(reminded(&desk), [ReminderKind::NoBackup]);
        put_off(&desk, ReminderKind::NoBackup);
        desk.pass(30 * DAY - 1);
        assert_eq!(reminded(&desk), []);
        desk.pass(1);
        assert_eq!(reminded(&desk), [ReminderKind::NoBackup]);
        back_up(&desk, &desk.home().join("backups"));
        put_off(&desk, ReminderKind::BackupOnSameDisk);
        assert_eq!(reminded(&desk), []);
        desk.pass(30 * DAY + 1);
        assert_eq!(reminded(&desk), [ReminderKind::NoBackup], "the oldest worry first, and one at a time");
    }

    #[test]
    fn h11_backups_on_the_vaults_own_disk_are_told() {
        let desk = Desk::new();
        desk.import(&desk.flights(3), &[]);
        back_up(&desk, &desk.home().join("backups"));
        assert_eq!(reminded(&desk), [ReminderKind::BackupOnSameDisk]);
        put_off(&desk, ReminderKind::BackupOnSameDisk);
        desk.pass(29 * DAY);
        assert_eq!(reminded(&desk), []);
    }

    /// A second disk that every Linux has: one in memory.
    #[cfg(target_os = "linux")]
    #[test]
    fn h11_backups_on_another_disk_are_well() {
        let desk = Desk::new();
        desk.import(&desk.flights(3), &[]);
        let other = tempfile::TempDir::new_in("/dev/shm").expect("a folder in memory");
        back_up(&desk, &other.path().join("backups"));
        assert_eq!(reminded(&desk), []);
    }
}

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use holdall_model::Task;

use super::{Backup, BackupKey, Depth};
use crate::audit::{Act, AuditEvent};
use crate::{Vault, VaultError, disk};

/// Which backups stay in a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// So many newest ones; at least one.
    pub newest: usize,
    /// Besides, the newest one of each of so many months that have any.
    pub months: usize,
}

impl Default for Retention {
    fn default() -> Self {
        Self { newest: 7, months: 12 }
    }
}

/// What became of a folder's backups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thinned {
    pub removed: Vec<PathBuf>,
    pub kept: Vec<PathBuf>,
}

impl Vault {
    /// Removes this vault's backups that the rule does not keep. Newest is what has the highest number: the clock has no say in it.
    /// Whatever the rule, the newest backup that passes a check of every piece stays, and so does every file of another vault or
    /// with an unreadable head. Where none passes, nothing is removed.
    pub fn thin_backups(&self, folder: &Path, rule: Retention, task: &Task) -> Result<Thinned, VaultError> {
        let vault_id = self.info()?.status.vault_id;
        let mine: Vec<Backup> = Backup::list(folder)?.backups.into_iter().filter(|b| b.vault_id == vault_id).collect();
        let mut keep = kept(&mine, rule);
        if keep.len() == mine.len() {
            return Ok(Thinned { removed: Vec::new(), kept: mine.into_iter().map(|b| b.file).collect() });
        }
        let mut good = None;
        for (index, backup) in mine.iter().enumerate() {
            match backup.verify(BackupKey::Vault(self), Depth::Structure, task) {
                Ok(_) => {
                    good = Some(index);
                    break;
                }
                Err(VaultError::Cancelled) => return Err(VaultError::Cancelled),
                Err(_) => {}
            }
        }
        match good {
            Some(index) => keep.insert(index),
            None => return Ok(Thinned { removed: Vec::new(), kept: mine.into_iter().map(|b| b.file).collect() }),
        };
        let (mut thinned, mut numbers) = (Thinned { removed: Vec::new(), kept: Vec::new() }, Vec::new());
        for (index, backup) in mine.into_iter().enumerate() {
            if keep.contains(&index) {
                thinned.kept.push(backup.file);
                continue;
            }
            std::fs::remove_file(&backup.file).map_err(VaultError::disk(&backup.file))?;
            numbers.push(backup.number.to_string());
            thinned.removed.push(backup.file);
        }
        disk::sync_dir(folder)?;
        let event = AuditEvent::new(Act::BackupsThinned, numbers.join(" ")).count("removed", numbers.len() as u64);
        self.transact(event, |_, _| Ok::<_, VaultError>(()))?;
        Ok(thinned)
    }
}

/// Which of a vault's backups, newest first, the rule keeps.
fn kept(backups: &[Backup], rule: Retention) -> HashSet<usize> {
    let mut keep: HashSet<usize> = (0..backups.len().min(rule.newest.max(1))).collect();
    let mut months = HashSet::new();
    for (index, backup) in backups.iter().enumerate() {
        let month = jiff::Timestamp::from_millisecond(backup.created_at).map(|t| t.strftime("%Y-%m").to_string()).ok();
        if months.len() < rule.months && months.insert(month) {
            keep.insert(index);
        }
    }
    keep
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One backup a day, numbered in order, with the clock as it was.
    fn backups(times: &[i64]) -> Vec<Backup> {
        let one = |(index, at): (usize, &i64)| Backup {
            file: PathBuf::from(format!("{index}")),
            vault_id: "v".to_owned(),
            name: "v".to_owned(),
            number: index as u64 + 1,
            generation: 1,
            created_at: *at,
            app_version: String::new(),
            bytes: 1,
            ways_in: Vec::new(),
        };
        let mut all: Vec<Backup> = times.iter().enumerate().map(one).collect();
        all.reverse();
        all
    }

    fn numbers(backups: &[Backup], rule: Retention) -> Vec<u64> {
        let mut numbers: Vec<u64> = kept(backups, rule).into_iter().map(|i| backups[i].number).collect();
        numbers.sort_unstable();
        numbers
    }

    const DAY: i64 = 86_400_000;

    #[test]
    fn the_newest_and_one_of_each_month_stay() {
        let daily: Vec<i64> = (0..100).map(|day| day * DAY).collect();
        let backups = backups(&daily);
        // January has 31 days, February 28, March 31: backups 31, 59 and 90 are the last of their months.
        assert_eq!(numbers(&backups, Retention { newest: 3, months: 12 }), [31, 59, 90, 98, 99, 100]);
        assert_eq!(numbers(&backups, Retention { newest: 3, months: 2 }), [90, 98, 99, 100]);
        assert_eq!(numbers(&backups, Retention { newest: 0, months: 0 }), [100], "one always stays");
        assert_eq!(numbers(&backups[..2], Retention::default()), [99, 100]);
    }

    /// Trial H8: the clock jumps ten years in either direction between any two backups.
    #[test]
    fn h08_no_jump_of_the_clock_costs_the_last_ones() {
        let years = 3652 * DAY;
        for jump in [years, -years, i64::MAX / 4, i64::MIN / 4] {
            for at in 0..40 {
                let times: Vec<i64> = (0..40).map(|day| day * DAY + if day >= at { jump } else { 0 }).collect();
                let backups = backups(&times);
                let kept = numbers(&backups, Retention { newest: 5, months: 3 });
                assert!(kept.ends_with(&[36, 37, 38, 39, 40]), "{jump} {at}: {kept:?}");
            }
        }
    }
}

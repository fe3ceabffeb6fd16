//! A vault out of a backup: in the place of none, or beside the live one, and only then in its place.

use std::path::{Path, PathBuf};

use holdall_vault::{Backup, Contents, Expect, Key, Obstacle, Vault};

use super::with_key;
use crate::view::Done;
use crate::view::backup::{DiscardVault, RestoreBackup, RestoredView, Secret, TakeVault, VaultComparison, VaultContents, VaultTaken};
use crate::{App, AppError, Run, Task, time, vault};

impl Run for RestoreBackup {
    fn run(self, app: &App, task: &Task) -> Result<RestoredView, AppError> {
        let backup = Backup::look(Path::new(&self.file))?;
        let place = &app.config().vault_dir;
        // A vault that nothing opens any more still stands in its place: the restored one comes beside it.
        let in_place = matches!(Vault::look(place), Err(Obstacle::NoVault));
        let into = if in_place { place.clone() } else { Vault::place_for_restored(place)? };
        let restored = with_key(app, &backup, &self.secret, |key| Ok(backup.restore(&into, key, task)?))?;
        let comparison = match app.vault_if_open() {
            // Where nothing at hand opens the restored one, it stands there all the same; only the comparison is missing.
            Some(live) if !in_place => compared(app, &live, &into, &self.secret).ok(),
            _ => None,
        };
        Ok(RestoredView {
            dir: restored.dir.display().to_string(),
            in_place,
            contents: contents(&restored.contents),
            originals_missing: restored.originals_missing,
            comparison,
        })
    }
}

fn compared(app: &App, live: &Vault, dir: &Path, secret: &Secret) -> Result<VaultComparison, AppError> {
    let outside = app.outside();
    let open = |key: Key<'_>| Ok::<_, AppError>(Vault::open_older(dir, key, outside.clone())?);
    let restored = match (&secret.passphrase, &secret.recovery_code, &app.config().key_file) {
        (Some(passphrase), _, _) => open(Key::Passphrase(passphrase)),
        (_, Some(code), _) => open(Key::RecoveryCode(&vault::typed(code)?)),
        (_, _, Some(file)) => open(Key::KeyFile(file)),
        _ => open(Key::Keyring),
    }?;
    let comparison = live.compare(&restored)?;
    Ok(VaultComparison {
        live: contents(&comparison.live),
        same_vault: comparison.same_vault,
        acts_lost: comparison.acts_lost,
        acts_gained: comparison.acts_gained,
    })
}

fn contents(of: &Contents) -> VaultContents {
    VaultContents {
        records: of.records.iter().map(|(_, n)| n).sum(),
        vendors: u32::try_from(of.records.len()).unwrap_or(u32::MAX),
        newest_record: of.newest_record.map(|m| m.to_string()),
        imports: of.imports,
        last_import: of.last_import_at.map(time::rfc3339_ms),
        partners: of.partners,
        shares: of.grants,
    }
}

impl Run for TakeVault {
    fn run(self, app: &App, task: &Task) -> Result<VaultTaken, AppError> {
        let (place, coming) = (&app.config().vault_dir, Path::new(&self.dir));
        let expect = if self.another { Expect::AnyVault } else { Expect::SameVault };
        // What cannot be done must not cost the person the open vault.
        Vault::check_swap(place, coming, expect)?;
        app.close();
        app.wait_until_released(task)?;
        let aside = Vault::swap(place, coming, expect)?;
        Ok(VaultTaken { set_aside: aside.display().to_string() })
    }
}

impl Run for DiscardVault {
    fn run(self, app: &App, _: &Task) -> Result<Done, AppError> {
        let dir = PathBuf::from(&self.dir);
        if !Vault::beside(&app.config().vault_dir)?.contains(&dir) {
            return Err(AppError::not_found("vault that stands beside yours"));
        }
        Vault::discard(&dir)?;
        Ok(Done {})
    }
}

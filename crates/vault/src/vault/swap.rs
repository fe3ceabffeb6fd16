//! Taking one vault's folder in the place of another, so that it can be taken back.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::Vault;
use crate::disk::{self, Lock};
use crate::keys::Header;
use crate::{Obstacle, VaultError};

/// What the person expects of the vault that comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expect {
    /// The same vault in another state.
    SameVault,
    /// They know that it is another vault.
    AnyVault,
}

/// Two folders that stand for each other's place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Plan {
    coming: String,
    aside: String,
}

/// What follows the vault's own name.
const ASIDE: &str = ".before-";
const RESTORED: &str = ".restored-";
const PLAN: &str = ".swap";

impl Vault {
    /// Takes a vault that stands beside another one in its place. The other one is set aside whole, and where it stands is
    /// returned: give that folder to this function to take everything back, or to [`Vault::discard`]. Neither may be open. A crash
    /// leaves one of both in the place, or none until the next opening puts the new one there.
    pub fn swap(dir: &Path, coming: &Path, expect: Expect) -> Result<PathBuf, VaultError> {
        let (place, comes) = Self::check_swap(dir, coming, expect)?;
        let parent = place.parent().unwrap_or(Path::new("."));
        // Let go again at once: a folder with an open file cannot be renamed everywhere.
        drop(Lock::take(&place)?);
        let aside = free_place(&place, ASIDE)?;
        let plan = Plan { coming: name_of(&comes)?, aside: name_of(&aside)? };
        let text = serde_json::to_vec(&plan).map_err(|_| VaultError::Engine { why: "a plan" })?;
        disk::write_atomically(&plan_of(&place)?, &text)?;
        std::fs::rename(&place, &aside).map_err(VaultError::disk(&place))?;
        if let Err(error) = std::fs::rename(&comes, &place) {
            // As it was; if even that fails, the next opening takes the new one.
            let _ = std::fs::rename(&aside, &place);
            return Err(VaultError::disk(&comes)(error));
        }
        // The swap is done. Where the names cannot be made durable now, the plan stays, and the next opening sees to them.
        if disk::sync_dir(parent).is_ok() {
            let _ = std::fs::remove_file(plan_of(&place)?);
        }
        Ok(aside)
    }

    /// Whether [`Vault::swap`] would do it, as far as can be known while the live vault is still open. Returns the live folder and the
    /// coming one. A live vault whose key file is lost with its copy opens with nothing any more: it may be replaced by any vault.
    pub fn check_swap(dir: &Path, coming: &Path, expect: Expect) -> Result<(PathBuf, PathBuf), VaultError> {
        finish_interrupted(dir)?;
        let (place, comes) = (canonical(dir)?, canonical(coming)?);
        if place.parent().is_none() || place.parent() != comes.parent() || place == comes {
            return Err(VaultError::Refused { what: "The other vault", why: "it must stand beside the one it replaces" });
        }
        let other = Header::read(&comes)?.0;
        match Header::read(&place) {
            Ok((live, _)) if expect == Expect::SameVault && live.vault_id != other.vault_id => {
                return Err(VaultError::Refused { what: "The other folder", why: "it holds another vault; say that you want that" });
            }
            Ok(_) | Err(Obstacle::HeaderDamaged { .. }) => {}
            Err(obstacle) => return Err(obstacle.into()),
        }
        drop(Lock::take(&comes)?);
        Ok((place, comes))
    }

    /// Vaults that [`Vault::swap`] set aside beside this one, oldest first.
    pub fn set_aside(dir: &Path) -> Result<Vec<PathBuf>, VaultError> {
        Ok(numbered(dir, ASIDE)?.into_iter().map(|(_, path)| path).collect())
    }

    /// All vaults that stand beside this one: set aside, or restored and not taken.
    pub fn beside(dir: &Path) -> Result<Vec<PathBuf>, VaultError> {
        let mut found = Self::set_aside(dir)?;
        found.extend(numbered(dir, RESTORED)?.into_iter().map(|(_, path)| path));
        Ok(found)
    }

    /// A free place beside this vault for one that comes out of a backup: only there can it take this one's place.
    pub fn place_for_restored(dir: &Path) -> Result<PathBuf, VaultError> {
        free_place(dir, RESTORED)
    }

    /// Removes a vault that stands beside another one, for good. Any other folder is refused.
    pub fn discard(aside: &Path) -> Result<(), VaultError> {
        let place = canonical(aside)?;
        let name = name_of(&place)?;
        let number = |kind| name.rsplit_once(kind).is_some_and(|(_, number)| number.parse::<u32>().is_ok());
        if !(number(ASIDE) || number(RESTORED)) || !place.join(disk::DATABASE).exists() {
            return Err(VaultError::Refused { what: "This folder", why: "it is no vault that stands beside another one" });
        }
        drop(Lock::take(&place)?);
        std::fs::remove_dir_all(&place).map_err(VaultError::disk(&place))?;
        place.parent().map_or(Ok(()), disk::sync_dir)
    }
}

/// Ends a swap that a crash stopped between its two steps.
pub(super) fn finish_interrupted(dir: &Path) -> Result<(), VaultError> {
    let Ok(plan) = plan_of(dir) else { return Ok(()) };
    let Ok(text) = std::fs::read(&plan) else { return Ok(()) };
    let parent = plan.parent().unwrap_or(Path::new("."));
    let read: Option<Plan> = serde_json::from_slice(&text).ok();
    // Names only: whoever can write here could rename folders anyway, but not others elsewhere.
    let plain = |name: &str| !name.is_empty() && !name.contains(['/', '\\']) && name != "." && name != "..";
    if let Some(Plan { coming, .. }) = read.filter(|plan| plain(&plan.coming))
        && !dir.exists()
        && parent.join(&coming).is_dir()
    {
        std::fs::rename(parent.join(coming), dir).map_err(VaultError::disk(dir))?;
    }
    if dir.exists() {
        std::fs::remove_file(&plan).map_err(VaultError::disk(&plan))?;
    }
    disk::sync_dir(parent)
}

fn canonical(dir: &Path) -> Result<PathBuf, VaultError> {
    // As a person would type it, where Windows has another form of its own: these places are shown.
    match dunce::canonicalize(dir) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Err(Obstacle::NoVault.into()),
        other => other.map_err(VaultError::disk(dir)),
    }
}

fn name_of(dir: &Path) -> Result<String, VaultError> {
    let name = dir.file_name().and_then(|n| n.to_str());
    name.map(str::to_owned).ok_or(VaultError::Refused { what: "This folder", why: "its name cannot be used" })
}

fn plan_of(dir: &Path) -> Result<PathBuf, VaultError> {
    Ok(dir.with_file_name(format!("{}{PLAN}", name_of(dir)?)))
}

fn free_place(dir: &Path, kind: &str) -> Result<PathBuf, VaultError> {
    let last = numbered(dir, kind)?.last().map_or(0, |(number, _)| *number);
    Ok(dir.with_file_name(format!("{}{kind}{}", name_of(dir)?, last.saturating_add(1))))
}

/// Folders beside a vault that bear its name, a kind and a number.
fn numbered(dir: &Path, kind: &str) -> Result<Vec<(u32, PathBuf)>, VaultError> {
    let place = canonical(dir)?;
    let (Some(parent), prefix) = (place.parent(), format!("{}{kind}", name_of(&place)?)) else { return Ok(Vec::new()) };
    let entries = std::fs::read_dir(parent).map_err(VaultError::disk(parent))?;
    let mut found: Vec<(u32, PathBuf)> = entries
        .flatten()
        .filter_map(|e| Some((e.file_name().to_str()?.strip_prefix(&prefix)?.parse().ok()?, e.path())))
        .filter(|(_, path)| path.is_dir())
        .collect();
    found.sort();
    Ok(found)
}

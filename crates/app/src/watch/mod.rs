//! Watching one folder, where the person wants it: a new export that lies there is offered, and nothing is imported by itself.
//!
//! The folder is looked at every few seconds while the vault is open (docs/adr/0014-watched-folder.md). What lies there is known in memory only; of a
//! file that the person does not want, the vault keeps a hash of its content.

mod folder;

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use holdall_importer::{Confidence, Options, Outcome, Source};
use holdall_vault::{Act, AuditEvent, Vault};
use serde::{Deserialize, Serialize};

use crate::view::Done;
use crate::view::watch::{DeclineExport, FoundExport, FoundExports, GetWatch, LookInFolder, SetWatch, WatchView};
use crate::{App, AppError, Run, Task, lock, time};
pub use folder::Watched;
use folder::{Settled, Stamp};

const SETTING: &str = "watch_folder";
const DECLINED: &str = "watch_declined";
/// Hashes that are kept; the oldest go first.
const MOST_DECLINED: usize = 500;

/// What the vault keeps of it.
#[derive(Debug, Serialize, Deserialize)]
struct Chosen {
    folder: PathBuf,
    /// Milliseconds since 1970: what lay there earlier is not new.
    since: i64,
}

fn chosen(vault: &Vault) -> Result<Option<Chosen>, AppError> {
    let text = vault.setting(SETTING)?.unwrap_or_default();
    // None yet, or one of a later version: nothing is watched, which the screen shows.
    Ok(serde_json::from_str(&text).ok())
}

fn declined(vault: &Vault) -> Result<Vec<String>, AppError> {
    Ok(serde_json::from_str(&vault.setting(DECLINED)?.unwrap_or_default()).unwrap_or_default())
}

fn keep(vault: &Vault, name: &'static str, value: Option<&impl Serialize>) -> Result<(), AppError> {
    let text = value.map(serde_json::to_string).transpose().map_err(|_| AppError::stopped_unexpectedly())?;
    vault.write(AuditEvent::new(Act::SettingChanged, name), |w| w.set_setting(name, text.as_deref()).map_err(AppError::from))
}

fn view(vault: &Vault) -> Result<WatchView, AppError> {
    let folder = chosen(vault)?.map(|chosen| chosen.folder);
    let folder_missing = folder.as_deref().is_some_and(|folder| !folder.is_dir());
    Ok(WatchView { folder: folder.map(|folder| folder.display().to_string()), folder_missing })
}

impl Run for GetWatch {
    fn run(self, app: &App, _: &Task) -> Result<WatchView, AppError> {
        view(&*app.vault()?)
    }
}

impl Run for SetWatch {
    fn run(self, app: &App, _: &Task) -> Result<WatchView, AppError> {
        let vault = app.vault()?;
        let chosen = match self.folder.as_deref().map(Path::new) {
            None => None,
            Some(folder) => {
                let unusable =
                    |_| AppError::new("bad-request", "This is no folder that can be read.", "Choose the folder of your downloads.");
                let folder = dunce::canonicalize(folder).map_err(unusable)?;
                std::fs::read_dir(&folder).map_err(unusable)?;
                Some(Chosen { folder, since: app.clock().now_ms() })
            }
        };
        keep(&vault, SETTING, chosen.as_ref())?;
        lock(&app.watched).forget();
        view(&vault)
    }
}

impl Run for LookInFolder {
    fn run(self, app: &App, task: &Task) -> Result<FoundExports, AppError> {
        let vault = app.vault()?;
        let chosen = match self.folder {
            Some(folder) => Some(Chosen { folder: PathBuf::from(folder), since: i64::MIN }),
            None => chosen(&vault)?,
        };
        let Some(Chosen { folder, since }) = chosen else { return Ok(FoundExports::default()) };
        // A folder that is not there now, such as one on a disk that is not plugged in, has nothing new in it.
        let Ok(Settled { ready, waiting }) = lock(&app.watched).look(&folder, since, app.clock().now_ms()) else {
            return Ok(FoundExports::default());
        };
        let mut offers = Vec::new();
        if !ready.is_empty() {
            let known: HashSet<[u8; 32]> = vault.imports()?.iter().map(|import| import.original_hash).collect();
            let declined: HashSet<String> = declined(&vault)?.into_iter().collect();
            for stamp in &ready {
                let Some((vendor, hash)) = recognised(app, stamp, task)? else { continue };
                if !known.contains(&hash) && !declined.contains(&hex(&hash)) {
                    offers.push(offer(&folder, stamp, &vendor));
                }
            }
        }
        Ok(FoundExports { offers, waiting })
    }
}

/// Whose export a file is, and its hash, found once for each state of the file.
fn recognised(app: &App, stamp: &Stamp, task: &Task) -> Result<Option<(String, [u8; 32])>, AppError> {
    if let Some(found) = lock(&app.watched).found(stamp) {
        return Ok(found);
    }
    let found = match vendor_of(&stamp.path, task) {
        Ok(found) => found,
        Err(holdall_importer::ImportError::Cancelled) => return Err(AppError::cancelled()),
        // Whatever cannot be read is no export. The person who drops it into the window is told why.
        Err(_) => None,
    };
    lock(&app.watched).remember(stamp, found.clone());
    Ok(found)
}

fn vendor_of(path: &Path, task: &Task) -> Result<Option<(String, [u8; 32])>, holdall_importer::ImportError> {
    let source = Source::from_path(path)?;
    let files = holdall_importer::inspect(&source, &Options::default(), task)?.files;
    let vendor = files.into_iter().find_map(|file| match file.outcome {
        Outcome::Recognised { plan, confidence, .. } if plan.vendor != "generic" && confidence > Confidence::Possible => Some(plan.vendor),
        _ => None,
    });
    vendor.map(|vendor| Ok((vendor, source.hash(task)?))).transpose()
}

fn offer(folder: &Path, stamp: &Stamp, vendor: &str) -> FoundExport {
    let name = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    FoundExport {
        path: stamp.path.display().to_string(),
        file_name: name(&stamp.path),
        folder: name(folder),
        vendor: crate::vendor::reference(vendor),
        at: time::rfc3339_ms(stamp.changed_ms),
    }
}

impl Run for DeclineExport {
    fn run(self, app: &App, task: &Task) -> Result<Done, AppError> {
        let vault = app.vault()?;
        let hash = Source::from_path(Path::new(&self.path)).and_then(|source| source.hash(task));
        let Ok(hash) = hash else {
            // It is gone already, and so is its offer.
            return Ok(Done {});
        };
        let mut all = declined(&vault)?;
        if !all.contains(&hex(&hash)) {
            all.push(hex(&hash));
            all.drain(..all.len().saturating_sub(MOST_DECLINED));
            keep(&vault, DECLINED, Some(&all))?;
        }
        Ok(Done {})
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

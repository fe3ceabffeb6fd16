use std::collections::HashSet;

use crate::{Vault, VaultError, disk};

/// Removes sealed files that no import refers to: left by a crash between sealing and storing, or by an undo.
///
/// Only called while nobody else can be sealing: right after the lock was taken.
pub(crate) fn collect_orphans(vault: &Vault) -> Result<(), VaultError> {
    let dir = vault.dir().join(disk::BLOBS);
    let known: HashSet<String> = {
        let reader = vault.reader()?;
        let mut statement = reader.prepare("SELECT blob FROM original")?;
        statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?
    };
    for entry in std::fs::read_dir(&dir).map_err(VaultError::disk(&dir))?.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let ours = name.len() == 32 && name.bytes().all(|b| b.is_ascii_hexdigit());
        if ours && !known.contains(&name) {
            std::fs::remove_file(entry.path()).map_err(VaultError::disk(entry.path()))?;
        }
    }
    Ok(())
}

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use holdall_protocol::key::{OpeningKey, SigningKey};
use holdall_protocol::{Entropy, Uuid};

use crate::error::Error;

/// The partner's own keys and one key per grant, each in a file of its own under `keys/`.
///
/// Leave this folder out of backups, or give it a backup that forgets: destroying a grant's key is what makes old backups
/// of the store unreadable.
pub struct Keys {
    dir: PathBuf,
    pub signing: SigningKey,
    pub opening: OpeningKey,
}

const SIGNING: &str = "signing.key";
const OPENING: &str = "opening.key";

impl Keys {
    /// Makes both keys of a new partner. Refuses to replace any.
    pub fn create(dir: &Path, entropy: &dyn Entropy) -> Result<(), Error> {
        let keys = dir.join("keys");
        std::fs::create_dir_all(keys.join("grants")).map_err(Error::file(&keys))?;
        write_new(&keys.join(SIGNING), &SigningKey::generate(entropy)?.seed())?;
        write_new(&keys.join(OPENING), &OpeningKey::generate(entropy)?.to_bytes())
    }

    pub fn read(dir: &Path) -> Result<Self, Error> {
        let dir = dir.join("keys");
        let signing = SigningKey::from_seed(&read(&dir.join(SIGNING))?);
        let opening = OpeningKey::from_bytes(&read(&dir.join(OPENING))?);
        Ok(Self { dir, signing, opening })
    }

    /// Makes a grant's key. A key left by an interrupted attempt is replaced: nothing was stored under it.
    pub fn create_grant_key(&self, grant: Uuid, entropy: &dyn Entropy) -> Result<OpeningKey, Error> {
        self.destroy_grant_key(grant)?;
        let key = OpeningKey::generate(entropy)?;
        write_new(&self.grant_path(grant), &key.to_bytes())?;
        Ok(key)
    }

    pub fn grant_key(&self, grant: Uuid) -> Result<OpeningKey, Error> {
        read(&self.grant_path(grant)).map(|bytes| OpeningKey::from_bytes(&bytes))
    }

    /// Overwrites a grant's key, removes its file, and waits until both are on the disk. A missing file is fine.
    pub fn destroy_grant_key(&self, grant: Uuid) -> Result<(), Error> {
        let path = self.grant_path(grant);
        match OpenOptions::new().write(true).open(&path) {
            Ok(mut file) => {
                file.write_all(&[0; 32]).and_then(|()| file.sync_all()).map_err(Error::file(&path))?;
                std::fs::remove_file(&path).map_err(Error::file(&path))?;
                sync_parent(&path)
            }
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(()),
            Err(e) => Err(Error::file(path)(e)),
        }
    }

    fn grant_path(&self, grant: Uuid) -> PathBuf {
        self.dir.join("grants").join(format!("{grant}.key"))
    }
}

fn write_new(path: &Path, bytes: &[u8; 32]) -> Result<(), Error> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).map_err(|e| match e.kind() {
        std::io::ErrorKind::AlreadyExists => Error::Exists { path: path.into() },
        _ => Error::file(path)(e),
    })?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(Error::file(path))?;
    sync_parent(path)
}

fn read(path: &Path) -> Result<[u8; 32], Error> {
    let mut bytes = Vec::new();
    File::open(path).and_then(|file| file.take(64).read_to_end(&mut bytes)).map_err(Error::file(path))?;
    bytes.try_into().map_err(|_| Error::Key { path: path.into() })
}

/// On Unix a directory entry is on the disk only once the directory is.
fn sync_parent(path: &Path) -> Result<(), Error> {
    #[cfg(unix)]
    if let Some(parent) = path.parent() {
        File::open(parent).and_then(|dir| dir.sync_all()).map_err(Error::file(parent))?;
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

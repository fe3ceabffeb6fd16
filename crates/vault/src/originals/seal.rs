use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use holdall_model::Task;

use super::{BlobCipher, CHUNK, END, MAGIC, OriginalReader, Part, SALT};
use crate::encoding::hex;
use crate::keys::{DerivedKey, Purpose};
use crate::{Entropy, Vault, VaultError, disk};

/// An original that is safely on disk and waits for its import to be stored. Dropped before that, it is removed.
#[derive(Debug)]
pub struct SealedOriginal {
    pub(crate) path: PathBuf,
    pub(crate) blob: String,
    pub(crate) sealed: u64,
    pub(crate) kept: bool,
    hash: [u8; 32],
    bytes: u64,
}

impl SealedOriginal {
    /// BLAKE3 of the plain bytes.
    pub fn hash(&self) -> [u8; 32] {
        self.hash
    }

    /// Number of plain bytes.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }
}

impl Drop for SealedOriginal {
    fn drop(&mut self) {
        if !self.kept {
            // If this fails, the next opening of the vault collects it.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

impl Vault {
    /// Reads a file to its end, and keeps it compressed and sealed. May run beside the import that reads the same file.
    pub fn seal_original(&self, source: &mut dyn Read, task: &Task) -> Result<SealedOriginal, VaultError> {
        let (mut name, mut salt) = ([0; 16], [0; SALT]);
        let entropy = &self.inner().outside.entropy;
        entropy.fill(&mut name).and_then(|()| entropy.fill(&mut salt)).map_err(VaultError::disk("the system's random source"))?;
        let blob = hex(&name);
        let path = self.dir().join(disk::BLOBS).join(&blob);
        let file = disk::create_private(&path)?;
        // From here on a failure removes the file.
        let mut original = SealedOriginal { path, blob, sealed: 0, kept: false, hash: [0; 32], bytes: 0 };
        let mut writer = SealWriter::new(file, BlobCipher::new(&self.inner().derive(Purpose::Blob), salt), &original.path)?;
        let mut chunk = vec![0; CHUNK];
        loop {
            let filled = fill(source, &mut chunk).map_err(VaultError::disk("the file to import"))?;
            if filled == 0 {
                break;
            }
            task.step(filled as u64)?;
            writer.chunk(&chunk[..filled])?;
            if filled < CHUNK {
                break;
            }
        }
        (original.hash, original.bytes, original.sealed) = writer.finish()?;
        disk::sync_dir(&self.dir().join(disk::BLOBS))?;
        Ok(original)
    }
}

/// Writes a sealed file anew under another vault's blob key. Returns its sealed size.
pub(crate) fn reseal(
    from: &Path,
    old: &DerivedKey,
    to: &Path,
    new: &DerivedKey,
    entropy: &dyn Entropy,
    task: &Task,
) -> Result<u64, VaultError> {
    let mut source = OriginalReader::open(from, old)?;
    let mut salt = [0; SALT];
    entropy.fill(&mut salt).map_err(VaultError::disk("the system's random source"))?;
    let mut writer = SealWriter::new(disk::create_private(to)?, BlobCipher::new(new, salt), to)?;
    let mut chunk = vec![0; CHUNK];
    loop {
        let filled = fill(&mut source, &mut chunk).map_err(|e| match e.kind() {
            std::io::ErrorKind::InvalidData => VaultError::damaged("an original; check the vault"),
            _ => VaultError::disk(from)(e),
        })?;
        if filled == 0 {
            break;
        }
        task.step(filled as u64)?;
        writer.chunk(&chunk[..filled])?;
    }
    writer.finish().map(|(_, _, sealed)| sealed)
}

/// What [`SealedOriginal::hash`] would be.
pub(crate) fn hash(source: &mut dyn Read, task: &Task) -> Result<[u8; 32], VaultError> {
    let (mut hasher, mut chunk) = (blake3::Hasher::new(), vec![0; CHUNK]);
    loop {
        match fill(source, &mut chunk).map_err(VaultError::disk("the file to import"))? {
            0 => return Ok(hasher.finalize().into()),
            filled => {
                task.step(filled as u64)?;
                hasher.update(&chunk[..filled]);
            }
        }
    }
}

fn fill(source: &mut dyn Read, buffer: &mut [u8]) -> std::io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match source.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(n) => filled += n,
            Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(filled)
}

struct SealWriter<'a> {
    file: BufWriter<File>,
    path: &'a std::path::Path,
    cipher: BlobCipher,
    compressor: zstd::bulk::Compressor<'static>,
    hasher: blake3::Hasher,
    lengths: Vec<u32>,
    bytes: u64,
    sealed: u64,
}

impl<'a> SealWriter<'a> {
    fn new(file: File, cipher: BlobCipher, path: &'a std::path::Path) -> Result<Self, VaultError> {
        let compressor = zstd::bulk::Compressor::new(3).map_err(|_| VaultError::Engine { why: "zstd" })?;
        let mut writer = Self {
            file: BufWriter::with_capacity(CHUNK, file),
            path,
            cipher,
            compressor,
            hasher: blake3::Hasher::new(),
            lengths: Vec::new(),
            bytes: 0,
            sealed: 0,
        };
        let salt = writer.cipher.salt;
        writer.put(MAGIC)?;
        writer.put(&salt)?;
        Ok(writer)
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), VaultError> {
        self.sealed += bytes.len() as u64;
        self.file.write_all(bytes).map_err(VaultError::disk(self.path))
    }

    fn chunk(&mut self, plain: &[u8]) -> Result<(), VaultError> {
        self.hasher.update(plain);
        self.bytes += plain.len() as u64;
        let packed = self.compressor.compress(plain).map_err(|_| VaultError::Engine { why: "zstd" })?;
        let number = self.lengths.len() as u64;
        let sealed = self.cipher.seal(Part::Chunk(number), &packed).ok_or(VaultError::Engine { why: "XChaCha20-Poly1305" })?;
        self.lengths.push(u32::try_from(sealed.len()).map_err(|_| VaultError::Engine { why: "chunk size" })?);
        self.put(&sealed)
    }

    /// Writes the table and makes everything durable. Returns hash, plain size and sealed size.
    fn finish(mut self) -> Result<([u8; 32], u64, u64), VaultError> {
        let mut table = self.bytes.to_le_bytes().to_vec();
        for length in &self.lengths {
            table.extend_from_slice(&length.to_le_bytes());
        }
        let sealed = self.cipher.seal(Part::Table, &table).ok_or(VaultError::Engine { why: "XChaCha20-Poly1305" })?;
        let length = u32::try_from(sealed.len()).map_err(|_| VaultError::Engine { why: "table size" })?;
        self.put(&sealed)?;
        self.put(&length.to_le_bytes())?;
        self.put(END)?;
        let file = self.file.into_inner().map_err(|e| VaultError::disk(self.path)(e.into_error()))?;
        file.sync_all().map_err(VaultError::disk(self.path))?;
        Ok((self.hasher.finalize().into(), self.bytes, self.sealed))
    }
}

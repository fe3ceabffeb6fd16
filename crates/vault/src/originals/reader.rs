use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use rusqlite::OptionalExtension;

use super::{BlobCipher, CHUNK, END, MAGIC, Part, SALT, TAG};
use crate::keys::{DerivedKey, Purpose};
use crate::{ImportId, Vault, VaultError, disk};

/// Reads an original from any place. Every byte it hands out has been authenticated; damage is an error of kind
/// `InvalidData` that names the chunk.
pub struct OriginalReader {
    file: File,
    cipher: BlobCipher,
    /// Where each chunk starts in the sealed file, and where the last one ends.
    starts: Vec<u64>,
    bytes: u64,
    position: u64,
    open_chunk: Option<(u64, Vec<u8>)>,
    decompressor: zstd::bulk::Decompressor<'static>,
}

impl Vault {
    /// The file of an import, byte for byte as it came.
    pub fn open_original(&self, import: ImportId) -> Result<OriginalReader, VaultError> {
        let blob: String = self
            .reader()?
            .prepare_cached("SELECT blob FROM original WHERE id = (SELECT original FROM import WHERE id = ?1)")?
            .query_row([import.0], |row| row.get(0))
            .optional()?
            .ok_or(VaultError::NotFound { what: "import" })?;
        OriginalReader::open(&self.dir().join(disk::BLOBS).join(blob), &self.inner().derive(Purpose::Blob))
    }
}

impl OriginalReader {
    pub(crate) fn open(path: &Path, blob_key: &DerivedKey) -> Result<Self, VaultError> {
        let mut file = File::open(path).map_err(VaultError::disk(path))?;
        let size = file.metadata().map_err(VaultError::disk(path))?.len();
        let damaged = || VaultError::damaged("the frame of an original");
        let tail = (4 + END.len()) as u64;
        let head = (MAGIC.len() + SALT) as u64;
        if size < head + tail + TAG as u64 {
            return Err(damaged());
        }
        let mut read = |at: u64, buffer: &mut [u8]| {
            file.seek(SeekFrom::Start(at)).and_then(|_| file.read_exact(buffer)).map_err(VaultError::disk(path))
        };
        let (mut magic, mut salt, mut length, mut end) = ([0; 8], [0; SALT], [0; 4], [0; 8]);
        read(0, &mut magic)?;
        read(8, &mut salt)?;
        read(size - tail, &mut length)?;
        read(size - 8, &mut end)?;
        let table_length = u64::from(u32::from_le_bytes(length));
        if &magic != MAGIC || &end != END || table_length > size - head - tail {
            return Err(damaged());
        }
        let table_at = size - tail - table_length;
        let mut sealed = vec![0; usize::try_from(table_length).map_err(|_| damaged())?];
        read(table_at, &mut sealed)?;
        let cipher = BlobCipher::new(blob_key, salt);
        let table = cipher.open(Part::Table, &sealed).ok_or_else(damaged)?;
        let (bytes, lengths) = table.split_first_chunk::<8>().ok_or_else(damaged)?;
        let bytes = u64::from_le_bytes(*bytes);
        if lengths.len() as u64 != bytes.div_ceil(CHUNK as u64) * 4 {
            return Err(damaged());
        }
        let mut starts = vec![head];
        let mut at = head;
        for length in lengths.chunks_exact(4) {
            at += u64::from(u32::from_le_bytes([length[0], length[1], length[2], length[3]]));
            starts.push(at);
        }
        if at != table_at {
            return Err(damaged());
        }
        let decompressor = zstd::bulk::Decompressor::new().map_err(|_| VaultError::Engine { why: "zstd" })?;
        Ok(Self { file, cipher, starts, bytes, position: 0, open_chunk: None, decompressor })
    }

    /// Number of plain bytes.
    pub fn len(&self) -> u64 {
        self.bytes
    }

    pub fn is_empty(&self) -> bool {
        self.bytes == 0
    }

    /// How many chunks there are.
    pub(crate) fn chunks(&self) -> u64 {
        self.starts.len() as u64 - 1
    }

    /// Opens one chunk and forgets it.
    pub(crate) fn check_chunk(&mut self, number: u64) -> Result<(), VaultError> {
        self.open_one(number).map(drop).map_err(|error| match error.kind() {
            io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof => VaultError::OriginalDamaged { chunk: number },
            _ => VaultError::disk("an original")(error),
        })
    }

    fn chunk(&mut self, number: u64) -> io::Result<&[u8]> {
        if self.open_chunk.as_ref().is_none_or(|(n, _)| *n != number) {
            let plain = self.open_one(number)?;
            self.open_chunk = Some((number, plain));
        }
        Ok(self.open_chunk.as_ref().map_or(&[], |(_, plain)| plain))
    }

    fn open_one(&mut self, number: u64) -> io::Result<Vec<u8>> {
        let damaged = || io::Error::new(io::ErrorKind::InvalidData, format!("the original is damaged in chunk {number}"));
        let index = usize::try_from(number).map_err(|_| damaged())?;
        let (Some(start), Some(end)) = (self.starts.get(index), self.starts.get(index + 1)) else { return Err(damaged()) };
        let mut sealed = vec![0; usize::try_from(end - start).map_err(|_| damaged())?];
        self.file.seek(SeekFrom::Start(*start))?;
        self.file.read_exact(&mut sealed)?;
        let packed = self.cipher.open(Part::Chunk(number), &sealed).ok_or_else(damaged)?;
        let plain = self.decompressor.decompress(&packed, CHUNK).map_err(|_| damaged())?;
        let whole = CHUNK as u64;
        let expected = (self.bytes - number * whole).min(whole);
        if plain.len() as u64 == expected { Ok(plain) } else { Err(damaged()) }
    }
}

impl Read for OriginalReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.position >= self.bytes || buffer.is_empty() {
            return Ok(0);
        }
        let whole = CHUNK as u64;
        let (number, within) = (self.position / whole, (self.position % whole) as usize);
        let chunk = self.chunk(number)?;
        let available = chunk.get(within..).unwrap_or(&[]);
        let n = available.len().min(buffer.len());
        buffer[..n].copy_from_slice(&available[..n]);
        self.position += n as u64;
        Ok(n)
    }
}

impl Seek for OriginalReader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let target = match to {
            SeekFrom::Start(n) => Some(n),
            SeekFrom::End(n) => self.bytes.checked_add_signed(n),
            SeekFrom::Current(n) => self.position.checked_add_signed(n),
        };
        self.position = target.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "a place before the start"))?;
        Ok(self.position)
    }
}

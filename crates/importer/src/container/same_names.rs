//! Archives in which several entries share a name. The library keeps one entry per name and would lose the others without a
//! word, so it is shown the archive with names of our own, while a person still sees the true ones.

use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Arc;

use crate::source::{Opener, ReadSeek};

const HEADER: &[u8; 4] = b"PK\x01\x02";
const HEADER_BYTES: usize = 46;

/// What stands in the archive's list of entries.
#[derive(Debug, Default)]
pub(crate) struct Names {
    /// In the order of the list.
    pub labels: Vec<String>,
    /// Offsets in the file and the bytes to show there instead, in order.
    patches: Vec<(u64, Vec<u8>)>,
}

impl Names {
    /// Reads the list that starts at `start`. `None` where a name is too short to be replaced, or the list ends early.
    pub fn read(file: &mut dyn ReadSeek, start: u64, most: usize) -> io::Result<Option<Self>> {
        let mut names = Self::default();
        let mut file = io::BufReader::new(file);
        file.seek(SeekFrom::Start(start))?;
        let mut at = start;
        for index in 0..=most {
            let mut header = [0; HEADER_BYTES];
            let mut n = 0;
            while n < HEADER_BYTES {
                match file.read(&mut header[n..])? {
                    0 => break,
                    more => n += more,
                }
            }
            if !header[..n].starts_with(HEADER) {
                return Ok((index > 0).then_some(names));
            }
            let length = |at: usize| usize::from(u16::from_le_bytes([header[at], header[at + 1]]));
            let (name_bytes, more) = (length(28), length(30) + length(32));
            let mut name = vec![0; name_bytes];
            file.read_exact(&mut name)?;
            file.seek_relative(more as i64)?;
            let own = format!("{index:04x}");
            if name_bytes < own.len() {
                return Ok(None);
            }
            names.labels.push(String::from_utf8_lossy(&name).into_owned());
            let mut shown = own.into_bytes();
            shown.resize(name_bytes, b'-');
            // It tells a folder from a file.
            if let (Some(shown), Some(b'/')) = (shown.last_mut(), name.last()) {
                *shown = b'/';
            }
            names.patches.push((at + HEADER_BYTES as u64, shown));
            at += (HEADER_BYTES + name_bytes + more) as u64;
        }
        Ok(None)
    }
}

/// The file of an archive: opened when it is first read, so that it can be cloned for each entry, and with the names of
/// [`Names`] where it has some.
pub(crate) struct Shown {
    opener: Opener,
    names: Option<Arc<Names>>,
    file: Option<Box<dyn ReadSeek>>,
    position: u64,
}

impl Shown {
    pub fn new(opener: Opener, names: Option<Arc<Names>>) -> Self {
        Self { opener, names, file: None, position: 0 }
    }

    fn file(&mut self) -> io::Result<&mut Box<dyn ReadSeek>> {
        match &mut self.file {
            Some(file) => Ok(file),
            none => {
                self.position = 0;
                Ok(none.insert((self.opener)()?))
            }
        }
    }
}

impl Clone for Shown {
    fn clone(&self) -> Self {
        Self::new(self.opener.clone(), self.names.clone())
    }
}

impl Read for Shown {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let n = self.file()?.read(out)?;
        let (from, to) = (self.position, self.position + n as u64);
        self.position = to;
        let Some(names) = &self.names else { return Ok(n) };
        let first = names.patches.partition_point(|(at, bytes)| at + bytes.len() as u64 <= from);
        for (at, bytes) in names.patches[first..].iter().take_while(|(at, _)| *at < to) {
            let (begin, end) = (from.max(*at), to.min(at + bytes.len() as u64));
            let piece = &bytes[(begin - at) as usize..(end - at) as usize];
            out[(begin - from) as usize..(end - from) as usize].copy_from_slice(piece);
        }
        Ok(n)
    }
}

impl Seek for Shown {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.position = self.file()?.seek(to)?;
        Ok(self.position)
    }
}

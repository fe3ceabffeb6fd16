use std::collections::BTreeMap;
use std::io::{Cursor, Read as _, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// A proof holds a few dozen messages of at most 64 KiB each.
const FILES: usize = 400;
const FILE_BYTES: u64 = 512 * 1024;
const ALL_BYTES: u64 = 16 * 1024 * 1024;

/// Why a proof file cannot be read at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum ContainerFault {
    #[error("the file is not a ZIP archive, or is damaged")]
    NotZip,
    #[error("the file is larger than any proof is")]
    TooLarge,
    #[error("the file holds two entries of one name, or an entry that is not a plain file")]
    Names,
}

/// The same files always give the same bytes: no times, no system, no compression.
pub(super) fn pack(files: &[(String, Vec<u8>)]) -> Result<Vec<u8>, zip::result::ZipError> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(zip::DateTime::default())
        .unix_permissions(0o644);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(name.as_str(), options)?;
        zip.write_all(bytes)?;
    }
    Ok(zip.finish()?.into_inner())
}

pub(super) fn unpack(bytes: &[u8]) -> Result<BTreeMap<String, Vec<u8>>, ContainerFault> {
    if bytes.len() as u64 > ALL_BYTES {
        return Err(ContainerFault::TooLarge);
    }
    let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(|_| ContainerFault::NotZip)?;
    if zip.len() > FILES {
        return Err(ContainerFault::TooLarge);
    }
    let (mut files, mut total) = (BTreeMap::new(), 0u64);
    for index in 0..zip.len() {
        let file = zip.by_index(index).map_err(|_| ContainerFault::NotZip)?;
        let name = file.name().map_err(|_| ContainerFault::Names)?.into_owned();
        let plain = !name.is_empty() && name.len() <= 100 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
        if !plain || !file.is_file() {
            return Err(ContainerFault::Names);
        }
        let mut content = Vec::new();
        // The size in the directory is the writer's claim; this is the limit.
        file.take(FILE_BYTES + 1).read_to_end(&mut content).map_err(|_| ContainerFault::NotZip)?;
        total += content.len() as u64;
        if content.len() as u64 > FILE_BYTES || total > ALL_BYTES {
            return Err(ContainerFault::TooLarge);
        }
        if files.insert(name, content).is_some() {
            return Err(ContainerFault::Names);
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_is_unpacked_and_always_the_same() {
        let files = vec![("a.jws".to_owned(), b"abc".to_vec()), ("b.txt".to_owned(), Vec::new())];
        let packed = pack(&files).expect("packs");
        assert_eq!(packed, pack(&files).expect("packs"));
        assert_eq!(unpack(&packed).expect("unpacks").into_iter().collect::<Vec<_>>(), files);
    }

    #[test]
    fn hostile_containers_are_refused() {
        assert_eq!(unpack(b"PK"), Err(ContainerFault::NotZip));
        assert_eq!(unpack(&vec![0; ALL_BYTES as usize + 1]), Err(ContainerFault::TooLarge));
        for name in ["../a", "/etc/passwd", "a/b", "a\\b", "\u{202e}a", "ü"] {
            let packed = pack(&[(name.to_owned(), Vec::new())]).expect("packs");
            assert_eq!(unpack(&packed), Err(ContainerFault::Names), "{name}");
        }
        let many: Vec<_> = (0..=FILES).map(|n| (format!("f{n}"), Vec::new())).collect();
        assert_eq!(unpack(&pack(&many).expect("packs")), Err(ContainerFault::TooLarge));
    }

    #[test]
    fn a_small_file_that_inflates_without_end_is_stopped() {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        zip.start_file("bomb", SimpleFileOptions::default().compression_method(CompressionMethod::Deflated)).expect("starts");
        for _ in 0..64 {
            zip.write_all(&vec![0; 1 << 20]).expect("writes");
        }
        let packed = zip.finish().expect("finishes").into_inner();
        assert!(packed.len() < 1 << 20);
        assert_eq!(unpack(&packed), Err(ContainerFault::TooLarge));
    }
}

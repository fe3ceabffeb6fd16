//! Writes a small ZIP archive without compression, for the demo's sample of an export that comes as one.

/// The archive that holds `files`, each a name and its bytes.
pub fn zip(files: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, bytes) in files {
        let common = header_fields(name, bytes);
        let offset = out.len();
        out.extend_from_slice(b"PK\x03\x04");
        out.extend_from_slice(&common);
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(bytes);
        directory.extend_from_slice(b"PK\x01\x02\x14\x00");
        directory.extend_from_slice(&common);
        // Comment length, disk, internal and external attributes: none.
        directory.extend_from_slice(&[0; 10]);
        directory.extend_from_slice(&four(offset));
        directory.extend_from_slice(name.as_bytes());
    }
    let start = out.len();
    out.extend_from_slice(&directory);
    out.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    out.extend_from_slice(&four(files.len())[..2]);
    out.extend_from_slice(&four(files.len())[..2]);
    out.extend_from_slice(&four(directory.len()));
    out.extend_from_slice(&four(start));
    out.extend_from_slice(&[0, 0]);
    out
}

/// What the local header and the directory say alike: version 2.0, name in UTF-8, stored, 1 January 2025, checksum, sizes, name length.
fn header_fields(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut fields = vec![20, 0, 0, 8, 0, 0, 0, 0, 0x21, 0x5a];
    fields.extend_from_slice(&crc32(bytes).to_le_bytes());
    fields.extend_from_slice(&four(bytes.len()));
    fields.extend_from_slice(&four(bytes.len()));
    fields.extend_from_slice(&four(name.len())[..2]);
    fields.extend_from_slice(&[0, 0]);
    fields
}

fn four(number: usize) -> [u8; 4] {
    u32::try_from(number).expect("samples are small").to_le_bytes()
}

fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32, _| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 };
    !bytes.iter().fold(u32::MAX, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), step))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_the_standard_one() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    }

    #[test]
    fn the_directory_points_at_every_file() {
        let archive = zip(&[("a.csv", b"1,2".to_vec()), ("folder/b.csv", b"3".to_vec())]);
        let end = archive.len() - 22;
        assert_eq!(&archive[end..end + 4], b"PK\x05\x06");
        let directory = u32::from_le_bytes([archive[end + 16], archive[end + 17], archive[end + 18], archive[end + 19]]) as usize;
        assert_eq!(&archive[directory..directory + 4], b"PK\x01\x02");
        assert_eq!(archive[end + 10], 2);
        assert_eq!(&archive[30..35], b"a.csv");
    }
}

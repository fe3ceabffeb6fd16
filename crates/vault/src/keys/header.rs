use std::io::Read;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::master::{MasterKey, Purpose};
use super::slot::Slot;
use crate::disk;
use crate::encoding::{hex, unhex};
use crate::{Obstacle, VaultError};

pub(crate) const FORMAT: u32 = 1;
const CIPHER: &str = "sqlite3mc chacha20, raw key";
/// A header is a few slots; anything larger is not ours.
const LARGEST: u64 = 256 * 1024;

/// `keys.json`: everything that can be known of a vault without a key.
///
/// Two sums protect it. `check` needs no key and tells accident and place; `mac` needs the master key and tells tampering.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Header {
    pub format: u32,
    pub vault_id: String,
    pub name: String,
    pub created_at: i64,
    /// Grows with every change of this file.
    pub generation: u64,
    pub cipher: String,
    pub page_salt: String,
    pub search_salt: String,
    pub slots: Vec<Slot>,
    /// One short sum per slot, so that damage can be named.
    pub slot_checks: Vec<String>,
    pub check: String,
    pub mac: String,
}

/// Only what every future format will still have.
#[derive(Deserialize)]
struct AnyFormat {
    format: u32,
}

impl Header {
    pub(crate) fn new(vault_id: [u8; 16], name: &str, created_at: i64, salts: ([u8; 16], [u8; 16])) -> Self {
        Self {
            format: FORMAT,
            vault_id: hex(&vault_id),
            name: name.to_owned(),
            created_at,
            generation: 0,
            cipher: CIPHER.to_owned(),
            page_salt: hex(&salts.0),
            search_salt: hex(&salts.1),
            slots: Vec::new(),
            slot_checks: Vec::new(),
            check: String::new(),
            mac: String::new(),
        }
    }

    pub(crate) fn vault_id(&self) -> Result<[u8; 16], Obstacle> {
        sixteen(&self.vault_id, "the vault's id")
    }

    pub(crate) fn page_salt(&self) -> Result<[u8; 16], Obstacle> {
        sixteen(&self.page_salt, "the page salt")
    }

    pub(crate) fn search_salt(&self) -> Result<[u8; 16], Obstacle> {
        sixteen(&self.search_salt, "the page salt of the index")
    }

    /// Reads `keys.json`, or its copy when the first is damaged. The second value tells whether the copy was needed.
    pub(crate) fn read(dir: &Path) -> Result<(Self, bool), Obstacle> {
        let [first, copy] = paths(dir);
        match Self::read_one(&first) {
            Ok(header) => Ok((header, false)),
            // A newer header is not damage, and an older copy must not be opened in its place.
            Err(newer @ Obstacle::NewerThanApp { .. }) => Err(newer),
            Err(why) => match Self::read_one(&copy) {
                Ok(header) => Ok((header, true)),
                Err(Obstacle::NoVault) if why == Obstacle::NoVault => Err(if dir.join(disk::DATABASE).exists() {
                    Obstacle::HeaderDamaged { part: "the file is gone".to_owned() }
                } else {
                    Obstacle::NoVault
                }),
                // Where the first is gone, it is the copy that tells what is wrong.
                Err(of_copy) => Err(if why == Obstacle::NoVault { of_copy } else { why }),
            },
        }
    }

    fn read_one(path: &Path) -> Result<Self, Obstacle> {
        let damaged = |part: &str| Obstacle::HeaderDamaged { part: part.to_owned() };
        let file = match std::fs::File::open(path) {
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Err(Obstacle::NoVault),
            Err(_) => return Err(damaged("the file cannot be read")),
            Ok(file) => file,
        };
        let mut bytes = Vec::new();
        file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(|_| damaged("the file cannot be read"))?;
        if bytes.len() as u64 > LARGEST {
            return Err(damaged("the file is far too large"));
        }
        if let Ok(AnyFormat { format }) = serde_json::from_slice(&bytes)
            && format > FORMAT
        {
            return Err(Obstacle::NewerThanApp { before: None });
        }
        let header: Self = match serde_json::from_slice(&bytes) {
            Ok(header) => header,
            Err(_) if has_whole_slot_of_the_future(&bytes) => return Err(Obstacle::NewerThanApp { before: None }),
            Err(_) => return Err(damaged("the file is no longer readable")),
        };
        header.verify_check()?;
        Ok(header)
    }

    /// Needs no key: finds accidental damage and names the slot it struck.
    pub(crate) fn verify_check(&self) -> Result<(), Obstacle> {
        for (i, slot) in self.slots.iter().enumerate() {
            if self.slot_checks.get(i).map(String::as_str) != Some(slot_check(slot).as_str()) {
                return Err(Obstacle::HeaderDamaged { part: format!("way in {} of {}", i + 1, self.slots.len()) });
            }
        }
        if self.check != sum(None, &self.signed_bytes()) || self.format != FORMAT {
            return Err(Obstacle::HeaderDamaged { part: "the head of the file".to_owned() });
        }
        if self.cipher != CIPHER {
            return Err(Obstacle::NewerThanApp { before: None });
        }
        Ok(())
    }

    /// Needs the master key: finds tampering.
    pub(crate) fn verify_mac(&self, master: &MasterKey) -> Result<(), Obstacle> {
        if self.mac == self.mac_under(master) { Ok(()) } else { Err(Obstacle::HeaderDamaged { part: "its seal".to_owned() }) }
    }

    fn mac_under(&self, master: &MasterKey) -> String {
        sum(Some(&master.derive(Purpose::HeaderMac)), &self.signed_bytes())
    }

    fn signed_bytes(&self) -> Vec<u8> {
        let bare = Self { check: String::new(), mac: String::new(), ..self.clone() };
        serde_json::to_vec(&bare).unwrap_or_default()
    }

    /// Seals this header as the next generation and puts it on disk. The copy is replaced once the first file is safe, so that
    /// one of both is whole at every moment, and a way in that was removed is in neither afterwards.
    pub(crate) fn write(&mut self, dir: &Path, master: &MasterKey) -> Result<(), VaultError> {
        self.generation += 1;
        self.seal_and_write(dir, master)
    }

    /// Writes it again without a new generation: heals a damaged first file from its copy.
    pub(crate) fn seal_and_write(&mut self, dir: &Path, master: &MasterKey) -> Result<(), VaultError> {
        self.slot_checks = self.slots.iter().map(slot_check).collect();
        self.check = sum(None, &self.signed_bytes());
        self.mac = self.mac_under(master);
        let bytes = serde_json::to_vec_pretty(self).map_err(|_| VaultError::Engine { why: "keys.json" })?;
        for path in paths(dir) {
            disk::write_atomically(&path, &bytes)?;
            let back = std::fs::read(&path).map_err(VaultError::disk(&path))?;
            if back != bytes {
                return Err(VaultError::damaged("keys.json differs from what was written"));
            }
        }
        Ok(())
    }
}

/// Whether there is a way in whose own sum is right, and which this program nevertheless does not know: a newer one wrote it, and it is no
/// damage that a backup would mend.
fn has_whole_slot_of_the_future(bytes: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Loose<'a> {
        #[serde(borrow)]
        slots: Vec<&'a serde_json::value::RawValue>,
        slot_checks: Vec<String>,
    }
    let Ok(Loose { slots, slot_checks }) = serde_json::from_slice(bytes) else { return false };
    slots.iter().zip(&slot_checks).any(|(slot, check)| {
        serde_json::from_str::<Slot>(slot.get()).is_err() && sum(None, compact(slot.get()).as_bytes())[..16] == **check
    })
}

/// JSON without the white space between its parts, as a sum is made over it.
fn compact(json: &str) -> String {
    let (mut out, mut quoted, mut escaped) = (String::with_capacity(json.len()), false, false);
    for c in json.chars() {
        if c == '"' && !escaped {
            quoted = !quoted;
        }
        escaped = quoted && c == '\\' && !escaped;
        if quoted || !c.is_whitespace() {
            out.push(c);
        }
    }
    out
}

fn paths(dir: &Path) -> [PathBuf; 2] {
    [dir.join(disk::HEADER), dir.join(disk::HEADER_COPY)]
}

fn sixteen(text: &str, what: &str) -> Result<[u8; 16], Obstacle> {
    unhex(text).and_then(|b| b.try_into().ok()).ok_or_else(|| Obstacle::HeaderDamaged { part: what.to_owned() })
}

fn slot_check(slot: &Slot) -> String {
    sum(None, &serde_json::to_vec(slot).unwrap_or_default())[..16].to_owned()
}

fn sum(key: Option<&[u8; 32]>, bytes: &[u8]) -> String {
    match key {
        Some(key) => blake3::keyed_hash(key, bytes),
        None => blake3::hash(bytes),
    }
    .to_hex()
    .to_string()
}

#[cfg(test)]
mod tests {
    use super::super::slot::{Secret, SlotKind, SlotPlan};
    use super::*;
    use crate::Outside;

    fn fresh(dir: &Path) -> (Header, MasterKey) {
        let (id, outside) = ([8; 16], Outside::system());
        let master = MasterKey::new(&[5; 32], id);
        let mut header = Header::new(id, "Test", 0, ([1; 16], [2; 16]));
        for kind in [SlotKind::Device, SlotKind::Recovery] {
            let secret = Secret::Random(&[3; 32]);
            header.slots.push(Slot::wrap(SlotPlan::of(kind), &secret, &master, &id, &outside).expect("wraps"));
        }
        header.write(dir, &master).expect("writes");
        (header, master)
    }

    #[test]
    fn e09_every_flipped_byte_is_found_and_the_copy_steps_in() {
        let dir = tempfile::tempdir().expect("a folder");
        let (header, master) = fresh(dir.path());
        let [first, copy] = paths(dir.path());
        let good = std::fs::read(&first).expect("there");
        for at in 0..good.len() {
            let mut bad = good.clone();
            bad[at] ^= 1;
            std::fs::write(&first, &bad).expect("writes");
            match Header::read(dir.path()) {
                Ok((read, true)) => assert_eq!(read, header, "byte {at}"),
                // White space of the file, and the MAC that only the key can judge.
                Ok((read, false)) => assert!(read == header || read.verify_mac(&master).is_err(), "byte {at} went unnoticed"),
                // `"format": 1` became a higher number.
                Err(Obstacle::NewerThanApp { .. }) => assert!(good[at].is_ascii_digit(), "byte {at}"),
                Err(other) => panic!("byte {at}: {other}"),
            }
        }
        std::fs::write(&first, &good[..good.len() / 2]).expect("writes");
        std::fs::write(&copy, b"").expect("writes");
        assert_eq!(Header::read(dir.path()).expect_err("both are damaged").code(), "HEADER_DAMAGED");
    }

    #[test]
    fn e09_damage_names_the_slot() {
        let dir = tempfile::tempdir().expect("a folder");
        let (mut header, _) = fresh(dir.path());
        header.slots[1].nonce = header.slots[0].nonce.clone();
        assert_eq!(header.verify_check(), Err(Obstacle::HeaderDamaged { part: "way in 2 of 2".to_owned() }));
    }

    #[test]
    fn nothing_there_is_no_vault_but_a_lost_header_is_damage() {
        let dir = tempfile::tempdir().expect("a folder");
        assert_eq!(Header::read(dir.path()), Err(Obstacle::NoVault));
        std::fs::write(dir.path().join(disk::DATABASE), b"x").expect("writes");
        assert_eq!(Header::read(dir.path()).expect_err("damaged").code(), "HEADER_DAMAGED");
        std::fs::write(dir.path().join(disk::HEADER_COPY), b"x").expect("writes");
        assert_eq!(Header::read(dir.path()).expect_err("damaged").code(), "HEADER_DAMAGED", "and so is its copy");
    }

    #[test]
    fn g07_a_way_in_of_the_future_is_refused_and_never_dropped() {
        let dir = tempfile::tempdir().expect("a folder");
        let (header, master) = fresh(dir.path());
        let [first, copy] = paths(dir.path());
        let text = std::fs::read_to_string(&first).expect("there");
        // As a newer program would write it: a kind and a word that this one has never heard of, and the sum over both.
        let known = serde_json::to_string(&header.slots[0]).expect("writes");
        let future = known.replace("\"device\"", "\"hardware_key\"").replace('}', ",\"touch\":\"a \\\"word\\\"\"}");
        let with_check = |check: &str| {
            let pretty = serde_json::to_string_pretty(&header.slots[0]).expect("writes").replace('\n', "\n    ");
            assert!(text.contains(&pretty));
            text.replace(&pretty, &future).replace(&header.slot_checks[0], check)
        };
        let newer = with_check(&sum(None, future.as_bytes())[..16]);
        for path in [&first, &copy] {
            std::fs::write(path, &newer).expect("writes");
        }
        assert_eq!(Header::read(dir.path()), Err(Obstacle::NewerThanApp { before: None }));
        assert_eq!(std::fs::read_to_string(&first).expect("there"), newer);
        // The same without a right sum is damage, and the copy steps in.
        std::fs::write(&first, with_check("0000000000000000")).expect("writes");
        std::fs::write(&copy, &text).expect("writes");
        assert_eq!(Header::read(dir.path()), Ok((header.clone(), true)));
        // Another cipher for the pages is not taken for ours.
        let mut other = Header { cipher: "sqlite3mc aegis, raw key".to_owned(), ..header };
        other.write(dir.path(), &master).expect("writes");
        assert_eq!(Header::read(dir.path()), Err(Obstacle::NewerThanApp { before: None }));
    }

    #[test]
    fn g01_a_newer_header_is_left_alone() {
        let dir = tempfile::tempdir().expect("a folder");
        std::fs::write(dir.path().join(disk::HEADER), br#"{"format": 9, "unheard": "of"}"#).expect("writes");
        assert_eq!(Header::read(dir.path()), Err(Obstacle::NewerThanApp { before: None }));
    }
}

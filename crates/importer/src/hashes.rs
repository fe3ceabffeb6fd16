//! Which hashes came before, for files of millions of rows.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

/// From here on, hashes are packed.
const PACKED_FROM: usize = 50_000;
/// Heads of two bytes.
const HEADS: usize = 1 << 16;

/// A set of hashes of 64 bits: some eight bytes for each of many, where a table of the standard library takes up to twenty, and while it
/// grows one and a half times as many.
#[derive(Debug, Default)]
pub(crate) struct Hashes {
    few: HashSet<u64, Ready>,
    /// By their first two bytes: the six that are left of each, in the order in which they came.
    many: Vec<Vec<[u8; 6]>>,
    len: usize,
}

impl Hashes {
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether it was not there before.
    pub fn insert(&mut self, hash: u64) -> bool {
        let is_new = if self.many.is_empty() { self.few.insert(hash) } else { self.pack(hash) };
        self.len += usize::from(is_new);
        if self.few.len() == PACKED_FROM {
            self.many = vec![Vec::new(); HEADS];
            for hash in std::mem::take(&mut self.few) {
                self.pack(hash);
            }
        }
        is_new
    }

    fn pack(&mut self, hash: u64) -> bool {
        let [first, second, tail @ ..] = hash.to_be_bytes();
        let tails = &mut self.many[usize::from(u16::from_be_bytes([first, second]))];
        if tails.contains(&tail) {
            return false;
        }
        if tails.len() == tails.capacity() {
            tails.reserve_exact(tails.len() / 4 + 2);
        }
        tails.push(tail);
        true
    }
}

pub(crate) type Ready = BuildHasherDefault<AlreadyHashed>;

/// By hashes that need no hashing.
pub(crate) type ByHash<T> = HashMap<u64, T, Ready>;

/// The keys are hashes themselves.
#[derive(Default)]
pub(crate) struct AlreadyHashed(u64);

impl Hasher for AlreadyHashed {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }
    fn write_u64(&mut self, value: u64) {
        self.0 = value;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_knows_what_came_before_few_or_many_and_nothing_else() {
        let hash = |n: u64| u64::from_le_bytes(blake3::hash(&n.to_le_bytes()).as_bytes()[..8].try_into().expect("8 bytes"));
        let mut hashes = Hashes::default();
        let all = PACKED_FROM as u64 * 3;
        for n in 0..all {
            assert!(hashes.insert(hash(n)), "{n}");
            // The one before, and one that was there before they were packed.
            assert!(!hashes.insert(hash(n)) && !hashes.insert(hash(n / 2)), "{n}");
        }
        assert_eq!(hashes.len() as u64, all);
        // Alike in all but their heads or tails.
        for other in [hash(1) ^ 1, hash(1) ^ (1 << 63), hash(1).rotate_left(16)] {
            assert!(hashes.insert(other) && !hashes.insert(other));
        }
    }
}

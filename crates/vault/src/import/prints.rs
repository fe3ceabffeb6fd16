//! Fingerprints known to the vault, in memory.

use holdall_model::Fingerprint;

/// Prints are cut to 96 bits: among a hundred million rows, two different ones share a print with a chance below 10^-12.
pub(crate) const PRINT: usize = 12;

/// Where a version of a record stands: block * 256 + index in the block.
pub(crate) type Place = u32;

/// From print to place, in one flat table without further allocations: 16 bytes per slot.
///
/// The prints are keyed hashes, so nobody can choose them to collide, and they need no further hashing.
#[derive(Default)]
pub(crate) struct Prints {
    slots: Vec<[u8; 16]>,
    used: usize,
}

pub(crate) fn cut(print: &Fingerprint) -> [u8; PRINT] {
    let mut out = [0; PRINT];
    out.copy_from_slice(&print.0[..PRINT]);
    out
}

/// The part of a content print that is compared with one other print, never searched for: 64 bits are ample.
pub(crate) type Content = [u8; 8];

pub(crate) fn content(print: &Fingerprint) -> Content {
    let mut out = [0; 8];
    out.copy_from_slice(&print.0[..8]);
    out
}

impl Prints {
    pub(crate) fn with_room_for(n: usize) -> Self {
        Self { slots: vec![[0; 16]; capacity(n)], used: 0 }
    }

    pub(crate) fn get(&self, print: &[u8; PRINT]) -> Option<Place> {
        if self.slots.is_empty() {
            return None;
        }
        self.place_of(&self.slots[self.find(print)])
    }

    /// Remembers a place; a later one replaces an earlier one.
    pub(crate) fn insert(&mut self, print: &[u8; PRINT], place: Place) {
        // Three quarters full is as far as linear probing stays short.
        if (self.used + 1) * 4 > self.slots.len() * 3 {
            self.grow();
        }
        let at = self.find(print);
        if self.place_of(&self.slots[at]).is_none() {
            self.used += 1;
        }
        let slot = &mut self.slots[at];
        slot[..PRINT].copy_from_slice(print);
        slot[PRINT..].copy_from_slice(&(place + 1).to_le_bytes());
    }

    fn place_of(&self, slot: &[u8; 16]) -> Option<Place> {
        u32::from_le_bytes([slot[12], slot[13], slot[14], slot[15]]).checked_sub(1)
    }

    /// The slot that holds the print, or the free one where it belongs.
    fn find(&self, print: &[u8; PRINT]) -> usize {
        let start = u64::from_le_bytes([print[0], print[1], print[2], print[3], print[4], print[5], print[6], print[7]]);
        // As a share of the whole range: any number of slots will do, so that none need be kept for the next power of two.
        let mut at = ((u128::from(start) * self.slots.len() as u128) >> 64) as usize;
        loop {
            let slot = &self.slots[at];
            if slot[..PRINT] == print[..] || slot[PRINT..] == [0; 4] {
                return at;
            }
            at += 1;
            if at == self.slots.len() {
                at = 0;
            }
        }
    }

    fn grow(&mut self) {
        let larger = vec![[0; 16]; (self.slots.len() + self.slots.len() / 2).max(1024)];
        let old = std::mem::replace(&mut self.slots, larger);
        for slot in old.iter().filter(|s| s[PRINT..] != [0; 4]) {
            let mut print = [0; PRINT];
            print.copy_from_slice(&slot[..PRINT]);
            let at = self.find(&print);
            self.slots[at] = *slot;
        }
    }
}

fn capacity(n: usize) -> usize {
    // And a few more, so that the first one that is new does not make it grow.
    (n * 4 / 3 + n / 64).max(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn print(n: u64) -> [u8; PRINT] {
        cut(&Fingerprint(blake3::hash(&n.to_le_bytes()).as_bytes()[..16].try_into().expect("16 bytes")))
    }

    #[test]
    fn what_it_has_room_for_fits_and_takes_little_more() {
        for n in [0, 1, 767, 768, 3_000, 100_000] {
            let mut prints = Prints::with_room_for(n);
            let slots = prints.slots.len();
            assert!(slots <= n * 7 / 5 + 1024, "{n}");
            (0..n).for_each(|n| prints.insert(&print(n as u64), n as u32));
            assert_eq!(prints.slots.len(), slots, "{n}");
        }
    }

    #[test]
    fn it_finds_what_was_put_in_and_nothing_else() {
        let mut prints = Prints::default();
        assert_eq!(prints.get(&print(1)), None);
        for n in 0..100_000u64 {
            prints.insert(&print(n), n as u32);
        }
        prints.insert(&print(7), 4_000_000_000);
        for n in 0..100_000u64 {
            assert_eq!(prints.get(&print(n)), Some(if n == 7 { 4_000_000_000 } else { n as u32 }));
        }
        assert!((100_000..200_000).all(|n| prints.get(&print(n)).is_none()));
    }
}

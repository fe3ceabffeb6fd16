//! STREAM over XChaCha20-Poly1305: pieces of 64 KiB whose nonces say their number and whether they are the last one, so none can be
//! moved, repeated, taken out, added, or brought in from another archive.

use std::io::{Read, Write};

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};

use crate::VaultError;
use crate::keys::DerivedKey;

/// Plain bytes per piece.
pub(super) const CHUNK: usize = 64 * 1024;
pub(super) const TAG: usize = 16;

struct Pieces {
    cipher: XChaCha20Poly1305,
    /// The sum of the archive's head: a piece under another head does not open.
    head: [u8; 32],
    number: u32,
}

impl Pieces {
    fn new(key: &DerivedKey, head: [u8; 32]) -> Self {
        Self { cipher: XChaCha20Poly1305::new((&**key).into()), head, number: 0 }
    }

    /// The key belongs to one archive, so number and end make a nonce that never comes twice.
    fn nonce(&self, last: bool) -> XNonce {
        let mut nonce = [0; 24];
        nonce[19..23].copy_from_slice(&self.number.to_be_bytes());
        nonce[23] = u8::from(last);
        XNonce::from(nonce)
    }

    /// The nonce of the next piece to seal; no call gives the same one twice.
    fn next_nonce(&mut self, last: bool) -> Result<XNonce, VaultError> {
        let nonce = self.nonce(last);
        self.number = self.number.checked_add(1).ok_or(VaultError::Refused { what: "The backup", why: "it is too large" })?;
        Ok(nonce)
    }

    fn seal(&mut self, plain: &[u8], last: bool) -> Result<Vec<u8>, VaultError> {
        let nonce = self.next_nonce(last)?;
        let sealed = self.cipher.encrypt(&nonce, Payload { msg: plain, aad: &self.head });
        sealed.map_err(|_| VaultError::Engine { why: "XChaCha20-Poly1305" })
    }

    fn open(&mut self, sealed: &[u8], last: bool) -> Result<Vec<u8>, VaultError> {
        let plain = self.cipher.decrypt(&self.nonce(last), Payload { msg: sealed, aad: &self.head });
        let plain = plain.map_err(|_| VaultError::backup_damaged(format!("piece {} of its content", self.number + 1)))?;
        self.number = self.number.saturating_add(1);
        Ok(plain)
    }
}

/// Seals what is written to it.
pub(super) struct Sealer<W> {
    pieces: Pieces,
    waiting: Vec<u8>,
    out: W,
}

impl<W: Write> Sealer<W> {
    pub(super) fn new(key: &DerivedKey, head: [u8; 32], out: W) -> Self {
        Self { pieces: Pieces::new(key, head), waiting: Vec::with_capacity(CHUNK), out }
    }

    pub(super) fn put(&mut self, mut bytes: &[u8]) -> Result<(), VaultError> {
        while !bytes.is_empty() {
            // A full piece waits until it is known not to be the last.
            if self.waiting.len() == CHUNK {
                self.write(false)?;
            }
            let (now, later) = bytes.split_at(bytes.len().min(CHUNK - self.waiting.len()));
            self.waiting.extend_from_slice(now);
            bytes = later;
        }
        Ok(())
    }

    fn write(&mut self, last: bool) -> Result<(), VaultError> {
        let sealed = self.pieces.seal(&self.waiting, last)?;
        self.waiting.clear();
        self.out.write_all(&sealed).map_err(VaultError::disk("the backup"))
    }

    pub(super) fn finish(mut self) -> Result<W, VaultError> {
        self.write(true)?;
        Ok(self.out)
    }
}

/// Opens what a [`Sealer`] sealed. Every byte it hands out has been authenticated.
pub(super) struct Opener<R> {
    pieces: Pieces,
    input: R,
    /// Sealed bytes read ahead: only what follows tells whether a piece is the last one.
    ahead: Vec<u8>,
    plain: Vec<u8>,
    used: usize,
    ended: bool,
}

impl<R: Read> Opener<R> {
    pub(super) fn new(key: &DerivedKey, head: [u8; 32], mut input: R) -> Result<Self, VaultError> {
        let ahead = piece(&mut input)?;
        Ok(Self { pieces: Pieces::new(key, head), input, ahead, plain: Vec::new(), used: 0, ended: false })
    }

    pub(super) fn pieces(&self) -> u64 {
        u64::from(self.pieces.number)
    }

    /// Fills the whole buffer, or fails.
    pub(super) fn take(&mut self, mut buffer: &mut [u8]) -> Result<(), VaultError> {
        while !buffer.is_empty() {
            if self.used == self.plain.len() && !self.next()? {
                return Err(VaultError::backup_damaged("its end is missing"));
            }
            let n = buffer.len().min(self.plain.len() - self.used);
            buffer[..n].copy_from_slice(&self.plain[self.used..self.used + n]);
            self.used += n;
            buffer = &mut buffer[n..];
        }
        Ok(())
    }

    /// Whether everything has been taken, and the last piece was really the last.
    pub(super) fn at_end(&mut self) -> Result<bool, VaultError> {
        Ok(self.used == self.plain.len() && !self.next()?)
    }

    fn next(&mut self) -> Result<bool, VaultError> {
        if self.ended {
            return Ok(false);
        }
        let following = piece(&mut self.input)?;
        let last = following.is_empty();
        self.plain = self.pieces.open(&self.ahead, last)?;
        self.used = 0;
        self.ahead = following;
        self.ended = last;
        // An empty piece may only be the last one of an empty archive.
        Ok(!self.plain.is_empty())
    }
}

/// Opens one piece of an archive by its number, for whoever looks only at some.
pub(super) fn open_piece(key: &DerivedKey, head: [u8; 32], number: u32, sealed: &[u8], last: bool) -> Result<(), VaultError> {
    let mut pieces = Pieces { number, ..Pieces::new(key, head) };
    pieces.open(sealed, last).map(drop)
}

/// As many sealed bytes as one piece has at most.
fn piece(input: &mut impl Read) -> Result<Vec<u8>, VaultError> {
    let mut bytes = Vec::with_capacity(CHUNK + TAG);
    input.by_ref().take((CHUNK + TAG) as u64).read_to_end(&mut bytes).map_err(VaultError::disk("the backup"))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;
    use zeroize::Zeroizing;

    fn key(n: u8) -> DerivedKey {
        Zeroizing::new([n; 32])
    }

    fn sealed(key: &DerivedKey, head: u8, plain: &[u8]) -> Vec<u8> {
        let mut sealer = Sealer::new(key, [head; 32], Vec::new());
        for part in plain.chunks(10_007) {
            sealer.put(part).expect("seals");
        }
        sealer.finish().expect("seals")
    }

    fn opened(key: &DerivedKey, head: u8, sealed: &[u8], length: usize) -> Result<Vec<u8>, String> {
        let mut opener = Opener::new(key, [head; 32], sealed).map_err(|e| e.to_string())?;
        let mut plain = vec![0; length];
        opener.take(&mut plain).map_err(|e| e.to_string())?;
        if opener.at_end().map_err(|e| e.to_string())? { Ok(plain) } else { Err("more than expected".to_owned()) }
    }

    fn plain(length: usize) -> Vec<u8> {
        (0..length).map(|i| (i * 31 / 7) as u8).collect()
    }

    #[test]
    fn every_length_comes_back() {
        for length in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 5] {
            let plain = plain(length);
            let sealed = sealed(&key(1), 2, &plain);
            assert_eq!(opened(&key(1), 2, &sealed, length).as_deref(), Ok(plain.as_slice()), "{length}");
            assert!(opened(&key(1), 2, &sealed, length + 1).is_err());
            assert!(length == 0 || opened(&key(1), 2, &sealed, length - 1).is_err());
        }
    }

    /// Trial H4.
    #[test]
    fn h04_pieces_cannot_be_moved_repeated_dropped_added_or_mixed() {
        let length = 4 * CHUNK + 100;
        let (mine, other) = (sealed(&key(1), 2, &plain(length)), sealed(&key(1), 3, &plain(length)));
        let size = CHUNK + TAG;
        let parts = |bytes: &[u8]| bytes.chunks(size).map(<[u8]>::to_vec).collect::<Vec<_>>();
        let good = parts(&mine);
        let refused = |what: &str, parts: Vec<Vec<u8>>| {
            for length in [length, length - 100, length + CHUNK] {
                assert!(opened(&key(1), 2, &parts.concat(), length).is_err(), "{what}");
            }
        };
        let mut swapped = good.clone();
        swapped.swap(1, 2);
        refused("swapped", swapped);
        let mut repeated = good.clone();
        repeated.insert(2, good[1].clone());
        refused("repeated", repeated);
        refused("last dropped", good[..4].to_vec());
        let mut without = good.clone();
        without.remove(1);
        refused("one dropped", without);
        let mut mixed = good.clone();
        mixed[2] = parts(&other)[2].clone();
        refused("mixed from two", mixed);
        refused("appended", [good.clone(), vec![good[4].clone()]].concat());
        refused("appended plain", [good, vec![vec![0; 30]]].concat());
        assert!(opened(&key(2), 2, &mine, length).is_err() && opened(&key(1), 3, &mine, length).is_err());
    }

    /// Trial E17: no nonce twice in a million, and the same text never gives the same bytes.
    #[test]
    fn e17_no_nonce_comes_twice_in_a_million() {
        let mut pieces = Pieces::new(&key(1), [2; 32]);
        let nonces: HashSet<[u8; 24]> = (0..1_000_000).map(|_| pieces.next_nonce(false).expect("far from the end").into()).collect();
        assert_eq!(nonces.len(), 1_000_000);
        assert_ne!(pieces.nonce(true), pieces.nonce(false));
        let texts: HashSet<Vec<u8>> = (0..10_000).map(|_| pieces.seal(b"the same", false).expect("seals")).collect();
        assert_eq!(texts.len(), 10_000);
        pieces.number = u32::MAX;
        assert_eq!(pieces.seal(b"one too many", true).expect_err("refused").code(), "REFUSED");
    }
}

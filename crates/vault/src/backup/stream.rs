//! STREAM over XChaCha20-Poly1305: pieces of 64 KiB whose nonces say their number and whether they are the last one, so none can be
//! moved, repeated, taken out, added, or brought in from another archive.

use std::io::{Read, Write};

use chacha20poly1305::aead::{AeadInOut, KeyInit};
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

    /// Seals a piece where it stands; its tag comes behind it.
    fn seal(&mut self, piece: &mut Vec<u8>, last: bool) -> Result<(), VaultError> {
        let nonce = self.next_nonce(last)?;
        self.cipher.encrypt_in_place(&nonce, &self.head, piece).map_err(|_| VaultError::Engine { why: "XChaCha20-Poly1305" })
    }

    /// Opens a piece where it stands, and takes its tag off.
    fn open(&mut self, piece: &mut Vec<u8>, last: bool) -> Result<(), VaultError> {
        let opened = self.cipher.decrypt_in_place(&self.nonce(last), &self.head, piece);
        opened.map_err(|_| VaultError::backup_damaged(format!("piece {} of its content", u64::from(self.number) + 1)))?;
        self.number = self.number.saturating_add(1);
        Ok(())
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
        Self { pieces: Pieces::new(key, head), waiting: Vec::with_capacity(CHUNK + TAG), out }
    }

    pub(super) fn put(&mut self, mut bytes: &[u8]) -> Result<(), VaultError> {
        while !bytes.is_empty() {
            self.fill(&mut bytes)?;
        }
        Ok(())
    }

    /// Takes as many bytes as the waiting piece still has room for, and says how many came: none only at the input's end.
    pub(super) fn fill(&mut self, from: &mut impl Read) -> Result<usize, VaultError> {
        // A full piece waits until it is known not to be the last.
        if self.waiting.len() == CHUNK {
            self.write(false)?;
        }
        let room = (CHUNK - self.waiting.len()) as u64;
        from.take(room).read_to_end(&mut self.waiting).map_err(VaultError::disk("the vault"))
    }

    fn write(&mut self, last: bool) -> Result<(), VaultError> {
        self.pieces.seal(&mut self.waiting, last)?;
        self.out.write_all(&self.waiting).map_err(VaultError::disk("the backup"))?;
        self.waiting.clear();
        Ok(())
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
        let mut ahead = Vec::with_capacity(CHUNK + TAG);
        read_piece(&mut input, &mut ahead)?;
        let plain = Vec::with_capacity(CHUNK + TAG);
        Ok(Self { pieces: Pieces::new(key, head), input, ahead, plain, used: 0, ended: false })
    }

    pub(super) fn pieces(&self) -> u64 {
        u64::from(self.pieces.number)
    }

    /// Fills the whole buffer, or fails.
    pub(super) fn take(&mut self, mut buffer: &mut [u8]) -> Result<(), VaultError> {
        while !buffer.is_empty() {
            let some = self.take_some(buffer.len() as u64)?;
            let (now, later) = buffer.split_at_mut(some.len());
            now.copy_from_slice(some);
            buffer = later;
        }
        Ok(())
    }

    /// The next bytes, at least one and at most so many, or fails.
    pub(super) fn take_some(&mut self, most: u64) -> Result<&[u8], VaultError> {
        if self.used == self.plain.len() && !self.next()? {
            return Err(VaultError::backup_damaged("its end is missing"));
        }
        let left = &self.plain[self.used..];
        let some = &left[..usize::try_from(most).map_or(left.len(), |most| most.min(left.len()))];
        self.used += some.len();
        Ok(some)
    }

    /// Whether everything has been taken, and the last piece was really the last.
    pub(super) fn at_end(&mut self) -> Result<bool, VaultError> {
        Ok(self.used == self.plain.len() && !self.next()?)
    }

    fn next(&mut self) -> Result<bool, VaultError> {
        if self.ended {
            return Ok(false);
        }
        std::mem::swap(&mut self.plain, &mut self.ahead);
        self.used = 0;
        read_piece(&mut self.input, &mut self.ahead)?;
        self.ended = self.ahead.is_empty();
        if let Err(error) = self.pieces.open(&mut self.plain, self.ended) {
            // What did not open is not handed out by a later call either.
            self.plain.clear();
            self.ended = true;
            return Err(error);
        }
        // An empty piece may only be the last one of an empty archive.
        Ok(!self.plain.is_empty())
    }
}

/// Opens one piece of an archive by its number, for whoever looks only at some.
pub(super) fn open_piece(key: &DerivedKey, head: [u8; 32], number: u32, mut sealed: Vec<u8>, last: bool) -> Result<(), VaultError> {
    let mut pieces = Pieces { number, ..Pieces::new(key, head) };
    pieces.open(&mut sealed, last)
}

/// As many sealed bytes as one piece has at most; none at the end.
fn read_piece(input: &mut impl Read, piece: &mut Vec<u8>) -> Result<(), VaultError> {
    piece.clear();
    input.by_ref().take((CHUNK + TAG) as u64).read_to_end(piece).map_err(VaultError::disk("the backup"))?;
    Ok(())
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
        let seal = |pieces: &mut Pieces| {
            let mut text = b"the same".to_vec();
            pieces.seal(&mut text, false).map(|()| text)
        };
        let texts: HashSet<Vec<u8>> = (0..10_000).map(|_| seal(&mut pieces).expect("seals")).collect();
        assert_eq!(texts.len(), 10_000);
        pieces.number = u32::MAX;
        assert_eq!(seal(&mut pieces).expect_err("refused").code(), "REFUSED");
    }
}

//! The files a person imported, kept byte for byte: compressed, sealed, and readable from any place.
//!
//! Form of a sealed file: `HLDBLOB1` ‖ 32 random bytes ‖ chunks ‖ sealed table of chunk lengths ‖ its length (u32) ‖ `1BOLBDLH`.
//! Each file has its own key (HKDF of the vault's blob key with the random bytes), so the chunk number can be the nonce.
//! Order, number and end of the chunks are authenticated: by the nonces, by the table, and by the file's exact size.

mod keeper;
mod orphans;
mod reader;
mod seal;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};

pub(crate) use keeper::Keeper;
pub(crate) use orphans::collect_orphans;
pub use reader::OriginalReader;
pub use seal::SealedOriginal;
pub(crate) use seal::{hash, reseal};

use crate::keys::DerivedKey;

const MAGIC: &[u8; 8] = b"HLDBLOB1";
const END: &[u8; 8] = b"1BOLBDLH";
const SALT: usize = 32;
/// Plain bytes per chunk: a row is read back by opening one or two of them.
const CHUNK: usize = 256 * 1024;
const TAG: usize = 16;

#[derive(Clone, Copy)]
enum Part {
    Chunk(u64),
    Table,
}

/// The cipher of one sealed file.
struct BlobCipher {
    cipher: XChaCha20Poly1305,
    salt: [u8; SALT],
}

impl BlobCipher {
    fn new(blob_key: &DerivedKey, salt: [u8; SALT]) -> Self {
        let key = crate::keys::expand(&salt, blob_key.as_ref(), b"v1/blob-file");
        Self { cipher: XChaCha20Poly1305::new((&*key).into()), salt }
    }

    fn nonce(part: Part) -> XNonce {
        let mut nonce = [0; 24];
        match part {
            Part::Chunk(number) => nonce[..8].copy_from_slice(&number.to_le_bytes()),
            Part::Table => nonce[23] = 1,
        }
        XNonce::from(nonce)
    }

    fn seal(&self, part: Part, plain: &[u8]) -> Option<Vec<u8>> {
        self.cipher.encrypt(&Self::nonce(part), Payload { msg: plain, aad: &self.salt }).ok()
    }

    fn open(&self, part: Part, sealed: &[u8]) -> Option<Vec<u8>> {
        self.cipher.decrypt(&Self::nonce(part), Payload { msg: sealed, aad: &self.salt }).ok()
    }
}

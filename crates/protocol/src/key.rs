//! Keys: who signed, and to whom a parcel is sealed. Named by their RFC 7638 thumbprint everywhere.

mod jwk;
mod pairwise;
mod seal;
mod sign;

pub use jwk::{Jwk, Thumbprint};
pub use pairwise::Pairwise;
pub use seal::{OpeningKey, SealingKey};
pub use sign::{SigningKey, VerifyingKey};

/// A key that this protocol does not use: another curve, a wrong length, or a point that makes every signature valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the key is not a usable Ed25519 or X25519 key")]
pub struct KeyError;

//! The wire: messages of the Data Grant Protocol, their envelope, and the rules both sides keep.
//!
//! This room does no I/O. It knows neither vault nor server nor screen, and nothing of a person's records beyond the
//! form in which they travel: a client in another language could be written from `docs/protocol.md` and would agree with it.
//! Time is passed in as seconds since 1970, randomness as [`Entropy`].
//!
//! A message is written with [`Signed::sign`] and read with [`Signed::verify`]; a parcel is built as a
//! [`payload`], sealed with [`jose::seal`] and opened with [`jose::open`]. What a message must satisfy beyond its
//! signature is in [`rules`]; what may follow what is in [`state`].

#![forbid(unsafe_code)]

mod base64url;
mod digest;
mod entropy;
pub mod jose;
pub mod json;
pub mod key;
pub mod limits;
pub mod message;
pub mod names;
pub mod payload;
mod period;
mod problem;
pub mod rules;
pub mod state;
pub mod strand;
pub mod transform;

pub use digest::Digest;
pub use entropy::{Entropy, EntropyError, SystemEntropy, fresh_id};
pub use jose::{JoseError, Message, Place, Signed};
pub use period::{Period, rfc3339, utc_date};
pub use problem::{Code, Problem};
pub use uuid::Uuid;

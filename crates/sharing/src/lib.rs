//! Slice, preview, grant, receipt, withdrawal, delivery and proof.
mod address;
mod network;
mod text;
mod words;
pub use address::{AddressError, Origin};
pub use network::{Client, NetworkError, Patience, Policy};
pub use text::{localised, plain};
pub use words::key_words;

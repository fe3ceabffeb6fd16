//! What sharing must not forget: partners, shares, settings.
//!
//! Texts of the rooms above are kept as they came; nothing here understands them.

mod read;
mod types;
mod write;

pub use types::*;
pub use write::Ledger;

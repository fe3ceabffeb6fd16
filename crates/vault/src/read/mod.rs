//! Reading: records by words and filters, single records, summaries.

mod find;
mod record;
mod shelf;
mod summary;
mod types;

pub(crate) use shelf::Shelf;
pub use types::*;

//! Every act, chained by hashes and sealed, written in the transaction of the act itself.

pub(crate) mod chain;
mod event;

pub use chain::{AuditEntry, AuditReport};
pub use event::{Act, AuditEvent};

mod event;

pub use event::{Act, AuditEvent};

//! Work that runs beside other work of the same call.

use std::thread::{Builder, Scope, ScopedJoinHandle};

use crate::VaultError;

/// Starts it. A system that is out of threads gives an error and no panic.
pub(crate) fn start<'scope, T: Send + 'scope>(
    scope: &'scope Scope<'scope, '_>,
    work: impl FnOnce() -> T + Send + 'scope,
) -> Result<ScopedJoinHandle<'scope, T>, VaultError> {
    Builder::new().spawn_scoped(scope, work).map_err(|_| VaultError::Engine { why: "the system gave no thread" })
}

/// Waits for what came out of it. Its panic goes on here.
pub(crate) fn end<T>(work: ScopedJoinHandle<'_, T>) -> T {
    work.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

use std::time::{Duration, Instant};

use holdall_model::Task;

use super::{Backup, BackupKey, Depth};
use crate::audit::{Act, AuditEvent};
use crate::{Vault, VaultError, meta};

/// A drill that succeeded: the backup really gives the vault back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DrillReport {
    /// Number of the backup.
    pub number: u64,
    pub took: Duration,
    /// Rows of the database that were compared with what the vault held when the backup was made.
    pub rows: u64,
    /// Originals that were read back to their last byte.
    pub originals: u64,
}

impl Vault {
    /// Restores a backup to a temporary place, compares all of it with what the vault held, and takes it away again. What is
    /// wrong is an error; both outcomes are written to the audit log.
    pub fn drill(&self, backup: &Backup, task: &Task) -> Result<DrillReport, VaultError> {
        let started = Instant::now();
        let outcome = backup.verify(BackupKey::Vault(self), Depth::Full, task);
        if matches!(outcome, Err(VaultError::Cancelled)) {
            return Err(VaultError::Cancelled);
        }
        let now = self.inner().outside.clock.now_ms();
        let event = AuditEvent::new(Act::Drilled, backup.number.to_string()).count("passed", u64::from(outcome.is_ok()));
        self.transact(event, |tx, _| if outcome.is_ok() { meta::set(tx, "drilled_at", now) } else { Ok(()) })?;
        let verified = outcome?;
        Ok(DrillReport { number: backup.number, took: started.elapsed(), rows: verified.rows, originals: verified.originals })
    }

    /// When a drill last succeeded, in milliseconds since 1970 UTC.
    pub fn last_drill(&self) -> Result<Option<i64>, VaultError> {
        meta::get(&*self.reader()?, "drilled_at")
    }
}

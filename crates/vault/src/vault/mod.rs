//! The handle: making a vault, opening it, proving the recovery code, and closing it.

mod check;
mod create;
mod new_key;
mod open;
mod recovery;
mod status;
mod swap;
mod ways_in;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::{Transaction, TransactionBehavior};

use crate::audit::{self, AuditEntry, AuditEvent, AuditReport};
use crate::db::{Database, Reader, Writer};
use crate::disk::Lock;
use crate::keys::{DerivedKey, Header, MasterKey, Purpose};
use crate::originals::Keeper;
use crate::search::Search;
use crate::{Obstacle, Outside, VaultError};

pub(crate) use check::check_originals;
pub use check::{BrokenOriginal, CheckReport};
pub use create::{Created, FirstKey};
pub(crate) use create::{check_place, make_beside};
pub use new_key::{NewMasterKey, NewWays};
pub use open::Key;
pub(crate) use open::{assemble, unlock};
pub(crate) use status::ways_in;
pub use status::{Info, Status, WayIn};
pub use swap::Expect;
pub use ways_in::Binding;

/// An open vault. Cheap to clone, usable from any thread; the last clone that is dropped closes it and wipes the keys.
#[derive(Clone)]
pub struct Vault(Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) search: Arc<Search>,
    pub(crate) main: Arc<Database>,
    pub(crate) originals: Keeper,
    header: Mutex<Header>,
    master: MasterKey,
    audit_key: DerivedKey,
    fingerprint_key: DerivedKey,
    audit_at_start: AuditReport,
    pub(crate) outside: Outside,
    pub(crate) dir: PathBuf,
    /// Last, so that it is let go when every file is closed.
    _lock: Lock,
}

impl Vault {
    /// The folder it lives in.
    pub fn dir(&self) -> &Path {
        &self.0.dir
    }

    /// Closes the vault: its database and every key in memory are wiped. [`Obstacle::InUse`] where another handle still works, such as
    /// a running import; then the last one of them closes it.
    pub fn close(self) -> Result<(), VaultError> {
        Arc::try_unwrap(self.0).map(drop).map_err(|_| Obstacle::InUse.into())
    }

    /// Key for the importer's fingerprints: rows of different vaults have nothing in common.
    pub fn fingerprint_key(&self) -> [u8; 32] {
        *self.0.fingerprint_key
    }

    /// The audit log, oldest first, from after a number on.
    pub fn audit(&self, after: i64, limit: u32) -> Result<Vec<AuditEntry>, VaultError> {
        audit::chain::list(&*self.reader()?, after, limit)
    }

    /// What the check of the audit log found when the vault was opened. Damage there does not keep the vault shut.
    pub fn audit_at_start(&self) -> &AuditReport {
        &self.0.audit_at_start
    }

    /// Writes the whole audit log as lines of JSON that anybody can check: each entry as it was hashed, and its hash; see
    /// docs/storage.md. Returns how many entries there are.
    pub fn export_audit(&self, to: &mut dyn std::io::Write, task: &holdall_model::Task) -> Result<u64, VaultError> {
        let entries = audit::chain::export(&*self.reader()?, to, task)?;
        let event = AuditEvent::new(audit::Act::DataExported, "audit").count("entries", entries);
        self.transact(event, |_, _| Ok::<_, VaultError>(()))?;
        Ok(entries)
    }

    /// Checks every entry of the audit log and names the first place that does not fit.
    pub fn verify_audit(&self, task: &holdall_model::Task) -> Result<AuditReport, VaultError> {
        audit::chain::verify(&*self.reader()?, &self.0.audit_key, task)
    }

    pub(crate) fn inner(&self) -> &Arc<Inner> {
        &self.0
    }

    pub(crate) fn reader(&self) -> Result<Reader, VaultError> {
        self.0.main.reader()
    }

    /// The one way to change anything: a transaction that also writes what was done.
    pub(crate) fn transact<T, E: From<VaultError>>(
        &self,
        event: AuditEvent,
        act: impl FnOnce(&Transaction<'_>, &mut AuditEvent) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut writer = self.0.main.writer()?;
        self.0.transact_on(&mut writer, event, act)
    }

    pub(crate) fn header(&self) -> MutexGuard<'_, Header> {
        self.0.header.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    pub(crate) fn transact_on<T, E: From<VaultError>>(
        &self,
        writer: &mut Writer,
        mut event: AuditEvent,
        act: impl FnOnce(&Transaction<'_>, &mut AuditEvent) -> Result<T, E>,
    ) -> Result<T, E> {
        let full = crate::disk::or_full(&self.dir);
        let begun = writer.transaction_with_behavior(TransactionBehavior::Immediate).map_err(VaultError::from);
        let tx = begun.map_err(&full)?;
        let value = act(&tx, &mut event)?;
        audit::chain::append(&tx, &self.audit_key, self.outside.clock.now_ms(), &event).map_err(&full)?;
        tx.commit().map_err(|e| full(e.into()))?;
        Ok(value)
    }

    pub(crate) fn audit_key(&self) -> &DerivedKey {
        &self.audit_key
    }

    pub(crate) fn master(&self) -> &MasterKey {
        &self.master
    }

    pub(crate) fn derive(&self, purpose: Purpose) -> DerivedKey {
        self.master.derive(purpose)
    }
}

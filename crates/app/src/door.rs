//! The one open vault, and how to know that nobody is at work in it any more.

use std::ops::Deref;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use holdall_vault::Vault;

use crate::{AppError, Task, lock};

/// How often a wait looks whether it was cancelled.
const LOOK: Duration = Duration::from_millis(100);

/// Whether a vault is open here, for commands that outlive its locking.
#[derive(Default)]
pub struct Door {
    in_use: Mutex<bool>,
    free: Condvar,
}

impl Door {
    pub fn enter(self: &Arc<Self>, vault: Vault) -> OpenVault {
        *lock(&self.in_use) = true;
        OpenVault { vault, _inside: Inside(self.clone()) }
    }

    /// Waits until the vault that was opened last is closed.
    pub fn wait_until_free(&self, task: &Task) -> Result<(), AppError> {
        let mut in_use = lock(&self.in_use);
        if *in_use {
            task.phase("finishing", None)?;
        }
        while *in_use {
            task.step(0)?;
            in_use = self.free.wait_timeout(in_use, LOOK).unwrap_or_else(PoisonError::into_inner).0;
        }
        Ok(())
    }
}

/// An open vault. Whoever holds it last closes it.
pub struct OpenVault {
    /// Dropped before `_inside`: the door is free once the vault is closed.
    vault: Vault,
    _inside: Inside,
}

impl OpenVault {
    pub fn into_inner(self) -> Vault {
        self.vault
    }
}

impl Deref for OpenVault {
    type Target = Vault;

    fn deref(&self) -> &Vault {
        &self.vault
    }
}

struct Inside(Arc<Door>);

impl Drop for Inside {
    fn drop(&mut self) {
        *lock(&self.0.in_use) = false;
        self.0.free.notify_all();
    }
}

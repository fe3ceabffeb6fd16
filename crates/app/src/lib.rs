//! The use cases: one API for every front end.
//!
//! A command is a request and a view ([`view`]), listed once in [`command`]'s table; the window calls it by name through
//! [`App::call`], the command line through [`App::run`]. This room introduces importer, vault and sharing to each other;
//! it must not know Tauri, the terminal, SQL, ciphers or sockets.

mod audit;
mod backup;
pub mod command;
mod config;
mod definition;
mod door;
mod error;
mod export;
mod failure;
mod home;
mod idle;
mod import;
mod interrupt;
mod keys;
mod kit;
mod log;
mod new_file;
mod partner;
mod place;
mod process;
mod proof;
mod record;
mod reminder;
mod running;
mod settings;
mod share;
mod time;
mod vault;
mod vendor;
pub mod view;
mod watch;

#[cfg(test)]
extern crate self as holdall_app;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod trials;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Instant;

pub use config::Config;
pub use error::{AppError, CODES};
pub use holdall_model::{Progress, Task};
pub use holdall_vault::WipedHeap;
pub use interrupt::on_interrupt;
pub use process::{Face, harden};

use command::{Needs, Request};
use door::{Door, OpenVault};
use holdall_model::{Clock, SystemClock};
use holdall_vault::{NewMasterKey, Obstacle, Outside, RecoveryCode, Vault};
use idle::Idle;
use log::Log;
use running::Running;
use view::settings::Settings;

/// A command that can be carried out.
pub trait Run: Request {
    /// Does the work. Long work steps `task` and stops soon after it is cancelled, with nothing half done.
    fn run(self, app: &App, task: &Task) -> Result<Self::View, AppError>;
}

/// One running Holdall: a vault that may be open, and what waits for a confirmation.
pub struct App {
    config: Config,
    clock: Arc<dyn Clock>,
    vault: Mutex<Option<Arc<OpenVault>>>,
    door: Arc<Door>,
    /// A vault was open in this run, and was locked.
    was_locked: AtomicBool,
    /// Typed keys that did not fit since the vault was open last; noted in its log when it opens. A closed vault is never written to.
    refused_keys: AtomicU64,
    settings: Mutex<Settings>,
    idle: Mutex<Idle>,
    running: Running,
    watched: Mutex<watch::Watched>,
    log: Log,
    previews: Mutex<import::Previews>,
    shares: Mutex<share::Previews>,
    /// The recovery code, from when it is made until it is proved: its page can be saved in between.
    shown_code: Mutex<Option<RecoveryCode>>,
    /// A vault under a new master key, from when it is written until its recovery code is proved.
    new_key: Mutex<Option<NewMasterKey>>,
    /// When the passphrase was typed last.
    confirmed: Mutex<Option<Instant>>,
    network: OnceLock<tokio::runtime::Runtime>,
}

impl App {
    /// Starts without opening the vault.
    pub fn open(config: Config) -> Result<Self, AppError> {
        Self::open_at(config, Arc::new(SystemClock))
    }

    /// The same with another clock than the machine's.
    pub fn open_at(config: Config, clock: Arc<dyn Clock>) -> Result<Self, AppError> {
        let settings = settings::read(&config.settings_file);
        let log = Log::open(config.log_file.as_deref());
        log::note_panics(config.log_file.as_deref());
        Ok(Self {
            config,
            clock,
            vault: Mutex::new(None),
            door: Arc::default(),
            was_locked: AtomicBool::new(false),
            refused_keys: AtomicU64::new(0),
            settings: Mutex::new(settings),
            idle: Mutex::default(),
            running: Running::default(),
            watched: Mutex::default(),
            log,
            previews: Mutex::default(),
            shares: Mutex::default(),
            shown_code: Mutex::default(),
            new_key: Mutex::default(),
            confirmed: Mutex::default(),
            network: OnceLock::new(),
        })
    }

    /// Runs a command.
    pub fn run<R: Run>(&self, request: R, task: &Task) -> Result<R::View, AppError> {
        let start = Instant::now();
        let _running = self.running.enter(task);
        // The one border for every face: whatever broke inside, the program goes on, and nothing is half done.
        let ended = failure::guarded(|| self.checked_run(request, task)).unwrap_or_else(|| Err(AppError::stopped_unexpectedly()));
        if R::BY_ITSELF && ended.is_ok() {
            return ended;
        }
        self.log.command(self.clock.now_ms(), R::NAME, start.elapsed(), ended.as_ref().err().map(|error| error.code));
        ended
    }

    fn checked_run<R: Run>(&self, request: R, task: &Task) -> Result<R::View, AppError> {
        if R::NEEDS != Needs::Nothing && lock(&self.vault).is_none() {
            return Err(match Vault::look(&self.config.vault_dir) {
                Err(Obstacle::NoVault) => AppError::no_vault(),
                _ => AppError::vault_locked(),
            });
        }
        if R::NEEDS == Needs::Person {
            self.require_person()?;
        }
        request.run(self, task)
    }

    /// Runs a command by name, JSON in and JSON out: the bridge of the window.
    pub fn call(&self, name: &str, request: &str, task: &Task) -> Result<String, AppError> {
        command::dispatch(self, name, request, task)
    }

    /// Locks the vault and forgets what waited for a confirmation. What is under way goes on with the vault it has, also what was paused: nobody
    /// could continue it from a locked window, and it would keep the vault from ever closing.
    pub fn close(&self) {
        self.running.resume_all();
        lock(&self.watched).forget();
        lock(&self.previews).clear();
        lock(&self.shares).clear();
        lock(&self.shown_code).take();
        lock(&self.new_key).take();
        lock(&self.confirmed).take();
        if lock(&self.vault).take().is_some() {
            self.was_locked.store(true, Ordering::Relaxed);
        }
    }

    /// Asks everything that is under way to stop, for the program is to end, and says whether anything was.
    pub fn stop(&self) -> bool {
        self.running.cancel_all()
    }

    pub(crate) fn config(&self) -> &Config {
        &self.config
    }

    pub(crate) fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    pub(crate) fn outside(&self) -> Outside {
        Outside { clock: self.clock.clone(), ..Outside::system() }
    }

    /// The open vault.
    pub(crate) fn vault(&self) -> Result<Arc<OpenVault>, AppError> {
        lock(&self.vault).clone().ok_or_else(AppError::vault_locked)
    }

    /// Whether the vault is open now.
    pub fn is_open(&self) -> bool {
        lock(&self.vault).is_some()
    }

    pub(crate) fn vault_if_open(&self) -> Option<Arc<OpenVault>> {
        lock(&self.vault).clone()
    }

    pub(crate) fn set_vault(&self, vault: Vault) {
        self.person_seen();
        *lock(&self.vault) = Some(Arc::new(self.door.enter(vault)));
    }

    /// Waits for network work. There is no network before the first command that needs it.
    pub(crate) fn block_on<T>(&self, work: impl Future<Output = T>) -> Result<T, AppError> {
        if self.network.get().is_none() {
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
            let runtime = runtime.map_err(|_| {
                AppError::new("failed", "The system gave no thread for network work.", "Close other programs and try again.")
            })?;
            // Another thread may have been first; then its runtime serves, and ours is dropped.
            let _ = self.network.set(runtime);
        }
        let runtime = self.network.get().ok_or_else(AppError::stopped_unexpectedly)?;
        Ok(runtime.block_on(work))
    }
}

/// A panic while a lock is held leaves plain values behind, none of them half changed.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

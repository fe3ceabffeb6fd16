use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// How far a long piece of work has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// What is being done: a stable word such as `reading` or `storing`.
    pub phase: &'static str,
    /// Units done in this phase (bytes read, records stored…).
    pub done: u64,
    /// Units in all, where known.
    pub total: Option<u64>,
}

/// The person asked to stop. Everything done so far is rolled back by whoever receives this.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cancelled;

impl std::fmt::Display for Cancelled {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("stopped on request")
    }
}

impl std::error::Error for Cancelled {}

type Report = Box<dyn Fn(Progress) + Send + Sync>;

struct Shared {
    cancelled: AtomicBool,
    done: AtomicU64,
    report: Option<Report>,
    state: Mutex<State>,
}

struct State {
    phase: &'static str,
    total: Option<u64>,
    last_report: Option<Instant>,
}

/// Progress and cancellation of one long function. Cheap to clone; the clone steers the same work.
#[derive(Clone)]
pub struct Task(Arc<Shared>);

impl Default for Task {
    fn default() -> Self {
        Self::silent()
    }
}

impl Task {
    const REPORT_EVERY: Duration = Duration::from_millis(100);

    /// A task nobody watches. It can still be cancelled.
    pub fn silent() -> Self {
        Self::build(None)
    }

    /// A task that reports at most ten times a second, and at each change of phase.
    pub fn reporting(report: impl Fn(Progress) + Send + Sync + 'static) -> Self {
        Self::build(Some(Box::new(report)))
    }

    fn build(report: Option<Report>) -> Self {
        Self(Arc::new(Shared {
            cancelled: AtomicBool::new(false),
            done: AtomicU64::new(0),
            report,
            state: Mutex::new(State { phase: "", total: None, last_report: None }),
        }))
    }

    /// Starts a phase and sets its size.
    pub fn phase(&self, phase: &'static str, total: Option<u64>) -> Result<(), Cancelled> {
        self.0.done.store(0, Ordering::Relaxed);
        {
            let mut state = self.lock();
            state.phase = phase;
            state.total = total;
            state.last_report = None;
        }
        self.step(0)
    }

    /// Counts `n` more units. Call it at the head of every loop over foreign input.
    pub fn step(&self, n: u64) -> Result<(), Cancelled> {
        if self.0.cancelled.load(Ordering::Relaxed) {
            return Err(Cancelled);
        }
        let done = self.0.done.fetch_add(n, Ordering::Relaxed) + n;
        if let Some(report) = &self.0.report {
            let mut state = self.lock();
            let due = state.last_report.is_none_or(|last| last.elapsed() >= Self::REPORT_EVERY);
            if due {
                state.last_report = Some(Instant::now());
                let progress = Progress { phase: state.phase, done, total: state.total };
                drop(state);
                report(progress);
            }
        }
        Ok(())
    }

    /// Asks the work to stop at its next step.
    pub fn cancel(&self) {
        self.0.cancelled.store(true, Ordering::Relaxed);
    }

    pub fn is_cancelled(&self) -> bool {
        self.0.cancelled.load(Ordering::Relaxed)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cancelled_task_stops_at_its_next_step() {
        let task = Task::silent();
        assert_eq!(task.step(1), Ok(()));
        task.clone().cancel();
        assert_eq!(task.step(1), Err(Cancelled));
    }

    #[test]
    fn each_phase_is_reported_at_once() {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let sink = seen.clone();
        let task = Task::reporting(move |p| sink.lock().expect("no panic while held").push(p.phase));
        task.phase("reading", Some(10)).expect("not cancelled");
        task.step(1).expect("not cancelled");
        task.phase("storing", None).expect("not cancelled");
        assert_eq!(*seen.lock().expect("no panic while held"), ["reading", "storing"]);
    }
}

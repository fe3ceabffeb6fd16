use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::estimate::Estimate;

/// How far a long piece of work has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// What is being done: a stable word such as `reading` or `storing`.
    pub phase: &'static str,
    /// Units done in this phase (bytes read, records stored…).
    pub done: u64,
    /// Units in all, where known.
    pub total: Option<u64>,
    /// How long this phase still takes, where its pace and its end are known.
    pub left: Option<Duration>,
    /// The work stands still until it is resumed.
    pub paused: bool,
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
    paused: AtomicBool,
    done: AtomicU64,
    report: Option<Report>,
    state: Mutex<State>,
    /// Told when the work may go on, or must end.
    go_on: Condvar,
}

struct State {
    phase: &'static str,
    total: Option<u64>,
    last_report: Option<Instant>,
    estimate: Estimate,
    /// When this phase began, moved on by the pauses in it.
    began: Instant,
    paused_since: Option<Instant>,
}

/// Progress, pauses and cancellation of one long function. Cheap to clone; the clone steers the same work.
#[derive(Clone)]
pub struct Task {
    shared: Arc<Shared>,
    /// Whether its steps count as progress.
    counts: bool,
}

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
        let state =
            State { phase: "", total: None, last_report: None, estimate: Estimate::default(), began: Instant::now(), paused_since: None };
        let shared = Shared {
            cancelled: AtomicBool::new(false),
            paused: AtomicBool::new(false),
            done: AtomicU64::new(0),
            report,
            state: Mutex::new(state),
            go_on: Condvar::new(),
        };
        Self { shared: Arc::new(shared), counts: true }
    }

    /// The same task for work that runs beside the one whose progress is shown: it pauses and ends with it, and counts nothing.
    pub fn beside(&self) -> Self {
        Self { shared: self.shared.clone(), counts: false }
    }

    /// Starts a phase and sets its size.
    pub fn phase(&self, phase: &'static str, total: Option<u64>) -> Result<(), Cancelled> {
        if self.counts {
            self.shared.done.store(0, Ordering::Relaxed);
            let mut state = self.lock();
            state.phase = phase;
            state.total = total;
            state.last_report = None;
            state.estimate = Estimate::default();
            state.began = Instant::now();
        }
        self.step(0)
    }

    /// Counts `n` more units. Call it at the head of every loop over foreign input. Waits here as long as the task is paused.
    pub fn step(&self, n: u64) -> Result<(), Cancelled> {
        if self.shared.paused.load(Ordering::Relaxed) {
            self.wait();
        }
        if self.is_cancelled() {
            return Err(Cancelled);
        }
        if !self.counts {
            return Ok(());
        }
        let done = self.shared.done.fetch_add(n, Ordering::Relaxed) + n;
        if let Some(report) = &self.shared.report {
            let mut state = self.lock();
            let now = Instant::now();
            let due = state.last_report.is_none_or(|last| now.saturating_duration_since(last) >= Self::REPORT_EVERY);
            if due {
                state.last_report = Some(now);
                let progress = state.progress(now, done, false);
                drop(state);
                report(progress);
            }
        }
        Ok(())
    }

    /// Stands still until the task is resumed or cancelled.
    fn wait(&self) {
        if let Some(report) = self.shared.report.as_ref().filter(|_| self.counts && !self.is_cancelled()) {
            let done = self.shared.done.load(Ordering::Relaxed);
            let progress = self.lock().progress(Instant::now(), done, true);
            report(progress);
        }
        let mut state = self.lock();
        while self.shared.paused.load(Ordering::Relaxed) && !self.is_cancelled() {
            state = self.shared.go_on.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        // That it goes on is news.
        state.last_report = None;
    }

    /// Asks the work to stand still at its next step. It keeps what it holds meanwhile: files, a transaction, the vault.
    pub fn pause(&self) {
        let mut state = self.lock();
        state.paused_since.get_or_insert_with(Instant::now);
        self.shared.paused.store(true, Ordering::Relaxed);
    }

    /// Lets paused work go on.
    pub fn resume(&self) {
        let mut state = self.lock();
        if let Some(since) = state.paused_since.take() {
            // A phase may have begun while it waited for the pause.
            let stood = Instant::now().saturating_duration_since(since.max(state.began));
            state.began += stood;
        }
        self.shared.paused.store(false, Ordering::Relaxed);
        self.shared.go_on.notify_all();
    }

    /// Asks the work to stop at its next step, paused or not.
    pub fn cancel(&self) {
        // Under the lock, so that no wait begins between the two.
        let _state = self.lock();
        self.shared.cancelled.store(true, Ordering::Relaxed);
        self.shared.go_on.notify_all();
    }

    pub fn is_cancelled(&self) -> bool {
        self.shared.cancelled.load(Ordering::Relaxed)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.shared.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn progress(&mut self, now: Instant, done: u64, paused: bool) -> Progress {
        let left = match paused {
            true => None,
            false => self.estimate.update(now.saturating_duration_since(self.began), done, self.total),
        };
        Progress { phase: self.phase, done, total: self.total, left, paused }
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

    /// A loop that steps a task until it is cancelled, and says how many steps it took.
    fn worker(task: &Task) -> std::thread::JoinHandle<u64> {
        let task = task.clone();
        std::thread::spawn(move || {
            let mut steps = 0;
            while task.step(1).is_ok() {
                steps += 1;
            }
            steps
        })
    }

    #[test]
    fn paused_work_stands_still_says_so_goes_on_and_ends_at_once_when_cancelled() {
        let (tell, told) = std::sync::mpsc::channel();
        let task = Task::reporting(move |p| {
            let _ = tell.send(p);
        });
        let next = |wanted: &dyn Fn(&Progress) -> bool| {
            let mut seen = Vec::new();
            loop {
                let progress = told.recv_timeout(Duration::from_secs(10)).unwrap_or_else(|_| panic!("never told; seen {seen:?}"));
                if wanted(&progress) {
                    return progress;
                }
                seen.push(progress);
            }
        };
        task.phase("reading", Some(u64::MAX)).expect("not cancelled");
        let (work, beside) = (worker(&task), worker(&task.beside()));
        next(&|p| p.done > 0);
        task.pause();
        let stopped = next(&|p| p.paused);
        assert_eq!(told.recv_timeout(Duration::from_millis(300)), Err(std::sync::mpsc::RecvTimeoutError::Timeout), "it stands still");
        task.resume();
        assert!(!next(&|p| p.done > stopped.done).paused);
        task.pause();
        next(&|p| p.paused);
        let asked = Instant::now();
        task.cancel();
        let steps = work.join().expect("it ended");
        beside.join().expect("it ended as well");
        assert!(asked.elapsed() < Duration::from_secs(1), "{:?}", asked.elapsed());
        assert!(steps >= stopped.done, "only the steps of the work itself were counted: {steps}, {}", stopped.done);
    }

    #[test]
    fn the_time_of_a_pause_is_no_time_of_work() {
        let task = Task::silent();
        task.phase("reading", Some(10)).expect("not cancelled");
        let began = task.lock().began;
        task.pause();
        task.lock().paused_since = Some(began);
        let before = Instant::now();
        task.resume();
        assert!(task.lock().began >= before, "all of it was a pause");
    }
}

//! Locks a vault that nobody uses: after a while without a person, and after the computer slept.

use std::time::{Duration, Instant, SystemTime};

use crate::view::Done;
use crate::view::vault::StillHere;
use crate::{App, AppError, Run, Task, lock};

/// A computer that lets a program do nothing for longer than this was asleep, or its programs were held.
const SLEPT: Duration = Duration::from_secs(30);

/// When a person was last seen. Counted on the clock that no one can set. That clock stands still during sleep on Linux and macOS and goes
/// on during it on Windows, so both clocks are asked for sleep.
pub struct Idle {
    seen: Instant,
    last: (Instant, SystemTime),
}

impl Default for Idle {
    fn default() -> Self {
        let now = Instant::now();
        Self { seen: now, last: (now, SystemTime::now()) }
    }
}

impl Idle {
    fn person_seen(&mut self, now: Instant) {
        self.seen = now;
    }

    /// Whether to lock now; asked every second or so. `limit` is how long nobody may be there; none: for ever.
    fn is_over(&mut self, now: Instant, clock: SystemTime, limit: Option<Duration>) -> bool {
        let stood_still = now.saturating_duration_since(self.last.0);
        let went_on = clock.duration_since(self.last.1).unwrap_or_default();
        self.last = (now, clock);
        let slept = went_on.max(stood_still) > SLEPT;
        let alone = limit.is_some_and(|limit| now.saturating_duration_since(self.seen) >= limit);
        slept || alone
    }
}

impl App {
    /// Locks the vault if it is time to, and says whether it did. The window's shell calls this every second or so; a command that is
    /// running goes on with the vault it has, and lets go of it when it ends.
    pub fn lock_when_idle(&self) -> bool {
        let limit = match lock(&self.settings).lock_after_minutes {
            0 => None,
            minutes => Some(Duration::from_secs(u64::from(minutes) * 60)),
        };
        let over = lock(&self.idle).is_over(Instant::now(), SystemTime::now(), limit);
        over && self.lock_now()
    }

    /// Locks the vault, and says whether one was open: for the system's own lock, and for sleep.
    pub fn lock_now(&self) -> bool {
        let open = self.vault_if_open().is_some();
        if open {
            self.close();
        }
        open
    }

    pub(crate) fn person_seen(&self) {
        lock(&self.idle).person_seen(Instant::now());
    }

    /// Waits for a command that still works with the vault that was locked under it: a vault is opened once at a time.
    pub(crate) fn wait_until_released(&self, task: &Task) -> Result<(), AppError> {
        self.door.wait_until_free(task)
    }
}

impl Run for StillHere {
    fn run(self, app: &App, _: &Task) -> Result<Done, AppError> {
        app.person_seen();
        Ok(Done {})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    /// Asks every ten seconds, as time goes by on both clocks, until the time is over or the vault is locked.
    fn goes_by(idle: &mut Idle, time: Duration, limit: Option<Duration>) -> bool {
        let ((start, clock), step) = (idle.last, Duration::from_secs(10));
        (1..=time.as_secs() / 10).any(|n| idle.is_over(start + step * n as u32, clock + step * n as u32, limit))
    }

    #[test]
    fn k01_nobody_there_for_long_enough_locks() {
        let mut idle = Idle::default();
        let limit = Some(10 * MINUTE);
        assert!(!goes_by(&mut idle, 9 * MINUTE, limit));
        idle.person_seen(idle.last.0);
        assert!(!goes_by(&mut idle, 9 * MINUTE, limit));
        assert!(goes_by(&mut idle, MINUTE, limit));
        assert!(!goes_by(&mut idle, 900 * MINUTE, None), "never, if the person said so");
    }

    #[test]
    fn k01_a_computer_that_slept_locks() {
        let second = Duration::from_secs(1);
        for (steady, clock) in [(second, 20 * MINUTE), (20 * MINUTE, 20 * MINUTE)] {
            let mut idle = Idle::default();
            let start = idle.last;
            assert!(idle.is_over(start.0 + steady, start.1 + clock, None), "its steady clock went on for {steady:?}");
            assert!(!idle.is_over(start.0 + steady + second, start.1 + clock + second, None), "once");
        }
    }

    #[test]
    fn m01_a_clock_set_back_does_not_keep_the_vault_open() {
        let mut idle = Idle::default();
        let five_years = Duration::from_secs(5 * 365 * 86_400);
        let set_back = (idle.last.0, idle.last.1 - five_years);
        assert!(!idle.is_over(set_back.0, set_back.1, Some(10 * MINUTE)));
        assert!(!goes_by(&mut idle, 9 * MINUTE, Some(10 * MINUTE)));
        assert!(goes_by(&mut idle, MINUTE, Some(10 * MINUTE)));
    }
}

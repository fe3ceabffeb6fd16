//! How long a piece of work still takes, from how it went so far.

use std::time::Duration;

/// Before this much work, any guess would be wrong.
const FIRST: Duration = Duration::from_secs(2);
/// How far back the present pace is looked at: long enough that one slow moment does not make the guess jump.
const MEMORY: f64 = 15.0;

/// The pace of one phase. Times are of work: pauses are taken out by whoever keeps the clock.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Estimate {
    last: Duration,
    done: u64,
    /// Units per second, weighed by how long ago they were done, and the sum of these weights.
    pace: f64,
    weight: f64,
}

impl Estimate {
    /// Takes note of how far the work is after `worked`, and says how long the rest takes. Nothing where that is not known.
    pub fn update(&mut self, worked: Duration, done: u64, total: Option<u64>) -> Option<Duration> {
        let passed = worked.saturating_sub(self.last).as_secs_f64();
        if passed > 0.0 {
            let kept = (-passed / MEMORY).exp();
            let pace = done.saturating_sub(self.done) as f64 / passed;
            self.pace = self.pace * kept + pace * (1.0 - kept);
            self.weight = self.weight * kept + (1.0 - kept);
            (self.last, self.done) = (worked, done);
        }
        let total = total.filter(|total| *total > 0 && done <= *total)?;
        if worked < FIRST || done == 0 || self.pace <= 0.0 {
            return None;
        }
        let seconds = (total - done) as f64 * self.weight / self.pace;
        // Beyond a year, the pace tells nothing.
        (seconds < 31_536_000.0).then(|| Duration::from_secs_f64(seconds))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: f64) -> Duration {
        Duration::from_secs_f64(seconds)
    }

    /// Seconds that are left, as said after each report.
    fn told(reports: impl IntoIterator<Item = (f64, u64)>, total: u64) -> Vec<Option<f64>> {
        let mut estimate = Estimate::default();
        reports.into_iter().map(|(when, done)| estimate.update(at(when), done, Some(total)).map(|d| d.as_secs_f64())).collect()
    }

    #[test]
    fn an_even_pace_is_told_exactly_and_not_before_it_is_known() {
        let told = told((1..100).map(|i| (f64::from(i) / 10.0, i as u64 * 10)), 2000);
        assert!(told[..19].iter().all(Option::is_none), "{told:?}");
        for (i, left) in told.iter().enumerate().skip(19) {
            let truth = (2000.0 - (i as f64 + 1.0) * 10.0) / 100.0;
            assert!((left.expect("known by now") - truth).abs() < 0.01, "{left:?} instead of {truth}");
        }
    }

    #[test]
    fn one_slow_moment_makes_no_jump_and_a_new_pace_is_followed() {
        // A hundred a second, then three seconds of nothing.
        let mut reports: Vec<(f64, u64)> = (1..=200).map(|i| (f64::from(i) / 10.0, i as u64 * 10)).collect();
        reports.push((23.0, 2000));
        let stalled = told(reports.clone(), 10_000);
        let (before, after) = (stalled[199].expect("known"), stalled[200].expect("known"));
        assert!(after > before && after < before * 1.35, "{before} became {after}");
        // Then ten a second for a minute.
        reports.extend((1..=600).map(|i| (23.0 + f64::from(i) / 10.0, 2000 + i as u64)));
        let slow = told(reports, 10_000).last().copied().flatten().expect("known");
        assert!((slow - 740.0).abs() < 80.0, "{slow}");
    }

    #[test]
    fn nothing_is_told_of_work_without_a_known_end() {
        let mut estimate = Estimate::default();
        assert_eq!(estimate.update(at(5.0), 100, None), None);
        assert_eq!(estimate.update(at(6.0), 200, Some(0)), None);
        assert_eq!(estimate.update(at(7.0), 300, Some(250)), None, "more was done than there was");
        assert_eq!(Estimate::default().update(at(5.0), 0, Some(10)), None);
    }
}

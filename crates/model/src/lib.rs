//! The nouns every room speaks of: records, quantities, moments, diagnostics, tasks.
//!
//! This room does no I/O and knows nobody: not files, not SQL, not the wire, not the screen. What is written here is
//! true of a person's data whatever file it came from and whoever receives it.

mod diagnostic;
mod estimate;
mod fields;
mod kind;
mod moment;
mod period;
mod property;
mod quantity;
mod record;
mod redacted;
mod task;
mod verdict;

pub use diagnostic::{Diagnostic, Place, Quarantined, Severity};
pub use fields::Fields;
pub use kind::Kind;
pub use moment::{Moment, MomentError, Offset, Precision};
pub use period::Period;
pub use property::{Property, ValueType};
pub use quantity::{Quantity, QuantityError, Sums, Unit};
pub use record::{Locator, Record, Status};
pub use redacted::Redacted;
pub use task::{Cancelled, Progress, Task};
pub use verdict::{Fingerprint, Identity, Verdict, VerdictCounts};

/// Tells the time. Passed in, so that every deadline can be tested.
pub trait Clock: Send + Sync {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    fn now_ms(&self) -> i64;

    /// Whole seconds since 1970-01-01T00:00:00Z.
    fn now(&self) -> i64 {
        self.now_ms().div_euclid(1000)
    }
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now_ms(&self) -> i64 {
        jiff::Timestamp::now().as_millisecond()
    }
}

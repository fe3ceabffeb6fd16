//! What may follow what, as tables. An event that a state does not take is refused, and nothing changes.

mod delivery;
mod grant;
mod holding;

pub use delivery::{DeliveryEvent, DeliveryState};
pub use grant::{GrantEvent, GrantState};
pub use holding::{HoldingEvent, HoldingState};

/// The event does not belong to the state: the caller has missed something, or somebody is trying.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this cannot happen in the present state")]
pub struct Refused;

//! What a message must satisfy beyond its signature. Pure functions that both sides can call: the one that writes, to
//! know that it will be taken, and the one that reads, to refuse.

mod content;
mod deletion;
mod descriptor;
mod offer;
mod pin;
mod receipt;
mod scope;

pub use content::{OutsideGrant, payload_within_grant};
pub use deletion::{DeletionFault, Delivered, Erasure, check_ack, check_deletion};
pub use descriptor::{DescriptorFault, PurposeFault, check_descriptor, purpose_fault};
pub use offer::{OfferFault, check_offer};
pub use pin::{Continuity, Pin, PinFault};
pub use receipt::{ReceiptFault, Sent, check_receipt};
pub use scope::{ScopeFault, grant_within_descriptor};

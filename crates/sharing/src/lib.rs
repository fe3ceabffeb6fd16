//! Sharing and revoking: from a partner's descriptor to the proof of what became of a share.
//!
//! This room knows nothing of the vault, of importers or of the screen. It is given records and what it said to keep
//! before, and gives back what to keep now and what to send. It is the only room that opens a connection.
//!
//! The way of a share, in order:
//!
//! 1. [`Client::discover`] fetches a partner's signed descriptor; [`Partner::first`] and [`Partner::follow`] remember its key.
//! 2. [`Partner::offers`] turns its purposes into [`Offer`]s.
//! 3. [`PreviewBuilder`] takes a [`Choice`] and records, and builds the exact bytes: a [`Preview`].
//! 4. [`Preview::confirm`] signs the grant and seals these bytes: a [`Share`] with its outbox.
//! 5. [`exchange`] sends what waits and takes in what the partner says; [`Share::tick`] runs the clocks.
//! 6. [`Share::revoke`] stops it, here at once.
//! 7. [`Share::write_proof`] puts everything signed into one file; [`verify_proof`] checks such a file with nothing else.
//!
//! No state of a share advances on an unsigned answer. Times are seconds since 1970; randomness is
//! [`Entropy`], passed in.

#![forbid(unsafe_code)]

mod address;
mod catalogue;
mod delivery;
mod error;
mod event;
mod exchange;
mod grant;
mod network;
mod notice;
mod offer;
mod partner;
mod preview;
mod proof;
mod secret;
mod share;
mod slice;
mod text;
mod withdrawal;
mod words;

pub use address::{AddressError, Origin};
pub use catalogue::{field_label, kinds, strand_label};
pub use delivery::{Delivered, DeliveryError, Message, Outgoing};
pub use error::SharingError;
pub use event::{Event, EventKind};
pub use exchange::{Exchanged, exchange};
pub use holdall_protocol::message::Benefit;
pub use holdall_protocol::state::GrantState;
pub use holdall_protocol::{Entropy, EntropyError, SystemEntropy, Uuid};
pub use network::{Client, NetworkError, Patience, Policy};
pub use offer::{MAX_DAYS, NotGrantable, NotGrantableReason, Offer, OfferField, OfferStrand};
pub use partner::{Discovered, Followed, Partner, Profile};
pub use preview::{Preview, PreviewBuilder, PreviewTable};
pub use proof::{Check, ProofReport, Verdict, verify_proof};
pub use secret::Relationship;
pub use share::{BenefitReceived, DeletionSummary, GivenStrand, ReceiptCheck, ReceiptSummary, Share, Standing};
pub use slice::{Choice, StrandChoice, StrandSlice};
pub use text::{localised, plain};
pub use withdrawal::SecondRoute;
pub use words::key_words;

/// Characters of a partner's name or title that are shown.
pub(crate) const NAME_MAX: usize = 120;
/// Characters of a partner's longer text that are shown.
pub(crate) const TEXT_MAX: usize = 600;

/// SHA-256 of a file as people compare it: hexadecimal digits.
pub fn sha256_hex(bytes: &[u8]) -> String {
    secret::hex(holdall_protocol::Digest::of(bytes).as_bytes())
}

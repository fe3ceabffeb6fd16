//! Upper bounds on everything that comes from the other side. Bytes unless said otherwise; times in seconds.

/// A signed message.
pub const MESSAGE: usize = 64 * 1024;
/// A descriptor.
pub const DESCRIPTOR: usize = 256 * 1024;
/// A protected header, encoded.
pub const HEADER: usize = 8 * 1024;
/// A request body: grant, manifest and parcels together.
pub const REQUEST_BODY: usize = 8 * 1024 * 1024;
/// A page of messages in an answer.
pub const ANSWER_BODY: usize = 1024 * 1024;
/// A parcel's plaintext after padding.
pub const PARCEL_PLAINTEXT: usize = 4 * 1024 * 1024;
/// What a sender aims at, so that one lost parcel costs little.
pub const PARCEL_TARGET: usize = 1024 * 1024;
/// A sealed parcel: base64url of the largest plaintext, with room for header, nonce and tag.
pub const PARCEL_SEALED: usize = PARCEL_PLAINTEXT / 3 * 4 + HEADER;
/// The smallest plaintext, so that little shares look alike.
pub const PARCEL_MINIMUM: usize = 4096;
/// One record's line.
pub const RECORD_LINE: usize = 64 * 1024;
/// Records in one parcel.
pub const RECORDS_PER_PARCEL: usize = 100_000;
/// Parcels in one delivery.
pub const PARCELS_PER_DELIVERY: usize = 64;
/// Nesting of any JSON.
pub const JSON_DEPTH: usize = 32;
/// Characters of one text a partner writes for a person.
pub const TEXT_CHARS: usize = 2_000;
/// Characters of one name or identifier.
pub const NAME_CHARS: usize = 200;
/// Purposes in a descriptor, strands in a purpose, fields in a strand, recipients…
pub const LIST: usize = 200;
/// A descriptor's logo, decoded.
pub const LOGO: usize = 32 * 1024;

/// Clocks may differ by this much.
pub const CLOCK_SKEW: i64 = 300;
/// A sync's `iat` may lie this far from the partner's clock.
pub const SYNC_SKEW: i64 = 300;
/// The longest life of a descriptor.
pub const DESCRIPTOR_LIFE: i64 = 31 * 86_400;
/// The longest life of an offer.
pub const OFFER_LIFE: i64 = 30 * 86_400;
/// A message written offline may arrive this much later.
pub const OFFLINE_AGE: i64 = 30 * 86_400;
/// Bounds of `next_poll`.
pub const POLL_MIN: i64 = 3_600;
pub const POLL_MAX: i64 = 7 * 86_400;

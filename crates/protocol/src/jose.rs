//! The envelope: compact JWS (RFC 7515) and compact JWE (RFC 7516), narrowed until there is one way to write each message.
//!
//! `typ` is looked at first. The algorithm follows from the key that is expected, never from the header. A header member
//! that is not in the profile is refused, whatever it asks for.

mod header;
mod jwe;
mod jws;

pub use header::{JoseError, peek_typ};
pub use jwe::{Place, SealError, open, seal};
pub use jws::{Message, Signed};

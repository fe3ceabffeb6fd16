//! What comes in: one file per request. Each function takes the body as bytes and answers with a body or a refusal; none of
//! them knows HTTP.

mod checks;
mod grant;
mod offer;
mod receipt;
mod revocation;
mod sync;

pub use grant::submit_grant;
pub use offer::fetch_offer;
pub use revocation::submit_revocation;
pub use sync::submit_sync;

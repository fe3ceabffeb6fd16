//! Stories of shares, told against a partner that is made of `holdall-protocol` alone and answers over real HTTP on this
//! computer, as well or as badly as each story needs.

mod answers;
mod hostile;
mod journey;
mod offers;
mod pins;
mod preview;
mod proofs;
mod properties;
mod support;
mod withdrawal;

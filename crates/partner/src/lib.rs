//! A reference partner: the other side of the Data Grant Protocol, small enough to read, strict enough to test against.
//!
//! It takes grants and sealed parcels, keeps every grant's data under a key of its own, reads it only through a gate that
//! asks for a purpose, gives something back, and erases by deleting rows and destroying the key. It shares nothing with
//! the client but the room `protocol`, so that the wire has two independent readers.
//!
//! This room must not know the person's vault, records model or app. It listens, and never opens a connection.

#![forbid(unsafe_code)]

mod benefit;
mod config;
mod demo;
mod descriptor;
mod error;
mod gate;
mod http;
mod init;
mod keys;
mod lapse;
mod listen;
mod misbehave;
mod partner;
mod receive;
mod serve;
mod store;

pub use config::{BenefitKind, Config, PurposeConfig};
pub use demo::{DEMO_PARTNERS, DemoPartner, demo_config};
pub use error::{Error, Refusal};
pub use gate::Use;
pub use init::{init, issue_offer};
pub use misbehave::Misbehaviour;
pub use partner::{Clock, Partner, system_clock};
pub use serve::{Running, ServeOptions, start};
pub use store::UsageRow;

//! The proof of one share: a `.dgproof` file with every signed message and none of the data, checkable by anybody.
//!
//! The container is ZIP with stored files: whoever receives it opens it with what their computer has, reads `VERIFY.md`,
//! and can check each message with OpenSSL alone.

mod container;
mod verify;
mod write;

pub use verify::{Check, ProofReport, Verdict, verify_proof};

use serde::{Deserialize, Serialize};

const BUNDLE: &str = "bundle.json";
const NOTICE: &str = "notice.txt";
const RECIPE: &str = "VERIFY.md";

/// `bundle.json`: what is in the file, with a hash of each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Bundle {
    format: String,
    version: u32,
    /// When the file was written, seconds since 1970.
    made: i64,
    /// The partner's origin.
    partner: String,
    grant: String,
    files: Vec<BundleFile>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct BundleFile {
    name: String,
    role: Role,
    /// Of the file, in hexadecimal digits.
    sha256: String,
    /// When the owner's computer got or made it, seconds since 1970: its times are judged by that clock.
    at: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Role {
    Descriptor,
    Grant,
    Manifest,
    Revocation,
    /// Whatever the partner signed about this grant.
    Answer,
    Notice,
    Recipe,
}

const FORMAT: &str = "dgproof";

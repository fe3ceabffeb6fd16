use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Writes everything signed about one share into a file that anybody can check without Holdall.
#[derive(Debug, Serialize, Deserialize, TS)]
pub struct ExportProof {
    pub grant_id: String,
    pub path: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ProofWritten {
    pub path: String,
    pub bytes: u64,
    pub sha256: String,
}

/// Checks a proof file. Needs no vault.
#[derive(Debug, Serialize, Deserialize, TS)]
pub struct VerifyProof {
    pub path: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ProofVerdict {
    Complete,
    /// Everything in it is genuine, and something is missing.
    Incomplete,
    Invalid,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ProofCheck {
    pub text: String,
    pub ok: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ProofReport {
    pub verdict: ProofVerdict,
    pub partner: String,
    pub purpose: String,
    pub checks: Vec<ProofCheck>,
    /// What is missing, one sentence each.
    pub gaps: Vec<String>,
}

//! Proof files: writing one, and checking one with nothing else at hand.

use std::io::Read;
use std::path::{Path, PathBuf};

use holdall_sharing::{Verdict, verify_proof};
use holdall_vault::{Act, AuditEvent};

use crate::view::proof::{ExportProof, ProofCheck, ProofReport, ProofVerdict, ProofWritten, VerifyProof};
use crate::{App, AppError, Run, Task, new_file};

/// A proof holds signed messages only; a larger file is not one.
const MAX_PROOF_BYTES: u64 = 64 << 20;

impl Run for ExportProof {
    fn run(self, app: &App, _: &Task) -> Result<ProofWritten, AppError> {
        let vault = app.vault()?;
        let share = crate::share::by_id(&vault, &self.grant_id)?;
        let bytes = share.write_proof(app.clock().now())?;
        let path = PathBuf::from(&self.path);
        new_file::write(&path, &bytes)?;
        let sha256 = holdall_sharing::sha256_hex(&bytes);
        vault.write(AuditEvent::new(Act::ProofExported, self.grant_id).count("bytes", bytes.len() as u64), |_| Ok::<_, AppError>(()))?;
        Ok(ProofWritten { path: self.path, bytes: bytes.len() as u64, sha256 })
    }
}

impl Run for VerifyProof {
    fn run(self, _: &App, _: &Task) -> Result<ProofReport, AppError> {
        let path = Path::new(&self.path);
        let unreadable =
            |_| AppError::new("file-unreadable", "The proof file could not be read.", "Check the path and that you may read the file.");
        let mut bytes = Vec::new();
        std::fs::File::open(path).map_err(unreadable)?.take(MAX_PROOF_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
        if bytes.len() as u64 > MAX_PROOF_BYTES {
            return Err(AppError::new("file-unreadable", "The file is far too large for a proof.", "Choose a file that ends in .dgproof."));
        }
        let report = verify_proof(&bytes);
        Ok(ProofReport {
            verdict: match report.verdict {
                Verdict::Complete => ProofVerdict::Complete,
                Verdict::Incomplete => ProofVerdict::Incomplete,
                Verdict::Invalid => ProofVerdict::Invalid,
            },
            partner: report.partner,
            purpose: report.purpose,
            checks: report.checks.into_iter().map(|c| ProofCheck { text: c.text, ok: c.ok }).collect(),
            gaps: report.gaps,
        })
    }
}

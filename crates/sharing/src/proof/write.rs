use holdall_protocol::jose::peek_typ;
use sha2::{Digest as _, Sha256};

use super::{BUNDLE, Bundle, BundleFile, FORMAT, NOTICE, RECIPE, Role, container};
use crate::error::SharingError;
use crate::secret::hex;
use crate::share::Share;

const RECIPE_TEXT: &str = include_str!("VERIFY.md");

impl Share {
    /// Everything signed about this share, as the bytes of a `.dgproof` file. It holds no record, only hashes of them.
    pub fn write_proof(&self, now: i64) -> Result<Vec<u8>, SharingError> {
        let created = self.created;
        let mut files: Vec<(String, Role, i64, Vec<u8>)> = Vec::new();
        for (n, descriptor) in self.descriptors.iter().enumerate() {
            files.push((format!("descriptor-{}.jws", n + 1), Role::Descriptor, descriptor.at, descriptor.token.clone().into_bytes()));
        }
        files.push(("grant.jws".into(), Role::Grant, created, self.grant.clone().into_bytes()));
        files.push(("manifest.jws".into(), Role::Manifest, created, self.manifest.clone().into_bytes()));
        files.push((NOTICE.into(), Role::Notice, created, self.notice_text().as_bytes().to_vec()));
        if let (Some(token), Some(revocation)) = (&self.revocation, self.signed_revocation()?) {
            files.push(("revocation.jws".into(), Role::Revocation, revocation.claims().iat, token.clone().into_bytes()));
        }
        for (n, answer) in self.answers.iter().enumerate() {
            let kind = peek_typ(&answer.token).unwrap_or_default();
            let kind = kind.trim_start_matches("dgp-").trim_end_matches("+jwt");
            files.push((format!("answer-{:03}-{kind}.jws", n + 1), Role::Answer, answer.at, answer.token.clone().into_bytes()));
        }
        files.push((RECIPE.into(), Role::Recipe, now, RECIPE_TEXT.as_bytes().to_vec()));
        let listed = files.iter().map(|(name, role, at, bytes)| BundleFile {
            name: name.clone(),
            role: *role,
            sha256: hex(&Sha256::digest(bytes)),
            at: *at,
        });
        let bundle = Bundle {
            format: FORMAT.into(),
            version: 1,
            made: now,
            partner: self.partner().to_owned(),
            grant: self.id().to_string(),
            files: listed.collect(),
        };
        let index = serde_json::to_vec_pretty(&bundle).map_err(|_| SharingError::ProofNotWritten)?;
        let mut packed = vec![(BUNDLE.to_owned(), index)];
        packed.extend(files.into_iter().map(|(name, _, _, bytes)| (name, bytes)));
        container::pack(&packed).map_err(|_| SharingError::ProofNotWritten)
    }
}

use std::path::PathBuf;

use holdall_protocol::{Code, JoseError, Problem};

/// A failure of the partner itself. Holds no personal data.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("{path}: {source}")]
    File { path: PathBuf, source: std::io::Error },
    #[error("{path} is not a partner's folder: run `holdall-partner init` first")]
    NotAPartner { path: PathBuf },
    #[error("{path} exists already; nothing was changed")]
    Exists { path: PathBuf },
    #[error("{path}: {reason}")]
    Config { path: PathBuf, reason: String },
    #[error("{path} does not hold a key of 32 bytes")]
    Key { path: PathBuf },
    #[error("{0}")]
    Usage(&'static str),
    #[error("no purpose is called {0}")]
    UnknownPurpose(String),
    #[error("{path} is in use: another holdall-partner serves this folder; stop it first")]
    InUse { path: PathBuf },
    #[error("the store failed: {0}")]
    Store(#[from] rusqlite::Error),
    #[error("the store has version {0}, which this program does not know; use the program that made it")]
    StoreVersion(i64),
    #[error("a stored row is damaged")]
    Damaged,
    #[error("the descriptor made from this configuration breaks the protocol: {0}")]
    Descriptor(String),
    #[error(transparent)]
    Envelope(#[from] JoseError),
    #[error(transparent)]
    Entropy(#[from] holdall_protocol::EntropyError),
    #[error("the certificate or its key cannot be used: {0}")]
    Tls(String),
    #[error("the purpose gate refused: {0}")]
    Gate(&'static str),
}

impl Error {
    pub(crate) fn file(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { path, source }
    }
}

/// Why a request is answered with a problem.
#[derive(Debug)]
pub struct Refusal {
    pub code: Code,
    /// A fixed text: never anything of the request.
    pub detail: Option<String>,
    /// With `sequence_gap`.
    pub expected: Option<u64>,
    /// Seconds, with 429 and 503.
    pub retry_after: Option<u64>,
}

impl Refusal {
    pub fn new(code: Code) -> Self {
        Self { code, detail: None, expected: None, retry_after: None }
    }

    /// With the rule's own sentence, which holds no data.
    pub fn because(code: Code, rule: &dyn std::fmt::Display) -> Self {
        Self { detail: Some(rule.to_string()), ..Self::new(code) }
    }

    pub fn problem(&self) -> Problem {
        Problem { detail: self.detail.clone(), expected: self.expected, retry_after: self.retry_after, ..Problem::new(self.code) }
    }
}

impl From<Code> for Refusal {
    fn from(code: Code) -> Self {
        Self::new(code)
    }
}

impl From<JoseError> for Refusal {
    fn from(error: JoseError) -> Self {
        Self::because(error.code(), &error)
    }
}

/// A failure of ours says nothing about itself to the outside.
impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        report(&error);
        Self::new(Code::Internal)
    }
}

/// Tells the operator. The texts of [`Error`] hold no personal data.
pub(crate) fn report(error: &Error) {
    eprintln!("holdall-partner: {error}");
}

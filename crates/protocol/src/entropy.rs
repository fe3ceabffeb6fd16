/// A source of randomness for keys, ids and salts. Passed in, so that vectors can be reproduced.
pub trait Entropy {
    /// Fills all of `buffer` with bytes nobody can predict, or fails.
    fn fill(&self, buffer: &mut [u8]) -> Result<(), EntropyError>;

    /// `N` fresh bytes.
    fn bytes<const N: usize>(&self) -> Result<[u8; N], EntropyError>
    where
        Self: Sized,
    {
        let mut out = [0; N];
        self.fill(&mut out)?;
        Ok(out)
    }
}

/// The operating system gave no random bytes. Nothing was made; try again later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the operating system gave no random bytes")]
pub struct EntropyError;

/// The operating system's generator.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), EntropyError> {
        getrandom::fill(buffer).map_err(|_| EntropyError)
    }
}

/// A fresh random (version 4) id. Version 7 would tell when it was made.
pub fn fresh_id(entropy: &dyn Entropy) -> Result<uuid::Uuid, EntropyError> {
    let mut bytes = [0; 16];
    entropy.fill(&mut bytes)?;
    Ok(uuid::Builder::from_random_bytes(bytes).into_uuid())
}

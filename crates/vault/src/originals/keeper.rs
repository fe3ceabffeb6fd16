use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Sees to it that a sealed file which somebody still copies stays until they are done.
#[derive(Default)]
pub(crate) struct Keeper(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    copiers: usize,
    /// No import refers to these any more.
    unwanted: Vec<PathBuf>,
}

/// While it lives, no sealed file is removed.
pub(crate) struct Keeping<'a>(&'a Keeper);

impl Keeper {
    pub(crate) fn keep(&self) -> Keeping<'_> {
        self.lock().copiers += 1;
        Keeping(self)
    }

    /// Removes a file now, or when the last copier is done. If that fails, the next opening of the vault collects it.
    pub(crate) fn remove(&self, file: PathBuf) {
        let mut kept = self.lock();
        kept.unwanted.push(file);
        kept.sweep();
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn sweep(&mut self) {
        if self.copiers == 0 {
            for file in self.unwanted.drain(..) {
                let _ = std::fs::remove_file(file);
            }
        }
    }
}

impl Drop for Keeping<'_> {
    fn drop(&mut self) {
        let mut kept = self.0.lock();
        kept.copiers -= 1;
        kept.sweep();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_stays_until_the_last_copier_is_done() {
        let dir = tempfile::tempdir().expect("a folder");
        let file = |name: &str| {
            let path = dir.path().join(name);
            std::fs::write(&path, "x").expect("writes");
            path
        };
        let (keeper, a, b) = (Keeper::default(), file("a"), file("b"));
        keeper.remove(a.clone());
        assert!(!a.exists());
        let (one, two) = (keeper.keep(), keeper.keep());
        keeper.remove(b.clone());
        drop(one);
        assert!(b.exists());
        drop(two);
        assert!(!b.exists());
    }
}

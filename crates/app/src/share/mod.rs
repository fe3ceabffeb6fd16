//! Sharing: the preview, the one click, the list, the stop, and the exchange with partners.

mod confirm;
mod grant;
mod keep;
mod preview;
mod revoke;
mod sync;

use std::collections::HashMap;

pub use grant::{summaries, summaries_using};
pub use keep::{by_id, kept};

/// Previews that wait for a confirmation. The oldest is forgotten when there are too many.
#[derive(Default)]
pub struct Previews(HashMap<String, (u64, holdall_sharing::Preview)>, u64);

impl Previews {
    const MOST: usize = 8;

    fn put(&mut self, id: String, preview: holdall_sharing::Preview) {
        if self.0.len() >= Self::MOST
            && let Some(oldest) = self.0.iter().min_by_key(|(_, (age, _))| *age).map(|(id, _)| id.clone())
        {
            self.0.remove(&oldest);
        }
        self.1 += 1;
        self.0.insert(id, (self.1, preview));
    }

    fn take(&mut self, id: &str) -> Option<holdall_sharing::Preview> {
        self.0.remove(id).map(|(_, preview)| preview)
    }

    pub fn clear(&mut self) {
        self.0.clear();
    }
}

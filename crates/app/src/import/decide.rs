use holdall_vault::{Decision, RecordId};

use crate::record::hit_row;
use crate::view::Done;
use crate::view::import::{DecideSimilar, ListSimilar, SimilarPair, SimilarPairs};
use crate::{App, AppError, Run, Task};

/// As many as a person decides in one sitting.
const SHOWN: u32 = 200;

impl Run for ListSimilar {
    fn run(self, app: &App, _: &Task) -> Result<SimilarPairs, AppError> {
        let vault = app.vault()?;
        let pairs = vault.undecided(SHOWN)?;
        let pairs = pairs.iter().map(|(kept, other)| SimilarPair { kept: hit_row(kept), other: hit_row(other) }).collect();
        Ok(SimilarPairs { pairs, total: vault.home()?.undecided })
    }
}

impl Run for DecideSimilar {
    fn run(self, app: &App, _: &Task) -> Result<Done, AppError> {
        let decision = if self.same { Decision::SameThing } else { Decision::TwoThings };
        let others: Vec<RecordId> = self.other_ids.into_iter().map(RecordId).collect();
        app.vault()?.decide(&others, decision)?;
        Ok(Done {})
    }
}

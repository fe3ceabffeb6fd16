use holdall_vault::{Decision, RecordId};

use crate::record::hit_row;
use crate::view::Done;
use crate::view::import::{DecideSimilar, ListSimilar, SimilarPair};
use crate::{App, AppError, Run, Task};

/// As many as a person decides in one sitting.
const SHOWN: u32 = 200;

impl Run for ListSimilar {
    fn run(self, app: &App, _: &Task) -> Result<Vec<SimilarPair>, AppError> {
        let pairs = app.vault()?.undecided(SHOWN)?;
        Ok(pairs.iter().map(|(kept, other)| SimilarPair { kept: hit_row(kept), other: hit_row(other) }).collect())
    }
}

impl Run for DecideSimilar {
    fn run(self, app: &App, _: &Task) -> Result<Done, AppError> {
        let decision = if self.same { Decision::SameThing } else { Decision::TwoThings };
        app.vault()?.decide(RecordId(self.other_id), decision)?;
        Ok(Done {})
    }
}

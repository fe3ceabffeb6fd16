use serde::{Deserialize, Serialize};

use crate::Moment;

/// First and last day of something, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    pub from: Moment,
    pub to: Moment,
}

impl Period {
    /// The smallest period that holds `old` and `moment`.
    pub fn widened(old: Option<Period>, moment: Moment) -> Period {
        match old {
            None => Period { from: moment, to: moment },
            Some(p) => Period {
                from: if moment.sort_key() < p.from.sort_key() { moment } else { p.from },
                to: if moment.sort_key() > p.to.sort_key() { moment } else { p.to },
            },
        }
    }
}

use serde::{Deserialize, Serialize};

use super::Refused;

/// Where a grant stands at the partner that holds data under it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HoldingState {
    Received,
    Active,
    /// No use any more; the data is still there.
    Stopped,
    Erasing,
    /// Only ids, hashes and messages are left.
    Erased,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum HoldingEvent {
    Accept,
    Revoke,
    /// The grant or its retention has ended.
    End,
    StartErasing,
    /// Rows and key are gone in every store.
    AllGone,
}

impl HoldingState {
    pub fn after(self, event: HoldingEvent) -> Result<Self, Refused> {
        use HoldingEvent as E;
        use HoldingState as S;
        Ok(match (self, event) {
            (S::Received, E::Accept) => S::Active,
            (S::Received | S::Active, E::Revoke | E::End) => S::Stopped,
            // A revocation is taken in every state; where use has stopped already, it changes nothing.
            (S::Stopped | S::Erasing | S::Erased, E::Revoke) => self,
            (S::Stopped, E::StartErasing) => S::Erasing,
            (S::Erasing, E::AllGone) => S::Erased,
            _ => return Err(Refused),
        })
    }

    /// Whether records may be read and delivered.
    pub fn may_use(self) -> bool {
        self == Self::Active
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Active => "active",
            Self::Stopped => "stopped",
            Self::Erasing => "erasing",
            Self::Erased => "erased",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Received, Self::Active, Self::Stopped, Self::Erasing, Self::Erased].into_iter().find(|s| s.as_str() == text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use HoldingEvent as E;
    use HoldingState as S;

    const ALL: [S; 5] = [S::Received, S::Active, S::Stopped, S::Erasing, S::Erased];

    #[test]
    fn a_revocation_is_taken_in_every_state_and_ends_use() {
        for state in ALL {
            assert!(!state.after(E::Revoke).expect("taken").may_use());
        }
    }

    #[test]
    fn erased_is_the_end() {
        for event in [E::Accept, E::End, E::StartErasing, E::AllGone] {
            assert_eq!(S::Erased.after(event), Err(Refused));
        }
        for state in ALL {
            assert_eq!(S::parse(state.as_str()), Some(state));
        }
    }
}

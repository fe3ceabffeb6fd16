use serde::{Deserialize, Serialize};

use super::Refused;

/// Where a grant stands on the person's side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GrantState {
    /// Under review; nothing is signed.
    Draft,
    /// Signed and queued; nothing has left.
    Signed,
    /// It has left, and no signed answer has come.
    Sent,
    /// The partner looks at it first.
    Pending,
    /// A valid receipt is there.
    Active,
    /// Active, but nothing new is delivered.
    Paused,
    /// Given once, receipted, and held until its retention ends.
    Fulfilled,
    /// The partner does not want it.
    Rejected,
    /// The partner's receipt does not prove what was sent.
    ReceiptInvalid,
    /// It has ended; the partner must erase unasked.
    Expiring,
    /// Revoked here; the partner has not yet said that it stopped.
    Revoking,
    /// The partner has stopped.
    Stopped,
    /// The partner has erased some, or says that more will follow.
    Partial,
    /// A valid final deletion receipt covers all that was sent.
    Erased,
    /// As `Erased`, but the partner keeps something with a legal ground.
    ErasedWithRetention,
    /// A promised time has passed without the signed answer.
    Overdue,
    /// A letter has been sent.
    Escalated,
    /// The authority has been told.
    Complaint,
    /// The partner itself signed something that contradicts the grant.
    Breach,
    /// Given up before anything left.
    Discarded,
    Closed,
    ClosedUnresolved,
}

/// What can happen to a grant. Events that come from a partner are made only from a message that was verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum GrantEvent {
    /// The person clicks Share.
    Share,
    /// The person changes their mind before anything left.
    Discard,
    /// The partner took the request, without a signed answer so far.
    Delivered,
    /// The partner answers that it looks at it first.
    ReviewAnnounced,
    ValidReceipt {
        single_use: bool,
    },
    InvalidReceipt,
    /// The partner refuses it for good.
    Refusal,
    Pause,
    Resume,
    /// The person clicks Revoke.
    Revoke,
    ValidAck,
    /// A deletion receipt that leaves something open.
    PartialErasure,
    CompleteErasure,
    ErasureWithRetention,
    /// The grant's or the retention's end has come.
    End,
    /// A clock of the revocation has run out.
    DeadlineMissed,
    LetterSent,
    ComplaintFiled,
    /// A signed message of the partner contradicts the grant.
    ContradictionSigned,
    /// The person closes the matter.
    Close,
}

impl GrantState {
    /// The state after an event.
    pub fn after(self, event: GrantEvent) -> Result<Self, Refused> {
        use GrantEvent as E;
        use GrantState as S;
        Ok(match (self, event) {
            (S::Draft, E::Share) => S::Signed,
            (S::Draft | S::Signed, E::Discard) => S::Discarded,
            (S::Signed, E::Delivered) => S::Sent,
            (S::Signed | S::Sent, E::ReviewAnnounced) => S::Pending,
            (S::Signed | S::Sent | S::Pending, E::ValidReceipt { single_use }) => {
                if single_use {
                    S::Fulfilled
                } else {
                    S::Active
                }
            }
            (S::Signed | S::Sent | S::Pending, E::InvalidReceipt) => S::ReceiptInvalid,
            (S::Signed | S::Sent | S::Pending, E::Refusal) => S::Rejected,
            (S::Active, E::Pause) => S::Paused,
            (S::Paused, E::Resume) => S::Active,
            // A sending that was cut off may have arrived, so a revocation goes out even before the first answer.
            (S::Signed, E::Revoke) => S::Revoking,
            (state, E::Revoke) if state.may_hold_data() && !state.is_ending() => S::Revoking,
            (S::Revoking | S::Overdue | S::Escalated | S::Complaint, E::ValidAck) => S::Stopped,
            (state, E::PartialErasure) if state.awaits_erasure() => S::Partial,
            (state, E::CompleteErasure) if state.awaits_erasure() => S::Erased,
            (state, E::ErasureWithRetention) if state.awaits_erasure() => S::ErasedWithRetention,
            (S::Sent | S::Pending | S::Active | S::Paused | S::Fulfilled | S::ReceiptInvalid | S::Breach, E::End) => S::Expiring,
            (S::Expiring | S::Revoking | S::Stopped | S::Partial, E::DeadlineMissed) => S::Overdue,
            (S::Overdue, E::LetterSent) => S::Escalated,
            (S::Overdue | S::Escalated | S::Breach, E::ComplaintFiled) => S::Complaint,
            (state, E::ContradictionSigned) if state.may_hold_data() => S::Breach,
            (S::Erased | S::ErasedWithRetention | S::Rejected, E::Close) => S::Closed,
            (S::Overdue | S::Escalated | S::Complaint | S::Breach, E::Close) => S::ClosedUnresolved,
            _ => return Err(Refused),
        })
    }

    /// Whether the partner may have data under this grant.
    pub fn may_hold_data(self) -> bool {
        use GrantState as S;
        !matches!(self, S::Draft | S::Signed | S::Discarded | S::Erased | S::ErasedWithRetention | S::Closed | S::ClosedUnresolved)
    }

    /// Whether the end has begun: a second revocation would say nothing new.
    pub fn is_ending(self) -> bool {
        use GrantState as S;
        matches!(self, S::Revoking | S::Stopped | S::Partial | S::Overdue | S::Escalated | S::Complaint)
    }

    /// Whether a deletion receipt is expected, or would at least be good news.
    fn awaits_erasure(self) -> bool {
        self.is_ending() || matches!(self, GrantState::Expiring | GrantState::Breach)
    }

    /// Whether something may still be delivered under this grant.
    pub fn may_deliver(self) -> bool {
        matches!(self, GrantState::Signed | GrantState::Sent | GrantState::Pending | GrantState::Active)
    }

    pub fn is_final(self) -> bool {
        matches!(self, GrantState::Discarded | GrantState::Closed | GrantState::ClosedUnresolved)
    }

    pub const ALL: [Self; 22] = [
        Self::Draft,
        Self::Signed,
        Self::Sent,
        Self::Pending,
        Self::Active,
        Self::Paused,
        Self::Fulfilled,
        Self::Rejected,
        Self::ReceiptInvalid,
        Self::Expiring,
        Self::Revoking,
        Self::Stopped,
        Self::Partial,
        Self::Erased,
        Self::ErasedWithRetention,
        Self::Overdue,
        Self::Escalated,
        Self::Complaint,
        Self::Breach,
        Self::Discarded,
        Self::Closed,
        Self::ClosedUnresolved,
    ];
}

#[cfg(test)]
mod tests {
    use super::*;
    use GrantEvent as E;
    use GrantState as S;

    const EVENTS: [GrantEvent; 21] = [
        E::Share,
        E::Discard,
        E::Delivered,
        E::ReviewAnnounced,
        E::ValidReceipt { single_use: false },
        E::ValidReceipt { single_use: true },
        E::InvalidReceipt,
        E::Refusal,
        E::Pause,
        E::Resume,
        E::Revoke,
        E::ValidAck,
        E::PartialErasure,
        E::CompleteErasure,
        E::ErasureWithRetention,
        E::End,
        E::DeadlineMissed,
        E::LetterSent,
        E::ComplaintFiled,
        E::ContradictionSigned,
        E::Close,
    ];

    fn walk(events: &[GrantEvent]) -> Result<S, Refused> {
        events.iter().try_fold(S::Draft, |state, event| state.after(*event))
    }

    #[test]
    fn the_usual_road_ends_erased() {
        let road = [E::Share, E::Delivered, E::ValidReceipt { single_use: true }, E::Revoke, E::ValidAck, E::CompleteErasure, E::Close];
        assert_eq!(walk(&road), Ok(S::Closed));
    }

    #[test]
    fn nothing_but_a_receipt_makes_a_grant_active() {
        for state in S::ALL {
            for event in EVENTS {
                if matches!(state.after(event), Ok(S::Active)) && state != S::Active {
                    assert!(matches!((state, event), (_, E::ValidReceipt { .. }) | (S::Paused, E::Resume)), "{state:?} {event:?}");
                }
            }
        }
    }

    #[test]
    fn nothing_but_a_deletion_receipt_makes_a_grant_erased() {
        for state in S::ALL {
            for event in EVENTS {
                if matches!(state.after(event), Ok(S::Erased | S::ErasedWithRetention)) {
                    assert!(matches!(event, E::CompleteErasure | E::ErasureWithRetention), "{state:?} {event:?}");
                }
            }
        }
    }

    #[test]
    fn whoever_may_hold_data_can_be_revoked_or_is_ending_already() {
        for state in S::ALL.into_iter().filter(|s| s.may_hold_data()) {
            assert!(state.is_ending() || state.after(E::Revoke) == Ok(S::Revoking), "{state:?}");
        }
    }

    #[test]
    fn final_states_take_nothing_and_every_other_state_has_a_way_on() {
        for state in S::ALL {
            let ways = EVENTS.into_iter().filter(|e| state.after(*e).is_ok()).count();
            assert_eq!(ways == 0, state.is_final(), "{state:?}");
        }
    }

    #[test]
    fn after_revoke_nothing_is_delivered_again() {
        let mut seen = vec![S::Revoking];
        let mut at = 0;
        while at < seen.len() {
            for event in EVENTS {
                if let Ok(next) = seen[at].after(event) {
                    assert!(!next.may_deliver(), "{:?} {event:?}", seen[at]);
                    if !seen.contains(&next) {
                        seen.push(next);
                    }
                }
            }
            at += 1;
        }
        assert!(seen.contains(&S::Closed));
    }
}

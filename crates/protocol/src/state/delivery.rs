use serde::{Deserialize, Serialize};

use super::Refused;

/// Where a delivery stands in the person's outbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// Its plaintext bytes exist and are being shown.
    Built,
    Sealed,
    Queued,
    Sending,
    /// Did not get through; waits for its next time.
    Retry,
    /// Receipted.
    Accepted,
    /// The partner refused it for good.
    Rejected,
    /// Given up after too long.
    Dead,
    /// Revoked before it left.
    Destroyed,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DeliveryEvent {
    Seal,
    Queue,
    Send,
    ReceiptStored,
    /// No answer, or one that asks to come back.
    TryAgain,
    Refusal,
    GiveUp,
    /// The grant was revoked.
    Revoke,
    /// The program ended while it was sending: nobody knows whether it arrived. Sending the same bytes again is harmless.
    Interrupted,
}

impl DeliveryState {
    pub fn after(self, event: DeliveryEvent) -> Result<Self, Refused> {
        use DeliveryEvent as E;
        use DeliveryState as S;
        Ok(match (self, event) {
            (S::Built, E::Seal) => S::Sealed,
            (S::Sealed, E::Queue) => S::Queued,
            (S::Queued | S::Retry, E::Send) => S::Sending,
            (S::Sending, E::ReceiptStored) => S::Accepted,
            (S::Sending, E::TryAgain | E::Interrupted) => S::Retry,
            (S::Sending, E::Refusal) => S::Rejected,
            (S::Retry, E::GiveUp) => S::Dead,
            (S::Built | S::Sealed | S::Queued | S::Retry, E::Revoke) => S::Destroyed,
            _ => return Err(Refused),
        })
    }

    /// Whether its sealed bytes are still needed.
    pub fn keeps_bytes(self) -> bool {
        matches!(self, Self::Sealed | Self::Queued | Self::Sending | Self::Retry)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use DeliveryEvent as E;
    use DeliveryState as S;

    #[test]
    fn a_revoked_delivery_never_leaves() {
        for state in [S::Built, S::Sealed, S::Queued, S::Retry] {
            let destroyed = state.after(E::Revoke).expect("can be revoked");
            assert!(!destroyed.keeps_bytes());
            for event in [E::Seal, E::Queue, E::Send, E::ReceiptStored, E::TryAgain, E::Interrupted] {
                assert_eq!(destroyed.after(event), Err(Refused));
            }
        }
    }

    #[test]
    fn an_interrupted_sending_is_tried_again() {
        let again = S::Queued.after(E::Send).and_then(|s| s.after(E::Interrupted)).and_then(|s| s.after(E::Send));
        assert_eq!(again.and_then(|s| s.after(E::ReceiptStored)), Ok(S::Accepted));
    }
}

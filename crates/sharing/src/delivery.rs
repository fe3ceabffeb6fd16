//! Sends one message and judges the answer's outside: arrived, later, or never. What is inside is for
//! [`Share::apply`](crate::Share::apply).

use holdall_protocol::message::Answer;
use holdall_protocol::{Code, Problem, json, limits, names};
use serde::{Deserialize, Serialize};

use crate::address::Origin;
use crate::network::{Client, NetworkError};
use crate::text::plain;
use crate::{NAME_MAX, TEXT_MAX};

/// Messages in one answer that are looked at.
const MESSAGES: usize = 200;

/// What a request carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Message {
    Grant,
    Revocation,
    Sync,
}

/// A request, ready to send. Sending the same one again is harmless: the partner gives the answer it gave before.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outgoing {
    pub message: Message,
    /// Base address of the partner's API.
    pub api: String,
    /// Below the API: `/grants`.
    pub path: String,
    /// JSON of signed messages and sealed parcels.
    pub body: String,
}

impl Outgoing {
    pub(crate) fn new(message: Message, api: &str, path: String, body: String) -> Self {
        Self { message, api: api.to_owned(), path, body }
    }
}

impl std::fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Outgoing").field("message", &self.message).field("path", &self.path).field("bytes", &self.body.len()).finish()
    }
}

/// An answer that has the protocol's form. Nothing in it is believed before its signatures are checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivered {
    /// The partner took the message but wants to look at it first.
    pub under_review: bool,
    pub answer: Answer,
}

/// Why a message was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DeliveryError {
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// The partner's own refusal. It is not signed, so it proves nothing.
    #[error("the partner answered with status {status}{}", code.map(|c| format!(" ({c}): {}", c.title().trim_end_matches('.'))).unwrap_or_default())]
    Refused { status: u16, code: Option<Code>, retry_after: Option<i64>, detail: String },
    #[error("the answer is not in the form of the protocol")]
    NotAnAnswer,
}

impl DeliveryError {
    /// Whether the same bytes may be taken later.
    pub fn is_temporary(&self) -> bool {
        match self {
            Self::Network(NetworkError::Address(_)) => false,
            Self::Network(_) | Self::NotAnAnswer => true,
            Self::Refused { status, .. } => matches!(status, 408 | 425 | 429 | 500..=599),
        }
    }

    /// Whether it is certain that no byte of the message reached anybody.
    pub fn never_left(&self) -> bool {
        matches!(self, Self::Network(NetworkError::Address(_) | NetworkError::Unreachable | NetworkError::NotSafe))
    }

    /// Seconds the partner asks to wait.
    pub fn retry_after(&self) -> Option<i64> {
        match self {
            Self::Refused { retry_after, .. } => *retry_after,
            _ => None,
        }
    }
}

impl Client {
    /// Sends a message to a partner. `origin` is whose API it must be: a public partner's API is never on this computer.
    pub async fn send(&self, origin: &str, outgoing: &Outgoing) -> Result<Delivered, DeliveryError> {
        let origin = Origin::parse(origin, self.policy().development).map_err(NetworkError::from)?;
        let url = origin.api(&outgoing.api, &outgoing.path).map_err(NetworkError::from)?;
        let reply = self.post(url, outgoing.body.clone().into_bytes(), names::media::JSON, limits::ANSWER_BODY).await?;
        if !matches!(reply.status, 200..=202) {
            let problem: Option<Problem> = json::read(&reply.body).ok();
            let said = problem.as_ref().and_then(|p| p.retry_after).and_then(|s| i64::try_from(s).ok());
            return Err(DeliveryError::Refused {
                status: reply.status,
                code: problem.as_ref().and_then(Problem::code),
                retry_after: said.or(reply.retry_after),
                detail: problem.and_then(|p| p.detail).map(|d| plain(&d, TEXT_MAX.min(2 * NAME_MAX))).unwrap_or_default(),
            });
        }
        let mut answer: Answer = json::read(&reply.body).map_err(|_| DeliveryError::NotAnAnswer)?;
        answer.messages.truncate(MESSAGES);
        Ok(Delivered { under_review: reply.status == 202, answer })
    }
}

/// When to try again, in seconds from now: 1 minute, doubled each time, 6 hours at most, up to a fifth more so that many
/// senders do not come back at once. `spread` is a random byte. A partner may ask for more, but not beyond the 6 hours.
pub(crate) fn pause(attempts: u32, asked: Option<i64>, spread: u8) -> i64 {
    const LONGEST: i64 = 6 * 3_600;
    let doubled = 60i64 << attempts.saturating_sub(1).min(9);
    let base = doubled.max(asked.unwrap_or(0)).clamp(60, LONGEST);
    base + base * i64::from(spread) / (5 * 255)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_six_hours_whatever_a_partner_asks() {
        let minutes: Vec<i64> = (1..=12).map(|n| pause(n, None, 0) / 60).collect();
        assert_eq!(minutes, [1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360, 360]);
        assert_eq!(pause(1, Some(600), 0), 600);
        assert_eq!(pause(1, Some(315_360_000), 0), 6 * 3600);
        assert_eq!(pause(1, Some(-5), 0), 60);
        assert_eq!(pause(1, None, 255), 72);
    }

    #[test]
    fn what_is_worth_another_try() {
        let refused = |status| DeliveryError::Refused { status, code: None, retry_after: None, detail: String::new() };
        assert!([408, 429, 500, 503].into_iter().all(|s| refused(s).is_temporary()));
        assert!([400, 401, 403, 404, 409, 410, 413, 422].into_iter().all(|s| !refused(s).is_temporary()));
        assert!(DeliveryError::Network(NetworkError::Unreachable).is_temporary());
        assert!(DeliveryError::Network(NetworkError::Unreachable).never_left());
        assert!(!DeliveryError::Network(NetworkError::Broken).never_left());
        let shown = DeliveryError::Refused { status: 409, code: Some(Code::DescriptorStale), retry_after: None, detail: String::new() };
        assert_eq!(
            shown.to_string(),
            "the partner answered with status 409 (descriptor_stale): The grant was made from a descriptor that is no longer offered"
        );
    }
}

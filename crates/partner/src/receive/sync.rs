use holdall_protocol::message::{Answer, Sync, SyncSubmission};
use holdall_protocol::{Code, Digest, Signed, Uuid, limits};

use super::checks::{addressed, body, grant_row, repeated, write};
use crate::Partner;
use crate::error::{Error, Refusal};
use crate::gate;
use crate::misbehave::Misbehaviour;
use crate::store::{AnswerKind, Change, GrantRow, MessageText, SealedKind, StoredAnswer};

/// Seconds after which a client should ask again.
pub const NEXT_POLL: i64 = 86_400;

/// `POST /grants/{id}/sync`: hands out what is waiting, again and again until it is acknowledged.
pub fn submit_sync(partner: &Partner, id: Uuid, bytes: &[u8]) -> Result<String, Refusal> {
    let submission: SyncSubmission = body(bytes)?;
    let row = grant_row(partner, id)?;
    let sync = Signed::<Sync>::verify(&submission.sync, &[row.key()?])?.into_claims();
    addressed(partner, &row, id, sync.grant, &sync.iss, &sync.aud)?;
    let now = partner.now();
    if now.saturating_sub(sync.iat).saturating_abs() > limits::SYNC_SKEW {
        return Err(Code::StaleTimestamp.into());
    }
    let _one_at_a_time = partner.change();
    let request = Digest::of(submission.sync.as_bytes());
    if repeated(partner, AnswerKind::Sync, sync.jti, request)?.is_none() {
        let stored = StoredAnswer { request, body: None, stored_at: now };
        let change = Change { acked: sync.ack, answer: Some((AnswerKind::Sync, sync.jti, stored)), ..Change::default() };
        partner.store.apply(id, change)?;
    }
    write(&page(partner, &row, sync.cursor.as_deref())?)
}

/// Everything that waits, for an answer that was lost.
pub fn waiting(partner: &Partner, row: &GrantRow) -> Result<Answer, Refusal> {
    page(partner, row, None)
}

/// One page of waiting messages after `cursor`, which a client passes only to go on within one series.
fn page(partner: &Partner, row: &GrantRow, cursor: Option<&str>) -> Result<Answer, Refusal> {
    let after: Option<u64> = cursor.map(|c| c.parse().map_err(|_| Refusal::new(Code::Malformed))).transpose()?;
    let mut answer = Answer { next_poll: Some(NEXT_POLL), ..Answer::default() };
    if partner.misbehaves(Misbehaviour::Unsigned) {
        return Ok(answer);
    }
    let mut size = 0;
    for (n, message) in partner.store.messages(row.id)?.into_iter().filter(|(n, _)| after.is_none_or(|after| *n > after)) {
        let token = match message.text {
            MessageText::Plain(token) => token,
            MessageText::Sealed(number) => match gate::unseal(partner, row.id, SealedKind::Notice, number) {
                Ok(token) => token,
                // The grant's key has gone since: there is nothing left to tell.
                Err(Error::File { .. } | Error::Damaged) => continue,
                Err(error) => return Err(error.into()),
            },
        };
        // Room for quotes, commas and the members around the list.
        size += token.len() + 4;
        if size > limits::ANSWER_BODY - 1024 {
            answer.more = true;
            break;
        }
        answer.messages.push(token);
        answer.cursor = Some(n.to_string());
    }
    if !answer.more {
        answer.cursor = None;
    }
    Ok(answer)
}

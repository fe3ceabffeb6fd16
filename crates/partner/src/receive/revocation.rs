use holdall_protocol::message::{Answer, EraseScope, RecipientTold, Revocation, RevocationAck, RevocationSubmission, TriggerKind, Version};
use holdall_protocol::state::{HoldingEvent, HoldingState};
use holdall_protocol::{Digest, Signed, Uuid, fresh_id};

use super::checks::{addressed, body, grant_row, recent, repeated, write};
use crate::Partner;
use crate::error::{Error, Refusal};
use crate::lapse;
use crate::misbehave::Misbehaviour;
use crate::store::{AnswerKind, Change, GrantRow, MessageRow, MessageText, StoredAnswer};

/// `POST /grants/{id}/revocation`: stops use at once, erases, and says so. Taken for every grant that was ever receipted,
/// ended or not, and whatever the descriptor says by now.
pub fn submit_revocation(partner: &Partner, id: Uuid, bytes: &[u8]) -> Result<String, Refusal> {
    let submission: RevocationSubmission = body(bytes)?;
    let _one_at_a_time = partner.change();
    let mut row = grant_row(partner, id)?;
    let revocation = Signed::<Revocation>::verify(&submission.revocation, &[row.key()?])?;
    let claims = revocation.claims();
    addressed(partner, &row, id, claims.grant, &claims.iss, &claims.aud)?;
    let request = Digest::of(submission.revocation.as_bytes());
    if let Some(answer) = repeated(partner, AnswerKind::Revocation, claims.jti, request)? {
        return answer.body.ok_or_else(|| Error::Damaged.into());
    }
    recent(claims.iat, partner.now())?;

    let ack = stop(partner, &mut row, &revocation)?;
    let silent = partner.misbehaves(Misbehaviour::Silent);
    let mut answer = Answer { next_poll: Some(super::sync::NEXT_POLL), ..Answer::default() };
    if !silent {
        answer.messages.push(ack);
        if claims.erase == EraseScope::All {
            answer.messages.push(lapse::erase(partner, row, TriggerKind::Revocation, revocation.digest())?);
        }
    }
    let text = write(&answer)?;
    let stored = StoredAnswer { request, body: Some(text.clone()), stored_at: partner.now() };
    partner.store.apply(id, Change { answer: Some((AnswerKind::Revocation, claims.jti, stored)), ..Change::default() })?;
    Ok(text)
}

/// Ends use before anything else, so that a failure later cannot leave the data in use. Returns the ack.
fn stop(partner: &Partner, row: &mut GrantRow, revocation: &Signed<Revocation>) -> Result<String, Refusal> {
    let now = partner.now();
    let claims = revocation.claims();
    row.state = row.state.after(HoldingEvent::Revoke).map_err(|_| Error::Damaged)?;
    row.stopped_at.get_or_insert(now);
    row.revocation.get_or_insert(revocation.digest());
    let ack = RevocationAck {
        dgp: Version,
        iss: partner.origin().into(),
        aud: claims.iss.clone(),
        jti: fresh_id(partner.entropy())?,
        iat: now,
        grant: row.id,
        revocation_sha256: revocation.digest(),
        stopped_at: row.stopped_at.unwrap_or(now),
        erase_by: erase_by(partner, row, claims, now),
        recipients: row.recipients.iter().map(|id| RecipientTold { id: id.clone(), told_at: Some(now) }).collect(),
    };
    let ack = Signed::sign(ack, &partner.keys.signing)?;
    let message = MessageRow { jti: ack.claims().jti, text: MessageText::Plain(ack.token().to_owned()) };
    let messages = if partner.misbehaves(Misbehaviour::Silent) { vec![] } else { vec![message] };
    partner.store.apply(row.id, Change { grant: Some(row.clone()), messages, ..Change::default() })?;
    Ok(ack.token().to_owned())
}

/// Within our promise, within the person's wish, and never after the retention would have ended anyway.
fn erase_by(partner: &Partner, row: &GrantRow, claims: &Revocation, now: i64) -> i64 {
    let promised = partner.config.commitments.erasure.after(now).unwrap_or(now);
    match claims.erase {
        EraseScope::All if row.state == HoldingState::Erased => row.erased_at.unwrap_or(now).min(claims.erase_by),
        EraseScope::All => promised.min(claims.erase_by).min(row.delete_by.max(now)),
        EraseScope::StopOnly => row.delete_by.min(claims.erase_by),
    }
}

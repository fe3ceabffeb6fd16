use holdall_protocol::jose::{JoseError, peek_typ};
use holdall_protocol::message::{DeletionReceipt, Notice, NoticeKind, PartnerMessage, Receipt, ReceiptState, RevocationAck, TriggerKind};
use holdall_protocol::rules::{ReceiptFault, Sent, check_ack, check_deletion, check_receipt};
use holdall_protocol::state::{DeliveryEvent, GrantEvent, GrantState};
use holdall_protocol::{Signed, limits, names};

use super::{Answered, Deleted, Outcome, Share};
use crate::delivery::{Delivered, Message};
use crate::error::SharingError;
use crate::event::{Event, EventKind, day, records, stated};
use crate::text::shown;
use crate::{NAME_MAX, TEXT_MAX};

impl Share {
    /// Takes in the answer to `sent`. Only messages that the partner signed and that fit what was sent move anything;
    /// everything else is noted and set aside.
    pub fn apply(&mut self, sent: Message, delivered: &Delivered, now: i64) -> Result<Vec<Event>, SharingError> {
        let mut events = Vec::new();
        if sent == Message::Grant && self.step(GrantEvent::Delivered) {
            let text = if delivered.under_review {
                "The partner has the share and looks at it before it answers."
            } else {
                "The share was delivered."
            };
            events.push(self.note(now, EventKind::Delivered, text, false));
        }
        if sent == Message::Sync {
            // The partner has read which messages arrived before; those of this answer are for the next time.
            self.sync.unacked.clear();
        }
        let keys = self.partner_keys();
        for token in &delivered.answer.messages {
            if self.answers.iter().any(|a| a.token == *token) {
                continue;
            }
            match PartnerMessage::verify(token, &keys) {
                Ok(message) => events.extend(self.take(sent, message, now)?),
                Err(fault) => events.extend(self.set_aside(token, fault, now)),
            }
        }
        self.settle_outbox(sent, delivered, now);
        Ok(events)
    }

    fn settle_outbox(&mut self, sent: Message, delivered: &Delivered, now: i64) {
        match sent {
            // Without a signed answer the same bytes go again: the partner repeats its answer, and takes nothing twice.
            Message::Grant if delivered.under_review || !self.state().may_deliver() || self.has_receipt() => {
                if self.outbox_message() == Some(Message::Grant) {
                    self.clear_outbox(DeliveryEvent::ReceiptStored);
                }
            }
            Message::Revocation if self.valid_ack().is_some() || self.is_erased() => {
                if self.outbox_message() == Some(Message::Revocation) {
                    self.outbox = None;
                }
            }
            Message::Grant | Message::Revocation => {
                if let Some(queued) = &mut self.outbox {
                    queued.due = now + crate::delivery::pause(queued.attempts, None, 0);
                    queued.last_failure = Some("the partner answered without a signed statement".into());
                }
            }
            Message::Sync => {
                if let Some(cursor) = delivered.answer.cursor.clone().filter(|c| c.len() <= limits::NAME_CHARS) {
                    self.sync.cursor = Some(cursor);
                }
            }
        }
        self.poll_later(delivered.answer.next_poll, now);
    }

    /// A verified message of this partner. It still has to be about this share.
    fn take(&mut self, sent: Message, message: PartnerMessage, now: i64) -> Result<Vec<Event>, SharingError> {
        let (iss, aud, jti, grant) = message.address();
        let own = self.signed_grant()?;
        // A receipt that answers the grant itself is judged as one (rule R3), whomever it names.
        let answers_grant = sent == Message::Grant && matches!(message, PartnerMessage::Receipt(_));
        let ours = iss == self.origin && aud == own.claims().iss && grant == self.id();
        if !ours && !answers_grant {
            return Ok(vec![self.note(
                now,
                EventKind::Ignored,
                "A message of the partner belongs to another share and was set aside.",
                true,
            )]);
        }
        self.sync.unacked.push(jti);
        match message {
            PartnerMessage::Receipt(receipt) => self.take_receipt(&receipt, now),
            PartnerMessage::RevocationAck(ack) => self.take_ack(&ack, now),
            PartnerMessage::DeletionReceipt(receipt) => self.take_deletion(&receipt, now),
            PartnerMessage::Notice(notice) => Ok(self.take_notice(&notice, now)),
        }
    }

    fn keep(&mut self, token: &str, at: i64, outcome: Outcome) {
        self.answers.push(Answered { token: token.to_owned(), at, outcome });
    }

    fn take_receipt(&mut self, receipt: &Signed<Receipt>, now: i64) -> Result<Vec<Event>, SharingError> {
        let (grant, manifest) = (self.signed_grant()?, self.signed_manifest()?);
        let faults = check_receipt(receipt.claims(), Sent { grant: &grant, manifest: Some(&manifest) }, now);
        if !faults.is_empty() {
            self.keep(receipt.token(), now, Outcome::InvalidReceipt(faults.iter().map(rule).collect()));
            return Ok(self.invalid_receipt(&faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "), now));
        }
        self.keep(receipt.token(), now, Outcome::Receipt);
        if receipt.claims().state == ReceiptState::Pending {
            self.step(GrantEvent::ReviewAnnounced);
            return Ok(vec![self.note(now, EventKind::Waiting, "The partner signed that it looks at the share first.", true)]);
        }
        if !self.step(GrantEvent::ValidReceipt { single_use: true }) {
            return Ok(Vec::new());
        }
        let accepted: u64 = receipt.claims().parcels.iter().map(|p| p.accepted).sum();
        let text =
            format!("{} signed for {} and must erase them by {}.", self.partner_name(), records(accepted), day(receipt.claims().delete_by));
        Ok(vec![self.note(now, EventKind::Receipt, text, true)])
    }

    fn invalid_receipt(&mut self, why: &str, now: i64) -> Vec<Event> {
        if !self.step(GrantEvent::InvalidReceipt) {
            return vec![self.note(now, EventKind::Ignored, format!("Another receipt proves nothing and was set aside: {why}."), false)];
        }
        let text = format!("The partner's receipt does not prove what was sent: {why}. You can stop the share and demand deletion.");
        vec![self.note(now, EventKind::ReceiptInvalid, text, false)]
    }

    fn take_ack(&mut self, ack: &Signed<RevocationAck>, now: i64) -> Result<Vec<Event>, SharingError> {
        let valid = self.signed_revocation()?.is_some_and(|r| check_ack(ack.claims(), &r, now).is_ok());
        self.keep(ack.token(), now, if valid { Outcome::Ack } else { Outcome::InvalidAck });
        if !valid {
            let text = "The partner's statement that it stopped does not fit your withdrawal and proves nothing.";
            return Ok(vec![self.note(now, EventKind::Ignored, text, true)]);
        }
        self.step(GrantEvent::ValidAck);
        let text = format!(
            "{} signed that it stopped on {} and will have erased the data by {}.",
            self.partner_name(),
            day(stated(ack.claims().stopped_at, now)),
            day(ack.claims().erase_by)
        );
        Ok(vec![self.note(now, EventKind::Stopped, text, true)])
    }

    fn take_deletion(&mut self, receipt: &Signed<DeletionReceipt>, now: i64) -> Result<Vec<Event>, SharingError> {
        let (grant, revocation) = (self.signed_grant()?, self.signed_revocation()?);
        let checked = check_deletion(receipt.claims(), &grant, revocation.as_ref(), &self.delivered_parcels()?, now);
        let erasure = match checked {
            Ok(erasure) => erasure,
            Err(fault) => {
                self.keep(receipt.token(), now, Outcome::InvalidDeletion);
                let text = format!("The partner's deletion statement proves nothing: {fault}.");
                return Ok(vec![self.note(now, EventKind::Ignored, text, true)]);
            }
        };
        let deleted = Deleted::from(&erasure);
        self.keep(receipt.token(), now, Outcome::Deletion(deleted));
        if receipt.claims().trigger.kind == TriggerKind::Expiry {
            // A partner that erases before our clock says so has only kept its word early.
            self.step(GrantEvent::End);
        }
        let (event, kind) = match deleted {
            Deleted::Complete => (GrantEvent::CompleteErasure, EventKind::Erased),
            Deleted::WithRetention => (GrantEvent::ErasureWithRetention, EventKind::Erased),
            Deleted::Partial => (GrantEvent::PartialErasure, EventKind::Partial),
        };
        self.step(event);
        let name = self.partner_name();
        let text = match deleted {
            Deleted::Complete => format!("{name} signed that everything you sent is erased."),
            Deleted::WithRetention => format!("{name} signed that everything is erased, except for what it says the law makes it keep."),
            Deleted::Partial => {
                format!("{name} signed a deletion that does not cover everything you sent, or announces that more will follow.")
            }
        };
        Ok(vec![self.note(now, kind, text, true)])
    }

    fn take_notice(&mut self, notice: &Signed<Notice>, now: i64) -> Vec<Event> {
        self.keep(notice.token(), now, Outcome::Notice);
        let claims = notice.claims();
        let (title, text) = (shown(&claims.title, &[], NAME_MAX), shown(&claims.text, &[], TEXT_MAX));
        let kind = if claims.kind == NoticeKind::Benefit { EventKind::Benefit } else { EventKind::Notice };
        let what = match claims.kind {
            NoticeKind::Benefit => "gives you",
            NoticeKind::Breach => "reports a breach",
            NoticeKind::TermsChange => "changes its terms",
            NoticeKind::Shutdown => "closes its service",
        };
        vec![self.note(now, kind, format!("{} {what}: {title}. {text}", self.partner_name()), true)]
    }

    /// A message that does not verify proves nothing. Where a receipt was due, that is a finding of its own.
    fn set_aside(&mut self, token: &str, fault: JoseError, now: i64) -> Vec<Event> {
        let waits = matches!(self.state(), GrantState::Sent | GrantState::Pending);
        let receipt = peek_typ(token).is_ok_and(|typ| typ == names::typ::RECEIPT);
        if waits && receipt {
            let rule = if fault == JoseError::Claims { "R2" } else { "R1" };
            return self.invalid_receipt(&format!("{rule}: {fault}"), now);
        }
        vec![self.note(
            now,
            EventKind::Ignored,
            format!("Something in the partner's answer proves nothing and was set aside: {fault}."),
            false,
        )]
    }

    fn has_receipt(&self) -> bool {
        self.answers.iter().any(|a| a.outcome == Outcome::Receipt)
    }

    pub(super) fn is_erased(&self) -> bool {
        matches!(self.state(), GrantState::Erased | GrantState::ErasedWithRetention)
    }
}

/// `R5` out of a rule's sentence.
fn rule(fault: &ReceiptFault) -> String {
    fault.to_string().split(':').next().unwrap_or_default().to_owned()
}

//! Taking a share back: here at once, at the partner by a signed message with deadlines, and by e-mail as a second way.

use holdall_protocol::message::{EraseScope, Initiator, Revocation, RevocationReason, RevocationSubmission, Scope, Version};
use holdall_protocol::state::{DeliveryEvent, GrantEvent, GrantState};
use holdall_protocol::{Digest, Entropy, Period, Signed, fresh_id};

use crate::delivery::Message;
use crate::error::SharingError;
use crate::event::{Event, EventKind, day};
use crate::notice::period_words;
use crate::partner::Partner;
use crate::share::{Share, Standing};

const DAY: i64 = 86_400;
/// The longest a partner may promise itself, whatever its descriptor says: two days to stop, a month to erase.
const STOP_MAX: i64 = 2 * DAY;
const ERASE_MAX: i64 = 30 * DAY;
/// A share that ended by its date: so long after it, the deletion statement must be here.
const STATEMENT_AFTER_END: i64 = 3 * DAY;

/// A plain second way to stop: a text to send by e-mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecondRoute {
    pub to: String,
    pub subject: String,
    pub body: String,
}

impl Share {
    pub fn can_revoke(&self) -> bool {
        let state = self.state();
        (state == GrantState::Signed) || (state == GrantState::Rejected && self.left()) || state.after(GrantEvent::Revoke).is_ok()
    }

    /// Stops the share. Nothing more leaves from this moment on, with or without a network. If nothing has left yet, that is
    /// all; otherwise a signed withdrawal waits in the outbox. It cannot be undone: a new share starts afresh.
    pub fn revoke(&mut self, partner: &Partner, now: i64, entropy: &dyn Entropy) -> Result<Vec<Event>, SharingError> {
        if !self.can_revoke() {
            return Err(SharingError::NothingToStop);
        }
        self.destroy_queued();
        if !self.left() {
            self.step(GrantEvent::Discard);
            return Ok(vec![self.note(now, EventKind::Cancelled, "You stopped the share before anything left this computer.", false)]);
        }
        if self.state() == GrantState::Signed {
            // An attempt was cut off: the partner may have it all.
            self.step(GrantEvent::Delivered);
        }
        let revocation = self.sign_revocation(partner, now, entropy)?;
        let (stop, erase) = (revocation.claims().stop_by, revocation.claims().erase_by);
        let body =
            serde_json::to_string(&RevocationSubmission { revocation: revocation.token().into() }).map_err(|_| SharingError::Unreadable)?;
        self.revocation = Some(revocation.token().into());
        self.queue_message(Message::Revocation, "revocation", body, now)?;
        self.step(GrantEvent::Revoke);
        let text =
            format!("You stopped the share. {} must stop by {} and erase everything by {}.", self.partner_name(), day(stop), day(erase));
        Ok(vec![self.note(now, EventKind::Revoked, text, false)])
    }

    fn sign_revocation(&self, partner: &Partner, now: i64, entropy: &dyn Entropy) -> Result<Signed<Revocation>, SharingError> {
        let grant = self.signed_grant()?;
        let g = grant.claims();
        let within = |promised: &Period, most: i64| promised.after(now).map_or(now + most, |end| end.clamp(now, now + most));
        let claims = Revocation {
            dgp: Version,
            iss: g.iss.clone(),
            aud: g.aud.clone(),
            jti: fresh_id(entropy)?,
            iat: now,
            grant: g.jti,
            reason: RevocationReason::UserAction,
            initiator: Initiator::Individual,
            scope: Scope::All,
            erase: EraseScope::All,
            notify_recipients: true,
            legal: vec!["GDPR 7(3)".into(), "GDPR 17(1)(b)".into(), "GDPR 19".into()],
            stop_by: within(&g.commit.revocation_stop, STOP_MAX),
            erase_by: within(&g.commit.erasure, ERASE_MAX),
        };
        Ok(Signed::sign(claims, partner.identity().signing_key())?)
    }

    /// Runs the clocks: what ended, what is overdue. Call it whenever time has passed, before showing a share.
    pub fn tick(&mut self, now: i64) -> Result<Vec<Event>, SharingError> {
        let mut events = Vec::new();
        let grant = self.signed_grant()?;
        let end = grant.claims().delete_limit();
        if now >= end && self.state() == GrantState::Signed && !self.left() {
            self.destroy_queued();
            self.step(GrantEvent::Discard);
            events.push(self.note(now, EventKind::Cancelled, "The share ended before anything left this computer.", false));
        }
        if now >= end && self.state() == GrantState::Signed {
            self.step(GrantEvent::Delivered);
        }
        if now >= end && self.state().after(GrantEvent::End).is_ok() {
            self.clear_outbox(DeliveryEvent::GiveUp);
            self.step(GrantEvent::End);
            let text = format!("The share ended by its date. {} must have erased everything, and owes a statement.", self.partner_name());
            events.push(self.note(now, EventKind::Ended, text, false));
        }
        if let Some(deadline) = self.deadline()?
            && now > deadline
            && self.step(GrantEvent::DeadlineMissed)
        {
            let text = format!(
                "{} has not answered as it promised; the time ran out on {}. Write to it by e-mail: the text is ready under “Another way”. If \
                 it stays silent, the same text and the proof file are what a data protection authority needs.",
                self.partner_name(),
                day(deadline)
            );
            events.push(self.note(now, EventKind::Overdue, text, false));
        }
        Ok(events)
    }

    /// When the next signed statement must be here, in seconds since 1970. `None` while nothing is owed.
    pub fn deadline(&self) -> Result<Option<i64>, SharingError> {
        let revocation = self.signed_revocation()?;
        Ok(match (self.state(), revocation) {
            (GrantState::Revoking, Some(r)) => Some(r.claims().stop_by),
            (GrantState::Stopped | GrantState::Partial, Some(r)) => {
                Some(self.valid_ack().map_or(r.claims().erase_by, |ack| ack.claims().erase_by.min(r.claims().erase_by)))
            }
            (GrantState::Expiring | GrantState::Partial, None) => Some(self.ends()? + STATEMENT_AFTER_END),
            _ => None,
        })
    }

    /// What stopping means, one sentence each, for the person to read before they confirm.
    pub fn if_you_stop(&self) -> Result<Vec<String>, SharingError> {
        if self.standing() == Standing::Queued && !self.left() {
            return Ok(vec!["Nothing has left this computer yet. The share is cancelled, and nobody is told.".into()]);
        }
        let grant = self.signed_grant()?;
        let commit = &grant.claims().commit;
        let name = self.partner_name();
        let mut out = vec![
            "From this moment nothing more leaves this computer under this share.".to_owned(),
            format!(
                "{name} is told to stop within {} and to erase everything within {}, as it promised.",
                period_words(commit.revocation_stop.as_str()),
                period_words(commit.erasure.as_str())
            ),
            format!("You may lose what you get for it: {}", self.gives_back()),
            format!("{name} may keep what a law makes it keep. It must then name the law and the date it ends."),
            "What was done with the data before stays lawful, and nobody can prove that no copy is left. You get a signed statement, or it is \
             shown that there is none."
                .to_owned(),
            "It cannot be undone. You can share again later, as a new share.".to_owned(),
        ];
        if !grant.claims().recipients.is_empty() {
            out.insert(2, "Everybody it passed the data on to is told as well.".into());
        }
        Ok(out)
    }

    /// The withdrawal as an e-mail. It works without the protocol, and without us.
    pub fn second_route(&self) -> Result<SecondRoute, SharingError> {
        let grant = self.signed_grant()?;
        let g = grant.claims();
        let revoked = self.signed_revocation()?;
        let mut body = format!(
            "To whom it may concern,\n\n\
             on {} I gave {} my consent to use personal data about me for “{}”.\n\n\
             I withdraw this consent with immediate effect (Article 7(3) GDPR). Please stop all use, erase all data you received under it \
             and everything derived from it (Article 17(1)(b) GDPR), and tell everybody you passed it on to (Article 19 GDPR). Tell me who \
             they are.\n\n\
             Please confirm within {} that you have stopped, and within {} that everything is erased, as you promised. If the law makes \
             you keep anything, tell me what, which law, and until when.\n\n\
             What identifies the data and my consent:\n\
             Grant: {}\nSigned with: {}\nSHA-256 of the grant: {}\nSHA-256 of the list of parcels: {}\n",
            day(g.iat),
            self.partner_name(),
            self.title(),
            period_words(g.commit.revocation_stop.as_str()),
            period_words(g.commit.erasure.as_str()),
            g.jti,
            g.iss,
            grant.digest(),
            Digest::of(self.manifest.as_bytes()),
        );
        if let Some(r) = &revoked {
            body.push_str(&format!("SHA-256 of my signed withdrawal of {}: {}\n", day(r.claims().iat), r.digest()));
        }
        let mut subject = format!("Withdrawal of consent and erasure: {}", g.jti);
        if self.standing() == Standing::Overdue {
            subject.insert_str(0, "Reminder: ");
            body.push_str(
                "\nThis is a reminder. The time in which you promised to answer has run out, and I hold no signed statement of yours.\n",
            );
        }
        body.push_str("\nIf you do not answer in time I will complain to the data protection authority.\n");
        Ok(SecondRoute { to: self.about.contact.clone(), subject, body })
    }
}

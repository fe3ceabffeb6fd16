use holdall_protocol::message::{Have, Sync, SyncSubmission, Version};
use holdall_protocol::state::{DeliveryEvent, DeliveryState, GrantEvent};
use holdall_protocol::{Entropy, Signed, fresh_id, limits};

use super::{Deleted, Outcome, Queued, Share};
use crate::delivery::{DeliveryError, Message, Outgoing, pause};
use crate::error::SharingError;
use crate::event::{Event, EventKind};
use crate::partner::Partner;

/// A message that did not get through for this long is given up until the person asks again.
const GIVE_UP: i64 = 7 * 86_400;

impl Share {
    pub(super) fn queue(&mut self, outgoing: Outgoing, now: i64) {
        if outgoing.message == Message::Grant {
            self.deliver(DeliveryEvent::Queue);
        }
        self.outbox =
            Some(Queued { outgoing, attempts: 0, first_try: None, due: now, last_failure: None, left_before: self.left, dormant: false });
    }

    pub(crate) fn queue_message(&mut self, message: Message, path: &str, body: String, now: i64) -> Result<(), SharingError> {
        let api = self.descriptor()?.claims().api.clone();
        self.queue(Outgoing::new(message, &api, format!("/grants/{}/{path}", self.id), body), now);
        Ok(())
    }

    /// What is to be sent now, if anything. Store the share before sending: it notes that the bytes may have left.
    /// `asked` means that the person wants it now, whatever the pauses say.
    pub fn next(&mut self, partner: &Partner, asked: bool, now: i64, entropy: &dyn Entropy) -> Result<Option<Outgoing>, SharingError> {
        if let Some(queued) = &mut self.outbox {
            if !asked && (queued.dormant || queued.due > now) {
                return Ok(None);
            }
            if queued.dormant {
                (queued.dormant, queued.first_try, queued.attempts) = (false, None, 0);
            }
            queued.attempts += 1;
            queued.first_try.get_or_insert(now);
            queued.left_before = self.left;
            let outgoing = queued.outgoing.clone();
            if outgoing.message == Message::Grant {
                // The program may have ended in the middle of the last try.
                self.deliver(DeliveryEvent::Interrupted);
                self.deliver(DeliveryEvent::Send);
            }
            self.left = true;
            return Ok(Some(outgoing));
        }
        if !self.wants_sync() || (self.sync.due > now && !asked) {
            return Ok(None);
        }
        self.sync_message(partner, now, entropy).map(Some)
    }

    fn wants_sync(&self) -> bool {
        self.left && self.state().may_hold_data() && !self.is_refused()
    }

    /// Refused before it was taken: there is nothing to ask about, unless it is being revoked.
    fn is_refused(&self) -> bool {
        self.state() == holdall_protocol::state::GrantState::Rejected
    }

    fn sync_message(&self, partner: &Partner, now: i64, entropy: &dyn Entropy) -> Result<Outgoing, SharingError> {
        let final_deletion =
            self.answers.iter().any(|a| matches!(a.outcome, Outcome::Deletion(Deleted::Complete | Deleted::WithRetention)));
        let grant = self.signed_grant()?;
        let claims = Sync {
            dgp: Version,
            iss: grant.claims().iss.clone(),
            aud: self.origin.clone(),
            jti: fresh_id(entropy)?,
            iat: now,
            grant: self.id,
            cursor: self.sync.cursor.clone(),
            ack: self.sync.unacked.clone(),
            have: Have { final_deletion },
        };
        let sync = Signed::sign(claims, partner.identity().signing_key())?;
        let body = serde_json::to_string(&SyncSubmission { sync: sync.token().into() }).map_err(|_| SharingError::Unreadable)?;
        let api = self.descriptor()?.claims().api.clone();
        Ok(Outgoing::new(Message::Sync, &api, format!("/grants/{}/sync", self.id), body))
    }

    /// Takes note that a message was not taken. Says so in the history when the person should know.
    pub fn failed(&mut self, message: Message, error: &DeliveryError, now: i64, entropy: &dyn Entropy) -> Result<Vec<Event>, SharingError> {
        let mut spread = [0];
        entropy.fill(&mut spread)?;
        if message == Message::Sync {
            self.sync.due = now + pause(1, error.retry_after(), spread[0]);
            self.sync.last_failure = Some(error.to_string());
            return Ok(Vec::new());
        }
        let Some(mut queued) = self.outbox.take() else { return Ok(Vec::new()) };
        if error.never_left() {
            self.left = queued.left_before;
        }
        queued.last_failure = Some(error.to_string());
        queued.due = now + pause(queued.attempts, error.retry_after(), spread[0]);
        let tried_for = now - queued.first_try.unwrap_or(now);
        let mut events = Vec::new();
        if message == Message::Grant && !error.is_temporary() {
            self.deliver(DeliveryEvent::Refusal);
            events.extend(self.refuse(error, now));
            return Ok(events);
        }
        if message == Message::Grant {
            self.deliver(DeliveryEvent::TryAgain);
        }
        if tried_for >= GIVE_UP {
            queued.dormant = true;
            events.push(self.note(now, EventKind::Waiting, give_up_text(message), false));
        }
        self.outbox = Some(queued);
        Ok(events)
    }

    fn refuse(&mut self, error: &DeliveryError, now: i64) -> Option<Event> {
        if !self.step(GrantEvent::Refusal) {
            return None;
        }
        let aftermath = if self.left {
            "The data may have been read there. Choose Revoke to demand its deletion."
        } else {
            "Nothing left this computer."
        };
        Some(self.note(now, EventKind::Refused, format!("The share was not taken: {error}. {aftermath}"), false))
    }

    /// The outbox is emptied: its message was answered, or must never leave.
    pub(crate) fn clear_outbox(&mut self, event: DeliveryEvent) {
        self.deliver(event);
        self.outbox = None;
    }

    fn deliver(&mut self, event: DeliveryEvent) {
        if let Ok(next) = self.delivery.after(event) {
            self.delivery = next;
        }
    }

    /// Destroys what has not left yet, in whatever state of delivery it is.
    pub(crate) fn destroy_queued(&mut self) {
        self.deliver(DeliveryEvent::Interrupted);
        self.clear_outbox(DeliveryEvent::Revoke);
    }

    pub(crate) fn outbox_message(&self) -> Option<Message> {
        self.outbox.as_ref().map(|q| q.outgoing.message)
    }

    pub(super) fn poll_later(&mut self, next_poll: Option<i64>, now: i64) {
        // Answers come within days; an hour is soon enough to ask again.
        self.sync.due = now + next_poll.unwrap_or(limits::POLL_MIN).clamp(limits::POLL_MIN, limits::POLL_MAX);
        self.sync.last_failure = None;
    }

    /// A sentence about what still waits, and why.
    pub fn waiting(&self) -> Option<String> {
        if let Some(queued) = &self.outbox {
            let what = match queued.outgoing.message {
                Message::Grant => "The share waits to be sent",
                Message::Revocation => "Your withdrawal waits to be sent",
                Message::Sync => "A question to the partner waits to be sent",
            };
            let why = match (&queued.last_failure, queued.dormant) {
                (Some(failure), true) => format!(": {failure}. It was tried for seven days; it is tried again when you ask"),
                (Some(failure), false) => format!(": {failure}. It is tried again by itself"),
                (None, _) => String::new(),
            };
            return Some(format!("{what}{why}."));
        }
        self.sync.last_failure.as_ref().filter(|_| self.wants_sync()).map(|f| format!("The partner could not be asked for news: {f}."))
    }

    /// When [`Share::next`] will have something without being asked, in seconds since 1970.
    pub fn due(&self) -> Option<i64> {
        match &self.outbox {
            Some(queued) if queued.dormant => None,
            Some(queued) => Some(queued.due),
            None => self.wants_sync().then_some(self.sync.due),
        }
    }

    pub fn delivery(&self) -> DeliveryState {
        self.delivery
    }
}

fn give_up_text(message: Message) -> &'static str {
    match message {
        Message::Revocation => {
            "The partner could not be reached for seven days. Send the withdrawal by e-mail as well: its text is ready under “Another way”."
        }
        _ => "The partner could not be reached for seven days. Nothing more is tried until you ask for it.",
    }
}

use holdall_protocol::message::{Benefit, DeletionReceipt, Notice, NoticeKind, Receipt, StoreErasure, StrandGrant};
use holdall_protocol::state::GrantState;
use holdall_protocol::strand::Strand;
use holdall_protocol::{Signed, Uuid};

use super::{Answered, Deleted, Outcome, Share};
use crate::catalogue::strand_label;
use crate::error::SharingError;
use crate::event::{Event, day};
use crate::text::{plain, shown};
use crate::{NAME_MAX, TEXT_MAX};

/// Where a share stands, in the words of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Standing {
    Queued,
    Sent,
    Active,
    Rejected,
    ReceiptInvalid,
    Expiring,
    Revoking,
    Stopped,
    Partial,
    Erased,
    ErasedWithRetention,
    Overdue,
    Cancelled,
}

impl Standing {
    pub fn label(self) -> &'static str {
        match self {
            Self::Queued => "Waiting to be sent",
            Self::Sent => "Sent, waiting for the receipt",
            Self::Active => "Active",
            Self::Rejected => "Not taken by the partner",
            Self::ReceiptInvalid => "Receipt does not fit",
            Self::Expiring => "Ended, waiting for the deletion statement",
            Self::Revoking => "Stopped here, waiting for the partner",
            Self::Stopped => "Stopped, deletion to come",
            Self::Partial => "Deletion statement incomplete",
            Self::Erased => "Erased, by the partner's signed statement",
            Self::ErasedWithRetention => "Erased, except for what the law keeps",
            Self::Overdue => "Overdue: the partner is silent",
            Self::Cancelled => "Cancelled before anything left",
        }
    }

    /// Whether it is still open, for sorting into active and ended.
    pub fn is_live(self) -> bool {
        !matches!(self, Self::Rejected | Self::Erased | Self::ErasedWithRetention | Self::Cancelled)
    }
}

impl From<GrantState> for Standing {
    fn from(state: GrantState) -> Self {
        match state {
            GrantState::Draft | GrantState::Signed => Self::Queued,
            GrantState::Sent | GrantState::Pending => Self::Sent,
            GrantState::Active | GrantState::Paused | GrantState::Fulfilled => Self::Active,
            GrantState::Rejected => Self::Rejected,
            GrantState::ReceiptInvalid | GrantState::Breach => Self::ReceiptInvalid,
            GrantState::Expiring => Self::Expiring,
            GrantState::Revoking => Self::Revoking,
            GrantState::Stopped => Self::Stopped,
            GrantState::Partial => Self::Partial,
            GrantState::Erased | GrantState::Closed => Self::Erased,
            GrantState::ErasedWithRetention => Self::ErasedWithRetention,
            GrantState::Overdue | GrantState::Escalated | GrantState::Complaint | GrantState::ClosedUnresolved => Self::Overdue,
            GrantState::Discarded => Self::Cancelled,
        }
    }
}

/// What was given of one strand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenStrand {
    pub strand: String,
    pub label: String,
    /// Names in the catalogue; [`field_label`](crate::field_label) makes them readable.
    pub fields: Vec<String>,
    pub field_labels: Vec<String>,
    pub since: Option<String>,
    pub until: Option<String>,
}

impl GivenStrand {
    pub(crate) fn of(granted: &StrandGrant) -> Self {
        let strand = Strand::named(&granted.strand);
        let label = |f: &String| strand.map_or_else(|| f.clone(), |s| crate::field_label(s, f));
        Self {
            strand: granted.strand.clone(),
            label: strand_label(&granted.strand).to_owned(),
            field_labels: granted.fields.iter().map(label).collect(),
            fields: granted.fields.clone(),
            since: granted.time_constraint.as_ref().and_then(|t| t.since.clone()),
            until: granted.time_constraint.as_ref().and_then(|t| t.until.clone()),
        }
    }
}

/// One of the rules R1 to R10 a receipt must keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptCheck {
    pub rule: String,
    pub text: String,
    pub ok: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptSummary {
    pub received: i64,
    pub accepted_rows: u64,
    pub rejected_rows: u64,
    pub delete_by: i64,
    pub storage_locations: Vec<String>,
    pub recipients: Vec<String>,
    pub checks: Vec<ReceiptCheck>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeletionSummary {
    pub received: i64,
    pub rows: u64,
    pub stores: Vec<String>,
    pub retained: Vec<String>,
    /// Nothing that was sent is missing, and no more is announced.
    pub complete: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BenefitReceived {
    pub at: i64,
    pub text: String,
    pub code: Option<String>,
    pub value: Option<Benefit>,
    pub valid_until: Option<i64>,
}

const CHECKS: [(&str, &str); 10] = [
    ("R1", "Signed with the partner's known key"),
    ("R2", "A receipt, and nothing else"),
    ("R3", "From this partner, for you and this share"),
    ("R4", "Names exactly the grant and the list of parcels you sent"),
    ("R5", "Names exactly the content you sent"),
    ("R6", "Accounts for every record"),
    ("R7", "No recipients beyond those you allowed"),
    ("R8", "No places of storage beyond those you allowed"),
    ("R9", "Kept no longer than you allowed, and dated rightly"),
    ("R10", "The consent record is complete and says the same"),
];

impl Share {
    pub fn standing(&self) -> Standing {
        self.state().into()
    }

    pub fn events(&self) -> &[Event] {
        &self.events
    }

    pub fn created(&self) -> i64 {
        self.created
    }

    /// When it ends at the latest.
    pub fn ends(&self) -> Result<i64, SharingError> {
        Ok(self.signed_grant()?.claims().delete_limit())
    }

    pub fn partner_display_name(&self) -> &str {
        &self.about.partner_name
    }

    pub fn purpose(&self) -> &str {
        &self.about.purpose
    }

    pub fn title(&self) -> &str {
        &self.about.title
    }

    pub fn why(&self) -> &str {
        &self.about.why
    }

    pub fn gives_back(&self) -> &str {
        &self.about.gives_back
    }

    /// The consent text as agreed to.
    pub fn notice_text(&self) -> &str {
        &self.about.notice
    }

    /// Vendors whose exports the records came from, by slug.
    pub fn vendors(&self) -> &[String] {
        &self.about.vendors
    }

    pub fn rows(&self) -> u64 {
        self.about.rows
    }

    pub fn given(&self) -> Result<Vec<GivenStrand>, SharingError> {
        Ok(self.signed_grant()?.claims().strands.iter().map(GivenStrand::of).collect())
    }

    /// The receipt that counts: a valid one, else the last that does not fit.
    pub fn receipt(&self) -> Option<ReceiptSummary> {
        let valid = self.answers.iter().rev().find(|a| a.outcome == Outcome::Receipt);
        let any = || self.answers.iter().rev().find(|a| matches!(a.outcome, Outcome::InvalidReceipt(_)));
        let answered = valid.or_else(any)?;
        let receipt = Signed::<Receipt>::verify(&answered.token, &self.partner_keys()).ok()?.into_claims();
        let broken: &[String] = if let Outcome::InvalidReceipt(rules) = &answered.outcome { rules } else { &[] };
        let checks =
            CHECKS.map(|(rule, text)| ReceiptCheck { rule: rule.into(), text: text.into(), ok: !broken.iter().any(|b| b == rule) });
        Some(ReceiptSummary {
            received: answered.at,
            accepted_rows: receipt.parcels.iter().fold(0, |n, p| n.saturating_add(p.accepted)),
            rejected_rows: receipt.parcels.iter().map(|p| p.rejected.len() as u64).sum(),
            delete_by: receipt.delete_by,
            storage_locations: receipt.storage_locations.iter().map(|s| plain(s, NAME_MAX)).collect(),
            recipients: receipt.recipients.iter().map(|r| plain(r, NAME_MAX)).collect(),
            checks: checks.into(),
        })
    }

    /// The deletion statement that says most: a final one, else the last partial one.
    pub fn deletion(&self) -> Option<DeletionSummary> {
        let of = |wanted: fn(Deleted) -> bool| self.answers.iter().rev().find(|a| matches!(a.outcome, Outcome::Deletion(d) if wanted(d)));
        let answered = of(|d| d != Deleted::Partial).or_else(|| of(|d| d == Deleted::Partial))?;
        let receipt = Signed::<DeletionReceipt>::verify(&answered.token, &self.partner_keys()).ok()?.into_claims();
        let kept = receipt.retained.iter().map(|r| {
            let law = [plain(&r.law, NAME_MAX), plain(&r.legal_basis, NAME_MAX)].into_iter().find(|t| !t.is_empty()).unwrap_or_default();
            format!("{}: kept until {} under {law}", plain(&r.what, NAME_MAX), plain(&r.until, 32))
        });
        Some(DeletionSummary {
            received: answered.at,
            rows: receipt.covers.iter().fold(0, |n, c| n.saturating_add(c.rows)),
            stores: receipt.stores.iter().map(store_text).collect(),
            retained: kept.collect(),
            complete: !matches!(answered.outcome, Outcome::Deletion(Deleted::Partial)),
        })
    }

    pub fn benefits(&self) -> Vec<BenefitReceived> {
        let keys = self.partner_keys();
        let read = |a: &Answered| Some((a.at, Signed::<Notice>::verify(&a.token, &keys).ok()?.into_claims()));
        let notices = self.answers.iter().filter(|a| a.outcome == Outcome::Notice).filter_map(read);
        notices.filter(|(_, n)| n.kind == NoticeKind::Benefit).map(|(at, n)| benefit(at, &n)).collect()
    }

    /// What the grant's id is on the wire.
    pub fn grant_id(&self) -> Uuid {
        self.id()
    }
}

fn benefit(at: i64, notice: &Notice) -> BenefitReceived {
    let received = notice.benefit.as_ref();
    let mut text = format!("{}. {}", shown(&notice.title, &[], NAME_MAX), shown(&notice.text, &[], TEXT_MAX));
    let details: Vec<String> = received
        .iter()
        .flat_map(|b| b.details.iter().take(20))
        .map(|(label, value)| format!("{}: {}", plain(&label.replace('_', " "), NAME_MAX), plain(value, NAME_MAX)))
        .collect();
    if !details.is_empty() {
        text = format!("{text} ({})", details.join("; "));
    }
    BenefitReceived {
        at,
        text,
        code: received.and_then(|b| b.code.as_ref()).map(|c| plain(c, NAME_MAX)),
        value: received.and_then(|b| b.value.as_ref()).map(|v| Benefit { amount: plain(&v.amount, 32), currency: plain(&v.currency, 3) }),
        valid_until: received.and_then(|b| b.valid_until),
    }
}

fn store_text(store: &StoreErasure) -> String {
    let name = plain(&store.store, NAME_MAX);
    let how = match (store.method.as_str(), store.at.or(store.key_destroyed_at)) {
        ("crypto_erase", Some(at)) => format!("made unreadable on {}", day(at)),
        (_, Some(at)) => format!("deleted on {}", day(at)),
        (_, None) => "no date given".to_owned(),
    };
    match store.gone_by {
        Some(by) => format!("{name}: {how}, gone by {}", day(by)),
        None => format!("{name}: {how}"),
    }
}

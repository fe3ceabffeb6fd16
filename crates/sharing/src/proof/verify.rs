use std::collections::{BTreeMap, BTreeSet};

use holdall_protocol::key::VerifyingKey;
use holdall_protocol::message::{Descriptor, Grant, Manifest, PartnerMessage, Revocation};
use holdall_protocol::rules::{
    Delivered, Erasure, Pin, PinFault, Sent, check_ack, check_deletion, check_descriptor, check_receipt, grant_within_descriptor,
};
use holdall_protocol::{Digest, Signed, json};
use sha2::{Digest as _, Sha256};

use super::{BUNDLE, Bundle, BundleFile, FORMAT, NOTICE, Role, container};
use crate::event::{day, records};
use crate::key_words;
use crate::secret::hex;
use crate::text::plain;
use crate::{NAME_MAX, TEXT_MAX};

/// What a proof file amounts to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Everything is genuine, fits together, and nothing is missing.
    Complete,
    /// Everything in it is genuine, and something is missing or does not fit.
    Incomplete,
    /// Something in it is not genuine.
    Invalid,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    pub text: String,
    pub ok: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProofReport {
    pub verdict: Verdict,
    /// Name and origin as the descriptor says them; empty if it cannot be read.
    pub partner: String,
    pub purpose: String,
    pub checks: Vec<Check>,
    /// What is missing, one sentence each.
    pub gaps: Vec<String>,
}

/// Checks a proof file. Needs no vault, no network and no memory of the share.
pub fn verify_proof(bytes: &[u8]) -> ProofReport {
    let mut report =
        ProofReport { verdict: Verdict::Invalid, partner: String::new(), purpose: String::new(), checks: Vec::new(), gaps: Vec::new() };
    // The first thing that is not genuine ends the reading: what comes after it could mean anything.
    if read(bytes, &mut report).is_some() {
        report.verdict = if report.gaps.is_empty() { Verdict::Complete } else { Verdict::Incomplete };
    }
    report
}

/// The parts of a proof, once each is known to be genuine.
struct Parts {
    bundle: Bundle,
    files: BTreeMap<String, Vec<u8>>,
    descriptor: Signed<Descriptor>,
    keys: Vec<VerifyingKey>,
    grant: Signed<Grant>,
    manifest: Signed<Manifest>,
    revocation: Option<Signed<Revocation>>,
}

impl ProofReport {
    fn require(&mut self, ok: bool, text: impl Into<String>) -> Option<()> {
        self.checks.push(Check { text: text.into(), ok });
        ok.then_some(())
    }

    fn gap(&mut self, text: impl Into<String>) {
        self.gaps.push(text.into());
    }
}

fn read(bytes: &[u8], report: &mut ProofReport) -> Option<()> {
    let (bundle, files) = open(bytes, report)?;
    let (descriptor, keys) = descriptors(&bundle, &files, report)?;
    let (grant, manifest, revocation) = own_messages(&bundle, &files, report)?;
    report.purpose = grant.claims().purposes.iter().map(|p| plain(p, NAME_MAX)).collect::<Vec<_>>().join(", ");
    let parts = Parts { bundle, files, descriptor, keys, grant, manifest, revocation };
    agreement(&parts, report)?;
    answers(&parts, report)
}

fn open(bytes: &[u8], report: &mut ProofReport) -> Option<(Bundle, BTreeMap<String, Vec<u8>>)> {
    let files = match container::unpack(bytes) {
        Ok(files) => files,
        Err(fault) => {
            report.require(false, format!("The file can be read: {fault}."));
            return None;
        }
    };
    let bundle: Option<Bundle> = files.get(BUNDLE).and_then(|b| json::read(b).ok());
    let bundle = bundle.filter(|b| b.format == FORMAT && b.version == 1);
    report.require(bundle.is_some(), "The file is a proof of a share, of a version that is known here.")?;
    let bundle = bundle?;
    let listed: BTreeSet<&str> = bundle.files.iter().map(|f| f.name.as_str()).chain([BUNDLE]).collect();
    let present: BTreeSet<&str> = files.keys().map(String::as_str).collect();
    report.require(
        listed == present && listed.len() == bundle.files.len() + 1,
        "Every file in it is listed, and every listed file is there.",
    )?;
    let whole = bundle.files.iter().all(|f| files.get(&f.name).is_some_and(|b| hex(&Sha256::digest(b)) == f.sha256));
    report.require(whole, "Every file has the hash it is listed with.")?;
    Some((bundle, files))
}

fn text<'f>(files: &'f BTreeMap<String, Vec<u8>>, file: &BundleFile) -> Option<&'f str> {
    std::str::from_utf8(files.get(&file.name)?).ok()
}

fn with_role(bundle: &Bundle, role: Role) -> impl Iterator<Item = &BundleFile> {
    bundle.files.iter().filter(move |f| f.role == role)
}

fn descriptors(
    bundle: &Bundle,
    files: &BTreeMap<String, Vec<u8>>,
    report: &mut ProofReport,
) -> Option<(Signed<Descriptor>, Vec<VerifyingKey>)> {
    let mut first: Option<Signed<Descriptor>> = None;
    let mut last: Option<Pin> = None;
    let mut keys: Vec<VerifyingKey> = Vec::new();
    for file in with_role(bundle, Role::Descriptor) {
        let checked = text(files, file).and_then(|token| check_descriptor(token, &bundle.partner, file.at).ok());
        report.require(checked.is_some(), format!("{} is signed by its own key, and was valid on {}.", file.name, day(file.at)))?;
        let descriptor = checked?;
        if let Some(pin) = &last {
            match pin.follow(&descriptor, file.at) {
                Ok(_) => report.require(true, format!("{} continues the one before.", file.name))?,
                Err(PinFault::KeyChanged { .. }) => {
                    report.gap("The partner changed its key, and its old key does not vouch for the new one: the owner trusted it by hand.")
                }
                Err(fault) => report.require(false, format!("{} continues the one before: {fault}.", file.name))?,
            }
        }
        last = Some(Pin::first(&descriptor));
        keys.extend(descriptor.claims().verifying_keys(file.at));
        keys.push(descriptor.signer().clone());
        first.get_or_insert(descriptor);
    }
    report.require(first.is_some(), "The partner's description is in it.")?;
    let first = first?;
    let entity = &first.claims().entity;
    report.partner = format!("{} ({})", plain(&entity.legal_name, NAME_MAX), plain(&bundle.partner, TEXT_MAX));
    let words = key_words(&first.signer().thumbprint()).join(" ");
    report
        .require(true, format!("The partner's key has the words `{words}`. Compare them with the partner to know that it is its key."))?;
    Some((first, keys))
}

type OwnMessages = (Signed<Grant>, Signed<Manifest>, Option<Signed<Revocation>>);

fn own_messages(bundle: &Bundle, files: &BTreeMap<String, Vec<u8>>, report: &mut ProofReport) -> Option<OwnMessages> {
    let one = |role| {
        let mut found = with_role(bundle, role);
        found.next().filter(|_| found.next().is_none()).and_then(|f| text(files, f))
    };
    let grant = one(Role::Grant).and_then(|token| Signed::<Grant>::verify_by_own_key(token).ok());
    let grant = grant.filter(|g| g.claims().issuer() == Some(g.signer().thumbprint()) && g.claims().jti.to_string() == bundle.grant);
    report.require(grant.is_some(), "The grant is signed by the person's key for this partner.")?;
    let grant = grant?;
    let signer = [grant.signer().clone()];
    let manifest = one(Role::Manifest).and_then(|token| Signed::<Manifest>::verify(token, &signer).ok());
    let manifest = manifest.filter(|m| m.claims().grant == grant.claims().jti && m.claims().aud == grant.claims().aud);
    report.require(manifest.is_some(), "The list of parcels is signed by the same key, for this grant.")?;
    let mut revocation = None;
    if with_role(bundle, Role::Revocation).next().is_some() {
        revocation = one(Role::Revocation).and_then(|token| Signed::<Revocation>::verify(token, &signer).ok());
        revocation = revocation.filter(|r| r.claims().grant == grant.claims().jti && r.claims().aud == grant.claims().aud);
        report.require(revocation.is_some(), "The withdrawal is signed by the same key, for this grant.")?;
    }
    Some((grant, manifest?, revocation))
}

/// What was agreed: the grant within the offer, and the text the person read.
fn agreement(parts: &Parts, report: &mut ProofReport) -> Option<()> {
    let within = grant_within_descriptor(&parts.grant, parts.descriptor.claims(), parts.descriptor.digest());
    report.require(within.is_ok(), "The grant gives no more than the partner asked for, in the description of that day.")?;
    let notice = with_role(&parts.bundle, Role::Notice).next().filter(|f| f.name == NOTICE).and_then(|f| parts.files.get(&f.name));
    let read = notice.is_some_and(|n| Digest::of(n) == parts.grant.claims().notice_sha256);
    report.require(read, "The consent text is the one the person agreed to.")
}

#[derive(Default)]
struct Found {
    receipt: bool,
    ack: bool,
    erasure: Option<Erasure>,
}

fn answers(parts: &Parts, report: &mut ProofReport) -> Option<()> {
    let mut found = Found::default();
    for file in with_role(&parts.bundle, Role::Answer) {
        let message = text(&parts.files, file).and_then(|token| PartnerMessage::verify(token, &parts.keys).ok());
        report.require(message.is_some(), format!("{} is signed by the partner's key.", file.name))?;
        let message = message?;
        let (iss, aud, _, grant) = message.address();
        let g = parts.grant.claims();
        if iss == g.aud && aud == g.iss && grant == g.jti {
            weigh(&message, file, parts, &mut found, report);
        } else {
            report.gap(format!("{} is about another person or share.", file.name));
        }
    }
    conclude(parts, &found, report);
    Some(())
}

/// A genuine statement that does not fit is a gap, not a forgery.
fn weigh(message: &PartnerMessage, file: &BundleFile, parts: &Parts, found: &mut Found, report: &mut ProofReport) {
    match message {
        PartnerMessage::Receipt(receipt) => {
            let faults = check_receipt(receipt.claims(), Sent { grant: &parts.grant, manifest: Some(&parts.manifest) }, file.at);
            found.receipt |= faults.is_empty();
            if !faults.is_empty() {
                let said: Vec<String> = faults.iter().map(ToString::to_string).collect();
                report.gap(format!("{} does not prove what was sent: {}.", file.name, said.join("; ")));
            }
        }
        PartnerMessage::RevocationAck(ack) => {
            let fits = parts.revocation.as_ref().is_some_and(|r| check_ack(ack.claims(), r, file.at).is_ok());
            found.ack |= fits;
            if !fits {
                report.gap(format!("{} does not answer the withdrawal in this proof.", file.name));
            }
        }
        PartnerMessage::DeletionReceipt(receipt) => {
            let manifest = &parts.manifest;
            let sent = [Delivered { manifest: manifest.digest(), commits: manifest.claims().parcels.iter().map(|p| p.commit).collect() }];
            match check_deletion(receipt.claims(), &parts.grant, parts.revocation.as_ref(), &sent, file.at) {
                Ok(erasure) if !matches!(found.erasure, Some(Erasure::Complete | Erasure::WithRetention)) => found.erasure = Some(erasure),
                Ok(_) => {}
                Err(fault) => report.gap(format!("{} proves no deletion: {fault}.", file.name)),
            }
        }
        PartnerMessage::Notice(_) => {}
    }
}

fn conclude(parts: &Parts, found: &Found, report: &mut ProofReport) {
    let made = parts.bundle.made;
    if found.receipt {
        let rows = records(parts.manifest.claims().total_rows);
        report.checks.push(Check {
            text: format!("The partner signed for exactly the {rows} of the list, and for the terms of the grant."),
            ok: true,
        });
    } else {
        report.gap("There is no valid receipt of the partner for what was sent.");
    }
    if parts.revocation.is_some() && found.ack {
        report.checks.push(Check { text: "The partner signed that it stopped after the withdrawal.".into(), ok: true });
    }
    let ended = made >= parts.grant.claims().delete_limit();
    let overdue = |by: i64| {
        if made > by {
            format!("; it was due on {}, {} days before this file was made", day(by), (made - by) / 86_400)
        } else {
            String::new()
        }
    };
    match (&found.erasure, &parts.revocation) {
        (Some(Erasure::Complete), _) => {
            report
                .checks
                .push(Check { text: "The partner signed that everything on the list is erased, and nothing is kept.".into(), ok: true });
        }
        (Some(Erasure::WithRetention), _) => {
            report.checks.push(Check {
                text: "The partner signed that everything on the list is erased, except for what it names with a law and an end.".into(),
                ok: true,
            });
        }
        (Some(Erasure::Partial { .. }), _) => {
            report.gap("The partner's deletion statement does not cover everything on the list, or is not its last word.")
        }
        (None, Some(r)) => {
            if !found.ack {
                report.gap(format!("The partner has not signed that it stopped{}.", overdue(r.claims().stop_by)));
            }
            report.gap(format!("There is no final deletion statement{}.", overdue(r.claims().erase_by)));
        }
        (None, None) if ended => {
            report.gap(format!("The share has ended and there is no deletion statement{}.", overdue(parts.grant.claims().delete_limit())))
        }
        (None, None) => {}
    }
}

use holdall_protocol::key::OpeningKey;
use holdall_protocol::message::{Answer, Covered, Grant, GrantSubmission, Manifest, ManifestKind, Notice};
use holdall_protocol::payload::{Line, Parsed, parse};
use holdall_protocol::rules::{ScopeFault, grant_within_descriptor, payload_within_grant};
use holdall_protocol::state::{HoldingEvent, HoldingState};
use holdall_protocol::{Code, Digest, Place, Signed, jose, limits};

use super::checks::{body, recent, repeated, write};
use super::receipt::make_receipt;
use crate::Partner;
use crate::error::{Error, Refusal};
use crate::misbehave::Misbehaviour;
use crate::store::{AnswerKind, Change, GrantRow, MessageRow, MessageText, SealedKind, StoredAnswer};
use crate::{benefit, gate};

/// `POST /grants`: a grant with its first and, at level 1, only delivery.
pub fn submit_grant(partner: &Partner, bytes: &[u8]) -> Result<String, Refusal> {
    let submission: GrantSubmission = body(bytes)?;
    if submission.parcels.len() > limits::PARCELS_PER_DELIVERY {
        return Err(Code::TooLarge.into());
    }
    let grant = Signed::<Grant>::verify_by_own_key(&submission.grant)?;
    let request = digest(&submission);

    let _one_at_a_time = partner.change();
    if let Some(row) = partner.store.grant(grant.claims().jti)? {
        return answer_again(partner, &row, request);
    }
    check_grant(partner, &grant)?;
    let manifest = check_manifest(partner, &grant, &submission)?;
    let parcels = open_parcels(partner, &grant, &manifest, &submission)?;
    store(partner, &grant, &manifest, &parcels, request)?;
    let notices = benefit::answer(partner, grant.claims())?;
    finish(partner, &grant, notices, request)
}

/// One hash for all that came, so that a repeated request is known whatever its JSON looks like.
fn digest(submission: &GrantSubmission) -> Digest {
    let manifest = submission.manifest.as_deref().unwrap_or_default();
    let all: Vec<&str> = [submission.grant.as_str(), manifest].into_iter().chain(submission.parcels.iter().map(String::as_str)).collect();
    Digest::of(all.join("\n").as_bytes())
}

fn answer_again(partner: &Partner, row: &GrantRow, request: Digest) -> Result<String, Refusal> {
    if row.submission != request {
        return Err(Code::IdConflict.into());
    }
    if !row.state.may_use() {
        return Err(Code::GrantNotActive.into());
    }
    match repeated(partner, AnswerKind::Grant, row.id, request)? {
        Some(_) => Ok(gate::unseal(partner, row.id, SealedKind::Answer, 0)?),
        // The power went after the grant was stored and before its answer was: the receipt is there to be fetched.
        None => {
            let answer = super::sync::waiting(partner, row)?;
            write(&answer)
        }
    }
}

fn check_grant(partner: &Partner, grant: &Signed<Grant>) -> Result<(), Refusal> {
    let (claims, now) = (grant.claims(), partner.now());
    if claims.aud != partner.origin() {
        return Err(Code::WrongAudience.into());
    }
    recent(claims.iat, now)?;
    if claims.exp <= now || claims.delete_limit() <= now {
        return Err(Code::GrantExpired.into());
    }
    let descriptor = partner.published.acceptable(claims.descriptor, now).ok_or(Code::DescriptorStale)?;
    grant_within_descriptor(grant, descriptor.claims(), descriptor.digest())
        .map_err(|fault: ScopeFault| Refusal::because(fault.code(), &fault))?;
    check_offer(partner, claims, now)
}

fn check_offer(partner: &Partner, grant: &Grant, now: i64) -> Result<(), Refusal> {
    let Some(id) = grant.offer else {
        return if grant.subject_ref.is_none() { Ok(()) } else { Err(Code::UnknownOffer.into()) };
    };
    let offer = partner.offer(id)?.ok_or(Code::UnknownOffer)?.into_claims();
    if offer.exp <= now {
        return Err(Code::OfferExpired.into());
    }
    if offer.single_use && partner.store.offer_used(id)? {
        return Err(Code::OfferUsed.into());
    }
    let fits = grant.purposes.iter().all(|p| offer.purposes.contains(p)) && grant.subject_ref == offer.subject_ref;
    if fits { Ok(()) } else { Err(Code::PurposeNotOffered.into()) }
}

fn check_manifest(partner: &Partner, grant: &Signed<Grant>, submission: &GrantSubmission) -> Result<Signed<Manifest>, Refusal> {
    let refuse = || Refusal::new(Code::ManifestMismatch);
    let token = submission.manifest.as_deref().ok_or_else(refuse)?;
    let manifest = Signed::<Manifest>::verify(token, &[grant.signer().clone()])?;
    let (m, g) = (manifest.claims(), grant.claims());
    if m.aud != partner.origin() {
        return Err(Code::WrongAudience.into());
    }
    if m.iss != g.iss {
        return Err(Code::IssuerKeyMismatch.into());
    }
    recent(m.iat, partner.now())?;
    if m.seq != 1 {
        return Err(Refusal { expected: Some(1), ..Refusal::new(Code::SequenceGap) });
    }
    let numbered = m.parcels.iter().zip(0u32..).all(|(p, n)| p.n == n);
    let rows = m.parcels.iter().try_fold(0u64, |sum, p| sum.checked_add(p.rows));
    let fits = m.grant == g.jti
        && m.kind == ManifestKind::Full
        && m.prev_manifest.is_none()
        && !m.parcels.is_empty()
        && numbered
        && m.parcels.len() == submission.parcels.len()
        && rows == Some(m.total_rows);
    if fits { Ok(manifest) } else { Err(refuse()) }
}

/// Opens every parcel before anything is stored. Returns the plaintexts.
fn open_parcels(
    partner: &Partner,
    grant: &Signed<Grant>,
    manifest: &Signed<Manifest>,
    submission: &GrantSubmission,
) -> Result<Vec<Vec<u8>>, Refusal> {
    let mut plain = Vec::new();
    let mut rows_of: std::collections::HashMap<&str, u64> = std::collections::HashMap::new();
    for (entry, jwe) in manifest.claims().parcels.iter().zip(&submission.parcels) {
        if Digest::of(jwe.as_bytes()) != entry.jwe_sha256 {
            return Err(Code::ParcelDigestMismatch.into());
        }
        let place = Place { grant: grant.claims().jti, seq: 1, n: entry.n };
        let text = jose::open(jwe, &place, &partner.keys.opening).map_err(|e| Refusal::because(Code::ParcelDecryptFailed, &e))?;
        if Digest::of(&text) != entry.commit || text.len() as u64 != entry.bytes {
            return Err(Code::ParcelCommitMismatch.into());
        }
        let parsed: Parsed = parse(&text).map_err(|e| Refusal::because(Code::SchemaInvalid, &e))?;
        if parsed.head.strand != entry.strand || parsed.head.rows != entry.rows {
            return Err(Code::ManifestMismatch.into());
        }
        if parsed.lines.iter().any(|line| matches!(line, Line::Delete(_))) {
            return Err(Refusal { detail: Some("a first delivery cannot delete".into()), ..Refusal::new(Code::SchemaInvalid) });
        }
        let before = rows_of.entry(entry.strand.as_str()).or_default();
        payload_within_grant(&parsed, grant.claims(), &place, *before).map_err(|e| Refusal::because(e.code(), &e))?;
        *before += entry.rows;
        plain.push(text.to_vec());
    }
    Ok(plain)
}

/// Seals everything to a key of the grant's own and stores it together with the receipt.
fn store(partner: &Partner, grant: &Signed<Grant>, manifest: &Signed<Manifest>, plain: &[Vec<u8>], request: Digest) -> Result<(), Refusal> {
    let (claims, now) = (grant.claims(), partner.now());
    let key: OpeningKey = partner.keys.create_grant_key(claims.jti, partner.entropy())?;
    let seal = |kind, n, text: &[u8]| gate::seal(partner, claims.jti, &key, kind, n, text).map(|jwe| (kind, n, jwe));
    let mut sealed = vec![seal(SealedKind::Grant, 0, grant.token().as_bytes())?];
    for (text, n) in plain.iter().zip(0u64..) {
        sealed.push(seal(SealedKind::Parcel, n, text)?);
    }
    let receipt = make_receipt(partner, grant, manifest)?;
    let row = GrantRow {
        id: claims.jti,
        state: HoldingState::Received.after(HoldingEvent::Accept).map_err(|_| Error::Damaged)?,
        signer: grant.signer().jwk(),
        grant_sha256: grant.digest(),
        submission: request,
        received_at: now,
        exp: claims.exp,
        delete_by: claims.delete_limit(),
        recipients: claims.recipients.clone(),
        covers: vec![Covered {
            manifest_sha256: manifest.digest(),
            commits: manifest.claims().parcels.iter().map(|p| p.commit).collect(),
            rows: manifest.claims().total_rows,
        }],
        stopped_at: None,
        erased_at: None,
        revocation: None,
    };
    let message = MessageRow { jti: receipt.0, text: MessageText::Plain(receipt.1) };
    let change = Change { grant: Some(row), sealed, messages: vec![message], offer_used: claims.offer, ..Change::default() };
    Ok(partner.store.apply(claims.jti, change)?)
}

/// Adds what comes back to the person, and keeps the answer so that it can be given again.
fn finish(partner: &Partner, grant: &Signed<Grant>, notices: Vec<Signed<Notice>>, request: Digest) -> Result<String, Refusal> {
    let id = grant.claims().jti;
    let key = partner.keys.grant_key(id)?;
    let mut change = Change::default();
    for (notice, n) in notices.iter().zip(0u64..) {
        change.sealed.push((SealedKind::Notice, n, gate::seal(partner, id, &key, SealedKind::Notice, n, notice.token().as_bytes())?));
        change.messages.push(MessageRow { jti: notice.claims().jti, text: MessageText::Sealed(n) });
    }
    let receipt = partner.store.messages(id)?.into_iter().find_map(|(_, row)| match row.text {
        MessageText::Plain(token) => Some(token),
        MessageText::Sealed(_) => None,
    });
    let mut answer = Answer::default();
    if !partner.misbehaves(Misbehaviour::Unsigned) {
        answer.messages.extend(receipt);
        answer.messages.extend(notices.iter().map(|n| n.token().to_owned()));
    }
    answer.next_poll = Some(super::sync::NEXT_POLL);
    let text = write(&answer)?;
    change.sealed.push((SealedKind::Answer, 0, gate::seal(partner, id, &key, SealedKind::Answer, 0, text.as_bytes())?));
    change.answer = Some((AnswerKind::Grant, id, StoredAnswer { request, body: None, stored_at: partner.now() }));
    partner.store.apply(id, change)?;
    Ok(text)
}

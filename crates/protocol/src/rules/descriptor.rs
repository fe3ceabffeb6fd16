use url::Url;

use crate::jose::{JoseError, Signed};
use crate::key::{SealingKey, VerifyingKey};
use crate::message::{Descriptor, KeyUse, LocalText, Logo, Purpose, RetentionRule};
use crate::strand::Strand;
use crate::{Digest, json, limits, names};

/// Why a descriptor is refused as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DescriptorFault {
    #[error(transparent)]
    Envelope(#[from] JoseError),
    #[error("the descriptor speaks for another address than the one it came from")]
    OtherIssuer,
    #[error("the descriptor has ended; the partner has to publish a new one")]
    Expired,
    #[error("the descriptor is dated in the future: one of the two clocks is wrong")]
    NotYetValid,
    #[error("the descriptor is valid for longer than the protocol allows")]
    LivesTooLong,
    #[error("the descriptor lacks a usable key for signing or for sealing, or names a key wrongly")]
    Keys,
    #[error("the descriptor's API address is not usable")]
    Api,
    #[error("the descriptor names no version or suite that is spoken here")]
    Unsupported,
    #[error("a text or list in the descriptor is missing, empty or too long")]
    Text,
    #[error("the descriptor's logo is not a small PNG picture")]
    Logo,
    #[error("the descriptor repeats the id of a purpose or a recipient")]
    RepeatedId,
}

/// Why one purpose cannot be granted, while the rest of the descriptor stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PurposeFault {
    #[error("the purpose has no title")]
    NoTitle,
    #[error("the purpose does not say why")]
    NoWhy,
    #[error("the purpose does not say what it gives back")]
    NoGivesBack,
    #[error("the purpose does not say what happens without consent")]
    NoConsequence,
    #[error("the purpose asks for nothing")]
    NoStrands,
    #[error("the purpose asks for a strand or a field that the catalogue does not have")]
    UnknownField,
    #[error("a field has no reason")]
    NoFieldReason,
    #[error("the purpose names a term outside the Data Privacy Vocabulary")]
    UnknownTerm,
    #[error("the purpose keeps data without an end, or does not delete it at the end")]
    Retention,
    #[error("the purpose names a recipient that the descriptor does not list")]
    UnknownRecipient,
    #[error("the purpose names no mode of access or no place of storage")]
    Incomplete,
}

/// Reads a descriptor that came from `origin`, such as `https://shop.example`. Whether its key is the one seen before is
/// for [`Pin::follow`](super::Pin::follow) to say.
pub fn check_descriptor(token: &str, origin: &str, now: i64) -> Result<Signed<Descriptor>, DescriptorFault> {
    let signed = verify_by_listed_key(token)?;
    let d = signed.claims();
    if d.iss != origin || d.sub != origin || !is_origin(origin) {
        return Err(DescriptorFault::OtherIssuer);
    }
    if d.iat > now + limits::CLOCK_SKEW {
        return Err(DescriptorFault::NotYetValid);
    }
    if d.exp <= now {
        return Err(DescriptorFault::Expired);
    }
    if d.exp.checked_sub(d.iat).is_none_or(|life| life > limits::DESCRIPTOR_LIFE) {
        return Err(DescriptorFault::LivesTooLong);
    }
    if !d.versions.iter().any(|v| v == names::VERSION) || !d.suites.iter().any(|s| s == names::SUITE) || d.level > 3 {
        return Err(DescriptorFault::Unsupported);
    }
    check_keys(d, &signed, now)?;
    check_api(d)?;
    check_texts(d)?;
    check_ids(d)?;
    if let Some(logo) = &d.entity.logo {
        check_logo(logo)?;
    }
    Ok(signed)
}

/// Verifies with whichever listed signing key the header names. The list is read before the signature is known to be
/// good, and is believed only because that signature then covers it.
fn verify_by_listed_key(token: &str) -> Result<Signed<Descriptor>, JoseError> {
    #[derive(serde::Deserialize)]
    struct KeysOnly {
        keys: Vec<crate::message::PublishedKey>,
    }
    if token.len() > limits::DESCRIPTOR {
        return Err(JoseError::TooLarge);
    }
    let payload = token.split('.').nth(1).and_then(crate::base64url::decode).ok_or(JoseError::Malformed)?;
    let listed: KeysOnly = json::read(&payload).map_err(|fault| match fault {
        json::JsonFault::Malformed => JoseError::Malformed,
        json::JsonFault::WrongShape => JoseError::Claims,
    })?;
    let keys: Vec<_> = listed
        .keys
        .iter()
        .take(limits::LIST)
        .filter(|k| k.usage == KeyUse::Sig)
        .filter_map(|k| VerifyingKey::from_jwk(&k.jwk()).ok())
        .collect();
    Signed::verify(token, &keys)
}

/// `scheme://host` or `scheme://host:port` in the one spelling a browser would use.
fn is_origin(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "https" | "http") && url.origin().ascii_serialization() == text)
}

fn check_keys(d: &Descriptor, signed: &Signed<Descriptor>, now: i64) -> Result<(), DescriptorFault> {
    let named_rightly = d.keys.iter().all(|k| match k.usage {
        KeyUse::Sig => VerifyingKey::from_jwk(&k.jwk()).is_ok_and(|key| key.thumbprint() == k.kid),
        KeyUse::Enc => SealingKey::from_jwk(&k.jwk()).is_ok_and(|key| key.thumbprint() == k.kid),
    });
    let signs_now = d.verifying_keys(now).contains(signed.signer());
    if named_rightly && signs_now && d.sealing_key(now).is_ok() { Ok(()) } else { Err(DescriptorFault::Keys) }
}

fn check_api(d: &Descriptor) -> Result<(), DescriptorFault> {
    let url = Url::parse(&d.api).map_err(|_| DescriptorFault::Api)?;
    let same_safety = url.scheme() == "https" || (url.scheme() == "http" && d.iss.starts_with("http://"));
    let plain = url.username().is_empty() && url.password().is_none() && url.query().is_none() && url.fragment().is_none();
    if same_safety && plain && url.has_host() && !d.api.ends_with('/') { Ok(()) } else { Err(DescriptorFault::Api) }
}

fn check_texts(d: &Descriptor) -> Result<(), DescriptorFault> {
    let e = &d.entity;
    let names = [&e.legal_name, &e.controller_contact, &e.country, &d.commitments.erasure.to_string()].into_iter().all(|t| is_name(t));
    let long = [&e.address, &e.privacy_policy].into_iter().all(|t| !t.trim().is_empty() && t.chars().count() <= limits::TEXT_CHARS);
    let lists = d.purposes.len() <= limits::LIST && d.recipients.len() <= limits::LIST && d.keys.len() <= limits::LIST;
    let recipients = d.recipients.iter().all(|r| is_name(&r.id) && is_name(&r.name) && has_text(&r.why));
    let purposes = d.purposes.iter().all(|p| {
        is_name(&p.id)
            && p.strands.len() <= limits::LIST
            && p.strands.iter().all(|s| s.fields.len() <= limits::LIST)
            && [&p.title, &p.why, &p.gives_back.text, &p.withhold_consequence].into_iter().all(is_short)
            && p.strands.iter().flat_map(|s| &s.fields).all(|f| is_short(&f.why))
    });
    if names && long && lists && recipients && purposes { Ok(()) } else { Err(DescriptorFault::Text) }
}

fn check_ids(d: &Descriptor) -> Result<(), DescriptorFault> {
    let unique = |ids: Vec<&String>| ids.iter().collect::<std::collections::HashSet<_>>().len() == ids.len();
    let fine = unique(d.purposes.iter().map(|p| &p.id).collect()) && unique(d.recipients.iter().map(|r| &r.id).collect());
    if fine { Ok(()) } else { Err(DescriptorFault::RepeatedId) }
}

fn is_name(text: &str) -> bool {
    !text.trim().is_empty() && text.chars().count() <= limits::NAME_CHARS
}

fn is_short(text: &LocalText) -> bool {
    text.len() <= limits::LIST && text.values().all(|t| t.chars().count() <= limits::TEXT_CHARS)
}

fn has_text(text: &LocalText) -> bool {
    is_short(text) && text.values().any(|t| !t.trim().is_empty())
}

/// A PNG by its signature, at most 256 pixels each way by its first chunk. Decoding it is for whoever shows it.
fn check_logo(logo: &Logo) -> Result<(), DescriptorFault> {
    use base64ct::{Base64, Encoding};
    const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR";
    if logo.media != "image/png" || logo.data.len() > limits::LOGO * 2 {
        return Err(DescriptorFault::Logo);
    }
    let bytes = Base64::decode_vec(&logo.data).map_err(|_| DescriptorFault::Logo)?;
    let side = |at: usize| bytes.get(at..at + 4).and_then(|b| b.try_into().ok()).map_or(0, u32::from_be_bytes);
    let sound = bytes.len() <= limits::LOGO
        && bytes.starts_with(SIGNATURE)
        && (1..=256).contains(&side(16))
        && (1..=256).contains(&side(20))
        && Digest::of(&bytes) == logo.sha256;
    if sound { Ok(()) } else { Err(DescriptorFault::Logo) }
}

/// Why a purpose cannot be granted; `None` if it can.
pub fn purpose_fault(descriptor: &Descriptor, purpose: &Purpose) -> Option<PurposeFault> {
    let texts = [
        (&purpose.title, PurposeFault::NoTitle),
        (&purpose.why, PurposeFault::NoWhy),
        (&purpose.gives_back.text, PurposeFault::NoGivesBack),
        (&purpose.withhold_consequence, PurposeFault::NoConsequence),
    ];
    if let Some((_, fault)) = texts.into_iter().find(|(text, _)| !has_text(text)) {
        return Some(fault);
    }
    if purpose.dpv.is_empty()
        || !purpose.dpv.iter().all(|t| is_term(t, names::dpv::PREFIX))
        || !is_term(&purpose.legal_basis, names::dpv::PREFIX)
    {
        return Some(PurposeFault::UnknownTerm);
    }
    if !ends(&purpose.retention) {
        return Some(PurposeFault::Retention);
    }
    if purpose.modes.is_empty() || purpose.storage_locations.is_empty() {
        return Some(PurposeFault::Incomplete);
    }
    if !purpose.recipients.iter().all(|id| descriptor.recipients.iter().any(|r| r.id == *id)) {
        return Some(PurposeFault::UnknownRecipient);
    }
    strands_fault(purpose)
}

fn strands_fault(purpose: &Purpose) -> Option<PurposeFault> {
    if purpose.strands.is_empty() {
        return Some(PurposeFault::NoStrands);
    }
    for request in &purpose.strands {
        let Some(strand) = Strand::named(&request.strand) else {
            return Some(PurposeFault::UnknownField);
        };
        if request.fields.is_empty() || !request.fields.iter().all(|f| strand.has(&f.f)) {
            return Some(PurposeFault::UnknownField);
        }
        if !request.fields.iter().all(|f| has_text(&f.why)) {
            return Some(PurposeFault::NoFieldReason);
        }
        if !request.pd.iter().all(|t| is_term(t, names::dpv::PERSONAL_DATA_PREFIX)) {
            return Some(PurposeFault::UnknownTerm);
        }
    }
    None
}

fn is_term(iri: &str, prefix: &str) -> bool {
    iri.strip_prefix(prefix).is_some_and(|term| !term.is_empty() && term.len() <= 80 && term.bytes().all(|b| b.is_ascii_alphanumeric()))
}

fn ends(rule: &RetentionRule) -> bool {
    rule.on_expiry == "delete" && rule.max_duration.after(0).is_some_and(|length| length > 0)
}

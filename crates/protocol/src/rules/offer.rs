use crate::jose::Signed;
use crate::limits;
use crate::message::{Descriptor, Offer};

/// Why an offer cannot be taken up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OfferFault {
    #[error("the offer is from another partner than the descriptor")]
    OtherPartner,
    #[error("the offer belongs to another descriptor: ask the partner for a new offer")]
    OtherDescriptor,
    #[error("the offer has ended")]
    Expired,
    #[error("the offer is dated in the future or valid for longer than the protocol allows")]
    Times,
    #[error("the offer names a purpose that the descriptor does not have")]
    UnknownPurpose,
}

/// Whether a verified offer fits the partner's descriptor at `now`.
pub fn check_offer(offer: &Signed<Offer>, descriptor: &Signed<Descriptor>, now: i64) -> Result<(), OfferFault> {
    let (o, d) = (offer.claims(), descriptor.claims());
    if o.iss != d.iss {
        return Err(OfferFault::OtherPartner);
    }
    if o.descriptor != descriptor.digest() {
        return Err(OfferFault::OtherDescriptor);
    }
    if o.exp <= now {
        return Err(OfferFault::Expired);
    }
    if o.iat > now + limits::CLOCK_SKEW || o.exp.checked_sub(o.iat).is_none_or(|life| life > limits::OFFER_LIFE) {
        return Err(OfferFault::Times);
    }
    if o.purposes.is_empty() || !o.purposes.iter().all(|id| d.purpose(id).is_some()) {
        return Err(OfferFault::UnknownPurpose);
    }
    Ok(())
}

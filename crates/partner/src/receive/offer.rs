use holdall_protocol::{Code, Uuid};

use crate::Partner;
use crate::error::Refusal;

/// `GET /offers/{id}`.
pub fn fetch_offer(partner: &Partner, id: Uuid) -> Result<String, Refusal> {
    let offer = partner.offer(id)?.ok_or(Code::UnknownOffer)?;
    if offer.claims().exp <= partner.now() {
        return Err(Code::OfferExpired.into());
    }
    if offer.claims().single_use && partner.store.offer_used(id)? {
        return Err(Code::OfferUsed.into());
    }
    Ok(offer.token().to_owned())
}

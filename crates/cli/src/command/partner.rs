use std::process::ExitCode;

use holdall_app::view::partner::{AddPartner, ListOffers, ListPartners, OfferView, PartnerView, TrustKey};

use super::Ended;
use crate::args::PartnerCommand;
use crate::output::{Output, clean, table};
use crate::session::Session;

pub fn run(command: &PartnerCommand, session: &Session, output: &Output) -> Ended {
    match command {
        PartnerCommand::Add { url } => {
            let partner = session.run(AddPartner { url: url.clone() })?;
            output.show(&partner, partner_text)?;
        }
        PartnerCommand::TrustKey { partner, words } => {
            let partner = session.run(TrustKey { partner: partner.clone(), key_words: words.join(" ") })?;
            output.show(&partner, partner_text)?;
        }
        PartnerCommand::List => {
            let partners = session.run(ListPartners {})?;
            output.show(&partners, |partners| {
                table(&partners.iter().map(|p| vec![p.origin.clone(), p.name.clone(), format!("{} offers", p.offers)]).collect::<Vec<_>>())
            })?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn partner_text(partner: &PartnerView) -> String {
    format!(
        "{}\n{}, {}\nKey words, to compare by telephone: {}\nIts key is remembered from now on: a different one will be refused.\nSee what it offers: holdall offers {}\n",
        partner.host,
        clean(&partner.name),
        clean(&partner.country),
        partner.key_words.join(" "),
        partner.origin
    )
}

pub fn offers(partner: Option<String>, session: &Session, output: &Output) -> Ended {
    let offers = session.run(ListOffers { partner })?;
    output.show(&offers, |offers| {
        if offers.is_empty() {
            return "No offers. Add a partner first: holdall partner add ADDRESS".to_owned();
        }
        offers.iter().map(offer_text).collect::<Vec<_>>().join("\n")
    })?;
    Ok(ExitCode::SUCCESS)
}

fn offer_text(offer: &OfferView) -> String {
    let mut text = format!(
        "{} ({})\n  purpose: {}\n  {} says why: {}\n  You get: {}\n  Kept at most {} days, in {}\n  If you refuse: {}\n",
        clean(&offer.title),
        offer.partner,
        offer.purpose,
        clean(&offer.partner_name),
        clean(&offer.why),
        clean(&offer.gives_back),
        offer.max_days,
        clean(&offer.storage_locations.join(", ")),
        clean(&offer.if_you_refuse)
    );
    for strand in &offer.strands {
        text.push_str(&format!("  {} ({} of your records fit):\n", clean(&strand.label), strand.have));
        let fields: Vec<Vec<String>> = strand
            .fields
            .iter()
            .map(|f| {
                let need = if f.required { "needed" } else { "optional" };
                vec![format!("    {}.{}", strand.strand, f.name), need.to_owned(), f.why.clone()]
            })
            .collect();
        text.push_str(&table(&fields));
    }
    text.push_str(&format!("  Look first: holdall share {} {} --preview\n", offer.partner, offer.purpose));
    text
}

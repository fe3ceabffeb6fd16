use holdall_model::{Kind, Precision};
use holdall_protocol::Period;
use holdall_protocol::message::{AccessMode, Descriptor};
use holdall_sharing::NotGrantableReason;

use crate::support::{Behaviour, NOON, meet};

async fn refused(change: fn(&mut Descriptor)) -> Vec<String> {
    let met = meet(Behaviour { descriptor: Some(change), ..Behaviour::default() }).await;
    let (offers, refused) = met.partner.offers(&[], NOON).expect("readable");
    assert_eq!(offers, []);
    refused.into_iter().map(|r| r.reason.to_string()).collect()
}

#[tokio::test]
async fn an_offer_says_everything_in_plain_words() {
    let met = meet(Behaviour::default()).await;
    let (offers, refused) = met.partner.offers(&["de".into()], NOON).expect("readable");
    assert_eq!(refused, []);
    let [offer] = &offers[..] else { panic!("one offer") };
    assert_eq!((offer.title.as_str(), offer.gives_back.as_str()), ("Status match", "Gold status for three months."));
    assert_eq!((offer.max_days, offer.day_choices.as_slice()), (90, &[30, 90][..]));
    assert_eq!(offer.recipients, ["Mailer Ltd (IE): Sends the letter with your new card."]);
    let [strand] = &offer.strands[..] else { panic!("one strand") };
    assert_eq!((strand.label.as_str(), strand.since.as_deref()), ("Flights", Some("2025-11-22")));
    assert_eq!(strand.kinds, [Kind::Flight]);
    let shown: Vec<_> = strand.fields.iter().map(|f| (f.label.as_str(), f.required, f.about_others)).collect();
    assert_eq!(
        shown,
        [("Departs", true, false), ("From", true, false), ("To", true, false), ("Cabin", false, false), ("Passenger", false, true)]
    );
    assert_eq!(strand.fields[0].precision, Some(Precision::Month));
    let profile = met.partner.profile().expect("readable");
    assert_eq!((profile.name.as_str(), profile.country.as_str(), profile.development), ("Blue Wings", "DE", true));
    assert_eq!(profile.key_words.len(), 6);
}

#[tokio::test]
async fn a_purpose_that_leaves_something_out_is_not_grantable() {
    type Change = fn(&mut Descriptor);
    let cases: [(Change, &str); 6] = [
        (|d| d.purposes[0].why.clear(), "why"),
        (|d| d.purposes[0].gives_back.text.clear(), "gives back"),
        (|d| d.purposes[0].title = [("en".into(), " ".into())].into(), "title"),
        (|d| d.purposes[0].strands[0].fields[0].why.clear(), "reason"),
        (|d| d.purposes[0].strands[0].fields[0].f = "shoeSize".into(), "catalogue"),
        (|d| d.purposes[0].retention.on_expiry = "keep".into(), "without an end"),
    ];
    for (change, word) in cases {
        let reasons = refused(change).await;
        assert!(reasons[0].contains(word), "{word}: {reasons:?}");
    }
    assert_eq!(refused(|d| d.purposes[0].modes = vec![AccessMode::Continuous]).await, [NotGrantableReason::OnlyContinuous.to_string()]);
    let short: Change = |d| d.purposes[0].retention.max_duration = Period::parse("PT5H").expect("a period");
    assert_eq!(refused(short).await, [NotGrantableReason::TooShort.to_string()]);
    assert!(!refused(|d| d.purposes[0].title = [("en".into(), "\u{200b}\u{202e}\u{200b}".into())].into()).await.is_empty());
}

#[tokio::test]
async fn a_partners_words_are_made_harmless() {
    let change: fn(&mut Descriptor) = |d| {
        d.entity.trade_names = vec!["Blue\u{202e}sgniW <b>\n\n".into()];
        d.purposes[0].why = [("en".into(), format!("{}\u{0}", "very ".repeat(390)))].into();
    };
    let met = meet(Behaviour { descriptor: Some(change), ..Behaviour::default() }).await;
    assert_eq!(met.partner.profile().expect("readable").name, "BluesgniW <b>");
    let (offers, _) = met.partner.offers(&[], NOON).expect("readable");
    assert!(offers[0].why.chars().count() == 600 && offers[0].why.ends_with('…'));
}

#[tokio::test]
async fn no_share_runs_over_a_year() {
    let forever: fn(&mut Descriptor) = |d| d.purposes[0].retention.max_duration = Period::parse("P10Y").expect("a period");
    let met = meet(Behaviour { descriptor: Some(forever), ..Behaviour::default() }).await;
    let (offers, _) = met.partner.offers(&[], NOON).expect("readable");
    assert_eq!((offers[0].max_days, offers[0].day_choices.as_slice()), (365, &[30, 90, 180, 365][..]));
}

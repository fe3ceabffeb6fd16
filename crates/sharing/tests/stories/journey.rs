use holdall_model::Clock;
use holdall_protocol::Digest;
use holdall_protocol::payload::Line;
use holdall_sharing::{Choice, EventKind, Partner, Standing, SystemEntropy, Verdict, verify_proof};

use crate::support::{Behaviour, DAY, NOON, confirm, meet, preview};

#[tokio::test]
async fn a_share_goes_out_is_receipted_pays_back_and_is_erased() {
    let met = meet(Behaviour::default()).await;
    let mut share = confirm(&met);
    assert_eq!(share.standing(), Standing::Queued);

    let done = met.exchange(&mut share).await;
    assert_eq!((done.delivered, done.answers, done.failure), (1, 1, None));
    assert_eq!(share.standing(), Standing::Active);
    let receipt = share.receipt().expect("a receipt");
    assert_eq!((receipt.accepted_rows, receipt.rejected_rows, receipt.delete_by), (3, 0, NOON + 30 * DAY));
    assert!(receipt.checks.iter().all(|c| c.ok) && receipt.checks.len() == 10);
    assert_eq!(share.waiting(), None);

    let done = met.exchange(&mut share).await;
    assert_eq!((done.delivered, done.answers), (0, 1));
    let benefits = share.benefits();
    assert_eq!(benefits[0].text, "Status matched. You are Gold for three months. (flown segments: 3)");
    assert_eq!(benefits[0].code.as_deref(), Some("GOLD-2027"));

    met.clock.move_to(NOON + DAY);
    met.revoke(&mut share);
    assert_eq!(share.standing(), Standing::Revoking);
    assert!(!share.can_revoke());
    let done = met.exchange(&mut share).await;
    assert_eq!((done.delivered, done.answers), (1, 2));
    assert_eq!(share.standing(), Standing::Erased);
    let deletion = share.deletion().expect("a deletion receipt");
    assert!(deletion.complete && deletion.rows == 3 && deletion.retained.is_empty());
    assert_eq!(deletion.stores, ["primary: deleted on 22 November 2026"]);
    assert_eq!(met.server.opened(share.id()), []);

    let kinds: Vec<EventKind> = share.events().iter().map(|e| e.kind).collect();
    use EventKind as K;
    assert_eq!(kinds, [K::Shared, K::Delivered, K::Receipt, K::Benefit, K::Revoked, K::Stopped, K::Erased]);
    assert!(share.events().iter().all(|e| e.signed_by_partner == matches!(e.kind, K::Receipt | K::Benefit | K::Stopped | K::Erased)));

    let report = verify_proof(&share.write_proof(met.clock.now()).expect("writes"));
    assert_eq!((report.verdict, report.gaps), (Verdict::Complete, Vec::<String>::new()));
}

/// The promise of the preview: what was hashed for the screen is what the partner decrypts.
#[tokio::test]
async fn what_is_shown_is_what_the_partner_opens() {
    let met = meet(Behaviour::default()).await;
    let preview = preview(&met, &Choice::default());
    let shown = preview.text(1 << 20);
    let mut share = preview.confirm(preview.sha256(), &met.partner, met.clock.now(), &SystemEntropy).expect("confirmed");
    met.exchange(&mut share).await;

    let opened = met.server.opened(share.id());
    let bytes: Vec<u8> = opened.iter().flat_map(|(plain, _)| plain.clone()).collect();
    assert_eq!(shown.as_bytes(), bytes);
    let hex: String = Digest::of(&bytes).as_bytes().iter().map(|b| format!("{b:02x}")).collect();
    assert_eq!(preview.sha256(), hex);
    let commits: Vec<Digest> = opened.iter().map(|(plain, _)| Digest::of(plain)).collect();
    assert_eq!(commits, met.server.commits(share.id()));
}

#[tokio::test]
async fn nothing_but_the_granted_fields_travels() {
    let met = meet(Behaviour::default()).await;
    let mut share = confirm(&met);
    assert!(met.server.requests.lock().expect("not poisoned").is_empty(), "nothing leaves before the exchange");
    met.exchange(&mut share).await;
    let opened = met.server.opened(share.id());
    for (plain, parsed) in &opened {
        assert!(!String::from_utf8_lossy(plain).contains("CANARY"));
        for line in &parsed.lines {
            let Line::Upsert(record) = line else { panic!("a first delivery deletes nothing") };
            let names: Vec<&str> = record.fields.keys().map(String::as_str).collect();
            assert_eq!(names, ["arrivalAirport", "departureAirport", "departureTime"]);
            assert!(record.fields["departureTime"].len() == 7, "no finer than a month");
        }
    }
    for head in met.server.heads.lock().expect("not poisoned").iter() {
        let lower = head.to_ascii_lowercase();
        for telling in ["cookie:", "referer:", "user-agent:", "accept-language:", "accept-encoding:", "authorization:"] {
            assert!(!lower.contains(telling), "{telling} in a request");
        }
        assert!(!head.lines().next().unwrap_or_default().contains('?'), "no query strings");
    }
}

#[tokio::test]
async fn two_partners_see_nothing_in_common() {
    let (one, other) = (meet(Behaviour::default()).await, meet(Behaviour::default()).await);
    let mut seen = Vec::new();
    for met in [&one, &other] {
        let mut share = confirm(met);
        met.exchange(&mut share).await;
        let mut names = vec![met.server.issuer(share.id()), share.id().to_string()];
        for (_, parsed) in met.server.opened(share.id()) {
            names.push(parsed.head.salt.to_string());
            names.extend(parsed.lines.iter().map(|line| match line {
                Line::Upsert(record) => record.id.to_string(),
                Line::Delete(id) => id.to_string(),
            }));
        }
        assert_eq!(names.len(), 2 + 1 + 3);
        seen.push(names);
    }
    assert!(seen[0].iter().all(|name| !seen[1].contains(name)));
}

#[tokio::test]
async fn a_second_share_with_one_partner_names_records_as_before() {
    let met = meet(Behaviour::default()).await;
    let mut ids = Vec::new();
    for _ in 0..2 {
        let stored = serde_json::to_string(&met.partner).expect("serialises");
        let partner: Partner = serde_json::from_str(&stored).expect("reads");
        let preview = preview(&met, &Choice::default());
        let mut share = preview.confirm(preview.sha256(), &partner, met.clock.now(), &SystemEntropy).expect("confirmed");
        met.exchange(&mut share).await;
        let (_, parsed) = met.server.opened(share.id()).remove(0);
        ids.push(parsed.lines);
    }
    assert_eq!(ids[0], ids[1]);
}

use std::collections::BTreeSet;
use std::sync::OnceLock;

use holdall_model::{Kind, Moment, Property, Quantity, Record, Status};
use holdall_protocol::message::{Need, Purpose, StrandRequest};
use holdall_protocol::strand;
use holdall_sharing::{Choice, Partner, PreviewBuilder, StrandChoice, SystemEntropy, Verdict, verify_proof};
use proptest::prelude::*;

use crate::support::partner::{field, status_match};
use crate::support::{Behaviour, NOON, confirm, meet};

/// A partner that asks for every field of every strand, half of them in every precision.
fn curious() -> &'static Partner {
    static PARTNER: OnceLock<Partner> = OnceLock::new();
    PARTNER.get_or_init(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let behaviour =
            Behaviour { descriptor: Some(|d| d.purposes = strand::ALL.iter().map(ask_for_all).collect()), ..Behaviour::default() };
        runtime.block_on(async { meet(behaviour).await.partner })
    })
}

fn ask_for_all(strand: &strand::Strand) -> Purpose {
    let precisions = [None, Some("day"), Some("month"), Some("year")];
    let fields = strand.fields().zip(precisions.into_iter().cycle());
    let request = StrandRequest {
        strand: strand.name.into(),
        pd: vec![strand.personal_data[0].into()],
        necessity: Need::Required,
        fields: fields.map(|(name, precision)| field(name, Need::Optional, precision)).collect(),
        lookback: None,
        max_records: None,
    };
    Purpose { id: strand.name.into(), strands: vec![request], ..status_match() }
}

fn moments() -> impl Strategy<Value = Option<Moment>> {
    let text = prop_oneof![
        "20[0-2][0-9]",
        "20[0-2][0-9]-(0[1-9]|1[0-2])",
        "20[0-2][0-9]-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])",
        "20[0-2][0-9]-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])T([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?(Z|[+]0[0-9]:30)?",
    ];
    proptest::option::weighted(0.9, text.prop_map(|t| t.parse().expect("a moment")))
}

fn records(kind: Kind) -> impl Strategy<Value = Record> {
    let text = "(?s).{0,20}";
    let property = (0..kind.properties().len().max(1), text).prop_map(move |(n, value)| (kind.properties().get(n).copied(), value));
    let fields = proptest::collection::vec(property, 0..8);
    let status = prop_oneof![Just(Status::Booked), Just(Status::Pending), Just(Status::Void)];
    (moments(), any::<Option<i64>>(), text, text, text, status, fields).prop_map(
        move |(moment, amount, title, party, account, status, fields)| {
            let mut record = Record::new(kind);
            record.moment = moment;
            record.amount = amount.map(|n| Quantity::from_scaled(n, 2, "EUR".parse().expect("a unit")));
            (record.title, record.party, record.account, record.status) = (title, party, account, status);
            for (name, value) in fields {
                if let Some(property) = name.and_then(Property::named) {
                    record.fields.set(property, &value);
                }
            }
            record
        },
    )
}

fn kinds() -> impl Strategy<Value = Kind> {
    proptest::sample::select(Kind::ALL.into_iter().filter(|k| *k != Kind::Other).collect::<Vec<_>>())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Whatever a person keeps and chooses, what leaves stays within the signed grant: `confirm` checks it with the
    /// partner's own rules. And nothing of a field that was not chosen is in the bytes.
    #[test]
    fn a_share_never_holds_more_than_its_grant(
        (kind, records) in kinds().prop_flat_map(|k| (Just(k), proptest::collection::vec(records(k), 1..12))),
        chosen in any::<u64>(),
        excluded in proptest::collection::btree_set(0i64..12, 0..4),
    ) {
        let strand = strand::Strand::named(kind.strand()).expect("in the catalogue");
        let mut fields: Vec<String> =
            strand.fields().enumerate().filter(|(n, _)| chosen >> (n % 64) & 1 == 1).map(|(_, f)| f.to_owned()).collect();
        if fields.is_empty() {
            fields.push(strand.when.into());
        }
        let choice = StrandChoice { strand: strand.name.into(), fields: fields.clone(), exclude: excluded.clone(), ..StrandChoice::default() };
        let choice = Choice { strands: vec![choice], days: None };
        let mut builder = PreviewBuilder::new(curious(), strand.name, &choice, &[], NOON, &SystemEntropy).expect("offered");
        for (id, record) in records.iter().enumerate() {
            builder.push(id as i64, record, "some-vendor");
        }
        let preview = builder.finish(&SystemEntropy).expect("builds");
        let table = preview.tables(100).remove(0);
        prop_assert_eq!(table.total_rows, preview.rows());
        prop_assert!(table.record_ids.iter().all(|id| !excluded.contains(id)));
        prop_assert_eq!(table.record_ids.iter().collect::<BTreeSet<_>>().len(), table.record_ids.len());
        prop_assert_eq!(table.columns.len(), fields.len() + 1);
        if preview.problems().is_empty() {
            let confirmed = preview.confirm(preview.sha256(), curious(), NOON, &SystemEntropy);
            prop_assert!(confirmed.is_ok(), "{:?}", confirmed.err());
        } else {
            prop_assert_eq!(preview.rows(), 0);
        }
    }
}

/// One byte of a proof changed, wherever it is, never makes it say more than it did, and never stops the reader.
#[tokio::test]
async fn a_damaged_proof_never_becomes_complete_by_itself() {
    let met = meet(Behaviour::default()).await;
    let proof = confirm(&met).write_proof(NOON).expect("writes");
    assert_eq!(verify_proof(&proof).verdict, Verdict::Incomplete, "there is no receipt yet");
    for at in (0..proof.len()).step_by(7) {
        let mut damaged = proof.clone();
        damaged[at] ^= 0x20;
        assert_ne!(verify_proof(&damaged).verdict, Verdict::Complete, "byte {at}");
    }
}

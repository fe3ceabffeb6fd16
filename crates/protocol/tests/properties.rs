//! What holds for every input: nothing foreign panics, and what is sealed or built comes back as it was.

mod common;

use std::collections::BTreeMap;

use common::*;
use holdall_protocol::message::{Grant, PartnerMessage, Receipt};
use holdall_protocol::payload::{Builder, Line, Pushed, Record, padded_length, parse};
use holdall_protocol::rules::check_descriptor;
use holdall_protocol::strand::Strand;
use holdall_protocol::transform::{Transform, is_moment};
use holdall_protocol::{Period, Place, Signed, SystemEntropy, Uuid, jose, json, limits};
use proptest::prelude::*;

fn place(seq: u64, n: u32) -> Place {
    Place { grant: Uuid::from_u128(77), seq, n }
}

fn line() -> impl Strategy<Value = Line> {
    let fields = proptest::collection::btree_map("[a-z][A-Za-z]{0,12}", ".{0,40}", 0..6);
    (any::<u128>(), "[A-Za-z]{1,12}", fields)
        .prop_map(|(id, kind, fields)| Line::Upsert(Record { id: Uuid::from_u128(id), kind, fields, provenance: None }))
}

/// One character of a text replaced by another.
fn changed() -> impl Strategy<Value = (prop::sample::Index, char)> {
    (any::<prop::sample::Index>(), any::<char>())
}

fn change(text: &str, (at, to): (prop::sample::Index, char)) -> Option<String> {
    let mut characters: Vec<char> = text.chars().collect();
    let at = at.index(characters.len());
    (characters[at] != to).then(|| {
        characters[at] = to;
        characters.into_iter().collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn what_is_sealed_opens_in_its_place_and_nowhere_else(text in proptest::collection::vec(any::<u8>(), 0..5_000), seq in 1u64..99, n in 0u32..9) {
        let key = partner().opening;
        let token = jose::seal(&text, &place(seq, n), &key.sealing_key(), &SystemEntropy).expect("seals");
        let opened = jose::open(&token, &place(seq, n), &key).expect("opens");
        prop_assert_eq!(opened.as_slice(), text.as_slice());
        prop_assert!(jose::open(&token, &place(seq + 1, n), &key).is_err());
        prop_assert!(jose::open(&token, &place(seq, n + 1), &key).is_err());
    }

    #[test]
    fn no_changed_character_survives(how in changed(), which in 0usize..3) {
        let share = share();
        match which {
            0 => if let Some(token) = change(share.grant.token(), how) {
                prop_assert!(Signed::<Grant>::verify_by_own_key(&token).is_err());
            },
            1 => if let Some(token) = change(share.descriptor.token(), how) {
                prop_assert!(check_descriptor(&token, ORIGIN, NOW).is_err());
            },
            _ => if let Some(token) = change(&share.parcel, how) {
                prop_assert!(jose::open(&token, &share.payload.place(), &partner().opening).is_err());
            },
        }
    }

    #[test]
    fn foreign_text_is_refused_without_a_panic(text in ".{0,400}") {
        let keys = [partner().signing.verifying_key()];
        prop_assert!(Signed::<Receipt>::verify(&text, &keys).is_err());
        prop_assert!(Signed::<Grant>::verify_by_own_key(&text).is_err());
        prop_assert!(PartnerMessage::verify(&text, &keys).is_err());
        prop_assert!(check_descriptor(&text, ORIGIN, NOW).is_err());
        prop_assert!(jose::open(&text, &place(1, 0), &partner().opening).is_err());
        prop_assert!(parse(text.as_bytes()).is_err());
        let _ = json::check(text.as_bytes());
        let _ = (Period::parse(&text), is_moment(&text), Transform::parse(&text));
    }

    #[test]
    fn foreign_bytes_in_a_parcel_are_refused_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..2_000), at in 0usize..4_000) {
        prop_assert!(parse(&bytes).is_err());
        // Also behind a good head, where the records are read.
        let mut text = share().payload.bytes().to_vec();
        let at = at.min(text.len());
        text.splice(at..at, bytes);
        let _ = parse(&text);
    }

    #[test]
    fn what_is_built_is_read_back(lines in proptest::collection::vec(line(), 0..40)) {
        let mut ids = std::collections::HashSet::new();
        let lines: Vec<Line> = lines.into_iter().filter(|l| matches!(l, Line::Upsert(r) if ids.insert(r.id))).collect();
        let strand = Strand::named("purchases").expect("in the catalogue");
        let mut builder = Builder::new(place(1, 0), strand, vec![], NOW, &SystemEntropy).expect("has entropy");
        for line in &lines {
            prop_assert_eq!(builder.push(line), Ok(Pushed::Taken));
        }
        let payload = builder.finish().expect("fits");
        let read = parse(payload.bytes()).expect("reads");
        prop_assert_eq!(&read.lines, &lines);
        prop_assert_eq!(payload.bytes().len(), padded_length(payload.bytes().len()));
    }

    #[test]
    fn a_coarser_value_is_a_beginning_of_the_finer_one(value in "\\PC{0,30}") {
        for to in ["year", "month", "day"] {
            let transform = Transform::parse(&format!("coarsen:orderDate:{to}")).expect("known");
            let coarse = transform.apply("orderDate", &value);
            prop_assert!(value.starts_with(coarse));
            prop_assert_eq!(transform.apply("orderDate", coarse), coarse);
        }
    }
}

#[test]
fn two_payloads_of_the_same_records_have_nothing_in_common_for_an_onlooker() {
    let strand = Strand::named("flights").expect("in the catalogue");
    let build = || {
        let mut builder = Builder::new(place(1, 0), strand, vec![], NOW, &SystemEntropy).expect("has entropy");
        builder.push(&flight("2026-03-14", "FJ 100")).expect("fits");
        builder.finish().expect("fits")
    };
    assert_ne!(build().commit(), build().commit());
}

#[test]
fn a_parcel_is_full_before_it_is_too_large() {
    let strand = Strand::named("purchases").expect("in the catalogue");
    let mut builder = Builder::new(place(1, 0), strand, vec![], NOW, &SystemEntropy).expect("has entropy");
    let record = |n: u128| {
        let fields = BTreeMap::from([("name".to_owned(), "x".repeat(10_000))]);
        Line::Upsert(Record { id: Uuid::from_u128(n), kind: "OrderItem".into(), fields, provenance: None })
    };
    let taken = (0..1_000).take_while(|n| builder.push(&record(*n)) == Ok(Pushed::Taken)).count();
    assert!((100..105).contains(&taken), "{taken}");
    assert!(builder.finish().expect("fits").bytes().len() <= limits::PARCEL_TARGET);

    let mut builder = Builder::new(place(1, 0), strand, vec![], NOW, &SystemEntropy).expect("has entropy");
    let fields = BTreeMap::from([("name".to_owned(), "x".repeat(limits::RECORD_LINE))]);
    let long = Line::Upsert(Record { id: Uuid::from_u128(1), kind: "OrderItem".into(), fields, provenance: None });
    assert!(builder.push(&long).is_err());
}

#[test]
fn what_is_too_large_is_refused_before_it_is_read() {
    let keys = [partner().signing.verifying_key()];
    let long = "A".repeat(limits::MESSAGE + 1);
    assert_eq!(Signed::<Receipt>::verify(&long, &keys).map(drop), Err(holdall_protocol::JoseError::TooLarge));
    let header = format!("{}.AAAA.AAAA", "A".repeat(limits::HEADER + 4));
    assert_eq!(Signed::<Receipt>::verify(&header, &keys).map(drop), Err(holdall_protocol::JoseError::TooLarge));
    let long = "A".repeat(limits::PARCEL_SEALED + 1);
    assert_eq!(jose::open(&long, &place(1, 0), &partner().opening).map(drop), Err(holdall_protocol::JoseError::TooLarge));
    assert!(jose::seal(&vec![0; limits::PARCEL_PLAINTEXT + 1], &place(1, 0), &partner().opening.sealing_key(), &SystemEntropy).is_err());
}

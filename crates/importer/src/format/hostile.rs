//! Every language against files that were cut or damaged anywhere: nothing panics, and nothing is wrong without a word.

use std::path::Path;

use holdall_model::Severity;

use super::{
    Language, app_in_the_air, apple_health, bai2, bcbp, camt, espi, flight_memory, flighty_share, google_order, ics, mt940, ofx, pkpass,
    qif, santander_text, whatsapp,
};
use crate::testing::{Kept, read};

const ANSWERS: [(&str, &str); 2] = [("date-order", "mdy"), ("decimal-mark", "dot")];

fn samples() -> Vec<(&'static dyn Language, Vec<u8>)> {
    let of = |language: &'static dyn Language, path: &str| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vendors").join(path);
        (language, std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display())))
    };
    vec![
        of(&ofx::Ofx, "standards/ofx/sample.ofx"),
        of(&qif::Qif, "standards/qif/sample.qif"),
        of(&mt940::Mt940, "standards/mt940/sample.sta"),
        of(&camt::Camt, "standards/camt/sample.xml"),
        of(&bai2::Bai2, "standards/bai2/sample.txt"),
        of(&bcbp::Bcbp, "standards/iata-bcbp/sample.txt"),
        of(&ics::Ics, "standards/icalendar/sample.ics"),
        of(&apple_health::AppleHealth, "apple-health/export/sample.xml"),
        of(&espi::Espi, "green-button/espi/sample.xml"),
        of(&pkpass::Pkpass, "apple-wallet/pass/sample.json"),
        of(&flight_memory::FlightMemory, "flightmemory/flights/sample.html"),
        of(&app_in_the_air::AppInTheAir, "app-in-the-air/export/sample.txt"),
        of(&flighty_share::FlightyShare, "flighty/shared-text/sample.txt"),
        of(&google_order::GoogleOrder, "google/orders/sample.json"),
        of(&santander_text::SantanderText, "santander-uk/text/sample.txt"),
        of(&whatsapp::WhatsApp, "whatsapp/chat/sample.txt"),
    ]
}

fn warned(kept: &Kept) -> bool {
    !kept.quarantined.is_empty() || kept.diagnostics.iter().any(|d| d.severity != Severity::Note)
}

#[test]
fn a_file_cut_anywhere_tells_what_the_whole_tells_or_says_that_it_is_cut() {
    let mut silent = Vec::new();
    for (language, bytes) in samples() {
        let whole = read(language, &bytes, &ANSWERS).expect("the sample reads");
        for cut in 0..bytes.len() {
            let Ok(kept) = read(language, &bytes[..cut], &ANSWERS) else { continue };
            let same = kept.identities.iter().zip(&whole.identities).all(|(a, b)| a.content == b.content);
            if !same && !warned(&kept) {
                silent.push(format!("{} cut at byte {cut}", language.id()));
            }
        }
    }
    assert!(silent.is_empty(), "{} silent: {:?}", silent.len(), &silent[..silent.len().min(20)]);
}

#[test]
fn no_damage_makes_a_reader_panic_or_lose_a_row() {
    // A fixed walk of a generator, so that a find can be found again.
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % below.max(1) as u64).unwrap_or(0)
    };
    const BYTES: &[u8] = b"\0\n\r\t <>&;:,./\\\"'^!?-+09AZaz{}[]\x80\xc3\xff";
    for (language, bytes) in samples() {
        for _ in 0..400 {
            let mut damaged = bytes.clone();
            for _ in 0..=next(4) {
                let at = next(damaged.len());
                match next(4) {
                    0 => damaged[at] = BYTES[next(BYTES.len())],
                    1 => damaged.insert(at, BYTES[next(BYTES.len())]),
                    2 => drop(damaged.drain(at..(at + next(20)).min(damaged.len()))),
                    _ => {
                        let piece = damaged[at..(at + next(60)).min(damaged.len())].to_vec();
                        let to = next(damaged.len());
                        damaged.splice(to..to, piece);
                    }
                }
                if damaged.is_empty() {
                    break;
                }
            }
            if let Ok(kept) = read(language, &damaged, &ANSWERS) {
                assert_eq!(kept.summary.records, kept.records.len() as u64, "{}", language.id());
                for record in &kept.records {
                    language.cells(&record.title, &record.locator);
                }
            }
        }
    }
}

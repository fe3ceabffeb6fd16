//! Workbooks and pages written by programs that know nothing of ours: xlwt, LibreOffice and pandas. All rows in them are invented.

mod trials_support;

use std::io::{Cursor, Write};
use std::path::Path;
use std::time::Duration;

use holdall_importer::{ImportError, Options, Outcome};
use trials_support::{Kept, MIB, import, look, measured, outcome, refusal, run, source, stored, zipped};

const SHORT: [&str; 6] = ["xlwt.xls", "xlwt-1904.xls", "libreoffice.xls", "libreoffice-2003.xls", "libreoffice.html", "pandas.html"];
const AMOUNTS: [&str; 9] = ["108.22", "-132.6", "186.13", "-65.04", "221.13", "152.49", "251.49", "184.89", "127.31"];
const TITLES: [&str; 9] =
    ["Café", "Nómina", "Alquiler enero", "Supermercado", "Σούπερ", "日本料理", "Luz & Gas \"norte\"; casa", "Şişli market", "שכר"];

fn sample(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/workbooks").join(name);
    std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

fn amounts(kept: &Kept) -> Vec<String> {
    kept.records.iter().map(|(r, _)| r.amount.map_or_else(String::new, |a| a.value.normalize().to_string())).collect()
}

#[test]
fn every_form_tells_the_same_rows() {
    for name in SHORT {
        let kept = import(name, sample(name));
        assert_eq!((amounts(&kept), kept.titles()), (AMOUNTS.map(str::to_owned).to_vec(), TITLES.to_vec()), "{name}");
        let days: Vec<String> = kept.moments().iter().map(|m| m.chars().take(10).collect()).collect();
        assert_eq!(days, (2..=10).map(|day| format!("2025-01-{day:02}")).collect::<Vec<_>>(), "{name}");
        assert!(kept.quarantined.is_empty(), "{name}");
        // The content counts, and a name does not.
        assert_eq!(amounts(&import("statement.csv", sample(name))), AMOUNTS, "{name}");
    }
    assert_eq!(import("xlwt.xls", sample("xlwt.xls")).moments()[0], "2025-01-02T09:15:00");
}

#[test]
fn texts_beyond_one_record_are_whole() {
    let kept = import("long.xls", sample("xlwt-long.xls"));
    assert_eq!(kept.records.len(), 120);
    for (row, (record, _)) in kept.records.iter().enumerate() {
        assert_eq!(record.title, format!("{} {} {row}", TITLES[row % 9], "ñ".repeat(row * 5 % 90)), "row {row}");
    }
    let sum: rust_decimal::Decimal = kept.records.iter().filter_map(|(record, _)| record.amount).map(|amount| amount.value).sum();
    assert_eq!(sum.normalize().to_string(), "-2411.03");
}

#[test]
fn hidden_and_empty_sheets_are_told() {
    for name in ["xlwt.xls", "libreoffice.xls"] {
        let inspection = look(&source(name, sample(name)), &Options::default()).expect("looked at");
        let labels: Vec<&str> = inspection.files.iter().map(|f| f.label.as_str()).collect();
        assert_eq!(labels, ["Movimientos", "Notas"], "{name}");
        assert!(matches!(&inspection.files[1].outcome, Outcome::Ignored { why } if why.contains("hidden")), "{name}");
    }
}

/// Cut anywhere, a file tells all of its rows or none.
#[test]
fn a_file_that_was_cut_is_not_taken_for_a_whole() {
    for name in SHORT {
        let whole = sample(name);
        for cut in (0..whole.len()).step_by(97) {
            match run(&source(name, &whole[..cut]), &Options::default()) {
                Ok((kept, _)) => assert!(kept.records.is_empty() || amounts(&kept) == AMOUNTS, "{name} cut at {cut}"),
                Err(error) => assert!(!matches!(error, ImportError::OurMistake { .. }), "{name} cut at {cut}"),
            }
        }
    }
}

#[test]
fn no_damage_makes_a_reader_panic() {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % below.max(1) as u64).unwrap_or(0)
    };
    for name in SHORT {
        let whole = sample(name);
        for _ in 0..200 {
            let mut damaged = whole.clone();
            for _ in 0..=next(3) {
                let at = next(damaged.len());
                match next(3) {
                    0 => damaged[at] ^= 1 << next(8),
                    1 => damaged[at] = [0, 0xff, b'<', b'>', 1, 0x80][next(6)],
                    _ => {
                        let piece = damaged[at..(at + next(40)).min(damaged.len())].to_vec();
                        let to = next(damaged.len() - piece.len());
                        damaged[to..to + piece.len()].copy_from_slice(&piece);
                    }
                }
            }
            if let Err(error) = run(&source(name, &damaged), &Options::default()) {
                assert!(!matches!(error, ImportError::OurMistake { .. }), "{name}: {error}");
            }
        }
    }
}

#[test]
fn in_an_archive_they_are_named() {
    let page = sample("pandas.html");
    let inner = zipped(&[("a.xls", &sample("xlwt.xls")), ("b.html", &page)], stored());
    let inspection = look(&source("a.zip", inner), &Options::default()).expect("looked at");
    assert!(
        matches!(&inspection.files[0].outcome, Outcome::Ignored { why } if why.contains("Unpack it first")),
        "{:?}",
        inspection.files[0]
    );
    assert!(matches!(inspection.files[1].outcome, Outcome::Unknown { .. }));
}

#[test]
fn pages_without_data_and_pages_of_a_known_vendor_stay_what_they_are() {
    for page in ["<html><body><p>Moved</p></body></html>", "<table><tr><td>Log in</td></tr></table>", "<!DOCTYPE html><html><body>"] {
        assert!(matches!(outcome("a.html", page), Outcome::Unknown { .. }), "{page}");
    }
    let flights = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vendors/flightmemory/flights/sample.html");
    let Outcome::Recognised { plan, .. } = outcome("a.xls", std::fs::read(flights).expect("is there")) else { panic!("not recognised") };
    assert_eq!((plan.vendor.as_str(), plan.label.as_str()), ("flightmemory", ""));
}

#[test]
fn a_page_is_read_in_the_charset_it_names_unless_it_is_another() {
    let row = |day: u8, name: &str| format!("<tr><td>{day:02}.01.2025<td>{name}<td>-1.054,2{day}");
    let page = |charset: &str| {
        let rows = row(3, "Şişli ığdır") + &row(19, "Üsküdar");
        format!("<html><meta charset={charset}><table><tr><th>Tarih<th>Açıklama<th>Tutar{rows}</table></html>")
    };
    let turkish = encoding_rs::WINDOWS_1254.encode(&page("iso-8859-9")).0.into_owned();
    let wide: Vec<u8> = "\u{feff}".chars().chain(page("utf-16").chars()).flat_map(|c| (c as u16).to_le_bytes()).collect();
    for bytes in [turkish, page("iso-8859-9").into_bytes(), page("utf-8").into_bytes(), wide] {
        let kept = import("hesap.xls", bytes);
        assert_eq!((kept.titles(), amounts(&kept)), (vec!["Şişli ığdır", "Üsküdar"], vec!["-1054.23".into(), "-1054.219".to_owned()]));
    }
}

/// A list of a container's sectors that names one of them a million times.
fn sector_bomb() -> Vec<u8> {
    const SECTORS: usize = 8192;
    let mut file = sample("xlwt.xls");
    let first = file.len() / 512 - 1;
    file[68..72].copy_from_slice(&u32::try_from(first).expect("small").to_le_bytes());
    let list = file[76..80].to_vec();
    (0..109).for_each(|i| file[76 + 4 * i..80 + 4 * i].copy_from_slice(&list));
    for sector in 1..=SECTORS {
        file.extend(list.repeat(127));
        let next = if sector < SECTORS { u32::try_from(first + sector).expect("small") } else { 0xffff_fffe };
        file.extend(next.to_le_bytes());
    }
    file
}

/// One long text that sixty thousand cells show.
fn text_bomb() -> Vec<u8> {
    let record =
        |kind: u16, data: &[u8]| [&kind.to_le_bytes()[..], &u16::try_from(data.len()).expect("short").to_le_bytes(), data].concat();
    let (bof, end) = (|sort: u8| record(0x809, &[0, 6, sort, 0]), record(0x0a, &[]));
    let text = record(0xfc, &[&[1, 0, 0, 0, 1, 0, 0, 0][..], &8000_u16.to_le_bytes(), &[0], &[b'x'; 8000]].concat());
    let offset = u32::try_from(bof(5).len() + text.len() + 13 + end.len()).expect("small");
    let list = record(0x85, &[&offset.to_le_bytes()[..], &[0, 0, 1, 0, b'S']].concat());
    let cells: Vec<u8> = (0..60_000_u16).flat_map(|row| record(0xfd, &[&row.to_le_bytes()[..], &[0; 8]].concat())).collect();
    let mut container = cfb::CompoundFile::create(Cursor::new(Vec::new())).expect("creates");
    let stream = [bof(5), text, list, end.clone(), bof(16), cells, end].concat();
    container.create_stream("Workbook").expect("creates").write_all(&stream).expect("writes");
    container.flush().expect("writes");
    container.into_inner().into_inner()
}

#[test]
fn what_is_made_to_fill_the_memory_is_refused_in_time() {
    let prepare = || {
        let wide = "<td colspan=1000 rowspan=60000>".repeat(4);
        let rows = format!("<table>{}", format!("<tr>{wide}</tr>").repeat(20_000));
        [sector_bomb(), text_bomb(), rows.into_bytes()]
    };
    let cost = measured("what_is_made_to_fill_the_memory_is_refused_in_time", prepare, |[sectors, text, rows]| {
        assert_eq!(refusal(&source("a.xls", sectors), &Options::default()).0, "file-damaged");
        assert_eq!(refusal(&source("a.xls", text), &Options::default()).0, "too-large");
        assert_eq!(refusal(&source("a.html", rows), &Options::default()).0, "too-large");
    });
    if let Some(cost) = cost {
        cost.check(Duration::from_secs(4), 320 * MIB);
    }
}

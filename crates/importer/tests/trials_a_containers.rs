//! Trials A1 to A12: archives that are bombs, liars, locked, cut, or hold names made to harm.

mod trials_support;

use std::time::Duration;

use holdall_importer::{At, ImportError, Limits, Options, Outcome, source_row};
use holdall_model::Redacted;
use proptest::prelude::*;
use trials_support::*;
use zip::write::{FileOptions, SimpleFileOptions};

const GIB: usize = 1 << 30;

/// A GiB of one byte behind `head`, in about a MiB.
fn bomb(name: &str, head: &str) -> Vec<u8> {
    use std::io::Write;
    let packed = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated).compression_level(Some(6));
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    writer.start_file(name, packed).expect("started");
    writer.write_all(head.as_bytes()).expect("written");
    let chunk = vec![if head.is_empty() { 0 } else { b',' }; 1 << 20];
    (0..GIB >> 20).for_each(|_| writer.write_all(&chunk).expect("written"));
    let archive = writer.finish().expect("finished").into_inner();
    assert!(archive.len() < 2 << 20, "{} bytes are no bomb", archive.len());
    archive
}

#[test]
fn a01_a_zip_bomb_stops_at_the_ratio_budget() {
    let prepare = || (source("zeros.zip", bomb("a.csv", "")), source("statement.zip", bomb("a.csv", &rows(&["-1.00"]))));
    let cost = measured("a01_a_zip_bomb_stops_at_the_ratio_budget", prepare, |(zeros, statement)| {
        let inspection = look(zeros, &Options::default()).expect("its head is looked at");
        assert!(matches!(inspection.files[0].outcome, Outcome::Unknown { .. }), "{:?}", inspection.files[0].outcome);
        let (code, words) = refusal(statement, &Options::default());
        assert_eq!(code, "archive-bomb");
        assert!(words.starts_with("statement.zip, entry \"a.csv\": ") && words.ends_with("download it again from the vendor."), "{words}");
    });
    if let Some(cost) = cost {
        cost.check(Duration::from_millis(200), 64 * MIB);
    }
}

#[test]
fn a02_an_entry_larger_than_it_says_is_refused() {
    let measure = "a02_an_entry_larger_than_it_says_is_refused";
    let prepare = || {
        let mut archive = bomb("a.csv", &rows(&["-1.00"]));
        patch(&mut archive, "a.csv", Some(22), Some(24), &10u32.to_le_bytes());
        source("liar.zip", archive)
    };
    let cost = measured(measure, prepare, |file| {
        let (code, words) = refusal(file, &Options::default());
        assert_eq!(code, "archive-damaged");
        assert!(words.contains("one of its entries is not what the archive says it is"), "{words}");
    });
    if let Some(cost) = cost {
        cost.check(Duration::from_millis(200), 64 * MIB);
    }
}

/// One entry's bytes, which `count` names in the list all lead to.
fn overlapping(count: u16) -> Vec<u8> {
    let one = zipped(&[("0000.csv", rows(&["-1.00"; 200]).as_bytes())], stored());
    let list = one.windows(4).position(|w| w == b"PK\x01\x02").expect("a list");
    let end = one.windows(4).position(|w| w == b"PK\x05\x06").expect("an end");
    let mut archive = one[..list].to_vec();
    for n in 0..count {
        let mut header = one[list..end].to_vec();
        header[46..50].copy_from_slice(format!("{n:04}").as_bytes());
        archive.extend(header);
    }
    let length = u32::try_from(archive.len() - list).expect("short");
    archive.extend(b"PK\x05\x06\0\0\0\0");
    archive.extend([count.to_le_bytes(), count.to_le_bytes()].concat());
    archive.extend([length.to_le_bytes(), u32::try_from(list).expect("short").to_le_bytes()].concat());
    archive.extend([0, 0]);
    archive
}

#[test]
fn a03_entries_that_share_their_bytes_are_refused_before_any_is_unpacked() {
    assert_eq!(look(&source("one.zip", overlapping(1)), &Options::default()).map(|i| plans(&i).len()).ok(), Some(1), "one is no overlap");
    let cost = measured(
        "a03_entries_that_share_their_bytes_are_refused_before_any_is_unpacked",
        || source("many.zip", overlapping(5000)),
        |file| assert_eq!(refusal(file, &Options::default()).0, "archive-bomb"),
    );
    if let Some(cost) = cost {
        cost.check(Duration::from_millis(200), 64 * MIB);
    }
}

#[test]
fn a04_an_archive_of_too_many_entries_is_refused_unless_the_limit_is_raised() {
    let many = |count: usize| {
        let names: Vec<String> = (0..count).map(|n| format!("{n}/")).collect();
        let entries: Vec<(&str, &[u8])> = names.iter().map(|n| (n.as_str(), b"".as_slice())).collect();
        source("many.zip", zipped(&entries, stored()))
    };
    let (code, words) = refusal(&many(70_000), &Options::default());
    assert_eq!(code, "too-large");
    assert!(words.contains("the number of entries is beyond the limit of 10000"), "{words}");
    let just_over = many(10_001);
    assert_eq!(refusal(&just_over, &Options::default()).0, "too-large");
    let raised = Options { limits: Limits { entries: 20_000, ..Limits::default() }, ..Options::default() };
    assert_eq!(look(&just_over, &raised).expect("opened").files.len(), 10_001);
}

#[test]
fn a04_ten_thousand_entries_are_looked_at_in_a_breath() {
    let prepare = || {
        let names: Vec<String> = (0..10_000).map(|n| format!("{n}.csv")).collect();
        let entries: Vec<(&str, &[u8])> = names.iter().map(|n| (n.as_str(), b"".as_slice())).collect();
        source("many.zip", zipped(&entries, stored()))
    };
    let cost = measured("a04_ten_thousand_entries_are_looked_at_in_a_breath", prepare, |file| {
        assert_eq!(look(file, &Options::default()).expect("opened").files.len(), 10_000);
    });
    if let Some(cost) = cost {
        cost.check(Duration::from_secs(2), 64 * MIB);
    }
}

const HOSTILE_NAMES: [&str; 14] = [
    "../../.ssh/authorized_keys",
    "/etc/passwd",
    "C:\\Windows\\system32\\a.csv",
    "..\\..\\a.csv",
    "//srv/share/a.csv",
    "CON",
    "aux.txt",
    "a:stream",
    "a.csv.",
    "a.csv ",
    "a\u{202e}vsc.exe",
    "a\nb.csv",
    "NUL.csv",
    "~/a.csv",
];

fn tree(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut found: Vec<_> = std::fs::read_dir(folder).map(|d| d.flatten().map(|e| e.path()).collect()).unwrap_or_default();
    found.sort();
    found
}

#[test]
fn a05_a06_a_name_in_an_archive_is_a_label_and_never_a_path() {
    let long = "x".repeat(300) + ".csv";
    let folder = Folder::new("a05");
    let text = rows(&["-1.00"]);
    for name in HOSTILE_NAMES.into_iter().chain([long.as_str()]) {
        let path = folder.0.join("a.zip");
        std::fs::write(&path, zipped(&[(name, text.as_bytes())], stored())).expect("written");
        let places = [folder.0.clone(), std::env::current_dir().expect("a place"), std::env::temp_dir().join("..")];
        let before: Vec<_> = places.iter().map(|p| tree(p)).collect();
        let file = holdall_importer::Source::from_path(&path).expect("opened");
        let inspection = look(&file, &Options::default()).expect("looked at");
        assert_eq!(inspection.files[0].label, name, "the label is the name as it stands");
        assert_eq!(run(&file, &Options::default()).expect("read").0.amounts(), ["-1.00"], "{name:?}");
        assert_eq!(places.iter().map(|p| tree(p)).collect::<Vec<_>>(), before, "{name:?} made a file");
        let printed = At { file: "a.zip".into(), entry: name.into(), ..At::default() }.to_string();
        assert!(!printed.contains(['\n', '\u{202e}']) && printed.chars().count() < 150, "{printed:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn a05_any_name_is_kept_as_it_stands(name in "[^\0]{1,40}") {
        prop_assume!(!name.ends_with('/'));
        let archive = zipped(&[(&name, rows(&["-1.00"]).as_bytes())], stored());
        let inspection = look(&source("a.zip", archive), &Options::default()).expect("looked at");
        prop_assert_eq!(&inspection.files[0].label, &name);
    }
}

#[test]
fn a07_links_and_devices_are_never_followed() {
    let text = rows(&["-1.00"]);
    let mut archive = zipped(&[("link", b"/etc/passwd"), ("fifo", b""), ("disk", text.as_bytes()), ("file", text.as_bytes())], stored());
    for (name, mode) in [("link", 0o120_777_u32), ("fifo", 0o010_644), ("disk", 0o060_644), ("file", 0o100_644)] {
        // The list says that it was made on Unix, and which kind of file it is.
        patch(&mut archive, name, None, Some(4), &[20, 3]);
        patch(&mut archive, name, None, Some(38), &(mode << 16).to_le_bytes());
    }
    let inspection = look(&source("a.zip", archive), &Options::default()).expect("looked at");
    for file in &inspection.files {
        match (&file.outcome, file.label.as_str()) {
            (Outcome::Recognised { .. }, "file") => {}
            (Outcome::Ignored { why }, "link" | "fifo" | "disk") => assert!(why.contains("never followed"), "{why}"),
            other => panic!("{other:?}"),
        }
    }
    let mut tar = vec![0; 1024];
    tar[..5].copy_from_slice(b"a.csv");
    tar[257..262].copy_from_slice(b"ustar");
    let (code, words) = refusal(&source("a.csv", tar), &Options::default());
    assert!(code == "container-unsupported" && words.contains("the kind tar"), "{words}");
}

#[test]
fn a08_entries_of_one_name_stay_apart() {
    let (one, two) = (rows(&["-1.00"]), rows(&["-2.00"]));
    let mut archive = zipped(&[("a.csv", one.as_bytes()), ("b.csv", two.as_bytes()), ("A.csv", one.as_bytes())], stored());
    patch(&mut archive, "b.csv", Some(30), Some(46), b"a.csv");
    let file = source("twins.zip", &archive);
    let inspection = look(&file, &Options::default()).expect("looked at");
    let listed: Vec<(u32, &str)> = inspection.files.iter().map(|f| (f.entry, f.label.as_str())).collect();
    assert_eq!(listed, [(0, "a.csv"), (1, "a.csv"), (2, "A.csv")]);
    let (kept, _) = run(&file, &Options::default()).expect("read");
    assert_eq!(kept.amounts(), ["-1.00", "-2.00", "-1.00"]);
    assert_eq!(kept.records[0].1.row, kept.records[2].1.row, "the same content is the same row, whatever its entry is called");
    for (record, _) in &kept.records {
        let plan = plans(&inspection).into_iter().find(|p| p.entry == record.locator.entry).expect("its plan");
        let row = holdall_importer::source_row(&file, &plan, &Options::default(), &record.locator).expect("its row");
        assert!(row.raw.contains(&record.amount.expect("an amount").value.to_string()), "{}", row.raw);
    }
    // A name of one letter leaves no room to tell twins apart: then nothing is read rather than one of them lost.
    let mut short = zipped(&[("a", one.as_bytes()), ("b", two.as_bytes())], stored());
    patch(&mut short, "b", Some(30), Some(46), b"a");
    let (code, words) = refusal(&source("short.zip", short), &Options::default());
    assert!(code == "archive-damaged" && words.contains("share a name"), "{words}");
}

#[test]
fn a09_an_archive_in_an_archive_is_listed_and_not_opened() {
    let inner = zipped(&[("a.csv", rows(&["-1.00"]).as_bytes())], stored());
    let middle = zipped(&[("inner.zip", &inner)], stored());
    let outer = zipped(&[("middle.zip", &middle), ("b.csv", rows(&["-2.00"]).as_bytes())], stored());
    let inspection = look(&source("42.zip", outer), &Options::default()).expect("looked at");
    let Outcome::Ignored { why } = &inspection.files[0].outcome else { panic!("{:?}", inspection.files[0].outcome) };
    assert!(why.contains("Unpack it first"), "{why}");
    assert!(matches!(inspection.files[1].outcome, Outcome::Recognised { .. }));
}

fn locked(options: FileOptions<'_, '_, ()>) -> Vec<u8> {
    zipped(&[("a.csv", rows(&["-1.00"]).as_bytes())], options)
}

#[test]
fn a10_a_locked_archive_asks_for_its_password_and_knows_a_wrong_one() {
    let file = source("a.zip", locked(SimpleFileOptions::default().with_aes_encryption(zip::AesMode::Aes256, "right-9f3a")));
    let with = |password: &str| Options { password: Some(Redacted::new(password.to_owned().into())), ..Options::default() };
    let (code, words) = refusal(&file, &Options::default());
    assert!(code == "password-needed" && words.ends_with("Enter the password the vendor gave you."), "{words}");
    let (code, words) = refusal(&file, &with("wrong-9f3a"));
    assert!(code == "password-wrong" && !words.contains("9f3a"), "{words}");
    assert!(!format!("{:?}", with("right-9f3a")).contains("9f3a"));
    assert_eq!(run(&file, &with("right-9f3a")).expect("opened").0.amounts(), ["-1.00"]);
}

/// How often `secret` with every letter moved by one stands in this process's memory.
#[cfg(target_os = "linux")]
fn found_in_memory(moved: &[u8]) -> usize {
    use std::io::{Read, Seek, SeekFrom};
    let mut memory = std::fs::File::open("/proc/self/mem").expect("our own memory");
    let maps = std::fs::read_to_string("/proc/self/maps").expect("its map");
    let mut found = 0;
    for line in maps.lines().filter(|l| l.contains(" rw-p ")) {
        let range = line.split(' ').next().and_then(|r| r.split_once('-')).expect("a range");
        let [from, to] = [range.0, range.1].map(|n| u64::from_str_radix(n, 16).expect("a number"));
        let mut bytes = vec![0; (to - from) as usize];
        if memory.seek(SeekFrom::Start(from)).is_ok() && memory.read_exact(&mut bytes).is_ok() {
            found += bytes.windows(moved.len()).filter(|w| w.iter().zip(moved).all(|(a, b)| a.wrapping_add(1) == *b)).count();
        }
        bytes.fill(0);
    }
    found
}

#[test]
#[cfg(target_os = "linux")]
fn a10_a_password_leaves_the_memory_with_its_owner() {
    let test = "a10_a_password_leaves_the_memory_with_its_owner";
    measured(
        test,
        || (),
        |()| {
            let moved: Vec<u8> = b"ivtiivti.dbobsz.2827".to_vec();
            let secret: String = moved.iter().map(|b| char::from(b - 1)).collect();
            let password = zeroize::Zeroizing::new(secret);
            let archive = locked(FileOptions::default().with_aes_encryption(zip::AesMode::Aes128, &password));
            let options = Options { password: Some(Redacted::new(password.clone())), ..Options::default() };
            assert_eq!(run(&source("a.zip", archive), &options).expect("opened").0.amounts(), ["-1.00"]);
            drop(password);
            assert!(found_in_memory(&moved) > 0, "the search finds what is there");
            drop(options);
            assert_eq!(found_in_memory(&moved), 0, "it is still there");
        },
    );
}

#[test]
fn a11_a_cut_archive_says_so_and_nothing_of_it_is_read() {
    let text = rows(&["-1.00"; 50]);
    let good = zipped(&[("a.csv", text.as_bytes()), ("b.csv", text.as_bytes())], SimpleFileOptions::default());
    for cut in (4..good.len()).step_by(7) {
        let (code, words) = refusal(&source("a.zip", &good[..cut]), &Options::default());
        assert!(code == "archive-damaged" && words.contains("download was not finished"), "cut at {cut}: {words}");
    }
    let list = good.windows(4).position(|w| w == b"PK\x01\x02").expect("a list");
    let listless = [&good[..list], &good[good.len() - 22..]].concat();
    assert_eq!(refusal(&source("a.zip", listless), &Options::default()).0, "archive-damaged");
    let junk = [b"<html>moved</html>".as_slice(), &good].concat();
    assert!(matches!(outcome("a.zip", &junk), Outcome::Unknown { .. }), "what does not begin as an archive is none");
    // The comment of an archive may hold what looks like the end of another, which is empty.
    let mut comment = good.clone();
    let end = comment.len();
    comment.extend(b"PK\x05\x06");
    comment.extend([0; 18]);
    comment[end - 2..end].copy_from_slice(&22u16.to_le_bytes());
    match run(&source("a.zip", &comment), &Options::default()) {
        Ok((kept, _)) => assert!([0, 100].contains(&kept.records.len()), "all or nothing: {}", kept.records.len()),
        Err(error) => assert!(matches!(error, ImportError::Archive { .. }), "{error}"),
    }
}

#[test]
fn a12_content_counts_and_a_name_does_not() {
    let tar = [vec![b'a'; 257], b"ustar\x0000".to_vec(), vec![0; 300]].concat();
    for (kind, bytes) in [
        ("gzip", b"\x1f\x8b\x08\0aaaa".as_slice()),
        ("Zstandard", b"\x28\xb5\x2f\xfdaaaa"),
        ("bzip2", b"BZh91AY&SY"),
        ("xz", b"\xfd7zXZ\0aaa"),
        ("7-Zip", b"7z\xbc\xaf\x27\x1caaa"),
        ("RAR", b"Rar!\x1a\x07\x01\0"),
        ("tar", &tar),
        ("PDF", b"%PDF-1.7 aaa"),
        ("Excel workbook of the first versions", b"\x09\x08\x10\0\0\x06\x05\0"),
    ] {
        let (code, words) = refusal(&source("statement.csv", bytes), &Options::default());
        assert_eq!(code, "container-unsupported");
        assert!(words.contains(&format!("the kind {kind}")) && words.matches(". ").count() >= 1, "{words}");
        let archive = zipped(&[("statement.csv", bytes)], stored());
        let inspection = look(&source("a.zip", archive), &Options::default()).expect("looked at");
        assert!(matches!(&inspection.files[0].outcome, Outcome::Ignored { why } if why.contains(kind)), "{:?}", inspection.files);
    }
    for name in ["a.zip", "a.gz", "a.pdf", "a.xls", "a"] {
        assert_eq!(import(name, rows(&["-1.00"])).amounts(), ["-1.00"], "{name}");
    }
    let archive = zipped(&[("a.csv", rows(&["-1.00"]).as_bytes())], stored());
    assert_eq!(import("statement.csv", archive).amounts(), ["-1.00"]);
}

#[test]
fn a_bundle_of_wallet_passes_is_read_pass_by_pass() {
    let text = |serial: &str| {
        format!(
            "{{\"formatVersion\":1,\"organizationName\":\"Air Test\",\"description\":\"Pass {serial}\",\"passTypeIdentifier\":\"pass.test\",\"serialNumber\":\"{serial}\",\"storeCard\":{{}}}}"
        )
    };
    let pass = |serial: &str| zipped(&[("icon.png", b"\x89PNG"), ("pass.json", text(serial).as_bytes())], stored());
    let bundle = |third: &[u8]| {
        zipped(&[("a.pkpass", &pass("S1")), ("b.PKPASS", &pass("S2")), ("__MACOSX/._a.pkpass", b"x"), ("c.pkpass", third)], stored())
    };
    let whole = source("trip.pkpasses", bundle(&pass("S3")));
    let (kept, summaries) = run(&whole, &Options::default()).expect("read");
    assert_eq!((kept.titles(), summaries.len()), (vec!["Pass S1", "Pass S2", "Pass S3"], 3));
    let plans = plans(&look(&whole, &Options::default()).expect("looked at"));
    assert_eq!(plans.iter().map(|p| p.label.as_str()).collect::<Vec<_>>(), ["a.pkpass", "b.PKPASS", "c.pkpass"]);
    let row = source_row(&whole, &plans[1], &Options::default(), &kept.records[1].0.locator).expect("its row");
    assert!(row.raw.contains("Pass S2"), "{}", row.raw);
    for broken in [&b"PK\x03\x04 and nothing more"[..], b"no pass at all", b""] {
        let source = source("trip.pkpasses", bundle(broken));
        assert_eq!(
            run(&source, &Options::default()).expect("read").0.titles(),
            ["Pass S1", "Pass S2"],
            "one that is none does not hold back the others"
        );
        let third = look(&source, &Options::default()).expect("looked at").files.remove(2);
        assert!(matches!(third.outcome, Outcome::Ignored { .. } | Outcome::Unknown { .. }), "{third:?}");
    }
    let mixed = zipped(&[("a.pkpass", &pass("S1")), ("b.csv", rows(&["-1.00"]).as_bytes())], stored());
    assert_eq!(import("x.zip", mixed).amounts(), ["-1.00"], "other archives inside archives are told, not opened");
}

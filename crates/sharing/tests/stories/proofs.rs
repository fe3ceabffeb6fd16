use std::io::{Cursor, Read as _, Write as _};

use holdall_sharing::{ProofReport, Share, Verdict, verify_proof};

use crate::support::{Behaviour, DAY, NOON, confirm, meet};

async fn erased() -> Share {
    let met = meet(Behaviour::default()).await;
    let mut share = confirm(&met);
    met.exchange(&mut share).await;
    met.exchange(&mut share).await;
    met.revoke(&mut share);
    met.exchange(&mut share).await;
    share
}

type Files = Vec<(String, Vec<u8>)>;

fn unpack(proof: &[u8]) -> Files {
    let mut zip = zip::ZipArchive::new(Cursor::new(proof)).expect("a ZIP");
    (0..zip.len())
        .map(|n| {
            let mut file = zip.by_index(n).expect("there");
            let name = file.name().expect("a name").into_owned();
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).expect("reads");
            (name, bytes)
        })
        .collect()
}

/// Packs files with an index that fits them, as a forger would.
fn repack(files: Files) -> Vec<u8> {
    let sha256 = |bytes: &[u8]| holdall_protocol::Digest::of(bytes).as_bytes().iter().map(|b| format!("{b:02x}")).collect::<String>();
    let mut index: serde_json::Value = serde_json::from_slice(&files[0].1).expect("JSON");
    let listed: Vec<serde_json::Value> = index["files"].as_array().expect("a list").clone();
    let listed = listed.into_iter().filter_map(|mut entry| {
        let (_, bytes) = files.iter().find(|(name, _)| entry["name"] == **name)?;
        entry["sha256"] = sha256(bytes).into();
        Some(entry)
    });
    index["files"] = listed.collect::<Vec<_>>().into();
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in &files {
        let bytes = if name == "bundle.json" { serde_json::to_vec(&index).expect("serialises") } else { bytes.clone() };
        zip.start_file(name.as_str(), zip::write::SimpleFileOptions::default()).expect("starts");
        zip.write_all(&bytes).expect("writes");
    }
    zip.finish().expect("finishes").into_inner()
}

fn without(proof: &[u8], part: &str) -> ProofReport {
    let files: Files = unpack(proof).into_iter().filter(|(name, _)| !name.contains(part)).collect();
    verify_proof(&repack(files))
}

#[tokio::test]
async fn a_complete_proof_is_complete_and_holds_no_data() {
    let share = erased().await;
    let proof = share.write_proof(NOON).expect("writes");
    assert_eq!(proof, share.write_proof(NOON).expect("writes"), "always the same bytes");
    let report = verify_proof(&proof);
    assert_eq!((report.verdict, &report.gaps[..]), (Verdict::Complete, &[][..]));
    assert!(report.checks.iter().all(|c| c.ok));
    assert_eq!(report.purpose, "status-match");
    assert!(report.partner.starts_with("Blue Wings AG (http://127.0.0.1:"));
    for (name, bytes) in unpack(&proof) {
        let text = String::from_utf8(bytes).expect("text");
        for value in ["LHR", "MUC", "SA 901", "CANARY"] {
            assert!(!text.contains(value), "{value} in {name}");
        }
    }
}

#[tokio::test]
async fn what_is_missing_is_named() {
    let proof = erased().await.write_proof(NOON + 20 * DAY).expect("writes");
    assert_eq!(without(&proof, "VERIFY.md").verdict, Verdict::Complete);
    let report = without(&proof, "-receipt.jws");
    assert_eq!(report.verdict, Verdict::Incomplete);
    assert!(report.gaps.iter().any(|g| g.contains("no valid receipt")), "{:?}", report.gaps);
    let report = without(&proof, "deletion-receipt");
    assert_eq!(report.verdict, Verdict::Incomplete);
    assert_eq!(report.gaps, ["There is no final deletion statement; it was due on 5 December 2026, 6 days before this file was made."]);
    assert_eq!(without(&proof, "notice.txt").verdict, Verdict::Invalid, "the text is part of the agreement");
    assert_eq!(without(&proof, "grant.jws").verdict, Verdict::Invalid);
    assert_eq!(without(&proof, "manifest.jws").verdict, Verdict::Invalid);
    assert_eq!(without(&proof, "descriptor-1.jws").verdict, Verdict::Invalid);
}

#[tokio::test]
async fn a_live_share_is_proved_by_its_receipt() {
    let met = meet(Behaviour::default()).await;
    let mut share = confirm(&met);
    assert_eq!(verify_proof(&share.write_proof(NOON).expect("writes")).verdict, Verdict::Incomplete);
    met.exchange(&mut share).await;
    assert_eq!(verify_proof(&share.write_proof(NOON).expect("writes")).verdict, Verdict::Complete);
    let late = verify_proof(&share.write_proof(NOON + 40 * DAY).expect("writes"));
    assert_eq!(late.verdict, Verdict::Incomplete, "it has ended, and a statement is due");
}

#[tokio::test]
async fn any_flipped_byte_is_found() {
    let files = unpack(&erased().await.write_proof(NOON).expect("writes"));
    for index in 1..files.len() {
        let (name, bytes) = &files[index];
        if name == "VERIFY.md" {
            continue;
        }
        for at in [0, bytes.len() / 3, bytes.len() / 2, bytes.len() - 1] {
            let mut forged = files.clone();
            // Another letter of the same alphabet, so that only the content changes.
            forged[index].1[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            assert_eq!(verify_proof(&repack(forged)).verdict, Verdict::Invalid, "{name} at {at}");
        }
    }
}

#[tokio::test]
async fn another_shares_answers_do_not_help() {
    let (one, other) = (erased().await, erased().await);
    let mut files = unpack(&one.write_proof(NOON).expect("writes"));
    let foreign = unpack(&other.write_proof(NOON).expect("writes"));
    for (name, bytes) in &mut files {
        if name.starts_with("answer-") {
            *bytes = foreign.iter().find(|(n, _)| n == name).expect("the same names").1.clone();
        }
    }
    assert_eq!(verify_proof(&repack(files)).verdict, Verdict::Invalid);
}

#[tokio::test]
async fn damaged_files_are_invalid_and_do_no_harm() {
    let proof = erased().await.write_proof(NOON).expect("writes");
    for cut in [0, 1, 100, proof.len() / 2, proof.len() - 1] {
        assert_eq!(verify_proof(&proof[..cut]).verdict, Verdict::Invalid);
    }
    let mut files = unpack(&proof);
    files.push(("extra.txt".into(), b"unlisted".to_vec()));
    assert_eq!(verify_proof(&repack(files)).verdict, Verdict::Invalid);
}

/// Proofs that were written once must stay what they are, for us and for `docs/verify.py`. `HOLDALL_BLESS=1` writes new
/// ones; the verdict is the first word of each name.
#[tokio::test]
async fn kept_proofs_keep_their_verdict() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/proofs");
    if std::env::var_os("HOLDALL_BLESS").is_some() {
        std::fs::create_dir_all(&folder).expect("a folder");
        for (name, proof) in fresh().await {
            std::fs::write(folder.join(name), proof).expect("writes");
        }
    }
    let mut seen = 0;
    for entry in std::fs::read_dir(&folder).expect("kept proofs") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let verdict = match name.split('-').next() {
            Some("complete") => Verdict::Complete,
            Some("incomplete") => Verdict::Incomplete,
            Some("invalid") => Verdict::Invalid,
            _ => panic!("{name} does not begin with a verdict"),
        };
        let report = verify_proof(&std::fs::read(&path).expect("reads"));
        assert_eq!(report.verdict, verdict, "{name}: {report:?}");
        seen += 1;
    }
    assert_eq!(seen, 7);
}

async fn fresh() -> Vec<(&'static str, Vec<u8>)> {
    let write = |share: Share| share.write_proof(NOON + DAY).expect("writes");
    let whole = erased().await.write_proof(NOON + DAY).expect("writes");
    let partial = Behaviour { deletion: Some(|d| d.covers.clear()), ..Behaviour::default() };
    let wide = Behaviour { receipt: Some(|r| r.recipients.push("broker".into())), ..Behaviour::default() };
    let silent = Behaviour { erase_later: true, ..Behaviour::default() };
    let mut forged = unpack(&whole);
    for (name, bytes) in &mut forged {
        if name.ends_with("deletion-receipt.jws") {
            // Well-formed in every way, and not signed.
            let signature = bytes.iter().rposition(|b| *b == b'.').expect("three parts") + 1;
            bytes[signature] = if bytes[signature] == b'A' { b'B' } else { b'A' };
        }
    }
    let renoticed =
        unpack(&whole).into_iter().map(|(n, b)| if n == "notice.txt" { (n, b"I agree to everything.".to_vec()) } else { (n, b) });
    vec![
        ("complete-erased.dgproof", whole),
        ("complete-active.dgproof", write(run(Behaviour::default(), false).await)),
        ("incomplete-silent.dgproof", write(run(silent, true).await)),
        ("incomplete-partial-deletion.dgproof", write(run(partial, true).await)),
        ("incomplete-wider-receipt.dgproof", write(run(wide, true).await)),
        ("invalid-forged-deletion.dgproof", repack(forged)),
        ("invalid-other-notice.dgproof", repack(renoticed.collect())),
    ]
}

async fn run(behaviour: Behaviour, revoke: bool) -> Share {
    let met = meet(behaviour).await;
    let mut share = confirm(&met);
    met.exchange(&mut share).await;
    if revoke {
        met.revoke(&mut share);
        met.exchange(&mut share).await;
    }
    share
}

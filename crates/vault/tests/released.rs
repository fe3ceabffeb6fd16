//! Vaults as released versions left them, opened by this one and compared with what they held then, word for word. One folder of
//! `tests/released` per form; none of them ever changes.
//!
//! A new form gets its folder with `HOLDALL_RELEASE=v2 cargo test -p holdall-vault --test released making`: the vault is made here, by
//! this program, with the recovery code of a test; the secrets in it are secrets of nobody.

mod support;

use std::fmt::Write;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use holdall_model::{Diagnostic, Locator, Quarantined, Record, Redacted, Severity, Task};
use holdall_vault::*;
use support::*;

const PASSPHRASE: &str = "a passphrase of a test";

fn released() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/released")
}

/// Bytes that look random and are the same each time, so that the recovery code of these vaults is fixed.
struct Fixed(std::sync::atomic::AtomicU64);

impl Entropy for Fixed {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), std::io::Error> {
        let call = self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        blake3::Hasher::new().update(&call.to_le_bytes()).finalize_xof().fill(buffer);
        Ok(())
    }
}

/// Makes a vault of today's form with something of everything in it, if it is told to.
#[test]
fn making() {
    let Ok(form) = std::env::var("HOLDALL_RELEASE") else { return };
    let dir = released().join(form);
    assert!(!dir.exists(), "what was released stays as it is");
    std::fs::create_dir(&dir).expect("makes");
    let outside = Outside { entropy: Arc::new(Fixed(0.into())), ..outside(&Arc::new(MemoryKeyring::default())) };
    let place = dir.join("vault");
    let created = Vault::create(&place, "Released", FirstKey::Passphrase(PASSPHRASE), outside).expect("creates");
    let (vault, code) = (created.vault, created.recovery_code);
    let groups = code.groups();
    vault.confirm_recovery(&[(0, &groups[0]), (1, &groups[1])]).expect("proves");
    fill(&vault);
    std::fs::write(dir.join("recovery-code.txt"), code.text().as_bytes()).expect("writes");
    std::fs::write(dir.join("told.txt"), told(&vault)).expect("writes");
    vault.close().expect("the last handle");
    // Derived, locked, and empty.
    for name in ["search.db", "search.db-wal", "search.db-shm", "vault.db-wal", "vault.db-shm", "lock"] {
        let _ = std::fs::remove_file(place.join(name));
    }
}

fn fill(vault: &Vault) {
    import_named(
        vault,
        "first.csv",
        &[
            Row("2025-01-02", -320, "Coffee House Berlin", ""),
            Row("2025-01-02", -320, "Coffee House Berlin", ""),
            Row("2025-01-31", -120_000, "Rent", "rent-1"),
            Row("2025-02-27T18:30:00Z", 260_000, "Salary", "salary-1"),
            Row("2025-03", -999, "Pending", "pending-1"),
        ],
    );
    import_named(
        vault,
        "second.csv",
        &[
            Row("2025-01-31", -120_000, "Rent", "rent-1"),
            Row("2025-03", -999, "Settled, at last: Änderung", "pending-1"),
            Row("2025-01-02", -320, "CARD 44 COFFEE HSE", ""),
        ],
    );
    let gone = import_named(vault, "third.csv", &[Row("2024-12-31", -1, "Undone", "u")]);
    vault.undo_import(gone.id, &Task::silent()).expect("undoes");
    let shop = ImportMeta { vendor: "shop".to_owned(), export: "orders".to_owned(), file_name: "o.json".to_owned() };
    let mut tx = vault.begin_import(shop).expect("begins");
    let mut plain = Record::new(holdall_model::Kind::Other);
    plain.title = "No day, no amount".to_owned();
    tx.judge_and_store(&plain, &Identifier::default().identify(&plain)).expect("stores");
    let locator = Locator { entry: 0, row: 7, offset: 300, length: 12 };
    let reason = Diagnostic::new("no-such-day", Severity::Warning, "February has no 30th.").at_row(7).at_column("Day");
    tx.quarantine(&Quarantined { locator, reason: reason.clone(), raw: Redacted::new("30.02.2025;x".to_owned()) }).expect("keeps");
    tx.diagnostics(&[reason]);
    let original = vault.seal_original(&mut r#"[{"title":"No day, no amount"}]"#.as_bytes(), &Task::silent()).expect("seals");
    tx.finish(original, &Task::silent()).expect("finishes");
    vault
        .write(AuditEvent::new(Act::PartnerAdded, "https://air.example"), |w| {
            let (origin, body) = ("https://air.example".to_owned(), r#"{"name":"Air"}"#.to_owned());
            w.put_partner(&Partner { origin: origin.clone(), added_at: 5, changed_at: 6, body: body.clone() })?;
            w.put_grant(&Grant { id: "grant-1".to_owned(), partner: origin, state: "active".to_owned(), created_at: 7, body })?;
            w.set_setting("theme", Some("dark"))
        })
        .map_err(|e: VaultError| e)
        .expect("writes");
}

fn one(record: &Record) -> String {
    let fields: Vec<String> = record.fields.iter().map(|(property, value)| format!("{}={value}", property.name())).collect();
    let amount = record.amount.map_or_else(|| "-".to_owned(), |a| format!("{} {}", a.value, a.unit.as_str()));
    let place = record.locator;
    format!(
        "{} {} {} {} | {} | {} | {} | {} | {} | {} | {} {} {} {}",
        record.kind.slug(),
        record.moment.map_or_else(|| "-".to_owned(), |m| m.to_string()),
        amount,
        record.status.code(),
        record.title,
        record.party,
        record.account,
        record.external_id,
        fields.join(" "),
        record.unmapped,
        place.entry,
        place.row,
        place.offset,
        place.length
    )
}

/// Everything that a vault tells, in words that do not change with the program.
fn told(vault: &Vault) -> String {
    let mut out = String::new();
    let mut line = |text: std::fmt::Arguments<'_>| writeln!(out, "{text}").expect("a string takes all");
    let info = vault.info().expect("reads");
    line(format_args!("vault {} {} ready={}", info.status.vault_id, info.status.name, info.proved_at.is_some()));
    for stored in all(vault) {
        let similar = stored.similar_to.map(|id| vault.record(id).expect("there").record.title);
        line(format_args!("record {} #{} {} similar={similar:?}", stored.vendor, stored.import.0, one(&stored.record)));
        for earlier in vault.earlier_versions(stored.id).expect("reads") {
            line(format_args!("  before #{} {}", earlier.replaced_by.0, one(&earlier.record)));
        }
    }
    for import in vault.imports().expect("reads") {
        let (hash, findings) = (blake3::Hash::from(import.original_hash), serde_json::to_string(&import.diagnostics).expect("writes"));
        let counts = counts(import.counts);
        line(format_args!("import #{} {} {} {} {counts:?}", import.id.0, import.vendor, import.export, import.file_name));
        line(format_args!("  at {} note {} original {hash} findings {findings}", import.at, import.note));
        let mut original = String::new();
        vault.open_original(import.id).expect("opens").read_to_string(&mut original).expect("reads");
        assert_eq!(blake3::hash(original.as_bytes()), hash);
        line(format_args!("  {original}"));
    }
    for row in vault.quarantine(None, 0, 100).expect("reads") {
        line(format_args!("quarantine #{} {} {}", row.import.0, row.row.reason.id, row.row.raw.reveal()));
    }
    for month in vault.months(None).expect("reads") {
        let (when, unit) = (month.month.map(|m| m.to_string()), month.unit.map(|u| u.as_str().to_owned()));
        let sums = format!("{} in {} out {}", month.records, month.incoming, month.outgoing);
        line(format_args!("month {} {} {when:?} {unit:?} {sums}", month.vendor, month.kind.slug()));
    }
    for partner in vault.partners().expect("reads") {
        line(format_args!("partner {} {} {} {}", partner.origin, partner.added_at, partner.changed_at, partner.body));
    }
    for grant in vault.grants().expect("reads") {
        line(format_args!("grant {} {} {} {} {}", grant.id, grant.partner, grant.state, grant.created_at, grant.body));
    }
    line(format_args!("setting {:?}", vault.setting("theme").expect("reads")));
    for entry in vault.audit(0, 1000).expect("reads") {
        line(format_args!(
            "act {} {} {} {} {:?} {:?}",
            entry.number,
            entry.at,
            entry.act.slug(),
            entry.subject,
            entry.hashes,
            entry.counts
        ));
    }
    for word in ["coffee", "settled", "anderung", "77"] {
        let mut found = titles(vault, word);
        found.sort();
        line(format_args!("word {word} {found:?}"));
    }
    out
}

fn copy_dir(from: &Path, to: &Path) {
    std::fs::create_dir(to).expect("makes");
    for entry in std::fs::read_dir(from).expect("a folder").flatten() {
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_dir(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).expect("copies");
        }
    }
}

#[test]
fn g02_every_released_vault_opens_and_tells_what_it_told_then() {
    let forms: Vec<PathBuf> = std::fs::read_dir(released()).expect("there").flatten().map(|e| e.path()).filter(|p| p.is_dir()).collect();
    assert!(!forms.is_empty());
    for form in forms {
        let what = form.display();
        let text = |name: &str| std::fs::read_to_string(form.join(name)).expect("there").replace("\r\n", "\n");
        let code = RecoveryCode::parse(&text("recovery-code.txt")).expect("a code");
        for key in [Key::RecoveryCode(&code), Key::Passphrase(PASSPHRASE)] {
            let dir = tempfile::tempdir().expect("a folder");
            let place = dir.path().join("vault");
            copy_dir(&form.join("vault"), &place);
            let outside = outside(&Arc::new(MemoryKeyring::default()));
            let vault = Vault::open(&place, key, outside.clone()).unwrap_or_else(|e| panic!("{what}: {e}"));
            assert_eq!(told(&vault), text("told.txt"), "{what}");
            assert!(vault.check(&Task::silent()).expect("checks").is_whole(), "{what}");
            // And it goes on from there.
            import_named(&vault, "next.csv", &[Row("2026-01-01", 1, "Next", "n")]);
            vault.close().expect("the last handle");
            let vault = Vault::open(&place, key, outside).unwrap_or_else(|e| panic!("{what}: {e}"));
            assert_eq!(titles(&vault, "next"), ["Next"]);
        }
    }
}

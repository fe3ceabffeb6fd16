//! The disk: keys and keyring, encrypted SQLite, originals, search, sharing ledger, audit.
//!
//! This room keeps what it is given and hands it back. It must not know how an export is read, what a message on the wire
//! means, or who asks: `app` introduces the rooms to each other. It alone writes SQL and alone holds keys at rest.
//!
//! # The ways in
//!
//! A vault is one folder (docs/storage.md). [`Vault::create`] makes one and returns the recovery code;
//! [`Vault::confirm_recovery`] proves that the person has it, and only then [`Vault::is_ready`]. [`Vault::look`] reads what can be
//! known without a key; [`Vault::open`] opens it, or says by an [`Obstacle`] what stands in the way.
//!
//! ```text
//! Vault::create(dir: &Path, name: &str, first_key: FirstKey, outside: Outside) -> Result<Created { vault, recovery_code }>
//! Vault::look(dir: &Path) -> Result<Status { vault_id, name, generation, ways_in }, Obstacle>
//! Vault::concerns(dir: &Path) -> Vec<Concern>                       // a network disk, a folder that is kept in step; also before there is one
//! Vault::open(dir: &Path, key: Key, outside: Outside) -> Result<Vault>
//! Vault::open_older(dir, key, outside)                 // the person expects an older copy
//! vault.confirm_recovery(&[(group 0..8, "ABCD"), (group, "…")]) -> Result<()>
//! vault.is_ready() -> Result<bool>;  vault.info() -> Info { vault_id, name, created_at, ways_in, ready }
//! vault.close() -> Result<()>                                      // InUse while another handle works
//! ```
//!
//! # Changing the ways in
//!
//! ```text
//! vault.renew_recovery_code() -> Result<RecoveryCode>              // counts once confirm_recovery has proved it; until then the old one does
//! vault.add_passphrase(&str, Binding::{Portable, ThisComputer}) / change_passphrase(&str, Binding) / remove_way_in(slot_id)
//! vault.enrol_this_computer() / renew_device_secret(bound_passphrase: Option<&str>)
//! vault.prepare_new_master_key(NewWays { keyring, passphrase, key_file }, &Task) -> Result<NewMasterKey>
//! new.recovery_code() -> &RecoveryCode;  new.dropped() -> &[WayIn];  new.finish(vault, &[(group, "ABCD"), …]) -> Result<Vault>
//! ```
//!
//! # Backups
//!
//! ```text
//! vault.back_up(folder, app_version, &Task) -> Result<BackupMade { backup, originals, originals_missing }>
//! Backup::look(file) -> Result<Backup>;  Backup::list(folder) -> Result<Listing { backups, unreadable }>      // no key needed
//! backup.verify(BackupKey::{Vault(&vault), Way(Key, &outside)}, Depth::{Head, Structure, Full}, &Task) -> Result<Verified>
//! backup.restore(into, BackupKey, &Task) -> Result<Restored { dir, contents, originals_missing }>    // into a new folder; then open_older
//! vault.drill(&backup, &Task) -> Result<DrillReport>;  vault.last_drill();  vault.last_backup() -> Result<Option<(at, folder)>>
//! vault.sample(folder, &Task) -> Result<Sampled { backups, pieces, chunks, passed_over }>;  vault.last_sample()     // a twentieth, another one each time
//! vault.thin_backups(folder, Retention { newest, months }, &Task) -> Result<Thinned { removed, kept }>
//! live.compare(&restored) -> Result<Comparison { live, restored, same_vault, acts_lost, acts_gained }>;  vault.contents()
//! Vault::swap(dir, coming, Expect::{SameVault, AnyVault}) -> Result<aside>     // both closed; swap(dir, aside, …) takes it back
//! Vault::check_swap(dir, coming, expect)                               // whether it would, asked while the live one is open
//! Vault::set_aside(dir), Vault::beside(dir) -> Result<Vec<PathBuf>>;  Vault::discard(dir) -> Result<()>
//! ```
//!
//! # Checking
//!
//! ```text
//! vault.check(&Task) -> Result<CheckReport { database, audit, originals, broken }>;  report.is_whole()
//! vault.audit_at_start() -> &AuditReport;  vault.export_audit(&mut dyn Write, &Task) -> Result<u64>
//! ```
//!
//! # Importing
//!
//! ```text
//! vault.fingerprint_key() -> [u8; 32]                              // the importer's key for fingerprints
//! vault.judge_only(vendor: &str) -> Result<Judge>                  // preview: same verdicts, stores nothing
//! Judge::without_vault() -> Judge                                  // dry run before there is a vault
//! judge.judge(&Record, &Identity) -> Result<Verdict>;  judge.end_entry() -> Judged { counts };  judge.end_file() -> Option<AllHere>
//! vault.seal_original(source: &mut dyn Read, &Task) -> Result<SealedOriginal>    // any thread, may run beside the import
//! vault.begin_import(ImportMeta) -> Result<ImportTx>               // Send + 'static; drop = roll back
//! vault.begin_import_of_known(ImportMeta, AllHere) -> Result<Option<ImportTx>>   // nothing of it is new; None: judge it again
//! tx.judge_and_store(&Record, &Identity) -> Result<Verdict>;  tx.quarantine(&Quarantined);  tx.diagnostics(&[Diagnostic]);  tx.note(String)
//! tx.finish(SealedOriginal, &Task) -> Result<Stored { id: ImportId, counts: VerdictCounts }>
//! tx.same_file(file: &mut dyn Read, length, &Task) -> Result<Option<ImportId>>   // whose original is the same
//! tx.finish_with_kept(ImportId, &Task) -> Result<Stored>            // another part of a file that is kept already
//! vault.undo_import(ImportId, &Task) -> Result<Undone>
//! vault.look_again(ImportId, vendor: &str) -> Result<Reread>        // the kept file read anew: compares, stores nothing
//! vault.reread(ImportId, vendor: &str, export: &str) -> Result<Reread>           // the same, and finish mends the import in place
//! reread.record(&Record, &Identity);  reread.quarantine(&Quarantined);  reread.diagnostics(&[Diagnostic]);  reread.note(String)
//! reread.finish(&Task) -> Result<RereadReport>;  reread.finish_if(|&report| bool, &Task) -> Result<Option<RereadReport>>
//! vault.decide(&[RecordId], Decision) -> Result<()>
//! vault.open_original(ImportId) -> Result<OriginalReader: Read + Seek>
//! ```
//!
//! # Reading
//!
//! ```text
//! vault.find(&Query) -> Result<Page>                               // with or without words; newest first
//! vault.visit(&Query, &Task, FnMut(StoredRecord) -> ControlFlow<()>) -> Result<u64>   // all of it, streaming, oldest first
//! vault.record(RecordId) -> Result<StoredRecord>;  vault.earlier_versions(RecordId) -> Result<Vec<EarlierVersion>>
//! vault.vendors() -> Result<Vec<VendorSummary>>;  vault.months(Option<&str> vendor) -> Result<Vec<MonthSum>>
//! vault.imports() -> Result<Vec<ImportSummary>>;  vault.quarantine(Option<ImportId>, after: i64, limit: u32) -> Result<Vec<QuarantinedRow>>
//! vault.undecided(limit: u32) -> Result<Vec<(Hit kept, Hit newer)>>;  vault.home() -> Result<Home>
//! ```
//!
//! # Sharing
//!
//! Every write happens in one transaction together with its audit event.
//!
//! ```text
//! vault.write(AuditEvent, |w: &mut Ledger| -> Result<T, E>) -> Result<T, E>      where E: From<VaultError>
//!   w.put_partner(&Partner)  w.remove_partner(origin)  w.put_grant(&Grant)  w.set_setting(name, Option<&str>)
//! vault.partners()  vault.partner(origin)  vault.grants()  vault.grant(id)  vault.setting(name)
//! vault.audit(after: i64, limit: u32) -> Result<Vec<AuditEntry>>;  vault.verify_audit(&Task) -> Result<AuditReport>
//! ```

mod audit;
mod backup;
mod beside;
mod db;
mod disk;
mod encoding;
mod error;
mod import;
mod keys;
mod ledger;
mod meta;
mod originals;
mod outside;
mod read;
mod search;
mod vault;
mod wiped;

pub use audit::{Act, AuditEntry, AuditEvent, AuditReport};
pub use backup::{
    Backup, BackupKey, BackupMade, Comparison, Contents, Depth, DrillReport, Listing, Restored, Retention, Sampled, Thinned, Verified,
};
pub use disk::Concern;
pub use error::{Obstacle, VaultError};
pub use import::{
    AllHere, Decision, Difference, Differs, ImportId, ImportMeta, ImportTx, Judge, Judged, Reread, RereadExample, RereadReport, Stored,
    Undone,
};
pub use keys::{KeyringError, MemoryKeyring, RecoveryCode, RecoveryCodeError, SecretStore, SlotKind, SystemKeyring};
pub use ledger::{Grant, Ledger, Partner};
pub use originals::{OriginalReader, SealedOriginal};
pub use outside::{Entropy, Outside, SystemEntropy};
pub use read::{
    AmountRange, Cursor, EarlierVersion, Hit, Home, ImportSummary, KindCount, MonthSum, Page, QuarantinedRow, Query, RecordId,
    StoredRecord, Total, VendorSummary,
};
pub use vault::{Binding, BrokenOriginal, CheckReport, Created, Expect, FirstKey, Info, Key, NewMasterKey, NewWays, Status, Vault, WayIn};
pub use wiped::WipedHeap;

// The SQLite that rusqlite uses is linked by being named here.
use holdall_sqlite3mc as _;

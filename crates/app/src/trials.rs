//! Faults that the app as a whole must survive (docs/trials.md).

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::testing::{Desk, as_text};
use crate::view::backup::{Depth, MakeBackup, Secret, VerifyBackup};
use crate::view::home::GetHome;
use crate::view::import::CommitImport;
use crate::view::record::FindRecords;
use crate::view::support::{PreviewSupport, SaveSupport};
use crate::view::vault::{GetVaultStatus, UnlockVault, VaultState};
use crate::{App, AppError, Run, Task};

/// Runs a command, and locks the vault in the middle of it: when it reports `phase`, from its own thread.
fn locked_during<R: Run>(desk: &Desk, phase: &'static str, request: R) -> Result<R::View, AppError> {
    let (app, locked) = (desk.app.clone(), Arc::new(AtomicBool::new(false)));
    let seen = locked.clone();
    let task = Task::reporting(move |progress| {
        if progress.phase == phase && !seen.swap(true, Ordering::Relaxed) {
            assert!(app.lock_now());
        }
    });
    let ended = desk.app.run(request, &task);
    assert!(locked.load(Ordering::Relaxed), "it never came to {phase}");
    ended
}

/// Nothing of the vault is answered any more.
fn is_shut(app: &App) -> bool {
    let silent = |answer: Result<String, AppError>| answer.is_err_and(|error| error.code == "vault-locked");
    let asked = [("home", "{}"), ("import.list", "{}"), ("audit.list", "{}"), ("backup.list", "{}"), ("keys.list", "{}")];
    asked.into_iter().all(|(name, request)| silent(app.call(name, request, &Task::silent())))
        && app.run(GetVaultStatus {}, &Task::silent()).expect("a state").state == VaultState::Locked
}

#[test]
fn k02_a_lock_during_an_import_lets_it_end_whole_and_shows_nothing() {
    let desk = Desk::new();
    let preview_id = desk.look(&desk.flights(500), &[]).preview_id;
    let waiting = desk.look(&desk.flights(7), &[]).preview_id;
    let stored = locked_during(&desk, "reading", CommitImport { preview_id }).expect("it ends by itself");
    assert_eq!(stored.imports.len(), 1);
    assert!(is_shut(&desk.app));
    desk.run(UnlockVault::default());
    assert_eq!(desk.run(GetHome {}).records, 500);
    // What waited for a yes is forgotten: nobody is there to say it.
    let forgotten = desk.app.run(CommitImport { preview_id: waiting }, &Task::silent()).expect_err("it was forgotten");
    assert_eq!(forgotten.code, "not-found");
}

#[test]
fn k02_a_lock_during_a_backup_lets_it_end_whole() {
    let desk = Desk::new();
    desk.import(&desk.flights(50), &[]);
    let folder = desk.home().join("backups");
    std::fs::create_dir(&folder).expect("our own folder");
    let made =
        locked_during(&desk, "copying", MakeBackup { folder: Some(as_text(&folder)), only_if_due: false }).expect("it ends by itself");
    assert!(is_shut(&desk.app));
    let file = made.backup.expect("a backup").file;
    let verified = desk.run(VerifyBackup { file, depth: Depth::Full, secret: Secret::default() });
    assert!(verified.rows > 0 && verified.originals == 1, "{verified:?}");
}

#[test]
fn k02_what_is_asked_while_the_vault_locks_gets_an_answer_or_a_refusal() {
    let desk = Desk::new();
    desk.import(&desk.flights(200), &[]);
    std::thread::scope(|scope| {
        let asked = |_| scope.spawn(|| desk.app.run(FindRecords { limit: 50, ..FindRecords::default() }, &Task::silent()));
        let answers: Vec<_> = (0..8).map(asked).collect();
        desk.app.close();
        for answer in answers {
            match answer.join().expect("no panic") {
                Ok(found) => assert_eq!(found.total, 200),
                Err(error) => assert_eq!(error.code, "vault-locked"),
            }
        }
    });
    assert!(is_shut(&desk.app));
}

#[test]
fn l05_a_crash_is_noted_by_its_place_and_the_report_is_saved_as_it_was_shown() {
    let desk = Desk::new();
    let file = desk.flights(3);
    let name = Path::new(&file).file_name().expect("a name").to_string_lossy().into_owned();
    let crash = std::thread::spawn(move || panic!("canary of {name}"));
    crash.join().expect_err("it broke");
    let shown = desk.run(PreviewSupport {}).text;
    assert!(shown.contains("broke at") && shown.contains("trials.rs"), "the place is told: {shown}");
    for secret in ["canary", "flights-3", &as_text(desk.home()), &desk.recovery_code[0]] {
        assert!(!shown.contains(secret), "{secret} is in the report");
    }
    let report = desk.home().join("report.txt");
    desk.run(SaveSupport { file: as_text(&report), text: shown.clone() });
    assert_eq!(std::fs::read_to_string(&report).expect("a report"), shown);
    let again = desk.app.run(SaveSupport { file: as_text(&report), text: shown }, &Task::silent()).expect_err("it is there");
    assert_eq!(again.code, "cannot-write");
}

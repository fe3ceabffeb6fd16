//! Trials A37 and A38: files that are none or change underneath, and everything that was ever found by fuzzing.

mod trials_support;

#[path = "../../../fuzz/src/lib.rs"]
#[allow(dead_code, reason = "a part of it is for the fuzzer alone")]
mod fuzz;

use std::path::Path;

use holdall_importer::{Identity, Options, Sink, SinkError, Source};
use holdall_model::{Diagnostic, Quarantined, Record, Task};
use trials_support::*;

fn opened(path: &Path) -> Result<Source, String> {
    Source::from_path(path).map_err(|e| format!("{}: {e}", e.code()))
}

#[test]
fn a37_only_regular_files_that_may_be_read_are_opened() {
    let folder = Folder::new("a37-kinds");
    let refused = |path: &Path| opened(path).err().unwrap_or_else(|| panic!("{} was opened", path.display()));
    assert!(refused(&folder.0).starts_with("not-a-file: "));
    assert!(refused(&folder.0.join("missing.csv")).starts_with("file-unreadable: missing.csv: "));
    #[cfg(unix)]
    {
        assert!(refused("/dev/zero".as_ref()).starts_with("not-a-file: "));
        let pipe = folder.0.join("pipe.csv");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status().expect("mkfifo runs");
        assert!(made.success() && refused(&pipe).starts_with("not-a-file: "), "and nobody waits for its writer");
        let link = folder.0.join("link.csv");
        std::os::unix::fs::symlink("/dev/zero", &link).expect("a link");
        assert!(refused(&link).starts_with("not-a-file: "), "whatever leads there");
        use std::os::unix::fs::PermissionsExt;
        let locked = folder.0.join("locked.csv");
        std::fs::write(&locked, rows(&["-1.00"])).expect("written");
        std::fs::set_permissions(&locked, std::fs::Permissions::from_mode(0o000)).expect("locked");
        let file = opened(&locked).expect("it is a file");
        // Root may read everything.
        if std::fs::File::open(&locked).is_err() {
            let (code, words) = refusal(&file, &Options::default());
            assert!(code == "file-unreadable" && words.contains("that you may read it"), "{words}");
        }
    }
}

/// Does something to the file as soon as the first row comes.
struct Meddling<F: FnMut()>(F, bool);

impl<F: FnMut()> Sink for Meddling<F> {
    fn record(&mut self, _: &Record, _: &Identity) -> Result<(), SinkError> {
        if !std::mem::replace(&mut self.1, true) {
            (self.0)();
        }
        Ok(())
    }

    fn quarantined(&mut self, _: Quarantined) -> Result<(), SinkError> {
        Ok(())
    }

    fn diagnostic(&mut self, _: Diagnostic) -> Result<(), SinkError> {
        Ok(())
    }
}

#[test]
fn a37_a_file_that_changes_shrinks_or_goes_while_it_is_read_is_refused() {
    let folder = Folder::new("a37-changes");
    let path = folder.0.join("a.csv");
    let long = rows(&["-1.00"; 40_000]);
    let meddlings: [(&str, &dyn Fn()); 4] = [
        ("grows", &|| std::fs::write(&path, long.clone() + "x").expect("written")),
        ("shrinks", &|| std::fs::write(&path, CHASE).expect("written")),
        ("goes", &|| std::fs::remove_file(&path).expect("removed")),
        ("is another", &|| {
            let later = std::time::SystemTime::now() + std::time::Duration::from_secs(1);
            std::fs::write(&path, long.replace("COFFEE", "COFFEF")).expect("written");
            std::fs::File::options().append(true).open(&path).and_then(|f| f.set_modified(later)).expect("a later time");
        }),
    ];
    for (what, meddle) in meddlings {
        std::fs::write(&path, &long).expect("written");
        let file = opened(&path).expect("opened");
        let plan = plans(&look(&file, &Options::default()).expect("looked at")).remove(0);
        let read = holdall_importer::read(&file, &plan, &Options::default(), &Task::silent(), &mut Meddling(meddle, false));
        let error = read.err().unwrap_or_else(|| panic!("it {what} and nobody noticed"));
        assert!(["file-changed", "file-unreadable"].contains(&error.code()), "{what}: {error}");
    }
    std::fs::write(&path, rows(&["-1.00"])).expect("written");
    let file = opened(&path).expect("opened");
    std::fs::write(&path, rows(&["-1.00", "-2.00"])).expect("written");
    let (code, words) = refusal(&file, &Options::default());
    assert!(code == "file-changed" && words.ends_with("Wait until its download has finished, then import it again."), "{words}");
}

#[test]
fn a37_a_cancel_stops_within_a_second_and_leaves_nothing_to_keep() {
    let file = Long::source("a.csv", CHASE, "DEBIT,09/25/2025,COFFEE,-1.00,DEBIT_CARD,,,\n", 4_000_000, "");
    let options = Options::default();
    let plan = plans(&look(&file, &options).expect("looked at")).remove(0);
    let task = Task::silent();
    let (canceller, cancelled) = (task.clone(), std::cell::Cell::new(None));
    let cancel = || {
        canceller.cancel();
        cancelled.set(Some(std::time::Instant::now()));
    };
    let stopped = holdall_importer::read(&file, &plan, &options, &task, &mut Meddling(cancel, false));
    assert_eq!(stopped.map(drop).map_err(|e| e.code()), Err("cancelled"));
    let waited = cancelled.get().expect("a row came").elapsed();
    assert!(waited < std::time::Duration::from_secs(1), "{waited:?}");
}

#[test]
fn a38_all_that_fuzzing_ever_found_is_read_without_a_panic() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus");
    let mut slow = Vec::new();
    for (target, _, _) in fuzz::TARGETS {
        let folder = corpus.join(target);
        let files: Vec<_> = std::fs::read_dir(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display())).flatten().collect();
        assert!(files.len() > 4, "{target} has no corpus");
        for file in files {
            let data = std::fs::read(file.path()).expect("read");
            let start = std::time::Instant::now();
            fuzz::run(target, &data);
            if start.elapsed().as_secs() >= 10 {
                slow.push(file.path());
            }
        }
    }
    assert!(slow.is_empty(), "over ten seconds: {slow:?}");
}

//! What is different on Windows: Credential Manager, names, paths, and programs that are ended.
#![cfg(windows)]

use std::path::{Path, PathBuf};
use std::process::Command;

use holdall_journeys::{Desk, credentials, exports, program};

/// A vault with three orders. Returns the file that holds its recovery code.
fn vault(desk: &Desk) -> PathBuf {
    let created = desk.holdall(["vault", "create"]).ok().json();
    let groups: Vec<&str> = created["recovery_code"].as_array().expect("a code").iter().filter_map(|g| g.as_str()).collect();
    let code = desk.home().join("code");
    std::fs::write(&code, groups.join("-")).expect("our own folder");
    desk.holdall(["import", "--yes", &exports::orders(desk.home()).to_string_lossy()]).ok();
    code
}

fn the_account(desk: &Desk) -> String {
    let accounts = credentials::accounts(&desk.vault());
    assert_eq!(accounts.len(), 1, "{accounts:?}");
    accounts.into_iter().next().expect("one")
}

/// Every byte of a vault's folder.
fn bytes(desk: &Desk) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files: Vec<_> = desk
        .vault_files()
        .into_iter()
        .filter(|path| !path.ends_with("lock"))
        .map(|path| (path.clone(), std::fs::read(path).expect("ours")))
        .collect();
    files.sort();
    files
}

#[test]
fn e02_credential_manager_opens_the_vault_in_every_process_and_on_this_computer_only() {
    let desk = Desk::new();
    let code = vault(&desk);
    let account = the_account(&desk);
    assert_eq!(credentials::attributes(&account)["persistence"], "Local", "a profile that roams must not carry it away");
    assert_eq!(desk.holdall(["find"]).ok().json()["total"], 3);
    assert_eq!(desk.holdall(["keys", "list"]).ok().json()[0]["place"], "Windows Credential Manager");

    assert!(credentials::remove(&account), "it was there");
    let before = bytes(&desk);
    for words in [&["find"][..], &["vault", "unlock"], &["keys", "list"]] {
        let answer = desk.holdall(words);
        assert_eq!((answer.code, answer.error_code().as_str()), (17, "key-missing"), "{words:?} {}", answer.out);
    }
    assert!(bytes(&desk) == before, "nothing was changed");
    assert_eq!(credentials::read(&account), None, "and no new key was made");

    let code = code.to_string_lossy();
    assert_eq!(desk.holdall(["--recovery-code-file", &code, "find"]).ok().json()["total"], 3);
    desk.holdall(["--recovery-code-file", &code, "keys", "enrol"]).ok();
    assert_eq!(desk.holdall(["find"]).ok().json()["total"], 3, "by Credential Manager again");
}

#[test]
fn e03_an_entry_that_does_not_fit_is_told_and_left_alone() {
    let desk = Desk::new();
    vault(&desk);
    let account = the_account(&desk);
    let right = credentials::read(&account).expect("there");
    let last = right.chars().last().expect("not empty");
    let other = if last == '0' { '1' } else { '0' };
    let flipped = format!("{}{other}", &right[..right.len() - last.len_utf8()]);
    for wrong in [right[..right.len() / 2].to_owned(), flipped, "not a key".to_owned(), "x".repeat(1200)] {
        credentials::write(&account, &wrong);
        let answer = desk.holdall(["find"]);
        assert_eq!((answer.code, answer.error_code().as_str()), (12, "wrong-key"), "{}", answer.out);
        assert_eq!(credentials::read(&account), Some(wrong), "never deleted");
    }
    credentials::write(&account, &right);
    desk.holdall(["find"]).ok();
}

#[test]
fn m04_a_vault_lives_in_any_folder() {
    let desk = Desk::with_passphrase();
    let file = exports::orders(desk.home());
    let long: PathBuf = std::iter::repeat_n("ein sehr langer Name für einen Ordner", 12).collect();
    let mut names = vec![Path::new("my vault"), Path::new("Zuhause 🏠 äöüß"), Path::new("quote ' $(x) ;")];
    // Wine resolves no path of more than some 260 characters; its own folder is how it is known.
    if std::env::var_os("WINEPREFIX").is_none() {
        names.push(&long);
    }
    for name in names {
        let place = desk.home().join(name).join("vault");
        let place = place.to_string_lossy();
        let backups = desk.home().join(name).join("backups").to_string_lossy().into_owned();
        std::fs::create_dir_all(&backups).expect("our own folder");
        for words in [
            &["vault", "create"][..],
            &["import", "--yes", &file.to_string_lossy()],
            &["find"],
            &["backup", "plan", &backups, "--every", "7"],
            &["backup", "make"],
            &["backup", "drill"],
            &["vault", "check"],
        ] {
            let mut command = Command::new(program("holdall"));
            command.args(["--json", "--vault", &place, "--passphrase-file"]).arg(desk.home().join("passphrase")).args(words);
            let output = command.output().expect("holdall runs");
            assert!(output.status.success(), "{place} {words:?}: {}", String::from_utf8_lossy(&output.stdout));
        }
    }
}

#[test]
fn a06_files_with_names_that_windows_keeps_for_itself_come_in_and_go_out() {
    let desk = Desk::with_passphrase();
    desk.holdall(["vault", "create"]).ok();
    let text = std::fs::read_to_string(exports::orders(desk.home())).expect("our own file");
    // Windows makes such names where they are written in its own long form.
    let odd = desk.home().canonicalize().expect("there");
    for name in ["aux.csv", "Bestellungen äöü.csv ", "com1.csv"] {
        let file = odd.join(name);
        std::fs::write(&file, &text).unwrap_or_else(|e| panic!("{name}: {e}"));
        desk.holdall(["import", "--yes", &file.to_string_lossy()]).ok();
    }
    let dir = desk.home().join("everything");
    desk.holdall(["export", &dir.to_string_lossy(), "--yes"]).ok();
    let originals: Vec<_> = std::fs::read_dir(dir.join("originals")).expect("originals").flatten().map(|e| e.path()).collect();
    assert!(!originals.is_empty());
    for original in originals {
        assert_eq!(std::fs::read_to_string(&original).expect("it opens by its name"), text, "{}", original.display());
    }
}

#[test]
fn f07_a_file_that_may_only_be_read_is_told() {
    let desk = Desk::with_passphrase();
    vault(&desk);
    let database = desk.vault().join("vault.db");
    let rights = |only_read| {
        let mut rights = database.metadata().expect("there").permissions();
        rights.set_readonly(only_read);
        std::fs::set_permissions(&database, rights).expect("our own file");
    };
    rights(true);
    let answer = desk.holdall(["find"]);
    rights(false);
    // Wine does not hold it against somebody who may do anything, as root may.
    let told = answer.code == 8 && answer.error_code() == "cannot-write";
    assert!(told || answer.code == 0 && answer.json()["total"] == 3, "{} {}", answer.code, answer.out);
    assert_eq!(desk.holdall(["find"]).ok().json()["total"], 3);
}

//! Losing the computer, and having everything again: backup, trial, restore with the file and the code alone.

use std::path::{Path, PathBuf};

use holdall_journeys::{Desk, exports};

/// A vault with data in it. Returns the file that holds its recovery code.
fn vault_with_flights(desk: &Desk) -> PathBuf {
    let created = desk.holdall(["vault", "create"]).ok().json();
    let groups: Vec<&str> = created["recovery_code"].as_array().expect("a code").iter().filter_map(|g| g.as_str()).collect();
    let code = desk.home().join("code");
    std::fs::write(&code, groups.join("-")).expect("our own folder");
    desk.holdall(["import", "--yes", &exports::flights(desk.home()).to_string_lossy()]).ok();
    code
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// All records as the export of everything tells them.
fn records(desk: &Desk, code: Option<&Path>) -> String {
    let out = tempfile::tempdir().expect("a folder");
    let dir = text(&out.path().join("everything"));
    match code {
        Some(code) => desk.holdall(["--recovery-code-file", &text(code), "export", &dir, "--yes"]).ok(),
        None => desk.holdall(["export", &dir, "--yes"]).ok(),
    };
    std::fs::read_to_string(Path::new(&dir).join("records.jsonl")).expect("records")
}

#[test]
#[cfg_attr(target_os = "macos", ignore = "is about the keyring, and the Keychain would ask the person who runs it")]
fn h02_a_new_computer_needs_only_the_backup_and_the_code() {
    let lost = Desk::new();
    let code = vault_with_flights(&lost);
    let folder = text(&lost.home().join("backups"));
    assert_eq!(lost.holdall(["backup", "list"]).ok().json()["overdue"], true);
    lost.holdall(["backup", "plan", &folder, "--every", "7"]).ok();
    let made = lost.holdall(["backup", "make"]).ok().json();
    let file = made["backup"]["file"].as_str().expect("a file").to_owned();
    assert!(lost.holdall(["backup", "make", "--if-due"]).ok().json()["backup"].is_null(), "it was made just now");
    assert!(lost.holdall(["backup", "drill"]).ok().json()["rows"].as_u64() > Some(0));

    let before = records(&lost, None);
    // All that is left is what was in the drawer: the stick with the file, and the paper.
    let drawer = tempfile::tempdir().expect("a folder");
    let (stick, paper) = (drawer.path().join("my.holdall-backup"), drawer.path().join("code"));
    std::fs::copy(&file, &stick).and_then(|_| std::fs::copy(&code, &paper)).expect("our own folder");
    drop(lost);

    let (new, code) = (Desk::new(), paper);
    let restored = new.holdall(["--recovery-code-file", &text(&code), "restore", &text(&stick)]).ok().json();
    assert_eq!(restored["in_place"], true, "{restored}");
    assert_eq!(records(&new, Some(&code)), before);
    let listed = new.holdall(["--recovery-code-file", &text(&code), "backup", "list"]).ok().json();
    assert_eq!((&listed["last_made"], &listed["overdue"]), (&made["backup"]["created"], &false.into()), "it came out of one: {listed}");
    // Its own keyring does not open it until it is told to.
    assert_eq!(new.holdall(["find"]).error_code(), "key-missing");
    new.holdall(["--recovery-code-file", &text(&code), "keys", "enrol"]).ok();
    new.holdall(["find"]).ok();
}

#[test]
#[cfg_attr(target_os = "macos", ignore = "is about the keyring, and the Keychain would ask the person who runs it")]
fn h06_a_restored_vault_stands_beside_the_live_one_and_can_be_taken_back() {
    let desk = Desk::new();
    let code = vault_with_flights(&desk);
    let folder = text(&desk.home().join("backups"));
    let file = desk.holdall(["backup", "make", &folder]).ok().json()["backup"]["file"].as_str().expect("a file").to_owned();
    desk.holdall(["import", "--yes", &exports::orders(desk.home()).to_string_lossy()]).ok();
    let live = records(&desk, None);

    let restored = desk.holdall(["restore", &file]).ok().json();
    assert_eq!((&restored["in_place"], &restored["comparison"]["same_vault"]), (&false.into(), &true.into()), "{restored}");
    assert!(restored["comparison"]["acts_lost"].as_u64() > Some(0), "the second import is not in the backup: {restored}");
    assert_eq!(records(&desk, None), live, "restoring touches nothing");

    let dir = restored["dir"].as_str().expect("a folder").to_owned();
    assert_eq!(desk.holdall(["backup", "list"]).ok().json()["set_aside"], serde_json::json!([dir]), "it is not lost sight of");
    let aside = desk.holdall(["backup", "take", &dir]).ok().json()["set_aside"].as_str().expect("a folder").to_owned();
    assert_eq!(desk.holdall(["find"]).error_code(), "vault-older", "this computer knows a newer state, and says so");
    desk.holdall(["--recovery-code-file", &text(&code), "vault", "unlock", "--older"]).ok();
    assert!(records(&desk, Some(&code)).len() < live.len());

    desk.holdall(["backup", "take", &aside]).ok();
    desk.holdall(["vault", "unlock", "--older"]).ok();
    assert_eq!(records(&desk, None), live);
}

#[test]
fn h06_a_vault_that_nothing_opens_any_more_is_replaced_in_its_place() {
    let desk = Desk::new();
    let code = vault_with_flights(&desk);
    let folder = text(&desk.home().join("backups"));
    let file = desk.holdall(["backup", "make", &folder]).ok().json()["backup"]["file"].as_str().expect("a file").to_owned();
    let live = records(&desk, None);
    let vault = PathBuf::from(desk.holdall(["vault", "status"]).ok().json()["dir"].as_str().expect("a folder"));
    for name in ["keys.json", "keys.json.bak"] {
        std::fs::remove_file(vault.join(name)).expect("our own folder");
    }
    assert_eq!(desk.holdall(["find"]).error_code(), "vault-damaged");

    let with_code = ["--recovery-code-file", &text(&code)];
    let restored = desk.holdall([&with_code[..], &["restore", &file]].concat()).ok().json();
    assert_eq!(restored["in_place"], false, "{restored}");
    let taken = desk.holdall(["backup", "take", restored["dir"].as_str().expect("a folder")]).ok().json();
    let aside = PathBuf::from(taken["set_aside"].as_str().expect("a folder"));
    assert!(aside.join("vault.db").exists(), "the dead one is kept: {taken}");
    desk.holdall([&with_code[..], &["vault", "unlock", "--older"]].concat()).ok();
    assert_eq!(records(&desk, Some(&code)), live);
}

#[test]
fn h03_a_damaged_backup_is_named_and_touches_nothing() {
    let desk = Desk::with_passphrase();
    vault_with_flights(&desk);
    let folder = text(&desk.home().join("backups"));
    let file = desk.holdall(["backup", "make", &folder]).ok().json()["backup"]["file"].as_str().expect("a file").to_owned();
    let mut bytes = std::fs::read(&file).expect("the backup");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    let bad = text(&desk.home().join("bad.holdall-backup"));
    std::fs::write(&bad, &bytes).expect("our own folder");
    for words in [["backup", "verify", bad.as_str()].as_slice(), &["restore", &bad]] {
        let answer = desk.holdall(words);
        assert_eq!((answer.code, answer.error_code().as_str()), (29, "backup-damaged"), "{words:?}");
    }
    assert!(!desk.home().join("vault.restored-1").exists(), "nothing half restored is left");
    let no_backup = text(&exports::flights(desk.home()));
    assert_eq!(desk.holdall(["backup", "verify", &no_backup]).code, 28);
}

#[test]
#[cfg_attr(target_os = "macos", ignore = "is about the keyring, and the Keychain would ask the person who runs it")]
fn k09_what_opens_the_vault_to_others_asks_for_the_passphrase_again() {
    let desk = Desk::new();
    vault_with_flights(&desk);
    let passphrase = desk.home().join("passphrase");
    std::fs::write(&passphrase, "a horse of another colour\n").expect("our own folder");
    desk.holdall(["keys", "set-passphrase", "--new-passphrase-file", &text(&passphrase)]).ok();
    let dir = text(&desk.home().join("everything"));
    // The keyring opens the vault, and that is not enough.
    for words in [["export", dir.as_str(), "--yes"].as_slice(), &["partner", "add", "https://partner.example"], &["keys", "renew-code"]] {
        assert_eq!(desk.holdall(words).error_code(), "confirm-needed", "{words:?}");
    }
    desk.holdall(["find"]).ok();
    desk.holdall(["--passphrase-file", &text(&passphrase), "export", &dir, "--yes"]).ok();
}

#[test]
fn e14_the_whole_vault_moves_to_a_new_master_key() {
    let desk = Desk::new();
    let old_code = vault_with_flights(&desk);
    let before = records(&desk, None);
    // Wrong groups change nothing.
    let wrong = with_input(&desk, "1=0000 2=0000\n");
    assert_eq!(wrong.0, 2, "{}", wrong.1);
    assert_eq!(records(&desk, None), before);

    let mut child = desk.command(["keys", "new-master-key"]);
    child.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    let mut child = child.spawn().expect("holdall runs");
    let (code, asked) = read_new_code(child.stderr.take().expect("piped"));
    let answer: Vec<String> = asked.iter().map(|n| format!("{n}={}", code[n - 1])).collect();
    use std::io::Write as _;
    writeln!(child.stdin.take().expect("piped"), "{}", answer.join(" ")).expect("it waits for the line");
    assert!(child.wait().expect("it ends").success());

    assert_eq!(records(&desk, None), before);
    assert_eq!(desk.holdall(["--recovery-code-file", &text(&old_code), "find"]).error_code(), "wrong-key");
    let new_code = desk.home().join("new-code");
    std::fs::write(&new_code, code.join("-")).expect("our own folder");
    desk.holdall(["--recovery-code-file", &text(&new_code), "find"]).ok();
}

fn with_input(desk: &Desk, line: &str) -> (i32, String) {
    use std::io::Write as _;
    let mut child = desk.command(["keys", "new-master-key"]);
    child.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::null());
    let mut child = child.spawn().expect("holdall runs");
    child.stdin.take().expect("piped").write_all(line.as_bytes()).expect("it reads the line");
    let output = child.wait_with_output().expect("it ends");
    (output.status.code().unwrap_or(-1), String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The groups as they are printed, `  1: ABCD`, and the numbers of those that are asked back.
fn read_new_code(stderr: impl std::io::Read) -> (Vec<String>, Vec<usize>) {
    use std::io::BufRead as _;
    let (mut code, mut asked) = (Vec::new(), Vec::new());
    for line in std::io::BufReader::new(stderr).lines() {
        let line = line.expect("text");
        if let Some((_, group)) = line.trim().split_once(": ").filter(|(n, _)| n.parse::<usize>().is_ok()) {
            code.push(group.to_owned());
        }
        if let Some(groups) = line.strip_prefix("Type these groups back: ") {
            asked = groups.split_whitespace().filter_map(|g| g.split('=').next()?.parse().ok()).collect();
            break;
        }
    }
    (code, asked)
}

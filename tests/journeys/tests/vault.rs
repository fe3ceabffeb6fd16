//! The vault as a person meets it: nothing in clear, one at a time, every wrong way told.

use std::io::Read;

use holdall_journeys::{Desk, exports};

/// A word of the sample that stands nowhere else.
fn canaries(file: &std::path::Path) -> Vec<String> {
    let text = std::fs::read_to_string(file).expect("the sample");
    let mut words: Vec<String> = text.split(|c: char| !c.is_alphanumeric()).filter(|w| w.len() >= 9).map(str::to_owned).collect();
    words.dedup();
    assert!(words.len() >= 3, "the sample holds long words");
    words
}

#[test]
fn f06_nothing_of_the_vault_is_in_clear_on_disk() {
    let desk = Desk::new();
    let file = exports::orders(desk.home());
    desk.holdall(["vault", "create"]).ok();
    desk.holdall(["import", "--yes", &file.to_string_lossy()]).ok();
    let words = canaries(&file);
    let files = desk.vault_files();
    assert!(files.len() >= 4, "{files:?}");
    for path in files {
        let mut bytes = Vec::new();
        std::fs::File::open(&path).and_then(|mut f| f.read_to_end(&mut bytes)).expect("a file of the vault");
        for word in &words {
            assert!(!bytes.windows(word.len()).any(|w| w == word.as_bytes()), "a word of the file stands in clear in {}", path.display());
        }
    }
}

#[test]
fn every_wrong_way_has_its_own_exit_code() {
    let desk = Desk::with_passphrase();
    assert_eq!(desk.holdall(["find"]).code, 10);
    assert_eq!(desk.holdall(["find"]).error_code(), "no-vault");
    desk.holdall(["vault", "create"]).ok();
    let again = desk.holdall(["vault", "create"]);
    assert_eq!((again.code, again.json()["error"]["what_to_do"].as_str()), (19, Some("Open it, or choose another folder.")));
    let nothing = desk.holdall(["quarantine", "77"]);
    assert_eq!(
        (nothing.code, nothing.error_code().as_str()),
        (7, "not-found"),
        "an import that is not there has not understood everything"
    );
    for unclear in [&["import"][..], &["find", "--limit", "many"], &["no-such-command"]] {
        let told = desk.holdall(unclear);
        assert_eq!((told.code, told.error_code().as_str()), (2, "bad-request"), "{unclear:?}");
    }
    std::fs::write(desk.home().join("passphrase"), "not this one at all\n").expect("our own file");
    let wrong = desk.holdall(["find"]);
    assert_eq!((wrong.code, wrong.error_code().as_str()), (12, "wrong-key"));
    let missing = desk.holdall(["import", "--dry-run", "no-such-file.csv"]);
    assert_eq!(missing.code, 4, "{}", missing.out);
}

/// Users of other programs reported that there is no undo and a file stays known for ever (Firefly III 2164), and that rows which were
/// undone are taken for deleted ones when their file comes again (Actual 7580).
#[test]
fn b05_actual_7580_firefly_2164_undo_takes_an_import_back_whole_and_the_file_is_new_again() {
    let desk = Desk::with_passphrase();
    let file = exports::orders(desk.home());
    desk.holdall(["vault", "create"]).ok();
    let first = desk.holdall(["import", "--yes", &file.to_string_lossy()]).ok().json();
    let id = first["files"][0]["import_id"].as_i64().expect("an import").to_string();
    let new = first["files"][0]["verdicts"]["new"].clone();
    desk.holdall(["undo", &id, "--yes"]).ok();
    assert_eq!(desk.holdall(["find"]).ok().json()["total"], 0);
    let again = desk.holdall(["import", "--yes", &file.to_string_lossy()]).ok().json();
    assert_eq!(again["files"][0]["verdicts"]["new"], new);
}

/// A table that a person explained, by a vendor that is known by now: the kept file is read anew by its definition.
#[test]
fn a_kept_file_is_read_anew_where_it_is_understood_better() {
    const ACCOUNT: &str = "Transaction ID,Date,Time,Type,Name,Emoji,Category,Amount,Currency,Local amount,Local currency,Notes and #tags,Address,Receipt\n\
                           ,04/03/2025,07:15:00,Card payment,Corner Bakery,,Food,-12.50,EUR,,,Thank you,,\n\
                           ,18/03/2025,08:15:00,Transfer,Salary ACME Ltd,,Income,1234.00,EUR,,,March,,\n";
    let desk = Desk::with_passphrase();
    desk.holdall(["vault", "create"]).ok();
    let file = desk.home().join("account.csv");
    std::fs::write(&file, ACCOUNT).expect("our own folder");
    let file = file.to_string_lossy();
    let columns = ["--map", "Date=date", "--map", "Amount=amount", "--map", "Name=text", "--map", "Currency=currency"];
    let mapped = desk.holdall(["import", "--yes", &file].into_iter().chain(columns).chain(["--answer", "sign=inverted"])).ok().json();
    assert_eq!(mapped["files"][0]["vendor"], "generic");
    let id = mapped["files"][0]["import_id"].to_string();

    assert_eq!(desk.holdall(["import", "reread"]).ok().json()["rereads"], serde_json::json!([]), "no definition changed since");
    let looked = desk.holdall(["import", "reread", &id, "--dry-run"]).ok().json();
    assert_eq!((&looked["rereads"][0]["counts"]["changed"], &looked["rereads"][0]["vendor"]["slug"]), (&2.into(), &"monzo".into()));
    assert_eq!(desk.holdall(["import", "reread", &id]).error_code(), "cancelled", "nobody said yes");
    assert_eq!(desk.holdall(["imports"]).ok().json()[0]["vendors"][0]["slug"], "generic");
    desk.holdall(["import", "reread", &id, "--yes"]).ok();
    assert_eq!(desk.holdall(["imports"]).ok().json()[0]["vendors"][0]["slug"], "monzo");
    let again = desk.holdall(["import", "--dry-run", &file]).ok().json();
    assert_eq!(again["files"][0]["verdicts"]["already_here"], 2);
    assert_eq!(desk.holdall(["import", "reread", "99"]).error_code(), "not-found");
    desk.holdall(["undo", &id, "--yes"]).ok();
    assert_eq!(desk.holdall(["find"]).ok().json()["total"], 0);
}

#[test]
fn h12_everything_written_out_makes_an_equal_vault() {
    let desk = Desk::with_passphrase();
    desk.holdall(["vault", "create"]).ok();
    for file in [exports::orders(desk.home()), exports::flights(desk.home())] {
        desk.holdall(["import", "--yes", &file.to_string_lossy()]).ok();
    }
    let dir = desk.home().join("everything");
    desk.holdall(["export", &dir.to_string_lossy(), "--yes"]).ok();

    let other = Desk::with_passphrase();
    other.holdall(["vault", "create"]).ok();
    let mut originals: Vec<_> = std::fs::read_dir(dir.join("originals")).expect("originals").flatten().map(|e| e.path()).collect();
    originals.sort();
    assert_eq!(originals.len(), 2);
    for original in originals {
        other.holdall(["import", "--yes", &original.to_string_lossy()]).ok();
    }
    let again = other.home().join("everything");
    other.holdall(["export", &again.to_string_lossy(), "--yes"]).ok();
    assert_eq!(told(&dir), told(&again));
}

/// The records as they were written out, without the numbers that a vault gives by itself, in an order of their own.
fn told(dir: &std::path::Path) -> Vec<serde_json::Value> {
    let text = std::fs::read_to_string(dir.join("records.jsonl")).expect("records");
    let mut lines: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    for line in &mut lines {
        let line = line.as_object_mut().expect("a record");
        line.remove("id");
        line.remove("import");
    }
    lines.sort_by_key(ToString::to_string);
    assert!(!lines.is_empty());
    lines
}

#[test]
fn l03_the_log_and_the_support_text_hold_nothing_of_the_person() {
    let desk = Desk::with_passphrase();
    let file = exports::orders(desk.home());
    let created = desk.holdall(["vault", "create"]).ok().json();
    desk.holdall(["import", "--yes", &file.to_string_lossy()]).ok();
    desk.holdall(["find", "zyxwvut-canary"]).ok();
    let support = desk.holdall(["support"]).ok().json()["text"].as_str().expect("a text").to_owned();
    assert!(support.contains("import.at_once") && support.contains("record.find"), "the log tells what was done: {support}");
    let mut secrets = canaries(&file);
    secrets.extend(["zyxwvut-canary", "correct horse", "orders"].map(str::to_owned));
    secrets.push(desk.home().to_string_lossy().into_owned());
    secrets.extend(created["recovery_code"].as_array().expect("a code").iter().filter_map(|g| g.as_str().map(str::to_owned)));
    for secret in secrets {
        assert!(!support.to_lowercase().contains(&secret.to_lowercase()), "{secret} is in the support text");
    }
}

#[test]
fn f10_a_vault_in_a_folder_that_is_kept_in_step_is_warned_of_and_copies_are_told() {
    let desk = Desk::new();
    let concerns = || {
        let status = desk.holdall(["vault", "status"]).ok().json();
        status["concerns"].as_array().expect("a list").iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(concerns(), Vec::<String>::new(), "a plain place");
    // Syncthing's mark in the folder above.
    std::fs::create_dir(desk.home().join(".stfolder")).expect("our own folder");
    assert!(concerns()[0].contains("Syncthing"), "before the vault is made");
    let created = desk.holdall(["vault", "create"]).ok().json();
    assert!(created["status"]["concerns"][0].as_str().is_some_and(|text| text.contains("Syncthing")), "{created}");
    std::fs::copy(desk.vault().join("keys.json"), desk.vault().join("keys (conflicted copy).json")).expect("our own folder");
    assert!(concerns()[1].contains("keys (conflicted copy).json"), "{:?}", concerns());
}

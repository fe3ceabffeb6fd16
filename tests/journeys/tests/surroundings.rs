//! The same answers in every zone and language, in odd home folders, and on a small computer.

use std::path::{Path, PathBuf};
use std::process::Output;
#[cfg(unix)]
use std::process::{Command, Stdio};

#[cfg(unix)]
use holdall_journeys::program;
use holdall_journeys::{Desk, exports, sample};
use serde_json::Value;

fn vault_with(files: &[PathBuf]) -> Desk {
    let desk = Desk::with_passphrase();
    desk.holdall(["vault", "create"]).ok();
    for file in files {
        desk.holdall(["import", "--yes", &file.to_string_lossy()]).ok();
    }
    desk
}

/// Runs `holdall --json` with these variables.
fn with(desk: &Desk, variables: &[(&str, &str)], words: &[&str]) -> String {
    let output = desk.command(words).envs(variables.iter().copied()).output().expect("holdall runs");
    assert!(output.status.success(), "{variables:?} {words:?}: {}", said(&output));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// What a vault answers that depends on days, months and sums.
fn answers(desk: &Desk, variables: &[(&str, &str)]) -> Vec<String> {
    let asked: [&[&str]; 5] = [
        &["find", "--limit", "200"],
        &["find", "--from", "2025-03-30", "--to", "2025-03-30"],
        &["find", "--from", "2025-10-26", "--to", "2025-10-26"],
        &["vendors", "amazon"],
        &["vendors"],
    ];
    asked.iter().map(|words| with(desk, variables, words)).collect()
}

/// Orders around the two nights of 2025 on which Europe's clocks are changed, and New York's.
fn orders_at_night(dir: &Path) -> PathBuf {
    let table = exports::orders(dir);
    let text = std::fs::read_to_string(&table).expect("our own file");
    let (header, rows) = text.split_once('\n').expect("a header");
    let row = rows.lines().next().expect("a row");
    let at = row.find('T').map(|t| &row[t - 10..t]).expect("a day");
    let mut made = format!("{header}\n");
    for moment in [
        "2025-03-30T00:30:00Z",
        "2025-03-30T01:30:00Z",
        "2025-03-30T23:30:00Z",
        "2025-10-26T00:30:00Z",
        "2025-10-26T01:30:00Z",
        "2025-11-02T05:30:00Z",
        "2025-11-02T06:30:00Z",
        "2025-12-31T23:59:59Z",
    ] {
        made.push_str(&row.replace(&format!("{at}T09:30:00Z"), moment).replace("0000000", &moment[5..13].replace(['-', 'T'], "0")));
        made.push('\n');
    }
    std::fs::write(&table, made).expect("our own folder");
    table
}

#[test]
fn m02_totals_do_not_move_with_the_zone_of_the_computer() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = orders_at_night(folder.path());
    let desk = vault_with(std::slice::from_ref(&file));
    let told = answers(&desk, &[("TZ", "UTC")]);
    let day: Value = serde_json::from_str(&told[1]).expect("JSON");
    assert_eq!(day["total"], 3, "{day}");
    for zone in ["America/New_York", "Pacific/Kiritimati", "Nowhere/Atall"] {
        assert_eq!(answers(&desk, &[("TZ", zone)]), told, "read in {zone}");
    }
    let elsewhere = Desk::with_passphrase();
    elsewhere.holdall(["vault", "create"]).ok();
    with(&elsewhere, &[("TZ", "Pacific/Kiritimati")], &["import", "--yes", &file.to_string_lossy()]);
    assert_eq!(moments(&with(&elsewhere, &[], &["find", "--limit", "200"])), moments(&told[0]), "imported elsewhere");
}

fn moments(found: &str) -> Vec<Value> {
    let found: Value = serde_json::from_str(found).expect("JSON");
    found["rows"].as_array().expect("rows").iter().map(|row| row["moment"].clone()).collect()
}

#[test]
fn m03_files_are_read_the_same_under_every_language() {
    let files = ["monzo/account/sample.csv", "sparkasse/camt-csv/sample.csv", "amazon/order-history/sample.csv"];
    let desk = Desk::with_passphrase();
    let files: Vec<PathBuf> = files.iter().filter_map(|path| below(path)).chain([exports::orders(desk.home())]).collect();
    assert!(files.len() >= 2, "the samples are there");
    let files: Vec<String> = files.iter().map(|file| file.to_string_lossy().into_owned()).collect();
    let words: Vec<&str> = ["import", "--dry-run"].into_iter().chain(files.iter().map(String::as_str)).collect();
    let plain = with(&desk, &[], &words);
    for language in ["tr_TR.UTF-8", "ar_EG.UTF-8", "th_TH.UTF-8", "de_CH.UTF-8", "ja_JP.SJIS", "C", "POSIX", "", "no such language"] {
        let variables = [("LANG", language), ("LC_ALL", language), ("LANGUAGE", language)];
        assert_eq!(with(&desk, &variables, &words), plain, "{language}");
    }
}

/// Any sample of the first export of a vendor: layouts come and go, and this is not about one of them.
fn below(path: &str) -> Option<PathBuf> {
    let vendor = path.split('/').next()?;
    let exports = std::fs::read_dir(sample(vendor)).ok()?;
    let mut files: Vec<PathBuf> =
        exports.flatten().flat_map(|dir| std::fs::read_dir(dir.path()).into_iter().flatten().flatten()).map(|file| file.path()).collect();
    files.sort();
    files.into_iter().find(|file| file.extension().is_some_and(|e| e == "csv"))
}

/// `holdall` as a person finds it: everything in its usual place below `home`.
#[cfg(unix)]
fn at_home(home: &Path, words: &[&str]) -> Output {
    let mut command = Command::new(program("holdall"));
    command.args(["--json", "--passphrase-file", "-"]).args(words).env_clear().env("HOME", home).env("PATH", "/usr/bin:/bin");
    typed_into(command)
}

/// Runs it, and types a passphrase.
#[cfg(unix)]
fn typed_into(mut command: Command) -> Output {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("holdall runs");
    // It may refuse before it reads.
    let _ = std::io::Write::write_all(&mut child.stdin.take().expect("piped"), b"correct horse battery staple\n");
    child.wait_with_output().expect("it ends")
}

#[cfg(unix)]
#[test]
fn m04_a_vault_lives_in_any_home_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    let long = "a folder of a very long name ".repeat(8);
    for name in ["my home", "Zuhause 🏠 ünd \u{202e}more", "quote ' \" $(x) ;", long.trim_end()] {
        let home = folder.path().join(name);
        std::fs::create_dir(&home).expect("our own folder");
        for words in
            [&["vault", "create"][..], &["import", "--yes", &exports::orders(&home).to_string_lossy()], &["find"], &["vault", "check"]]
        {
            let output = at_home(&home, words);
            assert!(output.status.success(), "{name} {words:?}: {}", said(&output));
        }
        assert!(home.join(".local/share").exists(), "it is in its usual place");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn m04_a_home_that_cannot_be_written_to_is_told_in_words() {
    // Nobody can make a folder here, not even root.
    let output = at_home(Path::new("/proc/self/none"), &["vault", "create"]);
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {}", said(&output)));
    assert_eq!((answer["error"]["code"].as_str(), output.status.code()), (Some("cannot-write"), Some(8)), "{answer}");
    let none = at_home(Path::new("/proc/self/none"), &["vault", "status"]);
    assert!(none.status.success(), "{}", said(&none));
}

#[cfg(target_os = "linux")]
#[test]
fn m04_without_home_the_vault_lives_where_it_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let [vault, data, config] = ["vault", "data", "config"].map(|name| folder.path().join(name));
    let told: [(&str, &Path); 3] = [("HOLDALL_VAULT", &vault), ("XDG_DATA_HOME", &data), ("XDG_CONFIG_HOME", &config)];
    let run = |home: Option<&str>, words: &[&str]| {
        let mut command = Command::new(program("holdall"));
        command.args(["--json", "--passphrase-file", "-"]).args(words).current_dir(folder.path());
        command.env_clear().env("PATH", "/usr/bin:/bin").envs(told).envs(home.map(|home| ("HOME", home)));
        typed_into(command)
    };
    for words in [&["vault", "create"][..], &["import", "--yes", &exports::orders(folder.path()).to_string_lossy()], &["vault", "check"]] {
        let output = run(None, words);
        assert!(output.status.success(), "{words:?}: {}", said(&output));
    }
    assert!(vault.join("vault.db").exists());
    for home in ["", "relative/home"] {
        let output = run(Some(home), &["vault", "status"]);
        let answer: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{home:?} {e}: {}", said(&output)));
        assert_eq!(answer["state"], "locked", "{home:?}: {answer}");
    }
}

/// Runs `holdall` under limits that the shell sets.
#[cfg(target_os = "linux")]
fn limited(desk: &Desk, limits: &str, words: &[&str]) -> Output {
    let inner = desk.command(words);
    let mut command = Command::new("sh");
    command.args(["-c", &format!("{limits}; exec \"$@\""), "sh"]).arg(inner.get_program()).args(inner.get_args());
    command.env_clear().envs(inner.get_envs().filter_map(|(name, value)| Some((name, value?)))).stdin(Stdio::null());
    command.output().expect("sh runs")
}

#[cfg(target_os = "linux")]
#[test]
fn m05_a_small_computer_does_the_main_job() {
    for limits in
        ["ulimit -n 64", "taskset -p 1 $$ >/dev/null", "ulimit -v 524288", "ulimit -n 64; ulimit -v 524288; taskset -p 1 $$ >/dev/null"]
    {
        let desk = Desk::with_passphrase();
        let backups = desk.home().join("backups");
        std::fs::create_dir(&backups).expect("our own folder");
        let (file, backups) = (exports::orders(desk.home()), backups.to_string_lossy().into_owned());
        for words in [
            &["vault", "create"][..],
            &["import", "--yes", &file.to_string_lossy()],
            &["find", "kettle"],
            &["backup", "make", &backups],
            &["vault", "check"],
        ] {
            let output = limited(&desk, limits, words);
            assert!(output.status.success(), "{limits}: {words:?}: {}", said(&output));
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn m05_too_few_files_are_told_and_cost_nothing() {
    let desk = Desk::with_passphrase();
    desk.holdall(["vault", "create"]).ok();
    let file = exports::orders(desk.home());
    for few in [4, 5, 6, 7, 8, 10, 12] {
        let output = limited(&desk, &format!("ulimit -n {few}"), &["import", "--yes", &file.to_string_lossy()]);
        assert!(output.status.code().is_some_and(|code| code < 100), "{few}: {}", said(&output));
        assert!(!said(&output).contains("panicked"), "{few}: {}", said(&output));
    }
    assert!(desk.holdall(["vault", "check"]).ok().json()["whole"] == true);
}

#[test]
fn one_file_that_cannot_be_read_is_told_whether_files_are_looked_at_first_or_not() {
    for first in [&[][..], &["--layout", "layout.txt"]] {
        let desk = Desk::with_passphrase();
        desk.holdall(["vault", "create"]).ok();
        let (gone, file) = (desk.home().join("gone.csv"), exports::flights(desk.home()));
        let mut command = desk.command(["import", "--yes"]);
        let output = command.args(first).args([&gone, &file]).current_dir(desk.home()).output().expect("holdall runs");
        assert_eq!(output.status.code(), Some(4), "{first:?}: {}", said(&output));
        let told: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let outcomes: Vec<&str> = told["files"].as_array().expect("a list").iter().filter_map(|file| file["outcome"].as_str()).collect();
        assert_eq!(outcomes, ["failed", "ready"], "{first:?}");
        assert_eq!(desk.holdall(["imports"]).ok().json().as_array().map(Vec::len), Some(1));
    }
}

//! What `holdall` does when the system or a person at the terminal asks it to end, or ends it.

#[cfg(unix)]
use std::io::{BufRead as _, Read as _};
use std::path::PathBuf;
#[cfg(unix)]
use std::process::Command;
use std::process::{Child, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use holdall_journeys::Desk;
#[cfg(unix)]
use holdall_journeys::exports;

const HEADINGS: &str = "Transaction ID,Date,Time,Type,Name,Emoji,Category,Amount,Currency,Local amount,Local currency,Notes and #tags\n";

/// A statement that takes seconds to import.
fn long_statement(desk: &Desk) -> PathBuf {
    let row = |i| format!("ID-{i},{:02}/03/2025,07:15:00,Card payment,Shop {i},,Food,-{i}.50,EUR,,,\n", i % 28 + 1);
    let path = desk.home().join("MonzoDataExport_1.csv");
    std::fs::write(&path, HEADINGS.to_owned() + &(0..150_000).map(row).collect::<String>()).expect("a file in our own folder");
    path
}

#[cfg(unix)]
fn tell(child: &Child, signal: &str) {
    let told = Command::new("kill").args([&format!("-{signal}"), &child.id().to_string()]).status().expect("kill runs");
    assert!(told.success());
}

/// Until something is so, looked at ten times a second.
fn until(what: &str, mut so: impl FnMut() -> bool) {
    let (_never, tick) = mpsc::channel::<()>();
    let start = Instant::now();
    while !so() {
        assert!(start.elapsed() < Duration::from_secs(120), "{what}");
        let _ = tick.recv_timeout(Duration::from_millis(100));
    }
}

/// An import in the middle of storing.
fn importing(desk: &Desk) -> Child {
    importing_after(desk, &[])
}

/// The same of several files, in the middle of the last one.
fn importing_after(desk: &Desk, others: &[PathBuf]) -> Child {
    let file = long_statement(desk);
    desk.holdall(["vault", "create"]).ok();
    let blobs = desk.vault().join("blobs");
    let mut command = desk.command(["import", "--yes"]);
    let child = command.args(others).arg(&file).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("holdall runs");
    until("the original is being kept", || std::fs::read_dir(&blobs).is_ok_and(|files| files.count() > others.len()));
    child
}

#[cfg(unix)]
fn code_and_words(mut child: Child) -> (Option<i32>, String) {
    let mut words = String::new();
    child.stdout.take().expect("piped").read_to_string(&mut words).expect("text");
    child.stderr.take().expect("piped").read_to_string(&mut words).expect("text");
    (child.wait().expect("it ends").code(), words)
}

#[cfg(unix)]
#[test]
fn l06_asked_once_to_end_an_import_stops_and_leaves_nothing() {
    for signal in ["INT", "TERM"] {
        let desk = Desk::with_passphrase();
        let child = importing(&desk);
        let asked = Instant::now();
        tell(&child, signal);
        let (code, words) = code_and_words(child);
        assert_eq!(code, Some(40), "{signal}: {words}");
        assert!(words.contains(r#""code":"cancelled""#) && words.contains("Nothing will be half done"), "{words}");
        assert!(asked.elapsed() < Duration::from_secs(5), "{:?}", asked.elapsed());
        assert_eq!(desk.holdall(["find"]).ok().json()["total"], 0);
        assert_eq!(desk.holdall(["vault", "check"]).ok().json()["whole"], true);
    }
}

#[cfg(unix)]
#[test]
fn l06_asked_to_end_after_a_file_was_stored_it_says_which_one_was_not() {
    let desk = Desk::with_passphrase();
    let child = importing_after(&desk, &[exports::flights(desk.home())]);
    tell(&child, "INT");
    let (code, words) = code_and_words(child);
    assert_eq!(code, Some(40), "{words}");
    assert!(words.contains("It was not stored: Stopped, as you asked. Import it again."), "{words}");
    assert_eq!(desk.holdall(["imports"]).ok().json().as_array().map(Vec::len), Some(1));
}

#[cfg(unix)]
#[test]
fn l06_asked_twice_it_ends_at_once_and_the_vault_is_whole() {
    let desk = Desk::with_passphrase();
    let child = importing(&desk);
    // Stopped, it cannot be done with the first before it hears the second.
    for signal in ["STOP", "INT", "TERM", "CONT"] {
        tell(&child, signal);
    }
    let (code, words) = code_and_words(child);
    assert!(code == Some(130) || code == Some(40), "{code:?} {words}");
    assert_eq!(desk.holdall(["find"]).ok().json()["total"], 0);
    assert_eq!(desk.holdall(["vault", "check"]).ok().json()["whole"], true);
}

#[cfg(unix)]
#[test]
fn l06_a_watch_without_an_end_ends_when_asked_once() {
    let desk = Desk::with_passphrase();
    desk.holdall(["vault", "create"]).ok();
    std::fs::write(
        desk.home().join("MonzoDataExport_1.csv"),
        HEADINGS.to_owned() + "ID-1,04/03/2025,07:15:00,Card,Shop,,Food,-1.50,EUR,,,\n",
    )
    .expect("a file in our own folder");
    let folder = desk.home().to_string_lossy().into_owned();
    let once = desk.holdall(["watch", "--folder", &folder, "--once"]).ok().json();
    assert_eq!((once["offers"][0]["vendor"]["slug"].as_str(), once["offers"].as_array().map(Vec::len)), (Some("monzo"), Some(1)), "{once}");

    let mut child =
        desk.command(["watch", "--folder", &folder]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("holdall runs");
    let mut line = String::new();
    std::io::BufReader::new(child.stdout.as_mut().expect("piped")).read_line(&mut line).expect("its first offer");
    assert!(line.contains("MonzoDataExport_1.csv"), "{line}");
    tell(&child, "INT");
    let (code, words) = code_and_words(child);
    assert!(code == Some(130) || code == Some(40), "{code:?} {words}");
    assert_eq!(desk.holdall(["find"]).ok().json()["total"], 0, "nothing was imported");
}

/// The hardest end that a system knows: no part of the program hears of it.
#[test]
fn f01_b12_a_killed_import_leaves_a_whole_vault_and_meanwhile_a_second_program_is_told() {
    let desk = Desk::with_passphrase();
    let mut child = importing(&desk);
    let second = desk.holdall(["find"]);
    assert_eq!((second.code, second.error_code().as_str()), (11, "vault-in-use"), "{}", second.out);
    child.kill().expect("it runs");
    child.wait().expect("it ended");
    assert_eq!(desk.holdall(["find"]).ok().json()["total"], 0, "all or nothing");
    assert_eq!(desk.holdall(["vault", "check"]).ok().json()["whole"], true);
    let file = desk.home().join("MonzoDataExport_1.csv").to_string_lossy().into_owned();
    let again = desk.holdall(["import", "--yes", &file]).ok().json();
    assert_eq!(again["files"][0]["verdicts"]["new"], 150_000, "the file is new, and all of it comes in");
}

//! The command line between a terminal, a pipe and a script.

use std::io::{Read as _, Write as _};
use std::process::{Output, Stdio};

use holdall_journeys::{Desk, exports};

fn vault() -> Desk {
    let desk = Desk::with_passphrase();
    desk.holdall(["vault", "create"]).ok();
    desk.holdall(["import", "--yes", &exports::orders(desk.home()).to_string_lossy()]).ok();
    desk
}

/// Runs `holdall` without `--json`.
fn in_words(desk: &Desk, words: &[&str]) -> Output {
    desk.words(words).output().expect("holdall runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn l06_a_reader_that_goes_away_is_no_failure() {
    let desk = vault();
    for (mut command, code) in [(desk.words(["find"]), 0), (desk.words(["show", "999999"]), 7), (desk.command(["show", "999999"]), 7)] {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("holdall runs");
        drop(child.stdout.take());
        let mut said = String::new();
        child.stderr.take().expect("piped").read_to_string(&mut said).expect("text");
        assert_eq!(child.wait().expect("it ends").code(), Some(code), "{said}");
        assert!(!said.contains("panicked") && !said.contains("broke at"), "{said}");
    }
    // Nobody reads what it says beside the answer, either.
    let mut child = desk.words(["show", "999999"]).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("holdall runs");
    drop(child.stderr.take());
    assert_eq!(child.wait().expect("it ends").code(), Some(7));
}

#[test]
fn l06_without_a_terminal_a_question_is_answered_with_no() {
    let desk = vault();
    let file = exports::flights(desk.home());
    let export = desk.home().join("everything");
    for words in [&["undo", "1"][..], &["import", &file.to_string_lossy()], &["export", &export.to_string_lossy()]] {
        let output = in_words(&desk, words);
        assert_eq!(output.status.code(), Some(40), "{words:?}: {}{}", text(&output.stdout), text(&output.stderr));
    }
    assert!(!export.exists());
    assert_eq!(desk.holdall(["find"]).ok().json()["total"], 3, "nothing was taken back and nothing came in");
}

#[test]
fn l06_json_is_all_that_is_printed_and_every_failure_is_told_in_it() {
    let desk = vault();
    for words in [&["find"][..], &["vendors"], &["audit", "verify"], &["keys", "list"], &["backup", "list"], &["vault", "check"]] {
        let answer = desk.holdall(words).ok();
        assert_eq!((answer.out.lines().count(), answer.err.as_str()), (1, ""), "{words:?}");
        answer.json();
    }
    assert_eq!(desk.holdall(["show", "999999"]).error_code(), "not-found");
    assert_eq!(desk.holdall(["undo", "1"]).error_code(), "cancelled");
}

/// An order whose name would clear the screen, change its title, and turn the text around.
fn hostile(desk: &Desk) -> String {
    let harm = "Kettle\u{1b}[2J\u{1b}]0;owned\u{7}\u{9b}31m\u{202e}dlog";
    let table = std::fs::read_to_string(exports::orders(desk.home())).expect("our own file").replace("Enamelled kettle", harm);
    let file = desk.home().join("Order History.csv");
    std::fs::write(&file, table).expect("our own folder");
    file.to_string_lossy().into_owned()
}

#[test]
fn l06_escape_sequences_in_data_never_reach_the_terminal() {
    let desk = Desk::with_passphrase();
    desk.holdall(["vault", "create"]).ok();
    let file = hostile(&desk);
    desk.holdall(["import", "--yes", &file]).ok();
    let id = desk.holdall(["find", "kettle"]).ok().json()["rows"][0]["id"].to_string();
    for words in
        [&["import", "--yes", &file][..], &["find"], &["find", "kettle"], &["show", &id], &["imports"], &["vendors", "amazon"], &["audit"]]
    {
        let output = in_words(&desk, words);
        assert!(output.status.success(), "{words:?}: {}", text(&output.stderr));
        let said = text(&output.stdout) + &text(&output.stderr);
        let harmful = |c: char| c != '\n' && (c.is_control() || c == '\u{202e}');
        assert!(!said.contains(harmful), "{words:?}: {said:?}");
    }
    let found = in_words(&desk, &["find", "kettle"]);
    assert!(text(&found.stdout).contains("Kettle"), "{}", text(&found.stdout));
    // As JSON, the text is whole: a program gets what the vendor wrote.
    assert!(desk.holdall(["find", "kettle"]).ok().json().to_string().contains("\\u001b[2J"));
}

/// In a terminal of its own, which `script` makes.
#[cfg(target_os = "linux")]
#[test]
fn l06_no_colour_where_none_is_wanted() {
    let desk = Desk::with_passphrase();
    let program = holdall_journeys::program("holdall");
    for (wanted, colours) in [("", true), ("1", false)] {
        let mut command = std::process::Command::new("script");
        command.args(["--quiet", "--return", "--command", &format!("{} --help", program.display()), "/dev/null"]);
        command.env("HOME", desk.home()).env("TERM", "xterm-256color").env_remove("CLICOLOR").env_remove("CLICOLOR_FORCE");
        if wanted.is_empty() {
            command.env_remove("NO_COLOR")
        } else {
            command.env("NO_COLOR", wanted)
        };
        let output = command.stdin(Stdio::null()).output().expect("script runs (Debian package bsdutils)");
        assert_eq!(text(&output.stdout).contains('\u{1b}'), colours, "NO_COLOR={wanted}: {:?}", text(&output.stdout));
    }
}

#[test]
fn l07_a_passphrase_in_the_command_is_refused_and_not_repeated() {
    let desk = vault();
    for words in [
        &["--passphrase", "hunter2hunter2", "find"][..],
        &["--passphrase=hunter2hunter2", "find"],
        &["find", "--passphrase", "hunter2hunter2"],
    ] {
        let output = in_words(&desk, words);
        let said = text(&output.stdout) + &text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains("--passphrase-file") && !said.contains("hunter2"), "{said}");
    }
}

#[test]
fn l07_a_passphrase_in_the_environment_is_not_read_and_warned_of() {
    let desk = Desk::with_passphrase();
    desk.holdall(["vault", "create"]).ok();
    let output = desk.words(["vault", "status"]).env("HOLDALL_PASSPHRASE", "hunter2hunter2").output().expect("holdall runs");
    assert!(output.status.success());
    let said = text(&output.stderr);
    assert!(said.contains("HOLDALL_PASSPHRASE is not read") && !said.contains("hunter2"), "{said}");
}

#[test]
fn l07_a_passphrase_comes_through_a_pipe() {
    let desk = vault();
    let ask = |file: &str| {
        let mut command = desk.bare();
        command.args(["--passphrase-file", file, "find"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("holdall runs");
        child.stdin.take().expect("piped").write_all(b"correct horse battery staple\n").expect("it reads");
        child.wait_with_output().expect("it ends")
    };
    assert!(ask("-").status.success());
    #[cfg(unix)]
    assert!(ask("/dev/fd/0").status.success());
}

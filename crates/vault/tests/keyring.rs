//! The real keyring: gnome-keyring on a message bus of its own, in every state in which a person's computer can be.
//!
//! Each state runs in a child process (this program again), because a keyring belongs to a session. The packages `dbus`
//! (`dbus-run-session`) and `gnome-keyring` must be installed.
#![cfg(target_os = "linux")]

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use holdall_vault::*;

const STEP: &str = "HOLDALL_TEST_KEYRING_STEP";
const PLACE: &str = "HOLDALL_TEST_KEYRING_PLACE";

fn outside() -> Outside {
    Outside { secrets: Arc::new(SystemKeyring::with_time_out(Duration::from_secs(30))), ..Outside::system() }
}

fn code<T>(result: Result<T, VaultError>) -> &'static str {
    result.map_or_else(|e| e.code(), |_| "OK")
}

/// What a child does with the keyring it finds; the last line it prints is the outcome.
#[test]
fn child() {
    let (Ok(step), Ok(place)) = (std::env::var(STEP), std::env::var(PLACE)) else { return };
    let place = Path::new(&place);
    let outcome = match step.as_str() {
        "create" => {
            let created = Vault::create(place, "Test", FirstKey::Keyring, outside());
            let written = |created: &Created| std::fs::write(place.with_extension("code"), created.recovery_code.text().as_bytes());
            created.as_ref().map_or(Ok(()), written).expect("writes");
            code(created)
        }
        "open" => code(Vault::open(place, Key::Keyring, outside())),
        "recover" => {
            let text = std::fs::read_to_string(place.with_extension("code")).expect("there");
            code(Vault::open(place, Key::RecoveryCode(&RecoveryCode::parse(&text).expect("a code")), outside()))
        }
        "enrol" => {
            let text = std::fs::read_to_string(place.with_extension("code")).expect("there");
            let vault = Vault::open(place, Key::RecoveryCode(&RecoveryCode::parse(&text).expect("a code")), outside()).expect("opens");
            code(vault.enrol_this_computer())
        }
        "change-password" => {
            if change_password("test\n", "other\n") == 0 {
                "OK"
            } else {
                "REFUSED"
            }
        }
        "usable" => {
            if Vault::try_keyring(&outside()).is_ok() {
                "OK"
            } else {
                "NO"
            }
        }
        other => panic!("unknown step {other}"),
    };
    writeln!(std::io::stdout(), "\nOUTCOME {outcome}").expect("the parent listens");
}

/// Asks the keyring for another password, as the system does when a person changes the one they log in with: over its control socket,
/// numbers in network order, every text after its length. Answers 0 where it was done. (`echo` ends a password with a new line.)
fn change_password(from: &str, to: &str) -> u32 {
    const CHANGE: u32 = 2;
    let socket = Path::new(&std::env::var_os("XDG_RUNTIME_DIR").expect("set")).join("keyring").join("control");
    let mut stream = UnixStream::connect(socket).expect("the keyring listens");
    let texts: Vec<u8> = [from, to].iter().flat_map(|text| [&(text.len() as u32).to_be_bytes(), text.as_bytes()].concat()).collect();
    // The first byte carries who asks.
    let message = [&[0], &(8 + texts.len() as u32).to_be_bytes()[..], &CHANGE.to_be_bytes(), &texts].concat();
    stream.write_all(&message).expect("takes it");
    let mut answer = [0; 8];
    stream.read_exact(&mut answer).expect("answers");
    u32::from_be_bytes([answer[4], answer[5], answer[6], answer[7]])
}

/// A computer: its home folder holds the keyring's files.
struct Computer {
    home: tempfile::TempDir,
}

#[derive(Clone, Copy)]
enum Session {
    /// Logged in: the keyring is unlocked by the login password.
    Unlocked,
    /// Logged in with this password.
    With(&'static str),
    /// The keyring service runs, nobody unlocked it, and no prompt can be shown.
    NotUnlocked,
    /// A message bus without any keyring service.
    NoService,
    /// No message bus at all.
    NoBus,
}

const NO_SERVICES: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>"#;

impl Computer {
    fn new() -> Self {
        Self { home: tempfile::tempdir().expect("a folder") }
    }

    fn run(&self, session: Session, step: &str, place: &Path) -> String {
        let test = std::env::current_exe().expect("this program");
        let child = format!("exec '{}' --exact child --nocapture", test.display());
        let mut command = match session {
            Session::Unlocked => return self.run(Session::With("test"), step, place),
            Session::With(password) => {
                bus(&["--", "sh", "-c", &format!("echo {password} | gnome-keyring-daemon --unlock --components=secrets; {child}")])
            }
            Session::NotUnlocked => bus(&["--", "sh", "-c", &format!("gnome-keyring-daemon --start --components=secrets; {child}")]),
            Session::NoService => {
                let config = self.home.path().join("bus.conf");
                std::fs::write(&config, NO_SERVICES).expect("writes");
                bus(&[&format!("--config-file={}", config.display()), "--", "sh", "-c", &child])
            }
            Session::NoBus => {
                let mut command = Command::new("sh");
                command.args(["-c", &child]);
                command
            }
        };
        let runtime = tempfile::tempdir().expect("a folder");
        command.env("HOME", self.home.path()).env("XDG_RUNTIME_DIR", runtime.path()).env(STEP, step).env(PLACE, place);
        for gone in ["DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "WAYLAND_DISPLAY", "XDG_DATA_HOME", "GNOME_KEYRING_CONTROL"] {
            command.env_remove(gone);
        }
        let output = command.stdin(Stdio::null()).output().expect(
            "dbus-run-session could not be started. Install the packages dbus and gnome-keyring (Debian, Ubuntu: apt install dbus gnome-keyring; \
             Fedora: dnf install dbus-daemon gnome-keyring) and run the tests again",
        );
        let text = String::from_utf8_lossy(&output.stdout);
        match text.lines().rev().find_map(|line| line.strip_prefix("OUTCOME ")) {
            Some(outcome) => outcome.to_owned(),
            None => panic!("the child said nothing:\n{text}\n{}", String::from_utf8_lossy(&output.stderr)),
        }
    }
}

fn bus(arguments: &[&str]) -> Command {
    let there =
        |program: &str| std::env::var_os("PATH").is_some_and(|path| std::env::split_paths(&path).any(|dir| dir.join(program).is_file()));
    for (program, package) in [("dbus-run-session", "dbus (on Fedora dbus-daemon)"), ("gnome-keyring-daemon", "gnome-keyring")] {
        assert!(there(program), "{program} is missing: install the package {package} and run the tests again");
    }
    let mut command = Command::new("dbus-run-session");
    command.args(arguments);
    command
}

#[test]
fn e02_the_key_is_kept_by_the_real_keyring_in_every_session_of_this_computer_only() {
    let (computer, folder) = (Computer::new(), tempfile::tempdir().expect("a folder"));
    let vault = folder.path().join("vault");
    assert_eq!(computer.run(Session::Unlocked, "create", &vault), "OK");
    assert_eq!(computer.run(Session::Unlocked, "open", &vault), "OK", "another session of the same person");
    let header = std::fs::read(vault.join("keys.json")).expect("there");

    assert_eq!(computer.run(Session::NotUnlocked, "open", &vault), "KEYRING_LOCKED");
    assert_eq!(computer.run(Session::NoService, "open", &vault), "KEYRING_UNAVAILABLE");
    assert_eq!(computer.run(Session::NoBus, "open", &vault), "KEYRING_UNAVAILABLE");
    let reinstalled = Computer::new();
    assert_eq!(reinstalled.run(Session::Unlocked, "open", &vault), "KEY_MISSING");
    assert_eq!(reinstalled.run(Session::NotUnlocked, "open", &vault), "KEY_MISSING", "no keyring was ever made there");

    assert_eq!(std::fs::read(vault.join("keys.json")).expect("there"), header, "none of it changed anything");
    assert_eq!(computer.run(Session::Unlocked, "open", &vault), "OK");
}

#[test]
fn e01_nothing_is_made_where_the_keyring_keeps_nothing() {
    let (computer, folder) = (Computer::new(), tempfile::tempdir().expect("a folder"));
    let vault = folder.path().join("vault");
    for (session, expected) in
        [(Session::NotUnlocked, "KEYRING_LOCKED"), (Session::NoService, "KEYRING_UNAVAILABLE"), (Session::NoBus, "KEYRING_UNAVAILABLE")]
    {
        assert_eq!(computer.run(session, "create", &vault), expected);
        assert_eq!(std::fs::read_dir(folder.path()).expect("there").count(), 0);
        assert_eq!(computer.run(session, "usable", &vault), "NO");
    }
    assert_eq!(computer.run(Session::Unlocked, "usable", &vault), "OK");
}

#[test]
fn e19_a_keyring_whose_password_was_changed_is_locked_to_the_old_one_and_the_code_opens() {
    let (computer, folder) = (Computer::new(), tempfile::tempdir().expect("a folder"));
    let vault = folder.path().join("vault");
    assert_eq!(computer.run(Session::Unlocked, "create", &vault), "OK");
    let header = std::fs::read(vault.join("keys.json")).expect("there");
    assert_eq!(computer.run(Session::Unlocked, "change-password", &vault), "OK");

    assert_eq!(computer.run(Session::With("other"), "open", &vault), "OK", "the key came along");
    assert_eq!(computer.run(Session::With("test"), "open", &vault), "KEYRING_LOCKED", "logged in with what is no longer its password");
    assert_eq!(std::fs::read(vault.join("keys.json")).expect("there"), header, "none of it changed anything");

    assert_eq!(computer.run(Session::With("test"), "recover", &vault), "OK", "the recovery code needs no keyring");
    assert_eq!(computer.run(Session::With("test"), "enrol", &vault), "KEYRING_LOCKED", "nothing can be put there meanwhile");
    // Forgotten for good: the person removes the keyring, and a new one is made at the next login.
    std::fs::remove_dir_all(computer.home.path().join(".local/share/keyrings")).expect("there");
    assert_eq!(computer.run(Session::With("test"), "open", &vault), "KEY_MISSING");
    assert_eq!(computer.run(Session::With("test"), "enrol", &vault), "OK");
    assert_eq!(computer.run(Session::With("test"), "open", &vault), "OK");
}

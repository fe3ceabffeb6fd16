//! The program itself: it says when it is ready, where it listens, and ends when asked to.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_holdall-partner"))
}

#[test]
fn the_demo_says_where_both_partners_listen() {
    let dir = tempfile::tempdir().expect("a folder");
    let mut demo =
        program().args(["demo", "--port", "0", "--json", "--dir"]).arg(dir.path()).stdout(Stdio::piped()).spawn().expect("starts");
    let mut line = String::new();
    BufReader::new(demo.stdout.take().expect("is piped")).read_line(&mut line).expect("says something");
    let ready: serde_json::Value = serde_json::from_str(&line).expect("one line of JSON");
    assert_eq!(ready["ready"], true);
    for (partner, name) in ready["partners"].as_array().expect("a list").iter().zip(["Alder Air", "Quill & Page"]) {
        assert_eq!(partner["name"], name);
        let origin = partner["origin"].as_str().and_then(|o| o.strip_prefix("http://")).expect("an origin");
        std::net::TcpStream::connect(origin).expect("listens");
        assert_eq!(partner["api"], format!("http://{origin}/dgp/v1"));
    }
    demo.kill().expect("ends");
    demo.wait().expect("has ended");
}

#[test]
fn a_new_partner_refuses_to_be_made_twice_and_to_listen_openly_without_tls() {
    let dir = tempfile::tempdir().expect("a folder");
    let run = |args: &[&str]| {
        let out = program().args(args).arg("--dir").arg(dir.path().join("p")).output().expect("runs");
        (out.status.success(), String::from_utf8(out.stderr).expect("text"))
    };
    assert!(run(&["init", "--domain", "shop.example"]).0);
    let (made, why) = run(&["init", "--domain", "shop.example"]);
    assert!(!made && why.contains("exists already"), "{why}");
    let (open, why) = run(&["serve", "--listen", "0.0.0.0:0"]);
    assert!(!open && why.contains("--tls-cert"), "{why}");
    let (offered, why) = run(&["offer", "--purpose", "nothing"]);
    assert!(!offered && why.contains("no purpose is called nothing"), "{why}");
    assert!(run(&["offer", "--purpose", "example"]).0);
}

#[cfg(unix)]
#[test]
fn keys_are_for_their_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = tempfile::tempdir().expect("a folder");
    holdall_partner::init(&dir.path().join("p"), holdall_partner::Partner::TEMPLATE, Some("https://shop.example")).expect("made");
    for name in ["signing.key", "opening.key"] {
        let mode = std::fs::metadata(dir.path().join("p/keys").join(name)).expect("is there").permissions().mode();
        assert_eq!(mode & 0o077, 0, "{name}");
    }
}

//! A message bus and a Secret Service of the desk's own.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

pub struct Keyring {
    bus: Child,
    daemon: Child,
    pub address: String,
}

impl Keyring {
    /// Starts both below `home`. Fails with the packages that are missing: a story without a keyring would prove nothing.
    pub fn start(home: &Path) -> Self {
        let mut bus = Command::new("dbus-daemon")
            .args(["--session", "--nofork", "--print-address=1"])
            .env("HOME", home)
            .env("XDG_RUNTIME_DIR", home)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("dbus-daemon starts (Debian package dbus-daemon or dbus)");
        let mut address = String::new();
        let out = bus.stdout.take().expect("its output is piped");
        BufReader::new(out).read_line(&mut address).expect("the bus prints its address");
        let address = address.trim().to_owned();
        let mut daemon = Command::new("gnome-keyring-daemon")
            .args(["--foreground", "--unlock", "--components=secrets"])
            .env("HOME", home)
            .env("XDG_RUNTIME_DIR", home)
            .env("XDG_DATA_HOME", home.join("share"))
            .env("DBUS_SESSION_BUS_ADDRESS", &address)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("gnome-keyring-daemon starts (Debian package gnome-keyring)");
        // An empty line is the password of a new login keyring; no line at all would make none.
        daemon.stdin.take().expect("its input is piped").write_all(b"\n").expect("the daemon reads its password");
        let mut line = String::new();
        // It prints its control address once it serves.
        BufReader::new(daemon.stdout.take().expect("its output is piped")).read_line(&mut line).expect("the keyring says that it runs");
        Self { bus, daemon, address }
    }
}

impl Drop for Keyring {
    fn drop(&mut self) {
        for child in [&mut self.daemon, &mut self.bus] {
            // Either may have ended already.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

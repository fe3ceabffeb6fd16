//! System packages: what is missing, and how this machine gets it.
//!
//! Each need is probed by what it provides (a program, a library), never by a package name: a machine may have it from somewhere else.

use crate::shell;
use anyhow::{Result, bail};
use std::process::Command;

enum Probe {
    Program(&'static str),
    Library(&'static str),
    PythonVenv,
}

/// One thing the system must provide, and the packages that provide it on the two families of Linux that we name.
pub struct Need {
    what: &'static str,
    probe: Probe,
    apt: &'static str,
    dnf: &'static str,
}

/// For the window.
pub const WINDOW: &[Need] = &[
    Need { what: "pkg-config", probe: Probe::Program("pkg-config"), apt: "pkg-config", dnf: "pkgconf-pkg-config" },
    Need { what: "WebKitGTK", probe: Probe::Library("webkit2gtk-4.1"), apt: "libwebkit2gtk-4.1-dev", dnf: "webkit2gtk4.1-devel" },
];

/// For tests that need a real key ring.
pub const KEYRING: &[Need] = &[
    Need { what: "a D-Bus session", probe: Probe::Program("dbus-run-session"), apt: "dbus", dnf: "/usr/bin/dbus-run-session" },
    Need { what: "a way to say things on it", probe: Probe::Program("dbus-send"), apt: "dbus", dnf: "/usr/bin/dbus-send" },
    Need { what: "a key ring", probe: Probe::Program("gnome-keyring-daemon"), apt: "gnome-keyring", dnf: "gnome-keyring" },
];

/// For tests that drive the real window without a screen.
pub const SCREEN: &[Need] = &[
    Need { what: "a screen in memory", probe: Probe::Program("Xvfb"), apt: "xvfb", dnf: "/usr/bin/Xvfb" },
    Need { what: "a look at the clipboard", probe: Probe::Program("xclip"), apt: "xclip", dnf: "xclip" },
    Need {
        what: "a driver for the window",
        probe: Probe::Program("WebKitWebDriver"),
        apt: "webkit2gtk-driver",
        dnf: "/usr/bin/WebKitWebDriver",
    },
];

/// For building and running programs for Windows on Linux.
pub const WINDOWS: &[Need] = &[
    Need {
        what: "a compiler for Windows",
        probe: Probe::Program("x86_64-w64-mingw32-gcc"),
        apt: "gcc-mingw-w64-x86-64-win32",
        dnf: "mingw64-gcc",
    },
    Need { what: "a screen in memory", probe: Probe::Program("Xvfb"), apt: "xvfb", dnf: "/usr/bin/Xvfb" },
    Need { what: "Wine", probe: Probe::Program("wine"), apt: "wine wine64", dnf: "wine-core" },
];

/// For the second foreign reader of our envelopes, and for other people's programs in the benches.
pub const PYTHON: &[Need] = &[Need { what: "Python with venv", probe: Probe::PythonVenv, apt: "python3 python3-venv", dnf: "python3" }];

/// For looking at every view of the window on recorded data.
pub const BROWSER: &[Need] = &[Need { what: "Chromium", probe: Probe::Program("chromium"), apt: "chromium", dnf: "chromium" }];

/// The baseline of the benches, and what measures them.
pub const BENCH: &[Need] = &[
    Need { what: "the sqlite3 program", probe: Probe::Program("sqlite3"), apt: "sqlite3", dnf: "sqlite" },
    Need { what: "GNU time", probe: Probe::Program("time"), apt: "time", dnf: "time" },
];

/// Node.js, as the distribution has it; [`crate::node`] decides whether that is new enough.
pub const NODE: &[Need] = &[
    Need { what: "Node.js", probe: Probe::Program("node"), apt: "nodejs", dnf: "nodejs" },
    Need { what: "npm", probe: Probe::Program("npm"), apt: "npm", dnf: "npm" },
];

impl Need {
    fn is_met(&self) -> bool {
        match self.probe {
            Probe::Program(name) => shell::find(name).is_some(),
            Probe::Library(name) => shell::succeeds(Command::new("pkg-config").args(["--exists", name])),
            Probe::PythonVenv => shell::succeeds(Command::new("python3").args(["-c", "import venv, ensurepip"])),
        }
    }
}

/// How packages get onto this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Installer {
    Apt,
    Dnf,
}

/// Installs what is missing of `needs`, or stops with the exact command to type. Does nothing where the system brings it all
/// (macOS and Windows have their web view, key ring and compiler from the system or from Rust's own installer).
pub fn ensure(needs: &[&[Need]]) -> Result<()> {
    if !cfg!(target_os = "linux") {
        return Ok(());
    }
    let missing: Vec<&Need> = needs.iter().copied().flatten().filter(|need| !need.is_met()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let whats = missing.iter().map(|need| need.what).collect::<Vec<_>>().join(", ");
    let Some(installer) = installer() else {
        bail!(
            "this machine lacks {whats}, and has neither apt-get nor dnf. Install these with your system's package tool, then run this again."
        );
    };
    let names: Vec<&str> = missing.iter().flat_map(|need| installer.names(need).split(' ')).collect();
    println!("Missing: {whats}.");
    println!("Packages that bring it: {}", names.join(" "));
    let Some(prefix) = privilege() else {
        bail!(
            "installing needs rights that I do not have. Type this, then run the same command again:\n\n    {}",
            installer.by_hand(&names)
        );
    };
    for command in &mut installer.commands(prefix, &names) {
        shell::run(command)?;
    }
    let still: Vec<&str> = missing.iter().filter(|need| !need.is_met()).map(|need| need.what).collect();
    if !still.is_empty() {
        bail!("the packages are installed, but {} is still not found. Open a new terminal and run this again.", still.join(", "));
    }
    Ok(())
}

fn installer() -> Option<Installer> {
    if shell::find("apt-get").is_some() {
        Some(Installer::Apt)
    } else if shell::find("dnf").is_some() {
        Some(Installer::Dnf)
    } else {
        None
    }
}

/// What goes before the package tool: nothing for root, `sudo` where it asks for no password, and `None` where we may not install.
fn privilege() -> Option<&'static [&'static str]> {
    if is_root() {
        return Some(&[]);
    }
    shell::succeeds(Command::new("sudo").args(["-n", "true"])).then_some(&["sudo", "-n"])
}

fn is_root() -> bool {
    shell::capture(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

impl Installer {
    fn names(self, need: &Need) -> &'static str {
        match self {
            Installer::Apt => need.apt,
            Installer::Dnf => need.dnf,
        }
    }

    /// The package tool's arguments, one list per call. A lock that another installer holds is waited for.
    fn calls(self) -> &'static [&'static [&'static str]] {
        match self {
            Installer::Apt => &[
                &["apt-get", "update", "-qq"],
                &["apt-get", "-o", "DPkg::Lock::Timeout=300", "install", "-y", "-qq", "--no-install-recommends"],
            ],
            Installer::Dnf => &[&["dnf", "install", "-y", "--setopt=install_weak_deps=False"]],
        }
    }

    fn commands(self, prefix: &[&str], names: &[&str]) -> Vec<Command> {
        let mut commands = Vec::new();
        for call in self.calls() {
            let mut words = prefix.iter().chain(call.iter());
            let Some(program) = words.next() else { continue };
            let mut command = Command::new(program);
            command.args(words).env("DEBIAN_FRONTEND", "noninteractive");
            if call.contains(&"install") {
                command.args(names);
            }
            commands.push(command);
        }
        commands
    }

    fn by_hand(self, names: &[&str]) -> String {
        match self {
            Installer::Apt => format!("sudo apt-get update && sudo apt-get install -y --no-install-recommends {}", names.join(" ")),
            Installer::Dnf => format!("sudo dnf install -y {}", names.join(" ")),
        }
    }
}

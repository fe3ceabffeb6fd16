//! Building for Windows with MinGW, and running the tests under Wine, in a Windows of their own.

use crate::test::count::{self, Count};
use crate::trials::{self, Outcome};
use crate::{packages, shell, workspace};
use anyhow::{Context, Result};
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

const TARGET: &str = "x86_64-pc-windows-gnu";

/// Everything but these tools, and the envelopes of other languages. Of the window's shell, that is all but the window.
const TESTED: &[&str] = &[
    "holdall-model",
    "holdall-importer",
    "holdall-vault",
    "holdall-protocol",
    "holdall-sharing",
    "holdall-app",
    "holdall-cli",
    "holdall-partner",
    "holdall-desktop",
    "holdall-journeys",
];

/// Rust asks a DLL for random numbers that Wine has only since version 9; this one asks the system's older function.
const RANDOM: &str = "#include <windows.h>
BOOLEAN NTAPI SystemFunction036(PVOID, ULONG);
__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE bytes, SIZE_T length) { return SystemFunction036(bytes, (ULONG)length); }
";

/// Tests these packages, or all of them if none is named.
pub fn run(rooms: &[String]) -> Result<(Count, Vec<(String, Outcome)>)> {
    packages::ensure(&[packages::WINDOWS])?;
    super::ensure_target(TARGET)?;
    let folder = super::target()?;
    let programs = folder.join(TARGET).join("debug");
    make_random(&folder, &programs)?;
    shell::run(cargo(&folder).args(["clippy", "--workspace", "--all-targets", "--locked", "--target", TARGET, "--", "-D", "warnings"]))?;
    shell::run(cargo(&folder).args(["build", "--package", "holdall-cli", "--package", "holdall-partner", "--locked", "--target", TARGET]))?;

    // Tauri's build leaves it beside the programs, and the tests are one folder below.
    let loader = "WebView2Loader.dll";
    fs::copy(programs.join(loader), programs.join("deps").join(loader)).context("the loader of the web view")?;

    let screen = Screen::start()?;
    let mut tests = cargo(&folder);
    tests.env("DISPLAY", &screen.name);
    tests.args(["test", "--locked", "--no-fail-fast", "--tests", "--target", TARGET]);
    let named: Vec<&str> = if rooms.is_empty() { TESTED.to_vec() } else { rooms.iter().map(String::as_str).collect() };
    tests.args(named.into_iter().flat_map(|package| ["--package", package]));
    let mut outcomes = Vec::new();
    let count = count::watch(&mut tests, |line| outcomes.extend(trials::rust_outcomes(line)))?;
    Ok((count, outcomes))
}

/// cargo that builds into a folder of its own and starts what it built under Wine.
fn cargo(folder: &Path) -> Command {
    let mut command = workspace::cargo();
    command
        .env("CARGO_TARGET_DIR", folder)
        .env("CARGO_INCREMENTAL", "0")
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        .env("CARGO_TARGET_X86_64_PC_WINDOWS_GNU_LINKER", "x86_64-w64-mingw32-gcc")
        .env("CARGO_TARGET_X86_64_PC_WINDOWS_GNU_RUNNER", "wine")
        .env("WINEPREFIX", folder.join("wine"))
        // Wine's notes would stand among the programs' own words, and its offers to install .NET and a browser wait for a person.
        .env("WINEDEBUG", "-all")
        .env("WINEDLLOVERRIDES", "mscoree,mshtml=");
    command
}

/// Puts the DLL of random numbers beside the programs and the tests, where Windows looks first.
fn make_random(folder: &Path, programs: &Path) -> Result<()> {
    let source = folder.join("random.c");
    fs::create_dir_all(programs.join("deps")).context("the target folder")?;
    fs::write(&source, RANDOM)?;
    let made = programs.join("bcryptprimitives.dll");
    shell::run(Command::new("x86_64-w64-mingw32-gcc").args(["-shared", "-O2", "-o"]).arg(&made).arg(&source).arg("-ladvapi32"))?;
    fs::copy(&made, programs.join("deps").join("bcryptprimitives.dll"))?;
    Ok(())
}

/// A screen in memory: without one, Wine makes no windows.
struct Screen {
    server: Child,
    name: String,
}

impl Screen {
    fn start() -> Result<Self> {
        let mut command = Command::new("Xvfb");
        command.args(["-displayfd", "1", "-screen", "0", "1024x768x24", "-nolisten", "tcp"]).stdin(Stdio::null()).stdout(Stdio::piped());
        let mut server = command.stderr(Stdio::null()).spawn().context("Xvfb")?;
        let mut number = String::new();
        BufReader::new(server.stdout.take().context("Xvfb has no output")?).read_line(&mut number).context("Xvfb tells its number")?;
        Ok(Self { server, name: format!(":{}", number.trim()) })
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::program;

/// The two demo partners on loopback, as `holdall-partner demo` runs them.
pub struct DemoPartners {
    child: Child,
    /// Origin of the airline.
    pub airline: String,
    /// Origin of the bookseller.
    pub bookseller: String,
}

impl DemoPartners {
    pub fn start(dir: &Path) -> Self {
        Self::start_at(dir, 0)
    }

    /// Starts the airline at `port` and the bookseller at the next; 0 takes any that are free.
    pub fn start_at(dir: &Path, port: u16) -> Self {
        let mut child = Command::new(program("holdall-partner"))
            .args(["demo", "--json", "--port", &port.to_string(), "--dir"])
            .arg(dir)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("holdall-partner runs");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("its output is piped")).read_line(&mut line).expect("it says where it listens");
        let ready: Value = serde_json::from_str(&line).unwrap_or_else(|e| panic!("not JSON ({e}): {line}"));
        let origin =
            |number: usize| ready["partners"][number]["origin"].as_str().unwrap_or_else(|| panic!("no address in {line}")).to_owned();
        Self { airline: origin(0), bookseller: origin(1), child }
    }

    /// Takes the partners off the network.
    pub fn stop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for DemoPartners {
    fn drop(&mut self) {
        self.stop();
    }
}

use std::collections::HashSet;
use std::path::Path;
use std::process::ExitCode;
use std::sync::mpsc;
use std::time::Duration;

use holdall_app::view::watch::{FoundExport, FoundExports, LookInFolder};

use super::Ended;
use crate::output::{Output, clean};
use crate::session::Session;

/// Between two looks: long enough to tell a file that stands still from one that grows.
const BETWEEN: Duration = Duration::from_secs(4);
/// Looks of one call with `--once` at most, while something still grows.
const LOOKS: u32 = 5;

/// Shows new exports in a folder: those that are there, or, without `once`, each as it comes, until the program is ended.
pub fn run(folder: &Path, once: bool, session: &Session, output: &Output) -> Ended {
    let request = || LookInFolder { folder: Some(std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned()).display().to_string()) };
    if !folder.is_dir() {
        return Err(holdall_app::AppError::bad_request("the folder to watch is not there"));
    }
    // Nobody sends anything: it is a wait with an end.
    let (_never, tick) = mpsc::channel::<()>();
    let mut shown = HashSet::new();
    let mut looks = 0;
    loop {
        let found = session.run(request())?;
        looks += 1;
        if once && (found.waiting == 0 || looks == LOOKS) {
            output.show(&found, found_text)?;
            return Ok(ExitCode::SUCCESS);
        }
        if !once {
            let fresh: Vec<FoundExport> = found.offers.into_iter().filter(|o| shown.insert((o.path.clone(), o.at.clone()))).collect();
            if !fresh.is_empty() {
                output.show(&FoundExports { offers: fresh, waiting: found.waiting }, found_text)?;
            }
        }
        let _ = tick.recv_timeout(BETWEEN);
    }
}

fn found_text(found: &FoundExports) -> String {
    let mut text = String::new();
    for offer in &found.offers {
        text.push_str(&format!("A new export from {}: {}\n", clean(&offer.vendor.name), clean(&offer.path)));
    }
    if found.waiting > 0 {
        text.push_str("Something in the folder is not finished yet.\n");
    }
    if text.is_empty() { "There is no new export in this folder.".to_owned() } else { text + "Import one with: holdall import FILE" }
}

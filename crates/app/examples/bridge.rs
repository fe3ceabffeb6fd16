//! Runs commands as the window does, by name with JSON, and says how long each took: `bridge VAULT KEY_FILE < COMMANDS`, where every
//! line is a name, a space, and the request. For each a line comes back: milliseconds, a tab, and the answer.
#![allow(clippy::print_stdout)]

use std::io::BufRead;
use std::time::Instant;

use holdall_app::{App, Config, Task};

#[global_allocator]
static HEAP: holdall_app::WipedHeap = holdall_app::WipedHeap;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [vault, key] = arguments.as_slice() else { return Err("usage: bridge VAULT KEY_FILE < COMMANDS".into()) };
    let config = Config { vault_dir: vault.into(), key_file: Some(key.into()), log_file: None, ..Config::from_environment() };
    let app = App::open(config)?;
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let (name, request) = line.split_once(' ').ok_or("a line is a name, a space, and a request")?;
        let start = Instant::now();
        let answer = app.call(name, request, &Task::silent());
        let took = start.elapsed();
        match answer {
            Ok(answer) => println!("{:.4}\t{answer}", took.as_secs_f64() * 1000.0),
            Err(error) => return Err(format!("{name}: {}", error.title).into()),
        }
    }
    app.close();
    Ok(())
}

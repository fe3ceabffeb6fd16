//! How fast one file is looked at and read, keeping nothing: `speed FILE [times]`.
#![allow(clippy::print_stdout)]

use std::time::Instant;

use holdall_importer::{Options, Outcome, Source, inspect, read};
use holdall_model::Task;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let file = arguments.next().ok_or("usage: speed FILE [times]")?;
    let times: u32 = arguments.next().and_then(|n| n.parse().ok()).unwrap_or(1);
    for _ in 0..times {
        let source = Source::from_path(file.as_ref())?;
        let (options, task) = (Options::default(), Task::silent());
        let start = Instant::now();
        let inspection = inspect(&source, &options, &task)?;
        let looked = start.elapsed();
        for report in &inspection.files {
            let Outcome::Recognised { plan, .. } = &report.outcome else {
                println!("{}: {:?}", report.label, report.outcome);
                continue;
            };
            let start = Instant::now();
            let summary = read(&source, plan, &options, &task, &mut ())?;
            let read = start.elapsed();
            let per_second = summary.records as f64 / (looked + read).as_secs_f64();
            println!("{}/{}: {} records, looked {looked:?}, read {read:?}, {per_second:.0}/s", plan.vendor, plan.export, summary.records);
        }
    }
    Ok(())
}

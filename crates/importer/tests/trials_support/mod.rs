//! What the trials share: a sink that keeps everything, files that are longer than memory, archives made by hand, and a process of
//! its own for what is measured.
#![allow(dead_code, reason = "no trial needs all of it")]

use std::io::{self, Cursor, Read, Seek, SeekFrom, Write};
use std::time::{Duration, Instant};

use holdall_importer::{FilePlan, Identity, ImportError, Inspection, Options, Outcome, Sink, SinkError, Source, Summary, inspect, read};
use holdall_model::{Diagnostic, Quarantined, Record, Task};
use zip::write::SimpleFileOptions;

#[derive(Default)]
pub struct Kept {
    pub records: Vec<(Record, Identity)>,
    pub quarantined: Vec<Quarantined>,
    pub diagnostics: Vec<Diagnostic>,
}

impl Sink for Kept {
    fn record(&mut self, record: &Record, identity: &Identity) -> Result<(), SinkError> {
        self.records.push((record.clone(), *identity));
        Ok(())
    }

    fn quarantined(&mut self, row: Quarantined) -> Result<(), SinkError> {
        self.quarantined.push(row);
        Ok(())
    }

    fn diagnostic(&mut self, diagnostic: Diagnostic) -> Result<(), SinkError> {
        self.diagnostics.push(diagnostic);
        Ok(())
    }
}

impl Kept {
    pub fn amounts(&self) -> Vec<String> {
        self.records.iter().map(|(r, _)| r.amount.map_or_else(|| "-".to_owned(), |a| a.value.to_string())).collect()
    }

    pub fn titles(&self) -> Vec<&str> {
        self.records.iter().map(|(r, _)| r.title.as_str()).collect()
    }

    pub fn moments(&self) -> Vec<String> {
        self.records.iter().map(|(r, _)| r.moment.map_or_else(|| "-".to_owned(), |m| m.to_string())).collect()
    }

    pub fn reasons(&self) -> Vec<&str> {
        self.quarantined.iter().map(|q| q.reason.id.as_str()).collect()
    }
}

/// A sink that only counts, for files longer than memory.
#[derive(Default)]
pub struct Counted(pub u64);

impl Sink for Counted {
    fn record(&mut self, _: &Record, _: &Identity) -> Result<(), SinkError> {
        self.0 += 1;
        Ok(())
    }

    fn quarantined(&mut self, _: Quarantined) -> Result<(), SinkError> {
        Ok(())
    }

    fn diagnostic(&mut self, _: Diagnostic) -> Result<(), SinkError> {
        Ok(())
    }
}

pub fn source(name: &str, content: impl AsRef<[u8]>) -> Source {
    Source::from_bytes(name, content.as_ref().to_vec())
}

pub fn look(source: &Source, options: &Options) -> Result<Inspection, ImportError> {
    inspect(source, options, &Task::silent())
}

pub fn plans(inspection: &Inspection) -> Vec<FilePlan> {
    let plan = |outcome: &Outcome| if let Outcome::Recognised { plan, .. } = outcome { Some(plan.clone()) } else { None };
    inspection.files.iter().filter_map(|f| plan(&f.outcome)).collect()
}

/// Looks at a file and reads all that is recognised in it. What the looking told comes first among the diagnostics.
pub fn run(source: &Source, options: &Options) -> Result<(Kept, Vec<Summary>), ImportError> {
    let inspection = look(source, options)?;
    let mut kept = Kept { diagnostics: inspection.diagnostics.clone(), ..Kept::default() };
    let mut summaries = Vec::new();
    for plan in plans(&inspection) {
        summaries.push(read(source, &plan, options, &Task::silent(), &mut kept)?);
    }
    Ok((kept, summaries))
}

pub fn import(name: &str, content: impl AsRef<[u8]>) -> Kept {
    run(&source(name, content), &Options::default()).unwrap_or_else(|e| panic!("{name}: {e}")).0
}

/// Reads as one layout, with answers where it asks.
pub fn import_as(layout: (&str, &str), name: &str, content: impl AsRef<[u8]>, answers: &[(&str, &str)]) -> Result<Kept, ImportError> {
    run(&source(name, content), &options(layout, answers)).map(|(kept, _)| kept)
}

pub fn options(layout: (&str, &str), answers: &[(&str, &str)]) -> Options {
    let answers = answers.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    Options { force: Some((layout.0.to_owned(), layout.1.to_owned())), answers, ..Options::default() }
}

/// The one outcome of a plain file.
pub fn outcome(name: &str, content: impl AsRef<[u8]>) -> Outcome {
    look(&source(name, content), &Options::default()).unwrap_or_else(|e| panic!("{name}: {e}")).files.remove(0).outcome
}

/// Code and words of the refusal of a file, looked at and read.
pub fn refusal(source: &Source, options: &Options) -> (&'static str, String) {
    match run(source, options) {
        Ok((kept, _)) => panic!("{} was not refused: {} records", source.label(), kept.records.len()),
        Err(error) => (error.code(), error.to_string()),
    }
}

pub const CHASE: &str = "Details,Posting Date,Description,Amount,Type,Balance,Check or Slip #\n";

/// A statement of the Chase layout with one row per amount.
pub fn rows(amounts: &[&str]) -> String {
    let row = |a: &&str| format!("DEBIT,09/25/2025,COFFEE,{a},DEBIT_CARD,,,\n");
    format!("{CHASE}{}", amounts.iter().map(row).collect::<String>())
}

pub fn stored() -> SimpleFileOptions {
    SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored)
}

pub fn zipped(entries: &[(&str, &[u8])], options: zip::write::FileOptions<'_, '_, ()>) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in entries {
        writer.start_file(*name, options).expect("started");
        writer.write_all(content).expect("written");
    }
    writer.finish().expect("finished").into_inner()
}

/// Writes `bytes` at `at` behind every header with this signature whose name is `name`.
pub fn patch(archive: &mut [u8], name: &str, local: Option<usize>, central: Option<usize>, bytes: &[u8]) {
    for (signature, name_at, at) in [(b"PK\x03\x04", 30, local), (b"PK\x01\x02", 46, central)] {
        let Some(at) = at else { continue };
        let found: Vec<usize> = (0..archive.len() - name_at)
            .filter(|i| archive[*i..].starts_with(signature) && archive[i + name_at..].starts_with(name.as_bytes()))
            .collect();
        assert!(!found.is_empty(), "no header of {name}");
        found.into_iter().for_each(|i| archive[i + at..i + at + bytes.len()].copy_from_slice(bytes));
    }
}

/// A file of a head, a body that comes many times, and a tail. It takes no room.
#[derive(Clone)]
pub struct Long {
    head: Vec<u8>,
    body: Vec<u8>,
    tail: Vec<u8>,
    length: u64,
    position: u64,
}

impl Long {
    pub fn source(name: &str, head: &str, body: &str, times: u64, tail: &str) -> Source {
        let length = head.len() as u64 + body.len() as u64 * times + tail.len() as u64;
        // A body of a few bytes is handed out many at once.
        let pack = (64 << 10) / body.len().max(1);
        let packs = if pack > 1 && times.is_multiple_of(pack as u64) { pack } else { 1 };
        let long = Self { head: head.into(), body: body.repeat(packs).into(), tail: tail.into(), length, position: 0 };
        Source::from_opener(name, length, move || Ok(Box::new(long.clone())))
    }
}

impl Read for Long {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let tail_at = self.length - self.tail.len() as u64;
        let piece = if self.position < self.head.len() as u64 {
            &self.head[self.position as usize..]
        } else if self.position < tail_at {
            let into = (self.position - self.head.len() as u64) % self.body.len() as u64;
            &self.body[into as usize..]
        } else {
            &self.tail[(self.position - tail_at) as usize..]
        };
        let n = piece.len().min(out.len());
        out[..n].copy_from_slice(&piece[..n]);
        self.position += n as u64;
        Ok(n)
    }
}

impl Seek for Long {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.position = match to {
            SeekFrom::Start(n) => n,
            SeekFrom::End(n) => self.length.saturating_add_signed(n),
            SeekFrom::Current(n) => self.position.saturating_add_signed(n),
        };
        Ok(self.position)
    }
}

pub const MIB: u64 = 1 << 20;

/// What a piece of work took.
pub struct Cost {
    /// Of the processor where that is known, so that a computer which does other things as well fails no test. Else on the clock.
    pub time: Duration,
    /// Bytes of memory at the highest point, above those before it began. Zero where this is not Linux.
    pub memory: u64,
}

impl Cost {
    /// `time` is for a program built to be fast; one built for its debugger gets ten times as much.
    pub fn check(&self, time: Duration, memory: u64) {
        let time = if cfg!(debug_assertions) { time * 10 } else { time };
        assert!(self.time <= time, "it took {:?}, not {time:?}", self.time);
        assert!(self.memory <= memory, "it took {} MiB of memory, not {}", self.memory / MIB, memory / MIB);
    }
}

const CHILD: &str = "HOLDALL_TRIAL_CHILD";

/// Does `work` in a process of its own, because memory is counted per process. `test` is the name of the calling test.
/// `prepare` comes before anything is counted.
pub fn measured<T>(test: &str, prepare: impl FnOnce() -> T, work: impl FnOnce(&T)) -> Option<Cost> {
    if std::env::var_os(CHILD).is_some() || !cfg!(target_os = "linux") {
        let prepared = prepare();
        // The layouts are read once per run of the program, not per file.
        holdall_importer::vendors().for_each(|vendor| {
            vendor.exports();
        });
        // Forgets the highest point so far.
        let _ = std::fs::write("/proc/self/clear_refs", "5");
        let (before, busy_before, start) = (memory("VmRSS:"), busy(), Instant::now());
        work(&prepared);
        let time = busy().zip(busy_before).map_or_else(|| start.elapsed(), |(after, before)| after - before);
        let cost = Cost { time, memory: memory("VmHWM:").saturating_sub(before) };
        let _ = writeln!(io::stdout(), "\ncost {} {}", cost.time.as_micros(), cost.memory);
        return (!cfg!(target_os = "linux")).then_some(cost);
    }
    let program = std::env::current_exe().expect("this test has a path");
    let output = std::process::Command::new(program).args([test, "--exact", "--nocapture"]).env(CHILD, "1").output().expect("it starts");
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}");
    let numbers = text.lines().find_map(|l| l.strip_prefix("cost ")).unwrap_or_else(|| panic!("{test} was not run: {text}"));
    let (time, memory) = numbers.split_once(' ').expect("two numbers");
    let cost = Cost { time: Duration::from_micros(time.parse().expect("a time")), memory: memory.parse().expect("a number of bytes") };
    let _ = writeln!(io::stderr(), "{test}: {:?}, {} KiB", cost.time, cost.memory / 1024);
    Some(cost)
}

/// Time of the processor that this process has had. Known on Linux alone, which counts it in hundredths of a second.
fn busy() -> Option<Duration> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The program's name stands in brackets and may hold blanks; own time and the system's are the 12th and 13th number behind it.
    let mut numbers = stat.rsplit_once(')')?.1.split_whitespace().skip(11).map_while(|number| number.parse::<u64>().ok());
    Some(Duration::from_millis(10 * (numbers.next()? + numbers.next()?)))
}

fn memory(field: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kib = status.lines().find_map(|l| l.strip_prefix(field)).and_then(|l| l.trim().trim_end_matches(" kB").parse::<u64>().ok());
    kib.unwrap_or(0) * 1024
}

/// A folder of its own for one test, gone when it is dropped.
pub struct Folder(pub std::path::PathBuf);

impl Folder {
    pub fn new(test: &str) -> Self {
        let path = std::env::temp_dir().join(format!("holdall-{test}-{}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a folder");
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

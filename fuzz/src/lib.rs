//! What every fuzz target does: reads any bytes as one layout, the way the app would, and keeps nothing.
//!
//! CONTRIBUTING.md says how to run one. What was found is kept in `corpus/`, which the importer's own tests read again on every run.

use holdall_importer::{Identity, Options, Outcome, Sink, SinkError, Source, inspect, read, source_row};
use holdall_model::{Diagnostic, Locator, Quarantined, Record, Task};

/// Target, the layout it reads as (without one, whatever is recognised), and the name the file goes by.
type Target = (&'static str, Option<(&'static str, &'static str)>, &'static str);

pub const TARGETS: &[Target] = &[
    ("any", None, "a"),
    ("app_in_the_air", Some(("app-in-the-air", "export")), "a.txt"),
    ("apple_health", Some(("apple-health", "export")), "export.xml"),
    ("apple_wallet", Some(("apple-wallet", "pass")), "pass.json"),
    ("archive", None, "a.zip"),
    ("bai2", Some(("standards", "bai2")), "a.txt"),
    ("bcbp", Some(("standards", "iata-bcbp")), "a.txt"),
    ("camt", Some(("standards", "camt")), "a.xml"),
    ("flightmemory", Some(("flightmemory", "flights")), "a.html"),
    ("flighty_share", Some(("flighty", "shared-text")), "a.txt"),
    ("google_order", Some(("google", "orders")), "order_1.json"),
    ("green_button", Some(("green-button", "espi")), "a.xml"),
    ("icalendar", Some(("standards", "icalendar")), "a.ics"),
    ("json", Some(("google", "my-activity")), "MyActivity.json"),
    ("mt940", Some(("standards", "mt940")), "a.sta"),
    ("ofx", Some(("standards", "ofx")), "a.ofx"),
    ("qif", Some(("standards", "qif")), "a.qif"),
    ("santander_text", Some(("santander-uk", "text")), "a.txt"),
    ("table", Some(("generic", "table")), "a.csv"),
    ("whatsapp", Some(("whatsapp", "chat")), "_chat.txt"),
    ("workbook", Some(("generic", "table")), "a.xlsx"),
];

/// Reads `data` as the target of this name does.
pub fn run(target: &str, data: &[u8]) {
    let (_, layout, name) = TARGETS.iter().find(|t| t.0 == target).expect("a target of the table");
    match target {
        // Recognising every kind of entry is the work of `any`; here the container itself is what is damaged.
        "archive" if !data.starts_with(b"PK") => {}
        "workbook" => workbook(data).into_iter().for_each(|file| read_as(*layout, name, &file)),
        _ => read_as(*layout, name, data),
    }
}

#[derive(Default)]
struct Seen {
    first: Option<Locator>,
    records: u64,
    quarantined: u64,
}

impl Sink for Seen {
    fn record(&mut self, record: &Record, _: &Identity) -> Result<(), SinkError> {
        self.first.get_or_insert(record.locator);
        self.records += 1;
        Ok(())
    }

    fn quarantined(&mut self, row: Quarantined) -> Result<(), SinkError> {
        assert!(!row.reason.text.is_empty(), "a row was set aside without a reason");
        self.quarantined += 1;
        Ok(())
    }

    fn diagnostic(&mut self, _: Diagnostic) -> Result<(), SinkError> {
        Ok(())
    }
}

/// Reads `data` as the layout `vendor/export`; without one, as whatever it is recognised to be.
fn read_as(layout: Option<(&str, &str)>, name: &str, data: &[u8]) {
    let source = Source::from_bytes(name, data);
    let task = Task::silent();
    let force = layout.map(|(vendor, export)| (vendor.to_owned(), export.to_owned()));
    let mut options = Options { force, ..Options::default() };
    // A file may ask for its date order, then for its decimal mark.
    for _ in 0..4 {
        let Ok(inspection) = inspect(&source, &options, &task) else { return };
        let mut asked = false;
        for file in &inspection.files {
            match &file.outcome {
                Outcome::NeedsAnswer { question } => {
                    let Some(choice) = question.choices.first() else { continue };
                    asked |= options.answers.insert(question.id.clone(), choice.id.clone()).is_none();
                }
                Outcome::Recognised { plan, .. } => {
                    let mut seen = Seen::default();
                    if let Ok(summary) = read(&source, plan, &options, &task, &mut seen) {
                        assert_eq!((summary.records, summary.quarantined), (seen.records, seen.quarantined));
                    }
                    if let Some(locator) = seen.first {
                        // It may fail, but it must come back.
                        let _ = source_row(&source, plan, &options, &locator);
                    }
                }
                _ => {}
            }
        }
        if !asked {
            return;
        }
    }
}

/// The importer catches the panics of some libraries; only those of others are finds.
pub fn allow_panics_of(libraries: &'static [&'static str]) {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        let abort = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if !info.location().is_some_and(|l| libraries.iter().any(|library| l.file().contains(library))) {
                abort(info);
            }
        }));
    });
}

/// A sound archive around a damaged part of a workbook: a checksum would stop every damage made to the archive itself.
/// The first byte says which part `data` is, or that it is one of the forms that are no archive.
fn workbook(data: &[u8]) -> Option<Vec<u8>> {
    match data.split_first()? {
        (0xf0..=0xf7, records) => contained(records),
        // A page, the XML of 2003, or a container.
        (0xf8.., file) => Some(file.to_vec()),
        (kind, part) => packed(*kind, part),
    }
}

/// A sound container around the records of a binary workbook.
fn contained(records: &[u8]) -> Option<Vec<u8>> {
    let mut container = cfb::CompoundFile::create(std::io::Cursor::new(Vec::new())).ok()?;
    std::io::Write::write_all(&mut container.create_stream("Workbook").ok()?, records).ok()?;
    container.flush().ok()?;
    Some(container.into_inner().into_inner())
}

fn packed(kind: u8, part: &[u8]) -> Option<Vec<u8>> {
    const SPACE: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const LINKS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let link = |id: &str, kind: &str, target: &str| format!("<Relationship Id=\"{id}\" Type=\"{LINKS}/{kind}\" Target=\"{target}\"/>");
    let links = |inner: &str| {
        format!("<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{inner}</Relationships>")
            .into_bytes()
    };
    let sheet = format!(
        "<worksheet xmlns=\"{SPACE}\"><sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" s=\"1\"><v>45901</v></c></row></sheetData></worksheet>"
    );
    let book = format!(
        "<workbook xmlns=\"{SPACE}\" xmlns:r=\"{LINKS}\"><sheets><sheet name=\"A\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
    );
    let styles =
        format!("<styleSheet xmlns=\"{SPACE}\"><cellXfs count=\"2\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>");
    let inner = link("rId1", "worksheet", "worksheets/sheet1.xml") + &link("rId2", "sharedStrings", "sharedStrings.xml");
    let mut files: Vec<(&str, Vec<u8>)> = match kind % 5 {
        0 => vec![("META-INF/manifest.xml", b"<m/>".to_vec()), ("content.xml", part.to_vec())],
        _ => vec![
            ("_rels/.rels", links(&link("rId1", "officeDocument", "xl/workbook.xml"))),
            ("xl/workbook.xml", book.into_bytes()),
            ("xl/_rels/workbook.xml.rels", links(&inner)),
            ("xl/styles.xml", styles.into_bytes()),
            ("xl/sharedStrings.xml", format!("<sst xmlns=\"{SPACE}\"><si><t>Date</t></si></sst>").into_bytes()),
            ("xl/worksheets/sheet1.xml", sheet.into_bytes()),
        ],
    };
    let damaged = [None, Some(5), Some(4), Some(3), Some(1)][usize::from(kind % 5)];
    if let Some(index) = damaged {
        files[index].1 = part.to_vec();
    }
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in files {
        archive.start_file(name, zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored)).ok()?;
        std::io::Write::write_all(&mut archive, &content).ok()?;
    }
    Some(archive.finish().ok()?.into_inner())
}

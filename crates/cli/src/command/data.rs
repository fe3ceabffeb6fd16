use std::path::Path;
use std::process::ExitCode;

use holdall_app::AppError;
use holdall_app::view::Kind;
use holdall_app::view::record::{FindRecords, GetRecord, RecordDetail, RecordRow, StatusView};
use holdall_app::view::settings::ExportAll;
use holdall_app::view::support::{PreviewSupport, SaveSupport};
use holdall_app::view::vendor::{GetVendor, ListDirectory, ListVendors, VendorDetail};

use super::{Ended, not_confirmed};
use crate::args::FindArgs;
use crate::output::{Output, clean, table};
use crate::session::Session;

pub fn row_cells(row: &RecordRow) -> Vec<String> {
    let amount = row.amount.as_ref().map(|a| format!("{} {}", a.value, a.unit)).unwrap_or_default();
    let title = match row.status {
        StatusView::Booked => row.title.clone(),
        StatusView::Pending => format!("{} (pending)", row.title),
        StatusView::Void => format!("{} (cancelled)", row.title),
        StatusView::Info => format!("{} (for information)", row.title),
    };
    vec![row.id.to_string(), row.moment.clone().unwrap_or_default(), row.vendor.name.clone(), title, row.party.clone(), amount]
}

pub fn find(args: &FindArgs, session: &Session, output: &Output) -> Ended {
    let kinds = args.kind.iter().map(|k| parse_kind(k)).collect::<Result<_, _>>()?;
    let found = session.run(FindRecords {
        query: args.words.join(" "),
        kinds,
        vendors: args.vendor.clone(),
        from: args.from.clone(),
        to: args.to.clone(),
        import_id: args.import,
        cursor: args.cursor.clone(),
        limit: args.limit,
    })?;
    output.show(&found, |found| {
        let mut text = table(&found.rows.iter().map(row_cells).collect::<Vec<_>>());
        let more = if found.total_is_exact { "" } else { "more than " };
        text.push_str(&format!("{} of {more}{}\n", found.rows.len(), found.total));
        if let Some(next) = &found.next {
            text.push_str(&format!("Go on with --cursor {next}\n"));
        }
        text
    })?;
    Ok(ExitCode::SUCCESS)
}

fn parse_kind(text: &str) -> Result<Kind, AppError> {
    serde_json::from_value(serde_json::Value::String(text.to_owned()))
        .map_err(|_| AppError::bad_request("a kind is a word such as flight, order_line or bank_transaction"))
}

pub fn show(id: i64, session: &Session, output: &Output) -> Ended {
    let detail = session.run(GetRecord { id })?;
    output.show(&detail, detail_text)?;
    Ok(ExitCode::SUCCESS)
}

fn detail_text(detail: &RecordDetail) -> String {
    let mut text = table(&[row_cells(&detail.row)]);
    let mut facts: Vec<Vec<String>> = detail.fields.iter().map(|f| vec![format!("  {}", f.label), f.value.clone()]).collect();
    for (label, value) in [("  Account", &detail.account), ("  Vendor's id", &detail.external_id)] {
        if !value.is_empty() {
            facts.push(vec![label.to_owned(), value.clone()]);
        }
    }
    text.push_str(&table(&facts));
    let source = &detail.source;
    let entry = if source.entry.is_empty() { String::new() } else { format!(" › {}", source.entry) };
    text.push_str(&format!("\nWhere this came from: {}{}, row {}\n", clean(&source.file_name), clean(&entry), source.row));
    text.push_str(&table(&source.cells.iter().map(|c| vec![format!("  {}", c.header), c.text.clone()]).collect::<Vec<_>>()));
    if let Some(note) = &source.note {
        text.push_str(&format!("  {note}\n"));
    }
    if let Some(raw) = &source.raw {
        text.push_str(&format!("  {}\n", clean(raw)));
    }
    text
}

pub fn vendors(slug: Option<&str>, session: &Session, output: &Output) -> Ended {
    if let Some(slug) = slug {
        let detail = session.run(GetVendor { slug: slug.to_owned() })?;
        output.show(&detail, vendor_text)?;
        return Ok(ExitCode::SUCCESS);
    }
    let vendors = session.run(ListVendors {})?;
    output.show(&vendors, |vendors| {
        let rows: Vec<Vec<String>> = vendors
            .iter()
            .map(|v| {
                let kinds: Vec<String> = v.kinds.iter().map(|k| format!("{} {}", k.count, k.label.to_lowercase())).collect();
                let period = v.period.as_ref().map(|p| format!("{} to {}", p.from, p.to)).unwrap_or_default();
                vec![v.vendor.slug.clone(), v.vendor.name.clone(), kinds.join(", "), period]
            })
            .collect();
        if rows.is_empty() { "No data yet. Start with: holdall import FILE".to_owned() } else { table(&rows) }
    })?;
    Ok(ExitCode::SUCCESS)
}

fn vendor_text(detail: &VendorDetail) -> String {
    let summary = &detail.summary;
    let mut text = format!("{}: {} records\n", summary.vendor.name, summary.records);
    let sums: Vec<String> = detail.sums.iter().map(|s| format!("{} {}", s.total, s.unit)).collect();
    if !sums.is_empty() {
        text.push_str(&format!("Total {}\n", sums.join(", ")));
    }
    let months: Vec<Vec<String>> = detail
        .months
        .iter()
        .map(|m| {
            let sums: Vec<String> = m.sums.iter().map(|s| format!("{} {}", s.total, s.unit)).collect();
            vec![format!("  {}", m.month), m.count.to_string(), sums.join(", ")]
        })
        .collect();
    text.push_str(&table(&months));
    if let Some(how) = &detail.how_to_get {
        text.push_str("How to get your data:\n");
        for step in &how.steps {
            text.push_str(&format!("  - {step}\n"));
        }
    }
    text
}

pub fn directory(session: &Session, output: &Output) -> Ended {
    let directory = session.run(ListDirectory {})?;
    output.show(&directory, |directory| {
        table(
            &directory
                .iter()
                .map(|h| vec![h.vendor.slug.clone(), h.vendor.name.clone(), h.link.clone().unwrap_or_default()])
                .collect::<Vec<_>>(),
        )
    })?;
    Ok(ExitCode::SUCCESS)
}

pub fn export(dir: &Path, yes: bool, into_cloud: bool, session: &Session, output: &Output) -> Ended {
    if !yes && !output.confirm("These files leave the vault unencrypted: anyone who can open the folder can read them. Go on?") {
        return Err(not_confirmed());
    }
    let exported = session.run_watched(ExportAll { dir: dir.to_string_lossy().into_owned(), into_cloud })?;
    output.show(&exported, |e| {
        format!("{} records and {} originals written to {}. These files are not encrypted.", e.records, e.originals, e.dir)
    })?;
    Ok(ExitCode::SUCCESS)
}

pub fn support(file: Option<&Path>, session: &Session, output: &Output) -> Ended {
    let shown = session.run(PreviewSupport {})?;
    output.show(&shown, |shown| shown.text.clone())?;
    if let Some(file) = file {
        session.run(SaveSupport { file: file.display().to_string(), text: shown.text })?;
    }
    Ok(ExitCode::SUCCESS)
}

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

use holdall_app::AppError;
use holdall_app::view::grant::{GetGrant, GrantDetail, GrantSummary, ListGrants, RevokeGrant, Sync};
use holdall_app::view::partner::{ListOffers, OfferView};
use holdall_app::view::proof::{ExportProof, ProofReport, ProofVerdict, VerifyProof};
use holdall_app::view::share::{ConfirmShare, PreviewShare, SharePreview, StrandChoice};

use super::{Ended, not_confirmed};
use crate::args::ShareArgs;
use crate::output::{Output, clean, table};
use crate::session::Session;

pub fn share(args: &ShareArgs, session: &Session, output: &Output) -> Ended {
    let request = PreviewShare {
        partner: args.partner.clone(),
        purpose: args.purpose.clone(),
        strands: strand_choices(args, session)?,
        days: args.days,
    };
    let preview = session.run_watched(request)?;
    if args.preview {
        output.show(&preview, preview_text)?;
        return Ok(ExitCode::SUCCESS);
    }
    if let Some(problem) = preview.problems.first() {
        return Err(AppError::new("cannot-share", clean(problem), "Choose other data, or another offer. Nothing was sent."));
    }
    if !args.yes {
        Output::aside(&preview_text(&preview));
        if !output.confirm(&format!("Share these {} records with {}?", preview.rows, clean(&preview.partner_name))) {
            return Err(not_confirmed());
        }
    }
    let detail = session.run_watched(ConfirmShare { preview_id: preview.preview_id, sha256: preview.sha256 })?;
    output.show(&detail, detail_text)?;
    Ok(ExitCode::SUCCESS)
}

/// Words of the command line to the choices the app knows. Without any, the least the partner requires.
fn strand_choices(args: &ShareArgs, session: &Session) -> Result<Vec<StrandChoice>, AppError> {
    if args.fields.is_empty() && args.without.is_empty() && args.since.is_none() && args.until.is_none() {
        return Ok(Vec::new());
    }
    let offers = session.run(ListOffers { partner: Some(args.partner.clone()) })?;
    let offer = offers.iter().find(|o| o.purpose == args.purpose).ok_or_else(|| AppError::not_found("offer"))?;
    let mut extra: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for field in &args.fields {
        let (strand, name) = offer
            .strands
            .iter()
            .find_map(|s| {
                field.strip_prefix(s.strand.as_str()).and_then(|rest| rest.strip_prefix('.')).map(|name| (s.strand.as_str(), name))
            })
            .ok_or_else(|| AppError::bad_request("a field is written like flights.cabinClass, as the offer lists it"))?;
        extra.entry(strand).or_default().push(name.to_owned());
    }
    Ok(required_plus(offer, &extra, args))
}

fn required_plus(offer: &OfferView, extra: &BTreeMap<&str, Vec<String>>, args: &ShareArgs) -> Vec<StrandChoice> {
    offer
        .strands
        .iter()
        .filter(|s| s.required || extra.contains_key(s.strand.as_str()))
        .map(|s| {
            let mut fields: Vec<String> = s.fields.iter().filter(|f| f.required).map(|f| f.name.clone()).collect();
            fields.extend(extra.get(s.strand.as_str()).into_iter().flatten().cloned());
            StrandChoice {
                strand: s.strand.clone(),
                fields,
                since: args.since.clone(),
                until: args.until.clone(),
                exclude: args.without.clone(),
            }
        })
        .collect()
}

fn preview_text(preview: &SharePreview) -> String {
    let mut text = format!("{}\n\n", clean_lines(&preview.notice));
    for part in &preview.tables {
        text.push_str(&format!("{}: {} rows\n", clean(&part.label), part.total_rows));
        let mut rows = vec![part.columns.clone()];
        rows.extend(part.rows.iter().take(10).cloned());
        text.push_str(&table(&rows));
        if part.total_rows > 10 {
            text.push_str(&format!("… and {} more\n", part.total_rows - 10));
        }
    }
    for sentence in preview.others.iter().chain(&preview.problems) {
        text.push_str(&format!("Look: {}\n", clean(sentence)));
    }
    text.push_str(&format!("{} bytes, SHA-256 {}\nUntil {}. Nothing has been sent.\n", preview.bytes, preview.sha256, preview.ends));
    text
}

fn clean_lines(text: &str) -> String {
    text.lines().map(clean).collect::<Vec<_>>().join("\n")
}

fn summary_cells(g: &GrantSummary) -> Vec<String> {
    vec![
        g.grant_id.clone(),
        g.partner_name.clone(),
        g.title.clone(),
        g.state_label.clone(),
        format!("until {}", g.ends),
        format!("{} records", g.rows),
    ]
}

fn detail_text(detail: &GrantDetail) -> String {
    let mut text = table(&[summary_cells(&detail.summary)]);
    for event in &detail.events {
        let signed = if event.signed_by_partner { " [signed by the partner]" } else { "" };
        text.push_str(&format!("  {}  {}{signed}\n", event.at, clean(&event.text)));
    }
    for benefit in &detail.benefits {
        let code = benefit.code.as_ref().map(|c| format!(" (code {})", clean(c))).unwrap_or_default();
        text.push_str(&format!("  You got: {}{code}\n", clean(&benefit.text)));
    }
    if let Some(waiting) = &detail.waiting {
        text.push_str(&format!("  {}\n", clean(waiting)));
    }
    text
}

pub fn grants(grant_id: Option<String>, session: &Session, output: &Output) -> Ended {
    if let Some(grant_id) = grant_id {
        let detail = session.run(GetGrant { grant_id })?;
        output.show(&detail, detail_text)?;
        return Ok(ExitCode::SUCCESS);
    }
    let grants = session.run(ListGrants {})?;
    output.show(&grants, |grants| {
        if grants.is_empty() { "You share nothing.".to_owned() } else { table(&grants.iter().map(summary_cells).collect::<Vec<_>>()) }
    })?;
    Ok(ExitCode::SUCCESS)
}

pub fn revoke(grant_id: &str, yes: bool, session: &Session, output: &Output) -> Ended {
    if !yes {
        let detail = session.run(GetGrant { grant_id: grant_id.to_owned() })?;
        for sentence in &detail.if_you_stop {
            Output::aside(sentence);
        }
        if !output.confirm("Stop this share?") {
            return Err(not_confirmed());
        }
    }
    let detail = session.run_watched(RevokeGrant { grant_id: grant_id.to_owned() })?;
    output.show(&detail, detail_text)?;
    Ok(ExitCode::SUCCESS)
}

pub fn sync(session: &Session, output: &Output) -> Ended {
    let synced = session.run_watched(Sync {})?;
    output.show(&synced, |s| {
        let mut text = format!("{} messages delivered, {} answers fetched.\n", s.delivered, s.answers);
        for failure in &s.failures {
            text.push_str(&format!("  {}: {}\n", clean(&failure.partner_name), clean(&failure.reason)));
        }
        text.push_str(&table(&s.changed.iter().map(summary_cells).collect::<Vec<_>>()));
        text
    })?;
    let unreachable = AppError::new("partner-unreachable", "", "").exit_code();
    Ok(if synced.failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(unreachable) })
}

pub fn proof(grant_id: &str, file: &Path, session: &Session, output: &Output) -> Ended {
    let written = session.run(ExportProof { grant_id: grant_id.to_owned(), path: file.to_string_lossy().into_owned() })?;
    output.show(&written, |w| {
        format!(
            "Proof written to {} ({} bytes).\nAnybody can check it, without Holdall or with: holdall verify {}",
            w.path, w.bytes, w.path
        )
    })?;
    Ok(ExitCode::SUCCESS)
}

pub fn verify(file: &Path, session: &Session, output: &Output) -> Ended {
    let report = session.run(VerifyProof { path: file.to_string_lossy().into_owned() })?;
    output.show(&report, report_text)?;
    let code = match report.verdict {
        ProofVerdict::Complete => return Ok(ExitCode::SUCCESS),
        ProofVerdict::Incomplete => "proof-incomplete",
        ProofVerdict::Invalid => "proof-invalid",
    };
    Ok(ExitCode::from(AppError::new(code, "", "").exit_code()))
}

fn report_text(report: &ProofReport) -> String {
    let mut text = String::new();
    for check in &report.checks {
        text.push_str(&format!("  {} {}\n", if check.ok { "yes" } else { "NO " }, clean(&check.text)));
    }
    for gap in &report.gaps {
        text.push_str(&format!("  missing: {}\n", clean(gap)));
    }
    text.push_str(match report.verdict {
        ProofVerdict::Complete => "The proof is genuine and complete.",
        ProofVerdict::Incomplete => "Everything in the proof is genuine, and something is missing.",
        ProofVerdict::Invalid => "The proof is not genuine.",
    });
    text
}

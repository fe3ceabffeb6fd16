use std::ops::ControlFlow;

use holdall_model::{Moment, Period};
use holdall_sharing::{Choice, Preview, PreviewBuilder, StrandChoice, SystemEntropy};
use holdall_vault::Query;
use jiff::civil::Date;

use crate::view::share::{PreviewShare, PreviewTable, SharePreview};
use crate::{App, AppError, Run, Task, lock, partner, time};

/// Rows per strand that a face is given at once.
const SHOWN_ROWS: usize = 500;
/// Bytes of the plain text that a face is given.
const SHOWN_BYTES: usize = 64 << 10;

impl Run for PreviewShare {
    fn run(self, app: &App, task: &Task) -> Result<SharePreview, AppError> {
        let vault = app.vault()?;
        let partner = partner::refreshed(app, &vault, &self.partner)?;
        let choice = choice(&self)?;
        let mut builder = PreviewBuilder::new(&partner, &self.purpose, &choice, &partner::languages(), app.clock().now(), &SystemEntropy)?;
        let queries: Vec<Query> = builder
            .slices()
            .iter()
            .map(|s| Query { kinds: s.kinds.clone(), period: period(s.since, s.until), ..Query::default() })
            .collect();
        task.phase("reading", None)?;
        for query in queries {
            vault.visit(&query, task, |stored| {
                builder.push(stored.id.0, &stored.record, &stored.vendor);
                ControlFlow::Continue(())
            })?;
        }
        let preview = builder.finish(&SystemEntropy)?;
        let id = uuid::Uuid::new_v4().to_string();
        let view = view(&id, &preview);
        lock(&app.shares).put(id, preview);
        Ok(view)
    }
}

fn choice(request: &PreviewShare) -> Result<Choice, AppError> {
    let strands = request
        .strands
        .iter()
        .map(|s| {
            Ok(StrandChoice {
                strand: s.strand.clone(),
                fields: s.fields.clone(),
                since: day(&s.since)?,
                until: day(&s.until)?,
                exclude: s.exclude.iter().copied().collect(),
            })
        })
        .collect::<Result<_, AppError>>()?;
    Ok(Choice { strands, days: request.days })
}

fn day(text: &Option<String>) -> Result<Option<Date>, AppError> {
    text.as_deref().filter(|t| !t.trim().is_empty()).map(|t| time::parse_day(t).map(|m| m.date())).transpose()
}

fn period(since: Option<Date>, until: Option<Date>) -> Option<Period> {
    if since.is_none() && until.is_none() {
        return None;
    }
    Some(Period { from: Moment::from_date(since.unwrap_or(Date::MIN)), to: Moment::from_date(until.unwrap_or(Date::MAX)) })
}

fn view(id: &str, preview: &Preview) -> SharePreview {
    let tables = preview.tables(SHOWN_ROWS).into_iter().map(|t| PreviewTable {
        strand: t.strand,
        label: t.label,
        columns: t.columns,
        rows: t.rows,
        record_ids: t.record_ids,
        total_rows: t.total_rows,
    });
    SharePreview {
        preview_id: id.to_owned(),
        sha256: preview.sha256().to_owned(),
        bytes: preview.bytes(),
        rows: preview.rows(),
        tables: tables.collect(),
        text: preview.text(SHOWN_BYTES),
        partner: preview.origin().to_owned(),
        partner_name: preview.partner_name(),
        purpose: preview.offer().purpose.clone(),
        title: preview.offer().title.clone(),
        gives_back: preview.offer().gives_back.clone(),
        notice: preview.notice().to_owned(),
        ends: preview.ends(),
        others: preview.others().to_vec(),
        left_out: preview.left_out().to_vec(),
        problems: preview.problems().to_vec(),
    }
}

//! Searching, listing and opening records.

use holdall_model::{Period, Property, Quantity, Record, ValueType};
use holdall_vault::{Cursor, Hit, ImportId, Query, RecordId, StoredRecord, Total, Vault};

use crate::vendor::reference;
use crate::view::record::{
    EarlierForm, FieldView, FindRecords, Found, GetRecord, RecordDetail, RecordRow, SourceCell, SourceView, ValueForm,
};
use crate::{App, AppError, Run, Task, time};

const MOST_ROWS: u32 = 1000;

/// One line for a record that is not stored yet (id 0) or is.
pub fn row(id: i64, vendor: &str, record: &Record) -> RecordRow {
    RecordRow {
        id,
        kind: record.kind.into(),
        moment: record.moment.map(|m| m.to_string()),
        title: record.title.clone(),
        party: record.party.clone(),
        amount: record.amount.map(Into::into),
        status: record.status.into(),
        vendor: reference(vendor),
    }
}

pub fn hit_row(hit: &Hit) -> RecordRow {
    RecordRow {
        id: hit.id.0,
        kind: hit.kind.into(),
        moment: hit.moment.map(|m| m.to_string()),
        title: hit.title.clone(),
        party: hit.party.clone(),
        amount: hit.amount.map(|q: Quantity| q.into()),
        status: hit.status.into(),
        vendor: reference(&hit.vendor),
    }
}

impl Run for FindRecords {
    fn run(self, app: &App, _: &Task) -> Result<Found, AppError> {
        let page = app.vault()?.find(&query(&self)?)?;
        let (total, total_is_exact) = match page.total {
            Total::Exactly(n) => (n, true),
            Total::MoreThan(n) => (n, false),
        };
        Ok(Found { rows: page.hits.iter().map(hit_row).collect(), total, total_is_exact, next: page.next.map(|c| c.0.to_string()) })
    }
}

fn query(request: &FindRecords) -> Result<Query, AppError> {
    let day = |text: &Option<String>| text.as_deref().filter(|t| !t.trim().is_empty()).map(time::parse_day).transpose();
    let (from, to) = (day(&request.from)?, day(&request.to)?);
    let period = match (from, to) {
        (None, None) => None,
        (from, to) => Some(Period {
            from: from.map_or_else(|| time::parse_day("0001-01-01"), Ok)?,
            to: to.map_or_else(|| time::parse_day("9999-12-31"), Ok)?,
        }),
    };
    let after = request.cursor.as_deref().map(|c| c.parse().map(Cursor)).transpose();
    Ok(Query {
        text: request.query.clone(),
        kinds: request.kinds.iter().map(|k| (*k).into()).collect(),
        vendors: request.vendors.clone(),
        period,
        import: request.import_id.map(ImportId),
        limit: if request.limit == 0 { 50 } else { request.limit.min(MOST_ROWS) },
        after: after.map_err(|_| AppError::bad_request("the cursor is not one that an earlier page gave"))?,
        ..Query::default()
    })
}

impl Run for GetRecord {
    fn run(self, app: &App, _: &Task) -> Result<RecordDetail, AppError> {
        let vault = app.vault()?;
        let stored = vault.record(RecordId(self.id))?;
        let mut history = Vec::new();
        if stored.earlier_versions > 0 {
            let imports = vault.imports()?;
            for version in vault.earlier_versions(stored.id)? {
                let by = imports.iter().find(|i| i.id == version.replaced_by);
                // A wording that gave way to another one of its own file did so when the file was read anew.
                let anew = by.filter(|_| version.import == version.replaced_by).and_then(|i| crate::import::note_of(i).ok()?.reread_at);
                let until = anew.or(by.map(|i| i.at)).map(time::rfc3339_ms).unwrap_or_default();
                history.push(EarlierForm { until, row: row(stored.id.0, &stored.vendor, &version.record) });
            }
        }
        Ok(RecordDetail {
            row: row(stored.id.0, &stored.vendor, &stored.record),
            account: stored.record.account.clone(),
            external_id: stored.record.external_id.clone(),
            fields: stored.record.fields.iter().map(|(property, value)| field(property, value)).collect(),
            source: source(&vault, &stored)?,
            history,
        })
    }
}

fn why_not_shown(error: &AppError) -> String {
    if error.code == "password-needed" {
        return "The file is locked with a password, which Holdall does not keep, so its row is not shown here.".to_owned();
    }
    format!("The row itself cannot be shown. {} {}", error.title, error.what_to_do)
}

fn field(property: Property, value: &str) -> FieldView {
    let form = match property.value_type() {
        ValueType::Text => ValueForm::Text,
        ValueType::Number => ValueForm::Number,
        ValueType::Quantity => ValueForm::Quantity,
        ValueType::Moment => ValueForm::Moment,
        ValueType::Duration => ValueForm::Duration,
        ValueType::Truth => ValueForm::Truth,
        ValueType::Url => ValueForm::Url,
    };
    FieldView { name: property.name().to_owned(), label: property.label().to_owned(), value: value.to_owned(), form }
}

/// Reads the record's own row back from the kept original. Where that cannot be read, the record is there all the same.
fn source(vault: &Vault, stored: &StoredRecord) -> Result<SourceView, AppError> {
    let imports = vault.imports()?;
    let import = imports.iter().find(|i| i.id == stored.import).ok_or_else(|| AppError::not_found("import"))?;
    let locator = &stored.record.locator;
    let plan = crate::import::plan_of(import, locator)?;
    let original = crate::import::original(vault, import);
    let read = holdall_importer::source_row(&original, &plan, &holdall_importer::Options::default(), locator).map_err(AppError::from);
    let (row, note) = match read {
        Ok(row) => (Some(row), None),
        Err(error) => (None, Some(why_not_shown(&error))),
    };
    let (raw, cells) = row.map(|row| (row.raw, row.cells)).unzip();
    let cells: Vec<_> = cells.unwrap_or_default();
    Ok(SourceView {
        import_id: import.id.0,
        file_name: import.file_name.clone(),
        entry: plan.label,
        row: locator.row,
        imported_at: time::rfc3339_ms(import.at),
        raw: raw.filter(|_| cells.is_empty()),
        note,
        cells: cells.into_iter().map(|(header, text)| SourceCell { header, text }).collect(),
    })
}

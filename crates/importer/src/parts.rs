//! Rows of one table that tell parts of the amounts in another one of the same archive, such as the tax and the discount on an item.

use std::collections::HashMap;

use holdall_model::{Diagnostic, Property, Quantity, Record, Severity, Task};
use rust_decimal::Decimal;

use crate::definition::{self, Table};
use crate::error::ImportError;
use crate::inspect::{FilePlan, FileReport, Options, Outcome};
use crate::normalise::{self, Bad, Normaliser, exact_sum};
use crate::read::with_input;
use crate::source::Source;
use crate::table::read::{Met, Plan, Preamble, facts, walk};

/// The fact of a plan that holds the plan of its parts.
const FACT: &str = "part";
/// Ids whose parts are kept at once.
const MOST: usize = 1_000_000;

/// Tells each table of whose rows another one holds parts where that is. A table of parts is nothing by itself.
pub(crate) fn find(files: &mut [FileReport]) {
    for i in 0..files.len() {
        let Outcome::Recognised { plan, .. } = &files[i].outcome else { continue };
        let Some((vendor, export)) = definition::export(&plan.vendor, &plan.export) else { continue };
        let Some(whole) = export.table().and_then(|t| t.part_of.as_deref()) else { continue };
        let told = serde_json::to_string(plan).unwrap_or_default();
        let is_whole = |file: &FileReport| match &file.outcome {
            Outcome::Recognised { plan, .. } => plan.vendor == vendor.slug && plan.export == whole && plan.decisions.fact(FACT).is_none(),
            _ => false,
        };
        let found = (0..files.len()).find(|j| is_whole(&files[*j]) && folder(&files[*j].label) == folder(&files[i].label));
        let name = || definition::export(vendor.slug, whole).map_or(whole, |(_, e)| e.name.as_str());
        files[i].outcome = if let Some(j) = found {
            let why = format!("Its amounts are added to the rows of {}.", files[j].label);
            if let Outcome::Recognised { plan, .. } = &mut files[j].outcome {
                plan.decisions.set(FACT, told);
            }
            Outcome::Ignored { why }
        } else {
            let why = format!("It tells parts of amounts, and not of what. Import the whole archive, with {}.", name());
            Outcome::Unknown { reasons: vec![why] }
        };
    }
}

fn folder(label: &str) -> &str {
    label.rsplit_once(['/', '\\']).map_or("", |(folder, _)| folder)
}

/// What the parts of one id come to.
#[derive(Default)]
struct Part {
    sum: Option<Quantity>,
    /// Of these, what was taken off.
    off: Decimal,
    /// Why it cannot be told.
    broken: Option<Bad>,
    used: bool,
}

/// All parts, by a short hash of the id they tell.
pub(crate) struct Parts {
    by_id: HashMap<[u8; 16], Part>,
    /// Rows whose id cannot be read either.
    lost: u64,
    label: String,
}

impl Parts {
    /// Reads the table that the plan names, if it names one. Fails where it tells of more rows than can be kept.
    pub fn gather(source: &Source, plan: &FilePlan, options: &Options, task: &Task) -> Result<Option<Self>, ImportError> {
        let Some(told) = plan.decisions.fact(FACT) else { return Ok(None) };
        let missing = || ImportError::NoSuchExport { export: format!("{}/{}", plan.vendor, plan.export) };
        let plan: FilePlan = serde_json::from_str(told).map_err(|_| missing())?;
        let table = definition::export(&plan.vendor, &plan.export).and_then(|(_, e)| e.table()).ok_or_else(missing)?;
        let mut parts = Self { by_id: HashMap::new(), lost: 0, label: plan.label.clone() };
        let task = task.beside();
        with_input(source, &plan, options, &task, |input| {
            let decided = Plan::from_decisions(&plan.decisions);
            let mut reading: Option<Normaliser<'_>> = None;
            walk(table, &decided, input, |met| {
                match (met, &mut reading) {
                    (Met::Headings(positions, _), _) => {
                        reading = Some(Normaliser::new(table, positions, facts(table, &decided, Preamble::default())));
                    }
                    (Met::Row(row), Some(_)) if row.damage.is_some() => parts.lost += 1,
                    (Met::Row(row), Some(normaliser)) => parts.row(table, normaliser, row, row.locator()),
                    _ => {}
                }
                if parts.by_id.len() > MOST {
                    return Err(ImportError::TooLarge { at: input.at(), what: "the number of rows with parts", limit: MOST as u64 });
                }
                Ok(())
            })
        })?;
        Ok(Some(parts))
    }

    fn row(&mut self, table: &Table, normaliser: &mut Normaliser<'_>, cells: &impl normalise::Cells, locator: holdall_model::Locator) {
        let told = match normaliser.row(cells, locator) {
            normalise::Outcome::Record => normaliser.record.amount,
            normalise::Outcome::Bad(_) => None,
            _ => return,
        };
        // A row that cannot be read may still tell whose it is.
        let id = table.columns.iter().position(|c| c.uses.iter().any(|u| u.role == definition::Role::Id));
        let id = id.and_then(|column| normaliser.cell_of(column)).map_or("", |i| cells.cell(i));
        let Some(id) = short(id) else {
            self.lost += 1;
            return;
        };
        let part = self.by_id.entry(id).or_default();
        let Some(told) = told else {
            part.broken = Some(UNREADABLE);
            return;
        };
        if told.value.is_sign_negative() {
            match exact_sum(part.off, told.value) {
                Some(off) => part.off = off,
                None => part.broken = Some(UNREADABLE),
            }
        }
        match part.sum {
            None => part.sum = Some(told),
            Some(sum) if sum.unit == told.unit => match exact_sum(sum.value, told.value) {
                Some(value) => part.sum = Some(Quantity::new(value, sum.unit)),
                None => part.broken = Some(UNREADABLE),
            },
            Some(_) => part.broken = Some(TWO_CURRENCIES),
        }
    }

    /// Puts the sum of its parts in the place of a record's amount, and says what was done.
    pub fn complete(&mut self, record: &mut Record) -> Result<(&'static str, &'static str), Bad> {
        let Some(part) = short(&record.external_id).and_then(|id| self.by_id.get_mut(&id)) else { return Ok(NONE) };
        match (part.broken, std::mem::replace(&mut part.used, true)) {
            (Some(bad), _) => return Err(bad),
            (None, true) => return Err(TWICE),
            (None, false) => {}
        }
        let Some(sum) = part.sum else { return Ok(NONE) };
        record.amount = Some(sum);
        if let Some(discount) = Property::named("discount").filter(|_| !part.off.is_zero()) {
            record.fields.set(discount, &format!("{} {}", part.off, sum.unit));
        }
        Ok(("parts-added", "The amount is the sum of price, tax and discounts, which another table of this archive tells."))
    }

    /// What of the parts belongs to no row.
    pub fn left(self) -> Option<Diagnostic> {
        let count = self.by_id.values().filter(|part| !part.used).count() as u64 + self.lost;
        let text = format!("Amounts in {} that belong to no row of this table: {count}. They were left out.", self.label);
        (count > 0).then(|| Diagnostic::new("parts-left", Severity::Warning, text))
    }
}

const NONE: (&str, &str) =
    ("parts-missing", "The table of amounts tells nothing of this item: its price is told without tax and discounts.");
const UNREADABLE: Bad =
    Bad { id: "part-unreadable", column: None, text: "Another table tells a part of this amount, and that part cannot be read." };
const TWO_CURRENCIES: Bad =
    Bad { id: "mixed-currencies", column: None, text: "Another table tells the parts of this amount in more than one currency." };
const TWICE: Bad =
    Bad { id: "part-used", column: None, text: "The parts of this amount were added to an earlier row with the same id already." };

fn short(id: &str) -> Option<[u8; 16]> {
    let id = crate::table::number::unwrap(id);
    (!id.is_empty()).then(|| *blake3::hash(id.as_bytes()).as_bytes().first_chunk().unwrap_or(&[0; 16]))
}

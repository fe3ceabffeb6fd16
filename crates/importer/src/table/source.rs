//! A kept row's own text back to named cells, for a person to look at.

use serde_json::Value;

use super::csv::{Dialect, Rows};
use super::letters;
use super::read::Plan;
use crate::error::ImportError;
use crate::input::Input;

/// Headings as the file writes them, beside the row's cells.
pub(crate) fn cells(plan: &Plan, input: &Input<'_>, raw: &str) -> Result<Vec<(String, String)>, ImportError> {
    let mut headings: Vec<String> = Vec::new();
    if plan.header_row > 0 {
        let mut rows = plan.rows(input)?;
        while let Some(row) = rows.next(input)? {
            if row.number == plan.header_row {
                headings = row.iter().map(|c| c.trim().to_owned()).collect();
                break;
            }
        }
    }
    let mut rows = Rows::new(raw.as_bytes(), Dialect { delimiter: plan.delimiter }, input.limits());
    let Some(row) = rows.next(input)? else { return Ok(Vec::new()) };
    Ok(row.iter().enumerate().map(|(i, cell)| (headings.get(i).cloned().unwrap_or_default(), cell.to_owned())).collect())
}

/// The fields of one element, each with its path.
pub(crate) fn element(raw: &str, mojibake: bool) -> Vec<(String, String)> {
    // One element is capped at 1 MiB, so a tree of it is small enough.
    let raw = letters::mended(raw.trim_start_matches(|c: char| c.is_whitespace() || c == ','));
    let mut found = Vec::new();
    if let Some(Ok(value)) = serde_json::Deserializer::from_str(&raw).into_iter::<Value>().next() {
        flatten(&value, &mut String::new(), &mut found);
    }
    if mojibake {
        found.iter_mut().for_each(|(_, text)| *text = letters::from_bytes(text).into_owned());
    }
    found
}

fn flatten(value: &Value, path: &mut String, found: &mut Vec<(String, String)>) {
    let depth = path.len();
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                if depth > 0 {
                    path.push_str(" / ");
                }
                path.push_str(name);
                flatten(value, path, found);
                path.truncate(depth);
            }
        }
        Value::Array(values) => values.iter().for_each(|v| flatten(v, path, found)),
        Value::Null => {}
        Value::String(text) => found.push((path.clone(), text.clone())),
        other => found.push((path.clone(), other.to_string())),
    }
}

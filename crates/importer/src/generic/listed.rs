//! The table in a JSON text that no definition knows: one of its lists of objects, each field of which is a column.

use super::find::Candidate;
use super::words;
use crate::decide::{Decisions, Question};
use crate::error::ImportError;
use crate::format::Answers;
use crate::input::Input;
use crate::table::survey::{Field, List, Survey, survey};

/// Names outside of the list that are told; a text with more of them is known well enough by these.
const NAMED: usize = 5;

/// The list that is read as a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Listing {
    /// As a definition's `records` tells it: `/transactions/*`.
    pub records: String,
    /// The path of each column.
    pub paths: Vec<String>,
    /// Columns in which nothing but numbers stands: their decimal mark is a point.
    pub numbers: Vec<bool>,
    /// Names of what stands beside the list, and is not read.
    pub outside: Vec<String>,
}

/// What came of looking for a list.
pub(crate) enum Listed {
    Candidate(Candidate),
    Ask(Question),
    Not(String),
    /// It only begins as JSON does.
    NoJson,
}

/// Looks for the list in the whole text. `earlier` is what was decided about other files before.
pub(crate) fn listed(input: &Input<'_>, answers: &Answers, earlier: &[Decisions]) -> Result<Listed, ImportError> {
    let survey = match survey(input) {
        Ok(survey) => survey,
        // Half a list is damaged; a text with no list at all may be anything.
        Err(ImportError::Damaged { at, .. }) if at.offset.is_none_or(|offset| offset < 16) => return Ok(Listed::NoJson),
        Err(error) => return Err(error),
    };
    if survey.too_many {
        return Ok(Listed::Not("It holds more kinds of fields than any table has.".to_owned()));
    }
    let lists: Vec<&List> = survey.lists().collect();
    let chosen = match lists[..] {
        [] => return Ok(Listed::Not("It is JSON, and holds no list of entries with named fields.".to_owned())),
        [only] => only,
        _ => {
            let question = question(&survey, &lists);
            let known = |list: &&&List| {
                let columns = headings(&paths(&survey, list));
                let headings = super::layout::joined(&columns);
                earlier.iter().any(|d| d.fact("list") == Some(list.path.as_str()) && d.fact("headings") == Some(headings.as_str()))
            };
            let answer = question.answered(answers).and_then(|told| lists.iter().find(|list| dotted(&list.path) == told));
            match answer.or_else(|| lists.iter().find(known)).copied().or_else(|| meant(&survey, &lists)) {
                Some(list) => list,
                None => return Ok(Listed::Ask(question)),
            }
        }
    };
    Ok(Listed::Candidate(candidate(&survey, chosen)))
}

/// The list that is meant where the others are mere parts and names: no dates and no numbers are in them.
fn meant<'l>(survey: &Survey, lists: &[&'l List]) -> Option<&'l List> {
    let fields = |list: &List| {
        let start = format!("{}/", list.path);
        survey.fields.iter().filter(move |f| f.path.starts_with(&start))
    };
    let name = |field: &Field| spelled(field.path.rsplit('/').find(|part| *part != "*").unwrap_or(""));
    let told = |list: &List| fields(list).any(|f| f.numbers > 0 && !words::is_label(&name(f)) || words::speaks_of_time(&name(f)));
    let telling: Vec<&&List> = lists.iter().filter(|list| told(list)).collect();
    match telling[..] {
        [only] => Some(only),
        _ => None,
    }
}

fn candidate(survey: &Survey, list: &List) -> Candidate {
    let within = |field: &&Field| field.path.starts_with(&format!("{}/", list.path));
    let fields: Vec<&Field> = survey.fields.iter().filter(within).collect();
    let paths = paths(survey, list);
    let mut outside: Vec<String> = survey.fields.iter().filter(|f| !within(f) && f.path != list.path).map(|f| dotted(&f.path)).collect();
    outside.truncate(NAMED);
    let listing =
        Listing { records: list.path.clone(), numbers: fields.iter().map(|f| f.numbers > 0 && f.texts == 0).collect(), outside, paths };
    Candidate::listed(headings(&listing.paths), dotted(&list.path), listing)
}

/// The fields of a list's entries, each from its entry on.
fn paths(survey: &Survey, list: &List) -> Vec<String> {
    survey.fields.iter().filter_map(|f| f.path.strip_prefix(&list.path)).filter(|p| p.starts_with('/')).map(str::to_owned).collect()
}

fn headings(paths: &[String]) -> Vec<String> {
    paths.iter().map(|path| spelled(&dotted(path))).collect()
}

/// `/merchant/*/name` as `merchant.name`; the whole text as `top`.
fn dotted(path: &str) -> String {
    let names: Vec<&str> = path.split('/').filter(|name| !name.is_empty() && *name != "*").collect();
    if names.is_empty() { "top".to_owned() } else { names.join(".") }
}

/// `bookingDate` and `booking_date` as `booking date`.
pub(crate) fn spelled(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    let mut small_before = false;
    for c in name.chars() {
        match c {
            '_' | '-' => out.push(' '),
            c if c.is_uppercase() && small_before => {
                out.push(' ');
                out.extend(c.to_lowercase());
            }
            c => out.extend(c.to_lowercase()),
        }
        small_before = c.is_lowercase() || c.is_ascii_digit();
    }
    crate::definition::normal(&out)
}

fn question(survey: &Survey, lists: &[&List]) -> Question {
    let question = Question::new("list", "This file holds more than one list. Which one is to be read?");
    lists.iter().fold(question, |question, list| {
        let names: Vec<String> = headings(&paths(survey, list)).into_iter().take(NAMED).collect();
        let entries = if list.objects == 1 { "1 entry".to_owned() } else { format!("{} entries", list.objects) };
        let id = dotted(&list.path);
        question.choice(&id, format!("{id}: {entries} with {}", names.join(", ")))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_programs_are_spelled_as_people_write_headings() {
        for (name, words) in [
            ("bookingDate", "booking date"),
            ("booking_date", "booking date"),
            ("IBAN", "iban"),
            ("amountEUR", "amount eur"),
            ("transaction.valueDate", "transaction.value date"),
            ("Booking  Date", "booking date"),
        ] {
            assert_eq!(spelled(name), words);
        }
        assert_eq!([dotted("/*"), dotted("/a/*/b/*")], ["top", "a.b"]);
    }
}

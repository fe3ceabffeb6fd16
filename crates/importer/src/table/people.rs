//! Tables with a column for each person of a group, such as Splitwise's: what each is owed by a row, or owes. Whose column counts is asked.

use rust_decimal::Decimal;

use super::number::{self, Mark, unwrap};
use super::read::{Met, Plan, walk};
use crate::decide::Question;
use crate::definition::{Role, Table, normal};
use crate::error::ImportError;
use crate::format::Answers;
use crate::input::Input;
use crate::normalise::{Cells, Positions, exact_sum};

/// What rounding may leave of a row that was split.
const LEFT: Decimal = Decimal::from_parts(2, 0, 0, false, 2);

/// The columns without a meaning of their own that hold numbers, if those of each row come to nothing: what one is owed, others owe.
pub(crate) fn columns(positions: &Positions, rows: &[(u64, Vec<String>)]) -> Option<Vec<usize>> {
    let value = |cell: &str| [Mark::Dot, Mark::Comma].iter().find_map(|mark| number::parse(cell, *mark).ok()).map(|a| a.value);
    let named = |i: &&usize| positions.headings.get(**i).is_some_and(|h| !h.is_empty());
    let filled = |i: &usize| rows.iter().map(|(_, cells)| unwrap(cells.cell(*i))).filter(|c| !c.is_empty()).collect::<Vec<_>>();
    let numbers = |i: &&usize| !filled(i).is_empty() && filled(i).iter().all(|cell| value(cell).is_some());
    let people: Vec<usize> = positions.extra.iter().filter(named).filter(numbers).copied().collect();
    let sum = |cells: &Vec<String>| people.iter().filter_map(|i| value(unwrap(cells.cell(*i)))).try_fold(Decimal::ZERO, exact_sum);
    let settled = |cells: &Vec<String>| sum(cells).is_some_and(|sum| sum.abs() <= LEFT);
    (people.len() > 1 && rows.iter().all(|(_, cells)| settled(cells))).then_some(people)
}

/// A person of the group: the column's number, the name above it, and what a row says of them.
struct Person {
    cell: usize,
    name: String,
    example: Option<String>,
}

/// Whose column the amounts are, or the question.
pub(crate) fn person(table: &Table, plan: &Plan, input: &Input<'_>, answers: &Answers) -> Result<Result<usize, Question>, ImportError> {
    let mut people = named(plan, input)?;
    let told: Vec<usize> =
        (0..table.columns.len()).filter(|i| table.columns[*i].uses.iter().any(|u| matches!(u.role, Role::Moment | Role::Title))).collect();
    let mut places: Vec<usize> = Vec::new();
    walk(table, plan, input, |met| {
        match met {
            Met::Headings(positions, _) => places = told.iter().filter_map(|column| positions.at[*column]).collect(),
            Met::Row(row) => {
                for person in people.iter_mut().filter(|p| p.example.is_none()) {
                    let amount = unwrap(row.cell(person.cell));
                    if amount.bytes().any(|b| matches!(b, b'1'..=b'9')) {
                        let around = places.iter().map(|i| unwrap(row.cell(*i)).chars().take(40).collect::<String>()).collect::<Vec<_>>();
                        person.example = Some(format!("{amount} ({})", around.join(", ")));
                    }
                }
            }
            _ => {}
        }
        Ok(())
    })?;
    let text = "Which of these people are you? Your column counts: what you are owed, or with a minus what you owe.";
    let label = |p: &Person| p.example.as_ref().map_or_else(|| p.name.clone(), |example| format!("{}, for example {example}", p.name));
    let question = people.iter().fold(Question::new("person", text), |question, p| question.choice(&p.name, label(p)));
    let chosen = answers.get("person").and_then(|name| chosen(&people, name));
    Ok(chosen.ok_or(question))
}

/// The column of the person with this name, whatever its case, if there is one such.
fn chosen(people: &[Person], name: &str) -> Option<usize> {
    let alike: Vec<&Person> = people.iter().filter(|p| normal(&p.name) == normal(name)).collect();
    let only = || (alike.len() == 1).then(|| alike[0]);
    people.iter().find(|p| p.name == name).or_else(only).map(|p| p.cell)
}

/// The people as the file names them. Two of one name are told apart by their columns' numbers.
fn named(plan: &Plan, input: &Input<'_>) -> Result<Vec<Person>, ImportError> {
    let mut rows = plan.rows(input)?;
    let mut names: Vec<String> = Vec::new();
    while let Some(row) = rows.next(input)? {
        if row.number == plan.header_row {
            names = plan.people.iter().map(|i| unwrap(row.cell(*i)).to_owned()).collect();
            break;
        }
    }
    let twice = |name: &String| names.iter().filter(|n| *n == name).count() > 1;
    let shown = |(cell, name): (&usize, &String)| if twice(name) { format!("{name} ({})", cell + 1) } else { name.clone() };
    let person = |(cell, name): (&usize, &String)| Person { cell: *cell, name: shown((cell, name)), example: None };
    Ok(plan.people.iter().zip(&names).map(person).collect())
}

impl Positions {
    /// The same with the amounts in the column of the person whose they are.
    pub fn of_person(mut self, table: &Table, plan: &Plan) -> Self {
        if let (true, Some(cell)) = (table.people, plan.person)
            && let Some(amount) = self.at.last_mut()
        {
            *amount = Some(cell);
            self.extra.retain(|i| *i != cell);
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_too_long_to_add_up_are_nobodys_share() {
        let headings = vec!["Anna".to_owned(), "Ben".to_owned()];
        let positions = Positions { at: Vec::new(), units: Vec::new(), extra: vec![0, 1], headings };
        let row = |anna: &str, ben: &str| vec![(1, vec![anna.to_owned(), ben.to_owned()])];
        assert_eq!(columns(&positions, &row("10.00", "-10.00")), Some(vec![0, 1]));
        let longest = Decimal::MAX.to_string();
        assert_eq!(columns(&positions, &row(&longest, &longest)), None);
    }
}

//! What must be known of a whole file before its first row is read: decided once per file, asked where it cannot be decided, never guessed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::table::date::{self, Order};
use crate::table::number::Mark;

/// One of the answers to a [`Question`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// What goes into the answers, such as `dmy`.
    pub id: String,
    /// What a person reads, with an example from the file where one helps.
    pub label: String,
}

/// Something only the person can know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// Stable: `date-order`, `decimal-mark`, `sign`, `layout`…
    pub id: String,
    pub text: String,
    pub choices: Vec<Choice>,
}

impl Question {
    pub fn new(id: &str, text: impl Into<String>) -> Self {
        Self { id: id.to_owned(), text: text.into(), choices: Vec::new() }
    }

    pub fn choice(mut self, id: &str, label: impl Into<String>) -> Self {
        self.choices.push(Choice { id: id.to_owned(), label: label.into() });
        self
    }

    /// The answer, if one was given and it is one of the choices.
    pub fn answered<'a>(&self, answers: &'a BTreeMap<String, String>) -> Option<&'a str> {
        answers.get(&self.id).map(String::as_str).filter(|a| self.choices.iter().any(|c| c.id == *a))
    }

    /// The question about amounts whose sign can mean either, asked about a row that a person remembers.
    pub fn sign(example: Option<&Booking>) -> Self {
        let open = "Nothing in this file says which amounts are money you spent.";
        let Some(Booking { row, negative }) = example else {
            return Self::new("sign", format!("{open} Look at one purchase in it: how is it written?"))
                .choice("account", "With a minus, or as money out")
                .choice("inverted", "Without a minus: a purchase is a positive amount");
        };
        let (as_written, against) = if *negative { ("went out", "came in") } else { ("came in", "went out") };
        Self::new("sign", format!("{open} Look at one of its rows: {row}. Which way did this money go?"))
            .choice("account", format!("It {as_written}: a minus is money you spent"))
            .choice("inverted", format!("It {against}: money you spent stands without a minus"))
    }

    /// The usual question of a file whose every amount could be read with either decimal mark. `example` is one such amount.
    pub fn decimal_mark(example: &str) -> Self {
        let example: String = example.chars().take(40).collect();
        let read = |mark: Mark| {
            let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
            match example.rsplit_once(mark.letter()) {
                Some((whole, _)) => format!("{example} is {} and a fraction", digits(whole)),
                None => format!("{example} is {}", digits(&example)),
            }
        };
        Self::new(
            "decimal-mark",
            format!("Amounts in this file could be read in two ways, for example {example}. Which is the decimal mark?"),
        )
        .choice("dot", format!("The point: {}", read(Mark::Dot)))
        .choice("comma", format!("The comma: {}", read(Mark::Comma)))
    }

    /// The usual question of a file whose every date could be read both ways. `example` is one such date.
    pub fn date_order(example: &str) -> Self {
        Self::new(
            "date-order",
            format!("Every date in this file could be read in more than one way, for example {example}. Which day is that?"),
        )
        .reading(example, Order::Dmy)
        .reading(example, Order::Mdy)
    }

    /// Adds an order of dates as a choice, with the day that the example would be.
    pub(crate) fn reading(self, example: &str, order: Order) -> Self {
        let first = match order {
            Order::Dmy => "The day comes first",
            Order::Mdy => "The month comes first",
            Order::Ymd => "The year comes first",
        };
        let day = date::parse(example, order).map(|moment| moment.date().strftime(": %-d %B %Y").to_string());
        self.choice(order.name(), format!("{first}{}", day.unwrap_or_default()))
    }
}

/// A row with an amount, to ask about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booking {
    /// As a person would recognise it.
    pub row: String,
    pub negative: bool,
}

impl Booking {
    /// What of a cell is enough to recognise it.
    const CELL: usize = 40;

    /// A row whose amount is this, told by its other cells. A row without an amount, or without anything else, is no example.
    pub(crate) fn of<'a>(amount: &str, others: impl Iterator<Item = &'a str>) -> Option<Self> {
        let clipped = |text: &str| text.trim().chars().take(Self::CELL).collect::<String>();
        let told: Vec<String> = others.map(clipped).filter(|text| !text.is_empty()).collect();
        let something = amount.bytes().any(|b| matches!(b, b'1'..=b'9')) && !told.is_empty();
        let negative = amount.contains(['-', '\u{2212}', '(']);
        something.then(|| Self { row: format!("{}, {}", told.join(", "), clipped(amount)), negative })
    }
}

/// What was decided about one entry. Serialisable, so that a stored original is read the same way again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decisions {
    /// Facts by name (`date-order` = `dmy`…), as the format that decided them reads them again.
    pub facts: BTreeMap<String, String>,
    /// The vendor's own row ids were found unique in the whole entry.
    pub ids_unique: bool,
}

impl Decisions {
    pub fn fact(&self, name: &str) -> Option<&str> {
        self.facts.get(name).map(String::as_str)
    }

    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.facts.insert(name.to_owned(), value.into());
    }
}

/// The outcome of looking at a whole entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decided {
    Ready(Decisions),
    Ask(Question),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(question: &Question) -> Vec<(&str, &str)> {
        question.choices.iter().map(|c| (c.id.as_str(), c.label.as_str())).collect()
    }

    #[test]
    fn questions_show_what_an_example_would_be() {
        let days = [("dmy", "The day comes first: 3 April 2025"), ("mdy", "The month comes first: 4 March 2025")];
        assert_eq!(labels(&Question::date_order("03/04/2025")), days);
        let mixed = [("dmy", "The day comes first"), ("mdy", "The month comes first")];
        assert_eq!(labels(&Question::date_order("13/01 beside 01/13")), mixed, "what is no date is not read");
        let numbers = [("dot", "The point: -1.234 is 1 and a fraction"), ("comma", "The comma: -1.234 is 1234")];
        assert_eq!(labels(&Question::decimal_mark("-1.234")), numbers);
    }

    #[test]
    fn a_sign_is_asked_about_a_row_that_a_person_remembers() {
        let row = |amount| Booking::of(amount, ["03/04/2025", " ", "Corner Cafe"].into_iter());
        let bought = row("4.50").expect("an example");
        let question = Question::sign(Some(&bought));
        assert!(question.text.contains("03/04/2025, Corner Cafe, 4.50. Which way"), "{}", question.text);
        assert!(labels(&question)[1].1.starts_with("It went out"), "without a minus, and spent: {question:?}");
        let question = Question::sign(row("\u{2212}4.50").as_ref());
        assert!(labels(&question)[0].1.starts_with("It went out"), "with a minus, and spent: {question:?}");
        assert_eq!(row("0.00"), None, "nothing went anywhere");
        assert_eq!(Booking::of("4.50", [""].into_iter()), None, "nobody remembers that");
    }
}

//! What must be known of a whole file before its first row is read: decided once per file, asked where it cannot be decided, never guessed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

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

    /// The question about amounts whose sign can mean either.
    pub fn sign() -> Self {
        Self::new("sign", "Nothing in this file says which amounts are money you spent. Look at one purchase in it: how is it written?")
            .choice("account", "With a minus, or as money out")
            .choice("inverted", "Without a minus: a purchase is a positive amount")
    }

    /// The usual question of a file whose every date could be read both ways. `example` is one such date.
    pub fn date_order(example: &str) -> Self {
        Self::new("date-order", format!("Every date in this file could be read in two ways, for example {example}. Which part is the day?"))
            .choice("dmy", "The day comes first")
            .choice("mdy", "The month comes first")
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

//! What was found about an unknown table as a layout, and as decisions from which the same layout comes again.

use std::sync::Arc;

use holdall_model::{Kind, Property, Unit};

use super::columns::{Clock, DASHES};
use super::roles::Roles;
use super::statement::{condition, read_as_statement};
use super::words::{self, Meaning};
use crate::decide::Decisions;
use crate::definition::{Column, Condition, HeaderName, Role, Shape, Side, Table, Test, Transform, Use, WordList};

/// Between headings in a decision; no heading holds it.
const BETWEEN: char = '\u{1f}';

/// Everything a layout is made of.
#[derive(Debug, Clone)]
pub(super) struct Found {
    /// Empty texts where there are none.
    pub headings: Vec<String>,
    pub headed: bool,
    /// Where the table is a list in a JSON text: its path, and those of its columns.
    pub list: Option<(String, Vec<String>)>,
    pub roles: Roles,
    pub debit: Side,
    pub credit: Side,
    pub short_rows: bool,
    /// Rows with nothing but words go on with the row before.
    pub continued: bool,
    /// A dash stands for nothing.
    pub dashes: bool,
}

impl Found {
    pub fn store(&self, decisions: &mut Decisions) {
        decisions.set("kind", self.roles.kind.slug());
        decisions.set("columns", self.roles.meanings.iter().map(|m| m.name()).collect::<Vec<_>>().join(","));
        decisions.set("headings", joined(&self.headings));
        if let Some((records, paths)) = &self.list {
            decisions.set("list", records.as_str());
            decisions.set("paths", joined(paths));
        }
        decisions.set("debit-side", self.debit.name());
        decisions.set("credit-side", self.credit.name());
        for (name, set) in [
            ("short-rows", self.short_rows),
            ("continued-rows", self.continued),
            ("dashes", self.dashes),
            ("fee-in-sum", self.roles.fee_in_sum),
            ("fee-negative", self.roles.fee_negative),
            ("hundredths", self.roles.cents),
        ] {
            if set {
                decisions.set(name, "yes");
            }
        }
        if let Some(clock) = self.roles.clock {
            decisions.set("clock", clock.name());
        }
        for (word, meaning) in &self.roles.told {
            decisions.set(&format!("word:{word}"), meaning.as_str());
        }
    }

    /// What was found, from the decisions it was written into.
    pub fn stored(decisions: &Decisions) -> Option<Self> {
        let meanings: Vec<Meaning> = decisions.fact("columns")?.split(',').map(Meaning::named).collect::<Option<_>>()?;
        let headings: Vec<String> = decisions.fact("headings")?.split(BETWEEN).map(str::to_owned).collect();
        let side = |name| decisions.fact(name).and_then(Side::named).unwrap_or(Side::Positive);
        let yes = |name| decisions.fact(name) == Some("yes");
        let told = decisions.facts.iter().filter_map(|(k, v)| k.strip_prefix("word:").map(|word| (word.to_owned(), v.clone()))).collect();
        let paths = decisions.fact("paths").map(|paths| paths.split(BETWEEN).map(str::to_owned).collect::<Vec<_>>());
        let list = decisions.fact("list").map(str::to_owned).zip(paths);
        let whole = headings.len() == meanings.len() && list.as_ref().is_none_or(|(_, paths)| paths.len() == headings.len());
        whole.then(|| Self {
            list,
            headed: decisions.fact("header-row").is_some_and(|row| row != "0"),
            headings,
            roles: Roles {
                kind: decisions.fact("kind").and_then(Kind::from_slug).unwrap_or(Kind::BankTransaction),
                fee_in_sum: yes("fee-in-sum"),
                fee_negative: yes("fee-negative"),
                cents: yes("hundredths"),
                clock: decisions.fact("clock").and_then(Clock::named),
                told,
                ..Roles::new(meanings)
            },
            debit: side("debit-side"),
            credit: side("credit-side"),
            short_rows: yes("short-rows"),
            continued: yes("continued-rows"),
            dashes: yes("dashes"),
        })
    }

    /// A layout with these columns, in the file's own order.
    pub fn table(&self) -> Table {
        let meanings = &self.roles.meanings;
        let title = self.title();
        let columns = (0..meanings.len()).map(|i| self.column(i, title)).collect();
        let mut table = Table {
            columns,
            records: self.list.as_ref().map(|(path, _)| path.split('/').skip(1).map(str::to_owned).collect()),
            unit: self.unit(),
            headerless: !self.headed,
            debit: self.debit,
            credit: self.credit,
            order: None,
            decimal: None,
            inverted: None,
            fee_in_sum: self.roles.fee_in_sum,
            short_rows: self.short_rows,
            one_sided: true,
            out_words: self.words("out", "direction:", "out"),
            in_words: self.words("in", "direction:", "in"),
            pending: self.words("pending", "status:", "pending"),
            void: self.words("void", "status:", "void"),
            continuation: if self.continued { self.continuation() } else { Vec::new() },
            by_place: true,
            empty: if self.dashes { DASHES.iter().map(|d| (*d).to_owned()).collect() } else { Vec::new() },
            // An entry of a list is one whatever it leaves out.
            dateless: self.roles.at(Meaning::Date).is_none() || self.list.is_some() && !self.roles.is_bank(),
            amountless: !self.roles.is_bank(),
            ..Table::empty(self.roles.kind)
        };
        read_as_statement(&mut table);
        table
    }

    /// What a column is known by: its heading, or in JSON its path.
    pub fn heading(&self, index: usize) -> &str {
        self.list.as_ref().map_or(&self.headings[index], |(_, paths)| &paths[index])
    }

    /// The column that names a row.
    pub fn title(&self) -> Option<usize> {
        let text = self.roles.at(Meaning::Text);
        // A party names a row better than words of which nothing is known.
        text.or_else(|| self.roles.at(Meaning::Unknown).filter(|_| self.roles.at(Meaning::Party).is_none()))
    }

    /// The unit of the amounts, where headings name it.
    pub fn unit(&self) -> Option<Unit> {
        if self.roles.kind == Kind::EnergyReading {
            return "kWh".parse().ok().filter(|_| self.roles.money().iter().any(|i| self.headings[*i].contains("kwh")));
        }
        let named = |i: &usize| words::currency_in(&self.headings[*i]);
        self.roles.money().iter().chain(&self.roles.all(Meaning::Balance)).find_map(named)
    }

    /// The known words of a list, with those the person explained.
    fn words(&self, list: &str, prefix: &str, meaning: &str) -> WordList {
        let told = self.roles.told.iter().filter(|(_, m)| *m == meaning).filter_map(|(word, _)| word.strip_prefix(prefix));
        // What the person says of a word counts more than what it usually says.
        let otherwise = |word: &str| self.roles.told.get(&format!("{prefix}{word}")).is_some_and(|m| m != meaning);
        words::list(list).iter().copied().filter(|word| !otherwise(word)).chain(told).collect()
    }

    fn column(&self, index: usize, title: Option<usize>) -> Column {
        let property = |name: &str| Property::named(name).map_or(Role::Words, Role::Property);
        let role = match self.roles.meanings[index] {
            Meaning::Date => Role::Moment,
            Meaning::ValueDate => property("valueDate"),
            Meaning::Time => Role::Time,
            Meaning::Amount => Role::Amount,
            Meaning::Debit => Role::Debit,
            Meaning::Credit => Role::Credit,
            Meaning::Balance => property("balance"),
            Meaning::Currency => Role::Unit,
            Meaning::Text | Meaning::Unknown if Some(index) == title => Role::Title,
            Meaning::Party => Role::Party,
            Meaning::Account => Role::Account,
            Meaning::Category => property("category"),
            Meaning::Reference => property("reference"),
            Meaning::Status => Role::Status,
            Meaning::Indicator => Role::Indicator,
            Meaning::Fee => property("fee"),
            Meaning::Text | Meaning::OtherMoney | Meaning::Unknown => Role::Words,
        };
        let clock = self.roles.clock.filter(|_| role == Role::Moment);
        let money = self.roles.meanings[index].is_money() || self.roles.meanings[index] == Meaning::Balance;
        let transform = match clock {
            Some(clock) => clock.transform(),
            None if self.roles.cents && money => Transform::Cents,
            None if self.roles.fee_negative && self.roles.meanings[index] == Meaning::Fee => Transform::Negated,
            None => Transform::None,
        };
        Column {
            uses: vec![Use { role, transform, unit: None }],
            optional: false,
            names: if self.headed { vec![HeaderName::exact(self.heading(index))] } else { Vec::new() },
            shape: Shape::Any,
        }
    }

    fn texts(&self) -> Vec<usize> {
        [Meaning::Text, Meaning::Party, Meaning::Category, Meaning::Unknown].iter().flat_map(|m| self.roles.all(*m)).collect()
    }

    fn continuation(&self) -> Vec<Condition> {
        self.beside_texts().into_iter().map(|i| condition(i, Test::Empty, &Arc::default())).collect()
    }

    /// The columns that are empty in a row of nothing but words.
    pub fn beside_texts(&self) -> Vec<usize> {
        let texts = self.texts();
        (0..self.headings.len()).filter(|i| !texts.contains(i)).collect()
    }
}

/// Headings as they are kept among decisions.
pub(super) fn joined(headings: &[String]) -> String {
    headings.join(&BETWEEN.to_string())
}

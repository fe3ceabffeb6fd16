//! What a JSON text holds, before anybody knows its layout: its lists of objects, and the fields in them.

use std::collections::HashMap;
use std::io::Read;

use struson::reader::{JsonReader, JsonStreamReader, ReaderError, ValueType};

use super::json::{self, Guarded};
use crate::error::ImportError;
use crate::input::Input;

/// Fields and lists that are remembered; a text with more is no table.
const MOST: usize = 512;

/// A list somewhere in the text: how many of its entries are objects, and how many are not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct List {
    /// Its entries, as a definition's `records` tells them: `/transactions/*`.
    pub path: String,
    pub objects: u64,
    others: u64,
}

/// A value somewhere in the text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Field {
    /// From the top, with `*` for every list on the way.
    pub path: String,
    pub numbers: u64,
    pub texts: u64,
}

/// Everything a text holds, in the order in which it came first.
#[derive(Debug, Default)]
pub(crate) struct Survey {
    lists: Vec<List>,
    pub fields: Vec<Field>,
    /// One object after the other, with no list around them.
    pub lines: bool,
    /// It holds more different fields than any table.
    pub too_many: bool,
    known: HashMap<String, usize>,
    known_lists: HashMap<String, usize>,
}

impl Survey {
    /// The lists whose entries are objects and nothing else.
    pub fn lists(&self) -> impl Iterator<Item = &List> {
        // A name with a slash or a star would be taken for a way through the text.
        let plain = |list: &&List| !list.path.contains("//") && (!self.lines || list.path == "/*");
        self.lists.iter().filter(|list| list.objects > 0 && list.others == 0).filter(plain)
    }

    fn list(&mut self, path: &str) -> Option<&mut List> {
        let fresh = self.lists.len();
        let index = *self.known_lists.entry(path.to_owned()).or_insert(fresh);
        if index == fresh {
            self.too_many |= fresh == MOST;
            self.lists.push(List { path: path.to_owned(), ..List::default() });
        }
        self.lists.get_mut(index)
    }

    fn field(&mut self, path: &str) -> Option<&mut Field> {
        if let Some(index) = self.known.get(path) {
            return self.fields.get_mut(*index);
        }
        if self.fields.len() == MOST {
            self.too_many = true;
            return None;
        }
        self.known.insert(path.to_owned(), self.fields.len());
        self.fields.push(Field { path: path.to_owned(), ..Field::default() });
        self.fields.last_mut()
    }

    /// The first of several objects is an entry like the others.
    fn as_lines(&mut self) {
        self.lines = true;
        self.lists.iter_mut().for_each(|list| list.path.insert_str(0, "/*"));
        self.fields.iter_mut().for_each(|field| field.path.insert_str(0, "/*"));
        self.known = self.fields.iter().enumerate().map(|(i, f)| (f.path.clone(), i)).collect();
        self.known_lists = self.lists.iter().enumerate().map(|(i, l)| (l.path.clone(), i)).collect();
        if let Some(list) = self.list("/*") {
            list.objects += 1;
        }
    }
}

/// Goes over the whole text once. Fails where it is no JSON.
pub(crate) fn survey(input: &Input<'_>) -> Result<Survey, ImportError> {
    let mut walk = Walk { json: json::reader(input.text()?, input), survey: Survey::default(), path: String::new() };
    let mut values: u64 = 0;
    loop {
        let object = walk.peek()? == ValueType::Object;
        if values == 1 && object && walk.survey.lists.iter().all(|l| l.path != "/*") {
            walk.survey.as_lines();
        }
        if walk.survey.lines {
            walk.path.push_str("/*");
            walk.entry(object);
        }
        walk.value()?;
        walk.path.clear();
        values += 1;
        if !walk.more()? {
            return Ok(walk.survey);
        }
    }
}

struct Walk<R: Read> {
    json: Guarded<R>,
    survey: Survey,
    path: String,
}

impl<R: Read> Walk<R> {
    fn reader(&mut self) -> &mut JsonStreamReader<json::Checked<R>> {
        self.json.since.set(0);
        &mut self.json.reader
    }

    fn failed(&self, error: ReaderError) -> ImportError {
        self.json.failed(error)
    }

    fn peek(&mut self) -> Result<ValueType, ImportError> {
        self.reader().peek().map_err(|e| self.failed(e))
    }

    fn more(&mut self) -> Result<bool, ImportError> {
        self.reader().has_next().map_err(|e| self.failed(e))
    }

    /// Counts an entry of the list at hand.
    fn entry(&mut self, object: bool) {
        if let Some(list) = self.survey.list(&self.path) {
            list.objects += u64::from(object);
            list.others += u64::from(!object);
        }
    }

    fn value(&mut self) -> Result<(), ImportError> {
        if self.survey.too_many {
            return self.reader().skip_value().map_err(|e| self.failed(e));
        }
        let depth = self.path.len();
        match self.peek()? {
            ValueType::Array => {
                self.reader().begin_array().map_err(|e| self.failed(e))?;
                self.path.push_str("/*");
                while self.more()? {
                    let object = self.peek()? == ValueType::Object;
                    self.entry(object);
                    self.value()?;
                }
                self.path.truncate(depth);
                self.reader().end_array().map_err(|e| self.failed(e))
            }
            ValueType::Object => {
                self.reader().begin_object().map_err(|e| self.failed(e))?;
                while self.more()? {
                    let name = self.reader().next_name_owned().map_err(|e| self.failed(e))?;
                    // Told apart from the ways of a path, and never a list's.
                    self.path.push_str(if name.contains('/') || name == "*" { "//" } else { "/" });
                    self.path.push_str(&name);
                    self.value()?;
                    self.path.truncate(depth);
                }
                self.reader().end_object().map_err(|e| self.failed(e))
            }
            kind => {
                if let Some(field) = self.survey.field(&self.path).filter(|_| kind != ValueType::Null) {
                    let number = kind == ValueType::Number;
                    field.numbers += u64::from(number);
                    field.texts += u64::from(!number);
                }
                self.reader().skip_value().map_err(|e| self.failed(e))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use holdall_model::Task;

    use super::*;
    use crate::testing::Memory;

    fn told(text: &str) -> (Vec<(String, u64)>, Vec<String>) {
        let (task, opener) = (Task::silent(), Memory(text.as_bytes()));
        let survey = survey(&crate::testing::input(&opener, &task)).expect("is JSON");
        let fields = survey.fields.iter().map(|f| format!("{} {}+{}", f.path, f.numbers, f.texts)).collect();
        (survey.lists().map(|l| (l.path.clone(), l.objects)).collect(), fields)
    }

    #[test]
    fn lists_and_fields_are_found_wherever_they_stand() {
        for (text, lists, fields) in [
            ("[{\"a\":1},{\"a\":\"x\",\"b\":{\"c\":true}},{\"a\":null}]", vec![("/*", 3)], vec!["/*/a 1+1", "/*/b/c 0+1"]),
            ("{\"v\":1,\"l\":[{\"a\":1}]}", vec![("/l/*", 1)], vec!["/v 1+0", "/l/*/a 1+0"]),
            ("{\"a\":1}\n{\"a\":2}\n", vec![("/*", 2)], vec!["/*/a 2+0"]),
            ("{\"a\":1,\"l\":[{\"b\":1}]}\n{\"a\":2}", vec![("/*", 2)], vec!["/*/a 2+0", "/*/l/*/b 1+0"]),
            ("{\"x\":[{\"l\":[{\"a\":1},{\"a\":1}]}]}", vec![("/x/*", 1), ("/x/*/l/*", 2)], vec!["/x/*/l/*/a 2+0"]),
            ("[1,{\"a\":1}]", vec![], vec!["/* 1+0", "/*/a 1+0"]),
            ("{\"a/b\":[{\"c\":1}],\"*\":[{\"c\":1}]}", vec![], vec!["//a/b/*/c 1+0", "//*/*/c 1+0"]),
            ("{\"a\":1}", vec![], vec!["/a 1+0"]),
        ] {
            let (found, names) = told(text);
            assert_eq!(found.iter().map(|(p, n)| (p.as_str(), *n)).collect::<Vec<_>>(), lists, "{text}");
            assert_eq!(names, fields, "{text}");
        }
    }

    #[test]
    fn a_text_with_more_fields_than_any_table_is_told_as_such() {
        let names: String = (0..2000).map(|n| format!("\"k{n}\":1,")).collect();
        let text = format!("[{{{names}\"last\":[[[1]]]}}]");
        let (task, opener) = (Task::silent(), Memory(text.as_bytes()));
        let found = survey(&crate::testing::input(&opener, &task)).expect("is JSON");
        assert!(found.too_many && found.fields.len() == MOST);
    }
}

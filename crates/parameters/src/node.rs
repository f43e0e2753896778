//! Reads parameters out of YAML values, with messages for people.

use std::cell::RefCell;

use serde_yaml::{Mapping, Value as Yaml};

use crate::fault::{Faults, Path, Step};
use crate::rules::Rules;
use crate::words::{describe, nearest};

/// Unknown keys that may have been meant to be a missing one.
const COMPARED: usize = 100;

/// A value with the way to it and the rules for it.
pub struct Node<'a> {
    pub(crate) value: &'a Yaml,
    pub(crate) path: Option<&'a Path<'a>>,
    pub(crate) rules: Rules,
    pub(crate) faults: &'a Faults,
}

impl<'a> Node<'a> {
    /// Notes that something else was expected, as in "expected a number, got …". `expected` is only called if the
    /// fault will be reported.
    pub fn refuse<T>(&self, expected: impl FnOnce() -> String) -> Option<T> {
        self.faults.at_value(self.path, || format!("expected {}, got {}", expected(), describe(self.value)));
        None
    }

    /// Reads text with a function that gives `None` for what it does not take; `expected` says in words what it takes.
    pub fn parse<T>(&self, expected: &str, parse: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        match self.value {
            Yaml::String(text) => parse(text).or_else(|| self.refuse(|| expected.to_string())),
            _ => self.refuse(|| expected.to_string()),
        }
    }

    /// Reads the node's value under a node below it.
    pub(crate) fn child<T>(&self, step: Step<'_>, value: &Yaml, rules: Rules, read: impl FnOnce(&Node<'_>) -> T) -> T {
        let path = Path { above: self.path, step };
        read(&Node { value, path: Some(&path), rules, faults: self.faults })
    }

    /// Reads a mapping's keys and refuses those that `read` does not ask for.
    #[doc(hidden)]
    pub fn section<T>(&self, read: impl FnOnce(&Section<'_>) -> Option<T>) -> Option<T> {
        let Yaml::Mapping(mapping) = self.value else {
            return self.refuse(|| "keys with values".to_string());
        };
        let section = Section { node: self, mapping, known: RefCell::default(), missing: RefCell::default() };
        let value = read(&section);
        section.finish();
        value
    }

    /// Which of the named variants this is.
    #[doc(hidden)]
    pub fn choice(&'a self, variants: &[&'static str]) -> Option<Choice<'a>> {
        let expected = || format!("one of {}", variants.join(", "));
        let (name, content) = match self.value {
            Yaml::String(name) => (name.as_str(), None),
            Yaml::Mapping(mapping) if mapping.len() == 1 => match mapping.iter().next() {
                Some((Yaml::String(name), content)) => (name.as_str(), Some(content)),
                _ => return self.refuse(expected),
            },
            _ => return self.refuse(expected),
        };
        match variants.iter().position(|variant| *variant == name) {
            Some(index) => Some(Choice { index, node: self, name, content }),
            None => self.refuse(expected),
        }
    }
}

/// A variant of an enum, with its content if it has any.
#[doc(hidden)]
pub struct Choice<'a> {
    /// Which of the variants.
    pub index: usize,
    node: &'a Node<'a>,
    name: &'a str,
    content: Option<&'a Yaml>,
}

impl Choice<'_> {
    /// A variant without content.
    pub fn unit<T>(&self, value: T) -> Option<T> {
        if self.content.is_some() {
            self.node.faults.at_value(self.node.path, || format!("`{}` takes no value", self.name));
            return None;
        }
        Some(value)
    }

    /// A variant with content.
    pub fn content<T>(&self, rules: Rules, read: impl FnOnce(&Node<'_>) -> Option<T>) -> Option<T> {
        let Some(content) = self.content else {
            let name = self.name;
            self.node.faults.at_value(self.node.path, || format!("`{name}` needs a value: {{ {name}: … }}"));
            return None;
        };
        self.node.child(Step::Key(self.name), content, rules, read)
    }
}

/// The keys of a mapping while they are read.
pub struct Section<'a> {
    pub(crate) node: &'a Node<'a>,
    pub(crate) mapping: &'a Mapping,
    /// The keys that were asked for, and those of them that are not there.
    pub(crate) known: RefCell<Vec<&'static str>>,
    pub(crate) missing: RefCell<Vec<&'static str>>,
}

impl Section<'_> {
    /// Notes that a requirement does not hold. The keys are those it names, dotted, the first of them its place.
    #[doc(hidden)]
    pub fn refuse(&self, expected: &str, keys: &[&'static str]) {
        let got = || {
            let values: Vec<String> =
                keys.iter().filter_map(|key| Some(format!("{key} = {}", describe(self.find(key)?)))).collect();
            match values.is_empty() {
                true => format!("expected {expected}"),
                false => format!("expected {expected}, got {}", values.join(", ")),
            }
        };
        // A key that is absent has no place.
        match keys.iter().find(|key| self.find(key).is_some()) {
            Some(key) => self.node.faults.below(self.node.path, key, got),
            None => self.node.faults.at_value(self.node.path, got),
        }
    }

    fn find(&self, key: &str) -> Option<&Yaml> {
        let (first, rest) = key.split_once('.').map_or((key, None), |(first, rest)| (first, Some(rest)));
        let value = self.mapping.get(first)?;
        rest.map_or(Some(value), |rest| rest.split('.').try_fold(value, |value, key| value.get(key)))
    }

    /// Notes missing and unknown keys.
    fn finish(self) {
        let Section { node, mapping, known, missing } = self;
        let known = known.into_inner();
        let mut unknown: Vec<&str> =
            mapping.keys().filter_map(Yaml::as_str).filter(|key| !known.contains(key)).collect();
        for key in missing.into_inner() {
            let near = nearest(key, unknown.iter().copied().take(COMPARED));
            let hint = near.map_or(String::new(), |near| format!(" (is `{near}` meant to be it?)"));
            node.faults.at_value(node.path, || format!("the key `{key}` is missing{hint}"));
            // One fault is enough for a misspelled key.
            if let Some(near) = near {
                unknown.retain(|key| *key != near);
            }
        }
        for key in unknown {
            node.faults.at_key(node.path, key, || unknown_key(key, &known));
        }
    }
}

/// The message about a key that does not exist beside those that do.
pub(crate) fn unknown_key(name: &str, known: &[&'static str]) -> String {
    match nearest(name, known.iter().copied()) {
        Some(near) => format!("unknown key; did you mean `{near}`?"),
        None => {
            let mut sorted = known.to_vec();
            sorted.sort_unstable();
            format!("unknown key; the keys are {}", sorted.join(", "))
        }
    }
}

//! Reads values below a node: the elements of lists, the values of keys.

use std::collections::HashSet;

use serde::Serialize;
use serde_yaml::Value as Yaml;

use crate::fault::Step;
use crate::node::{Node, Section};
use crate::rules::{Length, Rules};
use crate::value::{List, Value};
use crate::words::{describe, shortened};

impl Node<'_> {
    pub(crate) fn list<T: Value>(&self, length: Length) -> Option<Vec<T>> {
        let Yaml::Sequence(list) = self.value else {
            return self.refuse(|| length.expected());
        };
        if list.len() < length.least || list.len() > length.most {
            return self.refuse(|| length.expected());
        }
        let rules = self.rules.of_elements();
        let mut values = Vec::with_capacity(list.len());
        for (index, item) in list.iter().enumerate() {
            values.extend(self.child(Step::Index(index), item, rules, T::read));
        }
        (values.len() == list.len()).then_some(values)
    }

    /// Checks `#[rising]`.
    #[doc(hidden)]
    pub fn rising<L: List<Item: PartialOrd>>(&self, list: &L) {
        if !list.items().windows(2).all(|pair| pair[0] < pair[1]) {
            self.refuse::<()>(|| "values in rising order, none twice".to_string());
        }
    }

    /// Checks `#[falling]`.
    #[doc(hidden)]
    pub fn falling<L: List<Item: PartialOrd>>(&self, list: &L) {
        if !list.items().windows(2).all(|pair| pair[0] > pair[1]) {
            self.refuse::<()>(|| "values in falling order, none twice".to_string());
        }
    }

    /// Checks `#[distinct]`: two values are the same if they serialise to the same.
    #[doc(hidden)]
    pub fn distinct<L: List<Item: Serialize>>(&self, list: &L) {
        let mut seen = HashSet::new();
        let twice = list.items().iter().find_map(|item| {
            let text = serde_json::to_string(item).unwrap_or_default();
            match seen.contains(&text) {
                true => Some(text),
                false => {
                    seen.insert(text);
                    None
                }
            }
        });
        if let Some(twice) = twice {
            let twice = shortened(&twice);
            self.faults.at_value(self.path, || {
                format!("expected values of which none is there twice, got {} with {twice} twice", describe(self.value))
            });
        }
    }
}

impl Section<'_> {
    /// Reads the value of a key.
    #[doc(hidden)]
    pub fn value<T: Value>(
        &self,
        key: &'static str,
        rules: Rules,
        read: impl FnOnce(&Node<'_>) -> Option<T>,
    ) -> Option<T> {
        self.known.borrow_mut().push(key);
        match self.mapping.get(key) {
            Some(value) => self.node.child(Step::Key(key), value, rules, read),
            None => T::absent().or_else(|| {
                self.missing.borrow_mut().push(key);
                None
            }),
        }
    }
}

//! Faults: what is wrong with a value, and the way to the value.

use std::cell::{Cell, RefCell};
use std::fmt;

use crate::words;

/// Faults that are reported; further ones are only counted.
pub(crate) const REPORTED: usize = 20;

/// What is wrong with a configuration: one line for each fault.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ConfigError {
    /// Lines of the form `place: key: what was expected`.
    pub faults: Vec<String>,
}

impl ConfigError {
    /// An error of one fault.
    pub fn new(fault: impl Into<String>) -> ConfigError {
        ConfigError { faults: vec![fault.into()] }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.faults.join("\n"))
    }
}

impl std::error::Error for ConfigError {}

/// One step of the way to a value: `alphas[1]` is `[Key("alphas"), Index(1)]`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Segment {
    Key(String),
    Index(usize),
}

/// The path as text: `schedule.steps[2]`.
pub(crate) fn path_text(path: &[Segment]) -> String {
    let mut text = String::new();
    for segment in path {
        match segment {
            Segment::Key(key) if text.is_empty() => text.push_str(&words::shortened(key)),
            Segment::Key(key) => {
                text.push('.');
                text.push_str(&words::shortened(key));
            }
            Segment::Index(index) => text.push_str(&format!("[{index}]")),
        }
    }
    text
}

/// A fault with the path of the value it is about.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Fault {
    pub path: Vec<Segment>,
    pub message: String,
    /// The fault is about the key, not about its value.
    pub at_key: bool,
}

/// The way to a value while it is read: a list linked towards the root, so that a step costs nothing.
#[derive(Clone, Copy)]
pub(crate) struct Path<'a> {
    pub above: Option<&'a Path<'a>>,
    pub step: Step<'a>,
}

#[derive(Clone, Copy)]
pub(crate) enum Step<'a> {
    Key(&'a str),
    Index(usize),
}

impl Path<'_> {
    fn segments(&self) -> Vec<Segment> {
        let mut segments = segments(self.above);
        segments.push(match self.step {
            Step::Key(key) => Segment::Key(key.to_string()),
            Step::Index(index) => Segment::Index(index),
        });
        segments
    }
}

fn segments(path: Option<&Path>) -> Vec<Segment> {
    path.map_or(Vec::new(), Path::segments)
}

/// Collects the faults of one reading.
#[derive(Default)]
pub(crate) struct Faults {
    list: RefCell<Vec<Fault>>,
    omitted: Cell<usize>,
}

impl Faults {
    /// Notes a fault of the value at `path`; the message is only written if the fault will be reported.
    pub fn at_value(&self, path: Option<&Path>, message: impl FnOnce() -> String) {
        self.note(|| Fault { path: segments(path), message: message(), at_key: false });
    }

    /// Notes a fault of the key `name` below `path`.
    pub fn at_key(&self, path: Option<&Path>, name: &str, message: impl FnOnce() -> String) {
        let fault =
            || Fault { path: Path { above: path, step: Step::Key(name) }.segments(), message: message(), at_key: true };
        self.note(fault);
    }

    /// Notes a fault of what is at the dotted key `key` below `path`.
    pub fn below(&self, path: Option<&Path>, key: &str, message: impl FnOnce() -> String) {
        let fault = || {
            let mut path = segments(path);
            path.extend(key.split('.').map(|key| Segment::Key(key.to_string())));
            Fault { path, message: message(), at_key: false }
        };
        self.note(fault);
    }

    /// Notes a fault of the key at the end of `path`.
    pub fn at_last_key(&self, path: &[Segment], message: impl FnOnce() -> String) {
        self.note(|| Fault { path: path.to_vec(), message: message(), at_key: true });
    }

    fn note(&self, fault: impl FnOnce() -> Fault) {
        match self.list.borrow().len() < REPORTED {
            true => {}
            false => return self.omitted.set(self.omitted.get() + 1),
        }
        let fault = fault();
        self.list.borrow_mut().push(fault);
    }

    /// The faults that are reported, and how many more there are.
    pub fn finish(self) -> (Vec<Fault>, usize) {
        (self.list.into_inner(), self.omitted.get())
    }
}

//! Which modules of the computing crates a paper can reach.
//!
//! A result in the cache is good as long as the code that computed it is the same. Asking that of
//! whole crates would make every paper stale with every new function, so each module has a hash of
//! its own (`fingerprint::modules!` writes the list of a crate while it compiles), and a paper is
//! asked about the modules that it reaches only.
//!
//! What reaches what is decided by identifiers, without types and with few looks at scopes: a name
//! stands for everything of this name in all crates. So more is reached than is run, and never
//! less. Code runs only if
//!
//! - its name is written somewhere in code that is reached (functions, constants, types, variants,
//!   macros), or
//! - it belongs to a type or trait whose name is written there, which brings the methods, operators,
//!   conversions and destructors along, or
//! - the linker knows its name, or it is the root of a crate: these modules are always reached.
//!
//! All crates whose types a paper can be handed must be in the list. Not covered: a type of ours that
//! only a crate outside the list names, handed to a closure that does not name it either.
//!
//! Mentions are words of five forms:
//!
//! | word | stands for |
//! |---|---|
//! | `name` | a name in a path or an import |
//! | `module::` | a name before `::`, maybe of a crate: nothing of a crate is reached before its name is written |
//! | `prelude::*` | an import of all that a module `prelude` exports; `::*` if it is not known which |
//! | `*name` | a name that stands alone: something of these modules, or else a variable or the code's own |
//! | `.name` | the call of a method: maybe of a trait that these modules export |

use std::collections::{BTreeMap, BTreeSet};

#[cfg(test)]
mod tests;

/// What is known of one module, or of one name that a module re-exports.
///
/// The lists of words are one text each, separated by spaces: a slice of slices would take five times
/// the space in the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Module {
    /// The path inside the crate, as in `linear::svd`; empty for the root. For a re-export
    /// `use name` (or `use path::*`), behind the path of its module.
    pub name: &'static str,
    /// SHA-256 of the module's code, without that of its submodules: 64 hexadecimal digits.
    pub hash: &'static str,
    /// Whether it counts for every paper: the root, what the linker finds by itself, and globs.
    pub always: bool,
    /// What other code can name: functions, types, traits and their items, variants, constants,
    /// statics, macros; the functions of traits once more with a leading dot. Methods of types are
    /// not among them: see `extends`.
    pub defines: &'static str,
    /// The names in the heads of its `impl` blocks. Names that no module defines do not matter.
    pub extends: &'static str,
    /// What its code names, in the forms above.
    pub mentions: &'static str,
}

/// The name of a crate and its modules.
pub type Crate = (&'static str, &'static [Module]);

/// The modules that code with these words reaches, directly or through other modules, as pairs of the
/// path from the crate (`numerics::linear::svd`) and the hash; in the order of `crates`.
///
/// `words` are those that `fingerprint::paper!` lists. Each crate in `crates` stands behind those that it
/// depends on, because modules are taken to reach into their own crate and those before it only.
pub fn reached(words: &[&str], crates: &[Crate]) -> Vec<(String, &'static str)> {
    let index = Index::of(crates);
    let mut named = vec![false; crates.len()];
    loop {
        let found = index.closure(words, &named);
        let mentions = found.iter().flat_map(|&position| index.modules[position].words());
        let before = named.clone();
        for word in words.iter().copied().chain(mentions) {
            let name = word.trim_end_matches("::").trim_start_matches('*');
            let same = crates.iter().zip(&mut named).filter(|((crate_name, _), _)| *crate_name == name);
            same.for_each(|(_, named)| *named = true);
        }
        if named == before {
            let entry = |position: &usize| {
                let Placed { crate_index, module } = index.modules[*position];
                let separator = if module.name.is_empty() { "" } else { "::" };
                (format!("{}{separator}{}", crates[crate_index].0, module.name), module.hash)
            };
            return found.iter().map(entry).collect();
        }
    }
}

/// A module and the position of its crate.
#[derive(Clone, Copy)]
struct Placed {
    crate_index: usize,
    module: &'static Module,
}

impl Placed {
    /// What its code names.
    fn words<'a>(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.module.mentions.split_whitespace()
    }
}

/// Which modules stand behind which names.
struct Index {
    modules: Vec<Placed>,
    /// For each defined name the positions of the modules that define or extend it.
    behind: BTreeMap<&'static str, Vec<usize>>,
    /// For each last name of a module what it exports; nothing certain if that includes a glob.
    exports: BTreeMap<&'static str, Option<BTreeSet<&'static str>>>,
}

impl Index {
    fn of(crates: &[Crate]) -> Index {
        let mut index = Index { modules: Vec::new(), behind: BTreeMap::new(), exports: BTreeMap::new() };
        for (crate_index, (name, modules)) in crates.iter().enumerate() {
            for module in *modules {
                index.modules.push(Placed { crate_index, module });
                index.define(name, module);
            }
        }
        // Only now is it known which names are ours: `impl Real for f64` must not tie a module to `f64`.
        for (position, placed) in index.modules.iter().enumerate() {
            for name in placed.module.extends.split_whitespace() {
                index.behind.entry(name).and_modify(|positions| positions.push(position));
            }
        }
        index
    }

    /// Adds what the last module defines and exports.
    fn define(&mut self, crate_name: &'static str, module: &'static Module) {
        // `a::b::use c` is exported by `b`; a crate is the module above its top ones.
        let (path, re_export) = module.name.rsplit_once("use ").unwrap_or((module.name, ""));
        let place = path.trim_end_matches("::").rsplit("::").next().filter(|place| !place.is_empty());
        let exported = self.exports.entry(place.unwrap_or(crate_name)).or_insert_with(|| Some(BTreeSet::new()));
        if re_export.ends_with('*') {
            *exported = None;
        }
        for name in module.defines.split_whitespace() {
            self.behind.entry(name).or_default().push(self.modules.len() - 1);
            if let Some(names) = exported {
                names.insert(name);
            }
        }
    }

    /// The modules that words reach, directly or through others, in crates that are named.
    fn closure(&self, words: &[&str], named: &[bool]) -> BTreeSet<usize> {
        let mut open: Vec<usize> = (0..self.modules.len()).filter(|&at| self.modules[at].module.always).collect();
        let visible = |position: &usize| named[self.modules[*position].crate_index];
        open.extend(self.named_by(words).into_iter().filter(visible));
        let mut found = BTreeSet::new();
        while let Some(position) = open.pop() {
            if found.insert(position) {
                let placed = self.modules[position];
                let words: Vec<&str> = placed.words().collect();
                let before = |other: &usize| self.modules[*other].crate_index <= placed.crate_index;
                open.extend(self.named_by(&words).into_iter().filter(|other| before(other) && visible(other)));
            }
        }
        found
    }

    /// The modules that words mention.
    fn named_by(&self, words: &[&str]) -> Vec<usize> {
        let places = words.iter().filter_map(|word| word.strip_suffix("::*"));
        let globs: Vec<_> = places.map(|place| self.exports.get(place).and_then(Option::as_ref)).collect();
        // A glob of which nothing is known may bring in everything.
        let opened = |name: &str| globs.iter().any(|glob| glob.is_none_or(|names| names.contains(name)));
        let mut found = Vec::new();
        for word in words {
            let name = word.strip_prefix('*').filter(|name| opened(name)).unwrap_or(word);
            let behind = self.behind.get(name).into_iter().flatten();
            // A method is found by its trait.
            let by_trait = |at: &&usize| self.modules[**at].module.defines.split_whitespace().any(opened);
            found.extend(behind.filter(|at| !name.starts_with('.') || by_trait(at)));
        }
        found
    }
}

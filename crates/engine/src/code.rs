//! Identity of the code behind a paper.

use std::collections::BTreeMap;

use parameters::{Documentation, Parameter};

use crate::digest::{Hasher, hex};

/// Identity of the code behind a paper, taken at compile time by `common::paper!`.
#[derive(Clone, Copy, Debug)]
pub struct Code {
    /// Name of the paper's package and folder.
    pub slug: &'static str,
    /// Hash of the paper's sources that compute cells.
    pub computing: &'static str,
    /// Hash of all sources of the paper.
    pub whole: &'static str,
    /// The identifiers in the sources that compute cells, which say what code of crates they reach.
    pub identifiers: &'static [&'static str],
    /// The documentation of the table's columns, by name.
    pub columns: &'static [(&'static str, &'static str)],
    /// The crates that compute, with their modules.
    pub crates: &'static [reach::Crate],
    /// Hash of the locked versions of the external libraries that compute.
    pub libraries: &'static str,
}

impl Code {
    /// The modules of crates that the paper's computing code reaches, each with its hash. The names that a module passes
    /// on from others are one entry, with the module's own.
    pub(crate) fn reached(&self) -> BTreeMap<String, String> {
        let mut modules: BTreeMap<String, Hasher> = BTreeMap::new();
        for (name, hash) in reach::reached(self.identifiers, self.crates) {
            let module = name.split("::use ").next().unwrap_or(&name).to_string();
            let hasher = modules.remove(&module).unwrap_or_else(|| Hasher::new("module"));
            modules.insert(module, hasher.text(&name).text(hash));
        }
        modules.into_iter().map(|(name, hasher)| (name, hex(&hasher.finish()))).collect()
    }

    /// Hash of what the parameters and the columns mean, without the parameters' values at default scale, which are part
    /// of the configuration.
    pub(crate) fn documentation(&self, parameters: &Documentation) -> String {
        let mut hasher = Hasher::new("documentation");
        for Parameter { key, kind, range, doc, group, smoke, paper, .. } in &parameters.parameters {
            hasher = hasher.text(&format!("{key}\n{kind}\n{range}\n{doc}\n{group}\n{smoke}\n{paper}"));
        }
        hex(&self.columns.iter().fold(hasher, |hasher, (name, text)| hasher.text(name).text(text)).finish())
    }
}

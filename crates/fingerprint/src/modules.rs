//! The list of a crate's modules that `modules!` expands to.

use quote::ToTokens;
use std::fmt::Write as _;
use syn::ItemUse;

use crate::imports::{Import, imports, re_export};
use crate::mentions::Identifiers;
use crate::names::Names;
use crate::source::{Module, Source};
use crate::tokens::{self, Hasher};

/// One entry of the list, as in `reach::Module`.
#[derive(Debug)]
pub struct Entry {
    pub name: String,
    pub hash: String,
    pub always: bool,
    pub names: Names,
}

/// The entries of all modules, and of all names that they re-export: a new re-export, often in the
/// root of the crate, then matters to nobody who does not use it.
pub fn entries(source: &Source) -> Vec<Entry> {
    let mut entries = Vec::new();
    for module in &source.modules {
        entries.push(of_module(module));
        for declaration in module.items.iter().filter_map(re_export) {
            let imports = imports(&declaration.tree);
            entries.extend(imports.iter().map(|import| of_re_export(module, declaration, import)));
        }
    }
    entries
}

/// The list as an expression of type `&'static [reach::Module]`.
pub fn expression(entries: &[Entry]) -> String {
    let words = |identifiers: &Identifiers| identifiers.iter().map(String::as_str).collect::<Vec<_>>().join(" ");
    let mut text = String::from("(&[");
    for Entry { name, hash, always, names } in entries {
        let [defines, extends, mentions] = [&names.defines, &names.extends, &names.mentions.words()].map(words);
        write!(
            text,
            "::reach::Module {{ name: {name:?}, hash: {hash:?}, always: {always}, defines: {defines:?}, \
             extends: {extends:?}, mentions: {mentions:?} }}, "
        )
        .expect("string");
    }
    text + "] as &'static [::reach::Module])"
}

/// The module without its re-exports.
fn of_module(module: &Module) -> Entry {
    let items = || module.items.iter().filter(|item| re_export(item).is_none());
    let mut hasher = Hasher::new();
    module.add_to(&mut hasher, &module.tokens(items()));
    let names = Names::of(&module.heading, &module.items);
    let always = module.path.is_empty() || names.is_linked();
    Entry { name: module.path.join("::"), hash: hasher.finish(), always, names }
}

/// One re-exported name. It always counts where it may work without being named: what a glob brings in,
/// and a trait under another name.
fn of_re_export(module: &Module, declaration: &ItemUse, import: &Import) -> Entry {
    let mut hasher = Hasher::new();
    let place = module.path.join("::");
    hasher.text('M', &place);
    for attribute in &declaration.attrs {
        hasher.tokens(&tokens::flatten(attribute.to_token_stream()));
    }
    hasher.tokens(&tokens::flatten(declaration.vis.to_token_stream()));
    hasher.text('U', &import.path.join("::"));
    hasher.text('N', &import.name);
    let mut names = Names::default();
    names.mentions.modules.extend(import.path.iter().cloned());
    let original = import.path.last().map(String::as_str).unwrap_or_default();
    let what = if import.is_glob() {
        format!("{}::*", import.path.join("::"))
    } else {
        names.defines.insert(import.name.clone());
        names.mentions.named.insert(original.to_owned());
        import.name.clone()
    };
    let always = import.is_glob() || (import.name != original && original.starts_with(char::is_uppercase));
    let separator = if place.is_empty() { "" } else { "::" };
    Entry { name: format!("{place}{separator}use {what}"), hash: hasher.finish(), always, names }
}

//! What code mentions, as the words of the crate `reach`.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use std::collections::BTreeSet;

use crate::imports::Import;
use crate::tokens::{self, is_language};

/// The macros, of libraries and of ours, whose arguments are plain code.
const PLAIN_MACROS: &str = "anyhow array assert assert_eq assert_ne bail debug_assert debug_assert_eq ensure format \
    matches panic paper print println record s thread_local unreachable vec write writeln";

/// A set of identifiers.
pub type Identifiers = BTreeSet<String>;

/// What code names, by how it does.
///
/// A name without a path before it means something that its module defines, imports or opens by a
/// glob, so it counts for itself only where there are globs. The same holds for methods: what a trait
/// defines can be called where the trait is named, or behind a glob.
#[derive(Debug, Default)]
pub struct Mentions {
    /// Names in paths behind their start, imports, calls of macros, and their arguments.
    pub named: Identifiers,
    /// Names that stand alone.
    pub bare: Identifiers,
    /// Names of called methods, and of what belongs to a type.
    pub methods: Identifiers,
    /// The last names of the modules that are opened by globs; empty for one that is not known.
    pub globs: Identifiers,
    /// Names before `::`.
    pub modules: Identifiers,
    /// Other names that modules have here.
    aliases: Identifiers,
}

impl Mentions {
    /// Everything as words, as `reach::Module` describes them.
    pub fn words(&self) -> Identifiers {
        let mut words = self.named.clone();
        let modules = self.modules.iter().filter(|name| !is_language(name) && !name.starts_with(char::is_uppercase));
        words.extend(modules.map(|name| format!("{name}::")));
        if !self.globs.is_empty() {
            let known = |glob| if self.aliases.contains(glob) { "" } else { glob };
            words.extend(self.globs.iter().map(|glob| format!("{}::*", known(glob))));
            words.extend(self.bare.difference(&self.named).map(|name| format!("*{name}")));
            words.extend(self.methods.iter().map(|name| format!(".{name}")));
        }
        words
    }

    /// Takes over all mentions of another module of a paper, whose own modules are no place to look
    /// for what globs open.
    pub fn merge(&mut self, mut other: Mentions) {
        self.named.append(&mut other.named);
        self.bare.append(&mut other.bare);
        self.methods.append(&mut other.methods);
        self.modules.append(&mut other.modules);
        self.globs.extend(other.globs.into_iter().filter(|glob| !glob.is_empty()));
        self.aliases.append(&mut other.aliases);
    }

    /// Adds a glob.
    pub fn open(&mut self, import: Import) {
        let Some(opened) = import.path.last().cloned() else { return };
        if opened.starts_with(char::is_uppercase) {
            // The variants of an enum, which are where it is.
            self.named.insert(opened);
        } else {
            // What lies behind `super` is not looked up.
            let known = import.path.iter().all(|part| !["crate", "self", "super"].contains(&part.as_str()));
            self.globs.insert(if known { opened } else { String::new() });
        }
        self.modules.extend(import.path);
    }

    /// Adds a name that is imported for use in the module.
    pub fn import(&mut self, import: Import) {
        let Some((original, modules)) = import.path.split_last() else { return };
        if *original != import.name {
            self.aliases.insert(import.name);
        }
        self.named.insert(original.clone());
        self.modules.extend(modules.iter().cloned());
    }

    /// Adds the identifiers by which code can call other code: not fields, names of lifetimes or
    /// anything before a single colon (fields and parameters).
    pub fn add(&mut self, stream: TokenStream) {
        self.add_in(stream, true);
    }

    /// `plain` is false for the arguments of macros that may do anything with a name.
    fn add_in(&mut self, stream: TokenStream, plain: bool) {
        let trees = tokens::clean(stream);
        for (position, tree) in trees.iter().enumerate() {
            let (before, behind) = (&trees[..position], &trees[position + 1..]);
            match tree {
                TokenTree::Ident(word) => {
                    let word = word.to_string();
                    let label = plain && behind.first().is_some_and(is_single_colon);
                    if behind.len() > 1 && behind[..2].iter().all(|tree| tokens::is_mark(tree, ':')) {
                        self.modules.insert(word.clone());
                    }
                    match behind_what(before) {
                        _ if label || is_language(&word) => {}
                        Place::Lifetime => {}
                        Place::Value if !is_call(behind) => {}
                        Place::Value | Place::Type => _ = self.methods.insert(word),
                        Place::Start if plain && !is_macro(behind) => _ = self.bare.insert(word),
                        Place::Start | Place::Module => _ = self.named.insert(word),
                    }
                }
                TokenTree::Group(group) => {
                    if matches!(before, [.., hash] if tokens::is_mark(hash, '#')) {
                        self.add_in_attribute(group.stream());
                    }
                    self.add_in(group.stream(), is_plain(before).unwrap_or(plain));
                }
                TokenTree::Literal(literal) => self.add_in_format(&literal.to_string()),
                TokenTree::Punct(_) => {}
            }
        }
    }

    /// Attributes name functions in strings: `#[serde(default = "path::function")]`.
    fn add_in_attribute(&mut self, stream: TokenStream) {
        for tree in stream {
            match tree {
                TokenTree::Literal(literal) => {
                    let text = literal.to_string();
                    let words = text.split(|c: char| !is_word_part(c)).filter(|word| !word.is_empty());
                    self.named.extend(words.map(str::to_owned));
                }
                TokenTree::Group(group) => self.add_in_attribute(group.stream()),
                _ => {}
            }
        }
    }

    /// Format strings name constants: `{NAME:.3}`, `{x:WIDTH$}`. Names in lower case are variables.
    fn add_in_format(&mut self, literal: &str) {
        for inside in literal.split('{').skip(1).filter_map(|text| text.split('}').next()) {
            let words = inside.split(|c: char| !is_word_part(c));
            self.bare.extend(words.filter(|word| word.starts_with(char::is_uppercase)).map(str::to_owned));
        }
    }
}

/// For a group behind the name of a macro whether it holds plain code.
fn is_plain(before: &[TokenTree]) -> Option<bool> {
    match before {
        [.., TokenTree::Ident(name), mark] if tokens::is_mark(mark, '!') => {
            Some(PLAIN_MACROS.split_whitespace().any(|plain| name == plain))
        }
        // The body of a macro, used elsewhere.
        [.., TokenTree::Ident(name), mark, _] if name == "macro_rules" && tokens::is_mark(mark, '!') => Some(false),
        _ => None,
    }
}

fn is_word_part(character: char) -> bool {
    character == '_' || character.is_alphanumeric()
}

/// What stands before a name.
enum Place {
    /// Nothing that belongs to it.
    Start,
    /// The mark of a lifetime.
    Lifetime,
    /// A value and a dot.
    Value,
    /// A module and `::`.
    Module,
    /// A type and `::`, behind which stands what belongs to the type: a variant, a constant, or a
    /// function, which is reached as a method is.
    Type,
}

fn behind_what(before: &[TokenTree]) -> Place {
    let is = |tree: &TokenTree, mark| tokens::is_mark(tree, mark);
    match before {
        [.., mark] if is(mark, '\'') => Place::Lifetime,
        // Not behind the dots of a range.
        [.., TokenTree::Punct(first), dot] if is(dot, '.') => match (first.as_char(), first.spacing()) {
            ('.', Spacing::Joint) => Place::Start,
            _ => Place::Value,
        },
        [.., dot] if is(dot, '.') => Place::Value,
        [.., TokenTree::Ident(above), first, second] if is(first, ':') && is(second, ':') => {
            let above = above.to_string();
            let of_language = is_language(&above) && !["crate", "self", "super"].contains(&above.as_str());
            if of_language || above.starts_with(char::is_uppercase) { Place::Type } else { Place::Module }
        }
        [.., first, second] if is(first, ':') && is(second, ':') => Place::Module,
        _ => Place::Start,
    }
}

fn is_single_colon(tree: &TokenTree) -> bool {
    matches!(tree, TokenTree::Punct(colon) if colon.as_char() == ':' && colon.spacing() == Spacing::Alone)
}

fn is_macro(behind: &[TokenTree]) -> bool {
    matches!(behind, [TokenTree::Punct(mark), ..] if mark.as_char() == '!' && mark.spacing() == Spacing::Alone)
}

/// Whether arguments or `::<…>` follow.
fn is_call(behind: &[TokenTree]) -> bool {
    match behind {
        [TokenTree::Group(group), ..] => group.delimiter() == Delimiter::Parenthesis,
        [first, ..] => tokens::is_mark(first, ':'),
        [] => false,
    }
}

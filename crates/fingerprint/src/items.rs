//! Just enough grammar to find attributes, items and `use` declarations in a token list.
//!
//! A full parser would have to follow the language; all that matters here is where an item ends.
//! Where this grammar is in doubt, it finds no item, and then nothing is left out of a fingerprint.

use proc_macro2::{Delimiter, TokenTree};

use crate::tokens::{Token, string_literal};

/// Attributes that change no result, whatever their arguments.
const LINTS: [&str; 8] = ["doc", "allow", "warn", "expect", "deny", "forbid", "rustfmt", "clippy"];

/// `#[…]` or `#![…]` at the start of a token list.
pub struct Attribute {
    /// `#![…]`: belongs to what surrounds it.
    pub inner: bool,
    /// How many trees the attribute takes.
    pub length: usize,
    content: Vec<TokenTree>,
}

impl Attribute {
    pub fn at(trees: &[TokenTree]) -> Option<Attribute> {
        if !is_mark(trees.first()?, '#') {
            return None;
        }
        let inner = is_mark(trees.get(1)?, '!');
        let length = if inner { 3 } else { 2 };
        match trees.get(length - 1)? {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket => {
                Some(Attribute { inner, length, content: group.stream().into_iter().collect() })
            }
            _ => None,
        }
    }

    /// Whether it can change no result: documentation, lints, formatting.
    pub fn is_idle(&self) -> bool {
        self.content.first().and_then(word).is_some_and(|name| LINTS.contains(&name.as_str()))
    }

    /// `#[cfg(test)]` or `#[test]`.
    pub fn is_test(&self) -> bool {
        match self.content.as_slice() {
            [name] => word(name).is_some_and(|name| name == "test"),
            [name, TokenTree::Group(group)] => {
                word(name).is_some_and(|name| name == "cfg") && group.stream().to_string() == "test"
            }
            _ => false,
        }
    }

    /// The file of `#[path = "file"]`.
    pub fn path(&self) -> Option<String> {
        match self.content.as_slice() {
            [name, equals, TokenTree::Literal(file)] if is_mark(equals, '=') && word(name)? == "path" => {
                string_literal(&file.to_string()).map(str::to_owned)
            }
            _ => None,
        }
    }
}

/// The outer and inner attributes at the start of a token list, and how many trees they take
/// together.
pub fn attributes(trees: &[TokenTree]) -> (Vec<Attribute>, usize) {
    let (mut found, mut length) = (Vec::new(), 0);
    while let Some(attribute) = Attribute::at(&trees[length..]) {
        length += attribute.length;
        found.push(attribute);
    }
    (found, length)
}

/// An item (or `let` statement) at the start of a token list, after its attributes.
#[derive(Debug)]
pub struct Item {
    /// `fn`, `mod`, `impl`, `use`, …
    pub keyword: String,
    /// The word after the keyword; empty where there is none.
    pub name: String,
    /// How many trees the item takes, including its closing `;` or braces.
    pub length: usize,
}

impl Item {
    pub fn at(trees: &[TokenTree]) -> Option<Item> {
        let start = keyword_position(trees)?;
        let keyword = word(&trees[start])?;
        let name = trees.get(start + 1).and_then(word).unwrap_or_default();
        let ends_with_braces = match keyword.as_str() {
            "fn" | "struct" | "enum" | "union" | "trait" | "impl" | "mod" | "macro_rules" | "extern" => true,
            "const" | "static" | "use" | "type" | "let" => false,
            _ => return None,
        };
        let end = trees.iter().position(|tree| match tree {
            TokenTree::Group(group) => ends_with_braces && group.delimiter() == Delimiter::Brace,
            tree => is_mark(tree, ';'),
        })?;
        Some(Item { keyword, name, length: end + 1 })
    }
}

/// Where the keyword that says what an item is stands, behind visibility and qualifiers.
fn keyword_position(trees: &[TokenTree]) -> Option<usize> {
    let mut position = 0;
    loop {
        let next = trees.get(position + 1);
        let next_word = next.and_then(word);
        match word(trees.get(position)?)?.as_str() {
            "pub" => {
                let restricted = next.is_some_and(is_parenthesis);
                position += if restricted { 2 } else { 1 };
            }
            "default" | "async" | "unsafe" => position += 1,
            "const" if matches!(next_word.as_deref(), Some("fn" | "unsafe" | "async" | "extern")) => position += 1,
            // `extern "C" fn`, but not `extern "C" { … }` or `extern crate`.
            "extern" if matches!(trees.get(position + 2).and_then(word).as_deref(), Some("fn")) => position += 2,
            "extern" if next_word.as_deref() == Some("fn") => position += 1,
            "macro_rules" => return next.filter(|next| is_mark(next, '!')).map(|_| position),
            // `impl` is followed by a type or by generics, everything else by a name.
            "impl" => return Some(position),
            "extern" => return Some(position),
            // Field names and blocks must not pass for items.
            _ => {
                return next_word.map(|_| position).or_else(|| is_use_or_let(trees, position).then_some(position));
            }
        }
    }
}

/// `use {…};`, `use ::path;` and `let (pattern) = …;` start with something else than a word, and
/// `use<…>` in a type is no declaration.
fn is_use_or_let(trees: &[TokenTree], position: usize) -> bool {
    let keyword = word(&trees[position]).unwrap_or_default();
    keyword == "let" || (keyword == "use" && !trees.get(position + 1).is_some_and(|next| is_mark(next, '<')))
}

/// One name brought in by a `use` declaration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// The path without leading `crate`, `self` and `super`; it may end in `*`.
    pub path: Vec<String>,
    /// The name in scope; `*` for a glob.
    pub name: String,
}

/// The names that `use <trees>` brings in.
pub fn imports(trees: &[TokenTree]) -> Vec<Import> {
    let mut found = Vec::new();
    collect_imports(trees, &[], &mut found);
    found
}

fn collect_imports(trees: &[TokenTree], prefix: &[String], found: &mut Vec<Import>) {
    for branch in trees.split(|tree| is_mark(tree, ',')) {
        let mut path = prefix.to_vec();
        let mut alias = None;
        let mut nested = false;
        let mut trees = branch.iter();
        while let Some(tree) = trees.next() {
            match tree {
                TokenTree::Ident(word) if *word == "as" => alias = trees.next().and_then(self::word),
                TokenTree::Ident(word) => path.push(word.to_string()),
                TokenTree::Group(group) => {
                    nested = true;
                    collect_imports(&group.stream().into_iter().collect::<Vec<_>>(), &path, found);
                }
                tree if is_mark(tree, '*') => path.push("*".into()),
                _ => {}
            }
        }
        // `a::{self}` imports `a`.
        if path.len() > prefix.len() && path.len() > 1 && path.last().is_some_and(|word| word == "self") {
            path.pop();
        }
        let relative = path.iter().take_while(|word| matches!(word.as_str(), "crate" | "self" | "super")).count();
        path.drain(..relative);
        if let (false, Some(last)) = (nested, path.last().cloned()) {
            found.push(Import { path, name: alias.unwrap_or(last) });
        }
    }
}

fn is_parenthesis(tree: &TokenTree) -> bool {
    matches!(tree, TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis)
}

pub fn is_mark(tree: &TokenTree, mark: char) -> bool {
    matches!(tree, TokenTree::Punct(punct) if punct.as_char() == mark)
}

pub fn word(tree: &TokenTree) -> Option<String> {
    match Token::leaf(tree) {
        Some(Token::Word(word)) => Some(word),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trees(text: &str) -> Vec<TokenTree> {
        text.parse::<proc_macro2::TokenStream>().unwrap().into_iter().collect()
    }

    /// Keyword, name, and the text behind the item.
    fn item(text: &str) -> Option<(String, String, String)> {
        let trees = trees(text);
        let item = Item::at(&trees)?;
        let rest = trees[item.length..].iter().cloned().collect::<proc_macro2::TokenStream>();
        Some((item.keyword, item.name, rest.to_string()))
    }

    #[test]
    fn items_end_where_they_end() {
        for (text, keyword, name) in [
            ("pub(crate) const unsafe extern \"C\" fn f<T>(a: T) -> [T; 2] where T: Copy { body(); }", "fn", "f"),
            ("const A: B = B { c: 1 };", "const", "A"),
            ("pub use a::{b, c};", "use", "a"),
            ("use {a, b};", "use", ""),
            ("struct A;", "struct", "A"),
            ("struct A<T>(T);", "struct", "A"),
            ("pub struct A { b: f64 }", "struct", "A"),
            ("impl<T> A for B<T> { }", "impl", ""),
            ("unsafe impl Send for B {}", "impl", "Send"),
            ("mod tests { fn a() {} }", "mod", "tests"),
            ("mod tests;", "mod", "tests"),
            ("macro_rules! twice { () => {} }", "macro_rules", ""),
            ("extern \"C\" { fn f(); }", "extern", ""),
            ("let (a, b) = if c { d } else { e };", "let", ""),
            ("async fn f() {}", "fn", "f"),
        ] {
            let (found_keyword, found_name, rest) = item(&format!("{text} REST")).expect(text);
            let found = (found_keyword.as_str(), found_name.as_str(), rest.as_str());
            assert_eq!(found, (keyword, name, "REST"), "{text}");
        }
    }

    #[test]
    fn what_is_no_item_is_not_taken_for_one() {
        for text in
            ["pub field: f64, other: i32", "A => { b }", "unsafe { a() }", "const { 1 }", "common::paper!(X);", ""]
        {
            assert!(item(text).is_none(), "{text}");
        }
    }

    #[test]
    fn attributes_are_told_apart() {
        let first = |text: &str| Attribute::at(&trees(text)).unwrap();
        assert!(first("/// text").is_idle());
        assert!(first("//! text").inner);
        assert!(first("#[expect(unused, reason = \"x\")]").is_idle());
        assert!(first("#[clippy::msrv = \"1\"]").is_idle());
        assert!(!first("#[derive(Clone)]").is_idle());
        assert!(first("#[cfg(test)]").is_test());
        assert!(first("#[test]").is_test());
        assert!(!first("#[cfg(any(test, unix))]").is_test());
        assert!(!first("#[cfg(not(test))]").is_test());
        assert_eq!(first("#[path = \"a.rs\"]").path().as_deref(), Some("a.rs"));
        assert!(Attribute::at(&trees("# name")).is_none());
    }

    #[test]
    fn imports_are_flattened() {
        let found = |text: &str| {
            imports(&trees(text))
                .iter()
                .map(|import| format!("{} as {}", import.path.join("."), import.name))
                .collect::<Vec<_>>()
        };
        assert_eq!(found("crate::figure::draw"), ["figure.draw as draw"]);
        assert_eq!(
            found("super::{figure::{a as b, self}, model}"),
            ["figure.a as b", "figure as figure", "model as model"]
        );
        assert_eq!(found("figure::*"), ["figure.* as *"]);
        assert_eq!(found("{a, b::c}"), ["a as a", "b.c as c"]);
    }
}

//! A paper's code, divided into what computes and what shows: the modules `figure` and `claims`, and
//! what leads there. Computing code may not depend on showing code, which its fingerprint leaves out.

use quote::ToTokens;
use std::collections::BTreeSet;
use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{Item, ItemImpl, ItemUse, Stmt, Token, Type};

use crate::Result;
use crate::columns;
use crate::imports::{Import, imports};
use crate::mentions::{Identifiers, Mentions};
use crate::names::Names;
use crate::rules;
use crate::source::{Module, Source};
use crate::tokens::{self, Hasher, Token};

/// The modules that only show results.
pub const SHOWING: [&str; 2] = ["figure", "claims"];

const REASON: &str = "the fingerprint of the computing code leaves out the modules `figure` and `claims`, so a change \
                      there would not recompute anything";

/// A divided paper.
pub struct Paper {
    /// The hash of the computing code.
    pub compute: String,
    /// The hash of all code.
    pub whole: String,
    /// What the computing code mentions, as words for `reach::reached`.
    pub identifiers: Identifiers,
    /// Names and documentation of the columns of its tables.
    pub columns: Vec<(String, String)>,
}

impl Paper {
    /// Divides a paper.
    ///
    /// # Errors
    /// Where results could depend on showing code: where computing code names a path into that code
    /// or a name imported from it, and where that code implements methods on types that computing
    /// code sees. Also where a declaration imports from showing and other modules at once.
    pub fn divide(source: Source) -> Result<Paper> {
        let whole = source.hash();
        let mut divider = Divider::default();
        let (mut hasher, mut code, mut mentions) = (Hasher::new(), Vec::new(), Mentions::default());
        let mut documented = Vec::new();
        for mut module in source.modules {
            rules::check(&module.tokens(&module.items)).map_err(|error| match module.path.join("::").as_str() {
                "" => error,
                name => format!("in module `{name}`: {error}"),
            })?;
            module.items.iter().for_each(|item| columns::collect(item.to_token_stream(), &mut documented));
            if module.path.first().is_some_and(|name| SHOWING.contains(&name.as_str())) {
                divider.showing.append(&mut module.items);
                continue;
            }
            let Module { path, items, .. } = &mut module;
            divider.strip(items).map_err(|error| format!("in module `{}`: {error}", path.join("::")))?;
            let computing = module.tokens(&module.items);
            module.add_to(&mut hasher, &computing);
            code.extend(computing);
            mentions.merge(Names::of(&module.heading, &module.items).mentions);
        }
        check_computing(&code, &divider.imports)?;
        check_showing(&divider.showing)?;
        Ok(Paper { compute: hasher.finish(), whole, identifiers: mentions.words(), columns: documented })
    }
}

/// Takes from computing modules what leads to the showing ones.
#[derive(Default)]
struct Divider {
    /// What shows results.
    showing: Vec<Item>,
    /// The names that were imported from showing modules.
    imports: Vec<Import>,
    /// A declaration that imports from showing and other modules.
    mixed: Option<String>,
}

impl Divider {
    fn strip(&mut self, items: &mut Vec<Item>) -> Result<()> {
        items.retain(|item| !matches!(item, Item::Use(item) if self.takes(item)));
        items.iter_mut().for_each(|item| self.visit_item_mut(item));
        match self.mixed.take() {
            Some(declaration) => Err(format!(
                "`{declaration}` imports from {} and from other modules at once: split it",
                SHOWING.join(" or ")
            )),
            None => Ok(()),
        }
    }

    /// Whether a declaration imports from showing modules only.
    fn takes(&mut self, declaration: &ItemUse) -> bool {
        let mut imports = imports(&declaration.tree);
        for import in &mut imports {
            let relative = import.path.iter().take_while(|word| ["crate", "self", "super"].contains(&word.as_str()));
            import.path.drain(..relative.count());
        }
        let shows = |import: &Import| import.path.first().is_some_and(|first| SHOWING.contains(&first.as_str()));
        let count = imports.iter().filter(|import| shows(import)).count();
        if count == 0 {
            return false;
        }
        if count < imports.len() {
            self.mixed = Some(declaration.to_token_stream().to_string());
        }
        self.imports.append(&mut imports);
        true
    }
}

impl VisitMut for Divider {
    fn visit_block_mut(&mut self, block: &mut syn::Block) {
        block.stmts.retain(|statement| !matches!(statement, Stmt::Item(Item::Use(item)) if self.takes(item)));
        visit_mut::visit_block_mut(self, block);
    }

    /// Of `common::paper!(Config, cells, figure::draw, claims::measure)` the first two count.
    fn visit_macro_mut(&mut self, call: &mut syn::Macro) {
        if call.path.segments.last().is_some_and(|segment| segment.ident == "paper")
            && let Ok(arguments) = call.parse_body_with(Punctuated::<Type, Token![,]>::parse_terminated)
        {
            let computing: Punctuated<Type, Token![,]> = arguments.into_iter().take(2).collect();
            call.tokens = computing.to_token_stream();
        }
    }
}

fn check_computing(code: &[Token], imports: &[Import]) -> Result<()> {
    if let Some(path) = path_into_showing(code) {
        return Err(format!(
            "computing code cannot use `{path}`: {REASON}. Move what computing code needs into another module"
        ));
    }
    for import in imports {
        let path = import.path.join("::");
        if import.is_glob() {
            return Err(format!("`use {path}::*` would show all of it to computing code: {REASON}. Import by name"));
        }
        if code.windows(2).any(|pair| pair[1].word() == Some(&import.name) && !pair[0].is_mark('.')) {
            return Err(format!(
                "`{}` appears in computing code and is imported from `{path}`: {REASON}. Move it into another \
                 module, or write the path where it is used",
                import.name
            ));
        }
    }
    Ok(())
}

/// The first path with a segment `figure` or `claims`, unless it leads into `common`. Paths are looked
/// for among the tokens, because they also stand in macros.
fn path_into_showing(code: &[Token]) -> Option<String> {
    let mut position = 0;
    while position < code.len() {
        let (segments, length) = path_at(&code[position..]);
        let method = position > 0 && code[position - 1].is_mark('.');
        let leads_there = segments.iter().any(|segment| SHOWING.contains(segment));
        if leads_there && segments.len() > 1 && segments[0] != "common" && !method {
            return Some(segments.join("::"));
        }
        position += length.max(1);
    }
    None
}

/// The segments of the path that starts here (an empty first one for `::name`), and its length in
/// tokens.
fn path_at(code: &[Token]) -> (Vec<&str>, usize) {
    let separator = |position: usize| {
        matches!(
            code.get(position..position + 2),
            Some([Token::Mark { mark: ':', joined: true }, Token::Mark { mark: ':', .. }])
        )
    };
    let (mut segments, mut position) = (Vec::new(), 0);
    match code[0].word() {
        Some(word) => {
            segments.push(word);
            position = 1;
        }
        None if separator(0) => segments.push(""),
        None => return (segments, 1),
    }
    while separator(position) {
        let Some(word) = code.get(position + 2).and_then(Token::word) else { break };
        segments.push(word);
        position += 3;
    }
    (segments, position)
}

/// Methods and macros reach code that never names their module.
fn check_showing(items: &[Item]) -> Result<()> {
    let mut showing = Showing::default();
    items.iter().for_each(|item| showing.visit_item(item));
    if showing.exports_macro {
        return Err(format!("figure and claims code may not define macros for other modules: {REASON}"));
    }
    match showing.implements.iter().find(|name| !showing.defines.contains(*name)) {
        Some(name) => Err(format!(
            "figure and claims code may not implement anything for `{name}`, which is defined elsewhere: {REASON}. \
             Use a free function, or move the implementation into another module"
        )),
        None => Ok(()),
    }
}

/// What showing code defines and implements, also inside functions.
#[derive(Default)]
struct Showing {
    defines: BTreeSet<String>,
    implements: BTreeSet<String>,
    exports_macro: bool,
}

impl<'ast> Visit<'ast> for Showing {
    fn visit_item(&mut self, item: &'ast Item) {
        self.defines.extend(match item {
            Item::Enum(item) => Some(item.ident.to_string()),
            Item::Struct(item) => Some(item.ident.to_string()),
            Item::Trait(item) => Some(item.ident.to_string()),
            Item::Union(item) => Some(item.ident.to_string()),
            _ => None,
        });
        visit::visit_item(self, item);
    }

    fn visit_item_impl(&mut self, item: &'ast ItemImpl) {
        let parameters: Vec<_> = item.generics.type_params().map(|parameter| parameter.ident.to_string()).collect();
        let name = implementing_type(&item.self_ty);
        // `impl Ours for T` is about our trait.
        match &item.trait_ {
            Some((_, path, _)) if parameters.contains(&name) => {
                self.implements.extend(path.segments.last().map(|segment| segment.ident.to_string()));
            }
            _ => drop(self.implements.insert(name)),
        }
        visit::visit_item_impl(self, item);
    }

    fn visit_attribute(&mut self, attribute: &'ast syn::Attribute) {
        let path = attribute.path();
        self.exports_macro |= path.is_ident("macro_export") || path.is_ident("macro_use");
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        // What a macro implements could be for any type.
        if tokens::flatten(call.tokens.clone()).windows(2).any(|pair| starts_impl(&pair[0], &pair[1])) {
            self.implements.insert("a type in a macro".into());
        }
        visit::visit_macro(self, call);
    }
}

/// Whether the second token is an `impl` that starts a block and not a type.
fn starts_impl(before: &Token, token: &Token) -> bool {
    let starts = matches!(before, Token::Open('{') | Token::Close('}' | ']'))
        || before.is_mark(';')
        || before.word() == Some("unsafe");
    starts && token.word() == Some("impl")
}

/// The name of the type that an `impl` block is for, without references and arguments.
fn implementing_type(implementing: &Type) -> String {
    match implementing {
        Type::Path(path) => path.path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default(),
        Type::Reference(reference) => implementing_type(&reference.elem),
        Type::Paren(inner) => implementing_type(&inner.elem),
        Type::Group(inner) => implementing_type(&inner.elem),
        other => other.to_token_stream().to_string(),
    }
}

//! What a module defines and extends, by plain identifiers: see the crate `reach`.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::{Ident, Item, ItemUse};

use crate::imports::{imports, is_re_export, re_export};
use crate::mentions::{Identifiers, Mentions};
use crate::tokens::{self, is_language};

/// Types that are arguments of item macros, which do not define them.
const STANDARD: [&str; 9] = ["Vec", "String", "Option", "Some", "None", "Result", "Ok", "Err", "Box"];

/// By these attributes the linker finds code that nothing mentions.
const LINKED: [&str; 3] = ["no_mangle", "export_name", "link_section"];

/// The identifiers of one module.
#[derive(Debug, Default)]
pub struct Names {
    /// What other code can name; the items of traits once more with a leading dot.
    pub defines: Identifiers,
    /// The names in the heads of `impl` blocks.
    pub extends: Identifiers,
    /// What the code names.
    pub mentions: Mentions,
}

impl Names {
    /// The names of a module's items; `heading` are its own attributes.
    pub fn of(heading: &TokenStream, items: &[Item]) -> Names {
        let mut names = Names::default();
        names.mentions.add(heading.clone());
        for item in items {
            names.define(item);
            names.visit_item(item);
            if !matches!(item, Item::Use(_)) {
                names.mentions.add(item.to_token_stream());
            }
        }
        // A re-export is an entry of its own, and reached if the name is used, here or elsewhere.
        for item in items.iter().filter_map(re_export) {
            let mut imported: Vec<String> = imports(&item.tree).into_iter().map(|import| import.name).collect();
            imported.retain(|name| names.mentions.bare.contains(name));
            names.mentions.named.extend(imported);
        }
        names
    }

    /// Whether code runs without being mentioned.
    pub fn is_linked(&self) -> bool {
        LINKED.iter().any(|name| self.mentions.bare.contains(*name) || self.mentions.named.contains(*name))
    }

    fn define(&mut self, item: &Item) {
        let names: Vec<&Ident> = match item {
            Item::Const(item) => vec![&item.ident],
            Item::Enum(item) => {
                [&item.ident].into_iter().chain(item.variants.iter().map(|variant| &variant.ident)).collect()
            }
            Item::ExternCrate(item) => item.rename.iter().map(|(_, name)| name).collect(),
            Item::Fn(item) => vec![&item.sig.ident],
            Item::ForeignMod(item) => return self.define_in_tokens(item.to_token_stream(), Inside::Module),
            Item::Macro(item) => return self.define_by_macro(item),
            Item::Static(item) => vec![&item.ident],
            Item::Struct(item) => vec![&item.ident],
            Item::Trait(item) => {
                self.mentions.named.insert(item.ident.to_string());
                return self.define_in_tokens(item.to_token_stream(), Inside::Module);
            }
            Item::TraitAlias(item) => vec![&item.ident],
            Item::Type(item) => vec![&item.ident],
            Item::Union(item) => vec![&item.ident],
            Item::Verbatim(stream) => return self.define_in_tokens(stream.clone(), Inside::Module),
            _ => Vec::new(),
        };
        if matches!(item, Item::Enum(_) | Item::Struct(_) | Item::Type(_) | Item::Union(_)) {
            // So that what is implemented for the type elsewhere comes along.
            self.mentions.named.extend(names.first().map(ToString::to_string));
        }
        self.defines.extend(names.into_iter().map(ToString::to_string).filter(|name| name != "_"));
    }

    /// What a call among items defines is not known without expanding it: it may be everything that
    /// it names. The macro's own name ties the call to the macro's definition.
    fn define_by_macro(&mut self, item: &syn::ItemMacro) {
        self.defines.extend(item.ident.iter().map(ToString::to_string));
        self.mentions.named.extend(item.ident.iter().map(ToString::to_string));
        let name = item.mac.path.segments.last().map(|segment| segment.ident.to_string());
        if name.as_deref() == Some("macro_rules") || name.as_deref() == Some("thread_local") {
            self.define_in_tokens(item.mac.tokens.clone(), Inside::Module);
            return;
        }
        let mut words = Identifiers::new();
        all_words(item.mac.tokens.clone(), &mut words);
        words.extend(name);
        for word in words.into_iter().filter(|word| !STANDARD.contains(&word.as_str())) {
            self.defines.insert(format!(".{word}"));
            self.defines.insert(word);
        }
    }

    /// Definitions in tokens that need not be whole items, as in the body of a macro.
    fn define_in_tokens(&mut self, stream: TokenStream, inside: Inside) {
        let trees = tokens::clean(stream);
        // Where braces stand that hold something else than what is around them, and what they hold.
        let mut special = (trees.len(), inside);
        for (position, tree) in trees.iter().enumerate() {
            let keyword = match tree {
                TokenTree::Ident(word) => word.to_string(),
                TokenTree::Group(group) => {
                    self.define_in_tokens(group.stream(), if position == special.0 { special.1 } else { inside });
                    continue;
                }
                _ => continue,
            };
            let behind = &trees[position + 1..];
            let braces = behind.iter().position(is_braces).unwrap_or(behind.len());
            match keyword.as_str() {
                "impl" => {
                    behind[..braces].iter().for_each(|tree| all_words(tree.clone().into(), &mut self.extends));
                    special = (position + 1 + braces, Inside::Impl);
                }
                "enum" => {
                    let all = &behind[..behind.len().min(braces + 1)];
                    all.iter().for_each(|tree| all_words(tree.clone().into(), &mut self.defines));
                }
                "trait" => {
                    special = (position + 1 + braces, Inside::Trait);
                    self.define_word(behind.first(), inside);
                }
                "fn" | "const" | "type" if inside == Inside::Trait => {
                    self.define_word(behind.first(), inside);
                    self.defines.extend(behind.first().map(|name| format!(".{name}")));
                }
                "fn" | "const" | "static" | "struct" | "union" | "type" => self.define_word(behind.first(), inside),
                "macro_rules" => self.define_word(behind.get(1), inside),
                _ => {}
            }
        }
    }

    /// Adds the name behind a keyword, unless it is something else or that of a type's method.
    fn define_word(&mut self, tree: Option<&TokenTree>, inside: Inside) {
        match tree {
            Some(TokenTree::Ident(word)) if inside != Inside::Impl && !is_language(&word.to_string()) => {
                self.defines.insert(word.to_string());
            }
            _ => {}
        }
    }
}

/// What surrounds tokens that may be definitions.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    Module,
    Trait,
    Impl,
}

impl<'ast> Visit<'ast> for Names {
    /// Also inside functions: an `impl` block counts wherever it stands.
    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        all_words(item.self_ty.to_token_stream(), &mut self.extends);
        if let Some((_, name, _)) = &item.trait_ {
            all_words(name.to_token_stream(), &mut self.extends);
        }
        visit::visit_item_impl(self, item);
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        for import in imports(&item.tree) {
            if import.is_glob() {
                self.mentions.open(import);
            } else if !is_re_export(item) {
                self.mentions.import(import);
            }
        }
    }
}

/// Adds all identifiers of a stream but those of the language.
fn all_words(stream: TokenStream, words: &mut Identifiers) {
    for tree in tokens::clean(stream) {
        match tree {
            TokenTree::Ident(word) if !is_language(&word.to_string()) => _ = words.insert(word.to_string()),
            TokenTree::Group(group) => all_words(group.stream(), words),
            _ => {}
        }
    }
}

fn is_braces(tree: &TokenTree) -> bool {
    matches!(tree, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace)
}

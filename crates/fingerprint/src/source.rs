//! Reads the source files of a crate into a list of modules without their tests.

use proc_macro2::TokenStream;
use quote::ToTokens;
use std::path::{Path, PathBuf};
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, Expr, ExprLit, ImplItem, Item, ItemMod, Lit, Meta, Stmt, TraitItem};

use crate::Result;
use crate::tokens::{self, Hasher, Token};

/// How files are read: the file system, or a map in the tests.
pub type ReadFile<'a> = &'a dyn Fn(&Path) -> Result<Vec<u8>>;

/// One module, be it a file or written between braces.
pub struct Module {
    /// The names from the root, which itself has none.
    pub path: Vec<String>,
    /// Visibility and attributes, which may stand in the module above.
    pub heading: TokenStream,
    /// All items but submodules and tests.
    pub items: Vec<Item>,
    /// The SHA-256 of each file that the code includes.
    pub included: Vec<String>,
}

impl Module {
    /// The cleaned code of some items behind the heading.
    pub fn tokens<'a>(&self, items: impl IntoIterator<Item = &'a Item>) -> Vec<Token> {
        let mut stream = self.heading.clone();
        items.into_iter().for_each(|item| item.to_tokens(&mut stream));
        tokens::flatten(stream)
    }

    /// Adds the module's path, these tokens of it, and its included files to a hash.
    pub fn add_to(&self, hasher: &mut Hasher, code: &[Token]) {
        hasher.text('M', &self.path.join("::"));
        hasher.tokens(code);
        self.included.iter().for_each(|digest| hasher.text('F', digest));
    }
}

/// The source code of a crate.
pub struct Source {
    /// Every file that was read, in reading order.
    pub files: Vec<PathBuf>,
    /// A module stands before its submodules.
    pub modules: Vec<Module>,
}

impl Source {
    /// Reads a crate from its root file, with all its modules.
    ///
    /// # Errors
    /// Where a file cannot be read or is no Rust source, and where code includes a file in another
    /// way than by `include_str!` or `include_bytes!` with a plain string.
    pub fn read(root: &Path, read_file: ReadFile) -> Result<Source> {
        let mut reader = Reader { files: Vec::new(), modules: Vec::new(), read_file };
        let place = Place { children: folder_of(root), file: root.to_path_buf(), inside_file: false };
        reader.file(Vec::new(), TokenStream::new(), &place)?;
        Ok(Source { files: reader.files, modules: reader.modules })
    }

    /// Drops top-level modules with all that is in them.
    ///
    /// # Errors
    /// Where there is no such module.
    pub fn leave_out(&mut self, names: &[String]) -> Result<()> {
        for name in names {
            let count = self.modules.len();
            self.modules.retain(|module| module.path.first() != Some(name));
            if self.modules.len() == count {
                return Err(format!("there is no module `{name}`"));
            }
        }
        Ok(())
    }

    /// The hash of all modules.
    pub fn hash(&self) -> String {
        let mut hasher = Hasher::new();
        self.modules.iter().for_each(|module| module.add_to(&mut hasher, &module.tokens(&module.items)));
        hasher.finish()
    }
}

/// Where a module stands.
struct Place {
    /// The folder in which `mod name;` is looked for.
    children: PathBuf,
    /// The file that holds the module.
    file: PathBuf,
    /// Whether it is written between braces: then `#[path]` counts from `children`, else from the file.
    inside_file: bool,
}

struct Reader<'a> {
    files: Vec<PathBuf>,
    modules: Vec<Module>,
    read_file: ReadFile<'a>,
}

impl Reader<'_> {
    fn file(&mut self, path: Vec<String>, mut heading: TokenStream, place: &Place) -> Result<()> {
        let name = place.file.display();
        let text = String::from_utf8((self.read_file)(&place.file)?).map_err(|error| format!("{name}: {error}"))?;
        let file = syn::parse_file(&text).map_err(|error| format!("{name}: {error}"))?;
        self.files.push(place.file.clone());
        if file.attrs.iter().any(is_test) {
            return Ok(());
        }
        file.attrs.iter().for_each(|attribute| attribute.to_tokens(&mut heading));
        self.module(path, heading, file.items, place)
    }

    fn module(&mut self, path: Vec<String>, heading: TokenStream, items: Vec<Item>, place: &Place) -> Result<()> {
        let (mut submodules, mut others) = (Vec::new(), Vec::new());
        for mut item in items.into_iter().filter(|item| !attributes(item).iter().any(is_test)) {
            match item {
                Item::Mod(module) => submodules.push(module),
                _ => {
                    WithoutTests.visit_item_mut(&mut item);
                    others.push(item);
                }
            }
        }
        let mut module = Module { path: path.clone(), heading, items: others, included: Vec::new() };
        for name in included_files(&module.tokens(&module.items))
            .map_err(|error| format!("{}: {error}", place.file.display()))?
        {
            let file = folder_of(&place.file).join(name);
            module.included.push(tokens::hash_bytes(&(self.read_file)(&file)?));
            self.files.push(file);
        }
        self.modules.push(module);
        submodules.into_iter().try_for_each(|module| self.submodule(&path, module, place))
    }

    fn submodule(&mut self, above: &[String], module: ItemMod, place: &Place) -> Result<()> {
        let name = module.ident.to_string().trim_start_matches("r#").to_owned();
        let path = [above, std::slice::from_ref(&name)].concat();
        let folder = place.children.join(&name);
        let mut heading = TokenStream::new();
        // Where the file lies is no part of the code.
        let counting = module.attrs.iter().filter(|attribute| !attribute.path().is_ident("path"));
        counting.for_each(|attribute| attribute.to_tokens(&mut heading));
        module.vis.to_tokens(&mut heading);
        if let Some((_, items)) = module.content {
            let place = Place { children: folder, file: place.file.clone(), inside_file: true };
            return self.module(path, heading, items, &place);
        }
        let (file, children) = match module.attrs.iter().find_map(path_attribute) {
            Some(file) => {
                let base = if place.inside_file { place.children.clone() } else { folder_of(&place.file) };
                let file = base.join(file);
                let children = folder_of(&file);
                (file, children)
            }
            None => {
                let (beside, inside) = (folder.with_extension("rs"), folder.join("mod.rs"));
                let file = if (self.read_file)(&inside).is_ok() { inside } else { beside };
                (file, folder)
            }
        };
        self.file(path, heading, &Place { children, file, inside_file: false })
    }
}

/// Takes `#[cfg(test)]` and `#[test]` items out of bodies and `impl` blocks.
struct WithoutTests;

impl VisitMut for WithoutTests {
    fn visit_block_mut(&mut self, block: &mut syn::Block) {
        block.stmts.retain(|statement| match statement {
            Stmt::Item(item) => !attributes(item).iter().any(is_test),
            Stmt::Local(local) => !local.attrs.iter().any(is_test),
            Stmt::Macro(call) => !call.attrs.iter().any(is_test),
            Stmt::Expr(..) => true,
        });
        visit_mut::visit_block_mut(self, block);
    }

    fn visit_item_impl_mut(&mut self, item: &mut syn::ItemImpl) {
        item.items.retain(|item| match item {
            ImplItem::Const(item) => !item.attrs.iter().any(is_test),
            ImplItem::Fn(item) => !item.attrs.iter().any(is_test),
            ImplItem::Type(item) => !item.attrs.iter().any(is_test),
            _ => true,
        });
        visit_mut::visit_item_impl_mut(self, item);
    }

    fn visit_item_trait_mut(&mut self, item: &mut syn::ItemTrait) {
        item.items.retain(|item| match item {
            TraitItem::Const(item) => !item.attrs.iter().any(is_test),
            TraitItem::Fn(item) => !item.attrs.iter().any(is_test),
            TraitItem::Type(item) => !item.attrs.iter().any(is_test),
            _ => true,
        });
        visit_mut::visit_item_trait_mut(self, item);
    }
}

/// The attributes of an item; none for what `syn` does not know.
fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::ExternCrate(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::ForeignMod(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::TraitAlias(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Union(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

/// `#[cfg(test)]` or `#[test]`.
fn is_test(attribute: &Attribute) -> bool {
    match &attribute.meta {
        Meta::Path(path) => path.is_ident("test"),
        Meta::List(list) => list.path.is_ident("cfg") && list.tokens.to_string() == "test",
        Meta::NameValue(_) => false,
    }
}

/// The file of `#[path = "file"]`.
fn path_attribute(attribute: &Attribute) -> Option<String> {
    match &attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("path") => string(&pair.value),
        _ => None,
    }
}

/// The value of a string literal.
pub fn string(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
        _ => None,
    }
}

/// The files that `include_str!` and `include_bytes!` in these tokens name.
fn included_files(code: &[Token]) -> Result<Vec<String>> {
    let mut files = Vec::new();
    for (position, token) in code.iter().enumerate() {
        let Some(name @ ("include" | "include_str" | "include_bytes")) = token.word() else { continue };
        let [Token::Mark { mark: '!', .. }, Token::Open(_), arguments @ ..] = &code[position + 1..] else { continue };
        let file = match arguments {
            [Token::Literal(file), Token::Close(_), ..] => syn::parse_str::<syn::LitStr>(file).ok(),
            _ => None,
        };
        match file {
            Some(file) if name != "include" => files.push(file.value()),
            _ => {
                return Err(format!(
                    "`{name}!` hides code from the fingerprint: use include_str! or include_bytes! with one plain \
                     string, and a module for code"
                ));
            }
        }
    }
    Ok(files)
}

fn folder_of(file: &Path) -> PathBuf {
    file.parent().unwrap_or(Path::new("")).to_path_buf()
}

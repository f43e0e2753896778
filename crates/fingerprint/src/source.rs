//! Reads the source files of a crate into one flat, cleaned token list.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::Result;
use crate::items::{self, Attribute, Import, Item};
use crate::tokens::{self, Token};

/// How files are read: the file system, or a map in the tests.
pub type ReadFile<'a> = &'a dyn Fn(&Path) -> Result<Vec<u8>>;

/// What does not count as computing code.
pub struct LeftOut {
    /// Top-level modules.
    pub modules: Vec<String>,
    /// Functions of `impl Experiment for …`.
    pub functions: Vec<String>,
    /// Whether `use` declarations that import only from the modules are left out too.
    pub imports: bool,
}

impl LeftOut {
    pub fn modules(names: &[String]) -> LeftOut {
        LeftOut { modules: names.to_vec(), functions: Vec::new(), imports: false }
    }

    /// What shows the results of a paper.
    pub fn figure_and_claims() -> LeftOut {
        let names = || vec!["figure".to_string(), "claims".to_string()];
        LeftOut { modules: names(), functions: names(), imports: true }
    }
}

/// The cleaned source code of a crate.
pub struct Source {
    /// Every file that was read, in reading order.
    pub files: Vec<PathBuf>,
    /// The names that the left-out `use` declarations bring into scope.
    pub imports: Vec<Import>,
    tokens: Vec<Token>,
    /// For each token, whether it belongs to the computing code.
    computing: Vec<bool>,
}

impl Source {
    /// Reads a crate from its root file, with all its modules.
    ///
    /// # Errors
    /// Where a file cannot be read or is no Rust source, where a module to leave out does not exist
    /// (except in a paper), and where a declaration imports from left-out and other modules at
    /// once.
    pub fn read(root: &Path, left_out: LeftOut, read_file: ReadFile) -> Result<Source> {
        let source = Source { files: vec![], imports: vec![], tokens: vec![], computing: vec![] };
        let mut reader =
            Reader { source, left_out, read_file, hiding: false, current: PathBuf::new(), modules: BTreeSet::new() };
        reader.file(root, &Place { children: folder_of(root), inside_file: false, top: true })?;
        match reader.left_out.modules.iter().find(|name| !reader.modules.contains(*name)) {
            Some(name) if !reader.left_out.imports => Err(format!("{} has no module `{name}`", root.display())),
            _ => Ok(reader.source),
        }
    }

    pub fn all(&self) -> impl Iterator<Item = &Token> {
        self.tokens.iter()
    }

    pub fn computing(&self) -> impl Iterator<Item = &Token> {
        self.tokens.iter().zip(&self.computing).filter_map(|(token, computing)| computing.then_some(token))
    }

    pub fn left_out(&self) -> impl Iterator<Item = &Token> {
        self.tokens.iter().zip(&self.computing).filter_map(|(token, computing)| (!computing).then_some(token))
    }
}

/// Where a module stands.
struct Place {
    /// The folder in which `mod name;` is looked for.
    children: PathBuf,
    /// Whether it is written between braces: then `#[path]` counts from `children`, else from the
    /// file.
    inside_file: bool,
    /// Whether it is the root of the crate.
    top: bool,
}

struct Reader<'a> {
    source: Source,
    left_out: LeftOut,
    read_file: ReadFile<'a>,
    /// Whether what is being read is left out.
    hiding: bool,
    /// The file being read.
    current: PathBuf,
    /// The top-level modules seen.
    modules: BTreeSet<String>,
}

impl Reader<'_> {
    fn file(&mut self, path: &Path, place: &Place) -> Result<()> {
        let bytes = (self.read_file)(path)?;
        let text = String::from_utf8(bytes).map_err(|error| format!("{}: {error}", path.display()))?;
        let stream: TokenStream = text.parse().map_err(|error| format!("{}: {error}", path.display()))?;
        self.source.files.push(path.to_path_buf());
        let outside = std::mem::replace(&mut self.current, path.to_path_buf());
        let result = self.module(stream, place);
        self.current = outside;
        result
    }

    /// The items of a module.
    fn module(&mut self, stream: TokenStream, place: &Place) -> Result<()> {
        let trees: Vec<TokenTree> = stream.into_iter().collect();
        let (attributes, _) = items::attributes(&trees);
        if attributes.iter().any(|attribute| attribute.inner && attribute.is_test()) {
            return Ok(());
        }
        let mut rest = trees.as_slice();
        while !rest.is_empty() {
            let (attributes, length) = items::attributes(rest);
            let (heading, behind) = rest.split_at(length);
            let Some(item) = Item::at(behind) else {
                // A macro call, token by token.
                self.body(heading)?;
                self.body(&behind[..behind.len().min(1)])?;
                rest = &behind[behind.len().min(1)..];
                continue;
            };
            let (trees, behind) = behind.split_at(item.length);
            if !attributes.iter().any(Attribute::is_test) {
                self.item(&item, heading, trees, place)?;
            }
            rest = behind;
        }
        Ok(())
    }

    fn item(&mut self, item: &Item, heading: &[TokenTree], trees: &[TokenTree], place: &Place) -> Result<()> {
        match item.keyword.as_str() {
            "mod" => {
                let hidden = place.top && self.left_out.modules.contains(&item.name);
                if place.top {
                    self.modules.insert(item.name.clone());
                }
                self.hide_if(hidden, |reader| reader.submodule(item, heading, trees, place))
            }
            "impl" if !self.left_out.functions.is_empty() && is_experiment(trees) => self.experiment(heading, trees),
            // `body` knows about `use`, which may also stand inside functions.
            _ => {
                self.body(heading)?;
                self.body(trees)
            }
        }
    }

    fn hide_if(&mut self, hidden: bool, read: impl FnOnce(&mut Self) -> Result<()>) -> Result<()> {
        let outside = self.hiding;
        self.hiding |= hidden;
        let result = read(self);
        self.hiding = outside;
        result
    }

    /// `mod name;` and `mod name { … }` give the same tokens.
    fn submodule(&mut self, item: &Item, heading: &[TokenTree], trees: &[TokenTree], place: &Place) -> Result<()> {
        let (attributes, _) = items::attributes(heading);
        let path = attributes.iter().find_map(Attribute::path);
        let (last, declaration) = trees.split_last().ok_or("empty module declaration")?;
        let folder = place.children.join(item.name.trim_start_matches("r#"));
        self.body(heading)?;
        self.body(declaration)?;
        self.push(Token::Open('{'));
        match (last, path) {
            (TokenTree::Group(group), _) => {
                self.module(group.stream(), &Place { children: folder, inside_file: true, top: false })?;
            }
            (_, Some(path)) => {
                let base = if place.inside_file { place.children.clone() } else { folder_of(&self.current) };
                let file = base.join(path);
                let children = folder_of(&file);
                self.file(&file, &Place { children, inside_file: false, top: false })?;
            }
            (_, None) => {
                let (beside, inside) = (folder.with_extension("rs"), folder.join("mod.rs"));
                let file = match (self.read_file)(&beside) {
                    Ok(_) => beside,
                    Err(error) if (self.read_file)(&inside).is_err() => return Err(error),
                    Err(_) => inside,
                };
                self.file(&file, &Place { children: folder, inside_file: false, top: false })?;
            }
        }
        self.push(Token::Close('}'));
        Ok(())
    }

    /// `impl Experiment for X { … }` without some of its functions.
    fn experiment(&mut self, heading: &[TokenTree], trees: &[TokenTree]) -> Result<()> {
        let Some((TokenTree::Group(group), declaration)) = trees.split_last() else {
            return self.body(trees);
        };
        self.body(heading)?;
        self.body(declaration)?;
        self.push(Token::Open('{'));
        let functions: Vec<TokenTree> = group.stream().into_iter().collect();
        let mut rest = functions.as_slice();
        while !rest.is_empty() {
            let (attributes, length) = items::attributes(rest);
            let item = Item::at(&rest[length..]);
            let end = item.as_ref().map_or((length + 1).min(rest.len()), |item| length + item.length);
            let (trees, behind) = rest.split_at(end);
            let hidden = item.is_some_and(|item| item.keyword == "fn" && self.left_out.functions.contains(&item.name));
            if !attributes.iter().any(Attribute::is_test) {
                self.hide_if(hidden, |reader| reader.body(trees))?;
            }
            rest = behind;
        }
        self.push(Token::Close('}'));
        Ok(())
    }

    /// Anything below the level of modules: all tokens but idle attributes and test items.
    fn body(&mut self, trees: &[TokenTree]) -> Result<()> {
        let mut rest = trees;
        while let Some(first) = rest.first() {
            let (attributes, length) = items::attributes(rest);
            let item = Item::at(&rest[length..]);
            if let (Some(item), true) = (&item, attributes.iter().any(Attribute::is_test)) {
                rest = &rest[length + item.length..];
            } else if let Some(attribute) = attributes.first() {
                if !attribute.is_idle() {
                    rest[..attribute.length].iter().try_for_each(|tree| self.tree(tree))?;
                }
                rest = &rest[attribute.length..];
            } else if let Some(item) = item.filter(|item| item.keyword == "use") {
                let (declaration, behind) = rest.split_at(item.length);
                self.import(declaration)?;
                rest = behind;
            } else {
                self.tree(first)?;
                rest = &rest[1..];
            }
        }
        Ok(())
    }

    /// A `use` declaration, hidden if it imports from left-out modules only.
    fn import(&mut self, declaration: &[TokenTree]) -> Result<()> {
        let keyword = declaration.iter().position(|tree| items::word(tree).as_deref() == Some("use")).unwrap_or(0);
        let imports = items::imports(&declaration[keyword + 1..declaration.len() - 1]);
        let from_left_out =
            |import: &&Import| import.path.first().is_some_and(|first| self.left_out.modules.contains(first));
        let count =
            if self.left_out.imports && !self.hiding { imports.iter().filter(from_left_out).count() } else { 0 };
        if count > 0 && count < imports.len() {
            return Err(format!(
                "{}: a `use` declaration imports from {} and from other modules at once: split it",
                self.current.display(),
                self.left_out.modules.join(" or ")
            ));
        }
        if count > 0 {
            self.source.imports.extend(imports);
        }
        self.hide_if(count > 0, |reader| declaration.iter().try_for_each(|tree| reader.tree(tree)))
    }

    fn tree(&mut self, tree: &TokenTree) -> Result<()> {
        let TokenTree::Group(group) = tree else {
            if let Some(token) = Token::leaf(tree) {
                self.push(token);
            }
            return Ok(());
        };
        let mut content: Vec<TokenTree> = group.stream().into_iter().collect();
        let Some((open, close)) = tokens::delimiters(group.delimiter()) else {
            return self.body(&content);
        };
        if content.last().is_some_and(|last| items::is_mark(last, ','))
            && self.is_comma_idle(group.delimiter(), &content)
        {
            content.pop();
        }
        let includes = self.is_include();
        self.push(Token::Open(open));
        if includes {
            self.include(&content)?;
        }
        self.body(&content)?;
        self.push(Token::Close(close));
        Ok(())
    }

    /// Whether the comma that ends a group changes nothing. The formatter adds and removes these;
    /// but `(a,)` is a tuple unless it is an argument list.
    fn is_comma_idle(&self, delimiter: Delimiter, content: &[TokenTree]) -> bool {
        let several = content.iter().filter(|tree| items::is_mark(tree, ',')).count() > 1;
        delimiter != Delimiter::Parenthesis || several || self.is_call()
    }

    /// Whether a parenthesis that opens now holds arguments: after a name, `)`, `]`, `!`, or the
    /// `>` of generics.
    fn is_call(&self) -> bool {
        const KEYWORDS: [&str; 14] =
            ["return", "in", "if", "match", "while", "let", "else", "mut", "ref", "move", "break", "as", "dyn", "for"];
        match self.source.tokens.as_slice() {
            [.., Token::Mark { mark: '-' | '=', joined: true }, Token::Mark { mark: '>', .. }] => false,
            [.., Token::Mark { mark: '>' | '!', .. }] => true,
            [.., Token::Word(word)] => !KEYWORDS.contains(&word.as_str()),
            [.., Token::Close(delimiter)] => *delimiter != '}',
            _ => false,
        }
    }

    /// Whether a group that opens now holds the arguments of an including macro.
    fn is_include(&self) -> bool {
        match self.source.tokens.as_slice() {
            [.., Token::Word(name), mark] if mark.is_mark('!') => {
                matches!(name.as_str(), "include" | "include_str" | "include_bytes")
            }
            _ => false,
        }
    }

    /// The contents of an included file are part of the code.
    fn include(&mut self, arguments: &[TokenTree]) -> Result<()> {
        let literal = match arguments {
            [TokenTree::Literal(literal)] => literal.to_string(),
            _ => String::new(),
        };
        let name = tokens::string_literal(&literal).ok_or_else(|| {
            let file = self.current.display();
            format!("{file}: included files are part of the fingerprint: name them by one plain string")
        })?;
        let path = folder_of(&self.current).join(name);
        let digest = tokens::hash_bytes(&(self.read_file)(&path)?);
        self.source.files.push(path);
        self.push(Token::File(digest));
        Ok(())
    }

    fn push(&mut self, token: Token) {
        self.source.tokens.push(token);
        self.source.computing.push(!self.hiding);
    }
}

fn folder_of(file: &Path) -> PathBuf {
    file.parent().unwrap_or(Path::new("")).to_path_buf()
}

/// Whether an item is `impl … Experiment for … { … }`.
fn is_experiment(trees: &[TokenTree]) -> bool {
    trees.windows(2).any(|pair| {
        let [first, second] = [&pair[0], &pair[1]].map(|tree| items::word(tree).unwrap_or_default());
        first == "Experiment" && second == "for"
    })
}

//! The names that `use` declarations bring in.

use syn::{Item, ItemUse, UseTree, Visibility};

/// One name brought in by a `use` declaration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// The path as written; for a glob, that of what is opened.
    pub path: Vec<String>,
    /// The name in scope; `*` for a glob.
    pub name: String,
}

impl Import {
    /// Whether it brings in everything that a module exports.
    pub fn is_glob(&self) -> bool {
        self.name == "*"
    }
}

/// The names that a `use` declaration brings in.
pub fn imports(tree: &UseTree) -> Vec<Import> {
    let mut found = Vec::new();
    collect_imports(tree, &mut Vec::new(), &mut found);
    found
}

fn collect_imports(tree: &UseTree, path: &mut Vec<String>, found: &mut Vec<Import>) {
    // `a::{self}` imports `a`.
    let path_with = |path: &[String], name: String| match name.as_str() {
        "self" if !path.is_empty() => path.to_vec(),
        _ => [path, &[name]].concat(),
    };
    match tree {
        UseTree::Path(part) => {
            path.push(part.ident.to_string());
            collect_imports(&part.tree, path, found);
            path.pop();
        }
        UseTree::Name(name) => {
            let path = path_with(path, name.ident.to_string());
            found.push(Import { name: path.last().cloned().unwrap_or_default(), path });
        }
        UseTree::Rename(rename) => {
            found.push(Import { path: path_with(path, rename.ident.to_string()), name: rename.rename.to_string() });
        }
        UseTree::Glob(_) => found.push(Import { path: path.clone(), name: "*".into() }),
        UseTree::Group(group) => group.items.iter().for_each(|tree| collect_imports(tree, path, found)),
    }
}

/// Whether a declaration makes its names known outside its module.
pub fn is_re_export(item: &ItemUse) -> bool {
    !matches!(item.vis, Visibility::Inherited)
}

/// The declaration, if it is a re-export.
pub fn re_export(item: &Item) -> Option<&ItemUse> {
    match item {
        Item::Use(item) if is_re_export(item) => Some(item),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_are_flattened() {
        let found = |text: &str| {
            let declaration: ItemUse = syn::parse_str(&format!("use {text};")).unwrap();
            let imports = imports(&declaration.tree).into_iter();
            imports.map(|import| format!("{} as {}", import.path.join("."), import.name)).collect::<Vec<_>>()
        };
        assert_eq!(found("crate::figure::draw"), ["crate.figure.draw as draw"]);
        assert_eq!(
            found("super::{figure::{a as b, self}, model}"),
            ["super.figure.a as b", "super.figure as figure", "super.model as model"]
        );
        assert_eq!(found("figure::*"), ["figure as *"]);
        assert_eq!(found("{a, b::c, b::{self as d}}"), ["a as a", "b.c as c", "b as d"]);
    }
}

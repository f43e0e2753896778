//! The attributes of fields, variants and structs.

use proc_macro2::Span;
use syn::{Attribute, Error, Expr, ExprLit, Lit, LitStr, Meta, Result};

/// All attributes of the derive.
const NAMES: [&str; 8] = ["range", "length", "rising", "falling", "distinct", "key", "flatten", "require"];

/// What the attributes of a field say.
#[derive(Default)]
pub struct FieldAttributes {
    pub range: Option<Expr>,
    pub length: Option<Expr>,
    pub rising: bool,
    pub falling: bool,
    pub distinct: bool,
    pub key: Option<LitStr>,
    pub flatten: bool,
}

impl FieldAttributes {
    pub fn read(attributes: &[Attribute]) -> Result<FieldAttributes> {
        refuse_others(attributes, &NAMES[..7], "a field")?;
        let mut read = FieldAttributes::default();
        for attribute in attributes {
            let path = attribute.path();
            if path.is_ident("range") {
                read.range = Some(attribute.parse_args()?);
            } else if path.is_ident("length") {
                read.length = Some(attribute.parse_args()?);
            } else if path.is_ident("key") {
                read.key = Some(key(attribute)?);
            } else if let Some(flag) = read.flag(attribute) {
                attribute.meta.require_path_only()?;
                *flag = true;
            }
        }
        if read.rising && read.falling {
            return Err(Error::new(Span::call_site(), "a list cannot both rise and fall"));
        }
        Ok(read)
    }

    fn flag(&mut self, attribute: &Attribute) -> Option<&mut bool> {
        let name = attribute.path().get_ident()?.to_string();
        match name.as_str() {
            "rising" => Some(&mut self.rising),
            "falling" => Some(&mut self.falling),
            "distinct" => Some(&mut self.distinct),
            "flatten" => Some(&mut self.flatten),
            _ => None,
        }
    }

    /// Whether something is said about the value.
    pub fn has_rules(&self) -> bool {
        self.range.is_some() || self.length.is_some() || self.rising || self.falling || self.distinct
    }
}

/// Refuses attributes of the derive that are none of `allowed`.
pub fn refuse_others(attributes: &[Attribute], allowed: &[&str], item: &str) -> Result<()> {
    let mut seen = Vec::new();
    for attribute in attributes {
        let Some(name) = NAMES.iter().find(|name| attribute.path().is_ident(name)) else { continue };
        if !allowed.contains(name) {
            return Err(Error::new_spanned(attribute, format!("`#[{name}]` is not for {item}")));
        }
        if seen.contains(name) && *name != "require" {
            return Err(Error::new_spanned(attribute, format!("`#[{name}]` is there twice")));
        }
        seen.push(name);
    }
    Ok(())
}

/// The text of `#[key("T")]`.
pub fn key(attribute: &Attribute) -> Result<LitStr> {
    let key: LitStr = attribute.parse_args()?;
    let text = key.value();
    // These would end the key where it is written: in `--set` and in a caption.
    match text.is_empty() || text.contains(['.', '=', '{', '}']) {
        true => Err(Error::new_spanned(key, "expected a key without `.`, `=` and braces")),
        false => Ok(key),
    }
}

/// The first paragraph of the documentation, on one line.
pub fn doc(attributes: &[Attribute]) -> String {
    let lines = attributes.iter().filter_map(|attribute| match &attribute.meta {
        Meta::NameValue(meta) if meta.path.is_ident("doc") => match &meta.value {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    });
    // A block comment is one text of many lines.
    let text = lines.collect::<Vec<_>>().join("\n");
    let paragraph = text.lines().map(str::trim).skip_while(|line| line.is_empty()).take_while(|line| !line.is_empty());
    paragraph.collect::<Vec<_>>().join(" ")
}

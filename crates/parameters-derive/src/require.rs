//! `#[require(…)]`: an expression over the fields that must hold.

use proc_macro2::{Delimiter, Spacing, Span, TokenStream as Tokens, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Error, Expr, LitStr, Result, Token, Type};

use crate::fields::Parameter;

/// Types whose fields are taken by value.
const BY_VALUE: [&str; 13] =
    ["u8", "u16", "u32", "u64", "usize", "i8", "i16", "i32", "i64", "isize", "f32", "f64", "bool"];

/// A requirement with the fields that it names.
pub struct Requirement<'p, 'f> {
    expression: Expr,
    /// What is expected, for the message.
    expected: String,
    fields: Vec<&'p Parameter<'f>>,
    /// The keys that the expression names, dotted for those of groups, in the order in which it names them.
    keys: Vec<String>,
}

/// The arguments of the attribute.
struct Arguments {
    expression: Expr,
    text: Option<LitStr>,
}

impl Parse for Arguments {
    fn parse(input: ParseStream) -> Result<Arguments> {
        let expression = input.parse()?;
        let text = match input.parse::<Option<Token![,]>>()? {
            Some(_) => Some(input.parse()?),
            None => None,
        };
        Ok(Arguments { expression, text })
    }
}

impl<'p, 'f> Requirement<'p, 'f> {
    /// Reads the attribute of a struct with these fields.
    pub fn read(attribute: &Attribute, parameters: &'p [Parameter<'f>]) -> Result<Requirement<'p, 'f>> {
        let Arguments { expression, text } = attribute.parse_args()?;
        let mut names = Names { parameters, fields: Vec::new(), keys: Vec::new() };
        names.collect(expression.to_token_stream());
        let Names { fields, keys, .. } = names;
        if fields.is_empty() {
            return Err(Error::new_spanned(attribute, "expected an expression that names a field"));
        }
        let expected = match text {
            Some(text) => text.value(),
            None => {
                let mut writer = Writer { parameters, text: String::new(), end: None };
                // Those of the parsed expression would have lost the places of their brackets.
                writer.write(attribute.meta.require_list()?.tokens.clone());
                writer.text
            }
        };
        Ok(Requirement { expression, expected, fields, keys })
    }

    /// Checks the value `__value` that was read from `__section`.
    pub fn check(&self) -> Tokens {
        let Requirement { expression, expected, fields, keys } = self;
        let names = fields.iter().map(|field| field.name);
        let copied = fields.iter().filter(|field| is_by_value(field.of)).map(|field| field.name);
        quote! {
            {
                let Self { #(#names,)* .. } = &__value;
                #(let #copied = *#copied;)*
                let __holds: bool = #expression;
                if !__holds {
                    __section.refuse(#expected, &[#(#keys),*]);
                }
            }
        }
    }
}

fn is_by_value(of: &Type) -> bool {
    let Type::Path(path) = of else { return false };
    path.path.get_ident().is_some_and(|name| BY_VALUE.iter().any(|known| name == known))
}

/// Collects the fields that an expression names.
struct Names<'p, 'f> {
    parameters: &'p [Parameter<'f>],
    fields: Vec<&'p Parameter<'f>>,
    keys: Vec<String>,
}

impl Names<'_, '_> {
    fn collect(&mut self, tokens: Tokens) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        for (at, token) in tokens.iter().enumerate() {
            match token {
                TokenTree::Group(group) => self.collect(group.stream()),
                TokenTree::Ident(name) if !follows_member(&tokens[..at]) => {
                    if let Some(field) = self.parameters.iter().find(|field| field.name == name) {
                        self.add(field, &tokens[at + 1..]);
                    }
                }
                _ => {}
            }
        }
    }

    /// Adds a field, with the members of it that follow.
    fn add(&mut self, field: &Parameter<'_>, after: &[TokenTree]) {
        let Some(field) = self.parameters.iter().find(|other| other.name == field.name) else { return };
        if !self.fields.iter().any(|other| other.name == field.name) {
            self.fields.push(field);
        }
        // The keys of a flattened group are keys of this struct.
        let mut key = if field.attributes.flatten { Vec::new() } else { vec![field.key.clone()] };
        let mut after = after;
        while let [TokenTree::Punct(dot), TokenTree::Ident(member), rest @ ..] = after {
            // A method is no key.
            let is_call = match rest {
                [TokenTree::Group(group), ..] => group.delimiter() == Delimiter::Parenthesis,
                [TokenTree::Punct(colon), TokenTree::Punct(_), ..] => colon.as_char() == ':',
                _ => false,
            };
            if dot.as_char() != '.' || is_call {
                break;
            }
            key.push(member.to_string());
            after = rest;
        }
        let key = key.join(".");
        if !key.is_empty() && !self.keys.contains(&key) {
            self.keys.push(key);
        }
    }
}

/// Whether what comes next is a member (`.name`) or part of a path (`path::name`), and so no field of the struct.
fn follows_member(before: &[TokenTree]) -> bool {
    match before {
        // The end of a range comes after a dot too.
        [.., TokenTree::Punct(first), TokenTree::Punct(second)] if second.as_char() == '.' => {
            first.as_char() != '.' || first.spacing() != Spacing::Joint
        }
        // A single colon stands before the value of a member: `Shape { width: n }`.
        [.., TokenTree::Punct(first), TokenTree::Punct(second)] if second.as_char() == ':' => {
            first.as_char() == ':' && first.spacing() == Spacing::Joint
        }
        [.., TokenTree::Punct(last)] => last.as_char() == '.',
        _ => false,
    }
}

/// Writes an expression as its author did, each break as one space, with keys in the place of fields.
struct Writer<'p, 'f> {
    parameters: &'p [Parameter<'f>],
    text: String,
    /// Line and column where the token before ended.
    end: Option<(usize, usize)>,
}

impl Writer<'_, '_> {
    fn write(&mut self, tokens: Tokens) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        for (at, token) in tokens.iter().enumerate() {
            match token {
                TokenTree::Group(group) => {
                    let (open, close) = match group.delimiter() {
                        Delimiter::Parenthesis => ("(", ")"),
                        Delimiter::Bracket => ("[", "]"),
                        Delimiter::Brace => ("{", "}"),
                        Delimiter::None => ("", ""),
                    };
                    self.push(open, group.span_open());
                    self.write(group.stream());
                    self.push(close, group.span_close());
                }
                TokenTree::Ident(name) if !follows_member(&tokens[..at]) => {
                    let field = self.parameters.iter().find(|field| field.name == name);
                    self.push(&field.map_or(name.to_string(), |field| field.key.clone()), name.span());
                }
                other => self.push(&other.to_string(), other.span()),
            }
        }
    }

    fn push(&mut self, token: &str, span: Span) {
        if token.is_empty() {
            return;
        }
        let (start, end) = (span.unwrap().start(), span.unwrap().end());
        if self.end.is_some_and(|end| end != (start.line(), start.column())) {
            self.text.push(' ');
        }
        self.text.push_str(token);
        self.end = Some((end.line(), end.column()));
    }
}

//! The documentation of table columns: `record! { /// text name: value, … }`.

use proc_macro2::{TokenStream, TokenTree};
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Expr, Ident, Meta, Token};

use crate::source::string;
use crate::tokens;

/// Pairs of the name of a column and its documentation.
type Columns = Vec<(String, String)>;

/// Adds the documented fields of every `record!` in a stream, at any depth, in order. The first
/// documentation of a name stays.
pub fn collect(stream: TokenStream, columns: &mut Columns) {
    let mut before: [Option<TokenTree>; 2] = [None, None];
    for tree in stream {
        if let TokenTree::Group(group) = &tree {
            if let [Some(TokenTree::Ident(name)), Some(mark)] = &before
                && name == "record"
                && tokens::is_mark(mark, '!')
            {
                // Where the fields are written wrong, `record!` itself says so.
                for (name, text) in fields.parse2(group.stream()).unwrap_or_default() {
                    if !columns.iter().any(|(known, _)| *known == name) {
                        columns.push((name, text));
                    }
                }
            }
            collect(group.stream(), columns);
        }
        before = [before[1].take(), Some(tree)];
    }
}

/// The documented fields of one record. A value is left out where the field has the name of a variable.
fn fields(input: ParseStream) -> syn::Result<Columns> {
    let mut columns = Vec::new();
    while !input.is_empty() {
        let attributes = input.call(Attribute::parse_outer)?;
        let name: Ident = input.parse()?;
        if input.peek(Token![:]) {
            input.parse::<Token![:]>()?;
            input.parse::<Expr>()?;
        }
        if !input.is_empty() {
            input.parse::<Token![,]>()?;
        }
        let text = documentation(&attributes);
        if !text.is_empty() {
            columns.push((name.to_string(), text));
        }
    }
    Ok(columns)
}

/// The lines of documentation comments, joined by spaces.
fn documentation(attributes: &[Attribute]) -> String {
    let line = |attribute: &Attribute| match &attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("doc") => string(&pair.value),
        _ => None,
    };
    let lines: Vec<String> = attributes.iter().filter_map(line).collect();
    lines.iter().flat_map(|line| line.split_whitespace()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(text: &str) -> Columns {
        let mut columns = Columns::new();
        collect(text.parse().unwrap(), &mut columns);
        columns
    }

    #[test]
    fn documented_fields_are_found_at_any_depth() {
        let found = columns(
            "fn run() { rows.push(record! {
                t,
                /// Mean loss, \"log\" scale.
                ///   Over the test set.
                loss: f::<A, B>(t)[0], bare: 1,
                /** Steps. */ steps
            }); vec![tables::record! { /// Again.
                loss, /// New.
                r: record! { /// Inner.
                    inner: 1 } }] }",
        );
        let expected = [
            ("loss", "Mean loss, \"log\" scale. Over the test set."),
            ("steps", "Steps."),
            ("r", "New."),
            ("inner", "Inner."),
        ];
        assert_eq!(found, expected.map(|(name, text)| (name.to_string(), text.to_string())));
    }

    #[test]
    fn other_macros_and_broken_records_have_none() {
        assert!(columns("other! { /// Text.\n a: 1 } record { /// Text.\n a: 1 }").is_empty());
        assert!(columns("record! { /// Text.\n a 1 }").is_empty());
    }
}

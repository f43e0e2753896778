//! The arguments of the macros.

use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Ident, LitStr, Token, parenthesized};

/// `name, …, except(name, …)`.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Arguments {
    /// The leading names.
    pub names: Vec<String>,
    /// The names inside `except(…)`.
    pub except: Vec<String>,
}

/// A word or a string literal.
struct Name(String);

impl Parse for Name {
    fn parse(input: ParseStream) -> syn::Result<Name> {
        if input.peek(LitStr) {
            return Ok(Name(input.parse::<LitStr>()?.value()));
        }
        Ok(Name(input.parse::<Ident>()?.to_string()))
    }
}

impl Parse for Arguments {
    fn parse(input: ParseStream) -> syn::Result<Arguments> {
        let mut arguments = Arguments::default();
        while !input.is_empty() {
            let Name(name) = input.parse()?;
            if name == "except" && input.peek(syn::token::Paren) {
                let content;
                parenthesized!(content in input);
                let names = Punctuated::<Name, Token![,]>::parse_terminated(&content)?;
                arguments.except.extend(names.into_iter().map(|Name(name)| name));
            } else {
                arguments.names.push(name);
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(arguments)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_names_and_exceptions() {
        let read = |text: &str| syn::parse_str::<Arguments>(text).ok().map(|found| (found.names, found.except));
        let owned = |names: &[&str]| names.iter().map(|name| name.to_string()).collect::<Vec<_>>();
        assert_eq!(read(""), Some((vec![], vec![])));
        assert_eq!(read("\"common\", except(\"polars\", a)"), Some((owned(&["common"]), owned(&["polars", "a"]))));
        assert_eq!(read("1"), None);
        assert_eq!(read("except(a + b)"), None);
    }
}

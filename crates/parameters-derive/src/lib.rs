//! `#[derive(Parameters)]`, for the crate `parameters`, which documents it with examples.

mod attributes;
mod enums;
mod fields;
mod require;
mod structs;

use proc_macro::TokenStream;
use proc_macro2::TokenStream as Tokens;
use quote::{ToTokens, quote};
use syn::{Data, DeriveInput, Error, Result, parse_macro_input};

/// Makes a struct or an enum one of parameters: its reader, its checks, its documentation and `serde::Serialize`.
///
/// A struct is read from a mapping with a key for each field and serialised as one. It implements `Value` and the
/// trait `Parameters`. Documentation comments say what a parameter means: their first paragraph is shown.
///
/// An enum is read from the name of a variant in snake_case, or, for a variant with content, from a mapping with this
/// one key: `zipf: 1.0` for `Zipf(f64)`, `zipf: {exponent: 1.0}` for `Zipf { exponent: f64 }`. It implements `Value`.
/// Both are serialised in the same form.
///
/// Unless an attribute says otherwise, whole numbers are from 1 (those of a type with sign any), floats finite and
/// above 0, and lists not empty. Whole numbers are at most 2^53. A field of type `Option` may be null or left out.
///
/// On a field:
///
/// | attribute | meaning |
/// |---|---|
/// | `#[range(0.0..=0.5)]` | range of the number, or of each number of a list, in the place of the default; any Rust range. With an upper end only, the lower end stays that of the default; `..` allows every number |
/// | `#[length(2..=20)]` | length of the list |
/// | `#[rising]`, `#[falling]` | values of the list rise or fall, none twice |
/// | `#[distinct]` | no value of the list is there twice |
/// | `#[key("T")]` | the key, if it is not the name of the field; also for the name of a variant |
/// | `#[flatten]` | the field is a struct of parameters whose keys stand among those of this struct |
///
/// On a struct, `#[require(p >= n + 2)]` as often as needed: an expression over the fields by name, numbers and truth
/// values by value and others by reference, with the constants and functions of the module. It is checked when all
/// fields could be read. The message is made from the expression and the values that it names, the first of which gives
/// its place: "expected p >= n + 2, got p = 3, n = 2". A text may take the place of the expression:
/// `#[require(low < high, "an interval")]`. Products of whole numbers can be too large: write them with floats.
///
/// The code that is made names the crate `parameters`, which must be in scope under this name.
#[proc_macro_derive(Parameters, attributes(range, length, rising, falling, distinct, key, flatten, require))]
pub fn derive_parameters(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    expand(&input).unwrap_or_else(|error| error.to_compile_error()).into()
}

fn expand(input: &DeriveInput) -> Result<Tokens> {
    if !input.generics.params.is_empty() {
        return Err(Error::new_spanned(&input.generics, "parameters cannot be generic"));
    }
    match &input.data {
        Data::Struct(data) => structs::expand(input, data),
        Data::Enum(data) => enums::expand(input, data),
        Data::Union(_) => Err(Error::new_spanned(&input.ident, "a union cannot be read")),
    }
}

/// The implementation of `serde::Serialize` with this body, in which the serialiser is called `__serializer`.
fn serialize(name: &impl ToTokens, body: &Tokens) -> Tokens {
    quote! {
        #[automatically_derived]
        impl parameters::derived::serde::Serialize for #name {
            fn serialize<S: parameters::derived::serde::Serializer>(
                &self,
                __serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                #body
            }
        }
    }
}

#[cfg(test)]
mod tests;

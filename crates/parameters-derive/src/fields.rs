//! The fields of a struct or of a variant.

use proc_macro2::{Ident, TokenStream as Tokens};
use quote::{format_ident, quote};
use syn::{Error, Field, FieldsNamed, Result, Type};

use crate::attributes::{self, FieldAttributes};

/// A named field.
pub struct Parameter<'f> {
    pub name: &'f Ident,
    pub of: &'f Type,
    /// The key in `paper.yaml`.
    pub key: String,
    doc: String,
    pub attributes: FieldAttributes,
}

/// The parameters that named fields are.
pub fn parameters(fields: &FieldsNamed) -> Result<Vec<Parameter<'_>>> {
    let mut parameters: Vec<Parameter> = Vec::new();
    for field in &fields.named {
        let parameter = parameter(field)?;
        let same = |other: &Parameter| !other.attributes.flatten && other.key == parameter.key;
        if !parameter.attributes.flatten && parameters.iter().any(same) {
            return Err(Error::new_spanned(field, format!("the key `{}` is there twice", parameter.key)));
        }
        parameters.push(parameter);
    }
    Ok(parameters)
}

fn parameter(field: &Field) -> Result<Parameter<'_>> {
    let Some(name) = &field.ident else {
        return Err(Error::new_spanned(field, "expected a field with a name"));
    };
    let attributes = FieldAttributes::read(&field.attrs)?;
    if attributes.flatten && (attributes.has_rules() || attributes.key.is_some()) {
        return Err(Error::new_spanned(field, "a flattened group has no key and no rules of its own"));
    }
    let spelled = name.to_string();
    let key = match &attributes.key {
        Some(key) => key.value(),
        None => spelled.strip_prefix("r#").unwrap_or(&spelled).to_string(),
    };
    Ok(Parameter { name, of: &field.ty, key, doc: attributes::doc(&field.attrs), attributes })
}

impl Parameter<'_> {
    /// The variable that holds the field's value while the others are read.
    pub fn variable(&self) -> Ident {
        format_ident!("__field_{}", self.key_as_identifier())
    }

    fn key_as_identifier(&self) -> String {
        let spelled = self.name.to_string();
        spelled.strip_prefix("r#").unwrap_or(&spelled).to_string()
    }

    /// Adds the description to a list called `__fields`.
    pub fn describe(&self) -> Tokens {
        let Parameter { of, key, doc, .. } = self;
        if self.attributes.flatten {
            return quote!(__fields.extend(<#of as parameters::Parameters>::fields()););
        }
        let rules = rules(of, &self.attributes);
        quote! {
            __fields.push(parameters::Field {
                key: #key,
                doc: #doc,
                shape: <#of as parameters::Value>::shape(),
                rules: #rules,
            });
        }
    }

    /// Reads the field from a section called `__section` into its variable, an `Option`.
    pub fn read(&self) -> Tokens {
        let (of, key, variable) = (self.of, &self.key, self.variable());
        if self.attributes.flatten {
            return quote!(let #variable = <#of as parameters::Parameters>::read_keys(__section););
        }
        let (rules, reader) = (rules(of, &self.attributes), reader(of, &self.attributes));
        quote!(let #variable = __section.value::<#of>(#key, #rules, #reader);)
    }
}

/// Reads all parameters from `__section` and makes `constructor { … }` of them, an `Option`.
pub fn read_all(parameters: &[Parameter], constructor: &Tokens) -> Tokens {
    let reads = parameters.iter().map(Parameter::read);
    let (names, variables): (Vec<_>, Vec<_>) = parameters.iter().map(|field| (field.name, field.variable())).unzip();
    quote! {
        // All are read before any of them fails, so that all faults are found.
        #(#reads)*
        ::core::option::Option::Some(#constructor { #(#names: #variables?),* })
    }
}

/// The list of descriptions of all parameters.
pub fn describe_all(parameters: &[Parameter]) -> Tokens {
    let descriptions = parameters.iter().map(Parameter::describe);
    quote! {{
        let mut __fields = ::std::vec::Vec::new();
        #(#descriptions)*
        __fields
    }}
}

/// The rules for a value of a type.
pub fn rules(of: &Type, attributes: &FieldAttributes) -> Tokens {
    if !attributes.has_rules() {
        return quote!(parameters::Rules::DEFAULT);
    }
    let some = |value: Option<Tokens>| match value {
        Some(value) => quote!(::core::option::Option::Some(#value)),
        None => quote!(::core::option::Option::None),
    };
    let range = some(
        attributes
            .range
            .as_ref()
            .map(|range| quote!(parameters::Bounds::of::<<#of as parameters::Value>::Scalar>(#range))),
    );
    let length = some(attributes.length.as_ref().map(|length| quote!(parameters::Length::of(#length))));
    let order = some(match (attributes.rising, attributes.falling) {
        (true, _) => Some(quote!(parameters::Order::Rising)),
        (_, true) => Some(quote!(parameters::Order::Falling)),
        _ => None,
    });
    let distinct = attributes.distinct;
    quote!(parameters::Rules { range: #range, length: #length, order: #order, distinct: #distinct })
}

/// The function that reads a value of a type from a node.
pub fn reader(of: &Type, attributes: &FieldAttributes) -> Tokens {
    let checks = [("rising", attributes.rising), ("falling", attributes.falling), ("distinct", attributes.distinct)];
    let checks: Vec<Ident> =
        checks.iter().filter(|(_, asked)| *asked).map(|(name, _)| format_ident!("{name}")).collect();
    if checks.is_empty() {
        return quote!(<#of as parameters::Value>::read);
    }
    quote! {
        |__node| {
            let __value = <#of as parameters::Value>::read(__node)?;
            #(__node.#checks(&__value);)*
            ::core::option::Option::Some(__value)
        }
    }
}

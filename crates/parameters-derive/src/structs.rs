//! Structs: groups of keys.

use proc_macro2::TokenStream as Tokens;
use quote::quote;
use syn::{DataStruct, DeriveInput, Error, Fields, Result};

use crate::fields::{self, Parameter};
use crate::require::Requirement;
use crate::{attributes, serialize};

/// The implementations for a struct.
pub fn expand(input: &DeriveInput, data: &DataStruct) -> Result<Tokens> {
    attributes::refuse_others(&input.attrs, &["require"], "a struct")?;
    let Fields::Named(named) = &data.fields else {
        return Err(Error::new_spanned(
            &input.ident,
            "a struct of parameters has fields with names; implement `parameters::Value` for another form",
        ));
    };
    let parameters = fields::parameters(named)?;
    let requirements: Vec<Requirement> = input
        .attrs
        .iter()
        .filter(|attribute| attribute.path().is_ident("require"))
        .map(|attribute| Requirement::read(attribute, &parameters))
        .collect::<Result<_>>()?;

    let (name, doc) = (&input.ident, attributes::doc(&input.attrs));
    let fields = fields::describe_all(&parameters);
    let read = fields::read_all(&parameters, &quote!(Self));
    let checks = requirements.iter().map(Requirement::check);
    let flattened = parameters.iter().filter(|field| field.attributes.flatten).map(|field| field.of);
    let own = parameters.iter().filter(|field| !field.attributes.flatten).count();
    let writes = parameters.iter().map(write);
    let serialize = serialize(
        name,
        &quote! {
            use parameters::derived::serde::ser::SerializeMap as _;
            let __keys = ::core::option::Option::Some(<Self as parameters::Parameters>::KEYS);
            let mut __map = __serializer.serialize_map(__keys)?;
            parameters::Parameters::write_keys(self, &mut __map)?;
            __map.end()
        },
    );
    Ok(quote! {
        #[automatically_derived]
        impl parameters::Value for #name {
            type Scalar = Self;

            fn shape() -> parameters::Shape {
                parameters::Shape::Group(parameters::Group {
                    doc: #doc,
                    fields: <Self as parameters::Parameters>::fields(),
                })
            }

            fn read(__node: &parameters::Node<'_>) -> ::core::option::Option<Self> {
                __node.section(<Self as parameters::Parameters>::read_keys)
            }
        }

        #[automatically_derived]
        impl parameters::Parameters for #name {
            const KEYS: usize = #own #(+ <#flattened as parameters::Parameters>::KEYS)*;

            fn fields() -> ::std::vec::Vec<parameters::Field> {
                #fields
            }

            fn read_keys(__section: &parameters::Section<'_>) -> ::core::option::Option<Self> {
                let __value: Self = { #read }?;
                #(#checks)*
                ::core::option::Option::Some(__value)
            }

            fn write_keys<M: parameters::derived::serde::ser::SerializeMap>(
                &self,
                __map: &mut M,
            ) -> ::core::result::Result<(), M::Error> {
                #(#writes)*
                ::core::result::Result::Ok(())
            }
        }

        #serialize
    })
}

fn write(field: &Parameter) -> Tokens {
    let (name, key) = (field.name, &field.key);
    match field.attributes.flatten {
        true => quote!(parameters::Parameters::write_keys(&self.#name, __map)?;),
        false => quote!(__map.serialize_entry(#key, &self.#name)?;),
    }
}

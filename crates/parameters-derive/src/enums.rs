//! Enums: one of several names.

use proc_macro2::{Ident, TokenStream as Tokens};
use quote::quote;
use syn::{DataEnum, DeriveInput, Error, Field, Fields, Result, Variant};

use crate::attributes::{self, FieldAttributes};
use crate::fields::{self, Parameter};
use crate::serialize;

/// What is behind the name of a variant.
enum Content<'v> {
    Nothing,
    Value(&'v Field, Box<FieldAttributes>),
    Keys(Vec<Parameter<'v>>),
}

/// A variant under the name that it has in `paper.yaml`.
struct Alternative<'v> {
    variant: &'v Ident,
    name: String,
    doc: String,
    content: Content<'v>,
}

/// The implementations for an enum.
pub fn expand(input: &DeriveInput, data: &DataEnum) -> Result<Tokens> {
    attributes::refuse_others(&input.attrs, &[], "an enum")?;
    let alternatives: Vec<Alternative> = data.variants.iter().map(alternative).collect::<Result<_>>()?;
    if alternatives.is_empty() {
        return Err(Error::new_spanned(&input.ident, "an enum without variants has no value"));
    }
    for (index, Alternative { name, variant, .. }) in alternatives.iter().enumerate() {
        if alternatives[..index].iter().any(|other| other.name == *name) {
            return Err(Error::new_spanned(variant, format!("the name `{name}` is there twice")));
        }
    }
    let name = &input.ident;
    let names = alternatives.iter().map(|alternative| &alternative.name);
    let descriptions = alternatives.iter().map(Alternative::describe);
    let arms = alternatives.iter().enumerate().map(|(index, alternative)| alternative.read(index));
    let type_name = name.to_string();
    let writes = alternatives.iter().zip(0u32..).map(|(alternative, index)| alternative.write(&type_name, index));
    let serialize = serialize(name, &quote!(match self { #(#writes)* }));
    Ok(quote! {
        #[automatically_derived]
        impl parameters::Value for #name {
            type Scalar = Self;

            fn shape() -> parameters::Shape {
                parameters::Shape::Choice(::std::vec![#(#descriptions),*])
            }

            fn read(__node: &parameters::Node<'_>) -> ::core::option::Option<Self> {
                let __choice = __node.choice(&[#(#names),*])?;
                match __choice.index {
                    #(#arms)*
                    _ => ::core::option::Option::None,
                }
            }
        }

        #serialize
    })
}

fn alternative(variant: &Variant) -> Result<Alternative<'_>> {
    attributes::refuse_others(&variant.attrs, &["key"], "a variant")?;
    let key = variant.attrs.iter().find(|attribute| attribute.path().is_ident("key"));
    let name = match key {
        Some(attribute) => attributes::key(attribute)?.value(),
        None => snake_case(&variant.ident.to_string()),
    };
    let content = match &variant.fields {
        Fields::Unit => Content::Nothing,
        Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
            let field = &fields.unnamed[0];
            let attributes = FieldAttributes::read(&field.attrs)?;
            if attributes.flatten || attributes.key.is_some() {
                return Err(Error::new_spanned(field, "the value of a variant has no key of its own"));
            }
            Content::Value(field, Box::new(attributes))
        }
        Fields::Unnamed(fields) => {
            return Err(Error::new_spanned(fields, "expected one value, or fields with names"));
        }
        Fields::Named(fields) => {
            let parameters = fields::parameters(fields)?;
            if let Some(field) = parameters.iter().find(|field| field.attributes.flatten) {
                return Err(Error::new_spanned(field.name, "the fields of a variant cannot be flattened"));
            }
            Content::Keys(parameters)
        }
    };
    Ok(Alternative { variant: &variant.ident, name, doc: attributes::doc(&variant.attrs), content })
}

impl Alternative<'_> {
    fn describe(&self) -> Tokens {
        let Alternative { name, doc, content, .. } = self;
        let content = match content {
            Content::Nothing => quote!(::core::option::Option::None),
            Content::Value(field, _) => {
                let of = &field.ty;
                quote!(::core::option::Option::Some(<#of as parameters::Value>::shape()))
            }
            Content::Keys(parameters) => {
                let fields = fields::describe_all(parameters);
                quote!(::core::option::Option::Some(parameters::Shape::Group(parameters::Group {
                    doc: #doc,
                    fields: #fields,
                })))
            }
        };
        quote!(parameters::Alternative { name: #name, doc: #doc, content: #content })
    }

    /// The arm that reads this variant from `__choice`.
    fn read(&self, index: usize) -> Tokens {
        let variant = self.variant;
        match &self.content {
            Content::Nothing => quote!(#index => __choice.unit(Self::#variant),),
            Content::Value(field, attributes) => {
                let (rules, reader) = (fields::rules(&field.ty, attributes), fields::reader(&field.ty, attributes));
                quote!(#index => __choice.content(#rules, #reader).map(Self::#variant),)
            }
            Content::Keys(parameters) => {
                let read = fields::read_all(parameters, &quote!(Self::#variant));
                quote! {
                    #index => __choice.content(parameters::Rules::DEFAULT, |__node| {
                        __node.section(|__section| { #read })
                    }),
                }
            }
        }
    }

    /// The arm that serialises this variant.
    fn write(&self, type_name: &str, index: u32) -> Tokens {
        let Alternative { variant, name, content, .. } = self;
        match content {
            Content::Nothing => {
                quote!(Self::#variant => __serializer.serialize_unit_variant(#type_name, #index, #name),)
            }
            Content::Value(..) => quote! {
                Self::#variant(__value) => {
                    __serializer.serialize_newtype_variant(#type_name, #index, #name, __value)
                }
            },
            Content::Keys(parameters) => {
                let count = parameters.len();
                let (names, variables): (Vec<_>, Vec<_>) =
                    parameters.iter().map(|field| (field.name, field.variable())).unzip();
                let keys = parameters.iter().map(|field| &field.key);
                quote! {
                    Self::#variant { #(#names: #variables),* } => {
                        use parameters::derived::serde::ser::SerializeStructVariant as _;
                        let mut __content =
                            __serializer.serialize_struct_variant(#type_name, #index, #name, #count)?;
                        #(__content.serialize_field(#keys, #variables)?;)*
                        __content.end()
                    }
                }
            }
        }
    }
}

/// The name in snake_case, as serde writes it: `TwoScale` is `two_scale`, `Sin2676` is `sin2676`.
fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    for (place, letter) in name.char_indices() {
        if place > 0 && letter.is_uppercase() {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}

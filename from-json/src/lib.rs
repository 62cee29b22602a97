//! `#[derive(FromJson)]`: reads a type out of a JSON tree, and nothing else. It understands the same `#[serde(…)]`
//! attributes that `Serialize` writes by, so a type has one description of its shape.
//!
//! Why not serde's own: docs/decisions/why-our-own-json-readers.md. What the readers call is `contract::json`.
mod shape;

use proc_macro2::TokenStream;
use quote::quote;
use shape::{Container, Field, Variant};
use syn::{Data, DeriveInput, Fields, parse_macro_input};

/// Implements `contract::json::FromJson`, and serde's `Deserialize` by means of it.
#[proc_macro_derive(FromJson, attributes(serde))]
pub fn from_json(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    reader(&input).unwrap_or_else(|why| why.to_compile_error()).into()
}

fn reader(input: &DeriveInput) -> syn::Result<TokenStream> {
    let container = Container::read(&input.attrs)?;
    let body = match &input.data {
        Data::Struct(data) => structure(&data.fields, &container)?,
        Data::Enum(data) => {
            let variants =
                data.variants.iter().map(|v| Variant::read(v, &container)).collect::<syn::Result<Vec<_>>>()?;
            enumeration(&variants)?
        }
        Data::Union(data) => return Err(syn::Error::new(data.union_token.span, "a union has no JSON")),
    };
    let name = &input.ident;
    let parameters: Vec<_> = input.generics.type_params().map(|parameter| &parameter.ident).collect();
    Ok(quote! {
        impl<#(#parameters: ::contract::json::FromJson),*> ::contract::json::FromJson for #name<#(#parameters),*> {
            fn from_json(json: &::contract::json::Json, wrong: &::contract::json::Wrong) -> Self { #body }
        }
        impl<'de, #(#parameters: ::contract::json::FromJson),*> ::serde::Deserialize<'de> for #name<#(#parameters),*> {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> ::core::result::Result<Self, D::Error> {
                ::contract::json::deserialize(deserializer)
            }
        }
    })
}

fn structure(fields: &Fields, container: &Container) -> syn::Result<TokenStream> {
    match fields {
        Fields::Named(fields) => {
            let usual = container.default.then(|| quote!(let usual: Self = ::core::default::Default::default();));
            let fields = members(fields.named.iter(), &quote!(json), container.default)?;
            Ok(quote! { #usual Self { #fields } })
        }
        Fields::Unnamed(inside) if inside.unnamed.len() == 1 => {
            Ok(quote! { Self(::contract::json::FromJson::from_json(json, wrong)) })
        }
        other => Err(syn::Error::new_spanned(other, "only named fields, or one without a name")),
    }
}

fn members<'a>(
    fields: impl Iterator<Item = &'a syn::Field>,
    json: &TokenStream,
    usual: bool,
) -> syn::Result<TokenStream> {
    let read = |field: &syn::Field| {
        let Field { ident, name, default, flatten } = Field::read(field)?;
        Ok(if flatten {
            quote! { #ident: ::contract::json::FromJson::from_json(#json, wrong), }
        } else if usual {
            quote! { #ident: ::contract::json::member_or(#json, #name, wrong, usual.#ident), }
        } else if default {
            quote! { #ident: ::contract::json::member_or_default(#json, #name, wrong), }
        } else {
            quote! { #ident: ::contract::json::member(#json, #name, wrong), }
        })
    };
    fields.map(read).collect()
}

/// A name alone, or an object with one member whose name says which.
fn enumeration(variants: &[Variant]) -> syn::Result<TokenStream> {
    let names = variants.iter().filter(|v| !v.other).map(|v| v.name.as_str());
    let arms = variants.iter().map(made).collect::<syn::Result<Vec<_>>>()?;
    // What is no variant becomes the one for newer servers, or the first one with a note that it is wrong.
    let fallback = variants.iter().position(|v| v.other).unwrap_or(0);
    let tolerant = variants.iter().any(|v| v.other);
    let (before, rest) = arms.split_at(fallback);
    let Some((last, after)) = rest.split_first() else {
        return Err(syn::Error::new(proc_macro2::Span::call_site(), "an enum without variants has no JSON"));
    };
    let numbered = |at: usize, arm: &TokenStream| quote! { #at => #arm, };
    let listed = before.iter().enumerate().map(|(at, arm)| numbered(at, arm));
    // The variant for newer servers has no name of its own, so those behind it move up.
    let shift = usize::from(!tolerant);
    let behind = after.iter().enumerate().map(|(at, arm)| numbered(fallback + at + shift, arm));
    Ok(quote! {
        let (at, inside) = ::contract::json::variant(json, &[#(#names),*], #tolerant, wrong);
        match at { #(#listed)* #(#behind)* _ => #last }
    })
}

fn made(variant: &Variant) -> syn::Result<TokenStream> {
    let ident = &variant.ident;
    Ok(match &variant.fields {
        Fields::Unit => quote! { Self::#ident },
        Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
            quote! { Self::#ident(::contract::json::FromJson::from_json(inside, wrong)) }
        }
        Fields::Named(fields) => {
            let fields = members(fields.named.iter(), &quote!(inside), false)?;
            quote! { Self::#ident { #fields } }
        }
        other @ Fields::Unnamed(_) => return Err(syn::Error::new_spanned(other, "one value at most")),
    })
}

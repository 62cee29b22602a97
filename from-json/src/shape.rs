//! What the `#[serde(…)]` attributes say. One that is not understood is an error, never overlooked.
use syn::{Attribute, Fields, Ident, LitStr, meta::ParseNestedMeta};

/// Of a struct or an enum.
#[derive(Default)]
pub(crate) struct Container {
    pub(crate) default: bool,
    kebab: bool,
}

/// One member.
pub(crate) struct Field {
    pub(crate) ident: Ident,
    pub(crate) name: String,
    pub(crate) default: bool,
    pub(crate) flatten: bool,
}

/// One variant.
pub(crate) struct Variant {
    pub(crate) ident: Ident,
    pub(crate) name: String,
    pub(crate) other: bool,
    pub(crate) fields: Fields,
}

fn each(attributes: &[Attribute], mut read: impl FnMut(&ParseNestedMeta<'_>) -> syn::Result<bool>) -> syn::Result<()> {
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("serde")) {
        attribute.parse_nested_meta(|meta| {
            if read(&meta)? { Ok(()) } else { Err(meta.error("FromJson does not know this attribute")) }
        })?;
    }
    Ok(())
}

fn text(meta: &ParseNestedMeta<'_>) -> syn::Result<String> {
    Ok(meta.value()?.parse::<LitStr>()?.value())
}

impl Container {
    pub(crate) fn read(attributes: &[Attribute]) -> syn::Result<Self> {
        let mut container = Self::default();
        each(attributes, |meta| {
            Ok(if meta.path.is_ident("default") {
                container.default = true;
                true
            } else if meta.path.is_ident("rename_all") {
                container.kebab = true;
                text(meta)? == "kebab-case"
            } else {
                meta.path.is_ident("transparent")
            })
        })?;
        Ok(container)
    }
}

impl Field {
    pub(crate) fn read(field: &syn::Field) -> syn::Result<Self> {
        let ident = field.ident.clone().ok_or_else(|| syn::Error::new_spanned(field, "a field without a name"))?;
        let mut read = Self { name: ident.to_string(), ident, default: false, flatten: false };
        each(&field.attrs, |meta| {
            Ok(if meta.path.is_ident("default") {
                read.default = true;
                true
            } else if meta.path.is_ident("flatten") {
                read.flatten = true;
                true
            } else if meta.path.is_ident("rename") {
                read.name = text(meta)?;
                true
            } else {
                // Of writing only.
                let is_of_writing = ["skip_serializing_if", "serialize_with"].iter().any(|it| meta.path.is_ident(it));
                is_of_writing && text(meta).is_ok()
            })
        })?;
        Ok(read)
    }
}

impl Variant {
    pub(crate) fn read(variant: &syn::Variant, container: &Container) -> syn::Result<Self> {
        let plain = variant.ident.to_string();
        let name = if container.kebab { kebab(&plain) } else { plain };
        let mut read = Self { ident: variant.ident.clone(), name, other: false, fields: variant.fields.clone() };
        each(&variant.attrs, |meta| {
            Ok(if meta.path.is_ident("other") {
                read.other = true;
                true
            } else if meta.path.is_ident("rename") {
                read.name = text(meta)?;
                true
            } else {
                false
            })
        })?;
        Ok(read)
    }
}

/// `WrongDocument` is `wrong-document`.
fn kebab(name: &str) -> String {
    let mut text = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !text.is_empty() {
            text.push('-');
        }
        text.extend(letter.to_lowercase());
    }
    text
}

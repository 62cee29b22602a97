//! The `view!` macro of the app.
//!
//! It takes the syntax of the framework's macro of this name and makes calls of `crate::ui::element`. The framework makes a
//! type of its own of each element, attribute and listener, with code of its own for each. Here an element is one type,
//! whatever its tag, and what is read in a closure is boxed.
//!
//! | written | is |
//! |--|--|
//! | `name=value`, `name=move \|\| value` | an attribute: words, a number, whether it is there (`bool`), or one of them if there is one (`Option`) |
//! | `prop:name=value` | a property of the element |
//! | `class:name=value`, `style:name=value` | one class, one line of style |
//! | `on:name=handler` | a listener, given the type of event that the framework knows by this name |
//! | `bind:value=signal` | a field whose text the signal is |
//! | `node_ref=node` | the element itself, for later |
//! | `inner_html=value` | its content as markup: for drawings of our own only |
//! | `<Name .../>` | a component of the framework |

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote, quote_spanned};
use rstml::node::{KeyedAttribute, Node, NodeAttribute, NodeBlock, NodeElement};
use rstml::{Infallible, Parser, ParserConfig};
use syn::spanned::Spanned;
use syn::{Expr, ExprLit, Lit, Stmt};

/// Draws what is written as markup: an element, or several side by side.
#[proc_macro]
pub fn view(tokens: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let parser = Parser::new(ParserConfig::default().recover_block(true));
    let (nodes, diagnostics) = parser.parse_recoverable(tokens).split_vec();
    let mut wrong = TokenStream::new();
    for diagnostic in diagnostics {
        let said = diagnostic.emit_as_expr_tokens();
        wrong.extend(quote! { #said; });
    }
    let drawn = match nodes.as_slice() {
        [Node::Element(only)] if !is_component(only) => element(only),
        [only] => child(only),
        several => {
            let children = several.iter().map(child);
            quote! { crate::ui::element::siblings(::std::vec![#(#children),*]) }
        }
    };
    quote! {{ #wrong #drawn }}.into()
}

/// What stands inside an element: always the framework's erased view.
fn child(node: &Node) -> TokenStream {
    match node {
        Node::Element(it) if is_component(it) => {
            let component = component(it);
            quote! { crate::ui::element::child(#component) }
        }
        Node::Element(it) => {
            let element = element(it);
            quote! { crate::ui::element::child(#element) }
        }
        Node::Text(text) => {
            let words = &text.value;
            quote! { crate::ui::element::child(#words) }
        }
        Node::Block(NodeBlock::ValidBlock(block)) => {
            let inside = match block.stmts.as_slice() {
                [Stmt::Expr(only, None)] => only.to_token_stream(),
                _ => block.to_token_stream(),
            };
            quote! { crate::ui::element::child(#inside) }
        }
        Node::Fragment(fragment) => {
            let children = fragment.children.iter().map(child);
            quote! { crate::ui::element::child(crate::ui::element::siblings(::std::vec![#(#children),*])) }
        }
        other => refused(other, "only elements, components, quoted words and blocks can be drawn").into_token_stream(),
    }
}

fn element(it: &NodeElement<Infallible>) -> TokenStream {
    let tag = it.name().to_string();
    let attributes = it.attributes().iter().map(|attribute| match attribute {
        NodeAttribute::Attribute(keyed) => attribute_of(keyed),
        NodeAttribute::Block(block) => refused(block, "an attribute has a name here"),
    });
    let children = it.children.iter().map(|node| {
        let child = child(node);
        quote! { element.child(#child); }
    });
    quote! {{
        let mut element = crate::ui::element::Element::new(#tag);
        #(#attributes)*
        #(#children)*
        element
    }}
}

fn attribute_of(keyed: &KeyedAttribute) -> TokenStream {
    let written = keyed.key.to_string();
    let value = keyed.value().map_or_else(|| quote! { true }, ToTokens::to_token_stream);
    let span = keyed.key.span();
    match written.split_once(':') {
        None if written == "node_ref" => quote_spanned! { span=> element.node(#value); },
        None if written == "inner_html" => quote_spanned! { span=> element.markup(#value); },
        None => match keyed.value() {
            Some(Expr::Lit(ExprLit { lit: Lit::Str(words), .. })) => {
                quote_spanned! { span=> element.word(#written, #words); }
            }
            // A property of style whose name is no word of the language: `style=("--name", move || value)`.
            Some(Expr::Tuple(pair)) if written == "style" => {
                let pair = &pair.elems;
                quote_spanned! { span=> element.style(#pair); }
            }
            Some(_) | None => {
                quote_spanned! { span=> crate::ui::element::Value::give(#value, &mut element, #written); }
            }
        },
        Some(("prop", name)) => {
            quote_spanned! { span=> crate::ui::element::Property::give(#value, &mut element, #name); }
        }
        Some(("class", name)) => quote_spanned! { span=> element.class_when(#name, #value); },
        Some(("style", name)) => quote_spanned! { span=> element.style(#name, #value); },
        Some(("bind", "value")) => quote_spanned! { span=> element.bound(#value); },
        Some(("on", name)) => {
            // The framework has no name for this one.
            if name == "cancel" {
                return quote_spanned! { span=> element.on(::leptos::ev::Custom::<::web_sys::Event>::new(#name), #value); };
            }
            let event = format_ident!("{name}", span = span);
            quote_spanned! { span=> element.on(::leptos::ev::#event, #value); }
        }
        Some(_) => refused(&keyed.key, "no such kind of attribute"),
    }
}

/// A component is the framework's own; only its children are drawn here.
fn component(it: &NodeElement<Infallible>) -> TokenStream {
    let name = it.name();
    let attributes = it.attributes();
    if it.children.is_empty() {
        return quote! { ::leptos::prelude::view! { <#name #(#attributes)* /> } };
    }
    let children = it.children.iter().map(child);
    quote! { ::leptos::prelude::view! { <#name #(#attributes)*>#({#children})*</#name> } }
}

fn is_component(it: &NodeElement<Infallible>) -> bool {
    let name = it.name().to_string();
    let last = name.rsplit("::").next().unwrap_or_default().trim_start();
    last.starts_with(|first: char| first.is_ascii_uppercase())
}

fn refused(what: &impl ToTokens, why: &str) -> TokenStream {
    syn::Error::new_spanned(what, why).to_compile_error()
}

//! Buttons and links that look like them. Never `disabled`: one that cannot act yet says so, and pressing it leads to what is missing.

use super::focus::hold_place;
use super::{Icon, Words, icon, live};
use crate::reactive::Signal;
use leptos::{html, prelude::*};
use view::view;

/// How much a button weighs. One primary a view.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// The one thing to do.
    #[default]
    Primary,
    /// One of several.
    Quiet,
    /// What cannot be undone.
    Bad,
    /// A word in the text.
    Text,
}

impl Kind {
    fn class(self) -> &'static str {
        match self {
            Self::Primary => "hc-btn",
            Self::Quiet => "hc-btn hc-btn--quiet",
            Self::Bad => "hc-btn hc-btn--bad",
            Self::Text => "hc-tap",
        }
    }
}

/// A link of ours as its attributes: the `href` for the browser, the path for the shell. `Nav::link` makes it.
pub type Link = (String, String);

/// A button.
///
/// States: usual, with an icon, busy (the words change to the verb in progress), blocked (dashed, with the id of its reason).
#[component]
pub fn Button(
    /// Its words: a verb.
    #[prop(into)]
    label: Words,
    /// What it weighs.
    #[prop(optional)]
    kind: Kind,
    /// A drawing before the words.
    #[prop(optional)]
    before: Option<Icon>,
    /// A drawing after the words.
    #[prop(optional)]
    after: Option<Icon>,
    /// At work: pressing it again does nothing.
    #[prop(optional, into)]
    busy: Option<Signal<bool>>,
    /// The words while at work.
    #[prop(optional, into)]
    busy_label: Option<Words>,
    /// It cannot act yet. It is still pressed: the page then leads to what is missing.
    #[prop(optional, into)]
    blocked: Option<Signal<bool>>,
    /// The id of the sentence that says why it is blocked.
    #[prop(optional, into)]
    reason: Option<String>,
    /// `submit` inside a form; otherwise leave it.
    #[prop(optional)]
    submit: bool,
    /// What it is called where its words alone do not say of what it is.
    #[prop(optional, into)]
    named: Option<String>,
    /// Pressed.
    #[prop(optional, into)]
    on_press: Option<Callback<()>>,
) -> impl IntoView {
    let is_busy = move || busy.is_some_and(|b| b.get());
    let is_blocked = move || blocked.is_some_and(|b| b.get());
    let class = move || if is_busy() { format!("{} hc-btn--busy", kind.class()) } else { kind.class().to_owned() };
    let words = move || match &busy_label {
        Some(words) if is_busy() => words.get(),
        Some(_) | None => label.get(),
    };
    let node: NodeRef<html::Button> = NodeRef::new();
    let press = move |_| {
        if busy.is_some_and(|b| b.get_untracked()) {
            return;
        }
        if let Some(button) = node.get_untracked().filter(|_| submit || on_press.is_some()) {
            hold_place(&button);
        }
        if let Some(on_press) = on_press {
            on_press.run(());
        }
    };
    view! {
        <button
            node_ref=node
            type=if submit { "submit" } else { "button" }
            class=class
            aria-label=named
            aria-disabled=move || (is_busy() || is_blocked()).then_some("true")
            aria-describedby=move || if is_blocked() { reason.clone() } else { None }
            on:click=press
        >
            {live(move || if is_busy() { Some(icon(Icon::Sync)) } else { before.map(icon) })}
            {live(words)}
            {after.map(icon)}
        </button>
    }
}

/// A link that looks like a button.
#[component]
pub fn LinkButton(
    /// Where it leads.
    to: Link,
    /// Its words.
    #[prop(into)]
    label: Words,
    /// What it weighs.
    #[prop(optional)]
    kind: Kind,
    /// A drawing before the words.
    #[prop(optional)]
    before: Option<Icon>,
    /// A drawing after the words.
    #[prop(optional)]
    after: Option<Icon>,
) -> impl IntoView {
    let (href, to) = to;
    view! {
        <a class=kind.class() href=href data-to=to>
            {before.map(icon)}
            {live(move || label.get())}
            {after.map(icon)}
        </a>
    }
}

/// The link above a title that leads to where one came from.
pub fn back_link(to: Link, label: impl Into<Words>) -> AnyView {
    let (href, to) = to;
    let label = label.into();
    view! { <a class="hc-tap" href=href data-to=to>{icon(Icon::Back)}{live(move || label.get())}</a> }.into_any()
}

/// A link as large as a finger.
pub fn tap_link(to: Link, label: impl Into<Words>) -> AnyView {
    let (href, to) = to;
    let label = label.into();
    view! { <a class="hc-tap" href=href data-to=to>{live(move || label.get())}</a> }.into_any()
}

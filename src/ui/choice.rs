//! One of several, or yes to one: the whole row is the label of a native radio or checkbox.

use super::{Words, live};
use crate::reactive::{Signal, derive};
use leptos::prelude::*;
use view::view;

/// One row.
pub struct Choice {
    /// What it stands for.
    pub value: String,
    /// Its words.
    pub label: Words,
    /// A smaller line below.
    pub hint: Option<Words>,
}

/// A group of radios, one of which is chosen.
pub fn choice_group(
    legend: impl Into<Words>,
    choices: Vec<Choice>,
    chosen: Signal<String>,
    on_choose: Callback<String>,
) -> AnyView {
    let legend = legend.into();
    let name = super::fresh_id("choice");
    let rows = choices
        .into_iter()
        .map(|choice| {
            let value = choice.value.clone();
            let checked = derive(move || chosen.get() == value);
            let value = choice.value.clone();
            choice_row("radio", &name, choice, checked, Callback::new(move |()| on_choose.run(value.clone())))
        })
        .collect_view();
    view! { <fieldset class="hc-group"><legend class="hc-label">{live(move || legend.get())}</legend>{rows}</fieldset> }
        .into_any()
}

/// One row; `kind` is `radio` or `checkbox`.
pub fn choice_row(
    kind: &'static str,
    name: &str,
    choice: Choice,
    checked: Signal<bool>,
    on_change: Callback<()>,
) -> AnyView {
    let Choice { value, label, hint } = choice;
    let hint = hint.map(|hint| view! { <br/><span class="hc-meta">{live(move || hint.get())}</span> });
    view! {
        <label class="hc-choice">
            <input type=kind name=name.to_owned() value=value prop:checked=move || checked.get() on:change=move |_| on_change.run(()) />
            <span>{live(move || label.get())}{hint}</span>
        </label>
    }
    .into_any()
}

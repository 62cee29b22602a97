//! What stands around a control: label, hint, error, in this order.

use super::{Words, error_line, live};
use crate::reactive::Signal;
use leptos::prelude::*;
use view::view;

/// The words around one control.
pub struct FieldShell {
    /// The id of the control; hint and error are named after it.
    pub id: String,
    /// What is asked.
    pub label: Words,
    /// How to answer.
    pub hint: Option<Words>,
    /// What is wrong, once the field was left.
    pub error: Signal<Option<String>>,
}

/// What the control has as `aria-describedby`: hint and error of the field with this id.
pub fn described_by(id: &str, hint: bool, error: bool) -> Option<String> {
    match (hint, error) {
        (true, true) => Some(format!("{id}-hint {id}-error")),
        (true, false) => Some(format!("{id}-hint")),
        (false, true) => Some(format!("{id}-error")),
        (false, false) => None,
    }
}

/// A field. The control carries `id`, `aria-describedby` ([`described_by`]) and `aria-invalid` itself.
pub fn field(shell: FieldShell, control: AnyView) -> AnyView {
    let FieldShell { id, label, hint, error } = shell;
    let hint = hint.map(|hint| view! { <p class="hc-hint" id=format!("{id}-hint")>{live(move || hint.get())}</p> });
    view! {
        <div class="hc-field">
            <label class="hc-label" for=id.clone()>{live(move || label.get())}</label>
            {hint}
            {error_line(format!("{id}-error"), error)}
            {control}
        </div>
    }
    .into_any()
}

//! How far something has come.

use super::Words;
use crate::reactive::Signal;
use leptos::prelude::*;
use view::view;

/// A bar of true progress, in percent.
pub fn progress_bar(label: impl Into<Words>, percent: Signal<u8>) -> AnyView {
    let label = label.into();
    view! {
        <div class="hc-bar" role="progressbar" aria-valuemin="0" aria-valuemax="100" aria-valuenow=move || percent.get().to_string() aria-label=move || label.get().to_string()>
            <i style:inline-size=move || format!("{}%", percent.get())></i>
        </div>
    }
    .into_any()
}

/// The line over a step: `done` of `all` are behind or here. The words beside it say the same.
pub fn steps_bar(done: usize, all: usize) -> AnyView {
    let bars = (0..all).map(|at| view! { <i class=(at < done).then_some("is-on")></i> }).collect_view();
    view! { <div class="hc-progress" aria-hidden="true">{bars}</div> }.into_any()
}

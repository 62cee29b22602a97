//! A question before something that cannot be undone. Native: the browser keeps the focus inside; Escape is the safe answer.

use super::{Button, Kind, Words, fresh_id, live};
use crate::reactive::{Signal, effect};
use leptos::{html, prelude::*};
use view::view;

/// A dialog with a safe answer and one that acts.
///
/// States: closed, open, open and busy (the acting button is at work).
#[component]
pub fn Dialog(
    /// Whether it stands open.
    #[prop(into)]
    open: Signal<bool>,
    /// The question.
    #[prop(into)]
    title: Words,
    /// What will happen.
    #[prop(into)]
    body: Words,
    /// The words of the safe answer, which has the focus first.
    #[prop(into)]
    safe: Words,
    /// The words of the answer that acts.
    #[prop(into)]
    act: Words,
    /// It is being done: neither answer counts any more, for what is under way is not taken back by the safe one.
    #[prop(optional, into)]
    busy: Option<Signal<bool>>,
    /// The words of the answer that acts while it is being done.
    #[prop(optional, into)]
    busy_label: Option<Words>,
    /// What the answer that acts weighs, where nothing is lost by it.
    #[prop(default = Kind::Bad)]
    weight: Kind,
    /// The safe answer, also by Escape.
    #[prop(into)]
    on_safe: Callback<()>,
    /// The other.
    #[prop(into)]
    on_act: Callback<()>,
) -> impl IntoView {
    let node: NodeRef<html::Dialog> = NodeRef::new();
    let (title_id, body_id) = (fresh_id("dialog"), fresh_id("dialog"));
    effect(move || {
        let Some(dialog) = node.get() else { return };
        if !open.get() {
            dialog.close();
        } else if !dialog.open() && dialog.show_modal().is_err() {
            // Not in the page at this moment: it shows itself where it stands.
            dialog.set_open(true);
        }
    });
    let busy = busy.unwrap_or_else(|| false.into());
    let busy_label = busy_label.unwrap_or_else(|| act.clone());
    let safely = Callback::new(move |()| {
        if !busy.get_untracked() {
            on_safe.run(());
        }
    });
    view! {
        <dialog
            node_ref=node
            class="hc-dialog"
            aria-labelledby=title_id.clone()
            aria-describedby=body_id.clone()
            on:cancel=move |event: web_sys::Event| {
                event.prevent_default();
                safely.run(());
            }
        >
            <h2 class="hc-h2" id=title_id.clone() aria-level=super::heading_level(2)>{live(move || title.get())}</h2>
            <p id=body_id.clone()>{live(move || body.get())}</p>
            <div class="hc-row">
                <button
                    type="button"
                    class="hc-btn hc-btn--quiet"
                    autofocus=true
                    aria-disabled=move || busy.get().then_some("true")
                    on:click=move |_| safely.run(())
                >
                    {live(move || safe.get())}
                </button>
                <Button label=act kind=weight busy=busy busy_label=busy_label on_press=on_act/>
            </div>
        </dialog>
    }
}

//! A repeating group: its rows, each with a way to remove it, and a way to add one.

use super::filling::Filling;
use super::item::{Place, error_of, placed};
use super::passage::{capitalised, foreign, label_text};
use super::sentences::{named_by, row_name};
use crate::i18n::K;
use crate::reactive::memo;
use crate::ui::{Announcer, Icon, focus_by_id, focus_first_in, heading_level, icon, live};
use contract::questionnaire::Pointer;
use leptos::{html, prelude::*};
use view::view;

/// The rows of a group.
pub(super) fn row_group(place: &Place) -> AnyView {
    let (filling, item, pointer, at) = (place.filling, place.item.clone(), place.pointer.clone(), place.at);
    let i18n = filling.i18n();
    let rows = {
        let pointer = pointer.clone();
        memo(move || filling.evaluation().with(|e| e.rows(&pointer)))
    };
    let (least, most) = (item.least_rows(), item.most_rows());
    let may_add = memo(move || rows.with(Vec::len) < most as usize);
    let may_remove = memo(move || rows.with(Vec::len) > least as usize);
    let node: NodeRef<html::Section> = NodeRef::new();
    let (label, lang) = (super::label(i18n, &item), foreign(i18n, item.label()));
    let add = Adding { filling, pointer: pointer.clone(), node };
    let named = named_by(&filling.form(), at).map(|by| (label_text(i18n, by), foreign(i18n, by.label())));
    let add_label = match &named {
        Some((words, _)) => i18n.say(K::FormRowAdd, &[("label", words.clone().into())]),
        None => i18n.text(K::FormRowAddAlone),
    };
    let row_lang = named.and_then(|(_, lang)| lang);
    let closed = filling.closed;
    let id = place.id();
    let add_id = format!("{id}-add");
    let drawn = {
        let (pointer, add_id) = (pointer.clone(), add_id.clone());
        move |(number, row): (usize, String)| {
            let form = filling.form();
            let name = row_name(i18n, &form, at, number + 1);
            let removing = Removing {
                filling,
                pointer: pointer.clone(),
                row: row.clone(),
                name: name.clone(),
                node,
                then: add_id.clone(),
            };
            let inside = pointer.at_row(&row);
            let children = form.children(at).map(|child| placed(filling, child, Some(&inside))).collect_view();
            view! {
                <fieldset class="hc-card hc-row-card" data-row=row>
                    <legend class="hc-label" lang=row_lang.clone()>{capitalised(&name)}</legend>
                    {children}
                    {live(move || (may_remove.get() && !closed.get()).then(|| removing.button()))}
                </fieldset>
            }
        }
    };
    let numbered = move || rows.get().into_iter().enumerate().collect::<Vec<_>>();
    // A form that does not name its rows has no heading there; what is wrong with them is found by the place.
    let title = if label.is_empty() {
        view! { <div id=id.clone() tabindex="-1"></div> }.into_any()
    } else {
        view! { <h2 class="hc-h2" id=id.clone() tabindex="-1" lang=lang aria-level=heading_level(2)>{label}</h2> }
            .into_any()
    };
    view! {
        <section class="hc-group" node_ref=node>
            {title}
            {error_of(place)}
            <For each=numbered key=|(number, row)| (*number, row.clone()) children=drawn />
            {live(move || {
                let (add, add_label, add_id) = (add.clone(), add_label.clone(), add_id.clone());
                (may_add.get() && !closed.get()).then(move || view! {
                    <button type="button" class="hc-btn hc-btn--quiet" id=add_id on:click=move |_| add.run()>
                        {icon(Icon::Plus)} {add_label}
                    </button>
                })
            })}
        </section>
    }
    .into_any()
}

#[derive(Clone)]
struct Adding {
    filling: Filling,
    pointer: Pointer,
    node: NodeRef<html::Section>,
}

impl Adding {
    fn run(&self) {
        let row = new_row();
        self.filling.add_row(&self.pointer, &row);
        let node = self.node;
        request_animation_frame(move || {
            if let Some(section) = node.try_get_untracked().flatten() {
                focus_first_in(&section, &format!("[data-row=\"{row}\"] :is(input, select, textarea)"));
            }
        });
    }
}

#[derive(Clone)]
struct Removing {
    filling: Filling,
    pointer: Pointer,
    row: String,
    /// What the row is called inside a sentence.
    name: String,
    node: NodeRef<html::Section>,
    then: String,
}

impl Removing {
    fn button(&self) -> AnyView {
        let here = self.clone();
        let announcer = Announcer::here();
        view! {
            <button
                type="button"
                class="hc-tap"
                aria-label=self.say(K::FormRowRemoveNamed)
                on:click=move |_| {
                    here.filling.remove_row(&here.pointer, &here.row);
                    announcer.say(&here.say(K::FormRowRemoved));
                    let (node, then) = (here.node, here.then.clone());
                    request_animation_frame(move || {
                        if let Some(section) = node.try_get_untracked().flatten() {
                            focus_by_id(&section, &then);
                        }
                    });
                }
            >
                {icon(Icon::Bin)}
                {self.filling.i18n().text(K::FormRowRemove)}
            </button>
        }
        .into_any()
    }

    fn say(&self, key: K) -> String {
        self.filling.i18n().say(key, &[("row", self.name.clone().into())])
    }
}

/// An id that no other device gives: the row is named by it for good.
fn new_row() -> String {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a random number below 2^32")]
    let random = (js_sys::Math::random() * f64::from(u32::MAX)) as u32;
    format!("r{random:08x}")
}

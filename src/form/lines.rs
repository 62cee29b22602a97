//! A question that is typed and takes several answers: a line for each, with a way to take it away and a way to add one.

use super::attempt::{Part, part_id};
use super::autocomplete::list_control;
use super::filling::Filling;
use super::item::{Place, error_of, optional, said};
use super::passage::{label_text, plain};
use super::standing::Standing;
use super::told::Followed;
use super::typed::{after_typed, hint};
use super::typed_field::{Line, area_control, line_control};
use crate::i18n::K;
use crate::reactive::memo;
use crate::ui::{Announcer, Icon, focus_by_id, icon, live};
use contract::questionnaire::{Item, Pointer, Value, Widget};
use leptos::{html, prelude::*};
use std::sync::Arc;
use view::view;

/// The lines of an item.
pub(super) fn lines_field(place: &Place) -> AnyView {
    let Place { filling, item, pointer, standing, .. } = place;
    let (filling, standing, i18n, id) = (*filling, *standing, filling.i18n(), place.id());
    let (most, closed) = (item.most_rows() as usize, filling.closed);
    let count = {
        let item = item.clone();
        memo(move || standing.with(|it| item.lines(&it.values)))
    };
    let may_add = memo(move || count.get() < most && !closed.get());
    let may_remove = memo(move || count.get() > 1 && !closed.get());
    let node: NodeRef<html::Fieldset> = NodeRef::new();
    let lines = Lines { filling, item: item.clone(), pointer: pointer.clone(), standing, first: id.clone(), node };
    let whole = place.clone();
    let removing = lines.clone();
    let drawn = move |number: usize| {
        let removing = removing.clone();
        let line = Line {
            place: &whole,
            number,
            id: part_id(&removing.first, Part::Line(number)),
            name: Some(removing.name(number)),
        };
        let control = match whole.item.widget() {
            Widget::Area => area_control(&line),
            Widget::List => list_control(&line),
            _ => line_control(&line),
        };
        view! {
            <div class="hc-line">
                <div class="hc-line__control">{control}</div>
                {live(move || may_remove.get().then(|| removing.button(number)))}
            </div>
        }
    };
    let add_label = i18n.say(K::FormLineAdd, &[("label", label_text(i18n, item).into())]);
    view! {
        <fieldset class="hc-field" role="group" node_ref=node>
            <legend class="hc-label" id=format!("{id}-label")>{plain(i18n, &item.text)}{optional(place)}</legend>
            {said(place)}
            {hint(place)}
            {error_of(place)}
            <For each=move || 0..count.get() key=|number| *number children=drawn />
            {live(move || {
                let (lines, words) = (lines.clone(), add_label.clone());
                may_add.get().then(move || view! {
                    <button type="button" class="hc-btn hc-btn--quiet" id=lines.add_id() on:click=move |_| lines.add()>
                        {icon(Icon::Plus)} {words}
                    </button>
                })
            })}
            {after_typed(place)}
        </fieldset>
    }
    .into_any()
}

#[derive(Clone)]
struct Lines {
    filling: Filling,
    item: Arc<Item>,
    pointer: Pointer,
    standing: Followed<Standing>,
    /// The id of the first line.
    first: String,
    node: NodeRef<html::Fieldset>,
}

impl Lines {
    fn add_id(&self) -> String {
        format!("{}-add", self.first)
    }

    /// What stands in the lines now.
    fn values(&self) -> Vec<Value> {
        self.standing.with_untracked(|it| it.values.clone())
    }

    fn add(&self) {
        let before = self.values();
        let line = self.item.lines(&before);
        self.filling.write(&self.pointer, self.item.with_line_more(&before));
        self.focus(part_id(&self.first, Part::Line(line)));
    }

    fn remove(&self, line: usize) {
        self.filling.write(&self.pointer, self.item.without_line(&self.values(), line));
        self.focus(self.add_id());
    }

    /// Once it stands there.
    fn focus(&self, id: String) {
        let node = self.node;
        request_animation_frame(move || {
            if let Some(near) = node.try_get_untracked().flatten() {
                focus_by_id(&near, &id);
            }
        });
    }

    fn button(&self, line: usize) -> AnyView {
        let (here, announcer) = (self.clone(), Announcer::here());
        let remove = move |_| {
            here.remove(line);
            announcer.say(&here.say(K::FormRowRemoved, line));
        };
        let words = self.filling.i18n().text(K::FormRowRemove);
        view! {
            <button type="button" class="hc-tap" aria-label=self.say(K::FormRowRemoveNamed, line) on:click=remove>
                {icon(Icon::Bin)} {words}
            </button>
        }
        .into_any()
    }

    /// What a line is called.
    fn name(&self, line: usize) -> String {
        let i18n = self.filling.i18n();
        i18n.say(K::FormRow, &[("label", label_text(i18n, &self.item).into()), ("n", (line + 1).into())])
    }

    fn say(&self, key: K, line: usize) -> String {
        self.filling.i18n().say(key, &[("row", self.name(line).into())])
    }
}

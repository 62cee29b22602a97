//! A long list that one types into: the entries that fit stand below, and own words are taken where the form allows them.

use super::filling::Filling;
use super::item::Place;
use super::passage::{plain, words_of};
use super::standing::Standing;
use super::told::Followed;
use super::typed_field::{Line, framed, ime_at_work, is_composing};
use crate::i18n::{K, lower};
use crate::reactive::{Memo, RwSignal, effect, memo};
use crate::ui::{after_picture, bring_into_view, live};
use contract::questionnaire::{Item, Pointer, Value};
use leptos::{html, prelude::*};
use std::sync::Arc;
use view::view;

/// How many entries are shown at once.
const SHOWN: usize = 8;

/// A list of many.
pub(super) fn list_field(place: &Place) -> AnyView {
    framed(place, list_control(&Line::only(place)))
}

/// The control of one answer out of many.
pub(super) fn list_control(line: &Line<'_>) -> AnyView {
    let list = List::new(line);
    let id = line.id.clone();
    let list_id = format!("{id}-list");
    let (controls, active_of, rows_of) = (list_id.clone(), list_id.clone(), list_id.clone());
    let i18n = line.place.filling.i18n();
    let node: NodeRef<html::Input> = NodeRef::new();
    // The bar sticks to the window's foot, and the last field of a page opens its list behind it.
    let options: NodeRef<html::Ul> = NodeRef::new();
    effect(move || {
        if list.open.get() {
            after_picture(move || {
                if let Some(Some(options)) = options.try_get_untracked() {
                    bring_into_view(&options);
                }
            });
        }
    });
    let dress = line.dress();
    effect(move || {
        if let Some(control) = node.get() {
            control.set_read_only(dress.put_on(&control));
        }
    });
    let control = view! {
        <input
            node_ref=node
            class="hc-input"
            id=id
            type="text"
            role="combobox"
            autocomplete="off"
            aria-label=line.name.clone()
            aria-autocomplete="list"
            aria-controls=controls
            aria-required=line.place.required()
            aria-expanded=move || list.open.get().to_string()
            aria-activedescendant=move || list.active.get().map(|at| format!("{active_of}-{at}"))
            prop:value=move || list.text.get()
            on:input=move |event| {
                let typed = event_target_value(&event);
                // What is not finished counts too, and is looked up: keyboards compose whole words of Latin letters.
                if is_composing(&event) { list.compose(&typed) } else { list.type_text(&typed) }
            }
            on:compositionstart=move |_| list.at_work.set_value(true)
            on:compositionend=move |event| list.type_text(&event_target_value(&event))
            on:keydown=move |event| list.key(&event)
            on:blur=move |_| list.leave()
        />
        <ul node_ref=options class="hc-options" id=list_id role="listbox" hidden=move || !list.open.get()>
            {live(move || {
                let found = list.found.with(|found| found.shown.clone());
                let rows_of = rows_of.clone();
                found.into_iter().enumerate().map(|(at, entry)| {
                    let words = plain(i18n, &entry.display);
                    // Pressed before the field is left: the list would be gone.
                    let choose = move |event: web_sys::MouseEvent| {
                        event.prevent_default();
                        list.choose(at);
                    };
                    view! {
                        <li
                            class="hc-options__row"
                            class:is-active=move || list.active.get() == Some(at)
                            id=format!("{rows_of}-{at}")
                            role="option"
                            aria-selected=move || (list.active.get() == Some(at)).to_string()
                            on:mousedown=choose
                        >
                            {words}
                        </li>
                    }
                }).collect_view()
            })}
        </ul>
        <p class=move || if list.hides() { "hc-hint" } else { "hc-sr" } role="status">
            {live(move || list.open.get().then(|| {
                let (all, shown) = list.found.with(|found| (found.all, found.shown.len()));
                let key = if all > shown { K::FormFoundMore } else { K::FormFound };
                i18n.say(key, &[("n", all.into()), ("shown", shown.into())])
            }))}
        </p>
    };
    control.into_any()
}

#[derive(Clone, PartialEq)]
struct Entry {
    value: Value,
    display: contract::questionnaire::Text,
}

/// The entries that fit.
#[derive(Clone, PartialEq)]
struct Found {
    shown: Vec<Entry>,
    /// With those that are not shown.
    all: usize,
}

#[derive(Clone, Copy)]
struct List {
    filling: Filling,
    item: StoredValue<Arc<Item>>,
    pointer: StoredValue<Pointer>,
    standing: Followed<Standing>,
    line: usize,
    /// The person is in the field, also while an input method has given nothing yet.
    at_work: StoredValue<bool>,
    /// What the field is given. While an input method composes it is left to it.
    text: RwSignal<String>,
    /// What is looked up.
    wanted: RwSignal<String>,
    open: RwSignal<bool>,
    active: RwSignal<Option<usize>>,
    found: Memo<Found>,
}

impl List {
    fn new(line: &Line<'_>) -> Self {
        let Place { filling, item, pointer, standing, .. } = line.place;
        let (filling, item, standing, line) = (*filling, item.clone(), *standing, line.number);
        let i18n = filling.i18n();
        let shown = {
            let item = item.clone();
            let words = move |value: &Value| super::value_text(i18n, &item, value);
            memo(move || standing.with(|it| it.values.get(line).map(&words).unwrap_or_default()))
        };
        let at_work = StoredValue::new(false);
        let (text, wanted) = (RwSignal::new(shown.get_untracked()), RwSignal::new(shown.get_untracked()));
        let open = RwSignal::new(false);
        effect(move || {
            let shown = shown.get();
            if !at_work.get_value() && text.with_untracked(|text| *text != shown) {
                wanted.set(shown.clone());
                text.set(shown);
            }
        });
        let entries = item.clone();
        let found = memo(move || {
            let wanted = wanted.with(|wanted| lower(wanted.trim()));
            let fits = |words: &str| lower(words).contains(&wanted);
            let (mut found, mut later): (Vec<Entry>, Vec<Entry>) = (Vec::new(), Vec::new());
            for option in entries.options.iter().filter(|_| !wanted.is_empty()) {
                let words = words_of(i18n, &option.display);
                let code = option.value.as_coding().map(|c| lower(&c.code)).unwrap_or_default();
                if fits(&words) || fits(option.display.base()) || code == wanted {
                    let entry = Entry { value: option.value.clone(), display: option.display.clone() };
                    if lower(&words).starts_with(&wanted) { found.push(entry) } else { later.push(entry) }
                }
            }
            found.append(&mut later);
            let all = found.len();
            found.truncate(SHOWN);
            Found { shown: found, all }
        });
        let (item, pointer) = (StoredValue::new(item), StoredValue::new(pointer.clone()));
        let active = RwSignal::new(None);
        Self { filling, item, pointer, standing, line, at_work, text, wanted, open, active, found }
    }

    /// More fit than are shown.
    fn hides(self) -> bool {
        self.open.get() && self.found.with(|found| found.all > found.shown.len())
    }

    fn type_text(self, typed: &str) {
        self.text.set(typed.to_owned());
        self.compose(typed);
    }

    fn compose(self, typed: &str) {
        self.at_work.set_value(true);
        // The end of a composition is not a new word; least of all when an entry was pressed meanwhile.
        if self.wanted.with_untracked(|wanted| wanted != typed) {
            self.wanted.set(typed.to_owned());
            self.active.set(None);
            self.open.set(self.found.with_untracked(|found| found.all > 0));
        }
        self.write(self.meant(typed));
    }

    fn write(self, value: Value) {
        let after = self
            .item
            .with_value(|item| self.standing.with_untracked(|it| item.with_line(&it.values, self.line, value)));
        self.pointer.with_value(|pointer| self.filling.write(pointer, after));
    }

    /// The entry whose words were typed in full, else the words.
    fn meant(self, typed: &str) -> Value {
        let i18n = self.filling.i18n();
        let wanted = lower(typed.trim());
        self.item.with_value(|item| {
            let named = |text: &str| lower(text) == wanted;
            let entry = item.options.iter().find(|o| named(&words_of(i18n, &o.display)) || named(o.display.base()));
            entry.map_or_else(|| Value::Text(typed.to_owned()), |entry| entry.value.clone())
        })
    }

    fn choose(self, at: usize) {
        if self.filling.closed.get_untracked() {
            return;
        }
        let Some(entry) = self.found.with_untracked(|found| found.shown.get(at).cloned()) else { return };
        let words = words_of(self.filling.i18n(), &entry.display);
        self.wanted.set(words.clone());
        self.text.set(words);
        self.write(entry.value);
        self.close();
    }

    /// What is not in sight is not the one that is meant either.
    fn close(self) {
        self.open.set(false);
        self.active.set(None);
    }

    fn leave(self) {
        if self.text.is_disposed() {
            return;
        }
        self.at_work.set_value(false);
        self.close();
        self.pointer.with_value(|pointer| self.filling.leave(pointer));
    }

    fn key(self, event: &web_sys::KeyboardEvent) {
        // Arrows and Enter are the input method's own as long as it is at work.
        if ime_at_work(event) {
            return;
        }
        // A list that cannot be chosen from is not opened either.
        let count =
            if self.filling.closed.get_untracked() { 0 } else { self.found.with_untracked(|it| it.shown.len()) };
        let active = self.active.get_untracked();
        match event.key().as_str() {
            "ArrowDown" if count > 0 => {
                self.open.set(true);
                self.active.set(Some(active.map_or(0, |at| (at + 1) % count)));
            }
            "ArrowUp" if count > 0 => {
                self.open.set(true);
                self.active.set(Some(active.map_or(count - 1, |at| (at + count - 1) % count)));
            }
            "Enter" if self.open.get_untracked() && active.is_some() => self.choose(active.unwrap_or_default()),
            "Escape" if self.open.get_untracked() => self.close(),
            _ => return,
        }
        event.prevent_default();
    }
}

//! The order of several pages of one item: dragged by a handle, moved by its arrow keys, or by two buttons on each.
//!
//! While a page is dragged nothing is written; letting go is one answer. The focus stays with the page that was moved.
use super::filling::Filling;
use super::stage;
use crate::i18n::{K, t};
use crate::reactive::{RwSignal, Signal, memo};
use crate::ui::{Button, Kind, focused, live};
use contract::questionnaire::Attachment;
use leptos::{ev, html, prelude::*};
use std::time::Duration;
use view::view;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// This near the edge of the screen, in pixels, the page scrolls along.
const EDGE: f64 = 72.0;
/// How far with each movement.
const ALONG: f64 = 14.0;

/// So often the focus is looked after, and this far apart: three seconds, in which a busy phone has drawn all of it anew.
const LOOKS: u32 = 25;
const APART: Duration = Duration::from_millis(120);

/// A page in the hand.
#[derive(Clone, PartialEq)]
struct Held {
    id: String,
    pointer: i32,
    /// Where it was taken and where it is, down the page.
    from: f64,
    at: f64,
    /// The place it would have, counted from 0.
    to: usize,
}

/// What was pressed, so that the focus finds it again.
#[derive(Clone, Copy)]
enum By {
    Grip,
    Earlier,
    Later,
}

impl By {
    const fn name(self) -> &'static str {
        match self {
            Self::Grip => "grip",
            Self::Earlier => "earlier",
            Self::Later => "later",
        }
    }
}

/// The pages of one item. Copies are the same.
#[derive(Clone, Copy)]
pub(super) struct Order {
    filling: Filling,
    list: NodeRef<html::Ol>,
    held: RwSignal<Option<Held>>,
    /// Counts moves and presses: only the last move has the focus brought to it, and only until something is pressed.
    moves: StoredValue<u32>,
}

impl Order {
    pub(super) fn new(filling: Filling) -> Self {
        let moves = StoredValue::new(0_u32);
        // Whoever presses somewhere else has gone on.
        let elsewhere = window_event_listener(ev::pointerdown, move |_| {
            moves.try_update_value(|moves| *moves = moves.wrapping_add(1));
        });
        on_cleanup(move || elsewhere.remove());
        Self { filling, list: NodeRef::new(), held: RwSignal::new(None), moves }
    }

    /// Where the list is.
    pub(super) fn list(self) -> NodeRef<html::Ol> {
        self.list
    }

    /// What one of them (counted from 0) is called: a page where all are photos. A PDF has pages of its own, so beside one each
    /// is a file; alone it says itself what it is.
    pub(super) fn name(self, place: usize) -> Option<String> {
        let words = self.filling.answers().with(|all| match (all.iter().any(is_pdf), all.len()) {
            (false, _) => Some(K::DocPage),
            (true, ..=1) => None,
            (true, _) => Some(K::DocPart),
        });
        words.map(|words| self.filling.i18n.say(words, &[("n", (place + 1).into())]))
    }

    /// Whether there is another place to move one to.
    pub(super) fn has_several(self) -> bool {
        self.filling.answers().with(Vec::len) > 1
    }

    /// How far down a page is dragged, as a style.
    pub(super) fn shift(self, id: &str) -> Option<String> {
        self.held.with(|held| {
            held.as_ref().filter(|it| it.id == id).map(|it| format!("translateY({:.0}px)", it.at - it.from))
        })
    }

    /// Whether a page is in the hand.
    pub(super) fn is_held(self, id: &str) -> bool {
        self.held.with(|held| held.as_ref().is_some_and(|it| it.id == id))
    }

    /// Whether the page in the hand would come to stand where this one (counted from 0) is.
    pub(super) fn takes_place_of(self, place: usize) -> bool {
        self.held.with(|held| held.as_ref().is_some_and(|it| it.to == place)) && self.place_of_held() != Some(place)
    }

    fn place_of_held(self) -> Option<usize> {
        let id = self.held.with(|held| held.as_ref().map(|it| it.id.clone()))?;
        self.filling.answers().with(|all| all.iter().position(|it| it.document == id))
    }

    fn put(self, id: &str, to: usize, by: By) {
        let Some(place) = self.filling.put(id, to) else { return };
        if let Some(name) = untrack(|| self.name(place - 1)) {
            self.filling.announcer.say(&self.filling.i18n.say(K::DocMoved, &[("page", name.into())]));
        }
        let turn = self.moves.get_value().wrapping_add(1);
        self.moves.set_value(turn);
        self.follow(id.to_owned(), by, turn, LOOKS);
    }

    /// Brings the focus to what was moved, and again whenever a part that is drawn anew has taken it away; not any more once
    /// the person has gone elsewhere with it.
    fn follow(self, id: String, by: By, turn: u32, looks: u32) {
        request_animation_frame(move || {
            let Some(list) = self.list.try_get_untracked().flatten() else { return };
            if self.moves.try_get_value() != Some(turn) {
                return;
            }
            let is_lost = focused(&list).is_none_or(|it| it.tag_name() == "BODY");
            if is_lost || looks == LOOKS {
                focus(&list, &id, by);
            }
            if looks > 0 {
                set_timeout(move || self.follow(id, by, turn, looks - 1), APART);
            }
        });
    }

    fn take(self, id: String, place: usize, event: &ev::PointerEvent) {
        if event.pointer_type() == "mouse" && event.button() != 0 {
            return;
        }
        stage::capture(event);
        let from = down(event);
        self.held.set(Some(Held { id, pointer: event.pointer_id(), from, at: from, to: place }));
    }

    fn drag(self, event: &ev::PointerEvent) {
        let Some(held) = self.held.get_untracked().filter(|it| it.pointer == event.pointer_id()) else { return };
        event.prevent_default();
        let y = f64::from(event.client_y());
        let height = window().inner_height().ok().and_then(|it| it.as_f64()).unwrap_or(f64::MAX);
        if y < EDGE {
            window().scroll_by_with_x_and_y(0.0, -ALONG);
        } else if y > height - EDGE {
            window().scroll_by_with_x_and_y(0.0, ALONG);
        }
        let to = self.list.get_untracked().map_or(held.to, |list| above(&list, &held.id, y));
        self.held.set(Some(Held { at: down(event), to, ..held }));
    }

    fn drop_here(self, event: &ev::PointerEvent) {
        let Some(held) = self.held.get_untracked().filter(|it| it.pointer == event.pointer_id()) else { return };
        self.held.set(None);
        self.put(&held.id, held.to, By::Grip);
    }

    /// The handle of one page; `place` counts from 0.
    pub(super) fn grip(self, id: String, place: Signal<usize>) -> AnyView {
        let (i18n, label, taken, moved) = (self.filling.i18n, self.filling.label(), id.clone(), id);
        let name = move || {
            let page = self.name(place.get()).unwrap_or_default();
            let words = i18n.say(K::DocGrip, &[("page", page.into())]);
            i18n.say(K::FmtColon, &[("label", label.get().into()), ("words", words.into())])
        };
        let key = move |event: ev::KeyboardEvent| {
            let place = place.get_untracked();
            let to = match event.key().as_str() {
                "ArrowUp" => place.checked_sub(1),
                "ArrowDown" => Some(place + 1),
                "Home" => Some(0),
                "End" => Some(usize::MAX),
                "Escape" => return self.held.set(None),
                _ => return,
            };
            event.prevent_default();
            if let Some(to) = to {
                self.put(&moved, to, By::Grip);
            }
        };
        view! {
            <button
                type="button"
                class="hc-doc__grip"
                data-order="grip"
                aria-label=name
                on:pointerdown=move |event| self.take(taken.clone(), place.get_untracked(), &event)
                on:pointermove=move |event| self.drag(&event)
                on:pointerup=move |event| self.drop_here(&event)
                on:pointercancel=move |_| self.held.set(None)
                on:keydown=key
            ></button>
        }
        .into_any()
    }

    /// The two buttons of one page, where they lead somewhere.
    pub(super) fn buttons(self, id: &str, place: Signal<usize>) -> AnyView {
        let answers = self.filling.answers();
        let (earlier, later) = (id.to_owned(), id.to_owned());
        let first = memo(move || place.get() == 0);
        let last = memo(move || place.get() + 1 >= answers.with(Vec::len));
        view! {
            {live(move || {
                let id = earlier.clone();
                let put = move |()| self.put(&id, place.get_untracked().saturating_sub(1), By::Earlier);
                (!first.get()).then(|| view! { <span data-order="earlier"><Button label=t(K::DocEarlier) kind=Kind::Text on_press=put/></span> })
            })}
            {live(move || {
                let id = later.clone();
                let put = move |()| self.put(&id, place.get_untracked() + 1, By::Later);
                (!last.get()).then(|| view! { <span data-order="later"><Button label=t(K::DocLater) kind=Kind::Text on_press=put/></span> })
            })}
        }
        .into_any()
    }
}

/// A button that is gone at either end hands on to the handle.
fn focus(list: &Element, id: &str, by: By) {
    for name in [by.name(), By::Grip.name()] {
        let page = format!("[data-page=\"{id}\"]");
        let control = format!("{page} [data-order=\"{name}\"] button, {page} button[data-order=\"{name}\"]");
        let found = list.query_selector(&control).ok().flatten().and_then(|it| it.dyn_into::<HtmlElement>().ok());
        if let Some(button) = found {
            // What cannot take the focus any more has gone.
            button.focus().ok();
            return;
        }
    }
}

fn is_pdf(page: &Attachment) -> bool {
    page.content_type.as_deref() == Some(super::PDF)
}

/// Where a pointer is, down the whole page.
fn down(event: &ev::PointerEvent) -> f64 {
    f64::from(event.client_y()) + window().scroll_y().unwrap_or_default()
}

/// How many of the other pages have their middle above a height of the screen.
fn above(list: &Element, id: &str, y: f64) -> usize {
    let children = list.children();
    let others = (0..children.length()).filter_map(|place| children.item(place));
    others
        .filter(|it| it.get_attribute("data-page").as_deref() != Some(id))
        .filter(|it| {
            let frame = it.get_bounding_client_rect();
            f64::midpoint(frame.top(), frame.bottom()) < y
        })
        .count()
}

//! One item: its words in their order (label, hint, error, control), and which widget it gets.

use super::attempt::Part;
use super::below::reasons;
use super::choices::choice_field;
use super::fetched::{How, fetched};
use super::filling::Filling;
use super::passage::plain;
use super::standing::{Around, Standing};
use super::told::Followed;
use super::turns::in_turns;
use crate::i18n::K;
use crate::reactive::{Memo, memo};
use crate::ui::{Icon, Tone, bubble, error_words, heading_level, live, note};
use contract::questionnaire::{Control, Form, Item, ItemKind, Origin, Pointer, Widget};
use leptos::prelude::*;
use std::sync::Arc;
use view::view;

/// Everything asked on a step; `whole` where one is to come to a place in it, so that it must stand there at once.
pub fn step_items(filling: Filling, step: &str, whole: bool) -> AnyView {
    let form = filling.form();
    let Some(step) = form.steps.iter().find(|s| s.link_id == step).cloned() else { return ().into_any() };
    in_this_language(filling, move || {
        let (mut items, mut lacks) = (Vec::new(), Vec::new());
        for top in &step.items {
            match form.items.get(*top).filter(|item| item.widget() == Widget::Group) {
                Some(page) => {
                    let pointer = Pointer::item(&page.link_id);
                    lacks
                        .extend(filling.item(*top).and_then(|page| missing(&Place::new(filling, *top, page, pointer))));
                    items.extend(form.children(*top));
                }
                None => items.push(*top),
            }
        }
        view! { {lacks} {in_turns(filling, items, whole)} {reasons(filling, &step.items)} }.into_any()
    })
}

/// One item, wherever it stands: for a page that draws only some.
pub fn item_view(filling: Filling, pointer: &Pointer) -> AnyView {
    let Some(at) = filling.form().index_of(&pointer.link_id()) else { return ().into_any() };
    let row = pointer.enclosing_row().filter(|(group, _)| group.link_id() != pointer.link_id());
    let row = row.map(|(group, row)| group.at_row(&row));
    in_this_language(filling, move || {
        view! { {placed(filling, at, row.as_ref())} {reasons(filling, &[at])} }.into_any()
    })
}

/// Items are drawn anew in another language, so that their words need not follow it one by one.
fn in_this_language(filling: Filling, draw: impl Fn() -> AnyView + Send + 'static) -> AnyView {
    let i18n = filling.i18n();
    let language = memo(move || i18n.lang());
    live(move || {
        language.get();
        untrack(&draw)
    })
}

/// The item at a place in the form, in a row or in none; there as long as it is asked.
pub(super) fn placed(filling: Filling, at: usize, row: Option<&Pointer>) -> AnyView {
    let Some(item) = filling.item(at) else { return ().into_any() };
    let pointer = row.map_or_else(|| Pointer::item(&item.link_id), |row| row.child(&item.link_id));
    if is_always_asked(&filling.form(), at) {
        return drawn(filling, at, &item, &pointer, row);
    }
    let visible = filling.is_visible(pointer.clone());
    let row = row.cloned();
    live(move || visible.with(|it| *it).then(|| untrack(|| drawn(filling, at, &item, &pointer, row.as_ref()))))
}

/// Some items, each with those inside of it, in the order of the form.
pub(super) fn with_inside<'a>(form: &'a Form, items: &'a [usize]) -> impl Iterator<Item = usize> + 'a {
    items.iter().flat_map(|at| *at..form.items.get(*at).map_or(*at, |item| item.end))
}

/// Whether no answer decides if an item is asked.
pub(super) fn is_always_asked(form: &Form, at: usize) -> bool {
    form.lineage(at).filter_map(|at| form.items.get(at)).all(|item| {
        item.conditions.is_empty() && item.derived.is_none() && !item.hidden && item.kind != ItemKind::Unsupported
    })
}

fn drawn(filling: Filling, at: usize, item: &Arc<Item>, pointer: &Pointer, row: Option<&Pointer>) -> AnyView {
    let place = Place::new(filling, at, item.clone(), pointer.clone());
    if item.is_question() && (item.read_only || item.derived.is_some()) {
        return switching(place);
    }
    match item.widget() {
        Widget::Group => group(&place, row),
        _ => widget(&place),
    }
}

/// One item in its place, for the widgets.
#[derive(Clone)]
pub(super) struct Place {
    pub(super) filling: Filling,
    pub(super) at: usize,
    pub(super) item: Arc<Item>,
    pub(super) pointer: Pointer,
    /// How it stands: reckoned once a change, however many parts of the widget follow it.
    pub(super) standing: Followed<Standing>,
    /// What is said around it.
    pub(super) around: Memo<Around>,
}

impl Place {
    fn new(filling: Filling, at: usize, item: Arc<Item>, pointer: Pointer) -> Self {
        let standing = filling.standing(pointer.clone());
        let around = filling.around(pointer.clone(), standing);
        Self { filling, at, item, pointer, standing, around }
    }

    pub(super) fn id(&self) -> String {
        self.filling.control_id(&self.pointer)
    }

    /// What a control of it is told apart from its value.
    pub(super) fn dress(&self, part: Option<Part>) -> Dress {
        let said = self.filling.returned(&self.pointer).is_some();
        let hint = has_hint(&self.filling.form(), &self.item);
        Dress { id: self.id(), said, hint, part, around: self.around, filling: self.filling }
    }

    /// What is required is said to who does not see that nothing is "optional" there.
    pub(super) fn required(&self) -> Option<&'static str> {
        self.item.required.then_some("true")
    }
}

/// What follows from an item on one of its controls: which words describe it, and whether it is wrong.
#[derive(Clone)]
pub(super) struct Dress {
    id: String,
    said: bool,
    hint: bool,
    /// Which of its controls it is; none for what stands for all.
    part: Option<Part>,
    around: Memo<Around>,
    filling: Filling,
}

impl Dress {
    /// Puts it on, and tells whether the control is to look at only.
    pub(super) fn put_on(&self, element: &web_sys::Element) -> bool {
        let wrong = self.around.with(|it| it.error.is_some() && self.part.is_none_or(|part| part == it.part));
        let said = self.said.then(|| format!("{}-said", self.id));
        let usual = crate::ui::described_by(&self.id, self.hint, wrong);
        let all: Vec<String> = said.into_iter().chain(usual).collect();
        attribute(element, "aria-describedby", (!all.is_empty()).then(|| all.join(" ")).as_deref());
        attribute(element, "aria-invalid", wrong.then_some("true"));
        self.filling.closed.get()
    }
}

/// Sets an attribute, or takes it away.
pub(super) fn attribute(element: &web_sys::Element, name: &str, value: Option<&str>) {
    if element.get_attribute(name).as_deref() == value {
        return;
    }
    let set = value.map_or_else(|| element.remove_attribute(name), |value| element.set_attribute(name, value));
    if let Err(why) = set {
        leptos::logging::warn!("{name}: {why:?}");
    }
}

fn widget(place: &Place) -> AnyView {
    match place.item.widget() {
        Widget::Radios | Widget::Ticks => choice_field(place),
        Widget::Display => display(place),
        Widget::Group | Widget::Nothing => ().into_any(),
        Widget::Rows
        | Widget::Line
        | Widget::Area
        | Widget::List
        | Widget::Select
        | Widget::Tick
        | Widget::Document => fetched(place, How::Asked),
    }
}

/// An item that is typed or, where another answer contains it, shown with its origin.
fn switching(place: Place) -> AnyView {
    let standing = place.standing;
    let shown = memo(move || standing.with(|it| it.origin == Origin::Derived));
    live(move || {
        let shown = shown.get();
        untrack(|| {
            if shown || place.item.read_only { fetched(&place, How::Shown { derived: shown }) } else { widget(&place) }
        })
    })
}

fn group(place: &Place, row: Option<&Pointer>) -> AnyView {
    let (filling, item) = (place.filling, &place.item);
    let form = filling.form();
    let children: Vec<usize> = form.children(place.at).collect();
    let only_says_the_same =
        matches!(children.as_slice(), [only] if form.items.get(*only).is_some_and(|child| child.text == item.text));
    let inside = children.into_iter().map(|child| placed(filling, child, row)).collect_view();
    let title = (!only_says_the_same && !item.text.is_empty()).then(|| {
        view! { <h2 class="hc-h2" aria-level=heading_level(2)>{plain(filling.i18n(), &item.text)}</h2> }
    });
    view! { <section class="hc-group">{title} {missing(place)} {inside}</section> }.into_any()
}

/// Of a group in which something has to be answered: that nothing is.
fn missing(place: &Place) -> Option<AnyView> {
    let drawn = || view! { <div id=place.id() tabindex="-1">{error_of(place)}</div> }.into_any();
    place.item.is_required().then(drawn)
}

/// A display of the form that is no help of one question.
fn display(place: &Place) -> AnyView {
    let words = plain(place.filling.i18n(), &place.item.text);
    if place.item.conditions.is_empty() {
        view! { <p class="hc-field hc-hint">{words}</p> }.into_any()
    } else {
        let said = note(Tone::Plain, Icon::Info, true, view! { <p>{words}</p> }.into_any());
        view! { <div class="hc-field">{said}</div> }.into_any()
    }
}

/// Whether something stands above the control.
pub(super) fn has_hint(form: &Form, item: &Item) -> bool {
    item.unit.is_some() || is_explained(form, item)
}

/// Whether something stands above the control that says how it is to be filled in.
pub(super) fn is_explained(form: &Form, item: &Item) -> bool {
    item.entry_format.is_some() || example(item.kind).is_some() || has_help(form, item)
}

/// How a day or a time may be typed.
pub(super) const fn example(kind: ItemKind) -> Option<K> {
    match kind {
        ItemKind::Date => Some(K::FormDateEg),
        ItemKind::DateTime => Some(K::FormDatetimeEg),
        ItemKind::Time => Some(K::FormTimeEg),
        _ => None,
    }
}

fn has_help(form: &Form, item: &Item) -> bool {
    let inside = form.index_of(&item.link_id).into_iter().flat_map(|at| form.children(at));
    inside.filter_map(|child| form.items.get(child)).any(stands_above)
}

/// Whether what is said with a question stands above its control: help, and words before the question.
pub(super) fn stands_above(child: &Item) -> bool {
    matches!(child.control, Some(Control::Help | Control::Upper)) && child.conditions.is_empty()
}

/// What stands above a choice: one element that the control names.
pub(super) fn hint(place: &Place) -> Option<AnyView> {
    hint_with(place, ().into_any())
}

/// The hint with its help; `more` stands between them.
pub(super) fn hint_with(place: &Place, more: AnyView) -> Option<AnyView> {
    let (item, i18n) = (&place.item, place.filling.i18n());
    if !has_hint(&place.filling.form(), item) {
        return None;
    }
    let format = item.entry_format.as_ref().map(|text| view! { <p class="hc-hint">{plain(i18n, text)}</p> });
    Some(view! { <div id=format!("{}-hint", place.id())>{format} {more} {help(place)}</div> }.into_any())
}

/// What the form says above an answer, whether it is typed or only read.
pub(super) fn help(place: &Place) -> Vec<AnyView> {
    let (form, i18n) = (place.filling.form(), place.filling.i18n());
    let above = form.children(place.at).filter_map(|child| form.items.get(child)).filter(|child| stands_above(child));
    above.map(|child| view! { <p class="hc-hint">{plain(i18n, &child.text)}</p> }.into_any()).collect()
}

/// What is wrong with it, between hint and control.
pub(super) fn error_of(place: &Place) -> AnyView {
    let (around, i18n) = (place.around, place.filling.i18n());
    view! {
        <div id=format!("{}-error", place.id())>
            {live(move || around.with(|it| it.error.clone()).map(|words| error_words(i18n.text(K::FormErrPrefix), words)))}
        </div>
    }
    .into_any()
}

/// The reviewer's words above the field they are about.
pub(super) fn said(place: &Place) -> Option<AnyView> {
    let said = place.filling.returned(&place.pointer)?;
    Some(bubble(said.bubble(place.filling.i18n()), Some(format!("{}-said", place.id()))))
}

/// "(optional)" beside the label of what need not be answered.
pub(super) fn optional(place: &Place) -> Option<AnyView> {
    let item = &place.item;
    let key = match (item.kind, &item.consent) {
        _ if item.required => return None,
        (ItemKind::Boolean, None) => return None,
        (ItemKind::Boolean, Some(_)) => K::FormOptionalTick,
        _ => K::FormOptional,
    };
    let words = place.filling.i18n().text(key);
    Some(view! { <span class="hc-meta hc-optional">{words}</span> }.into_any())
}

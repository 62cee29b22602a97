//! One item: its words in their order (label, hint, error, control, why), and which widget it gets.

use super::choices::{choice_field, tick_field};
use super::filling::{Filling, Standing, is_tick};
use super::glyph::undrawn;
use super::hole::AttachmentHole;
use super::passage::{label_text, passage, words_of};
use super::pattern::compose;
use super::rows::row_group;
use super::shown::values_text;
use super::typed_field::{area_field, line_field};
use super::{autocomplete::list_field, label};
use crate::i18n::{K, t};
use crate::reactive::{Memo, Signal, derive, memo};
use crate::ui::{Icon, Tone, error_line, focus_by_id, heading_level, live, note};
use contract::api::Words;
use contract::identity::PersonName;
use contract::questionnaire::{Control, Form, Item, ItemKind, Origin, Pointer, RuleCode, Text, Value, example_day};
use leptos::prelude::*;
use std::sync::Arc;
use view::view;
use wasm_bindgen::JsCast;

/// Everything asked on a step.
pub fn step_items(filling: Filling, step: &str) -> AnyView {
    let form = filling.form();
    let Some(step) = form.steps.iter().find(|s| s.link_id == step) else { return ().into_any() };
    let mut drawn = Vec::new();
    for top in &step.items {
        let is_page = form.items.get(*top).is_some_and(|item| item.kind == ItemKind::Group && !item.repeats);
        if is_page {
            drawn.extend(form.children(*top).map(|child| placed(filling, child, None)));
        } else {
            drawn.push(placed(filling, *top, None));
        }
    }
    drawn.collect_view().into_any()
}

/// One item, wherever it stands: for a page that draws only some.
pub fn item_view(filling: Filling, pointer: &Pointer) -> AnyView {
    let Some(at) = filling.form().index_of(&pointer.link_id()) else { return ().into_any() };
    let row = pointer.enclosing_row().filter(|(group, _)| group.link_id() != pointer.link_id());
    placed(filling, at, row.map(|(group, row)| group.at_row(&row)).as_ref())
}

/// The item at a place in the form, in a row or in none; there as long as it is asked.
pub(super) fn placed(filling: Filling, at: usize, row: Option<&Pointer>) -> AnyView {
    let Some(item) = filling.item(at) else { return ().into_any() };
    let pointer = row.map_or_else(|| Pointer::item(&item.link_id), |row| row.child(&item.link_id));
    let visible = filling.is_visible(pointer.clone());
    let row = row.cloned();
    live(move || visible.get().then(|| untrack(|| drawn(filling, at, &item, &pointer, row.as_ref()))))
}

fn drawn(filling: Filling, at: usize, item: &Arc<Item>, pointer: &Pointer, row: Option<&Pointer>) -> AnyView {
    let place = Place::new(filling, at, item.clone(), pointer.clone());
    if item.is_question() && (item.read_only || item.derived.is_some()) {
        return switching(place);
    }
    match item.kind {
        ItemKind::Group if item.repeats => row_group(&place),
        ItemKind::Group => group(&place, row),
        ItemKind::Display => display(&place),
        ItemKind::Unsupported => ().into_any(),
        ItemKind::Boolean
        | ItemKind::Integer
        | ItemKind::Decimal
        | ItemKind::Quantity
        | ItemKind::Date
        | ItemKind::DateTime
        | ItemKind::Time
        | ItemKind::Reference
        | ItemKind::String
        | ItemKind::Text
        | ItemKind::Choice
        | ItemKind::OpenChoice
        | ItemKind::Attachment => widget(&place),
    }
}

/// One item in its place, for the widgets.
pub(super) struct Place {
    pub(super) filling: Filling,
    pub(super) at: usize,
    pub(super) item: Arc<Item>,
    pub(super) pointer: Pointer,
    /// How it stands: reckoned once a change, however many parts of the widget follow it.
    pub(super) standing: Memo<Standing>,
    error: Memo<Option<String>>,
}

impl Place {
    fn new(filling: Filling, at: usize, item: Arc<Item>, pointer: Pointer) -> Self {
        let standing = filling.standing(pointer.clone());
        let error = filling.error(pointer.clone(), standing);
        Self { filling, at, item, pointer, standing, error }
    }

    pub(super) fn id(&self) -> String {
        self.filling.control_id(&self.pointer)
    }

    /// What stands in it.
    pub(super) fn values(&self) -> Memo<Vec<Value>> {
        let standing = self.standing;
        memo(move || standing.with(|it| it.values.clone()))
    }

    pub(super) fn error(&self) -> Signal<Option<String>> {
        self.error.into()
    }

    /// The ids of hint and error, for the control.
    pub(super) fn described(&self) -> impl Fn() -> Option<String> + Send + Sync + 'static {
        let (id, has_hint, error) = (self.id(), has_hint(&self.filling.form(), &self.item), self.error);
        let returned = self.filling.returned(self.pointer.clone());
        move || {
            let words = returned.with(Option::is_some).then(|| format!("{id}-said"));
            let usual = crate::ui::described_by(&id, has_hint, error.with(Option::is_some));
            let all: Vec<String> = words.into_iter().chain(usual).collect();
            (!all.is_empty()).then(|| all.join(" "))
        }
    }

    /// Whether the control says that it is wrong.
    pub(super) fn invalid(&self) -> impl Fn() -> Option<&'static str> + Send + Sync + 'static {
        let error = self.error;
        move || error.with(Option::is_some).then_some("true")
    }
}

fn widget(place: &Place) -> AnyView {
    match place.item.kind {
        ItemKind::Boolean if is_tick(&place.item) => tick_field(place),
        ItemKind::Boolean => choice_field(place),
        ItemKind::Choice | ItemKind::OpenChoice => match place.item.control {
            Some(Control::Autocomplete) if !place.item.repeats => list_field(place),
            _ => choice_field(place),
        },
        ItemKind::Text => area_field(place),
        ItemKind::Attachment => attachment(place),
        ItemKind::Integer
        | ItemKind::Decimal
        | ItemKind::Quantity
        | ItemKind::Date
        | ItemKind::DateTime
        | ItemKind::Time
        | ItemKind::Reference
        | ItemKind::String
        | ItemKind::Group
        | ItemKind::Display
        | ItemKind::Unsupported => line_field(place),
    }
}

/// An item that is typed or, where another answer contains it, shown with its origin.
fn switching(place: Place) -> AnyView {
    let standing = place.standing;
    let shown = memo(move || standing.with(|it| it.origin == Origin::Derived));
    live(move || {
        let shown = shown.get();
        untrack(|| if shown || place.item.read_only { derived(&place, shown) } else { widget(&place) })
    })
}

fn derived(place: &Place, from_number: bool) -> AnyView {
    let (filling, item, i18n) = (place.filling, place.item.clone(), place.filling.i18n());
    let values = place.values();
    let label = filling.label_of(&item);
    let error = error_line(format!("{}-error", place.id()), place.error());
    let origin = from_number.then(|| view! { <p class="hc-meta">{t(K::IdDerived)}</p> });
    view! {
        <div class="hc-field" id=place.id() tabindex="-1">
            <p class="hc-label">{live(move || label.get())}</p>
            {error}
            <p>{live(move || values.with(|values| values_text(i18n, &item, values)))}</p>
            {origin}
        </div>
    }
    .into_any()
}

fn group(place: &Place, row: Option<&Pointer>) -> AnyView {
    let (filling, item) = (place.filling, &place.item);
    let form = filling.form();
    let children: Vec<usize> = form.children(place.at).collect();
    let only_says_the_same =
        matches!(children.as_slice(), [only] if form.items.get(*only).is_some_and(|child| child.text == item.text));
    let inside = children.into_iter().map(|child| placed(filling, child, row)).collect_view();
    let title = (!only_says_the_same && !item.text.is_empty()).then(|| {
        view! { <h2 class="hc-h2" aria-level=heading_level(2)>{passage(&item.text)}</h2> }
    });
    view! { <section class="hc-group">{title} {inside}</section> }.into_any()
}

/// A display of the form that is no help of one question.
fn display(place: &Place) -> AnyView {
    let words = passage(&place.item.text);
    if place.item.conditions.is_empty() {
        view! { <p class="hc-field hc-hint">{words}</p> }.into_any()
    } else {
        let said = note(Tone::Plain, Icon::Info, true, view! { <p>{words}</p> }.into_any());
        view! { <div class="hc-field">{said}</div> }.into_any()
    }
}

/// Whether something stands above the control that says how it is to be filled in.
pub(super) fn has_hint(form: &Form, item: &Item) -> bool {
    item.entry_format.is_some() || example(item.kind).is_some() || item.unit.is_some() || has_help(form, item)
}

/// How a day or a time may be typed.
const fn example(kind: ItemKind) -> Option<K> {
    match kind {
        ItemKind::Date => Some(K::FormDateEg),
        ItemKind::DateTime => Some(K::FormDatetimeEg),
        ItemKind::Time => Some(K::FormTimeEg),
        _ => None,
    }
}

fn has_help(form: &Form, item: &Item) -> bool {
    let inside = form.index_of(&item.link_id).into_iter().flat_map(|at| form.children(at));
    inside
        .filter_map(|child| form.items.get(child))
        .any(|child| child.control == Some(Control::Help) && child.conditions.is_empty())
}

/// The hint with its help, in one element that the control names.
pub(super) fn hint(place: &Place) -> Option<AnyView> {
    let form = place.filling.form();
    let item = &place.item;
    if !has_hint(&form, item) {
        return None;
    }
    let i18n = place.filling.i18n();
    let format = item.entry_format.as_ref().map(|text| view! { <p class="hc-hint">{passage(text)}</p> });
    let example = example(item.kind).map(|key| {
        let (long, short) = example_day(item, place.filling.today());
        let words = move || i18n.say(key, &[("long", long.clone().into()), ("short", short.clone().into())]);
        view! { <p class="hc-hint">{live(words)}</p> }
    });
    let units: Vec<Text> = item.units().map(|unit| unit.shown.clone()).collect();
    let unit = (!units.is_empty()).then(|| {
        let key = if units.len() == 1 { K::FormUnit } else { K::FormUnits };
        let words = move || {
            let names: Vec<String> = units.iter().map(|unit| words_of(i18n, unit)).collect();
            i18n.say(key, &[("unit", i18n.list(&names).into())])
        };
        view! { <p class="hc-hint">{live(words)}</p> }
    });
    let help = form
        .children(place.at)
        .filter_map(|child| form.items.get(child))
        .filter(|child| child.control == Some(Control::Help) && child.conditions.is_empty())
        .map(|child| view! { <p class="hc-hint">{passage(&child.text)}</p> })
        .collect_view();
    Some(view! { <div id=format!("{}-hint", place.id())>{format} {example} {unit} {help}</div> }.into_any())
}

/// The reviewer's words above the field they are about.
pub(super) fn said(place: &Place) -> AnyView {
    let returned = place.filling.returned(place.pointer.clone());
    let id = format!("{}-said", place.id());
    live(move || {
        returned.get().map(|said| {
            view! {
                <div class="hc-said" id=id.clone()>
                    <p class="hc-meta">{t(K::RetSaid)}{said.at.map(|at| format!(" · {at}"))}</p>
                    <p lang=said.lang>{said.words}</p>
                </div>
            }
        })
    })
}

/// "(optional)" beside the label of what need not be answered.
pub(super) fn optional(item: &Item) -> Option<AnyView> {
    let asked = !item.required && item.kind != ItemKind::Boolean;
    asked.then(|| view! { <span class="hc-meta">{t(K::FormOptional)}</span> }.into_any())
}

/// What stands below a control: what to know, advice that an answer calls for, and why it is asked.
pub(super) fn after(place: &Place) -> AnyView {
    let form = place.filling.form();
    let row = place.pointer.enclosing_row().map(|(group, row)| group.at_row(&row));
    let warnings = place.filling.warnings(place.pointer.clone(), place.standing);
    let advice: Vec<AnyView> = form
        .children(place.at)
        .filter(|child| {
            form.items.get(*child).is_some_and(|i| i.control != Some(Control::Help) || !i.conditions.is_empty())
        })
        .map(|child| placed(place.filling, child, row.as_ref()))
        .collect();
    let confirming = confirming(place);
    let before = before(place);
    let why = place.item.purpose.as_ref().map(|purpose| {
        view! {
            <details class="hc-why"><summary class="hc-tap">{t(K::FormWhy)}</summary><p class="hc-hint">{passage(purpose)}</p></details>
        }
    });
    view! {
        {printed(place)}
        {confirming}
        {before}
        {live(move || {
            warnings.get().into_iter()
                .map(|words| note(Tone::Warn, Icon::Info, true, view! { <p>{words}</p> }.into_any()))
                .collect_view()
        })}
        {why}
        {advice}
    }
    .into_any()
}

/// A name as it will stand on the certificate: dots and spaces are put in order, and nobody is to find out later.
fn printed(place: &Place) -> Option<AnyView> {
    let is_name = place.item.rule(RuleCode::PersonName).is_some() && place.item.on_certificate.is_some();
    let (i18n, values) = (place.filling.i18n(), is_name.then(|| place.values())?);
    Some(live(move || {
        let name = values.with(|all| Some(PersonName::tidy(all.first()?.as_text()?, &compose).as_str().to_owned()));
        let name = name.filter(|name| !name.is_empty())?;
        let undrawn = undrawn(&name);
        let rare = (!undrawn.is_empty()).then(|| {
            let letters: String = undrawn.into_iter().collect();
            let said = i18n.say(K::NameRare, &[("letters", letters.into())]);
            note(Tone::Plain, Icon::Info, true, view! { <p>{said}</p> }.into_any())
        });
        let printed = view! { <p class="hc-hint">{i18n.say(K::NamePrinted, &[("name", name.into())])}</p> };
        Some(view! { {printed} {rare} })
    }))
}

/// What was filled in for the person: said, with the way to say that it is right. Changing it says so too.
fn confirming(place: &Place) -> AnyView {
    let (filling, pointer, id) = (place.filling, place.pointer.clone(), place.id());
    let (i18n, waits, closed) =
        (filling.i18n(), filling.waits_for_word(pointer.clone(), place.standing), filling.closed);
    let item = place.item.clone();
    live(move || {
        if !waits.get() || closed.get() {
            return ().into_any();
        }
        let (pointer, id, item) = (pointer.clone(), id.clone(), item.clone());
        let confirm = move |event: web_sys::MouseEvent| {
            // The button goes; the focus stays at the field it is about.
            if let Some(near) = event.target().and_then(|t| t.dyn_into::<web_sys::Element>().ok()) {
                focus_by_id(&near, &id);
            }
            filling.confirm(&pointer);
        };
        let named = move || i18n.say(K::FormConfirmNamed, &[("label", label_text(i18n, &item).into())]);
        let said = view! {
            <p>{t(K::FormFilled)}</p>
            <p><button type="button" class="hc-btn hc-btn--quiet" aria-label=named on:click=confirm>{t(K::FormConfirm)}</button></p>
        };
        note(Tone::Warn, Icon::Info, true, said.into_any())
    })
}

/// What was answered in an older form to a question that is put differently now.
fn before(place: &Place) -> AnyView {
    let (i18n, beside, pointer) = (place.filling.i18n(), place.filling.noted, place.pointer.clone());
    live(move || {
        let old = beside.with(|beside| beside.suggestions.get(&pointer).cloned());
        old.map(|old| view! { <p class="hc-hint">{i18n.say(K::FormBefore, &[("old", old.into())])}</p> })
    })
}

fn attachment(place: &Place) -> AnyView {
    let (filling, item, pointer) = (place.filling, place.item.clone(), place.pointer.clone());
    let Some(draw) = filling.attachment() else { return ().into_any() };
    let i18n = filling.i18n();
    let form = filling.form();
    let values = place.values();
    let help =
        form.children(place.at).filter_map(|c| form.items.get(c)).find(|c| c.control == Some(Control::Help)).cloned();
    let returned = filling.returned(pointer.clone());
    let written = pointer.clone();
    let named = item.clone();
    let hole = AttachmentHole {
        application: filling.application(),
        answers: derive(move || {
            values.with(|values| values.iter().filter_map(|v| v.as_attachment().cloned()).collect())
        }),
        on_change: Callback::new(move |documents: Vec<_>| {
            filling.write(&written, documents.into_iter().map(Value::Attachment).collect());
        }),
        label: derive(move || label(i18n, &named)),
        hint: derive(move || help.as_ref().map(|help| words_of(i18n, &help.text))),
        because: filling.because(pointer.clone()),
        error: place.error(),
        words: derive(move || returned.get().map(|said| Words::new(said.words, said.lang))),
        said_at: derive(move || returned.get().and_then(|said| said.at)),
        refused: returned.get_untracked().map(|said| said.refused).unwrap_or_default(),
        closed: filling.closed,
        consent: filling.consent_for(&item.link_id),
        input_id: place.id(),
        first: is_first_document(place),
        item,
        pointer,
    };
    draw(hole)
}

fn is_first_document(place: &Place) -> bool {
    let form = place.filling.form();
    let Some(step) = form.step_of(&place.item.link_id) else { return false };
    let one_page = place.filling.is_on_one_page();
    place.filling.evaluation().with_untracked(|evaluation| {
        let mut documents = evaluation.items.iter().filter(|state| {
            state.visible
                && form.items.get(state.item).is_some_and(|item| {
                    item.kind == ItemKind::Attachment
                        && (one_page || form.step_of(&item.link_id).is_some_and(|s| s.link_id == step.link_id))
                })
        });
        documents.next().is_some_and(|first| first.pointer == place.pointer)
    })
}

//! What stands around an answer that is typed or only read. It comes with the widgets: around a choice there is less.

use super::below::after;
use super::glyph::undrawn;
use super::item::{Place, error_of, example, help, hint_with, said};
use super::label;
use super::passage::{ending_with, foreign, words_of};
use super::pattern::compose;
use super::shown::{values_lang, values_text};
use crate::i18n::K;
use crate::reactive::memo;
use crate::ui::{Icon, Tone, live, note};
use contract::identity::{PersonName, has_digit};
use contract::questionnaire::{RuleCode, Text, example_day};
use leptos::prelude::*;
use view::view;

/// What stands above a control that is typed into.
pub(super) fn hint(place: &Place) -> Option<AnyView> {
    let (item, i18n) = (&place.item, place.filling.i18n());
    let example = example(item.kind).map(|key| {
        let (long, short) = example_day(item, place.filling.today());
        view! { <p class="hc-hint">{i18n.say(key, &[("long", long.into()), ("short", short.into())])}</p> }
    });
    let units: Vec<&Text> = item.units().map(|unit| &unit.shown).collect();
    let unit = (!units.is_empty()).then(|| {
        let key = if units.len() == 1 { K::FormUnit } else { K::FormUnits };
        let names: Vec<String> = units.iter().map(|unit| words_of(i18n, unit)).collect();
        let words = i18n.say(key, &[("unit", i18n.list(&names).into())]);
        view! { <p class="hc-hint">{ending_with(i18n, &words, &units)}</p> }
    });
    hint_with(place, view! { {example} {unit} }.into_any())
}

/// What stands below it.
pub(super) fn after_typed(place: &Place) -> AnyView {
    view! { {printed(place)} {after(place)} }.into_any()
}

/// An answer that is only read: one that another contains (`from_number`), or one that is not to be changed.
pub(super) fn derived(place: &Place, from_number: bool) -> AnyView {
    let (item, i18n, standing) = (place.item.clone(), place.filling.i18n(), place.standing);
    let origin = from_number.then(|| view! { <p class="hc-meta">{i18n.text(K::IdDerived)}</p> });
    let (label, lang) = (label(i18n, &item), foreign(i18n, item.label()));
    view! {
        <div class="hc-field" id=place.id() tabindex="-1">
            {said(place)}
            <p class="hc-label" lang=lang>{label}</p>
            {help(place)}
            {error_of(place)}
            {live(move || standing.with(|it| {
                view! { <p lang=values_lang(i18n, &item, &it.values)>{values_text(i18n, &item, &it.values)}</p> }
            }))}
            {origin}
            {after_typed(place)}
        </div>
    }
    .into_any()
}

/// A name as it will stand on the certificate: dots and spaces are put in order, and nobody is to find out later.
fn printed(place: &Place) -> Option<AnyView> {
    let is_name = place.item.rule(RuleCode::PersonName).is_some() && place.item.on_certificate.is_some();
    let (i18n, standing) = (place.filling.i18n(), is_name.then_some(place.standing)?);
    let name = memo(move || {
        let name =
            standing.with(|it| Some(PersonName::tidy(it.values.first()?.as_text()?, &compose).as_str().to_owned()));
        name.filter(|name| !name.is_empty())
    });
    Some(live(move || {
        let name = name.get()?;
        let undrawn = undrawn(&name);
        let rare = (!undrawn.is_empty()).then(|| {
            let letters: String = undrawn.into_iter().collect();
            let said = i18n.say(K::NameRare, &[("letters", letters.into())]);
            note(Tone::Plain, Icon::Info, true, view! { <p>{said}</p> }.into_any())
        });
        // Nobody's name is refused, but a slip of the keyboard would be printed.
        let digits = has_digit(&name)
            .then(|| note(Tone::Warn, Icon::Info, true, view! { <p>{i18n.text(K::NameDigits)}</p> }.into_any()));
        let printed = view! { <p class="hc-hint">{i18n.say(K::NamePrinted, &[("name", name.into())])}</p> };
        Some(view! { {printed} {digits} {rare} })
    }))
}

//! Two phones answered the same question differently: both answers, and when; the person says which is right.

use super::opening::Opened;
use crate::form::{label, values_text};
use crate::i18n::{I18n, K, t};
use crate::offline::{Chosen, Differing, Offline};
use crate::ui::{Button, Icon, Kind, Tone, heading_level, live, note};
use contract::api::Instant;
use contract::questionnaire::Value;
use leptos::prelude::*;
use view::view;

/// The choice, above the page; nothing where both agree.
pub(super) fn choice(opened: Opened) -> AnyView {
    let differing = Offline::here().differing(&opened.filling.application());
    live(move || {
        let all = differing.get();
        (!all.is_empty()).then(|| {
            let rows = all.into_iter().map(|one| row(opened, one)).collect_view();
            let body = view! { <p><b>{t(K::PDraftNewer)}</b></p> <p>{t(K::TwoHow)}</p> {rows} };
            note(Tone::Warn, Icon::Phone, true, body.into_any())
        })
    })
}

fn row(opened: Opened, one: Differing) -> AnyView {
    let (offline, i18n, filling) = (Offline::here(), I18n::here(), opened.filling);
    let form = filling.form();
    let item = form.item_at(&one.pointer);
    // Of two places of work both may have another address: it is said whose this is.
    let name = item.map(|item| filling.with_row(&one.pointer, label(i18n, item))).unwrap_or_default();
    let words = |values: &Option<Vec<Value>>| match (item, values) {
        (Some(item), Some(values)) if !values.is_empty() => values_text(i18n, item, values),
        _ => i18n.text(K::CheckEmpty),
    };
    let side = |key: K, at: Option<Instant>, values: &Option<Vec<Value>>, chosen: Chosen| {
        let (pointer, said) = (one.pointer.clone(), words(values));
        let when = at.map(|at| i18n.moment(at)).unwrap_or_default();
        let choose = Callback::new(move |()| offline.choose(opened.draft(), &pointer, chosen));
        let label = i18n.say(K::TwoUse, &[("value", said.as_str().into())]);
        view! {
            <p><span class="hc-meta">{i18n.say(key, &[("time", when.into())])}</span><br/>{said}</p>
            <p><Button kind=Kind::Quiet label=label on_press=choose/></p>
        }
    };
    view! {
        <section>
            <h3 class="hc-h3" aria-level=heading_level(3)>{name}</h3>
            {side(K::TwoHere, one.here_at, &one.here, Chosen::Here)}
            {side(K::TwoThere, one.there_at, &one.there, Chosen::There)}
        </section>
    }
    .into_any()
}

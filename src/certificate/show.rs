//! Shown to an inspector: the whole screen, light, kept awake, the code as large as it goes.
use super::face::{Facts, void_word};
use crate::api::Api;
use crate::i18n::{I18n, K, t};
use crate::offline::Offline;
use crate::reactive::{RwSignal, Signal, effect};
use crate::ui::{Icon, Tone, code, drawn, fresh_id, live};
use contract::api::{CertificateState, Instant};
use js_sys::{Function, Promise, Reflect};
use leptos::{html, prelude::*, task::spawn_local};
use view::view;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// The dialog; it stands in the page closed.
pub(super) fn show(
    facts: &Facts,
    state: Signal<CertificateState>,
    checked: Signal<Instant>,
    photo: Signal<Option<String>>,
    open: RwSignal<bool>,
) -> AnyView {
    let node: NodeRef<html::Dialog> = NodeRef::new();
    let awake: StoredValue<Option<JsValue>, LocalStorage> = StoredValue::new_local(None);
    let title = fresh_id("show");
    effect(move || {
        let Some(dialog) = node.get() else { return };
        if !open.get() {
            dialog.close();
            let_sleep(awake);
        } else if !dialog.open() {
            if dialog.show_modal().is_err() {
                dialog.set_open(true);
            }
            keep_awake(open, awake);
        }
    });
    // The browser lets go of it by itself while the page is hidden: after a call the screen would go dark before the inspector.
    let seen = window_event_listener_untyped("visibilitychange", move |_| {
        if open.get_untracked() && !document().hidden() {
            let_sleep(awake);
            keep_awake(open, awake);
        }
    });
    on_cleanup(move || {
        seen.remove();
        let_sleep(awake);
    });
    let labelled = title.clone();
    let inside = inside(facts, state, checked, photo, title, open);
    view! {
        <dialog node_ref=node class="hc-show" aria-labelledby=labelled on:close=move |_| open.set(false)>
            {inside}
        </dialog>
    }
    .into_any()
}

fn inside(
    facts: &Facts,
    state: Signal<CertificateState>,
    checked: Signal<Instant>,
    photo: Signal<Option<String>>,
    title: String,
    open: RwSignal<bool>,
) -> AnyView {
    let i18n = I18n::here();
    let api = StoredValue::new(Offline::here().api());
    let when = move || {
        // Said anew each time it is opened: "today" may be yesterday by then.
        open.track();
        let when = i18n.moment_near(checked.get(), api.with_value(Api::now));
        i18n.say(K::CertChecked, &[("when", when.into())])
    };
    let (name, category, number) = (facts.shown.name.clone(), facts.shown.category.clone(), facts.number.clone());
    let until = facts.shown.valid_until;
    let holds = move || state.get() == CertificateState::Valid;
    let tone = move || if holds() { Tone::Ok } else { Tone::Bad };
    let mark = move || if holds() { Icon::Ok } else { Icon::Refused };
    view! {
        <div class=move || format!("hc-show__state {}", tone().class())>
            {live(move || drawn(mark(), "hc-i"))}
            <p>
                <b>{live(move || void_word(i18n, state.get()))}</b>
                <br/>
                <small>{live(when)}</small>
            </p>
            <button type="button" class="hc-tap" autofocus=true on:click=move |_| open.set(false)>{t(K::CertClose)}</button>
        </div>
        <div class="hc-show__who">
            {live(move || photo.get().map(|src| view! { <img class="hc-cert__photo" src=src alt=t(K::CertPhoto)/> }))}
            <div>
                <h2 class="hc-cert__name" aria-level=crate::ui::heading_level(2) id=title><bdi>{name}</bdi></h2>
                <p><bdi>{category}</bdi></p>
                <p>{t(K::CertUntil)} <br/> <b class="hc-h2">{live(move || i18n.day_plain(until))}</b></p>
                <p class="hc-num"><bdi>{number}</bdi></p>
            </div>
        </div>
        <div class="hc-show__code">{code(&facts.credential, t(K::CertCode))}</div>
    }
    .into_any()
}

/// Asks the browser to leave the screen on. Where it will not, the person taps now and then, as always.
fn keep_awake(open: RwSignal<bool>, awake: StoredValue<Option<JsValue>, LocalStorage>) {
    spawn_local(async move {
        let Ok(lock) = screen_lock().await else { return };
        // Closed while the browser thought about it.
        if open.try_get_untracked() == Some(true) {
            awake.try_set_value(Some(lock));
        } else {
            release(&lock);
        }
    });
}

async fn screen_lock() -> Result<JsValue, JsValue> {
    let locks = Reflect::get(&window().navigator(), &"wakeLock".into())?;
    let request: Function = Reflect::get(&locks, &"request".into())?.dyn_into()?;
    JsFuture::from(Promise::resolve(&request.call1(&locks, &"screen".into())?)).await
}

fn let_sleep(awake: StoredValue<Option<JsValue>, LocalStorage>) {
    if let Some(Some(lock)) = awake.try_update_value(Option::take) {
        release(&lock);
    }
}

fn release(lock: &JsValue) {
    let release = Reflect::get(lock, &"release".into()).and_then(JsCast::dyn_into::<Function>);
    if let Ok(Err(why)) = release.map(|release| release.call0(lock)) {
        leptos::logging::warn!("wake lock: {why:?}");
    }
}

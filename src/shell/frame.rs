//! The top bar, and the room for a page below it. Embedded there is no bar: the host has its own.

use super::{Config, Languages, Looks, upkeep};
use crate::apply::unsaid_line;
use crate::i18n::{I18n, K, LANGUAGES, Language, t};
use crate::offline::{Network, Offline, Storage, Unstored};
use crate::reactive::{Memo, RwSignal, derive, memo, provided};
use crate::route::{Nav, Route};
use crate::session::ended_note;
use crate::ui::{
    Announcer, Button, Frame, Icon, Kind, Reopen, Tone, failure_note, focus_moved, icon, live, live_region, note,
};
use leptos::{html, prelude::*, task::spawn_local};
use view::view;
use wasm_bindgen::JsCast;

/// Everything that surrounds a page. `signs_in`: the page is there to sign in.
pub(crate) fn frame(signs_in: Memo<bool>, page: AnyView) -> AnyView {
    let (main, i18n): (NodeRef<html::Main>, _) = (NodeRef::new(), I18n::here());
    let named = move || i18n.text(K::AppName);
    let inside = view! { {ended_note(signs_in)} {language_line()} {offline_line()} {unsaid_line()} {clock_line()} {upkeep::line()} {update_line()} {page} };
    // A page has one `main`, and that is the host's.
    let room = match Frame::here() {
        Frame::OwnSite => view! { <main class="hc-main" node_ref=main tabindex="-1">{inside}</main> }.into_any(),
        Frame::Embedded => {
            view! { <div class="hc-main" role="region" aria-label=named>{languages_at_the_entrance()} {inside}</div> }
                .into_any()
        }
    };
    let bar = (Frame::here() == Frame::OwnSite).then(|| view! { {skip_link(main)} {top_bar()} });
    view! {
        {bar}
        <div class="hc-shell">
            {room}
        </div>
        {live_region(Announcer::here())}
    }
    .into_any()
}

/// That the language which was chosen did not come.
fn language_line() -> AnyView {
    let languages = provided::<Languages>();
    live(move || languages.failed().then(|| failure_note(Tone::Warn, Icon::Offline, t(K::AppLanguageFailed))))
}

/// That the office cannot be reached now, on every page that does not say it with more words itself.
fn offline_line() -> AnyView {
    let (offline, route) = (Offline::here(), Nav::here().route());
    let (network, frame) = (offline.network(), Frame::here());
    let says_itself = memo(move || {
        route.with(|r| {
            matches!(
                r,
                Route::Home
                    | Route::Status(_)
                    | Route::Outbox
                    | Route::SignIn
                    | Route::Lookup
                    | Route::Entrance
                    | Route::Certificate(_)
                    | Route::Verify
            )
        })
    });
    live(move || {
        let key = why_nothing_goes_out(network.get(), frame, offline)?;
        (!says_itself.get()).then(|| {
            let words = t(key);
            note(Tone::Plain, Icon::Offline, true, view! { <p>{words}</p> }.into_any())
        })
    })
}

/// That the phone's clock is off so far that days would be wrong; dates then follow the office's.
fn clock_line() -> AnyView {
    const NOTICED: i64 = 600;
    let (offline, i18n) = (Offline::here(), I18n::here());
    let network = offline.network();
    let minutes = memo(move || {
        network.track();
        let ahead = offline.clock_ahead().map_or(0, i64::abs);
        (ahead > NOTICED).then(|| u32::try_from(ahead / 60).unwrap_or(u32::MAX))
    });
    live(move || {
        minutes.get().map(|n| {
            let words = i18n.say(K::ErrClock, &[("n", n.into())]);
            note(Tone::Warn, Icon::Clock, false, view! { <p>{words}</p> }.into_any())
        })
    })
}

/// A whole new build waits: said quietly, and not where something is being filled in. It is put in charge only when the person
/// says so and everything is stored; else at the next start.
fn update_line() -> AnyView {
    let (offline, route) = (Offline::here(), Nav::here().route());
    let ready = RwSignal::new(update().is_some());
    let heard = window_event_listener_untyped("hc-update", move |_| {
        ready.try_set(true);
    });
    on_cleanup(move || heard.remove());
    let hurdle = RwSignal::new(None);
    let go = Callback::new(move |()| put_in_charge(offline, hurdle));
    let storage = offline.storage();
    live(move || {
        let filling = route.with(|r| matches!(r, Route::Step(..) | Route::Returned(_) | Route::Report(_)));
        // What is in memory only would be gone with this page.
        let forgets = matches!(storage.get(), Storage::MemoryOnly(_));
        (ready.get() && !filling && !forgets).then(|| {
            let body = view! {
                <p>{t(K::UpdateReady)}</p>
                {in_the_way(hurdle)}
                <p><Button label=t(K::UpdateNow) kind=Kind::Text on_press=go/></p>
            };
            note(Tone::Plain, Icon::Info, true, body.into_any())
        })
    })
}

/// How the page is opened anew from wherever something does not come. One that is somebody else's is opened again by its person,
/// and one that keeps nothing once that is carried away.
pub(super) fn reopen(offline: Offline, frame: Frame) -> Reopen {
    let (storage, hurdle) = (offline.storage(), RwSignal::new(None));
    Reopen {
        may: derive(move || frame == Frame::OwnSite && !matches!(storage.get(), Storage::MemoryOnly(_))),
        go: Callback::new(move |()| store_and_open(offline, hurdle, None)),
        hurdle,
    }
}

/// Stores everything; then the build that waits takes over, or the page is opened again where none does. `hurdle` tells what is
/// in the way.
pub(super) fn put_in_charge(offline: Offline, hurdle: RwSignal<Option<K>>) {
    store_and_open(offline, hurdle, update());
}

/// Stores everything, then opens the page anew: by what puts the new build in charge, or just so.
fn store_and_open(offline: Offline, hurdle: RwSignal<Option<K>>, update: Option<js_sys::Function>) {
    // What is said a second time is heard again.
    hurdle.set(None);
    spawn_local(async move {
        if let Err(what) = offline.store_all().await {
            hurdle.try_set(Some(match what {
                Unstored::Typed => K::UpdateUnsaved,
                Unstored::Photo => K::UpdatePhoto,
            }));
            return;
        }
        let done = match update {
            Some(update) => match update.call0(&wasm_bindgen::JsValue::NULL) {
                Ok(told) => wasm_bindgen_futures::JsFuture::from(js_sys::Promise::resolve(&told)).await,
                Err(why) => Err(why),
            },
            None => window().location().reload().map(|()| wasm_bindgen::JsValue::TRUE),
        };
        if let Err(why) = &done {
            leptos::logging::warn!("update: {why:?}");
        }
        hurdle.try_set(done.map_or(Some(K::UpdateFailed), |happens| happens.is_falsy().then_some(K::UpdateOthers)));
    });
}

/// What keeps the new build from taking over: another page of ours, where a form may be half filled, or what is not stored.
pub(super) fn in_the_way(hurdle: RwSignal<Option<K>>) -> AnyView {
    let words = move || hurdle.get().map(|why| view! { <p>{t(why)}</p> });
    view! { <div role="status">{live(words)}</div> }.into_any()
}

/// How the page around the app puts a new build in charge, once one waits.
fn update() -> Option<js_sys::Function> {
    js_sys::Reflect::get(&js_sys::global(), &"__hc_update".into()).ok()?.dyn_into().ok()
}

fn skip_link(main: NodeRef<html::Main>) -> AnyView {
    let skip = move |event: web_sys::MouseEvent| {
        event.prevent_default();
        if let Some(main) = main.get_untracked() {
            focus_moved(main.focus());
        }
    };
    view! { <a class="hc-btn hc-skip" href="#main" on:click=skip>{t(K::AppSkip)}</a> }.into_any()
}

fn top_bar() -> AnyView {
    let nav = Nav::here();
    let looks = provided::<Looks>();
    let (config, i18n) = (provided::<Config>(), I18n::here());
    let (href, to) = nav.link(&Route::Home);
    // A logo and the name beside it say the same: it is heard once.
    let sign = match config.logo.clone() {
        Some(src) => view! { <img class="hc-top__logo" src=src alt=""/> }.into_any(),
        None => icon(Icon::Mark),
    };
    view! {
        <header class="hc-top">
            <a class="hc-top__name" href=href data-to=to>{sign}{move || config.app_name(i18n)}</a>
            <button class="hc-tap" type="button" aria-pressed=move || looks.is_elder().to_string() on:click=move |_| looks.toggle_size()>
                {icon(Icon::LargeText)}
                <span class="hc-top__word">{t(K::AppBig)}</span>
            </button>
            {language_switch()}
        </header>
    }
    .into_any()
}

/// What is seen and then the whole name, for who hears it; where both are one, once.
fn named(language: &Language) -> String {
    if language.short == language.name {
        return language.name.to_owned();
    }
    format!("{} {}", language.short, language.name)
}

/// A button for each other language, in that language.
fn language_switch() -> AnyView {
    let (i18n, languages) = (I18n::here(), provided::<Languages>());
    live(move || {
        LANGUAGES
            .iter()
            .filter(|language| **language != *i18n.language())
            .map(|language| {
                view! {
                    <button class="hc-tap" type="button" lang=language.tag aria-label=named(language) on:click=move |_| languages.choose(language)>
                        {language.short}
                    </button>
                }
            })
            .collect_view()
    })
}

/// The page around the app may have one language only: whoever reads another finds it where they come in.
fn languages_at_the_entrance() -> AnyView {
    let route = Nav::here().route();
    let comes_in = memo(move || route.with(|route| matches!(route, Route::Entrance | Route::SignIn)));
    live(move || comes_in.get().then(|| view! { <div class="hc-tongues">{language_switch()}</div> }))
}

/// What is said of a network that is not there; none where it is. Where nothing waits nothing is promised to go out.
pub(super) fn why_nothing_goes_out(network: Network, frame: Frame, offline: Offline) -> Option<K> {
    match (network, frame, offline.waiting()) {
        (Network::Offline, Frame::Embedded, 0) => Some(K::NetOffEmbeddedNothing),
        (Network::Offline, Frame::Embedded, _) => Some(K::NetOffEmbedded),
        (Network::Offline, Frame::OwnSite, 0) => Some(K::NetOffNothing),
        (Network::Offline, Frame::OwnSite, _) => Some(K::NetOff),
        (Network::Portal, ..) => Some(K::NetCaptive),
        (Network::Online | Network::Unknown, ..) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{LANGUAGES, named};

    #[test]
    fn no_language_is_named_twice() {
        assert_eq!(LANGUAGES.each_ref().map(named), ["中文", "EN English"]);
    }
}

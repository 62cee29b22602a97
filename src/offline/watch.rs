//! What the browser tells: the page is hidden, shown, ends; the network comes and goes.
use super::{Inner, Network};
use leptos::prelude::*;
use std::rc::{Rc, Weak};
use std::time::Duration;
use wasm_bindgen_futures::{JsFuture, spawn_local};

/// Listens until the owner of the shell is cleaned up.
pub(super) fn browser(inner: &Rc<Inner>) {
    let weak = send_wrapper::SendWrapper::new(Rc::downgrade(inner));
    let hidden = {
        let weak = weak.clone();
        move || {
            with(&weak, |inner| {
                inner.say_last_words();
                spawn_local(async move { inner.save_drafts().await });
            });
        }
    };
    let shown = {
        let weak = weak.clone();
        move || {
            with(&weak, |inner| {
                inner.cookie.may_be_anothers();
                inner.outbox.borrow_mut().wake();
                inner.bell.ring();
                spawn_local(async move { inner.ask_whose().await });
            });
        }
    };
    // What the key or the composition changed is written after its own task; the save comes after that.
    let paused = {
        let weak = weak.clone();
        move || {
            with(&weak, |inner| {
                spawn_local(async move {
                    crate::api::sleep(Duration::ZERO).await;
                    inner.save_drafts().await;
                });
            });
        }
    };
    let (composed, leaves) = (paused.clone(), hidden.clone());
    let (ends, back) = (hidden.clone(), shown.clone());
    let seen = shown.clone();
    let handles = [
        // It bubbles up from the document.
        window_event_listener_untyped("visibilitychange", move |_| if document().hidden() { hidden() } else { seen() }),
        window_event_listener_untyped("pagehide", move |_| ends()),
        // Before the next page is asked for: the disk has more time than between two pages.
        window_event_listener_untyped("beforeunload", move |_| leaves()),
        window_event_listener_untyped("focusout", move |_| paused()),
        window_event_listener_untyped("compositionend", move |_| composed()),
        window_event_listener_untyped("pageshow", move |_| back()),
        window_event_listener_untyped("online", move |_| shown()),
        window_event_listener_untyped("offline", move |_| {
            with(&weak, |inner| {
                // A hint, and mostly right when it says this. Where an answer says otherwise, it is asked again.
                inner.network_is(Network::Offline);
            });
        }),
    ];
    on_cleanup(move || handles.into_iter().for_each(WindowListenerHandle::remove));
}

fn with(inner: &Weak<Inner>, act: impl FnOnce(Rc<Inner>)) {
    if let Some(inner) = inner.upgrade().filter(|inner| !inner.over.get()) {
        act(inner);
    }
}

/// Asks the browser not to clear by itself what is kept here, and notes where it does not promise that.
pub(super) fn ask_to_persist(inner: &Rc<Inner>) {
    let storage =
        web_sys::window().map(|window| window.navigator().storage()).filter(|storage| !storage.is_undefined());
    let asked = storage.and_then(|storage| storage.persist().ok());
    let cleared = inner.cleared;
    spawn_local(async move {
        let promised = match asked {
            Some(asked) => JsFuture::from(asked).await.is_ok_and(|promised| promised.is_truthy()),
            None => false,
        };
        cleared.try_set(!promised);
    });
}

//! After a change of place: the focus goes to the new title, the document is called after it, and Back returns to where one was.

use super::Config;
use crate::i18n::{I18n, K};
use crate::reactive::{effect_from, provided};
use crate::route::nav::{Arrival, Nav};
use crate::ui::{Announcer, Frame, Shown, Title, after_picture, focus_moved, focused};
use leptos::prelude::*;

/// Follows the place, and tells pages whom to tell that their title stands.
pub(crate) fn follow(nav: Nav, i18n: I18n, frame: Frame) {
    let pending = StoredValue::new(false);
    let (route, announcer) = (nav.route(), Announcer::here());
    effect_from(move |first: Option<()>| {
        route.track();
        if first.is_some() {
            pending.set_value(true);
            announcer.forget();
        }
    });
    effect_from(move |first: Option<()>| {
        i18n.lang();
        if first.is_some() {
            announcer.forget();
        }
    });
    if frame == Frame::OwnSite
        && let Ok(history) = window().history()
        && let Err(why) = history.set_scroll_restoration(web_sys::ScrollRestoration::Manual)
    {
        leptos::logging::warn!("scroll restoration: {why:?}");
    }
    let config = provided::<Config>();
    let (opened, named) = (StoredValue::new(false), StoredValue::new(String::new()));
    provide_context(Shown(Callback::new(move |Title { heading, words, is_new }| {
        if frame == Frame::OwnSite {
            let app = config.app_name(i18n);
            named.set_value(i18n.say(K::AppTitle, &[("page", words.into()), ("app", app.into())]));
            // Of two that wait, both say the newer one.
            after_picture(move || {
                named.try_with_value(|title| document().set_title(title));
            });
        }
        let first = opened.try_update_value(|opened| !std::mem::replace(opened, true)) == Some(true);
        if pending.try_update_value(std::mem::take) == Some(true) {
            land(heading, nav.arrival(), frame);
        } else if is_new && !first && is_to_be_read(&heading) {
            focus(&heading);
        }
    })));
}

/// Whether what had the focus has gone from the page, as when a step is drawn in the place of another, or is this title
/// itself, which had other words: a receipt where one waited for it. What is left of a page holds the focus only until it has one.
fn is_to_be_read(heading: &web_sys::HtmlElement) -> bool {
    match focused(heading) {
        None => true,
        Some(active) => active.tag_name() == "BODY" || active.contains(Some(heading)),
    }
}

fn focus(heading: &web_sys::HtmlElement) {
    // To who listens, an element that has the focus already says nothing when it gets it.
    if focused(heading).is_some_and(|active| active.is_same_node(Some(heading))) {
        focus_moved(heading.blur());
    }
    let options = web_sys::FocusOptions::new();
    options.set_prevent_scroll(true);
    focus_moved(heading.focus_with_options(&options));
}

/// Puts focus and scroll where a person expects them. Who goes forward on a site of our own is at the top already, and the
/// focus comes after the picture: both would make the browser reckon the layout once more, which a slow phone feels.
fn land(heading: web_sys::HtmlElement, arrival: Arrival, frame: Frame) {
    let (left, title) = (focused(&heading), heading.clone());
    request_animation_frame(move || {
        match (frame, arrival) {
            (Frame::OwnSite, Arrival::CameBack { scroll }) => window().scroll_to_with_x_and_y(0.0, scroll.into()),
            (Frame::OwnSite, Arrival::Went | Arrival::Opened) => {}
            // The host's scroll is not ours; only a title that went out of sight is brought back.
            (Frame::Embedded, _) => {
                if title.get_bounding_client_rect().top() < 0.0 {
                    title.scroll_into_view();
                }
            }
        }
    });
    after_picture(move || {
        // Whoever has moved on meanwhile is not called back.
        if focused(&heading) == left {
            focus(&heading);
        }
    });
}

//! The file that was just chosen: being looked at, spoken about, or refused.
use super::filling::{Chosen, Filling, Over};
use super::object_url::{ObjectUrl, blob};
use super::viewer::Viewer;
use super::{guide, picker, said};
use crate::i18n::{I18n, K, t, tv};
use crate::offline::StoreError;
use crate::reactive::{Signal, derive, effect_from};
use crate::ui::{Announcer, Button, Icon, Kind, Tone, icon, live, note};
use contract::documents::Advice;
use image_worker::Looked;
use leptos::prelude::*;
use view::view;

/// What stands in the item's card while a file is on its way; nothing otherwise. `title` is the item's, where none stands above.
pub(super) fn chosen(
    filling: Filling,
    viewer: Viewer,
    title: impl Fn() -> AnyView + Clone + Send + Sync + 'static,
) -> AnyView {
    let i18n = I18n::here();
    let announcer = Announcer::here();
    let (asks, label) = (filling.asks(), filling.label());
    let (portrait, pdf) = (asks.wanted.portrait, asks.rule.takes_pdf());
    effect_from(move |before: Option<bool>| {
        // What a person who listens must not miss: that it began, and that something was found.
        filling.chosen.with(|chosen| match chosen {
            // Of several the next one follows, and that the one before is kept was just said.
            Chosen::Checking { .. } if before == Some(true) => {}
            Chosen::Checking { seconds } => {
                let words = i18n.say(looks(pdf), &[("s", (*seconds).into())]);
                let label = untrack(|| label.get());
                announcer.say(&i18n.say(K::FmtColon, &[("label", label.into()), ("words", words.into())]));
            }
            Chosen::Nothing | Chosen::Ready(_) => {}
            Chosen::Advised { looked, .. } => announcer.say(&sentences(i18n, looked, portrait).join(" ")),
            Chosen::Refused { why, bytes, kind } => announcer.say(&said::not_taken(i18n, *why, *bytes, *kind, pdf)),
            Chosen::NotKept(why, _) => announcer.say(&i18n.text(said::not_kept(*why))),
            Chosen::NotOpened => announcer.say(&i18n.text(K::DocNotOpened)),
        });
        filling.chosen.with(|chosen| matches!(chosen, Chosen::Checking { .. }))
    });
    live(move || match filling.chosen.get() {
        Chosen::Nothing => ().into_any(),
        Chosen::Checking { seconds } => checking(filling, seconds, pdf, title()),
        Chosen::Ready(_) => checking(filling, 1, pdf, title()),
        Chosen::Advised { looked, .. } => advised(filling, viewer, &looked, title()),
        Chosen::Refused { why, bytes, kind } => {
            refused(filling, derive(move || said::not_taken(i18n, why, bytes, kind, pdf)))
        }
        Chosen::NotKept(why, _) => not_kept(filling, why),
        Chosen::NotOpened => refused(filling, derive(move || i18n.text(K::DocNotOpened))),
    })
}

/// What is said of a look: where a PDF may come, it is not only about being sharp.
const fn looks(pdf: bool) -> K {
    if pdf { K::DocCheckingFile } else { K::DocChecking }
}

/// What leaves out a file of an item.
fn leave_out(filling: Filling, kind: Kind) -> AnyView {
    let words = t(if filling.asks().rule.takes_pdf() { K::DocCancelFile } else { K::DocCancel });
    view! { <Button label=words kind=kind on_press=move |()| filling.dismiss()/> }.into_any()
}

fn checking(filling: Filling, seconds: u32, pdf: bool, title: AnyView) -> AnyView {
    view! {
        <div class="hc-doc">
            <span class="hc-pic hc-doc__blank hc-doc__blank--busy">{icon(Icon::Picture)}</span>
            <div>
                {title}
                <p class="hc-meta">{tv(looks(pdf), move || vec![("s", seconds.into())])}</p>
                <p>{leave_out(filling, Kind::Text)}</p>
            </div>
        </div>
    }
    .into_any()
}

fn sentences(i18n: I18n, looked: &Looked, portrait: bool) -> Vec<String> {
    let still = looked.animated.then_some(K::DocFirstFrame);
    looked.advice.iter().map(|it| said::advice(*it, portrait)).chain(still).map(|key| i18n.text(key)).collect()
}

fn advised(filling: Filling, viewer: Viewer, looked: &Looked, title: AnyView) -> AnyView {
    let i18n = I18n::here();
    let portrait = filling.asks().wanted.portrait;
    let label = filling.label();
    let picture =
        looked.thumbnail.as_ref().and_then(|bytes| blob(bytes, "image/jpeg")).as_ref().and_then(ObjectUrl::of);
    let source = picture.as_ref().map(ObjectUrl::text);
    // The URL lives as long as this view.
    let held = StoredValue::new_local(picture);
    let words = StoredValue::new_local(looked.clone());
    let lines = move || {
        words
            .with_value(|looked| {
                let advice = looked.advice.iter().map(|it| (said::advice(*it, portrait), Some(*it)));
                let still = looked.animated.then_some((K::DocFirstFrame, None));
                advice.chain(still).collect::<Vec<_>>()
            })
            .into_iter()
            .map(|(words, advice)| {
                let drawing = advice.map(|it| guide::good(it, portrait));
                view! { <div class="hc-doc-good">{drawing}<p>{i18n.text(words)}</p></div> }
            })
            .collect_view()
    };
    // Good but for having been turned: then to use it is the first thing to do, and not to take another.
    let fine = looked.advice.iter().all(|it| *it == Advice::Turn);
    view! {
        <div class="hc-doc">
            <button type="button" class="hc-doc__pic" on:click=move |_| viewer.open_chosen()>
                <img
                    class="hc-pic"
                    src=source
                    alt=move || i18n.say(K::DocAlt, &[("label", label.get().into())])
                    on:load=move |_| held.with_value(|_| ())
                />
                <span class="hc-sr">{t(K::DocView)}</span>
            </button>
            <div>{title}</div>
            <div class="hc-said hc-wide">{live(lines)}</div>
            {decided(filling, move || deciding(filling, fine))}
        </div>
    }
    .into_any()
}

/// What decides about a file, unless another tab has the answers in hand: here it would be named by none.
fn decided(filling: Filling, draw: impl Fn() -> AnyView + Send + 'static) -> AnyView {
    let closed = filling.is_closed();
    live(move || (!closed.get()).then(&draw))
}

fn deciding(filling: Filling, fine: bool) -> AnyView {
    let keep_kind = if fine { Kind::Primary } else { Kind::Quiet };
    let again = if fine { "hc-btn hc-btn--quiet hc-pick" } else { "hc-btn hc-pick" };
    let keep = view! { <Button label=t(K::DocKeep) kind=keep_kind on_press=move |()| filling.insist()/> }.into_any();
    let retake = picker::take(filling, K::DocRetake, again);
    let row = if fine { (keep, retake) } else { (retake, keep) };
    view! {
        <div class="hc-row hc-wide">{row}</div>
        <div class="hc-taps hc-wide">
            <Button label=t(K::DocTurn) kind=Kind::Text before=Icon::Turn on_press=move |()| filling.turn()/>
            <Button label=t(said::edit(filling)) kind=Kind::Text before=Icon::Edit on_press=move |()| filling.over.set(Some(Over::Chosen))/>
            {picker::album(filling, "hc-tap hc-pick")}
            {leave_out(filling, Kind::Text)}
        </div>
    }
    .into_any()
}

/// What was looked at is here still: it is stored as soon as that can be, and nothing has to be taken again.
fn not_kept(filling: Filling, why: StoreError) -> AnyView {
    let acts = move || {
        let again = view! { <Button label=t(K::DocStoreAgain) on_press=move |()| filling.insist()/> };
        view! { <div class="hc-row">{again} {leave_out(filling, Kind::Quiet)}</div> }.into_any()
    };
    let body = view! { <p>{live(t(said::not_kept(why)))}</p> {decided(filling, acts)} };
    note(Tone::Bad, Icon::Refused, false, body.into_any())
}

fn refused(filling: Filling, words: Signal<String>) -> AnyView {
    let body = view! {
        <p>{live(move || words.get())}</p>
        <p>{leave_out(filling, Kind::Text)}</p>
    };
    view! {
        {note(Tone::Bad, Icon::Refused, false, body.into_any())}
        {decided(filling, move || picker::both(filling, K::DocRetake))}
    }
    .into_any()
}

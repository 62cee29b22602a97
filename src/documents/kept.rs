//! A document that is kept: its picture, how far it is on its way, what can be done with it.
use super::filling::{Chosen, Filling};
use super::object_url::{ObjectUrl, loaded};
use super::order::Order;
use super::viewer::Viewer;
use super::{picker, said};
use crate::i18n::{I18n, K, t, tv};
use crate::offline::{DocState, LocalDocument, Until};
use crate::reactive::{Memo, RwSignal, Signal, derive, memo};
use crate::ui::{Button, Dialog, Icon, Kind, icon, live, progress_bar, small_icon};
use contract::api::DocumentState;
use leptos::prelude::*;
use view::view;

/// Where a document stands among several, counted from 0, and how that is changed.
pub(super) type Among = Option<(Order, Signal<usize>)>;

/// One document.
pub(super) fn kept(filling: Filling, viewer: Viewer, id: String, among: Among, heading: AnyView) -> AnyView {
    let document = filling.offline.document(&id);
    let closed = filling.given.with_value(|it| it.hole.closed);
    // What speaks about a chosen file has its own buttons, and must not be pushed aside by these.
    let replacing = {
        let id = id.clone();
        memo(move || {
            filling.replacing.with(|it| it.as_ref() == Some(&id))
                && filling.chosen.with(|it| matches!(it, Chosen::Nothing))
        })
    };
    let owned = id.clone();
    let grip = id.clone();
    let is_page = among.is_some();
    let title = among.map(|(order, place)| {
        let name = live(move || order.name(place.get()).map(|name| view! { <p class="hc-h3">{name}</p> }));
        // What is alone can be put nowhere else.
        let moves = memo(move || !closed.get() && order.has_several());
        let grip = live(move || moves.get().then(|| order.grip(grip.clone(), place)));
        view! { <div class="hc-doc__title">{name}{grip}</div> }
    });
    // What the office gave back, or nobody has, is taken once more: that is the first thing to do, as big as at an empty place.
    let whole = filling.offline.is_whole();
    let is_lost =
        memo(move || among.is_none() && matches!(stage(document, whole), Some(Stage::Refused | Stage::Elsewhere)));
    let first = memo(move || is_lost.get() && !closed.get() && filling.chosen.with(|it| matches!(it, Chosen::Nothing)));
    view! {
        <div class="hc-doc">
            {picture(filling, viewer, &id, document)}
            <div>
                {heading}
                {title}
                {live(move || document.with(|it| it.as_ref().map(about)))}
                {status(filling, &id, document, is_page)}
            </div>
            {live(move || first.get().then(|| again(filling)))}
            {live(move || (!closed.get()).then(|| acts(filling, &owned, among, document, is_lost)))}
            {live(move || (replacing.get() && !is_lost.get()).then(|| again(filling)))}
        </div>
    }
    .into_any()
}

/// The small picture; a PDF has a drawing instead, and a word for what opens.
fn picture(filling: Filling, viewer: Viewer, id: &str, document: Signal<Option<LocalDocument>>) -> AnyView {
    let (offline, label, i18n) = (filling.offline, filling.label(), I18n::here());
    let owned = id.to_owned();
    let small = loaded(move || async move { offline.document_thumbnail(&owned).await.ok().flatten() });
    let open = id.to_owned();
    let pdf = move || document.with(|it| it.as_ref().is_some_and(is_pdf));
    view! {
        <button type="button" class="hc-doc__pic" on:click=move |_| viewer.open_kept(open.clone())>
            {live(move || if let Some(source) = small.with(|it| it.as_ref().map(ObjectUrl::text)) {
                // The button's own words name it.
                view! { <img class="hc-pic" src=source alt=""/> }.into_any()
            } else {
                let drawing = if pdf() { Icon::Document } else { Icon::Picture };
                view! { <span class="hc-pic hc-doc__blank">{icon(drawing)}</span> }.into_any()
            })}
            <span class="hc-doc__open">{live(move || i18n.text(if pdf() { K::DocOpen } else { K::DocView }))}<span class="hc-sr">" "{move || label.get()}</span></span>
        </button>
    }
    .into_any()
}

pub(super) fn is_pdf(document: &LocalDocument) -> bool {
    document.media_type == super::PDF
}

/// Of a PDF: how many pages and how much. Its name stays with the person.
fn about(document: &LocalDocument) -> Option<AnyView> {
    is_pdf(document).then(|| {
        let (i18n, pages, size) = (I18n::here(), document.pages, document.size);
        let words = move || {
            let size = i18n.megabytes(size).into();
            match pages {
                Some(pages) => i18n.say(K::DocPdf, &[("n", pages.into()), ("size", size)]),
                None => i18n.say(K::DocPdfUnknown, &[("size", size)]),
            }
        };
        view! { <p class="hc-meta">{live(words)}</p> }.into_any()
    })
}

/// How far it is on its way. One sentence a state, no percent without a true number behind it.
fn status(filling: Filling, id: &str, document: Signal<Option<LocalDocument>>, is_page: bool) -> AnyView {
    let i18n = I18n::here();
    let (offline, label, id) = (filling.offline, filling.label(), id.to_owned());
    let takes_pdf = filling.asks().rule.takes_pdf();
    let percent = memo(move || document.with(|it| it.as_ref().and_then(|it| percent(&it.state))));
    let whole = offline.is_whole();
    // Only a change of state draws anew, not each percent.
    let stage = memo(move || {
        let stage = stage(document, whole);
        // Of several pages the item came back, and whether by another page or by one less it is mended, the reviewer's words say.
        let is_before = is_page && document.with(|it| it.as_ref().is_some_and(|it| is_sent_before(&it.state)));
        if is_before { Some(Stage::Before) } else { stage }
    });
    let so_far = move |key| tv(key, move || percent.get().map(|it| ("p", u32::from(it).into())).into_iter().collect());
    let (held, paused, waits, sending) =
        (so_far(K::DocHeld), so_far(K::DocPaused), so_far(K::DocWaits), so_far(K::DocSending));
    live(move || {
        let bar = move || {
            let label = tv(K::DocProgress, move || vec![("label", label.get().into())]);
            let known = memo(move || percent.get().is_some());
            let so_far = derive(move || percent.get().unwrap_or_default());
            live(move || known.get().then(|| progress_bar(label.clone(), so_far)))
        };
        let id = id.clone();
        match stage.get() {
            None => ().into_any(),
            Some(Stage::Elsewhere) => {
                view! { <p class="hc-error">{small_icon(Icon::Phone)}<span>{t(K::DocElsewhere)}</span></p> }.into_any()
            }
            Some(Stage::Here) => {
                view! { <p class="hc-meta">{small_icon(Icon::Phone)} " " {t(K::DocHere)}</p> }.into_any()
            }
            Some(Stage::Queued) => {
                view! { <p class="hc-meta">{small_icon(Icon::Up)} " " {t(K::DocQueued)}</p> }.into_any()
            }
            Some(Stage::Sending) => view! {
                <p class="hc-meta">{sending.clone()}</p>
                {bar()}
                {live(move || {
                    let id = id.clone();
                    // All of it is there, and only has to be told so: nothing is left to hold.
                    (percent.get() != Some(100)).then(|| view! {
                        <p><Button label=t(K::DocHold) kind=Kind::Text on_press=move |()| offline.pause_document(&id)/></p>
                    })
                })}
            }
            .into_any(),
            Some(Stage::Paused) => {
                view! { <p class="hc-meta">{small_icon(Icon::Offline)} " " {paused.clone()}</p> {bar()} }.into_any()
            }
            Some(Stage::Waits) => {
                view! { <p class="hc-meta">{small_icon(Icon::Up)} " " {waits.clone()}</p> {bar()} }.into_any()
            }
            Some(Stage::Held) => view! {
                <p class="hc-meta">{held.clone()}</p>
                {bar()}
                <p><Button label=t(K::DocResume) kind=Kind::Text on_press=move |()| offline.resume_document(&id)/></p>
            }
            .into_any(),
            Some(Stage::Received) => {
                view! { <p class="hc-meta hc-ok">{small_icon(Icon::Ok)} " " {t(K::DocReceived)}</p> }.into_any()
            }
            Some(Stage::Before) => view! { <p class="hc-meta">{t(K::DocBefore)}</p> }.into_any(),
            Some(Stage::Refused) => {
                let words = move || {
                    document.with(|it| match it.as_ref().map(|it| (&it.state, it.size)) {
                        Some((DocState::Refused(why), bytes)) => said::reason(i18n, why, bytes, takes_pdf),
                        Some((DocState::Returned(document), _)) => said::returned(i18n, document, takes_pdf),
                        Some(_) | None => i18n.text(K::DocGone),
                    })
                };
                view! { <p class="hc-error">{small_icon(Icon::Refused)}<span>{live(words)}</span></p> }.into_any()
            }
        }
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Here,
    Queued,
    Sending,
    /// Until the network is back.
    Paused,
    /// Until the service takes it.
    Waits,
    /// Until the person says so.
    Held,
    Received,
    Refused,
    /// A page that went with what came back, and that nobody found fault with by itself.
    Before,
    /// Neither this phone nor the office has it.
    Elsewhere,
}

/// How far a document is; before what this phone keeps was read, nothing is known of any.
fn stage(document: Signal<Option<LocalDocument>>, whole: Signal<bool>) -> Option<Stage> {
    let known = document.with(|it| it.as_ref().map(|it| Stage::of(&it.state)));
    known.or_else(|| whole.get().then_some(Stage::Elsewhere))
}

impl Stage {
    fn of(state: &DocState) -> Self {
        match state {
            DocState::WaitingForConsent => Self::Here,
            DocState::OnThisPhone => Self::Queued,
            DocState::Sending { .. } => Self::Sending,
            DocState::Paused { until: Until::Network, .. } => Self::Paused,
            DocState::Paused { until: Until::Service, .. } => Self::Waits,
            DocState::Paused { until: Until::Person, .. } => Self::Held,
            DocState::Received(_) => Self::Received,
            DocState::Returned(_) | DocState::Refused(_) | DocState::Broken => Self::Refused,
        }
    }
}

/// A reviewer gave it back; what a scan refused may not go again.
fn is_sent_before(state: &DocState) -> bool {
    matches!(state, DocState::Returned(document) if document.state == DocumentState::Returned && document.code.is_none())
}

/// How much of it the server has, or is on its way there; nothing where nobody knows.
fn percent(state: &DocState) -> Option<u8> {
    match state {
        DocState::Sending { sent, total } | DocState::Paused { sent, total, .. } => {
            sent.map(|sent| u8::try_from(sent.saturating_mul(100) / (*total).max(1)).unwrap_or(100).min(100))
        }
        DocState::Received(_) | DocState::Returned(_) => Some(100),
        DocState::OnThisPhone | DocState::WaitingForConsent | DocState::Refused(_) | DocState::Broken => None,
    }
}

fn acts(
    filling: Filling,
    id: &str,
    among: Among,
    document: Signal<Option<LocalDocument>>,
    is_lost: Memo<bool>,
) -> AnyView {
    let asking = RwSignal::new(false);
    let pdf = move || document.with(|it| it.as_ref().is_some_and(is_pdf));
    // What nobody has here cannot be changed here.
    let changes = memo(move || document.with(|it| it.as_ref().is_some_and(|it| !is_pdf(it))));
    let (i18n, replace, turn, edit, erase) = (I18n::here(), id.to_owned(), id.to_owned(), id.to_owned(), id.to_owned());
    let retake = move || i18n.text(if pdf() { K::DocAnother } else { K::DocRetake });
    let toggle = move |()| {
        filling.replacing.update(|it| *it = if it.as_ref() == Some(&replace) { None } else { Some(replace.clone()) });
    };
    // The row that "take again" opens has the album too.
    let (album, shown) = (id.to_owned(), id.to_owned());
    let open = move || filling.replacing.with(|it| it.as_ref() == Some(&shown));
    // What is spoken about has its own buttons, also where it was refused: what it takes the place of stays as it is.
    let looking = memo(move || filling.chosen.with(|it| !matches!(it, Chosen::Nothing)));
    let remove = move |()| {
        asking.set(false);
        filling.remove(erase.clone());
    };
    let required = filling.given.with_value(|given| given.hole.item.is_required());
    let came_back = move || document.with(|it| it.as_ref().is_some_and(|it| matches!(it.state, DocState::Returned(_))));
    // Where another one has to come, to be without it is no way out.
    let goes = memo(move || among.is_some() || !required || !came_back());
    let removing = live(move || {
        let ask = move |()| asking.set(true);
        goes.get().then(|| view! { <Button label=t(K::DocRemove) kind=Kind::Text on_press=ask/> })
    });
    let (alone, behind) = if among.is_none() { (Some(removing), None) } else { (None, Some(removing)) };
    // In groups, so that where a line is full none of them stands alone on the next.
    view! {
        <div class="hc-wide"><div class="hc-taps"><div class="hc-taps">
            {live(move || {
                let toggle = toggle.clone();
                (!looking.get() && !is_lost.get())
                    .then(|| view! { <Button label=derive(retake) kind=Kind::Text on_press=toggle/> })
            })}
            {among.is_none().then(|| live(move || {
                (!open() && !looking.get() && !is_lost.get()).then(|| picker::album_instead(filling, &album))
            }))}
        </div><div class="hc-taps">
            {live(move || {
                let (turn, edit, had) = (turn.clone(), edit.clone(), edit.clone());
                let busy = derive(move || filling.opening.with(|it| it.as_ref() == Some(&had)));
                (changes.get() && !looking.get()).then(|| view! {
                    <Button label=t(K::DocTurn) kind=Kind::Text on_press=move |()| filling.change_kept(turn.clone(), 1, None)/>
                    <Button
                        label=t(said::edit(filling))
                        kind=Kind::Text
                        busy=busy
                        busy_label=t(K::WaitOpen)
                        on_press=move |()| filling.edit_kept(edit.clone())
                    />
                })
            })}
            {alone}
        </div><div class="hc-taps">
            {among.map(|(order, place)| order.buttons(id, place))}
            {behind}
        </div></div>
        <Dialog
            open=asking
            title=t(K::DocRemoveTitle)
            body=t(K::DocRemoveBody)
            safe=t(K::DocRemoveKeep)
            act=t(K::DocRemove)
            on_safe=move |()| asking.set(false)
            on_act=remove
        /></div>
    }
    .into_any()
}

/// The two ways to choose what takes its place.
fn again(filling: Filling) -> AnyView {
    picker::both(filling, K::DocRetake)
}

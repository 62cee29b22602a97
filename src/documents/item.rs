//! One item that asks for a document, in its card.
use super::filling::{Chosen, Filling};
use super::given::Given;
use super::order::Order;
use super::viewer::{Viewer, large_view};
use super::{adding, guide, kept, over, picker, resumed};
use crate::i18n::{I18n, K, t, tv};
use crate::offline::{DocState, ExpectedPhoto, Offline};
use crate::reactive::{RwSignal, effect, effect_from, memo};
use crate::ui::{
    Icon, Tone, bubble, disclosure, error_line, focus_in_place, focused, fresh_id, live, note, plain_note, wear,
};
use contract::questionnaire::Attachment;
use leptos::{html, prelude::*, task::spawn_local};
use view::view;

/// Draws one attachment item. The only way into this room.
pub fn attachment(given: Given) -> AnyView {
    super::speak();
    let card: NodeRef<html::Div> = NodeRef::new();
    card.on_load(|card| wear(&card, super::STYLES));
    let offline = Offline::here();
    let filling = resumed::shown(given.clone(), offline);
    let pressed = StoredValue::new(false);
    keep_focus(filling, card, pressed);
    let subject = guide::Subject::of(&filling.asks().wanted);
    let viewer = Viewer::new();
    let heading = fresh_id("document");
    let described = format!("{}-error", given.hole.input_id);
    let invalid = {
        let error = given.hole.error;
        move || error.with(Option::is_some).then_some("true")
    };
    view! {
        {given.hole.first.then(|| before_all(&given, offline, subject))}
        {killed(&given, offline)}
        <div
            node_ref=card
            class="hc-card hc-docs"
            role="group"
            tabindex="-1"
            id=given.hole.input_id.clone()
            aria-labelledby=heading.clone()
            aria-describedby=described
            aria-invalid=invalid
            on:click=move |_| pressed.set_value(true)
        >
            {given.hole.said.clone().map(|said| bubble(said, None))}
            {body(filling, viewer, &given, &heading)}
            {large_view(filling, viewer)}
            {over::over(filling)}
        </div>
    }
    .into_any()
}

/// What was pressed in the card may go with what came of it; then the card takes the focus, where the person was.
fn keep_focus(filling: Filling, card: NodeRef<html::Div>, pressed: StoredValue<bool>) {
    let answers = filling.answers();
    effect_from(move |before: Option<()>| {
        filling.chosen.with(|_| ());
        answers.with(Vec::len);
        let is_covered = filling.over.with(Option::is_some);
        if before.is_some() && !is_covered && pressed.get_value() {
            request_animation_frame(move || take_focus(card, pressed));
        }
    });
}

fn take_focus(card: NodeRef<html::Div>, pressed: StoredValue<bool>) {
    let Some(card) = card.try_get_untracked().flatten() else { return };
    let holder = focused(&card).or_else(|| document().active_element()).filter(|it| it.tag_name() != "BODY");
    match holder {
        // Whoever is elsewhere has gone on.
        Some(holder) => drop(pressed.try_set_value(card.contains(Some(&holder)))),
        None => focus_in_place(&card),
    }
}

/// Said once a page: what a good photo is, and that nothing has left the phone while the consent is missing.
fn before_all(given: &Given, offline: Offline, subject: guide::Subject) -> AnyView {
    let (consent, documents) = (given.hole.consent, offline.documents_of(&given.hole.application));
    let waiting = memo(move || {
        let some = documents.with(|all| all.iter().any(|it| matches!(it.state, DocState::WaitingForConsent)));
        some && !consent.with(|asked| asked.given)
    });
    let i18n = I18n::here();
    let words = move || {
        consent.with(|asked| match &asked.label {
            Some(label) => i18n.say(K::SavePhotos, &[("label", label.clone().into())]),
            None => i18n.text(K::SavePhotosLater),
        })
    };
    // Who has to take a photo once more finds the reviewer's words first.
    let guide = if given.hole.said.is_some() {
        disclosure(t(K::DocGuide), guide::explained(subject))
    } else {
        guide::guide(subject, given.hole.headed || given.hole.in_group)
    };
    view! {
        {guide}
        {live(move || waiting.get().then(|| plain_note(Tone::Plain, Icon::Phone, words)))}
    }
    .into_any()
}

/// The phone closed the page while the camera was open for this item, or before its answer named what had come.
fn killed(given: &Given, offline: Offline) -> AnyView {
    let expected = offline.expected_photos();
    let (application, pointer) = (given.hole.application.clone(), given.hole.pointer.clone());
    // Asked once, when the page is drawn: later it is our own picker that is open.
    let of_this = |it: &ExpectedPhoto| it.is_of(&application, &pointer);
    let was: Vec<bool> = expected.get_untracked().iter().filter(|it| of_this(it)).map(|it| it.kept).collect();
    if was.is_empty() {
        return ().into_any();
    }
    // Of several, one that did not arrive is told of.
    let (kept, closed) = (was.into_iter().all(|kept| kept), given.hole.closed);
    let told = RwSignal::new(None);
    if closed.get_untracked() {
        // Another tab has it in hand, and lives: what is noted is its own. Once it is gone, what it left behind is told.
        let asked = StoredValue::new(false);
        effect(move || {
            if closed.get() || asked.get_value() {
                return;
            }
            asked.set_value(true);
            let (application, pointer) = (application.clone(), pointer.clone());
            spawn_local(async move {
                let left = offline.photo_expected(&application, &pointer).await;
                if left.is_some_and(|left| told.try_set(Some(left.kept)).is_none()) {
                    offline.forget_expected_photo(&application, &pointer);
                }
            });
        });
    } else {
        offline.forget_expected_photo(&application, &pointer);
        told.set(Some(kept));
    }
    live(move || {
        let (tone, words) =
            if told.get()? { (Tone::Ok, K::SaveRestored) } else { (Tone::Warn, K::SaveRestoredNophoto) };
        Some(note(tone, Icon::Turn, true, view! { <p>{t(words)}</p> }.into_any()))
    })
    .into_any()
}

fn body(filling: Filling, viewer: Viewer, given: &Given, heading: &str) -> AnyView {
    let most = filling.asks().most;
    let answers = given.hole.answers;
    let (label, because, hint) = (given.hole.label, given.hole.because, given.hole.hint);
    let closed = given.hole.closed;
    let ids =
        memo(move || answers.with(|all| all.iter().map(|it: &Attachment| it.document.clone()).collect::<Vec<_>>()));
    let busy = memo(move || filling.chosen.with(|it| !matches!(it, Chosen::Nothing)));
    let refused = memo(move || {
        filling.chosen.with(|it| matches!(it, Chosen::Refused { .. } | Chosen::NotKept(..) | Chosen::NotOpened))
    });
    let empty = memo(move || ids.with(Vec::is_empty));
    // How many more there may be is asked for beside each that is there.
    let room = memo(move || ids.with(Vec::len) < most);
    let hinted = memo(move || empty.get() || most > 1 && room.get());
    let (id, lang, hint_lang) = (heading.to_owned(), given.hole.label_lang.clone(), given.hole.hint_lang.clone());
    // A person is photographed otherwise than the cards that the page has begun with.
    let face = !given.hole.first && filling.asks().wanted.portrait;
    let hint_line = move || {
        let lang = hint_lang.clone();
        let words = move || hint.get().map(|words| view! { <p class="hc-hint" lang=lang.clone()>{words}</p> });
        let pictures = face.then(|| guide::pictures(guide::Subject::Face));
        hinted.get().then(|| view! { {live(words)} {pictures} })
    };
    let because_line = move || because.get().map(|words| view! { <p class="hc-meta">{words}</p> });
    let headed = given.hole.headed;
    let title = move || {
        let words = live(move || label.get());
        let name = if headed {
            view! { <p class="hc-sr" id=id.clone() lang=lang.clone()>{words}</p> }.into_any()
        } else {
            view! { <h3 class="hc-h3" id=id.clone() lang=lang.clone() aria-level=crate::ui::heading_level(3)>{words}</h3> }
                .into_any()
        };
        view! { {name} {live(because_line)} }.into_any()
    };
    let (error_id, error) = (format!("{}-error", given.hole.input_id), given.hole.error);
    let wrong = move || error_line(error_id.clone(), error);
    // The title stands beside the picture as long as there is one: of the document, or of the file that is looked at.
    let looking =
        memo(move || filling.chosen.with(|it| matches!(it, Chosen::Checking { .. } | Chosen::Advised { .. })));
    let single = {
        let (title, hint_line, wrong) = (title.clone(), hint_line.clone(), wrong.clone());
        move || match ids.with(|ids| ids.first().cloned()) {
            Some(id) => view! { {wrong()} {kept::kept(filling, viewer, id, None, title())} }.into_any(),
            None if looking.get() => wrong(),
            None => view! { {title()} {live(hint_line.clone())} {wrong()} }.into_any(),
        }
    };
    let beside = {
        let title = title.clone();
        move || if most == 1 && empty.get_untracked() { title() } else { ().into_any() }
    };
    let several = move || {
        let order = Order::new(filling);
        let each = move |id: String| {
            let (mine, shifted, held, page) = (id.clone(), id.clone(), id.clone(), id.clone());
            let at = memo(move || ids.with(|ids| ids.iter().position(|it| *it == mine).unwrap_or_default()));
            let class = move || match (order.is_held(&held), order.takes_place_of(at.get())) {
                (true, _) => "hc-doc-page--held",
                (false, true) => "hc-doc-page--taken",
                (false, false) => "",
            };
            view! {
                <li data-page=page class=class style:transform=move || order.shift(&shifted).unwrap_or_default()>
                    {kept::kept(filling, viewer, id, Some((order, at.into())), ().into_any())}
                </li>
            }
        };
        view! {
            {title()}
            {live(hint_line)}
            {wrong()}
            <ol class="hc-doc-pages" node_ref=order.list()>
                <For each=move || ids.get() key=String::clone children=each/>
            </ol>
        }
        .into_any()
    };
    let pickers = move || {
        let wanted = !closed.get() && room.get() && (!busy.get() || refused.get()) && !filling.replaces();
        (wanted && !refused.get()).then(|| picker::both(filling, if empty.get() { K::DocTake } else { K::DocAdd }))
    };
    let left_out = tv(K::DocFull, move || vec![("n", most.into())]);
    view! {
        {if most == 1 { single.into_any() } else { several() }}
        {adding::chosen(filling, viewer, beside)}
        {live(move || filling.left_out.get().then(|| view! { <p class="hc-hint" role="status">{left_out.clone()}</p> }))}
        {live(pickers)}
    }
    .into_any()
}

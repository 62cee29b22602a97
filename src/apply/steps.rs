//! One topic of the form. Leaving it saves; going on looks whether something is wrong here, and here only.

use super::opening::{DrawDocument, Opened, Wanted, opened};
use super::save::{other_phone, other_tab, save_line};
use super::seldom::form_moved;
use super::tasks::sent_note;
use crate::form::{Filling, LoadWidgets, errors_above, page_name, passage, step_items};
use crate::i18n::{I18n, K, t};
use crate::reactive::{Memo, RwSignal, effect_from, memo, provided};
use crate::route::nav::Arrival;
use crate::route::{Nav, Route};
use crate::ui::{
    Button, Frame, Icon, PageTitle, action_bar, after_picture, back_link, focus_once_there, icon, live, steps_bar,
};
use contract::questionnaire::{Form, Pointer, Progress, Step, StepState};
use leptos::{html, prelude::*, task::spawn_local};
use view::view;

/// The step that holds `link`: a group's linkId, or that of one item, which then gets the focus.
pub fn page(application: &str, link: &str, documents: DrawDocument) -> AnyView {
    let link = link.to_owned();
    opened(&Wanted::place(application, &link), documents, move |opened| step_page(opened, &link))
}

fn step_page(opened: Opened, link: &str) -> AnyView {
    let (nav, i18n, filling) = (Nav::here(), I18n::here(), opened.filling);
    let form = filling.form();
    let id = filling.application();
    let Some((step, pointer)) = named_in_url(&form, link) else {
        // A link of another form version: the list knows what there is.
        nav.replace(Route::Tasks(id));
        return ().into_any();
    };
    if opened.draft().writable().get_untracked()
        && opened.draft().step.get_untracked().as_deref() != Some(&step.link_id)
    {
        opened.draft().step.set(Some(step.link_id.clone()));
    }
    bring_widgets_in_time(filling);
    let states = filling.steps();
    let here = {
        let link_id = step.link_id.clone();
        memo(move || states.with(|states| place_of(states, &link_id)))
    };
    let counted = move || {
        let (n, m) = here.get();
        view! {
            <p class="hc-meta">{i18n.say(K::FormStep, &[("n", n.into()), ("m", m.into())])}</p>
            {steps_bar(n, m)}
        }
    };
    let back_to_check = nav.came_from() == Some(Route::Check(id.clone()));
    let go_on = {
        let (step, id) = (step.link_id.clone(), id.clone());
        move || {
            // A person who leaves a step has said that it is done: it is stored once the next one is seen, not in half a second.
            let draft = opened.draft();
            after_picture(move || {
                spawn_local(async move {
                    draft.save_now().await;
                });
            });
            if !filling.attempt(&filling.is_in_step(&step)) {
                return;
            }
            let next = states.with_untracked(|states| next_step(states, &step));
            match next {
                Some(next) if !back_to_check => nav.go(Route::Step(id.clone(), in_url(&next))),
                Some(_) | None => nav.go(Route::Check(id.clone())),
            }
        }
    };
    let title = {
        let step = step.clone();
        move || step.title.get(i18n.lang()).text.to_owned()
    };
    let lead = step.spec.lead.as_ref().map(|lead| view! { <p>{passage(lead)}</p> });
    let frozen = opened.draft().frozen();
    let bar = live(move || {
        let is_open = frozen.with(Option::is_none);
        is_open.then(|| {
            action_bar(Some(save_line(opened)), view! { <Button label=t(K::FormNext) submit=true/> }.into_any())
        })
    });
    let node: NodeRef<html::Form> = NodeRef::new();
    focus_item(opened, node, &step, &pointer);
    // Who follows a link to one item, or comes back to where the page was left, finds that place.
    let came_back = match nav.arrival() {
        Arrival::CameBack { scroll } => scroll > 0 || Frame::here() == Frame::Embedded,
        Arrival::Opened | Arrival::Went => false,
    };
    let whole = came_back || pointer.link_id() != step.link_id;
    let form = view! {
        <form
            class="hc-form"
            novalidate
            node_ref=node
            on:submit=move |event| {
                event.prevent_default();
                go_on();
            }
        >
            {step_items(filling, &step.link_id, whole)}
            {bar}
        </form>
    };
    view! {
        {rail(nav, opened, states, &step)}
        {back_link(nav.link(&Route::Tasks(id)), t(K::FormBack))}
        {errors_above(filling)}
        <div>{live(counted)}</div>
        <PageTitle words=title.clone() document=page_name(filling, title)/>
        {other_tab(opened)}
        {other_phone(opened)}
        {sent_note(opened)}
        {form_moved(opened)}
        {lead}
        {filling.hears(form)}
    }
    .into_any()
}

/// Somebody has begun to answer: what the next pages are drawn with is fetched meanwhile. Where it is not to be had the page
/// that needs it says so.
fn bring_widgets_in_time(filling: Filling) {
    let (load, evaluation) = (provided::<LoadWidgets>(), filling.evaluation());
    effect_from(move |before: Option<()>| {
        evaluation.track();
        if before.is_some() {
            spawn_local(async move {
                load.bring().await;
            });
        }
    });
}

/// How a step or an item stands in a URL. A web server takes a path with a dot for a file, so a dot is written as a colon.
pub(super) fn in_url(link: &str) -> String {
    link.replace('.', ":")
}

/// The step and the item that a URL names: by a linkId, or by a whole pointer for an item in a row.
pub(super) fn named_in_url(form: &Form, link: &str) -> Option<(Step, Pointer)> {
    let written = if link.starts_with("#/") { Pointer::from_text(link) } else { Pointer::item(link) };
    let mut found: Option<Pointer> = None;
    for (at, segment) in written.segments().enumerate() {
        // Items and rows in turn. A linkId may hold colons of its own: it is the one that a URL writes like this.
        let named = || form.items.iter().find(|item| in_url(&item.link_id) == in_url(&segment));
        let name = if at % 2 == 0 { &named()?.link_id } else { &segment };
        found = Some(found.map_or_else(|| Pointer::item(name), |outer| outer.child(name)));
    }
    let pointer = found?;
    let step = form.step_of(&pointer.link_id())?.clone();
    Some((step, pointer))
}

/// A link to one item, from the check page or from a list of errors, leads to its control.
fn focus_item(opened: Opened, node: NodeRef<html::Form>, step: &Step, pointer: &Pointer) {
    if pointer.link_id() == step.link_id {
        return;
    }
    let control = opened.filling.control_id(pointer);
    node.on_load(move |form| {
        // After the title had its turn.
        request_animation_frame(move || focus_once_there(form.into(), control));
    });
}

/// Which of the steps asked now this is, and how many there are.
fn place_of(states: &[StepState], link_id: &str) -> (usize, usize) {
    let asked: Vec<&StepState> = states.iter().filter(|s| s.visible || s.link_id == link_id).collect();
    (asked.iter().position(|s| s.link_id == link_id).map_or(1, |at| at + 1), asked.len())
}

fn next_step(states: &[StepState], link_id: &str) -> Option<String> {
    let after = states.iter().skip_while(|s| s.link_id != link_id).skip(1);
    after.filter(|s| s.visible).map(|s| s.link_id.clone()).next()
}

/// Beside the step where there is room: all steps on one thread.
fn rail(nav: Nav, opened: Opened, states: Memo<Vec<StepState>>, here: &Step) -> AnyView {
    let form = opened.filling.form();
    let id = opened.filling.application();
    let here = here.link_id.clone();
    let has_room = room_beside();
    let rows = move || {
        if !has_room.get() {
            return Vec::new();
        }
        let states = states.get();
        let shown = form.steps.iter().zip(&states).filter(|(_, state)| state.visible);
        shown
            .map(|(step, state)| {
                let now = step.link_id == here;
                let filled = state.progress() == Progress::Filled;
                let (class, drawing, words) = match (now, filled) {
                    (true, _) => (Some("is-now"), Icon::Now, K::FormRailNow),
                    (false, true) => (None, Icon::Done, K::FormRailDone),
                    (false, false) => (Some("is-later"), Icon::Later, K::FormRailLater),
                };
                let (href, to) = nav.link(&Route::Step(id.clone(), in_url(&step.link_id)));
                view! {
                    <li class=class aria-current=now.then_some("step")>
                        {icon(drawing)}
                        <a class="hc-step-link" href=href data-to=to>
                            <span class="hc-h3">{passage(&step.title)}</span>
                            <span class="hc-meta">{t(words)}</span>
                        </a>
                    </li>
                }
            })
            .collect()
    };
    view! { <nav class="hc-rail hc-steps" aria-label=t(K::FormRail)><ol class="hc-thread">{live(rows)}</ol></nav> }
        .into_any()
}

/// Whether there may be room beside a step. Where there is none nobody sees the rail, and a slow phone need not draw it.
fn room_beside() -> RwSignal<bool> {
    // As in the styles; what the app stands in is never wider than the window.
    const ROOM: f64 = 900.0;
    let is_wide = || window().inner_width().ok().and_then(|width| width.as_f64()).is_none_or(|width| width >= ROOM);
    let room = RwSignal::new(is_wide());
    let resized = window_event_listener_untyped("resize", move |_| {
        if room.try_get_untracked().is_some_and(|before| before != is_wide()) {
            room.try_set(is_wide());
        }
    });
    on_cleanup(move || resized.remove());
    room
}

//! The parts of the form: which are filled in, which is next, and when it can be submitted.

use super::opening::{DrawDocument, Opened, Wanted, opened};
use super::save::{other_phone, other_tab, save_line};
use super::seldom::{What, form_moved, unfolds};
use super::steps::in_url;
use crate::form::passage;
use crate::i18n::{I18n, K, t, tv};
use crate::offline::Offline;
use crate::reactive::{Memo, memo};
use crate::route::{Nav, Route};
use crate::ui::{
    Icon, LinkButton, PageTitle, Tone, action_bar, back_link, drawn, icon, live, plain_note, section_title, tap_link,
};
use contract::questionnaire::{Evaluation, Form, Progress, Role, Step, StepState, Value};
use leptos::prelude::*;
use view::view;

/// The list.
pub fn page(application: &str, documents: DrawDocument) -> AnyView {
    opened(&Wanted::application(application), documents, list)
}

fn list(opened: Opened) -> AnyView {
    let (nav, i18n, filling) = (Nav::here(), I18n::here(), opened.filling);
    let evaluation = filling.evaluation();
    let form = filling.form();
    let name = {
        let form = form.clone();
        memo(move || evaluation.with(|e| name_of(&form, e)))
    };
    let title = move || match name.get() {
        Some(name) => i18n.say(K::TasksTitle, &[("name", name.into())]),
        None => i18n.text(K::TasksTitleUnnamed),
    };
    let states = filling.steps();
    let counts = move || {
        states.with(|states| {
            let asked = states.iter().filter(|step| step.visible);
            let (filled, open): (Vec<_>, Vec<_>) = asked.partition(|step| step.progress() == Progress::Filled);
            (filled.len(), open.len())
        })
    };
    let id = filling.application();
    let rows = {
        let (form, id) = (form.clone(), id.clone());
        move || {
            let states = states.get();
            let shown = form.steps.iter().zip(&states).filter(|(_, state)| state.visible);
            // What was answered before decides how many documents are asked for: until then no number is true.
            let mut known = true;
            let row = |(step, state): (&Step, &StepState)| {
                let drawn = step_row(nav, i18n, &form, evaluation, &id, (step, state), known);
                known &= state.progress() == Progress::Filled;
                drawn
            };
            shown.map(row).collect_view()
        }
    };
    let frozen = opened.draft().frozen();
    let cleared = Offline::here().may_be_cleared();
    let is_sent = memo(move || frozen.with(Option::is_some));
    let may_go = move || {
        let open = cleared.get() && !is_sent.get();
        open.then(|| view! { <p class="hc-hint">{t(K::SaveNopersist)}</p> })
    };
    let to_check = {
        let id = id.clone();
        move || {
            (!is_sent.get()).then(|| {
                view! {
                    {section_title(t(K::TasksSubmit))}
                    <ul class="hc-card hc-card--flush">{check_row(nav, &id, counts().1)}</ul>
                }
            })
        }
    };
    let still_to_do = move || (!is_sent.get()).then(|| view! { <br/><span class="hc-hint">{t(K::TasksWarn)}</span> });
    let begun = memo(move || filling.beside.with(|beside| evaluation.with(|e| beside.is_begun(e))));
    let act = {
        let (form, id, was_at) = (form.clone(), id.clone(), opened.draft().step);
        move || {
            let next =
                || was_at.with(|was_at| next_act(nav, i18n, &form, &id, &states.get(), was_at.as_deref(), begun.get()));
            (!is_sent.get()).then(next)
        }
    };
    view! {
        {back_link(nav.link(&Route::Home), t(K::FormUp))}
        <PageTitle words=title document=t(K::HomeDraft)/>
        {other_tab(opened)}
        {other_phone(opened)}
        {sent_note(opened)}
        {form_moved(opened)}
        <p>
            {live(move || { let (a, b) = counts(); i18n.say(K::TasksCount, &[("a", a.into()), ("b", b.into())]) })}
            {live(still_to_do)}
        </p>
        {section_title(t(K::TasksFill))}
        <ul class="hc-card hc-card--flush">{live(rows)}</ul>
        {live(to_check)}
        {live(may_go)}
        {unfolds(K::TasksMore, What::OtherWays(opened))}
        {action_bar(Some(save_line(opened)), live(act))}
    }
    .into_any()
}

/// That it was handed over: whoever comes back to it can read, and nothing is to be sent again.
pub(super) fn sent_note(opened: Opened) -> AnyView {
    let (nav, frozen, id) = (Nav::here(), opened.draft().frozen(), opened.filling.application());
    live(move || {
        frozen.with(Option::is_some).then(|| {
            view! {
                {plain_note(Tone::Plain, Icon::Lock, t(K::TasksSent))}
                {tap_link(nav.link(&Route::Receipt(id.clone())), t(K::TasksSentLook))}
            }
        })
    })
}

/// The name of the person it is for, once it is filled in.
pub(super) fn name_of(form: &Form, evaluation: &Evaluation) -> Option<String> {
    let name = form.role(Role::Name)?;
    evaluation.value_of(&name.link_id).and_then(Value::as_text).map(str::to_owned)
}

/// The drawing of a step.
fn drawing(step: &Step) -> Icon {
    match step.spec.icon.as_deref() {
        Some("certificate") => Icon::Document,
        Some("person") => Icon::Person,
        Some("phone") => Icon::Phone,
        Some("work") => Icon::Place,
        Some("health") => Icon::Info,
        Some("camera") => Icon::Camera,
        Some(_) | None => Icon::Edit,
    }
}

fn step_row(
    nav: Nav,
    i18n: I18n,
    form: &Form,
    evaluation: Memo<impl std::ops::Deref<Target = Evaluation> + Clone + PartialEq + Send + Sync + 'static>,
    id: &str,
    (step, state): (&Step, &StepState),
    known: bool,
) -> AnyView {
    let (href, to) = nav.link(&Route::Step(id.to_owned(), in_url(&step.link_id)));
    let filled = state.progress() == Progress::Filled;
    let mark = if filled { drawn(Icon::Check, "hc-i hc-ok") } else { icon(drawing(step)) };
    let meta = if filled { None } else { meta(i18n, form, evaluation, step, known) };
    let end = match state.progress() {
        Progress::Filled => view! { <span class="hc-meta">{t(K::TasksStDone)}</span> }.into_any(),
        Progress::Begun => view! { <span class="is-todo">{t(K::TasksStHalf)}</span> }.into_any(),
        Progress::Todo => view! { <span class="is-todo">{t(K::TasksStTodo)}</span> }.into_any(),
    };
    view! {
        <li>
            <a class="hc-task" href=href data-to=to>
                {mark}
                <span class="hc-task__line">
                    <span>
                        <span class="hc-h3">{passage(&step.title)}</span>
                        {meta.map(|words| view! { <br/><span class="hc-meta">{words}</span> })}
                    </span>
                    {end}
                </span>
            </a>
        </li>
    }
    .into_any()
}

/// How many documents are there of those asked for, once that is known, or how long the step takes.
fn meta(
    i18n: I18n,
    form: &Form,
    evaluation: Memo<impl std::ops::Deref<Target = Evaluation> + Clone + PartialEq + Send + Sync + 'static>,
    step: &Step,
    known: bool,
) -> Option<String> {
    let (asked, have) = evaluation.with(|e| e.required_documents(form, step));
    if asked > 0 && (known || have > 0) {
        return Some(i18n.say(K::TasksPhotos, &[("n", asked.into()), ("have", have.into())]));
    }
    step.spec.minutes.map(|n| i18n.say(K::TasksMinutes, &[("n", n.into())]))
}

fn check_row(nav: Nav, id: &str, open: usize) -> AnyView {
    let (href, to) = nav.link(&Route::Check(id.to_owned()));
    if open > 0 {
        return view! {
            <li>
                <div class="hc-task">
                    {icon(Icon::Lock)}
                    <span class="hc-task__line">
                        <span>
                            <span class="hc-h3">{t(K::TasksCheck)}</span>
                            <br/>
                            <span class="hc-meta">{tv(K::TasksLocked, move || vec![("n", open.into())])}</span>
                        </span>
                        <span class="hc-meta">{t(K::TasksStNo)}</span>
                    </span>
                </div>
            </li>
        }
        .into_any();
    }
    view! {
        <li>
            <a class="hc-task" href=href data-to=to>
                {icon(Icon::Check)}
                <span class="hc-task__line">
                    <span>
                        <span class="hc-h3">{t(K::TasksCheck)}</span>
                        <br/>
                        <span class="hc-meta">{t(K::TasksCheckReady)}</span>
                    </span>
                    <span class="is-todo">{t(K::TasksReady)}</span>
                </span>
            </a>
        </li>
    }
    .into_any()
}

/// The part to go on with: the one where its person was, as long as something is to be filled in there, or else the first such.
fn next_step<'a>(form: &'a Form, states: &[StepState], was_at: Option<&str>) -> Option<&'a Step> {
    let is_open = |state: &StepState| state.visible && state.progress() != Progress::Filled;
    let open = || form.steps.iter().zip(states).filter(|(_, state)| is_open(state)).map(|(step, _)| step);
    open().find(|step| Some(step.link_id.as_str()) == was_at).or_else(|| open().next())
}

/// The button: the part to go on with, or checking.
fn next_act(
    nav: Nav,
    i18n: I18n,
    form: &Form,
    id: &str,
    states: &[StepState],
    was_at: Option<&str>,
    begun: bool,
) -> AnyView {
    let Some(step) = next_step(form, states, was_at) else {
        let to = nav.link(&Route::Check(id.to_owned()));
        return view! { <LinkButton to=to label=t(K::TasksCheck) after=Icon::Next/> }.into_any();
    };
    let to = nav.link(&Route::Step(id.to_owned(), in_url(&step.link_id)));
    let title = step.title.clone();
    let key = if begun { K::TasksGo } else { K::TasksBegin };
    let label = move || i18n.say(key, &[("step", title.get(i18n.lang()).text.into())]);
    view! { <LinkButton to=to label=label after=Icon::Next/> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_goes_on_where_one_was_as_long_as_something_is_to_be_filled_in_there() {
        let form = Form::load(include_str!("../../forms/health-certificate.questionnaire.json")).unwrap();
        let state = |link_id: &str, problems: usize, visible: bool| StepState {
            link_id: link_id.to_owned(),
            visible,
            asked: 1,
            answered: 0,
            problems,
            missing_documents: Vec::new(),
        };
        let states = |open: &[&str], hidden: &[&str]| -> Vec<StepState> {
            let of = |step: &Step| {
                let link_id = step.link_id.as_str();
                state(link_id, usize::from(open.contains(&link_id)), !hidden.contains(&link_id))
            };
            form.steps.iter().map(of).collect()
        };
        for (what, open, hidden, was_at, expected) in [
            ("begun", &["category", "person", "contact"][..], &[][..], None, Some("category")),
            ("skipped one", &["person", "contact"], &[], Some("contact"), Some("contact")),
            ("was where all is filled in", &["person", "contact"], &[], Some("work"), Some("person")),
            ("was where nothing is asked any more", &["person", "work"], &["work"], Some("work"), Some("person")),
            ("was on a step of an older form", &["person"], &[], Some("gone"), Some("person")),
            ("all is filled in", &[], &[], Some("contact"), None),
        ] {
            let states = states(open, hidden);
            let next = next_step(&form, &states, was_at).map(|step| step.link_id.as_str());
            assert_eq!(next, expected, "{what}");
        }
    }
}

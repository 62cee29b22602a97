//! `/`: what the certificate is, who needs it, the four stages, what to have at hand, how long it takes; then start or go on.

use super::art;
use crate::i18n::{Arg, I18n, K, t, tv};
use crate::offline::{Counts, DraftState, DraftSummary, Erased, FormKind, Offline, Owner, SessionState, Storage};
use crate::reactive::{Memo, RwSignal, Signal, effect, memo};
use crate::route::{Nav, Route};
use crate::ui::{
    self, Button, Icon, Kind, LinkButton, Moment, PageTitle, ThreadState, Tone, icon, live, section_title, thread,
};
use contract::questionnaire::Form;
use leptos::{prelude::*, task::spawn_local};
use view::view;

/// The entrance. `memory`: what is said where nothing outlives this page; then it promises nothing else.
pub fn page(memory: AnyView) -> AnyView {
    let (minutes, i18n) = (minutes(), I18n::here());
    let storage = Offline::here().storage();
    let forgets = memo(move || matches!(storage.get(), Storage::MemoryOnly(_)));
    let privacy = move || (!forgets.get()).then(|| ui::plain_note(Tone::Plain, Icon::Lock, t(K::EntryPrivacy)));
    let erased = Offline::here().was_erased().map(|all| {
        let (tone, drawing) = if all.something_left { (Tone::Warn, Icon::Warning) } else { (Tone::Ok, Icon::Check) };
        let words = whole(&erased(i18n, &all), &all.numbers);
        ui::note(tone, drawing, false, view! { <p>{words}</p> }.into_any())
    });
    view! {
        <PageTitle words=t(K::EntryTitle) big=true/>
        {erased}
        {signed_out()}
        {signs_out_later()}
        <p>{t(K::EntryLead)}</p>
        {art::certificate()}
        {memory}
        {starts()}
        {live(privacy)}
        {section_title(t(K::EntryWhoTitle))}
        <p>{t(K::EntryWho)}</p>
        {section_title(t(K::EntryHaveTitle))}
        {at_hand(minutes, forgets)}
        {section_title(t(K::EntryStages))}
        {ui::card(stages(minutes))}
        {elsewhere()}
        <p class="hc-hint">{t(K::EntryInperson)}</p>
    }
    .into_any()
}

/// That somebody signed out, on the page that they came to.
pub(super) fn signed_out() -> AnyView {
    let told = Offline::here().was_signed_out();
    told.then(|| ui::plain_note(Tone::Ok, Icon::Check, t(K::SigninOutDone))).into_any()
}

/// All was erased without a network: the sign-in ends when there is one.
pub(super) fn signs_out_later() -> AnyView {
    let later = Offline::here().signs_out_later();
    live(move || later.get().then(|| ui::plain_note(Tone::Warn, Icon::Warning, t(K::EraseSignedInStill)))).into_any()
}

/// What was erased from this phone, in numbers, that a second look found nothing more, and what remains at the office.
pub fn erased(i18n: I18n, erased: &Erased) -> String {
    let there = match erased.counts.at_office {
        // It may have some that this phone does not know of: somebody else's, or what was read on another one.
        0 => i18n.text(K::EraseServerAny),
        n => {
            let numbers = (!erased.numbers.is_empty()).then(|| ("numbers", i18n.list(&erased.numbers).into()));
            i18n.say(K::EraseServer, &[("n", n.into())].into_iter().chain(numbers).collect::<Vec<_>>())
        }
    };
    let mut args = counted(&erased.counts);
    let looked = i18n.text(if erased.something_left { K::EraseLeft } else { K::EraseNothingLeft });
    args.extend([("list", there.into()), ("looked", looked.into())]);
    i18n.say(K::EraseDone, &args)
}

/// A sentence in which each of these numbers stays in one line; they stand there in this order.
fn whole(sentence: &str, numbers: &[String]) -> AnyView {
    let (mut parts, mut rest) = (Vec::new(), sentence);
    for number in numbers {
        if let Some((before, after)) = rest.split_once(number.as_str()) {
            let (before, number) = (before.to_owned(), number.clone());
            parts.push(view! { {before}<span class="hc-num">{number}</span> }.into_any());
            rest = after;
        }
    }
    view! { {parts.collect_view()}{rest.to_owned()} }.into_any()
}

/// How much that is, for a sentence; of what there is rarely only where there is some.
pub fn counted(counts: &Counts) -> Vec<(&'static str, Arg)> {
    let Counts { drafts, photos, unsent, certificates, at_office: _ } = *counts;
    let mut args = vec![("a", drafts.into()), ("b", photos.into())];
    args.extend(
        [("c", unsent), ("d", certificates)].into_iter().filter(|(_, n)| *n > 0).map(|(name, n)| (name, n.into())),
    );
    args
}

/// Start, and where there is something begun, go on with it.
fn starts() -> AnyView {
    let (nav, offline) = (Nav::here(), Offline::here());
    let session = offline.session();
    let asking = RwSignal::new(false);
    let drafts = offline.drafts();
    let begun = memo(move || {
        drafts.with(|drafts| {
            // What came back is gone on with from home, which says what it is.
            let open = |d: &&DraftSummary| {
                let is_mine = d.owner != Owner::SomebodyElse && d.id.form == FormKind::Application;
                is_mine && d.state == DraftState::Editing
            };
            drafts.iter().find(open).map(|d| d.id.application.clone())
        })
    });
    let press = Callback::new(move |()| match session.get_untracked() {
        SessionState::SignedIn(_) => start(nav, offline, asking, Nav::go),
        // The office has not said whether they still are, as without a network; what they have begun is here all the same.
        SessionState::Unknown if begun.with_untracked(Option::is_some) => nav.go(Route::Home),
        _ => nav.go(Route::SignIn),
    });
    let start_button = move |kind| {
        view! { <Button label=t(K::EntryStart) kind=kind after=Icon::Next busy=asking busy_label=t(K::WaitOpen) on_press=press/> }
    };
    let start_or_resume = move || match begun.get() {
        Some(id) => view! {
            <LinkButton to=nav.link(&Route::Tasks(id)) label=t(K::EntryResume) after=Icon::Next/>
            {start_button(Kind::Quiet)}
        }
        .into_any(),
        None => start_button(Kind::Primary).into_any(),
    };
    // Whoever has been here before finds what the office has and a certificate, also without a network; on a phone that does
    // not know them by signing in there.
    let subject = offline.subject();
    let mine = move || {
        let label = if subject.with(Option::is_some) { K::HomeTitle } else { K::SigninTitle };
        view! { <LinkButton to=nav.link(&Route::Home) label=t(label) kind=Kind::Quiet/> }
    };
    view! {
        <div class="hc-row">
            {live(start_or_resume)}
            {live(mine)}
        </div>
    }
    .into_any()
}

/// A blank form, in its list of tasks.
fn blank(offline: Offline) -> Route {
    Route::Tasks(offline.blank_application())
}

/// Begins a draft and opens its list of tasks.
pub(super) fn begin(nav: Nav, offline: Offline) {
    nav.go(blank(offline));
}

/// Where "Start now" leads: home for whoever has begun something, which shows it and the way to begin another; all others into a
/// form. `asking` while that is found out: whoever leaves its page meanwhile stays where they went.
pub(super) fn start(nav: Nav, offline: Offline, asking: RwSignal<bool>, go: fn(Nav, Route)) {
    asking.set(true);
    spawn_local(async move {
        let has_begun = offline.has_begun().await;
        if !asking.is_disposed() {
            go(nav, if has_begun { Route::Home } else { blank(offline) });
        }
    });
}

/// How long the form takes, once it is here: the minutes of its steps.
pub(super) fn minutes() -> Signal<Option<u32>> {
    let minutes = RwSignal::new(None);
    let offline = Offline::here();
    let named = offline.application_form();
    // The backend may name another one once it is known.
    let name = memo(move || named.get());
    effect(move || {
        let name = name.get();
        spawn_local(async move {
            let Ok(text) = offline.questionnaire(&name).await else { return };
            if let Ok(form) = Form::load(&text.value) {
                let sum: u32 = form.steps.iter().filter_map(|step| step.spec.minutes).sum();
                minutes.try_set(Some(sum).filter(|sum| *sum > 0));
            }
        });
    });
    minutes.into()
}

fn at_hand(minutes: Signal<Option<u32>>, forgets: Memo<bool>) -> AnyView {
    let row = |drawing, key| view! { <li>{icon(drawing)}<span>{t(key)}</span></li> };
    let time = move || {
        let words = if forgets.get() { K::TasksMinutes } else { K::EntryTime };
        minutes
            .get()
            .map(|n| view! { <li>{icon(Icon::Clock)}<span>{tv(words, move || vec![("n", n.into())])}</span></li> })
    };
    view! {
        <ul class="hc-list">
            {row(Icon::Person, K::EntryHaveId)} {row(Icon::Phone, K::EntryHavePhone)} {row(Icon::Document, K::EntryHaveWork)} {live(time)}
        </ul>
    }
    .into_any()
}

fn stages(minutes: Signal<Option<u32>>) -> AnyView {
    let stage = |title, hint| Moment {
        state: ThreadState::Plain,
        title: t(title).into(),
        meta: Some(t(hint).into()),
        body: None,
    };
    let apply = Moment {
        meta: Some(
            tv(K::EntryStageApplyHint, move || minutes.get().map(|n| ("n", n.into())).into_iter().collect()).into(),
        ),
        ..stage(K::EntryStageApply, K::EntryStageApply)
    };
    thread(vec![
        apply,
        stage(K::EntryStageReview, K::EntryStageReviewHint),
        stage(K::EntryStageExamination, K::EntryStageExaminationHint),
        stage(K::EntryStageCertificate, K::EntryStageCertificateHint),
    ])
}

/// For people who came for something else.
fn elsewhere() -> AnyView {
    let (nav, offline) = (Nav::here(), Offline::here());
    let session = offline.session();
    let mine = move || {
        session
            .with(|s| matches!(s, SessionState::SignedIn(_)))
            .then(|| view! { <LinkButton to=nav.link(&Route::Home) label=t(K::EntrySignedIn) kind=Kind::Quiet/> })
    };
    // Optional in the contract: left out where the office says that it has none.
    let service = offline.service();
    let has_none =
        memo(move || service.with(|s| s.as_ref().is_some_and(|s| !s.value.features.iter().any(|f| f == "lookup"))));
    let look_up = move || {
        (!has_none.get())
            .then(|| view! { <LinkButton to=nav.link(&Route::Lookup) label=t(K::EntryLookup) kind=Kind::Quiet/> })
    };
    view! {
        <div class="hc-row">
            {live(mine)}
            {live(look_up)}
            <LinkButton to=nav.link(&Route::Verify) label=t(K::EntryVerify) kind=Kind::Quiet/>
        </div>
    }
    .into_any()
}

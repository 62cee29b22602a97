//! The page: the record as it is kept, with its age, and said aloud when it changes.

use super::earlier::Earlier;
use super::{acts, decision, stages, timeline};
use crate::api::{ApiError, NextStep};
use crate::i18n::{self, I18n, K, Office, spans, t};
use crate::offline::{DraftSummary, FormKind, Network, Offline, Owner};
use crate::reactive::{Memo, RwSignal, effect, effect_from, memo};
use crate::route::next;
use crate::route::{Nav, Route};
use crate::ui::{
    self, Announcer, Button, Icon, Kind, LinkButton, PageTitle, Tone, back_link, live, section_title, skeleton,
};
use contract::api::{ApplicationRecord, Attempts, Contact, Instant};
use contract::application::{Act, State, Turn};
use contract::questionnaire::{Form, Pointer};
use leptos::{html, prelude::*, task::spawn_local};
use std::sync::Arc;
use view::view;

/// What the page knows beside the record.
#[derive(Clone, Copy)]
pub(super) struct Around {
    /// How it is reached, and its sites.
    pub(super) office: Memo<Office>,
    /// Where the places to go to stand on the page.
    pub(super) places: NodeRef<html::Div>,
    /// The form, for the names of returned items.
    form: RwSignal<Option<Arc<Form>>>,
    /// Events before those of the record, once they were asked for.
    pub(super) earlier: RwSignal<Earlier>,
    /// The question before an act, if one stands open.
    pub(super) asked: RwSignal<acts::Asked>,
    /// Language of the page.
    pub(super) i18n: I18n,
}

impl Around {
    /// What an item is called, if the form is here.
    pub(super) fn label(self, pointer: &Pointer) -> Option<String> {
        let lang = self.i18n.lang();
        self.form.with(|form| form.as_ref()?.item_at(pointer).map(|item| item.label().get(lang).text.to_owned()))
    }
}

/// The page of an application.
pub fn page(route: &Route) -> AnyView {
    I18n::here().learn_office();
    let id = route.application().unwrap_or_default().to_owned();
    let (offline, i18n, nav) = (Offline::here(), I18n::here(), Nav::here());
    let sites = offline.places(move || {
        i18n.lang();
        true
    });
    let around = Around {
        office: memo(move || Office { contact: offline.contact(), sites: sites.get() }),
        places: NodeRef::new(),
        form: RwSignal::new(None),
        earlier: RwSignal::new(Earlier::default()),
        asked: RwSignal::new(acts::Asked::Nothing),
        i18n,
    };
    let kept = offline.record(&id);
    let record = memo(move || kept.with(|kept| kept.as_ref().map(|kept| Arc::new(kept.value.clone()))));
    let at = memo(move || kept.with(|kept| kept.as_ref().map(|kept| kept.at)));
    let trouble: RwSignal<Option<ApiError>> = RwSignal::new(None);
    read(offline, id.clone(), trouble);
    let here = StoredValue::new(id);
    read_form(offline, around, record);
    tell_changes(around, record, offline);
    let there = memo(move || record.with(Option::is_some));
    live(move || {
        if !there.get() {
            return waiting(nav, offline, around, here.get_value(), trouble);
        }
        let title = move || match record.with(|r| r.as_ref().and_then(|r| r.holder.as_ref().map(|h| h.name.clone()))) {
            Some(name) => i18n.say(K::ProgressTitle, &[("name", name.into())]),
            None => i18n.text(K::ProgressTitleUnnamed),
        };
        let drawn = move || record.get().map(|record| body(nav, offline, around, &record));
        view! {
            {back_link(nav.link(&Route::Home), t(K::HomeTitle))}
            <PageTitle words=title document=t(K::ProgressTitleUnnamed)/>
            <p class="hc-meta">{live(move || number_and_age(i18n, record.get().as_deref(), at.get(), offline.now()))}</p>
            {stale(offline)}
            {live(drawn)}
            {acts::dialogs(offline, around, record)}
            {contact(around)}
        }
        .into_any()
    })
}

/// Asks the office once; what is kept shows meanwhile.
fn read(offline: Offline, id: String, trouble: RwSignal<Option<ApiError>>) {
    spawn_local(async move {
        if let Err(why) = offline.refresh(&id).await {
            trouble.try_set(Some(why));
        }
    });
}

/// The form: kept, so it is here without a network too.
fn read_form(offline: Offline, around: Around, record: Memo<Option<Arc<ApplicationRecord>>>) {
    let wanted = memo(move || record.with(|r| r.as_ref().map(|r| r.questionnaire.clone())));
    effect(move || {
        let Some(name) = wanted.get() else { return };
        spawn_local(async move {
            let Ok(text) = offline.questionnaire(&name).await else { return };
            around.form.try_set(Form::load(&text.value).ok().map(Arc::new));
        });
    });
}

/// A new next step is said politely; the focus stays where it is.
fn tell_changes(around: Around, record: Memo<Option<Arc<ApplicationRecord>>>, offline: Offline) {
    let announcer = Announcer::here();
    let state = memo(move || record.with(|r| r.as_ref().map(|r| (r.state, r.returned.len()))));
    effect_from(move |before: Option<Option<(State, usize)>>| {
        let now = state.get();
        if let (Some(Some(_)), Some(_)) = (before, now)
            && before != Some(now)
            && let Some(record) = record.get_untracked()
        {
            let next = around.office.with_untracked(|office| around.i18n.next_sentence(&record, office, offline.now()));
            announcer.say(&around.i18n.say(K::ProgressChanged, &[("next", next.into())]));
        }
        now
    });
}

/// Not here yet, or not to be had. What was begun without a network the office has never heard of: then it is on this phone.
fn waiting(nav: Nav, offline: Offline, around: Around, id: String, trouble: RwSignal<Option<ApiError>>) -> AnyView {
    let i18n = around.i18n;
    let of = id.clone();
    let queued_here = memo(move || offline.is_queued(&of));
    let of = id.clone();
    let begun_here = memo(move || {
        let ours = |draft: &DraftSummary| {
            draft.id.application == of && draft.id.form == FormKind::Application && draft.owner != Owner::SomebodyElse
        };
        offline.drafts().with(|drafts| drafts.iter().any(ours))
    });
    let drawn = move || {
        if queued_here.get() {
            let to = nav.link(&Route::Receipt(id.clone()));
            return view! { {queued(nav, offline)} <p>{ui::tap_link(to, t(K::SentLook))}</p> }.into_any();
        }
        if begun_here.get() {
            let go =
                view! { <LinkButton to=nav.link(&Route::Tasks(id.clone())) label=t(K::EntryResume) after=Icon::Next/> };
            return ui::next_panel(
                t(K::HomeNextYou),
                t(K::HomeDraft),
                Some(live(t(K::TasksWarn))),
                Some(go.into_any()),
            );
        }
        let Some(why) = trouble.get() else { return skeleton(t(K::WaitOpen), 6) };
        if why.next_step() == NextStep::Home {
            return ui::plain_note(Tone::Warn, Icon::Info, t(K::PNotFound));
        }
        let said = match &why {
            ApiError::Unreachable => i18n.text(K::ProgressMissing),
            other => i18n.failure(other.failure(), &offline.contact().phone),
        };
        let id = id.clone();
        let again = move |()| {
            trouble.set(None);
            read(offline, id.clone(), trouble);
        };
        let body = view! { <p>{said}</p> <p><Button label=t(K::AppRetry) kind=Kind::Text on_press=again/></p> };
        ui::alert(Tone::Warn, Icon::Offline, body.into_any())
    };
    view! {
        {back_link(nav.link(&Route::Home), t(K::HomeTitle))}
        <PageTitle words=t(K::ProgressTitleUnnamed)/>
        {live(drawn)}
    }
    .into_any()
}

fn number_and_age(i18n: I18n, record: Option<&ApplicationRecord>, at: Option<Instant>, now: Instant) -> AnyView {
    let number =
        record.and_then(|r| r.number.as_ref()).map(|n| i18n.say(K::ProgressNumber, &[("number", n.as_str().into())]));
    let age = at.map(|at| {
        let key = if i18n.date(at) == i18n.date(now) { K::AgeToday } else { K::AgeStatus };
        i18n.say(key, &[("date", i18n.date(at).into()), ("time", i18n.time(at).into())])
    });
    let between = (number.is_some() && age.is_some()).then_some("\u{a0}· ");
    view! { <span class="hc-whole">{number}</span>{between}<span class="hc-whole">{age}</span> }.into_any()
}

fn stale(offline: Offline) -> AnyView {
    let network = offline.network();
    live(move || {
        let why = match network.get() {
            Network::Offline => K::ProgressStale,
            Network::Portal => K::NetCaptive,
            Network::Unknown | Network::Online => return None,
        };
        Some(ui::plain_note(Tone::Plain, Icon::Offline, t(why)))
    })
}

/// Everything that follows from the record.
fn body(nav: Nav, offline: Offline, around: Around, record: &Arc<ApplicationRecord>) -> AnyView {
    let this = Arc::clone(record);
    let waits = memo(move || offline.is_queued(&this.id));
    let this = Arc::clone(record);
    // What the applicant did and this phone has yet to send is not asked of them again.
    let next =
        move || if waits.get() { queued(nav, offline) } else { untrack(|| next_step(nav, offline, around, &this)) };
    view! {
        {stages::at_a_glance(record)}
        {live(next)}
        {decision::parts(around, record)}
        {section_title(t(K::ProgressLog))}
        {timeline::earlier(offline, around, record)}
        {ui::card(timeline::drawn(offline, around, record))}
        {acts::row(nav, offline, around, record)}
        {sent(nav, record)}
    }
    .into_any()
}

/// What the office has, to read again.
fn sent(nav: Nav, record: &ApplicationRecord) -> Option<AnyView> {
    let to = (record.state != State::Draft).then(|| nav.link(&Route::Check(record.id.clone())))?;
    Some(view! { <p>{ui::tap_link(to, t(K::SentLook))}</p> }.into_any())
}

fn queued(nav: Nav, offline: Offline) -> AnyView {
    let nobody = memo(move || offline.waits_for_sign_in());
    let offers = memo(move || offline.offers_sign_in());
    let said = move || {
        let (word, sentence) = i18n::queued(nobody.get());
        let go = offers.get().then(|| {
            let link = view! { <LinkButton to=nav.link(&Route::SignIn) label=t(K::ReceiptSigninGo)/> };
            view! { <div class="hc-row">{link}</div> }
        });
        view! { <p>{ui::tag(Tone::Go, t(word))}</p> <p>{t(sentence)}</p> {go} }
    };
    ui::card(live(said))
}

/// The dark panel where it is the applicant's turn; a white card where it is not.
fn next_step(nav: Nav, offline: Offline, around: Around, record: &Arc<ApplicationRecord>) -> AnyView {
    let i18n = around.i18n;
    let this = Arc::clone(record);
    let sentence = live(move || {
        around
            .office
            .with(|office| ui::telephone_in(&i18n.next_sentence(&this, office, offline.now()), &office.contact.phone))
    });
    let link = next::place(record).zip(i18n.next_verb(record, offline.now()));
    if record.turn() == Turn::Applicant {
        let act = link
            .map(|(place, verb)| view! { <LinkButton to=nav.link(&place) label=verb after=Icon::Next/> }.into_any());
        let lead = |kind| {
            let press = move |()| ui::lead_to(around.places);
            view! { <Button label=t(K::ProgressPlaces) kind=kind before=Icon::Place on_press=press/> }.into_any()
        };
        // Whoever is called in has no other way; whoever is at the last try has this one beside.
        let act = act.or_else(|| (record.state == State::Counter).then(|| lead(Kind::Primary)));
        let in_person = record.tries().is_some_and(Attempts::is_last).then(|| lead(Kind::Text));
        let panel =
            ui::next_panel(t(K::ProgressNext), i18n.next_title(record).unwrap_or_default(), Some(sentence), act);
        // Whoever does not send the report again goes to be examined instead.
        let instead = (record.state == State::ReportReturned && record.action(Act::Book).is_some())
            .then(|| ui::tap_link(nav.link(&Route::Examination(record.id.clone())), t(K::ExamOnsite)));
        return view! { {panel} {in_person} {instead} }.into_any();
    }
    let now = offline.now();
    let renew = record.renewable_on(i18n.day_at_office(now)).map(|certificate| {
        // The way to the next one begins where this one is.
        view! { <LinkButton to=nav.link(&Route::Certificate(certificate.id.clone())) label=t(K::HomeRenew) after=Icon::Next/> }
    });
    let void = i18n.void(record, now).is_some();
    let act = link
        .filter(|_| renew.is_none() || !void)
        .map(|(place, verb)| view! { <LinkButton to=nav.link(&place) label=verb kind=Kind::Quiet/> });
    let again = record.may_begin_again().then(|| {
        let begin = move |()| nav.go(Route::Tasks(offline.blank_application()));
        view! { <Button label=t(K::CertAgainApply) kind=Kind::Quiet before=Icon::Plus on_press=begin/> }
    });
    let tone = if record.state == State::Rejected || void {
        Tone::Bad
    } else if record.state.is_end() {
        Tone::Plain
    } else {
        Tone::Go
    };
    let word = i18n.status_word(record, now);
    ui::card(
        view! { <p>{ui::tag(tone, word)}</p> <p>{sentence}</p> <div class="hc-row">{renew}{act}{again}</div> }
            .into_any(),
    )
}

/// Whom to call.
fn contact(around: Around) -> AnyView {
    let i18n = around.i18n;
    let words = move || {
        let Contact { phone, hours, .. } = around.office.with(|office| office.contact.clone());
        let key = if hours.is_empty() { K::ProgressContact } else { K::ProgressContactHours };
        let said = || i18n.say(key, &[("phone", phone.as_str().into()), ("hours", spans(&hours).into())]);
        (!phone.is_empty()).then(|| ui::telephone_in(&said(), &phone))
    };
    view! { <p class="hc-hint">{live(words)}</p> }.into_any()
}

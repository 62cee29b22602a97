//! `/home`: every application of this login and every draft on this phone in one list, each with its one next step; the most urgent above.

use super::leaving::{Leaving, keep_or_erase, sign_out};
use super::told::Told;
use super::{entrance, failure, sign_in};
use crate::i18n::{self, I18n, K, Office, t, tv};
use crate::offline::{Counts, DraftState, DraftSummary, FormKind, Network, Offline, Owner, SessionState, Storage};
use crate::reactive::{Memo, RwSignal, Signal, memo};
use crate::route::next;
use crate::route::{Nav, Route};
use crate::ui::{
    self, Announcer, Button, Icon, Kind, LinkButton, PageTitle, Task, Tone, live, section_title, tag, task_list,
};
use contract::api::{ApplicationRecord, CertificateState, Instant, Site};
use contract::application::{State, Turn};
use contract::order::in_order;
use leptos::prelude::*;
use view::view;

/// The page. Signed out, what was begun on this phone is still here, and below it the way to sign in.
pub fn page() -> AnyView {
    let offline = Offline::here();
    let session = offline.session();
    let told = Told::asked(offline);
    let signed_out = memo(move || session.with(|s| matches!(s, SessionState::SignedOut)));
    let nothing_here = memo(move || rows_of(offline).is_empty());
    // One sentence alone names an office. They stay while it is drawn anew.
    let is_called = memo(move || {
        let rows = rows_of(offline);
        first_owed(offline, &rows).is_some_and(|record| record.state == State::Counter)
    });
    let i18n = I18n::here();
    let sites = offline.places(move || {
        i18n.lang();
        is_called.get()
    });
    live(move || {
        if signed_out.get() && nothing_here.get() {
            return view! { {sign_in::in_place()} {unopened(offline)} }.into_any();
        }
        view! {
            <PageTitle words=t(K::HomeTitle)/>
            {network_note(offline)}
            {unopened(offline)}
            {live(move || panel(offline, sites))}
            {section_title(t(K::HomeList))}
            {told.trouble(move || nothing_here.get())}
            {live(move || list(offline, told))}
            {begin_another(offline)}
            {others(offline, signed_out)}
        }
        .into_any()
    })
}

/// One row of the list before it is drawn.
#[derive(Clone, PartialEq)]
enum Row {
    /// The office has it.
    Record(Box<ApplicationRecord>),
    /// It is on this phone only.
    Draft(DraftSummary),
}

/// All of them, the most urgent first.
fn rows_of(offline: Offline) -> Vec<Row> {
    let records: Vec<ApplicationRecord> =
        offline.records().with(|all| all.iter().map(|kept| kept.value.clone()).collect());
    let records = in_order(records, ApplicationRecord::by_urgency);
    let drafts: Vec<DraftSummary> = offline.drafts().with(|all| {
        all.iter()
            .filter(|d| d.id.form == FormKind::Application && !records.iter().any(|r| r.id == d.id.application))
            // What the office has of somebody who is not here is none of anybody's drafts.
            .filter(|d| d.owner != Owner::SomebodyElse || d.state != DraftState::Sent)
            .cloned()
            .collect()
    });
    records.into_iter().map(|r| Row::Record(Box::new(r))).chain(drafts.into_iter().map(Row::Draft)).collect()
}

/// How the office is reached and where its sites are, for the sentences. Of these, what comes next alone names one.
fn office(sites: Vec<Site>) -> Office {
    Office { contact: untrack(|| Offline::here().contact()), sites }
}

/// Without a network: said, with the age of what is shown.
fn network_note(offline: Offline) -> AnyView {
    let i18n = I18n::here();
    let network = offline.network();
    let is_kept = move || {
        let here = offline.drafts().with(|all| all.iter().any(|draft| draft.owner != Owner::SomebodyElse));
        here && !matches!(offline.storage().get(), Storage::MemoryOnly(_))
    };
    let age = move || {
        let newest = offline.records().with(|all| all.iter().map(|kept| kept.at).max());
        let age = |at| i18n.say(K::HomeOfflineAge, &[("date", i18n.date(at).into()), ("time", i18n.time(at).into())]);
        newest.map(age).or_else(|| is_kept().then(|| i18n.text(K::HomeOfflineDraft)))
    };
    live(move || {
        let why = match network.get() {
            Network::Offline => K::HomeOffline,
            Network::Portal => K::NetCaptive,
            Network::Unknown | Network::Online => return None,
        };
        let body = view! { <p><b>{t(why)}</b>" "{live(age)}</p> };
        Some(ui::note(Tone::Plain, Icon::Offline, true, body.into_any()))
    })
}

/// That something of this phone is not in the list, because it cannot be opened any more.
fn unopened(offline: Offline) -> AnyView {
    let storage = offline.storage();
    let note = || ui::plain_note(Tone::Warn, Icon::Warning, t(K::StoragePart));
    live(move || (storage.get() == Storage::KeptInPart).then(note))
}

/// The one thing to do next, or that there is nothing.
fn panel(offline: Offline, sites: Signal<Vec<Site>>) -> AnyView {
    let (nav, i18n) = (Nav::here(), I18n::here());
    let rows = rows_of(offline);
    if let Some(record) = first_owed(offline, &rows) {
        let over = over(i18n, record);
        let now = offline.now();
        let sentence = i18n.next_sentence(record, &office(sites.get()), now);
        let sentence = ui::telephone_in(&sentence, &failure::phone());
        let step = next::place(record).zip(i18n.next_verb(record, now));
        let (place, verb) = step.unwrap_or_else(|| (Route::Status(record.id.clone()), i18n.text(K::HomeGo)));
        let act = view! { <LinkButton to=nav.link(&place) label=verb after=Icon::Next/> };
        let title = i18n.next_title(record).unwrap_or_default();
        return ui::next_panel(over, title, Some(sentence), Some(act.into_any()));
    }
    let mine = rows.iter().find_map(|row| match row {
        Row::Draft(draft) if draft.owner != Owner::SomebodyElse => Some(draft.id.application.clone()),
        Row::Draft(_) | Row::Record(_) => None,
    });
    let waits = rows.iter().any(|row| match row {
        Row::Record(record) => queued(offline, &record.id),
        Row::Draft(draft) => queued(offline, &draft.id.application),
    });
    match (mine.filter(|id| !queued(offline, id)), rows.is_empty()) {
        (None, _) if waits => quiet(move || i18n.text(waiting(offline).1)),
        (Some(id), _) => {
            let act = view! { <LinkButton to=nav.link(&Route::Tasks(id)) label=t(K::EntryResume) after=Icon::Next/> };
            ui::next_panel(t(K::HomeNextYou), t(K::HomeDraft), Some(live(t(K::TasksWarn))), Some(act.into_any()))
        }
        (None, true) => ().into_any(),
        (None, false) => {
            let said = renewal(offline, &rows).or_else(|| stopped(offline, &rows)).or_else(|| refused(offline, &rows));
            said.unwrap_or_else(|| quiet(t(K::HomeNothing)))
        }
    }
}

/// Of what waits for its person, the most urgent; nothing that is on its way from here already.
fn first_owed(offline: Offline, rows: &[Row]) -> Option<&ApplicationRecord> {
    next::first_owed(records_of(rows), |id| queued(offline, id))
}

fn records_of(rows: &[Row]) -> impl Iterator<Item = &ApplicationRecord> {
    rows.iter().filter_map(|row| match row {
        Row::Record(record) => Some(record.as_ref()),
        Row::Draft(_) => None,
    })
}

fn all_of(rows: &[Row]) -> Vec<&ApplicationRecord> {
    records_of(rows).collect()
}

/// For whom a next step is, above it.
fn over(i18n: I18n, record: &ApplicationRecord) -> String {
    record.holder.as_ref().map_or_else(
        || i18n.text(K::HomeNextYou),
        |holder| i18n.say(K::HomeNext, &[("name", holder.name.as_str().into())]),
    )
}

/// A certificate that ends soon or has ended, and nothing under way for its holder yet.
fn renewal(offline: Offline, rows: &[Row]) -> Option<AnyView> {
    let (nav, i18n, now) = (Nav::here(), I18n::here(), offline.now());
    let (all, today) = (all_of(rows), i18n.day_at_office(now));
    let (record, certificate) = all.iter().find_map(|record| Some((*record, record.renewal_among(&all, today)?)))?;
    let over = over(i18n, record);
    let to = nav.link(&Route::Certificate(certificate.id.clone()));
    let act = view! { <LinkButton to=to label=t(K::HomeRenew) after=Icon::Next/> };
    let sentence = i18n.next_sentence(record, &office(Vec::new()), now);
    Some(ui::next_panel(over, i18n.text(K::HomeRenew), Some(sentence.into_any()), Some(act.into_any())))
}

/// A certificate that was taken back, and nothing newer for its holder: whom to ask, and where it is for good, the way to apply
/// again.
fn stopped(offline: Offline, rows: &[Row]) -> Option<AnyView> {
    let (nav, i18n, now) = (Nav::here(), I18n::here(), offline.now());
    let (all, today) = (all_of(rows), i18n.day_at_office(now));
    let alone = all.iter().filter(|it| !it.has_another(&all, today));
    let (record, certificate) = alone.map(|it| (*it, it.stopped())).find_map(|(it, stopped)| Some((it, stopped?)))?;
    let over = over(i18n, record);
    let sentence = i18n.next_sentence(record, &office(Vec::new()), now);
    let (title, act) = if record.may_begin_again() {
        (K::CertAgainApply, begin_button(offline, Kind::Primary, K::CertAgainApply))
    } else {
        // Before it is collected its page asks for the proof first.
        let early = record.is_stopped_early();
        let status = || Route::Status(record.id.clone());
        let to = nav.link(&if early { status() } else { Route::Certificate(certificate.id.clone()) });
        (K::CertSuspendedDo, view! { <LinkButton to=to label=t(K::HomeGo) after=Icon::Next/> }.into_any())
    };
    let sentence = ui::telephone_in(&sentence, &failure::phone());
    Some(ui::next_panel(over, i18n.text(title), Some(sentence), Some(act)))
}

/// One that was refused, as long as whoever disagrees may say so.
fn refused(offline: Offline, rows: &[Row]) -> Option<AnyView> {
    let (nav, i18n, now) = (Nav::here(), I18n::here(), offline.now());
    let today = i18n.day_at_office(now);
    let all = all_of(rows);
    let record = *all.iter().find(|record| record.may_be_appealed_on(today) && !record.has_another(&all, today))?;
    let name = record.holder.as_ref().map(|holder| holder.name.clone()).unwrap_or_default();
    let sentence = ui::telephone_in(&i18n.next_sentence(record, &office(Vec::new()), now), &failure::phone());
    let to = nav.link(&Route::Status(record.id.clone()));
    // Nothing has to be done: it is no panel of a next step.
    let said = view! {
        <h2 class="hc-h3" aria-level=ui::heading_level(2)>{name} "\u{a0}· " {i18n.status_word(record, now)}</h2>
        <p>{sentence}</p>
        <LinkButton to=to label=t(K::HomeGo) kind=Kind::Quiet after=Icon::Next/>
    };
    Some(ui::card(said.into_any()))
}

/// Nothing to do: a white card.
fn quiet(words: impl Into<ui::Words>) -> AnyView {
    let words = words.into();
    ui::card(view! { <p>{live(move || words.get())}</p> }.into_any())
}

fn list(offline: Offline, told: Told) -> AnyView {
    let rows = rows_of(offline);
    if rows.is_empty() && !told.all.get() {
        if told.failed.with(Option::is_none) {
            return ui::skeleton(t(K::WaitOpen), 3);
        }
        // A form can be filled in all the same, and the office tells whoever has one there already.
        return view! { <div class="hc-row">{begin_button(offline, Kind::Quiet, K::EntryStart)}</div> }.into_any();
    }
    if rows.is_empty() {
        let minutes = entrance::minutes();
        let begin = begin_button(offline, Kind::Primary, K::EntryStart);
        let body = tv(K::HomeEmptyBody, move || minutes.get().map(|n| ("n", n.into())).into_iter().collect());
        return ui::empty(Icon::Mark, t(K::HomeEmptyTitle), body, Some(begin));
    }
    task_list(rows.into_iter().map(|row| task(offline, row)).collect())
}

fn task(offline: Offline, row: Row) -> Task {
    let (nav, i18n) = (Nav::here(), I18n::here());
    match row {
        Row::Record(record) => record_task(offline, nav, i18n, &record),
        Row::Draft(draft) => draft_task(offline, nav, i18n, &draft),
    }
}

fn record_task(offline: Offline, nav: Nav, i18n: I18n, record: &ApplicationRecord) -> Task {
    let unnamed = if record.state == State::Draft { K::HomeDraft } else { K::HomeUnnamed };
    let name = record.holder.as_ref().map_or_else(|| i18n.text(unnamed), |holder| holder.name.clone());
    let certificate = record.handed_over();
    let now = offline.now();
    let title = match (certificate, &record.category) {
        (Some(_), _) => i18n.say(K::HomeCert, &[("name", name.into())]),
        (None, Some(category)) => {
            i18n.say(K::HomeWho, &[("name", name.into()), ("category", category.title.as_str().into())])
        }
        (None, None) => name,
    };
    let waits = queued(offline, &record.id);
    // A first submission: to the office it is a draft until it arrives.
    let on_its_way = waits && record.state == State::Draft;
    // Whoever has a certificate comes for it; its page leads on to the progress.
    let its_own = next::place(record).filter(|place| matches!(place, Route::Certificate(_)));
    let to = match its_own {
        _ if on_its_way => Route::Receipt(record.id.clone()),
        Some(place) => place,
        None => Route::Status(record.id.clone()),
    };
    let (tone, word, drawing) = match certificate {
        _ if waits => (Tone::Go, i18n.text(waiting(offline).0), drawing(record.state)),
        Some(certificate) => {
            let tone = match certificate.state_on(i18n.day_at_office(now)) {
                CertificateState::Valid => Tone::Ok,
                CertificateState::Expired | CertificateState::Revoked => Tone::Bad,
                CertificateState::Suspended => Tone::Warn,
                CertificateState::Unknown => Tone::Plain,
            };
            (tone, i18n.certificate_word(certificate, now), Icon::Mark)
        }
        None => (tone(record.state), i18n.status_word(record, now), drawing(record.state)),
    };
    Task {
        drawing,
        title: title.into(),
        meta: record_meta(i18n, record, now).filter(|_| !on_its_way).map(Into::into),
        end: tag(tone, word),
        to: Some(nav.link(&to)),
    }
}

/// The one line that helps most: the visit, the day it is due, the day of the answer, or the number. What ended before it was
/// ever sent has none.
fn record_meta(i18n: I18n, record: &ApplicationRecord, now: Instant) -> Option<String> {
    let day = |key, day| Some(i18n.say(key, &[("date", i18n.day(day).into())]));
    if let Some(certificate) = record.handed_over().filter(|_| record.stopped().is_none()) {
        if i18n.void(record, now).is_some() || record.renewable_on(i18n.day_at_office(now)).is_some() {
            return Some(i18n.next_sentence(record, &office(Vec::new()), now));
        }
        return Some(i18n.say(K::HomeCertUntil, &[("date", i18n.day_plain(certificate.valid_until).into())]));
    }
    if let Some(visit) = record.examination.appointment.as_ref().filter(|_| record.state == State::Booked) {
        let start = visit.slot.start;
        return Some(i18n.say(K::HomeVisit, &[("date", i18n.date(start).into()), ("time", i18n.time(start).into())]));
    }
    match (record.turn(), record.due_on, record.reply_by, &record.number) {
        (Turn::Applicant, Some(due), _, _) => day(K::HomeDue, due),
        (Turn::Office, _, Some(reply), _) => day(K::HomeReply, reply),
        (_, _, _, Some(number)) => Some(i18n.say(K::HomeNumber, &[("number", number.as_str().into())])),
        (_, _, _, None) => (record.state == State::Draft).then(|| i18n.text(K::StatusDraft)),
    }
}

fn draft_task(offline: Offline, nav: Nav, i18n: I18n, draft: &DraftSummary) -> Task {
    if draft.owner == Owner::SomebodyElse {
        return Task {
            drawing: Icon::Lock,
            title: t(K::HomeLocked).into(),
            meta: Some(t(K::HomeLockedHint).into()),
            end: ().into_any(),
            to: None,
        };
    }
    let id = draft.id.application.clone();
    let meta = draft
        .saved_at
        .map(|at| i18n.say(K::HomeDraftMeta, &[("date", i18n.date(at).into()), ("time", i18n.time(at).into())]));
    let (word, tone, to) = if queued(offline, &id) {
        (waiting(offline).0, Tone::Go, Route::Receipt(id))
    } else {
        (K::StatusDraft, Tone::Plain, Route::Tasks(id))
    };
    Task {
        drawing: Icon::Edit,
        title: draft
            .holder
            .as_ref()
            .map_or_else(|| i18n.text(K::HomeDraft), |name| i18n.say(K::TasksTitle, &[("name", name.as_str().into())]))
            .into(),
        meta: meta.map(Into::into),
        end: tag(tone, t(word)),
        to: Some(nav.link(&to)),
    }
}

/// What is said of it then.
fn waiting(offline: Offline) -> (K, K) {
    i18n::queued(offline.waits_for_sign_in())
}

/// Whether it was submitted and waits for the network.
fn queued(offline: Offline, application: &str) -> bool {
    offline.is_queued(application)
}

fn tone(state: State) -> Tone {
    match state {
        State::Returned | State::Counter | State::Missed | State::ReportReturned | State::Referred => Tone::Warn,
        State::Accepted
        | State::Booked
        | State::Submitted
        | State::Resubmitted
        | State::InReview
        | State::Examined
        | State::ReportReview => Tone::Go,
        State::Passed | State::Issued | State::Collected => Tone::Ok,
        State::Rejected => Tone::Bad,
        State::Draft | State::Withdrawn | State::Lapsed | State::Unknown => Tone::Plain,
    }
}

fn drawing(state: State) -> Icon {
    match state {
        State::Draft => Icon::Edit,
        State::Returned | State::ReportReturned => Icon::Words,
        State::Counter => Icon::Place,
        State::Accepted | State::Booked | State::Missed => Icon::Calendar,
        State::Referred => Icon::Info,
        State::Issued | State::Collected | State::Passed => Icon::Mark,
        State::Submitted
        | State::InReview
        | State::Resubmitted
        | State::Examined
        | State::ReportReview
        | State::Unknown => Icon::Clock,
        State::Rejected | State::Withdrawn | State::Lapsed => Icon::Document,
    }
}

fn begin_button(offline: Offline, kind: Kind, label: K) -> AnyView {
    let nav = Nav::here();
    let begin = Callback::new(move |()| entrance::begin(nav, offline));
    view! { <Button label=t(label) kind=kind before=Icon::Plus on_press=begin/> }.into_any()
}

fn begin_another(offline: Offline) -> AnyView {
    let some = memo(move || !rows_of(offline).is_empty());
    live(move || {
        some.get().then(|| {
            view! {
                <div class="hc-row">{begin_button(offline, Kind::Quiet, K::HomeAnother)}</div>
                <p class="hc-hint">{t(K::HomeFamily)}</p>
            }
        })
    })
}

/// Outbox, settings, signing in or out.
fn others(offline: Offline, signed_out: Memo<bool>) -> AnyView {
    let (nav, i18n) = (Nav::here(), I18n::here());
    let waiting = memo(move || offline.not_there_yet());
    let onward = || ui::icon(Icon::Next);
    let count =
        view! { <span class="is-todo">{live(move || i18n.say(K::OutboxCount, &[("n", waiting.get().into())]))}</span> };
    let link =
        |drawing, key, end, to: Route| Task { drawing, title: t(key).into(), meta: None, end, to: Some(nav.link(&to)) };
    let rows = vec![
        link(Icon::Up, K::OutboxTitle, count.into_any(), Route::Outbox),
        link(Icon::LargeText, K::SettingsTitle, onward(), Route::Settings),
    ];
    let announcer = Announcer::here();
    let leaving = Leaving::new(nav, offline, Route::Entrance);
    let (busy, why) = (leaving.busy, leaving.trouble(i18n));
    let asked: RwSignal<Option<Counts>> = RwSignal::new(None);
    let leave = {
        let leaving = leaving.clone();
        Callback::new(move |()| {
            let here = untrack(|| offline.what_is_here());
            if here.is_nothing() {
                sign_out(i18n, announcer, leaving.clone());
            } else {
                asked.set(Some(here));
            }
        })
    };
    let question = move || asked.get().map(|here| keep_or_erase(i18n, announcer, leaving.clone(), here, asked));
    let shown = move || match offline.session().get() {
        SessionState::SignedIn(session) => session.shown,
        SessionState::Unknown | SessionState::SignedOut | SessionState::Ended(_) => None,
    };
    let account = move || {
        match (signed_out.get(), shown()) {
        (true, _) => Some(view! { <div class="hc-row"><LinkButton to=nav.link(&Route::SignIn) label=t(K::SigninTitle) kind=Kind::Quiet/></div> }.into_any()),
        (false, Some(phone)) => Some(
            view! {
                <p class="hc-hint">{i18n.say(K::SigninAs, &[("phone", phone.into())])}</p>
                <p><Button label=t(K::SigninOut) kind=Kind::Text busy=busy busy_label=t(K::SigninOutGoing) on_press=leave/></p>
            }
            .into_any(),
        ),
        (false, None) => None,
    }
    };
    view! { {section_title(t(K::HomeOther))} {task_list(rows)} {live(account)} {live(question)} {why} }.into_any()
}

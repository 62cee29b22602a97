//! `/a/{id}/results`: the outcome first, the items second, what is sensitive covered until tapped.
use super::{back, online, phone, reading, record_of, referral, trouble};
use crate::api::{ApiError, Followed};
use crate::i18n::{I18n, K, t};
use crate::offline::{Needs, Offline};
use crate::reactive::{RwSignal, Signal, effect, memo};
use crate::route::{Nav, Route, next};
use crate::ui::{
    Announcer, Button, Frame, Icon, Kind, LinkButton, PageTitle, Tone, alert, can_print, card, download, icon, live,
    next_panel, note, plain_note, print_page, section_title, skeleton, small_icon, tap_link, telephone_in,
};
use contract::api::{ApplicationRecord, Examination, ExaminationOutcome, Link, Words};
use contract::application::{Act, State};
use contract::examination::read;
use leptos::{prelude::*, task::spawn_local};
use view::view;

/// What the links of the page share, however often it is drawn.
#[derive(Clone, Copy)]
struct Links {
    followed: StoredValue<Followed>,
    /// The examination was read again, for a link that works.
    read_anew: Callback<Examination>,
    /// Why the report that was asked for did not come.
    lack: RwSignal<Option<Lack>>,
}

/// Why a report did not come.
#[derive(Clone)]
enum Lack {
    /// Its link could not be read.
    Unread(ApiError),
    /// There is none any more.
    Gone,
    /// The browser took no file.
    Browser,
}

/// How far the reading of the results has come.
#[derive(Clone, PartialEq)]
enum Results {
    Coming,
    Missing(ApiError),
    Known(Box<Examination>),
}

/// The page.
pub(super) fn page(id: String) -> AnyView {
    let (offline, nav) = (Offline::here(), Nav::here());
    let (record, asking) = record_of(offline, &id);
    let results = RwSignal::new(Results::Coming);
    // Read again when the application moves, since results come with the conclusion, and when the language changes.
    let (i18n, announcer, phone) = (I18n::here(), Announcer::here(), phone(offline));
    let state = memo(move || record.with(|record| record.as_ref().map(|record| record.state)));
    let wanted = id.clone();
    let busy = RwSignal::new(false);
    let ask = Callback::new(move |()| {
        let id = wanted.clone();
        busy.set(true);
        spawn_local(async move {
            // Anew: the link of a copy may have been followed as often as it works.
            let reply = offline.examination_anew(&id).await;
            busy.try_set(false);
            match reply {
                Ok(kept) => {
                    results.try_set(Results::Known(Box::new(kept.value)));
                }
                Err(_) if results.try_with_untracked(|it| matches!(it, Results::Known(_))) == Some(true) => {}
                Err(why) => {
                    // What stands there already, and stays, is heard only when it is said again.
                    if results.try_with_untracked(|it| matches!(it, Results::Missing(_))) == Some(true) {
                        announcer.say(&unread(i18n, &why, &phone.try_get_untracked().unwrap_or_default()));
                    }
                    results.try_set(Results::Missing(why));
                }
            }
        });
    });
    effect(move || {
        state.track();
        i18n.lang();
        ask.run(());
    });
    let is_missing = move || results.try_with_untracked(|it| matches!(it, Results::Missing(_))) == Some(true);
    offline.when_back(Needs::SignIn, is_missing, move || ask.run(()));
    let head = back(nav, &id);
    let hidden = hidden_count();
    let read = Callback::new(move |examination| {
        results.try_set(Results::Known(Box::new(examination)));
    });
    let links = Links { followed: StoredValue::new(Followed::default()), read_anew: read, lack: RwSignal::new(None) };
    let body = move || {
        let record = record.get()?;
        Some(results.with(|results| match results {
            Results::Coming => skeleton(t(K::WaitOpen), 6),
            Results::Missing(why) => missing(i18n, why, &phone.get(), ask, busy),
            Results::Known(examination) => body(&id, &record, examination, hidden, links),
        }))
    };
    view! {
        {head}
        <PageTitle words=t(K::ResTitle)/>
        {trouble::waiting(record, asking)}
        {live(body)}
        <div role="status">{live(move || links.lack.get().map(no_report))}</div>
    }
    .into_any()
}

/// Below the button, also where it went with the report.
fn no_report(lack: Lack) -> AnyView {
    let said = |words| view! { <p>{t(words)}</p> }.into_any();
    let body = match lack {
        Lack::Unread(why) => {
            trouble::unread(Signal::derive(move || Some(why.clone())), K::ResReportFailed, K::ResReportFailedWhy)
        }
        Lack::Gone => said(K::ResReportGone),
        Lack::Browser => said(K::ResReportBrowser),
    };
    note(Tone::Warn, Icon::Info, false, body)
}

/// Why the results are not here, and the way to try again. It stays while they are asked for, and with it the focus.
fn missing(i18n: I18n, why: &ApiError, phone: &str, again: Callback<()>, busy: RwSignal<bool>) -> AnyView {
    let said = unread(i18n, why, phone);
    let body = view! { <p>{said}</p> <p><Button label=t(K::AppRetry) kind=Kind::Text busy=busy on_press=again/></p> };
    alert(Tone::Warn, Icon::Offline, body.into_any())
}

fn unread(i18n: I18n, why: &ApiError, phone: &str) -> String {
    match why {
        ApiError::Unreachable => i18n.text(K::ResFailed),
        other => trouble::words(i18n, other, phone),
    }
}

/// Counts how often the page was hidden: what is sensitive is covered then.
fn hidden_count() -> Signal<u32> {
    let count = RwSignal::new(0_u32);
    let more = move || {
        count.try_update(|count| *count = count.wrapping_add(1));
    };
    let seen = window_event_listener_untyped("visibilitychange", move |_| {
        if document().hidden() {
            more();
        }
    });
    let left = window_event_listener_untyped("pagehide", move |_| more());
    on_cleanup(move || {
        seen.remove();
        left.remove();
    });
    count.into()
}

fn body(id: &str, record: &ApplicationRecord, examination: &Examination, hidden: Signal<u32>, links: Links) -> AnyView {
    let i18n = I18n::here();
    let language = i18n.lang();
    let mut found: Vec<_> = examination.observations.iter().filter_map(|it| read(it, language)).collect();
    // Whoever has passed owes nothing more, whatever was found on the way.
    if concluded(record, examination) == Some(ExaminationOutcome::Passed) {
        for reading in found.iter_mut().filter(|reading| reading.asks()) {
            reading.outcome = None;
        }
    }
    // What asks something comes first: nobody has to uncover ten to find it.
    found.sort_by_key(|reading| !reading.asks());
    let asking = found.iter().filter(|reading| reading.asks()).count();
    let asked = (asking > 0).then(|| view! { <p class="hc-hint">{i18n.say(K::ResAsks, &[("n", asking.into())])}</p> });
    // Why some are covered is said once, not in every row.
    let is_covered = found.iter().any(|found| found.sensitive);
    let some_covered =
        is_covered.then(|| view! { <p class="hc-hint">{small_icon(Icon::Eye)} " " {t(K::ResHidden)}</p> });
    let rows = found.into_iter().map(|found| reading::row(i18n, found, hidden)).collect_view();
    let items = (!examination.observations.is_empty()).then(|| {
        view! {
            {examination.examined_on.map(|day| view! { <p class="hc-meta">{i18n.say(K::ResExamined, &[("day", i18n.day(day).into())])}</p> })}
            {section_title(t(K::ResItems))}
            {asked}
            {some_covered}
            <dl class="hc-card hc-card--flush hc-sum">{rows}</dl>
        }
    });
    let report = examination.report.clone().map(|link| report(id, link, links));
    let matters = !examination.observations.is_empty() || record.state == State::Referred;
    let phone = phone(Offline::here());
    let doubt = move || {
        let phone = phone.get();
        (!phone.is_empty()).then(|| {
            let words = i18n.say(K::ResDoubt, &[("phone", phone.as_str().into())]);
            view! { <p>{telephone_in(&words, &phone)}</p> }
        })
    };
    view! {
        {outcome(i18n, id, record, examination, asking)}
        {said(t(K::ResFinding), examination.finding.as_ref())}
        {said(t(K::ResAdvice), examination.advice.as_ref())}
        {items}
        {online::checks(examination)}
        {note(Tone::Plain, Icon::Info, false, view! { <p>{t(K::ResScope)}</p> {live(doubt)} }.into_any())}
        {on_paper(i18n, report, matters.then_some(is_covered))}
    }
    .into_any()
}

/// What is taken along: the report, and this page on paper as it stands on the screen, where there is something on it to show;
/// it is known then whether some of it `is_covered`.
fn on_paper(i18n: I18n, report: Option<impl IntoView + 'static>, is_covered: Option<bool>) -> AnyView {
    let (row, frame, announcer) = (NodeRef::new(), Frame::here(), Announcer::here());
    let refused = RwSignal::new(false);
    let print = move |()| {
        refused.set(false);
        if print_page(row, frame, "a4").is_err() {
            leptos::logging::warn!("this browser does not print");
            refused.set(true);
            announcer.say(&i18n.text(K::ResPrintFailed));
        }
    };
    let not_printed = move || refused.get().then(|| plain_note(Tone::Warn, Icon::Info, t(K::ResPrintFailed)));
    let is_covered = is_covered.filter(|_| can_print());
    let button = is_covered
        .map(|_| view! { <Button label=t(K::ResPrint) kind=Kind::Quiet before=Icon::Printer on_press=print/> });
    let hint =
        is_covered.unwrap_or_default().then(|| view! { <p class="hc-hint hc-unprinted">{t(K::ResPrintHint)}</p> });
    view! { <div class="hc-row" node_ref=row>{report} {button}</div> {hint} {live(not_printed)} }.into_any()
}

/// The report, where it can be had: its link works for minutes only, and is read anew once they are over.
fn report(id: &str, link: Link, Links { followed, read_anew, lack }: Links) -> AnyView {
    let (offline, id) = (Offline::here(), id.to_owned());
    let api = offline.api();
    let address = api.link_url(&link);
    let press = Callback::new(move |event: web_sys::MouseEvent| {
        lack.set(None);
        if followed.with_value(|it| it.may_follow(&link, offline.now())) {
            followed.update_value(|it| it.note(&link));
            return;
        }
        event.prevent_default();
        let (id, api, ended) = (id.clone(), api.clone(), link.clone());
        spawn_local(async move {
            match offline.examination_anew(&id).await {
                // The copy on this phone, whose link is over: why there is nothing newer it does not tell.
                Ok(kept) if kept.value.report.as_ref() == Some(&ended) && ended.until <= offline.now() => {
                    lack.try_set(Some(Lack::Unread(ApiError::Unreachable)));
                }
                Ok(kept) => {
                    let missing = match &kept.value.report {
                        Some(link) => {
                            followed.try_update_value(|it| it.note(link));
                            download(&api.link_url(link), "").err().map(|why| {
                                leptos::logging::warn!("the report: {why:?}");
                                Lack::Browser
                            })
                        }
                        None => Some(Lack::Gone),
                    };
                    read_anew.try_run(kept.value);
                    lack.try_set(missing);
                }
                Err(why) => drop(lack.try_set(Some(Lack::Unread(why)))),
            }
        });
    });
    let there = memo(move || !offline.is_away());
    live(move || {
        let address = address.clone();
        there.get().then(|| {
            view! {
                <a class="hc-btn hc-btn--quiet" href=address download="" rel="noreferrer" on:click=move |event| press.run(event)>
                    {icon(Icon::Down)}
                    {t(K::ResReport)}
                </a>
            }
        })
    })
}

/// What an examiner wrote, as written.
fn said(title: impl Fn() -> String + Copy + Send + Sync + 'static, words: Option<&Words>) -> Option<AnyView> {
    let words = words?.clone();
    Some(card(
        view! { <h2 class="hc-h3" aria-level=crate::ui::heading_level(2)>{title}</h2> <p lang=words.lang>{words.text}</p> }
            .into_any(),
    ))
}

/// What the examination says. The application may be further than the results that were read last.
fn concluded(record: &ApplicationRecord, examination: &Examination) -> Option<ExaminationOutcome> {
    match record.state {
        State::Passed | State::Issued | State::Collected => Some(ExaminationOutcome::Passed),
        State::Referred => Some(ExaminationOutcome::Referred),
        State::Rejected if record.is_refused_for_finding() => Some(ExaminationOutcome::Unfit),
        _ => examination.outcome,
    }
}

/// The one thing that the examination says, and the one way on.
fn outcome(i18n: I18n, id: &str, record: &ApplicationRecord, examination: &Examination, asking: usize) -> AnyView {
    let nav = Nav::here();
    let over = record.holder.as_ref().map(|holder| holder.name.clone()).unwrap_or_default();
    match concluded(record, examination) {
        Some(ExaminationOutcome::Passed) if record.state == State::Collected => {
            let open = next::place(record).map(
                |place| view! { <LinkButton to=nav.link(&place) label=t(K::ProgressGoCollected) kind=Kind::Quiet/> },
            );
            view! { {plain_note(Tone::Ok, Icon::Ok, t(K::ResPassed))} <div class="hc-row">{open}</div> }.into_any()
        }
        Some(ExaminationOutcome::Unfit) => unfit(i18n, record),
        // It has ended otherwise: nothing is waited for any more.
        _ if record.state.is_end() || record.is_stopped_early() => {
            // Why stands on its own page.
            let to = nav.link(&Route::Status(id.to_owned()));
            let word = i18n.status_word(record, Offline::here().now());
            let body = view! { <p>{word}</p> <p>{tap_link(to, t(K::ReceiptLook))}</p> };
            note(Tone::Plain, Icon::Info, false, body.into_any())
        }
        Some(ExaminationOutcome::Passed) if record.action(Act::Collect).is_some() => {
            let go = view! { <LinkButton to=nav.link(&Route::Collect(id.to_owned())) label=t(K::ActCollect) after=Icon::Next/> };
            next_panel(over, t(K::ResPass), Some(live(t(K::ResPassedBody))), Some(go.into_any()))
        }
        Some(ExaminationOutcome::Passed) => plain_note(Tone::Ok, Icon::Ok, t(K::ResPassedSoon)),
        Some(ExaminationOutcome::Referred) if record.state == State::Referred => {
            let referral = record.examination.referral.clone().unwrap_or_default();
            referral::card(i18n, &referral, record.due_on, asking)
        }
        Some(ExaminationOutcome::Referred | ExaminationOutcome::Unknown) | None => {
            let by = examination.results_by.or(record.reply_by);
            let words = match by {
                // What was found stands below.
                _ if !examination.observations.is_empty() => i18n.text(K::ResOpen),
                Some(day) => i18n.say(K::ResWaitBy, &[("day", i18n.day(day).into())]),
                None => i18n.text(K::ResWait),
            };
            plain_note(Tone::Plain, Icon::Clock, words)
        }
    }
}

/// Not fit for this work: the office's words, how to be checked again, how to disagree.
fn unfit(i18n: I18n, record: &ApplicationRecord) -> AnyView {
    let decision = record.decision.as_ref();
    let words = decision.and_then(|it| it.words.clone()).map(|words| view! { <p lang=words.lang>{words.text}</p> });
    let appeal = decision.and_then(|it| it.appeal.as_ref()).map(|appeal| {
        let args = [("until", i18n.day_year(appeal.until).into()), ("where", appeal.place.as_str().into())];
        let (words, phone) = (i18n.say(K::ProgressAppeal, &args), phone(Offline::here()));
        view! { <p>{live(move || phone.with(|phone| telephone_in(&words, phone)))}</p> }
    });
    let body = view! { <p><b>{t(K::ResUnfit)}</b></p> <p>{t(K::ResUnfitBody)}</p> {words} {appeal} };
    note(Tone::Bad, Icon::Refused, false, body.into_any())
}

//! A report for online verification: the same engine and a small form of its own, or what came back of one.

use super::handing::Handing;
use super::opening::{DrawDocument, Draws, Opened, Wanted, opened};
use super::returned::round_page;
use super::save::{other_tab_at, save_or_missing};
use super::sending::supplement;
use crate::form::{errors_above, page_name, passage, step_items};
use crate::i18n::{I18n, K, t};
use crate::offline::{DraftId, FormKind, Offline, SaveState};
use crate::reactive::{Memo, RwSignal, Signal, derive, effect, memo};
use crate::route::{Nav, Route};
use crate::ui::{Button, LinkButton, PageTitle, action_bar, back_link, disclosure, heading_level, live, skeleton};
use contract::api::{ApplicationRecord, REPORT_FORM};
use contract::application::{Act, State};
use contract::questionnaire::{Form, Item, ItemKind, Pointer, SITE_SYSTEM, Step};
use leptos::{prelude::*, task::spawn_local};
use std::pin::Pin;
use std::sync::Arc;
use view::view;

/// The page.
pub(super) fn page(application: &str, documents: DrawDocument) -> AnyView {
    let offline = Offline::here();
    let record = offline.record(application);
    // After a reload the page is here before what this phone knows of the application is.
    let asked = RwSignal::new(false);
    let id = application.to_owned();
    spawn_local(async move {
        drop(offline.refresh(&id).await);
        asked.try_set(true);
    });
    // It stays open once it was: what is being sent stays on the screen.
    let open = Memo::new(move |was: Option<&bool>| {
        was == Some(&true) || record.with(|kept| kept.as_ref().is_some_and(|it| it.value.action(Act::Report).is_some()))
    });
    let unknown = memo(move || !asked.get() && record.with(Option::is_none));
    let application = application.to_owned();
    live(move || match open.get().then(|| record.get_untracked()).flatten() {
        Some(kept) => untrack(|| begun(&application, kept.value, documents.clone())),
        None if unknown.get() => skeleton(t(K::WaitOpen), 4),
        None => not_now(&application),
    })
}

fn begun(application: &str, record: ApplicationRecord, documents: DrawDocument) -> AnyView {
    if record.state == State::ReportReturned && !record.returned.is_empty() {
        return round_page(application, FormKind::Report, documents);
    }
    let wanted = Wanted {
        id: DraftId::report(application, record.report_round),
        questionnaire: record.report_questionnaire.clone().unwrap_or_else(|| REPORT_FORM.to_owned()),
        base: None,
        prepare: Some(narrowed),
        draws: Draws::Anything,
    };
    opened(&wanted, documents, move |opened| form_page(opened, &record))
}

/// A report is taken from some places only: the others are left out of its list.
pub(super) fn narrowed(
    offline: Offline,
    application: String,
    form: Arc<Form>,
) -> Pin<Box<dyn Future<Output = Arc<Form>>>> {
    Box::pin(async move {
        match offline.examination(&application).await {
            Ok(kept) if !kept.value.institutions.is_empty() => {
                Arc::new(form.narrowed(SITE_SYSTEM, &kept.value.institutions))
            }
            Ok(_) | Err(_) => form,
        }
    })
}

fn not_now(application: &str) -> AnyView {
    let nav = Nav::here();
    view! {
        <PageTitle words=t(K::ReportNo)/>
        <p>{t(K::ReportNoBody)}</p>
        <div class="hc-row"><LinkButton to=nav.link(&Route::Status(application.to_owned())) label=t(K::ReceiptLook)/></div>
    }
    .into_any()
}

/// What a report has to tell: the form speaks of it, and it was seen a page before.
fn items(application: &str) -> AnyView {
    let (offline, i18n, id) = (Offline::here(), I18n::here(), application.to_owned());
    let found = RwSignal::new(Vec::new());
    effect(move || {
        // The office says it in the language that it is asked in.
        i18n.lang();
        let id = id.clone();
        spawn_local(async move {
            // Without it the page before is the place to look.
            if let Ok(kept) = offline.examination(&id).await {
                let required = kept.value.profile.into_iter().filter(|item| item.required);
                found.try_set(required.map(|item| item.title).collect());
            }
        });
    });
    live(move || {
        let titles: Vec<String> = found.get();
        let rows = titles.iter().map(|title| view! { <li>{title.clone()}</li> });
        let list = view! { <ul class="hc-dots">{rows.collect_view()}</ul> };
        (!titles.is_empty()).then(|| disclosure(t(K::ExamReportItems), list.into_any()))
    })
}

fn form_page(opened: Opened, record: &ApplicationRecord) -> AnyView {
    let (nav, offline, filling) = (Nav::here(), Offline::here(), opened.filling);
    filling.stands_on_one_page();
    let form = filling.form();
    // Where a part begins with a document, both may have one name: further down it would be missed. In the form's own words: a
    // short name begins small in English.
    for item in form.items.iter().filter(|item| item.kind == ItemKind::Attachment) {
        let of_part = |step: &Step, it: &Item| form.step_of(&it.link_id).is_some_and(|of| of.link_id == step.link_id);
        let begins = |step: &Step| {
            let first = form.items.iter().find(|it| it.is_question() && of_part(step, it));
            first.is_some_and(|first| first.link_id == item.link_id)
        };
        let is_named = |step: &&Step| step.title.get("").text == item.label().get("").text;
        if form.step_of(&item.link_id).filter(is_named).is_some_and(begins) {
            filling.stands_under_its_name(Pointer::item(&item.link_id));
        }
    }
    let sections = form
        .steps
        .iter()
        .map(|step| {
            let lead = step.spec.lead.as_ref().map(|lead| view! { <p>{passage(lead)}</p> });
            view! {
                <section class="hc-group">
                    <h2 class="hc-h2" aria-level=heading_level(2)>{passage(&step.title)}</h2>
                    {lead}
                    {step_items(filling, &step.link_id, true)}
                </section>
            }
        })
        .collect_view();
    let handing = Handing::new(opened, &Route::Report(opened.filling.application()), |_| true);
    let (id, round) = (record.id.clone(), record.report_round);
    let send = {
        let id = id.clone();
        move || {
            if !handing.may_go() {
                return;
            }
            handing.busy.set(true);
            let whole = opened.draft().answers.get_untracked();
            let frozen = supplement(opened, offline, &whole, round, &|_| true);
            let id = id.clone();
            spawn_local(async move {
                let stored = offline.report(&id, &frozen).await;
                handing.came(&Route::Report(id.clone()), id, stored);
            });
        }
    };
    let act = handing.act(move || {
        let busy = Signal::from(handing.busy);
        view! { <Button label=t(K::ReportGo) submit=true busy=busy busy_label=t(K::ReportGoing)/> }.into_any()
    });
    let title = t(K::ReportTitle);
    // Until something of it is stored and that is said there, it says what is asked.
    let (saved, i18n) = (opened.draft().saved(), filling.i18n());
    let missing = derive(move || {
        let names = (saved.get() == SaveState::Nothing).then(|| filling.names_left())?;
        match names.len() {
            0 => None,
            1..=3 => Some(i18n.say(K::ReportOpen, &[("list", i18n.list(&names).into())])),
            n => Some(i18n.say(K::CheckLeft, &[("n", n.into())])),
        }
    });
    let form = view! {
        <form
            class="hc-form"
            novalidate
            on:submit=move |event| {
                event.prevent_default();
                send();
            }
        >
            {sections}
            {handing.lost_note()}
            {handing.note()}
            {action_bar(Some(save_or_missing(opened, "", missing)), act)}
        </form>
    };
    view! {
        {back_link(nav.link(&Route::Status(id)), t(K::FormUp))}
        {errors_above(filling)}
        <PageTitle words=title document=page_name(filling, title)/>
        {other_tab_at(opened, handing.elsewhere)}
        {items(&record.id)}
        {filling.hears(form)}
    }
    .into_any()
}

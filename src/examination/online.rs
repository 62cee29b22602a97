//! The way by report: what it must hold, whose reports are taken, what was found in the one that was sent.
use super::places::Places;
use crate::i18n::{I18n, K, t, tv};
use crate::route::{Nav, Route};
use crate::ui::{Icon, LinkButton, Tone, disclosure, icon, section_title, small_icon};
use contract::api::{Examination, ReportCheck, ReportCheckState};
use leptos::prelude::*;
use view::view;

/// What leads to the report form. `returned`: parts of an earlier report came back.
pub(super) fn lead(id: &str, examination: &Examination, places: Places, again: Callback<()>) -> AnyView {
    let nav = Nav::here();
    let days = examination.max_age_days;
    let names = {
        let institutions = examination.institutions.clone();
        move || {
            let names = places.sites.with(|sites| {
                let named = |id: &String| sites.iter().find(|site| site.id == *id).map(|site| site.name.clone());
                institutions.iter().filter_map(named).collect::<Vec<_>>()
            });
            names.into_iter().map(|name| view! { <li>{icon(Icon::Place)}<span>{name}</span></li> }).collect_view()
        }
    };
    let checked = checks(examination);
    let items = if examination.report_check.is_empty() { Some(items(examination)) } else { None };
    view! {
        <p>{tv(K::ExamReportNeeds, move || (days > 0).then(|| ("n", days.into())).into_iter().collect())}</p>
        {checked}
        {items}
        {disclosure(
            t(K::ExamReportPlaces),
            view! { {places.trouble(again)} <ul class="hc-list">{names}</ul> }.into_any(),
        )}
        <div class="hc-actions">
            <LinkButton to=nav.link(&Route::Report(id.to_owned())) label=t(K::ExamReportGo) after=Icon::Next/>
        </div>
    }
    .into_any()
}

fn items(examination: &Examination) -> AnyView {
    let rows = examination
        .profile
        .iter()
        .filter(|item| item.required)
        .map(|item| view! { <li>{item.title.clone()}</li> })
        .collect_view();
    view! { {section_title(t(K::ExamReportItems))} <ul class="hc-dots">{rows}</ul> }.into_any()
}

/// What the examiner found in the report, item by item; nothing before somebody looked.
pub(super) fn checks(examination: &Examination) -> Option<AnyView> {
    if examination.report_check.is_empty() {
        return None;
    }
    let title = |code: &str| {
        let item = examination.profile.iter().find(|item| item.code.code == code);
        item.map_or_else(|| code.to_owned(), |item| item.title.clone())
    };
    let rows = examination.report_check.iter().map(|check| row(title(&check.code), check)).collect_view();
    Some(view! { {section_title(t(K::ExamReportCheck))} <ul class="hc-card hc-card--flush">{rows}</ul> }.into_any())
}

fn row(title: String, check: &ReportCheck) -> AnyView {
    let i18n = I18n::here();
    let (drawing, tone, key) = match check.state {
        ReportCheckState::Found => (Icon::Check, Tone::Ok, K::ExamReportFound),
        ReportCheckState::Missing => (Icon::Unsure, Tone::Warn, K::ExamReportMissing),
        ReportCheckState::Unclear => (Icon::Eye, Tone::Warn, K::ExamReportUnclear),
    };
    let words =
        check.words.clone().map(|words| view! { <br/><span class="hc-meta" lang=words.lang>{words.text}</span> });
    view! {
        <li class="hc-task">
            <span class=tone.class()>{small_icon(drawing)}</span>
            <span>
                <span class="hc-h3">{title}</span>
                <br/>
                <span class="hc-meta">{i18n.text(key)}</span>
                {words}
            </span>
        </li>
    }
    .into_any()
}

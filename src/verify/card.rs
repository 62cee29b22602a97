//! A verdict as it is shown: its shape, its words, and what the issuer signed.
use super::words::{self, Way};
use crate::i18n::{I18n, K, t};
use crate::ui::{Button, Kind, disclosure, heading_level, icon, live};
use contract::api::Service;
use contract::credential::{Claims, Judgement, Reason, Verdict};
use leptos::{html, prelude::*};
use view::view;

/// A verdict, judged at `now`. It takes the focus, so that it is heard first.
pub(super) fn verdict(
    judgement: Judgement,
    way: Way,
    now: i64,
    service: Option<&Service>,
    on_again: Callback<()>,
) -> AnyView {
    let i18n = I18n::here();
    let reason = judgement.reason;
    let (drawing, class) = words::shape(reason);
    let node: NodeRef<html::Section> = NodeRef::new();
    node.on_load(|section| {
        if section.focus().is_err() {
            leptos::logging::warn!("the verdict could not take the focus");
        }
    });
    let title = move || words::said(i18n, reason, way, now).0;
    let act = move || words::said(i18n, reason, way, now).1;
    let again = words::worth_asking_again(reason)
        .then(|| view! { <p><Button label=t(K::VAgain) kind=Kind::Quiet on_press=on_again/></p> });
    let signed = judgement.certificate.map(|claims| signed(reason, &claims, service));
    view! {
        <section node_ref=node class=class role="status" tabindex="-1">
            {icon(drawing)}
            <h2 class="hc-h1" aria-level=heading_level(2)>{live(title)}</h2>
            <p>{live(act)}</p>
            {again}
        </section>
        {signed}
        {disclosure(t(K::VHowTitle), view! { <p>{t(K::VHow)}</p> }.into_any())}
    }
    .into_any()
}

/// What the issuer signed, and the one thing that only a person can check.
fn signed(reason: Reason, claims: &Claims, service: Option<&Service>) -> AnyView {
    let i18n = I18n::here();
    let category = service.and_then(|it| it.categories.iter().find(|c| c.code == claims.category));
    let category = category.map_or_else(|| claims.category.clone(), |it| it.title.clone());
    let issuer = service.and_then(|it| it.issuers.iter().find(|i| i.iss == claims.issuer));
    let issuer = issuer.map_or_else(|| claims.issuer.clone(), |it| it.name.clone());
    let (name, number) = (claims.name.clone(), claims.number.to_string());
    let (from, until) = (claims.valid_from, claims.valid_until);
    let dates = move || {
        let args = [("from", i18n.day_plain(from).into()), ("until", i18n.day_plain(until).into())];
        i18n.say(K::VDatesRange, &args)
    };
    let face = (reason.verdict() == Verdict::Valid).then(|| view! { <p><b>{t(K::VPhoto)}</b></p> });
    view! {
        <dl class="hc-card hc-card--flush hc-sum">
            <div><dt>{t(K::CertName)}</dt><dd><b><bdi>{name}</bdi></b></dd></div>
            <div><dt>{t(K::CertCategory)}</dt><dd><bdi>{category}</bdi></dd></div>
            <div><dt>{t(K::VDates)}</dt><dd>{live(dates)}</dd></div>
            <div><dt>{t(K::VIssuer)}</dt><dd><bdi>{issuer}</bdi></dd></div>
            <div><dt>{t(K::VNumber)}</dt><dd class="hc-num"><bdi>{number}</bdi></dd></div>
        </dl>
        {face}
    }
    .into_any()
}

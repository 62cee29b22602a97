//! A verdict as it is shown: its shape, its words, and what the issuer signed.
use super::words::{self, Way};
use crate::i18n::{I18n, K, t};
use crate::offline::Kept;
use crate::reactive::Signal;
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
    service: Signal<Option<Kept<Service>>>,
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
fn signed(reason: Reason, claims: &Claims, service: Signal<Option<Kept<Service>>>) -> AnyView {
    let i18n = I18n::here();
    // What is signed are codes. The office says what it calls them, in the language that it was asked in last.
    let called = move |code: &str, name: fn(&Service, &str) -> Option<String>| {
        service.with(|it| it.as_ref().and_then(|it| name(&it.value, code))).unwrap_or_else(|| code.to_owned())
    };
    let (code, iss) = (claims.category.clone(), claims.issuer.clone());
    let category =
        move || called(&code, |it, code| it.categories.iter().find(|it| it.code == code).map(|it| it.title.clone()));
    let issuer = move || called(&iss, |it, iss| it.issuers.iter().find(|it| it.iss == iss).map(|it| it.name.clone()));
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
            <div><dt>{t(K::CertCategory)}</dt><dd><bdi>{live(category)}</bdi></dd></div>
            <div><dt>{t(K::VDates)}</dt><dd>{live(dates)}</dd></div>
            <div><dt>{t(K::VIssuer)}</dt><dd><bdi>{live(issuer)}</bdi></dd></div>
            <div><dt>{t(K::VNumber)}</dt><dd class="hc-num"><bdi>{number}</bdi></dd></div>
        </dl>
        {face}
    }
    .into_any()
}

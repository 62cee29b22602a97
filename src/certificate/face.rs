//! The certificate as it looks: band, title, photo, facts, validity, code and seal.
use super::art::art;
use crate::i18n::{I18n, K, t};
use crate::reactive::{Signal, effect_from};
use crate::ui::{Icon, Shown, Title, code, fresh_id, heading_level, icon, live};
use chrono::NaiveDate;
use contract::api::{CertificateShown, CertificateState};
use leptos::{html, prelude::*};
use view::view;

/// What is on the card. It changes only when another certificate takes its place.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Facts {
    pub number: String,
    pub shown: CertificateShown,
    pub credential: String,
}

/// The card. `photo` and `seal` are addresses that may come later; a press on the code shows it large.
pub(super) fn face(
    facts: &Facts,
    state: Signal<CertificateState>,
    photo: Signal<Option<String>>,
    seal: Signal<Option<String>>,
    on_code: Callback<()>,
) -> AnyView {
    let i18n = I18n::here();
    let title = fresh_id("certificate");
    let labelled = title.clone();
    let void = move || (state.get() != CertificateState::Valid).then(|| void_word(i18n, state.get()));
    // What does not hold is not offered to an inspector, and yet its code can be read.
    let pressed = move || match state.get() {
        CertificateState::Valid | CertificateState::Unknown => K::CertShow,
        CertificateState::Revoked | CertificateState::Suspended | CertificateState::Expired => K::CertEnlarge,
    };
    let class = move || if void().is_some() { "hc-cert hc-cert--void" } else { "hc-cert" };
    view! {
        <article class=class aria-labelledby=labelled>
            {art()}
            {head(title, state, facts.number.clone())}
            {who(&facts.shown, photo)}
            {rows(&facts.shown)}
            <footer class="hc-cert__foot" data-word=void>
                <button type="button" class="hc-cert__code" on:click=move |_| on_code.run(())>
                    {code(&facts.credential, t(K::CertCode))}
                    <span class="hc-sr">{live(move || i18n.text(pressed()))}</span>
                </button>
                {seal_of(facts.shown.issuer.clone(), seal)}
            </footer>
        </article>
    }
    .into_any()
}

/// The word across a certificate that does not hold.
pub(super) fn void_word(i18n: I18n, state: CertificateState) -> String {
    i18n.text(match state {
        CertificateState::Valid => K::CertStateValid,
        CertificateState::Suspended => K::CertStateSuspended,
        CertificateState::Revoked => K::CertStateRevoked,
        CertificateState::Expired => K::CertStateExpired,
        CertificateState::Unknown => K::CertVoid,
    })
}

fn head(id: String, state: Signal<CertificateState>, number: String) -> AnyView {
    let i18n = I18n::here();
    let node: NodeRef<html::H1> = NodeRef::new();
    let told = use_context::<Shown>();
    effect_from(move |before: Option<bool>| {
        // The holder's name is on the page and never in its title: titles are kept in histories.
        let called = i18n.say(K::CertPage, &[("state", void_word(i18n, state.get()).into())]);
        let Some(heading) = node.get() else { return false };
        if let Some(Shown(tell)) = told {
            tell.run(Title { heading: heading.into(), words: called, is_new: before != Some(true) });
        }
        true
    });
    let numbered = move || i18n.say(K::CertNumber, &[("number", number.clone().into())]);
    view! {
        <header class="hc-cert__head">
            {icon(Icon::Mark)}
            <h1 node_ref=node class="hc-cert__title" id=id tabindex="-1" aria-level=heading_level(1)>{t(K::CertTitle)}</h1>
            <small lang=move || other_language(i18n)>{t(K::CertTitleOther)}</small>
            <br/>
            <small class="hc-num">{live(numbered)}</small>
        </header>
    }
    .into_any()
}

/// The title stands in two languages, so that it is known abroad: the second is English, or Chinese under English.
fn other_language(i18n: I18n) -> &'static str {
    if i18n.lang().starts_with("en") { "zh-CN" } else { "en" }
}

fn who(shown: &CertificateShown, photo: Signal<Option<String>>) -> AnyView {
    let i18n = I18n::here();
    let name = shown.name.clone();
    let id = grouped(&shown.id_masked);
    let (sex, month) = (shown.sex.clone(), shown.birth_month.clone());
    let born = move || {
        let month = month.as_deref().and_then(|it| format!("{it}-01").parse::<NaiveDate>().ok());
        [sex.clone(), month.map(|it| i18n.month_year(it))].into_iter().flatten().collect::<Vec<_>>().join("\u{a0}· ")
    };
    view! {
        <div class="hc-cert__who">
            {live(move || photo_of(photo.get()))}
            <dl>
                <dt class="hc-sr">{t(K::CertName)}</dt>
                <dd class="hc-cert__name"><bdi>{name}</bdi></dd>
                <dt>{t(K::CertBorn)}</dt>
                <dd class="hc-num">{live(born)}</dd>
                <dt>{t(K::CertId)}</dt>
                <dd class="hc-num"><bdi>{id}</bdi></dd>
            </dl>
        </div>
    }
    .into_any()
}

/// The photo, or a place of its size until it is there.
fn photo_of(address: Option<String>) -> AnyView {
    match address {
        Some(src) => view! { <img class="hc-cert__photo" src=src alt=t(K::CertPhoto)/> }.into_any(),
        None => view! { <span class="hc-cert__photo" aria-hidden="true"></span> }.into_any(),
    }
}

fn rows(shown: &CertificateShown) -> AnyView {
    let i18n = I18n::here();
    let (category, outcome) = (shown.category.clone(), shown.outcome.clone());
    let (issued, until) = (shown.issued_on, shown.valid_until);
    view! {
        <dl class="hc-cert__rows">
            <div class="is-wide"><dt>{t(K::CertCategory)}</dt><dd><bdi>{category}</bdi></dd></div>
            <div><dt>{t(K::CertOutcome)}</dt><dd><bdi>{outcome}</bdi></dd></div>
            <div><dt>{t(K::CertIssued)}</dt><dd>{live(move || i18n.day_plain(issued))}</dd></div>
            <div class="is-wide hc-cert__till"><dt>{t(K::CertUntil)}</dt><dd>{live(move || i18n.day_plain(until))}</dd></div>
        </dl>
    }
    .into_any()
}

/// The seal is the issuer's own picture; where it has none, its name stands alone.
fn seal_of(issuer: String, seal: Signal<Option<String>>) -> AnyView {
    let picture = move || seal.get().map(|src| view! { <img class="hc-cert__stamp" src=src alt=t(K::CertSeal)/> });
    view! {
        <div class="hc-cert__seal">
            {live(picture)}
            <p><span class="hc-sr">{t(K::CertIssuer)}</span><b><bdi>{issuer}</bdi></b></p>
        </div>
    }
    .into_any()
}

/// A masked resident ID in its natural groups (area, birth, sequence), so that it can break there; others as they are.
pub(super) fn grouped(masked: &str) -> String {
    if masked.chars().count() != 18 {
        return masked.to_owned();
    }
    let part = |from: usize, count: usize| masked.chars().skip(from).take(count).collect::<String>();
    [part(0, 6), part(6, 8), part(14, 4)].join(" ")
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn a_masked_number_breaks_at_its_groups() {
        for (masked, expected) in [("1101**********002X", "1101** ******** 002X"), ("E1****89", "E1****89")] {
            assert_eq!(grouped(masked), expected);
        }
    }
}

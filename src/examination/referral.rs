//! Where to see a doctor. It speaks of the person, never of papers: nothing here offers an upload.
use crate::i18n::{I18n, K, spans, t};
use crate::ui::{Icon, heading_level, icon};
use chrono::NaiveDate;
use contract::api::Referral;
use leptos::prelude::*;
use view::view;

/// The card of a referral, with the day until which to go. `asking` of the results ask something.
pub(super) fn card(i18n: I18n, referral: &Referral, due_on: Option<NaiveDate>, asking: usize) -> AnyView {
    let title = if asking > 1 { i18n.say(K::ResFailSeveral, &[("n", asking.into())]) } else { i18n.text(K::ResFail) };
    let lead = if referral.place.is_empty() {
        i18n.text(K::ResReferPlain)
    } else {
        i18n.say(K::ResRefer, &[("place", referral.place.as_str().into())])
    };
    let address = (!referral.address.is_empty()).then(
        || view! { <li>{icon(Icon::Place)}<span>{referral.place.clone()}<br/>{spans(&referral.address)}</span></li> },
    );
    let due = due_on.map(|day| view! { <li>{icon(Icon::Calendar)}<span>{i18n.say(K::ResBy, &[("day", i18n.day(day).into())])}</span></li> });
    let bring = (!referral.bring.is_empty()).then(|| {
        let list = i18n.list(&referral.bring);
        let words = i18n.say(K::FmtColon, &[("label", i18n.text(K::ResBring).into()), ("words", list.into())]);
        view! { <li>{icon(Icon::Document)}<span>{words}</span></li> }
    });
    let words = referral.words.clone().map(|words| {
        view! {
            <p class="hc-label">{t(K::ResDoctorWords)}</p>
            <p lang=words.lang>{words.text}</p>
        }
    });
    let id = crate::ui::fresh_id("refer");
    view! {
        <section class="hc-next" aria-labelledby=id.clone()>
            <h2 class="hc-h2" id=id.clone() aria-level=heading_level(2)>{title}</h2>
            <p>{lead}</p>
        </section>
        <div class="hc-card">
            <ul class="hc-list">{address}{due}{bring}</ul>
            {words}
        </div>
    }
    .into_any()
}

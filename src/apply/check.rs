//! All answers once more before they are handed over: what is missing, what will be printed, and a way to change each.

use super::covered::covered;
use super::handing::Handing;
use super::moved::form_moved;
use super::opening::{DrawDocument, Opened, Wanted, opened};
use super::papers::{lost, papers};
use super::save::{other_tab_at, save_line};
use super::sending::submission;
use super::sent;
use super::steps::in_url;
use super::two_phones;
use crate::form::{Filling, foreign, keep_focus, label, label_text, page_name, passage, values_lang, values_text};
use crate::i18n::{I18n, K, t};
use crate::offline::{Draft, EntryId, Network, Offline, Settled, StoreError};
use crate::reactive::{Memo, RwSignal, Signal, memo};
use crate::route::{Nav, Route};
use crate::ui::{
    Button, Icon, PageTitle, Tone, action_bar, back_link, fresh_id, heading_level, live, plain_note, small_icon,
};
use contract::api::{ApplicationRecord, Submission};
use contract::application::{Act, State};
use contract::questionnaire::{ConsentKind, Form, Item, ItemKind, ItemState, Origin, Pointer, Step, Value};
use leptos::{html, prelude::*, task::spawn_local};
use std::sync::Arc;
use view::view;

/// The page.
pub(super) fn page(application: &str, documents: DrawDocument) -> AnyView {
    let record = Offline::here().record(application).get_untracked().map(|kept| kept.value);
    if let Some(record) = record.filter(|record| record.state != State::Draft) {
        return sent::page(record);
    }
    opened(&Wanted::application(application), documents, check_page)
}

fn check_page(opened: Opened) -> AnyView {
    let (nav, filling, offline) = (Nav::here(), opened.filling, Offline::here());
    let form = filling.form();
    let id = filling.application();
    let network = offline.network();
    let (handing, changed) = (Handing::new(opened, &Route::Check(id.clone()), |_| true), RwSignal::new(false));
    let submit = {
        let id = id.clone();
        Callback::new(move |()| {
            if !handing.may_go() {
                return;
            }
            handing.busy.set(true);
            changed.set(false);
            // The page may be left while the account is asked: what stood there at the press is handed over all the same.
            let (id, draft) = (id.clone(), opened.draft());
            let frozen = untrack(|| submission(opened, offline));
            spawn_local(async move {
                if let Some(stored) = hand_over(offline, draft, &id, frozen).await {
                    handing.came(&Route::Check(id.clone()), id, stored);
                    return;
                }
                handing.busy.try_set(false);
                // What another phone has saved is on the page now, if it was not left meanwhile.
                if changed.try_set(true).is_some() {
                    handing.say(K::TwoChanged, &Route::Check(id));
                }
            });
        })
    };
    let sections = form.steps.iter().map(|step| section(nav, filling, &id, step)).collect_view();
    let missing = missing(nav, opened, &id, handing.list);
    let act = handing.act(move || {
        let busy = Signal::from(handing.busy);
        view! { <Button label=t(K::SubmitGo) busy=busy busy_label=t(K::SubmitBusy) on_press=submit/> }.into_any()
    });
    let title = t(K::CheckTitle);
    view! {
        {back_link(nav.link(&Route::Tasks(id)), t(K::CheckBack))}
        <PageTitle words=title document=page_name(filling, title)/>
        {other_tab_at(opened, handing.elsewhere)}
        {two_phones::choice(opened)}
        {form_moved(opened)}
        <p>{t(K::CheckHow)}</p>
        {printed_mark(&form)}
        {missing}
        {sections}
        {live(move || (network.get() == Network::Offline).then(|| plain_note(Tone::Plain, Icon::Offline, t(K::SubmitOffline))))}
        {live(move || changed.get().then(|| plain_note(Tone::Warn, Icon::Phone, t(K::TwoChanged))))}
        {handing.note()}
        <div on:mousedown=|event| keep_focus(&event) class="hc-end-bar">{action_bar(Some(save_line(opened)), act)}</div>
    }
    .into_any()
}

/// None where something was changed meanwhile, by another phone or here: it can be pressed again.
async fn hand_over(
    offline: Offline,
    draft: Draft,
    id: &str,
    frozen: Submission,
) -> Option<Result<EntryId, StoreError>> {
    let Settled::One(draft_seen) = Box::pin(offline.settle_account(draft)).await else { return None };
    let frozen = Submission { draft: draft_seen, ..frozen };
    offline.note_handed_over(draft, &frozen.answers).await;
    Some(offline.submit(id, &frozen).await)
}

/// What is missing, each as a link to where it is filled in.
fn missing(nav: Nav, opened: Opened, id: &str, list: NodeRef<html::Div>) -> AnyView {
    let (filling, i18n, id) = (opened.filling, opened.filling.i18n(), id.to_owned());
    let offline = Offline::here();
    let left = memo(move || [filling.refused(), filling.left_to_do(), lost(filling, offline)].concat());
    let title = fresh_id("missing");
    live(move || {
        let left = left.get();
        if left.is_empty() {
            return plain_note(Tone::Ok, Icon::Check, t(K::CheckReady));
        }
        let count = left.len();
        let rows = left
            .into_iter()
            .map(|(pointer, words)| {
                let (href, to) = nav.link(&Route::Step(id.clone(), link_of(&pointer)));
                view! { <li><a href=href data-to=to>{words}</a></li> }
            })
            .collect_view();
        view! {
            <div class="hc-errors" node_ref=list tabindex="-1" role="group" aria-labelledby=title.clone()>
                <h2 class="hc-h2" id=title.clone() aria-level=heading_level(2)>{i18n.say(K::CheckLeft, &[("n", count.into())])}</h2>
                <ul>{rows}</ul>
            </div>
        }
        .into_any()
    })
}

/// How a step's URL names an item: its linkId, or the whole pointer for one in a row.
pub(super) fn link_of(pointer: &Pointer) -> String {
    if pointer.enclosing_row().is_some() { in_url(pointer.as_str()) } else { in_url(&pointer.link_id()) }
}

/// One step's questions with their answers.
pub(super) fn section(nav: Nav, filling: Filling, id: &str, step: &Step) -> AnyView {
    let (id, step) = (id.to_owned(), step.clone());
    let form = filling.form();
    let shown = {
        let step = step.clone();
        memo(move || {
            filling.evaluation().with(|e| {
                let inside = |at: usize| step.items.iter().any(|top| form.lineage(at).any(|a| a == *top));
                let question = |at: usize| form.items.get(at).is_some_and(Item::is_question);
                let says = |s: &ItemState| form.items.get(s.item).is_some_and(|item| !item.is_left_alone(&s.answers));
                let rows = e.items.iter().filter(|s| s.visible && question(s.item) && inside(s.item) && says(s));
                rows.map(|s| (s.pointer.clone(), s.item)).collect::<Vec<_>>()
            })
        })
    };
    live(move || {
        let shown = shown.get();
        if shown.is_empty() {
            return ().into_any();
        }
        let form = filling.form();
        let rows = shown
            .into_iter()
            .filter_map(|(pointer, at)| {
                let item = Arc::new(form.items.get(at)?.clone());
                Some(untrack(|| row(nav, filling, &id, &item, &pointer)))
            })
            .collect_view();
        view! {
            <section class="hc-group">
                <h2 class="hc-h2" aria-level=heading_level(2)>{passage(&step.title)}</h2>
                <dl class="hc-card hc-card--flush hc-sum">{rows}</dl>
            </section>
        }
        .into_any()
    })
}

/// What the mark of a printer says, for a form in which there is one.
pub(super) fn printed_mark(form: &Form) -> Option<AnyView> {
    let is_marked = form.items.iter().any(|item| item.on_certificate.as_deref().and_then(printed).is_some());
    is_marked.then(|| view! { <p class="hc-meta">{small_icon(Icon::Printer)} " " {t(K::CheckPrinted)}</p> }.into_any())
}

/// That a certificate shows an answer: a mark that the words above the list explain, and words where it shows a part alone. Of
/// a place that it does not have, nothing.
fn printed(place: &str) -> Option<AnyView> {
    let part = match place {
        "name" | "sex" | "photo" | "category" => None,
        "birth-month" => Some(K::CheckPrintedBirthMonth),
        "id-masked" => Some(K::CheckPrintedIdMasked),
        _ => return None,
    };
    Some(match part {
        None => view! { " " <span class="hc-meta">{small_icon(Icon::Printer)}<span class="hc-sr">{t(K::CheckPrinted)}</span></span> }.into_any(),
        Some(words) => view! { <div class="hc-meta">{small_icon(Icon::Printer)} " " {t(words)}</div> }.into_any(),
    })
}

fn row(nav: Nav, filling: Filling, id: &str, item: &Arc<Item>, pointer: &Pointer) -> AnyView {
    let i18n = filling.i18n();
    let state = {
        let pointer = pointer.clone();
        memo(move || filling.evaluation().with(|e| e.state(&pointer).map(|s| (s.answers.clone(), s.origin))))
    };
    let origin = memo(move || state.with(|s| s.as_ref().map(|(_, origin)| *origin)));
    let values = memo(move || state.with(|s| s.as_ref().map(|(values, _)| values.clone()).unwrap_or_default()));
    let problem = {
        let pointer = pointer.clone();
        memo(move || filling.evaluation().with(|e| e.problem(&pointer).is_some()))
    };
    let name = {
        let (item, pointer) = (item.clone(), pointer.clone());
        move || filling.with_row(&pointer, label(i18n, &item))
    };
    let lang = {
        let item = item.clone();
        move || foreign(i18n, item.label())
    };
    let shown = item.clone();
    let printed = item.on_certificate.as_deref().and_then(printed);
    let derived =
        move || (origin.get() == Some(Origin::Derived)).then(|| view! { <div class="hc-meta">{t(K::IdDerived)}</div> });
    let (href, to) = nav.link(&Route::Step(id.to_owned(), link_of(pointer)));
    let spoken = {
        let (item, pointer) = (item.clone(), pointer.clone());
        move || {
            let which = filling.with_row(&pointer, label_text(i18n, &item));
            i18n.say(K::CheckChangeNamed, &[("label", which.into())])
        }
    };
    let closed = filling.closed;
    let change = move || {
        let fixed = origin.get() == Some(Origin::Derived) || closed.get();
        let (href, to, spoken) = (href.clone(), to.clone(), spoken.clone());
        (!fixed).then(move || {
            view! { <dd class="hc-sum__act"><a class="hc-tap" href=href data-to=to aria-label=spoken>{t(K::CheckChange)}</a></dd> }
        })
    };
    // What was handed in cannot be changed here, and a consent can be taken back.
    let back = item.consent.as_ref().filter(|consent| consent.topic == super::IDENTITY).map(|_| {
        let (record, link) = (Offline::here().record(id), nav.link(&Route::Status(id.to_owned())));
        let may = memo(move || {
            let may = |it: &ApplicationRecord| it.state != State::Draft && it.action(Act::Withdraw).is_some();
            record.with(|kept| kept.as_ref().is_some_and(|kept| may(&kept.value)))
        });
        live(move || {
            let (href, to) = link.clone();
            may.get().then(|| view! { <dd class="hc-sum__act"><a class="hc-tap" href=href data-to=to>{t(K::ConsentBack)}</a></dd> })
        })
    });
    view! {
        <div>
            <dt lang=lang>{name}</dt>
            <dd>
                {live(move || match values.with(Vec::is_empty) {
                    true if problem.get() => view! { <span class="hc-bad">{t(K::CheckEmpty)}</span> }.into_any(),
                    true => view! { <span class="hc-hint">{t(K::CheckEmpty)}</span> }.into_any(),
                    false => shown_values(i18n, &shown, values),
                })}
                {printed}
                {live(derived)}
            </dd>
            {live(change)}
            {back}
        </div>
    }
    .into_any()
}

/// The answer; a sensitive one is covered until tapped, and again when the page is hidden.
fn shown_values(i18n: I18n, item: &Arc<Item>, values: Memo<Vec<Value>>) -> AnyView {
    let item = item.clone();
    if let Some(consent) = &item.consent {
        let (yes, no) = match consent.kind {
            ConsentKind::SeparateConsent => (K::CheckAgreed, K::CheckDisagreed),
            ConsentKind::Declaration => (K::CheckConfirmed, K::CheckUnconfirmed),
            ConsentKind::Service => (K::CheckWanted, K::CheckUnwanted),
        };
        let ticked = move || values.with(|v| v.first() == Some(&Value::Boolean(true)));
        return live(move || i18n.text(if ticked() { yes } else { no }));
    }
    if item.kind == ItemKind::Attachment {
        return papers(i18n, &item, values);
    }
    if !item.is_masked() {
        return live(move || {
            values.with(|all| {
                view! { <span lang=values_lang(i18n, &item, all)>{values_text(i18n, &item, all)}</span> }
            })
        });
    }
    covered(i18n, item, move || values.get())
}

//! What came back: the reviewer's words beside each item, only the open items to change, and one button to send it back.

mod note;

use super::before::{Before, answers_before, questionnaire};
use super::gone;
use super::handing::Handing;
use super::moved::form_moved;
use super::opening::{Closed, DrawDocument, Draws, Opened, Prepare, Wanted, opened};
use super::report::narrowed;
use super::save::{other_tab_at, save_or_missing};
use super::sending::{context, supplement};
use crate::form::{
    Base, Filling, Returned, errors_above, item_view, label, label_text, masked_value, page_name, values_text,
};
use crate::i18n::{I18n, K, Office, t};
use crate::offline::{DraftId, FormKind, Needs, Offline, SaveState};
use crate::reactive::{Memo, RwSignal, Signal, derive, memo};
use crate::route::{Nav, Route};
use crate::ui::{
    Button, Icon, LinkButton, PageTitle, Tone, action_bar, back_link, bubble, disclosure, focus_by_id, focus_moved,
    fresh_id, heading_level, live, note, places, plain_note, skeleton, small_icon,
};
use contract::api::{ApplicationRecord, DocumentState, OpenItem, OpenWhy, ReturnCode};
use contract::application::Act;
use contract::questionnaire::{Form, ItemKind, Pointer, is_answered, is_open, open_items};
use leptos::{html, prelude::*, reactive::computed::ScopedFuture, task::spawn_local};
use note::{note_field, note_id, note_problem};
use std::future::{Future, ready};
use std::pin::Pin;
use std::sync::Arc;
use view::view;

/// The page of returned items.
pub(super) fn page(application: &str, documents: DrawDocument) -> AnyView {
    round_page(application, FormKind::Supplement, documents)
}

/// The returned items of the application, or of its report.
pub(super) fn round_page(application: &str, kind: FormKind, documents: DrawDocument) -> AnyView {
    let offline = Offline::here();
    let record = offline.record(application);
    let act = if kind == FormKind::Report { Act::Report } else { Act::Supplement };
    let asks = move |record: &ApplicationRecord| record.action(act).is_some() && !record.returned.is_empty();
    // The office's word may come while the page is open. It does not go again: what is being sent stays on the screen.
    let open = Memo::new(move |was: Option<&bool>| {
        was == Some(&true) || record.with(|kept| kept.as_ref().is_some_and(|kept| asks(&kept.value)))
    });
    let application = application.to_owned();
    live(move || {
        let record = open.get().then(|| record.get_untracked()).flatten();
        match record {
            Some(kept) => untrack(|| open_round(offline, kept.value, kind, documents.clone())),
            None => nothing(&application),
        }
    })
}

fn open_round(offline: Offline, record: ApplicationRecord, kind: FormKind, documents: DrawDocument) -> AnyView {
    let before: RwSignal<Option<Option<Before>>> = RwSignal::new(None);
    let look = {
        let record = record.clone();
        move || {
            let record = record.clone();
            before.set(None);
            spawn_local(ScopedFuture::new(async move {
                let answers = answers_before(offline, &record, kind, record.round).await;
                before.try_set(Some(answers));
            }));
        }
    };
    look();
    let is_missing = move || before.try_get_untracked() == Some(Some(None));
    offline.when_back(Needs::Network, is_missing, look.clone());
    let again = Callback::new(move |()| look());
    let application = record.id.clone();
    live(move || match before.get() {
        None => skeleton(t(K::WaitOpen), 4),
        // Neither on this phone nor to be had from the office: without it nobody can say what is open.
        Some(None) => gone::page(&application, Closed::NoForm, again),
        Some(Some(base)) => {
            let wanted = wanted(&record, kind, &base);
            let record = Arc::new(record.clone());
            let draw = move |opened| round(opened, &record, &base, kind);
            opened(&wanted, documents.clone(), draw)
        }
    })
}

fn wanted(record: &ApplicationRecord, kind: FormKind, before: &Before) -> Wanted {
    let id = match kind {
        FormKind::Report => DraftId::report(&record.id, record.report_round),
        FormKind::Application | FormKind::Supplement => DraftId::supplement(&record.id, record.round),
    };
    Wanted {
        id,
        questionnaire: questionnaire(record, kind),
        base: Some(Base::new(before.answers.clone())),
        prepare: match kind {
            FormKind::Report => Some(narrowed),
            FormKind::Application | FormKind::Supplement => before.is_in_part().then_some(asking as Prepare),
        },
        draws: Draws::Anything,
    }
}

/// What came back is asked, whether this phone can tell from the rest or not that it is.
fn asking(offline: Offline, application: String, form: Arc<Form>) -> Pin<Box<dyn Future<Output = Arc<Form>>>> {
    let record = offline.record(&application).get_untracked();
    let returned = record.into_iter().flat_map(|kept| kept.value.returned).map(|item| item.pointer);
    let form = Arc::new(form.asking(&returned.filter(|it| form.may_seem_hidden(it)).collect::<Vec<_>>()));
    Box::pin(ready(form))
}

fn nothing(application: &str) -> AnyView {
    let nav = Nav::here();
    view! {
        <PageTitle words=t(K::RetNoneTitle)/>
        <p>{t(K::RetNone)}</p>
        <div class="hc-row"><LinkButton to=nav.link(&Route::Status(application.to_owned())) label=t(K::ReceiptLook)/></div>
    }
    .into_any()
}

/// One round of returned items.
#[derive(Clone, Copy)]
struct Answering {
    opened: Opened,
    open: Memo<Vec<OpenItem>>,
    /// Of the returned ones, those that are as they were.
    unchanged: Memo<Vec<Pointer>>,
    /// Those of them that are not answered by a note either, and those whose note is too long to go.
    left: Memo<Vec<Pointer>>,
    /// The person has wanted it to go.
    tried: RwSignal<bool>,
}

fn round(opened: Opened, record: &Arc<ApplicationRecord>, before: &Before, kind: FormKind) -> AnyView {
    let (nav, i18n, offline, filling) = (Nav::here(), I18n::here(), Offline::here(), opened.filling);
    let came_back = record.clone();
    filling.set_returned(Arc::new(move || came_back.returned.iter().map(|item| said(i18n, item, kind)).collect()));
    let answering = answering(opened, record, before);
    if !filling.closed.get_untracked() {
        before.leaves(filling.beside, opened.draft().saved().get_untracked() == SaveState::Nothing);
    }
    let place = match kind {
        FormKind::Report => Route::Report(record.id.clone()),
        FormKind::Application | FormKind::Supplement => Route::Returned(record.id.clone()),
    };
    let handing = {
        let before = before.clone();
        // What is open goes, but not what stands as the office showed it, covered.
        Handing::new(opened, &place, move |pointer| {
            let form = filling.form();
            answering.open.with(|open| is_open(&form, open, pointer))
                && !opened.draft().answers.with(|draft| before.is_covered(&form, draft, pointer))
        })
    };
    let form_node: NodeRef<html::Div> = NodeRef::new();
    let send = {
        let (record, before) = (record.clone(), before.clone());
        Callback::new(move |()| {
            if !handing.may_go() {
                return;
            }
            let left = answering.left.get_untracked();
            answering.tried.set(true);
            if let Some(first) = left.first() {
                handing.tell(&i18n.say(K::RetLeft, &[("n", left.len().into())]));
                if let Some(near) = form_node.get_untracked() {
                    lead_to(answering.opened, &near, first);
                }
                return;
            }
            let (form, open) = (filling.form(), answering.open.get_untracked());
            let draft = opened.draft().answers.get_untracked();
            handing.busy.set(true);
            let whole = before.answers.overlaid(&draft, &|p| is_open(&form, &open, p));
            let number = if kind == FormKind::Report { record.report_round } else { record.round };
            let frozen = supplement(opened, offline, &whole, number, &|pointer| handing.asks(pointer));
            let (id, place) = (record.id.clone(), place.clone());
            spawn_local(async move {
                let stored = match kind {
                    FormKind::Report => offline.report(&id, &frozen).await,
                    FormKind::Application | FormKind::Supplement => offline.supplement(&id, &frozen).await,
                };
                handing.came(&place, id, stored);
            });
        })
    };
    let cards = move || {
        // In another language each is drawn anew.
        let lang = i18n.lang();
        answering.open.get().into_iter().map(|item| (lang, item)).collect::<Vec<_>>()
    };
    let drawn = {
        let (record, before) = (record.clone(), before.clone());
        move |(_, item): (_, OpenItem)| untrack(|| card(&answering, &record, &before, &item))
    };
    let count = record.returned.len();
    let title = move || i18n.say(K::RetTitle, &[("n", count.into())]);
    let reason = fresh_id("left");
    let waits = derive(move || answering.left.with(|left| still_open(filling, left)));
    let blocked = derive(move || answering.left.with(|left| !left.is_empty()));
    let words = move || match answering.left.with(Vec::len) {
        0 => i18n.text(K::RetGo),
        n => i18n.say(K::RetGoWait, &[("n", n.into())]),
    };
    let why = reason.clone();
    let act = handing.act(move || {
        let (words, busy) = (derive(words), Signal::from(handing.busy));
        view! {
            <Button label=words busy=busy busy_label=t(K::RetGoing) blocked=blocked reason=why.clone() on_press=send/>
        }
        .into_any()
    });
    let round = view! {
        <div class="hc-form" node_ref=form_node>
            // An answer may open another item: the one that it is typed into stays as it is, and keeps the focus.
            <For each=cards key=|(lang, item)| (*lang, item.pointer.clone()) children=drawn />
            <p>{t(K::RetRest)}</p>
            {handing.lost_note()}
            {handing.note()}
            {action_bar(Some(save_or_missing(opened, &reason, waits)), act)}
        </div>
    };
    view! {
        {back_link(nav.link(&Route::Status(record.id.clone())), t(K::FormUp))}
        {errors_above(filling)}
        <PageTitle words=title document=page_name(filling, title)/>
        {other_tab_at(opened, handing.elsewhere)}
        {form_moved(opened)}
        {facts(record)}
        {filling.hears(round)}
    }
    .into_any()
}

fn answering(opened: Opened, record: &ApplicationRecord, before: &Before) -> Answering {
    let (offline, filling) = (Offline::here(), opened.filling);
    let returned: Vec<Pointer> = record.returned.iter().map(|item| item.pointer.clone()).collect();
    let open = {
        let (before, returned) = (before.clone(), returned.clone());
        memo(move || {
            let form = filling.form();
            opened.draft().answers.with(|draft| {
                let round = before.round(&form, &returned, draft);
                before.open_items(&form, open_items(&round, &context(offline)))
            })
        })
    };
    let (before, asked) = (before.clone(), returned.clone());
    let unchanged = memo(move || {
        let form = filling.form();
        opened.draft().answers.with(|draft| {
            let round = before.round(&form, &returned, draft);
            returned.iter().filter(|pointer| !is_answered(&round, pointer, false)).cloned().collect::<Vec<_>>()
        })
    });
    // One that was changed into what cannot go is as far from going as one that was not changed.
    let wrong = memo(move || {
        filling.evaluation().with(|e| {
            let is_wrong = |item: &&OpenItem| e.problem(&item.pointer).is_some();
            open.with(|open| open.iter().filter(is_wrong).map(|item| item.pointer.clone()).collect::<Vec<_>>())
        })
    });
    let left = memo(move || {
        opened.draft().notes.with(|notes| {
            let is_left = |pointer: &&Pointer| match notes.get(*pointer) {
                Some(words) if note_problem(opened, pointer, words).is_some() => true,
                Some(words) if !words.text.trim().is_empty() => false,
                Some(_) | None => {
                    unchanged.with(|all| all.contains(pointer)) || wrong.with(|all| all.contains(pointer))
                }
            };
            let opened_besides = |pointer: &&Pointer| !asked.contains(pointer);
            wrong.with(|wrong| {
                asked.iter().filter(is_left).chain(wrong.iter().filter(opened_besides)).cloned().collect::<Vec<_>>()
            })
        })
    });
    Answering { opened, open, unchanged, left, tried: RwSignal::new(false) }
}

/// Which ones are as they were and have no note: by name where that is one or two, else how many.
fn still_open(filling: Filling, left: &[Pointer]) -> Option<String> {
    let (i18n, form) = (filling.i18n(), filling.form());
    let names: Option<Vec<String>> =
        left.iter().map(|pointer| form.item_at(pointer).map(|item| label_text(i18n, item))).collect();
    match (left.len(), names) {
        (0, _) => None,
        (1..=2, Some(names)) => Some(i18n.say(K::RetOpen, &[("list", i18n.list(&names).into())])),
        (n, _) => Some(i18n.say(K::RetLeft, &[("n", n.into())])),
    }
}

/// Until when, how many tries, and the way in person.
fn facts(record: &ApplicationRecord) -> AnyView {
    let i18n = I18n::here();
    let due = record.due_on.map(|day| {
        view! { <p><b>{live(move || i18n.say(K::RetDue, &[("due_on", i18n.day(day).into())]))}</b></p> }
    });
    let tries = record.tries().map(|attempts| {
        view! {
            <p>{live(move || if attempts.is_last() {
                i18n.text(K::RetLast)
            } else {
                i18n.say(K::RetAttempts, &[("n", attempts.used.into()), ("m", attempts.limit.into())])
            })}</p>
        }
    });
    note(Tone::Warn, Icon::Clock, false, view! { {due} {tries} {in_person(record)} }.into_any())
}

/// Where to go instead and what to bring: in sight once it is the better way.
fn in_person(record: &ApplicationRecord) -> Option<AnyView> {
    let (i18n, offline) = (I18n::here(), Offline::here());
    let way = record.way_in_person()?;
    let words = way.words.clone().map(|words| view! { <p lang=words.lang>{words.text}</p> });
    // The office calls what to bring in the language that it was asked in; the round itself stays as it was opened.
    let (kept, before) = (offline.record(&record.id), way.bring.clone());
    let list = memo(move || {
        let now = kept.with(|kept| kept.as_ref()?.value.in_person.as_ref().map(|way| way.bring.clone()));
        now.unwrap_or_else(|| before.clone())
    });
    let bring = move || {
        let list = list.get();
        (!list.is_empty()).then(|| view! { <p>{i18n.say(K::RetBring, &[("list", i18n.list(&list).into())])}</p> })
    };
    let sites = offline.places(move || {
        i18n.lang();
        true
    });
    let at = move || places(Office { contact: offline.contact(), sites: sites.get() }.places(&way));
    let body = view! { {words} {live(bring)} {live(at)} }.into_any();
    if record.leads_to_an_office() {
        return Some(view! { <p><b>{t(K::RetPerson)}</b></p> {body} }.into_any());
    }
    Some(disclosure(t(K::RetPerson), body))
}

fn said(i18n: I18n, item: &contract::api::ReturnedItem, kind: FormKind) -> Returned {
    // A report is looked at where people are examined.
    let by = if kind == FormKind::Report { K::RetSaidReport } else { K::RetSaid };
    let code = i18n.text(code_words(item.code));
    let (why, words, lang) = match &item.words {
        // "See the words" beside the words says nothing.
        Some(words) if !words.text.is_empty() => {
            (Some(code).filter(|_| item.code != ReturnCode::Other), words.text.clone(), words.lang.clone())
        }
        _ => (None, code, i18n.lang().to_owned()),
    };
    let at = item.at.map(|at| i18n.moment(at));
    Returned { pointer: item.pointer.clone(), by, words, lang, why, at, refused: item.refused_sha256.clone() }
}

fn code_words(code: ReturnCode) -> K {
    match code {
        ReturnCode::Unreadable => K::RetCodeUnreadable,
        ReturnCode::Incomplete => K::RetCodeIncomplete,
        ReturnCode::WrongDocument => K::RetCodeWrongDocument,
        ReturnCode::Expired => K::RetCodeExpired,
        ReturnCode::Mismatch => K::RetCodeMismatch,
        ReturnCode::Incorrect => K::RetCodeIncorrect,
        ReturnCode::Missing => K::RetCodeMissing,
        ReturnCode::Other => K::RetCodeOther,
    }
}

/// One open item: why it is open, what stood there, its control, and a note instead.
fn card(answering: &Answering, record: &ApplicationRecord, sent: &Before, open: &OpenItem) -> AnyView {
    let kind = answering.opened.draft().id().form;
    let (filling, unchanged) = (answering.opened.filling, answering.unchanged);
    let i18n = filling.i18n();
    let form = filling.form();
    let returned = record.returned.iter().find(|item| item.pointer == open.pointer);
    let Some(item) = form.item_at(&open.pointer).cloned() else { return not_asked(i18n, sent, returned, kind) };
    let was = sent.answers.get(&open.pointer);
    // What stood in a field is worth a sentence; what a document showed is seen on its card.
    let is_document = item.kind == ItemKind::Attachment;
    if is_document {
        filling.stands_under_its_name(open.pointer.clone());
    }
    let tells = !was.is_empty() && item.consent.is_none() && !is_document;
    let before = (tells && open.why == OpenWhy::Returned).then(|| {
        // Its control stands below with what this phone has. What only the office has is covered there, and says nothing here.
        let covered = item.is_masked() && sent.is_in_part();
        let old = if covered { masked_value(&item, was) } else { values_text(i18n, &item, was) };
        view! { <p class="hc-hint">{live(move || i18n.say(K::RetBefore, &[("old", old.clone().into())]))}</p> }
    });
    let because = open.because.as_ref().and_then(|pointer| form.item_at(pointer)).cloned();
    let why = match open.why {
        OpenWhy::Returned => None,
        OpenWhy::FormChanged | OpenWhy::Unknown => Some(i18n.text(K::RetNew)),
        OpenWhy::Consequence => Some(match because {
            Some(cause) if cause.derived.as_ref().is_some_and(|from| from.from == item.link_id) => {
                i18n.say(K::RetSource, &[("label", label_text(i18n, &cause).into())])
            }
            Some(cause) => i18n.say(K::CondOpened, &[("label", label_text(i18n, &cause).into())]),
            None => i18n.text(K::RetMissing),
        }),
    };
    let why = why.map(|words| plain_note(Tone::Plain, Icon::Info, words));
    // A question draws the reviewer's words itself, above its control. A group has none, nor has what follows from an answer
    // that is not here.
    let (words, shown, has_none) = (returned.cloned(), open.pointer.clone(), !item.is_question());
    let is_outside = memo(move || has_none || filling.evaluation().with(|e| !e.is_visible(&shown)));
    let outside = live(move || words.as_ref().filter(|_| is_outside.get()).map(|words| said_above(i18n, words, kind)));
    // What a scan refused is no answer, whatever is said of it.
    let is_refused = record.documents.iter().any(|it| it.pointer == open.pointer && it.state == DocumentState::Refused);
    let note = (returned.is_some() && !is_refused).then(|| note_field(answering, &open.pointer));
    let named = label(i18n, &item);
    let (this, asked) = (open.pointer.clone(), returned.is_some());
    let ready = move || {
        let changed = asked && !unchanged.with(|all| all.contains(&this));
        let ready = changed && filling.evaluation().with(|e| e.problem(&this).is_none());
        ready.then(|| view! { <p class="hc-meta hc-ok">{small_icon(Icon::Check)} " " {t(K::RetReady)}</p> })
    };
    let title = fresh_id("open");
    view! {
        <section class="hc-card hc-open" aria-labelledby=title.clone()>
            <h2 class="hc-h2" id=title.clone() aria-level=heading_level(2)>{named}</h2>
            {outside}
            {why}
            {before}
            {item_view(filling, &open.pointer)}
            <div role="status">{live(ready)}</div>
            {note}
        </section>
    }
    .into_any()
}

/// What came back and the form in use does not ask any more: the reviewer's words are still to be read.
fn not_asked(i18n: I18n, sent: &Before, returned: Option<&contract::api::ReturnedItem>, kind: FormKind) -> AnyView {
    let Some(returned) = returned else { return ().into_any() };
    let named = sent.item_before(&returned.pointer).map(|item| label(i18n, item));
    view! {
        <section class="hc-card hc-open">
            {named.map(|named| view! { <h2 class="hc-h2" aria-level=heading_level(2)>{named}</h2> })}
            {said_above(i18n, returned, kind)}
            {plain_note(Tone::Plain, Icon::Info, i18n.text(K::RetNotAsked))}
        </section>
    }
    .into_any()
}

fn said_above(i18n: I18n, item: &contract::api::ReturnedItem, kind: FormKind) -> AnyView {
    bubble(said(i18n, item, kind).bubble(i18n), None)
}

/// To what keeps a returned item from going: its control, or its note, which may be folded.
fn lead_to(opened: Opened, near: &web_sys::Element, pointer: &Pointer) {
    let words = opened.draft().notes.with_untracked(|notes| notes.get(pointer).cloned());
    if words.is_none_or(|words| note_problem(opened, pointer, &words).is_none()) {
        return focus_by_id(near, &opened.filling.control_id(pointer));
    }
    let id = note_id(opened, pointer);
    let note = near.query_selector(&format!("[id=\"{}\"]", id.replace(['"', '\\'], ""))).ok().flatten();
    let fold = note.and_then(|note| note.closest("details").ok().flatten());
    if let Some(fold) = fold {
        focus_moved(fold.set_attribute("open", ""));
    }
    focus_by_id(near, &id);
}

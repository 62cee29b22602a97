//! A submission that will not go out as it is: why, item by item where the office said so, and the one way on. Nothing is lost.

use super::check::link_of;
use super::opening::load_form;
use crate::form::problem_sentence;
use crate::i18n::{I18n, K, minute_after, t};
use crate::offline::{DraftId, EntryId, Offline, OutboxRow, TakeBackError, What};
use crate::reactive::{RwSignal, Signal};
use crate::route::{Nav, Route};
use crate::ui::{Button, Icon, Kind, LinkButton, PageTitle, Tone, failure_note, live, plain_note};
use contract::api::{Instant, ItemError};
use contract::questionnaire::{Form, Pointer, Problem};
use leptos::{prelude::*, reactive::computed::ScopedFuture, task::spawn_local};
use outbox::{Reason, State};
use std::time::Duration;
use view::view;

/// Which form is taken now is waited for so long.
const PATIENCE: Duration = Duration::from_secs(8);

/// What the person can do about it.
enum Way {
    /// Change it: the draft is taken out of the outbox first.
    Fix,
    /// Somewhere else it goes on.
    Go(Route, K),
}

/// The page.
pub(super) fn set_aside(application: &str, row: OutboxRow) -> AnyView {
    let (nav, i18n) = (Nav::here(), I18n::here());
    let State::SetAside(reason) = &row.state else { return ().into_any() };
    let (words, way) = told(i18n, application, reason);
    let fixing = Fixing::new(application, &row, reason);
    let wrong = wrong_of(reason);
    let errors = (!wrong.is_empty()).then(|| marked(fixing.clone(), wrong));
    // Where that is the one way on, it is not offered twice.
    let look = !matches!(way, Way::Go(Route::Outbox, _));
    let act = match way {
        Way::Fix => fixing.draw(),
        Way::Go(to, label) => view! { <LinkButton to=nav.link(&to) label=t(label)/> }.into_any(),
    };
    view! {
        <PageTitle words=t(K::ReceiptAside)/>
        {words.map(|words| plain_note(Tone::Warn, Icon::Warning, words))}
        {errors}
        <div class="hc-row">
            {act}
            {look.then(|| view! { <LinkButton to=nav.link(&Route::Outbox) kind=Kind::Quiet label=t(K::ReceiptAsideLook)/> })}
        </div>
    }
    .into_any()
}

fn told(i18n: I18n, application: &str, reason: &Reason) -> (Option<String>, Way) {
    let status = || Way::Go(Route::Status(application.to_owned()), K::ReceiptLook);
    let outbox = || Way::Go(Route::Outbox, K::ReceiptAsideLook);
    match reason {
        Reason::Fix(errors) => (Some(i18n.say(K::PInvalid, &[("n", errors.len().into())])), Way::Fix),
        Reason::FormChanged(_) => (Some(i18n.text(K::OutboxWhyForm)), Way::Fix),
        Reason::TwoPhones => (Some(i18n.text(K::PDraftNewer)), Way::Fix),
        Reason::TooLarge(_) => (Some(i18n.text(K::OutboxWhyTooLarge)), Way::Fix),
        Reason::DocumentLeftOut(_) => (Some(i18n.text(K::OutboxWhyDocument)), Way::Fix),
        Reason::Broken | Reason::Refused { .. } | Reason::NotWhole => (None, Way::Fix),
        Reason::Moved(_) => (Some(i18n.text(K::PActRefused)), status()),
        Reason::AlreadyOpen(other) => {
            (Some(i18n.text(K::PApplicationOpen)), Way::Go(Route::Status(other.clone()), K::ReceiptLook))
        }
        Reason::Elsewhere => (Some(i18n.text(K::PApplicationElsewhere)), Way::Go(Route::SignIn, K::OutboxGoSignin)),
        Reason::NotFound => (Some(i18n.text(K::PNotFound)), outbox()),
        Reason::Window { from, until } => (Some(window(i18n, from.as_deref(), until.as_deref())), outbox()),
        Reason::Before(_) => (Some(i18n.text(K::OutboxWhyBefore)), outbox()),
        Reason::Fault { reference, .. } => {
            let reference = reference.as_deref().map(|reference| ("reference", reference.into()));
            (Some(i18n.say(K::OutboxWhyFault, reference.as_slice())), outbox())
        }
    }
}

/// When it can be done, or could be, as far as the office said.
pub(crate) fn window(i18n: I18n, from: Option<&str>, until: Option<&str>) -> String {
    let read = |at: Option<&str>| Instant::parse_from_rfc3339(at?).ok();
    let (from, until) = (read(from), read(until).map(minute_after));
    match (from.map(|at| i18n.moment(at)), until.map(|at| i18n.moment(at))) {
        (_, Some(until)) => {
            let phone = untrack(|| Offline::here().contact().phone);
            let args = [("until", until.into()), ("phone", phone.into())];
            i18n.say(K::POutsideWindowUntil, &args)
        }
        (Some(from), None) => i18n.say(K::POutsideWindowFrom, &[("from", from.into())]),
        (None, None) => i18n.text(K::POther),
    }
}

/// What is wrong with one item.
enum Wrong {
    /// In the office's words.
    Answer(ItemError),
    /// A document of it is not there.
    Document(Pointer),
}

impl Wrong {
    fn pointer(&self) -> &Pointer {
        match self {
            Self::Answer(error) => &error.pointer,
            Self::Document(pointer) => pointer,
        }
    }

    fn words(&self, i18n: I18n, form: &Form) -> String {
        match self {
            Self::Answer(error) => problem_sentence(i18n, form, &Problem::from(error)),
            Self::Document(pointer) => form
                .item_at(pointer)
                .map_or_else(|| i18n.text(K::OutboxPhoto), |item| item.label().get(i18n.lang()).text.to_owned()),
        }
    }
}

fn wrong_of(reason: &Reason) -> Vec<Wrong> {
    match reason {
        Reason::Fix(errors) => errors.iter().cloned().map(Wrong::Answer).collect(),
        Reason::DocumentLeftOut(document) => {
            let known = Offline::here().document(document).get_untracked();
            known.map(|known| Wrong::Document(known.pointer)).into_iter().collect()
        }
        Reason::FormChanged(_)
        | Reason::TwoPhones
        | Reason::TooLarge(_)
        | Reason::Broken
        | Reason::Refused { .. }
        | Reason::NotWhole
        | Reason::Moved(_)
        | Reason::AlreadyOpen(_)
        | Reason::Elsewhere
        | Reason::NotFound
        | Reason::Window { .. }
        | Reason::Before(_)
        | Reason::Fault { .. } => Vec::new(),
    }
}

/// What is wrong with each item, as links to the items: the form is taken back on the way there.
fn marked(fixing: Fixing, wrong: Vec<Wrong>) -> AnyView {
    let (nav, i18n, offline) = (Nav::here(), I18n::here(), Offline::here());
    let place = fixing.draft();
    let name = offline
        .drafts()
        .with_untracked(|all| all.iter().find(|draft| draft.id == place).map(|draft| draft.questionnaire.clone()));
    let form = RwSignal::new(None);
    spawn_local(ScopedFuture::new(async move {
        if let Some(name) = name {
            form.try_set(load_form(offline, &name).await);
        }
    }));
    live(move || {
        let form = form.get()?;
        let rows = wrong
            .iter()
            .map(|wrong| {
                let words = wrong.words(i18n, &form);
                let route = fixing.place_of(wrong.pointer());
                let ((href, to), fixing) = (nav.link(&route), fixing.clone());
                let follow = move |event: web_sys::MouseEvent| {
                    event.prevent_default();
                    fixing.begin(route.clone());
                };
                view! { <li><a href=href data-to=to on:click=follow>{words}</a></li> }
            })
            .collect_view();
        Some(view! { <div class="hc-errors"><ul>{rows}</ul></div> })
    })
}

/// Back to the form: what was frozen is taken out of the outbox, and can be changed again.
#[derive(Clone)]
struct Fixing {
    nav: Nav,
    offline: Offline,
    application: String,
    what: What,
    entry: EntryId,
    reason: Reason,
    busy: RwSignal<bool>,
    failed: RwSignal<bool>,
}

impl Fixing {
    fn new(application: &str, row: &OutboxRow, reason: &Reason) -> Self {
        Self {
            nav: Nav::here(),
            offline: Offline::here(),
            application: application.to_owned(),
            what: row.what,
            entry: row.id.clone(),
            reason: reason.clone(),
            busy: RwSignal::new(false),
            failed: RwSignal::new(false),
        }
    }

    /// The draft that was frozen.
    fn draft(&self) -> DraftId {
        let record = self.offline.record(&self.application).get_untracked().map(|kept| kept.value);
        let (round, report_round) = record.map_or((0, 0), |record| (record.round, record.report_round));
        match self.what {
            What::Supplement => DraftId::supplement(&self.application, round),
            What::Report => DraftId::report(&self.application, report_round),
            What::Begin | What::Document | What::RemoveDocument | What::Submit | What::Withdraw => {
                DraftId::application(&self.application)
            }
        }
    }

    /// The page where all of it is changed.
    fn page(&self) -> Route {
        let id = self.application.clone();
        match self.what {
            What::Supplement => Route::Returned(id),
            What::Report => Route::Report(id),
            What::Begin | What::Document | What::RemoveDocument | What::Submit | What::Withdraw => Route::Check(id),
        }
    }

    /// Where one item is changed.
    fn place_of(&self, pointer: &Pointer) -> Route {
        match self.page() {
            Route::Check(id) => Route::Step(id, link_of(pointer)),
            page => page,
        }
    }

    fn begin(&self, to: Route) {
        let Self { nav, offline, busy, failed, .. } = *self;
        if busy.get_untracked() {
            return;
        }
        let (draft, id, entry, reason) =
            (self.draft(), self.application.clone(), self.entry.clone(), self.reason.clone());
        busy.set(true);
        failed.set(false);
        spawn_local(async move {
            if matches!(reason, Reason::FormChanged(_)) {
                // Which form is taken now is asked first, so that the draft moves to it. Unreachable, it does so later.
                let asked = async { (offline.refresh_service().await, offline.refresh(&id).await) };
                if !matches!(crate::api::in_time(PATIENCE, Box::pin(asked)).await, Some((Ok(()), Ok(())))) {
                    leptos::logging::log!("the form is asked for later");
                }
            }
            let taken = offline.take_back(&entry).await;
            busy.try_set(false);
            match taken {
                // Another tab may have taken it out already.
                Ok(()) | Err(TakeBackError::Missing) => {
                    if let Reason::Fix(errors) = reason {
                        mark(offline, &draft, errors).await;
                    }
                    if nav.is_at(&Route::Receipt(id)) {
                        nav.go(to);
                    }
                }
                // What has gone out again meanwhile is shown as it is now.
                Err(TakeBackError::MayHaveArrived) => {}
                Err(TakeBackError::NotStored) => drop(failed.try_set(true)),
            }
        });
    }

    fn draw(self) -> AnyView {
        let (busy, failed, page) = (Signal::from(self.busy), self.failed, self.page());
        let back = Callback::new(move |()| self.begin(page.clone()));
        view! {
            <Button label=t(K::ReceiptAsideFix) busy=busy on_press=back/>
            {live(move || failed.get().then(|| failure_note(Tone::Bad, Icon::Warning, t(K::ReceiptAsideStuck))))}
        }
        .into_any()
    }
}

/// What the office said stands at the items too, until they are changed.
async fn mark(offline: Offline, id: &DraftId, errors: Vec<ItemError>) {
    let known = offline.drafts().with_untracked(|all| all.iter().any(|draft| draft.id == *id));
    if let (true, Ok(draft)) = (known, offline.open_draft(id, "").await) {
        draft.beside.update(|beside| beside.refused = errors);
    }
}

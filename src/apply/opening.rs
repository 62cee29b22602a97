//! Opens a draft with its form: what stands there until both are here, and what is said if one is not.

use super::gone;
use super::steps::named_in_url;
use crate::form::{AttachmentHole, Base, Filling, LoadWidgets, Setting, needs_widgets};
use crate::i18n::{I18n, K, t};
use crate::offline::{Draft, DraftId, FormKind, Needs, Offline, StoreError, Undecided};
use crate::reactive::{RwSignal, derive, effect, memo, provided};
use crate::ui::{live, skeleton};
use contract::api::{Instant, Service};
use contract::questionnaire::{Answers, Beside, Evaluation, Form, LoadError};
use leptos::{prelude::*, reactive::computed::ScopedFuture, task::spawn_local};
use litemap::LiteMap;
use std::cell::RefCell;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{self, Poll, Waker};

/// Draws a document of one of an application's forms. The shell has it of the documents feature.
pub type DrawDocument = Arc<dyn Fn(FormKind, AttachmentHole) -> AnyView + Send + Sync>;

/// A draft with its form, being filled in.
#[derive(Clone, Copy)]
pub(super) struct Opened {
    draft: StoredValue<Draft>,
    pub(super) filling: Filling,
}

impl Opened {
    /// The draft.
    pub(super) fn draft(self) -> Draft {
        self.draft.get_value()
    }
}

/// What to open.
#[derive(Clone)]
pub(super) struct Wanted {
    pub(super) id: DraftId,
    /// The form of a draft that is not there yet.
    pub(super) questionnaire: String,
    /// What was sent before, where the draft holds only what is open.
    pub(super) base: Option<Base>,
    /// What a page does with the form before it is drawn.
    pub(super) prepare: Option<Prepare>,
    /// What of the form stands on the page.
    pub(super) draws: Draws,
}

/// What of a form a page draws: its widgets are here before the page is.
#[derive(Clone)]
pub(super) enum Draws {
    /// Nothing: it tells how far the form is.
    Nothing,
    /// The step or the item that a URL names.
    Place(String),
    /// Whatever is open.
    Anything,
}

/// Makes of a form the one that is drawn for this application.
pub(super) type Prepare = fn(Offline, String, Arc<Form>) -> Pin<Box<dyn Future<Output = Arc<Form>>>>;

impl Draws {
    /// Whether it cannot be drawn with the choices alone that come with the first visit.
    fn need_widgets(&self, form: &Form) -> bool {
        match self {
            Self::Nothing => false,
            Self::Anything => true,
            // Who is led to one item finds its control there. A place that is not in this form is not drawn.
            Self::Place(link) => named_in_url(form, link)
                .is_some_and(|(step, pointer)| pointer.link_id() != step.link_id || needs_widgets(form, &step)),
        }
    }
}

impl Wanted {
    /// The application itself.
    pub(super) fn application(id: &str) -> Self {
        Self {
            id: DraftId::application(id),
            questionnaire: String::new(),
            base: None,
            prepare: None,
            draws: Draws::Nothing,
        }
    }

    /// One place in its form.
    pub(super) fn place(id: &str, link: &str) -> Self {
        Self { draws: Draws::Place(link.to_owned()), ..Self::application(id) }
    }
}

/// Why there is nothing to fill in.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Closed {
    /// The draft.
    Draft(StoreError),
    /// The form was not to be had: no network, and none on this phone.
    NoForm,
    /// What draws it was not to be had.
    NoPart,
    /// The form that came is none that can be asked.
    BadForm(LoadError),
}

#[derive(Clone, Copy, PartialEq)]
enum Stage {
    Opening,
    There,
    Closed(Closed),
}

/// A page on its way.
type Opening = Pin<Box<dyn Future<Output = Stage>>>;

/// Opens what is wanted and draws it.
pub(super) fn opened(
    wanted: &Wanted,
    documents: DrawDocument,
    draw: impl Fn(Opened) -> AnyView + Send + 'static,
) -> AnyView {
    let stage = RwSignal::new(Stage::Opening);
    let place: StoredValue<Option<(Draft, Arc<Form>)>> = StoredValue::new(None);
    let (offline, load) = (Offline::here(), provided::<LoadWidgets>());
    let (again, base, application) = (wanted.clone(), wanted.base.clone(), wanted.id.application.clone());
    let kind = wanted.id.form;
    let begin = move || {
        let wanted = again.clone();
        let mut opening: Opening = Box::pin(ScopedFuture::new(async move {
            match open(offline, load, &wanted).await {
                Ok(found) => {
                    place.try_update_value(|place| *place = Some(found));
                    Stage::There
                }
                Err(why) => Stage::Closed(why),
            }
        }));
        // From one step to the next all is at hand, and nothing need be drawn in its place.
        if let Poll::Ready(at_once) = opening.as_mut().poll(&mut task::Context::from_waker(Waker::noop())) {
            stage.set(at_once);
            return;
        }
        stage.set(Stage::Opening);
        spawn_local(async move {
            // The person may have gone elsewhere meanwhile.
            if let Some(next) = while_there(offline, opening).await {
                stage.try_update(|stage| *stage = next);
            }
        });
    };
    begin();
    let is_missing = move || matches!(stage.try_get_untracked(), Some(Stage::Closed(Closed::NoForm | Closed::NoPart)));
    offline.when_back(Needs::Network, is_missing, begin.clone());
    live(move || match stage.get() {
        Stage::Opening => skeleton(t(K::WaitOpen), 4),
        Stage::Closed(why) => gone::page(
            &application,
            why,
            Callback::new({
                let begin = begin.clone();
                move |()| begin()
            }),
        ),
        Stage::There => {
            let Some((draft, form)) = place.get_value() else { return ().into_any() };
            let filling = begin_filling(offline, draft, form, kind, &application, base.clone(), documents.clone());
            untrack(|| draw(Opened { draft: StoredValue::new(draft), filling }))
        }
    })
}

/// What comes of it, unless the app is taken out of its page meanwhile.
async fn while_there(offline: Offline, mut opening: Opening) -> Option<Stage> {
    poll_fn(|it| if offline.is_over() { Poll::Ready(None) } else { opening.as_mut().poll(it).map(Some) }).await
}

fn begin_filling(
    offline: Offline,
    draft: Draft,
    form: Arc<Form>,
    kind: FormKind,
    application: &str,
    base: Option<Base>,
    documents: DrawDocument,
) -> Filling {
    let service = offline.service();
    let limits = service.with_untracked(|service| Service::limits_of(service.as_ref().map(|it| &it.value)));
    let (i18n, writable) = (I18n::here(), draft.writable());
    let id = application.to_owned();
    let filling = Filling::new(Setting {
        application: application.to_owned(),
        form,
        answers: draft.answers,
        beside: draft.beside,
        base,
        today: derive(move || i18n.day_at_office(offline.now())),
        now: Callback::new(move |()| now(i18n, offline)),
        pages_per_item: limits.pages_per_item,
        attachment: Some(Arc::new(move |hole| documents(kind, hole))),
        on_gone: Callback::new(move |gone: Vec<String>| {
            for document in gone {
                offline.give_up_document(&id, kind, &document);
            }
        }),
        closed: derive(move || !writable.get()),
    });
    let of = application.to_owned();
    filling.set_undecided(Callback::new(move |pointer| {
        offline.undecided(&of, &pointer).map(|undecided| match undecided {
            Undecided::Coming => K::ERequiredLooking,
            Undecided::Asked => K::ERequiredUndecided,
        })
    }));
    // What is not asked now stays on this phone until it is; before what is kept there was read, nothing is known of it.
    let named = memo(move || {
        let asked = |look: &Evaluation, all: &Answers| {
            all.documents().map(|(at, it)| (it.document.clone(), look.is_visible(at))).collect::<Vec<_>>()
        };
        filling.evaluation().with(|look| filling.with_answers(|all| asked(look, all)))
    });
    let (whole, of) = (offline.is_whole(), application.to_owned());
    effect(move || {
        if whole.get() && writable.get() {
            named.with(|named| offline.asks_for_documents(&of, named));
        }
    });
    if kind == FormKind::Application {
        let application = application.to_owned();
        let of = application.clone();
        filling.set_consent_view(Arc::new(move |hole| super::consent::beside(&of, hole)));
        let given = memo(move || filling.evaluation().with(|e| identity_consent(&filling.form(), e)));
        // Photos leave this phone only after the consent they stand under is ticked.
        effect(move || offline.set_consent(&application, given.get()));
    }
    filling
}

/// Whether the consent to send ID number and photos is given; a form that asks for none asks nobody to wait.
pub(super) fn identity_consent(form: &Form, evaluation: &Evaluation) -> bool {
    evaluation.all_agreed(form, &|_, consent| consent.topic == super::IDENTITY)
}

async fn open(offline: Offline, load: LoadWidgets, wanted: &Wanted) -> Result<(Draft, Arc<Form>), Closed> {
    let draft = offline.open_draft(&wanted.id, &wanted.questionnaire).await.map_err(Closed::Draft)?;
    let name = draft.questionnaire.get_untracked();
    if draft.writable().get_untracked()
        && let Some(newer) = newer_form(offline, wanted, &name)
        && let Some(form) = load_form(offline, &newer).await
    {
        offline.move_draft(draft, form).await;
    }
    let name = draft.questionnaire.get_untracked();
    let form = read_form(offline, &name).await?;
    if name != form.canonical() {
        // Begun under the newest version, whichever that was: from now on it is this one.
        draft.questionnaire.set(form.canonical());
    }
    if wanted.draws.need_widgets(&form) && !load.bring().await {
        return Err(Closed::NoPart);
    }
    if wanted.id.form == FormKind::Application {
        fill_in(offline, draft, &form).await;
    }
    match wanted.prepare {
        Some(prepare) => Ok((draft, prepare(offline, wanted.id.application.clone(), form).await)),
        None => Ok((draft, form)),
    }
}

/// The form that a draft has to move to, if the office does not take the one it was begun with any more.
fn newer_form(offline: Offline, wanted: &Wanted, name: &str) -> Option<String> {
    if wanted.id.form != FormKind::Application {
        let is_other = |newer: &String| newer.contains('|') && name.contains('|') && newer != name;
        return Some(wanted.questionnaire.clone()).filter(is_other);
    }
    offline.service().with_untracked(|service| {
        contract::questionnaire::newer_form(name, &service.as_ref()?.value.accepted_questionnaires).map(str::to_owned)
    })
}

/// What the sign-in tells is filled in, to be confirmed.
async fn fill_in(offline: Offline, draft: Draft, form: &Form) {
    let waits = |draft: Draft| {
        draft.writable().get_untracked()
            && draft.answers.with_untracked(|answers| Beside::waits_for_sign_in(form, answers))
    };
    if !waits(draft) {
        return;
    }
    let Some(phone) = offline.session_phone().await else { return };
    if !waits(draft) {
        return;
    }
    let (mut beside, mut answers) = (draft.beside.get_untracked(), draft.answers.get_untracked());
    if beside.fill_in(form, &mut answers, &phone) {
        draft.answers.set(answers);
        draft.beside.set(beside);
    }
}

/// The form of this name, where it is only to name things: none is no harm.
pub(crate) async fn load_form(offline: Offline, name: &str) -> Option<Arc<Form>> {
    read_form(offline, name).await.ok()
}

/// The form of this name, from this phone or the backend; read once a visit.
async fn read_form(offline: Offline, name: &str) -> Result<Arc<Form>, Closed> {
    thread_local! {
        static READ: RefCell<LiteMap<String, Arc<Form>>> = const { RefCell::new(LiteMap::new()) };
    }
    if let Some(form) = READ.with_borrow(|read| read.get(name).cloned()) {
        return Ok(form);
    }
    let text = offline.questionnaire(name).await.map_err(|_| Closed::NoForm)?;
    let form = match Form::load(&text.value) {
        Ok(form) => Arc::new(form),
        Err(why) => {
            leptos::logging::warn!("the form {name} cannot be read: {why:?}");
            return Err(Closed::BadForm(why));
        }
    };
    if !form.notices.is_empty() {
        let items: Vec<&str> = form.notices.iter().map(|notice| notice.link_id.as_str()).collect();
        let items = items.join(", ");
        leptos::logging::warn!(
            "the form {name}: `cargo xtask form check` tells what is not understood of it and of [{items}]"
        );
    }
    READ.with_borrow_mut(|read| {
        read.insert(name.to_owned(), form.clone());
        read.insert(form.canonical(), form.clone());
    });
    Ok(form)
}

/// Now, with the office's offset.
pub(super) fn now(i18n: I18n, offline: Offline) -> Instant {
    untrack(|| i18n.at_office(offline.now()))
}

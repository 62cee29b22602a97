//! Before a certificate is handed over: is it the person? A conversation with the office; nothing of it is kept but, for the
//! minutes that it holds, the code that is on its way.
mod fields;
mod waiting;

use super::proof::{Asked, Missing, Typed, prove};
use crate::api::{Api, ApiError, NextStep, sleep};
use crate::i18n::{I18n, K, minute_after, t};
use crate::offline::{Needs, Offline, new_key};
use crate::reactive::{RwSignal, Signal, derive, effect, memo};
use crate::route::{Nav, Route};
use crate::ui::{
    Button, Icon, Kind, LinkButton, Mistake, PageTitle, Tone, Words, action_bar, alert, back_link, error_list,
    focus_by_id, fresh_id, live, note, plain_note, skeleton,
};
use contract::api::{ApplicationRecord, CodeSent, Collection, CollectionRequest, Instant, Slug};
use contract::application::State;
use fields::{code_field, name_field, tail_field};
use leptos::{html, prelude::*, task::spawn_local};
use std::time::Duration;
use view::view;

/// A lost reply is asked for again so often, with the same key, which costs no try.
const AGAIN: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(3)];

/// What there is to do here.
#[derive(Clone, Debug, PartialEq, Eq)]
enum ToDo {
    /// There is no certificate to collect.
    Nothing,
    /// To say who one is.
    Prove {
        /// By what.
        asked: Asked,
        /// It was collected before, and what that opened has closed.
        again: bool,
        /// The certificate, where it can be seen without.
        kept: Option<String>,
    },
    /// To open the certificate that was collected.
    Open(String),
}

#[derive(Clone, Copy)]
struct Page {
    nav: Nav,
    i18n: I18n,
    offline: Offline,
    id: StoredValue<String>,
    form: NodeRef<html::Form>,
    typed: RwSignal<Typed>,
    sent: RwSignal<Option<CodeSent>>,
    /// Seconds until another code can be sent.
    wait: RwSignal<u32>,
    missing: RwSignal<Vec<Missing>>,
    /// The code itself was refused, in the office's words.
    code_refused: RwSignal<Option<Words>>,
    /// Name and number do not fit the application; which of them, the office never says.
    differs: RwSignal<Option<Words>>,
    /// Anything else that was refused.
    refused: RwSignal<Option<Words>>,
    /// More than one thing is missing: the list above the form is shown.
    listed: RwSignal<bool>,
    sending: RwSignal<bool>,
    checking: RwSignal<bool>,
    /// What was sent last without an answer, with its key.
    unanswered: StoredValue<Option<(CollectionRequest, String)>>,
    /// Why the record, which says what is asked, is not here.
    unread: RwSignal<Option<ApiError>>,
    ids: StoredValue<[String; 4]>,
}

/// The page `/a/{id}/collect`.
pub(super) fn page(id: String) -> AnyView {
    let page = Page {
        nav: Nav::here(),
        i18n: I18n::here(),
        offline: Offline::here(),
        id: StoredValue::new(id.clone()),
        form: NodeRef::new(),
        typed: RwSignal::new(Typed::default()),
        sent: RwSignal::new(None),
        wait: RwSignal::new(0),
        missing: RwSignal::new(Vec::new()),
        code_refused: RwSignal::new(None),
        differs: RwSignal::new(None),
        refused: RwSignal::new(None),
        listed: RwSignal::new(false),
        sending: RwSignal::new(false),
        checking: RwSignal::new(false),
        unanswered: StoredValue::new(None),
        unread: RwSignal::new(None),
        ids: StoredValue::new(["name", "tail", "code", "refused"].map(fresh_id)),
    };
    let record = page.offline.record(&id);
    let collection = memo(move || record.with(|it| it.as_ref().map(|it| asked_of(&it.value))));
    let to_do = memo(move || record.with(|it| it.as_ref().map(|it| page.to_do(&it.value))));
    // What is read before it is known who is here could not be kept.
    let somebody = memo(move || page.offline.subject().get().is_some());
    effect(move || {
        if somebody.get() {
            page.reread(page.id.get_value());
        }
    });
    let is_unread = move || page.unread.try_with_untracked(Option::is_some) == Some(true);
    page.offline.when_back(Needs::SignIn, is_unread, move || page.reread(page.id.get_value()));
    page.count_down();
    page.keep_facts();
    spawn_local(page.goes_on());
    let title = memo(move || to_do.with(|to_do| page.i18n.text(title_of(to_do.as_ref()))));
    view! {
        {back_link(page.nav.link(&Route::Status(id)), t(K::ProgressTitleUnnamed))}
        <PageTitle words=move || title.get() document=move || page.document(title.get())/>
        {live(move || match to_do.get() {
            None => page.unread.with(|why| match why {
                None => skeleton(t(K::WaitOpen), 3),
                Some(why) => page.not_read(why),
            }),
            Some(ToDo::Nothing) => plain_note(Tone::Plain, Icon::Info, t(K::CollectNone)),
            Some(ToDo::Open(certificate)) => collected(page, certificate, None),
            Some(ToDo::Prove { asked, again, kept }) => {
                let kept = kept.map(|certificate| collected(page, certificate, Some(K::CertAgain)));
                let form = form(page, asked, again, derive(move || collection.get().flatten()));
                view! { {kept} {form} }.into_any()
            }
        })}
    }
    .into_any()
}

fn title_of(to_do: Option<&ToDo>) -> K {
    match to_do {
        Some(ToDo::Open(_)) => K::StatusCollected,
        Some(ToDo::Prove { again: true, .. }) => K::CertAgainGo,
        Some(ToDo::Prove { .. } | ToDo::Nothing) | None => K::CollectTitle,
    }
}

/// It has been collected, and here it is; `more` says what else can be done here.
fn collected(page: Page, certificate: String, more: Option<K>) -> AnyView {
    let link = page.nav.link(&Route::Certificate(certificate));
    view! {
        {plain_note(Tone::Ok, Icon::Check, t(K::CollectDone))}
        <div class="hc-row"><LinkButton to=link label=t(K::ProgressGoCollected)/></div>
        {more.map(|words| view! { <p>{t(words)}</p> })}
    }
    .into_any()
}

fn asked_of(record: &ApplicationRecord) -> Option<Collection> {
    record.certificate.as_ref().map(|it| it.collection.clone())
}

fn form(page: Page, asked: Asked, again: bool, collection: Signal<Option<Collection>>) -> AnyView {
    let [name, tail, code, refused] = page.ids.get_value();
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        page.submit(asked);
    };
    let offline = move || page.offline.is_away();
    view! {
        {(!again).then(|| view! { <p>{t(K::CollectLead)}</p> })}
        {live(move || offline().then(|| plain_note(Tone::Warn, Icon::Offline, t(K::CollectOffline))))}
        {live(move || collection.get().and_then(|it| lock(page, &it)))}
        {live(move || page.summary())}
        <form node_ref=page.form class="hc-form" novalidate on:submit=submit>
            {asked.name.then(|| name_field(page, name))}
            {asked.tail.map(|count| tail_field(page, tail, count))}
            {asked.code.then(|| code_field(page, code))}
            <div id=refused tabindex="-1">
                {live(move || page.refused.get().map(|words| note(Tone::Bad, Icon::Refused, true, view! { <p>{live(move || words.get())}</p> }.into_any())))}
            </div>
            {live(move || collection.get().map(|it| rules(page, &it)))}
            {action_bar(
                None,
                view! {
                    <Button label=t(K::CollectGo) busy=page.checking busy_label=t(K::CollectGoing) submit=true/>
                }
                .into_any(),
            )}
        </form>
    }
    .into_any()
}

fn locked_until(page: Page, collection: &Collection) -> Option<Instant> {
    let now = page.offline.now();
    collection.locked_until.filter(|until| *until > now)
}

/// Until when it is locked, above what would be typed in vain.
fn lock(page: Page, collection: &Collection) -> Option<AnyView> {
    let until = locked_until(page, collection)?;
    let words = page.i18n.say(K::PSlowDownCollection, &[("until", page.i18n.moment(minute_after(until)).into())]);
    // Where it was said a moment ago it stands beside the button.
    page.refused.with(Option::is_none).then(|| plain_note(Tone::Warn, Icon::Lock, words))
}

/// How many tries there are, and what happens after the last.
fn rules(page: Page, collection: &Collection) -> AnyView {
    let is_said = page.refused.with(Option::is_some) || page.differs.with(Option::is_some);
    if locked_until(page, collection).is_some() {
        return ().into_any();
    }
    let minutes = u32::try_from(collection.lock_s / 60).unwrap_or(u32::MAX);
    // A refusal says itself how many are left.
    let left = (collection.left < collection.limit && !is_said)
        .then(|| page.i18n.say(K::CollectLeft, &[("n", collection.left.into())]));
    let mut args = vec![("m", minutes.into())];
    if collection.left == collection.limit {
        args.push(("n", collection.limit.into()));
    }
    let lock = page.i18n.say(K::CollectLock, &args);
    let body = view! { {left.map(|words| view! { <p><b>{words}</b></p> })} <p>{lock}</p> };
    note(Tone::Plain, Icon::Info, false, body.into_any())
}

impl Page {
    fn to_do(self, record: &ApplicationRecord) -> ToDo {
        let Some((certificate, asked)) = record.certificate.as_ref().zip(Asked::of(record)) else {
            return ToDo::Nothing;
        };
        let again = record.state == State::Collected;
        if again && certificate.collection.grant_until.is_some_and(|until| until > self.offline.now()) {
            return ToDo::Open(certificate.id.clone());
        }
        let is_kept = self.offline.certificates().with(|kept| kept.iter().any(|it| it.value.id == certificate.id));
        ToDo::Prove { asked, again, kept: (again && is_kept).then(|| certificate.id.clone()) }
    }

    fn document(self, title: String) -> String {
        let count = self.missing.with(Vec::len);
        if count == 0 {
            return title;
        }
        self.i18n.say(K::FormPagetitle, &[("n", count.into()), ("page", title.into())])
    }

    fn words_for(self, missing: Missing) -> String {
        let i18n = self.i18n;
        let count = || self.asked().and_then(|it| it.tail).unwrap_or_default();
        match missing {
            Missing::Name => i18n.text(K::CollectEName),
            Missing::Tail => i18n.say(K::CollectETail, &[("n", count().into())]),
            Missing::TailLength(found) => {
                i18n.say(K::CollectETailLen, &[("n", count().into()), ("found", found.into())])
            }
            Missing::Send => i18n.text(K::CollectESend),
            Missing::Code => i18n.text(K::SigninECodeEmpty),
            Missing::CodeLength(n) => i18n.say(K::SigninECodeLen, &[("n", n.into())]),
            Missing::CodeLong { wanted, found } => {
                i18n.say(K::SigninECodeLong, &[("n", wanted.into()), ("found", found.into())])
            }
        }
    }

    fn asked(self) -> Option<Asked> {
        let record = self.offline.record(&self.id.get_value());
        record.with_untracked(|it| it.as_ref().and_then(|it| Asked::of(&it.value)))
    }

    /// Where it is said that name and number differ: at the number, which is the easier one to mistype.
    fn fact_said_at(self) -> String {
        let [name, tail, ..] = self.ids.get_value();
        if self.asked().is_some_and(|asked| asked.tail.is_some()) { tail } else { name }
    }

    fn fact_error(self, id: String, is_mine: fn(&Missing) -> bool) -> Signal<Option<String>> {
        let missing = self.error(is_mine);
        let here = StoredValue::new(id);
        derive(move || {
            let differs = self.differs.get().filter(|_| here.with_value(|id| *id == self.fact_said_at()));
            missing.get().or_else(|| differs.map(|words| words.get().to_string()))
        })
    }

    fn error(self, is_mine: fn(&Missing) -> bool) -> Signal<Option<String>> {
        derive(move || {
            let mine = self.missing.with(|missing| missing.iter().copied().find(is_mine));
            mine.map(|missing| self.words_for(missing))
        })
    }

    fn control(self, missing: Missing) -> String {
        let [name, tail, code, _] = self.ids.get_value();
        match missing {
            Missing::Name => name,
            Missing::Tail | Missing::TailLength(_) => tail,
            Missing::Send | Missing::Code | Missing::CodeLength(_) | Missing::CodeLong { .. } => code,
        }
    }

    fn summary(self) -> Option<AnyView> {
        if !self.listed.get() {
            return None;
        }
        let title = move || self.i18n.say(K::FormErrtitle, &[("n", self.missing.with(Vec::len).into())]);
        let mistake =
            move |missing: &Missing| Mistake { control: self.control(*missing), words: self.words_for(*missing) };
        Some(error_list(title, derive(move || self.missing.with(|missing| missing.iter().map(mistake).collect()))))
    }

    /// After the first complaint, what is right again falls away while typing.
    fn retyped(self) {
        self.code_refused.set(None);
        if self.missing.with_untracked(Vec::is_empty) {
            return;
        }
        let Some(asked) = self.asked() else { return };
        let found = self.typed.with_untracked(|typed| {
            self.sent.with_untracked(|sent| prove(asked, typed, sent.as_ref()).err().unwrap_or_default())
        });
        let was = self.missing.get_untracked();
        self.missing.set(
            found.into_iter().filter(|it| was.iter().any(|old| self.control(*old) == self.control(*it))).collect(),
        );
    }

    fn focus(self, id: &str) {
        let id = id.to_owned();
        request_animation_frame(move || {
            if let Some(Some(form)) = self.form.try_get_untracked() {
                focus_by_id(&form, &id);
            }
        });
    }

    /// The seconds until another code can be sent.
    fn count(self) {
        let until = self.sent.with_untracked(|sent| sent.as_ref().map(|sent| sent.resend_at));
        let now = self.offline.now();
        let wait = until.map_or(0, |until| (until - now).num_seconds());
        let wait = u32::try_from(wait).unwrap_or_default();
        if self.wait.get_untracked() != wait {
            self.wait.set(wait);
        }
    }

    fn count_down(self) {
        if let Ok(handle) = set_interval_with_handle(move || self.count(), Duration::from_secs(1)) {
            on_cleanup(move || handle.clear());
        }
    }

    fn send_code(self) {
        if self.sending.get_untracked() || self.wait.get_untracked() > 0 {
            return;
        }
        self.sending.set(true);
        self.refused.set(None);
        self.code_refused.set(None);
        let (request, awaited) = (self.code_request(), self.awaited());
        spawn_local(async move {
            let sent = self.offline.request_code(&request).await;
            if let Ok(sent) = &sent {
                awaited(sent.clone());
            }
            if self.sending.try_set(false).is_some() {
                // The person has left, and finds it when they come back.
                return;
            }
            match sent {
                Ok(sent) => {
                    // The digits are of the code before, which holds on where no other was sent.
                    self.typed.try_update(|typed| typed.code.clear());
                    self.comes(sent);
                    self.missing.try_update(|missing| missing.retain(|it| *it != Missing::Send));
                    self.focus(&self.control(Missing::Code));
                }
                Err(error) => self.told(error),
            }
        });
    }

    fn submit(self, asked: Asked) {
        if self.checking.get_untracked() {
            return;
        }
        self.refused.set(None);
        self.differs.set(None);
        self.listed.set(false);
        let proof =
            self.typed.with_untracked(|typed| self.sent.with_untracked(|sent| prove(asked, typed, sent.as_ref())));
        match proof {
            Ok(request) => {
                self.missing.set(Vec::new());
                self.checking.set(true);
                let (api, id, key) = (self.offline.api(), self.id.get_value(), self.key_for(&request));
                spawn_local(self.converse(api, id, request, key));
            }
            Err(missing) => {
                let first = missing.first().map(|it| self.control(*it)).unwrap_or_default();
                let several = missing.len() > 1;
                self.missing.set(missing);
                if several {
                    self.listed.set(true);
                } else {
                    self.focus(&first);
                }
            }
        }
    }

    /// The same words after a lost reply go with the same key, so that no try is counted twice.
    fn key_for(self, request: &CollectionRequest) -> String {
        let same =
            self.unanswered.with_value(|it| it.as_ref().filter(|(old, _)| old == request).map(|it| it.1.clone()));
        let key = same.unwrap_or_else(new_key);
        self.unanswered.set_value(Some((request.clone(), key.clone())));
        key
    }

    async fn converse(self, api: Api, id: String, request: CollectionRequest, key: String) {
        let mut answer = self.offline.heard(api.collect(&id, &request, &key).await);
        for wait in AGAIN {
            if !answer.as_ref().is_err_and(ApiError::may_have_arrived) {
                break;
            }
            sleep(wait).await;
            answer = self.offline.heard(api.collect(&id, &request, &key).await);
        }
        if !answer.as_ref().is_err_and(ApiError::may_have_arrived) {
            self.unanswered.try_set_value(None);
        }
        let code_is_over = |error: &ApiError| error.slug() == Some(Slug::CodeEnded);
        if answer.as_ref().map_or_else(code_is_over, |_| true) {
            self.awaits_none();
        }
        // The record has new tries, or a new state, whoever is still here.
        self.reread(id);
        if self.checking.try_set(false).is_some() {
            return;
        }
        match answer {
            Ok(grant) => self.nav.replace(Route::Certificate(grant.certificate)),
            Err(error) => self.told(error),
        }
    }

    /// Asks the office how it stands. What this phone knows of it stands meanwhile; without a network it stays.
    fn reread(self, id: String) {
        let (offline, unread) = (self.offline, self.unread);
        spawn_local(async move {
            let failed = offline.refresh(&id).await.err();
            unread.try_set(failed);
        });
    }

    /// Nothing is known of it here: why, and the way to try again.
    fn not_read(self, why: &ApiError) -> AnyView {
        if why.next_step() == NextStep::Home {
            return plain_note(Tone::Warn, Icon::Info, t(K::PNotFound));
        }
        let said = self.i18n.failure(why.failure(), &self.phone());
        let again = move |()| self.reread(self.id.get_value());
        let body = view! { <p>{said}</p> <p><Button label=t(K::AppRetry) kind=Kind::Text on_press=again/></p> };
        alert(Tone::Warn, Icon::Offline, body.into_any())
    }

    /// The office's, as far as it is known.
    fn phone(self) -> String {
        untrack(|| self.offline.contact().phone)
    }

    /// Says why not. A wrong code is said at the code, facts that differ at the facts, all else above the button.
    fn told(self, error: ApiError) {
        let (slug, i18n, phone) = (error.slug(), self.i18n, self.phone());
        let words = Words::from(move || i18n.failure(error.failure(), &phone));
        if matches!(slug, Some(Slug::CodeWrong | Slug::CodeEnded)) {
            self.code_refused.try_set(Some(words));
            self.focus(&self.control(Missing::Code));
        } else if slug == Some(Slug::IdentityMismatch) {
            self.differs.try_set(Some(words));
            self.focus(&self.fact_said_at());
        } else {
            self.refused.try_set(Some(words));
            let [_, _, _, refused] = self.ids.get_value();
            self.focus(&refused);
        }
        if slug == Some(Slug::CodeEnded) {
            self.sent.try_set(None);
        }
    }
}

//! The page of one certificate: from the vault at once, then as the office says it stands.
use super::face::{Facts, face};
use super::picture;
use super::renew::Renewing;
use super::save::{Refresh, save};
use super::show::show;
use super::standing::{Heard, Standing, standing};
use crate::api::{Api, ApiError, NextStep};
use crate::i18n::{I18n, K, t};
use crate::offline::{Asker, CertificateFile, Kept, KeptCertificate, Needs, Offline, SessionState, Storage};
use crate::reactive::{Memo, RwSignal, derive, effect, memo};
use crate::route::{Nav, Route};
use crate::ui::{
    Button, Frame, Icon, PageTitle, Tone, Words, back_link, failure_note, live, note, plain_note, skeleton, tap_link,
    telephone_in,
};
use contract::api::{ApplicationRecord, Certificate, CertificateState, Downloads};
use js_sys::Uint8Array;
use leptos::{prelude::*, task::spawn_local};
use std::rc::Rc;
use view::view;

/// What came of asking the office.
#[derive(Clone, Debug, PartialEq)]
enum Asked {
    /// It has not answered yet.
    Waiting,
    /// It has, and the copy on this phone is new.
    Answered,
    /// It has, and this phone could not keep it.
    NotKept,
    /// It has, and wants to know first that it is the person; the certificate is of this application.
    ProofNeeded(Option<String>),
    /// No network.
    Unreachable,
    /// It gave none, and says why.
    Failed(ApiError),
    /// There is no such certificate for this login.
    Absent,
}

#[derive(Clone, Copy)]
struct Page {
    nav: Nav,
    i18n: I18n,
    offline: Offline,
    api: StoredValue<Api>,
    id: StoredValue<String>,
    asked: RwSignal<Asked>,
    /// What was read now: it counts before the copy in the vault, and where there is no vault.
    read: RwSignal<Option<KeptCertificate>>,
    photo: RwSignal<Option<String>>,
    seal: RwSignal<Option<String>>,
    links: RwSignal<Option<Downloads>>,
    /// PDF and picture are on this phone.
    files: RwSignal<bool>,
    owner: StoredValue<Option<Owner>>,
    /// Raised when the page is seen again: the day may be another one.
    seen: RwSignal<u32>,
    /// How often the office was asked: what an earlier asking brings after a later one is old.
    asking: StoredValue<u32>,
}

/// The page `/c/{id}`.
pub(super) fn page(id: String) -> AnyView {
    let page = Page {
        nav: Nav::here(),
        i18n: I18n::here(),
        offline: Offline::here(),
        api: StoredValue::new(Offline::here().api()),
        id: StoredValue::new(id),
        asked: RwSignal::new(Asked::Waiting),
        read: RwSignal::new(None),
        photo: RwSignal::new(None),
        seal: RwSignal::new(None),
        links: RwSignal::new(None),
        files: RwSignal::new(false),
        owner: StoredValue::new(Owner::current()),
        seen: RwSignal::new(0),
        asking: StoredValue::new(0),
    };
    let seen = window_event_listener_untyped("visibilitychange", move |_| {
        page.seen.try_update(|seen| *seen = seen.wrapping_add(1));
    });
    on_cleanup(move || seen.remove());
    let known = page.known();
    let facts = memo(move || known.with(|it| it.as_ref().map(|it| facts(&it.value))));
    page.open_pictures(known);
    page.ask_when_known();
    view! {
        {back_link(page.nav.link(&Route::Home), t(K::HomeTitle))}
        {live(move || match facts.get() {
            Some(facts) => certificate(page, known, &facts),
            None => absent(page),
        })}
    }
    .into_any()
}

fn facts(certificate: &Certificate) -> Facts {
    Facts {
        number: certificate.number.clone(),
        shown: certificate.shown.clone(),
        credential: certificate.credential.clone(),
    }
}

impl Page {
    /// The newest copy there is.
    fn known(self) -> Memo<Option<KeptCertificate>> {
        let kept = self.offline.certificates();
        let id = self.id.get_value();
        memo(move || self.read.get().or_else(|| kept.with(|kept| kept.iter().find(|it| it.value.id == id).cloned())))
    }

    /// The application that it came from, as this phone knows it; also for a reply after the person has left.
    fn record(self) -> Option<Kept<ApplicationRecord>> {
        let id = self.id.try_get_value()?;
        let is_its = |it: &&Kept<ApplicationRecord>| it.value.certificate.as_ref().is_some_and(|c| c.id == id);
        self.offline.records().with(|records| records.iter().find(is_its).cloned())
    }

    /// Asks as soon as it is known who is here (what is read before could not be kept for anybody), and in each language.
    fn ask_when_known(self) {
        let somebody = memo(move || self.offline.subject().get().is_some());
        let nobody = memo(move || self.offline.session().with(|it| matches!(it, SessionState::SignedOut)));
        let silent = memo(move || self.offline.is_away());
        let signed_in = memo(move || self.offline.session().with(SessionState::is_signed_in));
        effect(move || {
            // Whoever signs in again above the page is asked for no more than that.
            if signed_in.get() && self.asked.with_untracked(|asked| *asked == Asked::ProofNeeded(None)) {
                spawn_local(async move { drop(self.ask().await) });
            }
        });
        effect(move || {
            // The office, the work and the seal are called in the language that was asked for.
            self.i18n.lang();
            if somebody.get() {
                // The page shows what came of it.
                spawn_local(async move { drop(self.ask().await) });
            } else if nobody.get() {
                self.nav.replace(Route::SignIn);
            } else if silent.get() {
                self.asked.set(Asked::Unreachable);
            }
        });
        // What was opened without a network: photo, files and links are of before until it is asked for once more.
        let unreached = move || self.asked.try_with_untracked(|asked| *asked == Asked::Unreachable) == Some(true);
        self.offline.when_back(Needs::SignIn, unreached, move || spawn_local(async move { drop(self.ask().await) }));
    }

    /// Reads it from the office and keeps it with its pictures.
    async fn ask(self) -> Result<Downloads, ApiError> {
        let (Some(api), Some(id)) = (self.api.try_get_value(), self.id.try_get_value()) else {
            return Err(ApiError::Unreachable);
        };
        self.asking.try_update_value(|asking| *asking += 1);
        let (turn, asker) = (self.asking.try_get_value(), self.offline.asker());
        // Another asking has begun meanwhile: what this one found is older. Of a page that was left nobody knows, and what came
        // is kept all the same.
        let is_over = move || self.asking.try_get_value().is_some_and(|now| Some(now) != turn);
        let refused = |error: &ApiError| {
            if !is_over() {
                self.refused(error);
            }
        };
        let certificate = self.offline.heard(api.certificate(&id).await).inspect_err(refused)?;
        // So it stood when that was answered: its photo may be long in coming, and the news of an end overtakes it.
        let at = api.now();
        let photo = api.linked(&certificate.photo).await.inspect_err(refused)?;
        let photo = Uint8Array::from(photo.as_slice());
        let seal = match &certificate.seal {
            // Without its seal the certificate is still itself.
            Some(seal) => api.linked(seal).await.ok().map(|bytes| Uint8Array::from(bytes.as_slice())),
            None => None,
        };
        let links = certificate.downloads.clone();
        // Whoever asked is here no longer: it is shown to nobody else, and kept for nobody.
        if asker != self.offline.asker() {
            return Err(ApiError::SignedOut);
        }
        if is_over() {
            return Ok(links);
        }
        self.show_bytes(&photo, seal.as_ref(), &certificate);
        self.links.try_set(Some(links.clone()));
        let read = Kept { value: certificate, at, etag: None };
        self.read.try_set(Some(read.clone()));
        let kept = self.offline.keep_certificate(&asker, &read, &photo, seal.as_ref()).await;
        self.asked.try_set(if kept.is_ok() { Asked::Answered } else { Asked::NotKept });
        if kept.is_ok() {
            spawn_local(async move {
                // Without them the page shows what it shows; the next visit tries again.
                drop(self.keep_files(&asker, &api, &id).await);
            });
        }
        Ok(links)
    }

    /// Fetches what can be saved, so that it can be saved without a network too, once for each language and each state: both
    /// stand in it. By links of its own: each may be followed twice, and those of the page are the person's.
    async fn keep_files(self, asker: &Asker, api: &Api, id: &str) -> Result<(), ApiError> {
        let language = self.i18n.language_now().tag;
        let state = self.read.try_with_untracked(|read| read.as_ref().map(|it| it.value.state)).flatten();
        let made = |state: CertificateState| format!("{} {language}", state.code());
        let before = self.offline.certificate_files_made(id).await;
        if before.is_none() || before != state.map(made) || !self.has_files(id).await {
            let certificate = self.offline.heard(api.certificate(id).await)?;
            let links = certificate.downloads;
            let mut files = Vec::new();
            for (file, link) in [(CertificateFile::Pdf, &links.pdf), (CertificateFile::Png, &links.png)] {
                files.push((file, Uint8Array::from(api.linked(link).await?.as_slice())));
            }
            // The person has gone over to another language meanwhile, in which all is asked for again.
            if self.i18n.language_now().tag != language {
                return Ok(());
            }
            if self.offline.keep_certificate_files(asker, id, &made(certificate.state), files).await.is_err() {
                return Ok(());
            }
        }
        self.files.try_set(true);
        Ok(())
    }

    async fn has_files(self, id: &str) -> bool {
        for file in CertificateFile::ALL {
            if self.offline.certificate_file(id, file).await.is_err() {
                return false;
            }
        }
        true
    }

    fn refused(self, error: &ApiError) {
        let asked = match error.next_step() {
            NextStep::Collect => match self.application_named_by(error) {
                Some(application) => {
                    // With a copy, the office's word on it comes with the record.
                    self.read_record(application.clone());
                    Asked::ProofNeeded(Some(application))
                }
                // Where to prove it is not known: signing in again would ask the same again.
                None => Asked::Failed(error.clone()),
            },
            NextStep::Home => Asked::Absent,
            NextStep::SignIn => Asked::ProofNeeded(None),
            NextStep::Wait | NextStep::OpenPortal => Asked::Unreachable,
            _ => Asked::Failed(error.clone()),
        };
        self.asked.try_set(asked);
    }

    fn read_record(self, application: String) {
        spawn_local(async move {
            // What this phone has heard before stands until then, with its age.
            drop(self.offline.refresh(&application).await);
        });
    }

    fn application_named_by(self, error: &ApiError) -> Option<String> {
        let named = error.refused().and_then(|it| it.problem.application.clone());
        named.or_else(|| untrack(|| self.record()).map(|it| it.value.id))
    }

    /// Photo and seal from the vault, as soon as there is a copy.
    fn open_pictures(self, known: Memo<Option<KeptCertificate>>) {
        let there = memo(move || known.with(Option::is_some));
        effect(move || {
            if !there.get() || self.photo.with_untracked(Option::is_some) {
                return;
            }
            let id = self.id.get_value();
            spawn_local(async move {
                let photo = self.offline.certificate_photo(&id).await.ok();
                let seal = self.offline.certificate_seal(&id).await.ok().flatten();
                self.show_blobs(photo.as_ref(), seal.as_ref());
                if self.has_files(&id).await {
                    self.files.try_set(true);
                }
            });
        });
    }

    fn show_bytes(self, photo: &Uint8Array, seal: Option<&Uint8Array>, certificate: &Certificate) {
        let seal_type = certificate.seal.as_ref().map(|it| it.media_type.clone()).unwrap_or_default();
        let photo = picture::blob(photo, &certificate.photo.media_type);
        let seal = seal.and_then(|seal| picture::blob(seal, &seal_type));
        if seal.is_some() {
            // The copy on this phone may be in another language.
            self.seal.try_set(None);
        }
        self.show_blobs(photo.as_ref(), seal.as_ref());
    }

    fn show_blobs(self, photo: Option<&web_sys::Blob>, seal: Option<&web_sys::Blob>) {
        let Some(Some(owner)) = self.owner.try_get_value() else { return };
        for (blob, place) in [(photo, self.photo), (seal, self.seal)] {
            let empty = place.try_with_untracked(Option::is_none).unwrap_or(false);
            if let Some(blob) = blob
                && empty
                && let Some(address) = owner.with(|| picture::address(blob))
            {
                place.try_set(Some(address));
            }
        }
    }

    fn refresh(self) -> Refresh {
        Rc::new(move || Box::pin(self.ask()))
    }
}

/// How it stands now, and the words that the office gave for it.
fn standing_of(page: Page, known: Memo<Option<KeptCertificate>>) -> Memo<Option<(Standing, Option<String>)>> {
    let i18n = I18n::here();
    memo(move || {
        let kept = known.get()?;
        // Without a network nothing else tells that it has run out since.
        page.seen.track();
        let record = page.record();
        let heard = Heard { state: kept.value.state, at: kept.at };
        let summary = record.as_ref().and_then(|it| it.value.certificate.as_ref().map(|c| (c, it.at)));
        let newer = summary.map(|(summary, at)| Heard { state: summary.state, at });
        let renew_from = summary.and_then(|(summary, _)| summary.renew_from);
        // Days are days of the office.
        let now = i18n.at_office(page.api.with_value(Api::now));
        let found = standing(heard, newer, kept.value.shown.valid_until, renew_from, now);
        let words = summary.and_then(|(summary, _)| summary.words.clone()).or(kept.value.words);
        Some((found, words.map(|it| it.text)))
    })
}

fn certificate(page: Page, known: Memo<Option<KeptCertificate>>, facts: &Facts) -> AnyView {
    let now_standing = standing_of(page, known);
    let renewing = Renewing::new(page.nav, page.offline, page.id.get_value());
    let state =
        derive(move || now_standing.with(|it| it.as_ref().map_or(CertificateState::Unknown, |(it, _)| it.state)));
    let checked = derive(move || known.with(|it| it.as_ref().map(|it| it.at).unwrap_or_default()));
    let checked =
        derive(move || now_standing.with(|it| it.as_ref().map_or_else(|| checked.get(), |(it, _)| it.checked)));
    let shown_large = RwSignal::new(false);
    // In somebody else's page there is no service worker that would open it without network.
    let embedded = Frame::here() == Frame::Embedded;
    let kept = move || match (embedded, page.files.get()) {
        (true, _) => K::CertKeptEmbedded,
        (false, true) => K::CertKeptFiles,
        (false, false) => K::CertKept,
    };
    let application = untrack(|| page.record()).map(|it| it.value.id);
    let i18n = I18n::here();
    let holds = move || matches!(state.get(), CertificateState::Valid | CertificateState::Unknown);
    // What does not hold is not offered to an inspector, nor is a promise made of it; the code on the card still opens.
    let offer = move || {
        holds().then(
            || view! { <Button label=t(K::CertShow) before=Icon::Code on_press=move |()| shown_large.set(true)/> },
        )
    };
    let renewal = move || {
        let from = page.record().and_then(|it| it.value.certificate?.renew_from).filter(|_| holds())?;
        Some(i18n.say(K::CertRenew, &[("date", i18n.day_plain(from).into())]))
    };
    let came_from = move || {
        let record = page.record()?;
        Some(view! { <p>{tap_link(page.nav.link(&Route::Status(record.value.id)), t(K::ReceiptLook))}</p> })
    };
    view! {
        {live(move || now_standing.get().map(|(standing, words)| line(page, renewing, known, &standing, words)))}
        {face(facts, state, page.photo.into(), page.seal.into(), Callback::new(move |()| shown_large.set(true)))}
        {live(offer)}
        {save(application, page.id.get_value(), facts, page.links, derive(holds), page.refresh())}
        {live(move || holds().then(|| if page.asked.get() == Asked::NotKept {
            plain_note(Tone::Warn, Icon::Phone, t(K::CertUnkept))
        } else {
            plain_note(Tone::Plain, Icon::Phone, t(kept()))
        }))}
        <p class="hc-hint">{t(K::CertOnly)}</p>
        {live(move || renewal().map(|words| view! { <p class="hc-hint">{words}</p> }))}
        {live(came_from)}
        {show(facts, state, checked, page.photo.into(), shown_large)}
    }
    .into_any()
}

/// The line above the card: does it hold, and how old is that word.
fn line(
    page: Page,
    renewing: Renewing,
    known: Memo<Option<KeptCertificate>>,
    standing: &Standing,
    words: Option<String>,
) -> AnyView {
    let (i18n, now) = (I18n::here(), page.api.with_value(Api::now));
    let until = known.with_untracked(|it| it.as_ref().map(|it| it.value.shown.valid_until)).unwrap_or_default();
    let phone = page.offline.contact().phone;
    let (tone, drawing, why, said) = match standing.state {
        CertificateState::Valid => match standing.days_old {
            None => {
                let when = i18n.moment_near(standing.checked, now);
                (Tone::Ok, Icon::Ok, None, i18n.say(K::CertOk, &[("when", when.into())]))
            }
            Some(days) => (Tone::Warn, Icon::Clock, None, i18n.say(K::CertOld, &[("n", days.into())])),
        },
        CertificateState::Expired => {
            let args = [("valid_until", i18n.day_year(until).into())];
            (Tone::Bad, Icon::Refused, None, i18n.say(K::CertExpired, &args))
        }
        CertificateState::Revoked | CertificateState::Suspended => {
            let (holds_no_more, ask) = if standing.state == CertificateState::Revoked {
                (K::CertRevoked, K::CertRevokedAsk)
            } else {
                (K::CertSuspendedWhy, K::CertSuspendedAsk)
            };
            let why = i18n.say(holds_no_more, &[("why", words.unwrap_or_default().as_str().into())]);
            (Tone::Bad, Icon::Refused, Some(why), i18n.say(ask, &[("phone", phone.as_str().into())]))
        }
        CertificateState::Unknown => (Tone::Bad, Icon::Unsure, None, i18n.text(K::CertVoid)),
    };
    // Why it holds no more comes before what to do.
    let said = view! {
        {why.map(|why| view! { <p>{why}</p> })}
        <p>{telephone_in(&said, &phone)}</p>
    };
    let renewal = standing.renewable.map(|days| {
        let words = i18n.say(K::CertSoon, &[("date", i18n.day_plain(until).into()), ("n", days.into())]);
        plain_note(Tone::Warn, Icon::Calendar, words)
    });
    let anew = standing.is_renewable.then(|| renewing.draw());
    // A certificate that was taken back is not renewed.
    let is_gone = standing.state == CertificateState::Revoked;
    let again = is_gone.then(|| {
        let begin = move |()| page.nav.go(Route::Tasks(page.offline.blank_application()));
        view! { <Button label=t(K::CertAgainApply) before=Icon::Plus on_press=begin/> }
    });
    view! {
        {note(tone, drawing, true, said.into_any())}
        {renewal}
        {anew}
        {again}
    }
    .into_any()
}

/// Nothing to show: still on its way, or said why not.
fn absent(page: Page) -> AnyView {
    let opening = memo(move || page.offline.storage().with(|it| matches!(it, Storage::Opening)));
    // Whether there is a copy is known only when the vault is open.
    effect(move || {
        if opening.get() {
            return;
        }
        if let Asked::ProofNeeded(application) = page.asked.get() {
            page.nav.replace(application.map_or(Route::SignIn, Route::Collect));
        }
    });
    let failed = move |why: &ApiError| page.i18n.failure(why.failure(), &page.offline.contact().phone);
    let body = move || match page.asked.get() {
        Asked::Waiting | Asked::Answered | Asked::NotKept | Asked::ProofNeeded(_) => skeleton(t(K::WaitOpen), 5),
        Asked::Unreachable | Asked::Failed(_) if opening.get() => skeleton(t(K::WaitOpen), 5),
        Asked::Unreachable => again(page, Icon::Offline, t(K::CertENone)),
        Asked::Failed(why) => again(page, Icon::Warning, failed(&why)),
        Asked::Absent => plain_note(Tone::Warn, Icon::Info, t(K::CertEAbsent)),
    };
    view! {
        <PageTitle words=t(K::CertTitle)/>
        {live(body)}
    }
    .into_any()
}

/// Why it is not here, and the way to ask once more.
fn again(page: Page, drawing: Icon, why: impl Into<Words>) -> AnyView {
    let press = move |()| {
        page.asked.set(Asked::Waiting);
        spawn_local(async move { drop(page.ask().await) });
    };
    view! {
        {failure_note(Tone::Warn, drawing, why)}
        <Button label=t(K::AppRetry) on_press=press/>
    }
    .into_any()
}

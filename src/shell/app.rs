//! The root of one instance: what all pages share, and which page is drawn.

use super::{Account, Config, Languages, Looks, Parts, arrival, documents, frame, missing};
use crate::api::Api;
use crate::apply;
use crate::embed;
use crate::i18n::{Chapter, I18n, K};
use crate::offline::{Network, Offline, SessionState, Storage};
use crate::reactive::{Memo, effect, effect_from, memo, provided};
use crate::route::{Nav, Route};
use crate::session::{self, Ended};
use crate::ui::{Announcer, Frame, LoadPart, Loading, Pages, PartMissing, live, part_in};
use leptos::{html, prelude::*, task::spawn_local};
use send_wrapper::SendWrapper;
use std::rc::Rc;
use std::sync::Arc;
use view::view;

/// The app. It is mounted into an element of its own site or into a shadow root.
#[component]
pub fn App(
    /// What the page around it decides.
    config: Config,
    /// The parts that are fetched when needed.
    parts: Parts,
) -> impl IntoView {
    let frame = config.frame();
    let nav = Nav::new(config.route, &config.base, config.start.as_deref(), frame == Frame::OwnSite);
    let i18n = I18n::new("");
    let api = Api::new(&config.api, untrack(|| i18n.lang()));
    let (languages, looks) = (Languages::new(&config, i18n, api.clone()), Looks::new(&config));
    provide_context(nav);
    provide_context(i18n);
    provide_context(languages);
    provide_context(looks);
    provide_context(parts.widgets);
    provide_context(apply::DrawSeldom(seldom(parts)));
    provide_context(frame);
    let announcer = Announcer::new();
    provide_context(announcer);
    provide_context(apply::Unsaid::new());
    let offline = Offline::start(api.clone(), &config.assets, parts.office, Box::new(move |at| i18n.day_at_office(at)));
    provide_context(api.clone());
    provide_context(offline);
    provide_context(Ended::watch(offline));
    provide_context(frame::reopen(offline, frame));
    follow_office(i18n, offline, api);
    begin_anew(offline);
    tell_network(i18n, offline, announcer);
    speak_of_the_office(offline, languages);
    provide_context(config.first_heading());
    provide_context(config);

    let root: NodeRef<html::Div> = NodeRef::new();
    nav.listen();
    arrival::follow(nav, i18n, frame);
    looks.follow(root, frame);
    languages.follow(frame);

    let class = if frame == Frame::Embedded { "hc hc--part" } else { "hc" };
    view! {
        <div node_ref=root class=class lang=move || i18n.lang() dir=move || i18n.dir() on:click=move |event| nav.on_click(&event)>
            {live(move || languages.ready().then(|| {
                let wanted = wanted(nav);
                let signs_in = memo(move || wanted.with(|(route, instead, _)| *route == Route::SignIn || *instead == Some(Instead::SignIn)));
                frame::frame(signs_in, pages(wanted, parts))
            }))}
        </div>
    }
}

/// The office's texts follow the language, and times follow the office's zone.
fn follow_office(i18n: I18n, offline: Offline, api: Api) {
    effect_from(move |before: Option<&'static str>| {
        let language = i18n.lang();
        api.set_language(language);
        if before.is_some_and(|before| before != language) {
            spawn_local(offline.reads_in_another_language());
        }
        language
    });
    let service = offline.service();
    effect(move || {
        if let Some(zone) = service.with(|s| s.as_ref().map(|s| s.value.time_zone.clone())) {
            i18n.set_zone(&zone);
            embed::tell_recovery_screen_zone(&zone);
        }
    });
}

/// What was erased, or sealed under another key, is not shown any longer.
fn begin_anew(offline: Offline) {
    let anew = offline.begins_anew();
    effect(move || {
        if anew.get()
            && let Err(why) = window().location().reload()
        {
            leptos::logging::warn!("reload: {why:?}");
        }
    });
}

/// What came with the part that faces the office, as the way to carry away what is not stored, is wanted when there may be no
/// network any more: its sentences are fetched as soon as it is here.
fn speak_of_the_office(offline: Offline, languages: Languages) {
    let whole = offline.is_whole();
    effect(move || {
        if whole.get() {
            spawn_local(async move {
                // What asks for them asks again.
                _ = languages.bring(Chapter::Office).await;
            });
        }
    });
}

/// Says politely that the network is back and something goes out.
fn tell_network(i18n: I18n, offline: Offline, announcer: Announcer) {
    let network = offline.network();
    effect_from(move |before: Option<Network>| {
        let now = network.get();
        let waiting = untrack(|| offline.waiting());
        if before.is_some_and(Network::is_away) && now == Network::Online && waiting > 0 {
            announcer.say(&untrack(|| i18n.say(K::NetBack, &[("n", waiting.into())])));
        }
        now
    });
}

/// The place where we are, and what is drawn in its place.
fn wanted(nav: Nav) -> Memo<Wanted> {
    let (route, offline) = (nav.route(), Offline::here());
    let (storage, subject) = (offline.storage(), offline.subject());
    // Whose pages these are: the last one who was here, and how often that has changed.
    let person = Memo::new(move |before: Option<&(Option<String>, u32)>| {
        let (last, changes) = before.cloned().unwrap_or_default();
        match (last, subject.get()) {
            (Some(last), Some(now)) if last != now => (Some(now), changes + 1),
            (last, now) => (now.or(last), changes),
        }
    });
    memo(move || {
        let route = route.get();
        // What was read for one person is shown to no other. Where anybody signs in, nothing was.
        let is_ones_own = route.application().is_some() || matches!(route, Route::Certificate(_));
        let person = if is_ones_own { person.with(|(_, changes)| *changes) } else { 0 };
        let locked = storage.get() == Storage::Locked;
        let instead = if locked { Some(Instead::Pin) } else { instead(&route, offline) };
        (route, instead, person)
    })
}

/// A place, what is drawn in its stead, and how often somebody else has signed in.
type Wanted = (Route, Option<Instead>, u32);

/// The page of the place where we are, drawn anew when the place changes.
fn pages(wanted: Memo<Wanted>, parts: Parts) -> AnyView {
    let (i18n, pages) = (I18n::here(), SendWrapper::new(Pages::here()));
    live(move || {
        let (route, instead, _) = wanted.get();
        let is_step = instead.is_none() && matches!(route, Route::Step(..));
        // What a page reads while it is made must not make the whole page anew.
        let draw = || {
            provide_context(i18n.for_page());
            match instead {
                Some(Instead::SignIn) => session::in_place(),
                Some(Instead::Pin) => account(parts, Account::Page(Route::Settings)),
                Some(Instead::OtherPersons) => account(parts, Account::SignIn(session::Seldom::OtherPersons)),
                None => page(&route, parts),
            }
        };
        pages.next(is_step, || untrack(draw))
    })
}

/// What is drawn in place of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Instead {
    /// Everything lies under a PIN.
    Pin,
    /// Its application is not on this phone, and nobody is signed in.
    SignIn,
    /// Its draft belongs to another sign-in.
    OtherPersons,
}

fn instead(route: &Route, offline: Offline) -> Option<Instead> {
    let id = route.application()?;
    let of_form = matches!(route, Route::Tasks(_) | Route::Step(..) | Route::Check(_));
    let owner = session::draft_owner(offline, id);
    let signed_out = offline.session().with(|s| matches!(s, SessionState::SignedOut));
    // As long as it is not known, the page itself says that it is being opened.
    let here = owner.is_some() || !offline.is_whole().get() || offline.has_record(id);
    match owner {
        Some(session::DraftOwner::SomebodyElse) if signed_out => Some(Instead::SignIn),
        Some(session::DraftOwner::SomebodyElse) => Some(Instead::OtherPersons),
        Some(session::DraftOwner::Mine) | None => (signed_out && !here && !of_form).then_some(Instead::SignIn),
    }
}

fn page(route: &Route, parts: Parts) -> AnyView {
    let fetched = |chapter, load: LoadPart<Route>| {
        let route = route.clone();
        after_all(chapter, Rc::new(move || load(route.clone())))
    };
    match route {
        Route::Entrance => session::entrance(apply::memory_note()),
        Route::SignIn => session::sign_in(move |what| account(parts, Account::SignIn(what))),
        Route::Tasks(id) => apply::tasks(id, documents::drawn(parts)),
        Route::Step(id, link) => apply::step(id, link, documents::drawn(parts)),
        Route::Home | Route::Lookup | Route::Outbox | Route::Settings => {
            let page = Account::Page(route.clone());
            after_all(Chapter::Office, Rc::new(move || (parts.account)(page.clone())))
        }
        Route::Check(_) | Route::Receipt(_) | Route::Returned(_) | Route::Report(_) => {
            let (route, documents) = (route.clone(), documents::drawn(parts));
            after_all(Chapter::Office, Rc::new(move || (parts.handover)((route.clone(), documents.clone()))))
        }
        Route::Status(_) => fetched(Chapter::Office, parts.progress),
        Route::Examination(_) | Route::Visit(_) | Route::Results(_) => fetched(Chapter::Examination, parts.examination),
        Route::Collect(_) | Route::Certificate(_) => fetched(Chapter::Certificate, parts.certificate),
        Route::Verify => {
            let route = route.clone();
            spoken(Chapter::Verify, Rc::new(move || (parts.verify)(route.clone())))
        }
        Route::Unknown(_) => missing::page(),
    }
}

/// What of this login stands in place of a page.
fn account(parts: Parts, what: Account) -> AnyView {
    spoken(Chapter::Office, Rc::new(move || (parts.account)(what.clone())))
}

/// What of a draft's pages comes later stands in one line until it is here.
fn seldom(parts: Parts) -> Arc<dyn Fn(apply::Seldom) -> AnyView + Send + Sync> {
    Arc::new(move |what| spoken_in(1, Chapter::Office, Rc::new(move || (parts.seldom)(what.clone()))))
}

/// How a part is fetched and drawn: once more for each try.
type Fetch = Rc<dyn Fn() -> Loading>;

/// A part that shows what this phone keeps of the office: that is here before it is drawn.
pub(super) fn after_all(chapter: Chapter, load: Fetch) -> AnyView {
    let offline = Offline::here();
    spoken(
        chapter,
        Rc::new(move || {
            let load = load.clone();
            Box::pin(async move { if offline.whole().await { load().await } else { Err(PartMissing) } })
        }),
    )
}

/// A part with sentences of its own: they are here before it is drawn, in the language in use.
fn spoken(chapter: Chapter, load: Fetch) -> AnyView {
    spoken_in(4, chapter, load)
}

/// The same where it takes the place of so many lines.
fn spoken_in(lines: usize, chapter: Chapter, load: Fetch) -> AnyView {
    let languages: Languages = provided();
    part_in(lines, move || {
        let load = load.clone();
        Box::pin(async move {
            if !languages.bring(chapter).await {
                embed::lacks_part();
                return Err(PartMissing);
            }
            let view = load().await?;
            // The language may have changed while the part came; what cannot be had then stays as it was until the next change.
            languages.bring(chapter).await;
            Ok(view)
        })
    })
}

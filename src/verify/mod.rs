//! Somebody else's certificate: read by camera, picture or pasted text, judged here, with or without a network.
//!
//! Public: nobody signs in. Nothing that is read is stored or sent.
mod camera;
mod card;
mod check;
mod eyes;
mod picture;
mod pixels;
mod signature;
mod words;

use crate::i18n::{Chapter, I18n, K, t};
use crate::offline::{Needs, Offline};
use crate::reactive::{RwSignal, derive, effect, memo};
use crate::route::{Nav, Route};
use crate::ui::{
    Button, FieldShell, Icon, Kind, PageTitle, Tone, back_link, described_by, disclosure, failure_note, field,
    fresh_id, icon, live, note,
};
use camera::camera;
use check::{Asking, Checker};
use contract::credential::{Judgement, Reason};
use leptos::{html, prelude::*, task::spawn_local};
use picture::{Looked, look_at};
use view::view;
use wasm_bindgen::JsCast;
use words::Way;

/// Where the page stands.
#[derive(Clone)]
enum Stage {
    /// Nothing was read yet.
    Ready,
    /// The camera is open.
    Looking,
    /// A code was read and is being checked.
    Checking,
    /// What came of it, judged at this second.
    Judged(Box<Judgement>, i64),
    /// No code, and why.
    Nothing(K),
}

/// What the ways of reading share.
#[derive(Clone, Copy)]
struct Page {
    stage: RwSignal<Stage>,
    text: StoredValue<String>,
    /// How that text came here.
    way: StoredValue<Way>,
    checker: StoredValue<Checker>,
    /// Counts what was given to be judged: only the last of it is answered.
    turn: StoredValue<u32>,
}

impl Page {
    /// Something new is being looked at.
    fn begin(self) -> u32 {
        self.leave(Stage::Checking);
        self.turn.get_value()
    }

    /// Goes on to another stage. What is still under way for this one is answered to nobody: the next code may be another's.
    fn leave(self, to: Stage) {
        self.turn.update_value(|turn| *turn += 1);
        self.stage.set(to);
    }

    /// Whether this is still what the person waits for: they may have left, or given something else.
    fn waits_for(self, turn: u32) -> bool {
        self.turn.try_get_value() == Some(turn)
    }

    /// A text was read: judges it.
    fn check(self, text: String, way: Way) {
        self.text.set_value(text);
        self.way.set_value(way);
        self.judge(Asking::WhenNeeded);
    }

    /// Judges the text that was read last.
    fn judge(self, asking: Asking) {
        let turn = self.begin();
        let (text, checker) = (self.text.get_value(), self.checker.get_value());
        spawn_local(async move {
            let stage = match checker.check(&text, asking).await {
                Ok(judgement) => Stage::Judged(Box::new(judgement), checker.now()),
                Err(signature::NoCryptography) => Stage::Nothing(K::VInsecure),
            };
            if self.waits_for(turn) {
                self.stage.set(stage);
            }
        });
    }

    fn trouble(self, words: K) {
        self.stage.try_set(Stage::Nothing(words));
    }
}

/// The page `/verify`.
pub fn page(_route: Route) -> AnyView {
    I18n::here().learn(Chapter::Verify, include_str!(concat!(env!("OUT_DIR"), "/zh-CN.verify.txt")));
    let (nav, i18n) = (Nav::here(), I18n::here());
    let checker = Checker { offline: Offline::here() };
    let page = Page {
        stage: RwSignal::new(Stage::Ready),
        text: StoredValue::new(String::new()),
        way: StoredValue::new(Way::Camera),
        checker: StoredValue::new(checker),
        turn: StoredValue::new(0),
    };
    let document = move || match page.stage.get() {
        Stage::Judged(judgement, now) => words::said(i18n, judgement.reason, page.way.get_value(), now).0,
        Stage::Ready | Stage::Looking | Stage::Checking | Stage::Nothing(_) => i18n.text(K::VTitle),
    };
    view! {
        {back_link(nav.link(&Route::Entrance), t(K::SigninBack))}
        <PageTitle words=t(K::VTitle) document=document/>
        <p>{lead(checker)}</p>
        <div class="hc-row">{scan_button(page)} {picture_button(page)}</div>
        {live(move || outcome(page))}
        {pasted(page)}
    }
    .into_any()
}

/// What the page is for. That it works without a network is said where it does: once the issuer's keys are here.
fn lead(checker: Checker) -> AnyView {
    let i18n = I18n::here();
    let (service, network) = (checker.offline.service(), checker.offline.network());
    let ready = RwSignal::new(true);
    let prepare = move || {
        spawn_local(async move {
            ready.try_set(checker.make_ready().await);
        });
    };
    // Whether the office has said whose keys are wanted; nothing as long as it may still say so.
    let told = memo(move || {
        let is_silent = network.get().is_away();
        if service.with(Option::is_some) { Some(true) } else { is_silent.then_some(false) }
    });
    effect(move || {
        if told.get().is_some() {
            prepare();
        }
    });
    checker.offline.when_back(Needs::Network, move || ready.try_get_untracked() == Some(false), prepare);
    live(move || i18n.text(if ready.get() { K::VLead } else { K::VLeadUnready }))
}

fn outcome(page: Page) -> AnyView {
    match page.stage.get() {
        Stage::Ready => ().into_any(),
        Stage::Looking => camera(
            Callback::new(move |text| page.check(text, Way::Camera)),
            Callback::new(move |obstacle| page.trouble(camera::words(obstacle))),
        ),
        Stage::Checking => note(Tone::Plain, Icon::Sync, true, view! { <p>{t(K::VChecking)}</p> }.into_any()),
        Stage::Judged(judgement, now) => {
            let again = Callback::new(move |()| page.judge(Asking::Anew));
            let service = page.checker.with_value(|it| it.offline.service());
            card::verdict(*judgement, page.way.get_value(), now, service, again)
        }
        Stage::Nothing(words) => failure_note(Tone::Warn, Icon::Warning, t(words)),
    }
}

fn scan_button(page: Page) -> AnyView {
    let looking = memo(move || page.stage.with(|stage| matches!(stage, Stage::Looking)));
    let label = move || if looking.get() { t(K::VStop)() } else { t(K::VScan)() };
    let press = move |()| page.leave(if looking.get_untracked() { Stage::Ready } else { Stage::Looking });
    view! { <Button label=label before=Icon::Camera on_press=press/> }.into_any()
}

fn picture_button(page: Page) -> AnyView {
    let chosen = move |event: web_sys::Event| {
        let Some(input) = event.target().and_then(|it| it.dyn_into::<web_sys::HtmlInputElement>().ok()) else { return };
        let Some(file) = input.files().and_then(|files| files.get(0)) else { return };
        // The same picture may be chosen again.
        input.set_value("");
        let turn = page.begin();
        spawn_local(async move {
            let looked = look_at(&file).await;
            if !page.waits_for(turn) {
                return;
            }
            match looked {
                Looked::Found(text) => page.check(text, Way::Picture),
                Looked::NoCode => page.trouble(K::VNoqr),
                Looked::NotOpened => page.trouble(K::VPictureBad),
            }
        });
    };
    view! {
        <label class="hc-btn hc-btn--quiet">
            {icon(Icon::Picture)}
            {t(K::VPicture)}
            <input class="hc-sr" type="file" accept="image/*" on:change=chosen/>
        </label>
    }
    .into_any()
}

fn pasted(page: Page) -> AnyView {
    let id = fresh_id("paste");
    let area: NodeRef<html::Textarea> = NodeRef::new();
    let (empty, i18n) = (RwSignal::new(false), I18n::here());
    let error = derive(move || empty.get().then(|| i18n.text(K::VPasteEmpty)));
    // Under a verdict it is closed, except where the text has to be copied once more.
    effect(move || {
        let reason = page.stage.with(|stage| if let Stage::Judged(it, _) = stage { Some(it.reason) } else { None });
        let Some((reason, area)) = reason.zip(area.get_untracked()) else { return };
        area.set_scroll_top(0);
        if !matches!(reason, Reason::Damaged | Reason::NotOurs)
            && let Ok(Some(around)) = area.closest("details")
            && let Err(why) = around.remove_attribute("open")
        {
            leptos::logging::warn!("the text stays open: {why:?}");
        }
    });
    let check = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let Some(area) = area.get_untracked() else { return };
        let text = area.value();
        if text.trim().is_empty() {
            empty.set(true);
            // A verdict on another code must not stand above it.
            page.leave(Stage::Ready);
            if area.focus().is_err() {
                leptos::logging::warn!("the field could not take the focus");
            }
            return;
        }
        empty.set(false);
        page.check(text, Way::Text);
    };
    let described = {
        let id = id.clone();
        move || described_by(&id, true, error.with(Option::is_some))
    };
    let control = view! {
        <textarea
            node_ref=area
            id=id.clone()
            class="hc-input hc-paste"
            rows="4"
            autocomplete="off"
            autocapitalize="off"
            spellcheck="false"
            dir="ltr"
            aria-describedby=described
            aria-invalid=move || error.with(Option::is_some).then_some("true")
        ></textarea>
    };
    let shell = FieldShell { id, label: t(K::VPasteLabel).into(), hint: Some(t(K::VPasteHint).into()), error };
    let form = view! {
        <form class="hc-stack" novalidate on:submit=check>
            {field(shell, control.into_any())}
            <p><Button label=t(K::VPasteGo) kind=Kind::Quiet submit=true/></p>
        </form>
    };
    disclosure(t(K::VPaste), form.into_any())
}

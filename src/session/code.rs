//! A phone number and the one-time code that goes to it: two steps, the first kept when one goes back. Used for signing in and for looking up.

use super::failure;
use crate::api::ApiError;
use crate::i18n::{I18n, K, t, tv};
use crate::offline::{AwaitedCode, Offline};
use crate::reactive::{RwSignal, Signal, derive, effect, effect_from, memo};
use crate::route::Nav;
use crate::ui::{
    self, Announcer, Button, FieldShell, Icon, Kind, Tone, described_by, field, focus_by_id, live, small_icon,
};
use contract::api::{CodeEntered, CodePurpose, CodeRequest, CodeSent, Slug};
use contract::identity::{OneTimeCodeError, Phone, PhoneError, one_time_code};
use leptos::{html, prelude::*, task::spawn_local};
use std::time::Duration;
use view::view;

/// What is not right yet.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Trouble {
    /// Nothing was typed where the phone goes.
    PhoneEmpty,
    /// It is no phone number.
    Phone(PhoneError),
    /// It is no code of this length.
    Code {
        /// Why not.
        why: OneTimeCodeError,
        /// How many digits a code has.
        length: u32,
    },
    /// No message can arrive: what can be done without one.
    Offline(K),
    /// The office says why not.
    Failed(ApiError),
}

impl Trouble {
    /// It is what was typed that is to be changed.
    fn is_at_a_field(&self) -> bool {
        match self {
            Self::PhoneEmpty | Self::Phone(_) | Self::Code { .. } => true,
            Self::Failed(error) => error.slug() == Some(Slug::CodeWrong),
            Self::Offline(_) => false,
        }
    }

    fn words(&self, i18n: I18n) -> String {
        let label = || ("label", i18n.text(K::SigninPhone).into());
        match self {
            Self::PhoneEmpty => i18n.text(K::SigninEPhoneEmpty),
            Self::Phone(PhoneError::Length { found }) => {
                i18n.say(K::EPhoneLength, &[label(), ("found", (*found).into())])
            }
            Self::Phone(PhoneError::LengthAbroad { found }) => {
                let (min, max) = Phone::DIGITS_ABROAD.into_inner();
                let args = [label(), ("min", min.into()), ("max", max.into()), ("found", (*found).into())];
                i18n.say(K::EPhoneLengthAbroad, &args)
            }
            Self::Phone(PhoneError::Beginning) => i18n.text(K::SigninEPhoneBegin),
            Self::Phone(PhoneError::Shape) => i18n.text(K::SigninEPhoneShape),
            Self::Code { why: OneTimeCodeError::Empty, .. } => i18n.text(K::SigninECodeEmpty),
            Self::Code { why: OneTimeCodeError::Short { missing }, .. } => {
                i18n.say(K::SigninECodeLen, &[("n", (*missing).into())])
            }
            Self::Code { why: OneTimeCodeError::Long { found }, length } => {
                i18n.say(K::SigninECodeLong, &[("n", (*length).into()), ("found", (*found).into())])
            }
            Self::Offline(words) => i18n.text(*words),
            Self::Failed(error) => failure::words(i18n, error),
        }
    }
}

/// Where the two steps stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stands {
    /// They are the page, and title it.
    Page,
    /// They are a section above a page that has a title.
    AbovePage,
}

/// The two steps of one code. Lives as long as the view that began it; a page that is opened anew goes on at the second one.
#[derive(Clone, Copy)]
pub(super) struct CodeFlow {
    purpose: CodePurpose,
    pub(super) stands: Stands,
    pub(super) nav: Nav,
    offline: Offline,
    i18n: I18n,
    /// As typed; kept when one goes back.
    pub(super) phone: RwSignal<String>,
    typed: RwSignal<String>,
    /// What else is entered and goes to the office with the code, where anything does.
    pub(super) facts: [RwSignal<String>; 2],
    /// The code that is on its way; `None` while the phone is asked for.
    pub(super) sent: RwSignal<Option<CodeSent>>,
    /// Where it went. What was typed is not here where a page before this one asked for it.
    to: RwSignal<String>,
    pub(super) trouble: RwSignal<Option<Trouble>>,
    /// There is more to change than that: the list of it has the focus.
    pub(super) listed: RwSignal<bool>,
    /// At work.
    pub(super) busy: RwSignal<bool>,
    /// What is said where no message can arrive.
    offline_words: K,
}

impl CodeFlow {
    /// Begins at the phone, or at a code that is on its way.
    pub(super) fn new(purpose: CodePurpose, stands: Stands) -> Self {
        let flow = Self {
            purpose,
            stands,
            nav: Nav::here(),
            offline: Offline::here(),
            i18n: I18n::here(),
            phone: RwSignal::new(String::new()),
            typed: RwSignal::new(String::new()),
            facts: [RwSignal::new(String::new()), RwSignal::new(String::new())],
            sent: RwSignal::new(None),
            to: RwSignal::new(String::new()),
            trouble: RwSignal::new(None),
            listed: RwSignal::new(false),
            busy: RwSignal::new(false),
            offline_words: K::SigninEOffline,
        };
        let left = flow.nav.layers_left();
        effect_from(move |before: Option<u32>| {
            let now = left.get();
            // Not where the link led back: what is told there stays.
            if before.is_some_and(|before| before != now) && flow.sent.with_untracked(Option::is_some) {
                flow.ask_phone();
            }
            now
        });
        spawn_local(flow.goes_on());
        flow
    }

    /// With the code that a page before this one asked for, unless something else was begun here meanwhile.
    async fn goes_on(self) {
        let Some(AwaitedCode { sent, request, facts }) = self.offline.awaited_code(self.purpose).await else { return };
        let is_new = self.sent.try_with_untracked(Option::is_none) == Some(true)
            && !self.busy.get_untracked()
            && self.phone.with_untracked(String::is_empty);
        if is_new {
            for (fact, words) in self.facts.into_iter().zip(facts) {
                fact.set(words);
            }
            self.comes(sent, request.phone.unwrap_or_default());
        }
    }

    /// It is on its way: the second step.
    fn comes(self, sent: CodeSent, to: String) {
        self.to.set(to);
        self.sent.set(Some(sent));
        if self.stands == Stands::Page {
            self.nav.open_layer();
        }
    }

    /// The same, with other words where no message can arrive.
    pub(super) fn saying_offline(self, words: K) -> Self {
        Self { offline_words: words, ..self }
    }

    /// The office is asked.
    pub(super) fn begins(self) {
        self.busy.set(true);
        self.trouble.set(None);
    }

    /// Something did not work.
    pub(super) fn fail(self, trouble: Trouble) {
        self.busy.try_set(false);
        if matches!(&trouble, Trouble::Failed(why) if why.slug() == Some(Slug::CodeEnded)) {
            self.offline.awaits_no_code(self.purpose);
        }
        self.trouble.try_set(Some(trouble));
    }

    /// The heading of a step.
    pub(super) fn title(self, words: impl Into<ui::Words>) -> AnyView {
        let words = words.into();
        match self.stands {
            Stands::Page => {
                let document = self.document(words.clone(), || 0);
                view! { <ui::PageTitle words=words document=document/> }.into_any()
            }
            Stands::AbovePage => ui::section_title(words),
        }
    }

    /// What the document is called: the page, after how much there is to change, here and `more`.
    pub(super) fn document(self, page: ui::Words, more: impl Fn() -> u32 + Send + Sync + 'static) -> ui::Words {
        let wrong =
            memo(move || more() + u32::from(self.trouble.with(|t| t.as_ref().is_some_and(Trouble::is_at_a_field))));
        let name = move || {
            let (page, wrong) = (page.get().to_string(), wrong.get());
            if wrong > 0 {
                return self.i18n.say(K::FormPagetitle, &[("n", wrong.into()), ("page", page.into())]);
            }
            page
        };
        name.into()
    }

    /// Back to the phone, which is kept: by the link, as by the browser's Back.
    pub(super) fn back(self) {
        self.ask_phone();
        self.nav.leave_layer();
    }

    /// The code was right, and is spent.
    pub(super) fn is_used(self) {
        self.offline.awaits_no_code(self.purpose);
    }

    fn ask_phone(self) {
        self.offline.awaits_no_code(self.purpose);
        self.trouble.set(None);
        self.typed.set(String::new());
        self.sent.set(None);
    }

    /// What is wrong with what was typed, as a sentence.
    pub(super) fn error(self, wanted: fn(&Trouble) -> bool) -> Signal<Option<String>> {
        derive(move || self.trouble.with(|t| t.as_ref().filter(|t| wanted(t)).map(|t| t.words(self.i18n))))
    }

    /// The phone in what was typed.
    pub(super) fn typed_phone(self) -> Result<Phone, Trouble> {
        self.phone.with_untracked(|typed| match Phone::parse(typed) {
            Err(_) if typed.trim().is_empty() => Err(Trouble::PhoneEmpty),
            parsed => parsed.map_err(Trouble::Phone),
        })
    }

    /// Sends a code to the phone that was typed.
    pub(super) fn send(self) {
        match self.typed_phone() {
            Ok(phone) => self.send_to(phone.as_str().to_owned()),
            Err(trouble) => self.fail(trouble),
        }
    }

    fn send_to(self, phone: String) {
        if self.busy.get_untracked() {
            return;
        }
        self.begins();
        let (typed, facts) = (self.phone.get_untracked(), self.facts.map(|fact| fact.get_untracked()).to_vec());
        let request = CodeRequest { purpose: self.purpose, phone: Some(phone.clone()), application: None };
        spawn_local(async move {
            match self.offline.request_code(&request).await {
                Ok(sent) => {
                    // Also where this page was left: whoever comes back to it has the message by then.
                    self.offline.awaits_code(AwaitedCode { sent: sent.clone(), request, facts });
                    if self.busy.try_set(false).is_some() {
                        return;
                    }
                    self.typed.set(String::new());
                    // Where it went, whatever was typed while it was on its way.
                    self.phone.set(typed);
                    self.comes(sent, phone);
                }
                Err(ApiError::Unreachable) => self.fail(Trouble::Offline(self.offline_words)),
                Err(error) => self.fail(Trouble::Failed(error)),
            }
        });
    }

    /// The code in what was typed.
    fn entered(self, sent: &CodeSent) -> Result<CodeEntered, Trouble> {
        let length = u32::from(sent.length);
        let code = self.typed.with_untracked(|typed| one_time_code(typed, length));
        let code = code.map_err(|why| Trouble::Code { why, length })?;
        Ok(CodeEntered { code_id: sent.code_id.clone(), code })
    }
}

/// The field for the phone.
pub(super) fn phone_field(flow: CodeFlow, id: String, label: K) -> AnyView {
    let error =
        flow.error(|t| matches!(t, Trouble::PhoneEmpty | Trouble::Phone(_) | Trouble::Offline(_) | Trouble::Failed(_)));
    let described = described_by(&id, true, true);
    let node: NodeRef<html::Input> = NodeRef::new();
    focus_on_error(flow, node, &id, error);
    if flow.stands == Stands::AbovePage {
        // What was pressed to come here has gone.
        node.on_load(|input| ui::focus_moved(input.focus()));
    }
    let control = view! {
        <input
            node_ref=node
            class="hc-input hc-input--num"
            id=id.clone()
            name="tel"
            type="tel"
            inputmode="tel"
            autocomplete="tel"
            maxlength="24"
            aria-describedby=described
            aria-invalid=move || error.with(Option::is_some).then_some("true")
            bind:value=flow.phone
        />
    };
    field(
        FieldShell { id: id.clone(), label: t(label).into(), hint: Some(t(K::SigninPhoneHint).into()), error },
        control.into_any(),
    )
}

/// The second step: the digits from the message. `on_code` gets them when they are complete.
pub(super) fn code_step(flow: CodeFlow, sent: &CodeSent, go: K, going: K, on_code: Callback<CodeEntered>) -> AnyView {
    let i18n = flow.i18n;
    let id = ui::fresh_id("code");
    let error = flow.error(|_| true);
    let described = described_by(&id, true, true);
    let node: NodeRef<html::Input> = NodeRef::new();
    focus_on_error(flow, node, &id, error);
    node.on_load(|input| ui::focus_moved(input.focus()));
    let control = view! {
        <input
            node_ref=node
            class="hc-input hc-input--code"
            id=id.clone()
            name="code"
            type="text"
            inputmode="numeric"
            autocomplete="one-time-code"
            aria-describedby=described
            aria-invalid=move || error.with(Option::is_some).then_some("true")
            bind:value=flow.typed
        />
    };
    let shell =
        FieldShell { id: id.clone(), label: t(K::SigninCode).into(), hint: Some(t(K::SigninCodeHint).into()), error };
    let (length, now, ends) = (u32::from(sent.length), seconds(flow.offline), sent.expires_at.timestamp());
    let valid = memo(move || minutes_left(ends - now.get()));
    let to = flow.phone.with_untracked(|typed| sent_to(typed, sent));
    let sent_line = move || i18n.say(K::SigninCodeSent, &[("phone", to.clone().into()), ("m", valid.get().into())]);
    let this = sent.clone();
    // While another message is asked for, nobody is being signed in.
    let again = RwSignal::new(false);
    let enters = derive(move || flow.busy.get() && !again.get());
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if flow.busy.get_untracked() {
            return;
        }
        match flow.entered(&this) {
            Ok(entered) => {
                again.set(false);
                flow.begins();
                on_code.run(entered);
            }
            Err(trouble) => flow.fail(trouble),
        }
    };
    view! {
        <button type="button" class="hc-tap" on:click=move |_| flow.back()>{ui::icon(Icon::Back)}{t(K::SigninPhoneChange)}</button>
        {flow.title(tv(K::SigninCodeTitle, move || vec![("n", length.into())]))}
        <p>{live(sent_line)}</p>
        <form class="hc-form" novalidate on:submit=submit>
            {field(shell, control.into_any())}
            {resend(flow, sent.resend_at.timestamp(), now, again)}
            {help(flow)}
            {ui::plain_note(Tone::Plain, Icon::Info, t(K::SigninScam))}
            <div class="hc-actions"><Button label=t(go) submit=true busy=enters busy_label=t(going)/></div>
        </form>
    }
    .into_any()
}

/// A single error gets the focus itself.
fn focus_on_error(flow: CodeFlow, node: NodeRef<html::Input>, id: &str, error: Signal<Option<String>>) {
    let id = id.to_owned();
    effect(move || {
        if error.with(Option::is_some)
            && !flow.listed.get_untracked()
            && let Some(input) = node.get_untracked()
        {
            focus_by_id(&input, &id);
        }
    });
}

/// Where the code went: whole where it was typed here a moment ago, for this is where a slip in it can be seen; else covered.
fn sent_to(typed: &str, sent: &CodeSent) -> String {
    Phone::parse(typed).map_or_else(|_| sent.sent_to.clone(), |phone| phone.shown())
}

/// The time in seconds since 1970. A page that was opened a moment ago hears the server's clock while it stands.
fn seconds(offline: Offline) -> RwSignal<i64> {
    let now = RwSignal::new(offline.now().timestamp());
    let tick = move || {
        now.try_set(offline.now().timestamp());
    };
    if let Ok(handle) = set_interval_with_handle(tick, Duration::from_secs(1)) {
        on_cleanup(move || handle.clear());
    }
    now
}

fn minutes_left(seconds: i64) -> u32 {
    u32::try_from((seconds + 30) / 60).unwrap_or_default().max(1)
}

/// Seconds until another message can be asked for: seen every second, said once when it is zero.
fn resend(flow: CodeFlow, at: i64, now: RwSignal<i64>, again: RwSignal<bool>) -> AnyView {
    let (i18n, announcer) = (flow.i18n, Announcer::here());
    let left = memo(move || u32::try_from(at - now.get()).unwrap_or_default());
    effect_from(move |before: Option<u32>| {
        let left = left.get();
        if left == 0 && before.is_some_and(|before| before > 0) {
            announcer.say(&i18n.text(K::SigninResendReady));
        }
        left
    });
    let asks = derive(move || flow.busy.get() && again.get());
    let ask = Callback::new(move |()| {
        if !flow.busy.get_untracked() {
            again.set(true);
            flow.send_to(flow.to.get_untracked());
        }
    });
    live(move || {
        match left.get() {
        0 => view! { <p><Button label=t(K::SigninResend) kind=Kind::Text before=Icon::Turn busy=asks busy_label=t(K::SigninSending) on_press=ask/></p> }.into_any(),
        s => view! {
            <p><span class="hc-tap" aria-disabled="true">{small_icon(Icon::Clock)}<span>{i18n.say(K::SigninResendWait, &[("s", s.into())])}</span></span></p>
        }
        .into_any(),
    }
    })
}

/// What to try when no message comes.
fn help(flow: CodeFlow) -> AnyView {
    let i18n = flow.i18n;
    let row = |key| view! { <li>{small_icon(Icon::Check)}<span>{t(key)}</span></li> };
    let office = move || i18n.say(K::SigninHelpOffice, &[("phone", failure::phone().into())]);
    let list = view! {
        <ul class="hc-list">
            {row(K::SigninHelpNumber)} {row(K::SigninHelpSpam)} {row(K::SigninHelpSignal)}
            <li>{small_icon(Icon::Check)}<span>{live(office)}</span></li>
        </ul>
    };
    ui::disclosure(t(K::SigninHelpTitle), list.into_any())
}

#[cfg(test)]
mod tests {
    use super::{CodeSent, sent_to};

    #[test]
    fn the_number_that_was_typed_is_shown_whole() {
        let at = contract::api::Instant::parse_from_rfc3339("2026-11-28T09:00:00+08:00").unwrap();
        let sent =
            CodeSent { code_id: "c1".into(), length: 6, sent_to: "138****0001".into(), expires_at: at, resend_at: at };
        for (typed, expected) in
            [("13800000001", "138 0000 0001"), ("+86 138-0000-0001", "138 0000 0001"), ("", "138****0001")]
        {
            assert_eq!(sent_to(typed, &sent), expected);
        }
    }
}

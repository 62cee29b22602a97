//! One form being filled in: the draft's answers, what follows from them, and which errors the person has seen.
//!
//! The answers are the draft's own signal and the only thing written here. All else is derived: one evaluation a change, of
//! which the items that stand differently are told (`told`), so that a keystroke redraws the item it belongs to.

use super::focus_errors::Found;
use super::hole::{AttachmentView, ConsentAsked, ConsentView};
use super::passage::label_text;
use super::pattern::BrowserPatterns;
use super::told::{Board, Source};
use crate::i18n::{I18n, K};
use crate::reactive::{Memo, RwSignal, Signal, derive, memo};
use crate::ui::{Announcer, Bubble, fresh_id};
use chrono::NaiveDate;
use contract::api::Instant;
use contract::questionnaire::{Answers, Beside, ConsentKind, Context, Evaluation, Form, Item, Pointer, evaluate};
use leptos::prelude::*;
use leptos::reactive::owner::WeakOwner;
use litemap::LiteMap;
use std::cell::{Cell, RefCell};
use std::ops::Deref;
use std::sync::Arc;

/// What was sent before a round of returned items, and how a draft is put over it: only whose drafts lie over something bring
/// the way.
#[derive(Clone)]
pub struct Base {
    answers: Answers,
    overlaid: fn(&Answers, &Answers) -> Answers,
}

impl Base {
    /// These answers.
    pub fn new(answers: Answers) -> Self {
        Self { answers, overlaid: |base, draft| base.overlaid(draft, &|_| true) }
    }
}

/// What a page gives.
pub struct Setting {
    /// Whose answers.
    pub application: String,
    /// The questionnaire.
    pub form: Arc<Form>,
    /// The draft's answers.
    pub answers: RwSignal<Answers>,
    /// What the person still has to look at.
    pub beside: RwSignal<Beside>,
    /// What was sent before, where the draft holds only what is open now.
    pub base: Option<Base>,
    /// The server's date at the office.
    pub today: Signal<NaiveDate>,
    /// The server's clock, with the office's offset.
    pub now: Callback<(), Instant>,
    /// Most pages of a document item that says nothing itself.
    pub pages_per_item: u32,
    /// Draws documents.
    pub attachment: Option<AttachmentView>,
    /// A row was taken away, and with it these documents: run before the answers without it are there.
    pub on_gone: Callback<Vec<String>>,
    /// To look at only: another tab writes.
    pub closed: Signal<bool>,
}

/// A form being filled in.
#[derive(Clone, Copy)]
pub struct Filling {
    /// The draft's answers: written here (`writing`), read by whoever stores them.
    pub answers: RwSignal<Answers>,
    /// What the person still has to look at.
    pub beside: RwSignal<Beside>,
    /// To look at only.
    pub closed: Signal<bool>,
    /// What the last attempt to go on found.
    pub(super) mistakes: RwSignal<Found>,
    pub(super) i18n: I18n,
    pub(super) form: StoredValue<Arc<Form>>,
    whole: Option<Memo<Answers>>,
    pub(super) looked: Memo<Looked>,
    /// Who follows one item.
    pub(super) board: RwSignal<Board>,
    /// What stands beside, and whether it is to look at only, for the parts of this page: the draft outlives it, and a
    /// signal never forgets who follows it.
    pub(super) noted: Memo<Beside>,
    pub(super) left: RwSignal<LiteMap<Pointer, ()>>,
    returned: StoredValue<SayReturned>,
    pub(super) now: Callback<(), Instant>,
    pub(super) announcer: Announcer,
    names: StoredValue<Names>,
    attachment: StoredValue<Option<AttachmentView>>,
    one_page: StoredValue<bool>,
}

/// What ids begin with, whose answers these are, who is told of documents that go, how far a long page is drawn, what a press
/// waits with, what is named above, what was told last, what stands with consents, and the page itself.
struct Names {
    ids: String,
    application: String,
    on_gone: Callback<Vec<String>>,
    /// How many pieces of a long page are drawn.
    reached: RwSignal<usize>,
    /// While something is pressed: the fields that are left by it.
    left_by_press: Option<Vec<Pointer>>,
    /// The items whose names stand above them already, as headings of the page.
    headed: Vec<Pointer>,
    /// Of which item it was told last, to who listens, that it is wrong, and how.
    told: Option<(Pointer, String)>,
    /// What stands with consents.
    consent: Option<ConsentView>,
    /// What is said of a document that is asked for while one was chosen and is not decided on.
    undecided: Option<Callback<Pointer, Option<K>>>,
    /// What all of it lives in.
    page: WeakOwner,
}

/// An item that came back, as the form draws it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Returned {
    /// Which.
    pub pointer: Pointer,
    /// What heads the words: whose they are.
    pub by: K,
    /// The reviewer's words, or the examiner's of a report.
    pub words: String,
    /// Their language.
    pub lang: String,
    /// The reason that they chose, in a word; none where the words are all that was said.
    pub why: Option<String>,
    /// When they said so, to be read.
    pub at: Option<String>,
    /// Bytes that will not be taken again.
    pub refused: Vec<String>,
}

impl Returned {
    /// As it is drawn.
    pub fn bubble(self, i18n: I18n) -> Bubble {
        let Self { words, lang, why, at, by, .. } = self;
        let head = at.into_iter().fold(i18n.text(by), |head, at| format!("{head} · {at}"));
        Bubble { head, why, words, lang }
    }
}

/// Which items came back, in the language of now.
pub(super) type SayReturned = Arc<dyn Fn() -> Vec<Returned> + Send + Sync>;

/// An evaluation; each is another.
#[derive(Clone)]
pub struct Looked {
    found: Arc<Evaluation>,
    today: NaiveDate,
    pages_per_item: u32,
}

impl PartialEq for Looked {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.found, &other.found)
    }
}

impl Deref for Looked {
    type Target = Evaluation;

    fn deref(&self) -> &Evaluation {
        &self.found
    }
}

/// The look of the page before: where nothing was answered since, the next page need not look again.
struct Before {
    form: Arc<Form>,
    answers: RwSignal<Answers>,
    looked: Memo<Looked>,
}

thread_local! {
    static BEFORE: RefCell<Option<Before>> = const { RefCell::new(None) };
}

fn seen_before(form: &Arc<Form>, answers: RwSignal<Answers>) -> Option<Looked> {
    let is_same = |before: &&Before| Arc::ptr_eq(&before.form, form) && before.answers.is(answers);
    let looked = BEFORE.with_borrow(|before| before.as_ref().filter(is_same).map(|before| before.looked));
    looked?.try_get_untracked()
}

impl Filling {
    /// Begins. Lives as long as the page that calls it.
    pub fn new(setting: Setting) -> Self {
        let Setting {
            application,
            form,
            answers,
            beside,
            base,
            today,
            now,
            pages_per_item,
            attachment,
            on_gone,
            closed,
        } = setting;
        let whole = base.map(|base| memo(move || answers.with(|draft| (base.overlaid)(&base.answers, draft))));
        let (evaluated, before) = (form.clone(), Cell::new(seen_before(&form, answers).filter(|_| whole.is_none())));
        let looked = memo(move || {
            let today = today.get();
            if let Some(before) = before.take().filter(|it| it.today == today && it.pages_per_item == pages_per_item) {
                answers.track();
                return before;
            }
            let context = Context { today, patterns: &BrowserPatterns, pages_per_item };
            let look = |answers: &Answers| evaluate(&evaluated, answers, &context);
            let found = Arc::new(match whole {
                Some(whole) => whole.with(look),
                None => answers.with(look),
            });
            Looked { found, today, pages_per_item }
        });
        if whole.is_none() {
            BEFORE.replace(Some(Before { form: form.clone(), answers, looked }));
        }
        let page = Owner::current().unwrap_or_default().downgrade();
        let ids = fresh_id("form");
        let names = Names {
            ids,
            application,
            on_gone,
            reached: RwSignal::new(0),
            left_by_press: None,
            headed: Vec::new(),
            told: None,
            consent: None,
            undecided: None,
            page,
        };
        Self {
            answers,
            beside,
            closed: memo(move || closed.get()).into(),
            noted: memo(move || beside.get()),
            mistakes: RwSignal::new(Found::default()),
            i18n: I18n::here(),
            form: StoredValue::new(form),
            whole,
            looked,
            board: Board::new(Source { answers, whole, looked }),
            left: RwSignal::new(LiteMap::new()),
            returned: StoredValue::new(Arc::new(Vec::new)),
            now,
            announcer: Announcer::here(),
            names: StoredValue::new(names),
            attachment: StoredValue::new(attachment),
            one_page: StoredValue::new(false),
        }
    }

    /// Whether its page has gone from the screen.
    pub(super) fn is_gone(self) -> bool {
        let gone = self.names.try_with_value(|names| names.page.upgrade().is_none_or(|page| page.paused()));
        // Where the whole app is taken out of a page, its draft may go before the page does.
        gone.unwrap_or(true) || self.answers.is_disposed()
    }

    /// The questionnaire.
    pub fn form(self) -> Arc<Form> {
        self.form.get_value()
    }

    /// All its steps stand on one page: what is said once a page is said at the first only.
    pub fn stands_on_one_page(self) {
        self.one_page.set_value(true);
    }

    pub(super) fn is_on_one_page(self) -> bool {
        self.one_page.get_value()
    }

    /// The item at a place in the form.
    pub(super) fn item(self, at: usize) -> Option<Arc<Item>> {
        self.form.with_value(|form| form.items.get(at).cloned()).map(Arc::new)
    }

    /// How everything stands; follows every change.
    pub fn evaluation(self) -> Memo<Looked> {
        self.looked
    }

    /// The language in use.
    pub fn i18n(self) -> I18n {
        self.i18n
    }

    /// Whose answers.
    pub fn application(self) -> String {
        self.names.with_value(|names| names.application.clone())
    }

    /// Nothing names these documents any more.
    pub(super) fn are_gone(self, documents: Vec<String>) {
        self.names.with_value(|names| names.on_gone).run(documents);
    }

    /// Whoever knows of files that were chosen and are neither used nor left out says what is to be done first: taking another
    /// is not it.
    pub fn set_undecided(self, said: Callback<Pointer, Option<K>>) {
        self.names.update_value(|names| names.undecided = Some(said));
    }

    /// What is said instead of that a document is missing. Who asks follows it.
    pub(super) fn undecided(self, pointer: &Pointer) -> Option<K> {
        self.names.with_value(|names| names.undecided)?.run(pointer.clone())
    }

    /// The page has the name of this item as a heading: told before the item is drawn.
    pub fn stands_under_its_name(self, pointer: Pointer) {
        self.names.update_value(|names| names.headed.push(pointer));
    }

    pub(super) fn has_heading(self, pointer: &Pointer) -> bool {
        self.names.with_value(|names| names.headed.contains(pointer))
    }

    pub(super) fn reached(self) -> RwSignal<usize> {
        self.names.with_value(|names| names.reached)
    }

    pub(super) fn under_press<T>(self, act: impl FnOnce(&mut Option<Vec<Pointer>>) -> T) -> Option<T> {
        self.names.try_update_value(|names| act(&mut names.left_by_press))
    }

    /// What was told last of an item, or anything else of it.
    pub(super) fn last_told<T>(self, act: impl FnOnce(&mut Option<(Pointer, String)>) -> T) -> Option<T> {
        self.names.try_update_value(|names| act(&mut names.told))
    }

    /// What stands with each consent that is asked for apart: told before they are drawn.
    pub fn set_consent_view(self, draw: ConsentView) {
        self.names.update_value(|names| names.consent = Some(draw));
    }

    pub(super) fn consent_view(self) -> Option<ConsentView> {
        self.names.with_value(|names| names.consent.clone())
    }

    pub(super) fn attachment(self) -> Option<AttachmentView> {
        self.attachment.get_value()
    }

    /// The id of an item's first control. What else has an id there has this one and more, and no dot after it: so no item
    /// is called like a part of another.
    pub fn control_id(self, pointer: &Pointer) -> String {
        self.names.with_value(|names| format!("{}-{}.", names.ids, pointer.as_word()))
    }

    /// The day at the office.
    pub(super) fn today(self) -> NaiveDate {
        self.now.run(()).date_naive()
    }

    /// The answers as they count: what was sent before, with the draft's over it.
    pub fn with_answers<R>(self, read: impl FnOnce(&Answers) -> R) -> R {
        match self.whole {
            Some(whole) => whole.with(read),
            None => self.answers.with(read),
        }
    }

    /// "Because you chose …", for a document.
    pub fn because(self, pointer: Pointer) -> Signal<Option<String>> {
        derive(move || {
            let words: Vec<String> = self.form.with_value(|form| {
                self.looked.with(|e| {
                    let reasons = e.because(form, &pointer).into_iter();
                    let display = |(at, value)| {
                        let answer = super::value_text(self.i18n, form.item_at(at)?, value);
                        Some(self.i18n.say(K::WorkWhyOne, &[("answer", answer.into())]))
                    };
                    reasons.filter_map(display).collect()
                })
            });
            let list = (!words.is_empty()).then(|| self.i18n.list(&words))?;
            Some(self.i18n.say(K::WorkWhy, &[("category", list.into())]))
        })
    }

    /// The consent that the documents of this item's step wait for, of those that are asked now.
    pub(super) fn consent_for(self, link_id: &str) -> Signal<ConsentAsked> {
        let asked: Vec<Item> = self.form.with_value(|form| {
            let separate = |item: &&Item| item.consent.as_ref().is_some_and(|c| c.kind == ConsentKind::SeparateConsent);
            let tops = form.step_of(link_id).map(|step| step.items.as_slice()).unwrap_or_default();
            let inside = tops.iter().filter_map(|top| form.items.get(*top..form.items.get(*top)?.end)).flatten();
            inside.filter(separate).cloned().collect()
        });
        derive(move || {
            let told: Vec<Option<bool>> = self.looked.with(|e| asked.iter().map(|item| e.agreed(item)).collect());
            let open = asked.iter().zip(&told).find(|(_, given)| **given == Some(false));
            let waits_for_its_question = !told.is_empty() && told.iter().all(Option::is_none);
            ConsentAsked {
                given: open.is_none() && !waits_for_its_question,
                label: open.map(|(item, _)| label_text(self.i18n, item)),
            }
        })
    }

    /// Which items came back, with whose words: told before they are drawn, and asked again in another language.
    pub fn set_returned(self, returned: SayReturned) {
        self.returned.set_value(returned);
    }

    /// What the reviewer said about an item.
    pub(super) fn returned(self, pointer: &Pointer) -> Option<Returned> {
        let all = self.returned.with_value(|returned| returned());
        all.into_iter().find(|it| it.pointer == *pointer)
    }
}

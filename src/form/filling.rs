//! One form being filled in: the draft's answers, what follows from them, and which errors the person has seen.
//!
//! The answers are the draft's own signal and the only thing written here. All else is derived: one evaluation a change, and
//! a memo an item, so that a keystroke redraws the item it belongs to.

use super::hole::{AttachmentView, ConsentAsked};
use super::passage::{label, label_text};
use super::pattern::{BrowserPatterns, compose};
use super::sentences::{is_for_the_person, problem_sentence};
use crate::i18n::{I18n, K};
use crate::reactive::{Memo, RwSignal, Signal, derive, memo};
use crate::ui::{Mistake, fresh_id};
use chrono::{DateTime, NaiveDate};
use contract::questionnaire::{
    Answers, Beside, ConsentKind, ConsentRecord, Context, Evaluation, Form, Item, ItemKind, Origin, Pointer, Problem,
    Role, StepState, Value, evaluate, normalised,
};
use leptos::prelude::*;
use litemap::LiteMap;
use std::ops::Deref;
use std::sync::Arc;

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
    pub base: Option<Answers>,
    /// The server's date at the office.
    pub today: Signal<NaiveDate>,
    /// The server's clock, RFC 3339.
    pub now: Callback<(), String>,
    /// Most pages of a document item that says nothing itself.
    pub pages_per_item: u32,
    /// Draws documents.
    pub attachment: Option<AttachmentView>,
    /// To look at only: another tab writes.
    pub closed: Signal<bool>,
}

/// A form being filled in.
#[derive(Clone, Copy)]
pub struct Filling {
    /// The draft's answers: written by [`Self::write`], read by whoever stores them.
    pub answers: RwSignal<Answers>,
    /// What the person still has to look at.
    pub beside: RwSignal<Beside>,
    /// To look at only.
    pub closed: Signal<bool>,
    /// What the last attempt to go on found.
    pub mistakes: RwSignal<Vec<Mistake>>,
    i18n: I18n,
    form: StoredValue<Arc<Form>>,
    whole: Option<Memo<Answers>>,
    looked: Memo<Looked>,
    /// What stands beside, and whether it is to look at only, for the parts of this page: the draft outlives it, and a
    /// signal never forgets who follows it.
    pub(super) noted: Memo<Beside>,
    left: RwSignal<LiteMap<Pointer, ()>>,
    returned: RwSignal<Vec<Returned>>,
    now: Callback<(), String>,
    ids: StoredValue<String>,
    application: StoredValue<String>,
    attachment: StoredValue<Option<AttachmentView>>,
    one_page: StoredValue<bool>,
}

/// An item that came back, as the form draws it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Returned {
    /// Which.
    pub pointer: Pointer,
    /// The reviewer's words.
    pub words: String,
    /// Their language.
    pub lang: String,
    /// When they said so, to be read.
    pub at: Option<String>,
    /// Bytes that will not be taken again.
    pub refused: Vec<String>,
}

/// An evaluation; each is another.
#[derive(Clone)]
pub struct Looked(Arc<Evaluation>);

impl PartialEq for Looked {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Deref for Looked {
    type Target = Evaluation;

    fn deref(&self) -> &Evaluation {
        &self.0
    }
}

/// How one item stands, as its widget needs it.
#[derive(PartialEq)]
pub(super) struct Standing {
    /// What stands in it: what was put there, or follows.
    pub(super) values: Vec<Value>,
    /// Where that comes from.
    pub(super) origin: Origin,
    /// Whether its person was there.
    touched: bool,
    problem: Option<Problem>,
    warnings: Vec<Problem>,
}

impl Filling {
    /// Begins. Lives as long as the page that calls it.
    pub fn new(setting: Setting) -> Self {
        let Setting { application, form, answers, beside, base, today, now, pages_per_item, attachment, closed } =
            setting;
        let evaluated = form.clone();
        let whole = base.map(|base| memo(move || answers.with(|draft| base.overlaid(draft, &|_| true))));
        let looked = memo(move || {
            let context = Context { today: today.get(), patterns: &BrowserPatterns, pages_per_item };
            let look = |answers: &Answers| evaluate(&evaluated, answers, &context);
            Looked(Arc::new(match whole {
                Some(whole) => whole.with(look),
                None => answers.with(look),
            }))
        });
        Self {
            answers,
            beside,
            closed: memo(move || closed.get()).into(),
            noted: memo(move || beside.get()),
            mistakes: RwSignal::new(Vec::new()),
            i18n: I18n::here(),
            form: StoredValue::new(form),
            whole,
            looked,
            left: RwSignal::new(LiteMap::new()),
            returned: RwSignal::new(Vec::new()),
            now,
            ids: StoredValue::new(fresh_id("form")),
            application: StoredValue::new(application),
            attachment: StoredValue::new(attachment),
            one_page: StoredValue::new(false),
        }
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
        self.application.get_value()
    }

    pub(super) fn attachment(self) -> Option<AttachmentView> {
        self.attachment.get_value()
    }

    /// The id of an item's first control.
    pub fn control_id(self, pointer: &Pointer) -> String {
        let name = pointer.as_str().replace(|c: char| c.is_whitespace(), "_");
        self.ids.with_value(|ids| format!("{ids}-{}.", name.trim_start_matches("#/")))
    }

    /// The answers as they count: what was sent before, with the draft's over it.
    pub fn with_answers<R>(self, read: impl FnOnce(&Answers) -> R) -> R {
        match self.whole {
            Some(whole) => whole.with(read),
            None => self.answers.with(read),
        }
    }

    /// Whether an item is asked and shown.
    pub fn is_visible(self, pointer: Pointer) -> Memo<bool> {
        memo(move || self.looked.with(|e| e.is_visible(&pointer)))
    }

    /// How an item stands. A page makes one for each that it draws, and all that is drawn of it follows that.
    pub(super) fn standing(self, pointer: Pointer) -> Memo<Standing> {
        memo(move || {
            self.looked.with(|look| {
                // Every change of the answers is another look.
                let raw =
                    untrack(|| self.with_answers(|all| all.is_touched(&pointer).then(|| all.get(&pointer).to_vec())));
                let (origin, follows) =
                    look.state(&pointer).map_or((Origin::Nowhere, &[][..]), |s| (s.origin, &s.answers));
                let touched = raw.is_some();
                let values = match origin {
                    Origin::Derived | Origin::Initial => follows.to_vec(),
                    Origin::Given | Origin::Nowhere => raw.unwrap_or_default(),
                };
                let problem = look.problem(&pointer).cloned();
                Standing { touched, origin, values, problem, warnings: look.warnings_at(&pointer).cloned().collect() }
            })
        })
    }

    /// What is wrong with an item, once the person has left it.
    pub(super) fn error(self, pointer: Pointer, standing: Memo<Standing>) -> Memo<Option<String>> {
        let left = {
            let pointer = pointer.clone();
            memo(move || self.left.with(|left| left.contains_key(&pointer)))
        };
        // What was filled in for them says so beside the field; it is wrong only once they went past it.
        let (waits, control) = (self.waits_for_word(pointer.clone(), standing), self.control_id(&pointer));
        memo(move || {
            let problem = if left.get() { standing.with(|it| it.problem.clone()) } else { None };
            let refused = || self.noted.with(|beside| beside.refusal(&pointer).map(Problem::from));
            let passed_over = || self.mistakes.with(|all| all.iter().any(|it| it.control == control));
            match problem.or_else(refused) {
                Some(problem) => Some(self.sentence(&problem)),
                None => (waits.get() && passed_over()).then(|| self.to_confirm_words(&pointer)),
            }
        })
    }

    /// What is to be known about an item, once the person has left it. It blocks nothing.
    pub(super) fn warnings(self, pointer: Pointer, standing: Memo<Standing>) -> Signal<Vec<String>> {
        derive(move || {
            standing.with(|it| {
                let known = it.touched || self.left.with(|left| left.contains_key(&pointer));
                let said = it.warnings.iter().filter(|warning| known && is_for_the_person(warning));
                said.map(|warning| self.sentence(warning)).collect()
            })
        })
    }

    fn sentence(self, problem: &Problem) -> String {
        self.form.with_value(|form| problem_sentence(self.i18n, form, problem))
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

    /// The consent that the documents of this item's step wait for.
    pub(super) fn consent_for(self, link_id: &str) -> Signal<ConsentAsked> {
        let asked = self.form.with_value(|form| {
            let step = form.step_of(link_id)?;
            let separate = |item: &Item| item.consent.as_ref().is_some_and(|c| c.kind == ConsentKind::SeparateConsent);
            let mut inside = step.items.iter().filter_map(|top| form.items.get(*top..form.items.get(*top)?.end));
            inside.find_map(|items| items.iter().find(|item| separate(item))).cloned()
        });
        match asked {
            None => derive(|| ConsentAsked { given: true, label: String::new() }),
            Some(item) => {
                let pointer = Pointer::item(&item.link_id);
                derive(move || ConsentAsked {
                    given: self.looked.with(|e| e.answers(&pointer).first() == Some(&Value::Boolean(true))),
                    label: label_text(self.i18n, &item),
                })
            }
        }
    }

    /// Gives one answer to the draft: the only write.
    pub fn write(self, pointer: &Pointer, values: Vec<Value>) {
        if self.closed.get_untracked() {
            return;
        }
        let rows = self.rows_to_keep(pointer);
        self.changed(pointer);
        self.answers.update(|answers| {
            for (group, row) in &rows {
                answers.add_row(group, row);
            }
            answers.set(pointer.clone(), values);
        });
    }

    /// What was filled in for the person is right.
    pub(super) fn confirm(self, pointer: &Pointer) {
        self.beside.update(|beside| beside.confirmed(pointer));
    }

    /// The person changes an answer, or the rows of a group: what was said about it is past.
    pub(super) fn changed(self, pointer: &Pointer) {
        if self.beside.with_untracked(|beside| beside.speaks_of(pointer)) {
            self.beside.update(|beside| beside.changed(pointer));
        }
    }

    /// What the office did not take and is unchanged since: said, and no reason not to hand it in again.
    pub fn refused(self) -> Vec<(Pointer, String)> {
        self.beside.with(|beside| {
            let said = beside.refused.iter().map(|error| (error.pointer.clone(), self.sentence(&error.into())));
            said.collect()
        })
    }

    /// Whether an item was filled in for the person and waits for their word.
    pub(super) fn waits_for_word(self, pointer: Pointer, standing: Memo<Standing>) -> Memo<bool> {
        memo(move || {
            self.noted.with(|beside| beside.to_confirm.contains(&pointer))
                && standing.with(|it| it.origin != Origin::Derived && !it.values.is_empty())
        })
    }

    /// What keeps the form from being handed over, in the form's order: each with where and in words.
    pub fn left_to_do(self) -> Vec<(Pointer, String)> {
        let unconfirmed = self.unconfirmed();
        let mut left = Vec::new();
        self.looked.with(|e| {
            for state in e.items.iter().filter(|state| state.visible) {
                let pointer = &state.pointer;
                match e.problem(pointer) {
                    Some(problem) => left.push((pointer.clone(), self.sentence(problem))),
                    None if unconfirmed.contains(pointer) => {
                        left.push((pointer.clone(), self.to_confirm_words(pointer)));
                    }
                    None => {}
                }
            }
        });
        left
    }

    fn unconfirmed(self) -> Vec<Pointer> {
        self.beside.with(|beside| {
            self.looked.with(|e| {
                let open = beside.unconfirmed(e).filter(|pointer| e.problem(pointer).is_none());
                open.cloned().collect()
            })
        })
    }

    fn to_confirm_words(self, pointer: &Pointer) -> String {
        let label = self.form.with_value(|form| form.item_at(pointer).map(|item| label_text(self.i18n, item)));
        self.i18n.say(K::FormConfirmMissing, &[("label", label.unwrap_or_default().into())])
    }

    /// How far each step is; what is not confirmed yet is not filled in.
    pub fn steps(self) -> Memo<Vec<StepState>> {
        memo(move || {
            let mut steps = self.looked.with(|e| e.steps.clone());
            for pointer in self.unconfirmed() {
                let step = self.form.with_value(|form| form.step_of(&pointer.link_id()).map(|s| s.link_id.clone()));
                if let Some(state) = steps.iter_mut().find(|state| Some(&state.link_id) == step.as_ref()) {
                    state.problems += 1;
                }
            }
            steps
        })
    }

    /// The rows that stand beside the one of this item: a draft that begins to hold one holds them all.
    pub(super) fn rows_to_keep(self, pointer: &Pointer) -> Vec<(Pointer, String)> {
        let Some((group, _)) = pointer.enclosing_row() else { return Vec::new() };
        let rows = self.looked.with_untracked(|e| e.rows(&group));
        rows.into_iter().map(|row| (group.clone(), row)).collect()
    }

    /// Ticks or unticks a consent, with its record.
    pub(super) fn agree(self, pointer: &Pointer, item: &Item, yes: bool) {
        if self.closed.get_untracked() {
            return;
        }
        let record = item.consent.as_ref().filter(|_| yes).map(|consent| ConsentRecord {
            version: consent.version.clone(),
            language: self.i18n.lang().to_owned(),
            at: self.now.run(()),
        });
        self.changed(pointer);
        self.answers.update(|answers| {
            answers.set(pointer.clone(), vec![Value::Boolean(yes)]);
            match record {
                Some(record) => answers.record_consent(pointer.clone(), record),
                None => answers.drop_consent(pointer),
            }
        });
    }

    /// The person went on from an item: what was typed is put in order, and what is wrong may be said.
    ///
    /// One that was never touched stays quiet: they may come back to it.
    pub fn leave(self, pointer: &Pointer) {
        // A field that is taken away while it has the focus is left too; by then the page is gone.
        if self.left.is_disposed() {
            return;
        }
        if self.answers.with_untracked(|answers| answers.is_touched(pointer)) {
            self.tidy(pointer);
            self.left.update(|left| {
                left.insert(pointer.clone(), ());
            });
        }
    }

    fn tidy(self, pointer: &Pointer) {
        let Some(item) = self.form.with_value(|form| form.item_at(pointer).cloned()) else { return };
        let before = self.answers.with_untracked(|answers| answers.get(pointer).to_vec());
        let after: Vec<Value> = before.iter().map(|value| self.at_office(normalised(&item, value, &compose))).collect();
        if item.role == Some(Role::Name) {
            let name = after.first().and_then(Value::as_text).filter(|name| !name.is_empty()).map(str::to_owned);
            if self.beside.with_untracked(|beside| beside.holder != name) {
                self.beside.update(|beside| beside.holder = name);
            }
        }
        if after != before {
            self.write(pointer, after);
        }
    }

    /// A time of a day is meant on the office's clock.
    fn at_office(self, value: Value) -> Value {
        let Value::DateTime(moment) = value else { return value };
        let now = DateTime::parse_from_rfc3339(&self.now.run(()));
        Value::DateTime(now.map_or(moment, |now| moment.on_clock(*now.offset())))
    }

    /// The day at the office.
    pub(super) fn today(self) -> NaiveDate {
        DateTime::parse_from_rfc3339(&self.now.run(())).map(|now| now.date_naive()).unwrap_or_default()
    }

    /// The person wants to go on from the items that `here` names: everything is put in order and what is wrong said.
    ///
    /// True if nothing is wrong. With one mistake the page moves the focus there; with more the list takes it.
    pub fn attempt(self, here: &dyn Fn(&Pointer) -> bool) -> bool {
        let places: Vec<Pointer> = self.looked.with_untracked(|e| {
            e.items.iter().filter(|s| s.visible && here(&s.pointer)).map(|s| s.pointer.clone()).collect()
        });
        for pointer in &places {
            if self.answers.with_untracked(|answers| answers.is_touched(pointer)) {
                self.tidy(pointer);
            }
        }
        self.left.update(|left| {
            for pointer in places {
                left.insert(pointer, ());
            }
        });
        let left = untrack(|| self.left_to_do());
        let here = left.into_iter().filter(|(pointer, _)| here(pointer));
        let found: Vec<Mistake> =
            here.map(|(pointer, words)| Mistake { control: self.control_id(&pointer), words }).collect();
        let fine = found.is_empty();
        self.mistakes.set(found);
        fine
    }

    /// The same mistakes in the language of now; what was mended meanwhile stays as it was said.
    pub(super) fn said_again(self, found: &[Mistake]) -> Vec<Mistake> {
        let left = untrack(|| self.left_to_do());
        let now = |control: &str| left.iter().find(|(pointer, _)| self.control_id(pointer) == control);
        let again = |it: &Mistake| Mistake {
            control: it.control.clone(),
            words: now(&it.control).map_or_else(|| it.words.clone(), |(_, words)| words.clone()),
        };
        found.iter().map(again).collect()
    }

    /// Problems of one step, by the pointers in it.
    pub fn is_in_step(self, step: &str) -> impl Fn(&Pointer) -> bool + use<> {
        let (form, step) = (self.form(), step.to_owned());
        move |pointer| form.step_of(&pointer.link_id()).is_some_and(|s| s.link_id == step)
    }

    /// Which items came back, with whose words.
    pub fn set_returned(self, returned: Vec<Returned>) {
        self.returned.set(returned);
    }

    /// What the reviewer said about an item.
    pub(super) fn returned(self, pointer: Pointer) -> Signal<Option<Returned>> {
        derive(move || self.returned.with(|all| all.iter().find(|r| r.pointer == pointer).cloned()))
    }

    /// An item's name where it stands alone.
    pub(super) fn label_of(self, item: &Arc<Item>) -> Signal<String> {
        let (item, i18n) = (item.clone(), self.i18n);
        derive(move || label(i18n, &item))
    }
}

/// Whether a boolean is one tick, or a question with yes and no.
pub(super) fn is_tick(item: &Item) -> bool {
    item.kind == ItemKind::Boolean && (item.consent.is_some() || !item.required)
}

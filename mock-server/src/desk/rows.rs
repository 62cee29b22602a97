//! The items of one submission as the reviewer compares them: what is there now, what was there before, what was said about it.
use super::words::{Language, telephone};
use crate::office::{FullApplication, Office, Round};
use chrono::NaiveDate;
use contract::{
    api::Words,
    application::Act,
    questionnaire::{
        Answers, ConsentKind, Context, Evaluation, Form, Item, ItemKind, NativePatterns, Pointer, RuleCode, Value,
        evaluate, from_response, is_changed, migrate, place_now,
    },
};
use std::collections::{BTreeMap, BTreeSet};

/// One question as it was answered.
pub(super) struct Row<'a> {
    pub(super) pointer: Pointer,
    pub(super) item: &'a Item,
    /// Title of the step it belongs to.
    pub(super) part: String,
    pub(super) now: Vec<Value>,
    /// What it was in the round before, if it differs.
    pub(super) before: Option<Vec<Value>>,
    /// The applicant's note to the reviewer.
    pub(super) note: Option<&'a Words>,
    /// The reviewer's words of the last return.
    pub(super) said: Option<&'a Words>,
    /// It was not asked in the round before: what opened it.
    pub(super) opened_by: Option<String>,
    /// Health answers are covered until somebody wants to read them.
    pub(super) covered: bool,
}

impl Row<'_> {
    /// Whether something happened to it since the last look.
    pub(super) fn is_news(&self) -> bool {
        self.before.is_some() || self.note.is_some() || self.said.is_some() || self.opened_by.is_some()
    }
}

/// A submission, read under the form it was sent with.
pub(super) struct Reading<'a> {
    pub(super) form: &'a Form,
    pub(super) evaluation: Evaluation,
    answers: Answers,
}

/// Reads the answers that count after a round. Nothing once they are erased, or if the form is gone.
pub(super) fn read<'a>(office: &'a Office, round: &Round, today: NaiveDate) -> Option<Reading<'a>> {
    let form = office.form(&round.questionnaire)?;
    let (answers, _) = from_response(form, round.answers.as_ref()?);
    let evaluation = evaluate(form, &answers, &Context::new(today, &NativePatterns));
    Some(Reading { form, evaluation, answers })
}

/// The rounds of one form that were not taken back, newest first.
pub(super) fn rounds(full: &FullApplication, report: bool) -> Vec<&Round> {
    full.rounds.iter().filter(|it| it.is_report == report && !it.recalled).collect()
}

/// Every visible question of the newest round, in the form's order.
pub(super) fn rows<'a>(
    office: &'a Office,
    full: &'a FullApplication,
    report: bool,
    l: Language,
    today: NaiveDate,
) -> Vec<Row<'a>> {
    let rounds = rounds(full, report);
    let Some(newest) = rounds.first() else { return Vec::new() };
    let Some(now) = read(office, newest, today) else { return Vec::new() };
    let before = rounds.get(1).and_then(|round| read(office, round, today)).map(|it| Earlier::of(now.form, &it, today));
    let said = said(full, report, now.form);
    let mut rows = Vec::new();
    for state in now.evaluation.items.iter().filter(|it| it.visible) {
        let Some(item) = now.form.items.get(state.item).filter(|it| it.is_question()) else { continue };
        let earlier = before.as_ref().map(|it| (it.was_asked(&state.pointer), it.answers.get(&state.pointer)));
        let was_asked = earlier.is_none_or(|(asked, _)| asked);
        let changed = earlier.filter(|(asked, was)| *asked && is_changed(was, now.answers.get(&state.pointer)));
        rows.push(Row {
            item,
            part: now.form.step_of(&item.link_id).map(|it| it.title.get(l.tag()).text.to_owned()).unwrap_or_default(),
            before: changed.map(|(_, was)| was.to_vec()),
            note: newest.notes.get(&state.pointer),
            said: said.get(&state.pointer).copied(),
            opened_by: (!was_asked).then(|| because(&now, &state.pointer, l)),
            covered: is_covered(now.form, item),
            now: state.answers.clone(),
            pointer: state.pointer.clone(),
        });
    }
    rows
}

fn is_covered(form: &Form, item: &Item) -> bool {
    item.is_masked() && item.kind != ItemKind::Attachment && has_consent(form, &item.link_id)
}

/// Whether the step of an item asks for a consent of its own: health does, and the documents, which are pictures.
fn has_consent(form: &Form, link_id: &str) -> bool {
    let step = |link_id: &str| form.step_of(link_id).map(|it| it.link_id.as_str());
    let separate = form.consents().filter(|(_, consent)| consent.kind == ConsentKind::SeparateConsent);
    separate.map(|(item, _)| step(&item.link_id)).any(|it| it.is_some() && it == step(link_id))
}

/// The round before, in the words of the form that the newest one was sent with: an item may be called otherwise since.
struct Earlier {
    /// What was asked, each where it stands now.
    asked: BTreeSet<Pointer>,
    answers: Answers,
}

impl Earlier {
    fn of(form: &Form, before: &Reading<'_>, today: NaiveDate) -> Self {
        let shown = before.evaluation.items.iter().filter(|it| it.visible);
        let from = before.form.canonical();
        if from == form.canonical() {
            let asked = shown.map(|it| it.pointer.clone()).collect();
            return Self { asked, answers: before.answers.clone() };
        }
        let asked = shown.filter_map(|it| place_now(form, &from, &it.pointer)).collect();
        let mut answers = migrate(form, &from, &before.answers, &Context::new(today, &NativePatterns)).answers;
        // A consent is asked anew by a newer form, and was given all the same.
        for state in &before.evaluation.items {
            let is_consent = before.form.items.get(state.item).is_some_and(|it| it.consent.is_some());
            if let Some(place) = place_now(form, &from, &state.pointer).filter(|_| is_consent) {
                answers.set(place, before.answers.get(&state.pointer).to_vec());
            }
        }
        Self { asked, answers }
    }

    fn was_asked(&self, pointer: &Pointer) -> bool {
        self.asked.contains(pointer)
    }
}

/// What the last return said, by item, as it is called now.
fn said<'a>(full: &'a FullApplication, report: bool, form: &Form) -> BTreeMap<Pointer, &'a Words> {
    let act = if report { Act::ReturnReport } else { Act::Return };
    let last = full.record.events.iter().find(|it| it.act == act);
    let items = last.into_iter().flat_map(|it| &it.items);
    let place = |pointer: &Pointer| match form.item_at(pointer) {
        Some(_) => Some(pointer.clone()),
        None => place_now(form, "", pointer),
    };
    items.filter_map(|it| Some((place(&it.pointer)?, it.words.as_ref()?))).collect()
}

/// What opened an item. That a covered answer did so is said, and not which.
fn because(reading: &Reading<'_>, pointer: &Pointer, l: Language) -> String {
    let causes = reading.evaluation.because(reading.form, pointer);
    let words: Vec<String> = causes
        .into_iter()
        .filter_map(|(cause, value)| {
            let item = reading.form.item_at(cause)?;
            let label = item.label().get(l.tag()).text;
            Some(if is_covered(reading.form, item) {
                label.to_owned()
            } else {
                format!("{label}：{}", shown(item, value, l))
            })
        })
        .collect();
    words.join("、")
}

/// An answer in words. Documents are drawn, not written.
pub(super) fn shown(item: &Item, value: &Value, l: Language) -> String {
    if let Some(option) = item.option(value) {
        return option.display.get(l.tag()).text.to_owned();
    }
    let is_phone = item.rule(RuleCode::Phone).is_some();
    match value {
        Value::Boolean(given) if item.consent.is_some() => {
            // As the applicant reads it on the check page.
            let words = match (item.consent.as_ref().map(|it| it.kind), given) {
                (Some(ConsentKind::Declaration), true) => l.t("已确认", "Confirmed"),
                (Some(ConsentKind::Declaration), false) => l.t("没有确认", "Not confirmed"),
                (Some(ConsentKind::Service), true) => l.t("需要", "Wanted"),
                (Some(ConsentKind::Service), false) => l.t("不需要", "Not wanted"),
                (Some(ConsentKind::SeparateConsent) | None, true) => l.t("同意", "Agreed"),
                (Some(ConsentKind::SeparateConsent) | None, false) => l.t("不同意", "Not agreed"),
            };
            words.to_owned()
        }
        Value::Boolean(true) => l.t("是", "Yes").to_owned(),
        Value::Boolean(false) => l.t("否", "No").to_owned(),
        Value::Text(number) if is_phone => telephone(number),
        Value::Integer(_)
        | Value::Decimal(_)
        | Value::Date(_)
        | Value::DateTime(_)
        | Value::Time(_)
        | Value::Reference(_)
        | Value::Text(_)
        | Value::Coding(_)
        | Value::Quantity(_)
        | Value::Attachment(_) => value.plain(),
    }
}

/// What an item is called where its name stands alone: with a capital, as the applicant reads it.
pub(super) fn label(item: &Item, l: Language) -> String {
    let mut letters = item.label().get(l.tag()).text.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

/// Consents and declarations are the applicant's own: they are shown, never returned.
pub(super) fn can_be_returned(item: &Item) -> bool {
    item.consent.is_none() && item.kind != ItemKind::Display
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(name: &str) -> Form {
        Form::load(name).unwrap()
    }

    #[test]
    fn what_was_only_renamed_was_asked_before_and_has_not_changed() {
        let old = form(include_str!("../../../forms/health-certificate.v0.questionnaire.json"));
        let new = form(include_str!("../../../forms/health-certificate.questionnaire.json"));
        let text = include_str!("../../../forms/responses/draft-of-v0.response.json");
        let today = NaiveDate::from_ymd_opt(2026, 11, 26).unwrap();
        let (answers, _) = from_response(&old, &serde_json::from_str(text).unwrap());
        let evaluation = evaluate(&old, &answers, &Context::new(today, &NativePatterns));
        let earlier = Earlier::of(&new, &Reading { form: &old, evaluation, answers }, today);
        for (name, value) in [("person.name", "张伟"), ("person.id.number", "11010519900307021X")] {
            let place = Pointer::item(name);
            assert!(earlier.was_asked(&place), "{name}");
            assert_eq!(earlier.answers.first(&place).map(Value::plain).as_deref(), Some(value), "{name}");
        }
        assert!(earlier.was_asked(&Pointer::item("work.post")), "it was called work.job");
        assert!(!earlier.was_asked(&Pointer::item("contact.emergency.name")), "nothing asked that before");
    }

    #[test]
    fn what_was_agreed_to_and_telephones_read_as_people_say_them() {
        let form = form(include_str!("../../../forms/health-certificate.questionnaire.json"));
        let phone = Value::Text("+8613800000000".into());
        for (item, value, chinese, english) in [
            ("health.consent", Value::Boolean(true), "同意", "Agreed"),
            ("consent.reminder", Value::Boolean(false), "不需要", "Not wanted"),
            ("consent.truth", Value::Boolean(true), "已确认", "Confirmed"),
            ("contact.phone", phone, "138 0000 0000", "138 0000 0000"),
        ] {
            let asked = form.item_at(&Pointer::item(item)).unwrap();
            let read = [Language::Chinese, Language::English].map(|l| shown(asked, &value, l));
            assert_eq!(read, [chinese, english], "{item}");
        }
    }
}

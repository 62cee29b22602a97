//! What is said about a problem: the form's own sentence, else ours by code (`e.*`).

use super::item::has_hint;
use super::passage::{capitalised, label_text, words_of};
use crate::i18n::{Arg, I18n, K};
use contract::questionnaire::{Form, Item, ItemKind, PartialDate, Problem, ProblemCode, Value};

/// The sentence of a problem, in the language in use.
pub fn problem_sentence(i18n: I18n, form: &Form, problem: &Problem) -> String {
    if let Some(message) = &problem.message {
        return words_of(i18n, message);
    }
    let item = form.item_at(&problem.pointer);
    let key = key(form, item, problem);
    let mut args: Vec<(&str, Arg)> = Vec::new();
    args.push(("label", item.map_or_else(String::new, |item| label_text(i18n, item)).into()));
    for (name, value) in &problem.params {
        args.push((name, argument(i18n, form, problem.code, name, value)));
    }
    let sentence = i18n.say(key, &args);
    if args.first().is_some_and(|(_, label)| matches!(label, Arg::Text(label) if sentence.starts_with(label.as_str())))
    {
        capitalised(&sentence)
    } else {
        sentence
    }
}

fn argument(i18n: I18n, form: &Form, code: ProblemCode, name: &str, value: &serde_json::Value) -> Arg {
    if let Some(number) = value.as_f64() {
        return Arg::Number(number);
    }
    let text = value.as_str().unwrap_or_default();
    if code == ProblemCode::OtherKind && name == "kind" {
        let options = form.items.iter().flat_map(|item| &item.options);
        let known = options.filter(|option| option.value.as_coding().is_some_and(|coding| coding.code == text));
        return known.map(|option| words_of(i18n, &option.display)).next().unwrap_or_else(|| text.to_owned()).into();
    }
    match PartialDate::parse(text) {
        Some(PartialDate::Day(day)) => i18n.day_year(day).into(),
        Some(PartialDate::Month(..) | PartialDate::Year(_)) | None => text.into(),
    }
}

fn key(form: &Form, item: Option<&Item>, problem: &Problem) -> K {
    let has = |name: &str| problem.params.contains_key(name);
    match problem.code {
        ProblemCode::Required => match item.map(|item| item.kind) {
            Some(ItemKind::Attachment) => K::ERequiredDocument,
            Some(ItemKind::Choice | ItemKind::OpenChoice | ItemKind::Boolean) => K::ERequiredChoice,
            _ => K::ERequired,
        },
        ProblemCode::Choice => K::EChoice,
        ProblemCode::TooLong => K::ETooLong,
        ProblemCode::TooShort => K::ETooShort,
        ProblemCode::Range if !has("max") => K::ERangeMin,
        ProblemCode::Range if !has("min") => K::ERangeMax,
        ProblemCode::Range => K::ERange,
        ProblemCode::Format if item.is_some_and(|item| item.kind == ItemKind::Time) => K::ETime,
        ProblemCode::Format => item.map_or(K::EFormat, |item| format_key(form, item)),
        ProblemCode::Date if item.is_some_and(|item| item.kind == ItemKind::DateTime) => K::EDatetime,
        ProblemCode::Date => K::EDate,
        ProblemCode::Past => K::EPast,
        ProblemCode::Count if !has("max") => K::ECountMin,
        ProblemCode::Count => K::ECount,
        ProblemCode::IdShort => K::EIdShort,
        ProblemCode::IdLong => K::EIdLong,
        ProblemCode::IdCharacter => K::EIdCharacter,
        ProblemCode::IdDate => K::EIdDate,
        ProblemCode::IdCheck => K::EIdCheck,
        ProblemCode::IdOld15 => K::EIdOld15,
        ProblemCode::UsccCheck => K::EUsccCheck,
        ProblemCode::PhoneLength if has("min") => K::EPhoneLengthAbroad,
        ProblemCode::PhoneLength => K::EPhoneLength,
        ProblemCode::TooYoung => K::ETooYoung,
        ProblemCode::ExpiresBeforeExamination => K::EExpiresBeforeExamination,
        ProblemCode::Consent => K::EConsent,
        ProblemCode::NotOpen => K::ENotOpen,
        ProblemCode::UnknownItem => K::EUnknownItem,
        ProblemCode::OtherKind => K::IdOtherKind,
        ProblemCode::UnknownArea | ProblemCode::Unknown => K::EOther,
    }
}

/// Only a question with a hint is referred to it.
fn format_key(form: &Form, item: &Item) -> K {
    match item.kind {
        _ if has_hint(form, item) => K::EFormat,
        ItemKind::Integer => K::EFormatWhole,
        // With a limit on what stands after the point, a number may be the wrong one.
        ItemKind::Decimal if item.limits.max_decimal_places.is_none() => K::EFormatNumber,
        _ => K::EFormatPlain,
    }
}

/// Whether the person, and not only a reviewer, is told.
pub(super) fn is_for_the_person(problem: &Problem) -> bool {
    problem.code != ProblemCode::UnknownArea
}

/// Yes or no, for a boolean that is asked as a question.
pub(super) fn yes_no(i18n: I18n, value: &Value) -> Option<String> {
    value.as_boolean().map(|yes| i18n.text(if yes { K::FormYes } else { K::FormNo }))
}

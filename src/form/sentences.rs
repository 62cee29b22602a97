//! What is said about a problem: the form's own sentence, else ours by code (`e.*`).

use super::filling::Filling;
use super::item::is_explained;
use super::passage::{capitalised, label_text, words_of};
use crate::i18n::{Arg, I18n, K};
use contract::api::Supplement;
use contract::questionnaire::{
    ConsentKind, Entry, Form, Item, ItemKind, PartialDate, Pointer, Problem, ProblemCode, Value, Widget,
};
use leptos::prelude::*;

impl Filling {
    /// The sentence of a problem at its place: own words that were begun and left blank are asked for, not the entry again.
    pub(super) fn sentence(self, problem: &Problem) -> String {
        self.form.with_value(|form| {
            let item = form.item_at(&problem.pointer);
            let is_document = |item: &&Item| item.kind == ItemKind::Attachment && problem.code == ProblemCode::Required;
            let document = item.filter(is_document);
            if let Some((item, key)) = document.and_then(|item| Some((item, self.undecided(&problem.pointer)?))) {
                return self.i18n.say(key, &[("label", label_text(self.i18n, item).into())]);
            }
            // In a list to type into there is one field for both.
            let has_other = |item: &&Item| item.kind == ItemKind::OpenChoice && item.widget() != Widget::List;
            let other = item.filter(has_other).filter(|_| problem.code == ProblemCode::Required);
            let begun = |item: &&Item| {
                untrack(|| self.with_answers(|answers| item.own_words(answers.get(&problem.pointer)).is_some()))
            };
            match other.filter(begun) {
                Some(item) => self.i18n.say(K::ERequiredOther, &[("label", label_text(self.i18n, item).into())]),
                None => problem_sentence(self.i18n, form, problem),
            }
        })
    }

    /// What is said about an item away from it: of several rows it is said which.
    pub fn with_row(self, pointer: &Pointer, words: String) -> String {
        let around = self.looked.with(|e| e.rows_around(pointer));
        self.form.with_value(|form| in_rows(self.i18n, form, around, words))
    }
}

/// What is said about an item of a form, with the rows it lies in, from the inside out.
pub fn in_rows(i18n: I18n, form: &Form, around: Vec<(Pointer, usize)>, words: String) -> String {
    around.into_iter().fold(words, |words, (group, number)| {
        let Some(at) = form.index_of(&group.link_id()) else { return words };
        let row = capitalised(&row_name(i18n, form, at, number));
        i18n.say(K::FmtColon, &[("label", row.into()), ("words", words.into())])
    })
}

/// What rows are called by: their group, or where that has no words of its own what it stands in.
pub(super) fn named_by(form: &Form, group: usize) -> Option<&Item> {
    form.lineage(group).filter_map(|at| form.items.get(at)).find(|item| !item.label().is_empty())
}

/// One row of a group, counted from 1, inside a sentence.
pub(super) fn row_name(i18n: I18n, form: &Form, group: usize, number: usize) -> String {
    let n = ("n", number.into());
    match named_by(form, group) {
        Some(item) => i18n.say(K::FormRow, &[("label", label_text(i18n, item).into()), n]),
        None => i18n.say(K::FormRowAlone, &[n]),
    }
}

/// The sentence of a problem, in the language in use.
pub fn problem_sentence(i18n: I18n, form: &Form, problem: &Problem) -> String {
    if let Some(message) = &problem.message {
        return words_of(i18n, message);
    }
    let item = form.item_at(&problem.pointer);
    let key = key(form, item, problem);
    let mut args: Vec<(&str, Arg)> = Vec::new();
    let label = match item {
        Some(item) => Some(label_text(i18n, item)),
        None => Supplement::is_note(&problem.pointer).then(|| i18n.text(K::RetNoteLabel)),
    };
    args.extend(label.map(|label| ("label", label.into())));
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

fn takes_pdf(item: &Item) -> bool {
    item.limits.mime_types.iter().any(|mime| mime == "application/pdf")
}

fn key(form: &Form, item: Option<&Item>, problem: &Problem) -> K {
    let has = |name: &str| problem.params.contains_key(name);
    match problem.code {
        ProblemCode::Required => match item.map(|item| item.kind) {
            Some(ItemKind::Attachment) if item.is_some_and(takes_pdf) => K::ERequiredDocumentPdf,
            Some(ItemKind::Attachment) => K::ERequiredDocument,
            Some(ItemKind::Choice | ItemKind::OpenChoice | ItemKind::Boolean) => K::ERequiredChoice,
            _ => K::ERequired,
        },
        ProblemCode::Choice => K::EChoice,
        ProblemCode::TooLong => K::ETooLong,
        ProblemCode::TooShort => K::ETooShort,
        ProblemCode::Range if has("min") && has("max") => K::ERange,
        ProblemCode::Range => match (item.map(|item| item.kind), has("min")) {
            (Some(ItemKind::Date | ItemKind::DateTime), true) => K::ERangeFrom,
            (Some(ItemKind::Date | ItemKind::DateTime), false) => K::ERangeUntil,
            (Some(ItemKind::Time), true) => K::ERangeLater,
            (Some(ItemKind::Time), false) => K::ERangeEarlier,
            (_, true) => K::ERangeMin,
            (_, false) => K::ERangeMax,
        },
        ProblemCode::Format if problem.params.get("limit").is_some_and(|limit| limit.as_u64() != Some(0)) => {
            K::EFormatPlaces
        }
        ProblemCode::Format if has("limit") => K::EFormatWhole,
        ProblemCode::Format => item.map_or(K::EFormatPlain, |item| format_key(form, item)),
        ProblemCode::Date if has("need") => K::EDateDay,
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
        ProblemCode::Consent if item.is_some_and(is_declaration) => K::EConsentDeclaration,
        ProblemCode::Consent => K::EConsent,
        ProblemCode::NotOpen => K::ENotOpen,
        ProblemCode::UnknownItem => K::EUnknownItem,
        ProblemCode::OtherKind => K::IdOtherKind,
        ProblemCode::UnknownArea | ProblemCode::Unknown => K::EOther,
    }
}

/// That what one says is true can be said nowhere else.
fn is_declaration(item: &Item) -> bool {
    item.consent.as_ref().is_some_and(|consent| consent.kind == ConsentKind::Declaration)
}

/// Only a question that explains how it is filled in is referred to that.
fn format_key(form: &Form, item: &Item) -> K {
    match (item.kind, item.kind.entry()) {
        (ItemKind::Time, _) => K::ETime,
        (ItemKind::Integer, _) => K::EFormatWhole,
        (_, Entry::Number) => K::EFormatNumber,
        _ if is_explained(form, item) => K::EFormat,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::{Catalogue, filled};
    use serde_json::{Value as Json, json};

    fn form() -> Form {
        let unit = json!({"url": "http://hl7.org/fhir/StructureDefinition/questionnaire-unit",
            "valueCoding": {"system": "http://unitsofmeasure.org", "code": "kg"}});
        let format = json!({"url": "http://hl7.org/fhir/StructureDefinition/entryFormat", "valueString": "AB-1"});
        let kinds = [
            "boolean",
            "integer",
            "decimal",
            "quantity",
            "date",
            "dateTime",
            "time",
            "string",
            "text",
            "choice",
            "open-choice",
            "reference",
            "attachment",
        ];
        let mut items: Vec<Json> = kinds
            .iter()
            .map(|kind| {
                let listed = kind.ends_with("choice");
                let options = if listed { json!([{"valueString": "x"}]) } else { json!([]) };
                json!({"linkId": kind, "type": kind, "text": "LABEL", "answerOption": options})
            })
            .collect();
        items.push(json!({"linkId": "weight", "type": "decimal", "text": "LABEL", "extension": [unit]}));
        items.push(json!({"linkId": "plate", "type": "string", "text": "LABEL", "extension": [format]}));
        items.push(json!({"linkId": "rows", "type": "group", "repeats": true, "text": "LABEL"}));
        Form::from_json(&json!({"resourceType": "Questionnaire", "id": "small", "item": items})).unwrap()
    }

    /// Whatever is wrong, wherever: what is said names what it is about.
    #[test]
    fn every_sentence_names_its_question() {
        let form = form();
        let params = [
            json!({}),
            json!({"min": 1}),
            json!({"max": 1}),
            json!({"min": 1, "max": 2, "found": 3}),
            json!({"limit": 0}),
            json!({"limit": 2, "found": 3}),
            json!({"need": "day"}),
        ];
        // These stand at the field alone, where its name is.
        let only_there = [ProblemCode::OtherKind, ProblemCode::UnknownArea];
        let mut seen = 0;
        for catalogue in [Catalogue::compiled_in(), Catalogue::english()] {
            for code in ProblemCode::all().chain([ProblemCode::Unknown]).filter(|code| !only_there.contains(code)) {
                for (item, params) in form.items.iter().flat_map(|item| params.iter().map(move |params| (item, params)))
                {
                    let problem = Problem {
                        params: params.as_object().cloned().unwrap(),
                        ..Problem::new(Pointer::item(&item.link_id), code)
                    };
                    let sentence = catalogue.sentence(key(&form, Some(item), &problem));
                    let said = filled(sentence, &|name| Some(if name == "label" { "LABEL" } else { "7" }.into()));
                    assert!(said.contains("LABEL"), "{code:?} {}: {said}", item.link_id);
                    seen += 1;
                }
            }
        }
        assert!(seen > 4000, "{seen}");
        assert!(filled(Catalogue::english().sentence(K::ERequiredOther), &|_| Some("LABEL".into())).contains("LABEL"));
    }

    #[test]
    fn what_is_said_fits_the_question() {
        let form = form();
        for (link_id, code, params, expected) in [
            ("date", ProblemCode::Date, json!({}), K::EDate),
            ("date", ProblemCode::Date, json!({"need": "day"}), K::EDateDay),
            ("dateTime", ProblemCode::Date, json!({}), K::EDatetime),
            ("time", ProblemCode::Format, json!({}), K::ETime),
            ("date", ProblemCode::Range, json!({"min": "2026-01-01"}), K::ERangeFrom),
            ("dateTime", ProblemCode::Range, json!({"max": "2026-01-01"}), K::ERangeUntil),
            ("time", ProblemCode::Range, json!({"min": "06:00"}), K::ERangeLater),
            ("integer", ProblemCode::Range, json!({"max": 3}), K::ERangeMax),
            ("integer", ProblemCode::Range, json!({"min": 1, "max": 3}), K::ERange),
            ("decimal", ProblemCode::Format, json!({"limit": 2}), K::EFormatPlaces),
            ("decimal", ProblemCode::Format, json!({"limit": 0}), K::EFormatWhole),
            ("decimal", ProblemCode::Format, json!({}), K::EFormatNumber),
            // A unit is no example.
            ("weight", ProblemCode::Format, json!({}), K::EFormatNumber),
            ("quantity", ProblemCode::Format, json!({}), K::EFormatNumber),
            ("integer", ProblemCode::Format, json!({}), K::EFormatWhole),
            ("plate", ProblemCode::Format, json!({}), K::EFormat),
            ("string", ProblemCode::Format, json!({}), K::EFormatPlain),
            ("choice", ProblemCode::Required, json!({}), K::ERequiredChoice),
            ("attachment", ProblemCode::Required, json!({}), K::ERequiredDocument),
            ("rows", ProblemCode::Count, json!({"min": 1}), K::ECountMin),
        ] {
            let problem =
                Problem { params: params.as_object().cloned().unwrap(), ..Problem::new(Pointer::item(link_id), code) };
            assert_eq!(
                key(&form, form.item(link_id), &problem) as usize,
                expected as usize,
                "{link_id} {code:?} {params}"
            );
        }
    }
}

//! What a form lacks here: what is not supported, what may surprise, what is not translated.
use contract::questionnaire::{
    AnswerOption, Form, Item, ItemKind, NativePatterns, Notice, NoticeKind, Operator, Pattern, Rule, RuleCode,
    Severity, Text, Value,
};
use std::collections::BTreeMap;

/// What of a form is left out or ignored, a line each.
pub(super) fn unsupported(form: &Form) -> Vec<String> {
    let mut lines: Vec<String> = form.notices.iter().map(|notice| noticed(form, notice)).collect();
    for item in &form.items {
        if let Some(pattern) = item.limits.regex.as_deref().filter(|p| NativePatterns.matches(p, "").is_none()) {
            lines.push(format!("{}: its regex cannot be read and is not checked: {pattern}", item.link_id));
        }
    }
    lines
}

fn noticed(form: &Form, notice: &Notice) -> String {
    let item = form.item(&notice.link_id);
    let takes_words = item.is_some_and(|item| item.kind == ItemKind::String);
    let what = match &notice.kind {
        NoticeKind::UnknownType(name) => format!("its type \"{name}\" cannot be asked; left out"),
        NoticeKind::UnknownExtension(url) => format!("an extension we do not know is ignored: {url}"),
        NoticeKind::Computed(url) if notice.link_id.is_empty() => {
            format!("other tools compute with this; nothing here does: {url}")
        }
        NoticeKind::Computed(url) => format!("is computed by other tools, and {}: {url}", computed_here(item)),
        NoticeKind::BadExtension(url) => format!("an extension is written differently and ignored: {url}"),
        NoticeKind::PartOfList(part) => {
            format!("some entries of its list are told by what they are, and not in the file; that is not read: {part}")
        }
        NoticeKind::OfAnotherType(name) => format!("its {name} does not look at answers of this type; ignored"),
        NoticeKind::UnknownControl(code) => {
            format!("its control \"{code}\" is not drawn on such an item; it looks as usual")
        }
        NoticeKind::MissingLinkId => "has no linkId; left out with what is inside it".to_owned(),
        NoticeKind::DuplicateLinkId => "a second item has this linkId; left out with what is inside it".to_owned(),
        NoticeKind::MissingOptions(name) if takes_words => {
            format!("its list {name} is not in the file; own words are taken")
        }
        NoticeKind::MissingOptions(name) if name.is_empty() => "has nothing to choose from; left out".to_owned(),
        NoticeKind::MissingOptions(name) => format!("its list {name} is not in the file; left out"),
        NoticeKind::UnknownQuestion(question) => {
            format!("is asked depending on {question}, which is not in the form; that condition never holds")
        }
        NoticeKind::BadCondition => "has a condition that cannot be read; it never holds".to_owned(),
        NoticeKind::NoSuchAnswer(question) if form.item(question).is_some_and(|item| !item.is_question()) => {
            format!("is asked depending on an answer of {question}, which takes none; that condition never holds")
        }
        NoticeKind::NoSuchAnswer(question) => format!("is asked depending on {}", no_such_answer(question)),
        NoticeKind::NotJoined => {
            "has several conditions, and no enableBehavior that says whether all or any must hold; all must".to_owned()
        }
        NoticeKind::NotRepeated(name) => format!("its {name} counts what repeats, and it does not repeat; ignored"),
        NoticeKind::BadInitial if item.is_some_and(|item| item.consent.is_some()) => {
            "its initial value is ignored: nobody agrees to what is ticked beforehand".to_owned()
        }
        NoticeKind::BadInitial => "its initial value is of another type; ignored".to_owned(),
        NoticeKind::ConditionCycle => "its conditions wait for themselves; they are ignored".to_owned(),
        NoticeKind::NestedInRepeating => "asks inside each answer of a repeating question; asked once".to_owned(),
        NoticeKind::UnknownInRule(name) => format!("a rule names {name}, which is not in the form; it does not hold"),
        NoticeKind::NoSuchAnswerInRule(question) => {
            format!("a rule never judges, for it waits for {}", no_such_answer(question))
        }
        NoticeKind::NoDayInRule(name) => {
            format!("a rule never judges, for it measures from {name}, which is no date")
        }
        NoticeKind::NoKindInRule(name) => format!(
            "its rule asks {name} for the kind of document, which offers none that we know; only the length is looked at"
        ),
        NoticeKind::NothingToDerive(name) => {
            format!("is to be taken from {name}, which is no ID number; asked as any other question")
        }
    };
    if notice.link_id.is_empty() { what } else { format!("{}: {what}", notice.link_id) }
}

fn no_such_answer(question: &str) -> String {
    format!(
        "an answer that {question} does not take: no such code in its list, another type or unit, or an order that its \
         answers do not have"
    )
}

/// What becomes here of an answer that other tools compute.
fn computed_here(item: Option<&Item>) -> &'static str {
    match item {
        Some(item) if item.hidden => "stays empty here, for it is never shown",
        Some(item) if item.read_only => "stays empty here, for it cannot be changed",
        _ => "asked here as any other question",
    }
}

/// What is understood and may still surprise.
pub(super) fn hints(form: &Form) -> Vec<String> {
    let nameless = form.steps.iter().filter(|step| step.title.is_empty());
    let mut lines: Vec<String> = nameless
        .map(|step| format!("{}: its page stands without a name, for the form has no title either", step.link_id))
        .collect();
    for item in &form.items {
        let unequal = item.conditions.iter().filter(|condition| condition.operator == Operator::NotEqual);
        lines.extend(unequal.map(|_| {
            format!(
                "{}: \"!=\" does not hold while its question is unanswered (as in R4; later versions differ)",
                item.link_id
            )
        }));
        if !item.other_units.is_empty() && (item.limits.min_value.is_some() || item.limits.max_value.is_some()) {
            lines.push(format!(
                "{}: its bounds are looked at in their own unit only; an answer in another one passes",
                item.link_id
            ));
        }
        let several = |at: usize| form.items.get(at).filter(|question| !question.other_units.is_empty());
        let measured = item.conditions.iter().filter(|condition| condition.operator != Operator::Exists);
        lines.extend(measured.filter_map(|condition| several(condition.question)).map(|question| {
            format!("{}: {} takes several units, of which its condition looks at one", item.link_id, question.link_id)
        }));
        lines.extend(surprises(form, item).into_iter().map(|words| format!("{}: {words}", item.link_id)));
        if item.is_question() && item.text.is_empty() {
            lines.push(format!("{}: has no text; its field stands without a name", item.link_id));
        }
        if item.is_row_group() && item.label().is_empty() {
            lines
                .push(format!("{}: has no text; its rows, and the way to add one, stand without a name", item.link_id));
        }
        if item.kind == ItemKind::Boolean && item.consent.is_none() && item.required && item.conditions.is_empty() {
            lines.push(format!("{}: asked as yes or no; a tick to agree to needs our consent extension", item.link_id));
        }
    }
    lines
}

/// What is not judged as one might think.
fn surprises(form: &Form, item: &Item) -> Vec<String> {
    let mut found = Vec::new();
    if let Some(least) = item.limits.min_occurs.filter(|least| *least > 0 && item.repeats && item.is_question())
        && !item.required
    {
        found.push(format!("is not required: without any answer it passes, with fewer than {least} it does not"));
    }
    let looked_at =
        item.rules.iter().flat_map(Rule::looks_at).chain(item.derived.as_ref().map(|derived| &derived.from));
    let in_rows = |name: &&String| form.item(name).is_some_and(|it| !item.row_groups.starts_with(&it.row_groups));
    found.extend(looked_at.filter(in_rows).map(|name| {
        format!("looks at {name}, which stands in rows of its own: at the first of them that is answered")
    }));
    if item.kind == ItemKind::Group && item.read_only {
        found.push("is a group that cannot be changed; its questions can, unless each says that it cannot".to_owned());
    }
    for rule in item.rules.iter().filter(|rule| !matches!(rule.code, RuleCode::DateNotBefore | RuleCode::DateNotAfter))
    {
        let code = rule.code.as_str();
        if rule.severity == Severity::Warning {
            found.push(format!("its rule {code} blocks all the same; only a rule about dates can be a warning"));
        }
        if rule.message.is_some() {
            found.push(format!("its rule {code} says our own words; only a rule about dates has a message"));
        }
    }
    if item.required && item.read_only && item.is_question() && item.initial.is_empty() {
        found.push("cannot be changed, so it is not required where nothing fills it in".to_owned());
    }
    if item.rule(RuleCode::CnIdentityNumber).is_some_and(|rule| rule.item.is_none()) {
        found.push(
            "its rule names no question for the kind of document; numbers of resident ID cards are taken".to_owned(),
        );
    }
    let of_a_box = item.conditions.iter().filter_map(|condition| {
        let question = form.items.get(condition.question).filter(|question| question.is_tick())?;
        let unticked = match condition.operator {
            Operator::Equal => Value::Boolean(false),
            Operator::NotEqual => Value::Boolean(true),
            _ => return None,
        };
        (condition.answer == unticked).then_some(&question.link_id)
    });
    found.extend(of_a_box.map(|box_| {
        format!("{box_} is a box to tick: left alone it is not answered \"no\". Require it, to ask yes or no")
    }));
    found
}

/// For every language that some text is translated into: the items with a text that is not.
pub(super) fn languages(form: &Form) -> BTreeMap<String, Vec<String>> {
    let mut texts: Vec<(&str, &Text)> = vec![("title", &form.title)];
    for item in &form.items {
        texts.extend(item_texts(item).into_iter().map(|text| (item.link_id.as_str(), text)));
    }
    texts.extend(form.retired.iter().map(|retired| (retired.link_id.as_str(), &retired.reason)));
    texts.retain(|(_, text)| !text.is_empty());
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (_, text) in &texts {
        for language in text.languages() {
            found.entry(language.to_owned()).or_default();
        }
    }
    for (language, missing) in &mut found {
        for (place, text) in &texts {
            if text.get(language).fallback && !missing.iter().any(|known| known == place) {
                missing.push((*place).to_owned());
            }
        }
    }
    found
}

/// Every text of an item.
fn item_texts(item: &Item) -> Vec<&Text> {
    let own = [
        Some(&item.text),
        item.short_text.as_ref(),
        item.purpose.as_ref(),
        item.entry_format.as_ref(),
        item.open_label.as_ref(),
        item.reviewer_hint.as_ref(),
        item.step.as_ref().and_then(|step| step.lead.as_ref()),
        item.consent.as_ref().and_then(|consent| consent.refusal.as_ref()),
        item.document.as_ref().and_then(|document| document.watermark.as_ref()),
    ];
    // Numbers and days need no translation.
    let in_words = |option: &&AnswerOption| matches!(option.value, Value::Coding(_) | Value::Text(_));
    let options = item.options.iter().filter(in_words).map(|option| &option.display);
    let messages = item.rules.iter().filter_map(|rule| rule.message.as_ref());
    // A code that stands there for want of words is the same in every language.
    let units = item.units().filter(|unit| unit.shown.base() != unit.coding.code).map(|unit| &unit.shown);
    own.into_iter().flatten().chain(options).chain(messages).chain(units).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_may_surprise_is_told() {
        let unit = |name: &str, code: &str| {
            json!({"url": format!("http://hl7.org/fhir/StructureDefinition/questionnaire-{name}"),
                "valueCoding": {"system": "http://unitsofmeasure.org", "code": code}})
        };
        let bound = json!({"url": "http://hl7.org/fhir/StructureDefinition/maxValue", "valueInteger": 300});
        let form = Form::from_json(&json!({"resourceType": "Questionnaire", "id": "small", "title": "x", "item": [
            {"linkId": "one", "type": "quantity", "text": "x", "extension": [unit("unit", "kg"), bound]},
            {"linkId": "two", "type": "quantity", "text": "x",
                "extension": [unit("unit", "kg"), unit("unitOption", "g"), bound]},
            {"linkId": "after-one", "type": "string", "text": "x",
                "enableWhen": [{"question": "one", "operator": ">", "answerInteger": 3}]},
            {"linkId": "after-two", "type": "string", "text": "x",
                "enableWhen": [{"question": "two", "operator": ">", "answerInteger": 3}]},
            {"linkId": "not-three", "type": "string",
                "enableWhen": [{"question": "one", "operator": "!=", "answerInteger": 3}]}]}))
        .unwrap();
        assert_eq!(
            hints(&form),
            [
                "two: its bounds are looked at in their own unit only; an answer in another one passes",
                "after-two: two takes several units, of which its condition looks at one",
                "not-three: \"!=\" does not hold while its question is unanswered (as in R4; later versions differ)",
                "not-three: has no text; its field stands without a name",
            ]
        );
    }

    #[test]
    fn what_other_tools_compute_is_told_as_it_is_here() {
        let sum = json!([{"url": "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-calculatedExpression",
            "valueExpression": {"language": "text/fhirpath", "expression": "1"}}]);
        let hidden =
            json!({"url": "http://hl7.org/fhir/StructureDefinition/questionnaire-hidden", "valueBoolean": true});
        let form = Form::from_json(&json!({"resourceType": "Questionnaire", "id": "small", "title": "x", "item": [
            {"linkId": "asked", "type": "decimal", "text": "x", "extension": sum},
            {"linkId": "bmi", "type": "decimal", "text": "x", "required": true, "readOnly": true, "extension": sum},
            {"linkId": "unseen", "type": "decimal", "text": "x", "extension": [sum[0], hidden]}]}))
        .unwrap();
        let told = unsupported(&form);
        assert_eq!(told.len(), 3, "{told:?}");
        for (line, says) in told.iter().zip([
            "asked: is computed by other tools, and asked here as any other question",
            "bmi: is computed by other tools, and stays empty here, for it cannot be changed",
            "unseen: is computed by other tools, and stays empty here, for it is never shown",
        ]) {
            assert!(line.starts_with(says), "{line}");
        }
        assert_eq!(hints(&form), ["bmi: cannot be changed, so it is not required where nothing fills it in"]);
    }

    #[test]
    fn what_is_not_judged_as_one_might_think_is_told() {
        let when =
            |operator: &str, answer: bool| json!([{"question": "box", "operator": operator, "answerBoolean": answer}]);
        let form = Form::from_json(&json!({"resourceType": "Questionnaire", "id": "small", "title": "x", "item": [
            {"linkId": "page", "type": "group", "text": "x", "required": true, "item": [
                {"linkId": "box", "type": "boolean", "text": "x"},
                {"linkId": "no", "type": "string", "text": "x", "enableWhen": when("=", false)},
                {"linkId": "yes", "type": "string", "text": "x", "enableWhen": when("=", true)}]},
            {"linkId": "rows", "type": "group", "text": "x", "required": true, "repeats": true, "item": [
                {"linkId": "rows.word", "type": "string", "text": "x"}]}]}))
        .unwrap();
        let expected = ["no: box is a box to tick: left alone it is not answered \"no\". Require it, to ask yes or no"];
        assert_eq!(hints(&form), expected);
    }

    #[test]
    fn what_stands_on_screen_without_words_is_told() {
        let line = |link_id: &str| json!([{"linkId": link_id, "type": "string", "text": "x"}]);
        let told = |title: &str| {
            let form =
                Form::from_json(&json!({"resourceType": "Questionnaire", "id": "small", "title": title, "item": [
                {"linkId": "page", "type": "group", "item": [
                    {"linkId": "jobs", "type": "group", "repeats": true, "item": line("jobs.a")},
                    {"linkId": "inside", "type": "group", "item": line("inside.a")}]},
                {"linkId": "named", "type": "group", "text": "x", "item": line("named.a")},
                {"linkId": "rows", "type": "group", "repeats": true, "text": "x", "item": line("rows.a")}]}))
                .unwrap();
            hints(&form)
        };
        let rows = "jobs: has no text; its rows, and the way to add one, stand without a name";
        assert_eq!(told("A form"), [rows]);
        let page =
            |link_id: &str| format!("{link_id}: its page stands without a name, for the form has no title either");
        // Rows that lie in no page are one, under the title of the form.
        assert_eq!(told(""), [page("page"), page("rows"), rows.to_owned()]);
    }

    #[test]
    fn what_a_number_of_answers_a_lock_and_a_rule_do_not_do_is_told() {
        let rule = |code: &str, more: &[serde_json::Value]| {
            let mut parts = vec![json!({"url": "code", "valueCode": code})];
            parts.extend(more.iter().cloned());
            json!({"url": "https://health-certificate.example/fhir/StructureDefinition/rule", "extension": parts})
        };
        let warning = json!({"url": "severity", "valueCode": "warning"});
        let message = json!({"url": "message", "valueString": "x"});
        let today = json!({"url": "anchor", "valueString": "today"});
        let two = json!({"url": "http://hl7.org/fhir/StructureDefinition/questionnaire-minOccurs", "valueInteger": 2});
        let form = Form::from_json(&json!({"resourceType": "Questionnaire", "id": "small", "title": "x", "item": [
            {"linkId": "some", "type": "string", "text": "x", "repeats": true, "extension": [two]},
            {"linkId": "must", "type": "string", "text": "x", "repeats": true, "required": true, "extension": [two]},
            {"linkId": "rows", "type": "group", "text": "x", "repeats": true, "extension": [two], "item": [
                {"linkId": "rows.a", "type": "string", "text": "x"}]},
            {"linkId": "locked", "type": "group", "text": "x", "readOnly": true, "item": [
                {"linkId": "locked.a", "type": "string", "text": "x"}]},
            {"linkId": "phone", "type": "string", "text": "x", "extension": [
                rule("phone", &[warning.clone(), message.clone()])]},
            {"linkId": "day", "type": "date", "text": "x", "extension": [
                rule("date-not-after", &[today, warning, message])]}]}))
        .unwrap();
        assert_eq!(unsupported(&form), Vec::<String>::new());
        assert_eq!(
            hints(&form),
            [
                "some: is not required: without any answer it passes, with fewer than 2 it does not",
                "locked: is a group that cannot be changed; its questions can, unless each says that it cannot",
                "phone: its rule phone blocks all the same; only a rule about dates can be a warning",
                "phone: its rule phone says our own words; only a rule about dates has a message",
            ]
        );
    }

    #[test]
    fn what_is_looked_at_from_outside_its_rows_is_told() {
        let named = |part: &str, link_id: &str| json!({"url": part, "valueString": link_id});
        let rule = json!([{"url": "https://health-certificate.example/fhir/StructureDefinition/rule",
            "extension": [{"url": "code", "valueCode": "date-not-before"}, named("anchor", "began")]}]);
        let day = |link_id: &str| json!({"linkId": link_id, "type": "date", "text": "x", "extension": rule});
        let mut began = day("began");
        began["extension"] = json!([]);
        let form = Form::from_json(&json!({"resourceType": "Questionnaire", "id": "small", "title": "x", "item": [
            {"linkId": "rows", "type": "group", "text": "x", "repeats": true, "item": [began, day("inside")]},
            day("ended")]}))
        .unwrap();
        let expected =
            ["ended: looks at began, which stands in rows of its own: at the first of them that is answered"];
        assert_eq!(hints(&form), expected);
    }

    #[test]
    fn every_text_that_is_not_translated_is_named() {
        let ours = |name: &str| format!("https://health-certificate.example/fhir/StructureDefinition/{name}");
        let sdc = |name: &str| format!("http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-{name}");
        let fhir = |name: &str| format!("http://hl7.org/fhir/StructureDefinition/{name}");
        let english = json!({"extension": [{"url": fhir("translation"), "extension": [
            {"url": "lang", "valueCode": "en"}, {"url": "content", "valueString": "word"}]}]});
        let part = |url: &str, words: &str| json!({"url": url, "valueString": words});
        let item = |link_id: &str, extension: serde_json::Value| json!({"linkId": link_id, "type": "string", "text": "词", "_text": english, "extension": [extension]});
        let form = Form::from_json(&json!({"resourceType": "Questionnaire", "id": "small", "language": "zh-CN",
            "title": "词", "_title": english,
            "extension": [{"url": ours("retired-item"), "extension": [part("linkId", "gone"), part("reason", "词")]}],
            "item": [
                item("whole", json!({"url": ours("purpose"), "valueString": "词", "_valueString": english})),
                item("message", json!({"url": ours("rule"), "extension": [
                    {"url": "code", "valueCode": "date-not-after"}, part("anchor", "today"), part("message", "词")]})),
                item("refusal", json!({"url": ours("consent"), "extension": [
                    part("kind", "declaration"), part("topic", "x"), part("refusal", "词")]})),
                item("other", json!({"url": sdc("openLabel"), "valueString": "词"})),
                item("lead", json!({"url": ours("step"), "extension": [part("lead", "词")]})),
                item("watermark", json!({"url": ours("document"), "extension": [
                    part("kind", "proof"), part("watermark", "词")]})),
                item("hint", json!({"url": ours("reviewer-hint"), "valueString": "词"})),
                item("unit", json!({"url": fhir("questionnaire-unit"), "valueCoding": {"code": "kg", "display": "词"}})),
                json!({"linkId": "entries", "type": "open-choice", "text": "词", "_text": english, "answerOption": [
                    {"valueString": "词", "_valueString": english}, {"valueInteger": 3}, {"valueDate": "2026-01-01"}]}),
                json!({"linkId": "entry", "type": "choice", "text": "词", "_text": english, "answerOption": [
                    {"valueString": "词"}]}),
                item("bare-unit", json!({"url": fhir("questionnaire-unit"), "valueCoding": {"code": "kg"}}))]}))
        .unwrap();
        let missing = languages(&form);
        assert_eq!(
            missing.get("en").map(Vec::as_slice),
            Some(
                ["message", "refusal", "other", "lead", "watermark", "hint", "unit", "entry", "gone"]
                    .map(str::to_owned)
                    .as_slice()
            )
        );
    }
}

//! `cargo xtask form check FILE`: tells a committee what the app will do with its questionnaire.
//!
//! What it says is made from what the app itself reads; no rule of its own stands here.
use anyhow::{Context, bail};
use chrono::NaiveDate;
use clap::{Args, Subcommand};
use contract::questionnaire::{
    AnswerOption, Answers, Context as Looking, Form, Item, ItemKind, LoadError, NativePatterns, Notice, NoticeKind,
    Operator, Pattern, Role, Text, Value, Widget, evaluate,
};
use std::{collections::BTreeMap, fmt::Write as _, io::Write, path::PathBuf};

/// What can be done with a form.
#[derive(Args)]
pub(crate) struct Options {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Say what the app will do with a questionnaire; 0 if all of it is supported, else 1
    Check {
        /// A FHIR R4 Questionnaire in JSON
        file: PathBuf,
    },
}

/// Does what was asked.
///
/// # Errors
/// The file is no questionnaire, or not all of it is supported: what it is stands above.
pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    let What::Check { file } = &options.what;
    let bytes = std::fs::read(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let form = load(&bytes).map_err(|why| anyhow::anyhow!("{}: {why}", file.display()))?;
    let report = Report::of(&form);
    tell(&mut std::io::stdout().lock(), &report.text)?;
    match report.unsupported.len() {
        0 => Ok(()),
        1 => bail!("One thing in it is not supported: it stands above."),
        n => bail!("{n} things in it are not supported: they stand above."),
    }
}

/// Writes it out. Whoever reads only the beginning (`| head`) has heard enough.
fn tell(out: &mut impl Write, text: &str) -> std::io::Result<()> {
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(why) if why.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        told => told,
    }
}

/// Reads a form, or says in a sentence why there is none.
pub(crate) fn load(bytes: &[u8]) -> Result<Form, String> {
    let text = std::str::from_utf8(bytes)
        .map_err(|why| format!("it is not UTF-8 text (byte {}). Save it as UTF-8.", why.valid_up_to() + 1))?;
    Form::load(text).map_err(|why| match why {
        LoadError::NotJson => {
            let at = serde_json::from_str::<serde::de::IgnoredAny>(text.trim_start_matches('\u{feff}')).err();
            match (text.trim().is_empty(), at) {
                (true, _) => "it is empty.".to_owned(),
                (_, Some(why)) => format!("it is not JSON (line {}, column {}).", why.line(), why.column()),
                (_, None) => "it is nested deeper than any form: more than a hundred levels.".to_owned(),
            }
        }
        LoadError::NotQuestionnaire => "it is JSON, but no FHIR Questionnaire: its resourceType is another.".to_owned(),
        LoadError::Empty => "it is a questionnaire that asks nothing: it has no item.".to_owned(),
    })
}

/// What the app will do with a form.
struct Report {
    text: String,
    unsupported: Vec<String>,
}

impl Report {
    fn of(form: &Form) -> Self {
        let unsupported = unsupported(form);
        let mut text = String::new();
        // Writing into a String cannot fail.
        let written = write_all(&mut text, form, &unsupported);
        debug_assert!(written.is_ok(), "{written:?}");
        Self { text, unsupported }
    }
}

fn write_all(out: &mut String, form: &Form, unsupported: &[String]) -> std::fmt::Result {
    let questions = form.items.iter().filter(|item| item.is_question()).count();
    let languages = languages(form);
    writeln!(out, "{}: {}", form.canonical(), form.title.base())?;
    writeln!(out, "language {}; translated into {}", form.language, list(languages.keys()))?;
    writeln!(out, "steps: {}, questions: {questions}\n", form.steps.len())?;
    let first = evaluate(form, &Answers::new(), &Looking::new(NaiveDate::default(), &NativePatterns));
    for (step, state) in form.steps.iter().zip(&first.steps) {
        let minutes = step.spec.minutes.map(|n| format!(", about {n} minutes")).unwrap_or_default();
        let later = if state.visible { "" } else { ", asked only after some answers" };
        writeln!(out, "{}  {}{minutes}{later}", step.link_id, step.title.base())?;
        for top in &step.items {
            let end = form.items.get(*top).map_or(*top, |item| item.end);
            for item in form.items.get(*top..end).unwrap_or_default().iter().filter(|item| item.is_question()) {
                writeln!(out, "  {}  {}", item.link_id, described(form, item))?;
            }
        }
    }
    section(out, "What the office looks for", &roles(form))?;
    section(out, "To know", &hints(form))?;
    for (language, missing) in &languages {
        section(out, &format!("Without a translation into {language}"), missing)?;
    }
    section(out, "Not supported", unsupported)
}

fn section(out: &mut String, title: &str, lines: &[String]) -> std::fmt::Result {
    if lines.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{title}:")?;
    lines.iter().try_for_each(|line| writeln!(out, "  {line}"))
}

fn list<'a>(words: impl Iterator<Item = &'a String>) -> String {
    let words: Vec<&str> = words.map(String::as_str).collect();
    if words.is_empty() { "no other".to_owned() } else { words.join(", ") }
}

/// One question in a line: what it takes, when it is asked, which rules hold.
fn described(form: &Form, item: &Item) -> String {
    let mut parts = vec![kind(item.kind).to_owned()];
    if item.required {
        parts.push("required".to_owned());
    }
    if item.repeats {
        parts.push("several".to_owned());
    }
    if !item.options.is_empty() {
        let drawn = match item.widget() {
            Widget::Select => ", a closed list",
            Widget::List => ", a list to type into",
            _ => "",
        };
        parts.push(format!("{} choices{drawn}", item.options.len()));
    }
    for rule in &item.rules {
        let when = rule.when.iter().map(|it| asked(&it.question, it.operator, &it.answer));
        let when: Vec<String> = when.collect();
        let only = if when.is_empty() { String::new() } else { format!(" if {}", when.join(" and ")) };
        parts.push(format!("rule {}{only}", rule.code.as_str()));
    }
    if let Some(derived) = &item.derived {
        parts.push(format!("taken from {}", derived.from));
    }
    let conditions: Vec<String> = item
        .conditions
        .iter()
        .filter_map(|condition| {
            let question = form.items.get(condition.question)?;
            Some(asked(&question.link_id, condition.operator, &condition.answer))
        })
        .collect();
    if !conditions.is_empty() {
        let join = if item.behaviour == contract::questionnaire::Behaviour::Any { " or " } else { " and " };
        parts.push(format!("if {}", conditions.join(join)));
    }
    parts.join(", ")
}

/// A condition, as it is told.
fn asked(question: &str, compared: Operator, answer: &Value) -> String {
    format!("{question} {} {}", operator(compared), answer.plain())
}

fn kind(kind: ItemKind) -> &'static str {
    match kind {
        ItemKind::Group => "group",
        ItemKind::Display => "display",
        ItemKind::Boolean => "yes or no",
        ItemKind::Integer => "whole number",
        ItemKind::Decimal => "number",
        ItemKind::Quantity => "number with a unit",
        ItemKind::Date => "date",
        ItemKind::DateTime => "date with time",
        ItemKind::Time => "time of day",
        ItemKind::Reference => "name of somebody or something",
        ItemKind::String => "line of text",
        ItemKind::Text => "text",
        ItemKind::Choice => "choice",
        ItemKind::OpenChoice => "choice or own words",
        ItemKind::Attachment => "document",
        ItemKind::Unsupported => "left out",
    }
}

fn operator(operator: Operator) -> &'static str {
    match operator {
        Operator::Exists => "answered:",
        Operator::Equal => "=",
        Operator::NotEqual => "!=",
        Operator::Greater => ">",
        Operator::Less => "<",
        Operator::GreaterOrEqual => ">=",
        Operator::LessOrEqual => "<=",
    }
}

fn unsupported(form: &Form) -> Vec<String> {
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
        NoticeKind::UnknownControl(code) => format!("its control \"{code}\" is not drawn; it looks as usual"),
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
        NoticeKind::ConditionCycle => "its conditions wait for themselves; they are ignored".to_owned(),
        NoticeKind::NestedInRepeating => "asks inside each answer of a repeating question; asked once".to_owned(),
        NoticeKind::UnknownInRule(name) => format!("a rule names {name}, which is not in the form; it does not hold"),
    };
    if notice.link_id.is_empty() { what } else { format!("{}: {what}", notice.link_id) }
}

/// What becomes here of an answer that other tools compute.
fn computed_here(item: Option<&Item>) -> &'static str {
    match item {
        Some(item) if item.hidden => "stays empty here, for it is never shown",
        Some(item) if item.read_only => "stays empty here, for it cannot be changed",
        _ => "asked here as any other question",
    }
}

fn roles(form: &Form) -> Vec<String> {
    [(Role::Name, "name"), (Role::IdNumber, "id-number"), (Role::Phone, "phone"), (Role::Category, "category")]
        .into_iter()
        .map(|(role, name)| match form.role(role) {
            Some(item) => format!("{name}: {}", item.link_id),
            None => format!("{name}: no question has this role; the office finds nothing by itself"),
        })
        .collect()
}

/// What is understood and may still surprise.
fn hints(form: &Form) -> Vec<String> {
    let mut lines = Vec::new();
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
        if item.kind == ItemKind::Boolean && item.consent.is_none() && item.required && item.conditions.is_empty() {
            lines.push(format!("{}: asked as yes or no; a tick to agree to needs our consent extension", item.link_id));
        }
    }
    lines
}

/// What is not judged as one might think.
fn surprises(form: &Form, item: &Item) -> Vec<String> {
    let mut found = Vec::new();
    if item.required && item.read_only && item.is_question() && item.initial.is_empty() {
        found.push("cannot be changed, so it is not required where nothing fills it in".to_owned());
    }
    if item.required && item.kind == ItemKind::Group && !item.repeats {
        found.push("required says nothing of a group without rows; require what is in it".to_owned());
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
fn languages(form: &Form) -> BTreeMap<String, Vec<String>> {
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
    use crate::files;
    use serde_json::json;

    fn report(path: &str) -> Report {
        Report::of(&load(&std::fs::read(files::root().join(path)).unwrap()).unwrap())
    }

    #[test]
    fn our_own_forms_are_supported_whole() {
        for name in ["health-certificate", "report"] {
            let report = report(&format!("forms/{name}.questionnaire.json"));
            assert_eq!(report.unsupported, Vec::<String>::new());
            assert!(!report.text.contains("Without a translation"), "{}", report.text);
        }
    }

    #[test]
    fn forms_of_other_makers_are_told_step_by_step() {
        for (name, says, unsupported) in [
            ("profile-example-weight-height", "is computed by other tools, and asked here as any other question", 3),
            ("test-all-data-types", "id-datetime  date with time", 4),
            ("test-enablewhen", "does not hold while its question is unanswered", 1),
            ("test-initial-value", "steps: 1", 1),
            ("test-repeatable-nested-groups", "steps: 1", 1),
            ("test-required-field", "required", 1),
        ] {
            let report = report(&format!("tests/fixtures/questionnaires/questionnaire-sdc-{name}.json"));
            assert!(report.text.contains(says), "{name}: {}", report.text);
            assert_eq!(report.unsupported.len(), unsupported, "{name}: {:?}", report.unsupported);
        }
    }

    #[test]
    fn what_may_surprise_is_told() {
        let unit = |name: &str, code: &str| {
            json!({"url": format!("http://hl7.org/fhir/StructureDefinition/questionnaire-{name}"),
                "valueCoding": {"system": "http://unitsofmeasure.org", "code": code}})
        };
        let bound = json!({"url": "http://hl7.org/fhir/StructureDefinition/maxValue", "valueInteger": 300});
        let form = Form::from_json(&json!({"resourceType": "Questionnaire", "id": "small", "item": [
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
        let form = Form::from_json(&json!({"resourceType": "Questionnaire", "id": "small", "item": [
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
        let form = Form::from_json(&json!({"resourceType": "Questionnaire", "id": "small", "item": [
            {"linkId": "page", "type": "group", "text": "x", "required": true, "item": [
                {"linkId": "box", "type": "boolean", "text": "x"},
                {"linkId": "no", "type": "string", "text": "x", "enableWhen": when("=", false)},
                {"linkId": "yes", "type": "string", "text": "x", "enableWhen": when("=", true)}]},
            {"linkId": "rows", "type": "group", "text": "x", "required": true, "repeats": true, "item": [
                {"linkId": "rows.word", "type": "string", "text": "x"}]}]}))
        .unwrap();
        let expected = [
            "page: required says nothing of a group without rows; require what is in it",
            "no: box is a box to tick: left alone it is not answered \"no\". Require it, to ask yes or no",
        ];
        assert_eq!(hints(&form), expected);
    }

    /// Of an item that lies in another that is drawn as something else, what is said holds there too.
    #[test]
    fn what_lies_inside_another_question_is_told_and_asked() {
        let inside = |link_id: &str| json!([{"linkId": link_id, "type": "string", "text": "x", "required": true}]);
        let form = Form::from_json(&json!({"resourceType": "Questionnaire", "id": "small", "item": [
            {"linkId": "photo", "type": "attachment", "text": "x", "item": inside("photo.why")},
            {"linkId": "fixed", "type": "string", "text": "x", "readOnly": true, "item": inside("fixed.why")},
            {"linkId": "words", "type": "display", "text": "x", "item": inside("words.why")}]}))
        .unwrap();
        let report = Report::of(&form);
        let look = evaluate(&form, &Answers::new(), &Looking::new(NaiveDate::default(), &NativePatterns));
        for link_id in ["photo.why", "fixed.why", "words.why"] {
            assert!(report.text.contains(&format!("  {link_id}  line of text, required\n")), "{}", report.text);
            assert!(look.problem(&contract::questionnaire::Pointer::item(link_id)).is_some());
        }
        assert_eq!(report.unsupported, Vec::<String>::new());
    }

    #[test]
    fn whoever_reads_only_the_beginning_has_heard_enough() {
        struct Closed(std::io::ErrorKind);
        impl Write for Closed {
            fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
                Err(self.0.into())
            }
            fn flush(&mut self) -> std::io::Result<()> {
                Ok(())
            }
        }
        assert!(tell(&mut Closed(std::io::ErrorKind::BrokenPipe), "words").is_ok());
        assert!(tell(&mut Closed(std::io::ErrorKind::StorageFull), "words").is_err());
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
                    {"url": "code", "valueCode": "date-not-after"}, part("message", "词")]})),
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

    /// The block of this language in the page that teaches forms.
    fn example(language: &str) -> String {
        let page = std::fs::read_to_string(files::root().join("docs/forms.md")).unwrap();
        let (_, rest) = page.split_once(&format!("```{language}\n")).unwrap();
        rest.split_once("```").unwrap().0.to_owned()
    }

    #[test]
    fn the_example_of_the_documentation_is_supported_and_told_as_it_says() {
        let form = load(example("json").as_bytes()).unwrap();
        let report = Report::of(&form);
        assert_eq!(report.unsupported, Vec::<String>::new());
        assert_eq!(report.text, example("text"));
        let kitchen = form.item("person.work").unwrap().options[0].value.clone();
        let since = contract::questionnaire::Pointer::item("person.since");
        for (work, asked) in [(Vec::new(), false), (vec![kitchen], true)] {
            let mut answers = Answers::new();
            answers.set(contract::questionnaire::Pointer::item("person.work"), work);
            let look = evaluate(&form, &answers, &Looking::new(NaiveDate::default(), &NativePatterns));
            assert_eq!(look.is_visible(&since), asked);
        }
    }

    #[test]
    fn what_is_no_questionnaire_gets_one_sentence() {
        let deep = format!("{{\"resourceType\":\"Questionnaire\",\"item\":{}1{}}}", "[".repeat(5000), "]".repeat(5000));
        for (bytes, says) in [
            (&b""[..], "it is empty."),
            (b"  \n", "it is empty."),
            (b"<html>", "not JSON (line 1"),
            (b"{\"resourceType\":", "not JSON (line 1"),
            (&[0xff, 0xfe, 0x00], "not UTF-8"),
            (b"[]", "no FHIR Questionnaire"),
            (b"null", "no FHIR Questionnaire"),
            (b"{\"resourceType\":\"Patient\"}", "no FHIR Questionnaire"),
            (b"{\"resourceType\":\"Questionnaire\"}", "asks nothing"),
            (deep.as_bytes(), "nested deeper"),
        ] {
            let why = load(bytes).unwrap_err();
            assert!(why.contains(says), "{why}");
        }
    }

    #[test]
    fn items_inside_items_five_hundred_deep_are_refused_in_words() {
        let mut deep = json!({"linkId": "in", "type": "string"});
        for n in 0..500 {
            deep = json!({"linkId": n.to_string(), "type": "group", "item": [deep]});
        }
        let text = json!({"resourceType": "Questionnaire", "item": [deep]}).to_string();
        assert!(load(text.as_bytes()).unwrap_err().contains("nested deeper"));
    }

    #[test]
    fn five_megabytes_and_the_same_linkid_again_are_no_trouble() {
        let mut items: Vec<_> = (0..20_000)
            .map(|n| {
                json!({"linkId": format!("q{n}"), "type": "string", "text": "A question ".repeat(20), "enableWhen": [
                    {"question": format!("q{}", n + 1), "operator": "exists", "answerBoolean": true}]})
            })
            .collect();
        items.push(json!({"linkId": "q7", "type": "string"}));
        let text = json!({"resourceType": "Questionnaire", "item": items}).to_string();
        assert!(text.len() > 5_000_000);
        let report = Report::of(&load(text.as_bytes()).unwrap());
        let expected = [
            "q7: a second item has this linkId; left out with what is inside it",
            "q19999: is asked depending on q20000, which is not in the form; that condition never holds",
        ];
        assert_eq!(report.unsupported, expected);
    }
}

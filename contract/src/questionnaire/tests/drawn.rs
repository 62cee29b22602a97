//! Random forms and answers: groups in groups, rows, several answers, bounds and rules, conditions of every operator on any
//! question, also in circles. The office's own tests draw from here too.
use chrono::NaiveDate;
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::{Answers, Form, Item, ItemKind, PartialDate, Pointer, Value};

const OPERATORS: [&str; 7] = ["exists", "=", "!=", ">", "<", ">=", "<="];
const KINDS: [&str; 13] = [
    "string",
    "integer",
    "date",
    "boolean",
    "choice",
    "open-choice",
    "decimal",
    "text",
    "quantity",
    "dateTime",
    "time",
    "reference",
    "attachment",
];
/// What people type: read or not, in order or not, too long or too short.
const TYPED: [&str; 12] = [
    "",
    " ",
    "４２",
    "2026年3月7日",
    "2010-11-26",
    "14:30",
    "3,5",
    "2026-03-07 08:30",
    "13800000000",
    "张 . 三",
    "soon",
    "72 kg",
];

/// One item as it was drawn.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "the flags of FHIR's Questionnaire.item, named as there")]
pub(crate) struct Drawn {
    kind: usize,
    required: bool,
    repeats: bool,
    hidden: bool,
    /// Question, operator, pick.
    pub(crate) conditions: Vec<(usize, usize, usize)>,
    any: bool,
    /// How many groups end before it.
    leaves: usize,
    /// Which bounds and rules it has.
    bounds: usize,
    /// What holds until it is answered; none from 3.
    initial: usize,
}

impl Drawn {
    fn kind(&self) -> &'static str {
        KINDS.get(self.kind).copied().unwrap_or("group")
    }
}

/// Items of a form.
pub(crate) fn some_items() -> impl Strategy<Value = Vec<Drawn>> {
    let conditions = proptest::collection::vec((0usize..30, 0usize..7, 0usize..3), 0..3);
    let flags = (any::<bool>(), any::<bool>(), proptest::bool::weighted(0.1), any::<bool>());
    let item = (0usize..17, flags, conditions, 0usize..3, 0usize..8, 0usize..9).prop_map(
        |(kind, (required, repeats, hidden, any), conditions, leaves, bounds, initial)| Drawn {
            kind,
            required,
            repeats,
            hidden,
            conditions,
            any,
            leaves,
            bounds,
            initial,
        },
    );
    proptest::collection::vec(item, 1..30)
}

/// Answers to one: question, picks (none: it was emptied), row.
pub(crate) fn some_answers() -> impl Strategy<Value = Vec<(usize, Vec<usize>, usize)>> {
    proptest::collection::vec((0usize..30, proptest::collection::vec(0usize..15, 0..4), 0usize..2), 0..60)
}

fn wanted(kind: &str, pick: usize) -> Json {
    match kind {
        "integer" => json!({"answerInteger": pick}),
        "decimal" => json!({"answerDecimal": pick}),
        "boolean" => json!({"answerBoolean": pick.is_multiple_of(2)}),
        "date" => json!({"answerDate": format!("202{pick}-01-02")}),
        "dateTime" => json!({"answerDateTime": format!("202{pick}-01-02T08:30:00")}),
        "time" => json!({"answerTime": format!("0{pick}:30:00")}),
        "choice" | "open-choice" => json!({"answerCoding": {"system": "s", "code": format!("c{pick}")}}),
        _ => json!({"answerString": format!("t{pick}")}),
    }
}

/// What holds until an item is answered: one value, or two where it takes several.
fn initial(drawn: &Drawn) -> Json {
    let kind = drawn.kind();
    if drawn.initial > 2 || ["group", "attachment", "quantity", "reference"].contains(&kind) {
        return json!([]);
    }
    let value = |pick: usize| {
        let answer = wanted(kind, pick);
        let named = answer.as_object().into_iter().flatten();
        named.map(|(name, value)| (name.replace("answer", "value"), value.clone())).collect::<Json>()
    };
    let picks = if drawn.repeats { 0..2 } else { 0..1 };
    picks.map(|more| value((drawn.initial + more) % 3)).collect()
}

fn standard(name: &str, value: &Json) -> Json {
    let mut extension = json!({"url": format!("http://hl7.org/fhir/StructureDefinition/{name}")});
    for (name, value) in value.as_object().into_iter().flatten() {
        extension[name] = value.clone();
    }
    extension
}

fn rule(code: &str, more: &[Json]) -> Json {
    let parts: Vec<Json> =
        std::iter::once(json!({"url": "code", "valueCode": code})).chain(more.iter().cloned()).collect();
    json!({"url": "https://health-certificate.example/fhir/StructureDefinition/rule", "extension": parts})
}

/// Bounds and rules that a kind may have.
fn bounds(drawn: &Drawn, other: &str) -> Vec<Json> {
    let when = json!({"url": "when", "extension": [{"url": "question", "valueString": other},
        {"url": "operator", "valueCode": "exists"}, {"url": "answer", "valueBoolean": true}]});
    let today = json!({"url": "anchor", "valueString": "today"});
    match (drawn.kind(), drawn.bounds) {
        (_, 0) if drawn.repeats => vec![standard("questionnaire-maxOccurs", &json!({"valueInteger": 2}))],
        (_, 1) if drawn.repeats => vec![standard("questionnaire-minOccurs", &json!({"valueInteger": 2}))],
        ("string", 2) => vec![rule("phone", &[])],
        ("string", 3) => vec![rule("person-name", &[])],
        ("string", 4) => vec![standard("regex", &json!({"valueString": "[a-z]+"}))],
        ("string" | "text", 5) => vec![standard("minLength", &json!({"valueInteger": 2}))],
        ("integer" | "decimal", 2) => vec![standard("minValue", &json!({"valueInteger": 1}))],
        ("date", 2) => vec![rule("date-not-after", &[today])],
        ("date", 3) => vec![rule("date-not-after", &[today, when])],
        _ => vec![],
    }
}

/// Items one after the other; a group takes what follows it until a later item leaves it.
pub(crate) fn random_form(drawn: &[Drawn]) -> Json {
    let options: Json =
        (0..3).map(|c| json!({"valueCoding": {"system": "s", "code": format!("c{c}"), "display": "d"}})).collect();
    let mut open: Vec<Json> = vec![json!({"item": []})];
    let close = |open: &mut Vec<Json>| {
        let done = open.pop().unwrap();
        open.last_mut().unwrap()["item"].as_array_mut().unwrap().push(done);
    };
    for (n, d) in drawn.iter().enumerate() {
        for _ in 0..d.leaves.min(open.len() - 1) {
            close(&mut open);
        }
        let kind = d.kind();
        let conditions: Vec<Json> = d
            .conditions
            .iter()
            .map(|(question, operator, pick)| {
                let question = question % drawn.len();
                let operator = OPERATORS[*operator];
                let mut condition = if operator == "exists" {
                    json!({"answerBoolean": pick.is_multiple_of(2)})
                } else {
                    wanted(drawn[question].kind(), *pick)
                };
                condition["question"] = json!(format!("q{question}"));
                condition["operator"] = json!(operator);
                condition
            })
            .collect();
        let mut extension = bounds(d, &format!("q{}", d.bounds % drawn.len()));
        if d.hidden {
            extension.push(standard("questionnaire-hidden", &json!({"valueBoolean": true})));
        }
        let mut item = json!({"linkId": format!("q{n}"), "type": kind, "required": d.required, "repeats": d.repeats,
            "enableWhen": conditions, "enableBehavior": if d.any { "any" } else { "all" }, "extension": extension,
            "initial": initial(d), "item": []});
        if kind.ends_with("choice") {
            item["answerOption"] = options.clone();
        }
        open.push(item);
        if kind != "group" {
            close(&mut open);
        }
    }
    while open.len() > 1 {
        close(&mut open);
    }
    json!({"resourceType": "Questionnaire", "id": "small", "version": "1", "item": open[0]["item"]})
}

/// Where an item stands: in the first or second row of every repeating group around it.
pub(crate) fn place(form: &Form, at: usize, row: usize) -> Pointer {
    let item = &form.items[at];
    let inside = item.row_groups.iter().fold(None, |outer: Option<Pointer>, group| {
        let link_id = &form.items[*group].link_id;
        let here = outer.map_or_else(|| Pointer::item(link_id), |outer| outer.child(link_id));
        Some(here.at_row(&format!("r{row}")))
    });
    inside.map_or_else(|| Pointer::item(&item.link_id), |row| row.child(&item.link_id))
}

fn value(item: &Item, pick: usize) -> Value {
    let number = i32::try_from(pick).unwrap();
    match item.kind {
        ItemKind::Boolean => Value::Boolean(pick.is_multiple_of(2)),
        ItemKind::Choice | ItemKind::OpenChoice if pick < 12 => item.options[pick % item.options.len()].value.clone(),
        ItemKind::Integer if pick < 3 => Value::Integer(number.into()),
        ItemKind::Decimal if pick < 3 => Value::Decimal(number.into()),
        ItemKind::Date if pick < 3 => {
            Value::Date(PartialDate::Day(NaiveDate::from_ymd_opt(2020 + number, 1, 2).unwrap()))
        }
        _ => Value::Text(TYPED.get(pick).map_or_else(|| format!("t{pick}"), |typed| (*typed).to_owned())),
    }
}

/// The answers of a person who did this.
pub(crate) fn apply(form: &Form, moves: &[(usize, Vec<usize>, usize)]) -> Answers {
    let mut answers = Answers::new();
    for (at, picks, row) in moves {
        let at = at % form.items.len();
        let item = &form.items[at];
        if !item.is_question() || item.kind == ItemKind::Attachment {
            continue;
        }
        let values = picks.iter().take(if item.repeats { 3 } else { 1 }).map(|pick| value(item, *pick)).collect();
        answers.set(place(form, at, row + 1), values);
    }
    answers
}

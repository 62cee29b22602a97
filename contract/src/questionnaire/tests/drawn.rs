//! Random forms and answers: groups in groups, rows in rows, questions that hold others, several answers, lists of every
//! sort, units, bounds and rules, identity numbers with what is taken from them, consents, what cannot be changed, conditions
//! of every operator on anything, also in circles. The office's own tests draw from here too.
use chrono::NaiveDate;
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::{Answers, Form, Item, ItemKind, PartialDate, Pointer, RuleCode, Value};

const OPERATORS: [&str; 7] = ["exists", "=", "!=", ">", "<", ">=", "<="];
const KINDS: [&str; 15] = [
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
    "display",
    // None that R4 has.
    "question",
];
/// What people type: read or not, in order or not, too long or too short; numbers of documents, right and wrong.
const TYPED: [&str; 22] = [
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
    "2g",
    "c1",
    "x",
    "11010519491231002X",
    "110105 20110307 0217",
    "110105194912310021",
    "110105199002300255",
    "110105491231002",
    "E12345678",
    "H12345678",
];
/// What the entries of a list are.
const LISTS: [[&str; 3]; 4] = [
    ["c0", "c1", "c2"],
    ["resident-id", "passport", "hk-macau-travel-permit"],
    ["male", "female", "unspecified"],
    ["c0", "resident-id", "male"],
];

/// One item as it was drawn.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "the flags of FHIR's Questionnaire.item, named as there")]
pub(crate) struct Drawn {
    kind: usize,
    required: bool,
    repeats: bool,
    hidden: bool,
    read_only: bool,
    /// Whether it holds what follows, though it is no group.
    holds: bool,
    /// Question, operator, pick.
    pub(crate) conditions: Vec<(usize, usize, usize)>,
    any: bool,
    /// How many groups end before it.
    leaves: usize,
    /// Which bounds and rules it has.
    bounds: usize,
    /// What holds until it is answered; none from 3.
    initial: usize,
    /// What its list is made of.
    list: usize,
    /// Which number of a document it is taken from; none from 6.
    derived: usize,
}

impl Drawn {
    fn kind(&self) -> &'static str {
        // Lines of text can be most: with rules, and numbers of documents.
        if self.kind < 18 { KINDS.get(self.kind).copied().unwrap_or("string") } else { "group" }
    }

    /// Whether it is the number of a document.
    fn is_number(&self) -> bool {
        self.kind() == "string" && self.bounds > 7
    }

    /// A code of its list.
    fn code(&self, pick: usize) -> &'static str {
        LISTS[self.list % 4][pick % 3]
    }
}

/// Items of a form.
pub(crate) fn some_items() -> impl Strategy<Value = Vec<Drawn>> {
    // Of what is never asked nothing can be said.
    let one = || (0usize..30, 0usize..7, 0usize..3);
    let conditions = prop_oneof![3 => Just(Vec::new()), 2 => proptest::collection::vec(one(), 1..3)];
    let some = proptest::bool::weighted(0.1);
    let flags = (any::<bool>(), any::<bool>(), some, some, some, any::<bool>());
    let numbers = (0usize..3, 0usize..12, 0usize..9, 0usize..12, 0usize..8);
    let item = (0usize..23, flags, conditions, numbers).prop_map(|(kind, flags, conditions, numbers)| {
        let (required, repeats, hidden, read_only, holds, any) = flags;
        let (leaves, bounds, initial, list, derived) = numbers;
        Drawn {
            kind,
            required,
            repeats,
            hidden,
            read_only,
            holds,
            conditions,
            any,
            leaves,
            bounds,
            initial,
            list,
            derived,
        }
    });
    proptest::collection::vec(item, 1..30)
}

/// Answers to one: question, picks (none: it was emptied), row.
pub(crate) fn some_answers() -> impl Strategy<Value = Vec<(usize, Vec<usize>, usize)>> {
    proptest::collection::vec((0usize..30, proptest::collection::vec(0usize..24, 0..4), 0usize..4), 0..60)
}

/// A value that an item may have, as `answerX`.
fn wanted(drawn: &Drawn, pick: usize) -> Json {
    match drawn.kind() {
        "integer" => json!({"answerInteger": pick}),
        "decimal" => json!({"answerDecimal": pick}),
        "boolean" => json!({"answerBoolean": pick.is_multiple_of(2)}),
        "date" => json!({"answerDate": format!("202{pick}-01-02")}),
        "dateTime" => json!({"answerDateTime": format!("202{pick}-01-02T08:30:00")}),
        "time" => json!({"answerTime": format!("0{pick}:30:00")}),
        "choice" | "open-choice" => match drawn.list {
            8 => json!({"answerString": drawn.code(pick)}),
            9 => json!({"answerInteger": pick}),
            _ => json!({"answerCoding": {"system": "s", "code": drawn.code(pick)}}),
        },
        "quantity" if pick == 2 => json!({"answerQuantity": {"value": pick, "code": "g"}}),
        "quantity" if pick == 1 => json!({"answerQuantity": {"value": pick, "unit": "千克", "code": "kg"}}),
        "quantity" => json!({"answerDecimal": pick}),
        "reference" => json!({"answerReference": {"display": TYPED[pick]}}),
        _ => json!({"answerString": format!("t{pick}")}),
    }
}

/// The same as `valueX`.
fn as_value(answer: &Json) -> Json {
    let named = answer.as_object().into_iter().flatten();
    named.map(|(name, value)| (name.replace("answer", "value"), value.clone())).collect()
}

/// What holds until an item is answered: one value, or two where it takes several.
fn initial(drawn: &Drawn) -> Json {
    if drawn.initial > 2 || ["group", "attachment", "display", "question"].contains(&drawn.kind()) {
        return json!([]);
    }
    let value = |pick: usize| as_value(&wanted(drawn, pick));
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

fn ours(name: &str, parts: &[Json]) -> Json {
    json!({"url": format!("https://health-certificate.example/fhir/StructureDefinition/{name}"), "extension": parts})
}

fn part(name: &str, value: &str) -> Json {
    json!({"url": name, "valueString": value})
}

fn rule(code: &str, more: &[Json]) -> Json {
    let parts: Vec<Json> = std::iter::once(part("code", code)).chain(more.iter().cloned()).collect();
    ours("rule", &parts)
}

/// A rule for those who answer another question, whatever or just so.
fn when(all: &[Drawn], other: usize, exists: bool) -> Json {
    let operator = if exists { "exists" } else { "=" };
    let wanted = if exists { json!({"answerBoolean": true}) } else { wanted(&all[other], other % 3) };
    let mut answer = as_value(&wanted);
    answer["url"] = json!("answer");
    json!({"url": "when", "extension": [part("question", &format!("q{other}")), part("operator", operator), answer]})
}

/// Units, bounds and rules that a kind may have.
fn bounds(all: &[Drawn], drawn: &Drawn, n: usize) -> Vec<Json> {
    let at = (n + drawn.bounds) % all.len();
    let other = format!("q{at}");
    let today = part("anchor", "today");
    let offset = |value: i64, code: &str| json!({"url": "offset", "valueDuration": {"value": value, "code": code}});
    let unit = |name: &str, code: &str| {
        standard(&format!("questionnaire-{name}"), &json!({"valueCoding": {"code": code, "display": code}}))
    };
    let mut found = match (drawn.kind(), drawn.bounds) {
        (_, 0) if drawn.repeats => vec![standard("questionnaire-maxOccurs", &json!({"valueInteger": 2}))],
        (_, 1) if drawn.repeats => vec![standard("questionnaire-minOccurs", &json!({"valueInteger": 2}))],
        ("string", 2) => vec![rule("phone", &[])],
        ("string", 3) => vec![rule("person-name", &[])],
        ("string" | "open-choice", 4) => vec![standard("regex", &json!({"valueString": "[a-z]+"}))],
        ("string" | "text" | "open-choice", 5) => vec![standard("minLength", &json!({"valueInteger": 2}))],
        ("string", 6) => vec![rule("cn-uscc", &[when(all, at, true)])],
        ("string", 7) => vec![rule("certificate-number", &[])],
        // The kind of document is another question's answer, or there is one kind only.
        ("string", 8 | 9) => vec![rule("cn-identity-number", &[])],
        ("string", 10..) => {
            let lists = (0..all.len()).filter(|at| all[*at].kind().ends_with("choice") && all[*at].list % 4 == 1);
            let kind = lists.min_by_key(|at| at.abs_diff(n)).map_or(other, |at| format!("q{at}"));
            vec![rule("cn-identity-number", &[part("item", &kind)])]
        }
        ("integer" | "decimal", 2) => vec![standard("minValue", &json!({"valueInteger": 1}))],
        ("integer" | "decimal" | "quantity", 3) => vec![unit("unit", "kg")],
        ("quantity", 4..=7) => vec![unit("unit", "kg"), unit("unitOption", "g")],
        ("decimal", 4) => vec![standard("maxDecimalPlaces", &json!({"valueInteger": 0}))],
        ("date" | "dateTime", 2) => vec![rule("date-not-after", &[today])],
        ("date", 3) => vec![rule("date-not-after", &[today, when(all, at, true)])],
        ("date", 4) => vec![rule("date-not-after", &[today, offset(-16, "a"), when(all, at, false)])],
        ("date" | "dateTime", 5) => vec![rule("date-not-before", &[part("anchor", &other), offset(1, "mo")])],
        ("date", 6) => vec![rule("date-not-before", &[today, offset(-3, "a"), part("severity", "warning")])],
        ("date", 7) => vec![standard("minValue", &json!({"valueDate": "2021-01"}))],
        ("time", 2) => vec![standard("maxValue", &json!({"valueTime": "12:00:00"}))],
        ("boolean", 2..=5) => {
            vec![ours("consent", &[part("kind", "declaration"), part("topic", "truth"), part("version", "1")])]
        }
        _ => vec![],
    };
    if drawn.kind() == "quantity" && drawn.bounds > 5 {
        found.push(standard("maxValue", &json!({"valueQuantity": {"value": 50, "code": "kg"}})));
    }
    let numbers: Vec<usize> = (0..all.len()).filter(|at| all[*at].is_number()).collect();
    if ["date", "choice", "open-choice"].contains(&drawn.kind()) && drawn.derived < 6 {
        let from = numbers.get(drawn.derived % numbers.len().max(1)).copied().unwrap_or(at);
        let by = if drawn.kind() == "date" { "birth-date" } else { "sex" };
        found.push(ours("derived", &[part("from", &format!("q{from}")), part("by", by)]));
    }
    found
}

/// What there is to choose from: codes, words or numbers, in the item or in a list of the file; the last one may stand alone.
fn with_list(item: &mut Json, drawn: &Drawn) {
    if drawn.list > 9 {
        item["answerValueSet"] = json!(format!("#list{}", drawn.list % 4));
        return;
    }
    let exclusive = standard("questionnaire-optionExclusive", &json!({"valueBoolean": true}));
    let entry = |pick: usize| {
        let mut entry = match drawn.list {
            8 => json!({"valueString": drawn.code(pick)}),
            9 => json!({"valueInteger": pick}),
            _ => json!({"valueCoding": {"system": "s", "code": drawn.code(pick), "display": "d"}}),
        };
        if pick == 2 && drawn.bounds.is_multiple_of(2) {
            entry["extension"] = json!([exclusive]);
        }
        entry
    };
    item["answerOption"] = (0..3).map(entry).collect();
}

/// Items one after the other; a group takes what follows it until a later item leaves it.
pub(crate) fn random_form(drawn: &[Drawn]) -> Json {
    let sets: Json = (0..4)
        .map(|n| {
            let concepts: Json = LISTS[n].iter().map(|code| json!({"code": code, "display": "d"})).collect();
            json!({"resourceType": "ValueSet", "id": format!("list{n}"),
                "compose": {"include": [{"system": "s", "concept": concepts}]}})
        })
        .collect();
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
                    wanted(&drawn[question], *pick)
                };
                condition["question"] = json!(format!("q{question}"));
                condition["operator"] = json!(operator);
                condition
            })
            .collect();
        let mut extension = bounds(drawn, d, n);
        if d.hidden {
            extension.push(standard("questionnaire-hidden", &json!({"valueBoolean": true})));
        }
        let mut item = json!({"linkId": format!("q{n}"), "type": kind, "required": d.required, "repeats": d.repeats,
            "readOnly": d.read_only, "text": "x",
            "enableWhen": conditions, "enableBehavior": if d.any { "any" } else { "all" }, "extension": extension,
            "initial": initial(d), "item": []});
        if kind.ends_with("choice") {
            with_list(&mut item, d);
        }
        open.push(item);
        if kind != "group" && !d.holds {
            close(&mut open);
        }
    }
    while open.len() > 1 {
        close(&mut open);
    }
    json!({"resourceType": "Questionnaire", "id": "small", "version": "1", "contained": sets, "item": open[0]["item"]})
}

/// Where an item stands: in the first or second row of every repeating group around it, not of each in the same.
pub(crate) fn place(form: &Form, at: usize, row: usize) -> Pointer {
    let item = &form.items[at];
    let inside = item.row_groups.iter().enumerate().fold(None, |outer: Option<Pointer>, (depth, group)| {
        let link_id = &form.items[*group].link_id;
        let here = outer.map_or_else(|| Pointer::item(link_id), |outer| outer.child(link_id));
        Some(here.at_row(if (row >> (depth % 2)).is_multiple_of(2) { "r1" } else { "r2" }))
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
        // Mostly a number, where one is asked for.
        _ if item.rule(RuleCode::CnIdentityNumber).is_some() && pick < 20 => {
            Value::Text(TYPED[TYPED.len() - 7 + pick % 7].to_owned())
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
        answers.set(place(form, at, *row), values);
    }
    answers
}

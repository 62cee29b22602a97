//! Properties over random forms: groups in groups, rows, conditions of every operator on any question, also in circles.
use proptest::prelude::*;

use super::*;

const OPERATORS: [&str; 7] = ["exists", "=", "!=", ">", "<", ">=", "<="];
const KINDS: [&str; 7] = ["string", "integer", "date", "boolean", "choice", "open-choice", "decimal"];

/// Kind, required, repeats, hidden, conditions (question, operator, pick), any instead of all, depth change.
type Drawn = (usize, bool, bool, bool, Vec<(usize, usize, usize)>, bool, usize);

fn some_items() -> impl Strategy<Value = Vec<Drawn>> {
    let conditions = proptest::collection::vec((0usize..30, 0usize..7, 0usize..3), 0..3);
    let item =
        (0usize..9, any::<bool>(), any::<bool>(), proptest::bool::weighted(0.1), conditions, any::<bool>(), 0usize..3);
    proptest::collection::vec(item, 1..30)
}

fn some_answers() -> impl Strategy<Value = Vec<(usize, usize, usize)>> {
    proptest::collection::vec((0usize..30, 0usize..3, 0usize..2), 0..60)
}

fn answer(kind: &str, pick: usize) -> Json {
    match kind {
        "integer" => json!({"answerInteger": pick}),
        "decimal" => json!({"answerDecimal": pick}),
        "boolean" => json!({"answerBoolean": pick.is_multiple_of(2)}),
        "date" => json!({"answerDate": format!("202{pick}-01-02")}),
        "choice" | "open-choice" => json!({"answerCoding": {"system": "s", "code": format!("c{pick}")}}),
        _ => json!({"answerString": format!("t{pick}")}),
    }
}

fn kind_of(drawn: &Drawn) -> &'static str {
    KINDS.get(drawn.0).copied().unwrap_or("group")
}

/// Items one after the other; a group takes what follows it until a later item leaves it.
fn random_form(drawn: &[Drawn]) -> Form {
    let options: Json =
        (0..3).map(|c| json!({"valueCoding": {"system": "s", "code": format!("c{c}"), "display": "d"}})).collect();
    let mut open: Vec<Json> = vec![json!({"item": []})];
    let close = |open: &mut Vec<Json>| {
        let done = open.pop().unwrap();
        open.last_mut().unwrap()["item"].as_array_mut().unwrap().push(done);
    };
    for (n, d) in drawn.iter().enumerate() {
        for _ in 0..d.6.min(open.len() - 1) {
            close(&mut open);
        }
        let kind = kind_of(d);
        let conditions: Vec<Json> =
            d.4.iter()
                .map(|(question, operator, pick)| {
                    let question = question % drawn.len();
                    let operator = OPERATORS[*operator];
                    let mut condition = if operator == "exists" {
                        json!({"answerBoolean": pick.is_multiple_of(2)})
                    } else {
                        answer(kind_of(&drawn[question]), *pick)
                    };
                    condition["question"] = json!(format!("q{question}"));
                    condition["operator"] = json!(operator);
                    condition
                })
                .collect();
        let mut item = json!({"linkId": format!("q{n}"), "type": kind, "required": d.1, "repeats": d.2,
            "enableWhen": conditions, "enableBehavior": if d.5 { "any" } else { "all" }, "item": []});
        if d.3 {
            item["extension"] =
                json!([{"url": "http://hl7.org/fhir/StructureDefinition/questionnaire-hidden", "valueBoolean": true}]);
        }
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
    small(&open[0]["item"])
}

/// Where an item stands: in the first or second row of every repeating group around it.
fn place(form: &Form, at: usize, row: usize) -> Pointer {
    let item = &form.items[at];
    let inside = item.row_groups.iter().fold(None, |outer: Option<Pointer>, group| {
        let link_id = &form.items[*group].link_id;
        let here = outer.map_or_else(|| Pointer::item(link_id), |outer| outer.child(link_id));
        Some(here.at_row(&format!("r{row}")))
    });
    inside.map_or_else(|| Pointer::item(&item.link_id), |row| row.child(&item.link_id))
}

fn apply(form: &Form, moves: &[(usize, usize, usize)]) -> Answers {
    let mut answers = Answers::new();
    for (at, pick, row) in moves {
        let at = at % form.items.len();
        let item = &form.items[at];
        if !item.is_question() {
            continue;
        }
        let value = match item.kind {
            ItemKind::Boolean => Value::Boolean(pick.is_multiple_of(2)),
            ItemKind::Integer => Value::Integer(i64::try_from(*pick).unwrap()),
            ItemKind::Decimal => Value::Decimal(f64::from(u32::try_from(*pick).unwrap())),
            ItemKind::Date => Value::Date(PartialDate::parse(&format!("202{pick}-01-02")).unwrap()),
            ItemKind::Choice | ItemKind::OpenChoice => item.options[pick % item.options.len()].value.clone(),
            ItemKind::Group
            | ItemKind::Display
            | ItemKind::DateTime
            | ItemKind::Time
            | ItemKind::Reference
            | ItemKind::Quantity
            | ItemKind::String
            | ItemKind::Text
            | ItemKind::Attachment
            | ItemKind::Unsupported => Value::Text(format!("t{pick}")),
        };
        answers.set(place(form, at, row + 1), vec![value]);
    }
    answers
}

fn looks_alike(a: &Evaluation, b: &Evaluation) -> bool {
    a.problems == b.problems
        && a.steps == b.steps
        && a.items.len() == b.items.len()
        && a.items
            .iter()
            .zip(&b.items)
            .all(|(a, b)| a.pointer == b.pointer && a.visible == b.visible && a.answers == b.answers)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    /// The server reads what the app sends and comes to the same; what is not asked is not in it (what the form only hides
    /// from sight is).
    #[test]
    fn server_and_app_agree_and_nothing_hidden_is_sent(drawn in some_items(), moves in some_answers()) {
        let form = random_form(&drawn);
        let answers = apply(&form, &moves);
        let app = evaluate(&form, &answers, &context());
        let sent = to_response(&form, &answers, Scope::Visible(&app), &Envelope::default());
        let (received, foreign) = from_response(&form, &sent);
        prop_assert_eq!(foreign, vec![]);
        for (pointer, values) in received.iter() {
            prop_assert!(values.is_empty() || app.state(pointer).is_some_and(|state| state.enabled), "{}", pointer);
        }
        let server = evaluate(&form, &received, &context());
        // Empty rows are not sent; of all that is visible both say the same.
        for state in app.items.iter().filter(|state| state.visible && !state.answers.is_empty()) {
            prop_assert_eq!(server.answers(&state.pointer), &state.answers[..], "{}", &state.pointer);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn looking_twice_or_after_storing_changes_nothing(drawn in some_items(), moves in some_answers()) {
        let form = random_form(&drawn);
        let answers = apply(&form, &moves);
        let look = evaluate(&form, &answers, &context());
        prop_assert!(looks_alike(&look, &evaluate(&form, &answers, &context())));
        let stored = serde_json::to_string(&answers).unwrap();
        let back: Answers = crate::json::read(&stored).unwrap();
        prop_assert!(looks_alike(&look, &evaluate(&form, &back, &context())));
    }

    /// Every item has one place in the order, after its parent and after what it depends on; the circles that were in the
    /// file are named.
    #[test]
    fn every_form_has_an_order_and_circles_are_named(drawn in some_items()) {
        let form = random_form(&drawn);
        let mut sorted = form.order.clone();
        sorted.sort_unstable();
        prop_assert_eq!(sorted, (0..form.items.len()).collect::<Vec<_>>());
        let rank: BTreeMap<usize, usize> = form.order.iter().enumerate().map(|(rank, at)| (*at, rank)).collect();
        for (at, item) in form.items.iter().enumerate() {
            for before in item.parent.into_iter().chain(item.conditions.iter().map(|c| c.question)) {
                prop_assert!(rank[&before] < rank[&at], "{} before {}", form.items[before].link_id, item.link_id);
            }
        }
        let lost: usize = drawn.iter().map(|d| d.4.len()).sum::<usize>() - form.items.iter().map(|i| i.conditions.len()).sum::<usize>();
        prop_assert!(lost == 0 || !form.notices.is_empty());
    }

    #[test]
    fn what_is_asked_does_not_depend_on_the_order_of_answering(drawn in some_items(), moves in some_answers()) {
        let form = random_form(&drawn);
        let mut places = Vec::new();
        let once: Vec<_> = moves.into_iter().filter(|(at, _, row)| {
            let place = place(&form, at % form.items.len(), row + 1);
            let is_new = !places.contains(&place);
            places.push(place);
            is_new
        }).collect();
        // Rows stand in the order in which they were begun, and only in that.
        let in_rows = |(at, _, _): &(usize, usize, usize)| !form.items[at % form.items.len()].row_groups.is_empty();
        let mut other: Vec<_> = once.iter().copied().filter(|m| !in_rows(m)).rev().collect();
        other.extend(once.iter().copied().filter(in_rows));
        let (a, b) = (apply(&form, &once), apply(&form, &other));
        prop_assert!(looks_alike(&evaluate(&form, &a, &context()), &evaluate(&form, &b, &context())));
    }
}

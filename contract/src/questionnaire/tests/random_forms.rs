//! Properties over random forms.
use proptest::{prelude::*, strategy::ValueTree as _, test_runner::TestRunner};

use super::drawn::{apply, place, random_form, some_answers, some_items};
use super::*;

fn looks_alike(a: &Evaluation, b: &Evaluation) -> bool {
    a.problems == b.problems
        && a.steps == b.steps
        && a.items.len() == b.items.len()
        && a.items
            .iter()
            .zip(&b.items)
            .all(|(a, b)| a.pointer == b.pointer && a.visible == b.visible && a.answers == b.answers)
}

/// Whether anything stands in every row that this lies in.
fn is_sent(look: &Evaluation, pointer: &Pointer) -> bool {
    let rows = std::iter::successors(pointer.enclosing_row(), |(group, _)| group.enclosing_row());
    rows.map(|(group, row)| group.at_row(&row))
        .all(|row| look.items.iter().any(|it| !it.answers.is_empty() && row.contains(&it.pointer)))
}

/// The draws would prove little of what never comes about in them.
#[test]
fn all_that_a_form_can_have_is_drawn() {
    let mut runner = TestRunner::deterministic();
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for _ in 0..1500 {
        let drawn = some_items().new_tree(&mut runner).unwrap().current();
        let form = Form::from_json(&random_form(&drawn)).unwrap();
        let answers = apply(&form, &some_answers().new_tree(&mut runner).unwrap().current());
        let look = evaluate(&form, &answers, &context());
        let mut count = |what: &'static str, is_so: bool| *seen.entry(what).or_default() += usize::from(is_so);
        for state in look.items.iter().filter(|state| state.visible) {
            let item = &form.items[state.item];
            let answered = !state.answers.is_empty();
            let in_units = |code: &str| {
                let is_it = |value: &Value| matches!(value, Value::Quantity(it) if it.code.as_deref() == Some(code));
                state.answers.iter().any(is_it)
            };
            let is_list = matches!(item.kind, ItemKind::Choice | ItemKind::OpenChoice);
            count("taken from a number", state.origin == Origin::Derived);
            count("waiting for a number", item.derived.is_some() && state.origin != Origin::Derived);
            count("initial", state.origin == Origin::Initial);
            count("not to be changed, with a value", item.read_only && answered);
            count("in rows of rows", item.row_groups.len() > 1 && answered);
            count("inside a question", item.parent.is_some_and(|at| form.items[at].is_question()) && answered);
            count("in the usual unit", in_units("kg"));
            count("in another unit", in_units("g"));
            count("own words", is_list && item.own_words(&state.answers).is_some());
            count(
                "an entry that stands alone",
                state.answers.iter().any(|it| item.option(it).is_some_and(|it| it.exclusive)),
            );
            count("a number that is an entry", is_list && matches!(state.answers.first(), Some(Value::Integer(_))));
            count("a consent that is given", item.consent.is_some() && state.answers == [Value::Boolean(true)]);
        }
        for problem in look.problems.iter().chain(&look.warnings) {
            count(problem.code.as_str(), true);
        }
    }
    for code in [
        "required",
        "consent",
        "count",
        "format",
        "choice",
        "date",
        "range",
        "too-short",
        "id-check",
        "id-old-15",
        "id-date",
        "id-character",
        "uscc-check",
        "phone-length",
    ] {
        seen.entry(code).or_default();
    }
    let never: Vec<&&str> = seen.iter().filter(|(_, times)| **times == 0).map(|(what, _)| what).collect();
    assert!(never.is_empty(), "{never:?} of {seen:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    /// The server reads what the app sends and comes to the same; what is not asked is not in it (what the form only hides
    /// from sight is).
    #[test]
    fn server_and_app_agree_and_nothing_hidden_is_sent(drawn in some_items(), moves in some_answers()) {
        let form = Form::from_json(&random_form(&drawn)).unwrap();
        let answers = apply(&form, &moves);
        let app = evaluate(&form, &answers, &context());
        let sent = to_response(&form, &answers, Scope::Visible(&app), &Envelope::default());
        let (received, foreign) = from_response(&form, &sent);
        prop_assert_eq!(foreign, vec![]);
        for (pointer, values) in received.iter() {
            prop_assert!(values.is_empty() || app.state(pointer).is_some_and(|state| state.enabled), "{}", pointer);
        }
        let server = evaluate(&form, &received, &context());
        // Empty rows are not sent; of all that is asked both say the same, also that it is answered with nothing.
        for state in app.items.iter().filter(|state| state.enabled && is_sent(&app, &state.pointer)) {
            prop_assert_eq!(server.answers(&state.pointer), &state.answers[..], "{}", &state.pointer);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn looking_twice_or_after_storing_changes_nothing(drawn in some_items(), moves in some_answers()) {
        let form = Form::from_json(&random_form(&drawn)).unwrap();
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
        let form = Form::from_json(&random_form(&drawn)).unwrap();
        let mut sorted = form.order.clone();
        sorted.sort_unstable();
        prop_assert_eq!(sorted, (0..form.items.len()).collect::<Vec<_>>());
        let rank: BTreeMap<usize, usize> = form.order.iter().enumerate().map(|(rank, at)| (*at, rank)).collect();
        for (at, item) in form.items.iter().enumerate() {
            let source = item.derived.as_ref().and_then(|derived| form.index_of(&derived.from));
            for before in item.parent.into_iter().chain(item.conditions.iter().map(|c| c.question)).chain(source) {
                prop_assert!(rank[&before] < rank[&at], "{} before {}", form.items[before].link_id, item.link_id);
            }
        }
        let lost: usize = drawn.iter().map(|d| d.conditions.len()).sum::<usize>() - form.items.iter().map(|i| i.conditions.len()).sum::<usize>();
        prop_assert!(lost == 0 || !form.notices.is_empty());
    }

    #[test]
    fn what_is_asked_does_not_depend_on_the_order_of_answering(drawn in some_items(), moves in some_answers()) {
        let form = Form::from_json(&random_form(&drawn)).unwrap();
        let mut places = Vec::new();
        let once: Vec<_> = moves.into_iter().filter(|(at, _, row)| {
            let place = place(&form, at % form.items.len(), *row);
            let is_new = !places.contains(&place);
            places.push(place);
            is_new
        }).collect();
        // Rows stand in the order in which they were begun, and only in that.
        let in_rows = |(at, _, _): &(usize, Vec<usize>, usize)| !form.items[at % form.items.len()].row_groups.is_empty();
        let mut other: Vec<_> = once.iter().filter(|m| !in_rows(m)).rev().cloned().collect();
        other.extend(once.iter().filter(|m| in_rows(m)).cloned());
        let (a, b) = (apply(&form, &once), apply(&form, &other));
        prop_assert!(looks_alike(&evaluate(&form, &a, &context()), &evaluate(&form, &b, &context())));
    }
}

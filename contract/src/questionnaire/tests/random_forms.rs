//! Properties over random forms.
use proptest::prelude::*;

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
            for before in item.parent.into_iter().chain(item.conditions.iter().map(|c| c.question)) {
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
            let place = place(&form, at % form.items.len(), row + 1);
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

//! Properties over random answers.
use proptest::prelude::*;

use super::*;

/// Random answers to the certificate form: any choice of any list, texts, ticks.
fn some_answers() -> impl Strategy<Value = Vec<(usize, usize, bool)>> {
    proptest::collection::vec((0usize..70, 0usize..12, any::<bool>()), 0..60)
}

fn apply(form: &Form, moves: &[(usize, usize, bool)]) -> Answers {
    let questions: Vec<&Item> = form.items.iter().filter(|i| i.is_question() && i.row_groups.is_empty()).collect();
    let mut answers = Answers::new();
    for (at, pick, truth) in moves {
        let item = questions[at % questions.len()];
        if *pick == 11 {
            answers.set(Pointer::item(&item.link_id), Vec::new());
            continue;
        }
        let value = match item.kind {
            ItemKind::Boolean => Value::Boolean(*truth),
            ItemKind::Choice | ItemKind::OpenChoice => item.options[pick % item.options.len()].value.clone(),
            ItemKind::Date => Value::Date(PartialDate::Month(2000 + i32::try_from(*pick).unwrap(), 3)),
            ItemKind::Attachment => {
                Value::Attachment(Attachment { document: pick.to_string(), ..Attachment::default() })
            }
            ItemKind::Group
            | ItemKind::Display
            | ItemKind::Integer
            | ItemKind::Decimal
            | ItemKind::DateTime
            | ItemKind::Time
            | ItemKind::Reference
            | ItemKind::Quantity
            | ItemKind::String
            | ItemKind::Text
            | ItemKind::Unsupported => {
                Value::Text(["", "11010519900307021X", "示例", "13800000000"][pick % 4].to_owned())
            }
        };
        answers.set(Pointer::item(&item.link_id), vec![value]);
    }
    answers
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn hidden_answers_are_never_sent(moves in some_answers()) {
        let form = certificate();
        let answers = apply(&form, &moves);
        let evaluation = evaluate(&form, &answers, &context());
        let sent = to_response(&form, &answers, Scope::Visible(&evaluation), &Envelope::default());
        let (back, _) = from_response(&form, &sent);
        for (pointer, _) in back.iter() {
            prop_assert!(evaluation.is_visible(pointer), "{}", pointer);
        }
        for problem in evaluation.problems.iter().chain(&evaluation.warnings) {
            prop_assert!(evaluation.is_visible(&problem.pointer));
        }
    }

    #[test]
    fn hiding_and_showing_again_restores(moves in some_answers()) {
        let form = certificate();
        let mut answers = apply(&form, &moves);
        let situation = Pointer::item("work.situation");
        answers.set(situation.clone(), choose(&form, "work.situation", "employed"));
        let before = evaluate(&form, &answers, &context());
        answers.set(situation.clone(), choose(&form, "work.situation", "seeking"));
        prop_assert!(!evaluate(&form, &answers, &context()).is_visible(&Pointer::item("work.employer.name")));
        answers.set(situation, choose(&form, "work.situation", "employed"));
        let after = evaluate(&form, &answers, &context());
        prop_assert_eq!(after.problems, before.problems);
        let pairs: Vec<_> = after.items.iter().zip(&before.items).collect();
        prop_assert!(pairs.iter().all(|(a, b)| a.answers == b.answers && a.visible == b.visible));
    }

    #[test]
    fn order_and_repetition_change_nothing(moves in some_answers()) {
        let form = certificate();
        // The last answer to an item counts, so keep one move an item; then any order must give the same.
        let mut one: Vec<(usize, usize, bool)> = Vec::new();
        let questions = form.items.iter().filter(|i| i.is_question() && i.row_groups.is_empty()).count();
        for step in moves {
            if !one.iter().any(|o| o.0 % questions == step.0 % questions) {
                one.push(step);
            }
        }
        let forward = apply(&form, &one);
        one.reverse();
        let backward = apply(&form, &one);
        let (a, b) = (evaluate(&form, &forward, &context()), evaluate(&form, &backward, &context()));
        prop_assert_eq!(&a.problems, &b.problems);
        prop_assert_eq!(&a.steps, &b.steps);
        prop_assert_eq!(&evaluate(&form, &forward, &context()).problems, &a.problems);
    }

    #[test]
    fn a_draft_comes_back_as_it_was(moves in some_answers()) {
        let form = certificate();
        let answers = apply(&form, &moves);
        let kept = |_: &Pointer| false;
        let written = to_response(&form, &answers, Scope::Draft { withheld: &kept }, &Envelope::default());
        let (back, problems) = from_response(&form, &written);
        prop_assert_eq!(problems, Vec::<Problem>::new());
        prop_assert_eq!(back, answers);
    }

    #[test]
    fn nothing_in_a_file_panics(text in "[\\[\\]{}:,\"a-z0-9 ]{0,200}") {
        if let Ok(form) = Form::load(&text) {
            evaluate(&form, &Answers::new(), &context());
        }
    }
}

//! How long one look at a large form takes: 300 questions, 100 of them with a condition. `cargo xtask bench rules` runs it.
use chrono::NaiveDate;
use contract::questionnaire::{Answers, Context, Form, NativePatterns, Pointer, Value, evaluate};
use serde_json::json;
use std::time::Instant;

const QUESTIONS: usize = 300;
const ROUNDS: u32 = 2_000;

fn main() {
    let items: Vec<_> = (0..QUESTIONS)
        .map(|n| {
            // Each operator in turn, some with answers of several.
            let question = format!("q{}", n.saturating_sub(1));
            let operator = match (n / 3) % 5 {
                0 => "exists",
                1 => "=",
                2 => "!=",
                3 => ">",
                _ => "<=",
            };
            let before = if operator == "exists" {
                json!({"question": question, "operator": operator, "answerBoolean": true})
            } else {
                json!({"question": question, "operator": operator, "answerString": "an answer"})
            };
            let conditions = if n % 3 == 1 { vec![before] } else { Vec::new() };
            json!({"linkId": format!("q{n}"), "type": "string", "required": true, "maxLength": 50, "enableWhen": conditions})
        })
        .collect();
    let Ok(form) = Form::from_json(&json!({"resourceType": "Questionnaire", "id": "large", "item": items})) else {
        return println!("the form did not load");
    };
    let mut answers = Answers::new();
    for n in (0..QUESTIONS).step_by(2) {
        answers.set(Pointer::item(&format!("q{n}")), vec![Value::Text("an answer".to_owned())]);
    }
    let context = Context::new(NaiveDate::default(), &NativePatterns);
    let begun = Instant::now();
    for _ in 0..ROUNDS {
        std::hint::black_box(evaluate(&form, &answers, &context));
    }
    let each = begun.elapsed() / ROUNDS;
    let conditions: usize = form.items.iter().map(|item| item.conditions.len()).sum();
    println!("{QUESTIONS} questions, {conditions} conditions: {:.3} ms an evaluation", each.as_secs_f64() * 1000.0);
}

//! The office and the app come to the same, whatever is asked and whatever is answered. The app's side is done here as the
//! app does it; the office's side is what this server answers, over HTTP and by the function that answers there.
use crate::support::{Phone, Reply, Server, key};
use chrono::NaiveDate;
use contract::{
    api::ItemError,
    questionnaire::{
        Answers, Context, Envelope, Evaluation, Form, Item, ItemKind, NativePatterns, PartialDate, Pointer, RuleCode,
        Scope, Value, evaluate, from_response, normalised, to_response,
    },
};
use mock_server::office::judge;
use proptest::{
    prelude::*,
    strategy::ValueTree as _,
    test_runner::{Config, TestRunner},
};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use unicode_normalization::UnicodeNormalization as _;

#[path = "../../../contract/src/questionnaire/tests/drawn.rs"]
mod drawn;
use drawn::{Drawn, apply, random_form, some_answers, some_items};

/// What the app does when somebody submits: puts in order what was typed, looks, and sends what is asked.
struct App {
    look: Evaluation,
    sent: Json,
}

impl App {
    fn submits(form: &Form, typed: &Answers, today: NaiveDate) -> Self {
        let mut answers = typed.clone();
        for (pointer, values) in typed.iter() {
            let Some(item) = form.item_at(pointer) else { continue };
            let tidy = values.iter().map(|value| normalised(item, value, &|text| text.nfc().collect()));
            answers.set(pointer.clone(), tidy.collect());
        }
        let look = evaluate(form, &answers, &Context::new(today, &NativePatterns));
        let envelope = Envelope { status: "completed", language: None, authored: None };
        let sent = to_response(form, &answers, Scope::Visible(&look), &envelope);
        Self { look, sent }
    }

    fn errors(&self) -> Vec<ItemError> {
        self.look.problems.iter().map(ItemError::from).collect()
    }

    /// Whether anything was sent of every row that this stands in.
    fn is_sent(&self, pointer: &Pointer) -> bool {
        let rows = std::iter::successors(pointer.enclosing_row(), |(group, _)| group.enclosing_row());
        rows.map(|(group, row)| group.at_row(&row))
            .all(|row| self.look.items.iter().any(|it| !it.answers.is_empty() && row.contains(&it.pointer)))
    }

    /// A row in which nothing stands is not sent, so only one of both sees it. Of all else they say the same, word for word;
    /// and what the app lets go is taken.
    fn agrees_with(&self, office: &[ItemError]) -> Result<(), TestCaseError> {
        let of_what_was_sent = |errors: &[ItemError]| {
            errors.iter().filter(|it| self.is_sent(&it.pointer)).map(|it| serde_json::to_string(it).unwrap()).collect()
        };
        let (here, there): (Vec<String>, Vec<String>) = (of_what_was_sent(&self.errors()), of_what_was_sent(office));
        prop_assert_eq!(&here, &there, "{}", &self.sent);
        prop_assert!(!self.errors().is_empty() || office.is_empty(), "the app sends what is refused: {:?}", office);
        Ok(())
    }
}

/// The same without what was answered with nothing, as other apps may send it.
fn only_answered(sent: &Json) -> Json {
    match sent {
        Json::Array(all) => {
            let says =
                |it: &&Json| it.get("linkId").is_none() || ["answer", "item"].iter().any(|part| it.get(part).is_some());
            all.iter().filter(says).map(only_answered).collect()
        }
        Json::Object(members) => members
            .iter()
            .map(|(name, value)| (name.clone(), only_answered(value)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        other => other.clone(),
    }
}

/// Summer and winter, a leap day, the last day of a year.
fn some_day() -> impl Strategy<Value = NaiveDate> {
    let days = [(2026, 11, 25), (2028, 2, 29), (2026, 12, 31), (2010, 11, 26), (2010, 11, 25)];
    proptest::sample::select(days.map(|(y, m, d)| NaiveDate::from_ymd_opt(y, m, d).unwrap()).to_vec())
}

proptest! {
    #![proptest_config(Config { failure_persistence: None, ..Config::with_cases(10_000) })]

    #[test]
    fn the_office_says_what_the_app_said(drawn in some_items(), moves in some_answers(), today in some_day()) {
        let form = Form::from_json(&random_form(&drawn)).unwrap();
        let app = App::submits(&form, &apply(&form, &moves), today);
        let judged = judge(&form, &app.sent, &BTreeMap::new(), today);
        app.agrees_with(&judged.errors)?;
        // What both see stands there with the same answers, also where that is none.
        for state in app.look.items.iter().filter(|state| state.enabled && app.is_sent(&state.pointer)) {
            prop_assert_eq!(judged.evaluation.answers(&state.pointer), &state.answers[..], "{}", &state.pointer);
        }
        // Who does not say of an initial value that it was taken away says so all the same.
        let silent = judge(&form, &only_answered(&app.sent), &BTreeMap::new(), today);
        app.agrees_with(&silent.errors)?;
        // What is not asked has not left the phone.
        for (pointer, _) in from_response(&form, &app.sent).0.iter() {
            prop_assert!(app.look.state(pointer).is_some_and(|state| state.enabled), "{}", pointer);
        }
    }
}

/// A phone that asks too often waits a minute, which passes at once here.
async fn patiently(server: &Server, phone: &Phone, path: &str, body: &Json) -> Reply {
    let reply = phone.post(path, &key(), body).await;
    if reply.status != 429 {
        return reply;
    }
    server.office().let_time_pass(chrono::Duration::minutes(1));
    phone.post(path, &key(), body).await
}

/// A new application, from a phone that waits as well.
async fn begun(server: &Server, phone: &Phone, questionnaire: &str) -> String {
    let id = key();
    let (path, body) = (format!("/applications/{id}"), json!({ "questionnaire": questionnaire }));
    let mut reply = phone.put(&path, &body).await;
    if reply.status == 429 {
        server.office().let_time_pass(chrono::Duration::minutes(1));
        reply = phone.put(&path, &body).await;
    }
    reply.expect(201);
    id
}

const FORMS: usize = 40;
const ANSWERS: usize = 15;

#[tokio::test]
async fn over_http_the_office_says_what_the_app_said() {
    let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::default() });
    let mut draw = |_: usize| -> Vec<Drawn> { some_items().new_tree(&mut runner).unwrap().current() };
    let forms: Vec<Json> = (0..FORMS).map(&mut draw).map(|drawn| random_form(&drawn)).collect();
    let server = Server::asking(&forms).await;
    let newest = format!("health-certificate|{:05}", FORMS - 1);
    let phone = server.signed_in().await;
    let mut id = begun(&server, &phone, &newest).await;
    let (mut taken, mut refused) = (0, 0);
    for (version, form) in forms.iter().enumerate() {
        let questionnaire = format!("health-certificate|{version:05}");
        let form = Form::from_json(form).unwrap();
        for _ in 0..ANSWERS {
            let today = server.office().now().date_naive();
            let app =
                App::submits(&form, &apply(&form, &some_answers().new_tree(&mut runner).unwrap().current()), today);
            let body = json!({ "questionnaire": questionnaire, "answers": app.sent, "documents": {} });
            let path = format!("/applications/{id}/submission");
            let reply = patiently(&server, &phone, &path, &body).await;
            let errors: Vec<ItemError> = match reply.status {
                201 => vec![],
                _ => serde_json::from_value(reply.expect(422).json()["errors"].clone()).unwrap(),
            };
            app.agrees_with(&errors).unwrap_or_else(|why| panic!("{questionnaire}: {why}\n{}", forms[version]));
            if errors.is_empty() {
                taken += 1;
                // It is at the office now. It is taken back, and another begins.
                patiently(&server, &phone, &format!("/applications/{id}/withdrawal"), &json!({})).await.expect(201);
                id = begun(&server, &phone, &newest).await;
            } else {
                refused += 1;
            }
        }
    }
    assert!(taken > 0 && refused > 0, "{taken} were taken, {refused} refused");
}

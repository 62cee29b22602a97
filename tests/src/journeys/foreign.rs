//! Forms that others have made, as their files are: each opens, and asks what it asks.
use super::forms::fixture_text;
use crate::{applicant::Applicant, browser::Browser, find, house::House};
use anyhow::{Context, ensure};
use contract::questionnaire::{Answers, Context as Looking, Form, NativePatterns, evaluate};
use serde_json::Value;

/// The files, and a phone for whoever fills each in: a phone gets one code a minute.
const FORMS: [(&str, &str); 6] = [
    ("questionnaire-sdc-profile-example-weight-height", "13800000011"),
    ("questionnaire-sdc-test-all-data-types", "13800000012"),
    ("questionnaire-sdc-test-enablewhen", "13800000013"),
    ("questionnaire-sdc-test-initial-value", "13800000014"),
    ("questionnaire-sdc-test-repeatable-nested-groups", "13800000015"),
    ("questionnaire-sdc-test-required-field", "13800000016"),
];

pub(super) async fn opened(house: &House, _: &Browser) -> anyhow::Result<()> {
    for (name, number) in FORMS {
        let text = fixture_text(&format!("fixtures/questionnaires/{name}.json"))?;
        let mut form: Value = serde_json::from_str(text.trim_start_matches('\u{feff}'))?;
        // What the office needs to name it; the files have none.
        form["version"] = "1".into();
        house.asks(&[form]).await?;
        let phone = house.phone().await?;
        let asked =
            is_asked(house, &phone, number, &Form::load(&text).map_err(|why| anyhow::anyhow!("{why:?}"))?).await;
        phone.close().await?;
        asked.context(name)?;
    }
    Ok(())
}

/// Page by page: all that is asked stands there, and the check page knows it.
async fn is_asked(house: &House, phone: &Browser, number: &'static str, form: &Form) -> anyhow::Result<()> {
    let mut applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    applicant.phone = number;
    let id = applicant.begins_unnamed().await?;
    let steps = find::evaluate(&applicant.driver, STEPS).await?;
    let steps: Vec<&str> = steps.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let mut read = String::new();
    for step in &steps {
        applicant.goes_to(step).await?;
        applicant.finds("button", applicant.speech.say("form.next")?).await?;
        read.push_str(&applicant.reads().await?);
    }
    let read = squeezed(&read);
    // None of them asks about today.
    let look = evaluate(form, &Answers::new(), &Looking::new(chrono::NaiveDate::default(), &NativePatterns));
    let visible = look.steps.iter().filter(|state| state.visible).count();
    ensure!(steps.len() == visible, "{} of {visible} steps are in the list", steps.len());
    for state in look.items.iter().filter(|state| state.visible) {
        let item = form.items.get(state.item).context("no such item")?;
        let text = squeezed(item.text.base());
        ensure!(
            !item.is_question() || read.contains(&text),
            "{} is not asked: {text:?} is not in {read:?}",
            item.link_id
        );
    }
    applicant.goes_to(&format!("/a/{id}/check")).await?;
    applicant.finds("heading", applicant.speech.say("check.title")?).await.map(drop)
}

/// Where the steps are, as the list of them leads there.
const STEPS: &str = "[...document.querySelectorAll('a.hc-task')].map(step => step.getAttribute('href'))\
    .filter(place => place.includes('/step/'))";

/// Names of documents stand there with a capital.
fn squeezed(text: &str) -> String {
    text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

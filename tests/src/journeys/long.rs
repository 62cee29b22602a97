//! A page of many questions, which is drawn in pieces: whatever is gone to stands there, and what a password manager fills in counts.
use crate::{applicant::Applicant, browser::Browser, house::House};
use anyhow::ensure;
use serde_json::{Value, json};
use thirtyfour::prelude::*;

/// How many questions stand on the page.
const QUESTIONS: usize = 50;
/// One that is drawn late, and has to be answered.
const LATE: usize = 45;

fn form() -> Value {
    let question = |n: usize| json!({ "linkId": format!("many.{n}"), "type": "string", "text": format!("第{n}题"), "required": n == LATE });
    let page = json!({ "linkId": "many", "type": "group", "text": "很多题", "item": (1..=QUESTIONS).map(question).collect::<Vec<_>>() });
    json!({ "resourceType": "Questionnaire", "id": "long", "url": "https://committee.example/Questionnaire/long",
        "version": "1", "language": "zh-CN", "status": "active", "title": "长页", "item": [page] })
}

pub(super) async fn page(house: &House, phone: &Browser) -> anyhow::Result<()> {
    house.asks(&[form()]).await?;
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let id = applicant.begins_unnamed().await?;
    let step = format!("/a/{id}/step/many");
    let late = format!("-many.{LATE}.");
    // A link to one question leads to it.
    applicant.goes_to(&format!("/a/{id}/step/many:{LATE}")).await?;
    applicant.waits("the question of the link", async || Ok(phone.focus().await?.ends_with(&late))).await?;
    // Going on at once leads to the one that is missing.
    applicant.goes_to(&step).await?;
    applicant.says("form.next").await?;
    applicant.waits("the question that is missing", async || Ok(phone.focus().await?.ends_with(&late))).await?;
    // The Tab key comes to the end of the page.
    applicant.goes_to(&step).await?;
    applicant.finds("textbox", "第1题").await?.focus().await?;
    for n in 2..=QUESTIONS {
        phone.driver.active_element().await?.send_keys(Key::Tab + "").await?;
        let next = format!("-many.{n}.");
        let at = phone.focus().await?;
        ensure!(at.ends_with(&next), "after question {} the focus is at {at}", n - 1);
    }
    // Back leads to where the page was left.
    phone.driver.execute("scrollTo(0, document.body.scrollHeight)", vec![]).await?;
    let down = async || {
        Ok::<_, anyhow::Error>(
            phone.driver.execute("return scrollY", vec![]).await?.json().as_f64().unwrap_or_default(),
        )
    };
    let left = down().await?;
    // Pressed as by a key, the page stays where it is.
    let up = applicant.finds("link", applicant.speech.say("form.back")?).await?;
    phone.driver.execute("arguments[0].click()", vec![up.to_json()?]).await?;
    applicant.is_at("/tasks").await?;
    phone.driver.back().await?;
    applicant.is_at("/step/many").await?;
    ensure!(left > 1000.0, "a page of {QUESTIONS} questions is longer than {left}");
    applicant.waits("the end of the page", async || Ok(down().await? > 1000.0)).await?;
    // What is filled in without a key is an answer as any other.
    let field = applicant.finds("textbox", &format!("第{LATE}题")).await?;
    let moment = applicant.moment().await?;
    phone.driver.execute(FILLED_IN, vec![field.to_json()?, "代填的".into()]).await?;
    applicant.is_saved_since(moment).await?;
    applicant.continues_to("/check").await?;
    applicant.sees("代填的").await
}

/// As a password manager does it: no focus, no key.
const FILLED_IN: &str = "const [field, words] = arguments; \
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(field, words); \
    for (const kind of ['input', 'change']) field.dispatchEvent(new Event(kind, { bubbles: true }));";

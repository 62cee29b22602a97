//! What has to be answered and what need not be: a value taken away stays away at the office, and a group wants one answer.
use crate::{applicant::Applicant, browser::Browser, house::House};
use anyhow::ensure;
use serde_json::{Value, json};
use thirtyfour::prelude::*;

/// A form of one page: a value that holds from the start with what follows from it, and two ways to be reached, one of which
/// is enough.
fn form() -> Value {
    let line = |link_id: &str, text: &str| json!({ "linkId": link_id, "type": "string", "text": text });
    let mut usual = line("one.usual", "平时怎样");
    usual["initial"] = json!([{ "valueString": "照旧" }]);
    let mut then = line("one.then", "从何时起");
    then["required"] = true.into();
    then["enableWhen"] = json!([{ "question": "one.usual", "operator": "exists", "answerBoolean": true }]);
    let ways = json!({ "linkId": "one.ways", "type": "group", "text": "联系办法", "required": true,
        "item": [line("one.ways.post", "信箱"), line("one.ways.chat", "聊天号")] });
    let page = json!({ "linkId": "one", "type": "group", "text": "一页", "item": [usual, then, ways] });
    json!({ "resourceType": "Questionnaire", "id": "wanted", "url": "https://committee.example/Questionnaire/wanted",
        "version": "1", "language": "zh-CN", "status": "active", "title": "一项即可", "item": [page] })
}

pub(super) async fn one_of_a_group(house: &House, phone: &Browser) -> anyhow::Result<()> {
    house.asks(&[form()]).await?;
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    applicant.begins_unnamed().await?;
    applicant.link(applicant.speech.begin("tasks.begin")?).await?;
    applicant.is_at("/step/one").await?;
    applicant.finds("textbox", "从何时起").await?;
    // The value that held from the start is taken away, and with it what follows from it.
    applicant.fills("平时怎样", &char::from(Key::Backspace).to_string()).await?;
    applicant.waits("what follows to go", async || Ok(!applicant.has("textbox", "从何时起").await?)).await?;
    applicant.says("form.next").await?;
    let at_group = async || Ok(phone.focus().await?.ends_with("-one.ways."));
    applicant.waits("the focus at the group in which nothing is answered", at_group).await?;
    applicant.sees("联系办法至少要有 1 项").await?;
    applicant.fills("聊天号", "示例-1").await?;
    applicant.no_longer_sees("联系办法至少要有 1 项").await?;
    applicant.continues_to("/check").await?;
    ensure!(!applicant.reads().await?.contains("照旧"), "what was taken away is there again");
    applicant.says("submit.go").await?;
    applicant.is_at("/receipt").await?;
    applicant.sees(applicant.speech.say("receipt.title")?).await
}

//! Questions that take several answers, and lists of every size: what is added, taken away, wrong in one place, and sent.
use super::forms::{answer_list, sent_answers};
use crate::{applicant::Applicant, browser::Browser, house::House, tour::Visitor};
use anyhow::ensure;
use serde_json::{Value, json};
use thirtyfour::prelude::*;

/// Names, days and countries, several of each; and one list of each size without a word on how to draw it.
fn form() -> Value {
    let occurs =
        json!([{ "url": "http://hl7.org/fhir/StructureDefinition/questionnaire-maxOccurs", "valueInteger": 3 }]);
    let options = |count: usize| -> Vec<Value> {
        (1..=count)
            .map(|n| json!({ "valueCoding": { "system": "s", "code": n.to_string(), "display": format!("第{n}项") } }))
            .collect()
    };
    json!({ "resourceType": "Questionnaire", "version": "1", "language": "zh-CN", "status": "active", "title": "多个回答",
        "url": "https://committee.example/Questionnaire/several", "item": [{ "linkId": "page", "type": "group", "text": "多个", "item": [
            { "linkId": "page.names", "type": "string", "repeats": true, "required": true, "text": "曾用名", "extension": occurs },
            { "linkId": "page.days", "type": "date", "repeats": true, "text": "出境日期" },
            { "linkId": "page.notes", "type": "text", "repeats": true, "text": "说明" },
            { "linkId": "page.places", "type": "choice", "repeats": true, "text": "去过的地方", "answerOption": options(40) },
            { "linkId": "page.few", "type": "choice", "text": "短的列表", "answerOption": options(7) },
            { "linkId": "page.more", "type": "choice", "text": "中等的列表", "answerOption": options(8) },
            { "linkId": "page.many", "type": "choice", "text": "长的列表", "answerOption": options(40) },
        ] }] })
}

pub(super) async fn answers(house: &House, phone: &Browser) -> anyhow::Result<()> {
    house.asks(&[form()]).await?;
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let id = applicant.begins_unnamed().await?;
    applicant.goes_to(&format!("/a/{id}/step/page")).await?;
    adds_and_takes_away(&applicant).await?;
    one_of_several_is_wrong(&applicant).await?;
    lists_by_size(&applicant).await?;
    // No step of ours has lines to be added and taken away, nor a list of every size.
    Visitor::AxeInChinese.at(&applicant, "several answers").await?;
    applicant.continues_to("/check").await?;
    for words in ["丙", "2026 年 3 月 7 日", "第40项和第2项"] {
        applicant.sees(words).await?;
    }
    applicant.says("submit.go").await?;
    applicant.is_at("/receipt").await?;
    applicant.sees(applicant.speech.say("receipt.title")?).await?;
    let sent = sent_answers(phone, &id).await?;
    for (link_id, expected) in [
        ("page.names", json!([{ "valueString": "甲甲" }, { "valueString": "丙" }])),
        ("page.days", json!([{ "valueDate": "2026-03-07" }, { "valueDate": "2026-04-01" }])),
        ("page.notes", json!([{ "valueString": "一" }, { "valueString": "二" }])),
    ] {
        ensure!(
            answer_list(&sent, link_id) == Some(&expected),
            "{link_id} was sent as {:?}",
            answer_list(&sent, link_id)
        );
    }
    let places = answer_list(&sent, "page.places").and_then(Value::as_array).map(Vec::len);
    ensure!(places == Some(2), "{places:?} places were sent");
    Ok(())
}

async fn stands(applicant: &Applicant<'_>, role: &str, name: &str, text: &str) -> anyhow::Result<()> {
    let what = format!("{name} to read {text:?}");
    applicant
        .waits(&what, async || Ok(applicant.finds(role, name).await?.value().await?.as_deref() == Some(text)))
        .await
}

/// What has the focus: its name, as the browser tells it.
async fn focus_is_at(applicant: &Applicant<'_>, name: &str) -> anyhow::Result<()> {
    let named = "const at = document.activeElement; return (at.getAttribute('aria-label') || at.textContent).trim()";
    let has = async || Ok(applicant.driver.execute(named, vec![]).await?.json() == name);
    applicant.waits(&format!("the focus at {name}"), has).await
}

async fn adds_and_takes_away(applicant: &Applicant<'_>) -> anyhow::Result<()> {
    let add = "再加一个：曾用名";
    applicant.fills("曾用名 1", "甲").await?;
    for (number, name) in [(2, "乙"), (3, "丙")] {
        applicant.button(add).await?;
        focus_is_at(applicant, &format!("曾用名 {number}")).await?;
        applicant.driver.active_element().await?.send_keys(name).await?;
    }
    ensure!(!applicant.has("button", add).await?, "a fourth could be added where three may be");
    // A keystroke in one line keeps the others.
    applicant.finds("textbox", "曾用名 1").await?.send_keys("甲").await?;
    for (number, name) in [(1, "甲甲"), (2, "乙"), (3, "丙")] {
        stands(applicant, "textbox", &format!("曾用名 {number}"), name).await?;
    }
    applicant.button("删掉曾用名 2").await?;
    stands(applicant, "textbox", "曾用名 2", "丙").await?;
    ensure!(!applicant.has("textbox", "曾用名 3").await?, "nothing was taken away");
    applicant.sees("已删掉曾用名 2").await?;
    focus_is_at(applicant, add).await?;
    // What stands there is kept, line by line.
    let moment = applicant.moment().await?;
    applicant.fills("说明 1", "一").await?;
    applicant.button("再加一个：说明").await?;
    focus_is_at(applicant, "说明 2").await?;
    applicant.driver.active_element().await?.send_keys("二").await?;
    applicant.is_saved_since(moment).await?;
    applicant.driver.refresh().await?;
    for (name, text) in [("曾用名 1", "甲甲"), ("曾用名 2", "丙"), ("说明 1", "一"), ("说明 2", "二")] {
        stands(applicant, "textbox", name, text).await?;
    }
    Ok(())
}

async fn one_of_several_is_wrong(applicant: &Applicant<'_>) -> anyhow::Result<()> {
    applicant.fills("出境日期 1", "2026年3月7日").await?;
    applicant.button("再加一个：出境日期").await?;
    focus_is_at(applicant, "出境日期 2").await?;
    applicant.driver.active_element().await?.send_keys("31.2.2026").await?;
    applicant.says("form.next").await?;
    applicant.sees(applicant.speech.part("e.date")?).await?;
    // The one mistake takes the focus itself, in its own line, and only that one is wrong.
    focus_is_at(applicant, "出境日期 2").await?;
    for (name, wrong) in [("出境日期 1", None), ("出境日期 2", Some("true"))] {
        let is_so =
            async || Ok(applicant.finds("textbox", name).await?.attr("aria-invalid").await?.as_deref() == wrong);
        applicant.waits(&format!("{name} to be wrong: {wrong:?}"), is_so).await?;
    }
    applicant.fills("出境日期 2", "20260401").await
}

async fn lists_by_size(applicant: &Applicant<'_>) -> anyhow::Result<()> {
    // What need not be chosen can be taken back.
    applicant.picks("短的列表", "第7项").await?;
    applicant.button("不选了：短的列表").await?;
    let chosen = "return document.querySelectorAll('.hc-form input[type=radio]:checked').length";
    applicant.waits("no choice", async || Ok(applicant.driver.execute(chosen, vec![]).await?.json() == 0)).await?;
    ensure!(!applicant.has("button", "不选了：短的列表").await?, "nothing is there to be taken back");
    applicant.picks("短的列表", "第7项").await?;
    applicant.selects("中等的列表", "第8项").await?;
    for (name, typed, chosen) in [("长的列表", "39", "第39项"), ("去过的地方 1", "40", "第40项")] {
        let list = applicant.finds("combobox", name).await?;
        // More fit than are listed, which is said.
        list.send_keys("第").await?;
        applicant.sees("有 40 个结果，先列出 8 个").await?;
        list.clear().await?;
        list.send_keys(typed).await?;
        applicant.finds("option", chosen).await?;
        list.send_keys(Key::Down + "").await?;
        // Safari tells the Enter that ends an input method by this code, and does not call it composing any more.
        let ends =
            "arguments[0].dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', keyCode: 229, bubbles: true }))";
        applicant.driver.execute(ends, vec![list.to_json()?]).await?;
        ensure!(list.prop("value").await?.as_deref() == Some(typed), "the end of an input method chose an entry");
        list.send_keys(Key::Enter + "").await?;
        stands(applicant, "combobox", name, chosen).await?;
    }
    applicant.button("再加一个：去过的地方").await?;
    focus_is_at(applicant, "去过的地方 2").await?;
    let second = applicant.finds("combobox", "去过的地方 2").await?;
    second.send_keys("第2项").await?;
    second.send_keys(Key::Tab + "").await?;
    stands(applicant, "combobox", "去过的地方 1", "第40项").await?;
    stands(applicant, "combobox", "去过的地方 2", "第2项").await
}

//! Forms of other makers: one with every type of question, one that changes under a draft, and files that are no form.
use crate::{applicant::Applicant, browser::Browser, find, house::House, person::Person};
use anyhow::{Context, ensure};
use serde_json::Value;
use std::path::Path;
use thirtyfour::prelude::*;

/// What is typed into the form with every type, and what stands there once the field was left.
const TYPED: [(&str, &str, &str); 11] = [
    ("一行字", "Ａbc 𠮷", "Ａbc 𠮷"),
    ("几行字", "第一行", "第一行"),
    ("网址", "https://a.example/", "https://a.example/"),
    ("整数", "４２", "42"),
    ("小数", "３。５", "3.5"),
    ("体重", "７２．５ 千克", "72.5"),
    ("用量", "2 mg", "2 毫克"),
    ("哪一天", "２０２６年９月１日", "2026-09-01"),
    ("哪一天几点", "2026/9/1 下午2点半", "2026-09-01 14:30"),
    ("几点", "１４３０", "14:30"),
    ("哪位医生", "示例医院李医生", "示例医院李医生"),
];

/// What is read in what was sent.
const SENT: [(&str, &str, &str); 13] = [
    ("typed.integer", "valueInteger", "42"),
    ("typed.decimal", "valueDecimal", "3.5"),
    (
        "typed.quantity",
        "valueQuantity",
        r#"{"code":"kg","system":"http://unitsofmeasure.org","unit":"千克","value":72.5}"#,
    ),
    ("typed.units", "valueQuantity", r#"{"code":"mg","system":"http://unitsofmeasure.org","unit":"毫克","value":2}"#),
    ("typed.date", "valueDate", r#""2026-09-01""#),
    ("typed.moment", "valueDateTime", r#""2026-09-01T14:30:00+08:00""#),
    ("typed.time", "valueTime", r#""14:30:00""#),
    ("typed.reference", "valueReference", r#"{"display":"示例医院李医生"}"#),
    ("chosen.boolean", "valueBoolean", "true"),
    ("chosen.tick", "valueBoolean", "true"),
    ("chosen.open", "valueString", r#""自己写的""#),
    ("rows.place.name", "valueString", r#""第一处""#),
    ("rows.outer.inner.note", "valueString", r#""里面的话""#),
];

/// A form of the fixtures.
pub(super) fn fixture(path: &str) -> anyhow::Result<Value> {
    Ok(serde_json::from_str(&fixture_text(path)?)?)
}

/// The same as it is written.
pub(super) fn fixture_text(path: &str) -> anyhow::Result<String> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    std::fs::read_to_string(&file).with_context(|| format!("{}", file.display()))
}

pub(super) async fn every_type(house: &House, phone: &Browser) -> anyhow::Result<()> {
    house.asks(&[fixture("fixtures/forms/every-type.questionnaire.json")?]).await?;
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    applicant.begins_unnamed().await?;
    applicant.link(applicant.speech.begin("tasks.begin")?).await?;
    applicant.is_at("/step/typed").await?;
    for (name, typed, shown) in TYPED {
        applicant.fills(name, typed).await.with_context(|| name.to_owned())?;
        leaves(&applicant, name, shown).await?;
    }
    picks_a_day(&applicant).await?;
    applicant.fills("一行字", "Abc 𠮷").await?;
    applicant.continues_to("/step/chosen").await?;
    chooses_everything(&applicant).await?;
    applicant.continues_to("/step/rows").await?;
    fills_rows(&applicant).await?;
    applicant.continues_to("/check").await?;
    for words in [
        "Abc 𠮷",
        "72.5 千克",
        "2 毫克",
        "14:30",
        "示例医院李医生",
        "已写好",
        "泰国",
        "第3种",
        "甲和丙",
        "自己写的",
        "第二处",
    ] {
        applicant.sees(words).await?;
    }
    // Of two rows it is said which is changed.
    for row in [1, 2] {
        applicant.finds("link", &format!("修改地点 {row}：地点名")).await?;
    }
    // The photo is there to be seen, and not only counted.
    applicant.finds("img", "一张照片").await?;
    let id = applicant.application().await?;
    applicant.says("submit.go").await?;
    applicant.is_at("/receipt").await?;
    applicant.sees(applicant.speech.say("receipt.title")?).await?;
    is_sent_as_fhir(phone, &id).await
}

/// Goes on with the keyboard, and waits until the field reads so.
async fn leaves(person: &Person<'_>, name: &str, shown: &str) -> anyhow::Result<()> {
    let field = person.finds("textbox", name).await?;
    field.send_keys(Key::Tab + "").await?;
    person
        .waits(&format!("{name} to read {shown:?}"), async || Ok(field.value().await?.as_deref() == Some(shown)))
        .await
}

/// The device's own picker writes into the same field.
async fn picks_a_day(applicant: &Applicant<'_>) -> anyhow::Result<()> {
    let name = "从日历里选：哪一天几点";
    let button = applicant.finds("button", name).await?;
    let script = "const picker = arguments[0].previousElementSibling; picker.value = arguments[1]; \
        picker.dispatchEvent(new Event('input', { bubbles: true }));";
    let field = applicant.finds("textbox", "哪一天几点").await?;
    for (picked, shown) in
        [("2026-10-02T09:05", "2026-10-02 09:05"), ("", "2026-10-02 09:05"), ("2026-09-01T14:30", "2026-09-01 14:30")]
    {
        applicant.driver.execute(script, vec![button.to_json()?, picked.into()]).await?;
        applicant
            .waits(&format!("{shown} to be picked"), async || Ok(field.value().await?.as_deref() == Some(shown)))
            .await?;
    }
    Ok(())
}

async fn chooses_everything(applicant: &Applicant<'_>) -> anyhow::Result<()> {
    applicant.picks("是不是", "是").await?;
    applicant.ticks("checkbox", "可勾可不勾").await?;
    applicant.picks("选一个", "乙").await?;
    applicant.selects("从列表选", "第3种").await?;
    let list = applicant.finds("combobox", "边写边找").await?;
    list.send_keys("泰").await?;
    applicant.finds("option", "泰国").await?;
    list.send_keys(Key::Down + Key::Enter).await?;
    applicant.waits("泰国", async || Ok(list.value().await?.as_deref() == Some("泰国"))).await?;
    // "None of these" stands alone, and any other ends it.
    for (row, ticked) in [("甲", 1), ("乙", 2), ("都没有", 1), ("甲", 1), ("丙", 2)] {
        applicant.picks("选几个", row).await?;
        applicant
            .waits(&format!("{ticked} ticks after {row}"), async || {
                let found = applicant.driver.execute(TICKED, vec!["选几个".into()]).await?;
                Ok(found.json() == ticked)
            })
            .await?;
    }
    applicant.picks("选一个或自己写", "别的").await?;
    applicant.fills("别的", "自己写的").await?;
    applicant.gives("一张照片", &applicant.house.files.path("portrait.jpg")).await?;
    let there = applicant.speech.begin("doc.received")?;
    applicant.sees(there).await
}

async fn fills_rows(applicant: &Applicant<'_>) -> anyhow::Result<()> {
    applicant.fills("地点名", "第一处").await?;
    applicant.button("再加一处：地点").await?;
    // The focus goes to the new row by itself, once that is there.
    let second = "const field = document.activeElement, rows = [...document.querySelectorAll('.hc-row-card')]; \
        return rows.length === 2 && field.tagName === 'INPUT' && rows[1].contains(field)";
    applicant
        .waits("the focus in a second row", async || Ok(applicant.driver.execute(second, vec![]).await?.json() == true))
        .await?;
    applicant.driver.active_element().await?.send_keys("第二处").await?;
    applicant.fills("里层的话", "里面的话").await?;
    ensure!(!applicant.has("textbox", "晚上才问").await?, "what is asked at night is asked in the afternoon");
    Ok(())
}

/// The answers of an application as the office has them.
pub(super) async fn sent_answers(phone: &Browser, id: &str) -> anyhow::Result<Value> {
    let read = format!(
        "fetch('/api/v1/applications/{id}/submission', {{ headers: {{ 'X-HC-Request': '1' }} }}).then(a => a.json())"
    );
    let sent = find::evaluate(&phone.driver, &read).await?;
    sent.get("answers").cloned().with_context(|| format!("no answers in {sent}"))
}

async fn is_sent_as_fhir(phone: &Browser, id: &str) -> anyhow::Result<()> {
    let answers = &sent_answers(phone, id).await?;
    for (link_id, name, expected) in SENT {
        let value = answer_of(answers, link_id).and_then(|answer| answer.get(name)).cloned().unwrap_or_default();
        let expected: Value = serde_json::from_str(expected)?;
        ensure!(value == expected, "{link_id} was sent as {value}, not {expected}");
    }
    ensure!(answer_of(answers, "rows.outer.inner.late").is_none(), "what was not asked was sent");
    Ok(())
}

/// The first answer of an item, however deep it stands.
fn answer_of<'a>(item: &'a Value, link_id: &str) -> Option<&'a Value> {
    answer_list(item, link_id)?.get(0)
}

/// All its answers.
pub(super) fn answer_list<'a>(item: &'a Value, link_id: &str) -> Option<&'a Value> {
    item.get("item")?.as_array()?.iter().find_map(|inside| {
        if inside.get("linkId").is_some_and(|found| found == link_id) {
            return inside.get("answer");
        }
        answer_list(inside, link_id)
    })
}

/// The form becomes a newer one under a draft: nothing is lost without a word.
pub(super) async fn changed_under_a_draft(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let old = fixture("../forms/health-certificate.v0.questionnaire.json")?;
    house.asks(std::slice::from_ref(&old)).await?;
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let id = applicant.begins_unnamed().await?;
    for (step, link_id, words) in OLD {
        applicant.goes_to(&format!("/a/{id}/step/{step}")).await?;
        let moment = applicant.moment().await?;
        answers_old(&applicant, &old, link_id, words).await.with_context(|| link_id.to_owned())?;
        applicant.is_saved_since(moment).await?;
    }
    let mut new = fixture("../forms/health-certificate.questionnaire.json")?;
    // The office takes the old one no longer.
    let said = new.get_mut("extension").and_then(Value::as_array_mut).context("no extensions")?;
    said.retain(|extension| extension.get("url").is_none_or(|url| !url.to_string().contains("/replaces")));
    house.asks(&[new]).await?;
    let changed = applicant.speech.part("p.questionnaire-changed")?;
    applicant
        .waits("word of the newer form", async || {
            // The phone hears of it while a page is open, and the draft moves when it is opened next.
            applicant.goes_to(&format!("/a/{id}/tasks")).await?;
            applicant.finds("heading", "").await?;
            Ok(applicant.reads().await?.contains(changed))
        })
        .await?;
    // What is not asked any more is shown with its reason.
    for words in ["文化程度：大专及以上", "办健康证不需要文化程度，不再收集。"] {
        applicant.sees(words).await?;
    }
    applicant.goes_to(&format!("/a/{id}/step/person")).await?;
    let name = applicant.finds("textbox", &applicant.speech.label("person.name")?).await?;
    applicant.waits("the name to have moved", async || Ok(name.value().await?.as_deref() == Some("张伟"))).await?;
    applicant.goes_to(&format!("/a/{id}/step/contact")).await?;
    let address = applicant.finds("textbox", &applicant.speech.label("contact.residence.address")?).await?;
    applicant
        .waits("the address to have moved", async || Ok(address.value().await?.as_deref() == Some("示例路 1 号")))
        .await?;
    applicant.goes_to(&format!("/a/{id}/step/category")).await?;
    let number = applicant.finds("textbox", &applicant.speech.label("category.previous-number")?).await?;
    applicant.waits("the old number", async || Ok(number.value().await?.as_deref() == Some("旧字 12 号"))).await?;
    applicant.button(applicant.speech.say("form.changed.seen")?).await?;
    applicant.no_longer_sees(applicant.speech.say("form.changed.seen")?).await?;
    Ok(())
}

/// What is answered in the old form: step, question, words.
const OLD: [(&str, &str, &str); 6] = [
    ("applicant", "applicant.full-name", "张伟"),
    ("applicant", "applicant.education", "大专及以上"),
    ("contact", "contact.address", "示例路 1 号"),
    ("work", "work.category", "餐饮"),
    ("work", "work.renewal", "是"),
    ("work", "work.old-certificate-no", "旧字 12 号"),
];

async fn answers_old(applicant: &Applicant<'_>, form: &Value, link_id: &str, words: &str) -> anyhow::Result<()> {
    let item = item_of(form, link_id).with_context(|| format!("the old form has no {link_id}"))?;
    let label = item.get("text").and_then(Value::as_str).context("no text")?;
    match item.get("type").and_then(Value::as_str) {
        Some("choice") if item.get("answerOption").and_then(Value::as_array).is_some_and(|all| all.len() > 7) => {
            applicant.selects(label, words).await
        }
        Some("choice" | "boolean") => applicant.picks(label, words).await,
        _ => {
            applicant.fills(label, words).await?;
            leaves(applicant, label, words).await
        }
    }
}

fn item_of<'a>(item: &'a Value, link_id: &str) -> Option<&'a Value> {
    item.get("item")?.as_array()?.iter().find_map(|inside| {
        if inside.get("linkId").is_some_and(|found| found == link_id) { Some(inside) } else { item_of(inside, link_id) }
    })
}

const TICKED: &str = "const groups = [...document.querySelectorAll('fieldset')]; \
    const group = groups.find(group => group.querySelector('legend')?.textContent.startsWith(arguments[0])); \
    return group.querySelectorAll('input:checked').length;";

/// What comes in the place of the newest form, and what is said of it; nothing where the form works.
fn no_forms() -> Vec<(&'static str, String, Option<&'static str>)> {
    let good = |more: &str| {
        let question = r#"{"linkId":"only","type":"string","text":"唯一的问题"}"#;
        format!(
            r#"{{"resourceType":"Questionnaire","version":"1","language":"zh-CN","title":"表",{more}"item":[{question},{question}]}}"#
        )
    };
    let deep = format!(r#"{{"resourceType":"Questionnaire","item":{}1{}}}"#, "[".repeat(5000), "]".repeat(5000));
    vec![
        ("not JSON", "<html>".to_owned(), Some("tasks.badform")),
        ("nothing", String::new(), Some("tasks.badform")),
        ("nested too deep", deep, Some("tasks.badform")),
        ("something else", r#"{"resourceType":"Patient"}"#.to_owned(), Some("tasks.badform.other")),
        ("no question", r#"{"resourceType":"Questionnaire","item":[]}"#.to_owned(), Some("tasks.badform.empty")),
        ("two items of one linkId", good(""), None),
        ("five megabytes", good(&format!(r#""description":"{}","#, "长".repeat(1_700_000))), None),
    ]
}

/// In the place of the form comes something that is none: each is said, and what was filled in before is kept.
pub(super) async fn no_form_at_all(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let kept = applicant.begins_unnamed().await?;
    applicant.goes_to(&format!("/a/{kept}/step/person")).await?;
    let moment = applicant.moment().await?;
    applicant.types("person.name", applicant.name).await?;
    applicant.is_saved_since(moment).await?;
    for (what, text, said) in no_forms() {
        let cdp = phone.driver.cdp();
        let source = INSTEAD.replace("{text}", &serde_json::to_string(&text)?);
        let patch = serde_json::json!({ "source": source });
        let patched = cdp.send_raw("Page.addScriptToEvaluateOnNewDocument", patch).await?;
        // The form of the draft that is there is on this phone; the one of another is fetched.
        applicant.goes_to(&format!("/a/{kept}/tasks")).await?;
        let more =
            "const more = [...document.querySelectorAll('details')].pop(); if (more) more.open = true; return !!more";
        applicant.waits("more ways", async || Ok(phone.driver.execute(more, vec![]).await?.json() == true)).await?;
        applicant.presses("button", applicant.speech.say("home.another")?).await?;
        applicant.waits("another application", async || Ok(applicant.application().await? != kept)).await?;
        match said {
            Some(key) => applicant.sees(applicant.speech.say(key)?).await.with_context(|| what.to_owned())?,
            None => applicant.sees("表").await.with_context(|| what.to_owned())?,
        }
        let errors = applicant.errors().await?;
        ensure!(errors.is_empty(), "{what}: {}", errors.join("; "));
        let script = serde_json::json!({ "identifier": patched.get("identifier") });
        cdp.send_raw("Page.removeScriptToEvaluateOnNewDocument", script).await?;
    }
    applicant.goes_to(&format!("/a/{kept}/step/person")).await?;
    let name = applicant.finds("textbox", &applicant.speech.label("person.name")?).await?;
    applicant.waits("the name", async || Ok(name.value().await?.as_deref() == Some(applicant.name))).await
}

/// Another text wherever the newest form of the certificate is asked for.
const INSTEAD: &str = r"{ const text = {text}; const before = globalThis.fetch; globalThis.fetch = (what, more) => {
  const url = typeof what === 'string' ? what : what.url;
  return /questionnaires\/health-certificate$|forms\/health-certificate\.questionnaire/.test(url)
    ? Promise.resolve(new Response(text, { status: 200, headers: { 'Content-Type': 'application/fhir+json' } })) : before(what, more); }; }";

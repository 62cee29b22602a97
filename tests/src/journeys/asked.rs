//! Everything that is asked has its control, and says why it is asked, wherever in the form it stands; Enter leads through it.
use crate::{applicant::Applicant, browser::Browser, house::House};
use anyhow::{Context, ensure};
use serde_json::{Value, json};

/// One item that says why it is asked.
fn item(link_id: &str, kind: &str, text: &str, more: Value) -> Value {
    let mut item = json!({ "linkId": link_id, "type": kind, "text": text, "extension": [{
        "url": "https://health-certificate.example/fhir/StructureDefinition/purpose", "valueString": why(link_id) }] });
    if let (Some(item), Value::Object(more)) = (item.as_object_mut(), more) {
        item.extend(more);
    }
    item
}

fn why(link_id: &str) -> String {
    format!("为什么问 {link_id}。")
}

/// A form of one page, with questions under a document and under an answer that cannot be changed.
fn form() -> Value {
    let row = item("one.rows.what", "string", "哪一处", json!({}));
    let under =
        |link_id: &str, text: &str| json!({ "item": [item(link_id, "string", text, json!({ "required": true }))] });
    let mut shown = under("one.shown.more", "补充说明");
    shown["readOnly"] = true.into();
    let control = json!({ "url": "http://hl7.org/fhir/StructureDefinition/questionnaire-itemControl",
        "valueCodeableConcept": { "coding": [{ "code": "help" }] } });
    let help = json!({ "linkId": "one.shown.help", "type": "display", "text": HELP, "extension": [control] });
    shown["item"].as_array_mut().into_iter().for_each(|inside| inside.push(help.clone()));
    shown["initial"] = json!([{ "valueString": "已写好" }]);
    let items = json!([
        item("one.name", "string", "称呼", json!({ "required": true })),
        item("one.shown", "string", "不能改的", shown),
        item("one.photo", "attachment", "一张照片", under("one.photo.when", "哪天拍的")),
        item(
            "one.pick",
            "open-choice",
            "选一个或自己写",
            json!({ "required": true, "maxLength": 4,
            "answerOption": [{ "valueString": "甲" }, { "valueString": "乙" }] })
        ),
        item("one.rows", "group", "地点", json!({ "repeats": true, "required": true, "item": [row] })),
        item("one.box", "group", "还有", json!({ "item": [item("one.box.last", "string", "最后一句", json!({}))] })),
    ]);
    let page = json!({ "linkId": "one", "type": "group", "text": "一页", "item": items });
    json!({ "resourceType": "Questionnaire", "id": "asked", "url": "https://committee.example/Questionnaire/asked",
        "version": "1", "language": "zh-CN", "status": "active", "title": "处处有缘由", "item": [page] })
}

const HELP: &str = "这一句是给不能改的题的说明。";

const ASKED: [&str; 9] = [
    "one.name",
    "one.shown",
    "one.shown.more",
    "one.photo",
    "one.photo.when",
    "one.pick",
    "one.rows",
    "one.rows.what",
    "one.box.last",
];

async fn opened<'a>(house: &'a House, phone: &'a Browser) -> anyhow::Result<Applicant<'a>> {
    house.asks(&[form()]).await?;
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    applicant.begins_unnamed().await?;
    applicant.link(applicant.speech.begin("tasks.begin")?).await?;
    applicant.is_at("/step/one").await?;
    applicant.finds("textbox", "最后一句").await?;
    Ok(applicant)
}

/// What stands in the fields, but for the choice.
const WORDS: [(&str, &str); 4] = [("称呼", "张伟"), ("补充说明", "没有"), ("哪天拍的", "昨天"), ("哪一处", "家里")];

pub(super) async fn everywhere(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = opened(house, phone).await?;
    let press = "[...document.querySelectorAll('summary')].find(it => it.textContent === arguments[0]).click()";
    applicant.driver.execute(press, vec![applicant.speech.say("form.why")?.into()]).await?;
    let told = "return document.querySelectorAll('details dd').length > 0";
    applicant.waits("the reasons", async || Ok(phone.driver.execute(told, vec![]).await?.json() == true)).await?;
    let said = "return [...document.querySelectorAll('details dd')].map(it => it.textContent).join('\\n')";
    let said = phone.driver.execute(said, vec![]).await?;
    let said = said.json().as_str().unwrap_or_default().to_owned();
    let missing: Vec<&str> = ASKED.into_iter().chain(["one.box"]).filter(|it| !said.contains(&why(it))).collect();
    ensure!(missing.is_empty(), "it is not said why {missing:?} are asked");
    let silent = "return arguments[0].filter(id => ![...document.querySelectorAll('[id]')].some(it => \
        it.checkVisibility() && it.id.endsWith('.') && (it.id.endsWith('-' + id + '.') || it.id.endsWith('.-' + id + '.'))))";
    let silent = phone.driver.execute(silent, vec![json!(ASKED)]).await?;
    let silent: Vec<String> = serde_json::from_value(silent.json().clone())?;
    // The item of a row is named by its group and row.
    let silent: Vec<&String> = silent.iter().filter(|it| *it != "one.rows.what").collect();
    ensure!(silent.is_empty(), "{silent:?} have no control");
    // What cannot be changed has its help too.
    applicant.sees(HELP).await?;
    for (name, words) in WORDS {
        applicant.fills(name, words).await.with_context(|| name.to_owned())?;
    }
    // An entry that is a word alone is an entry, and no own words.
    applicant.picks("选一个或自己写", "乙").await?;
    ensure!(!applicant.has("textbox", applicant.speech.say("home.other")?).await?, "an entry became own words");
    applicant.continues_to("/check").await?;
    applicant.says("submit.go").await?;
    applicant.is_at("/receipt").await?;
    applicant.sees(applicant.speech.say("receipt.title")?).await
}

pub(super) async fn led_by_enter(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = opened(house, phone).await?;
    applicant.fills("称呼", "张伟").await?;
    let press =
        async |keys: &str| applicant.driver.active_element().await?.send_keys(keys).await.map_err(anyhow::Error::from);
    let enter = String::from("\u{e007}");
    for (typed, next) in [("", "-one.shown.more."), ("没有", "-one.photo.")] {
        press(typed).await?;
        let before = phone.focus().await?;
        press(&enter).await?;
        applicant.waits(&format!("{next} after {before}"), async || Ok(phone.focus().await?.ends_with(next))).await?;
    }
    let errors =
        phone.driver.execute("return document.querySelectorAll('.hc-errors, [aria-invalid=true]').length", vec![]);
    ensure!(errors.await?.json() == 0, "going on marks what nobody has come to yet");
    let field = applicant.finds("textbox", "哪天拍的").await?;
    field.focus().await?;
    ensure!(field.attr("enterkeyhint").await?.as_deref() == Some("next"), "the key of the telephone does not say next");
    press("昨天").await?;
    press(&enter).await?;
    applicant.waits("the choices", async || Ok(phone.focus().await?.ends_with("-one.pick."))).await?;
    let last = applicant.finds("textbox", "最后一句").await?;
    last.focus().await?;
    ensure!(last.attr("enterkeyhint").await?.as_deref() == Some("go"), "the key of the last field does not say go");
    applicant.picks("选一个或自己写", "甲").await?;
    applicant.fills("哪一处", "家里").await?;
    applicant.fills("最后一句", "完").await?;
    press(&enter).await?;
    applicant.is_at("/check").await
}

pub(super) async fn own_words(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = opened(house, phone).await?;
    let other = applicant.speech.say("home.other")?;
    for (name, words) in WORDS {
        applicant.fills(name, words).await?;
    }
    applicant.picks("选一个或自己写", other).await?;
    for words in ["", "五个字以上"] {
        let field = applicant.finds("textbox", other).await?;
        field.send_keys(words).await?;
        applicant.says("form.next").await?;
        let wrong = async || {
            let at = phone.focus().await?;
            Ok(at.ends_with("-one.pick.-other") && field.attr("aria-invalid").await?.as_deref() == Some("true"))
        };
        applicant.waits(&format!("the field of own words to be wrong with {words:?}"), wrong).await?;
    }
    // On its way it is an entry for a moment.
    applicant.fills(other, "甲方").await?;
    let field = applicant.finds("textbox", other).await?;
    applicant.waits("the whole of it", async || Ok(field.value().await?.as_deref() == Some("甲方"))).await?;
    applicant.continues_to("/check").await?;
    applicant.sees("甲方").await
}

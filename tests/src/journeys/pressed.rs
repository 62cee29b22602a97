//! What is said about a field waits for the end of the press that left it; and nothing is written into a field in which an
//! input method has begun.
use super::typing::{at_the_person, middle};
use crate::{applicant::Applicant, browser::Browser, find, house::House};
use anyhow::ensure;
use serde_json::{Value, json};

/// A wrong field is left by a press on what stands below it: were its error line there at once, the press would miss.
pub(super) async fn waits_for_its_end(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = at_the_person(house, phone).await?;
    let number = applicant.speech.label("person.id.number")?;
    let said = applicant.speech.part("e.id-short")?.to_owned();
    let path = phone.driver.current_url().await?.path().to_owned();
    let is_ticked = async || {
        find::evaluate(&phone.driver, "document.querySelector('[type=checkbox][id$=\"long-term.\"]').checked").await
    };
    // The line at the field; what was read aloud stays where only a screen reader finds it.
    let lines = "[...document.querySelectorAll('.hc-form .hc-error')].map(it => it.textContent).join()";
    let is_said = async || {
        let lines = find::evaluate(&phone.driver, lines).await?;
        Ok::<bool, anyhow::Error>(lines.as_str().is_some_and(|lines| lines.contains(&said)))
    };
    for (typed, ends_elsewhere) in [("1101051990030702", false), ("11010519900307", true)] {
        // What was left once is judged while it is typed: each time the page is new.
        applicant.goes_to(&path).await?;
        let tick = applicant.finds("checkbox", &applicant.speech.label("person.id.validity.long-term")?).await?;
        applicant.fills(&number, typed).await?;
        applicant.driver.execute("arguments[0].scrollIntoView({ block: 'center' })", vec![tick.to_json()?]).await?;
        let before = is_ticked().await?;
        let (x, y) = middle(phone, &tick).await?;
        mouse(phone, &["mouseMoved", "mousePressed"], x, y).await?;
        applicant
            .waits("the field to be left", async || {
                Ok(find::evaluate(&phone.driver, "document.activeElement.type !== 'text'").await? == true)
            })
            .await?;
        find::evaluate(&phone.driver, PAINTED).await?;
        ensure!(!is_said().await?, "the error line did not wait for the end of the press");
        ensure!(middle(phone, &tick).await? == (x, y), "what is pressed has moved");
        mouse(phone, &["mouseReleased"], x, if ends_elsewhere { y + 90.0 } else { y }).await?;
        applicant.waits("the error line", is_said).await?;
        let after = is_ticked().await?;
        ensure!((after != before) != ends_elsewhere, "the press did not count: {before}, then {after}");
    }
    // Whoever goes on by key presses nothing: it is said at once.
    applicant.goes_to(&path).await?;
    applicant.fills(&number, "110105").await?;
    applicant.driver.active_element().await?.send_keys("\u{e004}").await?;
    applicant.waits("the error line after a key", is_said).await
}

async fn mouse(phone: &Browser, kinds: &[&str], x: f64, y: f64) -> anyhow::Result<()> {
    for kind in kinds {
        let event = json!({ "type": kind, "x": x, "y": y, "button": "left", "clickCount": 1 });
        phone.driver.cdp().send_raw("Input.dispatchMouseEvent", event).await?;
    }
    Ok(())
}

const PAINTED: &str = "new Promise(done => requestAnimationFrame(() => setTimeout(() => done(true), 0)))";

/// A form whose fields are written into from elsewhere in the page: lines of one question, and own words beside ticks.
fn form() -> Value {
    let entry = |words: &str| json!({ "valueString": words });
    json!({ "resourceType": "Questionnaire", "version": "1", "language": "zh-CN", "status": "active", "title": "两处",
        "url": "https://committee.example/Questionnaire/begun", "item": [{ "linkId": "page", "type": "group", "text": "两处", "item": [
            { "linkId": "page.names", "type": "string", "repeats": true, "text": "曾用名" },
            { "linkId": "page.find", "type": "open-choice", "repeats": true, "text": "去过", "answerOption":
                (1..40).map(|n| entry(&format!("第{n}处"))).collect::<Vec<_>>() },
            { "linkId": "page.ticks", "type": "open-choice", "repeats": true, "text": "带了什么",
                "answerOption": [entry("甲"), entry("乙")] },
        ] }] })
}

/// An input method has begun and given nothing yet. What changes beside it changes nothing in its field; what is chosen
/// beside own words that are typed stays chosen.
pub(super) async fn begun_words_stay(house: &House, phone: &Browser) -> anyhow::Result<()> {
    house.asks(&[form()]).await?;
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let id = applicant.begins_unnamed().await?;
    applicant.goes_to(&format!("/a/{id}/step/page")).await?;
    for (question, role) in [("曾用名", "textbox"), ("去过", "combobox")] {
        let first = applicant.finds(role, &format!("{question} 1")).await?;
        first.send_keys("第一").await?;
        applicant.button(&format!("再加一个：{question}")).await?;
        let second = applicant.finds(role, &format!("{question} 2")).await?;
        begins(&applicant, &first).await?;
        writes(&applicant, &second, "第二").await?;
        find::evaluate(&phone.driver, PAINTED).await?;
        ensure!(
            first.value().await?.as_deref() == Some("ni"),
            "{question}: {:?} was put in its place",
            first.value().await?
        );
        ends(&applicant, &first, "第一你").await?;
        ensure!(
            first.value().await?.as_deref() == Some("第一你"),
            "{question}: {:?} after the end",
            first.value().await?
        );
    }
    let other = applicant.speech.say("home.other")?;
    applicant.picks("带了什么", other).await?;
    let own = applicant.finds("textbox", other).await?;
    begins(&applicant, &own).await?;
    // As from another phone: nothing is pressed here.
    let tick = applicant.finds("checkbox", "甲").await?;
    applicant.driver.execute("arguments[0].click()", vec![tick.to_json()?]).await?;
    find::evaluate(&phone.driver, PAINTED).await?;
    ensure!(own.value().await?.as_deref() == Some("ni"), "{:?} was put in the place of own words", own.value().await?);
    ends(&applicant, &own, "你的").await?;
    find::evaluate(&phone.driver, PAINTED).await?;
    let ticked = applicant.driver.execute("return arguments[0].checked", vec![tick.to_json()?]).await?;
    ensure!(ticked.json() == true, "own words took back what was ticked meanwhile");
    applicant.continues_to("/check").await?;
    for words in ["第一你和第二", "甲和你的"] {
        applicant.sees(words).await?;
    }
    Ok(())
}

/// An input method begins in a field, and shows letters of which it has told nothing.
async fn begins(applicant: &Applicant<'_>, field: &thirtyfour::WebElement) -> anyhow::Result<()> {
    let script = "arguments[0].focus(); arguments[0].dispatchEvent(new CompositionEvent('compositionstart', { bubbles: true })); \
        arguments[0].value = 'ni'";
    applicant.driver.execute(script, vec![field.to_json()?]).await?;
    Ok(())
}

async fn ends(applicant: &Applicant<'_>, field: &thirtyfour::WebElement, text: &str) -> anyhow::Result<()> {
    let script = "arguments[0].value = arguments[1]; \
        arguments[0].dispatchEvent(new CompositionEvent('compositionend', { bubbles: true, data: arguments[1] }))";
    applicant.driver.execute(script, vec![field.to_json()?, text.into()]).await?;
    Ok(())
}

/// Something is written into a field, without going there.
async fn writes(applicant: &Applicant<'_>, field: &thirtyfour::WebElement, text: &str) -> anyhow::Result<()> {
    let script =
        "arguments[0].value = arguments[1]; arguments[0].dispatchEvent(new InputEvent('input', { bubbles: true }))";
    applicant.driver.execute(script, vec![field.to_json()?, text.into()]).await?;
    Ok(())
}

//! Typing is sacred: what an input method composes, where the cursor stands, what undo takes back, and dates and numbers as
//! people write them.
use crate::{applicant::Applicant, browser::Browser, find, house::House};
use anyhow::{Context, ensure};
use serde_json::json;
use thirtyfour::prelude::*;

/// What three keyboards show while a word is being composed, and the word that it becomes.
const COMPOSED: [(&[&str], &str); 3] =
    [(&["z", "zh", "zhang", "zhang'wei"], "张伟"), (&["h", "は", "はな", "花"], "花子"), (&["ㄱ", "기", "김"], "김")];

/// How a date may be typed, and how it stands there once the field was left.
const DATES: [(&str, &str); 6] = [
    ("2036-3-7", "2036-03-07"),
    ("20360308", "2036-03-08"),
    ("2036年3月9日", "2036-03-09"),
    ("２０３６／３／１０", "2036-03-10"),
    ("2036.3.11", "2036-03-11"),
    ("2036-2-30", "2036-2-30"),
];

pub(super) async fn composing(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = at_the_person(house, phone).await?;
    let name = applicant.finds("textbox", &applicant.speech.label("person.name")?).await?;
    name.focus().await?;
    phone.driver.execute("globalThis.__field = arguments[0]", vec![name.to_json()?]).await?;
    let mut whole = String::new();
    for (shown, word) in COMPOSED {
        // Something else is on its way into the storage while the word is being composed.
        let moment = applicant.moment().await?;
        insert(phone, "·").await?;
        whole.push('·');
        for part in shown {
            compose(phone, part).await?;
            undisturbed(&applicant, &name, &format!("{whole}{part}")).await?;
        }
        applicant.is_saved_since(moment).await?;
        undisturbed(&applicant, &name, &format!("{whole}{}", shown.last().context("nothing composed")?)).await?;
        insert(phone, word).await?;
        whole.push_str(word);
        undisturbed(&applicant, &name, &whole).await?;
    }
    let moment = applicant.moment().await?;
    name.send_keys("A").await?;
    applicant.is_saved_since(moment).await?;
    phone.driver.refresh().await?;
    let name = applicant.finds("textbox", &applicant.speech.label("person.name")?).await?;
    applicant.waits("what was composed to be kept", async || reads(&name, &format!("{whole}A")).await).await
}

/// The same element, in focus, with exactly this text and the cursor at its end.
async fn undisturbed(applicant: &Applicant<'_>, field: &WebElement, text: &str) -> anyhow::Result<()> {
    applicant.waits(&format!("{text:?} in the field"), async || reads(field, text).await).await?;
    let stands = "const field = globalThis.__field; return [field.isConnected && document.activeElement === field, \
        field.selectionStart === field.value.length, field.selectionEnd === field.value.length]";
    let stands = applicant.driver.execute(stands, vec![]).await?;
    ensure!(stands.json() == &json!([true, true, true]), "{text:?}: in focus, cursor at the end: {}", stands.json());
    Ok(())
}

pub(super) async fn caret_and_undo(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = at_the_person(house, phone).await?;
    let name = applicant.finds("textbox", &applicant.speech.label("person.name")?).await?;
    name.focus().await?;
    name.send_keys("欧阳娜").await?;
    name.send_keys(Key::Left + Key::Left).await?;
    for (at, letter) in ["一", "二", "三"].into_iter().enumerate() {
        // Each is typed where the cursor stands, and saved before the next.
        let moment = applicant.moment().await?;
        insert(phone, letter).await?;
        applicant.is_saved_since(moment).await?;
        let cursor = phone.driver.execute("return arguments[0].selectionStart", vec![name.to_json()?]).await?;
        ensure!(cursor.json() == at + 2, "the cursor jumped to {} after {letter}", cursor.json());
    }
    applicant.waits("what was typed in the middle", async || reads(&name, "欧一二三阳娜").await).await?;
    // Undo is the browser's own: it takes back what was typed, and nothing of ours stands in its list.
    phone.driver.execute("document.execCommand('undo')", vec![]).await?;
    applicant
        .waits("undo to take back the last letters", async || {
            let now = name.value().await?.unwrap_or_default();
            Ok(now.starts_with('欧') && now.ends_with("阳娜") && now.chars().count() < 6)
        })
        .await?;
    phone.driver.execute("document.execCommand('redo')", vec![]).await?;
    applicant.waits("redo", async || reads(&name, "欧一二三阳娜").await).await
}

pub(super) async fn dates_and_digits(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = at_the_person(house, phone).await?;
    let until = applicant.speech.label("person.id.validity.until")?;
    for (typed, shown) in DATES {
        applicant.fills(&until, typed).await?;
        leaves(&applicant, &until, shown).await?;
    }
    applicant.sees(applicant.speech.part("e.date")?).await?;
    // Enter leads past the browser's own calendar, which nobody sees, and the date stays.
    applicant.fills(&until, "2031-05-06\u{e007}").await?;
    applicant
        .waits("the next field", async || {
            let now = applicant.driver.active_element().await?;
            Ok(now.attr("aria-hidden").await?.is_none() && now.tag_name().await? != "body")
        })
        .await?;
    let field = applicant.finds("textbox", &until).await?;
    let stays = field.value().await?.unwrap_or_default();
    ensure!(stays.contains("2031"), "the date is {stays:?}");
    let number = applicant.speech.label("person.id.number")?;
    for (typed, shown) in [
        ("110105 19491231 002x", "11010519491231002X"),
        ("１１０１０５１９４９１２３１００２ｘ", "11010519491231002X"),
        ("１１０１０５　１９９００３０７　０２１Ｘ", "11010519900307021X"),
    ] {
        pastes(&applicant, &number, typed).await?;
        leaves(&applicant, &number, shown).await?;
    }
    // What the number tells is shown, and not asked.
    applicant.sees(applicant.speech.say("id.derived")?).await?;
    applicant.sees("1990").await?;
    applicant.goes_to(&format!("/a/{}/step/contact", applicant.application().await?)).await?;
    let telephone = applicant.speech.label("contact.phone")?;
    for (typed, shown) in [("１３８００００００００", "138 0000 0000"), ("+86 138-0000-0001", "138 0000 0001")]
    {
        applicant.fills(&telephone, typed).await?;
        leaves(&applicant, &telephone, shown).await?;
    }
    Ok(())
}

pub(super) async fn at_the_person<'a>(house: &'a House, phone: &'a Browser) -> anyhow::Result<Applicant<'a>> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let id = applicant.begins_unnamed().await?;
    applicant.goes_to(&format!("/a/{id}/step/person")).await?;
    let moment = applicant.moment().await?;
    applicant.chooses("person.id.kind", "resident-id").await?;
    // Whoever opens the page anew finds it there.
    applicant.is_saved_since(moment).await?;
    Ok(applicant)
}

async fn reads(field: &WebElement, text: &str) -> anyhow::Result<bool> {
    Ok(field.value().await?.as_deref() == Some(text))
}

/// Goes on with the keyboard, and waits until the field reads so.
async fn leaves(applicant: &Applicant<'_>, name: &str, shown: &str) -> anyhow::Result<()> {
    let field = applicant.finds("textbox", name).await?;
    field.send_keys(Key::Tab + "").await?;
    applicant.waits(&format!("{name} to read {shown:?}"), async || reads(&field, shown).await).await
}

/// Pastes as a person does: the whole field is chosen, and the text comes at once.
async fn pastes(applicant: &Applicant<'_>, name: &str, text: &str) -> anyhow::Result<()> {
    let field = applicant.finds("textbox", name).await?;
    applicant.driver.execute("arguments[0].focus(); arguments[0].select()", vec![field.to_json()?]).await?;
    insert(applicant, text).await
}

/// Text that comes at once: from a paste, or as an input method gives it when it is done.
async fn insert(phone: &Browser, text: &str) -> anyhow::Result<()> {
    phone.driver.cdp().send_raw("Input.insertText", json!({ "text": text })).await?;
    Ok(())
}

/// What an input method shows while it is at work.
async fn compose(phone: &Browser, text: &str) -> anyhow::Result<()> {
    let end = text.encode_utf16().count();
    let shown = json!({ "text": text, "selectionStart": end, "selectionEnd": end });
    phone.driver.cdp().send_raw("Input.imeSetComposition", shown).await?;
    Ok(())
}

/// Where a thing stands in the window: its middle.
pub(super) async fn middle(phone: &Browser, element: &WebElement) -> anyhow::Result<(f64, f64)> {
    let script =
        "const box = arguments[0].getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2]";
    let found = phone.driver.execute(script, vec![element.to_json()?]).await?;
    let number = |at: usize| found.json().get(at).and_then(serde_json::Value::as_f64).context("no place");
    Ok((number(0)?, number(1)?))
}

/// The way from a field that is wrong straight to the button.
pub(super) async fn straight_on(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = at_the_person(house, phone).await?;
    let number = applicant.speech.label("person.id.number")?;
    let summary = applicant.speech.part("form.errtitle")?.to_owned();
    for by_finger in [false, true] {
        applicant.fills(&number, if by_finger { "11010519900307" } else { "1101051990030702" }).await?;
        phone.driver.execute("globalThis.__pressed = 0; document.querySelector('form').addEventListener('submit', () => { __pressed += 1; }, { once: true })", vec![]).await?;
        let go_on = applicant.finds("button", applicant.speech.say("form.next")?).await?;
        let (x, y) = middle(phone, &go_on).await?;
        let focused = phone.driver.execute("return document.activeElement.tagName", vec![]).await?;
        ensure!(focused.json() == "INPUT", "the field was left before the press: {}", focused.json());
        press(phone, x, y, by_finger).await?;
        applicant
            .waits("the press to count", async || Ok(find::evaluate(&phone.driver, "globalThis.__pressed").await? == 1))
            .await
            .with_context(|| format!("by finger: {by_finger}"))?;
        applicant.sees(&summary).await?;
        applicant.sees(applicant.speech.part("e.id-short")?).await?;
    }
    // Mended, the next press goes on.
    applicant.fills(&number, applicant.number).await?;
    applicant.agrees("person.id.validity.long-term").await?;
    applicant.fills(&applicant.speech.label("person.name")?, applicant.name).await?;
    let go_on = applicant.finds("button", applicant.speech.say("form.next")?).await?;
    let (x, y) = middle(phone, &go_on).await?;
    press(phone, x, y, true).await?;
    applicant.is_at("/step/contact").await
}

/// One press at a place of the window: down and up, as a mouse or a finger gives it.
async fn press(phone: &Browser, x: f64, y: f64, by_finger: bool) -> anyhow::Result<()> {
    let cdp = phone.driver.cdp();
    if by_finger {
        let down = json!({ "type": "touchStart", "touchPoints": [{ "x": x, "y": y }] });
        cdp.send_raw("Input.dispatchTouchEvent", down).await?;
        cdp.send_raw("Input.dispatchTouchEvent", json!({ "type": "touchEnd", "touchPoints": [] })).await?;
    } else {
        for kind in ["mouseMoved", "mousePressed", "mouseReleased"] {
            let event = json!({ "type": kind, "x": x, "y": y, "button": "left", "clickCount": 1 });
            cdp.send_raw("Input.dispatchMouseEvent", event).await?;
        }
    }
    Ok(())
}

/// What an input method has not finished yet counts when one goes on by finger: it was on the screen.
pub(super) async fn goes_on_while_composing(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = at_the_person(house, phone).await?;
    applicant.fills(&applicant.speech.label("person.id.number")?, applicant.number).await?;
    applicant.agrees("person.id.validity.long-term").await?;
    let label = applicant.speech.label("person.name")?;
    let name = applicant.finds("textbox", &label).await?;
    name.focus().await?;
    insert(phone, "J. R. ").await?;
    compose(phone, "Müller").await?;
    applicant.waits("the composition", async || reads(&name, "J. R. Müller").await).await?;
    let go_on = applicant.finds("button", applicant.speech.say("form.next")?).await?;
    let (x, y) = middle(phone, &go_on).await?;
    press(phone, x, y, true).await?;
    applicant.is_at("/step/contact").await?;
    let id = applicant.application().await?;
    applicant.goes_to(&format!("/a/{id}/step/person")).await?;
    let name = applicant.finds("textbox", &label).await?;
    applicant.waits("the whole name", async || reads(&name, "J. R. Müller").await).await
}

/// A letter that no font here has is said to be kept, and one that some font has is no matter; what will be printed is shown.
pub(super) async fn rare_letters(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = at_the_person(house, phone).await?;
    let name = applicant.speech.label("person.name")?;
    let hint = applicant.speech.begin("name.rare")?.to_owned();
    for (typed, printed, undrawn) in
        [("张𠮷", "张𠮷", ""), ("买买提•阿不都", "买买提·阿不都", ""), ("张\u{3fffd}", "张\u{3fffd}", "\u{3fffd}")]
    {
        pastes(&applicant, &name, typed).await?;
        applicant.sees(&format!("{}{printed}", applicant.speech.begin("name.printed")?)).await?;
        let text = applicant.reads().await?;
        ensure!(text.contains(&format!("{hint}{undrawn}")) != undrawn.is_empty(), "{typed}: {undrawn:?} in\n{text}");
    }
    Ok(())
}

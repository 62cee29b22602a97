//! Whoever holds no mouse: every step and the whole form by keyboard, with the focus always in sight.
use crate::everything::{Answers, STEPS, answers_for_everything, begun};
use crate::{applicant::Applicant, browser::Browser, house::House};
use anyhow::{Context, ensure};
use serde_json::{Value, json};

/// Tab through every step and back: whatever has the focus is seen, and the bar at the end hides nothing.
pub(super) async fn focus_is_seen(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let (applicant, id) = begun(house, phone).await?;
    answers_for_everything(&applicant, &id).await?;
    let next = applicant.speech.say("form.next")?;
    for (step, _) in STEPS {
        applicant.goes_to(&format!("/a/{id}/step/{step}")).await?;
        applicant.finds("button", next).await?;
        phone
            .driver
            .execute("document.activeElement.blur(); document.querySelector('main, .hc-main').focus()", vec![])
            .await?;
        for way in [Way::On, Way::Back] {
            let mut stops = 0;
            loop {
                let at = stop(&applicant, way).await.with_context(|| format!("{step}, stop {stops}"))?;
                stops += 1;
                let done = match way {
                    Way::On => at == *next,
                    Way::Back => at == "BODY",
                };
                if done {
                    break;
                }
                ensure!(stops < 120, "{step}: the keyboard never comes to {next:?}");
            }
            ensure!(stops > 2, "{step} has {stops} stops");
        }
    }
    Ok(())
}

/// Where the Tab key leads.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Way {
    On,
    /// With Shift.
    Back,
}

/// One key, and where the focus is then. It must be in the window, and the bar must not lie over it.
pub(super) async fn stop(applicant: &Applicant<'_>, way: Way) -> anyhow::Result<String> {
    let modifiers = if way == Way::Back { 8 } else { 0 };
    for kind in ["rawKeyDown", "keyUp"] {
        let tab =
            json!({ "type": kind, "key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9, "modifiers": modifiers });
        applicant.driver.cdp().send_raw("Input.dispatchKeyEvent", tab).await?;
    }
    let found = applicant.driver.execute(STOP, vec![]).await?.json().clone();
    let words = found.get("words").and_then(Value::as_str).unwrap_or_default().to_owned();
    ensure!(found.get("hidden") != Some(&json!(true)), "the focus at {words:?} is not seen: {found}");
    ensure!(found.get("ring") == Some(&json!(true)), "nothing shows the focus at {words:?}: {found}");
    Ok(words)
}

/// From the first question to the receipt without mouse or finger; only the files are handed over.
pub(super) async fn by_keyboard(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let (applicant, id) = begun(house, phone).await?;
    let speech = &applicant.speech;
    applicant.finds("link", speech.begin("tasks.begin")?).await?;
    to(&applicant, speech.begin("tasks.begin")?).await?;
    keys(&applicant, "\u{e007}").await?;
    for (step, answers, next) in KEYED {
        applicant.is_at(&format!("/step/{step}")).await?;
        applicant.finds("button", speech.say("form.next")?).await?;
        for (link_id, pressed) in answers {
            to_item(&applicant, link_id).await.with_context(|| link_id.to_string())?;
            keys(&applicant, pressed).await?;
        }
        if step == "documents" {
            hands_over(&applicant).await?;
        }
        to(&applicant, speech.say("form.next")?).await?;
        keys(&applicant, "\u{e007}").await?;
        applicant.is_at(next).await.with_context(|| step.to_owned())?;
    }
    applicant.finds("button", speech.say("submit.go")?).await?;
    to(&applicant, speech.say("submit.go")?).await?;
    keys(&applicant, "\u{e007}").await?;
    applicant.is_at("/receipt").await?;
    applicant.sees(speech.say("receipt.title")?).await?;
    ensure!(applicant.application().await? == id, "another application was sent");
    Ok(())
}

/// Space and arrow down, as WebDriver writes keys.
const SPACE: &str = " ";

/// What is pressed at which item. An arrow chooses the next of a list of choices.
const KEYED: [(&str, Answers, &str); 7] = [
    ("category", &[("category.work", " \u{e015}\u{e015}"), ("category.application", SPACE)], "/step/person"),
    (
        "person",
        &[
            ("person.id.kind", SPACE),
            ("person.id.number", "11010519900307021X"),
            ("person.id.validity.long-term", SPACE),
            ("person.name", "张伟"),
        ],
        "/step/contact",
    ),
    (
        "contact",
        &[
            ("contact.phone", "13800000001"),
            ("contact.residence.region", "北京市朝阳区"),
            ("contact.residence.address", "示例路 1 号"),
        ],
        "/step/work",
    ),
    ("work", &[("work.situation", " \u{e015}\u{e015}"), ("work.post", "厨师")], "/step/health"),
    (
        "health",
        &[
            ("health.consent", SPACE),
            ("health.diseases.-7", SPACE),
            ("health.other", " \u{e015}"),
            ("health.symptoms.-6", SPACE),
        ],
        "/step/documents",
    ),
    ("documents", &[("documents.consent", SPACE)], "/step/consent"),
    ("consent", &[("consent.truth", SPACE)], "/check"),
];

async fn hands_over(applicant: &Applicant<'_>) -> anyhow::Result<()> {
    for (link_id, file) in [
        ("documents.identity.front", "id-front.jpg"),
        ("documents.identity.back", "id-back.jpg"),
        ("documents.portrait", "portrait.jpg"),
    ] {
        // The way to the album is reached by key too.
        let moment = applicant.moment().await?;
        applicant.hands(link_id, &applicant.house.files.path(file)).await?;
        applicant.is_saved_since(moment).await?;
    }
    Ok(())
}

async fn keys(applicant: &Applicant<'_>, pressed: &str) -> anyhow::Result<()> {
    Ok(applicant.driver.action_chain().send_keys(pressed).perform().await?)
}

/// Tab until something that is called so has the focus.
async fn to(applicant: &Applicant<'_>, words: &str) -> anyhow::Result<()> {
    for _ in 0..150 {
        if stop(applicant, Way::On).await?.starts_with(words) {
            return Ok(());
        }
    }
    anyhow::bail!("the keyboard never comes to {words:?}")
}

/// Tab until the control of an item has the focus.
async fn to_item(applicant: &Applicant<'_>, link_id: &str) -> anyhow::Result<()> {
    for _ in 0..150 {
        if applicant.focus().await?.trim_end_matches('.').ends_with(&format!("-{link_id}")) {
            return Ok(());
        }
        stop(applicant, Way::On).await?;
    }
    anyhow::bail!("the keyboard never comes to {link_id}")
}

/// Where the focus is: what it is called, whether it is hidden, whether it is shown.
const STOP: &str = r"
const e = document.activeElement;
if (!e || e === document.body) return { words: 'BODY', hidden: false, ring: true };
const shown = e.getBoundingClientRect().width < 2 ? (e.closest('label') || e.parentElement) : e;
const box = shown.getBoundingClientRect();
const bar = document.querySelector('.hc-actions');
const over = bar && !bar.contains(e) && getComputedStyle(bar).position === 'sticky' ? bar.getBoundingClientRect() : null;
const under = over && box.bottom > over.top + 1 && box.top < over.bottom - 1 && box.height < over.top;
const outside = box.bottom <= 0 || box.top >= innerHeight;
const style = getComputedStyle(e), around = getComputedStyle(shown), next = e.nextElementSibling && getComputedStyle(e.nextElementSibling);
const rings = s => s && s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0;
const words = (e.getAttribute('aria-label') || e.textContent || (e.labels && [...e.labels].map(l => l.textContent).join(' ')) || '').replace(/\s+/g, ' ').trim();
return { words, id: e.id, tag: e.tagName, hidden: !!(under || outside), ring: !!(rings(style) || rings(around) || rings(next)), top: box.top, bottom: box.bottom, bar: over && over.top, height: innerHeight };";

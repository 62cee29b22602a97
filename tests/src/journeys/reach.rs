//! Whoever does not see the screen or hold a mouse: each control as a screen reader is told of it, the whole form by
//! keyboard, and the narrowest and most enlarged pages.
use super::forms::fixture;
use crate::{applicant::Applicant, browser::Browser, find, house::House, speech::Speech};
use anyhow::{Context, ensure};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// What is answered on one step: at which item, and how.
type Answers = &'static [(&'static str, &'static str)];

/// The steps, each with what is answered there so that everything that can be asked is asked.
const STEPS: [(&str, Answers); 7] = [
    ("category", &[("category.work", "food-catering"), ("category.application", "renewal")]),
    ("person", &[("person.id.kind", "passport"), ("person.sex", "female")]),
    ("contact", &[("contact.emergency.name", "")]),
    ("work", &[("work.situation", "employed")]),
    (
        "health",
        &[("health.diseases", "hepatitis-a"), ("health.symptoms", "fever"), ("health.detail.state", "in-treatment")],
    ),
    ("documents", &[]),
    ("consent", &[]),
];

/// What the browser says of one control.
struct Told {
    control: Value,
    node: Value,
}

impl Told {
    /// The item it belongs to, if it is of the form.
    fn link_id(&self) -> &str {
        let id = self.control.get("id").and_then(Value::as_str).unwrap_or_default();
        id.split_once("form-")
            .and_then(|(_, rest)| rest.split_once('-'))
            .map_or("", |(_, link_id)| link_id.trim_end_matches('.'))
    }

    fn text(&self, what: &str) -> &str {
        self.node.get(what).and_then(|it| it.get("value")).and_then(Value::as_str).unwrap_or_default()
    }

    fn property(&self, name: &str) -> Option<String> {
        let all = self.node.get("properties")?.as_array()?;
        let found = all.iter().find(|it| it.get("name").is_some_and(|it| it == name))?.get("value")?.get("value")?;
        Some(found.as_str().map_or_else(|| found.to_string(), str::to_owned))
    }

    fn html(&self, name: &str) -> &str {
        self.control.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    /// The role that a control of this kind must have.
    fn expected_role(&self) -> &'static str {
        match (self.html("tag"), self.html("type"), self.html("role")) {
            (_, _, "combobox") | ("SELECT", ..) => "combobox",
            (_, _, "radiogroup") => "radiogroup",
            ("FIELDSET", ..) => "group",
            (_, "radio", _) => "radio",
            (_, "checkbox", _) => "checkbox",
            ("BUTTON", ..) | (_, "file", _) => "button",
            ("SUMMARY", ..) => "DisclosureTriangle",
            ("A", ..) => "link",
            _ => "textbox",
        }
    }
}

/// Every control of the form on this page, with what the accessibility tree says of it.
async fn told(phone: &Browser) -> anyhow::Result<Vec<Told>> {
    let cdp = phone.driver.cdp();
    cdp.send_raw("Accessibility.enable", json!({})).await?;
    let controls = phone.driver.execute(CONTROLS, vec![]).await?.json().clone();
    let document = cdp.send_raw("DOM.getDocument", json!({ "depth": 0 })).await?;
    let root = document.get("root").and_then(|root| root.get("nodeId")).cloned().context("no document")?;
    let mut all = vec![];
    for control in controls.as_array().context("no controls")? {
        let selector = format!("[data-told=\"{}\"]", control.get("n").and_then(Value::as_str).unwrap_or_default());
        let found = cdp.send_raw("DOM.querySelector", json!({ "nodeId": root, "selector": selector })).await?;
        let asked = json!({ "nodeId": found.get("nodeId"), "fetchRelatives": false });
        let tree = cdp.send_raw("Accessibility.getPartialAXTree", asked).await?;
        let node = tree.pointer("/nodes/0").cloned().with_context(|| format!("{control} is not in the tree"))?;
        all.push(Told { control: control.clone(), node });
    }
    Ok(all)
}

/// What a question is called in a language, if it is known.
type Called<'a> = &'a dyn Fn(&Speech, &str) -> Option<String>;

/// Walks these steps in both languages, as they stand and with everything said that is wrong there; gives what was met.
async fn is_told(
    applicant: &Applicant<'_>,
    id: &str,
    steps: &[&str],
    called: Called<'_>,
) -> anyhow::Result<BTreeSet<String>> {
    let mut seen = BTreeSet::new();
    for language in ["zh-CN", "en"] {
        if language == "en" {
            applicant.button("EN").await?;
        }
        let speech = Speech::of(language)?;
        for step in steps {
            applicant.goes_to(&format!("/a/{id}/step/{step}")).await?;
            applicant.finds("button", speech.say("form.next")?).await?;
            for control in told(applicant).await? {
                let label = called(&speech, control.link_id());
                fits(label.as_deref(), &control).with_context(|| format!("{step}, {language}: {}", control.control))?;
                seen.insert(control.link_id().to_owned());
            }
            applicant.button(speech.say("form.next")?).await?;
            wrong_ones_say_so(applicant, step).await.with_context(|| format!("{step}, {language}, wrong"))?;
        }
    }
    Ok(seen)
}

/// The same of a form with a question of every type.
pub(super) async fn every_type_is_told(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let form = fixture("fixtures/forms/every-type.questionnaire.json")?;
    house.asks(std::slice::from_ref(&form)).await?;
    let (applicant, id) = begun(house, phone).await?;
    applicant.goes_to(&format!("/a/{id}/step/typed")).await?;
    let moment = applicant.moment().await?;
    applicant.fills("几点", "1430").await?;
    // What is wrong in its own line says so there.
    applicant.fills("整数", "七").await?;
    applicant.is_saved_since(moment).await?;
    applicant.goes_to(&format!("/a/{id}/step/chosen")).await?;
    let moment = applicant.moment().await?;
    applicant.picks("选一个", "乙").await?;
    applicant.picks("选一个或自己写", "别的").await?;
    applicant.is_saved_since(moment).await?;
    let called = |speech: &Speech, link_id: &str| words_of(&form, link_id, speech.language);
    let seen = is_told(&applicant, &id, &["typed", "chosen", "rows"], &called).await?;
    for link_id in [
        "typed.string",
        "typed.text",
        "typed.units",
        "typed.moment",
        "typed.reference",
        "chosen.boolean",
        "chosen.tick",
        "chosen.select",
        "chosen.search",
        "chosen.ticks",
        "chosen.open",
        "rows.outer.inner.note",
    ] {
        ensure!(seen.contains(link_id), "{link_id} was never on a page; there were {seen:?}");
    }
    ensure!(seen.iter().any(|it| it.contains("rows.place.since")), "no row was on a page; there were {seen:?}");
    Ok(())
}

/// The words of a question of a form in a language.
fn words_of(item: &Value, link_id: &str, language: &str) -> Option<String> {
    let is_it = item.get("linkId").is_some_and(|found| found == link_id);
    if !is_it {
        return item.get("item")?.as_array()?.iter().find_map(|inside| words_of(inside, link_id, language));
    }
    let translations = item.pointer("/_text/extension").and_then(Value::as_array).into_iter().flatten();
    let part = |translation: &Value, url: &str, value: &str| {
        let parts = translation.get("extension")?.as_array()?;
        let found = parts.iter().find(|part| part.get("url").is_some_and(|it| it == url))?;
        found.get(value)?.as_str().map(str::to_owned)
    };
    let mut fitting =
        translations.filter(|it| part(it, "lang", "valueCode").is_some_and(|code| language.starts_with(&code)));
    let translated = fitting.find_map(|it| part(it, "content", "valueString"));
    translated.or_else(|| item.get("text")?.as_str().map(str::to_owned))
}

pub(super) async fn as_it_is_told(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let (applicant, id) = begun(house, phone).await?;
    answers_for_everything(&applicant, &id).await?;
    let seen =
        is_told(&applicant, &id, &STEPS.map(|(step, _)| step), &|speech, link_id| speech.label(link_id).ok()).await?;
    for link_id in [
        "category.previous-number",
        "person.nationality",
        "contact.emergency.phone",
        "work.employer.uscc",
        "health.detail.text",
        "health.pregnancy",
        "consent.truth",
    ] {
        ensure!(seen.contains(link_id), "{link_id} was never on a page; there were {seen:?}");
    }
    Ok(())
}

/// Role, name, value, description of one control.
fn fits(label: Option<&str>, told: &Told) -> anyhow::Result<()> {
    let (role, name) = (told.text("role"), told.text("name"));
    ensure!(role == told.expected_role(), "it is a {role}, not a {}", told.expected_role());
    ensure!(!name.trim().is_empty(), "a {role} without a name");
    let named_by_question = matches!(role, "textbox" | "combobox" | "radiogroup" | "group");
    if let (true, Some(label)) = (named_by_question, label) {
        ensure!(name.starts_with(label), "it is called {name:?}, not {label:?}");
    }
    let described = told.html("described");
    ensure!(
        squeezed(told.text("description")) == squeezed(described),
        "it is described as {:?}, not {described:?}",
        told.text("description")
    );
    let value = told.html("value");
    if matches!(role, "textbox" | "combobox") && !value.is_empty() {
        ensure!(told.text("value") == value, "it says {:?} where {value:?} stands", told.text("value"));
    }
    if matches!(role, "radio" | "checkbox") {
        let checked = told.property("checked").unwrap_or_default();
        ensure!(checked == told.html("checked"), "checked: {checked}, not {}", told.html("checked"));
    }
    Ok(())
}

/// Each field that is wrong says so, and what to do, in its description.
async fn wrong_ones_say_so(applicant: &Applicant<'_>, step: &str) -> anyhow::Result<()> {
    let mistakes = "return [...document.querySelectorAll('.hc-error')].filter(e => e.checkVisibility()).map(e => [e.parentElement.id.replace(/-error$/, ''), e.textContent])";
    applicant
        .waits("what is wrong, or the next page", async || {
            let found = applicant.driver.execute(mistakes, vec![]).await?;
            let moved = !applicant.driver.current_url().await?.as_str().ends_with(&format!("/step/{step}"));
            Ok(moved || found.json().as_array().is_some_and(|all| !all.is_empty()))
        })
        .await?;
    let found = applicant.driver.execute(mistakes, vec![]).await?;
    let found: Vec<(String, String)> = serde_json::from_value(found.json().clone())?;
    let controls = told(applicant).await?;
    for (id, words) in found {
        let control =
            controls.iter().find(|it| it.html("described-by").split(' ').any(|it| it == format!("{id}-error")));
        let Some(control) = control else {
            // A document's card is a group of its own.
            ensure!(id.contains("document"), "nothing is described by the error {words:?} of {id}");
            continue;
        };
        ensure!(squeezed(control.text("description")).contains(&squeezed(&words)), "{id} does not say {words:?}");
        let invalid = control.property("invalid").unwrap_or_default();
        ensure!(invalid == "true", "{id} is wrong and says invalid: {invalid:?}");
    }
    Ok(())
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect()
}

async fn begun<'a>(house: &'a House, phone: &'a Browser) -> anyhow::Result<(Applicant<'a>, String)> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let id = applicant.begins_unnamed().await?;
    Ok((applicant, id))
}

/// Answers what makes the form ask everything it can.
async fn answers_for_everything(applicant: &Applicant<'_>, id: &str) -> anyhow::Result<()> {
    for (step, answers) in STEPS.into_iter().filter(|(_, answers)| !answers.is_empty()) {
        applicant.goes_to(&format!("/a/{id}/step/{step}")).await?;
        let mut moment = 0.0;
        for (link_id, code) in answers {
            moment = applicant.moment().await?;
            match *code {
                "" => applicant.types(link_id, "李娜").await?,
                code => applicant.chooses(link_id, code).await?,
            }
        }
        applicant.is_saved_since(moment).await?;
    }
    Ok(())
}

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
enum Way {
    On,
    /// With Shift.
    Back,
}

/// One key, and where the focus is then. It must be in the window, and the bar must not lie over it.
async fn stop(applicant: &Applicant<'_>, way: Way) -> anyhow::Result<String> {
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
    applicant.finds("link", speech.begin("tasks.go")?).await?;
    to(&applicant, speech.begin("tasks.go")?).await?;
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

/// At 320 pixels, and at 400 % of a window of 1280: nothing has to be scrolled sideways, in any language, in any step.
pub(super) async fn narrow_and_enlarged(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let (applicant, id) = begun(house, phone).await?;
    answers_for_everything(&applicant, &id).await?;
    let cdp = phone.driver.cdp();
    for language in ["zh-CN", "en"] {
        if language == "en" {
            applicant.button("EN").await?;
        }
        let speech = Speech::of(language)?;
        for (height, scale) in [(640, 2.0), (256, 4.0)] {
            let metrics = json!({ "width": 320, "height": height, "deviceScaleFactor": scale, "mobile": false });
            cdp.send_raw("Emulation.setDeviceMetricsOverride", metrics).await?;
            for (step, _) in STEPS {
                applicant.goes_to(&format!("/a/{id}/step/{step}")).await?;
                applicant.button(speech.say("form.next")?).await?;
                no_wider_than_the_window(&applicant).await.with_context(|| format!("{step}, {language}, {height}"))?;
            }
            applicant.goes_to(&format!("/a/{id}/check")).await?;
            applicant.finds("heading", speech.say("check.title")?).await?;
            no_wider_than_the_window(&applicant).await.with_context(|| format!("check, {language}, {height}"))?;
        }
    }
    Ok(())
}

async fn no_wider_than_the_window(applicant: &Applicant<'_>) -> anyhow::Result<()> {
    let found = find::evaluate(&applicant.driver, WIDE).await?;
    ensure!(found == json!([]), "wider than the window: {found}");
    Ok(())
}

/// With the colours of the system, whatever can be pressed or filled has an edge, and the focus and a tick are seen.
pub(super) async fn forced_colours(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let (applicant, id) = begun(house, phone).await?;
    answers_for_everything(&applicant, &id).await?;
    let features = json!({ "features": [{ "name": "forced-colors", "value": "active" }] });
    phone.driver.cdp().send_raw("Emulation.setEmulatedMedia", features).await?;
    for (step, _) in STEPS {
        applicant.goes_to(&format!("/a/{id}/step/{step}")).await?;
        applicant.finds("button", applicant.speech.say("form.next")?).await?;
        let forced = find::evaluate(&phone.driver, "matchMedia('(forced-colors: active)').matches").await?;
        ensure!(forced == true, "the colours are not forced");
        let edgeless = find::evaluate(&phone.driver, EDGES).await?;
        ensure!(edgeless == json!([]), "{step}: without an edge: {edgeless}");
        stop(&applicant, Way::On).await?;
    }
    Ok(())
}

/// Numbers every control of the form, and says what the page's own code says of it.
const CONTROLS: &str = r"
const near = document.querySelector('.hc-form') || document;
const all = near.querySelectorAll('input, select, textarea, button, summary, a[href], fieldset[role]');
return [...all].filter(e => e.checkVisibility() && !e.closest('[aria-hidden=true],[inert]')).map((e, n) => {
  e.setAttribute('data-told', n);
  const ids = (e.getAttribute('aria-describedby') || '').split(' ').filter(Boolean);
  return { n: String(n), id: e.id || (e.querySelector('legend') || {}).id?.replace(/-label$/, ''), tag: e.tagName, type: e.type || '', role: e.getAttribute('role') || '',
    value: e.value || '', checked: String(!!e.checked), 'described-by': ids.join(' '),
    described: ids.map(id => (document.getElementById(id) || {}).textContent || '').join(' ') };
});";

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

/// What reaches past the right edge of the window.
const WIDE: &str = r"[...document.querySelectorAll('body *')].filter(e => e.checkVisibility() && !e.closest('.hc-sr') && e.getBoundingClientRect().right > innerWidth + 1)
  .slice(0, 5).map(e => e.tagName + '.' + e.className + ' ' + (e.textContent || '').slice(0, 40)).concat(document.scrollingElement.scrollWidth > innerWidth ? ['the page: ' + document.scrollingElement.scrollWidth] : [])";

/// What can be pressed or filled and has no edge of its own that is drawn.
const EDGES: &str = r"[...document.querySelectorAll('.hc-form input, .hc-form select, .hc-form textarea, .hc-form button')]
  .filter(e => e.checkVisibility() && !e.closest('[aria-hidden=true]') && e.type !== 'file' && !e.classList.contains('hc-tap'))
  .filter(e => { const s = getComputedStyle(e); const native = ['radio', 'checkbox'].includes(e.type) && s.appearance !== 'none';
    return !native && (s.borderTopStyle === 'none' || parseFloat(s.borderTopWidth) === 0); })
  .map(e => e.outerHTML.slice(0, 120))";

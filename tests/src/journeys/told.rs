//! Whoever does not see the screen: each control as a screen reader is told of it, as it stands and when it is wrong.
use super::forms::fixture;
use crate::everything::{STEPS, answers_for_everything, begun};
use crate::tour::Visitor;
use crate::{applicant::Applicant, browser::Browser, house::House, speech::Speech};
use anyhow::{Context, ensure};
use serde_json::{Value, json};
use std::collections::BTreeSet;

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
    // Lines, times, numbers with their unit and rows are on no step of ours.
    for step in ["typed", "chosen", "rows"] {
        applicant.goes_to(&format!("/a/{id}/step/{step}")).await?;
        applicant.finds("button", applicant.speech.say("form.next")?).await?;
        Visitor::AxeInChinese.at(&applicant, &format!("the {step} of every type")).await?;
    }
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

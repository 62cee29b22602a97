//! What is wrong is said where it helps: in the document's title, above the form, at the field, to who listens; and the way
//! to change an answer leads back to where all are checked.
use super::typing::at_the_person;
use crate::{applicant::Applicant, browser::Browser, house::House};
use anyhow::ensure;
use thirtyfour::prelude::*;

/// What the document is called begins so.
async fn title_begins(applicant: &Applicant<'_>, words: &str) -> anyhow::Result<()> {
    applicant
        .waits(&format!("the title {words:?}"), async || {
            Ok(applicant.driver.title().await?.replace('\u{a0}', " ").starts_with(words))
        })
        .await
}

async fn holds(applicant: &Applicant<'_>, what: &str, script: &str) -> anyhow::Result<()> {
    applicant.waits(what, async || Ok(applicant.driver.execute(script, vec![]).await?.json() == true)).await
}

pub(super) async fn is_said(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = at_the_person(house, phone).await?;
    let speech = &applicant.speech;
    title_begins(&applicant, &step_title("person")?).await?;

    // Nothing is said while a field is typed into for the first time; when it is left, at the field and to who listens.
    let number = speech.label("person.id.number")?;
    applicant.fills(&number, "1101051990").await?;
    let wrong = speech.part("e.id-short")?;
    ensure!(!applicant.reads().await?.contains(wrong), "it is said to be wrong while it is being typed");
    applicant.finds("textbox", &number).await?.send_keys(Key::Tab + "").await?;
    applicant.sees(wrong).await?;
    let heard = format!(
        "return [...document.querySelectorAll('[aria-live=polite]')].some(it => it.textContent.includes({:?}))",
        speech.say("form.err.prefix")?.trim()
    );
    holds(&applicant, "the live region to say it", &heard).await?;

    // Several: a list above the form has the focus, the title counts them, each leads to its field.
    applicant.says("form.next").await?;
    holds(&applicant, "the focus at the list of errors", "return document.activeElement.matches('.hc-errors')").await?;
    let count = applicant.driver.execute("return document.querySelectorAll('.hc-errors li').length", vec![]).await?;
    let count = count.json().as_u64().unwrap_or_default();
    ensure!(count > 1, "{count} mistakes in the list");
    let said = speech.say("form.pagetitle")?.replace("{n}", &count.to_string());
    title_begins(&applicant, said.split("{page}").next().unwrap_or_default()).await?;
    let named = "const list = document.activeElement; \
        return document.getElementById(list.getAttribute('aria-labelledby')).textContent.replace(/\\xa0/g, ' ')";
    let named = applicant.driver.execute(named, vec![]).await?;
    ensure!(
        named.json() == speech.say("form.errtitle")?.replace("{n}", &count.to_string()).as_str(),
        "{}",
        named.json()
    );
    let linked = "const links = [...document.querySelectorAll('.hc-errors a')]; \
        return links.every(link => document.getElementById(decodeURIComponent(link.hash.slice(1))))";
    holds(&applicant, "each mistake to lead to a field", linked).await?;
    applicant.driver.execute("document.querySelector('.hc-errors a').click()", vec![]).await?;
    let at_the_field = "const at = document.activeElement; return at.getAttribute('aria-invalid') === 'true' && \
        at.getAttribute('aria-describedby').split(' ').some(id => id.endsWith('-error') && document.getElementById(id).textContent)";
    holds(&applicant, "the focus at a field that says what is wrong", at_the_field).await?;

    // It goes while it is being mended. The one that is left takes the focus itself, and the title still says so.
    applicant.fills(&number, applicant.number).await?;
    let field = applicant.finds("textbox", &number).await?;
    applicant.waits("the error to go", async || Ok(field.attr("aria-invalid").await?.is_none())).await?;
    applicant.agrees("person.id.validity.long-term").await?;
    applicant.says("form.next").await?;
    let name = speech.label("person.name")?;
    let alone = format!(
        "const at = document.activeElement; return at.labels && at.labels[0].textContent.startsWith({name:?}) && !document.querySelector('.hc-errors')"
    );
    holds(&applicant, "the focus at the only field that is wrong", &alone).await?;
    title_begins(
        &applicant,
        speech.say("form.pagetitle")?.replace("{n}", "1").split("{page}").next().unwrap_or_default(),
    )
    .await?;

    // A step with mistakes may be left, and what is missing is said where all is checked.
    let id = applicant.application().await?;
    applicant.goes_to(&format!("/a/{id}/step/contact")).await?;
    title_begins(&applicant, &step_title("contact")?).await
}

/// A step's own name.
fn step_title(step: &str) -> anyhow::Result<String> {
    let form = super::forms::fixture("../forms/health-certificate.questionnaire.json")?;
    let steps = form.get("item").and_then(|items| items.as_array()).cloned().unwrap_or_default();
    let found = steps.iter().find(|it| it["linkId"] == step).and_then(|it| it["text"].as_str().map(str::to_owned));
    found.ok_or_else(|| anyhow::anyhow!("no step {step}"))
}

pub(super) async fn changed_from_the_check(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = at_the_person(house, phone).await?;
    let speech = &applicant.speech;
    applicant.types("person.name", "张伟").await?;
    let id = applicant.application().await?;
    let moment = applicant.moment().await?;
    applicant.types("person.id.number", applicant.number).await?;
    applicant.agrees("person.id.validity.long-term").await?;
    applicant.is_saved_since(moment).await?;
    applicant.goes_to(&format!("/a/{id}/check")).await?;
    applicant.sees("张伟").await?;
    let change = speech.say("check.change.named")?.replace("{label}", &speech.short("person.name")?);
    applicant.link(&change).await?;
    applicant
        .waits("the step of the name", async || {
            Ok(applicant.driver.current_url().await?.as_str().contains("/step/person"))
        })
        .await?;
    let name = speech.label("person.name")?;
    let at_it = format!(
        "const at = document.activeElement; return !!at.labels && at.labels[0]?.textContent.startsWith({name:?})"
    );
    holds(&applicant, "the focus at the name", &at_it).await?;
    applicant.fills(&name, "李娜").await?;
    // Where one came from, and not the next step, although there is one.
    applicant.continues_to("/check").await?;
    applicant.sees("李娜").await?;
    applicant.no_longer_sees("张伟").await?;
    // From the list of what is missing too.
    let missing = speech.say("e.required")?.replace("{label}", &speech.short("contact.residence.address")?);
    applicant.link(&missing).await?;
    applicant.types("contact.phone", applicant.phone).await?;
    applicant.types("contact.residence.region", "北京市朝阳区").await?;
    applicant.types("contact.residence.address", "示例路 1 号").await?;
    applicant.continues_to("/check").await?;
    applicant.finds("heading", speech.say("check.title")?).await?;
    ensure!(!applicant.has("link", &missing).await?, "what was filled in is still missing");
    Ok(())
}

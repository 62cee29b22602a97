//! The next certificate from the last one, and what the office says to answers that the app took for right.
use super::forms::fixture;
use crate::{applicant::Applicant, browser::Browser, find, house::House};
use anyhow::{Context, ensure};
use mock_server::office::OfficeAct;
use serde_json::Value;

/// From an issued certificate to the check page of the next application, where only what is never taken over is missing.
pub(super) async fn renewed(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let first = applicant.has_handed_in().await?;
    house.accept(&first).await?;
    super::certificate::booked(&applicant, &first).await?;
    house.act(&first, OfficeAct::Attend { site: None }).await?;
    house.record_normal(&first).await?;
    house.act(&first, OfficeAct::Pass).await?;
    house.act(&first, OfficeAct::Issue).await.ok();
    applicant.goes_to(&format!("/a/{first}/collect")).await?;
    applicant.collects().await?;
    let url = phone.driver.current_url().await?.to_string();
    let certificate = url.split("/c/").nth(1).context("no certificate in the address")?.to_owned();
    let read = format!(
        "fetch('/api/v1/certificates/{certificate}', {{ headers: {{ 'X-HC-Request': '1' }} }}).then(a => a.json()).then(c => c.number)"
    );
    let number = find::evaluate(&phone.driver, &read).await?;
    let number = number.as_str().context("the certificate has no number")?.to_owned();

    // Its tag at home is the word alone.
    applicant.goes_to("/home").await?;
    let valid = applicant.speech.say("cert.state.valid")?.to_owned();
    let tags = "[...document.querySelectorAll('.hc-tag')].map(tag => tag.textContent.trim())";
    applicant
        .waits("the tag of a valid certificate", async || {
            let shown = find::evaluate(&phone.driver, tags).await?;
            Ok(shown.as_array().is_some_and(|all| all.iter().any(|tag| tag.as_str() == Some(&valid))))
        })
        .await?;

    // It has run out meanwhile: the office's clock for this application goes there.
    let later = PLAY.replace("{id}", &first).replace("{days}", "370");
    find::evaluate(&phone.driver, &later).await?;
    let again = applicant.speech.say("home.renew")?;
    for path in [format!("/a/{first}"), "/home".to_owned()] {
        applicant.goes_to(&path).await?;
        applicant.sees(applicant.speech.say("cert.state.expired")?).await?;
        applicant.finds("link", again).await.with_context(|| path)?;
    }
    applicant.link(again).await?;
    applicant.is_at(&format!("/c/{certificate}")).await?;
    // Another phone does the same at the same moment, and is the first: it is one application.
    phone.driver.execute(OVERTAKEN, vec![]).await?;
    applicant.says("home.renew").await?;
    applicant
        .waits("another application", async || Ok(applicant.application().await.is_ok_and(|id| id != first)))
        .await?;
    let id = applicant.application().await?;
    let other = phone.driver.execute("return globalThis.__other", vec![]).await?;
    ensure!(other.json().as_str() == Some(&id), "two phones began {} and {id}", other.json());
    applicant.goes_to(&format!("/a/{id}/step/category")).await?;
    let old = applicant.finds("textbox", &applicant.speech.label("category.previous-number")?).await?;
    applicant
        .waits(
            "the number of the last certificate",
            async || Ok(old.value().await?.as_deref() == Some(number.as_str())),
        )
        .await?;
    // Going on without a word about them is held back, and nothing of it is lost.
    applicant.says("form.next").await?;
    applicant.sees(applicant.speech.part("form.confirm.missing")?).await?;
    applicant.is_at("/step/category").await?;
    begun_once(&applicant, &certificate, &id).await?;
    gone_on_with_elsewhere(&applicant, &id).await?;
    applicant.goes_to(&format!("/a/{id}/step/category")).await?;
    for (step, next) in [("category", "/step/person"), ("person", "/step/contact"), ("contact", "/step/work")] {
        applicant.is_at(&format!("/step/{step}")).await?;
        if step == "person" {
            // The number of the ID is asked anew each time.
            ensure!(value_of(&applicant, "person.id.number").await?.is_empty(), "the ID number was taken over");
            applicant.types("person.id.number", applicant.number).await?;
        }
        confirms_all(&applicant).await.with_context(|| step.to_owned())?;
        applicant.continues_to(next).await.with_context(|| step.to_owned())?;
    }
    ensure!(value_of(&applicant, "work.post").await? == "厨师", "the post was not taken over");
    // Changing what was filled in says as much as a press.
    applicant.types("work.post", "面点师").await?;
    confirms_all(&applicant).await?;
    applicant.continues_to("/step/health").await?;
    let text = applicant.reads().await?;
    ensure!(!text.contains(applicant.speech.say("form.filled")?), "an answer about health was filled in");
    applicant.goes_to(&format!("/a/{id}/check")).await?;
    applicant.sees(applicant.speech.say("check.title")?).await?;
    applicant.sees(&number).await?;
    let text = applicant.reads().await?;
    ensure!(
        !text.contains(applicant.speech.part("form.confirm.missing")?),
        "something waits for a word still:\n{text}"
    );
    for link_id in ["documents.portrait", "health.diseases", "consent.truth"] {
        let label = applicant.speech.short(link_id)?;
        ensure!(text.contains(&label), "{label} is not asked for again:\n{text}");
    }
    Ok(())
}

/// To renew once more leads to the application that is there.
async fn begun_once(applicant: &Applicant<'_>, certificate: &str, id: &str) -> anyhow::Result<()> {
    applicant.goes_to(&format!("/c/{certificate}")).await?;
    applicant.says("home.renew").await?;
    applicant.is_at(&format!("/a/{id}/tasks")).await
}

/// Another phone asks whether what was filled in is right, and what is confirmed there is confirmed here.
async fn gone_on_with_elsewhere(applicant: &Applicant<'_>, id: &str) -> anyhow::Result<()> {
    let saved = applicant.speech.begin("save.account")?;
    applicant.goes_to(&format!("/a/{id}/step/documents")).await?;
    applicant.agrees("documents.consent").await?;
    applicant.sees(saved).await?;
    let browser = applicant.house.phone().await?;
    let other = Applicant::new(applicant.house, applicant.house.person(&browser), "zh-CN")?;
    let walked = async {
        applicant.house.office()?.let_time_pass(chrono::Duration::seconds(61));
        other.goes_to("/home").await?;
        other.signs_in().await?;
        other.sees(other.speech.say("home.list")?).await?;
        other.goes_to(&format!("/a/{id}/step/category")).await?;
        other.sees(other.speech.say("form.filled")?).await?;
        confirms_all(&other).await?;
        other.no_longer_sees(other.speech.say("form.filled")?).await?;
        other.sees(saved).await
    };
    let walked = walked.await;
    browser.close(walked).await.context("on the other phone")?;
    applicant
        .waits("what was confirmed on the other phone", async || {
            applicant.goes_to(&format!("/a/{id}/step/category")).await?;
            applicant.finds("button", applicant.speech.say("form.next")?).await?;
            Ok(!applicant.reads().await?.contains(applicant.speech.say("form.filled")?))
        })
        .await?;
    applicant.goes_to(&format!("/a/{id}/step/person")).await?;
    applicant.sees(applicant.speech.say("form.filled")?).await
}

/// Before this phone begins an application, another one begins one with the same words.
const OVERTAKEN: &str = "const before = globalThis.fetch; globalThis.fetch = async (asked, how) => { \
    const wish = new Request(asked, how), place = /[/]applications[/][^/]+$/; \
    if (wish.method === 'PUT' && place.test(wish.url) && !globalThis.__other) { \
        globalThis.__other = crypto.randomUUID(); \
        const body = await wish.clone().text(); \
        await before(wish.url.replace(place, '/applications/' + globalThis.__other), { method: 'PUT', headers: wish.headers, body }); } \
    return before(wish); }";

/// Moves the clock of an application so many days on.
const PLAY: &str = "fetch('/api/v1/test/acts', { method: 'POST', headers: { 'Content-Type': 'application/json', \
    'X-HC-Request': '1', 'Idempotency-Key': crypto.randomUUID() }, body: JSON.stringify({ application: '{id}', act: 'edit', \
    at: new Date(Date.now() + {days} * 864e5).toISOString() }) }).then(a => a.ok ? true : a.text())";

async fn value_of(applicant: &Applicant<'_>, link_id: &str) -> anyhow::Result<String> {
    let field = applicant.finds("textbox", &applicant.speech.label(link_id)?).await?;
    Ok(field.value().await?.unwrap_or_default())
}

/// Says of each answer on this page that it is right.
async fn confirms_all(applicant: &Applicant<'_>) -> anyhow::Result<()> {
    let words = applicant.speech.begin("form.confirm.named")?.to_owned();
    for _ in 0..20 {
        let open = find::by_role(&applicant.driver, "button", &words).await?;
        let Some(button) = open.into_iter().next() else { return Ok(()) };
        let script = "arguments[0].scrollIntoView({ block: 'center' }); arguments[0].click()";
        let before = "return document.querySelectorAll('[aria-label]').length";
        let then = applicant.driver.execute(before, vec![]).await?.json().clone();
        applicant.driver.execute(script, vec![button.to_json()?]).await?;
        applicant
            .waits("the button to go", async || Ok(*applicant.driver.execute(before, vec![]).await?.json() != then))
            .await?;
    }
    anyhow::bail!("there is no end of what is to be confirmed")
}

/// The server knows a rule that this phone's form does not: what it says stands where the answer stands.
pub(super) async fn refused_by_the_office(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    applicant.begins().await?;
    applicant.fills_in().await?;
    applicant.gives_papers().await?;
    // The same version, written differently since: the post may have two letters at most.
    let mut stricter = fixture("../forms/health-certificate.questionnaire.json")?;
    item_mut(&mut stricter, "work.post").context("no such item")?["maxLength"] = 2.into();
    item_mut(&mut stricter, "contact.residence.address").context("no such item")?["maxLength"] = 3.into();
    applicant.types_elsewhere("work", "work.post", "厨师长").await?;
    house.asks(&[stricter]).await?;
    let id = applicant.application().await?;
    applicant.goes_to(&format!("/a/{id}/step/documents")).await?;
    applicant.comes_to_check().await?;
    applicant.says("submit.go").await?;
    applicant.is_at("/receipt").await?;
    applicant.sees(applicant.speech.say("receipt.aside")?).await?;
    // Each is a link to where it stands.
    let said = applicant.speech.part("e.too-long")?.to_owned();
    applicant.waits("what the office says", async || Ok(applicant.reads().await?.matches(&said).count() == 2)).await?;
    // The link leads to a field that can be changed: what was handed over is taken back on the way.
    let links = find::by_role(&applicant.driver, "link", applicant.speech.short("work.post")?.as_str()).await?;
    links.into_iter().next().context("no link to the post")?.click().await?;
    applicant.is_at("/step/work%3Apost").await?;
    let post = applicant.finds("textbox", &applicant.speech.label("work.post")?).await?;
    ensure!(post.attr("readonly").await?.is_none(), "the field that the link leads to cannot be changed");
    applicant.goes_to(&format!("/a/{id}/check")).await?;
    applicant.waits("it on the check page", async || Ok(applicant.reads().await?.matches(&said).count() == 2)).await?;
    for (link_id, step) in [("work.post", "work"), ("contact.residence.address", "contact")] {
        applicant.goes_to(&format!("/a/{id}/step/{step}")).await?;
        let field = applicant.finds("textbox", &applicant.speech.label(link_id)?).await?;
        ensure!(
            field.attr("aria-invalid").await?.as_deref() == Some("true"),
            "{link_id} does not say that it is wrong"
        );
        let described = "return (arguments[0].getAttribute('aria-describedby') || '').split(' ')\
            .map(id => document.getElementById(id)?.textContent || '').join(' ')";
        let described = applicant.driver.execute(described, vec![field.to_json()?]).await?;
        ensure!(described.json().to_string().contains(&said), "{link_id} says {}", described.json());
    }
    // Changed, the word about it is over.
    applicant.goes_to(&format!("/a/{id}/step/work")).await?;
    applicant.types("work.post", "厨师").await?;
    applicant.no_longer_sees(&said).await
}

impl Applicant<'_> {
    /// Types into a field of another step, and comes back.
    async fn types_elsewhere(&self, step: &str, link_id: &str, text: &str) -> anyhow::Result<()> {
        let back = self.driver.current_url().await?.path().to_owned();
        let id = self.application().await?;
        self.goes_to(&format!("/a/{id}/step/{step}")).await?;
        let moment = self.moment().await?;
        self.types(link_id, text).await?;
        self.is_saved_since(moment).await?;
        self.goes_to(&back).await
    }
}

pub(super) fn item_mut<'a>(item: &'a mut Value, link_id: &str) -> Option<&'a mut Value> {
    for inside in item.get_mut("item")?.as_array_mut()? {
        if inside.get("linkId").is_some_and(|found| found == link_id) {
            return Some(inside);
        }
        if let Some(found) = item_mut(inside, link_id) {
            return Some(found);
        }
    }
    None
}

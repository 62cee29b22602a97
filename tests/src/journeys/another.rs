//! Several people, one login: one begins for another, and neither form knows of the other.
use crate::{applicant::Applicant, browser::Browser, house::House};
use anyhow::ensure;

pub(super) async fn person(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let speech = &applicant.speech;
    let first = applicant.begins_unnamed().await?;
    fills_in_the_person(&applicant, &first, "张伟", "11010519900307021X").await?;

    applicant.goes_to("/home").await?;
    applicant.sees("张伟").await?;
    applicant.button(speech.say("home.another")?).await?;
    applicant.waits("another application", async || Ok(applicant.application().await? != first)).await?;
    let second = applicant.application().await?;
    // Nothing of the first one stands there, not the name nor the number.
    applicant.finds("heading", speech.say("tasks.title.unnamed")?).await?;
    applicant.goes_to(&format!("/a/{second}/step/person")).await?;
    applicant.finds("group", &speech.label("person.id.kind")?).await?;
    let chosen = applicant.driver.execute("return document.querySelectorAll('.hc-form input:checked').length", vec![]);
    ensure!(chosen.await?.json() == 0, "something is chosen already");
    ensure!(!applicant.reads().await?.contains("张伟"), "the other one's name is shown");
    fills_in_the_person(&applicant, &second, "李娜", "110105199003070236").await?;

    // Both are there by their names, and each with its own answers.
    applicant.goes_to("/home").await?;
    for name in ["张伟", "李娜"] {
        applicant.sees(name).await?;
    }
    for (id, name) in [(&first, "张伟"), (&second, "李娜")] {
        applicant.goes_to(&format!("/a/{id}/step/person")).await?;
        let field = applicant.finds("textbox", &speech.label("person.name")?).await?;
        applicant.waits(name, async || Ok(field.value().await?.as_deref() == Some(name))).await?;
        applicant.goes_to(&format!("/a/{id}/tasks")).await?;
        applicant.finds("heading", &speech.say("tasks.title")?.replace("{name}", name)).await?;
    }
    Ok(())
}

async fn fills_in_the_person(applicant: &Applicant<'_>, id: &str, name: &str, number: &str) -> anyhow::Result<()> {
    applicant.goes_to(&format!("/a/{id}/step/person")).await?;
    let moment = applicant.moment().await?;
    applicant.chooses("person.id.kind", "resident-id").await?;
    applicant.types("person.id.number", number).await?;
    applicant.agrees("person.id.validity.long-term").await?;
    applicant.types("person.name", name).await?;
    applicant.continues_to("/step/contact").await?;
    applicant.is_saved_since(moment).await
}

//! The entrance, signing in, the form, and the receipt.
use super::Visitor;
use crate::everything::{STEPS, answers_for_everything};
use crate::{applicant::Applicant, browser::Browser, house::House};

pub(super) async fn walk(
    house: &House,
    phone: &Browser,
    language: &'static str,
    visitor: &Visitor,
) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), language)?;
    let speech = &applicant.speech;
    applicant.goes_to("/").await?;
    if language == "en" {
        applicant.presses("button", "EN English").await?;
    }
    applicant.sees(speech.say("entry.title")?).await?;
    visitor.at(&applicant, "01-entrance").await?;
    for (path, words, place) in [
        ("/settings", "settings.title", "02-settings"),
        ("/verify", "v.title", "03-verify"),
        ("/lookup", "lookup.title", "04-lookup"),
        ("/no/such/page", "page.none", "04-unknown"),
    ] {
        applicant.goes_to(path).await?;
        applicant.sees(speech.say(words)?).await?;
        visitor.at(&applicant, place).await?;
    }
    signs_in(house, &applicant, visitor).await?;
    applicant.goes_to("/home").await?;
    applicant.sees(speech.say("home.title")?).await?;
    visitor.at(&applicant, "07-home-empty").await?;
    applicant.goes_to("/").await?;
    applicant.says("entry.start").await?;
    applicant.finds("heading", speech.say("tasks.title.unnamed")?).await?;
    visitor.at(&applicant, "08-tasks").await?;
    let id = applicant.application().await?;
    steps(&applicant, visitor, &id).await?;
    answered(&applicant, visitor, &id).await?;
    // What is handed in is another one, answered from the start.
    applicant.goes_to("/home").await?;
    applicant.says("home.another").await?;
    applicant.waits("another application", async || Ok(applicant.application().await.is_ok_and(|it| it != id))).await?;
    let id = applicant.application().await?;
    applicant.fills_in().await?;
    applicant.gives_papers().await?;
    visitor.at(&applicant, "18-documents-given").await?;
    applicant.goes_to(&format!("/a/{id}/tasks")).await?;
    applicant.sees(speech.part("tasks.title")?).await?;
    visitor.at(&applicant, "18-tasks-nearly").await?;
    applicant.goes_to(&format!("/a/{id}/step/documents")).await?;
    applicant.comes_to_check().await?;
    visitor.at(&applicant, "19-check").await?;
    applicant.says("submit.go").await?;
    applicant.sees(speech.say("receipt.title")?).await?;
    visitor.at(&applicant, "20-receipt").await
}

async fn signs_in(house: &House, applicant: &Applicant<'_>, visitor: &Visitor) -> anyhow::Result<()> {
    let speech = &applicant.speech;
    applicant.goes_to("/sign-in").await?;
    applicant.sees(speech.say("signin.title")?).await?;
    visitor.at(applicant, "05-sign-in").await?;
    applicant.says("signin.send").await?;
    applicant.sees(speech.say("signin.e.phone.empty")?).await?;
    visitor.at(applicant, "06-sign-in-empty").await?;
    applicant.fills(speech.say("signin.phone")?, applicant.phone).await?;
    applicant.says("signin.send").await?;
    applicant.finds("textbox", speech.say("signin.code")?).await?;
    visitor.at(applicant, "06-sign-in-code").await?;
    let code = house.code_for(&format!("+86{}", applicant.phone)).await?;
    let wrong = if code.starts_with('0') { "111111" } else { "000000" };
    applicant.fills(speech.say("signin.code")?, wrong).await?;
    applicant.says("signin.go").await?;
    applicant.sees(speech.begin("p.code-wrong")?).await?;
    visitor.at(applicant, "06-sign-in-code-wrong").await?;
    applicant.fills(speech.say("signin.code")?, &code).await?;
    applicant.says("signin.go").await?;
    applicant.no_longer_sees(speech.say("signin.scam")?).await
}

/// Each step with all that answers open.
async fn answered(applicant: &Applicant<'_>, visitor: &Visitor, id: &str) -> anyhow::Result<()> {
    answers_for_everything(applicant, id).await?;
    for (number, (step, _)) in STEPS.into_iter().enumerate().filter(|(_, (_, answers))| !answers.is_empty()) {
        applicant.goes_to(&format!("/a/{id}/step/{step}")).await?;
        applicant.finds("button", applicant.speech.say("form.next")?).await?;
        visitor.at(applicant, &format!("{:02}-step-{step}-answered", number + 9)).await?;
    }
    Ok(())
}

/// Each step as it is first seen, and as it looks when one goes on without an answer.
async fn steps(applicant: &Applicant<'_>, visitor: &Visitor, id: &str) -> anyhow::Result<()> {
    let steps = ["category", "person", "contact", "work", "health", "documents", "consent"];
    for (number, step) in steps.into_iter().enumerate() {
        applicant.goes_to(&format!("/a/{id}/step/{step}")).await?;
        applicant.finds("button", applicant.speech.say("form.next")?).await?;
        let place = format!("{:02}-step-{step}", number + 9);
        visitor.at(applicant, &place).await?;
        applicant.says("form.next").await?;
        visitor.at(applicant, &format!("{place}-empty")).await?;
    }
    Ok(())
}

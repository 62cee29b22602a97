//! What there is to see without a network, what waits to be sent, and the page after a panic.
use super::{Question, Visitor};
use crate::{applicant::Applicant, browser::Browser, house::House};

pub(super) async fn walk(
    house: &House,
    phone: &Browser,
    language: &'static str,
    visitor: &Visitor,
) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), language)?;
    applicant.begins().await?;
    applicant.is_kept().await?;
    applicant.finds("heading", applicant.speech.say("tasks.title.unnamed")?).await?;
    let id = applicant.application().await?;
    applicant.set_offline(true).await?;
    house.stop().await;
    fills_and_submits(&applicant, visitor, &id).await?;
    house.start().await?;
    applicant.set_offline(false).await?;
    applicant.goes_to(&format!("/a/{id}/receipt")).await?;
    applicant.sees(applicant.speech.say("receipt.title")?).await?;
    applicant.goes_to("/outbox").await?;
    applicant.sees(applicant.speech.say("out.got")?).await?;
    visitor.at(&applicant, "88-outbox-sent").await?;
    applicant.has_status(&id, "submitted").await?;
    house.accept(&id).await?;
    applicant.has_status(&id, "accepted").await?;
    cut_off(&applicant, visitor, &id).await?;
    afterwards(&applicant, visitor).await
}

async fn fills_and_submits(applicant: &Applicant<'_>, visitor: &Visitor, id: &str) -> anyhow::Result<()> {
    let speech = &applicant.speech;
    applicant.goes_to(&format!("/a/{id}/tasks")).await?;
    applicant.fills_in().await?;
    applicant.gives_papers().await?;
    visitor.at(applicant, "83-step-offline").await?;
    applicant.comes_to_check().await?;
    visitor.at(applicant, "84-check-offline").await?;
    applicant.says("submit.go").await?;
    applicant.sees(speech.say("receipt.queued")?).await?;
    visitor.at(applicant, "85-receipt-queued").await?;
    applicant.goes_to("/outbox").await?;
    applicant.sees(speech.say("out.here")?).await?;
    visitor.at(applicant, "86-outbox-waiting").await?;
    applicant.goes_to("/home").await?;
    applicant.sees(speech.say("home.offline")?).await?;
    visitor.at(applicant, "87-home-offline").await
}

/// What was read before is still there, with its age.
async fn cut_off(applicant: &Applicant<'_>, visitor: &Visitor, id: &str) -> anyhow::Result<()> {
    let speech = &applicant.speech;
    applicant.set_offline(true).await?;
    applicant.goes_to(&format!("/a/{id}")).await?;
    applicant.sees(speech.say("progress.stale")?).await?;
    visitor.at(applicant, "89-status-offline").await?;
    for (path, words, place) in [
        (format!("/a/{id}/examination"), "exam.offline", "90-examination-offline"),
        ("/lookup".to_owned(), "lookup.offline", "91-lookup-offline"),
    ] {
        applicant.goes_to(&path).await?;
        applicant.sees(speech.say(words)?).await?;
        visitor.at(applicant, place).await?;
    }
    applicant.set_offline(false).await
}

async fn afterwards(applicant: &Applicant<'_>, visitor: &Visitor) -> anyhow::Result<()> {
    let speech = &applicant.speech;
    applicant.goes_to("/settings").await?;
    let erase = Question { act: "erase.open", title: "erase.title", keep: "erase.keep" };
    visitor.at_question(applicant, &erase, "92-erase").await?;
    applicant.goes_to("/home").await?;
    applicant.sees(speech.say("home.title")?).await?;
    applicant.driver.execute("__hc_panic()", vec![]).await?;
    applicant.sees(speech.say("crash.title")?).await?;
    visitor.at(applicant, "93-recovery").await?;
    let copy = "document.querySelector('.hc-recovery .hc-btn--quiet').click()";
    applicant.driver.execute(copy, vec![]).await?;
    applicant.finds("textbox", "").await?;
    visitor.at(applicant, "93-recovery with its copy").await?;
    applicant.goes_to("/home").await?;
    applicant.sees(speech.say("home.title")?).await?;
    if let Some(other) = visitor.in_the_other_language(applicant).await? {
        applicant.driver.execute("__hc_panic()", vec![]).await?;
        applicant.sees(other.say("crash.title")?).await?;
        visitor.at(applicant, "93-recovery in the other language").await?;
    }
    Ok(())
}

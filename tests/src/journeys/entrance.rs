//! The entrance: what it tells, and where its ways lead.
use super::kept::begins_and_types;
use crate::{applicant::Applicant, browser::Browser, find, house::House};
use anyhow::ensure;
use contract::{
    api::{ReturnCode, Words},
    questionnaire::Pointer,
};
use mock_server::office::{OfficeAct, Returning};

pub(super) async fn ways(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let speech = &applicant.speech;
    applicant.goes_to("/").await?;
    for key in ["entry.title", "entry.who.title", "entry.have.title", "entry.stages"] {
        applicant.finds("heading", speech.say(key)?).await?;
    }
    let text = applicant.reads().await?;
    for key in TELLS {
        ensure!(text.contains(speech.part(key)?), "it does not tell {key}:\n{text}");
    }
    applicant.sees(speech.part("entry.time")?).await?;
    // On a phone that knows nobody, whoever has been here before signs in and comes to what they have.
    for (key, there) in [("entry.verify", "/verify"), ("entry.lookup", "/lookup"), ("signin.title", "/home")] {
        applicant.link(speech.say(key)?).await?;
        applicant.is_at(there).await?;
        applicant.driver.back().await?;
        applicant.finds("button", speech.say("entry.start")?).await?;
    }

    // What is being filled in is gone on with, by the one who fills it in and by nobody else.
    let id = applicant.begins_unnamed().await?;
    resumes(&applicant, &id).await?;
    // As long as nothing is answered in it, whoever starts again comes to the same one.
    starts(&applicant).await?;
    applicant.is_at(&format!("/a/{id}/tasks")).await?;
    applicant.driver.delete_all_cookies().await?;
    let mut other = Applicant::new(house, house.person(phone), "zh-CN")?;
    other.phone = "13800000002";
    signs_in(&other).await?;
    offers_nothing(&other).await?;
    other.driver.delete_all_cookies().await?;
    house.office()?.let_time_pass(chrono::Duration::seconds(61));
    signs_in(&applicant).await?;
    resumes(&applicant, &id).await?;

    // What was sent is not, nor is what came back: home says what that is.
    applicant.fills_in().await?;
    applicant.gives_papers().await?;
    applicant.submits().await?;
    offers_nothing(&applicant).await?;
    house.act(&id, OfficeAct::Begin).await?;
    let portrait = Returning {
        pointer: Pointer::item("documents.portrait"),
        code: ReturnCode::Unreadable,
        words: Words::new("示例：请再拍一张。", "zh-CN"),
    };
    house.act(&id, OfficeAct::Return(vec![portrait])).await?;
    applicant.has_status(&id, "returned").await?;
    offers_nothing(&applicant).await
}

/// Whoever has something under way is not led into a blank form, on this phone and on another one; they begin for somebody else
/// from home.
pub(super) async fn comes_home(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let first = begins_and_types(&applicant).await?;
    starts(&applicant).await?;
    applicant.is_at("/home").await?;
    // Also where the office cannot say that they are signed in.
    applicant.is_kept().await?;
    phone.set_offline(true).await?;
    starts(&applicant).await?;
    applicant.is_at("/home").await?;
    phone.set_offline(false).await?;
    let another = async || {
        applicant.goes_to("/home").await?;
        applicant.button(applicant.speech.say("home.another")?).await?;
        applicant.is_at("/tasks").await?;
        applicant.application().await
    };
    let second = another().await?;
    ensure!(second != first, "nothing was begun for somebody else");
    ensure!(another().await? == second, "a second blank form was begun");

    // One goes on with what one has answered in, where one was.
    resumes(&applicant, &first).await?;
    applicant.link(applicant.speech.begin("tasks.go")?).await?;
    applicant.is_at("/step/contact").await?;
    applicant.goes_to("/home").await?;
    applicant.link(applicant.speech.say("entry.resume")?).await?;
    applicant.is_at(&format!("/a/{first}/tasks")).await?;

    // Signed out, and signed in again by pressing Start.
    house.office()?.let_time_pass(chrono::Duration::seconds(61));
    applicant.driver.delete_all_cookies().await?;
    starts(&applicant).await?;
    applicant.signs_in().await?;
    applicant.is_at("/home").await
}

/// The same on a phone that knows nothing of it.
pub(super) async fn comes_home_elsewhere(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let id = applicant.hands_in().await?;
    house.office()?.let_time_pass(chrono::Duration::seconds(61));
    let other = house.phone().await?;
    let walked = async {
        let there = Applicant::new(house, house.person(&other), "zh-CN")?;
        starts(&there).await?;
        there.signs_in().await?;
        there.is_at("/home").await?;
        there.has_status(&id, "submitted").await
    };
    let walked = walked.await;
    other.close(walked).await
}

async fn starts(applicant: &Applicant<'_>) -> anyhow::Result<()> {
    applicant.goes_to("/").await?;
    applicant.says("entry.start").await
}

/// What is said there beside the headings.
const TELLS: [&str; 14] = [
    "entry.lead",
    "entry.privacy",
    "entry.who",
    "entry.have.id",
    "entry.have.phone",
    "entry.have.work",
    "entry.stage.apply",
    "entry.stage.review",
    "entry.stage.review.hint",
    "entry.stage.examination",
    "entry.stage.examination.hint",
    "entry.stage.certificate",
    "entry.stage.certificate.hint",
    "entry.inperson",
];

async fn signs_in(applicant: &Applicant<'_>) -> anyhow::Result<()> {
    applicant.goes_to("/sign-in").await?;
    applicant.signs_in().await?;
    applicant.is_at("/home").await
}

async fn resumes(applicant: &Applicant<'_>, id: &str) -> anyhow::Result<()> {
    applicant.goes_to("/").await?;
    applicant.link(applicant.speech.say("entry.resume")?).await?;
    applicant.is_at(&format!("/a/{id}/tasks")).await
}

/// The entrance knows who is here, and offers to go on with nothing.
async fn offers_nothing(applicant: &Applicant<'_>) -> anyhow::Result<()> {
    let (home, resume) = (applicant.speech.say("entry.signed-in")?, applicant.speech.say("entry.resume")?);
    applicant.goes_to("/").await?;
    applicant.finds("link", home).await?;
    find::evaluate(&applicant.driver, FRAMES).await?;
    ensure!(!applicant.has("link", resume).await?, "it offers to go on with what is not being filled in here");
    Ok(())
}

/// What lies on the phone has been read and drawn.
const FRAMES: &str = r"(async () => {
  for (let n = 0; n < 60; n++) await new Promise(requestAnimationFrame);
  return true;
})()";

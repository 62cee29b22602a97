//! What came back and is not taken once more: why stands in the list of what waits, which leads to where it is changed.
use super::{forms::fixture, renewal::item_mut};
use crate::{
    applicant::Applicant,
    browser::Browser,
    house::{House, refused},
};
use anyhow::{Context, ensure};
use contract::{
    api::{ReturnCode, Words},
    questionnaire::Pointer,
};
use mock_server::{
    faults::{Plan, Trouble},
    office::{OfficeAct, Returning},
};

/// Hands in, and has the post back; stands where it is answered.
async fn has_the_post_back(applicant: &Applicant<'_>) -> anyhow::Result<String> {
    has_back(applicant, "work.post", "示例：岗位请写具体。").await
}

/// Hands in, and has this item back; stands where it is answered.
async fn has_back(applicant: &Applicant<'_>, item: &str, said: &str) -> anyhow::Result<String> {
    let id = applicant.hands_in().await?;
    applicant.house.act(&id, OfficeAct::Begin).await?;
    let words = Words::new(said, "zh-CN");
    let back = Returning { pointer: Pointer::item(item), code: ReturnCode::Incorrect, words };
    applicant.house.act(&id, OfficeAct::Return(vec![back])).await?;
    applicant.goes_to(&format!("/a/{id}/returned")).await?;
    applicant.sees(said).await?;
    Ok(id)
}

pub(super) async fn document_left_out(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let speech = &applicant.speech;
    let id = has_back(&applicant, "documents.portrait", "示例：照片有点暗。").await?;
    let portrait = "免冠照片";
    // All of it waits for the network, and then something on the way does not take the photo.
    phone.set_offline(true).await?;
    applicant.hands("documents.portrait", &house.files.path("another-portrait.jpg")).await?;
    applicant.sees(speech.say("ret.ready")?).await?;
    applicant.says("ret.go").await?;
    applicant.sees(speech.say("receipt.queued")?).await?;
    let narrow = Plan::once(Trouble::Status(413, None), "/documents/");
    house.office()?.faults.plan(Plan { method: Some("PUT".into()), ..narrow });
    phone.set_offline(false).await?;
    applicant.sees(speech.say("receipt.aside")?).await?;
    applicant.sees(speech.say("outbox.why.document")?).await?;
    applicant.finds("link", portrait).await?;
    // It waits for its person, and is counted.
    applicant.goes_to("/home").await?;
    applicant.sees(&speech.say("outbox.count")?.replace("{n}", "2")).await?;
    applicant.goes_to("/outbox").await?;
    applicant.sees(speech.say("outbox.why.document")?).await?;
    // Which document it is, and of which row a button is, is said to whoever looks and whoever listens.
    applicant.sees(&format!("的申请 · {portrait}")).await?;
    applicant.finds("link", &format!("{}：", speech.say("outbox.go.fix")?)).await?;
    applicant.link(speech.say("outbox.go.fix")?).await?;
    applicant.is_at("/receipt").await?;
    applicant.link(portrait).await?;
    applicant.is_at(&format!("/a/{id}/returned")).await
}

pub(super) async fn changed_from_the_list(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let id = has_the_post_back(&applicant).await?;
    // The office knows a rule that this phone's form does not.
    let mut stricter = fixture("../forms/health-certificate.questionnaire.json")?;
    item_mut(&mut stricter, "work.post").context("no such item")?["maxLength"] = 2.into();
    applicant.types("work.post", "面点师").await?;
    house.asks(&[stricter]).await?;
    applicant.says("ret.go").await?;
    back_from_the_list(&applicant, &id, applicant.speech.part("outbox.why.fix")?).await?;
    applicant.sees(applicant.speech.part("e.too-long")?).await?;
    applicant.types("work.post", "面点").await?;
    // Something on the way takes no more than so many bytes.
    let narrow = Plan::once(Trouble::Status(413, None), "/supplement");
    house.office()?.faults.plan(Plan { method: Some("POST".into()), ..narrow });
    applicant.says("ret.go").await?;
    back_from_the_list(&applicant, &id, applicant.speech.say("outbox.why.too-large")?).await?;
    applicant.says("ret.go").await?;
    applicant.sees(applicant.speech.say("receipt.supplement")?).await
}

/// It was set aside: from the list of what waits the way leads back to the items.
async fn back_from_the_list(applicant: &Applicant<'_>, id: &str, why: &str) -> anyhow::Result<()> {
    applicant.sees(applicant.speech.say("receipt.aside")?).await?;
    applicant.goes_to("/outbox").await?;
    applicant.sees(why).await?;
    applicant.link(applicant.speech.say("outbox.go.fix")?).await?;
    applicant.is_at("/receipt").await?;
    applicant.says("receipt.aside.fix").await?;
    applicant.is_at(&format!("/a/{id}/returned")).await
}

pub(super) async fn note_too_long(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let id = has_the_post_back(&applicant).await?;
    let (note, said) = (applicant.speech.say("ret.note.label")?.to_owned(), "最多 500 个字，现在有 501 个");
    applicant.says("ret.note").await?;
    applicant.fills(&note, &"字".repeat(501)).await?;
    // It does not go, and is said at the note; also when it is opened anew, and folded.
    applicant.says("ret.go.wait").await?;
    applicant.sees(said).await?;
    applicant.driver.refresh().await?;
    applicant.sees(said).await?;
    applicant.says("ret.note").await?;
    applicant.no_longer_sees(said).await?;
    applicant.says("ret.go.wait").await?;
    applicant.sees(said).await?;
    applicant.fills(&note, &"字".repeat(500)).await?;
    applicant.no_longer_sees(said).await?;
    applicant.says("ret.go").await?;
    applicant.sees(applicant.speech.say("receipt.supplement")?).await?;
    let sent = house.office()?.full(&id, "reviewer").await.map_err(refused)?;
    let notes = sent.rounds.first().map(|round| round.notes.len());
    ensure!(notes == Some(1), "the reviewer has {notes:?} notes");
    Ok(())
}

//! From the entrance to the examination on site, with one item returned on the way.
use crate::{applicant::Applicant, browser::Browser, house::House};
use anyhow::ensure;
use contract::{
    api::{ReturnCode, Words},
    questionnaire::Pointer,
};
use mock_server::office::{OfficeAct, Returning};

const WORDS: &str = "照片有点暗，请在窗边再拍一张。";

pub(super) async fn one_return(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    applicant.begins().await?;
    applicant.fills_in().await?;
    applicant.gives_papers().await?;
    let id = applicant.submits().await?;
    one_item_comes_back(house, &applicant, &id).await?;
    house.act(&id, OfficeAct::Begin).await?;
    house.act(&id, OfficeAct::Accept { category: None }).await?;
    applicant.goes_to(&format!("/a/{id}")).await?;
    applicant.sees(applicant.speech.say("progress.go.accepted")?).await
}

async fn one_item_comes_back(house: &House, applicant: &Applicant<'_>, id: &str) -> anyhow::Result<()> {
    house.act(id, OfficeAct::Begin).await?;
    let portrait = Returning {
        pointer: Pointer::item("documents.portrait"),
        code: ReturnCode::Unreadable,
        words: Words::new(WORDS, "zh-CN"),
    };
    house.act(id, OfficeAct::Return(vec![portrait])).await?;
    applicant.goes_to(&format!("/a/{id}")).await?;
    applicant.opens_what_came_back().await?;
    applicant.sees(WORDS).await?;
    let text = applicant.reads().await?;
    ensure!(
        !text.contains(&applicant.speech.short("documents.identity.front")?),
        "more than what was returned is asked for"
    );
    applicant.replaces("documents.portrait", &house.files.path("another-portrait.jpg")).await?;
    applicant.says("ret.go").await?;
    applicant.sees(applicant.speech.say("receipt.supplement")?).await
}

pub(super) async fn refused_files(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    applicant.begins().await?;
    applicant.fills_in().await?;
    applicant.agrees("documents.consent").await?;
    let portrait = applicant.speech.short("documents.portrait")?;
    for (file, why) in [("text.jpg", "doc.e.type"), ("cut-off.jpg", "doc.e.broken"), ("report.pdf", "doc.e.type")] {
        applicant.gives(&portrait, &house.files.path(file)).await?;
        applicant.sees(applicant.speech.begin(why)?).await?;
    }
    applicant.hands("documents.portrait", &house.files.path("portrait.jpg")).await
}

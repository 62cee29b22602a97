//! What comes back about an answer that follows from another one.
use crate::{applicant::Applicant, browser::Browser, house::House};
use anyhow::{Context, ensure};
use contract::{
    api::{ReturnCode, Words},
    questionnaire::Pointer,
};
use mock_server::office::{OfficeAct, Returning};

/// The birth date follows from the number of the ID: the reviewer's words stand with it, and the number can be changed.
pub(super) async fn birth_date(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let id = applicant.hands_in().await?;
    house.act(&id, OfficeAct::Begin).await?;
    let said = "示例：出生日期和身份证照片上的不一样。";
    let birth = Returning {
        pointer: Pointer::item("person.birth-date"),
        code: ReturnCode::Mismatch,
        words: Words::new(said, "zh-CN"),
    };
    house.act(&id, OfficeAct::Return(vec![birth])).await?;
    applicant.goes_to(&format!("/a/{id}/returned")).await?;
    applicant.sees(said).await?;
    applicant.sees(applicant.speech.part("ret.source")?).await?;
    let field = applicant.finds("textbox", &applicant.speech.label("person.id.number")?).await?;
    ensure!(field.attr("readonly").await?.is_none(), "the number cannot be changed");
    // What cannot be changed by itself is answered by what it follows from.
    applicant.types("person.id.number", "110105199003070236").await?;
    applicant.says("ret.go").await?;
    applicant.sees(applicant.speech.say("receipt.supplement")?).await.context("it was not sent")
}

//! What an application goes through at the office, up to the results.
use super::{Question, Visitor};
use crate::{applicant::Applicant, browser::Browser, house::House};
use anyhow::Context;
use contract::{
    api::{ReturnCode, Words},
    examination::{Entry, Person, Sex, observe},
    questionnaire::Pointer,
};
use mock_server::office::{OfficeAct, Recording, Returning};

/// The words of the office are the office's: they stay in the language they were written in.
pub(super) fn words(text: &str) -> Words {
    Words::new(text, "zh-CN")
}

pub(super) async fn walk(
    house: &House,
    phone: &Browser,
    language: &'static str,
    visitor: &Visitor,
) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), language)?;
    let id = submitted(&applicant).await?;
    review(&applicant, visitor, &id).await?;
    choosing(&applicant, visitor, &id).await?;
    appointment(&applicant, visitor, &id).await?;
    results(&applicant, visitor, &id).await
}

/// A new application, sent.
pub(super) async fn submitted(applicant: &Applicant<'_>) -> anyhow::Result<String> {
    applicant.hands_in().await
}

async fn review(applicant: &Applicant<'_>, visitor: &Visitor, id: &str) -> anyhow::Result<()> {
    let (house, speech) = (applicant.house, &applicant.speech);
    applicant.has_status(id, "submitted").await?;
    visitor.at(applicant, "21-status-submitted").await?;
    for (act, title, keep, place) in [
        ("act.recall", "progress.recall.title", "progress.recall.keep", "22-recall"),
        ("act.withdraw", "progress.withdraw.title", "progress.withdraw.keep", "22-withdraw"),
    ] {
        visitor.at_question(applicant, &Question { act, title, keep }, place).await?;
    }
    applicant.goes_to("/home").await?;
    applicant.sees(speech.say("home.title")?).await?;
    visitor.at(applicant, "23-home").await?;
    house.act(id, OfficeAct::Begin).await?;
    let portrait = Returning {
        pointer: Pointer::item("documents.portrait"),
        code: ReturnCode::Unreadable,
        words: words("示例：照片有点暗，请在窗边再拍一张。"),
    };
    let post = Returning {
        pointer: Pointer::item("work.post"),
        code: ReturnCode::Incorrect,
        words: words("示例：请写具体岗位，比如「凉菜间厨师」。"),
    };
    house.act(id, OfficeAct::Return(vec![portrait, post])).await?;
    applicant.has_status(id, "returned").await?;
    visitor.at(applicant, "24-status-returned").await?;
    applicant.follows(id, "progress.go.returned", "/returned").await?;
    applicant.sees("照片有点暗").await?;
    visitor.at(applicant, "25-returned").await?;
    applicant.hands("documents.portrait", &house.files.path("another-portrait.jpg")).await?;
    applicant.types("work.post", "凉菜间厨师").await?;
    visitor.at(applicant, "26-returned-mended").await?;
    applicant.says("ret.go").await?;
    applicant.sees(speech.say("receipt.supplement")?).await?;
    visitor.at(applicant, "27-receipt-supplement").await?;
    house.act(id, OfficeAct::Begin).await?;
    let bring = vec!["身份证原件".to_owned(), "劳动合同".to_owned()];
    let call =
        OfficeAct::CallIn { words: words("示例：请带原件来核对。"), sites: vec!["site-1".into()], bring };
    house.act(id, call).await?;
    applicant.has_status(id, "counter").await?;
    visitor.at(applicant, "28-status-counter").await?;
    house.act(id, OfficeAct::Receive { words: words("示例：看过原件。") }).await?;
    house.act(id, OfficeAct::Accept { category: None }).await?;
    applicant.has_status(id, "accepted").await?;
    visitor.at(applicant, "29-status-accepted").await
}

async fn choosing(applicant: &Applicant<'_>, visitor: &Visitor, id: &str) -> anyhow::Result<()> {
    let speech = &applicant.speech;
    applicant.follows(id, "progress.go.accepted", "/examination").await?;
    applicant.finds("group", speech.say("exam.day")?).await?;
    visitor.at(applicant, "30-examination").await?;
    applicant.takes(speech.say("exam.day")?, 2).await?;
    applicant.finds("group", speech.say("exam.time")?).await?;
    visitor.at(applicant, "31-examination-times").await?;
    applicant.takes_a_time(2, 0).await?;
    visitor.at(applicant, "32-examination-held").await?;
    applicant.ticks("radio", speech.say("exam.online")?).await?;
    applicant.finds("link", speech.say("exam.report.go")?).await?;
    visitor.at(applicant, "33-examination-by-report").await?;
    applicant.ticks("radio", speech.say("exam.onsite")?).await?;
    applicant.finds("timer", "").await.map(drop)
}

async fn appointment(applicant: &Applicant<'_>, visitor: &Visitor, id: &str) -> anyhow::Result<()> {
    let speech = &applicant.speech;
    applicant.books("exam.go").await?;
    visitor.at(applicant, "34-visit").await?;
    let cancel = Question { act: "act.cancel", title: "visit.cancel.title", keep: "visit.cancel.keep" };
    visitor.at_question(applicant, &cancel, "35-visit-cancel").await?;
    applicant.link(speech.say("act.change")?).await?;
    applicant.is_at("/examination").await?;
    applicant.finds("group", speech.say("exam.day")?).await?;
    visitor.at(applicant, "36-examination-change").await?;
    applicant.has_status(id, "booked").await?;
    visitor.at(applicant, "37-status-booked").await?;
    applicant.house.act(id, OfficeAct::Attend { site: None }).await?;
    applicant.has_status(id, "examined").await?;
    visitor.at(applicant, "38-status-examined").await?;
    applicant.goes_to(&format!("/a/{id}/examination/results")).await?;
    applicant.sees(speech.part("res.wait.by")?).await?;
    visitor.at(applicant, "38-results-waiting").await
}

async fn results(applicant: &Applicant<'_>, visitor: &Visitor, id: &str) -> anyhow::Result<()> {
    let (house, speech) = (applicant.house, &applicant.speech);
    house.record_normal(id).await?;
    finds_alt(house, id, 130.0).await?;
    let refer = OfficeAct::Refer {
        place: "示例医院消化内科".into(),
        address: "示例路 100 号".into(),
        bring: vec!["身份证原件".into(), "这一页".into()],
        words: Some(words("示例：有一项要复查，请先看医生。")),
        due_on: None,
    };
    house.act(id, refer).await?;
    applicant.has_status(id, "referred").await?;
    visitor.at(applicant, "39-status-referred").await?;
    applicant.follows(id, "progress.go.referred", "/results").await?;
    applicant.finds("img", speech.say("res.covered")?).await?;
    visitor.at(applicant, "40-results-referred").await?;
    let alt =
        if speech.language == "en" { "Alanine aminotransferase (ALT)" } else { "丙氨酸氨基转移酶（ALT）" };
    applicant.button(&speech.say("res.show.what")?.replace("{what}", alt)).await?;
    applicant.sees("130 U/L").await?;
    visitor.at(applicant, "41-results-shown").await?;
    finds_alt(house, id, 23.0).await?;
    house.act(id, OfficeAct::Pass).await?;
    applicant.has_status(id, "passed").await?;
    visitor.at(applicant, "42-status-passed").await?;
    applicant.follows(id, "progress.results", "/results").await?;
    applicant.sees(speech.say("res.passed.soon")?).await?;
    visitor.at(applicant, "43-results-passed").await
}

/// The laboratory has this value.
async fn finds_alt(house: &House, id: &str, value: f64) -> anyhow::Result<()> {
    let office = house.office()?;
    let item = office.catalogue.examination.items.get("alt").context("no such item")?;
    let found =
        observe(item, &Entry::Number(value), Person { sex: Some(Sex::Male), age: Some(36) }, office.now().date_naive());
    office
        .record_results(id, "a test", Recording { observations: vec![found], ..Recording::default() })
        .await
        .map(drop)
        .map_err(crate::house::refused)
}

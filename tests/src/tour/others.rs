//! The way by report, and the ends that are no certificate.
use super::{Visitor, examination};
use crate::{
    applicant::Applicant,
    browser::Browser,
    house::{House, refused},
};
use contract::{api::ReturnCode, questionnaire::Pointer};
use examination::words;
use mock_server::office::{OfficeAct, Returning};

pub(super) async fn walk(
    house: &House,
    phone: &Browser,
    language: &'static str,
    visitor: &Visitor,
) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), language)?;
    let id = examination::submitted(&applicant).await?;
    house.accept(&id).await?;
    missing(&applicant, visitor, &id).await?;
    reporting(&applicant, visitor, &id).await?;
    let unfit = OfficeAct::Unfit {
        words: words("示例：请先治疗，痊愈并复查合格后可以重新申请。"),
        finding: Some(words("示例：查到的情况写在这里，只有本人能看。")),
    };
    house.record_normal(&id).await?;
    house.act(&id, unfit).await?;
    applicant.goes_to(&format!("/a/{id}")).await?;
    applicant.sees(applicant.speech.say("status.rejected.medical")?).await?;
    visitor.at(&applicant, "79-status-unfit").await?;
    applicant.goes_to(&format!("/a/{id}/examination/results")).await?;
    applicant.sees(applicant.speech.say("res.unfit")?).await?;
    visitor.at(&applicant, "79-results-unfit").await?;
    ends(&applicant, visitor).await
}

/// A visit that was missed.
async fn missing(applicant: &Applicant<'_>, visitor: &Visitor, id: &str) -> anyhow::Result<()> {
    applicant.follows(id, "progress.go.accepted", "/examination").await?;
    applicant.takes_a_time(2, 0).await?;
    applicant.books("exam.go").await?;
    applicant.house.office()?.take_as_missed(id, "a test", None).await.map_err(refused)?;
    applicant.has_status(id, "missed").await?;
    visitor.at(applicant, "72-status-missed").await?;
    applicant.goes_to(&format!("/a/{id}/examination/visit")).await?;
    applicant.sees(applicant.speech.part("visit.missed")?).await?;
    visitor.at(applicant, "72-visit-missed").await
}

async fn reporting(applicant: &Applicant<'_>, visitor: &Visitor, id: &str) -> anyhow::Result<()> {
    let (house, speech) = (applicant.house, &applicant.speech);
    let now = house.office()?.now();
    let day = |ago| (now - chrono::Duration::days(ago)).date_naive().format("%Y-%m-%d").to_string();
    applicant.goes_to(&format!("/a/{id}/examination/report")).await?;
    applicant.finds("button", speech.say("report.go")?).await?;
    visitor.at(applicant, "73-report").await?;
    applicant.says("report.go").await?;
    visitor.at(applicant, "74-report-empty").await?;
    applicant.chooses("report.examination.institution", "site-3").await?;
    applicant.types("report.examination.date", &day(4)).await?;
    applicant.hands("report.examination.pages", &house.files.path("report.pdf")).await?;
    applicant.agrees("report.confirmation.truth").await?;
    visitor.at(applicant, "75-report-filled").await?;
    applicant.says("report.go").await?;
    applicant.sees(speech.say("receipt.report")?).await?;
    visitor.at(applicant, "76-receipt-report").await?;
    applicant.has_status(id, "report-review").await?;
    visitor.at(applicant, "77-status-report-review").await?;
    let date = Returning {
        pointer: Pointer::item("report.examination.date"),
        code: ReturnCode::Incorrect,
        words: words("示例：报告上写的是另一天。"),
    };
    house.act(id, OfficeAct::ReturnReport(vec![date])).await?;
    applicant.has_status(id, "report-returned").await?;
    visitor.at(applicant, "78-status-report-returned").await?;
    applicant.follows(id, "progress.go.report-returned", "/report").await?;
    applicant.sees("报告上写的是另一天").await?;
    visitor.at(applicant, "78-report-returned").await?;
    applicant.types("report.examination.date", &day(5)).await?;
    applicant.says("ret.go").await?;
    applicant.sees(speech.say("receipt.report")?).await
}

/// Not accepted, and withdrawn.
async fn ends(applicant: &Applicant<'_>, visitor: &Visitor) -> anyhow::Result<()> {
    let speech = &applicant.speech;
    let rejected = another(applicant).await?;
    applicant.house.act(&rejected, OfficeAct::Begin).await?;
    let words = words("示例：从事的工作不需要健康证。");
    let appeal = Some("示例区卫生健康局政务服务窗口".to_owned());
    applicant.house.act(&rejected, OfficeAct::Reject { words, appeal }).await?;
    applicant.has_status(&rejected, "rejected").await?;
    visitor.at(applicant, "80-status-rejected").await?;
    let withdrawn = another(applicant).await?;
    applicant.has_status(&withdrawn, "submitted").await?;
    applicant.says("act.withdraw").await?;
    applicant.finds("dialog", speech.say("progress.withdraw.title")?).await?;
    // The safe answer has the focus first; the other one is in the dialog too.
    applicant.presses_within("dialog", speech.say("act.withdraw")?).await?;
    applicant.sees(speech.say("status.withdrawn")?).await?;
    visitor.at(applicant, "81-status-withdrawn").await?;
    applicant.goes_to("/home").await?;
    applicant.sees(speech.say("home.title")?).await?;
    visitor.at(applicant, "82-home-several").await
}

/// One more application under this login.
async fn another(applicant: &Applicant<'_>) -> anyhow::Result<String> {
    applicant.goes_to("/home").await?;
    applicant.says("home.another").await?;
    applicant.fills_in().await?;
    applicant.gives_papers().await?;
    applicant.submits().await
}

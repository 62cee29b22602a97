//! The way by report: a report that was made elsewhere is sent, mended and passed.
use crate::{
    applicant::Applicant,
    browser::Browser,
    clerk::{Clerk, SentBack, at_the_desk},
    house::House,
};
use anyhow::ensure;
use chrono::Duration;

const WORDS: &str = "报告上写的是另一天，请照报告上的日期改。";

pub(super) async fn by_report(house: &House, phone: &Browser) -> anyhow::Result<()> {
    at_the_desk(house, async |clerk| reported_to(house, phone, clerk).await).await
}

async fn reported_to(house: &House, phone: &Browser, clerk: &Clerk<'_>) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let id = applicant.hands_in().await?;
    clerk.accepts(applicant.name).await?;
    sends_the_report(&applicant, &id).await?;

    clerk.opens(applicant.name).await?;
    let label = applicant.speech.short("report.examination.date")?;
    let item = SentBack { label: &label, reason: "填写不对", words: WORDS };
    clerk.sends_back(&item, "退回报告里的 1 处").await?;
    may_be_examined_instead(&applicant, &id).await?;
    mends_the_report(&applicant, &id).await?;

    clerk.opens(applicant.name).await?;
    clerk.sees(&day(house, 5)?).await?;
    clerk.checks_the_report().await?;
    clerk.does("体检合格").await?;
    clerk.does("发证").await?;
    applicant.follows(&id, "progress.go.issued", "/collect").await?;
    applicant.collects().await
}

/// A day of this many days ago, as the form shows it.
fn day(house: &House, ago: i64) -> anyhow::Result<String> {
    Ok((house.office()?.now() - Duration::days(ago)).date_naive().format("%Y-%m-%d").to_string())
}

pub(super) async fn sends_the_report(applicant: &Applicant<'_>, id: &str) -> anyhow::Result<()> {
    let (house, speech) = (applicant.house, &applicant.speech);
    applicant.follows(id, "progress.go.accepted", "/examination").await?;
    applicant.ticks("radio", speech.say("exam.online")?).await?;
    applicant.finds("heading", speech.say("exam.title.online")?).await?;
    applicant.link(speech.say("exam.report.go")?).await?;
    applicant.is_at("/report").await?;
    applicant.driver.refresh().await?;
    applicant.chooses("report.examination.institution", "site-3").await?;
    applicant.types("report.examination.date", &day(house, 4)?).await?;
    let pages = speech.short("report.examination.pages")?;
    applicant.gives(&pages, &house.files.path("locked.pdf")).await?;
    applicant.sees(speech.say("doc.e.locked-pdf")?).await?;
    applicant.hands("report.examination.pages", &house.files.path("report.pdf")).await?;
    applicant.agrees("report.confirmation.truth").await?;
    applicant.says("report.go").await?;
    applicant.sees(speech.say("receipt.report")?).await
}

/// Beside the report that came back stands the other way: to be examined.
async fn may_be_examined_instead(applicant: &Applicant<'_>, id: &str) -> anyhow::Result<()> {
    applicant.follows(id, "exam.onsite", "/examination").await?;
    applicant.finds("group", applicant.speech.say("exam.day")?).await?;
    // Looking is not choosing: the report can still be sent again.
    applicant.has_status(id, "report-returned").await
}

/// Only what came back.
async fn mends_the_report(applicant: &Applicant<'_>, id: &str) -> anyhow::Result<()> {
    let (house, speech) = (applicant.house, &applicant.speech);
    applicant.follows(id, "progress.go.report-returned", "/report").await?;
    applicant.sees(WORDS).await?;
    let text = applicant.reads().await?;
    ensure!(!text.contains(&speech.label("report.examination.institution")?), "more is asked for than was returned");
    applicant.types("report.examination.date", &day(house, 5)?).await?;
    applicant.says("ret.go").await?;
    applicant.sees(speech.say("receipt.report")?).await
}

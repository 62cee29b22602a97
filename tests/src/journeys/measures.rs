//! What an office adds to what the work asks for: height, weight, blood pressure, sight, hearing, heart and lungs.
use crate::{
    applicant::Applicant,
    browser::Browser,
    clerk::{Clerk, MEASURED, NOTHING_WRONG, at_the_desk},
    house::House,
};
use anyhow::ensure;

pub(super) async fn as_well(house: &House, phone: &Browser) -> anyhow::Result<()> {
    at_the_desk(house, async |clerk| measured_by(house, phone, clerk).await).await
}

async fn measured_by(house: &House, phone: &Browser, clerk: &Clerk<'_>) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let id = applicant.has_handed_in().await?;
    clerk.opens(applicant.name).await?;
    clerk.does("加做一般健康检查").await?;
    clerk.does("开始审核").await?;
    clerk.does("全部通过").await?;
    applicant.follows(&id, "progress.go.accepted", "/examination").await?;
    applicant.takes_a_time(0, 0).await?;
    let code = applicant.books("exam.go").await?;
    // It is prepared for, too.
    applicant.sees("眼镜").await?;

    clerk.finds_by_code(&code).await?;
    clerk.takes_in().await?;
    clerk.sees("由身高体重算出").await?;
    clerk.records(&NOTHING_WRONG).await?;
    clerk.sees("还没有结果的项目").await?;
    clerk.records(&MEASURED).await?;
    // Whoever has the page open reads them there, once a doctor has concluded.
    applicant.goes_to(&format!("/a/{id}/examination/results")).await?;
    applicant.sees(applicant.speech.part("res.wait.by")?).await?;
    clerk.does("体检合格").await?;
    applicant.sees("170.0 cm").await?;
    applicant.sees(applicant.speech.say("res.passed.soon")?).await?;
    reads_the_measures(&applicant, &id).await
}

/// Each with its unit and its usual range; weight and what is computed from it only for whoever asks.
async fn reads_the_measures(applicant: &Applicant<'_>, id: &str) -> anyhow::Result<()> {
    let speech = &applicant.speech;
    applicant.follows(id, "progress.results", "/results").await?;
    applicant.sees("170.0 cm").await?;
    let text = squeezed(&applicant.reads().await?);
    for measure in [
        "收缩压 118 mmHg 参考 90–139 正常",
        "舒张压 76 mmHg 参考 60–89",
        "72 次/分 参考 60–100",
        "裸眼远视力（右眼） 5.0 五分记录 参考 5.0–5.3",
        "裸眼远视力（左眼） 4.9 五分记录 参考 5.0–5.3",
        "听力（左耳，耳语） 听力下降",
        "心 未见异常",
        "肺 未见异常",
    ] {
        ensure!(text.contains(measure), "{measure:?} is not on the page: {text}");
    }
    for (what, value) in [("体重", "65.0 kg"), ("体重指数（BMI）", "22.5 kg/m² 参考 18.5–23.9")] {
        ensure!(!squeezed(&applicant.reads().await?).contains(value), "{what} is open before anybody asked");
        applicant.button(&speech.say("res.show.what")?.replace("{what}", what)).await?;
        applicant.waits(value, async || Ok(squeezed(&applicant.reads().await?).contains(value))).await?;
    }
    Ok(())
}

/// As a person reads it: where a line ends does not matter.
fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

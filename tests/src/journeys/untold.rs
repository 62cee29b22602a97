//! Home, before the office has told what stands under a sign-in.
use crate::{applicant::Applicant, browser::Browser, house::House};
use anyhow::ensure;
use mock_server::faults::{Plan, Trouble};
use std::time::Duration;

pub(super) async fn at_home(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let speech = &applicant.speech;
    let nothing = speech.say("home.empty.title")?;
    applicant.comes_in().await?;
    let refused = Plan { times: None, ..Plan::once(Trouble::Status(500, None), "/v1/applications") };
    house.office()?.faults.plan(refused);
    applicant.goes_to("/home").await?;
    applicant.signs_in().await?;
    applicant.sees(speech.say("home.untold")?).await?;
    // Once it is known who is here it is asked again by itself, which fails too.
    tokio::time::sleep(Duration::from_secs(2)).await;
    applicant.sees(speech.say("home.untold")?).await?;
    ensure!(!applicant.reads().await?.contains(nothing), "what was not told is said to be nothing");
    // Once it is told, it is said.
    house.office()?.faults.clear();
    applicant.says("app.retry").await?;
    applicant.sees(nothing).await?;
    applicant.no_longer_sees(speech.say("home.untold")?).await
}

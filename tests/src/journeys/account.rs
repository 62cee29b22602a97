//! One draft on two phones: gone on with on the other one, and put together where both have changed it.
use crate::{applicant::Applicant, browser::Browser, house::House};
use anyhow::ensure;

pub(super) async fn two_phones(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let other = house.phone().await?;
    let walked = on_both(house, phone, &other).await;
    if walked.is_err() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/journeys/the-other-phone");
        other.record(&folder, &house.engine.to_string()).await.ok();
    }
    other.close().await?;
    walked
}

async fn on_both(house: &House, phone: &Browser, other: &Browser) -> anyhow::Result<()> {
    let here = Applicant::new(house, house.person(phone), "zh-CN")?;
    let there = Applicant::new(house, house.person(other), "zh-CN")?;
    let saved = here.speech.begin("save.account")?.to_owned();
    here.begins().await?;
    here.fills_in().await?;
    ensure!(!here.reads().await?.contains(&saved), "answers have left the phone before anybody agreed");
    here.agrees("documents.consent").await?;
    here.sees(&saved).await?;
    let id = here.application().await?;

    // The other phone knows nothing yet, and goes on where this one was.
    house.office()?.let_time_pass(chrono::Duration::seconds(61));
    there.goes_to("/home").await?;
    there.signs_in().await?;
    there.sees(there.speech.say("home.list")?).await?;
    there.goes_to(&format!("/a/{id}/step/contact")).await?;
    stands(&there, "contact.residence.address", "示例路 1 号").await?;

    // Both change the same answer, and each one more of its own.
    let contact = format!("/a/{id}/step/contact");
    here.goes_to(&contact).await?;
    stands(&here, "contact.residence.address", "示例路 1 号").await?;
    here.set_offline(true).await?;
    here.types("contact.residence.address", "示例路 2 号").await?;
    here.types("contact.emergency.name", "李娜").await?;
    here.sees(here.speech.begin("save.offline")?).await?;
    there.types("contact.residence.address", "示例路 3 号").await?;
    there.types("contact.residence.region", "上海市黄浦区").await?;
    there.sees(&saved).await?;
    here.set_offline(false).await?;

    // Only the one that both changed is asked, with both answers.
    let differ = here.speech.say("outbox.why.two-phones")?;
    here.sees(differ).await?;
    here.goes_to(&format!("/a/{id}/check")).await?;
    here.sees(differ).await?;
    here.sees("示例路 2 号").await?;
    here.sees("示例路 3 号").await?;
    ensure!(!here.has("button", "用「上海市黄浦区」").await?, "it is asked what only one of them changed");
    here.button("用「示例路 3 号」").await?;
    here.no_longer_sees(differ).await?;
    here.goes_to(&contact).await?;
    stands(&here, "contact.residence.address", "示例路 3 号").await?;
    stands(&here, "contact.residence.region", "上海市黄浦区").await?;
    stands(&here, "contact.emergency.name", "李娜").await?;
    here.sees(&saved).await?;
    there.driver.refresh().await?;
    stands(&there, "contact.emergency.name", "李娜").await
}

async fn stands(applicant: &Applicant<'_>, link_id: &str, words: &str) -> anyhow::Result<()> {
    let label = applicant.speech.label(link_id)?;
    applicant
        .waits(&format!("{words:?} at {label:?}"), async || {
            Ok(applicant.finds("textbox", &label).await?.value().await?.as_deref() == Some(words))
        })
        .await
}

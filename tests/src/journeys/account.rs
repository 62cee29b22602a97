//! One draft on two phones: gone on with on the other one, and put together where both have changed it.
use crate::{applicant::Applicant, browser::Browser, find, house::House};
use anyhow::ensure;
use thirtyfour::prelude::*;

pub(super) async fn two_phones(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let other = house.phone().await?;
    let walked = on_both(house, phone, &other).await;
    if walked.is_err() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/journeys/the-other-phone");
        other.record(&folder, &house.engine.to_string()).await.ok();
    }
    other.close(walked).await
}

async fn on_both(house: &House, phone: &Browser, other: &Browser) -> anyhow::Result<()> {
    let here = Applicant::new(house, house.person(phone), "zh-CN")?;
    let there = Applicant::new(house, house.person(other), "zh-CN")?;
    let saved = here.speech.begin("save.account")?.to_owned();
    here.begins().await?;
    here.fills_in().await?;
    let papers = here.driver.current_url().await?.to_string();
    works_in_two_places(&here, &papers.replace("/step/documents", "/step/work")).await?;
    here.goes_to(&papers).await?;
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
    let moment = there.moment().await?;
    there.types("contact.residence.region", "上海市黄浦区").await?;
    // That it was in the account before says nothing of what was typed since.
    there.is_saved_since(moment).await?;
    there.sees(&saved).await?;
    here.set_offline(false).await?;

    // Only the one that both changed is asked, with both answers.
    let differ = here.speech.say("outbox.why.two-phones")?;
    here.sees(differ).await?;
    here.goes_to(&format!("/a/{id}/check")).await?;
    here.sees(differ).await?;
    ensure!(!here.has("button", "用「上海市黄浦区」").await?, "it is asked what only one of them changed");
    // Where somebody lives is covered, also here, until it is asked for.
    uncovers(&here, 3, ["示例路 2 号", "示例路 3 号"]).await?;
    here.button(here.speech.say("two.use.there")?).await?;
    here.no_longer_sees(differ).await?;
    // Whoever thinks better of it finds the other one, and back again.
    thinks_better(&here).await?;
    here.goes_to(&contact).await?;
    stands(&here, "contact.residence.address", "示例路 3 号").await?;
    stands(&here, "contact.residence.region", "上海市黄浦区").await?;
    stands(&here, "contact.emergency.name", "李娜").await?;
    here.sees(&saved).await?;
    there.driver.refresh().await?;
    stands(&there, "contact.emergency.name", "李娜").await?;
    in_two_places(&here, &there, &id).await
}

/// What was not chosen lies on the page, is taken after all, and makes room for what stood there, also after a reload.
async fn thinks_better(here: &Applicant<'_>) -> anyhow::Result<()> {
    let [kept, again] = [here.speech.say("two.kept")?, here.speech.say("two.use.kept")?];
    for (not_chosen, stands) in [("示例路 2 号", "示例路 3 号"), ("示例路 3 号", "示例路 2 号")] {
        here.button(kept).await?;
        // The first one lies among what was not chosen, the second one among the answers.
        uncovers(here, 2, [not_chosen, stands]).await?;
        here.button(again).await?;
        here.waits("the other one in its place", async || {
            let read = here.reads().await?;
            Ok(!read.contains(not_chosen) && !read.contains(stands))
        })
        .await?;
        here.driver.refresh().await?;
    }
    Ok(())
}

/// Shows where somebody lives, each of the times that it stands on the page.
async fn uncovers(here: &Applicant<'_>, times: usize, addresses: [&str; 2]) -> anyhow::Result<()> {
    let name = format!("{}{}", here.speech.begin("check.show")?, here.speech.short("contact.residence.address")?);
    let covers = async || find::by_role(&here.driver, "button", &name).await;
    here.waits(&format!("{times} covered addresses"), async || Ok(covers().await?.len() == times)).await?;
    for cover in covers().await? {
        cover.click().await?;
    }
    for address in addresses {
        here.sees(address).await?;
    }
    Ok(())
}

/// Of two places of work both phones change both addresses: it is said whose each is.
async fn in_two_places(here: &Applicant<'_>, there: &Applicant<'_>, id: &str) -> anyhow::Result<()> {
    let (saved, work) = (here.speech.begin("save.account")?, format!("/a/{id}/step/work"));
    for phone in [here, there] {
        phone.goes_to(&work).await?;
        phone.finds("textbox", &phone.speech.label("work.place.address")?).await?;
    }
    here.set_offline(true).await?;
    puts_addresses(here, ["甲街 2 号", "乙街 2 号"]).await?;
    here.sees(here.speech.begin("save.offline")?).await?;
    let moment = there.moment().await?;
    puts_addresses(there, ["甲街 3 号", "乙街 3 号"]).await?;
    there.is_saved_since(moment).await?;
    there.sees(saved).await?;
    here.set_offline(false).await?;
    here.sees(here.speech.say("outbox.why.two-phones")?).await?;
    here.goes_to(&format!("/a/{id}/check")).await?;
    let address = here.speech.short("work.place.address")?;
    for place in ["工作地点 1", "工作地点 2"] {
        here.finds("heading", &format!("{place}：{address}")).await?;
    }
    for chosen in ["甲街 3 号", "乙街 2 号"] {
        here.button(&format!("用「{chosen}」")).await?;
    }
    here.no_longer_sees(here.speech.say("outbox.why.two-phones")?).await?;
    here.sees(saved).await
}

/// Somebody who works for themselves, in two places.
async fn works_in_two_places(applicant: &Applicant<'_>, work: &str) -> anyhow::Result<()> {
    let moment = applicant.moment().await?;
    applicant.goes_to(work).await?;
    applicant.chooses("work.situation", "self-employed").await?;
    applicant.finds("textbox", &applicant.speech.label("work.place.address")?).await?;
    applicant.button("再加一处：工作地点").await?;
    puts_addresses(applicant, ["甲街 1 号", "乙街 1 号"]).await?;
    applicant.is_saved_since(moment).await
}

async fn puts_addresses(applicant: &Applicant<'_>, streets: [&str; 2]) -> anyhow::Result<()> {
    let (label, driver) = (applicant.speech.label("work.place.address")?, &applicant.driver);
    let fields = async || {
        let found = find::by_role(driver, "textbox", &label).await?;
        // Another question is called like this too, and something more.
        Ok::<_, anyhow::Error>(found.into_iter().take(2).collect::<Vec<_>>())
    };
    applicant.waits("two places of work", async || Ok(fields().await?.len() == 2)).await?;
    for (field, street) in fields().await?.into_iter().zip(streets) {
        field.send_keys(Key::Control + "a").await?;
        field.send_keys(street).await?;
    }
    Ok(())
}

async fn stands(applicant: &Applicant<'_>, link_id: &str, words: &str) -> anyhow::Result<()> {
    let label = applicant.speech.label(link_id)?;
    applicant
        .waits(&format!("{words:?} at {label:?}"), async || {
            Ok(applicant.finds("textbox", &label).await?.value().await?.as_deref() == Some(words))
        })
        .await
}

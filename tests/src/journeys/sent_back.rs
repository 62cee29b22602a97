//! The site cancels a visit, and a doctor wants something once more: who did it and why stands where one chooses again.
use crate::{applicant::Applicant, browser::Browser, house::House};
use anyhow::{Context, ensure};
use contract::api::Words;
use mock_server::office::OfficeAct;
use serde_json::json;
use std::fs;

const CANCELLED: &str = "示例：设备检修，那天不开门。";
const AGAIN: &str = "示例：请再查一次视力。";

pub(super) async fn is_told_why(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let speech = &applicant.speech;
    let id = applicant.has_handed_in().await?;
    house.accept(&id).await?;
    books(&applicant, &id).await?;
    house.act(&id, OfficeAct::CloseSlot { words: Words::new(CANCELLED, "zh-CN") }).await?;
    let by_the_site = "event.close-slot";
    stands_above_the_history(&applicant, &id, by_the_site, CANCELLED).await?;
    for page in ["/examination/visit", "/examination"] {
        applicant.goes_to(&format!("/a/{id}{page}")).await?;
        applicant.reads_line(by_the_site).await?;
        applicant.sees(CANCELLED).await?;
        let text = applicant.reads().await?;
        ensure!(
            !text.contains(speech.say("visit.none")?),
            "that the site cancelled it is not all that is said:\n{text}"
        );
    }
    applicant.goes_to(&format!("/a/{id}/examination/visit")).await?;
    applicant.link(speech.say("progress.go.accepted")?).await?;

    // Taken once more, it is over.
    applicant.is_at("/examination").await?;
    applicant.takes_a_time(2, 0).await?;
    applicant.books("exam.go").await?;
    applicant.no_longer_sees(CANCELLED).await?;
    house.act(&id, OfficeAct::Attend { site: None }).await?;
    house.record_normal(&id).await?;
    let again = OfficeAct::ReExamine { words: Words::new(AGAIN, "zh-CN"), routes: None, items: vec!["1742-6".into()] };
    house.act(&id, again).await?;
    stands_above_the_history(&applicant, &id, "event.re-examine", AGAIN).await?;
    applicant.sees(speech.say("progress.stands")?).await?;
    applicant.goes_to(&format!("/a/{id}/examination")).await?;
    for words in [AGAIN, speech.say("progress.stands")?] {
        applicant.sees(words).await?;
    }
    ensure!(!applicant.reads().await?.contains(CANCELLED), "what is over is said still");
    Ok(())
}

async fn books(applicant: &Applicant<'_>, id: &str) -> anyhow::Result<String> {
    applicant.follows(id, "progress.go.accepted", "/examination").await?;
    applicant.takes_a_time(2, 0).await?;
    applicant.books("exam.go").await
}

/// On the page of the application, once, and not only down where all is listed that has happened.
async fn stands_above_the_history(applicant: &Applicant<'_>, id: &str, key: &str, words: &str) -> anyhow::Result<()> {
    applicant.has_status(id, "accepted").await?;
    applicant.sees(words).await?;
    let text = applicant.reads().await?;
    let (above, below) = text.split_once(applicant.speech.say("progress.log")?).context("no history")?;
    let said = above.lines().any(|line| applicant.speech.is(key, line.trim()));
    ensure!(said && above.contains(words) && !below.contains(words), "of {key} is said above the history:\n{text}");
    Ok(())
}

/// What was booked is on the phone: its code without a network, and the visit in the phone's own calendar.
pub(super) async fn is_kept(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let speech = &applicant.speech;
    let id = applicant.has_handed_in().await?;
    house.accept(&id).await?;
    let code = books(&applicant, &id).await?;
    // Whom to call there, too.
    applicant.reads_line("exam.call").await?;
    let place =
        house.office()?.full(&id, "a test").await.map_err(crate::house::refused)?.record.examination.appointment;
    let visit = place.context("nothing was booked")?;
    let downloads = tempfile::tempdir()?;
    let allow = json!({ "behavior": "allow", "downloadPath": downloads.path() });
    phone.driver.cdp().send_raw("Browser.setDownloadBehavior", allow).await?;
    applicant.is_kept().await?;
    phone.set_offline(true).await?;
    house.stop().await;
    applicant.goes_to(&format!("/a/{id}/examination/visit")).await?;
    let shown = format!("{} {code}", speech.begin("visit.code")?);
    applicant.finds("img", &shown).await?;
    applicant.is_drawn().await?;
    applicant.sees(&visit.place).await?;
    applicant.link(speech.say("visit.add")?).await?;
    let event = downloads.path().join("health-examination.ics");
    let start = visit.slot.start.to_utc().format("DTSTART:%Y%m%dT%H%M%SZ\r\n").to_string();
    applicant
        .waits("the visit in the calendar", async || {
            let file = fs::read_to_string(&event)?.replace("\r\n ", "");
            Ok(file.starts_with("BEGIN:VCALENDAR\r\n") && file.contains(&start) && !file.contains(&code))
        })
        .await
}

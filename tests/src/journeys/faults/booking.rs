//! A time is held, booked and moved: whatever the network does, one person has one place.
use super::{Place, full, plan, was_met};
use crate::{
    applicant::Applicant,
    browser::Browser,
    find,
    house::{House, refused},
};
use anyhow::{Context, ensure};
use std::time::Duration;

const HELD: Place = Place::once("PUT", "/hold");
const BOOKED: Place = Place::once("PUT", "/appointment");

const ROWS: [(&str, &Place); 11] = [
    // The news that it is booked comes before the reply does.
    ("delay=2500", &BOOKED),
    ("lost-reply", &BOOKED),
    ("lost-request", &BOOKED),
    ("duplicate", &BOOKED),
    ("html", &BOOKED),
    ("status=500", &BOOKED),
    ("empty", &BOOKED),
    ("cut=40", &BOOKED),
    ("lost-reply", &HELD),
    ("duplicate", &HELD),
    ("portal", &HELD),
];

pub(in crate::journeys) async fn booking(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let id = applicant.has_handed_in().await?;
    house.accept(&id).await?;
    applicant.follows(&id, "progress.go.accepted", "/examination").await?;
    for (row, (trouble, place)) in ROWS.into_iter().enumerate() {
        one(&applicant, &id, trouble, place, row).await.with_context(|| format!("{trouble} at {}", place.path))?;
    }
    Ok(())
}

async fn one(applicant: &Applicant<'_>, id: &str, trouble: &str, place: &Place, row: usize) -> anyhow::Result<()> {
    let (house, speech) = (applicant.house, &applicant.speech);
    let go = if row == 0 { "exam.go" } else { "exam.go.change" };
    let cancel = speech.say("act.cancel")?;
    // So far ahead that it can still be moved.
    applicant.takes(speech.say("exam.day")?, 3 + row % 2).await?;
    plan(house, trouble, place)?;
    let time = speech.say("exam.time")?;
    applicant.takes(time, 0).await?;
    // What did not work is said, and one presses again: a held or booked place stays the same one.
    applicant
        .waits("the visit", async || {
            if applicant.driver.current_url().await?.as_str().ends_with("/visit") {
                // The page went on in the moment of the press, which then met the button that cancels: that one asks first.
                if applicant.has("dialog", "").await? {
                    applicant.button(speech.say("visit.cancel.keep")?).await?;
                }
                return Ok(true);
            }
            if !applicant.has("timer", "").await? {
                // The page may just be going on to the visit: then there is no time to take.
                tokio::time::timeout(Duration::from_secs(5), applicant.takes(time, 0)).await??;
                // A hold is asked for ten times in ten minutes, and one lasts five.
                house.office()?.let_time_pass(chrono::Duration::seconds(70));
                tokio::time::sleep(Duration::from_secs(1)).await;
            } else if !applicant.has("button", cancel).await?
                && let Some(go) = applicant.button_of(go).await?
                && let Some(go) = find::by_role(&applicant.driver, "button", &go).await?.first()
            {
                // On the visit, where the page may have gone on to, a button that ends in the same word cancels it.
                applicant.touches(go).await?;
            }
            Ok(false)
        })
        .await?;
    was_met(house, trouble)?;
    ensure!(full(house, id).await?.record.examination.appointment.is_some(), "no appointment");
    let office = house.office()?;
    let mut places = 0;
    for site in office.catalogue.sites.ids() {
        for days in 0..15 {
            let day = office.now().date_naive() + chrono::Duration::days(days);
            let slots = office.day_at_site(&site, day).await.map_err(refused)?;
            places += slots.iter().flat_map(|slot| &slot.booked).filter(|it| it.application == id).count();
        }
    }
    ensure!(places == 1, "{places} places instead of one");
    applicant.finds("link", speech.say("act.change")?).await?;
    applicant.link(speech.say("act.change")?).await?;
    applicant.is_at("/examination").await
}

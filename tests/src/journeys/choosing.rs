//! A visit is chosen where something goes wrong, and read in another language than it was chosen in.
use crate::{
    applicant::Applicant,
    browser::Browser,
    find,
    house::{House, refused},
};
use anyhow::{Context, ensure};
use chrono::Duration;
use contract::{
    api::{ReturnCode, Words},
    questionnaire::Pointer,
};
use mock_server::{
    faults::{Plan, Trouble},
    office::{OfficeAct, Returning},
};

/// What each place says of itself.
const SITES: &str =
    "[...document.querySelectorAll('label.hc-choice')].map(it => it.textContent).filter(it => /[路街道] /.test(it))";

/// The site that is chosen, and what its visitors are to know, in either language.
const SITE: (&str, &str) = ("样例区第二医院体检科", "Sample District Second Hospital, examination department");
/// What is brought to an office, likewise.
const PAPERS: (&str, &str) = ("身份证件原件", "the original of your ID");
const FASTING: (&str, &str) = ("要抽血", "Blood is taken");

pub(super) async fn said_there(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let id = applicant.has_handed_in().await?;
    house.accept(&id).await?;
    applicant.has_status(&id, "accepted").await?;
    places_are_asked_for_again(&applicant, &id).await?;
    the_last_press_counts(&applicant).await?;
    times_are_listened_to(&applicant).await?;
    further(&applicant, &id).await?;
    a_hold_ends_out_of_sight(&applicant).await?;
    nobody_can_be_told(&applicant, &id).await
}

async fn places_are_asked_for_again(applicant: &Applicant<'_>, id: &str) -> anyhow::Result<()> {
    let failed = applicant.speech.say("exam.sites.failed.why")?;
    // The page before asks for the places too, and may still be at it.
    applicant.driver.goto("about:blank").await?;
    applicant.house.office()?.faults.plan(Plan::once(Trouble::Status(500, None), "/v1/sites"));
    applicant.goes_to(&format!("/a/{id}/examination")).await?;
    applicant.sees(failed).await?;
    applicant.says("app.retry").await?;
    applicant.sees(SITE.0).await?;
    applicant.no_longer_sees(failed).await?;
    // Each says when one could come first, also those that were not chosen.
    applicant
        .waits("the first free day of each place", async || {
            let rows = find::evaluate(&applicant.driver, SITES).await?;
            let rows = rows.as_array().context("no places")?;
            let said =
                rows.iter().filter(|row| row.as_str().is_some_and(|row| row.contains("最早") && row.contains("有空")));
            Ok(rows.len() == 3 && said.count() == 3)
        })
        .await
}

/// Another time is chosen before the office has answered about the first.
async fn the_last_press_counts(applicant: &Applicant<'_>) -> anyhow::Result<()> {
    let slow = Trouble::Delay(std::time::Duration::from_secs(2));
    applicant.takes(applicant.speech.say("exam.day")?, 2).await?;
    applicant.house.office()?.faults.plan(Plan::once(slow, "/hold"));
    let first = applicant.takes(applicant.speech.say("exam.time")?, 0).await?;
    let time = applicant.takes(applicant.speech.say("exam.time")?, 1).await?;
    ensure!(first != time, "one time only");
    applicant.waits(&format!("{time} to be held"), async || Ok(applicant.countdown().await?.contains(&time))).await
}

/// By keyboard a time is heard only by choosing it: of all that are passed the one is held that is rested on.
async fn times_are_listened_to(applicant: &Applicant<'_>) -> anyhow::Result<()> {
    let counts = "(() => { const ask = fetch; globalThis.holds = 0; globalThis.fetch = (what, more) => { \
        if ((what.url || String(what)).endsWith('/hold')) globalThis.holds += 1; return ask.call(globalThis, what, more); }; \
        document.querySelector('.hc-slot:not(.hc-slot--day) input:checked').focus(); return true; })()";
    find::evaluate(&applicant.driver, counts).await?;
    for _ in 0..7 {
        applicant.driver.active_element().await?.send_keys("\u{e015}").await?;
        // The pace of somebody who listens.
        find::evaluate(&applicant.driver, "new Promise(done => setTimeout(() => done(true), 300))").await?;
    }
    let rested = "document.activeElement.closest('label').querySelector('b').textContent";
    let rested = find::evaluate(&applicant.driver, rested).await?;
    let time = rested.as_str().context("no time has the focus")?;
    applicant.waits(&format!("{time} to be held"), async || Ok(applicant.countdown().await?.contains(time))).await?;
    let holds = find::evaluate(&applicant.driver, "globalThis.holds").await?;
    ensure!(holds == 1, "{holds} places were held for one");
    // Whoever goes on from there need not wait.
    applicant.driver.active_element().await?.send_keys("\u{e013}").await?;
    applicant.driver.active_element().await?.send_keys("\u{e004}").await?;
    applicant
        .waits("what was left to be asked for", async || {
            Ok(find::evaluate(&applicant.driver, "globalThis.holds").await? == 2)
        })
        .await
}

/// Held, and over while the other way is looked at: it is said, and no time counts on.
async fn a_hold_ends_out_of_sight(applicant: &Applicant<'_>) -> anyhow::Result<()> {
    let speech = &applicant.speech;
    applicant.takes_a_time(2, 0).await?;
    applicant.ticks("radio", speech.say("exam.online")?).await?;
    applicant.sees(speech.say("exam.report.go")?).await?;
    applicant.house.office()?.let_time_pass(Duration::minutes(6));
    // The phone learns the time from the next answer.
    let answers =
        "performance.getEntriesByType('resource').filter(it => it.name.endsWith('/session') && it.responseEnd).length";
    let before = find::evaluate(&applicant.driver, answers).await?;
    find::evaluate(&applicant.driver, "dispatchEvent(new Event('online'))").await?;
    applicant.waits("an answer", async || Ok(find::evaluate(&applicant.driver, answers).await? != before)).await?;
    applicant.ticks("radio", speech.say("exam.onsite")?).await?;
    applicant.sees(speech.say("slot.ended")?).await?;
    ensure!(!applicant.has("timer", "").await?, "a hold that has ended counts on");
    Ok(())
}

async fn nobody_can_be_told(applicant: &Applicant<'_>, id: &str) -> anyhow::Result<()> {
    let speech = &applicant.speech;
    applicant.house.has_places_a_time(0).await?;
    applicant.goes_to(&format!("/a/{id}/examination")).await?;
    let none = speech.part("slot.none")?;
    applicant.sees(none).await?;
    later_days(applicant, none).await?;
    applicant.house.office()?.faults.plan(Plan::once(Trouble::Status(500, None), "/slot-watch"));
    applicant.says("slot.watch").await?;
    applicant.sees(speech.say("p.other")?).await?;
    applicant.says("slot.watch").await?;
    applicant.sees(speech.say("slot.watching")?).await?;
    applicant.no_longer_sees(speech.say("p.other")?).await?;
    // Whoever thinks better of it is told no more.
    applicant.says("slot.unwatch").await?;
    applicant.no_longer_sees(speech.say("slot.watching")?).await?;
    ensure!(applicant.has("button", speech.say("slot.watch")?).await?, "it cannot be asked for again");
    Ok(())
}

/// Of a place that is full the later days are asked for once, and then it is said how many there are.
async fn later_days(applicant: &Applicant<'_>, none: &str) -> anyhow::Result<()> {
    let speech = &applicant.speech;
    ensure!(applicant.reads_line("slot.none").await?.contains("14"), "it is not said of how many days");
    applicant.says("exam.later").await?;
    applicant.waits("later days", async || Ok(applicant.reads_line("slot.none").await?.contains("31"))).await?;
    applicant.sees(none).await?;
    ensure!(!applicant.has("button", speech.say("exam.later")?).await?, "there are none after these");
    Ok(())
}

/// What the row is called that has the focus.
const AT: &str = r"(document.activeElement.closest('label')?.querySelector('b') ?? document.activeElement).textContent.replace(/\s+/g, ' ').trim()";

/// Whoever finds nothing in two weeks looks further, and goes on there by the keyboard.
async fn further(applicant: &Applicant<'_>, id: &str) -> anyhow::Result<()> {
    let days = applicant.speech.say("exam.day")?;
    let before = applicant.free(days).await?;
    applicant.says("exam.later").await?;
    applicant.waits("later days", async || Ok(applicant.free(days).await?.len() > before.len())).await?;
    let all = applicant.free(days).await?;
    ensure!(all.starts_with(&before), "{before:?} is not how {all:?} begins");
    let next = all.get(before.len()).context("no later day")?.clone();
    applicant
        .waits("the focus on the first of them", async || {
            let at = find::evaluate(&applicant.driver, AT).await?;
            ensure!(at == next, "it is on {at}, not on {next}");
            Ok(true)
        })
        .await?;
    // Moved on, all that is known is read again.
    let time = applicant.takes_a_time(before.len(), 0).await?;
    ensure!(applicant.free(days).await? == all, "the later days are gone when a time is held");
    // Who comes back to it finds its day.
    applicant.goes_to(&format!("/a/{id}/examination")).await?;
    applicant.waits("the held day", async || Ok(applicant.free(days).await? == all)).await?;
    applicant.waits("the held time", async || Ok(applicant.countdown().await?.contains(&time))).await?;
    Ok(())
}

pub(super) async fn in_another_language(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let english = Applicant::new(house, house.person(phone), "en")?;
    let id = applicant.has_handed_in().await?;
    what_came_back(&applicant, &english, &id).await?;
    house.accept(&id).await?;
    applicant.follows(&id, "progress.go.accepted", "/examination").await?;
    applicant.sees(SITE.0).await?;
    reads(&english, SITE.1, SITE.0).await?;
    english.ticks("radio", SITE.1).await?;
    let time = english.takes_a_time(2, 0).await?;
    english.books("exam.go").await?;
    english.sees(FASTING.1).await?;
    reads(&applicant, FASTING.0, FASTING.1).await?;
    reads(&english, FASTING.1, FASTING.0).await?;
    // The place that it is moved from, and the place in what has happened.
    english.link(english.speech.say("act.change")?).await?;
    english.sees(english.speech.begin("slot.now")?).await?;
    for (path, stands) in [("/examination", "slot.now"), ("", "event.book")] {
        english.goes_to(&format!("/a/{id}{path}")).await?;
        english.sees(english.speech.begin(stands)?).await?;
        english.sees(SITE.1).await?;
        reads(&applicant, SITE.0, SITE.1).await.with_context(|| format!("at {path:?}, booked for {time}"))?;
        reads(&english, SITE.1, SITE.0).await?;
    }
    let record = house.office()?.full(&id, "a test").await.map_err(refused)?.record;
    ensure!(record.examination.appointment.is_some(), "nothing was booked");
    Ok(())
}

/// What to bring instead, and then what came back is mended after all.
async fn what_came_back(applicant: &Applicant<'_>, english: &Applicant<'_>, id: &str) -> anyhow::Result<()> {
    let words = Words::new("示例：岗位请写具体。", "zh-CN");
    let post = Returning { pointer: Pointer::item("work.post"), code: ReturnCode::Incorrect, words };
    for act in [OfficeAct::Begin, OfficeAct::Return(vec![post])] {
        applicant.house.act(id, act).await?;
    }
    applicant.goes_to(&format!("/a/{id}/returned")).await?;
    applicant.says("ret.person").await?;
    applicant.sees(PAPERS.0).await?;
    reads(english, PAPERS.1, PAPERS.0).await?;
    reads(applicant, PAPERS.0, PAPERS.1).await?;
    applicant.types("work.post", "凉菜间厨师").await?;
    applicant.says("ret.go").await?;
    applicant.sees(applicant.speech.say("receipt.supplement")?).await
}

/// Goes over to the language of this reader on the page that is open: the words of the other one go.
async fn reads(reader: &Applicant<'_>, words: &str, gone: &str) -> anyhow::Result<()> {
    reader.button(if reader.speech.language == "en" { "EN" } else { "中文" }).await?;
    reader.sees(words).await?;
    reader.no_longer_sees(gone).await
}

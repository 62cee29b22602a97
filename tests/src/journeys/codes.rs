//! Signing in when the code is not the one: wrong, replaced by another, used up, too old, asked for too often. The code is
//! read where a developer reads it, on the desk's page of messages.
use crate::{
    applicant::Applicant,
    browser::Browser,
    clerk::{Clerk, at_the_desk},
    find,
    house::House,
};
use anyhow::{Context, ensure};
use chrono::Duration;

use super::kept::READ_ALL;

pub(super) async fn at_signing_in(house: &House, phone: &Browser) -> anyhow::Result<()> {
    at_the_desk(house, async |clerk| tried(house, phone, clerk).await).await
}

async fn tried(house: &House, phone: &Browser, clerk: &Clerk<'_>) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let (speech, office) = (&applicant.speech, house.office()?);
    let (again, ended) = (speech.say("signin.resend")?, speech.say("p.code-ended")?);
    let tried_out = speech.say("p.code-ended.tries")?;
    applicant.goes_to("/sign-in").await?;
    // How a number begins that can get a message is said.
    applicant.fills(speech.say("signin.phone")?, "12800000000").await?;
    applicant.says("signin.send").await?;
    applicant.sees(speech.say("signin.e.phone.begin")?).await?;
    applicant.fills(speech.say("signin.phone")?, applicant.phone).await?;
    let began = office.now();
    applicant.says("signin.send").await?;
    applicant.finds("textbox", speech.say("signin.code")?).await?;
    let first = read_at_the_desk(clerk).await?;
    is_there_again(&applicant).await?;

    // The minute is counted down, and only then there is a button. The office's clock is heard with its replies.
    let before = counts(&applicant).await?;
    applicant.waits("the next second", async || Ok(counts(&applicant).await? < before)).await?;
    ensure!(!applicant.has("button", again).await?, "another code can be asked for at once");
    office.let_time_pass(Duration::seconds(61));
    enters(&applicant, other_than(&first)).await?;
    applicant.sees(&left(&applicant, 4)?).await?;
    applicant.button(again).await?;
    applicant.waits("another code", async || Ok(read_at_the_desk(clerk).await? != first)).await?;
    let second = read_at_the_desk(clerk).await?;

    // The one before is no code any more; with five wrong ones the new one is none either.
    enters(&applicant, &first).await?;
    for more in [3, 2, 1] {
        applicant.sees(&left(&applicant, more + 1)?).await?;
        enters(&applicant, other_than(&second)).await?;
    }
    applicant.sees(&left(&applicant, 1)?).await?;
    for code in [other_than(&second), &second] {
        enters(&applicant, code).await?;
        applicant.sees(tried_out).await?;
    }

    // One that is too old. Each reply is what the page hears of the time by.
    for _ in 3..=5 {
        office.let_time_pass(Duration::seconds(61));
        enters(&applicant, other_than(&second)).await?;
        let last = read_at_the_desk(clerk).await?;
        applicant.button(again).await?;
        applicant.waits("another code", async || Ok(read_at_the_desk(clerk).await? != last)).await?;
    }
    let fifth = read_at_the_desk(clerk).await?;
    office.let_time_pass(Duration::minutes(11));
    enters(&applicant, &fifth).await?;
    applicant.sees(ended).await?;

    // Five an hour: until when is said, and then it goes on.
    applicant.button(again).await?;
    let minute = |at: contract::api::Instant| at.format("%H:%M").to_string();
    let until = [began + Duration::hours(1), began + Duration::minutes(61)].map(minute);
    let said = speech.part("p.slow-down.code")?;
    applicant.sees(said).await?;
    let text = applicant.reads().await?;
    ensure!(until.iter().any(|it| text.contains(it.as_str())), "none of {until:?} is said:\n{text}");
    office.let_time_pass(Duration::minutes(50));
    applicant.button(again).await?;
    applicant.waits("another code", async || Ok(read_at_the_desk(clerk).await? != fifth)).await?;
    // Of the codes before nothing is left: the page that is opened anew waits for this one.
    is_there_again(&applicant).await?;
    enters(&applicant, &read_at_the_desk(clerk).await?).await?;
    applicant.is_at("/home").await
}

/// The phone closes the page while its owner reads the message: the step of the code is there again, with the phone covered and
/// its minute going on. No storage tells it to whoever looks there.
async fn is_there_again(applicant: &Applicant<'_>) -> anyhow::Result<()> {
    let (speech, driver) = (&applicant.speech, &applicant.driver);
    is_noted(applicant, "sign-in", None).await?;
    let seen = find::evaluate(driver, &format!("({READ_ALL})()")).await?;
    let text = seen.as_str().context("nothing was read")?;
    for secret in [applicant.phone, "138****0001"] {
        ensure!(!text.contains(secret), "{secret} lies readable in the browser's storage");
    }
    driver.refresh().await?;
    applicant.finds("textbox", speech.say("signin.code")?).await?;
    applicant.sees("138****0001").await?;
    // The office's clock is heard with its first reply.
    applicant.waits("the seconds that are left", async || Ok(counts(applicant).await? <= 60)).await
}

/// What is noted of a code for this, which is sealed.
pub(super) async fn noted(applicant: &Applicant<'_>, purpose: &str) -> anyhow::Result<Option<String>> {
    let found = find::evaluate(&applicant.driver, &NOTED.replace("{purpose}", purpose)).await?;
    Ok(found.as_str().map(str::to_owned))
}

/// Waits until a code for this is noted, otherwise than before.
pub(super) async fn is_noted(applicant: &Applicant<'_>, purpose: &str, before: Option<&str>) -> anyhow::Result<()> {
    let is_new = async || Ok(noted(applicant, purpose).await?.is_some_and(|now| before != Some(&*now)));
    applicant.waits("the code to be awaited", is_new).await
}

const NOTED: &str = r"(async () => {
  const done = request => new Promise((resolve, reject) => { request.onsuccess = () => resolve(request.result); request.onerror = reject; });
  const open = await done(indexedDB.open('hc'));
  const found = await done(open.transaction('vault').objectStore('vault').get('code/{purpose}'));
  open.close();
  const bytes = value => value instanceof ArrayBuffer ? Array.from(new Uint8Array(value)) : ArrayBuffer.isView(value) ? Array.from(value) : value;
  return found === undefined ? null : JSON.stringify(found, (_, value) => bytes(value));
})()";

/// What the page of messages shows as the newest code.
async fn read_at_the_desk(clerk: &Clerk<'_>) -> anyhow::Result<String> {
    clerk.goes_to("/desk/messages").await?;
    clerk.finds("heading", "发出的短信").await?;
    let newest = "const row = document.querySelector('.hc-desk-message');
        return row && row.textContent.includes(arguments[0]) ? row.querySelector('.hc-desk-code').textContent.trim() : null";
    let code = clerk.driver.execute(newest, vec!["138 0000 0001".into()]).await?;
    code.json().as_str().map(str::to_owned).context("the page of messages shows no code to this number")
}

/// How many seconds are left until another code can be asked for.
async fn counts(applicant: &Applicant<'_>) -> anyhow::Result<u32> {
    let words = applicant.speech.part("signin.resend.wait")?;
    let text = applicant.reads().await?;
    let line = text.lines().find(|line| line.contains(words)).context("nothing is counted down")?;
    Ok(line.trim().split(' ').next().unwrap_or_default().parse()?)
}

async fn enters(applicant: &Applicant<'_>, code: &str) -> anyhow::Result<()> {
    applicant.fills(applicant.speech.say("signin.code")?, code).await?;
    applicant.says("signin.go").await
}

fn left(applicant: &Applicant<'_>, tries: u32) -> anyhow::Result<String> {
    Ok(applicant.speech.say("p.code-wrong")?.replace("{left}", &tries.to_string()))
}

fn other_than(code: &str) -> &'static str {
    if code.starts_with('0') { "111111" } else { "000000" }
}

//! Progress without signing in: what a wrong code, too many of them, or one that is too old come to.
use crate::{
    applicant::Applicant,
    browser::Browser,
    find,
    house::{House, refused},
};
use anyhow::{Context, ensure};
use chrono::Duration;

pub(super) async fn wrong_codes(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let speech = &applicant.speech;
    let id = applicant.hands_in().await?;
    let full = house.office()?.full(&id, "a test").await.map_err(refused)?;
    let number = full.record.number.context("no number")?;

    // What is no code of this length is said at its field, and costs no try.
    let code = asks(&applicant, &number).await?;
    for (typed, said) in [("12345678", "signin.e.code.long"), ("1234", "signin.e.code.len")] {
        enters(&applicant, typed).await?;
        let length = |sentence: &str| sentence.replace("{n}", if said.ends_with("len") { "2" } else { "6" });
        applicant.sees(&length(speech.say(said)?).replace("{found}", "8")).await?;
    }

    // Wrong, until no try is left; then the right one does not help any more.
    let wrong = if code.starts_with('0') { "111111" } else { "000000" };
    for left in (0..5).rev() {
        enters(&applicant, wrong).await?;
        if left > 0 {
            applicant.sees(&speech.say("p.code-wrong")?.replace("{left}", &left.to_string())).await?;
        }
    }
    let ended = speech.say("p.code-ended")?;
    applicant.sees(ended).await?;
    enters(&applicant, &code).await?;
    applicant.sees(ended).await?;
    ensure!(!applicant.reads().await?.contains(speech.say("lookup.found")?), "a code that had ended opened something");

    // Too old.
    house.office()?.let_time_pass(Duration::minutes(2));
    let code = asks(&applicant, &number).await?;
    house.office()?.let_time_pass(Duration::minutes(11));
    enters(&applicant, &code).await?;
    applicant.sees(ended).await?;

    // Right, in time, and pasted with the message around it, but for a slip in the number: put right, it is looked up with
    // the same code.
    let code = asks(&applicant, &number.replace(&number[..4], "2025")).await?;
    // The phone closes the page meanwhile: what was asked for waits with its code.
    is_there_again(&applicant).await?;
    enters(&applicant, &format!("您的验证码是 {code}，10 分钟内有效。")).await?;
    applicant.sees(speech.begin("p.no-match")?).await?;
    let before = messages(&applicant).await?;
    // As it is copied from a message, words and all.
    applicant.fills(speech.say("lookup.number")?, &format!("申请编号：{number}")).await?;
    applicant.fills(speech.say("lookup.tail")?, applicant.number).await?;
    applicant.says("lookup.go").await?;
    applicant.sees(speech.say("lookup.found")?).await?;
    ensure!(messages(&applicant).await? == before, "another code was sent for a fact that was put right");
    applicant.sees(speech.say("status.submitted")?).await?;
    let page = applicant.reads().await?;
    for secret in [applicant.name, &applicant.number[..14]] {
        ensure!(!page.contains(secret), "{secret} is told without signing in");
    }
    leads_back(&applicant, &number).await
}

/// Back leads one step: from what was found to what was asked, from a code to what was asked with it, also on a page that was
/// opened anew; and from there out of the page. Whoever has gone back is not led to that code again.
async fn leads_back(applicant: &Applicant<'_>, number: &str) -> anyhow::Result<()> {
    let (speech, driver) = (&applicant.speech, &applicant.driver);
    driver.back().await?;
    applicant.finds("textbox", speech.say("lookup.number")?).await?;
    applicant.goes_to("/").await?;
    asks(applicant, number).await?;
    is_there_again(applicant).await?;
    driver.back().await?;
    let field = applicant.finds("textbox", speech.say("lookup.number")?).await?;
    ensure!(field.value().await?.as_deref() == Some(number), "what was asked is forgotten");
    let is_over = async || Ok(find::evaluate(driver, AWAITED).await? == false);
    applicant.waits("the end of the code", is_over).await?;
    driver.refresh().await?;
    applicant.finds("textbox", speech.say("lookup.number")?).await?;
    applicant
        .waits("the entry of the page itself", async || {
            Ok(find::evaluate(driver, "!(history.state && history.state['hc-layer'])").await? == true)
        })
        .await?;
    driver.back().await?;
    applicant.finds("link", speech.say("entry.lookup")?).await.map(drop)
}

/// A page that is opened anew goes on with the code that is on its way.
async fn is_there_again(applicant: &Applicant<'_>) -> anyhow::Result<()> {
    let driver = &applicant.driver;
    applicant.waits("the code to be awaited", async || Ok(find::evaluate(driver, AWAITED).await? == true)).await?;
    driver.refresh().await?;
    applicant.finds("textbox", applicant.speech.say("signin.code")?).await.map(drop)
}

/// Whether a code to look up with is noted.
const AWAITED: &str = r"(async () => {
  const done = request => new Promise((resolve, reject) => { request.onsuccess = () => resolve(request.result); request.onerror = reject; });
  const open = await done(indexedDB.open('hc'));
  const found = await done(open.transaction('vault').objectStore('vault').getKey('code/lookup'));
  open.close();
  return found !== undefined;
})()";

/// Opens the page, enters the facts and has a code sent; gives it back.
async fn asks(applicant: &Applicant<'_>, number: &str) -> anyhow::Result<String> {
    let speech = &applicant.speech;
    applicant.goes_to("/lookup").await?;
    applicant.fills(speech.say("lookup.number")?, number).await?;
    applicant.fills(speech.say("lookup.tail")?, &applicant.number[applicant.number.len() - 4..]).await?;
    applicant.fills(speech.say("lookup.phone")?, applicant.phone).await?;
    // The one of the sign-in is a minute old for the office by now.
    applicant.house.office()?.let_time_pass(Duration::seconds(61));
    let before = messages(applicant).await?;
    applicant.says("signin.send").await?;
    applicant.finds("textbox", speech.say("signin.code")?).await?;
    applicant.waits("a new code", async || Ok(messages(applicant).await? > before)).await?;
    applicant.house.code_for(&format!("+86{}", applicant.phone)).await
}

/// How many text messages the phone has got.
async fn messages(applicant: &Applicant<'_>) -> anyhow::Result<usize> {
    let phone = format!("+86{}", applicant.phone);
    Ok(applicant.house.office()?.messages(Some(&phone), 50).await.map_err(refused)?.len())
}

async fn enters(applicant: &Applicant<'_>, code: &str) -> anyhow::Result<()> {
    applicant.fills(applicant.speech.say("signin.code")?, code).await?;
    applicant.says("lookup.go").await
}

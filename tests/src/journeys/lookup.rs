//! Progress without signing in: what a wrong code, too many of them, or one that is too old come to.
use super::codes::{is_noted, noted};
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
    let id = applicant.has_handed_in().await?;
    let full = house.office()?.full(&id, "a test").await.map_err(refused)?;
    let number = full.record.number.context("no number")?;
    says_all_that_is_wrong_at_once(&applicant).await?;

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
    let (tried_out, ended) = (speech.say("p.code-ended.tries")?, speech.say("p.code-ended")?);
    applicant.sees(tried_out).await?;
    enters(&applicant, &code).await?;
    applicant.sees(tried_out).await?;
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
    // The number is the office's, not as it was typed; and who is signed in is led there.
    ensure!(
        page.contains(&number) && !page.contains(&format!("：{number}")),
        "the number stands as it was typed:\n{page}"
    );
    applicant.finds("link", speech.say("home.go")?).await?;
    ensure!(!applicant.has("link", speech.say("signin.title")?).await?, "who is signed in is sent to sign in");
    leads_back(&applicant, &number).await
}

/// From two on above the form, too; and what is put right goes from there.
async fn says_all_that_is_wrong_at_once(applicant: &Applicant<'_>) -> anyhow::Result<()> {
    let speech = &applicant.speech;
    let counted = |n: &str| anyhow::Ok(speech.say("form.errtitle")?.replace("{n}", n));
    applicant.goes_to("/lookup").await?;
    applicant.says("signin.send").await?;
    applicant.sees(&counted("3")?).await?;
    applicant.fills(speech.say("lookup.phone")?, applicant.phone).await?;
    applicant.sees(&counted("2")?).await?;
    applicant.fills(speech.say("lookup.number")?, "abc").await?;
    applicant.fills(speech.say("lookup.tail")?, "12").await?;
    applicant.says("signin.send").await?;
    let short = speech.say("lookup.e.tail.len")?.replace("{n}", "2");
    for said in [&counted("2")?, speech.say("lookup.e.number.digits")?, &short] {
        applicant.sees(said).await?;
    }
    applicant.fills(speech.say("lookup.tail")?, "021X").await?;
    applicant.no_longer_sees(&short).await?;
    applicant.sees(&counted("1")?).await
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
    let is_over = async || Ok(noted(applicant, "lookup").await?.is_none());
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
    is_noted(applicant, "lookup", None).await?;
    applicant.driver.refresh().await?;
    applicant.finds("textbox", applicant.speech.say("signin.code")?).await.map(drop)
}

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

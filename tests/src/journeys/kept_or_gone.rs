//! What becomes of what is on the phone: when somebody signs out, in every tab, and when an application is withdrawn.
use super::kept::{TYPED, begins_and_types, stands};
use crate::{applicant::Applicant, browser::Browser, find, house::House};
use anyhow::ensure;

/// What of a photo lies in the vault, by the first part of the names.
const PHOTOS: &str = r"(async () => {
  const done = request => new Promise((resolve, reject) => { request.onsuccess = () => resolve(request.result); request.onerror = reject; });
  const open = await done(indexedDB.open('hc'));
  const names = await done(open.transaction('vault').objectStore('vault').getAllKeys());
  open.close();
  return names.filter(name => /^(bytes|thumbnail)\//.test(name)).length;
})()";

pub(super) async fn signed_out(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let speech = &applicant.speech;
    let id = begins_and_types(&applicant).await?;
    let step = format!("/a/{id}/step/contact");
    let first = phone.driver.window().await?;
    let second = phone.driver.new_tab().await?;
    phone.driver.switch_to_window(second.clone()).await?;
    applicant.goes_to(&step).await?;
    stands(&applicant, TYPED).await?;

    // Kept: locked, and shown in no tab.
    phone.driver.switch_to_window(first.clone()).await?;
    applicant.goes_to("/home").await?;
    applicant.says("signin.out").await?;
    applicant.sees(speech.part("signin.out.ask")?).await?;
    // Who listens is led to the question, and does not have to find it.
    let asked = speech.part("signin.out.ask")?;
    applicant
        .waits("the focus at the question", async || {
            let heard = find::evaluate(
                &phone.driver,
                "document.activeElement.getAttribute('role') === 'group' && document.activeElement.textContent",
            )
            .await?;
            Ok(heard.as_str().is_some_and(|words| words.contains(asked)))
        })
        .await?;
    applicant.says("signin.out.stay").await?;
    applicant.no_longer_sees(speech.part("signin.out.ask")?).await?;
    applicant.says("signin.out").await?;
    applicant.says("signin.out.keep").await?;
    applicant.no_longer_sees(speech.part("signin.out.ask")?).await?;
    phone.driver.switch_to_window(second).await?;
    let label = speech.label("contact.residence.address")?;
    applicant.waits("the end of what was typed", async || Ok(!applicant.has("textbox", &label).await?)).await?;
    ensure!(!applicant.reads().await?.contains(TYPED), "what was typed is still to be read");
    phone.driver.close_window().await?;
    phone.driver.switch_to_window(first).await?;

    // The same person has it again. A code is sent once a minute.
    house.office()?.let_time_pass(chrono::Duration::seconds(61));
    applicant.goes_to("/sign-in").await?;
    applicant.signs_in().await?;
    applicant.no_longer_sees(speech.say("signin.code")?).await?;
    applicant.goes_to(&step).await?;
    stands(&applicant, TYPED).await?;

    // Erased: said in numbers, and gone.
    applicant.goes_to("/home").await?;
    applicant.says("signin.out").await?;
    applicant.says("signin.out.erase").await?;
    applicant.sees(speech.part("erase.done")?).await?;
    applicant.sees("1 份草稿、0 份材料").await?;
    applicant.sees(speech.say("erase.nothing-left")?).await?;
    applicant.goes_to(&step).await?;
    applicant.waits("the end of the draft", async || Ok(!applicant.has("textbox", &label).await?)).await
}

pub(super) async fn withdrawn(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let id = applicant.hands_in().await?;
    let before = find::evaluate(&phone.driver, PHOTOS).await?;
    ensure!(before.as_u64() >= Some(3), "only {before} of the photos lie on this phone");
    applicant.goes_to(&format!("/a/{id}")).await?;
    applicant.says("act.withdraw").await?;
    applicant.presses_within("dialog", applicant.speech.say("act.withdraw")?).await?;
    applicant.sees(applicant.speech.say("status.withdrawn")?).await?;
    applicant.waits("the end of the photos", async || Ok(find::evaluate(&phone.driver, PHOTOS).await? == 0)).await?;

    // Whoever erases everything erases the receipt: the number that the office knows them by is told once more.
    applicant.goes_to("/settings").await?;
    applicant.says("erase.open").await?;
    applicant.presses_within("dialog", applicant.speech.say("erase.go")?).await?;
    applicant.sees("还在服务器上的：1 份申请和交上去的材料（20").await?;
    let in_one_line = "document.querySelector('.hc-note .hc-num')?.getClientRects().length";
    ensure!(find::evaluate(&phone.driver, in_one_line).await? == 1, "the number is torn");
    applicant.sees(applicant.speech.say("erase.nothing-left")?).await
}

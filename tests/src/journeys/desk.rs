//! Somebody who works at the desk and has typed more than what is sent by one button.
use crate::{applicant::Applicant, browser::Browser, find, house::House};
use anyhow::ensure;

/// Whether the browser would ask before this page is left.
const ASKS: &str = "!dispatchEvent(new Event('beforeunload', { cancelable: true }))";

pub(super) async fn unsent(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let id = applicant.hands_in().await?;
    house.accept(&id).await?;
    super::certificate::booked(&applicant, &id).await?;
    house.act(&id, mock_server::office::OfficeAct::Attend { site: None }).await?;
    applicant.goes_to(&format!("/desk/a/{id}")).await?;
    let asks = async || find::evaluate(&phone.driver, ASKS).await.map(|asks| asks == true);
    ensure!(!asks().await?, "nothing was typed");
    applicant.fills("丙氨酸氨基转移酶（ALT）", "23").await?;
    ensure!(asks().await?, "what was typed would be lost without a word");
    // The form that is sent itself loses nothing.
    let sends = "(document.querySelector('form[action$=\"/results\"]').dispatchEvent(new Event('submit', { bubbles: true })), true)";
    find::evaluate(&phone.driver, sends).await?;
    ensure!(!asks().await?, "what is being sent is asked about");
    let passes = "(document.querySelector('form[action$=\"/pass\"]').dispatchEvent(new Event('submit', { bubbles: true })), true)";
    find::evaluate(&phone.driver, passes).await?;
    ensure!(asks().await?, "a conclusion takes the results along that are not saved");
    Ok(())
}

//! The app in somebody else's page: hostile styles, links, title and router.
use crate::{
    applicant::Applicant,
    browser::Browser,
    house::{House, refused},
    person::Person,
};
use anyhow::ensure;

pub(super) async fn side_by_side(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, Person::new(phone, house.host()), "zh-CN")?;
    applicant.begins().await?;
    applicant.finds("heading", applicant.speech.say("tasks.title.unnamed")?).await?;
    let url = phone.driver.current_url().await?.to_string();
    ensure!(url.contains("#/hc/a/"), "our place is not in the hash: {url}");
    ensure!(phone.driver.title().await? == "示例社区服务网", "the host's title was taken");
    let colour = phone.driver.execute(COLOUR, vec![]).await?;
    ensure!(colour.json() != "rgb(255, 0, 0)", "the host's styles reach in");

    // The host's own links, an anchor of its own, and Back.
    applicant.link("常见问题").await?;
    applicant.is_at("#faq").await?;
    applicant.sees(applicant.speech.say("tasks.title.unnamed")?).await?;
    phone.driver.back().await?;
    applicant.waits("our place", async || Ok(phone.driver.current_url().await?.as_str().contains("#/hc/a/"))).await?;
    applicant.link("通知").await?;
    applicant.is_at("/news").await?;
    phone.driver.back().await?;
    applicant.sees(applicant.speech.say("tasks.title.unnamed")?).await?;

    // Moved within the page: nothing is lost.
    applicant.button("移动办理程序").await?;
    applicant.sees(applicant.speech.say("tasks.title.unnamed")?).await?;

    // The whole form with its photos, from another origin.
    applicant.fills_in().await?;
    applicant.gives_papers().await?;
    let id = applicant.submits().await?;
    let full = house.office()?.full(&id, "a test").await.map_err(refused)?;
    ensure!(full.documents.len() == 3, "three photos were sent, {} are there", full.documents.len());

    // Taken out: nothing is left.
    phone.driver.execute("globalThis.element = document.querySelector('health-certificate')", vec![]).await?;
    applicant.button("拿掉办理程序").await?;
    applicant
        .waits("an empty root", async || {
            Ok(phone.driver.execute("return element.shadowRoot.childElementCount", vec![]).await?.json() == 0)
        })
        .await
}

const COLOUR: &str =
    "return getComputedStyle(document.querySelector('health-certificate').shadowRoot.querySelector('button')).color";

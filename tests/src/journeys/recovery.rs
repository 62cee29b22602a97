//! What happens when the app stops.
use crate::{browser::Browser, house::House};
use anyhow::ensure;

pub(super) async fn after_a_panic(house: &mut House, phone: &Browser) -> anyhow::Result<()> {
    let person = house.person(phone);
    person.goes_to("/").await?;
    person
        .waits("the app", async || {
            Ok(phone.driver.execute("return !!globalThis.__hc_app", vec![]).await?.json() == &true)
        })
        .await?;
    phone.driver.execute("__hc_panic()", vec![]).await?;
    person.sees("页面停住了").await?;
    ensure!(person.has("button", "重新打开").await?, "there is no way back");
    Ok(())
}

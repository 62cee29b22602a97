//! The app in somebody else's page.
use crate::{browser::Browser, house::House};

pub(super) async fn side_by_side(house: &mut House, phone: &Browser) -> anyhow::Result<()> {
    let person = house.person(phone);
    person.goes_to("/").await
}

//! Every screen, looked at by a program that knows the accessibility rules.
use crate::{
    browser::Browser,
    house::House,
    tour::{self, Visitor},
};

pub(super) async fn axe(house: &House, phone: &Browser) -> anyhow::Result<()> {
    tour::walk(house, phone, "zh-CN", &Visitor::Axe).await
}

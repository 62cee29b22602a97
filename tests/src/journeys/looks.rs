//! Every screen, looked at by a program that knows the accessibility rules.
use crate::{
    browser::Browser,
    house::House,
    tour::{PARTS, Visitor},
};

pub(super) async fn applying(house: &House, phone: &Browser) -> anyhow::Result<()> {
    (PARTS[0].1)(house, phone, "zh-CN", &Visitor::Axe).await
}

pub(super) async fn examined(house: &House, phone: &Browser) -> anyhow::Result<()> {
    (PARTS[1].1)(house, phone, "en", &Visitor::Axe).await
}

pub(super) async fn collecting(house: &House, phone: &Browser) -> anyhow::Result<()> {
    (PARTS[2].1)(house, phone, "en", &Visitor::Axe).await
}

pub(super) async fn other_ways(house: &House, phone: &Browser) -> anyhow::Result<()> {
    (PARTS[3].1)(house, phone, "en", &Visitor::Axe).await
}

pub(super) async fn without_network(house: &House, phone: &Browser) -> anyhow::Result<()> {
    (PARTS[4].1)(house, phone, "zh-CN", &Visitor::Axe).await
}

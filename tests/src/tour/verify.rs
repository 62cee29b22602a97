//! What a stranger is told about a code: each verdict that can be brought about here.
use super::{Visitor, examination::words};
use crate::{
    applicant::Applicant,
    house::{House, refused},
};
use anyhow::Context;
use chrono::Duration;
use mock_server::issue::{Issuer, NewCertificate};
use std::collections::HashSet;

pub(super) async fn walk(
    house: &House,
    language: &'static str,
    visitor: &Visitor,
    text: &str,
    certificate: &str,
) -> anyhow::Result<()> {
    let phone = house.phone().await?;
    let stranger = Applicant::new(house, house.person(&phone), language)?;
    let walked = verdicts(&stranger, visitor, text).await;
    phone.close(walked).await?;
    // A list of revocations is good for its time to live, so whoever is to see one must not have a list yet.
    let who = "示例审核员";
    let office = house.office()?;
    office.suspend(certificate, who, None, words("示例：正在核实。")).await.map_err(refused)?;
    alone(house, language, visitor, text, ("v.suspended.title", "69-verify-suspended")).await?;
    office.revoke(certificate, who, None, words("示例：登记有误。")).await.map_err(refused)?;
    alone(house, language, visitor, text, ("v.revoked.title", "70-verify-revoked")).await
}

async fn alone(
    house: &House,
    language: &'static str,
    visitor: &Visitor,
    text: &str,
    (verdict, place): (&str, &str),
) -> anyhow::Result<()> {
    let phone = house.phone().await?;
    let stranger = Applicant::new(house, house.person(&phone), language)?;
    let walked = async {
        opens(&stranger).await?;
        is_told(&stranger, visitor, text, verdict, place).await
    }
    .await;
    phone.close(walked).await
}

async fn verdicts(stranger: &Applicant<'_>, visitor: &Visitor, text: &str) -> anyhow::Result<()> {
    let house = stranger.house;
    opens(stranger).await?;
    stranger.says("v.scan").await?;
    stranger.finds("button", stranger.speech.say("v.stop")?).await?;
    visitor.at(stranger, "55-verify-camera").await?;
    stranger.says("v.stop").await?;
    let elsewhere = tempfile::tempdir()?;
    let other = Issuer::open(elsewhere.path(), "https://other.example")?;
    let impostor = Issuer::open(elsewhere.path(), &house.origin())?;
    let office = house.office()?;
    let made: [(String, &str, &str); 8] = [
        (text.to_owned(), "v.fresh.title", "56-verify-fresh"),
        (issued(&impostor, house, (0, 365))?, "v.forged.title", "57-verify-forged"),
        (issued(&office.issuer, house, (-500, -135))?, "v.expired.title", "58-verify-expired"),
        (issued(&office.issuer, house, (20, 385))?, "v.not-yet.title", "59-verify-not-yet"),
        (text.chars().take(text.len() / 2).collect(), "v.damaged.title", "60-verify-damaged"),
        ("https://example.org/menu".to_owned(), "v.not-ours.title", "61-verify-not-ours"),
        (issued(&other, house, (0, 365))?, "v.unknown-issuer.title", "62-verify-unknown-issuer"),
        (String::new(), "v.paste.empty", "63-verify-empty"),
    ];
    for (text, verdict, place) in &made {
        is_told(stranger, visitor, text, verdict, place).await?;
    }
    // Without network, with what this phone has heard before, and on a code of which it has heard nothing.
    stranger.is_kept().await?;
    stranger.set_offline(true).await?;
    opens(stranger).await?;
    is_told(stranger, visitor, text, "v.fresh.title", "64-verify-offline").await
}

async fn opens(stranger: &Applicant<'_>) -> anyhow::Result<()> {
    stranger.goes_to("/verify").await?;
    let (title, other) = (stranger.speech.say("v.title")?, "EN English");
    stranger.waits("the page", async || Ok(stranger.has("heading", "").await?)).await?;
    if stranger.speech.language == "en" && stranger.has("button", other).await? {
        stranger.button(other).await?;
    }
    stranger.sees(title).await
}

async fn is_told(
    stranger: &Applicant<'_>,
    visitor: &Visitor,
    text: &str,
    verdict: &str,
    place: &str,
) -> anyhow::Result<()> {
    // A verdict has closed it.
    if !stranger.has("textbox", stranger.speech.say("v.paste.label")?).await? {
        stranger.says("v.paste").await?;
    }
    if text.is_empty() {
        stranger.empties(stranger.speech.say("v.paste.label")?).await?;
    } else {
        stranger.fills(stranger.speech.say("v.paste.label")?, text).await?;
    }
    stranger.says("v.paste.go").await?;
    if text.is_empty() {
        stranger.sees(stranger.speech.say(verdict)?).await?;
    } else {
        stranger.reads_the_verdict(verdict).await?;
    }
    if verdict == "v.fresh.title" {
        // Whoever changes the language reads the office's words in it too.
        stranger.sees(&stranger.speech.option("category.work", "food-sale")?).await?;
    }
    visitor.at(stranger, place).await
}

/// A code that this issuer signs, valid between two days counted from today.
fn issued(issuer: &Issuer, house: &House, (from, until): (i64, i64)) -> anyhow::Result<String> {
    let now = house.office()?.now();
    let day = |days| (now + Duration::days(days)).date_naive();
    let new = NewCertificate {
        name: "张伟",
        category: "food-sale",
        valid_from: day(from),
        valid_until: day(until),
        photo: b"a sample",
    };
    let at = now + Duration::days(from.min(0));
    Ok(issuer.issue(&new, &HashSet::new(), at).ok().context("it cannot be signed")?.credential)
}

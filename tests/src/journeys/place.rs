//! What a place calls the app and what it looks like there, by its `config.json` alone.
use super::update::with_a_build_of_its_own;
use crate::{applicant::Applicant, browser::Browser, house::House, speech::Speech, tour::axe::light_and_dark};
use anyhow::ensure;
use serde_json::{Value, json};
use std::{
    cell::Cell,
    fs::{self, File},
    path::Path,
    time::{Duration, SystemTime},
};

/// The colour of a button, and of the words on it.
type Button = [&'static str; 2];

/// Colours of places for light pages and for dark ones; what a button has there.
const PLACES: [(&str, Option<&str>, Button, Button); 4] = [
    ("#fc0", None, ["rgb(255, 204, 0)", "rgb(0, 0, 0)"], ["rgb(255, 204, 0)", "rgb(0, 0, 0)"]),
    ("#7a1f3d", Some("#f0a9bf"), ["rgb(122, 31, 61)", "rgb(255, 255, 255)"], ["rgb(240, 169, 191)", "rgb(0, 0, 0)"]),
    ("#c8102e", None, ["rgb(200, 16, 46)", "rgb(255, 255, 255)"], ["rgb(223, 116, 134)", "rgb(0, 0, 0)"]),
    ("#eef4ee", None, ["rgb(238, 244, 238)", "rgb(0, 0, 0)"], ["rgb(238, 244, 238)", "rgb(0, 0, 0)"]),
];

const LOGO: &str =
    "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 40 20'><rect width='40' height='20' fill='#888'/></svg>";

pub(super) async fn of_its_own(house: &House, phone: &Browser) -> anyhow::Result<()> {
    with_a_build_of_its_own(house, async |office, dist| dressed(office, phone, dist).await).await
}

async fn dressed(house: &House, phone: &Browser, dist: &Path) -> anyhow::Result<()> {
    // A server tells a file from the one before by its time, in seconds: each is some younger.
    let age = Cell::new(Duration::ZERO);
    let decides = |what: Value| {
        let file = dist.join("config.json");
        fs::write(&file, what.to_string())?;
        age.set(age.get() + Duration::from_secs(2));
        File::options().write(true).open(file)?.set_modified(SystemTime::now() + age.get())
    };
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let ours = applicant.speech.say("app.name")?;

    // What cannot be is left aside, and the rest of it counts.
    decides(
        json!({ "name": "", "logo": "https://elsewhere.example/l.svg", "brand": "yellow", "brand-dark": 7, "size": "elder" }),
    )?;
    applicant.comes_in().await?;
    let bar = phone.driver.execute(BAR, vec![]).await?.json().clone();
    ensure!(bar == json!([ours, null]), "left to itself the bar is {bar}");
    let colours = phone.driver.execute(COLOURS, vec![]).await?.json().clone();
    ensure!(colours == json!(["rgb(15, 85, 99)", "rgb(255, 255, 255)"]), "left to itself a button is {colours}");
    let size = phone.driver.execute("return document.documentElement.dataset.hcSize", vec![]).await?.json().clone();
    ensure!(size == "elder", "beside what is wrong, what is right does not count");

    // A logo that does not come leaves no hole.
    decides(json!({ "logo": "/gone.svg" }))?;
    applicant.comes_in().await?;
    let hidden = "const logo = document.querySelector('.hc-top__logo'); return !!logo && logo.hidden";
    applicant
        .waits("the logo to be missed", async || Ok(phone.driver.execute(hidden, vec![]).await?.json() == true))
        .await?;

    fs::write(dist.join("logo.svg"), LOGO)?;
    let names = json!({ "zh-CN": "示例市健康证", "en": "Sample City certificates" });
    let dress = |brand: &str, dark: Option<&str>| {
        let mut what = json!({ "name": names, "logo": "logo.svg", "brand": brand });
        if let Some(dark) = dark {
            what["brand-dark"] = dark.into();
        }
        decides(what)
    };
    dress(PLACES[0].0, PLACES[0].1)?;
    let id = applicant.begins_unnamed().await?;
    applicant.goes_to(&format!("/a/{id}/step/category")).await?;
    applicant.chooses("category.work", "food-sale").await?;
    applicant.chooses("category.application", "first").await?;
    applicant.is_kept().await?;
    for (brand, dark, light_button, dark_button) in PLACES {
        dress(brand, dark)?;
        for path in [
            "/".to_owned(),
            "/home".into(),
            format!("/a/{id}/tasks"),
            format!("/a/{id}/step/category"),
            "/verify".into(),
        ] {
            applicant.goes_to(&path).await?;
            applicant
                .waits("the bar of this place", async || {
                    let bar = phone.driver.execute(BAR, vec![]).await?;
                    Ok(*bar.json() == json!(["示例市健康证", ["", true]]))
                })
                .await?;
            applicant.waits("the title", async || Ok(titled(phone).await?.ends_with(" · 示例市健康证"))).await?;
            if path == "/" {
                for (is_dark, expected) in [(false, light_button), (true, dark_button)] {
                    phone.set_scheme(is_dark).await?;
                    let found = phone.driver.execute(COLOURS, vec![]).await?.json().clone();
                    ensure!(found == json!(expected), "{brand}, dark: {is_dark}: a button is {found}");
                }
                phone.set_scheme(false).await?;
            }
            light_and_dark(phone, &format!("{path} of a place with {brand}")).await?;
        }
    }

    // The person's own choice of dark is the place's dark too; and the name follows the language.
    applicant.goes_to("/settings").await?;
    applicant.picks(applicant.speech.say("settings.theme")?, applicant.speech.say("settings.theme.dark")?).await?;
    let found = phone
        .driver
        .execute("return getComputedStyle(document.querySelector('.hc')).getPropertyValue('--hc-brand')", vec![])
        .await?;
    ensure!(*found.json() == json!("#eef4ee"), "chosen dark is {}", found.json());
    applicant.button("EN").await?;
    applicant.sees("Sample City certificates").await?;
    let title = Speech::of("en")?.say("settings.title")?.to_owned() + " · Sample City certificates";
    applicant.waits("the title in English", async || Ok(titled(phone).await? == title)).await
}

async fn titled(phone: &Browser) -> anyhow::Result<String> {
    Ok(phone.driver.title().await?.replace('\u{a0}', " "))
}

/// What the bar reads, and the alternative text of its picture with whether that is there.
const BAR: &str = "const bar = document.querySelector('.hc-top__name'), logo = bar.querySelector('img');
    return [bar.textContent, logo && [logo.alt, logo.naturalWidth > 0]];";

/// The ground of the first button, and what is written on it.
const COLOURS: &str = "const style = getComputedStyle(document.querySelector('.hc-main .hc-btn:not(.hc-btn--quiet)'));
    return [style.backgroundColor, style.color];";

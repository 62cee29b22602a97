//! A photo on its way: the bytes, the words that bind it to its item, its removal.
use super::{Place, full, plan, signs_in_again, was_met};
use crate::{applicant::Applicant, browser::Browser, house::House};
use anyhow::{Context, ensure};

const BYTES: Place = Place::once("PATCH", "/uploads/");
const CREATED: Place = Place::once("POST", "/uploads");
const BOUND: Place = Place::once("PUT", "/documents/");

/// What goes wrong where.
const ROWS: [(&str, &Place); 18] = [
    ("lost-request", &BYTES),
    ("lost-reply", &BYTES),
    ("cut=0", &BYTES),
    ("status=500", &BYTES),
    ("html", &BYTES),
    ("portal", &BYTES),
    ("storage-full", &BYTES),
    ("status=503/1s", &BYTES),
    ("lost-reply", &CREATED),
    ("status=503/1s", &CREATED),
    ("duplicate", &CREATED),
    ("lost-request", &BOUND),
    ("lost-reply", &BOUND),
    ("duplicate", &BOUND),
    ("empty", &BOUND),
    ("wrong-type", &BOUND),
    ("status=429/1d", &BOUND),
    ("signed-out", &BOUND),
];

pub(in crate::journeys) async fn uploading(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    let id = applicant.begins_unnamed().await?;
    applicant.goes_to(&format!("/a/{id}/step/documents")).await?;
    applicant.agrees("documents.consent").await?;
    for (trouble, place) in ROWS {
        one(&applicant, &id, trouble, place).await.with_context(|| format!("{trouble} at {}", place.path))?;
    }
    Ok(())
}

async fn one(applicant: &Applicant<'_>, id: &str, trouble: &str, place: &Place) -> anyhow::Result<()> {
    let house = applicant.house;
    plan(house, trouble, place)?;
    applicant.hands("documents.portrait", &house.files.path("portrait.jpg")).await?;
    if trouble == "signed-out" {
        signs_in_again(applicant).await?;
    }
    // On this phone, on its way, and at last: identical to what is here.
    applicant.sees(applicant.speech.begin("doc.received")?).await?;
    was_met(house, trouble)?;
    let there = full(house, id).await?.documents;
    ensure!(there.len() == 1, "{} documents instead of one", there.len());

    applicant.says("doc.remove").await?;
    applicant.presses_within("dialog", applicant.speech.say("doc.remove")?).await?;
    applicant.no_longer_sees(applicant.speech.begin("doc.received")?).await?;
    applicant.waits("the office to have none", async || Ok(full(house, id).await?.documents.is_empty())).await
}

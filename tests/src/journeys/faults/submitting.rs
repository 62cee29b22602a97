//! One wish, one application: the submission meets each trouble in turn, is received once, and is taken back for the next.
use super::{Place, full, is_the_only_one, plan, signs_in_again, was_met};
use crate::{applicant::Applicant, browser::Browser, house::House};
use anyhow::{Context, ensure};

const SENT: Place = Place::once("POST", "/submission");

/// What goes wrong; with a second one, the question whether it arrived goes wrong too.
const ROWS: [(&str, Option<&str>); 16] = [
    ("lost-request", None),
    ("lost-reply", None),
    ("cut=0", None),
    ("cut=40", None),
    ("duplicate", None),
    ("status=500", None),
    ("status=503/1s", None),
    ("status=429/1d", None),
    ("html", None),
    ("portal", None),
    ("wrong-type", None),
    ("empty", None),
    ("huge", None),
    ("unknown-codes", None),
    ("lost-reply", Some("lost-request")),
    ("signed-out", None),
];

pub(in crate::journeys) async fn submitting(house: &House, phone: &Browser) -> anyhow::Result<()> {
    let applicant = Applicant::new(house, house.person(phone), "zh-CN")?;
    applicant.begins().await?;
    applicant.fills_in().await?;
    applicant.gives_papers().await?;
    applicant.comes_to_check().await?;
    let id = applicant.application().await?;
    for (row, (trouble, again)) in ROWS.into_iter().enumerate() {
        one(&applicant, &id, (trouble, again), row + 1).await.with_context(|| format!("{trouble}, {again:?}"))?;
        if row + 1 < ROWS.len() {
            takes_it_back(&applicant, &id).await.with_context(|| format!("after {trouble}"))?;
        }
    }
    Ok(())
}

async fn one(
    applicant: &Applicant<'_>,
    id: &str,
    (trouble, again): (&str, Option<&str>),
    round: usize,
) -> anyhow::Result<()> {
    let house = applicant.house;
    plan(house, trouble, &SENT)?;
    if let Some(again) = again {
        plan(house, again, &Place::once("GET", "/receipts/"))?;
    }
    applicant.says("submit.go").await?;
    applicant.is_at("/receipt").await?;
    if trouble == "signed-out" {
        signs_in_again(applicant).await?;
    }
    applicant.sees(applicant.speech.say("receipt.title")?).await?;
    was_met(house, trouble)?;
    is_the_only_one(house, id).await?;
    let there = full(house, id).await?;
    ensure!(there.rounds.len() == round, "{} submissions instead of {round}", there.rounds.len());
    ensure!(there.documents.len() == 3, "{} documents instead of three", there.documents.len());
    Ok(())
}

async fn takes_it_back(applicant: &Applicant<'_>, id: &str) -> anyhow::Result<()> {
    applicant.goes_to(&format!("/a/{id}")).await?;
    applicant.says("act.recall").await?;
    applicant.presses_within("dialog", applicant.speech.say("act.recall")?).await?;
    // Its button is gone while the reply is waited for, too.
    applicant.finds("link", applicant.speech.say("progress.go.draft")?).await?;
    applicant.goes_to(&format!("/a/{id}/check")).await?;
    applicant.finds("button", applicant.speech.say("submit.go")?).await.map(drop)
}

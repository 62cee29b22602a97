//! Level uploads: a report instead of a visit, there and back; and, for level certificate, the link to it.
use super::{only, record, reported};
use crate::conform::{
    Backend,
    caller::fresh,
    papers::{binding, photo, played, sha256, uploaded},
};
use anyhow::{Context, ensure};
use serde_json::json;

pub(super) async fn round_trip(backend: &Backend) -> anyhow::Result<()> {
    let one = backend.one();
    let application = reported(&one).await?;
    let sent = record(&one, &application).await?;
    ensure!(sent["state"] == "report-review", "a report that was sent is {}", sent["state"]);
    let pages = "#/report.examination.pages";
    let back =
        played(&one, &application, "return-report", &json!({ "pointers": [pages], "code": "unreadable" })).await?;
    let back = &back["application"];
    ensure!(back["report_attempts"]["used"] == 1, "attempts are {}", back["report_attempts"]);
    ensure!(back["open"] == json!([{ "pointer": pages, "why": "returned" }]), "open is {}", back["open"]);
    let (document, bytes) = (fresh(), photo());
    let upload = uploaded(&one, &application, &document, &bytes).await?;
    one.put(&format!("{application}/documents/{document}"), &binding(pages, &upload, &bytes)).await?.is(201)?;
    let attachment =
        json!({ "valueAttachment": { "url": format!("documents/{document}"), "contentType": "image/jpeg" } });
    let better = json!({ "questionnaire": back["report_questionnaire"], "round": 1, "documents": { (&document): sha256(&bytes) },
        "answers": only("report.examination.pages", &attachment) });
    let outcome = one.post(&format!("{application}/examination/report"), &better).await?.is(201)?.json()?;
    ensure!(outcome["application"]["state"] == "report-review", "sent back, it is {}", outcome["application"]["state"]);
    ensure!(outcome["receipt"]["round"] == 2, "the receipt's round is {}", outcome["receipt"]["round"]);
    let passed = played(&one, &application, "pass", &json!({})).await?;
    ensure!(passed["application"]["state"] == "passed", "after pass it is {}", passed["application"]["state"]);
    Ok(())
}

pub(super) async fn link(backend: &Backend) -> anyhow::Result<()> {
    let (one, nobody) = (backend.one(), backend.nobody());
    nobody.get("/downloads/0000").await?.problem(410, "link-ended")?;
    let application = reported(&one).await?;
    played(&one, &application, "pass", &json!({})).await?;
    let found = one.get(&format!("{application}/examination")).await?.is(200)?.json()?;
    let link =
        found["report"]["href"].as_str().context("after the conclusion, examination has no link to the report")?;
    ensure!(found["report"]["until"].is_string(), "the link does not say until when");
    for _ in 0..2 {
        let file = nobody.get(link).await?.is(200)?;
        ensure!(file.header("content-disposition").starts_with("attachment"), "it does not come as an attachment");
        file.says("content-type", found["report"]["type"].as_str().unwrap_or_default())?;
        ensure!(!file.body.is_empty(), "the file is empty");
    }
    nobody.get(link).await?.problem(410, "link-ended").context("fetched twice, a link has ended")?;
    Ok(())
}

//! Level offline-safe: what is sent twice, and what is seen twice.
use super::{booked, only, record};
use crate::conform::{
    Backend, NotAsked,
    caller::fresh,
    papers::{FORM, begun, filled_in, played},
};
use anyhow::ensure;
use reqwest::Method;
use serde_json::json;

pub(super) async fn same_key(backend: &Backend) -> anyhow::Result<()> {
    let one = backend.one();
    let application = begun(&one).await?;
    let body = filled_in(&one, &application).await?;
    let (path, key) = (format!("{application}/submission"), fresh());
    one.get(&format!("/receipts/{key}")).await?.problem(404, "not-found")?;
    let first = one.post_with(&path, &key, &body).await?.is(201)?.json()?;
    played(&one, &application, "begin", &json!({})).await?;
    let again = one.post_with(&path, &key, &body).await?.is(201)?.json()?;
    ensure!(again["receipt"] == first["receipt"], "the second receipt is another");
    ensure!(again["application"]["state"] == "in-review", "the record is not as it is now");
    ensure!(again["application"]["round"] == 1, "it was submitted twice");
    let receipt = one.get(&format!("/receipts/{key}")).await?.is(200)?.json()?;
    ensure!(receipt == first["receipt"], "the receipt by its key is another");
    Ok(())
}

pub(super) async fn at_once(backend: &Backend) -> anyhow::Result<()> {
    let one = backend.one();
    let application = begun(&one).await?;
    let body = filled_in(&one, &application).await?;
    let (path, key) = (format!("{application}/submission"), fresh());
    let send = || one.post_with(&path, &key, &body);
    let (first, second) = tokio::join!(send(), send());
    let (first, second) = (first?, second?);
    for reply in [&first, &second] {
        ensure!(matches!(reply.status, 201 | 409), "one of two at once is answered {}", reply.status);
    }
    ensure!(first.status == 201 || second.status == 201, "neither of two at once is taken");
    for reply in [first, second].into_iter().filter(|reply| reply.status == 409) {
        ensure!(reply.header("retry-after").parse::<u64>().is_ok(), "running says no Retry-After");
        reply.problem(409, "running")?;
    }
    let again = one.post_with(&path, &key, &body).await?.is(201)?.json()?;
    ensure!(again["receipt"]["round"] == 1 && again["application"]["round"] == 1, "it was submitted twice");
    let events = again["application"]["events"].as_array().cloned().unwrap_or_default();
    let submits = events.iter().filter(|event| event["act"] == "submit").count();
    ensure!(submits == 1, "the timeline has {submits} submissions");
    Ok(())
}

pub(super) async fn other_bytes(backend: &Backend) -> anyhow::Result<()> {
    let one = backend.one();
    let (application, key) = (begun(&one).await?, fresh());
    let path = format!("{application}/withdrawal");
    one.post_with(&path, &key, &json!({})).await?.is(201)?;
    let words = json!({ "words": { "text": "不办了", "lang": "zh-CN" } });
    one.post_with(&path, &key, &words).await?.problem(422, "key-reused")?;
    Ok(())
}

pub(super) async fn unspent_key(backend: &Backend) -> anyhow::Result<()> {
    let one = backend.one();
    let (application, key) = (begun(&one).await?, fresh());
    let early =
        json!({ "questionnaire": FORM, "round": 1, "answers": only("work.post", &json!({ "valueString": "x" })) });
    let refused = one.post_with(&format!("{application}/supplement"), &key, &early).await?;
    refused.problem(409, "act-refused")?;
    one.post_with(&format!("{application}/withdrawal"), &key, &json!({})).await?.is(201)?;
    Ok(())
}

pub(super) async fn drafts(backend: &Backend) -> anyhow::Result<()> {
    let one = backend.one();
    let service = one.get("/service").await?.is(200)?.json()?;
    if !service["features"].as_array().is_some_and(|all| all.contains(&json!("drafts"))) {
        return Err(NotAsked("service.features has no drafts").into());
    }
    let application = begun(&one).await?;
    let path = format!("{application}/draft");
    let first = one.get(&path).await?.is(200)?;
    let seen = first.header("etag").to_owned();
    let draft = json!({ "questionnaire": FORM, "answers": only("person.name", &json!({ "valueString": "张伟" })) });
    one.put(&path, &draft).await?.problem(428, "etag-needed")?;
    let over = |etag: &str| one.send(one.request(Method::PUT, &path).header("If-Match", etag).json(&draft));
    over(&seen).await?.is(200)?;
    let stale = over(&seen).await?.problem(412, "stale")?;
    ensure!(stale["etag"].is_string(), "the refusal does not say the newest etag");
    Ok(())
}

pub(super) async fn repeated(backend: &Backend) -> anyhow::Result<()> {
    let one = backend.one();
    let application = booked(&one).await?;
    let before = record(&one, &application).await?;
    let slot = before["examination"]["appointment"]["slot"]["id"].clone();
    one.put(&format!("{application}/appointment"), &json!({ "slot": slot })).await?.is(200)?;
    one.delete(&format!("{application}/appointment?slot=another")).await?.is(200)?;
    one.delete(&format!("{application}/hold?slot=another")).await?.is(204)?;
    ensure!(record(&one, &application).await? == before, "the record has changed");
    Ok(())
}

pub(super) async fn not_modified(backend: &Backend) -> anyhow::Result<()> {
    let one = backend.one();
    let application = begun(&one).await?;
    for path in [application.as_str(), "/applications", "/service"] {
        let first = one.get(path).await?.is(200)?;
        let etag = first.header("etag").to_owned();
        ensure!(!etag.is_empty(), "{path} has no ETag");
        let again = one.send(one.request(Method::GET, path).header("If-None-Match", etag)).await?.is(304)?;
        ensure!(again.body.is_empty(), "304 with a body");
    }
    Ok(())
}

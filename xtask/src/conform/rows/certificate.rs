//! Level certificate: nothing of it without a grant, and the keys that a verifier needs.
use super::{record, visited};
use crate::conform::{Backend, papers::played};
use anyhow::{Context, ensure};
use contract::{
    credential::{self, Jwks},
    json,
};
use serde_json::json;

pub(super) async fn no_grant(backend: &Backend) -> anyhow::Result<()> {
    let one = backend.one();
    let application = visited(&one).await?;
    for act in ["pass", "issue"] {
        played(&one, &application, act, &json!({})).await?;
    }
    let issued = record(&one, &application).await?["certificate"].clone();
    ensure!(issued["number"].is_null(), "the number is shown without a grant");
    let path = format!("/certificates/{}", issued["id"].as_str().unwrap_or_default());
    let problem = one.get(&path).await?.problem(403, "grant-needed")?;
    ensure!(problem["application"].is_string(), "the refusal does not name the application");
    backend.other().get(&path).await?.problem(404, "not-found")?;
    Ok(())
}

pub(super) async fn keys(backend: &Backend) -> anyhow::Result<()> {
    let reply = backend.nobody().get("//.well-known/jwks.json").await?.is(200)?;
    reply.says("access-control-allow-origin", "*")?;
    let keys = reply.json()?["keys"].as_array().cloned().unwrap_or_default();
    ensure!(!keys.is_empty(), "there is no key");
    for key in keys {
        let right = key["kty"] == "EC" && key["crv"] == "P-256" && key["alg"] == "ES256";
        ensure!(right && key["kid"].as_str().is_some_and(|kid| kid.len() == 11), "a key is not as it must be: {key}");
        ensure!(key["d"].is_null(), "a private key is published");
    }
    Ok(())
}

pub(super) async fn rotation(backend: &Backend) -> anyhow::Result<()> {
    let published = async || -> anyhow::Result<Jwks> {
        let reply = backend.nobody().get("//.well-known/jwks.json").await?.is(200)?;
        json::read(&String::from_utf8(reply.body)?).context("the keys cannot be read")
    };
    let before = published().await?;
    let asked = json!({ "maintenance": null, "keys": before.keys.len() + 1 });
    backend.one().put("/test/upkeep", &asked).await?.is(204)?;
    let after = published().await?;
    let (was, is) = (before.keys.len(), after.keys.len());
    ensure!(is == was + 1, "{is} keys are published, not one more than {was}");
    let stays = |kid: &String| after.keys.iter().any(|key| key.kid == *kid);
    ensure!(before.keys.iter().all(|key| stays(&key.kid)), "a key is gone that what it signed is verified with");
    let list = backend.nobody().get("//status-lists/1").await?.is(200)?;
    let list = credential::read_status_list(&list.body).context("the status list cannot be read")?;
    let known = before.matching(list.signed().kid);
    let verified = known.iter().any(|point| credential::verify(point, list.signed()));
    ensure!(verified, "the new key signs at once: who keeps keys for a day does not know it yet");
    Ok(())
}

pub(super) async fn no_link(backend: &Backend) -> anyhow::Result<()> {
    backend.nobody().get("/downloads/0000").await?.problem(410, "link-ended")?;
    Ok(())
}

//! Level certificate: nothing of it without a grant, and the keys that a verifier needs.
use super::{record, visited, windows::instant};
use crate::conform::{
    Backend,
    caller::Caller,
    papers::{NAME, played},
};
use anyhow::{Context, ensure};
use contract::{
    credential::{self, Jwks},
    identity::{COLLECTION_TAIL, tail},
    json,
};
use serde_json::{Value as Json, json};

/// An application whose certificate can be collected.
pub(super) async fn issued(caller: &Caller) -> anyhow::Result<String> {
    let application = visited(caller).await?;
    for act in ["pass", "issue"] {
        played(caller, &application, act, &json!({})).await?;
    }
    Ok(application)
}

/// Asks for the code of a collection; gives what is said of it.
async fn code_sent(caller: &Caller, application: &str) -> anyhow::Result<Json> {
    let id = application.trim_start_matches("/applications/");
    let asked = json!({ "purpose": "collect", "application": id });
    caller.post("/session/code", &asked).await?.is(202)?.json()
}

/// The facts that are right, with a code that was sent just now.
async fn right_facts(backend: &Backend, caller: &Caller, application: &str) -> anyhow::Result<Json> {
    let sent = code_sent(caller, application).await?;
    let (code_id, code) = (&sent["code_id"], backend.code(&sent).await?);
    let tail = tail(&caller.id_number.borrow(), COLLECTION_TAIL);
    Ok(json!({ "name": NAME, "id_tail": tail, "code_id": code_id, "code": code }))
}

/// Collects a certificate; gives the grant.
pub(super) async fn granted(backend: &Backend, caller: &Caller, application: &str) -> anyhow::Result<Json> {
    let facts = right_facts(backend, caller, application).await?;
    caller.post(&format!("{application}/collection"), &facts).await?.is(200)?.json()
}

pub(super) async fn no_grant(backend: &Backend) -> anyhow::Result<()> {
    let one = backend.one();
    let application = issued(&one).await?;
    let issued = record(&one, &application).await?["certificate"].clone();
    ensure!(issued["number"].is_null(), "the number is shown without a grant");
    let path = format!("/certificates/{}", issued["id"].as_str().unwrap_or_default());
    let problem = one.get(&path).await?.problem(403, "grant-needed")?;
    ensure!(problem["application"].is_string(), "the refusal does not name the application");
    backend.other().get(&path).await?.problem(404, "not-found")?;
    let collection = format!("{application}/collection");
    one.post(&collection, &json!({})).await?.problem(422, "invalid")?;
    let wrong = json!({ "name": "张伟", "id_tail": "000000", "code_id": code_sent(&one, &application).await?["code_id"], "code": "x" });
    let refused = one.post(&collection, &wrong).await?.problem(422, "code-wrong")?;
    ensure!(refused["left"].is_u64(), "a wrong code does not say how many tries are left");
    let left = record(&one, &application).await?["certificate"]["collection"]["left"].clone();
    ensure!(left == 3, "a wrong code costs a try at the facts: {left} left");
    one.get(&path).await?.problem(403, "grant-needed")?;
    Ok(())
}

pub(super) async fn grant(backend: &Backend) -> anyhow::Result<()> {
    let one = backend.one();
    let application = issued(&one).await?;
    let collection = format!("{application}/collection");
    let right = right_facts(backend, &one, &application).await?;
    let mut wrong = right.clone();
    (wrong["name"], wrong["id_tail"]) = (json!("李四"), json!("000000"));
    for left in [2, 1] {
        let refused = one.post(&collection, &wrong).await?.problem(422, "identity-mismatch")?;
        ensure!(refused["left"] == left, "{} tries are left, not {left}", refused["left"]);
    }
    let locked = one.post(&collection, &wrong).await?;
    ensure!(locked.header("retry-after").parse::<u64>().is_ok(), "the lock says no Retry-After");
    let locked = locked.problem(429, "slow-down")?;
    ensure!(locked["scope"] == "collection", "the lock's scope is {}", locked["scope"]);
    let offered = record(&one, &application).await?["actions"].clone();
    let same = instant(&offered[0]["from"], "from")? == instant(&locked["until"], "until")?;
    ensure!(
        offered[0]["act"] == "collect" && same,
        "while it is locked until {}, it offers {offered}",
        locked["until"]
    );
    played(&one, &application, "edit", &json!({ "at": locked["until"] })).await?;
    let given = one.post(&collection, &right).await?.is(200)?.json()?;
    let path = format!("/certificates/{}", given["certificate"].as_str().unwrap_or_default());
    let shown = one.get(&path).await?.is(200)?.json()?;
    ensure!(shown["credential"].as_str().is_some_and(|text| text.len() <= 656), "the credential is too long");
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

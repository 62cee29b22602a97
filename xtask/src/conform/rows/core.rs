//! Level core: the life of an application, what is refused, what every answer carries.
use super::{booked, only, record, returned, submitted, visited};
use crate::conform::{
    Backend,
    caller::fresh,
    papers::{FORM, begun, played},
};
use anyhow::ensure;
use chrono::{DateTime, FixedOffset, TimeDelta};
use reqwest::Method;
use serde_json::{Value as Json, json};

pub(super) async fn public_calls(backend: &Backend) -> anyhow::Result<()> {
    let nobody = backend.nobody();
    let service = nobody.get("/service").await?.is(200)?;
    service.says("cache-control", "no-cache")?;
    let service = service.json()?;
    for member in ["name", "api", "levels", "time_zone", "languages", "categories", "limits", "issuers", "retention"] {
        ensure!(!service[member].is_null(), "service has no {member}");
    }
    let taken = service["accepted_questionnaires"].as_array().is_some_and(|all| all.contains(&json!(FORM)));
    ensure!(taken, "service.accepted_questionnaires lacks {FORM}: the samples of this command are written for it");
    let form = nobody.get("/questionnaires/health-certificate?version=2026.11.1").await?.is(200)?;
    ensure!(form.json()?["resourceType"] == "Questionnaire", "the form is no FHIR Questionnaire");
    let sites = nobody.get("/sites").await?.is(200)?.json()?;
    ensure!(sites["items"].as_array().is_some_and(|all| !all.is_empty()), "there is no site");
    ensure!(nobody.get("/session").await?.is(200)?.json()?["signed_in"] == false, "nobody is signed in as somebody");
    let document = nobody.get("//openapi.json").await?.is(200)?.json()?;
    let named = named_calls(&document);
    let lacks = CALLS.iter().filter(|(level, _)| backend.claims(level)).flat_map(|(_, calls)| calls.split_whitespace());
    let lacks: Vec<&str> = lacks.filter(|call| !named.iter().any(|it| it == call)).collect();
    ensure!(lacks.is_empty(), "openapi.json names no call {}", lacks.join(", "));
    Ok(())
}

/// The calls of each level (contract §3), as method and path; `*` stands for what a path names.
const CALLS: [(&str, &str); 4] = [
    (
        "core",
        "get:/service get:/questionnaires/* get:/sites get:/sites/*/slots post:/session/code post:/session get:/session
         delete:/session get:/applications put:/applications/* get:/applications/* post:/applications/*/submission
         get:/applications/*/submission delete:/applications/*/submission post:/applications/*/supplement
         post:/applications/*/withdrawal put:/applications/*/hold delete:/applications/*/hold
         put:/applications/*/appointment delete:/applications/*/appointment get:/applications/*/examination
         get:/applications/*/events",
    ),
    (
        "uploads",
        "post:/uploads head:/uploads/* patch:/uploads/* delete:/uploads/* put:/applications/*/documents/*
         get:/applications/*/documents/*/content delete:/applications/*/documents/*
         post:/applications/*/examination/report get:/downloads/*",
    ),
    ("offline-safe", "get:/applications/*/draft put:/applications/*/draft get:/receipts/* get:/events"),
    (
        "certificate",
        "post:/applications/*/collection get:/certificates/* get:/.well-known/jwks.json get:/status-lists/*",
    ),
];

/// The calls that a document names, written as in [`CALLS`].
fn named_calls(document: &Json) -> Vec<String> {
    let paths = document["paths"].as_object();
    let mut calls = Vec::new();
    for (path, methods) in paths.into_iter().flatten() {
        let path = path.strip_prefix(contract::api::API_ROOT).unwrap_or(path);
        let parts: Vec<&str> = path.split('/').map(|part| if part.starts_with('{') { "*" } else { part }).collect();
        let path = parts.join("/");
        calls.extend(methods.as_object().into_iter().flatten().map(|(method, _)| format!("{method}:{path}")));
    }
    calls
}

pub(super) async fn begun_twice(backend: &Backend) -> anyhow::Result<()> {
    let one = backend.one();
    let application = begun(&one).await?;
    let again = one.put(&application, &json!({ "questionnaire": FORM, "renews": null })).await?.is(200)?.json()?;
    ensure!(again == record(&one, &application).await?, "the second answer is not the record");
    Ok(())
}

pub(super) async fn returned_items(backend: &Backend) -> anyhow::Result<()> {
    let one = backend.one();
    let application = returned(&one).await?;
    let open = record(&one, &application).await?["open"].clone();
    ensure!(open == json!([{ "pointer": "#/work.post", "why": "returned" }]), "open is {open}");
    let supplement = |answers: Json| json!({ "questionnaire": FORM, "round": 1, "answers": answers, "documents": {} });
    let path = format!("{application}/supplement");
    let closed = supplement(only("person.name", &json!({ "valueString": "李四" })));
    let refused = one.post(&path, &closed).await?.problem(422, "invalid")?;
    let codes = refused["errors"].as_array().cloned().unwrap_or_default();
    ensure!(codes.iter().any(|error| error["code"] == "not-open"), "a closed item is refused with {codes:?}");
    let better = supplement(only("work.post", &json!({ "valueString": "热菜厨师" })));
    let outcome = one.post(&path, &better).await?.is(201)?.json()?;
    ensure!(outcome["application"]["state"] == "resubmitted", "sent back, it is {}", outcome["application"]["state"]);
    ensure!(outcome["receipt"]["round"] == 2, "the receipt's round is {}", outcome["receipt"]["round"]);
    played(&one, &application, "begin", &json!({})).await?;
    let accepted = played(&one, &application, "accept", &json!({})).await?;
    ensure!(accepted["application"]["attempts"]["used"] == 1, "attempts are {}", accepted["application"]["attempts"]);
    Ok(())
}

pub(super) async fn bad_requests(backend: &Backend) -> anyhow::Result<()> {
    let one = backend.one();
    let application = begun(&one).await?;
    let path = format!("{application}/submission");
    let request = |body: String| {
        let request = one.request(Method::POST, &path).header("Idempotency-Key", fresh());
        one.send(request.header("Content-Type", "application/json").body(body))
    };
    request("{".into()).await?.problem(400, "malformed")?;
    request(format!("{{\"x\": \"{}\"}}", "y".repeat(300_000))).await?.problem(413, "too-large")?;
    let keyless = one.request(Method::POST, &path).json(&json!({}));
    one.send(keyless).await?.problem(400, "malformed")?;
    let text = one.request(Method::POST, &path).header("Idempotency-Key", fresh()).body("words");
    one.send(text).await?.problem(415, "malformed")?;
    one.get(&format!("/applications/{}", fresh())).await?.problem(404, "not-found")?;
    backend.nobody().get("/applications").await?.problem(401, "signed-out")?;
    Ok(())
}

pub(super) async fn maintenance(backend: &Backend) -> anyhow::Result<()> {
    let one = backend.one();
    let now = DateTime::parse_from_rfc2822(backend.nobody().get("/service").await?.header("date"))?;
    let (from, until) = (now - TimeDelta::seconds(5), now + TimeDelta::minutes(2));
    let planned = json!({ "from": from.to_rfc3339(), "until": until.to_rfc3339() });
    one.put("/test/upkeep", &json!({ "maintenance": planned })).await?.is(204)?;
    let told = closed(backend, until).await;
    // Whatever was found: the backend takes things again.
    one.put("/test/upkeep", &json!({ "maintenance": null })).await?.is(204)?;
    told?;
    let service = backend.nobody().get("/service").await?.is(200)?.json()?;
    ensure!(service["maintenance"].is_null(), "it is over, and the service still says {}", service["maintenance"]);
    begun(&one).await.map(drop)
}

/// While nothing is written: the service says so, a write is refused until then, and reading works.
async fn closed(backend: &Backend, until: DateTime<FixedOffset>) -> anyhow::Result<()> {
    let one = backend.one();
    let service = backend.nobody().get("/service").await?.is(200)?.json()?;
    let same = |told: &Json| told.as_str().and_then(|text| DateTime::parse_from_rfc3339(text).ok()) == Some(until);
    ensure!(same(&service["maintenance"]["until"]), "the service says {}", service["maintenance"]);
    let path = format!("/applications/{}", fresh());
    let refused = one.put(&path, &json!({ "questionnaire": FORM })).await?;
    ensure!(refused.header("retry-after").parse::<u64>().is_ok(), "the refusal has no Retry-After");
    let refused = refused.problem(503, "maintenance")?;
    ensure!(same(&refused["until"]), "the refusal ends at another time: {refused}");
    one.get("/applications").await?.is(200).map(drop)
}

pub(super) async fn version_gone(backend: &Backend) -> anyhow::Result<()> {
    for (caller, path) in [(backend.nobody(), "//api/v0/service"), (backend.one(), "//api/v0/applications")] {
        caller.get(path).await?.problem(410, "version-gone")?;
    }
    Ok(())
}

pub(super) async fn foreign(backend: &Backend) -> anyhow::Result<()> {
    let (one, other) = (backend.one(), backend.other());
    let (application, _) = submitted(&one).await?;
    let absent = other.get(&format!("/applications/{}", fresh())).await?.problem(404, "not-found")?;
    for part in ["", "/draft", "/submission", "/events", "/examination"] {
        let found = other.get(&format!("{application}{part}")).await?.problem(404, "not-found")?;
        ensure!(found["title"] == absent["title"], "somebody else's is told apart from none");
    }
    let withdrawal = other.post(&format!("{application}/withdrawal"), &json!({})).await?;
    withdrawal.problem(404, "not-found")?;
    let taken = other.put(&application, &json!({ "questionnaire": FORM, "renews": null })).await?;
    taken.problem(409, "application-elsewhere")?;
    Ok(())
}

pub(super) async fn headers(backend: &Backend) -> anyhow::Result<()> {
    let one = backend.one();
    let list = one.get("/applications").await?.is(200)?;
    ensure!(!list.header("date").is_empty(), "no Date");
    list.says("cache-control", "no-store")?;
    list.says("x-content-type-options", "nosniff")?;
    list.says("referrer-policy", "no-referrer")?;
    ensure!(list.header("content-security-policy").contains("default-src 'none'"), "JSON without a policy");
    let url = format!("{}{}/session", backend.line.api, contract::api::API_ROOT);
    one.send(backend.line.http.delete(url)).await?.problem(403, "not-allowed")?;
    let anybody = backend.nobody().request(Method::GET, "/service").header("Origin", "https://elsewhere.example");
    one.send(anybody).await?.is(200)?.says("access-control-allow-origin", "*")?;
    let stranger = one.request(Method::GET, "/applications").header("Origin", "https://elsewhere.example");
    let told = one.send(stranger).await?;
    ensure!(told.header("access-control-allow-origin").is_empty(), "a foreign page may read applications");
    Ok(())
}

pub(super) async fn findings(backend: &Backend) -> anyhow::Result<()> {
    let one = backend.one();
    for (act, state) in [("refer", "referred"), ("unfit", "rejected")] {
        let application = visited(&one).await?;
        let found = played(&one, &application, act, &json!({})).await?["application"].clone();
        ensure!(found["state"] == state, "after {act} it is {}", found["state"]);
        ensure!(found["open"] == json!([]) && found["returned"] == json!([]), "{act} opens something");
    }
    Ok(())
}

pub(super) async fn clock(backend: &Backend) -> anyhow::Result<()> {
    let one = backend.one();
    let application = booked(&one).await?;
    let end = record(&one, &application).await?["examination"]["appointment"]["slot"]["end"].clone();
    let missed = played(&one, &application, "miss", &json!({})).await?["application"].clone();
    ensure!(missed["state"] == "missed", "after its slot ended at {end} it is {}", missed["state"]);
    ensure!(missed["events"][0]["actor"] == "clock", "the actor is {}", missed["events"][0]["actor"]);
    // Its clock is ahead of the others' now, so it does not stay.
    one.post(&format!("{application}/withdrawal"), &json!({})).await?.is(201)?;
    let draft = begun(&one).await?;
    let lapsed = played(&one, &draft, "lapse", &json!({})).await?["application"].clone();
    ensure!(
        lapsed["state"] == "lapsed" && lapsed["actions"] == json!([]),
        "a draft that lapsed is {}",
        lapsed["state"]
    );
    Ok(())
}

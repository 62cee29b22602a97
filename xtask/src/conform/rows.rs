//! The rows of contract.md §10 that can be asked of any backend, each a sentence and what is done to see that it holds.
use super::{
    Backend,
    caller::{Caller, fresh},
    papers::{FORM, begun, binding, filled_in, letter, metadata, photo, played, sha256, uploaded},
};
use anyhow::ensure;
use chrono::DateTime;
use contract::application::{Facts, State, applicant_acts};
use reqwest::Method;
use serde_json::{Value as Json, json};
use std::{future::Future, pin::Pin};

type Checking<'a> = Pin<Box<dyn Future<Output = anyhow::Result<()>> + 'a>>;

/// One row.
pub(crate) struct Row {
    /// As contract.md §10 names it.
    pub(crate) name: &'static str,
    /// What must hold.
    pub(crate) says: &'static str,
    pub(crate) check: fn(&Backend) -> Checking<'_>,
}

macro_rules! rows {
    ($($name:literal $says:literal $check:ident),* $(,)?) => {
        /// All of them, in the contract's order.
        pub(crate) const ROWS: &[Row] = &[$(Row { name: $name, says: $says, check: |backend| Box::pin($check(backend)) }),*];
    };
}

rows! {
    "C1" "the public calls answer with their shapes, and the document names the calls" public_calls,
    "C1" "an application begun twice is one application" begun_twice,
    "C2" "acts that the table does not have are refused and change nothing" refused_acts,
    "C3" "the record offers exactly the acts of the contract" offered_acts,
    "C4" "what is returned can be changed and sent back, and nothing else" returned_items,
    "C5" "what cannot be read, is too large or has no key gets its problem" bad_requests,
    "C5" "a write is refused for maintenance exactly while the service says so, and reading works" maintenance,
    "C6" "what is somebody else's is as what is not there" foreign,
    "C7" "every answer has its date and its headers, and a write needs X-HC-Request" headers,
    "C9" "a finding opens nothing" findings,
    "C10" "the clock acts by the time it is given" clock,
    "U1" "tus 1.0.0: what it can do, and each wrong step" tus_steps,
    "U2" "an upload that was cut goes on from the server's offset" cut_upload,
    "U3" "bytes that are not those announced are never received" wrong_hash,
    "U4" "a document bound again is the same, and other bytes under its id are refused" bound_again,
    "U5" "a file that is not what it should be is refused with its code" hostile_files,
    "U6" "a preview is for its owner" preview,
    "O1" "the same key twice has one effect and one receipt, also when the matter has moved on" same_key,
    "O2" "the same key with other bytes is refused" other_bytes,
    "O3" "a refused key is not spent" unspent_key,
    "O6" "a draft is saved over the one that was seen, or not at all" drafts,
    "O7" "a repeated PUT or DELETE changes nothing" repeated,
    "O8" "an answer that one has is not sent again" not_modified,
    "V1" "nothing of a certificate is shown without a grant" no_grant,
    "V3" "keys are ES256 at their place, for everybody" keys,
    "V5" "a link that never was has ended" no_link,
}

async fn submitted(caller: &Caller) -> anyhow::Result<(String, Json)> {
    let application = begun(caller).await?;
    let body = filled_in(caller, &application).await?;
    caller.post(&format!("{application}/submission"), &body).await?.is(201)?;
    Ok((application, body))
}

/// An application in review with its contact's post returned.
async fn returned(caller: &Caller) -> anyhow::Result<String> {
    let (application, _) = submitted(caller).await?;
    played(caller, &application, "begin", &json!({})).await?;
    let what = json!({ "pointers": ["#/work.post"], "code": "incorrect", "words": "请写全称。" });
    played(caller, &application, "return", &what).await?;
    Ok(application)
}

async fn record(caller: &Caller, application: &str) -> anyhow::Result<Json> {
    caller.get(application).await?.is(200)?.json()
}

async fn public_calls(backend: &Backend) -> anyhow::Result<()> {
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
    let paths = document["paths"].as_object().map_or(0, serde_json::Map::len);
    ensure!(paths >= 25, "openapi.json has {paths} paths only");
    Ok(())
}

async fn begun_twice(backend: &Backend) -> anyhow::Result<()> {
    let one = backend.one();
    let application = begun(&one).await?;
    let again = one.put(&application, &json!({ "questionnaire": FORM, "renews": null })).await?.is(200)?.json()?;
    ensure!(again == record(&one, &application).await?, "the second answer is not the record");
    Ok(())
}

async fn refused_acts(backend: &Backend) -> anyhow::Result<()> {
    let one = backend.one();
    let (application, body) = submitted(&one).await?;
    let before = record(&one, &application).await?;
    let id = application.trim_start_matches("/applications/");
    for act in ["accept", "reject", "call-in", "attend", "pass", "refer", "issue", "miss"] {
        let refused = one.post("/test/acts", &json!({ "application": id, "act": act })).await?;
        let problem = refused.problem(409, "act-refused")?;
        ensure!(problem["state"] == "submitted", "the refusal of {act} does not say the state");
    }
    one.post(&format!("{application}/submission"), &body).await?.problem(409, "act-refused")?;
    ensure!(record(&one, &application).await?["events"] == before["events"], "a refused act left an event");
    Ok(())
}

async fn offered_acts(backend: &Backend) -> anyhow::Result<()> {
    let one = backend.one();
    let draft = begun(&one).await?;
    let (sent, _) = submitted(&one).await?;
    for (application, state) in
        [(draft, State::Draft), (sent, State::Submitted), (returned(&one).await?, State::Returned)]
    {
        let found = record(&one, &application).await?;
        let acts = found["actions"].as_array().cloned().unwrap_or_default();
        let found: Vec<&str> = acts.iter().filter_map(|action| action["act"].as_str()).collect();
        let right = applicant_acts(&Facts::of(state), mock_server::office::server_now());
        let right: Vec<&str> = right.iter().map(|(act, _)| act.code()).collect();
        ensure!(found == right, "in {}: {found:?}, not {right:?}", state.code());
    }
    Ok(())
}

fn only(link_id: &str, answer: &Json) -> Json {
    json!({ "resourceType": "QuestionnaireResponse", "status": "completed", "item": [{ "linkId": link_id, "answer": [answer] }] })
}

async fn returned_items(backend: &Backend) -> anyhow::Result<()> {
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

async fn bad_requests(backend: &Backend) -> anyhow::Result<()> {
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

async fn maintenance(backend: &Backend) -> anyhow::Result<()> {
    let one = backend.one();
    let reply = backend.nobody().get("/service").await?.is(200)?;
    let now = DateTime::parse_from_rfc2822(reply.header("date"))?;
    let planned = reply.json()?["maintenance"].clone();
    let time = |name: &str| planned[name].as_str().map(DateTime::parse_from_rfc3339).transpose();
    let going_on = time("from")?.zip(time("until")?).is_some_and(|(from, until)| from <= now && now < until);
    if going_on {
        let path = format!("/applications/{}", fresh());
        let refused = one.put(&path, &json!({ "questionnaire": FORM })).await?.problem(503, "maintenance")?;
        ensure!(refused["until"] == planned["until"], "the refusal ends at another time: {refused}");
    } else {
        begun(&one).await?;
    }
    one.get("/applications").await?.is(200)?;
    Ok(())
}

async fn foreign(backend: &Backend) -> anyhow::Result<()> {
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

async fn headers(backend: &Backend) -> anyhow::Result<()> {
    let one = backend.one();
    let list = one.get("/applications").await?.is(200)?;
    ensure!(!list.header("date").is_empty(), "no Date");
    list.says("cache-control", "no-store")?;
    list.says("x-content-type-options", "nosniff")?;
    list.says("referrer-policy", "no-referrer")?;
    ensure!(list.header("content-security-policy").contains("default-src 'none'"), "JSON without a policy");
    let http = reqwest::Client::new();
    let url = format!("{}{}/session", backend.api, contract::api::API_ROOT);
    one.send(http.delete(url)).await?.problem(403, "not-allowed")?;
    let anybody = backend.nobody().request(Method::GET, "/service").header("Origin", "https://elsewhere.example");
    one.send(anybody).await?.is(200)?.says("access-control-allow-origin", "*")?;
    let stranger = one.request(Method::GET, "/applications").header("Origin", "https://elsewhere.example");
    let told = one.send(stranger).await?;
    ensure!(told.header("access-control-allow-origin").is_empty(), "a foreign page may read applications");
    Ok(())
}

async fn findings(backend: &Backend) -> anyhow::Result<()> {
    let one = backend.one();
    for (act, state) in [("refer", "referred"), ("unfit", "rejected")] {
        let application = visited(&one).await?;
        let found = played(&one, &application, act, &json!({})).await?["application"].clone();
        ensure!(found["state"] == state, "after {act} it is {}", found["state"]);
        ensure!(found["open"] == json!([]) && found["returned"] == json!([]), "{act} opens something");
    }
    Ok(())
}

/// An application whose person came to the examination.
async fn visited(caller: &Caller) -> anyhow::Result<String> {
    let application = booked(caller).await?;
    played(caller, &application, "attend", &json!({})).await?;
    Ok(application)
}

async fn booked(caller: &Caller) -> anyhow::Result<String> {
    let (application, _) = submitted(caller).await?;
    for act in ["begin", "accept"] {
        played(caller, &application, act, &json!({})).await?;
    }
    let sites = caller.get("/sites").await?.is(200)?.json()?;
    let now =
        record(caller, &application).await?["since"].as_str().unwrap_or_default().chars().take(10).collect::<String>();
    for site in sites["items"].as_array().into_iter().flatten().filter_map(|site| site["id"].as_str()) {
        let slots = caller.get(&format!("/sites/{site}/slots?from={now}&days=21")).await?.is(200)?.json()?;
        let free = slots["items"].as_array().and_then(|all| all.iter().rfind(|slot| slot["left"].as_u64() > Some(0)));
        let Some(slot) = free.and_then(|slot| slot["id"].as_str()) else { continue };
        let choice = json!({ "slot": slot });
        caller.put(&format!("{application}/hold"), &choice).await?.is(200)?;
        caller.put(&format!("{application}/appointment"), &choice).await?.is(200)?;
        return Ok(application);
    }
    anyhow::bail!("no site has a free place in three weeks")
}

async fn clock(backend: &Backend) -> anyhow::Result<()> {
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

/// An upload of some bytes, just begun.
async fn begun_upload(one: &Caller, application: &str, bytes: &[u8]) -> anyhow::Result<String> {
    let request = one.tus(Method::POST, "/uploads").header("Upload-Length", bytes.len());
    let request = request.header("Upload-Metadata", metadata(application, &fresh(), bytes));
    Ok(one.send(request).await?.is(201)?.header("location").to_owned())
}

fn piece(one: &Caller, place: &str, offset: usize, bytes: &[u8]) -> reqwest::RequestBuilder {
    let request = one.tus(Method::PATCH, place).header("Upload-Offset", offset);
    request.header("Content-Type", "application/offset+octet-stream").body(bytes.to_vec())
}

async fn tus_steps(backend: &Backend) -> anyhow::Result<()> {
    let one = backend.one();
    let can = one.send(one.request(Method::OPTIONS, "/uploads")).await?;
    ensure!(can.status < 300, "OPTIONS answers {}", can.status);
    let extensions = can.header("tus-extension").to_owned();
    for extension in ["creation", "creation-with-upload", "expiration", "termination", "checksum"] {
        ensure!(
            extensions.split(',').any(|it| it.trim() == extension),
            "Tus-Extension lacks {extension}: {extensions}"
        );
    }
    let (application, bytes) = (begun(&one).await?, photo());
    let place = begun_upload(&one, &application, &bytes).await?;
    one.send(one.request(Method::HEAD, &place)).await?.is(412)?;
    one.send(piece(&one, &place, 7, &bytes)).await?.is(409)?;
    one.send(piece(&one, &place, 0, &[&bytes[..], b"more"].concat())).await?.is(413)?;
    let wrong = piece(&one, &place, 0, &bytes).header("Upload-Checksum", "sha256 AAAA");
    one.send(wrong).await?.is(460)?;
    let head = one.send(one.tus(Method::HEAD, &place)).await?.is(200)?;
    head.says("upload-offset", "0")?;
    one.send(one.tus(Method::DELETE, &place)).await?.is(204)?;
    let gone = one.send(one.tus(Method::HEAD, &place)).await?;
    ensure!(matches!(gone.status, 404 | 410), "a terminated upload answers {}", gone.status);
    Ok(())
}

async fn cut_upload(backend: &Backend) -> anyhow::Result<()> {
    let one = backend.one();
    let (application, bytes) = (begun(&one).await?, photo());
    let place = begun_upload(&one, &application, &bytes).await?;
    let (first, rest) = bytes.split_at(bytes.len() / 3);
    one.send(piece(&one, &place, 0, first)).await?.is(204)?;
    let head = one.send(one.tus(Method::HEAD, &place)).await?.is(200)?;
    head.says("upload-offset", &first.len().to_string())?;
    one.send(piece(&one, &place, first.len(), rest)).await?.is(204)?;
    let path = format!("{application}/documents/{}", fresh());
    let bound = one.put(&path, &binding("#/documents.portrait", &place, &bytes)).await?.is(201)?.json()?;
    ensure!(bound["sha256"] == sha256(&bytes), "the hash is another");
    Ok(())
}

async fn wrong_hash(backend: &Backend) -> anyhow::Result<()> {
    let one = backend.one();
    let (application, document, sent) = (begun(&one).await?, fresh(), photo());
    let upload = uploaded(&one, &application, &document, &sent).await?;
    let announced = binding("#/documents.portrait", &upload, &photo());
    let refused = one.put(&format!("{application}/documents/{document}"), &announced).await?;
    let problem = refused.problem(422, "hash-mismatch")?;
    ensure!(problem["sha256"] == sha256(&sent), "the refusal does not say what was stored");
    ensure!(record(&one, &application).await?["documents"] == json!([]), "a document was received");
    Ok(())
}

async fn bound_again(backend: &Backend) -> anyhow::Result<()> {
    let one = backend.one();
    let (application, document, bytes) = (begun(&one).await?, fresh(), photo());
    let path = format!("{application}/documents/{document}");
    let upload = uploaded(&one, &application, &document, &bytes).await?;
    let body = binding("#/documents.portrait", &upload, &bytes);
    let first = one.put(&path, &body).await?.is(201)?.json()?;
    ensure!(one.put(&path, &body).await?.is(200)?.json()? == first, "bound again, it is another");
    let other = photo();
    let upload = uploaded(&one, &application, &document, &other).await?;
    let differs = one.put(&path, &binding("#/documents.portrait", &upload, &other)).await?;
    differs.problem(409, "document-differs")?;
    Ok(())
}

async fn hostile_files(backend: &Backend) -> anyhow::Result<()> {
    let one = backend.one();
    let application = begun(&one).await?;
    let text = String::from_utf8_lossy(&letter()).into_owned();
    let mut cut = photo();
    cut.truncate(cut.len() / 2);
    for (bytes, item, code) in [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec(), "documents.portrait", "type"),
        (cut, "documents.portrait", "broken"),
        (
            text.replace("/Catalog", "/Catalog /OpenAction 9 0 R").into_bytes(),
            "documents.employment.letter",
            "active-pdf",
        ),
        (text.replace("/Root", "/Encrypt 9 0 R /Root").into_bytes(), "documents.employment.letter", "locked-pdf"),
    ] {
        let document = fresh();
        let upload = uploaded(&one, &application, &document, &bytes).await?;
        let body = binding(&format!("#/{item}"), &upload, &bytes);
        let refused = one.put(&format!("{application}/documents/{document}"), &body).await?;
        let problem = refused.problem(422, "document-refused")?;
        ensure!(problem["code"] == code, "it is refused as {}, not {code}", problem["code"]);
    }
    Ok(())
}

async fn preview(backend: &Backend) -> anyhow::Result<()> {
    let one = backend.one();
    let (application, document, bytes) = (begun(&one).await?, fresh(), photo());
    let path = format!("{application}/documents/{document}");
    let upload = uploaded(&one, &application, &document, &bytes).await?;
    one.put(&path, &binding("#/documents.portrait", &upload, &bytes)).await?.is(201)?;
    let seen = one.get(&format!("{path}/content")).await?.is(200)?;
    seen.says("x-content-type-options", "nosniff")?;
    ensure!(seen.header("content-security-policy").contains("sandbox"), "a preview without a sandbox");
    ensure!(!seen.body.is_empty(), "the preview is empty");
    backend.other().get(&format!("{path}/content")).await?.problem(404, "not-found")?;
    Ok(())
}

async fn same_key(backend: &Backend) -> anyhow::Result<()> {
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

async fn other_bytes(backend: &Backend) -> anyhow::Result<()> {
    let one = backend.one();
    let (application, key) = (begun(&one).await?, fresh());
    let path = format!("{application}/withdrawal");
    one.post_with(&path, &key, &json!({})).await?.is(201)?;
    let words = json!({ "words": { "text": "不办了", "lang": "zh-CN" } });
    one.post_with(&path, &key, &words).await?.problem(422, "key-reused")?;
    Ok(())
}

async fn unspent_key(backend: &Backend) -> anyhow::Result<()> {
    let one = backend.one();
    let (application, key) = (begun(&one).await?, fresh());
    let early =
        json!({ "questionnaire": FORM, "round": 1, "answers": only("work.post", &json!({ "valueString": "x" })) });
    let refused = one.post_with(&format!("{application}/supplement"), &key, &early).await?;
    refused.problem(409, "act-refused")?;
    one.post_with(&format!("{application}/withdrawal"), &key, &json!({})).await?.is(201)?;
    Ok(())
}

async fn drafts(backend: &Backend) -> anyhow::Result<()> {
    let one = backend.one();
    let service = one.get("/service").await?.is(200)?.json()?;
    if !service["features"].as_array().is_some_and(|all| all.contains(&json!("drafts"))) {
        // Drafts on the server are not promised.
        return Ok(());
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

async fn repeated(backend: &Backend) -> anyhow::Result<()> {
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

async fn not_modified(backend: &Backend) -> anyhow::Result<()> {
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

async fn no_grant(backend: &Backend) -> anyhow::Result<()> {
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

async fn keys(backend: &Backend) -> anyhow::Result<()> {
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

async fn no_link(backend: &Backend) -> anyhow::Result<()> {
    backend.nobody().get("/downloads/0000").await?.problem(410, "link-ended")?;
    Ok(())
}

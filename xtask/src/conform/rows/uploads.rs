//! Level uploads: tus, and what becomes of the bytes.
use super::{record, submitted};
use crate::conform::{
    Backend,
    caller::{Caller, fresh},
    papers::{begun, binding, letter, metadata, photo, played, sha256, uploaded},
};
use anyhow::ensure;
use reqwest::Method;
use serde_json::json;

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

pub(super) async fn tus_steps(backend: &Backend) -> anyhow::Result<()> {
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

pub(super) async fn cut_upload(backend: &Backend) -> anyhow::Result<()> {
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

pub(super) async fn wrong_hash(backend: &Backend) -> anyhow::Result<()> {
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

pub(super) async fn bound_again(backend: &Backend) -> anyhow::Result<()> {
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

pub(super) async fn replaced_and_removed(backend: &Backend) -> anyhow::Result<()> {
    let one = backend.one();
    let application = begun(&one).await?;
    let mut bound = Vec::new();
    for _ in 0..2 {
        let (document, bytes) = (fresh(), photo());
        let upload = uploaded(&one, &application, &document, &bytes).await?;
        let path = format!("{application}/documents/{document}");
        one.put(&path, &binding("#/documents.portrait", &upload, &bytes)).await?.is(201)?;
        bound.push((document, path));
    }
    let [(replaced, path), (kept, _)] = bound.as_slice() else { return Ok(()) };
    for _ in 0..2 {
        one.delete(path).await?.is(204)?;
    }
    let documents = record(&one, &application).await?["documents"].clone();
    let ids: Vec<&str> = documents.as_array().into_iter().flatten().filter_map(|it| it["id"].as_str()).collect();
    ensure!(ids == [kept.as_str()], "after {replaced} was removed, the documents are {ids:?}");
    one.get(&format!("{path}/content")).await?.problem(404, "not-found")?;
    let (application, _) = submitted(&one).await?;
    let scan = json!({ "pointers": ["#/documents.portrait"] });
    let refused = played(&one, &application, "scan-return", &scan).await?["application"].clone();
    ensure!(refused["state"] == "returned", "after a late scan it is {}", refused["state"]);
    ensure!(refused["attempts"]["used"] == 0, "a late scan costs an attempt");
    ensure!(refused["open"][0]["pointer"] == "#/documents.portrait", "open is {}", refused["open"]);
    let at_it = |it: &&serde_json::Value| it["pointer"] == "#/documents.portrait";
    let portrait = refused["documents"].as_array().and_then(|all| all.iter().find(at_it));
    ensure!(portrait.is_some_and(|it| it["state"] == "refused"), "the document is {portrait:?}");
    Ok(())
}

pub(super) async fn hostile_files(backend: &Backend) -> anyhow::Result<()> {
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

pub(super) async fn preview(backend: &Backend) -> anyhow::Result<()> {
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

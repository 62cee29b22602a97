//! Our own backend conforms, and one that is worse than it claims is told so.
use super::*;
use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    http::{Method, StatusCode, Uri},
    response::{IntoResponse, Response},
};
use std::path::PathBuf;
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    },
};

#[tokio::test]
async fn our_own_backend_conforms() {
    own("", None).await.unwrap();
}

#[test]
fn a_name_that_no_row_has_and_levels_that_cannot_be_are_errors() {
    let levels = |all: &[&str]| -> Vec<String> { all.iter().map(|it| (*it).to_owned()).collect() };
    let all = levels(&["core", "uploads", "offline-safe", "certificate"]);
    assert_eq!(chosen("", &all).unwrap().len(), ROWS.len());
    let core = chosen("", &levels(&["core"])).unwrap();
    assert!(!core.is_empty() && core.iter().all(|row| row.name.starts_with('C')), "core alone is asked for core alone");
    for (only, claimed) in [
        ("nothing", &all[..]),
        ("U", &levels(&["core"])),
        ("", &levels(&[])),
        ("", &levels(&["uploads"])),
        ("", &levels(&["core", "certificate"])),
        ("", &levels(&["core", "gold"])),
    ] {
        assert!(chosen(only, claimed).is_err(), "{only:?} of {claimed:?}");
    }
}

#[tokio::test]
async fn grants_are_asked_for_with_the_code_that_is_told_and_not_without_one() {
    let grant = ROWS.iter().filter(|row| row.name == "V1").nth(1).unwrap();
    let go = async |ours: Backend| {
        let levels: Vec<String> = LEVELS.iter().map(|(level, _)| (*level).to_owned()).collect();
        let mut backend = Backend { levels, codes: None, ..ours };
        let silent = ask(grant, &backend).await;
        backend.codes = Some(told("wrong".into()));
        (silent, ask(grant, &backend).await)
    };
    let (silent, wrong) = with_own(&files::root().join("forms"), go).await.unwrap();
    assert!(matches!(silent, Outcome::NotAsked(_)));
    let Outcome::Differs(why) = wrong else { panic!("a wrong code proves nothing") };
    assert!(why.to_string().contains("code-wrong"), "{why}");
}

/// The forms of a backend of level core: the one of the certificate asks for no documents.
fn forms_without_documents() -> PathBuf {
    fn without(item: &mut Json) {
        if let Some(items) = item.get_mut("item").and_then(Json::as_array_mut) {
            items.retain(|item| item["type"] != "attachment");
            items.iter_mut().for_each(without);
        }
    }
    let folder = std::env::temp_dir().join(format!("hc-core-{}", caller::fresh()));
    std::fs::create_dir_all(&folder).unwrap();
    for entry in std::fs::read_dir(files::root().join("forms")).unwrap().flatten() {
        let (from, to) = (entry.path(), folder.join(entry.file_name()));
        if entry.file_name() == "health-certificate.questionnaire.json" {
            let mut form: Json = serde_json::from_slice(&std::fs::read(from).unwrap()).unwrap();
            without(&mut form);
            std::fs::write(to, form.to_string()).unwrap();
        } else if from.is_file() {
            std::fs::copy(from, to).unwrap();
        }
    }
    folder
}

#[tokio::test]
async fn a_backend_of_level_core_alone_conforms_to_it() {
    let forms = forms_without_documents();
    let ask = async |ours: Backend| {
        let backend = Backend { levels: vec!["core".into()], ..ours };
        let mut differs = Vec::new();
        for row in chosen("", &backend.levels).unwrap() {
            if let Outcome::Differs(why) = ask(row, &backend).await {
                differs.push(format!("{} {}: {why}", row.name, row.says));
            }
        }
        differs
    };
    let differs = with_own(&forms, ask).await.unwrap();
    std::fs::remove_dir_all(forms).unwrap();
    assert!(differs.is_empty(), "{differs:#?}");
}

/// What a worse backend says to a call; nothing: what ours says.
type Spoiled = fn(&Method, &str) -> Option<Response>;

/// What a worse backend makes of an answer of ours, by the path that was asked.
type Altered = fn(&str, &mut Json);

/// Asks what is on this machine.
fn here(authority: Option<&Path>) -> reqwest::Client {
    client(authority, SILENCE).unwrap().no_proxy().build().unwrap()
}

#[derive(Clone)]
struct Worse {
    api: String,
    spoiled: Spoiled,
    altered: Altered,
}

async fn pass_on(
    State(worse): State<Worse>,
    method: Method,
    uri: Uri,
    headers: axum::http::HeaderMap,
    body: Bytes,
) -> Response {
    if let Some(answer) = (worse.spoiled)(&method, uri.path()) {
        return answer;
    }
    let request = here(None).request(method, format!("{}{uri}", worse.api)).headers(headers).body(body);
    let answer = request.send().await.unwrap();
    let mut passed = Response::builder().status(answer.status());
    let headers = passed.headers_mut().unwrap();
    headers.extend(answer.headers().clone());
    if !headers.get("content-type").is_some_and(|kind| kind.to_str().unwrap().contains("json")) {
        return passed.body(Body::from_stream(answer.bytes_stream())).unwrap();
    }
    headers.remove("content-length");
    let mut body: Json = answer.json().await.unwrap_or_default();
    (worse.altered)(uri.path(), &mut body);
    passed.body(Body::from(body.to_string())).unwrap()
}

/// How the rows of a name go at a backend that is ours, but for what is spoiled.
async fn asked_of_worse(name: &str, spoiled: Spoiled) -> Vec<String> {
    asked_of(name, spoiled, |_, _| {}).await
}

/// The same, where its answers are altered.
async fn asked_of_altered(name: &str, altered: Altered) -> Vec<String> {
    asked_of(name, |_, _| None, altered).await
}

/// Ours, behind somebody who spoils it.
async fn worse(ours: Backend, spoiled: Spoiled, altered: Altered) -> (Backend, JoinHandle<()>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let front = format!("http://127.0.0.1:{}", listener.local_addr().unwrap().port());
    let router = Router::new().fallback(pass_on).with_state(Worse { api: ours.line.api.clone(), spoiled, altered });
    let proxy = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    let levels = LEVELS.iter().map(|(level, _)| (*level).to_owned()).collect();
    let line = Line::to(ours.line.http.clone(), &front);
    (Backend { line, levels, ..ours }, proxy)
}

async fn asked_of(name: &str, spoiled: Spoiled, altered: Altered) -> Vec<String> {
    let ask = async |ours: Backend| {
        let (backend, proxy) = worse(ours, spoiled, altered).await;
        let mut differs = Vec::new();
        for row in ROWS.iter().filter(|row| row.name == name) {
            if let Outcome::Differs(why) = ask(row, &backend).await {
                differs.push(format!("{}: {why}", row.says));
            }
        }
        proxy.abort();
        differs
    };
    with_own(&files::root().join("forms"), ask).await.unwrap()
}

#[tokio::test]
async fn a_backend_without_what_a_row_is_about_differs_in_it() {
    let events: Spoiled = |_, path| path.ends_with("/v1/events").then(|| StatusCode::NOT_FOUND.into_response());
    assert_eq!(asked_of_worse("O8", events).await.len(), 3, "no stream");
    let downloads: Spoiled = |_, path| {
        let kept = path.contains("/downloads/") && !path.ends_with("/0000");
        kept.then(|| (StatusCode::OK, "for ever").into_response())
    };
    assert_eq!(asked_of_worse("V5", downloads).await.len(), 2, "links that never end");
    let reports: Spoiled =
        |_, path| path.ends_with("/examination/report").then(|| StatusCode::NOT_FOUND.into_response());
    assert_eq!(asked_of_worse("U7", reports).await.len(), 1, "no reports");
    let removed: Spoiled = |method, path| {
        let removes = method == Method::DELETE && path.contains("/documents/");
        removes.then(|| StatusCode::NO_CONTENT.into_response())
    };
    assert_eq!(asked_of_worse("U4", removed).await.len(), 1, "documents that are never removed");
    let withdrawal: Spoiled = |method, path| {
        let withdraws = *method == Method::POST && path.ends_with("/withdrawal");
        withdraws.then(|| (StatusCode::CREATED, "{}").into_response())
    };
    assert_eq!(asked_of_worse("C2", withdrawal).await.len(), 2, "whoever gives up where nobody may");
    let document: Spoiled = |_, path| (path == "/openapi.json").then(|| "{\"paths\":{}}".into_response());
    assert_eq!(asked_of_worse("C1", document).await.len(), 1, "a document that names no call");
    let collection: Spoiled = |_, path| path.ends_with("/collection").then(|| StatusCode::NOT_FOUND.into_response());
    assert_eq!(asked_of_worse("V1", collection).await.len(), 3, "nobody can collect");
}

/// Whatever an answer tells as a record: itself, or the one in it.
fn record_in(body: &mut Json) -> &mut Json {
    if body["application"].is_object() { &mut body["application"] } else { body }
}

fn actions_in(body: &mut Json) -> Vec<&mut Json> {
    record_in(body)
        .get_mut("actions")
        .and_then(Json::as_array_mut)
        .map(|all| all.iter_mut().collect())
        .unwrap_or_default()
}

#[tokio::test]
async fn a_backend_whose_windows_are_other_ones_differs_in_them() {
    let endless: Altered = |_, body| {
        for action in actions_in(body) {
            action.as_object_mut().map(|action| action.remove("until"));
        }
    };
    let rows = asked_of_altered("C3", endless).await;
    assert_eq!(rows.len(), 3, "moving and what is owed have no end, in any state: {rows:#?}");
    let at_once: Altered = |_, body| {
        for action in actions_in(body) {
            action.as_object_mut().map(|action| action.remove("from"));
        }
    };
    assert_eq!(asked_of_altered("C3", at_once).await.len(), 2, "a missed visit can be booked anew at once");
    let due: Altered = |_, body| {
        if let Some(due_on) = record_in(body).get_mut("due_on").filter(|it| !it.is_null()) {
            *due_on = json!("2999-01-01");
        }
    };
    assert!(
        !asked_of_altered("C3", due).await.is_empty(),
        "what is owed ends on another day than the one that is said"
    );
    let held: Altered = |_, body| {
        if body["limit"].is_string() {
            body["until"] = json!("2999-01-01T00:00:00+08:00");
        }
    };
    assert_eq!(asked_of_altered("C3", held).await.len(), 1, "a hold for ever");
    let more: Altered = |_, body| {
        let record = record_in(body);
        if record["state"] == "collected" {
            record["actions"] = json!([{ "act": "withdraw" }, { "act": "collect" }]);
        }
    };
    assert_eq!(asked_of_altered("C2", more).await.len(), 1, "what was collected can be given up");
    let granted: Altered = |path, body| {
        if path.ends_with("/collection") && body["certificate"].is_string() {
            body["until"] = json!("2999-01-01T00:00:00+08:00");
        }
    };
    assert_eq!(asked_of_altered("V1", granted).await.len(), 1, "a grant for ever");
}

/// What ends TLS in front of a backend, as where it is in use.
async fn behind_tls(plain: String) -> (String, JoinHandle<()>) {
    let fixtures = files::root().join("xtask/fixtures");
    let certificate = CertificateDer::from_pem_file(fixtures.join("localhost.certificate.pem")).unwrap();
    let key = PrivateKeyDer::from_pem_file(fixtures.join("localhost.key.pem")).unwrap();
    let config = ServerConfig::builder().with_no_client_auth().with_single_cert(vec![certificate], key).unwrap();
    let acceptor = TlsAcceptor::from(std::sync::Arc::new(config));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let front = format!("https://localhost:{}", listener.local_addr().unwrap().port());
    let task = tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (acceptor, plain) = (acceptor.clone(), plain.clone());
            tokio::spawn(async move {
                // Who does not trust it hangs up.
                let Ok(mut from) = acceptor.accept(stream).await else { return };
                let mut to = TcpStream::connect(plain.trim_start_matches("http://")).await.unwrap();
                copy_bidirectional(&mut from, &mut to).await.ok();
            });
        }
    });
    (front, task)
}

#[tokio::test]
async fn a_backend_is_asked_by_https_and_an_authority_of_its_own_is_trusted_when_it_is_named() {
    let authority = files::root().join("xtask/fixtures/localhost.certificate.pem");
    let go = async |ours: Backend| {
        let (front, tls) = behind_tls(ours.line.api.clone()).await;
        let nobody = Caller::new(Line::to(here(None), &front), Sign::Out);
        let untrusted = nobody.get("/service").await.err().map(|why| format!("{why:#}"));
        let line = Line::to(here(Some(&authority)), &format!("{front}/"));
        let outcome = look(Backend { line, ..ours }, "C6", None).await;
        tls.abort();
        (untrusted, outcome)
    };
    let (untrusted, outcome) = with_own(&files::root().join("forms"), go).await.unwrap();
    assert!(untrusted.is_some_and(|why| why.contains("UnknownIssuer")), "a certificate of nobody is trusted");
    outcome.unwrap();
    let no_certificate = files::root().join("Cargo.toml");
    assert!(
        client(Some(&no_certificate), SILENCE).unwrap_err().to_string().contains("cannot be read as a certificate")
    );
}

#[tokio::test]
async fn the_report_has_what_the_contract_says_the_request_the_answer_and_what_was_expected() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("report.md");
    let withdrawal: Spoiled = |_, path| {
        let taken = (StatusCode::OK, [("content-type", "application/json")], "{\"withdrawn\": true}");
        path.ends_with("/withdrawal").then(|| taken.into_response())
    };
    let go = async |ours: Backend| {
        let (backend, proxy) = worse(ours, withdrawal, |_, _| {}).await;
        let Sign::Cookie(secret) = backend.one.clone() else { panic!("signed in without a cookie") };
        let outcome = look(backend, "C", Some(&file)).await;
        proxy.abort();
        (secret, outcome)
    };
    let (secret, outcome) = with_own(&files::root().join("forms"), go).await.unwrap();
    assert!(outcome.unwrap_err().to_string().contains("rows differ"));
    let text = std::fs::read_to_string(file).unwrap();
    let (_, foreign) = text.split_once("### C6: what is somebody else's is as what is not there").unwrap();
    let (foreign, _) = foreign.split_once("\n## ").unwrap();
    for part in [
        "The contract, §9; §10 has of C6: foreign ids: same 404",
        "answers 200, not 404",
        "**Expected:** status 404, application/problem+json, a type that ends in /problems/not-found",
        "```http\nPOST /api/v1/applications/",
        "\ncookie: (left out)\n",
        "```http\n200\n",
        "{\"withdrawn\": true}",
        "/submission`: 201",
    ] {
        assert!(foreign.contains(part), "{part:?} is not in\n{foreign}");
    }
    assert!(!text.contains("| C6 |"), "what differs is not said to hold");
    assert!(text.contains("| C5 | 4 | what cannot be read"), "what holds is told too");
    assert!(!text.contains(&secret), "somebody is signed in by the report");
}

#[tokio::test]
async fn the_report_has_no_link_that_opens_and_no_code_that_was_sent() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("report.md");
    let downloads: Spoiled =
        |_, path| path.contains("/downloads/").then(|| (StatusCode::OK, "for ever").into_response());
    let collection: Spoiled = |_, path| path.ends_with("/collection").then(|| StatusCode::NOT_FOUND.into_response());
    for (rows, spoiled, left_out) in
        [("V5", downloads, "/downloads/(left out)"), ("V1", collection, r#""code": "(left out)""#)]
    {
        let go = async |ours: Backend| {
            let (backend, proxy) = worse(ours, spoiled, |_, _| {}).await;
            let outcome = look(backend, rows, Some(&file)).await;
            proxy.abort();
            outcome
        };
        assert!(with_own(&files::root().join("forms"), go).await.unwrap().is_err());
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(text.contains(left_out), "{text}");
        for (what, after) in [("/downloads/", "(left out)"), (r#""sent_to": ""#, "(left out)")] {
            assert!(text.split(what).skip(1).all(|rest| rest.starts_with(after)), "{text}");
        }
        assert!(!text.contains(r#""sent_to":""#), "{text}");
    }
}

#[tokio::test]
async fn a_backend_that_takes_a_call_and_says_nothing_is_not_waited_for() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let api = format!("http://127.0.0.1:{}", listener.local_addr().unwrap().port());
    let http = client(None, Duration::from_millis(100)).unwrap().no_proxy().build().unwrap();
    let nobody = Caller::new(Line::to(http, &api), Sign::Out);
    let why = nobody.get("/service").await.err().unwrap();
    assert_eq!(why.to_string(), "GET /api/v1/service is not answered");
}

#[test]
fn what_is_said_of_a_backend_needs_its_address() {
    for (words, is_understood) in [
        (&["--api", "https://a.example", "--token", "t", "--other-token", "o"][..], true),
        (&[], true),
        (&["--token", "t", "--other-token", "o"], false),
        (&["--token", "t"], false),
        (&["--other-token", "o"], false),
        (&["--api", "https://a.example", "--token", "t"], false),
    ] {
        let command = Options::augment_args(clap::Command::new("conform"));
        let read = command.try_get_matches_from([&["conform"], words].concat());
        assert_eq!(read.is_ok(), is_understood, "{words:?}");
    }
}

//! Each example of `docs/servers`, run by its server where that is here, and our own server: all are asked the same. What is
//! right is in `mock_server::site` and in docs/deploying.md.
mod running;

use super::*;
use mock_server::site::{ADDRESSES, NAMES, POLICY, site};
use running::{Example, Server, backend, build};
use serde_json::json;
use std::{fmt::Debug, io::Write as _, time::Duration};

const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// What each answer of the site carries once, also where nothing is.
const HEADERS: [(&str, &str); 5] = [
    ("content-security-policy", POLICY),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("access-control-allow-origin", "*"),
    ("cross-origin-resource-policy", "cross-origin"),
];

/// Files, and what they may be called.
const TYPES: [(&str, &[&str]); 7] = [
    ("index.html", &["text/html"]),
    ("sw.js", &["text/javascript", "application/javascript"]),
    ("hc-0a1b2c3d4e5f6071.css", &["text/css"]),
    ("app-0123456789abcdef_bg.wasm", &["application/wasm"]),
    ("manifest.webmanifest", &["application/manifest+json"]),
    ("config.json", &["application/json"]),
    ("icon.svg", &["image/svg+xml"]),
];

/// What a server does otherwise than it should.
#[derive(Default)]
struct Wrong(Vec<String>);

impl Wrong {
    fn unless<T: PartialEq + Debug>(&mut self, what: &str, found: T, expected: T) {
        if found != expected {
            self.0.push(format!("{what}: {found:?}, not {expected:?}"));
        }
    }
}

/// Asks for the files of the build.
async fn asks_for_files(server: &Server, wrong: &mut Wrong) {
    let content = |name: &str| fs::read(server.dist.join(name)).unwrap();
    let page = content("index.html");
    for (path, is_page) in ADDRESSES {
        let answer = server.get(path, &[]).await;
        let expected = if is_page { (200, true, "no-cache") } else { (404, false, "no-store") };
        wrong.unless(path, (answer.status, answer.body == page, answer.header("cache-control")), expected);
    }
    for (name, is_kept) in NAMES {
        let answer = server.get(&format!("/{name}"), &[]).await;
        wrong.unless(name, (answer.status, answer.body == content(name)), (200, true));
        wrong.unless(name, answer.header("cache-control"), if is_kept { FOR_EVER } else { "no-cache" });
    }
    for (name, kinds) in TYPES {
        let answer = server.get(&format!("/{name}"), &[]).await;
        let kind = answer.header("content-type").split(';').next().unwrap_or_default().trim();
        if !kinds.contains(&kind) {
            wrong.unless(name, kind, kinds[0]);
        }
    }
    for path in ["/", "/sign-in", "/sw.js", "/app-0123456789abcdef.js", "/missing.js"] {
        let answer = server.get(path, &[]).await;
        for (name, value) in HEADERS {
            wrong.unless(&format!("{path}, {name}"), answer.all(name), vec![value]);
        }
    }
}

/// Asks for packed copies, and for what is known already.
async fn asks_again(server: &Server, wrong: &mut Wrong) {
    let content = |name: &str| fs::read(server.dist.join(name)).unwrap();
    let name = "app-0123456789abcdef.js";
    for (coding, ending) in [("br", ".br"), ("gzip", ".gz")] {
        let accepts = ("accept-encoding", coding);
        let expected = if server.packs.contains(&coding) { coding } else { "" };
        for (path, name) in [(format!("/{name}"), name), ("/".to_owned(), "index.html")] {
            let answer = server.get(&path, &[accepts]).await;
            let what = format!("{path} as {coding}");
            wrong.unless(&what, answer.header("content-encoding"), expected);
            let copy = if expected.is_empty() { content(name) } else { content(&format!("{name}{ending}")) };
            wrong.unless(&what, answer.body == copy, true);
            if !expected.is_empty() {
                wrong.unless(&format!("{what}, vary"), answer.header("vary").to_lowercase(), "accept-encoding".into());
            }
        }
        // What a place changes by hand has no packed copy.
        let answer = server.get("/config.json", &[accepts]).await;
        let whole = answer.body == content("config.json");
        wrong.unless("/config.json", (answer.header("content-encoding"), whole), ("", true));
    }
    let path = format!("/{name}");
    let first = server.get(&path, &[]).await;
    let since = ("if-modified-since", first.header("last-modified"));
    let again = server.get(&path, &[since]).await;
    wrong.unless("what is known already", (again.status, again.header("cache-control")), (304, FOR_EVER));
}

/// Asks for what is the backend's, which says what it was asked.
async fn asks_the_backend(server: &Server, wrong: &mut Wrong) {
    let sent = [
        ("accept", "application/json"),
        ("authorization", "Bearer sample"),
        ("cookie", "hc=sample"),
        ("idempotency-key", "k1"),
        ("if-none-match", "\"12\""),
        ("last-event-id", "e7"),
        ("x-hc-request", "1"),
    ];
    for path in
        ["/api/v1/service?version=a%20b", "/status-lists/1", "/.well-known/jwks.json", "/api/v1/applications/a.b"]
    {
        let answer = server.get(path, &sent).await;
        let told = answer.json();
        wrong.unless(path, (answer.status, told["path"].clone()), (200, json!(path)));
        for (name, value) in sent.into_iter().chain([("x-forwarded-proto", "https")]) {
            wrong.unless(&format!("{path}, {name}"), told["headers"][name].clone(), json!(value));
        }
        let host = told["headers"]["host"].as_str().unwrap_or_default();
        wrong.unless(&format!("{path}, host"), host.split(':').next().unwrap_or_default(), "localhost");
        // Its own headers and none of the site's.
        wrong.unless(path, answer.all("cache-control"), vec!["no-store"]);
        wrong.unless(path, answer.all("content-security-policy"), vec!["default-src 'none'"]);
        wrong.unless(path, answer.all("access-control-allow-origin"), vec![]);
    }
    let mut news = server.opens("/api/v1/events").await;
    let first = tokio::time::timeout(Duration::from_secs(5), news.chunk()).await;
    let first = first.ok().and_then(Result::ok).flatten();
    wrong.unless("the first news", first.as_deref(), Some(running::NEWS.as_bytes()));
}

/// Sends as much as a document may have, and waits with most of it until the backend has the beginning.
async fn sends_a_document(server: &Server, pieces: &mut running::Pieces, wrong: &mut Wrong) {
    const WHOLE: usize = 10_485_760;
    let (body, answer) = server.sends("/api/v1/uploads/u1", WHOLE);
    body.send(vec![7; 65_536]).await.unwrap();
    let first = tokio::time::timeout(Duration::from_secs(5), pieces.recv()).await;
    wrong.unless("the beginning of an upload is passed on", first.is_ok_and(|first| first > Some(0)), true);
    for _ in 1..WHOLE / 65_536 {
        // It may have been refused meanwhile.
        body.send(vec![7; 65_536]).await.ok();
    }
    drop(body);
    let answer = answer.await;
    wrong.unless("a large upload", (answer.status, answer.json()["received"].clone()), (200, json!(WHOLE)));
}

async fn asks_everything(server: &Server, mut pieces: running::Pieces) -> Vec<String> {
    let mut wrong = Wrong::default();
    asks_for_files(server, &mut wrong).await;
    asks_again(server, &mut wrong).await;
    asks_the_backend(server, &mut wrong).await;
    sends_a_document(server, &mut pieces, &mut wrong).await;
    wrong.0
}

async fn is_tried(example: Example) {
    let (dist, (backend, pieces)) = (build(), backend().await);
    let Some(server) = example.starts(dist.path(), backend).await else {
        let files = example.needed().files.join(" or ");
        let said = format!("{files} is not here, so {} was not tried: `cargo xtask test` gets it.", example.file);
        assert!(!must_be_tried(), "{said} HC_SERVERS=0 does without.");
        // A test that passes has what it prints thrown away.
        writeln!(io::stderr(), "{said}").unwrap();
        return;
    };
    let wrong = asks_everything(&server, pieces).await;
    assert!(wrong.is_empty(), "{}, by {}:\n{}", example.file, example.server, wrong.join("\n"));
}

#[tokio::test]
async fn our_own_server_serves_as_the_examples_do() {
    let dist = build();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://127.0.0.1:{}", listener.local_addr().unwrap().port());
    let router = site(dist.path());
    let task = tokio::spawn(async move { axum::serve(listener, router).await });
    let server = Server::ours(origin, dist.path());
    let mut wrong = Wrong::default();
    asks_for_files(&server, &mut wrong).await;
    asks_again(&server, &mut wrong).await;
    task.abort();
    assert!(wrong.0.is_empty(), "{}", wrong.0.join("\n"));
}

#[tokio::test]
async fn nginx_does_what_its_example_says() {
    is_tried(running::NGINX).await;
}

#[tokio::test]
async fn nginx_sends_brotli_where_it_has_the_module() {
    is_tried(running::NGINX_WITH_BROTLI).await;
}

#[tokio::test]
async fn apache_does_what_its_example_says() {
    is_tried(running::APACHE).await;
}

#[tokio::test]
async fn caddy_does_what_its_example_says() {
    is_tried(running::CADDY).await;
}

#[test]
fn a_library_is_asked_for_by_the_name_that_can_be_downloaded() {
    // As Debian 13 tells of a name that another package only provides, and of one that it has not.
    let provided = "libapr1:\n  Installed: (none)\n  Candidate: (none)\n  Version table:\n";
    let there = "libapr1t64:\n  Installed: (none)\n  Candidate: 1.7.5-1\n  Version table:\n     1.7.5-1 500\n";
    for (told, can_be_had) in [(provided, false), (there, true), ("", false)] {
        assert_eq!(has_candidate(told), can_be_had, "{told}");
    }
}

#[test]
fn what_is_not_here_is_a_failure_where_it_is_asked_for_or_nobody_would_read_it() {
    for (servers, ci, expected) in [
        (None, None, false),
        (Some("1"), None, true),
        (None, Some("true"), true),
        (Some("0"), Some("true"), false),
        (Some(""), Some("1"), true),
        (Some("1"), Some("false"), true),
        (None, Some("false"), false),
    ] {
        assert_eq!(is_asked_for(servers, ci), expected, "HC_SERVERS={servers:?} CI={ci:?}");
    }
}

#[test]
fn every_example_has_the_policy_and_the_patterns_and_so_has_the_page_on_deploying() {
    let read = |name: &str| files::read(&files::root().join("docs").join(name)).unwrap();
    for name in ["servers/nginx.conf", "servers/apache.conf", "servers/Caddyfile", "servers/web.config", "deploying.md"]
    {
        assert!(read(name).contains(POLICY), "{name} has another policy than our own server");
    }
    for name in ["servers/nginx.conf", "servers/apache.conf", "servers/Caddyfile", "servers/web.config"] {
        let text = read(name);
        for part in ["/[^/]*-[0-9a-fA-F]{8,16}[._][^/]*$", "^/[ac]/", FOR_EVER, "no-store", "127.0.0.1:9000"] {
            assert!(text.contains(part), "{name} has no {part}");
        }
    }
    // Nothing here runs it: what can be seen of it without its server is that it can be read.
    let text = read("servers/web.config");
    let web = roxmltree::Document::parse(&text).unwrap();
    assert_eq!(web.root_element().tag_name().name(), "configuration");
}

//! What every request meets and every answer carries.
use crate::support::{HOST_PAGE, Server, key};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn the_service_says_what_it_is_and_is_asked_again_by_its_mark() {
    let server = Server::new().await;
    let phone = server.phone();
    let reply = phone.get("/service").await.expect(200);
    let service = reply.json();
    assert_eq!(service["categories"][1]["min_age"], 16);
    assert_eq!(service["accepted_questionnaires"][1], "health-certificate|2025.06.1");
    assert_eq!(service["issuers"][0]["iss"].as_str().unwrap().replace("localhost", "127.0.0.1"), server.base);
    assert_eq!(service["issuers"][0]["own"], true);
    assert_eq!(reply.header("cache-control"), "no-cache");
    assert_eq!(reply.header("content-language"), "zh-CN");
    let again = phone.request(Method::GET, "/service").header("If-None-Match", reply.header("etag"));
    let again = phone.send(again).await.expect(304);
    assert!(again.body.is_empty());
    let english = phone.request(Method::GET, "/service").header("Accept-Language", "fr, en;q=0.8, zh;q=0.2");
    assert_eq!(phone.send(english).await.expect(200).json()["name"], "Example City Health Commission");
}

#[tokio::test]
async fn forms_are_served_by_version_and_a_version_never_changes() {
    let server = Server::new().await;
    let phone = server.phone();
    let newest = phone.get("/questionnaires/health-certificate").await.expect(200);
    assert_eq!(
        (newest.json()["version"].as_str().unwrap(), newest.header("cache-control").as_str()),
        ("2026.11.1", "no-cache")
    );
    let old = phone.get("/questionnaires/health-certificate?version=2025.06.1").await.expect(200);
    assert_eq!(old.json()["version"], "2025.06.1");
    assert!(old.header("cache-control").contains("immutable"));
    assert_eq!(phone.get("/questionnaires/nothing").await.expect(404).slug(), "not-found");
}

#[tokio::test]
async fn a_form_goes_packed_to_whoever_can_unpack_it() {
    let server = Server::new().await;
    let phone = server.phone();
    let path = "/questionnaires/health-certificate";
    let plain = phone.get(path).await.expect(200);
    assert_eq!(plain.header("content-encoding"), "");
    let ask = |codings| phone.send(phone.request(Method::GET, path).header("Accept-Encoding", codings));
    let mut tags = vec![plain.header("etag")];
    for (codings, coding) in [("gzip, deflate, br", "br"), ("gzip, deflate", "gzip")] {
        let packed = ask(codings).await.expect(200);
        assert_eq!(
            (packed.header("content-encoding").as_str(), packed.header("vary").as_str()),
            (coding, "Accept-Encoding")
        );
        assert!(packed.body.len() * 6 < plain.body.len(), "{coding}: {} of {}", packed.body.len(), plain.body.len());
        tags.push(packed.header("etag"));
        let again = phone.request(Method::GET, path).header("Accept-Encoding", codings);
        let again = phone.send(again.header("If-None-Match", packed.header("etag"))).await.expect(304);
        assert!(again.body.is_empty() && again.header("vary") == "Accept-Encoding");
    }
    tags.sort();
    tags.dedup();
    assert_eq!(tags.len(), 3, "{tags:?}");
    // What is about a person is never packed: its length would tell of what is in it.
    let own = phone.request(Method::GET, "/session").header("Accept-Encoding", "gzip, br");
    assert_eq!(phone.send(own).await.header("content-encoding"), "");
}

#[tokio::test]
async fn every_answer_carries_its_headers() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    for path in ["/service", "/session", "/applications", "/nothing", "/sites"] {
        let reply = phone.get(path).await;
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
        ] {
            assert_eq!(reply.header(name), value, "{path} {name}");
        }
        assert!(reply.header("date").ends_with("GMT") && reply.header("strict-transport-security").contains("max-age"));
    }
    assert_eq!(phone.get("/applications").await.header("cache-control"), "no-store");
    assert_eq!(phone.get("/sites").await.header("cache-control"), "public, max-age=3600");
}

#[tokio::test]
async fn whatever_is_wrong_is_a_problem_and_never_html() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let post = |path: &str| phone.request(Method::POST, path).header("Idempotency-Key", key());
    for (request, status, slug) in [
        (phone.request(Method::GET, "/nothing"), 404, "not-found"),
        (phone.request(Method::GET, "/api/v2/session"), 410, "version-gone"),
        (phone.request(Method::PATCH, "/session"), 405, "malformed"),
        (post("/session").body("{}"), 415, "malformed"),
        (post("/session").header("Content-Type", "application/json").body("{"), 400, "malformed"),
        (phone.request(Method::POST, "/session").json(&json!({ "code_id": "x", "code": "1" })), 400, "malformed"),
        (post("/session").header("Content-Type", "application/json").body(vec![b' '; 300_000]), 413, "too-large"),
        (phone.request(Method::GET, "/sites/site-1/slots?days=99"), 400, "malformed"),
        (phone.request(Method::GET, "/sites/site-1/slots?from=tomorrow"), 400, "malformed"),
        (phone.request(Method::GET, "/applications/%FF"), 400, "malformed"),
    ] {
        let reply = phone.send(request).await.expect(status);
        assert_eq!(reply.slug(), slug);
        assert_eq!(reply.header("content-type"), "application/problem+json");
        assert_eq!(reply.json()["status"], status);
    }
}

#[tokio::test]
async fn a_foreign_page_cannot_write_and_a_known_one_can() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let write = || phone.request(Method::DELETE, "/session");
    let bare = reqwest::Client::new().delete(format!("{}/api/v1/session", server.base));
    assert_eq!(phone.send(bare).await.expect(403).slug(), "not-allowed");
    assert_eq!(phone.send(write().header("Origin", "https://evil.example")).await.expect(403).slug(), "not-allowed");
    let known = phone.send(write().header("Origin", HOST_PAGE)).await.expect(204);
    assert_eq!(known.header("access-control-allow-origin"), HOST_PAGE);
    assert_eq!(known.header("access-control-allow-credentials"), "true");
    let own = phone.send(write().header("Origin", server.base.clone())).await;
    own.expect(204);
}

#[tokio::test]
async fn a_known_page_reads_that_the_service_failed_and_nothing_of_a_wifi_page() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let ask = |trouble: &str| {
        phone.request(Method::GET, "/applications").header("Origin", HOST_PAGE).header("X-HC-Fault", trouble)
    };
    for (trouble, status) in [("status=503", 503), ("storage-full", 507)] {
        let failed = phone.send(ask(trouble)).await.expect(status);
        assert_eq!(failed.header("access-control-allow-origin"), HOST_PAGE, "{trouble}");
    }
    assert_eq!(phone.send(ask("html")).await.header("access-control-allow-origin"), "");
}

#[tokio::test]
async fn preflights_allow_known_pages_and_public_answers_everybody() {
    let server = Server::new().await;
    let phone = server.phone();
    let ask = |origin: &str, path: &str| {
        phone
            .request(Method::OPTIONS, path)
            .header("Origin", origin)
            .header("Access-Control-Request-Method", "PUT")
            .header("Access-Control-Request-Headers", "x-hc-request, idempotency-key")
    };
    let known = phone.send(ask(HOST_PAGE, "/applications")).await.expect(204);
    assert!(known.header("access-control-allow-headers").contains("X-HC-Request"));
    assert_eq!(known.header("access-control-max-age"), "7200");
    let foreign = phone.send(ask("https://evil.example", "/applications")).await;
    assert_eq!(foreign.header("access-control-allow-origin"), "");
    for path in
        ["/service", "/sites", "/questionnaires/health-certificate", "/.well-known/jwks.json", "/status-lists/1"]
    {
        let reply =
            phone.send(phone.request(Method::GET, path).header("Origin", "https://evil.example")).await.expect(200);
        assert_eq!(reply.header("access-control-allow-origin"), "*", "{path}");
        assert_eq!(reply.header("access-control-allow-credentials"), "", "{path}");
        assert!(reply.header("access-control-expose-headers").contains("Upload-Offset"));
    }
}

#[tokio::test]
async fn the_openapi_document_names_every_call() {
    let server = Server::new().await;
    let document = server.phone().get("/openapi.json").await.expect(200).json();
    assert_eq!(document["openapi"], "3.1.0");
    for (path, method) in [
        ("/api/v1/service", "get"),
        ("/api/v1/applications/{id}/submission", "delete"),
        ("/api/v1/applications/{id}/documents/{d}/content", "get"),
        ("/api/v1/uploads/{u}", "patch"),
        ("/status-lists/{n}", "get"),
        ("/api/v1/events", "get"),
    ] {
        assert!(document["paths"][path][method].is_object(), "{method} {path}");
    }
}

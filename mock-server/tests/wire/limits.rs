//! Every rate limit of contract §9: the last that is allowed, the first that is not, and what the refusal says.
//!
//! The three tries of a collection are in `certificate.rs`, the minute between two codes in `session.rs`.
use crate::support::{Phone, Reply, Server, fresh_number, key, metadata};
use chrono::Duration;
use reqwest::Method;
use serde_json::json;

async fn ask_for_code(phone: &Phone, purpose: &str, number: &str) -> Reply {
    phone.post("/session/code", &key(), &json!({ "purpose": purpose, "phone": number })).await
}

/// A refusal with this scope that says when it ends, in its header as in its body.
#[track_caller]
fn expect_slow_down(reply: Reply, scope: &str, server: &Server, at_most: Duration) {
    let reply = reply.expect(429);
    assert_eq!((reply.slug().as_str(), reply.json()["scope"].as_str()), ("slow-down", Some(scope)));
    let until: contract::api::Instant = reply.json()["until"].as_str().unwrap().parse().unwrap();
    let wait = until - server.office().now();
    assert!(wait > Duration::seconds(-2) && wait <= at_most, "{wait}");
    let header: i64 = reply.header("retry-after").parse().unwrap();
    assert!(header >= 1 && Duration::seconds(header) <= at_most + Duration::seconds(1), "{header}");
}

#[tokio::test]
async fn a_telephone_gets_five_codes_an_hour_and_ten_a_day() {
    let server = Server::new().await;
    let (phone, number) = (server.phone(), fresh_number());
    let five = async || {
        for purpose in ["sign-in", "lookup", "sign-in", "lookup", "sign-in"] {
            ask_for_code(&phone, purpose, &number).await.expect(202);
            server.office().let_time_pass(Duration::seconds(61));
        }
    };
    five().await;
    expect_slow_down(ask_for_code(&phone, "lookup", &number).await, "code", &server, Duration::hours(1));
    server.office().let_time_pass(Duration::hours(1));
    five().await;
    server.office().let_time_pass(Duration::hours(1));
    expect_slow_down(ask_for_code(&phone, "lookup", &number).await, "day", &server, Duration::days(1));
    ask_for_code(&phone, "sign-in", &fresh_number()).await.expect(202);
    server.office().let_time_pass(Duration::days(1));
    ask_for_code(&phone, "sign-in", &number).await.expect(202);
}

#[tokio::test]
async fn an_address_gets_thirty_codes_an_hour() {
    let server = Server::new().await;
    let phone = server.phone();
    for _ in 0..30 {
        ask_for_code(&phone, "sign-in", &fresh_number()).await.expect(202);
    }
    expect_slow_down(ask_for_code(&phone, "sign-in", &fresh_number()).await, "code", &server, Duration::hours(1));
    server.office().let_time_pass(Duration::hours(1));
    ask_for_code(&phone, "sign-in", &fresh_number()).await.expect(202);
}

#[tokio::test]
async fn a_telephone_looks_up_ten_times_an_hour() {
    let server = Server::new().await;
    let (phone, number) = (server.phone(), fresh_number());
    let asked = async || {
        let sent = ask_for_code(&phone, "lookup", &number).await.expect(202).json();
        let code = server.code_for(&number).await;
        json!({ "number": "2026-0101-0001", "id_tail": "002X", "code_id": sent["code_id"], "code": code })
    };
    let body = asked().await;
    for left in (0..10).rev() {
        let reply = phone.post("/lookups", &key(), &body).await.expect(404);
        assert_eq!((reply.slug().as_str(), reply.json()["left"].as_u64()), ("no-match", Some(left)));
    }
    expect_slow_down(phone.post("/lookups", &key(), &body).await, "tries", &server, Duration::hours(1));
    server.office().let_time_pass(Duration::hours(1));
    let body = asked().await;
    phone.post("/lookups", &key(), &body).await.expect(404);
}

#[tokio::test]
async fn an_application_holds_ten_times_in_ten_minutes() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let id = phone.accepted().await;
    let slots = phone.free_slots("site-1").await;
    let hold = async |slot: usize| {
        let slot = json!({ "slot": slots[slot % 2] });
        phone.put(&format!("/applications/{id}/hold"), &slot).await
    };
    for turn in 0..10 {
        hold(turn).await.expect(200);
    }
    expect_slow_down(hold(10).await, "rate", &server, Duration::minutes(10));
    assert!(phone.record(&id).await["examination"]["hold"].is_object(), "the refused move keeps the hold");
    server.office().let_time_pass(Duration::minutes(10));
    hold(11).await.expect(200);
}

#[tokio::test]
async fn a_login_uploads_two_hundred_megabytes_an_hour() {
    let server = Server::new().await;
    let (phone, other) = (server.signed_in().await, server.signed_in().await);
    let begin = async |phone: &Phone, id: &str, length: usize| {
        let request = phone.tus(Method::POST, "/uploads").header("Upload-Length", length);
        phone.send(request.header("Upload-Metadata", metadata(id, &key(), b"any"))).await
    };
    let (id, others) = (phone.begin().await, other.begin().await);
    for _ in 0..20 {
        begin(&phone, &id, 10 * 1024 * 1024).await.expect(201);
    }
    expect_slow_down(begin(&phone, &id, 1).await, "rate", &server, Duration::hours(1));
    begin(&other, &others, 1).await.expect(201);
    phone.get("/applications").await.expect(200);
    server.office().let_time_pass(Duration::minutes(25));
    phone.get("/applications").await.expect(200);
    server.office().let_time_pass(Duration::minutes(25));
    phone.get("/applications").await.expect(200);
    server.office().let_time_pass(Duration::minutes(11));
    begin(&phone, &id, 1).await.expect(201);
}

#[tokio::test]
async fn a_session_writes_and_reads_so_often_a_minute() {
    let server = Server::new().await;
    // `POST` is a piece that comes where no `PATCH` gets through.
    for (method, most) in [(Method::DELETE, 120), (Method::GET, 600), (Method::PATCH, 600), (Method::POST, 600)] {
        let phone = server.signed_in().await;
        let id = phone.begin().await;
        let ask = async || match method {
            Method::DELETE => phone.delete(&format!("/applications/{id}/hold?slot=none")).await,
            Method::PATCH | Method::POST => {
                let request = phone.tus(method.clone(), "/uploads/none").header("Upload-Offset", 0);
                phone.send(request.header("X-HTTP-Method-Override", "PATCH")).await
            }
            _ => phone.get(&format!("/receipts/{id}")).await,
        };
        // The minute may turn once while they are sent.
        let mut taken = 0;
        let refused = loop {
            let reply = ask().await;
            if reply.status == 429 {
                break reply;
            }
            taken += 1;
            assert!(taken <= 2 * most, "nothing is refused");
        };
        assert!(taken >= most - 1, "{taken} of {most}");
        expect_slow_down(refused, "rate", &server, Duration::minutes(1));
        let other = server.signed_in().await;
        other.get("/applications").await.expect(200);
        server.office().let_time_pass(Duration::minutes(1));
        assert_ne!(ask().await.status, 429);
    }
}

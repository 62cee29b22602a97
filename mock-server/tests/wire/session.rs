//! Codes, cookies, who is here.
use crate::support::{Phone, Server, fresh_number, key};
use chrono::Duration;
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn a_code_signs_in_and_signing_out_ends_it() {
    let server = Server::new().await;
    let phone = server.signed_in().await;
    let session = phone.get("/session").await.expect(200).json();
    assert_eq!(session["signed_in"], true);
    assert!(session["shown"].as_str().unwrap().contains("****"));
    phone.delete("/session").await.expect(204);
    assert_eq!(phone.get("/session").await.expect(200).json()["signed_in"], false);
    assert_eq!(phone.get("/applications").await.expect(401).slug(), "signed-out");
    phone.delete("/session").await.expect(204);
}

#[tokio::test]
async fn a_session_survives_a_restart() {
    let mut server = Server::new().await;
    let phone = server.signed_in().await;
    server.restart().await;
    assert_eq!(phone.get("/session").await.expect(200).json()["signed_in"], true);
}

#[tokio::test]
async fn a_wrong_code_costs_a_try_and_the_same_request_again_costs_none() {
    let server = Server::new().await;
    let (phone, number) = (server.phone(), fresh_number());
    let sent =
        phone.post("/session/code", &key(), &json!({ "purpose": "sign-in", "phone": number })).await.expect(202).json();
    let right = server.code_for(&number).await;
    let wrong = if right == "000000" { "000001" } else { "000000" };
    let body = json!({ "code_id": sent["code_id"], "code": wrong });
    let again = key();
    for _ in 0..3 {
        let reply = phone.post("/session", &again, &body).await.expect(422);
        assert_eq!((reply.slug().as_str(), reply.json()["left"].as_u64()), ("code-wrong", Some(4)));
    }
    for left in [3, 2, 1] {
        assert_eq!(phone.post("/session", &key(), &body).await.expect(422).json()["left"], left);
    }
    // No try is left, which is told from a code that is too old; the right one does not help any more.
    let right = json!({ "code_id": sent["code_id"], "code": right });
    for tried in [&body, &body, &right] {
        let reply = phone.post("/session", &key(), tried).await.expect(410);
        assert_eq!((reply.slug().as_str(), reply.json()["left"].as_u64()), ("code-ended", Some(0)));
    }
    server.office().let_time_pass(Duration::minutes(11));
    let late = phone.post("/session", &key(), &right).await.expect(410);
    assert_eq!((late.slug().as_str(), &late.json()["left"]), ("code-ended", &serde_json::Value::Null));
}

#[tokio::test]
async fn a_code_works_once_but_a_lost_reply_does_not_lock_anybody_out() {
    let server = Server::new().await;
    let (mut phone, number) = (server.phone(), fresh_number());
    let sent =
        phone.post("/session/code", &key(), &json!({ "purpose": "sign-in", "phone": number })).await.expect(202).json();
    let body = json!({ "code_id": sent["code_id"], "code": server.code_for(&number).await });
    let first = key();
    phone.post("/session", &first, &body).await.expect(200);
    let again = phone.post("/session", &first, &body).await.expect(200);
    phone.take_cookie(&again);
    phone.get("/applications").await.expect(200);
    assert_eq!(phone.post("/session", &key(), &body).await.expect(410).slug(), "code-ended");
}

#[tokio::test]
async fn a_second_code_within_a_minute_is_refused_with_its_time_and_the_same_request_is_not() {
    let server = Server::new().await;
    let (phone, number, first) = (server.phone(), fresh_number(), key());
    let body = json!({ "purpose": "sign-in", "phone": number });
    let sent = phone.post("/session/code", &first, &body).await.expect(202).json();
    assert_eq!(phone.post("/session/code", &first, &body).await.expect(202).json(), sent);
    let reply = phone.post("/session/code", &key(), &body).await.expect(429);
    assert_eq!((reply.slug().as_str(), reply.json()["scope"].as_str().unwrap()), ("slow-down", "code"));
    assert!(reply.header("retry-after").parse::<u64>().unwrap() <= 60);
}

#[tokio::test]
async fn a_telephone_that_is_none_is_said_at_its_member() {
    let server = Server::new().await;
    let reply =
        server.phone().post("/session/code", &key(), &json!({ "purpose": "sign-in", "phone": "12" })).await.expect(422);
    assert_eq!(reply.json()["errors"][0]["pointer"], "#/@phone");
}

#[tokio::test]
async fn the_cookie_is_secure_for_any_host_but_loopback_whatever_a_proxy_says() {
    let server = Server::new().await;
    for (host, forwarded, name) in [
        (None, None, "hc="),
        (Some("hc.example.gov.cn"), None, "__Host-hc="),
        (Some("hc.example.gov.cn"), Some("localhost"), "__Host-hc="),
    ] {
        let (phone, number) = (server.phone(), fresh_number());
        let sent = phone
            .post("/session/code", &key(), &json!({ "purpose": "sign-in", "phone": number }))
            .await
            .expect(202)
            .json();
        let body = json!({ "code_id": sent["code_id"], "code": server.code_for(&number).await });
        let mut request = phone.request(Method::POST, "/session").header("Idempotency-Key", key()).json(&body);
        if let Some(host) = host {
            request = request.header("Host", host);
        }
        if let Some(forwarded) = forwarded {
            request = request.header("X-Forwarded-Host", forwarded).header("X-Forwarded-Proto", "http");
        }
        let cookie = phone.send(request).await.expect(200).header("set-cookie");
        assert!(cookie.starts_with(name), "{cookie}");
        assert_eq!(cookie.contains("Secure"), name == "__Host-hc=", "{cookie}");
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && cookie.contains("Path=/"));
    }
}

#[tokio::test]
async fn a_code_that_was_never_sent_leaves_nothing_behind_and_one_address_makes_few_up() {
    let server = Server::new().await;
    let phone = server.phone();
    let before = (server.size(), server.office().audit_rows(9, true).await.unwrap().len());
    let made_up = "a".repeat(100_000);
    let sign_in = json!({ "code_id": made_up, "code": "1" });
    let look_up = json!({ "number": "2026-0101-0001", "id_tail": "002X", "code_id": made_up, "code": "1" });
    let again = key();
    for (path, key, body) in [
        ("/session", &again, &sign_in),
        ("/session", &again, &sign_in),
        ("/session", &key(), &sign_in),
        ("/lookups", &key(), &look_up),
    ] {
        assert_eq!(phone.post(path, key, body).await.expect(410).slug(), "code-ended");
    }
    assert_eq!((server.size(), server.office().audit_rows(9, true).await.unwrap().len()), before);
    let mut asked = 4;
    let refused = loop {
        let reply = phone.post("/session", &key(), &json!({ "code_id": key(), "code": "1" })).await;
        if reply.status == 429 {
            break reply;
        }
        asked += 1;
        assert!(asked < 260, "nothing is refused");
    };
    assert_eq!((refused.slug().as_str(), refused.json()["scope"].as_str()), ("slow-down", Some("rate")));
    // Whoever was sent a code signs in from there all the same.
    server.signed_in().await.get("/applications").await.expect(200);
}

/// A code that was sent to a new telephone, as it is sent back.
async fn code_sent(server: &Server, phone: &Phone) -> serde_json::Value {
    let number = fresh_number();
    let asked = json!({ "purpose": "sign-in", "phone": number });
    let sent = phone.post("/session/code", &key(), &asked).await.expect(202).json();
    json!({ "code_id": sent["code_id"], "code": server.code_for(&number).await })
}

#[tokio::test]
async fn a_sign_in_that_is_repeated_is_one_session_and_ends_with_its_code_or_by_signing_out() {
    let server = Server::new().await;
    let (first, body) = (key(), code_sent(&server, &server.phone()).await);
    let mut phones = Vec::new();
    for _ in 0..4 {
        let mut phone = server.phone();
        let reply = phone.post("/session", &first, &body).await.expect(200);
        phone.take_cookie(&reply);
        phones.push(phone);
    }
    let newest = phones.pop().unwrap();
    for phone in phones {
        assert_eq!(phone.get("/session").await.expect(200).json()["signed_in"], false);
    }
    newest.get("/applications").await.expect(200);
    newest.delete("/session").await.expect(204);
    assert_eq!(
        newest.post("/session", &first, &body).await.expect(410).slug(),
        "code-ended",
        "signed out is signed out"
    );
    let (second, body) = (key(), code_sent(&server, &newest).await);
    newest.post("/session", &second, &body).await.expect(200);
    server.office().let_time_pass(Duration::minutes(10));
    assert_eq!(newest.post("/session", &second, &body).await.expect(410).slug(), "code-ended", "its code is over");
}
